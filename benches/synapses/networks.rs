//! Networks that are all synapses.

use std::sync::Arc;

use huxley::channel::Integrator;
use huxley::morphology::{Discretisation, Morphology, SectionKind};
use huxley::network::{
    Cell, CellSelection, Distribution, Insertion, Membrane, Network, Population, Precision, Projection, Receptor, Rule,
    Site, Stimulus, StimulusKind, SynapseKind, SynapseModel, Target, Tick,
};
use huxley::plasticity::{Plasticity, ShortTerm};
use huxley::synapse::receptor;
use huxley::{Plan, lower, preset};

/// What the synapses are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// The article's nine parts on AMPA and NMDA.
    Article,
    /// AMPA alone, nothing plastic.
    Static,
    /// The seven variables of parts 1 to 6 and no slow parts.
    Eight,
}

fn kind(kind: Kind) -> SynapseKind {
    // Conductances are so small that the cells do not feel them: all inputs of the equations are those of any network.
    let quiet = |name: &str| Receptor { conductance: 1e-9, ..receptor(name).expect("a receptor of the literature") };
    let receptors = if kind == Kind::Static { vec![quiet("ampa")] } else { vec![quiet("ampa"), quiet("nmda")] };
    let plasticity = match kind {
        Kind::Article => Plasticity::article(),
        Kind::Static => Plasticity::NONE,
        Kind::Eight => Plasticity {
            short_term: Some(ShortTerm::VARELA),
            homeostatic: None,
            structural: None,
            neuromodulation: None,
            ..Plasticity::article()
        },
    };
    let model = SynapseModel::Kinetic { receptors, transmitter: 1.0, pulse: 1.0 };
    SynapseKind { name: "synapse".to_owned(), model, plasticity }
}

/// `count` synapses, 1,000 on each passive cell, between cells that noise makes spike at about 5 Hz.
pub fn driven(synapse: Kind, count: usize, tick: f64, precision: Precision) -> Arc<Plan> {
    let fan_in = 1000;
    let cells = count / fan_in;
    let mut network = Network { name: "synapses".to_owned(), celsius: 37.0, ..Network::default() };
    network.populations = vec![Population {
        name: "cells".to_owned(),
        shapes: vec![Morphology::point(10_000.0)],
        cells: vec![Cell { shape: 0, label: None }; cells],
        discretisation: Discretisation::PerSection(1),
        membrane: Membrane {
            capacitance: 1.0,
            axial_resistivity: 100.0,
            insertions: vec![Insertion { channel: preset::leak(-65.0), density: vec![(SectionKind::Any, 1e-4)] }],
        },
        v_init: Distribution::Uniform { low: -70.0, high: -60.0 },
        threshold: -58.7,
        detector: Site::Soma,
        signalling: None,
    }];
    network.synapses = vec![kind(synapse)];
    network.projections = vec![Projection {
        name: "all".to_owned(),
        source: "cells".to_owned(),
        target: "cells".to_owned(),
        synapse: 0,
        rule: Rule::FixedInDegree { degree: fan_in, autapses: true, multapses: true },
        weight: Distribution::Constant(1.0),
        delay: Distribution::Uniform { low: 1.0, high: 5.0 },
        site: Site::Soma,
    }];
    network.stimuli = vec![Stimulus {
        name: "noise".to_owned(),
        target: Target { population: "cells".to_owned(), cells: CellSelection::All, site: Site::Soma },
        kind: StimulusKind::Noise { mean: 0.0, sd: 0.08, tau: 5.0, start: 0.0, stop: 1e9 },
    }];
    network.run.dt = tick;
    network.run.tick = Tick::Fixed(tick);
    network.run.integrator = Integrator::BackwardEuler;
    network.run.precision = precision;
    if precision == Precision::F32 && tick < 1.0 {
        // The default rate is below what single precision adds up at this tick; the arithmetic is the same at any rate.
        network.synapses[0].plasticity.weight.as_mut().expect("a weight rule").eta *= 10.0;
    }
    Arc::new(lower(&network).expect("lowers"))
}
