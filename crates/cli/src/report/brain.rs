//! The section of the extrapolation: four requirements, devices, the article's chain, the back-test.

use huxley_harness::extrapolate::Extrapolation;
use huxley_harness::extrapolate::document::{ChainRow, Needs, Prediction};
use maud::html;

use super::page::{Answer, Section, Table, figure};
use super::{drawn, json};
use crate::extrapolate::picture::picture;
use crate::extrapolate::text::figure as number;
use crate::failure::Failure;
use crate::table::capital;

const ID: &str = "brain";

/// The section.
pub fn section(done: &Extrapolation, command: String) -> Result<Section, Failure> {
    let device = done.devices.first().map_or("no device", |own| own.title.as_str());
    let caption = format!("Devices for each requirement against the synapses of a brain: {device}.");
    let image = drawn(figure(&picture(done), &caption))?;
    let body = html! {
        p {
            (done.brain.title) ": " (number(done.brain.neurons.value)) " neurons, " (number(done.brain.synapses.value))
            " synapses, " (number(done.brain.compartments.value)) " compartments a neuron, " (number(done.brain.rate_hz.value)) " Hz; "
            (done.settings.substeps) " substeps a millisecond, " (done.settings.precision) ". " (capital(&done.efficiency.said)) "."
        }
        h3 { "What it needs, and how many devices that is" }
        (needs(done).html())
        (image)
        h3 { "The article's chain" }
        (chain(done).html())
        ul { @for slip in &done.chain.slips { li { (slip.printed) ": " (slip.instead) "." } } }
        h3 { "Back-test: published runs by the same model" }
        (backtest(done).html())
        p.soft { "The ratio is the reported over the predicted time, at the datasheets' peaks: above 1 the run was slower than predicted." }
        h3 { "Notes" }
        ul { @for note in &done.notes { li { (note) "." } } }
    };
    Ok(Section { id: ID, title: "From here to a brain", command, body, json: json(done)? })
}

/// How many devices.
pub fn answers(done: &Extrapolation) -> Vec<Answer> {
    let Some(first) = done.devices.first() else { return Vec::new() };
    let (Some(devices), Some(binding)) = (first.devices, &first.binding) else { return Vec::new() };
    let share = match done.efficiency.from.as_str() {
        "measured" => "at the fractions of peak measured here",
        "given" => "at the fraction of peak that was given",
        _ => "at the datasheet's peaks, a lower bound",
    };
    vec![Answer {
        question: format!("{} in real time for {}; the article has 1.55 million", first.title, done.brain.title),
        figure: counted(devices),
        ground: format!("{binding} binds; {share}."),
        section: ID,
    }]
}

/// A large number as people say it.
fn counted(value: f64) -> String {
    [(1e12, "trillion"), (1e9, "billion"), (1e6, "million")]
        .into_iter()
        .find(|&(size, _)| (size..1e3 * size).contains(&value))
        .map_or_else(|| number(value), |(size, name)| format!("{} {name}", number(value / size)))
}

fn optional(value: Option<f64>) -> String {
    value.map_or_else(|| "not known".to_owned(), number)
}

fn needs(done: &Extrapolation) -> Table {
    let mut rows: Vec<Vec<String>> = done
        .requirements
        .iter()
        .enumerate()
        .map(|(index, own)| {
            let mut cells = vec![own.name.clone(), format!("{} {}", number(own.value), own.unit)];
            cells.extend(
                done.devices.iter().map(|device| optional(device.requirements.get(index).and_then(|r| r.devices))),
            );
            cells
        })
        .collect();
    let mut row = |name: &str, value: &dyn Fn(&Needs) -> String| {
        let mut cells = vec![name.to_owned(), String::new()];
        cells.extend(done.devices.iter().map(value));
        rows.push(cells);
    };
    row("devices, if everything overlaps", &|d| optional(d.devices));
    row("devices, one after the other", &|d| {
        d.devices_in_turn.map_or_else(|| "no number is enough".to_owned(), number)
    });
    row("binding", &|d| d.binding.clone().unwrap_or_default());
    row("power, W", &|d| optional(d.power_w));
    row("cost, USD", &|d| optional(d.cost_usd));
    row("latency of the tick, %", &|d| number(100.0 * d.latency_s / d.budget_s));
    let mut head = vec!["requirement".to_owned(), "in all".to_owned()];
    head.extend(done.devices.iter().map(|device| device.title.clone()));
    Table { caption: String::new(), numbers: (1..head.len()).collect(), head, rows }
}

fn chain(done: &Extrapolation) -> Table {
    let cell = |value: Option<f64>| value.map_or_else(String::new, number);
    let row = |row: &ChainRow| {
        vec![
            row.step.clone(),
            row.unit.clone(),
            row.printed.clone().unwrap_or_default(),
            cell(row.article),
            cell(row.one_step),
            cell(row.substeps),
            cell(row.measured),
        ]
    };
    let substeps = format!("counted, {} steps", done.chain.substeps);
    Table {
        caption: format!("Counted: a neuron of {} compartments", done.chain.compartments),
        head: ["step", "unit", "printed", "the article's numbers", "counted, one step", &substeps, "measured"]
            .map(str::to_owned)
            .to_vec(),
        numbers: vec![3, 4, 5, 6],
        rows: done.chain.rows.iter().map(row).collect(),
    }
}

fn backtest(done: &Extrapolation) -> Table {
    let row = |run: &Prediction| {
        vec![
            run.name.clone(),
            number(run.devices),
            number(run.reported),
            number(run.overlapped),
            number(run.predicted),
            number(run.ratio),
            run.binding.clone(),
            run.why.clone(),
            run.source.clone(),
        ]
    };
    let head = [
        "run",
        "devices",
        "reported",
        "predicted, overlapped",
        "predicted, in turn",
        "ratio",
        "largest term",
        "why it misses",
        "source",
    ];
    Table {
        caption: "Wall-clock seconds of a biological second".to_owned(),
        head: head.map(str::to_owned).to_vec(),
        numbers: vec![1, 2, 3, 4, 5],
        rows: done.backtest.iter().map(row).collect(),
    }
}
