//! Populations of edges: connections with their weights, delays and places.

mod draws;
mod wrong;

use std::collections::HashMap;
use std::rc::Rc;

use huxley_model::network::{Connection, Connections, Distribution, Network, Projection, Rule, Site};

use super::cells::{Cells, Components, source_name};
use super::config::Item;
use super::edge_types::{EdgeType, EdgeTypes, Overrides};
use super::elements::{Attribute, EDGES, Elements};
use super::findings::Findings;
use super::h5::H5;
use super::nodes::{Nodes, Place, types};
use draws::{Choices, Draws};
use wrong::Wrong;

/// Attributes of edges that are read.
const WANTED: [&str; 12] = [
    "syn_weight",
    "delay",
    "afferent_section_id",
    "afferent_section_pos",
    "sec_id",
    "sec_x",
    "nsyns",
    "weight_function",
    "model_template",
    "dynamics_params",
    "target_sections",
    "is_gap_junction",
];

/// Synapses that one row may stand for.
const MOST_SYNAPSES: i64 = 10_000;

/// What edges are made with.
pub(super) struct Context<'a> {
    pub(super) nodes: &'a [Nodes],
    /// The cells of each population; none where something is wrong with them.
    pub(super) cells: &'a [Option<Cells>],
    pub(super) components: &'a Components<'a>,
    pub(super) seed: u64,
    pub(super) findings: &'a Findings,
}

/// Reads all edges that `networks.edges` names.
pub(super) fn read(list: &Item<'_>, context: &Context<'_>, network: &mut Network) -> Option<()> {
    let mut fine = true;
    for item in list.list() {
        fine &= file(&item, context, network).is_some();
    }
    fine.then_some(())
}

fn file(item: &Item<'_>, context: &Context<'_>, network: &mut Network) -> Option<()> {
    let findings = context.findings;
    let path = item.required("edges_file").and_then(|node| node.path());
    let types = types(item, "edge_types_file", "edge_type_id", findings);
    let file = H5::open(&path?, "file of edges", findings)?;
    let types = types?;
    let Some(names) = file.groups("edges") else {
        return file.error(findings, "edges", "there is no group `edges`", "is this a file of edges?");
    };
    let mut fine = true;
    for name in names {
        let path = format!("edges/{name}");
        fine &= Elements::read(&file, &path, &EDGES, &types, &WANTED, findings)
            .and_then(|elements| population(&file, &path, &elements, context, network))
            .is_some();
    }
    fine.then_some(())
}

/// The ids of one end, and the population they are of.
fn end(file: &H5, path: &str, what: &str, count: usize, context: &Context<'_>) -> Option<(usize, Vec<i64>)> {
    let findings = context.findings;
    let key = format!("{path}/{what}");
    let Some(name) = file.text_attribute(&key, "node_population") else {
        return file.error(
            findings,
            &key,
            "it has no attribute `node_population`",
            "say which population the ids are of",
        );
    };
    let Some(population) = context.nodes.iter().position(|nodes| nodes.name() == name) else {
        let known = crate::model::known_hint(&name, context.nodes.iter().map(Nodes::name));
        return file.error(findings, &key, format!("there is no population of nodes `{name}`"), known);
    };
    let ids = file.integers(&key).map_err(|cause| file.error::<()>(findings, &key, cause, "")).ok()?;
    if ids.len() != count {
        return file.error(findings, &key, format!("{} ids for {count} edges", ids.len()), "the file is damaged");
    }
    Some((population, ids))
}

fn population(file: &H5, path: &str, elements: &Elements, context: &Context<'_>, network: &mut Network) -> Option<()> {
    let source = end(file, path, "source_node_id", elements.len(), context);
    let target = end(file, path, "target_node_id", elements.len(), context);
    let types = EdgeTypes::new(elements, context.components, network, context.findings);
    let (source, sources) = source?;
    let (target, targets) = target?;
    let reader = Reader {
        elements,
        context,
        path,
        source: &context.nodes[source],
        target: &context.nodes[target],
        cells: context.cells[target].as_ref(),
        population: u32::try_from(network.projections.len()).ok()?,
    };
    let (bins, fine) = reader.read(&sources, &targets, types, network);
    if !fine {
        return None;
    }
    reader.projections(bins, network);
    Some(())
}

/// Connections of one kind of synapse.
struct Bin {
    row: u32,
    synapse: usize,
    /// From spike sources, not from cells.
    given: bool,
    weight: f64,
    delay: f64,
    connections: Connections,
}

struct Reader<'a> {
    elements: &'a Elements,
    context: &'a Context<'a>,
    path: &'a str,
    source: &'a Nodes,
    target: &'a Nodes,
    cells: Option<&'a Cells>,
    /// Number of the population among those that draw places.
    population: u32,
}

impl Reader<'_> {
    /// The edges in bins, and whether nothing was wrong.
    fn read(
        &self,
        sources: &[i64],
        targets: &[i64],
        types: Option<EdgeTypes>,
        network: &mut Network,
    ) -> (Vec<Bin>, bool) {
        let elements = self.elements;
        let one_of = |names: [&str; 2]| {
            let [first, second] = names.map(|name| elements.attribute(name));
            if first.in_hdf5() || !second.in_hdf5() { first } else { second }
        };
        let columns = Columns {
            section: one_of(["afferent_section_id", "sec_id"]),
            position: one_of(["afferent_section_pos", "sec_x"]),
            weight: elements.attribute("syn_weight"),
            delay: elements.attribute("delay"),
            count: elements.attribute("nsyns"),
        };
        let mut overrides = Overrides::new(elements, self.context.findings);
        let mut bins: Vec<Bin> = Vec::new();
        let mut known: HashMap<(u32, usize, bool), usize> = HashMap::new();
        let mut wrong = Wrong::default();
        let mut draws = Draws::new(self.context.seed, self.population);
        let mut fine = types.is_some() && overrides.is_some();
        for edge in 0..elements.len() {
            let (Some(source), Some(target)) = self.ends(edge, sources, targets, &mut wrong) else { continue };
            let (Some(types), Some(overrides)) = (&types, &mut overrides) else { continue };
            let row = elements.row[edge];
            let Some(edge_type) = types.get(row) else { continue };
            let Some(synapse) = overrides.synapse(edge, edge_type, network) else {
                fine = false;
                continue;
            };
            let Some(made) = self.edge(edge, target, &columns, edge_type, &mut draws, &mut wrong) else { continue };
            let given = matches!(source, Place::Source(_));
            let (Place::Source(source) | Place::Cell(source)) = source else { continue };
            let bin = *known.entry((row, synapse, given)).or_insert_with(|| {
                let (weight, delay) = (edge_type.weight.unwrap_or(0.0), edge_type.delay.unwrap_or(0.0));
                bins.push(Bin { row, synapse, given, weight, delay, connections: Connections::default() });
                bins.len() - 1
            });
            let connections = &mut bins[bin].connections;
            let connection = |compartment| Connection {
                source,
                target: made.target,
                weight: made.weight,
                delay: made.delay,
                compartment: Some(compartment),
            };
            match made.place {
                Spot::At(compartment) => connections.push(connection(compartment)),
                Spot::Drawn(choices, count) => {
                    for index in 0..count {
                        connections.push(connection(draws.draw(edge, index, &choices)));
                    }
                }
            }
        }
        fine &= !wrong.report(self.context.findings, &elements.file, self.path);
        (bins, fine)
    }

    /// Source and target of an edge; wrong ones are counted.
    fn ends(&self, edge: usize, sources: &[i64], targets: &[i64], wrong: &mut Wrong) -> (Option<Place>, Option<u32>) {
        let source = self.source.find(sources[edge]).map(|node| self.source.places[node as usize]);
        if source.is_none() {
            wrong.source.add(|| format!("edge {edge} has source {}", sources[edge]));
        }
        let target = self.target.find(targets[edge]).map(|node| self.target.places[node as usize]);
        let target = match target {
            Some(Place::Cell(cell)) => Some(cell),
            Some(Place::Source(_)) => {
                wrong.onto_virtual.add(|| format!("edge {edge} ends on node {}", targets[edge]));
                None
            }
            // What is wrong with the node was said.
            Some(Place::None) => None,
            None => {
                wrong.target.add(|| format!("edge {edge} has target {}", targets[edge]));
                None
            }
        };
        (source.filter(|place| *place != Place::None), target)
    }

    /// Weight, delay and place of an edge; what is wrong is counted.
    fn edge(
        &self,
        edge: usize,
        target: u32,
        columns: &Columns<'_>,
        edge_type: &EdgeType,
        draws: &mut Draws,
        wrong: &mut Wrong,
    ) -> Option<Made> {
        let own = |attribute: &Attribute<'_>| attribute.own(edge).map(|value| value.number().unwrap_or(f64::NAN));
        let (weight, delay) = (own(&columns.weight), own(&columns.delay));
        let bad = |value: Option<f64>, typed: Option<f64>| {
            value.or(typed).is_none_or(|value| !(value.is_finite() && value >= 0.0))
        };
        if bad(weight, edge_type.weight) {
            wrong.weight.add(|| format!("edge {edge} has {:?}", weight.or(edge_type.weight)));
            return None;
        }
        if bad(delay, edge_type.delay) {
            wrong.delay.add(|| format!("edge {edge} has {:?}", delay.or(edge_type.delay)));
            return None;
        }
        let section = match columns.section.get(edge) {
            Some(section) => section.integer(),
            None => return self.unplaced(edge, target, weight, delay, columns, edge_type, draws, wrong),
        };
        let Some(position) = columns.position.get(edge).and_then(|position| position.number()) else {
            wrong.no_position.add(|| format!("edge {edge}"));
            return None;
        };
        if !(0.0..=1.0).contains(&position) {
            wrong.position.add(|| format!("edge {edge} has {position}"));
            return None;
        }
        if position == 0.0 || position == 1.0 {
            wrong.ends.add(|| format!("edge {edge}"));
        }
        let shape = self.cells?.shape(target);
        let compartment = section.and_then(|section| shape.compartment(section, position));
        let Some(compartment) = compartment else {
            let typed = section.map_or_else(|| "no whole number".to_owned(), |section| section.to_string());
            wrong.section.add(|| format!("edge {edge} has section {typed} of a cell with {}", shape.sections()));
            return None;
        };
        Some(Made { target, weight, delay, place: Spot::At(compartment) })
    }

    /// The same of an edge without a place.
    #[allow(clippy::too_many_arguments)]
    fn unplaced(
        &self,
        edge: usize,
        target: u32,
        weight: Option<f64>,
        delay: Option<f64>,
        columns: &Columns<'_>,
        edge_type: &EdgeType,
        draws: &mut Draws,
        wrong: &mut Wrong,
    ) -> Option<Made> {
        let Some(targets) = &edge_type.targets else {
            wrong.nowhere.add(|| format!("edge {edge}, of type {}", edge_type.id));
            return None;
        };
        let count = match columns.count.get(edge) {
            Some(count) => count.integer().filter(|count| (0..=MOST_SYNAPSES).contains(count)),
            None => Some(1),
        };
        let Some(count) = count else {
            wrong.synapses.add(|| format!("edge {edge}"));
            return None;
        };
        let cells = self.cells?;
        let key = (self.elements.row[edge], cells.of[target as usize]);
        let choices = draws
            .choices
            .entry(key)
            .or_insert_with(|| Rc::new(cells.shape(target).within(&targets.kinds, targets.nearest, targets.farthest)));
        if choices.is_empty() {
            wrong
                .nowhere
                .add(|| format!("edge {edge}, of type {}, finds no such section within its distances", edge_type.id));
            return None;
        }
        if choices.len() > 1 {
            wrong.drawn.add(|| format!("edge {edge}"));
        }
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
        Some(Made { target, weight, delay, place: Spot::Drawn(Rc::clone(choices), count as u32) })
    }

    /// Adds a projection for each bin.
    fn projections(&self, bins: Vec<Bin>, network: &mut Network) {
        let several = bins.len() > 1;
        for (index, mut bin) in bins.into_iter().enumerate() {
            bin.connections.shrink_to_fit();
            let name = &self.elements.name;
            let mut own = if several { format!("{name}/{}", self.elements.types.id(bin.row)) } else { name.clone() };
            while network.projections.iter().any(|other| other.name == own) {
                own = format!("{own}/{index}");
            }
            network.projections.push(Projection {
                name: own,
                source: if bin.given { source_name(self.source) } else { self.source.name().to_owned() },
                target: self.target.name().to_owned(),
                synapse: bin.synapse,
                rule: Rule::Table(bin.connections),
                weight: Distribution::Constant(bin.weight),
                delay: Distribution::Constant(bin.delay),
                site: Site::Soma,
            });
        }
    }
}

struct Columns<'a> {
    section: Attribute<'a>,
    position: Attribute<'a>,
    weight: Attribute<'a>,
    delay: Attribute<'a>,
    count: Attribute<'a>,
}

/// An edge, read.
struct Made {
    target: u32,
    /// Of its own, over its type's.
    weight: Option<f64>,
    delay: Option<f64>,
    place: Spot,
}

enum Spot {
    At(u32),
    /// This many, among compartments with the running sum of their lengths.
    Drawn(Rc<Choices>, u32),
}
