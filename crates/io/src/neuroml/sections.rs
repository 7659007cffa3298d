//! From segments to sections: unbranched runs with one membrane.

use std::collections::{HashMap, HashSet};

use huxley_model::morphology::{Attachment, Geometry, Morphology, Point, Section, SectionKind};

use super::element::Element;
use super::library::Library;
use super::segments::Segments;
use super::units::Unit;

/// What the field calls an unbranched piece of a cell that is simulated as one cable.
const UNBRANCHED: &str = "sao864921383";

/// Points nearer than this are one, um.
const NEAR: f64 = 1e-6;

/// Compartments a group of segments may ask for.
const MOST_DIVISIONS: u64 = 100_000;

/// The sections of a cell, and where each segment lies.
pub(super) struct Cut {
    pub morphology: Morphology,
    /// Section of each segment, and where it begins and ends on it.
    pub place: Vec<(usize, f64, f64)>,
}

/// An unbranched group of the file's own.
struct Cable<'a> {
    name: &'a str,
    element: &'a Element,
    divisions: Option<usize>,
    /// Sections made of it so far.
    sections: usize,
}

/// A section while it grows.
struct Growing {
    segments: Vec<usize>,
    points: Vec<Point>,
    cable: Option<usize>,
}

/// Cuts a cell into sections; `parts` has the kind each segment's section is of, and sections do not cross from one to another.
pub(super) fn cut(library: &Library, segments: &Segments<'_>, parts: &[SectionKind]) -> Option<Cut> {
    let (mut cables, cable_of) = cables(library, segments)?;
    let count = segments.all.len();
    let mut children = vec![0_usize; count];
    for segment in &segments.all {
        if let Some((parent, _)) = segment.parent {
            children[parent] += 1;
        }
    }
    let mut growing: Vec<Growing> = Vec::new();
    let mut section_of = vec![0; count];
    for (index, segment) in segments.all.iter().enumerate() {
        let continued = segment.parent.filter(|&(parent, fraction)| {
            let before = &segments.all[parent];
            fraction == 1.0
                && cable_of[index] == cable_of[parent]
                && (cable_of[index].is_some() || children[parent] == 1)
                && parts[index] == parts[parent]
                && !segment.is_sphere()
                && !before.is_sphere()
                && growing[section_of[parent]].segments.last() == Some(&parent)
                && alike(&segment.proximal, &before.distal)
        });
        if let Some((parent, _)) = continued {
            let section = section_of[parent];
            section_of[index] = section;
            growing[section].segments.push(index);
            growing[section].points.push(segment.distal);
        } else {
            section_of[index] = growing.len();
            if let Some(cable) = cable_of[index] {
                cables[cable].sections += 1;
            }
            let points = vec![segment.proximal, segment.distal];
            growing.push(Growing { segments: vec![index], points, cable: cable_of[index] });
        }
    }
    for cable in cables.iter().filter(|cable| cable.sections > 1) {
        let divisions = if cable.divisions.is_some() { ", and its number of divisions is not used" } else { "" };
        library.report.warn_at(
            cable.element,
            format!(
                "the group `{}` is cut into {} sections, where its membrane or its diameter jumps or it branches{divisions}",
                cable.name, cable.sections
            ),
        );
    }
    Some(finish(segments, parts, &growing, &section_of, &cables))
}

fn alike(a: &Point, b: &Point) -> bool {
    [a.x - b.x, a.y - b.y, a.z - b.z, a.diameter - b.diameter].iter().all(|difference| difference.abs() <= NEAR)
}

/// The unbranched groups, and the one each segment is in.
fn cables<'a>(library: &Library, segments: &Segments<'a>) -> Option<(Vec<Cable<'a>>, Vec<Option<usize>>)> {
    let report = &library.report;
    let mut cables = Vec::new();
    let mut cable_of = vec![None; segments.all.len()];
    for &group in &segments.group_list {
        let divisions = group.all("property").find(|property| property.get("tag") == Some("numberInternalDivisions"));
        if group.get("neuroLexId") != Some(UNBRANCHED) {
            if let Some(property) = divisions {
                report.warn_at(
                    property,
                    format!("a number of divisions is read in unbranched groups ({UNBRANCHED}) only"),
                );
            }
            continue;
        }
        let divisions = match divisions {
            Some(property) => Some(number_of_divisions(library, property)?),
            None => None,
        };
        for segment in segments.group(library, group, group.id())? {
            match cable_of[segment] {
                None => cable_of[segment] = Some(cables.len()),
                Some(other) => {
                    let other: &Cable<'_> = &cables[other];
                    let id = segments.all[segment].id;
                    report.warn_at(group, format!("segment {id} is in `{}` already, and stays there", other.name));
                }
            }
        }
        cables.push(Cable { name: group.id(), element: group, divisions, sections: 0 });
    }
    Some((cables, cable_of))
}

fn number_of_divisions(library: &Library, property: &Element) -> Option<usize> {
    let value = library.report.quantity(property, "value", Unit::Number)?;
    if value.fract() == 0.0 && (1.0..=MOST_DIVISIONS as f64).contains(&value) {
        return Some(value as usize);
    }
    let text = property.get("value").unwrap_or("");
    let hint = format!("write a whole number from 1 to {MOST_DIVISIONS}");
    library.report.error(property, format!("value=\"{text}\" is not a number of divisions"), hint)
}

fn finish(
    segments: &Segments<'_>,
    parts: &[SectionKind],
    growing: &[Growing],
    section_of: &[usize],
    cables: &[Cable<'_>],
) -> Cut {
    let mut place = vec![(0, 0.0, 1.0); segments.all.len()];
    for (section, own) in growing.iter().enumerate() {
        let total: f64 = own.segments.iter().map(|&segment| segments.all[segment].length()).sum();
        let mut from = 0.0;
        let last = own.segments.len() - 1;
        for (at, &segment) in own.segments.iter().enumerate() {
            let to = if at == last { 1.0 } else { from + segments.all[segment].length() / total };
            place[segment] = (section, from, to);
            from = to;
        }
    }
    let mut names = Names::default();
    let sections = growing.iter().map(|own| {
        let first = &segments.all[own.segments[0]];
        let parent = first.parent.map(|(parent, fraction)| {
            let (section, from, to) = place[parent];
            debug_assert_eq!(section, section_of[parent]);
            Attachment { section, position: (from + (to - from) * fraction).clamp(0.0, 1.0) }
        });
        let cable = own.cable.map(|cable| &cables[cable]);
        let wanted = match cable {
            Some(cable) => cable.name.to_owned(),
            None if first.name.is_empty() => format!("segment_{}", first.id),
            None => first.name.to_owned(),
        };
        let geometry = if first.is_sphere() {
            Geometry::Cylinder { length: first.distal.diameter, diameter: first.distal.diameter }
        } else {
            Geometry::Points(own.points.clone())
        };
        Section {
            name: names.unique(wanted),
            kind: parts[own.segments[0]],
            parent,
            geometry,
            compartments: cable.filter(|cable| cable.sections == 1).and_then(|cable| cable.divisions),
        }
    });
    Cut { morphology: Morphology { sections: sections.collect() }, place }
}

/// Names given so far.
#[derive(Default)]
pub(super) struct Names {
    given: HashSet<String>,
    next: HashMap<String, usize>,
}

impl Names {
    /// The name, or the name with a number behind it.
    pub fn unique(&mut self, wanted: String) -> String {
        if self.given.insert(wanted.clone()) {
            return wanted;
        }
        let next = self.next.entry(wanted.clone()).or_insert(2);
        loop {
            let name = format!("{wanted}_{next}");
            *next += 1;
            if self.given.insert(name.clone()) {
                return name;
            }
        }
    }
}
