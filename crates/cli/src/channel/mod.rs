//! `huxley channel`: what channels there are, and what one is.

pub mod args;
mod find;
mod picture;
mod text;

use std::process::ExitCode;

use huxley_harness::channel::{document::ChannelReport, report};
use huxley_io::tables::Column;
use serde::Serialize;

pub use args::ChannelArgs;
use args::{ChannelCommand, ListArgs, ShowArgs};
use find::Found;

use crate::console::Console;
use crate::failure::Failure;
use crate::outputs::{Outputs, numbers, texts};

/// Runs a command on channels.
pub fn channel(args: &ChannelArgs, console: &Console) -> Result<ExitCode, Failure> {
    match &args.command {
        ChannelCommand::List(args) => list(args, console)?,
        ChannelCommand::Show(args) => show(args, console)?,
    }
    Ok(ExitCode::SUCCESS)
}

#[derive(Serialize)]
struct ListReport {
    schema: &'static str,
    channels: Vec<ListEntry>,
}

#[derive(Serialize)]
struct ListEntry {
    name: String,
    origin: String,
    source: Option<String>,
    conductance: String,
    gates: Vec<String>,
    reversal_mv: Option<f64>,
    reads_calcium: bool,
}

fn list(args: &ListArgs, console: &Console) -> Result<(), Failure> {
    let all = match &args.model {
        Some(model) => find::of_model(model, &[])?,
        None => find::presets(),
    };
    said(&all, console);
    if console.json() {
        let entry = |found: &Found| {
            let scan = huxley_harness::channel::Scan { celsius: found.temperature().0, ..Default::default() };
            let report = report(&found.channel, &scan);
            ListEntry {
                name: found.name(),
                origin: found.origin.clone(),
                source: found.source.clone(),
                conductance: report.conductance,
                gates: report.gates.into_iter().map(|gate| gate.name).collect(),
                reversal_mv: report.reversal.mv,
                reads_calcium: report.reads_calcium,
            }
        };
        let channels = all.iter().map(entry).collect();
        return console.answer_json(&ListReport { schema: "huxley.channels/1", channels });
    }
    console.answer(&text::list(&all))?;
    console.note("\n`huxley channel show NAME` shows one");
    Ok(())
}

/// Says that a model does not load as a whole.
fn said(all: &[Found], console: &Console) {
    if let Some(broken) = all.iter().find_map(|found| found.broken.as_ref()) {
        console.warn(&format!("the model does not load as a whole, its [channels] do: {broken}"));
    }
}

fn show(args: &ShowArgs, console: &Console) -> Result<(), Failure> {
    let (all, place) = match &args.model {
        Some(model) => (find::of_model(model, &args.set)?, format!("in the model `{model}`")),
        None => (find::presets(), "among those built in".to_owned()),
    };
    let found = find::one(&args.name, &all, &place)?;
    said(std::slice::from_ref(&found), console);
    let (celsius, note) = found.temperature();
    if let (Some(note), None) = (note, &args.celsius) {
        console.note(&note);
    }
    let scan = args.scan(celsius)?;
    let mut report = ChannelReport {
        origin: found.origin.clone(),
        source: found.source.clone(),
        density: found.density.clone(),
        ..report(&found.channel, &scan)
    };
    let written = args.out.as_deref().map(|out| write(&mut report, &found.name(), out)).transpose()?;
    report.warnings.iter().for_each(|warning| console.warn(&warning.text));
    if console.json() {
        console.answer_json(&report)?;
    } else {
        console.answer(&text::show(&report))?;
    }
    if let Some(outputs) = written {
        report
            .outputs
            .iter()
            .for_each(|name| console.note(&format!("wrote {}", outputs.folder().join(name).display())));
    }
    Ok(())
}

fn write(report: &mut ChannelReport, name: &str, out: &std::path::Path) -> Result<Outputs, Failure> {
    let mut outputs = Outputs::create(out)?;
    for (what, picture) in picture::pictures(report) {
        outputs.picture(&format!("{name}-{what}"), &picture)?;
    }
    if !report.gates.is_empty() {
        outputs.table(&format!("{name}.csv"), table(report))?;
    }
    let json = format!("{name}.json");
    report.outputs = outputs.names_with(&json);
    outputs.json(&json, report)?;
    Ok(outputs)
}

/// The curves: a row for each gate, concentration of calcium and potential.
fn table(report: &ChannelReport) -> Vec<(String, Column)> {
    let curves = || report.gates.iter().flat_map(|gate| gate.curves.iter().map(move |curve| (gate, curve)));
    let each = |pick: &dyn Fn(&huxley_harness::channel::document::CurveReport, usize) -> f64| {
        numbers(
            curves()
                .flat_map(|(_, curve)| (0..curve.v_mv.len()).map(move |i| (curve, i)))
                .map(|(curve, i)| pick(curve, i)),
        )
    };
    let maybe = |values: &Option<Vec<f64>>, i: usize| values.as_ref().map_or(f64::NAN, |values| values[i]);
    let gates = texts(curves().flat_map(|(gate, curve)| curve.v_mv.iter().map(move |_| gate.name.as_str())));
    vec![
        ("gate".to_owned(), gates),
        ("calcium_um".to_owned(), each(&|curve, _| curve.calcium_um.unwrap_or(f64::NAN))),
        ("v_mv".to_owned(), each(&|curve, i| curve.v_mv[i])),
        ("inf".to_owned(), each(&|curve, i| curve.inf[i])),
        ("tau_ms".to_owned(), each(&|curve, i| maybe(&curve.tau_ms, i))),
        ("alpha_per_ms".to_owned(), each(&|curve, i| maybe(&curve.alpha_per_ms, i))),
        ("beta_per_ms".to_owned(), each(&|curve, i| maybe(&curve.beta_per_ms, i))),
    ]
}
