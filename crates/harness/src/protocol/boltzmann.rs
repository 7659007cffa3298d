//! The least-squares fit of a Boltzmann function, `most / (1 + exp(-(V - V_half) / k))`.

use serde::Serialize;

/// A fitted function.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Boltzmann {
    /// Its largest value, in the unit of what was fitted.
    pub most: f64,
    /// Where it is a half of that, mV.
    pub v_half_mv: f64,
    /// The `k`, mV: positive where it rises.
    pub slope_mv: f64,
    /// Root of the mean squared distance of the points, as a part of `most`.
    pub residual: f64,
}

/// Fewest points of a fit.
const FEWEST: usize = 4;
/// Steps of the search.
const STEPS: usize = 200;

impl Boltzmann {
    /// The value at `v` mV.
    #[must_use]
    pub fn at(&self, v: f64) -> f64 {
        self.most * shape(v, self.v_half_mv, self.slope_mv)
    }

    /// The best fit to `points` (mV, value), by the method of Levenberg and Marquardt in `V_half` and `k`, where `most` is the best
    /// for each pair. None with fewer than four points, or where they do not go up or down.
    #[must_use]
    pub fn fit(points: &[(f64, f64)]) -> Option<Self> {
        let points: Vec<(f64, f64)> = points.iter().copied().filter(|(v, y)| v.is_finite() && y.is_finite()).collect();
        if points.len() < FEWEST {
            return None;
        }
        let largest = points.iter().map(|p| p.1).fold(f64::NEG_INFINITY, f64::max);
        let smallest = points.iter().map(|p| p.1).fold(f64::INFINITY, f64::min);
        if !(largest > 0.0) || largest - smallest < 0.1 * largest {
            return None;
        }
        let (first, last) = (points[0], points[points.len() - 1]);
        let sign = if last.1 >= first.1 { 1.0 } else { -1.0 };
        let half = points.iter().min_by(|a, b| (a.1 - 0.5 * largest).abs().total_cmp(&(b.1 - 0.5 * largest).abs()))?.0;
        let span = (last.0 - first.0).abs();
        let mut at = [half, sign * span / 20.0];
        let mut damping = 1e-3;
        let mut error = squares(&points, at);
        for _ in 0..STEPS {
            let (gradient, curvature) = normal(&points, at);
            let [a, b, d] = [curvature[0] * (1.0 + damping), curvature[1], curvature[2] * (1.0 + damping)];
            let determinant = a * d - b * b;
            if !(determinant.abs() > 0.0) {
                break;
            }
            let step =
                [(d * gradient[0] - b * gradient[1]) / determinant, (a * gradient[1] - b * gradient[0]) / determinant];
            let next = [at[0] - step[0], at[1] - step[1]];
            let own = squares(&points, next);
            // The slope keeps its sign: there is no way through 0.
            if own < error && next[1] * at[1] > 0.0 {
                let done = step[0].abs() < 1e-10 * span && step[1].abs() < 1e-10 * span;
                (at, error, damping) = (next, own, (damping * 0.3).max(1e-12));
                if done {
                    break;
                }
            } else {
                damping *= 4.0;
                if damping > 1e12 {
                    break;
                }
            }
        }
        let most = scale(&points, at);
        #[allow(clippy::cast_precision_loss)]
        let residual = (error / points.len() as f64).sqrt() / most;
        let fit = Self { most, v_half_mv: at[0], slope_mv: at[1], residual };
        (most > 0.0 && residual.is_finite()).then_some(fit)
    }
}

fn shape(v: f64, half: f64, slope: f64) -> f64 {
    1.0 / (1.0 + (-(v - half) / slope).exp())
}

/// The best factor for a shape: a linear problem.
fn scale(points: &[(f64, f64)], at: [f64; 2]) -> f64 {
    let (mut above, mut below) = (0.0, 0.0);
    for &(v, y) in points {
        let s = shape(v, at[0], at[1]);
        above += s * y;
        below += s * s;
    }
    above / below
}

fn residuals(points: &[(f64, f64)], at: [f64; 2]) -> Vec<f64> {
    let most = scale(points, at);
    points.iter().map(|&(v, y)| most * shape(v, at[0], at[1]) - y).collect()
}

fn squares(points: &[(f64, f64)], at: [f64; 2]) -> f64 {
    residuals(points, at).iter().map(|r| r * r).sum()
}

/// Gradient and (approximate) curvature of half the squares, by differences.
fn normal(points: &[(f64, f64)], at: [f64; 2]) -> ([f64; 2], [f64; 3]) {
    let here = residuals(points, at);
    let slope = |i: usize| {
        let h = 1e-6 * at[i].abs().max(1.0);
        let moved = |sign: f64| {
            let mut moved = at;
            moved[i] += sign * h;
            residuals(points, moved)
        };
        let (up, down) = (moved(1.0), moved(-1.0));
        up.iter().zip(&down).map(|(u, d)| (u - d) / (2.0 * h)).collect::<Vec<f64>>()
    };
    let (a, b) = (slope(0), slope(1));
    let dot = |x: &[f64], y: &[f64]| x.iter().zip(y).map(|(x, y)| x * y).sum::<f64>();
    ([dot(&a, &here), dot(&b, &here)], [dot(&a, &a), dot(&a, &b), dot(&b, &b)])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_a_boltzmann_function_is_found_again() {
        for (most, half, slope) in [(3.0, -22.5, 7.25), (0.02, -61.0, -5.5), (1.0, 14.0, 12.0)] {
            let own = Boltzmann { most, v_half_mv: half, slope_mv: slope, residual: 0.0 };
            let points: Vec<(f64, f64)> =
                (0..15).map(|i| -80.0 + 10.0 * f64::from(i)).map(|v| (v, own.at(v))).collect();
            let fit = Boltzmann::fit(&points).expect("a fit");
            assert!((fit.v_half_mv - half).abs() < 1e-6, "{fit:?}");
            assert!((fit.slope_mv - slope).abs() < 1e-6 && (fit.most / most - 1.0).abs() < 1e-6, "{fit:?}");
            assert!(fit.residual < 1e-8, "{fit:?}");
        }
    }

    #[test]
    fn what_does_not_move_or_is_too_little_is_not_fitted() {
        assert_eq!(Boltzmann::fit(&[(0.0, 1.0), (10.0, 1.0), (20.0, 1.0), (30.0, 1.0)]), None);
        assert_eq!(Boltzmann::fit(&[(0.0, 0.0), (10.0, 0.5), (20.0, 1.0)]), None);
        assert_eq!(Boltzmann::fit(&[(0.0, 0.0), (10.0, 0.0), (20.0, 0.0), (30.0, 0.0)]), None);
    }
}
