//! A document of `huxley bench` with round figures.
#![allow(dead_code, missing_docs)]

use huxley_harness::bench::document::{BenchReport, KernelFigure, Machine, Peak, SCHEMA};

/// A membrane at half of its peak and a synapse at a quarter of a copy's.
pub fn bench() -> BenchReport {
    let peak = |name: &str, value, unit: &str, precision: Option<&str>| Peak {
        name: name.into(),
        backend: "cpu".into(),
        device: "a CPU".into(),
        threads: Some(2),
        precision: precision.map(Into::into),
        value,
        unit: unit.into(),
        spread: 0.01,
    };
    let kernel = |name: &str, group: &str, unit: &str, ns, flop, bytes| KernelFigure {
        name: name.into(),
        group: group.into(),
        backend: "cpu".into(),
        device: "a CPU".into(),
        threads: Some(2),
        precision: "f32".into(),
        unit: unit.into(),
        size: 1 << 20,
        settled: true,
        runs: 5,
        rate_hz: 4.0,
        ns_per_unit: ns,
        spread: 0.02,
        flop_per_unit: flop,
        bytes_per_unit: bytes,
        held_bytes_per_unit: 50.0,
        bound: "fma".into(),
        ..KernelFigure::default()
    };
    BenchReport {
        schema: SCHEMA.into(),
        started: "2026-11-25T00:00:00Z".into(),
        machine: Machine { cpu: Some("a CPU".into()), threads: 2, memory_bytes: Some(1 << 34), ..Machine::default() },
        exp_weight: 10.0,
        div_weight: 1.0,
        peaks: vec![peak("fma", 1e11, "FLOP/s", Some("f32")), peak("copy", 2e10, "B/s", None)],
        kernels: vec![
            kernel("membrane-100", "membrane", "compartment-step", 2.0, 100.0, 4.0),
            kernel("synapse-plastic", "synapse", "synapse-tick", 10.0, 47.0, 50.0),
        ],
        ..BenchReport::default()
    }
}
