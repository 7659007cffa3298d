//! Equal bits: of two runs, across snapshots at any tick, over any cut into epochs; and how a run that diverges stops.

use std::sync::Arc;

use huxley_cpu::{CpuBackend, CpuOptions};
use huxley_engine::snapshot::Snapshot;
use huxley_engine::{Backend, Epoch, RunError, lower};
use huxley_model::channel::Integrator;
use huxley_model::network::{Distribution, Network, Precision};
use huxley_testkit::compare::{expect, within};
use huxley_testkit::networks::{mixed, passive_cable, plastic, ring, squid_point, stepped};
use huxley_testkit::{Entry, backends, tolerances};

const TICKS: u32 = 40;

/// Runs in epochs of the given lengths, saving and loading (as bytes, into a new backend) between them.
fn run_in_parts(entry: &Entry, network: &Network, parts: &[u32]) -> (Epoch, Snapshot) {
    let plan = entry.plan(network);
    let mut backend = (entry.make)(Arc::clone(&plan));
    let mut whole = Epoch { spikes: Vec::new(), samples: vec![Vec::new(); plan.probes.len()] };
    for &ticks in parts {
        let epoch = backend.advance(ticks).expect("does not diverge");
        whole.spikes.extend(epoch.spikes);
        for (all, own) in whole.samples.iter_mut().zip(epoch.samples) {
            all.extend(own);
        }
        let snapshot = Snapshot::from_bytes(&backend.snapshot().expect("a snapshot").to_bytes()).expect("whole");
        backend = (entry.make)(Arc::clone(&plan));
        backend.restore(&snapshot).expect("of the same plan");
        assert_eq!(backend.tick(), snapshot.tick);
    }
    let snapshot = backend.snapshot().expect("a snapshot");
    (whole, snapshot)
}

#[test]
fn the_mixed_network_is_lively() {
    for entry in backends() {
        let plan = entry.plan(&mixed());
        assert!(plan.gaps.junctions == 5 && plan.clocked.len() == 3 && plan.receptors.len() == 7, "{plan:?}");
        assert_eq!(plan.receptors.iter().filter(|receptor| receptor.block.is_some()).count(), 3);
        let (epoch, _) = run_in_parts(&entry, &mixed(), &[TICKS]);
        let active: std::collections::HashSet<u32> = epoch.spikes.iter().map(|s| s.cell).collect();
        assert!(
            epoch.spikes.len() >= 20 && active.len() >= 6,
            "{}: {} spikes of {}",
            entry.name,
            epoch.spikes.len(),
            active.len()
        );
        assert!(epoch.samples.iter().flatten().all(|v| v.is_finite()));
    }
}

#[test]
fn two_runs_are_equal_to_the_bit_and_another_seed_is_another_run() {
    for entry in backends() {
        let first = run_in_parts(&entry, &mixed(), &[TICKS]);
        assert!(first == run_in_parts(&entry, &mixed(), &[TICKS]), "{}: two runs differ", entry.name);
        let mut other = mixed();
        other.run.seed = 2;
        assert!(first.0 != run_in_parts(&entry, &other, &[TICKS]).0, "{}: the seed does nothing", entry.name);
    }
}

#[test]
fn a_snapshot_at_any_tick_goes_on_with_equal_bits() {
    let cases =
        [(mixed(), Integrator::Staggered), (mixed(), Integrator::BackwardEuler), (plastic(), Integrator::Staggered)];
    for (mut network, integrator) in cases {
        network.run.integrator = integrator;
        for tick in [1.0, 0.25] {
            network.run.tick = huxley_model::network::Tick::Fixed(tick);
            network.run.dt = 0.05;
            for entry in backends() {
                let whole = run_in_parts(&entry, &network, &[TICKS]);
                for at in (0..=TICKS).step_by(if entry.costly { 13 } else { 1 }) {
                    let parts = run_in_parts(&entry, &network, &[at, TICKS - at]);
                    assert!(parts == whole, "{} tick {tick}: cut at {at}", entry.name);
                }
                let ones: &[u32] = if entry.costly { &[1, 1, 2, TICKS - 4] } else { &[1; TICKS as usize] };
                let ones = run_in_parts(&entry, &network, ones);
                assert!(ones == whole, "{} tick {tick}: cut everywhere", entry.name);
            }
        }
    }
}

#[test]
fn strict_backends_have_the_oracles_bits() {
    let all = backends();
    for network in [mixed(), stepped(mixed(), 0.05, 0.25), stepped(ring(), 0.025, 0.025)] {
        let oracle = run_in_parts(&all[0], &network, &[TICKS]);
        for entry in all.iter().filter(|e| e.strict) {
            let own = run_in_parts(entry, &network, &[TICKS]);
            assert!(own.0.spikes == oracle.0.spikes, "{}: other spikes", entry.name);
            assert!(own == oracle, "{}: equal spikes, other bits", entry.name);
        }
    }
}

/// The oracle's spikes come again on every backend, and at the same times, as long as nothing amplifies round-off.
#[test]
#[allow(clippy::print_stdout)]
fn other_backends_have_the_oracles_spikes() {
    let all = backends();
    let (oracle, _) = run_in_parts(&all[0], &mixed(), &[TICKS]);
    for entry in &all[1..] {
        let (own, _) = run_in_parts(entry, &mixed(), &[TICKS]);
        let by_cell = |epoch: &Epoch, cell: u32| -> Vec<f64> {
            epoch.spikes.iter().filter(|s| s.cell == cell).map(|s| s.time(0.025)).collect()
        };
        let mut worst = 0.0_f64;
        for cell in oracle.spikes.iter().map(|s| s.cell) {
            let tolerance = tolerances::BACKENDS_AGREE.of(entry.precision);
            let found = within(&by_cell(&own, cell), &by_cell(&oracle, cell), tolerance);
            worst = worst.max(expect(found, &format!("{} cell {cell}", entry.name)).largest);
        }
        assert_eq!(own.spikes.len(), oracle.spikes.len());
        println!("{}: spikes within {worst:.1e} ms of the oracle's", entry.name);
    }
}

#[test]
fn threads_and_block_sizes_do_not_change_a_bit() {
    // More cells than a block has, so that blocks and partitions are really shared out.
    let mut network = mixed();
    let extra = network.populations[1].cells[0].clone();
    network.populations[1].cells.extend(vec![extra; 400]);
    for precision in [Precision::F32, Precision::F64] {
        network.run.precision = precision;
        let plan = Arc::new(lower(&network).expect("lowers"));
        let run = |threads: usize, point_rows: Option<usize>| {
            let options =
                CpuOptions { threads: Some(threads), point_rows, every_thread: true, ..CpuOptions::default() };
            let mut backend = CpuBackend::new(Arc::clone(&plan), &options);
            let epoch = backend.advance(TICKS).expect("does not diverge");
            (epoch, backend.snapshot().expect("a snapshot"))
        };
        let one = run(1, None);
        assert!(one.0.spikes.len() > 100, "{} spikes", one.0.spikes.len());
        for (threads, rows) in [(2, None), (3, None), (1, Some(1)), (1, Some(3)), (2, Some(2)), (3, Some(7))] {
            assert!(run(threads, rows) == one, "{precision:?} with {threads} threads and {rows:?} rows a block");
        }
    }
}

#[test]
fn snapshots_of_another_network_are_refused() {
    for entry in backends() {
        let (_, snapshot) = run_in_parts(&entry, &mixed(), &[5]);
        let mut seed = mixed();
        seed.run.seed = 7;
        let mut weight = mixed();
        weight.projections[0].weight = Distribution::Constant(1e-3);
        let mut delay = mixed();
        delay.projections[0].delay = Distribution::Constant(2.0);
        let mut density = mixed();
        density.populations[0].membrane.insertions[0].density[0].1 *= 1.1;
        let mut stimulus = mixed();
        stimulus.stimuli.remove(1);
        for (what, other) in [
            ("seed", seed),
            ("dt", stepped(mixed(), 0.05, 1.0)),
            ("weight", weight),
            ("delay", delay),
            ("density", density),
            ("stimulus", stimulus),
        ] {
            let mut backend = (entry.make)(entry.plan(&other));
            let refused = backend.restore(&snapshot);
            assert!(matches!(refused, Err(RunError::Snapshot(_))), "{}: another {what} was accepted", entry.name);
        }
    }
}

#[test]
fn cut_or_foreign_bytes_are_refused() {
    for entry in backends() {
        let plan = entry.plan(&mixed());
        let (_, snapshot) = run_in_parts(&entry, &mixed(), &[5]);
        let bytes = snapshot.to_bytes();
        for length in (0..bytes.len()).step_by(bytes.len() / 97 + 1) {
            assert!(Snapshot::from_bytes(&bytes[..length]).is_err(), "accepted the first {length} bytes");
        }
        assert!(Snapshot::from_bytes(&[0; 64]).is_err());
        // A payload of the wrong length inside a well-formed snapshot.
        let mut short = snapshot.clone();
        short.payload.truncate(short.payload.len() / 2);
        let mut backend = (entry.make)(Arc::clone(&plan));
        assert!(backend.restore(&short).is_err(), "{}: accepted half a state", entry.name);
    }
}

#[test]
fn a_run_that_diverges_names_cell_node_and_tick_with_a_remedy() {
    for entry in backends() {
        // A point at dt 1 ms, and a cable of 1 um compartments at dt 0.025 ms.
        let mut point = stepped(squid_point(1000.0), 1.0, 1.0);
        point.populations[0].v_init = Distribution::Constant(-40.0);
        let cable = stepped(passive_cable(100.0, 100, 0.05), 0.025, 1.0);
        for (network, cell) in [(point, "axon[0]"), (cable, "cable[0]")] {
            let mut network = network;
            network.run.integrator = Integrator::ForwardEuler;
            for probe in &mut network.probes {
                probe.interval = network.run.dt;
            }
            let Err(error) = entry.try_run(&network, 50.0) else {
                panic!("{}: {} did not diverge", entry.name, network.name)
            };
            let RunError::Diverged { cell: named, node, tick, time, .. } = &error else { panic!("{error}") };
            assert_eq!(named, cell);
            assert!(*node < 100 && *tick < 50 && (*time - *tick as f64).abs() < 1e-9, "{error}");
            let message = error.to_string();
            assert!(message.contains(cell) && message.contains("node") && message.contains("tick"), "{message}");
            let hint = error.hint().expect("a hint");
            assert!(hint.contains("staggered") && hint.contains("dt"), "{hint}");
            // The same networks do not diverge with the default scheme.
            network.run.integrator = Integrator::Staggered;
            let run = entry.run(&network, 50.0);
            assert!(run.epoch.samples.iter().flatten().all(|v| v.is_finite()));
        }
    }
}
