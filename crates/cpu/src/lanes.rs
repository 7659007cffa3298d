//! SIMD lanes as a [`Real`]: the arithmetic of the CPU kernels.
//!
//! A kernel is a [`Kernel`]: one function generic over [`Lanes`], marked `#[inline(always)]`, which [`dispatch`] compiles for
//! every instruction set and calls at the chosen one. Lanes come in two roundings. Strict ([`Real::mul_add`] is a
//! multiplication, then an addition) gives on every instruction set the bits of the scalar implementation; fused rounds once
//! where the instruction set can, which is more accurate and faster, but not the same on a machine that cannot.

use std::fmt::Debug;
use std::ops::{Add, Div, Mul, Neg, Sub};

use fearless_simd::{Level, Simd, SimdBase, SimdFloat, SimdMask, prelude::*};
use huxley_model::exponential::{self, Binary, DOUBLE, SINGLE, Table};
use huxley_model::random::Scalar;
use huxley_model::real::Real;

/// The precision of a kernel: `f32` or `f64`.
pub trait Element: bytemuck::Pod + Binary<Mask = bool> + Scalar + PartialOrd + Debug + Default + Send + Sync {
    /// Lanes of this precision on the instruction set of `S`.
    type Lanes<S: Simd, const FUSED: bool>: Lanes<Element = Self, Token = S>;

    /// The name users type.
    const NAME: &'static str;

    /// The nearest value of this precision.
    fn from_f64(x: f64) -> Self;

    /// The same value in double precision.
    fn to_f64(self) -> f64;
}

impl Element for f32 {
    type Lanes<S: Simd, const FUSED: bool> = Single<S, FUSED>;

    const NAME: &'static str = "f32";

    #[inline(always)]
    #[allow(clippy::cast_possible_truncation)]
    fn from_f64(x: f64) -> Self {
        x as f32
    }
    #[inline(always)]
    fn to_f64(self) -> f64 {
        f64::from(self)
    }
}

impl Element for f64 {
    type Lanes<S: Simd, const FUSED: bool> = Double<S, FUSED>;

    const NAME: &'static str = "f64";

    #[inline(always)]
    fn from_f64(x: f64) -> Self {
        x
    }
    #[inline(always)]
    fn to_f64(self) -> f64 {
        self
    }
}

/// As many values as one register of the instruction set holds.
pub trait Lanes: Binary {
    /// The type of one value.
    type Element: Element;

    /// Proof that the instruction set is there.
    type Token: Simd;

    /// Values in a register.
    const LEN: usize;

    /// The values of `slice`, which has length [`Lanes::LEN`].
    fn load(token: Self::Token, slice: &[Self::Element]) -> Self;

    /// Writes the values to `slice`, which has length [`Lanes::LEN`].
    fn store(self, slice: &mut [Self::Element]);

    /// The same value in every lane.
    fn splat(token: Self::Token, value: Self::Element) -> Self;

    /// The values of `slice`, at most [`Lanes::LEN`] of them, then `fill`.
    fn load_partial(token: Self::Token, slice: &[Self::Element], fill: Self::Element) -> Self;

    /// Writes the first values to `slice`, which has at most length [`Lanes::LEN`].
    fn store_partial(self, slice: &mut [Self::Element]);

    /// One bit a lane, lane 0 lowest.
    fn bits(mask: Self::Mask) -> u64;
}

/// Lanes of `f32`.
#[derive(Clone, Copy, Debug)]
pub struct Single<S: Simd, const FUSED: bool>(pub S::f32s);

/// Lanes of `f64`.
#[derive(Clone, Copy, Debug)]
pub struct Double<S: Simd, const FUSED: bool>(pub S::f64s);

macro_rules! impl_operator {
    ($lanes:ident, $trait:ident, $method:ident, $operator:tt) => {
        impl<S: Simd, const FUSED: bool> $trait for $lanes<S, FUSED> {
            type Output = Self;
            #[inline(always)]
            fn $method(self, other: Self) -> Self {
                Self(self.0 $operator other.0)
            }
        }
    };
}

macro_rules! impl_lanes {
    ($lanes:ident, $element:ident, $vector:ident, $mask:ident, $integer:ident, $int:ident, $table:ident, $bias:literal, $shift:literal) => {
        impl_operator!($lanes, Add, add, +);
        impl_operator!($lanes, Sub, sub, -);
        impl_operator!($lanes, Mul, mul, *);
        impl_operator!($lanes, Div, div, /);

        impl<S: Simd, const FUSED: bool> Neg for $lanes<S, FUSED> {
            type Output = Self;
            #[inline(always)]
            fn neg(self) -> Self {
                Self(-self.0)
            }
        }

        impl<S: Simd, const FUSED: bool> Real for $lanes<S, FUSED> {
            type Mask = S::$mask;

            #[inline(always)]
            fn lit(self, x: f64) -> Self {
                Self(S::$vector::splat(self.0.token(), <$element as Element>::from_f64(x)))
            }
            #[inline(always)]
            fn mul_add(self, factor: Self, addend: Self) -> Self {
                if FUSED { Self(self.0.mul_add(factor.0, addend.0)) } else { Self(self.0 * factor.0 + addend.0) }
            }
            #[inline(always)]
            fn lt(self, other: Self) -> Self::Mask {
                self.0.simd_lt(other.0)
            }
            #[inline(always)]
            fn select(mask: Self::Mask, then: Self, otherwise: Self) -> Self {
                Self(mask.select(then.0, otherwise.0))
            }
            // x86's instruction is `if a > b { a } else { b }`, as the scalar implementation is; other machines
            // order zeros or pass NaN on, so there the comparison is written out.
            #[inline(always)]
            fn max(self, other: Self) -> Self {
                if cfg!(any(target_arch = "x86", target_arch = "x86_64")) {
                    Self(self.0.max(other.0))
                } else {
                    Self(self.0.simd_gt(other.0).select(self.0, other.0))
                }
            }
            #[inline(always)]
            fn min(self, other: Self) -> Self {
                if cfg!(any(target_arch = "x86", target_arch = "x86_64")) {
                    Self(self.0.min(other.0))
                } else {
                    Self(self.0.simd_lt(other.0).select(self.0, other.0))
                }
            }
            #[inline(always)]
            fn abs(self) -> Self {
                Self(self.0.abs())
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

        impl<S: Simd, const FUSED: bool> Binary for $lanes<S, FUSED> {
            const TABLE: &'static Table = &$table;

            #[inline(always)]
            fn power_of_two(self) -> Self {
                let bits: S::$integer = self.0.bitcast();
                let biased = bits + S::$integer::splat(self.0.token(), $bias);
                Self((biased << $shift).bitcast())
            }
        }

        impl<S: Simd, const FUSED: bool> Lanes for $lanes<S, FUSED> {
            type Element = $element;
            type Token = S;

            const LEN: usize = <S::$vector as SimdBase<S>>::LEN;

            #[inline(always)]
            fn load(token: S, slice: &[$element]) -> Self {
                Self(S::$vector::from_slice(token, slice))
            }
            #[inline(always)]
            fn store(self, slice: &mut [$element]) {
                self.0.store_slice(slice);
            }
            #[inline(always)]
            fn splat(token: S, value: $element) -> Self {
                Self(S::$vector::splat(token, value))
            }
            #[inline(always)]
            fn load_partial(token: S, slice: &[$element], fill: $element) -> Self {
                let mut lanes = S::$vector::splat(token, fill);
                lanes.as_mut_slice()[..slice.len()].copy_from_slice(slice);
                Self(lanes)
            }
            #[inline(always)]
            fn store_partial(self, slice: &mut [$element]) {
                slice.copy_from_slice(&self.0.as_slice()[..slice.len()]);
            }
            #[inline(always)]
            fn bits(mask: S::$mask) -> u64 {
                mask.to_bitmask()
            }
        }
    };
}

impl_lanes!(Single, f32, f32s, mask32s, i32s, i32, SINGLE, 127, 23u32);
impl_lanes!(Double, f64, f64s, mask64s, i64s, i64, DOUBLE, 1023, 52u32);

/// Two registers as one: every operation is done on both, so a kernel written once has two independent chains of operations in
/// flight. A core waits for the chain otherwise: one step of a gate is longer than what it can look ahead.
#[derive(Clone, Copy, Debug)]
pub struct Two<L>(pub L, pub L);

macro_rules! impl_two {
    ($trait:ident, $method:ident, $operator:tt) => {
        impl<L: Lanes> $trait for Two<L> {
            type Output = Self;
            #[inline(always)]
            fn $method(self, other: Self) -> Self {
                Self(self.0 $operator other.0, self.1 $operator other.1)
            }
        }
    };
}
impl_two!(Add, add, +);
impl_two!(Sub, sub, -);
impl_two!(Mul, mul, *);
impl_two!(Div, div, /);

impl<L: Lanes> Neg for Two<L> {
    type Output = Self;
    #[inline(always)]
    fn neg(self) -> Self {
        Self(-self.0, -self.1)
    }
}

impl<L: Lanes> Real for Two<L> {
    type Mask = (L::Mask, L::Mask);

    #[inline(always)]
    fn lit(self, x: f64) -> Self {
        let x = self.0.lit(x);
        Self(x, x)
    }
    #[inline(always)]
    fn mul_add(self, factor: Self, addend: Self) -> Self {
        Self(self.0.mul_add(factor.0, addend.0), self.1.mul_add(factor.1, addend.1))
    }
    #[inline(always)]
    fn lt(self, other: Self) -> Self::Mask {
        (self.0.lt(other.0), self.1.lt(other.1))
    }
    #[inline(always)]
    fn select(mask: Self::Mask, then: Self, otherwise: Self) -> Self {
        Self(L::select(mask.0, then.0, otherwise.0), L::select(mask.1, then.1, otherwise.1))
    }
    #[inline(always)]
    fn max(self, other: Self) -> Self {
        Self(self.0.max(other.0), self.1.max(other.1))
    }
    #[inline(always)]
    fn min(self, other: Self) -> Self {
        Self(self.0.min(other.0), self.1.min(other.1))
    }
    #[inline(always)]
    fn abs(self) -> Self {
        Self(self.0.abs(), self.1.abs())
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

impl<L: Lanes> Binary for Two<L> {
    const TABLE: &'static Table = L::TABLE;

    #[inline(always)]
    fn power_of_two(self) -> Self {
        Self(self.0.power_of_two(), self.1.power_of_two())
    }
}

impl<L: Lanes> Lanes for Two<L> {
    type Element = L::Element;
    type Token = L::Token;

    const LEN: usize = 2 * L::LEN;

    #[inline(always)]
    fn load(token: L::Token, slice: &[L::Element]) -> Self {
        Self(L::load(token, &slice[..L::LEN]), L::load(token, &slice[L::LEN..2 * L::LEN]))
    }
    #[inline(always)]
    fn store(self, slice: &mut [L::Element]) {
        self.0.store(&mut slice[..L::LEN]);
        self.1.store(&mut slice[L::LEN..2 * L::LEN]);
    }
    #[inline(always)]
    fn splat(token: L::Token, value: L::Element) -> Self {
        let x = L::splat(token, value);
        Self(x, x)
    }
    #[inline(always)]
    fn load_partial(token: L::Token, slice: &[L::Element], fill: L::Element) -> Self {
        let (low, high) = slice.split_at(slice.len().min(L::LEN));
        Self(L::load_partial(token, low, fill), L::load_partial(token, high, fill))
    }
    #[inline(always)]
    fn store_partial(self, slice: &mut [L::Element]) {
        let (low, high) = slice.split_at_mut(slice.len().min(L::LEN));
        self.0.store_partial(low);
        self.1.store_partial(high);
    }
    #[inline(always)]
    fn bits(mask: Self::Mask) -> u64 {
        L::bits(mask.0) | L::bits(mask.1) << L::LEN
    }
}

/// How a multiply-add rounds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Rounding {
    /// Twice: the same bits on every instruction set.
    Strict,
    /// Once, where the instruction set can.
    #[default]
    Fused,
}

/// A function over lanes, as a value, so that [`dispatch`] can choose the lanes.
pub trait Kernel<E: Element> {
    /// What it returns.
    type Output;

    /// The function. Implementations are `#[inline(always)]`, as is everything they call that takes lanes: a function that is
    /// not inlined is compiled without the instruction set.
    fn run<L: Lanes<Element = E>>(self, token: L::Token) -> Self::Output;
}

/// Runs `kernel` on the lanes of `level`.
///
/// On x86 kernels are compiled for three instruction sets: SSE2, which every machine has, AVX2 with fused multiply-add, and
/// AVX-512. Strict results are the same on all, so AVX-512 runs strict kernels on AVX2; SSE2 cannot fuse, so there fused is
/// strict. Each further combination would cost compile time and give nothing.
pub fn dispatch<E: Element, K: Kernel<E>>(level: Level, rounding: Rounding, kernel: K) -> K::Output {
    #[cfg(any(target_arch = "x86", target_arch = "x86_64"))]
    {
        match (level.as_avx512(), level.as_avx2(), level.as_sse2()) {
            (Some(token), _, _) if rounding == Rounding::Fused => run_at::<E, _, K, true>(token, kernel),
            (_, Some(token), _) if rounding == Rounding::Fused => run_at::<E, _, K, true>(token, kernel),
            (_, Some(token), _) => run_at::<E, _, K, false>(token, kernel),
            (_, _, Some(token)) => run_at::<E, _, K, false>(token, kernel),
            _ => unreachable!("x86 without SSE2 has no kernels"),
        }
    }
    #[cfg(not(any(target_arch = "x86", target_arch = "x86_64")))]
    match rounding {
        Rounding::Strict => fearless_simd::dispatch!(level, simd => run_at::<E, _, K, false>(simd, kernel)),
        Rounding::Fused => fearless_simd::dispatch!(level, simd => run_at::<E, _, K, true>(simd, kernel)),
    }
}

fn run_at<E: Element, S: Simd, K: Kernel<E>, const FUSED: bool>(token: S, kernel: K) -> K::Output {
    token.vectorize(
        #[inline(always)]
        || kernel.run::<E::Lanes<S, FUSED>>(token),
    )
}

/// Every level this machine can run and kernels are compiled for, weakest first.
#[must_use]
pub fn levels() -> Vec<Level> {
    let best = Level::new();
    #[cfg(any(target_arch = "x86", target_arch = "x86_64"))]
    {
        let mut levels: Vec<Level> = Vec::new();
        levels.extend(best.as_sse2().map(Level::Sse2));
        levels.extend(best.as_avx2().map(Level::Avx2));
        levels.extend(best.as_avx512().map(Level::Avx512));
        if levels.is_empty() {
            levels.push(best);
        }
        levels
    }
    #[cfg(not(any(target_arch = "x86", target_arch = "x86_64")))]
    vec![best]
}
