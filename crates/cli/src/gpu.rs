//! The GPU backend, where this build has it.

#[cfg(not(feature = "gpu"))]
mod absent;
#[cfg(feature = "gpu")]
mod present;

use serde::Serialize;

#[cfg(not(feature = "gpu"))]
pub use absent::{build, check, list, real, subjects};
#[cfg(feature = "gpu")]
pub use present::{build, check, list, real, subjects};

/// What `huxley devices` says of an adapter.
#[derive(Clone, Debug, Serialize)]
pub struct Adapter {
    /// Its number, by which it can be asked for.
    pub number: usize,
    /// Its name.
    pub name: String,
    /// `discrete GPU`, `integrated GPU`, `virtual GPU`, `software`, `other`.
    pub kind: &'static str,
    /// `vulkan`, `metal`, `dx12`.
    pub backend: String,
    /// Name of the driver.
    pub driver: String,
    /// Its version.
    pub driver_info: String,
    /// Whether it computes on the CPU.
    pub software: bool,
    /// Largest buffer, bytes.
    pub max_buffer_bytes: u64,
    /// Largest part of a buffer that a kernel can be given, bytes.
    pub max_binding_bytes: u64,
    /// Memory of a workgroup, bytes.
    pub workgroup_memory_bytes: u32,
    /// Invocations of a workgroup.
    pub workgroup_invocations: u32,
    /// `f64` in kernels.
    pub f64: bool,
    /// `f16` in kernels.
    pub f16: bool,
    /// Smallest and largest subgroup; `null` without.
    pub subgroups: Option<[u32; 2]>,
    /// Its clock can time kernels.
    pub timestamps: bool,
    /// It can give the CPU's bits.
    pub strict: bool,
}

/// Why no adapter is listed, and what to do about it.
#[derive(Clone, Debug)]
pub struct NoAdapter {
    /// Why.
    pub reason: String,
    /// What to do.
    pub hint: String,
}

/// A GPU that is no software.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Real {
    /// Its number.
    pub number: usize,
    /// Its name.
    pub name: String,
    /// Whether it has memory of its own.
    pub discrete: bool,
}
