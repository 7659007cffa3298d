//! Parts 3 and 4, NMDA-driven calcium of a spine: `dca/dt = -ca/tau - gamma I_nmda + rest/tau`.
//!
//! `I_nmda = g s M` with `M` the mean of `B(V) (V - E)` over the last tick at the synapse's node, negative when inward; `B` is
//! the magnesium block of Jahr & Stevens 1990, the linear pool that of Shouval, Bear & Cooper 2002. The magnesium block is
//! the node's, not the synapse's: all synapses of a node share it.

use crate::real::Real;

/// Parameters of a spine's calcium.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Calcium {
    /// Decay time, ms.
    pub tau: f64,
    /// Concentration at rest, uM.
    pub rest: f64,
    /// Calcium for NMDA current, uM/(ms nA).
    pub gamma: f64,
    /// Whether the weight multiplies the NMDA current that carries calcium (the article leaves it out: with it, the loop from
    /// weight to calcium to weight can run away).
    pub weighted: bool,
}

impl Default for Calcium {
    /// 20 ms and 50 nM are usual for spines (Sabatini, Oertner & Svoboda 2002 measure 12 to 20 ms and about 70 nM). `gamma` is
    /// such that a lone pulse at -65 mV lifts calcium of the default NMDA receptor by 0.1 uM
    /// (`gamma_is_calibrated_to_a_lone_pulse` derives it).
    fn default() -> Self {
        Self { tau: 20.0, rest: 0.05, gamma: GAMMA, weighted: false }
    }
}

/// uM/(ms nA); see [`Calcium::default`].
pub const GAMMA: f64 = 84.0;

/// What a tick does to calcium.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CalciumStep {
    /// `e^(-tick/tau)`.
    pub keep: f64,
    /// What rest adds in a tick, uM.
    pub base: f64,
    /// uM for a current of 1 nA all tick, inward negative.
    pub gain: f64,
    /// As [`Calcium::weighted`].
    pub weighted: bool,
}

impl CalciumStep {
    /// The step over `tick` ms for receptors of `conductance` uS.
    #[must_use]
    pub fn new(model: &Calcium, conductance: f64, tick: f64) -> Self {
        let keep = (-tick / model.tau).exp();
        Self {
            keep,
            base: model.rest * (1.0 - keep),
            gain: -model.gamma * model.tau * (1.0 - keep) * conductance,
            weighted: model.weighted,
        }
    }

    /// What a fully open receptor at a node with mean driving force `m` (mV, unblocked) brings in a tick, uM: the node's share
    /// of part 3.
    #[inline(always)]
    pub fn influx<R: Real>(&self, m: R) -> R {
        m * m.lit(self.gain)
    }

    /// `ca` after a tick with mean open fraction `s` (times the weight, where that counts) and the node's `influx`; never below 0.
    #[inline(always)]
    pub fn advance<R: Real>(&self, ca: R, s: R, influx: R) -> R {
        s.mul_add(influx, ca.mul_add(ca.lit(self.keep), ca.lit(self.base))).max(ca.lit(0.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::synapse::{Block, KineticStep, receptor};

    /// Rise of calcium above rest after a lone pulse, uM, at a node that stays at `v`.
    fn rise(v: f64, tick: f64) -> f64 {
        let nmda = receptor("nmda").expect("known");
        let kinetic = KineticStep::new(&nmda, 1.0, tick);
        let step = CalciumStep::new(&Calcium::default(), nmda.conductance, tick);
        let influx = step.influx(Block::magnesium(1.0).open(v) * (v - nmda.reversal));
        let (mut s, mut ca, mut peak) = (0.0, Calcium::default().rest, 0.0_f64);
        for n in 0..200 {
            let t = f64::from(n) * tick;
            let before: f64 = s;
            s = if t < 1.0 - 1e-9 { kinetic.pulsed(s) } else { kinetic.decayed(s) };
            ca = step.advance(ca, 0.5 * (before + s), influx);
            peak = peak.max(ca);
        }
        peak - Calcium::default().rest
    }

    #[test]
    fn gamma_is_calibrated_to_a_lone_pulse() {
        assert!((rise(-65.0, 1.0) - 0.1).abs() < 5e-4, "{}", rise(-65.0, 1.0));
        // Held at -30 mV, where the block is lifted, the same pulse brings several times as much.
        assert!(rise(-30.0, 1.0) / rise(-65.0, 1.0) > 2.5, "{}", rise(-30.0, 1.0));
    }
}
