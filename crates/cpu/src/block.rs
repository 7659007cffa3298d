//! How cells lie in memory: blocks of rows of lanes.
//!
//! A row is [`WIDTH`] values of one quantity, one a cell. A block of trees has a row for each node of its longest cell and a cell
//! in each lane; cells of one class are sorted by size, so little is padded, and a row of one shape finds its parents in one row
//! while a row of many shapes looks each lane's up. Cells too unlike any others to share rows lie flat, node after node: their
//! channels still run in full lanes, only their solve goes node by node. A block of point neurons has as many cells in every row.
//! All planes of a block lie in one piece of memory that a core keeps in its cache for a whole tick: its state, what its nodes are
//! made of, and the equations under way. What point neurons of a block are made of is kept once where they are all alike.

use std::ops::Range;

use huxley_engine::Numbers;
use huxley_engine::plan::Plan;
use huxley_model::channel::Integrator;

use crate::group::{Group, Program};
use crate::kernel::flat::Flat;
use crate::kernel::fused::Building;
use crate::kernel::injected::Injected;
use crate::kernel::{BlockSignalling, SignallingPlanes};
use crate::lanes::Element;

/// Lanes of a row, of either precision.
pub const WIDTH: usize = 16;

/// Rows are allocated, and channels' ranges of rows cut, in multiples of this: kernels take two registers at a time.
pub const ROWS_AT_A_TIME: usize = 2;

/// Marks a lane without a cell.
pub const NO_CELL: u32 = u32::MAX;

/// Elements for which constants are kept where they are the same for all: as many as a kernel takes at a time.
pub const ONCE: usize = ROWS_AT_A_TIME * WIDTH;

/// The planes of a block's state, in order. Gates of all channels are followed by signalling, and that by the receptors' pools.
pub mod plane {
    /// Potential, mV.
    pub const V: usize = 0;
    /// Current at `V = 0` of ungated, gap and clamp conductances and of injections, nA.
    pub const CURRENT: usize = 1;
    /// First gate.
    pub const GATES: usize = 2;
}

/// The planes of a block's constants, in order.
pub mod constant {
    /// `C/h` plus axial conductances, uS; `dt/C` for the explicit scheme.
    pub const DIAGONAL: usize = 0;
    /// Ungated conductance, uS; where there are gap junctions or clamps, theirs are added as they change.
    pub const LEAK: usize = 1;
    /// Conductance to the parent, uS (trees and flat cells).
    pub const AXIAL: usize = 2;
    /// Spike threshold, mV (point neurons, which have no parent).
    pub const THRESHOLD: usize = 2;
    /// Maximal conductance of the first channel, uS; those of the others follow.
    pub const GBAR: usize = 3;
}

/// Where the planes of a block are: state, then constants, then the equations under way.
#[derive(Clone, Copy, Debug, Default)]
pub struct Form {
    /// Elements of a plane.
    pub stride: usize,
    /// Planes of state.
    pub state: usize,
    /// Planes of constants.
    pub constants: usize,
    /// Whether constants are the same for all elements, and kept for `ONCE` of them.
    pub alike: bool,
}

impl Form {
    /// Elements for which a constant is kept.
    fn kept(self) -> usize {
        if self.alike { ONCE } else { self.stride }
    }

    /// The plane of a constant.
    #[must_use]
    pub fn constant(self, constant: usize) -> Range<usize> {
        let first = self.state * self.stride + constant * self.kept();
        first..first + self.kept()
    }

    /// The plane of a constant, of all of them.
    #[must_use]
    pub fn of_constants<E>(self, constants: &[E], constant: usize) -> &[E] {
        &constants[constant * self.kept()..(constant + 1) * self.kept()]
    }

    /// Where a constant of element `at`, a multiple of the lanes of a kernel, is in its plane.
    #[inline(always)]
    #[must_use]
    pub fn at(self, at: usize) -> usize {
        at & if self.alike { ONCE - 1 } else { usize::MAX }
    }

    /// First element of the diagonal of the equations under way, which becomes the factors of the substitution. Their right side
    /// follows, which becomes the changes of potential. There are neither where a pass over point neurons keeps both in registers.
    #[must_use]
    pub fn equation(self) -> usize {
        self.constant(self.constants).start
    }
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
    /// Where its planes are.
    pub form: Form,
    /// Whether rows are nodes of trees (else each row holds other point neurons).
    pub tree: bool,
    /// Cell of each lane (trees) or element (points), or `NO_CELL`.
    pub cells: Numbers,
    /// All planes, each of `rows * WIDTH` elements and padding.
    pub planes: Vec<E>,
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
        self.form.stride
    }

    /// A plane of its state.
    #[must_use]
    pub fn plane(&self, plane: usize) -> &[E] {
        &self.planes[plane * self.stride()..(plane + 1) * self.stride()]
    }

    /// A plane of its constants.
    #[must_use]
    pub fn constant(&self, constant: usize) -> &[E] {
        &self.planes[self.form.constant(constant)]
    }

    /// Values that a pass over it meets, constants counted for each element.
    #[must_use]
    pub fn values(&self) -> usize {
        (self.form.state + self.form.constants) * self.stride() + self.planes.len() - self.form.equation()
    }

    /// Whether it has point neurons.
    #[must_use]
    pub fn is_of_points(&self) -> bool {
        !self.tree && self.flat.is_none()
    }

    /// The cell an element belongs to.
    #[must_use]
    pub fn cell_of(&self, element: usize) -> u32 {
        self.cells.at(if self.tree { element % WIDTH } else { element })
    }

    /// Bytes held.
    #[must_use]
    pub fn bytes(&self) -> usize {
        self.planes.len() * size_of::<E>()
            + self.lane_parents.len() * 4 * WIDTH
            + self.injected.bytes()
            + self.cells.bytes()
            + self.arrived.len()
            + self.receptors.iter().map(|r| r.runs.len() * size_of::<SlotRun>() + 4 * r.elements.len()).sum::<usize>()
            + self.signalling.as_ref().map_or(0, BlockSignalling::bytes)
    }
}

/// What blocks of a class share.
#[derive(Debug)]
pub struct ClassKernel {
    /// Channel groups, in order.
    pub groups: Vec<Group>,
    /// For each channel: plane of its first gate.
    pub gates: Vec<usize>,
    /// First plane after those of gates and signalling.
    pub pools: usize,
    /// Planes of signalling, after those of the channels.
    pub signalling: Option<SignallingPlanes>,
}

impl ClassKernel {
    /// Which channel groups a node of the class has, a bit for each of the first 64.
    pub fn present(&self, plan: &Plan, class: usize, class_node: usize) -> u64 {
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

impl<E: Element> Block<E> {
    /// Finds the parents of every row, the rows that meet nodes without membrane, and the detectors.
    #[allow(clippy::cast_possible_truncation)]
    pub fn link_rows(&mut self, plan: &Plan, place: &[(u32, u32)]) {
        let doubled = plan.settings.integrator == Integrator::Staggered;
        let row_of = |node: usize| place[node].1 as usize / WIDTH;
        // The nodes of each lane, by row.
        let in_rows = |cell: u32| {
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
            .map(|(lane, cell)| {
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
