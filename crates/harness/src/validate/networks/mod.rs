//! Networks with known solutions, and some with a little of everything. What they are compared with is not here.

mod cables;
mod mixed;
mod plastic;
mod squid;

pub use cables::{passive_cable, passive_point, rallpack1, rallpack2, rallpack3, stub};
pub use mixed::{ball_and_stick, mixed, pairs, ring};
pub use plastic::{kinetic_model, lively_article, plastic};
pub use squid::{squid, squid_point};

use huxley_model::channel::Channel;
use huxley_model::morphology::{Discretisation, Morphology, SectionKind};
use huxley_model::network::{
    Cell, CellSelection, CurrentUnit, Distribution, Insertion, Membrane, Network, Population, Probe, RunDefaults, Site,
    Stimulus, StimulusKind, Target, Tick, Variable, Waveform,
};
use huxley_model::preset;

/// A population with one cell for each entry of `cells` (an index into `shapes`), membrane of 1 uF/cm2 and 100 ohm cm, initially at
/// -65 mV, spikes at 0 mV.
#[must_use]
pub fn population(name: &str, shapes: Vec<Morphology>, cells: &[usize], insertions: Vec<Insertion>) -> Population {
    Population {
        name: name.to_owned(),
        shapes,
        cells: cells.iter().map(|&shape| Cell { shape, label: None }).collect(),
        discretisation: Discretisation::PerSection(1),
        membrane: Membrane::new(1.0, 100.0, insertions),
        membranes: Vec::new(),
        v_init: Distribution::Constant(-65.0),
        threshold: 0.0,
        detector: Site::Soma,
        signalling: None,
    }
}

/// A network of one or more populations at 6.3 degC, with nothing in it yet.
#[must_use]
pub fn network(name: &str, populations: Vec<Population>) -> Network {
    Network {
        name: name.to_owned(),
        title: name.to_owned(),
        celsius: 6.3,
        populations,
        run: RunDefaults { duration: 1.0, ..RunDefaults::default() },
        ..Network::default()
    }
}

/// The network with another substep and tick (ms).
#[must_use]
pub fn stepped(mut network: Network, dt: f64, tick: f64) -> Network {
    network.run.dt = dt;
    network.run.tick = Tick::Fixed(tick);
    network
}

/// A channel with one density everywhere, S/cm2.
#[must_use]
pub fn everywhere(channel: Channel, density: f64) -> Insertion {
    Insertion { channel, density: vec![(SectionKind::Any, density)] }
}

/// An ungated channel of the given name, everywhere.
#[must_use]
pub fn passive(reversal: f64, density: f64) -> Insertion {
    everywhere(preset::leak(reversal), density)
}

/// The squid's three channels with densities by kind of section: (kind, sodium, potassium, leak), S/cm2, leak at `reversal` mV.
#[must_use]
pub fn squid_channels(densities: &[(SectionKind, f64, f64, f64)], reversal: f64) -> Vec<Insertion> {
    let of = |channel: Channel, pick: fn(&(SectionKind, f64, f64, f64)) -> f64| Insertion {
        channel,
        density: densities.iter().map(|d| (d.0, pick(d))).collect(),
    };
    let [na, k] = preset::HH;
    vec![of(na, |d| d.1), of(k, |d| d.2), of(preset::leak(reversal), |d| d.3)]
}

/// A place on every cell of a population.
#[must_use]
pub fn all(population: &str, site: Site) -> Target {
    Target { population: population.to_owned(), cells: CellSelection::All, site }
}

/// A place on one cell of a population.
#[must_use]
pub fn one(population: &str, cell: usize, site: Site) -> Target {
    Target { population: population.to_owned(), cells: CellSelection::Indices(vec![cell]), site }
}

/// A position on a section.
#[must_use]
pub fn at(section: &str, position: f64) -> Site {
    Site::Section { name: section.to_owned(), position }
}

/// A current of `amplitude` nA from `start` to `stop` ms.
#[must_use]
pub fn current(name: &str, target: Target, amplitude: f64, start: f64, stop: f64) -> Stimulus {
    let waveform = Waveform::step(amplitude, start, stop);
    Stimulus { name: name.to_owned(), target, kind: StimulusKind::Current { waveform, unit: CurrentUnit::Nanoampere } }
}

/// A probe of the potential each `interval` ms.
#[must_use]
pub fn potential(name: &str, target: Target, interval: f64) -> Probe {
    probe(name, target, Variable::Potential, interval)
}

/// A probe.
#[must_use]
pub fn probe(name: &str, target: Target, variable: Variable, interval: f64) -> Probe {
    Probe { name: name.to_owned(), target, variable, interval }
}
