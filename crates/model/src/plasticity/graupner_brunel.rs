//! The calcium-based rule of Graupner & Brunel 2012 (PNAS 109, 3991), an alternative to parts 4 to 6.
//!
//! Calcium jumps by `c_pre` a delay after a presynaptic spike and by `c_post` at a postsynaptic one and decays with `tau_ca`. The
//! efficacy `rho` between 0 and 1 follows
//!
//! ```text
//! tau drho/dt = -rho (1 - rho) (rho_star - rho) + gamma_p (1 - rho) [c > theta_p] - gamma_d rho [c > theta_d] + noise
//! ```
//!
//! The weight is `w0 (1 + rho (b - 1))`.

use crate::real::Real;
use crate::synapse::decayed;

/// Parameters of Graupner and Brunel's rule.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct GraupnerBrunel {
    /// ms.
    pub tau_ca: f64,
    /// Jump of calcium at a presynaptic spike.
    pub c_pre: f64,
    /// Jump of calcium at a postsynaptic spike.
    pub c_post: f64,
    /// Delay of the presynaptic jump, ms.
    pub delay: f64,
    /// Calcium above which efficacy shrinks.
    pub theta_d: f64,
    /// Calcium above which efficacy grows.
    pub theta_p: f64,
    /// Rate of depression.
    pub gamma_d: f64,
    /// Rate of potentiation.
    pub gamma_p: f64,
    /// Amplitude of the noise.
    pub sigma: f64,
    /// Time constant of efficacy, ms.
    pub tau: f64,
    /// The unstable efficacy between the two stable ones.
    pub rho_star: f64,
    /// `b`: ratio of the strong to the weak state's weight.
    pub ratio: f64,
    /// Efficacy at the start.
    pub rho_init: f64,
}

impl Default for GraupnerBrunel {
    /// The DP curve of the paper's Fig. 2 (its Table S1).
    fn default() -> Self {
        Self {
            tau_ca: 20.0,
            c_pre: 1.0,
            c_post: 2.0,
            delay: 13.7,
            theta_d: 1.0,
            theta_p: 1.3,
            gamma_d: 200.0,
            gamma_p: 321.808,
            sigma: 2.8284,
            tau: 150_000.0,
            rho_star: 0.5,
            ratio: 5.0,
            rho_init: 0.0,
        }
    }
}

/// Fractions of a tick that calcium is above the two thresholds.
#[derive(Clone, Copy, Debug)]
pub struct Above<R> {
    /// Above that of depression.
    pub depression: R,
    /// Above that of potentiation.
    pub potentiation: R,
}

/// The rule over a tick.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct GraupnerBrunelStep {
    /// The rule.
    pub rule: GraupnerBrunel,
    /// ms.
    pub tick: f64,
    /// `e^(-tick/tau_ca)`.
    pub keep: f64,
    /// `sigma sqrt(tick/tau)`.
    pub spread: f64,
}

impl GraupnerBrunelStep {
    /// The step over `tick` ms.
    #[must_use]
    pub fn new(rule: GraupnerBrunel, tick: f64) -> Self {
        Self { rule, tick, keep: (-tick / rule.tau_ca).exp(), spread: rule.sigma * (tick / rule.tau).sqrt() }
    }

    /// Calcium after the spikes at the start of a tick (1 or 0 each), before it decays.
    #[inline(always)]
    pub fn jumped<R: Real>(&self, c: R, pre: R, post: R) -> R {
        pre.mul_add(c.lit(self.rule.c_pre), post.mul_add(c.lit(self.rule.c_post), c))
    }

    /// Calcium at the end of a tick.
    #[inline(always)]
    pub fn decayed<R: Real>(&self, c: R) -> R {
        decayed(c, self.keep)
    }

    /// Fractions of the tick above the thresholds, for calcium that falls from `from` to `to` (as a straight line, which a
    /// decay within a tick is but for `(tick/tau_ca)^2 / 8`).
    #[inline(always)]
    pub fn above<R: Real>(&self, from: R, to: R) -> Above<R> {
        let tiny = from.lit(1e-30);
        let per_fall = from.lit(1.0) / (from - to).max(tiny);
        let fraction = |theta: f64| ((from - from.lit(theta)) * per_fall).max(from.lit(0.0)).min(from.lit(1.0));
        Above { depression: fraction(self.rule.theta_d), potentiation: fraction(self.rule.theta_p) }
    }

    /// Efficacy after a tick: exact for the two linear terms, explicit for the slow cubic one and the noise. `noise` is a
    /// standard normal times the root of the summed fractions.
    #[inline(always)]
    pub fn advance<R: Real>(&self, rho: R, above: Above<R>, noise: R) -> R {
        let (zero, one) = (rho.lit(0.0), rho.lit(1.0));
        let GraupnerBrunel { gamma_p, gamma_d, tau, rho_star, .. } = self.rule;
        let up = above.potentiation * rho.lit(gamma_p / tau);
        let rate = above.depression.mul_add(rho.lit(gamma_d / tau), up);
        let target = up / rate.max(rho.lit(1e-30));
        let driven = (rho - target) * (rate * rho.lit(-self.tick)).exp_m1();
        let cubic = rho * (one - rho) * (rho - rho.lit(rho_star));
        let moved = cubic.mul_add(rho.lit(self.tick / tau), rho + driven);
        noise.mul_add(rho.lit(self.spread), moved).max(zero).min(one)
    }

    /// The weight of a synapse whose weak state weighs `w0`.
    #[inline(always)]
    pub fn weight<R: Real>(&self, w0: R, rho: R) -> R {
        w0 * rho.mul_add(rho.lit(self.rule.ratio - 1.0), rho.lit(1.0))
    }
}
