//! SONATA circuits (Dai et al. 2020, PLoS Comput Biol 16:e1007696): `circuit_config.json` and `simulation_config.json` as a network.
//!
//! Biophysical nodes become cells: an SWC shape for each kind of node, with the membrane that its parameters give. Virtual nodes
//! become spike sources, edges become tables of connections, current clamps stimuli, membrane reports probes. What of a circuit is
//! not supported, or wrong, is reported at once, each thing with its file and key. `docs/sonata.md` says what is read and what not.
//!
//! Where the specification leaves things open, what BMTK's BioNet (1.1) does is done.

mod cells;
mod config;
mod dynamics;
mod edge_types;
mod edges;
mod elements;
mod findings;
mod h5;
mod inputs;
mod node_sets;
mod nodes;
mod reports;
mod run;
mod shape;
mod spikes;
mod types;

use std::path::Path;

use huxley_model::network::Network;

use crate::import::Imported;
use crate::model::{ModelErrors, known_hint};
use config::Config;
use findings::Findings;

/// Keys of configurations; others are warned of.
const KEYS: [&str; 16] = [
    "components",
    "conditions",
    "config_path",
    "inputs",
    "network",
    "networks",
    "node_sets",
    "node_sets_file",
    "output",
    "reports",
    "run",
    "simulation",
    "target_simulator",
    "target_simulator_version",
    "version",
    "gid_mapping_file",
];

/// Reads the circuit, or the simulation of one, that the file at `path` configures. `seed` is what the run was told to use.
///
/// # Errors
/// With everything that is wrong or not supported.
pub fn read(path: &Path, seed: Option<u64>) -> Result<Imported, ModelErrors> {
    let findings = Findings::default();
    let file = path.display().to_string();
    let network = network(path, seed, &findings);
    let failed = findings.failed();
    let warnings = findings.finish(&file)?;
    match network {
        Some(network) if !failed => Ok(Imported { network, warnings }),
        // Whoever gives up has said why.
        _ => {
            let findings = Findings::default();
            findings.error::<()>(&file, "", "the circuit cannot be read", "");
            Err(findings.finish(&file).err().unwrap_or(ModelErrors(Vec::new())))
        }
    }
}

fn network(path: &Path, seed: Option<u64>, findings: &Findings) -> Option<Network> {
    let first = Config::read(path, findings)?;
    // BMTK's config.json names both.
    let named = |key: &str| first.get(key, findings).filter(|item| item.value.is_string());
    let read = |item: Option<config::Item<'_>>| match item {
        Some(item) => Config::read(&item.path()?, findings).map(Some),
        None => Some(None),
    };
    let (simulation, circuit) = (read(named("simulation")), read(named("network")));
    let (simulation, circuit) = (simulation?, circuit?);
    let inner =
        simulation.as_ref().and_then(|config| config.get("network", findings)).filter(|item| item.value.is_string());
    let inner = if circuit.is_none() { read(inner)? } else { None };
    let simulates = |config: &Config| {
        ["run", "inputs", "conditions", "reports", "output"].iter().any(|key| config.get(key, findings).is_some())
    };
    let circuit = circuit.as_ref().or(inner.as_ref()).unwrap_or(&first);
    let simulation = simulation.as_ref().or(simulates(&first).then_some(&first));

    let (run, conditions) = run::read(simulation, seed, findings).unzip();
    let conditions = conditions.unwrap_or_default();
    let mut network = Network {
        name: simulation.unwrap_or(circuit).name(),
        title: "SONATA circuit".to_owned(),
        celsius: conditions.celsius,
        run: run.clone().unwrap_or_default(),
        ..Network::default()
    };
    let mut configs = vec![circuit];
    configs.extend(simulation.filter(|config| !std::ptr::eq(*config, circuit)));
    configs.iter().for_each(|config| about(config, findings));

    let Some(networks) = circuit.get("networks", findings) else {
        let hint = "a circuit's configuration has \"networks\": { \"nodes\": [...], \"edges\": [...] }, a simulation's has \"network\"";
        return findings.error(&circuit.file, "networks", "the configuration names no network", hint);
    };
    let mut nodes = networks.required("nodes").and_then(|list| nodes::read(&list, findings))?;
    let components = cells::Components::new(circuit, findings);
    let mut builder = cells::Builder::new(&components, &conditions, findings);
    let cells: Vec<_> = nodes.iter_mut().map(|nodes| builder.population(nodes, &mut network)).collect();
    if let Some(list) = networks.get("edges") {
        let seed = network.run.seed;
        let context = edges::Context { nodes: &nodes, cells: &cells, components: &components, seed, findings };
        edges::read(&list, &context, &mut network);
    }
    for key in ["gap_juncs", "gap_junctions"] {
        if let Some(item) = networks.get(key).filter(|item| item.value.as_array().is_none_or(|list| !list.is_empty())) {
            item.error::<()>("gap junctions are not imported", "describe them in a model file");
        }
    }
    if let Some(simulation) = simulation {
        let files = node_sets::files(&configs, findings);
        let sets = node_sets::NodeSets::new(&configs, &files, &nodes, findings);
        let context = inputs::Context { sets: &sets, nodes: &nodes, findings };
        inputs::read(simulation, &context, &mut network);
        reports::read(simulation, &context, &mut network);
    } else {
        findings.warn(format!("{}: it configures no simulation, so nothing drives the circuit", circuit.file));
    }
    if !findings.failed() && network.populations.iter().all(|population| population.cells.is_empty()) {
        return findings.error(&circuit.file, "networks.nodes", "no node is a cell", "virtual nodes only send spikes");
    }
    run?;
    cells.iter().all(Option::is_some).then_some(network)
}

/// Warns of what a configuration has that is not read.
fn about(config: &Config, findings: &Findings) {
    for (key, _) in config.top(findings).object().into_iter().flatten() {
        if !KEYS.contains(&key) {
            findings.warn(format!("{}: `{key}` is not read ({})", config.file, known_hint(key, KEYS)));
        }
    }
    let simulator = config.get("target_simulator", findings);
    if let Some(name) =
        simulator.as_ref().and_then(|item| item.value.as_str()).filter(|name| !name.eq_ignore_ascii_case("NEURON"))
    {
        findings.warn(format!("{}: the circuit is meant for {name}, not for NEURON", config.file));
    }
}
