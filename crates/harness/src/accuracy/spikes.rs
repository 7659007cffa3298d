//! Spike trains and how far apart two are.

use super::document::Outcome;

/// Spike times of each cell, ms.
pub type Trains = Vec<Vec<f64>>;

/// How the spikes of a run lie to those of the reference.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Distance {
    /// Whether all cells spike as often.
    pub outcome: Outcome,
    /// Spikes of the reference beyond those of the run, cell by cell.
    pub missing: usize,
    /// Spikes of the run beyond those of the reference.
    pub extra: usize,
    /// Of run less reference; where all cells spike as often.
    pub shift: Option<Shift>,
    /// The same of the spikes that both have, by their number in each cell.
    pub common: Option<Shift>,
}

/// Differences of spike times, ms.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Shift {
    /// Mean.
    pub bias: f64,
    /// Mean without sign.
    pub mean: f64,
    /// Largest without sign.
    pub largest: f64,
}

/// Compares spikes cell by cell, the first with the first.
#[must_use]
#[allow(clippy::cast_precision_loss)]
pub fn distance(run: &[Vec<f64>], reference: &[Vec<f64>]) -> Distance {
    let beyond = |a: &[Vec<f64>], b: &[Vec<f64>]| -> usize {
        a.iter().zip(b).map(|(a, b)| a.len().saturating_sub(b.len())).sum()
    };
    let (missing, extra) = (beyond(reference, run), beyond(run, reference));
    let (mut shift, mut count) = (Shift::default(), 0_usize);
    for (own, theirs) in run.iter().zip(reference).flat_map(|(own, theirs)| own.iter().zip(theirs)) {
        let apart = own - theirs;
        shift.bias += apart;
        shift.mean += apart.abs();
        shift.largest = shift.largest.max(apart.abs());
        count += 1;
    }
    // Where nothing spikes, nothing is known of times.
    let common =
        (count > 0).then(|| Shift { bias: shift.bias / count as f64, mean: shift.mean / count as f64, ..shift });
    let silent = run.iter().all(Vec::is_empty);
    let outcome = match missing + extra {
        0 => Outcome::SpikesMatch,
        _ if silent => Outcome::Silent,
        _ => Outcome::CountDiffers,
    };
    Distance { outcome, missing, extra, shift: common.filter(|_| missing + extra == 0), common }
}

/// When two runs part: the first time of a spike that the other has not within `apart` ms, in order, cell by cell.
#[must_use]
pub fn parting(a: &[Vec<f64>], b: &[Vec<f64>], apart: f64) -> Option<f64> {
    let first = |(a, b): (&Vec<f64>, &Vec<f64>)| {
        let common = a.len().min(b.len());
        let moved = (0..common).find(|&i| (a[i] - b[i]).abs() > apart).map(|i| a[i].min(b[i]));
        moved.or_else(|| a.get(common).or_else(|| b.get(common)).copied())
    };
    a.iter().zip(b).filter_map(first).min_by(f64::total_cmp)
}

/// The largest distance of spikes, in order, cell by cell, that both lie before `until` ms.
#[must_use]
pub fn moved(a: &[Vec<f64>], b: &[Vec<f64>], until: f64) -> Option<f64> {
    let pairs = a.iter().zip(b).flat_map(|(a, b)| a.iter().zip(b));
    pairs.filter(|(a, b)| a.max(**b) < until).map(|(a, b)| (a - b).abs()).max_by(f64::total_cmp)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn a() -> Trains {
        vec![vec![1.0, 5.0, 9.0], vec![2.0]]
    }

    #[test]
    fn parting_sees_spikes_that_move_are_missing_or_are_more() {
        let a = a();
        assert_eq!(parting(&a, &a, 0.1), None);
        assert_eq!(parting(&a, &[vec![1.05, 5.0, 9.0], vec![2.0]], 0.1), None);
        assert_eq!(parting(&a, &[vec![1.0, 5.2, 9.0], vec![2.0]], 0.1), Some(5.0));
        assert_eq!(parting(&a, &[vec![1.0, 9.0], vec![2.0]], 0.1), Some(5.0));
        assert_eq!(parting(&a, &[vec![1.0, 5.0, 9.0], vec![2.0, 7.0]], 0.1), Some(7.0));
        assert_eq!(parting(&a, &[vec![1.0, 5.0, 9.0], vec![]], 0.1), Some(2.0));
        assert_eq!(moved(&a, &[vec![1.25, 5.0, 19.0], vec![2.0]], 9.0), Some(0.25));
        assert_eq!(moved(&a, &a, 0.5), None);
    }

    #[test]
    fn distance_tells_shifted_spikes_from_other_numbers_and_silence() {
        let a = a();
        let shifted = distance(&[vec![1.5, 4.0, 9.0], vec![2.0]], &a);
        assert_eq!(shifted.outcome, Outcome::SpikesMatch);
        assert_eq!(shifted.shift, Some(Shift { bias: -0.125, mean: 0.375, largest: 1.0 }));
        // As many in all, and not in each cell.
        let other = distance(&[vec![1.0, 5.0], vec![2.0, 9.0]], &a);
        assert_eq!((other.outcome, other.missing, other.extra), (Outcome::CountDiffers, 1, 1));
        assert_eq!(other.shift, None);
        assert_eq!(other.common, Some(Shift::default()));
        assert_eq!(distance(&[vec![], vec![]], &a).outcome, Outcome::Silent);
        assert_eq!(distance(&[vec![]], &[vec![]]), Distance::default());
    }
}
