//! A channel as sentences and tables.

use huxley_harness::channel::document::{At, CalciumCurve, ChannelReport, CurveReport, GateReport};
use huxley_harness::figure::figure;
use huxley_io::results::format::significant;

use super::find::Found;
use crate::table::{aligned, wrapped_at};

/// Columns of text.
const WIDTH: usize = 118;
/// Rows of a gate's table, about.
const ROWS: f64 = 16.0;

/// What there is to be shown.
pub fn list(all: &[Found]) -> String {
    let mut text = String::new();
    let mut groups: Vec<&str> = all.iter().map(|found| found.origin.as_str()).collect();
    groups.dedup();
    for (i, origin) in groups.into_iter().enumerate() {
        let own: Vec<&Found> = all.iter().filter(|found| found.origin == origin).collect();
        if i > 0 {
            text.push('\n');
        }
        text += &format!("{origin}\n");
        if let Some(source) = own.first().and_then(|found| found.source.as_ref()) {
            text += &wrapped_at("  ", "  ", source, WIDTH);
        }
        let rows: Vec<Vec<String>> = own
            .iter()
            .map(|found| {
                let report = huxley_harness::channel::report(&found.channel, &brief(found));
                let e = report.reversal.mv.map_or(report.reversal.what.clone(), |e| format!("E = {} mV", figure(e)));
                vec![found.name(), report.conductance, e, density(&report_density(found))]
            })
            .collect();
        text += &aligned(&rows, &[], 2);
    }
    text
}

/// A scan of two points: only what is not a curve is wanted.
fn brief(found: &Found) -> huxley_harness::channel::Scan {
    huxley_harness::channel::Scan {
        from: -65.0,
        to: -64.0,
        step: 1.0,
        celsius: found.temperature().0,
        calcium: vec![0.1],
    }
}

fn report_density(found: &Found) -> Vec<(String, f64, &'static str)> {
    found.density.iter().map(|d| (d.sections.clone(), d.value, d.unit)).collect()
}

fn density(all: &[(String, f64, &'static str)]) -> String {
    let one = |(sections, value, unit): &(String, f64, &'static str)| {
        let place = if sections == "any" { String::new() } else { format!(" in {sections}") };
        format!("{} {unit}{place}", figure(*value))
    };
    all.iter().map(one).collect::<Vec<_>>().join(", ")
}

/// The whole report.
pub fn show(report: &ChannelReport) -> String {
    let mut text = format!("{}: {}\n", report.name, report.origin);
    if let Some(source) = &report.source {
        text += &wrapped_at("  ", "  ", source, WIDTH);
    }
    let e = match report.reversal.mv {
        Some(e) => format!("E = {} mV ({})", figure(e), report.reversal.what),
        None => format!("E: {}", report.reversal.what),
    };
    text += &wrapped_at("  ", "    ", &format!("{}, {}, {e}", report.conductance, report.current), WIDTH);
    if !report.density.is_empty() {
        let all: Vec<_> = report.density.iter().map(|d| (d.sections.clone(), d.value, d.unit)).collect();
        text += &format!("  density {}\n", density(&all));
    }
    if report.gates.is_empty() {
        return text + "  no gates: the conductance does not change\n";
    }
    text += &format!(
        "  at {} degC, from {} to {} mV\n",
        figure(report.celsius),
        figure(report.range.from_mv),
        figure(report.range.to_mv)
    );
    for gate in &report.gates {
        text.push('\n');
        text += &shown_gate(gate);
    }
    text
}

fn shown_gate(gate: &GateReport) -> String {
    let mut text = format!("gate {}, to the power of {}\n", gate.name, gate.power);
    for equation in &gate.equations {
        text += &wrapped_at("  ", "    ", equation, WIDTH);
    }
    if let Some(q10) = &gate.q10 {
        text += &format!(
            "  rates times {} here: {} for 10 degC more, 1 at {} degC\n",
            figure(q10.applied),
            figure(q10.factor),
            figure(q10.celsius)
        );
    }
    // Where the potential does not matter, calcium alone does.
    if let [over] = gate.over_calcium.as_slice() {
        return text + &over_calcium(gate, over);
    }
    for over in &gate.over_calcium {
        if let (Some(v), Some(half)) = (over.v_mv, over.half_um) {
            text += &format!("  at {} mV half open with {} uM of calcium\n", figure(v), small(half));
        }
    }
    for curve in &gate.curves {
        text += &shown_curve(curve, gate.curves.len() > 1);
    }
    text
}

/// A gate that the potential does not move.
fn over_calcium(gate: &GateReport, over: &CalciumCurve) -> String {
    let half = match over.half_um {
        Some(half) => format!("half open with {} uM of calcium", small(half)),
        None => "nowhere a half from 0.001 to 100 uM of calcium".to_owned(),
    };
    let mut text = format!("  inf {half}; the potential does not matter\n");
    let first = |values: &Option<Vec<f64>>| values.as_ref().map(|values| small(values[0]));
    let head = ["calcium, uM", "inf", "tau, ms", "alpha, /ms", "beta, /ms"];
    let there = |curve: &CurveReport| {
        [
            curve.calcium_um.map(figure),
            Some(small(curve.inf[0])),
            first(&curve.tau_ms),
            first(&curve.alpha_per_ms),
            first(&curve.beta_per_ms),
        ]
    };
    let mut rows: Vec<Vec<String>> = Vec::new();
    for curve in &gate.curves {
        let cells = there(curve);
        if rows.is_empty() {
            rows.push(
                head.iter()
                    .zip(&cells)
                    .filter(|(_, cell)| cell.is_some())
                    .map(|(name, _)| (*name).to_owned())
                    .collect(),
            );
        }
        rows.push(cells.into_iter().flatten().collect());
    }
    text += &aligned(&rows, &[0, 1, 2, 3, 4], 2);
    text
}

fn shown_curve(curve: &CurveReport, several: bool) -> String {
    let mut text = String::new();
    if let Some(calcium) = curve.calcium_um {
        text += &format!("{}  with {} uM of calcium\n", if several { "\n" } else { "" }, figure(calcium));
    }
    let halves: Vec<String> = curve
        .half
        .iter()
        .map(|half| {
            let way = if half.slope_mv > 0.0 { "opens" } else { "closes" };
            format!(
                "a half at V = {} mV, where it {way} with k = {} mV",
                figure((half.v_mv * 1e3).round() * 1e-3),
                significant(half.slope_mv, 4)
            )
        })
        .collect();
    let halves = if halves.is_empty() { "nowhere a half".to_owned() } else { halves.join("; ") };
    text += &wrapped_at("  ", "    ", &format!("inf {halves}; {}", extent(curve.inf_least, curve.inf_most, "")), WIDTH);
    if curve.tau_least.is_some() {
        text += &format!("  tau {}\n", extent(curve.tau_least, curve.tau_most, " ms"));
    }
    text + &table(curve)
}

/// `from 0.01 at 60 mV to 1 at -100 mV`.
fn extent(least: Option<At>, most: Option<At>, unit: &str) -> String {
    let at = |at: At| format!("{}{unit} at {} mV", small(at.value), figure((at.v_mv * 1e2).round() * 1e-2));
    match (least, most) {
        (Some(least), Some(most)) if (most.value - least.value).abs() <= 1e-9 * most.value.abs() => {
            format!("{}{unit} everywhere", small(least.value))
        }
        (Some(least), Some(most)) => format!("from {} to {}", at(least), at(most)),
        _ => "nowhere a number".to_owned(),
    }
}

/// Four digits; far below 1 with an exponent.
fn small(value: f64) -> String {
    if value != 0.0 && value.abs() < 1e-3 || value.abs() >= 1e6 {
        format!("{value:.2e}")
    } else {
        significant(value, 4)
    }
}

/// Some rows of a curve, at round potentials.
fn table(curve: &CurveReport) -> String {
    let (first, last) = (curve.v_mv[0], curve.v_mv[curve.v_mv.len() - 1]);
    let coarse = [0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0, 200.0];
    let step = coarse.into_iter().find(|step| (last - first) / step <= ROWS).unwrap_or(500.0);
    let round = |v: f64| (v / step - (v / step).round()).abs() < 1e-6;
    let mut columns: Vec<(&str, &Vec<f64>)> = vec![("inf", &curve.inf)];
    let more = [("tau, ms", &curve.tau_ms), ("alpha, /ms", &curve.alpha_per_ms), ("beta, /ms", &curve.beta_per_ms)];
    columns.extend(more.into_iter().filter_map(|(name, values)| Some((name, values.as_ref()?))));
    let mut rows =
        vec![[vec!["V, mV".to_owned()], columns.iter().map(|(name, _)| (*name).to_owned()).collect()].concat()];
    for (i, &v) in curve.v_mv.iter().enumerate() {
        if round(v) {
            let values = columns.iter().map(|(_, values)| small(values[i]));
            rows.push([vec![figure(v)], values.collect()].concat());
        }
    }
    aligned(&rows, &[0, 1, 2, 3, 4], 2)
}
