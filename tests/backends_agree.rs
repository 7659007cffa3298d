//! One network, the same bits: strict `f64` on every instruction set and the oracle, any number of threads, any size of block,
//! compiled channels and taped ones.

use std::borrow::Cow;
use std::path::PathBuf;
use std::sync::Arc;

use huxley_cpu::{CpuBackend, CpuOptions, instruction_sets};
use huxley_engine::oracle::Oracle;
use huxley_engine::snapshot::Snapshot;
use huxley_engine::{Backend, Epoch, Plan, lower};
use huxley_io::model::{Folder, load_str};
use huxley_model::channel::{Channel, Integrator};
use huxley_model::network::{CellSelection, Network, Precision, Site};
use huxley_testkit::networks::{alike, current, everywhere, given, mixed, one, pairs, plastic, ring};

const TICKS: u32 = 30;

fn plan(network: &Network, precision: Precision) -> Arc<Plan> {
    let mut network = network.clone();
    network.run.precision = precision;
    Arc::new(lower(&network).expect("lowers"))
}

fn run(mut backend: impl Backend, ticks: u32) -> (Epoch, Snapshot) {
    let epoch = backend.advance(ticks).expect("does not diverge");
    (epoch, backend.snapshot().expect("a snapshot"))
}

fn cpu(plan: &Arc<Plan>, options: &CpuOptions) -> (Epoch, Snapshot) {
    run(CpuBackend::new(Arc::clone(plan), options), TICKS)
}

fn one_thread() -> CpuOptions {
    CpuOptions { threads: Some(1), ..CpuOptions::default() }
}

/// Networks with every kind of synapse, spikes that are given, gap junctions, trees of one and of many shapes, and point neurons.
fn networks() -> Vec<Network> {
    let alike = [alike("hh"), alike("traub_miles")];
    [mixed(), coupled(), ring(), pairs(40), plastic(), given(), crowd()].into_iter().chain(alike).collect()
}

/// Gap junctions of cells before, at and after the only one into which current is injected.
fn coupled() -> Network {
    let mut network = mixed();
    network.name = "coupled".to_owned();
    network.stimuli = vec![current("step", one("squid", 4, Site::Soma), 0.4, 3.3, 40.0)];
    network
}

/// Event synapses alone, on so many points and nodes of trees that a partition has hundreds of slots: of a tick most are not reached.
fn crowd() -> Network {
    let text = r#"
        schema = 1
        name = "crowd"
        run = { duration = "30 ms", dt = "0.025 ms", tick = "0.5 ms", seed = 3 }
        synapses.quick = { model = "exp", tau = "2 ms", reversal = "0 mV" }
        synapses.rare = { model = "exp", tau = "1 ms", reversal = "0 mV" }
        synapses.slow = { model = "exp2", rise = "0.5 ms", decay = "4 ms", reversal = "-80 mV" }
        populations.points.size = 300
        populations.points.shape.point.area = "1000 um2"
        populations.points.v_init.uniform = ["-70 mV", "-55 mV"]
        populations.points.membrane.preset = "hh"
        populations.trees.size = 40
        populations.trees.shape.sections = [
            { name = "soma", kind = "soma", length = "20 um", diameter = "20 um", compartments = 1 },
            { name = "dend", kind = "dendrite", parent = "soma", length = "200 um", diameter = "2 um", compartments = 9 },
        ]
        populations.trees.membrane.preset = "hh"
        stimuli.current = { population = "points", cells = { first = 0, step = 9 }, kind = "step", amplitude = "15 uA/cm2" }

        [projections]
        points = { source = "points", target = "points", synapse = "quick", rule = "fixed-in-degree", degree = 12, weight = "0.2 nS", delay = { uniform = ["0.5 ms", "3 ms"] } }
        halves = { source = "points", target = "points", synapse = "slow", rule = "fixed-probability", probability = 0.02, weight = "0.1 nS", delay = "1 ms" }
        some = { source = "points", target = "points", synapse = "rare", rule = "fixed-probability", probability = 0.003, weight = "0.5 nS", delay = "1 ms" }
        somata = { source = "points", target = "trees", synapse = "quick", rule = "fixed-in-degree", degree = 9, weight = "3 nS", delay = "1 ms" }
        ends = { source = "points", target = "trees", synapse = "slow", rule = "fixed-in-degree", degree = 3, weight = "1 nS", delay = "2 ms", site = "dend(0.9)" }
        middles = { source = "trees", target = "trees", synapse = "quick", rule = "fixed-in-degree", degree = 4, weight = "2 nS", delay = "1 ms", site = "dend(0.4)" }
    "#;
    load_str(text, "crowd.toml", &Folder(PathBuf::new()), &[]).unwrap_or_else(|errors| panic!("{errors}")).network
}

#[test]
fn strict_f64_equals_the_oracle_to_the_bit_on_every_instruction_set() {
    for mut network in networks() {
        for (name, integrator) in Integrator::ALL {
            network.run.integrator = integrator;
            if integrator == Integrator::ForwardEuler {
                network.run.dt = 0.002;
                network.run.tick = huxley_model::network::Tick::Fixed(0.1);
                network.gap_junctions.iter_mut().for_each(|g| g.coupling_step = None);
                network.probes.clear();
            }
            let plan = plan(&network, Precision::F64);
            let expected = run(Oracle::new(Arc::clone(&plan)), TICKS);
            for isa in instruction_sets() {
                let options = CpuOptions { strict: true, instruction_set: Some(isa.to_owned()), ..one_thread() };
                let got = cpu(&plan, &options);
                assert!(got.0.spikes == expected.0.spikes, "{} {name} {isa}: spikes differ", network.name);
                assert!(got.1 == expected.1, "{} {name} {isa}: state differs", network.name);
            }
        }
    }
}

#[test]
fn constants_of_points_are_kept_once_a_block_where_they_are_alike() {
    for precision in [Precision::F32, Precision::F64] {
        let network = alike("hh");
        let bytes = |network: &Network| {
            let plan = plan(network, precision);
            assert!(plan.cells.len() > 1500 && plan.classes.len() == 1);
            CpuBackend::new(plan, &one_thread()).bytes()
        };
        // All of those that are alike are clamped, in place of one.
        let mut clamped = network.clone();
        let clamp = clamped.stimuli.iter_mut().find(|own| own.name == "clamp").expect("there is one");
        (clamp.target.population, clamp.target.cells) = ("alike".to_owned(), CellSelection::All);
        let value = if precision == Precision::F32 { 4 } else { 8 };
        // What a block keeps of injections: each node's share, and each once.
        let shares = 511 * 12 + 4 + value;
        // Five constants, in two blocks that no longer keep them once, and one that now does.
        let more = |blocks: usize| blocks * 5 * (256 - 32) * value;
        assert_eq!(bytes(&clamped), bytes(&network) + more(2) - more(1) + shares, "{precision:?}");
    }
}

#[test]
fn fused_results_are_close_to_but_not_those_of_the_oracle() {
    // The negative control of the test above: one rounding more or less in a multiply-add is seen.
    let plan = plan(&mixed(), Precision::F64);
    let strict = cpu(&plan, &CpuOptions { strict: true, ..one_thread() });
    let fused = cpu(&plan, &one_thread());
    assert_eq!(strict.0.spikes.len(), fused.0.spikes.len());
    if instruction_sets().iter().any(|isa| *isa != "sse2") {
        assert!(strict.1 != fused.1, "a fused run on a machine that can fuse gave the strict bits");
    }
}

#[test]
fn bits_do_not_depend_on_threads_or_block_size() {
    for network in networks() {
        for precision in [Precision::F32, Precision::F64] {
            let plan = plan(&network, precision);
            let expected = cpu(&plan, &one_thread());
            for threads in [2, 3] {
                let got =
                    cpu(&plan, &CpuOptions { threads: Some(threads), every_thread: true, ..CpuOptions::default() });
                assert!(got == expected, "{}: {threads} threads change {precision:?}", network.name);
            }
            for rows in [1, 3] {
                let got = cpu(&plan, &CpuOptions { point_rows: Some(rows), ..one_thread() });
                assert!(got == expected, "{}: blocks of {rows} rows change {precision:?}", network.name);
            }
        }
    }
}

/// The same membranes with a channel of density 0 between sodium and potassium, which no compiled kernel knows.
fn taped(network: &Network) -> Network {
    let mut network = network.clone();
    for population in &mut network.populations {
        let insertions = &mut population.membrane.insertions;
        if let Some(at) = insertions.iter().position(|i| i.channel.name == "k") {
            let silent = Channel { name: Cow::Borrowed("silent"), ..insertions[at].channel.clone() };
            insertions.insert(at, everywhere(silent, 0.0));
        }
    }
    network
}

#[test]
fn compiled_channels_equal_taped_ones_to_the_bit() {
    for network in [ring(), pairs(40)] {
        for precision in [Precision::F32, Precision::F64] {
            for integrator in [Integrator::Staggered, Integrator::BackwardEuler] {
                let mut network = network.clone();
                network.run.integrator = integrator;
                let (compiled, taped) = (plan(&network, precision), plan(&taped(&network), precision));
                assert!(compiled.classes.iter().zip(&taped.classes).any(|(a, b)| a.channels.len() < b.channels.len()));
                let (a, b) = (cpu(&compiled, &one_thread()).0, cpu(&taped, &one_thread()).0);
                assert!(!a.spikes.is_empty());
                assert!(a == b, "{} {precision:?} {integrator:?}: the tape differs", network.name);
            }
        }
    }
}
