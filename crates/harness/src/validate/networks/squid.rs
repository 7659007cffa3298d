//! The squid axon's membrane as a point.

use huxley_model::channel::Integrator;
use huxley_model::morphology::Morphology;
use huxley_model::network::{CurrentUnit, Network, Site, Stimulus, StimulusKind, Waveform};
use huxley_model::preset;

use super::{all, network, population};
use crate::validate::reference::Reference;

/// The reference's squid membrane under its current step.
///
/// # Panics
/// When the preset `hh` is gone.
#[must_use]
pub fn squid(reference: &Reference, dt: f64, integrator: Integrator) -> Network {
    let clamp = reference.at("/parameters/clamp");
    let (start, length) = (clamp.get("delay").number(), clamp.get("dur").number());
    let mut network = squid_point(reference.at("/parameters/area").number());
    network.stimuli = vec![Stimulus {
        name: "step".to_owned(),
        target: all("axon", Site::Soma),
        kind: StimulusKind::Current {
            waveform: Waveform::step(clamp.get("density_uA_cm2").number(), start, start + length),
            unit: CurrentUnit::MicroamperePerCm2,
        },
    }];
    network.run.dt = dt;
    network.run.integrator = integrator;
    network
}

/// A squid membrane of `area` um2 as population `axon`, with nothing that drives it.
///
/// # Panics
/// When the preset `hh` is gone.
#[must_use]
pub fn squid_point(area: f64) -> Network {
    let hh = preset::find("hh").expect("the preset `hh`");
    network("squid", vec![population("axon", vec![Morphology::point(area)], &[0], hh.channels)])
}
