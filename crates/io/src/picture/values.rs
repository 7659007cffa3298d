//! The shape of a cell, coloured by a value at each compartment.

use huxley_model::morphology::{Morphology, Point, SectionKind};

use super::axis::{LABEL, mark_text, some_marks};
use super::cell::{
    Bounds, Drawn, View, WORDS, along, ball, bar, body, circle, front, is_flat, name_views, neurite, points, views,
    wire,
};
use super::colours::shade;
use super::palette::{AXIS, DARK};
use super::raster::{MARGIN, TOP, heading};
use super::scene::{Anchor, Frame, Ink, Scene, Style};
use super::text::Face;
use super::{Picture, PictureSize};

/// A value at a place of a cell.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CellValue {
    /// Section of the shape.
    pub section: usize,
    /// Position on it, from 0 to 1.
    pub position: f64,
    /// The value.
    pub value: f64,
}

/// What a picture of values over a cell shows.
#[derive(Clone, Debug, PartialEq)]
pub struct CellValues<'a> {
    /// The heading.
    pub title: &'a str,
    /// A line beneath it.
    pub detail: &'a str,
    /// The cell, whose sections have places.
    pub cell: &'a Morphology,
    /// Values, those of a section in any order. Each colours its section up to half way to the next.
    pub values: &'a [CellValue],
    /// What the values are, with their unit.
    pub quantity: &'a str,
    /// Values of the first and the last colour.
    pub range: (f64, f64),
}

/// The thinnest neurite: a colour needs some width to be seen.
const THIN: f32 = 3.2;
/// What has no value.
const UNKNOWN: Ink = Ink::new(212, 212, 216);
/// Room for the scale of colours, and for what is beneath the views.
const SCALE: f32 = 190.0;
const BELOW: f32 = 96.0;
/// Strips of the scale.
const STRIPS: usize = 128;
const NAME: Style = Style::new(20.0, Face::Regular, DARK);

/// Draws a cell's shape, coloured by values, with the scale of the colours.
#[must_use]
pub fn cell_values(data: &CellValues<'_>, size: PictureSize) -> Picture {
    let mut scene = Scene::new(size);
    heading(&mut scene, data.title, data.detail);
    let area = Frame {
        x: MARGIN,
        y: TOP + 20.0,
        width: scene.width - 2.0 * MARGIN - SCALE,
        height: scene.height - TOP - 20.0 - BELOW,
    };
    let Some(bounds) = Bounds::of(data.cell) else {
        scene.text(area.x, area.y + 40.0, "no section has a place", WORDS, Anchor::Start);
        return Picture { size, scene };
    };
    let mut own: Vec<Vec<(f64, f64)>> = vec![Vec::new(); data.cell.sections.len()];
    for value in data.values.iter().filter(|value| value.value.is_finite()) {
        if let Some(section) = own.get_mut(value.section) {
            section.push((value.position, value.value));
        }
    }
    own.iter_mut().for_each(|section| section.sort_by(|a, b| a.0.total_cmp(&b.0)));
    let flat = is_flat(data.cell);
    let mut views = if flat { [front(&bounds, area), front(&bounds, area)] } else { views(&bounds, area) };
    views.iter_mut().for_each(|view| view.thin = THIN);
    for view in views.iter().take(if flat { 1 } else { 2 }) {
        draw(&mut scene, data, &own, view);
    }
    if !flat {
        name_views(&mut scene, &views, area.bottom() + 34.0);
    }
    let foot = scene.height - 30.0;
    bar(&mut scene, views[0].scale, (area.x, foot));
    let missing = own.iter().any(Vec::is_empty);
    let frame = Frame { x: area.right() + 40.0, y: TOP + 64.0, width: 26.0, height: area.height - 60.0 };
    scale(&mut scene, data, frame, missing);
    Picture { size, scene }
}

fn ink(value: f64, (low, high): (f64, f64)) -> Ink {
    shade(if high > low { (value - low) / (high - low) } else { 0.5 })
}

fn draw(scene: &mut Scene, data: &CellValues<'_>, own: &[Vec<(f64, f64)>], view: &View) {
    let mut drawn = Drawn::new();
    for section in &data.cell.sections {
        wire(scene, data.cell, section, view, &mut drawn);
    }
    // Somata on top.
    for somata in [false, true] {
        for (section, values) in data.cell.sections.iter().zip(own) {
            if (section.kind == SectionKind::Soma) != somata {
                continue;
            }
            let course = points(section);
            let middle = values.get(values.len() / 2).map_or(UNKNOWN, |value| ink(value.1, data.range));
            if let Some(centre) = ball(section) {
                circle(scene, view, &centre, middle);
            } else if somata {
                body(scene, view, course, middle);
            } else if values.is_empty() {
                neurite(scene, view, course, UNKNOWN, &mut Drawn::new());
            } else {
                for (index, &(_, value)) in values.iter().enumerate() {
                    let edge = |a: usize, b: usize| 0.5 * (values[a].0 + values[b].0);
                    let from = if index == 0 { 0.0 } else { edge(index - 1, index) };
                    let to = if index + 1 == values.len() { 1.0 } else { edge(index, index + 1) };
                    let piece = piece(course, from, to);
                    neurite(scene, view, &piece, ink(value, data.range), &mut Drawn::new());
                }
            }
        }
    }
}

/// A course from one position to another.
fn piece(course: &[Point], from: f64, to: f64) -> Vec<Point> {
    let step = |pair: &[Point]| (pair[1].x - pair[0].x).hypot(pair[1].y - pair[0].y).hypot(pair[1].z - pair[0].z);
    let whole: f64 = course.windows(2).map(step).sum();
    let mut piece: Vec<Point> = along(course, from).into_iter().collect();
    let mut done = 0.0;
    for pair in course.windows(2) {
        done += step(pair);
        if done > from * whole && done < to * whole {
            piece.push(pair[1]);
        }
    }
    piece.extend(along(course, to));
    piece
}

/// The colours with their values.
fn scale(scene: &mut Scene, data: &CellValues<'_>, frame: Frame, missing: bool) {
    let (low, high) = data.range;
    let strip = frame.height / STRIPS as f32;
    for index in (0..STRIPS).rev() {
        let part = (index as f64 + 0.5) / STRIPS as f64;
        // Each down to the foot, so that nothing shows between it and the next.
        let height = (index + 1) as f32 * strip;
        scene.rectangle(Frame { x: frame.x, y: frame.bottom() - height, width: frame.width, height }, shade(part));
    }
    if high > low {
        let (marks, step) = some_marks(low, high, 8);
        for mark in marks {
            let y = frame.bottom() - ((mark - low) / (high - low)) as f32 * frame.height;
            scene.rule(frame.right(), frame.right() + 7.0, y, AXIS);
            scene.text(frame.right() + 14.0, y + LABEL.drop(), mark_text(mark, step), LABEL, Anchor::Start);
        }
    } else {
        let y = frame.y + frame.height / 2.0;
        scene.text(frame.right() + 14.0, y + LABEL.drop(), format!("{low}"), LABEL, Anchor::Start);
    }
    let right = scene.width - MARGIN;
    scene.text(right, frame.y - 22.0, data.quantity, NAME, Anchor::End);
    if missing {
        let y = frame.bottom() + 34.0;
        scene.rectangle(Frame { x: frame.x, y: y - 9.0, width: 26.0, height: 18.0 }, UNKNOWN);
        scene.text(frame.right() + 14.0, y + NAME.drop(), "not recorded", NAME, Anchor::Start);
    }
}

#[cfg(test)]
mod tests {
    use super::super::scene::Mark;
    use super::*;
    use crate::picture::{LaidOut, laid_out};
    use huxley_model::morphology::{Attachment, Geometry, Section};

    fn ball_and_stick() -> Morphology {
        let section = |name: &str, kind, parent, length, diameter| Section {
            name: name.to_owned(),
            kind,
            parent,
            geometry: Geometry::Cylinder { length, diameter },
            compartments: None,
        };
        let end = Some(Attachment { section: 0, position: 1.0 });
        let sections = vec![
            section("soma", SectionKind::Soma, None, 20.0, 20.0),
            section("dend", SectionKind::Dendrite, end, 100.0, 2.0),
            section("axon", SectionKind::Axon, end, 50.0, 1.0),
        ];
        Morphology { sections }
    }

    fn drawn(values: &[CellValue]) -> Picture {
        let cell = laid_out(&ball_and_stick()).cell;
        let data = CellValues {
            title: "T",
            detail: "d",
            cell: &cell,
            values,
            quantity: "potential (mV)",
            range: (-80.0, 20.0),
        };
        cell_values(&data, PictureSize::default())
    }

    #[test]
    fn each_compartment_has_its_colour_up_to_half_way_to_the_next() {
        let at = |section, position, value| CellValue { section, position, value };
        let picture = drawn(&[at(0, 0.5, 20.0), at(1, 0.75, -80.0), at(1, 0.25, -30.0)]);
        let lines: Vec<(f32, Ink)> = picture
            .scene
            .marks
            .iter()
            .filter_map(|mark| match mark {
                Mark::Line { points, ink, width } if *width > 1.7 && points.len() > 1 => {
                    let (a, b) = (points[0], points[points.len() - 1]);
                    Some(((b.0 - a.0).hypot(b.1 - a.1), *ink))
                }
                _ => None,
            })
            .collect();
        let near: Vec<&(f32, Ink)> = lines.iter().filter(|line| line.1 == shade(0.5)).collect();
        let far: Vec<&(f32, Ink)> = lines.iter().filter(|line| line.1 == shade(0.0)).collect();
        assert_eq!((near.len(), far.len()), (1, 1));
        assert!((near[0].0 - far[0].0).abs() < 0.01, "halves of a dendrite");
        let soma = picture.scene.marks.iter().any(|mark| matches!(mark, Mark::Area { ink, .. } if *ink == shade(1.0)));
        assert!(soma);
        let svg = picture.svg().unwrap();
        assert!(svg.contains(">not recorded<") && svg.contains(">potential (mV)<"), "the axon has no value");
    }

    #[test]
    fn a_scheme_keeps_lengths_and_begins_where_sections_end() {
        let LaidOut { cell, scheme } = laid_out(&ball_and_stick());
        assert!(scheme);
        for (section, own) in cell.sections.iter().zip(&ball_and_stick().sections) {
            assert!((section.geometry.length() - own.geometry.length()).abs() < 1e-9);
        }
        let begin = points(&cell.sections[1])[0];
        assert!((begin.x.hypot(begin.y) - 10.0).abs() < 1e-9, "on the soma's surface");
        assert_eq!(laid_out(&cell), LaidOut { cell: cell.clone(), scheme: false });
        // A ball is where what hangs from it begins.
        let mut ball = cell.clone();
        ball.sections[0].geometry = Geometry::Cylinder { length: 20.0, diameter: 20.0 };
        let LaidOut { cell: again, scheme } = laid_out(&ball);
        let mean = [1, 2].map(|section: usize| points(&cell.sections[section])[0].x).iter().sum::<f64>() / 2.0;
        assert!(!scheme && (points(&again.sections[0])[1].x - mean).abs() < 1e-9);
    }
}
