//! What a channel is, and its curves: steady states, time constants and rates over the potential, checked.
//!
//! Curves are evaluated in `f64` by the functions that networks run on (`huxley_model::channel`), temperature factors included.

mod check;
mod curve;
pub mod document;
mod words;

use huxley_model::channel::{Channel, Gate, Kinetics, Reversal, Sensed};

pub use check::SLOWEST;
use curve::{Curve, halves, least, most};
use document::{ChannelReport, CurveReport, GateReport, Q10Report, RangeReport, ReversalReport};

/// Over what curves are drawn.
#[derive(Clone, Debug, PartialEq)]
pub struct Scan {
    /// First potential, mV.
    pub from: f64,
    /// Last potential, mV.
    pub to: f64,
    /// Distance of two points, mV.
    pub step: f64,
    /// Temperature, degC.
    pub celsius: f64,
    /// Calcium inside the cell, uM: a curve for each, of gates that read it.
    pub calcium: Vec<f64>,
}

impl Default for Scan {
    fn default() -> Self {
        Self { from: -100.0, to: 60.0, step: 0.5, celsius: 6.3, calcium: CALCIUM.to_vec() }
    }
}

/// Calcium of curves where none is asked for, uM: from rest to the peak after a burst.
pub const CALCIUM: [f64; 5] = [0.05, 0.1, 0.5, 1.0, 5.0];

impl Scan {
    /// The potentials, mV; the last is [`Scan::to`].
    #[must_use]
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, clippy::cast_precision_loss)]
    pub fn potentials(&self) -> Vec<f64> {
        let steps = ((self.to - self.from) / self.step - 1e-9).ceil().max(1.0) as usize;
        (0..=steps).map(|i| (self.from + i as f64 * self.step).min(self.to)).collect()
    }
}

/// Everything about a channel but where it is from.
#[must_use]
pub fn report(channel: &Channel, scan: &Scan) -> ChannelReport {
    // As it runs.
    let channel = &channel.sharing();
    let gates: Vec<GateReport> = channel.gates.iter().map(|gate| gate_report(gate, scan)).collect();
    ChannelReport {
        name: channel.name.to_string(),
        conductance: words::conductance(channel),
        current: words::current(channel),
        reversal: ReversalReport { mv: channel.reversal.at(scan.celsius), what: words::reversal(&channel.reversal) },
        celsius: scan.celsius,
        reads_calcium: channel.reads_calcium(),
        range: RangeReport { from_mv: scan.from, to_mv: scan.to, step_mv: scan.step },
        warnings: gates.iter().flat_map(|gate| gate.warnings.iter().cloned()).collect(),
        gates,
        ..ChannelReport::default()
    }
}

/// What a density of the channel is measured in.
#[must_use]
pub fn density_unit(channel: &Channel) -> &'static str {
    if matches!(channel.reversal, Reversal::GoldmanCalcium { .. }) { "cm/s" } else { "S/cm2" }
}

fn gate_report(gate: &Gate, scan: &Scan) -> GateReport {
    let calcium: Vec<Option<f64>> =
        if gate.reads_calcium() { scan.calcium.iter().copied().map(Some).collect() } else { vec![None] };
    let mut warnings = Vec::new();
    let mut flat = true;
    let curves = calcium.into_iter().map(|calcium| {
        let curve = Curve::of(gate, scan, calcium);
        warnings.extend(check::check(gate, scan, calcium, &curve));
        flat &= curve.is_flat();
        let at = |v: f64| gate.steady_state(Sensed { v, ca: calcium.unwrap_or(0.0) }, scan.celsius);
        let tau = curve.tau.as_deref();
        let slow = |v: f64| curve::time_constant(gate, Sensed { v, ca: calcium.unwrap_or(0.0) }, scan.celsius);
        CurveReport {
            calcium_um: calcium,
            half: halves(&curve.v, &curve.inf, &at),
            inf_least: least(&curve.v, &curve.inf, &at),
            inf_most: most(&curve.v, &curve.inf, &at),
            tau_least: tau.and_then(|tau| least(&curve.v, tau, &slow)),
            tau_most: tau.and_then(|tau| most(&curve.v, tau, &slow)),
            v_mv: curve.v,
            inf: curve.inf,
            tau_ms: curve.tau,
            alpha_per_ms: curve.alpha,
            beta_per_ms: curve.beta,
        }
    });
    let curves = curves.collect();
    let over_calcium = curve::over_calcium(gate, scan.celsius, flat);
    GateReport {
        name: gate.name.to_string(),
        power: gate.power,
        kinetics: match gate.kinetics {
            Kinetics::Rates { .. } => "rates",
            Kinetics::InfTau { .. } => "inf-tau",
            Kinetics::InstantaneousRates { .. } => "instantaneous-rates",
            Kinetics::Instantaneous { .. } => "instantaneous",
        },
        equations: words::equations(gate),
        q10: gate.q10.map(|q10| Q10Report {
            factor: q10.factor,
            celsius: q10.celsius,
            applied: gate.rate_factor(scan.celsius),
        }),
        reads_calcium: gate.reads_calcium(),
        curves,
        over_calcium,
        warnings,
    }
}
