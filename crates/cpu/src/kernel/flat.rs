//! Flat cells: their nodes follow each other, and their trees are solved node by node, in an order in which a core has many nodes in
//! flight.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use huxley_model::membrane::{eliminate, root_change, substitute};

use crate::block::{Block, constant, plane};
use crate::lanes::Element;

/// Nodes that a core eliminates in the time from a node's equation to its parent's, about: a division, two multiply-adds, and the
/// parent's values stored and read again.
const ELIMINATION: usize = 8;

/// The same from one child of a node to its next.
const SIBLING: usize = 3;

/// A cell of a block of flat cells.
#[derive(Clone, Copy, Debug)]
pub struct FlatCell {
    /// First element.
    pub first: usize,
    /// Number of nodes.
    pub nodes: usize,
}

/// What a block of flat cells has beside planes.
#[derive(Clone, Debug, Default)]
pub struct Flat<E> {
    /// The cells.
    pub cells: Vec<FlatCell>,
    /// Element of each element's parent (its own for roots).
    pub parents: Vec<u32>,
    /// All nodes but roots, in the order of the elimination.
    steps: Vec<Step<E>>,
}

/// A node in the elimination.
#[derive(Clone, Copy, Debug)]
struct Step<E> {
    /// Its element, and its parent's.
    at: u32,
    up: u32,
    /// Its scale, and its parent's.
    scale: E,
    parent_scale: E,
}

impl<E: Element> Flat<E> {
    /// The elements of the cell that `element` belongs to.
    #[must_use]
    pub fn cell_of(&self, element: usize) -> std::ops::Range<usize> {
        let cell = self.cells[self.cells.partition_point(|c| c.first <= element) - 1];
        cell.first..cell.first + cell.nodes
    }

    /// Finds the order of the elimination, given scales of each element and its parent: a node whose equation is complete and that
    /// has the longest way to its root is next. Children of a node are eliminated from the last to the first, as they are everywhere.
    #[allow(clippy::cast_possible_truncation)]
    pub fn schedule(&mut self, scales: &[(E, E)]) {
        let parents = &self.parents;
        let mut depth = vec![0; parents.len()];
        // By element: what has to be eliminated before it, and when that is done; the child before it.
        let mut awaited = vec![0; parents.len()];
        let mut ready = vec![0; parents.len()];
        let mut before: Vec<Option<usize>> = vec![None; parents.len()];
        let mut last_child: Vec<Option<usize>> = vec![None; parents.len()];
        for (at, &up) in parents.iter().enumerate().filter(|(at, up)| *at != **up as usize) {
            let up = up as usize;
            depth[at] = depth[up] + 1;
            awaited[up] += 1;
            before[at] = last_child[up].replace(at);
            if let Some(before) = before[at] {
                awaited[before] += 1;
            }
        }
        let mut waiting: BinaryHeap<Reverse<(usize, usize)>> =
            (0..parents.len()).filter(|&at| awaited[at] == 0 && depth[at] > 0).map(|at| Reverse((0, at))).collect();
        let mut complete = BinaryHeap::new();
        for turn in 0.. {
            while let Some(&Reverse((_, at))) = waiting.peek().filter(|first| first.0.0 <= turn || complete.is_empty())
            {
                waiting.pop();
                complete.push((depth[at], at));
            }
            let Some((_, at)) = complete.pop() else { break };
            let up = parents[at] as usize;
            let (scale, parent_scale) = scales[at];
            self.steps.push(Step { at: at as u32, up: up as u32, scale, parent_scale });
            for (next, delay) in [(Some(up), ELIMINATION), (before[at], SIBLING)] {
                let Some(next) = next else { continue };
                awaited[next] -= 1;
                ready[next] = ready[next].max(turn + delay);
                if awaited[next] == 0 && depth[next] > 0 {
                    waiting.push(Reverse((ready[next], next)));
                }
            }
        }
    }
}

/// Solves the equations of a block of flat cells: changes of potential come to lie where the currents were.
pub fn solve<E: Element>(block: &mut Block<E>) {
    let stride = block.stride();
    let Some(flat) = &block.flat else { return };
    let (planes, equation) = block.planes.split_at_mut(block.form.equation());
    let (v, axial) = (&planes[plane::V * stride..][..stride], &planes[block.form.constant(constant::AXIAL)]);
    let (d, i) = equation.split_at_mut(stride);
    for step in &flat.steps {
        let (at, up) = (step.at as usize, step.up as usize);
        let done = eliminate(axial[at], (d[at], i[at]), (d[up], i[up]), v[at], v[up], step.scale, step.parent_scale);
        (d[up], i[up]) = done.parent;
        (d[at], i[at]) = (done.factor, done.offset);
    }
    for cell in &flat.cells {
        i[cell.first] = root_change((d[cell.first], i[cell.first]));
    }
    for step in flat.steps.iter().rev() {
        let at = step.at as usize;
        i[at] = substitute(d[at], i[at], i[step.up as usize]);
    }
}
