//! Devices by requirement against the synapses of the brain.

use huxley_harness::extrapolate::Extrapolation;
use huxley_harness::ledger::article;
use huxley_io::picture::{ChartAxis, ChartData, Draw, Level, Picture, PictureSize, Scale, Series, Upright, chart};

/// Draws every brain's four requirements on the first device, and the article's point.
pub fn picture(done: &Extrapolation) -> Picture {
    let device = done.devices.first().map_or("", |d| d.title.as_str());
    let mut brains: Vec<_> = done.brains.iter().collect();
    brains.sort_by(|a, b| a.synapses.total_cmp(&b.synapses));
    let mut series: Vec<Series> = done
        .requirements
        .iter()
        .enumerate()
        .map(|(i, requirement)| Series {
            name: requirement.name.clone(),
            draw: Draw::LinePoints,
            points: brains.iter().filter_map(|b| Some((b.synapses, b.requirements[i].devices?))).collect(),
            ..Series::default()
        })
        .collect();
    let printed = article::BRAIN_NEURONS * article::NEURON * 1e3 + article::BRAIN_SYNAPSES * article::SYNAPSE * 1e3;
    let devices = printed / huxley_harness::extrapolate::ARTICLE_H100.0;
    let point = (article::BRAIN_SYNAPSES, devices);
    series.push(Series {
        name: format!("the article's {:.2} million H100", devices / 1e6),
        draw: Draw::Points,
        points: vec![point],
        ..Series::default()
    });
    let uprights = brains.iter().map(|b| Upright { x: b.synapses, text: b.name.clone() }).collect();
    let speed = if done.settings.slowdown == 1.0 {
        "in real time".to_owned()
    } else {
        format!("{} times slower than life", done.settings.slowdown)
    };
    let from = match done.efficiency.from.as_str() {
        "measured" => "at the fractions of peak that were measured",
        "given" => "at the fraction of peak that was given",
        _ => "at the peaks of the datasheet, a lower bound",
    };
    // Room for the names of the largest brains.
    let axis = |label: &str, values: &mut dyn Iterator<Item = f64>| {
        let range =
            values.filter(|v| *v > 0.0).map(|v| (v / 3.0, v * 100.0)).reduce(|a, b| (a.0.min(b.0), a.1.max(b.1)));
        ChartAxis { label: label.to_owned(), scale: Scale::Log, range }
    };
    let points = || series.iter().flat_map(|s| s.points.iter());
    let x = axis("synapses", &mut points().map(|p| p.0));
    let y = axis("devices needed", &mut points().map(|p| p.1));
    let data = ChartData {
        title: format!("Devices for a brain: {device}"),
        detail: format!("{speed}, {} substeps a ms, {}, {from}", done.settings.substeps, done.settings.precision),
        x,
        y,
        series,
        uprights,
        levels: vec![Level { y: 1.0, text: "one device".to_owned() }],
        ..ChartData::default()
    };
    chart(&data, PictureSize::default())
}
