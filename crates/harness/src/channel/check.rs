//! Whether curves are what curves of a gate can be.

use huxley_model::channel::{Gate, Kinetics, Rate, Sensed};

use super::Scan;
use super::curve::{Curve, time_constant};
use super::document::Warning;
use crate::figure::figure;

/// A time constant above this, ms, is warned of: a hundred seconds is no gate's.
pub const SLOWEST: f64 = 1e5;
/// A jump below this part of a curve's range is none.
const JUMP: f64 = 1e-3;
/// Differences of two points below this part of the range are not looked into.
const STEEP: f64 = 0.01;
/// Rounding that a steady state may have beyond 0 and 1.
const ROUNDING: f64 = 1e-9;
/// How far from a division by zero the value is told, mV.
const BESIDE: f64 = 0.01;

/// What is wrong with the curves of `gate`, one of each kind a curve.
pub fn check(gate: &Gate, scan: &Scan, calcium: Option<f64>, curve: &Curve) -> Vec<Warning> {
    let mut found = Vec::new();
    let mut warn = |kind: &'static str, v_mv: f64, text: String| {
        let calcium_words = calcium.map_or(String::new(), |ca| format!(" with {} uM of calcium", figure(ca)));
        found.push(Warning {
            gate: gate.name.to_string(),
            kind,
            v_mv,
            calcium_um: calcium,
            text: format!("gate `{}`{calcium_words}: {text}", gate.name),
        });
    };
    let ca = calcium.unwrap_or(0.0);
    let sensed = |v: f64| Sensed { v, ca };
    // Divisions by zero, wherever they lie.
    let mut broken = Vec::new();
    for (name, rate) in parts(&gate.kinetics) {
        let Rate::Expression(expression) = rate else { continue };
        for v in expression.zero_divisors(scan.from, scan.to, ca, scan.celsius) {
            broken.push(v);
            let [below, above] = [v - BESIDE, v + BESIDE].map(|v| rate.at(sensed(v), scan.celsius));
            let removable = (above - below).abs() <= 0.05 * above.abs().max(below.abs());
            let remedy = if removable {
                "write x / (exp(x) - 1) as exprelr(x), which has its limit"
            } else {
                "it has a pole there"
            };
            let text = format!(
                "`{name}` divides by zero at V = {} mV ({} and {} at {BESIDE} mV to either side): {remedy}",
                figure(v),
                figure(below),
                figure(above)
            );
            warn("division-by-zero", v, text);
        }
    }
    let curves: [(&str, Option<&Vec<f64>>); 4] = [
        ("inf", Some(&curve.inf)),
        ("tau", curve.tau.as_ref()),
        ("alpha", curve.alpha.as_ref()),
        ("beta", curve.beta.as_ref()),
    ];
    for (name, values) in curves {
        let Some(values) = values else { continue };
        if let Some(i) = values.iter().position(|value| !value.is_finite()) {
            warn("not-finite", curve.v[i], format!("{name} is {} at V = {} mV", values[i], figure(curve.v[i])));
        }
    }
    let mut outside = |name: &str, values: &[f64], kind, wrong: &dyn Fn(f64) -> f64, words: &str| {
        let worst = (0..values.len()).filter(|&i| wrong(values[i]) > 0.0);
        if let Some(i) = worst.max_by(|&a, &b| wrong(values[a]).total_cmp(&wrong(values[b]))) {
            warn(kind, curve.v[i], format!("{name} is {} at V = {} mV{words}", figure(values[i]), figure(curve.v[i])));
        }
    };
    let fraction = |value: f64| (value - 1.0).max(-value) - ROUNDING;
    outside("inf", &curve.inf, "inf-outside", &fraction, ", outside 0 to 1");
    for (name, rate) in [("alpha", &curve.alpha), ("beta", &curve.beta)] {
        if let Some(values) = rate {
            outside(name, values, "negative-rate", &|value| -value, ": a rate is not negative");
        }
    }
    if let Some(tau) = &curve.tau {
        let early = |value: f64| if value <= 0.0 { f64::MIN_POSITIVE.max(-value) } else { 0.0 };
        outside("tau", tau, "tau-not-positive", &early, " ms: a time constant is above 0");
        let words = format!(" ms, longer than {SLOWEST:e} ms");
        outside("tau", tau, "tau-long", &|value| value - SLOWEST, &words);
    }
    let steady = |v: f64| gate.steady_state(sensed(v), scan.celsius);
    let slow = |v: f64| time_constant(gate, sensed(v), scan.celsius);
    let near_broken = |v: f64| broken.iter().any(|at: &f64| (at - v).abs() < 1e-3);
    for (v, [below, above], name, unit) in jumps(&curve.v, &curve.inf, &steady)
        .into_iter()
        .map(|(v, sides)| (v, sides, "inf", ""))
        .chain(curve.tau.iter().flat_map(|tau| jumps(&curve.v, tau, &slow)).map(|(v, sides)| (v, sides, "tau", " ms")))
        .filter(|(v, ..)| !near_broken(*v))
    {
        let text = format!("{name} jumps at V = {} mV from {} to {}{unit}", figure(v), figure(below), figure(above));
        warn("jump", v, text);
    }
    found
}

/// The functions of a gate, as model files call them.
fn parts(kinetics: &Kinetics) -> Vec<(&'static str, &Rate)> {
    match kinetics {
        Kinetics::Rates { forward, reverse } | Kinetics::InstantaneousRates { forward, reverse } => {
            vec![("forward", forward), ("reverse", reverse)]
        }
        Kinetics::InfTau { inf, tau } => vec![("inf", inf), ("tau", tau)],
        Kinetics::Instantaneous { inf } => vec![("inf", inf)],
    }
}

/// Where a curve jumps, and its values on either side: the steps between two points that stay however often they are halved.
fn jumps(v: &[f64], values: &[f64], at: &dyn Fn(f64) -> f64) -> Vec<(f64, [f64; 2])> {
    let finite = || values.iter().copied().filter(|value| value.is_finite());
    let range = finite().fold(f64::NEG_INFINITY, f64::max) - finite().fold(f64::INFINITY, f64::min);
    let mut found = Vec::new();
    for (v, values) in v.windows(2).zip(values.windows(2)) {
        if !((values[1] - values[0]).abs() > STEEP * range) {
            continue;
        }
        let (mut low, mut high) = ((v[0], values[0]), (v[1], values[1]));
        for _ in 0..60 {
            let middle = 0.5 * (low.0 + high.0);
            if middle <= low.0 || middle >= high.0 {
                break;
            }
            let middle = (middle, at(middle));
            if (middle.1 - low.1).abs() > (high.1 - middle.1).abs() { high = middle } else { low = middle }
        }
        if (high.1 - low.1).abs() > JUMP * range {
            found.push((0.5 * (low.0 + high.0), [low.1, high.1]));
        }
    }
    found
}
