//! Functions of the membrane potential: rates, steady states and time constants.
//!
//! They take one of the three standard forms (Hodgkin & Huxley 1952; `NeuroML`'s `HHExpRate`, `HHSigmoidRate`,
//! `HHExpLinearRate`) or an expression given as text. Units: mV, ms.
//!
//! Scales of the literature are often multiples of each other: the squid's sodium has 10 and 20 mV, its potassium 10 and 80. The
//! exponential of one is then a power of another's, and [`share`] says so in the forms of a channel: where two forms name
//! one exponential, whoever computes equal operations once computes it once. Where one of the forms is `x / (e^x - 1)`, powers are
//! taken of `e^x - 1`, by `e^2x - 1 = (e^x - 1)(e^x - 1 + 2)`, which keeps the digits that this form needs near 0.

use crate::channel::{Gate, Kinetics};
use crate::exponential;
use crate::expression::{Expression, Variables};
use crate::real::Real;

/// What a gate senses.
#[derive(Clone, Copy, Debug)]
pub struct Sensed<R> {
    /// Membrane potential, mV.
    pub v: R,
    /// Calcium inside the cell, uM.
    pub ca: R,
}

impl<R: Real> Sensed<R> {
    /// The potential, for gates that do not read calcium (which is 0 here).
    #[inline(always)]
    pub fn potential(v: R) -> Self {
        Self { v, ca: v.lit(0.0) }
    }
}

/// A rate, steady state or time constant as a function of the membrane potential, with `x = (V - midpoint) / scale`.
#[derive(Clone, Debug, PartialEq)]
pub enum Rate {
    /// A constant (per ms, or ms, or 1).
    Constant(f64),
    /// `rate * exp(x)`.
    Exponential(Form),
    /// `rate / (1 + exp(-x))`.
    Sigmoid(Form),
    /// `rate * x / (1 - exp(-x))`, which is `rate` at `x = 0`.
    ExpLinear(Form),
    /// A user's own text.
    Expression(Box<Expression>),
}

/// The three numbers of a standard form, and how its exponential is had. Forms of the same numbers are equal.
#[derive(Clone, Copy, Debug)]
pub struct Form {
    /// Factor, in the unit of the result.
    pub rate: f64,
    /// mV.
    pub midpoint: f64,
    /// mV, of either sign, not 0.
    pub scale: f64,
    /// The exponential that its own is a power of; none where it is computed by itself.
    pub power: Option<Power>,
}

/// `exp((V - midpoint) / scale)` to the power `2^doublings`, times a constant, is a form's exponential.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Power {
    /// mV.
    pub midpoint: f64,
    /// mV.
    pub scale: f64,
    /// How often it is squared.
    pub doublings: u32,
    /// Whether it is computed less 1.
    pub less_one: bool,
}

/// A value as numerator and denominator; none is 1.
#[derive(Clone, Copy, Debug)]
pub struct Fraction<R> {
    /// Numerator.
    pub over: R,
    /// Denominator, positive.
    pub under: Option<R>,
}

impl<R: Real> Fraction<R> {
    /// The quotient.
    #[inline(always)]
    pub fn value(self) -> R {
        match self.under {
            Some(under) => self.over / under,
            None => self.over,
        }
    }
}

/// Exponentials of rates are held below this: no product of two overflows in `f32`, and gates follow a faster rate no faster.
const MOST: f64 = 1e15;

/// Magnitudes of `x` and `e^x - 1` are held above this, half an epsilon of `f64`: below it they are equal to the last digit, so
/// their ratio stays 1.
const LEAST: f64 = 0.5 * f64::EPSILON;

/// Most squarings: each adds to the error.
const MOST_DOUBLINGS: u32 = 3;

/// Largest logarithm of the constant between an exponential and a power of another: it multiplies the error of an `e^x - 1`.
const FARTHEST: f64 = 2.5;

/// Least power between -150 and 100 mV of an exponential that is had from one less 1, which in `f32` is rounded by some 1e-7; or
/// largest rate (per ms), of which so much does not matter.
const SMALLEST: f64 = 0.025;

impl PartialEq for Form {
    fn eq(&self, other: &Self) -> bool {
        (self.rate, self.midpoint, self.scale) == (other.rate, other.midpoint, other.scale)
    }
}

impl Form {
    /// A form from its three numbers.
    #[must_use]
    pub const fn new(rate: f64, midpoint: f64, scale: f64) -> Self {
        Self { rate, midpoint, scale, power: None }
    }

    /// The form with its exponential as a power of another, of which a form needs it less 1.
    #[must_use]
    pub const fn with(self, midpoint: f64, scale: f64, doublings: u32) -> Self {
        Self { power: Some(Power { midpoint, scale, doublings, less_one: true }), ..self }
    }

    /// `x` times `sign` at `v`.
    #[inline(always)]
    fn argument<R: Real>(&self, v: R, sign: f64) -> R {
        (v - v.lit(self.midpoint)) * v.lit(sign / self.scale)
    }

    /// `factor * (offset + exp(sign x))`.
    #[inline(always)]
    fn exponential<R: Real>(&self, v: R, sign: f64, factor: f64, offset: f64) -> R {
        let Some(power) = &self.power else {
            let own = self.argument(v, sign).exp().min(v.lit(MOST));
            return if offset == 0.0 {
                v.lit(factor) * own
            } else {
                v.lit(factor).mul_add(own, v.lit(factor * offset))
            };
        };
        let constant = exponential::exp(sign * (power.midpoint - self.midpoint) / self.scale);
        let scale = v.lit(factor * constant);
        let own = power.of(v);
        let rest = if power.less_one { offset + constant } else { offset };
        if rest == 0.0 { scale * own } else { own.mul_add(scale, v.lit(factor * rest)) }
    }

    /// `exp(-x) - 1`.
    #[inline(always)]
    fn less_one<R: Real>(&self, v: R) -> R {
        match &self.power {
            None => self.argument(v, -1.0).exp_m1().min(v.lit(MOST)),
            Some(power) => power.of(v),
        }
    }
}

impl Power {
    /// The power that gives a form what it needs, if one does.
    fn to_give(self, form: &Form, need: &Need) -> Option<Self> {
        if need.less_one && form.midpoint.to_bits() != self.midpoint.to_bits() {
            return None;
        }
        if ((self.midpoint - form.midpoint) * need.slope).abs() > FARTHEST {
            return None;
        }
        let ratio = need.slope * self.scale;
        (0..=MOST_DOUBLINGS)
            .find(|&doublings| (ratio - f64::from(1 << doublings)).abs() <= 1e-12 * ratio.abs())
            .map(|doublings| Self { doublings, ..self })
    }

    /// Whether a form keeps its digits when its exponential is this power less 1, and 1: that is rounded where it is 1, so between
    /// -150 and 100 mV the power must not be much smaller, unless the rate itself is small (per ms).
    fn keeps_digits(self, form: &Form, need: &Need) -> bool {
        let at = |v: f64| exponential::exp((v - self.midpoint) / self.scale);
        let rate = form.rate.abs() * exponential::exp((self.midpoint - form.midpoint) * need.slope);
        !need.whole || rate <= SMALLEST || at(-150.0).min(at(100.0)) >= SMALLEST
    }

    /// The exponential's power, less 1 if it is of that kind.
    #[inline(always)]
    fn of<R: Real>(&self, v: R) -> R {
        let x = (v - v.lit(self.midpoint)) * v.lit(1.0 / self.scale);
        let mut power = if self.less_one { x.exp_m1() } else { x.exp() };
        for _ in 0..self.doublings {
            power = if self.less_one { power * (power + v.lit(2.0)) } else { power * power };
        }
        power.min(v.lit(MOST))
    }
}

impl Rate {
    /// The value where `at` is sensed, at `celsius`.
    #[inline(always)]
    pub fn at<R: Real>(&self, at: Sensed<R>, celsius: f64) -> R {
        self.fraction(at, celsius, 1.0).value()
    }

    /// The value times `factor`.
    #[inline(always)]
    pub fn fraction<R: Real>(&self, at: Sensed<R>, celsius: f64, factor: f64) -> Fraction<R> {
        let Sensed { v, ca } = at;
        let whole = |over| Fraction { over, under: None };
        match self {
            Rate::Constant(value) => whole(v.lit(*value * factor)),
            Rate::Exponential(f) => whole(f.exponential(v, 1.0, f.rate * factor, 0.0)),
            Rate::Sigmoid(f) => {
                Fraction { over: v.lit(f.rate * factor), under: Some(f.exponential(v, -1.0, 1.0, 1.0)) }
            }
            Rate::ExpLinear(f) => {
                let magnitude = |x: R| x.abs().max(v.lit(LEAST));
                Fraction {
                    over: v.lit(f.rate * factor) * magnitude(f.argument(v, -1.0)),
                    under: Some(magnitude(f.less_one(v))),
                }
            }
            Rate::Expression(e) => {
                let value = e.evaluate(&Variables { v, ca, celsius: v.lit(celsius) });
                whole(if factor == 1.0 { value } else { value * v.lit(factor) })
            }
        }
    }

    /// Whether the value depends on calcium.
    #[must_use]
    pub fn reads_calcium(&self) -> bool {
        matches!(self, Rate::Expression(e) if e.reads_calcium())
    }

    /// Its form, and what that asks of its exponential.
    fn exponent(&mut self) -> Option<(&mut Form, Need)> {
        let (form, sign, less_one, whole) = match self {
            Rate::Exponential(f) => (f, 1.0, false, true),
            Rate::Sigmoid(f) => (f, -1.0, false, false),
            Rate::ExpLinear(f) => (f, -1.0, true, false),
            Rate::Constant(_) | Rate::Expression(_) => return None,
        };
        let slope = sign / form.scale;
        Some((form, Need { slope, less_one, whole }))
    }
}

/// What a form asks of its exponential.
#[derive(Clone, Copy, Debug)]
struct Need {
    /// Of the exponent, per mV.
    slope: f64,
    /// Whether it is the exponential less 1, so that its zero must lie at the midpoint.
    less_one: bool,
    /// Whether it is the exponential itself, whose digits count where it is small.
    whole: bool,
}

/// Lets the exponentials of a channel's opening and closing rates be powers of each other, so that few are computed.
///
/// Those of time constants are left alone: a power less 1 has an absolute error, and what is divided by must not be 0.
pub fn share(gates: &mut [Gate]) {
    let rates = gates.iter_mut().flat_map(|gate| match &mut gate.kinetics {
        Kinetics::Rates { forward, reverse } => vec![forward, reverse],
        _ => Vec::new(),
    });
    let mut forms: Vec<(&mut Form, Need)> = rates.filter_map(Rate::exponent).collect();
    forms.iter_mut().for_each(|(form, _)| form.power = None);
    loop {
        let families = forms.iter().flat_map(|(base, need)| {
            // The zero of an exponential less 1 is where its form has it; without one any midpoint will do.
            let midpoints = forms.iter().filter(|(_, need)| need.less_one).map(|(form, _)| form.midpoint);
            let slope = need.slope;
            midpoints.chain([base.midpoint]).map(move |midpoint| Power {
                midpoint,
                scale: 1.0 / slope,
                doublings: 0,
                less_one: false,
            })
        });
        let members = |power: Power| -> Vec<(usize, Power)> {
            let open = forms.iter().enumerate().filter(|(_, (form, _))| form.power.is_none());
            let given = open.filter_map(|(k, (form, need))| Some((k, power.to_give(form, need)?)));
            let mut given: Vec<(usize, Power)> = given.collect();
            if given.iter().any(|(k, _)| forms[*k].1.less_one) {
                given.retain(|(k, power)| power.keeps_digits(forms[*k].0, &forms[*k].1));
            }
            given
        };
        let best = families.map(members).min_by_key(|members| {
            let squarings: u32 = members.iter().map(|(_, power)| power.doublings).sum();
            (std::cmp::Reverse(members.len()), squarings)
        });
        match best {
            Some(members) if members.len() > 1 => {
                let less_one = members.iter().any(|(k, _)| forms[*k].1.less_one);
                for (k, power) in members {
                    forms[k].0.power = Some(Power { less_one, ..power });
                }
            }
            _ => return,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::expr::{Expr, record};

    fn gate(forward: Rate, reverse: Rate) -> Gate {
        Gate { name: "x".into(), power: 1, kinetics: Kinetics::Rates { forward, reverse }, q10: None }
    }

    /// Exponentials computed for a channel of these gates.
    fn exponentials(gates: &[Gate]) -> u64 {
        let program = record(1 + gates.len(), |x: &[Expr]| {
            let at = Sensed::potential(x[0]);
            let moved = gates
                .iter()
                .zip(&x[1..])
                .map(|(gate, &state)| gate.advance(crate::channel::Integrator::Staggered, state, at, 0.025, 6.3, 1.0));
            moved.collect()
        });
        program.operations_performed().exp
    }

    fn shared(mut gates: Vec<Gate>) -> u64 {
        share(&mut gates);
        exponentials(&gates)
    }

    #[test]
    fn commensurate_scales_share_an_exponential() {
        let (exp, linear) = (|scale| Rate::Exponential(Form::new(1.0, -50.0, scale)), Rate::ExpLinear);
        assert_eq!(shared(vec![gate(exp(10.0), exp(20.0)), gate(exp(40.0), exp(80.0))]), 1);
        // 160 is 16 times 10; 30 three times.
        assert_eq!(shared(vec![gate(exp(10.0), exp(160.0)), gate(exp(30.0), Rate::Constant(1.0))]), 3);
        // Signs differ: the one would be a quotient.
        assert_eq!(shared(vec![gate(exp(10.0), exp(-10.0))]), 2);
        assert_eq!(shared(vec![gate(exp(10.0), Rate::Sigmoid(Form::new(1.0, -50.0, -10.0)))]), 1);
        // Two zeros at different potentials cannot be of one exponential less 1.
        let zero = |at| linear(Form::new(1.0, at, 10.0));
        assert_eq!(shared(vec![gate(zero(-50.0), zero(-40.0))]), 2);
        assert_eq!(shared(vec![gate(zero(-50.0), zero(-50.0))]), 1);
        // Where it would lose its digits.
        let linear = Rate::ExpLinear(Form::new(1.0, -50.0, 80.0));
        let exp = |rate, scale| Rate::Exponential(Form::new(rate, -50.0, scale));
        assert_eq!(shared(vec![gate(linear.clone(), exp(1.0, -80.0))]), 1);
        let linear = Rate::ExpLinear(Form::new(1.0, -50.0, 20.0));
        assert_eq!(shared(vec![gate(linear.clone(), exp(1.0, -20.0))]), 2);
        assert_eq!(shared(vec![gate(linear, exp(0.02, -20.0))]), 1);
        // Far from each other the constant between them would multiply the error.
        assert_eq!(shared(vec![gate(exp(1.0, 5.0), Rate::Exponential(Form::new(1.0, -20.0, 5.0)))]), 2);
    }

    #[test]
    fn the_literature_needs_fewer_exponentials() {
        let of = |channel: &crate::channel::Channel| exponentials(&channel.gates);
        assert_eq!(crate::preset::HH.iter().map(of).sum::<u64>(), 3);
        assert_eq!(crate::preset::TRAUB_MILES.iter().map(of).sum::<u64>(), 6);
    }

    #[test]
    fn nothing_overflows_far_outside() {
        for channel in crate::preset::HH.iter().chain(&crate::preset::TRAUB_MILES) {
            for gate in channel.gates.iter() {
                for v in [-9999.0_f32, -900.0, -400.0, 0.0, 400.0, 900.0, 9999.0] {
                    let advance = |x| {
                        gate.advance(crate::channel::Integrator::Staggered, x, Sensed::potential(v), 0.1, 6.3, 50.0)
                    };
                    let x = advance(0.5);
                    assert!((0.0..=1.0).contains(&x), "{} at {v} mV: {x}", gate.name);
                }
            }
        }
    }
}
