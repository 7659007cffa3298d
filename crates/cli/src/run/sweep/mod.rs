//! `huxley run --sweep`: one model at many values, one table.
//!
//! Runs are independent. Small networks run side by side, a thread each; large ones one after another with all threads. Results do
//! not depend on which.

mod keys;
mod picture;
mod point;
mod table;
mod text;

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::mpsc;
use std::time::{Duration, Instant};

use huxley_cpu::device_report;
use huxley_io::results::{self, format};
use serde::Serialize;

use crate::args::{BackendChoice, RunArgs};
use crate::console::Console;
use crate::failure::Failure;
use crate::outputs::Outputs;
use crate::quantity;
use crate::run::prepare::{self, Source};
use crate::run::recorder::Formats;
use crate::run::{INTERRUPTED, advance, backend, limits};
use crate::steps::Steps;
use keys::Key;
use point::{Ended, Figures, How, Row};

/// The table is written anew this often while runs go on.
const WRITE_EVERY: Duration = Duration::from_secs(5);

/// Models that take longer to read are read one at a time: they may be large.
const SLOW_READING: Duration = Duration::from_millis(100);

/// Values of keys that options set as well.
const OPTIONS: [(&str, &str); 6] = [
    ("--duration", "run.duration"),
    ("--dt", "run.dt"),
    ("--tick", "run.tick"),
    ("--integrator", "run.integrator"),
    ("--seed", "run.seed"),
    ("--precision", "run.precision"),
];

/// The whole sweep, as JSON has it.
#[derive(Serialize)]
pub struct SweepReport {
    schema: &'static str,
    model: String,
    keys: Vec<SweptKey>,
    /// Runs there are to do.
    points: usize,
    /// Runs that were done.
    done: usize,
    /// Of these, those that failed.
    failed: usize,
    /// Whether Ctrl-C ended it.
    partial: bool,
    /// Runs of small networks, side by side.
    side_by_side: usize,
    /// How many at a time.
    at_a_time: usize,
    /// Runs one after another.
    one_by_one: usize,
    wall_s: f64,
    rows: Vec<Row>,
    outputs: Vec<String>,
}

/// A key as JSON has it.
#[derive(Serialize)]
pub struct SweptKey {
    name: String,
    values: Vec<String>,
}

/// Everything that does not change between runs.
struct Sweep<'a> {
    args: &'a RunArgs,
    source: Source,
    model: String,
    keys: Vec<Key>,
    points: Vec<Vec<String>>,
    limit: Option<u64>,
    threads: usize,
    choice: BackendChoice,
    formats: Formats,
    folder: Option<PathBuf>,
    console: Console,
}

/// What has been done so far.
#[derive(Default)]
struct Progress {
    rows: Vec<Row>,
    side_by_side: usize,
    one_by_one: usize,
    /// The first failure, and how many were of models that could not be read or built.
    first: Option<Failure>,
    unprepared: usize,
    written: Option<Instant>,
}

/// Runs a sweep.
pub fn sweep(args: &RunArgs, console: &Console) -> Result<ExitCode, Failure> {
    backend::check(args)?;
    let begin = Instant::now();
    let keys = args.sweep.iter().map(|option| keys::key(option)).collect::<Result<Vec<Key>, _>>()?;
    let points = keys::points(&keys)?;
    clashes(args, &keys)?;
    let limit = args.max_memory.as_ref().map(|text| quantity::size("--max-memory", text)).transpose()?;
    let formats = args.format.as_deref().map(Formats::parse).transpose()?.unwrap_or_default();
    let model = args.model.clone().unwrap_or_default();
    let source = prepare::source(&model)?;
    let folder = match &args.out {
        Some(wanted) => {
            let folder = results::create_folder(wanted)?;
            if folder != *wanted {
                let (wanted, folder) = (wanted.display(), folder.display());
                console.note(&format!("`{wanted}` has something in it: results go to `{folder}`"));
            }
            Some(folder)
        }
        None => None,
    };
    let threads = args.threads.map_or_else(|| device_report().logical_cpus, usize::from).max(1);
    let choice = backend::wanted(args);
    let sweep = Sweep { args, source, model, keys, points, limit, threads, choice, formats, folder, console: *console };
    let mut progress = Progress::default();
    // That it can be written is known before anything is run.
    sweep.write_table(&mut progress, true)?;
    let stop = advance::stop_on_interrupt()?;
    let steps = Steps::new(console);
    let ran = sweep.run(&mut progress, &stop, &steps);
    steps.clear();
    ran?;
    sweep.conclude(progress, stop.load(Ordering::SeqCst), begin)
}

/// Refuses keys that something else sets as well.
fn clashes(args: &RunArgs, keys: &[Key]) -> Result<(), Failure> {
    let given = [
        args.duration.is_some(),
        args.dt.is_some(),
        args.tick.is_some(),
        args.integrator.is_some(),
        args.seed.is_some(),
        args.precision.is_some(),
    ];
    for key in keys {
        let option = OPTIONS.iter().zip(given).find(|((_, name), given)| *given && *name == key.name);
        let set = args.set.iter().find(|set| set.split_once('=').is_some_and(|(name, _)| name.trim() == key.name));
        let other =
            option.map(|((option, _), _)| (*option).to_owned()).or_else(|| set.map(|set| format!("--set {set}")));
        if let Some(other) = other {
            return Err(Failure::input(format!("`{}` is swept and set by `{other}` as well", key.name))
                .hint("leave one of them out"));
        }
    }
    Ok(())
}

impl Sweep<'_> {
    /// Small ones side by side, then the others.
    fn run(&self, progress: &mut Progress, stop: &AtomicBool, steps: &Steps) -> Result<(), Failure> {
        let total = self.points.len();
        let workers = self.threads.min(total);
        let begin = Instant::now();
        // The first tells whether it makes sense to read several at once.
        let first = point::load(&self.source, self.args, &self.pairs(0)).ok();
        let all_large = first.is_some_and(|loaded| !self.is_small(&limits::need(&loaded.network)));
        let slow = (begin.elapsed() > SLOW_READING).then(|| Mutex::new(()));
        let next = AtomicUsize::new(if all_large { total } else { 0 });
        let large = Mutex::new(if all_large { (0..total).collect() } else { Vec::new() });
        let (send, receive) = mpsc::channel();
        std::thread::scope(|scope| -> Result<(), Failure> {
            for _ in 0..workers {
                let (send, next, large, slow) = (send.clone(), &next, &large, slow.as_ref());
                scope.spawn(move || {
                    while !stop.load(Ordering::SeqCst) {
                        let point = next.fetch_add(1, Ordering::SeqCst);
                        if point >= total {
                            break;
                        }
                        match self.small(point, slow, stop) {
                            // Nobody listens any more where writing failed.
                            Some(ended) => _ = send.send((point, ended)),
                            None => large.lock().unwrap_or_else(std::sync::PoisonError::into_inner).push(point),
                        }
                    }
                });
            }
            drop(send);
            for (point, ended) in &receive {
                if let Err(failure) = self.take(progress, point, ended, true, begin, steps) {
                    stop.store(true, Ordering::SeqCst);
                    return Err(failure);
                }
            }
            Ok(())
        })?;
        let mut large = large.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner);
        large.sort_unstable();
        for point in large {
            if stop.load(Ordering::SeqCst) {
                break;
            }
            let ended = match point::load(&self.source, self.args, &self.pairs(point)) {
                Ok(loaded) => {
                    let threads = self.args.threads.map(usize::from);
                    point::run(
                        loaded,
                        self.args,
                        self.limit,
                        self.folder_of(point),
                        self.how(threads, self.choice, stop),
                    )
                }
                Err(failure) => Ended::Failed(failure, true),
            };
            self.take(progress, point, ended, false, begin, steps)?;
        }
        Ok(())
    }

    /// Runs a point if its network is small.
    fn small(&self, point: usize, slow: Option<&Mutex<()>>, stop: &AtomicBool) -> Option<Ended> {
        let alone = slow.map(|slow| slow.lock().unwrap_or_else(std::sync::PoisonError::into_inner));
        let loaded = match point::load(&self.source, self.args, &self.pairs(point)) {
            Ok(loaded) => loaded,
            Err(failure) => return Some(Ended::Failed(failure, true)),
        };
        if !self.is_small(&limits::need(&loaded.network)) {
            return None;
        }
        drop(alone);
        let choice = if self.choice == BackendChoice::Oracle { self.choice } else { BackendChoice::Cpu };
        Some(point::run(loaded, self.args, self.limit, self.folder_of(point), self.how(Some(1), choice, stop)))
    }

    /// Whether runs of such a network go side by side. A GPU runs one at a time.
    fn is_small(&self, need: &limits::Need) -> bool {
        self.choice != BackendChoice::Gpu && point::is_small(need, self.points.len(), self.threads, self.limit)
    }

    fn how<'a>(&'a self, threads: Option<usize>, choice: BackendChoice, stop: &'a AtomicBool) -> How<'a> {
        How { model: &self.model, threads, choice, formats: &self.formats, stop, console: self.console }
    }

    fn pairs(&self, point: usize) -> Vec<(&str, &str)> {
        self.keys.iter().zip(&self.points[point]).map(|(key, value)| (key.name.as_str(), value.as_str())).collect()
    }

    /// `007-run.seed=3`, where results are wanted.
    fn folder_of(&self, point: usize) -> Option<PathBuf> {
        let folder = self.folder.as_ref()?;
        let digits = self.points.len().to_string().len().max(3);
        let said: Vec<String> = self.pairs(point).iter().map(|(key, value)| format!("{key}={value}")).collect();
        let plain = |letter: char| if letter.is_alphanumeric() || "._-=+,".contains(letter) { letter } else { '_' };
        let name: String = said.join(",").chars().filter(|letter| *letter != '"').map(plain).take(100).collect();
        Some(folder.join(format!("{:0digits$}-{name}", point + 1)))
    }

    /// Adds what a run gave to the table.
    fn take(
        &self,
        progress: &mut Progress,
        point: usize,
        ended: Ended,
        side_by_side: bool,
        begin: Instant,
        steps: &Steps,
    ) -> Result<(), Failure> {
        let (error, figures): (Option<String>, Option<Figures>) = match ended {
            Ended::Interrupted => return Ok(()),
            Ended::Done(figures) => (None, Some(*figures)),
            Ended::Failed(failure, unprepared) => {
                let said =
                    failure.problems().iter().map(|problem| problem.message.clone()).collect::<Vec<_>>().join("; ");
                progress.unprepared += usize::from(unprepared);
                progress.first.get_or_insert(failure);
                (Some(said), None)
            }
        };
        if side_by_side {
            progress.side_by_side += 1;
        } else {
            progress.one_by_one += 1;
        }
        let values = self.pairs(point).into_iter().map(|(key, value)| (key.to_owned(), value.to_owned())).collect();
        let at = progress.rows.partition_point(|row| row.point < point + 1);
        progress.rows.insert(at, Row { point: point + 1, values, error, figures });
        let (done, total) = (progress.rows.len(), self.points.len());
        #[allow(clippy::cast_precision_loss)]
        let left = begin.elapsed().as_secs_f64() / done as f64 * (total - done) as f64;
        let said: Vec<String> = self.pairs(point).iter().map(|(key, value)| format!("{key}={value}")).collect();
        steps.show(done, total, &format!("{} left  {}", format::duration(left.ceil()), said.join(" ")));
        self.write_table(progress, false)
    }

    /// Where the table goes.
    fn table_paths(&self) -> Vec<PathBuf> {
        let own = self.folder.as_ref().map(|folder| folder.join("sweep.csv"));
        self.args.table.iter().cloned().chain(own).collect()
    }

    /// Writes what there is, if it is time.
    fn write_table(&self, progress: &mut Progress, now: bool) -> Result<(), Failure> {
        if !now && progress.written.is_some_and(|written| written.elapsed() < WRITE_EVERY) {
            return Ok(());
        }
        for path in self.table_paths() {
            crate::outputs::table(&path, table::columns(&self.keys, &progress.rows))?;
        }
        progress.written = Some(Instant::now());
        Ok(())
    }

    fn conclude(&self, mut progress: Progress, interrupted: bool, begin: Instant) -> Result<ExitCode, Failure> {
        let (done, total) = (progress.rows.len(), self.points.len());
        let failed = progress.rows.iter().filter(|row| row.error.is_some()).count();
        // Nothing could even be built: it is the input that is wrong, for all alike.
        if done == total
            && progress.unprepared == total
            && let Some(first) = progress.first.take()
        {
            self.table_paths().iter().for_each(|path| _ = std::fs::remove_file(path));
            return Err(first);
        }
        self.write_table(&mut progress, true)?;
        let mut outputs: Vec<String> = self.table_paths().iter().map(|path| path.display().to_string()).collect();
        let mut said = None;
        if let Some(folder) = &self.folder {
            match picture::picture(&self.model, &self.keys, &progress.rows) {
                Ok(picture) => {
                    let mut files = Outputs::create(folder)?;
                    files.picture("sweep", &picture)?;
                    outputs.extend(["sweep.png", "sweep.svg"].map(|name| shown(folder, name)));
                }
                Err(why) => said = Some(why),
            }
        }
        let mut report = SweepReport {
            schema: "huxley.sweep/1",
            model: self.model.clone(),
            keys: self.keys.iter().map(|key| SweptKey { name: key.name.clone(), values: key.values.clone() }).collect(),
            points: total,
            done,
            failed,
            partial: interrupted && done < total,
            side_by_side: progress.side_by_side,
            at_a_time: self.threads.min(total),
            one_by_one: progress.one_by_one,
            wall_s: begin.elapsed().as_secs_f64(),
            rows: progress.rows,
            outputs,
        };
        if let Some(folder) = &self.folder {
            report.outputs.push(shown(folder, "sweep.json"));
            Outputs::create(folder)?.json("sweep.json", &report)?;
        }
        text::warnings(&report).iter().for_each(|warning| self.console.warn(warning));
        if self.console.json() {
            self.console.answer_json(&report)?;
        } else {
            self.console.answer(&text::text(&report))?;
        }
        report.outputs.iter().for_each(|name| self.console.note(&format!("wrote {name}")));
        if let Some(why) = said {
            self.console.note(&format!("no picture: {why}"));
        }
        if report.partial {
            self.console.note(&format!("interrupted: {done} of {total} runs are done, and in the table"));
            return Ok(ExitCode::from(INTERRUPTED));
        }
        if failed > 0 {
            self.console.note(&format!("{failed} of {total} runs failed: the table says why"));
            return Ok(ExitCode::from(1));
        }
        Ok(ExitCode::SUCCESS)
    }
}

fn shown(folder: &Path, name: &str) -> String {
    folder.join(name).display().to_string()
}
