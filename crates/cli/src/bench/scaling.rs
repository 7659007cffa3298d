//! Scaling: what a unit of a tick costs, against how many a tick has.

use huxley_harness::bench::{BenchReport, Fit};
use huxley_io::picture::{ChartAxis, ChartData, Draw, Scale, Series};

use super::places::{On, pictures};

/// Points of a drawn line.
const STEPS: u32 = 64;

/// The pictures of a report and the names of their files.
pub fn all(report: &BenchReport) -> Vec<(String, ChartData)> {
    pictures(report, "scaling", scaling)
}

/// Each kernel's sizes as points, and the straight line through their times; a cost in proportion to the size lies level.
fn scaling(report: &BenchReport, on: &On) -> Option<ChartData> {
    let fits: Vec<&Fit> = report.scaling.iter().filter(|fit| on.has_line(fit)).collect();
    if fits.is_empty() {
        return None;
    }
    let mut series = Vec::new();
    for (k, fit) in fits.iter().enumerate() {
        let unit = report.kernels.iter().find(|kernel| kernel.name == fit.name).map_or("", |kernel| &kernel.unit);
        let colour = Some(k);
        let points = fit.points.iter().map(|&(x, s)| (x, 1e9 * s / x)).collect();
        series.push(Series {
            name: format!("{}, {unit}", fit.name),
            draw: Draw::Points,
            points,
            colour,
            ..Series::default()
        });
        series.push(Series { draw: Draw::Line, points: curve(fit), colour, ..Series::default() });
    }
    let axis = |label: &str| ChartAxis { label: label.to_owned(), scale: Scale::Log, range: None };
    Some(ChartData {
        title: format!("Scaling: {}", on.said()),
        detail: format!(
            "measured {}; lines: a fixed time a tick and one for each unit, fitted to all sizes",
            report.started.get(..10).unwrap_or_default()
        ),
        x: axis("units in a tick"),
        y: axis("ns a unit"),
        series,
        ..ChartData::default()
    })
}

/// The line of a fit, as ns a unit between its ends.
fn curve(fit: &Fit) -> Vec<(f64, f64)> {
    let ends = (fit.points.first(), fit.points.last());
    let (Some(&(from, _)), Some(&(to, _))) = ends else { return Vec::new() };
    (0..=STEPS)
        .map(|step| from * (to / from).powf(f64::from(step) / f64::from(STEPS)))
        .map(|x| (x, 1e9 * (fit.intercept_s / x + fit.slope_s)))
        .filter(|&(_, y)| y > 0.0)
        .collect()
}

#[cfg(test)]
mod tests {
    use huxley_harness::bench::KernelFigure;

    use super::*;

    #[test]
    fn a_kernel_has_its_points_and_its_line_where_it_was_measured() {
        let figure = |threads| KernelFigure {
            name: "membrane-1".to_owned(),
            backend: "cpu".to_owned(),
            threads: Some(threads),
            precision: "f32".to_owned(),
            unit: "compartment-step".to_owned(),
            ..KernelFigure::default()
        };
        let fit = |threads, slope_s: f64| Fit {
            name: "membrane-1".to_owned(),
            backend: "cpu".to_owned(),
            precision: "f32".to_owned(),
            threads: Some(threads),
            against: "size".to_owned(),
            intercept_s: 1e-6,
            slope_s,
            points: [1e3, 1e4, 1e5].map(|x| (x, 1e-6 + slope_s * x)).to_vec(),
            ..Fit::default()
        };
        let report = BenchReport {
            kernels: vec![figure(1), figure(2)],
            scaling: vec![fit(1, 2e-9), fit(2, 1e-9)],
            ..BenchReport::default()
        };
        let pictures = all(&report);
        assert_eq!(pictures.len(), 1);
        let (name, data) = &pictures[0];
        assert_eq!((name.as_str(), data.series.len()), ("scaling", 2));
        assert!(data.title.contains("2 threads") && data.series[0].name == "membrane-1, compartment-step");
        // A nanosecond a unit, and a microsecond for all: the line goes through the points.
        for (point, expected) in data.series[0].points.iter().zip([2.0, 1.1, 1.01]) {
            assert!((point.1 - expected).abs() < 1e-9, "{point:?}");
        }
        let (first, last) = (data.series[1].points[0], data.series[1].points[STEPS as usize]);
        assert!((first.1 - 2.0).abs() < 1e-9 && (last.1 - 1.01).abs() < 1e-9, "{first:?} {last:?}");
    }
}
