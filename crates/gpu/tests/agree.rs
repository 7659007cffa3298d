//! The kernels against the oracle and the CPU backend: the same bits in strict mode.

use std::sync::Arc;

use huxley_cpu::{CpuBackend, CpuOptions};
use huxley_engine::oracle::Oracle;
use huxley_engine::plan::Dynamics;
use huxley_engine::snapshot::Snapshot;
use huxley_engine::{Backend, Epoch, Plan, lower};
use huxley_gpu::{GpuBackend, GpuError, GpuOptions};
use huxley_model::channel::Integrator;
use huxley_model::network::{Network, Precision, Tick};
use huxley_model::plasticity::SynapticVariable;
use huxley_model::random::{Random, Stream};
use huxley_testkit::gpu::or_skip;
use huxley_testkit::networks::{given, mixed, pairs, plastic, ring, signalling_zoo, stimulated};

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

fn strict() -> GpuOptions {
    GpuOptions { strict: true, ..GpuOptions::default() }
}

/// A backend, or none where there is no GPU and none is required.
fn gpu(plan: &Arc<Plan>, options: &GpuOptions) -> Option<GpuBackend> {
    or_skip(GpuBackend::new(Arc::clone(plan), options))
}

/// Where two snapshots first differ, as a place in 8-byte words.
fn difference(a: &Snapshot, b: &Snapshot) -> String {
    let first = a.payload.iter().zip(&b.payload).position(|(x, y)| x != y);
    format!("first at byte {first:?} of {} and {}", a.payload.len(), b.payload.len())
}

fn same(network: &Network, what: &str, expected: &(Epoch, Snapshot), got: &(Epoch, Snapshot)) {
    let name = &network.name;
    assert!(!expected.0.spikes.is_empty(), "{name} {what}: nothing happens");
    let first = expected.0.spikes.iter().zip(&got.0.spikes).find(|(a, b)| a != b);
    assert!(
        got.0.spikes == expected.0.spikes,
        "{name} {what}: {} spikes, {} expected; first to differ {first:?}",
        got.0.spikes.len(),
        expected.0.spikes.len()
    );
    assert!(got.1 == expected.1, "{name} {what}: state differs, {}", difference(&got.1, &expected.1));
    for (probe, (a, b)) in network.probes.iter().zip(expected.0.samples.iter().zip(&got.0.samples)) {
        let first = a.iter().zip(b).enumerate().find(|(_, (a, b))| a.to_bits() != b.to_bits());
        assert!(a.len() == b.len() && first.is_none(), "{name} {what}: samples of `{}` differ: {first:?}", probe.name);
    }
}

fn networks() -> Vec<Network> {
    vec![pairs(40), ring(), mixed(), plastic(), signalling_zoo(), stimulated(), given()]
}

fn with(network: &Network, integrator: Integrator) -> Network {
    let mut network = network.clone();
    network.run.integrator = integrator;
    if integrator == Integrator::ForwardEuler {
        // Cells of many channels need small steps, and those without synapses may take long ticks.
        let connected = !network.projections.is_empty();
        network.run.dt = if connected { 0.002 } else { 0.001 };
        network.run.tick = Tick::Fixed(if connected { 0.1 } else { 0.5 });
        network.gap_junctions.iter_mut().for_each(|g| g.coupling_step = None);
        network.probes.clear();
    }
    network
}

#[test]
fn strict_f64_equals_the_oracle_to_the_bit() {
    for network in networks() {
        for (name, integrator) in Integrator::ALL {
            let network = with(&network, integrator);
            let plan = plan(&network, Precision::F64);
            let Some(backend) = gpu(&plan, &strict()) else { return };
            let expected = run(Oracle::new(Arc::clone(&plan)), TICKS);
            same(&network, name, &expected, &run(backend, TICKS));
        }
    }
}

#[test]
fn strict_f32_equals_the_cpu_to_the_bit() {
    for network in networks() {
        for (name, integrator) in Integrator::ALL {
            let network = with(&network, integrator);
            let plan = plan(&network, Precision::F32);
            let Some(backend) = gpu(&plan, &strict()) else { return };
            let options = CpuOptions { strict: true, threads: Some(1), ..CpuOptions::default() };
            let expected = run(CpuBackend::new(Arc::clone(&plan), &options), TICKS);
            same(&network, name, &expected, &run(backend, TICKS));
        }
    }
}

#[test]
fn without_strictness_results_are_close_and_two_runs_are_equal() {
    let network = mixed();
    for precision in [Precision::F32, Precision::F64] {
        let plan = plan(&network, precision);
        let Some(backend) = gpu(&plan, &GpuOptions::default()) else { return };
        let first = run(backend, TICKS);
        let second = run(gpu(&plan, &GpuOptions::default()).expect("as before"), TICKS);
        assert!(first == second, "{precision:?}: two runs differ");
        let exact = run(gpu(&plan, &strict()).expect("as before"), TICKS);
        assert_eq!(first.0.spikes.len(), exact.0.spikes.len());
        // The control of the tests above: a driver that may contract and rearrange is seen.
        assert!(first.1 != exact.1, "{precision:?}: what may be rearranged was not");
    }
}

#[test]
fn layout_and_submissions_do_not_change_a_bit() {
    for (network, precision) in [
        (pairs(40), Precision::F64),
        (ring(), Precision::F32),
        (mixed(), Precision::F64),
        (mixed(), Precision::F32),
        (plastic(), Precision::F32),
        (signalling_zoo(), Precision::F64),
        (stimulated(), Precision::F32),
    ] {
        {
            let plan = plan(&network, precision);
            let Some(backend) = gpu(&plan, &strict()) else { return };
            let expected = run(backend, TICKS);
            let cells = 0..plan.cells.len();
            let longest = cells.map(|cell| plan.cells.nodes(cell).len()).max().expect("a cell");
            let options = [
                ("chunks", GpuOptions { chunk_bytes: Some(4096), ..strict() }),
                ("trees in the state", GpuOptions { nodes_on_chip: Some(1), ..strict() }),
                ("trees without their gates", GpuOptions { nodes_on_chip: Some(longest), ..strict() }),
                ("groups of trees", GpuOptions { cells_of_group: Some(3), ..strict() }),
                ("wide groups of trees", GpuOptions { tree_width: Some(256), cells_of_group: Some(32), ..strict() }),
                (
                    "wide groups of trees without their gates",
                    GpuOptions {
                        tree_width: Some(64),
                        nodes_on_chip: Some(longest),
                        cells_of_group: Some(5),
                        ..strict()
                    },
                ),
                (
                    "wide groups of trees in the state",
                    GpuOptions { tree_width: Some(64), nodes_on_chip: Some(1), cells_of_group: Some(5), ..strict() },
                ),
                ("dispatches in two dimensions", GpuOptions { workgroups: Some(3), ..strict() }),
                ("a tick a submission", GpuOptions { ticks_per_submission: Some(1), ..strict() }),
                ("7 ticks a submission", GpuOptions { ticks_per_submission: Some(7), ..strict() }),
            ];
            for (what, options) in options {
                let backend = gpu(&plan, &options).expect("as before");
                let kernels = backend.membrane_kernels();
                let has = |held: &str| kernels.iter().any(|(name, _)| name.contains(held));
                if plan.nodes.parent.len() > plan.cells.len() {
                    let expected = match what {
                        _ if what.contains("in the state") => "too large",
                        _ if what.contains("without their gates") => "but for their gates",
                        _ => "trees, in workgroup memory",
                    };
                    assert!(has(expected) && (what.contains("tree") || !has("too large")), "{what}: {kernels:?}");
                }
                assert!(run(backend, TICKS) == expected, "{} {precision:?}: {what}", network.name);
            }
        }
    }
    let plan = plan(&mixed(), Precision::F32);
    let plain = run(gpu(&plan, &GpuOptions::default()).expect("as before"), TICKS);
    let checked = run(gpu(&plan, &GpuOptions { checked: true, ..GpuOptions::default() }).expect("as before"), TICKS);
    assert!(plain == checked, "bounds checks change something: an index is out of bounds");
}

#[test]
fn chunks_are_really_cut() {
    let plan = plan(&plastic(), Precision::F32);
    let small = GpuOptions { chunk_bytes: Some(64), ..strict() };
    match GpuBackend::new(Arc::clone(&plan), &small) {
        Err(GpuError::Limit { what, need, limit, .. }) => {
            assert!(limit == 64 && need > limit && what.contains("node"), "{what}: {need} of {limit}");
        }
        other => {
            if or_skip(other).is_some() {
                panic!("a node's synapses fit 64 bytes");
            }
        }
    }
}

#[test]
fn snapshots_move_between_cpu_and_gpu_at_any_tick() {
    for network in [mixed(), plastic(), signalling_zoo(), stimulated(), given()] {
        for precision in [Precision::F32, Precision::F64] {
            let plan = plan(&network, precision);
            let options = CpuOptions { strict: true, threads: Some(1), ..CpuOptions::default() };
            let cpu = || CpuBackend::new(Arc::clone(&plan), &options);
            let mut whole = cpu();
            let Some(mut moving) = gpu(&plan, &strict()).map(|b| Box::new(b) as Box<dyn Backend>) else { return };
            for (turn, ticks) in [3, 1, 4, 1, 5, 9].into_iter().enumerate() {
                let (a, b) = (whole.advance(ticks).expect("runs"), moving.advance(ticks).expect("runs"));
                assert!(a == b, "{} {precision:?}: part {turn} differs", network.name);
                let saved = moving.snapshot().expect("a snapshot");
                assert!(saved == whole.snapshot().expect("a snapshot"), "{} {precision:?}: state {turn}", network.name);
                moving =
                    if turn % 2 == 0 { Box::new(cpu()) } else { Box::new(gpu(&plan, &strict()).expect("as before")) };
                moving.restore(&saved).expect("of the same plan");
                assert!(moving.snapshot().expect("a snapshot") == saved, "what is restored is what was saved");
            }
        }
    }
}

/// Rewrites the arrays of a snapshot in their order.
struct Rewriter {
    payload: Vec<u8>,
    at: usize,
    /// Bytes of a number.
    size: usize,
    random: Random,
    entity: u64,
}

impl Rewriter {
    /// The next array: what each number becomes, by its place, what it is and a uniform number.
    fn next(&mut self, value: impl Fn(usize, f64, f64) -> f64) {
        let length = u64::from_le_bytes(self.payload[self.at..self.at + 8].try_into().expect("8 bytes")) as usize;
        self.at += 8;
        for i in 0..length {
            self.entity += 1;
            let own = &mut self.payload[self.at..self.at + self.size];
            let u = self.random.uniform(0, self.entity);
            if self.size == 8 {
                let x = f64::from_le_bytes((&*own).try_into().expect("8 bytes"));
                own.copy_from_slice(&value(i, x, u).to_le_bytes());
            } else {
                let x = f64::from(f32::from_le_bytes((&*own).try_into().expect("4 bytes")));
                own.copy_from_slice(&(value(i, x, u) as f32).to_le_bytes());
            }
            self.at += self.size;
        }
    }
}

/// A valid state with random potentials, gates, pools, arrivals, influx of calcium and variables of synapses.
fn scrambled(plan: &Plan, snapshot: &Snapshot, seed: u64) -> Snapshot {
    let size = if snapshot.precision == Precision::F64 { 8 } else { 4 };
    let random = Random::new(seed, Stream::Initial);
    let mut arrays = Rewriter { payload: snapshot.payload.clone(), at: 0, size, random, entity: 0 };
    arrays.next(|_, _, u| 130.0 * u - 90.0);
    for class in &plan.classes {
        for channel in &class.channels {
            for _ in 0..channel.channel.states() {
                arrays.next(|i, _, u| if channel.gbar[i] == 0.0 { 0.0 } else { u });
            }
        }
    }
    // Of each slot three, of which exponentials have one and differences of exponentials two; kinetic ones are sums of what is below.
    arrays.next(|i, x, u| match plan.receptors[plan.slots.receptor[i / 3] as usize].dynamics {
        Dynamics::Exponential { .. } if i % 3 < 1 => 1e-3 * u,
        Dynamics::DoubleExponential { .. } if i % 3 < 2 => 1e-3 * u,
        _ => x,
    });
    // What arrives in the ticks ahead, where event synapses end: in the last of them nothing can, before it begins.
    let mut reached = vec![false; plan.slots.node.len()];
    plan.events.slot.iter().for_each(|&slot| reached[slot as usize] = true);
    for ahead in 1..=plan.events.longest_delay.max(1) {
        let last = ahead == plan.events.longest_delay.max(1);
        arrays.next(|slot, _, u| if u < 0.5 || last || !reached[slot] { 0.0 } else { 1e-3 * u });
    }
    arrays.next(|_, _, u| 1500.0 * u - 1000.0);
    for group in &plan.clocked {
        for variable in &group.variables {
            arrays.next(|_, x, u| match variable {
                SynapticVariable::Facilitation | SynapticVariable::Weight => x * (0.5 + u),
                SynapticVariable::Calcium => 2.0 * u,
                _ => u,
            });
        }
        if group.plasticity.structural.is_some() {
            arrays.at += 8 + 4 * group.len();
        }
    }
    Snapshot { payload: arrays.payload, ..snapshot.clone() }
}

/// One tick from random states, on the GPU and on another backend.
fn one_tick(precision: Precision, mut reference: impl FnMut(&Arc<Plan>) -> Box<dyn Backend>) {
    for network in networks() {
        for (name, integrator) in Integrator::ALL {
            let plan = plan(&with(&network, integrator), precision);
            let Some(mut device) = gpu(&plan, &strict()) else { return };
            let mut expected = reference(&plan);
            let begun = expected.advance(7).map(|_| expected.snapshot().expect("a snapshot")).expect("runs");
            for seed in 0..4 {
                let state = scrambled(&plan, &begun, seed);
                expected.restore(&state).expect("valid");
                device.restore(&state).expect("valid");
                let (a, b) = (expected.advance(1).expect("runs"), device.advance(1).expect("runs"));
                assert!(a == b, "{} {name}: spikes or samples from state {seed}", network.name);
                let (a, b) = (expected.snapshot().expect("a snapshot"), device.snapshot().expect("a snapshot"));
                assert!(a == b, "{} {name}: state {seed}, {}", network.name, difference(&a, &b));
                // The control: a state whose potentials are a little away (about 1e-7 mV, 1e-3 mV) ends elsewhere.
                let mut near = state.clone();
                let (size, byte) = if precision == Precision::F64 { (8, 3) } else { (4, 1) };
                (0..plan.nodes.parent.len()).for_each(|node| near.payload[8 + size * node + byte] ^= 1);
                device.restore(&near).expect("valid");
                device.advance(1).expect("runs");
                assert!(device.snapshot().expect("a snapshot") != b, "{} {name}: a bit changes nothing", network.name);
            }
        }
    }
}

#[test]
fn one_tick_from_random_states_is_the_oracles() {
    one_tick(Precision::F64, |plan| Box::new(Oracle::new(Arc::clone(plan))));
}

#[test]
fn one_tick_from_random_states_is_the_cpus() {
    let options = CpuOptions { strict: true, threads: Some(1), ..CpuOptions::default() };
    one_tick(Precision::F32, |plan| Box::new(CpuBackend::new(Arc::clone(plan), &options)));
}
