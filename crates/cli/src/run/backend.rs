//! Which backend computes.

use std::sync::Arc;

use huxley_cpu::{CpuBackend, CpuOptions, device_report};
use huxley_engine::oracle::Oracle;
use huxley_engine::{Backend, Plan};
use huxley_io::results::KernelReport;

use crate::args::{BackendChoice, RunArgs};
use crate::failure::Failure;
use crate::gpu;

/// Nodes below which a second thread costs more than it saves, where the user asks for no number.
const NODES_FOR_THREADS: usize = 256;

/// A backend that may know how long its kernels took.
pub trait Timed: Backend {
    /// Time of each kernel so far; empty where none is kept.
    fn kernels(&self) -> Vec<KernelReport> {
        Vec::new()
    }
}

impl Timed for CpuBackend {}
impl Timed for Oracle {}

/// What the user asks of a backend.
#[derive(Clone, Copy, Debug)]
pub struct Wanted<'a> {
    /// Which.
    pub choice: BackendChoice,
    /// The same bits everywhere.
    pub strict: bool,
    /// Threads of the CPU.
    pub threads: Option<usize>,
    /// Number or part of the name of a GPU.
    pub device: Option<&'a str>,
}

/// A backend ready to run, and what it is.
pub struct Chosen {
    /// The backend.
    pub backend: Box<dyn Timed>,
    /// Instruction set.
    pub isa: String,
    /// Threads.
    pub threads: usize,
    /// What the user should know.
    pub warnings: Vec<String>,
    /// What the user may want to know.
    pub details: Vec<String>,
}

/// The choice that the options make: a GPU that is named is wanted.
pub fn wanted(args: &RunArgs) -> BackendChoice {
    match args.backend {
        BackendChoice::Auto if args.device.is_some() => BackendChoice::Gpu,
        choice => choice,
    }
}

/// That there is such a backend: asked before anything is built.
pub fn check(args: &RunArgs) -> Result<(), Failure> {
    match (wanted(args), &args.device) {
        (BackendChoice::Gpu, device) => gpu::check(device.as_deref(), args.strict),
        (_, Some(device)) => Err(Failure::input(format!("--device {device} names a GPU, and the backend is another"))
            .hint("leave --backend out, or use --backend gpu")),
        _ => Ok(()),
    }
}

/// The choice a backend's name stands for.
pub fn named(name: &str) -> BackendChoice {
    match name {
        "oracle" => BackendChoice::Oracle,
        "cpu" => BackendChoice::Cpu,
        "gpu" => BackendChoice::Gpu,
        _ => BackendChoice::Auto,
    }
}

/// Lays the plan out on the chosen backend.
pub fn build(plan: &Arc<Plan>, wanted: &Wanted) -> Result<Chosen, Failure> {
    match wanted.choice {
        BackendChoice::Oracle => Ok(oracle(plan)),
        BackendChoice::Gpu => gpu::build(plan, wanted.device, wanted.strict),
        BackendChoice::Cpu | BackendChoice::Auto => Ok(cpu(plan, wanted)),
    }
}

fn oracle(plan: &Arc<Plan>) -> Chosen {
    let backend = Box::new(Oracle::new(Arc::clone(plan)));
    Chosen { backend, isa: "scalar".to_owned(), threads: 1, warnings: Vec::new(), details: Vec::new() }
}

fn cpu(plan: &Arc<Plan>, wanted: &Wanted) -> Chosen {
    let report = device_report();
    let threads = threads(plan, wanted.threads, report.logical_cpus);
    let options = CpuOptions { threads: Some(threads), strict: wanted.strict, ..CpuOptions::default() };
    let backend = Box::new(CpuBackend::new(Arc::clone(plan), &options));
    Chosen { backend, isa: report.isa.to_owned(), threads, warnings: Vec::new(), details: Vec::new() }
}

/// Threads of the CPU.
fn threads(plan: &Plan, wanted: Option<usize>, cpus: usize) -> usize {
    let few = plan.nodes.parent.len() < NODES_FOR_THREADS;
    wanted.unwrap_or(if few { 1 } else { cpus })
}
