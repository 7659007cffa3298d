//! Each kind of wrong input gives its error; several give theirs at once.

use serde_json::json;

use super::{ENDS, Scratch, Values, edges, hdf5, ints, nodes, nums, refused, small};

const SIMULATION: &str = "simulation_config.json";

/// What a change of the small circuit is refused with.
#[track_caller]
fn changed(change: impl FnOnce(&Scratch)) -> String {
    let circuit = small();
    change(&circuit);
    refused(&circuit.path(SIMULATION))
}

#[track_caller]
fn says(errors: &str, parts: &[&str]) {
    for part in parts {
        assert!(errors.contains(part), "{part:?} in\n{errors}");
    }
}

fn simulation(change: impl FnOnce(&mut serde_json::Value)) -> impl FnOnce(&Scratch) {
    |circuit| circuit.edit(SIMULATION, change)
}

/// The edges with one dataset in place of another.
fn with(mut all: Vec<(&'static str, Values)>, name: &'static str, values: Values) -> Vec<(&'static str, Values)> {
    all.retain(|(own, _)| *own != name);
    all.push((name, values));
    all
}

#[test]
fn wrong_configurations() {
    says(&changed(|c| c.write(SIMULATION, "{ \"run\": ")), &["simulation_config.json:1", "is not JSON"]);
    says(&changed(|c| c.write(SIMULATION, "[1]")), &["is not an object"]);
    says(&changed(|c| c.write(SIMULATION, "{}")), &["names no network"]);
    says(
        &changed(simulation(|c| c["network"] = "$NOWHERE/c.json".into())),
        &["`network`", "`$NOWHERE/c.json` has a variable"],
    );
    says(&changed(simulation(|c| c["network"] = "none.json".into())), &["none.json", "cannot read the configuration"]);
    let circle = json!({ "$A": "$B/x", "$B": "$A/y", "$C": "fine" });
    says(&changed(simulation(move |c| c["manifest"] = circle)), &["`manifest.$A`", "`manifest.$B`", "stands on $B"]);
    let doubling = (1..40).map(|i| (format!("$V{i}"), format!("$V{}$V{}", i - 1, i - 1).into()));
    let doubling: serde_json::Map<_, _> = doubling.chain([("$V0".to_owned(), "xxxxxxxx".into())]).collect();
    says(&changed(simulation(move |c| c["manifest"] = doubling.into())), &["stands for more than"]);
    for (key, value, part) in [
        ("dt", json!(0.3), "does not divide 1 ms"),
        ("dt", json!(-1), "`dt` is -1, not above 0"),
        ("tstop", json!("long"), "expected a number"),
        ("dL", json!(0), "`dL` is 0"),
        ("tstart", json!(5), "starts at 5"),
    ] {
        says(
            &changed(simulation(|c| c["run"][key] = value)),
            &[&format!("`run{}", if part.contains("divide") { "`" } else { "." }), part],
        );
    }
    let gaps = |c: &Scratch| c.edit("circuit_config.json", |c| c["networks"]["gap_juncs"] = json!([{}]));
    says(&changed(gaps), &["`networks.gap_juncs`", "gap junctions are not imported"]);
}

#[test]
fn wrong_nodes() {
    let types = |from: &'static str, to: &'static str| move |c: &Scratch| c.replace("net/node_types.csv", from, to);
    says(
        &changed(types("2 biophysical", "2 point_neuron")),
        &["1 nodes of population `cells`, node type 2 are of model_type `point_neuron`"],
    );
    says(&changed(types("2 biophysical", "2 NULL")), &["have no `model_type`"]);
    says(
        &changed(types("ctdb:Biophys1.hoc", "hoc:Mine")),
        &["`hoc:Mine` of population `cells`, node type 1 is not supported"],
    );
    says(&changed(types("fullaxon", "axon_bbpv5")), &["`axon_bbpv5` of population `cells`, node type 2"]);
    says(&changed(types("2 biophysical", "3 biophysical")), &["types that the table does not have: 2"]);
    says(&changed(types(" cell.swc ", " NULL ")), &["node type 2 has no `morphology`"]);
    says(&changed(types(" cell.json fullaxon", " NULL fullaxon")), &["has no `dynamics_params`"]);
    says(
        &changed(types(" cell.json fullaxon", " other.json fullaxon")),
        &["other.json", "cannot read the `dynamics_params`"],
    );
    says(&changed(|c| c.write("net/nodes.h5", "no HDF5")), &["the file of nodes is not HDF5"]);
    says(&changed(|c| c.write("net/nodes.h5", hdf5(&edges(), &ENDS))), &["there is no group `nodes`"]);
    let node = |name: &'static str, values: Values| {
        move |c: &Scratch| c.write("net/nodes.h5", hdf5(&with(nodes(), name, values), &[]))
    };
    says(&changed(node("nodes/cells/node_id", ints(&[0, 1, 1]))), &["id 1 is negative or there twice"]);
    says(&changed(node("nodes/cells/node_id", ints(&[0, 1]))), &["2 ids for 3 nodes"]);
    says(&changed(node("nodes/cells/node_group_index", ints(&[1, 0, 9]))), &["place 9 of group 1, which has 1 values"]);
    says(&changed(node("nodes/cells/node_type_id", nums(&[1.0, 1.0, 2.0]))), &["not whole numbers"]);
    says(
        &changed(node("nodes/cells/0/dynamics_params/gnabar_hh", nums(&[1.0, 2.0]))),
        &["`dynamics_params` by node are not supported: gnabar_hh"],
    );
    says(&changed(node("nodes/cells/0/v_init", nums(&[1.0, 2.0]))), &["`v_init` by node"]);
    says(&changed(|c| c.write("parts/swc/cell.swc", "1 1 0 0 0 8 -1\n2 3 0 0 0 1 7\n")), &["cell.swc:2"]);
    let none = |c: &Scratch| c.edit("circuit_config.json", |c| c["components"] = json!({}));
    says(
        &changed(none),
        &[
            "`components.morphologies_dir`",
            "`components.biophysical_neuron_models_dir`",
            "`components.synaptic_models_dir`",
        ],
    );
}

#[test]
fn wrong_parameters_of_cells() {
    let cell = |change: fn(&mut serde_json::Value)| move |c: &Scratch| c.edit("parts/cells/cell.json", change);
    let im = |c: &mut serde_json::Value| {
        c["genome"].as_array_mut().expect("a list").extend([
            json!({ "section": "soma", "mechanism": "Im", "name": "gbar_Im", "value": 1.0 }),
            json!({ "section": "apic", "mechanism": "Im", "name": "gbar_Im", "value": 1.0 }),
            json!({ "section": "soma", "mechanism": "", "name": "gbar_SK", "value": 1.0 }),
        ]);
    };
    says(
        &changed(cell(im)),
        &[
            "cell.json: `genome`: mechanism `Im` of population `cells`, node type 1 is not supported: gbar_Im in soma, gbar_Im in apic",
            "mechanism `SK`",
        ],
    );
    says(
        &changed(cell(|c| c["genome"][0]["section"] = "tail".into())),
        &["`genome[0]`", "`tail` is not a section array"],
    );
    says(&changed(cell(|c| c["genome"][0]["value"] = json!(null))), &["expected a number, found `null`"]);
    says(&changed(cell(|c| c["genome"][0]["value"] = json!(-0.1))), &["`gnabar_hh` is negative"]);
    says(
        &changed(cell(|c| c["genome"][0]["mechanism"] = "".into())),
        &["`gnabar_hh` is set where `hh` is not inserted"],
    );
    says(&changed(cell(|c| c["passive"][0]["ra"] = json!(0))), &["`passive.ra`", "expected a number above 0"]);
    says(&changed(cell(|c| *c = json!({ "gbar": 1 }))), &["have none of `passive`, `genome` and `conditions`"]);
    let uneven = |c: &mut serde_json::Value| {
        let row = json!({ "section": "dend", "mechanism": "", "name": "Ra", "value": 80.0 });
        c["genome"].as_array_mut().expect("a list").push(row);
    };
    says(&changed(cell(uneven)), &["`Ra` differs from section to section"]);
}

#[test]
fn wrong_edges() {
    let types = |from: &'static str, to: &'static str| move |c: &Scratch| c.replace("net/edge_types.csv", from, to);
    says(&changed(types("7 Exp2Syn", "7 stp2syn")), &["synapse `stp2syn` of edge type 7 of `in` is not supported"]);
    says(&changed(types("ampa.json", "gone.json")), &["gone.json"]);
    says(&changed(types("ampa.json", "NULL")), &["edge type 7 of `in` (`Exp2Syn`) has no `dynamics_params`"]);
    says(&changed(types(" 1.5 ", " soon ")), &["`soon` of edge type 7"]);
    says(&changed(types(" 1.5 ", " NULL ")), &["2 edges have no delay (the first: edge 0"]);
    says(&changed(types(" 0.004 ", " NULL ")), &["1 edges have no weight"]);
    says(&changed(types("['basal', 'apical']", "['spine']")), &["`spine` of edge type 8"]);
    says(&changed(types("[10.0, 60.0]", "[60.0, 10.0]")), &["`[60.0, 10.0]` of edge type 8 of `in` is no range"]);
    says(&changed(types("[10.0, 60.0]", "[900.0, 910.0]")), &["finds no such section within its distances"]);
    says(
        &changed(types("\"['basal', 'apical']\"", "NULL")),
        &["1 edges have no place on their cells (the first: edge 2, of type 8)"],
    );
    let weighted = |c: &Scratch| c.replace("net/edge_types.csv", "model_template", "weight_function");
    says(&changed(weighted), &["weight_function `Exp2Syn` of edge type 7"]);
    says(
        &changed(|c| c.write("parts/synapses/ampa.json", r#"{ "tau1": 1 }"#)),
        &["no number `tau2`", "no number `erev`"],
    );
    says(&changed(|c| c.write("parts/synapses/fast.json", r#"{ "tau": 0, "erev": 0 }"#)), &["a time constant of 0 ms"]);
    let edge = |name: &'static str, values: Values| {
        move |c: &Scratch| c.write("net/edges.h5", hdf5(&with(edges(), name, values), &ENDS))
    };
    says(
        &changed(edge("edges/in/source_node_id", ints(&[0, 1, 7]))),
        &["1 edges come from nodes that there are not (the first: edge 2 has source 7)"],
    );
    says(&changed(edge("edges/in/target_node_id", ints(&[0, -1, 3]))), &["2 edges end on nodes that there are not"]);
    says(
        &changed(edge("edges/in/0/afferent_section_id", ints(&[2, 5]))),
        &["1 edges are on sections that there are not (the first: edge 0 has section 5 of a cell with 5)"],
    );
    says(
        &changed(edge("edges/in/0/afferent_section_pos", nums(&[2.0, 0.5]))),
        &["positions are not from 0 to 1 (the first: edge 1 has 2)"],
    );
    says(
        &changed(edge("edges/in/0/syn_weight", nums(&[-1.0, 0.5]))),
        &["1 edges have no weight of 0 or above (the first: edge 1"],
    );
    says(&changed(edge("edges/in/1/nsyns", ints(&[100_000]))), &["numbers of synapses are not from 0 to 10000"]);
    says(
        &changed(edge("edges/in/edge_type_id", ints(&[7, 7, 70]))),
        &["population `in` has types that the table does not have: 70"],
    );
    says(&changed(edge("edges/in/1/dynamics_params/U", nums(&[0.5]))), &["`dynamics_params/U` by edge"]);
    says(
        &changed(|c| c.write("net/edges.h5", hdf5(&edges(), &ENDS[..1]))),
        &["`edges/in/target_node_id`", "no attribute `node_population`"],
    );
    let away = [ENDS[0], ("edges/in/target_node_id", "node_population", "sells")];
    says(
        &changed(move |c| c.write("net/edges.h5", hdf5(&edges(), &away))),
        &["no population of nodes `sells`", "did you mean `cells`?"],
    );
    let onto = [ENDS[0], ("edges/in/target_node_id", "node_population", "given")];
    let edges_onto = with(edges(), "edges/in/target_node_id", ints(&[0, 1, 1]));
    says(&changed(move |c| c.write("net/edges.h5", hdf5(&edges_onto, &onto))), &["3 edges end on virtual nodes"]);
}

#[test]
fn wrong_inputs_and_reports() {
    let input = |name: &'static str, key: &'static str, value: serde_json::Value| {
        simulation(move |c| c["inputs"][name][key] = value)
    };
    says(
        &changed(input("clamp", "input_type", json!("voltage_clamp"))),
        &["inputs of type `voltage_clamp` are not supported"],
    );
    says(&changed(input("clamp", "module", json!("SEClamp"))), &["current clamps of module `SEClamp`"]);
    says(&changed(input("clamp", "amp", json!([0.1, 0.2, 0.3]))), &["3 amplitudes, 2 delays and 1 durations"]);
    says(&changed(input("clamp", "amp", json!("much"))), &["`inputs.clamp.amp`", "expected a number"]);
    says(&changed(input("clamp", "node_set", json!("deap"))), &["there is no node set `deap`", "did you mean `deep`?"]);
    says(
        &changed(input("clamp", "node_set", json!({ "lair": 5 }))),
        &["no node has an attribute `lair`", "did you mean `layer`?"],
    );
    says(&changed(input("clamp", "node_set", json!({ "layer": 50 }))), &["no node is in"]);
    says(
        &changed(input("clamp", "node_set", json!({ "layer": { "$gt": 3 } }))),
        &["is no value that attributes are compared with"],
    );
    says(&changed(input("clamp", "section_name", json!("spine"))), &["`spine` is no section array"]);
    says(&changed(input("spikes", "module", json!("nwb"))), &["spikes of module `nwb`"]);
    says(&changed(input("spikes", "input_file", json!("gone.h5"))), &["gone.h5", "cannot read the file of spikes"]);
    says(&changed(input("spikes", "node_set", json!("deep"))), &["none of its nodes is virtual"]);
    let early = hdf5(&[("spikes/given/node_ids", ints(&[1])), ("spikes/given/timestamps", nums(&[-3.0]))], &[]);
    says(
        &changed(move |c| c.write("spikes.h5", early)),
        &["1 spike times are negative or no numbers (the first: -3 ms)"],
    );
    let circle = simulation(|c| c["node_sets"]["deep"] = json!(["both"]));
    says(&changed(circle), &["node sets stand on each other in a circle"]);
    let report = |key: &'static str, value: serde_json::Value| simulation(move |c| c["reports"]["v"][key] = value);
    says(&changed(report("module", json!("netcon_report"))), &["reports of module `netcon_report`"]);
    says(&changed(report("variable_name", json!(["v", "cai"]))), &["reports of `\"cai\"`"]);
    says(&changed(report("sections", json!("spines"))), &["`spines` is no sort of sections"]);
    says(&changed(report("dt", json!(0.07))), &["no multiple of run.dt"]);
    says(&changed(report("cells", json!("feed"))), &["none of its nodes is a cell"]);
}

#[test]
fn everything_wrong_is_said_at_once() {
    let errors = changed(|c| {
        c.replace("net/node_types.csv", "fullaxon", "axon_bbpv6");
        c.replace("net/edge_types.csv", "8 expsyn", "8 glusyn");
        c.write("net/edges.h5", hdf5(&with(edges(), "edges/in/source_node_id", ints(&[0, 1, 7])), &ENDS));
        c.edit(SIMULATION, |c| {
            c["reports"]["v"]["variable_name"] = "cai".into();
            c["inputs"]["clamp"]["input_type"] = "noise".into();
            c["run"]["tstart"] = 3.into();
        });
    });
    says(&errors, &["axon_bbpv6", "glusyn", "edge 2 has source 7", "cai", "noise", "starts at 3"]);
    assert_eq!(errors.lines().filter(|line| !line.starts_with("  hint:")).count(), 6, "{errors}");
}
