//! What the essay rests on: the poll of slowdowns, and the entropy of English.

use serde::Serialize;

use crate::entropy::{ESTIMATES, Raw, SHANNON_2, SHANNON_100, guessing_bounds};
use crate::essay;
use crate::statistics::{LogNormal, normal_quantile};

/// Whether the three figures of the poll are one log-normal.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Poll {
    /// The median.
    pub median: f64,
    /// At 15 %.
    pub low: f64,
    /// At 85 %.
    pub high: f64,
    /// Standard deviation of the logarithm by the lower half.
    pub sigma_below: f64,
    /// By the upper half.
    pub sigma_above: f64,
    /// The one that is used.
    pub sigma: f64,
    /// What the one used gives at 15 %.
    pub low_fitted: f64,
    /// At 85 %.
    pub high_fitted: f64,
    /// In words.
    pub words: String,
}

/// An estimate of the entropy of English.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct EntropyEntry {
    /// Whose.
    pub source: &'static str,
    /// The figure it starts from.
    pub raw: String,
    /// What the essay prints, bit/char, least and most.
    pub printed: (f64, f64),
    /// As computed, bit/char.
    pub computed: (f64, f64),
    /// Whether the two agree to what is printed.
    pub agrees: bool,
    /// Why not.
    pub why: &'static str,
}

/// Shannon's guessing game.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct GuessingEntry {
    /// `N` of his tables.
    pub n: u32,
    /// As computed from the counts, bit/char.
    pub lower: f64,
    /// The same.
    pub upper: f64,
    /// As Shannon prints it.
    pub printed_lower: f64,
    /// The same.
    pub printed_upper: f64,
    /// Where it is from.
    pub source: &'static str,
}

pub(super) fn poll() -> Poll {
    let [median, low, high] = essay::POLL;
    let z = normal_quantile(0.5 + 0.5 * essay::POLL_LEVEL);
    let (below, above) = ((median / low).ln() / z, (high / median).ln() / z);
    let one = LogNormal::of_interval(median, low, high, essay::POLL_LEVEL);
    let agree = (below / above - 1.0).abs() < 0.01;
    Poll {
        median,
        low,
        high,
        sigma_below: below,
        sigma_above: above,
        sigma: one.sigma,
        low_fitted: one.quantile(0.15),
        high_fitted: one.quantile(0.85),
        words: format!(
            "the three figures are {} log-normal: its spread (of ln s) is {below:.3} by the lower half and {above:.3} by the upper",
            if agree { "one" } else { "not one" }
        ),
    }
}

pub(super) fn entropies() -> Vec<EntropyEntry> {
    let near = |a: f64, b: f64| (a - b).abs() < 0.0055;
    ESTIMATES
        .iter()
        .map(|estimate| {
            let computed = estimate.raw.bits_per_character();
            let agrees = near(computed.0, estimate.printed.0) && near(computed.1, estimate.printed.1);
            EntropyEntry {
                source: estimate.source,
                raw: estimate.raw.words(),
                printed: estimate.printed,
                computed,
                agrees,
                why: match estimate.raw {
                    _ if agrees => "",
                    Raw::Redundancy(..) => "printed in nats",
                    _ => "another tokenizer",
                },
            }
        })
        .collect()
}

pub(super) fn guessing() -> Vec<GuessingEntry> {
    let source = "Shannon 1951, tables 1 (counts not checked against the paper) and 2";
    [(2, &SHANNON_2[..], 2.50, 3.42), (100, &SHANNON_100[..], 0.6, 1.3)]
        .into_iter()
        .filter_map(|(n, counts, printed_lower, printed_upper)| {
            let bounds = guessing_bounds(counts)?;
            Some(GuessingEntry { n, lower: bounds.lower, upper: bounds.upper, printed_lower, printed_upper, source })
        })
        .collect()
}
