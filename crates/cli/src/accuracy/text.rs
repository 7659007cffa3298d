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
            "Errors of spike times against what they cost, in f64 and beside it in f32; `from f64`: f32 against f64 at the same setting. \
             FLOP, instructions and bytes (f64; f32 moves half): of one compartment in a millisecond, by the ledger (an exponential as {} \
             FLOP); x {}: FLOP over the article's; time: of the run on this machine ({}).",
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
            compartments(model),
            format::counted(model.synapses, "synapse"),
            format::milliseconds(model.duration_ms),
            model.tick_ms,
            figure(reference.dt_ms),
            format::counted(reference.spikes, "spike"),
            if reference.converged { "" } else { ": NOT CONVERGED, errors below mean little" }
        ),
        WIDTH,
    );
    let header = [
        "integrator",
        "dt ms",
        "spikes",
        "largest ms",
        "in f32",
        "from f64",
        "FLOP",
        "x 126",
        "instr.",
        "bytes",
        "time",
        "in f32",
    ];
    let mut rows = vec![header.map(str::to_owned).to_vec()];
    for double in model.rows.iter().filter(|row| row.precision == "f64") {
        let same =
            |row: &&Row| row.precision == "f32" && row.integrator == double.integrator && row.dt_ms == double.dt_ms;
        rows.push(line(double, model.rows.iter().find(same)));
    }
    text += &aligned(&rows, &(1..12).collect::<Vec<_>>(), 2);
    text
}

/// How many compartments, and how many of them are more than a leak.
fn compartments(model: &ModelReport) -> String {
    let all = format::counted(model.compartments, "compartment");
    if model.active_compartments < model.compartments {
        format!("{all} ({} with gated channels)", format::count(model.active_compartments))
    } else {
        all
    }
}

/// A setting in `f64` and in `f32`.
fn line(double: &Row, single: Option<&Row>) -> Vec<String> {
    let dash = || "-".to_owned();
    let error = |row: &Row| match row.outcome {
        Outcome::Diverged => {
            row.diverged_ms.map_or_else(|| "diverged".to_owned(), |t| format!("diverged at {}", figure(t)))
        }
        Outcome::Silent => "silent".to_owned(),
        Outcome::CountDiffers => "other count".to_owned(),
        Outcome::SpikesMatch => row.largest_ms.map_or_else(dash, figure),
    };
    let in_single = match single {
        Some(single) if single.outcome != Outcome::SpikesMatch && single.outcome == double.outcome => "same".to_owned(),
        Some(single) => error(single),
        None => dash(),
    };
    let seconds = |row: &Row| row.wall_s.map_or_else(dash, |s| format!("{} s", figure(s)));
    vec![
        double.integrator.clone(),
        figure(double.dt_ms),
        if double.outcome == Outcome::Diverged { dash() } else { double.spikes.to_string() },
        error(double),
        in_single,
        single.and_then(|row| row.from_f64_ms).map_or_else(dash, figure),
        figure(double.flop_per_compartment_ms),
        figure(double.times_article),
        figure(double.instructions_per_compartment_ms),
        figure(double.bytes_per_compartment_ms),
        seconds(double),
        single.map_or_else(dash, seconds),
    ]
}

fn ticks(network: &TickReport) -> String {
    let mut text = wrapped_at(
        "",
        "  ",
        &format!(
            "{}: {}; {}, {} of it. Spikes against a tick of one substep ({} ms, {}).",
            network.name,
            network.what,
            format::counted(network.neurons, "neuron"),
            format::milliseconds(network.duration_ms),
            network.dt_ms,
            format::counted(network.spikes, "spike")
        ),
        WIDTH,
    );
    let mut rows = vec![["tick ms", "spikes", "largest ms", "mean ms", "with sign"].map(str::to_owned).to_vec()];
    for row in &network.rows {
        let shift = |value: Option<f64>| value.map_or_else(|| "-".to_owned(), figure);
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
        let compared = place > 0 && !run.name.starts_with("seed");
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
