//! A GPU opened for work.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use wgpu::{ErrorFilter, Features};

use crate::adapter::{self, AdapterReport};
use crate::error::GpuError;
use crate::{strict, unchecked};

/// How to run on a GPU.
#[derive(Clone, Debug, Default)]
pub struct GpuOptions {
    /// Number or part of the name of an adapter; none takes the first that is no software, or else the first.
    pub adapter: Option<String>,
    /// The CPU's bits: nothing is contracted or rearranged. Vulkan only.
    pub strict: bool,
    /// Bounds checks in kernels.
    pub checked: bool,
    /// Bytes of a chunk of synapses; none takes what a binding holds. For tests.
    pub chunk_bytes: Option<u64>,
    /// Nodes that a workgroup's memory is taken to hold; none takes what it does. For tests.
    pub nodes_on_chip: Option<usize>,
    /// Ticks of a submission; none finds it by time.
    pub ticks_per_submission: Option<u32>,
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
        let note = |trouble: &Arc<Mutex<Option<GpuError>>>, error: GpuError| {
            trouble.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert(error);
        };
        let lost = Arc::clone(&trouble);
        device.set_device_lost_callback(move |reason, message| {
            if reason != wgpu::DeviceLostReason::Destroyed {
                note(&lost, GpuError::Lost(message));
            }
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
    pub fn module(&self, label: &str, wgsl: &str) -> Result<wgpu::ShaderModule, GpuError> {
        if self.strict {
            let words = strict::forbid_contraction(&strict::spirv(label, wgsl)?);
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
        strict::parse(label, wgsl)?;
        self.guard(label, || {
            let source = wgpu::ShaderSource::Wgsl(wgsl.into());
            let descriptor = wgpu::ShaderModuleDescriptor { label: Some(label), source };
            if self.checked {
                self.device.create_shader_module(descriptor)
            } else {
                unchecked::trusted(&self.device, descriptor)
            }
        })
    }

    /// Does something and takes the errors it causes.
    ///
    /// # Errors
    /// Those of the calls made.
    pub fn guard<T>(&self, what: &str, work: impl FnOnce() -> T) -> Result<T, GpuError> {
        let scopes = [ErrorFilter::Internal, ErrorFilter::OutOfMemory, ErrorFilter::Validation]
            .map(|filter| self.device.push_error_scope(filter));
        let result = work();
        let mut first = None;
        for scope in scopes.into_iter().rev() {
            let error = pollster::block_on(scope.pop());
            first = first.or(error);
        }
        match first {
            Some(error) => Err(from_wgpu(what, &error)),
            None => Ok(result),
        }
    }

    /// Waits for a submission.
    ///
    /// # Errors
    /// When the device is lost or does not answer.
    pub fn wait(&self, submission: wgpu::SubmissionIndex, timeout: Duration) -> Result<(), GpuError> {
        let poll = wgpu::PollType::Wait { submission_index: Some(submission), timeout: Some(timeout) };
        match self.device.poll(poll) {
            Ok(_) => self.check(),
            Err(wgpu::PollError::Timeout) => Err(GpuError::Timeout { seconds: timeout.as_secs() }),
            Err(error) => Err(GpuError::Other(error.to_string())),
        }
    }

    /// What happened since.
    ///
    /// # Errors
    /// When the device was lost, or a call went wrong.
    pub fn check(&self) -> Result<(), GpuError> {
        self.trouble.lock().unwrap_or_else(PoisonError::into_inner).clone().map_or(Ok(()), Err)
    }
}

fn from_wgpu(what: &str, error: &wgpu::Error) -> GpuError {
    match error {
        wgpu::Error::OutOfMemory { .. } => GpuError::OutOfMemory { what: what.to_owned() },
        wgpu::Error::Validation { description, .. } | wgpu::Error::Internal { description, .. } => {
            GpuError::Shader { label: what.to_owned(), message: description.clone() }
        }
    }
}
