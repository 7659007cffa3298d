//! Rates, steady states and time courses: the standard forms, and types of a file's own (`ComponentType`).

use std::collections::HashMap;

use huxley_model::channel::{Form, Rate, Sensed};
use huxley_model::expression::{self, Expression};

use super::element::Element;
use super::formula;
use super::library::Library;
use super::units::{self, Unit};

/// What a function of the potential returns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// Per ms.
    Rate,
    /// ms.
    Time,
    /// A plain number.
    Variable,
}

/// The name of a standard form, and what makes one.
type Standard = (&'static str, fn(Form) -> Rate);

impl Kind {
    fn unit(self) -> Unit {
        match self {
            Self::Rate => Unit::Rate,
            Self::Time => Unit::Time,
            Self::Variable => Unit::Number,
        }
    }

    fn dimension(self) -> expression::Dimension {
        match self {
            Self::Rate => expression::Dimension::RATE,
            Self::Time => expression::Dimension::TIME,
            Self::Variable => expression::Dimension::NONE,
        }
    }

    /// The standard types, and those a file's own may extend.
    fn types(self) -> (&'static [Standard], &'static [&'static str]) {
        match self {
            Self::Rate => (
                &[
                    ("HHExpRate", Rate::Exponential),
                    ("HHSigmoidRate", Rate::Sigmoid),
                    ("HHExpLinearRate", Rate::ExpLinear),
                ],
                &["baseVoltageDepRate", "baseVoltageConcDepRate", "baseHHRate"],
            ),
            Self::Variable => (
                &[
                    ("HHExpVariable", Rate::Exponential),
                    ("HHSigmoidVariable", Rate::Sigmoid),
                    ("HHExpLinearVariable", Rate::ExpLinear),
                ],
                &["baseVoltageDepVariable", "baseVoltageConcDepVariable", "baseHHVariable"],
            ),
            Self::Time => (&[], &["baseVoltageDepTime", "baseVoltageConcDepTime"]),
        }
    }

    /// The exposure that holds the result.
    fn exposure(self) -> &'static str {
        match self {
            Self::Rate => "r",
            Self::Time => "t",
            Self::Variable => "x",
        }
    }
}

/// Gates' own rates, for types that ask for `alpha` and `beta`.
#[derive(Clone, Copy, Default)]
pub(super) struct OfGate<'a> {
    pub forward: Option<&'a Rate>,
    pub reverse: Option<&'a Rate>,
}

/// Reads `<forwardRate type="HHExpRate" .../>` and its like.
pub(super) fn read(library: &Library, at: &Element, kind: Kind, gate: OfGate<'_>) -> Option<Rate> {
    let report = &library.report;
    let name = report.required(at, "type")?;
    let (standard, _) = kind.types();
    if kind == Kind::Time && name == "fixedTimeCourse" {
        report.known(at, &["tau"]);
        return report.positive(at, "tau", Unit::Time).map(Rate::Constant);
    }
    if let Some((_, make)) = standard.iter().find(|(own, _)| *own == name) {
        report.known(at, &["rate", "midpoint", "scale"]);
        let rate = report.quantity(at, "rate", kind.unit());
        let midpoint = report.quantity(at, "midpoint", Unit::Voltage);
        let scale = report.quantity(at, "scale", Unit::Voltage).and_then(|scale| {
            if scale == 0.0 { report.error(at, "the scale must not be 0", "write scale=\"10mV\"") } else { Some(scale) }
        });
        return Some(make(Form::new(rate?, midpoint?, scale?)));
    }
    let Some(own) = library.component_type(name) else {
        let known = standard.iter().map(|(own, _)| *own).chain((kind == Kind::Time).then_some("fixedTimeCourse"));
        let known: Vec<&str> = known.collect();
        return report.error(
            at,
            format!("`{name}` is not a type of {}", at.tag),
            format!("known are {}, and types the files define (<ComponentType>)", known.join(", ")),
        );
    };
    let text = match OwnType::new(library, own, at, gate).text(kind) {
        Ok(text) => text,
        Err(problem) => {
            return report.error(
                at,
                format!("the type `{name}` ({}) cannot be used: {problem}", report.place(own)),
                "rates may be expressions of v, of the temperature, and of constants and parameters with units",
            );
        }
    };
    expression(library, at, &text, kind)
}

/// A rate from a text with units.
pub(super) fn expression(library: &Library, at: &Element, text: &str, kind: Kind) -> Option<Rate> {
    let report = &library.report;
    let refuse = |problem: String| {
        report.error(at, format!("`{text}` {problem}"), "every quantity needs the unit of its dimension, as in LEMS")
    };
    // The quotient makes every dimension count, even where no quantity is written with a unit.
    let checked = Expression::parse(&format!("(1 ms / 1 ms) * ({text})"));
    let (checked, parsed) = match checked.and_then(|checked| Ok((checked, Expression::parse(text)?))) {
        Ok(both) => both,
        Err(error) => return refuse(format!("cannot be evaluated: {error}")),
    };
    if checked.dimension() != Some(kind.dimension()) {
        let found = checked.dimension().unwrap_or_default();
        return refuse(format!("is in {found}, and a {} is in {}", at.tag, kind.dimension()));
    }
    if parsed.reads_calcium() {
        return report.unsupported(at, "rates that follow the concentration of calcium are", "");
    }
    let celsius = library.celsius.unwrap_or(20.0);
    if let Some(bad) = parsed.first_non_finite(celsius) {
        return report.error(
            at,
            format!("the rate is not finite at v = {} mV: `{text}`", bad.v),
            "give the value at that voltage by a ConditionalDerivedVariable",
        );
    }
    let rate = Rate::Expression(Box::new(parsed));
    if kind == Kind::Time {
        let wrong = (-150..=100).map(f64::from).find(|&v| !(rate.at(Sensed::potential(v), celsius) > 0.0));
        if let Some(v) = wrong {
            return report.error(at, format!("the time course is not above 0 at v = {v} mV: `{text}`"), "");
        }
    }
    Some(rate)
}

/// A rate as text with units; `unit` is that of its value, as ` /ms`.
pub(super) fn text(rate: &Rate, unit: &str) -> String {
    let x = |form: &Form| format!("(v - ({:?} mV)) / ({:?} mV)", form.midpoint, form.scale);
    match rate {
        Rate::Constant(value) => format!("({value:?}{unit})"),
        Rate::Exponential(form) => format!("({:?}{unit}) * exp({})", form.rate, x(form)),
        Rate::Sigmoid(form) => format!("({:?}{unit}) * sigmoid({})", form.rate, x(form)),
        Rate::ExpLinear(form) => format!("({:?}{unit}) * exprelr(-({}))", form.rate, x(form)),
        Rate::Expression(own) => format!("({})", own.text()),
    }
}

/// The same rate `factor` times as large.
pub(super) fn scaled(rate: Rate, factor: f64) -> Option<Rate> {
    let form = |form: Form| Form { rate: form.rate * factor, ..form };
    Some(match rate {
        Rate::Constant(value) => Rate::Constant(value * factor),
        Rate::Exponential(own) => Rate::Exponential(form(own)),
        Rate::Sigmoid(own) => Rate::Sigmoid(form(own)),
        Rate::ExpLinear(own) => Rate::ExpLinear(form(own)),
        Rate::Expression(own) => {
            let text = format!("{factor:?} * ({})", own.text());
            Rate::Expression(Box::new(Expression::parse(&text).ok()?))
        }
    })
}

/// A type of the files' own, used at an element.
struct OwnType<'a> {
    library: &'a Library,
    own: &'a Element,
    /// The type and what it extends, itself first.
    chain: Vec<&'a Element>,
    at: &'a Element,
    gate: OfGate<'a>,
    /// Texts of names already resolved; `None` while one is being resolved.
    known: HashMap<String, Option<String>>,
}

impl<'a> OwnType<'a> {
    fn new(library: &'a Library, own: &'a Element, at: &'a Element, gate: OfGate<'a>) -> Self {
        Self { library, own, chain: Vec::new(), at, gate, known: HashMap::new() }
    }

    /// The text of the exposure of `kind`.
    fn text(mut self, kind: Kind) -> Result<String, String> {
        let mut next = self.own;
        loop {
            if self.chain.len() > 20 || self.chain.iter().any(|known| std::ptr::eq(*known, next)) {
                return Err("its types extend each other in a circle".to_owned());
            }
            self.chain.push(next);
            let base = next.get("extends").unwrap_or("");
            if kind.types().1.contains(&base) {
                break;
            }
            next = self.library.component_type(base).ok_or_else(|| {
                format!("it extends `{base}`, and only types that extend `{}` may stand here", kind.types().1[0])
            })?;
        }
        for dynamics in self.chain.iter().filter_map(|own| own.child("Dynamics")) {
            let moving = ["StateVariable", "TimeDerivative", "OnStart", "OnCondition", "OnEvent", "KineticScheme"];
            if let Some(child) = dynamics.children.iter().find(|child| moving.contains(&child.tag.as_str())) {
                return Err(format!("it has a <{}> (line {})", child.tag, child.place.line));
            }
        }
        let exposure = kind.exposure();
        let exposed = self.chain.iter().filter_map(|own| own.child("Dynamics")).flat_map(|dynamics| &dynamics.children);
        let name = exposed
            .filter(|variable| variable.get("exposure") == Some(exposure))
            .find_map(|variable| variable.get("name"))
            .ok_or_else(|| format!("no variable of it is the exposure `{exposure}`"))?
            .to_owned();
        self.name(&name, 0)
    }

    /// What a name stands for.
    fn name(&mut self, name: &str, depth: usize) -> Result<String, String> {
        match self.known.get(name) {
            Some(Some(text)) => return Ok(text.clone()),
            Some(None) => return Err(format!("`{name}` is defined by itself")),
            None => {}
        }
        if depth > 40 {
            return Err("its variables follow from each other in too many steps".to_owned());
        }
        self.known.insert(name.to_owned(), None);
        let text = self.find(name, depth)?;
        self.known.insert(name.to_owned(), Some(text.clone()));
        Ok(text)
    }

    fn find(&mut self, name: &str, depth: usize) -> Result<String, String> {
        for own in self.chain.clone() {
            let dynamics = own.child("Dynamics").map_or(&[][..], |dynamics| &dynamics.children);
            let named = |element: &&Element| element.get("name") == Some(name);
            if let Some(variable) = dynamics.iter().chain(&own.children).filter(named).find(|e| e.tag != "Exposure") {
                match variable.tag.as_str() {
                    "Constant" => return quantity(variable, variable.get("value").unwrap_or("")),
                    "Parameter" => return self.parameter(variable, name),
                    "DerivedVariable" | "DerivedParameter" => return self.derived(variable, depth),
                    "ConditionalDerivedVariable" => return self.conditional(variable, depth),
                    "Requirement" => {}
                    tag => return Err(format!("`{name}` is a <{tag}>")),
                }
            }
        }
        match name {
            "v" => Ok("v".to_owned()),
            "caConc" => Ok("ca".to_owned()),
            "temperature" if self.library.celsius.is_none() => {
                Err("it depends on the temperature, which the network does not give".to_owned())
            }
            "temperature" => Ok("(celsius + 273.15 degC)".to_owned()),
            "alpha" => {
                self.gate.forward.map(|rate| text(rate, " /ms")).ok_or_else(|| "the gate has no `alpha`".to_owned())
            }
            "beta" => {
                self.gate.reverse.map(|rate| text(rate, " /ms")).ok_or_else(|| "the gate has no `beta`".to_owned())
            }
            // Of `baseHHRate` and its like.
            "rate" | "midpoint" | "scale" if self.at.get(name).is_some() => {
                let dimension = match name {
                    "rate" if self.at.tag == "steadyState" => "none",
                    "rate" => "per_time",
                    _ => "voltage",
                };
                let stand_in = Element::with_attribute("Parameter", "dimension", dimension);
                self.parameter(&stand_in, name)
            }
            _ => Err(format!("`{name}` is not defined")),
        }
    }

    fn parameter(&self, parameter: &Element, name: &str) -> Result<String, String> {
        let text = self.at.get(name).or_else(|| parameter.get("defaultValue"));
        quantity(parameter, text.ok_or_else(|| format!("the parameter `{name}` is not given"))?)
    }

    fn derived(&mut self, variable: &Element, depth: usize) -> Result<String, String> {
        let Some(value) = variable.get("value") else {
            return Err(format!("`{}` selects from other components", variable.get("name").unwrap_or("")));
        };
        self.value(value, depth)
    }

    fn value(&mut self, value: &str, depth: usize) -> Result<String, String> {
        formula::value(value, &mut |name: &str| self.name(name, depth + 1))
            .map_err(|problem| format!("`{value}`: {problem}"))
    }

    fn conditional(&mut self, variable: &Element, depth: usize) -> Result<String, String> {
        let name = variable.get("name").unwrap_or("");
        let cases: Vec<&Element> = variable.all("Case").collect();
        let default = cases.iter().find(|case| case.get("condition").is_none());
        let default =
            default.and_then(|case| case.get("value")).ok_or_else(|| format!("`{name}` has no case for the rest"))?;
        let mut text = self.value(default, depth)?;
        for case in cases.iter().rev() {
            let Some(condition) = case.get("condition") else { continue };
            let then = self.value(case.get("value").unwrap_or(""), depth)?;
            text = formula::choice(condition, &then, &text, &mut |name: &str| self.name(name, depth + 1))
                .map_err(|problem| format!("`{condition}`: {problem}"))?;
        }
        Ok(text)
    }
}

/// A constant or parameter as text with its unit.
fn quantity(of: &Element, text: &str) -> Result<String, String> {
    let name = of.get("name").unwrap_or("");
    let dimension = of.get("dimension").unwrap_or("none");
    let unit = Unit::of_dimension(dimension)
        .ok_or_else(|| format!("`{name}` has the dimension `{dimension}`, which rates do not use here"))?;
    let value = units::parse(text, unit).map_err(|problem| format!("{name}=\"{text}\": {problem}"))?;
    Ok(match unit {
        Unit::Time => format!("({value:?} ms)"),
        Unit::Rate => format!("({value:?} /ms)"),
        Unit::Voltage => format!("({value:?} mV)"),
        Unit::PerVoltage => format!("({value:?} /mV)"),
        Unit::Concentration => format!("({value:?} uM)"),
        // In kelvin, as LEMS has them: differences of temperatures are the same.
        Unit::Temperature if text.trim_end().ends_with('K') => {
            format!("({:?} degC)", units::parse(text, unit).map_or(0.0, |celsius| celsius + 273.15))
        }
        Unit::Temperature => format!("({:?} degC)", value + 273.15),
        _ => format!("({value:?})"),
    })
}
