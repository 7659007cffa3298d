//! Inputs that no forecast can be made from.

/// Why a forecast is refused.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum ForecastError {
    /// A quantity that must not be negative is, or it is not a number.
    #[error("{what} of {value} is no amount")]
    NotAnAmount {
        /// What it is.
        what: String,
        /// The value.
        value: f64,
    },
    /// A quantity that must be above 0 is not.
    #[error("{what} of {value} is not above 0")]
    NotPositive {
        /// What it is.
        what: String,
        /// The value.
        value: f64,
    },
    /// A quantity that has to end is without limit.
    #[error("{what} without limit cannot be forecast")]
    WithoutLimit {
        /// What it is.
        what: String,
    },
    /// A growth of -100 % a year or less.
    #[error("growth of {what} by {percent} % a year leaves nothing")]
    Growth {
        /// What grows.
        what: String,
        /// By how much, % a year.
        percent: f64,
    },
    /// A quantity outside its range.
    #[error("{what} of {value} is outside {low} to {high}")]
    Outside {
        /// What it is.
        what: String,
        /// The value.
        value: f64,
        /// Least.
        low: f64,
        /// Most.
        high: f64,
    },
    /// Nothing to forecast.
    #[error("there is no requirement to forecast")]
    NoRequirement,
    /// A requirement for which there is no trend.
    #[error("there is no trend for `{quantity}`")]
    NoTrend {
        /// The quantity.
        quantity: String,
    },
}

/// An amount: 0 or more, and not without limit.
pub(crate) fn amount(what: &str, value: f64) -> Result<f64, ForecastError> {
    let value = amount_or_unlimited(what, value)?;
    if value.is_finite() { Ok(value) } else { Err(ForecastError::WithoutLimit { what: what.to_owned() }) }
}

/// An amount: 0 or more, infinity among them.
pub(crate) fn amount_or_unlimited(what: &str, value: f64) -> Result<f64, ForecastError> {
    if value >= 0.0 { Ok(value) } else { Err(ForecastError::NotAnAmount { what: what.to_owned(), value }) }
}

/// A value above 0 that is not without limit.
pub(crate) fn positive(what: &str, value: f64) -> Result<f64, ForecastError> {
    let value = positive_or_never(what, value)?;
    if value.is_finite() { Ok(value) } else { Err(ForecastError::WithoutLimit { what: what.to_owned() }) }
}

/// A value above 0, infinity among them.
pub(crate) fn positive_or_never(what: &str, value: f64) -> Result<f64, ForecastError> {
    if value > 0.0 { Ok(value) } else { Err(ForecastError::NotPositive { what: what.to_owned(), value }) }
}

/// Growth a year as a fraction, above -1 and finite.
pub(crate) fn growth(what: &str, value: f64) -> Result<f64, ForecastError> {
    if value > -1.0 && value.is_finite() {
        Ok(value)
    } else {
        Err(ForecastError::Growth { what: what.to_owned(), percent: 100.0 * value })
    }
}

/// A value within a range.
pub(crate) fn within(what: &str, value: f64, low: f64, high: f64) -> Result<f64, ForecastError> {
    if (low..=high).contains(&value) {
        Ok(value)
    } else {
        Err(ForecastError::Outside { what: what.to_owned(), value, low, high })
    }
}
