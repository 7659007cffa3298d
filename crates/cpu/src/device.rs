//! What this machine is and which instruction set the kernels use.

use fearless_simd::Level;

use crate::lanes::levels;

/// The CPU as the kernels see it.
#[derive(Clone, Debug)]
pub struct DeviceReport {
    /// Instruction set the kernels use.
    pub isa: &'static str,
    /// Every instruction set they could use, weakest first.
    pub instruction_sets: Vec<&'static str>,
    /// Lanes of `f32`.
    pub f32_lanes: usize,
    /// Lanes of `f64`.
    pub f64_lanes: usize,
    /// Logical CPUs this process may use.
    pub logical_cpus: usize,
}

/// Name of a level.
pub(crate) fn name(level: Level) -> &'static str {
    #[cfg(any(target_arch = "x86", target_arch = "x86_64"))]
    {
        match level {
            Level::Avx512(_) => "avx512",
            Level::Avx2(_) => "avx2",
            Level::Sse4_2(_) => "sse4.2",
            Level::Sse2(_) => "sse2",
            _ => "scalar",
        }
    }
    #[cfg(target_arch = "aarch64")]
    {
        if level.as_neon().is_some() { "neon" } else { "scalar" }
    }
    #[cfg(not(any(target_arch = "x86", target_arch = "x86_64", target_arch = "aarch64")))]
    {
        let _ = level;
        "portable"
    }
}

/// The level of a name, or the best where the machine has no such.
pub(crate) fn level(wanted: Option<&str>) -> Level {
    levels().into_iter().find(|&l| Some(name(l)) == wanted).unwrap_or_else(Level::new)
}

/// Names of the instruction sets this machine has kernels for, weakest first.
#[must_use]
pub fn instruction_sets() -> Vec<&'static str> {
    levels().into_iter().map(name).collect()
}

/// Describes this machine.
#[must_use]
pub fn device_report() -> DeviceReport {
    let isa = name(Level::new());
    let bytes = match isa {
        "avx512" => 64,
        "avx2" => 32,
        _ => 16,
    };
    DeviceReport {
        isa,
        instruction_sets: instruction_sets(),
        f32_lanes: bytes / 4,
        f64_lanes: bytes / 8,
        logical_cpus: std::thread::available_parallelism().map_or(1, usize::from),
    }
}
