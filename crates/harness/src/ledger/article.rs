//! The article's figures: floating-point operations for one step of a millisecond.

/// Membrane potential of a compartment.
pub const MEMBRANE: f64 = 10.0;
/// Each of three gates.
pub const GATE: f64 = 30.0;
/// Gates of a compartment.
pub const GATES: f64 = 3.0;
/// Conductances.
pub const CONDUCTANCES: f64 = 20.0;
/// Currents.
pub const CURRENTS: f64 = 6.0;
/// Fraction of a neuron's synapses that are active.
pub const ACTIVE: f64 = 0.1;
/// Synaptic integration of a neuron, for each active synapse.
pub const ACTIVE_SYNAPSE: f64 = 10.0;
/// Signalling inside a neuron, least and most.
pub const SIGNALLING: [f64; 2] = [100.0, 500.0];
/// Compartments of a neuron, least and most.
pub const COMPARTMENTS: [u32; 2] = [10, 100];
/// Synapses of a neuron, least and most.
pub const SYNAPSES: [u32; 2] = [1_000, 10_000];
/// What the article takes for a neuron.
pub const NEURON: f64 = 20_000.0;

/// Transmission.
pub const TRANSMISSION: f64 = 6.0;
/// Short-term plasticity.
pub const SHORT_TERM: f64 = 12.0;
/// NMDA receptor.
pub const NMDA: f64 = 18.0;
/// Calcium.
pub const CALCIUM: f64 = 5.0;
/// `CaMKII`.
pub const CAMKII: f64 = 15.0;
/// Weight.
pub const WEIGHT: f64 = 8.0;
/// Homeostatic plasticity.
pub const HOMEOSTATIC: f64 = 5.0;
/// Structural plasticity.
pub const STRUCTURAL: f64 = 14.0;
/// Neuromodulation.
pub const NEUROMODULATION: f64 = 2.0;

/// A compartment.
pub const COMPARTMENT: f64 = MEMBRANE + GATES * GATE + CONDUCTANCES + CURRENTS;
/// A synapse.
pub const SYNAPSE: f64 =
    TRANSMISSION + SHORT_TERM + NMDA + CALCIUM + CAMKII + WEIGHT + HOMEOSTATIC + STRUCTURAL + NEUROMODULATION;

/// Neurons of the brain.
pub const BRAIN_NEURONS: f64 = 1e11;
/// Synapses of the brain.
pub const BRAIN_SYNAPSES: f64 = 6e14;

/// Synaptic integration of a neuron.
#[must_use]
pub fn integration(synapses: u32) -> f64 {
    f64::from(synapses) * ACTIVE * ACTIVE_SYNAPSE
}

/// Signalling inside a neuron: the article's most for one as large as its largest, else its least.
#[must_use]
pub fn signalling(compartments: u32) -> f64 {
    SIGNALLING[usize::from(compartments >= COMPARTMENTS[1])]
}

/// A neuron.
#[must_use]
pub fn neuron(compartments: u32, synapses: u32) -> f64 {
    f64::from(compartments) * COMPARTMENT + integration(synapses) + signalling(compartments)
}
