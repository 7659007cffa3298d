//! A build without the GPU backend.

use std::sync::Arc;

use huxley_engine::Plan;
use huxley_harness::validate::Candidate;

use crate::failure::Failure;
use crate::gpu::{Listed, NoAdapter, Real};
use crate::run::backend::Chosen;

/// What this build says of GPUs.
const NONE: &str = "this build has no GPU backend";
/// What to do about it.
const HINT: &str = "build with `--features gpu`, or use --backend cpu";

/// That there is none.
pub fn check(_: Option<&str>, _: bool) -> Result<(), Failure> {
    Err(Failure::input(NONE).hint(HINT))
}

/// That there is none.
pub fn build(_: &Arc<Plan>, device: Option<&str>, strict: bool) -> Result<Chosen, Failure> {
    check(device, strict).and(Err(Failure::failed(NONE)))
}

/// That there is none.
pub fn real(_: bool, _: bool) -> Result<Real, String> {
    Err(NONE.to_owned())
}

/// That there is none.
pub fn list() -> Result<Listed, NoAdapter> {
    Err(NoAdapter { reason: NONE.to_owned(), hint: HINT.to_owned() })
}

/// That there is none; an error where one is asked for by name.
pub fn subjects(device: Option<&str>) -> Result<Vec<Candidate>, Failure> {
    if device.is_some() {
        check(device, false)?;
    }
    Ok(vec![Candidate::Absent { backend: "gpu".to_owned(), why: format!("{NONE}; {HINT}") }])
}
