//! Time to read the field's files and to build a network from them.
//!
//! Tables of connections have numbers as long as FlyWire's and eight columns, like the table of Shiu et al. 2024; Criterion's
//! throughput is in rows, points and synapses. What a build costs is also printed as a part of one minute of the network, run on
//! all threads.
//!
//! `cargo bench --bench files`; `HUXLEY_BENCH_EDGES=15000000` for tables of the fly's size (default 1.5 million), and
//! `HUXLEY_BENCH_CELLS=139255` for all neurons of `fly-synthetic` (default 13,926), `HUXLEY_BENCH_SCALE=1` for all of `microcircuit`
//! (default 0.1).

use std::fmt::Write as _;
use std::fs::File;
use std::io::{BufWriter, Write as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;

use criterion::{BatchSize, Criterion, Throughput, criterion_group, criterion_main};
use huxley::connectome::edges::{self, ColumnNames};
use huxley::estimate::{estimate, plan_bytes};
use huxley::tables::{Compression, convert};
use huxley::{Backend, CpuBackend, CpuOptions, Threads, builtin, lower, lower_with, swc};

fn variable(name: &str, default: usize) -> usize {
    std::env::var(name).ok().and_then(|n| n.parse().ok()).unwrap_or(default)
}

/// A table as FlyWire's, with cells drawn by a multiplicative generator.
fn write_edges(path: &Path, rows: usize) -> std::io::Result<()> {
    const FIRST: u64 = 720_575_940_596_000_000;
    const CELLS: u64 = 139_255;
    let mut file = BufWriter::new(File::create(path)?);
    writeln!(
        file,
        "Presynaptic_ID,Postsynaptic_ID,Presynaptic_Index,Postsynaptic_Index,Connectivity,Excitatory,Excitatory x Connectivity"
    )?;
    let mut state = 1_u64;
    let mut next = |below: u64| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) % below
    };
    for _ in 0..rows {
        let (source, target, count) = (next(CELLS), next(CELLS), 1 + next(20));
        let sign = if source % 3 == 0 { -1 } else { 1 };
        let (a, b) = (FIRST + 1_000_003 * source, FIRST + 1_000_003 * target);
        let signed = sign * count.cast_signed();
        writeln!(file, "{a},{b},{source},{target},{count},{sign},{signed}")?;
    }
    file.flush()
}

fn tables(criterion: &mut Criterion) {
    let rows = variable("HUXLEY_BENCH_EDGES", 1_500_000);
    let folder = std::env::temp_dir().join(format!("huxley-files-{}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("a folder");
    let csv = folder.join("edges.csv");
    write_edges(&csv, rows).expect("a table");
    let written = |name: &str, compression| -> PathBuf {
        let path = folder.join(name);
        convert(&csv, &path, compression).expect("a table");
        path
    };
    let files = [
        ("csv", csv.clone()),
        ("csv.gz", written("edges.csv.gz", Compression::None)),
        ("parquet snappy", written("snappy.parquet", Compression::Snappy)),
        ("parquet zstd", written("zstd.parquet", Compression::Zstd)),
    ];
    let mut group = criterion.benchmark_group("connections");
    group.throughput(Throughput::Elements(rows as u64)).sample_size(10);
    for (name, path) in &files {
        group.bench_function(*name, |b| {
            b.iter(|| assert_eq!(edges::load(path, &ColumnNames::default()).expect("reads").edges.pairs.len(), rows));
        });
    }
    group.finish();
    std::fs::remove_dir_all(&folder).expect("removed");
}

fn cells(criterion: &mut Criterion) {
    const POINTS: usize = 300_000;
    let mut chain = String::from("1 1 0 0 0 5 -1\n");
    for point in 2..=POINTS {
        let _ = writeln!(chain, "{point} 3 {}.5 {} 0 0.5 {}", point / 10, point % 10, point - 1);
    }
    let mut group = criterion.benchmark_group("swc");
    group.throughput(Throughput::Elements(POINTS as u64)).sample_size(10);
    group.bench_function("chain of 300,000 points", |b| {
        b.iter(|| swc::parse(chain.as_bytes(), "chain.swc", 1.0).expect("reads").sections(&[]));
    });
    group.finish();
}

/// The plans of networks whose connections are drawn, listed or plastic, on one thread and two; and what a synapse takes.
#[allow(clippy::print_stdout, clippy::cast_precision_loss)]
fn plans(criterion: &mut Criterion) {
    let cells = variable("HUXLEY_BENCH_CELLS", 13_926).to_string();
    let scale = std::env::var("HUXLEY_BENCH_SCALE").unwrap_or_else(|_| "0.1".to_owned());
    let networks = [
        ("microcircuit", vec![("scale", scale.as_str())]),
        ("fly-synthetic", vec![("cells", cells.as_str())]),
        ("cobahh", vec![]),
        ("plastic-column", vec![("cells", "10000")]),
    ];
    for (name, set) in networks {
        let set: Vec<_> = set.iter().map(|&(key, value)| (key.to_owned(), value.to_owned())).collect();
        let network = builtin::find(name).expect("built in").load(&set).expect("a model").network;
        let (plan, expected) = (lower(&network).expect("lowers"), estimate(&network));
        let count = plan.synapses() as f64;
        println!(
            "{name}: {count} synapses of {:.2} bytes in the plan, {:.2} reckoned, {:.2} more while it is built",
            plan_bytes(&plan).synapses as f64 / count,
            expected.synapse_bytes as f64 / count,
            expected.building_bytes as f64 / count
        );
        let mut group = criterion.benchmark_group(format!("plan of {name}"));
        group.throughput(Throughput::Elements(plan.synapses() as u64)).sample_size(10);
        drop(plan);
        for count in [1, 2] {
            let threads = Threads::new(Some(count));
            group.bench_function(if count == 1 { "1 thread".to_owned() } else { format!("{count} threads") }, |b| {
                b.iter(|| lower_with(&network, &threads).expect("lowers"));
            });
        }
        group.finish();
    }
}

#[allow(clippy::print_stdout)]
fn builds(criterion: &mut Criterion) {
    let size = variable("HUXLEY_BENCH_CELLS", 13_926);
    let model = builtin::find("fly-synthetic").expect("built in");
    let set = [("cells".to_owned(), size.to_string())];
    let load = || model.load(&set).expect("a model").network;
    let network = load();
    let start = Instant::now();
    let plan = Arc::new(lower_with(&network, &Threads::new(None)).expect("lowers"));
    let mut backend = CpuBackend::new(plan.clone(), &CpuOptions::default());
    let built = start.elapsed().as_secs_f64();
    // 500 ms of ticks of 0.2 ms.
    let ticks = 2500;
    let start = Instant::now();
    backend.advance(ticks).expect("runs");
    let minute = 6e4 / (f64::from(ticks) * plan.settings.tick) * start.elapsed().as_secs_f64();
    println!(
        "fly-synthetic of {size} cells, {} synapses: built in {built:.2} s; a minute of it runs in {minute:.0} s: {:.2} % of that",
        plan.synapses(),
        100.0 * built / minute
    );
    let mut group = criterion.benchmark_group("build");
    group.throughput(Throughput::Elements(plan.synapses() as u64)).sample_size(10);
    group.bench_function("model file", |b| b.iter(load));
    group.bench_function("plan", |b| b.iter(|| lower(&network).expect("lowers")));
    group.bench_function("backend", |b| {
        b.iter_batched(|| plan.clone(), |plan| CpuBackend::new(plan, &CpuOptions::default()), BatchSize::PerIteration);
    });
    group.finish();
}

criterion_group!(benches, tables, cells, plans, builds);
criterion_main!(benches);
