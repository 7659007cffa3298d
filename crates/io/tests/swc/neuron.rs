//! Small cells, one for each rule of NEURON's Import3d, against what NEURON makes of them.

use huxley_model::morphology::{CellTree, Discretisation, Geometry, Morphology, SectionKind, discretise};
use serde_json::Value;

use super::{assert_close, cell, reference};

const D_LAMBDA: Discretisation = Discretisation::DLambda { fraction: 0.1, frequency: 100.0 };

pub fn resistance(reference: &Value, cell: &Morphology, rule: Discretisation) -> (f64, usize) {
    let of = |name: &str| reference["parameters"][name].as_f64().unwrap();
    let tree: CellTree = discretise(cell, rule, of("Ra"), of("cm")).unwrap();
    (tree.input_resistance(1.0 / of("Rm"), tree.soma_node(cell)), tree.membrane_nodes())
}

/// Compares areas, lengths, numbers of sections and compartments, and input resistances. NEURON keeps points in single precision.
pub fn compare(name: &str, reference: &Value, theirs: &Value, cell: &Morphology) {
    assert_eq!(cell.sections.len() as u64, theirs["sections"].as_u64().unwrap(), "{name}");
    let number = |key: &str| theirs[key].as_f64().unwrap();
    assert_close(name, cell.total_area(), number("area_um2"), 2e-6);
    assert_close(name, cell.sections.iter().map(|s| s.geometry.length()).sum(), number("length_um"), 1e-6);
    let longest = reference["parameters"]["longest_um"].as_f64().unwrap();
    for (rule, key) in [(D_LAMBDA, "d_lambda"), (Discretisation::MaxLength(longest), "longest")] {
        let (resistance, compartments) = resistance(reference, cell, rule);
        assert_eq!(compartments as u64, theirs[format!("compartments_{key}")].as_u64().unwrap(), "{name} {key}");
        assert_close(name, resistance, number(&format!("r_in_{key}_megohm")), 5e-6);
    }
}

/// Our section that is NEURON's `dend[3]`: by kind and number, or by kind and length where types have no kind.
fn ours(cell: &Morphology, theirs: &Value) -> usize {
    let name = theirs["section"].as_str().unwrap();
    let (kind, number) = name.trim_end_matches(']').split_once('[').unwrap();
    let kind = match kind {
        "soma" => "soma",
        "axon" => "axon",
        "dend" => "dendrite",
        "apic" => "apical",
        _ => {
            let length = theirs["L"].as_f64().unwrap();
            let alike = |s: &&huxley_model::morphology::Section| {
                s.kind == SectionKind::Other && (s.geometry.length() - length).abs() < 1e-4
            };
            let found: Vec<&str> = cell.sections.iter().filter(alike).map(|s| s.name.as_str()).collect();
            assert_eq!(found.len(), 1, "{name}");
            return cell.section_named(found[0]).unwrap();
        }
    };
    let wanted = if (kind, number) == ("soma", "0") { "soma".to_owned() } else { format!("{kind}_{number}") };
    cell.section_named(&wanted).unwrap_or_else(|| panic!("no `{wanted}`"))
}

#[test]
fn every_rule_of_import3d_gives_neurons_sections() {
    let reference = reference();
    let small = reference["small"].as_object().unwrap();
    assert!(small.len() >= 18);
    for (name, theirs) in small {
        let cell = cell(theirs["swc"].as_str().unwrap());
        compare(name, &reference, theirs, &cell);
        let each = theirs["each"].as_array().unwrap();
        for own in each {
            let section = &cell.sections[ours(&cell, own)];
            let place = format!("{name}, {}", section.name);
            assert_close(&place, section.geometry.length(), own["L"].as_f64().unwrap(), 1e-6);
            assert_close(&place, section.geometry.area(), own["area"].as_f64().unwrap(), 2e-6);
            let parent = own["parent"].as_str().map(|parent| {
                let theirs = each.iter().find(|other| other["section"] == parent).unwrap();
                (ours(&cell, theirs), own["at"].as_f64().unwrap())
            });
            assert_eq!(section.parent.map(|at| (at.section, at.position)), parent, "{place}");
        }
    }
}

#[test]
fn a_point_soma_is_a_cylinder_of_the_spheres_area_about_its_place() {
    let cell = cell("1 1 3 4 5 8 -1\n");
    assert_close("area", cell.total_area(), 4.0 * std::f64::consts::PI * 64.0, 1e-14);
    let Geometry::Points(points) = &cell.sections[0].geometry else { panic!("points") };
    assert_eq!((points.len(), points[1].x, points[1].y, points[1].z), (3, 3.0, 4.0, 5.0));
    assert_eq!((points[0].x, points[2].x), (-5.0, 11.0));
}

#[test]
fn types_become_the_kinds_they_are_said_to_be() {
    let text = "1 1 0 0 0 5 -1\n2 7 9 0 0 1 1\n3 7 20 0 0 1 2\n4 3 30 0 0 1 3\n5 2 0 9 0 1 1\n6 2 0 20 0 1 5\n";
    let kinds = |own: &[(i32, SectionKind)]| -> Vec<String> {
        super::parsed(text).morphology(own).sections.into_iter().map(|section| section.name).collect()
    };
    assert_eq!(kinds(&[]), ["soma", "other_0", "dendrite_0", "axon_0"]);
    // A type that is said to be a dendrite goes on with one.
    assert_eq!(kinds(&[(7, SectionKind::Dendrite)]), ["soma", "dendrite_0", "axon_0"]);
    assert_eq!(kinds(&[(2, SectionKind::Other)]), ["soma", "other_0", "dendrite_0", "other_1"]);
}
