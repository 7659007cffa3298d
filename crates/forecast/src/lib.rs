//! From a requirement to a date: hardware trends with their sources, budgets and prices, and the Direct Approach, which asks how
//! long a language model survives a Turing test. Arithmetic only: nothing is read, written or printed, and no other crate of
//! huxley is used.
//!
//! [`hardware::forecast`] and [`turing::forecast`] turn inputs into a document, a struct that serialises as `huxley forecast
//! --json` and `huxley forecast turing --json` print it. Dates are [`When`]: what is there already, a year, or never; no result
//! is not a number.

pub mod article;
pub mod chinchilla;
pub mod entropy;
pub mod error;
pub mod essay;
pub mod hardware;
pub mod judge;
pub mod money;
pub mod random;
pub mod roads;
pub mod slips;
pub mod statistics;
pub mod step;
pub mod trends;
pub mod turing;
pub mod when;

pub use error::ForecastError;
pub use when::When;
