//! Checks against NEURON's spike times, and of the order of the schemes.

use huxley_model::channel::Integrator::{self, BackwardEuler, Staggered};
use huxley_model::network::Precision;

use super::compare::{crossings, within};
use super::networks::{rallpack3, squid as network, stepped};
use super::reference::Reference;
use super::subject::Subject;
use super::tolerances;
use super::verdict::{Verdict, judged};

/// Largest difference of spike times from `expected`, ms.
fn largest(spikes: &[f64], expected: &[f64], what: &str) -> Result<f64, String> {
    within(spikes, expected, f64::INFINITY).map(|found| found.largest).map_err(|mismatch| format!("{what}: {mismatch}"))
}

/// Largest difference of the squid's seven spikes from converged NEURON's, ms.
fn squid(subject: &Subject, integrator: Integrator, dt: f64) -> Result<f64, String> {
    let reference = Reference::squid();
    let run = subject.run(&network(reference, dt, integrator), 220.0)?;
    largest(&run.spikes(0), &reference.at("/converged/spikes_ms").numbers(), "spikes")
}

/// The squid with `staggered` at dt 0.025 ms.
pub fn squid_staggered(subject: &Subject) -> Result<Verdict, String> {
    Ok(judged(squid(subject, Staggered, 0.025)?, &tolerances::SQUID_STAGGERED, subject.precision))
}

/// The squid with `backward-euler` at dt 0.025 ms.
pub fn squid_backward_euler(subject: &Subject) -> Result<Verdict, String> {
    Ok(judged(squid(subject, BackwardEuler, 0.025)?, &tolerances::SQUID_BACKWARD_EULER, subject.precision))
}

/// The squid with `backward-euler` against NEURON's run with the same scheme, at each dt of NEURON's.
pub fn squid_same_scheme(subject: &Subject) -> Result<Verdict, String> {
    let reference = Reference::squid();
    let mut worst = 0.0_f64;
    for theirs in reference.at("/runs").list().iter().filter(|run| run.get("secondorder").count() == 0) {
        let dt = theirs.get("dt").number();
        let run = subject.run(&network(reference, dt, BackwardEuler), 220.0)?;
        worst = worst.max(largest(&run.spikes(0), &theirs.get("spikes_ms").numbers(), &format!("dt {dt} ms"))?);
    }
    Ok(judged(worst, &tolerances::SQUID_SAME_SCHEME, subject.precision))
}

/// How far the error's fall from dt 0.01 to 0.005 ms is from that of `staggered`'s order.
pub fn second_order(subject: &Subject) -> Result<Verdict, String> {
    if subject.precision == Precision::F32 {
        return Ok(Verdict::Skipped(tolerances::SECOND_ORDER.reason.to_owned()));
    }
    let ratio = squid(subject, Staggered, 0.01)? / squid(subject, Staggered, 0.005)?;
    Ok(judged((ratio - 4.0).abs(), &tolerances::SECOND_ORDER, subject.precision))
}

/// The same of `backward-euler`.
pub fn first_order(subject: &Subject) -> Result<Verdict, String> {
    let ratio = squid(subject, BackwardEuler, 0.01)? / squid(subject, BackwardEuler, 0.005)?;
    Ok(judged((ratio - 2.0).abs(), &tolerances::FIRST_ORDER, subject.precision))
}

/// Rallpack 3 at dt 0.005 ms: every crossing at both ends against converged NEURON.
pub fn rallpack_3(subject: &Subject) -> Result<Verdict, String> {
    const DT: f64 = 0.005;
    let reference = Reference::rallpack3();
    let mut network = stepped(rallpack3(), DT, 1.0);
    for probe in &mut network.probes {
        probe.interval = DT;
    }
    let run = subject.run(&network, 250.0)?;
    let mut worst = 0.0_f64;
    // The last entry has the tightest tolerance.
    let converged = reference.at("/converged").list();
    let converged = converged.last().ok_or("the reference has no converged run")?;
    for (probe, key) in [("start", "spikes_x0_ms"), ("end", "spikes_x1_ms")] {
        let found = crossings(&run.trace(probe, 0), DT, 0.0);
        worst = worst.max(largest(&found, &converged.get(key).numbers(), probe)?);
    }
    Ok(judged(worst, &tolerances::RALLPACK_ACTIVE, subject.precision))
}
