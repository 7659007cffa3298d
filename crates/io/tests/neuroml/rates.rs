//! Every form of rate and every type of gate against its closed formula, and temperature factors.

use huxley_model::channel::{Channel, Gate, Kinetics, Sensed};

use super::{errors, network};

/// The channel `c` of a point cell, with gates and types of a test's own, at 22 degC.
fn channel(gates: &str, types: &str) -> (Channel, f64) {
    let body = format!(
        "{types}
        <ionChannelHH id=\"c\" conductance=\"10pS\">{gates}</ionChannelHH>
        <pointCellCondBased id=\"cell\" C=\"10pF\" v0=\"-65mV\" thresh=\"0mV\">
        <channelPopulation id=\"p\" ionChannel=\"c\" number=\"1000\" erev=\"-77mV\"/></pointCellCondBased>
        <network id=\"net\" type=\"networkWithTemperature\" temperature=\"22 degC\">
        <population id=\"pop\" component=\"cell\" size=\"1\"/></network>"
    );
    let insertion = network(&body).network.populations.remove(0).membrane.insertions.remove(0);
    (insertion.channel.clone(), insertion.density[0].1)
}

fn gate(gate: &str, types: &str) -> Gate {
    channel(gate, types).0.gates[0].clone()
}

/// Steady state and time constant, ms, at 22 degC.
fn inf_tau(gate: &Gate, v: f64) -> (f64, f64) {
    let at = Sensed::potential(v);
    let tau = match &gate.kinetics {
        Kinetics::Rates { forward, reverse } => 1.0 / (forward.at::<f64>(at, 22.0) + reverse.at::<f64>(at, 22.0)),
        Kinetics::InfTau { tau, .. } => tau.at(at, 22.0),
        _ => 0.0,
    };
    (gate.steady_state(at, 22.0), tau / gate.rate_factor(22.0))
}

#[track_caller]
fn same(gate: &Gate, formula: impl Fn(f64) -> (f64, f64)) {
    for quarter in -400..=240 {
        let v = f64::from(quarter) * 0.25 + 0.013;
        let ((inf, tau), (inf0, tau0)) = (inf_tau(gate, v), formula(v));
        assert!((inf - inf0).abs() <= 1e-12 * (1.0 + inf0.abs()), "inf at {v} mV: {inf}, not {inf0}");
        assert!((tau - tau0).abs() <= 1e-12 * tau0, "tau at {v} mV: {tau}, not {tau0}");
    }
}

/// A form of `v` with its rate, midpoint and scale.
type Formula = fn(f64, f64, f64, f64) -> f64;

fn exponential(v: f64, r: f64, m: f64, s: f64) -> f64 {
    r * ((v - m) / s).exp()
}

fn sigmoid(v: f64, r: f64, m: f64, s: f64) -> f64 {
    r / (1.0 + (-(v - m) / s).exp())
}

fn linear(v: f64, r: f64, m: f64, s: f64) -> f64 {
    let x = (v - m) / s;
    r * x / (1.0 - (-x).exp())
}

const RATES: &str = "<forwardRate type=\"HHExpLinearRate\" rate=\"0.1per_ms\" midpoint=\"-55mV\" scale=\"10mV\"/>
    <reverseRate type=\"HHExpRate\" rate=\"125per_s\" midpoint=\"-0.065V\" scale=\"-80mV\"/>";

fn alpha(v: f64) -> f64 {
    linear(v, 0.1, -55.0, 10.0)
}

fn beta(v: f64) -> f64 {
    exponential(v, 0.125, -65.0, -80.0)
}

#[test]
fn the_three_forms_are_their_formulas() {
    let forms = |a: &str, b: &str| {
        format!(
            "<gateHHrates id=\"g\" instances=\"1\"><forwardRate type=\"{a}\" rate=\"0.3per_ms\" midpoint=\"-40mV\" scale=\"9mV\"/>
            <reverseRate type=\"{b}\" rate=\"2per_ms\" midpoint=\"-30mV\" scale=\"-12mV\"/></gateHHrates>"
        )
    };
    let known: [(&str, Formula); 3] =
        [("HHExpRate", exponential), ("HHSigmoidRate", sigmoid), ("HHExpLinearRate", linear)];
    for (a_name, a) in known {
        for (b_name, b) in known {
            same(&gate(&forms(a_name, b_name), ""), |v| {
                let (a, b) = (a(v, 0.3, -40.0, 9.0), b(v, 2.0, -30.0, -12.0));
                (a / (a + b), 1.0 / (a + b))
            });
        }
    }
}

#[test]
fn every_type_of_gate_has_its_steady_state_and_time_course() {
    let inf = "<steadyState type=\"HHSigmoidVariable\" rate=\"0.9\" midpoint=\"-35mV\" scale=\"10mV\"/>";
    let tau = "<timeCourse type=\"fixedTimeCourse\" tau=\"0.012s\"/>";
    let steady = |v: f64| sigmoid(v, 0.9, -35.0, 10.0);
    let rates = format!("<gateHHrates id=\"g\" instances=\"4\">{RATES}</gateHHrates>");
    same(&gate(&rates, ""), |v| (alpha(v) / (alpha(v) + beta(v)), 1.0 / (alpha(v) + beta(v))));
    let by_tau = format!("<gateHHtauInf id=\"g\" instances=\"1\">{tau}{inf}</gateHHtauInf>");
    same(&gate(&by_tau, ""), |v| (steady(v), 12.0));
    let rates_tau = format!("<gateHHratesTau id=\"g\" instances=\"1\">{RATES}{tau}</gateHHratesTau>");
    same(&gate(&rates_tau, ""), |v| (alpha(v) / (alpha(v) + beta(v)), 12.0));
    let rates_inf = format!("<gateHHratesInf id=\"g\" instances=\"1\">{RATES}{inf}</gateHHratesInf>");
    same(&gate(&rates_inf, ""), |v| (steady(v), 1.0 / (alpha(v) + beta(v))));
    let all = format!("<gateHHratesTauInf id=\"g\" instances=\"1\">{RATES}{tau}{inf}</gateHHratesTauInf>");
    same(&gate(&all, ""), |v| (steady(v), 12.0));
    let at_once = format!("<gateHHInstantaneous id=\"g\" instances=\"3\">{inf}</gateHHInstantaneous>");
    let at_once = gate(&at_once, "");
    assert!(!at_once.has_state() && at_once.power == 3);
    same(&at_once, |v| (steady(v), 0.0));
    let generic = format!("<gate type=\"gateHHtauInf\" id=\"g\" instances=\"2\">{tau}{inf}</gate>");
    same(&gate(&generic, ""), |v| (steady(v), 12.0));
    for (kind, formula) in [("HHExpVariable", exponential as Formula), ("HHExpLinearVariable", linear)] {
        let inf = format!("<steadyState type=\"{kind}\" rate=\"0.3\" midpoint=\"-90mV\" scale=\"-30mV\"/>");
        let text = format!("<gateHHtauInf id=\"g\" instances=\"1\">{tau}{inf}</gateHHtauInf>");
        same(&gate(&text, ""), |v| (formula(v, 0.3, -90.0, -30.0), 12.0));
    }
}

#[test]
fn temperature_factors_are_exact() {
    let q10 =
        |settings: &str| gate(&format!("<gateHHrates id=\"n\" instances=\"4\">{settings}{RATES}</gateHHrates>"), "");
    let warm = q10("<q10Settings type=\"q10ExpTemp\" q10Factor=\"3\" experimentalTemp=\"32degC\"/>");
    assert_eq!(warm.rate_factor(22.0), 3_f64.powf(-1.0));
    let kelvin = q10("<q10Settings type=\"q10ExpTemp\" q10Factor=\"2.3\" experimentalTemp=\"279.45K\"/>");
    assert!((kelvin.rate_factor(22.0) - 2.3_f64.powf((22.0 - 6.3) / 10.0)).abs() < 1e-12);
    let fixed = q10("<q10Settings type=\"q10Fixed\" fixedQ10=\"1.7\"/>");
    assert!(fixed.q10.is_none(), "a fixed factor does not follow the temperature");
    same(&fixed, |v| (alpha(v) / (alpha(v) + beta(v)), 1.0 / (1.7 * (alpha(v) + beta(v)))));
    let both = q10(
        "<q10Settings type=\"q10Fixed\" fixedQ10=\"2\"/><q10Settings type=\"q10ExpTemp\" q10Factor=\"3\" experimentalTemp=\"32degC\"/>",
    );
    same(&both, |v| (alpha(v) / (alpha(v) + beta(v)), 3.0 / (2.0 * (alpha(v) + beta(v)))));
    let inf = "<steadyState type=\"HHSigmoidVariable\" rate=\"1\" midpoint=\"-35mV\" scale=\"10mV\"/>";
    let slow = format!(
        "<gateHHtauInf id=\"g\" instances=\"1\"><q10Settings type=\"q10Fixed\" fixedQ10=\"4\"/>
        <timeCourse type=\"fixedTimeCourse\" tau=\"12ms\"/>{inf}</gateHHtauInf>"
    );
    same(&gate(&slow, ""), |v| (sigmoid(v, 1.0, -35.0, 10.0), 3.0));
    // Of conductances: 1,000 channels of 10 pS on 1,000 um2.
    let plain = channel("", "").1;
    let scaled = channel("<q10ConductanceScaling q10Factor=\"1.5\" experimentalTemp=\"12degC\"/>", "").1;
    assert!((plain - 1e-3).abs() < 1e-18 && (scaled / plain - 1.5).abs() < 1e-12, "{plain} {scaled}");
}

#[test]
fn the_squid_axons_channels_are_those_of_the_preset() {
    let sodium = channel(
        "<gateHHrates id=\"m\" instances=\"3\"><forwardRate type=\"HHExpLinearRate\" rate=\"1per_ms\" midpoint=\"-40mV\" scale=\"10mV\"/>
        <reverseRate type=\"HHExpRate\" rate=\"4per_ms\" midpoint=\"-65mV\" scale=\"-18mV\"/></gateHHrates>
        <gateHHrates id=\"h\" instances=\"1\"><forwardRate type=\"HHExpRate\" rate=\"0.07per_ms\" midpoint=\"-65mV\" scale=\"-20mV\"/>
        <reverseRate type=\"HHSigmoidRate\" rate=\"1per_ms\" midpoint=\"-35mV\" scale=\"10mV\"/></gateHHrates>",
        "",
    );
    let preset = &huxley_model::preset::HH[0];
    for (own, known) in sodium.0.gates.iter().zip(preset.gates.iter()) {
        assert_eq!((&own.name, own.power, &own.kinetics), (&known.name, known.power, &known.kinetics));
    }
}

/// `forwardRate` of a type of the file's own, `reverseRate` constant in effect.
fn own(definition: &str, attributes: &str) -> String {
    format!(
        "{definition}|<gateHHrates id=\"g\" instances=\"1\"><forwardRate type=\"own\" {attributes}/>
        <reverseRate type=\"HHExpRate\" rate=\"0.2per_ms\" midpoint=\"-65mV\" scale=\"-1e9mV\"/></gateHHrates>"
    )
}

#[track_caller]
fn own_is(text: &str, formula: impl Fn(f64) -> f64) {
    let (types, text) = text.split_once('|').unwrap();
    same(&gate(text, types), |v| {
        let (a, b) = (formula(v), exponential(v, 0.2, -65.0, -1e9));
        (a / (a + b), 1.0 / (a + b))
    });
}

#[test]
fn types_of_the_files_own_are_their_expressions() {
    let constants = "<ComponentType name=\"own\" extends=\"baseVoltageDepRate\">
        <Constant name=\"rate\" dimension=\"per_time\" value=\"0.125per_ms\"/><Constant name=\"midpoint\" dimension=\"voltage\" value=\"-65mV\"/>
        <Constant name=\"scale\" dimension=\"voltage\" value=\"-0.08V\"/>
        <Dynamics><DerivedVariable name=\"r\" exposure=\"r\" dimension=\"per_time\" value=\"rate * exp((v - midpoint)/scale)\"/></Dynamics></ComponentType>";
    own_is(&own(constants, ""), beta);
    let parameters = "<ComponentType name=\"own\" extends=\"base_of_own\"><Parameter name=\"fast\" dimension=\"per_time\"/>
        <Dynamics><DerivedVariable name=\"V\" dimension=\"none\" value=\"(v + 52 * MV)/MV\"/>
        <ConditionalDerivedVariable name=\"r\" exposure=\"r\" dimension=\"per_time\">
        <Case condition=\"V .eq. 0\" value=\"5 * fast\"/><Case condition=\"V .gt. 40 .and. V .lt. 50\" value=\"7 * fast\"/>
        <Case value=\"fast * V / (1 - exp(-V / 5))\"/></ConditionalDerivedVariable></Dynamics></ComponentType>
        <ComponentType name=\"base_of_own\" extends=\"baseVoltageDepRate\"><Constant name=\"MV\" dimension=\"voltage\" value=\"1 mV\"/></ComponentType>";
    own_is(&own(parameters, "fast=\"32per_s\""), |v| {
        let x = v + 52.0;
        if x > 40.0 && x < 50.0 { 7.0 * 0.032 } else { 0.032 * x / (1.0 - (-x / 5.0).exp()) }
    });
    let warm = "<ComponentType name=\"own\" extends=\"baseVoltageDepRate\"><Constant name=\"rate\" dimension=\"per_time\" value=\"0.1per_ms\"/>
        <Constant name=\"T0\" dimension=\"temperature\" value=\"12 degC\"/><Constant name=\"TEN\" dimension=\"temperature\" value=\"10 K\"/>
        <Requirement name=\"temperature\" dimension=\"temperature\"/>
        <Dynamics><DerivedVariable name=\"r\" exposure=\"r\" value=\"rate * 3^((temperature - T0)/TEN)\"/></Dynamics></ComponentType>";
    own_is(&own(warm, ""), |_| 0.3);
}

#[test]
fn types_without_consistent_dimensions_are_refused() {
    let refused = |dynamics: &str, words: &str| {
        let text = own(
            &format!(
                "<ComponentType name=\"own\" extends=\"baseVoltageDepRate\"><Constant name=\"MS\" dimension=\"time\" value=\"1ms\"/>
                <Constant name=\"rate\" dimension=\"per_time\" value=\"1per_ms\"/><Dynamics>{dynamics}</Dynamics></ComponentType>"
            ),
            "",
        );
        let (types, gate) = text.split_once('|').unwrap();
        let found = errors(&format!(
            "{types}<ionChannelHH id=\"c\" conductance=\"10pS\">{gate}</ionChannelHH>
            <pointCellCondBased id=\"cell\" C=\"10pF\" v0=\"-65mV\" thresh=\"0mV\">
            <channelPopulation id=\"p\" ionChannel=\"c\" number=\"1000\" erev=\"-77mV\"/></pointCellCondBased>
            <network id=\"net\"><population id=\"pop\" component=\"cell\" size=\"1\"/></network>"
        ));
        assert!(found.contains(words), "{dynamics}\n{found}");
        assert!(found.contains("net.nml:"), "{found}");
    };
    let variable = |value: &str| format!("<DerivedVariable name=\"r\" exposure=\"r\" value=\"{value}\"/>");
    refused(&variable("rate * exp(v)"), "takes a plain number, found mV");
    // In SI this would mean volts: plain numbers are not taken for millivolts.
    refused(&variable("rate * exp((v + 65) / 10)"), "joins mV and a plain number");
    refused(&variable("MS"), "is in ms");
    refused(&variable("0.5"), "is in a plain number");
    refused(&variable("rate * other"), "`other` is not defined");
    refused(&variable("rate * random(1)"), "`random` has no counterpart");
    refused(&variable("rate * r"), "is defined by itself");
    refused("<StateVariable name=\"r\" exposure=\"r\"/>", "it has a <StateVariable>");
    refused("", "no variable of it is the exposure `r`");
    refused(&variable("rate * temperature / temperature"), "the network does not give");
}
