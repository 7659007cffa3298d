//! Time of a tick of clocked synapses, beside this machine's own ceilings: a bare read-modify-write of the same bytes, and chains of
//! multiply-adds.
//!
//! The cells are passive and take one substep a tick, so that a tick is its synapses. Sources spike at about 5 Hz, driven by
//! noise; the rate that came out is printed. Criterion's throughput is in synapses.
//!
//! `cargo bench --bench synapses`; `HUXLEY_BENCH_SYNAPSES=1000000` for another size (default ten million; the machine needs about
//! 90 bytes of memory a synapse).

mod ceilings;
mod networks;

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use huxley::network::Precision;
use huxley::{Backend, CpuBackend, CpuOptions};
use networks::{Kind, driven};

fn size() -> usize {
    std::env::var("HUXLEY_BENCH_SYNAPSES").ok().and_then(|n| n.parse().ok()).unwrap_or(10_000_000)
}

fn ceilings(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("fma");
    for threads in [1, 2] {
        group.throughput(Throughput::Elements(ceilings::FMA_FLOP * threads as u64));
        group.bench_function(BenchmarkId::new("f32", threads), |b| b.iter(|| ceilings::fma::<f32>(threads)));
        group.bench_function(BenchmarkId::new("f64", threads), |b| b.iter(|| ceilings::fma::<f64>(threads)));
    }
    group.finish();
}

#[allow(clippy::print_stdout)]
fn synapses(criterion: &mut Criterion) {
    let n = size();
    let cases = [
        ("article", Kind::Article, 1.0, n, [Precision::F32, Precision::F64]),
        ("static", Kind::Static, 1.0, n, [Precision::F32, Precision::F64]),
        // W6: a million synapses of eight variables, advanced each 0.1 ms.
        ("w6", Kind::Eight, 0.1, 1_000_000, [Precision::F32, Precision::F64]),
        ("w6 exact tick", Kind::Eight, 1.0, 1_000_000, [Precision::F32, Precision::F64]),
    ];
    for (name, kind, tick, n, precisions) in cases {
        let mut group = criterion.benchmark_group(name);
        group.sample_size(20);
        for precision in precisions {
            let label = if precision == Precision::F32 { "f32" } else { "f64" };
            let plan = driven(kind, n, tick, precision);
            let count = plan.clocked[0].len();
            let variables = plan.clocked[0].variables.len();
            group.throughput(Throughput::Elements(count as u64));
            for threads in [1, 2] {
                let mut bare = ceilings::Bare::new(precision, variables, count);
                group.bench_function(BenchmarkId::new(format!("bare {label}"), threads), |b| {
                    b.iter(|| bare.pass(threads));
                });
                drop(bare);
                let options = CpuOptions { threads: Some(threads), ..CpuOptions::default() };
                let mut backend = CpuBackend::new(plan.clone(), &options);
                let warm = backend.advance(300).expect("runs");
                if threads == 1 {
                    let rate = warm.spikes.len() as f64 / (0.3 * tick * plan.cells.len() as f64);
                    let bytes = (backend.bytes() + huxley::estimate::plan_bytes(&plan).synapses) as f64 / count as f64;
                    println!(
                        "{name} {label}: {count} synapses of {variables} variables, {rate:.1} Hz, {bytes:.1} bytes each"
                    );
                }
                group.bench_function(BenchmarkId::new(label, threads), |b| {
                    b.iter(|| backend.advance(1).expect("runs"));
                });
            }
        }
        group.finish();
    }
}

criterion_group!(benches, ceilings, synapses);
criterion_main!(benches);
