//! The tree solve: one elimination towards the roots, one substitution back (Hines 1984), cells in lanes.

use fearless_simd::Simd;
use huxley_model::membrane::{Eliminated, eliminate, root_change, substitute};

use crate::block::{Block, Parent, WIDTH, plane};
use crate::lanes::{Element, Lanes};

/// The planes of a solve.
struct Planes<'a, E> {
    v: &'a [E],
    axial: &'a [E],
    d: &'a mut [E],
    i: &'a mut [E],
}

/// Solves the equations of a block of trees: changes of potential come to lie where the currents were.
pub fn solve<L: Lanes>(token: L::Token, block: &mut Block<L::Element>) {
    token.vectorize(
        #[inline(always)]
        || {
            let stride = block.stride();
            let (v, rest) = block.planes.split_at_mut(stride);
            let (axial, rest) = rest[(plane::AXIAL - 1) * stride..].split_at_mut(stride);
            let (d, i) = rest[..2 * stride].split_at_mut(stride);
            let mut planes = Planes { v, axial, d, i };
            let one = [L::Element::from_f64(1.0); WIDTH];
            for row in (1..block.rows).rev() {
                let (own, others) = block.scaled[row].map_or((&one, &one), |s| {
                    let (own, others) = &block.scales[s as usize];
                    (own, others)
                });
                match block.parents[row] {
                    Parent::Row(parent) => eliminate_row::<L>(token, &mut planes, row, parent as usize, own, others),
                    Parent::Lanes(index) => {
                        eliminate_lanes::<L>(token, &mut planes, row, &block.lane_parents[index as usize], own, others);
                    }
                }
            }
            for s in (0..WIDTH).step_by(L::LEN) {
                let lanes = s..s + L::LEN;
                let load = |plane: &[L::Element]| L::load(token, &plane[lanes.clone()]);
                root_change((load(planes.d), load(planes.i))).store(&mut planes.i[lanes]);
            }
            for row in 1..block.rows {
                let (parents, own) = planes.i.split_at_mut(row * WIDTH);
                let factors = &planes.d[row * WIDTH..(row + 1) * WIDTH];
                let own = &mut own[..WIDTH];
                let mut gathered = [L::Element::default(); WIDTH];
                let parent: &[L::Element] = match block.parents[row] {
                    Parent::Row(parent) => &parents[parent as usize * WIDTH..(parent as usize + 1) * WIDTH],
                    Parent::Lanes(index) => {
                        for (to, &from) in gathered.iter_mut().zip(&block.lane_parents[index as usize]) {
                            *to = parents[from as usize];
                        }
                        &gathered
                    }
                };
                for s in (0..WIDTH).step_by(L::LEN) {
                    let lanes = s..s + L::LEN;
                    let load = |slice: &[L::Element]| L::load(token, &slice[lanes.clone()]);
                    substitute(load(factors), load(own), load(parent)).store(&mut own[lanes.clone()]);
                }
            }
        },
    )
}

/// Eliminates a row whose lanes have their parents in one row.
#[inline(always)]
fn eliminate_row<L: Lanes>(
    token: L::Token,
    planes: &mut Planes<'_, L::Element>,
    row: usize,
    parent: usize,
    own: &[L::Element; WIDTH],
    others: &[L::Element; WIDTH],
) {
    for s in (0..WIDTH).step_by(L::LEN) {
        let (at, up) = (row * WIDTH + s, parent * WIDTH + s);
        let load = |plane: &[L::Element], at: usize| L::load(token, &plane[at..at + L::LEN]);
        let Eliminated { factor, offset, parent } = eliminate(
            load(planes.axial, at),
            (load(planes.d, at), load(planes.i, at)),
            (load(planes.d, up), load(planes.i, up)),
            load(planes.v, at),
            load(planes.v, up),
            load(own, s),
            load(others, s),
        );
        factor.store(&mut planes.d[at..at + L::LEN]);
        offset.store(&mut planes.i[at..at + L::LEN]);
        parent.0.store(&mut planes.d[up..up + L::LEN]);
        parent.1.store(&mut planes.i[up..up + L::LEN]);
    }
}

/// Eliminates a row whose lanes have their parents in different rows: gathered, computed in lanes, scattered.
#[inline(always)]
fn eliminate_lanes<L: Lanes>(
    token: L::Token,
    planes: &mut Planes<'_, L::Element>,
    row: usize,
    parents: &[u32; WIDTH],
    own: &[L::Element; WIDTH],
    others: &[L::Element; WIDTH],
) {
    let (mut v, mut d, mut i) =
        ([L::Element::default(); WIDTH], [L::Element::default(); WIDTH], [L::Element::default(); WIDTH]);
    for (lane, &parent) in parents.iter().enumerate() {
        v[lane] = planes.v[parent as usize];
        d[lane] = planes.d[parent as usize];
        i[lane] = planes.i[parent as usize];
    }
    for s in (0..WIDTH).step_by(L::LEN) {
        let at = row * WIDTH + s;
        let load = |plane: &[L::Element], at: usize| L::load(token, &plane[at..at + L::LEN]);
        let Eliminated { factor, offset, parent } = eliminate(
            load(planes.axial, at),
            (load(planes.d, at), load(planes.i, at)),
            (load(&d, s), load(&i, s)),
            load(planes.v, at),
            load(&v, s),
            load(own, s),
            load(others, s),
        );
        factor.store(&mut planes.d[at..at + L::LEN]);
        offset.store(&mut planes.i[at..at + L::LEN]);
        parent.0.store(&mut d[s..s + L::LEN]);
        parent.1.store(&mut i[s..s + L::LEN]);
    }
    for (lane, &parent) in parents.iter().enumerate() {
        planes.d[parent as usize] = d[lane];
        planes.i[parent as usize] = i[lane];
    }
}
