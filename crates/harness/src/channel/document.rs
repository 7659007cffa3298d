//! What is told of a channel, as it is written to JSON.

use serde::Serialize;

/// Schema of [`ChannelReport`].
pub const SCHEMA: &str = "huxley.channel/1";

/// A channel.
#[derive(Clone, Debug, Serialize)]
pub struct ChannelReport {
    /// [`SCHEMA`].
    pub schema: &'static str,
    /// Name.
    pub name: String,
    /// Where it was found: `preset hh`, `model my.toml, population exc`.
    pub origin: String,
    /// Where the numbers come from, where that is known.
    pub source: Option<String>,
    /// Densities it is inserted with, by kind of section.
    pub density: Vec<DensityReport>,
    /// `g = gbar m^3 h`.
    pub conductance: String,
    /// `I = g (V - E)`.
    pub current: String,
    /// Where the current vanishes.
    pub reversal: ReversalReport,
    /// Temperature of the curves, degC.
    pub celsius: f64,
    /// Whether calcium inside the cell matters to it.
    pub reads_calcium: bool,
    /// Potentials of the curves.
    pub range: RangeReport,
    /// Its gates.
    pub gates: Vec<GateReport>,
    /// What is wrong with any of them.
    pub warnings: Vec<Warning>,
    /// Files that were written.
    pub outputs: Vec<String>,
}

impl Default for ChannelReport {
    fn default() -> Self {
        Self {
            schema: SCHEMA,
            name: String::new(),
            origin: String::new(),
            source: None,
            density: Vec::new(),
            conductance: String::new(),
            current: String::new(),
            reversal: ReversalReport::default(),
            celsius: 0.0,
            reads_calcium: false,
            range: RangeReport::default(),
            gates: Vec::new(),
            warnings: Vec::new(),
            outputs: Vec::new(),
        }
    }
}

/// A density.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct DensityReport {
    /// Kind of section: `any`, `soma`, ...
    pub sections: String,
    /// In `unit`.
    pub value: f64,
    /// `S/cm2` or `cm/s`.
    pub unit: &'static str,
}

/// A reversal potential.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct ReversalReport {
    /// At the temperature of the curves, mV; `null` where it follows the cell's calcium.
    pub mv: Option<f64>,
    /// Where it is from.
    pub what: String,
}

/// Potentials of the curves.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct RangeReport {
    /// First, mV.
    pub from_mv: f64,
    /// Last, mV.
    pub to_mv: f64,
    /// Distance, mV.
    pub step_mv: f64,
}

/// A gate.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct GateReport {
    /// Name.
    pub name: String,
    /// Exponent in the conductance.
    pub power: u32,
    /// `rates`, `inf-tau`, `instantaneous-rates` or `instantaneous`.
    pub kinetics: &'static str,
    /// Its equations, before the temperature factor.
    pub equations: Vec<String>,
    /// Its temperature factor; `null` where rates do not depend on temperature.
    pub q10: Option<Q10Report>,
    /// Whether it reads calcium.
    pub reads_calcium: bool,
    /// One, or one for each concentration of calcium.
    pub curves: Vec<CurveReport>,
    /// Of gates that read calcium: over calcium, one for each of some potentials; one where the potential does not matter.
    pub over_calcium: Vec<CalciumCurve>,
    /// What is wrong with them; in the channel's list too.
    #[serde(skip)]
    pub warnings: Vec<Warning>,
}

/// A temperature factor.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Q10Report {
    /// For 10 degrees.
    pub factor: f64,
    /// Where it is 1, degC.
    pub celsius: f64,
    /// At the temperature of the curves.
    pub applied: f64,
}

/// A gate's curves. What is not a number is `null`.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct CurveReport {
    /// uM; `null` where the gate does not read it.
    pub calcium_um: Option<f64>,
    /// Where the steady state is a half.
    pub half: Vec<Half>,
    /// Its smallest value.
    pub inf_least: Option<At>,
    /// Its largest value.
    pub inf_most: Option<At>,
    /// Shortest time constant, ms.
    pub tau_least: Option<At>,
    /// Longest time constant, ms.
    pub tau_most: Option<At>,
    /// Potentials, mV.
    pub v_mv: Vec<f64>,
    /// Steady states.
    pub inf: Vec<f64>,
    /// Time constants, ms; `null` where the gate has no state.
    pub tau_ms: Option<Vec<f64>>,
    /// Opening rates, per ms; `null` where the gate is not given by rates.
    pub alpha_per_ms: Option<Vec<f64>>,
    /// Closing rates, per ms.
    pub beta_per_ms: Option<Vec<f64>>,
}

/// A gate's curves over calcium.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct CalciumCurve {
    /// mV; `null` where it does not matter.
    pub v_mv: Option<f64>,
    /// Where the steady state first passes a half, uM.
    pub half_um: Option<f64>,
    /// Concentrations, uM.
    pub calcium_um: Vec<f64>,
    /// Steady states.
    pub inf: Vec<f64>,
    /// Time constants, ms; `null` where the gate has no state.
    pub tau_ms: Option<Vec<f64>>,
}

/// A potential at which the steady state is a half.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Half {
    /// mV.
    pub v_mv: f64,
    /// The `k` of the Boltzmann function with this slope here, mV: positive where the gate opens with the potential.
    pub slope_mv: f64,
}

/// A value and where it is.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct At {
    /// The value.
    pub value: f64,
    /// mV.
    pub v_mv: f64,
}

/// Something a gate should not have.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Warning {
    /// The gate.
    pub gate: String,
    /// `division-by-zero`, `not-finite`, `inf-outside`, `negative-rate`, `tau-not-positive`, `tau-long`, `jump`.
    pub kind: &'static str,
    /// Where, mV.
    pub v_mv: f64,
    /// uM, where it matters.
    pub calcium_um: Option<f64>,
    /// In words.
    pub text: String,
}
