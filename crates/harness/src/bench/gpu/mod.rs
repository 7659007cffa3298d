//! GPUs, where this build has the backend.

#[cfg(not(feature = "gpu"))]
mod absent;
#[cfg(feature = "gpu")]
mod present;

use huxley_engine::Backend;
use huxley_model::network::Precision;

use super::document::Gpu;

#[cfg(not(feature = "gpu"))]
pub(crate) use absent::{build, list, peaks};
#[cfg(feature = "gpu")]
pub(crate) use present::{build, list, peaks};

/// A GPU to be measured.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Place {
    /// Its number.
    pub number: usize,
    /// What it is.
    pub gpu: Gpu,
    /// Whether it has `f64`.
    pub double: bool,
    /// Whether it has a clock.
    pub clock: bool,
}

/// A ceiling of a GPU: its name, of which numbers, and how much a second in each run.
pub(crate) type Ceiling = (&'static str, Option<Precision>, Vec<f64>);

/// A plan on a GPU.
pub(crate) trait GpuRun: Backend {
    /// s that kernels took so far, by the device's clock.
    fn device_seconds(&self) -> f64;
}
