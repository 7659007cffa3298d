//! What can go wrong on a GPU, and what to do about it.

use huxley_engine::RunError;

/// Bytes of a buffer.
pub const IN_BUFFER: &str = "bytes of a buffer (max_buffer_size)";
/// Bytes of a binding.
pub const IN_BINDING: &str = "bytes of a binding (max_storage_buffer_binding_size)";

/// A GPU that is not there, not able, or no longer there.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum GpuError {
    /// No adapter at all.
    #[error("no GPU was found: {reason}")]
    NoAdapter {
        /// What wgpu says.
        reason: String,
    },
    /// None that is called so.
    #[error("no GPU is called `{wanted}`: there {}", listed(found))]
    NoSuchAdapter {
        /// What was asked for.
        wanted: String,
        /// Number and name of those there are.
        found: Vec<String>,
    },
    /// `f64` on a GPU without.
    #[error("{adapter} has no f64")]
    NoDouble {
        /// Its name.
        adapter: String,
    },
    /// Strict arithmetic on a GPU without.
    #[error("{adapter} cannot be kept from contracting operations: {why}")]
    NoStrict {
        /// Its name.
        adapter: String,
        /// What is missing.
        why: String,
    },
    /// Something is larger than the GPU allows.
    #[error("{what}: {need} {unit} needed, {limit} allowed by this GPU")]
    Limit {
        /// What is too large.
        what: String,
        /// Its size.
        need: u64,
        /// The largest there may be.
        limit: u64,
        /// What both count, and the name of the limit where it has one.
        unit: &'static str,
        /// What would fit.
        remedy: String,
    },
    /// No memory for a buffer.
    #[error("the GPU has no memory left for {what}")]
    OutOfMemory {
        /// The buffer.
        what: String,
    },
    /// The device is gone.
    #[error("the GPU was lost: {0}")]
    Lost(String),
    /// It does not answer.
    #[error("the GPU has not answered for {seconds} s")]
    Timeout {
        /// How long.
        seconds: u64,
    },
    /// A kernel that does not compile.
    #[error("the kernel `{label}` does not compile: {message}")]
    Shader {
        /// The kernel.
        label: String,
        /// Where and why.
        message: String,
    },
    /// Anything else.
    #[error("{0}")]
    Other(String),
}

fn listed(found: &[String]) -> String {
    if found.is_empty() { "is none".to_owned() } else { format!("are {}", found.join("; ")) }
}

impl GpuError {
    /// What would help.
    #[must_use]
    pub fn hint(&self) -> String {
        let text = match self {
            GpuError::NoAdapter { .. } => {
                "install the driver of the graphics card with its Vulkan part (on Debian and Ubuntu also libvulkan1; \
                 mesa-vulkan-drivers has a software GPU), or use --backend cpu"
            }
            GpuError::NoSuchAdapter { .. } => "`huxley devices` lists the GPUs with their numbers and names",
            GpuError::NoDouble { .. } => "use --precision f32, or --backend cpu",
            GpuError::NoStrict { .. } => "leave --strict out, or use --backend cpu",
            GpuError::Limit { remedy, .. } => remedy,
            GpuError::OutOfMemory { .. } => "use --precision f32, fewer cells, or --backend cpu",
            GpuError::Lost(_) | GpuError::Timeout { .. } => {
                "what was computed before is kept; go on from a checkpoint with --resume, and --backend cpu if it happens again"
            }
            GpuError::Shader { .. } | GpuError::Other(_) => "use --backend cpu, and report this with `huxley devices`",
        };
        text.to_owned()
    }
}

impl From<GpuError> for RunError {
    fn from(error: GpuError) -> Self {
        RunError::Device { hint: error.hint(), message: error.to_string() }
    }
}
