//! Buffers that last as long as a machine, and its kernels: what is dispatched on what.

use huxley_shaders::kernels::Buffer;

use crate::device::Device;
use crate::error::{GpuError, IN_BINDING};
use crate::kernels;
use crate::stage::Stage;

/// Buffers of a chunk of synapses.
#[derive(Debug)]
pub struct ChunkBuffers {
    /// Source and delay.
    pub synapses: wgpu::Buffer,
    /// Variables, of clocked synapses.
    pub values: Option<wgpu::Buffer>,
    /// Weights that do not move, if each synapse has its own.
    pub weights: Option<wgpu::Buffer>,
    /// First of the list of slots, or first place.
    pub first: u32,
    /// Slots, or places.
    pub count: u32,
    /// First synapse.
    pub base: u32,
    /// Synapses.
    pub synapse_count: u32,
}

/// Buffers that last as long as the machine.
#[derive(Debug)]
pub struct Buffers {
    /// Everything that moves, but synapses.
    pub state: wgpu::Buffer,
    /// Numbers that do not move.
    pub constants: wgpu::Buffer,
    /// Tables of integers.
    pub index: wgpu::Buffer,
    /// Status and ring of spikes.
    pub words: wgpu::Buffer,
    /// Of event synapses.
    pub events: Vec<ChunkBuffers>,
    /// Of each group of clocked synapses.
    pub clocked: Vec<Vec<ChunkBuffers>>,
}

/// A kernel on a chunk, or on everything.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Target {
    /// Everything.
    All,
    /// A chunk of event synapses.
    Events(usize),
    /// A chunk of a clocked group.
    Clocked(usize, usize),
}

/// A kernel that is bound to buffers once a flight.
#[derive(Debug)]
pub struct Job {
    /// The kernel.
    pub stage: usize,
    /// What it runs on.
    pub target: Target,
}

/// Numbers of the jobs of each phase.
#[derive(Debug, Default)]
pub struct Jobs {
    /// Clears the ring; generators.
    pub begin: usize,
    /// Averages and traces.
    pub slow: Option<usize>,
    /// Each chunk of event synapses.
    pub events: Vec<usize>,
    /// Each group's chunks.
    pub clocked: Vec<Vec<usize>>,
    /// Gap junctions.
    pub gaps: Option<usize>,
    /// Each share of the cells.
    pub membrane: Vec<usize>,
    /// Probes of the state.
    pub probe: usize,
    /// Probes of synapses: each group's chunks.
    pub probe_synapses: Vec<Vec<usize>>,
}

impl Buffers {
    /// The buffer of a kernel on a target; none if it is the flight's.
    pub fn find(&self, buffer: Buffer, target: Target) -> Option<&wgpu::Buffer> {
        let chunk = match target {
            Target::All => None,
            Target::Events(c) => Some(&self.events[c]),
            Target::Clocked(g, c) => Some(&self.clocked[g][c]),
        };
        match buffer {
            Buffer::State => Some(&self.state),
            Buffer::Constants => Some(&self.constants),
            Buffer::Index => Some(&self.index),
            Buffer::Words => Some(&self.words),
            Buffer::Values => chunk.and_then(|c| c.values.as_ref()),
            Buffer::Synapses => chunk.map(|c| &c.synapses),
            Buffer::Weights => chunk.and_then(|c| c.weights.as_ref()),
            Buffer::Params | Buffer::Course | Buffer::Headers | Buffer::Spikes | Buffer::Samples => None,
        }
    }
}

/// A buffer with contents, checked against the limits.
pub fn filled(
    device: &Device,
    label: &str,
    contents: &[u8],
    write: bool,
    binding: usize,
    cells: usize,
) -> Result<wgpu::Buffer, GpuError> {
    let (need, limit) = (contents.len() as u64, binding as u64);
    if need > limit {
        let fit = u128::from(limit) * cells as u128 / u128::from(need);
        return Err(GpuError::Limit {
            what: format!("the buffer of {label}"),
            need,
            limit,
            unit: IN_BINDING,
            remedy: format!(
                "of the {cells} cells about {fit} would fit; or use a GPU with larger bindings, or --backend cpu"
            ),
        });
    }
    let mut usage = wgpu::BufferUsages::STORAGE | wgpu::BufferUsages::COPY_SRC;
    if write {
        usage |= wgpu::BufferUsages::COPY_DST;
    }
    device.guard(label, || {
        let size = (contents.len().next_multiple_of(4) as u64).max(16);
        let buffer = device.device.create_buffer(&wgpu::BufferDescriptor {
            label: Some(label),
            size,
            usage,
            mapped_at_creation: true,
        });
        if let Ok(mut view) = buffer.slice(..contents.len() as u64).get_mapped_range_mut() {
            view.copy_from_slice(contents);
        }
        buffer.unmap();
        buffer
    })
}

/// Compiles the kernels and lists what is to be bound.
pub fn compile(
    device: &Device,
    text: &kernels::Kernels,
    buffers: &Buffers,
) -> Result<(Vec<Stage>, Vec<Job>, Jobs), GpuError> {
    let (mut stages, mut jobs, mut phases) = (Vec::new(), Vec::new(), Jobs::default());
    let mut stage = |kernel: &huxley_shaders::kernels::Kernel| {
        stages.push(Stage::new(device, kernel)?);
        Ok::<usize, GpuError>(stages.len() - 1)
    };
    let mut job = |stage: usize, target: Target| {
        jobs.push(Job { stage, target });
        jobs.len() - 1
    };
    phases.begin = job(stage(&text.begin)?, Target::All);
    if let Some(kernel) = &text.slow {
        phases.slow = Some(job(stage(kernel)?, Target::All));
    }
    if let Some(kernel) = &text.events {
        let own = stage(kernel)?;
        phases.events = (0..buffers.events.len()).map(|c| job(own, Target::Events(c))).collect();
    }
    for (g, kernel) in text.clocked.iter().enumerate() {
        let own = stage(kernel)?;
        phases.clocked.push((0..buffers.clocked[g].len()).map(|c| job(own, Target::Clocked(g, c))).collect());
    }
    if let Some(kernel) = &text.gaps {
        phases.gaps = Some(job(stage(kernel)?, Target::All));
    }
    for kernel in &text.membrane {
        let own = stage(kernel)?;
        phases.membrane.push(job(own, Target::All));
    }
    if let [of_state, of_synapses] = &text.probes[..] {
        phases.probe = job(stage(of_state)?, Target::All);
        let own = stage(of_synapses)?;
        for (g, chunks) in buffers.clocked.iter().enumerate() {
            phases.probe_synapses.push((0..chunks.len()).map(|c| job(own, Target::Clocked(g, c))).collect());
        }
    }
    Ok((stages, jobs, phases))
}
