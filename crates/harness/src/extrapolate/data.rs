//! Brains, devices and published runs: what the tables hold, a source for every figure.

use huxley_model::network::Precision;
use serde::{Deserialize, Serialize};

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
