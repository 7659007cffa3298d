//! The networks that are timed.

use huxley_model::channel::Integrator;
use huxley_model::morphology::{Attachment, Discretisation, Morphology, Section, SectionKind};
use huxley_model::network::{
    Cell, CellSelection, CurrentUnit, Distribution, Insertion, Membrane, Network, Population, Precision, Projection,
    Receptor, Rule, Site, Stimulus, StimulusKind, SynapseKind, SynapseModel, Target, Tick, Waveform,
};
use huxley_model::plasticity::Plasticity;
use huxley_model::preset;
use huxley_model::synapse::receptor;

/// What the synapses of a network are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Synapses {
    /// The first so many of the article's nine parts, 1 to 9: a kinetic AMPA receptor, and an NMDA receptor from 3 on.
    Parts(usize),
    /// Without state of their own: a conductance that jumps at a spike and decays.
    Event,
}

/// Names of the article's nine parts, in its order.
pub const PARTS: [&str; 9] = [
    "transmission",
    "short-term",
    "nmda",
    "calcium",
    "camkii",
    "weight",
    "homeostatic",
    "structural",
    "neuromodulation",
];

/// Conductance of a receptor, uS: so small that no cell feels it, and what cells do is the same with any synapses.
const QUIET: f64 = 1e-9;

/// The first `count` of the article's parts that are plastic.
fn plasticity(count: usize) -> Plasticity {
    let all = Plasticity::article();
    fn from<T>(part: Option<T>, number: usize, count: usize) -> Option<T> {
        part.filter(|_| count >= number)
    }
    Plasticity {
        short_term: from(all.short_term, 2, count),
        calcium: from(all.calcium, 4, count),
        camkii: from(all.camkii, 5, count),
        weight: from(all.weight, 6, count),
        homeostatic: from(all.homeostatic, 7, count),
        structural: from(all.structural, 8, count),
        neuromodulation: from(all.neuromodulation, 9, count),
        ..Plasticity::NONE
    }
}

/// The kind of synapse.
///
/// # Panics
/// Never: the receptors are in the literature's list.
#[must_use]
pub fn synapse_kind(synapses: Synapses) -> SynapseKind {
    let quiet = |name: &str| Receptor { conductance: QUIET, ..receptor(name).expect("a receptor of the literature") };
    let kinetic = |receptors| SynapseModel::Kinetic { receptors, transmitter: 1.0, pulse: 1.0 };
    let (model, plasticity) = match synapses {
        Synapses::Event => (SynapseModel::exponential(5.0, 0.0), Plasticity::NONE),
        Synapses::Parts(count) if count < 3 => (kinetic(vec![quiet("ampa")]), plasticity(count)),
        Synapses::Parts(count) => (kinetic(vec![quiet("ampa"), quiet("nmda")]), plasticity(count)),
    };
    SynapseKind { name: "synapse".to_owned(), model, plasticity }
}

fn population(shape: Morphology, count: usize, insertions: Vec<Insertion>) -> Population {
    Population {
        name: "cells".to_owned(),
        shapes: vec![shape],
        cells: vec![Cell { shape: 0, label: None }; count],
        discretisation: Discretisation::PerSection(1),
        membrane: Membrane::new(1.0, 100.0, insertions),
        membranes: Vec::new(),
        v_init: Distribution::Uniform { low: -75.0, high: -55.0 },
        threshold: 0.0,
        detector: Site::Soma,
        signalling: None,
    }
}

fn stimulus(kind: StimulusKind) -> Stimulus {
    let target = Target { population: "cells".to_owned(), cells: CellSelection::All, site: Site::Soma };
    Stimulus { name: "input".to_owned(), target, kind }
}

/// A cell of `compartments`: one is a point; else a soma and unbranched dendrites of three compartments, a binary tree from the
/// third dendrite on. Ten compartments have three dendrites, a hundred 33 (and 15 branch points without membrane).
fn shape(compartments: usize) -> Morphology {
    if compartments <= 1 {
        return Morphology::point(1000.0);
    }
    let mut sections = vec![Section::cylinder("soma", SectionKind::Soma, None, 20.0, 20.0).with_compartments(1)];
    for i in 0..(compartments - 1) / 3 {
        let (section, position) = if i < 3 { (0, 0.5) } else { ((i - 1) / 2, 1.0) };
        let parent = Some(Attachment { section, position });
        let dendrite = Section::cylinder(format!("dendrite_{i}"), SectionKind::Dendrite, parent, 100.0, 2.0);
        sections.push(dendrite.with_compartments(3));
    }
    Morphology { sections }
}

/// `count` squid cells of `compartments` (1, or one more than a multiple of three) without synapses, under a constant current.
///
/// # Panics
/// Never: `hh` is a preset.
#[must_use]
pub fn cells(compartments: usize, count: usize) -> Network {
    let hh = preset::find("hh").expect("a preset");
    let current = if compartments <= 1 {
        let waveform = Waveform::step(10.0, 0.0, 1e9);
        StimulusKind::Current { waveform, unit: CurrentUnit::MicroamperePerCm2 }
    } else {
        StimulusKind::Current { waveform: Waveform::step(0.5, 0.0, 1e9), unit: CurrentUnit::Nanoampere }
    };
    Network {
        name: format!("cells of {compartments}"),
        celsius: hh.celsius,
        populations: vec![population(shape(compartments), count, hh.channels)],
        stimuli: vec![stimulus(current)],
        ..Network::default()
    }
}

/// Synapses on each cell of [`driven`].
pub const FAN_IN: usize = 1000;

/// About `count` synapses (or none), [`FAN_IN`] on each passive cell, between cells that noise makes spike at about 5 Hz. Cells
/// take one substep in a tick of `tick` ms, so that nearly all of a tick is its synapses.
#[must_use]
pub fn driven(synapses: Option<Synapses>, count: usize, tick: f64, precision: Precision) -> Network {
    let leak = Insertion { channel: preset::leak(-65.0), density: vec![(SectionKind::Any, 1e-4)] };
    let mut cells = population(Morphology::point(10_000.0), (count / FAN_IN).max(1), vec![leak]);
    cells.v_init = Distribution::Uniform { low: -70.0, high: -60.0 };
    cells.threshold = -58.7;
    let noise = StimulusKind::Noise { mean: 0.0, sd: 0.08, tau: 5.0, start: 0.0, stop: 1e9 };
    let mut network = Network {
        name: "synapses".to_owned(),
        celsius: 37.0,
        populations: vec![cells],
        stimuli: vec![stimulus(noise)],
        ..Network::default()
    };
    if let Some(synapses) = synapses {
        connect(&mut network, synapses, FAN_IN, Site::Soma);
        if precision == Precision::F32
            && tick < 1.0
            && let Some(rule) = &mut network.synapses[0].plasticity.weight
        {
            // The default rate is below what single precision adds up at such a tick; the arithmetic is the same at any rate.
            rule.eta *= 10.0;
        }
    }
    network.run.dt = tick;
    network.run.tick = Tick::Fixed(tick);
    network.run.integrator = Integrator::BackwardEuler;
    network.run.precision = precision;
    network
}

/// `count` of the article's larger neurons: [`cells`] of 100 compartments, each with 10,000 plastic synapses of all nine parts from
/// the others, in ticks of 1 ms. Noise at the soma makes them spike at about 6 Hz.
#[must_use]
pub fn article(count: usize, precision: Precision) -> Network {
    let mut network = cells(100, count);
    network.name = "the article's neurons".to_owned();
    let noise = StimulusKind::Noise { mean: ARTICLE_MEAN, sd: ARTICLE_SD, tau: 5.0, start: 0.0, stop: 1e9 };
    network.stimuli = vec![stimulus(noise)];
    connect(&mut network, Synapses::Parts(PARTS.len()), ARTICLE_SYNAPSES, Site::Random(SectionKind::Any));
    network.run.tick = Tick::Fixed(1.0);
    network.run.precision = precision;
    network
}

/// Synapses of the article's larger neuron.
pub const ARTICLE_SYNAPSES: usize = 10_000;
/// Mean of the noise at each soma of [`article`], nA.
const ARTICLE_MEAN: f64 = 0.0;
/// Its standard deviation, nA.
const ARTICLE_SD: f64 = 0.2;

fn connect(network: &mut Network, synapses: Synapses, degree: usize, site: Site) {
    network.synapses = vec![synapse_kind(synapses)];
    let weight = if synapses == Synapses::Event { QUIET } else { 1.0 };
    network.projections = vec![Projection {
        name: "all".to_owned(),
        source: "cells".to_owned(),
        target: "cells".to_owned(),
        synapse: 0,
        rule: Rule::FixedInDegree { degree, autapses: true, multapses: true },
        weight: Distribution::Constant(weight),
        delay: Distribution::Uniform { low: 1.0, high: 5.0 },
        site,
    }];
}
