//! Ticks that blocks run through together, where delays allow it, are those of a run tick by tick.

use std::sync::Arc;

use huxley_cpu::{CpuBackend, CpuOptions};
use huxley_engine::exchange::Exchange;
use huxley_engine::oracle::Oracle;
use huxley_engine::plan::Generator;
use huxley_engine::snapshot::Snapshot;
use huxley_engine::{Backend, Epoch, Plan, lower};
use huxley_model::channel::Integrator;
use huxley_model::network::{Distribution, Network, Precision};
use huxley_testkit::networks::{ahead, given, passive_cable, squid_point, stepped};

const TICKS: u32 = 400;

fn plan(network: &Network) -> Arc<Plan> {
    Arc::new(lower(network).expect("lowers"))
}

/// Runs in epochs of `length` ticks.
fn run(mut backend: impl Backend, length: u32) -> (Epoch, Snapshot) {
    let mut whole = backend.advance(0).expect("nothing to do");
    while backend.tick() < u64::from(TICKS) {
        let left = TICKS - u32::try_from(backend.tick()).expect("few ticks");
        let epoch = backend.advance(length.min(left)).expect("does not diverge");
        whole.spikes.extend(epoch.spikes);
        whole.samples.iter_mut().zip(epoch.samples).for_each(|(all, own)| all.extend(own));
    }
    (whole, backend.snapshot().expect("a snapshot"))
}

fn cpu(plan: &Arc<Plan>, threads: usize, strict: bool) -> CpuBackend {
    let options = CpuOptions { threads: Some(threads), strict, every_thread: true, ..CpuOptions::default() };
    CpuBackend::new(Arc::clone(plan), &options)
}

#[test]
fn the_network_is_lively_and_its_cells_hear_of_each_other_late() {
    let plan = plan(&ahead());
    assert_eq!((plan.events.shortest_delay, plan.events.longest_delay), (8, 40));
    // Those of generators are shorter.
    assert_eq!(plan.events.delay.iter().min(), Some(&1));
    let (epoch, _) = run(Oracle::new(Arc::clone(&plan)), TICKS);
    let trees = epoch.spikes.iter().filter(|spike| spike.cell >= 300).count();
    assert!(epoch.spikes.len() > 300 && trees > 20, "{} spikes, {trees} of trees", epoch.spikes.len());
    assert!(epoch.samples[0].len() > 20 * 21);
}

#[test]
fn strict_f64_equals_the_oracle_to_the_bit() {
    for integrator in [Integrator::Staggered, Integrator::BackwardEuler] {
        for probed in [true, false] {
            let mut network = ahead();
            network.run.precision = Precision::F64;
            network.run.integrator = integrator;
            if !probed {
                network.probes.clear();
            }
            let plan = plan(&network);
            let expected = run(Oracle::new(Arc::clone(&plan)), TICKS);
            for threads in [1, 2] {
                let got = run(cpu(&plan, threads, true), TICKS);
                assert!(got.0.spikes == expected.0.spikes, "{integrator:?}, {threads} threads: spikes differ");
                assert!(got == expected, "{integrator:?}, {threads} threads: samples or state differ");
            }
        }
    }
}

#[test]
fn bits_depend_neither_on_epochs_nor_on_threads_nor_on_probes() {
    for precision in [Precision::F32, Precision::F64] {
        let mut network = ahead();
        network.run.precision = precision;
        let probed = plan(&network);
        network.probes.clear();
        let plan = plan(&network);
        let expected = run(cpu(&plan, 1, false), TICKS);
        for (threads, length) in [(1, 1), (1, 3), (1, 64), (2, TICKS), (3, 7)] {
            let got = run(cpu(&plan, threads, false), length);
            assert!(got == expected, "{precision:?}, {threads} threads, epochs of {length} ticks");
        }
        let sampled = run(cpu(&probed, 2, false), TICKS);
        assert!(sampled.0.spikes == expected.0.spikes, "{precision:?}: probes change spikes");
        assert!(sampled.1.payload == expected.1.payload, "{precision:?}: probes change state");
    }
}

#[test]
fn the_first_tick_in_which_a_cell_is_lost_is_told() {
    // Points at dt 1 ms; and cables of 2.5 um compartments before cables of 1 um, which are lost earlier.
    let mut points = stepped(squid_point(1000.0), 1.0, 1.0);
    let cell = points.populations[0].cells[0].clone();
    points.populations[0].cells = vec![cell; 600];
    points.populations[0].v_init = Distribution::Uniform { low: -64.0, high: -40.0 };
    let mut cables = stepped(passive_cable(100.0, 100, 0.05), 0.025, 0.025);
    let cell = cables.populations[0].cells[0].clone();
    cables.populations[0].cells = vec![cell.clone(); 32];
    let mut slow = passive_cable(250.0, 100, 0.05);
    slow.populations[0].name = "slow".to_owned();
    slow.populations[0].cells = vec![cell; 16];
    slow.stimuli[0].target.population = "slow".to_owned();
    cables.populations.insert(0, slow.populations.remove(0));
    cables.stimuli.push(slow.stimuli.remove(0));
    for mut network in [points, cables] {
        network.run.precision = Precision::F64;
        network.run.integrator = Integrator::ForwardEuler;
        network.probes.clear();
        let plan = plan(&network);
        let told = |mut backend: Box<dyn Backend>| backend.advance(TICKS).expect_err("diverges").to_string();
        let expected = told(Box::new(Oracle::new(Arc::clone(&plan))));
        assert!(expected.starts_with("axon") || expected.starts_with("cable[0]"), "{expected}");
        for threads in [1, 2] {
            assert_eq!(told(Box::new(cpu(&plan, threads, true))), expected, "{threads} threads");
        }
    }
}

#[test]
fn listed_spikes_come_in_their_ticks_as_often_as_they_are_listed() {
    let plan = plan(&given());
    let cells = u32::try_from(plan.cells.len()).expect("few cells");
    let listed = |tick: u64| {
        let own = |(source, generator): (u32, &Generator)| match generator {
            Generator::Listed { ticks } => vec![source; ticks.iter().filter(|&&t| t == tick).count()],
            Generator::Poisson { .. } => Vec::new(),
        };
        (cells..).zip(&plan.generators).flat_map(own).collect::<Vec<u32>>()
    };
    assert!((0..30).any(|tick| listed(tick).windows(2).any(|pair| pair[0] == pair[1])), "one comes twice in a tick");
    // From the beginning, and from a tick at which a run may go on.
    for from in [0, 7, 10] {
        let mut exchange = Exchange::new(&plan);
        for tick in from..30 {
            assert_eq!(exchange.generated(&plan, tick), listed(tick), "tick {tick} from {from}");
        }
    }
}
