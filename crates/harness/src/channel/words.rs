//! A channel's equations in words.

use huxley_model::channel::{Channel, Form, Gate, Kinetics, Rate, Reversal};

use crate::figure::figure;

/// `g = gbar m^3 h`.
pub fn conductance(channel: &Channel) -> String {
    let gate = |gate: &Gate| match gate.power {
        1 => format!(" {}", gate.name),
        power => format!(" {}^{power}", gate.name),
    };
    let (made, most) = match channel.reversal {
        Reversal::GoldmanCalcium { .. } => ("P", "Pbar"),
        _ => ("g", "gbar"),
    };
    format!("{made} = {most}{}", channel.gates.iter().map(gate).collect::<String>())
}

/// `I = g (V - E)`.
pub fn current(channel: &Channel) -> String {
    match channel.reversal {
        Reversal::GoldmanCalcium { .. } => "I = P times the flux of calcium after Goldman, Hodgkin and Katz".to_owned(),
        _ => "I = g (V - E)".to_owned(),
    }
}

/// Where `E` is from.
pub fn reversal(reversal: &Reversal) -> String {
    match reversal {
        Reversal::Fixed(_) => "fixed".to_owned(),
        Reversal::Nernst { valence, inside, outside } => format!(
            "Nernst's potential of an ion of valence {} with {} mM inside and {} mM outside",
            figure(*valence),
            figure(*inside),
            figure(*outside)
        ),
        Reversal::NernstCalcium { outside } => {
            format!("Nernst's potential of the cell's own calcium, with {} mM outside", figure(*outside))
        }
        Reversal::GoldmanCalcium { outside } => {
            format!("none: the current follows the cell's own calcium, with {} mM outside", figure(*outside))
        }
    }
}

/// The functions of a gate, before its temperature factor.
pub fn equations(gate: &Gate) -> Vec<String> {
    let name = &gate.name;
    match &gate.kinetics {
        Kinetics::Rates { forward, reverse } => vec![
            format!("d{name}/dt = alpha (1 - {name}) - beta {name}"),
            format!("alpha (/ms) = {}", rate(forward)),
            format!("beta (/ms) = {}", rate(reverse)),
        ],
        Kinetics::InfTau { inf, tau } => vec![
            format!("d{name}/dt = (inf - {name}) / tau"),
            format!("inf = {}", rate(inf)),
            format!("tau (ms) = {}", rate(tau)),
        ],
        Kinetics::InstantaneousRates { forward, reverse } => vec![
            format!("{name} = alpha / (alpha + beta), at once"),
            format!("alpha (/ms) = {}", rate(forward)),
            format!("beta (/ms) = {}", rate(reverse)),
        ],
        Kinetics::Instantaneous { inf } => vec![format!("{name} = {}, at once", rate(inf))],
    }
}

fn rate(rate: &Rate) -> String {
    match rate {
        Rate::Constant(value) => figure(*value),
        Rate::Exponential(form) => format!("{}exp({})", factor(form), argument(form, false)),
        Rate::Sigmoid(form) => format!("{} / (1 + exp({}))", figure(form.rate), argument(form, true)),
        Rate::ExpLinear(form) => {
            format!("{}x / (1 - exp(-x)), x = {}", factor(form), argument(form, false))
        }
        Rate::Expression(expression) => expression.text().to_owned(),
    }
}

fn factor(form: &Form) -> String {
    if form.rate == 1.0 { String::new() } else { format!("{} ", figure(form.rate)) }
}

/// `(V + 40) / 10`, or its negative.
fn argument(form: &Form, negated: bool) -> String {
    let sign = if (form.scale < 0.0) == negated { "" } else { "-" };
    let shifted = match form.midpoint {
        0.0 => "V".to_owned(),
        midpoint if midpoint < 0.0 => format!("(V + {})", figure(-midpoint)),
        midpoint => format!("(V - {})", figure(midpoint)),
    };
    format!("{sign}{shifted} / {}", figure(form.scale.abs()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use huxley_model::preset::HH;

    #[test]
    fn equations_read_as_in_the_paper() {
        assert_eq!(conductance(&HH[0]), "g = gbar m^3 h");
        let [m, h] = [0, 1].map(|gate| equations(&HH[0].gates[gate]));
        assert_eq!(m[1], "alpha (/ms) = x / (1 - exp(-x)), x = (V + 40) / 10");
        assert_eq!(m[2], "beta (/ms) = 4 exp(-(V + 65) / 18)");
        assert_eq!(h[1], "alpha (/ms) = 0.07 exp(-(V + 65) / 20)");
        assert_eq!(h[2], "beta (/ms) = 1 / (1 + exp(-(V + 35) / 10))");
    }
}
