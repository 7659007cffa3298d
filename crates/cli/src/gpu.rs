//! The GPU backend, where this build has it.

#[cfg(not(feature = "gpu"))]
mod absent;
#[cfg(feature = "gpu")]
mod present;

#[cfg(not(feature = "gpu"))]
pub use absent::{build, check};
#[cfg(feature = "gpu")]
pub use present::{build, check};
