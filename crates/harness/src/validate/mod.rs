//! `huxley validate`.

pub mod analytic;
pub mod compare;
pub mod networks;
pub mod reference;
pub mod tolerances;
