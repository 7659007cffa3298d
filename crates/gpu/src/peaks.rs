//! What a device can do at most, measured: copying, and chains of multiply-adds.

use std::time::{Duration, Instant};

use crate::device::Device;
use crate::error::GpuError;
use crate::machine::TIMEOUT;

/// Measured ceilings; medians of several runs.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Peaks {
    /// Bytes read and written in a second by a kernel that copies.
    pub copy: f64,
    /// Operations in a second of fused multiply-adds in `f32`, two each.
    pub fma: f64,
    /// The same in `f64`, where the device has it.
    pub fma_double: Option<f64>,
    /// Seconds from a submission of one small kernel to its end.
    pub submission: f64,
    /// Seconds of each further small kernel in a submission.
    pub dispatch: f64,
}

const COPY: &str = "
@group(0) @binding(0) var<storage, read> a: array<vec4<u32>>;
@group(0) @binding(1) var<storage, read_write> b: array<vec4<u32>>;
@compute @workgroup_size(256)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) lane: u32, @builtin(num_workgroups) all: vec3<u32>) {
    let i = (group.y * all.x + group.x) * 256u + lane;
    if (i < arrayLength(&b)) { b[i] = a[i]; }
}";

/// Multiply-adds of an invocation: as many chains as hide their latency.
const CHAINS: u32 = 8;
const LENGTH: u32 = 256;

fn chains(number: &str) -> String {
    let own = |f: &dyn Fn(u32) -> String| (0..CHAINS).map(f).collect::<String>();
    format!(
        "@group(0) @binding(0) var<storage, read> a: array<{number}>;
@group(0) @binding(1) var<storage, read_write> b: array<{number}>;
@compute @workgroup_size(256)
fn main(@builtin(global_invocation_id) id: vec3<u32>) {{
    let i = id.x;
    let x = a[i & 255u];
    let y = a[(i + 1u) & 255u];
{}    for (var k = 0u; k < {LENGTH}u; k++) {{
{}    }}
    b[i] = {};
}}",
        own(&|c| format!("    var v{c} = x * {number}({c}.5);\n")),
        own(&|c| format!("        v{c} = fma(v{c}, x, y);\n")),
        (0..CHAINS).map(|c| format!("v{c}")).collect::<Vec<_>>().join(" + "),
    )
}

/// A kernel from `a` to `b` and how many workgroups of 256 it takes.
struct Trial {
    pipeline: wgpu::ComputePipeline,
    group: wgpu::BindGroup,
    groups: (u32, u32),
}

fn trial(device: &Device, text: &str, bytes: [u64; 2], groups: (u32, u32)) -> Result<Trial, GpuError> {
    let usage = wgpu::BufferUsages::STORAGE | wgpu::BufferUsages::COPY_DST;
    let buffers = [device.buffer("peak", bytes[0], usage)?, device.buffer("peak", bytes[1], usage)?];
    let module = device.module("peak", text)?;
    device.guard("peak", || {
        let entry = |binding: u32| wgpu::BindGroupLayoutEntry {
            binding,
            visibility: wgpu::ShaderStages::COMPUTE,
            ty: wgpu::BindingType::Buffer {
                ty: wgpu::BufferBindingType::Storage { read_only: binding == 0 },
                has_dynamic_offset: false,
                min_binding_size: None,
            },
            count: None,
        };
        let layout = device.device.create_bind_group_layout(&wgpu::BindGroupLayoutDescriptor {
            label: Some("peak"),
            entries: &[entry(0), entry(1)],
        });
        let all = device.device.create_pipeline_layout(&wgpu::PipelineLayoutDescriptor {
            label: Some("peak"),
            bind_group_layouts: &[Some(&layout)],
            immediate_size: 0,
        });
        let pipeline = device.device.create_compute_pipeline(&wgpu::ComputePipelineDescriptor {
            label: Some("peak"),
            layout: Some(&all),
            module: &module,
            entry_point: Some("main"),
            compilation_options: wgpu::PipelineCompilationOptions::default(),
            cache: None,
        });
        let entries: Vec<wgpu::BindGroupEntry<'_>> = (0..)
            .zip(&buffers)
            .map(|(binding, buffer)| wgpu::BindGroupEntry { binding, resource: buffer.as_entire_binding() })
            .collect();
        let group = device.device.create_bind_group(&wgpu::BindGroupDescriptor {
            label: Some("peak"),
            layout: &layout,
            entries: &entries,
        });
        Trial { pipeline, group, groups }
    })
}

/// Seconds of a submission of `count` dispatches: the median of several.
fn seconds(device: &Device, trial: &Trial, count: u32) -> Result<f64, GpuError> {
    let mut times = Vec::new();
    for turn in 0..7 {
        let start = Instant::now();
        let mut encoder = device.device.create_command_encoder(&wgpu::CommandEncoderDescriptor::default());
        {
            let mut pass = encoder.begin_compute_pass(&wgpu::ComputePassDescriptor::default());
            pass.set_pipeline(&trial.pipeline);
            pass.set_bind_group(0, &trial.group, &[]);
            for _ in 0..count {
                pass.dispatch_workgroups(trial.groups.0, trial.groups.1, 1);
            }
        }
        let submission = device.guard("peak", || device.queue.submit([encoder.finish()]))?;
        device.wait(submission, TIMEOUT)?;
        // The first compiles.
        if turn > 0 {
            times.push(start.elapsed());
        }
    }
    times.sort_unstable();
    Ok(times[times.len() / 2].max(Duration::from_nanos(1)).as_secs_f64())
}

/// Time of one of many dispatches, doubled in number until they take long enough to be measured.
fn rate(device: &Device, trial: &Trial) -> Result<f64, GpuError> {
    let mut count = 1;
    loop {
        let (short, long) = (seconds(device, trial, count)?, seconds(device, trial, 2 * count)?);
        if long > 0.02 || count >= 256 {
            return Ok(((long - short) / f64::from(count)).max(1e-9));
        }
        count *= 2;
    }
}

impl Peaks {
    /// Measures a device: a few seconds.
    ///
    /// # Errors
    /// When it has no memory, or is lost.
    pub fn measure(device: &Device, double: bool) -> Result<Self, GpuError> {
        let limits = device.device.limits();
        let most = limits.max_storage_buffer_binding_size.min(limits.max_buffer_size);
        let bytes = most.min(if device.report.software { 1 << 26 } else { 1 << 30 }) / 4096 * 4096;
        let groups = u32::try_from(bytes / 16 / 256).unwrap_or(u32::MAX);
        let x = groups.min(limits.max_compute_workgroups_per_dimension);
        let copying = trial(device, COPY, [bytes, bytes], (x, groups.div_ceil(x)))?;
        #[allow(clippy::cast_precision_loss)]
        let copy = 2.0 * bytes as f64 / rate(device, &copying)?;
        let work = if device.report.software { 64 } else { 16_384 };
        let chain = |number: &str, size: u64| -> Result<f64, GpuError> {
            let own = trial(device, &chains(number), [256 * size, u64::from(work) * 256 * size], (work, 1))?;
            let operations = 2.0 * f64::from(work) * 256.0 * f64::from(CHAINS) * f64::from(LENGTH);
            Ok(operations / rate(device, &own)?)
        };
        let small = trial(device, COPY, [4096, 4096], (1, 1))?;
        Ok(Self {
            copy,
            fma: chain("f32", 4)?,
            fma_double: if double { Some(chain("f64", 8)?) } else { None },
            submission: seconds(device, &small, 1)?,
            dispatch: rate(device, &small)?,
        })
    }
}
