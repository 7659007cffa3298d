//! Voltage steps as pictures: families of currents, current over potential, conductance over potential.

use huxley_harness::figure::figure;
use huxley_harness::protocol::document::{ChannelClamp, ClampReport, Segment};
use huxley_io::picture::{ChartAxis, ChartData, Draw, Level, Picture, PictureSize, Series, chart};
use huxley_io::results::format::{milliseconds, significant};

/// Entries of a legend of potentials.
const ENTRIES: usize = 18;
/// Points of a drawn course: more than a picture has columns.
const POINTS: usize = 4000;

/// Pictures with the ends of their names.
pub fn pictures(report: &ClampReport) -> Vec<(String, Picture)> {
    let gated: Vec<&ChannelClamp> = report.channels.iter().filter(|channel| channel.gated).collect();
    let mut all = vec![("total".to_owned(), family(report, "all channels", &report.course.totals))];
    all.extend(gated.iter().map(|channel| (channel.name.clone(), family(report, &channel.name, &channel.courses))));
    all.push(("iv".to_owned(), over_potential(report, &gated)));
    if gated.iter().any(|channel| channel.steps.iter().any(|step| step.step.conductance.is_some())) {
        all.push(("gv".to_owned(), conductances(report, &gated)));
    }
    all
}

fn detail(report: &ClampReport) -> String {
    let then = report.then_mv.map_or(String::new(), |v| format!(", then {} mV", figure(v)));
    format!(
        "From {} mV, steps of {}{then}, {} degC. Outward positive.",
        figure(report.hold_mv),
        milliseconds(report.step_ms),
        figure(report.celsius)
    )
}

/// The currents of all steps over time.
fn family(report: &ClampReport, what: &str, currents: &[Vec<f64>]) -> Picture {
    let count = report.total.len();
    let every = count.div_ceil(ENTRIES);
    let series = report.total.iter().zip(currents).enumerate().map(|(i, (step, current))| Series {
        name: if (count - 1 - i).is_multiple_of(every) {
            format!("{} mV", figure(step.command_mv))
        } else {
            String::new()
        },
        points: thinned(&report.course.times_ms, current),
        shade: Some(place(i, count)),
        ..Series::default()
    });
    // The highest potential first: most currents lie in this order from the top.
    let series: Vec<Series> = series.rev().collect();
    let end = report.course.times_ms.last().copied().unwrap_or(1.0);
    let data = ChartData {
        title: format!("{}: current through {what}", report.subject),
        detail: detail(report),
        x: ChartAxis { label: "time, ms".to_owned(), range: Some((0.0, end)), ..ChartAxis::default() },
        y: ChartAxis { label: "current, uA/cm2".to_owned(), ..ChartAxis::default() },
        series,
        levels: vec![Level { y: 0.0, text: String::new() }],
        ..ChartData::default()
    };
    chart(&data, PictureSize::default())
}

#[allow(clippy::cast_precision_loss)]
fn place(i: usize, count: usize) -> f64 {
    i as f64 / (count - 1).max(1) as f64
}

/// The lowest and the highest of every few samples, in their order: no peak is lost.
fn thinned(times: &[f64], values: &[f64]) -> Vec<(f64, f64)> {
    let stride = times.len().div_ceil(POINTS / 2).max(1);
    if stride <= 2 {
        return times.iter().copied().zip(values.iter().copied()).collect();
    }
    let mut points = Vec::new();
    for (times, values) in times.chunks(stride).zip(values.chunks(stride)) {
        let by = |better: fn(f64, f64) -> bool| {
            (0..values.len()).reduce(|a, b| if better(values[b], values[a]) { b } else { a }).unwrap_or(0)
        };
        let (low, high) = (by(|a, b| a < b), by(|a, b| a > b));
        for i in [low.min(high), low.max(high)] {
            points.push((times[i], values[i]));
        }
        points.dedup();
    }
    points
}

fn over_potential(report: &ClampReport, gated: &[&ChannelClamp]) -> Picture {
    let mut series = Vec::new();
    for (colour, channel) in gated.iter().enumerate() {
        let points = |pick: fn(&Segment) -> f64| {
            channel.steps.iter().map(|step| (step.command_mv, pick(&step.step))).collect::<Vec<_>>()
        };
        let peak = Series {
            name: format!("{}, peak", channel.name),
            draw: Draw::LinePoints,
            points: points(|segment| segment.peak),
            colour: Some(colour),
            ..Series::default()
        };
        let end = Series {
            name: format!("{}, end", channel.name),
            draw: Draw::Dashed,
            points: points(|segment| segment.steady),
            colour: Some(colour),
            ..Series::default()
        };
        series.extend([peak, end]);
    }
    let total = |name: &str, draw, pick: fn(&huxley_harness::protocol::document::TotalStep) -> f64| Series {
        name: format!("all, {name}"),
        draw,
        points: report.total.iter().map(|step| (step.command_mv, pick(step))).collect(),
        colour: Some(6),
        ..Series::default()
    };
    series.push(total("most inward", Draw::LinePoints, |step| step.inward));
    series.push(total("end", Draw::Dashed, |step| step.steady));
    let data = ChartData {
        title: format!("{}: current over potential", report.subject),
        detail: detail(report),
        x: ChartAxis { label: "potential of the step, mV".to_owned(), ..ChartAxis::default() },
        y: ChartAxis { label: "current, uA/cm2".to_owned(), ..ChartAxis::default() },
        series,
        levels: vec![Level { y: 0.0, text: String::new() }],
        ..ChartData::default()
    };
    chart(&data, PictureSize::default())
}

/// Conductances as parts of the fitted largest one (or of the largest there is), and the fitted functions.
fn conductances(report: &ClampReport, gated: &[&ChannelClamp]) -> Picture {
    let mut series = Vec::new();
    let mut fitted = false;
    let (first, last) = match (report.total.first(), report.total.last()) {
        (Some(first), Some(last)) => (first.command_mv, last.command_mv),
        _ => (0.0, 1.0),
    };
    let mut colour = 0;
    for channel in gated {
        for (what, after) in [("steps", false), ("after the steps", true)] {
            let fit = if after { &channel.then } else { &channel.activation };
            let conductance = |segment: Option<Segment>| segment.and_then(|segment| segment.conductance);
            let points: Vec<(f64, f64)> = channel
                .steps
                .iter()
                .filter_map(|step| {
                    Some((step.command_mv, conductance(if after { step.then } else { Some(step.step) })?))
                })
                .collect();
            let largest = points.iter().map(|point| point.1).fold(0.0, f64::max);
            let most = fit.map_or(largest, |fit| fit.most);
            if !(most > 0.0) {
                continue;
            }
            let name =
                if report.then_mv.is_some() { format!("{}, {what}", channel.name) } else { channel.name.clone() };
            let points = points.into_iter().map(|(v, g)| (v, g / most)).collect();
            series.push(Series { name, draw: Draw::Points, points, colour: Some(colour), ..Series::default() });
            if let Some(fit) = fit {
                let curve = (0..=400).map(|i| first + (last - first) * f64::from(i) / 400.0);
                let points = curve.map(|v| (v, fit.at(v) / fit.most)).collect();
                let half = significant(fit.v_half_mv, 3);
                let name = format!("half at {half} mV, k {} mV", significant(fit.slope_mv, 2));
                series.push(Series { name, points, colour: Some(colour), ..Series::default() });
                fitted = true;
            }
            colour += 1;
        }
    }
    let words = if fitted { "of the largest of the fitted Boltzmann function" } else { "of the largest there is" };
    let data = ChartData {
        title: format!("{}: peak conductance over potential", report.subject),
        detail: format!("{} Parts {words}.", detail(report).replace(" Outward positive.", "")),
        x: ChartAxis { label: "potential of the step, mV".to_owned(), ..ChartAxis::default() },
        y: ChartAxis { label: "conductance, part of the largest".to_owned(), ..ChartAxis::default() },
        series,
        levels: vec![Level { y: 0.5, text: String::new() }],
        ..ChartData::default()
    };
    chart(&data, PictureSize::default())
}
