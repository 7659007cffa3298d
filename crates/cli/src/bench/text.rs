//! `huxley bench` as tables.

use huxley_harness::bench::{BenchReport, Fit, KernelFigure, Peak};
use huxley_io::results::format;

use crate::table::{aligned, wrapped_at};

/// Columns of text.
const WIDTH: usize = 118;
/// Longest name of a GPU in a table.
const NAME: usize = 22;

/// The report as text.
pub fn text(report: &BenchReport) -> String {
    let mut text = heading(report);
    text += &peaks(report);
    text += &kernels(report);
    text += &scaling(report);
    for note in &report.notes {
        text += &wrapped_at("note      ", "          ", note, WIDTH);
    }
    text
}

fn heading(report: &BenchReport) -> String {
    let machine = &report.machine;
    let mut parts = vec![
        machine.cpu.clone().unwrap_or_else(|| "CPU of unknown name".to_owned()),
        format::counted(machine.threads as u64, "logical core"),
        machine.isa.clone(),
    ];
    parts.extend(machine.cache_bytes.map(|bytes| format!("last cache {}", format::bytes(bytes))));
    parts.extend(machine.gpus.iter().map(|gpu| format!("{} ({})", gpu.name, gpu.kind)));
    format!("{}\n{}, {}\n", parts.join(", "), report.started, format::duration(report.seconds))
}

/// `2 threads`, or the GPU.
fn on(device: &str, threads: Option<usize>) -> String {
    match threads {
        Some(threads) => format::counted(threads as u64, "thread"),
        None => device.chars().take(NAME).collect(),
    }
}

fn percent(fraction: f64) -> String {
    format!("{:.0} %", 100.0 * fraction)
}

/// A fraction of a peak.
fn fraction(figure: &KernelFigure, names: &[&str]) -> String {
    let found = names.iter().filter_map(|&name| figure.fractions.get(name)).copied().reduce(f64::min);
    found.map_or("-".to_owned(), |fraction| format!("{fraction:.2}"))
}

fn peaks(report: &BenchReport) -> String {
    let mut columns: Vec<(String, String, Option<usize>)> = Vec::new();
    let mut rows: Vec<(String, Option<String>, String)> = Vec::new();
    for peak in &report.peaks {
        let column = (peak.backend.clone(), peak.device.clone(), peak.threads);
        if !columns.contains(&column) {
            columns.push(column);
        }
        let row = (peak.name.clone(), peak.precision.clone(), peak.unit.clone());
        if !rows.contains(&row) {
            rows.push(row);
        }
    }
    let mut lines = vec![vec!["peak".to_owned(), String::new()]];
    lines[0].extend(columns.iter().map(|(_, device, threads)| on(device, *threads)));
    for (name, precision, unit) in &rows {
        let mut line = vec![name.clone(), precision.clone().unwrap_or_default()];
        for (backend, device, threads) in &columns {
            let own = |peak: &&Peak| {
                (&peak.backend, &peak.device, &peak.threads) == (backend, device, threads)
                    && (&peak.name, &peak.precision) == (name, precision)
            };
            let value = report.peaks.iter().find(own);
            line.push(
                value.map_or("-".to_owned(), |p| format!("{} ±{}", format::si(p.value, unit), percent(p.spread))),
            );
        }
        lines.push(line);
    }
    let right: Vec<usize> = (2..columns.len() + 2).collect();
    format!("\n{}", aligned(&lines, &right, 0))
}

fn kernels(report: &BenchReport) -> String {
    let heads = [
        "kernel", "on", "", "unit", "ns", "±", "FLOP", "GFLOP/s", "Ginstr/s", "GB/s", "fma", "exp", "div", "memory",
        "bound", "size",
    ];
    let mut lines = vec![heads.map(str::to_owned).to_vec()];
    for f in &report.kernels {
        let unsettled = if f.settled { "" } else { "~" };
        let cached = if f.in_cache { "c" } else { "" };
        let mut line = vec![f.name.clone(), on(&f.device, f.threads), f.precision.clone(), short(&f.unit).to_owned()];
        line.push(format!("{unsettled}{}", format::significant(f.ns_per_unit, 3)));
        line.push(percent(f.spread));
        line.extend(
            [f.flop_per_unit, f.gflops, f.ginstructions_per_s, f.gbytes_per_s].map(|x| format::significant(x, 3)),
        );
        line.extend([&["fma"][..], &["exp"], &["div"], &["copy", "update"]].map(|names| fraction(f, names)));
        line.push(f.bound.clone());
        line.push(format!("{}{cached}", format::si(f.size as f64, "")));
        lines.push(line);
    }
    let right: Vec<usize> = (4..14).chain([15]).collect();
    let mut text = format!("\n{}", aligned(&lines, &right, 0));
    let legend = format!(
        "ns, FLOP: for a unit (step: a compartment's substep; tick: a synapse's millisecond; arrival: of a spike; ms: a neuron's \
         millisecond). ±: half the distance of the quartiles of repeated runs. FLOP: an exponential as {}, a division as {}; instr: \
         an exponential as what it is made of, everything 1. fma to memory: fraction of that peak; of fma with an exponential as what \
         it is made of, of memory to the faster of copy and update. bound: the peak used most. ~: not settled. c: what it holds fits \
         the last cache.",
        report.exp_weight, report.div_weight
    );
    text += &wrapped_at("  ", "  ", &legend, WIDTH);
    if report.kernels.iter().any(|f| f.timing.contains("less the synapse")) {
        let parts = "Parts of a synapse: each is what the plastic synapse takes with the parts up to this one, less what it takes with \
                     those before it.";
        text += &wrapped_at("  ", "  ", parts, WIDTH);
    }
    text
}

fn short(unit: &str) -> &str {
    match unit {
        "compartment-step" => "step",
        "synapse-tick" => "tick",
        "neuron-ms" => "ms",
        other => other,
    }
}

fn scaling(report: &BenchReport) -> String {
    if report.scaling.is_empty() {
        return String::new();
    }
    let heads = ["line", "on", "", "a tick takes", "", "off the line", "from", "to"];
    let mut lines = vec![heads.map(str::to_owned).to_vec()];
    lines.extend(report.scaling.iter().map(line));
    format!("\n{}", aligned(&lines, &[3, 4, 5, 6, 7], 0))
}

fn line(fit: &Fit) -> Vec<String> {
    let seconds = |s: f64| if s < 0.0 { format!("-{}", format::duration(-s)) } else { format::duration(s) };
    let threads = fit.against == "threads";
    let slope = if threads {
        format!("+ {} / threads", seconds(fit.slope_s))
    } else {
        format!("+ {} a unit", nanoseconds(fit.slope_s))
    };
    let ends = [fit.points.first(), fit.points.last()]
        .map(|point| point.map_or(String::new(), |p| format::si(if threads { (1.0 / p.0).round() } else { p.0 }, "")));
    let place = if threads { "threads".to_owned() } else { on(&fit.device, fit.threads) };
    let mut cells =
        vec![fit.name.clone(), place, fit.precision.clone(), seconds(fit.intercept_s), slope, percent(fit.residual)];
    cells.extend(ends);
    cells
}

fn nanoseconds(s: f64) -> String {
    format!("{} ns", format::significant(1e9 * s, 3))
}
