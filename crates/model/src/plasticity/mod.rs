//! Plastic synapses: the article's nine parts, and the alternatives users of such programs expect.
//!
//! Each part is a function of its own, generic over [`Real`](crate::real::Real), so that each is a row of the operation ledger:
//! transmission ([`crate::synapse`], part 1), [`short_term`] (2), [`calcium`] (3 and 4), [`camkii`] (5), [`weight`] (6),
//! [`slow`] (7 homeostatic, 8 structural, 9 neuromodulation). In place of 4 to 6 a synapse may have [`stdp`] or
//! [`graupner_brunel`]. [`clocked`] puts them together: one tick of one synapse.

pub mod calcium;
pub mod camkii;
pub mod clocked;
pub mod graupner_brunel;
pub mod short_term;
pub mod slow;
pub mod stdp;
pub mod weight;

pub use calcium::Calcium;
pub use camkii::Camkii;
pub use clocked::{ClockedStep, Planes, SynapticVariable};
pub use graupner_brunel::GraupnerBrunel;
pub use short_term::ShortTerm;
pub use slow::{Homeostatic, Neuromodulation, Structural};
pub use stdp::PairStdp;
pub use weight::{Reading, WeightRule};

use crate::network::SynapseModel;

/// What is plastic in a kind of synapse; nothing by default.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Plasticity {
    /// Part 2.
    pub short_term: Option<ShortTerm>,
    /// Parts 3 and 4.
    pub calcium: Option<Calcium>,
    /// Part 5; needs calcium.
    pub camkii: Option<Camkii>,
    /// Part 6; needs `CaMKII`.
    pub weight: Option<WeightRule>,
    /// In place of parts 4 to 6.
    pub stdp: Option<PairStdp>,
    /// In place of parts 4 to 6.
    pub graupner_brunel: Option<GraupnerBrunel>,
    /// Part 7.
    pub homeostatic: Option<Homeostatic>,
    /// Part 8.
    pub structural: Option<Structural>,
    /// Part 9; acts on the weight rule or on STDP.
    pub neuromodulation: Option<Neuromodulation>,
}

impl Plasticity {
    /// Nothing is plastic.
    pub const NONE: Self = Self {
        short_term: None,
        calcium: None,
        camkii: None,
        weight: None,
        stdp: None,
        graupner_brunel: None,
        homeostatic: None,
        structural: None,
        neuromodulation: None,
    };

    /// The article's nine parts with their default parameters.
    #[must_use]
    pub fn article() -> Self {
        Self {
            short_term: Some(ShortTerm::VARELA),
            calcium: Some(Calcium::default()),
            camkii: Some(Camkii::default()),
            weight: Some(WeightRule::default()),
            homeostatic: Some(Homeostatic::default()),
            structural: Some(Structural::default()),
            neuromodulation: Some(Neuromodulation::default()),
            ..Self::NONE
        }
    }

    /// Whether nothing is plastic.
    #[must_use]
    pub fn is_none(&self) -> bool {
        *self == Self::NONE
    }

    /// Whether the weight changes in a run.
    #[must_use]
    pub fn moves_weights(&self) -> bool {
        self.weight.is_some() || self.stdp.is_some() || self.homeostatic.is_some() || self.structural.is_some()
    }

    /// What is wrong with these parts for a synapse of `model`: a sentence and its remedy.
    ///
    /// # Errors
    /// When a part lacks what it needs, two exclude each other, or a number is out of its range.
    pub fn check(&self, model: &SynapseModel) -> Result<(), String> {
        self.check_combination(model)?;
        self.check_numbers()
    }

    fn check_combination(&self, model: &SynapseModel) -> Result<(), String> {
        let nmda =
            matches!(model, SynapseModel::Kinetic { receptors, .. } if receptors.iter().any(|r| r.block.is_some()));
        let refuse = |what: &str| Err(what.to_owned());
        if self.calcium.is_some() && !nmda {
            return refuse(
                "it has no receptor with a magnesium block (NMDA), so no calcium enters it: add an `nmda` receptor, or \
                 switch calcium, CaMKII and the weight rule off",
            );
        }
        if self.camkii.is_some() && self.calcium.is_none() {
            return refuse("CaMKII follows calcium, which is off: switch calcium on");
        }
        if self.weight.is_some() && self.camkii.is_none() {
            return refuse("the weight rule follows CaMKII, which is off: switch CaMKII on");
        }
        let rules = [self.weight.is_some(), self.stdp.is_some(), self.graupner_brunel.is_some()];
        if rules.iter().filter(|on| **on).count() > 1 {
            return refuse("only one of the weight rule, STDP and Graupner-Brunel can move the weights: keep one");
        }
        if self.graupner_brunel.is_some() && self.calcium.is_some() {
            return refuse("Graupner-Brunel has a calcium of its own: switch parts 4 to 6 off");
        }
        if self.neuromodulation.is_some() && self.weight.is_none() && self.stdp.is_none() {
            return refuse(
                "neuromodulation acts on a weight rule or STDP, and there is none: add one or switch it off",
            );
        }
        Ok(())
    }

    fn check_numbers(&self) -> Result<(), String> {
        let positive = |what: &str, x: f64| {
            if x > 0.0 && x.is_finite() { Ok(()) } else { Err(format!("{what} is {x}, but must be a positive number")) }
        };
        let at_least_zero = |what: &str, x: f64| {
            if x >= 0.0 && x.is_finite() { Ok(()) } else { Err(format!("{what} is {x}, but must not be negative")) }
        };
        let fraction = |what: &str, x: f64| {
            if (0.0..=1.0).contains(&x) { Ok(()) } else { Err(format!("{what} is {x}, but must be from 0 to 1")) }
        };
        let finite = |what: &str, x: f64| {
            if x.is_finite() { Ok(()) } else { Err(format!("{what} is {x}, but must be a number")) }
        };
        match self.short_term {
            Some(ShortTerm::FacilitationDepression {
                amplitude,
                tau_facilitation,
                facilitation,
                tau_depression,
                depression,
            }) => {
                at_least_zero("the amplitude of release", amplitude)?;
                positive("tau of facilitation", tau_facilitation)?;
                at_least_zero("facilitation", facilitation)?;
                positive("tau of depression", tau_depression)?;
                fraction("depression", depression)?;
            }
            Some(ShortTerm::TsodyksMarkram { utilisation, tau_recovery, tau_facilitation }) => {
                fraction("utilisation U", utilisation)?;
                positive("tau of recovery", tau_recovery)?;
                at_least_zero("tau of facilitation", tau_facilitation)?;
            }
            None => {}
        }
        if let Some(c) = &self.calcium {
            positive("tau of calcium", c.tau)?;
            at_least_zero("calcium at rest", c.rest)?;
            at_least_zero("gamma of calcium", c.gamma)?;
        }
        if let Some(c) = &self.camkii {
            at_least_zero("the activation rate of CaMKII", c.activation)?;
            positive("the deactivation rate of CaMKII", c.deactivation)?;
            if !(1..=8).contains(&c.power) {
                return Err(format!("the power of calcium in CaMKII is {}, but must be from 1 to 8", c.power));
            }
        }
        if let Some(w) = &self.weight {
            at_least_zero("eta of the weight rule", w.eta)?;
            positive("w_max of the weight rule", w.w_max)?;
            fraction("theta_d of the weight rule", w.theta_d)?;
            fraction("theta_p of the weight rule", w.theta_p)?;
            at_least_zero("lambda of the weight rule", w.lambda)?;
            if w.theta_d >= w.theta_p {
                return Err(format!("theta_d ({}) must lie below theta_p ({})", w.theta_d, w.theta_p));
            }
        }
        if let Some(s) = &self.stdp {
            positive("tau_plus of STDP", s.tau_plus)?;
            positive("tau_minus of STDP", s.tau_minus)?;
            at_least_zero("a_plus of STDP", s.a_plus)?;
            at_least_zero("a_minus of STDP", s.a_minus)?;
            positive("w_max of STDP", s.w_max)?;
        }
        if let Some(g) = &self.graupner_brunel {
            positive("tau_ca of Graupner-Brunel", g.tau_ca)?;
            positive("tau of Graupner-Brunel", g.tau)?;
            at_least_zero("the delay of Graupner-Brunel", g.delay)?;
            positive("theta_d of Graupner-Brunel", g.theta_d)?;
            positive("theta_p of Graupner-Brunel", g.theta_p)?;
            positive("the ratio of Graupner-Brunel", g.ratio)?;
            fraction("rho_init of Graupner-Brunel", g.rho_init)?;
            at_least_zero("sigma of Graupner-Brunel", g.sigma)?;
            at_least_zero("c_pre of Graupner-Brunel", g.c_pre)?;
            at_least_zero("c_post of Graupner-Brunel", g.c_post)?;
            at_least_zero("gamma_d of Graupner-Brunel", g.gamma_d)?;
            at_least_zero("gamma_p of Graupner-Brunel", g.gamma_p)?;
            fraction("rho_star of Graupner-Brunel", g.rho_star)?;
        }
        if let Some(h) = &self.homeostatic {
            at_least_zero("eta of homeostatic plasticity", h.eta)?;
            positive("tau of activity", h.tau_activity)?;
            positive("w_max of homeostatic plasticity", h.w_max)?;
            at_least_zero("the target of homeostatic plasticity", h.target)?;
        }
        if let Some(s) = &self.structural {
            at_least_zero("the rate of structural plasticity", s.rate)?;
            positive("the slope of structural plasticity", s.slope)?;
            positive("tau of activity", s.tau_activity)?;
            at_least_zero("w_init of structural plasticity", s.w_init)?;
            at_least_zero("spare slots of structural plasticity", s.spare)?;
            finite("theta of structural plasticity", s.theta)?;
            let bounds = [self.weight.map(|r| r.w_max), self.stdp.map(|r| r.w_max), self.homeostatic.map(|r| r.w_max)];
            if let Some(bound) = bounds.into_iter().flatten().find(|&bound| s.w_init > bound) {
                return Err(format!("w_init of structural plasticity is {}, above w_max, {bound}", s.w_init));
            }
        }
        if let Some(n) = &self.neuromodulation {
            finite("base of neuromodulation", n.base)?;
            finite("gain of neuromodulation", n.gain)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_out_of_bounds_are_refused_with_their_names() {
        assert_eq!(Plasticity::article().check_numbers(), Ok(()));
        let refused = |change: &dyn Fn(&mut Plasticity), name: &str| {
            let mut plasticity =
                Plasticity { graupner_brunel: Some(GraupnerBrunel::default()), ..Plasticity::article() };
            assert_eq!(plasticity.check_numbers(), Ok(()));
            change(&mut plasticity);
            let message = plasticity.check_numbers().expect_err(name);
            assert!(message.contains(name), "{message}");
        };
        fn rule(p: &mut Plasticity) -> &mut GraupnerBrunel {
            p.graupner_brunel.as_mut().expect("there")
        }
        refused(&|p| rule(p).c_pre = -1.0, "c_pre");
        refused(&|p| rule(p).c_post = f64::NAN, "c_post");
        refused(&|p| rule(p).gamma_d = -1.0, "gamma_d");
        refused(&|p| rule(p).gamma_p = f64::INFINITY, "gamma_p");
        refused(&|p| rule(p).rho_star = 1.5, "rho_star");
        refused(&|p| p.homeostatic.as_mut().expect("there").target = -5.0, "target");
        refused(&|p| p.structural.as_mut().expect("there").theta = f64::NAN, "theta");
        refused(&|p| p.structural.as_mut().expect("there").w_init = 3.0, "w_init");
        refused(&|p| p.neuromodulation.as_mut().expect("there").gain = f64::NAN, "gain");
    }
}
