//! Logarithm and normal variates of `huxley_model::random` in WGSL, from the same constants.

use std::fmt::Write as _;

use huxley_model::random::{LN_TERMS, QUANTILE};

use crate::Arithmetic;

/// `ln_of(x)`.
#[must_use]
pub fn logarithm(arithmetic: Arithmetic) -> String {
    let literal = |x: f64| arithmetic.literal(x);
    let parts = if arithmetic.double {
        "    let bits = bitcast<u64>(x);\n    var exponent = f64(i32(u32(bits >> 52u) & 0x7ffu) - 1023);\n    \
         var mantissa = bitcast<f64>((bits & 0xffffffffffffflu) | 0x3ff0000000000000lu);\n"
    } else {
        "    let bits = bitcast<u32>(x);\n    var exponent = f32(i32((bits >> 23u) & 0xffu) - 127);\n    \
         var mantissa = bitcast<f32>((bits & 0x7fffffu) | 0x3f800000u);\n"
    };
    let mut text = format!("fn ln_of(x: Float) -> Float {{\n{parts}");
    let _ = writeln!(
        text,
        "    if (mantissa > {}) {{\n        mantissa = mantissa * {};\n        exponent = exponent + {};\n    }}",
        literal(std::f64::consts::SQRT_2),
        literal(0.5),
        literal(1.0)
    );
    let _ = writeln!(text, "    let t = (mantissa - {0}) / (mantissa + {0});\n    let square = t * t;", literal(1.0));
    let _ = writeln!(text, "    var series = {};", literal(0.0));
    for k in (0..LN_TERMS).rev() {
        let _ = writeln!(text, "    series = series * square + {};", literal(1.0 / f64::from(2 * k + 1)));
    }
    let (two, log) = (literal(2.0), literal(std::f64::consts::LN_2));
    let _ = writeln!(text, "    return exponent * {log} + {two} * t * series;\n}}");
    text
}

/// `normal(tick, entity, stream)`, with what it needs.
#[must_use]
pub fn normal(arithmetic: Arithmetic) -> String {
    let literal = |x: f64| arithmetic.literal(x);
    let mut text = logarithm(arithmetic);
    for (at, name) in [(0, "middle"), (2, "tail"), (4, "far_tail")] {
        let _ = writeln!(text, "\nfn quantile_{name}(x: Float) -> Float {{");
        for (part, coefficients) in [("above", &QUANTILE[at]), ("below", &QUANTILE[at + 1])] {
            let _ = writeln!(text, "    var {part} = {};", literal(coefficients[0]));
            for &c in &coefficients[1..] {
                let _ = writeln!(text, "    {part} = {part} * x + {};", literal(c));
            }
        }
        text += "    return above / below;\n}\n";
    }
    let uniform = if arithmetic.double {
        "    let bits = (u64(words.y) << 21u) | u64(words.x >> 11u);\n    \
         return (f64(i64(bits)) + 0.5lf) * 1.1102230246251565e-16lf;\n"
    } else {
        "    return (f32(words.x >> 9u) + 0.5f) * 1.1920929e-7f;\n"
    };
    let _ = writeln!(text, "\nfn open_unit(words: vec4<u32>) -> Float {{\n{uniform}}}");
    let _ = writeln!(
        text,
        "\nfn normal(tick: u32, entity: vec2<u32>, stream: u32) -> Float {{\n    \
         let p = open_unit(random_words(tick, entity, stream));\n    let q = p - {half};\n    \
         if (abs(q) <= {middle}) {{\n        return q * quantile_middle({square} - q * q);\n    }}\n    \
         let low = q < {zero};\n    let tail = select({one} - p, p, low);\n    let r = sqrt(-ln_of(tail));\n    \
         var x = {zero};\n    if (r > {five}) {{\n        x = quantile_far_tail(r - {five});\n    }} else {{\n        \
         x = quantile_tail(r - {near});\n    }}\n    return select(x, -x, low);\n}}",
        half = literal(0.5),
        middle = literal(0.425),
        square = literal(0.180_625),
        zero = literal(0.0),
        one = literal(1.0),
        five = literal(5.0),
        near = literal(1.6),
    );
    text
}
