//! Which cells make a block, and which thread begins with it.

use huxley_engine::Numbers;
use huxley_engine::plan::Plan;
use huxley_model::channel::Integrator;

use crate::block::{Block, ClassKernel, Form, NO_CELL, ROWS_AT_A_TIME, WIDTH};
use crate::group::groups;
use crate::kernel::flat::{Flat, FlatCell};
use crate::kernel::fused::Building;
use crate::kernel::injected::Injected;
use crate::lanes::Element;
use crate::rows::in_pairs;
use crate::share::shared_out;

/// Most rows of a block of point neurons: its planes stay in the first-level cache.
const POINT_ROWS: usize = 16;

/// Least part of a block of trees that must be nodes and not padding.
const LEAST_FILLED: f64 = 0.5;

/// Nodes at which a block of flat cells is full; they are fewer where there are threads enough for more blocks.
const FLAT_NODES: usize = 512;

/// What a row of flat cells costs in `f32` and in `f64`, percent of one of trees, whose solve is in lanes: what four more cells cost a
/// block of flat ones beside 96 in trees, with AVX-512 (W2 of `benches/versus`, 96 and 100 cells).
const FLAT_COST: [usize; 2] = [220, 150];

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
pub fn padded(rows: usize) -> usize {
    rows.next_multiple_of(ROWS_AT_A_TIME)
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
        layout.fill(plan);
        layout.share_out(threads);
        layout
    }

    /// Puts blocks in an order in which those of a thread lie side by side.
    fn share_out(&mut self, threads: usize) {
        let cost = |block: &Block<E>| {
            let values = block.values();
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
        let mut block = Block {
            class,
            rows,
            tree,
            form: Form { stride, ..Form::default() },
            cells: Numbers::default(),
            planes: Vec::new(),
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
        block.name_cells(cells.iter().copied());
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
        let (mut flat, mut scales, mut cell_of) = (Flat::default(), Vec::new(), Vec::new());
        for &cell in cells {
            let (own, first) = (plan.cells.nodes(cell as usize), flat.parents.len());
            for (offset, node) in own.clone().enumerate() {
                let parent = if offset == 0 { node } else { plan.nodes.parent[node] as usize };
                flat.parents.push((first + parent - own.start) as u32);
                scales.push((scale(node), scale(parent)));
                cell_of.push(cell);
                self.place[node] = (index as u32, (first + offset) as u32);
            }
            let detector = first + plan.cells.detector.at(cell as usize) as usize - own.start;
            block.detectors.push((detector as u32, E::from_f64(plan.cells.threshold[cell as usize])));
            flat.cells.push(FlatCell { first, nodes: own.len() });
        }
        block.name_cells(cell_of.into_iter());
        flat.schedule(&scales);
        block.flat = Some(flat);
    }
}

impl<E: Element> Block<E> {
    /// Says which cell each lane or element belongs to; others have none.
    fn name_cells(&mut self, cells: impl Iterator<Item = u32>) {
        self.cells = cells.chain(std::iter::repeat(NO_CELL)).take(self.arrived.len()).collect();
    }
}
