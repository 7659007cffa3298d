//! Reconstructions of cortical cells, which may not be part of the project: read from beside it.

use std::path::PathBuf;

use huxley_io::swc::{self, Swc};
use huxley_model::morphology::Discretisation;
use serde_json::Value;

use super::neuron::{compare, resistance};
use super::{assert_close, parsed, reference, root};

/// The folder of reconstructions; says that the test is skipped where there is none.
#[allow(clippy::print_stdout)]
fn folder() -> Option<PathBuf> {
    let folder = root().join("../shared/data/swc");
    if folder.is_dir() {
        return Some(folder);
    }
    println!("SKIPPED: {} is missing, so no real reconstruction is read", folder.display());
    None
}

fn load(name: &str) -> Option<Swc> {
    Some(swc::read(&folder()?.join(name), 1.0).unwrap_or_else(|errors| panic!("{errors}")))
}

#[test]
fn measures_are_those_of_the_cones() {
    // Cones of 30 and 40 um whose radii change by 40 and 9: 50 and 41 um along their sides; the soma's is 10 um, without change.
    let swc = parsed(
        "1 1 0 0 0 41 -1\n2 3 10 0 0 41 1\n3 3 40 0 0 1 2\n4 2 40 40 0 10 3\n5 2 40 40 0 10 4\n6 7 0 -100 0 41 1\n",
    );
    let found = swc.measures();
    let pi = std::f64::consts::PI;
    assert_eq!((found.points, found.tips, found.bifurcations, found.without_length), (6, 2, 1, 1));
    assert_close("length", found.length, 10.0 + 30.0 + 40.0 + 100.0, 1e-14);
    assert_close("area", found.area, pi * (82.0 * 10.0 + 42.0 * 50.0 + 11.0 * 41.0 + 82.0 * 100.0), 1e-14);
    assert_close("neurite length", found.neurite_length, 70.0, 1e-14);
    assert_close("neurite area", found.neurite_area, pi * (42.0 * 50.0 + 11.0 * 41.0), 1e-14);
    assert_close("longest path", found.longest_path, 100.0, 1e-14);
    assert_close("farthest", found.farthest, 100.0, 1e-14);
    assert_close("axon", found.types[&2].area, pi * 11.0 * 41.0, 1e-14);
    assert_eq!((found.types[&2].points, found.types[&7].points, found.soma_points, found.roots), (2, 1, 1, 1));
    assert_eq!((found.smallest_radius, found.largest_radius), (1.0, 41.0));
    assert_eq!((found.low, found.high), ([0.0, -100.0, 0.0], [40.0, 40.0, 0.0]));
    let bent = parsed("1 1 0 0 0 5 -1\n2 3 30 0 0 1 1\n3 3 30 40 0 1 2\n").measures();
    assert_eq!((bent.longest_path, bent.farthest), (70.0, 50.0));
}

#[test]
fn real_cells_have_the_measures_published_with_them() {
    let Some(folder) = folder() else { return };
    let text = std::fs::read_to_string(folder.join("metrics.json")).unwrap();
    let metrics: Value = serde_json::from_str(&text).unwrap();
    let files = metrics.as_object().unwrap();
    assert_eq!(files.len(), 5);
    for (name, theirs) in files {
        let swc = load(name).unwrap();
        let ours = swc.measures();
        let counts = [
            ("points", ours.points),
            ("roots", ours.roots),
            ("soma_points", ours.soma_points),
            ("bifurcations", ours.bifurcations),
            ("multifurcations_gt2", ours.multifurcations),
            ("terminals", ours.tips),
            ("zero_length_edges", ours.without_length),
        ];
        for (key, found) in counts {
            assert_eq!(found as u64, theirs[key].as_u64().unwrap(), "{name} {key}");
        }
        for (structure, count) in theirs["types"].as_object().unwrap() {
            let found = ours.types[&structure.parse::<i32>().unwrap()].points;
            assert_eq!(found as u64, count.as_u64().unwrap(), "{name} type {structure}");
        }
        let cell = swc.morphology(&[]);
        let reference = reference();
        let (r_in, _) = resistance(&reference, &cell, Discretisation::MaxLength(1.0));
        let values = [
            ("total_length_um", ours.length, 1e-7),
            ("total_lateral_area_um2", ours.area, 1e-6),
            ("neurite_only_length_um", ours.neurite_length, 1e-7),
            ("neurite_only_lateral_area_um2", ours.neurite_area, 1e-6),
            ("max_path_distance_um", ours.longest_path, 1e-6),
            ("min_radius_um", ours.smallest_radius, 1e-12),
            ("max_radius_um", ours.largest_radius, 1e-12),
            ("membrane_area_um2", cell.total_area(), 2e-6),
            ("rin_MOhm", r_in, 1e-4),
        ];
        for (key, found, relative) in values {
            assert_close(&format!("{name} {key}"), found, theirs[key].as_f64().unwrap(), relative);
        }
        for (key, found) in [("bbox_min", ours.low), ("bbox_max", ours.high)] {
            let theirs: Vec<f64> = theirs[key].as_array().unwrap().iter().map(|v| v.as_f64().unwrap()).collect();
            assert_eq!(found.to_vec(), theirs, "{name} {key}");
        }
        let by_type: f64 = ours.types.values().map(|of| of.length).sum();
        assert_close(name, by_type, ours.length, 1e-12);
        assert!(swc.mended().is_empty(), "{:?}", swc.mended());
    }
}

#[test]
fn real_cells_have_neurons_sections_and_input_resistance() {
    let reference = reference();
    let real = reference["real"].as_object().unwrap();
    assert_eq!(real.len(), 5);
    for (name, theirs) in real {
        let Some(swc) = load(name) else { return };
        let cell = swc.morphology(&[]);
        cell.validate().unwrap();
        compare(name, &reference, theirs, &cell);
    }
}

#[test]
fn real_cells_are_written_as_they_were_read() {
    let Some(folder) = folder() else { return };
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|extension| extension == "swc") {
            let swc = swc::read(&path, 1.0).unwrap();
            let again = parsed(&swc.text());
            assert_eq!(again.points(), swc.points());
            assert_eq!(again.comments(), swc.comments());
            assert!(swc.comments().len() >= 3);
        }
    }
}
