//! Who is connected to whom in a circuit: its components need not be there.

use std::path::Path;
use std::rc::Rc;

use super::elements::{Attribute, EDGES, Elements};
use super::findings::{Findings, Tally};
use super::h5::H5;
use super::nodes::{self, Nodes};
use super::types::Types;
use super::{Configs, networks};
use crate::connectome::edges::Edges;
use crate::connectome::ids::Ids;
use crate::model::{ModelErrors, known_hint};
use crate::tables::Cell;

/// Attributes of edges that are read.
const WANTED: [&str; 2] = ["syn_weight", "nsyns"];

/// The graph of a circuit.
#[derive(Clone, Debug)]
pub struct Graph {
    /// Its nodes, virtual ones too, and its edges, a row each. Weights are `syn_weight` times `nsyns`, each 1 where it is not said.
    pub edges: Edges,
    /// Whether edges have a `syn_weight`, in uS; else weights are numbers of synapses.
    pub conductances: bool,
}

/// Reads the nodes and edges of the circuit or simulation that the file at `path` configures, or the edges of a file of them (`.h5`),
/// whose nodes are those that an edge names. Shapes, mechanisms and synapses' parameters are not read.
///
/// # Errors
/// With everything that is wrong with the configurations, the tables of types and the files of nodes and edges.
pub fn graph(path: &Path) -> Result<Graph, ModelErrors> {
    let findings = Findings::default();
    let is_hdf5 = path.extension().is_some_and(|end| end.eq_ignore_ascii_case("h5"));
    let graph = if is_hdf5 { of_file(path, &findings) } else { of_circuit(path, &findings) };
    if graph.is_none() && !findings.failed() {
        findings.error::<()>(&path.display().to_string(), "", "the circuit cannot be read", "");
    }
    findings.finish(&path.display().to_string())?;
    Ok(graph.unwrap_or_else(Builder::default).finish())
}

/// A graph as it grows.
#[derive(Default)]
struct Builder {
    edges: Edges,
    weights: bool,
    counts: bool,
}

impl Builder {
    fn finish(mut self) -> Graph {
        self.edges.weighted = self.weights || self.counts;
        Graph { edges: self.edges, conductances: self.weights }
    }

    /// Adds the edges of a population; `index` says which cell an id of either end is.
    fn add(
        &mut self,
        elements: &Elements,
        file: &H5,
        path: &str,
        findings: &Findings,
        mut index: impl FnMut(usize, i64, &mut Ids) -> Option<u32>,
    ) -> Option<()> {
        const ENDS: [&str; 2] = ["source_node_id", "target_node_id"];
        let read = |what: &str| {
            let key = format!("{path}/{what}");
            let ids = file.integers(&key).map_err(|cause| file.error::<()>(findings, &key, cause, "")).ok()?;
            if ids.len() == elements.len() {
                return Some(ids);
            }
            let message = format!("{} ids for {} edges", ids.len(), elements.len());
            file.error(findings, &key, message, "the file is damaged")
        };
        let (sources, targets) = (read(ENDS[0]), read(ENDS[1]));
        let (sources, targets) = (sources?, targets?);
        let [weight, count] = WANTED.map(|name| elements.attribute(name));
        self.weights |= elements.has(WANTED[0]);
        self.counts |= elements.has(WANTED[1]);
        let value = |attribute: &Attribute<'_>, edge| match attribute.get(edge) {
            Some(value) => value.number().filter(|value| value.is_finite()),
            None => Some(1.0),
        };
        let mut wrong: [Tally; 4] = Default::default();
        for edge in 0..elements.len() {
            let ids = [sources[edge], targets[edge]];
            let ends = [index(0, ids[0], &mut self.edges.ids), index(1, ids[1], &mut self.edges.ids)];
            let values = [value(&weight, edge), value(&count, edge)];
            for end in 0..2 {
                if ends[end].is_none() {
                    wrong[end].add(|| format!("edge {edge} has {}", ids[end]));
                }
                if values[end].is_none() {
                    wrong[2 + end].add(|| format!("edge {edge}"));
                }
            }
            if let ([Some(source), Some(target)], [Some(weight), Some(count)]) = (ends, values) {
                self.edges.push(source, target, weight * count);
            }
        }
        let mut fine = true;
        for (tally, key) in wrong.iter().zip(ENDS.into_iter().chain(WANTED)).filter(|(tally, _)| tally.count() > 0) {
            let what =
                if ENDS.contains(&key) { "edges name nodes that there are not" } else { "edges have no such number" };
            let message = format!("{} {what} (the first: {})", tally.count(), tally.first());
            let hint = if ENDS.contains(&key) { "is this the right file of nodes?" } else { "" };
            file.error::<()>(findings, &format!("{path}/{key}"), message, hint);
            fine = false;
        }
        fine.then_some(())
    }
}

/// The population of nodes that an end of edges is of.
fn ends(file: &H5, path: &str, findings: &Findings) -> Option<[String; 2]> {
    let [source, target] = ["source_node_id", "target_node_id"].map(|what| {
        let key = format!("{path}/{what}");
        file.text_attribute(&key, "node_population").or_else(|| {
            let hint = "say which population the ids are of";
            file.error(findings, &key, "it has no attribute `node_population`", hint)
        })
    });
    Some([source?, target?])
}

/// A cell's name, and its index.
fn index(ids: &mut Ids, population: Option<&str>, id: i64) -> Option<u32> {
    match population {
        Some(population) => ids.index(Cell::Text(&format!("{population}[{id}]"))).ok(),
        None => ids.index(Cell::Integer(id)).ok(),
    }
}

fn of_circuit(path: &Path, findings: &Findings) -> Option<Builder> {
    let configs = Configs::read(path, findings)?;
    let networks = networks(configs.circuit(), findings)?;
    let populations = networks.required("nodes").and_then(|list| nodes::read(&list, findings))?;
    let mut builder = Builder::default();
    let mut first = Vec::with_capacity(populations.len());
    for own in &populations {
        let name = (populations.len() > 1).then(|| own.name());
        first.push(u32::try_from(builder.edges.ids.len()).ok()?);
        for node in 0..own.len() {
            index(&mut builder.edges.ids, name, own.id(node))?;
        }
    }
    let mut fine = true;
    for item in networks.get("edges").iter().flat_map(|list| list.list()) {
        let types = nodes::types(&item, "edge_types_file", "edge_type_id", findings);
        let file = item.required("edges_file").and_then(|node| node.path());
        let file = file.and_then(|path| H5::open(&path, "file of edges", findings));
        let (Some(types), Some(file)) = (types, file) else {
            fine = false;
            continue;
        };
        let Some(names) = file.groups("edges") else {
            fine = false;
            file.error::<()>(findings, "edges", "there is no group `edges`", "is this a file of edges?");
            continue;
        };
        for name in names {
            let path = format!("edges/{name}");
            let mut add = || {
                let elements = Elements::read(&file, &path, &EDGES, &types, &WANTED, findings)?;
                let of = ends(&file, &path, findings)?;
                let known = |name: &String| {
                    populations.iter().position(|nodes| nodes.name() == name).or_else(|| {
                        let hint = known_hint(name, populations.iter().map(Nodes::name));
                        file.error(findings, &path, format!("there is no population of nodes `{name}`"), hint)
                    })
                };
                let of = [known(&of[0])?, known(&of[1])?];
                builder.add(&elements, &file, &path, findings, |end, id, _| {
                    populations[of[end]].find(id).map(|node| first[of[end]] + node)
                })
            };
            fine &= add().is_some();
        }
    }
    fine.then_some(builder)
}

fn of_file(path: &Path, findings: &Findings) -> Option<Builder> {
    let file = H5::open(path, "file of edges", findings)?;
    let Some(names) = file.groups("edges") else {
        let hint = if file.groups("nodes").is_some() {
            "it holds nodes: give a file of edges, or the circuit's configuration"
        } else {
            "is this a file of edges?"
        };
        return file.error(findings, "edges", "there is no group `edges`", hint);
    };
    let mut all = Vec::new();
    for name in names {
        let path = format!("edges/{name}");
        let key = format!("{path}/edge_type_id");
        let types = file.integers(&key).map_err(|cause| file.error::<()>(findings, &key, cause, "")).ok();
        let of = ends(&file, &path, findings);
        let types = Rc::new(Types::of(&types?));
        all.push((Elements::read(&file, &path, &EDGES, &types, &WANTED, findings)?, of?, path));
    }
    let mut populations: Vec<&String> = all.iter().flat_map(|(_, of, _)| of).collect();
    populations.sort_unstable();
    populations.dedup();
    let alone = populations.len() == 1;
    let mut builder = Builder::default();
    for (elements, of, path) in &all {
        builder.add(elements, &file, path, findings, |end, id, ids| {
            let population = (!alone).then_some(of[end].as_str());
            if id < 0 { None } else { index(ids, population, id) }
        })?;
    }
    Some(builder)
}
