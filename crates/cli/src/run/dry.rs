//! `--dry-run`: what a run would be, and what limits it.

use std::path::Path;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use huxley_engine::Plan;
use huxley_engine::estimate::{FanIn, fan_in, plan_bytes};
use huxley_io::results::{format, free_space};
use serde::Serialize;

use crate::console::Console;
use crate::failure::Failure;
use crate::run::Subject;
use crate::run::backend::Chosen;
use crate::run::limits::{self, NUMBERED, Need};
use crate::run::recorder::Formats;
use crate::run::report::{between_neurons, precision};
use crate::run::summary::{heading, wrapped};
use crate::table::aligned;

/// Time given to measuring how long a tick takes.
const MEASURED: Duration = Duration::from_millis(400);

#[derive(Serialize)]
struct DryRun {
    schema: &'static str,
    model: String,
    backend: String,
    device: String,
    precision: String,
    integrator: String,
    neurons: u64,
    compartments: u64,
    synapses: u64,
    gap_junctions: u64,
    fan_in_mean: f64,
    fan_in_max: u64,
    ticks: u64,
    substeps: u32,
    dt_ms: f64,
    tick_ms: f64,
    duration_ms: f64,
    setup_s: f64,
    memory_estimate_bytes: u64,
    memory_held_bytes: u64,
    memory_limit_bytes: Option<u64>,
    files_bytes: u64,
    disk_free_bytes: Option<u64>,
    measured_ticks: u64,
    predicted_s: f64,
    binding: String,
    binding_fraction: f64,
    probes: Vec<ProbeEntry>,
    /// Kernels of the membrane on a GPU, and where each holds its cells.
    membrane_kernels: Vec<String>,
    warnings: Vec<String>,
}

#[derive(Serialize)]
struct ProbeEntry {
    name: String,
    places: u64,
    interval_ms: f64,
}

/// Prints the plan of a run that fits.
#[allow(clippy::cast_precision_loss, clippy::too_many_arguments)]
pub fn dry_run(
    subject: &Subject,
    plan: &Plan,
    formats: &Formats,
    need: &Need,
    limit: Option<u64>,
    mut chosen: Chosen,
    setup: Duration,
    console: &Console,
) -> Result<ExitCode, Failure> {
    let held = plan_bytes(plan);
    let held = (held.membrane + held.synapses + chosen.backend.bytes()) as u64;
    let (measured_ticks, per_tick) = measure(&mut chosen, subject.ticks)?;
    let files = limits::files(plan, formats, subject.ticks, limits::expected_rate());
    let FanIn { mean, most } = fan_in(plan);
    let memory_limit = limits::memory_limit(limit);
    let disk = free_space(Path::new("."));
    let fraction = |need: u64, have: Option<u64>| have.map_or(0.0, |have| need as f64 / have.max(1) as f64);
    let bounds = [
        ("memory", fraction(need.memory(), memory_limit)),
        ("disk space for results", fraction(files.total(), disk)),
        ("numbers for synapses", fraction(plan.synapses() as u64, Some(NUMBERED))),
        ("numbers for nodes", fraction(plan.nodes.parent.len() as u64, Some(NUMBERED))),
    ];
    let (binding, binding_fraction) = bounds.into_iter().fold(bounds[0], |a, b| if b.1 > a.1 { b } else { a });
    let s = &plan.settings;
    let probe = |p: &huxley_engine::plan::ProbePlan| ProbeEntry {
        name: p.name.clone(),
        places: p.nodes.len() as u64,
        interval_ms: f64::from(p.interval) * s.dt,
    };
    let answer = DryRun {
        schema: "huxley.plan/1",
        model: plan.name.clone(),
        backend: chosen.backend.name().to_owned(),
        device: chosen.backend.device(),
        precision: precision(plan).to_owned(),
        integrator: s.integrator.name().to_owned(),
        neurons: plan.cells.len() as u64,
        compartments: plan.compartments() as u64,
        synapses: between_neurons(plan),
        gap_junctions: plan.gaps.junctions as u64,
        fan_in_mean: mean,
        fan_in_max: most,
        ticks: subject.ticks,
        substeps: s.substeps,
        dt_ms: s.dt,
        tick_ms: s.tick,
        duration_ms: subject.ticks as f64 * s.tick,
        setup_s: setup.as_secs_f64(),
        memory_estimate_bytes: need.memory(),
        memory_held_bytes: held,
        memory_limit_bytes: memory_limit,
        files_bytes: files.total(),
        disk_free_bytes: disk,
        measured_ticks,
        predicted_s: per_tick * subject.ticks as f64,
        binding: binding.to_owned(),
        binding_fraction,
        probes: plan.probes.iter().map(probe).collect(),
        membrane_kernels: chosen.held.clone(),
        warnings: subject.warnings.clone(),
    };
    subject.warnings.iter().for_each(|warning| console.warn(warning));
    if console.json() {
        console.answer_json(&answer)?
    } else {
        console.answer(&text(subject, plan, &answer))?
    }
    Ok(ExitCode::SUCCESS)
}

/// Runs some ticks and returns how many, and the seconds of one.
#[allow(clippy::cast_precision_loss)]
fn measure(chosen: &mut Chosen, ticks: u64) -> Result<(u64, f64), Failure> {
    let begin = Instant::now();
    chosen.backend.advance(1)?;
    // The first tick warms caches; it counts only where it is the only one.
    let first = begin.elapsed();
    if ticks == 1 || first > MEASURED {
        return Ok((1, first.as_secs_f64()));
    }
    let (mut done, begin) = (0, Instant::now());
    while done < ticks - 1 && begin.elapsed() < MEASURED {
        let some = 8.min(ticks - 1 - done);
        chosen.backend.advance(u32::try_from(some).unwrap_or(1))?;
        done += some;
    }
    Ok((done, begin.elapsed().as_secs_f64() / done as f64))
}

fn text(subject: &Subject, plan: &Plan, answer: &DryRun) -> String {
    let percent = |fraction: f64| {
        if fraction >= 0.001 { format!("{:.1} %", 100.0 * fraction) } else { "less than 0.1 %".to_owned() }
    };
    let mut text = heading(subject, plan);
    let mut line = |name: &str, value: String| text += &format!("{name:<11} {value}\n");
    line(
        "network",
        format!(
            "{}, {}, {}, {}",
            format::counted(answer.neurons, "neuron"),
            format::counted(answer.compartments, "compartment"),
            format::counted(answer.synapses, "synapse"),
            format::counted(answer.gap_junctions, "gap junction")
        ),
    );
    line("fan-in", format!("{:.1} on average, {} at most", answer.fan_in_mean, format::count(answer.fan_in_max)));
    line(
        "time",
        format!(
            "{} in {} of {} ms, {} of {} ms each",
            format::milliseconds(answer.duration_ms),
            format::counted(answer.ticks, "tick"),
            answer.tick_ms,
            format::counted(u64::from(answer.substeps), "substep"),
            answer.dt_ms
        ),
    );
    line("on", format!("{} ({}), {}, {}", answer.backend, answer.device, answer.precision, answer.integrator));
    for held in &answer.membrane_kernels {
        line("", held.clone());
    }
    line(
        "memory",
        format!(
            "{} reckoned before building, {} held{}",
            format::bytes(answer.memory_estimate_bytes),
            format::bytes(answer.memory_held_bytes),
            answer.memory_limit_bytes.map_or(String::new(), |limit| format!(", {} free", format::bytes(limit)))
        ),
    );
    line(
        "files",
        format!(
            "{} (spikes at {} a neuron){}",
            format::bytes(answer.files_bytes),
            format::rate(limits::expected_rate()),
            answer.disk_free_bytes.map_or(String::new(), |free| format!(", {} free", format::bytes(free)))
        ),
    );
    line(
        "takes",
        format!(
            "{} to run, {} to set up (measured over {}; a network that spikes more takes longer)",
            format::duration(answer.predicted_s),
            format::duration(answer.setup_s),
            format::counted(answer.measured_ticks, "tick")
        ),
    );
    let fits = if answer.binding_fraction > 1.0 { ": the run would not fit" } else { "" };
    line("limit", format!("{} binds: {} of it is needed{fits}", answer.binding, percent(answer.binding_fraction)));
    let rows: Vec<Vec<String>> = answer
        .probes
        .iter()
        .map(|p| vec![p.name.clone(), format::counted(p.places, "place"), format!("every {} ms", p.interval_ms)])
        .collect();
    if !rows.is_empty() {
        line("probes", format::counted(rows.len() as u64, "probe"));
        text += &aligned(&rows, &[1], 12);
    }
    for note in &subject.notes {
        text += &wrapped("note", note);
    }
    text + "nothing was written: this was a dry run\n"
}
