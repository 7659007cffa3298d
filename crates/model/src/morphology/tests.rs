//! Shapes against closed forms, cables against theory, and what is refused.

mod cable;
mod refused;
mod segments;
mod structure;

use super::{Attachment, CellTree, Discretisation, Morphology, NO_PARENT, Section, SectionKind, discretise};

/// Axial resistivity, ohm cm, where a test has no reason for another.
const RA: f64 = 100.0;

fn cut(morphology: &Morphology, each: usize) -> CellTree {
    discretise(morphology, Discretisation::PerSection(each), RA, 1.0).unwrap()
}

fn at(section: usize, position: f64) -> Option<Attachment> {
    Some(Attachment { section, position })
}

fn dendrite(name: &str, parent: Option<Attachment>, length: f64, diameter: f64) -> Section {
    Section::cylinder(name, SectionKind::Dendrite, parent, length, diameter)
}

#[track_caller]
fn assert_close(value: f64, expected: f64, relative: f64) {
    assert!((value - expected).abs() <= relative * expected.abs(), "{value} is not {expected} within {relative}");
}

/// What every tree promises.
#[track_caller]
fn assert_sound(tree: &CellTree) {
    let mut children = vec![0; tree.len()];
    assert_eq!((tree.parent[0], tree.axial[0]), (NO_PARENT, 0.0));
    assert!(tree.area[0] > 0.0);
    for node in 1..tree.len() {
        assert!((tree.parent[node] as usize) < node);
        assert!(tree.axial[node] > 0.0 && tree.axial[node].is_finite());
        children[tree.parent[node] as usize] += 1;
    }
    for (node, &below) in children.iter().enumerate() {
        assert!(tree.area[node] > 0.0 || below >= 2, "node {node} has neither membrane nor three neighbours");
        // Preorder: the first child is the next node.
        assert!(below == 0 || tree.parent[node + 1] as usize == node);
    }
}
