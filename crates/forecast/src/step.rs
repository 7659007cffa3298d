//! A step of a published reasoning, beside what is computed here.

use serde::Serialize;

/// A step of the reasoning.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Step {
    /// What is said.
    pub says: &'static str,
    /// The figure it prints.
    pub printed: f64,
    /// The figure computed here.
    pub computed: f64,
    /// Its unit.
    pub unit: &'static str,
    /// How it is computed.
    pub formula: &'static str,
    /// What it takes for granted.
    pub assumes: &'static str,
    /// Whether the printed figure follows from what was said before.
    pub follows: bool,
    /// Why, or why not.
    pub why: String,
}
