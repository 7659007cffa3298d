//! The two calls of wgpu that are unsafe, and why they are sound here. Nothing else in the project is.
#![allow(unsafe_code)]

/// A module without bounds checks and without counters in its loops.
///
/// Sound for the kernels of `huxley_shaders`: every index comes from tables that are built from a checked plan, loops end by
/// construction, and `GpuOptions::checked` runs the same kernels with all checks in tests. Robust access of the driver stays on.
pub fn trusted(device: &wgpu::Device, descriptor: wgpu::ShaderModuleDescriptor<'_>) -> wgpu::ShaderModule {
    // SAFETY: as said above.
    unsafe { device.create_shader_module_trusted(descriptor, wgpu::ShaderRuntimeChecks::unchecked()) }
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
