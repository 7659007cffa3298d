//! What protocols found, as it is written to JSON. Time courses are not in it: they go into tables.

use serde::Serialize;

use super::boltzmann::Boltzmann;

/// Schema of [`ClampReport`].
pub const CLAMP_SCHEMA: &str = "huxley.vclamp/1";
/// Schema of [`CurrentReport`].
pub const CURRENT_SCHEMA: &str = "huxley.fi/1";

/// Voltage steps. Currents in uA/cm2, outward positive; conductances in mS/cm2.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ClampReport {
    /// [`CLAMP_SCHEMA`].
    pub schema: &'static str,
    /// Whose membrane.
    pub subject: String,
    /// Where it is from, where that is known.
    pub source: Option<String>,
    /// degC.
    pub celsius: f64,
    /// Before the step, mV.
    pub hold_mv: f64,
    /// ms.
    pub hold_ms: f64,
    /// Length of the step, ms.
    pub step_ms: f64,
    /// After the step, mV.
    pub then_mv: Option<f64>,
    /// ms.
    pub then_ms: Option<f64>,
    /// Substep, and time between two samples, ms.
    pub dt_ms: f64,
    /// Farthest that a potential was from its command, mV.
    pub error_mv: f64,
    /// Currents of each channel; all leaks are one.
    pub channels: Vec<ChannelClamp>,
    /// Their sum.
    pub total: Vec<TotalStep>,
    /// Its course.
    #[serde(skip)]
    pub course: Course,
    /// What was left out or changed to have the cell alone.
    pub notes: Vec<String>,
    /// What the user should know.
    pub warnings: Vec<String>,
    /// Files that were written.
    pub outputs: Vec<String>,
}

/// Currents over time.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Course {
    /// Times of the samples, ms.
    pub times_ms: Vec<f64>,
    /// For each command the sum of all channels, uA/cm2.
    pub totals: Vec<Vec<f64>>,
}

/// The currents of a channel.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ChannelClamp {
    /// Name.
    pub name: String,
    /// Whether it has gates.
    pub gated: bool,
    /// Whether calcium inside the cell moves it, which the steps move: conductances are then not fitted.
    pub reads_calcium: bool,
    /// mV; `null` of leaks, and where it follows calcium: conductances are then not told.
    pub reversal_mv: Option<f64>,
    /// A command each.
    pub steps: Vec<ChannelStep>,
    /// Course of the current of each command, uA/cm2.
    #[serde(skip)]
    pub courses: Vec<Vec<f64>>,
    /// Fitted to the peak conductances of the steps.
    pub activation: Option<Boltzmann>,
    /// Fitted to the peak conductances after the steps: of the tails, or of what the steps left.
    pub then: Option<Boltzmann>,
}

/// A channel at a command.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ChannelStep {
    /// mV.
    pub command_mv: f64,
    /// During the step.
    pub step: Segment,
    /// After it, where something comes after it.
    pub then: Option<Segment>,
}

/// A current at one potential.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Segment {
    /// Its largest value of either sign, uA/cm2.
    pub peak: f64,
    /// When, ms after the jump.
    pub peak_ms: f64,
    /// Its mean over the last tenth of the time, uA/cm2.
    pub steady: f64,
    /// The peak over the driving force, mS/cm2; `null` within 1 mV of the reversal potential.
    pub conductance: Option<f64>,
}

/// All channels at a command, uA/cm2.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct TotalStep {
    /// mV.
    pub command_mv: f64,
    /// The most inward.
    pub inward: f64,
    /// The most outward.
    pub outward: f64,
    /// The mean over the last tenth.
    pub steady: f64,
}

/// Current steps.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct CurrentReport {
    /// [`CURRENT_SCHEMA`].
    pub schema: &'static str,
    /// Which cell.
    pub subject: String,
    /// Where its membrane is from, where that is known.
    pub source: Option<String>,
    /// degC.
    pub celsius: f64,
    /// Of the amplitudes: `nA` or `uA/cm2`.
    pub unit: &'static str,
    /// Before the step, ms.
    pub delay_ms: f64,
    /// Its length, ms.
    pub step_ms: f64,
    /// After it, ms.
    pub after_ms: f64,
    /// Substep, ms.
    pub dt_ms: f64,
    /// Scheme.
    pub integrator: &'static str,
    /// The least current with a spike.
    pub rheobase: Threshold,
    /// The least current with spikes in the second half of the step.
    pub onset: Threshold,
    /// How steeply the steady rate rises.
    pub gain: Option<Gain>,
    /// An amplitude each.
    pub rows: Vec<AmplitudeRow>,
    /// Potential of each cell, mV.
    #[serde(skip)]
    pub traces: Vec<Vec<f32>>,
    /// Time between two of its samples, ms.
    #[serde(skip)]
    pub trace_interval_ms: f64,
    /// What was left out or changed to have the cell alone.
    pub notes: Vec<String>,
    /// What the user should know.
    pub warnings: Vec<String>,
    /// Files that were written.
    pub outputs: Vec<String>,
}

/// From where on something holds, in the unit of the amplitudes.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Threshold {
    /// The least amplitude that was tried and at which it does; `null` where it does nowhere or everywhere.
    pub least: Option<f64>,
    /// The rate in the second half of the step there, Hz.
    pub rate_hz: Option<f64>,
    /// The next below, at which it does not.
    pub silent: Option<f64>,
    /// It does at the first amplitude already.
    pub below: bool,
}

/// A straight line through steady rates, up to the highest.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Gain {
    /// Hz for 1 nA or 1 uA/cm2.
    pub hz_per_unit: f64,
    /// From this amplitude.
    pub from: f64,
    /// To this one.
    pub to: f64,
}

/// What a current does.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct AmplitudeRow {
    /// nA or uA/cm2.
    pub amplitude: f64,
    /// During the step.
    pub spikes: u64,
    /// Spikes before it.
    pub spontaneous: u64,
    /// Spikes in the second half of the step.
    pub late: u64,
    /// The same over the time, Hz.
    pub rate_hz: f64,
    /// One over the first interval, Hz.
    pub first_hz: Option<f64>,
    /// One over the mean interval in the second half, Hz.
    pub steady_hz: Option<f64>,
    /// From the step to the first spike, ms.
    pub latency_ms: Option<f64>,
    /// Mean of the relative changes from one interval to the next; above 0 it slows.
    pub adaptation: Option<f64>,
}
