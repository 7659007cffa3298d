//! Areas and axial resistances of a branched cell, against NEURON's.

use huxley_model::morphology::{
    Attachment, CellTree, Discretisation, Morphology, NO_PARENT, Section, SectionKind, discretise,
};
use serde_json::Value;

fn reference() -> Value {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/reference/branched_be.json");
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

fn numbers(value: &Value) -> Vec<f64> {
    value.as_array().unwrap().iter().map(|x| x.as_f64().unwrap()).collect()
}

/// The reference's cell, and its axial resistivity, ohm cm.
fn cell(reference: &Value) -> (Morphology, f64) {
    let mut cell = Morphology::default();
    for section in reference["parameters"]["sections"].as_array().unwrap() {
        let name = section["name"].as_str().unwrap();
        let parent = section["parent"].as_str().map(|parent| Attachment {
            section: cell.section_named(parent).unwrap(),
            position: section["parent_x"].as_f64().unwrap(),
        });
        let kind = if name == "soma" { SectionKind::Soma } else { SectionKind::Dendrite };
        let (length, diameter) = (section["L"].as_f64().unwrap(), section["diam"].as_f64().unwrap());
        let compartments = section["nseg"].as_u64().unwrap() as usize;
        cell.sections.push(Section::cylinder(name, kind, parent, length, diameter).with_compartments(compartments));
    }
    (cell, reference["parameters"]["Ra"].as_f64().unwrap())
}

/// Megohm between a node with membrane and the node its section hangs from: towards the root, or away from it.
fn resistance(tree: &CellTree, node: u32) -> f64 {
    1.0 / tree.axial[node as usize]
}

#[track_caller]
fn assert_close(value: f64, expected: f64) {
    assert!((value - expected).abs() <= 1e-9 * expected, "{value} is not NEURON's {expected}");
}

#[test]
fn areas_and_resistances_are_neurons() {
    let reference = reference();
    let (cell, axial_resistivity) = cell(&reference);
    let tree = discretise(&cell, Discretisation::PerSection(1), axial_resistivity, 1.0).unwrap();
    let theirs = reference["discretisation"].as_array().unwrap();
    let of = |name: &str| theirs.iter().find(|section| section["section"] == name).unwrap();
    let first_ri = |name: &str| numbers(&of(name)["ri_megohm"])[0];
    let end_ri = |name: &str| of(name)["ri_end1_megohm"].as_f64().unwrap();

    for (index, section) in cell.sections.iter().enumerate() {
        let nodes = &tree.compartments[tree.compartments_of(index)];
        let (areas, ri) = (numbers(&of(&section.name)["area_um2"]), numbers(&of(&section.name)["ri_megohm"]));
        let positions = numbers(&of(&section.name)["x"]);
        assert_eq!(nodes.len(), areas.len());
        for (k, &node) in nodes.iter().enumerate() {
            assert_close(tree.area[node as usize], areas[k]);
            assert!((tree.position[node as usize] - positions[k]).abs() < 1e-6);
            if k > 0 {
                assert_eq!(tree.parent[node as usize], nodes[k - 1]);
                assert_close(resistance(&tree, node), ri[k]);
            }
        }
    }
    let first = |name: &str| tree.compartment_at(&cell, cell.section_named(name).unwrap(), 0.0);
    let soma = first("soma");
    assert_eq!((soma, tree.parent[0]), (0, NO_PARENT));
    // Attached inside the soma: from its node. At an end of the soma: the soma's half is in series.
    let from_soma = ["trunk", "dend_mid", "dend_zero"].map(first);
    assert!(from_soma.iter().all(|&node| tree.parent[node as usize] == soma));
    assert_close(resistance(&tree, first("dend_mid")), first_ri("dend_mid"));
    assert_close(resistance(&tree, first("trunk")), end_ri("soma") + first_ri("trunk"));
    assert_close(resistance(&tree, first("dend_zero")), first_ri("soma") + first_ri("dend_zero"));
    // The trunk's end is the only node without membrane.
    let junction = tree.parent[first("branch_a") as usize];
    assert_eq!(junction, tree.parent[first("branch_b") as usize]);
    assert_eq!((tree.area[junction as usize], tree.len() - tree.membrane_nodes()), (0.0, 1));
    assert_close(resistance(&tree, junction), end_ri("trunk"));
    assert_close(resistance(&tree, first("branch_a")), first_ri("branch_a"));
    assert_close(resistance(&tree, first("branch_b")), first_ri("branch_b"));
}
