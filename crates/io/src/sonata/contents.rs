//! What a circuit holds, counted: its components need not be there.

use std::path::Path;

use super::elements::{EDGES, Elements};
use super::findings::Findings;
use super::h5::H5;
use super::{Configs, networks, nodes, spikes};
use crate::model::ModelErrors;

/// A population of nodes, counted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NodeCount {
    /// Its name.
    pub population: String,
    /// Nodes of each type: id, `model_type` (empty where there is none), number.
    pub types: Vec<(i64, String, usize)>,
    /// Nodes in all.
    pub nodes: usize,
}

/// A population of edges, counted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EdgeCount {
    /// Its name.
    pub population: String,
    /// The population they come from.
    pub source: String,
    /// The population they end on.
    pub target: String,
    /// Edges of each type: id, number.
    pub types: Vec<(i64, usize)>,
    /// Edges in all.
    pub edges: usize,
}

/// Spikes of a population that an input gives, counted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SpikeCount {
    /// Name of the input.
    pub input: String,
    /// The population; empty where the file names none.
    pub population: String,
    /// Spikes in all.
    pub spikes: usize,
}

/// What a circuit holds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Contents {
    /// Its nodes, in order of the configuration.
    pub nodes: Vec<NodeCount>,
    /// Its edges, in order of the configuration.
    pub edges: Vec<EdgeCount>,
    /// Spikes that the simulation's inputs give, by input.
    pub spikes: Vec<SpikeCount>,
}

/// Counts what the circuit or simulation that the file at `path` configures holds. Morphologies and parameters are not read.
///
/// # Errors
/// With everything that is wrong with the configurations, the tables of types and the files of nodes, edges and spikes.
pub fn contents(path: &Path) -> Result<Contents, ModelErrors> {
    let findings = Findings::default();
    let counted = count(path, &findings);
    findings.finish(&path.display().to_string())?;
    Ok(counted.unwrap_or_default())
}

fn count(path: &Path, findings: &Findings) -> Option<Contents> {
    let configs = Configs::read(path, findings)?;
    let networks = networks(configs.circuit(), findings)?;
    let mut contents = Contents::default();
    let nodes = networks.required("nodes").and_then(|list| nodes::read(&list, findings));
    for own in nodes.iter().flatten() {
        let model_type = own.elements.attribute("model_type");
        let mut types: Vec<(i64, String, usize)> = Vec::new();
        for node in 0..own.len() {
            let id = own.elements.types.id(own.elements.row[node]);
            let model_type = model_type.text(node).unwrap_or_default();
            match types.iter_mut().find(|(other, word, _)| *other == id && *word == model_type) {
                Some((.., count)) => *count += 1,
                None => types.push((id, model_type, 1)),
            }
        }
        types.sort();
        contents.nodes.push(NodeCount { population: own.name().to_owned(), types, nodes: own.len() });
    }
    for item in networks.get("edges").iter().flat_map(|list| list.list()) {
        let types = nodes::types(&item, "edge_types_file", "edge_type_id", findings);
        let path = item.required("edges_file").and_then(|node| node.path());
        let (Some(types), Some(path)) = (types, path) else { continue };
        let Some(file) = H5::open(&path, "file of edges", findings) else { continue };
        for name in file.groups("edges").unwrap_or_default() {
            let path = format!("edges/{name}");
            // No attribute has this name: none is read.
            let Some(elements) = Elements::read(&file, &path, &EDGES, &types, &[""], findings) else { continue };
            let mut count = vec![0; types.len()];
            elements.row.iter().for_each(|&row| count[row as usize] += 1);
            let mut types: Vec<(i64, usize)> =
                (0..).zip(count).filter(|(_, count)| *count > 0).map(|(row, count)| (types.id(row), count)).collect();
            types.sort_unstable();
            let end =
                |what: &str| file.text_attribute(&format!("{path}/{what}"), "node_population").unwrap_or_default();
            let (source, target) = (end("source_node_id"), end("target_node_id"));
            contents.edges.push(EdgeCount { population: name, source, target, types, edges: elements.len() });
        }
    }
    let inputs = configs.simulation().and_then(|simulation| simulation.get("inputs", findings));
    for (name, input) in inputs.iter().filter_map(|inputs| inputs.object()).flatten() {
        let text = |key: &str| input.get(key).and_then(|item| item.value.as_str()).unwrap_or("").to_owned();
        if text("input_type") != "spikes" {
            continue;
        }
        let Some(path) = input.required("input_file").and_then(|item| item.path()) else { continue };
        for own in spikes::read(&path, &text("module"), findings).into_iter().flatten() {
            contents.spikes.push(SpikeCount {
                input: name.to_owned(),
                population: own.population,
                spikes: own.times.len(),
            });
        }
    }
    Some(contents)
}
