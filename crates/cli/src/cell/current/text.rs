//! Rates over current as a table and sentences.

use huxley_harness::figure::figure;
use huxley_harness::protocol::document::{CurrentReport, Threshold};
use huxley_io::results::format::{milliseconds, significant};

use crate::table::{aligned, wrapped_at};

/// Columns of text.
const WIDTH: usize = 118;

/// The whole report.
pub fn text(report: &CurrentReport) -> String {
    let source = report.source.as_ref().map_or(String::new(), |source| format!(": {source}"));
    let mut text = wrapped_at("", "  ", &format!("{}{source}", report.subject), WIDTH);
    let what = format!(
        "{} for {} after {}, at {} degC; {} with substeps of {} ms. Rate: of spikes in the second half; first and steady: one over the \
         first interval, and over the mean of those in the second half; adaptation: mean relative change from one interval to the next.",
        report.unit,
        milliseconds(report.step_ms),
        milliseconds(report.delay_ms),
        figure(report.celsius),
        report.integrator,
        figure(report.dt_ms)
    );
    text += &wrapped_at("", "", &what, WIDTH);
    text.push('\n');
    let number = |value: Option<f64>| value.map_or("-".to_owned(), |value| significant(value, 4));
    let head = [report.unit, "spikes", "rate, Hz", "first, Hz", "steady, Hz", "latency, ms", "adaptation"];
    let mut rows = vec![head.map(str::to_owned).to_vec()];
    for row in &report.rows {
        rows.push(vec![
            figure(row.amplitude),
            row.spikes.to_string(),
            significant(row.rate_hz, 4),
            number(row.first_hz),
            number(row.steady_hz),
            number(row.latency_ms),
            row.adaptation.map_or("-".to_owned(), |value| format!("{:.3}", (value * 1e3).round() * 1e-3 + 0.0)),
        ]);
    }
    text += &aligned(&rows, &[0, 1, 2, 3, 4, 5, 6], 0);
    text.push('\n');
    text += &threshold("rheobase", "it fires", report.rheobase, report);
    text += &threshold("onset", "it goes on firing into the second half", report.onset, report);
    match &report.gain {
        Some(gain) => {
            text += &format!(
                "gain: {} Hz for 1 {}, the line through the steady rates from {} to {} {}\n",
                significant(gain.hz_per_unit, 3),
                report.unit,
                figure(gain.from),
                figure(gain.to),
                report.unit
            );
        }
        None => text += "gain: fewer than three steady rates that rise\n",
    }
    text
}

fn threshold(name: &str, what: &str, threshold: Threshold, report: &CurrentReport) -> String {
    let unit = report.unit;
    match (threshold.least, threshold.silent) {
        (Some(least), Some(silent)) => {
            format!("{name}: {what} at {} {unit}, and not at {}\n", figure(least), figure(silent))
        }
        _ if threshold.below => format!("{name}: {what} at the first amplitude already\n"),
        _ => format!("{name}: at none of these amplitudes {what}\n"),
    }
}
