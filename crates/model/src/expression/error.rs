//! Why a text is not an expression.

use std::fmt::{self, Display};

/// Why a text is not an expression, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExpressionError {
    /// The whole text.
    pub text: String,
    /// Where it goes wrong: characters from the left, the first is 1.
    pub column: usize,
    /// What is wrong there, and what is allowed.
    pub message: String,
    /// A likely remedy.
    pub hint: Option<String>,
}

impl Display for ExpressionError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "expression `{}`, column {}: {}", self.text, self.column, self.message)?;
        match &self.hint {
            Some(hint) => write!(f, "; hint: {hint}"),
            None => Ok(()),
        }
    }
}

impl std::error::Error for ExpressionError {}
