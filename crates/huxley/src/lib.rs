//! Hodgkin-Huxley networks: multi-compartment neurons, kinetic and event-driven synapses, gap junctions, on the CPU's SIMD lanes
//! and all its threads, or on a GPU.
//!
//! A [`Network`] is described in Rust or read from a model file, lowered to a [`Plan`] of flat arrays, and run by a [`Backend`].
//!
//! ```
//! use std::sync::Arc;
//! use huxley::{Backend, CpuBackend, CpuOptions, lower};
//!
//! let squid = huxley::builtin::find("squid").expect("a built-in model").load(&[])?;
//! let plan = Arc::new(lower(&squid.network)?);
//! let mut backend = CpuBackend::new(Arc::clone(&plan), &CpuOptions::default());
//! let epoch = backend.advance(200)?; // ticks of 1 ms
//! let times: Vec<f64> = epoch.spikes.iter().map(|spike| spike.time(plan.settings.dt)).collect();
//! assert_eq!(times.len(), 7);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

pub use huxley_cpu::{self as cpu, CpuBackend, CpuOptions, DeviceReport, Threads, device_report};
pub use huxley_engine::oracle::Oracle;
pub use huxley_engine::plan::{self, Plan};
pub use huxley_engine::snapshot::Snapshot;
pub use huxley_engine::{
    Backend, Epoch, PlanError, RunError, Spike, SynapseTable, Workers, estimate, lower, lower_with,
};
pub use huxley_forecast as forecast;
#[cfg(feature = "gpu")]
pub use huxley_gpu::{self as gpu, GpuBackend, GpuError, GpuOptions};
pub use huxley_harness::{accuracy, bench, extrapolate, ledger, validate};
pub use huxley_io::{builtin, connectome, model as model_file, picture, results, swc, tables};
pub use huxley_model::network::{self, Network};
pub use huxley_model::{
    calcium, channel, counted, expression, morphology, plasticity, preset, random, real, signalling, synapse,
};
