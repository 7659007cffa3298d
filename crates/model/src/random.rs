//! Counter-based random numbers: the same bits for any order of evaluation, on any backend.
//!
//! Philox4x32-10 (Salmon et al. 2011, SC11). The key is the run's seed, the counter (tick, entity, stream). Normal and Poisson
//! variates use only IEEE operations and the exponential of this crate, so that no library function can change a bit.

use crate::exponential;
use crate::real::Real;

/// What a random number is for: streams never share a counter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u32)]
pub enum Stream {
    /// Initial potentials.
    Initial = 1,
    /// Which pairs are connected.
    Connectivity = 2,
    /// Weights of connections.
    Weight = 3,
    /// Delays of connections.
    Delay = 4,
    /// Compartments of connections.
    Site = 5,
    /// Poisson generators.
    Poisson = 6,
    /// Noise currents.
    Noise = 7,
    /// Formation and elimination of synapses.
    Structural = 8,
    /// Sources of formed synapses.
    Partner = 9,
    /// Noise of synaptic efficacy.
    Efficacy = 10,
    /// How many connections a cell has.
    Degree = 11,
}

const MULTIPLIERS: [u32; 2] = [0xD251_1F53, 0xCD9E_8D57];
const WEYL: [u32; 2] = [0x9E37_79B9, 0xBB67_AE85];

/// Ten rounds of Philox4x32.
#[must_use]
#[allow(clippy::cast_possible_truncation)]
pub fn philox(mut counter: [u32; 4], mut key: [u32; 2]) -> [u32; 4] {
    for _ in 0..10 {
        let a = u64::from(MULTIPLIERS[0]) * u64::from(counter[0]);
        let b = u64::from(MULTIPLIERS[1]) * u64::from(counter[2]);
        counter = [(b >> 32) as u32 ^ counter[1] ^ key[0], b as u32, (a >> 32) as u32 ^ counter[3] ^ key[1], a as u32];
        key = [key[0].wrapping_add(WEYL[0]), key[1].wrapping_add(WEYL[1])];
    }
    counter
}

/// Random numbers of one seed and stream.
#[derive(Clone, Copy, Debug)]
pub struct Random {
    key: [u32; 2],
    stream: u32,
}

impl Random {
    /// The numbers of `stream` under `seed`.
    #[must_use]
    #[allow(clippy::cast_possible_truncation)]
    pub fn new(seed: u64, stream: Stream) -> Self {
        Self { key: [seed as u32, (seed >> 32) as u32], stream: stream as u32 }
    }

    /// 128 random bits for `entity` at `tick`.
    #[must_use]
    #[allow(clippy::cast_possible_truncation)]
    pub fn bits(&self, tick: u32, entity: u64) -> [u32; 4] {
        philox([tick, entity as u32, (entity >> 32) as u32, self.stream], self.key)
    }

    /// Uniform in the open interval (0, 1), a multiple of 2^-53 plus half of it.
    #[must_use]
    pub fn uniform(&self, tick: u32, entity: u64) -> f64 {
        let [a, b, _, _] = self.bits(tick, entity);
        open_unit(a, b)
    }

    /// The 53 bits of [`Random::uniform`].
    #[must_use]
    pub fn bits53(&self, tick: u32, entity: u64) -> u64 {
        let [a, b, _, _] = self.bits(tick, entity);
        (u64::from(b) << 32 | u64::from(a)) >> 11
    }

    /// Standard normal (inverse distribution function), in `f64` or, from 23 bits, in `f32`.
    #[must_use]
    pub fn normal<R: Scalar>(&self, tick: u32, entity: u64) -> R {
        normal_quantile(R::open_unit(self.bits(tick, entity)))
    }

    /// A Poisson count, by inversion: how many of `thresholds` (see [`poisson_thresholds`]) the draw reaches.
    #[must_use]
    #[allow(clippy::cast_possible_truncation)]
    pub fn poisson(&self, tick: u32, entity: u64, thresholds: &[u64]) -> u32 {
        let bits = self.bits53(tick, entity);
        thresholds.iter().take_while(|&&threshold| bits >= threshold).count() as u32
    }
}

/// Where a draw of 53 bits reaches a count of 1, 2, ... of a Poisson distribution of the given mean; meant for means up to a few
/// tens. The table ends where no draw reaches further, at the latest after 10,000 (a guard against means so large that
/// `e^-mean` vanishes).
#[must_use]
#[allow(clippy::cast_possible_truncation)]
pub fn poisson_thresholds(mean: f64) -> Vec<u64> {
    const DRAWS: u64 = 1 << 53;
    let reaches = |bits: u64, cumulated: f64| {
        let word = bits << 11;
        open_unit(word as u32, (word >> 32) as u32) > cumulated
    };
    let mut probability = exponential::exp(-mean);
    let mut cumulated = probability;
    let mut thresholds = Vec::new();
    while thresholds.len() < 10_000 && reaches(DRAWS - 1, cumulated) {
        let (mut low, mut high) = (0, DRAWS - 1);
        while low < high {
            let middle = u64::midpoint(low, high);
            if reaches(middle, cumulated) {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        thresholds.push(low);
        probability *= mean / f64::from(thresholds.len() as u32);
        cumulated += probability;
    }
    thresholds
}

/// Whether `(bits + 1/2) / 2^53 < p`, for `bits` of 53, decided in integers.
#[must_use]
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
pub fn below(bits: u64, p: f64) -> bool {
    let scaled = p * 9_007_199_254_740_992.0;
    let whole = scaled.floor();
    bits < whole as u64 + u64::from(scaled - whole > 0.5)
}

/// `floor((bits + 1/2) count / 2^53)`, for `bits` of 53: a number below `count`, each as likely.
#[must_use]
#[allow(clippy::cast_possible_truncation)]
pub fn index_below(bits: u64, count: u32) -> u32 {
    (((2 * u128::from(bits) + 1) * u128::from(count)) >> 54) as u32
}

/// A scalar whose bits can be taken apart.
pub trait Scalar: Real<Mask = bool> {
    /// `m` in [1, 2) and `e` with `x = m 2^e`, of a positive normal number.
    #[must_use]
    fn parts(self) -> (Self, Self);
    /// The square root, correctly rounded.
    #[must_use]
    fn root(self) -> Self;
    /// Uniform in (0, 1), from as many of the words' bits as it has.
    #[must_use]
    fn open_unit(words: [u32; 4]) -> Self;
}

impl Scalar for f64 {
    #[allow(clippy::cast_precision_loss, clippy::cast_possible_wrap)]
    fn parts(self) -> (f64, f64) {
        let bits = self.to_bits();
        let exponent = ((bits >> 52) & 0x7ff) as i64 - 1023;
        (f64::from_bits((bits & 0x000f_ffff_ffff_ffff) | 0x3ff0_0000_0000_0000), exponent as f64)
    }
    fn root(self) -> f64 {
        self.sqrt()
    }
    fn open_unit([a, b, _, _]: [u32; 4]) -> f64 {
        open_unit(a, b)
    }
}

impl Scalar for f32 {
    #[allow(clippy::cast_precision_loss, clippy::cast_possible_wrap)]
    fn parts(self) -> (f32, f32) {
        let bits = self.to_bits();
        let exponent = ((bits >> 23) & 0xff) as i32 - 127;
        (f32::from_bits((bits & 0x007f_ffff) | 0x3f80_0000), exponent as f32)
    }
    fn root(self) -> f32 {
        self.sqrt()
    }
    #[allow(clippy::cast_precision_loss)]
    fn open_unit([a, ..]: [u32; 4]) -> f32 {
        ((a >> 9) as f32 + 0.5) * (1.0 / 8_388_608.0)
    }
}

/// Uniform in (0, 1) from 53 of 64 bits.
#[must_use]
#[allow(clippy::cast_precision_loss)]
pub fn open_unit(low: u32, high: u32) -> f64 {
    let bits = (u64::from(high) << 32 | u64::from(low)) >> 11;
    (bits as f64 + 0.5) * (1.0 / 9_007_199_254_740_992.0)
}

/// Natural logarithm of a positive normal number, from IEEE operations alone: within 1e-15 relative in `f64`, 2e-7 in `f32`.
#[must_use]
pub fn ln<R: Scalar>(x: R) -> R {
    let (mut mantissa, mut exponent) = x.parts();
    if x.lit(std::f64::consts::SQRT_2).lt(mantissa) {
        mantissa = mantissa * x.lit(0.5);
        exponent = exponent + x.lit(1.0);
    }
    // ln m = 2 atanh((m - 1) / (m + 1)), |argument| <= 0.1716: 0.1716^22 / 23 < 1e-18.
    let t = (mantissa - x.lit(1.0)) / (mantissa + x.lit(1.0));
    let square = t * t;
    let mut series = x.lit(0.0);
    for k in (0..LN_TERMS).rev() {
        series = series * square + x.lit(1.0 / f64::from(2 * k + 1));
    }
    exponent * x.lit(std::f64::consts::LN_2) + x.lit(2.0) * t * series
}

/// Terms of the series of [`ln`].
pub const LN_TERMS: u32 = 11;

/// Coefficients of [`normal_quantile`], highest power first: numerator and denominator for the middle, the tails, and the far tails.
pub const QUANTILE: [[f64; 8]; 6] = [
    [
        2_509.080_928_730_122_7,
        33_430.575_583_588_13,
        67_265.770_927_008_7,
        45_921.953_931_549_87,
        13_731.693_765_509_46,
        1_971.590_950_306_551_3,
        133.141_667_891_784_38,
        3.387_132_872_796_366_5,
    ],
    [
        5_226.495_278_852_854,
        28_729.085_735_721_943,
        39_307.895_800_092_71,
        21_213.794_301_586_597,
        5_394.196_021_424_751,
        687.187_007_492_057_9,
        42.313_330_701_600_91,
        1.0,
    ],
    [
        7.745_450_142_783_414e-4,
        0.022_723_844_989_269_184,
        0.241_780_725_177_450_6,
        1.270_458_252_452_368_4,
        3.647_848_324_763_204_5,
        5.769_497_221_460_691,
        4.630_337_846_156_546,
        1.423_437_110_749_683_5,
    ],
    [
        1.050_750_071_644_416_9e-9,
        5.475_938_084_995_345e-4,
        0.015_198_666_563_616_457,
        0.148_103_976_427_480_08,
        0.689_767_334_985_1,
        1.676_384_830_183_803_8,
        2.053_191_626_637_759,
        1.0,
    ],
    [
        2.010_334_399_292_288_1e-7,
        2.711_555_568_743_487_6e-5,
        0.001_242_660_947_388_078_4,
        0.026_532_189_526_576_124,
        0.296_560_571_828_504_87,
        1.784_826_539_917_291_3,
        5.463_784_911_164_114,
        6.657_904_643_501_103,
    ],
    [
        2.044_263_103_389_939_8e-15,
        1.421_511_758_316_446e-7,
        1.846_318_317_510_054_8e-5,
        7.868_691_311_456_133e-4,
        0.014_875_361_290_850_615,
        0.136_929_880_922_735_8,
        0.599_832_206_555_888,
        1.0,
    ],
];

/// Quantile of the standard normal distribution: Wichura 1988, algorithm AS 241 (PPND16), about 1e-15 relative in `f64`.
#[must_use]
pub fn normal_quantile<R: Scalar>(p: R) -> R {
    let ratio = |x: R, at: usize| {
        let horner = |c: &[f64; 8]| c.iter().fold(x.lit(0.0), |sum, &k| sum * x + x.lit(k));
        horner(&QUANTILE[at]) / horner(&QUANTILE[at + 1])
    };
    let q = p - p.lit(0.5);
    if !p.lit(0.425).lt(q.abs()) {
        return q * ratio(p.lit(0.180_625) - q * q, 0);
    }
    let low = q.lt(p.lit(0.0));
    let tail = if low { p } else { p.lit(1.0) - p };
    let r = (-ln(tail)).root();
    let x = if p.lit(5.0).lt(r) { ratio(r - p.lit(5.0), 4) } else { ratio(r - p.lit(1.6), 2) };
    if low { -x } else { x }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Random123's published known answers.
    #[test]
    fn philox_gives_the_known_answers() {
        assert_eq!(philox([0; 4], [0; 2]), [0x6627_e8d5, 0xe169_c58d, 0xbc57_ac4c, 0x9b00_dbd8]);
        assert_eq!(philox([u32::MAX; 4], [u32::MAX; 2]), [0x408f_276d, 0x41c8_3b0e, 0xa20b_c7c6, 0x6d54_51fd]);
        let counter = [0x243f_6a88, 0x85a3_08d3, 0x1319_8a2e, 0x0370_7344];
        assert_eq!(philox(counter, [0xa409_3822, 0x299f_31d0]), [0xd16c_fe09, 0x94fd_cceb, 0x5001_e420, 0x2412_6ea1]);
    }

    #[test]
    fn logarithm_agrees_with_the_library() {
        for i in 1..20_000 {
            let x = (f64::from(i) * 0.01 - 100.0).exp();
            assert!((ln(x) - x.ln()).abs() <= 2e-15 * x.ln().abs().max(0.1), "{x}");
        }
    }

    #[test]
    fn normal_quantiles_are_right() {
        // Quantiles to 16 digits, from R's qnorm.
        for (p, x) in [
            (0.975, 1.959_963_984_540_054),
            (0.5, 0.0),
            (0.001, -3.090_232_306_167_813_5),
            (1e-12, -7.034_483_825_301_132),
            (0.9, 1.281_551_565_544_600_4),
        ] {
            assert!((normal_quantile(p) - x).abs() < 2e-14 * f64::max(1.0, x.abs()), "{p}: {}", normal_quantile(p));
        }
    }

    #[test]
    fn moments_of_the_variates_are_right() {
        let random = Random::new(7, Stream::Noise);
        let n = 100_000;
        let thresholds = poisson_thresholds(0.7);
        let (mut sum, mut squares, mut counts) = (0.0, 0.0, 0u64);
        for i in 0..n {
            let x: f64 = random.normal(3, i);
            sum += x;
            squares += x * x;
            counts += u64::from(random.poisson(4, i, &thresholds));
        }
        #[allow(clippy::cast_precision_loss)]
        let (n, counts) = (n as f64, counts as f64);
        assert!((sum / n).abs() < 4.0 / n.sqrt());
        assert!((squares / n - 1.0).abs() < 4.0 * (2.0 / n).sqrt());
        assert!((counts / n - 0.7).abs() < 4.0 * (0.7 / n).sqrt());
    }

    /// A Poisson count by summing probabilities until they pass the draw.
    fn inverted(u: f64, mean: f64) -> u32 {
        let mut probability = exponential::exp(-mean);
        let (mut cumulated, mut count) = (probability, 0);
        while u > cumulated && count < 10_000 {
            count += 1;
            probability *= mean / f64::from(count);
            cumulated += probability;
        }
        count
    }

    #[test]
    fn poisson_thresholds_are_where_the_counts_change() {
        let random = Random::new(1, Stream::Poisson);
        for mean in [1e-6, 1e-3, 0.1, 0.7, 3.0, 20.0, 50.0] {
            let thresholds = poisson_thresholds(mean);
            assert!(thresholds.is_sorted());
            for i in 0..20_000 {
                assert_eq!(random.poisson(0, i, &thresholds), inverted(random.uniform(0, i), mean), "{mean}, {i}");
            }
            for &threshold in &thresholds {
                for bits in [threshold.saturating_sub(1), threshold] {
                    let word = bits << 11;
                    #[allow(clippy::cast_possible_truncation)]
                    let u = open_unit(word as u32, (word >> 32) as u32);
                    let count = thresholds.iter().filter(|&&t| bits >= t).count();
                    assert_eq!(count, inverted(u, mean) as usize, "{mean}, {bits}");
                }
            }
        }
    }

    #[test]
    #[allow(clippy::cast_precision_loss, clippy::cast_possible_truncation, clippy::cast_sign_loss)]
    fn integers_decide_as_numbers_do() {
        let random = Random::new(3, Stream::Structural);
        for i in 0..100_000 {
            let (u, bits) = (random.uniform(0, i), random.bits53(0, i));
            // Above 1/2 the draw itself is rounded.
            for p in [1e-5, 0.1, 0.499, f64::from(1e-3_f32), u, u * (1.0 + 1e-15)] {
                assert!(u > 0.5 || below(bits, p) == (u < p), "{u} {p}");
            }
            assert_eq!(index_below(bits, 1000), (u * 1000.0) as u32);
        }
        assert!(!below(0, 0.0) && !below(0, 5e-17) && below(0, 1e-16) && below((1 << 53) - 1, 1.0));
        assert_eq!((index_below(0, 7), index_below((1 << 53) - 1, 7)), (0, 6));
    }

    #[test]
    fn single_precision_follows_double() {
        for i in 1_u32..200_000 {
            let p = (f64::from(i) / 200_000.0) as f32;
            let (single, double) = (normal_quantile(p), normal_quantile(f64::from(p)));
            assert!((f64::from(single) - double).abs() < 4e-6 * double.abs().max(0.1), "{p}: {single}, {double}");
            let (single, double) = (ln(p), ln(f64::from(p)));
            assert!((f64::from(single) - double).abs() < 2e-7 * double.abs().max(0.1), "{p}: {single}, {double}");
        }
    }
}
