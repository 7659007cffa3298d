//! `run` and `conditions`: times, temperature, and what cells start with.

use huxley_model::channel::Integrator;
use huxley_model::network::{RunDefaults, Tick};

use super::config::Config;
use super::findings::Findings;
use crate::model::divides;

/// What cells share.
#[derive(Clone, Copy, Debug)]
pub(super) struct Conditions {
    /// degC.
    pub(super) celsius: f64,
    /// mV.
    pub(super) v_init: f64,
    /// mV.
    pub(super) threshold: f64,
    /// About the longest compartment, um.
    pub(super) longest: f64,
}

impl Default for Conditions {
    /// NEURON's temperature and potential; BMTK's threshold and length of compartments (`SonataConfig`).
    fn default() -> Self {
        Self { celsius: 6.3, v_init: -65.0, threshold: -15.0, longest: 20.0 }
    }
}

/// Keys of `run` that say how to compute, not what.
const IGNORED: [&str; 9] = [
    "nsteps_block",
    "tsteps_block",
    "overwrite_output_dir",
    "random_seed",
    "tstop",
    "dt",
    "dL",
    "spike_threshold",
    "tstart",
];

/// Reads both; `seed` is what the run was told to use. Without a configuration of a simulation, the defaults.
pub(super) fn read(
    simulation: Option<&Config>,
    seed: Option<u64>,
    findings: &Findings,
) -> Option<(RunDefaults, Conditions)> {
    let mut run = RunDefaults { integrator: Integrator::BackwardEuler, ..RunDefaults::default() };
    run.tick = Tick::Fixed(run.dt);
    let mut conditions = Conditions::default();
    let mut fine = true;
    let mut own_seed = None;
    if let Some(item) = simulation.and_then(|config| config.get("run", findings)) {
        let mut positive = |key: &str, into: &mut f64| {
            let Some(found) = item.get(key) else { return };
            match found.number() {
                Some(number) if number > 0.0 => *into = number,
                Some(number) => {
                    found.error::<()>(format!("`{key}` is {number}, not above 0"), "");
                    fine = false;
                }
                None => fine = false,
            }
        };
        positive("tstop", &mut run.duration);
        positive("dt", &mut run.dt);
        positive("dL", &mut conditions.longest);
        if let Some(threshold) = item.get("spike_threshold") {
            conditions.threshold = threshold.number().unwrap_or_else(|| {
                fine = false;
                0.0
            });
        }
        if let Some(start) = item.get("tstart").filter(|start| start.value.as_f64() != Some(0.0)) {
            fine = false;
            start.error::<()>(format!("a run that starts at {} is not supported", start.typed()), "start at 0");
        }
        own_seed = item.get("random_seed").and_then(|seed| seed.value.as_u64());
        for (key, _) in item.object().into_iter().flatten() {
            if !IGNORED.contains(&key) {
                findings.warn(format!("{}: `run.{key}` is not read", item.file()));
            }
        }
        if item.get("tstop").is_none() {
            findings.warn(format!("{}: `run.tstop` is not given: {} ms are run", item.file(), run.duration));
        }
        if divides(run.dt, 1.0) {
            // As NEURON: a spike may arrive at any step.
            run.tick = Tick::Fixed(run.dt);
        } else {
            fine = false;
            let hint = "give a dt that divides 1 ms: 0.1, 0.05, 0.025";
            item.error::<()>(format!("a dt of {} ms does not divide 1 ms", run.dt), hint);
        }
    }
    if let Some(item) = simulation.and_then(|config| config.get("conditions", findings)) {
        for (key, value) in item.object()? {
            let into = match key {
                "celsius" => &mut conditions.celsius,
                "v_init" => &mut conditions.v_init,
                _ => {
                    findings.warn(format!("{}: `conditions.{key}` is not read", item.file()));
                    continue;
                }
            };
            match value.number() {
                Some(number) => *into = number,
                None => fine = false,
            }
        }
    }
    run.seed = seed.or(own_seed).unwrap_or(run.seed);
    fine.then_some((run, conditions))
}
