//! Documents of a benchmark, with numbers that are easy to compute with.
#![allow(dead_code, missing_docs)]

use huxley_harness::bench::document::{BenchReport, Gpu, KernelFigure, Machine, Peak, SCHEMA};

fn peak(name: &str, value: f64, unit: &str, precision: Option<&str>) -> Peak {
    Peak {
        name: name.into(),
        backend: "cpu".into(),
        device: "a CPU".into(),
        threads: Some(2),
        precision: precision.map(Into::into),
        value,
        unit: unit.into(),
        spread: 0.04,
    }
}

fn kernel(name: &str, size: u64, settled: bool, ns: f64, flop: f64, bytes: f64) -> KernelFigure {
    let membrane = name.starts_with("membrane");
    KernelFigure {
        name: name.into(),
        group: if membrane { "membrane" } else { "synapse" }.into(),
        backend: "cpu".into(),
        device: "a CPU".into(),
        threads: Some(2),
        precision: "f32".into(),
        unit: if membrane { "compartment-step" } else { "synapse-tick" }.into(),
        size,
        settled,
        runs: 5,
        rate_hz: 4.0,
        ns_per_unit: ns,
        spread: 0.03,
        flop_per_unit: flop,
        bytes_per_unit: bytes,
        held_bytes_per_unit: if membrane { 200.0 } else { 44.0 },
        bound: if membrane { "fma" } else { "copy" }.into(),
        ..KernelFigure::default()
    }
}

/// 143 FLOP in 5 ns of 1e11 FLOP/s; 56 B in 8 ns of 2e10 B/s.
pub fn bench() -> BenchReport {
    BenchReport {
        schema: SCHEMA.into(),
        version: "0.1.0".into(),
        started: "2026-11-25T00:00:00Z".into(),
        seconds: 60.0,
        machine: Machine {
            cpu: Some("a CPU".into()),
            threads: 2,
            isa: "avx2".into(),
            memory_bytes: Some(16_000_000_000),
            ..Machine::default()
        },
        exp_weight: 10.0,
        div_weight: 1.0,
        peaks: vec![
            peak("fma", 1e11, "FLOP/s", Some("f32")),
            peak("fma", 5e10, "FLOP/s", Some("f64")),
            peak("copy", 2e10, "B/s", None),
        ],
        kernels: vec![
            kernel("membrane-10", 4096, true, 4.0, 142.0, 3.0),
            kernel("membrane-100", 1024, true, 4.5, 143.0, 3.0),
            kernel("membrane-100", 4096, true, 5.0, 143.0, 3.0),
            kernel("membrane-100", 8192, false, 6.0, 143.0, 3.0),
            kernel("synapse-static", 1 << 20, true, 1.0, 3.0, 20.0),
            kernel("synapse-plastic", 1 << 20, true, 8.0, 47.0, 56.0),
        ],
        ..BenchReport::default()
    }
}

/// The same with a GPU ten times as fast, or one that is software.
pub fn gpu_bench(software: bool) -> BenchReport {
    let mut report = bench();
    let name = if software { "llvmpipe" } else { "a GPU" };
    report.machine.gpus.push(Gpu { name: name.into(), software, ..Gpu::default() });
    for kernel in report.kernels.clone() {
        let ns_per_unit = kernel.ns_per_unit / 10.0;
        report.kernels.push(KernelFigure {
            backend: "gpu".into(),
            device: name.into(),
            threads: None,
            ns_per_unit,
            ..kernel
        });
    }
    for peak in report.peaks.clone() {
        report.peaks.push(Peak { backend: "gpu".into(), device: name.into(), threads: None, ..peak });
    }
    report
}
