//! Shapes from tables of segments.

use std::f64::consts::PI;

use super::super::{Attachment, Geometry, Morphology, MorphologyError, Point, SectionKind, Segment};
use super::{assert_close, assert_sound, at, cut};

/// A segment along x.
fn segment(id: i64, parent: i64, kind: SectionKind, (x0, d0): (f64, f64), (x1, d1): (f64, f64)) -> Segment {
    Segment {
        id,
        parent: (parent >= 0).then_some(parent),
        kind,
        proximal: Point::new(x0, 0.0, 0.0, d0),
        distal: Point::new(x1, 0.0, 0.0, d1),
    }
}

use SectionKind::{Axon, Dendrite, Other, Soma};

fn names(morphology: &Morphology) -> Vec<&str> {
    morphology.sections.iter().map(|section| section.name.as_str()).collect()
}

fn parents(morphology: &Morphology) -> Vec<Option<Attachment>> {
    morphology.sections.iter().map(|section| section.parent).collect()
}

#[test]
fn a_table_becomes_sections_and_a_spherical_soma_a_cylinder() {
    let cell = Morphology::from_segments(&[
        segment(0, -1, Soma, (0.0, 10.0), (0.0, 10.0)),
        segment(1, 0, Axon, (1.0, 2.0), (11.0, 2.0)),
        segment(2, 1, Axon, (11.0, 2.0), (21.0, 1.0)),
        segment(3, 2, Axon, (21.0, 1.0), (31.0, 1.0)),
        segment(4, 2, Other, (21.0, 1.0), (41.0, 1.0)),
        segment(5, 0, Dendrite, (-5.0, 1.0), (-25.0, 1.0)),
        segment(6, 5, Other, (-25.0, 1.0), (-30.0, 1.0)),
    ])
    .unwrap();
    assert_eq!(names(&cell), ["soma", "axon_0", "axon_1", "other_0", "dendrite_0", "other_1"]);
    assert_eq!(parents(&cell), [None, at(0, 0.5), at(1, 1.0), at(1, 1.0), at(0, 0.5), at(4, 1.0)]);
    assert_eq!(cell.sections[0].geometry, Geometry::Cylinder { length: 10.0, diameter: 10.0 });
    assert_close(cell.sections[0].geometry.area(), 4.0 * PI * 25.0, 1e-14);
    assert!(matches!(&cell.sections[1].geometry, Geometry::Points(points) if points.len() == 3));
    assert_close(cell.sections[1].geometry.length(), 20.0, 1e-14);
    assert_sound(&cut(&cell, 2));
}

#[test]
fn any_order_and_any_ids_give_the_same_cell() {
    let table = [
        segment(10, -1, Soma, (0.0, 10.0), (0.0, 10.0)),
        segment(7, 10, Axon, (0.0, 2.0), (11.0, 2.0)),
        segment(3, 7, Axon, (11.0, 2.0), (21.0, 1.0)),
    ];
    let reversed: Vec<Segment> = table.iter().rev().copied().collect();
    assert_eq!(Morphology::from_segments(&table), Morphology::from_segments(&reversed));
}

#[test]
fn a_soma_of_several_segments_is_one_section_with_dendrites_at_its_middle() {
    let cell = Morphology::from_segments(&[
        segment(0, -1, Soma, (0.0, 4.0), (5.0, 10.0)),
        segment(1, 0, Soma, (5.0, 10.0), (10.0, 4.0)),
        segment(2, 0, Dendrite, (5.0, 1.0), (50.0, 1.0)),
        segment(3, 1, Dendrite, (10.0, 1.0), (60.0, 1.0)),
    ])
    .unwrap();
    assert_eq!(names(&cell), ["soma", "dendrite_0", "dendrite_1"]);
    assert_eq!(parents(&cell), [None, at(0, 0.5), at(0, 0.5)]);
}

#[test]
fn segments_without_length_carry_their_children_only() {
    let cell = Morphology::from_segments(&[
        segment(0, -1, Dendrite, (0.0, 2.0), (0.0, 2.0)),
        segment(1, 0, Axon, (0.0, 1.0), (10.0, 1.0)),
        segment(2, 0, Dendrite, (0.0, 1.0), (-10.0, 1.0)),
        segment(3, 1, Other, (10.0, 1.0), (10.0, 1.0)),
        segment(4, 3, Axon, (10.0, 1.0), (20.0, 1.0)),
        segment(5, 3, Axon, (10.0, 1.0), (30.0, 1.0)),
        segment(6, 2, Dendrite, (-10.0, 1.0), (-10.0, 1.0)),
        segment(7, 6, Dendrite, (-10.0, 1.0), (-20.0, 1.0)),
    ])
    .unwrap();
    assert_eq!(names(&cell), ["axon_0", "axon_1", "axon_2", "dendrite_0"]);
    assert_eq!(parents(&cell), [None, at(0, 1.0), at(0, 1.0), at(0, 0.0)]);
    assert_close(cell.total_area(), PI * (10.0 + 10.0 + 20.0 + 20.0), 1e-14);
    assert_eq!(cut(&cell, 1).len(), 5, "four compartments and one junction");
}

#[test]
fn a_gap_between_segments_is_neither_membrane_nor_resistance() {
    let cell = Morphology::from_segments(&[
        segment(0, -1, Axon, (0.0, 1.0), (10.0, 1.0)),
        segment(1, 0, Axon, (50.0, 1.0), (60.0, 1.0)),
    ])
    .unwrap();
    assert_eq!(parents(&cell), [None, at(0, 1.0)]);
    assert_close(cell.total_area(), PI * 20.0, 1e-14);
}

#[test]
fn broken_tables_are_refused_with_the_segment() {
    let good = segment(0, -1, Axon, (0.0, 1.0), (10.0, 1.0));
    let error = |table: &[Segment]| Morphology::from_segments(table).unwrap_err();
    let says = |table: &[Segment], text: &str| assert_eq!(error(table).to_string(), text);
    assert_eq!(error(&[]), MorphologyError::Empty);
    says(&[good, good], "two segments have id 0; ids must be unique within a cell");
    says(&[good, Segment { id: 1, parent: Some(5), ..good }], "segment 1 has parent 5, which is not in the table");
    says(&[good, Segment { id: 1, ..good }], "segments 0 and 1 both have no parent; a cell has one root");
    says(&[Segment { parent: Some(0), ..good }], "segment 0 is its own ancestor");
    let ring = [good, Segment { id: 1, parent: Some(2), ..good }, Segment { id: 2, parent: Some(1), ..good }];
    says(&ring, "segment 1 is its own ancestor");
    says(
        &[segment(3, -1, Axon, (0.0, 0.0), (10.0, 1.0))],
        "segment 3 has diameter 0 um; it must be finite and above 0",
    );
    says(
        &[segment(3, -1, Axon, (0.0, 1.0), (10.0, f64::NAN))],
        "segment 3 has diameter NaN um; it must be finite and above 0",
    );
    says(
        &[segment(3, -1, Axon, (f64::INFINITY, 1.0), (1.0, 1.0))],
        "segment 3 has coordinate inf um; it must be finite",
    );
    says(&[Segment { kind: SectionKind::Any, ..good }], "segment 0 is of kind `any`, which is for selections only");
    says(&[Segment { distal: good.proximal, ..good }], "no segment of the cell has a length above 0 um");
}
