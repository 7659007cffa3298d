//! Moments and spike statistics.

/// The mean.
#[must_use]
#[allow(clippy::cast_precision_loss)]
pub fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len() as f64
}

/// The standard deviation (of the values themselves, not of a sample of more).
#[must_use]
pub fn standard_deviation(values: &[f64]) -> f64 {
    let m = mean(values);
    mean(&values.iter().map(|x| (x - m).powi(2)).collect::<Vec<f64>>()).sqrt()
}

/// Correlation of values with those `lag` later.
#[must_use]
pub fn autocorrelation(values: &[f64], lag: usize) -> f64 {
    let m = mean(values);
    let products: Vec<f64> = values.iter().zip(&values[lag..]).map(|(a, b)| (a - m) * (b - m)).collect();
    mean(&products) / standard_deviation(values).powi(2)
}

/// Coefficient of variation of inter-spike intervals: the mean over trains with at least five, and of all intervals pooled.
#[must_use]
pub fn interval_variation(trains: &[Vec<f64>]) -> (f64, f64) {
    let intervals: Vec<Vec<f64>> = trains.iter().map(|t| t.windows(2).map(|w| w[1] - w[0]).collect()).collect();
    let variation = |i: &[f64]| standard_deviation(i) / mean(i);
    let each: Vec<f64> = intervals.iter().filter(|i| i.len() >= 5).map(|i| variation(i)).collect();
    (mean(&each), variation(&intervals.concat()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_of_a_known_series() {
        let x = [1.0, 3.0, 1.0, 3.0, 1.0, 3.0];
        assert_eq!((mean(&x), standard_deviation(&x)), (2.0, 1.0));
        assert!((autocorrelation(&x, 1) + 1.0).abs() < 1e-12 && (autocorrelation(&x, 2) - 1.0).abs() < 1e-12);
    }

    #[test]
    fn a_regular_train_does_not_vary_and_a_mixed_one_does() {
        let regular: Vec<f64> = (0..20).map(f64::from).collect();
        assert_eq!(interval_variation(std::slice::from_ref(&regular)), (0.0, 0.0));
        let slow: Vec<f64> = regular.iter().map(|t| 10.0 * t).collect();
        let (each, pooled) = interval_variation(&[regular, slow]);
        assert!(each == 0.0 && pooled > 0.5);
    }
}
