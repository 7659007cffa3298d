//! Part 6, the weight rule, driven by CaMKII.
//!
//! The article writes `dw/dt = eta (k - theta_p)+ - eta (k - theta_d)-`. Read to the letter, with `(x)- = max(-x, 0)`, it moves
//! weights at rest; so the reading of calcium control (Shouval, Bear & Cooper 2002; Graupner & Brunel 2012), depression at
//! intermediate and potentiation at high activation, is the default: `eta ((k - theta_p)+ - lambda (k - theta_d)+)`.

use crate::real::Real;

/// How the article's rule is read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Reading {
    /// `(k - theta_p)+ - lambda (k - theta_d)+`.
    #[default]
    CalciumControl,
    /// `(k - theta_p)+ - (theta_d - k)+`.
    Literal,
}

/// Parameters of the weight rule.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct WeightRule {
    /// Learning rate, per ms.
    pub eta: f64,
    /// Activation above which weights grow.
    pub theta_p: f64,
    /// Activation above which weights shrink, below `theta_p`.
    pub theta_d: f64,
    /// Strength of depression relative to potentiation, below 1.
    pub lambda: f64,
    /// Largest weight.
    pub w_max: f64,
    /// How the article's rule is read.
    pub reading: Reading,
}

impl Default for WeightRule {
    fn default() -> Self {
        Self { eta: 1e-5, theta_p: 0.3, theta_d: 0.1, lambda: 0.25, w_max: 2.0, reading: Reading::default() }
    }
}

impl WeightRule {
    /// The weight after a tick with CaMKII at `k` and `rate` the tick times the effective learning rate; in [0, `w_max`].
    #[inline(always)]
    pub fn advance<R: Real>(&self, w: R, k: R, rate: R) -> R {
        let zero = k.lit(0.0);
        let up = (k - k.lit(self.theta_p)).max(zero);
        let change = match self.reading {
            Reading::CalciumControl => {
                let down = (k - k.lit(self.theta_d)).max(zero);
                down.mul_add(k.lit(-self.lambda), up)
            }
            Reading::Literal => up - (k.lit(self.theta_d) - k).max(zero),
        };
        bounded(rate.mul_add(change, w), self.w_max)
    }
}

/// `w` in [0, `w_max`].
#[inline(always)]
pub fn bounded<R: Real>(w: R, w_max: f64) -> R {
    w.max(w.lit(0.0)).min(w.lit(w_max))
}
