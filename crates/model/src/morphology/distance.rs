//! How far parts of a cell are from its soma, along it.

use super::{Geometry, Morphology};

/// A distance along a cell.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Distance {
    /// um.
    pub length: f64,
    /// In length constants of a steady current, `sqrt(d Rm / (4 Ra))` (Rall 1959).
    pub electrotonic: f64,
}

impl Distance {
    fn plus(self, other: Self) -> Self {
        Self { length: self.length + other.length, electrotonic: self.electrotonic + other.electrotonic }
    }
}

impl Morphology {
    /// Distance of the farther end of each section from the middle of the soma, or of the first section where there is no soma.
    ///
    /// What joins a section to its parent has no length. `membrane_resistance` is in ohm cm2, `axial_resistivity` in ohm cm.
    ///
    /// # Panics
    /// If a section has a parent that does not come before it, which [`Morphology::validate`] refuses.
    #[must_use]
    pub fn distances(&self, membrane_resistance: f64, axial_resistivity: f64) -> Vec<Distance> {
        // Length constant of 1 um of diameter, um.
        let lambda = 50.0 * (membrane_resistance / axial_resistivity).sqrt();
        let between = |section: usize, from: f64, to: f64| {
            let (length, over_root) = span(&self.sections[section].geometry, from.min(to), from.max(to));
            Distance { length, electrotonic: over_root / lambda }
        };
        // Where the way from the soma enters a section, and the distance up to there.
        let mut entered: Vec<Option<(f64, Distance)>> = vec![None; self.sections.len()];
        let mut at = (!self.sections.is_empty()).then(|| (self.soma_section(), 0.5, Distance::default()));
        while let Some((section, position, so_far)) = at {
            entered[section] = Some((position, so_far));
            let up = so_far.plus(between(section, 0.0, position));
            at = self.sections[section].parent.map(|parent| (parent.section, parent.position, up));
        }
        for section in 0..self.sections.len() {
            if let (None, Some(parent)) = (entered[section], self.sections[section].parent) {
                let from_parent = entered[parent.section]
                    .map(|(position, so_far)| so_far.plus(between(parent.section, position, parent.position)));
                entered[section] = from_parent.map(|so_far| (0.0, so_far));
            }
        }
        let ends = |(section, entered): (usize, Option<(f64, Distance)>)| {
            let (position, so_far) = entered.unwrap_or_default();
            let [start, end] = [0.0, 1.0].map(|end| so_far.plus(between(section, position, end)));
            if start.length > end.length { start } else { end }
        };
        entered.into_iter().enumerate().map(ends).collect()
    }
}

/// Length between two positions of a course, um, and the integral of `dx / sqrt(d)` along it, um^(1/2).
fn span(geometry: &Geometry, from: f64, to: f64) -> (f64, f64) {
    let whole = geometry.length();
    let (from, to) = (from * whole, to * whole);
    let (mut start, mut found) = (0.0, (0.0, 0.0));
    for (length, d0, d1) in geometry.cones() {
        let (a, b) = ((from - start).clamp(0.0, length), (to - start).clamp(0.0, length));
        if b > a {
            let root = |x: f64| (d0 + (d1 - d0) * x / length).sqrt();
            found.0 += b - a;
            found.1 += 2.0 * (b - a) / (root(a) + root(b));
        }
        start += length;
    }
    found
}

#[cfg(test)]
mod tests {
    use super::super::{Attachment, Point, Section, SectionKind};
    use super::*;

    fn at(section: usize, position: f64) -> Option<Attachment> {
        Some(Attachment { section, position })
    }

    fn close(found: Distance, length: f64, electrotonic: f64) {
        assert!((found.length - length).abs() < 1e-9 * length.max(1.0), "{found:?}, not {length}");
        assert!((found.electrotonic - electrotonic).abs() < 1e-9, "{found:?}, not {electrotonic}");
    }

    #[test]
    fn distances_are_counted_from_the_middle_of_the_soma() {
        let cylinder =
            |name: &str, kind, parent, length, diameter| Section::cylinder(name, kind, parent, length, diameter);
        let sections = vec![
            cylinder("soma", SectionKind::Soma, None, 20.0, 20.0),
            cylinder("middle", SectionKind::Dendrite, at(0, 0.5), 100.0, 4.0),
            cylinder("end", SectionKind::Dendrite, at(0, 1.0), 100.0, 1.0),
            cylinder("beyond", SectionKind::Dendrite, at(2, 0.25), 10.0, 1.0),
        ];
        // With Rm 10,000 ohm cm2 and Ra 100 ohm cm a cable of 1 um has a length constant of 500 um.
        let found = Morphology { sections }.distances(10_000.0, 100.0);
        let half = 10.0 / (500.0 * 20.0_f64.sqrt());
        close(found[0], 10.0, half);
        close(found[1], 100.0, 0.1);
        close(found[2], 110.0, half + 0.2);
        close(found[3], 45.0, half + 0.07);
    }

    #[test]
    fn a_soma_within_the_tree_is_the_start_in_both_directions() {
        let cylinder = |name: &str, kind, parent, length| Section::cylinder(name, kind, parent, length, 1.0);
        let sections = vec![
            cylinder("root", SectionKind::Dendrite, None, 100.0),
            cylinder("soma", SectionKind::Soma, at(0, 0.75), 20.0),
            cylinder("other", SectionKind::Dendrite, at(0, 0.0), 7.0),
            cylinder("below", SectionKind::Dendrite, at(1, 1.0), 30.0),
            cylinder("side", SectionKind::Dendrite, at(0, 1.0), 5.0),
        ];
        let found = Morphology { sections }.distances(10_000.0, 100.0);
        let lengths: Vec<f64> = found.iter().map(|distance| distance.length).collect();
        // The root's farther end is its start: 10 um of soma and 75 um.
        assert_eq!(lengths, [85.0, 10.0, 92.0, 40.0, 40.0]);
    }

    #[test]
    fn a_cone_is_as_long_as_many_thin_cylinders() {
        let cone = Geometry::Points(vec![Point::new(0.0, 0.0, 0.0, 4.0), Point::new(90.0, 0.0, 0.0, 1.0)]);
        let slices = 100_000;
        let thin = 60.0 / f64::from(slices);
        let diameter = |i: i32| 4.0 - 3.0 * (30.0 + thin * (f64::from(i) + 0.5)) / 90.0;
        let sum: f64 = (0..slices).map(|i| thin / diameter(i).sqrt()).sum();
        let (length, over_root) = span(&cone, 1.0 / 3.0, 1.0);
        assert!((length - 60.0).abs() < 1e-9 && (over_root - sum).abs() < 1e-7 * sum, "{over_root} {sum}");
    }
}
