//! Rates over current, and potentials at some of the currents.

use huxley_harness::figure::figure;
use huxley_harness::protocol::document::{AmplitudeRow, CurrentReport};
use huxley_io::picture::{
    ChartAxis, ChartData, Draw, Picture, PictureSize, Series, Trace, TraceData, Upright, chart, traces,
};
use huxley_io::results::format::milliseconds;

/// The f-I curve.
pub fn rates(report: &CurrentReport) -> Picture {
    let series = |name: &str, draw, pick: fn(&AmplitudeRow) -> Option<f64>| Series {
        name: name.to_owned(),
        draw,
        points: report.rows.iter().filter_map(|row| Some((row.amplitude, pick(row)?))).collect(),
        ..Series::default()
    };
    let upright = |threshold: huxley_harness::protocol::document::Threshold, what: &str| {
        threshold.least.map(|x| Upright { x, text: format!("{what} {}", figure(x)) })
    };
    let uprights = [upright(report.rheobase, "a spike from"), upright(report.onset, "goes on from")];
    // The step up at the onset, where it lies between two amplitudes.
    let mut late: Vec<(f64, f64)> =
        report.rows.iter().map(|row| (row.amplitude, row.steady_hz.unwrap_or(row.rate_hz))).collect();
    let onset = report.onset;
    if let (Some(silent), Some(least), Some(rate)) = (onset.silent, onset.least, onset.rate_hz) {
        late.extend([(silent, 0.0), (least, rate)]);
        late.sort_by(|a, b| a.0.total_cmp(&b.0));
        late.dedup();
    }
    let apart = report.rheobase.least != report.onset.least;
    let data = ChartData {
        title: format!("{}: rate over current", report.subject),
        detail: format!(
            "Steps of {}, {} degC, {} with substeps of {} ms",
            milliseconds(report.step_ms),
            figure(report.celsius),
            report.integrator,
            figure(report.dt_ms)
        ),
        x: ChartAxis { label: format!("current, {}", report.unit), ..ChartAxis::default() },
        y: ChartAxis { label: "rate, Hz".to_owned(), ..ChartAxis::default() },
        series: vec![
            Series { name: "second half".to_owned(), draw: Draw::LinePoints, points: late, ..Series::default() },
            series("first interval", Draw::Dashed, |row| row.first_hz),
        ],
        uprights: uprights.into_iter().enumerate().filter(|(i, _)| *i == 0 || apart).filter_map(|(_, up)| up).collect(),
        ..ChartData::default()
    };
    chart(&data, PictureSize::default())
}

/// The potential at a few amplitudes: the last that is silent, the first that fires, the first that goes on, one between, the last.
pub fn examples(report: &CurrentReport) -> Picture {
    let first = |holds: &dyn Fn(&AmplitudeRow) -> bool| report.rows.iter().position(holds);
    let fires = first(&|row| row.spikes > 0);
    let repeats = first(&|row| row.late > 0);
    let last = report.rows.len() - 1;
    let middle = repeats.map(|from| usize::midpoint(from, last));
    let mut shown: Vec<usize> =
        [fires.and_then(|i| i.checked_sub(1)), fires, repeats, middle, Some(last)].into_iter().flatten().collect();
    shown.sort_unstable();
    shown.dedup();
    let trace = |&i: &usize| Trace {
        label: format!("{} {}", figure(report.rows[i].amplitude), report.unit),
        quantity: "membrane potential".to_owned(),
        unit: "mV".to_owned(),
        start_ms: 0.0,
        interval_ms: report.trace_interval_ms,
        values: report.traces[i].clone(),
    };
    let data = TraceData {
        title: format!("{}: potentials at some currents", report.subject),
        traces: shown.iter().map(trace).collect(),
    };
    traces(&data, PictureSize::default())
}
