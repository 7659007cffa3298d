//! Points and cables with known solutions.

use huxley_model::morphology::{Attachment, Discretisation, Morphology, Section, SectionKind};
use huxley_model::network::{Network, Site};

use super::{all, at, current, network, passive, population, potential, squid_channels};

/// A passive point of 1000 um2 at -65 mV whose rest is `rest` mV, with a membrane time constant of 10 ms, and a probe `v` each dt.
#[must_use]
pub fn passive_point(rest: f64) -> Network {
    let membrane = vec![passive(rest, 1e-4)];
    let mut network = network("point", vec![population("cell", vec![Morphology::point(1000.0)], &[0], membrane)]);
    network.probes = vec![potential("v", all("cell", Site::Soma), network.run.dt)];
    network
}

/// A passive cable of 1 um diameter with properties of Rallpack 1, and probes `start` and `end` each `interval` ms.
#[must_use]
pub fn passive_cable(length: f64, compartments: usize, interval: f64) -> Network {
    let section = Section::cylinder("cable", SectionKind::Dendrite, None, length, 1.0).with_compartments(compartments);
    let shape = Morphology { sections: vec![section] };
    let mut network =
        network("cable", vec![population("cable", vec![shape], &[0], vec![passive(-65.0, 1.0 / 40_000.0)])]);
    network.stimuli = vec![current("step", all("cable", at("cable", 0.0)), 0.1, 0.0, 1e6)];
    network.probes = vec![
        potential("start", all("cable", at("cable", 0.0)), interval),
        potential("end", all("cable", at("cable", 1.0)), interval),
    ];
    // Passive potentials pass 0 mV on their way: no spikes are wanted.
    network.populations[0].threshold = 1e3;
    network
}

/// Rallpack 1 (Bhalla, Bilitch & Bower 1992): a passive cable of 1 mm and 1,000 compartments, 0.1 nA into its start.
#[must_use]
pub fn rallpack1() -> Network {
    Network { name: "rallpack1".to_owned(), ..passive_cable(1000.0, 1000, 0.05) }
}

/// Rallpack 2: a passive binary tree of ten levels equivalent to a cylinder, 0.1 nA into its root.
///
/// # Panics
/// Never: the tree's parameters are constants.
#[must_use]
pub fn rallpack2(compartments: usize) -> Network {
    let tree = Morphology::branching_tree(10, 32.0, 16.0).expect("constants in range");
    let mut population = population("tree", vec![tree], &[0], vec![passive(-65.0, 1.0 / 40_000.0)]);
    population.discretisation = Discretisation::PerSection(compartments);
    population.threshold = 1e3;
    let mut network = network("rallpack2", vec![population]);
    network.stimuli = vec![current("step", all("tree", at("dendrite_0", 0.0)), 0.1, 0.0, 1e6)];
    network.probes = vec![
        potential("start", all("tree", at("dendrite_0", 0.0)), 0.05),
        potential("end", all("tree", at("dendrite_1022", 1.0)), 0.05),
    ];
    network
}

/// Rallpack 3: an axon of 1 mm and 1,000 compartments with the squid's channels, 0.1 nA into its start.
#[must_use]
pub fn rallpack3() -> Network {
    let mut network = rallpack1();
    network.name = "rallpack3".to_owned();
    let axon = &mut network.populations[0];
    axon.membrane.insertions = squid_channels(&[(SectionKind::Any, 0.12, 0.036, 1.0 / 40_000.0)], -65.0);
    axon.threshold = 0.0;
    network
}

/// A passive soma and dendrite with a stub of 1 um at its end, and a probe `end` there each dt: the stub's node alone would relax
/// within 1e-4 ms.
#[must_use]
pub fn stub() -> Network {
    let parent = |section| Some(Attachment { section, position: 1.0 });
    let shape = Morphology {
        sections: vec![
            Section::cylinder("soma", SectionKind::Soma, None, 20.0, 20.0).with_compartments(1),
            Section::cylinder("dend", SectionKind::Dendrite, parent(0), 100.0, 1.0).with_compartments(10),
            Section::cylinder("stub", SectionKind::Dendrite, parent(1), 1.0, 1.0).with_compartments(1),
        ],
    };
    let mut network = network("stub", vec![population("cell", vec![shape], &[0], vec![passive(-65.0, 1e-4)])]);
    network.probes = vec![potential("end", all("cell", at("stub", 0.5)), network.run.dt)];
    network.populations[0].threshold = 1e3;
    network
}
