//! `huxley accuracy`: errors of spike times against what they cost, over substeps, integrators, precisions and ticks.

pub mod answers;
pub mod chaos;
pub mod document;
mod models;
pub mod spikes;
pub mod statistics;
mod sweep;
mod ticks;
pub mod trial;

use std::time::Instant;

use huxley_cpu::device_report;
use huxley_engine::{PlanError, RunError};
use huxley_model::network::Network;

pub use document::AccuracyReport;
pub use models::{NEURON_10, neuron_10};
pub use ticks::TICKS;

use crate::ledger::{Convention, article};

/// The substeps of the default sweep, ms.
pub const DTS: [f64; 7] = [1.0, 0.5, 0.25, 0.1, 0.05, 0.025, 0.01];

/// What is studied.
#[derive(Clone, Debug, Default)]
pub struct Study {
    /// Models to sweep over substeps, each for the duration it names.
    pub models: Vec<Network>,
    /// Networks to run at several ticks.
    pub ticks: Vec<TickQuestion>,
    /// A network to compare rounding with chaos in.
    pub chaos: Option<Network>,
}

/// A network whose tick is varied.
#[derive(Clone, Debug)]
pub struct TickQuestion {
    /// The network.
    pub network: Network,
    /// What it shows.
    pub what: String,
    /// The first cell that counts.
    pub from: usize,
    /// The longest tick that its delays allow, ms.
    pub longest: f64,
}

/// How it is studied.
#[derive(Clone, Debug)]
pub struct Options {
    /// Substeps, ms.
    pub dts: Vec<f64>,
    /// Threads; none takes one for small models, or else one a core.
    pub threads: Option<usize>,
    /// How FLOP are counted.
    pub convention: Convention,
    /// Said in the report.
    pub quick: bool,
}

impl Default for Options {
    fn default() -> Self {
        Self { dts: DTS.to_vec(), threads: None, convention: Convention::default(), quick: false }
    }
}

/// Why there is no result.
#[derive(Debug, thiserror::Error)]
pub enum AccuracyError {
    /// The model cannot be run at a setting.
    #[error("`{model}` cannot be run so")]
    Lower {
        /// Name of the model.
        model: String,
        /// Why.
        #[source]
        source: PlanError,
    },
    /// A run that others are compared with went wrong.
    #[error("the run of `{model}` that others are compared with (dt {dt} ms) has no end")]
    Reference {
        /// Name of the model.
        model: String,
        /// Substep, ms.
        dt: f64,
        /// How it ended.
        #[source]
        source: RunError,
    },
}

impl AccuracyError {
    fn lower(network: &Network, source: PlanError) -> Self {
        Self::Lower { model: network.name.clone(), source }
    }

    fn reference(network: &Network, dt: f64, source: RunError) -> Self {
        Self::Reference { model: network.name.clone(), dt, source }
    }

    /// What would help.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Lower { source, .. } => source.hint(),
            Self::Reference { source, .. } => source.hint(),
        }
    }
}

/// How far it is.
#[derive(Clone, Copy, Debug)]
pub struct Step<'a> {
    /// Runs done.
    pub done: usize,
    /// Runs there are, the reference of a model as one.
    pub total: usize,
    /// Name of the model.
    pub model: &'a str,
    /// What is run next.
    pub what: &'a str,
}

/// Studies what a run's choices cost. `progress` is told of each run before it is made.
///
/// # Errors
/// When a model cannot be lowered at a setting, or a run that others are compared with diverges. A run of the sweep that diverges
/// is a result.
pub fn accuracy(
    study: &Study,
    options: &Options,
    mut progress: impl FnMut(Step),
) -> Result<AccuracyReport, AccuracyError> {
    let start = Instant::now();
    // Everything is lowered before anything runs: a substep that does not divide the tick is told at once.
    for network in &study.models {
        for &dt in &options.dts {
            trial::plan(network, trial::Setting::fine(dt)).map_err(|e| AccuracyError::lower(network, e))?;
        }
    }
    let sweep_runs = 1 + sweep::settings(&options.dts).len();
    let tick_runs: usize =
        study.ticks.iter().map(|q| 1 + TICKS.iter().filter(|tick| **tick <= q.longest).count()).sum();
    let total = study.models.len() * sweep_runs + tick_runs + if study.chaos.is_some() { chaos::RUNS } else { 0 };
    let mut done = 0;
    let mut tell = |model: &str, what: &str| {
        progress(Step { done, total, model, what });
        done += 1;
    };
    let mut report = AccuracyReport {
        schema: document::SCHEMA.to_owned(),
        version: env!("CARGO_PKG_VERSION").to_owned(),
        quick: options.quick,
        device: device_report().isa.to_owned(),
        exp_weight: options.convention.exp,
        div_weight: options.convention.div,
        article_flop: article::COMPARTMENT,
        ..AccuracyReport::default()
    };
    for network in &study.models {
        report.models.push(sweep::sweep(network, options, |what| tell(&network.name, what))?);
    }
    for question in &study.ticks {
        report.ticks.push(ticks::compare(question, options.threads, |what| tell(&question.network.name, what))?);
    }
    if let Some(network) = &study.chaos {
        report.chaos = Some(chaos::compare(network, options.threads, |what| tell(&network.name, what))?);
    }
    report.answers = answers::answers(&report);
    report.seconds = start.elapsed().as_secs_f64();
    Ok(report)
}
