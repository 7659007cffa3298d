//! The tree solve: one elimination towards the roots, one substitution back (Hines 1984), cells in lanes.

use fearless_simd::Simd;
use huxley_model::membrane::{Eliminated, eliminate, root_change, substitute};

use crate::block::{Block, Parent, WIDTH, constant, plane};
use crate::lanes::{Element, Lanes};

/// The planes of a solve.
pub struct Planes<'a, E> {
    pub v: &'a [E],
    pub axial: &'a [E],
    pub d: &'a mut [E],
    pub i: &'a mut [E],
}

/// Solves the equations of a block of trees: changes of potential come to lie where the currents were.
pub fn solve<L: Lanes>(token: L::Token, block: &mut Block<L::Element>) {
    token.vectorize(
        #[inline(always)]
        || {
            let stride = block.stride();
            let (planes, equation) = block.planes.split_at_mut(block.form.equation());
            let (v, axial) = (&planes[plane::V * stride..][..stride], &planes[block.form.constant(constant::AXIAL)]);
            let (d, i) = equation.split_at_mut(stride);
            let mut planes = Planes { v, axial, d, i };
            let one = [L::Element::from_f64(1.0); WIDTH];
            for row in (1..block.rows).rev() {
                let (own, others) = scales(block.scaled[row], &block.scales, &one);
                match block.parents[row] {
                    Parent::Row(parent) => eliminate_row::<L>(token, &mut planes, row, parent as usize, own, others),
                    Parent::Lanes(index) => {
                        eliminate_lanes::<L>(token, &mut planes, row, &block.lane_parents[index as usize], own, others);
                    }
                }
            }
            change_root::<L>(token, planes.d, planes.i);
            for row in 1..block.rows {
                substitute_row::<L>(token, planes.d, planes.i, row, block.parents[row], &block.lane_parents);
            }
        },
    )
}

/// Scales of a row's nodes and of their parents.
#[inline(always)]
pub fn scales<'a, E>(
    scaled: Option<u32>,
    scales: &'a [([E; WIDTH], [E; WIDTH])],
    one: &'a [E; WIDTH],
) -> (&'a [E; WIDTH], &'a [E; WIDTH]) {
    scaled.map_or((one, one), |index| {
        let (own, others) = &scales[index as usize];
        (own, others)
    })
}

/// The change of the first row, from its equation.
#[inline(always)]
pub fn change_root<L: Lanes>(token: L::Token, d: &[L::Element], i: &mut [L::Element]) {
    for s in (0..WIDTH).step_by(L::LEN) {
        let lanes = s..s + L::LEN;
        let equation = (L::load(token, &d[lanes.clone()]), L::load(token, &i[lanes.clone()]));
        root_change(equation).store(&mut i[lanes]);
    }
}

/// The change of a row whose parents' changes are known.
#[inline(always)]
pub fn substitute_row<L: Lanes>(
    token: L::Token,
    d: &[L::Element],
    i: &mut [L::Element],
    row: usize,
    parent: Parent,
    lane_parents: &[[u32; WIDTH]],
) {
    let (parents, own) = i.split_at_mut(row * WIDTH);
    let factors = &d[row * WIDTH..(row + 1) * WIDTH];
    let own = &mut own[..WIDTH];
    let mut gathered = [L::Element::default(); WIDTH];
    let parent: &[L::Element] = match parent {
        Parent::Row(parent) => &parents[parent as usize * WIDTH..(parent as usize + 1) * WIDTH],
        Parent::Lanes(index) => {
            for (to, &from) in gathered.iter_mut().zip(&lane_parents[index as usize]) {
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

/// Eliminates a row whose lanes have their parents in one row.
#[inline(always)]
pub fn eliminate_row<L: Lanes>(
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
pub fn eliminate_lanes<L: Lanes>(
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
