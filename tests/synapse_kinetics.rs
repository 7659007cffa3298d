//! Kinetic synapses against the solution of their differential equations, and event-driven ones against closed forms.

use huxley_engine::lower;
use huxley_engine::snapshot::plan_digest;
use huxley_model::network::{Site, Stimulus, StimulusKind, SynapseKind, SynapseModel, Variable};
use huxley_model::synapse::{Block, double_exponential_peak_factor};
use huxley_testkit::compare::{expect, within};
use huxley_testkit::networks::{all, kinetic, passive_point, probe, stepped};
use huxley_testkit::{Reference, backends, tolerances};

/// Open fractions, from the synaptic current at the potential it was taken at.
#[test]
#[allow(clippy::print_stdout)]
fn open_fractions_are_the_solution_at_every_tick_and_in_between() {
    let reference = Reference::load("kinetic_synapses");
    for (i, synapse) in reference.at("/parameters/synapses").list().iter().enumerate() {
        let name = synapse.get("receptor").text();
        let expected = reference.at("/s").get(&format!("synapse{i}_{name}")).numbers();
        let reversal = reference.at("/parameters/receptors").get(name).get("E").number();
        let conductance = 1e-3 * synapse.get("g_nS").number();
        // First-order steps see the conductance at their start, where the samples are taken.
        let mut network = stepped(kinetic(&reference, "passive", Some(&[i])), 0.1, 1.0);
        network.run.integrator = huxley_model::channel::Integrator::BackwardEuler;
        for entry in backends() {
            let run = entry.run(&network, 100.0);
            let (v, current) = (run.trace("v", 0), run.trace("i", 0));
            let open = v.iter().zip(&current).map(|(&v, &i)| {
                let unblocked = if name == "NMDA" { Block::magnesium(1.0).open(v) } else { 1.0 };
                i / (conductance * unblocked * (v - reversal))
            });
            let open: Vec<f64> = open.collect();
            let tolerance = tolerances::KINETIC_OPEN_FRACTION.of(entry.precision);
            let found = expect(within(&open, &expected[..1000], tolerance), &format!("{} {i} {name}", entry.name));
            println!("{} {i} {name}: {:.1e}", entry.name, found.largest);
        }
    }
}

#[test]
#[allow(clippy::print_stdout)]
fn potential_of_a_passive_cell_under_kinetic_synapses() {
    let reference = Reference::load("kinetic_synapses");
    let expected = reference.at("/passive/V").numbers();
    for entry in backends() {
        let mut error = Vec::new();
        for dt in [0.1, 0.02, 0.01] {
            let run = entry.run(&stepped(kinetic(&reference, "passive", None), dt, 1.0), 100.0);
            error.push(expect(within(&run.trace("v", 0), &expected[..1000], f64::INFINITY), entry.name).largest);
        }
        println!("{}: {error:?} mV at dt 0.1, 0.02, 0.01", entry.name);
        assert!(error[2] <= tolerances::KINETIC_POTENTIAL.of(entry.precision), "{}: {error:?}", entry.name);
    }
}

/// Second order without the magnesium block. The block is taken at the potential of the substep's start (MODEL 3), which is a
/// first-order error, below 1e-3 mV at dt 0.025.
#[test]
#[allow(clippy::print_stdout)]
fn kinetic_synapses_keep_the_second_order() {
    let reference = Reference::load("kinetic_synapses");
    let entry = backends().remove(0);
    let cases: [(&[usize], &str, _); 3] =
        [(&[0, 1], "AMPA", 3.6..4.4), (&[0, 1, 4], "with GABA_A", 3.6..4.4), (&[0, 1, 2, 3, 4], "with NMDA", 1.8..4.4)];
    for (only, name, range) in cases {
        let v = |dt: f64| {
            let mut network = stepped(kinetic(&reference, "passive", Some(only)), dt, 1.0);
            network.probes[0].interval = 0.1;
            entry.run(&network, 100.0).trace("v", 0)
        };
        let (coarse, middle, fine) = (v(0.1), v(0.05), v(0.025));
        let apart = |a: &[f64], b: &[f64]| expect(within(a, b, f64::INFINITY), name).largest;
        let ratio = apart(&coarse, &middle) / apart(&middle, &fine);
        println!("{name}: {ratio:.3} ({:.1e} mV at dt 0.05)", apart(&middle, &fine));
        assert!(range.contains(&ratio), "{name}: {ratio}");
    }
}

#[test]
#[allow(clippy::print_stdout)]
fn squid_spikes_under_kinetic_synapses() {
    let reference = Reference::load("kinetic_synapses");
    let expected = reference.at("/hh/spikes_ms").numbers();
    assert_eq!(expected.len(), 5);
    for entry in backends() {
        let run = entry.run(&stepped(kinetic(&reference, "hh", None), 0.005, 1.0), 100.0);
        let tolerance = tolerances::NEURON_CONVERGED.of(entry.precision);
        let found = expect(within(&run.spikes(0), &expected, tolerance), entry.name);
        println!("{}: {:.2e} ms", entry.name, found.largest);
    }
}

/// A run does not go on from a snapshot of a network with another block.
#[test]
fn another_block_is_another_plan() {
    let digest = |block: Option<Block>| {
        let mut network = huxley_testkit::networks::mixed();
        for kind in &mut network.synapses {
            if let SynapseModel::DoubleExponential { block: own, .. } = &mut kind.model {
                *own = block;
            }
        }
        plan_digest(&lower(&network).expect("lowers"))
    };
    let blocks =
        [None, Some(Block::new(1.2, 1.9, 15.6)), Some(Block::new(1.2, 1.9, 15.7)), Some(Block::new(1.3, 1.9, 15.6))];
    let digests = blocks.map(digest);
    for (i, own) in digests.iter().enumerate() {
        assert!(digests[..i].iter().all(|other| other != own), "{:?}", blocks[i]);
    }
}

#[test]
fn a_wrong_receptor_is_not_taken_for_the_solution() {
    let reference = Reference::load("kinetic_synapses");
    let expected = reference.at("/passive/V").numbers();
    let mut wrong = stepped(kinetic(&reference, "passive", None), 0.01, 1.0);
    if let SynapseModel::Kinetic { receptors, .. } = &mut wrong.synapses[0].model {
        receptors[0].beta *= 1.01;
    }
    let run = backends().remove(0).run(&wrong, 100.0);
    let tolerance = tolerances::KINETIC_POTENTIAL.double;
    assert!(within(&run.trace("v", 0), &expected[..1000], tolerance).is_err());
}

/// `exp` and `exp2` conductances at every step are sums of their kernels, whatever the tick; a block is of the potential.
#[test]
#[allow(clippy::print_stdout)]
fn event_driven_conductances_are_sums_of_their_kernels() {
    let times = [3.0, 7.0, 7.0, 8.0, 20.0];
    let weight = 1e-5;
    let (rise, decay) = (0.5, 4.0);
    let factor = double_exponential_peak_factor(rise, decay);
    type Kernel = Box<dyn Fn(f64) -> f64>;
    let (share, volts) = (1.2 / 1.9, 15.6);
    let block = Some(Block::new(1.2, 1.9, volts));
    let kernels: [(SynapseModel, Kernel); 4] = [
        (SynapseModel::exponential(decay, 0.0), Box::new(move |t: f64| (-t / decay).exp())),
        (
            SynapseModel::double_exponential(rise, decay, 0.0),
            Box::new(move |t: f64| factor * ((-t / decay).exp() - (-t / rise).exp())),
        ),
        (SynapseModel::Exponential { tau: decay, reversal: 0.0, block }, Box::new(move |t: f64| (-t / decay).exp())),
        (
            SynapseModel::DoubleExponential { rise, decay, reversal: 0.0, block },
            Box::new(move |t: f64| factor * ((-t / decay).exp() - (-t / rise).exp())),
        ),
    ];
    for (index, (model, kernel)) in kernels.into_iter().enumerate() {
        let mut network = stepped(passive_point(-65.0), 0.1, 1.0);
        network.run.integrator = huxley_model::channel::Integrator::BackwardEuler;
        network.synapses = vec![SynapseKind::fixed("s", model)];
        network.stimuli = vec![Stimulus {
            name: "events".to_owned(),
            target: all("cell", Site::Soma),
            kind: StimulusKind::SpikeTrain { synapse: 0, weight, times: times.to_vec() },
        }];
        network.probes[0].interval = 0.1;
        network.probes.push(probe("i", all("cell", Site::Soma), Variable::SynapticCurrent, 0.1));
        let exact: Vec<f64> = (0..300)
            .map(|k| 0.1 * f64::from(k))
            .map(|t| times.iter().filter(|&&at| at <= t + 1e-9).map(|at| kernel((t - at).max(0.0))).sum())
            .collect();
        for tick in [1.0, 0.5, 0.1] {
            network.run.tick = huxley_model::network::Tick::Fixed(tick);
            for entry in backends() {
                let run = entry.run(&network, 30.0);
                let (v, i) = (run.trace("v", 0), run.trace("i", 0));
                let open = |v: f64| if index < 2 { 1.0 } else { 1.0 / (1.0 + share * (-v / volts).exp()) };
                let g: Vec<f64> = v.iter().zip(&i).map(|(&v, &i)| i / v / weight / open(v)).collect();
                let tolerance = tolerances::KINETIC_OPEN_FRACTION.of(entry.precision);
                expect(within(&g, &exact, tolerance), &format!("{} tick {tick}", entry.name));
            }
        }
    }
}
