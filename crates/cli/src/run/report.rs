//! The report of a run, `run.json`.

use huxley_engine::Plan;
use huxley_engine::estimate::{plan_bytes, synapses_of_generators};
use huxley_engine::snapshot::plan_digest;
use huxley_harness::ledger::{Convention, RunWork, generator_spikes, of_plan};
use huxley_io::results::{BytesReport, FlopReport, MemoryReport, PopulationReport, RUN_SCHEMA, RunReport, stamp};
use huxley_model::network::Precision;

use crate::machine;
use crate::run::Begun;
use crate::run::advance::{End, Outcome};
use crate::run::recorder::Recorder;

/// A population above this mean rate is saturated, Hz.
const SATURATED: f64 = 200.0;
/// Runs shorter than this, ms, are not judged.
const JUDGED: f64 = 50.0;

/// The report of a run that has ended.
#[allow(clippy::cast_precision_loss)]
pub fn report(begun: &Begun, recorder: &Recorder, outcome: &Outcome, outputs: Vec<String>) -> RunReport {
    let plan = &*begun.plan;
    let settings = &plan.settings;
    let duration_ms = outcome.ticks as f64 * settings.tick;
    let here_s = outcome.ticks_here as f64 * settings.tick * 1e-3;
    let wall_s = outcome.wall.as_secs_f64();
    let rate = |spikes: u64, neurons: u64| mean_rate(spikes, neurons, duration_ms);
    let neurons = plan.cells.len() as u64;
    let counts = recorder.counts();
    let spikes = counts.iter().sum();
    let populations = plan.populations.iter().zip(counts).map(|(population, spikes)| PopulationReport {
        name: population.name.clone(),
        neurons: u64::from(population.count),
        spikes,
        mean_rate_hz: rate(spikes, u64::from(population.count)),
    });
    let work = work(plan, recorder, outcome.ticks);
    let convention = Convention::default();
    let [membrane, synapse] = [work.membrane, work.synapse].map(|w| w.operations.flop(convention));
    let flop = FlopReport { membrane, synapse, total: membrane + synapse };
    let [membrane, synapse] = [work.membrane, work.synapse].map(|w| w.bytes);
    let bytes = BytesReport { membrane, synapse, total: membrane + synapse };
    // A resumed run has done in this process only its own share.
    let per_second = |all: f64| {
        let here = all * outcome.ticks_here as f64 / outcome.ticks.max(1) as f64;
        (wall_s > 0.0).then_some(here / wall_s * 1e-9)
    };
    RunReport {
        schema: RUN_SCHEMA.to_owned(),
        model: plan.name.clone(),
        backend: begun.chosen.backend.name().to_owned(),
        device: begun.chosen.backend.device(),
        precision: precision(plan).to_owned(),
        integrator: settings.integrator.name().to_owned(),
        isa: begun.chosen.isa.clone(),
        threads: begun.chosen.threads,
        seed: settings.seed,
        neurons,
        compartments: plan.compartments() as u64,
        synapses: between_neurons(plan),
        gap_junctions: plan.gaps.junctions as u64,
        ticks: outcome.ticks,
        substeps: settings.substeps,
        duration_ms,
        setup_s: begun.setup.as_secs_f64(),
        wall_s,
        realtime_factor: if here_s > 0.0 { wall_s / here_s } else { 0.0 },
        spikes,
        mean_rate_hz: rate(spikes, neurons),
        spike_digest: recorder.digest(),
        populations: populations.collect(),
        flop: Some(flop),
        bytes: Some(bytes),
        gflops: per_second(flop.total),
        gbytes_per_s: per_second(bytes.total),
        memory: memory(begun),
        outputs,
        kernels: begun.chosen.backend.kernels(),
        partial: !matches!(outcome.end, End::Complete),
        warnings: begun.subject.warnings.clone(),
        notes: begun.subject.notes.clone(),
        plan_digest: Some(format!("{:016x}", plan_digest(plan))),
        started: Some(stamp(begun.started)),
        version: Some(env!("CARGO_PKG_VERSION").to_owned()),
        ..RunReport::default()
    }
}

/// The work of the run by the ledger: its spikes as they were, those of Poisson generators as expected.
fn work(plan: &Plan, recorder: &Recorder, ticks: u64) -> RunWork {
    let cells = recorder.spikes_of_cell.iter().map(|&n| f64::from(n));
    let generators = generator_spikes(plan, ticks);
    #[allow(clippy::cast_precision_loss)]
    of_plan(plan).run(ticks as f64, cells.chain(generators.iter().copied()))
}

/// Synapses between neurons; those of generators are beside these.
pub fn between_neurons(plan: &Plan) -> u64 {
    plan.synapses() as u64 - synapses_of_generators(plan)
}

/// `f32` or `f64`.
pub fn precision(plan: &Plan) -> &'static str {
    match plan.settings.precision {
        Precision::F32 => "f32",
        Precision::F64 => "f64",
    }
}

/// Spikes a neuron and second.
#[allow(clippy::cast_precision_loss)]
pub fn mean_rate(spikes: u64, neurons: u64, duration_ms: f64) -> f64 {
    let neuron_seconds = neurons as f64 * duration_ms * 1e-3;
    if neuron_seconds > 0.0 { spikes as f64 / neuron_seconds } else { 0.0 }
}

#[allow(clippy::cast_precision_loss)]
fn memory(begun: &Begun) -> MemoryReport {
    let plan = &*begun.plan;
    let held = plan_bytes(plan);
    let value = match plan.settings.precision {
        Precision::F32 => 4,
        Precision::F64 => 8,
    };
    // Variables are the state of synapses; all other state is reckoned to the compartments.
    let open: usize = plan.clocked.iter().map(|g| value * g.len() * g.variables.len()).sum();
    let rest = begun.chosen.backend.bytes().saturating_sub(open);
    let each = |bytes: usize, count: usize| if count == 0 { 0.0 } else { bytes as f64 / count as f64 };
    MemoryReport {
        bytes_per_synapse: each(held.synapses + open, plan.synapses()),
        bytes_per_compartment: each(held.membrane + rest, plan.compartments()),
        peak_rss_bytes: machine::peak_memory().unwrap_or(0),
    }
}

/// That a network is silent, or saturated.
pub fn activity_warnings(plan: &Plan, recorder: &Recorder, ticks: u64) -> Vec<String> {
    #[allow(clippy::cast_precision_loss)]
    let duration_ms = ticks as f64 * plan.settings.tick;
    let excitable = plan.classes.iter().any(|class| !class.channels.is_empty());
    if duration_ms < JUDGED || !excitable {
        return Vec::new();
    }
    if recorder.spikes_of_cell.iter().all(|&n| n == 0) {
        return vec![
            "the network is silent: no neuron spiked; a stronger stimulus or weight, or a lower threshold, may be wanted"
                .to_owned(),
        ];
    }
    let mut warnings = Vec::new();
    for (population, spikes) in plan.populations.iter().zip(recorder.counts()) {
        let rate = mean_rate(spikes, u64::from(population.count), duration_ms);
        if rate > SATURATED {
            warnings.push(format!(
                "population `{}` is saturated: {rate:.0} Hz on average; weights or stimuli may be too strong",
                population.name
            ));
        }
    }
    warnings
}
