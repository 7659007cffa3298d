//! The article's explicit scheme: every quantity moved on by its slope at the start of the substep.

use crate::block::{Block, NO_CELL, Parent, WIDTH, plane};
use crate::kernel::{Advance, channels, receptors};
use crate::lanes::{Element, Lanes};

impl<E: Element> Advance<'_, E> {
    /// One substep of the explicit scheme.
    pub(super) fn advance_explicitly<L: Lanes<Element = E>>(&mut self, token: L::Token, substep: u32) {
        let ready = receptors::begin::<L>(token, self.block, &self.context, substep);
        channels::add_conductances::<L>(token, self.block, self.kernel, self.workspace, ready);
        self.note_before();
        let step = self.step(substep);
        channels::advance_gates::<L>(token, self.block, self.kernel, &self.context, self.workspace);
        if self.block.tree {
            add_axial_currents(self.block);
        }
        let stride = self.block.stride();
        for at in 0..stride {
            let planes = &mut self.block.planes;
            let (step, current) = (planes[plane::DIAGONAL * stride + at], planes[plane::I * stride + at]);
            let v = &mut planes[plane::V * stride + at];
            *v = current * step + *v;
        }
        if self.block.tree {
            follow_neighbours(self.block, self.context.plan);
        }
        receptors::decay::<L>(token, self.block, &self.context);
        self.detect(substep, step);
    }
}

/// The parent's element of `lane` in `row`.
fn parent_of<E>(block: &Block<E>, row: usize, lane: usize) -> usize {
    match block.parents[row] {
        Parent::Row(parent) => parent as usize * WIDTH + lane,
        Parent::Lanes(index) => block.lane_parents[index as usize][lane] as usize,
    }
}

/// Adds the currents between nodes and their parents.
fn add_axial_currents<E: Element>(block: &mut Block<E>) {
    let stride = block.stride();
    for row in 1..block.rows {
        for lane in 0..WIDTH {
            let (at, up) = (row * WIDTH + lane, parent_of(block, row, lane));
            let v = |element: usize| block.planes[plane::V * stride + element];
            let flux = block.planes[plane::AXIAL * stride + at] * (v(up) - v(at));
            let current = &mut block.planes[plane::I * stride..(plane::I + 1) * stride];
            current[at] = current[at] + flux;
            current[up] = current[up] - flux;
        }
    }
}

/// Sets nodes without membrane to the conductance-weighted mean of their neighbours.
fn follow_neighbours<E: Element>(block: &mut Block<E>, plan: &huxley_engine::Plan) {
    let stride = block.stride();
    for lane in 0..WIDTH {
        let cell = block.cells[lane];
        if cell == NO_CELL {
            continue;
        }
        let nodes = plan.cells.nodes(cell as usize);
        for point in (0..nodes.len()).filter(|&row| plan.nodes.capacitance[nodes.start + row] == 0.0) {
            let element = point * WIDTH + lane;
            let (mut sum, mut total) = (E::default(), E::default());
            for row in 1..nodes.len() {
                let (at, up) = (row * WIDTH + lane, parent_of(block, row, lane));
                if at == element || up == element {
                    let axial = block.planes[plane::AXIAL * stride + at];
                    let other = block.planes[plane::V * stride + if at == element { up } else { at }];
                    sum = sum + axial * other;
                    total = total + axial;
                }
            }
            block.planes[plane::V * stride + element] = sum / total;
        }
    }
}
