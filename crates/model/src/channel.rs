//! Channels as data, and the equations that advance them.
//!
//! A channel is `g = gbar * product of gate^power`, `I = g (V - E)`. A gate opens and closes by two rates, relaxes to `inf` with
//! `tau`, or follows `V` at once; [`rate`](crate::rate) has the functions of `V`. Units: mV, ms, S/cm2.

use std::borrow::Cow;

use crate::calcium::goldman_hodgkin_katz;
use crate::membrane::{add_conductance, add_current};
use crate::rate::Fraction;
use crate::real::Real;

pub use crate::rate::{Form, Power, Rate, Sensed};

/// How a gate moves.
#[derive(Clone, Debug, PartialEq)]
pub enum Kinetics {
    /// `dx/dt = forward (1 - x) - reverse x`, rates per ms.
    Rates {
        /// Opening rate, per ms.
        forward: Rate,
        /// Closing rate, per ms.
        reverse: Rate,
    },
    /// `dx/dt = (inf - x) / tau`.
    InfTau {
        /// Steady state.
        inf: Rate,
        /// Time constant, ms.
        tau: Rate,
    },
    /// `x = forward / (forward + reverse)` at the present `V`; no state.
    InstantaneousRates {
        /// Opening rate, per ms.
        forward: Rate,
        /// Closing rate, per ms.
        reverse: Rate,
    },
    /// `x = inf` at the present `V`; no state.
    Instantaneous {
        /// Steady state.
        inf: Rate,
    },
}

/// `factor^((celsius - at) / 10)` multiplies the rates.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Q10 {
    /// Factor for 10 degrees.
    pub factor: f64,
    /// Temperature at which the rates were measured, degC.
    pub celsius: f64,
}

impl Q10 {
    /// The factor at `celsius`.
    #[must_use]
    pub fn at(&self, celsius: f64) -> f64 {
        self.factor.powf((celsius - self.celsius) / 10.0)
    }
}

/// One gate of a channel.
#[derive(Clone, Debug, PartialEq)]
pub struct Gate {
    /// The paper's letter.
    pub name: Cow<'static, str>,
    /// Exponent in the conductance.
    pub power: u32,
    /// How it moves.
    pub kinetics: Kinetics,
    /// Temperature factor on its rates; none is 1.
    pub q10: Option<Q10>,
}

/// Reversal potential.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Reversal {
    /// mV.
    Fixed(f64),
    /// `RT/zF ln(outside/inside)` at the run's temperature.
    Nernst {
        /// Charge number.
        valence: f64,
        /// mM.
        inside: f64,
        /// mM.
        outside: f64,
    },
    /// Nernst's potential of calcium, with the cell's own calcium inside.
    NernstCalcium {
        /// mM.
        outside: f64,
    },
    /// None: the current is that of Goldman, Hodgkin and Katz for calcium, and the channel's density a permeability
    /// in cm/s.
    GoldmanCalcium {
        /// mM.
        outside: f64,
    },
}

impl Reversal {
    /// The potential at `celsius`, mV (gas constant 8.314462618 J/K/mol, Faraday constant 96485.33212 C/mol: CODATA
    /// 2018); none where it follows the cell's calcium.
    #[must_use]
    pub fn at(&self, celsius: f64) -> Option<f64> {
        match *self {
            Reversal::Fixed(e) => Some(e),
            Reversal::Nernst { valence, inside, outside } => {
                Some(1e3 * 8.314_462_618 * (celsius + 273.15) / (valence * 96_485.332_12) * (outside / inside).ln())
            }
            Reversal::NernstCalcium { .. } | Reversal::GoldmanCalcium { .. } => None,
        }
    }

    /// Whether the current is of calcium and depends on the cell's own.
    #[must_use]
    pub fn follows_calcium(&self) -> bool {
        matches!(self, Reversal::NernstCalcium { .. } | Reversal::GoldmanCalcium { .. })
    }

    /// What a density of 1 (S/cm2, or cm/s) on 1 um2 makes: uS, or um3/ms.
    #[must_use]
    pub fn unit(&self) -> f64 {
        if matches!(self, Reversal::GoldmanCalcium { .. }) { 10.0 } else { 1e-2 }
    }
}

/// A conductance with its gates.
#[derive(Clone, Debug, PartialEq)]
pub struct Channel {
    /// Name, unique in a network.
    pub name: Cow<'static, str>,
    /// Its gates; none for a leak.
    pub gates: Cow<'static, [Gate]>,
    /// Where its current vanishes.
    pub reversal: Reversal,
}

/// The time-stepping scheme of the membrane (MODEL section 1).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Integrator {
    /// Second order: Crank-Nicolson V, gates at the staggered half step (Hines 1984).
    #[default]
    Staggered,
    /// First order: implicit V, then gates by exponential Euler (NEURON's default).
    BackwardEuler,
    /// First order, explicit: the article's scheme. Diverges where the others do not.
    ForwardEuler,
}

impl Integrator {
    /// Every integrator, with the name users type.
    pub const ALL: [(&'static str, Integrator); 3] = [
        ("staggered", Integrator::Staggered),
        ("backward-euler", Integrator::BackwardEuler),
        ("forward-euler", Integrator::ForwardEuler),
    ];

    /// The name users type.
    #[must_use]
    pub fn name(self) -> &'static str {
        Self::ALL.iter().find(|(_, i)| *i == self).map_or("", |(name, _)| name)
    }
}

/// Second-order gate step of `dx/dt = forward (1 - x) - reverse x`; the rates are times the step, and `1 / under` of what is
/// given: they are `forward / under` and `reverse / under`, and the step is left with one division.
#[inline(always)]
pub fn advance_rates_staggered<R: Real>(x: R, forward: R, reverse: R, under: R) -> R {
    relax_rationally(x, forward, forward + reverse, under)
}

/// `(x max(1 - z/2, 0) + source) / max(1 + z/2, z)` with `source` and `z` over `under`: rational Crank-Nicolson and
/// `x_inf = source / z` beyond `z = 2`, written as a change of `x`: slow gates keep their digits in `f32`, and rounding cannot
/// carry a gate out of [0, 1].
#[inline(always)]
fn relax_rationally<R: Real>(x: R, source: R, z: R, under: R) -> R {
    let change = (-z).mul_add(x, source) / z.mul_add(x.lit(0.5), under).max(z);
    (x + change).max(x.lit(0.0))
}

/// Second-order step by two rates that are fractions: multiplied through by what the forward one is divided by, else the reverse.
#[inline(always)]
fn advance_fractions_staggered<R: Real>(x: R, forward: Fraction<R>, reverse: Fraction<R>) -> R {
    match (forward.under, reverse.under) {
        (Some(under), _) => advance_rates_staggered(x, forward.over, reverse.value() * under, under),
        (None, Some(under)) => advance_rates_staggered(x, forward.over * under, reverse.over, under),
        (None, None) => advance_rates_staggered(x, forward.over, reverse.over, x.lit(1.0)),
    }
}

/// First-order gate step: exact for frozen V (exponential Euler).
#[inline(always)]
fn relax_exponentially<R: Real>(x: R, inf: R, z: R) -> R {
    (x - inf).mul_add((-z).exp_m1(), x)
}

impl Gate {
    /// Whether its movement depends on calcium.
    #[must_use]
    pub fn reads_calcium(&self) -> bool {
        match &self.kinetics {
            Kinetics::Rates { forward: a, reverse: b }
            | Kinetics::InstantaneousRates { forward: a, reverse: b }
            | Kinetics::InfTau { inf: a, tau: b } => a.reads_calcium() || b.reads_calcium(),
            Kinetics::Instantaneous { inf } => inf.reads_calcium(),
        }
    }

    /// Whether the gate has a state of its own.
    #[must_use]
    pub fn has_state(&self) -> bool {
        matches!(self.kinetics, Kinetics::Rates { .. } | Kinetics::InfTau { .. })
    }

    /// The factor on the gate's rates at `celsius`.
    #[must_use]
    pub fn rate_factor(&self, celsius: f64) -> f64 {
        self.q10.map_or(1.0, |q| q.at(celsius))
    }

    /// A conductance with the gate's part in it.
    #[inline(always)]
    fn opened<R: Real>(&self, g: R, open: R) -> R {
        g * power(open, self.power)
    }

    /// Steady state where `at` is sensed.
    #[inline(always)]
    pub fn steady_state<R: Real>(&self, at: Sensed<R>, celsius: f64) -> R {
        match &self.kinetics {
            Kinetics::Rates { forward, reverse } | Kinetics::InstantaneousRates { forward, reverse } => {
                let a = forward.at(at, celsius);
                a / (a + reverse.at(at, celsius))
            }
            Kinetics::InfTau { inf, .. } | Kinetics::Instantaneous { inf } => inf.at(at, celsius),
        }
    }

    /// The state `dt` ms later where `at` is sensed; `factor` is [`Gate::rate_factor`].
    #[inline(always)]
    pub fn advance<R: Real>(
        &self,
        integrator: Integrator,
        x: R,
        at: Sensed<R>,
        dt: f64,
        celsius: f64,
        factor: f64,
    ) -> R {
        let dt = dt * factor;
        match &self.kinetics {
            Kinetics::Rates { forward, reverse } => {
                // Written once for all schemes: what is inlined into kernels is long.
                let staggered = integrator == Integrator::Staggered;
                let factor = if staggered { dt } else { 1.0 };
                let (forward, reverse) = (forward.fraction(at, celsius, factor), reverse.fraction(at, celsius, factor));
                if staggered {
                    return advance_fractions_staggered(x, forward, reverse);
                }
                let (a, b) = (forward.value(), reverse.value());
                if integrator == Integrator::BackwardEuler {
                    relax_exponentially(x, a / (a + b), (a + b) * x.lit(dt))
                } else {
                    (a - (a + b) * x).mul_add(x.lit(dt), x)
                }
            }
            Kinetics::InfTau { inf, tau } => {
                let inf = inf.at(at, celsius);
                let z = x.lit(dt) / tau.at(at, celsius);
                match integrator {
                    Integrator::Staggered => relax_rationally(x, z * inf, z, x.lit(1.0)),
                    Integrator::BackwardEuler => relax_exponentially(x, inf, z),
                    Integrator::ForwardEuler => (inf - x).mul_add(z, x),
                }
            }
            Kinetics::InstantaneousRates { .. } | Kinetics::Instantaneous { .. } => x,
        }
    }
}

/// `x^power`.
#[inline(always)]
pub fn power<R: Real>(x: R, power: u32) -> R {
    match power {
        0 => x.lit(1.0),
        1 => x,
        2 => x * x,
        3 => x * x * x,
        4 => {
            let square = x * x;
            square * square
        }
        _ => {
            let mut result = x;
            for _ in 1..power {
                result = result * x;
            }
            result
        }
    }
}

impl Channel {
    /// Whether it is a constant conductance with a constant reversal potential.
    #[must_use]
    pub fn is_leak(&self) -> bool {
        self.gates.is_empty() && !self.reversal.follows_calcium()
    }

    /// The channel with exponentials that are powers of each other computed once ([`rate::share`](crate::rate::share)).
    #[must_use]
    pub fn sharing(&self) -> Self {
        let mut gates = self.gates.to_vec();
        crate::rate::share(&mut gates);
        Self { gates: Cow::Owned(gates), ..self.clone() }
    }

    /// Whether its gates or its current depend on the cell's calcium.
    #[must_use]
    pub fn reads_calcium(&self) -> bool {
        self.reversal.follows_calcium() || self.gates.iter().any(Gate::reads_calcium)
    }

    /// Number of gates with a state.
    #[must_use]
    pub fn states(&self) -> usize {
        self.gates.iter().filter(|gate| gate.has_state()).count()
    }

    /// Conductance for a maximal one of `gbar`, in its unit; `states` holds the gates with a state, in order.
    #[inline(always)]
    pub fn conductance<R: Real>(&self, gbar: R, states: &[R], at: Sensed<R>, celsius: f64) -> R {
        let mut g = gbar;
        let mut next = 0;
        for gate in self.gates.iter() {
            let open = if gate.has_state() {
                next += 1;
                states[next - 1]
            } else {
                gate.steady_state(at, celsius)
            };
            g = gate.opened(g, open);
        }
        g
    }

    /// [`Channel::conductance`] of a channel all of whose gates have a state: short enough to be unrolled in a kernel.
    #[inline(always)]
    pub fn conductance_of_states<R: Real>(&self, gbar: R, states: &[R]) -> R {
        // A loop: the iterator's own would be a call, and lose the instruction set.
        let mut g = gbar;
        for (gate, &open) in self.gates.iter().zip(states) {
            g = gate.opened(g, open);
        }
        g
    }

    /// A node's equation with the channel's current added, linearised at the present potential; `reversal` (mV) is
    /// not read where the current has none.
    #[inline(always)]
    pub fn add_to<R: Real>(
        &self,
        equation: (R, R),
        gbar: R,
        states: &[R],
        at: Sensed<R>,
        reversal: R,
        celsius: f64,
    ) -> (R, R) {
        let g = self.conductance(gbar, states, at, celsius);
        if let Reversal::GoldmanCalcium { outside } = self.reversal {
            let (current, slope) = goldman_hodgkin_katz(at.v, at.ca, outside, celsius);
            return add_current(equation, g * current, g * slope);
        }
        add_conductance(equation, g, reversal, at.v)
    }

    /// The channel's current, nA, outward positive.
    #[inline(always)]
    pub fn current<R: Real>(&self, gbar: R, states: &[R], at: Sensed<R>, reversal: R, celsius: f64) -> R {
        let g = self.conductance(gbar, states, at, celsius);
        if let Reversal::GoldmanCalcium { outside } = self.reversal {
            return g * goldman_hodgkin_katz(at.v, at.ca, outside, celsius).0;
        }
        g * (at.v - reversal)
    }
}
