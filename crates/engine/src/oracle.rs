//! The oracle: the plan run cell by cell in scalar `f64`, as plainly as the equations allow. Every other backend is compared
//! with it; in strict `f64` to the bit.

mod clocked;

use std::ops::Range;
use std::sync::Arc;

use huxley_model::channel::{Integrator, Sensed};
use huxley_model::membrane::{
    add_axial_current, add_change, add_conductance, add_explicit_change, add_gap_current, begin_equation, crossing,
    eliminate, is_early, root_change, substitute,
};
use huxley_model::network::Precision;
use huxley_model::signalling::Messenger;
use huxley_model::synapse::add_drive;

use crate::backend::{Backend, Epoch, Spike, SynapseTable};
use crate::column::Column;
use crate::drive::{Course, CourseValues, Drive};
use crate::error::RunError;
use crate::exchange::Exchange;
use crate::observe::{self, Observer, State};
use crate::plan::{Class, Dynamics, NO_PARENT, Plan, SynapseSite};
use crate::pools::{PoolStep, SlotState};
use crate::signalling::{self, initial_calcium, reversal};
use crate::slow::Slow;
use crate::snapshot::{Reader, Snapshot, Writer, plan_digest};
use clocked::Clocked;
pub use clocked::new_weight;

/// Magnitude of a potential that no cell has, mV: beyond it a run has diverged.
pub const DIVERGED: f64 = 1e4;

/// The scalar reference backend.
#[derive(Debug)]
pub struct Oracle {
    plan: Arc<Plan>,
    tick: u64,
    v: Vec<f64>,
    /// By class, channel, gate: one value a class node.
    gates: Vec<Vec<Vec<Vec<f64>>>>,
    slots: Vec<SlotState<f64>>,
    /// Arrivals by tick in a ring, then slot.
    arrivals: Vec<Vec<f64>>,
    clocked: Vec<Clocked>,
    /// Per slot, the sum of `B(V) (V - E)` over the substeps of the last tick, where it drives calcium.
    drives: Vec<f64>,
    slow: Slow,
    exchange: Exchange,
    drive: Drive,
    observers: Vec<Observer>,
    tables: Tables,
    /// Per slot, its conductance in the substep under way, without block.
    conductance: Vec<f64>,
    /// Current through gap junctions at `V = 0`, by entry of `gaps.node`.
    gap_current: Vec<f64>,
    /// Injected current by node, for probes.
    injected: Vec<f64>,
    signalling: signalling::Cells,
}

/// What does not change in a run.
#[derive(Debug)]
struct Tables {
    /// `C/h` plus axial conductances.
    diagonal: Vec<f64>,
    /// Ungated and gap conductance.
    leak: Vec<f64>,
    /// Slots of each node.
    slots_of_node: Vec<Vec<u32>>,
    /// (injection, index in it) of each node.
    injections_of_node: Vec<Vec<(u32, u32)>>,
    /// Index into `gaps.node`, by node.
    gap_of_node: Vec<Option<u32>>,
    steps: Vec<PoolStep>,
    /// Rate factor by class, channel, gate with state.
    factors: Vec<Vec<Vec<f64>>>,
}

/// The implicit step, ms: half a substep is solved and doubled by the second-order scheme.
#[must_use]
pub fn implicit_step(plan: &Plan) -> f64 {
    let dt = plan.settings.dt;
    if plan.settings.integrator == Integrator::Staggered { 0.5 * dt } else { dt }
}

/// `C/h` plus axial conductances of every node, and the sum of its ungated and gap conductances, uS.
#[must_use]
pub fn constant_conductances(plan: &Plan) -> (Vec<f64>, Vec<f64>) {
    let mut diagonal = Vec::new();
    diagonals(plan, 0..plan.nodes.parent.len(), &mut diagonal);
    let mut leak: Vec<f64> = plan.nodes.leak.iter().collect();
    for (i, &node) in plan.gaps.node.iter().enumerate() {
        leak[node as usize] += gap_conductance(plan, i);
    }
    (diagonal, leak)
}

/// `C/h` plus axial conductances of the nodes of some cells that follow each other, uS.
pub fn diagonals(plan: &Plan, nodes: Range<usize>, out: &mut Vec<f64>) {
    let h = implicit_step(plan);
    out.clear();
    out.extend(nodes.clone().map(|node| plan.nodes.capacitance[node] / h));
    for node in nodes.clone() {
        let parent = plan.nodes.parent[node];
        if parent != NO_PARENT {
            let axial = plan.nodes.axial[node];
            out[node - nodes.start] += axial;
            out[parent as usize - nodes.start] += axial;
        }
    }
}

/// Sum of the gap junctions of entry `gap` of `gaps.node`, uS.
#[must_use]
pub fn gap_conductance(plan: &Plan, gap: usize) -> f64 {
    plan.gaps.conductance[plan.gaps.first[gap] as usize..plan.gaps.first[gap + 1] as usize].iter().sum()
}

/// Steady-state gates of a class at the initial potentials, by channel and gate with a state: one value a class node.
#[must_use]
pub fn initial_gates(plan: &Plan, class: &Class) -> Vec<Vec<Column<f64>>> {
    let nodes = class.cells.iter().flat_map(|cell| plan.cells.nodes(cell as usize));
    let potentials: Column<f64> = nodes.map(|node| plan.nodes.v_init[node]).collect();
    class
        .channels
        .iter()
        .map(|c| {
            let states = c.channel.gates.iter().filter(|gate| gate.has_state());
            let at = |v| Sensed { v, ca: initial_calcium(class) };
            states.map(|g| potentials.map(|v| g.steady_state(at(v), plan.settings.celsius))).collect()
        })
        .collect()
}

/// As [`initial_gates`], to be advanced.
fn gates_at_rest(plan: &Plan, class: &Class) -> Vec<Vec<Vec<f64>>> {
    let each = |channel: &Vec<Column<f64>>| channel.iter().map(|gate| gate.iter().collect()).collect();
    initial_gates(plan, class).iter().map(each).collect()
}

impl Oracle {
    /// The plan at time 0.
    #[must_use]
    pub fn new(plan: Arc<Plan>) -> Self {
        let (diagonal, leak) = constant_conductances(&plan);
        let nodes = plan.nodes.parent.len();
        let mut slots_of_node = vec![Vec::new(); nodes];
        for (slot, &node) in (0u32..).zip(&plan.slots.node) {
            slots_of_node[node as usize].push(slot);
        }
        let mut injections_of_node = vec![Vec::new(); nodes];
        for (i, injection) in (0u32..).zip(&plan.injections) {
            for (k, node) in (0u32..).zip(injection.nodes.iter()) {
                injections_of_node[node as usize].push((i, k));
            }
        }
        let mut gap_of_node = vec![None; nodes];
        for (i, &node) in (0u32..).zip(&plan.gaps.node) {
            gap_of_node[node as usize] = Some(i);
        }
        let celsius = plan.settings.celsius;
        let factors = plan
            .classes
            .iter()
            .map(|class| {
                let of = |c: &crate::plan::ClassChannel| -> Vec<f64> {
                    c.channel.gates.iter().filter(|g| g.has_state()).map(|g| g.rate_factor(celsius)).collect()
                };
                class.channels.iter().map(of).collect()
            })
            .collect();
        let tables = Tables {
            diagonal,
            leak,
            slots_of_node,
            injections_of_node,
            gap_of_node,
            steps: plan.receptors.iter().map(|r| PoolStep::new(r, &plan.settings)).collect(),
            factors,
        };
        let mut oracle = Self {
            tick: 0,
            v: plan.nodes.v_init.iter().collect(),
            gates: plan.classes.iter().map(|class| gates_at_rest(&plan, class)).collect(),
            slots: vec![SlotState::default(); plan.slots.node.len()],
            arrivals: vec![vec![0.0; plan.slots.node.len()]; plan.events.longest_delay.max(1) as usize],
            clocked: plan.clocked.iter().map(|group| Clocked::new(&plan, group)).collect(),
            drives: initial_drives(&plan),
            slow: Slow::new(&plan, Precision::F64),
            exchange: Exchange::new(&plan),
            drive: Drive::new(&plan),
            observers: observe::observers(&plan),
            tables,
            conductance: vec![0.0; plan.slots.node.len()],
            gap_current: vec![0.0; plan.gaps.node.len()],
            injected: vec![0.0; nodes],
            signalling: signalling::Cells::new(&plan),
            plan,
        };
        oracle.sum_conductances(0);
        oracle
    }

    /// Spikes of earlier ticks reach their slots; returns the cells whose conductance jumped.
    fn deliver(&mut self) -> Vec<bool> {
        let plan = Arc::clone(&self.plan);
        let generated = self.exchange.generated(&plan, self.tick);
        let sources = self.exchange.begin(self.tick, &generated).to_vec();
        let events = &plan.events;
        let rows = self.arrivals.len() as u64;
        for partition in 0..plan.slots.first_of_partition.len() - 1 {
            for &source in &sources {
                for synapse in events.of(partition, source as usize) {
                    #[allow(clippy::cast_possible_truncation)]
                    let row = ((self.tick + u64::from(events.delay[synapse]) - 1) % rows) as usize;
                    self.arrivals[row][events.slot[synapse] as usize] += events.weight.get(synapse);
                }
            }
        }
        let mut jumped = vec![false; plan.cells.len()];
        #[allow(clippy::cast_possible_truncation)]
        let row = &mut self.arrivals[(self.tick % rows) as usize];
        for (slot, arrived) in row.iter_mut().enumerate() {
            let receptor = plan.slots.receptor[slot] as usize;
            if *arrived != 0.0 && matches!(plan.receptors[receptor].dynamics, Dynamics::Exponential { .. }) {
                jumped[plan.cells.of_node(plan.slots.node[slot])] = true;
            }
            self.slots[slot].arrive(&plan.receptors[receptor].dynamics, *arrived);
            *arrived = 0.0;
        }
        self.deliver_clocked(&plan, &sources, &mut jumped);
        jumped
    }

    /// Clocked synapses move on by a tick and set the pools of their slots.
    fn deliver_clocked(&mut self, plan: &Plan, sources: &[u32], jumped: &mut [bool]) {
        self.slow.begin(plan, self.tick, sources);
        for (g, group) in plan.clocked.iter().enumerate() {
            self.clocked[g].meet(group, &self.exchange, self.tick);
            for place in 0..group.node.len() {
                let slots = &group.slot[place * group.receptors.len()..(place + 1) * group.receptors.len()];
                let influx = group.step.calcium.map_or(0.0, |(step, receptor)| {
                    let mean = self.drives[slots[receptor] as usize] * (1.0 / f64::from(plan.settings.substeps));
                    step.influx(mean)
                });
                let sums = self.clocked[g].deliver(plan, g, place, &self.slow, influx, self.tick);
                for ((&slot, sum), factor) in slots.iter().zip(sums).zip(&group.conductance) {
                    let sum = sum.map(|x| x * factor);
                    let dynamics = &plan.receptors[plan.slots.receptor[slot as usize] as usize].dynamics;
                    let state = &mut self.slots[slot as usize];
                    if matches!(dynamics, Dynamics::Kinetic { .. }) {
                        state.pools = sum;
                    } else {
                        jumped[group.cell[place] as usize] |=
                            sum[0] != 0.0 && matches!(dynamics, Dynamics::Exponential { .. });
                        state.arrive(dynamics, sum[0]);
                    }
                }
            }
        }
        self.drives.fill(0.0);
    }

    /// Adds the present potentials to what drives calcium.
    fn sum_drives(&mut self) {
        for (slot, sum) in self.drives.iter_mut().enumerate() {
            let receptor = &self.plan.receptors[self.plan.slots.receptor[slot] as usize];
            if let (Dynamics::Kinetic { drives_calcium: true, .. }, Some(block)) = (&receptor.dynamics, receptor.block)
            {
                let v = self.v[self.plan.slots.node[slot] as usize];
                *sum = add_drive(*sum, block.open(v), v, receptor.reversal);
            }
        }
    }

    fn sum_conductances(&mut self, substep: u32) {
        for (slot, state) in self.slots.iter().enumerate() {
            let step = &self.tables.steps[self.plan.slots.receptor[slot] as usize];
            self.conductance[slot] = step.conductance(state.pools, substep);
        }
    }

    fn exchange_gap_potentials(&mut self) {
        let gaps = &self.plan.gaps;
        for i in 0..gaps.node.len() {
            let own = gaps.first[i] as usize..gaps.first[i + 1] as usize;
            self.gap_current[i] = own.fold(0.0, |sum, e| {
                let partner = self.v[gaps.node[gaps.partner[e] as usize] as usize];
                add_gap_current(sum, gaps.conductance[e], partner)
            });
        }
    }

    /// The current at `V = 0` and conductance of a node that do not depend on its state: leak, gap junctions, injections.
    fn constants(&self, node: usize, courses: &[Course], substep: u32) -> (f64, f64) {
        let (mut g, mut i) = (self.tables.leak[node], self.plan.nodes.leak_current[node]);
        let own = &self.tables.injections_of_node[node];
        let at = |&(injection, k): &(u32, u32)| {
            let scale = self.drive.scale(injection as usize, k as usize);
            courses[injection as usize].at::<f64>(k as usize, scale, substep)
        };
        for entry in own.iter().filter(|(injection, _)| !courses[*injection as usize].varies()) {
            if !matches!(courses[entry.0 as usize].values, CourseValues::Off) {
                i += at(entry).1;
            }
        }
        if let Some(gap) = self.tables.gap_of_node[node] {
            i += self.gap_current[gap as usize];
        }
        for entry in own.iter().filter(|(injection, _)| courses[*injection as usize].varies()) {
            let (more_g, more_i) = at(entry);
            g += more_g;
            i += more_i;
        }
        (g, i)
    }

    /// The equation of every node of a cell at its present state.
    fn equations(&self, cell: usize, courses: &[Course], substep: u32) -> Vec<(f64, f64)> {
        let plan = &self.plan;
        let class_index = plan.cells.class[cell] as usize;
        let class = &plan.classes[class_index];
        let first_class_node = class.first.at(plan.cells.place.at(cell) as usize) as usize;
        let (ca, factor) = (self.signalling.calcium(cell), self.signalling.modulation(plan, cell));
        let nodes = plan.cells.nodes(cell);
        let first = nodes.start;
        nodes
            .map(|node| {
                let v = self.v[node];
                let (leak, current) = self.constants(node, courses, substep);
                let mut equation = begin_equation(self.tables.diagonal[node], leak, current, v);
                for &slot in &self.tables.slots_of_node[node] {
                    let receptor = &plan.receptors[plan.slots.receptor[slot as usize] as usize];
                    let mut g = self.conductance[slot as usize];
                    if let Some(block) = receptor.block {
                        g *= block.open(v);
                    }
                    equation = add_conductance(equation, g, receptor.reversal, v);
                }
                let class_node = first_class_node + node - first;
                for (c, entry) in class.channels.iter().enumerate() {
                    let mut gbar = entry.gbar[class_node];
                    if gbar == 0.0 {
                        continue;
                    }
                    if entry.modulated {
                        gbar *= factor;
                    }
                    let states: Vec<f64> = self.gates[class_index][c].iter().map(|gate| gate[class_node]).collect();
                    let (at, celsius) = (Sensed { v, ca }, plan.settings.celsius);
                    let e = reversal(entry, ca, celsius);
                    equation = entry.channel.add_to(equation, gbar, &states, at, e, celsius);
                }
                equation
            })
            .collect()
    }

    /// Solves the tree of a cell for the change of its potentials.
    fn solve(&self, cell: usize, mut equations: Vec<(f64, f64)>) -> Vec<f64> {
        let plan = &self.plan;
        let nodes = plan.cells.nodes(cell);
        let first = nodes.start;
        let doubled = plan.settings.integrator == Integrator::Staggered;
        let scale = |node: usize| {
            if doubled && plan.nodes.capacitance[node] == 0.0 { 0.5 } else { 1.0 }
        };
        for node in nodes.clone().skip(1).rev() {
            let parent = plan.nodes.parent[node] as usize;
            let (i, p) = (node - first, parent - first);
            let axial = plan.nodes.axial[node];
            let (v, v_parent) = (self.v[node], self.v[parent]);
            let done = eliminate(axial, equations[i], equations[p], v, v_parent, scale(node), scale(parent));
            equations[p] = done.parent;
            equations[i] = (done.factor, done.offset);
        }
        let mut change = vec![0.0; equations.len()];
        change[0] = root_change(equations[0]);
        for node in nodes.skip(1) {
            let (i, p) = (node - first, plan.nodes.parent[node] as usize - first);
            change[i] = substitute(equations[i].0, equations[i].1, change[p]);
        }
        change
    }

    /// One substep of a cell with an implicit scheme.
    fn advance_implicitly(&mut self, cell: usize, courses: &[Course], substep: u32, jumped: bool) {
        let nodes = self.plan.cells.nodes(cell);
        let doubled = self.plan.settings.integrator == Integrator::Staggered;
        let factor = if doubled && !jumped { 2.0 } else { 1.0 };
        for _ in 0..if doubled && jumped { 2 } else { 1 } {
            let change = self.solve(cell, self.equations(cell, courses, substep));
            for (node, x) in nodes.clone().zip(change) {
                self.v[node] = add_change(self.v[node], x, factor);
            }
        }
        self.advance_gates(cell, None);
    }

    /// Moves the gates of a cell on by one substep, at the present potentials or at `frozen` ones.
    fn advance_gates(&mut self, cell: usize, frozen: Option<&[f64]>) {
        let plan = Arc::clone(&self.plan);
        let s = &plan.settings;
        let class_index = plan.cells.class[cell] as usize;
        let class = &plan.classes[class_index];
        let first_class_node = class.first.at(plan.cells.place.at(cell) as usize) as usize;
        let nodes = plan.cells.nodes(cell);
        self.add_calcium_currents(cell, frozen);
        let ca = self.signalling.calcium(cell);
        for (c, entry) in class.channels.iter().enumerate() {
            let with_state = entry.channel.gates.iter().filter(|g| g.has_state());
            for (k, gate) in with_state.enumerate() {
                let factor = self.tables.factors[class_index][c][k];
                for (offset, node) in nodes.clone().enumerate() {
                    let class_node = first_class_node + offset;
                    if entry.gbar[class_node] == 0.0 {
                        continue;
                    }
                    let v = frozen.map_or(self.v[node], |f| f[offset]);
                    let x = &mut self.gates[class_index][c][k][class_node];
                    *x = gate.advance(s.integrator, *x, Sensed { v, ca }, s.dt, s.celsius, factor);
                }
            }
        }
    }

    /// Adds the calcium currents of a cell, at the potentials and the gates its gates are about to move from, to the tick's sum.
    fn add_calcium_currents(&mut self, cell: usize, frozen: Option<&[f64]>) {
        let plan = Arc::clone(&self.plan);
        let celsius = plan.settings.celsius;
        let class_index = plan.cells.class[cell] as usize;
        let class = &plan.classes[class_index];
        if class.signalling.is_none() {
            return;
        }
        let (ca, factor) = (self.signalling.calcium(cell), self.signalling.modulation(&plan, cell));
        let first_class_node = class.first.at(plan.cells.place.at(cell) as usize) as usize;
        for (c, entry) in class.channels.iter().enumerate().filter(|(_, entry)| entry.carries_calcium) {
            for (offset, node) in plan.cells.nodes(cell).enumerate() {
                let class_node = first_class_node + offset;
                let mut gbar = entry.gbar[class_node];
                if gbar == 0.0 {
                    continue;
                }
                if entry.modulated {
                    gbar *= factor;
                }
                let at = Sensed { v: frozen.map_or(self.v[node], |f| f[offset]), ca };
                let states: Vec<f64> = self.gates[class_index][c].iter().map(|gate| gate[class_node]).collect();
                let e = reversal(entry, ca, celsius);
                self.signalling.add_current(node, entry.channel.current(gbar, &states, at, e, celsius));
            }
        }
    }

    /// One substep of a cell with the article's explicit scheme.
    fn advance_explicitly(&mut self, cell: usize, courses: &[Course], substep: u32) {
        let plan = Arc::clone(&self.plan);
        let dt = plan.settings.dt;
        let nodes = plan.cells.nodes(cell);
        let first = nodes.start;
        let before: Vec<f64> = self.v[nodes.clone()].to_vec();
        let mut current: Vec<f64> = self.equations(cell, courses, substep).into_iter().map(|e| e.1).collect();
        for node in nodes.clone().skip(1) {
            let (i, p) = (node - first, plan.nodes.parent[node] as usize - first);
            let axial = plan.nodes.axial[node];
            (current[i], current[p]) = add_axial_current(axial, before[i], before[p], current[i], current[p]);
        }
        for node in nodes.clone() {
            let c = plan.nodes.capacitance[node];
            if c > 0.0 {
                self.v[node] = add_explicit_change(self.v[node], current[node - first], dt / c);
            }
        }
        // Branch points follow their neighbours.
        for point in nodes.clone().filter(|&n| plan.nodes.capacitance[n] == 0.0) {
            let (mut sum, mut total) = (0.0, 0.0);
            for node in nodes.clone().skip(1) {
                let parent = plan.nodes.parent[node] as usize;
                let other = if node == point { parent } else { node };
                if node == point || parent == point {
                    sum += plan.nodes.axial[node] * self.v[other];
                    total += plan.nodes.axial[node];
                }
            }
            self.v[point] = sum / total;
        }
        self.advance_gates(cell, Some(&before));
    }

    fn sample(&self, step: u64, epoch: &mut Epoch) {
        for (observer, out) in self.observers.iter().zip(&mut epoch.samples) {
            if observer.due(step) {
                observer.sample(&self.plan, self, out);
            }
        }
    }

    fn advance_tick(&mut self, epoch: &mut Epoch) -> Result<(), RunError> {
        let plan = Arc::clone(&self.plan);
        let settings = &plan.settings;
        let arrived = self.deliver();
        let courses = self.drive.begin(&plan, self.tick);
        for substep in 0..settings.substeps {
            let step = self.tick * u64::from(settings.substeps) + u64::from(substep);
            if substep.is_multiple_of(settings.coupling) {
                self.exchange_gap_potentials();
            }
            self.sum_conductances(substep);
            self.sum_drives();
            self.note_injected(&courses, substep);
            self.sample(step, epoch);
            for (cell, &arrived) in arrived.iter().enumerate() {
                let detector = plan.cells.detector.at(cell) as usize;
                let before = self.v[detector];
                if settings.integrator == Integrator::ForwardEuler {
                    self.advance_explicitly(cell, &courses, substep);
                } else {
                    let jumped = (substep == 0 && arrived) || self.injection_jumps(cell, &courses, substep);
                    self.advance_implicitly(cell, &courses, substep, jumped);
                }
                let (after, threshold) = (self.v[detector], plan.cells.threshold[cell]);
                if before < threshold && after >= threshold {
                    let fraction = crossing(before, after, threshold);
                    let cell = u32::try_from(cell).unwrap_or(u32::MAX);
                    epoch.spikes.push(Spike { step, fraction, cell });
                    self.exchange.spiked(cell, is_early(f64::from(substep), fraction, settings.substeps));
                }
            }
            for (slot, state) in self.slots.iter_mut().enumerate() {
                self.tables.steps[plan.slots.receptor[slot] as usize].decay(&mut state.pools);
            }
        }
        self.signalling.advance(&plan);
        self.check(&plan)?;
        self.tick += 1;
        Ok(())
    }

    fn injection_jumps(&self, cell: usize, courses: &[Course], substep: u32) -> bool {
        self.plan.cells.nodes(cell).any(|node| {
            let own = &self.tables.injections_of_node[node];
            own.iter().any(|(injection, _)| courses[*injection as usize].jumps.contains(&substep))
        })
    }

    fn note_injected(&mut self, courses: &[Course], substep: u32) {
        for node in self.plan.injections.iter().flat_map(|injection| injection.nodes.iter()) {
            self.injected[node as usize] = 0.0;
        }
        for (i, injection) in self.plan.injections.iter().enumerate() {
            for (k, node) in injection.nodes.iter().enumerate() {
                let (g, current) = courses[i].at::<f64>(k, self.drive.scale(i, k), substep);
                self.injected[node as usize] += current - g * self.v[node as usize];
            }
        }
    }

    fn check(&self, plan: &Plan) -> Result<(), RunError> {
        match self.v.iter().position(|v| !(v.abs() < DIVERGED)) {
            None => Ok(()),
            Some(node) => Err(diverged(plan, node, self.v[node], self.tick)),
        }
    }
}

/// The error of a run whose node `node` left all bounds in `tick`.
#[must_use]
#[allow(clippy::cast_possible_truncation, clippy::cast_precision_loss)]
pub fn diverged(plan: &Plan, node: usize, potential: f64, tick: u64) -> RunError {
    let cell = plan.cells.of_node(node as u32);
    let cause = if plan.settings.integrator == Integrator::ForwardEuler {
        format!(
            "forward Euler is stable only for small steps (dt is {} ms); use `--integrator staggered` or a smaller dt",
            plan.settings.dt
        )
    } else {
        "a conductance, weight or injected current is out of all proportion to the cell, or dt is too large".to_owned()
    };
    RunError::Diverged {
        cell: plan.cell_name(cell as u32),
        node: node - plan.cells.nodes(cell).start,
        potential,
        tick,
        time: tick as f64 * plan.settings.tick,
        cause,
    }
}

/// The gates of nodes that have the channel; elsewhere 0, whatever a backend's lanes hold there.
#[must_use]
pub fn present_gates<E: Copy + Default>(gbar: &Column<f64>, gate: &[E]) -> Vec<E> {
    gbar.iter().zip(gate).map(|(g, &x)| if g == 0.0 { E::default() } else { x }).collect()
}

impl State for Oracle {
    fn potential(&self, node: u32) -> f64 {
        self.v[node as usize]
    }
    fn gate(&self, class: usize, channel: usize, gate: usize, class_node: usize) -> f64 {
        self.gates[class][channel][gate][class_node]
    }
    fn conductance(&self, slot: u32) -> f64 {
        self.conductance[slot as usize]
    }
    fn injected(&self, node: u32) -> f64 {
        self.injected[node as usize]
    }
    fn synapse(&self, site: &SynapseSite) -> f64 {
        self.clocked[site.group as usize].values[site.variable as usize][site.synapse as usize]
    }
    fn activity(&self, average: usize, cell: u32) -> f64 {
        self.slow.activity(average, cell)
    }
    fn dopamine(&self, cell: u32) -> f64 {
        self.slow.dopamine(&self.plan, cell)
    }
    fn messenger(&self, cell: usize, messenger: Messenger) -> f64 {
        self.signalling.messenger(cell, messenger)
    }
}

/// Slots by which calcium enters, ascending.
pub fn driving_slots(plan: &Plan) -> impl Iterator<Item = usize> + '_ {
    let drives = |slot: &usize| {
        let receptor = &plan.receptors[plan.slots.receptor[*slot] as usize];
        matches!(receptor.dynamics, Dynamics::Kinetic { drives_calcium: true, .. })
    };
    (0..plan.slots.node.len()).filter(drives)
}

/// What drives calcium in the first tick, by slot: the initial potential, as if held for a tick.
#[must_use]
pub fn initial_drives(plan: &Plan) -> Vec<f64> {
    let mut drives = vec![0.0; plan.slots.node.len()];
    for slot in driving_slots(plan) {
        let receptor = &plan.receptors[plan.slots.receptor[slot] as usize];
        if let Some(block) = receptor.block {
            let v = plan.nodes.v_init[plan.slots.node[slot] as usize];
            drives[slot] = block.open(v) * (v - receptor.reversal) * f64::from(plan.settings.substeps);
        }
    }
    drives
}

impl Backend for Oracle {
    fn advance(&mut self, ticks: u32) -> Result<Epoch, RunError> {
        let mut epoch = Epoch { spikes: Vec::new(), samples: vec![Vec::new(); self.observers.len()] };
        for _ in 0..ticks {
            self.advance_tick(&mut epoch)?;
        }
        Ok(epoch)
    }

    fn tick(&self) -> u64 {
        self.tick
    }

    fn snapshot(&self) -> Result<Snapshot, RunError> {
        let mut out = Writer::default();
        out.pods(&self.v);
        for (class, gates) in self.plan.classes.iter().zip(&self.gates) {
            for (channel, gates) in class.channels.iter().zip(gates) {
                gates.iter().for_each(|g| out.pods(&present_gates(&channel.gbar, g)));
            }
        }
        let pools: Vec<f64> = self.slots.iter().flat_map(|s| s.pools).collect();
        out.pods(&pools);
        for ahead in 0..self.arrivals.len() as u64 {
            #[allow(clippy::cast_possible_truncation)]
            out.pods(&self.arrivals[((self.tick + ahead) % self.arrivals.len() as u64) as usize]);
        }
        out.pods(&driving_slots(&self.plan).map(|slot| self.drives[slot]).collect::<Vec<f64>>());
        self.clocked.iter().for_each(|group| group.save(&mut out));
        self.slow.save(&mut out);
        self.exchange.save(&mut out);
        self.drive.save(&mut out);
        signalling::save(&self.plan, &mut out, |cell, messenger| self.signalling.messenger(cell, messenger));
        let (tick, plan) = (self.tick, plan_digest(&self.plan));
        Ok(Snapshot { tick, precision: Precision::F64, plan, payload: out.finish() })
    }

    fn restore(&mut self, snapshot: &Snapshot) -> Result<(), RunError> {
        snapshot.check(&self.plan, Precision::F64)?;
        let mut from = Reader::new(&snapshot.payload);
        self.v = from.exactly(self.v.len(), "nodes")?;
        for gate in self.gates.iter_mut().flatten().flatten() {
            *gate = from.exactly(gate.len(), "gates")?;
        }
        let pools: Vec<f64> = from.exactly(3 * self.slots.len(), "pools")?;
        for (slot, pools) in self.slots.iter_mut().zip(pools.chunks_exact(3)) {
            slot.pools.copy_from_slice(pools);
        }
        let rows = self.arrivals.len() as u64;
        for ahead in 0..rows {
            #[allow(clippy::cast_possible_truncation)]
            let row = &mut self.arrivals[((snapshot.tick + ahead) % rows) as usize];
            *row = from.exactly(row.len(), "arrivals")?;
        }
        let plan = Arc::clone(&self.plan);
        let drives: Vec<f64> = from.exactly(driving_slots(&plan).count(), "places calcium enters by")?;
        for (slot, sum) in driving_slots(&plan).zip(drives) {
            self.drives[slot] = sum;
        }
        for group in &mut self.clocked {
            group.load_from(&mut from)?;
        }
        self.slow.load(&mut from)?;
        self.exchange.load(&mut from)?;
        self.drive.load(&mut from)?;
        let plan = Arc::clone(&self.plan);
        signalling::load(&plan, &mut from, |cell, messenger, x| self.signalling.set(cell, messenger, x))?;
        self.tick = snapshot.tick;
        Ok(())
    }

    fn synapses(&self, group: usize) -> Result<SynapseTable, RunError> {
        let (plan, own) = (&self.plan.clocked[group], &self.clocked[group]);
        let weight = (0..plan.len()).map(|i| own.effective_weight(plan, i)).collect();
        Ok(SynapseTable { source: own.source.clone(), weight })
    }

    fn name(&self) -> &'static str {
        "oracle"
    }

    fn device(&self) -> String {
        "scalar f64, one thread".to_owned()
    }

    fn bytes(&self) -> usize {
        8 * (self.v.len() * 3
            + self.slots.len() * 6
            + self.clocked.iter().flat_map(|g| &g.values).map(Vec::len).sum::<usize>())
    }
}
