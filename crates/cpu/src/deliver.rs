//! Delivery of spikes: events pushed by source within a partition of targets, kinetic synapses pulled by target node.

use huxley_engine::exchange::Exchange;
use huxley_engine::plan::{Dynamics, EventSynapses, KineticGroup, Plan, Values};
use huxley_engine::pools::PARTIAL_SUMS;
use rayon::prelude::*;

use crate::lanes::Element;

/// Arrivals at the slots of one partition, in a ring of ticks.
#[derive(Clone, Debug)]
pub struct Arrivals<E> {
    /// First slot of the partition.
    pub first_slot: usize,
    /// Number of slots.
    pub slots: usize,
    /// Row of each tick in the ring, one value a slot.
    pub ring: Vec<E>,
    /// Rows of the ring.
    pub rows: usize,
}

impl<E: Element> Arrivals<E> {
    /// Empty rings for all partitions.
    #[must_use]
    pub fn new(plan: &Plan) -> Vec<Self> {
        let rows = plan.events.longest_delay.max(1) as usize;
        plan.slots
            .first_of_partition
            .windows(2)
            .map(|pair| {
                let slots = (pair[1] - pair[0]) as usize;
                Self { first_slot: pair[0] as usize, slots, ring: vec![E::default(); rows * slots], rows }
            })
            .collect()
    }

    #[allow(clippy::cast_possible_truncation)]
    fn row_of(&self, tick: u64) -> usize {
        (tick % self.rows as u64) as usize * self.slots
    }

    /// What arrives in `tick`, by slot of the partition.
    #[must_use]
    pub fn row(&self, tick: u64) -> &[E] {
        let at = self.row_of(tick);
        &self.ring[at..at + self.slots]
    }

    /// The row of `tick`, to restore it.
    pub fn row_mut(&mut self, tick: u64) -> &mut [E] {
        let at = self.row_of(tick);
        &mut self.ring[at..at + self.slots]
    }

    /// Takes the spikes of `sources` (ascending) in `tick`: their synapses' weights go to the rows of the ticks they arrive in.
    fn push(&mut self, events: &EventSynapses, partition: usize, sources: &[u32], tick: u64) {
        match &events.weight {
            Values::F32(weights) => self.push_weights(events, partition, sources, tick, |i| f64::from(weights[i])),
            Values::F64(weights) => self.push_weights(events, partition, sources, tick, |i| weights[i]),
        }
    }

    #[inline(always)]
    fn push_weights(
        &mut self,
        events: &EventSynapses,
        partition: usize,
        sources: &[u32],
        tick: u64,
        weight: impl Fn(usize) -> f64,
    ) {
        let offset = partition * (events.sources + 1);
        for &source in sources {
            let at = offset + source as usize;
            for synapse in events.first[at] as usize..events.first[at + 1] as usize {
                let row = self.row_of(tick + u64::from(events.delay[synapse]) - 1);
                let to = &mut self.ring[row + events.slot[synapse] as usize - self.first_slot];
                *to = *to + E::from_f64(weight(synapse));
            }
        }
    }
}

/// Delivers event synapses in all partitions. The row of the tick before, which every block has taken, is emptied first.
pub fn deliver_events<E: Element>(
    plan: &Plan,
    arrivals: &mut [Arrivals<E>],
    sources: &[u32],
    tick: u64,
    parallel: bool,
) {
    let deliver = |(partition, own): (usize, &mut Arrivals<E>)| {
        if own.slots == 0 {
            return;
        }
        if tick > 0 {
            own.row_mut(tick - 1).fill(E::default());
        }
        own.push(&plan.events, partition, sources, tick);
    };
    if parallel {
        arrivals.par_iter_mut().enumerate().for_each(deliver);
    } else {
        arrivals.iter_mut().enumerate().for_each(deliver);
    }
}

/// Open fractions of a group of kinetic synapses, and the sums over each node's.
#[derive(Clone, Debug)]
pub struct KineticState<E> {
    /// By receptor, then synapse.
    pub open: Vec<Vec<E>>,
    /// By receptor, then node of the group: decaying, pulsed at the start, pulsed at the end.
    pub sums: Vec<Vec<[E; 3]>>,
}

impl<E: Element> KineticState<E> {
    /// All receptors closed.
    #[must_use]
    pub fn new(group: &KineticGroup) -> Self {
        Self {
            open: vec![vec![E::default(); group.source.len()]; group.receptors.len()],
            sums: vec![vec![[E::default(); 3]; group.node.len()]; group.receptors.len()],
        }
    }
}

/// Nodes that one worker takes at a time.
const NODES_AT_A_TIME: usize = 64;

/// Advances all kinetic synapses of a group by a tick and sums them by node in the canonical order.
pub fn deliver_kinetic<E: Element>(
    plan: &Plan,
    index: usize,
    state: &mut KineticState<E>,
    exchange: &Exchange,
    tick: u64,
    parallel: bool,
) {
    let group = &plan.kinetic[index];
    for (r, &receptor) in group.receptors.iter().enumerate() {
        let Dynamics::Kinetic { step, .. } = &plan.receptors[receptor as usize].dynamics else { continue };
        let conductance = E::from_f64(group.conductance[r]);
        // Each worker gets the synapses of its nodes: cut the open fractions where the nodes are cut.
        let mut rest = state.open[r].as_mut_slice();
        let mut pieces = Vec::new();
        for (chunk, sums) in state.sums[r].chunks_mut(NODES_AT_A_TIME).enumerate() {
            let node = chunk * NODES_AT_A_TIME;
            let (from, to) = (group.first[node] as usize, group.first[node + sums.len()] as usize);
            let (own, others) = rest.split_at_mut(to - from);
            rest = others;
            pieces.push((node, from, own, sums));
        }
        let advance = |(node, from, open, sums): (usize, usize, &mut [E], &mut [[E; 3]])| {
            for (k, sum) in sums.iter_mut().enumerate() {
                let own = group.first[node + k] as usize..group.first[node + k + 1] as usize;
                let mut partial = [[E::default(); PARTIAL_SUMS]; 3];
                for (place, i) in own.enumerate() {
                    let source = group.source[i] as usize;
                    let on = exchange.pulses(index, tick, group.delay[i])[source / 64] >> (source % 64) & 1 == 1;
                    let w = match &group.weight {
                        Values::F32(w) => E::from_f64(f64::from(w[i])),
                        Values::F64(w) => E::from_f64(w[i]),
                    };
                    let s = open[i - from];
                    let after = if on { step.pulsed(s) } else { step.decayed(s) };
                    open[i - from] = after;
                    let lane = place % PARTIAL_SUMS;
                    if on {
                        partial[1][lane] = partial[1][lane] + w * s;
                        partial[2][lane] = partial[2][lane] + w * after;
                    } else {
                        partial[0][lane] = partial[0][lane] + w * s;
                    }
                }
                *sum = partial.map(|p| tree_sum(p) * conductance);
            }
        };
        if parallel {
            pieces.into_par_iter().for_each(advance);
        } else {
            pieces.into_iter().for_each(advance);
        }
    }
}

/// Adds partial sums as a binary tree.
fn tree_sum<E: Element>(mut partial: [E; PARTIAL_SUMS]) -> E {
    let mut width = PARTIAL_SUMS / 2;
    while width > 0 {
        for i in 0..width {
            partial[i] = partial[i] + partial[i + width];
        }
        width /= 2;
    }
    partial[0]
}
