//! NEURON's own numbers: step by step with its first-order scheme, converged with the second-order one.

use huxley_model::channel::Integrator::{BackwardEuler, Staggered};
use huxley_testkit::compare::{crossings, expect, within};
use huxley_testkit::networks::{branched, branched_sites, gap, gap_sites, small_net, squid};
use huxley_testkit::{Entry, Reference, backends, tolerances};

/// Largest difference of spike times from `expected`, in any direction.
#[track_caller]
fn largest(spikes: &[f64], expected: &[f64]) -> f64 {
    expect(within(spikes, expected, f64::INFINITY), "spikes").largest
}

#[test]
#[allow(clippy::print_stdout)]
fn squid_spikes_when_neuron_says() {
    let reference = Reference::load("squid");
    let converged = reference.at("/converged/spikes_ms").numbers();
    assert_eq!(converged.len(), 7);
    for entry in backends() {
        for (integrator, tolerance) in
            [(Staggered, tolerances::SQUID_STAGGERED), (BackwardEuler, tolerances::SQUID_BACKWARD_EULER)]
        {
            let error = |dt: f64| {
                let run = entry.run(&squid(&reference, dt, integrator), 220.0);
                largest(&run.spikes(0), &converged)
            };
            let (coarse, middle, fine) = (error(0.025), error(0.01), error(0.005));
            let ratio = middle / fine;
            println!("{} {}: {coarse:.6} {middle:.6} {fine:.6} ms, ratio {ratio:.3}", entry.name, integrator.name());
            assert!(coarse <= tolerance.of(entry.precision), "{}: {coarse} ms at dt 0.025", entry.name);
            let (order, off) =
                if integrator == Staggered { (4.0, tolerances::SECOND_ORDER) } else { (2.0, tolerances::FIRST_ORDER) };
            if entry.precision == huxley_model::network::Precision::F64 || integrator == BackwardEuler {
                let off = off.of(entry.precision);
                assert!((ratio - order).abs() <= off, "{}: {middle} / {fine} = {ratio}", entry.name);
            }
        }
    }
}

#[test]
#[allow(clippy::print_stdout)]
fn squid_with_backward_euler_is_neurons_run_at_the_same_dt() {
    let reference = Reference::load("squid");
    for entry in backends() {
        for run in reference.at("/runs").list().iter().filter(|r| r.get("secondorder").count() == 0) {
            let dt = run.get("dt").number();
            let spikes = entry.run(&squid(&reference, dt, BackwardEuler), 220.0).spikes(0);
            let tolerance = tolerances::SQUID_SAME_SCHEME.of(entry.precision);
            let found = expect(within(&spikes, &run.get("spikes_ms").numbers(), tolerance), entry.name);
            println!("{} dt {dt}: {:.3e} ms", entry.name, found.largest);
        }
    }
}

/// Compares each probe's trace with the reference's column of the same name.
#[track_caller]
#[allow(clippy::print_stdout)]
fn compare_traces(entry: &Entry, run: &huxley_testkit::Run, columns: &[(String, Vec<f64>)]) {
    assert!(!columns.is_empty());
    let mut worst = 0.0_f64;
    for (key, expected) in columns {
        assert_eq!(expected.len(), 2001);
        let trace = run.trace(key, 0);
        let tolerance = tolerances::NEURON_STEP_BY_STEP.of(entry.precision);
        let found = expect(within(&trace, expected, tolerance), &format!("{} {key}", entry.name));
        worst = worst.max(found.largest);
    }
    println!("{} `{}`: largest difference {worst:.3e} mV", entry.name, run.plan.name);
}

#[test]
fn branched_cell_is_neurons_step_by_step() {
    let reference = Reference::load("branched_be");
    let dt = reference.at("/parameters/dt").number();
    for entry in backends() {
        let run = entry.run(&branched(&reference, dt, BackwardEuler, dt), 50.025);
        let column = |key: &str| reference.at("/backward_euler/V").get(key).numbers();
        let columns: Vec<_> =
            branched_sites(&reference).into_iter().map(|(key, ..)| (key.clone(), column(&key))).collect();
        compare_traces(&entry, &run, &columns);
    }
}

#[test]
#[allow(clippy::print_stdout)]
fn branched_cell_converges_to_neurons_solution() {
    let reference = Reference::load("branched_be");
    for entry in backends() {
        let run = entry.run(&branched(&reference, 0.005, Staggered, 0.005), 50.0);
        let mut worst = 0.0_f64;
        for (key, ..) in branched_sites(&reference) {
            let spikes = crossings(&run.trace(&key, 0), 0.005, 0.0);
            let expected = reference.at("/converged/spikes_ms").get(&key).numbers();
            let tolerance = tolerances::NEURON_CONVERGED.of(entry.precision);
            worst = worst.max(expect(within(&spikes, &expected, tolerance), &key).largest);
        }
        println!("{}: largest difference from converged NEURON {worst:.3e} ms", entry.name);
        let detected = crossings(&run.trace("soma(0.5)", 0), 0.005, 0.0);
        expect(within(&run.spikes(0), &detected, 1e-6), "detected spikes are crossings of the trace");
    }
}

#[test]
fn gap_junctions_are_neurons_step_by_step() {
    let reference = Reference::load("gap_be");
    let dt = reference.at("/parameters/dt").number();
    for entry in backends() {
        let run = entry.run(&gap(&reference, dt, BackwardEuler), 50.025);
        let column = |key: &str| reference.at("/V").get(key).numbers();
        let columns: Vec<_> = gap_sites(&reference).into_iter().map(|(key, ..)| (key.clone(), column(&key))).collect();
        compare_traces(&entry, &run, &columns);
    }
}

#[test]
#[allow(clippy::print_stdout)]
fn gap_junctions_converge_to_neurons_finest_run() {
    let reference = Reference::load("gap_be");
    for entry in backends() {
        let run = entry.run(&gap(&reference, 0.005, Staggered), 50.0);
        for (cell, key) in [(0, "a_soma(0.5)"), (1, "b_soma(0.5)"), (2, "c_soma(0.5)")] {
            let expected = reference.at("/spikes_at_dt_0.0005_sampled_each_0.025_ms").get(key).numbers();
            let found = largest(&run.spikes(cell), &expected);
            println!("{} {key}: {found:.4} ms from NEURON at dt 0.0005", entry.name);
            // The reference itself is first order at dt 0.0005: a tenth of the 0.06 ms between dt 0.025 and 0.0005, and 4 digits.
            assert!(found < 0.02, "{} {key}: {found} ms", entry.name);
        }
    }
}

#[test]
#[allow(clippy::print_stdout)]
fn small_net_is_neurons_step_by_step() {
    let reference = Reference::load("small_net_be");
    let dt = reference.at("/parameters/dt").number();
    let spikes = reference.at("/spikes_cell_time_stamp").list();
    for entry in backends() {
        let run = entry.run(&small_net(&reference, dt, BackwardEuler), 50.025);
        let tolerance = tolerances::NEURON_STEP_BY_STEP.of(entry.precision);
        let mut worst = 0.0_f64;
        for cell in 0..5_usize {
            for (probe, table, count) in [("V_soma", "/V_soma", 2001), ("V_dend", "/V_dend_0.833333", 501)] {
                let expected = reference.at(table).get(&format!("cell{cell}")).numbers();
                assert_eq!(expected.len(), count);
                let what = format!("{} {probe} of cell {cell}", entry.name);
                worst = worst.max(expect(within(&run.trace(probe, cell), &expected, tolerance), &what).largest);
            }
            let index = u32::try_from(cell).expect("five cells");
            let own = spikes.iter().map(|s| s.numbers()).filter(|s| s[0] == f64::from(index));
            let times: Vec<f64> = own.map(|s| s[1]).collect();
            expect(within(&run.spikes(index), &times, 1e-2), &format!("{} spikes of cell {cell}", entry.name));
        }
        assert_eq!(run.plan.synapses(), 11);
        println!("{}: largest difference {worst:.3e} mV, {} spikes", entry.name, run.epoch.spikes.len());
    }
}

/// The comparison must fail where the model is not NEURON's: another delay, another scheme, another density.
#[test]
fn a_wrong_network_is_not_taken_for_neurons() {
    let entry = backends().remove(0);
    let net = Reference::load("small_net_be");
    let expected = net.at("/V_soma").get("cell1").numbers();
    let mut late = small_net(&net, 0.025, BackwardEuler);
    late.projections[0].delay = huxley_model::network::Distribution::Constant(1.025);
    let other = small_net(&net, 0.025, Staggered);
    let mut leaky = small_net(&net, 0.025, BackwardEuler);
    leaky.populations[0].membrane.insertions[2].density[0].1 *= 1.000_001;
    for (name, wrong) in [("delay", late), ("scheme", other), ("leak", leaky)] {
        let run = entry.run(&wrong, 50.025);
        let tolerance = tolerances::NEURON_STEP_BY_STEP.double;
        assert!(within(&run.trace("V_soma", 1), &expected, tolerance).is_err(), "a wrong {name} passed");
    }
}
