//! The equations of channels in both precisions.

use huxley_model::channel::{Form, Gate, Integrator, Kinetics, Q10, Rate, Sensed};
use huxley_model::preset;
use huxley_model::real::Real;

const V_T: f64 = -63.0;

fn gate(name: &'static str, forward: Rate, reverse: Rate, q10: Option<Q10>) -> Gate {
    Gate { name: name.into(), power: 1, kinetics: Kinetics::Rates { forward, reverse }, q10 }
}

/// The squid axon's and the Traub-Miles gates, each rate by itself and with shared exponentials, and one by steady state and time
/// constant.
pub fn gates() -> Vec<Gate> {
    let form = Form::new;
    let q10 = Some(Q10 { factor: 3.0, celsius: 6.3 });
    let mut gates = vec![
        gate("m", Rate::ExpLinear(form(1.0, -40.0, 10.0)), Rate::Exponential(form(4.0, -65.0, -18.0)), q10),
        gate("h", Rate::Exponential(form(0.07, -65.0, -20.0)), Rate::Sigmoid(form(1.0, -35.0, 10.0)), q10),
        gate("n", Rate::ExpLinear(form(0.1, -55.0, 10.0)), Rate::Exponential(form(0.125, -65.0, -80.0)), q10),
        gate("m", Rate::ExpLinear(form(1.28, V_T + 13.0, 4.0)), Rate::ExpLinear(form(1.4, V_T + 40.0, -5.0)), None),
        gate("h", Rate::Exponential(form(0.128, V_T + 17.0, -18.0)), Rate::Sigmoid(form(4.0, V_T + 40.0, 5.0)), None),
        gate("n", Rate::ExpLinear(form(0.16, V_T + 15.0, 5.0)), Rate::Exponential(form(0.5, V_T + 10.0, -40.0)), None),
        Gate {
            name: "p".into(),
            power: 1,
            kinetics: Kinetics::InfTau {
                inf: Rate::Sigmoid(form(1.0, -35.0, 10.0)),
                tau: Rate::Exponential(form(2.0, -65.0, -30.0)),
            },
            q10,
        },
    ];
    gates.extend(preset::HH.iter().chain(&preset::TRAUB_MILES).flat_map(|channel| channel.gates.to_vec()));
    gates
}

/// `rate` without its part in a shared exponential.
fn alone(rate: &Rate) -> Rate {
    match rate.clone() {
        Rate::Exponential(form) => Rate::Exponential(Form { power: None, ..form }),
        Rate::Sigmoid(form) => Rate::Sigmoid(Form { power: None, ..form }),
        Rate::ExpLinear(form) => Rate::ExpLinear(Form { power: None, ..form }),
        other => other,
    }
}

/// What an error of 1 in a shared `e^x - 1` makes of a rate; none where it has its exponential to itself.
fn amplification(rate: &Rate) -> Option<f64> {
    let (Rate::Exponential(form) | Rate::Sigmoid(form) | Rate::ExpLinear(form)) = rate else { return None };
    let power = form.power.filter(|power| power.less_one)?;
    Some(form.rate * ((power.midpoint - form.midpoint) / form.scale).abs().exp())
}

/// An exponential less 1 is rounded where it is 1, so what is made of its power has an absolute error beside a relative one.
#[test]
fn shared_exponentials_give_the_same_rates() {
    let mut shared = 0;
    for rate in rates() {
        let Some(amplification) = amplification(&rate) else { continue };
        let by_itself = alone(&rate);
        shared += 1;
        for step in 0..=250_000_u32 {
            let at = Sensed::potential(-150.0 + f64::from(step) * 1e-3);
            let (found, expected) = (rate.at(at, 6.3), by_itself.at(at, 6.3));
            let error = (found - expected).abs();
            let most = 1e-14 * expected + f64::EPSILON * amplification;
            assert!(error <= most, "{rate:?} at {} mV: {found:e}, {expected:e}", at.v);
        }
    }
    assert_eq!(shared, 5, "m, h, h, n, n of the squid");
}

fn rates() -> Vec<Rate> {
    let of = |gate: Gate| match gate.kinetics {
        Kinetics::Rates { forward, reverse } => vec![forward, reverse],
        Kinetics::InfTau { inf, tau } => vec![inf, tau],
        _ => Vec::new(),
    };
    gates().into_iter().flat_map(of).collect()
}

#[test]
fn rates_are_exact_at_their_removable_singularity() {
    let mut checked = 0;
    for rate in rates() {
        if let Rate::ExpLinear(form) = rate {
            assert_eq!(rate.at(Sensed::potential(form.midpoint), 6.3), form.rate);
            #[allow(clippy::cast_possible_truncation)]
            let (at, expected) = (form.midpoint as f32, form.rate as f32);
            assert_eq!(rate.at(Sensed::potential(at), 6.3), expected);
            // Next to it the rate is continuous.
            let next = rate.at(Sensed::potential(form.midpoint * (1.0 + f64::EPSILON)), 6.3);
            assert!((next - form.rate).abs() <= 1e-13 * form.rate, "{next}");
            checked += 1;
        }
    }
    assert_eq!(checked, 10);
}

#[test]
fn single_precision_rates_are_close_to_double() {
    for rate in rates() {
        for step in 0..=250_000_u32 {
            let v = -150.0 + f64::from(step) * 1e-3;
            #[allow(clippy::cast_possible_truncation)]
            let single = v as f32;
            let exact = rate.at(Sensed::potential(f64::from(single)), 6.3);
            let error = (f64::from(rate.at(Sensed::potential(single), 6.3)) - exact).abs();
            assert!(error <= (2e-6 * exact).max(2e-9), "{rate:?} at {v} mV: {error:e} of {exact:e}");
        }
    }
}

/// Largest distance from [0, 1] of any gate after a step from inside it.
fn largest_excess<R: Real + Into<f64>>(one: R, epsilon: f64, integrator: Integrator) -> f64 {
    let mut worst = 0.0_f64;
    for gate in gates() {
        for celsius in [0.0, 6.3, 25.0, 37.0, 50.0] {
            let factor = gate.rate_factor(celsius);
            for k in 0..=70 {
                let dt = 1e-4 * 10.0_f64.powf(f64::from(k) / 10.0);
                for step in 0..=1000 {
                    let v = one.lit(-150.0 + f64::from(step) * 0.25);
                    for x in [0.0, 1e-30, 1e-8, 0.1, 0.5, 0.9, 1.0 - epsilon, 1.0] {
                        let x: f64 =
                            gate.advance(integrator, one.lit(x), Sensed::potential(v), dt, celsius, factor).into();
                        assert!(x.is_finite(), "{} {integrator:?} {celsius} degC, dt {dt}: {x}", gate.name);
                        worst = worst.max(-x).max(x - 1.0);
                    }
                }
            }
        }
    }
    worst
}

#[test]
fn gates_never_leave_their_range_by_more_than_the_last_digit() {
    for integrator in [Integrator::Staggered, Integrator::BackwardEuler] {
        let single = f64::from(f32::EPSILON);
        let found = largest_excess(1.0_f32, single, integrator);
        assert!(found <= single, "f32 {integrator:?}: out of [0, 1] by {found:e}");
        let found = largest_excess(1.0_f64, f64::EPSILON, integrator);
        assert!(found <= f64::EPSILON, "f64 {integrator:?}: out of [0, 1] by {found:e}");
    }
}
