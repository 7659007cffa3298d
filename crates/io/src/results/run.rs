//! `run.json`: what ran, on what, how fast, and what came of it.

use std::fs;
use std::path::Path;

use serde::{Deserialize, Serialize};

use super::{ResultsError, write_atomic};

/// Value of [`RunReport::schema`].
pub const RUN_SCHEMA: &str = "huxley.run/1";

/// The report of a run. Its keys are a contract: programs read them.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct RunReport {
    /// [`RUN_SCHEMA`].
    pub schema: String,
    /// Name of the model.
    pub model: String,
    /// `cpu`, `gpu`, `oracle`.
    pub backend: String,
    /// What it ran on.
    pub device: String,
    /// `f32` or `f64`.
    pub precision: String,
    /// `staggered`, `backward-euler`.
    pub integrator: String,
    /// Instruction set of the kernels; of a GPU, the language they are given in.
    pub isa: String,
    /// Threads of the CPU.
    pub threads: usize,
    /// Seed of the random numbers.
    pub seed: u64,
    /// Neurons.
    pub neurons: u64,
    /// Compartments of all neurons.
    pub compartments: u64,
    /// Chemical synapses between neurons.
    pub synapses: u64,
    /// Gap junctions.
    pub gap_junctions: u64,
    /// Ticks that were run.
    pub ticks: u64,
    /// Substeps a tick.
    pub substeps: u32,
    /// Biological time that was run, ms.
    pub duration_ms: f64,
    /// Time to build the network, s.
    pub setup_s: f64,
    /// Time to run it, s.
    pub wall_s: f64,
    /// `wall_s` over biological seconds; below 1 is faster than real time.
    pub realtime_factor: f64,
    /// Spikes of all neurons.
    pub spikes: u64,
    /// Spikes a neuron and second.
    pub mean_rate_hz: f64,
    /// [`super::SpikeDigest`] of the spikes.
    pub spike_digest: String,
    /// The same for each population.
    pub populations: Vec<PopulationReport>,
    /// Floating-point operations of the run, as the ledger counts them; `null` where they were not counted.
    pub flop: Option<FlopReport>,
    /// Bytes the run had to read and write, each array once a tick; `null` where they were not counted.
    pub bytes: Option<BytesReport>,
    /// 10^9 operations a second; `null` where they were not counted.
    pub gflops: Option<f64>,
    /// 10^9 bytes a second; `null` where they were not counted.
    pub gbytes_per_s: Option<f64>,
    /// Memory held.
    pub memory: MemoryReport,
    /// Files written, relative to the folder.
    pub outputs: Vec<String>,

    /// Whether the run was ended before its time.
    #[serde(default)]
    pub partial: bool,
    /// Time of each kernel by the device's own clock; empty where the backend keeps none.
    #[serde(default)]
    pub kernels: Vec<KernelReport>,
    /// What was recorded.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub reports: Vec<ReportReport>,
    /// Plastic synapses, before and after.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub weights: Vec<WeightReport>,
    /// What the user was warned of.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub warnings: Vec<String>,
    /// What else a reader should know.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<String>,
    /// Digest of the state at the end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub state_digest: Option<String>,
    /// Digest of the plan.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub plan_digest: Option<String>,
    /// Time to compile kernels, s.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub compile_s: Option<f64>,
    /// When the run began, as in the folder's name, UTC.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub started: Option<String>,
    /// Version of the program.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
}

/// Time of one kernel over a run.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct KernelReport {
    /// The phase of the tick.
    pub name: String,
    /// On the device, s.
    pub time_s: f64,
    /// How often it ran.
    pub dispatches: u64,
}

/// Plastic synapses of a kind (and projection, where they form and vanish), before and after a run.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct WeightReport {
    /// The kind.
    pub synapse: String,
    /// Synapses before.
    pub synapses_before: u64,
    /// Synapses after.
    pub synapses_after: u64,
    /// Mean weight before: uS for `exp` and `exp2`, a factor for kinetic synapses.
    pub mean_before: f64,
    /// Mean weight after.
    pub mean_after: f64,
    /// Slots whose synapse is not that of the start, but another.
    pub formed: u64,
    /// Synapses of the start that are gone.
    pub eliminated: u64,
}

/// A probe and its files.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ReportReport {
    /// Name of the probe.
    pub name: String,
    /// Population whose cells were recorded.
    pub population: String,
    /// What was recorded, as `--record` calls it.
    pub variable: String,
    /// Unit of the values; empty for fractions.
    pub unit: String,
    /// Places that were recorded.
    pub sites: u64,
    /// Time between samples, ms.
    pub interval_ms: f64,
    /// Samples of each place.
    pub rows: u64,
    /// Its files, relative to the folder.
    pub files: Vec<String>,
}

/// Activity of a population.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct PopulationReport {
    /// Its name.
    pub name: String,
    /// Its neurons.
    pub neurons: u64,
    /// Their spikes.
    pub spikes: u64,
    /// Spikes a neuron and second.
    pub mean_rate_hz: f64,
}

/// Floating-point operations, by part.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct FlopReport {
    /// Of membranes.
    pub membrane: f64,
    /// Of synapses.
    pub synapse: f64,
    /// Of all.
    pub total: f64,
}

/// Bytes moved, by part.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct BytesReport {
    /// For membranes.
    pub membrane: f64,
    /// For synapses.
    pub synapse: f64,
    /// For all.
    pub total: f64,
}

/// Memory held.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct MemoryReport {
    /// Bytes for each synapse; 0 when there are none.
    pub bytes_per_synapse: f64,
    /// Bytes for each compartment.
    pub bytes_per_compartment: f64,
    /// The most memory the process held, bytes.
    pub peak_rss_bytes: u64,
}

/// Writes `report` as JSON, whole or not at all.
///
/// # Errors
/// When it cannot be written.
pub fn write_run(path: &Path, report: &RunReport) -> Result<(), ResultsError> {
    let mut json = serde_json::to_vec_pretty(report)
        .map_err(|error| ResultsError::Write { path: path.to_owned(), source: error.into() })?;
    json.push(b'\n');
    write_atomic(path, &json)
}

/// Reads a `run.json`.
///
/// # Errors
/// When it cannot be read, or lacks a key.
pub fn read_run(path: &Path) -> Result<RunReport, ResultsError> {
    let json = fs::read(path).map_err(|source| ResultsError::Read { path: path.to_owned(), source })?;
    serde_json::from_slice(&json).map_err(|error| ResultsError::Content {
        path: path.to_owned(),
        line: error.line() as u64,
        problem: error.to_string(),
    })
}
