//! NeuroML files, run: the examples of NeuroML 2 against their expected spikes, and our own against jNeuroML and NEURON.

use std::path::{Path, PathBuf};

use huxley_io::neuroml;
use huxley_model::channel::Integrator;
use huxley_model::network::{Network, Precision, Tick};
use huxley_testkit::backends::fastest;
use huxley_testkit::compare::crossings;
use huxley_testkit::reference::{project_root, shared};
use huxley_testkit::{Entry, Reference, Run, backends};

/// The network of a file, to be run at `dt` ms.
#[track_caller]
fn network(path: &Path, dt: f64) -> Network {
    stepped(neuroml::read(path, None).unwrap_or_else(|errors| panic!("{errors}")).network, dt)
}

/// The network with another step.
fn stepped(mut network: Network, dt: f64) -> Network {
    network.run.dt = dt;
    network.run.integrator = Integrator::Staggered;
    if let Tick::Fixed(tick) = &mut network.run.tick {
        *tick = dt;
    }
    network
}

/// Times of upward crossings of a probe's first place, ms.
fn crossed(run: &Run, probe: &str, site: usize, threshold: f64) -> Vec<f64> {
    let index = run.plan.probes.iter().position(|own| own.name == probe).expect(probe);
    let interval = f64::from(run.plan.probes[index].interval) * run.plan.settings.dt;
    crossings(&run.trace(probe, site), interval, threshold)
}

/// Numbers in the brackets after `key`.
fn list_after(text: &str, key: &str) -> Vec<f64> {
    let rest = &text[text.find(key).unwrap_or_else(|| panic!("no `{key}`")) + key.len()..];
    let inside = &rest[rest.find('[').unwrap() + 1..rest.find(']').unwrap()];
    inside.split(',').map(|number| number.trim().parse().unwrap()).collect()
}

/// The number after `key`.
fn number_after(text: &str, key: &str) -> f64 {
    let rest = &text[text.find(key).unwrap_or_else(|| panic!("no `{key}`")) + key.len()..];
    rest.split_whitespace().next().unwrap().parse().unwrap()
}

/// Largest relative difference, as the examples' tolerances are: infinite where the numbers of spikes differ.
fn relative(found: &[f64], expected: &[f64]) -> f64 {
    if found.len() != expected.len() {
        return f64::INFINITY;
    }
    found.iter().zip(expected).map(|(a, b)| ((a - b) / b).abs()).fold(0.0, f64::max)
}

#[test]
#[allow(clippy::print_stdout)]
fn the_examples_spike_when_they_are_expected_to() {
    let examples = [("Ex1_HH", "ex1"), ("Ex5_DetCell", "ex5"), ("Ex10_Q10", "ex10")];
    for (name, test) in examples {
        let folder = "neuroml/LEMSexamples";
        let expected = shared(&format!("{folder}/test/test.{test}.mep"));
        let tolerances = shared(&format!("{folder}/test/test.{test}.jnml.omt"));
        let (Some(expected), Some(tolerances)) = (expected, tolerances) else { continue };
        let file = project_root().join(format!("../shared/data/{folder}/LEMS_NML2_{name}.xml"));
        let network = network(&file, 0.01);
        let tolerance = number_after(&tolerances, "tolerance:");
        let times = list_after(&expected, "spike times:");
        for entry in backends() {
            let run = entry.run(&network, network.run.duration);
            let error = relative(&crossed(&run, "of0_v", 0, 0.0), &times);
            println!("{name} {}: {error:.2e} of {tolerance:.2e} allowed", entry.name);
            assert!(error <= tolerance, "{name} {}: {error} is above {tolerance}", entry.name);
            if test == "ex5" {
                let after = |text: &str| text[text.find("  m:").unwrap()..].to_owned();
                let (expected, tolerances) = (after(&expected), after(&tolerances));
                let error = relative(&crossed(&run, "of1_m", 0, 0.9), &list_after(&expected, "spike times:"));
                assert!(error <= number_after(&tolerances, "tolerance:"), "m of {name} {}: {error}", entry.name);
            }
        }
        // What the comparison must not take.
        let mut wrong = network;
        wrong.populations[0].membrane.capacitance *= 1.1;
        let run = fastest(Precision::F64).run(&wrong, wrong.run.duration);
        let error = relative(&crossed(&run, "of0_v", 0, 0.0), &times);
        assert!(error > tolerance, "{name}: 10 % more capacitance passed, {error}");
    }
}

#[test]
#[allow(clippy::print_stdout)]
fn the_example_files_load_or_say_what_is_not_simulated() {
    let folder = project_root().join("../shared/data/neuroml/examples");
    let load =
        |name: &str| shared(&format!("neuroml/examples/{name}")).map(|_| neuroml::read(&folder.join(name), None));
    if let Some(cell) = load("NML2_SingleCompHHCell.nml") {
        let cell = cell.unwrap_or_else(|errors| panic!("{errors}"));
        assert!(cell.warnings.is_empty() && cell.network.populations.len() == 1, "{:?}", cell.warnings);
    }
    let errors = |name: &str| load(name).map(|loaded| loaded.unwrap_err().to_string());
    if let Some(found) = errors("NML2_SimpleIonChannel.nml") {
        assert!(
            found.contains("there is no network to run (found 1 channels)") && found.lines().count() == 2,
            "{found}"
        );
    }
    if let Some(found) = errors("NML2_SimpleMorphology.nml") {
        assert!(found.contains("the cell has no <biophysicalProperties>"), "{found}");
    }
    if let Some(found) = errors("NML2_SynapseTypes.nml") {
        assert!(found.contains("NML2_SynapseTypes.nml:10: "), "{found}");
        assert_eq!(found.matches("not supported").count(), 1, "{found}");
        assert!(found.contains("9 synapses"), "{found}");
    }
}

fn own(name: &str) -> PathBuf {
    project_root().join("tests/reference/neuroml").join(name)
}

/// Largest difference of crossings from `expected`, ms; infinite where their numbers differ.
fn largest(found: &[f64], expected: &[f64]) -> f64 {
    if found.len() != expected.len() {
        return f64::INFINITY;
    }
    found.iter().zip(expected).map(|(a, b)| (a - b).abs()).fold(0.0, f64::max)
}

/// Columns of a reference: output file, column, and our probe and site.
type Columns = &'static [(&'static str, &'static str, &'static str, usize)];

/// A column of a run, its samples each `dt`.
struct Trace {
    values: Vec<f64>,
    crossings: Vec<f64>,
}

/// A file's columns, run at `dt`.
fn traces(network: &Network, columns: Columns, entry: &Entry, dt: f64) -> Vec<Trace> {
    let mut network = stepped(network.clone(), dt);
    network.probes.iter_mut().for_each(|probe| probe.interval = dt);
    let run = entry.run(&network, network.run.duration);
    let trace = |&(_, _, probe, site): &(&str, &str, &str, usize)| {
        let values = run.trace(probe, site);
        Trace { crossings: crossings(&values, dt, 0.0), values }
    };
    columns.iter().map(trace).collect()
}

/// Every column of a file's reference in all backends: spikes within `ms`, and values beside spikes within `apart` (mV; of gates 1).
/// Where huxley too is of first order (instantaneous gates, gap junctions), `first_order` takes that off as for the reference.
#[track_caller]
#[allow(clippy::print_stdout, clippy::cast_possible_truncation, clippy::cast_sign_loss)]
fn compare(file: &str, columns: Columns, first_order: bool, ms: f64, apart: f64) {
    const DT: f64 = 0.01;
    let reference = Reference::load("neuroml");
    let network = network(&own(file), DT);
    let files = reference.at(&format!("/{file}/files"));
    let potentials = files.get("v").get("columns").entries().into_iter();
    let spikes: Vec<f64> = potentials.flat_map(|(_, own)| own.get("crossings_ms").numbers()).collect();
    // Kernels in software take minutes for two runs of many steps, and have the other files.
    for entry in backends().into_iter().filter(|entry| !(first_order && entry.costly)) {
        let coarse = traces(&network, columns, &entry, DT);
        let fine = first_order.then(|| traces(&network, columns, &entry, DT / 2.0));
        for (index, &(output, column, ..)) in columns.iter().enumerate() {
            let data = files.get(output).get("columns").get(column);
            let (times, values) = (files.get(output).get("t_ms").numbers(), data.get("values").numbers());
            let mut found = coarse[index].crossings.clone();
            if let Some(fine) = &fine {
                assert_eq!(found.len(), fine[index].crossings.len(), "{file} {column}");
                found.iter_mut().zip(&fine[index].crossings).for_each(|(a, b)| *a = 2.0 * b - *a);
            }
            let expected = data.get("crossings_ms").numbers();
            let off = if output == "gates" { 0.0 } else { largest(&found, &expected) };
            let at = |t: f64| {
                let step = (t / DT).round() as usize;
                let one = *coarse[index].values.get(step)?;
                Some(fine.as_ref().map_or(one, |fine| 2.0 * fine[index].values[2 * step] - one))
            };
            // Beside spikes, whose flanks make a millivolt of a few microseconds.
            let calm = |t: f64| spikes.iter().all(|spike| (t - spike).abs() > 4.0);
            let differences: Vec<f64> = times
                .iter()
                .zip(&values)
                .filter(|(t, _)| calm(**t))
                .filter_map(|(t, value)| Some((at(*t)? - value).abs()))
                .collect();
            let difference = differences.iter().copied().fold(0.0, f64::max);
            let count = differences.len();
            println!("{file} {} {output}.{column}: spikes {off:.4} ms, {count} values {difference:.2e}", entry.name);
            assert!(count > 20, "{file} {column}: only {count} values were compared");
            assert!(off <= ms, "{file} {} {column}: spikes are {off} ms apart", entry.name);
            assert!(difference <= apart, "{file} {} {column}: {difference}", entry.name);
        }
    }
}

#[test]
fn a_branched_cell_with_densities_by_group_is_jneuromls_in_neuron() {
    let columns: Columns = &[
        ("v", "soma", "v_soma", 0),
        ("v", "trunk", "v_trunk", 0),
        ("v", "left", "v_left", 0),
        ("v", "right", "v_right", 0),
        ("v", "side", "v_side", 0),
        ("v", "twig", "v_twig", 0),
    ];
    compare("LEMS_branched.xml", columns, false, 0.01, 0.1);
}

#[test]
fn synapses_by_segment_are_jneuromls_in_neuron() {
    let columns: Columns = &[("v", "c0", "v_v", 0), ("v", "c1", "v_v", 1), ("v", "c2", "v_v", 2)];
    compare("LEMS_pair.xml", columns, false, 0.01, 0.1);
}

#[test]
fn a_sine_and_blocked_synapses_are_jneuromls_in_neuron() {
    let columns: Columns =
        &[("v", "c0", "v_v", 0), ("v", "c1", "v_v", 1), ("v", "c2", "v_v", 2), ("v", "left", "v_left", 0)];
    compare("LEMS_blocked.xml", columns, true, 0.01, 0.1);
}

#[test]
fn a_gap_junction_between_branches_is_jneuromls_in_neuron() {
    let columns: Columns = &[("v", "c0", "v_v", 0), ("v", "c1", "v_v", 1), ("v", "far", "v_far", 0)];
    compare("LEMS_gap.xml", columns, true, 0.01, 0.1);
}

#[test]
fn every_type_of_gate_moves_as_in_jneuroml() {
    let columns: Columns = &[
        ("v", "v", "v_v", 0),
        ("gates", "p", "gates_p", 0),
        ("gates", "n", "gates_n", 0),
        ("gates", "h", "gates_h", 0),
        ("gates", "a", "gates_a", 0),
        ("gates", "b", "gates_b", 0),
    ];
    compare("LEMS_gates.xml", columns, true, 0.01, 0.1);
}

#[test]
fn synapses_of_every_type_are_jneuromls() {
    let columns: Columns = &[
        ("v", "c0", "v_v", 0),
        ("v", "c1", "v_v", 1),
        ("v", "c2", "v_v", 2),
        ("v", "c3", "v_v", 3),
        ("v", "c4", "v_v", 4),
        ("v", "c5", "v_v", 5),
        ("v", "c6", "v_v", 6),
        ("v", "c7", "v_v", 7),
        ("v", "c8", "v_v", 8),
        ("v", "c9", "v_v", 9),
        ("v", "c10", "v_v", 10),
    ];
    compare("LEMS_synapses.xml", columns, false, 0.0, 0.05);
}
