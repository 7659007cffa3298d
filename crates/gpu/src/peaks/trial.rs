//! A kernel from one buffer to another, and how long it takes.

use std::time::Instant;

use crate::device::Device;
use crate::error::GpuError;
use crate::flight::read_back;
use crate::machine::TIMEOUT;

/// A kernel ready to be timed.
pub struct Trial {
    pipeline: wgpu::ComputePipeline,
    group: wgpu::BindGroup,
    groups: (u32, u32),
    clock: Option<Clock>,
}

/// The device's own clock, read before the first dispatch of a submission and after the last.
struct Clock {
    set: wgpu::QuerySet,
    resolved: wgpu::Buffer,
    /// s of a unit.
    period: f64,
}

impl Clock {
    fn new(device: &Device) -> Result<Self, GpuError> {
        let set = device.guard("time stamps", || {
            device.device.create_query_set(&wgpu::QuerySetDescriptor {
                label: Some("peak"),
                ty: wgpu::QueryType::Timestamp,
                count: 2,
            })
        })?;
        let usage = wgpu::BufferUsages::QUERY_RESOLVE | wgpu::BufferUsages::COPY_SRC;
        let resolved = device.buffer("time stamps", 16, usage)?;
        Ok(Self { set, resolved, period: f64::from(device.queue.get_timestamp_period()) * 1e-9 })
    }
}

impl Trial {
    /// Compiles `text` for two buffers of `bytes`, in workgroups of 256.
    pub fn new(device: &Device, text: &str, bytes: [u64; 2], groups: (u32, u32)) -> Result<Self, GpuError> {
        let usage = wgpu::BufferUsages::STORAGE | wgpu::BufferUsages::COPY_DST;
        let buffers = [device.buffer("peak", bytes[0], usage)?, device.buffer("peak", bytes[1], usage)?];
        let module = device.module("peak", text)?;
        let clock = if device.stamps() { Some(Clock::new(device)?) } else { None };
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
            Trial { pipeline, group, groups, clock }
        })
    }

    /// Submits `count` dispatches and waits for them: seconds by the host's clock, and by the device's where it has one.
    fn submit(&self, device: &Device, count: u32) -> Result<(f64, Option<f64>), GpuError> {
        let start = Instant::now();
        let mut encoder = device.device.create_command_encoder(&wgpu::CommandEncoderDescriptor::default());
        {
            let mut pass = encoder.begin_compute_pass(&wgpu::ComputePassDescriptor::default());
            pass.set_pipeline(&self.pipeline);
            pass.set_bind_group(0, &self.group, &[]);
            if let Some(clock) = &self.clock {
                pass.write_timestamp(&clock.set, 0);
            }
            for _ in 0..count {
                pass.dispatch_workgroups(self.groups.0, self.groups.1, 1);
            }
            if let Some(clock) = &self.clock {
                pass.write_timestamp(&clock.set, 1);
            }
        }
        if let Some(clock) = &self.clock {
            encoder.resolve_query_set(&clock.set, 0..2, &clock.resolved, 0);
        }
        let submission = device.guard("peak", || device.queue.submit([encoder.finish()]))?;
        device.wait(submission, TIMEOUT)?;
        let host = start.elapsed().as_secs_f64();
        let Some(clock) = &self.clock else { return Ok((host, None)) };
        let stamps: Vec<u64> = bytemuck::allocation::pod_collect_to_vec(&read_back(device, &clock.resolved, 0, 16)?);
        #[allow(clippy::cast_precision_loss)]
        let own = stamps[1].saturating_sub(stamps[0]) as f64 * clock.period;
        Ok((host, Some(own)))
    }

    /// Seconds of a submission of one dispatch by the host's clock, `runs` times after one that compiles.
    pub fn submissions(&self, device: &Device, runs: usize) -> Result<Vec<f64>, GpuError> {
        self.submit(device, 1)?;
        (0..runs).map(|_| Ok(self.submit(device, 1)?.0)).collect()
    }

    /// Seconds of a dispatch, `runs` times: as many in a submission as take 10 ms. By the device's clock; where there is none, the
    /// host's time of twice as many less that of as many.
    pub fn seconds(&self, device: &Device, runs: usize) -> Result<Vec<f64>, GpuError> {
        let time = |count: u32| -> Result<f64, GpuError> {
            match self.submit(device, count)? {
                (_, Some(own)) => Ok(own),
                (host, None) => Ok(self.submit(device, 2 * count)?.0 - host),
            }
        };
        // The first compiles.
        time(1)?;
        let mut count = 1;
        while time(count)? < 0.01 && count < 1024 {
            count *= 2;
        }
        (0..runs).map(|_| Ok((time(count)? / f64::from(count)).max(1e-10))).collect()
    }
}
