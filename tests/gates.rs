//! Rates and gates of every preset: exact at removable singularities, good in `f32`, never outside [0, 1].

use huxley_model::channel::{Gate, Integrator, Kinetics, Rate, Sensed};
use huxley_model::preset;
use huxley_model::real::Real;
use proptest::prelude::*;

/// A quotient of two numbers that differ by rounding alone may be one unit in the last place above 1; it grows no further.
const ONE_ULP_ABOVE: f64 = 1.0 + f64::EPSILON;

/// A potential, and some calcium for the gates that read it.
fn sensed<R: Real>(v: R) -> Sensed<R> {
    Sensed { v, ca: v.lit(0.4) }
}

/// Every gate of every preset, with names for messages.
fn gates() -> Vec<(String, Gate)> {
    let presets = preset::NAMES.iter().map(|name| preset::find(name).expect("a known preset"));
    presets
        .flat_map(|p| {
            let name = p.name;
            p.channels.into_iter().flat_map(move |insertion| {
                let channel = insertion.channel;
                let of = |g: &Gate| (format!("{name} {} {}", channel.name, g.name), g.clone());
                channel.gates.iter().map(of).collect::<Vec<_>>()
            })
        })
        .collect()
}

fn rates(gate: &Gate) -> Vec<&Rate> {
    match &gate.kinetics {
        Kinetics::Rates { forward, reverse } | Kinetics::InstantaneousRates { forward, reverse } => {
            vec![forward, reverse]
        }
        Kinetics::InfTau { inf, tau } => vec![inf, tau],
        Kinetics::Instantaneous { inf } => vec![inf],
    }
}

#[test]
fn rates_are_exact_at_and_near_their_removable_singularities() {
    let mut seen = 0;
    for (name, gate) in gates() {
        for rate in rates(&gate) {
            let Rate::ExpLinear(form) = rate else { continue };
            seen += 1;
            let at: f64 = rate.at(sensed(form.midpoint), 6.3);
            assert!((at / form.rate - 1.0).abs() < 1e-15, "{name}: {at} at {} mV", form.midpoint);
            assert_eq!(rate.at(sensed(form.midpoint as f32), 6.3), form.rate as f32, "{name} in f32");
            for offset in [1e-12, 1e-9, 1e-6, 1e-4, 1e-2, 0.1] {
                for v in [form.midpoint - offset, form.midpoint + offset] {
                    // r (1 + x/2 + x^2/12 - x^4/720 ...) with x as computed from v.
                    let x = (v - form.midpoint) / form.scale;
                    let series = form.rate * (1.0 + x / 2.0 + x * x / 12.0 - x.powi(4) / 720.0 + x.powi(6) / 30_240.0);
                    let value: f64 = rate.at(sensed(v), 6.3);
                    assert!((value / series - 1.0).abs() < 4e-15, "{name} at {v}: {value}, not {series}");
                }
            }
        }
    }
    assert!(seen >= 20, "{seen} rates with a singularity");
}

#[test]
#[allow(clippy::print_stdout)]
fn rates_in_single_precision_are_those_in_double() {
    let mut worst = (0.0, String::new());
    for (name, gate) in gates() {
        for rate in rates(&gate) {
            for k in 0..=250_000 {
                let v = (-150.0 + 0.001 * f64::from(k)) as f32;
                let (single, double): (f32, f64) = (rate.at(sensed(v), 36.0), rate.at(sensed(f64::from(v)), 36.0));
                let apart = (f64::from(single) - double).abs();
                let allowed = f64::max(2e-6 * double.abs(), 2e-9);
                if apart.is_nan() || apart / allowed > worst.0 {
                    worst = (apart / allowed, format!("{name} at {v} mV: {single} in f32, {double} in f64"));
                }
            }
        }
    }
    println!("largest {:.3} of what is allowed: {}", worst.0, worst.1);
    assert!(worst.0 <= 1.0, "{}", worst.1);
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 2000, ..ProptestConfig::default() })]

    #[test]
    fn gates_never_leave_zero_to_one(
        x in prop_oneof![Just(0.0_f64), Just(1.0), 0.0..=1.0_f64],
        v in prop_oneof![-150.0..150.0_f64, -1000.0..1000.0_f64],
        log_dt in -4.0..3.0_f64,
        celsius in 0.0..45.0_f64,
    ) {
        let dt = 10.0_f64.powf(log_dt);
        for (name, gate) in gates().iter().filter(|(_, g)| g.has_state()) {
            let factor = gate.rate_factor(celsius);
            for integrator in [Integrator::Staggered, Integrator::BackwardEuler] {
                let next = gate.advance(integrator, x, sensed(v), dt, celsius, factor);
                prop_assert!((0.0..=ONE_ULP_ABOVE).contains(&next), "{name} {}: {next} at {v} mV, dt {dt}", integrator.name());
                let again = gate.advance(integrator, next, sensed(v), dt, celsius, factor);
                prop_assert!((0.0..=ONE_ULP_ABOVE).contains(&again), "{name} {}: {again} after {next}", integrator.name());
                #[allow(clippy::cast_possible_truncation)]
                let single = gate.advance(integrator, x as f32, sensed(v as f32), dt, celsius, factor);
                prop_assert!((0.0..=1.0 + f32::EPSILON).contains(&single), "{name} {} f32: {single}", integrator.name());
            }
        }
    }
}

#[test]
fn gates_relax_to_their_steady_state() {
    for (name, gate) in gates().iter().filter(|(_, g)| g.has_state()) {
        for v in [-90.0, -65.0, -40.0, 20.0] {
            let inf = gate.steady_state(sensed(v), 6.3);
            for integrator in [Integrator::Staggered, Integrator::BackwardEuler, Integrator::ForwardEuler] {
                let dt = if integrator == Integrator::ForwardEuler { 0.005 } else { 5.0 };
                let mut x = 0.5_f64;
                for _ in 0..2_000_000 {
                    let next = gate.advance(integrator, x, sensed(v), dt, 6.3, 1.0);
                    if next == x {
                        break;
                    }
                    x = next;
                }
                assert!((x - inf).abs() < 1e-9, "{name} {} at {v} mV: {x}, not {inf}", integrator.name());
            }
        }
    }
}
