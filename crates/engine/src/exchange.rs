//! Spikes between ticks: who spiked when, and what arrives now.
//!
//! A spike at time `t` is stamped `round(t / tick)` and arrives at the start of tick `stamp + delay`, `delay >= 1`. Spikes of the
//! second half of a tick therefore wait one tick more than those of its first half, and there is no mean bias.

use huxley_model::random::{Random, Stream};

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
    /// One ring of bit sets for each group of clocked synapses.
    windows: Vec<Window>,
    poisson: Random,
    tick_ms: f64,
}

/// For each of the last ticks, who spiked, and whose pulse was on.
#[derive(Clone, Debug)]
struct Window {
    /// Ticks of a pulse.
    pulse: usize,
    /// Ticks by which late arrivals are late.
    late: usize,
    longest_delay: usize,
    /// Words of a bit set of sources; free slots' source is a bit that is never set.
    words: usize,
    /// Bit sets in each ring.
    rows: usize,
    /// Spikes by stamp.
    spikes: Vec<u64>,
    /// Running pulses by stamp; empty where a pulse is one tick, because those are the spikes.
    pulses: Vec<u64>,
}

impl Window {
    fn new(group: &ClockedGroup, sources: usize) -> Self {
        let words = (sources + 1).div_ceil(64);
        let rows = usize::from(group.reach().max(1));
        let pulse = usize::from(group.pulse);
        Self {
            pulse,
            late: usize::from(group.late),
            longest_delay: usize::from(group.longest_delay),
            words,
            rows,
            spikes: vec![0; rows * words],
            pulses: vec![0; if pulse > 1 { rows * words } else { 0 }],
        }
    }

    /// First word of the row written `age` ticks before `tick`.
    fn row(&self, tick: u64, age: usize) -> usize {
        debug_assert!(age < self.rows);
        ring(tick + self.rows as u64 - age as u64, self.rows as u64) * self.words
    }

    fn write(&mut self, tick: u64, delivered: &[u32]) {
        let at = self.row(tick, 0);
        let row = &mut self.spikes[at..at + self.words];
        row.fill(0);
        for &source in delivered {
            row[source as usize / 64] |= 1 << (source % 64);
        }
        if self.pulse > 1 {
            self.pulses[at..at + self.words].fill(0);
            for age in 0..self.pulse.min(self.rows) {
                let from = self.row(tick, age);
                for word in 0..self.words {
                    self.pulses[at + word] |= self.spikes[from + word];
                }
            }
        }
    }

    /// Rows of the spikes that are `more` ticks older than a synapse's delay.
    fn bits<'a>(&self, words: &'a [u64], tick: u64, more: usize) -> Bits<'a> {
        let row = |delay: usize| self.row(tick, delay.saturating_sub(1) + more);
        Bits { words, row: (0..=self.longest_delay).map(row).collect() }
    }
}

/// A bit for each source, by the delay of the synapse that asks.
#[derive(Clone, Debug)]
pub struct Bits<'a> {
    words: &'a [u64],
    /// First word, by delay.
    row: Vec<usize>,
}

impl Bits<'_> {
    /// The bit of `source` for a synapse with `delay`, in bit 0.
    #[inline(always)]
    #[must_use]
    pub fn get(&self, source: u32, delay: u16) -> u64 {
        self.words[self.row[delay as usize] + (source >> 6) as usize] >> (source & 63) & 1
    }
}

/// What meets the synapses of a group in a tick.
#[derive(Clone, Debug)]
pub struct Meeting<'a> {
    /// Transmitter is in the cleft.
    pub on: Bits<'a>,
    /// A spike arrives.
    pub starts: Bits<'a>,
    /// The pulse's last tick.
    pub ends: Bits<'a>,
    /// A spike arrived as long ago as the group's calcium is late.
    pub late: Bits<'a>,
    /// No spike is on its way to any synapse of the group.
    pub silent: bool,
    /// Pulses are one tick: `on`, `starts` and `ends` are the same.
    pub brief: bool,
}

impl Exchange {
    /// No spikes yet.
    #[must_use]
    pub fn new(plan: &Plan) -> Self {
        let sources = plan.sources();
        let windows = plan.clocked.iter().map(|group| Window::new(group, sources)).collect();
        Self {
            cells: plan.cells.len(),
            delivered: Vec::new(),
            stamped_now: Vec::new(),
            stamped_next: Vec::new(),
            windows,
            poisson: Random::new(plan.settings.seed, Stream::Poisson),
            tick_ms: plan.settings.tick,
        }
    }

    /// Starts tick `tick`: adds what generators deliver and returns the sources whose spikes were stamped one tick ago,
    /// ascending, with repetitions.
    pub fn begin(&mut self, plan: &Plan, tick: u64) -> &[u32] {
        self.delivered.clear();
        std::mem::swap(&mut self.delivered, &mut self.stamped_now);
        std::mem::swap(&mut self.stamped_now, &mut self.stamped_next);
        for (generator, source) in plan.generators.iter().zip(self.cells..) {
            let count = self.generated(generator, tick, source as u64);
            #[allow(clippy::cast_possible_truncation)]
            self.delivered.extend(std::iter::repeat_n(source as u32, count));
        }
        self.delivered.sort_unstable();
        for window in &mut self.windows {
            window.write(tick, &self.delivered);
        }
        &self.delivered
    }

    /// How many spikes `generator` delivers at the start of `tick`.
    fn generated(&self, generator: &Generator, tick: u64, source: u64) -> usize {
        match generator {
            Generator::Poisson { rate, start, stop } => {
                #[allow(clippy::cast_precision_loss)]
                let t = tick as f64 * self.tick_ms;
                if t < *start || t >= *stop {
                    return 0;
                }
                #[allow(clippy::cast_possible_truncation)]
                let stream = tick as u32;
                self.poisson.poisson(stream, source, rate * 1e-3 * self.tick_ms) as usize
            }
            Generator::Listed { ticks } => {
                let from = ticks.partition_point(|&t| t < tick);
                ticks[from..].iter().take_while(|&&t| t == tick).count()
            }
        }
    }

    /// What meets the synapses of `group` in `tick`, which has begun.
    #[must_use]
    pub fn meeting(&self, group: usize, tick: u64) -> Meeting<'_> {
        let w = &self.windows[group];
        let starts = w.bits(&w.spikes, tick, 0);
        let brief = w.pulse == 1;
        Meeting {
            on: if brief { starts.clone() } else { w.bits(&w.pulses, tick, 0) },
            ends: if brief { starts.clone() } else { w.bits(&w.spikes, tick, w.pulse - 1) },
            late: if w.late == 0 { starts.clone() } else { w.bits(&w.spikes, tick, w.late) },
            silent: w.spikes.iter().all(|&word| word == 0),
            brief,
            starts,
        }
    }

    /// Notes that `cell` crossed its threshold `fraction` of the way through the present tick (0 to 1).
    pub fn spiked(&mut self, cell: u32, fraction: f64) {
        if fraction < 0.5 { &mut self.stamped_now } else { &mut self.stamped_next }.push(cell);
    }

    /// Spikes on their way at the end of a tick.
    pub fn save(&self, out: &mut Writer) {
        out.u32s(&self.stamped_now);
        out.u32s(&self.stamped_next);
        for window in &self.windows {
            out.u64s(&window.spikes);
            out.u64s(&window.pulses);
        }
    }

    /// Restores what [`Exchange::save`] saved.
    ///
    /// # Errors
    /// When sizes differ.
    pub fn load(&mut self, from: &mut Reader<'_>) -> Result<(), RunError> {
        self.stamped_now = from.u32s()?;
        self.stamped_next = from.u32s()?;
        for window in &mut self.windows {
            for row in [&mut window.spikes, &mut window.pulses] {
                let read = from.u64s()?;
                if read.len() != row.len() {
                    return Err(RunError::Snapshot("its number of spike sources differs".to_owned()));
                }
                *row = read;
            }
        }
        Ok(())
    }
}

/// `tick` in a ring of `rows`.
#[allow(clippy::cast_possible_truncation)]
fn ring(tick: u64, rows: u64) -> usize {
    (tick % rows) as usize
}
