//! Stimuli and probes.

use std::sync::Arc;

use huxley_model::network::{Network, StimulusKind, Waveform};

use crate::error::PlanError;
use crate::lower::{CellTable, Place, check_synapse, places, population};
use crate::plan::{Generator, Injection, InjectionSource, ProbePlan, Settings};

/// A generator's one synapse.
pub(super) struct Feed {
    pub synapse: usize,
    pub weight: f64,
    pub place: Place,
}

pub(super) struct Drive {
    pub injections: Vec<Injection>,
    pub generators: Vec<Generator>,
    /// The synapse of each generator.
    pub feeds: Vec<Feed>,
    pub probes: Vec<ProbePlan>,
}

pub(super) fn lower(network: &Network, settings: &Settings, table: &CellTable) -> Result<Drive, PlanError> {
    let mut drive = Drive { injections: Vec::new(), generators: Vec::new(), feeds: Vec::new(), probes: Vec::new() };
    for stimulus in &network.stimuli {
        let who = format!("stimulus `{}`", stimulus.name);
        check_numbers(network, &who, &stimulus.kind)?;
        let places = places(network, table, &who, &stimulus.target)?;
        let mut inject = |source| {
            drive.injections.push(Injection {
                name: stimulus.name.clone(),
                nodes: places.iter().map(|p| p.node).collect(),
                source,
            });
        };
        let mut feed = |generator: Generator, synapse: usize, weight: f64| {
            for &place in &places {
                drive.generators.push(generator.clone());
                drive.feeds.push(Feed { synapse, weight, place });
            }
        };
        match stimulus.kind.clone() {
            StimulusKind::Current { waveform, unit } => inject(InjectionSource::Current { waveform, unit }),
            StimulusKind::Noise { mean, sd, tau, start, stop } => {
                if !(tau > 0.0) {
                    return Err(PlanError::Value {
                        what: format!("tau of {who}"),
                        value: tau,
                        expected: "a positive number of ms",
                    });
                }
                inject(InjectionSource::Noise { mean, sd, tau, start, stop });
            }
            StimulusKind::VoltageClamp { waveform, series_resistance, start, stop } => {
                if !(series_resistance > 0.0) {
                    return Err(PlanError::Value {
                        what: format!("the series resistance of {who}"),
                        value: series_resistance,
                        expected: "a positive number of Mohm",
                    });
                }
                inject(InjectionSource::Clamp { waveform, conductance: 1.0 / series_resistance, start, stop });
            }
            StimulusKind::SpikeTrain { synapse, weight, times } => {
                #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
                let mut ticks: Vec<u64> = times.iter().map(|t| (t / settings.tick).round() as u64).collect();
                ticks.sort_unstable();
                feed(Generator::Listed { ticks: Arc::new(ticks) }, synapse, weight);
            }
            StimulusKind::Poisson { synapse, weight, rate, start, stop } => {
                if !(rate >= 0.0 && rate.is_finite()) {
                    return Err(PlanError::Value {
                        what: format!("the rate of {who}"),
                        value: rate,
                        expected: "a number of Hz, not negative",
                    });
                }
                feed(Generator::Poisson { rate, start, stop }, synapse, weight);
            }
        }
    }
    for probe in &network.probes {
        let who = format!("probe `{}`", probe.name);
        let index = population(network, &who, &probe.target.population)?;
        let places = places(network, table, &who, &probe.target)?;
        let ratio = probe.interval / settings.dt;
        if !(ratio >= 0.999_999 && (ratio - ratio.round()).abs() < 1e-6 * ratio) {
            return Err(PlanError::Value {
                what: format!("the interval of {who}"),
                value: probe.interval,
                expected: "a multiple of dt",
            });
        }
        check_variable(network, &who, index, &probe.variable)?;
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
        drive.probes.push(ProbePlan {
            name: probe.name.clone(),
            variable: probe.variable.clone(),
            labels: places.iter().map(|&p| table.label(network, index, p)).collect(),
            nodes: places.iter().map(|p| p.node).collect(),
            interval: ratio.round() as u32,
        });
    }
    Ok(drive)
}

/// That the numbers of a stimulus are numbers, and that its synapse exists.
fn check_numbers(network: &Network, who: &str, kind: &StimulusKind) -> Result<(), PlanError> {
    let finite = |what: &str, value: f64| {
        if value.is_finite() {
            return Ok(());
        }
        Err(PlanError::Value { what: format!("{what} of {who}"), value, expected: "a finite number" })
    };
    let course = |waveform: &Waveform| {
        finite("the value outside", waveform.outside)?;
        let mut points = waveform.points.iter();
        points.try_for_each(|&(t, value)| finite("a time", t).and_then(|()| finite("a value", value)))
    };
    match kind {
        StimulusKind::Current { waveform, .. } | StimulusKind::VoltageClamp { waveform, .. } => course(waveform),
        StimulusKind::Noise { mean, sd, .. } => {
            finite("the mean", *mean)?;
            finite("the standard deviation", *sd)
        }
        StimulusKind::SpikeTrain { synapse, weight, times } => {
            check_synapse(network, who, *synapse)?;
            finite("the weight", *weight)?;
            times.iter().try_for_each(|&t| finite("a time", t))
        }
        StimulusKind::Poisson { synapse, weight, .. } => {
            check_synapse(network, who, *synapse)?;
            finite("the weight", *weight)
        }
    }
}

/// That a probed channel and gate exist.
fn check_variable(
    network: &Network,
    who: &str,
    index: usize,
    variable: &huxley_model::network::Variable,
) -> Result<(), PlanError> {
    use huxley_model::network::Variable;
    let (channel, gate) = match variable {
        Variable::Gate { channel, gate } => (channel, Some(gate)),
        Variable::ChannelCurrent { channel } => (channel, None),
        Variable::Messenger(messenger) => {
            return super::signalling::check_probe(&network.populations[index], who, *messenger);
        }
        _ => return Ok(()),
    };
    let insertions = &network.populations[index].membrane.insertions;
    let unknown =
        |kind, name: &str, known| Err(PlanError::Unknown { place: who.to_owned(), kind, name: name.to_owned(), known });
    let Some(found) = insertions.iter().find(|i| i.channel.name == *channel) else {
        return unknown("channel", channel, insertions.iter().map(|i| i.channel.name.to_string()).collect());
    };
    match gate {
        Some(gate) if !found.channel.gates.iter().any(|g| g.name == *gate && g.has_state()) => {
            unknown("gate", gate, found.channel.gates.iter().map(|g| g.name.to_string()).collect())
        }
        _ => Ok(()),
    }
}
