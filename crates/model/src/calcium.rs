//! Calcium across the membrane: Nernst's potential and the current of Goldman, Hodgkin and Katz.
//!
//! Sources: Goldman 1943, J. Gen. Physiol. 27:37; Hodgkin & Katz 1949, J. Physiol. 108:37; constants of CODATA 2018.
//! Inside, calcium is in uM; outside, in mM.

use crate::random::{Scalar, ln};
use crate::real::Real;

/// Faraday's constant, C/mol.
pub const FARADAY: f64 = 96_485.332_12;

/// The gas constant, J/K/mol.
pub const GAS_CONSTANT: f64 = 8.314_462_618;

/// The charge number of calcium.
pub const VALENCE: f64 = 2.0;

/// Least calcium of a cell, uM: a tenth of a nanomole per litre, below any cell's, so that Nernst's logarithm exists.
pub const LEAST_CALCIUM: f64 = 1e-4;

/// `RT/zF` of calcium, mV.
#[must_use]
fn thermal_potential(celsius: f64) -> f64 {
    1e3 * GAS_CONSTANT * (celsius + 273.15) / (VALENCE * FARADAY)
}

/// Nernst's potential of calcium, mV: `ca` inside in uM (not below [`LEAST_CALCIUM`]), `outside` in mM. The same bits
/// on every machine.
#[must_use]
pub fn nernst_calcium<R: Scalar>(ca: R, outside: f64, celsius: f64) -> R {
    let (thermal, most) = nernst_constants(outside, celsius);
    ca.lit(thermal) * ln(ca.lit(most) / ca.max(ca.lit(LEAST_CALCIUM)))
}

/// What stands before the logarithm of [`nernst_calcium`], mV, and what is divided by the calcium inside, uM.
#[must_use]
pub fn nernst_constants(outside: f64, celsius: f64) -> (f64, f64) {
    (thermal_potential(celsius), 1e3 * outside)
}

/// The slope of `x / (e^x - 1)`. Near 0 by its series, where the closed form cancels; within 1e-13 either way.
#[inline(always)]
fn exprelr_slope<R: Real>(x: R, exprelr: R) -> R {
    let square = x * x;
    // 2n B(2n) / (2n)! for n = 1..6.
    let coefficients = [1.0 / 5040.0, -1.0 / 180.0, 1.0 / 6.0];
    let mut series = x.lit(-691.0 * 12.0 / 1_307_674_368_000.0).mul_add(square, x.lit(1.0 / 4_790_016.0));
    series = series.mul_add(square, x.lit(-1.0 / 151_200.0));
    for c in coefficients {
        series = series.mul_add(square, x.lit(c));
    }
    let near = series.mul_add(x, x.lit(-0.5));
    let far = exprelr * (x.lit(1.0) - x - exprelr) / x;
    R::select(x.abs().lt(x.lit(0.5)), near, far)
}

/// The calcium current of Goldman, Hodgkin and Katz through a permeability of 1 um3/ms (cm/s times um2, times 10),
/// and its slope by `v`: nA (outward positive) and uS.
///
/// `I = P z^2 F^2 V/RT (inside - outside e^-x) / (1 - e^-x)` with `x = zFV/RT`, written with `exprelr`, which has its
/// limit at `V = 0`. `v` in mV, `ca` inside in uM, `outside` in mM.
#[inline(always)]
pub fn goldman_hodgkin_katz<R: Real>(v: R, ca: R, outside: f64, celsius: f64) -> (R, R) {
    let per_millivolt = 1.0 / thermal_potential(celsius);
    let unit = 1e-6 * VALENCE * FARADAY; // nA for 1 um3/ms and 1 mM
    let x = v * v.lit(per_millivolt);
    let r = x.exprelr();
    let slope = exprelr_slope(x, r);
    let inside = ca * ca.lit(1e-3); // mM, from uM
    // x / (1 - e^-x) is exprelr(x) + x.
    let current = inside * (r + x) - r * v.lit(outside);
    let change = inside * (slope + v.lit(1.0)) - slope * v.lit(outside);
    (current * v.lit(unit), change * v.lit(unit * per_millivolt))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_slope_is_that_of_the_current_and_joins_at_the_seam() {
        for tenth in -1200..=1200 {
            let v = f64::from(tenth) * 0.1;
            for ca in [0.05, 1.0, 50.0] {
                let h = 1e-3;
                let at = |v: f64| goldman_hodgkin_katz(v, ca, 2.0, 36.0).0;
                let (_, slope) = goldman_hodgkin_katz(v, ca, 2.0, 36.0);
                let expected = (8.0 * (at(v + h) - at(v - h)) - (at(v + 2.0 * h) - at(v - 2.0 * h))) / (12.0 * h);
                assert!((slope - expected).abs() < 1e-8 * expected.abs().max(1e-3), "{v}: {slope}, not {expected}");
            }
        }
        for x in [0.5_f64, -0.5] {
            let (below, above) = (x * (1.0 - 1e-12), x * (1.0 + 1e-12));
            let slope = |x: f64| exprelr_slope(x, x.exprelr());
            assert!((slope(below) - slope(above)).abs() < 1e-12);
        }
    }
}
