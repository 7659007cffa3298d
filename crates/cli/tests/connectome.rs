//! `huxley connectome info` and `huxley convert`: figures, pictures, documents, and what is said of wrong input.
#![allow(missing_docs)]

mod support;

use huxley_testkit::python::{python_or_skip, run_python};
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

/// What libsonata has of the edges in a file: `sys.argv[1]`.
const LIBSONATA: &str = r#"
import json, sys
import libsonata
storage = libsonata.EdgeStorage(sys.argv[1])
assert storage.population_names == {"lgn_to_v1"}, storage.population_names
edges = storage.open_population("lgn_to_v1")
assert (edges.source, edges.target) == ("lgn", "v1"), (edges.source, edges.target)
everything = edges.select_all()
numbers = lambda values: [float(value) for value in values]
of = lambda selection: numbers(selection.flatten())
print(json.dumps({
    "size": edges.size,
    "source": numbers(edges.source_nodes(everything)),
    "target": numbers(edges.target_nodes(everything)),
    "afferent": [of(edges.afferent_edges([node])) for node in range(7)],
    "efferent": [of(edges.efferent_edges([node])) for node in range(7)],
    "connecting": of(edges.connecting_edges([3, 5], [1, 2])),
    "names": sorted(edges.attribute_names),
    "weights": numbers(edges.get_attribute("syn_weight", everything)),
    "sections": numbers(edges.get_attribute("afferent_section_id", everything)),
    "notes": list(edges.get_attribute("note", everything)),
    "weights_of_3": numbers(edges.get_attribute("syn_weight", edges.efferent_edges([3]))),
}))
"#;

#[test]
fn libsonata_selects_the_edges_of_a_converted_table() {
    let folder = Folder::new();
    let rows = "3,1,0.25,3,b\n0,2,0.5,0,\"c, d\"\n0,1,0.125,1,a\n3,1,0.75,2,e\n5,4,1.5,0,f\n";
    folder.write("edges.csv", &format!("source,target,syn_weight,afferent_section_id,note\n{rows}"));
    let ends = ["--source-population", "lgn", "--target-population", "v1"];
    folder.run(&[&["convert", "edges.csv", "edges.h5"][..], &ends].concat()).succeeded();
    let Some(python) = python_or_skip() else { return };
    let found = run_python(&python, LIBSONATA, &[folder.path().join("edges.h5")]);
    let found: serde_json::Value = serde_json::from_str(&found).unwrap();
    // The rows by target, then by source; of equal ones in their order.
    let expected = serde_json::json!({
        "size": 5,
        "source": [0.0, 3.0, 3.0, 0.0, 5.0],
        "target": [1.0, 1.0, 1.0, 2.0, 4.0],
        "afferent": [[], [0.0, 1.0, 2.0], [3.0], [], [4.0], [], []],
        "efferent": [[0.0, 3.0], [], [], [1.0, 2.0], [], [4.0], []],
        "connecting": [1.0, 2.0],
        "names": ["afferent_section_id", "note", "syn_weight"],
        "weights": [0.125, 0.25, 0.75, 0.5, 1.5],
        "sections": [1.0, 3.0, 2.0, 0.0, 0.0],
        "notes": ["a", "b", "e", "c, d", "f"],
        "weights_of_3": [0.25, 0.75],
    });
    assert_eq!(found, expected);
}

/// Edges, and spikes, whose datasets say that they are far larger than the file: chunks that nobody wrote.
const TOO_LARGE: &str = r#"
import h5py, sys
many = dict(shape=(1 << 40,), chunks=(1 << 16,))
with h5py.File(sys.argv[1] + "/edges.h5", "w") as file:
    edges = file.create_group("edges/a_to_b")
    for name in ["edge_type_id", "source_node_id", "target_node_id"]:
        edges.create_dataset(name, dtype="u8", **many)
    for end in ["source", "target"]:
        edges[end + "_node_id"].attrs["node_population"] = "a"
with h5py.File(sys.argv[1] + "/spikes.h5", "w") as file:
    spikes = file.create_group("spikes/a")
    spikes.create_dataset("timestamps", dtype="f8", **many)
    spikes.create_dataset("node_ids", dtype="u8", **many)
"#;

#[test]
fn a_file_that_claims_more_than_it_can_hold_is_refused() {
    let Some(python) = python_or_skip() else { return };
    let folder = Folder::new();
    let _ = run_python(&python, TOO_LARGE, &[folder.path()]);
    assert!(folder.bytes("edges.h5").len() < 100_000);
    folder.run(&["connectome", "info", "edges.h5"]).refused(&["it claims 1099511627776 values, more than a file of"]);
    folder.run(&["convert", "edges.h5", "edges.csv"]).refused(&["it claims 1099511627776 values, more than a file of"]);
    let said = folder.run(&["plot", "spikes.h5"]);
    assert_ne!(said.status, Some(0));
    assert!(said.err.contains("which the file cannot hold"), "{}", said.err);
}

/// The folder with the configuration, the nodes and the edges of the circuit of the tests, and nothing else.
fn bare_circuit() -> Folder {
    let folder = Folder::new();
    let from = format!("{}/../../tests/reference/sonata", env!("CARGO_MANIFEST_DIR"));
    std::fs::create_dir(folder.path().join("network")).unwrap();
    std::fs::copy(format!("{from}/circuit_config.json"), folder.path().join("circuit_config.json")).unwrap();
    for file in std::fs::read_dir(format!("{from}/network")).unwrap() {
        let file = file.unwrap();
        std::fs::copy(file.path(), folder.path().join("network").join(file.file_name())).unwrap();
    }
    folder
}

#[test]
fn a_circuit_without_its_components_is_counted() {
    let folder = bare_circuit();
    let info = folder.json(&["connectome", "info", "circuit_config.json", "--out", "pictures"]);
    // Counted with h5py: 6 cells and 6 virtual nodes; 28 edges between cells, 48 from virtual nodes.
    let counted =
        ["neurons", "rows", "edges", "without_input", "without_output"].map(|key| info[key].as_u64().unwrap());
    assert_eq!(counted, [12, 76, 64, 6, 0]);
    let weight = |key: &str| info["weight"][key].as_f64().unwrap();
    assert!(
        (weight("mean") - 0.007_062_5).abs() < 1e-15 && (weight("most") - 0.02).abs() < 1e-15,
        "syn_weight times nsyns"
    );
    assert_eq!((info["in_degree"]["most"].as_f64(), info["out_degree"]["most"].as_f64()), (Some(11.0), Some(6.0)));
    assert_eq!((info["weight_unit"].as_str(), info["synapses"].as_f64()), (Some("uS"), None));
    for (key, population) in [("most_inputs", "cortex["), ("most_outputs", "inputs[")] {
        assert!(info[key].as_str().unwrap().starts_with(population), "{key}: {}", info[key]);
    }
    assert_eq!(folder.names("pictures").len(), 4);
    let edges = folder.json(&["connectome", "info", "network/cortex_cortex_edges.h5"]);
    assert_eq!(edges["rows"].as_u64(), Some(28));
    assert_eq!(edges["most_inputs"].as_str().map(|name| name.parse::<u64>().is_ok()), Some(true));

    folder.run(&["run", "circuit_config.json", "--no-output"]).refused(&["components"]);
    folder.run(&["connectome", "info", "network/cortex_nodes.h5"]).refused(&["it holds nodes"]);
    folder.run(&["connectome", "info", "circuit_config.json", "--set", "a=1"]).refused(&["`--set`", "huxley convert"]);
    std::fs::remove_file(folder.path().join("network/cortex_nodes.h5")).unwrap();
    folder.run(&["connectome", "info", "circuit_config.json"]).refused(&["cortex_nodes.h5"]);
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
