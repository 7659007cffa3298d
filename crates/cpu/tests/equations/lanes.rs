//! Strict lanes compute the bits of the scalar implementation.

use fearless_simd::Level;
use huxley_cpu::lanes::{Element, Rounding, levels};

use crate::function;
use crate::on_lanes::{Function, map, same};

function!(Sum, |x, y, z| x + y - z);
function!(Quotient, |x, y, z| x * y / z);
function!(Sign, |x, y, z| -x + y.abs() * z);
function!(Fused, |x, y, z| x.mul_add(y, z));
function!(Largest, |x, y, _z| x.max(y));
function!(Smallest, |x, y, _z| x.min(y));
function!(Selected, |x, y, z| R::select(x.lt(y), z, x.lit(0.1)));

/// Every triple of values that arithmetic treats apart.
fn triples<E: Element>() -> [Vec<E>; 3] {
    let tiny = if E::NAME == "f32" { f64::from(f32::MIN_POSITIVE) } else { f64::MIN_POSITIVE };
    let positive = [0.0, tiny / 4.0, tiny, 1e-7, 0.1, 1.0, 1.0 + 1e-7, 3.0, 1e19, f64::INFINITY];
    let values: Vec<E> = positive.iter().flat_map(|&x| [E::from_f64(x), E::from_f64(-x)]).collect();
    let mut triples = [Vec::new(), Vec::new(), Vec::new()];
    for &x in &values {
        for &y in &values {
            for &z in &values {
                triples[0].push(x);
                triples[1].push(y);
                triples[2].push(z);
            }
        }
    }
    triples
}

fn check<E: Element, F: Function>(name: &str, function: &F, roundings: &[Rounding]) {
    let [x, y, z] = triples::<E>();
    let expected: Vec<E> = (0..x.len()).map(|k| function.at(x[k], y[k], z[k])).collect();
    for level in levels() {
        for &rounding in roundings {
            let found = map(level, rounding, function, &x, &y, &z);
            let different = (0..x.len()).find(|&k| !same(found[k], expected[k]));
            if let Some(k) = different {
                panic!(
                    "{name} of {:?}, {:?}, {:?} at {level:?} {rounding:?}: {:?}, not {:?}",
                    x[k], y[k], z[k], found[k], expected[k]
                );
            }
        }
    }
}

fn check_all<E: Element>() {
    let both = [Rounding::Strict, Rounding::Fused];
    check::<E, _>("sum", &Sum, &both);
    check::<E, _>("quotient", &Quotient, &both);
    check::<E, _>("sign", &Sign, &both);
    check::<E, _>("max", &Largest, &both);
    check::<E, _>("min", &Smallest, &both);
    check::<E, _>("select", &Selected, &both);
    check::<E, _>("mul_add", &Fused, &both[..1]);
}

#[test]
fn strict_lanes_are_the_scalar_arithmetic() {
    check_all::<f32>();
    check_all::<f64>();
}

#[test]
fn fused_lanes_round_once_where_the_machine_can() {
    // 1 + 2^-60 squared minus itself twice: the last bits are lost by two roundings.
    let (x, y, z) = (1.0 + f64::EPSILON, 1.0 - f64::EPSILON, -1.0);
    for level in levels() {
        let fused = map(level, Rounding::Fused, &Fused, &[x], &[y], &[z])[0];
        let strict = map(level, Rounding::Strict, &Fused, &[x], &[y], &[z])[0];
        assert_eq!(strict, x * y + z);
        let can = !format!("{level:?}").starts_with("Sse");
        assert_eq!(fused, if can { f64::mul_add(x, y, z) } else { strict }, "{level:?}");
        assert_eq!(fused != strict, can, "{level:?}");
    }
}

#[test]
fn the_best_level_is_among_the_levels() {
    let last = levels().last().copied();
    assert_eq!(format!("{last:?}"), format!("{:?}", Some(Level::new())));
}
