//! A network, counted: what a tick of a plan takes, and what spikes add.
//!
//! Not counted: the second half step where input jumps, injected currents, random numbers, the search for spikes, and lanes that run
//! along without a cell or a spike of their own. Bytes are those a tick has to read and write if every array is met once: a block of
//! cells stays in a core's cache for the substeps of a tick.

use huxley_engine::Plan;
use huxley_engine::plan::{ClockedGroup, Dynamics, Generator, Receptor};
use huxley_model::channel::Integrator;
use huxley_model::network::Precision;
use huxley_model::plasticity::slow::ActivityStep;
use huxley_model::synapse::PARTIAL_SUMS;

use super::part::{Count, Part};
use super::parts::{
    Activity, Arrival, Axial, CalciumCurrent, CellSignalling, ChannelCurrent, Gap, Gating, HomeostaticFactor, Influx,
    Membrane, Pools, PostTrace, Restructuring, Root, SynapseTick, TreeSum,
};
use super::{Amount, times, value};

/// Operations and bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Work {
    /// Operations, an exponential as one.
    pub operations: Amount,
    /// The same with an exponential as what it is made of in the plan's precision.
    pub expanded: Amount,
    /// Bytes read and written.
    pub bytes: f64,
}

impl Work {
    fn count(&mut self, count: &Count, precision: Precision, executions: f64) {
        self.operations = self.operations + Amount::of(&count.operations, executions);
        self.expanded = self.expanded + Amount::of(&count.expanded(precision), executions);
    }

    fn add(&mut self, part: &impl Part, precision: Precision, executions: f64) {
        if executions > 0.0 {
            self.count(&Count::of(part), precision, executions);
        }
    }

    /// `n` times this.
    #[must_use]
    pub fn times(self, n: f64) -> Self {
        Self { operations: times(self.operations, n), expanded: times(self.expanded, n), bytes: self.bytes * n }
    }
}

impl std::ops::Add for Work {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self {
            operations: self.operations + other.operations,
            expanded: self.expanded + other.expanded,
            bytes: self.bytes + other.bytes,
        }
    }
}

/// Work of a run, by what it is for.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct RunWork {
    /// Compartments: membranes, channels, the solve, conductances of synapses as their nodes see them.
    pub membrane: Work,
    /// Synapses: what is done for each synapse and each spike that meets it.
    pub synapse: Work,
}

/// The ledger of a plan.
#[derive(Clone, Debug, Default)]
pub struct PlanLedger {
    /// A tick in which nothing spikes.
    pub tick: RunWork,
    /// One event synapse that a spike passes.
    pub event: Work,
    /// Event synapses of each source; empty where there are none.
    pub events_of_source: Vec<u32>,
    /// Clocked synapses.
    pub groups: Vec<GroupLedger>,
}

/// What spikes add to a group of clocked synapses.
#[derive(Clone, Debug, Default)]
pub struct GroupLedger {
    /// A synapse in a tick in which a spike meets it, beyond a tick at rest.
    pub met: Work,
    /// A node in a tick in which a spike meets any of its synapses, beyond a tick at rest.
    pub node_met: Work,
    /// Synapses of each source, times the ticks of a pulse.
    pub met_by_source: Vec<u32>,
    /// Synapses, free slots included.
    pub synapses: usize,
    /// Nodes.
    pub nodes: usize,
}

/// Counts a plan.
#[must_use]
pub fn of_plan(plan: &Plan) -> PlanLedger {
    let mut ledger =
        PlanLedger { tick: RunWork { membrane: membrane(plan), synapse: Work::default() }, ..PlanLedger::default() };
    let precision = plan.settings.precision;
    let value = value(precision);
    ledger.event.add(&Arrival, precision, 1.0);
    // Slot, delay and weight are read, the slot's arrivals read and written.
    ledger.event.bytes = 4.0 + 2.0 + 3.0 * value;
    let events = &plan.events;
    if !events.slot.is_empty() {
        ledger.events_of_source = vec![0; plan.sources()];
        for partition in events.by_partition() {
            for (count, pair) in ledger.events_of_source.iter_mut().zip(partition.windows(2)) {
                *count += pair[1] - pair[0];
            }
        }
    }
    let slow = &mut ledger.tick.synapse;
    for &tau in &plan.activity {
        slow.add(&Activity(ActivityStep::new(tau, plan.settings.tick)), precision, plan.cells.len() as f64);
        slow.bytes += 2.0 * 8.0 * plan.cells.len() as f64;
    }
    for group in &plan.clocked {
        let (rest, own) = clocked(plan, group);
        ledger.tick.synapse = ledger.tick.synapse + rest;
        ledger.groups.push(own);
    }
    ledger
}

fn membrane(plan: &Plan) -> Work {
    let s = &plan.settings;
    let substeps = f64::from(s.substeps);
    let precision = s.precision;
    let value = value(precision);
    let (nodes, cells) = (plan.nodes.parent.len() as f64, plan.cells.len() as f64);
    let mut work = Work::default();
    work.add(&Membrane(s.integrator), precision, nodes * substeps);
    work.add(&Axial(s.integrator), precision, (nodes - cells) * substeps);
    if s.integrator != Integrator::ForwardEuler {
        work.add(&Root, precision, cells * substeps);
    }
    // Potential, diagonal, leak and current are read, the potential is written; nodes with a parent have an axial conductance.
    work.bytes += value * (5.0 * nodes + nodes - cells);
    for class in &plan.classes {
        for entry in &class.channels {
            let present = entry.gbar.iter().filter(|&g| g != 0.0).count() as f64;
            let (channel, celsius) = (&entry.channel, s.celsius);
            work.add(&ChannelCurrent { channel, celsius, modulated: entry.modulated }, precision, present * substeps);
            if entry.carries_calcium && class.signalling.is_some() {
                work.add(&CalciumCurrent { channel, celsius }, precision, present * substeps);
            }
            if channel.states() > 0 {
                let gating = Gating { channel, integrator: s.integrator, dt: s.dt, celsius };
                work.add(&gating, precision, present * substeps);
            }
            work.bytes += value * present * (1.0 + 2.0 * entry.channel.states() as f64);
        }
    }
    for class in &plan.classes {
        if let Some(signalling) = &class.signalling {
            let cells = class.cells.len() as f64;
            work.add(&CellSignalling { constants: signalling.constants.clone(), tick: s.tick }, precision, cells);
            // The state is read and written; what channels read of it lies beside each node.
            work.bytes += value * (10.0 * cells + 3.0 * class.nodes() as f64);
        }
    }
    let exchanges = f64::from(s.substeps / s.coupling.max(1));
    work.add(&Gap, precision, plan.gaps.conductance.len() as f64 * exchanges);
    work.bytes += plan.gaps.conductance.len() as f64 * exchanges * (8.0 + 4.0 + value);
    let mut slots = vec![0.0; plan.receptors.len()];
    for &receptor in &plan.slots.receptor {
        slots[receptor as usize] += 1.0;
    }
    for (receptor, slots) in plan.receptors.iter().zip(slots) {
        let pools = pools(receptor);
        work.add(&pools, precision, slots * substeps);
        // Pools are read and written: those of pulses are written by delivery, and calcium's drive by the substeps.
        work.bytes += value * slots * 2.0 * (pools.pools as f64 + f64::from(u8::from(pools.drives_calcium)));
    }
    work
}

/// The part that brings a receptor's conductance to its nodes.
fn pools(receptor: &Receptor) -> Pools {
    let (pools, drives_calcium) = match receptor.dynamics {
        Dynamics::Exponential { .. } => (1, false),
        Dynamics::DoubleExponential { .. } => (2, false),
        Dynamics::Kinetic { drives_calcium, .. } => (3, drives_calcium),
    };
    Pools { pools, block: receptor.block, drives_calcium }
}

/// A tick of a group at rest, and what spikes add.
fn clocked(plan: &Plan, group: &ClockedGroup) -> (Work, GroupLedger) {
    let precision = plan.settings.precision;
    let value = value(precision);
    let (synapses, nodes) = (group.len() as f64, group.node.len() as f64);
    let every = |interval: u32| if interval > 0 { 1.0 / f64::from(interval) } else { 0.0 };
    let [scaled, restructured] = group.interval.map(every);
    let tick = |arrives, scales| Count::of(&SynapseTick { step: &group.step, arrives, scales });
    let rest = tick(false, false);
    let mut work = Work::default();
    work.count(&rest, precision, synapses);
    work.count(&tick(false, true).beyond(&rest), precision, synapses * scaled);
    let each = if nodes > 0.0 { synapses / nodes } else { 0.0 };
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
    let width = (each.ceil() as usize).max(1).next_power_of_two().min(PARTIAL_SUMS);
    let receptors = group.receptors.len() as f64;
    work.add(&TreeSum { width }, precision, nodes * receptors);
    if let Some((step, _)) = group.step.calcium {
        work.add(&Influx(step), precision, nodes);
    }
    if let Some(rule) = group.plasticity.homeostatic {
        work.add(&HomeostaticFactor(rule), precision, nodes * scaled);
    }
    if let Some(rule) = group.plasticity.structural {
        work.add(&Restructuring(rule), precision, nodes * restructured);
    }
    if group.plasticity.stdp.is_some() {
        work.add(&PostTrace, precision, plan.cells.len() as f64);
    }
    // Variables are read and written, weights that do not move are read where each synapse has its own, a bit says whether a spike
    // meets the synapse, and the node's sums are written.
    let moves = group.variables.contains(&huxley_model::plasticity::SynapticVariable::Weight);
    let fixed = if moves || group.weight.bytes() == 0 { 0.0 } else { value };
    work.bytes = synapses * (2.0 * value * group.variables.len() as f64 + fixed + 0.125);
    work.bytes += nodes * receptors * 3.0 * value;

    let mut own = GroupLedger { synapses: group.len(), nodes: group.node.len(), ..GroupLedger::default() };
    own.met.count(&tick(true, false), precision, 1.0);
    own.met.count(&rest, precision, -1.0);
    own.met.bytes = 4.0 + 2.0;
    own.node_met.add(&TreeSum { width }, precision, 2.0 * receptors);
    own.met_by_source = group.of_source.windows(2).map(|pair| (pair[1] - pair[0]) * u32::from(group.pulse)).collect();
    (work, own)
}

impl RunWork {
    /// Compartments and synapses together.
    #[must_use]
    pub fn total(&self) -> Work {
        self.membrane + self.synapse
    }
}

impl PlanLedger {
    /// The work of `ticks` ticks in which each source sent `spikes`.
    #[must_use]
    pub fn run(&self, ticks: f64, spikes: impl Iterator<Item = f64> + Clone) -> RunWork {
        let over = |counts: &[u32]| counts.iter().zip(spikes.clone()).map(|(&n, s)| f64::from(n) * s).sum::<f64>();
        let mut synapse = self.tick.synapse.times(ticks) + self.event.times(over(&self.events_of_source));
        for group in &self.groups {
            let met = over(&group.met_by_source);
            synapse = synapse + group.met.times(met);
            let (nodes, synapses) = (group.nodes as f64, group.synapses as f64);
            if nodes > 0.0 && ticks > 0.0 {
                let fraction = (met / (ticks * synapses)).min(1.0);
                let nodes_met = nodes * ticks * (1.0 - (1.0 - fraction).powf(synapses / nodes));
                synapse = synapse + group.node_met.times(nodes_met);
            }
        }
        RunWork { membrane: self.tick.membrane.times(ticks), synapse }
    }
}

/// Spikes of each generator in the first `ticks` ticks, of Poisson generators as expected.
#[must_use]
pub fn generator_spikes(plan: &Plan, ticks: u64) -> Vec<f64> {
    let end = ticks as f64 * plan.settings.tick;
    let of = |generator: &Generator| match generator {
        Generator::Poisson { rate, start, stop } => rate * 1e-3 * (stop.min(end) - start.max(0.0)).max(0.0),
        Generator::Listed { ticks: listed } => listed.partition_point(|&t| t < ticks) as f64,
    };
    plan.generators.iter().map(of).collect()
}
