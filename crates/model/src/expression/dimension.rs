//! Units of an expression.

use std::fmt::{self, Display};

/// A product of powers of mV, ms, degC and uM.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Dimension {
    /// Exponent of mV.
    pub millivolt: i32,
    /// Exponent of ms.
    pub millisecond: i32,
    /// Exponent of degC.
    pub celsius: i32,
    /// Exponent of uM.
    pub micromolar: i32,
}

impl Dimension {
    /// A plain number: what a steady state is.
    pub const NONE: Self = Self::new(0, 0, 0);
    /// mV.
    pub const POTENTIAL: Self = Self::new(1, 0, 0);
    /// ms: what a time constant is.
    pub const TIME: Self = Self::new(0, 1, 0);
    /// Per ms: what a rate is.
    pub const RATE: Self = Self::new(0, -1, 0);
    /// degC.
    pub const TEMPERATURE: Self = Self::new(0, 0, 1);
    /// uM.
    pub const CONCENTRATION: Self = Self { micromolar: 1, ..Self::NONE };

    /// A dimension from its exponents of mV, ms and degC.
    #[must_use]
    pub const fn new(millivolt: i32, millisecond: i32, celsius: i32) -> Self {
        Self { millivolt, millisecond, celsius, micromolar: 0 }
    }

    /// The unit names an expression may use.
    pub(super) const UNITS: [(&'static str, Self); 4] =
        [("mV", Self::POTENTIAL), ("ms", Self::TIME), ("degC", Self::TEMPERATURE), ("uM", Self::CONCENTRATION)];

    pub(super) fn times(self, other: Self) -> Self {
        Self {
            millivolt: self.millivolt.saturating_add(other.millivolt),
            millisecond: self.millisecond.saturating_add(other.millisecond),
            celsius: self.celsius.saturating_add(other.celsius),
            micromolar: self.micromolar.saturating_add(other.micromolar),
        }
    }

    pub(super) fn to_the(self, n: i32) -> Self {
        Self {
            millivolt: self.millivolt.saturating_mul(n),
            millisecond: self.millisecond.saturating_mul(n),
            celsius: self.celsius.saturating_mul(n),
            micromolar: self.micromolar.saturating_mul(n),
        }
    }

    pub(super) fn per(self, other: Self) -> Self {
        self.times(other.to_the(-1))
    }
}

impl Display for Dimension {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let parts = [("mV", self.millivolt), ("ms", self.millisecond), ("degC", self.celsius), ("uM", self.micromolar)];
        let mut written = false;
        for (name, exponent) in parts {
            if exponent == 0 {
                continue;
            }
            match (written, exponent) {
                (_, -1) => write!(f, "/{name}")?,
                (true, 1) => write!(f, " {name}")?,
                (false, 1) => write!(f, "{name}")?,
                (true, n) => write!(f, " {name}^{n}")?,
                (false, n) => write!(f, "{name}^{n}")?,
            }
            written = true;
        }
        if written { Ok(()) } else { write!(f, "a plain number") }
    }
}
