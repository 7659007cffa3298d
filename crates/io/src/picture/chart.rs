//! Lines and points over two axes, linear or logarithmic: rooflines, errors against cost, forecasts.

mod labels;
mod scale;
mod shape;

use super::axis::LABEL;
use super::palette::{AXIS, BLACK, DARK, GREY, GRID, lettering, series, shade};
use super::raster::{MARGIN, TOP, heading};
use super::scene::{Anchor, Frame, Ink, Mark as Drawn, Scene, Style};
use super::text::{self, Face};
use super::{Picture, PictureSize};
use labels::Labels;
use scale::Ruler;

/// How values lie along an axis.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Scale {
    /// Equal steps for equal differences.
    #[default]
    Linear,
    /// Equal steps for equal ratios; values that are not positive are left out.
    Log,
}

/// An axis.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ChartAxis {
    /// Words on it, with the unit.
    pub label: String,
    /// How values lie along it.
    pub scale: Scale,
    /// From where to where; from the data where none is given.
    pub range: Option<(f64, f64)>,
}

/// How a series is drawn.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Draw {
    /// A line through its points.
    #[default]
    Line,
    /// The same in dashes.
    Dashed,
    /// Points, with a shape of the series.
    Points,
    /// Points on a line.
    LinePoints,
    /// The area between its points and [`Series::upper`].
    Band,
}

/// Values that belong together.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Series {
    /// Its entry in the legend; none where it is empty.
    pub name: String,
    /// How it is drawn.
    pub draw: Draw,
    /// Where; what is not finite is left out.
    pub points: Vec<(f64, f64)>,
    /// Of a band, the upper edge at each of the points.
    pub upper: Vec<f64>,
    /// Number of its colour; its place among the series where none is given.
    pub colour: Option<usize>,
    /// Place in an ordered family, from 0 to 1, whose colours go from dark blue to orange: in place of `colour`.
    pub shade: Option<f64>,
}

/// Words beside a point.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Mark {
    /// The point.
    pub at: (f64, f64),
    /// The words.
    pub text: String,
}

/// A vertical line over the whole chart.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Upright {
    /// Where.
    pub x: f64,
    /// Words beside it.
    pub text: String,
}

/// A horizontal line over the whole chart.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Level {
    /// Where.
    pub y: f64,
    /// Words above it.
    pub text: String,
}

/// What a chart shows.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ChartData {
    /// The heading.
    pub title: String,
    /// A line beneath it.
    pub detail: String,
    /// The horizontal axis.
    pub x: ChartAxis,
    /// The vertical axis.
    pub y: ChartAxis,
    /// Lines, points and bands, drawn in this order, bands first.
    pub series: Vec<Series>,
    /// Words beside points.
    pub marks: Vec<Mark>,
    /// Vertical lines.
    pub uprights: Vec<Upright>,
    /// Horizontal lines.
    pub levels: Vec<Level>,
}

const WORDS: Style = Style::new(19.0, Face::Regular, DARK);
/// Room for numbers left of the frame, and for words beneath it.
const LEFT: f32 = 150.0;
const BELOW: f32 = 96.0;
/// Widest legend.
const LEGEND: f32 = 400.0;
/// From one entry of the legend to the next.
const LINE: f32 = 32.0;
/// Length of a legend's sample.
const SAMPLE: f32 = 44.0;

/// Draws a chart.
#[must_use]
pub fn chart(data: &ChartData, size: PictureSize) -> Picture {
    let mut scene = Scene::new(size);
    heading(&mut scene, &data.title, &data.detail);
    let names = data.series.iter().map(|s| text::width(&s.name, WORDS.size, WORDS.face)).fold(0.0, f32::max);
    let legend = if names > 0.0 { (SAMPLE + 16.0 + names).min(LEGEND) + 30.0 } else { 0.0 };
    let frame = Frame {
        x: scene.snap(LEFT),
        y: TOP + 40.0,
        width: scene.width - LEFT - MARGIN - legend,
        height: scene.height - TOP - 40.0 - BELOW,
    };
    let (Some(x), Some(y)) = (across(data, frame), up(data, frame)) else {
        scene.text(frame.x, frame.y + 40.0, "no values to show", WORDS, Anchor::Start);
        return Picture { size, scene };
    };
    axes(&mut scene, data, frame, &x, &y);
    let mut labels = Labels::new(frame);
    let ink = |index: usize, own: &Series| match own.shade {
        Some(place) => shade(place),
        None => series(own.colour.unwrap_or(index), 1),
    };
    let bands = |own: &&(usize, &Series)| own.1.draw == Draw::Band;
    let numbered: Vec<(usize, &Series)> = data.series.iter().enumerate().collect();
    for &(index, own) in numbered.iter().filter(bands) {
        band(&mut scene, own, ink(index, own), frame, &x, &y);
    }
    for level in &data.levels {
        if let Some(at) = y.place(level.y) {
            shape::dashes(&mut scene, &[(frame.x, at), (frame.right(), at)], GREY, 2.0);
            labels.along(&mut scene, at, &level.text, WORDS.inked(GREY));
        }
    }
    for upright in &data.uprights {
        if let Some(at) = x.place(upright.x) {
            shape::dashes(&mut scene, &[(at, frame.y), (at, frame.bottom())], GREY, 2.0);
            labels.beside(&mut scene, at, &upright.text, WORDS.inked(GREY));
        }
    }
    for &(index, own) in numbered.iter().filter(|own| !bands(own)) {
        let points: Vec<(f32, f32)> =
            own.points.iter().filter_map(|&(a, b)| Some((x.anywhere(a)?, y.anywhere(b)?))).collect();
        curve(&mut scene, own.draw, index, &points, ink(index, own), frame);
        labels.avoid(&points);
    }
    for mark in &data.marks {
        if let (Some(a), Some(b)) = (x.place(mark.at.0), y.place(mark.at.1)) {
            labels.at(&mut scene, (a, b), &mark.text, WORDS);
        }
    }
    let mut below = frame.y + 14.0;
    for &(index, own) in numbered.iter().filter(|(_, own)| !own.name.is_empty()) {
        entry(&mut scene, own, index, ink(index, own), (frame.right() + 30.0, below), legend - 30.0);
        below += LINE;
    }
    Picture { size, scene }
}

/// The horizontal scale; none where there is nothing to show.
fn across(data: &ChartData, frame: Frame) -> Option<Ruler> {
    let points = data.series.iter().flat_map(|s| s.points.iter().map(|p| p.0));
    let values = points.chain(data.marks.iter().map(|m| m.at.0)).chain(data.uprights.iter().map(|u| u.x));
    Ruler::new(&data.x, values, frame.x, frame.right())
}

/// The vertical scale.
fn up(data: &ChartData, frame: Frame) -> Option<Ruler> {
    let points = data.series.iter().flat_map(|s| s.points.iter().map(|p| p.1).chain(s.upper.iter().copied()));
    let values = points.chain(data.marks.iter().map(|m| m.at.1)).chain(data.levels.iter().map(|l| l.y));
    Ruler::new(&data.y, values, frame.bottom(), frame.y)
}

fn axes(scene: &mut Scene, data: &ChartData, frame: Frame, x: &Ruler, y: &Ruler) {
    for (value, words) in x.marks() {
        let Some(at) = x.place(value) else { continue };
        scene.upright(at, frame.y, frame.bottom(), GRID);
        scene.upright(at, frame.bottom(), frame.bottom() + 7.0, AXIS);
        scene.text(at, frame.bottom() + 30.0, words, LABEL, Anchor::Middle);
    }
    for (value, words) in y.marks() {
        let Some(at) = y.place(value) else { continue };
        scene.rule(frame.x, frame.right(), at, GRID);
        scene.text(frame.x - 12.0, at + LABEL.drop(), words, LABEL, Anchor::End);
    }
    scene.rule(frame.x, frame.right(), frame.bottom(), AXIS);
    scene.upright(frame.x, frame.y, frame.bottom(), AXIS);
    let middle = frame.x + frame.width / 2.0;
    scene.text(middle, frame.bottom() + 66.0, data.x.label.as_str(), LABEL, Anchor::Middle);
    // Words on the vertical axis stand above it, so that they are read without turning one's head.
    scene.text(MARGIN, frame.y - 16.0, data.y.label.as_str(), LABEL, Anchor::Start);
}

fn band(scene: &mut Scene, own: &Series, ink: Ink, frame: Frame, x: &Ruler, y: &Ruler) {
    let edge = |a: f64, b: f64| Some((x.anywhere(a)?.clamp(frame.x, frame.right()), y.held(b)?));
    let pairs = own.points.iter().zip(&own.upper);
    let (mut low, mut high) = (Vec::new(), Vec::new());
    for (&(a, b), &top) in pairs {
        if let (Some(under), Some(over)) = (edge(a, b), edge(a, top)) {
            low.push(under);
            high.push(over);
        }
    }
    if low.len() > 1 {
        low.extend(high.into_iter().rev());
        scene.marks.push(Drawn::Area { points: low, ink: ink.faded(0.16) });
    }
}

fn curve(scene: &mut Scene, draw: Draw, index: usize, points: &[(f32, f32)], ink: Ink, frame: Frame) {
    if draw != Draw::Points {
        for piece in shape::clipped(points, frame) {
            if draw == Draw::Dashed {
                shape::dashes(scene, &piece, ink, 3.0);
            } else {
                scene.line(piece, ink, 3.0);
            }
        }
    }
    if matches!(draw, Draw::Points | Draw::LinePoints) {
        let inside = |&&(a, b): &&(f32, f32)| {
            (frame.x - 1.0..=frame.right() + 1.0).contains(&a) && (frame.y - 1.0..=frame.bottom() + 1.0).contains(&b)
        };
        for &at in points.iter().filter(inside) {
            scene.marks.push(Drawn::Area { points: shape::symbol(index, at, 8.0), ink });
        }
    }
}

/// A line of the legend.
fn entry(scene: &mut Scene, own: &Series, index: usize, ink: Ink, (x, y): (f32, f32), room: f32) {
    let line = [(x, y), (x + SAMPLE, y)];
    match own.draw {
        Draw::Band => {
            scene.rectangle(Frame { x, y: y - 9.0, width: SAMPLE, height: 18.0 }, ink.faded(0.16));
        }
        Draw::Dashed => shape::dashes(scene, &line, ink, 3.0),
        Draw::Line | Draw::LinePoints => scene.line(line.to_vec(), ink, 3.0),
        Draw::Points => {}
    }
    if matches!(own.draw, Draw::Points | Draw::LinePoints) {
        let middle = (x + SAMPLE / 2.0, y);
        scene.marks.push(Drawn::Area { points: shape::symbol(index, middle, 8.0), ink });
    }
    let words = text::fit(&own.name, WORDS.size, WORDS.face, room - SAMPLE - 16.0);
    let style = WORDS.inked(if own.draw == Draw::Band { BLACK } else { lettering(ink) });
    scene.text(x + SAMPLE + 12.0, y + WORDS.drop(), words, style, Anchor::Start);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn data() -> ChartData {
        let line = |name: &str, draw, points: &[(f64, f64)]| Series {
            name: name.to_owned(),
            draw,
            points: points.to_vec(),
            ..Series::default()
        };
        ChartData {
            title: "Title".to_owned(),
            detail: "a detail".to_owned(),
            x: ChartAxis { label: "cost (FLOP)".to_owned(), scale: Scale::Log, range: None },
            y: ChartAxis { label: "error (ms)".to_owned(), scale: Scale::Log, range: None },
            series: vec![
                line("first", Draw::LinePoints, &[(1e3, 1.0), (1e5, 0.01), (1e6, 0.0), (1e7, f64::NAN)]),
                line("second", Draw::Dashed, &[(1e3, 0.5), (1e6, 0.5)]),
            ],
            marks: vec![Mark { at: (1e3, 1.0), text: "a mark".to_owned() }],
            uprights: vec![Upright { x: 1e4, text: "here".to_owned() }],
            levels: vec![Level { y: 0.1, text: "there".to_owned() }],
        }
    }

    #[test]
    fn a_chart_has_its_words_and_numbers() {
        let svg = chart(&data(), PictureSize::default()).svg().unwrap();
        for words in ["Title", "a detail", "cost (FLOP)", "error (ms)", "first", "second", "a mark", "here", "there"] {
            assert!(svg.contains(&format!(">{words}<")), "{words}");
        }
        for number in ["10\u{2074}", "0.1"] {
            assert!(svg.contains(&format!(">{number}<")), "{number}: {svg}");
        }
    }

    #[test]
    fn a_chart_draws_only_what_lies_on_its_axes() {
        let mut data = data();
        let symbols = |data: &ChartData| {
            let marks = chart(data, PictureSize::default()).scene.marks;
            marks.iter().filter(|mark| matches!(mark, Drawn::Area { .. })).count()
        };
        // Two points on both axes, and the legend's.
        assert_eq!(symbols(&data), 3);
        data.x.range = Some((1e4, 1e6));
        assert_eq!(symbols(&data), 2);
    }

    #[test]
    fn a_chart_of_nothing_says_so() {
        for series in [Vec::new(), vec![Series { points: vec![(f64::NAN, 1.0)], ..Series::default() }]] {
            let empty = ChartData { series, ..ChartData::default() };
            let svg = chart(&empty, PictureSize::default()).svg().unwrap();
            assert!(svg.contains("no values to show"));
        }
    }

    #[test]
    fn a_chart_of_one_value_is_drawn() {
        for scale in [Scale::Linear, Scale::Log] {
            for value in [0.0, 5.0, 1e300, 1e-300] {
                let axis = ChartAxis { scale, ..ChartAxis::default() };
                let series = vec![Series { points: vec![(value, value)], draw: Draw::Points, ..Series::default() }];
                let data = ChartData { x: axis.clone(), y: axis, series, ..ChartData::default() };
                assert!(!chart(&data, PictureSize::default()).png().unwrap().is_empty());
            }
        }
    }
}
