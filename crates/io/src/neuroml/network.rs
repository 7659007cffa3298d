//! `network`: populations, connections, gap junctions and inputs.

use std::collections::HashMap;
use std::rc::Rc;

use huxley_model::network::{Cell, Distribution, Network, Population, Site, SpikeSources};

use super::cell::{CELLS, CellModel, Cells};
use super::channel::REMARKS;
use super::element::Element;
use super::input::spike_times;
use super::library::Library;
use super::synapse::Synapses;
use super::units::Unit;
use super::{connections, inputs};
use crate::model::{MOST_CELLS, nearest};

/// Types of components that send spikes without being cells.
const GENERATORS: [&str; 3] = ["spikeArray", "spikeGenerator", "spikeGeneratorPoisson"];

/// Spikes of one generator that are listed.
const MOST_SPIKES: f64 = 1e6;

/// Cells, or sources of spikes, of one `population`.
pub(super) struct Group {
    pub members: Members,
    pub size: usize,
    /// Id of what each is an instance of.
    pub component: String,
    /// Index of each instance, where their ids are not simply 0, 1, ...
    ids: Option<HashMap<u64, usize>>,
}

impl Group {
    /// Index of the cell with an id.
    pub fn index(&self, id: u64) -> Option<usize> {
        match &self.ids {
            Some(ids) => ids.get(&id).copied(),
            None => usize::try_from(id).ok().filter(|index| *index < self.size),
        }
    }
}

/// What a population is made of.
pub(super) enum Members {
    /// Index into the network's populations.
    Cells(usize, Rc<CellModel>),
    /// Spikes at given times.
    Listed,
    /// Poisson spikes at a rate, Hz.
    Poisson(f64),
    /// Something that could not be read: what refers to it says nothing more.
    Unread,
}

/// A network while it is read.
pub(super) struct Builder<'a> {
    pub library: &'a Library,
    pub cells: Cells<'a>,
    pub synapses: Synapses,
    pub groups: HashMap<String, Group>,
    pub network: Network,
}

impl<'a> Builder<'a> {
    pub fn new(library: &'a Library, network: Network) -> Self {
        let (cells, groups) = (Cells::new(library), HashMap::new());
        Self { library, cells, synapses: Synapses::default(), groups, network }
    }

    /// Reads everything in a network.
    pub fn read(&mut self, at: &Element) {
        let report = &self.library.report;
        report.known(at, &["temperature"]);
        for population in at.all("population") {
            self.population(population);
        }
        if self.groups.is_empty() && !report.failed() {
            report.error::<()>(
                at,
                "the network has no populations",
                "add <population id=\"...\" component=\"...\" size=\"1\"/>",
            );
        }
        let mut wiring = connections::Wiring::default();
        let mut drives = inputs::Drives::default();
        for child in &at.children {
            match child.tag.as_str() {
                "population" => {}
                "projection" => wiring.projection(self, child),
                "synapticConnection" | "synapticConnectionWD" => wiring.single(self, child),
                "electricalProjection" => wiring.electrical(self, child),
                "explicitInput" => drives.explicit(self, child),
                "inputList" => drives.list(self, child),
                // Places of cells, and what surrounds them, move nothing here.
                "space" | "region" | "extracellularProperties" | "cellSet" => {}
                tag if REMARKS.contains(&tag) => {}
                tag => {
                    let hint = "read are population, projection, synapticConnection, electricalProjection, explicitInput \
                                and inputList";
                    report.unsupported::<()>(child, format!("<{tag}> is"), hint);
                }
            }
        }
        wiring.finish(self);
        drives.finish(self);
    }

    fn population(&mut self, at: &Element) {
        let report = &self.library.report;
        report.known(at, &["component", "size", "extracellularProperties"]);
        let Some(id) = report.required(at, "id") else { return };
        if self.groups.contains_key(id) {
            report.error::<()>(
                at,
                format!("the id `{id}` is taken by another population"),
                "give each an id of its own",
            );
            return;
        }
        let (size, ids) = self.size(at).unwrap_or_default();
        let members = self.members(at, id, size).unwrap_or(Members::Unread);
        let component = at.get("component").unwrap_or("").to_owned();
        self.groups.insert(id.to_owned(), Group { members, size, component, ids });
    }

    /// How many there are, and the index of each id where instances are listed in another order.
    fn size(&self, at: &Element) -> Option<(usize, Option<HashMap<u64, usize>>)> {
        let report = &self.library.report;
        let instances: Vec<&Element> = at.all("instance").collect();
        let given = report.whole_or(at, "size", instances.len() as u64)?;
        let size = if instances.is_empty() { given } else { instances.len() as u64 };
        if size != given {
            report.warn_at(at, format!("size=\"{given}\", and {size} instances: the instances count"));
        }
        if size == 0 && at.get("size").is_none() {
            return report.error(at, "the population has neither a size nor instances", "add size=\"1\"");
        }
        if size > MOST_CELLS as u64 {
            return report.error(at, format!("{size} cells are more than {MOST_CELLS}"), "");
        }
        let mut ids = HashMap::new();
        for (index, instance) in instances.iter().enumerate() {
            let id = match instance.get("id") {
                Some(_) => report.whole_or(instance, "id", 0)?,
                None => index as u64,
            };
            if ids.insert(id, index).is_some() {
                return report.error(
                    instance,
                    format!("a second instance with the id {id}"),
                    "give each an id of its own",
                );
            }
        }
        let plain = ids.iter().all(|(id, index)| *id == *index as u64);
        Some((size as usize, (!plain).then_some(ids)))
    }

    fn members(&mut self, at: &Element, id: &str, size: usize) -> Option<Members> {
        let report = &self.library.report;
        let wanted = [CELLS.as_slice(), &GENERATORS].concat();
        let component = self.library.referred(at, "component", &wanted, "cell or source of spikes")?;
        let trains = match component.tag.as_str() {
            "spikeArray" => spike_times(self.library, component)?,
            "spikeGenerator" => {
                report.known(component, &["period"]);
                let period = report.positive(component, "period", Unit::Time)?;
                // Longer than the run, for runs that are told to go on.
                let until = (10.0 * self.network.run.duration).max(60e3);
                let count = (until / period).floor();
                if count > MOST_SPIKES / size.max(1) as f64 {
                    let hint = "give it a longer period, or the population fewer";
                    return report.error(
                        component,
                        format!("the generators fire more than {MOST_SPIKES} spikes"),
                        hint,
                    );
                }
                report.warn_at(component, format!("the spikes of `{}` are listed for {until} ms", component.id()));
                (1..=count as u64).map(|spike| spike as f64 * period).collect()
            }
            "spikeGeneratorPoisson" => {
                report.known(component, &["averageRate"]);
                return Some(Members::Poisson(1e3 * report.positive(component, "averageRate", Unit::Rate)?));
            }
            _ => {
                let model = self.cells.cell(component)?;
                self.network.populations.push(population(id, &model, size));
                return Some(Members::Cells(self.network.populations.len() - 1, model));
            }
        };
        if (trains.len() * size) as f64 > 10.0 * MOST_SPIKES {
            return report.error(at, format!("the population fires {} spikes", trains.len() * size), "make it smaller");
        }
        self.network.sources.push(SpikeSources { name: id.to_owned(), trains: vec![trains; size] });
        Some(Members::Listed)
    }

    /// The shortest delay, ms.
    pub fn tick(&self) -> f64 {
        self.network.run.dt
    }

    /// The population an attribute names.
    pub fn group(&self, at: &Element, attribute: &str) -> Option<(&str, &Group)> {
        let name = self.library.report.required(at, attribute)?;
        self.group_named(at, name)
    }

    fn group_named(&self, at: &Element, name: &str) -> Option<(&str, &Group)> {
        let found = self.groups.get_key_value(name).map(|(name, group)| (name.as_str(), group));
        found.or_else(|| {
            let near = nearest(name, self.groups.keys().map(String::as_str));
            let hint = near.map_or_else(|| "add a <population>".to_owned(), |near| format!("did you mean `{near}`?"));
            self.library.report.error(at, format!("there is no population `{name}`"), hint)
        })
    }

    /// Population and index of the cell an attribute names: `../pop/3/cell`, `pop[3]`.
    pub fn cell(&self, at: &Element, attribute: &str) -> Option<(&str, usize)> {
        let text = self.library.report.required(at, attribute)?;
        let Some((name, id)) = path(text) else {
            let hint = "write \"pop[0]\" or \"../pop/0/component\"";
            return self.library.report.error(at, format!("{attribute}=\"{text}\" names no cell"), hint);
        };
        let (name, group) = self.group_named(at, name)?;
        Some((name, self.index(at, group, name, id)?))
    }

    /// Index of the cell with an id.
    pub fn index(&self, at: &Element, group: &Group, name: &str, id: u64) -> Option<usize> {
        group.index(id).or_else(|| {
            if matches!(group.members, Members::Unread) {
                return None;
            }
            let hint = format!("the population has {} cells, counted from 0", group.size);
            self.library.report.error(at, format!("there is no cell {id} in `{name}`"), hint)
        })
    }

    /// The compartment that attributes of `at` name: a segment and a fraction along it, or the root's middle.
    pub fn compartment(&self, at: &Element, model: &CellModel, segment: &str, fraction: &str) -> Option<usize> {
        let report = &self.library.report;
        let id = match at.get(segment) {
            Some(text) => match text.parse::<i64>() {
                Ok(id) => Some(id),
                Err(_) => return report.error(at, format!("{segment}=\"{text}\" is not the number of a segment"), ""),
            },
            None => None,
        };
        let along = report.fraction_or(at, fraction, 0.5)?;
        // A segment 0 that is not there stands for the only one of a point cell.
        let found = model.compartment(id, along);
        found.or_else(|| report.error(at, format!("the cell has no segment {}", id.unwrap_or(0)), ""))
    }
}

/// Population and number in `pop[3]`, `../pop/3/cell`, `pop/3`.
pub(super) fn path(text: &str) -> Option<(&str, u64)> {
    let text = text.trim_start_matches("../").trim_start_matches('/');
    let (name, rest) = match text.find(['[', '/']) {
        Some(end) => (&text[..end], &text[end + 1..]),
        None => return None,
    };
    let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
    let id = rest[..digits].parse().ok()?;
    let rest = &rest[digits..];
    let closed =
        if text.as_bytes()[name.len()] == b'[' { rest == "]" } else { rest.is_empty() || rest.starts_with('/') };
    (!name.is_empty() && closed).then_some((name, id))
}

fn population(id: &str, model: &CellModel, size: usize) -> Population {
    let root = model.compartment(None, 0.5).unwrap_or(0);
    Population {
        name: id.to_owned(),
        shapes: vec![model.shape.clone()],
        cells: vec![Cell { shape: 0, label: None }; size],
        discretisation: model.discretisation,
        membrane: model.membrane.clone(),
        membranes: Vec::new(),
        v_init: Distribution::Constant(model.v_init),
        threshold: model.threshold,
        detector: Site::Compartment(root),
        signalling: None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_named_in_two_ways() {
        assert_eq!(path("hhpop[0]"), Some(("hhpop", 0)));
        assert_eq!(path("../pop/12/cell"), Some(("pop", 12)));
        assert_eq!(path("pop/12"), Some(("pop", 12)));
        assert_eq!(path("../pop[3]"), Some(("pop", 3)));
        for wrong in
            ["", "pop", "pop[", "pop[]", "pop[1", "pop[1]x", "pop/x", "[0]", "pop/-1/c", "pop[99999999999999999999]"]
        {
            assert_eq!(path(wrong), None, "{wrong}");
        }
    }
}
