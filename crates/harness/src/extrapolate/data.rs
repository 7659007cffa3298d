//! Brains, devices and published runs, as tables with a source for every figure. Built-in ones are embedded; a user's come on top.

use std::collections::BTreeMap;

use huxley_model::network::Precision;
use serde::{Deserialize, Serialize};

use super::error::{ExtrapolateError, within};
use super::units::{Bytes, BytesPerSecond, Dollars, FlopPerSecond, Hertz, Seconds, Watts};

/// A figure and where it is from.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sourced {
    /// The figure, in the unit of what holds it.
    pub value: f64,
    /// Least of the literature or of the offers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub low: Option<f64>,
    /// Most of the literature or of the offers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub high: Option<f64>,
    /// Where it is from; in a file, a key of its `[sources]`.
    pub source: String,
    /// Whether it was read there, or in an account that names it, when the table was made.
    pub checked: bool,
    /// When it held.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub date: Option<String>,
    /// What a reader should know.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

impl Sourced {
    /// A figure that the user gave.
    #[must_use]
    pub fn given(value: f64) -> Self {
        Self { value, source: "as given".to_owned(), checked: true, ..Self::default() }
    }
}

/// A nervous system.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Brain {
    /// What options call it.
    pub name: String,
    /// What it is.
    pub title: String,
    /// Neurons.
    pub neurons: Sourced,
    /// Chemical synapses.
    pub synapses: Sourced,
    /// Compartments of a neuron.
    pub compartments: Sourced,
    /// Spikes of a neuron a second.
    pub rate_hz: Sourced,
}

/// Something that computes and can be had many times.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Device {
    /// What options call it.
    pub name: String,
    /// What it is.
    pub title: String,
    /// `gpu` or `cpu`.
    pub kind: String,
    /// FLOP/s in single precision, a multiply-add as 2, without tensor cores.
    pub flops_f32: Option<Sourced>,
    /// FLOP/s in double precision.
    pub flops_f64: Option<Sourced>,
    /// B/s of memory, read and written together.
    pub bandwidth: Option<Sourced>,
    /// B of memory.
    pub capacity: Option<Sourced>,
    /// W.
    pub tdp: Option<Sourced>,
    /// USD.
    pub price: Option<Sourced>,
    /// B/s out to other devices.
    pub network: Option<Sourced>,
    /// Messages a second out to other devices.
    pub messages: Option<Sourced>,
    /// s of one message of a barrier.
    pub hop: Option<Sourced>,
    /// s between two kernels that depend on each other.
    pub launch: Option<Sourced>,
    /// B that one random access to memory moves.
    pub line: Option<Sourced>,
}

impl Device {
    /// Peak of its arithmetic.
    #[must_use]
    pub fn flops(&self, precision: Precision) -> Option<FlopPerSecond> {
        let figure = match precision {
            Precision::F32 => &self.flops_f32,
            Precision::F64 => &self.flops_f64,
        };
        figure.as_ref().map(|f| FlopPerSecond(f.value))
    }

    /// Peak of its memory.
    #[must_use]
    pub fn bandwidth(&self) -> Option<BytesPerSecond> {
        self.bandwidth.as_ref().map(|f| BytesPerSecond(f.value))
    }

    /// Its memory.
    #[must_use]
    pub fn capacity(&self) -> Option<Bytes> {
        self.capacity.as_ref().map(|f| Bytes(f.value))
    }

    /// Its power.
    #[must_use]
    pub fn tdp(&self) -> Option<Watts> {
        self.tdp.as_ref().map(|f| Watts(f.value))
    }

    /// Its price.
    #[must_use]
    pub fn price(&self) -> Option<Dollars> {
        self.price.as_ref().map(|f| Dollars(f.value))
    }

    /// Its network.
    #[must_use]
    pub fn network(&self) -> Option<BytesPerSecond> {
        self.network.as_ref().map(|f| BytesPerSecond(f.value))
    }

    /// Messages a second.
    #[must_use]
    pub fn messages(&self) -> Option<Hertz> {
        self.messages.as_ref().map(|f| Hertz(f.value))
    }

    /// A message of a barrier.
    #[must_use]
    pub fn hop(&self) -> Option<Seconds> {
        self.hop.as_ref().map(|f| Seconds(f.value))
    }

    /// Between two kernels; none where nothing is known of it.
    #[must_use]
    pub fn launch(&self) -> Seconds {
        Seconds(self.launch.as_ref().map_or(0.0, |f| f.value))
    }

    /// What is known of it, by name.
    #[must_use]
    pub fn figures(&self) -> Vec<(&'static str, &Sourced)> {
        let all = [
            ("flops_f32", &self.flops_f32),
            ("flops_f64", &self.flops_f64),
            ("bandwidth", &self.bandwidth),
            ("capacity", &self.capacity),
            ("tdp", &self.tdp),
            ("price", &self.price),
            ("network", &self.network),
            ("messages", &self.messages),
            ("hop", &self.hop),
            ("launch", &self.launch),
            ("line", &self.line),
        ];
        all.into_iter().filter_map(|(name, figure)| figure.as_ref().map(|f| (name, f))).collect()
    }
}

/// What a published model costs.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CostModel {
    /// What runs call it.
    pub name: String,
    /// What it is.
    pub title: String,
    /// FLOP of a neuron's step.
    pub neuron_flop: Sourced,
    /// Values that a neuron's step reads and writes.
    pub neuron_values: Sourced,
    /// FLOP of a synaptic event.
    pub event_flop: Sourced,
    /// B of an event, one after the other.
    pub event_bytes: Sourced,
    /// Random accesses of an event.
    pub event_lines: Sourced,
    /// B of a synapse in memory.
    pub synapse_bytes: Sourced,
}

/// A published run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Run {
    /// What it is.
    pub name: String,
    /// Neurons.
    pub neurons: Sourced,
    /// Synapses.
    pub synapses: Sourced,
    /// Spikes of a neuron a second.
    pub rate_hz: Sourced,
    /// Name of a [`CostModel`].
    pub model: String,
    /// `f32` or `f64`.
    pub precision: String,
    /// Step of the neurons, ms.
    pub step_ms: f64,
    /// Time between two exchanges of spikes, ms.
    pub exchange_ms: f64,
    /// Kernels, or barriers of threads, that follow one another in a step.
    pub kernels: u32,
    /// Name of a [`Device`].
    pub device: String,
    /// How many of it.
    pub devices: f64,
    /// Devices that a spike goes to: `random`, `all` or a number.
    pub destinations: String,
    /// Wall-clock seconds a biological second, as reported.
    pub slowdown: Sourced,
    /// Why a prediction misses.
    pub why: String,
}

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
            source,
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
