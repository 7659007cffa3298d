//! Checks of equal bits: with the oracle, over threads and the like, across snapshots; and of a run that diverges.

use std::sync::Arc;

use huxley_cpu::{CpuBackend, CpuOptions};
use huxley_engine::oracle::Oracle;
use huxley_engine::snapshot::Snapshot;
use huxley_engine::{Backend, Epoch, Plan, RunError};
use huxley_model::channel::Integrator;
use huxley_model::network::{Distribution, Network, Precision};

use super::compare::{different, within};
use super::networks::{mixed, passive_cable, plastic, squid_point, stepped};
use super::subject::{Make, Subject};
use super::tolerances;
use super::verdict::{Verdict, judged, none_of};

/// Ticks of 1 ms of each run.
const TICKS: u32 = 40;
/// Unit of what differs.
const UNIT: &str = "spikes, samples, bytes";

/// A run in epochs of the given lengths.
fn run(backend: &mut dyn Backend, parts: &[u32]) -> Result<(Epoch, Snapshot), String> {
    let mut whole = Epoch::default();
    for &ticks in parts {
        let epoch = backend.advance(ticks).map_err(|error| error.to_string())?;
        whole.samples.resize(epoch.samples.len(), Vec::new());
        whole.spikes.extend(epoch.spikes);
        for (all, own) in whole.samples.iter_mut().zip(epoch.samples) {
            all.extend(own);
        }
    }
    Ok((whole, backend.snapshot().map_err(|error| error.to_string())?))
}

fn made(make: &Make, plan: &Arc<Plan>) -> Result<(Epoch, Snapshot), String> {
    run(make(Arc::clone(plan))?.as_mut(), &[TICKS])
}

/// Every kind of synapse, gap junctions, trees and points; and the article's plastic synapses.
fn networks() -> [Network; 2] {
    [mixed(), plastic()]
}

/// That a run is no run of silence, in which all bits are easily equal.
fn lively(of: &(Epoch, Snapshot), name: &str) -> Result<(), String> {
    if of.0.spikes.len() < 10 { Err(format!("`{name}` had {} spikes only", of.0.spikes.len())) } else { Ok(()) }
}

/// Strict subjects: the oracle's bits, or in `f32` those of the strict CPU.
pub fn strict(subject: &Subject) -> Result<Verdict, String> {
    if !subject.strict {
        return Ok(Verdict::Skipped("multiply-adds round once: bits are equal in strict mode only".to_owned()));
    }
    let mut count = 0;
    for network in networks() {
        let plan = subject.plan(&network)?;
        let options = CpuOptions { threads: Some(1), strict: true, ..CpuOptions::default() };
        let mut other: Box<dyn Backend> = match subject.precision {
            Precision::F64 => Box::new(Oracle::new(Arc::clone(&plan))),
            Precision::F32 => Box::new(CpuBackend::new(Arc::clone(&plan), &options)),
        };
        let expected = run(other.as_mut(), &[TICKS])?;
        lively(&expected, &network.name)?;
        count += different(&made(&subject.make, &plan)?, &expected);
    }
    Ok(none_of(count, UNIT, "strict arithmetic rounds every operation as IEEE 754 asks, in one order"))
}

/// The oracle's spikes, at the same times as far as round-off lets them.
pub fn agreement(subject: &Subject) -> Result<Verdict, String> {
    let plan = subject.plan(&mixed())?;
    let mut double = mixed();
    double.run.precision = Precision::F64;
    let oracle = huxley_engine::lower(&double).map(Arc::new).map_err(|error| error.to_string())?;
    let expected = run(&mut Oracle::new(oracle), &[TICKS])?;
    lively(&expected, "mixed")?;
    let found = made(&subject.make, &plan)?;
    let mut worst = 0.0_f64;
    for cell in 0..u32::try_from(plan.cells.len()).unwrap_or(u32::MAX) {
        let times = |epoch: &Epoch| -> Vec<f64> {
            epoch.spikes.iter().filter(|s| s.cell == cell).map(|s| s.time(plan.settings.dt)).collect()
        };
        let (own, theirs) = (times(&found.0), times(&expected.0));
        if own.is_empty() && theirs.is_empty() {
            continue;
        }
        let apart =
            within(&own, &theirs, f64::INFINITY).map_err(|mismatch| format!("spikes of cell {cell}: {mismatch}"))?;
        worst = worst.max(apart.largest);
    }
    Ok(judged(worst, &tolerances::BACKENDS_AGREE, subject.precision))
}

/// Another run, other threads, other sizes of blocks: the same bits.
pub fn determinism(subject: &Subject) -> Result<Verdict, String> {
    let mut count = 0;
    for mut network in networks() {
        // More cells than a block has, so that blocks are really shared out.
        let cells = &mut network.populations[0].cells;
        let (first, many) = (cells[0].clone(), if subject.costly { 40 } else { 200 });
        cells.extend(vec![first; many]);
        let plan = subject.plan(&network)?;
        let one = made(&subject.make, &plan)?;
        lively(&one, &network.name)?;
        count += different(&made(&subject.make, &plan)?, &one);
        for (name, make) in &subject.variants {
            count += different(&made(make, &plan).map_err(|error| format!("{name}: {error}"))?, &one);
        }
    }
    let names: Vec<&str> = subject.variants.iter().map(|(name, _)| name.as_str()).collect();
    let tried = if names.is_empty() { "two runs".to_owned() } else { format!("two runs, {}", names.join(", ")) };
    Ok(none_of(count, UNIT, &format!("no result depends on the order of evaluation ({tried})")))
}

/// Saved as bytes, loaded by a new backend: the run goes on as if it had not been cut.
pub fn snapshot(subject: &Subject) -> Result<Verdict, String> {
    let mut count = 0;
    for network in networks() {
        let plan = subject.plan(&network)?;
        let whole = made(&subject.make, &plan)?;
        lively(&whole, &network.name)?;
        let cuts: &[u32] = if subject.costly { &[7] } else { &[0, 1, 7, 23] };
        for &at in cuts {
            let mut backend = (subject.make)(Arc::clone(&plan))?;
            let (mut epoch, saved) = run(backend.as_mut(), &[at])?;
            let saved = Snapshot::from_bytes(&saved.to_bytes()).map_err(|error| error.to_string())?;
            let mut backend = (subject.make)(Arc::clone(&plan))?;
            backend.restore(&saved).map_err(|error| error.to_string())?;
            let (rest, end) = run(backend.as_mut(), &[TICKS - at])?;
            epoch.spikes.extend(rest.spikes);
            for (all, own) in epoch.samples.iter_mut().zip(rest.samples) {
                all.extend(own);
            }
            count += different(&(epoch, end), &whole);
        }
    }
    Ok(none_of(count, UNIT, "a snapshot holds all state"))
}

/// `forward-euler` with steps too long for it: an error that names the cell, and no result that is not a number.
pub fn divergence(subject: &Subject) -> Result<Verdict, String> {
    let mut point = stepped(squid_point(1000.0), 1.0, 1.0);
    point.populations[0].v_init = Distribution::Constant(-40.0);
    let cable = stepped(passive_cable(100.0, 100, 0.05), 0.025, 1.0);
    let mut count = 0;
    for (mut network, cell) in [(point, "axon[0]"), (cable, "cable[0]")] {
        network.run.integrator = Integrator::ForwardEuler;
        for probe in &mut network.probes {
            probe.interval = network.run.dt;
        }
        let plan = subject.plan(&network)?;
        let told = (subject.make)(Arc::clone(&plan))?.advance(50);
        let right = matches!(&told, Err(RunError::Diverged { cell: named, .. }) if named == cell);
        count += usize::from(!right);
    }
    Ok(none_of(count, "runs not told of", "two runs diverge, and each must end with an error that names its cell"))
}
