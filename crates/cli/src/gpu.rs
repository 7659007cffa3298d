//! The GPU backend, where this build has it.

#[cfg(not(feature = "gpu"))]
mod absent;
#[cfg(feature = "gpu")]
mod present;

#[cfg(not(feature = "gpu"))]
pub use absent::{build, check, real};
#[cfg(feature = "gpu")]
pub use present::{build, check, real};

/// A GPU that is no software.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Real {
    /// Its number.
    pub number: usize,
    /// Its name.
    pub name: String,
    /// Whether it has memory of its own.
    pub discrete: bool,
}
