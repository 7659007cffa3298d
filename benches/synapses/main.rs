//! Time of a tick of clocked synapses, beside this machine's own ceilings (`huxley_cpu::peaks`): updating as many bytes in place as
//! synapses have state, and multiply-adds.
//!
//! The cells are passive and take one substep a tick, so that a tick is its synapses. Sources spike at about 5 Hz, driven by
//! noise; the rate that came out is printed. Criterion's throughput is in synapses.
//!
//! `cargo bench --bench synapses`; `HUXLEY_BENCH_SYNAPSES=1000000` for another size (default ten million; the machine needs about
//! 90 bytes of memory a synapse).

use std::sync::Arc;
use std::time::Duration;

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use huxley::cpu::peaks::{Arithmetic, Meter, Traffic};
use huxley::network::Precision;
use huxley::{Backend, CpuBackend, CpuOptions, lower};
use huxley_harness::bench::networks::{PARTS, Synapses, driven};
use huxley_harness::bench::statistics::Spread;

fn size() -> usize {
    std::env::var("HUXLEY_BENCH_SYNAPSES").ok().and_then(|n| n.parse().ok()).unwrap_or(10_000_000)
}

fn label(precision: Precision) -> &'static str {
    if precision == Precision::F32 { "f32" } else { "f64" }
}

/// Bytes of both arrays that are updated.
const MEMORY: usize = 1 << 30;
/// Runs of a ceiling.
const RUNS: usize = 9;

#[allow(clippy::print_stdout)]
fn ceilings(_: &mut Criterion) {
    for threads in [1, 2] {
        let meter = Meter::new(threads, Duration::from_millis(50));
        for precision in [Precision::F32, Precision::F64] {
            let own = Spread::of(&meter.arithmetic(Arithmetic::Fma, precision, RUNS));
            let (rate, spread) = (own.median * 1e-9, 100.0 * own.spread);
            println!("fma {} on {threads}: {rate:.1} GFLOP/s, {spread:.1} %", label(precision));
        }
    }
}

#[allow(clippy::print_stdout)]
fn synapses(criterion: &mut Criterion) {
    let n = size();
    let update = [1, 2].map(|threads| {
        let meter = Meter::new(threads, Duration::from_millis(50));
        let mut memory = meter.memory(MEMORY);
        Spread::of(&meter.traffic(&mut memory, Traffic::Update, RUNS)).median
    });
    let cases = [
        ("article", Synapses::Parts(PARTS.len()), 1.0, n),
        ("static", Synapses::Parts(1), 1.0, n),
        // W6: a million synapses of eight variables, advanced each 0.1 ms.
        ("w6", Synapses::Parts(6), 0.1, 1_000_000),
        ("w6 exact tick", Synapses::Parts(6), 1.0, 1_000_000),
    ];
    for (name, kind, tick, n) in cases {
        let mut group = criterion.benchmark_group(name);
        group.sample_size(20);
        for precision in [Precision::F32, Precision::F64] {
            let label = label(precision);
            let plan = Arc::new(lower(&driven(Some(kind), n, tick, precision)).expect("lowers"));
            let count = plan.clocked[0].len();
            let variables = plan.clocked[0].variables.len();
            group.throughput(Throughput::Elements(count as u64));
            for (threads, update) in [1, 2].into_iter().zip(update) {
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
                let value = if precision == Precision::F32 { 4.0 } else { 8.0 };
                let bare = 1e3 * 2.0 * value * (variables * count) as f64 / update;
                println!("{name} {label} on {threads}: updating the bytes of its state takes {bare:.2} ms");
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
