//! Areas, resistances, node order and the elimination of nodes without membrane.

use std::f64::consts::PI;

use super::super::generate::SplitMix64;
use super::super::geometry::{Half, cone_area, cone_resistance};
use super::super::{Attachment, Discretisation, Geometry, Morphology, Point, Section, SectionKind, discretise};
use super::{RA, assert_close, assert_sound, at, cut, dendrite};

fn tapered(points: &[(f64, f64)]) -> Geometry {
    Geometry::Points(points.iter().map(|&(x, diameter)| Point::new(x, 0.0, 0.0, diameter)).collect())
}

fn halves(geometry: &Geometry, compartments: usize) -> Vec<Half> {
    let mut halves = Vec::new();
    geometry.halves(compartments, RA, &mut halves);
    assert_eq!(halves.len(), 2 * compartments);
    halves
}

#[test]
fn a_cylinder_has_its_lateral_area_and_resistance() {
    let tree = cut(&Morphology { sections: vec![dendrite("d", None, 300.0, 2.0)] }, 3);
    assert_eq!(tree.parent, [u32::MAX, 0, 1]);
    for node in 0..3 {
        assert_close(tree.area[node], PI * 2.0 * 100.0, 1e-14);
    }
    // R = Ra L / (pi r^2) = 100 ohm cm * 100e-4 cm / (pi 1e-8 cm2) = 31.8 megohm.
    assert_close(1.0 / tree.axial[1], 100.0 * 100e-4 / (PI * 1e-8) * 1e-6, 1e-14);
    assert_eq!(tree.position, [0.5 / 3.0, 0.5, 2.5 / 3.0]);
}

#[test]
fn a_cone_is_integrated_exactly_whatever_the_number_of_compartments() {
    let (length, d0, d1) = (90.0, 4.0, 1.0);
    let slant = ((length * length) + 1.5_f64.powi(2)).sqrt();
    for compartments in [1, 2, 3, 7, 100] {
        let halves = halves(&tapered(&[(5.0, d0), (5.0 + length, d1)]), compartments);
        assert_close(halves.iter().map(|h| h.area).sum(), PI * 0.5 * (d0 + d1) * slant, 1e-13);
        let resistance = 4.0 * RA * length / (PI * d0 * d1) * 1e-2;
        assert_close(halves.iter().map(|h| h.resistance).sum(), resistance, 1e-13);
        // Integral of 4 Ra dx / (pi d(x)^2) over half k, with d linear: its closed form at the half's own ends.
        let diameter = |k: usize| d0 + (d1 - d0) * k as f64 / (2 * compartments) as f64;
        let piece = length / (2 * compartments) as f64;
        for (k, half) in halves.iter().enumerate() {
            assert_close(half.resistance, cone_resistance(piece, diameter(k), diameter(k + 1), RA), 1e-12);
            assert_close(half.area, cone_area(piece, diameter(k), diameter(k + 1)), 1e-12);
        }
    }
}

#[test]
fn the_resistance_of_a_cone_is_the_integral_of_thin_cylinders() {
    let (length, d0, d1, slices) = (50.0, 3.0, 0.5, 100_000);
    let thin = length / f64::from(slices);
    let sum: f64 = (0..slices)
        .map(|i| d0 + (d1 - d0) * (f64::from(i) + 0.5) / f64::from(slices))
        .map(|d| RA * thin / (PI * d * d / 4.0) * 1e-2)
        .sum();
    assert_close(cone_resistance(length, d0, d1, RA), sum, 1e-8);
}

#[test]
fn points_that_change_nothing_change_nothing() {
    let few = tapered(&[(0.0, 2.0), (10.0, 1.0), (30.0, 3.0)]);
    let many = tapered(&[(0.0, 2.0), (2.5, 1.75), (10.0, 1.0), (10.0, 1.0), (14.0, 1.4), (29.0, 2.9), (30.0, 3.0)]);
    for compartments in [1, 2, 3, 5, 6] {
        for (a, b) in halves(&few, compartments).iter().zip(halves(&many, compartments)) {
            assert_close(a.area, b.area, 1e-12);
            assert_close(a.resistance, b.resistance, 1e-12);
        }
    }
}

#[test]
fn a_jump_of_diameter_is_an_annulus_without_resistance() {
    let jump = tapered(&[(0.0, 1.0), (5.0, 1.0), (5.0, 3.0), (20.0, 3.0)]);
    assert_close(jump.area(), PI * (5.0 + 45.0) + PI / 4.0 * (9.0 - 1.0), 1e-14);
    let halves = halves(&jump, 1);
    assert_close(halves.iter().map(|h| h.area).sum(), jump.area(), 1e-14);
    assert_close(halves.iter().map(|h| h.resistance).sum(), 4e-2 * RA / PI * (5.0 + 15.0 / 9.0), 1e-14);
}

#[test]
fn a_node_with_two_neighbours_is_a_series_resistance() {
    let sections = vec![dendrite("a", None, 100.0, 2.0), dendrite("b", at(0, 1.0), 100.0, 1.0)];
    let tree = cut(&Morphology { sections }, 1);
    assert_eq!(tree.len(), 2);
    assert_close(1.0 / tree.axial[1], cone_resistance(50.0, 2.0, 2.0, RA) + cone_resistance(50.0, 1.0, 1.0, RA), 1e-14);
}

#[test]
fn a_node_stays_where_three_meet() {
    let sections = vec![
        dendrite("a", None, 100.0, 2.0),
        dendrite("b", at(0, 1.0), 100.0, 1.0),
        dendrite("c", at(0, 1.0), 100.0, 1.0),
    ];
    let tree = cut(&Morphology { sections }, 1);
    assert_eq!(tree.parent, [u32::MAX, 0, 1, 1]);
    assert_eq!(tree.area[1], 0.0);
    assert_eq!((tree.section[1], tree.position[1]), (0, 1.0));
    assert_eq!(tree.compartments, [0, 2, 3]);
    assert_sound(&tree);
}

#[test]
fn ends_and_insides_attach_as_in_neuron() {
    let mut sections = vec![Section::cylinder("soma", SectionKind::Soma, None, 20.0, 20.0)];
    sections.push(dendrite("inside", at(0, 0.5), 100.0, 1.0));
    sections.push(dendrite("start", at(0, 0.0), 100.0, 1.0));
    // Position 0 of a section that is not the root is where that section attaches itself: the soma's middle.
    sections.push(dendrite("start_of_inside", at(1, 0.0), 100.0, 1.0));
    let morphology = Morphology { sections };
    let tree = cut(&morphology, 1);
    assert_eq!(tree.len(), 4);
    assert_eq!(&tree.parent[1..], [0, 0, 0]);
    let dendrite_half = cone_resistance(50.0, 1.0, 1.0, RA);
    let to_soma = |name: &str| {
        let node = tree.compartment_at(&morphology, morphology.section_named(name).unwrap(), 0.5);
        1.0 / tree.axial[node as usize]
    };
    assert_close(to_soma("inside"), dendrite_half, 1e-14);
    assert_close(to_soma("start_of_inside"), dendrite_half, 1e-14);
    assert_close(to_soma("start"), dendrite_half + cone_resistance(10.0, 20.0, 20.0, RA), 1e-14);
}

#[test]
fn several_sections_share_the_start_of_the_root() {
    let sections = vec![
        dendrite("a", None, 100.0, 2.0),
        dendrite("b", at(0, 0.0), 100.0, 1.0),
        dendrite("c", at(0, 0.0), 100.0, 1.0),
    ];
    let tree = cut(&Morphology { sections }, 1);
    assert_eq!(tree.parent, [u32::MAX, 0, 1, 1]);
    assert_eq!((tree.section[1], tree.position[1]), (0, 0.0));
}

#[test]
fn the_root_is_the_soma_and_the_longest_path_comes_first() {
    let mut sections = vec![dendrite("a", None, 100.0, 1.0).with_compartments(3)];
    sections.push(Section::cylinder("soma", SectionKind::Soma, at(0, 1.0), 20.0, 20.0).with_compartments(3));
    sections.push(dendrite("short", at(1, 1.0), 100.0, 1.0).with_compartments(2));
    sections.push(dendrite("long", at(1, 1.0), 100.0, 1.0).with_compartments(9));
    let morphology = Morphology { sections };
    let tree = cut(&morphology, 1);
    assert_sound(&tree);
    assert_eq!(tree.section[0], 1);
    assert_eq!(tree.soma_node(&morphology), 1, "the middle of three");
    // Soma, junction, long, short, and the section the table begins with, from its far end.
    assert_eq!(tree.section, [1, 1, 1, 1, 3, 3, 3, 3, 3, 3, 3, 3, 3, 2, 2, 0, 0, 0]);
    assert_eq!(tree.compartments_of(0), 0..3);
    assert_eq!(&tree.compartments[..3], [17, 16, 15]);
    assert_eq!(tree.compartment_at(&morphology, 3, 1.0), 12);
    assert_eq!(tree.compartment_at(&morphology, 3, 0.0), 4);
}

#[test]
fn kinds_partition_nodes_and_area() {
    let morphology = Morphology::random_tree(&super::super::RandomTree::default(), 7).unwrap();
    let tree = cut(&morphology, 1);
    let (soma, dendrites) =
        (tree.nodes_of(&morphology, SectionKind::Soma), tree.nodes_of(&morphology, SectionKind::Dendrite));
    assert_eq!(soma, [tree.soma_node(&morphology)]);
    assert_eq!(soma.len() + dendrites.len(), tree.membrane_nodes());
    assert_eq!(tree.nodes_of(&morphology, SectionKind::Any), tree.compartments);
    assert_close(tree.area_of(&morphology, SectionKind::Soma), 500.0, 1e-4);
    assert_close(tree.area_of(&morphology, SectionKind::Dendrite), morphology.area_of(SectionKind::Dendrite), 1e-12);
    assert!(tree.nodes_of(&morphology, SectionKind::Axon).is_empty());
}

#[test]
fn a_point_is_one_node_with_the_area_asked_for() {
    let morphology = Morphology::point(20_000.0);
    let tree = discretise(&morphology, Discretisation::DLambda { fraction: 1e-3, frequency: 100.0 }, RA, 1.0).unwrap();
    assert_eq!(tree.len(), 1);
    assert_close(tree.total_area(), 20_000.0, 1e-14);
    assert_eq!(tree.soma_node(&morphology), 0);
}

#[test]
fn rules_give_the_number_of_compartments_neuron_gives() {
    let count = |section: Section, rule, ra, cm| {
        discretise(&Morphology { sections: vec![section] }, rule, ra, cm).unwrap().membrane_nodes()
    };
    let d_lambda = Discretisation::DLambda { fraction: 0.1, frequency: 100.0 };
    // lambda_f = 1e5 sqrt(1 / (4 pi 100 100 1)) = 282.09 um; int((1000 / 28.209 + 0.9) / 2) * 2 + 1 = 37.
    assert_eq!(count(dendrite("d", None, 1000.0, 1.0), d_lambda, 100.0, 1.0), 37);
    assert_eq!(count(dendrite("d", None, 1000.0, 4.0), d_lambda, 100.0, 1.0), 19);
    assert_eq!(count(dendrite("d", None, 1000.0, 1.0), d_lambda, 100.0, 4.0), 71);
    assert_eq!(count(dendrite("d", None, 1.0, 1.0), d_lambda, 100.0, 1.0), 1);
    // Tapered: sum of dx sqrt(2 / (d0 + d1)) = 1000 sqrt(2 / 5) = 632.5 um^(1/2) over the same constant: 22.4 of 0.1.
    let geometry = tapered(&[(0.0, 4.0), (1000.0, 1.0)]);
    let cone = Section { geometry, ..dendrite("d", None, 1.0, 1.0) };
    assert_eq!(count(cone, d_lambda, 100.0, 1.0), 23);

    let longest = Discretisation::MaxLength(0.1);
    assert_eq!(count(dendrite("d", None, 0.3, 1.0), longest, 100.0, 1.0), 3);
    assert_eq!(count(dendrite("d", None, 0.31, 1.0), longest, 100.0, 1.0), 4);
    assert_eq!(count(dendrite("d", None, 0.01, 1.0), longest, 100.0, 1.0), 1);
    assert_eq!(count(dendrite("d", None, 0.3, 1.0).with_compartments(8), longest, 100.0, 1.0), 8);
}

#[test]
fn a_chain_of_many_sections_needs_no_stack() {
    let count = 300_000;
    let section = |i: usize| {
        let parent = (i > 0).then(|| Attachment { section: i - 1, position: 1.0 });
        dendrite(&format!("d{i}"), parent, 1.0, 1.0)
    };
    let tree = cut(&Morphology { sections: (0..count).map(section).collect() }, 1);
    assert_eq!(tree.len(), count);
    assert!(tree.parent.iter().enumerate().skip(1).all(|(i, &parent)| parent as usize == i - 1));
}

#[test]
fn the_same_seed_gives_the_same_cell() {
    let tree = super::super::RandomTree::default();
    let (a, b, c) =
        (Morphology::random_tree(&tree, 1), Morphology::random_tree(&tree, 1), Morphology::random_tree(&tree, 2));
    assert_eq!(a, b);
    assert_ne!(a, c);
    // Known answer of the generator, so that cells stay the same from one version to the next.
    let sections: Vec<usize> =
        (0..4).map(|seed| Morphology::random_tree(&tree, seed).unwrap().sections.len()).collect();
    assert_eq!(sections, [15, 20, 41, 25]);
}

#[test]
fn the_generator_of_shapes_gives_the_published_numbers() {
    let mut random = SplitMix64(1_234_567);
    assert_eq!(random.next(), 6_457_827_717_110_365_317);
    assert_eq!(random.next(), 3_203_168_211_198_807_973);
}

#[test]
fn certain_branches_give_the_full_binary_tree() {
    let tree = super::super::RandomTree { branch_probability: [1.0, 1.0], ..Default::default() };
    let morphology = Morphology::random_tree(&tree, 3).unwrap();
    assert_eq!(morphology.sections.len(), 1 + 2 + 4 + 8 + 16 + 32);
    let of = |i: usize| (morphology.sections[i].geometry.length(), morphology.sections[i].compartments.unwrap());
    assert_eq!((of(1), of(62)), ((200.0, 20), (20.0, 2)));
    let nodes = cut(&morphology, 1);
    // Rounded counts along the line from 20 to 2: 20, 15.5, 11, 6.5, 2.
    assert_eq!(nodes.membrane_nodes(), 1 + 2 * 20 + 4 * 16 + 8 * 11 + 16 * 7 + 32 * 2);
    assert_sound(&nodes);
}
