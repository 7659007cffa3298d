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
