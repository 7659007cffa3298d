//! Point neurons: the solve is one division, and a whole substep one pass.

use fearless_simd::Simd;
use huxley_engine::Spike;
use huxley_model::channel::Integrator;
use huxley_model::membrane::{add_change, begin_equation, crossing, root_change};

use crate::block::{Block, plane};
use crate::kernel::channels::{BackwardEuler, Pair, PairPlanes, Scheme, Staggered, add_pair, advance_pair};
use crate::kernel::{Advance, receptors};
use crate::lanes::{Element, Lanes, Two};

/// `change = i / d` for every element.
pub fn divide<L: Lanes>(token: L::Token, block: &mut Block<L::Element>) {
    token.vectorize(
        #[inline(always)]
        || {
            let stride = block.stride();
            let (d, i) = block.planes[plane::D * stride..(plane::I + 1) * stride].split_at_mut(stride);
            for at in (0..stride).step_by(L::LEN) {
                let lanes = at..at + L::LEN;
                let equation = (L::load(token, &d[lanes.clone()]), L::load(token, &i[lanes.clone()]));
                root_change(equation).store(&mut i[lanes]);
            }
        },
    )
}

/// A substep of point neurons whose channels are one compiled pair and whose input did not jump.
pub fn advance<L: Lanes, P: Pair>(token: L::Token, task: &mut Advance<'_, L::Element>, ready: bool, step: u64) {
    if task.context.plan.settings.integrator == Integrator::Staggered {
        advance_with::<Two<L>, P, Staggered>(token, task, ready, step);
    } else {
        advance_with::<Two<L>, P, BackwardEuler>(token, task, ready, step);
    }
    receptors::decay::<L>(token, task.block, &task.context);
}

fn advance_with<L: Lanes, P: Pair, S: Scheme>(
    token: L::Token,
    task: &mut Advance<'_, L::Element>,
    ready: bool,
    step: u64,
) {
    token.vectorize(
        #[inline(always)]
        || {
            let group = &task.kernel.groups[0];
            let stride = task.block.stride();
            let dt = task.context.plan.settings.dt;
            let cells = &task.block.cells;
            let mut planes = PairPlanes::new(&mut task.block.planes, stride, group);
            let reversals = [0, 1].map(|c| L::splat(token, L::Element::from_f64(group.reversals[c])));
            let factors = [group.factors[0], group.factors[1], group.factors[2]];
            let factor = if S::INTEGRATOR == Integrator::Staggered { 2.0 } else { 1.0 };
            for at in (0..stride).step_by(L::LEN) {
                let lanes = at..at + L::LEN;
                let load = |plane: &[L::Element]| L::load(token, &plane[lanes.clone()]);
                let v = load(planes.v);
                let equation = if ready {
                    (load(planes.d), load(planes.i))
                } else {
                    begin_equation(load(planes.diagonal), load(planes.leak), load(planes.current), v)
                };
                let gates = [load(planes.gates[0]), load(planes.gates[1]), load(planes.gates[2])];
                let gbar = [load(planes.gbar[0]), load(planes.gbar[1])];
                let equation = add_pair::<L, P>(equation, gbar, gates, reversals, v);
                let after = add_change(v, root_change(equation), v.lit(factor));
                after.store(&mut planes.v[lanes.clone()]);
                let gates = advance_pair::<L, P, S>(gates, after, dt, factors);
                for (gate, plane) in gates.into_iter().zip(planes.gates.iter_mut().map(|p| &mut p[lanes.clone()])) {
                    gate.store(plane);
                }
                let threshold = load(planes.threshold);
                let mut crossed = L::bits(v.lt(threshold)) & !L::bits(after.lt(threshold));
                while crossed != 0 {
                    let lane = crossed.trailing_zeros() as usize;
                    crossed &= crossed - 1;
                    let mut before = [L::Element::default(); 32];
                    v.store(&mut before[..L::LEN]);
                    let (after, threshold) = (planes.v[at + lane], planes.threshold[at + lane]);
                    // What is not a number is not below the threshold either.
                    if after >= threshold {
                        let fraction = crossing(before[lane], after, threshold).to_f64();
                        task.spikes.push(Spike { step, fraction, cell: cells[at + lane] });
                    }
                }
            }
        },
    )
}
