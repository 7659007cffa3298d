//! A channel's curves as pictures: steady states, time constants, rates.

use huxley_harness::channel::document::{ChannelReport, CurveReport, GateReport};
use huxley_harness::figure::figure;
use huxley_io::picture::{ChartAxis, ChartData, Draw, Level, Picture, PictureSize, Scale, Series, chart};
use huxley_io::results::format::significant;

/// Pictures with the ends of their names.
pub fn pictures(report: &ChannelReport) -> Vec<(&'static str, Picture)> {
    let mut all = Vec::new();
    if report.gates.is_empty() {
        return all;
    }
    if report.gates.iter().any(|gate| !gate.over_calcium.is_empty()) {
        all.push(("calcium", over_calcium(report, false)));
        if report.gates.iter().any(|gate| gate.over_calcium.iter().any(|curve| curve.tau_ms.is_some())) {
            all.push(("calcium-tau", over_calcium(report, true)));
        }
    }
    // What the potential does not move is flat over it.
    if report.gates.iter().all(|gate| gate.over_calcium.len() == 1) {
        return all;
    }
    all.push(("inf", steady_states(report)));
    let curves = || report.gates.iter().flat_map(|gate| gate.curves.iter());
    if curves().any(|curve| curve.tau_ms.is_some()) {
        all.push(("tau", time_constants(report)));
    }
    if curves().any(|curve| curve.alpha_per_ms.is_some()) {
        all.push(("rates", rates(report)));
    }
    all
}

fn data(report: &ChannelReport, what: &str, label: &str, series: Vec<Series>) -> ChartData {
    let source = report.source.as_ref().map_or(String::new(), |source| {
        // The paper, without how it was adapted: a line has little room.
        format!(" {}", source.split([',', ';']).next().unwrap_or(source))
    });
    ChartData {
        title: format!("{} of {}: {what}", report.name, report.origin),
        detail: format!("{} degC.{source}", figure(report.celsius)),
        x: ChartAxis {
            label: "membrane potential, mV".to_owned(),
            range: Some((report.range.from_mv, report.range.to_mv)),
            ..ChartAxis::default()
        },
        y: ChartAxis { label: label.to_owned(), ..ChartAxis::default() },
        series,
        ..ChartData::default()
    }
}

fn named(gate: &GateReport, curve: &CurveReport) -> String {
    match curve.calcium_um {
        Some(calcium) => format!("{} at {} uM", gate.name, figure(calcium)),
        None => gate.name.clone(),
    }
}

/// A line for each gate, or each concentration of calcium.
fn lines<'a>(report: &'a ChannelReport, pick: impl Fn(&'a CurveReport) -> Option<&'a Vec<f64>>) -> Vec<Series> {
    let mut series = Vec::new();
    for gate in &report.gates {
        for (place, curve) in gate.curves.iter().enumerate() {
            let Some(values) = pick(curve) else { continue };
            let points = curve.v_mv.iter().copied().zip(values.iter().copied()).collect();
            series.push(Series { name: named(gate, curve), points, shade: shade(gate, place), ..Series::default() });
        }
    }
    series
}

/// Curves of several concentrations are a family.
#[allow(clippy::cast_precision_loss)]
fn shade(gate: &GateReport, place: usize) -> Option<f64> {
    (gate.curves.len() > 1).then(|| place as f64 / (gate.curves.len() - 1) as f64)
}

fn steady_states(report: &ChannelReport) -> Picture {
    let mut series = lines(report, |curve| Some(&curve.inf));
    let curves = report.gates.iter().flat_map(|gate| &gate.curves);
    for (series, curve) in series.iter_mut().zip(curves) {
        if let [half] = curve.half[..] {
            series.name += &format!(", half at {} mV", significant(half.v_mv, 3));
        }
    }
    let mut data = data(report, "steady states", "inf", series);
    let highest = report.gates.iter().flat_map(|gate| &gate.curves).filter_map(|curve| curve.inf_most);
    if highest.fold(1.0, |most: f64, at| most.max(at.value)) <= 1.0 + 1e-9 {
        data.y.range = Some((0.0, 1.0));
    }
    data.levels = vec![Level { y: 0.5, text: String::new() }];
    chart(&data, PictureSize::default())
}

/// Steady states over calcium, or time constants.
fn over_calcium(report: &ChannelReport, tau: bool) -> Picture {
    let mut series = Vec::new();
    for gate in &report.gates {
        for (i, curve) in gate.over_calcium.iter().enumerate() {
            let Some(values) = (if tau { curve.tau_ms.as_ref() } else { Some(&curve.inf) }) else { continue };
            let half = curve
                .half_um
                .filter(|_| !tau)
                .map_or(String::new(), |half| format!(", half at {} uM", significant(half, 2)));
            let potential = curve.v_mv.map_or(String::new(), |v| format!(" at {} mV", figure(v)));
            #[allow(clippy::cast_precision_loss)]
            let shade = curve.v_mv.map(|_| i as f64 / (gate.over_calcium.len() - 1).max(1) as f64);
            let points = curve.calcium_um.iter().copied().zip(values.iter().copied()).collect();
            series.push(Series { name: format!("{}{potential}{half}", gate.name), points, shade, ..Series::default() });
        }
    }
    let (what, label) = if tau { ("time constants", "tau, ms") } else { ("steady states", "inf") };
    let mut data = data(report, &format!("{what} over calcium"), label, series);
    data.x = ChartAxis { label: "calcium inside the cell, uM".to_owned(), scale: Scale::Log, range: Some((1e-3, 1e2)) };
    if tau {
        data.y.scale = Scale::Log;
    } else {
        data.y.range = Some((0.0, 1.0));
        data.levels = vec![Level { y: 0.5, text: String::new() }];
    }
    chart(&data, PictureSize::default())
}

fn time_constants(report: &ChannelReport) -> Picture {
    let series = lines(report, |curve| curve.tau_ms.as_ref());
    let positive =
        || series.iter().flat_map(|s| s.points.iter().map(|p| p.1)).filter(|tau| *tau > 0.0 && tau.is_finite());
    let (least, most) = (positive().fold(f64::INFINITY, f64::min), positive().fold(0.0, f64::max));
    let wide = most / least > 30.0;
    let mut data = data(report, "time constants", "tau, ms", series);
    if wide {
        data.y.scale = Scale::Log;
    } else {
        data.y.range = Some((0.0, most * 1.05));
    }
    chart(&data, PictureSize::default())
}

fn rates(report: &ChannelReport) -> Picture {
    let mut series = Vec::new();
    for (g, gate) in report.gates.iter().enumerate() {
        for (c, curve) in gate.curves.iter().enumerate() {
            let (colour, shade) = (Some(g), shade(gate, c));
            for (name, values, draw) in
                [("opening", &curve.alpha_per_ms, Draw::Line), ("closing", &curve.beta_per_ms, Draw::Dashed)]
            {
                let Some(values) = values else { continue };
                let points = curve.v_mv.iter().copied().zip(values.iter().copied()).collect();
                series.push(Series {
                    name: format!("{}, {name}", named(gate, curve)),
                    draw,
                    points,
                    colour,
                    shade,
                    ..Series::default()
                });
            }
        }
    }
    let mut data = data(report, "rates", "rate, /ms", series);
    data.y.scale = Scale::Log;
    chart(&data, PictureSize::default())
}
