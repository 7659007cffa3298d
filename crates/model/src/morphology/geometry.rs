//! Lengths, areas and axial resistances of sections: truncated cones, integrated exactly as NEURON does.

use std::collections::HashSet;
use std::f64::consts::{FRAC_PI_2, PI};

use super::{Geometry, Morphology, MorphologyError, Point, Section, SectionKind};

/// Lateral area of a truncated cone, um2; at length 0 it is the annulus between the two circles.
pub(super) fn cone_area(length: f64, d0: f64, d1: f64) -> f64 {
    let half_step = 0.5 * (d1 - d0);
    FRAC_PI_2 * (d0 + d1) * length.hypot(half_step)
}

/// Axial resistance of a truncated cone, megaohm, from um and ohm cm: the integral of `4 Ra dx / (pi d^2)`.
pub(super) fn cone_resistance(length: f64, d0: f64, d1: f64, axial_resistivity: f64) -> f64 {
    4e-2 * axial_resistivity * length / (PI * d0 * d1)
}

/// Distance between two points, um.
fn distance(a: &Point, b: &Point) -> f64 {
    (b.x - a.x).hypot(b.y - a.y).hypot(b.z - a.z)
}

/// One half of a compartment.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Half {
    /// Membrane, um2.
    pub area: f64,
    /// Axial resistance, megaohm.
    pub resistance: f64,
}

impl Point {
    /// A point; all in um.
    #[must_use]
    pub fn new(x: f64, y: f64, z: f64, diameter: f64) -> Self {
        Self { x, y, z, diameter }
    }

    /// Whether two points are at the same place, whatever their diameters.
    #[must_use]
    pub fn same_place(&self, other: &Self) -> bool {
        self.x == other.x && self.y == other.y && self.z == other.z
    }
}

impl Geometry {
    /// Length along the course, um.
    #[must_use]
    pub fn length(&self) -> f64 {
        match self {
            Geometry::Cylinder { length, .. } => *length,
            Geometry::Points(points) => points.windows(2).map(|w| distance(&w[0], &w[1])).sum(),
        }
    }

    /// Lateral area, um2. As in NEURON, a jump of diameter (two points at one place) counts as an annulus of membrane.
    #[must_use]
    pub fn area(&self) -> f64 {
        self.cones().map(|(length, d0, d1)| cone_area(length, d0, d1)).sum()
    }

    /// (length, first diameter, last diameter) of each truncated cone, um.
    pub(super) fn cones(&self) -> impl Iterator<Item = (f64, f64, f64)> + '_ {
        let (cylinder, points) = match self {
            Geometry::Cylinder { length, diameter } => (Some((*length, *diameter, *diameter)), &[][..]),
            Geometry::Points(points) => (None, points.as_slice()),
        };
        let cones = points.windows(2).map(|w| (distance(&w[0], &w[1]), w[0].diameter, w[1].diameter));
        cylinder.into_iter().chain(cones)
    }

    /// Length in units of the length constant at a frequency, over `sqrt(4 pi f Ra Cm) / 1e5`, um^(1/2).
    ///
    /// For points this is NEURON's `lambda_f`: the sum of `dx sqrt(2 / (d0 + d1))` over the cones.
    pub(super) fn length_over_root_diameter(&self) -> f64 {
        self.cones().map(|(length, d0, d1)| length * (2.0 / (d0 + d1)).sqrt()).sum()
    }

    /// The halves of `compartments` equal compartments, in order along the section: `2 * compartments` of them.
    pub(super) fn halves(&self, compartments: usize, axial_resistivity: f64, halves: &mut Vec<Half>) {
        let count = 2 * compartments;
        if let Geometry::Cylinder { length, diameter } = *self {
            let piece = length / count as f64;
            let half = Half {
                area: cone_area(piece, diameter, diameter),
                resistance: cone_resistance(piece, diameter, diameter, axial_resistivity),
            };
            halves.extend(std::iter::repeat_n(half, count));
            return;
        }
        let piece = self.length() / count as f64;
        let mut filled = 0;
        let mut half = Half::default();
        let mut cone_start = 0.0;
        for (length, d0, d1) in self.cones() {
            let slope = if length > 0.0 { (d1 - d0) / length } else { 0.0 };
            let mut from = 0.0;
            let mut diameter = d0;
            // Cut the cone at every border of a half that lies inside it; the last half has no border.
            while filled + 1 < count {
                let border = (filled + 1) as f64 * piece - cone_start;
                if border >= length {
                    break;
                }
                let to = border.max(from);
                let next = d0 + slope * to;
                half.area += cone_area(to - from, diameter, next);
                half.resistance += cone_resistance(to - from, diameter, next, axial_resistivity);
                halves.push(std::mem::take(&mut half));
                filled += 1;
                (from, diameter) = (to, next);
            }
            half.area += cone_area(length - from, diameter, d1);
            half.resistance += cone_resistance(length - from, diameter, d1, axial_resistivity);
            cone_start += length;
        }
        halves.push(half);
    }
}

impl SectionKind {
    /// Every kind that files name (groups are numbered by what imports them), with that name, also used for naming sections.
    pub const ALL: [(&'static str, SectionKind); 6] = [
        ("any", SectionKind::Any),
        ("soma", SectionKind::Soma),
        ("axon", SectionKind::Axon),
        ("dendrite", SectionKind::Dendrite),
        ("apical", SectionKind::Apical),
        ("other", SectionKind::Other),
    ];

    /// The name used in files and for naming sections.
    #[must_use]
    pub fn name(self) -> &'static str {
        Self::ALL.iter().find(|(_, kind)| *kind == self).map_or("group", |(name, _)| name)
    }

    /// Whether a selection of this kind takes sections of `kind`.
    #[must_use]
    pub fn selects(self, kind: SectionKind) -> bool {
        self == SectionKind::Any || self == kind
    }
}

impl Section {
    /// A cylinder; `length` and `diameter` in um.
    #[must_use]
    pub fn cylinder(
        name: impl Into<String>,
        kind: SectionKind,
        parent: Option<super::Attachment>,
        length: f64,
        diameter: f64,
    ) -> Self {
        Self { name: name.into(), kind, parent, geometry: Geometry::Cylinder { length, diameter }, compartments: None }
    }

    /// The same section with a number of compartments of its own.
    #[must_use]
    pub fn with_compartments(self, compartments: usize) -> Self {
        Self { compartments: Some(compartments), ..self }
    }

    /// Checks kind, geometry and own number of compartments.
    fn validate(&self) -> Result<(), MorphologyError> {
        let section = || self.name.clone();
        if self.kind == SectionKind::Any {
            return Err(MorphologyError::KindAny { section: section() });
        }
        if self.compartments == Some(0) {
            return Err(MorphologyError::NoCompartments { section: section() });
        }
        let diameter = |point: usize, diameter: f64| {
            if diameter.is_finite() && diameter > 0.0 {
                return Ok(());
            }
            Err(MorphologyError::Diameter { section: section(), point, diameter })
        };
        match &self.geometry {
            Geometry::Cylinder { diameter: d, .. } => diameter(0, *d)?,
            Geometry::Points(points) => {
                if points.len() < 2 {
                    return Err(MorphologyError::TooFewPoints { section: section(), points: points.len() });
                }
                for (index, point) in points.iter().enumerate() {
                    diameter(index, point.diameter)?;
                    if let Some(value) = [point.x, point.y, point.z].into_iter().find(|value| !value.is_finite()) {
                        return Err(MorphologyError::Coordinate { section: section(), point: index, value });
                    }
                }
            }
        }
        let length = self.geometry.length();
        if !(length.is_finite() && length > 0.0) {
            return Err(MorphologyError::Length { section: section(), length });
        }
        Ok(())
    }
}

impl Morphology {
    /// A cell of one compartment: a soma whose length is its diameter, with the given membrane area, um2.
    ///
    /// An area that is not finite and above 0 is refused by [`discretise`](fn@super::discretise) and [`Morphology::validate`].
    #[must_use]
    pub fn point(area: f64) -> Self {
        let diameter = (area / PI).sqrt();
        Self {
            sections: vec![Section::cylinder("soma", SectionKind::Soma, None, diameter, diameter).with_compartments(1)],
        }
    }

    /// Index of the section of that name.
    #[must_use]
    pub fn section_named(&self, name: &str) -> Option<usize> {
        self.sections.iter().position(|section| section.name == name)
    }

    /// Index of the section that stands for the cell body: the first soma, or the first section where there is none.
    #[must_use]
    pub fn soma_section(&self) -> usize {
        self.sections.iter().position(|section| section.kind == SectionKind::Soma).unwrap_or(0)
    }

    /// Membrane area, um2.
    #[must_use]
    pub fn total_area(&self) -> f64 {
        self.area_of(SectionKind::Any)
    }

    /// Membrane area of the sections of `kind`, um2.
    #[must_use]
    pub fn area_of(&self, kind: SectionKind) -> f64 {
        self.sections.iter().filter(|s| kind.selects(s.kind)).map(|s| s.geometry.area()).sum()
    }

    /// Checks all that a shape must satisfy on its own: one root, parents before children, positions, names, geometry.
    ///
    /// # Errors
    /// The first thing found wrong, with the section and the value.
    pub fn validate(&self) -> Result<(), MorphologyError> {
        let root = self.sections.first().ok_or(MorphologyError::Empty)?;
        let mut names = HashSet::with_capacity(self.sections.len());
        for (index, section) in self.sections.iter().enumerate() {
            let name = || section.name.clone();
            match section.parent {
                None if index > 0 => {
                    return Err(MorphologyError::SecondRoot { section: name(), root: root.name.clone() });
                }
                Some(parent) if index == 0 => {
                    return Err(MorphologyError::RootHasParent { section: name(), parent: parent.section });
                }
                Some(parent) if parent.section >= index => {
                    return Err(MorphologyError::ParentNotBefore { section: name(), index, parent: parent.section });
                }
                Some(parent) if !(0.0..=1.0).contains(&parent.position) => {
                    return Err(MorphologyError::Position { section: name(), position: parent.position });
                }
                _ => {}
            }
            section.validate()?;
            if !names.insert(section.name.as_str()) {
                return Err(MorphologyError::DuplicateName { section: name() });
            }
        }
        Ok(())
    }
}
