//! One run of a network at one setting, and what it costs.

use std::sync::Arc;
use std::time::Instant;

use huxley_cpu::{CpuBackend, CpuOptions};
use huxley_engine::{Backend, Plan, PlanError, RunError, lower};
use huxley_model::channel::Integrator;
use huxley_model::network::{Network, Precision, Tick};
use huxley_model::real::Real;

use super::spikes::Trains;
use crate::ledger::{Amount, Convention, Count, Part, generator_spikes, of_plan};
use crate::validate::subject::ticks;

/// Nodes below which a second thread costs more than it saves.
const NODES_FOR_THREADS: usize = 256;
/// A run below this is timed three times, s.
const SHORT: f64 = 0.02;

/// How a network is run.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Setting {
    /// Scheme.
    pub integrator: Integrator,
    /// Arithmetic.
    pub precision: Precision,
    /// Substep, ms.
    pub dt: f64,
    /// Tick, ms; the network's own where none is given.
    pub tick: Option<f64>,
    /// Multiply-adds round twice.
    pub strict: bool,
}

impl Setting {
    /// `staggered` in `f64`.
    #[must_use]
    pub fn fine(dt: f64) -> Self {
        Self { integrator: Integrator::Staggered, precision: Precision::F64, dt, tick: None, strict: false }
    }
}

/// What a run gave.
#[derive(Debug)]
pub struct Trial {
    /// What was run.
    pub plan: Arc<Plan>,
    /// Spikes, or how it diverged.
    pub result: Result<Trains, RunError>,
    /// Time in the backend, s.
    pub wall: f64,
}

/// The network at a setting, lowered. Its probes are left out: their intervals need not be multiples of the substep.
///
/// # Errors
/// When the substep does not divide the tick, or whatever else is wrong with it.
pub fn plan(network: &Network, setting: Setting) -> Result<Arc<Plan>, PlanError> {
    let mut network = network.clone();
    network.probes.clear();
    network.gap_junctions.iter_mut().for_each(|gap| gap.coupling_step = None);
    network.run.dt = setting.dt;
    network.run.integrator = setting.integrator;
    network.run.precision = setting.precision;
    if let Some(tick) = setting.tick {
        network.run.tick = Tick::Fixed(tick);
    }
    lower(&network).map(Arc::new)
}

/// Runs a network for its duration on the CPU.
///
/// # Errors
/// When it cannot be lowered.
pub fn trial(network: &Network, setting: Setting, threads: Option<usize>) -> Result<Trial, PlanError> {
    let plan = plan(network, setting)?;
    let few = plan.nodes.parent.len() < NODES_FOR_THREADS;
    let threads = threads.or(few.then_some(1));
    let options = CpuOptions { threads, strict: setting.strict, ..CpuOptions::default() };
    let count = ticks(&plan, network.run.duration);
    let once = || {
        let mut backend = CpuBackend::new(Arc::clone(&plan), &options);
        let start = Instant::now();
        let result = backend.advance(count);
        (result, start.elapsed().as_secs_f64())
    };
    let (result, mut wall) = once();
    if wall < SHORT && result.is_ok() {
        wall = (0..2).fold(wall, |least, _| once().1.min(least));
    }
    let result = result.map(|epoch| {
        let mut trains = vec![Vec::new(); plan.cells.len()];
        for spike in &epoch.spikes {
            trains[spike.cell as usize].push(spike.time(plan.settings.dt));
        }
        trains
    });
    Ok(Trial { plan, result, wall })
}

/// What a run costs, by the ledger.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Cost {
    /// FLOP of a compartment in a millisecond.
    pub flop_per_compartment_ms: f64,
    /// Instructions, exponentials taken apart, of a compartment in a millisecond.
    pub instructions_per_compartment_ms: f64,
    /// Bytes of a compartment in a millisecond.
    pub bytes_per_compartment_ms: f64,
    /// FLOP of a neuron in a millisecond.
    pub flop_per_neuron_ms: f64,
}

struct Exponential;

impl Part for Exponential {
    fn inputs(&self) -> usize {
        1
    }
    fn run<R: Real>(&self, x: &[R]) -> Vec<R> {
        vec![x[0].exp()]
    }
}

/// Instructions of one exponential.
fn exponential(precision: Precision) -> f64 {
    Amount::of(&Count::of(&Exponential).expanded(precision), 1.0).instructions()
}

/// The cost of `ms` of a plan in which cells spiked as in `trains`.
#[must_use]
#[allow(clippy::cast_precision_loss)]
pub fn cost(plan: &Plan, trains: &[Vec<f64>], ms: f64, convention: Convention) -> Cost {
    let ticks = f64::from(ticks(plan, ms));
    let mut spikes: Vec<f64> = trains.iter().map(|train| train.len() as f64).collect();
    spikes.resize(plan.cells.len(), 0.0);
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
    spikes.extend(generator_spikes(plan, ticks as u64));
    let work = of_plan(plan).run(ticks, spikes.iter().copied());
    let ms = ticks * plan.settings.tick;
    let (compartments, neurons) = (plan.compartments() as f64 * ms, plan.cells.len() as f64 * ms);
    let membrane = &work.membrane.operations;
    let taken_apart = membrane.instructions() + membrane.exp * (exponential(plan.settings.precision) - 1.0);
    Cost {
        flop_per_compartment_ms: membrane.flop(convention) / compartments,
        instructions_per_compartment_ms: taken_apart / compartments,
        bytes_per_compartment_ms: work.membrane.bytes / compartments,
        flop_per_neuron_ms: (membrane.flop(convention) + work.synapse.operations.flop(convention)) / neurons,
    }
}
