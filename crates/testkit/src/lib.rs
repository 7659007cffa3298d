//! What the tests of huxley share: networks to run, reference data of other simulators, closed solutions, comparators, one table of
//! tolerances, and the list of backends every test body runs over. Used in development only.

pub mod analytic;
pub mod backends;
pub mod compare;
#[cfg(feature = "gpu")]
pub mod gpu;
pub mod networks;
pub mod reference;
pub mod statistics;
pub mod tolerances;

pub use backends::{Entry, Run, backends};
pub use reference::Reference;
