//! The section of accuracy: what an accurate millisecond costs.

use huxley_harness::accuracy::AccuracyReport;
use huxley_harness::accuracy::answers::figure as number;
use huxley_harness::accuracy::document::{ChaosRun, ModelReport, Outcome, Row, TickReport, TickRow};
use huxley_io::results::format;
use maud::{Markup, html};

use super::page::{Answer, Section, Table, figure};
use super::{drawn, json};
use crate::accuracy::picture::picture;
use crate::failure::Failure;

const ID: &str = "accuracy";

/// The section.
pub fn section(report: &AccuracyReport, command: String) -> Result<Section, Failure> {
    let models = report.models.iter().map(|own| model(own, report)).collect::<Result<Vec<_>, _>>()?;
    let body = html! {
        @for own in &report.answers {
            h3 { (own.question) }
            @for sentence in &own.answer { p { (sentence) } }
        }
        @for own in &models { (own) }
        @for own in &report.ticks { (ticks(own).html()) }
        @if let Some(chaos) = &report.chaos {
            h3 { "Rounding beside chaos: " (chaos.name) }
            p.soft {
                (format::counted(chaos.neurons, "neuron")) ", " (format::milliseconds(chaos.duration_ms))
                ". Runs part when a spike has moved by more than " (number(chaos.apart_ms)) " ms, is missing, or is one more."
            }
            (chaotic(&chaos.runs).html())
        }
    };
    Ok(Section { id: ID, title: "Accuracy against cost", command, body, json: json(report)? })
}

/// Whether the article's millisecond works.
pub fn answers(report: &AccuracyReport) -> Vec<Answer> {
    let Some(model) = report.models.first() else { return Vec::new() };
    let coarse = model.rows.iter().filter(|row| row.precision == "f64" && row.integrator == "forward-euler");
    let Some(row) = coarse.max_by(|a, b| a.dt_ms.total_cmp(&b.dt_ms)) else { return Vec::new() };
    let what = match row.outcome {
        Outcome::Diverged => "diverges".to_owned(),
        Outcome::Silent => "no spikes".to_owned(),
        Outcome::CountDiffers => format!("{} of {} spikes", row.spikes, model.reference.spikes),
        Outcome::SpikesMatch => {
            row.largest_ms.map_or_else(|| "works".to_owned(), |error| format!("{} ms off", number(error)))
        }
    };
    let step = Answer {
        question: format!("The article's scheme, one step of {} ms", number(row.dt_ms)),
        figure: what,
        ground: format!("{}, explicit Euler.", model.name),
        section: ID,
    };
    let good = |row: &&Row| row.largest_ms.is_some_and(|error| error <= 0.1) && row.outcome == Outcome::SpikesMatch;
    let cheapest =
        model.rows.iter().filter(good).min_by(|a, b| a.flop_per_compartment_ms.total_cmp(&b.flop_per_compartment_ms));
    let cost = cheapest.map(|row| Answer {
        question: "FLOP of a compartment for a millisecond with spikes within 0.1 ms".to_owned(),
        figure: format!(
            "{} ({} x {})",
            number(row.flop_per_compartment_ms),
            number(row.times_article),
            report.article_flop
        ),
        ground: format!("{}: {}, {}, dt {} ms.", model.name, row.integrator, row.precision, number(row.dt_ms)),
        section: ID,
    });
    std::iter::once(step).chain(cost).collect()
}

fn model(own: &ModelReport, report: &AccuracyReport) -> Result<Markup, Failure> {
    let caption = format!(
        "{}: largest error of a spike time against FLOP; reference {} at dt {} ms{}.",
        own.name,
        format::counted(own.reference.spikes, "spike"),
        number(own.reference.dt_ms),
        if own.reference.converged { "" } else { ", not converged" }
    );
    let image = drawn(figure(&picture(own, report), &caption))?;
    let table = sweep(own).html();
    Ok(html! {
        h3 { (own.name) }
        (image)
        details { summary { "All settings" } (table) }
    })
}

fn outcome(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::SpikesMatch => "",
        Outcome::CountDiffers => "another number of spikes",
        Outcome::Silent => "silent",
        Outcome::Diverged => "diverged",
    }
}

fn milliseconds(value: Option<f64>) -> String {
    value.map_or_else(String::new, number)
}

fn sweep(own: &ModelReport) -> Table {
    let row = |row: &Row| {
        vec![
            row.integrator.clone(),
            row.precision.clone(),
            number(row.dt_ms),
            row.spikes.to_string(),
            milliseconds(row.largest_ms),
            number(row.flop_per_compartment_ms),
            number(row.times_article),
            number(row.bytes_per_compartment_ms),
            outcome(row.outcome).to_owned(),
        ]
    };
    let head = [
        "integrator",
        "precision",
        "dt, ms",
        "spikes",
        "largest error, ms",
        "FLOP",
        "of the article's",
        "bytes",
        "outcome",
    ];
    Table {
        caption: "FLOP and bytes of one compartment and millisecond".to_owned(),
        head: head.map(str::to_owned).to_vec(),
        numbers: vec![2, 3, 4, 5, 6, 7],
        rows: own.rows.iter().map(row).collect(),
    }
}

fn ticks(own: &TickReport) -> Table {
    let row = |row: &TickRow| {
        vec![
            number(row.tick_ms),
            row.spikes.to_string(),
            milliseconds(row.bias_ms),
            milliseconds(row.mean_ms),
            milliseconds(row.largest_ms),
            outcome(row.outcome).to_owned(),
        ]
    };
    Table {
        caption: format!(
            "The tick, {}: {} ({} in {})",
            own.name,
            own.what,
            format::counted(own.neurons, "cell"),
            format::milliseconds(own.duration_ms)
        ),
        head: ["tick, ms", "spikes", "mean shift, ms", "without sign, ms", "largest, ms", "outcome"]
            .map(str::to_owned)
            .to_vec(),
        numbers: vec![0, 1, 2, 3, 4],
        rows: own.rows.iter().map(row).collect(),
    }
}

fn chaotic(runs: &[ChaosRun]) -> Table {
    let row = |run: &ChaosRun| {
        vec![
            run.what.clone(),
            run.parts_ms.map_or_else(|| "never".to_owned(), number),
            milliseconds(run.moved_ms),
            number(run.rate_hz),
            milliseconds(run.cv),
        ]
    };
    Table {
        caption: String::new(),
        head: ["run", "parts at, ms", "moved until then, ms", "rate, Hz", "variation of intervals"]
            .map(str::to_owned)
            .to_vec(),
        numbers: vec![1, 2, 3, 4],
        rows: runs.iter().map(row).collect(),
    }
}
