//! What a run says of itself on one screen.

use std::path::Path;
use std::time::Duration;

use huxley_engine::Plan;
use huxley_io::results::{KernelReport, RunReport, format};

use crate::run::{Subject, weights};
use crate::table::{aligned, wrapped_at};

/// Populations that are listed; more are counted.
const LISTED: usize = 12;
/// Columns of text.
const WIDTH: usize = 100;

/// The summary of a run.
pub fn summary(subject: &Subject, plan: &Plan, report: &RunReport, folder: Option<&Path>, writing: Duration) -> String {
    let mut text = heading(subject, plan);
    let mut line = |name: &str, value: String| text += &format!("{name:<11} {value}\n");
    line("network", sizes(plan, report));
    let partial = if report.partial { format!(" (partial, of {})", whole(subject, plan)) } else { String::new() };
    line(
        "run",
        format!(
            "{}{partial} in {}, {}",
            format::milliseconds(report.duration_ms),
            format::duration(report.wall_s),
            format::realtime(report.realtime_factor)
        ),
    );
    line(
        "",
        format!(
            "set-up {}, pictures and files {}",
            format::duration(report.setup_s),
            format::duration(writing.as_secs_f64())
        ),
    );
    line(
        "on",
        format!("{} ({}), peak memory {}", report.backend, report.device, format::bytes(report.memory.peak_rss_bytes)),
    );
    line("with", settings(plan, report));
    line(
        "spikes",
        format!(
            "{}, {} a neuron, digest {}",
            format::count(report.spikes),
            format::rate(report.mean_rate_hz),
            report.spike_digest
        ),
    );
    if report.populations.len() > 1 {
        text += &populations(report);
    }
    for (i, line) in weights::lines(&report.weights).iter().enumerate() {
        text += &wrapped(if i == 0 { "weights" } else { "" }, line);
    }
    if let Some(achieved) = achieved(report) {
        text += &wrapped("rate", &achieved);
        text += &wrapped("brain", &brain(report));
    }
    for note in &subject.notes {
        text += &wrapped("note", note);
    }
    if let Some(folder) = folder {
        text += &wrapped("written", &format!("{}/: {}", folder.display(), report.outputs.join(", ")));
    }
    text
}

/// Operations and bytes a second, as the ledger counts them.
#[allow(clippy::cast_precision_loss)]
fn achieved(report: &RunReport) -> Option<String> {
    let (gflops, gbytes) = (report.gflops?, report.gbytes_per_s?);
    let steps = report.compartments as f64 * f64::from(report.substeps) * report.ticks as f64;
    let biological = report.duration_ms * 1e-3;
    let per_step = report.realtime_factor * biological / steps * 1e9;
    let rest = if report.synapses > 0 { ", synapses included" } else { "" };
    Some(format!(
        "{} GFLOP/s, {} GB/s as `huxley ops` counts; {} ns a compartment and substep{rest}",
        format::significant(gflops, 3),
        format::significant(gbytes, 3),
        format::significant(per_step, 3)
    ))
}

/// Neurons of the human brain, as the article takes it.
const BRAIN_NEURONS: f64 = 1e11;
/// Synapses of the human brain, as the article takes it.
const BRAIN_SYNAPSES: f64 = 6e14;
/// Networks of fewer neurons do not fill a machine.
const FILLING: u64 = 1000;

/// What the run's speed means for the human brain: this network's time, times as many such networks as have its neurons.
#[allow(clippy::cast_precision_loss, clippy::cast_possible_truncation, clippy::cast_sign_loss)]
fn brain(report: &RunReport) -> String {
    let neurons = report.neurons.max(1) as f64;
    let machines = report.realtime_factor * BRAIN_NEURONS / neurons;
    let each = report.compartments as f64 / neurons;
    let mut text = format!(
        "at this rate the human brain would need {machines:.1e} machines like this for real time, if its 1e11 neurons were \
         like these ({} each",
        format::counted(each.round().max(1.0) as u64, "compartment"),
    );
    if report.synapses > 0 {
        text += &format!(
            ", {} synapses; the brain has about {})",
            format::significant(report.synapses as f64 / neurons, 2),
            format::count((BRAIN_SYNAPSES / BRAIN_NEURONS) as u64)
        );
    } else {
        text += "); its 6e14 synapses are not in this figure";
    }
    text += ", and without exchanging spikes between machines";
    if report.neurons < FILLING {
        text += "; so few neurons do not fill a machine, which does better with more";
    }
    text
}

/// `squid: Squid axon ...`, and an empty line.
pub fn heading(subject: &Subject, plan: &Plan) -> String {
    let text = if subject.title.is_empty() { plan.name.clone() } else { format!("{}: {}", plan.name, subject.title) };
    broken(String::new(), "", &text) + "\n"
}

fn sizes(plan: &Plan, report: &RunReport) -> String {
    let mut parts =
        vec![format::counted(report.neurons, "neuron"), format::counted(report.compartments, "compartment")];
    if report.synapses > 0 {
        parts.push(format::counted(report.synapses, "synapse"));
    }
    if report.gap_junctions > 0 {
        parts.push(format::counted(report.gap_junctions, "gap junction"));
    }
    if !plan.generators.is_empty() {
        parts.push(format::counted(plan.generators.len() as u64, "generator"));
    }
    parts.join(", ")
}

fn settings(plan: &Plan, report: &RunReport) -> String {
    let s = &plan.settings;
    format!("{}, {}, dt {} ms, tick {} ms, seed {}", report.precision, report.integrator, s.dt, s.tick, s.seed)
}

fn populations(report: &RunReport) -> String {
    let row = |p: &huxley_io::results::PopulationReport| {
        vec![
            p.name.clone(),
            format::counted(p.neurons, "neuron"),
            format::counted(p.spikes, "spike"),
            format::rate(p.mean_rate_hz),
        ]
    };
    let rows: Vec<Vec<String>> = report.populations.iter().take(LISTED).map(row).collect();
    let mut text = aligned(&rows, &[1, 2, 3], 12);
    if report.populations.len() > LISTED {
        text += &format!("{:12}and {} more populations, in run.json\n", "", report.populations.len() - LISTED);
    }
    text
}

#[allow(clippy::cast_precision_loss)]
fn whole(subject: &Subject, plan: &Plan) -> String {
    format::milliseconds(subject.ticks as f64 * plan.settings.tick)
}

/// Kernels by their time on the device, the longest first.
#[allow(clippy::cast_precision_loss)]
pub fn kernels(kernels: &[KernelReport]) -> String {
    let whole: f64 = kernels.iter().map(|k| k.time_s).sum();
    let mut sorted: Vec<&KernelReport> = kernels.iter().collect();
    sorted.sort_by(|a, b| b.time_s.total_cmp(&a.time_s));
    let heads = ["kernel", "time", "share", "dispatches", "each"].map(str::to_owned).to_vec();
    let row = |k: &&KernelReport| {
        vec![
            k.name.clone(),
            format::duration(k.time_s),
            format!("{:.1} %", 100.0 * k.time_s / whole.max(f64::MIN_POSITIVE)),
            format::count(k.dispatches),
            format::duration(k.time_s / k.dispatches.max(1) as f64),
        ]
    };
    let rows: Vec<Vec<String>> = std::iter::once(heads).chain(sorted.iter().map(row)).collect();
    aligned(&rows, &[1, 2, 3, 4], 0)
}

/// `120 ms of 1 s (12 %)`.
#[allow(clippy::cast_precision_loss)]
pub fn reached(ticks: u64, whole: u64, tick_ms: f64) -> String {
    let (done, all) = (ticks as f64 * tick_ms, whole as f64 * tick_ms);
    format!("{} of {} ({:.0} %)", format::milliseconds(done), format::milliseconds(all), 100.0 * done / all)
}

/// A paragraph beside a name.
pub fn wrapped(name: &str, text: &str) -> String {
    broken(format!("{name:<12}"), &" ".repeat(12), text)
}

/// `text` broken between words, the first line after `first`, the others after `rest`.
fn broken(first: String, rest: &str, text: &str) -> String {
    wrapped_at(&first, rest, text, WIDTH)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_notes_are_broken_between_words() {
        let text = wrapped("note", &"word ".repeat(40));
        assert!(text.lines().count() == 3 && text.lines().all(|line| line.len() <= WIDTH), "{text}");
        assert!(text.starts_with("note        word"));
        assert_eq!(reached(120, 1000, 1.0), "120 ms of 1 s (12 %)");
    }
}
