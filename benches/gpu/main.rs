//! The GPU backend at its work: ceilings of the device, then points, trees, plastic synapses and a network of the fly's size, by the
//! device's own clock. Writes JSON to stdout, what it is doing to stderr, and ends by itself.
//!
//! `cargo bench --bench gpu`; `HUXLEY_BENCH_GPU=quick` for small sizes (what a software GPU can do in a minute). `benches/gpu.sh` runs
//! the tests of the backend first and keeps the machine and the commit with the figures.

#[allow(dead_code)]
#[path = "../cpu/networks.rs"]
mod cells;

use std::sync::Arc;
use std::time::{Duration, Instant};

use huxley::network::{
    Distribution, Network, Precision, Projection, Rule, Site, Stimulus, StimulusKind, SynapseKind, SynapseModel, Target,
};
use huxley::plasticity::Plasticity;
use huxley::synapse::receptor;
use huxley::{Backend, Plan};
use huxley_gpu::{Device, GpuBackend, GpuError, GpuOptions, Peaks};
use huxley_harness::bench::networks::{PARTS, Synapses, driven};
use serde_json::{Value, json};

/// Time of one kernel in a tick, ms.
fn kernel(before: &GpuBackend, name: &str) -> Duration {
    before.kernel_times().get(name).map_or(Duration::ZERO, |own| own.time)
}

/// A network on the GPU: warmed up, then `ticks` ticks timed. `unit` names what a tick has `units` of, done by `of` kernels.
fn run(plan: &Arc<Plan>, ticks: u32, unit: &str, units: f64, of: &str) -> Result<Value, GpuError> {
    let start = Instant::now();
    let mut backend = GpuBackend::new(Arc::clone(plan), &GpuOptions::default())?;
    let setup = start.elapsed().as_secs_f64();
    let failed = |error: huxley::RunError| GpuError::Other(error.to_string());
    backend.advance(ticks.div_ceil(2)).map_err(failed)?;
    let before = kernel(&backend, of);
    let start = Instant::now();
    let epoch = backend.advance(ticks).map_err(failed)?;
    let wall = start.elapsed().as_secs_f64();
    let on_device = (kernel(&backend, of) - before).as_secs_f64();
    let kernels: Value = backend
        .kernel_times()
        .iter()
        .map(|(name, own)| json!({"name": name, "time_s": own.time.as_secs_f64(), "dispatches": own.dispatches}))
        .collect();
    let biological = f64::from(ticks) * plan.settings.tick * 1e-3;
    #[allow(clippy::cast_precision_loss)]
    let rate = epoch.spikes.len() as f64 / plan.cells.len() as f64 / biological;
    Ok(json!({
        "network": plan.name, "precision": format!("{:?}", plan.settings.precision).to_lowercase(),
        "cells": plan.cells.len(), "nodes": plan.nodes.parent.len(), "synapses": plan.synapses(),
        "ticks": ticks, "setup_s": setup, "wall_s": wall, "realtime_factor": wall / biological,
        "rate_hz": rate, "unit": unit, "units_a_tick": units,
        "units_per_s": units * f64::from(ticks) / wall,
        "kernel": of, "units_per_s_on_device": if on_device > 0.0 { units * f64::from(ticks) / on_device } else { 0.0 },
        "device_bytes": backend.bytes(), "kernels": kernels,
    }))
}

/// Squid points with `degree` plastic synapses each, driven by noise: the fly's size at 139,000 cells and a degree of 108.
fn fly(count: usize, degree: usize) -> Network {
    let mut network = cells::points(count);
    network.name = "fly-sized".to_owned();
    let quiet = |name: &str| huxley::network::Receptor {
        conductance: 2e-6,
        ..receptor(name).expect("a receptor of the literature")
    };
    let model = SynapseModel::Kinetic { receptors: vec![quiet("ampa"), quiet("nmda")], transmitter: 1.0, pulse: 1.0 };
    network.synapses = vec![SynapseKind { name: "plastic".to_owned(), model, plasticity: Plasticity::article() }];
    network.projections = vec![Projection {
        name: "recurrent".to_owned(),
        source: "cells".to_owned(),
        target: "cells".to_owned(),
        synapse: 0,
        rule: Rule::FixedInDegree { degree, autapses: false, multapses: true },
        weight: Distribution::Constant(1.0),
        delay: Distribution::Uniform { low: 1.0, high: 5.0 },
        site: Site::Soma,
    }];
    let target = Target { population: "cells".to_owned(), ..network.stimuli[0].target.clone() };
    let kind = StimulusKind::Noise { mean: 0.0, sd: 0.03, tau: 5.0, start: 0.0, stop: 1e9 };
    network.stimuli = vec![Stimulus { name: "noise".to_owned(), target, kind }];
    network
}

#[allow(clippy::print_stdout, clippy::print_stderr, clippy::cast_precision_loss)]
fn measure() -> Result<(), GpuError> {
    let quick = std::env::var("HUXLEY_BENCH_GPU").is_ok_and(|value| value == "quick");
    let pick = |full: usize, small: usize| if quick { small } else { full };
    let device = Device::open(&GpuOptions::default(), false)?;
    let double = device.report.f64;
    drop(device);
    let device = Device::open(&GpuOptions::default(), double)?;
    eprintln!("{}: peaks", device.report.name);
    let peaks = Peaks::measure(&device, double, 7)?;
    let report = device.report.clone();
    drop(device);
    let mut results = Vec::new();
    let precisions = if double { vec![Precision::F32, Precision::F64] } else { vec![Precision::F32] };
    for &precision in &precisions {
        for count in [pick(100_000, 1000), pick(1_000_000, 4000)] {
            let plan = cells::plan(cells::points(count), precision);
            let units = count as f64 * f64::from(plan.settings.substeps);
            eprintln!("points {count} {precision:?}");
            results.push(run(&plan, if quick { 20 } else { 100 }, "node-substep", units, "membrane")?);
        }
        for count in [pick(2_000, 32), pick(20_000, 128)] {
            let plan = cells::plan(cells::trees(count), precision);
            let units = plan.nodes.parent.len() as f64 * f64::from(plan.settings.substeps);
            eprintln!("trees {count} {precision:?}");
            results.push(run(&plan, if quick { 10 } else { 100 }, "node-substep", units, "membrane")?);
        }
    }
    let copy = peaks.of("copy", None).unwrap_or(f64::INFINITY);
    for (kind, name) in [(Synapses::Parts(PARTS.len()), "article"), (Synapses::Parts(1), "static")] {
        let count = pick(20_000_000, 200_000);
        let plan = cells::plan(driven(Some(kind), count, 1.0, Precision::F32), Precision::F32);
        let group = &plan.clocked[0];
        eprintln!("synapses {name} {}", group.len());
        let mut result = run(&plan, if quick { 20 } else { 100 }, "synapse", group.len() as f64, "synapses")?;
        // Variables read and written, source and delay read.
        let bytes = 8.0 * group.variables.len() as f64 + 4.0;
        let moved = bytes * result["units_per_s_on_device"].as_f64().unwrap_or(0.0);
        result["kind"] = json!(name);
        result["bytes_a_synapse"] = json!(bytes);
        result["fraction_of_copy"] = json!(moved / copy);
        results.push(result);
    }
    let plan = cells::plan(fly(pick(139_000, 1_390), 108), Precision::F32);
    eprintln!("fly-sized {} cells", plan.cells.len());
    results.push(run(&plan, if quick { 50 } else { 1000 }, "tick", 1.0, "membrane")?);
    let answer = json!({
        "schema": "huxley.bench-gpu/1",
        "adapter": {"name": report.name, "kind": report.kind, "driver": report.driver, "driver_info": report.driver_info},
        "peaks": {
            "copy_bytes_per_s": copy, "fma_f32_flop_per_s": peaks.of("fma", Some(Precision::F32)),
            "fma_f64_flop_per_s": peaks.of("fma", Some(Precision::F64)),
            "submission_s": peaks.submission, "dispatch_s": peaks.dispatch,
        },
        "results": results,
    });
    println!("{answer:#}");
    Ok(())
}

#[allow(clippy::print_stderr)]
fn main() {
    // `cargo test` runs benches once with `--test`: there is nothing to check here that tests do not.
    if std::env::args().any(|argument| argument == "--test") {
        return;
    }
    if let Err(error) = measure() {
        eprintln!("{error}\n{}", error.hint());
        std::process::exit(1);
    }
}
