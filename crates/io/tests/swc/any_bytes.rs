//! Whatever the bytes, the reader ends with an answer; and what it writes it reads again.

use huxley_io::swc::{self, Swc, SwcPoint};
use huxley_model::morphology::{Discretisation, discretise};
use proptest::prelude::*;

/// Cases of each property; more by `HUXLEY_CASES`, for a long search.
fn cases() -> u32 {
    std::env::var("HUXLEY_CASES").ok().and_then(|text| text.parse().ok()).unwrap_or(2000)
}

/// All that is done with a reconstruction, with bounds on what may come of it.
fn use_all(bytes: &[u8]) {
    match swc::parse(bytes, "any.swc", 1.0) {
        Ok(swc) => {
            // A point is a row of at least 14 bytes.
            assert!(swc.points().len() <= bytes.len() / 13 + 1);
            let built = swc.sections(&[]);
            assert!(built.morphology.sections.len() <= swc.points().len());
            built.morphology.validate().unwrap();
            let points: usize = swc.points().len();
            let held: usize = built
                .morphology
                .sections
                .iter()
                .map(|s| match &s.geometry {
                    huxley_model::morphology::Geometry::Points(points) => points.len(),
                    huxley_model::morphology::Geometry::Cylinder { .. } => 1,
                })
                .sum();
            assert!(held <= 3 * points + 3);
            // Extreme sizes are refused by what cuts the cell, not a panic.
            let _ = discretise(&built.morphology, Discretisation::PerSection(1), 150.0, 1.0);
            let _ = built.morphology.distances(20_000.0, 150.0);
            assert_eq!(swc.measures().points, points);
            let again = swc::parse(swc.text().as_bytes(), "again.swc", 1.0).unwrap();
            assert_eq!(again.points(), swc.points());
            let mended: Vec<String> = swc.mended().iter().map(ToString::to_string).collect();
            assert!(mended.iter().all(|text| !text.is_empty()));
        }
        Err(errors) => {
            assert!(!errors.problems.is_empty() && errors.problems.len() <= swc::MOST_PROBLEMS);
            assert!(errors.to_string().len() < 100 * 1024);
        }
    }
}

/// Words that files have, and some that they should not.
fn word() -> impl Strategy<Value = String> {
    prop_oneof![
        6 => (0_i64..12).prop_map(|n| n.to_string()),
        2 => (-2_i64..3).prop_map(|n| n.to_string()),
        3 => any::<f64>().prop_map(|x| x.to_string()),
        4 => (-100.0_f64..100.0).prop_map(|x| x.to_string()),
        1 => prop_oneof![Just("nan"), Just("inf"), Just("1e400"), Just("-0"), Just("#"), Just("1,5"), Just("9223372036854775807"), Just("1e-320")]
            .prop_map(str::to_owned),
        1 => "\\PC{0,4}",
    ]
}

/// A file that is often nearly right.
fn file() -> impl Strategy<Value = String> {
    let row = prop::collection::vec(word(), 5..9).prop_map(|words| words.join(" "));
    let good = (0_i64..30, 0_i32..6, prop::array::uniform4(-50.0_f64..50.0), -1_i64..30)
        .prop_map(|(id, kind, [x, y, z, r], parent)| format!("{id} {kind} {x} {y} {z} {} {parent}", r.abs()));
    let line = prop_oneof![1 => row, 20 => good];
    prop::collection::vec(line, 0..40).prop_map(|lines| lines.join("\n"))
}

/// A tree: every point hangs from one before it, or is a root; then ids and order are shuffled.
fn tree() -> impl Strategy<Value = Vec<SwcPoint>> {
    let coordinate = prop_oneof![-1e9_f64..1e9, -100.0_f64..100.0, Just(0.0), Just(-0.0)];
    let radius = prop_oneof![1e-6_f64..1e9, 0.1_f64..10.0];
    let one = (
        prop_oneof![0_i32..7, Just(42), Just(i32::MIN)],
        prop::array::uniform3(coordinate),
        radius,
        any::<prop::sample::Index>(),
        0..10,
    );
    prop::collection::vec(one, 1..60).prop_flat_map(|rows| {
        let count = rows.len() as i64;
        let ids: Vec<i64> = (0..count).map(|id| id * 7).collect();
        (Just(rows), Just(ids).prop_shuffle()).prop_flat_map(|(rows, ids)| {
            let points = rows.iter().enumerate().map(|(index, (structure, position, radius, above, root))| {
                let parent = (index > 0 && *root > 0).then(|| ids[above.index(index)]);
                SwcPoint { id: ids[index], structure: *structure, position: *position, radius: *radius, parent }
            });
            Just(points.collect::<Vec<_>>()).prop_shuffle()
        })
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(cases()))]

    #[test]
    fn arbitrary_bytes_end_in_an_answer(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        use_all(&bytes);
    }

    #[test]
    fn files_nearly_right_end_in_an_answer(text in file()) {
        use_all(text.as_bytes());
    }

    #[test]
    fn a_file_that_was_damaged_ends_in_an_answer(
        lines in 1_usize..200,
        damage in prop::collection::vec((any::<prop::sample::Index>(), 0_usize..8, prop::collection::vec(any::<u8>(), 0..8)), 0..6),
    ) {
        let text = include_str!("../../../../examples/cell.swc");
        let mut bytes: Vec<u8> = text.lines().take(lines).flat_map(|line| [line.as_bytes(), b"\n"].concat()).collect();
        for (at, length, new) in damage {
            let from = at.index(bytes.len() + 1);
            let to = (from + length).min(bytes.len());
            bytes.splice(from..to, new);
        }
        use_all(&bytes);
    }

    #[test]
    fn points_written_are_read_again(points in tree(), comments in prop::collection::vec("[^\\x00-\\x1f\\x7f]{0,20}", 0..4)) {
        let swc = Swc::from_points(points.clone(), "made").unwrap();
        prop_assert_eq!(swc.points(), &points[..]);
        let text = swc::write(&points, &comments);
        let again = swc::parse(text.as_bytes(), "again.swc", 1.0).unwrap();
        prop_assert_eq!(again.points(), &points[..]);
        prop_assert_eq!(again.comments(), &comments[..]);
        use_all(text.as_bytes());
    }

    #[test]
    fn the_order_of_the_rows_does_not_matter((points, shuffled) in tree().prop_flat_map(|p| (Just(p.clone()), Just(p).prop_shuffle()))) {
        let sections = |points: Vec<SwcPoint>| Swc::from_points(points, "made").unwrap().morphology(&[]);
        prop_assert_eq!(sections(points), sections(shuffled));
    }
}
