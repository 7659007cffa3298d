//! A build without the GPU backend.

use std::sync::Arc;

use huxley_engine::Plan;

use super::{Ceiling, GpuRun, Place};
use crate::bench::{BenchError, BenchOptions};

fn none() -> BenchError {
    BenchError::Gpu {
        message: "this build of huxley has no GPU backend".to_owned(),
        hint: "build it with the feature `gpu`, or use --backend cpu".to_owned(),
        input: true,
    }
}

/// That there is none, where one is asked for.
pub(crate) fn list(_: &BenchOptions) -> Result<Vec<Place>, BenchError> {
    Err(none())
}

/// That there is none.
pub(crate) fn build(_: &Place, _: Arc<Plan>) -> Result<Box<dyn GpuRun>, BenchError> {
    Err(none())
}

/// That there is none.
pub(crate) fn peaks(_: &Place, _: usize) -> Result<Vec<Ceiling>, BenchError> {
    Err(none())
}
