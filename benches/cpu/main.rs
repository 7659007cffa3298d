//! Time of whole ticks on the CPU, by network, precision and threads, and of setting networks up.
//!
//! Criterion's throughput is in node-substeps; for COBAHH and the worm the time itself, against 1 ms of biological time, says more.
//!
//! `cargo bench --bench cpu`; `cargo bench --bench cpu -- points` for one network.

mod networks;

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use huxley::network::Precision;
use huxley::{Backend, CpuBackend, CpuOptions};
use networks::{builtin, connected, plan, points, trees};

fn ticks(criterion: &mut Criterion) {
    let cases = [
        ("points", points(10_000)),
        ("trees", trees(128)),
        ("cobahh", builtin("cobahh")),
        ("celegans", builtin("celegans")),
        ("ring", builtin("ring")),
    ];
    for (name, network) in cases {
        let mut group = criterion.benchmark_group(name);
        group.sample_size(20);
        for (precision, label) in [(Precision::F32, "f32"), (Precision::F64, "f64")] {
            let plan = plan(network.clone(), precision);
            let steps = plan.nodes.parent.len() as u64 * u64::from(plan.settings.substeps);
            group.throughput(Throughput::Elements(steps));
            for threads in [1, 2] {
                let options = CpuOptions { threads: Some(threads), ..CpuOptions::default() };
                let mut backend = CpuBackend::new(plan.clone(), &options);
                backend.advance(50).expect("runs");
                group.bench_function(BenchmarkId::new(label, threads), |b| {
                    b.iter(|| backend.advance(1).expect("runs"));
                });
            }
        }
        group.finish();
    }
}

fn setup(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("setup");
    group.sample_size(10);
    for (name, network) in [
        ("100000 cells, 10000000 synapses", connected(100_000, 100)),
        ("celegans", builtin("celegans")),
        ("cobahh", builtin("cobahh")),
    ] {
        group.bench_function(name, |b| {
            b.iter(|| CpuBackend::new(plan(network.clone(), Precision::F32), &CpuOptions::default()));
        });
    }
    group.finish();
}

criterion_group!(benches, ticks, setup);
criterion_main!(benches);
