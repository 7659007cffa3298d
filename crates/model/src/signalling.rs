//! Signalling inside a cell: calcium, and the kinase and phosphatases it moves.
//!
//! One compartment a cell, advanced once a tick, each equation exactly for inputs held over the tick: first calcium,
//! then what follows it, in the order of this file. Concentrations in uM, times in ms, rates per ms; `pka`,
//! `calcineurin` and `pp1` are active fractions. The chain calcium - calmodulin - cyclase and calcineurin - PP1 is
//! that of Bhalla & Iyengar 1999, Science 283:381, each step reduced to one equation.

use crate::calcium::{FARADAY, LEAST_CALCIUM, VALENCE};
use crate::channel::power;
use crate::real::Real;

/// The constants of a cell's signalling. [`Signalling::default`] says where each comes from.
#[derive(Clone, Debug, PartialEq)]
pub struct Signalling {
    /// Depth under the membrane of the volume that calcium fills, times how much of it is bound for one that is free,
    /// um.
    pub depth: f64,
    /// Fastest extrusion by the pump, uM/ms.
    pub pump: f64,
    /// Calcium at which the pump is half as fast, uM.
    pub pump_half: f64,
    /// Time constant of all other removal, ms.
    pub tau: f64,
    /// What that removal relaxes to, uM.
    pub rest: f64,
    /// Calcium at which half of calmodulin is active, uM.
    pub calmodulin_half: f64,
    /// Production of cAMP without calmodulin, uM/ms.
    pub cyclase: f64,
    /// Production with all calmodulin active is 1 + this times as fast.
    pub cyclase_gain: f64,
    /// Removal of cAMP, per ms.
    pub phosphodiesterase: f64,
    /// Fastest activation of PKA, per ms.
    pub kinase: f64,
    /// cAMP at which activation is half as fast, uM.
    pub kinase_half: f64,
    /// Time constant of inactivation of PKA, ms.
    pub kinase_tau: f64,
    /// Fastest activation of calcineurin, per ms.
    pub calcineurin: f64,
    /// Time constant of its inactivation, ms.
    pub calcineurin_tau: f64,
    /// Fastest activation of PP1, per ms.
    pub phosphatase: f64,
    /// Time constant of its inactivation, ms.
    pub phosphatase_tau: f64,
    /// Part of a modulated conductance that PKA takes away; at most 1.
    pub kinase_effect: f64,
    /// Part of a modulated conductance that PP1 adds.
    pub phosphatase_effect: f64,
}

impl Default for Signalling {
    /// For a regular-spiking cell (`adapting`) at 5 to 20 Hz: calcium between 0.1 and 1 uM, PKA faster than PP1,
    /// factor of conductances between 0.3 and 1.5.
    fn default() -> Self {
        Self {
            // A spike of `adapting` lifts calcium by somewhat below 0.2 uM; Helmchen et al. 1996, Biophys. J.
            // 70:1069, found 0.15 uM in pyramidal cells. As a layer of 0.05 um it has the 100 bound for each free one
            // that they found.
            depth: 5.0,
            // A plasma membrane pump with the half concentration of Elwess et al. 1997, J. Biol. Chem. 272:17981 (0.1
            // to 0.4 uM), as strong at 0.2 uM as the other removal.
            pump: 1e-3,
            pump_half: 0.2,
            // With the pump, calcium at 0.3 uM falls with about 0.2 s: somewhat slower than in thin dendrites (0.1 s,
            // Helmchen et al. 1996), because a soma has more volume to its surface.
            tau: 300.0,
            // Against the pump this holds a silent cell at 50 nM.
            rest: 0.11,
            // Calmodulin with its four ions bound, at the calcium that a cell firing at about 15 Hz has.
            calmodulin_half: 0.4,
            // cAMP of 0.2 uM at rest, 2 uM with all calmodulin active: cyclase I is stimulated about ten times (Tang
            // & Gilman 1991, Science 254:1500); it turns over in 2 s.
            cyclase: 1e-4,
            cyclase_gain: 9.0,
            phosphodiesterase: 5e-4,
            // Half at 1 uM with a slope of 2, as of the holoenzyme with two sites (Dostmann & Taylor 1991, Biochemistry
            // 30:8710); active for seconds.
            kinase: 1e-3,
            kinase_half: 1.0,
            kinase_tau: 3000.0,
            // Calcineurin follows calmodulin within about a second.
            calcineurin: 1e-3,
            calcineurin_tau: 1000.0,
            // PP1 is freed by calcineurin, more slowly: it undoes what PKA does only where activity lasts.
            phosphatase: 2e-4,
            phosphatase_tau: 5000.0,
            // Full PKA leaves 3/10 of M and AHP: noradrenaline by way of cAMP and PKA takes nearly all of the slow
            // AHP (Pedarzani & Storm 1993, Neuron 11:1023), and less of M.
            kinase_effect: 0.7,
            phosphatase_effect: 0.7,
        }
    }
}

/// What a cell's signalling holds, or a probe of it samples.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Messenger {
    /// Calcium, uM.
    Calcium,
    /// cAMP, uM.
    Camp,
    /// Active fraction of PKA.
    Pka,
    /// Active fraction of calcineurin.
    Calcineurin,
    /// Active fraction of PP1.
    Pp1,
}

impl Messenger {
    /// Every messenger with the name users type, in the order of [`State::values`].
    pub const ALL: [(&'static str, Messenger); 5] = [
        ("ca", Messenger::Calcium),
        ("camp", Messenger::Camp),
        ("pka", Messenger::Pka),
        ("calcineurin", Messenger::Calcineurin),
        ("pp1", Messenger::Pp1),
    ];

    /// The name users type.
    #[must_use]
    pub fn name(self) -> &'static str {
        Self::ALL[self.index()].0
    }

    /// The unit of its values; none for fractions.
    #[must_use]
    pub fn unit(self) -> &'static str {
        match self {
            Messenger::Calcium | Messenger::Camp => "uM",
            Messenger::Pka | Messenger::Calcineurin | Messenger::Pp1 => "",
        }
    }

    /// Its place in [`State::values`].
    #[must_use]
    pub fn index(self) -> usize {
        self as usize
    }
}

/// The state of a cell's signalling.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct State<R> {
    /// Calcium, cAMP (uM), active fractions of PKA, calcineurin and PP1.
    pub values: [R; 5],
}

/// `x` after a time in which it relaxes to `inf`, `z` being the time over its time constant: exact.
#[inline(always)]
fn relax<R: Real>(x: R, inf: R, z: R) -> R {
    (x - inf).mul_add((-z).exp_m1(), x)
}

/// A fraction `x` after `tick` ms of opening at `rate` and closing with `tau`: `dx/dt = rate (1 - x) - x/tau`, exact.
#[inline(always)]
fn relax_fraction<R: Real>(x: R, rate: R, tau: f64, tick: f64) -> R {
    let total = rate + x.lit(1.0 / tau);
    relax(x, rate / total, total * x.lit(tick))
}

/// Calcium that a current of 1 nA carries into a cell of `area` um2 in 1 ms, uM: kappa.
#[must_use]
pub fn calcium_per_current(depth: f64, area: f64) -> f64 {
    // nA ms = 1e-12 C; mol per um3 = 1e15 mol/l = 1e21 uM.
    1e-12 * 1e21 / (VALENCE * FARADAY * depth * area)
}

/// Calcium after `tick` ms: `dca/dt = -kappa I - P ca/(ca + K_p) - (ca - rest)/tau`, with the pump's `1/(ca + K_p)`
/// held at its start. `current` is the cell's calcium current in nA (outward positive), `kappa` in uM/ms/nA. Not
/// below [`LEAST_CALCIUM`].
#[inline(always)]
pub fn advance_calcium<R: Real>(constants: &Signalling, ca: R, kappa: R, current: R, tick: f64) -> R {
    let rate = ca.lit(constants.pump) / (ca + ca.lit(constants.pump_half)) + ca.lit(1.0 / constants.tau);
    let source = ca.lit(constants.rest / constants.tau) - kappa * current;
    relax(ca, source / rate, rate * ca.lit(tick)).max(ca.lit(LEAST_CALCIUM))
}

/// The active fraction of calmodulin: `ca^4 / (ca^4 + K_cam^4)`.
#[inline(always)]
pub fn calmodulin<R: Real>(constants: &Signalling, ca: R) -> R {
    let bound = power(ca * ca.lit(1.0 / constants.calmodulin_half), 4);
    bound / (bound + ca.lit(1.0))
}

/// cAMP after `tick` ms: `da/dt = k_ac (1 + q cam) - k_pde a`, uM.
#[inline(always)]
pub fn advance_camp<R: Real>(constants: &Signalling, camp: R, cam: R, tick: f64) -> R {
    let basal = constants.cyclase / constants.phosphodiesterase;
    let inf = cam.mul_add(cam.lit(constants.cyclase_gain * basal), cam.lit(basal));
    relax(camp, inf, camp.lit(constants.phosphodiesterase * tick))
}

/// Active PKA after `tick` ms: `dp/dt = k_p a^2/(a^2 + K_a^2) (1 - p) - p/tau_p`.
#[inline(always)]
pub fn advance_pka<R: Real>(constants: &Signalling, pka: R, camp: R, tick: f64) -> R {
    let bound = power(camp * camp.lit(1.0 / constants.kinase_half), 2);
    let rate = camp.lit(constants.kinase) * (bound / (bound + camp.lit(1.0)));
    relax_fraction(pka, rate, constants.kinase_tau, tick)
}

/// Active calcineurin after `tick` ms: `dc/dt = k_c cam (1 - c) - c/tau_c`.
#[inline(always)]
pub fn advance_calcineurin<R: Real>(constants: &Signalling, calcineurin: R, cam: R, tick: f64) -> R {
    relax_fraction(calcineurin, cam.lit(constants.calcineurin) * cam, constants.calcineurin_tau, tick)
}

/// Active PP1 after `tick` ms: `dq/dt = k_q c (1 - q) - q/tau_q`.
#[inline(always)]
pub fn advance_pp1<R: Real>(constants: &Signalling, pp1: R, calcineurin: R, tick: f64) -> R {
    relax_fraction(pp1, pp1.lit(constants.phosphatase) * calcineurin, constants.phosphatase_tau, tick)
}

/// The factor of modulated conductances: `1 - rho p + rho q`, each with its own rho.
#[inline(always)]
pub fn modulation<R: Real>(constants: &Signalling, pka: R, pp1: R) -> R {
    let less = pka.mul_add(pka.lit(-constants.kinase_effect), pka.lit(1.0));
    pp1.mul_add(pp1.lit(constants.phosphatase_effect), less)
}

impl<R: Real> State<R> {
    /// Calcium, uM.
    #[inline(always)]
    pub fn calcium(&self) -> R {
        self.values[Messenger::Calcium.index()]
    }

    /// The factor of modulated conductances.
    #[inline(always)]
    pub fn modulation(&self, constants: &Signalling) -> R {
        modulation(constants, self.values[Messenger::Pka.index()], self.values[Messenger::Pp1.index()])
    }

    /// The state `tick` ms later, with the tick's mean calcium current (nA, outward positive).
    #[must_use]
    #[inline(always)]
    pub fn advance(&self, constants: &Signalling, kappa: R, current: R, tick: f64) -> Self {
        let [ca, camp, pka, calcineurin, pp1] = self.values;
        let ca = advance_calcium(constants, ca, kappa, current, tick);
        let cam = calmodulin(constants, ca);
        let camp = advance_camp(constants, camp, cam, tick);
        let pka = advance_pka(constants, pka, camp, tick);
        let calcineurin = advance_calcineurin(constants, calcineurin, cam, tick);
        let pp1 = advance_pp1(constants, pp1, calcineurin, tick);
        Self { values: [ca, camp, pka, calcineurin, pp1] }
    }
}

impl Signalling {
    /// Where everything stands still without a current.
    #[must_use]
    pub fn at_rest(&self) -> State<f64> {
        // ca^2 + b ca - rest K_p = 0.
        let b = self.pump_half + self.pump * self.tau - self.rest;
        let c = self.rest * self.pump_half;
        let root = (b * b + 4.0 * c).sqrt();
        let ca = if b > 0.0 { 2.0 * c / (b + root) } else { 0.5 * (root - b) };
        let ca = ca.max(LEAST_CALCIUM);
        let cam = calmodulin(self, ca);
        let camp = self.cyclase / self.phosphodiesterase * (1.0 + self.cyclase_gain * cam);
        let fraction = |rate: f64, tau: f64| rate / (rate + 1.0 / tau);
        let bound = (camp / self.kinase_half).powi(2);
        let pka = fraction(self.kinase * bound / (bound + 1.0), self.kinase_tau);
        let calcineurin = fraction(self.calcineurin * cam, self.calcineurin_tau);
        let pp1 = fraction(self.phosphatase * calcineurin, self.phosphatase_tau);
        State { values: [ca, camp, pka, calcineurin, pp1] }
    }

    /// Every constant with its name and whether it may be 0.
    #[must_use]
    pub fn constants(&self) -> [(&'static str, f64, bool); 18] {
        [
            ("depth", self.depth, false),
            ("pump", self.pump, true),
            ("pump_half", self.pump_half, false),
            ("tau", self.tau, false),
            ("rest", self.rest, true),
            ("calmodulin_half", self.calmodulin_half, false),
            ("cyclase", self.cyclase, true),
            ("cyclase_gain", self.cyclase_gain, true),
            ("phosphodiesterase", self.phosphodiesterase, false),
            ("kinase", self.kinase, true),
            ("kinase_half", self.kinase_half, false),
            ("kinase_tau", self.kinase_tau, false),
            ("calcineurin", self.calcineurin, true),
            ("calcineurin_tau", self.calcineurin_tau, false),
            ("phosphatase", self.phosphatase, true),
            ("phosphatase_tau", self.phosphatase_tau, false),
            ("kinase_effect", self.kinase_effect, true),
            ("phosphatase_effect", self.phosphatase_effect, true),
        ]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rest_stands_still() {
        let constants = Signalling::default();
        let rest = constants.at_rest();
        let later = (0..1000).fold(rest, |state, _| state.advance(&constants, 1.0, 0.0, 1.0));
        for (a, b) in rest.values.iter().zip(later.values) {
            assert!((a - b).abs() < 1e-12 * a, "{rest:?} became {later:?}");
        }
    }
}
