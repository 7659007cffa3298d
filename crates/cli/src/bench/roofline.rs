//! Rooflines: for a device and a precision, its ceilings as lines and its kernels as points.

use huxley_harness::bench::{BenchReport, KernelFigure};
use huxley_io::picture::{ChartAxis, ChartData, Draw, Mark, Scale, Series};
use huxley_io::results::format;

use super::places::{On, pictures};
use super::text::is_part;

/// The rooflines of a report and the names of their files.
pub fn all(report: &BenchReport) -> Vec<(String, ChartData)> {
    pictures(report, "roofline", roofline)
}

/// FLOP a byte and GFLOP/s, an exponential as the FLOP it is made of.
fn place(figure: &KernelFigure) -> Option<(f64, f64)> {
    let x = figure.expanded_flop_per_unit / figure.bytes_per_unit;
    let y = figure.expanded_flop_per_unit / figure.ns_per_unit;
    // A part that costs less than its own spread has no place.
    let there = x.is_finite() && x > 0.0 && y.is_finite() && y > 0.0 && figure.spread < 1.0;
    there.then_some((x, y))
}

/// What a point is part of in the legend.
fn family(figure: &KernelFigure) -> &'static str {
    match figure.group.as_str() {
        "membrane" => "membranes",
        "tick" => "whole ticks",
        _ if is_part(figure) => "parts of the plastic synapse",
        _ => "synapses",
    }
}

fn roofline(report: &BenchReport, on: &On) -> Option<ChartData> {
    let value = |name: &str| report.peaks.iter().find(|p| p.name == name && on.has(p)).map(|p| p.value * 1e-9);
    let fma = value("fma")?;
    let bandwidths: Vec<(&str, f64)> =
        ["copy", "update"].into_iter().filter_map(|name| Some((name, value(name)?))).collect();
    let points: Vec<(&KernelFigure, (f64, f64))> = report
        .kernels
        .iter()
        .filter(|figure| On::of(figure) == *on)
        .filter_map(|figure| Some((figure, place(figure)?)))
        .collect();
    if points.is_empty() || bandwidths.is_empty() {
        return None;
    }
    let ridge = bandwidths.iter().map(|&(_, b)| fma / b).fold(0.0, f64::max);
    let xs = points.iter().map(|(_, p)| p.0);
    let left = 10_f64.powf(xs.clone().fold(ridge, f64::min).log10().floor());
    let right = 10_f64.powf((2.0 * xs.fold(ridge, f64::max)).log10().ceil());
    let mut series = vec![Series {
        name: format!("multiply-adds, {}", format::si(fma * 1e9, "FLOP/s")),
        draw: Draw::Line,
        points: vec![(bandwidths.iter().map(|&(_, b)| fma / b).fold(f64::INFINITY, f64::min), fma), (right, fma)],
        colour: Some(0),
        ..Series::default()
    }];
    for (k, &(name, bandwidth)) in bandwidths.iter().enumerate() {
        let what = if name == "copy" { "copying" } else { "updating in place" };
        series.push(Series {
            name: format!("{what}, {}", format::si(bandwidth * 1e9, "B/s")),
            draw: if k == 0 { Draw::Line } else { Draw::Dashed },
            points: vec![(left, left * bandwidth), (fma / bandwidth, fma)],
            colour: Some(1),
            ..Series::default()
        });
    }
    for (k, name) in ["membranes", "synapses", "parts of the plastic synapse", "whole ticks"].into_iter().enumerate() {
        let own: Vec<(f64, f64)> = points.iter().filter(|(f, _)| family(f) == name).map(|(_, p)| *p).collect();
        if !own.is_empty() {
            series.push(Series {
                name: name.to_owned(),
                draw: Draw::Points,
                points: own,
                colour: Some(2 + k),
                ..Series::default()
            });
        }
    }
    let marks = points.iter().map(|(figure, at)| Mark { at: *at, text: label(figure) }).collect();
    let axis = |label: &str, range| ChartAxis { label: label.to_owned(), scale: Scale::Log, range };
    Some(ChartData {
        title: format!("Roofline: {}", on.said()),
        detail: format!(
            "measured {}; an exponential counted as the operations it is made of; every array met once a tick",
            report.started.get(..10).unwrap_or_default()
        ),
        x: axis("FLOP for each byte moved", Some((left, right))),
        y: axis("GFLOP/s", None),
        series,
        marks,
        ..ChartData::default()
    })
}

/// The name without what the legend says.
fn label(figure: &KernelFigure) -> String {
    let name = if is_part(figure) { figure.name.trim_start_matches("synapse-") } else { &figure.name };
    name.to_owned()
}

#[cfg(test)]
mod tests {
    use huxley_harness::bench::Peak;

    use super::*;

    fn figure(name: &str, backend: &str, threads: Option<usize>, precision: &str) -> KernelFigure {
        KernelFigure {
            name: name.to_owned(),
            group: "membrane".to_owned(),
            backend: backend.to_owned(),
            device: backend.to_owned(),
            threads,
            precision: precision.to_owned(),
            ns_per_unit: 2.0,
            expanded_flop_per_unit: 200.0,
            bytes_per_unit: 4.0,
            ..KernelFigure::default()
        }
    }

    fn peak(name: &str, figure: &KernelFigure, value: f64) -> Peak {
        Peak {
            name: name.to_owned(),
            backend: figure.backend.clone(),
            device: figure.device.clone(),
            threads: figure.threads,
            value,
            ..Peak::default()
        }
    }

    #[test]
    fn a_picture_for_each_device_and_precision_with_all_its_threads() {
        let kernels: Vec<KernelFigure> =
            [("cpu", Some(1), "f64"), ("cpu", Some(2), "f64"), ("cpu", Some(1), "f32"), ("gpu", None, "f32")]
                .into_iter()
                .map(|(backend, threads, precision)| figure("membrane-1", backend, threads, precision))
                .collect();
        let peaks = kernels.iter().flat_map(|f| [peak("fma", f, 1e12), peak("copy", f, 1e11)]).collect();
        let report = BenchReport { kernels, peaks, ..BenchReport::default() };
        let pictures = all(&report);
        let names: Vec<&str> = pictures.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(names, ["roofline", "roofline-cpu-f32", "roofline-cpu-f64"]);
        assert!(pictures[0].1.title.contains("gpu") && pictures[2].1.title.contains("2 threads"));
        // 50 FLOP a byte at 100 GFLOP/s, beneath a roof that begins at 10 FLOP a byte.
        assert_eq!(pictures[0].1.marks[0].at, (50.0, 100.0));
        let near = |at: (f64, f64)| (at.0 - 10.0).abs() < 1e-9 && (at.1 - 1000.0).abs() < 1e-9;
        assert!(near(pictures[0].1.series[0].points[0]) && near(pictures[0].1.series[1].points[1]));
    }

    #[test]
    fn what_could_not_be_measured_has_no_place() {
        let good = figure("synapse-weight", "cpu", Some(1), "f32");
        assert!(place(&good).is_some());
        assert_eq!(place(&KernelFigure { spread: 1.5, ..good.clone() }), None);
        assert_eq!(place(&KernelFigure { ns_per_unit: -1.0, ..good.clone() }), None);
        assert_eq!(place(&KernelFigure { bytes_per_unit: 0.0, ..good }), None);
    }
}
