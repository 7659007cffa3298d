//! `huxley validate`: the checks of the backends of a machine, as a table of error and bound.
//!
//! The networks, closed solutions, reference data, comparators and tolerances are those of the tests.

pub mod analytic;
mod bits;
pub mod compare;
pub mod counts;
pub mod document;
pub mod networks;
pub mod reference;
mod solutions;
mod spikes;
pub mod subject;
pub mod tolerances;
pub mod verdict;

use std::time::Instant;

pub use document::{CheckEntry, SubjectEntry, Validation};
use subject::precision_name;
pub use subject::{Candidate, Subject};
use verdict::Verdict;

/// A check.
#[derive(Clone, Copy)]
pub struct Check {
    /// What it is called.
    pub name: &'static str,
    /// What it claims.
    pub claim: &'static str,
    /// Whether it takes more than a second or two.
    pub long: bool,
    /// What it does.
    body: Body,
}

#[derive(Clone, Copy)]
enum Body {
    /// Runs a subject.
    Runs(fn(&Subject) -> Result<Verdict, String>),
    /// Runs nothing.
    Counts(fn() -> Result<Verdict, String>),
}

const fn runs(
    name: &'static str,
    long: bool,
    body: fn(&Subject) -> Result<Verdict, String>,
    claim: &'static str,
) -> Check {
    Check { name, claim, long, body: Body::Runs(body) }
}

/// All checks, in order.
pub static CHECKS: [Check; 19] = [
    runs("decay", false, solutions::decay, "a passive membrane decays as an exponential"),
    runs("charge", false, solutions::charge, "a current step charges a passive membrane as an exponential"),
    runs("cable", true, solutions::cable, "a sealed cable charges as the series solution says"),
    runs(
        "rallpack-1",
        true,
        solutions::rallpack_1,
        "Rallpack 1, a cable of 1,000 compartments, is the series solution",
    ),
    runs(
        "rallpack-2",
        true,
        solutions::rallpack_2,
        "Rallpack 2, a tree of 1,023 branches, is its equivalent cable's solution",
    ),
    runs("rallpack-3", true, spikes::rallpack_3, "Rallpack 3, a spiking axon, fires when converged NEURON does"),
    runs(
        "squid-staggered",
        false,
        spikes::squid_staggered,
        "the squid axon at dt 0.025 ms fires when converged NEURON does",
    ),
    runs("squid-backward-euler", false, spikes::squid_backward_euler, "the same with NEURON's default scheme"),
    runs(
        "squid-same-scheme",
        false,
        spikes::squid_same_scheme,
        "backward-euler is NEURON's, step for step, at five dt",
    ),
    runs("second-order", false, spikes::second_order, "staggered is of second order in dt"),
    runs("first-order", false, spikes::first_order, "backward-euler is of first order in dt"),
    runs("kinetic-synapses", false, solutions::kinetic, "kinetic receptors open and close as their closed solution"),
    runs("event-synapses", false, solutions::events, "exp and exp2 conductances are sums of their kernels"),
    runs("strict-bits", false, bits::strict, "strict arithmetic gives the oracle's bits"),
    runs("agreement", false, bits::agreement, "spikes of a network are the oracle's, up to round-off"),
    runs("determinism", false, bits::determinism, "threads, blocks and instruction sets change no bit"),
    runs("snapshot", false, bits::snapshot, "a run that was saved and loaded goes on with the same bits"),
    runs("divergence", false, bits::divergence, "a run that diverges ends with an error that names the cell"),
    Check {
        name: "ledger",
        claim: "counted operations are those of the recorded program",
        long: false,
        body: Body::Counts(counts::ledger),
    },
];

/// What to check.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// Leaves long checks out.
    pub quick: bool,
    /// Names of checks; none takes all.
    pub checks: Vec<String>,
}

/// How far it is.
#[derive(Clone, Copy, Debug)]
pub struct Step<'a> {
    /// Checks done.
    pub done: usize,
    /// Checks there are.
    pub total: usize,
    /// The check that comes next.
    pub name: &'a str,
    /// Of what.
    pub label: &'a str,
}

/// Name of the one check that runs nothing, in place of a backend.
const LEDGER: &str = "ledger";

/// Checks `candidates`, and tells `progress` of each check before it is made.
#[must_use]
pub fn validate(candidates: &[Candidate], options: &Options, mut progress: impl FnMut(Step)) -> Validation {
    let start = Instant::now();
    let chosen: Vec<&Check> =
        CHECKS.iter().filter(|c| options.checks.is_empty() || options.checks.iter().any(|n| n == c.name)).collect();
    let subjects: Vec<&Subject> = candidates
        .iter()
        .filter_map(|candidate| if let Candidate::Present(subject) = candidate { Some(subject) } else { None })
        .collect();
    let of = |check: &Check| if matches!(check.body, Body::Runs(_)) { subjects.len() } else { 1 };
    let total = chosen.iter().map(|check| of(check)).sum();
    let mut report = Validation {
        schema: document::SCHEMA.to_owned(),
        version: env!("CARGO_PKG_VERSION").to_owned(),
        quick: options.quick,
        ..Validation::default()
    };
    let entry = |subject: &&Subject| SubjectEntry {
        backend: subject.backend.clone(),
        precision: precision_name(subject.precision).to_owned(),
        device: subject.device.clone(),
    };
    report.subjects = subjects.iter().map(entry).collect();
    for check in chosen {
        // A check that was asked for by name is made, however long it takes.
        let left_out = options.quick && check.long && options.checks.is_empty();
        match check.body {
            Body::Runs(body) => {
                for subject in &subjects {
                    let label = subject.label();
                    progress(Step { done: report.checks.len(), total, name: check.name, label: &label });
                    let precision = Some(precision_name(subject.precision));
                    report.checks.push(made(check, &subject.backend, precision, left_out, || body(subject)));
                }
            }
            Body::Counts(body) => {
                progress(Step { done: report.checks.len(), total, name: check.name, label: "" });
                report.checks.push(made(check, LEDGER, None, left_out, body));
            }
        }
    }
    for candidate in candidates {
        if let Candidate::Absent { backend, why } = candidate {
            let (name, backend, why) = ("all".to_owned(), backend.clone(), why.clone());
            report.checks.push(CheckEntry { name, backend, why, skipped: true, ..CheckEntry::default() });
        }
    }
    report.passed = report.checks.iter().filter(|c| c.passed).count();
    report.skipped = report.checks.iter().filter(|c| c.skipped).count();
    report.failed = report.checks.iter().filter(|c| c.failed()).count();
    report.seconds = start.elapsed().as_secs_f64();
    report
}

/// Makes a check, unless it is left out.
fn made(
    check: &Check,
    backend: &str,
    precision: Option<&str>,
    left_out: bool,
    body: impl FnOnce() -> Result<Verdict, String>,
) -> CheckEntry {
    let start = Instant::now();
    let verdict = if left_out {
        Ok(Verdict::Skipped("it takes long, and a quick look was asked for".to_owned()))
    } else {
        body()
    };
    let mut entry = CheckEntry {
        name: check.name.to_owned(),
        backend: backend.to_owned(),
        precision: precision.map(str::to_owned),
        ..CheckEntry::default()
    };
    match verdict {
        Ok(verdict) => {
            entry.passed = verdict.passed() == Some(true);
            match verdict {
                Verdict::Measured { error, bound, unit, why } => {
                    (entry.error, entry.bound) = (error.is_finite().then_some(error), Some(bound));
                    (entry.unit, entry.why) = (Some(unit.to_owned()), why);
                }
                Verdict::Skipped(why) => (entry.skipped, entry.why) = (true, why),
            }
        }
        Err(why) => entry.why = why,
    }
    entry.seconds = start.elapsed().as_secs_f64();
    entry
}
