//! A SONATA circuit that BMTK made, against what BMTK's NEURON made of it: two shapes with squid somata, virtual inputs, synapses by
//! section and position, current clamps. `tests/reference/sonata`, made by `tests/reference/scripts/sonata_circuit.py`.

use std::path::PathBuf;

use huxley_io::sonata;
use huxley_model::network::{Distribution, Network, Rule};
use huxley_testkit::compare::{expect, within};
use huxley_testkit::{Entry, backends, tolerances};
use serde_json::Value;

fn folder() -> PathBuf {
    PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/reference/sonata"))
}

fn network(config: &str) -> Network {
    let found = sonata::read(&folder().join(config), None).unwrap_or_else(|errors| panic!("{errors}"));
    assert_eq!(found.warnings, Vec::<String>::new());
    found.network
}

fn reference() -> Value {
    serde_json::from_slice(&std::fs::read(folder().join("neuron.json")).expect("the reference")).expect("JSON")
}

fn numbers(value: &Value) -> Vec<f64> {
    value.as_array().expect("a list").iter().map(|number| number.as_f64().expect("a number")).collect()
}

/// Spike times of a node.
fn spikes(run: &Value, node: u32) -> Vec<f64> {
    let all = run["spikes"].as_array().expect("spikes").iter().map(numbers);
    all.filter(|spike| spike[1] == f64::from(node)).map(|spike| spike[0]).collect()
}

/// Largest difference of the potentials at the somata from NEURON's, or that they differ.
fn traces(entry: &Entry, network: &Network, reference: &Value) -> Result<f64, String> {
    let run = entry.run(network, network.run.duration);
    let mut worst = 0.0_f64;
    for cell in 0..6 {
        let expected = numbers(&reference["feedforward"]["v"][cell.to_string()]);
        // NEURON's are each 0.1 ms to the end of the run, ours each 0.025 ms to the step before it.
        let found: Vec<f64> = run.trace("potential", cell).iter().step_by(4).copied().collect();
        assert_eq!(found.len() + 1, expected.len());
        let tolerance = tolerances::SONATA_STEP_BY_STEP.of(entry.precision);
        let verdict =
            within(&found, &expected[..found.len()], tolerance).map_err(|error| format!("cell {cell}: {error:?}"))?;
        worst = worst.max(verdict.largest);
        // NEURON says that a spike is at the end of the step in which it is.
        let node = u32::try_from(cell).expect("six cells");
        let (own, theirs) = (run.spikes(node), spikes(&reference["feedforward"], node));
        assert_eq!(own.len(), theirs.len(), "{} cell {cell}: {own:?}, NEURON {theirs:?}", entry.name);
        for (own, theirs) in own.iter().zip(&theirs) {
            let late = theirs - own;
            let slack = tolerances::SQUID_SAME_SCHEME.of(entry.precision).max(1e-5);
            assert!(
                (-slack..=0.025 + slack).contains(&late),
                "{} cell {cell}: {own} ms, NEURON {theirs} ms",
                entry.name
            );
        }
    }
    Ok(worst)
}

#[test]
#[allow(clippy::print_stdout)]
fn without_synapses_between_cells_potentials_are_neurons_step_by_step() {
    let (network, reference) = (network("feedforward.json"), reference());
    for entry in backends() {
        let worst = traces(&entry, &network, &reference).unwrap_or_else(|error| panic!("{}: {error}", entry.name));
        println!("{}: largest difference {worst:.3e} mV", entry.name);
    }
}

#[test]
#[allow(clippy::print_stdout)]
fn the_circuit_spikes_as_in_neuron() {
    let (network, reference) = (network("simulation_config.json"), reference());
    for entry in backends() {
        let run = entry.run(&network, network.run.duration);
        let mut worst = 0.0_f64;
        for cell in 0..6 {
            let expected = spikes(&reference["full"], cell);
            let what = format!("{} spikes of cell {cell}", entry.name);
            let tolerance = tolerances::SONATA_SPIKES.of(entry.precision);
            worst = worst.max(expect(within(&run.spikes(cell), &expected, tolerance), &what).largest);
        }
        println!("{}: {} spikes, at most {worst:.4} ms from NEURON's", entry.name, run.epoch.spikes.len());
    }
}

/// The comparison must fail where the circuit is not BMTK's.
#[test]
fn a_wrong_circuit_is_not_taken_for_neurons() {
    let (right, reference) = (network("feedforward.json"), reference());
    let entry = backends().remove(0);
    type Change = fn(&mut Network);
    let changes: [(&str, Change); 6] = [
        ("weight", |n| {
            for projection in &mut n.projections {
                if let (Rule::Table(rows), Distribution::Constant(weight)) =
                    (&mut projection.rule, &mut projection.weight)
                {
                    rows.scale_weights(1.000_1);
                    *weight *= 1.000_1;
                }
            }
        }),
        ("delay", |n| n.projections[0].delay = Distribution::Constant(1.525)),
        ("spike", |n| n.sources[0].trains[0][0] += 0.025),
        ("capacitance", |n| n.populations[0].membranes[0].capacitances[2].1 *= 1.000_1),
        ("membrane", |n| n.populations[0].membranes.swap(0, 1)),
        ("place", |n| {
            if let Rule::Table(rows) = &mut n.projections[0].rule {
                let moved = rows.iter().map(|mut row| {
                    row.compartment = row
                        .compartment
                        .map(|compartment| if compartment > 1 { compartment - 1 } else { compartment + 1 });
                    row
                });
                *rows = moved.collect();
            }
        }),
    ];
    for (what, change) in changes {
        let mut wrong = right.clone();
        change(&mut wrong);
        let same = std::panic::catch_unwind(|| traces(&entry, &wrong, &reference).is_ok()).unwrap_or(false);
        assert!(!same, "a wrong {what} passed");
    }
}
