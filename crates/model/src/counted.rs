//! An arithmetic that counts itself: the operation ledger's instrument.

use std::cell::Cell;
use std::ops::{Add, Div, Mul, Neg, Sub};

use crate::real::Real;

/// Operations performed, by kind.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Operations {
    /// Additions and subtractions.
    pub add: u64,
    /// Multiplications.
    pub mul: u64,
    /// Divisions.
    pub div: u64,
    /// Multiply-adds ([`Real::mul_add`]).
    pub fma: u64,
    /// Exponentials, `exp` and `exp_m1` alike.
    pub exp: u64,
    /// Comparisons, minima, maxima and selections.
    pub cmp: u64,
}

impl Operations {
    /// Floating point operations with a multiply-add as 2, a division as `div_weight`, an exponential as `exp_weight`, and
    /// comparisons, sign changes and selections as none.
    #[must_use]
    pub fn flop(&self, div_weight: u64, exp_weight: u64) -> u64 {
        self.add + self.mul + 2 * self.fma + div_weight * self.div + exp_weight * self.exp
    }
}

thread_local! {
    static COUNT: Cell<Operations> = const { Cell::new(Operations { add: 0, mul: 0, div: 0, fma: 0, exp: 0, cmp: 0 }) };
}

fn tally(add: impl FnOnce(&mut Operations)) {
    COUNT.with(|count| {
        let mut operations = count.get();
        add(&mut operations);
        count.set(operations);
    });
}

/// Runs `f` and returns the operations its [`Counted`] values performed on this thread, with its result.
pub fn count<T>(f: impl FnOnce() -> T) -> (Operations, T) {
    let before = COUNT.with(|c| c.replace(Operations::default()));
    let result = f();
    let counted = COUNT.with(|c| c.replace(before));
    (counted, result)
}

/// An `f64` whose every operation is counted.
#[derive(Clone, Copy, Debug)]
pub struct Counted(pub f64);

macro_rules! impl_operator {
    ($trait:ident, $method:ident, $operator:tt, $field:ident) => {
        impl $trait for Counted {
            type Output = Counted;
            #[allow(clippy::suspicious_arithmetic_impl)] // the `+=` is the counter's
            fn $method(self, other: Counted) -> Counted {
                tally(|o| o.$field += 1);
                Counted(self.0 $operator other.0)
            }
        }
    };
}
impl_operator!(Add, add, +, add);
impl_operator!(Sub, sub, -, add);
impl_operator!(Mul, mul, *, mul);
impl_operator!(Div, div, /, div);

impl Neg for Counted {
    type Output = Counted;
    fn neg(self) -> Counted {
        Counted(-self.0)
    }
}

impl Real for Counted {
    type Mask = bool;

    fn lit(self, x: f64) -> Self {
        Counted(x)
    }
    fn mul_add(self, factor: Self, addend: Self) -> Self {
        tally(|o| o.fma += 1);
        Counted(Real::mul_add(self.0, factor.0, addend.0))
    }
    fn lt(self, other: Self) -> bool {
        tally(|o| o.cmp += 1);
        self.0 < other.0
    }
    fn select(mask: bool, then: Self, otherwise: Self) -> Self {
        tally(|o| o.cmp += 1);
        if mask { then } else { otherwise }
    }
    fn max(self, other: Self) -> Self {
        tally(|o| o.cmp += 1);
        Counted(Real::max(self.0, other.0))
    }
    fn min(self, other: Self) -> Self {
        tally(|o| o.cmp += 1);
        Counted(Real::min(self.0, other.0))
    }
    fn abs(self) -> Self {
        Counted(self.0.abs())
    }
    fn exp(self) -> Self {
        tally(|o| o.exp += 1);
        Counted(Real::exp(self.0))
    }
    fn exp_m1(self) -> Self {
        tally(|o| o.exp += 1);
        Counted(Real::exp_m1(self.0))
    }
}
