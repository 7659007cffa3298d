//! The document of `huxley bench`: what `extrapolate` and `report` read.
//!
//! FLOP are the ledger's, an exponential as [`Convention::exp`](crate::ledger::Convention). Instructions are those of one lane with an
//! exponential taken apart into what it is made of. Bytes are those that have to be moved if every array is met once a tick.

use serde::{Deserialize, Serialize};

/// Value of [`BenchReport::schema`].
pub const SCHEMA: &str = "huxley.bench/1";

/// Everything that one call measured.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct BenchReport {
    /// [`SCHEMA`].
    pub schema: String,
    /// Version of the program.
    pub version: String,
    /// Commit it was built from, where it is known.
    pub commit: Option<String>,
    /// When it began, UTC, as `2026-11-24T03:21:21Z`.
    pub started: String,
    /// How long it took, s.
    pub seconds: f64,
    /// What it ran on.
    pub machine: Machine,
    /// FLOP of an exponential in [`KernelFigure::flop_per_unit`].
    pub exp_weight: f64,
    /// FLOP of a division there.
    pub div_weight: f64,
    /// Measured ceilings.
    pub peaks: Vec<Peak>,
    /// Measured kernels.
    pub kernels: Vec<KernelFigure>,
    /// Straight lines through figures of several sizes or threads.
    pub scaling: Vec<Fit>,
    /// What a reader should know: what was left out and why.
    pub notes: Vec<String>,
}

/// The machine.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Machine {
    /// Name of the processor, where the system says.
    pub cpu: Option<String>,
    /// Threads that runs use by default.
    pub threads: usize,
    /// Instruction set of the kernels.
    pub isa: String,
    /// Memory, bytes, where the system says.
    pub memory_bytes: Option<u64>,
    /// Last level of cache, bytes, where the system says.
    pub cache_bytes: Option<u64>,
    /// GPUs that were measured.
    pub gpus: Vec<Gpu>,
}

/// A GPU.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Gpu {
    /// Its name.
    pub name: String,
    /// Driver and its version.
    pub driver: String,
    /// `discrete GPU`, `integrated GPU`, `virtual GPU`, `software`, `other`.
    pub kind: String,
    /// Whether it computes on the CPU: its figures are no GPU's.
    pub software: bool,
}

/// A measured ceiling. A peak, a kernel and a line belong together where backend, device and threads are the same.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Peak {
    /// `fma`, `exp`, `div`, `read`, `write`, `copy` (one array to another), `update` (an array in place).
    pub name: String,
    /// `cpu` or `gpu`.
    pub backend: String,
    /// Name of the processor or the GPU.
    pub device: String,
    /// Threads of the CPU; none of a GPU.
    pub threads: Option<usize>,
    /// `f32` or `f64`; none of a bandwidth.
    pub precision: Option<String>,
    /// The median of several runs.
    pub value: f64,
    /// `FLOP/s` (a multiply-add is 2), `op/s` (exponentials, divisions), `B/s` (read and written bytes both count).
    pub unit: String,
    /// Half the distance of the quartiles of these runs, over the median.
    pub spread: f64,
}

/// A measured kernel at one size.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct KernelFigure {
    /// `membrane-1`, `membrane-10`, `membrane-100`, `synapse-static`, `synapse-plastic`, `synapse-PART`, `event`, `tick-article`.
    pub name: String,
    /// `membrane`, `synapse` or `tick`.
    pub group: String,
    /// `cpu` or `gpu`.
    pub backend: String,
    /// As in [`Peak::device`].
    pub device: String,
    /// As in [`Peak::threads`].
    pub threads: Option<usize>,
    /// `f32` or `f64`.
    pub precision: String,
    /// What is counted in `size` and in the figures below: `compartment-step`, `synapse-tick`, `arrival`,
    /// `neuron-ms`.
    pub unit: String,
    /// Units of one tick.
    pub size: u64,
    /// Whether twice the size gives the same figure within its spread.
    pub settled: bool,
    /// Timed runs.
    pub runs: u32,
    /// What was timed: `wall` or `device` (the GPU's own clock), and what was taken off.
    #[serde(default)]
    pub timing: String,
    /// Whether what it holds fits the last level of cache, so that its bytes need not come from memory: a fraction of a bandwidth
    /// may then be above 1.
    #[serde(default)]
    pub in_cache: bool,
    /// Spikes a neuron and second while it was timed.
    pub rate_hz: f64,
    /// ns a unit: the median.
    pub ns_per_unit: f64,
    /// As in [`Peak::spread`].
    pub spread: f64,
    /// FLOP a unit, exponentials and divisions weighed.
    pub flop_per_unit: f64,
    /// FLOP a unit with an exponential as the FLOP it is made of and a division as one: what [`KernelFigure::fractions`] sets against
    /// the peak `fma`.
    #[serde(default)]
    pub expanded_flop_per_unit: f64,
    /// Exponentials a unit.
    #[serde(default)]
    pub exp_per_unit: f64,
    /// Divisions a unit.
    #[serde(default)]
    pub div_per_unit: f64,
    /// Instructions a unit, exponentials taken apart.
    pub instructions_per_unit: f64,
    /// Bytes moved a unit.
    pub bytes_per_unit: f64,
    /// Bytes held a unit (a compartment, a synapse, a neuron).
    pub held_bytes_per_unit: f64,
    /// 1e9 FLOP a second.
    pub gflops: f64,
    /// 1e9 instructions of a lane a second.
    pub ginstructions_per_s: f64,
    /// 1e9 bytes a second.
    pub gbytes_per_s: f64,
    /// Fraction of each peak, by the peak's name; never clamped. `fma`: expanded FLOP; `exp`, `div`: exponentials, divisions; `copy`,
    /// `update`: bytes. `issue` sets instructions against half of `fma`, the rate at which multiply-adds are issued, and never binds.
    pub fractions: std::collections::BTreeMap<String, f64>,
    /// The peak that is used most.
    pub bound: String,
    /// Its fraction.
    pub fraction_of_peak: f64,
}

/// A straight line through measured times: `intercept_s + slope_s * x`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Fit {
    /// Name of the kernel.
    pub name: String,
    /// As in [`KernelFigure`].
    pub backend: String,
    /// As in [`KernelFigure`].
    pub device: String,
    /// As in [`KernelFigure`].
    pub precision: String,
    /// Threads of the CPU, where they are not what is varied.
    pub threads: Option<usize>,
    /// What `x` is: `size` (s a tick against units) or `threads` (s a tick against 1/threads).
    pub against: String,
    /// s a tick at `x` = 0.
    pub intercept_s: f64,
    /// s a tick for each `x`.
    pub slope_s: f64,
    /// Root mean square of the relative distances of the points from the line.
    pub residual: f64,
    /// The points: `x` and s a tick.
    pub points: Vec<(f64, f64)>,
}
