//! Why there is no extrapolation.

use thiserror::Error;

/// Why there is no extrapolation.
#[derive(Debug, Error)]
pub enum ExtrapolateError {
    /// A table does not parse.
    #[error("{table} is no table of {kind}")]
    Table {
        /// File, or `the embedded table`.
        table: String,
        /// `brains`, `devices`, `runs`.
        kind: &'static str,
        /// What is wrong and where.
        #[source]
        source: Box<toml_edit::de::Error>,
    },
    /// An entry of a table is wrong.
    #[error("{table}: {message}")]
    Entry {
        /// File, or `the embedded table`.
        table: String,
        /// What is wrong.
        message: String,
    },
    /// Nothing has that name.
    #[error("there is no {kind} `{name}`")]
    Unknown {
        /// `brain`, `device`.
        kind: &'static str,
        /// As given.
        name: String,
        /// Those there are.
        known: Vec<String>,
    },
    /// A number that cannot be.
    #[error("{what} cannot be `{value}`")]
    Number {
        /// What the number is.
        what: String,
        /// As given.
        value: f64,
        /// What is allowed.
        allowed: &'static str,
    },
    /// A measurement that cannot be used.
    #[error("the measurement cannot be used: {message}")]
    Measurement {
        /// Why.
        message: String,
        /// What would help.
        hint: String,
    },
}

impl ExtrapolateError {
    /// What would help.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Table { kind, .. } => Some(format!(
                "data/extrapolate/{kind}.toml of the sources shows the form; docs/extrapolate.md explains it"
            )),
            Self::Entry { .. } => None,
            Self::Unknown { known, .. } => Some(format!("one of {}", known.join(", "))),
            Self::Number { allowed, .. } => Some((*allowed).to_owned()),
            Self::Measurement { hint, .. } => Some(hint.clone()),
        }
    }
}

/// `value`, if it is a number in `from..=to`.
pub(super) fn within(
    what: &str,
    value: f64,
    from: f64,
    to: f64,
    allowed: &'static str,
) -> Result<f64, ExtrapolateError> {
    if value.is_finite() && (from..=to).contains(&value) {
        Ok(value)
    } else {
        Err(ExtrapolateError::Number { what: what.to_owned(), value, allowed })
    }
}
