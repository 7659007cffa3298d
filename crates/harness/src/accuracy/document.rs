//! The document of `huxley accuracy`.
//!
//! FLOP are the ledger's: a multiply-add is 2, an exponential [`AccuracyReport::exp_weight`]. Instructions are those of one lane with
//! an exponential taken apart into what it is made of. Bytes are those that have to be moved if every array is met once a tick.

use serde::{Deserialize, Serialize};

/// Value of [`AccuracyReport::schema`].
pub const SCHEMA: &str = "huxley.accuracy/1";

/// Everything that one call found.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct AccuracyReport {
    /// [`SCHEMA`].
    pub schema: String,
    /// Version of the program.
    pub version: String,
    /// Whether it was a quick look: fewer models, shorter runs.
    pub quick: bool,
    /// What it ran on.
    pub device: String,
    /// FLOP of an exponential.
    pub exp_weight: f64,
    /// FLOP of a division.
    pub div_weight: f64,
    /// The article's FLOP of one compartment and step, of which it takes one a millisecond.
    pub article_flop: f64,
    /// Error against cost, model by model.
    pub models: Vec<ModelReport>,
    /// What the tick costs, network by network.
    pub ticks: Vec<TickReport>,
    /// Rounding beside chaos.
    pub chaos: Option<ChaosReport>,
    /// What follows, in sentences.
    pub answers: Vec<Answer>,
    /// How long it took, s.
    pub seconds: f64,
}

/// Error against cost of one model.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ModelReport {
    /// Its name.
    pub name: String,
    /// Cells.
    pub neurons: u64,
    /// Compartments of all cells.
    pub compartments: u64,
    /// Compartments with any gated channel.
    pub active_compartments: u64,
    /// Synapses.
    pub synapses: u64,
    /// Biological time of each run, ms.
    pub duration_ms: f64,
    /// Tick of each run, ms.
    pub tick_ms: f64,
    /// What spikes are compared with.
    pub reference: ReferenceEntry,
    /// One entry a setting.
    pub rows: Vec<Row>,
}

/// The reference: the same model, `staggered`, `f64`, at a much smaller substep.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ReferenceEntry {
    /// Its substep, ms.
    pub dt_ms: f64,
    /// Its spikes.
    pub spikes: u64,
    /// How far spikes moved when the substep was halved to `dt_ms`, ms; none where their number changed.
    pub change_ms: Option<f64>,
    /// Whether that is at most [`Self::target_ms`].
    pub converged: bool,
    /// What `change_ms` had to come down to, ms.
    pub target_ms: f64,
}

/// One setting.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Row {
    /// `staggered`, `backward-euler`, `forward-euler`.
    pub integrator: String,
    /// `f32` or `f64`.
    pub precision: String,
    /// Substep, ms.
    pub dt_ms: f64,
    /// What became of the run.
    pub outcome: Outcome,
    /// Spikes; of a run that diverged, none are counted.
    pub spikes: u64,
    /// Spikes that a cell of the reference has and this run's has not, by number.
    pub missing: u64,
    /// The other way round.
    pub extra: u64,
    /// Largest error of a spike time, ms; where numbers of spikes are equal in every cell.
    pub largest_ms: Option<f64>,
    /// Mean error, sign left out, ms.
    pub mean_ms: Option<f64>,
    /// In `f32`, the largest distance from the same run in `f64`, ms.
    pub from_f64_ms: Option<f64>,
    /// When it diverged (the start of the tick), ms.
    pub diverged_ms: Option<f64>,
    /// What the program said of it.
    pub said: Option<String>,
    /// FLOP of a compartment's membrane and solve in a millisecond.
    pub flop_per_compartment_ms: f64,
    /// The same over [`AccuracyReport::article_flop`].
    pub times_article: f64,
    /// FLOP of a neuron, synapses included, in a millisecond.
    pub flop_per_neuron_ms: f64,
    /// Instructions of a compartment in a millisecond.
    pub instructions_per_compartment_ms: f64,
    /// Bytes moved for a compartment in a millisecond.
    pub bytes_per_compartment_ms: f64,
    /// Time of the run, s; of the fastest of three where it is short.
    pub wall_s: Option<f64>,
    /// Time of the run over biological time.
    pub realtime_factor: Option<f64>,
}

/// What became of a run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// Every cell spikes as often as in the reference.
    #[default]
    SpikesMatch,
    /// Some cell spikes more or less often.
    CountDiffers,
    /// There are no spikes where the reference has some.
    Silent,
    /// The potential left all bounds.
    Diverged,
}

/// What the tick costs in one network.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct TickReport {
    /// Its name.
    pub name: String,
    /// What kind of question it asks.
    pub what: String,
    /// Cells.
    pub neurons: u64,
    /// Biological time, ms.
    pub duration_ms: f64,
    /// Substep, which is the tick of the reference, ms.
    pub dt_ms: f64,
    /// Spikes of the reference.
    pub spikes: u64,
    /// One entry a tick.
    pub rows: Vec<TickRow>,
}

/// One tick.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct TickRow {
    /// The tick, ms.
    pub tick_ms: f64,
    /// What became of the run.
    pub outcome: Outcome,
    /// Spikes.
    pub spikes: u64,
    /// Mean shift of the spikes that both runs have, by their number in each cell, ms.
    pub bias_ms: Option<f64>,
    /// Mean shift, sign left out, ms.
    pub mean_ms: Option<f64>,
    /// Largest shift, ms.
    pub largest_ms: Option<f64>,
}

/// How long runs that differ by rounding agree in a network.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ChaosReport {
    /// Name of the network.
    pub name: String,
    /// Cells.
    pub neurons: u64,
    /// Biological time, ms.
    pub duration_ms: f64,
    /// Spikes further apart are other spikes, ms.
    pub apart_ms: f64,
    /// The first run is what the others are compared with.
    pub runs: Vec<ChaosRun>,
}

/// One run of such a network.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ChaosRun {
    /// `f64`, `ulp-f64`, `strict-f64`, `ulp-f32`, `f32`, and `seed-1` to `seed-3`.
    pub name: String,
    /// What it is, in words.
    pub what: String,
    /// When it parts from the first: the first spike that has moved by more than [`ChaosReport::apart_ms`], is missing or is more, ms.
    pub parts_ms: Option<f64>,
    /// How far spikes had moved until then, at most, ms.
    pub moved_ms: Option<f64>,
    /// Mean rate, Hz.
    pub rate_hz: f64,
    /// Mean variation of intervals; none where no cell has five.
    pub cv: Option<f64>,
}

/// A question and what the results say.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Answer {
    /// The question.
    pub question: String,
    /// Sentences.
    pub answer: Vec<String>,
}
