//! Part 2, short-term plasticity: how much transmitter a spike releases, given the spikes before it.
//!
//! Two models. Facilitation and depression (Varela, Sen, Gibson, Fost, Abbott & Nelson 1997; the article's form):
//! `dF/dt = (1 - F)/tau_F`, `dD/dt = (1 - D)/tau_D`, release `A0 F D`, then `F += f`, `D -= d D`. Tsodyks & Markram 1997 (with
//! facilitation as in Markram, Wang & Tsodyks 1998): `u += U (1 - u)`, release `u x`, `x -= u x`; between spikes `u` decays
//! to 0 and `x` recovers to 1.

use crate::real::Real;
use crate::synapse::decayed;

/// Parameters of a synapse's short-term plasticity.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum ShortTerm {
    /// Facilitation and depression.
    FacilitationDepression {
        /// Release of a rested synapse, a factor of the transmitter's concentration.
        amplitude: f64,
        /// ms.
        tau_facilitation: f64,
        /// What a spike adds to `F`.
        facilitation: f64,
        /// ms.
        tau_depression: f64,
        /// Fraction of `D` a spike takes.
        depression: f64,
    },
    /// Tsodyks and Markram's.
    TsodyksMarkram {
        /// `U`: fraction of the resources the first spike uses.
        utilisation: f64,
        /// Recovery of resources, ms.
        tau_recovery: f64,
        /// Decay of utilisation, ms; 0 for none (then each spike uses `U`).
        tau_facilitation: f64,
    },
}

impl ShortTerm {
    /// The averages Varela et al. 1997 found in layer 2/3 of visual cortex (their fast depression; their `d` is the factor
    /// 0.416, here the fraction taken).
    pub const VARELA: Self = Self::FacilitationDepression {
        amplitude: 1.0,
        tau_facilitation: 94.0,
        facilitation: 0.917,
        tau_depression: 380.0,
        depression: 0.584,
    };

    /// The state of a rested synapse: `(F, D)`, or `(u, x)`.
    #[must_use]
    pub fn rested(&self) -> (f64, f64) {
        match self {
            Self::FacilitationDepression { .. } => (1.0, 1.0),
            Self::TsodyksMarkram { .. } => (0.0, 1.0),
        }
    }
}

/// What a tick does to the two variables.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum ShortTermStep {
    /// Facilitation and depression.
    FacilitationDepression {
        /// Release of a rested synapse.
        amplitude: f64,
        /// `e^(-tick/tau_F)`.
        keep_facilitation: f64,
        /// What a spike adds to `F`.
        facilitation: f64,
        /// `e^(-tick/tau_D)`.
        keep_depression: f64,
        /// Fraction of `D` a spike takes.
        depression: f64,
    },
    /// Tsodyks and Markram's.
    TsodyksMarkram {
        /// `U`.
        utilisation: f64,
        /// `e^(-tick/tau_rec)`.
        keep_recovery: f64,
        /// `e^(-tick/tau_facil)`.
        keep_facilitation: f64,
    },
}

impl ShortTermStep {
    /// The step of `model` over `tick` ms.
    #[must_use]
    pub fn new(model: &ShortTerm, tick: f64) -> Self {
        let keep = |tau: f64| if tau > 0.0 { (-tick / tau).exp() } else { 0.0 };
        match *model {
            ShortTerm::FacilitationDepression {
                amplitude,
                tau_facilitation,
                facilitation,
                tau_depression,
                depression,
            } => Self::FacilitationDepression {
                amplitude,
                keep_facilitation: keep(tau_facilitation),
                facilitation,
                keep_depression: keep(tau_depression),
                depression,
            },
            ShortTerm::TsodyksMarkram { utilisation, tau_recovery, tau_facilitation } => Self::TsodyksMarkram {
                utilisation,
                keep_recovery: keep(tau_recovery),
                keep_facilitation: keep(tau_facilitation),
            },
        }
    }

    /// Release of a spike that meets `(F, D)` or `(u, x)`: a factor of the transmitter, or of the weight.
    #[inline(always)]
    pub fn release<R: Real>(&self, state: (R, R)) -> R {
        match *self {
            Self::FacilitationDepression { amplitude, .. } => state.0 * state.1 * state.0.lit(amplitude),
            Self::TsodyksMarkram { utilisation, .. } => used(state.0, utilisation) * state.1,
        }
    }

    /// A tick without the end of a pulse.
    #[inline(always)]
    pub fn recovered<R: Real>(&self, state: (R, R)) -> (R, R) {
        match *self {
            Self::FacilitationDepression { keep_facilitation, keep_depression, .. } => {
                (relax(state.0, keep_facilitation), relax(state.1, keep_depression))
            }
            Self::TsodyksMarkram { keep_recovery, keep_facilitation, .. } => {
                (decayed(state.0, keep_facilitation), relax(state.1, keep_recovery))
            }
        }
    }

    /// A tick in which a pulse ends. `F` and `D` jump when it has ended; Tsodyks and Markram's resources are used as the tick
    /// begins, so that a pulse of one tick is an instantaneous release.
    #[inline(always)]
    pub fn released<R: Real>(&self, state: (R, R)) -> (R, R) {
        match *self {
            Self::FacilitationDepression { facilitation, depression, .. } => {
                let (f, d) = self.recovered(state);
                (f + f.lit(facilitation), d * d.lit(1.0 - depression))
            }
            Self::TsodyksMarkram { utilisation, .. } => {
                let u = used(state.0, utilisation);
                self.recovered((u, (-u).mul_add(state.1, state.1)))
            }
        }
    }
}

/// `u + U (1 - u)`.
#[inline(always)]
fn used<R: Real>(u: R, utilisation: f64) -> R {
    u.mul_add(u.lit(1.0 - utilisation), u.lit(utilisation))
}

/// Relaxation to 1.
#[inline(always)]
fn relax<R: Real>(x: R, keep: f64) -> R {
    x.mul_add(x.lit(keep), x.lit(1.0 - keep))
}
