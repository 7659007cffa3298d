//! The GPUs of this machine.

use wgpu::Features;

use crate::error::GpuError;

/// What is known of an adapter.
#[derive(Clone, Debug)]
pub struct AdapterReport {
    /// Its number, by which it can be asked for.
    pub index: usize,
    /// Its name.
    pub name: String,
    /// `vulkan`, `metal`, `dx12`.
    pub backend: String,
    /// Name of the driver.
    pub driver: String,
    /// Its version and more.
    pub driver_info: String,
    /// `discrete GPU`, `integrated GPU`, `virtual GPU`, `software`, `other`.
    pub kind: &'static str,
    /// Whether it computes on the CPU.
    pub software: bool,
    /// Bytes of the memory that is its own, where that is known; of software, the machine's.
    pub memory: Option<u64>,
    /// What it allows.
    pub limits: wgpu::Limits,
    /// `f64` in kernels.
    pub f64: bool,
    /// `f16` in kernels.
    pub f16: bool,
    /// Smallest and largest subgroup.
    pub subgroups: Option<(u32, u32)>,
    /// Its clock can time kernels.
    pub timestamps: bool,
    /// It can give the CPU's bits.
    pub strict: bool,
}

fn instance() -> wgpu::Instance {
    wgpu::Instance::new(plain(wgpu::InstanceDescriptor::new_without_display_handle_from_env()))
}

/// Without the checks of indirect dispatches: there are none, and the checks keep buffers below 4 GiB.
fn plain(mut descriptor: wgpu::InstanceDescriptor) -> wgpu::InstanceDescriptor {
    descriptor.flags.remove(wgpu::InstanceFlags::VALIDATION_INDIRECT_CALL);
    descriptor
}

fn found() -> Vec<wgpu::Adapter> {
    let mut all = pollster::block_on(instance().enumerate_adapters(wgpu::Backends::all()));
    let order = |adapter: &wgpu::Adapter| match adapter.get_info().device_type {
        wgpu::DeviceType::DiscreteGpu => 0,
        wgpu::DeviceType::IntegratedGpu => 1,
        wgpu::DeviceType::VirtualGpu => 2,
        wgpu::DeviceType::Other => 3,
        wgpu::DeviceType::Cpu => 4,
    };
    all.sort_by_key(order);
    all
}

fn report(index: usize, adapter: &wgpu::Adapter) -> AdapterReport {
    let info = adapter.get_info();
    let features = adapter.features();
    let software = info.device_type == wgpu::DeviceType::Cpu
        || ["llvmpipe", "swiftshader", "basic render"].iter().any(|name| info.name.to_lowercase().contains(name));
    AdapterReport {
        index,
        backend: info.backend.to_str().to_owned(),
        kind: match info.device_type {
            _ if software => "software",
            wgpu::DeviceType::DiscreteGpu => "discrete GPU",
            wgpu::DeviceType::IntegratedGpu => "integrated GPU",
            wgpu::DeviceType::VirtualGpu => "virtual GPU",
            _ => "other",
        },
        software,
        memory: crate::unchecked::memory(adapter),
        limits: adapter.limits(),
        f64: features.contains(Features::SHADER_F64 | Features::SHADER_INT64),
        f16: features.contains(Features::SHADER_F16),
        subgroups: features.contains(Features::SUBGROUP).then_some((info.subgroup_min_size, info.subgroup_max_size)),
        timestamps: features.contains(Features::TIMESTAMP_QUERY | Features::TIMESTAMP_QUERY_INSIDE_PASSES),
        strict: info.backend == wgpu::Backend::Vulkan && features.contains(Features::PASSTHROUGH_SHADERS),
        name: info.name,
        driver: info.driver,
        driver_info: info.driver_info,
    }
}

/// The adapters of this machine, those most likely to be fast first.
#[must_use]
pub fn adapters() -> Vec<AdapterReport> {
    found().iter().enumerate().map(|(index, adapter)| report(index, adapter)).collect()
}

/// The number of the adapter that is used where none is asked for: the first that is no software, or else the first.
#[must_use]
pub fn usual(adapters: &[AdapterReport]) -> Option<usize> {
    let real = adapters.iter().position(|adapter| !adapter.software);
    real.or(if adapters.is_empty() { None } else { Some(0) })
}

/// The adapter that is asked for by number or part of its name, or the first that is no software, or else the first.
pub(crate) fn choose(wanted: Option<&str>) -> Result<(wgpu::Adapter, AdapterReport), GpuError> {
    let mut all = found();
    #[cfg(feature = "noop")]
    if wanted == Some("noop") {
        let mut descriptor = plain(wgpu::InstanceDescriptor::new_without_display_handle());
        descriptor.backends = wgpu::Backends::NOOP;
        descriptor.backend_options.noop.enable = true;
        // Buffers as large as addresses, so that memory can run out.
        descriptor.backend_options.noop.limits =
            Some(wgpu::Limits { max_buffer_size: 1 << 60, ..wgpu::Limits::unlimited() });
        all = pollster::block_on(wgpu::Instance::new(descriptor).enumerate_adapters(wgpu::Backends::NOOP));
        all.truncate(1);
        let report = all.first().map(|adapter| report(0, adapter));
        let reason = "the noop backend is not there".to_owned();
        return all.pop().zip(report).ok_or(GpuError::NoAdapter { reason });
    }
    let reports: Vec<AdapterReport> = all.iter().enumerate().map(|(index, adapter)| report(index, adapter)).collect();
    if reports.is_empty() {
        let reason = pollster::block_on(instance().request_adapter(&wgpu::RequestAdapterOptions::default()));
        let reason = reason.err().map_or_else(|| "none is listed".to_owned(), |error| error.to_string());
        return Err(GpuError::NoAdapter { reason });
    }
    let place = match wanted {
        None => usual(&reports),
        // A number is never part of a name: `1` is no driver's version where there is only GPU 0.
        Some(text) => match text.parse::<usize>() {
            Ok(number) => (number < reports.len()).then_some(number),
            Err(_) => reports.iter().position(|r| r.name.to_lowercase().contains(&text.to_lowercase())),
        },
    };
    let Some(place) = place else {
        let found = reports.iter().map(|r| format!("number {}, {}", r.index, r.name)).collect();
        return Err(GpuError::NoSuchAdapter { wanted: wanted.unwrap_or_default().to_owned(), found });
    };
    Ok((all.swap_remove(place), reports[place].clone()))
}
