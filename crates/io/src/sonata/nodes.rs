//! Populations of nodes: their ids, and what became of each in the network.

use std::collections::HashMap;
use std::rc::Rc;

use super::config::Item;
use super::elements::{Elements, NODES};
use super::findings::Findings;
use super::h5::H5;
use super::types::Types;

/// Nodes a population may have.
const MOST: usize = 20_000_000;

/// What a node became.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// A cell, by its index in the population.
    Cell(u32),
    /// A source of given spikes, by its index among the population's.
    Source(u32),
    /// Neither: an error was noted.
    None,
}

/// A population of nodes.
#[derive(Clone, Debug)]
pub(super) struct Nodes {
    /// Attributes of the nodes, in order of the file.
    pub(super) elements: Elements,
    /// Ids in order of the file; empty where they count from 0.
    ids: Vec<i64>,
    by_id: HashMap<i64, u32>,
    /// What became of each node.
    pub(super) places: Vec<Place>,
}

impl Nodes {
    pub(super) fn name(&self) -> &str {
        &self.elements.name
    }

    pub(super) fn len(&self) -> usize {
        self.elements.len()
    }

    /// Whether ids are places in the file.
    pub(super) fn counts_from_0(&self) -> bool {
        self.ids.is_empty()
    }

    /// Id of the node at a place in the file.
    #[allow(clippy::cast_possible_wrap)]
    pub(super) fn id(&self, node: usize) -> i64 {
        self.ids.get(node).copied().unwrap_or(node as i64)
    }

    /// The place in the file of an id.
    pub(super) fn find(&self, id: i64) -> Option<u32> {
        if self.ids.is_empty() {
            return u32::try_from(id).ok().filter(|&node| (node as usize) < self.len());
        }
        self.by_id.get(&id).copied()
    }
}

/// Reads all populations that `networks.nodes` names.
pub(super) fn read(list: &Item<'_>, findings: &Findings) -> Option<Vec<Nodes>> {
    let mut all: Vec<Nodes> = Vec::new();
    let mut fine = true;
    for item in list.list() {
        match file(&item, findings) {
            Some(nodes) => {
                for own in nodes {
                    if all.iter().any(|other| other.name() == own.name()) {
                        let message = format!("population `{}` is there twice", own.name());
                        findings.error::<()>(&own.elements.file, format!("nodes/{}", own.name()), message, "");
                        fine = false;
                    } else {
                        all.push(own);
                    }
                }
            }
            None => fine = false,
        }
    }
    fine.then_some(all)
}

/// The table of types that `key` of an entry names; an empty one where it names none.
pub(super) fn types(item: &Item<'_>, key: &str, id: &str, findings: &Findings) -> Option<Rc<Types>> {
    match item.get(key) {
        Some(node) => Types::read(&node.path()?, id, findings).map(Rc::new),
        None => item.error(format!("`{key}` is missing"), format!("add \"{key}\": a table with a column {id}")),
    }
}

fn file(item: &Item<'_>, findings: &Findings) -> Option<Vec<Nodes>> {
    let path = item.required("nodes_file").and_then(|node| node.path());
    let types = types(item, "node_types_file", "node_type_id", findings);
    let file = H5::open(&path?, "file of nodes", findings)?;
    let types = types?;
    let Some(names) = file.groups("nodes") else {
        return file.error(findings, "nodes", "there is no group `nodes`", "is this a file of nodes?");
    };
    let read: Vec<Option<Nodes>> = names.iter().map(|name| population(&file, name, &types, findings)).collect();
    read.into_iter().collect()
}

fn population(file: &H5, name: &str, types: &Rc<Types>, findings: &Findings) -> Option<Nodes> {
    let path = format!("nodes/{name}");
    let elements = Elements::read(file, &path, &NODES, types, &[], findings)?;
    let count = elements.len();
    if count > MOST {
        return file.error(findings, &path, format!("{count} nodes are more than {MOST}"), "");
    }
    let mut nodes = Nodes { elements, ids: Vec::new(), by_id: HashMap::new(), places: vec![Place::None; count] };
    if file.has(&path, "node_id") {
        let key = format!("{path}/node_id");
        let ids = file.integers(&key).map_err(|cause| file.error::<()>(findings, &key, cause, "")).ok()?;
        if ids.len() != count {
            return file.error(findings, &key, format!("{} ids for {count} nodes", ids.len()), "the file is damaged");
        }
        if (0..).zip(&ids).any(|(node, &id): (i64, _)| node != id) {
            for (node, &id) in (0..).zip(&ids) {
                if id < 0 || nodes.by_id.insert(id, node).is_some() {
                    return file.error(
                        findings,
                        &key,
                        format!("id {id} is negative or there twice"),
                        "give each node an id of its own",
                    );
                }
            }
            nodes.ids = ids;
        }
    }
    Some(nodes)
}
