//! `huxley connectome info` and `huxley convert`: figures, pictures, documents, and what is said of wrong input.
#![allow(missing_docs)]

mod support;

use support::Folder;

const EDGES: &str = "pre,post,n,nt\nA,B,3,ACH\nB,A,1,GABA\nB,C,2,GABA\nB,C,2,GABA\nC,C,5,ACH\n";
const COLUMNS: &str = "source=pre,target=post,weight=n,sign=nt";

#[test]
fn a_table_is_counted_and_drawn() {
    let folder = Folder::new();
    folder.write("edges.csv", EDGES);
    let document = folder.json(&["connectome", "info", "edges.csv", "--columns", COLUMNS, "--out", "pictures"]);
    assert_eq!(document["schema"], "huxley.connectome/1");
    for (key, value) in [("neurons", 3.0), ("rows", 5.0), ("edges", 4.0), ("duplicates", 1.0), ("self_edges", 1.0)] {
        assert_eq!(document[key].as_f64(), Some(value), "{key}");
    }
    assert_eq!(document["synapses"], 13.0);
    assert_eq!(document["components"], 1);
    assert_eq!(document["most_outputs"], "B");
    assert_eq!(document["signs"]["GABA"], 3);
    assert!((document["reciprocity"].as_f64().unwrap() - 2.0 / 3.0).abs() < 1e-12);
    assert_eq!(folder.names("pictures"), ["degrees.png", "degrees.svg", "weights.png", "weights.svg"]);
    let text = folder.run(&["connectome", "info", "edges.csv", "--columns", COLUMNS]).succeeded().out;
    for part in
        ["edges.csv (CSV)", "columns: source = pre", "connected pairs", "66.7 %", "sign GABA", "weight of a pair"]
    {
        assert!(text.contains(part), "{part}: {text}");
    }
}

#[test]
fn a_models_connections_are_counted_as_a_tables_are() {
    let folder = Folder::new();
    let document = folder.json(&["connectome", "info", "ring", "--set", "cells=20", "--set", "silent=0"]);
    assert_eq!((document["neurons"].as_u64(), document["edges"].as_u64()), (Some(20), Some(20)));
    assert_eq!((document["components"].as_u64(), document["largest_component"].as_u64()), (Some(2), Some(10)));
    assert_eq!(document["in_degree"]["sd"], 0.0);
}

#[test]
fn tables_are_converted_there_and_back() {
    let folder = Folder::new();
    folder.write("edges.csv", EDGES);
    let document = folder.json(&["convert", "edges.csv", "edges.parquet", "--compression", "snappy"]);
    assert_eq!(document["schema"], "huxley.convert/1");
    assert_eq!((document["rows"].as_u64(), document["columns"][2]["kind"].as_str()), (Some(5), Some("whole numbers")));
    folder.run(&["convert", "edges.parquet", "again.csv"]).succeeded();
    assert_eq!(folder.file("again.csv"), EDGES);
    let info = folder.json(&["connectome", "info", "edges.parquet", "--columns", COLUMNS]);
    assert_eq!(info["format"], "Parquet, snappy");
    assert_eq!(info["synapses"], 13.0);
}

#[test]
fn cells_and_circuits_become_model_files_that_run() {
    let folder = Folder::new();
    let root = concat!(env!("CARGO_MANIFEST_DIR"), "/../..");
    std::fs::copy(format!("{root}/examples/cell.swc"), folder.path().join("it's \"a\" cell.swc")).unwrap();
    let document = folder.json(&["convert", "it's \"a\" cell.swc", "cell.toml"]);
    assert_eq!((document["schema"].as_str(), document["cells"].as_u64()), (Some("huxley.convert/1"), Some(1)));
    let report = folder.json(&["run", "cell.toml", "--no-output"]);
    assert!(report["spikes"].as_u64().unwrap() > 3, "the current makes it spike");
    let circuit = format!("{root}/tests/reference/sonata/simulation_config.json");
    folder.run(&["convert", &circuit, "circuit.toml"]).succeeded();
    let digest = |model: &str| folder.json(&["run", model, "--no-output"])["spike_digest"].clone();
    assert_eq!(digest("circuit.toml"), digest(&circuit));
    let counted = folder.json(&["connectome", "info", &circuit]);
    assert!(counted["edges"].as_u64().unwrap() > 10);
    folder.run(&["convert", "cell.toml", "other.toml"]).refused(&["cell.toml", "makes no model file"]);
}

#[test]
fn wrong_input_is_said_with_a_remedy() {
    let folder = Folder::new();
    folder.write("edges.csv", EDGES);
    for (args, parts) in [
        (&["connectome", "info", "none.csv"][..], &["none.csv", "cannot read"][..]),
        (&["connectome", "info", "edges.csv"], &["no column `source`", "--columns source=NAME"]),
        (&["connectome", "info", "edges.csv", "--columns", "from=pre"], &["`from` of `--columns`", "source=NAME"]),
        (&["connectome", "info", "edges.csv", "--set", "a=1"], &["`--set` changes a model", "--columns"]),
        (&["convert", "edges.csv", "edges.xlsx"], &["edges.xlsx", ".parquet"]),
        (&["run", "fly", "--no-output"], &["`edges`", "Connectivity_783.parquet"]),
    ] {
        folder.run(args).refused(parts);
    }
}
