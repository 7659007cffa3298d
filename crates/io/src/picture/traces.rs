//! Traces of variables over time, a lane each, in one panel a variable.

use super::axis::{LABEL, TimeAxis, mark_text, some_marks};
use super::decimate::decimate;
use super::palette::{BLACK, DARK, GREY, GRID, lettering, series};
use super::raster::{BOTTOM, MARGIN, TITLE, TOP, heading};
use super::scene::{Anchor, Frame, Scene, Style};
use super::text::{self, Face};
use super::{Picture, PictureSize};
use crate::results::format::{count, counted};

/// Lanes of a picture.
const LANES: usize = 12;
/// Panels of a picture.
const PANELS: usize = 12;
/// Room for a panel's heading.
const HEADING: f32 = 40.0;
const PANEL: Style = Style::new(21.0, Face::Bold, BLACK);
const NAME: Style = Style::new(20.0, Face::Regular, DARK);
/// Room for names, at the most.
const NAMES: f32 = 260.0;

/// What a picture of traces shows.
#[derive(Clone, Debug, Default)]
pub struct TraceData {
    /// Title: model, seed, duration.
    pub title: String,
    /// The traces. Those of one quantity and unit share a panel.
    pub traces: Vec<Trace>,
}

/// Samples of one variable at one place.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Trace {
    /// Whose: the cell, and where in it.
    pub label: String,
    /// What: `membrane potential`.
    pub quantity: String,
    /// Its unit; empty when it has none.
    pub unit: String,
    /// Time of the first sample, ms.
    pub start_ms: f64,
    /// Time between samples, ms.
    pub interval_ms: f64,
    /// Samples.
    pub values: Vec<f32>,
}

impl Trace {
    fn time(&self, sample: usize) -> f64 {
        self.start_ms + sample as f64 * self.interval_ms
    }
}

/// Traces of one variable.
struct Group<'a> {
    quantity: &'a str,
    unit: &'a str,
    traces: Vec<&'a Trace>,
    /// Those that are drawn.
    shown: Vec<&'a Trace>,
}

/// Draws up to 12 traces, taken evenly from each variable; the rest is said in words.
#[must_use]
pub fn traces(data: &TraceData, size: PictureSize) -> Picture {
    let mut scene = Scene::new(size);
    let groups = groups(&data.traces);
    let shown: Vec<&Trace> = groups.iter().flat_map(|group| group.shown.iter().copied()).collect();
    let start_ms = shown.iter().map(|trace| trace.start_ms).fold(f64::INFINITY, f64::min);
    // A sample stands for the interval after it.
    let end_of = |trace: &&Trace| trace.time(trace.values.len());
    let end_ms = shown.iter().map(end_of).fold(f64::NEG_INFINITY, f64::max);
    heading(&mut scene, &data.title, &summary(data, &groups));
    if !(start_ms.is_finite() && end_ms.is_finite()) {
        let (x, y) = (scene.width / 2.0, scene.height / 2.0);
        scene.text(x, y, "nothing was recorded", TITLE.inked(GREY), Anchor::Middle);
        return Picture { size, scene };
    }

    let names = shown.iter().map(|trace| text::width(&trace.label, NAME.size, NAME.face));
    let right = scene.width - MARGIN - names.fold(40.0, f32::max).min(NAMES) - 14.0;
    let left = scene.snap(MARGIN + 72.0);
    let axis = TimeAxis { start_ms, end_ms, left, width: scene.snap(right - left) };

    let headings = groups.len() as f32 * HEADING;
    let lane = (scene.height - TOP - BOTTOM - headings) / shown.len() as f32;
    let mut lanes = Vec::new();
    let mut y = TOP;
    for group in &groups {
        y += HEADING;
        for _ in &group.shown {
            let gap = (0.12 * lane).min(14.0);
            lanes.push(Frame { x: left, y: y + gap / 2.0, width: axis.width, height: lane - gap });
            y += lane;
        }
    }
    axis.draw(&mut scene, &lanes);
    let mut rest = lanes.as_slice();
    for (index, group) in groups.iter().enumerate() {
        let (own, others) = rest.split_at(group.shown.len());
        draw_group(&mut scene, group, own, &axis, index);
        rest = others;
    }
    Picture { size, scene }
}

fn groups(traces: &[Trace]) -> Vec<Group<'_>> {
    let mut groups: Vec<Group<'_>> = Vec::new();
    for trace in traces.iter().filter(|trace| !trace.values.is_empty()) {
        let same = |group: &&mut Group<'_>| group.quantity == trace.quantity && group.unit == trace.unit;
        match groups.iter_mut().find(same) {
            Some(group) => group.traces.push(trace),
            None => groups.push(Group {
                quantity: &trace.quantity,
                unit: &trace.unit,
                traces: vec![trace],
                shown: Vec::new(),
            }),
        }
    }
    groups.truncate(PANELS);
    // A lane to each in turn, so that a large group leaves room for a small one.
    let mut lanes = vec![0; groups.len()];
    for _ in 0..LANES {
        let open = |&index: &usize| lanes[index] < groups[index].traces.len();
        let next = (0..groups.len()).filter(open).min_by_key(|&index| lanes[index]);
        if let Some(index) = next {
            lanes[index] += 1;
        }
    }
    for (group, lanes) in groups.iter_mut().zip(lanes) {
        let all = group.traces.len();
        group.shown = (0..lanes).map(|lane| group.traces[lane * all / lanes]).collect();
    }
    groups
}

fn summary(data: &TraceData, groups: &[Group<'_>]) -> String {
    let shown: usize = groups.iter().map(|group| group.shown.len()).sum();
    let all = data.traces.len();
    let (shown, hidden) = (shown as u64, (all - shown) as u64);
    match hidden {
        0 => counted(shown, "trace"),
        _ => format!("{} of {}; the other {} are not drawn", count(shown), counted(all as u64, "trace"), count(hidden)),
    }
}

fn draw_group(scene: &mut Scene, group: &Group<'_>, lanes: &[Frame], axis: &TimeAxis, index: usize) {
    let Some(first) = lanes.first() else { return };
    let ink = series(index, PANELS);
    let title = match group.unit {
        "" => group.quantity.to_owned(),
        unit => format!("{} ({unit})", group.quantity),
    };
    let style = PANEL.inked(lettering(ink));
    let title = text::fit(&title, style.size, style.face, axis.width);
    scene.text(first.x, first.y - 14.0, title, style, Anchor::Start);
    let range = range(&group.shown);
    for (trace, lane) in group.shown.iter().zip(lanes) {
        draw_scale(scene, *lane, range);
        let middle = lane.y + lane.height / 2.0;
        let name = text::fit(&trace.label, NAME.size, NAME.face, NAMES);
        let size = lane.height.clamp(14.0, NAME.size);
        scene.text(lane.right() + 14.0, middle + NAME.drop(), name, Style { size, ..NAME }, Anchor::Start);
        draw_trace(scene, trace, *lane, range, axis, index);
    }
}

/// Lowest and highest value of the traces, with some air.
fn range(traces: &[&Trace]) -> (f64, f64) {
    let finite = || traces.iter().flat_map(|trace| &trace.values).copied().filter(|value| value.is_finite());
    let low = f64::from(finite().fold(f32::INFINITY, f32::min));
    let high = f64::from(finite().fold(f32::NEG_INFINITY, f32::max));
    if low > high {
        return (0.0, 1.0);
    }
    let air = match high - low {
        0.0 => (0.1 * high.abs()).max(1e-3),
        span => 0.05 * span,
    };
    (low - air, high + air)
}

/// Marks on the left and lines across.
fn draw_scale(scene: &mut Scene, lane: Frame, (low, high): (f64, f64)) {
    let size = (0.3 * lane.height).clamp(13.0, 20.0);
    let style = Style { size, ..LABEL };
    let most = (lane.height / (1.5 * size)).clamp(2.0, 6.0) as usize;
    let (marks, step) = some_marks(low, high, most);
    for mark in marks {
        let y = lane.bottom() - ((mark - low) / (high - low)) as f32 * lane.height;
        scene.rule(lane.x, lane.right(), y, GRID);
        scene.text(lane.x - 12.0, y + style.drop(), mark_text(mark, step), style, Anchor::End);
    }
}

fn draw_trace(scene: &mut Scene, trace: &Trace, lane: Frame, (low, high): (f64, f64), axis: &TimeAxis, index: usize) {
    let span = trace.time(trace.values.len().saturating_sub(1)) - trace.start_ms;
    let columns = (span / axis.span()) as f32 * axis.width * scene.scale;
    let y = |value: f32| lane.bottom() - ((f64::from(value) - low) / (high - low)) as f32 * lane.height;
    for run in decimate(&trace.values, columns.ceil() as usize) {
        let mut points: Vec<(f32, f32)> =
            run.into_iter().map(|(sample, value)| (axis.x(trace.time(sample)), y(value))).collect();
        if let [only] = *points {
            points.push((only.0 + 0.5, only.1));
        }
        scene.line(points, series(index, PANELS), 1.8);
    }
}
