//! Node sets: which nodes an input or a report is about.

use super::config::{Config, Item};
use super::elements::Datum;
use super::findings::Findings;
use super::nodes::Nodes;
use crate::model::known_hint;

/// Nodes of one population, by their places in the file.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Selected {
    /// Index of the population.
    pub(super) population: usize,
    /// Ascending.
    pub(super) nodes: Vec<u32>,
}

/// The node sets of the configurations.
pub(super) struct NodeSets<'a> {
    /// Objects that define sets, the first one's counting first.
    files: Vec<Item<'a>>,
    populations: &'a [Nodes],
}

/// Sets that compound ones may nest.
const DEEPEST: usize = 32;

/// Reads the files of node sets that the configurations name, as configurations of their own.
pub(super) fn files(configs: &[&Config], findings: &Findings) -> Vec<Config> {
    let named = configs.iter().filter_map(|config| config.get("node_sets_file", findings));
    named.filter_map(|item| Config::read(&item.path()?, findings)).collect()
}

impl<'a> NodeSets<'a> {
    /// The sets of `configs` (under `node_sets`) and of `files` (at the top).
    pub(super) fn new(
        configs: &[&'a Config],
        files: &'a [Config],
        populations: &'a [Nodes],
        findings: &'a Findings,
    ) -> Self {
        let inline = configs.iter().filter_map(|config| config.get("node_sets", findings));
        Self { files: inline.chain(files.iter().map(|file| file.top(findings))).collect(), populations }
    }

    /// The nodes that the value names, or describes.
    pub(super) fn select(&self, item: &Item<'_>) -> Option<Vec<Selected>> {
        let mut chosen = vec![Vec::new(); self.populations.len()];
        self.add(item, &mut chosen, 0)?;
        let selected = chosen.into_iter().enumerate().map(|(population, mut nodes)| {
            nodes.sort_unstable();
            nodes.dedup();
            Selected { population, nodes }
        });
        let selected: Vec<Selected> = selected.filter(|selected| !selected.nodes.is_empty()).collect();
        if selected.is_empty() {
            return item.error(format!("no node is in `{}`", item.typed()), "choose other nodes, or remove this");
        }
        Some(selected)
    }

    fn add(&self, item: &Item<'_>, chosen: &mut [Vec<u32>], depth: usize) -> Option<()> {
        if depth > DEEPEST {
            return item
                .error("node sets stand on each other in a circle", "let sets name others that do not name them");
        }
        if item.value.is_object() {
            return self.basic(item, chosen);
        }
        if item.value.is_array() {
            let list = item.list();
            if list.iter().all(|one| one.value.is_i64()) {
                let every = 0..self.populations.len();
                return self.ids(&list, every, chosen);
            }
            return list.iter().map(|one| self.add(one, chosen, depth + 1)).collect();
        }
        let name = item.text()?;
        if let Some(found) = self.files.iter().find_map(|file| file.get(name)) {
            return self.add(&found, chosen, depth + 1);
        }
        if name == "all" {
            for (population, nodes) in self.populations.iter().enumerate() {
                chosen[population].extend(0..u32::try_from(nodes.len()).ok()?);
            }
            return Some(());
        }
        // A population may be meant where no set is called so.
        if let Some(population) = self.populations.iter().position(|nodes| nodes.name() == name) {
            chosen[population].extend(0..u32::try_from(self.populations[population].len()).ok()?);
            return Some(());
        }
        let sets = self.files.iter().filter_map(|file| file.value.as_object()).flat_map(|file| file.keys());
        let known: Vec<&str> = sets.map(String::as_str).chain(self.populations.iter().map(Nodes::name)).collect();
        item.error(format!("there is no node set `{name}`"), known_hint(name, known))
    }

    fn ids(&self, list: &[Item<'_>], of: impl Iterator<Item = usize>, chosen: &mut [Vec<u32>]) -> Option<()> {
        let ids: Vec<i64> = list.iter().filter_map(|one| one.value.as_i64()).collect();
        for population in of {
            chosen[population].extend(ids.iter().filter_map(|&id| self.populations[population].find(id)));
        }
        Some(())
    }

    /// Rules on attributes, all of which hold.
    fn basic(&self, item: &Item<'_>, chosen: &mut [Vec<u32>]) -> Option<()> {
        let mut rules = Vec::new();
        let mut populations: Vec<usize> = (0..self.populations.len()).collect();
        for (key, rule) in item.object()? {
            let values = rule.list();
            if values.iter().any(|value| value.value.is_object() || value.value.is_array() || value.value.is_null()) {
                return rule.error(
                    format!("`{}` is no value that attributes are compared with", rule.typed()),
                    "write a number, a text, true or false, or a list of these",
                );
            }
            if key == "population" || key == "populations" {
                populations.clear();
                for value in &values {
                    let name = value.text()?;
                    match self.populations.iter().position(|nodes| nodes.name() == name) {
                        Some(found) => populations.push(found),
                        None => {
                            let known = known_hint(name, self.populations.iter().map(Nodes::name));
                            return value.error(format!("there is no population `{name}`"), known);
                        }
                    }
                }
            } else {
                rules.push((key, rule, values));
            }
        }
        for (key, rule, _) in &rules {
            let has = |&population: &usize| *key == "node_id" || self.populations[population].elements.has(key);
            if !populations.iter().any(has) {
                let known = populations.iter().flat_map(|&population| self.populations[population].elements.names());
                return rule
                    .error(format!("no node has an attribute `{key}`"), known_hint(key, known.chain(["node_id"])));
            }
        }
        for population in populations {
            let nodes = &self.populations[population];
            let attributes: Vec<_> = rules.iter().map(|(key, _, _)| nodes.elements.attribute(key)).collect();
            for (index, node) in (0..nodes.len()).zip(0_u32..) {
                let fits = rules.iter().zip(&attributes).all(|((key, _, values), attribute)| {
                    let own =
                        if *key == "node_id" { Some(Datum::Integer(nodes.id(index))) } else { attribute.get(index) };
                    let text = || attribute.text(index);
                    own.is_some_and(|own| values.iter().any(|value| equal(own, text, value.value)))
                });
                if fits {
                    chosen[population].push(node);
                }
            }
        }
        Some(())
    }
}

/// Whether an attribute has a value of a node set.
fn equal(own: Datum<'_>, text: impl Fn() -> Option<String>, value: &serde_json::Value) -> bool {
    match value {
        serde_json::Value::Bool(truth) => match own {
            Datum::Text(text) => text.eq_ignore_ascii_case(if *truth { "true" } else { "false" }),
            _ => own.integer() == Some(i64::from(*truth)),
        },
        #[allow(clippy::float_cmp)]
        serde_json::Value::Number(number) => own.number().is_some_and(|own| number.as_f64() == Some(own)),
        serde_json::Value::String(value) => text().as_deref() == Some(value),
        _ => false,
    }
}
