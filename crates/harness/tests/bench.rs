//! Bench: what is counted is the ledger's, what is asked for is what is measured, and the document survives being written.
//! Nothing here asks how fast a machine is.
#![allow(missing_docs)]

use std::sync::Arc;
use std::time::Duration;

use huxley_cpu::{CpuBackend, CpuOptions};
use huxley_engine::{Backend, lower};
use huxley_harness::bench::networks::{ARTICLE_SYNAPSES, FAN_IN, Synapses, article, cells, driven};
use huxley_harness::bench::{Backends, BenchError, BenchOptions, BenchReport, SCHEMA, bench};
use huxley_harness::ledger::{Convention, Settings, Totals, of_plan, rows};
use huxley_model::network::Precision;

fn options(only: &[&str]) -> BenchOptions {
    BenchOptions {
        backends: Backends::Cpu,
        precisions: vec![Precision::F32],
        threads: vec![1],
        only: only.iter().map(|&name| name.to_owned()).collect(),
        quick: true,
        budget: Some(Duration::from_secs(3)),
        least_run: Some(Duration::from_millis(1)),
        ..BenchOptions::default()
    }
}

fn measured(options: &BenchOptions) -> BenchReport {
    bench(options, &mut |_| {}).unwrap()
}

#[test]
fn a_kernels_operations_are_the_ledgers() {
    let weights = Convention { exp: 17.0, div: 3.0 };
    let report = measured(&BenchOptions { convention: weights, ..options(&["membrane-1"]) });
    assert_eq!((report.exp_weight, report.div_weight), (17.0, 3.0));
    let own = &report.kernels[0];
    let settings = Settings { compartments: 1, synapses: 0, ..Settings::default() };
    let rows = rows(&settings);
    let step = Totals::of(&rows, &settings).compartment_step;
    let expanded = rows.iter().filter(|row| row.group.name() == "compartment").map(|row| row.expanded(Precision::F32));
    let instructions: f64 = expanded.map(|amount| amount.instructions()).sum();
    assert!((own.flop_per_unit - step.flop(weights)).abs() < 1e-9, "{own:?}");
    assert!((own.instructions_per_unit - instructions).abs() < 1e-9, "{} {instructions}", own.instructions_per_unit);
    assert!((own.exp_per_unit - step.exp).abs() < 1e-9 && (own.div_per_unit - step.div).abs() < 1e-9);
    // The rates are these over the time.
    assert!((own.gflops * own.ns_per_unit / own.flop_per_unit - 1.0).abs() < 1e-9);
    assert!((own.gbytes_per_s * own.ns_per_unit / own.bytes_per_unit - 1.0).abs() < 1e-9);
    let fma = report.peaks.iter().find(|peak| peak.name == "fma").unwrap();
    let fraction = own.expanded_flop_per_unit / own.ns_per_unit * 1e9 / fma.value;
    assert!((own.fractions["fma"] / fraction - 1.0).abs() < 1e-9);
    assert_eq!(own.fractions[&own.bound], own.fraction_of_peak);
}

#[test]
fn what_is_asked_for_is_what_is_measured() {
    let asked = BenchOptions { threads: vec![1, 2], ..options(&["membrane-10", "event"]) };
    let mut steps = Vec::new();
    let report = bench(&asked, &mut |progress| steps.push((progress.done, progress.steps))).unwrap();
    let found: Vec<_> =
        report.kernels.iter().map(|k| (k.name.as_str(), k.threads, k.precision.as_str(), k.backend.as_str())).collect();
    let of = |name, threads| (name, Some(threads), "f32", "cpu");
    assert_eq!(found, [of("membrane-10", 1), of("membrane-10", 2), of("event", 1), of("event", 2)]);
    assert_eq!(steps, [(0, 4), (1, 4), (2, 4), (3, 4), (4, 4)]);
    for name in ["fma", "exp", "div", "read", "write", "copy", "update"] {
        let own: Vec<_> = report.peaks.iter().filter(|peak| peak.name == name).collect();
        assert_eq!(own.iter().map(|peak| peak.threads).collect::<Vec<_>>(), [Some(1), Some(2)], "{name}");
        let bandwidth = !["fma", "exp", "div"].contains(&name);
        assert!(own.iter().all(|p| p.value > 0.0 && p.value.is_finite() && p.precision.is_none() == bandwidth));
    }
    let membrane = &report.kernels[0];
    // 512 cells of ten compartments in forty substeps, doubled some times.
    let doubled = membrane.size as f64 / (512.0 * 10.0 * 40.0);
    assert!(doubled >= 1.0 && doubled.log2().fract() == 0.0, "{}", membrane.size);
    assert!(membrane.runs >= 3 && membrane.held_bytes_per_unit > membrane.bytes_per_unit);
    for fit in &report.scaling {
        assert!(fit.points.len() >= 3 && fit.points.windows(2).all(|pair| pair[0].0 != pair[1].0), "{fit:?}");
        assert!(fit.residual.is_finite());
    }
    let event = &report.kernels[2];
    assert!(event.unit == "arrival" && event.rate_hz > 0.5 && event.size > 0, "{event:?}");
}

#[test]
fn parts_of_a_synapse_add_up_to_the_whole_in_the_ledger() {
    let report = measured(&options(&["synapse"]));
    let find = |name: &str| report.kernels.iter().find(|k| k.name == name).unwrap();
    let parts: Vec<_> =
        report.kernels.iter().filter(|k| k.timing.contains("this part") || k.name == "synapse-transmission").collect();
    assert_eq!(parts.len(), 9);
    let sum: f64 = parts.iter().map(|part| part.flop_per_unit).sum();
    let whole = find("synapse-plastic").flop_per_unit;
    // Sizes, and so what a node does for each synapse and the spikes that were met, differ a little.
    assert!((sum / whole - 1.0).abs() < 0.02, "{sum} {whole}");
    assert!((find("synapse-transmission").flop_per_unit / find("synapse-static").flop_per_unit - 1.0).abs() < 0.02);
    assert!(find("synapse-plastic").timing.ends_with("less the same cells without synapses"));
}

#[test]
fn the_document_survives_being_written() {
    let report = measured(&options(&["membrane-1"]));
    assert_eq!(report.schema, SCHEMA);
    assert!(report.started.ends_with('Z') && report.seconds > 0.0 && report.machine.threads > 0);
    let text = serde_json::to_string(&report).unwrap();
    assert!(
        !text.contains("null")
            || report.commit.is_none()
            || report.machine.cpu.is_none()
            || text.contains("\"precision\":null")
    );
    assert_eq!(serde_json::from_str::<BenchReport>(&text).unwrap(), report);
}

#[test]
fn a_kernel_that_is_not_there_is_refused() {
    let refused = bench(&options(&["membrane-7"]), &mut |_| {});
    assert!(matches!(refused, Err(BenchError::NoKernel { name, known }) if name == "membrane-7" && known.len() == 16));
}

#[test]
fn exponentials_are_taken_apart_in_a_plans_ledger() {
    for (precision, longer) in [(Precision::F32, 0.0), (Precision::F64, 1.0)] {
        let mut network = cells(1, 2);
        network.run.precision = precision;
        let plan = lower(&network).unwrap();
        let tick = of_plan(&plan).tick.membrane;
        let settings = Settings { compartments: 1, synapses: 0, precision, ..Settings::default() };
        let parts: f64 = rows(&settings)
            .iter()
            .filter(|row| row.group.name() == "compartment")
            .map(|row| row.expanded(precision).instructions())
            .sum();
        assert_eq!(tick.expanded.exp, 0.0);
        assert!((tick.expanded.instructions() - 2.0 * 40.0 * parts).abs() < 1e-6);
        // 15 operations an exponential in single precision, 20 in double, and one more for the two of three that are `exp_m1`.
        let each = (tick.expanded.instructions() - tick.operations.instructions()) / tick.operations.exp + 1.0;
        assert!((each - (15.0 + 5.0 * longer + 2.0 / 3.0)).abs() < 1e-9, "{each}");
    }
    let plan = lower(&driven(Some(Synapses::Parts(9)), 2 * FAN_IN, 1.0, Precision::F32)).unwrap();
    let ledger = of_plan(&plan);
    let busy = ledger.run(10.0, std::iter::repeat_n(1.0, plan.sources())).synapse;
    assert!(busy.expanded.exp == 0.0 && busy.expanded.instructions() > busy.operations.instructions() + 10.0);
}

#[test]
fn networks_are_of_the_sizes_they_say_and_spike_as_they_should() {
    let spikes = |network, ticks: u32| {
        let plan = Arc::new(lower(&network).unwrap());
        let mut backend = CpuBackend::new(Arc::clone(&plan), &CpuOptions { threads: Some(1), ..CpuOptions::default() });
        backend.advance(20).unwrap();
        let spikes = backend.advance(ticks).unwrap().spikes.len() as f64;
        (plan.clone(), 1e3 * spikes / (f64::from(ticks) * plan.settings.tick * plan.cells.len() as f64))
    };
    for compartments in [1, 10, 100] {
        let plan = lower(&cells(compartments, 3)).unwrap();
        assert_eq!(plan.compartments(), 3 * compartments);
        assert_eq!(plan.settings.substeps, 40);
    }
    let (plan, rate) = spikes(driven(Some(Synapses::Event), 20 * FAN_IN, 1.0, Precision::F32), 300);
    assert_eq!((plan.cells.len(), plan.synapses(), plan.settings.substeps), (20, 20 * FAN_IN, 1));
    assert!((2.0..20.0).contains(&rate), "{rate} Hz");
    let (plan, rate) = spikes(article(16, Precision::F32), 200);
    assert_eq!((plan.compartments(), plan.synapses()), (1600, 16 * ARTICLE_SYNAPSES));
    assert!((1.0..20.0).contains(&rate), "{rate} Hz");
    let steps = u64::from(plan.settings.substeps) as f64 * plan.settings.dt;
    assert!((steps - 1.0).abs() < 1e-12, "a tick is a millisecond");
}

/// The device's own clock is read where there is one, and what takes off the cells' time is the same network on the same device.
#[cfg(feature = "gpu")]
#[allow(clippy::print_stderr)] // A test that was skipped has to show.
#[test]
fn a_gpu_that_is_asked_for_is_measured() {
    let asked = BenchOptions {
        backends: Backends::Gpu,
        device: Some("0".to_owned()),
        budget: Some(Duration::from_secs(15)),
        ..options(&["membrane-1", "synapse-static"])
    };
    let report = match bench(&asked, &mut |_| {}) {
        Err(BenchError::Gpu { message, .. })
            if std::env::var_os("HUXLEY_REQUIRE_GPU").is_none_or(|value| value == "0") =>
        {
            eprintln!("SKIPPED (no GPU adapter): {message}");
            return;
        }
        other => other.unwrap(),
    };
    assert_eq!(report.machine.gpus.len(), 1);
    assert_eq!(report.kernels.len(), 2);
    for kernel in &report.kernels {
        assert_eq!((kernel.backend.as_str(), kernel.threads), ("gpu", None));
        assert_eq!(kernel.device, report.machine.gpus[0].name);
        assert!(kernel.runs >= 3 && kernel.ns_per_unit.is_finite());
    }
    assert!(report.kernels[0].fractions.contains_key("fma") && report.kernels[0].gflops > 0.0);
    let peaks: Vec<&str> = report.peaks.iter().map(|peak| peak.name.as_str()).collect();
    assert_eq!(peaks, ["fma", "exp", "div", "read", "write", "copy", "update"]);
}
