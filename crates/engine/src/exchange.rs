//! Spikes between ticks: who spiked when, and what arrives now.
//!
//! A spike at time `t` is stamped `round(t / tick)` and arrives at the start of tick `stamp + delay`, `delay >= 1`. Spikes of the
//! second half of a tick therefore wait one tick more than those of its first half, and there is no mean bias.

use huxley_model::random::{Random, Stream};

use crate::error::RunError;
use crate::plan::{Generator, Plan};
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
    /// One ring of bit sets for each group of kinetic synapses.
    windows: Vec<Window>,
    poisson: Random,
    tick_ms: f64,
}

/// For each of the last ticks, the sources whose pulse is on if their delay ends then.
#[derive(Clone, Debug)]
struct Window {
    pulse: u64,
    /// Rows of spikes by stamp, ring of `pulse` rows.
    spikes: Vec<Vec<u64>>,
    /// Rows of running pulses by stamp, ring of at least `longest_delay` rows.
    pulses: Vec<Vec<u64>>,
}

impl Exchange {
    /// No spikes yet.
    #[must_use]
    pub fn new(plan: &Plan) -> Self {
        let sources = plan.sources();
        let words = sources.div_ceil(64);
        let windows = plan
            .kinetic
            .iter()
            .map(|group| Window {
                pulse: u64::from(group.pulse),
                spikes: vec![vec![0; words]; group.pulse as usize],
                pulses: vec![vec![0; words]; group.longest_delay.max(1) as usize],
            })
            .collect();
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
            let row = &mut window.spikes[ring(tick, window.pulse)];
            row.fill(0);
            for &source in &self.delivered {
                row[source as usize / 64] |= 1 << (source % 64);
            }
            let rows = window.pulses.len();
            let pulses = &mut window.pulses[ring(tick, rows as u64)];
            pulses.fill(0);
            for row in &window.spikes {
                for (on, spiked) in pulses.iter_mut().zip(row) {
                    *on |= spiked;
                }
            }
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

    /// The bit set of sources whose pulse is on in tick `tick` for synapses of `group` with `delay`.
    #[must_use]
    pub fn pulses(&self, group: usize, tick: u64, delay: u16) -> &[u64] {
        let rows = &self.windows[group].pulses;
        // Stamped at tick - delay, written one tick after its stamp; rows not yet written are empty.
        &rows[ring(tick + 1 + rows.len() as u64 - u64::from(delay), rows.len() as u64)]
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
            window.spikes.iter().chain(&window.pulses).for_each(|row| out.u64s(row));
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
            for row in window.spikes.iter_mut().chain(&mut window.pulses) {
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
