//! What a check finds.

use huxley_model::network::Precision;

use super::tolerances::Tolerance;

/// What a check finds.
#[derive(Clone, Debug, PartialEq)]
pub enum Verdict {
    /// Something was measured.
    Measured {
        /// How far it is off.
        error: f64,
        /// How far it may be off.
        bound: f64,
        /// Unit of both.
        unit: &'static str,
        /// Why this bound.
        why: String,
    },
    /// There is nothing to judge here, and why.
    Skipped(String),
}

impl Verdict {
    /// Whether the check holds; something that is not a number holds nowhere. `None` where nothing was judged.
    #[must_use]
    pub fn passed(&self) -> Option<bool> {
        match self {
            Verdict::Measured { error, bound, .. } => Some(*error <= *bound),
            Verdict::Skipped(_) => None,
        }
    }
}

/// An error beside its tolerance.
#[must_use]
pub fn judged(error: f64, tolerance: &Tolerance, precision: Precision) -> Verdict {
    Verdict::Measured { error, bound: tolerance.of(precision), unit: tolerance.unit, why: tolerance.reason.to_owned() }
}

/// A count of things that must not be.
#[must_use]
#[allow(clippy::cast_precision_loss)]
pub fn none_of(count: usize, unit: &'static str, why: &str) -> Verdict {
    Verdict::Measured { error: count as f64, bound: 0.0, unit, why: why.to_owned() }
}
