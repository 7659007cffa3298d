//! Part 5, the active fraction of CaMKII: `dk/dt = k1 ca^n (1 - k) - k2 k`.
//!
//! A Hill-like switch for the kinase of Lisman, Yasuda & Raghavachari 2012, reduced to one variable as the article has it;
//! exact over a tick for calcium held.

use crate::real::Real;

/// Parameters of CaMKII.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Camkii {
    /// `k1`, per ms per uM^n.
    pub activation: f64,
    /// `k2`, per ms.
    pub deactivation: f64,
    /// `n`: calcium ions that bind calmodulin, 1 to 8.
    pub power: u32,
}

impl Default for Camkii {
    /// Four calcium ions bind calmodulin. 50 ms at 1 uM activate a twentieth, and activity decays in 10 s, the time CaMKII in a
    /// spine stays active after a stimulus (Lee, Escobedo-Lozoya, Szatmari & Yasuda 2009: about 10 s).
    fn default() -> Self {
        Self { activation: 1e-3, deactivation: 1e-4, power: 4 }
    }
}

impl Camkii {
    /// The active fraction in the long run at `calcium` uM.
    #[must_use]
    #[allow(clippy::cast_possible_wrap)]
    pub fn steady_state(&self, calcium: f64) -> f64 {
        let on = self.activation * calcium.powi(self.power as i32);
        on / (on + self.deactivation)
    }

    /// `k` after `tick` ms with calcium at `ca` uM; stays in [0, 1].
    #[inline(always)]
    pub fn advance<R: Real>(&self, k: R, ca: R, tick: f64) -> R {
        let mut power = ca;
        match self.power {
            4 => {
                let square = ca * ca;
                power = square * square;
            }
            n => {
                for _ in 1..n {
                    power = power * ca;
                }
            }
        }
        let on = power * ca.lit(self.activation);
        let rate = on + ca.lit(self.deactivation);
        // (k_inf - k) (1 - e^(-rate tick)), with the difference in brackets not formed from two numbers near 1.
        let moved = (-(on / rate - k)) * (rate * rate.lit(-tick)).exp_m1();
        k + moved
    }
}
