//! Functions over arrays at a chosen instruction set.

use fearless_simd::Level;
use huxley_cpu::lanes::{Element, Kernel, Lanes, Rounding, dispatch};
use huxley_model::real::Real;

/// A function of three numbers, in any arithmetic.
pub trait Function {
    /// The function.
    fn at<R: Real>(&self, x: R, y: R, z: R) -> R;
}

/// Declares a [`Function`].
#[macro_export]
macro_rules! function {
    ($name:ident, |$x:ident, $y:ident, $z:ident| $body:expr) => {
        struct $name;
        impl $crate::on_lanes::Function for $name {
            #[inline(always)]
            fn at<R: huxley_model::real::Real>(&self, $x: R, $y: R, $z: R) -> R {
                let _ = ($y, $z);
                $body
            }
        }
    };
}

struct Map<'a, E, F> {
    arguments: [&'a [E]; 3],
    result: &'a mut [E],
    function: &'a F,
}

impl<E: Element, F: Function> Kernel<E> for Map<'_, E, F> {
    type Output = ();

    #[inline(always)]
    fn run<L: Lanes<Element = E>>(self, token: L::Token) {
        let [x, y, z] = self.arguments;
        for (start, result) in (0..x.len()).step_by(L::LEN).zip(self.result.chunks_mut(L::LEN)) {
            let here = start..start + result.len();
            let zero = E::from_f64(0.0);
            let x = L::load_partial(token, &x[here.clone()], zero);
            let y = L::load_partial(token, &y[here.clone()], zero);
            let z = L::load_partial(token, &z[here], zero);
            self.function.at(x, y, z).store_partial(result);
        }
    }
}

/// `function` of every triple.
pub fn map<E: Element, F: Function>(
    level: Level,
    rounding: Rounding,
    function: &F,
    x: &[E],
    y: &[E],
    z: &[E],
) -> Vec<E> {
    let mut result = vec![E::from_f64(0.0); x.len()];
    dispatch(level, rounding, Map { arguments: [x, y, z], result: &mut result, function });
    result
}

/// `function` of every number.
pub fn map1<E: Element, F: Function>(level: Level, rounding: Rounding, function: &F, x: &[E]) -> Vec<E> {
    map(level, rounding, function, x, x, x)
}

/// The same bits, or both not a number.
pub fn same<E: Element>(a: E, b: E) -> bool {
    bytemuck::bytes_of(&a) == bytemuck::bytes_of(&b) || (a.to_f64().is_nan() && b.to_f64().is_nan())
}
