//! Receptors and slots: the kinds of synapses in use, and the places they end on.

use huxley_model::network::{Network, SynapseModel};
use huxley_model::synapse::{Block, KineticStep, double_exponential_peak_factor};

use crate::error::PlanError;
use crate::lower::CellTable;
use crate::lower::cells::to_u32;
use crate::lower::cuts::Cuts;
use crate::plan::{Dynamics, Receptor, Settings, Slots};

/// The receptors of the kinds in use, and the first of each kind.
pub(super) fn receptors(
    network: &Network,
    settings: &Settings,
    reached: &[Vec<bool>],
) -> Result<(Vec<Receptor>, Vec<usize>), PlanError> {
    let mut receptors = Vec::new();
    let mut first = Vec::new();
    let positive = |what: String, value: f64| {
        if value.is_finite() && value > 0.0 {
            Ok(())
        } else {
            Err(PlanError::Value { what, value, expected: "a positive number" })
        }
    };
    for (kind, reached) in network.synapses.iter().zip(reached) {
        first.push(receptors.len());
        if reached.is_empty() {
            continue;
        }
        let name = &kind.name;
        match &kind.model {
            SynapseModel::Exponential { tau, reversal, block } => {
                positive(format!("tau of synapse `{name}` (ms)"), *tau)?;
                sensible(name, *block)?;
                let dynamics = Dynamics::Exponential { tau: *tau };
                receptors.push(Receptor { name: name.clone(), reversal: *reversal, block: *block, dynamics });
            }
            SynapseModel::DoubleExponential { rise, decay, reversal, block } => {
                positive(format!("the rise time of synapse `{name}` (ms)"), *rise)?;
                positive(format!("decay minus rise time of synapse `{name}` (ms)"), decay - rise)?;
                sensible(name, *block)?;
                let factor = double_exponential_peak_factor(*rise, *decay);
                let dynamics = Dynamics::DoubleExponential { rise: *rise, decay: *decay, factor };
                receptors.push(Receptor { name: name.clone(), reversal: *reversal, block: *block, dynamics });
            }
            SynapseModel::Kinetic { receptors: own, transmitter, .. } => {
                for receptor in own {
                    positive(format!("beta of `{}` in synapse `{name}` (per ms)", receptor.name), receptor.beta)?;
                    sensible(&format!("{name}.{}", receptor.name), receptor.block)?;
                    let step = KineticStep::new(receptor, *transmitter, settings.tick);
                    receptors.push(Receptor {
                        name: format!("{name}.{}", receptor.name),
                        reversal: receptor.reversal,
                        block: receptor.block,
                        dynamics: Dynamics::Kinetic {
                            step,
                            drives_calcium: receptor.block.is_some() && kind.plasticity.calcium.is_some(),
                        },
                    });
                }
            }
        }
    }
    Ok((receptors, first))
}

/// Whether a block is made of numbers.
fn sensible(synapse: &str, block: Option<Block>) -> Result<(), PlanError> {
    let Some(Block { share, slope }) = block else { return Ok(()) };
    let wrong = |what: &str, value, expected| {
        Err(PlanError::Value { what: format!("the {what} of the block of synapse `{synapse}`"), value, expected })
    };
    if !(share.is_finite() && share >= 0.0) {
        return wrong("concentration over its scale", share, "0 or a positive number");
    }
    if !slope.is_finite() {
        return wrong("slope (per mV)", slope, "a finite number");
    }
    Ok(())
}

/// Slots in order of (partition, receptor, node).
pub(super) fn slots(
    network: &Network,
    table: &CellTable,
    partitions: Cuts,
    reached: &[Vec<bool>],
    first_receptor: &[usize],
) -> Result<Slots, PlanError> {
    let receptors = |kind: usize| match &network.synapses[kind].model {
        SynapseModel::Kinetic { receptors, .. } => receptors.len(),
        _ => 1,
    };
    let used = || reached.iter().enumerate().filter(|(_, own)| !own.is_empty());
    let total = used().map(|(kind, own)| receptors(kind) * own.iter().filter(|&&met| met).count()).sum();
    to_u32(total, "slots")?;
    let mut slots = Slots {
        receptor: Vec::with_capacity(total),
        node: Vec::with_capacity(total),
        first_of_partition: Vec::with_capacity(partitions.count + 1),
    };
    slots.first_of_partition.push(0);
    for cut in partitions.all(table) {
        for (kind, reached) in used() {
            for receptor in first_receptor[kind]..first_receptor[kind] + receptors(kind) {
                for node in cut.nodes.clone().filter(|&n| reached[n]) {
                    slots.receptor.push(to_u32(receptor, "receptors")?);
                    slots.node.push(to_u32(node, "nodes")?);
                }
            }
        }
        slots.first_of_partition.push(to_u32(slots.node.len(), "slots")?);
    }
    Ok(slots)
}

/// Finds the slot of a node and receptor.
pub(super) struct SlotIndex {
    by_receptor: Vec<Vec<u32>>,
}

impl SlotIndex {
    pub(super) fn new(receptors: &[Receptor], slots: &Slots, nodes: usize) -> Self {
        let mut by_receptor = vec![vec![u32::MAX; nodes]; receptors.len()];
        for (slot, (&receptor, &node)) in (0u32..).zip(slots.receptor.iter().zip(&slots.node)) {
            by_receptor[receptor as usize][node as usize] = slot;
        }
        Self { by_receptor }
    }

    pub(super) fn at(&self, receptor: usize, node: u32) -> u32 {
        self.by_receptor[receptor][node as usize]
    }
}

/// What turns a weight into a jump of the pools.
pub(super) fn peak_factor(dynamics: &Dynamics) -> f64 {
    match dynamics {
        Dynamics::DoubleExponential { factor, .. } => *factor,
        _ => 1.0,
    }
}
