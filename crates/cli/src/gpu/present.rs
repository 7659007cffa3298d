//! Runs on a GPU.

use std::sync::Arc;

use huxley_engine::{Backend, Plan};
use huxley_gpu::{AdapterReport, Device, GpuBackend, GpuError, GpuOptions};
use huxley_harness::validate::subject::{Candidate, Make, Subject};
use huxley_io::results::{KernelReport, format};
use huxley_model::network::Precision;

use crate::failure::Failure;
use crate::gpu::{Adapter, Listed, NoAdapter, Real};
use crate::run::backend::{Chosen, Timed};

impl Timed for GpuBackend {
    fn kernels(&self) -> Vec<KernelReport> {
        let report = |(name, own): (&'static str, huxley_gpu::KernelTime)| KernelReport {
            name: name.to_owned(),
            time_s: own.time.as_secs_f64(),
            dispatches: own.dispatches,
        };
        self.kernel_times().into_iter().map(report).collect()
    }
}

impl From<GpuError> for Failure {
    fn from(error: GpuError) -> Self {
        let message = error.to_string();
        let failure = match &error {
            GpuError::NoAdapter { .. }
            | GpuError::NoSuchAdapter { .. }
            | GpuError::NoDouble { .. }
            | GpuError::NoStrict { .. }
            | GpuError::Limit { .. } => Failure::input(message),
            _ => Failure::failed(message),
        };
        failure.hint(error.hint())
    }
}

fn options(device: Option<&str>, strict: bool) -> GpuOptions {
    GpuOptions { adapter: device.map(str::to_owned), strict, ..GpuOptions::default() }
}

/// That the GPU is there and can do what is asked. It is opened for this and closed again: a network that takes minutes to build
/// is not built in vain.
pub fn check(device: Option<&str>, strict: bool) -> Result<(), Failure> {
    Device::open(&options(device, strict), false).map(drop).map_err(Failure::from)
}

/// The adapters of this machine, or why there is none.
pub fn list() -> Result<Listed, NoAdapter> {
    let found = huxley_gpu::adapters();
    if let Some(usual) = huxley_gpu::usual(&found) {
        return Ok(Listed { adapters: found.into_iter().map(adapter).collect(), usual });
    }
    let error = Device::open(&GpuOptions::default(), false).err();
    let error = error.unwrap_or(GpuError::NoAdapter { reason: "none is listed".to_owned() });
    let reason = if let GpuError::NoAdapter { reason } = &error { reason.clone() } else { error.to_string() };
    Err(NoAdapter { reason, hint: error.hint() })
}

fn adapter(r: AdapterReport) -> Adapter {
    Adapter {
        number: r.index,
        name: r.name,
        kind: r.kind,
        backend: r.backend,
        driver: r.driver,
        driver_info: r.driver_info,
        software: r.software,
        memory_bytes: r.memory,
        max_buffer_bytes: r.limits.max_buffer_size,
        max_binding_bytes: r.limits.max_storage_buffer_binding_size,
        workgroup_memory_bytes: r.limits.max_compute_workgroup_storage_size,
        workgroup_invocations: r.limits.max_compute_invocations_per_workgroup,
        f64: r.f64,
        f16: r.f16,
        subgroups: r.subgroups.map(|(least, most)| [least, most]),
        timestamps: r.timestamps,
        strict: r.strict,
    }
}

/// The first GPU that is no software and has what the run needs; or why there is none.
pub fn real(double: bool, strict: bool) -> Result<Real, String> {
    let able = |r: &AdapterReport| !r.software && (r.f64 || !double) && (r.strict || !strict);
    let found = huxley_gpu::adapters().into_iter().find(able);
    let found = found.map(|r| Real { number: r.index, discrete: r.kind == "discrete GPU", name: r.name });
    let need = match (double, strict) {
        (true, true) => " with f64 and strict arithmetic",
        (true, false) => " with f64",
        (false, true) => " with strict arithmetic",
        (false, false) => "",
    };
    found.ok_or_else(|| format!("there is no GPU{need}, or only one in software"))
}

/// Lays the plan out on a GPU.
pub fn build(plan: &Arc<Plan>, device: Option<&str>, strict: bool) -> Result<Chosen, Failure> {
    let backend = GpuBackend::new(Arc::clone(plan), &options(device, strict))?;
    let mut warnings = Vec::new();
    if backend.adapter().software {
        warnings.push(format!(
            "{} is a GPU in software: results are right, but it is slower than --backend cpu",
            backend.adapter().name
        ));
    }
    let held = backend.membrane_kernels().into_iter().map(|(held, count)| {
        format!("a membrane kernel of {}: {held}", format::counted(u64::from(count), "cell or group"))
    });
    let held: Vec<String> = held.collect();
    let details = held.clone();
    Ok(Chosen { backend: Box::new(backend), isa: "wgsl".to_owned(), threads: 1, warnings, details, held })
}

/// What `huxley validate` checks: the GPU that is named, or all that are no software; or why there is none.
pub fn subjects(device: Option<&str>) -> Result<Vec<Candidate>, Failure> {
    if let Some(device) = device {
        let report = Device::open(&options(Some(device), false), false)?.report;
        return Ok(arithmetics(&report));
    }
    let (software, real): (Vec<_>, Vec<_>) = huxley_gpu::adapters().into_iter().partition(|report| report.software);
    if !real.is_empty() {
        return Ok(real.iter().flat_map(arithmetics).collect());
    }
    let why = match (software.first(), list()) {
        (Some(one), _) => {
            format!("the only GPU here is in software ({}); `--device {}` checks it", one.name, one.index)
        }
        (None, Err(none)) => format!("{}; {}", none.reason, none.hint),
        (None, Ok(_)) => "there is none".to_owned(),
    };
    Ok(vec![Candidate::Absent { backend: "gpu".to_owned(), why }])
}

/// A GPU in what arithmetic it has, and why not in the others.
fn arithmetics(report: &AdapterReport) -> Vec<Candidate> {
    let cases = [(Precision::F64, true), (Precision::F64, false), (Precision::F32, true), (Precision::F32, false)];
    let of = |(precision, strict): (Precision, bool)| {
        let backend = format!("gpu {}{}", report.index, if strict { " strict" } else { "" });
        let lacks = match precision {
            Precision::F64 if !report.f64 => Some("f64 in kernels"),
            _ if strict && !report.strict => Some("strict arithmetic (Vulkan drivers only)"),
            _ => None,
        };
        if let Some(lacks) = lacks {
            return Candidate::Absent { backend, why: format!("{} has no {lacks}", report.name) };
        }
        let plain = || options(Some(&report.index.to_string()), strict);
        let make = |options: GpuOptions| -> Make {
            Box::new(move |plan: Arc<Plan>| {
                let made = GpuBackend::new(plan, &options).map_err(|error| format!("{error} ({})", error.hint()))?;
                Ok(Box::new(made) as Box<dyn Backend>)
            })
        };
        let variants = vec![
            ("a tick a submission".to_owned(), make(GpuOptions { ticks_per_submission: Some(1), ..plain() })),
            ("dispatches in two dimensions".to_owned(), make(GpuOptions { workgroups: Some(3), ..plain() })),
        ];
        let device = format!("{}, {} {}", report.name, report.driver, report.driver_info);
        Candidate::Present(Subject { backend, device, precision, strict, costly: true, make: make(plain()), variants })
    };
    cases.map(of).into()
}
