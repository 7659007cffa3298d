//! A plan on a GPU in one precision: its state in buffers, ticks as command buffers.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use huxley_engine::drive::Drive;
use huxley_engine::observe::{self, Observer};
use huxley_engine::oracle::diverged;
use huxley_engine::plan::Plan;
use huxley_engine::pools::PoolStep;
use huxley_engine::slow::Slow;
use huxley_engine::{Epoch, RunError, Spike};
use huxley_model::network::Precision;
use huxley_shaders::Arithmetic;
use huxley_shaders::kernels::Buffer;

use crate::chunks::{self, ClockedChunk, EventChunk};
use crate::courses::Courses;
use crate::device::{Device, GpuOptions};
use crate::element::Element;
use crate::error::GpuError;
use crate::flight::{Flight, Running, Sample};
use crate::kernels;
use crate::layout::{self, Grouping, Layout, STATUS, WORDS_BEFORE_RING};
use crate::probes::{Answers, Known, Taps, taps};
use crate::stage::{PARAMS, Stage, grid};
use crate::strict;
use crate::tables::number;
use crate::timing::Timings;

/// Time a submission should take: long against its overhead, short against the watchdogs of drivers.
const SUBMISSION: Duration = Duration::from_millis(40);
/// Most ticks of a submission, unless the user says otherwise.
const MOST_TICKS: u32 = 256;
/// Dispatches that one set of time stamps holds.
const MOST_STAMPS: usize = 4000;
/// A submission that takes longer than this is taken to hang.
pub const TIMEOUT: Duration = Duration::from_secs(120);

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
struct Jobs {
    begin: usize,
    slow: Option<usize>,
    events: Vec<usize>,
    clocked: Vec<Vec<usize>>,
    gaps: Option<usize>,
    membrane: Vec<usize>,
    probe: usize,
    probe_synapses: Vec<Vec<usize>>,
}

/// A plan, its state and its place in time.
#[derive(Debug)]
pub struct Machine<E: Element> {
    pub(crate) plan: Arc<Plan>,
    pub(crate) device: Device,
    pub(crate) layout: Layout,
    pub(crate) buffers: Buffers,
    stages: Vec<Stage>,
    jobs: Vec<Job>,
    phases: Jobs,
    flights: [Flight<E>; 2],
    pub(crate) tick: u64,
    /// First tick whose spikes the ring knows; arrivals of earlier ones are among the pending.
    pub(crate) since: u64,
    pub(crate) pending: bool,
    pub(crate) drive: Drive,
    /// Of which only dopamine and the rates of learning are moved here.
    pub(crate) slow: Slow,
    observers: Vec<(Observer, Taps)>,
    /// Where each observer's list of places starts in the index.
    tap_lists: Vec<u32>,
    steps: Vec<PoolStep>,
    /// Spikes a submission may have.
    capacity: u32,
    /// Ticks of the next submission.
    pace: u32,
    fixed_pace: Option<u32>,
    /// Most workgroups in a dimension of a dispatch.
    workgroups: u32,
    timings: Timings,
    bytes: u64,
}

impl<E: Element> Machine<E> {
    /// Lays a plan out at time 0 and compiles its kernels.
    pub fn new(plan: Arc<Plan>, options: &GpuOptions) -> Result<Self, GpuError> {
        let device = Device::open(options, E::DOUBLE)?;
        if options.strict {
            strict::probe::<E>(&device)?;
        }
        let limits = device.device.limits();
        let binding = limits.max_storage_buffer_binding_size.min(limits.max_buffer_size);
        let binding = usize::try_from(binding).unwrap_or(usize::MAX);
        let chunk = options.chunk_bytes.and_then(|bytes| usize::try_from(bytes).ok()).unwrap_or(binding).min(binding);
        let mut grouping = Grouping::of(&limits, device.report.software, size_of::<E>());
        grouping.on_chip = options.nodes_on_chip.unwrap_or(grouping.on_chip).min(grouping.on_chip);
        let (layout, mut tables) = layout::lay_out::<E>(&plan, grouping);
        if plan.no_source() >= 1 << layout.delay_shift {
            return Err(GpuError::Limit {
                what: format!("sources of spikes beside delays of {} ticks", plan.longest_delay()),
                need: u64::from(plan.no_source()),
                limit: (1 << layout.delay_shift) - 1,
                remedy: "shorten the longest delay, take a longer tick, or use --backend cpu".to_owned(),
            });
        }
        let observers: Vec<(Observer, Taps)> = observe::observers(&plan)
            .into_iter()
            .map(|observer| {
                let taps = taps(&plan, &layout, &observer);
                (observer, taps)
            })
            .collect();
        let arithmetic = Arithmetic { double: E::DOUBLE, strict: options.strict };
        let capacity = spike_capacity(&plan);
        let events: Vec<EventChunk<E>> = if plan.events.slot.is_empty() {
            Vec::new()
        } else {
            chunks::events(&plan, &mut tables, layout.delay_shift, chunk)?
        };
        let clocked = plan.clocked.iter().map(|group| chunks::clocked(&plan, group, layout.delay_shift, chunk));
        let clocked = clocked.collect::<Result<Vec<Vec<ClockedChunk<E>>>, GpuError>>()?;
        let text = kernels::print(&plan, &layout, &mut tables, arithmetic, capacity);
        // Places of synapses that are probed are relative to their chunk.
        let mut tap_lists = Vec::new();
        for (_, taps) in &observers {
            let relative = |&(group, variable, synapse): &(u32, u32, u32)| {
                let own = &clocked[group as usize];
                let chunk = &own[own.partition_point(|c| c.base <= synapse) - 1];
                variable * number(chunk.synapses.len()) + synapse - chunk.base
            };
            let synapses: Vec<u32> = taps.synapses.iter().map(relative).collect();
            tap_lists.push(tables.index(taps.state.iter().copied().chain(synapses)));
        }

        let mut bytes = 0;
        let mut buffer = |label: &str, contents: &[u8], write: bool| {
            let buffer = filled(&device, label, contents, write, binding)?;
            bytes += buffer.size();
            Ok::<_, GpuError>(buffer)
        };
        let mut words = vec![0_u32; WORDS_BEFORE_RING + layout.ring * (layout.row_words + plan.sources())];
        words[layout::BAD_NODE] = u32::MAX;
        let mut chunk_buffers = |synapses: &[u32], values: Option<&[E]>, weights: &[E], place: (u32, u32, u32)| {
            Ok::<_, GpuError>(ChunkBuffers {
                synapses: buffer("synapses", bytemuck::cast_slice(synapses), true)?,
                values: values.map(|v| buffer("variables of synapses", bytemuck::cast_slice(v), true)).transpose()?,
                weights: (!weights.is_empty())
                    .then(|| buffer("weights", bytemuck::cast_slice(weights), false))
                    .transpose()?,
                first: place.0,
                count: place.1,
                base: place.2,
                synapse_count: number(synapses.len()),
            })
        };
        let event_buffers = events
            .iter()
            .map(|c| chunk_buffers(&c.synapses, None, &c.weights, (c.first, c.count, c.base)))
            .collect::<Result<Vec<_>, _>>()?;
        drop(events);
        let clocked_buffers = clocked
            .iter()
            .map(|chunks| {
                let of = |c: &ClockedChunk<E>| {
                    chunk_buffers(&c.synapses, Some(&c.values), &c.weights, (c.first_place, c.places, c.base))
                };
                chunks.iter().map(of).collect::<Result<Vec<_>, _>>()
            })
            .collect::<Result<Vec<_>, _>>()?;
        drop(clocked);
        let buffers = Buffers {
            state: buffer("state", bytemuck::cast_slice(&tables.state), true)?,
            constants: buffer("constants", bytemuck::cast_slice(&tables.constants), false)?,
            index: buffer("tables", bytemuck::cast_slice(&tables.index), false)?,
            words: buffer("spikes on their way", bytemuck::cast_slice(&words), true)?,
            events: event_buffers,
            clocked: clocked_buffers,
        };
        let (stages, jobs, phases) = compile(&device, &text, &buffers)?;
        let timings = Timings::new(&device);
        let flights = [Flight::new(&device, capacity)?, Flight::new(&device, capacity)?];
        let precision = if E::DOUBLE { Precision::F64 } else { Precision::F32 };
        device.check()?;
        Ok(Self {
            drive: Drive::new(&plan),
            slow: Slow::new(&plan, precision),
            steps: plan.receptors.iter().map(|r| PoolStep::new(r, &plan.settings)).collect(),
            plan,
            device,
            layout,
            buffers,
            stages,
            jobs,
            phases,
            flights,
            tick: 0,
            since: 0,
            pending: false,
            observers,
            tap_lists,
            capacity,
            pace: options.ticks_per_submission.unwrap_or(1).max(1),
            fixed_pace: options.ticks_per_submission,
            workgroups: options.workgroups.unwrap_or(u32::MAX).min(limits.max_compute_workgroups_per_dimension),
            timings,
            bytes,
        })
    }

    /// Runs `ticks` ticks.
    pub fn advance(&mut self, ticks: u32) -> Result<Epoch, RunError> {
        let mut epoch = Epoch { spikes: Vec::new(), samples: vec![Vec::new(); self.observers.len()] };
        let mut left = ticks;
        let mut under_way: VecDeque<Running<E>> = VecDeque::new();
        let mut turn = 0;
        while left > 0 || !under_way.is_empty() {
            if left > 0 && under_way.len() < 2 {
                let count = self.pace.min(left).min(self.most_ticks());
                let running = self.submit(turn, count)?;
                under_way.push_back(running);
                turn = 1 - turn;
                left -= count;
                continue;
            }
            if let Some(running) = under_way.pop_front() {
                self.finish(running, &mut epoch)?;
            }
        }
        epoch.spikes.sort_by_key(|spike| (spike.step, spike.cell));
        Ok(epoch)
    }

    /// Most ticks of a submission, by what its buffers hold.
    fn most_ticks(&self) -> u32 {
        if let Some(ticks) = self.fixed_pace {
            return ticks.max(1);
        }
        let per_tick = 8 + 3 * self.plan.settings.substeps as usize;
        let stamps = if self.timings.active() {
            MOST_STAMPS / self.dispatches_in_a_tick()
        } else {
            per_tick.max(MOST_TICKS as usize)
        };
        let spikes = self.capacity as usize / self.plan.cells.len().max(1);
        number(stamps.min(spikes).max(1)).min(MOST_TICKS)
    }

    /// At most.
    fn dispatches_in_a_tick(&self) -> usize {
        let settings = &self.plan.settings;
        let first = self.tick * u64::from(settings.substeps);
        let samples = |observer: &Observer| {
            let interval = observer.interval;
            usize::try_from((first + u64::from(settings.substeps)).div_ceil(interval) - first / interval).unwrap_or(1)
        };
        let samples: usize =
            self.observers.iter().map(|(observer, taps)| samples(observer) * (1 + taps.synapses.len().min(8))).sum();
        let gaps = if self.phases.gaps.is_some() { (settings.substeps / settings.coupling) as usize } else { 0 };
        let segments = 1 + samples + gaps;
        let chunks = self.phases.events.len() + self.phases.clocked.iter().map(Vec::len).sum::<usize>();
        2 + chunks + gaps + samples + segments * self.phases.membrane.len()
    }

    /// Records and submits `ticks` ticks.
    fn submit(&mut self, turn: usize, ticks: u32) -> Result<Running<E>, GpuError> {
        let plan = Arc::clone(&self.plan);
        let mut recording =
            Recording { dispatches: Vec::new(), courses: Courses::default(), samples: Vec::new(), next_sample: 0 };
        for tick in self.tick..self.tick + u64::from(ticks) {
            self.record(&plan, tick, &mut recording);
        }
        let mut running = self.flights[turn].submit(
            &self.device,
            &self.buffers,
            &self.stages,
            &self.jobs,
            &recording,
            &mut self.timings,
        )?;
        let first = self.tick;
        self.tick += u64::from(ticks);
        (running.turn, running.first_tick, running.ticks) = (turn, first, ticks);
        running.samples = recording.samples;
        Ok(running)
    }

    /// The dispatches of a tick.
    fn record(&mut self, plan: &Plan, tick: u64, out: &mut Recording<E>) {
        let settings = &plan.settings;
        self.slow.begin_schedule(plan, tick);
        let courses = self.drive.begin(plan, tick);
        let (headers, jumps) = out.courses.tick(&courses);
        let rates = out.courses.numbers((0..plan.clocked.len()).flat_map(|group| self.slow.rates(group).to_vec()));
        let ring = self.layout.ring as u64;
        #[allow(clippy::cast_possible_truncation)]
        let base = Params {
            tick: tick as u32,
            row: (tick % ring) as u32,
            since: self.since as u32,
            course: headers,
            jumps: u32::from(jumps),
            to_substep: settings.substeps,
            ..Params::default()
        };
        let most = self.workgroups;
        let mut push = |job: usize, width: u32, params: Params| {
            let groups = grid(params.count.div_ceil(width), most);
            out.dispatches.push(Dispatch { job, params: Params { groups_x: groups.0, ..params }, groups });
        };
        push(self.phases.begin, 64, Params { count: number(plan.sources()), ..base });
        if let Some(job) = self.phases.slow {
            push(job, 64, Params { count: number(plan.cells.len()), ..base });
        }
        let pending = self.pending && tick - self.since < self.layout.pending_rows as u64;
        for (&job, chunk) in self.phases.events.iter().zip(&self.buffers.events) {
            let own = Params { first: chunk.first, count: chunk.count, base: chunk.base, ..base };
            push(job, 64, Params { pending: u32::from(pending), ..own });
        }
        for (g, (jobs, chunks)) in self.phases.clocked.iter().zip(&self.buffers.clocked).enumerate() {
            let interval = plan.clocked[g].interval;
            let ends = |k: usize| interval[k] > 0 && tick > 0 && tick.is_multiple_of(u64::from(interval[k]));
            for (&job, chunk) in jobs.iter().zip(chunks) {
                let params = Params {
                    count: chunk.count,
                    base: chunk.base,
                    base_place: chunk.first,
                    stride: chunk.synapse_count,
                    out: rates,
                    ends: u32::from(ends(0)) | u32::from(ends(1)) << 1,
                    ..base
                };
                push(job, 4, params);
            }
        }
        let first_step = tick * u64::from(settings.substeps);
        let mut from = 0;
        while from < settings.substeps {
            let step = first_step + u64::from(from);
            let mut to = settings.substeps;
            if let Some(job) = self.phases.gaps {
                if from.is_multiple_of(settings.coupling) {
                    push(job, 64, Params { count: number(plan.gaps.node.len()), ..base });
                }
                to = to.min((from / settings.coupling + 1) * settings.coupling);
            }
            for (o, (observer, taps)) in self.observers.iter().enumerate() {
                let next = (step / observer.interval + 1) * observer.interval - step;
                to = u32::try_from(u64::from(from) + next).map_or(to, |next| to.min(next));
                if !observer.due(step) {
                    continue;
                }
                let (list, place) = (self.tap_lists[o], out.next_sample);
                if !taps.state.is_empty() {
                    let own = Params { first: list, count: number(taps.state.len()), out: place, ..base };
                    push(self.phases.probe, 64, own);
                }
                // Runs of synapses that lie in one chunk.
                let mut at = 0;
                while at < taps.synapses.len() {
                    let (group, _, synapse) = taps.synapses[at];
                    let chunks = &self.buffers.clocked[group as usize];
                    let chunk = chunks.partition_point(|c| c.base <= synapse) - 1;
                    let end = chunks[chunk].base + chunks[chunk].synapse_count;
                    let run = taps.synapses[at..]
                        .iter()
                        .take_while(|(g, _, s)| *g == group && *s >= chunks[chunk].base && *s < end);
                    let count = run.count();
                    let own = Params {
                        first: list + number(taps.state.len() + at),
                        count: number(count),
                        out: place + number(taps.state.len() + at),
                        ..base
                    };
                    push(self.phases.probe_synapses[group as usize][chunk], 64, own);
                    at += count;
                }
                let dopamine = |cell: u32| self.slow.dopamine(plan, cell);
                let known = Known::at(plan, taps, &self.drive, &courses, from, dopamine);
                out.samples.push(Sample { observer: o, place: place as usize, substep: from, known });
                out.next_sample += number(taps.len());
            }
            for (&job, share) in self.phases.membrane.iter().zip(&self.layout.shares) {
                let width = if share.shape == huxley_shaders::kernels::Shape::Point { 64 } else { 1 };
                push(job, width, Params { count: share.count, from_substep: from, to_substep: to, ..base });
            }
            from = to;
        }
    }

    /// Waits for a submission and takes what it found.
    fn finish(&mut self, running: Running<E>, epoch: &mut Epoch) -> Result<(), RunError> {
        let flight = &self.flights[running.turn];
        let found = flight.collect(&self.device, &running)?;
        self.timings.add(&running.stamps, &found.stamps);
        tracing::debug!(
            first_tick = running.first_tick,
            ticks = running.ticks,
            spikes = found.count,
            seconds = running.begun.elapsed().as_secs_f64(),
            "submission"
        );
        let plan = &self.plan;
        if found.count > self.capacity {
            return Err(RunError::from(GpuError::Other(format!(
                "{} spikes in {} ticks, where {} were expected at most: the network is saturated, or --tick is long",
                found.count, running.ticks, self.capacity
            ))));
        }
        let words = if E::DOUBLE { 5 } else { 4 };
        for record in found.spikes.chunks_exact(words) {
            let ahead = u64::from(record[0].wrapping_sub(
                #[allow(clippy::cast_possible_truncation)]
                {
                    running.first_tick as u32
                },
            ));
            let step = (running.first_tick + ahead) * u64::from(plan.settings.substeps) + u64::from(record[1]);
            let fraction = E::from_words(&record[3..]).to_f64();
            epoch.spikes.push(Spike { step, fraction, cell: record[2] });
        }
        for sample in &running.samples {
            let (observer, taps) = &self.observers[sample.observer];
            let values: Vec<f64> =
                found.samples[sample.place..sample.place + taps.len()].iter().map(|x| x.to_f64()).collect();
            let answers = Answers {
                plan,
                layout: &self.layout,
                taps,
                values: &values,
                known: &sample.known,
                steps: &self.steps,
                substep: sample.substep,
            };
            let out = &mut epoch.samples[sample.observer];
            observer.sample(plan, &answers, out);
        }
        if found.status[STATUS] != 0 {
            let node = found.status[layout::BAD_NODE] as usize;
            let potential = self.read_state(self.layout.v + number(node), 1)?[0].to_f64();
            let ahead = (found.status[STATUS] - 1).wrapping_sub(
                #[allow(clippy::cast_possible_truncation)]
                {
                    running.first_tick as u32
                },
            );
            self.tick = running.first_tick + u64::from(ahead);
            return Err(diverged(plan, node, potential, self.tick));
        }
        if self.fixed_pace.is_none() {
            let wanted = SUBMISSION.as_secs_f64() / running.begun.elapsed().as_secs_f64().max(1e-6);
            #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
            let ticks = (wanted * f64::from(running.ticks)) as u32;
            self.pace = ticks.clamp(1, (4 * running.ticks).min(MOST_TICKS));
        }
        Ok(())
    }

    /// Part of the state, read back.
    pub(crate) fn read_state(&self, first: u32, count: usize) -> Result<Vec<E>, GpuError> {
        self.read(&self.buffers.state, first as usize, count)
    }

    /// Part of a buffer, read back.
    pub(crate) fn read<T: bytemuck::Pod>(
        &self,
        buffer: &wgpu::Buffer,
        first: usize,
        count: usize,
    ) -> Result<Vec<T>, GpuError> {
        crate::flight::read_back(&self.device, buffer, first * size_of::<T>(), count * size_of::<T>())
            .map(|bytes| bytemuck::allocation::pod_collect_to_vec(&bytes))
    }

    /// Time of each kernel, where the device keeps it.
    pub fn timings(&self) -> &Timings {
        &self.timings
    }

    /// Bytes on the device.
    pub fn bytes(&self) -> u64 {
        self.bytes + self.flights.iter().map(Flight::bytes).sum::<u64>()
    }
}

/// Spikes that the buffers of a submission hold: one a cell in each of many ticks.
fn spike_capacity(plan: &Plan) -> u32 {
    number((plan.cells.len() * 64).clamp(1 << 14, 1 << 22).max(2 * plan.cells.len()))
}

/// A buffer with contents, checked against the limits.
fn filled(
    device: &Device,
    label: &str,
    contents: &[u8],
    write: bool,
    binding: usize,
) -> Result<wgpu::Buffer, GpuError> {
    if contents.len() > binding {
        return Err(GpuError::Limit {
            what: format!("the buffer of {label}"),
            need: contents.len() as u64,
            limit: binding as u64,
            remedy: "use fewer cells, a GPU with larger buffers, or --backend cpu".to_owned(),
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
fn compile(
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

/// What a submission is recorded from.
#[derive(Debug)]
pub struct Recording<E> {
    /// In order.
    pub dispatches: Vec<Dispatch>,
    /// Courses and rates of learning.
    pub courses: Courses<E>,
    /// Samples taken.
    pub samples: Vec<Sample>,
    /// Numbers sampled so far.
    pub next_sample: u32,
}

/// A dispatch.
#[derive(Clone, Copy, Debug)]
pub struct Dispatch {
    /// What is dispatched.
    pub job: usize,
    /// With which parameters.
    pub params: Params,
    /// Workgroups.
    pub groups: (u32, u32),
}

macro_rules! parameters {
    ($($name:ident),* $(,)?) => {
        /// The structure of the same name in `shaders/lib/params.wgsl`.
        #[repr(C)]
        #[derive(Clone, Copy, Debug, Default, bytemuck::Pod, bytemuck::Zeroable)]
        #[allow(missing_docs)]
        pub struct Params {
            $(pub $name: u32,)*
        }

        /// Names of the members of a dispatch's parameters, in order.
        pub const PARAMETERS: &[&str] = &[$(stringify!($name)),*];
    };
}

parameters!(
    tick,
    row,
    from_substep,
    to_substep,
    first,
    count,
    groups_x,
    since,
    pending,
    course,
    jumps,
    out,
    ends,
    base,
    base_place,
    stride,
);

const _: () = assert!(size_of::<Params>() as u64 == PARAMS);

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
