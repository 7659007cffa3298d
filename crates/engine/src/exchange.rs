//! Spikes between ticks: who spiked when, and what arrives now.
//!
//! A spike at time `t` is stamped `round(t / tick)` and arrives at the start of tick `stamp + delay`, `delay >= 1`. Spikes of the
//! second half of a tick therefore wait one tick more than those of its first half, and there is no mean bias.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap};
use std::ops::Range;

use huxley_model::random::{Random, Stream, poisson_thresholds};

use crate::error::RunError;
use crate::plan::{ClockedGroup, Generator, Plan};
use crate::snapshot::{Reader, Writer};

/// The spikes still on their way.
#[derive(Clone, Debug)]
pub struct Exchange {
    cells: usize,
    /// Sources whose spikes are delivered in the present tick, ascending; a source may stand more than once.
    delivered: Vec<u32>,
    /// Sources whose spikes are stamped with the present tick.
    stamped_now: Vec<u32>,
    /// Sources whose spikes are stamped with the next tick.
    stamped_next: Vec<u32>,
    /// For each of the last ticks, in a ring, the sources whose spikes were delivered to synapses with the shortest delay: ascending,
    /// each once. Empty where no synapse is clocked.
    recent: Vec<Vec<u32>>,
    /// Generators of listed spikes: the next tick of each that has one, in the order of these ticks.
    listed: BinaryHeap<Reverse<(u64, u32)>>,
    /// The tick from which on these are the next.
    listed_from: Option<u64>,
    poisson: Random,
    /// Of each generator of Poisson spikes: its index into `thresholds`.
    distribution: Vec<u32>,
    /// Of each rate there is, where draws reach its counts.
    thresholds: Vec<Vec<u64>>,
    tick_ms: f64,
}

impl Exchange {
    /// No spikes yet.
    #[must_use]
    pub fn new(plan: &Plan) -> Self {
        let reach = plan.clocked.iter().map(ClockedGroup::reach).max();
        let mut known = HashMap::new();
        let mut thresholds = Vec::new();
        let mut distribution = |generator: &Generator| match generator {
            Generator::Poisson { rate, .. } => *known.entry(rate.to_bits()).or_insert_with(|| {
                thresholds.push(poisson_thresholds(rate * 1e-3 * plan.settings.tick));
                u32::try_from(thresholds.len() - 1).unwrap_or(u32::MAX)
            }),
            Generator::Listed { .. } => u32::MAX,
        };
        Self {
            distribution: plan.generators.iter().map(&mut distribution).collect(),
            thresholds,
            cells: plan.cells.len(),
            delivered: Vec::new(),
            stamped_now: Vec::new(),
            stamped_next: Vec::new(),
            listed: BinaryHeap::new(),
            listed_from: None,
            recent: vec![Vec::new(); reach.map_or(0, usize::from)],
            poisson: Random::new(plan.settings.seed, Stream::Poisson),
            tick_ms: plan.settings.tick,
        }
    }

    /// What generators deliver in `tick`: ascending, with repetitions.
    #[must_use]
    pub fn generated(&mut self, plan: &Plan, tick: u64) -> Vec<u32> {
        let mut sources = Vec::new();
        self.draw(plan, tick, &mut sources);
        self.list(plan, tick, &mut sources);
        sources.sort_unstable();
        sources
    }

    /// Starts tick `tick`, in which generators deliver `generated`. Returns these and the sources whose spikes were stamped one tick
    /// ago, ascending, with repetitions.
    pub fn begin(&mut self, tick: u64, generated: &[u32]) -> &[u32] {
        self.delivered.clear();
        std::mem::swap(&mut self.delivered, &mut self.stamped_now);
        std::mem::swap(&mut self.stamped_now, &mut self.stamped_next);
        self.delivered.sort_unstable();
        // Generators are numbered after cells.
        self.delivered.extend_from_slice(generated);
        if !self.recent.is_empty() {
            let rows = self.recent.len() as u64;
            let row = &mut self.recent[ring(tick, rows)];
            row.clone_from(&self.delivered);
            row.dedup();
        }
        &self.delivered
    }

    /// Adds the spikes that generators of Poisson spikes deliver at the start of `tick`.
    fn draw(&self, plan: &Plan, tick: u64, sources: &mut Vec<u32>) {
        if self.thresholds.is_empty() {
            return;
        }
        #[allow(clippy::cast_precision_loss)]
        let t = tick as f64 * self.tick_ms;
        #[allow(clippy::cast_possible_truncation)]
        let stream = tick as u32;
        for ((generator, source), &distribution) in plan.generators.iter().zip(self.cells..).zip(&self.distribution) {
            let Generator::Poisson { start, stop, .. } = generator else { continue };
            if *start <= t && t < *stop {
                let thresholds = &self.thresholds[distribution as usize];
                let count = self.poisson.poisson(stream, source as u64, thresholds);
                #[allow(clippy::cast_possible_truncation)]
                sources.extend(std::iter::repeat_n(source as u32, count as usize));
            }
        }
    }

    /// Adds the spikes that are listed for `tick`. Of generators that have none then nothing is read.
    fn list(&mut self, plan: &Plan, tick: u64, sources: &mut Vec<u32>) {
        let listed = |generator: u32, from: u64| match &plan.generators[generator as usize] {
            Generator::Listed { ticks } => &ticks[ticks.partition_point(|&t| t < from)..],
            Generator::Poisson { .. } => &[],
        };
        if self.listed_from != Some(tick) {
            let all = 0..u32::try_from(plan.generators.len()).unwrap_or(u32::MAX);
            self.listed = all.filter_map(|g| Some(Reverse((*listed(g, tick).first()?, g)))).collect();
        }
        while let Some(&Reverse((due, generator))) = self.listed.peek().filter(|first| first.0.0 <= tick) {
            self.listed.pop();
            let train = listed(generator, due);
            let count = train.partition_point(|&t| t == due);
            #[allow(clippy::cast_possible_truncation)]
            let source = (self.cells + generator as usize) as u32;
            sources.extend(std::iter::repeat_n(source, count));
            self.listed.extend(train.get(count).map(|&next| Reverse((next, generator))));
        }
        self.listed_from = Some(tick + 1);
    }

    /// Calls `meet(source, delay, synapses)` for the synapses in `range` that a spike reached `late` ticks before `tick`, which has
    /// begun.
    pub fn for_each_arrival(
        &self,
        group: &ClockedGroup,
        tick: u64,
        late: u16,
        range: &Range<usize>,
        mut meet: impl FnMut(u32, u16, &[u32]),
    ) {
        for delay in 1..=group.longest_delay {
            let age = u64::from(delay - 1 + late);
            let Some(tick) = tick.checked_sub(age) else { break };
            for &source in &self.recent[ring(tick, self.recent.len() as u64)] {
                meet(source, delay, group.reached(source, delay, range));
            }
        }
    }

    /// Whether a spike of `source` reached a synapse with `delay` `late` ticks before `tick`, which has begun.
    #[must_use]
    pub fn arrived(&self, source: u32, delay: u16, late: u16, tick: u64) -> bool {
        let then = tick.checked_sub(u64::from(delay - 1 + late));
        then.is_some_and(|then| self.recent[ring(then, self.recent.len() as u64)].binary_search(&source).is_ok())
    }

    /// Whether no spike is on its way to a clocked synapse.
    #[must_use]
    pub fn silent(&self) -> bool {
        self.recent.iter().all(Vec::is_empty)
    }

    /// Notes that `cell` crossed its threshold in the first half of the present tick, or in the second.
    pub fn spiked(&mut self, cell: u32, early: bool) {
        if early { &mut self.stamped_now } else { &mut self.stamped_next }.push(cell);
    }

    /// Sets what [`Exchange::save`] saves, from spikes known otherwise: those stamped with the present tick and with the next, and
    /// `recent(age)`, those delivered before. All ascending.
    pub fn set(&mut self, now: Vec<u32>, next: Vec<u32>, mut recent: impl FnMut(u64) -> Vec<u32>, tick: u64) {
        (self.stamped_now, self.stamped_next) = (now, next);
        let rows = self.recent.len() as u64;
        for age in 1..=rows.min(tick) {
            self.recent[ring(tick - age, rows)] = recent(age);
        }
    }

    /// Spikes stamped with the present tick and with the next.
    #[must_use]
    pub fn stamped(&self) -> [&[u32]; 2] {
        [&self.stamped_now, &self.stamped_next]
    }

    /// Sources whose spikes were delivered `age` ticks before `tick`, to synapses with the shortest delay; empty beyond what is kept.
    #[must_use]
    pub fn delivered_before(&self, tick: u64, age: u64) -> &[u32] {
        let rows = self.recent.len() as u64;
        if age > rows || age > tick { &[] } else { &self.recent[ring(tick - age, rows)] }
    }

    /// Spikes on their way at the end of a tick.
    pub fn save(&self, out: &mut Writer) {
        for stamped in [&self.stamped_now, &self.stamped_next] {
            let mut sorted = stamped.clone();
            sorted.sort_unstable();
            out.u32s(&sorted);
        }
        self.recent.iter().for_each(|row| out.u32s(row));
    }

    /// Restores what [`Exchange::save`] saved.
    ///
    /// # Errors
    /// When sizes differ.
    pub fn load(&mut self, from: &mut Reader<'_>) -> Result<(), RunError> {
        self.stamped_now = from.u32s()?;
        self.stamped_next = from.u32s()?;
        for row in &mut self.recent {
            *row = from.u32s()?;
        }
        Ok(())
    }
}

/// `tick` in a ring of `rows`.
#[allow(clippy::cast_possible_truncation)]
fn ring(tick: u64, rows: u64) -> usize {
    (tick % rows) as usize
}
