//! `[channels.NAME]`: a user's own channels.

use std::borrow::Cow;

use huxley_model::channel::{Channel, Form, Gate, Kinetics, Q10, Rate, Reversal};
use huxley_model::expression::{self, Expression};

use super::quantity::Dimension;
use super::reader::{Bound, Fields, Node};

pub(crate) fn read(name: &str, node: &Node<'_>) -> Option<Channel> {
    let fields = node.fields()?;
    let reversal = fields.required("reversal").and_then(|node| reversal(&node));
    let gates = match fields.optional("gates") {
        Some(node) => super::named_in(&node, gate),
        None => Some(Vec::new()),
    };
    fields.finish();
    Some(Channel { name: Cow::Owned(name.to_owned()), gates: Cow::Owned(gates?), reversal: reversal? })
}

/// `"-77 mV"`, or `{ valence = 1, inside = "140 mM", outside = "5 mM" }` for Nernst's, or
/// `{ calcium = "nernst", outside = "2 mM" }` with the cell's own calcium inside (`"ghk"`: its current instead).
pub(crate) fn reversal(node: &Node<'_>) -> Option<Reversal> {
    if !node.is_table() {
        return node.quantity(Dimension::Potential, Bound::Within(-1000.0, 1000.0)).map(Reversal::Fixed);
    }
    let fields = node.fields()?;
    if let Some(law) = fields.optional("calcium") {
        let make = law.choice::<fn(f64) -> Reversal>(&[
            ("nernst", |outside| Reversal::NernstCalcium { outside }),
            ("ghk", |outside| Reversal::GoldmanCalcium { outside }),
        ]);
        let outside = fields.quantity("outside", Dimension::Concentration, Bound::Positive);
        fields.finish();
        return Some(make?(outside?));
    }
    let valence = fields.required("valence").and_then(|node| {
        let valence = node.number(Bound::Within(-4.0, 4.0))?;
        if valence == 0.0 { node.error("an ion's valence is not 0", "write 1, 2 or -1") } else { Some(valence) }
    });
    let inside = fields.quantity("inside", Dimension::Concentration, Bound::Positive);
    let outside = fields.quantity("outside", Dimension::Concentration, Bound::Positive);
    fields.finish();
    Some(Reversal::Nernst { valence: valence?, inside: inside?, outside: outside? })
}

fn gate(name: &str, node: &Node<'_>) -> Option<Gate> {
    let fields = node.fields()?;
    let power = fields.or("power", 1, |node| node.integer(1, 16));
    let q10 = fields.or("q10", None, |node| q10(&node).map(Some));
    let instantaneous = fields.or("instantaneous", false, |node| node.boolean());
    let by_rates = fields.optional("forward").is_some() || fields.optional("reverse").is_some();
    let kinetics = if by_rates { rates(&fields, instantaneous?) } else { steady(&fields, instantaneous?) };
    fields.finish();
    let power = u32::try_from(power?).ok()?;
    Some(Gate { name: Cow::Owned(name.to_owned()), power, kinetics: kinetics?, q10: q10? })
}

fn rates(fields: &Fields<'_>, instantaneous: bool) -> Option<Kinetics> {
    let forward = fields.required("forward").and_then(|node| rate(&node, Unit::Rate));
    let reverse = fields.required("reverse").and_then(|node| rate(&node, Unit::Rate));
    let (forward, reverse) = (forward?, reverse?);
    Some(if instantaneous {
        Kinetics::InstantaneousRates { forward, reverse }
    } else {
        Kinetics::Rates { forward, reverse }
    })
}

fn steady(fields: &Fields<'_>, instantaneous: bool) -> Option<Kinetics> {
    let Some(inf) = fields.optional("inf") else {
        return fields.node.error(
            "a gate needs `forward` and `reverse`, or `inf` and `tau`",
            "add inf = { form = \"sigmoid\", rate = 1, midpoint = \"-40 mV\", scale = \"5 mV\" } and tau = \"5 ms\"",
        );
    };
    let inf = rate(&inf, Unit::Fraction);
    if instantaneous {
        return Some(Kinetics::Instantaneous { inf: inf? });
    }
    let tau = fields.required("tau").and_then(|node| rate(&node, Unit::Time));
    Some(Kinetics::InfTau { inf: inf?, tau: tau? })
}

fn q10(node: &Node<'_>) -> Option<Q10> {
    let fields = node.fields()?;
    let factor = fields.required("factor").and_then(|node| node.number(Bound::Positive));
    let celsius = fields.quantity("at", Dimension::Temperature, Bound::Within(-20.0, 100.0));
    fields.finish();
    Some(Q10 { factor: factor?, celsius: celsius? })
}

/// What a function of the potential returns.
#[derive(Clone, Copy, PartialEq)]
enum Unit {
    Rate,
    Time,
    Fraction,
}

impl Unit {
    fn value(self, node: &Node<'_>) -> Option<f64> {
        match self {
            Self::Rate => node.quantity(Dimension::Rate, Bound::NotNegative),
            Self::Time => node.quantity(Dimension::Time, Bound::Positive),
            Self::Fraction => node.number(Bound::Within(0.0, 1.0)),
        }
    }
}

/// A constant, a standard form, or an expression.
fn rate(node: &Node<'_>, unit: Unit) -> Option<Rate> {
    if !node.is_table() {
        return unit.value(node).map(Rate::Constant);
    }
    let fields = node.fields()?;
    if let Some(text) = fields.optional("expression") {
        fields.finish();
        return expression(&text, unit);
    }
    let Some(form) = fields.optional("form") else {
        return node.error(
            "neither `form` nor `expression` is given",
            "write { form = \"exp|sigmoid|explinear\", rate, midpoint, scale } or { expression = \"...\" }",
        );
    };
    let make = form.choice::<fn(Form) -> Rate>(&[
        ("exp", Rate::Exponential),
        ("sigmoid", Rate::Sigmoid),
        ("explinear", Rate::ExpLinear),
    ]);
    let value = fields.required("rate").and_then(|node| unit.value(&node));
    let midpoint = fields.quantity("midpoint", Dimension::Potential, Bound::Any);
    let scale = fields.required("scale").and_then(|node| {
        let scale = node.quantity(Dimension::Potential, Bound::Any)?;
        if scale == 0.0 { node.error("the scale must not be 0", "write \"10 mV\" or \"-10 mV\"") } else { Some(scale) }
    });
    fields.finish();
    Some(make?(Form::new(value?, midpoint?, scale?)))
}

fn expression(node: &Node<'_>, unit: Unit) -> Option<Rate> {
    let text = node.text()?;
    let parsed = match Expression::parse(text) {
        Ok(parsed) => parsed,
        Err(error) => {
            return node.error(
                error.to_string(),
                "an expression of `v` (mV), `ca` (uM) and `celsius`: \"0.1 * exp((v + 40) / 10)\"",
            );
        }
    };
    let (wanted, what) = match unit {
        Unit::Rate => (expression::Dimension::RATE, "a rate, per ms"),
        Unit::Time => (expression::Dimension::TIME, "a time, in ms"),
        Unit::Fraction => (expression::Dimension::NONE, "a plain number"),
    };
    if parsed.dimension().is_some_and(|own| own != wanted) {
        return node.error(
            format!("the units of `{text}` do not make {what}"),
            "give units that do, or leave all units out (mV and ms are meant then)",
        );
    }
    // A removable singularity is 0/0 on a machine; the preset temperature does not move it.
    if let Some(at) = parsed.first_non_finite(20.0) {
        let calcium = if parsed.reads_calcium() { format!(", ca = {} uM", at.ca) } else { String::new() };
        return node.error(
            format!("the expression `{text}` is not finite at v = {} mV{calcium}", at.v),
            "write x / (exp(x) - 1) as exprelr(x), which has its limit at x = 0",
        );
    }
    Some(Rate::Expression(Box::new(parsed)))
}
