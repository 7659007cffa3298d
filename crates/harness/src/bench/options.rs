//! What to measure, how far it is, and why it ends.

use std::time::Duration;

use huxley_engine::{PlanError, RunError};
use huxley_model::network::Precision;

use crate::ledger::Convention;

/// Which backends are measured.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Backends {
    /// The CPU, and every GPU that is not software (or the one that is asked for).
    #[default]
    All,
    /// The CPU.
    Cpu,
    /// GPUs.
    Gpu,
}

/// What to measure.
#[derive(Clone, Debug)]
pub struct BenchOptions {
    /// On what.
    pub backends: Backends,
    /// Number or part of the name of a GPU, software ones included; none takes all that are not software.
    pub device: Option<String>,
    /// In which precisions.
    pub precisions: Vec<Precision>,
    /// With how many threads of the CPU; empty takes one and all.
    pub threads: Vec<usize>,
    /// Names of kernels, or the beginnings of names; empty takes all.
    pub only: Vec<String>,
    /// A short time for each: fewer and smaller sizes, shorter runs.
    pub quick: bool,
    /// How operations are weighed in FLOP.
    pub convention: Convention,
    /// Time for everything; none takes 150 s, or 24 s if quick.
    pub budget: Option<Duration>,
    /// Least time of a timed run; none takes 20 ms, or 8 ms if quick.
    pub least_run: Option<Duration>,
}

impl Default for BenchOptions {
    fn default() -> Self {
        Self {
            backends: Backends::default(),
            device: None,
            precisions: vec![Precision::F32, Precision::F64],
            threads: Vec::new(),
            only: Vec::new(),
            quick: false,
            convention: Convention::default(),
            budget: None,
            least_run: None,
        }
    }
}

impl BenchOptions {
    /// Time for everything.
    #[must_use]
    pub fn budget(&self) -> Duration {
        self.budget.unwrap_or(Duration::from_secs(if self.quick { 24 } else { 150 }))
    }

    /// Least time of a timed run.
    #[must_use]
    pub fn least_run(&self) -> Duration {
        self.least_run.unwrap_or(Duration::from_millis(if self.quick { 8 } else { 20 }))
    }

    /// Timed runs of each size, and of each peak.
    #[must_use]
    pub fn runs(&self) -> usize {
        if self.quick { 5 } else { 9 }
    }
}

/// How far it is.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Progress {
    /// What is measured now.
    pub what: String,
    /// Steps done.
    pub done: usize,
    /// Steps in all.
    pub steps: usize,
    /// s since it began.
    pub elapsed_s: f64,
    /// s that it will take at most, from now.
    pub left_s: f64,
}

/// Why nothing was measured.
#[derive(Debug, thiserror::Error)]
pub enum BenchError {
    /// No kernel has that name.
    #[error("there is no kernel `{name}`")]
    NoKernel {
        /// What was asked for.
        name: String,
        /// What there is.
        known: Vec<&'static str>,
    },
    /// The GPU is not there or cannot do it.
    #[error("{message}")]
    Gpu {
        /// What is wrong.
        message: String,
        /// What would help.
        hint: String,
        /// Whether the request was wrong, rather than the GPU.
        input: bool,
    },
    /// A network could not be built.
    #[error("the network of `{kernel}` could not be built")]
    Plan {
        /// The kernel.
        kernel: String,
        /// Why.
        source: PlanError,
    },
    /// A network could not be run.
    #[error("the network of `{kernel}` could not be run")]
    Run {
        /// The kernel.
        kernel: String,
        /// Why.
        source: RunError,
    },
}
