//! Both roads on one axis of time: what a brain and a Turing test cost, year by year.

use huxley_forecast::roads::Road;
use huxley_forecast::{hardware, turing};
use huxley_io::picture::{
    ChartAxis, ChartData, Draw, Level, Mark, Picture, PictureSize, Scale, Series, Upright, chart,
};

/// Draws the roads.
pub fn roads(brain: &hardware::Forecast, test: &turing::Forecast) -> Picture {
    let mut series = Vec::new();
    for (index, road) in brain.roads.iter().chain([&test.road]).enumerate() {
        // Bands only of the two roads that are compared: the binding requirement and the test.
        let banded = index == brain.roads.len() || road.name.ends_with(brain.binding.name);
        if banded {
            series.push(band(road, index));
        }
        series.push(middle(road, index));
    }
    let start = brain.inputs.start_year.min(test.inputs.start_year);
    let budget = brain.inputs.budget_usd.filter(|budget| *budget > 0.0);
    // Where the middle of a road meets the budget.
    let mut marks = Vec::new();
    if let Some(budget) = budget {
        let dates = brain.requirements.iter().map(|own| &own.distribution.median).chain([&test.sampled.when.median]);
        for (index, date) in dates.enumerate() {
            if let Some(year) = date.year.filter(|year| date.years != Some(0.0) && *year < start + 150.0) {
                let at = (year, budget);
                let points = vec![at];
                series.push(Series { draw: Draw::Points, points, colour: Some(index), ..Series::default() });
                marks.push(Mark { at, text: date.words.clone() });
            }
        }
    }
    let levels = budget
        .map(|y| Level { y, text: format!("budget, {} USD", super::text::figure(y)) })
        .into_iter()
        .chain([Level { y: test.inputs.world_product_usd, text: "the world's product, 2023".to_owned() }]);
    let uprights = [(2040.0, "article, FP32"), (2075.0, "article, FP64"), (2133.0, "essay")];
    let data = ChartData {
        title: "What a brain and a Turing test cost, and when".to_owned(),
        detail: "lines: median; bands: 80 % of samples of the trends and of the judge's slowdown; prices of the year"
            .to_owned(),
        x: ChartAxis { label: "year".to_owned(), scale: Scale::Linear, range: Some((start, start + 150.0)) },
        y: ChartAxis { label: "cost, USD".to_owned(), scale: Scale::Log, range: Some((1e3, 1e22)) },
        series,
        marks,
        uprights: uprights.map(|(x, text)| Upright { x, text: format!("{text}: {x:.0}") }).to_vec(),
        levels: levels.collect(),
    };
    chart(&data, PictureSize::default())
}

fn usd(log10: Option<f64>) -> Option<f64> {
    log10.map(|log10| 10_f64.powf(log10)).filter(|usd| usd.is_finite() && *usd > 0.0)
}

fn middle(road: &Road, colour: usize) -> Series {
    let points = road.points.iter().filter_map(|point| Some((point.year, usd(point.median_log10_usd)?))).collect();
    Series { name: road.name.clone(), draw: Draw::Line, points, colour: Some(colour), ..Series::default() }
}

fn band(road: &Road, colour: usize) -> Series {
    let edges = |point: &huxley_forecast::roads::Point| {
        Some((point.year, usd(point.low_log10_usd)?, usd(point.high_log10_usd)?))
    };
    let edges: Vec<_> = road.points.iter().filter_map(edges).collect();
    Series {
        name: String::new(),
        draw: Draw::Band,
        points: edges.iter().map(|(year, low, _)| (*year, *low)).collect(),
        upper: edges.iter().map(|(_, _, high)| *high).collect(),
        colour: Some(colour),
        ..Series::default()
    }
}
