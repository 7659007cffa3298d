//! What is done to a cell on the bench: voltage steps, current steps, and the curves drawn of them.
//!
//! A protocol is one network: as many copies of the cell as it has steps, without a connection between them. Everything is in `f64`.

pub mod boltzmann;
pub mod clamp;
pub mod current;
pub mod document;
mod subject;

use std::sync::Arc;

use huxley_cpu::{CpuBackend, CpuOptions};
use huxley_engine::{Backend, Epoch, Plan, PlanError, RunError, lower};
use huxley_model::network::{Network, Precision};

pub use subject::Subject;

/// Most steps of a protocol.
pub const MOST_STEPS: usize = 2000;
/// Nodes below which a second thread costs more than it saves.
const NODES_FOR_THREADS: usize = 256;

/// Why a protocol gave nothing.
#[derive(Debug, thiserror::Error)]
pub enum ProtocolError {
    /// There is no such cell, or it cannot be clamped so.
    #[error("{0}")]
    Subject(String),
    /// The network of copies cannot be built.
    #[error(transparent)]
    Plan(#[from] PlanError),
    /// The run diverged.
    #[error(transparent)]
    Run(#[from] RunError),
}

/// Runs a network for its duration in `f64` and returns everything it gave.
fn run(mut network: Network) -> Result<(Arc<Plan>, Epoch), ProtocolError> {
    network.run.precision = Precision::F64;
    let plan = Arc::new(lower(&network)?);
    let few = plan.nodes.parent.len() < NODES_FOR_THREADS;
    let options = CpuOptions { threads: few.then_some(1), ..CpuOptions::default() };
    let mut backend = CpuBackend::new(Arc::clone(&plan), &options);
    // Whole ticks that hold all of it.
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
    let ticks = (network.run.duration / plan.settings.tick - 1e-6).ceil().max(1.0) as u32;
    let epoch = backend.advance(ticks)?;
    Ok((plan, epoch))
}
