//! Protocols against what the equations say without a network: gates of a held potential in closed form, and a squid stepped by
//! Runge and Kutta's method.

use huxley_harness::protocol::Subject;
use huxley_harness::protocol::clamp::{ClampOptions, clamp};
use huxley_harness::protocol::current::{CurrentOptions, current};
use huxley_model::network::{CurrentUnit, Site};
use huxley_model::preset;

/// Opening and closing rates of m, h, n at 6.3 degC, per ms (Hodgkin & Huxley 1952, rest at -65 mV).
fn rates(v: f64) -> [(f64, f64); 3] {
    let linear = |x: f64| if x.abs() < 1e-9 { 10.0 + 0.5 * x } else { x / (1.0 - (-x / 10.0).exp()) };
    [
        (0.1 * linear(v + 40.0), 4.0 * (-(v + 65.0) / 18.0).exp()),
        (0.07 * (-(v + 65.0) / 20.0).exp(), 1.0 / (1.0 + (-(v + 35.0) / 10.0).exp())),
        (0.01 * linear(v + 55.0), 0.125 * (-(v + 65.0) / 80.0).exp()),
    ]
}

fn steady(v: f64) -> [f64; 3] {
    rates(v).map(|(alpha, beta)| alpha / (alpha + beta))
}

/// Gates `t` ms after a jump to `v` from gates `from`.
fn relaxed(from: [f64; 3], v: f64, t: f64) -> [f64; 3] {
    let (inf, rates) = (steady(v), rates(v));
    std::array::from_fn(|i| inf[i] + (from[i] - inf[i]) * (-(rates[i].0 + rates[i].1) * t).exp())
}

fn squid() -> Subject {
    Subject::of_preset(&preset::find("hh").unwrap())
}

#[test]
fn clamped_currents_are_the_closed_form() {
    let options = ClampOptions { then: Some((-40.0, 10.0)), ..ClampOptions::default() };
    let report = clamp(&squid(), &options).unwrap();
    // What is left of a jump of 125 mV after one step: the capacitance over dt is 1 uS, the clamp 1e9 uS.
    assert!(report.error_mv < 1.3e-7, "{}", report.error_mv);
    let [na, k, leak] = &report.channels[..] else { panic!("three channels") };
    assert_eq!((na.name.as_str(), k.name.as_str(), leak.name.as_str()), ("na", "k", "leak"));
    let mut worst: f64 = 0.0;
    for (i, &command) in options.commands.iter().enumerate() {
        let at_end = relaxed(steady(-65.0), command, 20.0);
        for (s, &t) in report.course.times_ms.iter().enumerate() {
            let (v, gates) = if t < 5.005 {
                (-65.0, steady(-65.0))
            } else if t < 25.005 {
                (command, relaxed(steady(-65.0), command, t - 5.0))
            } else {
                (-40.0, relaxed(at_end, -40.0, t - 25.0))
            };
            let [m, h, n] = gates;
            // Conductances, mS/cm2, and driving forces, mV.
            let parts = [(120.0 * m.powi(3) * h, v - 50.0), (36.0 * n.powi(4), v + 77.0), (0.3, v + 54.3)];
            let own = [na.courses[i][s], k.courses[i][s], leak.courses[i][s]];
            for (own, (g, force)) in own.into_iter().zip(parts) {
                // As an error of the potential, mV: what is left of a jump, and below 50 nA through the clamp, 5e-8.
                let error = (own - g * force).abs() / (g * (1.0 + force.abs()));
                worst = worst.max(error);
                assert!(error < 1.5e-7, "{command} mV, {t} ms: {own} {}", g * force);
            }
        }
    }
    assert!(worst > 0.0);
}

#[test]
fn peaks_and_conductances_are_read_off_the_closed_form() {
    let report = clamp(&squid(), &ClampOptions::default()).unwrap();
    let na = &report.channels[0];
    let zero = na.steps.iter().find(|step| step.command_mv == 0.0).unwrap();
    let g = |t: f64| {
        let [m, h, _] = relaxed(steady(-65.0), 0.0, t);
        120.0 * m.powi(3) * h
    };
    let (peak_ms, peak) = (1..2000)
        .map(|i| 0.01 * f64::from(i))
        .map(|t| (t, g(t)))
        .fold((0.0, 0.0), |a, b| if b.1 > a.1 { b } else { a });
    assert!((zero.step.peak_ms - peak_ms).abs() < 1e-9, "{zero:?} {peak_ms}");
    assert!((zero.step.conductance.unwrap() / peak - 1.0).abs() < 1e-5 && zero.step.peak < 0.0);
    // At the reversal potential there is no conductance to tell.
    let at_reversal = na.steps.iter().find(|step| step.command_mv == 50.0).unwrap();
    assert_eq!(at_reversal.step.conductance, None);
    let total = report.total.iter().find(|step| step.command_mv == 0.0).unwrap();
    let [m, h, n] = relaxed(steady(-65.0), 0.0, 19.0);
    let late = 120.0 * m.powi(3) * h * -50.0 + 36.0 * n.powi(4) * 77.0 + 0.3 * 54.3;
    assert!(total.inward < -500.0 && (total.steady / late - 1.0).abs() < 0.01, "{total:?} {late}");
}

#[test]
fn steps_before_a_test_pulse_give_the_inactivation_of_sodium() {
    // 100 ms at each potential, and then to 0 mV: what is left of sodium is h_inf.
    let commands = (0..14).map(|i| -120.0 + 8.0 * f64::from(i)).collect();
    let options =
        ClampOptions { hold: -100.0, commands, step_ms: 100.0, then: Some((0.0, 5.0)), ..ClampOptions::default() };
    let report = clamp(&squid(), &options).unwrap();
    let fit = report.channels[0].then.expect("a fit");
    // h_inf is a half at -62.3 mV; where sodium's peak is shared with n's and m's start, a little lower.
    assert!((fit.v_half_mv + 62.3).abs() < 1.0 && (-8.0..-6.0).contains(&fit.slope_mv), "{fit:?}");
    let activation = clamp(&squid(), &ClampOptions::default()).unwrap().channels[1].activation.expect("a fit");
    assert!(activation.slope_mv > 0.0 && activation.residual < 0.05, "{activation:?}");
}

/// The squid stepped by the classical method of fourth order: times at which V rises through 0 mV under `current` uA/cm2 from
/// `on` ms to the end.
fn runge_kutta(current: f64, on: f64, end: f64) -> Vec<f64> {
    type State = [f64; 4];
    let change = |y: State, i: f64| -> State {
        let [v, m, h, n] = y;
        let rates = rates(v);
        let dv = i - 120.0 * m.powi(3) * h * (v - 50.0) - 36.0 * n.powi(4) * (v + 77.0) - 0.3 * (v + 54.3);
        let gate = |x: f64, (alpha, beta): (f64, f64)| alpha * (1.0 - x) - beta * x;
        [dv, gate(m, rates[0]), gate(h, rates[1]), gate(n, rates[2])]
    };
    let along = |y: State, k: State, by: f64| -> State { std::array::from_fn(|i| y[i] + by * k[i]) };
    let [m, h, n] = steady(-65.0);
    let (mut y, dt, mut spikes) = ([-65.0, m, h, n], 0.005, Vec::new());
    let steps = (end / dt).round() as usize;
    for step in 0..steps {
        let t = step as f64 * dt;
        let i = if t + 1e-9 >= on { current } else { 0.0 };
        let k1 = change(y, i);
        let k2 = change(along(y, k1, 0.5 * dt), i);
        let k3 = change(along(y, k2, 0.5 * dt), i);
        let k4 = change(along(y, k3, dt), i);
        let next: State = std::array::from_fn(|j| y[j] + dt / 6.0 * (k1[j] + 2.0 * k2[j] + 2.0 * k3[j] + k4[j]));
        if y[0] < 0.0 && next[0] >= 0.0 {
            spikes.push(t + dt * y[0] / (y[0] - next[0]));
        }
        y = next;
    }
    spikes
}

fn options(amplitudes: Vec<f64>, rounds: usize) -> CurrentOptions {
    CurrentOptions {
        amplitudes,
        unit: CurrentUnit::MicroamperePerCm2,
        delay_ms: 50.0,
        step_ms: 500.0,
        after_ms: 10.0,
        site: Site::Soma,
        dt: None,
        rounds,
    }
}

#[test]
fn the_squid_begins_to_fire_repetitively_where_it_is_known_to() {
    let amplitudes: Vec<f64> = (0..=20).map(f64::from).collect();
    let mut rounds = Vec::new();
    let report = current(&squid(), &options(amplitudes, 2), |done, of| rounds.push((done, of))).unwrap();
    assert_eq!(rounds, [(0, 3), (1, 3), (2, 3), (3, 3)]);
    assert_eq!((report.rows.len(), report.unit), (21, "uA/cm2"));
    let (rheobase, onset) = (report.rheobase, report.onset);
    for threshold in [rheobase, onset] {
        assert!((threshold.least.unwrap() - threshold.silent.unwrap() - 0.01).abs() < 1e-9, "{threshold:?}");
    }
    // The same where it lies right above an amplitude.
    let close = current(&squid(), &options(vec![2.22, 3.22], 2), |_, _| ()).unwrap().rheobase;
    assert!((close.least.unwrap() - rheobase.least.unwrap()).abs() < 0.011, "{close:?} {rheobase:?}");
    assert!((close.least.unwrap() - close.silent.unwrap() - 0.01).abs() < 1e-9, "{close:?}");
    // One spike from 2.2 to 2.5, repetitive firing from 6.2 to 6.3 uA/cm2 on; the same by the other method, just above and below.
    assert!((2.0..2.6).contains(&rheobase.least.unwrap()), "{rheobase:?}");
    assert!((6.1..6.5).contains(&onset.least.unwrap()), "{onset:?}");
    let late = |i: f64| runge_kutta(i, 50.0, 550.0).iter().filter(|t| **t >= 300.0).count();
    assert!(late(onset.least.unwrap() + 0.02) > 0 && late(onset.silent.unwrap() - 0.02) == 0);
    assert!(!runge_kutta(rheobase.least.unwrap() + 0.01, 50.0, 550.0).is_empty());
    assert!(runge_kutta(rheobase.silent.unwrap() - 0.01, 50.0, 550.0).is_empty());
}

#[test]
fn rates_latency_and_intervals_are_those_of_another_method() {
    let report = current(&squid(), &options(vec![0.0, 10.0, 15.0], 0), |_, _| ()).unwrap();
    let silent = report.rows[0];
    assert_eq!((silent.spikes, silent.rate_hz, silent.first_hz, silent.latency_ms), (0, 0.0, None, None));
    for row in &report.rows[1..] {
        let train = runge_kutta(row.amplitude, 50.0, 550.0);
        assert_eq!(row.spikes, train.len() as u64);
        let late: Vec<f64> = train.iter().copied().filter(|t| *t >= 300.0).collect();
        let steady = 1e3 * (late.len() - 1) as f64 / (late[late.len() - 1] - late[0]);
        assert!((row.steady_hz.unwrap() / steady - 1.0).abs() < 1e-3, "{row:?} {steady}");
        assert!((row.first_hz.unwrap() * (train[1] - train[0]) / 1e3 - 1.0).abs() < 2e-3, "{row:?}");
        assert!((row.latency_ms.unwrap() - (train[0] - 50.0)).abs() < 0.02, "{row:?} {train:?}");
        assert!(row.adaptation.unwrap().abs() < 0.05 && row.spontaneous == 0);
    }
    // 10 uA/cm2 makes about 68 spikes a second at 6.3 degC.
    assert!((65.0..72.0).contains(&report.rows[1].steady_hz.unwrap()), "{:?}", report.rows[1]);
    assert!(report.rheobase.least.is_some() && !report.rheobase.below);
}
