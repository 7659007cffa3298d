//! `ionChannelHH`: gates with their rates, steady states, time courses and temperature factors.

use std::borrow::Cow;

use huxley_model::channel::{Gate, Kinetics, Q10, Rate};

use super::element::Element;
use super::library::Library;
use super::rates::{self, Kind, OfGate};
use super::units::Unit;

/// Types of channels that are read.
pub(super) const CHANNELS: [&str; 3] = ["ionChannelHH", "ionChannel", "ionChannelPassive"];

/// What lies in an element beside what it does.
pub(super) const REMARKS: [&str; 4] = ["notes", "annotation", "property", "notes"];

/// A channel without its reversal potential.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct IonChannel {
    pub gates: Vec<Gate>,
    /// Of one channel, all gates open, uS; none where the file gives none.
    pub conductance: Option<f64>,
    /// Factor on conductances at the network's temperature.
    pub scale: f64,
}

/// Reads a channel.
pub(super) fn read(library: &Library, at: &Element) -> Option<IonChannel> {
    let report = &library.report;
    report.known(at, &["conductance", "species"]);
    if let Some(own) = at.get("type").filter(|own| !CHANNELS.contains(own)) {
        return report.unsupported(at, format!("channels of type `{own}` are"), "use ionChannelHH");
    }
    let conductance = at.get("conductance").map(|_| report.not_negative(at, "conductance", Unit::Conductance));
    let mut gates = Vec::new();
    let mut scale = Some(1.0);
    for child in &at.children {
        match child.tag.as_str() {
            "q10ConductanceScaling" => {
                let q10 = exponential(library, child);
                scale = scale.zip(q10).map(|(scale, q10)| scale * q10.at(library.celsius.unwrap_or(q10.celsius)));
            }
            tag if REMARKS.contains(&tag) => {}
            tag if tag.starts_with("gate") => gates.push(gate(library, child)),
            tag => {
                report.unsupported::<()>(
                    child,
                    format!("<{tag}> in a channel is"),
                    "gates are read, and q10ConductanceScaling",
                );
                scale = None;
            }
        }
    }
    let gates = gates.into_iter().collect::<Option<Vec<_>>>()?;
    for (index, gate) in gates.iter().enumerate() {
        if gates[..index].iter().any(|before| before.name == gate.name) {
            return report.error(
                at,
                format!("two gates are called `{}`", gate.name),
                "give each gate an id of its own",
            );
        }
    }
    let conductance = match conductance {
        Some(given) => Some(given?),
        None => None,
    };
    Some(IonChannel { gates, conductance, scale: scale? })
}

/// Types of gates that are read.
const GATES: [&str; 6] =
    ["gateHHrates", "gateHHtauInf", "gateHHratesTau", "gateHHratesInf", "gateHHratesTauInf", "gateHHInstantaneous"];

fn gate(library: &Library, at: &Element) -> Option<Gate> {
    let report = &library.report;
    let kind = if at.tag == "gate" || at.tag == "gateHH" { report.required(at, "type")? } else { at.tag.as_str() };
    if !GATES.contains(&kind) {
        return report.unsupported(at, format!("gates of type `{kind}` are"), format!("read are {}", GATES.join(", ")));
    }
    report.known(at, &["instances"]);
    let name = report.required(at, "id");
    let power = report.whole_or(at, "instances", 1).and_then(|power| {
        let small = u32::try_from(power).ok().filter(|power| *power <= 16);
        small.or_else(|| {
            report.error(at, format!("instances=\"{power}\" is above 16"), "write a whole number from 1 to 16")
        })
    });
    let wants = |part: &str| match part {
        "forwardRate" | "reverseRate" => kind.contains("rates"),
        "timeCourse" => kind.to_lowercase().contains("tau"),
        _ => kind.contains("Inf") || kind.contains("Instantaneous"),
    };
    let part = |tag: &str, of: Kind, gate: OfGate<'_>| -> Option<Option<Rate>> {
        match at.child(tag) {
            Some(_) if !wants(tag) => {
                report.warn_at(at, format!("`{tag}` of `{}` is not read: a {kind} has none", at.called()));
                Some(None)
            }
            Some(child) => rates::read(library, child, of, gate).map(Some),
            None if wants(tag) => {
                report.error(at, format!("a {kind} needs <{tag}>"), format!("add <{tag} type=\"...\" .../>"))
            }
            None => Some(None),
        }
    };
    let forward = part("forwardRate", Kind::Rate, OfGate::default());
    let reverse = part("reverseRate", Kind::Rate, OfGate::default());
    let both = (forward, reverse);
    let of_gate =
        OfGate { forward: both.0.as_ref().and_then(Option::as_ref), reverse: both.1.as_ref().and_then(Option::as_ref) };
    // Types of the files' own may ask for the gate's rates: they say nothing more where those could not be read.
    let rates_read = both.0.is_some() && both.1.is_some();
    let inf = if rates_read { part("steadyState", Kind::Variable, of_gate) } else { None };
    let tau = if rates_read { part("timeCourse", Kind::Time, of_gate) } else { None };
    let q10 = q10(library, at);
    let others = at.children.iter().filter(|child| {
        let known = ["forwardRate", "reverseRate", "steadyState", "timeCourse", "q10Settings"];
        !known.contains(&child.tag.as_str()) && !REMARKS.contains(&child.tag.as_str())
    });
    let unsupported = others.map(|child| report.unsupported::<()>(child, format!("<{}> in a gate is", child.tag), ""));
    if unsupported.count() > 0 {
        return None;
    }
    let (forward, reverse) = both;
    let (forward, reverse, inf, tau) = (forward?, reverse?, inf?, tau?);
    let kinetics = kinetics(library, at, kind, (forward, reverse), inf, tau);
    let (fixed, q10) = q10?;
    let kinetics = sped_up(kinetics?, fixed)?;
    Some(Gate { name: Cow::Owned(name?.to_owned()), power: power?, kinetics, q10 })
}

fn kinetics(
    library: &Library,
    at: &Element,
    kind: &str,
    rates: (Option<Rate>, Option<Rate>),
    inf: Option<Rate>,
    tau: Option<Rate>,
) -> Option<Kinetics> {
    let (forward, reverse) = rates;
    Some(match kind {
        "gateHHrates" => Kinetics::Rates { forward: forward?, reverse: reverse? },
        "gateHHInstantaneous" => Kinetics::Instantaneous { inf: inf? },
        "gateHHratesTau" => {
            let (a, b) = (rates::text(&forward?, " /ms"), rates::text(&reverse?, " /ms"));
            let inf = rates::expression(library, at, &format!("{a} / ({a} + {b})"), Kind::Variable)?;
            Kinetics::InfTau { inf, tau: tau? }
        }
        "gateHHratesInf" => {
            let (a, b) = (rates::text(&forward?, " /ms"), rates::text(&reverse?, " /ms"));
            let tau = rates::expression(library, at, &format!("1 / ({a} + {b})"), Kind::Time)?;
            Kinetics::InfTau { inf: inf?, tau }
        }
        _ => Kinetics::InfTau { inf: inf?, tau: tau? },
    })
}

/// The product of fixed factors, and the one that follows the temperature.
fn q10(library: &Library, gate: &Element) -> Option<(f64, Option<Q10>)> {
    let report = &library.report;
    let (mut fixed, mut by_temperature) = (1.0, None);
    for at in gate.all("q10Settings") {
        match report.required(at, "type")? {
            "q10Fixed" => {
                report.known(at, &["fixedQ10"]);
                fixed *= report.positive(at, "fixedQ10", Unit::Number)?;
            }
            "q10ExpTemp" => {
                report.known(at, &["q10Factor", "experimentalTemp", "fixedQ10"]);
                if by_temperature.replace(exponential(library, at)?).is_some() {
                    return report.unsupported(at, "two `q10ExpTemp` in one gate are", "multiply them into one");
                }
            }
            own => {
                return report.unsupported(at, format!("`{own}` is"), "read are q10ExpTemp and q10Fixed");
            }
        }
    }
    Some((fixed, by_temperature))
}

/// `q10Factor` and `experimentalTemp`.
fn exponential(library: &Library, at: &Element) -> Option<Q10> {
    let report = &library.report;
    let factor = report.positive(at, "q10Factor", Unit::Number);
    let celsius = report.quantity(at, "experimentalTemp", Unit::Temperature);
    if library.celsius.is_none() {
        return report.error(
            at,
            "rates follow the temperature, and the network gives none",
            "write <network id=\"...\" type=\"networkWithTemperature\" temperature=\"32degC\">",
        );
    }
    Some(Q10 { factor: factor?, celsius: celsius? })
}

/// Kinetics whose rates are `factor` times as large.
fn sped_up(kinetics: Kinetics, factor: f64) -> Option<Kinetics> {
    if factor == 1.0 {
        return Some(kinetics);
    }
    Some(match kinetics {
        Kinetics::Rates { forward, reverse } => {
            Kinetics::Rates { forward: rates::scaled(forward, factor)?, reverse: rates::scaled(reverse, factor)? }
        }
        Kinetics::InfTau { inf, tau } => Kinetics::InfTau { inf, tau: rates::scaled(tau, 1.0 / factor)? },
        instantaneous => instantaneous,
    })
}
