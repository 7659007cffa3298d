//! Projections, single connections, and gap junctions.

use std::collections::{HashMap, HashSet};

use huxley_model::network::{
    CellSelection, Connection, Connections, Distribution, GapJunctions, GapPair, Projection, Rule, Site, Stimulus,
    StimulusKind, Target,
};

use super::channel::REMARKS;
use super::element::{Element, Place};
use super::input::NEVER;
use super::network::{Builder, Members};
use super::sections::Names;
use super::synapse::Part;
use super::units::Unit;

/// Connections as they are found, by where they go.
#[derive(Default)]
pub(super) struct Wiring {
    names: Names,
    /// Connections made one by one, by source, target and kind.
    single: HashMap<(String, String, usize), usize>,
    /// Where spikes of a population leave its cells, and the first that says so.
    leaving: HashMap<usize, usize>,
    /// Connections of cells that fire at random: population, cell, target, cell, compartment, part, weight, delay.
    random: Vec<Random>,
    /// Connections with delays shorter than a tick.
    early: usize,
}

struct Random {
    place: Place,
    source: (String, usize),
    rate: f64,
    target: (String, usize),
    compartment: usize,
    part: Part,
    weight: f64,
    delay: f64,
}

/// One connection, resolved.
struct Wire {
    place: Place,
    source: (String, usize),
    target: (String, usize),
    compartment: usize,
    weight: f64,
    delay: f64,
}

impl Wiring {
    /// `projection`.
    pub fn projection(&mut self, builder: &mut Builder<'_>, at: &Element) {
        let report = &builder.library.report;
        report.known(at, &["presynapticPopulation", "postsynapticPopulation", "synapse"]);
        let source = builder.group(at, "presynapticPopulation").map(|(name, _)| name.to_owned());
        let target = builder.group(at, "postsynapticPopulation").map(|(name, _)| name.to_owned());
        let parts = builder.synapses.referred(builder.library, at, "synapse");
        let (Some(source), Some(target), Some(parts)) = (source, target, parts) else { return };
        let mut wires = Vec::new();
        for child in &at.children {
            match child.tag.as_str() {
                "connection" | "connectionWD" => {
                    report.known(child, &CONNECTION);
                    let Some(wire) = self.wire(builder, child, "preCellId", "postCellId") else { continue };
                    for (attribute, named, own) in
                        [("preCellId", &wire.source.0, &source), ("postCellId", &wire.target.0, &target)]
                    {
                        if named != own {
                            let message =
                                format!("{attribute} names a cell of `{named}`, in a projection with `{own}`");
                            report.error::<()>(child, message, "name a cell of the projection's population");
                        }
                    }
                    wires.push(wire);
                }
                tag if REMARKS.contains(&tag) => {}
                tag => {
                    let hint = "read are connection and connectionWD";
                    report.unsupported::<()>(child, format!("<{tag}> in a projection is"), hint);
                }
            }
        }
        let name = if at.id().is_empty() { format!("{source}_{target}") } else { at.id().to_owned() };
        for part in parts.iter() {
            let name = self.names.unique(name.clone());
            self.add(builder, &name, *part, &wires);
        }
    }

    /// `synapticConnection` and `synapticConnectionWD`.
    pub fn single(&mut self, builder: &mut Builder<'_>, at: &Element) {
        builder.library.report.known(at, &["from", "to", "synapse", "destination", "weight", "delay"]);
        let parts = builder.synapses.referred(builder.library, at, "synapse");
        let wire = self.wire(builder, at, "from", "to");
        let (Some(parts), Some(wire)) = (parts, wire) else { return };
        for part in parts.iter() {
            let key = (wire.source.0.clone(), wire.target.0.clone(), part.kind);
            if let Some(&known) = self.single.get(&key) {
                if let Rule::Table(rows) = &mut builder.network.projections[known].rule {
                    rows.push(row(&wire, part));
                }
                continue;
            }
            let name = self.names.unique(format!("{}_{}", key.0, key.1));
            let before = builder.network.projections.len();
            self.add(builder, &name, *part, std::slice::from_ref(&wire));
            if builder.network.projections.len() > before {
                self.single.insert(key, before);
            }
        }
    }

    /// Source, target, place, weight and delay of a connection.
    fn wire(&mut self, builder: &mut Builder<'_>, at: &Element, from: &str, to: &str) -> Option<Wire> {
        let report = &builder.library.report;
        let source = builder.cell(at, from).map(|(name, index)| (name.to_owned(), index));
        let target = builder.cell(at, to).map(|(name, index)| (name.to_owned(), index));
        let weight =
            if at.get("weight").is_some() { report.not_negative(at, "weight", Unit::Number) } else { Some(1.0) };
        let delay = if at.get("delay").is_some() { report.not_negative(at, "delay", Unit::Time) } else { Some(0.0) };
        let (source, target, weight, delay) = (source?, target?, weight?, delay?);
        let compartment = match &builder.groups[&target.0].members {
            Members::Cells(_, model) => builder.compartment(at, model, "postSegmentId", "postFractionAlong")?,
            Members::Unread => return None,
            Members::Listed | Members::Poisson(_) => {
                let hint = "connect to cells";
                return report.unsupported(at, format!("`{}` fires on its own; synapses on it are", target.0), hint);
            }
        };
        self.leaves(builder, at, &source.0)?;
        let tick = builder.tick();
        let early = delay < tick * (1.0 - 1e-9);
        self.early += usize::from(early);
        Some(Wire { place: at.place, source, target, compartment, weight, delay: if early { tick } else { delay } })
    }

    /// That all spikes of a population leave its cells at one place, which becomes their detector.
    fn leaves(&mut self, builder: &mut Builder<'_>, at: &Element, source: &str) -> Option<()> {
        let report = &builder.library.report;
        let (index, place) = match &builder.groups[source].members {
            Members::Cells(index, model) => {
                (*index, builder.compartment(at, model, "preSegmentId", "preFractionAlong")?)
            }
            Members::Unread => return None,
            _ => return Some(()),
        };
        match self.leaving.insert(index, place) {
            Some(before) if before != place => {
                self.leaving.insert(index, before);
                report.unsupported(
                    at,
                    format!("spikes of `{source}` that leave its cells at different places are"),
                    "give all its connections the same preSegmentId and preFractionAlong",
                )
            }
            Some(_) => Some(()),
            None => {
                builder.network.populations[index].detector = Site::Compartment(place);
                Some(())
            }
        }
    }

    /// Adds a projection with one part of a synapse.
    fn add(&mut self, builder: &mut Builder<'_>, name: &str, part: Part, wires: &[Wire]) {
        let Some(first) = wires.first() else { return };
        if let Members::Poisson(rate) = builder.groups[&first.source.0].members {
            self.random.extend(wires.iter().map(|wire| Random {
                place: wire.place,
                source: wire.source.clone(),
                rate,
                target: wire.target.clone(),
                compartment: wire.compartment,
                part,
                weight: wire.weight,
                delay: wire.delay,
            }));
            return;
        }
        let rows: Connections = wires.iter().map(|wire| row(wire, &part)).collect();
        builder.network.projections.push(Projection {
            name: name.to_owned(),
            source: first.source.0.clone(),
            target: first.target.0.clone(),
            synapse: part.kind,
            rule: Rule::Table(rows),
            weight: Distribution::Constant(part.conductance),
            delay: Distribution::Constant(builder.tick()),
            site: Site::Soma,
        });
    }

    /// `electricalProjection`.
    pub fn electrical(&mut self, builder: &mut Builder<'_>, at: &Element) {
        let report = &builder.library.report;
        report.known(at, &["presynapticPopulation", "postsynapticPopulation"]);
        let first = builder.group(at, "presynapticPopulation").map(|(name, _)| name.to_owned());
        let second = builder.group(at, "postsynapticPopulation").map(|(name, _)| name.to_owned());
        let (Some(first), Some(second)) = (first, second) else { return };
        let mut pairs: HashMap<(usize, usize), Vec<GapPair>> = HashMap::new();
        let mut order = Vec::new();
        for child in &at.children {
            match child.tag.as_str() {
                "electricalConnection" | "electricalConnectionInstance" | "electricalConnectionInstanceW" => {
                    let Some((places, pair)) = gap(builder, child, &first, &second) else { continue };
                    let list = pairs.entry(places).or_default();
                    if list.is_empty() {
                        order.push(places);
                    }
                    list.push(pair);
                }
                tag if REMARKS.contains(&tag) => {}
                tag => {
                    report.unsupported::<()>(child, format!("<{tag}> in an electrical projection is"), "");
                }
            }
        }
        for places in order {
            builder.network.gap_junctions.push(GapJunctions {
                name: self.names.unique(if at.id().is_empty() {
                    format!("{first}_{second}")
                } else {
                    at.id().to_owned()
                }),
                first: first.clone(),
                second: second.clone(),
                pairs: pairs.remove(&places).unwrap_or_default(),
                first_site: Site::Compartment(places.0),
                second_site: Site::Compartment(places.1),
                coupling_step: None,
            });
        }
    }

    /// What is known only when all connections are.
    pub fn finish(self, builder: &mut Builder<'_>) {
        let tick = builder.tick();
        if self.early > 0 {
            builder.library.report.warn(format!(
                "{} connections have delays below one tick, {tick} ms, or none: that is the shortest there is, and what they get",
                self.early
            ));
        }
        let mut sources = HashSet::new();
        for random in &self.random {
            if !sources.insert(&random.source) {
                let (name, cell) = &random.source;
                let at = Element::standing_at("connection", random.place);
                builder.library.report.unsupported::<()>(
                    &at,
                    format!("cell {cell} of `{name}` fires at random, and spikes at random into several synapses are"),
                    "use a spikeArray, or a generator for each synapse",
                );
                continue;
            }
            builder.network.stimuli.push(Stimulus {
                name: format!("{}_{}_{}_{}", random.source.0, random.source.1, random.target.0, random.target.1),
                target: Target {
                    population: random.target.0.clone(),
                    cells: CellSelection::Indices(vec![random.target.1]),
                    site: Site::Compartment(random.compartment),
                },
                kind: StimulusKind::Poisson {
                    synapse: random.part.kind,
                    weight: random.weight * random.part.conductance,
                    rate: random.rate,
                    start: random.delay,
                    stop: NEVER,
                },
            });
        }
    }
}

/// Attributes of a connection.
const CONNECTION: [&str; 9] = [
    "preCellId",
    "postCellId",
    "preSegmentId",
    "postSegmentId",
    "preFractionAlong",
    "postFractionAlong",
    "destination",
    "weight",
    "delay",
];

#[allow(clippy::cast_possible_truncation)]
fn row(wire: &Wire, part: &Part) -> Connection {
    Connection {
        source: wire.source.1 as u32,
        target: wire.target.1 as u32,
        weight: Some(wire.weight * part.conductance),
        delay: Some(wire.delay),
        compartment: Some(wire.compartment as u32),
    }
}

/// Compartments and cells of a gap junction.
#[allow(clippy::cast_possible_truncation)]
fn gap(builder: &Builder<'_>, at: &Element, first: &str, second: &str) -> Option<((usize, usize), GapPair)> {
    let report = &builder.library.report;
    report.known(
        at,
        &[
            "preCell",
            "postCell",
            "preSegment",
            "postSegment",
            "preFractionAlong",
            "postFractionAlong",
            "synapse",
            "weight",
        ],
    );
    let junction = builder.library.referred(at, "synapse", &["gapJunction"], "gap junction");
    let conductance = junction.and_then(|junction| report.not_negative(junction, "conductance", Unit::Conductance));
    let weight = if at.get("weight").is_some() { report.not_negative(at, "weight", Unit::Number) } else { Some(1.0) };
    let end = |cell: &str, segment: &str, fraction: &str, own: &str| {
        let text = report.required(at, cell)?;
        let group = &builder.groups[own];
        let index = match text.parse::<u64>() {
            Ok(id) => builder.index(at, group, own, id)?,
            Err(_) => {
                let (name, index) = builder.cell(at, cell)?;
                if name != own {
                    let message = format!("{cell} names a cell of `{name}`, in a projection with `{own}`");
                    return report.error(at, message, "name a cell of the projection's population");
                }
                index
            }
        };
        match &group.members {
            Members::Cells(_, model) => Some((builder.compartment(at, model, segment, fraction)?, index)),
            Members::Unread => None,
            _ => report.error(at, format!("`{own}` has no membrane for a gap junction"), "join cells"),
        }
    };
    let one = end("preCell", "preSegment", "preFractionAlong", first);
    let other = end("postCell", "postSegment", "postFractionAlong", second);
    let (one, other) = (one?, other?);
    let pair = GapPair { first: one.1 as u32, second: other.1 as u32, conductance: conductance? * weight? };
    Some(((one.0, other.0), pair))
}
