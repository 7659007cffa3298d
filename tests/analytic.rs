//! Passive membranes against their closed solutions, the voltage clamp, and steps without ringing.

use huxley_model::channel::Integrator::{BackwardEuler, Staggered};
use huxley_model::network::{Site, Stimulus, StimulusKind, SynapseKind, SynapseModel, Variable, Waveform};
use huxley_testkit::analytic::SealedCable;
use huxley_testkit::compare::{expect, within};
use huxley_testkit::networks::{all, at, current, passive_cable, passive_point, probe, squid_point, stepped, stub};
use huxley_testkit::{backends, tolerances};

#[test]
#[allow(clippy::print_stdout)]
fn passive_membrane_decays_exponentially() {
    let network = passive_point(-75.0);
    let tau = 10.0;
    for entry in backends() {
        let trace = entry.run(&network, 100.0).trace("v", 0);
        let exact: Vec<f64> = (0..4000).map(|i| -75.0 + 10.0 * (-0.025 * f64::from(i) / tau).exp()).collect();
        let found = expect(within(&trace, &exact, tolerances::PASSIVE.of(entry.precision)), entry.name);
        println!("{}: {:.2e} mV", entry.name, found.largest);
    }
}

#[test]
#[allow(clippy::print_stdout)]
fn schemes_have_their_order_on_a_passive_membrane() {
    let error = |dt: f64, integrator| {
        let mut network = stepped(passive_point(-75.0), dt, 1.0);
        network.run.integrator = integrator;
        network.probes[0].interval = 1.0;
        let trace = backends().remove(0).run(&network, 20.0).trace("v", 0);
        let exact: Vec<f64> = (0..20).map(|t| -75.0 + 10.0 * (-0.1 * f64::from(t)).exp()).collect();
        expect(within(&trace, &exact, f64::INFINITY), "decay").largest
    };
    for (integrator, order) in [(Staggered, 4.0), (BackwardEuler, 2.0)] {
        let ratio = error(0.1, integrator) / error(0.05, integrator);
        println!("{}: {ratio:.4}", integrator.name());
        assert!((ratio - order).abs() < 0.05 * order, "{}: {ratio}", integrator.name());
    }
}

#[test]
#[allow(clippy::print_stdout)]
fn current_step_charges_the_membrane_exponentially() {
    // 0.05 nA through 1e-3 uS: 50 mV; on at 5.3 ms, inside a tick.
    let mut network = passive_point(-65.0);
    network.populations[0].threshold = 1e3;
    network.stimuli = vec![current("step", all("cell", Site::Soma), 0.05, 5.3, 1e3)];
    for entry in backends() {
        let trace = entry.run(&network, 60.0).trace("v", 0);
        let exact = |i: usize| -65.0 + 50.0 * (1.0 - (-((0.025 * i as f64 - 5.3).max(0.0)) / 10.0).exp());
        let exact: Vec<f64> = (0..trace.len()).map(exact).collect();
        let found = expect(within(&trace, &exact, tolerances::PASSIVE.of(entry.precision)), entry.name);
        println!("{}: {:.2e} mV", entry.name, found.largest);
    }
}

#[test]
#[allow(clippy::print_stdout)]
fn finite_cable_charges_as_the_series_says_and_settles_on_its_steady_state() {
    // 1.5 length constants; the current enters the first compartment's middle.
    let network = passive_cable(1500.0, 301, 0.5);
    let cable = SealedCable::new(1500.0, 1.0, 40_000.0, 100.0, 1.0, 0.1);
    let (near, far) = (0.5 / 301.0, 1.0 - 0.5 / 301.0);
    for entry in backends() {
        let run = entry.run(&network, 600.0);
        for (name, x) in [("start", near), ("end", far)] {
            let trace = run.trace(name, 0);
            let exact: Vec<f64> = (0..trace.len()).map(|i| -65.0 + cable.at(x, 0.5 * i as f64)).collect();
            let tolerance = tolerances::CABLE.of(entry.precision);
            let found = expect(within(&trace[1..], &exact[1..], tolerance), name);
            let steady = (trace[trace.len() - 1] + 65.0) / cable.steady(x) - 1.0;
            println!("{} {name}: {:.2e} mV, steady state {:.2e}", entry.name, found.largest, steady);
            assert!(steady.abs() < 2e-5, "{} {name}: {steady}", entry.name);
        }
    }
}

/// Largest step of the trace against the direction it should have, mV.
fn reversal(trace: &[f64], direction: f64) -> f64 {
    trace.windows(2).map(|w| direction * (w[0] - w[1])).fold(0.0, f64::max)
}

#[test]
#[allow(clippy::print_stdout)]
fn nothing_rings_after_a_current_step_on_a_small_end_node() {
    // 0.02 nA from 5 ms, and from within a tick.
    for start in [0.0, 5.0, 5.4] {
        let mut network = stub();
        network.stimuli = vec![current("step", all("cell", at("stub", 0.5)), 0.02, start, 12.0)];
        for entry in backends() {
            let trace = entry.run(&network, 20.0).trace("end", 0);
            let (on, off) = ((start / 0.025).round() as usize, 480);
            let (up, down) = (reversal(&trace[on..=off], 1.0), reversal(&trace[off..], -1.0));
            println!("{} step at {start} ms: {up:.1e} mV up, {down:.1e} mV down", entry.name);
            let tolerance = tolerances::RINGING.of(entry.precision);
            assert!(up < tolerance && down < tolerance, "{}: {up} {down} mV", entry.name);
            assert!(trace[off] > -60.0, "the step must show: {}", trace[off]);
        }
    }
}

#[test]
#[allow(clippy::print_stdout)]
fn nothing_rings_after_a_synaptic_jump_on_a_small_end_node() {
    let mut network = stub();
    network.synapses = vec![SynapseKind::fixed("exp", SynapseModel::exponential(50.0, 0.0))];
    network.stimuli = vec![Stimulus {
        name: "spike".to_owned(),
        target: all("cell", at("stub", 0.5)),
        kind: StimulusKind::SpikeTrain { synapse: 0, weight: 1e-4, times: vec![5.0] },
    }];
    for entry in backends() {
        let trace = entry.run(&network, 12.0).trace("end", 0);
        let up = reversal(&trace[200..], 1.0);
        println!("{}: {up:.1e} mV", entry.name);
        assert!(up < tolerances::RINGING.of(entry.precision), "{}: {up} mV", entry.name);
        assert!(trace[479] > -64.0);
    }
}

#[test]
#[allow(clippy::print_stdout)]
fn voltage_clamp_holds_and_its_current_is_the_membranes() {
    let mut network = squid_point(1000.0);
    network.stimuli = vec![Stimulus {
        name: "clamp".to_owned(),
        target: all("axon", Site::Soma),
        kind: StimulusKind::VoltageClamp {
            waveform: Waveform {
                points: vec![(0.0, -65.0), (5.0, -65.0), (5.0, -10.0), (40.0, -10.0)],
                outside: -65.0,
            },
            series_resistance: 1e-3,
            start: 0.0,
            stop: 35.0,
        },
    }];
    let of = |channel: &str| Variable::ChannelCurrent { channel: channel.to_owned() };
    network.probes = vec![
        probe("v", all("axon", Site::Soma), Variable::Potential, 0.025),
        probe("clamp", all("axon", Site::Soma), Variable::InjectedCurrent, 0.025),
        probe("na", all("axon", Site::Soma), of("na"), 0.025),
        probe("k", all("axon", Site::Soma), of("k"), 0.025),
        probe("leak", all("axon", Site::Soma), of("leak"), 0.025),
    ];
    for integrator in [Staggered, BackwardEuler] {
        network.run.integrator = integrator;
        for entry in backends() {
            let run = entry.run(&network, 40.0);
            let v = run.trace("v", 0);
            let tolerance = tolerances::CLAMP.of(entry.precision);
            for (range, command) in [(40..200, -65.0), (202..1400, -10.0)] {
                let held = vec![command; range.len()];
                let what = format!("{} {} at {command} mV", entry.name, integrator.name());
                expect(within(&v[range], &held, tolerance), &what);
            }
            let at_end = |name: &str| run.trace(name, 0)[1390];
            let (injected, ionic) = (at_end("clamp"), at_end("na") + at_end("k") + at_end("leak"));
            println!("{} {}: clamp {injected:.4} nA, channels {ionic:.4} nA", entry.name, integrator.name());
            // Steady state; the clamp's current is (command - V) / R, so round-off of V counts a thousandfold.
            let most = if entry.precision == huxley_model::network::Precision::F64 { 1e-2 } else { 1e-1 };
            assert!((injected / ionic - 1.0).abs() < most && ionic > 5.0, "{injected} {ionic}");
            assert!((v[1599] + 10.0).abs() > 10.0, "still held after its end: {}", v[1599]);
        }
    }
}
