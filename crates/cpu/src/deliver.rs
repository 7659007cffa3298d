//! Delivery of events: spikes are pushed by source within a partition of targets.

use std::ops::{Range, RangeInclusive};
use std::sync::{PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use huxley_engine::plan::{EventSynapses, Plan, Values};
use prefetch_index::prefetch_index;

use crate::lanes::Element;
use crate::share::Apart;

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
    /// By row, then [`TOGETHER`] slots: whether anything has reached them since they were empty.
    met: Vec<bool>,
    /// The row of the tick under way.
    now: usize,
    /// Sources that may have synapses on the slots, ascending.
    sources: Vec<Range<u32>>,
}

/// Slots that are looked at, and emptied, together: nothing is read of those that nothing reaches.
const TOGETHER: usize = 64;

/// Sources without synapses in a partition that are asked nonetheless, between two that have some.
const NEAR: u32 = 64;

/// How many sources ahead the place of their synapses is fetched, and how many the synapses.
const OFFSETS_AHEAD: usize = 16;
const SYNAPSES_AHEAD: usize = 8;

impl<E: Element> Arrivals<E> {
    /// Empty rings for all partitions.
    #[must_use]
    pub fn new(plan: &Plan) -> Vec<Self> {
        let rows = plan.events.longest_delay.max(1) as usize;
        plan.slots
            .first_of_partition
            .windows(2)
            .enumerate()
            .map(|(partition, pair)| {
                let slots = (pair[1] - pair[0]) as usize;
                Self {
                    first_slot: pair[0] as usize,
                    slots,
                    ring: vec![E::default(); rows * slots],
                    rows,
                    met: vec![false; rows * slots.div_ceil(TOGETHER)],
                    now: 0,
                    sources: sources_of(&plan.events, partition),
                }
            })
            .collect()
    }

    #[allow(clippy::cast_possible_truncation)]
    fn index_of(&self, tick: u64) -> usize {
        (tick % self.rows as u64) as usize
    }

    /// A row, and which of its parts anything has reached.
    fn row_mut(&mut self, index: usize) -> (&mut [E], &mut [bool]) {
        let parts = self.slots.div_ceil(TOGETHER);
        let row = &mut self.ring[index * self.slots..(index + 1) * self.slots];
        (row, &mut self.met[index * parts..(index + 1) * parts])
    }

    /// What arrives `ahead` ticks after the one that has begun, at `count` slots of the partition from `slot` on.
    #[inline]
    #[must_use]
    pub fn due(&self, ahead: usize, slot: u32, count: u32) -> &[E] {
        let at = self.row_ahead(ahead) * self.slots + slot as usize - self.first_slot;
        &self.ring[at..at + count as usize]
    }

    /// The row of the tick `ahead` ticks, fewer than there are rows, after the one that has begun.
    #[inline]
    fn row_ahead(&self, ahead: usize) -> usize {
        let row = self.now + ahead;
        if row < self.rows { row } else { row - self.rows }
    }

    /// The parts of [`Arrivals::due`] that anything may have reached, each with the number of slots before it.
    #[inline(always)]
    pub fn reached(&self, ahead: usize, slot: u32, count: u32) -> impl Iterator<Item = (usize, &[E])> {
        let present = self.due(ahead, slot, count);
        let first = slot as usize - self.first_slot;
        let met = &self.met[self.row_ahead(ahead) * self.slots.div_ceil(TOGETHER)..];
        (first / TOGETHER..(first + present.len()).div_ceil(TOGETHER)).filter(|&part| met[part]).map(move |part| {
            let from = (part * TOGETHER).saturating_sub(first);
            (from, &present[from..present.len().min((part + 1) * TOGETHER - first)])
        })
    }

    /// What arrives in `tick`, by slot of the partition.
    #[must_use]
    pub fn row(&self, tick: u64) -> &[E] {
        let at = self.index_of(tick) * self.slots;
        &self.ring[at..at + self.slots]
    }

    /// Sets the row of `tick`, to restore it.
    pub fn set_row(&mut self, tick: u64, row: &[E]) {
        let (own, met) = self.row_mut(self.index_of(tick));
        own.copy_from_slice(row);
        for (met, part) in met.iter_mut().zip(row.chunks(TOGETHER)) {
            *met = part.iter().any(|&x| x != E::default());
        }
    }

    /// Goes on to `tick`: the row of the one before, which every block has taken, is emptied.
    fn begin(&mut self, tick: u64) {
        if let Some(spent) = tick.checked_sub(1).map(|before| self.index_of(before)) {
            let (row, met) = self.row_mut(spent);
            for (part, met) in row.chunks_mut(TOGETHER).zip(met).filter(|(_, met)| **met) {
                part.fill(E::default());
                *met = false;
            }
        }
        self.now = self.index_of(tick);
    }

    /// Takes spikes that set out, those of a tick after those of the ticks before.
    fn take(&mut self, events: &EventSynapses, partition: usize, departures: &[Departure]) {
        for departure in departures {
            if departure.begins {
                self.begin(departure.tick);
            }
            let (sources, from, delays) = (&departure.sources, self.index_of(departure.tick), departure.delays());
            for k in 0..self.sources.len() {
                let range = self.sources[k].clone();
                let spiked = &sources[sources.partition_point(|&source| source < range.start)..];
                let spiked = &spiked[..spiked.partition_point(|&source| source < range.end)];
                if !spiked.is_empty() {
                    self.push(events, partition, spiked, from, &delays);
                }
            }
        }
    }

    /// Takes the spikes of `sources` (ascending) that set out in the tick of row `from`: the weights of their synapses with delays in
    /// `delays` go to the rows of the ticks they arrive in.
    fn push(
        &mut self,
        events: &EventSynapses,
        partition: usize,
        sources: &[u32],
        from: usize,
        delays: &RangeInclusive<u16>,
    ) {
        let of = Pushed { events, partition, sources, from };
        if *delays.start() <= 1 && events.longest_delay <= *delays.end() {
            self.push_delays(of, |_| true);
        } else {
            self.push_delays(of, |delay| delays.contains(&delay));
        }
    }

    #[inline(always)]
    fn push_delays(&mut self, of: Pushed<'_>, wanted: impl Fn(u16) -> bool) {
        match &of.events.weight {
            Values::F32(w) => self.push_weights(of, wanted, |i| f64::from(w[i]), |i| prefetch_index(w, i)),
            Values::F64(w) => self.push_weights(of, wanted, |i| w[i], |i| prefetch_index(w, i)),
            Values::Same(w, _) => self.push_weights(of, wanted, |_| *w, |_| {}),
        }
    }

    #[inline(always)]
    fn push_weights(
        &mut self,
        of: Pushed<'_>,
        wanted: impl Fn(u16) -> bool,
        weight: impl Fn(usize) -> f64,
        fetch_weight: impl Fn(usize),
    ) {
        let Pushed { events, partition, sources, from } = of;
        let first = events.offsets(partition);
        let synapses_of = |source: u32| first[source as usize] as usize..first[source as usize + 1] as usize;
        // A source's synapses lie anywhere: they are fetched while those of the sources before it are delivered.
        let fetch_offset = |k: usize| {
            if let Some(&source) = sources.get(k) {
                prefetch_index(first, source as usize);
            }
        };
        let fetch_synapses = |k: usize| {
            if let Some(&source) = sources.get(k) {
                let synapses = synapses_of(source);
                for synapse in [synapses.start, synapses.end.saturating_sub(1)] {
                    prefetch_index(&events.slot, synapse);
                    prefetch_index(&events.delay, synapse);
                    fetch_weight(synapse);
                }
            }
        };
        (0..OFFSETS_AHEAD).for_each(fetch_offset);
        (0..SYNAPSES_AHEAD).for_each(fetch_synapses);
        // Rows of delays 1, 2, ... follow each other from that of the tick on, and go on at the ring's beginning.
        let (rows, slots, first_slot) = (self.rows, self.slots, self.first_slot);
        let parts = slots.div_ceil(TOGETHER);
        let (ring, met) = (self.ring.as_mut_slice(), self.met.as_mut_slice());
        for (k, &source) in sources.iter().enumerate() {
            fetch_offset(k + OFFSETS_AHEAD);
            fetch_synapses(k + SYNAPSES_AHEAD);
            let synapses = synapses_of(source);
            let targets = events.slot[synapses.clone()].iter().zip(&events.delay[synapses.clone()]);
            for (synapse, (&slot, &delay)) in synapses.zip(targets) {
                if !wanted(delay) {
                    continue;
                }
                let mut row = from + delay as usize - 1;
                if row >= rows {
                    row -= rows;
                }
                let slot = slot as usize - first_slot;
                met[row * parts + slot / TOGETHER] = true;
                let to = &mut ring[row * slots + slot];
                *to = *to + E::from_f64(weight(synapse));
            }
        }
    }
}

/// Spikes on their way to a partition.
#[derive(Clone, Copy)]
struct Pushed<'a> {
    events: &'a EventSynapses,
    partition: usize,
    /// Ascending.
    sources: &'a [u32],
    /// Row of the tick they set out in.
    from: usize,
}

/// The spikes that set out in a tick.
#[derive(Clone, Debug)]
pub struct Departure {
    /// The tick.
    pub tick: u64,
    /// Whether it begins: what arrived in the one before is spent. If not, it is one after that which has begun.
    pub begins: bool,
    /// Who spiked, ascending, with repetitions.
    pub sources: Vec<u32>,
    /// Ticks of arrival of those that are meant; others are left for another time.
    pub arrivals: Range<u64>,
}

impl Departure {
    /// The delays that are meant.
    fn delays(&self) -> RangeInclusive<u16> {
        let delay = |arrival: u64| u16::try_from((arrival + 1).saturating_sub(self.tick)).unwrap_or(u16::MAX);
        delay(self.arrivals.start)..=delay(self.arrivals.end - 1)
    }
}

/// The sources that have synapses in a partition, as ranges; sources between two ranges that are near are among them.
#[allow(clippy::cast_possible_truncation)]
fn sources_of(events: &EventSynapses, partition: usize) -> Vec<Range<u32>> {
    let mut ranges: Vec<Range<u32>> = Vec::new();
    for (source, _) in events.offsets(partition).windows(2).enumerate().filter(|(_, own)| own[0] < own[1]) {
        let source = source as u32;
        match ranges.last_mut() {
            Some(range) if source - range.end < NEAR => range.end = source + 1,
            _ => ranges.push(source..source + 1),
        }
    }
    ranges
}

/// Arrivals at the slots of all partitions. Delivery writes a partition's, blocks read them.
#[derive(Debug)]
pub struct Partitions<E>(Vec<Apart<RwLock<Arrivals<E>>>>);

impl<E: Element> Partitions<E> {
    /// Empty rings.
    #[must_use]
    pub fn new(plan: &Plan) -> Self {
        Self(Arrivals::new(plan).into_iter().map(|own| Apart(RwLock::new(own))).collect())
    }

    /// The arrivals at a partition.
    #[inline]
    pub fn of(&self, partition: usize) -> RwLockReadGuard<'_, Arrivals<E>> {
        self.0[partition].0.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// The arrivals at a partition, to change them.
    pub fn of_mut(&self, partition: usize) -> RwLockWriteGuard<'_, Arrivals<E>> {
        self.0[partition].0.write().unwrap_or_else(PoisonError::into_inner)
    }

    /// All partitions' arrivals in turn.
    pub fn iter(&self) -> impl Iterator<Item = RwLockReadGuard<'_, Arrivals<E>>> {
        (0..self.0.len()).map(|partition| self.of(partition))
    }

    /// Delivers spikes that set out to a partition.
    pub fn deliver(&self, plan: &Plan, partition: usize, departures: &[Departure]) {
        self.of_mut(partition).take(&plan.events, partition, departures);
    }
}
