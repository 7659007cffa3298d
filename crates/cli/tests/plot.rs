//! `huxley plot` from end to end: every picture from every format, and errors that say what to record.

mod support;

use huxley_testkit::python::{python_or_skip, run_python};
use serde_json::Value;
use support::Folder;

fn paths(document: &Value, what: &str) -> Vec<String> {
    let pictures = document["pictures"].as_array().unwrap().iter();
    pictures.filter(|own| own["what"] == what).map(|own| own["path"].as_str().unwrap().to_owned()).collect()
}

/// A run with every compartment of a cell.
fn ball(folder: &Folder, more: &[&str]) {
    let run = ["run", "ball-and-stick", "--duration", "50ms", "--record", "v@cell:all/0.1ms", "--out", "ball"];
    folder.run(&[&run[..], more].concat()).succeeded();
}

#[test]
fn everything_there_is_data_for_is_drawn() {
    let folder = Folder::new();
    ball(&folder, &[]);
    let document = folder.json(&["plot", "ball"]);
    assert_eq!((&document["schema"], &document["source"]), (&"huxley.plot/1".into(), &"ball".into()));
    let whats: Vec<&str> =
        document["pictures"].as_array().unwrap().iter().map(|own| own["what"].as_str().unwrap()).collect();
    assert_eq!(whats, ["raster", "rates", "traces", "cell"]);
    for what in whats {
        let [path] = &paths(&document, what)[..] else { panic!("one {what}") };
        assert_eq!(path, &format!("ball/plots/{what}.png"));
        let bytes = folder.bytes(path);
        assert!(bytes.starts_with(b"\x89PNG") && bytes.len() > 5000, "{what}: {} bytes", bytes.len());
    }
    let said = folder.run(&["plot", "ball", "--what", "weights"]);
    said.refused(&["`ball` has no weights.csv", "huxley run plastic-column"]);
    let said = folder.run(&["plot", "ball", "--format", "svg", "--out", "svg"]).succeeded();
    for (what, words) in [
        ("raster", &["time (ms)", "rate in Hz", "1 neuron"][..]),
        ("rates", &["rate of a neuron (Hz)", "neurons", "time (ms)"]),
        ("traces", &["membrane potential (mV)", "time (ms)", "cell[0] dend(0.995)"]),
        ("cell", &["membrane potential (mV)", "20 um", "a scheme: the model gives lengths, not places"]),
    ] {
        assert!(said.out.contains(&format!("svg/{what}.svg")), "{}", said.out);
        let svg = folder.file(&format!("svg/{what}.svg"));
        words.iter().for_each(|words| assert!(svg.contains(words), "no `{words}` in {what}"));
    }
}

#[test]
fn every_format_gives_the_same_pictures() {
    let folder = Folder::new();
    let mut drawn: Vec<Vec<String>> = Vec::new();
    for format in ["sonata", "parquet", "csv"] {
        let run = ["run", "ring", "--duration", "60ms", "--set", "cells=4", "--record", "v@cells[0,2]:all/0.5ms"];
        folder.run(&[&run[..], &["--format", format, "--out", format]].concat()).succeeded();
        // A report in CSV does not say which cells it is of.
        let what = if format == "csv" { "raster,rates,traces" } else { "raster,rates,traces,cell" };
        let document = folder.json(&["plot", format, "--what", what, "--format", "svg"]);
        let of = |what: &str| paths(&document, what).iter().map(|path| folder.file(path)).collect::<String>();
        drawn.push(["raster", "rates", "traces", "cell"].map(of).to_vec());
    }
    assert!(drawn[0].iter().all(|svg| svg.len() > 2000));
    assert!(drawn[0] == drawn[1], "SONATA and Parquet");
    assert!(drawn[0][..3] == drawn[2][..3], "SONATA and CSV");
    folder.run(&["plot", "csv", "--what", "cell"]).refused(&["no report of several places", "in SONATA or Parquet"]);
    // Each file by itself.
    for file in ["sonata/spikes.h5", "parquet/spikes.parquet", "csv/spikes.csv"] {
        let document = folder.json(&["plot", file, "--what", "raster", "--format", "svg", "--out", "file"]);
        let svg = folder.file(&paths(&document, "raster")[0]);
        assert!(svg.contains(file.rsplit('/').next().unwrap()) && svg.contains(">cells<"), "{file}");
    }
    for file in ["sonata/report_v-cells.h5", "parquet/report_v-cells.parquet", "csv/report_v-cells.csv"] {
        let document = folder.json(&["plot", file]);
        assert_eq!(paths(&document, "traces").len(), 1, "{document}");
    }
}

#[test]
fn time_populations_and_cells_are_chosen() {
    let folder = Folder::new();
    let run = ["run", "celegans", "--duration", "200ms", "--format", "sonata,csv", "--out", "worm"];
    folder.run(&run).succeeded();
    let csv = folder.file("worm/spikes.csv");
    let spikes = |picked: &dyn Fn(f64, &str) -> bool| {
        csv.lines()
            .skip(1)
            .map(|line| line.split(',').collect::<Vec<_>>())
            .filter(|row| picked(row[0].parse().unwrap(), row[4]))
            .count()
    };
    let heading = |options: &[&str]| {
        let plot = ["plot", "worm", "--what", "raster", "--format", "svg"];
        folder.run(&[&plot[..], options].concat()).succeeded();
        folder.file("worm/plots/raster.svg")
    };
    let within = spikes(&|time, _| (50.0..=150.0).contains(&time));
    assert!(within > 10 && within < spikes(&|_, _| true));
    let svg = heading(&["--from", "50ms", "--to", "150ms"]);
    assert!(svg.contains(&format!("302 neurons \u{b7} {within} spikes in 100 ms")), "{within}");
    let own = spikes(&|_, label| ["AVAL", "AVAR", "ADAL"].contains(&label));
    let svg = heading(&["--cells", "AVAL,AVAR,0", "--populations", "neurons"]);
    assert!(svg.contains(&format!("3 neurons \u{b7} {own} spike")), "{own}");
    for label in ["ADAL", "AVAL", "AVAR", "only cells AVAL,AVAR,0"] {
        assert!(svg.contains(label), "{label}");
    }
    let plot = |more: &[&str]| folder.run(&[&["plot", "worm"][..], more].concat());
    plot(&["--populations", "glia"]).refused(&["`--populations glia`", "hint: it has neurons"]);
    plot(&["--what", "raster", "--cells", "AVALX"]).refused(&["`--cells AVALX`", "neurons has 302 neurons"]);
    plot(&["--what", "traces", "--cells", "AVALX"]).refused(&["no samples of the cells"]);
    plot(&["--from", "300ms"]).refused(&["nothing after --from 300 ms"]);
    plot(&["--from", "2ms", "--to", "1ms"]).refused(&["--from 2 ms is not before --to 1 ms"]);
    plot(&["--from", "2"]).refused(&["`--from 2`", "hint: write --from 2ms"]);
    plot(&["--cells", "9..2"]).refused(&["`--cells 9..2`", "hint: write --cells 0..10"]);
    plot(&["--size", "big"]).refused(&["`--size big`", "hint: write --size 1600x1000"]);
    plot(&["--size", "10x10"]).refused(&["10 x 10 pixels cannot be drawn", "hint: give another --size"]);
    plot(&["--what", "raster", "--bin", "5ms"]).refused(&["`--bin` is for `rates`", "hint: add --what rates"]);
    plot(&["--every", "5ms"]).refused(&["`--every` is for `frames`", "hint: add --what frames"]);
    plot(&["--what", "cell"])
        .refused(&["which `cell` draws", "hint: record one: `huxley run celegans --record v@neurons[0]:all/0.1ms`"]);
}

#[test]
fn frames_are_numbered_and_a_cell_is_drawn_at_its_time() {
    let folder = Folder::new();
    ball(&folder, &[]);
    let document =
        folder.json(&["plot", "ball", "--what", "frames", "--every", "5ms", "--from", "5ms", "--format", "svg"]);
    let frames = paths(&document, "frames");
    assert_eq!(frames.len(), 9);
    for (number, path) in (1..).zip(&frames) {
        assert_eq!(path, &format!("ball/plots/frames/frame-{number:05}.svg"));
        assert!(folder.file(path).contains(&format!("cell[0] at {}.0 ms", 5 * number)), "{path}");
    }
    let svg = |at: &str| {
        folder.run(&["plot", "ball", "--what", "cell", "--format", "svg", "--at", at]).succeeded();
        folder.file("ball/plots/cell.svg")
    };
    assert_ne!(svg("4ms"), svg("7.5ms"));
    // Between samples, the one before.
    assert_eq!(svg("7.5ms"), svg("7.55ms"));
    folder.run(&["plot", "ball", "--what", "cell", "--at", "80ms"]).refused(&["--at 80 ms is not in what is shown"]);
    // A frame a sample is the most there are; frames of before are gone.
    let plot = ["plot", "ball", "--what", "frames", "--from", "5ms", "--format", "svg", "--size", "320x200"];
    folder.run(&[&plot[..], &["--every", "1us", "--to", "6.5ms"]].concat()).succeeded();
    assert_eq!(folder.names("ball/plots/frames").len(), 16);
    folder.run(&[&plot[..], &["--every", "1ms", "--to", "7ms"]].concat()).succeeded();
    assert_eq!(folder.names("ball/plots/frames").len(), 3);
    folder
        .run(&["plot", "ball/report_v-cell.h5", "--what", "cell"])
        .refused(&["has no model.toml", "the folder of the run"]);
}

#[test]
fn weights_are_drawn_by_kind() {
    let folder = Folder::new();
    folder.run(&["run", "plastic-column", "--duration", "100ms", "--out", "pc"]).succeeded();
    let document = folder.json(&["plot", "pc/weights.csv", "--format", "svg"]);
    let svg = folder.file(&paths(&document, "weights")[0]);
    for words in ["excitatory of exc_to_exc: ", "grey line: before", "weight"] {
        assert!(svg.contains(words), "{words}");
    }
    assert!(paths(&folder.json(&["plot", "pc"]), "weights").len() == 1);
}

#[test]
fn what_is_no_result_is_refused() {
    let folder = Folder::new();
    folder.run(&["plot", "nowhere"]).refused(&["there is no folder or file `nowhere`"]);
    std::fs::create_dir(folder.path().join("empty")).unwrap();
    folder.run(&["plot", "empty"]).refused(&["`empty` has nothing of a run", "hint: give the folder"]);
    folder.write("a.csv", "x,y\n1,2\n");
    folder.run(&["plot", "a.csv"]).refused(&["a.csv", "neither spikes, nor a report, nor weights"]);
    std::fs::write(folder.path().join("b.h5"), b"\x89HDF\r\n\x1a\nbroken").unwrap();
    folder.run(&["plot", "b.h5"]).refused(&["b.h5", "is no HDF5 file"]);
    folder.run(&["run", "squid", "--duration", "5ms", "--out", "quiet"]).succeeded();
    folder.run(&["plot", "quiet"]).succeeded();
    std::fs::remove_file(folder.path().join("quiet/report_v.h5")).unwrap();
    std::fs::remove_file(folder.path().join("quiet/run.json")).unwrap();
    for name in ["m", "h", "n"] {
        std::fs::remove_file(folder.path().join(format!("quiet/report_{name}.h5"))).unwrap();
    }
    folder.run(&["plot", "quiet", "--what", "traces"]).refused(&["has no reports", "--record v@POP"]);
}

#[test]
fn the_documented_snippets_run() {
    let Some(python) = python_or_skip() else { return };
    let folder = Folder::new();
    folder.run(&["run", "ball-and-stick", "--record", "v@cell:all/0.1ms", "--out", "out/ball"]).succeeded();
    folder.run(&["plot", "out/ball"]).succeeded();
    let page = include_str!("../../../docs/results.md");
    let snippets: Vec<&str> = page.split("```python\n").skip(1).map(|rest| rest.split("```").next().unwrap()).collect();
    assert_eq!(snippets.len(), 3);
    for snippet in snippets {
        let script = format!("import os, sys\nos.chdir(sys.argv[1])\n{snippet}");
        let said = run_python(&python, &script, &[folder.path()]);
        assert!(said.lines().count() >= 2, "{said}");
    }
}
