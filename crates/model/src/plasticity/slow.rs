//! Parts 7 to 9: what depends on the cell or its region, not on the synapse.
//!
//! Homeostatic scaling follows Turrigiano 2008: all weights of a cell move together towards a target rate. Structural plasticity
//! forms and eliminates synapses with probabilities that depend on the cell's activity. Dopamine follows Izhikevich 2007: a reward adds
//! to a pool that decays.

use crate::real::Real;

/// Part 7: `w *= 1 + eta dt (target - activity)`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Homeostatic {
    /// Per ms and Hz.
    pub eta: f64,
    /// Hz.
    pub target: f64,
    /// Time over which activity is averaged, ms.
    pub tau_activity: f64,
    /// ms between two updates.
    pub interval: f64,
    /// Largest weight.
    pub w_max: f64,
}

impl Default for Homeostatic {
    fn default() -> Self {
        Self { eta: 1e-7, target: 5.0, tau_activity: 1e4, interval: 100.0, w_max: 2.0 }
    }
}

impl Homeostatic {
    /// Factor of all weights of a cell after `elapsed` ms at `activity` Hz; not negative.
    #[inline(always)]
    pub fn factor<R: Real>(&self, activity: R, elapsed: f64) -> R {
        let one = activity.lit(1.0);
        let error = activity.lit(self.target) - activity;
        error.mul_add(activity.lit(self.eta * elapsed), one).max(activity.lit(0.0))
    }

    /// The scaled weight.
    #[inline(always)]
    pub fn scale<R: Real>(&self, w: R, factor: R) -> R {
        (w * factor).min(w.lit(self.w_max))
    }
}

/// The rate of a cell in Hz, averaged over the last while.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ActivityStep {
    /// `e^(-tick/tau)`.
    pub keep: f64,
    /// Hz for a spike in the tick.
    pub gain: f64,
}

impl ActivityStep {
    /// An average over `tau` ms, advanced by `tick` ms.
    #[must_use]
    pub fn new(tau: f64, tick: f64) -> Self {
        let keep = (-tick / tau).exp();
        Self { keep, gain: (1.0 - keep) * 1e3 / tick }
    }

    /// The average after a tick with `spikes` spikes.
    #[inline(always)]
    pub fn advance<R: Real>(&self, activity: R, spikes: R) -> R {
        activity.mul_add(activity.lit(self.keep), spikes * spikes.lit(self.gain))
    }
}

/// Part 8: a free slot forms a synapse with `1 - e^(-r p dt)`, a used one is eliminated with `1 - e^(-r (1 - p) dt)`, where
/// `p = 1/(1 + e^(-(activity - theta)/slope))`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Structural {
    /// `r`, per ms.
    pub rate: f64,
    /// Hz.
    pub theta: f64,
    /// Hz.
    pub slope: f64,
    /// Time over which activity is averaged, ms.
    pub tau_activity: f64,
    /// ms between two updates.
    pub interval: f64,
    /// Weight of a new synapse.
    pub w_init: f64,
    /// Free slots at the start, as a fraction of the synapses of a node (rounded up).
    pub spare: f64,
}

impl Default for Structural {
    fn default() -> Self {
        Self { rate: 1e-7, theta: 5.0, slope: 2.0, tau_activity: 1e4, interval: 100.0, w_init: 0.5, spare: 0.25 }
    }
}

impl Structural {
    /// Probabilities of formation and elimination in `elapsed` ms at `activity` Hz.
    #[inline(always)]
    pub fn probabilities<R: Real>(&self, activity: R, elapsed: f64) -> (R, R) {
        let one = activity.lit(1.0);
        let p = one / (one + ((activity - activity.lit(self.theta)) * activity.lit(-1.0 / self.slope)).exp());
        let rate = activity.lit(-self.rate * elapsed);
        (-(rate * p).exp_m1(), -(rate * (one - p)).exp_m1())
    }
}

/// Part 9: `eta_eff = eta (base + gain [DA])`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Neuromodulation {
    /// Learning without dopamine, a factor.
    pub base: f64,
    /// Learning for dopamine, per uM.
    pub gain: f64,
}

impl Default for Neuromodulation {
    fn default() -> Self {
        Self { base: 1.0, gain: 2.0 }
    }
}

impl Neuromodulation {
    /// Factor of the learning rate at `dopamine` uM; not negative.
    #[inline(always)]
    pub fn factor<R: Real>(&self, dopamine: R) -> R {
        dopamine.mul_add(dopamine.lit(self.gain), dopamine.lit(self.base)).max(dopamine.lit(0.0))
    }
}

/// Decay time of dopamine, ms, and what a reward adds, uM: Izhikevich 2007.
pub const DOPAMINE: (f64, f64) = (200.0, 0.5);

/// Dopamine after a tick in which `keep` of it stays (`e^(-tick/tau)`): `d[DA]/dt = -[DA]/tau`.
#[inline(always)]
pub fn dopamine<R: Real>(dopamine: R, keep: f64) -> R {
    dopamine * dopamine.lit(keep)
}
