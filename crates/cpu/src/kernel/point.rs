//! Point neurons: the solve is one division, and a whole substep one pass.

use std::ops::Range;

use fearless_simd::Simd;
use huxley_engine::Spike;
use huxley_model::channel::Integrator;
use huxley_model::membrane::{add_change, begin_equation, crossing, root_change};

use crate::block::Block;
use crate::kernel::channels::{BackwardEuler, Pair, PairPlanes, Scheme, Staggered, add_pair, advance_pair};
use crate::kernel::receptors::{Solve, Synapses};
use crate::kernel::{Advance, When};
use crate::lanes::{Element, Lanes, Two};

/// `change = i / d` for every element.
pub fn divide<L: Lanes>(token: L::Token, block: &mut Block<L::Element>) {
    token.vectorize(
        #[inline(always)]
        || {
            let stride = block.stride();
            let (d, i) = block.planes[block.form.equation()..].split_at_mut(stride);
            for at in (0..stride).step_by(L::LEN) {
                let lanes = at..at + L::LEN;
                let equation = (L::load(token, &d[lanes.clone()]), L::load(token, &i[lanes.clone()]));
                root_change(equation).store(&mut i[lanes]);
            }
        },
    )
}

/// A substep of point neurons whose channels are one compiled pair.
pub fn advance<L: Lanes, P: Pair>(token: L::Token, task: &mut Advance<'_, L::Element>, when: When) {
    if task.context.plan.settings.integrator == Integrator::BackwardEuler {
        finish::<Two<L>, P, BackwardEuler, false>(token, task, when.step);
    } else if when.jumped {
        task.note_before();
        task.set_factors(when.substep, true);
        first_half::<Two<L>, P>(token, task);
        task.set_receptors(when.substep, Solve::Second);
        finish::<Two<L>, P, Staggered, true>(token, task, when.step);
    } else {
        finish::<Two<L>, P, Staggered, false>(token, task, when.step);
    }
}

/// The equation of some lanes with their synapses and the conductances of the pair; their constants may be kept elsewhere.
#[inline(always)]
pub fn equation<L: Lanes, P: Pair>(
    token: L::Token,
    planes: &mut PairPlanes<'_, L::Element>,
    synapses: Synapses<'_, L::Element>,
    lanes: &Range<usize>,
    constants: Range<usize>,
    reversals: [L; 2],
    v: L,
) -> (L, L) {
    let load = |plane: &[L::Element]| L::load(token, &plane[lanes.clone()]);
    let same = |plane: &[L::Element]| L::load(token, &plane[constants.clone()]);
    let equation = begin_equation(same(planes.diagonal), same(planes.leak), load(planes.current), v);
    let equation = synapses.add_to::<L>(token, planes.rest, lanes, equation, v);
    let gates = [load(planes.gates[0]), load(planes.gates[1]), load(planes.gates[2])];
    let gbar = [same(planes.gbar[0]), same(planes.gbar[1])];
    add_pair::<L, P>(equation, gbar, gates, reversals, v)
}

/// The first solve of a substep in which input jumped: half a step where it did, a whole one elsewhere.
fn first_half<L: Lanes, P: Pair>(token: L::Token, task: &mut Advance<'_, L::Element>) {
    token.vectorize(
        #[inline(always)]
        || {
            let group = &task.kernel.groups[0];
            let (stride, form) = (task.block.stride(), task.block.form);
            let mut planes = PairPlanes::new(&mut task.block.planes, form, group);
            let synapses = PairPlanes::synapses(&task.block.receptors, &task.workspace.receptors, stride, group);
            let reversals = [0, 1].map(|c| L::splat(token, L::Element::from_f64(group.reversals[c])));
            for at in (0..stride).step_by(L::LEN) {
                let lanes = at..at + L::LEN;
                let load = |plane: &[L::Element]| L::load(token, &plane[lanes.clone()]);
                let v = load(planes.v);
                let constants = form.at(at)..form.at(at) + L::LEN;
                let equation = equation::<L, P>(token, &mut planes, synapses, &lanes, constants.clone(), reversals, v);
                let factor = load(&task.workspace.factor);
                add_change(v, root_change(equation), factor).store(&mut planes.v[lanes]);
            }
        },
    )
}

/// The last solve of a substep, then gates and spikes. It is the only one, or (`REPEATED`) follows `first_half`: then lanes in which
/// input jumped take another half step, and others stay where they are.
fn finish<L: Lanes, P: Pair, S: Scheme, const REPEATED: bool>(
    token: L::Token,
    task: &mut Advance<'_, L::Element>,
    step: u64,
) {
    token.vectorize(
        #[inline(always)]
        || {
            let group = &task.kernel.groups[0];
            let (stride, form) = (task.block.stride(), task.block.form);
            let dt = task.context.plan.settings.dt;
            let cells = &task.block.cells;
            let mut planes = PairPlanes::new(&mut task.block.planes, form, group);
            let synapses = PairPlanes::synapses(&task.block.receptors, &task.workspace.receptors, stride, group);
            let reversals = [0, 1].map(|c| L::splat(token, L::Element::from_f64(group.reversals[c])));
            let factors = [group.factors[0], group.factors[1], group.factors[2]];
            let thresholds = planes.axial;
            let doubled = if S::INTEGRATOR == Integrator::Staggered { 2.0 } else { 1.0 };
            for at in (0..stride).step_by(L::LEN) {
                let lanes = at..at + L::LEN;
                let load = |plane: &[L::Element]| L::load(token, &plane[lanes.clone()]);
                let v = load(planes.v);
                let constants = form.at(at)..form.at(at) + L::LEN;
                let equation = equation::<L, P>(token, &mut planes, synapses, &lanes, constants.clone(), reversals, v);
                let factor = if REPEATED { load(&task.workspace.repeat) } else { v.lit(doubled) };
                let after = add_change(v, root_change(equation), factor);
                after.store(&mut planes.v[lanes.clone()]);
                let gates = [load(planes.gates[0]), load(planes.gates[1]), load(planes.gates[2])];
                let gates = advance_pair::<L, P, S>(gates, after, dt, factors);
                for (gate, plane) in gates.into_iter().zip(planes.gates.iter_mut().map(|p| &mut p[lanes.clone()])) {
                    gate.store(plane);
                }
                let threshold = L::load(token, &thresholds[constants.clone()]);
                let before = if REPEATED { load(&task.workspace.before) } else { v };
                let mut crossed = L::bits(before.lt(threshold)) & !L::bits(after.lt(threshold));
                while crossed != 0 {
                    let lane = crossed.trailing_zeros() as usize;
                    crossed &= crossed - 1;
                    let mut then = [L::Element::default(); 32];
                    before.store(&mut then[..L::LEN]);
                    let (after, threshold) = (planes.v[at + lane], thresholds[constants.start + lane]);
                    // What is not a number is not below the threshold either.
                    if after >= threshold {
                        let fraction = crossing(then[lane], after, threshold).to_f64();
                        task.found.spikes.push(Spike { step, fraction, cell: cells.at(at + lane) });
                    }
                }
            }
        },
    )
}
