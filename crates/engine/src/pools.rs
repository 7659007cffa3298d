//! Synaptic conductance of a slot within a tick, and the one order in which sums over synapses are formed.

use huxley_model::channel::Integrator;
pub use huxley_model::synapse::PARTIAL_SUMS;
use huxley_model::synapse::{accumulated, add_as_tree, faded, pooled_conductance};

use crate::plan::{Dynamics, Receptor, Settings};

/// The numbers a slot keeps: the pool; the decaying and the rising pool; or the decaying sum, and the pulsed one at the tick's
/// start and end.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct SlotState<F> {
    /// As said above; unused ones are 0.
    pub pools: [F; 3],
}

impl SlotState<f64> {
    /// Adds what spikes brought.
    pub fn arrive(&mut self, dynamics: &Dynamics, weight: f64) {
        match dynamics {
            Dynamics::Exponential { .. } => self.pools[0] += weight,
            Dynamics::DoubleExponential { .. } => {
                self.pools[0] += weight;
                self.pools[1] += weight;
            }
            Dynamics::Kinetic { .. } => {}
        }
    }
}

/// Coefficients that turn pools into a conductance and move them on, for every substep of a tick.
#[derive(Clone, Debug, PartialEq)]
pub struct PoolStep {
    /// Factors of the three pools in the conductance, by substep (one entry where they do not depend on it).
    pub coefficients: Vec<[f64; 3]>,
    /// Factors that move the first two pools on by a substep.
    pub decay: [f64; 2],
}

impl PoolStep {
    /// The coefficients of a receptor.
    ///
    /// Second-order steps see the conductance at their middle, first-order ones at their start, as NEURON does.
    #[must_use]
    pub fn new(receptor: &Receptor, settings: &Settings) -> Self {
        let dt = settings.dt;
        let seen = if settings.integrator == Integrator::Staggered { 0.5 * dt } else { 0.0 };
        match &receptor.dynamics {
            Dynamics::Exponential { tau } => {
                Self { coefficients: vec![[(-seen / tau).exp(), 0.0, 0.0]], decay: [(-dt / tau).exp(), 1.0] }
            }
            Dynamics::DoubleExponential { rise, decay, .. } => Self {
                coefficients: vec![[(-seen / decay).exp(), -(-seen / rise).exp(), 0.0]],
                decay: [(-dt / decay).exp(), (-dt / rise).exp()],
            },
            Dynamics::Kinetic { step, .. } => {
                let at = |substep: u32| {
                    let t = f64::from(substep) * dt + seen;
                    let progress = step.progress(t);
                    [(-step.beta * t).exp(), 1.0 - progress, progress]
                };
                Self { coefficients: (0..settings.substeps).map(at).collect(), decay: [1.0, 1.0] }
            }
        }
    }

    /// The coefficients in a substep.
    #[must_use]
    pub fn at(&self, substep: u32) -> [f64; 3] {
        self.coefficients[if self.coefficients.len() == 1 { 0 } else { substep as usize }]
    }

    /// The conductance in a substep, uS.
    #[must_use]
    pub fn conductance(&self, pools: [f64; 3], substep: u32) -> f64 {
        pooled_conductance(pools, self.at(substep))
    }

    /// Moves pools on by a substep.
    pub fn decay(&self, pools: &mut [f64; 3]) {
        pools[0] = faded(pools[0], self.decay[0]);
        pools[1] = faded(pools[1], self.decay[1]);
    }
}

/// Sums in the canonical order: value `i` goes to partial sum `i mod 32`, the partial sums are added as a binary tree.
pub fn canonical_sum<const N: usize>(values: impl Iterator<Item = [f64; N]>) -> [f64; N] {
    let mut partial = [[0.0; PARTIAL_SUMS]; N];
    for (i, value) in values.enumerate() {
        for (sums, x) in partial.iter_mut().zip(value) {
            let sum = &mut sums[i % PARTIAL_SUMS];
            *sum = accumulated(*sum, x);
        }
    }
    partial.map(|mut sums| add_as_tree(&mut sums, PARTIAL_SUMS))
}
