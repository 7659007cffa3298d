//! `huxley run`: from a model to results.

mod advance;
pub(crate) mod backend;
mod checkpoint;
mod dry;
pub mod limits;
mod pictures;
mod predict;
pub(crate) mod prepare;
mod record;
mod recorder;
mod report;
mod summary;
mod sweep;
mod variable;
mod weights;

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime};

use huxley_cpu::Threads;
use huxley_engine::{Backend, Plan, RunError, Workers, lower_with};
use huxley_io::model::Loaded;
use huxley_io::results::{self, format};

use crate::args::{BackendChoice, RunArgs};
use crate::console::Console;
use crate::failure::Failure;
use crate::quantity;
use advance::{End, Outcome};
use backend::{Chosen, Wanted};
use checkpoint::{Checkpoints, Meta, Saved};
use recorder::{Formats, Recorder};
use weights::Weights;

/// Exit status of a run ended by Ctrl-C.
const INTERRUPTED: u8 = 130;

/// What is known of a run before it begins, beside its plan.
pub struct Subject {
    /// As the user named it.
    pub model: String,
    /// One line on what it is.
    pub title: String,
    /// Sentences every summary shows.
    pub notes: Vec<String>,
    /// What the user should know.
    pub warnings: Vec<String>,
    /// The complete model file.
    pub document: String,
    /// Ticks to run.
    pub ticks: u64,
}

/// Simulates a model.
pub fn run(args: &RunArgs, console: &Console) -> Result<ExitCode, Failure> {
    if !args.sweep.is_empty() {
        return sweep::sweep(args, console);
    }
    let start = Instant::now();
    let started = SystemTime::now();
    backend::check(args)?;
    let every = args.checkpoint_every.as_ref().map(|text| quantity::time("--checkpoint-every", text)).transpose()?;
    let limit = args.max_memory.as_ref().map(|text| quantity::size("--max-memory", text)).transpose()?;
    let formats = args.format.as_deref().map(Formats::parse).transpose()?;
    let saved = args.resume.as_deref().map(Saved::read).transpose()?;
    let formats = match &saved {
        Some(saved) => saved.meta.formats()?,
        None => formats.unwrap_or_default(),
    };
    let (source, model) = match (&saved, &args.resume, &args.model) {
        (Some(saved), Some(folder), _) => (prepare::file(&folder.join("model.toml"))?, saved.meta.model.clone()),
        (_, _, Some(model)) => (prepare::source(model)?, model.clone()),
        _ => return Err(Failure::input("no model is given").hint("`huxley models` lists the built-in ones")),
    };
    let loaded = prepare::load(&source, args)?;
    console.detail(&format!("read {} in {}", source.file, format::duration(start.elapsed().as_secs_f64())));

    let need = limits::need(&loaded.network);
    console.detail(&format!("expected: {}", limits::expectation(&need)));
    limits::check_memory(&need, limit)?;
    let (mut subject, plan) = build(loaded, model, &Threads::new(args.threads.map(usize::from)))?;
    console.detail(&format!(
        "built {} nodes and {} synapses in {}",
        format::count(plan.nodes.parent.len() as u64),
        format::count(plan.synapses() as u64),
        format::duration(start.elapsed().as_secs_f64())
    ));
    if let Some(saved) = saved.as_ref().filter(|saved| saved.snapshot.tick > subject.ticks) {
        let text = summary::reached(saved.snapshot.tick, subject.ticks, plan.settings.tick);
        return Err(
            Failure::input(format!("the checkpoint is beyond the duration: {text}")).hint("give a longer --duration")
        );
    }
    let (choice, strict) = match (&saved, backend::wanted(args)) {
        (Some(saved), BackendChoice::Auto) => (backend::named(&saved.meta.backend), saved.meta.strict),
        (Some(saved), choice) => (choice, saved.meta.strict || args.strict),
        (None, choice) => (choice, args.strict),
    };
    let wanted = Wanted {
        choice,
        strict,
        threads: args.threads.map(usize::from),
        device: args.device.as_deref(),
        ticks: subject.ticks,
    };
    let mut chosen = backend::build(&plan, &wanted)?;
    subject.warnings.append(&mut chosen.warnings);
    chosen.details.iter().for_each(|detail| console.detail(detail));
    let setup = start.elapsed();
    if args.dry_run {
        return dry::dry_run(&subject, &plan, &formats, &need, limit, chosen, setup, console);
    }
    if !args.no_output {
        let place = args.out.as_deref().or(args.resume.as_deref()).unwrap_or(Path::new("."));
        limits::check_disk(&plan, &formats, subject.ticks, place, &mut subject.warnings)?;
    }
    let folder = folder(args, &subject, started, console)?;
    if let Some(folder) = &folder {
        results::write_atomic(&folder.join("model.toml"), subject.document.as_bytes())?;
    }
    let begun = Begun { subject, plan, chosen, setup, started, strict, folder, formats, every, saved };
    begun.go(console)
}

/// The plan of a model, and what is known of its run.
fn build(loaded: Loaded, model: String, workers: &dyn Workers) -> Result<(Subject, Arc<Plan>), Failure> {
    let Loaded { network, document, warnings } = loaded;
    let plan = Arc::new(lower_with(&network, workers)?);
    let mut subject = Subject {
        model,
        title: network.title,
        notes: network.notes,
        warnings,
        document,
        ticks: ticks(network.run.duration, &plan),
    };
    drop((network.populations, network.projections));
    subject.warnings.extend(plan.warnings.iter().cloned());
    #[allow(clippy::cast_precision_loss)]
    let whole = subject.ticks as f64 * plan.settings.tick;
    if (whole - network.run.duration).abs() > 1e-6 {
        subject.warnings.push(format!(
            "a duration of {} is not whole ticks of {} ms: {} are run",
            format::milliseconds(network.run.duration),
            plan.settings.tick,
            format::milliseconds(whole)
        ));
    }
    Ok((subject, plan))
}

/// Whole ticks of a duration.
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
fn ticks(duration: f64, plan: &Plan) -> u64 {
    ((duration / plan.settings.tick - 1e-6).ceil() as u64).max(1)
}

/// The folder for results, made.
fn folder(
    args: &RunArgs,
    subject: &Subject,
    started: SystemTime,
    console: &Console,
) -> Result<Option<PathBuf>, Failure> {
    if args.no_output {
        return Ok(None);
    }
    if let Some(folder) = &args.resume {
        remove_leftovers(folder);
        return Ok(Some(folder.clone()));
    }
    let wanted = args.out.clone().unwrap_or_else(|| results::default_folder(&subject.model, started));
    let folder = results::create_folder(&wanted)?;
    if folder != wanted {
        console.note(&format!("`{}` has something in it: results go to `{}`", wanted.display(), folder.display()));
    }
    Ok(Some(folder))
}

/// Removes the unfinished files of a killed run.
fn remove_leftovers(folder: &Path) {
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let name = entry.file_name();
        let name = name.to_string_lossy();
        if name.starts_with('.') && name.ends_with(".partial") {
            let _ = std::fs::remove_file(entry.path());
        }
    }
}

/// A run with everything built.
struct Begun {
    subject: Subject,
    plan: Arc<Plan>,
    chosen: Chosen,
    setup: Duration,
    started: SystemTime,
    strict: bool,
    folder: Option<PathBuf>,
    formats: Formats,
    every: Option<f64>,
    saved: Option<Saved>,
}

impl Begun {
    fn go(mut self, console: &Console) -> Result<ExitCode, Failure> {
        let stop = advance::stop_on_interrupt()?;
        let tick_ms = self.plan.settings.tick;
        let mut recorder = Recorder::new(&self.plan, self.folder.as_deref(), &self.formats, self.subject.ticks)?;
        let mut checkpoints = self.checkpoints(&mut recorder)?;
        console.detail(&format!(
            "set up in {}; running on {}",
            format::duration(self.setup.as_secs_f64()),
            self.chosen.backend.device()
        ));
        let backend: &mut dyn Backend = self.chosen.backend.as_mut();
        let until = self.subject.ticks;
        let outcome = advance::advance(backend, &mut recorder, checkpoints.as_mut(), until, tick_ms, &stop, console)?;
        let resumable = checkpoints.is_some();
        drop(checkpoints);
        self.conclude(recorder, outcome, resumable, console)
    }

    /// Begins checkpoints, or goes on from one.
    fn checkpoints(&mut self, recorder: &mut Recorder) -> Result<Option<Checkpoints>, Failure> {
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
        let ticks = |ms: f64| ((ms / self.plan.settings.tick).round() as u64).max(1);
        if let Some(saved) = self.saved.take() {
            self.chosen.backend.restore(&saved.snapshot).map_err(|error| {
                Failure::input(error.to_string())
                    .hint("model.toml in the folder was changed since the checkpoint was made")
            })?;
            let every = self.every.unwrap_or(saved.meta.every_ms);
            return saved.replay(recorder, ticks(every), every).map(Some);
        }
        match (self.every, &self.folder) {
            (Some(every), Some(folder)) => {
                let meta = Meta::new(&self.subject.model, self.chosen.backend.name(), self.strict, every)
                    .written(&self.formats);
                Checkpoints::create(folder, meta, ticks(every)).map(Some)
            }
            _ => Ok(None),
        }
    }

    /// Writes what there is.
    fn write(
        &mut self,
        recorder: &mut Recorder,
        outcome: &Outcome,
        resumable: bool,
    ) -> Result<results::RunReport, Failure> {
        let mut outputs = recorder.finish()?;
        let recorder = &*recorder;
        self.subject.warnings.extend(report::activity_warnings(&self.plan, recorder, outcome.ticks));
        let weights = match Weights::read(&self.plan, self.chosen.backend.as_ref()) {
            // A device that was lost has none to give; what it gave before is written all the same.
            Err(_) if matches!(outcome.end, End::Failed(RunError::Device { .. })) => Weights::default(),
            weights => weights?,
        };
        if let Some(folder) = &self.folder {
            outputs.extend(pictures::draw(folder, &self.subject, &self.plan, recorder, outcome.ticks)?);
            if !weights.is_empty() {
                outputs.extend(weights.write(folder, &self.subject, &self.plan)?);
            }
            outputs.push("model.toml".to_owned());
            if resumable {
                outputs.extend(["checkpoint.snap".to_owned(), "checkpoint.log".to_owned()]);
            }
            outputs.push("run.json".to_owned());
        }
        let reports = recorder.reports(&outputs);
        let mut report = report::report(self, recorder, outcome, outputs);
        report.reports = reports;
        report.weights = weights.report(&self.plan);
        if let Some(folder) = &self.folder {
            results::write_run(&folder.join("run.json"), &report)?;
        }
        Ok(report)
    }

    /// Writes what there is and says it.
    fn conclude(
        mut self,
        mut recorder: Recorder,
        outcome: Outcome,
        resumable: bool,
        console: &Console,
    ) -> Result<ExitCode, Failure> {
        let writing = Instant::now();
        let report = self.write(&mut recorder, &outcome, resumable)?;
        self.subject.warnings.iter().for_each(|warning| console.warn(warning));
        if !report.kernels.is_empty() {
            console.detail(summary::kernels(&report.kernels).trim_end());
        }
        if console.json() {
            console.answer_json(&report)?;
        } else {
            let text = summary::summary(&self.subject, &self.plan, &report, self.folder.as_deref(), writing.elapsed());
            console.answer(&text)?;
        }
        let whole = self.subject.ticks;
        let said = summary::reached(outcome.ticks, whole, self.plan.settings.tick);
        match outcome.end {
            End::Complete => Ok(ExitCode::SUCCESS),
            End::Interrupted => {
                console.note(&format!("interrupted: the results are partial, {said}"));
                if let (true, Some(folder)) = (resumable, &self.folder) {
                    console.note(&format!("`huxley run --resume {}` goes on", folder.display()));
                }
                Ok(ExitCode::from(INTERRUPTED))
            }
            End::Failed(error) => {
                let what = if matches!(error, RunError::Device { .. }) { "failed" } else { "diverged" };
                console.note(&format!("the run {what}: the results are partial, {said}"));
                Err(error.into())
            }
        }
    }
}
