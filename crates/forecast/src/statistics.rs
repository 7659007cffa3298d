//! Quantiles, and the log-normal distribution.

use crate::random::Random;

/// The value below which a standard normal lies with probability `p`; infinite at 0 and 1.
///
/// Acklam's rational approximation (P. J. Acklam 2003, "An algorithm for computing the inverse normal cumulative distribution
/// function"), relative error below 1.2e-9.
#[must_use]
pub fn normal_quantile(p: f64) -> f64 {
    const A: [f64; 6] = [
        -3.969_683_028_665_376e1,
        2.209_460_984_245_205e2,
        -2.759_285_104_469_687e2,
        1.383_577_518_672_69e2,
        -3.066_479_806_614_716e1,
        2.506_628_277_459_239,
    ];
    const B: [f64; 6] = [
        -5.447_609_879_822_406e1,
        1.615_858_368_580_409e2,
        -1.556_989_798_598_866e2,
        6.680_131_188_771_972e1,
        -1.328_068_155_288_572e1,
        1.0,
    ];
    const C: [f64; 6] = [
        -7.784_894_002_430_293e-3,
        -3.223_964_580_411_365e-1,
        -2.400_758_277_161_838,
        -2.549_732_539_343_734,
        4.374_664_141_464_968,
        2.938_163_982_698_783,
    ];
    const D: [f64; 5] =
        [7.784_695_709_041_462e-3, 3.224_671_290_700_398e-1, 2.445_134_137_142_996, 3.754_408_661_907_416, 1.0];
    let polynomial = |coefficients: &[f64], x: f64| coefficients.iter().fold(0.0, |sum, c| sum * x + c);
    if p <= 0.0 {
        return f64::NEG_INFINITY;
    }
    if p >= 1.0 {
        return f64::INFINITY;
    }
    let tail = |p: f64| {
        let q = (-2.0 * p.ln()).sqrt();
        polynomial(&C, q) / polynomial(&D, q)
    };
    if p < 0.02425 {
        tail(p)
    } else if p > 1.0 - 0.02425 {
        -tail(1.0 - p)
    } else {
        let q = p - 0.5;
        q * polynomial(&A, q * q) / polynomial(&B, q * q)
    }
}

/// The probability that a standard normal lies below `z`, by bisection of [`normal_quantile`]; error below 1e-9.
#[must_use]
pub fn normal_probability(z: f64) -> f64 {
    let (mut low, mut high) = (0.0, 1.0);
    for _ in 0..60 {
        let middle = 0.5 * (low + high);
        if normal_quantile(middle) < z {
            low = middle;
        } else {
            high = middle;
        }
    }
    0.5 * (low + high)
}

/// The value below which a fraction `p` of `sorted` lies, interpolated between neighbours; infinity where a neighbour with any
/// weight is infinite, and where there are no values.
#[must_use]
#[allow(clippy::cast_precision_loss, clippy::cast_possible_truncation, clippy::cast_sign_loss)]
pub fn quantile(sorted: &[f64], p: f64) -> f64 {
    let Some(last) = sorted.len().checked_sub(1) else { return f64::INFINITY };
    let place = p.clamp(0.0, 1.0) * last as f64;
    let (below, above) = (sorted[place.floor() as usize], sorted[place.ceil() as usize]);
    let weight = place.fract();
    if below == above || weight == 0.0 {
        below
    } else if above.is_infinite() {
        above
    } else {
        below + weight * (above - below)
    }
}

/// A log-normal distribution.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LogNormal {
    /// Its median.
    pub median: f64,
    /// Standard deviation of the natural logarithm; 0 is a single value.
    pub sigma: f64,
}

impl LogNormal {
    /// With `median`, and `low` and `high` at the two ends of the central interval that holds a fraction `level`.
    #[must_use]
    pub fn of_interval(median: f64, low: f64, high: f64, level: f64) -> Self {
        let z = normal_quantile(0.5 + 0.5 * level);
        Self { median, sigma: if z > 0.0 { (high / low).ln() / (2.0 * z) } else { 0.0 } }
    }

    /// The value below which a fraction `p` lies.
    #[must_use]
    pub fn quantile(self, p: f64) -> f64 {
        if self.sigma == 0.0 { self.median } else { self.median * (self.sigma * normal_quantile(p)).exp() }
    }

    /// A random value.
    #[must_use]
    pub fn sample(self, random: &mut Random) -> f64 {
        self.quantile(random.uniform())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_of_the_normal_are_those_of_tables() {
        // Abramowitz and Stegun, table 26.5.
        for (p, z) in
            [(0.5, 0.0), (0.85, 1.036_433_389), (0.9, 1.281_551_566), (0.975, 1.959_963_985), (0.999, 3.090_232_306)]
        {
            assert!((normal_quantile(p) - z).abs() < 1e-8, "{p}");
            assert!((normal_quantile(1.0 - p) + z).abs() < 1e-8, "{p}");
            assert!((normal_probability(z) - p).abs() < 1e-8, "{z}");
        }
    }

    #[test]
    fn quantiles_of_values_may_be_infinite_but_are_numbers() {
        let values = [1.0, 2.0, 4.0, f64::INFINITY, f64::INFINITY];
        assert_eq!(quantile(&values, 0.5), 4.0);
        assert_eq!(quantile(&values, 0.25), 2.0);
        assert_eq!(quantile(&values, 0.125), 1.5);
        assert_eq!(quantile(&values, 0.6), f64::INFINITY);
        assert_eq!(quantile(&values, 1.0), f64::INFINITY);
        assert_eq!(quantile(&[], 0.5), f64::INFINITY);
        assert_eq!(quantile(&[7.0], 0.9), 7.0);
    }

    #[test]
    fn samples_of_a_log_normal_have_its_quantiles() {
        let distribution = LogNormal::of_interval(53.1, 9.84, 290.0, 0.7);
        let mut random = Random::new(1);
        let mut values: Vec<f64> = (0..40_000).map(|_| distribution.sample(&mut random)).collect();
        values.sort_by(f64::total_cmp);
        for p in [0.15, 0.5, 0.85] {
            // Three standard errors of ln of a quantile at 40,000 samples are 0.04 at most.
            assert!((quantile(&values, p) / distribution.quantile(p)).ln().abs() < 0.04, "{p}");
        }
    }
}
