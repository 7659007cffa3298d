//! Exponentials to 100 bits, as unevaluated sums of two doubles (Dekker 1971; Knuth's two-sum).

/// `high + low`, with `|low|` at most half a unit in the last place of `high`.
#[derive(Clone, Copy, Debug)]
pub struct Twofold {
    pub high: f64,
    pub low: f64,
}

impl Twofold {
    pub fn from(x: f64) -> Self {
        Self { high: x, low: 0.0 }
    }

    fn sum(a: f64, b: f64) -> Self {
        let high = a + b;
        let part = high - a;
        Self { high, low: (a - (high - part)) + (b - part) }
    }

    fn product(a: f64, b: f64) -> Self {
        let high = a * b;
        Self { high, low: a.mul_add(b, -high) }
    }

    pub fn plus(self, other: Self) -> Self {
        let high = Self::sum(self.high, other.high);
        let low = Self::sum(self.low, other.low);
        let first = Self::sum(high.high, high.low + low.high);
        Self::sum(first.high, first.low + low.low)
    }

    pub fn times(self, other: Self) -> Self {
        let p = Self::product(self.high, other.high);
        Self::sum(p.high, p.low + self.high.mul_add(other.low, self.low * other.high))
    }

    pub fn over(self, other: Self) -> Self {
        let q = self.high / other.high;
        let rest = self.plus(other.times(Self::from(-q)));
        let q2 = rest.high / other.high;
        let rest = rest.plus(other.times(Self::from(-q2)));
        Self::sum(q, q2).plus(Self::from(rest.high / other.high))
    }

    fn scaled(self, factor: f64) -> Self {
        Self { high: self.high * factor, low: self.low * factor }
    }
}

/// ln 2 to 160 bits, the first two parts short enough that a whole number below 2^11 times them is exact.
const LN2: [f64; 4] = [
    f64::from_bits(0x3fe6_2e42_fefa_3800),
    f64::from_bits(0x3d2e_f357_93c7_6000),
    f64::from_bits(0x3a8c_c01f_97b5_7a08),
    f64::from_bits(0xb729_79b3_1ace_93a5),
];

/// `(2^k, e^r - 1)` with `e^x = 2^k e^r`.
fn reduced(x: f64) -> (f64, Twofold) {
    let k = if x.abs() < 0.3 { 0.0 } else { (x * std::f64::consts::LOG2_E).round() };
    let mut r = Twofold::sum(x, -k * LN2[0]);
    for part in &LN2[1..] {
        r = r.plus(Twofold::product(-k, *part));
    }
    // Horner on sum r^n / n!, without the leading 1.
    let mut sum = Twofold::from(1.0);
    for n in (2..=28).rev() {
        sum = Twofold::from(1.0).plus(sum.times(r).over(Twofold::from(f64::from(n))));
    }
    (2.0_f64.powi(k as i32 / 2) * 2.0_f64.powi(k as i32 - k as i32 / 2), sum.times(r))
}

/// `e^x`, for normal results.
pub fn exp(x: f64) -> Twofold {
    let (scale, q) = reduced(x);
    q.plus(Twofold::from(1.0)).scaled(scale)
}

/// `e^x - 1`.
pub fn exp_m1(x: f64) -> Twofold {
    let (scale, q) = reduced(x);
    if scale == 1.0 { q } else { q.scaled(scale).plus(Twofold::sum(scale, -1.0)) }
}

/// `|found - exact|` in units in the last place of `exact`, in a precision of `bits` mantissa bits.
pub fn error_in_units(found: f64, exact: Twofold, bits: i32) -> f64 {
    let exponent = (exact.high.abs().to_bits() >> 52) as i32 - 1023;
    let difference = (found - exact.high) - exact.low;
    difference.abs() / 2.0_f64.powi(exponent.max(-1022)) * 2.0_f64.powi(bits)
}

#[test]
fn the_reference_agrees_with_known_digits() {
    // mpmath, 60 digits, split into two doubles.
    for (x, high, low) in KNOWN {
        let e = exp(x);
        assert_eq!(e.high, high, "e^{x}");
        assert!((e.low - low).abs() <= 1e-29 * high, "e^{x}: low part {} not {low}", e.low);
    }
    assert!((error_in_units(1.0 + f64::EPSILON, Twofold::from(1.0), 52) - 1.0).abs() < 1e-12);
}

/// `(x, high and low part of e^x)`.
#[allow(clippy::approx_constant)] // e itself is among them
const KNOWN: [(f64, f64, f64); 12] = [
    (1.0, 2.718281828459045, 1.4456468917292502e-16),
    (-1.0, 0.36787944117144233, -1.2428753672788363e-17),
    (0.1, 1.1051709180756477, -8.149523913327619e-17),
    (0.5, 1.6487212707001282, -4.731568479435833e-17),
    (-0.34, 0.7117703227626097, 4.476156673124037e-17),
    (0.3466, 1.4142509118505286, 2.727912318400902e-17),
    (10.0, 22026.465794806718, -1.3780134700517372e-12),
    (-100.5, 2.256340135917036e-44, 1.4495434372921381e-60),
    (700.0, 1.0142320547350045e+304, 1.6666571920734673e+287),
    (-700.0, 9.85967654375977e-305, 8.5e-322),
    (1e-05, 1.00001000005, 9.70188425858504e-17),
    (88.0, 1.6516362549940018e+38, 4.5658363808236883e+21),
];
