//! Stimuli.

use std::sync::Arc;

use huxley_model::network::{Network, StimulusKind, Waveform};

use crate::error::PlanError;
use crate::lower::{CellTable, Place, check_synapse, places};
use crate::plan::{Generator, Injection, InjectionSource, Settings};

/// The one synapse of a stimulus' generator.
pub(super) struct Feed {
    pub synapse: usize,
    pub weight: f64,
    pub place: Place,
}

pub(super) struct Drive {
    pub injections: Vec<Injection>,
    /// Spike sources, then those of stimuli.
    pub generators: Vec<Generator>,
    /// The synapse of each generator of a stimulus.
    pub feeds: Vec<Feed>,
}

pub(super) fn lower(network: &Network, settings: &Settings, table: &CellTable) -> Result<Drive, PlanError> {
    let mut drive = Drive { injections: Vec::new(), generators: Vec::new(), feeds: Vec::new() };
    for sources in &network.sources {
        let who = format!("spike sources `{}`", sources.name);
        if network.populations.iter().any(|population| population.name == sources.name) {
            return Err(PlanError::Twice { name: sources.name.clone() });
        }
        for train in &sources.trains {
            // As a cell's: stamped with the nearest tick, and at synapses of the shortest delay one tick later.
            let mut ticks = Vec::with_capacity(train.len());
            for &time in train {
                if !(time.is_finite() && time >= 0.0) {
                    return Err(PlanError::Value {
                        what: format!("a spike time of {who}"),
                        value: time,
                        expected: "a number of ms, not negative",
                    });
                }
                #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
                ticks.push((time / settings.tick).round() as u64 + 1);
            }
            ticks.sort_unstable();
            drive.generators.push(Generator::Listed { ticks: Arc::new(ticks) });
        }
    }
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
            StimulusKind::Oscillation { wave, unit } => {
                for (what, value) in [("from", wave.from), ("to", wave.to)] {
                    if !(value >= 0.0 && value.is_finite()) {
                        return Err(PlanError::Value {
                            what: format!("the frequency `{what}` of {who}"),
                            value,
                            expected: "a number of Hz, not negative",
                        });
                    }
                }
                inject(InjectionSource::Oscillation { wave, unit });
            }
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
        StimulusKind::Oscillation { wave, .. } => {
            finite("the offset", wave.offset)?;
            finite("the amplitude", wave.amplitude)?;
            finite("the phase", wave.phase)
        }
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
