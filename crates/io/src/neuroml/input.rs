//! What drives cells: currents, clamps, and spikes into synapses.

use huxley_model::network::{CurrentUnit, Oscillation, StimulusKind, Waveform};

use super::channel::REMARKS;
use super::element::Element;
use super::library::Library;
use super::synapse::Synapses;
use super::units::Unit;

/// Types of inputs that are read.
pub(super) const INPUTS: [&str; 9] = [
    "pulseGenerator",
    "rampGenerator",
    "sineGenerator",
    "compoundInput",
    "voltageClamp",
    "voltageClampTriple",
    "poissonFiringSynapse",
    "transientPoissonFiringSynapse",
    "timedSynapticInput",
];

/// Later than any run, ms.
pub(super) const NEVER: f64 = 1e12;

/// What an input of weight `weight` does to a compartment.
pub(super) fn read(library: &Library, synapses: &mut Synapses, at: &Element, weight: f64) -> Option<Vec<StimulusKind>> {
    let report = &library.report;
    let current = |waveform| vec![StimulusKind::Current { waveform, unit: CurrentUnit::Nanoampere }];
    match at.tag.as_str() {
        "pulseGenerator" => {
            report.known(at, &["delay", "duration", "amplitude"]);
            let course = course(library, at);
            let amplitude = report.quantity(at, "amplitude", Unit::Current);
            let (start, stop) = course?;
            Some(current(Waveform::step(weight * amplitude?, start, stop)))
        }
        "rampGenerator" => {
            report.known(at, &["delay", "duration", "startAmplitude", "finishAmplitude", "baselineAmplitude"]);
            let course = course(library, at);
            let amplitude = |name: &str| report.quantity(at, name, Unit::Current).map(|amplitude| weight * amplitude);
            let (first, last, rest) =
                (amplitude("startAmplitude"), amplitude("finishAmplitude"), amplitude("baselineAmplitude"));
            let (start, stop) = course?;
            Some(current(Waveform { points: vec![(start, first?), (stop, last?)], outside: rest? }))
        }
        "sineGenerator" => {
            report.known(at, &["phase", "delay", "duration", "amplitude", "period"]);
            let course = course(library, at);
            let amplitude = report.quantity(at, "amplitude", Unit::Current);
            let period = report.positive(at, "period", Unit::Time);
            let radians = report.quantity(at, "phase", Unit::Number);
            let ((start, stop), amplitude, frequency) = (course?, weight * amplitude?, 1e3 / period?);
            let phase = (radians? / std::f64::consts::TAU).rem_euclid(1.0);
            let wave = Oscillation { offset: 0.0, amplitude, from: frequency, to: frequency, phase, start, stop };
            Some(vec![StimulusKind::Oscillation { wave, unit: CurrentUnit::Nanoampere }])
        }
        "compoundInput" => {
            let parts = at.children.iter().filter(|child| !REMARKS.contains(&child.tag.as_str()));
            let parts: Vec<Option<Vec<StimulusKind>>> =
                parts.map(|child| read(library, synapses, child, weight)).collect();
            Some(parts.into_iter().collect::<Option<Vec<_>>>()?.concat())
        }
        "voltageClamp" => {
            report.known(at, &["delay", "duration", "targetVoltage", "simpleSeriesResistance"]);
            let course = course(library, at);
            let target = report.quantity(at, "targetVoltage", Unit::Voltage);
            let resistance = resistance(library, at, weight);
            let (start, stop) = course?;
            let waveform = Waveform { points: Vec::new(), outside: target? };
            Some(vec![StimulusKind::VoltageClamp { waveform, series_resistance: resistance?, start, stop }])
        }
        "voltageClampTriple" => triple(library, at, weight),
        "poissonFiringSynapse" | "transientPoissonFiringSynapse" => {
            report.known(at, &["averageRate", "synapse", "spikeTarget", "delay", "duration"]);
            let rate = report.positive(at, "averageRate", Unit::Rate);
            let span = if at.tag == "poissonFiringSynapse" { Some((0.0, NEVER)) } else { course(library, at) };
            let parts = synapses.referred(library, at, "synapse");
            let (start, stop) = span?;
            let parts = parts?;
            let [part] = parts[..] else {
                let hint = "use a synapse of one component";
                return report.unsupported(at, "random spikes into a synapse of several components are", hint);
            };
            let (synapse, weight) = (part.kind, weight * part.conductance);
            Some(vec![StimulusKind::Poisson { synapse, weight, rate: 1e3 * rate?, start, stop }])
        }
        "timedSynapticInput" => {
            report.known(at, &["synapse", "spikeTarget"]);
            let times = spike_times(library, at);
            let parts = synapses.referred(library, at, "synapse");
            let times = times?;
            let parts = parts?;
            let train = |&super::synapse::Part { kind, conductance }| StimulusKind::SpikeTrain {
                synapse: kind,
                weight: weight * conductance,
                times: times.clone(),
            };
            Some(parts.iter().map(train).collect())
        }
        tag => report.unsupported(at, format!("inputs of type <{tag}> are"), format!("read are {}", INPUTS.join(", "))),
    }
}

/// Times of the spikes an element lists, ms, ascending.
pub(super) fn spike_times(library: &Library, at: &Element) -> Option<Vec<f64>> {
    let times: Option<Vec<f64>> =
        at.all("spike").map(|spike| library.report.not_negative(spike, "time", Unit::Time)).collect();
    let mut times = times?;
    times.sort_by(f64::total_cmp);
    Some(times)
}

/// First and last ms.
fn course(library: &Library, at: &Element) -> Option<(f64, f64)> {
    let delay = library.report.not_negative(at, "delay", Unit::Time);
    let duration = library.report.not_negative(at, "duration", Unit::Time);
    let delay = delay?;
    Some((delay, delay + duration?))
}

/// Of a clamp, megaohm: a weight multiplies its current.
fn resistance(library: &Library, at: &Element, weight: f64) -> Option<f64> {
    let resistance = library.report.positive(at, "simpleSeriesResistance", Unit::Resistance)?;
    if weight > 0.0 {
        return Some(resistance / weight);
    }
    library.report.unsupported(
        at,
        format!("a clamp of weight {weight} is"),
        "give it a weight above 0, or leave it out",
    )
}

fn triple(library: &Library, at: &Element, weight: f64) -> Option<Vec<StimulusKind>> {
    let report = &library.report;
    let known = [
        "active",
        "delay",
        "duration",
        "conditioningVoltage",
        "testingVoltage",
        "returnVoltage",
        "simpleSeriesResistance",
    ];
    report.known(at, &known);
    let active = report.quantity_or(at, "active", Unit::Number, 1.0);
    let course = course(library, at);
    let voltage = |name: &str| report.quantity(at, name, Unit::Voltage);
    let (before, during, after) = (voltage("conditioningVoltage"), voltage("testingVoltage"), voltage("returnVoltage"));
    let resistance = resistance(library, at, weight);
    if active? != 1.0 {
        return Some(Vec::new());
    }
    let (start, stop) = course?;
    let (before, during, after) = (before?, during?, after?);
    let points = vec![(0.0, before), (start, before), (start, during), (stop, during), (stop, after), (NEVER, after)];
    let waveform = Waveform { points, outside: after };
    Some(vec![StimulusKind::VoltageClamp { waveform, series_resistance: resistance?, start: 0.0, stop: NEVER }])
}
