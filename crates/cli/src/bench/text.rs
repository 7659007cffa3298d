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
        // Drivers add their version, in parentheses.
        None => device.split(" (").next().unwrap_or(device).chars().take(NAME).collect(),
    }
}

fn percent(fraction: f64) -> String {
    if fraction < 10.0 { format!("{:.0} %", 100.0 * fraction) } else { ">999 %".to_owned() }
}

/// A fraction of a peak.
fn fraction(figure: &KernelFigure, names: &[&str]) -> String {
    let found = names.iter().filter_map(|&name| figure.fractions.get(name)).copied().reduce(f64::min);
    // No `-0.00`, of a part that adds none.
    found.map_or("-".to_owned(), |fraction| format!("{:.2}", (100.0 * fraction).round() / 100.0 + 0.0))
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

/// What a section of the table is about, and the figures of kernels in it.
fn section(figure: &KernelFigure) -> &'static str {
    match (figure.unit.as_str(), is_part(figure)) {
        ("compartment-step", _) => "a compartment, one substep",
        ("synapse-tick", false) => "a synapse, one millisecond",
        ("synapse-tick", true) => "what each part adds to a synapse with those before it, one millisecond",
        ("arrival", _) => "a spike's arrival at a synapse",
        _ => "a neuron, one millisecond",
    }
}

/// Whether it is a difference between two synapses.
pub fn is_part(figure: &KernelFigure) -> bool {
    figure.unit == "synapse-tick" && !["synapse-static", "synapse-plastic"].contains(&figure.name.as_str())
}

fn kernels(report: &BenchReport) -> String {
    let heads = ["kernel", "on", "ns", "±", "GFLOP/s", "Ginstr/s", "GB/s", "fma", "exp", "div", "mem", "bound", "size"];
    let mut lines = vec![heads.map(str::to_owned).to_vec()];
    lines.extend(report.kernels.iter().map(kernel));
    let right: Vec<usize> = (2..11).chain([12]).collect();
    let table = aligned(&lines, &right, 2);
    let mut rows = table.lines();
    let mut text = format!("\n{}\n", rows.next().unwrap_or_default());
    let mut before = "";
    for (figure, row) in report.kernels.iter().zip(rows) {
        let own = section(figure);
        if own != before {
            text += &format!("{own}\n");
            before = own;
        }
        text += &format!("{row}\n");
    }
    let legend = format!(
        "±: half the distance of the quartiles of repeated runs. GFLOP/s: an exponential as {}, a division as {}; Ginstr/s: an \
         exponential as what it is made of, everything 1. fma to mem: fractions of these peaks; of fma with an exponential as what it \
         is made of, of memory (mem) to the faster of copy and update. bound: the peak used most. size: units a tick. ~: not \
         settled. c: what it holds fits the last cache.",
        report.exp_weight, report.div_weight
    );
    text + &wrapped_at("  ", "  ", &legend, WIDTH)
}

fn kernel(f: &KernelFigure) -> Vec<String> {
    let name = if is_part(f) { f.name.trim_start_matches("synapse-") } else { &f.name };
    let mut line = vec![name.to_owned(), format!("{} {}", on(&f.device, f.threads), f.precision)];
    line.push(format!("{}{}", if f.settled { "" } else { "~" }, format::significant(f.ns_per_unit, 3)));
    line.push(percent(f.spread));
    line.extend([f.gflops, f.ginstructions_per_s, f.gbytes_per_s].map(|x| format::significant(x, 3)));
    line.extend([&["fma"][..], &["exp"], &["div"], &["copy", "update"]].map(|names| fraction(f, names)));
    line.push(f.bound.clone());
    line.push(format!("{}{}", format::si(f.size as f64, ""), if f.in_cache { "c" } else { "" }));
    line
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
