//! Comparators accept what is right and refuse what is wrong.

use huxley_testkit::compare::{Mismatch, crossings, deviation, relative_rms, spike_shape, within};

const TIMES: [f64; 3] = [102.179_949, 118.376_818, 134.369_784];

#[test]
fn equal_series_have_no_deviation() {
    let found = within(&TIMES, &TIMES, 0.0).expect("equal");
    assert_eq!((found.largest, found.rms), (0.0, 0.0));
}

#[test]
fn a_spike_too_many_or_too_few_is_refused() {
    let mut more = TIMES.to_vec();
    more.push(150.0);
    assert_eq!(within(&more, &TIMES, 1e9), Err(Mismatch::Length { actual: 4, expected: 3 }));
    assert_eq!(within(&TIMES[..2], &TIMES, 1e9), Err(Mismatch::Length { actual: 2, expected: 3 }));
}

#[test]
fn a_spike_beyond_the_tolerance_is_refused_and_named() {
    let mut late = TIMES;
    late[1] += 0.021;
    let Err(Mismatch::Apart { at, .. }) = within(&late, &TIMES, 0.02) else { panic!("accepted a late spike") };
    assert_eq!(at, 1);
    within(&late, &TIMES, 0.022).expect("within");
}

#[test]
fn a_value_that_is_not_a_number_is_refused_whatever_the_tolerance() {
    for bad in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
        let mut wrong = TIMES;
        wrong[2] = bad;
        for result in [within(&wrong, &TIMES, f64::INFINITY), within(&TIMES, &wrong, f64::INFINITY)] {
            assert!(matches!(result, Err(Mismatch::Apart { at: 2, .. })), "{result:?}");
        }
        assert!(relative_rms(&wrong, &TIMES).is_err());
    }
}

#[test]
fn comparing_nothing_is_refused() {
    assert_eq!(within(&[], &[], 1.0), Err(Mismatch::Nothing));
    assert_eq!(relative_rms(&[1.0; 5], &[1.0; 5]), Err(Mismatch::Nothing));
    assert!(spike_shape(&[-65.0; 50], 0.1, &[-65.0; 50], 0.1, 0.0).is_err());
}

#[test]
fn one_wrong_sample_in_a_trace_shows_in_the_largest_and_in_the_rms() {
    let right: Vec<f64> = (0..100).map(|i| (f64::from(i) * 0.1).sin()).collect();
    let mut wrong = right.clone();
    wrong[40] += 0.5;
    let found = deviation(&wrong, &right).expect("comparable");
    assert!((found.largest - 0.5).abs() < 1e-12 && found.at == 40 && (found.rms - 0.05).abs() < 1e-12, "{found:?}");
    assert!(within(&wrong, &right, 0.4).is_err());
    assert!((relative_rms(&wrong, &right).expect("comparable") - 0.025).abs() < 1e-3);
}

/// A train of pulses of the given width (ms), one each `period` ms.
fn train(period: f64, width: f64, dt: f64) -> Vec<f64> {
    (0..)
        .map(|i| f64::from(i) * dt)
        .take_while(|t| *t < 100.0)
        .map(|t| {
            let phase = (t - 5.0).rem_euclid(period) - period / 2.0;
            -65.0 + 100.0 * (-(phase / width).powi(2)).exp()
        })
        .collect()
}

#[test]
fn spike_shape_tells_intervals_from_shapes() {
    let reference = train(14.0, 1.0, 0.01);
    let finer = spike_shape(&train(14.0, 1.0, 0.005), 0.005, &reference, 0.01, 0.0).expect("same spikes");
    assert!(finer.shape < 1e-4 && finer.intervals < 1e-4, "{finer:?}");
    let slower = spike_shape(&train(14.1, 1.0, 0.01), 0.01, &reference, 0.01, 0.0).expect("same number");
    assert!((slower.intervals - 0.1 / 14.0).abs() < 1e-4, "{slower:?}");
    let wider = spike_shape(&train(14.0, 1.2, 0.01), 0.01, &reference, 0.01, 0.0).expect("same number");
    assert!(wider.shape > 0.01 && wider.intervals < 1e-4, "{wider:?}");
    assert!(spike_shape(&train(9.0, 1.0, 0.01), 0.01, &reference, 0.01, 0.0).is_err(), "accepted more spikes");
}

#[test]
fn crossings_are_upward_and_interpolated() {
    assert_eq!(crossings(&[-1.0, 1.0, -1.0, -1.0, 3.0], 0.1, 0.0), vec![0.05, 0.325]);
}
