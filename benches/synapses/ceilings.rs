//! What this machine can do at most: multiply-adds on registers, and a read-modify-write of as many bytes as synapses have.

use fearless_simd::Level;
use huxley::cpu::lanes::{Element, Kernel, Lanes, Rounding, dispatch};
use huxley::network::Precision;
use rayon::prelude::*;

/// Operations of one call of [`fma`] on a thread.
pub const FMA_FLOP: u64 = 2 * CHAINS as u64 * ROUNDS as u64 * 16;

const CHAINS: usize = 12;
const ROUNDS: usize = 100_000;

struct Fma;

impl<E: Element> Kernel<E> for Fma {
    type Output = f64;

    #[inline(always)]
    fn run<L: Lanes<Element = E>>(self, token: L::Token) -> f64 {
        // Rounds are cut so that any register width does the same number of operations.
        let rounds = ROUNDS * 16 / L::LEN;
        let mut x: [L; CHAINS] = std::array::from_fn(|i| L::splat(token, E::from_f64(1.0 + i as f64 * 1e-3)));
        let (a, b) = (x[0].lit(0.999), x[0].lit(1e-3));
        for _ in 0..rounds {
            for x in &mut x {
                *x = x.mul_add(a, b);
            }
        }
        let sum = x.into_iter().reduce(|a, b| a + b).expect("some chains");
        let mut out = [E::default(); 64];
        sum.store(&mut out[..L::LEN]);
        out[0].to_f64()
    }
}

/// Chains of multiply-adds on each of `threads` threads.
pub fn fma<E: Element>(threads: usize) -> f64 {
    let one = |_| std::hint::black_box(dispatch::<E, Fma>(Level::new(), Rounding::Fused, Fma));
    if threads == 1 { one(0) } else { (0..threads).into_par_iter().map(one).sum() }
}

/// Planes of state, and the tables a synapse reads.
pub struct Bare {
    planes: Planes,
    /// Of a piece of memory: state of some thousand synapses, as the backend holds it.
    source: Vec<u32>,
    delay: Vec<u16>,
    count: usize,
    variables: usize,
}

enum Planes {
    F32(Vec<f32>),
    F64(Vec<f64>),
}

/// Synapses whose planes lie together.
const PIECE: usize = 4096;

impl Bare {
    /// `variables` planes of `count` values.
    pub fn new(precision: Precision, variables: usize, count: usize) -> Self {
        let planes = match precision {
            Precision::F32 => Planes::F32(vec![0.5; variables * count]),
            Precision::F64 => Planes::F64(vec![0.5; variables * count]),
        };
        Self { planes, source: vec![1; count], delay: vec![1; count], count, variables }
    }

    /// Reads every byte of a synapse and writes its state back.
    pub fn pass(&mut self, threads: usize) -> u64 {
        let (source, delay, variables) = (&self.source, &self.delay, self.variables);
        match &mut self.planes {
            Planes::F32(planes) => pass(planes, source, delay, variables, threads),
            Planes::F64(planes) => pass(planes, source, delay, variables, threads),
        }
        .wrapping_add(self.count as u64)
    }
}

struct Modify<'a, E> {
    planes: &'a mut [E],
    source: &'a [u32],
    delay: &'a [u16],
}

impl<E: Element> Kernel<E> for Modify<'_, E> {
    type Output = u64;

    #[inline(always)]
    fn run<L: Lanes<Element = E>>(self, token: L::Token) -> u64 {
        let (a, b) = (L::splat(token, E::from_f64(0.999)), L::splat(token, E::from_f64(1e-3)));
        for lanes in self.planes.chunks_exact_mut(L::LEN) {
            L::load(token, lanes).mul_add(a, b).store(lanes);
        }
        let sources: u64 = self.source.iter().map(|&x| u64::from(x)).sum();
        sources + self.delay.iter().map(|&x| u64::from(x)).sum::<u64>()
    }
}

fn pass<E: Element>(planes: &mut [E], source: &[u32], delay: &[u16], variables: usize, threads: usize) -> u64 {
    let one = |((planes, source), delay): ((&mut [E], &[u32]), &[u16])| {
        dispatch(Level::new(), Rounding::Fused, Modify { planes, source, delay })
    };
    if threads == 1 {
        planes.chunks_mut(PIECE * variables).zip(source.chunks(PIECE)).zip(delay.chunks(PIECE)).map(one).sum()
    } else {
        planes
            .par_chunks_mut(PIECE * variables)
            .zip(source.par_chunks(PIECE))
            .zip(delay.par_chunks(PIECE))
            .map(one)
            .sum()
    }
}
