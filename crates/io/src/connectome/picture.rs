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
        draw: Draw::Line,
        points: distribution.tail.clone(),
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
