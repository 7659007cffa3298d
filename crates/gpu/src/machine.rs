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

use crate::chunks::{self, ClockedChunk, EventChunk};
use crate::courses::Courses;
use crate::device::{Device, GpuOptions};
use crate::element::Element;
use crate::error::GpuError;
use crate::flight::{Flight, Running};
use crate::jobs::{Buffers, ChunkBuffers, Job, Jobs, compile, filled};
use crate::kernels;
use crate::layout::{self, Grouping, Layout, STATUS, WORDS_BEFORE_RING};
use crate::probes::{Answers, Taps, taps};
use crate::record::Recording;
use crate::stage::Stage;
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

/// A plan, its state and its place in time.
#[derive(Debug)]
pub struct Machine<E: Element> {
    pub(crate) plan: Arc<Plan>,
    pub(crate) device: Device,
    pub(crate) layout: Layout,
    pub(crate) buffers: Buffers,
    stages: Vec<Stage>,
    jobs: Vec<Job>,
    pub(crate) phases: Jobs,
    flights: [Flight<E>; 2],
    pub(crate) tick: u64,
    /// First tick whose spikes the ring knows; arrivals of earlier ones are among the pending.
    pub(crate) since: u64,
    pub(crate) pending: bool,
    pub(crate) drive: Drive,
    /// Of which only dopamine and the rates of learning are moved here.
    pub(crate) slow: Slow,
    pub(crate) observers: Vec<(Observer, Taps)>,
    /// Where each observer's list of places starts in the index.
    pub(crate) tap_lists: Vec<u32>,
    steps: Vec<PoolStep>,
    /// Spikes a submission may have.
    capacity: u32,
    /// Ticks of the next submission.
    pace: u32,
    fixed_pace: Option<u32>,
    /// Most workgroups in a dimension of a dispatch.
    pub(crate) workgroups: u32,
    timings: Timings,
    timeout: Duration,
    /// Why the state on the device is not that of `tick`, until a snapshot is restored.
    pub(crate) broken: Option<GpuError>,
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
        let binding = usize::try_from(options.binding_bytes.unwrap_or(binding).min(binding)).unwrap_or(usize::MAX);
        let chunk = options.chunk_bytes.and_then(|bytes| usize::try_from(bytes).ok()).unwrap_or(binding).min(binding);
        let mut grouping = Grouping::of(&limits, device.report.software, size_of::<E>());
        grouping.on_chip = options.nodes_on_chip.unwrap_or(grouping.on_chip).min(grouping.on_chip);
        let widest = limits.max_compute_invocations_per_workgroup as usize;
        grouping.width = options.tree_width.unwrap_or(grouping.width).min(widest);
        grouping.cells = options.cells_of_group;
        let (layout, mut tables) = layout::lay_out::<E>(&plan, grouping);
        if plan.no_source() >= 1 << layout.delay_shift {
            return Err(GpuError::Limit {
                what: format!("sources of spikes beside delays of {} ticks", plan.longest_delay()),
                need: u64::from(plan.no_source()),
                limit: (1 << layout.delay_shift) - 1,
                unit: "numbers",
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
            let buffer = filled(&device, label, contents, write, binding, plan.cells.len())?;
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
            timeout: options.timeout.unwrap_or(TIMEOUT),
            broken: None,
            bytes,
        })
    }

    /// Runs `ticks` ticks.
    pub fn advance(&mut self, ticks: u32) -> Result<Epoch, RunError> {
        self.whole()?;
        self.run(ticks).map_err(|stop| match stop {
            Stop::Device(error) => {
                // Some of the ticks may have run, and their spikes are not known.
                self.broken = Some(error.clone());
                error.into()
            }
            Stop::Run(error) => error,
        })
    }

    /// That the state on the device is that of `tick`.
    pub(crate) fn whole(&self) -> Result<(), GpuError> {
        self.broken.clone().map_or(Ok(()), Err)
    }

    fn run(&mut self, ticks: u32) -> Result<Epoch, Stop> {
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

    /// Waits for a submission and takes what it found.
    fn finish(&mut self, running: Running<E>, epoch: &mut Epoch) -> Result<(), Stop> {
        let flight = &self.flights[running.turn];
        let found = flight.collect(&self.device, &running, self.timeout)?;
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
            return Err(Stop::Device(GpuError::Limit {
                what: format!("spikes of {} ticks", running.ticks),
                need: u64::from(found.count),
                limit: u64::from(self.capacity),
                unit: "records",
                remedy: "the network is saturated, or the tick is long: use a shorter --tick, or --backend cpu"
                    .to_owned(),
            }));
        }
        for record in found.spikes.chunks_exact(E::SPIKE_WORDS) {
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
            return Err(Stop::Run(diverged(plan, node, potential, self.tick)));
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

/// Why a run stops.
enum Stop {
    /// By itself; the state is that of the tick.
    Run(RunError),
    /// By the device.
    Device(GpuError),
}

impl From<GpuError> for Stop {
    fn from(error: GpuError) -> Self {
        Stop::Device(error)
    }
}

/// Spikes that the buffers of a submission hold: one a cell in each of many ticks.
fn spike_capacity(plan: &Plan) -> u32 {
    number((plan.cells.len() * 64).clamp(1 << 14, 1 << 22).max(2 * plan.cells.len()))
}
