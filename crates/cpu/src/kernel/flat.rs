//! The tree solve of flat cells: node by node, all cells of the block in step so that a core has several chains in flight.

use huxley_model::membrane::{eliminate, root_change, substitute};

use crate::block::{Block, plane};
use crate::lanes::Element;

/// Solves the equations of a block of flat cells: changes of potential come to lie where the currents were.
pub fn solve<E: Element>(block: &mut Block<E>) {
    let stride = block.stride();
    let Some(flat) = &block.flat else { return };
    let (v, rest) = block.planes.split_at_mut(stride);
    let (axial, rest) = rest[(plane::AXIAL - 1) * stride..].split_at_mut(stride);
    let (d, i) = rest[..2 * stride].split_at_mut(stride);
    let longest = flat.cells.iter().map(|cell| cell.nodes).max().unwrap_or(0);
    for back in 1..longest {
        for cell in flat.cells.iter().filter(|cell| back < cell.nodes) {
            let at = cell.first + cell.nodes - back;
            let up = flat.parents[at] as usize;
            let (scale, parent_scale) = flat.scales[at];
            let done = eliminate(axial[at], (d[at], i[at]), (d[up], i[up]), v[at], v[up], scale, parent_scale);
            (d[up], i[up]) = done.parent;
            (d[at], i[at]) = (done.factor, done.offset);
        }
    }
    for cell in &flat.cells {
        i[cell.first] = root_change((d[cell.first], i[cell.first]));
    }
    for offset in 1..longest {
        for cell in flat.cells.iter().filter(|cell| offset < cell.nodes) {
            let at = cell.first + offset;
            i[at] = substitute(d[at], i[at], i[flat.parents[at] as usize]);
        }
    }
}
