//! Voltage steps as a table and sentences.

use huxley_harness::figure::figure;
use huxley_harness::protocol::boltzmann::Boltzmann;
use huxley_harness::protocol::document::{ClampReport, Segment};
use huxley_io::results::format::{milliseconds, significant};

use crate::table::{aligned, wrapped_at};

/// Columns of text.
const WIDTH: usize = 118;

/// The whole report.
pub fn text(report: &ClampReport) -> String {
    let source = report.source.as_ref().map_or(String::new(), |source| format!(": {source}"));
    let mut text = wrapped_at("", "  ", &format!("{}{source}", report.subject), WIDTH);
    let then = match (report.then_mv, report.then_ms) {
        (Some(v), Some(ms)) => format!(", {} mV for {} after", figure(v), milliseconds(ms)),
        _ => String::new(),
    };
    let what = format!(
        "{} patches at {} to {} mV for {}, {} mV for {} before{then}, at {} degC. Currents in uA/cm2, outward positive: peak, the largest \
         of either sign, and end, the mean of the last tenth.",
        report.total.len(),
        figure(report.total.first().map_or(f64::NAN, |step| step.command_mv)),
        figure(report.total.last().map_or(f64::NAN, |step| step.command_mv)),
        milliseconds(report.step_ms),
        figure(report.hold_mv),
        milliseconds(report.hold_ms),
        figure(report.celsius)
    );
    text += &wrapped_at("", "", &what, WIDTH);
    text.push('\n');
    text += &table(report);
    text.push('\n');
    for channel in report.channels.iter().filter(|channel| channel.gated) {
        let name = &channel.name;
        match (&channel.activation, channel.reversal_mv) {
            (Some(fit), _) => text += &fitted(&format!("{name}, peak conductance of the steps"), fit),
            (None, _) if channel.reads_calcium => {
                text += &format!("{name}: calcium moves it, and no function of the potential is fitted\n");
            }
            (None, Some(_)) => {
                text += &format!("{name}: the peak conductances of these steps make no Boltzmann function\n")
            }
            (None, None) => {
                text += &format!("{name}: its reversal potential follows calcium, and no conductance is told\n")
            }
        }
        if let (Some(fit), Some(v)) = (&channel.then, report.then_mv) {
            text += &fitted(&format!("{name}, peak conductance at {} mV after the steps", figure(v)), fit);
        }
    }
    text + &format!("the potential was within {} mV of its command\n", significant(report.error_mv, 2))
}

fn fitted(what: &str, fit: &Boltzmann) -> String {
    wrapped_at(
        "",
        "  ",
        &format!(
            "{what}: half of {} mS/cm2 at V = {} mV, k = {} mV (points are {} % of the largest from the fitted Boltzmann function)",
            significant(fit.most, 4),
            significant(fit.v_half_mv, 4),
            significant(fit.slope_mv, 3),
            significant(100.0 * fit.residual, 2)
        ),
        WIDTH,
    )
}

fn table(report: &ClampReport) -> String {
    let mut head = vec!["V, mV".to_owned()];
    for channel in &report.channels {
        if channel.gated {
            head.push(format!("{} peak", channel.name));
            head.push("after, ms".to_owned());
        }
        head.push(if channel.gated { "end".to_owned() } else { channel.name.clone() });
    }
    head.extend(["inward", "outward", "end"].map(|word| format!("total {word}")));
    let mut rows = vec![head];
    for (i, total) in report.total.iter().enumerate() {
        let mut row = vec![figure(total.command_mv)];
        for channel in &report.channels {
            let Segment { peak, peak_ms, steady, .. } = channel.steps[i].step;
            if channel.gated {
                row.extend([current(peak), format!("{peak_ms:.2}")]);
            }
            row.push(current(steady));
        }
        row.extend([total.inward, total.outward, total.steady].map(current));
        rows.push(row);
    }
    let columns: Vec<usize> = (0..rows[0].len()).collect();
    aligned(&rows, &columns, 0)
}

fn current(value: f64) -> String {
    if value.abs() < 5e-4 { "0".to_owned() } else { significant(value, 4) }
}
