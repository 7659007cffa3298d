//! Shapes of biophysical nodes: SWC, its sections in SONATA's order, and what `model_processing` does to the axon.
//!
//! A section's id counts sections by type (soma, axon, basal and apical dendrites, others), and within a type in the order in which
//! their first points stand in the file (SONATA developer guide, "SWC Format additional requirements"); NEURON's Import3d makes them
//! in that order. `aibs_perisomatic` and `aibs_allactive` take the axon away and put two sections of 30 um in its place, which
//! then come last (BMTK 1.2, `fix_axon_peri` and `fix_axon_allactive`).

use std::path::Path;

use huxley_model::morphology::{Attachment, Geometry, Morphology, Point, Section, SectionKind};

use super::findings::Findings;
use crate::swc;

/// What happens to the axon.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Axon {
    /// Nothing.
    Full,
    /// A stub of 1 um diameter at the middle of the soma.
    Perisomatic,
    /// A stub with the diameters of the axon's first and last section at the end of the soma.
    AllActive,
}

/// The axon of `model_processing`; none where it is not supported, after saying so.
pub(super) fn axon(processing: Option<&str>, file: &str, who: &str, findings: &Findings) -> Option<Axon> {
    let mut axon = Axon::Full;
    for word in processing.unwrap_or("fullaxon").split(',').map(str::trim) {
        match word {
            // The second records more and changes no equation of a lone cell.
            "fullaxon" | "extracellular" | "set_extracellular" => {}
            // Where a stub points to changes no equation.
            "aibs_perisomatic" | "aibs_perisomatic_directed" => axon = Axon::Perisomatic,
            "aibs_allactive" | "aibs_allactive_directed" => axon = Axon::AllActive,
            other => {
                return findings.error(
                    file,
                    "model_processing",
                    format!("`{other}` of {who} is not supported"),
                    "fullaxon, aibs_perisomatic and aibs_allactive are",
                );
            }
        }
    }
    Some(axon)
}

/// A shape, cut into compartments.
#[derive(Clone, Debug)]
pub(super) struct Shape {
    /// With a number of compartments for each section.
    pub(super) morphology: Morphology,
    /// By SONATA's section id: the first compartment, and how many there are.
    sections: Vec<(u32, u32)>,
    /// By compartment: kind of its section, length, and distance of its middle from the start of the soma, um.
    compartments: Vec<(SectionKind, f64, f64)>,
}

/// Length of a stub's section, um.
const STUB: f64 = 30.0;

/// Reads the shape at `path` and cuts it into compartments of at most about `longest` um.
pub(super) fn read(path: &Path, axon: Axon, longest: f64, who: &str, findings: &Findings) -> Option<Shape> {
    let file = path.display().to_string();
    let found = match swc::read(path, 1.0) {
        Ok(found) => found,
        Err(errors) => {
            for (problem, hint) in errors.hinted() {
                let hint = hint.unwrap_or_default();
                match problem.line {
                    Some(line) => findings.error_in_line::<()>(&file, line, "", problem.to_string(), hint),
                    None => findings.error::<()>(&file, "", format!("morphology of {who}: {problem}"), hint),
                };
            }
            return None;
        }
    };
    for mending in found.mended() {
        findings.warn(format!("{file}: {mending}"));
    }
    let built = found.sections(&[]);
    let structures: Vec<i32> = built.first.iter().map(|&point| found.points()[point].structure).collect();
    shape(built.morphology, &structures, axon, longest, &file, findings)
}

/// Cuts a cell, whose sections are of the types `structures`.
fn shape(
    mut morphology: Morphology,
    structures: &[i32],
    axon: Axon,
    longest: f64,
    file: &str,
    findings: &Findings,
) -> Option<Shape> {
    if morphology.soma_section() != 0 || morphology.sections.first().is_none_or(|first| first.kind != SectionKind::Soma)
    {
        let hint = "in SONATA all neurites hang from the soma, whose point comes first";
        return findings.error(file, "", "the soma is not the root of the tree", hint);
    }
    let mut order: Vec<usize> = (0..morphology.sections.len()).collect();
    order.sort_by_key(|&section| structures[section]);
    if axon != Axon::Full {
        order = replace_axon(&mut morphology, order, axon, file, findings)?;
    }
    for section in &mut morphology.sections {
        section.compartments = Some(compartments(section.geometry.length(), longest));
    }
    let mut first = Vec::with_capacity(morphology.sections.len());
    let mut total = 0_usize;
    for section in &morphology.sections {
        first.push(total);
        total += section.compartments.unwrap_or(1);
    }
    let small = |number: usize| u32::try_from(number).ok();
    small(total).or_else(|| findings.error(file, "", format!("{total} compartments are too many"), "raise run.dL"))?;
    let of = |&section: &usize| Some((small(first[section])?, small(morphology.sections[section].compartments?)?));
    Some(Shape {
        sections: order.iter().map(of).collect::<Option<_>>()?,
        compartments: distances(&morphology),
        morphology,
    })
}

/// Compartments of a section: BMTK's `set_segment_dl`, an odd number.
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
fn compartments(length: f64, longest: f64) -> usize {
    1 + 2 * (length / (2.0 * longest)) as usize
}

/// Takes the axon away and puts a stub in its place; the order of sections after that.
fn replace_axon(
    morphology: &mut Morphology,
    order: Vec<usize>,
    axon: Axon,
    file: &str,
    findings: &Findings,
) -> Option<Vec<usize>> {
    let old = std::mem::take(&mut morphology.sections);
    let axons: Vec<usize> = order.iter().copied().filter(|&section| old[section].kind == SectionKind::Axon).collect();
    let diameters = match (axon, axons.first(), axons.last()) {
        (Axon::AllActive, Some(&first), Some(&last)) => [first, last].map(|section| diameter(&old[section].geometry)),
        (Axon::AllActive, ..) => {
            let hint = "use aibs_perisomatic, or a reconstruction with an axon";
            return findings.error(file, "", "there is no axon whose diameter aibs_allactive could take", hint);
        }
        _ => [1.0, 1.0],
    };
    let mut kept: Vec<Option<usize>> = Vec::with_capacity(old.len());
    for section in old {
        let parent = section.parent.map(|at| (at, kept[at.section]));
        if section.kind == SectionKind::Axon {
            kept.push(None);
            continue;
        }
        let parent = match parent {
            Some((_, None)) => {
                let message =
                    format!("section {} hangs from the axon, which model_processing takes away", section.name);
                return findings.error(file, "", message, "use model_processing fullaxon");
            }
            Some((at, Some(section))) => Some(Attachment { section, ..at }),
            None => None,
        };
        kept.push(Some(morphology.sections.len()));
        morphology.sections.push(Section { parent, ..section });
    }
    let mut order: Vec<usize> = order.into_iter().filter_map(|section| kept[section]).collect();
    let position = if axon == Axon::Perisomatic { 0.5 } else { 1.0 };
    for (index, diameter) in diameters.into_iter().enumerate() {
        let own = morphology.sections.len();
        let parent = if index == 0 {
            Attachment { section: 0, position }
        } else {
            Attachment { section: own - 1, position: 1.0 }
        };
        let name = format!("axon_{index}");
        morphology.sections.push(Section::cylinder(name, SectionKind::Axon, Some(parent), STUB, diameter));
        order.push(own);
    }
    Some(order)
}

/// Mean diameter along a section, um: what NEURON's `diam` is for one compartment.
fn diameter(geometry: &Geometry) -> f64 {
    match geometry {
        Geometry::Cylinder { diameter, .. } => *diameter,
        Geometry::Points(points) => {
            let mean = |pair: &[Point]| {
                let (a, b) = (pair[0], pair[1]);
                let length = (b.x - a.x).hypot(b.y - a.y).hypot(b.z - a.z);
                (length, 0.5 * (a.diameter + b.diameter) * length)
            };
            let (length, sum) =
                points.windows(2).map(mean).fold((0.0, 0.0), |(l, s), (length, own)| (l + length, s + own));
            sum / length
        }
    }
}

/// Kind, length and distance of each compartment from the start of the soma along the cell, as NEURON's `distance`.
fn distances(morphology: &Morphology) -> Vec<(SectionKind, f64, f64)> {
    let mut start: Vec<f64> = Vec::with_capacity(morphology.sections.len());
    let mut out = Vec::new();
    for section in &morphology.sections {
        let from = section
            .parent
            .map_or(0.0, |at| start[at.section] + at.position * morphology.sections[at.section].geometry.length());
        start.push(from);
        let cuts = section.compartments.unwrap_or(1);
        let own = section.geometry.length() / cuts as f64;
        out.extend((0..cuts).map(|cut| (section.kind, own, from + (cut as f64 + 0.5) * own)));
    }
    out
}

impl Shape {
    /// The compartment at a position (0 to 1) of a section, by SONATA's id.
    pub(super) fn compartment(&self, section: i64, position: f64) -> Option<u32> {
        let (first, count) = *self.sections.get(usize::try_from(section).ok()?)?;
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
        Some(first + ((position * f64::from(count)) as u32).min(count - 1))
    }

    /// Number of sections.
    pub(super) fn sections(&self) -> usize {
        self.sections.len()
    }

    /// Compartments of some kinds between two distances from the soma, um, each with the running sum of its part: BMTK's
    /// `Morphology.find_sections`, which gives each a probability by the length that lies in the range.
    pub(super) fn within(&self, kinds: &[SectionKind], nearest: f64, farthest: f64) -> Vec<(u32, f64)> {
        let mut sum = 0.0;
        let mut found = Vec::new();
        for ((kind, length, distance), compartment) in self.compartments.iter().zip(0_u32..) {
            let (from, to) = (distance - 0.5 * length, distance + 0.5 * length);
            let inside = to.min(farthest) - from.max(nearest);
            if inside > 0.0 && kinds.contains(kind) {
                sum += inside;
                found.push((compartment, sum));
            }
        }
        found
    }
}
