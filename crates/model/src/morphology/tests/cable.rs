//! Steady potentials against cable theory, and the elimination of nodes against the whole system.
//!
//! Rall (1977), "Core conductor theory and cable properties of neurons", Handbook of Physiology.

use std::f64::consts::PI;

use super::super::geometry::cone_resistance;
use super::super::{CellTree, Morphology, Section, SectionKind};
use super::{RA, assert_close, assert_sound, at, cut, dendrite};

/// S/cm2.
const LEAK: f64 = 1e-4;

/// Length constant, um, and input resistance of the half-infinite cable, megaohm.
fn cable(diameter: f64) -> (f64, f64) {
    let (r_m, d) = (1.0 / LEAK, diameter * 1e-4); // ohm cm2, cm
    ((r_m * d / (4.0 * RA)).sqrt() * 1e4, 2.0 / PI * (r_m * RA / d.powi(3)).sqrt() * 1e-6)
}

/// Orders of convergence of errors at compartments three times shorter each time.
fn orders(errors: &[f64]) -> Vec<f64> {
    errors.windows(2).map(|pair| (pair[0] / pair[1]).ln() / 3.0_f64.ln()).collect()
}

#[test]
fn a_sealed_cylinder_has_the_input_resistance_of_the_cable_to_second_order() {
    let (length, diameter) = (600.0, 1.0);
    let (lambda, r_infinite) = cable(diameter);
    let l: f64 = length / lambda;
    let exact = r_infinite * (l / 2.0).cosh().powi(2) / l.sinh();
    let error = |n: usize| {
        let morphology = Morphology { sections: vec![dendrite("d", None, length, diameter)] };
        let tree = cut(&morphology, n);
        (tree.input_resistance(LEAK, tree.compartment_at(&morphology, 0, 0.5)) / exact - 1.0).abs()
    };
    let errors = [5, 15, 45, 135].map(error);
    assert!(errors[3] < 2e-5, "{errors:?}");
    assert!(orders(&errors).iter().all(|order| (order - 2.0).abs() < 0.05), "{errors:?}");
}

#[test]
fn an_open_end_has_the_input_resistance_of_the_killed_cable_to_second_order() {
    let (length, diameter) = (600.0, 1.0);
    let (lambda, r_infinite) = cable(diameter);
    let l: f64 = length / lambda;
    let exact = r_infinite * (l / 2.0).cosh() * (l / 2.0).sinh() / l.cosh();
    let error = |n: usize| {
        // A membrane of a square metre and more holds the end at rest.
        let ground = dendrite("ground", at(0, 1.0), 1e5, 1e8).with_compartments(1);
        let morphology = Morphology { sections: vec![dendrite("d", None, length, diameter), ground] };
        let tree = cut(&morphology, n);
        (tree.input_resistance(LEAK, tree.compartment_at(&morphology, 0, 0.5)) / exact - 1.0).abs()
    };
    let errors = [5, 15, 45, 135].map(error);
    assert!(errors[3] < 2e-5, "{errors:?}");
    assert!(orders(&errors).iter().all(|order| (order - 2.0).abs() < 0.05), "{errors:?}");
}

#[test]
fn a_tree_that_satisfies_the_three_halves_law_equals_its_cylinder() {
    let (levels, each, length, diameter) = (5, 3, 100.0, 8.0);
    let tree_shape = Morphology::branching_tree(levels, length, diameter).unwrap();
    let cylinder_shape = Morphology { sections: vec![dendrite("d", None, length * levels as f64, diameter)] };
    let (tree, cylinder) = (cut(&tree_shape, each), cut(&cylinder_shape, each * levels));
    assert_sound(&tree);
    let depolarise = |cell: &CellTree| {
        let mut current = vec![0.0; cell.len()];
        current[0] = 0.1;
        cell.steady_state(LEAK, &current)
    };
    let (v_tree, v_cylinder) = (depolarise(&tree), depolarise(&cylinder));
    for (k, &v) in v_cylinder.iter().enumerate() {
        let (level, along) = (k / each, k % each);
        for section in (1 << level) - 1..(1 << (level + 1)) - 1 {
            let node = tree.compartments[tree.compartments_of(section).start + along];
            assert_close(v_tree[node as usize], v, 1e-12);
        }
    }
}

#[test]
fn rallpack_2_has_its_branches_and_its_steady_potential() {
    let shape = Morphology::branching_tree(10, 32.0, 16.0).unwrap();
    assert_eq!(shape.sections.len(), 1023);
    let leaf = &shape.sections[1022];
    assert_close(leaf.geometry.length(), 4.0, 1e-12);
    assert_close(leaf.geometry.area(), PI * 4.0 * 0.25, 1e-12);
    assert_close(shape.total_area(), 10.0 * PI * 16.0 * 32.0, 1e-12);
    let tree = cut(&shape, 9);
    // Rm = 40,000 ohm cm2, Ra = 100 ohm cm: l = 0.08, 24.92 mV for 0.1 nA in the steady state.
    let (r_m, d) = (40_000.0, 16e-4_f64);
    let exact = 2.0 / PI * (r_m * RA / d.powi(3)).sqrt() * 1e-6 / 0.08_f64.tanh();
    let root = tree.input_resistance(1.0 / r_m, 0);
    assert_close(0.1 * exact, 24.921_00, 1e-4);
    assert_close(root, exact, 2e-4);
}

/// The whole system with every end as a node, dense: potentials of the compartments for a current into each.
fn uneliminated(morphology: &Morphology, each: usize, current: &[f64]) -> Vec<f64> {
    let sections = morphology.sections.len();
    let size = sections * each + sections + 1;
    let (compartment, end) = (|s: usize, k: usize| s * each + k, |s: usize| sections * each + s);
    let mut matrix = vec![vec![0.0; size + 1]; size];
    let mut connect = |a: usize, b: usize, megohm: f64| {
        for (i, j) in [(a, b), (b, a)] {
            matrix[i][i] += 1.0 / megohm;
            matrix[i][j] -= 1.0 / megohm;
        }
    };
    let mut start = Vec::new();
    for (s, section) in morphology.sections.iter().enumerate() {
        start.push(match section.parent {
            None => size - 1,
            Some(p) if p.position == 0.0 => start[p.section],
            Some(p) if p.position == 1.0 => end(p.section),
            Some(p) => compartment(p.section, (p.position * each as f64).floor() as usize),
        });
        let (length, d) = (section.geometry.length(), section.geometry.area() / PI / section.geometry.length());
        let half = cone_resistance(length / each as f64 / 2.0, d, d, RA);
        connect(start[s], compartment(s, 0), half);
        for k in 1..each {
            connect(compartment(s, k - 1), compartment(s, k), 2.0 * half);
        }
        connect(compartment(s, each - 1), end(s), half);
    }
    for s in 0..sections {
        for k in 0..each {
            let row = &mut matrix[compartment(s, k)];
            row[compartment(s, k)] += 1e-2 * LEAK * morphology.sections[s].geometry.area() / each as f64;
            row[size] = current[compartment(s, k)];
        }
    }
    for i in 0..size {
        let pivot = (i..size).max_by(|&a, &b| matrix[a][i].abs().total_cmp(&matrix[b][i].abs())).unwrap();
        matrix.swap(i, pivot);
        let row = matrix[i].clone();
        for below in matrix.iter_mut().skip(i + 1) {
            let factor = below[i] / row[i];
            (i..=size).for_each(|j| below[j] -= factor * row[j]);
        }
    }
    let mut v = vec![0.0; size];
    for i in (0..size).rev() {
        let known: f64 = (i + 1..size).map(|j| matrix[i][j] * v[j]).sum();
        v[i] = (matrix[i][size] - known) / matrix[i][i];
    }
    v
}

#[test]
fn eliminated_nodes_leave_every_potential_as_it_was() {
    let positions = [0.0, 1.0, 1.0, 0.3, 1.0, 0.0, 0.7, 0.5];
    for seed in 0..20_usize {
        let mut draw = seed * 7919 + 1;
        let mut below = |n: usize| {
            draw = (draw * 1_103_515_245 + 12_345) % 2_147_483_648;
            (draw >> 8) % n
        };
        let sections: Vec<Section> = (0..12)
            .map(|i| {
                let parent = if i == 0 { None } else { at(below(i), positions[below(positions.len())]) };
                let kind = if i == seed % 12 { SectionKind::Soma } else { SectionKind::Dendrite };
                let (length, diameter) = (20.0 + below(300) as f64, 0.5 + below(40) as f64 / 10.0);
                Section::cylinder(format!("s{i}"), kind, parent, length, diameter)
            })
            .collect();
        let (morphology, each) = (Morphology { sections }, 1 + seed % 3);
        let current: Vec<f64> = (0..12 * each).map(|_| below(1000) as f64 / 1000.0).collect();
        let whole = uneliminated(&morphology, each, &current);
        let tree = cut(&morphology, each);
        assert_sound(&tree);
        let mut injected = vec![0.0; tree.len()];
        tree.compartments.iter().zip(&current).for_each(|(&node, &i)| injected[node as usize] = i);
        let v = tree.steady_state(LEAK, &injected);
        for (compartment, &node) in tree.compartments.iter().enumerate() {
            assert_close(v[node as usize], whole[compartment], 1e-12);
        }
    }
}
