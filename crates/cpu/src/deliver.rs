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
    /// Rows that anything has reached since they were empty.
    met: Vec<bool>,
    /// The row of the tick under way.
    now: usize,
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
                Self {
                    first_slot: pair[0] as usize,
                    slots,
                    ring: vec![E::default(); rows * slots],
                    rows,
                    met: vec![false; rows],
                    now: 0,
                }
            })
            .collect()
    }

    #[allow(clippy::cast_possible_truncation)]
    fn index_of(&self, tick: u64) -> usize {
        (tick % self.rows as u64) as usize
    }

    /// What arrives in the tick under way at `count` slots of the partition from `slot` on; none where nothing reaches the partition.
    #[inline]
    #[must_use]
    pub fn present(&self, slot: u32, count: u32) -> Option<&[E]> {
        let at = self.now * self.slots + slot as usize - self.first_slot;
        self.met[self.now].then(|| &self.ring[at..at + count as usize])
    }

    /// What arrives in `tick`, by slot of the partition.
    #[must_use]
    pub fn row(&self, tick: u64) -> &[E] {
        let at = self.index_of(tick) * self.slots;
        &self.ring[at..at + self.slots]
    }

    /// Sets the row of `tick`, to restore it.
    pub fn set_row(&mut self, tick: u64, row: &[E]) {
        let index = self.index_of(tick);
        self.met[index] = row.iter().any(|&x| x != E::default());
        self.ring[index * self.slots..(index + 1) * self.slots].copy_from_slice(row);
    }

    /// Goes on to `tick`: the row of the one before, which every block has taken, is emptied.
    fn begin(&mut self, tick: u64) {
        if let Some(spent) = tick.checked_sub(1).map(|before| self.index_of(before))
            && std::mem::take(&mut self.met[spent])
        {
            self.ring[spent * self.slots..(spent + 1) * self.slots].fill(E::default());
        }
        self.now = self.index_of(tick);
    }

    /// Takes the spikes of `sources` (ascending) in the tick under way: their synapses' weights go to the rows of the ticks they
    /// arrive in.
    fn push(&mut self, events: &EventSynapses, partition: usize, sources: &[u32]) {
        match &events.weight {
            Values::F32(weights) => self.push_weights(events, partition, sources, |i| f64::from(weights[i])),
            Values::F64(weights) => self.push_weights(events, partition, sources, |i| weights[i]),
            Values::Same(weight, _) => self.push_weights(events, partition, sources, |_| *weight),
        }
    }

    #[inline(always)]
    fn push_weights(
        &mut self,
        events: &EventSynapses,
        partition: usize,
        sources: &[u32],
        weight: impl Fn(usize) -> f64,
    ) {
        let offset = partition * (events.sources + 1);
        // Rows of delays 1, 2, ... follow each other from the present one on, and go on at the ring's beginning.
        let (now, rows, slots, first_slot) = (self.now, self.rows, self.slots, self.first_slot);
        let (ring, met) = (self.ring.as_mut_slice(), self.met.as_mut_slice());
        for &source in sources {
            let at = offset + source as usize;
            let synapses = events.first[at] as usize..events.first[at + 1] as usize;
            let targets = events.slot[synapses.clone()].iter().zip(&events.delay[synapses.clone()]);
            for (synapse, (&slot, &delay)) in synapses.zip(targets) {
                let mut row = now + delay as usize - 1;
                if row >= rows {
                    row -= rows;
                }
                met[row] = true;
                let to = &mut ring[row * slots + slot as usize - first_slot];
                *to = *to + E::from_f64(weight(synapse));
            }
        }
    }
}

/// Delivers event synapses in all partitions.
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
        own.begin(tick);
        own.push(&plan.events, partition, sources);
    };
    if parallel {
        arrivals.par_iter_mut().enumerate().for_each(deliver);
    } else {
        arrivals.iter_mut().enumerate().for_each(deliver);
    }
}
