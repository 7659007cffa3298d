//! Pictures of a connectome: how degrees and weights are distributed.

use super::statistics::{Distribution, Statistics};
use crate::picture::{ChartAxis, ChartData, Draw, Picture, PictureSize, Scale, Series, chart};
use crate::results::format;

/// Degrees, and weights where the table has any, each with the name of its file.
#[must_use]
pub fn pictures(name: &str, statistics: &Statistics, unit: &str, size: PictureSize) -> Vec<(&'static str, Picture)> {
    let detail = format!(
        "{}, {}; cells without any are left out of the curve",
        format::counted(statistics.neurons, "neuron"),
        format::counted(statistics.edges, "connected pair")
    );
    let line = |name: &str, distribution: &Distribution| Series {
        name: name.to_owned(),
        draw: Draw::LinePoints,
        points: thinned(&distribution.tail),
        ..Series::default()
    };
    let axis = |label: &str| ChartAxis { label: label.to_owned(), scale: Scale::Log, range: None };
    let degrees = ChartData {
        title: format!("Partners of a neuron: {name}"),
        detail,
        x: axis("partners"),
        y: axis("fraction of neurons with at least so many"),
        series: vec![line("inputs", &statistics.in_degree), line("outputs", &statistics.out_degree)],
        ..ChartData::default()
    };
    let mut all = vec![("degrees", chart(&degrees, size))];
    if statistics.weighted {
        let weights = ChartData {
            title: format!("Weights of connections: {name}"),
            detail: format!(
                "{}; mean {}, median {}, largest {} {unit}",
                format::counted(statistics.edges, "connected pair"),
                format::significant(statistics.weight.summary.mean, 3),
                format::significant(statistics.weight.summary.median, 3),
                format::significant(statistics.weight.summary.most, 3),
            ),
            x: axis(&format!("weight ({unit})")),
            y: axis("fraction of connections at least so strong"),
            series: vec![line("", &statistics.weight)],
            ..ChartData::default()
        };
        all.push(("weights", chart(&weights, size)));
    }
    all
}

/// Points of a curve that can be told apart.
const POINTS: usize = 60;

fn thinned(tail: &[(f64, f64)]) -> Vec<(f64, f64)> {
    let positive: Vec<(f64, f64)> = tail.iter().copied().filter(|(value, _)| *value > 0.0).collect();
    let step = positive.len().div_ceil(POINTS).max(1);
    let last = positive.len().saturating_sub(1);
    positive.into_iter().enumerate().filter(|(i, _)| i % step == 0 || *i == last).map(|(_, point)| point).collect()
}
