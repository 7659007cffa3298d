//! What a second of a brain takes, whatever computes it: arithmetic from the ledger, bytes of memory and bytes moved.
//!
//! Bytes are those of arrays that are met once a tick: a compartment's values stay near the processor for the substeps of a tick, the
//! state of a synapse is read and written in each.

use huxley_model::channel::Channel;
use huxley_model::network::Precision;

use super::units::{Bytes, BytesPerSecond, Flop, FlopPerSecond, Hertz};
use crate::ledger::{Convention, Group, Settings, Totals, article_synapse, rows, value};

/// Ticks of 1 ms in a second.
pub const TICKS: Hertz = Hertz(1e3);

/// Sizes of a brain.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Sizes {
    /// Neurons.
    pub neurons: f64,
    /// Synapses.
    pub synapses: f64,
    /// Compartments of a neuron.
    pub compartments: u32,
    /// Spikes of a neuron a second.
    pub rate_hz: f64,
}

impl Sizes {
    /// All compartments.
    #[must_use]
    pub fn all_compartments(&self) -> f64 {
        self.neurons * f64::from(self.compartments)
    }

    /// Synapses of a neuron.
    #[must_use]
    pub fn fan_in(&self) -> f64 {
        self.synapses / self.neurons
    }
}

/// What one unit takes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct UnitWork {
    /// A compartment's step, FLOP.
    pub compartment_step: Flop,
    /// A neuron's millisecond without its synapses' own state, FLOP.
    pub neuron: Flop,
    /// A synapse's millisecond, FLOP.
    pub synapse: Flop,
    /// Read and written for a compartment in a tick.
    pub compartment_moved: Bytes,
    /// Read and written for a synapse in a tick.
    pub synapse_moved: Bytes,
    /// In memory for a compartment.
    pub compartment_held: Bytes,
    /// In memory for a synapse.
    pub synapse_held: Bytes,
}

/// Values of a node beside channels and pools: potential, diagonal, leak and its current, axial conductance, capacitance.
const NODE_VALUES: f64 = 6.0;
/// Values of a node's two receptors: three pools each, and calcium's drive.
const POOL_VALUES: f64 = 7.0;
/// Bytes of an index: a node's parent, a synapse's source on its device.
const INDEX: f64 = 4.0;
/// Bytes of a delay.
const DELAY: f64 = 2.0;
/// Bytes read for each synapse that a spike meets beside its state: source and delay.
const MET: f64 = INDEX + DELAY;

/// Settings of the ledger for a brain.
#[must_use]
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
pub fn settings(sizes: &Sizes, substeps: u32, active: f64, precision: Precision) -> Settings {
    Settings {
        compartments: sizes.compartments,
        synapses: sizes.fan_in().round().min(f64::from(u32::MAX)) as u32,
        substeps,
        active,
        precision,
        ..Settings::default()
    }
}

impl UnitWork {
    /// As the ledger counts it.
    #[must_use]
    pub fn counted(settings: &Settings, convention: Convention) -> Self {
        let rows = rows(settings);
        let totals = Totals::of(&rows, settings);
        let moved: f64 =
            rows.iter().filter(|row| row.group == Group::Synapse).map(|row| row.bytes()).map(|(r, w)| r + w).sum();
        let value = value(settings.precision);
        let states = settings.channels.iter().map(Channel::states).sum::<usize>() as f64;
        let channels = settings.channels.len() as f64;
        let with_synapses = if settings.synapses > 0 { 1.0 } else { 0.0 };
        // Potential, diagonal, leak and current are read, the potential written, an axial conductance read; conductances read, gates
        // read and written; pools read and written, and written once more by delivery.
        let compartment = 6.0 + channels + 2.0 * states + with_synapses * (2.0 * POOL_VALUES + 6.0);
        Self {
            compartment_step: Flop(totals.compartment_step.flop(convention)),
            neuron: Flop(totals.neuron.flop(convention)),
            synapse: Flop(totals.synapse.flop(convention)),
            compartment_moved: Bytes(value * compartment),
            synapse_moved: Bytes(moved + settings.active * MET + 0.125),
            compartment_held: Bytes(value * (NODE_VALUES + channels + states + with_synapses * POOL_VALUES) + INDEX),
            synapse_held: Bytes(value * synapse_values() + MET),
        }
    }
}

/// Values of the article's synapse: what one tick of it writes.
fn synapse_values() -> f64 {
    // Two open fractions, F, D, calcium, CaMKII, weight.
    let step = article_synapse();
    let receptors = step.receptors.iter().flatten().count() as f64;
    let pairs = if step.short_term.is_some() { 2.0 } else { 0.0 };
    let ones = [step.calcium.is_some(), step.camkii.is_some(), step.weight.is_some()];
    receptors + pairs + ones.into_iter().filter(|&on| on).count() as f64
}

/// What a biological second of a whole brain takes in one wall-clock second.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct BrainWork {
    /// Arithmetic of compartments and what belongs to a neuron.
    pub neurons: FlopPerSecond,
    /// Arithmetic of synapses.
    pub synapses: FlopPerSecond,
    /// Bytes in memory.
    pub held: Bytes,
    /// Bytes moved for compartments.
    pub neurons_moved: BytesPerSecond,
    /// Bytes moved for synapses.
    pub synapses_moved: BytesPerSecond,
}

impl BrainWork {
    /// In real time.
    #[must_use]
    pub fn of(sizes: &Sizes, unit: &UnitWork) -> Self {
        Self {
            neurons: unit.neuron * sizes.neurons * TICKS,
            synapses: unit.synapse * sizes.synapses * TICKS,
            held: unit.compartment_held * sizes.all_compartments() + unit.synapse_held * sizes.synapses,
            neurons_moved: unit.compartment_moved * sizes.all_compartments() * TICKS,
            synapses_moved: unit.synapse_moved * sizes.synapses * TICKS,
        }
    }

    /// All arithmetic.
    #[must_use]
    pub fn arithmetic(&self) -> FlopPerSecond {
        self.neurons + self.synapses
    }

    /// All bytes moved.
    #[must_use]
    pub fn moved(&self) -> BytesPerSecond {
        self.neurons_moved + self.synapses_moved
    }
}
