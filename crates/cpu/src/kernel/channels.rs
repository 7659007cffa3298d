//! Channels of a block: their conductances and their gates, compiled for pairs of the literature, by tape for all others.

use fearless_simd::Simd;
use huxley_model::channel::{Channel, Integrator, Sensed};
use huxley_model::membrane::{add_conductance, begin_equation};
use huxley_model::preset;

use crate::block::{Block, BlockReceptor, ClassKernel, Form, WIDTH, constant, plane};
use crate::group::{Group, Program, Tapes};
use crate::kernel::receptors::{ReceptorStep, Synapses};
use crate::kernel::{Context, Workspace};
use crate::lanes::{Element, Lanes, Two};
use crate::tape;

/// A sodium and potassium pair that has compiled kernels: three gates, m and h of the first channel, n of the second.
pub trait Pair {
    /// The channels.
    const CHANNELS: &'static [Channel; 2];
}

/// The squid's.
#[derive(Debug)]
pub struct Hh;

impl Pair for Hh {
    const CHANNELS: &'static [Channel; 2] = &preset::HH;
}

/// Traub and Miles's.
#[derive(Debug)]
pub struct TraubMiles;

impl Pair for TraubMiles {
    const CHANNELS: &'static [Channel; 2] = &preset::TRAUB_MILES;
}

/// A scheme known when a kernel is compiled.
pub trait Scheme {
    /// The scheme.
    const INTEGRATOR: Integrator;
}

/// Second order.
#[derive(Debug)]
pub struct Staggered;

impl Scheme for Staggered {
    const INTEGRATOR: Integrator = Integrator::Staggered;
}

/// First order.
#[derive(Debug)]
pub struct BackwardEuler;

impl Scheme for BackwardEuler {
    const INTEGRATOR: Integrator = Integrator::BackwardEuler;
}

/// The equation with both conductances of a pair.
#[inline(always)]
pub fn add_pair<L: Lanes, P: Pair>(equation: (L, L), gbar: [L; 2], gates: [L; 3], reversals: [L; 2], v: L) -> (L, L) {
    let [m, h, n] = gates;
    let sodium = P::CHANNELS[0].conductance_of_states(gbar[0], &[m, h]);
    let potassium = P::CHANNELS[1].conductance_of_states(gbar[1], &[n]);
    add_conductance(add_conductance(equation, sodium, reversals[0], v), potassium, reversals[1], v)
}

/// The three gates of a pair a substep later.
#[inline(always)]
pub fn advance_pair<L: Lanes, P: Pair, S: Scheme>(gates: [L; 3], v: L, dt: f64, factors: [f64; 3]) -> [L; 3] {
    let [m, h, n] = gates;
    let (sodium, potassium) = (&P::CHANNELS[0].gates, &P::CHANNELS[1].gates);
    let at = Sensed::potential(v);
    [
        sodium[0].advance(S::INTEGRATOR, m, at, dt, 0.0, factors[0]),
        sodium[1].advance(S::INTEGRATOR, h, at, dt, 0.0, factors[1]),
        potassium[0].advance(S::INTEGRATOR, n, at, dt, 0.0, factors[2]),
    ]
}

/// The planes of a pair. Of constants some blocks keep few elements: [`Form::at`] says which.
pub struct PairPlanes<'a, E> {
    pub v: &'a mut [E],
    pub current: &'a [E],
    pub gates: [&'a mut [E]; 3],
    /// What follows them of the state: pools are among it.
    pub rest: &'a mut [E],
    pub diagonal: &'a [E],
    pub leak: &'a [E],
    /// Of point neurons their thresholds.
    pub axial: &'a [E],
    pub gbar: [&'a [E]; 2],
    /// The equation under way, where it has planes.
    pub d: &'a mut [E],
    pub i: &'a mut [E],
}

/// Gates of a pair.
const PAIR_GATES: usize = 3;

impl<'a, E: Element> PairPlanes<'a, E> {
    /// The synapses whose pools are among the planes that follow.
    pub fn synapses(
        receptors: &'a [BlockReceptor],
        steps: &'a [ReceptorStep<E>],
        stride: usize,
        group: &Group,
    ) -> Synapses<'a, E> {
        Synapses::new(receptors, steps, stride, group.first_gate + PAIR_GATES)
    }

    pub fn new(planes: &'a mut [E], form: Form, group: &Group) -> Self {
        let (planes, equation) = planes.split_at_mut(form.equation());
        let (state, constants) = planes.split_at_mut(form.constant(0).start);
        let constants = &*constants;
        let (d, i) = equation.split_at_mut(equation.len() / 2);
        let (head, rest) = state.split_at_mut((group.first_gate + PAIR_GATES) * form.stride);
        let (head, gates) = head.split_at_mut(group.first_gate * form.stride);
        let (v, head) = head.split_at_mut(form.stride);
        let current = &head[(plane::CURRENT - 1) * form.stride..plane::CURRENT * form.stride];
        let mut gates = gates.chunks_exact_mut(form.stride);
        let mut next = || gates.next().expect("a pair has three gates");
        let gates = [next(), next(), next()];
        let plane = |constant| form.of_constants(constants, constant);
        let [diagonal, leak, axial] = [constant::DIAGONAL, constant::LEAK, constant::AXIAL].map(plane);
        let gbar = [0, 1].map(|channel| plane(constant::GBAR + group.channels.start + channel));
        Self { v, current, gates, rest, diagonal, leak, axial, gbar, d, i }
    }
}

/// Stores the equations of all nodes with their synapses, but without channels.
fn begin<L: Lanes>(token: L::Token, block: &mut Block<L::Element>, receptors: &[ReceptorStep<L::Element>]) {
    token.vectorize(
        #[inline(always)]
        || {
            let (stride, form) = (block.stride(), block.form);
            let (planes, equation) = block.planes.split_at_mut(form.equation());
            let (state, constants) = planes.split_at_mut(form.constant(0).start);
            let (head, rest) = state.split_at_mut(plane::GATES * stride);
            let (d, i) = equation.split_at_mut(stride);
            let synapses = Synapses::new(&block.receptors, receptors, stride, plane::GATES);
            let [v, current] = [plane::V, plane::CURRENT].map(|plane| &head[plane * stride..(plane + 1) * stride]);
            let [diagonal, leak] =
                [constant::DIAGONAL, constant::LEAK].map(|constant| form.of_constants(constants, constant));
            for at in (0..stride).step_by(L::LEN) {
                let lanes = at..at + L::LEN;
                let load = |plane: &[L::Element]| L::load(token, &plane[lanes.clone()]);
                let v = load(v);
                let equation = begin_equation(load(diagonal), load(leak), load(current), v);
                let equation = synapses.add_to::<L>(token, rest, &lanes, equation, v);
                equation.0.store(&mut d[lanes.clone()]);
                equation.1.store(&mut i[lanes.clone()]);
            }
        },
    )
}

/// Builds the equations of all nodes.
pub fn build<L: Lanes>(
    token: L::Token,
    block: &mut Block<L::Element>,
    kernel: &ClassKernel,
    workspace: &mut Workspace<L::Element>,
) {
    begin::<L>(token, block, &workspace.receptors);
    for (index, group) in kernel.groups.iter().enumerate() {
        match &group.program {
            Program::Hh => add_group::<Two<L>, Hh>(token, block, group, index),
            Program::TraubMiles => add_group::<Two<L>, TraubMiles>(token, block, group, index),
            Program::Tape { single, double } => {
                let tapes = if size_of::<L::Element>() == 4 { single } else { double };
                add_tape::<L>(token, block, group, index, tapes, workspace);
            }
        }
    }
}

fn add_group<L: Lanes, P: Pair>(token: L::Token, block: &mut Block<L::Element>, group: &Group, index: usize) {
    token.vectorize(
        #[inline(always)]
        || {
            let planes = PairPlanes::new(&mut block.planes, block.form, group);
            let reversals = [0, 1].map(|c| L::splat(token, L::Element::from_f64(group.reversals[c])));
            for &(from, to) in &block.runs[index] {
                for at in (from as usize * WIDTH..to as usize * WIDTH).step_by(L::LEN) {
                    let lanes = at..at + L::LEN;
                    let load = |plane: &[L::Element]| L::load(token, &plane[lanes.clone()]);
                    let gates = [load(planes.gates[0]), load(planes.gates[1]), load(planes.gates[2])];
                    let gbar = [load(planes.gbar[0]), load(planes.gbar[1])];
                    let equation = (load(planes.d), load(planes.i));
                    let equation = add_pair::<L, P>(equation, gbar, gates, reversals, load(planes.v));
                    equation.0.store(&mut planes.d[lanes.clone()]);
                    equation.1.store(&mut planes.i[lanes.clone()]);
                }
            }
        },
    )
}

fn add_tape<L: Lanes>(
    token: L::Token,
    block: &mut Block<L::Element>,
    group: &Group,
    index: usize,
    tapes: &Tapes,
    workspace: &mut Workspace<L::Element>,
) {
    let stride = block.stride();
    for run in 0..block.runs[index].len() {
        let (from, to) = block.runs[index][run];
        let offset = |plane: usize| plane * stride + from as usize * WIDTH;
        let inputs = &mut workspace.offsets;
        inputs.clear();
        let first = block.form.equation() + from as usize * WIDTH;
        let equation = [first, first + stride];
        inputs.push(offset(plane::V));
        inputs.extend(equation);
        inputs.extend(group.gbar(block.form).map(|plane| plane + from as usize * WIDTH));
        inputs.extend(group.gate_planes().map(offset));
        inputs.extend(group.cell.planes().map(offset));
        tape::run::<L>(
            token,
            tape::Run {
                tape: &tapes.conductance,
                planes: &mut block.planes,
                inputs,
                outputs: &equation,
                length: (to - from) as usize * WIDTH,
                scratch: &mut workspace.scratch,
            },
        );
    }
}

/// Moves all gates on by a substep at the present potentials.
pub fn advance_gates<L: Lanes>(
    token: L::Token,
    block: &mut Block<L::Element>,
    kernel: &ClassKernel,
    context: &Context<'_, L::Element>,
    workspace: &mut Workspace<L::Element>,
) {
    let staggered = context.plan.settings.integrator == Integrator::Staggered;
    let dt = context.plan.settings.dt;
    for (index, group) in kernel.groups.iter().enumerate() {
        match &group.program {
            Program::Hh if staggered => advance_group::<Two<L>, Hh, Staggered>(token, block, group, index, dt),
            Program::Hh => advance_group::<Two<L>, Hh, BackwardEuler>(token, block, group, index, dt),
            Program::TraubMiles if staggered => {
                advance_group::<Two<L>, TraubMiles, Staggered>(token, block, group, index, dt);
            }
            Program::TraubMiles => advance_group::<Two<L>, TraubMiles, BackwardEuler>(token, block, group, index, dt),
            Program::Tape { single, double } => {
                let tapes = if size_of::<L::Element>() == 4 { single } else { double };
                advance_tape::<L>(token, block, group, index, tapes, workspace);
            }
        }
    }
}

fn advance_group<L: Lanes, P: Pair, S: Scheme>(
    token: L::Token,
    block: &mut Block<L::Element>,
    group: &Group,
    index: usize,
    dt: f64,
) {
    token.vectorize(
        #[inline(always)]
        || {
            let mut planes = PairPlanes::new(&mut block.planes, block.form, group);
            let factors = [group.factors[0], group.factors[1], group.factors[2]];
            for &(from, to) in &block.runs[index] {
                for at in (from as usize * WIDTH..to as usize * WIDTH).step_by(L::LEN) {
                    let lanes = at..at + L::LEN;
                    let load = |plane: &[L::Element]| L::load(token, &plane[lanes.clone()]);
                    let gates = [load(planes.gates[0]), load(planes.gates[1]), load(planes.gates[2])];
                    let gates = advance_pair::<L, P, S>(gates, load(planes.v), dt, factors);
                    for (gate, plane) in gates.into_iter().zip(planes.gates.iter_mut().map(|p| &mut p[lanes.clone()])) {
                        gate.store(plane);
                    }
                }
            }
        },
    )
}

fn advance_tape<L: Lanes>(
    token: L::Token,
    block: &mut Block<L::Element>,
    group: &Group,
    index: usize,
    tapes: &Tapes,
    workspace: &mut Workspace<L::Element>,
) {
    if group.gates == 0 {
        return;
    }
    let stride = block.stride();
    for run in 0..block.runs[index].len() {
        let (from, to) = block.runs[index][run];
        let offset = |plane: usize| plane * stride + from as usize * WIDTH;
        let inputs = &mut workspace.offsets;
        inputs.clear();
        inputs.push(offset(plane::V));
        inputs.extend(group.gate_planes().map(offset));
        inputs.extend(group.cell.planes().map(offset));
        tape::run::<L>(
            token,
            tape::Run {
                tape: &tapes.advance,
                planes: &mut block.planes,
                inputs,
                outputs: &inputs[1..=group.gates],
                length: (to - from) as usize * WIDTH,
                scratch: &mut workspace.scratch,
            },
        );
    }
}
