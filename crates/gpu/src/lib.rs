//! The GPU backend: a plan on any adapter that wgpu finds, in `f32` or, where the adapter has it, `f64`.
//!
//! The kernels are those of `huxley_shaders`. Many ticks go into one submission; spikes and samples are collected on the device and
//! come back a submission at a time. In strict mode results are the CPU backend's and the oracle's, to the bit, on drivers that
//! round as IEEE 754 asks.

mod adapter;
mod chunks;
mod courses;
mod device;
mod element;
mod error;
mod flight;
mod jobs;
mod kernels;
mod layout;
mod machine;
mod peaks;
mod probes;
mod record;
mod stage;
mod state;
pub mod strict;
mod tables;
mod timing;
mod unchecked;
pub mod wgsl;

use std::collections::BTreeMap;
use std::sync::Arc;

use huxley_engine::snapshot::Snapshot;
use huxley_engine::{Backend, Epoch, Plan, RunError, SynapseTable};
use huxley_model::network::Precision;
use huxley_shaders::kernels::Shape;

pub use adapter::{AdapterReport, adapters, usual};
pub use device::{Device, GpuOptions};
pub use error::GpuError;
pub use flight::SPIKES_HEADER;
pub use kernels::texts as kernel_texts;
use machine::Machine;

pub use peaks::{Ceiling, Peaks};
pub use record::PARAMETERS;
pub use timing::KernelTime;

/// A plan on a GPU.
#[derive(Debug)]
pub struct GpuBackend {
    machine: AnyMachine,
}

#[derive(Debug)]
enum AnyMachine {
    F32(Box<Machine<f32>>),
    F64(Box<Machine<f64>>),
}

macro_rules! on_machine {
    ($self:expr, $machine:ident => $body:expr) => {
        match $self {
            AnyMachine::F32($machine) => $body,
            AnyMachine::F64($machine) => $body,
        }
    };
}

impl GpuBackend {
    /// Lays `plan` out on an adapter, in the precision its settings name.
    ///
    /// # Errors
    /// When there is no such adapter, it lacks what the run needs, or the plan does not fit.
    pub fn new(plan: Arc<Plan>, options: &GpuOptions) -> Result<Self, GpuError> {
        let machine = match plan.settings.precision {
            Precision::F32 => AnyMachine::F32(Box::new(Machine::new(plan, options)?)),
            Precision::F64 => AnyMachine::F64(Box::new(Machine::new(plan, options)?)),
        };
        Ok(Self { machine })
    }

    /// The adapter.
    #[must_use]
    pub fn adapter(&self) -> &AdapterReport {
        on_machine!(&self.machine, m => &m.device.report)
    }

    /// Gives the device back at once. Whatever is asked of the backend afterwards is [`GpuError::Lost`], as when a driver takes the
    /// device away.
    pub fn destroy(&self) {
        on_machine!(&self.machine, m => m.device.device.destroy());
    }

    /// Time of each kernel so far, by the device's clock; empty where it has none.
    #[must_use]
    pub fn kernel_times(&self) -> BTreeMap<&'static str, KernelTime> {
        on_machine!(&self.machine, m => m.timings().times().clone())
    }

    /// Kernels of the membrane: for each, how many cells or groups of cells it runs, and where their nodes are held.
    #[must_use]
    pub fn membrane_kernels(&self) -> Vec<(String, u32)> {
        let name = |share: &layout::Share| match (share.shape, share.gates_on_chip) {
            (Shape::Point, _) => "points, in registers",
            (Shape::OnChip, true) => "groups of trees, in workgroup memory",
            (Shape::OnChip, false) => "trees in workgroup memory, but for their gates",
            (Shape::OffChip, _) => "trees too large for workgroup memory",
        };
        let shares = on_machine!(&self.machine, m => &m.layout.shares);
        shares.iter().map(|share| (name(share).to_owned(), share.count)).collect()
    }
}

impl Backend for GpuBackend {
    fn advance(&mut self, ticks: u32) -> Result<Epoch, RunError> {
        on_machine!(&mut self.machine, m => m.advance(ticks))
    }
    fn tick(&self) -> u64 {
        on_machine!(&self.machine, m => m.tick)
    }
    fn snapshot(&self) -> Result<Snapshot, RunError> {
        on_machine!(&self.machine, m => m.snapshot())
    }
    fn restore(&mut self, snapshot: &Snapshot) -> Result<(), RunError> {
        on_machine!(&mut self.machine, m => m.restore(snapshot))
    }
    fn synapses(&self, group: usize) -> Result<SynapseTable, RunError> {
        on_machine!(&self.machine, m => m.synapses(group))
    }
    fn name(&self) -> &'static str {
        "gpu"
    }
    fn device(&self) -> String {
        let report = self.adapter();
        let software = if report.software { ", software" } else { "" };
        format!("{} ({}{software})", report.name, report.backend)
    }
    fn bytes(&self) -> usize {
        usize::try_from(on_machine!(&self.machine, m => m.bytes())).unwrap_or(usize::MAX)
    }
}
