//! What is checked: a backend in one of its arithmetics, and ways to run it that must not change its results.

use std::sync::Arc;

use huxley_cpu::{CpuBackend, CpuOptions, device_report, instruction_sets};
use huxley_engine::oracle::Oracle;
use huxley_engine::{Backend, Epoch, Plan, lower};
use huxley_model::network::{Network, Precision};

/// Makes a backend for a plan, or says why it cannot.
pub type Make = Box<dyn Fn(Arc<Plan>) -> Result<Box<dyn Backend>, String> + Send + Sync>;

/// A backend in one of its arithmetics.
pub struct Subject {
    /// `oracle`, `cpu strict`, `cpu`, `gpu 0`, `gpu 0 strict`, ...
    pub backend: String,
    /// What it runs on.
    pub device: String,
    /// Its arithmetic; plans for it hold weights in the same.
    pub precision: Precision,
    /// Whether its results equal the oracle's (in `f32` the strict CPU's) to the bit.
    pub strict: bool,
    /// Whether making one takes long (kernels are compiled): checks then make fewer.
    pub costly: bool,
    /// Makes one.
    pub make: Make,
    /// Other threads, sizes of blocks, instruction sets: by name, what must give the same bits.
    pub variants: Vec<(String, Make)>,
}

/// What may be checked.
pub enum Candidate {
    /// It is there.
    Present(Subject),
    /// It is not.
    Absent {
        /// As [`Subject::backend`].
        backend: String,
        /// Why not, and what helps.
        why: String,
    },
}

/// The name of a precision.
#[must_use]
pub fn precision_name(precision: Precision) -> &'static str {
    match precision {
        Precision::F32 => "f32",
        Precision::F64 => "f64",
    }
}

fn cpu(strict: bool, threads: usize, instruction_set: Option<&str>, point_rows: Option<usize>) -> Make {
    let instruction_set = instruction_set.map(str::to_owned);
    let options = CpuOptions { threads: Some(threads), strict, instruction_set, point_rows, every_thread: true };
    Box::new(move |plan| Ok(Box::new(CpuBackend::new(plan, &options))))
}

/// The subjects every machine has: the oracle, and the CPU in strict `f64`, `f64` and `f32`.
#[must_use]
pub fn own() -> Vec<Subject> {
    let report = device_report();
    let cpu_subject = |precision, strict: bool| {
        let mut variants: Vec<(String, Make)> = vec![
            ("2 threads".to_owned(), cpu(strict, 2, None, None)),
            ("3 threads".to_owned(), cpu(strict, 3, None, None)),
            ("blocks of one row".to_owned(), cpu(strict, 1, None, Some(1))),
            ("blocks of three rows, 2 threads".to_owned(), cpu(strict, 2, None, Some(3))),
        ];
        if strict {
            let others = instruction_sets().into_iter().filter(|isa| *isa != report.isa);
            variants.extend(others.map(|isa| (isa.to_owned(), cpu(true, 1, Some(isa), None))));
        }
        Subject {
            backend: if strict { "cpu strict" } else { "cpu" }.to_owned(),
            device: report.isa.to_owned(),
            precision,
            strict,
            costly: false,
            make: cpu(strict, 1, None, None),
            variants,
        }
    };
    let oracle = Subject {
        backend: "oracle".to_owned(),
        device: "scalar".to_owned(),
        precision: Precision::F64,
        strict: true,
        costly: false,
        make: Box::new(|plan| Ok(Box::new(Oracle::new(plan)))),
        variants: Vec::new(),
    };
    vec![
        oracle,
        cpu_subject(Precision::F64, true),
        cpu_subject(Precision::F64, false),
        cpu_subject(Precision::F32, false),
    ]
}

impl Subject {
    /// Backend and precision.
    #[must_use]
    pub fn label(&self) -> String {
        format!("{} {}", self.backend, precision_name(self.precision))
    }

    /// Lowers a network for this subject.
    ///
    /// # Errors
    /// When it cannot be lowered.
    pub fn plan(&self, network: &Network) -> Result<Arc<Plan>, String> {
        let mut network = network.clone();
        network.run.precision = self.precision;
        lower(&network).map(Arc::new).map_err(|error| format!("`{}` does not lower: {error}", network.name))
    }

    /// Runs a network for `ms` (rounded to ticks).
    ///
    /// # Errors
    /// When it cannot be lowered, has no place on the device, or diverges.
    pub fn run(&self, network: &Network, ms: f64) -> Result<Run, String> {
        let plan = self.plan(network)?;
        let mut backend = (self.make)(Arc::clone(&plan))?;
        let epoch = backend.advance(ticks(&plan, ms)).map_err(|error| error.to_string())?;
        Ok(Run { plan, epoch })
    }
}

/// Ticks in `ms`, rounded.
#[must_use]
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
pub fn ticks(plan: &Plan, ms: f64) -> u32 {
    (ms / plan.settings.tick).round() as u32
}

/// What a run gave.
#[derive(Clone, Debug)]
pub struct Run {
    /// What was run.
    pub plan: Arc<Plan>,
    /// Spikes and samples.
    pub epoch: Epoch,
}

impl Run {
    /// Spike times of a cell (over all populations), ms.
    #[must_use]
    pub fn spikes(&self, cell: u32) -> Vec<f64> {
        let own = self.epoch.spikes.iter().filter(|spike| spike.cell == cell);
        own.map(|spike| spike.time(self.plan.settings.dt)).collect()
    }

    /// Samples of place `site` of the probe called `probe`.
    ///
    /// # Panics
    /// When there is no such probe.
    #[must_use]
    pub fn trace(&self, probe: &str, site: usize) -> Vec<f64> {
        let index = self.plan.probes.iter().position(|p| p.name == probe);
        let index = index.unwrap_or_else(|| panic!("no probe `{probe}`"));
        let width = self.plan.probes[index].nodes.len();
        self.epoch.samples[index].iter().skip(site).step_by(width).copied().collect()
    }
}
