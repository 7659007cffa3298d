//! Numbers of spike trains: times of one cell in ms, ascending.

/// Intervals between spikes, ms.
#[must_use]
pub fn intervals(train: &[f64]) -> Vec<f64> {
    train.windows(2).map(|pair| pair[1] - pair[0]).collect()
}

/// Coefficient of variation of the intervals, standard deviation over mean; none with fewer than two intervals.
#[must_use]
#[allow(clippy::cast_precision_loss)]
pub fn variation(train: &[f64]) -> Option<f64> {
    let intervals = intervals(train);
    if intervals.len() < 2 {
        return None;
    }
    let count = intervals.len() as f64;
    let mean = intervals.iter().sum::<f64>() / count;
    let variance = intervals.iter().map(|interval| (interval - mean).powi(2)).sum::<f64>() / count;
    (mean > 0.0).then(|| variance.sqrt() / mean)
}

/// Mean of [`variation`] over the cells that have one.
#[must_use]
#[allow(clippy::cast_precision_loss)]
pub fn mean_variation<'a>(trains: impl IntoIterator<Item = &'a Vec<f64>>) -> Option<f64> {
    let (mut sum, mut count) = (0.0, 0usize);
    for own in trains.into_iter().filter_map(|train| variation(train)) {
        sum += own;
        count += 1;
    }
    (count > 0).then(|| sum / count as f64)
}

/// Adaptation: mean of `(b - a) / (b + a)` over intervals `a` and those that follow them, `b`, as the Allen Institute's ipfx has
/// it. 0 is a regular train, above 0 one that slows. None with fewer than two intervals.
#[must_use]
#[allow(clippy::cast_precision_loss)]
pub fn adaptation(train: &[f64]) -> Option<f64> {
    let intervals = intervals(train);
    let changes: Vec<f64> = intervals.windows(2).map(|pair| (pair[1] - pair[0]) / (pair[1] + pair[0])).collect();
    (!changes.is_empty()).then(|| changes.iter().sum::<f64>() / changes.len() as f64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn regular_trains_neither_vary_nor_adapt() {
        let regular = vec![0.0, 10.0, 20.0, 30.0];
        assert_eq!((variation(&regular), adaptation(&regular)), (Some(0.0), Some(0.0)));
        assert_eq!((variation(&[1.0, 2.0]), adaptation(&[1.0, 2.0])), (None, None));
        // Intervals of 10 and 30: mean 20, deviation 10.
        let slowing = vec![0.0, 10.0, 40.0];
        assert_eq!((variation(&slowing), adaptation(&slowing)), (Some(0.5), Some(0.5)));
        assert_eq!(mean_variation([&regular, &slowing, &vec![5.0]]), Some(0.25));
        assert_eq!(mean_variation([&vec![5.0]]), None);
    }
}
