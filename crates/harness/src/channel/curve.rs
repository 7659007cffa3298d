//! Curves of one gate, and what is found on them.

use huxley_model::channel::{Gate, Kinetics, Rate, Sensed};

use super::Scan;
use super::document::{At, CalciumCurve, Half};

/// Halvings of a step between two points: beyond the digits of a double.
const HALVINGS: usize = 60;
/// Half the distance over which the slope is taken, mV.
const SLOPE: f64 = 1e-3;

/// Values at each potential.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Curve {
    /// mV.
    pub v: Vec<f64>,
    /// Steady state.
    pub inf: Vec<f64>,
    /// Time constant, ms; none of a gate without state.
    pub tau: Option<Vec<f64>>,
    /// Opening rate, per ms; none where the gate is not given by rates.
    pub alpha: Option<Vec<f64>>,
    /// Closing rate, per ms.
    pub beta: Option<Vec<f64>>,
}

/// The time constant, ms; not a number where the gate has none.
pub fn time_constant(gate: &Gate, at: Sensed<f64>, celsius: f64) -> f64 {
    let factor = gate.rate_factor(celsius);
    match &gate.kinetics {
        Kinetics::Rates { forward, reverse } => 1.0 / (factor * (forward.at(at, celsius) + reverse.at(at, celsius))),
        Kinetics::InfTau { tau, .. } => tau.at(at, celsius) / factor,
        Kinetics::InstantaneousRates { .. } | Kinetics::Instantaneous { .. } => f64::NAN,
    }
}

impl Curve {
    /// Of `gate`, with calcium at `calcium` uM where it reads any.
    pub fn of(gate: &Gate, scan: &Scan, calcium: Option<f64>) -> Self {
        let v = scan.potentials();
        let sensed = |v: f64| Sensed { v, ca: calcium.unwrap_or(0.0) };
        let each = |value: &dyn Fn(Sensed<f64>) -> f64| v.iter().map(|&v| value(sensed(v))).collect::<Vec<f64>>();
        let inf = each(&|at| gate.steady_state(at, scan.celsius));
        let tau = gate.has_state().then(|| each(&|at| time_constant(gate, at, scan.celsius)));
        let factor = gate.rate_factor(scan.celsius);
        let rate = |rate: &Rate| Some(each(&|at| factor * rate.at(at, scan.celsius)));
        let (alpha, beta) = match &gate.kinetics {
            Kinetics::Rates { forward, reverse } | Kinetics::InstantaneousRates { forward, reverse } => {
                (rate(forward), rate(reverse))
            }
            Kinetics::InfTau { .. } | Kinetics::Instantaneous { .. } => (None, None),
        };
        Self { v, inf, tau, alpha, beta }
    }
}

/// Potentials of curves over calcium, mV: between them lies where cells are.
const POTENTIALS: [f64; 4] = [-80.0, -40.0, 0.0, 40.0];
/// Concentrations of a curve over calcium: from 1 nM to 100 uM, this many to a factor of ten.
const A_DECADE: i32 = 40;

/// Over calcium, for each of some potentials, or for one where all curves are flat.
pub fn over_calcium(gate: &Gate, celsius: f64, flat: bool) -> Vec<CalciumCurve> {
    if !gate.reads_calcium() {
        return Vec::new();
    }
    let calcium: Vec<f64> =
        (0..=5 * A_DECADE).map(|i| 1e-3 * 10_f64.powf(f64::from(i) / f64::from(A_DECADE))).collect();
    let potentials = if flat { &POTENTIALS[1..2] } else { &POTENTIALS[..] };
    let curve = |&v: &f64| {
        let inf = |ca: f64| gate.steady_state(Sensed { v, ca }, celsius);
        let values: Vec<f64> = calcium.iter().map(|&ca| inf(ca)).collect();
        let tau = |&ca: &f64| time_constant(gate, Sensed { v, ca }, celsius);
        // The logarithm is halved: what is between two points is between them in ratio.
        let logarithms: Vec<f64> = calcium.iter().map(|ca| ca.ln()).collect();
        let half = halves(&logarithms, &values, &|log| inf(log.exp())).first().map(|half| half.v_mv.exp());
        CalciumCurve {
            v_mv: (!flat).then_some(v),
            half_um: half,
            tau_ms: gate.has_state().then(|| calcium.iter().map(tau).collect()),
            inf: values,
            calcium_um: calcium.clone(),
        }
    };
    potentials.iter().map(curve).collect()
}

impl Curve {
    /// Whether nothing in it depends on the potential.
    pub fn is_flat(&self) -> bool {
        let flat = |values: &Vec<f64>| values.iter().all(|value| *value == values[0]);
        flat(&self.inf) && self.tau.as_ref().is_none_or(flat)
    }
}

/// Where the steady state is a half, and how steep it is there: the `k` of `1 / (1 + exp(-(V - V_half) / k))`, mV.
pub fn halves(v: &[f64], inf: &[f64], at: &dyn Fn(f64) -> f64) -> Vec<Half> {
    let above = |value: f64| value >= 0.5;
    let crossing = |(v, inf): (&[f64], &[f64])| {
        if !(inf[0].is_finite() && inf[1].is_finite()) || above(inf[0]) == above(inf[1]) {
            return None;
        }
        let (mut low, mut high) = (v[0], v[1]);
        for _ in 0..HALVINGS {
            let middle = 0.5 * (low + high);
            if above(at(middle)) == above(inf[0]) { low = middle } else { high = middle }
        }
        let v_mv = 0.5 * (low + high);
        let slope = (at(v_mv + SLOPE) - at(v_mv - SLOPE)) / (2.0 * SLOPE);
        Some(Half { v_mv, slope_mv: 0.25 / slope })
    };
    v.windows(2).zip(inf.windows(2)).filter_map(crossing).collect()
}

/// The smallest value and where it is.
pub fn least(v: &[f64], values: &[f64], at: &dyn Fn(f64) -> f64) -> Option<At> {
    most(v, &values.iter().map(|value| -value).collect::<Vec<_>>(), &|v| -at(v))
        .map(|found| At { value: -found.value, ..found })
}

/// The largest value and where it is: of the points, and then between the neighbours of the largest.
pub fn most(v: &[f64], values: &[f64], at: &dyn Fn(f64) -> f64) -> Option<At> {
    let finite = (0..v.len()).filter(|&i| values[i].is_finite());
    let best = finite.max_by(|&a, &b| values[a].total_cmp(&values[b]))?;
    let (mut low, mut high) = (v[best.saturating_sub(1)], v[(best + 1).min(v.len() - 1)]);
    for _ in 0..HALVINGS {
        let third = (high - low) / 3.0;
        if at(low + third) < at(high - third) { low += third } else { high -= third }
    }
    let middle = 0.5 * (low + high);
    let found = At { value: at(middle), v_mv: middle };
    // On a plateau, at an end or beside a jump, the point itself.
    if found.value > values[best] { Some(found) } else { Some(At { value: values[best], v_mv: v[best] }) }
}
