//! Checks against solutions in closed form: passive membranes, cables, trees, and conductances of synapses.

use huxley_model::channel::Integrator;
use huxley_model::network::{Network, Site, Stimulus, StimulusKind, SynapseKind, SynapseModel, Variable};
use huxley_model::synapse::{double_exponential_peak_factor, receptor};

use super::analytic::{SealedCable, kinetic_open};
use super::compare::{relative_rms, within};
use super::networks::{
    all, current, kinetic_model, passive_cable, passive_point, probe, rallpack1, rallpack2, stepped,
};
use super::subject::Subject;
use super::tolerances;
use super::verdict::{Verdict, judged};

/// The largest difference of two series, whatever it is.
fn largest(actual: &[f64], expected: &[f64], what: &str) -> Result<f64, String> {
    within(actual, expected, f64::INFINITY).map(|found| found.largest).map_err(|mismatch| format!("{what}: {mismatch}"))
}

/// A passive membrane of 10 ms decays from 10 mV.
pub fn decay(subject: &Subject) -> Result<Verdict, String> {
    let trace = subject.run(&passive_point(-75.0), 100.0)?.trace("v", 0);
    let exact: Vec<f64> = (0..4000).map(|i| -75.0 + 10.0 * (-0.025 * f64::from(i) / 10.0).exp()).collect();
    Ok(judged(largest(&trace, &exact, "v")?, &tolerances::PASSIVE, subject.precision))
}

/// A current step, on inside a tick, charges the membrane: 0.05 nA through 1e-3 uS is 50 mV.
pub fn charge(subject: &Subject) -> Result<Verdict, String> {
    let mut network = passive_point(-65.0);
    network.populations[0].threshold = 1e3;
    network.stimuli = vec![current("step", all("cell", Site::Soma), 0.05, 5.3, 1e3)];
    let trace = subject.run(&network, 60.0)?.trace("v", 0);
    let exact = |i: u32| -65.0 + 50.0 * (1.0 - (-((0.025 * f64::from(i) - 5.3).max(0.0)) / 10.0).exp());
    let exact: Vec<f64> = (0..2400).map(exact).collect();
    Ok(judged(largest(&trace, &exact, "v")?, &tolerances::PASSIVE, subject.precision))
}

/// A sealed cable of 1.5 length constants under a current, at both ends.
pub fn cable(subject: &Subject) -> Result<Verdict, String> {
    let run = subject.run(&passive_cable(1500.0, 301, 0.5), 600.0)?;
    let cable = SealedCable::new(1500.0, 1.0, 40_000.0, 100.0, 1.0, 0.1);
    let mut worst = 0.0_f64;
    // The current enters the first compartment's middle.
    for (name, x) in [("start", 0.5 / 301.0), ("end", 1.0 - 0.5 / 301.0)] {
        let trace = run.trace(name, 0);
        let exact: Vec<f64> = (0..1200).map(|i| -65.0 + cable.at(x, 0.5 * f64::from(i))).collect();
        let settled = trace.get(1..).ok_or("there are no samples")?;
        worst = worst.max(largest(settled, &exact[1..], name)?);
    }
    Ok(judged(worst, &tolerances::CABLE, subject.precision))
}

/// Root mean square difference from the cable's solution over its range, the worse of both ends.
fn rallpack(subject: &Subject, network: &Network, cable: &SealedCable) -> Result<Verdict, String> {
    let run = subject.run(network, 250.0)?;
    let mut worst = 0.0_f64;
    for (name, x) in [("start", 0.0), ("end", 1.0)] {
        let exact: Vec<f64> = (0..5000).map(|i| -65.0 + cable.at(x, 0.05 * f64::from(i))).collect();
        let rms = relative_rms(&run.trace(name, 0), &exact).map_err(|mismatch| format!("{name}: {mismatch}"))?;
        worst = worst.max(rms);
    }
    Ok(judged(worst, &tolerances::RALLPACK_PASSIVE, subject.precision))
}

/// Rallpack 1.
pub fn rallpack_1(subject: &Subject) -> Result<Verdict, String> {
    rallpack(subject, &rallpack1(), &SealedCable::new(1000.0, 1.0, 40_000.0, 100.0, 1.0, 0.1))
}

/// Rallpack 2.
pub fn rallpack_2(subject: &Subject) -> Result<Verdict, String> {
    rallpack(subject, &rallpack2(1), &SealedCable::of_tree(10, 32.0, 16.0, 40_000.0, 100.0, 1.0, 0.1))
}

/// A passive point with one kind of synapse on it that spikes reach at `times`, and the conductance at each 0.1 ms, over `weight` uS
/// and with a block taken out.
fn conductance(
    subject: &Subject,
    model: SynapseModel,
    weight: f64,
    times: &[f64],
    ms: f64,
) -> Result<Vec<f64>, String> {
    let (reversal, unit, block) = match &model {
        SynapseModel::Kinetic { receptors, .. } => {
            (receptors[0].reversal, receptors[0].conductance, receptors[0].block)
        }
        SynapseModel::Exponential { reversal, block, .. } | SynapseModel::DoubleExponential { reversal, block, .. } => {
            (*reversal, 1.0, *block)
        }
    };
    // First-order steps see the conductance at their start, where the samples are taken.
    let mut network = stepped(passive_point(-65.0), 0.1, 1.0);
    network.run.integrator = Integrator::BackwardEuler;
    network.synapses = vec![SynapseKind::fixed("s", model)];
    network.stimuli = vec![Stimulus {
        name: "events".to_owned(),
        target: all("cell", Site::Soma),
        kind: StimulusKind::SpikeTrain { synapse: 0, weight, times: times.to_vec() },
    }];
    network.probes[0].interval = 0.1;
    network.probes.push(probe("i", all("cell", Site::Soma), Variable::SynapticCurrent, 0.1));
    let run = subject.run(&network, ms)?;
    let (v, i) = (run.trace("v", 0), run.trace("i", 0));
    let unblocked = |v: f64| block.map_or(1.0, |block| block.open(v));
    Ok(v.iter().zip(&i).map(|(&v, &i)| i / (weight * unit * unblocked(v) * (v - reversal))).collect())
}

/// Open fractions of AMPA, NMDA and GABA_A receptors under pulses of transmitter, some of which join.
pub fn kinetic(subject: &Subject) -> Result<Verdict, String> {
    let times = [5.0, 6.0, 20.0, 45.0, 46.0, 47.0, 80.0];
    let mut worst = 0.0_f64;
    for name in ["ampa", "nmda", "gaba_a"] {
        let r = receptor(name).ok_or_else(|| format!("there is no receptor `{name}`"))?;
        let open = conductance(subject, kinetic_model(&[name]), 1.0, &times, 100.0)?;
        let exact = |k: u32| kinetic_open(r.alpha, r.beta, 1.0, 1.0, &times, 0.1 * f64::from(k));
        let exact: Vec<f64> = (0..1000).map(exact).collect();
        worst = worst.max(largest(&open, &exact, name)?);
    }
    Ok(judged(worst, &tolerances::KINETIC_OPEN_FRACTION, subject.precision))
}

/// Conductances of `exp` and `exp2` synapses are sums of their kernels.
pub fn events(subject: &Subject) -> Result<Verdict, String> {
    let times = [3.0, 7.0, 7.0, 8.0, 20.0];
    let (rise, decay) = (0.5, 4.0);
    let factor = double_exponential_peak_factor(rise, decay);
    let single = |t: f64| (-t / decay).exp();
    let double = |t: f64| factor * ((-t / decay).exp() - (-t / rise).exp());
    let kernels: [(SynapseModel, &dyn Fn(f64) -> f64); 2] = [
        (SynapseModel::exponential(decay, 0.0), &single),
        (SynapseModel::double_exponential(rise, decay, 0.0), &double),
    ];
    let mut worst = 0.0_f64;
    for (model, kernel) in kernels {
        let found = conductance(subject, model, 1e-5, &times, 30.0)?;
        let at = |t: f64| times.iter().filter(|&&s| s <= t + 1e-9).map(|s| kernel((t - s).max(0.0))).sum();
        let exact: Vec<f64> = (0..300).map(|k| at(0.1 * f64::from(k))).collect();
        worst = worst.max(largest(&found, &exact, "conductance")?);
    }
    Ok(judged(worst, &tolerances::KINETIC_OPEN_FRACTION, subject.precision))
}
