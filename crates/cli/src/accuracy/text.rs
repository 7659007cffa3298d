//! `huxley accuracy` as tables and sentences.

use huxley_harness::accuracy::AccuracyReport;
use huxley_harness::accuracy::answers::figure;
use huxley_harness::accuracy::document::{ChaosReport, ModelReport, Outcome, Row, TickReport};
use huxley_io::results::format;

use crate::table::{aligned, wrapped_at};

/// Columns of text.
const WIDTH: usize = 118;

/// The whole report.
pub fn text(report: &AccuracyReport) -> String {
    let mut text = wrapped_at(
        "",
        "",
        &format!(
            "Errors of spike times against what they cost. FLOP, instructions and bytes: of one compartment in a millisecond, by the \
             ledger (an exponential as {} FLOP); x {}: FLOP over the article's; time: of the run on this machine ({}).",
            report.exp_weight, report.article_flop, report.device
        ),
        WIDTH,
    );
    for model in &report.models {
        text.push('\n');
        text += &sweep(model);
    }
    for network in &report.ticks {
        text.push('\n');
        text += &ticks(network);
    }
    if let Some(chaos) = &report.chaos {
        text.push('\n');
        text += &self::chaos(chaos);
    }
    for answer in &report.answers {
        text += &format!("\n{}\n", answer.question);
        for sentence in &answer.answer {
            text += &wrapped_at("  ", "    ", sentence, WIDTH);
        }
    }
    text
}

fn sweep(model: &ModelReport) -> String {
    let reference = &model.reference;
    let moved = match reference.change_ms {
        Some(change) => format!("spikes moved by {} ms", figure(change)),
        None => "the number of spikes changed".to_owned(),
    };
    let mut text = wrapped_at(
        "",
        "  ",
        &format!(
            "{}: {}, {}, {}; {}, tick {} ms. Reference: staggered f64 at dt {} ms, {}; {moved} when the substep was halved to it{}.",
            model.name,
            format::counted(model.neurons, "neuron"),
            format::counted(model.compartments, "compartment"),
            format::counted(model.synapses, "synapse"),
            format::milliseconds(model.duration_ms),
            model.tick_ms,
            figure(reference.dt_ms),
            format::counted(reference.spikes, "spike"),
            if reference.converged { "" } else { ": NOT CONVERGED, errors below mean little" }
        ),
        WIDTH,
    );
    let header =
        ["integrator", "", "dt ms", "spikes", "largest ms", "mean ms", "FLOP", "x 126", "instr.", "bytes", "time"];
    let mut rows = vec![header.map(str::to_owned).to_vec()];
    rows.extend(model.rows.iter().map(line));
    text += &aligned(&rows, &(2..11).collect::<Vec<_>>(), 2);
    text
}

fn line(row: &Row) -> Vec<String> {
    let error = |value: Option<f64>| match row.outcome {
        Outcome::Diverged => "diverged".to_owned(),
        Outcome::Silent => "silent".to_owned(),
        Outcome::CountDiffers => "other count".to_owned(),
        Outcome::SpikesMatch => value.map_or_else(|| "-".to_owned(), figure),
    };
    let at = row.diverged_ms.map_or_else(|| "-".to_owned(), |t| format!("at {}", figure(t)));
    vec![
        row.integrator.clone(),
        row.precision.clone(),
        figure(row.dt_ms),
        if row.outcome == Outcome::Diverged { "-".to_owned() } else { row.spikes.to_string() },
        error(row.largest_ms),
        if row.outcome == Outcome::Diverged { at } else { row.mean_ms.map_or_else(|| "-".to_owned(), figure) },
        figure(row.flop_per_compartment_ms),
        figure(row.times_article),
        figure(row.instructions_per_compartment_ms),
        figure(row.bytes_per_compartment_ms),
        row.wall_s.map_or_else(|| "-".to_owned(), |s| format!("{} s", figure(s))),
    ]
}

fn ticks(network: &TickReport) -> String {
    let mut text = wrapped_at(
        "",
        "  ",
        &format!(
            "{}: {}; {}, {} of it. Spikes against a tick of one substep ({} ms).",
            network.name,
            network.what,
            format::counted(network.neurons, "neuron"),
            format::milliseconds(network.duration_ms),
            network.dt_ms
        ),
        WIDTH,
    );
    let mut rows = vec![["tick ms", "spikes", "largest ms", "mean ms", "with sign"].map(str::to_owned).to_vec()];
    for row in &network.rows {
        let shift = |value: Option<f64>| value.map_or_else(|| "other count".to_owned(), figure);
        rows.push(vec![
            figure(row.tick_ms),
            row.spikes.to_string(),
            shift(row.largest_ms),
            shift(row.mean_ms),
            shift(row.bias_ms),
        ]);
    }
    text += &aligned(&rows, &[0, 1, 2, 3, 4], 2);
    text
}

fn chaos(chaos: &ChaosReport) -> String {
    let mut text = wrapped_at(
        "",
        "  ",
        &format!(
            "{}: {}, {}. When runs part from the first: a spike has moved by more than {} ms, is missing or is more.",
            chaos.name,
            format::counted(chaos.neurons, "neuron"),
            format::milliseconds(chaos.duration_ms),
            chaos.apart_ms
        ),
        WIDTH,
    );
    let mut rows = vec![["run", "parts at", "moved before", "rate", "CV"].map(str::to_owned).to_vec()];
    for (place, run) in chaos.runs.iter().enumerate() {
        let compared = place > 0 && run.name != "seed";
        let parts = match run.parts_ms {
            Some(t) => format!("{} ms", figure(t)),
            None if compared => "not".to_owned(),
            None => "-".to_owned(),
        };
        rows.push(vec![
            run.what.clone(),
            parts,
            run.moved_ms.map_or_else(|| "-".to_owned(), |moved| format!("{} ms", figure(moved))),
            format::rate(run.rate_hz),
            run.cv.map_or_else(|| "-".to_owned(), figure),
        ]);
    }
    text += &aligned(&rows, &[1, 2, 3, 4], 2);
    text
}
