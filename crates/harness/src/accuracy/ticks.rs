//! What the tick costs: spikes cross the network in whole ticks, so each synapse moves the spike that it causes.

use huxley_model::network::Network;

use super::document::{TickReport, TickRow};
use super::spikes::{Trains, distance};
use super::trial::{Setting, trial};
use super::{AccuracyError, TickQuestion};

/// Ticks that are tried, ms.
pub const TICKS: [f64; 5] = [1.0, 0.5, 0.25, 0.1, 0.05];
/// Substep of all, and the tick of the reference, ms.
pub const DT: f64 = 0.025;

/// Runs a network at each tick and compares it with a tick of one substep.
pub fn compare(
    question: &TickQuestion,
    threads: Option<usize>,
    mut progress: impl FnMut(&str),
) -> Result<TickReport, AccuracyError> {
    let network: &Network = &question.network;
    let mut report = TickReport {
        name: network.name.clone(),
        what: question.what.clone(),
        duration_ms: network.run.duration,
        dt_ms: DT,
        ..TickReport::default()
    };
    let mut run = |tick: f64| -> Result<(u64, Trains), AccuracyError> {
        progress(&format!("tick {tick} ms"));
        let setting = Setting { tick: Some(tick), ..Setting::fine(DT) };
        let trial = trial(network, setting, threads).map_err(|e| AccuracyError::lower(network, e))?;
        let neurons = trial.plan.cells.len() as u64;
        Ok((neurons, trial.result.map_err(|e| AccuracyError::reference(network, DT, e))?))
    };
    let (neurons, expected) = run(DT)?;
    (report.neurons, report.spikes) = (neurons, expected.iter().map(Vec::len).sum::<usize>() as u64);
    for tick in TICKS.into_iter().filter(|tick| *tick <= question.longest) {
        let (_, trains) = run(tick)?;
        // Cells that nothing reaches do not show what a synapse does.
        let (own, theirs) = (&trains[question.from..], &expected[question.from..]);
        let apart = distance(own, theirs);
        report.rows.push(TickRow {
            tick_ms: tick,
            outcome: apart.outcome,
            spikes: trains.iter().map(Vec::len).sum::<usize>() as u64,
            bias_ms: apart.common.map(|s| s.bias),
            mean_ms: apart.common.map(|s| s.mean),
            largest_ms: apart.common.map(|s| s.largest),
        });
    }
    Ok(report)
}
