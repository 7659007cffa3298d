//! Probes: what is sampled, resolved once and read from any backend's state.

use huxley_model::channel::Sensed;
use huxley_model::network::Variable;
use huxley_model::signalling::{Messenger, modulation};

use crate::plan::{Plan, SynapseSite};
use crate::signalling::reversal;

/// Read access to a backend's state between two substeps.
pub trait State {
    /// Potential of a node, mV.
    fn potential(&self, node: u32) -> f64;
    /// State of gate `gate` (of those with a state) of channel `channel` at a class node.
    fn gate(&self, class: usize, channel: usize, gate: usize, class_node: usize) -> f64;
    /// Conductance of a slot now, uS, without block.
    fn conductance(&self, slot: u32) -> f64;
    /// Current injected into a node, nA.
    fn injected(&self, node: u32) -> f64;
    /// A variable of a synapse.
    fn synapse(&self, site: &SynapseSite) -> f64;
    /// Activity of a cell, Hz, by index into the plan's averages.
    fn activity(&self, average: usize, cell: u32) -> f64;
    /// Dopamine around a cell, uM.
    fn dopamine(&self, cell: u32) -> f64;
    /// A messenger of a cell; not a number where the cell has no signalling.
    fn messenger(&self, cell: usize, messenger: Messenger) -> f64;
}

/// A probe with its names looked up.
#[derive(Clone, Debug)]
pub struct Observer {
    /// Sampling interval, substeps.
    pub interval: u64,
    sites: Vec<Observed>,
}

#[derive(Clone, Debug)]
enum Observed {
    Potential(u32),
    Gate {
        class: usize,
        channel: usize,
        gate: usize,
        class_node: usize,
    },
    Channel {
        class: usize,
        channel: usize,
        class_node: usize,
        node: u32,
        cell: usize,
    },
    Leak(u32),
    Synapses {
        node: u32,
        slots: Vec<u32>,
    },
    Injected(u32),
    Synapse(SynapseSite),
    Activity {
        average: usize,
        cell: u32,
    },
    Dopamine(u32),
    Messenger(usize, Messenger),
    /// The cell has no such channel.
    Nothing,
}

/// The probes of a plan.
#[must_use]
pub fn observers(plan: &Plan) -> Vec<Observer> {
    plan.probes
        .iter()
        .map(|probe| Observer {
            interval: u64::from(probe.interval),
            sites: if probe.synapses.is_empty() {
                probe.nodes.iter().map(|&node| resolve(plan, node, &probe.variable)).collect()
            } else {
                probe.synapses.iter().map(|&site| Observed::Synapse(site)).collect()
            },
        })
        .collect()
}

fn resolve(plan: &Plan, node: u32, variable: &Variable) -> Observed {
    let cell = plan.cells.of_node(node);
    let class = plan.cells.class[cell] as usize;
    let first = plan.classes[class].first.at(plan.cells.place.at(cell) as usize);
    let class_node = (first + node - plan.cells.first_node.at(cell)) as usize;
    let find = |name: &str| plan.classes[class].channels.iter().position(|c| c.channel.name == name);
    match variable {
        Variable::Potential => Observed::Potential(node),
        Variable::Gate { channel, gate } => find(channel)
            .and_then(|c| {
                let mut states = plan.classes[class].channels[c].channel.gates.iter().filter(|g| g.has_state());
                states.position(|g| g.name == *gate).map(|g| (c, g))
            })
            .map_or(Observed::Nothing, |(channel, gate)| Observed::Gate { class, channel, gate, class_node }),
        Variable::ChannelCurrent { channel } => match find(channel) {
            Some(channel) => Observed::Channel { class, channel, class_node, node, cell },
            None => Observed::Leak(node),
        },
        Variable::SynapticCurrent => Observed::Synapses {
            node,
            slots: (0u32..).zip(&plan.slots.node).filter(|(_, n)| **n == node).map(|(slot, _)| slot).collect(),
        },
        Variable::InjectedCurrent => Observed::Injected(node),
        Variable::Synapse { .. } => Observed::Nothing,
        #[allow(clippy::cast_possible_truncation)]
        Variable::Activity { tau } => plan
            .activity
            .iter()
            .position(|known| known == tau)
            .map_or(Observed::Nothing, |average| Observed::Activity { average, cell: cell as u32 }),
        #[allow(clippy::cast_possible_truncation)]
        Variable::Dopamine => Observed::Dopamine(cell as u32),
        Variable::Messenger(messenger) => Observed::Messenger(cell, *messenger),
    }
}

impl Observer {
    /// Whether a sample is due at the start of `step`.
    #[must_use]
    pub fn due(&self, step: u64) -> bool {
        step.is_multiple_of(self.interval)
    }

    /// Appends one sample.
    pub fn sample(&self, plan: &Plan, state: &impl State, out: &mut Vec<f64>) {
        out.extend(self.sites.iter().map(|site| site.read(plan, state)));
    }
}

impl Observed {
    fn read(&self, plan: &Plan, state: &impl State) -> f64 {
        match self {
            Observed::Potential(node) => state.potential(*node),
            Observed::Gate { class, channel, gate, class_node } => state.gate(*class, *channel, *gate, *class_node),
            Observed::Channel { class, channel, class_node, node, cell } => {
                let class_plan = &plan.classes[*class];
                let entry = &class_plan.channels[*channel];
                let gates: Vec<f64> =
                    (0..entry.channel.states()).map(|gate| state.gate(*class, *channel, gate, *class_node)).collect();
                let mut at = Sensed::potential(state.potential(*node));
                let mut gbar = entry.gbar[*class_node];
                if let Some(signalling) = &class_plan.signalling {
                    let value = |messenger| state.messenger(*cell, messenger);
                    at.ca = value(Messenger::Calcium);
                    if entry.modulated {
                        gbar *= modulation(&signalling.constants, value(Messenger::Pka), value(Messenger::Pp1));
                    }
                }
                let celsius = plan.settings.celsius;
                entry.channel.current(gbar, &gates, at, reversal(entry, at.ca, celsius), celsius)
            }
            Observed::Leak(node) => {
                let n = *node as usize;
                plan.nodes.leak[n] * state.potential(*node) - plan.nodes.leak_current[n]
            }
            Observed::Synapses { node, slots } => slots
                .iter()
                .map(|&slot| {
                    let receptor = &plan.receptors[plan.slots.receptor[slot as usize] as usize];
                    let v = state.potential(*node);
                    let unblocked = receptor.block.map_or(1.0, |block| block.open(v));
                    state.conductance(slot) * unblocked * (v - receptor.reversal)
                })
                .sum(),
            Observed::Injected(node) => state.injected(*node),
            Observed::Synapse(site) => state.synapse(site),
            Observed::Activity { average, cell } => state.activity(*average, *cell),
            Observed::Dopamine(cell) => state.dopamine(*cell),
            Observed::Messenger(cell, messenger) => state.messenger(*cell, *messenger),
            Observed::Nothing => f64::NAN,
        }
    }
}
