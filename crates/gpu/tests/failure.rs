//! What goes wrong while a network runs: an error that says what to do, and nothing wrong to go on from.

use std::sync::Arc;
use std::time::Duration;

use huxley_engine::oracle::Oracle;
use huxley_engine::snapshot::Snapshot;
use huxley_engine::{Backend, Epoch, Plan, RunError, lower};
use huxley_gpu::{Device, GpuBackend, GpuError, GpuOptions};
use huxley_model::network::{Precision, Site};
use huxley_testkit::gpu::or_skip;
use huxley_testkit::networks::{current, mixed, one, plastic};

fn plan() -> Arc<Plan> {
    let mut network = plastic();
    network.run.precision = Precision::F32;
    Arc::new(lower(&network).expect("lowers"))
}

fn gpu(plan: &Arc<Plan>, timeout: Option<Duration>) -> Option<GpuBackend> {
    let options = GpuOptions { timeout, ticks_per_submission: Some(4), ..GpuOptions::default() };
    or_skip(GpuBackend::new(Arc::clone(plan), &options))
}

/// Message and hint of an error of the device.
fn device<T>(result: Result<T, RunError>) -> String {
    match result {
        Err(RunError::Device { message, hint }) => format!("{message}; {hint}"),
        Err(other) => panic!("{other:?}"),
        Ok(_) => panic!("goes on as if nothing had happened"),
    }
}

/// The state after 5 ticks, and 8 ticks on from there.
fn straight(plan: &Arc<Plan>) -> Option<(Snapshot, Epoch, Snapshot)> {
    let mut backend = gpu(plan, None)?;
    backend.advance(5).expect("runs");
    let saved = backend.snapshot().expect("a snapshot");
    let epoch = backend.advance(8).expect("runs");
    assert!(!epoch.spikes.is_empty());
    Some((saved, epoch, backend.snapshot().expect("a snapshot")))
}

#[test]
fn a_lost_gpu_is_an_error_until_the_run_goes_on_from_a_snapshot_on_another() {
    let plan = plan();
    let Some((saved, epoch, end)) = straight(&plan) else { return };
    let mut lost = gpu(&plan, None).expect("as before");
    lost.advance(9).expect("runs");
    lost.destroy();
    for turn in 0..2 {
        let text = device(lost.advance(3));
        assert!(text.contains("the GPU was lost") && text.contains("--resume"), "{turn}: {text}");
        assert!(device(lost.snapshot()).contains("the GPU was lost"));
        assert!(device(lost.synapses(0)).contains("the GPU was lost"));
        assert!(device(lost.restore(&saved)).contains("the GPU was lost"));
    }
    let mut next = gpu(&plan, None).expect("as before");
    next.restore(&saved).expect("of the same plan");
    assert!(next.advance(8).expect("runs") == epoch && next.snapshot().expect("a snapshot") == end);
}

#[test]
fn ticks_that_take_too_long_are_an_error_until_a_snapshot_is_restored() {
    let plan = plan();
    let Some((saved, epoch, end)) = straight(&plan) else { return };
    let mut slow = gpu(&plan, Some(Duration::ZERO)).expect("as before");
    slow.restore(&saved).expect("of the same plan");
    let text = device(slow.advance(8));
    assert!(text.contains("has not answered for 0 s") && text.contains("--resume"), "{text}");
    // Spikes of ticks that the device has run since were never taken: there is no state to go on from.
    assert!(device(slow.snapshot()).contains("has not answered"));
    assert!(device(slow.synapses(0)).contains("has not answered"));
    assert!(device(slow.advance(1)).contains("has not answered"));
    slow.restore(&saved).expect("of the same plan");
    assert!(slow.snapshot().expect("a snapshot") == saved, "what is restored is what was saved");
    let mut next = gpu(&plan, None).expect("as before");
    next.restore(&slow.snapshot().expect("a snapshot")).expect("of the same plan");
    assert!(next.advance(8).expect("runs") == epoch && next.snapshot().expect("a snapshot") == end);
}

#[test]
fn a_potential_that_leaves_all_bounds_is_the_error_of_the_other_backends() {
    for (population, cell) in [("squid", 2), ("squid", 1), ("traub", 3)] {
        let mut network = mixed();
        network.run.precision = Precision::F64;
        network.stimuli.push(current("absurd", one(population, cell, Site::Soma), 1e9, 6.2, 1e6));
        let plan = Arc::new(lower(&network).expect("lowers"));
        let expected = Oracle::new(Arc::clone(&plan)).advance(20).expect_err("diverges");
        assert!(matches!(expected, RunError::Diverged { tick: 6, .. }), "{expected:?}");
        for ticks_per_submission in [Some(1), Some(3), None] {
            let options = GpuOptions { strict: true, ticks_per_submission, ..GpuOptions::default() };
            let Some(mut backend) = or_skip(GpuBackend::new(Arc::clone(&plan), &options)) else { return };
            let found = backend.advance(20).expect_err("diverges");
            assert_eq!(found.to_string(), expected.to_string(), "{ticks_per_submission:?}");
            assert_eq!(found.hint(), expected.hint());
            assert_eq!(backend.tick(), 6);
        }
    }
}

#[test]
fn no_memory_is_an_error_that_says_so() {
    // The noop adapter takes memory of this machine; there is no petabyte of it anywhere.
    let noop = GpuOptions { adapter: Some("noop".to_owned()), ..GpuOptions::default() };
    let gpu = Device::open(&noop, false).expect("the noop adapter");
    let size = 1 << 50;
    let limit = gpu.device.limits().max_buffer_size;
    assert!(limit >= size, "refused before it is asked for: {limit}");
    for mapped_at_creation in [false, true] {
        let made = gpu.guard("the state", || {
            let usage = wgpu::BufferUsages::STORAGE;
            let buffer =
                gpu.device.create_buffer(&wgpu::BufferDescriptor { label: None, size, usage, mapped_at_creation });
            if mapped_at_creation {
                assert!(buffer.slice(..16).get_mapped_range_mut().is_err(), "there is nothing to write to");
                buffer.unmap();
            }
        });
        let error = made.expect_err("there is not so much");
        assert_eq!(error, GpuError::OutOfMemory { what: "the state".to_owned() });
        assert!(error.to_string().contains("no memory left for the state") && error.hint().contains("--precision f32"));
        gpu.check().expect("the scope took the error");
    }
    gpu.buffer("a small one", 1 << 10, wgpu::BufferUsages::STORAGE).expect("the device goes on");
}

#[test]
fn a_network_too_large_for_a_binding_is_refused_with_the_limit_and_what_would_fit() {
    let plan = plan();
    let holding = |bytes| {
        let options = GpuOptions { binding_bytes: Some(bytes), ..GpuOptions::default() };
        GpuBackend::new(Arc::clone(&plan), &options)
    };
    let Some(mut fits) = or_skip(holding(1 << 20)) else { return };
    fits.advance(3).expect("runs");
    let error = holding(3000).expect_err("does not fit");
    let (message, hint) = (error.to_string(), error.hint());
    assert!(message.contains("bytes of a binding (max_storage_buffer_binding_size) needed, 3000 allowed"), "{message}");
    assert!(hint.contains(" would fit") && hint.contains("--backend cpu"), "{hint}");
}

#[test]
fn more_dispatches_than_a_set_of_time_stamps_holds_run_untimed() {
    let plan = Arc::new(lower(&mixed()).expect("lowers"));
    let run = |ticks: u32| {
        let options = GpuOptions { ticks_per_submission: Some(ticks), ..GpuOptions::default() };
        let mut backend = or_skip(GpuBackend::new(Arc::clone(&plan), &options))?;
        let epoch = backend.advance(ticks).expect("runs");
        Some((epoch, backend.adapter().timestamps, backend.kernel_times().len()))
    };
    let Some((short, timestamps, timed)) = run(8) else { return };
    assert_eq!(timed > 0, timestamps);
    let (long, _, untimed) = run(600).expect("as before");
    assert!(long.spikes.starts_with(&short.spikes) && untimed == 0, "{untimed} kernels timed");
}
