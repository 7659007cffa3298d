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
    /// Memory of its own, bytes; of software, the machine's; `null` where it is not known.
    pub memory_bytes: Option<u64>,
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

/// What there is, and what a run would use.
#[derive(Clone, Debug)]
pub struct Listed {
    /// All adapters.
    pub adapters: Vec<Adapter>,
    /// The number that `--backend gpu` uses.
    pub usual: usize,
}

impl Listed {
    /// The number of the first that `--backend auto` may take: never software.
    pub fn real(&self) -> Option<usize> {
        self.adapters.iter().find(|adapter| !adapter.software).map(|adapter| adapter.number)
    }
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
