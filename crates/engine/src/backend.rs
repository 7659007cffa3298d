//! What a backend is: it advances a plan by ticks and can be saved and restored between them.

use crate::error::RunError;
use crate::snapshot::Snapshot;

/// A spike: an upward crossing of a cell's threshold.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Spike {
    /// The substep, over the run, in which the crossing was.
    pub step: u64,
    /// Where in the substep, in (0, 1].
    pub fraction: f64,
    /// The cell, over all populations.
    pub cell: u32,
}

impl Spike {
    /// Time of the crossing, ms, for a substep of `dt` ms.
    #[must_use]
    #[allow(clippy::cast_precision_loss)]
    pub fn time(&self, dt: f64) -> f64 {
        (self.step as f64 + self.fraction) * dt
    }
}

/// What some ticks produced.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Epoch {
    /// Spikes by (substep, cell).
    pub spikes: Vec<Spike>,
    /// For each probe, its samples one after the other, each with one value a node.
    pub samples: Vec<Vec<f64>>,
}

/// The synapses of a clocked group at some time.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SynapseTable {
    /// Source of each; [`Plan::no_source`](crate::plan::Plan::no_source) where a slot is free.
    pub source: Vec<u32>,
    /// Weight each acts with: uS for `exp` and `exp2`, a factor for kinetic synapses.
    pub weight: Vec<f64>,
}

/// Something that runs a plan.
pub trait Backend {
    /// Runs `ticks` ticks.
    ///
    /// # Errors
    /// When the run diverges. State is then that of the tick it happened in.
    fn advance(&mut self, ticks: u32) -> Result<Epoch, RunError>;

    /// The next tick to run.
    fn tick(&self) -> u64;

    /// All state, in entity order.
    ///
    /// # Errors
    /// When the device the state is on is lost.
    fn snapshot(&self) -> Result<Snapshot, RunError>;

    /// Goes on from a snapshot of the same plan.
    ///
    /// # Errors
    /// When the snapshot is of another plan.
    fn restore(&mut self, snapshot: &Snapshot) -> Result<(), RunError>;

    /// Sources and weights of the synapses of clocked group `group` now, in the plan's order.
    ///
    /// # Errors
    /// When the device they are on is lost.
    fn synapses(&self, group: usize) -> Result<SynapseTable, RunError>;

    /// `cpu`, `gpu`, `oracle`.
    fn name(&self) -> &'static str;

    /// What it runs on: instruction set and threads, or adapter.
    fn device(&self) -> String;

    /// Bytes of state and tables it holds beside the plan.
    fn bytes(&self) -> usize;
}
