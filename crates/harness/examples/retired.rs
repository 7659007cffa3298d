//! Runs a part of the ledger a known number of times in scalar `f64`, and says how many instructions the ledger counts for it: a second
//! witness for a counter of instructions. `benches/retired.py` compares the two.
//!
//!     retired PART CALLS
//!
//! PART is `none` (the loop alone), `exp`, `step` (a squid point, one substep), `rest` (the article's synapse, one tick at rest) or
//! `signalling` (a cell, one tick).
#![allow(clippy::print_stdout)]

use std::hint::black_box;

use huxley_harness::ledger::parts::CellSignalling;
use huxley_harness::ledger::{Count, Part};
use huxley_model::channel::{Channel, Integrator, Sensed};
use huxley_model::expr::{Expr, record};
use huxley_model::membrane::{add_change, add_conductance, begin_equation, root_change};
use huxley_model::plasticity::calcium::CalciumStep;
use huxley_model::plasticity::clocked::{ClockedStep, MOST_RECEPTORS, ReceptorStep, Surroundings, Synapse};
use huxley_model::plasticity::short_term::ShortTermStep;
use huxley_model::plasticity::{Plasticity, ShortTerm};
use huxley_model::preset::HH;
use huxley_model::real::Real;
use huxley_model::signalling::{Signalling, State};
use huxley_model::synapse::{KineticStep, receptor};

/// Values of any of the parts.
const VALUES: usize = 16;
type Values<R> = [R; VALUES];

#[inline(always)]
fn none<R: Real>(x: &mut Values<R>) {
    x[0] = x[1];
}

#[inline(always)]
fn exponential<R: Real>(x: &mut Values<R>) {
    x[0] = x[1].exp();
}

/// A constant, as in the kernels: its rates are compiled in.
const CHANNELS: &[Channel; 2] = &HH;

/// As the oracle and the kernels advance a point: the rows of a compartment with the root's division.
#[inline(always)]
fn step<R: Real>(x: &mut Values<R>) {
    let [v, m, h, n, diagonal, leak, current, sodium, potassium, ..] = *x;
    let equation = begin_equation(diagonal, leak, current, v);
    let g = CHANNELS[0].conductance_of_states(sodium, &[m, h]);
    let equation = add_conductance(equation, g, v.lit(50.0), v);
    let g = CHANNELS[1].conductance_of_states(potassium, &[n]);
    let equation = add_conductance(equation, g, v.lit(-77.0), v);
    let v = add_change(v, root_change(equation), v.lit(2.0));
    let at = Sensed::potential(v);
    (x[0], x[1], x[2], x[3]) = (v, moved(0, 0, m, at), moved(0, 1, h, at), moved(1, 0, n, at));
}

/// A gate a substep later. Always inlined, as in the kernels: what its rates share is found there.
#[inline(always)]
fn moved<R: Real>(channel: usize, gate: usize, x: R, at: Sensed<R>) -> R {
    CHANNELS[channel].gates[gate].advance(Integrator::Staggered, x, at, 0.025, 6.3, 1.0)
}

fn article() -> ClockedStep {
    let kinetic = |name| ReceptorStep::Kinetic(KineticStep::new(&receptor(name).expect("known"), 1.0, 1.0));
    let parts = Plasticity::article();
    let mut receptors = [None; MOST_RECEPTORS];
    (receptors[0], receptors[1]) = (Some(kinetic("ampa")), Some(kinetic("nmda")));
    ClockedStep {
        tick: 1.0,
        receptors,
        short_term: Some(ShortTermStep::new(&ShortTerm::VARELA, 1.0)),
        calcium: parts.calcium.map(|c| (CalciumStep::new(&c, 3e-4, 1.0), 1)),
        camkii: parts.camkii,
        weight: parts.weight,
        stdp: None,
        graupner_brunel: None,
        homeostatic: parts.homeostatic,
    }
}

#[inline(always)]
fn rest<R: Real>(step: &ClockedStep, x: &mut Values<R>) {
    let zero = x[0].lit(0.0);
    let mut synapse = Synapse { weight: x[6], calcium: x[4], camkii: x[5], ..Synapse::splat(zero) };
    (synapse.open[0], synapse.open[1], synapse.release) = (x[0], x[1], (x[2], x[3]));
    let node = Surroundings { influx: x[7], rate: x[8], post: zero, post_trace: zero, scale: None };
    let conductance = step.rest(&mut synapse, &node, zero, |above| above);
    (x[0], x[1]) = (synapse.open[0], synapse.open[1]);
    (x[2], x[3]) = synapse.release;
    (x[4], x[5], x[6]) = (synapse.calcium, synapse.camkii, synapse.weight);
    (x[9], x[10]) = (conductance[0], conductance[1]);
}

#[inline(always)]
fn signalling<R: Real>(constants: &Signalling, x: &mut Values<R>) {
    let state = State { values: [x[0], x[1], x[2], x[3], x[4]] };
    let later = state.advance(constants, x[5], x[6], 1.0);
    x[..5].copy_from_slice(&later.values);
    x[7] = later.modulation(constants);
}

// One function a part, for a counter of instructions to be switched on in.

#[inline(never)]
fn run_none(x: &mut Values<f64>) {
    none(x);
}

#[inline(never)]
fn run_exp(x: &mut Values<f64>) {
    exponential(x);
}

#[inline(never)]
fn run_step(x: &mut Values<f64>) {
    step(x);
}

#[inline(never)]
fn run_rest(step: &ClockedStep, x: &mut Values<f64>) {
    rest(step, x);
}

#[inline(never)]
fn run_signalling(constants: &Signalling, x: &mut Values<f64>) {
    signalling(constants, x);
}

fn repeat(calls: u64, start: Values<f64>, f: impl Fn(&mut Values<f64>)) -> f64 {
    let mut x = start;
    for _ in 0..calls {
        f(black_box(&mut x));
    }
    x.iter().sum()
}

macro_rules! counted {
    ($name:ident, $run:expr) => {{
        struct $name;
        impl Part for $name {
            fn inputs(&self) -> usize {
                VALUES
            }
            fn run<R: Real>(&self, x: &[R]) -> Vec<R> {
                let mut values: Values<R> = std::array::from_fn(|i| x[i]);
                let run: fn(&mut Values<R>) = $run;
                run(&mut values);
                values.to_vec()
            }
        }
        Count::of(&$name)
    }};
}

/// The point's substep with equal operations once: gates share exponentials.
struct Step;

impl Part for Step {
    fn inputs(&self) -> usize {
        VALUES
    }
    fn run<R: Real>(&self, x: &[R]) -> Vec<R> {
        let program = record(VALUES, |x| {
            let mut values: Values<Expr> = std::array::from_fn(|i| x[i]);
            step(&mut values);
            values.to_vec()
        });
        program.evaluate(x)
    }
}

fn main() {
    let mut arguments = std::env::args().skip(1);
    let part = arguments.next().unwrap_or_default();
    let calls: u64 = arguments.next().and_then(|text| text.parse().ok()).unwrap_or(0);
    // Squid at rest; concentrations and fractions of a quiet synapse and cell.
    let squid = [-65.0, 0.05, 0.6, 0.32, 0.8, 3e-3, -0.16, 1.2, 0.36, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0];
    let quiet = [0.1, 0.2, 1.0, 1.0, 0.06, 0.1, 1.0, 0.05, 1e-5, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0];
    let (step_of_article, constants) = (article(), Signalling::default());
    let count = match part.as_str() {
        "none" => counted!(Loop, none),
        "exp" => counted!(Exponential, exponential),
        "step" => Count::of(&Step),
        "rest" => counted!(Rest, |x| rest(&article(), x)),
        "signalling" => Count::of(&CellSignalling { constants: constants.clone(), tick: 1.0 }),
        other => {
            println!("no part `{other}`: none, exp, step, rest or signalling");
            std::process::exit(2);
        }
    };
    let sum = match part.as_str() {
        "none" => repeat(calls, squid, run_none),
        "exp" => repeat(calls, squid, run_exp),
        "step" => repeat(calls, squid, run_step),
        "rest" => repeat(calls, quiet, |x| run_rest(&step_of_article, x)),
        _ => repeat(calls, quiet, |x| run_signalling(&constants, x)),
    };
    // Scalars round a multiply-add twice: two instructions.
    println!("{} {} {sum}", count.double.instructions(2), count.double.cmp);
}
