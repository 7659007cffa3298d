//! Which backend computes.

use std::sync::Arc;

use huxley_cpu::{CpuBackend, CpuOptions, device_report};
use huxley_engine::oracle::Oracle;
use huxley_engine::{Backend, Plan};
use huxley_io::results::{KernelReport, format};

use crate::args::{BackendChoice, RunArgs};
use crate::failure::Failure;
use crate::gpu;
use crate::run::predict::{Cpu, Gpu, Prediction, Size, predict};

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
    /// Ticks to run.
    pub ticks: u64,
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
    /// Of a GPU: its kernels of the membrane, and where each holds its cells.
    pub held: Vec<String>,
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
        BackendChoice::Cpu => Ok(cpu(plan, wanted)),
        BackendChoice::Auto => Ok(auto(plan, wanted)),
    }
}

/// A GPU where there is a real one that should be done first, or else the CPU. For a network too small for any GPU, none is
/// looked for.
fn auto(plan: &Arc<Plan>, wanted: &Wanted) -> Chosen {
    let found = faster_gpu(plan, wanted).and_then(|(gpu, why)| match gpu::build(plan, Some(&gpu), wanted.strict) {
        Ok(chosen) => Ok((chosen, why)),
        Err(failure) => Err(format!("{why}; but {}", messages(&failure))),
    });
    match found {
        Ok((mut chosen, why)) => {
            chosen.details.insert(0, format!("--backend auto takes the GPU: {why}"));
            chosen
        }
        Err(why) => {
            let mut chosen = cpu(plan, wanted);
            chosen.details.push(format!("--backend auto takes the CPU: {why}"));
            chosen
        }
    }
}

/// The number of a GPU that should be done first, and why; or why there is none.
#[allow(clippy::cast_precision_loss)]
fn faster_gpu(plan: &Plan, wanted: &Wanted) -> Result<(String, String), String> {
    let (size, report) = (Size::of(plan), device_report());
    let lanes = if size.double { report.f64_lanes } else { report.f32_lanes };
    let cpu = Cpu { threads: threads(plan, wanted.threads, report.logical_cpus), lanes };
    let seconds = wanted.ticks as f64 * size.tick_ms * 1e-3;
    let said = |p: Prediction, what: &str| {
        let [cpu, gpu] = [p.cpu_s, p.gpu_s].map(format::duration);
        format!("a biological second should take {cpu} on the CPU, and {gpu} and the set-up on {what}")
    };
    let best = predict(&size, cpu, Gpu::Discrete);
    let why = said(best, "a GPU with memory of its own");
    if !best.gpu_pays(seconds) {
        return Err(format!("{why}; none was looked for"));
    }
    let found = gpu::real(size.double, wanted.strict).map_err(|none| format!("{none}; {why}"))?;
    let own = predict(&size, cpu, if found.discrete { Gpu::Discrete } else { Gpu::Integrated });
    let why = said(own, &found.name);
    if own.gpu_pays(seconds) { Ok((found.number.to_string(), why)) } else { Err(why) }
}

fn messages(failure: &Failure) -> String {
    failure.problems().iter().map(|problem| problem.message.as_str()).collect::<Vec<_>>().join("; ")
}

fn oracle(plan: &Arc<Plan>) -> Chosen {
    let backend = Box::new(Oracle::new(Arc::clone(plan)));
    Chosen {
        backend,
        isa: "scalar".to_owned(),
        threads: 1,
        warnings: Vec::new(),
        details: Vec::new(),
        held: Vec::new(),
    }
}

fn cpu(plan: &Arc<Plan>, wanted: &Wanted) -> Chosen {
    let report = device_report();
    let threads = threads(plan, wanted.threads, report.logical_cpus);
    let options = CpuOptions { threads: Some(threads), strict: wanted.strict, ..CpuOptions::default() };
    let backend = Box::new(CpuBackend::new(Arc::clone(plan), &options));
    Chosen { backend, isa: report.isa.to_owned(), threads, warnings: Vec::new(), details: Vec::new(), held: Vec::new() }
}

/// Threads of the CPU.
fn threads(plan: &Plan, wanted: Option<usize>, cpus: usize) -> usize {
    let few = plan.nodes.parent.len() < NODES_FOR_THREADS;
    wanted.unwrap_or(if few { 1 } else { cpus })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn auto_looks_for_a_gpu_where_one_pays_and_never_takes_software() {
        let model = huxley_io::builtin::find("cobahh").expect("built in").load(&[]).expect("loads");
        let plan = Arc::new(huxley_engine::lower(&model.network).expect("lowers"));
        let wanted =
            |ticks| Wanted { choice: BackendChoice::Auto, strict: false, threads: Some(1), device: None, ticks };
        let soon = faster_gpu(&plan, &wanted(10)).expect_err("the set-up takes longer than the run");
        assert!(soon.contains("none was looked for"), "{soon}");
        let real = gpu::list().ok().and_then(|listed| listed.real());
        match (faster_gpu(&plan, &wanted(1_000_000_000)), real) {
            (Ok((number, _)), Some(_)) => {
                let listed = gpu::list().expect("there is one");
                let taken = listed.adapters.iter().find(|own| own.number.to_string() == number).expect("listed");
                assert!(!taken.software, "{}", taken.name);
            }
            (Ok((number, why)), None) => panic!("GPU {number} is taken, and is software or not there: {why}"),
            // One that shares the CPU's memory may not pay.
            (Err(why), Some(_)) => assert!(!why.contains("none was looked for"), "{why}"),
            (Err(why), None) => {
                assert!(!why.contains("none was looked for") && why.contains("no GPU"), "{why}");
                let chosen = auto(&plan, &wanted(1_000_000_000));
                assert_eq!(chosen.backend.name(), "cpu");
                assert!(chosen.details.iter().any(|detail| detail.contains("--backend auto takes the CPU")));
            }
        }
    }
}
