//! `huxley swc info`: what it measures, warns of, refuses and draws; and a model whose shape is an SWC file.
#![allow(missing_docs)]

mod support;

use serde_json::Value;
use support::Folder;

/// A sphere of 8 um, with a dendrite of 100 um and 2 um of diameter, and an axon.
const CELL: &str = "# cell\n1 1 0 0 0 8 -1\n2 3 10 0 0 1 1\n3 3 110 0 0 1 2\n4 2 0 -9 0 0.5 1\n5 2 0 -39 40 0.5 4\n";
const SPHERE: &str = "1 1 0 0 0 8 -1\n";

fn folder() -> Folder {
    let folder = Folder::new();
    folder.write("cell.swc", CELL);
    folder.write("sphere.swc", SPHERE);
    folder
}

#[track_caller]
fn close(found: &Value, expected: f64) {
    let found = found.as_f64().unwrap_or_else(|| panic!("{found} is no number"));
    assert!((found - expected).abs() < 1e-9 * expected.abs().max(1e-9), "{found}, expected {expected}");
}

#[test]
fn the_document_has_the_measures_and_the_passive_cell() {
    let document = folder().json(&["swc", "info", "cell.swc", "sphere.swc"]);
    assert_eq!(document["schema"], "huxley.swc/1");
    assert_eq!(document["settings"]["rule"], "d_lambda");
    let [cell, sphere] = document["cells"].as_array().unwrap().as_slice() else { panic!("two cells") };
    assert_eq!(cell["file"], "cell.swc");
    let of = &cell["measures"];
    assert_eq!((of["points"].as_u64(), of["roots"].as_u64(), of["tips"].as_u64()), (Some(5), Some(1), Some(2)));
    assert_eq!((of["bifurcations"].as_u64(), of["multifurcations"].as_u64()), (Some(1), Some(0)));
    close(&of["length_um"], 10.0 + 100.0 + 9.0 + 50.0);
    close(&of["neurite_length_um"], 150.0);
    close(&of["types"]["2"]["length_um"], 59.0);
    close(&of["longest_path_um"], 110.0);
    let pi = std::f64::consts::PI;
    let passive = &cell["cell"];
    close(&passive["area_um2"], pi * (256.0 + 200.0 + 50.0));
    close(&passive["kinds"]["dendrite"]["area_um2"], pi * 200.0);
    close(&passive["capacitance_pf"], pi * 506.0 * 1e-2);
    close(&passive["time_constant_ms"], 20.0);
    close(&passive["farthest_um"], 100.0);
    // The length constant of 2 um: sqrt(2e-4 cm / 4 * 20000 / 150) cm.
    close(&passive["farthest_length_constants"], 100e-4 / (2e-4_f64 / 4.0 * 20_000.0 / 150.0).sqrt());
    let least = passive["least_steady_potential"].as_f64().unwrap();
    assert!(least > 0.9 && least < 1.0, "{least}");
    assert_eq!(cell["warnings"].as_array().unwrap().len(), 0);
    assert!(cell["picture"].is_null());
    // Alone, a sphere is Rm / area.
    close(&sphere["cell"]["input_resistance_megohm"], 20_000.0 / (pi * 256.0 * 1e-8) * 1e-6);
    close(&sphere["cell"]["least_steady_potential"], 1.0);
}

#[test]
fn options_change_the_cut_the_unit_and_the_membrane() {
    let folder = folder();
    let info = |options: &[&str]| {
        let document = folder.json(&[&["swc", "info", "cell.swc"], options].concat());
        document["cells"][0].clone()
    };
    let compartments = |options: &[&str]| info(options)["cell"]["compartments"].as_u64().unwrap();
    // Soma of 16 um, dendrite of 100 um, axon of 50 um.
    assert_eq!(compartments(&["--max-length", "10um"]), 2 + 10 + 5);
    assert_eq!(compartments(&["--per-section", "7"]), 21);
    assert_eq!(compartments(&["--nseg", "7"]), 21);
    // The length constant of 2 um at 100 Hz is 326 um, of 1 um 230 um.
    assert_eq!(compartments(&["--d-lambda", "0.1"]), 1 + 3 + 3);
    assert_eq!(compartments(&["--d-lambda", "1"]), 3);
    assert!(compartments(&["--frequency", "10kHz"]) > 20);
    let r = |options: &[&str]| {
        info(&[&["--per-section", "1"], options].concat())["cell"]["input_resistance_megohm"].as_f64().unwrap()
    };
    let (plain, leaky, stiff) =
        (r(&[]), r(&["--membrane-resistance", "10 kohm cm2"]), r(&["--axial-resistivity", "1500 ohm cm"]));
    assert!(leaky < 0.52 * plain && leaky > 0.5 * plain && stiff > 1.01 * plain, "{plain} {leaky} {stiff}");
    close(&info(&["--capacitance", "2 uF/cm2"])["cell"]["time_constant_ms"], 40.0);
    let nm = info(&["--unit", "nm"]);
    close(&nm["measures"]["length_um"], 0.169);
    close(&info(&["--unit", "2um"])["measures"]["length_um"], 338.0);
    let kinds = info(&["--kind", "2=dendrite"]);
    assert_eq!(kinds["cell"]["kinds"]["dendrite"]["points"], 4);
    assert!(kinds["cell"]["kinds"]["axon"].is_null());
}

#[test]
fn the_answer_for_people_says_what_is_assumed() {
    let said = folder().run(&["swc", "info", "cell.swc"]).succeeded();
    for part in
        ["cell.swc: 5 points, 1 root, 1 branch point", "2 tips", "axon", "Mohm at the soma", "Assumed: 20 kohm cm2"]
    {
        assert!(said.out.contains(part), "no `{part}` in:\n{}", said.out);
    }
    assert!(said.out.lines().all(|line| line.chars().count() <= 130), "{}", said.out);
    assert_eq!(said.err, "");
}

#[test]
fn what_was_mended_is_a_warning_and_in_the_document() {
    let folder = folder();
    folder.write("odd.swc", "1 1 0 0 0 8 -1\n2 7 10 0 0 0 1\n3 7 30 0 0 1 2\n9 3 0 50 0 1 -1\n10 3 0 80 0 1 9\n");
    let said = folder.run(&["swc", "info", "odd.swc"]).succeeded();
    for part in ["warning: odd.swc: 1 point has no radius", "point 2, line 2", "1 root besides", "point 9, line 4"] {
        assert!(said.err.contains(part), "no `{part}` in:\n{}", said.err);
    }
    assert_eq!(folder.run(&["swc", "info", "odd.swc", "-q"]).succeeded().err, "");
    let document = folder.json(&["swc", "info", "odd.swc"]);
    let warnings = document["cells"][0]["warnings"].as_array().unwrap();
    let told: Vec<(&str, u64, u64)> = warnings
        .iter()
        .map(|own| (own["what"].as_str().unwrap(), own["count"].as_u64().unwrap(), own["line"].as_u64().unwrap()))
        .collect();
    assert_eq!(told, [("radius", 1, 2), ("roots", 1, 4), ("type", 2, 2)]);
}

#[test]
fn files_that_are_no_cells_are_refused_all_at_once() {
    let folder = folder();
    folder.write("bad.swc", "1 1 0 0 0 8 -1\n2 3 10 0 0 nan 1\n3 3 10 0 0 1 77\n4 3 1\n5 3 2\n");
    folder.write("empty.swc", "# nothing\n");
    let said = folder.run(&["swc", "info", "cell.swc", "bad.swc", "empty.swc", "missing.swc"]);
    assert_eq!(said.err.matches("hint: a point is `id type x y z radius parent`").count(), 1, "{}", said.err);
    said.refused(&[
        "error: bad.swc:2: point 2: expected a finite number as radius, found `nan`",
        "error: bad.swc:4: point 4: the row has 3 columns of 7",
        "error: empty.swc: the file has no points",
        "error: missing.swc: cannot read the file: ",
    ]);
}

#[test]
fn wrong_options_are_refused() {
    let folder = folder();
    let refused = |options: &[&str], parts: &[&str]| {
        folder.run(&[&["swc", "info", "cell.swc"], options].concat()).refused(parts);
    };
    refused(&["--unit", "inch"], &["--unit inch"]);
    refused(&["--unit=-1um"], &["above 0"]);
    refused(&["--max-length", "20"], &["`--max-length 20`", "20 um"]);
    refused(&["--max-length", "1 ms"], &["a length"]);
    refused(&["--max-length", "1e-9 um"], &["`cell.swc` makes no cell", "compartments"]);
    refused(&["--d-lambda", "0"], &["--d-lambda 0"]);
    refused(&["--d-lambda", "nan"], &["--d-lambda NaN"]);
    refused(&["--max-length", "20um", "--per-section", "2"], &["cannot be used with"]);
    refused(&["--membrane-resistance", "20 kohm"], &["--membrane-resistance", "20 kohm cm2"]);
    refused(&["--capacitance", "0 uF/cm2"], &["above 0"]);
    refused(&["--kind", "7=any"], &["--kind 7=any", "dendrite"]);
    refused(&["--kind", "dendrite"], &["--kind dendrite"]);
    refused(&["--picture", "cell.pdf"], &["cell.pdf", ".png or .svg"]);
    refused(&["sphere.swc", "--picture", "cell.png"], &["--picture cell.png", "--out DIR"]);
}

#[test]
fn pictures_are_drawn_where_they_are_asked_for() {
    let folder = folder();
    let said = folder.run(&["swc", "info", "cell.swc", "--picture", "cell.svg"]).succeeded();
    assert!(said.err.contains("cell.svg"), "{}", said.err);
    let svg = folder.file("cell.svg");
    assert!(svg.contains(">dendrite, 100.0 um<") && svg.contains(">axon, 50.00 um<"), "{svg}");
    std::fs::create_dir(folder.path().join("other")).unwrap();
    folder.write("other/cell.swc", SPHERE);
    let document = folder.json(&["swc", "info", "cell.swc", "other/cell.swc", "sphere.swc", "--out", "pictures"]);
    assert_eq!(folder.names("pictures"), ["cell-2.png", "cell.png", "sphere.png"]);
    assert!(document["cells"][1]["picture"].as_str().unwrap().ends_with("cell-2.png"));
    let png = std::fs::read(folder.path().join("pictures/cell.png")).unwrap();
    assert!(png.starts_with(b"\x89PNG"));
}

#[test]
fn a_model_takes_its_shape_from_a_file_and_what_it_wrote_runs_again() {
    let folder = folder();
    let model = "schema = 1\n[run]\nduration = \"30 ms\"\nprecision = \"f64\"\n[populations.cell]\n\
        shape = { swc = { file = \"cell.swc\", max_length = \"10 um\" } }\nmembrane.preset = \"hh\"\n\
        [stimuli.step]\npopulation = \"cell\"\nkind = \"step\"\namplitude = \"1 nA\"\nstart = \"5 ms\"\n";
    folder.write("model.toml", model);
    let run = |model: &str, out: &str| folder.json(&["run", model, "--out", out, "--backend", "cpu", "-q"]);
    let first = run("model.toml", "first");
    assert_eq!(first["compartments"], 17);
    assert!(first["spikes"].as_u64().unwrap() > 0);
    let again = run("first/model.toml", "second");
    assert_eq!(again["spike_digest"], first["spike_digest"]);
    folder.write("cell.swc", "1 1 0 0 0 8 -1\n2 3 10 0 0 1 5\n");
    folder.run(&["run", "model.toml"]).refused(&["cell.swc:2: point 2: the parent 5 is not in the file"]);
}
