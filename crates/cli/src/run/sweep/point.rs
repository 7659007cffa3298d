//! One run of a sweep.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::{Instant, SystemTime};

use huxley_cpu::Threads;
use huxley_engine::{Backend, Plan};
use huxley_harness::trains::mean_variation;
use huxley_io::model::Loaded;
use huxley_io::results::{self, RunReport};
use serde::Serialize;

use crate::args::{BackendChoice, RunArgs};
use crate::console::Console;
use crate::failure::Failure;
use crate::run::advance::{self, End};
use crate::run::backend::{self, Wanted};
use crate::run::limits::{self, Need};
use crate::run::prepare::{self, Source};
use crate::run::recorder::{Formats, Recorder};
use crate::run::{Begun, build};

/// Nodes of a network below which it is small: a run leaves room in the caches for another beside it.
const SMALL_NODES: u64 = 20_000;
/// Synapses of one.
const SMALL_SYNAPSES: u64 = 2_000_000;
/// Nodes below which a single run takes one thread anyway.
const NODES_FOR_THREADS: u64 = 256;

/// What a run gave.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Figures {
    pub spikes: u64,
    pub mean_rate_hz: f64,
    /// Of any cell.
    pub first_spike_ms: Option<f64>,
    /// Coefficient of variation of the intervals of a cell, mean over cells with three spikes.
    pub cv_isi: Option<f64>,
    pub populations: Vec<PopulationFigures>,
    pub spike_digest: String,
    pub duration_ms: f64,
    pub wall_s: f64,
    pub threads: usize,
    /// Folder of its results.
    pub folder: Option<String>,
    pub warnings: Vec<String>,
}

/// The same of a population.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct PopulationFigures {
    pub name: String,
    pub neurons: u64,
    pub spikes: u64,
    pub mean_rate_hz: f64,
    pub first_spike_ms: Option<f64>,
    pub cv_isi: Option<f64>,
}

/// A row of the table.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Row {
    /// From 1.
    pub point: usize,
    /// Value of each key, as given.
    pub values: BTreeMap<String, String>,
    /// Why there are no figures.
    pub error: Option<String>,
    #[serde(flatten)]
    pub figures: Option<Figures>,
}

/// How a run ended.
pub enum Ended {
    Done(Box<Figures>),
    /// Why, and whether the model could not even be read or built.
    Failed(Failure, bool),
    Interrupted,
}

/// How to run it.
#[derive(Clone, Copy)]
pub struct How<'a> {
    pub model: &'a str,
    pub threads: Option<usize>,
    pub choice: BackendChoice,
    pub formats: &'a Formats,
    pub stop: &'a AtomicBool,
    pub console: Console,
}

/// Reads the model of a point.
pub fn load(source: &Source, args: &RunArgs, pairs: &[(&str, &str)]) -> Result<Loaded, Failure> {
    let mut own = args.clone();
    own.swept.extend(pairs.iter().map(|(key, value)| format!("{key}={value}")));
    own.sweep.clear();
    prepare::load(source, &own)
}

/// Whether so many may run side by side, a thread each.
pub fn is_small(need: &Need, points: usize, threads: usize, limit: Option<u64>) -> bool {
    let few = need.estimate.nodes <= SMALL_NODES && need.estimate.synapses <= SMALL_SYNAPSES;
    let enough = points >= threads || need.estimate.nodes < NODES_FOR_THREADS;
    let fits = limits::memory_limit(limit).is_none_or(|most| need.memory().saturating_mul(threads as u64) <= most);
    few && enough && fits
}

/// Runs a model that was read.
pub fn run(loaded: Loaded, args: &RunArgs, limit: Option<u64>, folder: Option<PathBuf>, how: How<'_>) -> Ended {
    let start = Instant::now();
    let built = (|| {
        limits::check_memory(&limits::need(&loaded.network), limit)?;
        build(loaded, how.model.to_owned(), &Threads::new(how.threads))
    })();
    let (mut subject, plan) = match built {
        Ok(built) => built,
        Err(failure) => return Ended::Failed(failure, true),
    };
    let wanted = Wanted {
        choice: how.choice,
        strict: args.strict,
        threads: how.threads,
        device: args.device.as_deref(),
        ticks: subject.ticks,
    };
    let ran = (|| {
        let mut chosen = backend::build(&plan, &wanted)?;
        subject.warnings.append(&mut chosen.warnings);
        if let Some(folder) = &folder {
            limits::check_disk(&plan, how.formats, subject.ticks, folder, &mut subject.warnings)?;
            std::fs::create_dir_all(folder).map_err(|error| {
                Failure::failed(format!("cannot make the folder `{}`", folder.display())).cause(error)
            })?;
            results::write_atomic(&folder.join("model.toml"), subject.document.as_bytes())?;
        }
        let (until, tick_ms) = (subject.ticks, plan.settings.tick);
        let mut recorder = Recorder::new(&plan, folder.as_deref(), how.formats, until)?.keeping_spikes();
        let mut begun = Begun {
            subject,
            plan: Arc::clone(&plan),
            chosen,
            setup: start.elapsed(),
            started: SystemTime::now(),
            strict: args.strict,
            folder: folder.clone(),
            formats: how.formats.clone(),
            every: None,
            saved: None,
        };
        let backend: &mut dyn Backend = begun.chosen.backend.as_mut();
        let outcome = advance::advance(backend, &mut recorder, None, until, tick_ms, how.stop, &how.console.hushed())?;
        let report = begun.write(&mut recorder, &outcome, false)?;
        match outcome.end {
            End::Complete => Ok(Some(figures(report, &plan, &recorder, folder.as_deref()))),
            End::Interrupted => Ok(None),
            End::Failed(error) => Err(Failure::from(error)),
        }
    })();
    match ran {
        Ok(Some(figures)) => Ended::Done(Box::new(figures)),
        Ok(None) => Ended::Interrupted,
        Err(failure) => Ended::Failed(failure, false),
    }
}

fn figures(report: RunReport, plan: &Plan, recorder: &Recorder, folder: Option<&std::path::Path>) -> Figures {
    let mut trains = vec![Vec::new(); plan.cells.len()];
    for spike in recorder.spikes() {
        trains[spike.cell as usize].push(spike.time(plan.settings.dt));
    }
    let first = |trains: &[Vec<f64>]| {
        let firsts = trains.iter().filter_map(|train| train.first().copied());
        firsts.reduce(f64::min)
    };
    let mut from = 0;
    let populations = report.populations.into_iter().map(|population| {
        let own = &trains[from..from + usize::try_from(population.neurons).unwrap_or(0)];
        from += own.len();
        PopulationFigures {
            name: population.name,
            neurons: population.neurons,
            spikes: population.spikes,
            mean_rate_hz: population.mean_rate_hz,
            first_spike_ms: first(own),
            cv_isi: mean_variation(own),
        }
    });
    let populations = populations.collect();
    Figures {
        spikes: report.spikes,
        mean_rate_hz: report.mean_rate_hz,
        first_spike_ms: first(&trains),
        cv_isi: mean_variation(&trains),
        populations,
        spike_digest: report.spike_digest,
        duration_ms: report.duration_ms,
        wall_s: report.wall_s,
        threads: report.threads,
        folder: folder.map(|folder| folder.display().to_string()),
        warnings: report.warnings,
    }
}
