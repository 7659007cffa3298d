//! What circuits become.

use huxley_model::channel::{Integrator, Reversal};
use huxley_model::morphology::SectionKind;
use huxley_model::network::{
    CellSelection, Connection, Network, Rule, Site, StimulusKind, SynapseModel, Tick, Variable,
};

use super::{ENDS, Values, edges, hdf5, ints, loaded, nodes, nums, refused, root, small};

fn rows(network: &Network, projection: usize) -> Vec<Connection> {
    match &network.projections[projection].rule {
        Rule::Table(rows) => rows.iter().collect(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_circuit_becomes_a_network() {
    let circuit = small();
    let found = loaded(&circuit.path("simulation_config.json"), "");
    let network = found.network;
    assert_eq!((network.celsius, network.run.duration, network.run.dt), (6.3, 20.0, 0.05));
    assert_eq!((network.run.tick, network.run.integrator), (Tick::Fixed(0.05), Integrator::BackwardEuler));

    // Nodes: two shapes of one file, one with a stub for an axon.
    let [cells] = &network.populations[..] else { panic!("{:?}", network.populations) };
    assert_eq!((cells.name.as_str(), cells.threshold), ("cells", -10.0));
    assert_eq!(cells.cells.iter().map(|cell| cell.shape).collect::<Vec<_>>(), [0, 0, 1]);
    assert!(cells.cells.iter().all(|cell| cell.label.is_none()));
    let names = |shape: usize| {
        cells.shapes[shape].sections.iter().map(|s| (s.name.as_str(), s.compartments)).collect::<Vec<_>>()
    };
    let (dendrite, apical) = (("dendrite_0", Some(9)), ("apical_0", Some(11)));
    assert_eq!(names(0), [("soma", Some(1)), dendrite, apical, ("axon_0", Some(3)), ("axon_1", Some(3))]);
    assert_eq!(names(1), [("soma", Some(1)), ("axon_0", Some(5)), dendrite, apical]);
    let at =
        |shape: usize, section: usize| cells.shapes[shape].sections[section].parent.map(|at| (at.section, at.position));
    assert_eq!((at(0, 3), at(0, 4)), (Some((0, 0.5)), Some((3, 1.0))));

    // Membranes: NEURON's defaults where the file says nothing.
    let membrane = cells.membrane_of(1);
    assert_eq!(membrane.axial_resistivity, 110.0);
    let capacitance = |kind| membrane.capacitance_in(kind);
    assert_eq!((capacitance(SectionKind::Soma), capacitance(SectionKind::Dendrite)), (1.0, 1.5));
    let density = |name: &str, kind| {
        let found = membrane.insertions.iter().find(|insertion| insertion.channel.name == name).expect(name);
        (found.density_in(kind), found.channel.reversal)
    };
    let fixed = Reversal::Fixed;
    assert_eq!(density("na", SectionKind::Soma), (0.1, fixed(55.0)));
    assert_eq!(density("na_2", SectionKind::Axon), (0.12, fixed(50.0)));
    assert_eq!(density("k", SectionKind::Soma), (0.036, fixed(-80.0)));
    assert_eq!(density("k_2", SectionKind::Axon), (0.05, fixed(-77.0)));
    assert_eq!(density("leak", SectionKind::Axon), (0.0003, fixed(-54.3)));
    assert_eq!(density("pas", SectionKind::Soma), (1e-4, fixed(-67.0)));
    assert_eq!(density("pas", SectionKind::Dendrite), (2e-4, fixed(-67.0)));
    assert_eq!(density("na", SectionKind::Dendrite).0, 0.0);

    // Virtual nodes and their spikes, sorted.
    assert_eq!(network.sources[0].name, "given");
    assert_eq!(network.sources[0].trains, [vec![1.0], vec![2.0, 3.0]]);

    // Edges: values of HDF5 over those of the table, sections in SONATA's order (soma, basal, apical, stub).
    assert_eq!(network.synapses[0].model, SynapseModel::double_exponential(0.5, 3.0, 0.0));
    assert_eq!(network.synapses[1].model, SynapseModel::exponential(2.0, -5.0));
    let row = |source, target, weight, compartment| Connection {
        source,
        target,
        weight,
        delay: None,
        compartment: Some(compartment),
    };
    assert_eq!(network.projections[0].source, "given");
    assert_eq!(rows(&network, 0), [row(0, 0, Some(0.01), 0), row(1, 1, Some(0.02), 1 + 9 + 9)]);
    assert_eq!(network.projections[0].delay, huxley_model::network::Distribution::Constant(1.5));
    let drawn = rows(&network, 1);
    assert_eq!(drawn.len(), 3);
    // Of shape 1: soma 0, axon 1 to 5, dendrite 6 to 14, apical 15 to 25, between 10 and 60 um from the soma's start.
    for connection in &drawn {
        assert!(connection.source == 1 && connection.target == 2 && connection.weight.is_none());
        let compartment = connection.compartment.expect("a place");
        assert!((6..=14).contains(&compartment) || (15..=25).contains(&compartment), "{compartment}");
    }
    assert!(
        found.warnings.iter().any(|warning| warning.contains("1 edges have no places of their own")),
        "{:?}",
        found.warnings
    );

    // Inputs and reports.
    let clamps: Vec<_> = network.stimuli.iter().map(|s| (s.name.as_str(), &s.target.cells, &s.target.site)).collect();
    let deep = CellSelection::Indices(vec![1]);
    assert_eq!(clamps, [("clamp/0", &deep, &Site::Soma), ("clamp/1", &deep, &Site::Soma)]);
    let StimulusKind::Current { waveform, .. } = &network.stimuli[1].kind else { panic!("a current") };
    assert_eq!(waveform.points, [(5.0, 0.2), (7.0, 0.2)]);
    assert_eq!(network.probes[0].target.cells, CellSelection::All);
    assert_eq!((&network.probes[0].variable, network.probes[0].interval), (&Variable::Potential, 0.05));
    huxley_engine::lower(&network).expect("a plan");
}

#[test]
fn the_model_file_adds_to_what_it_imports() {
    let circuit = small();
    let path = circuit.path("simulation_config.json");
    let more = "name = \"mine\"\nrun = { duration = \"5 ms\", seed = 7 }\nprobes.mine = { population = \"cells\", cells = [2], site = \"apical_0(0.5)\" }\n\
                stimuli.mine = { population = \"cells\", kind = \"step\", amplitude = \"1 nA\" }\n";
    let found = loaded(&path, more);
    let network = &found.network;
    assert_eq!((network.name.as_str(), network.run.duration, network.run.seed, network.run.dt), ("mine", 5.0, 7, 0.05));
    assert_eq!(network.probes.iter().map(|p| p.name.as_str()).collect::<Vec<_>>(), ["v", "mine"]);
    assert_eq!(network.stimuli.len(), 3);
    // What it became runs again from anywhere.
    let again = huxley_io::model::load_str(&found.document, "again.toml", &huxley_io::model::Folder("/".into()), &[])
        .expect("loads");
    let digest =
        |network: &Network| huxley_engine::snapshot::plan_digest(&huxley_engine::lower(network).expect("a plan"));
    assert_eq!(digest(&again.network), digest(network));
    // Draws are the seed's.
    let other = loaded(&path, "run.seed = 8\n");
    let places = |network: &Network| rows(network, 1).iter().map(|c| c.compartment).collect::<Vec<_>>();
    assert_eq!(places(network), places(&loaded(&path, "run.seed = 7\n").network));
    assert!(
        (0..20).any(|seed| places(&loaded(&path, &format!("run.seed = {seed}\n")).network) != places(&other.network))
    );
}

#[test]
fn what_comes_from_the_import_is_not_said_twice() {
    let circuit = small();
    let path = circuit.path("simulation_config.json");
    let errors = |more: &str| super::import(&path, more).expect_err(more).to_string();
    assert!(errors("populations.a.size = 1\n").contains("`populations` beside `import`"));
    assert!(errors("probes.v = { population = \"cells\" }\n").contains("has a probe called `v` too"));
    assert!(errors("probes.w = { population = \"sells\" }\n").contains("did you mean `cells`?"));
    assert!(errors("run.dt = \"0.3 ms\"\n").contains("does not divide"));
    assert!(super::import(&circuit.path("nothing.nml"), "").is_err());
    assert!(
        super::import(&circuit.path("nothing.hoc"), "")
            .expect_err("no format")
            .to_string()
            .contains("SONATA (.json) or NeuroML")
    );
}

#[test]
fn node_sets_select_by_ids_attributes_and_sets() {
    let circuit = small();
    let selected = |set: serde_json::Value| {
        circuit.edit("simulation_config.json", |config| config["reports"]["v"]["cells"] = set.clone());
        loaded(&circuit.path("simulation_config.json"), "").network.probes[0].target.cells.clone()
    };
    let some = |cells: &[usize]| CellSelection::Indices(cells.to_vec());
    assert_eq!(selected("deep".into()), some(&[1]));
    assert_eq!(selected("some".into()), some(&[0, 2]));
    assert_eq!(selected("both".into()), CellSelection::All);
    assert_eq!(selected("named".into()), some(&[1]));
    assert_eq!(selected("all".into()), CellSelection::All);
    assert_eq!(selected("cells".into()), CellSelection::All);
    assert_eq!(selected(serde_json::json!([2])), some(&[2]));
    assert_eq!(selected(serde_json::json!({ "depth": 0.5 })), some(&[2]));
    assert_eq!(
        selected(serde_json::json!({ "model_processing": "aibs_perisomatic", "node_type_id": 1 })),
        some(&[0, 1])
    );
    // A file of sets, beside those in the configuration.
    circuit.write("sets.json", r#"{ "filed": { "population": "cells", "node_id": 1 } }"#);
    circuit.edit("simulation_config.json", |config| config["node_sets_file"] = "sets.json".into());
    assert_eq!(selected("filed".into()), some(&[1]));
}

#[test]
fn hdf5_of_other_writers_is_read() {
    // Ids out of order, a library of texts, parameters by edge, placement in BMTK's older words.
    let circuit = small();
    let mut own = nodes();
    own.retain(|(name, _)| !name.starts_with("nodes/cells/node_id") && !name.ends_with("/0/name"));
    own.extend([
        ("nodes/cells/node_id", ints(&[30, 10, 20])),
        ("nodes/cells/0/name", ints(&[1, 0])),
        ("nodes/cells/0/@library/name", Values::Texts(vec!["first", "second"])),
    ]);
    circuit.write("net/nodes.h5", hdf5(&own, &[]));
    let mut own = edges();
    own.retain(|(name, _)| !name.contains("afferent") && !name.ends_with("target_node_id"));
    own.extend([
        ("edges/in/target_node_id", ints(&[30, 10, 20])),
        ("edges/in/0/sec_id", ints(&[2, 0])),
        ("edges/in/0/sec_x", nums(&[0.9, 0.5])),
        ("edges/in/0/dynamics_params/tau2", nums(&[4.0, 5.0])),
    ]);
    circuit.write("net/edges.h5", hdf5(&own, &ENDS));
    circuit.edit("simulation_config.json", |config| {
        config["node_sets"]["some"]["node_id"] = serde_json::json!([10, 20]);
        config["reports"]["v"]["cells"] = "named".into();
    });
    let network = loaded(&circuit.path("simulation_config.json"), "").network;
    let labels: Vec<_> = network.populations[0].cells.iter().map(|cell| cell.label.as_deref()).collect();
    assert_eq!(labels, [Some("30"), Some("10"), Some("20")]);
    assert_eq!(network.probes[0].target.cells, CellSelection::Indices(vec![1]));
    let decays: Vec<f64> = network
        .projections
        .iter()
        .filter_map(|p| match network.synapses[p.synapse].model {
            SynapseModel::DoubleExponential { decay, .. } => Some(decay),
            _ => None,
        })
        .collect();
    assert_eq!(decays, [5.0, 4.0]);
}

#[test]
fn bmtk_s_circuit_is_read_as_neuron_had_it() {
    // Sections, their lengths and compartments, in SONATA's order, of every cell: what BMTK's cells had in NEURON.
    let folder = root().join("tests/reference/sonata");
    let reference: serde_json::Value =
        serde_json::from_slice(&std::fs::read(folder.join("neuron.json")).expect("there")).expect("JSON");
    let network = loaded(&folder.join("simulation_config.json"), "").network;
    let cells = &network.populations[0];
    for (index, cell) in cells.cells.iter().enumerate() {
        let expected = reference["sections"][index.to_string()].as_array().expect("sections");
        let shape = &cells.shapes[cell.shape];
        assert_eq!(shape.sections.len(), expected.len());
        // The axon's stub is last in both, and a full axon comes after the soma in NEURON.
        let mut order: Vec<_> = shape.sections.iter().collect();
        let stub = expected.last().expect("a section")[0].as_str().expect("a name").starts_with("axon");
        order.sort_by_key(|section| match section.kind {
            SectionKind::Soma => 0,
            SectionKind::Axon => {
                if stub {
                    9
                } else {
                    2
                }
            }
            SectionKind::Dendrite => 3,
            _ => 4,
        });
        for (section, expected) in order.iter().zip(expected) {
            let length = expected[1].as_f64().expect("um");
            assert!((section.geometry.length() - length).abs() < 1e-5 * length, "{} of cell {index}", section.name);
            assert_eq!(
                section.compartments.map(|n| n as u64),
                expected[2].as_u64(),
                "{} of cell {index}",
                section.name
            );
        }
    }
    let synapses: usize = (0..network.projections.len()).map(|projection| rows(&network, projection).len()).sum();
    // 36 placed by hand and 12 of 2 synapses from virtual cells, 28 between cells.
    assert_eq!(synapses, 36 + 2 * 12 + 28);
    assert_eq!(network.sources[0].trains.iter().map(Vec::len).sum::<usize>(), 23);
}

#[test]
fn spikes_are_found_whatever_the_file_says_of_sorting() {
    // Without groups of populations, in seconds.
    let circuit = small();
    let old = hdf5(
        &[("spikes/gids", ints(&[1, 0, 1])), ("spikes/timestamps", nums(&[0.003, 0.001, 0.002]))],
        &[("spikes/timestamps", "units", "seconds")],
    );
    circuit.write("spikes.h5", old);
    let trains = |circuit: &super::Scratch| {
        loaded(&circuit.path("simulation_config.json"), "").network.sources[0].trains.clone()
    };
    let near = |trains: Vec<Vec<f64>>| {
        trains.iter().map(|train| train.iter().map(|t| (t * 1e6).round() / 1e6).collect()).collect::<Vec<Vec<f64>>>()
    };
    assert_eq!(near(trains(&circuit)), [vec![1.0], vec![2.0, 3.0]]);
    circuit.write("spikes.csv", "timestamps population node_ids\n3.0 given 1\n1.0 given 0\n2.0 given 1\n");
    circuit.edit("simulation_config.json", |config| {
        config["inputs"]["spikes"]["module"] = "csv".into();
        config["inputs"]["spikes"]["input_file"] = "spikes.csv".into();
    });
    assert_eq!(trains(&circuit), [vec![1.0], vec![2.0, 3.0]]);
    circuit.write("spikes.csv", "timestamps population node_ids\n3.0 other 1\n1.0 another 0\n");
    assert!(refused(&circuit.path("simulation_config.json")).contains("it has spikes of `other`, `another`"));
}

#[test]
fn section_ids_of_real_cells_are_those_of_neuron() {
    // tests/reference/sonata/sections.json: sections of reconstructed cells in BMTK's order, with the axon kept and replaced. The
    // cells themselves may not be in the repository.
    let folder = root().join("../shared/data/swc");
    let reference: serde_json::Value = serde_json::from_slice(
        &std::fs::read(root().join("tests/reference/sonata/sections.json")).expect("the reference"),
    )
    .expect("JSON");
    for (file, cases) in reference.as_object().expect("files") {
        if !folder.join(file).is_file() {
            #[allow(clippy::print_stderr)]
            {
                eprintln!("SKIPPED: {} is not there", folder.join(file).display());
            }
            continue;
        }
        for (processing, expected) in cases.as_object().expect("cases") {
            let expected = expected.as_array().expect("sections");
            let count = i64::try_from(expected.len()).expect("a number");
            let circuit = small();
            let types = format!(
                "node_type_id model_type model_template morphology dynamics_params model_processing\n\
                 1 biophysical ctdb:Biophys1.hoc {file} cell.json {processing}\n9 virtual NULL NULL NULL NULL\n"
            );
            circuit.write("net/node_types.csv", types);
            let nodes = [("nodes/cells/node_type_id", ints(&[1])), ("nodes/given/node_type_id", ints(&[9]))];
            circuit.write("net/nodes.h5", hdf5(&nodes, &[]));
            let every: Vec<i64> = (0..count).collect();
            let zeros = vec![0; expected.len()];
            let edges = [
                ("edges/in/source_node_id", ints(&zeros)),
                ("edges/in/target_node_id", ints(&zeros)),
                ("edges/in/edge_type_id", ints(&vec![7; expected.len()])),
                ("edges/in/0/afferent_section_id", ints(&every)),
                ("edges/in/0/afferent_section_pos", nums(&vec![0.5; expected.len()])),
            ];
            circuit.write("net/edges.h5", hdf5(&edges, &ENDS));
            circuit.edit("circuit_config.json", |config| {
                config["components"]["morphologies_dir"] = folder.display().to_string().into();
            });
            circuit.edit("simulation_config.json", |config| {
                // One compartment a section: its index is the section's.
                config["run"]["dL"] = 1e6.into();
                config["node_sets"] = serde_json::json!({ "feed": { "model_type": "virtual" } });
                config["inputs"].as_object_mut().expect("inputs").remove("clamp");
                config["reports"] = serde_json::json!({});
            });
            let network = loaded(&circuit.path("simulation_config.json"), "").network;
            let shape = &network.populations[0].shapes[0];
            assert_eq!(shape.sections.len(), expected.len(), "{file} {processing}");
            for (connection, expected) in rows(&network, 0).iter().zip(expected) {
                let section = &shape.sections[connection.compartment.expect("a place") as usize];
                let (name, length) = (expected[0].as_str().expect("a name"), expected[1].as_f64().expect("um"));
                let what = format!("{file} {processing} {name}: {}", section.name);
                let kind = match &name[..4] {
                    "soma" => SectionKind::Soma,
                    "axon" => SectionKind::Axon,
                    "dend" => SectionKind::Dendrite,
                    _ => SectionKind::Apical,
                };
                assert_eq!(section.kind, kind, "{what}");
                assert!((section.geometry.length() - length).abs() < 2e-3, "{what}");
                let number = name.trim_matches(|c: char| !c.is_ascii_digit());
                assert!(kind == SectionKind::Soma || section.name.ends_with(&format!("_{number}")), "{what}");
                if let huxley_model::morphology::Geometry::Cylinder { diameter, .. } = section.geometry {
                    assert!((diameter - expected[2].as_f64().expect("um")).abs() < 1e-4, "{what}: {diameter}");
                }
            }
        }
    }
}
