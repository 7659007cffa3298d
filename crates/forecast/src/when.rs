//! Dates in words and numbers.

use serde::Serialize;

/// Years after which a date is said to be beyond reckoning.
pub const HORIZON: f64 = 10_000.0;

/// When something is there.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum When {
    /// At the start.
    Already,
    /// So many years after the start, above 0 and finite.
    In(f64),
    /// At no time.
    Never,
}

impl When {
    /// From years after the start: none or less is already, without limit (or not a number) never.
    #[must_use]
    pub fn in_years(years: f64) -> Self {
        if years <= 0.0 {
            Self::Already
        } else if years.is_finite() {
            Self::In(years)
        } else {
            Self::Never
        }
    }

    /// When an advance by `doublings` is made at `rate` doublings a year. Either may be infinite.
    #[must_use]
    pub fn after(doublings: f64, rate: f64) -> Self {
        if doublings <= 0.0 {
            Self::Already
        } else if rate > 0.0 {
            // Where both are without limit there is no answer, and what is not a number is never.
            Self::in_years(doublings / rate)
        } else {
            Self::Never
        }
    }

    /// Years after the start: 0 for what is there already, infinity for never.
    #[must_use]
    pub fn years(self) -> f64 {
        match self {
            Self::Already => 0.0,
            Self::In(years) => years,
            Self::Never => f64::INFINITY,
        }
    }

    /// Years after the start, where it is ever.
    #[must_use]
    pub fn years_if_ever(self) -> Option<f64> {
        Some(self.years()).filter(|years| years.is_finite())
    }

    /// The calendar year, where it is ever.
    #[must_use]
    pub fn year(self, start: f64) -> Option<f64> {
        self.years_if_ever().map(|years| start + years)
    }

    /// In words: `already in 2025`, `2045`, `not within 10,000 years`, `never`.
    #[must_use]
    pub fn words(self, start: f64) -> String {
        match self {
            Self::Already => format!("already in {start:.0}"),
            Self::In(years) if years > HORIZON => "not within 10,000 years".to_owned(),
            Self::In(years) => format!("{:.0}", start + years),
            Self::Never => "never".to_owned(),
        }
    }

    /// As an entry of a document.
    #[must_use]
    pub fn entry(self, start: f64) -> Entry {
        Entry { years: self.years_if_ever(), year: self.year(start), words: self.words(start) }
    }
}

/// A date in a document.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Entry {
    /// Years after the start; null is never.
    pub years: Option<f64>,
    /// The calendar year; null is never.
    pub year: Option<f64>,
    /// In words.
    pub words: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_input_has_words() {
        let odd = [f64::NEG_INFINITY, -1.0, 0.0, 1e-300, 3.0, 1e300, f64::INFINITY, f64::NAN];
        for doublings in odd {
            for rate in odd {
                let entry = When::after(doublings, rate).entry(2025.0);
                assert!(!entry.words.contains("NaN") && !entry.words.contains("inf"), "{doublings} {rate}: {entry:?}");
                assert!(entry.years.is_none_or(f64::is_finite) && entry.year.is_some() == entry.years.is_some());
            }
        }
        assert_eq!(When::after(5.0, 0.5).words(2025.0), "2035");
        assert_eq!(When::after(0.0, 0.0).words(2025.0), "already in 2025");
        assert_eq!(When::after(1.0, -0.1), When::Never);
        assert_eq!(When::in_years(2e4).words(2025.0), "not within 10,000 years");
    }
}
