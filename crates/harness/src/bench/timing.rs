//! One network on one backend, timed.

use std::sync::Arc;
use std::time::{Duration, Instant};

use huxley_cpu::{CpuBackend, CpuOptions};
use huxley_engine::estimate::plan_bytes;
use huxley_engine::{Backend, Plan, RunError};

use super::BenchError;
use super::gpu::{self, GpuRun, Place};
use super::statistics::Spread;
use crate::ledger::{Work, of_plan};

/// What a network is run on.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Executor {
    /// Threads of the CPU.
    Cpu(usize),
    /// A GPU.
    Gpu(Place),
}

impl Executor {
    /// `cpu` or `gpu`.
    pub fn backend(&self) -> &'static str {
        if matches!(self, Self::Cpu(_)) { "cpu" } else { "gpu" }
    }

    /// Threads of the CPU.
    pub fn threads(&self) -> Option<usize> {
        if let Self::Cpu(threads) = self { Some(*threads) } else { None }
    }

    /// Whether it is timed by a clock of its own.
    pub fn has_clock(&self) -> bool {
        matches!(self, Self::Gpu(place) if place.clock)
    }
}

/// A backend and its clock.
enum Running {
    Cpu(Box<CpuBackend>),
    Gpu(Box<dyn GpuRun>, bool),
}

impl Running {
    fn new(executor: &Executor, plan: &Arc<Plan>) -> Result<Self, BenchError> {
        Ok(match executor {
            Executor::Cpu(threads) => {
                let options = CpuOptions { threads: Some(*threads), ..CpuOptions::default() };
                Self::Cpu(Box::new(CpuBackend::new(Arc::clone(plan), &options)))
            }
            Executor::Gpu(place) => Self::Gpu(gpu::build(place, Arc::clone(plan))?, place.clock),
        })
    }

    /// Runs `ticks`, adds the spikes of each cell, and says how long it took.
    fn advance(&mut self, ticks: u32, spikes: &mut [f64]) -> Result<f64, RunError> {
        let start = Instant::now();
        let (epoch, own) = match self {
            Self::Cpu(backend) => (backend.advance(ticks)?, None),
            Self::Gpu(backend, clock) => {
                let before = backend.device_seconds();
                let epoch = backend.advance(ticks)?;
                (epoch, clock.then(|| backend.device_seconds() - before))
            }
        };
        let took = own.unwrap_or_else(|| start.elapsed().as_secs_f64());
        for spike in &epoch.spikes {
            spikes[spike.cell as usize] += 1.0;
        }
        Ok(took)
    }

    fn bytes(&self, plan: &Plan) -> usize {
        match self {
            // The kernels read weights, sources and delays where the plan has them.
            Self::Cpu(backend) => {
                let plan = plan_bytes(plan);
                backend.bytes() + plan.membrane + plan.synapses
            }
            Self::Gpu(backend, _) => backend.bytes(),
        }
    }
}

/// How long to time.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Effort {
    /// Timed runs.
    pub runs: usize,
    /// Least time of each.
    pub least: Duration,
    /// Ticks of a run are a multiple of this: what happens once in so many ticks is in each run.
    pub multiple: u32,
    /// What all of it may take; where it would be more, a run is as short as it needs to be, and `multiple` is let go.
    pub most: Duration,
}

/// Ticks before anything is timed: delays are filled and cells have begun to spike.
const WARM_UP: u32 = 20;
/// Fewest timed runs.
const FEWEST: usize = 3;

/// A tick of a network, measured and counted.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Tick {
    /// s.
    pub seconds: Spread,
    /// As the ledger has it, with the spikes that were sent.
    pub work: Work,
    /// Event synapses that a spike passed.
    pub arrivals: f64,
    /// Spikes of a cell in a second.
    pub rate_hz: f64,
    /// Bytes held.
    pub held: f64,
    /// Timed runs.
    pub runs: u32,
    /// Whether runs were too short for what happens once in many ticks.
    pub short: bool,
}

impl Tick {
    /// What this has beyond `less`.
    pub fn beyond(&self, less: &Self) -> Self {
        Self {
            seconds: self.seconds.beyond(&less.seconds),
            work: self.work + less.work.times(-1.0),
            arrivals: self.arrivals - less.arrivals,
            held: self.held - less.held,
            ..*self
        }
    }
}

/// Times `plan` on `executor`.
pub(crate) fn time(kernel: &str, executor: &Executor, plan: &Arc<Plan>, effort: Effort) -> Result<Tick, BenchError> {
    let failed = |source| BenchError::Run { kernel: kernel.to_owned(), source };
    let mut running = Running::new(executor, plan)?;
    let mut spikes = vec![0.0; plan.sources()];
    let start = Instant::now();
    running.advance(WARM_UP, &mut spikes).map_err(failed)?;
    let a_tick = start.elapsed().as_secs_f64() / f64::from(WARM_UP);
    let whole = a_tick * f64::from(effort.multiple) * (FEWEST + 1) as f64;
    let short = effort.multiple > 1 && whole > effort.most.as_secs_f64();
    // As many ticks as take long enough, by the time of a few.
    let mut ticks = if short { 1 } else { effort.multiple };
    loop {
        let start = Instant::now();
        running.advance(ticks, &mut spikes).map_err(failed)?;
        let took = start.elapsed();
        if took >= effort.least || ticks >= 1 << 24 {
            break;
        }
        let wanted = 1.2 * effort.least.as_secs_f64() / took.as_secs_f64().max(1e-7);
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
        let factor = wanted.ceil().clamp(2.0, 1000.0) as u32;
        ticks *= factor;
    }
    spikes.fill(0.0);
    // Long runs spread less, and need not be as many.
    let mut seconds = Vec::new();
    let begin = Instant::now();
    while seconds.len() < effort.runs.max(FEWEST) {
        seconds.push(running.advance(ticks, &mut spikes).map_err(failed)? / f64::from(ticks));
        let most = effort.least * 4 * u32::try_from(effort.runs).unwrap_or(1);
        if seconds.len() >= FEWEST && begin.elapsed() > most {
            break;
        }
    }
    let timed = f64::from(ticks) * seconds.len() as f64;
    let ledger = of_plan(plan);
    let work = ledger.run(timed, spikes.iter().copied()).total().times(1.0 / timed);
    let arrivals = ledger.events_of_source.iter().zip(&spikes).map(|(&n, s)| f64::from(n) * s).sum::<f64>() / timed;
    let biological = timed * plan.settings.tick * 1e-3;
    Ok(Tick {
        seconds: Spread::of(&seconds),
        work,
        arrivals,
        rate_hz: spikes.iter().sum::<f64>() / plan.cells.len().max(1) as f64 / biological,
        held: running.bytes(plan) as f64,
        runs: u32::try_from(seconds.len()).unwrap_or(u32::MAX),
        short,
    })
}

#[cfg(test)]
mod tests {
    use super::super::networks::cells;
    use super::*;
    use crate::ledger::Amount;

    #[test]
    fn the_cpu_runs_on_as_many_threads_as_are_asked_for() {
        let plan = Arc::new(huxley_engine::lower(&cells(1, 4)).unwrap());
        for (threads, said) in [(1, "on 1 thread"), (3, "on 3 threads")] {
            let Ok(Running::Cpu(backend)) = Running::new(&Executor::Cpu(threads), &plan) else { panic!("no CPU") };
            assert!(backend.device().ends_with(said), "{}", backend.device());
        }
    }

    #[test]
    fn what_is_taken_off_is_time_work_arrivals_and_memory() {
        let tick = |seconds, add, bytes| Tick {
            seconds: Spread { median: seconds, spread: 0.0 },
            work: Work { operations: Amount { add, ..Amount::default() }, bytes, ..Work::default() },
            arrivals: add,
            held: bytes,
            rate_hz: 5.0,
            runs: 7,
            ..Tick::default()
        };
        assert_eq!(tick(5.0, 30.0, 200.0).beyond(&tick(2.0, 10.0, 50.0)), tick(3.0, 20.0, 150.0));
    }

    #[test]
    fn runs_are_a_whole_number_of_periods_unless_that_takes_too_long() {
        let plan = Arc::new(huxley_engine::lower(&cells(1, 4)).unwrap());
        let effort = |most| Effort { runs: 3, least: Duration::from_micros(100), multiple: 100, most };
        let timed = |most| time("membrane-1", &Executor::Cpu(1), &plan, effort(most)).unwrap();
        assert!(!timed(Duration::from_secs(1000)).short);
        let hurried = timed(Duration::ZERO);
        assert!(hurried.short && hurried.runs >= 3 && hurried.seconds.median > 0.0);
    }
}
