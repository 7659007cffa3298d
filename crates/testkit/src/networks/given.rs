//! Cells of one population with unlike membranes, driven by spikes that are given.

use huxley_model::morphology::{Morphology, SectionKind};
use huxley_model::network::{
    Connection, Distribution, Network, Projection, Rule, Site, SpikeSources, SynapseKind, SynapseModel,
};
use huxley_model::preset;

use super::ball_and_stick;
use super::{all, kinetic_model, network, population, potential, stepped};

/// Two shapes of one population with membranes of their own: channels in one that the other has not, capacitances by kind of section.
/// Two lots of spike sources, the second with several synapses a source, delays of one to nine ticks, event synapses and kinetic
/// ones; a stimulus with a generator of its own behind them.
///
/// # Panics
/// When the preset `hh` is gone.
#[must_use]
pub fn given() -> Network {
    let squid = preset::find("hh").expect("the preset `hh`").channels;
    let mut cells = population("cells", vec![ball_and_stick(), Morphology::point(700.0)], &[0, 1, 0, 1, 1], squid);
    let mut other = cells.membrane.clone();
    other.insertions.remove(1);
    other.capacitance = 0.8;
    cells.membrane.capacitances = vec![(SectionKind::Dendrite, 1.7)];
    cells.membranes = vec![cells.membrane.clone(), other];
    let mut network = stepped(network("given", vec![cells]), 0.025, 0.1);
    network.sources = vec![
        SpikeSources { name: "one".to_owned(), trains: vec![vec![0.3, 1.2]] },
        SpikeSources { name: "many".to_owned(), trains: vec![vec![0.0, 0.1, 0.74], Vec::new(), vec![2.0, 1.0, 1.0]] },
    ];
    let fast = SynapseModel::double_exponential(0.3, 2.0, 0.0);
    network.synapses = vec![
        SynapseKind::fixed("fast", fast),
        SynapseKind::fixed("slow", SynapseModel::exponential(5.0, -80.0)),
        SynapseKind::fixed("kinetic", kinetic_model(&["ampa", "nmda"])),
    ];
    let table = |rows: &[(u32, u32, f64, f64, u32)]| {
        let row = |&(source, target, weight, delay, compartment): &(u32, u32, f64, f64, u32)| Connection {
            source,
            target,
            weight: Some(weight),
            delay: Some(delay),
            compartment: Some(compartment),
        };
        Rule::Table(rows.iter().map(row).collect())
    };
    let mut project = |name: &str, source: &str, synapse: usize, rule: Rule| {
        network.projections.push(Projection {
            name: name.to_owned(),
            source: source.to_owned(),
            target: "cells".to_owned(),
            synapse,
            rule,
            weight: Distribution::Constant(1.0),
            delay: Distribution::Constant(0.2),
            site: Site::Soma,
        });
    };
    project("a", "one", 0, table(&[(0, 0, 0.03, 0.1, 0), (0, 1, 0.05, 0.9, 0), (0, 0, 0.01, 0.3, 1)]));
    project("b", "many", 0, table(&[(0, 2, 0.06, 0.4, 0), (2, 3, 0.04, 0.2, 0), (0, 4, 0.05, 0.1, 0)]));
    project("c", "many", 1, table(&[(2, 0, 0.001, 0.5, 0), (1, 1, 0.1, 0.1, 0)]));
    project("d", "many", 2, Rule::AllToAll { autapses: true });
    project("e", "cells", 0, table(&[(0, 1, 0.01, 0.2, 0), (2, 4, 0.02, 0.7, 0)]));
    network.stimuli.push(huxley_model::network::Stimulus {
        name: "list".to_owned(),
        target: all("cells", Site::Soma),
        kind: huxley_model::network::StimulusKind::SpikeTrain { synapse: 0, weight: 0.002, times: vec![0.5, 1.5] },
    });
    network.probes = vec![potential("v", all("cells", Site::Every(SectionKind::Any)), 0.1)];
    network
}
