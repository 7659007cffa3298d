//! Fewer points for a line, with the same look: no peak is lost.

/// Points of a trace for a picture `columns` wide: where there are more samples than that, the
/// first, lowest, highest and last of each column, in order of time.
///
/// Returns runs of `(sample, value)` between values that are not finite.
pub(super) fn decimate(values: &[f32], columns: usize) -> Vec<Vec<(usize, f32)>> {
    let columns = columns.max(1);
    if values.len() <= 4 * columns {
        return runs(values.iter().copied().enumerate());
    }
    let mut kept = Vec::with_capacity(4 * columns);
    for column in 0..columns {
        let start = values.len() * column / columns;
        let end = values.len() * (column + 1) / columns;
        extremes(&values[start..end], start, &mut kept);
    }
    runs(kept.into_iter())
}

fn extremes(values: &[f32], start: usize, kept: &mut Vec<(usize, f32)>) {
    let finite = || values.iter().copied().enumerate().filter(|(_, value)| value.is_finite());
    let Some(first) = finite().next() else {
        kept.push((start, f32::NAN));
        return;
    };
    let (mut low, mut high, mut last) = (first, first, first);
    for sample in finite() {
        if sample.1 < low.1 {
            low = sample;
        }
        if sample.1 > high.1 {
            high = sample;
        }
        last = sample;
    }
    let mut chosen = [first, low, high, last];
    chosen.sort_unstable_by_key(|&(place, _)| place);
    let mut before = None;
    for (place, value) in chosen {
        if before != Some(place) {
            kept.push((start + place, value));
        }
        before = Some(place);
    }
}

fn runs(samples: impl Iterator<Item = (usize, f32)>) -> Vec<Vec<(usize, f32)>> {
    let mut runs: Vec<Vec<(usize, f32)>> = vec![Vec::new()];
    for sample in samples {
        if !sample.1.is_finite() {
            runs.push(Vec::new());
        } else if let Some(run) = runs.last_mut() {
            run.push(sample);
        }
    }
    runs.retain(|run| !run.is_empty());
    runs
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn picture_decimation_keeps_every_peak() {
        let mut values = vec![-65.0_f32; 100_000];
        values[54_321] = 40.0;
        values[54_322] = -90.0;
        let kept = decimate(&values, 100).concat();
        assert!(kept.len() <= 400, "{}", kept.len());
        assert!(kept.contains(&(54_321, 40.0)) && kept.contains(&(54_322, -90.0)));
        assert!(kept.windows(2).all(|pair| pair[0].0 < pair[1].0));
    }

    #[test]
    fn picture_lines_break_where_there_is_no_value() {
        let runs = decimate(&[1.0, f32::NAN, 2.0, 3.0], 10);
        assert_eq!(runs, [vec![(0, 1.0)], vec![(2, 2.0), (3, 3.0)]]);
    }
}
