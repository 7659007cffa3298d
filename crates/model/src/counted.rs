//! An arithmetic that counts itself: the operation ledger's instrument.

use std::cell::Cell;
use std::ops::{Add, Div, Mul, Neg, Sub};

use crate::exponential::{self, Binary, Table};
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
    /// Integer operations on the bits of a number: only where an exponential is counted by its parts.
    pub bits: u64,
}

impl Operations {
    /// All operations of these kinds, each as one; a multiply-add counts as `fma`: 1 where it is one instruction, 2 where it is two.
    #[must_use]
    pub fn instructions(&self, fma: u64) -> u64 {
        self.add + self.mul + self.div + fma * self.fma + self.exp + self.cmp + self.bits
    }

    /// Floating point operations with a multiply-add as 2, a division as `div_weight`, an exponential as `exp_weight`, and
    /// comparisons, sign changes and selections as none.
    #[must_use]
    pub fn flop(&self, div_weight: u64, exp_weight: u64) -> u64 {
        self.add + self.mul + 2 * self.fma + div_weight * self.div + exp_weight * self.exp
    }
}

impl Add for Operations {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self {
            add: self.add + other.add,
            mul: self.mul + other.mul,
            div: self.div + other.div,
            fma: self.fma + other.fma,
            exp: self.exp + other.exp,
            cmp: self.cmp + other.cmp,
            bits: self.bits + other.bits,
        }
    }
}

impl Sub for Operations {
    type Output = Self;
    /// What one function does beyond another that is part of it.
    fn sub(self, other: Self) -> Self {
        Self {
            add: self.add - other.add,
            mul: self.mul - other.mul,
            div: self.div - other.div,
            fma: self.fma - other.fma,
            exp: self.exp - other.exp,
            cmp: self.cmp - other.cmp,
            bits: self.bits - other.bits,
        }
    }
}

thread_local! {
    static COUNT: Cell<Operations> = const { Cell::new(Operations { add: 0, mul: 0, div: 0, fma: 0, exp: 0, cmp: 0, bits: 0 }) };
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

/// An `f32` whose operations are counted with an exponential as what it is made of.
#[derive(Clone, Copy, Debug)]
pub struct CountedSingle(pub f32);

/// An `f64` whose operations are counted with an exponential as what it is made of.
#[derive(Clone, Copy, Debug)]
pub struct CountedDouble(pub f64);

macro_rules! impl_operator {
    ($type:ident, $trait:ident, $method:ident, $operator:tt, $field:ident) => {
        impl $trait for $type {
            type Output = $type;
            #[allow(clippy::suspicious_arithmetic_impl)] // the `+=` is the counter's
            fn $method(self, other: $type) -> $type {
                tally(|o| o.$field += 1);
                $type(self.0 $operator other.0)
            }
        }
    };
}

macro_rules! impl_counted {
    ($type:ident, $float:ident, $exp:expr, $exp_m1:expr) => {
        impl_operator!($type, Add, add, +, add);
        impl_operator!($type, Sub, sub, -, add);
        impl_operator!($type, Mul, mul, *, mul);
        impl_operator!($type, Div, div, /, div);

        impl Neg for $type {
            type Output = $type;
            fn neg(self) -> $type {
                $type(-self.0)
            }
        }

        impl Real for $type {
            type Mask = bool;

            #[allow(clippy::cast_possible_truncation)]
            fn lit(self, x: f64) -> Self {
                $type(x as $float)
            }
            fn mul_add(self, factor: Self, addend: Self) -> Self {
                tally(|o| o.fma += 1);
                $type(Real::mul_add(self.0, factor.0, addend.0))
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
                $type(Real::max(self.0, other.0))
            }
            fn min(self, other: Self) -> Self {
                tally(|o| o.cmp += 1);
                $type(Real::min(self.0, other.0))
            }
            fn abs(self) -> Self {
                $type(self.0.abs())
            }
            fn exp(self) -> Self {
                $exp(self)
            }
            fn exp_m1(self) -> Self {
                $exp_m1(self)
            }
        }
    };
}

impl_counted!(Counted, f64, Counted::one_exp, Counted::one_exp_m1);
impl_counted!(CountedSingle, f32, exponential::exp, exponential::exp_m1);
impl_counted!(CountedDouble, f64, exponential::exp, exponential::exp_m1);

impl Counted {
    fn one_exp(self) -> Self {
        tally(|o| o.exp += 1);
        Counted(Real::exp(self.0))
    }

    fn one_exp_m1(self) -> Self {
        tally(|o| o.exp += 1);
        Counted(Real::exp_m1(self.0))
    }
}

/// Integer operations of [`Binary::power_of_two`]: an addition and a shift.
const POWER_OF_TWO: u64 = 2;

macro_rules! impl_binary {
    ($type:ident, $float:ident) => {
        impl Binary for $type {
            const TABLE: &'static Table = <$float as Binary>::TABLE;

            fn power_of_two(self) -> Self {
                tally(|o| o.bits += POWER_OF_TWO);
                $type(self.0.power_of_two())
            }
        }
    };
}

impl_binary!(CountedSingle, f32);
impl_binary!(CountedDouble, f64);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_exponential_is_counted_by_its_polynomial() {
        // 2 clamps; the reduction: 1 multiply-add and 1 difference to round, 2 multiply-adds with the parts of ln 2; 2^k by 2 integer
        // operations; the polynomial by Horner's rule; r^2, and 2 multiply-adds to put it together.
        let expected = |table: &Table| Operations {
            add: 1,
            mul: 1,
            fma: 3 + (table.coefficients.len() as u64 - 1) + 2,
            cmp: 2,
            bits: 2,
            ..Operations::default()
        };
        let (single, value) = count(|| CountedSingle(0.7).exp());
        assert_eq!(single, expected(CountedSingle::TABLE));
        assert_eq!(value.0.to_bits(), Real::exp(0.7_f32).to_bits());
        let (double, value) = count(|| CountedDouble(-3.2).exp());
        assert_eq!(double, expected(CountedDouble::TABLE));
        assert_eq!(value.0.to_bits(), Real::exp(-3.2_f64).to_bits());
        // Of degrees 4 and 9: a change of the polynomial changes what is published.
        assert_eq!((single.instructions(1), double.instructions(1)), (15, 20));
        let (minus_one, _) = count(|| CountedDouble(-3.2).exp_m1());
        assert_eq!(minus_one, Operations { add: 2, ..double });
    }
}
