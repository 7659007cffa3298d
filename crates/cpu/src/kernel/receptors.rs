//! Synaptic conductances of a block.

use std::ops::Range;

use fearless_simd::Simd;
use huxley_engine::plan::Dynamics;
use huxley_model::membrane::{add_conductance, begin_equation};
use huxley_model::synapse::{add_drive, faded, pooled_conductance};

use crate::block::{Block, SlotRun, WIDTH, plane};
use crate::clocked::Clocked;
use crate::deliver::Arrivals;
use crate::kernel::{Context, channels};
use crate::lanes::{Element, Lanes};

/// The plane of a kinetic receptor, after its pools, that sums what drives calcium.
pub const DRIVE: usize = 3;

/// Marks a slot that no clocked synapse reaches.
pub const NOT_CLOCKED: (u32, u32) = (u32::MAX, 0);

/// Slots that are asked at once whether anything came.
const AT_ONCE: usize = 16;

/// What delivery left for the blocks.
#[derive(Debug)]
pub struct Incoming<'a, E: Element> {
    /// Of event synapses, by partition.
    pub arrivals: &'a [Arrivals<E>],
    /// The partition of each slot.
    pub partition_of_slot: &'a [u16],
    /// Of clocked synapses, by group.
    pub clocked: &'a [Clocked<E>],
    /// Group, and index into its sums, of each slot; empty where no synapse is clocked.
    pub clocked_of_slot: &'a [(u32, u32)],
}

impl<E: Element> Incoming<'_, E> {
    /// What spikes brought to the slots of a run; none where nothing came to their partition.
    fn events(&self, run: SlotRun) -> Option<&[E]> {
        self.arrivals[self.partition_of_slot[run.slot as usize] as usize].present(run.slot, run.count)
    }

    /// The sums of a slot's clocked synapses.
    fn sums(&self, slot: u32) -> [E; 3] {
        match self.clocked_of_slot.get(slot as usize) {
            Some(&(group, sum)) if group != NOT_CLOCKED.0 => self.clocked[group as usize].sums[sum as usize],
            _ => [E::default(); 3],
        }
    }
}

/// What spikes brought reaches the pools.
pub fn arrive<E: Element>(block: &mut Block<E>, context: &Context<'_, E>, incoming: &Incoming<'_, E>) {
    if block.any_arrived {
        block.arrived.fill(false);
        block.any_arrived = false;
    }
    let (stride, tree) = (block.stride(), block.tree);
    for receptor in &block.receptors {
        let first = receptor.plane * stride;
        let dynamics = &context.plan.receptors[receptor.receptor as usize].dynamics;
        if let Dynamics::Kinetic { drives_calcium, .. } = dynamics {
            for (slot, element) in receptor.slots.iter().flat_map(|run| run.slots()) {
                let pool = first + element as usize;
                for (k, sum) in incoming.sums(slot).into_iter().enumerate() {
                    block.planes[pool + k * stride] = sum;
                }
                if *drives_calcium {
                    // Delivery has taken it.
                    block.planes[pool + DRIVE * stride] = E::default();
                }
            }
            continue;
        }
        // Exponential synapses have one pool and jump; those with a rise have two, and begin at 0.
        let jumps = matches!(dynamics, Dynamics::Exponential { .. });
        let own = &mut block.planes[first..first + stride * if jumps { 1 } else { 2 }];
        for &run in &receptor.slots {
            let events = incoming.events(run);
            let mut bring = |element: usize, weight: E| {
                own[element] = own[element] + weight;
                if jumps {
                    block.arrived[if tree { element % WIDTH } else { element }] = true;
                    block.any_arrived = true;
                } else {
                    own[element + stride] = own[element + stride] + weight;
                }
            };
            if !incoming.clocked_of_slot.is_empty() {
                for (k, (slot, element)) in run.slots().enumerate() {
                    let weight = events.map_or(E::default(), |events| events[k]) + incoming.sums(slot)[0];
                    if weight != E::default() {
                        bring(element as usize, weight);
                    }
                }
                continue;
            }
            let Some(events) = events else { continue };
            if jumps && run.step == 1 && !tree {
                // Side by side: nothing is asked of single slots.
                let elements = run.offset as usize..(run.offset + run.count) as usize;
                let marks = block.arrived[elements.clone()].iter_mut();
                let mut any = false;
                for ((pool, &weight), mark) in own[elements].iter_mut().zip(events).zip(marks) {
                    *pool = *pool + weight;
                    let met = weight != E::default();
                    *mark |= met;
                    any |= met;
                }
                block.any_arrived |= any;
                continue;
            }
            for (weights, first) in events.chunks(AT_ONCE).zip((0..).step_by(AT_ONCE)) {
                // Most are 0; so many are asked at once.
                if weights.iter().fold(true, |none, weight| none & (*weight == E::default())) {
                    continue;
                }
                for (&weight, k) in weights.iter().zip(first..).filter(|(weight, _)| **weight != E::default()) {
                    bring((run.offset + k * run.step) as usize, weight);
                }
            }
        }
    }
}

/// Which solve of a substep the equations are begun for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Solve {
    /// The only one.
    Only,
    /// The first of two: pools are read again.
    First,
    /// The second of two: what drives calcium has been added.
    Second,
}

/// Begins the equations with the synaptic conductances, if the block has any; whether it did. The first time in a substep, the
/// present potentials are added to what drives calcium; the last time, decaying pools move on.
pub fn begin<L: Lanes>(
    token: L::Token,
    block: &mut Block<L::Element>,
    context: &Context<'_, L::Element>,
    substep: u32,
    solve: Solve,
) -> bool {
    token.vectorize(
        #[inline(always)]
        || {
            let stride = block.stride();
            let Some(first) = block.receptors.first() else { return false };
            // Where every row has the first receptor, the equations are begun with it.
            let whole = first.runs == [(0, (stride / WIDTH) as u32)];
            if !whole {
                channels::begin::<L>(token, block);
            }
            for index in 0..block.receptors.len() {
                let receptor = &block.receptors[index];
                let known = &context.plan.receptors[receptor.receptor as usize];
                let steps = &context.steps[receptor.receptor as usize];
                let [a, b, c] = steps.at(substep).map(|x| L::splat(token, L::Element::from_f64(x)));
                let keep = steps.decay.map(|x| L::splat(token, L::Element::from_f64(x)));
                let reversal = L::splat(token, L::Element::from_f64(known.reversal));
                let (pools, drives) = match known.dynamics {
                    Dynamics::Exponential { .. } => (1, false),
                    Dynamics::DoubleExponential { .. } => (2, false),
                    Dynamics::Kinetic { drives_calcium, .. } => (3, drives_calcium && solve != Solve::Second),
                };
                let decaying = if solve != Solve::First && pools < 3 { pools } else { 0 };
                let begins = whole && index == 0;
                let (head, own) = block.planes.split_at_mut(receptor.plane * stride);
                let (constants, rest) = head.split_at_mut(plane::D * stride);
                let constant =
                    |plane: usize, lanes: &Range<usize>| L::load(token, &constants[plane * stride..][lanes.clone()]);
                let (d, i) = rest[..2 * stride].split_at_mut(stride);
                for &(from, to) in &receptor.runs {
                    for at in (from as usize * WIDTH..to as usize * WIDTH).step_by(L::LEN) {
                        let lanes = at..at + L::LEN;
                        let pool = |k: usize| L::load(token, &own[k * stride + at..k * stride + at + L::LEN]);
                        let v = constant(plane::V, &lanes);
                        let mut g = match pools {
                            1 => pooled_conductance([pool(0)], [a]),
                            2 => pooled_conductance([pool(0), pool(1)], [a, b]),
                            _ => pooled_conductance([pool(0), pool(1), pool(2)], [a, b, c]),
                        };
                        for k in 0..decaying {
                            let pool = &mut own[k * stride + at..k * stride + at + L::LEN];
                            faded(L::load(token, pool), keep[k]).store(pool);
                        }
                        if let Some(block) = known.block {
                            let unblocked = block.open(v);
                            g = g * unblocked;
                            if drives {
                                let sum = &mut own[DRIVE * stride + at..DRIVE * stride + at + L::LEN];
                                add_drive(L::load(token, sum), unblocked, v, reversal).store(sum);
                            }
                        }
                        let equation = if begins {
                            let of = |plane| constant(plane, &lanes);
                            begin_equation(of(plane::DIAGONAL), of(plane::LEAK), of(plane::CURRENT), v)
                        } else {
                            (L::load(token, &d[lanes.clone()]), L::load(token, &i[lanes.clone()]))
                        };
                        let equation = add_conductance(equation, g, reversal, v);
                        equation.0.store(&mut d[lanes.clone()]);
                        equation.1.store(&mut i[lanes]);
                    }
                }
            }
            true
        },
    )
}
