//! Devices by requirement against the synapses of the brain.

use huxley_harness::extrapolate::Extrapolation;
use huxley_harness::ledger::article;
use huxley_io::picture::{
    ChartAxis, ChartData, Draw, Level, Mark, Picture, PictureSize, Scale, Series, Upright, chart,
};

/// Draws every brain's four requirements on the first device, and the article's point.
pub fn picture(done: &Extrapolation) -> Picture {
    let axis = |label: &str| ChartAxis { label: label.to_owned(), scale: Scale::Log, range: None };
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
        name: "the article's H100s".to_owned(),
        draw: Draw::Points,
        points: vec![point],
        ..Series::default()
    });
    let uprights = brains.iter().map(|b| Upright { x: b.synapses, text: b.name.clone() }).collect();
    let marks = vec![Mark { at: point, text: "1.56 million".to_owned() }];
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
    let data = ChartData {
        title: format!("Devices for a brain: {device}"),
        detail: format!("{speed}, {} substeps a ms, {}, {from}", done.settings.substeps, done.settings.precision),
        x: axis("synapses"),
        y: axis("devices needed"),
        series,
        marks,
        uprights,
        levels: vec![Level { y: 1.0, text: "one device".to_owned() }],
        ..ChartData::default()
    };
    chart(&data, PictureSize::default())
}
