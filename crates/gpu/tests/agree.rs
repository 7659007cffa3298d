//! The kernels against the oracle and the CPU backend: the same bits in strict mode.

use std::sync::Arc;

use huxley_cpu::{CpuBackend, CpuOptions};
use huxley_engine::oracle::Oracle;
use huxley_engine::snapshot::Snapshot;
use huxley_engine::{Backend, Epoch, Plan, lower};
use huxley_gpu::{GpuBackend, GpuError, GpuOptions};
use huxley_model::channel::Integrator;
use huxley_model::network::{Network, Precision, Tick};
use huxley_testkit::networks::{mixed, pairs, plastic, ring};

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
    match GpuBackend::new(Arc::clone(plan), options) {
        Ok(backend) => Some(backend),
        Err(error @ (GpuError::NoAdapter { .. } | GpuError::NoDouble { .. } | GpuError::NoStrict { .. }))
            if std::env::var_os("HUXLEY_REQUIRE_GPU").is_none() =>
        {
            eprintln!("SKIPPED: {error}");
            None
        }
        Err(error) => panic!("{error}"),
    }
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
    assert!(got.0.samples == expected.0.samples, "{name} {what}: samples differ");
}

fn networks() -> Vec<Network> {
    vec![pairs(40), ring(), mixed(), plastic()]
}

fn with(network: &Network, integrator: Integrator) -> Network {
    let mut network = network.clone();
    network.run.integrator = integrator;
    if integrator == Integrator::ForwardEuler {
        network.run.dt = 0.002;
        network.run.tick = Tick::Fixed(0.1);
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
