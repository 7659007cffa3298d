//! The networks that benches run.

use std::sync::Arc;

use huxley::morphology::{Attachment, Discretisation, Morphology, Section, SectionKind};
use huxley::network::{
    Cell, CellSelection, CurrentUnit, Distribution, Membrane, Network, Population, Precision, Projection, Rule, Site,
    Stimulus, StimulusKind, SynapseKind, SynapseModel, Target, Waveform,
};
use huxley::{Plan, lower, preset};

fn squid_cells(name: &str, shape: Morphology, count: usize, current: Waveform, unit: CurrentUnit) -> Network {
    let hh = preset::find("hh").expect("a preset");
    let target = Target { population: "cells".to_owned(), cells: CellSelection::All, site: Site::Soma };
    Network {
        name: name.to_owned(),
        celsius: hh.celsius,
        populations: vec![Population {
            name: "cells".to_owned(),
            shapes: vec![shape],
            cells: vec![Cell { shape: 0, label: None }; count],
            discretisation: Discretisation::PerSection(1),
            membrane: Membrane { capacitance: 1.0, axial_resistivity: 100.0, insertions: hh.channels },
            v_init: Distribution::Uniform { low: -75.0, high: -55.0 },
            threshold: 0.0,
            detector: Site::Soma,
            signalling: None,
        }],
        stimuli: vec![Stimulus {
            name: "current".to_owned(),
            target,
            kind: StimulusKind::Current { waveform: current, unit },
        }],
        ..Network::default()
    }
}

/// Independent squid point neurons under 10 uA/cm2.
pub fn points(count: usize) -> Network {
    let current = Waveform::step(10.0, 0.0, 1e9);
    squid_cells("points", Morphology::point(1000.0), count, current, CurrentUnit::MicroamperePerCm2)
}

/// Independent cells of 100 squid compartments: a soma and 33 branches of three, a binary tree from the third on. With the branch
/// points they have 115 nodes.
pub fn trees(count: usize) -> Network {
    let mut sections = vec![Section::cylinder("soma", SectionKind::Soma, None, 20.0, 20.0).with_compartments(1)];
    for i in 0..33_usize {
        let (section, position) = if i < 3 { (0, 0.5) } else { ((i - 1) / 2, 1.0) };
        let branch = Section::cylinder(
            format!("branch_{i}"),
            SectionKind::Dendrite,
            Some(Attachment { section, position }),
            100.0,
            2.0,
        );
        sections.push(branch.with_compartments(3));
    }
    let current = Waveform::step(0.5, 0.0, 1e9);
    squid_cells("trees", Morphology { sections }, count, current, CurrentUnit::Nanoampere)
}

/// Points with `degree` exponential synapses each, delays of 1 to 5 ms.
pub fn connected(count: usize, degree: usize) -> Network {
    let mut network = points(count);
    let model = SynapseModel::Exponential { tau: 5.0, reversal: 0.0 };
    network.synapses = vec![SynapseKind::fixed("excitatory", model)];
    network.projections = vec![Projection {
        name: "recurrent".to_owned(),
        source: "cells".to_owned(),
        target: "cells".to_owned(),
        synapse: 0,
        rule: Rule::FixedInDegree { degree, autapses: false, multapses: true },
        weight: Distribution::Constant(1e-6),
        delay: Distribution::Uniform { low: 1.0, high: 5.0 },
        site: Site::Soma,
    }];
    network
}

/// A built-in model.
pub fn builtin(name: &str) -> Network {
    huxley::builtin::find(name).expect("a built-in model").load(&[]).expect("it loads").network
}

/// Lowers in a precision.
pub fn plan(mut network: Network, precision: Precision) -> Arc<Plan> {
    network.run.precision = precision;
    Arc::new(lower(&network).expect("it lowers"))
}
