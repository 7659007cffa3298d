//! Entropy of a language: units, the guessing game, compression, Markov chains.

use std::f64::consts::LN_2;

/// Characters of a token: the essay's count with the tokenizer of GPT-2 on WikiText-2.
pub const CHARACTERS_PER_TOKEN: f64 = 4.5;
/// Words of a token, counted with it.
pub const WORDS_PER_TOKEN: f64 = 0.85;
/// Letters of Shannon's alphabet: 26 and the space.
pub const LETTERS: f64 = 27.0;

/// bit from nat.
#[must_use]
pub fn bits(nats: f64) -> f64 {
    nats / LN_2
}

/// bit/char from nat/token.
#[must_use]
pub fn bits_per_character(nats_per_token: f64, characters_per_token: f64) -> f64 {
    bits(nats_per_token) / characters_per_token
}

/// bit/char of a text of `bytes` bytes and `characters` characters that is compressed to a `ratio`-th.
#[must_use]
pub fn bits_per_character_of_compression(bytes: f64, characters: f64, ratio: f64) -> f64 {
    8.0 * bytes / characters / ratio
}

/// Entropy that a redundancy leaves of `letters` letters, bit/char.
#[must_use]
pub fn bits_of_redundancy(letters: f64, redundancy: f64) -> f64 {
    letters.log2() * (1.0 - redundancy)
}

/// Bounds of the guessing game, bit/char (Shannon 1951, doi:10.1002/j.1538-7305.1951.tb01366.x).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct GuessingBounds {
    /// `sum i (q_i - q_{i+1}) log2 i`: right only for an ideal predictor.
    pub lower: f64,
    /// `-sum q_i log2 q_i`.
    pub upper: f64,
}

/// The bounds from how often the first, second, ... guess was right, in any unit. None where there is no guess.
#[must_use]
#[allow(clippy::cast_precision_loss)]
pub fn guessing_bounds(counts: &[f64]) -> Option<GuessingBounds> {
    let sum: f64 = counts.iter().sum();
    if !(sum > 0.0 && sum.is_finite() && counts.iter().all(|count| *count >= 0.0)) {
        return None;
    }
    let q = |index: usize| counts.get(index).map_or(0.0, |count| count / sum);
    let (mut lower, mut upper) = (0.0, 0.0);
    for index in 0..counts.len() {
        let guesses = (index + 1) as f64;
        lower += guesses * (q(index) - q(index + 1)) * guesses.log2();
        if q(index) > 0.0 {
            upper -= q(index) * q(index).log2();
        }
    }
    Some(GuessingBounds { lower, upper })
}

/// Shannon's table 1, the column N = 2: in how many of a hundred the first, second, ... guess was right. Written down without the paper at
/// hand and not checked against it, but for the bounds that it prints in table 2, which these counts give to 0.01.
pub const SHANNON_2: [f64; 23] = [
    29.2, 14.8, 10.0, 8.6, 7.1, 5.5, 4.5, 3.6, 3.0, 2.6, 2.2, 1.9, 1.5, 1.2, 1.0, 0.9, 0.7, 0.5, 0.4, 0.3, 0.2, 0.1,
    0.0,
];
/// The same, the column N = 100; the first counts are also in Mahoney, Refining the Estimated Entropy of English by Shannon Game
/// Simulation.
pub const SHANNON_100: [f64; 10] = [80.0, 7.0, 0.0, 3.0, 4.0, 2.0, 1.0, 0.0, 1.0, 2.0];

/// An estimate of the entropy of English in the essay's table.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Estimate {
    /// Whose.
    pub source: &'static str,
    /// The figure it starts from.
    pub raw: Raw,
    /// What the essay makes of it, bit/char, least and most.
    pub printed: (f64, f64),
}

/// Where an estimate starts.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Raw {
    /// bit/char.
    Bits(f64, f64),
    /// nat/token.
    NatsPerToken(f64),
    /// Compression ratio of `enwik9`.
    Compression(f64),
    /// Redundancy, least and most.
    Redundancy(f64, f64),
}

/// Bytes of `enwik9`.
pub const ENWIK9_BYTES: f64 = 1e9;
/// Its characters, as the essay counts them.
pub const ENWIK9_CHARACTERS: f64 = 997_520_891.0;

impl Raw {
    /// bit/char, least and most.
    #[must_use]
    pub fn bits_per_character(self) -> (f64, f64) {
        match self {
            Self::Bits(low, high) => (low, high),
            Self::NatsPerToken(nats) => {
                let bits = bits_per_character(nats, CHARACTERS_PER_TOKEN);
                (bits, bits)
            }
            Self::Compression(ratio) => {
                let bits = bits_per_character_of_compression(ENWIK9_BYTES, ENWIK9_CHARACTERS, ratio);
                (bits, bits)
            }
            Self::Redundancy(low, high) => (bits_of_redundancy(LETTERS, high), bits_of_redundancy(LETTERS, low)),
        }
    }

    /// In words.
    #[must_use]
    pub fn words(self) -> String {
        match self {
            Self::Bits(low, high) if low == high => format!("{low} bit/char"),
            Self::Bits(low, high) => format!("{low} to {high} bit/char"),
            Self::NatsPerToken(nats) => format!("{nats} nat/token"),
            Self::Compression(ratio) => format!("compressed {ratio} times"),
            Self::Redundancy(low, high) => format!("redundancy {low} to {high}"),
        }
    }
}

/// The essay's table, without rows that state bit/char and nothing to convert.
pub const ESTIMATES: [Estimate; 6] = [
    Estimate { source: "Hutter prize (Kaido Orav, 2024)", raw: Raw::Compression(8.88), printed: (0.90, 0.90) },
    Estimate { source: "Hutter prize, extrapolated", raw: Raw::Compression(10.0), printed: (0.80, 0.80) },
    Estimate { source: "Large Text Compression Benchmark (2023)", raw: Raw::Compression(9.35), printed: (0.86, 0.86) },
    Estimate { source: "Burton, Licklider 1955", raw: Raw::Redundancy(0.6, 0.8), printed: (0.7, 1.3) },
    Estimate { source: "Kaplan et al. 2020", raw: Raw::NatsPerToken(1.7), printed: (0.57, 0.57) },
    Estimate { source: "Hoffmann et al. 2022", raw: Raw::NatsPerToken(1.69), printed: (0.54, 0.54) },
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_essays_conversions() {
        assert!((bits_per_character(1.69, CHARACTERS_PER_TOKEN) - 0.54).abs() < 0.005);
        for estimate in ESTIMATES {
            let (low, high) = estimate.raw.bits_per_character();
            let near = |a: f64, b: f64| (a - b).abs() < 0.0055;
            let agrees = near(low, estimate.printed.0) && near(high, estimate.printed.1);
            // Kaplan's tokens are not those of GPT-2; Burton and Licklider's figure is in nats.
            assert_eq!(agrees, !estimate.source.starts_with(['K', 'B']), "{}: {low} {high}", estimate.source);
        }
    }

    #[test]
    fn shannons_bounds() {
        // Table 2 of Shannon 1951: 3.42 and 2.50 for N = 2; 1.3 and 0.6 for N = 100, there from smoothed counts.
        let two = guessing_bounds(&SHANNON_2).unwrap();
        assert!((two.upper - 3.42).abs() < 0.01 && (two.lower - 2.50).abs() < 0.01, "{two:?}");
        let hundred = guessing_bounds(&SHANNON_100).unwrap();
        assert!((hundred.upper - 1.3).abs() < 0.1 && (hundred.lower - 0.6).abs() < 0.05, "{hundred:?}");
        assert_eq!(SHANNON_100.iter().sum::<f64>(), 100.0);
    }

    #[test]
    fn the_lower_bound_fails_for_a_subject_who_guesses_badly() {
        // The essay's counterexample, in bits: a source without entropy whose first guess is always wrong.
        let bounds = guessing_bounds(&[0.0, 1.0]).unwrap();
        assert_eq!((bounds.lower, bounds.upper), (2.0, 0.0));
        let sure = guessing_bounds(&[5.0]).unwrap();
        assert_eq!((sure.lower, sure.upper), (0.0, 0.0));
        // Nothing known: every guess as likely.
        let blind = guessing_bounds(&[1.0; 27]).unwrap();
        assert!((blind.upper - 27.0_f64.log2()).abs() < 1e-12 && (blind.lower - blind.upper).abs() < 1e-12);
        for bad in [&[][..], &[0.0], &[-1.0, 2.0], &[f64::NAN], &[f64::INFINITY]] {
            assert_eq!(guessing_bounds(bad), None);
        }
    }
}
