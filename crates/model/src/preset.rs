//! Membranes from the literature, as data.

use std::borrow::Cow;

use crate::channel::{Channel, Form, Gate, Kinetics, Q10, Rate, Reversal};
use crate::morphology::SectionKind;
use crate::network::Insertion;

/// A published membrane: its channels with their densities everywhere, and what else the paper fixes.
#[derive(Clone, Debug)]
pub struct Preset {
    /// The name users type.
    pub name: &'static str,
    /// Channels, ungated leak included, with the paper's densities in every kind of section.
    pub channels: Vec<Insertion>,
    /// uF/cm2.
    pub capacitance: f64,
    /// Temperature of the paper's rates, degC.
    pub celsius: f64,
    /// Usual initial potential, mV.
    pub v_init: f64,
    /// Usual spike threshold, mV.
    pub threshold: f64,
    /// Where the numbers come from.
    pub source: &'static str,
}

const fn rates(name: &'static str, power: u32, forward: Rate, reverse: Rate, q10: Option<Q10>) -> Gate {
    Gate { name: Cow::Borrowed(name), power, kinetics: Kinetics::Rates { forward, reverse }, q10 }
}

const fn exponential(rate: f64, midpoint: f64, scale: f64) -> Rate {
    Rate::Exponential(Form::new(rate, midpoint, scale))
}

const fn sigmoid(rate: f64, midpoint: f64, scale: f64) -> Rate {
    Rate::Sigmoid(Form::new(rate, midpoint, scale))
}

const fn exp_linear(rate: f64, midpoint: f64, scale: f64) -> Rate {
    Rate::ExpLinear(Form::new(rate, midpoint, scale))
}

const SQUID: Option<Q10> = Some(Q10 { factor: 3.0, celsius: 6.3 });

// Exponentials that are powers of each other, as `rate::share` finds them: compiled kernels need them when they are compiled.

const HH_SODIUM: &[Gate] = &[
    rates(
        "m",
        3,
        Rate::ExpLinear(Form::new(1.0, -40.0, 10.0).with(-40.0, -20.0, 1)),
        exponential(4.0, -65.0, -18.0),
        SQUID,
    ),
    rates(
        "h",
        1,
        Rate::Exponential(Form::new(0.07, -65.0, -20.0).with(-40.0, -20.0, 0)),
        Rate::Sigmoid(Form::new(1.0, -35.0, 10.0).with(-40.0, -20.0, 1)),
        SQUID,
    ),
];
const HH_POTASSIUM: &[Gate] = &[rates(
    "n",
    4,
    Rate::ExpLinear(Form::new(0.1, -55.0, 10.0).with(-55.0, -80.0, 3)),
    Rate::Exponential(Form::new(0.125, -65.0, -80.0).with(-55.0, -80.0, 0)),
    SQUID,
)];

const fn traub_miles_m(threshold: f64) -> Gate {
    rates("m", 3, exp_linear(1.28, threshold + 13.0, 4.0), exp_linear(1.4, threshold + 40.0, -5.0), None)
}

const fn traub_miles_h(threshold: f64) -> Gate {
    rates("h", 1, exponential(0.128, threshold + 17.0, -18.0), sigmoid(4.0, threshold + 40.0, 5.0), None)
}

const fn traub_miles_n(threshold: f64) -> Gate {
    rates("n", 4, exp_linear(0.16, threshold + 15.0, 5.0), exponential(0.5, threshold + 10.0, -40.0), None)
}

const TRAUB_MILES_SODIUM: &[Gate] = &[traub_miles_m(-63.0), traub_miles_h(-63.0)];
const TRAUB_MILES_POTASSIUM: &[Gate] = &[traub_miles_n(-63.0)];

/// Sodium and potassium of the squid axon: the pair with a compiled kernel.
pub const HH: [Channel; 2] = [
    Channel { name: Cow::Borrowed("na"), gates: Cow::Borrowed(HH_SODIUM), reversal: Reversal::Fixed(50.0) },
    Channel { name: Cow::Borrowed("k"), gates: Cow::Borrowed(HH_POTASSIUM), reversal: Reversal::Fixed(-77.0) },
];

/// Sodium and potassium of Traub & Miles with `V_T` = -63 mV: the other pair with a compiled kernel.
pub const TRAUB_MILES: [Channel; 2] = [
    Channel { name: Cow::Borrowed("na"), gates: Cow::Borrowed(TRAUB_MILES_SODIUM), reversal: Reversal::Fixed(50.0) },
    Channel { name: Cow::Borrowed("k"), gates: Cow::Borrowed(TRAUB_MILES_POTASSIUM), reversal: Reversal::Fixed(-90.0) },
];

/// Names of all presets.
pub const NAMES: [&str; 8] = [
    "hh",
    "traub_miles",
    "wang_buzsaki",
    "pospischil_rs",
    "pospischil_fs",
    "pospischil_ib",
    "pospischil_lts",
    "adapting",
];

fn everywhere(channel: Channel, density: f64) -> Insertion {
    Insertion { channel, density: vec![(SectionKind::Any, density)] }
}

/// An ungated conductance with a fixed reversal potential.
#[must_use]
pub fn leak(reversal: f64) -> Channel {
    Channel { name: Cow::Borrowed("leak"), gates: Cow::Borrowed(&[]), reversal: Reversal::Fixed(reversal) }
}

fn channel(name: &'static str, gates: Vec<Gate>, reversal: f64) -> Channel {
    Channel { name: Cow::Borrowed(name), gates: Cow::Owned(gates), reversal: Reversal::Fixed(reversal) }
}

/// Reversal potential of potassium in the files of ModelDB 123623, mV (the paper's fits to recorded cells have -90).
const POSPISCHIL_E_K: f64 = -100.0;

/// Reversal potential of calcium at 36 degC with 2 mM outside and 240 nM inside, mV: what the ModelDB files of the bursting cell
/// start from. (Their file of the low-threshold cell lets it follow a calcium pool; the paper holds it at 120.)
const NERNST_CALCIUM: f64 = 120.2554;

/// Slow potassium current `I_M` of Pospischil et al. 2008 (after Yamada et al. 1989); `tau_max` in ms.
fn muscarinic(tau_max: f64) -> Channel {
    let tau = Expression::parse(&format!("{tau_max} / (3.3 * exp((v + 35) / 20) + exp(-(v + 35) / 20))"));
    let gate = Gate {
        name: Cow::Borrowed("p"),
        power: 1,
        kinetics: Kinetics::InfTau { inf: sigmoid(1.0, -35.0, 10.0), tau: expression(tau) },
        q10: None,
    };
    channel("m", vec![gate], POSPISCHIL_E_K)
}

/// High-threshold calcium current `I_L` of Pospischil et al. 2008 (after Reuveni et al. 1993).
fn high_threshold_calcium() -> Channel {
    let q = rates("q", 2, exp_linear(0.209, -27.0, 3.8), exponential(0.94, -75.0, -17.0), None);
    let r = rates("r", 1, exponential(0.000_457, -13.0, -50.0), sigmoid(0.0065, -15.0, 28.0), None);
    channel("ca_l", vec![q, r], NERNST_CALCIUM)
}

/// Low-threshold calcium current `I_T` of Pospischil et al. 2008 (after Destexhe et al. 1996), shifted by `shift` mV. Rates of 24
/// degC are taken to 36 degC with a Q10 of 3, as in the authors' file (the paper prints the brackets of tau otherwise).
fn low_threshold_calcium(shift: f64) -> Channel {
    let s = Gate {
        name: Cow::Borrowed("s"),
        power: 2,
        kinetics: Kinetics::Instantaneous { inf: sigmoid(1.0, -57.0 - shift, 6.2) },
        q10: None,
    };
    let q10 = 3_f64.powf(1.2);
    let tau = Expression::parse(&format!(
        "(30.8 + (211.4 + exp((v + {shift} + 113.2) / 5)) / (1 + exp((v + {shift} + 84) / 3.2))) / {q10}"
    ));
    let u = Gate {
        name: Cow::Borrowed("u"),
        power: 1,
        kinetics: Kinetics::InfTau { inf: sigmoid(1.0, -81.0 - shift, -4.0), tau: expression(tau) },
        q10: None,
    };
    channel("ca_t", vec![s, u], 120.0)
}

/// Potassium current after a spike, opened by calcium: `alpha = c ca^2`, `beta` constant, two gates, as `I_K[Ca]` of
/// Destexhe et al. 1994, J. Neurophysiol. 72:803 (with `beta` of 0.03 /ms). Their `c` is for a layer of 0.1 um with
/// tens of uM; here it puts half of the conductance at 0.7 uM, where SK channels have it (Koehler et al. 1996,
/// Science 273:1709), so that a whole cell's calcium opens it.
fn after_hyperpolarisation() -> Channel {
    let alpha = Expression::parse("0.03 /ms * (ca / 0.45 uM)^2");
    let q = rates("q", 2, expression(alpha), Rate::Constant(0.03), None);
    channel("ahp", vec![q], POSPISCHIL_E_K)
}

fn expression(parsed: Result<Expression, ExpressionError>) -> Rate {
    Rate::Expression(Box::new(parsed.expect("the presets' expressions parse, a test evaluates each")))
}

/// A cell of ModelDB 123623: `leak` is a density and a reversal potential, cells start from `v_init`.
fn pospischil(
    name: &'static str,
    leak: (f64, f64),
    v_init: f64,
    potassium: f64,
    more: Vec<Insertion>,
    source: &'static str,
) -> Preset {
    let threshold = -55.0;
    let sodium = channel("na", vec![traub_miles_m(threshold), traub_miles_h(threshold)], 50.0);
    let mut channels = vec![
        everywhere(sodium, 0.05),
        everywhere(channel("k", vec![traub_miles_n(threshold)], POSPISCHIL_E_K), potassium),
        everywhere(self::leak(leak.1), leak.0),
    ];
    channels.extend(more);
    Preset { name, channels, capacitance: 1.0, celsius: 36.0, v_init, threshold: 0.0, source }
}

/// The preset called `name`.
#[must_use]
pub fn find(name: &str) -> Option<Preset> {
    Some(match name {
        "hh" => Preset {
            name: "hh",
            channels: vec![
                everywhere(HH[0].clone(), 0.12),
                everywhere(HH[1].clone(), 0.036),
                everywhere(leak(-54.3), 0.0003),
            ],
            capacitance: 1.0,
            celsius: 6.3,
            v_init: -65.0,
            threshold: 0.0,
            source: "Hodgkin & Huxley 1952, J. Physiol. 117:500, with rest at -65 mV and today's signs",
        },
        "traub_miles" => Preset {
            name: "traub_miles",
            channels: vec![
                everywhere(TRAUB_MILES[0].clone(), 0.1),
                everywhere(TRAUB_MILES[1].clone(), 0.03),
                everywhere(leak(-60.0), 5e-5),
            ],
            capacitance: 1.0,
            celsius: 36.0,
            v_init: -65.0,
            threshold: 0.0,
            source: "Traub & Miles 1991 as in Brette et al. 2007, J. Comput. Neurosci. 23:349 (COBAHH), V_T = -63 mV",
        },
        "wang_buzsaki" => {
            let m = Gate {
                name: Cow::Borrowed("m"),
                power: 3,
                kinetics: Kinetics::InstantaneousRates {
                    forward: exp_linear(1.0, -35.0, 10.0),
                    reverse: exponential(4.0, -60.0, -18.0),
                },
                q10: None,
            };
            // The paper's phi = 5 is multiplied into the rates of h and n.
            let h = rates("h", 1, exponential(0.35, -58.0, -20.0), sigmoid(5.0, -28.0, 10.0), None);
            let n = rates("n", 4, exp_linear(0.5, -34.0, 10.0), exponential(0.625, -44.0, -80.0), None);
            Preset {
                name: "wang_buzsaki",
                channels: vec![
                    everywhere(channel("na", vec![m, h], 55.0), 0.035),
                    everywhere(channel("k", vec![n], -90.0), 0.009),
                    everywhere(leak(-65.0), 0.0001),
                ],
                capacitance: 1.0,
                celsius: 36.0,
                v_init: -64.0,
                threshold: 0.0,
                source: "Wang & Buzsaki 1996, J. Neurosci. 16:6402",
            }
        }
        "pospischil_rs" => pospischil(
            "pospischil_rs",
            (1e-4, -70.0),
            -70.0,
            0.005,
            vec![everywhere(muscarinic(1000.0), 7e-5)],
            "Pospischil et al. 2008, Biol. Cybern. 99:427, regular spiking; constants of ModelDB 123623 (V_T -55, E_K -100 mV, \
             tau_max 1 s; there 96 um long and thick)",
        ),
        "pospischil_fs" => pospischil(
            "pospischil_fs",
            (1.5e-4, -70.0),
            -70.0,
            0.01,
            Vec::new(),
            "Pospischil et al. 2008, Biol. Cybern. 99:427, fast spiking; constants of ModelDB 123623 (V_T -55, E_K -100 mV; there 67 \
             um long and thick)",
        ),
        "pospischil_ib" => pospischil(
            "pospischil_ib",
            (1e-5, -85.0),
            -84.0,
            0.005,
            vec![everywhere(muscarinic(1000.0), 3e-5), everywhere(high_threshold_calcium(), 1.7e-4)],
            "Pospischil et al. 2008, Biol. Cybern. 99:427, bursting with I_L; constants of ModelDB 123623 (V_T -55, E_K -100, E_Ca \
             120.26 mV, tau_max 1 s; there 96 um long and thick)",
        ),
        "pospischil_lts" => pospischil(
            "pospischil_lts",
            (1e-5, -85.0),
            -84.0,
            0.005,
            vec![everywhere(muscarinic(1000.0), 3e-5), everywhere(low_threshold_calcium(2.0), 4e-4)],
            "Pospischil et al. 2008, Biol. Cybern. 99:427, low-threshold spiking with I_T; constants of ModelDB 123623 (V_T -55, E_K \
             -100 mV, I_T shifted by 2 mV, tau_max 1 s; there 96 um long and thick) with the paper's E_Ca of 120 mV",
        ),
        "adapting" => pospischil(
            "adapting",
            (1e-4, -70.0),
            -70.0,
            0.005,
            vec![
                everywhere(muscarinic(1000.0), 7e-5),
                everywhere(
                    Channel { reversal: Reversal::NernstCalcium { outside: 2.0 }, ..high_threshold_calcium() },
                    1e-4,
                ),
                everywhere(after_hyperpolarisation(), 1e-4),
            ],
            "regular spiking of Pospischil et al. 2008, Biol. Cybern. 99:427, with their I_L (after Reuveni et al. 1993) at 2 mM \
             calcium outside and the cell's own inside, and I_AHP after Destexhe et al. 1994; needs signalling",
        ),
        _ => return None,
    })
}

use crate::expression::{Expression, ExpressionError};

#[cfg(test)]
mod tests {
    use super::*;
    use crate::channel::Sensed;

    #[test]
    fn compiled_pairs_share_what_can_be_shared() {
        for channel in HH.iter().chain(&TRAUB_MILES) {
            // Equal forms may have their exponentials otherwise.
            assert_eq!(format!("{:?}", channel.sharing()), format!("{channel:?}"));
        }
    }

    #[test]
    fn every_preset_has_finite_steady_states() {
        for name in NAMES {
            let preset = find(name).expect(name);
            for insertion in &preset.channels {
                for gate in insertion.channel.gates.iter() {
                    for v in [-150.0, -65.0, 0.0, 100.0] {
                        let x: f64 = gate.steady_state(Sensed { v, ca: 0.1 }, preset.celsius);
                        assert!(
                            (0.0..=1.0).contains(&x),
                            "{name} {} {} at {v} mV: {x}",
                            insertion.channel.name,
                            gate.name
                        );
                    }
                }
            }
        }
    }
}
