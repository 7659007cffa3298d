//! How cells lie in memory: blocks of rows of lanes.
//!
//! A row is [`WIDTH`] values of one quantity, one a cell. A block of trees has a row for each node of its longest cell and a cell
//! in each lane; cells of one class are sorted by size, so little is padded, and a row of one shape finds its parents in one row
//! while a row of many shapes looks each lane's up. Cells too unlike any others to share rows lie flat, node after node: their
//! channels still run in full lanes, only their solve goes node by node. A block of point neurons has as many cells in every row.
//! All planes of a block lie in one piece of memory that a core keeps in its cache for a whole tick.

use huxley_engine::oracle::{constant_conductances, initial_gates};
use huxley_engine::plan::{Dynamics, NO_PARENT, Plan};
use huxley_model::channel::Integrator;
use huxley_model::tape::Tape;

use crate::group::{Group, Program, groups};
use crate::kernel::flat::{Flat, FlatCell};
use crate::kernel::fused::Building;
use crate::kernel::injected::Injected;
use crate::kernel::receptors::DRIVE;
use crate::kernel::{BlockSignalling, SignallingPlanes, at_rest, publish};
use crate::lanes::Element;
use crate::rows::in_pairs;
use crate::share::shared_out;

/// Lanes of a row, of either precision.
pub const WIDTH: usize = 16;

/// Rows are allocated, and channels' ranges of rows cut, in multiples of this: kernels take two registers at a time.
pub const ROWS_AT_A_TIME: usize = 2;

/// Most rows of a block of point neurons: its planes stay in the first-level cache.
const POINT_ROWS: usize = 16;

/// Least part of a block of trees that must be nodes and not padding.
const LEAST_FILLED: f64 = 0.5;

/// Nodes at which a block of flat cells is full; they are fewer where there are threads enough for more blocks.
const FLAT_NODES: usize = 512;

/// What a row of flat cells costs in `f32` and in `f64`, percent of one of trees, whose solve is in lanes: what four more cells cost a
/// block of flat ones beside 96 in trees, with AVX-512 (W2 of `benches/versus`, 96 and 100 cells).
const FLAT_COST: [usize; 2] = [220, 150];

/// Marks a lane without a cell.
pub const NO_CELL: u32 = u32::MAX;

/// The planes every block has, in order; channels and pools follow, then those of [`Block::equation`].
pub mod plane {
    /// Potential, mV.
    pub const V: usize = 0;
    /// `C/h` plus axial conductances, uS; `dt/C` for the explicit scheme.
    pub const DIAGONAL: usize = 1;
    /// Ungated, gap and clamp conductance, uS.
    pub const LEAK: usize = 2;
    /// Current at `V = 0` of those and of injections, nA.
    pub const CURRENT: usize = 3;
    /// Conductance to the parent, uS (trees and flat cells).
    pub const AXIAL: usize = 4;
    /// Spike threshold, mV (point neurons, which have no parent).
    pub const THRESHOLD: usize = 4;
    /// First plane of the channels.
    pub const CHANNELS: usize = 5;
}

/// A row's way to its parents.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Parent {
    /// All lanes have it in one row.
    Row(u32),
    /// Each lane has its own: entry of [`Block::lane_parents`].
    Lanes(u32),
}

/// Slots that follow each other in the plan and in [`BlockReceptor::elements`]; all are of one partition.
#[derive(Clone, Copy, Debug)]
pub struct SlotRun {
    /// First slot in the plan.
    pub slot: u32,
    /// Slots.
    pub count: u32,
    /// Entry of the first one's element.
    pub first: u32,
    /// Whether their pools lie side by side, as those of point neurons do.
    pub side_by_side: bool,
}

/// A receptor of a block: planes for its pools over the rows that have any.
#[derive(Clone, Debug)]
pub struct BlockReceptor {
    /// Receptor in the plan.
    pub receptor: u32,
    /// First of three (or fewer) planes.
    pub plane: usize,
    /// Slots, in order of the plan.
    pub runs: Vec<SlotRun>,
    /// The element within a plane of each slot.
    pub elements: Vec<u32>,
    /// By pair of rows: whether any of its nodes has a slot.
    pub present: Vec<bool>,
}

impl BlockReceptor {
    /// Slots and their elements.
    pub fn slots(&self) -> impl Iterator<Item = (u32, u32)> {
        self.runs.iter().flat_map(|run| run.slot..run.slot + run.count).zip(self.elements.iter().copied())
    }

    /// The elements of a run.
    pub fn elements_of(&self, run: SlotRun) -> &[u32] {
        &self.elements[run.first as usize..(run.first + run.count) as usize]
    }
}

/// Cells that are advanced together.
#[derive(Clone, Debug)]
pub struct Block<E> {
    /// Class of all its cells.
    pub class: usize,
    /// Number of rows.
    pub rows: usize,
    /// Whether rows are nodes of trees (else each row holds other point neurons).
    pub tree: bool,
    /// Cell of each lane (trees) or element (points), or `NO_CELL`.
    pub cells: Vec<u32>,
    /// All planes, each of `rows * WIDTH` elements and padding.
    pub planes: Vec<E>,
    /// Plane of the diagonal of the equation under way, and of the factors of the substitution. The next one has its right side, and
    /// changes of potential. There are neither where a pass over point neurons keeps both in registers.
    pub equation: usize,
    /// Parents of rows 1.. (trees).
    pub parents: Vec<Parent>,
    /// In which order rows are built (trees).
    pub building: Building,
    /// For rows of many shapes: the parent's element in a plane, by lane.
    pub lane_parents: Vec<[u32; WIDTH]>,
    /// Rows whose elimination meets a node without membrane in any lane: index into `scales`.
    pub scaled: Vec<Option<u32>>,
    /// Scales of the node and its parent, by lane.
    pub scales: Vec<([E; WIDTH], [E; WIDTH])>,
    /// Cells of many nodes that lie flat.
    pub flat: Option<Flat<E>>,
    /// Detector element and threshold of each lane (trees) or cell (flat).
    pub detectors: Vec<(u32, E)>,
    /// Receptors with slots here.
    pub receptors: Vec<BlockReceptor>,
    /// Rows that have each channel group, as ranges.
    pub runs: Vec<Vec<(u32, u32)>>,
    /// Injections and gap junctions.
    pub injected: Injected<E>,
    /// Lanes (trees) or elements (points) whose conductance jumped as the tick began.
    pub arrived: Vec<bool>,
    /// Whether any of them did.
    pub any_arrived: bool,
    /// Signalling of the cells.
    pub signalling: Option<BlockSignalling<E>>,
}

impl<E: Element> Block<E> {
    /// Elements of a plane.
    #[must_use]
    pub fn stride(&self) -> usize {
        padded(self.rows) * WIDTH
    }

    /// A plane.
    #[must_use]
    pub fn plane(&self, plane: usize) -> &[E] {
        &self.planes[plane * self.stride()..(plane + 1) * self.stride()]
    }

    /// A plane.
    pub fn plane_mut(&mut self, plane: usize) -> &mut [E] {
        let stride = self.stride();
        &mut self.planes[plane * stride..(plane + 1) * stride]
    }

    /// Whether it has point neurons.
    #[must_use]
    pub fn is_of_points(&self) -> bool {
        !self.tree && self.flat.is_none()
    }

    /// The cell an element belongs to.
    #[must_use]
    pub fn cell_of(&self, element: usize) -> u32 {
        self.cells[if self.tree { element % WIDTH } else { element }]
    }

    /// Bytes held.
    #[must_use]
    pub fn bytes(&self) -> usize {
        self.planes.len() * size_of::<E>()
            + self.lane_parents.len() * 4 * WIDTH
            + self.injected.bytes()
            + self.cells.len() * 4
            + self.receptors.iter().map(|r| r.runs.len() * size_of::<SlotRun>() + 4 * r.elements.len()).sum::<usize>()
            + self.signalling.as_ref().map_or(0, BlockSignalling::bytes)
    }
}

/// What blocks of a class share.
#[derive(Debug)]
pub struct ClassKernel {
    /// Channel groups, in order.
    pub groups: Vec<Group>,
    /// Planes of channels: maximal conductances and gates of all groups, then those of signalling.
    pub channel_planes: usize,
    /// For each channel: plane of its maximal conductance and of its first gate.
    pub channels: Vec<(usize, usize)>,
    /// Planes of signalling, after those of the channels.
    pub signalling: Option<SignallingPlanes>,
}

impl ClassKernel {
    /// Which channel groups a node of the class has, a bit for each of the first 64.
    fn present(&self, plan: &Plan, class: usize, class_node: usize) -> u64 {
        let channels = &plan.classes[class].channels;
        let has = |group: &Group| group.channels.clone().any(|c| channels[c].gbar[class_node] != 0.0);
        self.groups.iter().take(64).enumerate().map(|(bit, group)| u64::from(has(group)) << bit).sum()
    }

    /// Whether all channels of the class are one compiled pair.
    #[must_use]
    pub fn is_one_pair(&self) -> bool {
        matches!(self.groups.as_slice(), [group] if !matches!(group.program, Program::Tape { .. }))
    }
}

/// All cells of a plan, laid out.
#[derive(Debug)]
pub struct Layout<E> {
    /// Blocks, those of a thread side by side.
    pub blocks: Vec<Block<E>>,
    /// How many blocks each thread begins with.
    pub shares: Vec<usize>,
    /// By class.
    pub kernels: Vec<ClassKernel>,
    /// Block and element of every node.
    pub place: Vec<(u32, u32)>,
}

/// Rows with padding.
fn padded(rows: usize) -> usize {
    rows.next_multiple_of(ROWS_AT_A_TIME)
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

impl<E: Element> Layout<E> {
    /// Lays a plan out for so many threads; what is computed does not depend on them.
    #[must_use]
    #[allow(clippy::cast_possible_truncation)]
    pub fn new(plan: &Plan, point_rows: Option<usize>, threads: usize) -> Self {
        let mut layout = Self {
            blocks: Vec::new(),
            shares: Vec::new(),
            kernels: plan.classes.iter().map(|class| groups(class, &plan.settings)).collect(),
            place: vec![(0, 0); plan.nodes.parent.len()],
        };
        for (class_index, class) in plan.classes.iter().enumerate() {
            let size = |cell: &u32| plan.cells.nodes(*cell as usize).len();
            let (points, mut trees): (Vec<u32>, Vec<u32>) = class.cells.iter().partition(|cell| size(cell) == 1);
            let rows = point_rows.unwrap_or(POINT_ROWS);
            for cells in points.chunks(rows * WIDTH) {
                let rows = cells.len().div_ceil(WIDTH);
                layout.add(plan, class_index, cells, rows, false);
            }
            // Cells of one size, and of those the ones of one shape, side by side.
            trees.sort_by_cached_key(|cell| {
                let nodes = plan.cells.nodes(*cell as usize);
                let parents: Vec<u32> =
                    nodes.clone().skip(1).map(|node| plan.nodes.parent[node] - nodes.start as u32).collect();
                (std::cmp::Reverse(nodes.len()), parents)
            });
            let mut odd: Vec<u32> = Vec::new();
            let mut rest = trees.as_slice();
            while let Some(largest) = rest.first() {
                let (cells, others) = rest.split_at(rest.len().min(WIDTH));
                let nodes: usize = cells.iter().map(size).sum();
                #[allow(clippy::cast_precision_loss)]
                if nodes as f64 >= LEAST_FILLED * (size(largest) * WIDTH) as f64 {
                    layout.add(plan, class_index, cells, size(largest), true);
                    rest = others;
                } else {
                    odd.push(*largest);
                    rest = &rest[1..];
                }
            }
            let full = FLAT_NODES.min(odd.iter().map(size).sum::<usize>().div_ceil(threads));
            let mut odd = odd.as_slice();
            while !odd.is_empty() {
                let mut nodes = 0;
                let fitting = odd.iter().take_while(|cell| {
                    let before = nodes;
                    nodes += size(cell);
                    before < full
                });
                let (cells, others) = odd.split_at(fitting.count());
                layout.add_flat(plan, class_index, cells);
                odd = others;
            }
        }
        layout.connect(plan);
        layout.share_out(threads);
        layout
    }

    /// Puts blocks in an order in which those of a thread lie side by side.
    fn share_out(&mut self, threads: usize) {
        let cost = |block: &Block<E>| {
            let values = block.planes.len();
            if block.flat.is_some() { values * FLAT_COST[usize::from(size_of::<E>() == 8)] / 100 } else { values }
        };
        let costs: Vec<usize> = self.blocks.iter().map(cost).collect();
        let shares = shared_out(&costs, threads);
        let mut place_of = vec![0; self.blocks.len()];
        for (place, &block) in (0u32..).zip(shares.iter().flatten()) {
            place_of[block] = place;
        }
        let mut blocks: Vec<(u32, Block<E>)> = place_of.iter().copied().zip(self.blocks.drain(..)).collect();
        blocks.sort_unstable_by_key(|(place, _)| *place);
        self.blocks.extend(blocks.into_iter().map(|(_, block)| block));
        self.place.iter_mut().for_each(|(block, _)| *block = place_of[*block as usize]);
        self.shares = shares.iter().map(Vec::len).collect();
    }

    #[allow(clippy::cast_possible_truncation)]
    fn add(&mut self, plan: &Plan, class: usize, cells: &[u32], rows: usize, tree: bool) {
        let stride = padded(rows) * WIDTH;
        let planes = plane::CHANNELS + self.kernels[class].channel_planes;
        let mut block = Block {
            class,
            rows,
            tree,
            cells: vec![NO_CELL; if tree { WIDTH } else { stride }],
            planes: vec![E::default(); planes * stride],
            equation: planes,
            parents: Vec::new(),
            lane_parents: Vec::new(),
            building: Building::default(),
            scaled: vec![None; rows],
            scales: Vec::new(),
            flat: None,
            detectors: Vec::new(),
            receptors: Vec::new(),
            runs: Vec::new(),
            injected: Injected::default(),
            arrived: vec![false; if tree { WIDTH } else { stride }],
            any_arrived: false,
            signalling: None,
        };
        block.cells[..cells.len()].copy_from_slice(cells);
        block.plane_mut(plane::DIAGONAL).fill(E::from_f64(1.0));
        block.plane_mut(plane::V).fill(E::from_f64(-65.0));
        let index = self.blocks.len() as u32;
        let order = if tree { self.order_of_rows(plan, class, cells) } else { vec![0] };
        for (lane, &cell) in cells.iter().enumerate() {
            let nodes = plan.cells.nodes(cell as usize);
            let own = order.iter().filter(|&&at| at < nodes.len());
            for (row, at) in own.enumerate() {
                self.place[nodes.start + at] = (index, (row * WIDTH + lane) as u32);
            }
        }
        if tree {
            block.link_rows(plan, &self.place);
        } else if !cells.is_empty() {
            let thresholds = block.plane_mut(plane::THRESHOLD);
            thresholds.fill(E::from_f64(f64::MAX));
            for (threshold, &cell) in thresholds.iter_mut().zip(cells) {
                *threshold = E::from_f64(plan.cells.threshold[cell as usize]);
            }
        }
        self.blocks.push(block);
    }

    /// The nodes, by their place in a cell, in the order in which they are rows of a block of these trees.
    fn order_of_rows(&self, plan: &Plan, class: usize, cells: &[u32]) -> Vec<usize> {
        let kernel = &self.kernels[class];
        let shape = |&cell: &u32| {
            let nodes = plan.cells.nodes(cell as usize);
            let first = plan.classes[class].first.at(plan.cells.place.at(cell as usize) as usize) as usize;
            let kinds = (first..first + nodes.len()).map(|node| kernel.present(plan, class, node)).collect();
            let parents = nodes.clone().skip(1).map(|node| plan.nodes.parent[node] as usize - nodes.start).collect();
            (parents, kinds)
        };
        let mut shapes = cells.iter().map(shape);
        let (parents, kinds): (Vec<usize>, Vec<u64>) = shapes.next().unwrap_or_default();
        // Lanes of different shapes have more parents in one row as they are numbered. Sums over the nodes of a cell, which signalling
        // needs, are in that order.
        if kernel.signalling.is_none() && shapes.all(|other| other.0 == parents && other.1 == kinds) {
            in_pairs(&parents, &kinds)
        } else {
            (0..kinds.len()).collect()
        }
    }

    /// Adds cells that lie flat.
    #[allow(clippy::cast_possible_truncation)]
    fn add_flat(&mut self, plan: &Plan, class: usize, cells: &[u32]) {
        let nodes: usize = cells.iter().map(|&cell| plan.cells.nodes(cell as usize).len()).sum();
        self.add(plan, class, &[], nodes.div_ceil(WIDTH), false);
        let index = self.blocks.len() - 1;
        let block = &mut self.blocks[index];
        let doubled = plan.settings.integrator == Integrator::Staggered;
        let scale = |node: usize| E::from_f64(if doubled && plan.nodes.capacitance[node] == 0.0 { 0.5 } else { 1.0 });
        let (mut flat, mut scales) = (Flat::default(), Vec::new());
        for &cell in cells {
            let (own, first) = (plan.cells.nodes(cell as usize), flat.parents.len());
            for (offset, node) in own.clone().enumerate() {
                let parent = if offset == 0 { node } else { plan.nodes.parent[node] as usize };
                flat.parents.push((first + parent - own.start) as u32);
                scales.push((scale(node), scale(parent)));
                block.cells[first + offset] = cell;
                self.place[node] = (index as u32, (first + offset) as u32);
            }
            let detector = first + plan.cells.detector.at(cell as usize) as usize - own.start;
            block.detectors.push((detector as u32, E::from_f64(plan.cells.threshold[cell as usize])));
            flat.cells.push(FlatCell { first, nodes: own.len() });
        }
        flat.schedule(&scales);
        block.flat = Some(flat);
    }

    /// Fills planes from the plan and finds what reaches each block.
    #[allow(clippy::cast_possible_truncation)]
    fn connect(&mut self, plan: &Plan) {
        self.fill_membranes(plan);
        self.fill_channels(plan);
        for block in &mut self.blocks {
            block.signalling = at_rest(block, plan);
            publish(block, &self.kernels[block.class], plan);
        }
        self.fill_receptors(plan);
        self.add_equations();
        Injected::connect(&mut self.blocks, &self.place, plan);
    }

    fn fill_membranes(&mut self, plan: &Plan) {
        let (diagonal, leak) = constant_conductances(plan);
        let explicit = plan.settings.integrator == Integrator::ForwardEuler;
        for (node, &(block, element)) in self.place.iter().enumerate() {
            let (block, element) = (&mut self.blocks[block as usize], element as usize);
            let c = plan.nodes.capacitance[node];
            let explicit_step = if c > 0.0 { plan.settings.dt / c } else { 0.0 };
            let first = if explicit { explicit_step } else { diagonal[node] };
            for (plane, value) in [
                (plane::V, plan.nodes.v_init[node]),
                (plane::DIAGONAL, first),
                (plane::LEAK, leak[node]),
                (plane::CURRENT, plan.nodes.leak_current[node]),
            ] {
                block.plane_mut(plane)[element] = E::from_f64(value);
            }
            if plan.nodes.parent[node] != NO_PARENT {
                block.plane_mut(plane::AXIAL)[element] = E::from_f64(plan.nodes.axial[node]);
            }
        }
    }

    /// Adds the planes of equations, where they are not kept in registers.
    fn add_equations(&mut self) {
        for block in &mut self.blocks {
            let stride = block.stride();
            block.equation = block.planes.len() / stride;
            if !(block.is_of_points() && self.kernels[block.class].is_one_pair()) {
                block.planes.resize(block.planes.len() + 2 * stride, E::default());
            }
        }
    }

    fn fill_channels(&mut self, plan: &Plan) {
        for (class_index, class) in plan.classes.iter().enumerate() {
            let gates = initial_gates(plan, class);
            let kernel = &self.kernels[class_index];
            for (place, cell) in class.cells.iter().enumerate() {
                for (offset, node) in plan.cells.nodes(cell as usize).enumerate() {
                    let (block, element) = self.place[node];
                    let block = &mut self.blocks[block as usize];
                    let class_node = class.first.at(place) as usize + offset;
                    for (c, &(gbar, first_gate)) in kernel.channels.iter().enumerate() {
                        block.plane_mut(gbar)[element as usize] = E::from_f64(class.channels[c].gbar[class_node]);
                        for (k, gate) in gates[c].iter().enumerate() {
                            block.plane_mut(first_gate + k)[element as usize] = E::from_f64(gate[class_node]);
                        }
                    }
                }
            }
            for block in self.blocks.iter_mut().filter(|b| b.class == class_index) {
                block.runs = kernel
                    .groups
                    .iter()
                    .map(|group| {
                        let present = |row: usize| {
                            group.channels.clone().any(|c| {
                                let gbar = block.plane(kernel.channels[c].0);
                                gbar[row * WIDTH..(row + 1) * WIDTH].iter().any(|g| *g != E::default())
                            })
                        };
                        paired(runs((0..block.rows).map(present)))
                    })
                    .collect();
                let has = |pair: usize| {
                    let row = (pair * ROWS_AT_A_TIME) as u32;
                    block.runs.first().is_some_and(|runs| runs.iter().any(|&(from, to)| from <= row && row < to))
                };
                block.building.channels = (0..padded(block.rows) / ROWS_AT_A_TIME).map(has).collect();
            }
        }
    }

    fn fill_receptors(&mut self, plan: &Plan) {
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
            let (stride, rows) = (block.stride(), block.rows);
            for receptor in &mut block.receptors {
                receptor.plane = block.planes.len() / stride;
                let pools = match plan.receptors[receptor.receptor as usize].dynamics {
                    Dynamics::Exponential { .. } => 1,
                    Dynamics::DoubleExponential { .. } => 2,
                    Dynamics::Kinetic { drives_calcium, .. } => DRIVE + usize::from(drives_calcium),
                };
                block.planes.resize(block.planes.len() + pools * stride, E::default());
                receptor.present = vec![false; padded(rows) / ROWS_AT_A_TIME];
                for &element in &receptor.elements {
                    receptor.present[element as usize / (ROWS_AT_A_TIME * WIDTH)] = true;
                }
            }
        }
    }
}

impl<E: Element> Block<E> {
    /// Finds the parents of every row, the rows that meet nodes without membrane, and the detectors.
    #[allow(clippy::cast_possible_truncation)]
    fn link_rows(&mut self, plan: &Plan, place: &[(u32, u32)]) {
        let doubled = plan.settings.integrator == Integrator::Staggered;
        let row_of = |node: usize| place[node].1 as usize / WIDTH;
        // The nodes of each lane, by row.
        let in_rows = |&cell: &u32| {
            let nodes = if cell == NO_CELL { 0..0 } else { plan.cells.nodes(cell as usize) };
            let mut rows = vec![0; nodes.len()];
            nodes.for_each(|node| rows[row_of(node)] = node);
            rows
        };
        let lanes: Vec<Vec<usize>> = self.cells.iter().map(in_rows).collect();
        self.parents.push(Parent::Row(0));
        for row in 1..self.rows {
            let mut parents = [None; WIDTH];
            let (mut own, mut others) = ([E::from_f64(1.0); WIDTH], [E::from_f64(1.0); WIDTH]);
            let mut scaled = false;
            for (lane, nodes) in lanes.iter().enumerate().filter(|(_, nodes)| nodes.len() > row) {
                let node = nodes[row];
                let parent = plan.nodes.parent[node] as usize;
                parents[lane] = Some(row_of(parent) as u32);
                for (at, scale) in [(node, &mut own), (parent, &mut others)] {
                    if plan.nodes.capacitance[at] == 0.0 && doubled {
                        scale[lane] = E::from_f64(0.5);
                        scaled = true;
                    }
                }
            }
            // Padding follows its neighbours.
            let first = parents.iter().flatten().next().copied().unwrap_or(0);
            if parents.iter().flatten().all(|&p| p == first) {
                self.parents.push(Parent::Row(first));
            } else {
                let elements = std::array::from_fn(|lane| parents[lane].unwrap_or(first) * WIDTH as u32 + lane as u32);
                self.parents.push(Parent::Lanes(self.lane_parents.len() as u32));
                self.lane_parents.push(elements);
            }
            if scaled {
                self.scaled[row] = Some(self.scales.len() as u32);
                self.scales.push((own, others));
            }
        }
        self.building = Building::of(&self.parents, &self.lane_parents);
        self.detectors = self
            .cells
            .iter()
            .enumerate()
            .map(|(lane, &cell)| {
                if cell == NO_CELL {
                    return (lane as u32, E::from_f64(f64::MAX));
                }
                (
                    place[plan.cells.detector.at(cell as usize) as usize].1,
                    E::from_f64(plan.cells.threshold[cell as usize]),
                )
            })
            .collect();
    }
}

/// The tapes of a group, for one precision. Each has what the channel reads of its cell as further inputs.
#[derive(Clone, Debug)]
pub struct Tapes {
    /// Adds the group's conductances to the equations: inputs `v, d, i`, maximal conductances, gates; outputs `d, i`.
    pub conductance: Tape,
    /// Moves the gates: inputs `v`, gates; outputs gates.
    pub advance: Tape,
    /// Adds the current of a channel that carries calcium to a sum: inputs `v`, the sum, maximal conductance, gates.
    pub calcium_current: Option<Tape>,
}
