//! Synaptic conductances of a block.

use std::ops::Range;

use huxley_engine::plan::Dynamics;
use huxley_model::membrane::add_conductance;
use huxley_model::synapse::{Block as Unblocking, add_drive, faded, pooled_conductance};

use crate::block::{Block, BlockReceptor, ROWS_AT_A_TIME, SlotRun, WIDTH};
use crate::clocked::Clocked;
use crate::deliver::Partitions;
use crate::kernel::Context;
use crate::lanes::{Element, Lanes};

/// The plane of a kinetic receptor, after its pools, that sums what drives calcium.
pub const DRIVE: usize = 3;

/// Marks a slot that no clocked synapse reaches.
pub const NOT_CLOCKED: (u32, u32) = (u32::MAX, 0);

/// What delivery left for the blocks.
#[derive(Clone, Copy, Debug)]
pub struct Incoming<'a, E: Element> {
    /// Of event synapses, by partition.
    pub arrivals: &'a Partitions<E>,
    /// Ticks since delivery.
    pub ahead: usize,
    /// The partition of each slot.
    pub partition_of_slot: &'a [u16],
    /// Of clocked synapses, by group.
    pub clocked: &'a [Clocked<E>],
    /// Group, and index into its sums, of each slot; empty where no synapse is clocked.
    pub clocked_of_slot: &'a [(u32, u32)],
}

impl<E: Element> Incoming<'_, E> {
    /// The partition of a run's slots.
    fn partition(&self, run: SlotRun) -> usize {
        self.partition_of_slot[run.slot as usize] as usize
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
            for (slot, element) in receptor.slots() {
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
        let clocked = !incoming.clocked_of_slot.is_empty();
        // Runs of one partition follow each other.
        let mut read = None;
        for &run in &receptor.runs {
            let partition = incoming.partition(run);
            let (_, events) = match read.take().filter(|(held, _)| *held == partition) {
                Some(held) => read.insert(held),
                None => read.insert((partition, incoming.arrivals.of(partition))),
            };
            let elements = receptor.elements_of(run);
            if jumps && run.side_by_side && !tree && !clocked {
                // Nothing is asked of single slots.
                for (before, weights) in events.reached(incoming.ahead, run.slot, run.count) {
                    let first = elements[before] as usize;
                    let elements = first..first + weights.len();
                    let marks = block.arrived[elements.clone()].iter_mut();
                    let mut any = false;
                    for ((pool, &weight), mark) in own[elements].iter_mut().zip(weights).zip(marks) {
                        *pool = *pool + weight;
                        let met = weight != E::default();
                        *mark |= met;
                        any |= met;
                    }
                    block.any_arrived |= any;
                }
                continue;
            }
            let mut bring = |element: usize, weight: E| {
                if weight == E::default() {
                    return;
                }
                own[element] = own[element] + weight;
                if jumps {
                    block.arrived[if tree { element % WIDTH } else { element }] = true;
                    block.any_arrived = true;
                } else {
                    own[element + stride] = own[element + stride] + weight;
                }
            };
            if clocked {
                let slots = (run.slot..).zip(events.due(incoming.ahead, run.slot, run.count));
                for ((slot, &weight), &element) in slots.zip(elements) {
                    bring(element as usize, weight + incoming.sums(slot)[0]);
                }
                continue;
            }
            for (before, weights) in events.reached(incoming.ahead, run.slot, run.count) {
                for (&element, &weight) in elements[before..].iter().zip(weights) {
                    bring(element as usize, weight);
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

/// What a receptor is in one solve of a substep, the same in all lanes.
#[derive(Clone, Copy, Debug)]
pub struct ReceptorStep<E> {
    /// Factors of the pools in the conductance.
    coefficients: [E; 3],
    /// Factors that move the first two pools on.
    keep: [E; 2],
    /// Reversal potential, mV.
    reversal: E,
    /// What blocks it.
    block: Option<Unblocking>,
    /// Pools that make up its conductance.
    pools: usize,
    /// Pools that move on.
    decaying: usize,
    /// Whether it adds to what drives calcium.
    drives: bool,
}

/// The receptors of a block in one solve of a substep. The first time in a substep, the present potentials are added to what
/// drives calcium; the last time, decaying pools move on.
pub fn set_steps<E: Element>(
    steps: &mut Vec<ReceptorStep<E>>,
    block: &Block<E>,
    context: &Context<'_, E>,
    substep: u32,
    solve: Solve,
) {
    steps.clear();
    steps.extend(block.receptors.iter().map(|receptor| {
        let known = &context.plan.receptors[receptor.receptor as usize];
        let step = &context.steps[receptor.receptor as usize];
        let (pools, drives) = match known.dynamics {
            Dynamics::Exponential { .. } => (1, false),
            Dynamics::DoubleExponential { .. } => (2, false),
            Dynamics::Kinetic { drives_calcium, .. } => (3, drives_calcium && solve != Solve::Second),
        };
        ReceptorStep {
            coefficients: step.at(substep).map(E::from_f64),
            keep: step.decay.map(E::from_f64),
            reversal: E::from_f64(known.reversal),
            block: known.block,
            pools,
            decaying: if solve != Solve::First && pools < 3 { pools } else { 0 },
            drives,
        }
    }));
}

/// The synapses of a block, to be added to equations.
#[derive(Clone, Copy, Debug)]
pub struct Synapses<'a, E> {
    receptors: &'a [BlockReceptor],
    steps: &'a [ReceptorStep<E>],
    stride: usize,
    /// Planes before those that are passed to [`Synapses::add_to`].
    before: usize,
}

impl<'a, E: Element> Synapses<'a, E> {
    /// Of receptors whose planes are among those that follow the first `before`.
    pub fn new(receptors: &'a [BlockReceptor], steps: &'a [ReceptorStep<E>], stride: usize, before: usize) -> Self {
        Self { receptors, steps, stride, before }
    }

    /// Adds the conductances of some lanes of a pair of rows to their equation, and moves their pools on.
    #[inline(always)]
    pub fn add_to<L: Lanes<Element = E>>(
        &self,
        token: L::Token,
        planes: &mut [E],
        lanes: &Range<usize>,
        equation: (L, L),
        v: L,
    ) -> (L, L) {
        let mut equation = equation;
        for (receptor, step) in self.receptors.iter().zip(self.steps) {
            if !receptor.present[lanes.start / (ROWS_AT_A_TIME * WIDTH)] {
                continue;
            }
            let own = &mut planes[(receptor.plane - self.before) * self.stride..];
            let of = |k: usize| k * self.stride + lanes.start..k * self.stride + lanes.start + L::LEN;
            let [a, b, c] = step.coefficients.map(|x| L::splat(token, x));
            let reversal = L::splat(token, step.reversal);
            let mut pools = [a; 3];
            for (k, pool) in pools.iter_mut().enumerate().take(step.pools) {
                *pool = L::load(token, &own[of(k)]);
            }
            let mut g = match step.pools {
                1 => pooled_conductance([pools[0]], [a]),
                2 => pooled_conductance([pools[0], pools[1]], [a, b]),
                _ => pooled_conductance(pools, [a, b, c]),
            };
            for k in 0..step.decaying {
                faded(pools[k], L::splat(token, step.keep[k])).store(&mut own[of(k)]);
            }
            if let Some(block) = step.block {
                let unblocked = block.open(v);
                g = g * unblocked;
                if step.drives {
                    let sum = &mut own[of(DRIVE)];
                    add_drive(L::load(token, sum), unblocked, v, reversal).store(sum);
                }
            }
            equation = add_conductance(equation, g, reversal, v);
        }
        equation
    }
}
