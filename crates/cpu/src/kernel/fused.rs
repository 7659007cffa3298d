//! A substep of trees whose channels are one compiled pair, in two passes over the rows: what one part of a substep loads, the next
//! uses while it is near. Towards the roots a row's equation is built just before the elimination first asks for it; away from
//! them a row's change becomes its potential, and its gates move on. The operations are those of the parts, in their order.

use fearless_simd::Simd;
use huxley_model::channel::Integrator;
use huxley_model::membrane::{add_change, begin_equation};

use crate::block::{Parent, ROWS_AT_A_TIME, WIDTH};
use crate::kernel::channels::{BackwardEuler, Pair, PairPlanes, Scheme, Staggered, advance_pair};
use crate::kernel::point::equation;
use crate::kernel::receptors::{Solve, Synapses};
use crate::kernel::{Advance, When, tree};
use crate::lanes::{Element, Lanes, Two};

/// Elements of the rows that are built, and whose gates are moved, together.
const TOGETHER: usize = ROWS_AT_A_TIME * WIDTH;

/// In which order a tree's rows are built, [`ROWS_AT_A_TIME`] at a time.
#[derive(Clone, Debug, Default)]
pub struct Building {
    /// Pairs of rows, in the order in which the elimination first needs one of them.
    pub order: Vec<u32>,
    /// By row: how many of them it needs before the row is eliminated.
    pub before: Vec<u32>,
    /// By pair of rows: whether any of its nodes has the channels.
    pub channels: Vec<bool>,
}

impl Building {
    /// The order for rows with these parents.
    #[must_use]
    #[allow(clippy::cast_possible_truncation)]
    pub fn of(parents: &[Parent], lane_parents: &[[u32; WIDTH]]) -> Self {
        let mut seen = vec![false; parents.len().div_ceil(ROWS_AT_A_TIME)];
        let mut building = Self { order: Vec::new(), before: vec![0; parents.len()], channels: Vec::new() };
        let mut need = |row: usize, order: &mut Vec<u32>| {
            let pair = row / ROWS_AT_A_TIME;
            if !std::mem::replace(&mut seen[pair], true) {
                order.push(pair as u32);
            }
        };
        for row in (1..parents.len()).rev() {
            need(row, &mut building.order);
            match parents[row] {
                Parent::Row(parent) => need(parent as usize, &mut building.order),
                Parent::Lanes(index) => {
                    for &element in &lane_parents[index as usize] {
                        need(element as usize / WIDTH, &mut building.order);
                    }
                }
            }
            building.before[row] = building.order.len() as u32;
        }
        need(0, &mut building.order);
        building
    }
}

/// A substep of a block of trees.
pub fn advance<L: Lanes, P: Pair>(token: L::Token, task: &mut Advance<'_, L::Element>, when: When) {
    task.note_before();
    task.set_factors(when.substep, when.jumped);
    let staggered = task.context.plan.settings.integrator == Integrator::Staggered;
    to_roots::<L, P>(token, task);
    if when.jumped {
        from_roots::<L, P, Staggered>(token, task, false);
        task.set_receptors(when.substep, Solve::Second);
        to_roots::<L, P>(token, task);
        std::mem::swap(&mut task.workspace.factor, &mut task.workspace.repeat);
    }
    if staggered {
        from_roots::<L, P, Staggered>(token, task, true);
    } else {
        from_roots::<L, P, BackwardEuler>(token, task, true);
    }
    task.detect(when.step);
}

/// Builds the equations and eliminates all rows but the first, whose change is known then.
fn to_roots<L: Lanes, P: Pair>(token: L::Token, task: &mut Advance<'_, L::Element>) {
    token.vectorize(
        #[inline(always)]
        || {
            let (block, group) = (&mut *task.block, &task.kernel.groups[0]);
            let stride = block.stride();
            let reversals = [0, 1].map(|c| Two::splat(token, L::Element::from_f64(group.reversals[c])));
            let mut planes = PairPlanes::new(&mut block.planes, block.form, group);
            let synapses = PairPlanes::synapses(&block.receptors, &task.workspace.receptors, stride, group);
            let building = &block.building;
            let one = [L::Element::from_f64(1.0); WIDTH];
            let mut next = 0;
            for row in (0..block.rows).rev() {
                let until = if row == 0 { building.order.len() } else { building.before[row] as usize };
                while next < until {
                    let pair = building.order[next] as usize;
                    build::<Two<L>, P>(token, &mut planes, synapses, pair, building.channels[pair], reversals);
                    next += 1;
                }
                if row > 0 {
                    let (own, others) = tree::scales(block.scaled[row], &block.scales, &one);
                    let mut solve =
                        tree::Planes { v: &*planes.v, axial: planes.axial, d: &mut *planes.d, i: &mut *planes.i };
                    match block.parents[row] {
                        Parent::Row(parent) => {
                            tree::eliminate_row::<L>(token, &mut solve, row, parent as usize, own, others);
                        }
                        Parent::Lanes(index) => {
                            let parents = &block.lane_parents[index as usize];
                            tree::eliminate_lanes::<L>(token, &mut solve, row, parents, own, others);
                        }
                    }
                }
            }
            tree::change_root::<L>(token, planes.d, planes.i);
        },
    )
}

/// Builds the equations of a pair of rows.
#[inline(always)]
fn build<L: Lanes, P: Pair>(
    token: L::Token,
    planes: &mut PairPlanes<'_, L::Element>,
    synapses: Synapses<'_, L::Element>,
    pair: usize,
    channels: bool,
    reversals: [L; 2],
) {
    for at in (pair * TOGETHER..(pair + 1) * TOGETHER).step_by(L::LEN) {
        let lanes = at..at + L::LEN;
        let load = |plane: &[L::Element]| L::load(token, &plane[lanes.clone()]);
        let v = load(planes.v);
        let built = if channels {
            equation::<L, P>(token, planes, synapses, &lanes, lanes.clone(), reversals, v)
        } else {
            let equation = begin_equation(load(planes.diagonal), load(planes.leak), load(planes.current), v);
            synapses.add_to::<L>(token, planes.rest, &lanes, equation, v)
        };
        built.0.store(&mut planes.d[lanes.clone()]);
        built.1.store(&mut planes.i[lanes]);
    }
}

/// Substitutes the changes of all rows but the first, moves the potentials and, if it is the last solve of a substep, the gates.
fn from_roots<L: Lanes, P: Pair, S: Scheme>(token: L::Token, task: &mut Advance<'_, L::Element>, last: bool) {
    token.vectorize(
        #[inline(always)]
        || {
            let group = &task.kernel.groups[0];
            let block = &mut *task.block;
            let rows = block.rows;
            let dt = task.context.plan.settings.dt;
            let rates = [group.factors[0], group.factors[1], group.factors[2]];
            // A factor a lane, for the rows of a pair.
            let mut factors = [L::Element::default(); TOGETHER];
            factors.chunks_exact_mut(WIDTH).for_each(|row| row.copy_from_slice(&task.workspace.factor));
            let mut planes = PairPlanes::new(&mut block.planes, block.form, group);
            for (pair, &channels) in block.building.channels.iter().enumerate() {
                for row in (pair * ROWS_AT_A_TIME).max(1)..((pair + 1) * ROWS_AT_A_TIME).min(rows) {
                    tree::substitute_row::<L>(token, planes.d, planes.i, row, block.parents[row], &block.lane_parents);
                }
                for own in (0..TOGETHER).step_by(<Two<L>>::LEN) {
                    let lanes = pair * TOGETHER + own..pair * TOGETHER + own + <Two<L>>::LEN;
                    let load = |plane: &[L::Element]| Two::<L>::load(token, &plane[lanes.clone()]);
                    let factor = Two::<L>::load(token, &factors[own..own + <Two<L>>::LEN]);
                    let after = add_change(load(planes.v), load(planes.i), factor);
                    after.store(&mut planes.v[lanes.clone()]);
                    if last && channels {
                        let gates = [load(planes.gates[0]), load(planes.gates[1]), load(planes.gates[2])];
                        let gates = advance_pair::<Two<L>, P, S>(gates, after, dt, rates);
                        for (gate, plane) in
                            gates.into_iter().zip(planes.gates.iter_mut().map(|p| &mut p[lanes.clone()]))
                        {
                            gate.store(plane);
                        }
                    }
                }
            }
        },
    )
}
