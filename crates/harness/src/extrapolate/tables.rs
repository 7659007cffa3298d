//! The tables: embedded ones, and a user's on top.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::data::{Brain, CostModel, Device, Run, Sourced};
use super::error::{ExtrapolateError, within};

/// All tables.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Tables {
    /// Brains.
    pub brains: Vec<Brain>,
    /// Devices.
    pub devices: Vec<Device>,
    /// Costs of published models.
    pub models: Vec<CostModel>,
    /// Published runs.
    pub runs: Vec<Run>,
}

/// A file.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    schema: u32,
    #[serde(default)]
    sources: BTreeMap<String, String>,
    #[serde(default, rename = "brain")]
    brains: Vec<Brain>,
    #[serde(default, rename = "device")]
    devices: Vec<Device>,
    #[serde(default, rename = "model")]
    models: Vec<CostModel>,
    #[serde(default, rename = "run")]
    runs: Vec<Run>,
}

const EMBEDDED: &str = "the embedded table";

impl Tables {
    /// The embedded tables.
    ///
    /// # Errors
    /// None but where a table of the sources is wrong, which a test holds.
    pub fn embedded() -> Result<Self, ExtrapolateError> {
        let mut tables = Self::default();
        tables.add("brains", EMBEDDED, include_str!("../../../../data/extrapolate/brains.toml"))?;
        tables.add("devices", EMBEDDED, include_str!("../../../../data/extrapolate/devices.toml"))?;
        tables.add("published", EMBEDDED, include_str!("../../../../data/extrapolate/published.toml"))?;
        Ok(tables)
    }

    /// Adds a user's brains. One with a name that there is already takes its place.
    ///
    /// # Errors
    /// Text that is no table, or figures that cannot be.
    pub fn add_brains(&mut self, file: &str, text: &str) -> Result<(), ExtrapolateError> {
        self.add("brains", file, text)
    }

    /// Adds a user's devices. One with a name that there is already takes its place.
    ///
    /// # Errors
    /// Text that is no table, or figures that cannot be.
    pub fn add_devices(&mut self, file: &str, text: &str) -> Result<(), ExtrapolateError> {
        self.add("devices", file, text)
    }

    fn add(&mut self, kind: &'static str, table: &str, text: &str) -> Result<(), ExtrapolateError> {
        let entry = |message: String| ExtrapolateError::Entry { table: table.to_owned(), message };
        let mut file: File = toml_edit::de::from_str(text).map_err(|source| ExtrapolateError::Table {
            table: table.to_owned(),
            kind,
            source: Box::new(source),
        })?;
        if file.schema != 1 {
            return Err(entry(format!("its `schema` is {}, and 1 is what this version reads", file.schema)));
        }
        let (brains, devices, others) = (file.brains.len(), file.devices.len(), file.models.len() + file.runs.len());
        let own = match kind {
            "brains" => brains > 0 && devices + others == 0,
            "devices" => devices > 0 && brains + others == 0,
            _ => brains + devices == 0,
        };
        if !own {
            return Err(entry(format!("it should have entries of {kind}, and no others")));
        }
        let sources = std::mem::take(&mut file.sources);
        for (whose, what, figure) in figures(&mut file) {
            if let Some(source) = sources.get(&figure.source) {
                figure.source.clone_from(source);
            }
            let may_be_zero = ["synapses", "rate_hz", "tdp", "price", "hop", "launch", "line"].contains(&what)
                || ["event_flop", "event_bytes", "event_lines"].contains(&what);
            check(figure, !may_be_zero).map_err(|message| entry(format!("`{what}` of `{whose}`: {message}")))?;
        }
        replace(&mut self.brains, file.brains, |b| &b.name);
        replace(&mut self.devices, file.devices, |d| &d.name);
        self.models.extend(file.models);
        self.runs.extend(file.runs);
        Ok(())
    }

    /// The brain of that name.
    ///
    /// # Errors
    /// There is none.
    pub fn brain(&self, name: &str) -> Result<&Brain, ExtrapolateError> {
        find(&self.brains, "brain", name, |b| &b.name)
    }

    /// The device of that name.
    ///
    /// # Errors
    /// There is none.
    pub fn device(&self, name: &str) -> Result<&Device, ExtrapolateError> {
        find(&self.devices, "device", name, |d| &d.name)
    }

    /// The cost of the published model of that name.
    ///
    /// # Errors
    /// There is none.
    pub fn model(&self, name: &str) -> Result<&CostModel, ExtrapolateError> {
        find(&self.models, "model", name, |m| &m.name)
    }
}

fn find<'a, T>(all: &'a [T], kind: &'static str, name: &str, of: fn(&T) -> &String) -> Result<&'a T, ExtrapolateError> {
    all.iter().find(|one| of(one) == name).ok_or_else(|| ExtrapolateError::Unknown {
        kind,
        name: name.to_owned(),
        known: all.iter().map(|one| of(one).clone()).collect(),
    })
}

fn replace<T>(all: &mut Vec<T>, new: Vec<T>, of: fn(&T) -> &String) {
    for one in new {
        match all.iter_mut().find(|old| of(old) == of(&one)) {
            Some(old) => *old = one,
            None => all.push(one),
        }
    }
}

/// Every figure of a file: whose, what, the figure.
fn figures(file: &mut File) -> Vec<(String, &'static str, &mut Sourced)> {
    let mut all = Vec::new();
    for b in &mut file.brains {
        let name = b.name.clone();
        let own = [
            ("neurons", &mut b.neurons),
            ("synapses", &mut b.synapses),
            ("compartments", &mut b.compartments),
            ("rate_hz", &mut b.rate_hz),
        ];
        all.extend(own.into_iter().map(|(what, figure)| (name.clone(), what, figure)));
    }
    for d in &mut file.devices {
        let name = d.name.clone();
        let own = [
            ("flops_f32", &mut d.flops_f32),
            ("flops_f64", &mut d.flops_f64),
            ("bandwidth", &mut d.bandwidth),
            ("capacity", &mut d.capacity),
            ("tdp", &mut d.tdp),
            ("price", &mut d.price),
            ("network", &mut d.network),
            ("messages", &mut d.messages),
            ("hop", &mut d.hop),
            ("launch", &mut d.launch),
            ("line", &mut d.line),
        ];
        all.extend(own.into_iter().filter_map(|(what, f)| f.as_mut().map(|f| (name.clone(), what, f))));
    }
    for m in &mut file.models {
        let name = m.name.clone();
        let own = [
            ("neuron_flop", &mut m.neuron_flop),
            ("neuron_values", &mut m.neuron_values),
            ("event_flop", &mut m.event_flop),
            ("event_bytes", &mut m.event_bytes),
            ("event_lines", &mut m.event_lines),
            ("synapse_bytes", &mut m.synapse_bytes),
        ];
        all.extend(own.into_iter().map(|(what, figure)| (name.clone(), what, figure)));
    }
    for r in &mut file.runs {
        let name = r.name.clone();
        let own = [
            ("neurons", &mut r.neurons),
            ("synapses", &mut r.synapses),
            ("rate_hz", &mut r.rate_hz),
            ("slowdown", &mut r.slowdown),
        ];
        all.extend(own.into_iter().map(|(what, figure)| (name.clone(), what, figure)));
    }
    all
}

/// Whether a figure can be, and lies in its own range.
fn check(figure: &Sourced, above_zero: bool) -> Result<(), String> {
    let most = 1e30;
    within("", figure.value, 0.0, most, "").map_err(|_| format!("`{}` is no such figure", figure.value))?;
    if above_zero && figure.value <= 0.0 {
        return Err("it has to be above 0".to_owned());
    }
    let (low, high) = (figure.low.unwrap_or(figure.value), figure.high.unwrap_or(figure.value));
    if !(0.0 <= low && low <= figure.value && figure.value <= high && high <= most) {
        return Err(format!("{} is not between {low} and {high}", figure.value));
    }
    if figure.source.trim().is_empty() {
        return Err("it has no source".to_owned());
    }
    Ok(())
}
