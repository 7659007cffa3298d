//! Comparators of traces and spike times. Each is itself tested with wrong data: a comparator that cannot fail is a defect.

use std::fmt;

use huxley_engine::Epoch;
use huxley_engine::snapshot::Snapshot;

/// Why two things are not the same.
#[derive(Clone, Debug, PartialEq)]
pub enum Mismatch {
    /// Both sides are empty: nothing would be compared.
    Nothing,
    /// Different lengths.
    Length {
        /// Of the result.
        actual: usize,
        /// Of the reference.
        expected: usize,
    },
    /// Too far apart.
    Apart {
        /// Index of the largest difference, or of the first value that is not a number.
        at: usize,
        /// The result there.
        actual: f64,
        /// The reference there.
        expected: f64,
        /// What was allowed.
        tolerance: f64,
    },
}

impl fmt::Display for Mismatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Mismatch::Nothing => write!(f, "there is nothing to compare"),
            Mismatch::Length { actual, expected } => write!(f, "{actual} values where the reference has {expected}"),
            Mismatch::Apart { at, actual, expected, tolerance } => write!(
                f,
                "value {at} is {actual}, the reference {expected}: {:.3e} apart, allowed {tolerance:.3e}",
                (actual - expected).abs()
            ),
        }
    }
}

/// How far two series are apart.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Deviation {
    /// Largest difference.
    pub largest: f64,
    /// Where it is.
    pub at: usize,
    /// Root mean square of all differences.
    pub rms: f64,
}

/// The deviation of two series of equal length, whatever it is.
///
/// # Errors
/// When both are empty, their lengths differ, or a value is not finite.
pub fn deviation(actual: &[f64], expected: &[f64]) -> Result<Deviation, Mismatch> {
    if actual.len() != expected.len() {
        return Err(Mismatch::Length { actual: actual.len(), expected: expected.len() });
    }
    if expected.is_empty() {
        return Err(Mismatch::Nothing);
    }
    let mut found = Deviation { largest: 0.0, at: 0, rms: 0.0 };
    for (at, (&a, &e)) in actual.iter().zip(expected).enumerate() {
        let apart = (a - e).abs();
        if !apart.is_finite() {
            return Err(Mismatch::Apart { at, actual: a, expected: e, tolerance: f64::INFINITY });
        }
        if apart > found.largest {
            (found.largest, found.at) = (apart, at);
        }
        found.rms += apart * apart;
    }
    #[allow(clippy::cast_precision_loss)]
    let count = expected.len() as f64;
    found.rms = (found.rms / count).sqrt();
    Ok(found)
}

/// Series whose largest difference is at most `tolerance`: traces sample by sample, or spike times one by one.
///
/// # Errors
/// When they are further apart, of different lengths, empty, or not finite.
pub fn within(actual: &[f64], expected: &[f64], tolerance: f64) -> Result<Deviation, Mismatch> {
    let found = deviation(actual, expected)?;
    if found.largest <= tolerance {
        return Ok(found);
    }
    let at = found.at;
    Err(Mismatch::Apart { at, actual: actual[at], expected: expected[at], tolerance })
}

/// Root mean square difference over the reference's range, as Rallpack judges passive cables.
///
/// # Errors
/// When lengths differ, nothing is compared, a value is not finite, or the reference does not change.
pub fn relative_rms(actual: &[f64], expected: &[f64]) -> Result<f64, Mismatch> {
    let found = deviation(actual, expected)?;
    let (low, high) =
        expected.iter().fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), &x| (low.min(x), high.max(x)));
    if high > low { Ok(found.rms / (high - low)) } else { Err(Mismatch::Nothing) }
}

/// How the spikes of two traces differ, as Rallpack judges active cables: traces are cut at upward crossings, every interval is
/// stretched to the reference's, and what is left is the shape's difference; the lengths of intervals are compared on their own.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SpikeShape {
    /// Root mean square difference of the stretched traces over the reference's range.
    pub shape: f64,
    /// Root mean square difference of intervals over their mean.
    pub intervals: f64,
}

/// Compares two traces (`dt` ms apart, from 0) spike by spike; see [`SpikeShape`].
///
/// # Errors
/// When the numbers of upward crossings of `threshold` differ or are below two.
pub fn spike_shape(
    actual: &[f64],
    dt_actual: f64,
    expected: &[f64],
    dt_expected: f64,
    threshold: f64,
) -> Result<SpikeShape, Mismatch> {
    let (a, e) = (crossings(actual, dt_actual, threshold), crossings(expected, dt_expected, threshold));
    if a.len() != e.len() {
        return Err(Mismatch::Length { actual: a.len(), expected: e.len() });
    }
    if e.len() < 2 {
        return Err(Mismatch::Nothing);
    }
    const POINTS: u32 = 400;
    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    for (a, e) in a.windows(2).zip(e.windows(2)) {
        for k in 0..POINTS {
            let part = f64::from(k) / f64::from(POINTS);
            ours.push(interpolate(actual, (a[0] + (a[1] - a[0]) * part) / dt_actual));
            theirs.push(interpolate(expected, (e[0] + (e[1] - e[0]) * part) / dt_expected));
        }
    }
    let lengths = |t: &[f64]| t.windows(2).map(|w| w[1] - w[0]).collect::<Vec<f64>>();
    let (a, e) = (lengths(&a), lengths(&e));
    #[allow(clippy::cast_precision_loss)]
    let mean = e.iter().sum::<f64>() / e.len() as f64;
    Ok(SpikeShape { shape: relative_rms(&ours, &theirs)?, intervals: deviation(&a, &e)?.rms / mean })
}

/// Times of upward crossings of `threshold` in a trace with samples `dt` apart from 0, linearly interpolated.
#[must_use]
#[allow(clippy::cast_precision_loss)]
pub fn crossings(trace: &[f64], dt: f64, threshold: f64) -> Vec<f64> {
    let pairs = trace.windows(2).enumerate();
    pairs
        .filter(|(_, w)| w[0] < threshold && w[1] >= threshold)
        .map(|(i, w)| (i as f64 + (threshold - w[0]) / (w[1] - w[0])) * dt)
        .collect()
}

/// The trace at a position between samples.
#[must_use]
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, clippy::cast_precision_loss)]
pub fn interpolate(trace: &[f64], position: f64) -> f64 {
    let i = (position.max(0.0) as usize).min(trace.len().saturating_sub(2));
    let next = trace.get(i + 1).copied().unwrap_or(trace[i]);
    trace[i] + (next - trace[i]) * (position - i as f64)
}

/// How many spikes, samples and bytes of state of two runs are not the same bits.
#[must_use]
pub fn different(a: &(Epoch, Snapshot), b: &(Epoch, Snapshot)) -> usize {
    fn count<T>(a: &[T], b: &[T], same: impl Fn(&T, &T) -> bool) -> usize {
        a.iter().zip(b).filter(|(a, b)| !same(a, b)).count() + a.len().abs_diff(b.len())
    }
    let spikes = count(&a.0.spikes, &b.0.spikes, |a, b| a == b);
    let samples = |(a, b): (&Vec<f64>, &Vec<f64>)| count(a, b, |a, b| a.to_bits() == b.to_bits());
    let samples: usize = a.0.samples.iter().zip(&b.0.samples).map(samples).sum();
    let probes = a.0.samples.len().abs_diff(b.0.samples.len());
    let state = count(&a.1.payload, &b.1.payload, |a, b| a == b) + usize::from(a.1.tick != b.1.tick);
    spikes + samples + probes + state
}
