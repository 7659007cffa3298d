//! The document of `huxley extrapolate`. Keys are a contract; docs/extrapolate.md explains them.

use serde::{Deserialize, Serialize};

use super::data::{Brain, Device};
use super::measured::Measured;
use super::spikes::{Exchange, Routing};

/// Value of [`Extrapolation::schema`].
pub const SCHEMA: &str = "huxley.extrapolate/1";

/// Name of the first requirement.
pub const ARITHMETIC: &str = "arithmetic";
/// Name of the second.
pub const HELD: &str = "memory held";
/// Name of the third.
pub const MOVED: &str = "memory moved";
/// Name of the fourth.
pub const EXCHANGED: &str = "spikes exchanged";

/// From a measurement, or a datasheet, to a brain.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Extrapolation {
    /// [`SCHEMA`].
    pub schema: String,
    /// The brain.
    pub brain: Brain,
    /// How it is simulated.
    pub settings: SettingsEntry,
    /// What was measured.
    pub measurement: Option<Measured>,
    /// Which part of its peaks a device is taken to reach.
    pub efficiency: Efficiency,
    /// Requirements, with the numbers of the first device.
    pub requirements: Vec<Requirement>,
    /// The largest of them, on the first device.
    pub binding: Option<String>,
    /// Each device.
    pub devices: Vec<Needs>,
    /// What is known of each device.
    pub specifications: Vec<Device>,
    /// All brains on the first device.
    pub brains: Vec<BrainNeeds>,
    /// The article's chain.
    pub chain: Chain,
    /// Published runs.
    pub backtest: Vec<Prediction>,
    /// What a reader should know.
    pub notes: Vec<String>,
}

/// How a brain is simulated.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SettingsEntry {
    /// Membrane.
    pub membrane: String,
    /// Scheme.
    pub integrator: String,
    /// Steps of the membrane in a millisecond.
    pub substeps: u32,
    /// ms between two exchanges of spikes.
    pub tick_ms: f64,
    /// `f32` or `f64`.
    pub precision: String,
    /// Wall-clock seconds allowed for a biological second.
    pub slowdown: f64,
    /// Devices a spike goes to: `random`, `all` or a number.
    pub destinations: String,
    /// How it gets there.
    pub routing: Routing,
    /// FLOP of an exponential.
    pub exp_weight: f64,
    /// FLOP of a division.
    pub div_weight: f64,
    /// FLOP of a neuron in a millisecond, without its synapses' own state.
    pub neuron_flop: f64,
    /// FLOP of a synapse in a millisecond.
    pub synapse_flop: f64,
    /// Bytes a compartment moves in a tick.
    pub compartment_moved_bytes: f64,
    /// Bytes a synapse moves in a tick.
    pub synapse_moved_bytes: f64,
    /// Bytes held for a compartment.
    pub compartment_held_bytes: f64,
    /// Bytes held for a synapse.
    pub synapse_held_bytes: f64,
}

/// Which part of its peaks a device is taken to reach.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Efficiency {
    /// Of arithmetic.
    pub arithmetic: f64,
    /// Its relative spread.
    pub arithmetic_spread: f64,
    /// Of memory bandwidth.
    pub bandwidth: f64,
    /// Its relative spread.
    pub bandwidth_spread: f64,
    /// `datasheet`, `given` or `measured`.
    pub from: String,
    /// The same in words.
    pub said: String,
}

/// A requirement and what meets it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Requirement {
    /// [`ARITHMETIC`], [`HELD`], [`MOVED`], [`EXCHANGED`].
    pub name: String,
    /// How much, in all.
    pub value: f64,
    /// `FLOP/s`, `B`, `B/s`.
    pub unit: String,
    /// How much of it one device gives.
    pub device: Option<f64>,
    /// Devices needed; a fraction where one is more than enough, none where it is not known or no number is enough.
    pub devices: Option<f64>,
    /// Least, with the measurement's spread.
    pub devices_low: Option<f64>,
    /// Most, with the measurement's spread.
    pub devices_high: Option<f64>,
}

/// What a brain needs of a device.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Needs {
    /// What options call it.
    pub name: String,
    /// What it is.
    pub title: String,
    /// The four requirements.
    pub requirements: Vec<Requirement>,
    /// The largest of them.
    pub binding: Option<String>,
    /// Devices needed if everything overlaps: the largest of the requirements that are known.
    pub devices: Option<f64>,
    /// Least, with the measurement's spread.
    pub devices_low: Option<f64>,
    /// Most, with the measurement's spread.
    pub devices_high: Option<f64>,
    /// Devices needed if arithmetic, memory, exchange and the tick's latency follow one another; none where no number is enough.
    pub devices_in_turn: Option<f64>,
    /// What `devices` devices exchange.
    pub exchange: Exchange,
    /// Messages a second that one device can send.
    pub messages_per_s: Option<f64>,
    /// Wall-clock s of a tick.
    pub budget_s: f64,
    /// s of it for kernels that wait for one another and the barrier of `devices` devices.
    pub latency_s: f64,
    /// W of these devices, whole ones, alone.
    pub power_w: Option<f64>,
    /// USD of these devices, whole ones, alone.
    pub cost_usd: Option<f64>,
    /// Figures of the device that were not checked.
    pub unchecked: Vec<String>,
}

/// A brain on the first device.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct BrainNeeds {
    /// What options call it.
    pub name: String,
    /// Its neurons.
    pub neurons: f64,
    /// Its synapses.
    pub synapses: f64,
    /// The four requirements.
    pub requirements: Vec<Requirement>,
    /// The largest.
    pub binding: Option<String>,
    /// Devices needed.
    pub devices: Option<f64>,
    /// The same with the least numbers of neurons and synapses of the literature.
    pub devices_low: Option<f64>,
    /// The same with the highest.
    pub devices_high: Option<f64>,
}

/// The article's chain.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Chain {
    /// Compartments of a neuron in the counted columns.
    pub compartments: u32,
    /// Substeps of the third column.
    pub substeps: u32,
    /// Its steps.
    pub rows: Vec<ChainRow>,
    /// What the article got wrong.
    pub slips: Vec<Slip>,
}

/// A step of the chain.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ChainRow {
    /// What it is.
    pub step: String,
    /// Its unit.
    pub unit: String,
    /// As the article's numbers give it.
    pub article: Option<f64>,
    /// As the article prints it.
    pub printed: Option<String>,
    /// Counted, with one step a millisecond.
    pub one_step: Option<f64>,
    /// Counted, with the substeps.
    pub substeps: Option<f64>,
    /// With measured rates.
    pub measured: Option<f64>,
}

/// Something the article got wrong, or takes without saying so.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Slip {
    /// As printed or taken.
    pub printed: String,
    /// What follows from its own numbers, or from the ledger.
    pub instead: String,
}

/// A published run, predicted.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Prediction {
    /// The run.
    pub name: String,
    /// What it ran on.
    pub device: String,
    /// How many.
    pub devices: f64,
    /// Neurons.
    pub neurons: f64,
    /// Synapses.
    pub synapses: f64,
    /// Cost of the model.
    pub model: String,
    /// Wall-clock seconds a biological second, as reported.
    pub reported: f64,
    /// Least reported.
    pub reported_low: Option<f64>,
    /// Most reported.
    pub reported_high: Option<f64>,
    /// Predicted, if everything overlaps.
    pub overlapped: f64,
    /// Predicted, if one thing follows the other.
    pub predicted: f64,
    /// The same at the least rate.
    pub predicted_low: f64,
    /// The same at the highest rate.
    pub predicted_high: f64,
    /// Reported over predicted.
    pub ratio: f64,
    /// Seconds of the prediction.
    pub terms: Terms,
    /// The largest of these.
    pub binding: String,
    /// Synapses' bytes over the machine's memory.
    pub memory_fraction: Option<f64>,
    /// Why it misses.
    pub why: String,
    /// Where the reported figure is from.
    pub source: String,
    /// Inputs that were not checked.
    pub unchecked: Vec<String>,
}

/// Wall-clock seconds of a biological second.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Terms {
    /// Arithmetic.
    pub arithmetic_s: f64,
    /// Memory.
    pub memory_s: f64,
    /// Bytes and messages between devices.
    pub exchange_s: f64,
    /// Kernels and barriers.
    pub latency_s: f64,
}

impl Terms {
    /// One after the other.
    #[must_use]
    pub fn sum(&self) -> f64 {
        self.arithmetic_s + self.memory_s + self.exchange_s + self.latency_s
    }

    /// By name.
    #[must_use]
    pub fn named(&self) -> [(&'static str, f64); 4] {
        [
            (ARITHMETIC, self.arithmetic_s),
            (MOVED, self.memory_s),
            (EXCHANGED, self.exchange_s),
            ("latency", self.latency_s),
        ]
    }
}
