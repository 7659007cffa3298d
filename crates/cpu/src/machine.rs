//! A plan on the CPU in one precision: the tick loop over blocks.

use std::ops::Range;
use std::sync::{Arc, Mutex};

use fearless_simd::Level;
use huxley_engine::drive::{Course, Drive};
use huxley_engine::exchange::Exchange;
use huxley_engine::observe::{self, Observer, State};
use huxley_engine::oracle::{diverged as divergence, driving_slots, initial_drives};
use huxley_engine::plan::{Injection, InjectionSource, Plan, SynapseSite};
use huxley_engine::pools::PoolStep;
use huxley_engine::signalling;
use huxley_engine::slow::Slow;
use huxley_engine::snapshot::{Reader, Snapshot, Writer, plan_digest};
use huxley_engine::{Column, Epoch, RunError, SynapseTable};
use huxley_model::membrane::{add_gap_current, is_early};
use huxley_model::network::Precision;
use huxley_model::signalling::Messenger;

use crate::block::{Block, plane};
use crate::clocked::Clocked;
use crate::deliver::{Departure, Partitions};
use crate::kernel::receptors::{DRIVE, Incoming, NOT_CLOCKED};
use crate::kernel::{Advance, Context, Found, Workspace, begin_tick, publish};
use crate::lanes::{Element, Rounding, dispatch};
use crate::layout::Layout;
use crate::share::{in_turn, on_each};

/// Substeps through which blocks run by themselves, at most: enough for what happens between them to cost little.
const STEPS_TOGETHER: u64 = 256;

/// Courses of injections, and nodes with noise, of these ticks together, at most: some megabytes.
const COURSES_TOGETHER: u64 = 1 << 16;

/// What a value of a block takes in a substep, at least, in `f32` and in `f64`, with AVX-512 (W1 and W2 of `benches/versus`), ps.
const VALUE: [u64; 2] = [130, 280];

/// What it takes to deliver a spike to a synapse (`huxley bench --only event`), ps.
const ARRIVAL: u64 = 3500;

/// Work for which a further thread is worth the time until it has begun and ended, ps: two threads are no faster than one in substeps
/// of 4 us, and slower below.
const WORTH_A_THREAD: u64 = 2_000_000;

/// How a machine runs.
#[derive(Clone, Debug)]
pub struct Execution {
    /// Instruction set.
    pub level: Level,
    /// Rounding of multiply-adds.
    pub rounding: Rounding,
    /// Threads; none runs on the caller's.
    pub pool: Option<Arc<rayon::ThreadPool>>,
    /// Whether all threads take part in what is not worth their while.
    pub every_thread: bool,
}

/// A plan, its state and its place in time.
#[derive(Debug)]
pub struct Machine<E: Element> {
    plan: Arc<Plan>,
    execution: Execution,
    layout: Layout<E>,
    /// What a substep of all blocks takes one thread, at least, ps.
    substep: u64,
    /// What each block brought to light in the substeps under way.
    found: Vec<Found>,
    /// Of each thread.
    workspaces: Vec<Mutex<Workspace<E>>>,
    arrivals: Partitions<E>,
    /// Partitions to which each thread delivers, unless others have nothing left to do.
    delivers: Vec<Vec<u32>>,
    /// Spikes that have set out and not been delivered.
    departures: Vec<Departure>,
    clocked: Vec<Clocked<E>>,
    slow: Slow,
    /// For each slot of clocked synapses: group, and index into its sums.
    clocked_of_slot: Vec<(u32, u32)>,
    partition_of_slot: Vec<u16>,
    /// Where each slot's pools are: block, first element, distance between pools.
    slot_place: Vec<(u32, u32, u32)>,
    steps: Vec<PoolStep>,
    exchange: Exchange,
    drive: Drive,
    /// Courses of injections, and nodes with noise, of a tick; 1 if there are none.
    courses: u64,
    observers: Vec<Observer>,
    gap_current: Vec<E>,
    tick: u64,
    /// Injected current by node, kept only for probes that ask.
    injected: Vec<f64>,
}

impl<E: Element> Machine<E> {
    /// Lays a plan out at time 0.
    #[must_use]
    #[allow(clippy::cast_possible_truncation)]
    pub fn new(plan: Arc<Plan>, execution: Execution, point_rows: Option<usize>) -> Self {
        let threads = execution.pool.as_ref().map_or(1, |pool| pool.current_num_threads());
        let layout = Layout::new(&plan, point_rows, threads);
        let values: usize = layout.blocks.iter().map(Block::values).sum();
        let slots = plan.slots.node.len();
        let mut clocked_of_slot = Vec::new();
        if !plan.clocked.is_empty() {
            clocked_of_slot.resize(slots, NOT_CLOCKED);
            for (g, group) in (0u32..).zip(&plan.clocked) {
                for (sum, &slot) in (0u32..).zip(&group.slot) {
                    clocked_of_slot[slot as usize] = (g, sum);
                }
            }
        }
        let mut partition_of_slot = vec![0; slots];
        for (partition, pair) in (0u16..).zip(plan.slots.first_of_partition.windows(2)) {
            partition_of_slot[pair[0] as usize..pair[1] as usize].fill(partition);
        }
        let mut slot_place = vec![(0, 0, 0); slots];
        for (b, block) in (0u32..).zip(&layout.blocks) {
            for receptor in &block.receptors {
                for (slot, offset) in receptor.slots() {
                    let first = (receptor.plane * block.stride()) as u32 + offset;
                    slot_place[slot as usize] = (b, first, block.stride() as u32);
                }
            }
        }
        let mut machine = Self {
            found: vec![Found::default(); layout.blocks.len()],
            workspaces: (0..threads).map(|_| Mutex::default()).collect(),
            delivers: delivers(&plan, &layout, threads),
            layout,
            substep: values as u64 * VALUE[usize::from(size_of::<E>() == 8)],
            arrivals: Partitions::new(&plan),
            departures: Vec::new(),
            clocked: plan.clocked.iter().map(|group| Clocked::new(&plan, group, threads)).collect(),
            slow: Slow::new(&plan, if size_of::<E>() == 4 { Precision::F32 } else { Precision::F64 }),
            clocked_of_slot,
            partition_of_slot,
            slot_place,
            steps: plan.receptors.iter().map(|r| PoolStep::new(r, &plan.settings)).collect(),
            exchange: Exchange::new(&plan),
            drive: Drive::new(&plan),
            courses: courses(&plan),
            observers: observe::observers(&plan),
            gap_current: vec![E::default(); plan.gaps.node.len()],
            tick: 0,
            injected: vec![0.0; if plan.probes.is_empty() { 0 } else { plan.nodes.parent.len() }],
            execution,
            plan,
        };
        let initial = initial_drives(&machine.plan);
        for slot in driving_slots(&Arc::clone(&machine.plan)) {
            *machine.drive_mut(slot) = E::from_f64(initial[slot]);
        }
        machine
    }

    /// What drives calcium at a slot.
    fn drive_mut(&mut self, slot: usize) -> &mut E {
        let (block, first, stride) = self.slot_place[slot];
        &mut self.layout.blocks[block as usize].planes[first as usize + DRIVE * stride as usize]
    }

    /// Clocked synapses move on by a tick, in which the spikes of `self.exchange` arrive.
    fn deliver_clocked(&mut self, plan: &Plan) {
        #[allow(clippy::cast_precision_loss)]
        let share = E::from_f64(1.0 / f64::from(plan.settings.substeps));
        for (index, (group, state)) in plan.clocked.iter().zip(&mut self.clocked).enumerate() {
            if let Some((step, receptor)) = &group.step.calcium {
                let slots = group.slot.chunks_exact(group.receptors.len());
                for (influx, slots) in state.influx.iter_mut().zip(slots) {
                    let (block, first, stride) = self.slot_place[slots[*receptor] as usize];
                    let sum = self.layout.blocks[block as usize].planes[first as usize + DRIVE * stride as usize];
                    *influx = step.influx(sum * share);
                }
            }
            state.deliver(plan, index, &self.exchange, &self.slow, self.tick, &self.execution);
        }
    }

    /// Runs `ticks` ticks.
    pub fn advance(&mut self, ticks: u32) -> Result<Epoch, RunError> {
        match self.execution.pool.clone() {
            Some(pool) => pool.install(|| self.advance_here(ticks)),
            None => self.advance_here(ticks),
        }
    }

    fn advance_here(&mut self, ticks: u32) -> Result<Epoch, RunError> {
        let plan = Arc::clone(&self.plan);
        let mut epoch = Epoch { spikes: Vec::new(), samples: vec![Vec::new(); self.observers.len()] };
        let end = self.tick + u64::from(ticks);
        while self.tick < end {
            let ticks = self.ticks_together(&plan, end - self.tick);
            self.advance_ticks(&plan, ticks, &mut epoch)?;
        }
        self.deliver_rest(&plan);
        Ok(epoch)
    }

    /// How many of the `most` next ticks every block can run through before any of them needs to know what the others did: no spike
    /// of these ticks arrives in them, and no probe samples but at their beginning.
    fn ticks_together(&self, plan: &Plan, most: u64) -> u64 {
        if !plan.gaps.node.is_empty() || !plan.clocked.is_empty() {
            return 1;
        }
        let substeps = u64::from(plan.settings.substeps);
        let step = self.tick * substeps;
        let unseen = self.observers.iter().map(|o| ((step / o.interval + 1) * o.interval - step) / substeps);
        let ticks = most.min(STEPS_TOGETHER / substeps).min(u64::from(plan.events.shortest_delay));
        // Rings have room for arrivals in as many.
        let rows = if plan.events.slot.is_empty() { u64::MAX } else { u64::from(plan.events.longest_delay) };
        unseen.fold(ticks.min(rows).min(COURSES_TOGETHER / self.courses), u64::min).max(1)
    }

    /// Runs `count` ticks, as many as go together.
    fn advance_ticks(&mut self, plan: &Plan, count: u64, epoch: &mut Epoch) -> Result<(), RunError> {
        let ticks = self.tick..self.tick + count;
        let generated: Vec<Vec<u32>> = ticks.clone().map(|tick| self.exchange.generated(plan, tick)).collect();
        // Beside what arrives in the first of these ticks, only generators bring something to them.
        let departure = self.begin(plan, self.tick, &generated[0], 0..u64::MAX);
        self.departures.push(departure);
        let later = ticks.clone().zip(&generated).skip(1).filter(|(_, sources)| !sources.is_empty());
        self.departures.extend(later.map(|(tick, sources)| {
            let arrivals = tick..ticks.end;
            Departure { tick, begins: false, sources: sources.clone(), arrivals }
        }));
        self.deliver_clocked(plan);
        let courses: Vec<Vec<Course>> = ticks.clone().map(|tick| self.drive.begin(plan, tick)).collect();
        let settings = &plan.settings;
        let first_spike = epoch.spikes.len();
        let mut from = 0;
        while from < settings.substeps {
            let step = self.tick * u64::from(settings.substeps) + u64::from(from);
            let mut to = settings.substeps;
            if !plan.gaps.node.is_empty() {
                if from.is_multiple_of(settings.coupling) {
                    self.exchange_gap_potentials();
                }
                to = to.min((from / settings.coupling + 1) * settings.coupling);
            }
            for observer in &self.observers {
                let next = (step / observer.interval + 1) * observer.interval - step;
                to = u32::try_from(u64::from(from) + next).map_or(to, |next| to.min(next));
            }
            self.advance_blocks(plan, &courses, from, to, step, epoch);
            from = to;
        }
        for found in &mut self.found {
            // Given back at once: volleys would be held twice.
            epoch.spikes.append(&mut std::mem::take(&mut found.spikes));
        }
        // No cell has two spikes in one substep.
        epoch.spikes[first_spike..].sort_unstable_by_key(|s| (s.step, s.cell));
        self.check(plan)?;
        // Spikes set out in the tick after their own. What is not there yet arrives after the last of these ticks, in the order of
        // setting out; what is would only be emptied again.
        let mut rest = &epoch.spikes[first_spike..];
        for (tick, generated) in ticks.clone().zip(&generated) {
            if tick > ticks.start {
                let departure = self.begin(plan, tick, generated, ticks.end..u64::MAX);
                self.departures.push(departure);
            }
            let first_step = tick * u64::from(settings.substeps);
            let own;
            (own, rest) = rest.split_at(rest.partition_point(|s| s.step - first_step < u64::from(settings.substeps)));
            for spike in own {
                #[allow(clippy::cast_precision_loss)]
                let substep = E::from_f64((spike.step - first_step) as f64);
                let early = is_early(substep, E::from_f64(spike.fraction), settings.substeps);
                self.exchange.spiked(spike.cell, early);
            }
        }
        self.tick = ticks.end;
        Ok(())
    }

    /// Starts `tick` for everything but blocks and synapses. Returns the spikes that set out in it and arrive in `arrivals`.
    fn begin(&mut self, plan: &Plan, tick: u64, generated: &[u32], arrivals: Range<u64>) -> Departure {
        let sources = self.exchange.begin(tick, generated);
        self.slow.begin(plan, tick, sources);
        Departure { tick, begins: true, sources: sources.to_vec(), arrivals }
    }

    /// Delivers what no block has waited for.
    fn deliver_rest(&mut self, plan: &Plan) {
        let departures = std::mem::take(&mut self.departures);
        if departures.is_empty() {
            return;
        }
        let shares = self.delivers.iter().map(|own| own.iter()).collect();
        on_each(self.worthwhile(plan, 0, &departures), shares, &self.workspaces, |_, &partition| {
            self.arrivals.deliver(plan, partition as usize, &departures)
        });
    }

    /// Advances all blocks through substeps `from..to` of ticks with these courses; probes sample first, blocks begin their tick at
    /// substep 0.
    fn advance_blocks(&mut self, plan: &Plan, ticks: &[Vec<Course>], from: u32, to: u32, step: u64, epoch: &mut Epoch) {
        let sampled = self.observers.iter().any(|o| o.due(step));
        if sampled {
            self.note_injected(plan, &ticks[0], from);
        }
        let context = Context {
            plan,
            courses: &ticks[0],
            drive: &self.drive,
            steps: &self.steps,
            gap_current: &self.gap_current,
            tick: self.tick,
        };
        let incoming = Incoming {
            arrivals: &self.arrivals,
            ahead: 0,
            partition_of_slot: &self.partition_of_slot,
            clocked: &self.clocked,
            clocked_of_slot: &self.clocked_of_slot,
        };
        let departures = if from == 0 { std::mem::take(&mut self.departures) } else { Vec::new() };
        let most = self.worthwhile(plan, u64::from(to - from) * ticks.len() as u64, &departures);
        let deliver = |&partition: &u32| self.arrivals.deliver(plan, partition as usize, &departures);
        let mut partitions: Vec<_> = self.delivers.iter().map(|own| own.iter()).collect();
        if departures.is_empty() {
            partitions.clear();
        }
        if sampled {
            // Probes see arrivals and currents of the substep that begins.
            if from == 0 {
                let partitions = std::mem::take(&mut partitions);
                let blocks = in_shares(&self.layout.shares, &mut self.layout.blocks, &mut self.found);
                in_turn(most, partitions, deliver, blocks, &self.workspaces, |_, (block, _)| {
                    begin_tick(block, &context, &incoming);
                });
            }
            let view = View {
                layout: &self.layout,
                slots: &self.slot_place,
                clocked: &self.clocked,
                slow: &self.slow,
                steps: &self.steps,
                injected: &self.injected,
                plan,
                substep: from,
            };
            for (observer, out) in self.observers.iter().zip(&mut epoch.samples) {
                if observer.due(step) {
                    observer.sample(plan, &view, out);
                }
            }
        }
        let kernels = &self.layout.kernels;
        let (level, rounding) = (self.execution.level, self.execution.rounding);
        let advance = |workspace: &mut Workspace<E>, (block, found): (&mut Block<E>, &mut Found)| {
            let kernel = &kernels[block.class];
            for (ahead, courses) in ticks.iter().enumerate() {
                let context = Context { courses, tick: context.tick + ahead as u64, ..context };
                if from == 0 && !(sampled && ahead == 0) {
                    begin_tick(block, &context, &Incoming { ahead, ..incoming });
                }
                let (block, workspace, found) = (&mut *block, &mut *workspace, &mut *found);
                dispatch(level, rounding, Advance { block, kernel, context, substeps: from..to, workspace, found });
                if found.lost.is_some() {
                    break;
                }
            }
        };
        let blocks = in_shares(&self.layout.shares, &mut self.layout.blocks, &mut self.found);
        in_turn(most, partitions, deliver, blocks, &self.workspaces, advance);
    }

    /// Threads that are worth their while in so many substeps of all blocks, and the deliveries before.
    fn worthwhile(&self, plan: &Plan, substeps: u64, departures: &[Departure]) -> usize {
        if self.execution.every_thread {
            return usize::MAX;
        }
        // A spike meets about as many synapses as a source has on average.
        let spikes: usize = departures.iter().map(|departure| departure.sources.len()).sum();
        let synapses = spikes * (plan.events.slot.len() / plan.events.sources.max(1));
        usize::try_from((self.substep * substeps + synapses as u64 * ARRIVAL) / WORTH_A_THREAD).unwrap_or(usize::MAX)
    }

    fn potential(&self, node: usize) -> E {
        let (block, element) = self.layout.place[node];
        self.layout.blocks[block as usize].planes[element as usize]
    }

    fn exchange_gap_potentials(&mut self) {
        let plan = Arc::clone(&self.plan);
        let gaps = &plan.gaps;
        for i in 0..gaps.node.len() {
            let own = gaps.first[i] as usize..gaps.first[i + 1] as usize;
            self.gap_current[i] = own.fold(E::default(), |sum, e| {
                let partner = gaps.node[gaps.partner[e] as usize] as usize;
                add_gap_current(sum, E::from_f64(gaps.conductance[e]), self.potential(partner))
            });
        }
    }

    fn note_injected(&mut self, plan: &Plan, courses: &[Course], substep: u32) {
        for node in plan.injections.iter().flat_map(|injection| injection.nodes.iter()) {
            self.injected[node as usize] = 0.0;
        }
        for (i, injection) in plan.injections.iter().enumerate() {
            for (k, node) in injection.nodes.iter().enumerate() {
                let (g, current): (f64, f64) = courses[i].at(k, self.drive.scale(i, k), substep);
                self.injected[node as usize] += current - g * self.potential(node as usize).to_f64();
            }
        }
    }

    /// Whether all nodes have stayed in bounds; the first that has not is told.
    fn check(&self, plan: &Plan) -> Result<(), RunError> {
        let Some(tick) = self.found.iter().filter_map(|found| found.lost).map(|lost| lost.tick).min() else {
            return Ok(());
        };
        let lost = |&(block, element): &(u32, u32)| {
            self.found[block as usize].lost.filter(|lost| lost.tick == tick && lost.element == element as usize)
        };
        let mut all = (0..).zip(&self.layout.place).filter_map(|(node, place)| Some((node, lost(place)?.potential)));
        let (node, potential) = all.next().unwrap_or((0, f64::NAN));
        Err(divergence(plan, node, potential, tick))
    }

    /// Sources and weights of a clocked group.
    #[must_use]
    pub fn synapses(&self, group: usize) -> SynapseTable {
        self.clocked[group].table(&self.plan, &self.plan.clocked[group])
    }

    /// The next tick to run.
    #[must_use]
    pub fn tick(&self) -> u64 {
        self.tick
    }

    /// Bytes held beside the plan.
    #[must_use]
    pub fn bytes(&self) -> usize {
        self.layout.blocks.iter().map(Block::bytes).sum::<usize>()
            + self.layout.place.len() * 8
            + self.slot_place.len() * 14
            + size_of::<E>() * self.arrivals.iter().map(|a| a.ring.len()).sum::<usize>()
            + self.clocked.iter().map(Clocked::bytes).sum::<usize>()
    }

    /// Calls `take` with the place of every gate value in entity order: channel's maximal conductances, block and element.
    fn for_each_gate_plane(&self, mut take: impl FnMut(&Column<f64>, usize, usize)) {
        for (class, kernel) in
            self.plan.classes.iter().zip(&self.layout.kernels).enumerate().map(|(i, (c, k))| ((i, c), k))
        {
            for (entry, &first_gate) in class.1.channels.iter().zip(&kernel.gates) {
                for gate in 0..entry.channel.states() {
                    take(&entry.gbar, class.0, first_gate + gate);
                }
            }
        }
    }

    /// Nodes of a class in order of its class nodes.
    fn class_nodes(plan: &Plan, class: usize) -> impl Iterator<Item = usize> + '_ {
        plan.classes[class].cells.iter().flat_map(|cell| plan.cells.nodes(cell as usize))
    }

    /// All state in entity order.
    #[must_use]
    pub fn snapshot(&self) -> Snapshot {
        debug_assert!(self.departures.is_empty(), "arrivals are part of the state");
        let mut out = Writer::default();
        let nodes = self.layout.place.len();
        out.pods(&(0..nodes).map(|n| self.potential(n)).collect::<Vec<E>>());
        self.for_each_gate_plane(|gbar, class, gate_plane| {
            let values: Vec<E> = Self::class_nodes(&self.plan, class)
                .zip(gbar.iter())
                .map(|(node, g)| {
                    let (block, element) = self.layout.place[node];
                    let block = &self.layout.blocks[block as usize];
                    if g == 0.0 { E::default() } else { block.planes[gate_plane * block.stride() + element as usize] }
                })
                .collect();
            out.pods(&values);
        });
        let pools: Vec<E> = (0..self.slot_place.len()).flat_map(|slot| self.pools(slot)).collect();
        out.pods(&pools);
        let rows = u64::from(self.plan.events.longest_delay.max(1));
        for ahead in 0..rows {
            // The row of the tick just run has been taken and is the one furthest ahead.
            let spent = ahead == rows - 1;
            let mut row: Vec<E> = Vec::with_capacity(self.plan.slots.node.len());
            self.arrivals.iter().for_each(|own| row.extend_from_slice(own.row(self.tick + ahead)));
            if spent {
                row.fill(E::default());
            }
            out.pods(&row);
        }
        let drive = |slot: usize| {
            let (block, first, stride) = self.slot_place[slot];
            self.layout.blocks[block as usize].planes[first as usize + DRIVE * stride as usize]
        };
        out.pods(&driving_slots(&self.plan).map(drive).collect::<Vec<E>>());
        for (group, state) in self.plan.clocked.iter().zip(&self.clocked) {
            state.save(&self.plan, group, &mut out);
        }
        self.slow.save(&mut out);
        self.exchange.save(&mut out);
        self.drive.save(&mut out);
        signalling::save(&self.plan, &mut out, |cell, messenger| {
            self.layout.messenger(&self.plan, cell, messenger).unwrap_or_default()
        });
        let precision = if size_of::<E>() == 4 { Precision::F32 } else { Precision::F64 };
        Snapshot { tick: self.tick, precision, plan: plan_digest(&self.plan), payload: out.finish() }
    }

    fn pools(&self, slot: usize) -> [E; 3] {
        let (block, first, stride) = self.slot_place[slot];
        let planes = &self.layout.blocks[block as usize].planes;
        std::array::from_fn(|k| {
            if k < self.pool_count(slot) { planes[first as usize + k * stride as usize] } else { E::default() }
        })
    }

    fn pool_count(&self, slot: usize) -> usize {
        use huxley_engine::plan::Dynamics;
        match self.plan.receptors[self.plan.slots.receptor[slot] as usize].dynamics {
            Dynamics::Exponential { .. } => 1,
            Dynamics::DoubleExponential { .. } => 2,
            Dynamics::Kinetic { .. } => 3,
        }
    }

    /// Goes on from a snapshot.
    ///
    /// # Errors
    /// When it is of another plan or precision.
    pub fn restore(&mut self, snapshot: &Snapshot) -> Result<(), RunError> {
        let precision = if size_of::<E>() == 4 { Precision::F32 } else { Precision::F64 };
        snapshot.check(&self.plan, precision)?;
        let plan = Arc::clone(&self.plan);
        let mut from = Reader::new(&snapshot.payload);
        let v: Vec<E> = from.exactly(self.layout.place.len(), "nodes")?;
        for (&(block, element), v) in self.layout.place.iter().zip(v) {
            self.layout.blocks[block as usize].planes[element as usize] = v;
        }
        let mut planes = Vec::new();
        self.for_each_gate_plane(|gbar, class, gate_plane| planes.push((gbar.clone(), class, gate_plane)));
        for (gbar, class, gate_plane) in planes {
            let values: Vec<E> = from.exactly(gbar.len(), "gates")?;
            for ((node, x), g) in Self::class_nodes(&plan, class).zip(values).zip(gbar.iter()) {
                if g != 0.0 {
                    let (block, element) = self.layout.place[node];
                    let block = &mut self.layout.blocks[block as usize];
                    let stride = block.stride();
                    block.planes[gate_plane * stride + element as usize] = x;
                }
            }
        }
        let pools: Vec<E> = from.exactly(3 * self.slot_place.len(), "pools")?;
        for (slot, pools) in pools.chunks_exact(3).enumerate() {
            let (block, first, stride) = self.slot_place[slot];
            for (k, &pool) in pools.iter().enumerate().take(self.pool_count(slot)) {
                self.layout.blocks[block as usize].planes[first as usize + k * stride as usize] = pool;
            }
        }
        self.departures.clear();
        let rows = u64::from(plan.events.longest_delay.max(1));
        for ahead in 0..rows {
            let row: Vec<E> = from.exactly(plan.slots.node.len(), "arrivals")?;
            for (partition, pair) in plan.slots.first_of_partition.windows(2).enumerate() {
                let slots = pair[0] as usize..pair[1] as usize;
                self.arrivals.of_mut(partition).set_row(snapshot.tick + ahead, &row[slots]);
            }
        }
        let drives: Vec<E> = from.exactly(driving_slots(&plan).count(), "places calcium enters by")?;
        for (slot, sum) in driving_slots(&plan).zip(drives) {
            *self.drive_mut(slot) = sum;
        }
        for (group, state) in plan.clocked.iter().zip(&mut self.clocked) {
            state.load(&plan, group, &mut from)?;
        }
        self.slow.load(&mut from)?;
        self.exchange.load(&mut from)?;
        self.drive.load(&mut from)?;
        signalling::load(&plan, &mut from, |cell, messenger, x| self.layout.set_messenger(&plan, cell, messenger, x))?;
        for block in &mut self.layout.blocks {
            publish(block, &self.layout.kernels[block.class], &plan);
        }
        self.tick = snapshot.tick;
        Ok(())
    }
}

/// Blocks in the shares of threads, each with what it brings to light.
fn in_shares<'a, E>(
    shares: &[usize],
    blocks: &'a mut [Block<E>],
    found: &'a mut [Found],
) -> Vec<impl DoubleEndedIterator<Item = (&'a mut Block<E>, &'a mut Found)> + use<'a, E>> {
    let mut rest = (blocks, found);
    let mut all = Vec::with_capacity(shares.len());
    for &count in shares {
        let ((blocks, others), (found, others_found)) = (rest.0.split_at_mut(count), rest.1.split_at_mut(count));
        rest = (others, others_found);
        all.push(blocks.iter_mut().zip(found));
    }
    all
}

/// The partitions that have slots, in lists of the threads that begin with the blocks of their first slots: what a thread delivers is
/// near it when its blocks ask for it. With fewer blocks than threads all have some.
fn delivers<E: Element>(plan: &Plan, layout: &Layout<E>, threads: usize) -> Vec<Vec<u32>> {
    let mut lists = vec![Vec::new(); threads];
    let mut ends = layout.shares.clone();
    (1..ends.len()).for_each(|share| ends[share] += ends[share - 1]);
    let partitions = (0u32..).zip(plan.slots.first_of_partition.windows(2)).filter(|(_, pair)| pair[0] < pair[1]);
    for (place, (partition, pair)) in partitions.enumerate() {
        let block = layout.place[plan.slots.node[pair[0] as usize] as usize].0 as usize;
        let share = ends.partition_point(|&end| end <= block);
        lists[if ends.len() < threads { place % threads } else { share }].push(partition);
    }
    lists
}

/// Courses of injections, and nodes with noise, of a tick; 1 if there are none.
fn courses(plan: &Plan) -> u64 {
    let of = |injection: &Injection| match injection.source {
        InjectionSource::Noise { .. } => 1 + injection.nodes.len() as u64,
        _ => 1,
    };
    plan.injections.iter().map(of).sum::<u64>().max(1)
}

/// State as probes see it.
struct View<'a, E: Element> {
    layout: &'a Layout<E>,
    slots: &'a [(u32, u32, u32)],
    clocked: &'a [Clocked<E>],
    slow: &'a Slow,
    steps: &'a [PoolStep],
    injected: &'a [f64],
    plan: &'a Plan,
    substep: u32,
}

impl<E: Element> State for View<'_, E> {
    fn potential(&self, node: u32) -> f64 {
        let (block, element) = self.layout.place[node as usize];
        self.layout.blocks[block as usize].plane(plane::V)[element as usize].to_f64()
    }

    fn gate(&self, class: usize, channel: usize, gate: usize, class_node: usize) -> f64 {
        let own = &self.plan.classes[class];
        let cell = own.first.up_to(class_node as u32) - 1;
        let first = self.plan.cells.nodes(own.cells.at(cell) as usize).start;
        let (block, element) = self.layout.place[first + class_node - own.first.at(cell) as usize];
        let gate_plane = self.layout.kernels[class].gates[channel] + gate;
        self.layout.blocks[block as usize].plane(gate_plane)[element as usize].to_f64()
    }

    fn conductance(&self, slot: u32) -> f64 {
        let (block, first, stride) = self.slots[slot as usize];
        let planes = &self.layout.blocks[block as usize].planes;
        let coefficients = self.steps[self.plan.slots.receptor[slot as usize] as usize].at(self.substep);
        (0..3)
            .filter(|&k| coefficients[k] != 0.0)
            .map(|k| coefficients[k] * planes[first as usize + k * stride as usize].to_f64())
            .sum()
    }

    fn injected(&self, node: u32) -> f64 {
        self.injected[node as usize]
    }

    fn synapse(&self, site: &SynapseSite) -> f64 {
        self.clocked[site.group as usize].value(site.variable as usize, site.synapse as usize).to_f64()
    }

    fn activity(&self, average: usize, cell: u32) -> f64 {
        self.slow.activity(average, cell)
    }

    fn dopamine(&self, cell: u32) -> f64 {
        self.slow.dopamine(self.plan, cell)
    }

    fn messenger(&self, cell: usize, messenger: Messenger) -> f64 {
        self.layout.messenger(self.plan, cell, messenger).map_or(f64::NAN, Element::to_f64)
    }
}
