//! The article's explicit scheme: every quantity moved on by its slope at the start of the substep.

use huxley_model::membrane::{add_axial_current, add_explicit_change};

use crate::block::{Block, Parent, WIDTH, constant, plane};
use crate::kernel::flat::FlatCell;
use crate::kernel::receptors::Solve;
use crate::kernel::{Advance, channels, signalling};
use crate::lanes::{Element, Lanes};

impl<E: Element> Advance<'_, E> {
    /// One substep of the explicit scheme.
    pub(super) fn advance_explicitly<L: Lanes<Element = E>>(&mut self, token: L::Token, substep: u32) {
        self.set_receptors(substep, Solve::Only);
        channels::build::<L>(token, self.block, self.kernel, self.workspace);
        self.note_before();
        let step = self.step(substep);
        signalling::add_currents::<L>(token, self.block, self.kernel, self.workspace);
        channels::advance_gates::<L>(token, self.block, self.kernel, &self.context, self.workspace);
        let edges = edges(self.block);
        add_axial_currents(self.block, &edges);
        let (stride, form) = (self.block.stride(), self.block.form);
        for at in 0..stride {
            let planes = &mut self.block.planes;
            let (step, current) =
                (planes[form.constant(constant::DIAGONAL)][at], planes[form.equation() + stride + at]);
            let v = &mut planes[plane::V * stride + at];
            *v = add_explicit_change(*v, current, step);
        }
        follow_neighbours(self.block, &edges);
        self.detect(step);
    }
}

/// Every node and its parent, as elements, nodes of a cell ascending.
fn edges<E: Element>(block: &Block<E>) -> Vec<(usize, usize)> {
    if let Some(flat) = &block.flat {
        let own = |cell: &FlatCell| cell.first + 1..cell.first + cell.nodes;
        return flat.cells.iter().flat_map(own).map(|at| (at, flat.parents[at] as usize)).collect();
    }
    let rows = if block.tree { 1..block.rows } else { 0..0 };
    let parent = |row: usize, lane: usize| match block.parents[row] {
        Parent::Row(parent) => parent as usize * WIDTH + lane,
        Parent::Lanes(index) => block.lane_parents[index as usize][lane] as usize,
    };
    rows.flat_map(|row| (0..WIDTH).map(move |lane| (row, lane)))
        .map(|(row, lane)| (row * WIDTH + lane, parent(row, lane)))
        .collect()
}

/// Adds the currents between nodes and their parents.
fn add_axial_currents<E: Element>(block: &mut Block<E>, edges: &[(usize, usize)]) {
    let stride = block.stride();
    for &(at, up) in edges {
        let v = |element: usize| block.planes[plane::V * stride + element];
        let (axial, v, v_parent) = (block.constant(constant::AXIAL)[at], v(at), v(up));
        let current = &mut block.planes[block.form.equation() + stride..];
        (current[at], current[up]) = add_axial_current(axial, v, v_parent, current[at], current[up]);
    }
}

/// Sets nodes without membrane (their explicit step is 0) to the conductance-weighted mean of their neighbours.
fn follow_neighbours<E: Element>(block: &mut Block<E>, edges: &[(usize, usize)]) {
    let stride = block.stride();
    let mut sums: Vec<(E, E)> = vec![(E::default(), E::default()); stride];
    for &(at, up) in edges {
        let axial = block.constant(constant::AXIAL)[at];
        for (point, other) in [(at, up), (up, at)] {
            let (sum, total) = sums[point];
            sums[point] = (sum + axial * block.planes[plane::V * stride + other], total + axial);
        }
    }
    for (element, (sum, total)) in sums.into_iter().enumerate() {
        let without_membrane = block.constant(constant::DIAGONAL)[element] == E::default();
        if without_membrane && total != E::default() {
            block.planes[plane::V * stride + element] = sum / total;
        }
    }
}
