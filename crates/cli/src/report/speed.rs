//! The section of the benchmark: ceilings, kernels, rooflines, lines.

use huxley_harness::bench::{BenchReport, Fit, KernelFigure, Peak};
use huxley_io::picture::{ChartData, PictureSize, chart};
use huxley_io::results::format;
use maud::{Markup, html};

use super::page::{Answer, Section, Table, figure};
use super::{drawn, json};
use crate::bench::{is_part, roofline, scaling};
use crate::failure::Failure;

const ID: &str = "speed";

/// The section.
pub fn section(report: &BenchReport, command: String) -> Result<Section, Failure> {
    let pictures =
        figures(roofline::all(report), "Each kernel at its arithmetic intensity, below the ceilings of this machine.")?;
    let lines = figures(scaling::all(report), "What does not depend on how much a tick has lies level.")?;
    let body = html! {
        p.soft {
            (machine(report)) ". Measured " (report.started) " in " (format::duration(report.seconds))
            @if let Some(commit) = &report.commit { ", commit " code { (commit) } } "."
        }
        @for note in &report.notes { p.warning { (note) } }
        h3 { "Ceilings" }
        (peaks(report).html())
        h3 { "Kernels" }
        (kernels(report, false).html())
        details { summary { "Parts of the plastic synapse" } (kernels(report, true).html()) }
        p.soft {
            "GFLOP/s takes an exponential as " (report.exp_weight) " and a division as " (report.div_weight)
            ". Fractions are of measured ceilings and are not clamped: above 1 a kernel's data came from a cache. The bound is the "
            "ceiling used most. A kernel whose figure did not settle over its sizes is marked with a tilde."
        }
        @for picture in &pictures { (picture) }
        @if !report.scaling.is_empty() {
            h3 { "Straight lines" }
            (straight_lines(report).html())
            @for picture in &lines { (picture) }
        }
    };
    Ok(Section { id: ID, title: "Speed, measured", command, body, json: json(report)? })
}

/// Pictures, with the same words beneath each heading.
fn figures(pictures: Vec<(String, ChartData)>, words: &str) -> Result<Vec<Markup>, Failure> {
    let drawn =
        |data: &ChartData| drawn(figure(&chart(data, PictureSize::default()), &format!("{}. {words}", data.title)));
    pictures.iter().map(|(_, data)| drawn(data)).collect()
}

/// What was measured of the two units that the article counts.
pub fn answers(report: &BenchReport) -> Vec<Answer> {
    let fastest = |name: &str| {
        let own = report.kernels.iter().filter(|k| k.name == name && k.precision == "f32");
        own.min_by(|a, b| a.ns_per_unit.total_cmp(&b.ns_per_unit))
    };
    let one = |name: &str, question: &str| {
        let own = fastest(name)?;
        Some(Answer {
            question: question.to_owned(),
            figure: format!("{} ns", format::significant(own.ns_per_unit, 3)),
            ground: format!(
                "{}, f32, measured; {} % of the {} ceiling.",
                on(&own.device, own.threads),
                format::significant(100.0 * own.fraction_of_peak, 2),
                own.bound
            ),
            section: ID,
        })
    };
    let neuron = one("membrane-100", "Time of a compartment and step on this machine");
    let synapse = one("synapse-plastic", "Time of a fully plastic synapse and millisecond on this machine");
    neuron.into_iter().chain(synapse).collect()
}

fn machine(report: &BenchReport) -> String {
    let machine = &report.machine;
    let mut parts = vec![
        machine.cpu.clone().unwrap_or_else(|| "CPU of unknown name".to_owned()),
        format::counted(machine.threads as u64, "logical core"),
        machine.isa.clone(),
    ];
    parts.extend(machine.memory_bytes.map(|bytes| format!("{} of memory", format::bytes(bytes))));
    parts.extend(machine.gpus.iter().map(|gpu| format!("{} ({}, {})", gpu.name, gpu.kind, gpu.driver)));
    parts.join(", ")
}

fn on(device: &str, threads: Option<usize>) -> String {
    threads.map_or_else(|| device.to_owned(), |threads| format::counted(threads as u64, "thread"))
}

fn percent(fraction: f64) -> String {
    format!("{:.0} %", 100.0 * fraction)
}

/// A row a ceiling, a column for each device and number of threads.
fn peaks(report: &BenchReport) -> Table {
    let (mut rows, mut columns) = (Vec::new(), Vec::new());
    for peak in &report.peaks {
        let row = (&peak.name, &peak.precision);
        let column = (&peak.device, peak.threads);
        if !rows.contains(&row) {
            rows.push(row);
        }
        if !columns.contains(&column) {
            columns.push(column);
        }
    }
    let cell = |row: (&String, &Option<String>), column: (&String, Option<usize>)| {
        let own = |p: &&Peak| (&p.name, &p.precision) == row && (&p.device, p.threads) == column;
        let value = |p: &Peak| format!("{} \u{b1}{}", format::si(p.value, &p.unit), percent(p.spread));
        report.peaks.iter().find(own).map_or_else(String::new, value)
    };
    let mut head = vec!["ceiling".to_owned(), "precision".to_owned()];
    head.extend(columns.iter().map(|&(device, threads)| on(device, threads)));
    let line = |&row: &(&String, &Option<String>)| {
        let mut cells = vec![row.0.clone(), row.1.clone().unwrap_or_default()];
        cells.extend(columns.iter().map(|&column| cell(row, column)));
        cells
    };
    Table {
        caption: "medians of several runs, with half the distance of their quartiles".to_owned(),
        numbers: (2..head.len()).collect(),
        head,
        rows: rows.iter().map(line).collect(),
    }
}

/// The kernels, or the parts of the plastic synapse.
fn kernels(report: &BenchReport, parts: bool) -> Table {
    let fraction =
        |own: &KernelFigure, name: &str| own.fractions.get(name).map_or_else(String::new, |&part| percent(part));
    let row = |own: &KernelFigure| {
        vec![
            own.name.clone(),
            on(&own.device, own.threads),
            own.precision.clone(),
            own.unit.clone(),
            format!("{}{}", if own.settled { "" } else { "~" }, format::significant(own.ns_per_unit, 3)),
            percent(own.spread),
            format::significant(own.gflops, 3),
            format::significant(own.gbytes_per_s, 3),
            fraction(own, "fma"),
            fraction(own, "copy"),
            own.bound.clone(),
            format::si(own.size as f64, ""),
        ]
    };
    let head = [
        "kernel",
        "on",
        "precision",
        "unit",
        "ns a unit",
        "spread",
        "GFLOP/s",
        "GB/s",
        "of fma",
        "of copy",
        "bound",
        "units a tick",
    ];
    Table {
        caption: if parts {
            "what each part adds to a synapse with those before it: differences, so small ones have a wide spread"
                .to_owned()
        } else {
            "each in several sizes until the figure settles; the largest is shown".to_owned()
        },
        head: head.map(str::to_owned).to_vec(),
        numbers: vec![4, 5, 6, 7, 8, 9, 11],
        rows: report.kernels.iter().filter(|own| is_part(own) == parts).map(row).collect(),
    }
}

fn straight_lines(report: &BenchReport) -> Table {
    let row = |fit: &Fit| {
        let end = |point: Option<&(f64, f64)>| point.map_or_else(String::new, |point| format::si(point.0, ""));
        vec![
            fit.name.clone(),
            on(&fit.device, fit.threads),
            fit.precision.clone(),
            if fit.against == "threads" { "1/threads".to_owned() } else { fit.against.clone() },
            format!("{} ns", format::significant(1e9 * fit.intercept_s, 3)),
            format!("{} ns", format::significant(1e9 * fit.slope_s, 3)),
            percent(fit.residual),
            format!("{} to {}", end(fit.points.first()), end(fit.points.last())),
        ]
    };
    Table {
        caption: "time of a tick = intercept + slope x; the extrapolation rests on the residual being small".to_owned(),
        head: ["kernel", "on", "precision", "x", "intercept", "slope", "residual", "range of x"]
            .map(str::to_owned)
            .to_vec(),
        numbers: vec![4, 5, 6, 7],
        rows: report.scaling.iter().map(row).collect(),
    }
}
