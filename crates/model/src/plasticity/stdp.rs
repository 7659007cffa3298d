//! Pair-based spike-timing dependent plasticity, an alternative to parts 4 to 6 (Song, Miller & Abbott 2000; all pairs).
//!
//! A presynaptic spike adds 1 to a trace that decays with `tau_plus`, a postsynaptic one to a trace that decays with
//! `tau_minus`. A postsynaptic spike raises the weight by `a_plus` times the presynaptic trace, a presynaptic one lowers it by
//! `a_minus` times the postsynaptic trace. Spikes count where they meet: presynaptic ones after their delay, postsynaptic ones
//! a tick after they were fired.

use crate::plasticity::weight::bounded;
use crate::real::Real;
use crate::synapse::decayed;

/// Parameters of pair STDP.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PairStdp {
    /// ms.
    pub tau_plus: f64,
    /// ms.
    pub tau_minus: f64,
    /// Change of weight for a pair that potentiates, as a fraction of `w_max`.
    pub a_plus: f64,
    /// Change of weight for a pair that depresses, as a fraction of `w_max`.
    pub a_minus: f64,
    /// Largest weight.
    pub w_max: f64,
    /// Whether changes shrink towards the bounds (multiplicative rule) or are cut off there (additive rule).
    pub soft_bounds: bool,
}

impl Default for PairStdp {
    /// Song, Miller & Abbott 2000.
    fn default() -> Self {
        Self { tau_plus: 20.0, tau_minus: 20.0, a_plus: 0.005, a_minus: 0.005 * 1.05, w_max: 1.0, soft_bounds: false }
    }
}

/// A trace after a tick in which `keep` of it stays (`e^(-tick/tau)`): it counts the spikes at the tick's start and decays.
#[inline(always)]
pub fn trace<R: Real>(trace: R, spikes: R, keep: f64) -> R {
    decayed(trace + spikes, keep)
}

/// The rule with what a tick leaves of the presynaptic trace.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PairStdpStep {
    /// The rule.
    pub rule: PairStdp,
    /// `e^(-tick/tau_plus)`.
    pub keep_plus: f64,
}

impl PairStdpStep {
    /// The step over `tick` ms.
    #[must_use]
    pub fn new(rule: PairStdp, tick: f64) -> Self {
        Self { rule, keep_plus: (-tick / rule.tau_plus).exp() }
    }
}

impl PairStdp {
    /// The weight after the spikes at the start of a tick. `pre` and `post` are 1 where there was a spike, else 0; the traces are
    /// those before these spikes; `factor` multiplies the changes (neuromodulation).
    #[inline(always)]
    pub fn advance<R: Real>(&self, w: R, pre: R, pre_trace: R, post: R, post_trace: R, factor: R) -> R {
        let (mut up, mut down) = (w.lit(self.a_plus * self.w_max), w.lit(self.a_minus * self.w_max));
        if self.soft_bounds {
            up = (w.lit(self.w_max) - w) * w.lit(self.a_plus);
            down = w * w.lit(self.a_minus);
        }
        let grown = pre_trace * post * up;
        let change = (-(post_trace * pre)).mul_add(down, grown);
        bounded(change.mul_add(factor, w), self.w_max)
    }
}
