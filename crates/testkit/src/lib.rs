//! What the tests of huxley share: networks to run, reference data of other simulators, closed solutions, comparators, one table of
//! tolerances, and the list of backends every test body runs over. Used in development only.

pub mod backends;
pub mod compare;
#[cfg(feature = "gpu")]
pub mod gpu;
pub mod networks;
pub mod python;
pub mod reference;

pub use backends::{Entry, Run, backends};
pub use huxley_harness::accuracy::statistics;
pub use huxley_harness::validate::{analytic, tolerances};
pub use reference::Reference;
