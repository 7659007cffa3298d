//! Which backend computes.

use std::sync::Arc;

use huxley_cpu::{CpuBackend, CpuOptions, device_report};
use huxley_engine::oracle::Oracle;
use huxley_engine::{Backend, Plan};

use crate::args::BackendChoice;
use crate::failure::Failure;

/// Nodes below which a second thread costs more than it saves, where the user asks for no number.
const NODES_FOR_THREADS: usize = 256;

/// A backend ready to run, and what it is.
pub struct Chosen {
    /// The backend.
    pub backend: Box<dyn Backend>,
    /// Instruction set.
    pub isa: String,
    /// Threads.
    pub threads: usize,
}

/// That there is such a backend: asked before anything is built.
pub fn check(choice: BackendChoice) -> Result<(), Failure> {
    match choice {
        BackendChoice::Gpu => Err(Failure::input("this build has no GPU backend")
            .hint("leave --backend out, or use --backend cpu; `huxley devices` shows what there is")),
        _ => Ok(()),
    }
}

/// The choice a backend's name stands for.
pub fn named(name: &str) -> BackendChoice {
    if name == "oracle" { BackendChoice::Oracle } else { BackendChoice::Auto }
}

/// Lays the plan out on the chosen backend.
pub fn build(plan: &Arc<Plan>, choice: BackendChoice, threads: Option<usize>, strict: bool) -> Result<Chosen, Failure> {
    check(choice)?;
    if choice == BackendChoice::Oracle {
        let backend = Box::new(Oracle::new(Arc::clone(plan)));
        return Ok(Chosen { backend, isa: "scalar".to_owned(), threads: 1 });
    }
    let report = device_report();
    let few = plan.nodes.parent.len() < NODES_FOR_THREADS;
    let threads = threads.unwrap_or(if few { 1 } else { report.logical_cpus });
    let options = CpuOptions { threads: Some(threads), strict, ..CpuOptions::default() };
    let backend = Box::new(CpuBackend::new(Arc::clone(plan), &options));
    Ok(Chosen { backend, isa: report.isa.to_owned(), threads })
}
