//! Every tolerance of the tests and of `huxley validate`, with its reason.

use huxley_model::network::Precision;

/// How far a result may be from what it is compared with.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Tolerance {
    /// For backends that compute in `f64`.
    pub double: f64,
    /// For backends that compute in `f32`.
    pub single: f64,
    /// Unit of both.
    pub unit: &'static str,
    /// Why these and not others.
    pub reason: &'static str,
}

impl Tolerance {
    /// The tolerance of a backend's precision.
    #[must_use]
    pub fn of(&self, precision: Precision) -> f64 {
        match precision {
            Precision::F32 => self.single,
            Precision::F64 => self.double,
        }
    }
}

/// Potentials of `backward-euler` against NEURON's own scheme at the same dt.
pub const NEURON_STEP_BY_STEP: Tolerance = Tolerance {
    double: 1e-5,
    single: 0.02,
    unit: "mV",
    reason: "the same scheme: only round-off differs, which four to five spikes (200 mV/ms) amplify; NEURON's numerical derivatives \
             are good to 1e-8 mV. In f32 a spike moves by about 1e-5 ms, which on its flank is 2e-3 mV",
};

/// Potentials of a SONATA circuit against BMTK's NEURON at the same dt with the same scheme.
pub const SONATA_STEP_BY_STEP: Tolerance = Tolerance {
    double: 1e-4,
    single: 0.05,
    unit: "mV",
    reason: "the same scheme; NEURON holds the points of a reconstruction in single precision, which moves areas by 1e-7 and potentials \
             by 1e-6 mV, amplified twenty times by seven spikes of a cell. In f32 as NEURON_STEP_BY_STEP, over more spikes",
};

/// Spike times of a SONATA circuit with synapses between cells against BMTK's NEURON, tick = dt = 0.025 ms.
pub const SONATA_SPIKES: Tolerance = Tolerance {
    double: 0.05,
    single: 0.05,
    unit: "ms",
    reason: "NEURON puts a spike at the end of its step, up to dt after the crossing, and sends it from there; here it is sent from the \
             nearest tick, up to dt earlier at the next cell: one dt of its own and one of what drove it",
};

/// Spike times of `staggered` at dt 0.005 against converged NEURON.
pub const NEURON_CONVERGED: Tolerance = Tolerance {
    double: 0.02,
    single: 0.02,
    unit: "ms",
    reason: "second order at dt 0.005 leaves a few microseconds; a scheme of first order leaves 0.05 to 0.4 ms",
};

/// Spike times of the squid axon with `staggered` at dt 0.025.
pub const SQUID_STAGGERED: Tolerance =
    Tolerance { double: 0.02, single: 0.02, unit: "ms", reason: "NEURON's second-order method has 0.0176 ms there" };

/// Spike times of the squid axon with `backward-euler` at dt 0.025.
pub const SQUID_BACKWARD_EULER: Tolerance =
    Tolerance { double: 0.5, single: 0.5, unit: "ms", reason: "NEURON's first-order method has 0.446 ms there" };

/// Spike times of a squid run against NEURON's at the same dt with the same scheme.
pub const SQUID_SAME_SCHEME: Tolerance = Tolerance {
    double: 1e-6,
    single: 2e-3,
    unit: "ms",
    reason: "NEURON's file is rounded to 1e-9 ms and its run to round-off; in f32 the slow approach to threshold at constant \
             current amplifies round-off of V (4e-6 mV)",
};

/// Kinetic conductances against the differential equations' solution.
pub const KINETIC_OPEN_FRACTION: Tolerance = Tolerance {
    double: 1e-9,
    single: 5e-7,
    unit: "1",
    reason: "the update is exact over a tick; the reference is solved to 1e-11. In f32 round-off of a few hundred ticks",
};

/// Potentials of a passive cell under kinetic synapses.
pub const KINETIC_POTENTIAL: Tolerance = Tolerance {
    double: 5e-4,
    single: 2e-3,
    unit: "mV",
    reason: "second order at dt 0.01; each pulse switches dV/dt on at a tick, which the scheme sees exactly",
};

/// Potentials of passive cells against closed solutions, second order.
pub const PASSIVE: Tolerance = Tolerance {
    double: 2e-4,
    single: 2e-3,
    unit: "mV",
    reason: "dt 0.025 against a time constant of 10 ms: (dt/tau)^2/12 of some 10 mV. In f32, changes below half a unit in the last \
             place of V (3.8e-6 mV a step, 1.5e-3 mV from rest) are lost",
};

/// Potentials of a sealed cable of 1.5 length constants in 301 compartments.
pub const CABLE: Tolerance = Tolerance {
    double: 0.01,
    single: 0.01,
    unit: "mV",
    reason: "compartments of 5 um, second order in their length, leave 1.2e-3 of 180 mV",
};

/// Crossings of Rallpack 3 with `staggered` at dt 0.005 against converged NEURON.
pub const RALLPACK_ACTIVE: Tolerance = Tolerance {
    double: 0.01,
    single: 0.01,
    unit: "ms",
    reason: "second order at dt 0.005 leaves 1e-3 after 18 spikes, and round-off of 50,000 steps in f32 no more; at dt 0.025 it \
             is 25 times as much",
};

/// Error at dt 0.01 over error at dt 0.005, less the 4 of a scheme of second order.
pub const SECOND_ORDER: Tolerance = Tolerance {
    double: 0.5,
    single: 0.5,
    unit: "of 4",
    reason: "terms of higher order at dt 0.01; in f32 the error at dt 0.005 (0.7 us) is no larger than round-off and is not judged",
};

/// Error at dt 0.01 over error at dt 0.005, less the 2 of a scheme of first order.
pub const FIRST_ORDER: Tolerance =
    Tolerance { double: 0.2, single: 0.2, unit: "of 2", reason: "terms of higher order at dt 0.01" };

/// Rallpack 1 and 2, root mean square over range.
pub const RALLPACK_PASSIVE: Tolerance = Tolerance {
    double: 1e-3,
    single: 1e-3,
    unit: "of the range",
    reason: "0.1 %; NEURON and GENESIS are near 0.01 to 0.1 %",
};

/// Spike times of one cell that do not depend on anything but dt, over backends.
pub const BACKENDS_AGREE: Tolerance = Tolerance {
    double: 1e-7,
    single: 1e-2,
    unit: "ms",
    reason: "another order of operations and fused multiply-add in f64; round-off of f32 amplified by the flow between spikes",
};

/// Potential held by a voltage clamp.
pub const CLAMP: Tolerance = Tolerance {
    double: 0.05,
    single: 0.05,
    unit: "mV",
    reason: "the largest ionic current (20 nA) through 1 kohm is 0.02 mV; as much again for the step's residue",
};

/// What may be left of an oscillation after a current step on a small end node.
pub const RINGING: Tolerance = Tolerance {
    double: 1e-9,
    single: 2e-4,
    unit: "mV",
    reason: "V must rise without a reversal; only round-off may reverse it (f32: 4e-6 mV in V, times the node's stiffness)",
};

/// Statistics of random input, in standard errors of the estimate.
pub const STANDARD_ERRORS: f64 = 4.5;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tolerances_are_positive_and_single_is_never_tighter() {
        for t in [
            NEURON_STEP_BY_STEP,
            NEURON_CONVERGED,
            SQUID_STAGGERED,
            SQUID_BACKWARD_EULER,
            SQUID_SAME_SCHEME,
            KINETIC_OPEN_FRACTION,
            KINETIC_POTENTIAL,
            PASSIVE,
            CABLE,
            RALLPACK_PASSIVE,
            RALLPACK_ACTIVE,
            SECOND_ORDER,
            FIRST_ORDER,
            BACKENDS_AGREE,
            CLAMP,
            RINGING,
        ] {
            assert!(t.double > 0.0 && t.single >= t.double && !t.reason.is_empty() && !t.unit.is_empty(), "{t:?}");
        }
    }
}
