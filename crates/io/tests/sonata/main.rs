//! SONATA circuits: what is read from them, what is refused, and nothing that stops the reader.
#![allow(missing_docs)]

mod any_bytes;
mod circuits;
mod nine_cells;
mod table;
mod wrong;

use std::path::{Path, PathBuf};

use hdf5_pure::{AttrValue, FileBuilder};
use huxley_io::model::{Folder, Loaded, ModelErrors, load_str};
use serde_json::{Value, json};

pub fn root() -> PathBuf {
    PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."))
}

/// A folder that is gone when this is dropped.
pub struct Scratch(pub PathBuf);

impl Scratch {
    pub fn empty() -> Self {
        static NEXT: std::sync::atomic::AtomicUsize = std::sync::atomic::AtomicUsize::new(0);
        let number = NEXT.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        let path = std::env::temp_dir().join(format!("huxley-sonata-{}-{number}", std::process::id()));
        std::fs::create_dir_all(&path).expect("a folder for the test");
        Self(path)
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }

    pub fn write(&self, name: &str, content: impl AsRef<[u8]>) {
        let path = self.path(name);
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        std::fs::write(path, content).expect("written");
    }

    pub fn edit(&self, name: &str, change: impl FnOnce(&mut Value)) {
        let mut value: Value = serde_json::from_slice(&std::fs::read(self.path(name)).expect("there")).expect("JSON");
        change(&mut value);
        self.write(name, value.to_string());
    }

    pub fn replace(&self, name: &str, from: &str, to: &str) {
        let text = std::fs::read_to_string(self.path(name)).expect("text");
        assert!(text.contains(from), "{from} in {text}");
        self.write(name, text.replace(from, to));
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// The columns of a group of an HDF5 file.
#[derive(Clone)]
pub enum Values {
    Integers(Vec<i64>),
    Numbers(Vec<f64>),
    Texts(Vec<&'static str>),
}

pub fn ints(values: &[i64]) -> Values {
    Values::Integers(values.to_vec())
}

pub fn nums(values: &[f64]) -> Values {
    Values::Numbers(values.to_vec())
}

/// A file with datasets by path; paths of the form `a/b/c`. Attributes are of datasets: (path, name, text).
pub fn hdf5(datasets: &[(&str, Values)], attributes: &[(&str, &str, &str)]) -> Vec<u8> {
    #[derive(Default)]
    struct Tree {
        datasets: Vec<(String, String, Values)>,
        groups: Vec<(String, Tree)>,
    }
    fn insert(tree: &mut Tree, path: &str, whole: &str, values: &Values) {
        match path.split_once('/') {
            None => tree.datasets.push((path.to_owned(), whole.to_owned(), values.clone())),
            Some((first, rest)) => {
                let at = tree.groups.iter().position(|(name, _)| name == first).unwrap_or_else(|| {
                    tree.groups.push((first.to_owned(), Tree::default()));
                    tree.groups.len() - 1
                });
                insert(&mut tree.groups[at].1, rest, whole, values);
            }
        }
    }
    fn fill(group: &mut hdf5_pure::GroupBuilder, tree: &Tree, attributes: &[(&str, &str, &str)]) {
        for (name, whole, values) in &tree.datasets {
            let dataset = group.create_dataset(name);
            match values {
                Values::Integers(values) => dataset.with_i64_data(values).with_shape(&[values.len() as u64]),
                Values::Numbers(values) => dataset.with_f64_data(values).with_shape(&[values.len() as u64]),
                Values::Texts(values) => dataset.with_vlen_strings(values),
            };
            for (_, name, text) in attributes.iter().filter(|(path, ..)| path == whole) {
                dataset.set_attr(name, AttrValue::String((*text).to_owned()));
            }
        }
        for (name, inner) in &tree.groups {
            let mut own = group.create_group(name);
            fill(&mut own, inner, attributes);
            group.add_group(own.finish());
        }
    }
    let mut tree = Tree::default();
    for (path, values) in datasets {
        insert(&mut tree, path, path, values);
    }
    let mut file = FileBuilder::new();
    for (name, inner) in &tree.groups {
        let mut group = file.create_group(name);
        fill(&mut group, inner, attributes);
        file.add_group(group.finish());
    }
    file.finish().expect("an HDF5 file")
}

/// Datasets of the nodes of the small circuit.
pub fn nodes() -> Vec<(&'static str, Values)> {
    vec![
        ("nodes/cells/node_type_id", ints(&[1, 1, 2])),
        ("nodes/cells/node_id", ints(&[0, 1, 2])),
        ("nodes/cells/node_group_id", ints(&[0, 0, 1])),
        ("nodes/cells/node_group_index", ints(&[1, 0, 0])),
        ("nodes/cells/0/layer", ints(&[5, 4])),
        ("nodes/cells/0/name", Values::Texts(vec!["second", "first"])),
        ("nodes/cells/1/depth", nums(&[0.5])),
        ("nodes/given/node_type_id", ints(&[9, 9])),
    ]
}

/// Datasets of its edges.
pub fn edges() -> Vec<(&'static str, Values)> {
    vec![
        ("edges/in/source_node_id", ints(&[0, 1, 1])),
        ("edges/in/target_node_id", ints(&[0, 1, 2])),
        ("edges/in/edge_type_id", ints(&[7, 7, 8])),
        ("edges/in/edge_group_id", ints(&[0, 0, 1])),
        ("edges/in/edge_group_index", ints(&[1, 0, 0])),
        ("edges/in/0/afferent_section_id", ints(&[2, 0])),
        ("edges/in/0/afferent_section_pos", nums(&[0.9, 0.5])),
        ("edges/in/0/syn_weight", nums(&[0.02, 0.01])),
        ("edges/in/1/nsyns", ints(&[3])),
    ]
}

pub const ENDS: [(&str, &str, &str); 2] =
    [("edges/in/source_node_id", "node_population", "given"), ("edges/in/target_node_id", "node_population", "cells")];

/// A small circuit with everything that is read, written into a new folder.
pub fn small() -> Scratch {
    let scratch = Scratch::empty();
    scratch.write(
        "circuit_config.json",
        json!({
            "manifest": { "$BASE": "${configdir}", "$NET": "$BASE/net", "PARTS": "$BASE/parts" },
            "components": {
                "morphologies_dir": "$PARTS/swc", "biophysical_neuron_models_dir": "${PARTS}/cells", "synaptic_models_dir": "parts/synapses"
            },
            "networks": {
                "nodes": [{ "nodes_file": "$NET/nodes.h5", "node_types_file": "$NET/node_types.csv" }],
                "edges": [{ "edges_file": "$NET/edges.h5", "edge_types_file": "$NET/edge_types.csv" }]
            }
        })
        .to_string(),
    );
    scratch.write(
        "simulation_config.json",
        json!({
            "network": "circuit_config.json",
            "target_simulator": "NEURON",
            "run": { "tstop": 20.0, "dt": 0.05, "dL": 10.0, "spike_threshold": -10.0 },
            "conditions": { "celsius": 6.3, "v_init": -66.0 },
            "node_sets": {
                "deep": { "population": "cells", "layer": 5 },
                "some": { "population": "cells", "node_id": [0, 2] },
                "both": ["deep", "some"],
                "named": { "name": ["second", "nobody"] },
                "feed": { "model_type": "virtual" }
            },
            "inputs": {
                "spikes": { "input_type": "spikes", "module": "h5", "input_file": "spikes.h5", "node_set": "feed" },
                "clamp": { "input_type": "current_clamp", "module": "IClamp", "node_set": "deep", "amp": [0.1, 0.2], "delay": [1.0, 5.0], "duration": 2.0 }
            },
            "reports": { "v": { "cells": "both", "variable_name": "v", "module": "membrane_report", "sections": "soma" } }
        })
        .to_string(),
    );
    scratch.write(
        "net/node_types.csv",
        "node_type_id model_type model_template morphology dynamics_params model_processing population\n\
         1 biophysical ctdb:Biophys1.hoc cell cell.json aibs_perisomatic cells\n\
         2 biophysical ctdb:Biophys1 cell.swc cell.json fullaxon cells\n\
         9 virtual NULL NULL NULL NULL given\n",
    );
    scratch.write(
        "net/edge_types.csv",
        "edge_type_id model_template dynamics_params delay syn_weight target_sections distance_range\n\
         7 Exp2Syn ampa.json 1.5 0.5 NULL NULL\n\
         8 expsyn fast.json 0.5 0.004 \"['basal', 'apical']\" \"[10.0, 60.0]\"\n",
    );
    scratch.write("net/nodes.h5", hdf5(&nodes(), &[]));
    scratch.write("net/edges.h5", hdf5(&edges(), &ENDS));
    scratch.write(
        "spikes.h5",
        hdf5(&[("spikes/given/node_ids", ints(&[1, 0, 1])), ("spikes/given/timestamps", nums(&[3.0, 1.0, 2.0]))], &[]),
    );
    scratch.write(
        "parts/swc/cell.swc",
        "1 1 0 0 0 8 -1\n2 2 0 -8 0 0.6 1\n3 2 0 -60 0 0.4 2\n4 3 8 0 0 1 1\n5 3 90 0 0 0.6 4\n6 4 0 8 0 1.2 1\n7 4 0 120 0 0.7 6\n",
    );
    let genome = |section: &str, mechanism: &str, name: &str, value: f64| json!({ "section": section, "mechanism": mechanism, "name": name, "value": value });
    scratch.write(
        "parts/cells/cell.json",
        json!({
            "passive": [{ "ra": 110.0, "e_pas": -67.0, "cm": [{ "section": "dend", "cm": 1.5 }] }],
            "conditions": [{ "erev": [{ "section": "soma", "ena": 55.0, "ek": -80.0 }] }],
            "genome": [
                genome("soma", "hh", "gnabar_hh", 0.1),
                genome("axon", "hh", "gkbar_hh", 0.05),
                genome("all", "", "g_pas", 1e-4),
                genome("dend", "", "g_pas", 2e-4)
            ]
        })
        .to_string(),
    );
    scratch.write(
        "parts/synapses/ampa.json",
        r#"{ "level_of_detail": "exp2syn", "tau1": 0.5, "tau2": 3.0, "erev": 0.0 }"#,
    );
    scratch.write("parts/synapses/fast.json", r#"{ "tau": 2.0, "erev": -5.0 }"#);
    scratch
}

/// The model that imports a file.
pub fn import(path: &Path, more: &str) -> Result<Loaded, ModelErrors> {
    let folder = path.parent().expect("a folder").to_path_buf();
    let name = path.file_name().expect("a file").to_string_lossy();
    load_str(&format!("schema = 1\nimport = \"{name}\"\n{more}"), "model.toml", &Folder(folder), &[])
}

#[track_caller]
pub fn loaded(path: &Path, more: &str) -> Loaded {
    import(path, more).unwrap_or_else(|errors| panic!("{errors}"))
}

#[track_caller]
pub fn refused(path: &Path) -> String {
    match import(path, "") {
        Ok(_) => panic!("{} is taken", path.display()),
        Err(errors) => {
            // Every error says where it is and what to do or why.
            for error in &errors.0 {
                assert!(!error.file.is_empty() && !error.message.is_empty());
            }
            errors.to_string()
        }
    }
}
