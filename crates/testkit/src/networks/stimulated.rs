//! Every way to drive a cell and every form of a channel, for backends that have kernels of their own for them.

use std::borrow::Cow;

use huxley_model::channel::{Channel, Form, Gate, Kinetics, Q10, Rate, Reversal};
use huxley_model::expression::Expression;
use huxley_model::morphology::{Morphology, SectionKind};
use huxley_model::network::{
    CellSelection, CurrentUnit, Insertion, Network, Oscillation, Site, Stimulus, StimulusKind, Target, Variable,
    Waveform,
};
use huxley_model::preset;

use super::ball_and_stick;
use super::{all, at, current, everywhere, network, one, population, potential, probe};

fn gate(name: &'static str, power: u32, kinetics: Kinetics, q10: Option<Q10>) -> Gate {
    Gate { name: name.into(), power, kinetics, q10 }
}

fn channel(name: &'static str, reversal: Reversal, gates: Vec<Gate>) -> Channel {
    Channel { name: name.into(), gates: Cow::Owned(gates), reversal }
}

fn expression(text: &str) -> Rate {
    Rate::Expression(Box::new(Expression::parse(text).expect("parses")))
}

/// Channels of one's own: each form of a rate, gates with and without a state, temperature, expressions, Nernst.
fn own() -> Vec<Insertion> {
    let warm = Some(Q10 { factor: 3.0, celsius: 6.3 });
    let rates = Kinetics::Rates {
        forward: Rate::ExpLinear(Form::new(0.1, -55.0, 10.0)),
        reverse: Rate::Exponential(Form::new(0.125, -65.0, -80.0)),
    };
    let slow = Kinetics::InfTau {
        inf: Rate::Sigmoid(Form::new(1.0, -30.0, 6.0)),
        tau: expression("20 + 180 / (1 + exp((v + 40) / 8))"),
    };
    let still =
        Kinetics::InfTau { inf: expression("max(0.1, min(v / 100 + 1, abs(v) / 70))"), tau: Rate::Constant(7.0) };
    let at_once = Kinetics::Instantaneous { inf: expression("1 / (1 + exp(-(v + 48) / 6))") };
    let both = Kinetics::InstantaneousRates {
        forward: Rate::Sigmoid(Form::new(0.4, -40.0, 5.0)),
        reverse: Rate::Constant(0.2),
    };
    let potassium = Reversal::Nernst { valence: 1.0, inside: 140.0, outside: 6.0 };
    vec![
        everywhere(channel("kdr", Reversal::Fixed(-77.0), vec![gate("n", 4, rates, warm)]), 0.036),
        everywhere(channel("slow", potassium, vec![gate("z", 1, slow, None), gate("y", 3, still, warm)]), 2e-3),
        everywhere(
            channel("persistent", Reversal::Fixed(50.0), vec![gate("m", 1, at_once, None), gate("o", 2, both, None)]),
            4e-5,
        ),
    ]
}

/// Squid points and branched squid cells with channels of one's own, driven by currents that step, ramp and jump within ticks, in
/// nA and by area, on top of each other; noise that begins and ends within ticks; voltage clamps that do so; probes of potential,
/// gates, currents through channels and what is injected, at the substep, half a tick and three ticks.
///
/// # Panics
/// When the preset `hh` is gone.
#[must_use]
pub fn stimulated() -> Network {
    let mut channels = preset::find("hh").expect("the preset `hh`").channels;
    channels.retain(|insertion| insertion.channel.name != "k");
    channels.extend(own());
    let points = population("points", vec![Morphology::point(900.0)], &[0; 7], channels.clone());
    let trees = population("trees", vec![ball_and_stick(), Morphology::point(700.0)], &[0, 0, 1, 0], channels);
    let mut network = network("stimulated", vec![points, trees]);
    network.celsius = 9.0;
    let add = |name: &str, target: Target, kind: StimulusKind| Stimulus { name: name.to_owned(), target, kind };
    let flow = |points: &[(f64, f64)], outside: f64, unit| StimulusKind::Current {
        waveform: Waveform { points: points.to_vec(), outside },
        unit,
    };
    let area = CurrentUnit::MicroamperePerCm2;
    let ramp = flow(&[(1.0, 0.0), (9.0, 20.0), (9.0, 4.0), (14.5, 9.0)], 0.0, area);
    let away = flow(&[(2.05, 0.05), (30.0, 0.05)], 0.02, CurrentUnit::Nanoampere);
    let clamp = |points: &[(f64, f64)], start: f64, stop: f64| StimulusKind::VoltageClamp {
        waveform: Waveform { points: points.to_vec(), outside: -70.0 },
        series_resistance: 2.0,
        start,
        stop,
    };
    let wave = |unit| StimulusKind::Oscillation {
        wave: Oscillation { offset: 0.5, amplitude: 1.5, from: 40.0, to: 300.0, phase: 0.3, start: 1.15, stop: 21.3 },
        unit,
    };
    let noise = StimulusKind::Noise { mean: 0.05, sd: 0.1, tau: 4.0, start: 3.3, stop: 17.45 };
    let some = Target {
        population: "points".to_owned(),
        cells: CellSelection::Range { first: 0, end: Some(5), step: 2 },
        site: Site::Soma,
    };
    network.stimuli = vec![
        current("step", all("points", Site::Soma), 0.12, 2.2, 25.0),
        add("ramp", all("points", Site::Soma), ramp.clone()),
        add("ramps", all("trees", Site::Every(SectionKind::Any)), ramp),
        add("away", one("trees", 1, at("dend", 0.5)), away),
        add("chirp", one("points", 5, Site::Soma), wave(area)),
        add("chirps", one("trees", 3, Site::Soma), wave(CurrentUnit::Nanoampere)),
        add("noise", some, noise.clone()),
        add("noises", all("trees", Site::Every(SectionKind::Any)), noise),
        add("clamp", one("points", 6, Site::Soma), clamp(&[(4.0, -70.0), (4.0, -10.0), (12.0, 10.0)], 2.35, 15.2)),
        add("clamps", one("trees", 0, Site::Soma), clamp(&[(5.5, -60.0), (8.0, -20.0)], 0.0, 11.0)),
    ];
    let every = || Site::Every(SectionKind::Any);
    let gate = |channel: &str, gate: &str| Variable::Gate { channel: channel.to_owned(), gate: gate.to_owned() };
    network.probes = vec![
        potential("v", all("trees", every()), 0.5),
        probe("z", all("points", Site::Soma), gate("slow", "z"), 3.0),
        probe("i", all("trees", every()), Variable::ChannelCurrent { channel: "persistent".to_owned() }, 0.5),
        probe("injected", all("points", Site::Soma), Variable::InjectedCurrent, 0.025),
        probe("injecteds", one("trees", 0, Site::Soma), Variable::InjectedCurrent, 0.5),
    ];
    network
}
