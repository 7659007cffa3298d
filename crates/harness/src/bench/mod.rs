//! `huxley bench`: ceilings of this machine, and kernels beside them.
//!
//! A kernel is a network run through [`Backend::advance`](huxley_engine::Backend::advance): what is timed is what runs. Its
//! operations and bytes are those of the [ledger](crate::ledger) of the same plan with the spikes that were sent.

pub mod document;
mod figure;
mod gpu;
mod kernels;
pub mod networks;
mod options;
mod peaks;
mod schedule;
pub mod statistics;
mod timing;
mod track;

use std::path::Path;
use std::process::Command;
use std::time::{SystemTime, UNIX_EPOCH};

pub use document::{BenchReport, Fit, Gpu, KernelFigure, Machine, Peak, SCHEMA};
pub use figure::precision_name;
pub use kernels::kernel_names;
pub use options::{Backends, BenchError, BenchOptions, Progress};

use crate::machine;
use gpu::Place;
use schedule::Bench;
use timing::Executor;

/// Load average above which other processes are taken to disturb.
const BUSY: f64 = 0.5;

/// Measures ceilings and kernels. `progress` is told what is measured next.
///
/// # Errors
/// When a kernel or GPU that is asked for is not there, or a network cannot be run.
pub fn bench(options: &BenchOptions, progress: &mut dyn FnMut(&Progress)) -> Result<BenchReport, BenchError> {
    let kernels = kernels::chosen(&options.only)?;
    let started = SystemTime::now();
    let load = machine::load().filter(|&load| load > BUSY);
    let places = places(options)?;
    let report = huxley_cpu::device_report();
    let cpu = machine::cpu_name().unwrap_or_else(|| std::env::consts::ARCH.to_owned());
    let mut executors: Vec<Executor> = Vec::new();
    if options.backends != Backends::Gpu {
        executors.extend(threads(&options.threads, report.logical_cpus).into_iter().map(Executor::Cpu));
    }
    executors.extend(places.iter().cloned().map(Executor::Gpu));
    let mut bench = Bench::new(options, executors, cpu, report.logical_cpus, progress);
    bench.measure(&kernels)?;
    let mut notes = bench.notes;
    if let Some(load) = load {
        notes.insert(
            0,
            format!("The load average was {load} when it began: others use this machine, and figures come out low."),
        );
    }
    if places.iter().any(|place| place.gpu.software) {
        notes.push("A GPU in software computes on the CPU: its figures are no GPU's.".to_owned());
    }
    if options.backends != Backends::Cpu && places.is_empty() {
        notes
            .push("No GPU was measured: there is none, or only one in software, which has to be asked for.".to_owned());
    }
    Ok(BenchReport {
        schema: SCHEMA.to_owned(),
        version: env!("CARGO_PKG_VERSION").to_owned(),
        commit: commit(),
        started: utc(started),
        seconds: started.elapsed().map_or(0.0, |elapsed| elapsed.as_secs_f64()),
        machine: Machine {
            cpu: machine::cpu_name(),
            threads: report.logical_cpus,
            isa: report.isa.to_owned(),
            memory_bytes: machine::total_memory(),
            cache_bytes: machine::last_cache(),
            gpus: places.into_iter().map(|place| place.gpu).collect(),
        },
        exp_weight: options.convention.exp,
        div_weight: options.convention.div,
        peaks: bench.peaks,
        kernels: bench.figures,
        scaling: bench.fits,
        notes,
    })
}

/// The GPUs to measure. Where all backends are, and no GPU is named, none is none.
fn places(options: &BenchOptions) -> Result<Vec<Place>, BenchError> {
    match options.backends {
        Backends::Cpu => Ok(Vec::new()),
        Backends::All if options.device.is_none() => Ok(gpu::list(options).unwrap_or_default()),
        Backends::All => gpu::list(options),
        Backends::Gpu => {
            let places = gpu::list(options)?;
            if places.is_empty() {
                return Err(BenchError::Gpu {
                    message: "there is no GPU, or only one in software".to_owned(),
                    hint: "name it with --device (`huxley devices` lists them), or use --backend cpu".to_owned(),
                    input: true,
                });
            }
            Ok(places)
        }
    }
}

/// Numbers of threads in rising order, each once: those asked for, or one and all.
fn threads(asked: &[usize], all: usize) -> Vec<usize> {
    let mut threads = if asked.is_empty() { vec![1, all] } else { asked.to_vec() };
    threads.retain(|&n| n > 0);
    threads.sort_unstable();
    threads.dedup();
    threads
}

/// The commit this was built from: what `HUXLEY_COMMIT` said when it was compiled; else, where the program lies in a checkout of this
/// repository, the checkout's commit now, with `-dirty` where files have changed.
fn commit() -> Option<String> {
    if let Some(commit) = option_env!("HUXLEY_COMMIT").filter(|commit| !commit.is_empty()) {
        return Some(commit.to_owned());
    }
    let program = std::env::current_exe().ok()?;
    let checkout = program.ancestors().find(|folder| folder.join(".git").exists())?;
    checkout.join("crates/harness/src/bench/mod.rs").is_file().then(|| described(checkout))?
}

fn described(checkout: &Path) -> Option<String> {
    let args = ["describe", "--always", "--dirty", "--abbrev=40", "--exclude=*"];
    let output = Command::new("git").arg("-C").arg(checkout).args(args).output().ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    (output.status.success() && !text.trim().is_empty()).then(|| text.trim().to_owned())
}

/// `2026-11-24T03:21:21Z`.
fn utc(time: SystemTime) -> String {
    let seconds = time.duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
    let (days, second) = (seconds / 86_400, seconds % 86_400);
    let (year, month, day) = date(days);
    format!("{year:04}-{month:02}-{day:02}T{:02}:{:02}:{:02}Z", second / 3600, second / 60 % 60, second % 60)
}

/// Year, month and day of the Gregorian calendar, `days` after 1970-01-01.
fn date(mut days: u64) -> (u64, u64, u64) {
    let leap = |year: u64| year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    let mut year = 1970;
    while days >= 365 + u64::from(leap(year)) {
        days -= 365 + u64::from(leap(year));
        year += 1;
    }
    let lengths = [31, 28 + u64::from(leap(year)), 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
    let mut month = 0;
    while days >= lengths[month] {
        days -= lengths[month];
        month += 1;
    }
    (year, month as u64 + 1, days + 1)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn time_is_written_as_utc() {
        let at = |seconds| utc(UNIX_EPOCH + Duration::from_secs(seconds));
        assert_eq!(at(0), "1970-01-01T00:00:00Z");
        // `date -u -d @951782400`, the last leap day of a century, and a second before a year ends.
        assert_eq!(at(951_782_400), "2000-02-29T00:00:00Z");
        assert_eq!(at(1_798_761_599), "2026-12-31T23:59:59Z");
    }

    #[test]
    fn threads_are_one_and_all_or_what_is_asked_for() {
        assert_eq!(threads(&[], 8), [1, 8]);
        assert_eq!(threads(&[], 1), [1]);
        assert_eq!(threads(&[4, 2, 4], 8), [2, 4]);
    }
}
