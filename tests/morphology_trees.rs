//! Random cells keep what every discretised cell promises.

use huxley_model::morphology::{
    Attachment, Discretisation, Geometry, Morphology, NO_PARENT, Point, Section, SectionKind, discretise,
};
use proptest::prelude::*;

/// Where on its parent, which parent (scaled to those before it), the course, and a number of compartments of its own.
type Drawn = (f64, f64, Vec<(f64, f64)>, Option<usize>);

fn section() -> impl Strategy<Value = Drawn> {
    let position = prop_oneof![3 => Just(1.0), 2 => Just(0.0), 1 => Just(0.5), 2 => 0.0..=1.0];
    let course = proptest::collection::vec((0.1..200.0, 0.1..20.0), 1..6);
    (position, 0.0..1.0, course, proptest::option::of(1_usize..6))
}

fn morphology() -> impl Strategy<Value = Morphology> {
    (proptest::collection::vec(section(), 1..40), any::<proptest::sample::Index>()).prop_map(|(drawn, soma)| {
        let soma = soma.index(drawn.len());
        let build = |(index, (position, parent, course, compartments)): (usize, Drawn)| {
            let mut x = 0.0;
            let mut points = vec![Point::new(0.0, 0.0, 0.0, course[0].1)];
            for (length, diameter) in &course {
                x += length;
                points.push(Point::new(x, 0.0, 0.0, *diameter));
            }
            let geometry = match course.len() {
                1 => Geometry::Cylinder { length: x, diameter: course[0].1 },
                _ => Geometry::Points(points),
            };
            Section {
                name: format!("s{index}"),
                kind: if index == soma { SectionKind::Soma } else { SectionKind::Dendrite },
                parent: (index > 0).then_some(Attachment { section: (parent * index as f64) as usize, position }),
                geometry,
                compartments,
            }
        };
        Morphology { sections: drawn.into_iter().enumerate().map(build).collect() }
    })
}

fn rule() -> impl Strategy<Value = Discretisation> {
    prop_oneof![
        (1_usize..8).prop_map(Discretisation::PerSection),
        (5.0..500.0).prop_map(Discretisation::MaxLength),
        Just(Discretisation::DLambda { fraction: 0.1, frequency: 100.0 }),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn parents_come_first_no_leaf_lacks_membrane_and_area_is_kept(cell in morphology(), rule in rule()) {
        let tree = discretise(&cell, rule, 100.0, 1.0).unwrap();
        prop_assert_eq!((tree.parent[0], tree.axial[0]), (NO_PARENT, 0.0));
        prop_assert!(tree.area[0] > 0.0);
        prop_assert_eq!(cell.sections[tree.section[0] as usize].kind, SectionKind::Soma);
        let mut children = vec![0; tree.len()];
        for node in 1..tree.len() {
            prop_assert!((tree.parent[node] as usize) < node);
            prop_assert!(tree.axial[node] > 0.0 && tree.axial[node].is_finite());
            children[tree.parent[node] as usize] += 1;
        }
        let mut breaks = 0;
        for (node, &below) in children.iter().enumerate() {
            prop_assert!((0.0..=1.0).contains(&tree.position[node]));
            prop_assert!(tree.area[node] > 0.0 || below >= 2);
            if below > 0 {
                prop_assert_eq!(tree.parent[node + 1] as usize, node);
                breaks += below - 1;
            }
        }
        // Every node but the root follows its parent, save one for each further child.
        let follows = (1..tree.len()).filter(|&node| tree.parent[node] as usize == node - 1).count();
        prop_assert_eq!(follows + breaks, tree.len() - 1);

        let area = cell.total_area();
        prop_assert!((tree.total_area() - area).abs() <= 1e-12 * area);
        for (section, shape) in cell.sections.iter().enumerate() {
            let nodes = &tree.compartments[tree.compartments_of(section)];
            prop_assert!(!nodes.is_empty() && shape.compartments.is_none_or(|own| own == nodes.len()));
            let sum: f64 = nodes.iter().map(|&node| tree.area[node as usize]).sum();
            prop_assert!((sum - shape.geometry.area()).abs() <= 1e-12 * sum);
            for (k, &node) in nodes.iter().enumerate() {
                prop_assert_eq!(tree.section[node as usize] as usize, section);
                let position = (k as f64 + 0.5) / nodes.len() as f64;
                prop_assert!((tree.position[node as usize] - position).abs() < 1e-15);
                prop_assert_eq!(tree.compartment_at(&cell, section, position), node);
            }
        }
    }

    #[test]
    fn current_that_enters_leaves_through_the_membrane(cell in morphology(), rule in rule(), seed in any::<u32>()) {
        let tree = discretise(&cell, rule, 100.0, 1.0).unwrap();
        let leak = 1e-4; // S/cm2
        let mut current = vec![0.0; tree.len()];
        current[seed as usize % tree.len()] = 1.0;
        let v = tree.steady_state(leak, &current);
        let out: f64 = v.iter().zip(&tree.area).map(|(v, area)| 1e-2 * leak * area * v).sum();
        prop_assert!((out - 1.0).abs() < 1e-10, "{}", out);
        prop_assert!(v.iter().all(|&v| v > 0.0));
    }
}
