//! What the planes of blocks hold before the first tick.

use huxley_engine::Column;
use huxley_engine::oracle::{diagonals, initial_gates};
use huxley_engine::plan::{Dynamics, NO_PARENT, Plan};
use huxley_model::channel::Integrator;

use crate::block::{Block, BlockReceptor, ClassKernel, NO_CELL, ONCE, ROWS_AT_A_TIME, SlotRun, WIDTH, constant, plane};
use crate::kernel::injected::Injected;
use crate::kernel::receptors::DRIVE;
use crate::kernel::{at_rest, publish};
use crate::lanes::Element;
use crate::layout::{Layout, padded};

/// The gates of a class at rest, by channel and gate: one value a class node.
type Gates = Vec<Vec<Column<f64>>>;

impl<E: Element> Layout<E> {
    /// Finds what reaches each block, and fills its planes.
    pub fn fill(&mut self, plan: &Plan) {
        Injected::connect(&mut self.blocks, &self.place, plan);
        self.connect_receptors(plan);
        for blocks in self.blocks.chunk_by_mut(|a, b| a.class == b.class) {
            let class = blocks[0].class;
            let (kernel, gates) = (&self.kernels[class], initial_gates(plan, &plan.classes[class]));
            for block in blocks {
                block.fill(plan, kernel, &gates, &self.place);
                block.signalling = at_rest(block, plan);
                publish(block, kernel, plan);
            }
        }
    }

    /// Finds the receptors of each block and where their pools are.
    #[allow(clippy::cast_possible_truncation)]
    fn connect_receptors(&mut self, plan: &Plan) {
        let mut partitions = plan.slots.first_of_partition.iter().skip(1).peekable();
        for (slot, (&receptor, &node)) in (0u32..).zip(plan.slots.receptor.iter().zip(&plan.slots.node)) {
            let (block, offset) = self.place[node as usize];
            let receptors = &mut self.blocks[block as usize].receptors;
            let found = receptors.iter().position(|r| r.receptor == receptor).unwrap_or_else(|| {
                receptors.push(BlockReceptor {
                    receptor,
                    plane: 0,
                    runs: Vec::new(),
                    elements: Vec::new(),
                    present: Vec::new(),
                });
                receptors.len() - 1
            });
            let mut begins = false;
            while partitions.next_if(|&&end| end <= slot).is_some() {
                begins = true;
            }
            let BlockReceptor { runs, elements, .. } = &mut receptors[found];
            match runs.last_mut() {
                Some(run) if !begins && run.slot + run.count == slot => {
                    run.side_by_side &= elements.last().is_some_and(|last| last + 1 == offset);
                    run.count += 1;
                }
                _ => runs.push(SlotRun { slot, count: 1, first: elements.len() as u32, side_by_side: true }),
            }
            elements.push(offset);
        }
        for block in &mut self.blocks {
            block.receptors.sort_by_key(|r| r.receptor);
            let kernel = &self.kernels[block.class];
            block.form.constants = constant::GBAR + kernel.gates.len();
            block.form.state = kernel.pools;
            for receptor in &mut block.receptors {
                receptor.plane = block.form.state;
                block.form.state += match plan.receptors[receptor.receptor as usize].dynamics {
                    Dynamics::Exponential { .. } => 1,
                    Dynamics::DoubleExponential { .. } => 2,
                    Dynamics::Kinetic { drives_calcium, .. } => DRIVE + usize::from(drives_calcium),
                };
                receptor.present = vec![false; padded(block.rows) / ROWS_AT_A_TIME];
                for &element in &receptor.elements {
                    receptor.present[element as usize / (ROWS_AT_A_TIME * WIDTH)] = true;
                }
            }
        }
    }
}

impl<E: Element> Block<E> {
    /// Fills its planes, given the place of every node.
    fn fill(&mut self, plan: &Plan, kernel: &ClassKernel, gates: &Gates, place: &[(u32, u32)]) {
        let constants = self.constants(plan, place);
        self.find_channels(kernel, &constants);
        let in_registers = self.is_of_points() && kernel.is_one_pair();
        // Those of nodes with gap junctions and clamps change; lanes without a cell have a threshold of their own.
        let same = |plane: &[E]| plane.iter().all(|value| *value == plane[0]);
        self.form.alike =
            in_registers && self.injected.only_currents(plan) && constants.chunks(self.stride()).all(same);
        let stride = self.stride();
        let equation = if in_registers { 0 } else { 2 * stride };
        self.planes = Vec::with_capacity(self.form.equation() + equation);
        self.planes.resize(self.form.state * stride, E::default());
        for plane in constants.chunks(stride) {
            self.planes.extend_from_slice(if self.form.alike { &plane[..ONCE] } else { plane });
        }
        self.planes.resize(self.form.equation() + equation, E::default());
        // Lanes without a cell are at rest.
        self.planes[plane::V * stride..(plane::V + 1) * stride].fill(E::from_f64(-65.0));
        let class = &plan.classes[self.class];
        for cell in own_cells(self) {
            let first = class.first.at(plan.cells.place.at(cell) as usize) as usize;
            for (class_node, node) in (first..).zip(plan.cells.nodes(cell)) {
                let element = place[node].1 as usize;
                let mut set = |plane: usize, value: f64| self.planes[plane * stride + element] = E::from_f64(value);
                set(plane::V, plan.nodes.v_init[node]);
                set(plane::CURRENT, plan.nodes.leak_current[node]);
                for (gates, &first_gate) in gates.iter().zip(&kernel.gates) {
                    for (plane, gate) in (first_gate..).zip(gates) {
                        set(plane, gate[class_node]);
                    }
                }
            }
        }
    }

    /// Its constants, plane after plane.
    fn constants(&self, plan: &Plan, place: &[(u32, u32)]) -> Vec<E> {
        let (class, stride) = (&plan.classes[self.class], self.stride());
        let explicit = plan.settings.integrator == Integrator::ForwardEuler;
        let mut constants = vec![E::default(); self.form.constants * stride];
        // Lanes without a cell stay where they are.
        constants[constant::DIAGONAL * stride..(constant::DIAGONAL + 1) * stride].fill(E::from_f64(1.0));
        if self.is_of_points() {
            constants[constant::THRESHOLD * stride..(constant::THRESHOLD + 1) * stride].fill(E::from_f64(f64::MAX));
        }
        let mut diagonal = Vec::new();
        for cell in own_cells(self) {
            let (nodes, first) = (plan.cells.nodes(cell), class.first.at(plan.cells.place.at(cell) as usize) as usize);
            diagonals(plan, nodes.clone(), &mut diagonal);
            for ((class_node, node), &diagonal) in (first..).zip(nodes).zip(&diagonal) {
                let element = place[node].1 as usize;
                let mut set = |plane: usize, value: f64| constants[plane * stride + element] = E::from_f64(value);
                let c = plan.nodes.capacitance[node];
                let step = if c > 0.0 { plan.settings.dt / c } else { 0.0 };
                set(constant::DIAGONAL, if explicit { step } else { diagonal });
                set(constant::LEAK, plan.nodes.leak[node]);
                if plan.nodes.parent[node] != NO_PARENT {
                    set(constant::AXIAL, plan.nodes.axial[node]);
                } else if self.is_of_points() {
                    set(constant::THRESHOLD, plan.cells.threshold[cell]);
                }
                for (plane, channel) in (constant::GBAR..).zip(&class.channels) {
                    set(plane, channel.gbar[class_node]);
                }
            }
        }
        constants
    }

    /// Finds the rows that have each group's channels.
    #[allow(clippy::cast_possible_truncation)]
    fn find_channels(&mut self, kernel: &ClassKernel, constants: &[E]) {
        let stride = self.stride();
        let has = |channel: usize, row: usize| {
            let first = (constant::GBAR + channel) * stride + row * WIDTH;
            constants[first..first + WIDTH].iter().any(|g| *g != E::default())
        };
        let rows = self.rows;
        let of = |channels: std::ops::Range<usize>| {
            paired(runs((0..rows).map(|row| channels.clone().any(|channel| has(channel, row)))))
        };
        self.runs = kernel.groups.iter().map(|group| of(group.channels.clone())).collect();
        let first = self.runs.first();
        let has = |pair: usize| {
            let row = (pair * ROWS_AT_A_TIME) as u32;
            first.is_some_and(|runs| runs.iter().any(|&(from, to)| from <= row && row < to))
        };
        self.building.channels = (0..padded(rows) / ROWS_AT_A_TIME).map(has).collect();
    }
}

/// The cells of a block, each once.
fn own_cells<E: Element>(block: &Block<E>) -> Vec<usize> {
    let all = block.cells.iter().filter(|&cell| cell != NO_CELL).map(|cell| cell as usize);
    if let Some(flat) = &block.flat {
        return flat.cells.iter().map(|cell| block.cells.at(cell.first) as usize).collect();
    }
    all.collect()
}

/// Widens ranges of rows to whole pairs.
fn paired(runs: Vec<(u32, u32)>) -> Vec<(u32, u32)> {
    let mut paired: Vec<(u32, u32)> = Vec::new();
    for (from, to) in runs {
        let (from, to) = (from / 2 * 2, to.next_multiple_of(2));
        match paired.last_mut() {
            Some((_, end)) if *end >= from => *end = to,
            _ => paired.push((from, to)),
        }
    }
    paired
}

/// Merges ascending rows into ranges.
fn runs(rows: impl Iterator<Item = bool>) -> Vec<(u32, u32)> {
    let mut runs: Vec<(u32, u32)> = Vec::new();
    for (row, _) in (0u32..).zip(rows).filter(|(_, present)| *present) {
        match runs.last_mut() {
            Some((_, end)) if *end == row => *end = row + 1,
            _ => runs.push((row, row + 1)),
        }
    }
    runs
}
