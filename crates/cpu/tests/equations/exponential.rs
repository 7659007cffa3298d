//! Error bounds of the exponentials, on every instruction set, and the bits of strict lanes.

use huxley_cpu::lanes::{Element, Rounding, levels};
use huxley_model::exponential::{DOUBLE, SINGLE};

use crate::function;
use crate::on_lanes::{Function, map1, same};
use crate::reference::{self, Twofold, error_in_units};

function!(Exp, |x, _y, _z| x.exp());
function!(ExpM1, |x, _y, _z| x.exp_m1());
function!(Exprelr, |x, _y, _z| x.exprelr());

/// What a function claims, in units in the last place.
struct Claim<F> {
    name: &'static str,
    function: F,
    exact: fn(f64) -> Twofold,
    /// Strict and fused.
    bounds: [f64; 2],
}

/// Evenly over the range, evenly in the exponent on both sides of 0, and around what the code treats apart: 0, the ends, and
/// the halfway points of the reduction.
fn doubles() -> Vec<f64> {
    let mut points: Vec<f64> = (0..120_000).map(|k| -708.0 + 1417.0 * f64::from(k) / 120_000.0).collect();
    points.extend((0..40_000).map(|k| -2.0 + f64::from(k) / 10_000.0));
    points.extend((0..20_000).flat_map(|k| {
        let x = 2.0_f64.powf(-60.0 + f64::from(k) * 69.0 / 20_000.0);
        [x, -x]
    }));
    for centre in [-708.0, 709.0, 0.0, -1e3, 1e3, 1e300, -1e300] {
        points.extend((-8..=8).map(|k| centre + f64::from(k) * f64::EPSILON * 512.0));
    }
    for k in -1020..=1020 {
        let edge = (f64::from(k) + 0.5) * std::f64::consts::LN_2;
        points.extend([edge * (1.0 - f64::EPSILON), edge, edge * (1.0 + f64::EPSILON)]);
    }
    points.extend([f64::MIN_POSITIVE, -f64::MIN_POSITIVE, -0.0, 5e-324]);
    points
}

/// Every 1009th `f32` there is, but infinities.
fn singles() -> Vec<f32> {
    (0..=u32::MAX).step_by(1009).map(f32::from_bits).filter(|x| x.is_finite()).chain([0.0, -0.0, 88.0, -87.0]).collect()
}

fn check<E: Element, F: Function>(points: &[E], claim: &Claim<F>, bits: i32, range: [f64; 2]) {
    let exact: Vec<Twofold> = points.iter().map(|x| (claim.exact)(x.to_f64().clamp(range[0], range[1]))).collect();
    let worst = |found: &[E]| {
        let errors = found.iter().zip(&exact).map(|(found, exact)| error_in_units(found.to_f64(), *exact, bits));
        errors.zip(points).fold((0.0, E::default()), |a, b| if b.0 > a.0 || b.0.is_nan() { (b.0, *b.1) } else { a })
    };
    let scalar: Vec<E> = points.iter().map(|&x| claim.function.at(x, x, x)).collect();
    let mut report = vec![("scalar".to_owned(), worst(&scalar), claim.bounds[0])];
    for level in levels() {
        for (rounding, bound) in [(Rounding::Strict, claim.bounds[0]), (Rounding::Fused, claim.bounds[1])] {
            let found = map1(level, rounding, &claim.function, points);
            if rounding == Rounding::Strict {
                let different = found.iter().zip(&scalar).position(|(a, b)| !same(*a, *b));
                assert_eq!(different.map(|k| points[k]), None, "{} at {level:?} is not the scalar one", claim.name);
            }
            report.push((format!("{level:?} {rounding:?}"), worst(&found), bound));
        }
    }
    for (who, (error, x), bound) in report {
        println!("{} {} {who}: {error:.3} units at {x:?}", E::NAME, claim.name);
        assert!(error <= bound, "{} {} {who}: {error} units at {x:?}, more than {bound}", E::NAME, claim.name);
    }
}

fn exprelr(x: f64) -> Twofold {
    if x == 0.0 { Twofold::from(1.0) } else { Twofold::from(x).over(reference::exp_m1(x)) }
}

const EXP: Claim<Exp> = Claim { name: "exp", function: Exp, exact: reference::exp, bounds: [1.2, 1.2] };
const EXP_M1: Claim<ExpM1> = Claim { name: "exp_m1", function: ExpM1, exact: reference::exp_m1, bounds: [2.0, 2.0] };
const EXPRELR: Claim<Exprelr> = Claim { name: "exprelr", function: Exprelr, exact: exprelr, bounds: [2.5, 2.5] };

#[test]
fn exponentials_keep_their_bounds_in_double_precision() {
    let points = doubles();
    check(&points, &EXP, 52, [DOUBLE.lowest, DOUBLE.highest]);
    check(&points, &EXP_M1, 52, [DOUBLE.lowest, DOUBLE.highest]);
    let within: Vec<f64> = points.into_iter().filter(|x| (DOUBLE.lowest..700.0).contains(x)).collect();
    check(&within, &EXPRELR, 52, [DOUBLE.lowest, DOUBLE.highest]);
}

#[test]
fn exponentials_keep_their_bounds_in_single_precision() {
    let points = singles();
    let exp = Claim { name: "exp", function: Exp, exact: |x| Twofold::from(x.exp()), bounds: [1.0, 1.0] };
    let exp_m1 = Claim { name: "exp_m1", function: ExpM1, exact: |x| Twofold::from(x.exp_m1()), bounds: EXP_M1.bounds };
    check(&points, &exp, 23, [SINGLE.lowest, SINGLE.highest]);
    check(&points, &exp_m1, 23, [SINGLE.lowest, SINGLE.highest]);
    let exact = |x: f64| Twofold::from(if x == 0.0 { 1.0 } else { x / x.exp_m1() });
    let exprelr = Claim { name: "exprelr", function: Exprelr, exact, bounds: EXPRELR.bounds };
    // Below the smallest normal result the error is absolute.
    let within: Vec<f32> = points.into_iter().filter(|x| (-87.0..80.0).contains(x)).collect();
    check(&within, &exprelr, 23, [SINGLE.lowest, SINGLE.highest]);
}

#[test]
fn exponentials_saturate_and_are_exact_where_they_must_be() {
    for level in levels() {
        for rounding in [Rounding::Strict, Rounding::Fused] {
            let x = [0.0, -0.0, f64::INFINITY, f64::NEG_INFINITY, 1e4, -1e4];
            let found = map1(level, rounding, &Exp, &x);
            assert_eq!(found[..2], [1.0, 1.0]);
            assert!(found.iter().all(|y| y.is_finite() && *y > 0.0), "{found:?}");
            assert_eq!((found[2], found[3]), (found[4], found[5]));
            assert_eq!(map1(level, rounding, &ExpM1, &x)[..4], [0.0, 0.0, found[2] - 1.0, -1.0]);
            assert_eq!(map1(level, rounding, &Exprelr, &x)[..2], [1.0, 1.0]);
            let single = map1(level, rounding, &Exprelr, &[0.0_f32, -0.0, 1e-38, -1e-38, 1e-45]);
            assert_eq!(single, [1.0; 5]);
        }
    }
}
