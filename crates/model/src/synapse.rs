//! Synapses: the equations of transmission, and the receptors of the literature.
//!
//! Kinetic receptors follow Destexhe, Mainen & Sejnowski 1994, the magnesium block Jahr & Stevens 1990, the event-driven kinds
//! NEURON's `ExpSyn` and `Exp2Syn`.

use crate::network::Receptor;
use crate::real::Real;

/// What is added to a variable that decays towards 0. Without it, half a second of silence takes a single-precision variable into
/// the subnormal numbers, which cost some processors a hundred times an ordinary operation.
pub const FLOOR: f64 = 1e-30;

/// `x` after a step in which `keep` of it stays.
#[inline(always)]
pub fn decayed<R: Real>(x: R, keep: f64) -> R {
    x.mul_add(x.lit(keep), x.lit(FLOOR))
}

/// What one tick does to a kinetic receptor's open fraction `s`: exact for a transmitter that is on or off all tick.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct KineticStep {
    /// Factor without transmitter, `e^(-beta tick)`.
    pub decay: f64,
    /// Factor with transmitter, `e^(-lambda tick)`, `lambda = alpha T + beta`.
    pub approach: f64,
    /// What the pulse adds: `s_inf (1 - e^(-lambda tick))`, `s_inf = alpha T / lambda`.
    pub gain: f64,
    /// `lambda`, per ms.
    pub lambda: f64,
    /// `beta`, per ms.
    pub beta: f64,
}

impl KineticStep {
    /// The step of `receptor` over a tick (ms) with `transmitter` (mM) in the pulse.
    #[must_use]
    pub fn new(receptor: &Receptor, transmitter: f64, tick: f64) -> Self {
        let lambda = receptor.alpha * transmitter + receptor.beta;
        let approach = (-lambda * tick).exp();
        Self {
            decay: (-receptor.beta * tick).exp(),
            approach,
            gain: receptor.alpha * transmitter / lambda * (1.0 - approach),
            lambda,
            beta: receptor.beta,
        }
    }

    /// `s` after a tick without transmitter.
    #[inline(always)]
    pub fn decayed<R: Real>(&self, s: R) -> R {
        decayed(s, self.decay)
    }

    /// `s` after a tick of transmitter.
    #[inline(always)]
    pub fn pulsed<R: Real>(&self, s: R) -> R {
        s.mul_add(s.lit(self.approach), s.lit(self.gain))
    }

    /// `s` after a tick of a transmitter of `release` times the nominal concentration.
    #[inline(always)]
    pub fn released<R: Real>(&self, s: R, release: R, tick: f64) -> R {
        let on = release * s.lit(self.lambda - self.beta);
        let rate = on + s.lit(self.beta);
        (s - on / rate).mul_add((rate * s.lit(-tick)).exp_m1(), s)
    }

    /// How far a pulsed receptor has come at `t` ms into a tick: 0 at its start, 1 at its end.
    #[must_use]
    pub fn progress(&self, t: f64) -> f64 {
        (1.0 - (-self.lambda * t).exp()) / (1.0 - self.approach)
    }
}

/// Block of a receptor by an ion that depolarisation drives out: of it is open `B(V) = 1 / (1 + share e^(slope V))`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Block {
    /// The ion's concentration over that which blocks half of the receptors at 0 mV.
    pub share: f64,
    /// What V is multiplied by in the exponent, per mV: below 0 for an ion that depolarisation drives out.
    pub slope: f64,
}

impl Block {
    /// Of NMDA receptors by magnesium (mM): Jahr & Stevens 1990.
    #[must_use]
    pub fn magnesium(concentration: f64) -> Self {
        Self { share: concentration / 3.57, slope: -0.062 }
    }

    /// By an ion of some concentration, `scaling` (in the same unit) of which blocks half of the receptors at 0 mV; `voltage` (mV)
    /// more make it a factor of e less: NeuroML's `voltageConcDepBlockMechanism`.
    #[must_use]
    pub fn new(concentration: f64, scaling: f64, voltage: f64) -> Self {
        Self { share: concentration / scaling, slope: -1.0 / voltage }
    }

    /// `B(V)` at `v` (mV).
    #[inline(always)]
    pub fn open<R: Real>(&self, v: R) -> R {
        unblocked(v, v.lit(self.share), v.lit(self.slope))
    }
}

/// [`Block::open`] with the constants as values of the arithmetic.
#[inline(always)]
pub fn unblocked<R: Real>(v: R, share: R, slope: R) -> R {
    let one = v.lit(1.0);
    one / (v * slope).exp().mul_add(share, one)
}

/// Conductance of a node's pools in a substep: each with its coefficient, of which one or two exist for decaying pools and three for
/// pulsed ones.
#[inline(always)]
pub fn pooled_conductance<R: Real, const N: usize>(pools: [R; N], coefficients: [R; N]) -> R {
    let mut g = pools[0] * coefficients[0];
    for k in 1..N {
        g = pools[k].mul_add(coefficients[k], g);
    }
    g
}

/// A decaying pool after a substep.
#[inline(always)]
pub fn faded<R: Real>(pool: R, keep: R) -> R {
    pool * keep
}

/// Partial sums that a sum over synapses is cut into.
pub const PARTIAL_SUMS: usize = 32;

/// A partial sum with a synapse's conductance added.
#[inline(always)]
pub fn accumulated<R: Real>(sum: R, conductance: R) -> R {
    sum + conductance
}

/// Adds the first `width` partial sums (a power of two) as a binary tree; the sum is then the first of them.
#[inline(always)]
pub fn add_as_tree<R: Real>(partial: &mut [R; PARTIAL_SUMS], width: usize) -> R {
    let mut width = width / 2;
    while width > 0 {
        for i in 0..width {
            partial[i] = partial[i] + partial[i + width];
        }
        width /= 2;
    }
    partial[0]
}

/// Adds a substep's `B(V) (V - E)` to what drives calcium in a tick; `unblocked` is `B(V)`.
#[inline(always)]
pub fn add_drive<R: Real>(sum: R, unblocked: R, v: R, reversal: R) -> R {
    unblocked.mul_add(v - reversal, sum)
}

/// Factor that makes the peak of `e^(-t/decay) - e^(-t/rise)` one.
#[must_use]
pub fn double_exponential_peak_factor(rise: f64, decay: f64) -> f64 {
    let peak = rise * decay / (decay - rise) * (decay / rise).ln();
    1.0 / ((-peak / decay).exp() - (-peak / rise).exp())
}

/// Names of the receptors of the literature.
pub const RECEPTORS: [&str; 3] = ["ampa", "nmda", "gaba_a"];

/// A receptor of the literature: rates from Destexhe, Mainen & Sejnowski 1994, conductances the middle of their ranges.
#[must_use]
pub fn receptor(name: &str) -> Option<Receptor> {
    let (alpha, beta, reversal, conductance, block) = match name {
        "ampa" => (1.1, 0.19, 0.0, 0.5e-3, None),
        "nmda" => (0.072, 0.0066, 0.0, 0.3e-3, Some(Block::magnesium(1.0))),
        "gaba_a" => (5.0, 0.18, -80.0, 0.5e-3, None),
        _ => return None,
    };
    Some(Receptor { name: name.to_owned(), alpha, beta, reversal, conductance, block })
}

#[cfg(test)]
mod tests {
    use approx::assert_abs_diff_eq;

    use super::*;

    #[test]
    fn magnesium_block_at_rest_is_the_published_one() {
        assert_abs_diff_eq!(Block::magnesium(1.0).open(-65.0_f64), 0.05967, epsilon = 5e-6);
    }

    #[test]
    fn a_block_falls_by_a_factor_of_e_with_its_voltage() {
        let block = Block::new(1.2, 1.9, 15.6);
        let blocked = |v: f64| 1.0 / block.open(v) - 1.0;
        assert_abs_diff_eq!(blocked(0.0), 1.2 / 1.9, epsilon = 1e-15);
        assert_abs_diff_eq!(blocked(-65.0) / blocked(-65.0 + 15.6), std::f64::consts::E, epsilon = 1e-12);
    }

    #[test]
    fn double_exponential_peaks_at_one() {
        let (rise, decay) = (0.5, 5.0);
        let factor = double_exponential_peak_factor(rise, decay);
        let peak = (0..100_000)
            .map(|i| f64::from(i) * 1e-3)
            .map(|t| factor * ((-t / decay).exp() - (-t / rise).exp()))
            .fold(0.0, f64::max);
        assert_abs_diff_eq!(peak, 1.0, epsilon = 1e-6);
    }

    #[test]
    fn kinetic_step_is_exact_for_any_tick() {
        let ampa = receptor("ampa").expect("known");
        let (whole, half) = (KineticStep::new(&ampa, 1.0, 1.0), KineticStep::new(&ampa, 1.0, 0.5));
        let s = 0.2_f64;
        assert_abs_diff_eq!(whole.pulsed(s), half.pulsed(half.pulsed(s)), epsilon = 1e-15);
        assert_abs_diff_eq!(whole.decayed(s), half.decayed(half.decayed(s)), epsilon = 1e-15);
        // The closed form at 0.3 ms lies between start and end as `progress` says.
        let part = KineticStep::new(&ampa, 1.0, 0.3);
        let phi = whole.progress(0.3);
        assert_abs_diff_eq!(part.pulsed(s), s * (1.0 - phi) + whole.pulsed(s) * phi, epsilon = 1e-15);
    }
}
