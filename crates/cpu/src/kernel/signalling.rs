//! Signalling of a block's cells: calcium currents summed over the substeps of a tick, and one step of every cell at
//! its end.
//!
//! What channels read of a cell (calcium, factor, reversal potentials) lies beside each of its nodes, as everything
//! they read does, and changes between ticks only.

use fearless_simd::Simd;
use huxley_engine::plan::{Class, ClassSignalling, Plan};
use huxley_engine::signalling::reversal;
use huxley_model::channel::Reversal;
use huxley_model::signalling::{Messenger, State};

use crate::block::{Block, ClassKernel, NO_CELL, WIDTH, plane};
use crate::group::Program;
use crate::kernel::{Context, Workspace};
use crate::lanes::{Element, Lanes};
use crate::layout::Layout;
use crate::tape;

/// The planes of a class with signalling.
#[derive(Clone, Debug)]
pub struct SignallingPlanes {
    /// Calcium, uM.
    pub calcium: usize,
    /// Factor of modulated conductances.
    pub factor: usize,
    /// Calcium current summed over the substeps of the tick, nA.
    pub current: usize,
    /// Channel and plane of each reversal potential that follows calcium, mV.
    pub reversals: Vec<(usize, usize)>,
}

impl SignallingPlanes {
    /// The planes of `class` from `first` on; none without signalling.
    #[must_use]
    pub fn of(class: &Class, first: usize) -> Option<Self> {
        class.signalling.as_ref()?;
        let follows = |(_, entry): &(usize, &huxley_engine::plan::ClassChannel)| {
            matches!(entry.channel.reversal, Reversal::NernstCalcium { .. })
        };
        let channels = class.channels.iter().enumerate().filter(follows).map(|(channel, _)| channel);
        let reversals = channels.zip(first + 3..).collect();
        Some(Self { calcium: first, factor: first + 1, current: first + 2, reversals })
    }

    /// How many they are.
    #[must_use]
    pub fn count(&self) -> usize {
        3 + self.reversals.len()
    }
}

/// The signalling of a block's cells: a value for each lane (trees), element (points) or cell (flat), and padding.
#[derive(Clone, Debug)]
pub struct BlockSignalling<E> {
    /// By messenger.
    pub values: [Vec<E>; 5],
    /// Calcium that 1 nA carries in, in 1 ms, uM.
    kappa: Vec<E>,
    /// Calcium current of the tick, nA.
    current: Vec<E>,
    /// Where each element of a plane finds its cell here.
    lane: Vec<u32>,
}

impl<E: Element> BlockSignalling<E> {
    /// Where an element of a plane finds its cell in `values`.
    #[must_use]
    pub fn lane(&self, element: usize) -> usize {
        self.lane[element] as usize
    }

    /// Bytes held.
    #[must_use]
    pub fn bytes(&self) -> usize {
        7 * self.kappa.len() * size_of::<E>() + 4 * self.lane.len()
    }
}

/// The signalling of a block at rest.
#[must_use]
#[allow(clippy::cast_possible_truncation)]
pub fn at_rest<E: Element>(block: &Block<E>, plan: &Plan) -> Option<BlockSignalling<E>> {
    let signalling = plan.classes[block.class].signalling.as_ref()?;
    let stride = block.stride();
    let lane: Vec<u32> = (0..stride)
        .map(|element| match &block.flat {
            Some(flat) => flat.cells.partition_point(|c| c.first <= element) as u32 - 1,
            None if block.tree => (element % WIDTH) as u32,
            None => element as u32,
        })
        .collect();
    let lanes = lane.iter().max().map_or(0, |&last| last as usize + 1).next_multiple_of(WIDTH);
    // Padding has a little calcium too, so that no lane is ever not a number.
    let mut kappa = vec![E::default(); lanes];
    for (element, &lane) in lane.iter().enumerate() {
        let cell = block.cell_of(element);
        if cell != NO_CELL {
            kappa[lane as usize] = E::from_f64(signalling.kappa[plan.cells.place.at(cell as usize) as usize]);
        }
    }
    let values = signalling.constants.at_rest().values.map(|x| vec![E::from_f64(x); lanes]);
    Some(BlockSignalling { values, kappa, current: vec![E::default(); lanes], lane })
}

/// Sets what channels read from the state of the cells.
pub fn publish<E: Element>(block: &mut Block<E>, kernel: &ClassKernel, plan: &Plan) {
    let (Some(planes), Some(own)) = (&kernel.signalling, &block.signalling) else { return };
    let class = &plan.classes[block.class];
    let Some(ClassSignalling { constants, .. }) = &class.signalling else { return };
    let stride = block.stride();
    let calcium = &own.values[Messenger::Calcium.index()];
    let all = &mut block.planes;
    let mut spread = |plane: usize, values: &[E]| {
        let own_plane = &mut all[plane * stride..(plane + 1) * stride];
        own_plane.iter_mut().zip(&own.lane).for_each(|(x, &lane)| *x = values[lane as usize]);
    };
    spread(planes.calcium, calcium);
    let factors: Vec<E> = (0..calcium.len())
        .map(|lane| State { values: own.values.each_ref().map(|values| values[lane]) }.modulation(constants))
        .collect();
    spread(planes.factor, &factors);
    for &(channel, plane) in &planes.reversals {
        let entry = &class.channels[channel];
        let at = |ca: &E| reversal(entry, *ca, plan.settings.celsius);
        spread(plane, &calcium.iter().map(at).collect::<Vec<E>>());
    }
}

impl<E: Element> Layout<E> {
    /// A messenger of a cell; none without signalling.
    pub fn messenger(&self, plan: &Plan, cell: usize, messenger: Messenger) -> Option<E> {
        let (block, element) = self.place[plan.cells.nodes(cell).start];
        let own = self.blocks[block as usize].signalling.as_ref()?;
        Some(own.values[messenger.index()][own.lane(element as usize)])
    }

    /// Sets a messenger of a cell that has signalling.
    pub fn set_messenger(&mut self, plan: &Plan, cell: usize, messenger: Messenger, value: E) {
        let (block, element) = self.place[plan.cells.nodes(cell).start];
        if let Some(own) = &mut self.blocks[block as usize].signalling {
            let lane = own.lane(element as usize);
            own.values[messenger.index()][lane] = value;
        }
    }
}

/// Adds the calcium currents of a group's channel at the present potentials and gates to the tick's sum.
pub fn add_currents<L: Lanes>(
    token: L::Token,
    block: &mut Block<L::Element>,
    kernel: &ClassKernel,
    workspace: &mut Workspace<L::Element>,
) {
    let Some(planes) = &kernel.signalling else { return };
    for (index, group) in kernel.groups.iter().enumerate() {
        let Program::Tape { single, double } = &group.program else { continue };
        let tapes = if size_of::<L::Element>() == 4 { single } else { double };
        let Some(tape) = &tapes.calcium_current else { continue };
        let stride = block.stride();
        for run in 0..block.runs[index].len() {
            let (from, to) = block.runs[index][run];
            let offset = |plane: usize| plane * stride + from as usize * WIDTH;
            let inputs = &mut workspace.offsets;
            inputs.clear();
            inputs.extend([plane::V, planes.current].map(offset));
            inputs.extend(group.gbar(block.form).map(|plane| plane + from as usize * WIDTH));
            inputs.extend(group.gate_planes().map(offset));
            inputs.extend(group.cell.planes().map(offset));
            tape::run::<L>(
                token,
                tape::Run {
                    tape,
                    planes: &mut block.planes,
                    inputs,
                    outputs: &[offset(planes.current)],
                    length: (to - from) as usize * WIDTH,
                    scratch: &mut workspace.scratch,
                },
            );
        }
    }
}

/// Moves the signalling of every cell on by a tick.
pub fn advance<L: Lanes>(
    token: L::Token,
    block: &mut Block<L::Element>,
    kernel: &ClassKernel,
    context: &Context<'_, L::Element>,
) {
    let Some(planes) = &kernel.signalling else { return };
    take_current(block, planes, context.plan.settings.substeps);
    let Some(class) = &context.plan.classes[block.class].signalling else { return };
    let Some(own) = &mut block.signalling else { return };
    let tick = context.plan.settings.tick;
    token.vectorize(
        #[inline(always)]
        || {
            for at in (0..own.kappa.len()).step_by(L::LEN) {
                let lanes = at..at + L::LEN;
                let state = State { values: own.values.each_ref().map(|x| L::load(token, &x[lanes.clone()])) };
                let kappa = L::load(token, &own.kappa[lanes.clone()]);
                let current = L::load(token, &own.current[lanes.clone()]);
                let later = state.advance(&class.constants, kappa, current, tick);
                for (x, plane) in later.values.into_iter().zip(&mut own.values) {
                    x.store(&mut plane[lanes.clone()]);
                }
            }
        },
    );
    publish(block, kernel, context.plan);
}

/// Sums each cell's currents, in order of its nodes, to their mean over the tick, and clears them.
fn take_current<E: Element>(block: &mut Block<E>, planes: &SignallingPlanes, substeps: u32) {
    let stride = block.stride();
    let plane = &mut block.planes[planes.current * stride..(planes.current + 1) * stride];
    let Some(own) = &mut block.signalling else { return };
    own.current.fill(E::default());
    for (x, &lane) in plane.iter().zip(&own.lane) {
        let sum = &mut own.current[lane as usize];
        *sum = *sum + *x;
    }
    let share = E::from_f64(1.0 / f64::from(substeps));
    own.current.iter_mut().for_each(|sum| *sum = *sum * share);
    plane.fill(E::default());
}
