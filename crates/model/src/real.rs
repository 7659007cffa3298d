//! The one arithmetic every equation is written over.
//!
//! An equation is a function generic over [`Real`]. Evaluated with `f64` it is the oracle every test compares with, with SIMD
//! lanes it is a kernel, with [`Counted`](crate::counted::Counted) a row of the operation ledger, with
//! [`Expr`](crate::expr::Expr) a recorded program. There is no ordering on values: an `if` on one does not compile,
//! [`Real::select`] does.

use std::ops::{Add, Div, Mul, Neg, Sub};

use crate::exponential;

/// A number an equation can be written over: one scalar, several lanes, a counter, or a recorded expression.
pub trait Real:
    Copy + Add<Output = Self> + Sub<Output = Self> + Mul<Output = Self> + Div<Output = Self> + Neg<Output = Self>
{
    /// The result of a comparison.
    type Mask: Copy;

    /// The constant `x`, in the arithmetic (and with the SIMD token, if any) of `self`.
    #[must_use]
    fn lit(self, x: f64) -> Self;

    /// `self * factor + addend`. Two roundings for scalars and in strict mode; one where a backend runs fused.
    #[must_use]
    fn mul_add(self, factor: Self, addend: Self) -> Self;

    /// `self < other`.
    #[must_use]
    fn lt(self, other: Self) -> Self::Mask;

    /// `then` where `mask` holds, else `otherwise`; both are evaluated.
    #[must_use]
    fn select(mask: Self::Mask, then: Self, otherwise: Self) -> Self;

    /// The larger of two values.
    #[must_use]
    fn max(self, other: Self) -> Self;

    /// The smaller of two values.
    #[must_use]
    fn min(self, other: Self) -> Self;

    /// Absolute value.
    #[must_use]
    fn abs(self) -> Self;

    /// `e^self`, saturating instead of overflowing (see [`exponential`]).
    #[must_use]
    fn exp(self) -> Self;

    /// `e^self - 1`, without cancellation near 0.
    #[must_use]
    fn exp_m1(self) -> Self;

    /// `x / (e^x - 1)`, which is 1 at `x = 0`.
    ///
    /// Because [`Real::exp_m1`] does not cancel, only the point 0 itself needs care.
    #[must_use]
    #[inline(always)]
    fn exprelr(self) -> Self {
        let at_zero = self.abs().lt(self.lit(f64::from(f32::MIN_POSITIVE)));
        Self::select(at_zero, self.lit(1.0), self / self.exp_m1())
    }
}

macro_rules! impl_scalar {
    ($float:ident) => {
        impl Real for $float {
            type Mask = bool;

            #[inline(always)]
            #[allow(clippy::cast_possible_truncation)]
            fn lit(self, x: f64) -> Self {
                x as $float
            }
            #[inline(always)]
            fn mul_add(self, factor: Self, addend: Self) -> Self {
                self * factor + addend
            }
            #[inline(always)]
            fn lt(self, other: Self) -> bool {
                self < other
            }
            #[inline(always)]
            fn select(mask: bool, then: Self, otherwise: Self) -> Self {
                if mask { then } else { otherwise }
            }
            #[inline(always)]
            fn max(self, other: Self) -> Self {
                if self > other { self } else { other }
            }
            #[inline(always)]
            fn min(self, other: Self) -> Self {
                if self < other { self } else { other }
            }
            #[inline(always)]
            fn abs(self) -> Self {
                $float::abs(self)
            }
            #[inline(always)]
            fn exp(self) -> Self {
                exponential::exp(self)
            }
            #[inline(always)]
            fn exp_m1(self) -> Self {
                exponential::exp_m1(self)
            }
        }
    };
}

impl_scalar!(f32);
impl_scalar!(f64);
