//! The shape of a cell: seen along z, and beside it along x, at the same scale.

use std::collections::HashSet;

use huxley_model::morphology::{Geometry, Morphology, Point, Section, SectionKind};

use super::axis::round_up;
use super::palette::{AXIS, BLACK, DARK, GREY, lettering, series};
use super::raster::{MARGIN, TOP, heading};
use super::scene::{Anchor, Frame, Ink, Mark, Scene, Style};
use super::text::{self, Face};
use super::{Picture, PictureSize};
use crate::results::format;

/// What a picture of a cell shows.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CellData<'a> {
    /// The heading.
    pub title: &'a str,
    /// A line beneath it.
    pub detail: &'a str,
    /// The cell. Sections without places of their own (cylinders) cannot be drawn and are left out.
    pub cell: &'a Morphology,
}

/// Kinds in the order they are drawn, the last on top.
const KINDS: [SectionKind; 5] =
    [SectionKind::Other, SectionKind::Axon, SectionKind::Dendrite, SectionKind::Apical, SectionKind::Soma];
pub(super) const WORDS: Style = Style::new(19.0, Face::Regular, DARK);
/// Room for the names of kinds, for what is beneath the views, and between them.
const LEGEND: f32 = 330.0;
const BELOW: f32 = 96.0;
const BETWEEN: f32 = 70.0;
/// The thinnest neurite.
const THIN: f32 = 1.6;
/// Points nearer than this are drawn as one, and widths that differ by less in one line.
const NEAR: f32 = 0.6;
const LIKE: f32 = 0.5;
/// Corners of a circle.
const CORNERS: usize = 48;

/// Draws a cell's shape, coloured by the kind of its sections.
#[must_use]
pub fn cell(data: &CellData<'_>, size: PictureSize) -> Picture {
    let mut scene = Scene::new(size);
    heading(&mut scene, data.title, data.detail);
    let area = Frame {
        x: MARGIN,
        y: TOP + 20.0,
        width: scene.width - 2.0 * MARGIN - LEGEND,
        height: scene.height - TOP - 20.0 - BELOW,
    };
    let Some(bounds) = Bounds::of(data.cell) else {
        scene.text(area.x, area.y + 40.0, "no section has a place", WORDS, Anchor::Start);
        return Picture { size, scene };
    };
    let views = views(&bounds, area);
    for view in &views {
        draw(&mut scene, data.cell, view);
    }
    name_views(&mut scene, &views, area.bottom() + 34.0);
    let foot = scene.height - 30.0;
    bar(&mut scene, views[0].scale, (area.x, foot));
    legend(&mut scene, data.cell, (area.right() + 30.0, area.y + 14.0));
    Picture { size, scene }
}

/// The box that holds a cell, um.
pub(super) struct Bounds {
    low: [f64; 3],
    high: [f64; 3],
}

impl Bounds {
    pub fn of(cell: &Morphology) -> Option<Self> {
        let mut bounds = Self { low: [f64::INFINITY; 3], high: [f64::NEG_INFINITY; 3] };
        for section in &cell.sections {
            for point in points(section) {
                for (axis, value) in [point.x, point.y, point.z].into_iter().enumerate() {
                    bounds.low[axis] = bounds.low[axis].min(value - 0.5 * point.diameter);
                    bounds.high[axis] = bounds.high[axis].max(value + 0.5 * point.diameter);
                }
            }
        }
        (0..3).all(|axis| (bounds.high[axis] - bounds.low[axis]).is_finite()).then_some(bounds)
    }

    fn extent(&self, axis: usize) -> f64 {
        (self.high[axis] - self.low[axis]).max(1e-9)
    }
}

/// A projection onto the page.
pub(super) struct View {
    pub name: &'static str,
    pub frame: Frame,
    /// Layout units a um.
    pub scale: f64,
    /// The thinnest neurite.
    pub thin: f32,
    /// The axis that runs to the right, and what is at the left and the lower edge.
    across: usize,
    left: f64,
    bottom: f64,
}

impl View {
    fn place(&self, point: &Point) -> (f32, f32) {
        let x = [point.x, point.y, point.z][self.across];
        let (x, y) = ((x - self.left) * self.scale, (point.y - self.bottom) * self.scale);
        (self.frame.x + x as f32, self.frame.bottom() - y as f32)
    }

    fn size(&self, um: f64) -> f32 {
        (um * self.scale) as f32
    }
}

/// Writes what each view shows beneath it, apart even where views are narrow.
pub(super) fn name_views(scene: &mut Scene, views: &[View; 2], y: f32) {
    let middle = |view: &View| view.frame.x + view.frame.width / 2.0;
    let width = |view: &View| text::width(view.name, WORDS.size, WORDS.face);
    let [mut left, mut right] = [middle(&views[0]), middle(&views[1])];
    let missing = 0.5 * (width(&views[0]) + width(&views[1])) + 24.0 - (right - left);
    if missing > 0.0 {
        (left, right) = (left - 0.5 * missing, right + 0.5 * missing);
    }
    for (view, x) in views.iter().zip([left, right]) {
        scene.text(x, y, view.name, WORDS.inked(GREY), Anchor::Middle);
    }
}

/// Whether a cell lies in a plane of x and y, so that a view along x would show nothing but its thickness.
pub(super) fn is_flat(cell: &Morphology) -> bool {
    let mut all = cell.sections.iter().flat_map(points).map(|point| point.z);
    let first = all.next();
    all.all(|z| Some(z) == first)
}

/// The view along z alone.
pub(super) fn front(bounds: &Bounds, area: Frame) -> View {
    let scale = (f64::from(area.width) / bounds.extent(0)).min(f64::from(area.height) / bounds.extent(1));
    let [width, height] = [0, 1].map(|axis| (bounds.extent(axis) * scale) as f32);
    let frame =
        Frame { x: area.x + (area.width - width) / 2.0, y: area.y + (area.height - height) / 2.0, width, height };
    View { name: "", frame, scale, thin: THIN, across: 0, left: bounds.low[0], bottom: bounds.low[1] }
}

pub(super) fn views(bounds: &Bounds, area: Frame) -> [View; 2] {
    let room = f64::from(area.width - BETWEEN) / (bounds.extent(0) + bounds.extent(2));
    let scale = room.min(f64::from(area.height) / bounds.extent(1));
    let [wide, high, deep] = [0, 1, 2].map(|axis| (bounds.extent(axis) * scale) as f32);
    let x = area.x + (area.width - BETWEEN - wide - deep) / 2.0;
    let y = area.y + (area.height - high) / 2.0;
    let view = |name, across: usize, x, width| View {
        name,
        frame: Frame { x, y, width, height: high },
        scale,
        thin: THIN,
        across,
        left: bounds.low[across],
        bottom: bounds.low[1],
    };
    [view("x to the right, y up", 0, x, wide), view("z to the right, y up", 2, x + wide + BETWEEN, deep)]
}

pub(super) fn points(section: &Section) -> &[Point] {
    match &section.geometry {
        Geometry::Points(points) => points,
        Geometry::Cylinder { .. } => &[],
    }
}

/// Whether the points are a cylinder as long as it is thick, which stands for a sphere: its middle.
pub(super) fn ball(section: &Section) -> Option<Point> {
    let [first, middle, last] = points(section) else { return None };
    let same = first.diameter == middle.diameter && last.diameter == middle.diameter;
    let round = (section.geometry.length() / middle.diameter - 1.0).abs() < 1e-6;
    (same && round && section.parent.is_none_or(|_| section.kind == SectionKind::Soma)).then_some(*middle)
}

fn ink(kind: SectionKind) -> Ink {
    match kind {
        SectionKind::Soma => BLACK,
        SectionKind::Axon => series(0, 1),
        SectionKind::Dendrite => series(2, 1),
        SectionKind::Apical => series(3, 1),
        SectionKind::Other | SectionKind::Any | SectionKind::Group(_) => series(6, 1),
    }
}

/// Straight lines that have been drawn: ends and thickness, in halves of a layout unit.
pub(super) type Drawn = HashSet<[i32; 5]>;

/// Draws a line, but for a straight one where there is one already: of many small branches few can be seen.
fn line(scene: &mut Scene, points: Vec<(f32, f32)>, ink: Ink, width: f32, drawn: &mut Drawn) {
    if let [(x0, y0), (x1, y1)] = points[..]
        && !drawn.insert([x0, y0, x1, y1, width].map(|value| (2.0 * value).round() as i32))
    {
        return;
    }
    scene.line(points, ink, width);
}

/// Groups of imported files are drawn with the kinds that have no name of their own.
fn drawn_as(kind: SectionKind) -> SectionKind {
    match kind {
        SectionKind::Group(_) => SectionKind::Other,
        kind => kind,
    }
}

fn draw(scene: &mut Scene, cell: &Morphology, view: &View) {
    let mut drawn = Drawn::new();
    for section in &cell.sections {
        wire(scene, cell, section, view, &mut drawn);
    }
    for kind in KINDS {
        drawn.clear();
        for section in cell.sections.iter().filter(|section| drawn_as(section.kind) == kind) {
            match ball(section) {
                Some(middle) => circle(scene, view, &middle, ink(kind)),
                None if kind == SectionKind::Soma => body(scene, view, points(section), ink(kind)),
                None => neurite(scene, view, points(section), ink(kind), &mut drawn),
            }
        }
    }
}

/// A faint line where a section begins away from the place it hangs from.
pub(super) fn wire(scene: &mut Scene, cell: &Morphology, section: &Section, view: &View, drawn: &mut Drawn) {
    let (Some(at), Some(begin)) = (section.parent, points(section).first()) else { return };
    let Some(from) = along(points(&cell.sections[at.section]), at.position) else { return };
    if !begin.same_place(&from) {
        line(scene, vec![view.place(&from), view.place(begin)], AXIS, 1.0, drawn);
    }
}

/// The place at a position of a course.
pub(super) fn along(points: &[Point], position: f64) -> Option<Point> {
    let step = |pair: &[Point]| (pair[1].x - pair[0].x).hypot(pair[1].y - pair[0].y).hypot(pair[1].z - pair[0].z);
    let mut left = position * points.windows(2).map(step).sum::<f64>();
    for pair in points.windows(2) {
        let length = step(pair);
        if length > 0.0 && left <= length {
            let part = |from: f64, to: f64| if left == length { to } else { from + (to - from) * left / length };
            let [a, b] = [&pair[0], &pair[1]];
            return Some(Point::new(part(a.x, b.x), part(a.y, b.y), part(a.z, b.z), part(a.diameter, b.diameter)));
        }
        left -= length;
    }
    points.last().copied()
}

/// Cones with round joints.
pub(super) fn body(scene: &mut Scene, view: &View, points: &[Point], ink: Ink) {
    for pair in points.windows(2) {
        let ((x0, y0), (x1, y1)) = (view.place(&pair[0]), view.place(&pair[1]));
        let length = (x1 - x0).hypot(y1 - y0);
        if length > 0.0 {
            let (nx, ny) = ((y1 - y0) / length, (x0 - x1) / length);
            let [r0, r1] = [0, 1].map(|end: usize| view.size(0.5 * pair[end].diameter));
            let side = |x: f32, y: f32, r: f32| (x + r * nx, y + r * ny);
            let corners = vec![side(x0, y0, r0), side(x1, y1, r1), side(x1, y1, -r1), side(x0, y0, -r0)];
            scene.marks.push(Mark::Area { points: corners, ink });
        }
    }
    points.iter().for_each(|point| circle(scene, view, point, ink));
}

pub(super) fn circle(scene: &mut Scene, view: &View, middle: &Point, ink: Ink) {
    let ((x, y), radius) = (view.place(middle), view.size(0.5 * middle.diameter).max(view.thin));
    let corner = |k: usize| {
        let angle = std::f32::consts::TAU * k as f32 / CORNERS as f32;
        (x + radius * angle.cos(), y + radius * angle.sin())
    };
    scene.marks.push(Mark::Area { points: (0..CORNERS).map(corner).collect(), ink });
}

/// Lines as thick as the neurite, a new one where its thickness changes.
pub(super) fn neurite(scene: &mut Scene, view: &View, points: &[Point], ink: Ink, drawn: &mut Drawn) {
    let mut course: Vec<(f32, f32)> = Vec::new();
    let mut width = 0.0_f32;
    for (index, pair) in points.windows(2).enumerate() {
        let own = view.size(0.5 * (pair[0].diameter + pair[1].diameter)).max(view.thin);
        let (from, to) = (view.place(&pair[0]), view.place(&pair[1]));
        if course.is_empty() || (own - width).abs() > LIKE.max(0.1 * width) {
            let end = course.last().copied().unwrap_or(from);
            if course.len() > 1 {
                line(scene, std::mem::take(&mut course), ink, width, drawn);
            }
            (course, width) = (vec![end], own);
        }
        let last = index + 2 == points.len();
        let near = course.last().is_some_and(|at| (to.0 - at.0).hypot(to.1 - at.1) < NEAR);
        if last || !near {
            course.push(to);
        }
    }
    if course.len() > 1 {
        line(scene, course, ink, width, drawn);
    }
}

/// A line with its length beneath the views.
pub(super) fn bar(scene: &mut Scene, scale: f64, (x, y): (f32, f32)) {
    let length = round_up(110.0 / scale);
    let width = (length * scale) as f32;
    scene.rectangle(Frame { x, y: y - 4.0, width, height: 4.0 }, BLACK);
    let words = if length >= 1000.0 { format!("{} mm", length / 1000.0) } else { format!("{length} um") };
    scene.text(x + width + 14.0, y + 5.0, words, WORDS, Anchor::Start);
}

/// Kinds, with their lengths.
fn legend(scene: &mut Scene, cell: &Morphology, (x, y): (f32, f32)) {
    let mut below = y;
    for kind in KINDS.into_iter().rev() {
        let lengths =
            cell.sections.iter().filter(|section| drawn_as(section.kind) == kind).map(|s| s.geometry.length());
        let (count, length) = lengths.fold((0, 0.0), |(count, sum), length| (count + 1, sum + length));
        if count == 0 {
            continue;
        }
        let name = if kind == SectionKind::Apical { "apical dendrite" } else { kind.name() };
        let words = match kind {
            SectionKind::Soma => name.to_owned(),
            _ if (1e3..1e15).contains(&length) => format!("{name}, {} um", format::count(length.round() as u64)),
            _ => format!("{name}, {} um", format::significant(length, 4)),
        };
        scene.rectangle(Frame { x, y: below - 9.0, width: 18.0, height: 18.0 }, ink(kind));
        let words = text::fit(&words, WORDS.size, WORDS.face, LEGEND - 60.0);
        scene.text(x + 30.0, below + WORDS.drop(), words, WORDS.inked(lettering(ink(kind))), Anchor::Start);
        below += 32.0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::swc;

    fn shape(text: &str) -> Morphology {
        swc::parse(text.as_bytes(), "cell.swc", 1.0).unwrap().morphology(&[])
    }

    fn drawn(cell: &Morphology) -> Picture {
        super::cell(&CellData { title: "Title", detail: "a detail", cell }, PictureSize::default())
    }

    const CELL: &str = "1 1 0 0 0 10 -1\n2 3 12 0 0 1 1\n3 3 110 0 0 1 2\n4 4 0 12 0 2 1\n5 4 0 190 5 1 4\n";

    #[test]
    fn a_cell_is_drawn_to_scale_with_the_kinds_it_has() {
        let picture = drawn(&shape(CELL));
        let svg = picture.svg().unwrap();
        for words in
            ["Title", "a detail", "soma", "dendrite, 98.00 um", "apical dendrite, 178.1 um", "x to the right, y up"]
        {
            assert!(svg.contains(&format!(">{words}<")), "{words}");
        }
        assert!(!svg.contains(">axon"));
        let marks = &picture.scene.marks;
        let text = marks.iter().find_map(|mark| match mark {
            Mark::Text(text) if text.text.ends_with(" um") && !text.text.contains(',') => Some(text.text.clone()),
            _ => None,
        });
        let bar: f64 = text.unwrap().trim_end_matches(" um").parse().unwrap();
        let frame = marks.iter().find_map(|mark| match mark {
            Mark::Rectangles { frames, ink } if *ink == BLACK => frames.iter().find(|frame| frame.height == 4.0),
            _ => None,
        });
        let scale = f64::from(frame.unwrap().width) / bar;
        // The dendrite is 98 um long and 2 um thick, the soma 20 um wide, whatever the view.
        let dendrite = marks.iter().find_map(|mark| match mark {
            Mark::Line { points, ink, width } if *ink == super::ink(SectionKind::Dendrite) => Some((points, *width)),
            _ => None,
        });
        let (points, width) = dendrite.unwrap();
        assert!((f64::from(points[1].0 - points[0].0) - 98.0 * scale).abs() < 0.1, "{points:?} {scale}");
        assert!((f64::from(width) - 2.0 * scale).abs() < 0.01);
        let soma = marks.iter().find_map(|mark| match mark {
            Mark::Area { points, ink } if *ink == BLACK => Some(points),
            _ => None,
        });
        let xs = soma.unwrap().iter().map(|at| at.0);
        let wide = xs.clone().fold(f32::MIN, f32::max) - xs.fold(f32::MAX, f32::min);
        assert!((f64::from(wide) - 20.0 * scale).abs() < 0.1);
    }

    #[test]
    fn a_cell_lies_within_the_picture() {
        for text in [CELL, "1 1 5 5 5 3 -1\n", "1 3 0 0 0 1 -1\n2 3 1e8 0 0 1 1\n", "1 3 0 0 0 1 -1\n2 3 0 1e8 0 1 1\n"]
        {
            let picture = drawn(&shape(text));
            for mark in &picture.scene.marks {
                if let Mark::Line { points, .. } | Mark::Area { points, .. } = mark {
                    for &(x, y) in points {
                        assert!((0.0..=1600.0).contains(&x) && (0.0..=1000.0).contains(&y), "{text}: {x} {y}");
                    }
                }
            }
            assert!(!picture.png().unwrap().is_empty());
        }
    }

    #[test]
    fn a_long_chain_takes_no_more_marks_than_can_be_seen() {
        let row = |id: i64| {
            format!("{id} 3 {} {} 0 1 {}\n", id as f64 * 0.1, (id % 7) as f64 * 0.01, if id == 1 { -1 } else { id - 1 })
        };
        let text: String = (1..=100_000).map(row).collect();
        let svg = drawn(&shape(&text)).svg().unwrap();
        assert!(svg.len() < 200_000, "{}", svg.len());
    }

    #[test]
    fn a_comb_takes_no_more_marks_than_can_be_seen() {
        let row = |id: i64| {
            let parent = if id == 1 { -1 } else { id - 1 - id % 2 };
            format!("{id} 3 {} {} 0 1 {parent}\n", id as f64 * 0.1, if id % 2 == 0 { 500 } else { 0 })
        };
        let text: String = (1..=40_000).map(row).collect();
        let svg = drawn(&shape(&text)).svg().unwrap();
        assert!(svg.len() < 2_000_000, "{}", svg.len());
    }

    #[test]
    fn a_cell_of_cylinders_says_that_it_has_no_places() {
        assert!(drawn(&Morphology::point(100.0)).svg().unwrap().contains("no section has a place"));
    }

    #[test]
    fn a_place_along_a_course_is_found_by_length() {
        let points =
            [Point::new(0.0, 0.0, 0.0, 1.0), Point::new(10.0, 0.0, 0.0, 2.0), Point::new(10.0, 30.0, 0.0, 2.0)];
        assert_eq!(along(&points, 0.0), Some(points[0]));
        assert_eq!(along(&points, 0.25), Some(points[1]));
        assert_eq!(along(&points, 0.5), Some(Point::new(10.0, 10.0, 0.0, 2.0)));
        assert_eq!(along(&points, 1.0), Some(points[2]));
    }
}
