//! How values are distributed, before and after.

use super::axis::{LABEL, mark_text, marks, round_up, some_marks};
use super::palette::{AXIS, BLACK, DARK, GREY, GRID, series};
use super::scene::{Anchor, Frame, Ink, Scene, Style};
use super::text::Face;
use super::{Picture, PictureSize};

/// Values of one kind.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Distribution {
    /// What they are: the title of the panel.
    pub name: String,
    /// Words on the horizontal axis, with the unit.
    pub axis: String,
    /// At the start.
    pub before: Vec<f64>,
    /// At the end.
    pub after: Vec<f64>,
}

/// What a picture of distributions shows.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct HistogramData {
    /// The heading.
    pub title: String,
    /// One panel each; at most [`PANELS`] are drawn, the rest is said in words.
    pub distributions: Vec<Distribution>,
}

/// Most panels of a picture.
pub const PANELS: usize = 6;

const BINS: usize = 50;
const TITLE: Style = Style::new(36.0, Face::Bold, BLACK);
const NOTE: Style = Style::new(22.0, Face::Regular, GREY);
const PANEL: Style = Style::new(22.0, Face::Bold, DARK);

/// Draws a panel for each distribution: the end filled, the start as a line.
#[must_use]
pub fn histogram(data: &HistogramData, size: PictureSize) -> Picture {
    let mut scene = Scene::new(size);
    scene.text(40.0, 54.0, data.title.as_str(), TITLE, Anchor::Start);
    let shown = &data.distributions[..data.distributions.len().min(PANELS)];
    let mut note = "grey line: before; filled: after".to_owned();
    if shown.len() < data.distributions.len() {
        note += &format!("; {} of {} kinds", shown.len(), data.distributions.len());
    }
    scene.text(40.0, 88.0, note, NOTE, Anchor::Start);
    let columns = if shown.len() > 2 { 2 } else { 1 };
    let rows = shown.len().div_ceil(columns).max(1);
    let (width, height) = ((scene.width - 40.0) / columns as f32, (scene.height - 110.0) / rows as f32);
    for (i, distribution) in shown.iter().enumerate() {
        let (column, row) = (i % columns, i / columns);
        let frame = Frame {
            x: scene.snap(40.0 + column as f32 * width + 90.0),
            y: 110.0 + row as f32 * height + 44.0,
            width: width - 140.0,
            height: height - 44.0 - 84.0,
        };
        panel(&mut scene, frame, distribution, series(i, shown.len()));
    }
    Picture { size, scene }
}

fn panel(scene: &mut Scene, frame: Frame, data: &Distribution, ink: Ink) {
    scene.text(frame.x, frame.y - 14.0, data.name.as_str(), PANEL.inked(ink.mix(BLACK, 0.3)), Anchor::Start);
    let all = || data.before.iter().chain(&data.after).copied();
    let (low, high) = (all().fold(f64::INFINITY, f64::min), all().fold(f64::NEG_INFINITY, f64::max));
    if !(low.is_finite() && high.is_finite()) {
        scene.text(frame.x, frame.y + 30.0, "no synapses", NOTE, Anchor::Start);
        return;
    }
    // All values alike still get a bin of some width.
    let spread = if high > low { high - low } else { high.abs().max(1e-9) };
    let (low, high) = ((low - 0.02 * spread).max(if low >= 0.0 { 0.0 } else { f64::MIN }), high + 0.02 * spread);
    let count = |values: &[f64]| {
        let mut bins = vec![0.0_f64; BINS];
        for value in values {
            let bin = ((value - low) / (high - low) * BINS as f64) as usize;
            bins[bin.min(BINS - 1)] += 1.0;
        }
        bins
    };
    let (before, after) = (count(&data.before), count(&data.after));
    // A peak where all weights started alike would leave nothing of the rest to see.
    let most = after.iter().copied().fold(0.0, f64::max).max(if data.after.is_empty() {
        before.iter().copied().fold(0.0, f64::max)
    } else {
        0.0
    });
    let step = round_up(most / 4.0);
    let top = (most / step).ceil().max(1.0) * step;
    let x = |bin: usize| frame.x + frame.width * bin as f32 / BINS as f32;
    let y = |n: f64| frame.bottom() - (n.min(top) / top) as f32 * frame.height;
    for mark in marks(0.0, top, step) {
        scene.rule(frame.x, frame.right(), y(mark), if mark > 0.0 { GRID } else { AXIS });
        scene.text(frame.x - 12.0, y(mark) + LABEL.drop(), mark_text(mark, step), LABEL, Anchor::End);
    }
    let bar = |(bin, &n): (usize, &f64)| Frame {
        x: x(bin),
        y: y(n),
        width: x(bin + 1) - x(bin),
        height: frame.bottom() - y(n),
    };
    let frames = after.iter().enumerate().filter(|(_, n)| **n > 0.0).map(bar).collect();
    scene.marks.push(super::scene::Mark::Rectangles { frames, ink: ink.faded(0.6) });
    let line = before.iter().enumerate().flat_map(|(bin, &n)| [(x(bin), y(n)), (x(bin + 1), y(n))]).collect();
    scene.line(line, GREY, 2.5);
    let (labels, step) = some_marks(low, high, 8);
    for value in labels {
        let at = frame.x + ((value - low) / (high - low)) as f32 * frame.width;
        scene.upright(at, frame.bottom(), frame.bottom() + 7.0, AXIS);
        scene.text(at, frame.bottom() + 30.0, mark_text(value, step), LABEL, Anchor::Middle);
    }
    let middle = frame.x + frame.width / 2.0;
    scene.text(middle, frame.bottom() + 60.0, data.axis.as_str(), NOTE, Anchor::Middle);
}
