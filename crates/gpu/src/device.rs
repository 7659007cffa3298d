//! A GPU opened for work.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use wgpu::{ErrorFilter, Features};

use crate::adapter::{self, AdapterReport};
use crate::error::{GpuError, IN_BUFFER};
use crate::{strict, unchecked, wgsl};

/// How to run on a GPU.
#[derive(Clone, Debug, Default)]
pub struct GpuOptions {
    /// Number or part of the name of an adapter; none takes the first that is no software, or else the first. With the feature `noop`,
    /// `noop` is one that validates everything and runs nothing.
    pub adapter: Option<String>,
    /// The CPU's bits: nothing is contracted or rearranged. Vulkan only.
    pub strict: bool,
    /// Bounds checks in kernels.
    pub checked: bool,
    /// Bytes that a binding is taken to hold; none takes what it does. For tests.
    pub binding_bytes: Option<u64>,
    /// Bytes of a chunk of synapses; none takes what a binding holds. For tests.
    pub chunk_bytes: Option<u64>,
    /// Nodes that a workgroup's memory is taken to hold; none takes what it does. For tests.
    pub nodes_on_chip: Option<usize>,
    /// Invocations of a workgroup that solves trees, a power of two; none takes what suits the adapter. For tests.
    pub tree_width: Option<usize>,
    /// Most cells of such a workgroup; none takes as many as leave enough workgroups. For tests.
    pub cells_of_group: Option<usize>,
    /// Workgroups in one dimension of a dispatch; none takes what the adapter allows. For tests.
    pub workgroups: Option<u32>,
    /// Ticks of a submission; none finds it by time.
    pub ticks_per_submission: Option<u32>,
    /// Time after which ticks that were submitted are taken to hang; none takes two minutes. For tests.
    pub timeout: Option<Duration>,
}

/// An open device.
#[derive(Debug)]
pub struct Device {
    /// The device.
    pub device: wgpu::Device,
    /// Its queue.
    pub queue: wgpu::Queue,
    /// What it is.
    pub report: AdapterReport,
    strict: bool,
    checked: bool,
    /// What happened outside of any call.
    trouble: Arc<Mutex<Option<GpuError>>>,
}

impl Device {
    /// Opens an adapter for `f64`, if `double`, and for what the options ask.
    ///
    /// # Errors
    /// When there is none, or it lacks what is needed.
    pub fn open(options: &GpuOptions, double: bool) -> Result<Self, GpuError> {
        let (adapter, report) = adapter::choose(options.adapter.as_deref())?;
        let has = adapter.features();
        if double && !has.contains(Features::SHADER_F64 | Features::SHADER_INT64) {
            return Err(GpuError::NoDouble { adapter: report.name });
        }
        if options.strict && !report.strict {
            let why = "SPIR-V can be handed over as it is by Vulkan drivers only".to_owned();
            return Err(GpuError::NoStrict { adapter: report.name, why });
        }
        let mut features = Features::TIMESTAMP_QUERY
            | Features::TIMESTAMP_QUERY_INSIDE_ENCODERS
            | Features::TIMESTAMP_QUERY_INSIDE_PASSES;
        if double {
            features |= Features::SHADER_F64 | Features::SHADER_INT64;
        }
        if options.strict {
            features |= Features::PASSTHROUGH_SHADERS;
        }
        let descriptor = wgpu::DeviceDescriptor {
            label: Some("huxley"),
            required_features: features & has,
            required_limits: adapter.limits(),
            experimental_features: wgpu::ExperimentalFeatures::disabled(),
            memory_hints: wgpu::MemoryHints::Performance,
            trace: wgpu::Trace::Off,
        };
        let (device, queue) =
            pollster::block_on(adapter.request_device(&descriptor)).map_err(|e| GpuError::Other(e.to_string()))?;
        let trouble: Arc<Mutex<Option<GpuError>>> = Arc::default();
        // The first error is the cause of others; but that the device is gone is the cause of any.
        let note = |trouble: &Arc<Mutex<Option<GpuError>>>, error: GpuError| {
            let mut known = trouble.lock().unwrap_or_else(PoisonError::into_inner);
            if known.is_none() || matches!(error, GpuError::Lost(_)) {
                *known = Some(error);
            }
        };
        let lost = Arc::clone(&trouble);
        device.set_device_lost_callback(move |reason, message| {
            note(&lost, GpuError::Lost(format!("{reason:?}: {message}")));
        });
        let uncaptured = Arc::clone(&trouble);
        device.on_uncaptured_error(Arc::new(move |error: wgpu::Error| note(&uncaptured, from_wgpu("a call", &error))));
        Ok(Self { device, queue, report, strict: options.strict, checked: options.checked, trouble })
    }

    /// Whether kernels can be timed.
    #[must_use]
    pub fn stamps(&self) -> bool {
        self.device.features().contains(Features::TIMESTAMP_QUERY | Features::TIMESTAMP_QUERY_INSIDE_PASSES)
    }

    /// Compiles WGSL.
    ///
    /// # Errors
    /// When it is wrong, with the place.
    pub fn module(&self, label: &str, text: &str) -> Result<wgpu::ShaderModule, GpuError> {
        if self.strict {
            let words = strict::forbid_contraction(&strict::spirv(label, text)?);
            return self.guard(label, || {
                let entry = wgpu::PassthroughShaderEntryPoint { name: "main".into(), workgroup_size: (1, 1, 1) };
                let descriptor = wgpu::ShaderModuleDescriptorPassthrough {
                    label: Some(label),
                    entry_points: vec![entry].into(),
                    spirv: Some(words.into()),
                    ..wgpu::ShaderModuleDescriptorPassthrough::default()
                };
                unchecked::passthrough(&self.device, descriptor)
            });
        }
        // wgpu reads the text itself; what it would let pass is looked for here, and what it refuses is explained.
        let read = || wgsl::read(label, text, naga::valid::Capabilities::all());
        if self.device.features().contains(Features::SHADER_F64) {
            read()?;
        }
        let made = self.guard(label, || {
            let source = wgpu::ShaderSource::Wgsl(text.into());
            let descriptor = wgpu::ShaderModuleDescriptor { label: Some(label), source };
            if self.checked {
                self.device.create_shader_module(descriptor)
            } else {
                unchecked::trusted(&self.device, descriptor)
            }
        });
        made.map_err(|error| read().err().unwrap_or(error))
    }

    /// Does something and takes the errors it causes.
    ///
    /// # Errors
    /// Those of the calls made.
    pub fn guard<T>(&self, what: &str, work: impl FnOnce() -> T) -> Result<T, GpuError> {
        let scopes = [ErrorFilter::Internal, ErrorFilter::OutOfMemory, ErrorFilter::Validation]
            .map(|filter| self.device.push_error_scope(filter));
        let result = work();
        let mut found: Vec<wgpu::Error> =
            scopes.into_iter().rev().filter_map(|scope| pollster::block_on(scope.pop())).collect();
        // Where there was no memory, whatever else went wrong follows from it.
        found.sort_by_key(|error| !matches!(error, wgpu::Error::OutOfMemory { .. }));
        match found.first() {
            Some(error) => Err(self.cause(from_wgpu(what, error))),
            None => Ok(result),
        }
    }

    /// An error, or that the device was lost where that is behind it. wgpu tells of a loss when it is asked what is done.
    fn cause(&self, error: GpuError) -> GpuError {
        let _ = catch_unwind(AssertUnwindSafe(|| self.device.poll(wgpu::PollType::Poll)));
        match &*self.trouble.lock().unwrap_or_else(PoisonError::into_inner) {
            Some(lost @ GpuError::Lost(_)) => lost.clone(),
            _ => error,
        }
    }

    /// A buffer of `size` bytes, not above what the GPU allows.
    ///
    /// # Errors
    /// When it is larger, or there is no memory for it.
    pub fn buffer(&self, label: &str, size: u64, usage: wgpu::BufferUsages) -> Result<wgpu::Buffer, GpuError> {
        let limit = self.device.limits().max_buffer_size;
        if size > limit {
            return Err(GpuError::Limit {
                what: format!("the buffer of {label}"),
                need: size,
                limit,
                unit: IN_BUFFER,
                remedy: "use fewer cells, record less, or use --backend cpu".to_owned(),
            });
        }
        self.check()?;
        self.guard(label, || {
            let size = size.max(16).next_multiple_of(16);
            self.device.create_buffer(&wgpu::BufferDescriptor {
                label: Some(label),
                size,
                usage,
                mapped_at_creation: false,
            })
        })
    }

    /// Waits for a submission.
    ///
    /// # Errors
    /// When the device is lost or does not answer.
    pub fn wait(&self, submission: wgpu::SubmissionIndex, timeout: Duration) -> Result<(), GpuError> {
        let poll = wgpu::PollType::Wait { submission_index: Some(submission), timeout: Some(timeout) };
        // wgpu panics where it finds the device lost while it waits.
        let polled = catch_unwind(AssertUnwindSafe(|| self.device.poll(poll)));
        self.check()?;
        match polled {
            Ok(Ok(_)) => Ok(()),
            Ok(Err(wgpu::PollError::Timeout)) => Err(GpuError::Timeout { seconds: timeout.as_secs() }),
            Ok(Err(error)) => Err(GpuError::Other(error.to_string())),
            Err(_) => Err(GpuError::Lost("while it was waited for".to_owned())),
        }
    }

    /// What happened since.
    ///
    /// # Errors
    /// When the device was lost, or a call went wrong.
    pub fn check(&self) -> Result<(), GpuError> {
        let known = self.trouble.lock().unwrap_or_else(PoisonError::into_inner).clone();
        known.map_or(Ok(()), |error| Err(self.cause(error)))
    }
}

fn from_wgpu(what: &str, error: &wgpu::Error) -> GpuError {
    match error {
        wgpu::Error::OutOfMemory { .. } => GpuError::OutOfMemory { what: what.to_owned() },
        wgpu::Error::Validation { description, .. } | wgpu::Error::Internal { description, .. } => {
            GpuError::Other(format!("{what}: {description}"))
        }
    }
}
