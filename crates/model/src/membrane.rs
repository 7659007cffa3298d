//! The arithmetic of a membrane step, shared by every backend: what a conductance adds to a node's equation, and one row of the
//! tree's elimination (Hines 1984).
//!
//! The equation of node `i` over a step `h` is `d x - sum of axial x_j = i`, where `x` is the change of `V`, `d` the sum of
//! `C/h` and all conductances, and `i` the current at the present `V`. Working with the change keeps the digits of `f32`.

use crate::real::Real;

/// A node's equation with a conductance `g` of reversal potential `e` added: `(d, i)`.
#[inline(always)]
pub fn add_conductance<R: Real>(equation: (R, R), g: R, e: R, v: R) -> (R, R) {
    (equation.0 + g, g.mul_add(e - v, equation.1))
}

/// A node's equation with a current that is not linear in `V` added: `current` outward positive and `slope` by `V`, both at the
/// present `V`.
#[inline(always)]
pub fn add_current<R: Real>(equation: (R, R), current: R, slope: R) -> (R, R) {
    (equation.0 + slope, equation.1 - current)
}

/// A node's equation from its constant parts: `diagonal` is `C/h` plus axial conductances, `leak` the conductance and `current` the
/// current at `V = 0` that do not change within the substep.
#[inline(always)]
pub fn begin_equation<R: Real>(diagonal: R, leak: R, current: R, v: R) -> (R, R) {
    (diagonal + leak, (-leak).mul_add(v, current))
}

/// What eliminating a node leaves behind.
#[derive(Clone, Copy, Debug)]
pub struct Eliminated<R> {
    /// Factor of the parent's change in the node's: `axial / d`.
    pub factor: R,
    /// The rest of the node's change: `i / d`.
    pub offset: R,
    /// The parent's equation.
    pub parent: (R, R),
}

/// Eliminates a node from its parent's equation. `scale` and `parent_scale` are 1, or 1/2 for nodes without membrane where the
/// result is going to be doubled (then doubling gives exactly the conductance-weighted mean of the neighbours).
#[inline(always)]
pub fn eliminate<R: Real>(
    axial: R,
    node: (R, R),
    parent: (R, R),
    v: R,
    v_parent: R,
    scale: R,
    parent_scale: R,
) -> Eliminated<R> {
    let flux = axial * (v_parent - v);
    let current = flux.mul_add(scale, node.1);
    let reciprocal = axial.lit(1.0) / node.0;
    let factor = axial * reciprocal;
    let parent_current = factor.mul_add(current, (-flux).mul_add(parent_scale, parent.1));
    Eliminated { factor, offset: current * reciprocal, parent: ((-factor).mul_add(axial, parent.0), parent_current) }
}

/// The change of an eliminated node once its parent's is known.
#[inline(always)]
pub fn substitute<R: Real>(factor: R, offset: R, parent_change: R) -> R {
    factor.mul_add(parent_change, offset)
}

/// The change of a root once its equation is complete.
#[inline(always)]
pub fn root_change<R: Real>(equation: (R, R)) -> R {
    equation.1 / equation.0
}

/// The potential after an implicit step; `factor` is 2 where half a step was solved and is doubled, else 1.
#[inline(always)]
pub fn add_change<R: Real>(v: R, change: R, factor: R) -> R {
    change.mul_add(factor, v)
}

/// The potential after an explicit step under `current`; `step` is `dt/C`.
#[inline(always)]
pub fn add_explicit_change<R: Real>(v: R, current: R, step: R) -> R {
    current * step + v
}

/// The currents of a node and its parent, with what flows between them added.
#[inline(always)]
pub fn add_axial_current<R: Real>(axial: R, v: R, v_parent: R, current: R, parent_current: R) -> (R, R) {
    let flux = axial * (v_parent - v);
    (current + flux, parent_current - flux)
}

/// Current through gap junctions at `V = 0`, with one partner's added.
#[inline(always)]
pub fn add_gap_current<R: Real>(sum: R, g: R, v_partner: R) -> R {
    sum + g * v_partner
}

/// Where in a step the threshold was crossed, in (0, 1], for `before < threshold <= after`.
#[must_use]
#[inline(always)]
pub fn crossing<R: Real>(before: R, after: R, threshold: R) -> R {
    (threshold - before) / (after - before)
}

/// Whether a spike `fraction` of the way through `substep` belongs to the first half of a tick of `substeps`.
#[inline(always)]
pub fn is_early<R: Real>(substep: R, fraction: R, substeps: u32) -> R::Mask {
    (substep + fraction).lt(fraction.lit(0.5 * f64::from(substeps)))
}
