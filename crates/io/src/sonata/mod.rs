//! SONATA circuits (Dai et al. 2020, PLoS Comput Biol 16:e1007696): `circuit_config.json` and `simulation_config.json` as a network.
//!
//! Biophysical nodes become cells: an SWC shape for each kind of node, with the membrane that its parameters give. Virtual nodes
//! become spike sources, edges become tables of connections, current clamps stimuli, membrane reports probes. What of a circuit is
//! not supported, or wrong, is reported at once, each thing with its file and key. `docs/sonata.md` says what is read and what not.
//!
//! Where the specification leaves things open, what BMTK's BioNet (1.2) does is done.

mod cells;
mod config;
mod contents;
mod dynamics;
mod edge_types;
mod edges;
mod elements;
mod findings;
mod graph;
mod h5;
mod inputs;
mod node_sets;
mod nodes;
mod reports;
mod run;
mod shape;
mod spikes;
mod table;
mod types;

use std::path::Path;

use huxley_model::network::Network;

use crate::import::Imported;
use crate::model::{ModelErrors, known_hint};
use config::Config;
pub use contents::{Contents, EdgeCount, NodeCount, SpikeCount, contents};
use findings::Findings;
pub use graph::{Graph, graph};
pub use table::{EdgeTable, NewEdges, edges_to_table, table_to_edges};

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

/// The configurations a path leads to.
struct Configs {
    all: Vec<Config>,
    circuit: usize,
    simulation: Option<usize>,
}

impl Configs {
    /// Reads the configuration at `path` and those it names: a simulation's names its circuit, and BMTK's `config.json` both.
    fn read(path: &Path, findings: &Findings) -> Option<Self> {
        let mut all = vec![Config::read(path, findings)?];
        let mut follow = |of: usize, key: &str| {
            let item = all[of].get(key, findings).filter(|item| item.value.is_string());
            let Some(path) = item.map(|item| item.path()) else { return Some(None) };
            let config = Config::read(&path?, findings)?;
            all.push(config);
            Some(Some(all.len() - 1))
        };
        let (simulation, circuit) = (follow(0, "simulation"), follow(0, "network"));
        let (simulation, mut circuit) = (simulation?, circuit?);
        if let (Some(simulation), None) = (simulation, circuit) {
            circuit = follow(simulation, "network")?;
        }
        let keys = ["run", "inputs", "conditions", "reports", "output"];
        let simulates = keys.iter().any(|key| all[0].get(key, findings).is_some());
        Some(Self { circuit: circuit.unwrap_or(0), simulation: simulation.or(simulates.then_some(0)), all })
    }

    fn circuit(&self) -> &Config {
        &self.all[self.circuit]
    }

    fn simulation(&self) -> Option<&Config> {
        self.simulation.map(|index| &self.all[index])
    }

    /// Both, once where they are one.
    fn each(&self) -> Vec<&Config> {
        let other = self.simulation.filter(|index| *index != self.circuit);
        [Some(self.circuit), other].into_iter().flatten().map(|index| &self.all[index]).collect()
    }
}

/// What `networks` of a circuit's configuration holds.
fn networks<'a>(circuit: &'a Config, findings: &'a Findings) -> Option<config::Item<'a>> {
    circuit.get("networks", findings).or_else(|| {
        let hint = "a circuit's configuration has \"networks\": { \"nodes\": [...], \"edges\": [...] }, a simulation's has \"network\"";
        findings.error(&circuit.file, "networks", "the configuration names no network", hint)
    })
}

fn network(path: &Path, seed: Option<u64>, findings: &Findings) -> Option<Network> {
    let read = Configs::read(path, findings)?;
    let (circuit, simulation, configs) = (read.circuit(), read.simulation(), read.each());
    let (run, conditions) = run::read(simulation, seed, findings).unzip();
    let conditions = conditions.unwrap_or_default();
    let mut network = Network {
        name: simulation.unwrap_or(circuit).name(),
        title: "SONATA circuit".to_owned(),
        celsius: conditions.celsius,
        run: run.clone().unwrap_or_default(),
        ..Network::default()
    };
    configs.iter().for_each(|config| about(config, findings));

    let networks = networks(circuit, findings)?;
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
