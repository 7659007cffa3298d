//! The parts: which functions of the model run together, with no arithmetic of their own.

use huxley_model::channel::{Channel, Integrator, Sensed};
use huxley_model::expr::record;
use huxley_model::membrane::{
    add_axial_current, add_change, add_conductance, add_explicit_change, add_gap_current, begin_equation, eliminate,
    root_change, substitute,
};
use huxley_model::plasticity::calcium::CalciumStep;
use huxley_model::plasticity::clocked::{Arrivals, ClockedStep, MOST_RECEPTORS, Surroundings, Synapse};
use huxley_model::plasticity::slow::{ActivityStep, Homeostatic, Neuromodulation, Structural, dopamine};
use huxley_model::plasticity::stdp::trace;
use huxley_model::real::Real;
use huxley_model::signalling::{Signalling, State};
use huxley_model::synapse::{Block, PARTIAL_SUMS, accumulated, add_as_tree, add_drive, faded, pooled_conductance};

use super::part::Part;

/// The equation of a node without channels, and its potential moved on: the membrane itself.
#[derive(Clone, Copy, Debug)]
pub struct Membrane(pub Integrator);

impl Part for Membrane {
    fn inputs(&self) -> usize {
        5
    }

    fn run<R: Real>(&self, x: &[R]) -> Vec<R> {
        let v = x[0];
        let equation = begin_equation(x[1], x[2], x[3], v);
        let moved = match self.0 {
            Integrator::ForwardEuler => add_explicit_change(v, equation.1, x[1]),
            Integrator::Staggered => add_change(v, x[4], v.lit(2.0)),
            Integrator::BackwardEuler => add_change(v, x[4], v.lit(1.0)),
        };
        vec![equation.0, equation.1, moved]
    }
}

/// The gates of a channel moved on by a substep: as tapes and shaders do it, equal operations once, so an exponential that several
/// rates are powers of is there once.
#[derive(Clone, Copy, Debug)]
pub struct Gating<'a> {
    /// The channel.
    pub channel: &'a Channel,
    /// The scheme.
    pub integrator: Integrator,
    /// Substep, ms.
    pub dt: f64,
    /// degC.
    pub celsius: f64,
}

impl Part for Gating<'_> {
    fn inputs(&self) -> usize {
        2 + self.channel.states()
    }

    fn run<R: Real>(&self, x: &[R]) -> Vec<R> {
        let moved = record(self.inputs(), |x| {
            let at = Sensed { v: x[0], ca: x[1] };
            let gates = self.channel.gates.iter().filter(|gate| gate.has_state());
            let moved = gates.zip(&x[2..]).map(|(gate, &state)| {
                gate.advance(self.integrator, state, at, self.dt, self.celsius, gate.rate_factor(self.celsius))
            });
            moved.collect()
        });
        moved.evaluate(x)
    }
}

/// The conductance of a channel from its gates.
#[derive(Clone, Copy, Debug)]
pub struct Conductance<'a> {
    /// The channel.
    pub channel: &'a Channel,
    /// degC.
    pub celsius: f64,
}

impl Part for Conductance<'_> {
    fn inputs(&self) -> usize {
        3 + self.channel.states()
    }

    fn run<R: Real>(&self, x: &[R]) -> Vec<R> {
        let at = Sensed { v: x[1], ca: x[2] };
        vec![self.channel.conductance(x[0], &x[3..], at, self.celsius)]
    }
}

/// A channel from its gates into its node's equation: its conductance, and what that adds to current and diagonal.
#[derive(Clone, Copy, Debug)]
pub struct ChannelCurrent<'a> {
    /// The channel.
    pub channel: &'a Channel,
    /// degC.
    pub celsius: f64,
    /// Whether signalling scales it.
    pub modulated: bool,
}

impl Part for ChannelCurrent<'_> {
    fn inputs(&self) -> usize {
        7 + self.channel.states()
    }

    fn run<R: Real>(&self, x: &[R]) -> Vec<R> {
        let at = Sensed { v: x[1], ca: x[2] };
        let gbar = if self.modulated { x[0] * x[6] } else { x[0] };
        let equation = self.channel.add_to((x[3], x[4]), gbar, &x[7..], at, x[5], self.celsius);
        vec![equation.0, equation.1]
    }
}

/// A channel's calcium current, summed for the cell's signalling.
#[derive(Clone, Copy, Debug)]
pub struct CalciumCurrent<'a> {
    /// The channel.
    pub channel: &'a Channel,
    /// degC.
    pub celsius: f64,
}

impl Part for CalciumCurrent<'_> {
    fn inputs(&self) -> usize {
        5 + self.channel.states()
    }

    fn run<R: Real>(&self, x: &[R]) -> Vec<R> {
        let at = Sensed { v: x[1], ca: x[2] };
        vec![accumulated(x[3], self.channel.current(x[0], &x[5..], at, x[4], self.celsius))]
    }
}

/// A cell's signalling moved on by a tick, and the factor of the conductances it modulates.
#[derive(Clone, Debug)]
pub struct CellSignalling {
    /// Its constants.
    pub constants: Signalling,
    /// ms.
    pub tick: f64,
}

impl Part for CellSignalling {
    fn inputs(&self) -> usize {
        7
    }

    fn run<R: Real>(&self, x: &[R]) -> Vec<R> {
        let state = State { values: [x[0], x[1], x[2], x[3], x[4]] };
        let later = state.advance(&self.constants, x[5], x[6], self.tick);
        let mut results = later.values.to_vec();
        results.push(later.modulation(&self.constants));
        results
    }
}

/// A node's share of the solve: its elimination and its substitution, or the current between it and its parent.
#[derive(Clone, Copy, Debug)]
pub struct Axial(pub Integrator);

impl Part for Axial {
    fn inputs(&self) -> usize {
        10
    }

    fn run<R: Real>(&self, x: &[R]) -> Vec<R> {
        if self.0 == Integrator::ForwardEuler {
            let currents = add_axial_current(x[0], x[1], x[2], x[3], x[4]);
            return vec![currents.0, currents.1];
        }
        let done = eliminate(x[0], (x[1], x[2]), (x[3], x[4]), x[5], x[6], x[7], x[8]);
        vec![done.parent.0, done.parent.1, substitute(done.factor, done.offset, x[9])]
    }
}

/// The root's division, once a cell.
#[derive(Clone, Copy, Debug)]
pub struct Root;

impl Part for Root {
    fn inputs(&self) -> usize {
        2
    }

    fn run<R: Real>(&self, x: &[R]) -> Vec<R> {
        vec![root_change((x[0], x[1]))]
    }
}

/// One partner of a gap junction.
#[derive(Clone, Copy, Debug)]
pub struct Gap;

impl Part for Gap {
    fn inputs(&self) -> usize {
        3
    }

    fn run<R: Real>(&self, x: &[R]) -> Vec<R> {
        vec![add_gap_current(x[0], x[1], x[2])]
    }
}

/// Synaptic conductance of one receptor at a node, from its pools into the node's equation.
#[derive(Clone, Copy, Debug)]
pub struct Pools {
    /// Numbers the node keeps: 1 or 2 that decay, or 3 of pulsed synapses.
    pub pools: usize,
    /// The block, where there is one.
    pub block: Option<Block>,
    /// Whether calcium enters: then `B(V) (V - E)` is summed.
    pub drives_calcium: bool,
}

impl Part for Pools {
    fn inputs(&self) -> usize {
        11
    }

    fn run<R: Real>(&self, x: &[R]) -> Vec<R> {
        let v = x[0];
        let e = x[9];
        let mut g = match self.pools {
            1 => pooled_conductance([x[3]], [x[6]]),
            2 => pooled_conductance([x[3], x[4]], [x[6], x[7]]),
            _ => pooled_conductance([x[3], x[4], x[5]], [x[6], x[7], x[8]]),
        };
        let mut results = Vec::new();
        if let Some(block) = self.block {
            let unblocked = block.open(v);
            g = g * unblocked;
            if self.drives_calcium {
                results.push(add_drive(x[10], unblocked, v, e));
            }
        }
        let equation = add_conductance((x[1], x[2]), g, e, v);
        results.extend([equation.0, equation.1]);
        if self.pools < 3 {
            results.extend((0..self.pools).map(|k| faded(x[3 + k], x[6 + k])));
        }
        results
    }
}

/// The partial sums of a node's synapses added up, for one receptor and one of its numbers, with the factor of its kind.
#[derive(Clone, Copy, Debug)]
pub struct TreeSum {
    /// Partial sums in use.
    pub width: usize,
}

impl Part for TreeSum {
    fn inputs(&self) -> usize {
        PARTIAL_SUMS + 1
    }

    fn run<R: Real>(&self, x: &[R]) -> Vec<R> {
        let mut partial = [x[0]; PARTIAL_SUMS];
        partial.copy_from_slice(&x[..PARTIAL_SUMS]);
        vec![add_as_tree(&mut partial, self.width) * x[PARTIAL_SUMS]]
    }
}

/// A node's influx of calcium, from the substeps' sum of `B(V) (V - E)`.
#[derive(Clone, Copy, Debug)]
pub struct Influx(pub CalciumStep);

impl Part for Influx {
    fn inputs(&self) -> usize {
        2
    }

    fn run<R: Real>(&self, x: &[R]) -> Vec<R> {
        vec![self.0.influx(x[0] * x[1])]
    }
}

/// One tick of one synapse, with what it adds to its node's sums.
#[derive(Clone, Copy, Debug)]
pub struct SynapseTick<'a> {
    /// Everything a tick does to it.
    pub step: &'a ClockedStep,
    /// Whether a spike meets it.
    pub arrives: bool,
    /// Whether homeostatic scaling is due.
    pub scales: bool,
}

/// Values of a synapse, then what its node and its spikes bring, then partial sums.
const STATE: usize = 7 + MOST_RECEPTORS;

impl Part for SynapseTick<'_> {
    fn inputs(&self) -> usize {
        STATE + 10 + 3 * MOST_RECEPTORS
    }

    fn run<R: Real>(&self, x: &[R]) -> Vec<R> {
        let mut synapse = Synapse {
            open: [x[0], x[1], x[2]],
            release: (x[3], x[4]),
            calcium: x[5],
            camkii: x[6],
            trace: x[7],
            efficacy: x[8],
            weight: x[9],
        };
        let more = &x[STATE..];
        let node = Surroundings {
            influx: more[0],
            rate: more[1],
            post: more[2],
            post_trace: more[3],
            scale: self.scales.then_some(more[4]),
        };
        let (late, noise) = (more[5], more[6]);
        let sums = &more[10..];
        let mut results = Vec::new();
        let used = |r: usize| self.step.receptors[r].is_some();
        if self.arrives {
            // The masks are made by the kernels from bits of spikes; they are not part of the synapse.
            let on = mask(more[7]);
            let (starts, ends) = (mask(more[8]), mask(more[9]));
            let conductance = self.step.arrive(&mut synapse, &node, &Arrivals { on, starts, ends }, late, |_| noise);
            for r in (0..MOST_RECEPTORS).filter(|&r| used(r)) {
                results.extend((0..3).map(|k| accumulated(sums[3 * r + k], conductance[r][k])));
            }
        } else {
            let conductance = self.step.rest(&mut synapse, &node, late, |_| noise);
            results.extend((0..MOST_RECEPTORS).filter(|&r| used(r)).map(|r| accumulated(sums[3 * r], conductance[r])));
        }
        let Synapse { open, release, calcium, camkii, trace, efficacy, weight } = synapse;
        results.extend(open);
        results.extend([release.0, release.1, calcium, camkii, trace, efficacy, weight]);
        results
    }
}

/// A mask from a bit as a number.
fn mask<R: Real>(bit: R) -> R::Mask {
    bit.lit(0.5).lt(bit)
}

/// Homeostatic factor of a node's synapses.
#[derive(Clone, Copy, Debug)]
pub struct HomeostaticFactor(pub Homeostatic);

impl Part for HomeostaticFactor {
    fn inputs(&self) -> usize {
        1
    }

    fn run<R: Real>(&self, x: &[R]) -> Vec<R> {
        vec![self.0.factor(x[0], self.0.interval)]
    }
}

/// A cell's average activity.
#[derive(Clone, Copy, Debug)]
pub struct Activity(pub ActivityStep);

impl Part for Activity {
    fn inputs(&self) -> usize {
        2
    }

    fn run<R: Real>(&self, x: &[R]) -> Vec<R> {
        vec![self.0.advance(x[0], x[1])]
    }
}

/// Probabilities of formation and elimination at a node.
#[derive(Clone, Copy, Debug)]
pub struct Restructuring(pub Structural);

impl Part for Restructuring {
    fn inputs(&self) -> usize {
        1
    }

    fn run<R: Real>(&self, x: &[R]) -> Vec<R> {
        let (forms, vanishes) = self.0.probabilities(x[0], self.0.interval);
        vec![forms, vanishes]
    }
}

/// Dopamine of a region and the learning rate that follows from it.
#[derive(Clone, Copy, Debug)]
pub struct Dopamine(pub Neuromodulation);

impl Part for Dopamine {
    fn inputs(&self) -> usize {
        3
    }

    fn run<R: Real>(&self, x: &[R]) -> Vec<R> {
        let left = dopamine(x[0], 0.995);
        vec![left, x[1] * self.0.factor(left)]
    }
}

/// One event synapse that a spike passes: its weight added to its slot's arrivals.
#[derive(Clone, Copy, Debug)]
pub struct Arrival;

impl Part for Arrival {
    fn inputs(&self) -> usize {
        2
    }

    fn run<R: Real>(&self, x: &[R]) -> Vec<R> {
        vec![accumulated(x[0], x[1])]
    }
}

/// A cell's postsynaptic trace.
#[derive(Clone, Copy, Debug)]
pub struct PostTrace;

impl Part for PostTrace {
    fn inputs(&self) -> usize {
        2
    }

    fn run<R: Real>(&self, x: &[R]) -> Vec<R> {
        vec![trace(x[0], x[1], 0.95)]
    }
}
