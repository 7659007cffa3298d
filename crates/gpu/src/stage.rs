//! Kernels as pipelines, and the buffers they are bound to.

use huxley_shaders::kernels::{Access, Buffer, Kernel};

use crate::device::Device;
use crate::error::GpuError;

/// A kernel ready to run.
#[derive(Debug)]
pub struct Stage {
    /// The phase it is of.
    pub name: &'static str,
    pipeline: wgpu::ComputePipeline,
    layout: wgpu::BindGroupLayout,
    bindings: Vec<(Buffer, Access)>,
}

/// Bytes of the parameters of a dispatch.
pub const PARAMS: u64 = 64;

impl Stage {
    /// Compiles a kernel.
    pub fn new(device: &Device, kernel: &Kernel) -> Result<Self, GpuError> {
        let entry = |(binding, &(_, access)): (u32, &(Buffer, Access))| wgpu::BindGroupLayoutEntry {
            binding,
            visibility: wgpu::ShaderStages::COMPUTE,
            ty: wgpu::BindingType::Buffer {
                ty: match access {
                    Access::Uniform => wgpu::BufferBindingType::Uniform,
                    Access::Read => wgpu::BufferBindingType::Storage { read_only: true },
                    Access::Write => wgpu::BufferBindingType::Storage { read_only: false },
                },
                has_dynamic_offset: access == Access::Uniform,
                min_binding_size: None,
            },
            count: None,
        };
        let entries: Vec<wgpu::BindGroupLayoutEntry> = (0..).zip(&kernel.bindings).map(entry).collect();
        let module = device.module(kernel.name, &kernel.text)?;
        let (pipeline, layout) = device.guard(kernel.name, || {
            let layout = device.device.create_bind_group_layout(&wgpu::BindGroupLayoutDescriptor {
                label: Some(kernel.name),
                entries: &entries,
            });
            let all = device.device.create_pipeline_layout(&wgpu::PipelineLayoutDescriptor {
                label: Some(kernel.name),
                bind_group_layouts: &[Some(&layout)],
                immediate_size: 0,
            });
            let pipeline = device.device.create_compute_pipeline(&wgpu::ComputePipelineDescriptor {
                label: Some(kernel.name),
                layout: Some(&all),
                module: &module,
                entry_point: Some("main"),
                compilation_options: wgpu::PipelineCompilationOptions {
                    zero_initialize_workgroup_memory: false,
                    ..wgpu::PipelineCompilationOptions::default()
                },
                cache: None,
            });
            (pipeline, layout)
        })?;
        Ok(Self { name: kernel.name, pipeline, layout, bindings: kernel.bindings.clone() })
    }

    /// Binds buffers; `find` gives each.
    pub fn bind<'a>(&self, device: &Device, find: impl Fn(Buffer) -> &'a wgpu::Buffer) -> wgpu::BindGroup {
        let entry = |(binding, &(buffer, access)): (u32, &(Buffer, Access))| wgpu::BindGroupEntry {
            binding,
            resource: match access {
                Access::Uniform => wgpu::BindingResource::Buffer(wgpu::BufferBinding {
                    buffer: find(buffer),
                    offset: 0,
                    size: wgpu::BufferSize::new(PARAMS),
                }),
                _ => find(buffer).as_entire_binding(),
            },
        };
        let entries: Vec<wgpu::BindGroupEntry<'_>> = (0..).zip(&self.bindings).map(entry).collect();
        device.device.create_bind_group(&wgpu::BindGroupDescriptor {
            label: Some(self.name),
            layout: &self.layout,
            entries: &entries,
        })
    }

    /// Records a dispatch, with the offset of its parameters, if it has any.
    pub fn dispatch(
        &self,
        pass: &mut wgpu::ComputePass<'_>,
        group: &wgpu::BindGroup,
        offset: Option<u32>,
        (x, y): (u32, u32),
    ) {
        pass.set_pipeline(&self.pipeline);
        pass.set_bind_group(0, group, offset.as_slice());
        pass.dispatch_workgroups(x, y, 1);
    }
}

/// Workgroups in two dimensions for `count` of them.
pub fn grid(count: u32, most: u32) -> (u32, u32) {
    let x = count.min(most);
    (x.max(1), count.div_ceil(x.max(1)).max(1))
}
