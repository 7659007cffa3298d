//! What is refused, and that the message names section, value and what is allowed.

use super::super::{
    Attachment, Discretisation, Geometry, Morphology, Point, RandomTree, Section, SectionKind, discretise,
};
use super::{at, dendrite};

#[track_caller]
fn refused(sections: Vec<Section>, text: &str) {
    let error = discretise(&Morphology { sections }, Discretisation::PerSection(1), 100.0, 1.0).unwrap_err();
    assert_eq!(error.to_string(), text);
}

fn good(name: &str, parent: Option<Attachment>) -> Section {
    dendrite(name, parent, 10.0, 1.0)
}

#[test]
fn trees_that_are_none() {
    refused(vec![], "the cell has no sections");
    refused(
        vec![good("a", at(0, 1.0))],
        "section `a` is the first of its cell and has parent 0; the first section is the root",
    );
    refused(
        vec![good("a", None), good("b", None)],
        "section `b` has no parent; only the first section of a cell, `a`, may be a root",
    );
    for parent in [1, 2, 9] {
        refused(
            vec![good("a", None), good("b", at(parent, 1.0)), good("c", at(1, 1.0))],
            &format!("section `b` (index 1) has parent {parent}; a parent's index must be below the section's own"),
        );
    }
    refused(
        vec![good("a", None), good("a", at(0, 1.0))],
        "two sections are called `a`; names must be unique within a cell",
    );
    for position in [-0.1, 1.5, f64::NAN] {
        refused(
            vec![good("a", None), good("b", at(0, position))],
            &format!("section `b` attaches at position {position} of its parent; allowed is 0 to 1"),
        );
    }
}

#[test]
fn geometry_that_is_none() {
    for length in [0.0, -1.0, f64::NAN, f64::INFINITY] {
        let text = format!("section `d` has length {length} um; it must be finite and above 0");
        refused(vec![dendrite("d", None, length, 1.0)], &text);
    }
    for diameter in [0.0, -1.0, f64::NAN, f64::INFINITY] {
        let text = format!("section `d` has diameter {diameter} um at point 0; it must be finite and above 0");
        refused(vec![dendrite("d", None, 1.0, diameter)], &text);
    }
    let course = |points: &[(f64, f64)]| {
        let points = points.iter().map(|&(x, diameter)| Point::new(x, 0.0, 0.0, diameter)).collect();
        vec![Section { geometry: Geometry::Points(points), ..good("d", None) }]
    };
    refused(course(&[(0.0, 1.0)]), "section `d` has 1 point(s); a course needs at least 2");
    refused(course(&[(0.0, 1.0), (0.0, 2.0)]), "section `d` has length 0 um; it must be finite and above 0");
    refused(
        course(&[(0.0, 1.0), (1.0, 0.0)]),
        "section `d` has diameter 0 um at point 1; it must be finite and above 0",
    );
    refused(course(&[(0.0, 1.0), (f64::NAN, 1.0)]), "section `d` has coordinate NaN um at point 1; it must be finite");
    refused(
        vec![dendrite("d", None, 1e-200, 1e-200)],
        "section `d` gives compartment area (um2) 0; it must be finite and above 0",
    );
    refused(
        vec![Section { kind: SectionKind::Any, ..good("d", None) }],
        "section `d` is of kind `any`, which is for selections only",
    );
    refused(vec![good("d", None).with_compartments(0)], "section `d` asks for 0 compartments; it needs at least 1");
    let area = |area: f64| discretise(&Morphology::point(area), Discretisation::PerSection(1), 100.0, 1.0);
    assert!(area(0.0).is_err() && area(-1.0).is_err() && area(f64::NAN).is_err());
}

#[test]
fn parameters_out_of_range() {
    let cell = Morphology { sections: vec![good("d", None)] };
    let says = |rule, ra, cm, text: &str| assert_eq!(discretise(&cell, rule, ra, cm).unwrap_err().to_string(), text);
    let one = Discretisation::PerSection(1);
    says(one, 0.0, 1.0, "axial resistivity (ohm cm) is 0; it must be finite and above 0");
    says(one, 100.0, f64::NAN, "specific capacitance (uF/cm2) is NaN; it must be finite and above 0");
    says(Discretisation::PerSection(0), 1.0, 1.0, "number of compartments per section is 0; it must be at least 1");
    says(
        Discretisation::MaxLength(-2.0),
        1.0,
        1.0,
        "maximum length of a compartment (um) is -2; it must be finite and above 0",
    );
    says(
        Discretisation::DLambda { fraction: 0.0, frequency: 100.0 },
        1.0,
        1.0,
        "`d_lambda` fraction is 0; it must be finite and above 0",
    );
    says(
        Discretisation::MaxLength(1e-9),
        1.0,
        1.0,
        "section `d` brings the cell to 1e10 compartments; the limit is 100000000",
    );
    assert!(discretise(&cell, Discretisation::MaxLength(1e-300), 1.0, 1.0).is_err());
    assert!(Morphology::branching_tree(0, 1.0, 1.0).is_err() && Morphology::branching_tree(21, 1.0, 1.0).is_err());
    assert!(Morphology::branching_tree(3, f64::NAN, 1.0).is_err() && Morphology::branching_tree(3, 1.0, 0.0).is_err());
    for bad in [
        RandomTree { depth: 21, ..RandomTree::default() },
        RandomTree { soma_diameter: 0.0, ..RandomTree::default() },
        RandomTree { branch_probability: [0.5, 1.5], ..RandomTree::default() },
        RandomTree { compartments: [3, 0], ..RandomTree::default() },
        RandomTree { length: [f64::NAN, 1.0], ..RandomTree::default() },
    ] {
        assert!(Morphology::random_tree(&bad, 0).is_err(), "{bad:?}");
    }
}
