//! Curves of channels: against the closed forms of the paper, and what is wrong with curves that are wrong.

use huxley_harness::channel::{Scan, document::ChannelReport, report};
use huxley_model::channel::{Channel, Gate, Kinetics, Rate, Reversal};
use huxley_model::expression::Expression;
use huxley_model::preset;

/// Hodgkin & Huxley 1952 with rest at -65 mV: opening and closing rates of m, h, n at 6.3 degC, per ms.
fn paper(gate: &str, v: f64) -> (f64, f64) {
    let linear = |x: f64, k: f64| if x == 0.0 { k } else { x / (1.0 - (-x / k).exp()) };
    match gate {
        "m" => (0.1 * linear(v + 40.0, 10.0), 4.0 * (-(v + 65.0) / 18.0).exp()),
        "h" => (0.07 * (-(v + 65.0) / 20.0).exp(), 1.0 / (1.0 + (-(v + 35.0) / 10.0).exp())),
        _ => (0.01 * linear(v + 55.0, 10.0), 0.125 * (-(v + 65.0) / 80.0).exp()),
    }
}

fn squid(celsius: f64) -> Vec<ChannelReport> {
    preset::HH.iter().map(|channel| report(channel, &Scan { celsius, ..Scan::default() })).collect()
}

#[test]
fn the_squids_curves_are_those_of_the_paper() {
    for (celsius, factor) in [(6.3, 1.0), (16.3, 3.0)] {
        let mut seen = 0;
        for channel in squid(celsius) {
            assert!(channel.warnings.is_empty(), "{:?}", channel.warnings);
            for gate in &channel.gates {
                let curve = &gate.curves[0];
                assert_eq!((curve.v_mv.len(), curve.v_mv[0], *curve.v_mv.last().unwrap()), (321, -100.0, 60.0));
                for (i, &v) in curve.v_mv.iter().enumerate() {
                    let (alpha, beta) = paper(&gate.name, v);
                    let close = |own: f64, other: f64, what: &str| {
                        assert!((own / other - 1.0).abs() < 1e-12, "{what} of {} at {v} mV: {own} {other}", gate.name);
                    };
                    close(curve.inf[i], alpha / (alpha + beta), "inf");
                    close(curve.tau_ms.as_ref().unwrap()[i], 1.0 / (factor * (alpha + beta)), "tau");
                    close(curve.alpha_per_ms.as_ref().unwrap()[i], factor * alpha, "alpha");
                    close(curve.beta_per_ms.as_ref().unwrap()[i], factor * beta, "beta");
                    seen += 1;
                }
            }
        }
        assert_eq!(seen, 3 * 321);
    }
}

#[test]
fn half_activation_slope_and_extremes_are_those_of_the_closed_form() {
    for channel in squid(6.3) {
        for gate in &channel.gates {
            let curve = &gate.curves[0];
            let [half] = curve.half[..] else { panic!("{}: {:?}", gate.name, curve.half) };
            // alpha = beta there; by halving the paper's own functions.
            let (mut low, mut high) = (-100.0, 0.0);
            let rising = gate.name != "h";
            for _ in 0..200 {
                let middle = 0.5 * (low + high);
                let (alpha, beta) = paper(&gate.name, middle);
                if (alpha < beta) == rising { low = middle } else { high = middle }
            }
            assert!((half.v_mv - low).abs() < 1e-9, "{}: {} {low}", gate.name, half.v_mv);
            let inf = |v: f64| {
                let (alpha, beta) = paper(&gate.name, v);
                alpha / (alpha + beta)
            };
            // A five-point derivative.
            let h = 0.01;
            let slope =
                (inf(low - 2.0 * h) - 8.0 * inf(low - h) + 8.0 * inf(low + h) - inf(low + 2.0 * h)) / (12.0 * h);
            assert!((half.slope_mv * 4.0 * slope - 1.0).abs() < 1e-6, "{}: {half:?}", gate.name);
            assert_eq!(half.slope_mv > 0.0, rising);
            let longest = curve.tau_most.unwrap();
            let tau = |v: f64| {
                let (alpha, beta) = paper(&gate.name, v);
                1.0 / (alpha + beta)
            };
            let fine = (0..160_000).map(|i| tau(-100.0 + f64::from(i) * 1e-3)).fold(0.0, f64::max);
            assert!((longest.value / fine - 1.0).abs() < 1e-8, "{}: {longest:?} {fine}", gate.name);
        }
    }
    // The usual figures: m is half open at -40 mV, h half closed at -62 mV, n half open at -53 mV.
    let halves: Vec<f64> = squid(6.3).iter().flat_map(|c| c.gates.iter().map(|g| g.curves[0].half[0].v_mv)).collect();
    for (half, usual) in halves.iter().zip([-40.0, -62.3, -53.2]) {
        assert!((half - usual).abs() < 0.5, "{halves:?}");
    }
}

fn of(kinetics: Kinetics) -> Channel {
    let gate = Gate { name: "x".into(), power: 1, kinetics, q10: None };
    Channel { name: "own".into(), gates: vec![gate].into(), reversal: Reversal::Fixed(0.0) }
}

fn text(text: &str) -> Rate {
    Rate::Expression(Box::new(Expression::parse(text).expect(text)))
}

fn warned(kinetics: Kinetics) -> Vec<(&'static str, f64)> {
    let report = report(&of(kinetics), &Scan::default());
    report.warnings.iter().map(|warning| (warning.kind, warning.v_mv)).collect()
}

#[test]
fn what_a_gate_should_not_have_is_found_where_it_is() {
    let inf_tau = |inf: &str, tau: &str| warned(Kinetics::InfTau { inf: text(inf), tau: text(tau) });
    assert_eq!(inf_tau("1 / (1 + exp(-(v + 40) / 5))", "5"), []);
    let [(kind, v)] = inf_tau("1.2 / (1 + exp(-(v + 40) / 5))", "5")[..] else { panic!() };
    assert_eq!((kind, v), ("inf-outside", 60.0));
    assert_eq!(inf_tau("sigmoid(v / 5)", "(v + 90) / 100")[0], ("tau-not-positive", -100.0));
    assert_eq!(inf_tau("sigmoid(v / 5)", "exp(-v / 6)"), [("tau-long", -100.0)]);
    let [("jump", v)] = inf_tau("if(v < -33.3, 0.2, 0.8)", "5")[..] else { panic!() };
    assert!((v + 33.3).abs() < 1e-9, "{v}");
    // Steep is no jump.
    assert_eq!(inf_tau("sigmoid(v / 0.001)", "5"), []);
    // Between the points of every grid: only the divisor tells.
    let rates =
        Kinetics::Rates { forward: text("0.1 * (v + 40.1) / (1 - exp(-(v + 40.1) / 10))"), reverse: text("0.1") };
    let [("division-by-zero", v)] = warned(rates)[..] else { panic!() };
    assert!((v + 40.1).abs() < 1e-9, "{v}");
    let rates = Kinetics::Rates { forward: text("0.1 * (v + 40) / (1 - exp(-(v + 40) / 10))"), reverse: text("0.1") };
    let found = warned(rates);
    assert!(found.contains(&("division-by-zero", -40.0)) && found.contains(&("not-finite", -40.0)), "{found:?}");
    let rates = Kinetics::Rates { forward: text("0.1 * exprelr(-(v + 40) / 10)"), reverse: text("0.1") };
    assert_eq!(warned(rates), []);
    let negative = Kinetics::Rates { forward: text("0.01 * (v + 50)"), reverse: text("5") };
    assert!(warned(negative).contains(&("negative-rate", -100.0)));
}

#[test]
fn presets_have_nothing_to_warn_of() {
    for name in preset::NAMES {
        let preset = preset::find(name).unwrap();
        for insertion in &preset.channels {
            let scan = Scan { celsius: preset.celsius, ..Scan::default() };
            let report = report(&insertion.channel, &scan);
            assert!(report.warnings.is_empty(), "{name}: {:?}", report.warnings);
        }
    }
}

#[test]
fn a_gate_that_reads_calcium_has_a_curve_for_each() {
    let adapting = preset::find("adapting").unwrap();
    let ahp = &adapting.channels.iter().find(|i| i.channel.name == "ahp").unwrap().channel;
    let report = report(ahp, &Scan { celsius: 36.0, calcium: vec![0.1, 0.45, 2.0], ..Scan::default() });
    let curves = &report.gates[0].curves;
    assert_eq!(curves.iter().map(|c| c.calcium_um).collect::<Vec<_>>(), [Some(0.1), Some(0.45), Some(2.0)]);
    // alpha = beta at 0.45 uM.
    assert!((curves[1].inf[0] - 0.5).abs() < 1e-12 && curves[0].inf[0] < 0.06 && curves[2].inf[0] > 0.9);
    // The potential does not matter: one curve over calcium, and the same half.
    let [over] = &report.gates[0].over_calcium[..] else { panic!("{:?}", report.gates[0].over_calcium.len()) };
    assert!(over.v_mv.is_none() && (over.half_um.unwrap() - 0.45).abs() < 1e-9, "{:?}", over.half_um);
    let i = over.calcium_um.iter().position(|ca| (ca - 0.1).abs() < 1e-12).expect("0.1 uM");
    assert!((over.inf[i] - curves[0].inf[0]).abs() < 1e-12);
    // Where it does, a curve for each of some potentials.
    let both = Kinetics::InfTau { inf: text("sigmoid((v + 20) / 10) * ca / (ca + 1)"), tau: text("5") };
    let both = huxley_harness::channel::report(&of(both), &Scan::default());
    assert_eq!(both.gates[0].over_calcium.iter().filter_map(|c| c.v_mv).collect::<Vec<_>>(), [-80.0, -40.0, 0.0, 40.0]);
}
