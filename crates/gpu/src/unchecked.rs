//! The calls of wgpu that are unsafe, and why they are sound here. Nothing else in the project is.
#![allow(unsafe_code)]

/// A module without bounds checks and without counters in its loops.
///
/// Sound for the kernels of `huxley_shaders`: every index comes from tables that are built from a checked plan, loops end by
/// construction, and `GpuOptions::checked` runs the same kernels with all checks in tests. Robust access of the driver stays on.
pub fn trusted(device: &wgpu::Device, descriptor: wgpu::ShaderModuleDescriptor<'_>) -> wgpu::ShaderModule {
    // SAFETY: as said above.
    unsafe { device.create_shader_module_trusted(descriptor, wgpu::ShaderRuntimeChecks::unchecked()) }
}

/// Bytes of the memory that is the device's own, where the driver says so (Vulkan).
#[cfg(any(target_os = "linux", target_os = "windows", target_os = "android"))]
pub fn memory(adapter: &wgpu::Adapter) -> Option<u64> {
    /// `VK_MEMORY_HEAP_DEVICE_LOCAL_BIT`.
    const OWN: u32 = 1;
    // SAFETY: the handles live as long as `adapter`, and are asked, not changed.
    let properties = unsafe {
        let own = adapter.as_hal::<wgpu::hal::api::Vulkan>()?;
        own.shared_instance().raw_instance().get_physical_device_memory_properties(own.raw_physical_device())
    };
    let heaps = properties.memory_heaps.iter().take(properties.memory_heap_count as usize);
    let bytes: u64 = heaps.filter(|heap| heap.flags.as_raw() & OWN != 0).map(|heap| heap.size).sum();
    (bytes > 0).then_some(bytes)
}

/// Bytes of the memory that is the device's own: not known.
#[cfg(not(any(target_os = "linux", target_os = "windows", target_os = "android")))]
pub fn memory(_: &wgpu::Adapter) -> Option<u64> {
    None
}

/// A module from SPIR-V as it is.
///
/// Sound for words that naga wrote from a module it validated, with decorations added.
pub fn passthrough(
    device: &wgpu::Device,
    descriptor: wgpu::ShaderModuleDescriptorPassthrough<'_>,
) -> wgpu::ShaderModule {
    // SAFETY: as said above.
    unsafe { device.create_shader_module_passthrough(descriptor) }
}
