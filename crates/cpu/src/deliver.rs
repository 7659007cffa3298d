//! Delivery of events: spikes are pushed by source within a partition of targets.

use huxley_engine::plan::{EventSynapses, Plan, Values};
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
            Values::Same(weight, _) => self.push_weights(events, partition, sources, tick, |_| *weight),
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
