//! The comparators of `huxley validate`, and how a test unwraps them.

pub use huxley_harness::validate::compare::*;

/// Unwraps a comparison, naming what was compared.
///
/// # Panics
/// When it failed.
#[track_caller]
pub fn expect<T>(result: Result<T, Mismatch>, what: &str) -> T {
    result.unwrap_or_else(|mismatch| panic!("{what}: {mismatch}"))
}
