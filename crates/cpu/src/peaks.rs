//! What this CPU can do at most, measured with the lanes the kernels use: multiply-adds, exponentials and divisions on what is in
//! registers or the first-level cache, and passes over memory.
//!
//! Operations and addresses do not depend on values; inputs and results pass through [`black_box`], so none of it can be left out.

use std::hint::black_box;
use std::time::{Duration, Instant};

use fearless_simd::Level;
use huxley_model::network::Precision;
use rayon::prelude::*;

use crate::lanes::{Element, Kernel, Lanes, Rounding, dispatch};

/// What is done over and over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Arithmetic {
    /// Multiply-adds in independent chains on registers; one counts as two operations.
    Fma,
    /// Exponentials of [`huxley_model::exponential`], the kernels' own, from and to the first-level cache.
    Exp,
    /// Divisions, from and to the first-level cache.
    Div,
}

impl Arithmetic {
    /// Each, with the name of its ceiling.
    pub const ALL: [(&'static str, Arithmetic); 3] =
        [("fma", Arithmetic::Fma), ("exp", Arithmetic::Exp), ("div", Arithmetic::Div)];
}

/// How memory is passed over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Traffic {
    /// An array is added up.
    Read,
    /// An array is filled. Caches that fetch a line before it is written move twice what is counted.
    Write,
    /// An array is copied to another by the system's `memcpy`, a piece at a time.
    Copy,
    /// Each value of an array is read, changed and written back: what a tick does to the state of synapses.
    Update,
}

impl Traffic {
    /// Each, with the name of its ceiling.
    pub const ALL: [(&'static str, Traffic); 4] =
        [("read", Traffic::Read), ("write", Traffic::Write), ("copy", Traffic::Copy), ("update", Traffic::Update)];
}

/// Chains in flight: more than the latency of a multiply-add times the units that do them, and no more than there are registers.
const CHAINS: usize = 12;
/// Values of the arrays that exponentials and divisions are taken of: both arrays stay in the first-level cache.
const VALUES: usize = 512;
/// Values of a piece of an array that a thread passes over at a time: 256 KiB.
const PIECE: usize = 1 << 16;

struct Fma {
    rounds: u64,
}

impl<E: Element> Kernel<E> for Fma {
    type Output = u64;

    #[inline(always)]
    fn run<L: Lanes<Element = E>>(self, token: L::Token) -> u64 {
        let splat = |x: f64| L::splat(token, E::from_f64(black_box(x)));
        // x -> 0.999 x + 0.001 stays near 1: no value becomes subnormal or infinite.
        let (a, b) = (splat(0.999), splat(1e-3));
        let mut x: [L; CHAINS] = std::array::from_fn(|i| splat(1.0 + i as f64 * 1e-3));
        for _ in 0..self.rounds {
            for x in &mut x {
                *x = x.mul_add(a, b);
            }
        }
        let sum = x.into_iter().reduce(|a, b| a + b).expect("some chains");
        let mut out = [E::default(); 64];
        sum.store(&mut out[..L::LEN]);
        black_box(out);
        2 * self.rounds * (CHAINS * L::LEN) as u64
    }
}

/// A function of each of [`VALUES`] values.
struct Map<'a, E> {
    what: Arithmetic,
    from: &'a [E],
    to: &'a mut [E],
    rounds: u64,
}

impl<E: Element> Kernel<E> for Map<'_, E> {
    type Output = u64;

    #[inline(always)]
    fn run<L: Lanes<Element = E>>(self, token: L::Token) -> u64 {
        for _ in 0..self.rounds {
            let from = black_box(self.from);
            let lanes = from.chunks_exact(L::LEN).zip(self.to.chunks_exact_mut(L::LEN));
            if self.what == Arithmetic::Div {
                let one = L::splat(token, E::from_f64(black_box(1.0)));
                lanes.for_each(|(x, y)| (one / L::load(token, x)).store(y));
            } else {
                lanes.for_each(|(x, y)| L::load(token, x).exp().store(y));
            }
            black_box(&mut *self.to);
        }
        self.rounds * self.from.len() as u64
    }
}

/// Does `rounds` of an operation on this thread and says how many operations that were.
fn work<E: Element>(what: Arithmetic, rounds: u64) -> u64 {
    if what == Arithmetic::Fma {
        return dispatch::<E, _>(Level::new(), Rounding::Fused, Fma { rounds });
    }
    let from: Vec<E> = (0..VALUES).map(|i| E::from_f64(0.5 + i as f64 / VALUES as f64)).collect();
    let mut to = vec![E::default(); VALUES];
    dispatch(Level::new(), Rounding::Fused, Map { what, from: &from, to: &mut to, rounds })
}

/// Operations of one call on one thread, for benches: `rounds` times twelve registers of multiply-adds.
pub fn chains(precision: Precision, rounds: u64) -> u64 {
    match precision {
        Precision::F32 => work::<f32>(Arithmetic::Fma, rounds),
        Precision::F64 => work::<f64>(Arithmetic::Fma, rounds),
    }
}

/// Threads that measure.
#[derive(Debug)]
pub struct Meter {
    pool: rayon::ThreadPool,
    least: Duration,
}

impl Meter {
    /// `threads` threads; a timed run of arithmetic takes at least `least`.
    ///
    /// # Panics
    /// When the operating system refuses to start threads.
    #[must_use]
    pub fn new(threads: usize, least: Duration) -> Self {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads.max(1)).build();
        Self { pool: pool.expect("threads can be started"), least }
    }

    /// Operations a second of all threads together, in each of `runs` runs after those that find how long one takes.
    #[must_use]
    pub fn arithmetic(&self, what: Arithmetic, precision: Precision, runs: usize) -> Vec<f64> {
        let run = |rounds: u64| {
            let start = Instant::now();
            let done: u64 = self
                .pool
                .broadcast(|_| match precision {
                    Precision::F32 => work::<f32>(what, rounds),
                    Precision::F64 => work::<f64>(what, rounds),
                })
                .into_iter()
                .sum();
            (start.elapsed(), done)
        };
        let mut rounds = 64;
        while run(rounds).0 < self.least && rounds < 1 << 40 {
            rounds *= 2;
        }
        let rate = |_| {
            let (took, done) = run(rounds);
            done as f64 / took.as_secs_f64().max(1e-9)
        };
        (0..runs).map(rate).collect()
    }

    /// Two arrays of `bytes` together, filled by these threads.
    #[must_use]
    pub fn memory(&self, bytes: usize) -> Memory {
        self.pool.install(|| Memory::new(bytes))
    }

    /// Bytes a second that all threads together move in each of `runs` passes over `memory`, after one that is not timed.
    #[must_use]
    pub fn traffic(&self, memory: &mut Memory, what: Traffic, runs: usize) -> Vec<f64> {
        let mut pass = || {
            let start = Instant::now();
            let bytes = self.pool.install(|| memory.pass(what));
            bytes as f64 / start.elapsed().as_secs_f64().max(1e-9)
        };
        pass();
        (0..runs).map(|_| pass()).collect()
    }
}

/// Two arrays to pass over.
#[derive(Debug)]
pub struct Memory {
    first: Vec<f32>,
    second: Vec<f32>,
}

struct Pass<'a> {
    what: Traffic,
    first: &'a mut [f32],
    second: &'a mut [f32],
}

impl Kernel<f32> for Pass<'_> {
    type Output = u64;

    #[inline(always)]
    fn run<L: Lanes<Element = f32>>(self, token: L::Token) -> u64 {
        let bytes = size_of_val(self.first) as u64;
        match self.what {
            Traffic::Read => {
                let mut sums = [L::splat(token, 0.0); 8];
                for eight in self.first.chunks_exact(8 * L::LEN) {
                    for (sum, lanes) in sums.iter_mut().zip(eight.chunks_exact(L::LEN)) {
                        *sum = *sum + L::load(token, lanes);
                    }
                }
                let mut out = [0.0; 64];
                sums.into_iter().reduce(|a, b| a + b).expect("eight").store(&mut out[..L::LEN]);
                black_box(out);
                bytes
            }
            Traffic::Write => {
                let value = L::splat(token, black_box(1.5));
                self.first.chunks_exact_mut(L::LEN).for_each(|lanes| value.store(lanes));
                black_box(self.first);
                bytes
            }
            Traffic::Copy => {
                self.second.copy_from_slice(black_box(&*self.first));
                black_box(self.second);
                2 * bytes
            }
            Traffic::Update => {
                let (a, b) = (L::splat(token, black_box(0.999)), L::splat(token, black_box(1e-3)));
                for lanes in self.first.chunks_exact_mut(L::LEN) {
                    L::load(token, lanes).mul_add(a, b).store(lanes);
                }
                black_box(self.first);
                2 * bytes
            }
        }
    }
}

impl Memory {
    /// Two arrays of `bytes` together, at least a piece of 256 KiB each. They are filled by the threads of the pool this is called in,
    /// so every page is there, and near the threads.
    #[must_use]
    pub fn new(bytes: usize) -> Self {
        let values = (bytes / 8).div_ceil(PIECE).max(1) * PIECE;
        let mut arrays = [vec![0.0_f32; values], vec![0.0_f32; values]];
        for array in &mut arrays {
            array.par_chunks_mut(PIECE).for_each(|piece| piece.fill(1.0));
        }
        let [first, second] = arrays;
        Self { first, second }
    }

    /// Bytes of one of the arrays.
    #[must_use]
    pub fn bytes(&self) -> usize {
        size_of_val(self.first.as_slice())
    }

    /// One pass, on the threads of the pool this is called in. Returns the bytes read and written.
    pub fn pass(&mut self, what: Traffic) -> u64 {
        let one = |(first, second)| dispatch::<f32, _>(Level::new(), Rounding::Fused, Pass { what, first, second });
        if rayon::current_num_threads() == 1 {
            self.first.chunks_mut(PIECE).zip(self.second.chunks_mut(PIECE)).map(one).sum()
        } else {
            self.first.par_chunks_mut(PIECE).zip(self.second.par_chunks_mut(PIECE)).map(one).sum()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// More than any core does, so a loop that was optimised away is seen.
    const MOST: [f64; 3] = [2e12, 2e11, 2e11];

    #[test]
    fn rates_are_those_of_a_processor() {
        let meter = Meter::new(1, Duration::from_millis(2));
        for precision in [Precision::F32, Precision::F64] {
            for ((name, what), most) in Arithmetic::ALL.into_iter().zip(MOST) {
                let rates = meter.arithmetic(what, precision, 3);
                assert_eq!(rates.len(), 3);
                for rate in rates {
                    assert!(rate.is_finite() && rate > 1e5 && rate < most, "{name} {precision:?}: {rate:e}");
                    assert!(what != Arithmetic::Fma || rate > 1e8, "{precision:?}: {rate:e}");
                }
            }
        }
        let mut memory = Memory::new(1 << 24);
        for (name, what) in Traffic::ALL {
            for rate in meter.traffic(&mut memory, what, 2) {
                assert!(rate.is_finite() && rate > 1e6 && rate < 2e12, "{name}: {rate:e}");
            }
        }
    }

    #[test]
    fn operations_are_counted_whatever_the_registers_hold() {
        let one = chains(Precision::F32, 1);
        assert!(one.is_multiple_of(2 * CHAINS as u64) && one > 0);
        assert_eq!(chains(Precision::F32, 10), 10 * one);
        assert_eq!(work::<f64>(Arithmetic::Exp, 3), 3 * VALUES as u64);
    }

    #[test]
    fn passes_do_to_memory_what_they_say() {
        let mut memory = Memory::new(1 << 20);
        let bytes = memory.bytes() as u64;
        assert!(bytes >= 1 << 19);
        assert_eq!(memory.pass(Traffic::Read), bytes);
        assert_eq!(memory.pass(Traffic::Write), bytes);
        assert!(memory.first.iter().all(|&x| x == 1.5) && memory.second.iter().all(|&x| x == 1.0));
        assert_eq!(memory.pass(Traffic::Copy), 2 * bytes);
        assert!(memory.second.iter().all(|&x| x == 1.5));
        assert_eq!(memory.pass(Traffic::Update), 2 * bytes);
        assert!(memory.first.iter().all(|&x| (x - 1.4995).abs() < 1e-5) && memory.second.iter().all(|&x| x == 1.5));
    }
}
