//! Kinetic synapses on a point, as the reference has them.

use huxley_model::morphology::Morphology;
use huxley_model::network::{
    Block, Network, Receptor, Site, Stimulus, StimulusKind, SynapseKind, SynapseModel, Variable,
};
use huxley_model::preset;

use super::{all, network, passive, population, potential, probe};
use crate::reference::Reference;

/// The reference's cell `case` (`passive` or `hh`) with all its synapses, and probes `v` and `i` each 0.1 ms. With `only`, those
/// synapses alone.
///
/// # Panics
/// When the reference is not what its script writes.
#[must_use]
pub fn kinetic(reference: &Reference, case: &str, only: Option<&[usize]>) -> Network {
    let cells = reference.at("/parameters/cells").list();
    let cell = cells.iter().find(|c| c.get("name").text() == case).expect("a known case");
    let membrane = if case == "passive" {
        let pas = reference.at("/parameters/pas");
        vec![passive(pas.get("el").number(), pas.get("gl").number())]
    } else {
        preset::find("hh").expect("the preset `hh`").channels
    };
    let shape = Morphology::point(cell.get("area_um2").number());
    let mut network = network(case, vec![population("cell", vec![shape], &[0], membrane)]);
    for (i, item) in reference.at("/parameters/synapses").list().iter().enumerate() {
        let name = item.get("receptor").text();
        let rates = reference.at("/parameters/receptors").get(name);
        network.synapses.push(SynapseKind::fixed(
            format!("synapse{i}_{name}"),
            SynapseModel::Kinetic {
                receptors: vec![Receptor {
                    name: name.to_lowercase(),
                    alpha: rates.get("alpha").number(),
                    beta: rates.get("beta").number(),
                    reversal: rates.get("E").number(),
                    conductance: 1e-3 * item.get("g_nS").number(),
                    block: (name == "NMDA").then(|| Block::magnesium(reference.at("/parameters/Mg_mM").number())),
                }],
                transmitter: reference.at("/parameters/T_max_mM").number(),
                pulse: reference.at("/parameters/pulse_ms").number(),
            },
        ));
        if only.is_none_or(|only| only.contains(&i)) {
            network.stimuli.push(Stimulus {
                name: format!("arrivals{i}"),
                target: all("cell", Site::Soma),
                kind: StimulusKind::SpikeTrain { synapse: i, weight: 1.0, times: item.get("arrivals").numbers() },
            });
        }
    }
    network.probes = vec![
        potential("v", all("cell", Site::Soma), 0.1),
        probe("i", all("cell", Site::Soma), Variable::SynapticCurrent, 0.1),
    ];
    network
}
