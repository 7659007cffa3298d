//! The document of `huxley validate`.

use serde::{Deserialize, Serialize};

/// Value of [`Validation::schema`].
pub const SCHEMA: &str = "huxley.validate/1";

/// Everything that one call checked.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Validation {
    /// [`SCHEMA`].
    pub schema: String,
    /// Version of the program.
    pub version: String,
    /// Whether long checks were left out.
    pub quick: bool,
    /// What was checked, and on what it runs.
    pub subjects: Vec<SubjectEntry>,
    /// One entry a check and subject.
    pub checks: Vec<CheckEntry>,
    /// Checks that hold.
    pub passed: usize,
    /// Checks that do not.
    pub failed: usize,
    /// Checks that were not made.
    pub skipped: usize,
    /// How long all of it took, s.
    pub seconds: f64,
}

/// A backend in one of its arithmetics.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct SubjectEntry {
    /// `oracle`, `cpu strict`, `cpu`, `gpu 0`, ...
    pub backend: String,
    /// `f32` or `f64`.
    pub precision: String,
    /// Instruction set, or name and driver of the adapter.
    pub device: String,
}

/// One check of one subject.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct CheckEntry {
    /// Name of the check, or `all` where a backend is missing.
    pub name: String,
    /// As [`SubjectEntry::backend`]; `ledger` for the check that runs nothing.
    pub backend: String,
    /// As [`SubjectEntry::precision`]; none for what has none.
    pub precision: Option<String>,
    /// How far the result is off; none where nothing could be measured.
    pub error: Option<f64>,
    /// How far it may be off.
    pub bound: Option<f64>,
    /// Unit of both.
    pub unit: Option<String>,
    /// Whether the check holds; `false` where it was skipped.
    pub passed: bool,
    /// Whether it was not made.
    pub skipped: bool,
    /// The reason of the bound, of the skip, or what went wrong.
    pub why: String,
    /// How long it took, s.
    pub seconds: f64,
}

impl CheckEntry {
    /// Whether it was made and does not hold.
    #[must_use]
    pub fn failed(&self) -> bool {
        !self.passed && !self.skipped
    }
}
