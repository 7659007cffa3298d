//! The CPU backend: equations on SIMD lanes, chosen for the machine at run time, and rayon threads over blocks of cells.

mod arrivals;
mod block;
mod clocked;
mod deliver;
mod device;
mod fill;
mod group;
pub mod kernel;
pub mod lanes;
mod layout;
mod machine;
pub mod peaks;
mod rows;
mod share;
pub mod tape;
mod threads;

use std::sync::Arc;

use huxley_engine::snapshot::Snapshot;
use huxley_engine::{Backend, Epoch, Plan, RunError, SynapseTable};
use huxley_model::network::Precision;

pub use block::{Block, BlockReceptor, ClassKernel, Form, Parent, SlotRun, WIDTH};
pub use device::{DeviceReport, device_report, instruction_sets};
pub use group::{Group, Program, Tapes};
use lanes::Rounding;
use machine::{Execution, Machine};
pub use threads::Threads;

/// How to run on the CPU.
#[derive(Clone, Debug, Default)]
pub struct CpuOptions {
    /// Threads; none takes one for each logical CPU.
    pub threads: Option<usize>,
    /// Round multiply-adds twice, so that results are the same bits on every machine and instruction set.
    pub strict: bool,
    /// Name of an instruction set of [`instruction_sets`]; none takes the best.
    pub instruction_set: Option<String>,
    /// Rows of a block of point neurons; none takes what fits the first-level cache. Results do not depend on it.
    pub point_rows: Option<usize>,
    /// Whether all threads take part in what is not worth their while. Results do not depend on it.
    pub every_thread: bool,
}

/// A plan on the CPU.
#[derive(Debug)]
pub struct CpuBackend {
    machine: AnyMachine,
    device: String,
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

impl CpuBackend {
    /// Lays `plan` out in the precision its settings name.
    ///
    /// # Panics
    /// When the operating system refuses to start threads.
    #[must_use]
    pub fn new(plan: Arc<Plan>, options: &CpuOptions) -> Self {
        let threads = options.threads.unwrap_or_else(rayon::current_num_threads).max(1);
        let pool = (threads > 1).then(|| {
            let named = rayon::ThreadPoolBuilder::new().num_threads(threads).thread_name(|i| format!("huxley-{i}"));
            Arc::new(named.build().expect("threads can be started"))
        });
        let level = device::level(options.instruction_set.as_deref());
        let rounding = if options.strict { Rounding::Strict } else { Rounding::Fused };
        let device = format!("{} on {threads} thread{}", device::name(level), if threads == 1 { "" } else { "s" });
        let execution = Execution { level, rounding, pool, every_thread: options.every_thread };
        let machine = match plan.settings.precision {
            Precision::F32 => AnyMachine::F32(Box::new(Machine::new(plan, execution, options.point_rows))),
            Precision::F64 => AnyMachine::F64(Box::new(Machine::new(plan, execution, options.point_rows))),
        };
        Self { machine, device }
    }
}

impl Backend for CpuBackend {
    fn advance(&mut self, ticks: u32) -> Result<Epoch, RunError> {
        on_machine!(&mut self.machine, m => m.advance(ticks))
    }
    fn tick(&self) -> u64 {
        on_machine!(&self.machine, m => m.tick())
    }
    fn snapshot(&self) -> Result<Snapshot, RunError> {
        Ok(on_machine!(&self.machine, m => m.snapshot()))
    }
    fn restore(&mut self, snapshot: &Snapshot) -> Result<(), RunError> {
        on_machine!(&mut self.machine, m => m.restore(snapshot))
    }
    fn synapses(&self, group: usize) -> Result<SynapseTable, RunError> {
        Ok(on_machine!(&self.machine, m => m.synapses(group)))
    }
    fn name(&self) -> &'static str {
        "cpu"
    }
    fn device(&self) -> String {
        self.device.clone()
    }
    fn bytes(&self) -> usize {
        on_machine!(&self.machine, m => m.bytes())
    }
}
