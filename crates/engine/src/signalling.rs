//! Signalling of the oracle's cells, and what every backend does alike around it: reversal potentials, snapshots.

use huxley_model::calcium::nernst_calcium;
use huxley_model::channel::Reversal;
use huxley_model::random::Scalar;
use huxley_model::signalling::{Messenger, State};

use crate::error::RunError;
use crate::plan::{Class, ClassChannel, Plan};
use crate::snapshot::{Reader, Writer};

pub use crate::lower::initial_calcium;

/// The reversal potential of a channel in a cell with `ca` uM of calcium, mV.
#[must_use]
pub fn reversal<R: Scalar>(entry: &ClassChannel, ca: R, celsius: f64) -> R {
    match entry.channel.reversal {
        Reversal::NernstCalcium { outside } => nernst_calcium(ca, outside, celsius),
        _ => ca.lit(entry.reversal),
    }
}

/// The classes that have signalling, with their numbers.
pub fn signalling_classes(plan: &Plan) -> impl Iterator<Item = (usize, &Class)> {
    plan.classes.iter().enumerate().filter(|(_, class)| class.signalling.is_some())
}

/// Writes the messengers of all cells: by class, messenger and cell of the class. Nothing for a plan without
/// signalling.
pub fn save<E: bytemuck::Pod>(plan: &Plan, out: &mut Writer, value: impl Fn(usize, Messenger) -> E) {
    for (_, class) in signalling_classes(plan) {
        for (_, messenger) in Messenger::ALL {
            let values: Vec<E> = class.cells.iter().map(|cell| value(cell as usize, messenger)).collect();
            out.pods(&values);
        }
    }
}

/// Reads what [`save`] wrote.
///
/// # Errors
/// When there are other numbers of cells.
pub fn load<E: bytemuck::Pod>(
    plan: &Plan,
    from: &mut Reader<'_>,
    mut set: impl FnMut(usize, Messenger, E),
) -> Result<(), RunError> {
    for (_, class) in signalling_classes(plan) {
        for (_, messenger) in Messenger::ALL {
            let values: Vec<E> = from.exactly(class.cells.len(), "cells with signalling")?;
            class.cells.iter().zip(values).for_each(|(cell, x)| set(cell as usize, messenger, x));
        }
    }
    Ok(())
}

/// Signalling of all cells in scalar `f64`.
#[derive(Debug)]
pub(crate) struct Cells {
    /// Of each cell; none without signalling.
    states: Vec<Option<State<f64>>>,
    /// Calcium current of each node summed over the substeps of the tick, nA; empty where no cell has signalling.
    current: Vec<f64>,
}

impl Cells {
    /// Every cell at rest.
    pub(crate) fn new(plan: &Plan) -> Self {
        let at_rest = |cell: usize| plan.signalling_of(cell).map(|(s, _)| s.constants.at_rest());
        let states: Vec<Option<State<f64>>> = (0..plan.cells.len()).map(at_rest).collect();
        let nodes = if states.iter().any(Option::is_some) { plan.nodes.parent.len() } else { 0 };
        Self { states, current: vec![0.0; nodes] }
    }

    /// Calcium of a cell, uM; 0 without signalling, where no channel reads it.
    pub(crate) fn calcium(&self, cell: usize) -> f64 {
        self.states[cell].map_or(0.0, |state| state.calcium())
    }

    /// The factor of the modulated conductances of a cell.
    pub(crate) fn modulation(&self, plan: &Plan, cell: usize) -> f64 {
        match (plan.signalling_of(cell), &self.states[cell]) {
            (Some((signalling, _)), Some(state)) => state.modulation(&signalling.constants),
            _ => 1.0,
        }
    }

    /// A messenger of a cell; not a number without signalling.
    pub(crate) fn messenger(&self, cell: usize, messenger: Messenger) -> f64 {
        self.states[cell].map_or(f64::NAN, |state| state.values[messenger.index()])
    }

    /// Sets a messenger of a cell.
    pub(crate) fn set(&mut self, cell: usize, messenger: Messenger, value: f64) {
        if let Some(state) = &mut self.states[cell] {
            state.values[messenger.index()] = value;
        }
    }

    /// Adds a node's calcium current (nA) of a substep.
    pub(crate) fn add_current(&mut self, node: usize, current: f64) {
        self.current[node] += current;
    }

    /// Moves every cell on by a tick, with the mean calcium current of its substeps.
    pub(crate) fn advance(&mut self, plan: &Plan) {
        let settings = &plan.settings;
        for (cell, state) in self.states.iter_mut().enumerate() {
            let (Some((signalling, place)), Some(state)) = (plan.signalling_of(cell), state) else { continue };
            let own = &mut self.current[plan.cells.nodes(cell)];
            let mean = own.iter().fold(0.0, |sum, x| sum + x) * (1.0 / f64::from(settings.substeps));
            own.fill(0.0);
            *state = state.advance(&signalling.constants, signalling.kappa[place], mean, settings.tick);
        }
    }
}
