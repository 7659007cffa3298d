//! The check of the ledger: counted operations are those of the recorded program, which the CPU's tapes and the GPU's kernels are
//! made from.

use huxley_model::channel::Integrator;
use huxley_model::counted::Operations;
use huxley_model::expr::{Expr, record};
use huxley_model::preset;
use huxley_model::synapse::Block;

use super::verdict::{Verdict, none_of};
use crate::ledger::parts::{Axial, ChannelCurrent, Gating, Membrane, Pools, Root, SynapseTick};
use crate::ledger::{Count, Part};
use crate::validate::networks::plastic;

/// How many operations a count has more or less than the recorded program of the same part.
#[must_use]
pub fn unrecorded(part: &impl Part, counted: &Count) -> usize {
    let program = record(part.inputs(), |x: &[Expr]| part.run(x));
    let apart = |a: &Operations, b: &Operations| {
        let pairs = [(a.add, b.add), (a.mul, b.mul), (a.div, b.div), (a.fma, b.fma), (a.exp, b.exp), (a.cmp, b.cmp)];
        pairs.iter().map(|(a, b)| a.abs_diff(*b)).sum::<u64>()
    };
    let differences =
        apart(&program.operations(), &counted.operations) + apart(&program.operations_performed(), &counted.performed);
    usize::try_from(differences).unwrap_or(usize::MAX)
}

fn of(part: &impl Part) -> usize {
    unrecorded(part, &Count::of(part))
}

/// Every part of the membrane, of every preset, and of plastic synapses.
pub fn ledger() -> Result<Verdict, String> {
    let mut count = of(&Root);
    for (_, integrator) in Integrator::ALL {
        count += of(&Membrane(integrator)) + of(&Axial(integrator));
        for preset in preset::NAMES.iter().filter_map(|name| preset::find(name)) {
            let celsius = preset.celsius;
            for channel in preset.channels.iter().map(|insertion| &insertion.channel) {
                count += of(&ChannelCurrent { channel, celsius, modulated: false });
                if channel.states() > 0 {
                    count += of(&Gating { channel, integrator, dt: 0.025, celsius });
                }
            }
        }
    }
    for pools in 1..=3 {
        let block = (pools != 2).then(|| Block::magnesium(1.0));
        count += of(&Pools { pools, block, drives_calcium: pools == 3 });
    }
    let plan = huxley_engine::lower(&plastic()).map_err(|error| error.to_string())?;
    for group in &plan.clocked {
        for (arrives, scales) in [(false, false), (true, false), (true, true)] {
            count += of(&SynapseTick { step: &group.step, arrives, scales });
        }
    }
    Ok(none_of(count, "operations", "both are the same functions, evaluated in another arithmetic"))
}
