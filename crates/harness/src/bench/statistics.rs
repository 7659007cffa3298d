//! Repeated measurements in two numbers, when two sizes agree, and a straight line through some.

/// The middle of some measurements and how far they lie apart.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Spread {
    /// The median.
    pub median: f64,
    /// Half the distance of the quartiles, over the median.
    pub spread: f64,
}

/// The value a fraction `at` of the way through `sorted`, between neighbours by their distance.
fn quantile(sorted: &[f64], at: f64) -> f64 {
    let place = at * (sorted.len() - 1) as f64;
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
    let below = place.floor() as usize;
    let above = (below + 1).min(sorted.len() - 1);
    sorted[below] + (sorted[above] - sorted[below]) * (place - below as f64)
}

impl Spread {
    /// Of some measurements; zero of none.
    #[must_use]
    pub fn of(samples: &[f64]) -> Self {
        let mut sorted = samples.to_vec();
        sorted.sort_by(f64::total_cmp);
        if sorted.is_empty() {
            return Self::default();
        }
        let median = quantile(&sorted, 0.5);
        let half = 0.5 * (quantile(&sorted, 0.75) - quantile(&sorted, 0.25));
        Self { median, spread: if median == 0.0 { 0.0 } else { (half / median).abs() } }
    }

    /// What is left of this when `less` is taken off; the two are independent.
    #[must_use]
    pub fn beyond(&self, less: &Self) -> Self {
        let median = self.median - less.median;
        let half = (self.median * self.spread).hypot(less.median * less.spread);
        Self { median, spread: if median == 0.0 { 0.0 } else { (half / median).abs() } }
    }

    /// Each measurement times `factor`.
    #[must_use]
    pub fn times(&self, factor: f64) -> Self {
        Self { median: self.median * factor, ..*self }
    }
}

/// What two figures may differ by where runs hardly spread.
pub const TOLERANCE: f64 = 0.03;
/// Figures that spread more are never taken to agree.
pub const MOST_SPREAD: f64 = 0.2;

/// Whether two figures agree: they differ by no more than both spread together, or [`TOLERANCE`], and spread by no more than
/// [`MOST_SPREAD`] each.
#[must_use]
pub fn agree(a: &Spread, b: &Spread) -> bool {
    let within = (a.spread + b.spread).max(TOLERANCE) * 0.5 * (a.median + b.median);
    let quiet = a.spread <= MOST_SPREAD && b.spread <= MOST_SPREAD;
    quiet && a.median > 0.0 && b.median > 0.0 && (a.median - b.median).abs() <= within
}

/// `intercept + slope * x`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Line {
    /// At `x` = 0.
    pub intercept: f64,
    /// For each `x`.
    pub slope: f64,
    /// Root mean square of the relative distances of the points from the line.
    pub residual: f64,
}

/// Fewest points of a line: through two any line goes.
pub const FEWEST: usize = 3;

/// The line with the smallest relative distances from `points` (least squares, each weighed by `1/y^2`), so that small sizes count as
/// much as large ones. None for fewer than [`FEWEST`] points, for points above each other, or where a `y` is not positive.
#[must_use]
pub fn line(points: &[(f64, f64)]) -> Option<Line> {
    if points.len() < FEWEST || !points.iter().all(|&(x, y)| x.is_finite() && y.is_finite() && y > 0.0) {
        return None;
    }
    // With x of the order of 1 the sums below lose no digits.
    let scale = points.iter().map(|p| p.0.abs()).fold(0.0, f64::max);
    let (mut w, mut wx, mut wxx, mut wy, mut wxy) = (0.0, 0.0, 0.0, 0.0, 0.0);
    for &(x, y) in points {
        let (x, weight) = (x / scale, 1.0 / (y * y));
        w += weight;
        wx += weight * x;
        wxx += weight * x * x;
        wy += weight * y;
        wxy += weight * x * y;
    }
    let determinant = w * wxx - wx * wx;
    if !(determinant > 1e-12 * w * wxx) {
        return None;
    }
    let slope = (w * wxy - wx * wy) / determinant / scale;
    let intercept = (wxx * wy - wx * wxy) / determinant;
    let square = |&(x, y): &(f64, f64)| ((intercept + slope * x - y) / y).powi(2);
    let residual = (points.iter().map(square).sum::<f64>() / points.len() as f64).sqrt();
    Some(Line { intercept, slope, residual })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn median_and_spread_are_those_of_the_quartiles() {
        assert_eq!(Spread::of(&[5.0, 1.0, 2.0, 4.0, 3.0]), Spread { median: 3.0, spread: 1.0 / 3.0 });
        assert_eq!(Spread::of(&[2.0, 4.0]), Spread { median: 3.0, spread: 0.5 / 3.0 });
        // One run that was interrupted moves neither much.
        assert_eq!(Spread::of(&[1.0, 1.0, 1.0, 1.0, 100.0]), Spread { median: 1.0, spread: 0.0 });
        assert_eq!(Spread::of(&[]), Spread::default());
        let less = Spread { median: 10.0, spread: 0.03 }.beyond(&Spread { median: 6.0, spread: 1.0 / 15.0 });
        assert!((less.median - 4.0).abs() < 1e-12 && (less.spread - 0.125).abs() < 1e-12, "{less:?}");
    }

    #[test]
    fn figures_agree_within_their_spread() {
        let of = |median, spread| Spread { median, spread };
        assert!(agree(&of(1.0, 0.0), &of(1.02, 0.0)), "within the tolerance");
        assert!(!agree(&of(1.0, 0.0), &of(1.05, 0.0)));
        assert!(agree(&of(1.0, 0.05), &of(1.08, 0.05)), "within both spreads");
        assert!(!agree(&of(1.0, 0.05), &of(1.2, 0.05)));
        assert!(!agree(&of(1.0, 0.3), &of(1.0, 0.0)), "what spreads so much tells nothing");
        assert!(!agree(&of(0.0, 0.0), &of(0.0, 0.0)) && !agree(&of(-1.0, 0.0), &of(-1.0, 0.0)));
    }

    #[test]
    fn a_known_line_is_found_with_its_residual() {
        let exact: Vec<(f64, f64)> = [1e3, 2e3, 4e3, 1e6].map(|x| (x, 2e-6 + 3e-9 * x)).to_vec();
        let found = line(&exact).unwrap();
        assert!((found.intercept / 2e-6 - 1.0).abs() < 1e-9 && (found.slope / 3e-9 - 1.0).abs() < 1e-9, "{found:?}");
        assert!(found.residual < 1e-12, "{found:?}");
        // y = x, with one point of three 10 % off: the residual is between nothing and that.
        let bent = line(&[(1.0, 1.0), (2.0, 2.2), (3.0, 3.0)]).unwrap();
        assert!(bent.residual > 0.02 && bent.residual < 0.06, "{bent:?}");
        // Weighed by 1/y^2, in exact fractions elsewhere; without weights the slope would be 1.1022 and the residual 1.40.
        let wide = line(&[(1.0, 1.0), (10.0, 12.0), (100.0, 100.0), (1000.0, 1100.0)]).unwrap();
        let (intercept, slope, residual) = (-0.07992730280878196, 1.0874428318272917, 0.06668476120470641);
        assert!((wide.intercept - intercept).abs() < 1e-9 && (wide.slope - slope).abs() < 1e-9, "{wide:?}");
        assert!((wide.residual - residual).abs() < 1e-9, "{wide:?}");
        assert_eq!(line(&exact[..2]), None);
        assert_eq!(line(&[(1.0, 1.0), (1.0, 2.0), (1.0, 3.0)]), None);
        assert_eq!(line(&[(1.0, 1.0), (2.0, 0.0), (3.0, 3.0)]), None);
    }
}
