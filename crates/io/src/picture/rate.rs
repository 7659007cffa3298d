//! Rates of populations over time.

use super::RasterPopulation;
use super::axis::{LABEL, TimeAxis, mark_text, marks, round_up};
use super::palette::{BLACK, DARK, GREY, GRID, series};
use super::raster::Dot;
use super::scene::{Anchor, Frame, Ink, Scene, Style};
use super::text::Face;
use crate::results::format::milliseconds;

/// Populations up to which each has its curve.
const CURVES: usize = 7;

/// Draws the rate of each population, or of all neurons when there are many populations.
pub(super) fn draw_rates(
    scene: &mut Scene,
    frame: Frame,
    populations: &[RasterPopulation],
    dots: &[Dot],
    axis: &TimeAxis,
) {
    let bin_ms = bin(axis.span(), dots.len());
    let apart = populations.len() <= CURVES;
    let curves = if apart { populations.len() } else { 1 };
    let mut rates = vec![vec![0.0; (axis.span() / bin_ms).ceil().max(1.0) as usize]; curves];
    for dot in dots {
        let curve = &mut rates[if apart { dot.population } else { 0 }];
        let place = ((dot.time_ms - axis.start_ms) / bin_ms) as usize;
        let last = curve.len() - 1;
        curve[place.min(last)] += 1.0;
    }
    let all: f64 = populations.iter().map(|population| f64::from(population.count)).sum();
    for (index, curve) in rates.iter_mut().enumerate() {
        let neurons = if apart { f64::from(populations[index].count) } else { all };
        for (place, value) in curve.iter_mut().enumerate() {
            // The last bin may be cut short by the end of the run.
            let width = bin_ms.min(axis.span() - place as f64 * bin_ms);
            *value /= neurons * width.max(0.25 * bin_ms) / 1e3;
        }
    }

    let highest = rates.iter().flatten().copied().fold(0.0, f64::max);
    let step = round_up(highest / 4.0);
    let top = if highest > 0.0 { (highest / step).ceil() * step } else { 1.0 };
    let y = |value: f64| frame.bottom() - (value / top) as f32 * frame.height;
    for mark in marks(0.0, if highest > 0.0 { top } else { 0.0 }, step) {
        if mark > 0.0 {
            scene.rule(frame.x, frame.right(), y(mark), GRID);
        }
        let label = mark_text(mark, step);
        scene.text(frame.x - 12.0, y(mark) + LABEL.drop(), label, LABEL, Anchor::End);
    }
    let whose = if apart { "rate" } else { "rate of all neurons" };
    let words = format!("{whose} in Hz, bins of {}", milliseconds(bin_ms));
    let style = Style::new(18.0, Face::Regular, GREY);
    scene.text(frame.x, frame.y - 13.0, words, style, Anchor::Start);

    if highest == 0.0 {
        return;
    }
    for (index, curve) in rates.iter().enumerate() {
        let ink = if apart { series(index, curves).mix(BLACK, 0.12) } else { DARK };
        let end = axis.left + axis.width;
        let points = steps(curve, end, |place| axis.x(axis.start_ms + place as f64 * bin_ms), y);
        if curves == 1 {
            fill(scene, points.clone(), frame, ink);
        }
        scene.line(points, ink, 2.0);
    }
}

/// A curve that is level over each bin.
pub(super) fn steps(curve: &[f64], end: f32, x: impl Fn(usize) -> f32, y: impl Fn(f64) -> f32) -> Vec<(f32, f32)> {
    let level = |(place, &value): (usize, &f64)| [(x(place), y(value)), (x(place + 1).min(end), y(value))];
    curve.iter().enumerate().flat_map(level).collect()
}

fn fill(scene: &mut Scene, mut points: Vec<(f32, f32)>, frame: Frame, ink: Ink) {
    if let (Some(&first), Some(&last)) = (points.first(), points.last()) {
        points.extend([(last.0, frame.bottom()), (first.0, frame.bottom())]);
        scene.marks.push(super::scene::Mark::Area { points, ink: ink.faded(0.12) });
    }
}

/// Width of a bin, ms: round, some 200 in a run, but with some spikes in each.
pub(super) fn bin(span_ms: f64, spikes: usize) -> f64 {
    let bins = (spikes as f64 / 8.0).clamp(15.0, 200.0);
    let bin = round_up(span_ms / bins);
    if span_ms >= 50.0 { bin.max(1.0) } else { bin }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn picture_bins_are_round_and_wider_when_spikes_are_few() {
        assert_eq!(bin(1000.0, 1_000_000), 5.0);
        assert_eq!(bin(1000.0, 10), 100.0);
        assert_eq!(bin(100.0, 1_000_000), 1.0);
    }
}
