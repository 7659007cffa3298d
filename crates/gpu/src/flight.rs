//! A submission: its buffers, its commands, and what comes back.

use std::time::{Duration, Instant};

use huxley_shaders::kernels::Buffer;

use crate::device::Device;
use crate::element::Element;
use crate::error::GpuError;
use crate::jobs::{Buffers, Job};
use crate::machine::TIMEOUT;
use crate::probes::Known;
use crate::record::Recording;
use crate::stage::{PARAMS, Stage};
use crate::timing::Timings;

/// Bytes before the records of spikes.
pub const SPIKES_HEADER: u64 = 16;
/// Bytes of the status.
const STATUS: u64 = 16;
/// Records of spikes that come back without being asked for.
const EXPECTED: u32 = 1 << 14;

/// A sample that a probe took.
#[derive(Debug)]
pub struct Sample {
    /// The probe.
    pub observer: usize,
    /// Where its numbers are among those sampled.
    pub place: usize,
    /// When in its tick.
    pub substep: u32,
    /// What the host knew then.
    pub known: Known,
}

/// A submission under way.
#[derive(Debug)]
pub struct Running<E> {
    /// Which flight it is.
    pub turn: usize,
    /// Its first tick.
    pub first_tick: u64,
    /// How many.
    pub ticks: u32,
    /// What it sampled.
    pub samples: Vec<Sample>,
    /// When it was submitted.
    pub begun: Instant,
    /// The kernel of each dispatch.
    pub stamps: Vec<&'static str>,
    submission: wgpu::SubmissionIndex,
    staging: wgpu::Buffer,
    parts: Parts,
    kind: std::marker::PhantomData<E>,
}

/// What came back.
#[derive(Debug)]
pub struct Found<E> {
    /// Spikes there were.
    pub count: u32,
    /// Their records.
    pub spikes: Vec<u32>,
    /// Status.
    pub status: Vec<u32>,
    /// Samples.
    pub samples: Vec<E>,
    /// The clock before the first dispatch and after each.
    pub stamps: Vec<u64>,
}

/// Bytes of the parts of what comes back, in this order.
#[derive(Clone, Copy, Debug)]
struct Parts {
    spikes: u64,
    samples: u64,
    stamps: u64,
}

/// Buffers of submissions that are never two at a time.
#[derive(Debug)]
pub struct Flight<E> {
    spikes: wgpu::Buffer,
    params: wgpu::Buffer,
    course: wgpu::Buffer,
    headers: wgpu::Buffer,
    samples: wgpu::Buffer,
    queries: Option<(wgpu::QuerySet, wgpu::Buffer)>,
    /// Of each job; none until they are bound, and again after a buffer has grown.
    groups: Vec<wgpu::BindGroup>,
    kind: std::marker::PhantomData<E>,
}

const STORAGE: wgpu::BufferUsages =
    wgpu::BufferUsages::STORAGE.union(wgpu::BufferUsages::COPY_DST).union(wgpu::BufferUsages::COPY_SRC);
const UNIFORM: wgpu::BufferUsages = wgpu::BufferUsages::UNIFORM.union(wgpu::BufferUsages::COPY_DST);

impl<E: Element> Flight<E> {
    /// Small buffers that grow as they are needed; spikes up to `capacity`.
    pub fn new(device: &Device, capacity: u32) -> Result<Self, GpuError> {
        let words = E::SPIKE_WORDS as u64;
        Ok(Self {
            spikes: device.buffer("spikes", SPIKES_HEADER + 4 * words * u64::from(capacity), STORAGE)?,
            params: device.buffer("parameters", 1 << 14, UNIFORM)?,
            course: device.buffer("courses", 1 << 12, STORAGE)?,
            headers: device.buffer("headers", 1 << 12, STORAGE)?,
            samples: device.buffer("samples", 1 << 12, STORAGE)?,
            queries: None,
            groups: Vec::new(),
            kind: std::marker::PhantomData,
        })
    }

    /// Bytes on the device.
    pub fn bytes(&self) -> u64 {
        [&self.spikes, &self.params, &self.course, &self.headers, &self.samples].iter().map(|b| b.size()).sum()
    }

    /// Makes room; whether a buffer was replaced.
    fn grow(&mut self, device: &Device, sizes: [u64; 4]) -> Result<(), GpuError> {
        let all = [&mut self.params, &mut self.course, &mut self.headers, &mut self.samples];
        let labels = ["parameters", "courses", "headers", "samples"];
        let limit = device.device.limits().max_buffer_size;
        for ((own, size), label) in all.into_iter().zip(sizes).zip(labels) {
            if own.size() < size {
                let usage = if label == "parameters" { UNIFORM } else { STORAGE };
                *own = device.buffer(label, size.next_power_of_two().min(limit), usage)?;
                self.groups.clear();
            }
        }
        Ok(())
    }

    /// Uploads, records and submits.
    pub fn submit(
        &mut self,
        device: &Device,
        buffers: &Buffers,
        stages: &[Stage],
        jobs: &[Job],
        recording: &Recording<E>,
        timings: &mut Timings,
    ) -> Result<Running<E>, GpuError> {
        let limits = device.device.limits();
        let stride = PARAMS.next_multiple_of(u64::from(limits.min_uniform_buffer_offset_alignment));
        let count = recording.dispatches.len();
        let samples = u64::from(recording.next_sample) * size_of::<E>() as u64;
        let course: &[u8] = bytemuck::cast_slice(&recording.courses.values);
        let headers: &[u8] = bytemuck::cast_slice(&recording.courses.headers);
        self.grow(device, [stride * count as u64, course.len() as u64, headers.len() as u64, samples])?;
        let step = usize::try_from(stride).unwrap_or(usize::MAX);
        let mut params = vec![0_u8; step * count];
        for (own, dispatch) in params.chunks_exact_mut(step).zip(&recording.dispatches) {
            own[..size_of_val(&dispatch.params)].copy_from_slice(bytemuck::bytes_of(&dispatch.params));
        }
        device.queue.write_buffer(&self.params, 0, &params);
        for (own, contents) in [(&self.course, course), (&self.headers, headers)] {
            if !contents.is_empty() {
                device.queue.write_buffer(own, 0, contents);
            }
        }
        if self.groups.is_empty() {
            self.bind(device, buffers, stages, jobs)?;
        }
        // A tick of more dispatches than a set of time stamps holds is not timed.
        let timed = timings.active() && count < wgpu::QUERY_SET_MAX_QUERIES as usize;
        if timings.active() && !timed {
            tracing::debug!(dispatches = count, "not timed: more dispatches than a set of time stamps holds");
        }
        let stamps = if timed { 8 * (count as u64 + 1) } else { 0 };
        if stamps > 0 && self.queries.as_ref().is_none_or(|(_, resolved)| resolved.size() < stamps) {
            self.queries = Some(self.query_set(device, stamps)?);
        }
        let words = E::SPIKE_WORDS as u64;
        let parts = Parts {
            spikes: (SPIKES_HEADER + 4 * words * u64::from(EXPECTED)).min(self.spikes.size()),
            samples: samples.next_multiple_of(8),
            stamps,
        };
        let staging = device.buffer(
            "results",
            parts.spikes + STATUS + parts.samples + parts.stamps,
            wgpu::BufferUsages::MAP_READ | wgpu::BufferUsages::COPY_DST,
        )?;
        let mut encoder =
            device.device.create_command_encoder(&wgpu::CommandEncoderDescriptor { label: Some("ticks") });
        encoder.clear_buffer(&self.spikes, 0, Some(SPIKES_HEADER));
        {
            let mut pass = encoder
                .begin_compute_pass(&wgpu::ComputePassDescriptor { label: Some("ticks"), timestamp_writes: None });
            let queries = self.queries.as_ref().filter(|_| stamps > 0).map(|(set, _)| set);
            if let Some(set) = queries {
                pass.write_timestamp(set, 0);
            }
            for (n, dispatch) in (0_u32..).zip(&recording.dispatches) {
                let offset = u32::try_from(u64::from(n) * stride).unwrap_or(u32::MAX);
                stages[jobs[dispatch.job].stage].dispatch(
                    &mut pass,
                    &self.groups[dispatch.job],
                    Some(offset),
                    dispatch.groups,
                );
                if let Some(set) = queries {
                    pass.write_timestamp(set, n + 1);
                }
            }
        }
        let mut at = 0;
        encoder.copy_buffer_to_buffer(&self.spikes, 0, &staging, at, Some(parts.spikes));
        at += parts.spikes;
        encoder.copy_buffer_to_buffer(&buffers.words, 0, &staging, at, Some(STATUS));
        at += STATUS;
        if parts.samples > 0 {
            encoder.copy_buffer_to_buffer(&self.samples, 0, &staging, at, Some(parts.samples));
            at += parts.samples;
        }
        if let Some((set, resolved)) = self.queries.as_ref().filter(|_| stamps > 0) {
            encoder.resolve_query_set(set, 0..u32::try_from(count + 1).unwrap_or(u32::MAX), resolved, 0);
            encoder.copy_buffer_to_buffer(resolved, 0, &staging, at, Some(stamps));
        }
        let submission = device.guard("a submission", || device.queue.submit([encoder.finish()]))?;
        staging.map_async(wgpu::MapMode::Read, .., |_| {});
        Ok(Running {
            turn: 0,
            first_tick: 0,
            ticks: 0,
            samples: Vec::new(),
            begun: Instant::now(),
            stamps: recording.dispatches.iter().map(|d| stages[jobs[d.job].stage].name).collect(),
            submission,
            staging,
            parts,
            kind: std::marker::PhantomData,
        })
    }

    fn query_set(&self, device: &Device, bytes: u64) -> Result<(wgpu::QuerySet, wgpu::Buffer), GpuError> {
        let count = u32::try_from(bytes / 8).unwrap_or(u32::MAX).next_power_of_two().min(wgpu::QUERY_SET_MAX_QUERIES);
        let set = device.guard("time stamps", || {
            device.device.create_query_set(&wgpu::QuerySetDescriptor {
                label: Some("time stamps"),
                ty: wgpu::QueryType::Timestamp,
                count,
            })
        })?;
        let usage = wgpu::BufferUsages::QUERY_RESOLVE | wgpu::BufferUsages::COPY_SRC;
        Ok((set, device.buffer("time stamps", 8 * u64::from(count), usage)?))
    }

    fn bind(&mut self, device: &Device, buffers: &Buffers, stages: &[Stage], jobs: &[Job]) -> Result<(), GpuError> {
        let groups = device.guard("the buffers of kernels", || {
            let bind = |job: &Job| {
                stages[job.stage].bind(device, |which| {
                    buffers.find(which, job.target).unwrap_or(match which {
                        Buffer::Params => &self.params,
                        Buffer::Course => &self.course,
                        Buffer::Headers => &self.headers,
                        Buffer::Spikes => &self.spikes,
                        _ => &self.samples,
                    })
                })
            };
            jobs.iter().map(bind).collect()
        })?;
        self.groups = groups;
        Ok(())
    }

    /// Waits for a submission and takes what came back.
    pub fn collect(&self, device: &Device, running: &Running<E>, timeout: Duration) -> Result<Found<E>, GpuError> {
        device.wait(running.submission.clone(), timeout)?;
        let bytes = mapped(&running.staging)?;
        let Parts { spikes, samples, stamps } = running.parts;
        let part = |first: u64, length: u64| -> &[u8] {
            let (first, length) = (usize::try_from(first).unwrap_or(0), usize::try_from(length).unwrap_or(0));
            &bytes[first..first + length]
        };
        let words: Vec<u32> = bytemuck::allocation::pod_collect_to_vec(part(0, spikes));
        let count = words[0];
        let records = count as usize * E::SPIKE_WORDS;
        let whole = words.len() - 4;
        let capacity = usize::try_from((self.spikes.size() - SPIKES_HEADER) / 4).unwrap_or(usize::MAX);
        let found = if records <= whole {
            words[4..4 + records].to_vec()
        } else {
            let size = 4 * records.min(capacity);
            bytemuck::allocation::pod_collect_to_vec(&read_back(device, &self.spikes, 16, size)?)
        };
        Ok(Found {
            count,
            spikes: found,
            status: bytemuck::allocation::pod_collect_to_vec(part(spikes, STATUS)),
            samples: bytemuck::allocation::pod_collect_to_vec(part(spikes + STATUS, samples)),
            stamps: bytemuck::allocation::pod_collect_to_vec(part(spikes + STATUS + samples, stamps)),
        })
    }
}

/// The bytes of a buffer that is being mapped.
fn mapped(staging: &wgpu::Buffer) -> Result<Vec<u8>, GpuError> {
    let view = staging.slice(..).get_mapped_range().map_err(|error| GpuError::Other(error.to_string()))?;
    Ok(view.to_vec())
}

/// Part of a buffer, once everything submitted is done.
pub fn read_back(device: &Device, from: &wgpu::Buffer, first: usize, size: usize) -> Result<Vec<u8>, GpuError> {
    if size == 0 {
        return Ok(Vec::new());
    }
    let usage = wgpu::BufferUsages::MAP_READ | wgpu::BufferUsages::COPY_DST;
    let staging = device.buffer("results", size as u64, usage)?;
    let mut encoder = device.device.create_command_encoder(&wgpu::CommandEncoderDescriptor { label: Some("read") });
    encoder.copy_buffer_to_buffer(from, first as u64, &staging, 0, Some(size as u64));
    let submission = device.guard("a copy", || device.queue.submit([encoder.finish()]))?;
    staging.map_async(wgpu::MapMode::Read, .., |_| {});
    device.wait(submission, TIMEOUT)?;
    let mut bytes = mapped(&staging)?;
    bytes.truncate(size);
    Ok(bytes)
}
