//! Rallpacks 1 to 3 (Bhalla, Bilitch & Bower 1992).

use huxley_model::network::{Network, Precision};
use huxley_testkit::analytic::SealedCable;
use huxley_testkit::backends::fastest;
use huxley_testkit::compare::{crossings, expect, relative_rms, spike_shape};
use huxley_testkit::networks::{rallpack1, rallpack2, rallpack3, stepped};
use huxley_testkit::{Reference, Run, backends, reference, tolerances};

/// A trace's samples each 0.05 ms of the solution at `x`, mV.
fn solution(cable: &SealedCable, x: f64, samples: usize) -> Vec<f64> {
    (0..samples).map(|i| -65.0 + cable.at(x, 0.05 * i as f64)).collect()
}

#[allow(clippy::print_stdout)]
fn compare_with_solution(network: &Network, cable: &SealedCable) {
    for entry in backends() {
        let run = entry.run(network, 250.0);
        for (probe, x) in [("start", 0.0), ("end", 1.0)] {
            let trace = run.trace(probe, 0);
            assert_eq!(trace.len(), 5000);
            let rms = expect(relative_rms(&trace, &solution(cable, x, 5000)), probe);
            println!("{} `{}` {probe}: {:.4} %", entry.name, network.name, 100.0 * rms);
            assert!(rms < tolerances::RALLPACK_PASSIVE.of(entry.precision), "{} {probe}: {rms}", entry.name);
        }
    }
}

#[test]
fn rallpack_1_is_the_cable_equations_solution() {
    compare_with_solution(&rallpack1(), &SealedCable::new(1000.0, 1.0, 40_000.0, 100.0, 1.0, 0.1));
}

#[test]
fn rallpack_2_is_the_equivalent_cylinders_solution() {
    compare_with_solution(&rallpack2(1), &SealedCable::of_tree(10, 32.0, 16.0, 40_000.0, 100.0, 1.0, 0.1));
}

#[test]
fn a_wrong_cable_is_not_taken_for_the_solution() {
    let mut wrong = rallpack1();
    wrong.populations[0].membrane.axial_resistivity = 101.0;
    let run = backends().remove(0).run(&wrong, 250.0);
    let cable = SealedCable::new(1000.0, 1.0, 40_000.0, 100.0, 1.0, 0.1);
    let rms = expect(relative_rms(&run.trace("start", 0), &solution(&cable, 0.0, 5000)), "start");
    assert!(rms > tolerances::RALLPACK_PASSIVE.double, "1 % more axial resistivity passed: {rms}");
}

/// Rallpack 3 with samples each dt.
fn axon(dt: f64) -> (&'static str, Run) {
    let mut network = stepped(rallpack3(), dt, 1.0);
    for probe in &mut network.probes {
        probe.interval = dt;
    }
    let entry = fastest(Precision::F64);
    (entry.name, entry.run(&network, 250.0))
}

/// The second column of a Rallpack file, mV.
fn column(text: &str) -> Vec<f64> {
    let values = text.lines().filter_map(|line| line.split_whitespace().nth(1));
    values.map(|v| 1e3 * v.parse::<f64>().expect("a number")).collect()
}

#[test]
#[allow(clippy::print_stdout)]
fn rallpack_3_is_genesis_and_neurons_axon() {
    let neuron = Reference::load("rallpack3");
    let genesis = [reference::shared("rallpack/ref_axon.0.genesis"), reference::shared("rallpack/ref_axon.x.genesis")];
    for (dt, most) in [(0.025, 0.015), (0.01, 0.003)] {
        let (name, run) = axon(dt);
        for ((probe, count), text) in [("start", 18), ("end", 17)].into_iter().zip(&genesis) {
            let trace = run.trace(probe, 0);
            let spikes = crossings(&trace, dt, 0.0);
            assert_eq!(spikes.len(), count, "{probe}");
            let Some(text) = text else { continue };
            let expected = column(text);
            let found = expect(spike_shape(&trace, dt, &expected, 0.05, 0.0), probe);
            let every = (0.05 / dt).round() as usize;
            let samples: Vec<f64> = trace.iter().step_by(every).copied().collect();
            let plain = expect(relative_rms(&samples, &expected[..samples.len()]), probe);
            println!(
                "{name} dt {dt} {probe}: shape {:.3} %, intervals {:.3} %, plain RMS {:.3} %, last crossing {:.4} ms",
                100.0 * found.shape,
                100.0 * found.intervals,
                100.0 * plain,
                spikes[count - 1]
            );
            assert!(plain.max(found.shape + found.intervals) < most, "dt {dt} {probe}: {plain} {found:?}");
        }
    }
    let (name, run) = axon(0.005);
    let start = crossings(&run.trace("start", 0), 0.005, 0.0);
    let end = crossings(&run.trace("end", 0), 0.005, 0.0);
    println!("{name} dt 0.005: last crossing at the start {:.4} ms", start[start.len() - 1]);
    assert_eq!((start.len(), end.len()), (18, 17));
    assert!((start[17] - 248.519).abs() < 0.05, "{}", start[17]);
    let last = neuron.at("/converged/1/last_x0_ms").number();
    assert!(
        (start[17] - last).abs() < tolerances::RALLPACK_ACTIVE.double,
        "{} where converged NEURON has {last}",
        start[17]
    );
}
