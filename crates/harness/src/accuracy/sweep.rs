//! Error against cost: a model over substeps, integrators and precisions, against itself at a much smaller substep.

use huxley_engine::plan::Class;
use huxley_engine::{Plan, PlanError, RunError};
use huxley_model::channel::Integrator;
use huxley_model::network::{Network, Precision};

use super::document::{ModelReport, Outcome, ReferenceEntry, Row};
use super::spikes::{Trains, distance};
use super::trial::{Setting, Trial, cost, trial};
use super::{AccuracyError, Options};
use crate::ledger::{Convention, article};
use crate::validate::subject::precision_name;

/// What halving the reference's substep may still change, ms.
const TARGET: f64 = 1e-4;
/// The smallest substep that is tried, ms.
const SMALLEST: f64 = 2.5e-4;

/// The settings of a sweep, in order.
#[must_use]
pub fn settings(dts: &[f64]) -> Vec<Setting> {
    let mut all = Vec::new();
    for (_, integrator) in Integrator::ALL {
        for precision in [Precision::F64, Precision::F32] {
            all.extend(dts.iter().map(|&dt| Setting { integrator, precision, dt, tick: None, strict: false }));
        }
    }
    all
}

/// The reference and how far it is converged: the substep is halved until spikes move no more.
fn reference(
    network: &Network,
    smallest_dt: f64,
    threads: Option<usize>,
) -> Result<(Trains, ReferenceEntry), AccuracyError> {
    let run = |dt: f64| -> Result<Trains, AccuracyError> {
        let trial = trial(network, Setting::fine(dt), threads).map_err(|e| AccuracyError::lower(network, e))?;
        trial.result.map_err(|e| AccuracyError::reference(network, dt, e))
    };
    let mut dt = smallest_dt / 5.0;
    let mut coarse = run(dt)?;
    loop {
        dt *= 0.5;
        let fine = run(dt)?;
        let apart = distance(&fine, &coarse);
        let change = match (apart.outcome, apart.shift) {
            (Outcome::SpikesMatch, Some(shift)) => Some(shift.largest),
            // Nothing spikes: nothing moves.
            (Outcome::SpikesMatch, None) => Some(0.0),
            _ => None,
        };
        let converged = change.is_some_and(|change| change <= TARGET);
        if converged || 0.5 * dt < SMALLEST {
            let spikes = fine.iter().map(Vec::len).sum::<usize>() as u64;
            let entry = ReferenceEntry { dt_ms: dt, spikes, change_ms: change, converged, target_ms: TARGET };
            return Ok((fine, entry));
        }
        coarse = fine;
    }
}

/// Sweeps a model. `progress` is told of each run before it is made.
pub fn sweep(
    network: &Network,
    options: &Options,
    mut progress: impl FnMut(&str),
) -> Result<ModelReport, AccuracyError> {
    let smallest = options.dts.iter().copied().fold(f64::INFINITY, f64::min);
    progress("reference");
    let (expected, entry) = reference(network, smallest, options.threads)?;
    let lower = |error: PlanError| AccuracyError::lower(network, error);
    let mut rows: Vec<Row> = Vec::new();
    let mut doubles: Vec<(Setting, Trains)> = Vec::new();
    let mut report = ModelReport {
        name: network.name.clone(),
        duration_ms: network.run.duration,
        reference: entry,
        ..ModelReport::default()
    };
    for setting in settings(&options.dts) {
        let precision = precision_name(setting.precision);
        progress(&format!("{} {precision} dt {} ms", setting.integrator.name(), setting.dt));
        let trial = trial(network, setting, options.threads).map_err(lower)?;
        report.neurons = trial.plan.cells.len() as u64;
        report.compartments = trial.plan.compartments() as u64;
        report.active_compartments = active(&trial.plan) as u64;
        report.synapses = trial.plan.synapses() as u64;
        report.tick_ms = trial.plan.settings.tick;
        let mut row = judged(&trial, setting, &expected, network.run.duration, options.convention);
        if let Ok(trains) = trial.result {
            if setting.precision == Precision::F64 {
                doubles.push((setting, trains));
            } else {
                let same = |s: &Setting| s.integrator == setting.integrator && s.dt == setting.dt;
                let double = doubles.iter().find(|(s, _)| same(s));
                row.from_f64_ms = double.and_then(|(_, d)| distance(&trains, d).shift).map(|shift| shift.largest);
            }
        }
        rows.push(row);
    }
    report.rows = rows;
    Ok(report)
}

/// Compartments with any gated channel.
fn active(plan: &Plan) -> usize {
    let of = |class: &Class| {
        let nodes = class.channels.iter().map(|entry| entry.gbar.len()).max().unwrap_or(0);
        let has = |node: &usize| class.channels.iter().any(|entry| entry.gbar[*node] != 0.0);
        (0..nodes).filter(has).count()
    };
    plan.classes.iter().map(of).sum()
}

fn judged(trial: &Trial, setting: Setting, expected: &Trains, ms: f64, convention: Convention) -> Row {
    let nothing = Vec::new();
    let trains = trial.result.as_ref().unwrap_or(&nothing);
    let cost = cost(&trial.plan, trains, ms, convention);
    let mut row = Row {
        integrator: setting.integrator.name().to_owned(),
        precision: precision_name(setting.precision).to_owned(),
        dt_ms: setting.dt,
        flop_per_compartment_ms: cost.flop_per_compartment_ms,
        times_article: cost.flop_per_compartment_ms / article::COMPARTMENT,
        flop_per_neuron_ms: cost.flop_per_neuron_ms,
        instructions_per_compartment_ms: cost.instructions_per_compartment_ms,
        bytes_per_compartment_ms: cost.bytes_per_compartment_ms,
        ..Row::default()
    };
    match &trial.result {
        Ok(trains) => {
            let apart = distance(trains, expected);
            row.outcome = apart.outcome;
            row.spikes = trains.iter().map(Vec::len).sum::<usize>() as u64;
            (row.missing, row.extra) = (apart.missing as u64, apart.extra as u64);
            (row.largest_ms, row.mean_ms) = (apart.shift.map(|s| s.largest), apart.shift.map(|s| s.mean));
            row.wall_s = Some(trial.wall);
            row.realtime_factor = Some(trial.wall / (1e-3 * ms));
        }
        Err(error) => {
            row.outcome = Outcome::Diverged;
            row.said = Some(error.to_string());
            if let RunError::Diverged { time, .. } = error {
                row.diverged_ms = Some(*time);
            }
        }
    }
    row
}
