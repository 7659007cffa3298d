//! What real files have that the format has not: taken as it is meant, and told.

use huxley_io::swc::{Mended, Swc, SwcPoint};
use huxley_model::morphology::{Discretisation, Geometry, SectionKind, discretise};

use super::{assert_close, cell, parsed};

#[track_caller]
fn told(swc: &Swc) -> Vec<(Mended, usize, i64, usize)> {
    swc.mended().iter().map(|m| (m.what, m.count, m.id, m.line)).collect()
}

fn point(id: i64, structure: i32, position: [f64; 3], radius: f64, parent: Option<i64>) -> SwcPoint {
    SwcPoint { id, structure, position, radius, parent }
}

#[test]
fn spellings_of_the_same_file_are_the_same_points() {
    let plain = parsed("# made by hand\n1 1 0 0 0 5 -1\n2 3 9 0.5 0 1 1\n3 3 20 0 0 1 2\n");
    assert!(plain.mended().is_empty());
    let expected = [
        point(1, 1, [0.0; 3], 5.0, None),
        point(2, 3, [9.0, 0.5, 0.0], 1.0, Some(1)),
        point(3, 3, [20.0, 0.0, 0.0], 1.0, Some(2)),
    ];
    assert_eq!(plain.points(), expected);
    let spellings = [
        "\u{feff}# made by hand\n1 1 0 0 0 5 -1\n2 3 9 0.5 0 1 1\n3 3 20 0 0 1 2\n",
        "# made by hand\r\n1 1 0 0 0 5 -1\r\n2 3 9 0.5 0 1 1\r\n3 3 20 0 0 1 2\r\n",
        "# made by hand\r1 1 0 0 0 5 -1\r2 3 9 0.5 0 1 1\r3 3 20 0 0 1 2",
        "# made by hand\n\n  1\t1  0 0 0   5 -1 # the soma\n2 3 9. .5 0.0e0 +1 1#x\n   \n3.0 3.0 2e1 0 0 1.000 2.0",
    ];
    for text in spellings {
        let swc = parsed(text);
        assert_eq!(swc.points(), expected, "{text}");
        assert_eq!(swc.comments(), [" made by hand"], "{text}");
        assert!(swc.mended().is_empty(), "{text}: {:?}", swc.mended());
    }
}

#[test]
fn comments_need_not_be_utf_8() {
    let mut bytes = b"# lengths in \xb5m\n".to_vec();
    bytes.extend(b"1 1 0 0 0 5 -1\n");
    let swc = huxley_io::swc::parse(&bytes, "cell.swc", 1.0).unwrap();
    assert_eq!(swc.comments(), [" lengths in \u{fffd}m"]);
}

#[test]
fn lines_are_counted_whatever_ends_them() {
    for end in ["\n", "\r\n", "\r"] {
        let text = ["#", "", "1 1 0 0 0 5 -1", "", "2 3 9 0 0 x 1"].join(end);
        let errors = huxley_io::swc::parse(text.as_bytes(), "cell.swc", 1.0).unwrap_err();
        assert_eq!(errors.problems[0].line, Some(5), "{end:?}");
    }
}

#[test]
fn lengths_in_another_unit_are_converted() {
    let nm = b"1 1 0 0 0 5000 -1\n2 3 9000 -200 0 1000 1\n";
    let swc = huxley_io::swc::parse(nm, "cell.swc", 1e-3).unwrap();
    assert_close("radius", swc.points()[0].radius, 5.0, 1e-15);
    assert_close("y", swc.points()[1].position[1], -0.2, 1e-15);
    assert!(swc.mended().is_empty());
    // The same as um is a cell 10 mm thick.
    let swc = huxley_io::swc::parse(nm, "cell.swc", 1.0).unwrap();
    assert_eq!(told(&swc), [(Mended::Size, 2, 1, 1)]);
    assert!(swc.mended()[0].to_string().contains("nm"), "{}", swc.mended()[0]);
    let wide = parsed("1 1 0 0 0 5 -1\n2 3 30001 0 0 1 1\n");
    assert_eq!(told(&wide), [(Mended::Size, 2, 1, 1)]);
}

#[test]
fn children_may_come_before_parents_and_ids_may_have_gaps() {
    let ordered = "1 1 0 0 0 5 -1\n2 3 9 0 0 1 1\n3 3 20 0 0 1 2\n4 3 30 5 0 1 3\n5 3 30 -5 0 1 3\n";
    let jumbled = "70 3 30 -5 0 1 9\n9 3 20 0 0 1 11\n30 3 30 5 0 1 9\n11 3 9 0 0 1 500\n500 1 0 0 0 5 -1\n";
    let swc = parsed(jumbled);
    assert_eq!(told(&swc), [(Mended::Order, 3, 70, 1)]);
    assert_eq!(
        swc.mended()[0].to_string(),
        "3 points come before their parents, by line or id; the first is point 70, line 1"
    );
    assert_eq!(swc.morphology(&[]), cell(ordered));
    // Parents first, but with larger ids, which NEURON refuses.
    let falling = parsed("9 1 0 0 0 5 -1\n8 3 9 0 0 1 9\n7 3 20 0 0 1 8\n");
    assert_eq!(told(&falling), [(Mended::Order, 2, 8, 2)]);
    let gaps = parsed("10 1 0 0 0 5 -1\n20 3 9 0 0 1 10\n3000000000 3 20 0 0 1 20\n");
    assert!(gaps.mended().is_empty());
    let zero = parsed("0 1 0 0 0 5 -1\n1 3 9 0 0 1 0\n");
    assert!(zero.mended().is_empty());
}

#[test]
fn points_without_a_radius_take_a_neighbours() {
    let text = "1 1 0 0 0 5 -1\n2 3 9 0 0 0 1\n3 3 20 0 0 0 2\n4 3 30 0 0 0.7 3\n5 3 40 0 0 0 4\n6 2 0 9 0 1e-9 1\n";
    let swc = parsed(text);
    assert_eq!(told(&swc), [(Mended::Radius, 4, 2, 2)]);
    // The neurite's own next radius, not the soma's; then the one before; the axon has none but the soma's.
    let radii: Vec<f64> = swc.points().iter().map(|point| point.radius).collect();
    assert_eq!(radii, [5.0, 0.7, 0.7, 0.7, 0.7, 5.0]);
    let root = parsed("1 1 0 0 0 0 -1\n2 3 9 0 0 1 1\n3 3 20 0 0 2 2\n");
    assert_eq!(root.points()[0].radius, 1.0);
    assert_eq!(root.mended()[0].to_string(), "1 point has no radius and takes a neighbour's; it is point 1, line 1");
}

#[test]
fn other_roots_are_wired_to_the_middle_of_the_soma() {
    let text = "5 3 100 0 0 1 -1\n6 3 120 0 0 1 5\n7 3 140 0 0 1 6\n1 1 0 0 0 5 -1\n2 3 9 0 0 1 1\n3 3 20 0 0 1 2\n9 2 0 50 0 1 -1\n\
                10 2 0 70 0 1 9\n8 3 60 60 60 1 -1\n";
    let swc = parsed(text);
    assert_eq!(told(&swc), [(Mended::Roots, 3, 5, 1)]);
    let said = swc.mended()[0].to_string();
    assert_eq!(
        said,
        "3 roots besides the cell's own are wired to the middle of the soma, without resistance; the first is point 5, line 1"
    );
    let built = swc.sections(&[]);
    let cell = &built.morphology;
    cell.validate().unwrap();
    let names: Vec<&str> = cell.sections.iter().map(|section| section.name.as_str()).collect();
    assert_eq!(names, ["soma", "dendrite_0", "dendrite_1", "axon_0"]);
    // A lone point has no length.
    assert_eq!(built.without_length, 1);
    assert_eq!(built.first, [3, 4, 0, 6]);
    for section in &cell.sections[1..] {
        assert_eq!(section.parent.map(|at| (at.section, at.position)), Some((0, 0.5)), "{}", section.name);
    }
    assert_eq!(cell.sections[2].geometry.length(), 40.0);
    assert_eq!(cell.sections[3].geometry.length(), 20.0);
}

#[test]
fn the_cell_is_the_tree_that_has_the_soma() {
    // The soma is a root, or hangs below one; else the first root is the cell's.
    let below = "1 3 100 0 0 1 -1\n2 3 110 0 0 1 1\n3 3 0 0 0 1 -1\n4 1 9 0 0 4 3\n5 3 20 0 0 1 4\n";
    let built = parsed(below).sections(&[]);
    // A lone root of another type than what follows is a ball.
    assert_eq!(built.morphology.sections[0].geometry.length(), 2.0);
    assert_eq!(built.first, [2, 3, 4, 0]);
    assert_eq!(built.morphology.sections[3].parent.map(|at| (at.section, at.position)), Some((1, 0.5)));
    let none = parsed("7 3 100 0 0 1 -1\n8 3 110 0 0 1 7\n3 3 0 0 0 1 -1\n4 3 9 0 0 1 3\n").sections(&[]);
    assert_eq!(none.first, [2, 0]);
    assert_eq!(none.morphology.sections[1].parent.map(|at| (at.section, at.position)), Some((0, 0.5)));
}

#[test]
fn a_second_soma_is_a_sphere_of_its_own() {
    let cell = cell("1 1 0 0 0 5 -1\n2 1 30 0 0 4 -1\n3 3 40 0 0 1 2\n4 3 60 0 0 1 3\n");
    let names: Vec<&str> = cell.sections.iter().map(|section| section.name.as_str()).collect();
    assert_eq!(names, ["soma", "soma_1", "dendrite_0"]);
    assert_close("area", cell.sections[1].geometry.area(), 4.0 * std::f64::consts::PI * 16.0, 1e-14);
    assert_eq!(cell.sections[2].parent.map(|at| (at.section, at.position)), Some((1, 0.5)));
    assert_eq!(cell.sections[2].geometry.length(), 20.0);
}

#[test]
fn points_at_the_place_of_their_parents_add_nothing() {
    let swc = parsed("1 1 0 0 0 5 -1\n2 3 9 0 0 1 1\n3 3 9 0 0 1 2\n4 3 20 0 0 1 3\n");
    assert_eq!(told(&swc), [(Mended::Length, 1, 3, 3)]);
    let cell = swc.morphology(&[]);
    assert_eq!((cell.sections.len(), cell.sections[1].geometry.length()), (2, 11.0));
    // A soma whose points are all at one place is a sphere.
    let ball = parsed("1 1 0 0 0 5 -1\n2 1 0 0 0 4 1\n3 3 9 0 0 1 2\n4 3 20 0 0 1 3\n").morphology(&[]);
    assert_eq!((ball.sections.len(), ball.sections[0].geometry.length()), (2, 10.0));
    ball.validate().unwrap();
    // Sections without length are left out, and what hangs from them is kept.
    let built = parsed("1 1 0 0 0 5 -1\n2 3 0 0 0 1 1\n3 2 0 0 0 1 2\n4 4 20 0 0 1 3\n5 2 0 20 0 1 3\n").sections(&[]);
    let names: Vec<&str> = built.morphology.sections.iter().map(|section| section.name.as_str()).collect();
    assert_eq!((names, built.without_length), (vec!["soma", "apical_0", "axon_0"], 2));
    assert!(
        built.morphology.sections[1..].iter().all(|s| s.parent.map(|at| (at.section, at.position)) == Some((0, 0.5)))
    );
}

#[test]
fn types_columns_and_parents_that_are_not_of_the_format_are_told() {
    let swc = parsed("1 1 0 0 0 5 -2\n2 0 9 0 0 1 1\n3 5 20 0 0 1 2 17 x\n4 42 30 0 0 1 3\n5 -3 40 0 0 1 4 1\n");
    assert_eq!(told(&swc), [(Mended::Type, 4, 2, 2), (Mended::Columns, 2, 3, 3), (Mended::Parent, 1, 1, 1)]);
    let cell = swc.morphology(&[]);
    assert!(cell.sections[1..].iter().all(|section| section.kind == SectionKind::Other));
    assert_eq!(cell.sections.len(), 5);
    for mending in swc.mended() {
        let said = mending.to_string();
        assert!(
            said.contains(&format!("point {}", mending.id)) && said.contains(&format!("line {}", mending.line)),
            "{said}"
        );
    }
}

/// Chains and combs of 300,000 points, in a thread whose stack holds no recursion.
#[test]
fn a_long_chain_is_read_built_and_cut_without_recursion() {
    const POINTS: usize = 300_000;
    let work = || {
        for comb in [false, true] {
            let row = |id: usize| {
                let parent = match id {
                    1 => -1,
                    // Every second point of a comb is a tooth.
                    _ if comb && id % 2 == 1 => id as i64 - 2,
                    _ => id as i64 - 1,
                };
                let structure = if id == 1 { 1 } else { 3 };
                format!("{id} {structure} {id} {} 0 1 {parent}\n", id % 2)
            };
            // The last point first: every child before its parent.
            let text: String = (1..=POINTS).rev().map(row).collect();
            let swc = huxley_io::swc::parse(text.as_bytes(), "long.swc", 1.0).unwrap();
            let cell = swc.morphology(&[]);
            cell.validate().unwrap();
            let tree = discretise(&cell, Discretisation::MaxLength(10.0), 150.0, 1.0).unwrap();
            let distances = cell.distances(20_000.0, 150.0);
            assert!(distances.last().unwrap().length > 100_000.0);
            assert!(tree.membrane_nodes() >= if comb { POINTS - 3 } else { POINTS / 10 });
            assert!(tree.input_resistance(1.0 / 20_000.0, 0) > 0.0);
            assert_eq!(swc.measures().points, POINTS);
            assert_eq!(parsed(&swc.text()).points().len(), POINTS);
            if !comb {
                let Geometry::Points(points) = &cell.sections[1].geometry else { panic!("points") };
                assert_eq!(points.len(), POINTS - 1);
            }
        }
    };
    std::thread::Builder::new().stack_size(256 * 1024).spawn(work).unwrap().join().unwrap();
}
