//! Time of the Hodgkin-Huxley gate update, compiled and interpreted, in ns a node: `cargo run --release -p huxley-cpu --example
//! tape_overhead`.
#![allow(clippy::print_stdout)]

use std::hint::black_box;
use std::time::Instant;

use huxley_cpu::lanes::{Element, Kernel, Lanes, Rounding, dispatch, levels};
use huxley_cpu::tape::{Run, Scratch};
use huxley_model::channel::{Form, Rate, Sensed, advance_rates_staggered};
use huxley_model::expr::record;
use huxley_model::real::Real;
use huxley_model::tape::Tape;

const NODES: usize = 10_000;

// Statics: a rate made inside the kernel would be matched on, and dropped, for every register of lanes.
static M: [Rate; 2] = [Rate::ExpLinear(Form::new(1.0, -40.0, 10.0)), Rate::Exponential(Form::new(4.0, -65.0, -18.0))];
static H: [Rate; 2] = [Rate::Exponential(Form::new(0.07, -65.0, -20.0)), Rate::Sigmoid(Form::new(1.0, -35.0, 10.0))];
static N: [Rate; 2] = [Rate::ExpLinear(Form::new(0.1, -55.0, 10.0)), Rate::Exponential(Form::new(0.125, -65.0, -80.0))];

/// Gates of the squid axon, in a form the compiler sees through.
#[inline(always)]
fn advance<R: Real>(exponential: bool, [v, m, h, n]: [R; 4]) -> [R; 3] {
    [gate(exponential, m, v, &M), gate(exponential, h, v, &H), gate(exponential, n, v, &N)]
}

#[inline(always)]
fn gate<R: Real>(exponential: bool, x: R, v: R, rates: &'static [Rate; 2]) -> R {
    const DT: f64 = 0.025;
    let at = Sensed::potential(v);
    let (a, b) = (rates[0].at(at, 6.3), rates[1].at(at, 6.3));
    if exponential {
        let inf = a / (a + b);
        (x - inf).mul_add((-((a + b) * x.lit(DT))).exp_m1(), x)
    } else {
        advance_rates_staggered(x, a * x.lit(DT), b * x.lit(DT), x.lit(1.0))
    }
}

struct Compiled<'a, E>(&'a mut [E], bool);

impl<E: Element> Kernel<E> for Compiled<'_, E> {
    type Output = ();

    #[inline(always)]
    fn run<L: Lanes<Element = E>>(self, token: L::Token) {
        let (v, gates) = self.0.split_at_mut(NODES);
        let (m, gates) = gates.split_at_mut(NODES);
        let (h, n) = gates.split_at_mut(NODES);
        for (((v, m), h), n) in v
            .chunks_exact(L::LEN)
            .zip(m.chunks_exact_mut(L::LEN))
            .zip(h.chunks_exact_mut(L::LEN))
            .zip(n.chunks_exact_mut(L::LEN))
        {
            let state = [L::load(token, v), L::load(token, m), L::load(token, h), L::load(token, n)];
            let [a, b, c] = if self.1 { advance(true, state) } else { advance(false, state) };
            a.store(m);
            b.store(h);
            c.store(n);
        }
    }
}

fn planes<E: Element>() -> Vec<E> {
    let v = (0..NODES).map(|k| E::from_f64(-100.0 + 150.0 * f64::from(u32::try_from(k).unwrap_or(0)) / 1e4));
    v.chain((0..3 * NODES).map(|_| E::from_f64(0.3))).collect()
}

/// Best of many, ns a node.
fn time(mut f: impl FnMut()) -> f64 {
    let best = (0..300)
        .map(|_| {
            let start = Instant::now();
            f();
            start.elapsed().as_secs_f64()
        })
        .fold(f64::INFINITY, f64::min);
    best * 1e9 / NODES as f64
}

fn compare<E: Element + Into<f64> + From<f32>>(exponential: bool) {
    let program = record(4, |x| advance(exponential, [x[0], x[1], x[2], x[3]]).to_vec());
    let tape = Tape::compile::<E>(&program);
    for level in levels() {
        for rounding in [Rounding::Strict, Rounding::Fused] {
            let (mut a, mut b) = (planes::<E>(), planes::<E>());
            let mut scratch = Scratch::default();
            let compiled = time(|| dispatch(level, rounding, Compiled(black_box(&mut a), exponential)));
            let interpreted = time(|| {
                let offsets = [0, NODES, 2 * NODES, 3 * NODES];
                let run = Run {
                    tape: &tape,
                    planes: black_box(&mut b),
                    inputs: &offsets,
                    outputs: &offsets[1..],
                    length: NODES,
                    scratch: &mut scratch,
                };
                dispatch(level, rounding, run);
            });
            println!(
                "{:14} {} {:8} {:6} compiled {compiled:6.2} tape {interpreted:6.2} ratio {:.2}  ({} ops, {} registers)",
                if exponential { "backward-euler" } else { "staggered" },
                E::NAME,
                format!("{level:?}").split('(').next().unwrap_or(""),
                format!("{rounding:?}"),
                interpreted / compiled,
                tape.ops().len(),
                tape.registers(),
            );
        }
    }
}

fn main() {
    for exponential in [false, true] {
        compare::<f32>(exponential);
        compare::<f64>(exponential);
    }
}
