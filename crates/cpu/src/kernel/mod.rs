//! The membrane of a block through the substeps of a tick.

mod channels;
pub(crate) mod deliver;
mod explicit;
pub(crate) mod flat;
pub(crate) mod fused;
pub(crate) mod injected;
mod point;
pub(crate) mod receptors;
mod signalling;
mod tree;

use fearless_simd::Simd;
use std::ops::Range;

use huxley_engine::Spike;
use huxley_engine::drive::{Course, Drive};
use huxley_engine::plan::Plan;
use huxley_engine::pools::PoolStep;
use huxley_model::channel::Integrator;
use huxley_model::membrane::{add_change, crossing};

use crate::block::{Block, ClassKernel, NO_CELL, WIDTH, constant, plane};
use crate::group::Program;
use crate::lanes::{Element, Kernel, Lanes};
use crate::tape::Scratch;

use channels::Pair;
use receptors::{Incoming, ReceptorStep, Solve};
pub use signalling::{BlockSignalling, SignallingPlanes, at_rest, publish};

/// A substep, and what happens in it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct When {
    /// Of the tick.
    substep: u32,
    /// Of the run.
    step: u64,
    /// Whether input jumped in any lane.
    jumped: bool,
}

/// What all blocks of a tick share.
#[derive(Clone, Copy, Debug)]
pub struct Context<'a, E> {
    /// The plan.
    pub plan: &'a Plan,
    /// Courses of all injections in this tick.
    pub courses: &'a [Course],
    /// Their shares.
    pub drive: &'a Drive,
    /// Coefficients of pools, by receptor.
    pub steps: &'a [PoolStep],
    /// Current through gap junctions at `V = 0`, by entry of `gaps.node`.
    pub gap_current: &'a [E],
    /// The tick under way.
    pub tick: u64,
}

/// Memory of one worker, kept from block to block.
#[derive(Clone, Debug, Default)]
pub struct Workspace<E> {
    /// Registers of tapes.
    pub scratch: Scratch<E>,
    /// Where the planes of a tape's inputs start; its outputs are among them.
    offsets: Vec<usize>,
    /// Potentials of detectors before a substep.
    before: Vec<E>,
    /// Factor of each lane's change of potential: 2 where the step is doubled, 1 where input jumped.
    factor: Vec<E>,
    /// 1 where input jumped, 0 elsewhere.
    repeat: Vec<E>,
    /// The receptors of the block in the solve under way.
    receptors: Vec<ReceptorStep<E>>,
}

/// Advances one block through some substeps of a tick.
#[derive(Debug)]
pub struct Advance<'a, E> {
    /// The block.
    pub block: &'a mut Block<E>,
    /// Kernel of its class.
    pub kernel: &'a ClassKernel,
    /// What all blocks share.
    pub context: Context<'a, E>,
    /// Substeps of the tick.
    pub substeps: Range<u32>,
    /// Memory.
    pub workspace: &'a mut Workspace<E>,
    /// What is found.
    pub found: &'a mut Found,
}

/// What advancing a block brings to light.
#[derive(Clone, Debug, Default)]
pub struct Found {
    /// Spikes.
    pub spikes: Vec<Spike>,
    /// A node that had left all bounds.
    pub lost: Option<Lost>,
}

/// A node that had left all bounds at the end of a tick.
#[derive(Clone, Copy, Debug)]
pub struct Lost {
    /// The tick.
    pub tick: u64,
    /// Element of the block.
    pub element: usize,
    /// Potential, mV.
    pub potential: f64,
}

impl<E: Element> Kernel<E> for Advance<'_, E> {
    type Output = ();

    // The phases are compiled for the instruction set, each once; what calls them need not be.
    fn run<L: Lanes<Element = E>>(mut self, token: L::Token) {
        let integrator = self.context.plan.settings.integrator;
        let courses = self.context.courses;
        let (varies, jumps) = (self.block.injected.varies(courses), self.block.injected.jumps(courses, None));
        for substep in self.substeps.clone() {
            if varies || substep == self.substeps.start {
                injected::set_varying(self.block, &self.context, substep);
            }
            match integrator {
                Integrator::ForwardEuler => self.advance_explicitly::<L>(token, substep),
                Integrator::BackwardEuler => self.advance_implicitly::<L>(token, substep, false),
                Integrator::Staggered => {
                    let jumped = (substep == 0 && self.block.any_arrived)
                        || (jumps && self.block.injected.jumps(courses, Some(substep)));
                    self.advance_implicitly::<L>(token, substep, jumped);
                }
            }
        }
        if self.substeps.end == self.context.plan.settings.substeps {
            signalling::advance::<L>(token, self.block, self.kernel, &self.context);
            let tick = self.context.tick;
            self.found.lost =
                diverged::<L>(token, self.block).map(|(element, potential)| Lost { tick, element, potential });
        }
    }
}

impl<E: Element> Advance<'_, E> {
    /// One substep of an implicit scheme; `jumped` if input jumped in any lane.
    fn advance_implicitly<L: Lanes<Element = E>>(&mut self, token: L::Token, substep: u32, jumped: bool) {
        self.set_receptors(substep, if jumped { Solve::First } else { Solve::Only });
        let when = When { substep, step: self.step(substep), jumped };
        if let [group] = self.kernel.groups.as_slice() {
            let advance = match group.program {
                Program::Hh => Self::advance_whole::<L, channels::Hh>,
                Program::TraubMiles => Self::advance_whole::<L, channels::TraubMiles>,
                Program::Tape { .. } => Self::advance_in_parts::<L>,
            };
            advance(self, token, when);
        } else {
            self.advance_in_parts::<L>(token, when);
        }
    }

    /// A substep of a class whose channels are one compiled pair.
    fn advance_whole<L: Lanes<Element = E>, P: Pair>(&mut self, token: L::Token, when: When) {
        if self.block.detectors.is_empty() {
            point::advance::<L, P>(token, self, when);
        } else if self.block.tree && self.kernel.signalling.is_none() {
            fused::advance::<L, P>(token, self, when);
        } else {
            self.advance_in_parts::<L>(token, when);
        }
    }

    /// A substep, part after part over all rows.
    fn advance_in_parts<L: Lanes<Element = E>>(&mut self, token: L::Token, when: When) {
        self.note_before();
        self.set_factors(when.substep, when.jumped);
        self.solve::<L>(token, false);
        if when.jumped {
            self.set_receptors(when.substep, Solve::Second);
            self.solve::<L>(token, true);
        }
        self.detect(when.step);
        signalling::add_currents::<L>(token, self.block, self.kernel, self.workspace);
        channels::advance_gates::<L>(token, self.block, self.kernel, &self.context, self.workspace);
    }

    /// Sets what the receptors are in a solve.
    fn set_receptors(&mut self, substep: u32, solve: Solve) {
        receptors::set_steps(&mut self.workspace.receptors, self.block, &self.context, substep, solve);
    }

    /// Substep over the run.
    fn step(&self, substep: u32) -> u64 {
        self.context.tick * u64::from(self.context.plan.settings.substeps) + u64::from(substep)
    }

    /// Builds the equations, solves them and adds the changes.
    fn solve<L: Lanes<Element = E>>(&mut self, token: L::Token, repeat: bool) {
        channels::build::<L>(token, self.block, self.kernel, self.workspace);
        if self.block.tree {
            tree::solve::<L>(token, self.block);
        } else if self.block.flat.is_some() {
            flat::solve(self.block);
        } else {
            point::divide::<L>(token, self.block);
        }
        let factor = if repeat { &self.workspace.repeat } else { &self.workspace.factor };
        add_changes::<L>(token, self.block, factor);
    }

    /// Keeps the potentials that detection compares with.
    fn note_before(&mut self) {
        let before = &mut self.workspace.before;
        before.clear();
        let v = self.block.plane(plane::V);
        if self.block.detectors.is_empty() {
            before.extend_from_slice(v);
        } else {
            before.extend(self.block.detectors.iter().map(|&(element, _)| v[element as usize]));
        }
    }

    /// Spikes of the substep.
    fn detect(&mut self, step: u64) {
        let v = self.block.plane(plane::V);
        for (k, &before) in self.workspace.before.iter().enumerate() {
            let (element, threshold) = match self.block.detectors.get(k) {
                Some(&(element, threshold)) => (element as usize, threshold),
                None => (k, self.block.constant(constant::THRESHOLD)[k]),
            };
            if before < threshold && v[element] >= threshold {
                let fraction = crossing(before, v[element], threshold);
                self.found.spikes.push(Spike { step, fraction: fraction.to_f64(), cell: self.block.cell_of(element) });
            }
        }
    }

    /// Sets the factors of the changes of potential.
    fn set_factors(&mut self, substep: u32, jumped: bool) {
        let lanes = self.block.arrived.len();
        let (one, two) = (E::from_f64(1.0), E::from_f64(2.0));
        let doubled = self.context.plan.settings.integrator == Integrator::Staggered;
        let workspace = &mut *self.workspace;
        workspace.factor.clear();
        workspace.repeat.clear();
        if !jumped {
            workspace.factor.resize(lanes, if doubled { two } else { one });
            return;
        }
        let flat = self.block.flat.as_ref();
        if substep == 0 && flat.is_none() {
            let arrived = self.block.arrived.iter();
            workspace.factor.extend(arrived.clone().map(|&met| if met { one } else { two }));
            workspace.repeat.extend(arrived.map(|&met| if met { one } else { E::default() }));
        } else {
            workspace.factor.resize(lanes, two);
            workspace.repeat.resize(lanes, E::default());
        }
        let mut mark = |lane: usize| {
            let lanes = flat.map_or(lane..lane + 1, |flat| flat.cell_of(lane));
            workspace.factor[lanes.clone()].fill(one);
            workspace.repeat[lanes].fill(one);
        };
        if substep == 0 && flat.is_some() {
            (0..lanes).filter(|&lane| self.block.arrived[lane]).for_each(&mut mark);
        }
        for element in self.block.injected.jumping(self.context.courses, substep) {
            mark(if self.block.tree { element % WIDTH } else { element });
        }
    }
}

/// `V += factor * change`; factors by lane (trees) or element (points).
fn add_changes<L: Lanes>(token: L::Token, block: &mut Block<L::Element>, factor: &[L::Element]) {
    token.vectorize(
        #[inline(always)]
        || {
            let (stride, tree) = (block.stride(), block.tree);
            let (v, rest) = block.planes.split_at_mut(stride);
            let change = &rest[block.form.equation()..];
            for (row, (v, change)) in v.chunks_exact_mut(WIDTH).zip(change.chunks_exact(WIDTH)).enumerate() {
                let factor = if tree { factor } else { &factor[row * WIDTH..(row + 1) * WIDTH] };
                for s in (0..WIDTH).step_by(L::LEN) {
                    let lanes = s..s + L::LEN;
                    let x = L::load(token, &change[lanes.clone()]);
                    let own = L::load(token, &v[lanes.clone()]);
                    add_change(own, x, L::load(token, &factor[lanes.clone()])).store(&mut v[lanes]);
                }
            }
        },
    )
}

/// Prepares a block for a tick: arrivals reach their pools, constant currents their nodes.
pub fn begin_tick<E: Element>(block: &mut Block<E>, context: &Context<'_, E>, incoming: &Incoming<'_, E>) {
    receptors::arrive(block, context, incoming);
    injected::set_constant(block, context);
}

/// The element and potential of the first cell of a block that has left all bounds.
fn diverged<L: Lanes>(token: L::Token, block: &Block<L::Element>) -> Option<(usize, f64)> {
    let v = block.plane(plane::V);
    let limit = <L::Element as Element>::from_f64(huxley_engine::oracle::DIVERGED);
    // What is not a number is not below a limit.
    let found = token.vectorize(
        #[inline(always)]
        || {
            let limits = L::splat(token, limit);
            let all = L::bits(L::splat(token, L::Element::default()).lt(limits));
            for at in (0..v.len()).step_by(L::LEN) {
                if L::bits(L::load(token, &v[at..at + L::LEN]).abs().lt(limits)) != all {
                    return Some(at);
                }
            }
            None
        },
    )?;
    let lane = v[found..].iter().position(|v| !((*v < limit) & (-limit < *v)))?;
    let found = found + lane;
    (block.cell_of(found) != NO_CELL).then(|| (found, v[found].to_f64()))
}
