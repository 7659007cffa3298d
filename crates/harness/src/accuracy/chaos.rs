//! The floor under any claim on single spikes: how long runs of a network agree that differ by one unit in the last place.

use huxley_model::network::{Distribution, Network, Precision};

use super::AccuracyError;
use super::document::{ChaosReport, ChaosRun};
use super::spikes::{Trains, moved, parting};
use super::statistics::interval_variation;
use super::trial::{Setting, trial};

/// Spikes further apart are other spikes, ms.
pub const APART: f64 = 0.1;
/// Runs with other seeds: what else moves a rate.
const SEEDS: [&str; 3] = ["seed-1", "seed-2", "seed-3"];
/// Runs of a comparison.
pub(super) const RUNS: usize = 5 + SEEDS.len();

/// The network with every initial potential changed by `change`.
fn nudged(network: &Network, change: fn(f64) -> f64) -> Network {
    let mut network = network.clone();
    for population in &mut network.populations {
        match &mut population.v_init {
            Distribution::Constant(v)
            | Distribution::Normal { mean: v, .. }
            | Distribution::LogNormal { mean: v, .. } => {
                *v = change(*v);
            }
            Distribution::Uniform { low, high } => (*low, *high) = (change(*low), change(*high)),
        }
    }
    network
}

#[allow(clippy::cast_possible_truncation)]
fn next_single(v: f64) -> f64 {
    f64::from((v as f32).next_up())
}

/// Runs the network as it is, in other arithmetics, and from starts that differ by rounding.
pub fn compare(
    network: &Network,
    threads: Option<usize>,
    mut progress: impl FnMut(&str),
) -> Result<ChaosReport, AccuracyError> {
    let ms = network.run.duration;
    let mut cases: Vec<(&str, &str, Network, Precision, bool)> = vec![
        ("f64", "f64", network.clone(), Precision::F64, false),
        ("ulp-f64", "f64, start one unit of f64 away", nudged(network, f64::next_up), Precision::F64, false),
        ("strict-f64", "f64, multiply-adds rounded twice", network.clone(), Precision::F64, true),
        ("ulp-f32", "f64, start one unit of f32 away", nudged(network, next_single), Precision::F64, false),
        ("f32", "f32", network.clone(), Precision::F32, false),
    ];
    for (name, more) in SEEDS.into_iter().zip(1_u64..) {
        let mut other = network.clone();
        other.run.seed = other.run.seed.wrapping_add(more);
        cases.push((name, "f64, another seed", other, Precision::F64, false));
    }
    let mut first: Option<Trains> = None;
    let mut report =
        ChaosReport { name: network.name.clone(), duration_ms: ms, apart_ms: APART, ..ChaosReport::default() };
    for (name, what, network, precision, strict) in cases {
        progress(what);
        let setting =
            Setting { precision, strict, integrator: network.run.integrator, ..Setting::fine(network.run.dt) };
        let trial = trial(&network, setting, threads).map_err(|e| AccuracyError::lower(&network, e))?;
        report.neurons = trial.plan.cells.len() as u64;
        let trains = trial.result.map_err(|e| AccuracyError::reference(&network, setting.dt, e))?;
        let mut run = ChaosRun { name: name.to_owned(), what: what.to_owned(), ..ChaosRun::default() };
        (run.rate_hz, run.cv) = statistics(&trains, ms);
        if let Some(first) = first.as_ref().filter(|_| !SEEDS.contains(&name)) {
            run.parts_ms = parting(first, &trains, APART);
            run.moved_ms = moved(first, &trains, run.parts_ms.unwrap_or(f64::INFINITY));
        }
        first.get_or_insert(trains);
        report.runs.push(run);
    }
    Ok(report)
}

/// Mean rate, Hz, and variation of intervals.
#[allow(clippy::cast_precision_loss)]
fn statistics(trains: &Trains, ms: f64) -> (f64, Option<f64>) {
    let spikes: usize = trains.iter().map(Vec::len).sum();
    let variation = interval_variation(trains).0;
    (1e3 * spikes as f64 / (trains.len() as f64 * ms), variation.is_finite().then_some(variation))
}
