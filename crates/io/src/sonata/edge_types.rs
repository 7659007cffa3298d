//! Types of edges: kinds of synapses, and where those without places are.

use std::collections::HashMap;

use huxley_model::morphology::SectionKind;
use huxley_model::network::{Network, SynapseKind, SynapseModel};
use serde_json::Value;

use super::cells::{Components, kinds};
use super::config::json;
use super::elements::{Attribute, Elements};
use super::findings::Findings;

/// Where edges without places may be.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Targets {
    pub(super) kinds: Vec<SectionKind>,
    /// um from the soma.
    pub(super) nearest: f64,
    /// um.
    pub(super) farthest: f64,
}

/// A type of edges.
#[derive(Clone, Debug)]
pub(super) struct EdgeType {
    pub(super) id: i64,
    /// Index of the kind of synapse.
    synapse: usize,
    model: SynapseModel,
    /// uS.
    pub(super) weight: Option<f64>,
    /// ms.
    pub(super) delay: Option<f64>,
    pub(super) targets: Option<Targets>,
}

/// The types of a population's edges, by row of their table.
pub(super) struct EdgeTypes(Vec<Option<EdgeType>>);

/// Functions of weights that return `syn_weight` (BMTK, `default_setters/synaptic_weights.py`).
const CONSTANT: [&str; 3] = ["wmax", "default_weight_fnc", "set_syn_weight"];

impl EdgeTypes {
    /// Reads the types that edges have; none where something is wrong with any.
    pub(super) fn new(
        elements: &Elements,
        components: &Components<'_>,
        network: &mut Network,
        findings: &Findings,
    ) -> Option<Self> {
        let mut fine = true;
        for name in ["model_template", "dynamics_params", "target_sections", "weight_function"] {
            if elements.attribute(name).in_hdf5() {
                let key = format!("edges/{}", elements.name);
                let message = format!("`{name}` by edge is not supported");
                findings.error::<()>(&elements.file, key, message, "give it to the edge types");
                fine = false;
            }
        }
        let mut used = vec![false; elements.types.len()];
        elements.row.iter().for_each(|&row| used[row as usize] = true);
        let mut types = Vec::with_capacity(used.len());
        let reader = Reader { elements, components, findings };
        for (row, used) in (0_u32..).zip(used) {
            let found = if used { reader.edge_type(row, network) } else { None };
            fine &= found.is_some() || !used;
            types.push(found);
        }
        fine.then_some(Self(types))
    }

    pub(super) fn get(&self, row: u32) -> Option<&EdgeType> {
        self.0.get(row as usize)?.as_ref()
    }
}

struct Reader<'a> {
    elements: &'a Elements,
    components: &'a Components<'a>,
    findings: &'a Findings,
}

impl Reader<'_> {
    fn text(&self, name: &str, row: u32) -> Option<String> {
        self.elements.attribute(name).text_of_type(row).map(str::to_owned)
    }

    fn error<T>(&self, key: &str, message: impl Into<String>, hint: impl Into<String>) -> Option<T> {
        self.findings.error(&self.elements.types.file, key, message, hint)
    }

    fn number(&self, name: &str, row: u32, who: &str) -> Result<Option<f64>, ()> {
        let Some(text) = self.text(name, row) else { return Ok(None) };
        match text.parse::<f64>() {
            Ok(number) if number.is_finite() && number >= 0.0 => Ok(Some(number)),
            _ => {
                let message = format!("`{text}` of {who} is not a number of 0 or above");
                self.error::<()>(name, message, "");
                Err(())
            }
        }
    }

    fn edge_type(&self, row: u32, network: &mut Network) -> Option<EdgeType> {
        let id = self.elements.types.id(row);
        let who = format!("edge type {id} of `{}`", self.elements.name);
        let mut fine = true;
        if let Some(function) = self.text("weight_function", row).filter(|name| !CONSTANT.contains(&name.as_str())) {
            let message = format!("weight_function `{function}` of {who} is not supported");
            self.error::<()>("weight_function", message, "give each edge its weight as `syn_weight`");
            fine = false;
        }
        let gap = self
            .text("is_gap_junction", row)
            .is_some_and(|text| ["1", "true", "True", "TRUE"].contains(&text.as_str()));
        if gap || self.elements.attribute("is_gap_junction").in_hdf5() {
            let hint = "describe gap junctions in a model file";
            return self.error("is_gap_junction", format!("{who} is of gap junctions, which are not imported"), hint);
        }
        let weight = self.number("syn_weight", row, &who);
        let delay = self.number("delay", row, &who);
        let targets = self.targets(row, &who);
        let model = self.model(row, &who);
        let (weight, delay, targets, model) = (weight.ok()?, delay.ok()?, targets.ok()?, model?);
        if !fine {
            return None;
        }
        let name = self.text("dynamics_params", row).map(|file| file.trim_end_matches(".json").to_owned());
        let synapse = kind(&name.unwrap_or_else(|| format!("type {id}")), &model, network);
        Some(EdgeType { id, synapse, model, weight, delay, targets })
    }

    /// `target_sections` and `distance_range`.
    fn targets(&self, row: u32, who: &str) -> Result<Option<Targets>, ()> {
        let Some(text) = self.text("target_sections", row) else { return Ok(None) };
        let mut found = Vec::new();
        for word in text.split(|c: char| !c.is_alphanumeric() && c != '_').filter(|word| !word.is_empty()) {
            match kinds(word) {
                Some(own) => found.extend_from_slice(own),
                None => {
                    let message = format!("`{word}` of {who} is no sort of sections");
                    self.error::<()>(
                        "target_sections",
                        message,
                        "write [\"somatic\", \"basal\", \"apical\", \"axonal\"]",
                    );
                    return Err(());
                }
            }
        }
        let (mut nearest, mut farthest) = (0.0, f64::INFINITY);
        if let Some(range) = self.text("distance_range", row) {
            let numbers: Result<Vec<f64>, _> =
                range.split(|c: char| "[](), ".contains(c)).filter(|word| !word.is_empty()).map(str::parse).collect();
            match numbers.as_deref() {
                Ok([to]) => farthest = *to,
                Ok([from, to]) if from <= to => (nearest, farthest) = (*from, *to),
                _ => {
                    let message = format!("`{range}` of {who} is no range");
                    self.error::<()>("distance_range", message, "write [nearest, farthest], in um");
                    return Err(());
                }
            }
        }
        Ok((!found.is_empty()).then_some(Targets { kinds: found, nearest, farthest }))
    }

    /// `model_template` with the file of `dynamics_params`.
    fn model(&self, row: u32, who: &str) -> Option<SynapseModel> {
        let template = self.text("model_template", row);
        let Some(name) = self.text("dynamics_params", row) else {
            let template = template.map(|template| format!(" (`{template}`)")).unwrap_or_default();
            let message = format!("{who}{template} has no `dynamics_params`");
            return self.error("dynamics_params", message, "name a JSON file with tau1, tau2 and erev");
        };
        let path = self.components.path("synaptic_models_dir", &name, self.findings)?;
        let value = json(&path, &format!("`dynamics_params` of {who}"), self.findings)?;
        let file = path.display().to_string();
        let detail = value.get("level_of_detail").and_then(Value::as_str).map(str::to_owned);
        let Some(word) = template.clone().or_else(|| detail.clone()) else {
            return self.error(
                "model_template",
                format!("{who} has no `model_template`"),
                "exp2syn and expsyn are supported",
            );
        };
        let number = |keys: &[&str]| {
            let found = keys.iter().find_map(|key| value.get(*key)).and_then(Value::as_f64);
            found.or_else(|| {
                let message = format!("there is no number `{}`, which {who} needs", keys[0]);
                self.findings.error(&file, keys[0], message, format!("add \"{}\"", keys[0]))
            })
        };
        match word.to_lowercase().as_str() {
            "exp2syn" => {
                let (rise, decay, reversal) = (number(&["tau1"]), number(&["tau2"]), number(&["erev", "e"]));
                double(rise?, decay?, reversal?, &file, self.findings)
            }
            "expsyn" => {
                let (tau, reversal) = (number(&["tau", "tau1"]), number(&["erev", "e"]));
                single(tau?, reversal?, &file, self.findings)
            }
            _ => {
                let message = format!("synapse `{word}` of {who} is not supported");
                self.error(
                    "model_template",
                    message,
                    "exp2syn and expsyn are; other synapses are described in a model file",
                )
            }
        }
    }
}

fn single(tau: f64, reversal: f64, file: &str, findings: &Findings) -> Option<SynapseModel> {
    if tau > 0.0 && tau.is_finite() && reversal.is_finite() {
        return Some(SynapseModel::exponential(tau, reversal));
    }
    findings.error(file, "tau", format!("a time constant of {tau} ms is not above 0"), "")
}

/// NEURON's `Exp2Syn`, with its own rule for time constants that are alike (`exp2syn.mod`).
fn double(mut rise: f64, decay: f64, reversal: f64, file: &str, findings: &Findings) -> Option<SynapseModel> {
    if !(rise >= 0.0 && decay > 0.0 && rise.is_finite() && decay.is_finite() && reversal.is_finite()) {
        let message = format!("time constants of {rise} and {decay} ms are not above 0");
        return findings.error(file, "tau1", message, "");
    }
    if rise / decay > 0.9999 {
        findings.warn(format!(
            "{file}: tau1 of {rise} ms is not below tau2 of {decay} ms: 0.9999 tau2 is taken, as in NEURON"
        ));
        rise = 0.9999 * decay;
    }
    if rise / decay < 1e-9 {
        rise = 1e-9 * decay;
    }
    Some(SynapseModel::double_exponential(rise, decay, reversal))
}

/// The kind of synapse of a model; a new one is called `name`.
fn kind(name: &str, model: &SynapseModel, network: &mut Network) -> usize {
    if let Some(known) = network.synapses.iter().position(|kind| kind.model == *model) {
        return known;
    }
    let mut own = name.to_owned();
    let mut number = 1;
    while network.synapses.iter().any(|kind| kind.name == own) {
        number += 1;
        own = format!("{name} {number}");
    }
    network.synapses.push(SynapseKind::fixed(own, model.clone()));
    network.synapses.len() - 1
}

/// Kinds of synapses that parameters by edge may make.
const MOST_KINDS: usize = 256;

/// Parameters of synapses by edge: `dynamics_params` in HDF5.
pub(super) struct Overrides<'a> {
    parameters: Vec<(&'a str, Attribute<'a>)>,
    known: HashMap<(i64, Vec<u64>), usize>,
    file: &'a str,
    key: String,
    findings: &'a Findings,
    values: Vec<u64>,
    failed: bool,
}

impl<'a> Overrides<'a> {
    pub(super) fn new(elements: &'a Elements, findings: &'a Findings) -> Option<Self> {
        let key = format!("edges/{}", elements.name);
        let mut fine = true;
        let names = elements.dynamics_names();
        for name in names.iter().filter(|name| !["tau", "tau1", "tau2", "erev", "e"].contains(name)) {
            let message = format!("`dynamics_params/{name}` by edge is not supported");
            findings.error::<()>(&elements.file, key.clone(), message, "tau1, tau2, tau and erev are");
            fine = false;
        }
        let parameters = names.into_iter().map(|name| (name, elements.dynamics(name))).collect();
        let file = &elements.file;
        fine.then_some(Self {
            parameters,
            known: HashMap::new(),
            file,
            key,
            findings,
            values: Vec::new(),
            failed: false,
        })
    }

    /// The kind of synapse of an edge.
    pub(super) fn synapse(&mut self, edge: usize, edge_type: &EdgeType, network: &mut Network) -> Option<usize> {
        if self.parameters.is_empty() {
            return Some(edge_type.synapse);
        }
        self.values.clear();
        let own = |(_, attribute): &(_, Attribute<'_>)| {
            attribute.own(edge).and_then(|value| value.number()).map_or(u64::MAX, f64::to_bits)
        };
        self.values.extend(self.parameters.iter().map(own));
        if self.values.iter().all(|value| *value == u64::MAX) {
            return Some(edge_type.synapse);
        }
        if let Some(known) = self.known.get(&(edge_type.id, self.values.clone())) {
            return Some(*known);
        }
        if self.failed {
            return None;
        }
        let made = self.make(edge, edge_type, network);
        match made {
            Some(made) => {
                self.known.insert((edge_type.id, self.values.clone()), made);
            }
            None => self.failed = true,
        }
        made
    }

    fn make(&self, edge: usize, edge_type: &EdgeType, network: &mut Network) -> Option<usize> {
        if self.known.len() >= MOST_KINDS {
            let message = format!("edges have more than {MOST_KINDS} different `dynamics_params`");
            return self.findings.error(self.file, self.key.clone(), message, "give edges of one type the same ones");
        }
        let value = |names: &[&str], otherwise: f64| {
            let found = self.parameters.iter().filter(|(name, _)| names.contains(name));
            found.filter_map(|(_, attribute)| attribute.own(edge)).find_map(|value| value.number()).unwrap_or(otherwise)
        };
        let model = match edge_type.model {
            SynapseModel::Exponential { tau, reversal, .. } => {
                single(value(&["tau", "tau1"], tau), value(&["erev", "e"], reversal), self.file, self.findings)
            }
            SynapseModel::DoubleExponential { rise, decay, reversal, .. } => {
                let (rise, decay) = (value(&["tau1"], rise), value(&["tau2"], decay));
                double(rise, decay, value(&["erev", "e"], reversal), self.file, self.findings)
            }
            SynapseModel::Kinetic { .. } => None,
        };
        Some(kind(&format!("type {}", edge_type.id), &model?, network))
    }
}
