//! The exponential of `huxley_model::exponential` in WGSL, from the same table.

use std::fmt::Write as _;

use huxley_model::exponential::{DOUBLE, SINGLE};

use crate::Arithmetic;

/// `exp_of(x)` and `exp_m1_of(x)`.
///
/// The argument is rounded with `round`, not by adding a large number: drivers may cancel that sum. The power of two is put
/// together from bits.
#[must_use]
pub fn library(arithmetic: Arithmetic) -> String {
    let table = if arithmetic.double { &DOUBLE } else { &SINGLE };
    let literal = |x: f64| arithmetic.literal(x);
    let power = if arithmetic.double {
        "bitcast<f64>(u64(i64(k) + 1023li) << 52u)"
    } else {
        "bitcast<f32>(u32(i32(k) + 127) << 23u)"
    };
    let mut text =
        String::from("// 2^k and e^r - 1, where x = k ln 2 + r.\nfn exp_parts(argument: Float) -> array<Float, 2> {\n");
    let (low, high) = (literal(table.lowest), literal(table.highest));
    let _ = writeln!(text, "    let x = min(max(argument, {low}), {high});");
    let _ = writeln!(text, "    let k = round(x * {});", literal(std::f64::consts::LOG2_E));
    let first = arithmetic.mul_add("k", &literal(-table.ln2_high), "x");
    let second = arithmetic.mul_add("k", &literal(-table.ln2_low), "r0");
    let _ = writeln!(text, "    let r0 = {first};\n    let r = {second};");
    let _ = writeln!(text, "    var p = {};", literal(table.coefficients[0]));
    for &c in &table.coefficients[1..] {
        let _ = writeln!(text, "    p = {};", arithmetic.mul_add("p", "r", &literal(c)));
    }
    let _ = writeln!(text, "    return array<Float, 2>({power}, {});\n}}\n", arithmetic.mul_add("(r * r)", "p", "r"));
    let _ = writeln!(
        text,
        "fn exp_of(x: Float) -> Float {{\n    let e = exp_parts(x);\n    return {};\n}}\n",
        arithmetic.mul_add("e[0]", "e[1]", "e[0]")
    );
    let less = format!("(e[0] - {})", literal(1.0));
    let _ = writeln!(
        text,
        "fn exp_m1_of(x: Float) -> Float {{\n    let e = exp_parts(x);\n    return {};\n}}",
        arithmetic.mul_add("e[0]", "e[1]", &less)
    );
    text
}
