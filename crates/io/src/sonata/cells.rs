//! From nodes to cells: node types become shapes with membranes, virtual nodes become spike sources.

use std::collections::HashMap;
use std::path::PathBuf;
use std::rc::Rc;

use huxley_model::morphology::{Discretisation, SectionKind};
use huxley_model::network::{Cell, Distribution, Membrane, Network, Population, Site, SpikeSources};

use super::config::{Config, Item};
use super::dynamics::{self, Channels, Dynamics};
use super::findings::Findings;
use super::nodes::{Nodes, Place};
use super::run::Conditions;
use super::shape::{self, Axon, Shape};

/// Where component files are.
pub(super) struct Components<'a> {
    components: Option<Item<'a>>,
    file: &'a str,
}

impl<'a> Components<'a> {
    pub(super) fn new(config: &'a Config, findings: &'a Findings) -> Self {
        Self { components: config.get("components", findings), file: &config.file }
    }

    /// The path of a component in one of its folders.
    pub(super) fn path(&self, folder: &str, name: &str, findings: &Findings) -> Option<PathBuf> {
        let Some(found) = self.components.as_ref().and_then(|components| components.get(folder)) else {
            let key = format!("components.{folder}");
            return findings.error(
                self.file,
                key,
                format!("`{folder}` is missing, and `{name}` is to be found in it"),
                format!("add \"{folder}\""),
            );
        };
        found.path().map(|folder| folder.join(name))
    }
}

/// What tells nodes apart that share neither shape nor membrane.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Variant {
    template: Option<u32>,
    morphology: Option<u32>,
    processing: Option<u32>,
    dynamics: Option<u32>,
    longest: Option<u64>,
}

/// What populations are made with.
pub(super) struct Builder<'a> {
    pub(super) components: &'a Components<'a>,
    pub(super) conditions: &'a Conditions,
    pub(super) findings: &'a Findings,
    pub(super) channels: Channels,
    shapes: HashMap<(PathBuf, Axon, u64), Option<Rc<Shape>>>,
    dynamics: HashMap<PathBuf, Option<Rc<Dynamics>>>,
}

/// The cells of a population, to place synapses on.
#[derive(Clone, Debug, Default)]
pub(super) struct Cells {
    shapes: Vec<Rc<Shape>>,
    /// Shape of each cell.
    pub(super) of: Vec<u32>,
}

impl Cells {
    /// The shape of a cell.
    pub(super) fn shape(&self, cell: u32) -> &Shape {
        &self.shapes[self.of[cell as usize] as usize]
    }
}

/// Texts by number.
#[derive(Default)]
struct Words {
    numbers: HashMap<String, u32>,
    words: Vec<String>,
}

impl Words {
    fn number(&mut self, word: Option<String>) -> Option<u32> {
        let word = word?;
        if let Some(number) = self.numbers.get(&word) {
            return Some(*number);
        }
        let number = u32::try_from(self.words.len()).ok()?;
        self.words.push(word.clone());
        self.numbers.insert(word, number);
        Some(number)
    }

    fn get(&self, number: Option<u32>) -> Option<&str> {
        Some(&self.words[number? as usize])
    }
}

impl<'a> Builder<'a> {
    pub(super) fn new(components: &'a Components<'a>, conditions: &'a Conditions, findings: &'a Findings) -> Self {
        let (shapes, dynamics) = (HashMap::new(), HashMap::new());
        Self { components, conditions, findings, channels: Channels::default(), shapes, dynamics }
    }

    /// Adds the cells and the spike sources of a population of nodes, and says what became of each node. Its cells, none where
    /// something is wrong with them.
    pub(super) fn population(&mut self, nodes: &mut Nodes, network: &mut Network) -> Option<Cells> {
        let (places, variants, members) = self.sort(nodes);
        nodes.places = places;
        let sources = nodes.places.iter().filter(|place| matches!(place, Place::Source(_))).count();
        if sources > 0 {
            let name = source_name(nodes);
            network.sources.push(SpikeSources { name, trains: vec![Vec::new(); sources] });
        }
        if variants.is_empty() {
            return Some(Cells::default());
        }
        let built: Vec<_> = variants.iter().map(|(variant, who)| self.variant(variant, who, nodes)).collect();
        let built = built.into_iter().collect::<Option<Vec<(Rc<Shape>, Membrane)>>>()?;
        let labelled = !nodes.counts_from_0() || sources > 0;
        let node_of = (0..nodes.len()).filter(|&node| matches!(nodes.places[node], Place::Cell(_)));
        let cell = |(shape, node): (u32, usize)| Cell {
            shape: shape as usize,
            label: labelled.then(|| nodes.id(node).to_string()),
        };
        let (shapes, membranes): (Vec<Rc<Shape>>, Vec<Membrane>) = built.into_iter().unzip();
        network.populations.push(Population {
            name: nodes.name().to_owned(),
            shapes: shapes.iter().map(|shape| shape.morphology.clone()).collect(),
            cells: members.iter().copied().zip(node_of).map(cell).collect(),
            // Every section has a number of its own.
            discretisation: Discretisation::PerSection(1),
            membrane: membranes[0].clone(),
            membranes: if membranes.len() > 1 { membranes } else { Vec::new() },
            v_init: Distribution::Constant(self.conditions.v_init),
            threshold: self.conditions.threshold,
            detector: Site::Soma,
            signalling: None,
        });
        Some(Cells { shapes, of: members })
    }

    /// What becomes of each node, the variants there are (with words for the nodes of each), and the variant of each cell.
    fn sort(&self, nodes: &Nodes) -> (Vec<Place>, Vec<(Parts, String)>, Vec<u32>) {
        let findings = self.findings;
        let elements = &nodes.elements;
        let model_type = elements.attribute("model_type");
        let [template, morphology, processing, dynamics] =
            ["model_template", "morphology", "model_processing", "dynamics_params"]
                .map(|name| elements.attribute(name));
        let longest = elements.attribute("dL");
        for name in ["v_init", "celsius"] {
            let attribute = elements.attribute(name);
            if (0..nodes.len()).any(|node| attribute.get(node).is_some()) {
                let message = format!("`{name}` by node of population `{}` is not supported", nodes.name());
                findings.error::<()>(&elements.file, name, message, "give one value in \"conditions\"");
            }
        }
        let mut words = Words::default();
        let mut known: HashMap<Variant, u32> = HashMap::new();
        let mut variants: Vec<(Variant, Vec<i64>)> = Vec::new();
        let (mut places, mut members) = (Vec::with_capacity(nodes.len()), Vec::new());
        let (mut cells, mut sources) = (0, 0);
        let mut foreign: Vec<(String, usize, Vec<i64>)> = Vec::new();
        for node in 0..nodes.len() {
            let row = elements.row[node];
            match model_type.text(node).as_deref() {
                Some("virtual") => {
                    places.push(Place::Source(sources));
                    sources += 1;
                }
                Some("biophysical") => {
                    let variant = Variant {
                        template: words.number(template.text(node)),
                        morphology: words.number(morphology.text(node)),
                        processing: words.number(processing.text(node)),
                        dynamics: words.number(dynamics.text(node)),
                        longest: longest.get(node).and_then(|value| value.number()).map(f64::to_bits),
                    };
                    let next = u32::try_from(variants.len()).unwrap_or(u32::MAX);
                    let index = *known.entry(variant.clone()).or_insert(next);
                    if index == next {
                        variants.push((variant, Vec::new()));
                    }
                    let types = &mut variants[index as usize].1;
                    note(types, i64::from(row));
                    members.push(index);
                    places.push(Place::Cell(cells));
                    cells += 1;
                }
                other => {
                    let name = other.unwrap_or("").to_owned();
                    match foreign.iter_mut().find(|(own, ..)| *own == name) {
                        Some((_, count, types)) => {
                            *count += 1;
                            note(types, i64::from(row));
                        }
                        None => foreign.push((name, 1, vec![i64::from(row)])),
                    }
                    places.push(Place::None);
                }
            }
        }
        for (name, count, types) in foreign {
            let who = self.who(nodes, &types);
            let (message, hint) = if name.is_empty() {
                (format!("{count} nodes of {who} have no `model_type`"), "give the types one: biophysical or virtual")
            } else {
                (
                    format!("{count} nodes of {who} are of model_type `{name}`, which is not supported"),
                    "biophysical and virtual are; describe other cells in a model file",
                )
            };
            findings.error::<()>(&elements.types.file, "model_type", message, hint);
        }
        let dynamics = elements.dynamics_names();
        if !dynamics.is_empty() {
            let key = format!("nodes/{}", nodes.name());
            let message = format!("`dynamics_params` by node are not supported: {}", dynamics.join(", "));
            let hint = "give the node types files of `dynamics_params`";
            findings.error::<()>(&elements.file, key, message, hint);
        }
        let parts = |variant: &Variant| Parts {
            template: words.get(variant.template).map(str::to_owned),
            morphology: words.get(variant.morphology).map(str::to_owned),
            processing: words.get(variant.processing).map(str::to_owned),
            dynamics: words.get(variant.dynamics).map(str::to_owned),
            longest: variant.longest.map(f64::from_bits),
        };
        let named = variants.iter().map(|(variant, types)| (parts(variant), self.who(nodes, types)));
        (places, named.collect(), members)
    }

    /// `population cortex, node types 100, 101`, from rows of the table of types.
    fn who(&self, nodes: &Nodes, rows: &[i64]) -> String {
        let table = &nodes.elements.types;
        let row = |row: &i64| u32::try_from(*row).map(|row| table.id(row).to_string()).unwrap_or_default();
        let ids: Vec<String> = rows.iter().take(8).map(row).collect();
        let more = if rows.len() > 8 { ", ..." } else { "" };
        let word = if rows.len() == 1 { "type" } else { "types" };
        format!("population `{}`, node {word} {}{more}", nodes.name(), ids.join(", "))
    }

    /// The shape and the membrane of a variant; everything wrong with either is noted.
    fn variant(&mut self, parts: &Parts, who: &str, nodes: &Nodes) -> Option<(Rc<Shape>, Membrane)> {
        let (findings, file) = (self.findings, nodes.elements.types.file.as_str());
        let template = match parts.template.as_deref() {
            Some("ctdb:Biophys1" | "ctdb:Biophys1.hoc") | None => Some(()),
            Some(other) => findings.error(
                file,
                "model_template",
                format!("`{other}` of {who} is not supported"),
                "ctdb:Biophys1.hoc with `dynamics_params` is: densities in JSON, as of the Allen Cell Types Database",
            ),
        };
        let axon = shape::axon(parts.processing.as_deref(), file, who, findings);
        let shape = match &parts.morphology {
            None => findings.error(file, "morphology", format!("{who} has no `morphology`"), "name an SWC file"),
            Some(name) => self.morphology(name).and_then(|path| {
                let longest = parts.longest.unwrap_or(self.conditions.longest);
                if !(longest > 0.0 && longest.is_finite()) {
                    return findings.error(
                        file,
                        "dL",
                        format!("`dL` of {who} is {longest}, not above 0"),
                        "give it in um",
                    );
                }
                // Where the axon's fate is unknown the file is read all the same, for what is wrong with it.
                let axon = axon.unwrap_or(Axon::Full);
                let key = (path.clone(), axon, longest.to_bits());
                let made = || shape::read(&path, axon, longest, who, findings).map(Rc::new);
                self.shapes.entry(key).or_insert_with(made).clone()
            }),
        };
        let dynamics = match &parts.dynamics {
            // A template of another kind brings its own parameters.
            None if template.is_none() => None,
            None => findings.error(
                file,
                "dynamics_params",
                format!("{who} has no `dynamics_params`, so its membrane has no channels"),
                "name a JSON file with `passive`, `genome` and `conditions`",
            ),
            Some(name) => self.components.path("biophysical_neuron_models_dir", name, findings).and_then(|path| {
                let made = || dynamics::read(&path, who, findings).map(Rc::new);
                self.dynamics.entry(path.clone()).or_insert_with(made).clone()
            }),
        };
        template?;
        axon?;
        Some((shape?, dynamics?.membrane(&mut self.channels)))
    }

    /// The path of a morphology: as named, or with `.swc` after it.
    fn morphology(&self, name: &str) -> Option<PathBuf> {
        let path = self.components.path("morphologies_dir", name, self.findings)?;
        if name.to_lowercase().ends_with(".swc") || path.is_file() {
            return Some(path);
        }
        let mut long = path.into_os_string();
        long.push(".swc");
        Some(PathBuf::from(long))
    }
}

/// The attributes of a variant.
struct Parts {
    template: Option<String>,
    morphology: Option<String>,
    processing: Option<String>,
    dynamics: Option<String>,
    longest: Option<f64>,
}

fn note(list: &mut Vec<i64>, value: i64) {
    if list.last() != Some(&value) && !list.contains(&value) {
        list.push(value);
    }
}

/// The name of the spike sources of a population: its own, unless it has cells too.
pub(super) fn source_name(nodes: &Nodes) -> String {
    if nodes.places.iter().any(|place| matches!(place, Place::Cell(_))) {
        format!("{} (virtual)", nodes.name())
    } else {
        nodes.name().to_owned()
    }
}

/// The kinds of sections that the words of SONATA and NEURON mean.
pub(super) fn kinds(word: &str) -> Option<&'static [SectionKind]> {
    match word {
        "soma" | "somatic" => Some(&[SectionKind::Soma]),
        "axon" | "axonal" => Some(&[SectionKind::Axon]),
        // Dendrites of types that are not agreed upon are `dend` in NEURON too.
        "dend" | "basal" => Some(&[SectionKind::Dendrite, SectionKind::Other]),
        "apic" | "apical" => Some(&[SectionKind::Apical]),
        "all" => Some(&[
            SectionKind::Soma,
            SectionKind::Axon,
            SectionKind::Dendrite,
            SectionKind::Apical,
            SectionKind::Other,
        ]),
        _ => None,
    }
}
