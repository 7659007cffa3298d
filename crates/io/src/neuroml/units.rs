//! Quantities as NeuroML writes them: a number and a unit symbol, `10 mS_per_cm2`.
//!
//! The symbols are those of `NeuroMLCoreDimensions.xml` of NeuroML 2.3.1; each measures one dimension, which is checked.

use std::fmt;

use crate::model::nearest;

/// What a quantity measures, and with that the unit it is returned in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Unit {
    /// A plain number.
    Number,
    /// ms.
    Time,
    /// Per ms.
    Rate,
    /// mV.
    Voltage,
    /// Per mV.
    PerVoltage,
    /// uS.
    Conductance,
    /// S/cm2.
    ConductanceDensity,
    /// nF.
    Capacitance,
    /// uF/cm2.
    CapacitanceDensity,
    /// Megaohm.
    Resistance,
    /// ohm cm.
    Resistivity,
    /// nA.
    Current,
    /// uA/cm2.
    CurrentDensity,
    /// um.
    Length,
    /// uM.
    Concentration,
    /// cm/s.
    Permeability,
    /// degC.
    Temperature,
}

impl Unit {
    /// Name, the decimal exponent of the unit in SI, and an example.
    fn properties(self) -> (&'static str, i32, &'static str) {
        match self {
            Self::Number => ("a plain number", 0, "1"),
            Self::Time => ("a time", -3, "10 ms"),
            Self::Rate => ("a rate", 3, "0.1 per_ms"),
            Self::Voltage => ("a voltage", -3, "-65 mV"),
            Self::PerVoltage => ("a number per voltage", 3, "1 per_mV"),
            Self::Conductance => ("a conductance", -6, "0.5 nS"),
            Self::ConductanceDensity => ("a conductance density", 4, "120 mS_per_cm2"),
            Self::Capacitance => ("a capacitance", -9, "10 pF"),
            Self::CapacitanceDensity => ("a specific capacitance", -2, "1 uF_per_cm2"),
            Self::Resistance => ("a resistance", 6, "1 Mohm"),
            Self::Resistivity => ("a resistivity", -2, "0.1 kohm_cm"),
            Self::Current => ("a current", -9, "0.1 nA"),
            Self::CurrentDensity => ("a current density", -2, "1 uA_per_cm2"),
            Self::Length => ("a length", -6, "10 um"),
            Self::Concentration => ("a concentration", -3, "1 mM"),
            Self::Permeability => ("a permeability", -2, "1e-4 cm_per_s"),
            Self::Temperature => ("a temperature", 0, "32 degC"),
        }
    }

    pub fn example(self) -> &'static str {
        self.properties().2
    }

    pub fn hint(self) -> String {
        let (name, _, example) = self.properties();
        format!("{name}, as \"{example}\"")
    }

    /// The dimension of that name in LEMS.
    pub fn of_dimension(name: &str) -> Option<Self> {
        Some(match name {
            "none" | "" => Self::Number,
            "time" => Self::Time,
            "per_time" => Self::Rate,
            "voltage" => Self::Voltage,
            "per_voltage" => Self::PerVoltage,
            "concentration" => Self::Concentration,
            "temperature" => Self::Temperature,
            _ => return None,
        })
    }
}

/// Symbol, what it measures, the decimal exponent of its unit in SI, and a factor beside it.
const SYMBOLS: [(&str, Unit, i32, f64); 50] = [
    ("s", Unit::Time, 0, 1.0),
    ("ms", Unit::Time, -3, 1.0),
    ("us", Unit::Time, -6, 1.0),
    ("min", Unit::Time, 0, 60.0),
    ("hour", Unit::Time, 0, 3600.0),
    ("per_s", Unit::Rate, 0, 1.0),
    ("Hz", Unit::Rate, 0, 1.0),
    ("per_ms", Unit::Rate, 3, 1.0),
    ("per_min", Unit::Rate, 0, 1.0 / 60.0),
    ("per_hour", Unit::Rate, 0, 1.0 / 3600.0),
    ("V", Unit::Voltage, 0, 1.0),
    ("mV", Unit::Voltage, -3, 1.0),
    ("uV", Unit::Voltage, -6, 1.0),
    ("per_V", Unit::PerVoltage, 0, 1.0),
    ("per_mV", Unit::PerVoltage, 3, 1.0),
    ("S", Unit::Conductance, 0, 1.0),
    ("mS", Unit::Conductance, -3, 1.0),
    ("uS", Unit::Conductance, -6, 1.0),
    ("nS", Unit::Conductance, -9, 1.0),
    ("pS", Unit::Conductance, -12, 1.0),
    ("S_per_m2", Unit::ConductanceDensity, 0, 1.0),
    ("mS_per_cm2", Unit::ConductanceDensity, 1, 1.0),
    ("S_per_cm2", Unit::ConductanceDensity, 4, 1.0),
    ("uS_per_cm2", Unit::ConductanceDensity, -2, 1.0),
    ("F", Unit::Capacitance, 0, 1.0),
    ("uF", Unit::Capacitance, -6, 1.0),
    ("nF", Unit::Capacitance, -9, 1.0),
    ("pF", Unit::Capacitance, -12, 1.0),
    ("F_per_m2", Unit::CapacitanceDensity, 0, 1.0),
    ("uF_per_cm2", Unit::CapacitanceDensity, -2, 1.0),
    ("ohm", Unit::Resistance, 0, 1.0),
    ("kohm", Unit::Resistance, 3, 1.0),
    ("Mohm", Unit::Resistance, 6, 1.0),
    ("ohm_m", Unit::Resistivity, 0, 1.0),
    ("kohm_cm", Unit::Resistivity, 1, 1.0),
    ("ohm_cm", Unit::Resistivity, -2, 1.0),
    ("A", Unit::Current, 0, 1.0),
    ("uA", Unit::Current, -6, 1.0),
    ("nA", Unit::Current, -9, 1.0),
    ("pA", Unit::Current, -12, 1.0),
    ("A_per_m2", Unit::CurrentDensity, 0, 1.0),
    ("uA_per_cm2", Unit::CurrentDensity, -2, 1.0),
    ("mA_per_cm2", Unit::CurrentDensity, 1, 1.0),
    ("m", Unit::Length, 0, 1.0),
    ("cm", Unit::Length, -2, 1.0),
    ("um", Unit::Length, -6, 1.0),
    ("mol_per_m3", Unit::Concentration, 0, 1.0),
    ("mol_per_cm3", Unit::Concentration, 6, 1.0),
    ("M", Unit::Concentration, 3, 1.0),
    ("mM", Unit::Concentration, 0, 1.0),
];

/// The rest, of permeability and temperature.
const MORE: [(&str, Unit, i32, f64); 6] = [
    ("m_per_s", Unit::Permeability, 0, 1.0),
    ("cm_per_s", Unit::Permeability, -2, 1.0),
    ("um_per_ms", Unit::Permeability, -3, 1.0),
    ("cm_per_ms", Unit::Permeability, 1, 1.0),
    ("degC", Unit::Temperature, 0, 1.0),
    ("K", Unit::Temperature, 0, 1.0),
];

/// Why a text is not the wanted quantity.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum UnitProblem {
    NoNumber,
    NotFinite,
    NoUnit(Unit),
    Unwanted(String),
    Unknown(String, Option<&'static str>),
    Other(String, Unit, Unit),
}

impl fmt::Display for UnitProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoNumber => write!(f, "this does not begin with a number"),
            Self::NotFinite => write!(f, "the number is not finite"),
            Self::NoUnit(wanted) => write!(f, "{} needs its unit", wanted.properties().0),
            Self::Unwanted(unit) => write!(f, "a plain number is expected, and `{unit}` is a unit"),
            Self::Unknown(unit, Some(near)) => write!(f, "unknown unit `{unit}`; did you mean `{near}`?"),
            Self::Unknown(unit, None) => write!(f, "unknown unit `{unit}`"),
            Self::Other(unit, is, wanted) => {
                write!(f, "`{unit}` is the unit of {}, and this is {}", is.properties().0, wanted.properties().0)
            }
        }
    }
}

/// The value of a quantity in the unit of `wanted`.
pub(super) fn parse(text: &str, wanted: Unit) -> Result<f64, UnitProblem> {
    let text = text.trim();
    let length = number_length(text);
    let number: f64 = text[..length].parse().map_err(|_| UnitProblem::NoNumber)?;
    let symbol = text[length..].trim();
    if wanted == Unit::Number {
        if !symbol.is_empty() {
            return Err(UnitProblem::Unwanted(symbol.to_owned()));
        }
        return finite(number);
    }
    if symbol.is_empty() {
        return Err(UnitProblem::NoUnit(wanted));
    }
    let all = || SYMBOLS.iter().chain(&MORE);
    let Some(&(_, is, exponent, factor)) = all().find(|(name, ..)| *name == symbol) else {
        let near = nearest(symbol, all().map(|(name, ..)| *name));
        return Err(UnitProblem::Unknown(symbol.to_owned(), near));
    };
    if is != wanted {
        return Err(UnitProblem::Other(symbol.to_owned(), is, wanted));
    }
    if symbol == "K" {
        return finite(number - 273.15);
    }
    finite(scaled(number * factor, exponent - wanted.properties().1))
}

/// `x` times a power of ten, rounded once: powers of ten up to 10^22 are exact.
fn scaled(x: f64, exponent: i32) -> f64 {
    let power = 10_f64.powi(exponent.abs());
    if exponent < 0 { x / power } else { x * power }
}

fn finite(x: f64) -> Result<f64, UnitProblem> {
    if x.is_finite() { Ok(x) } else { Err(UnitProblem::NotFinite) }
}

/// Bytes of the number a text begins with.
pub(super) fn number_length(text: &str) -> usize {
    let bytes = text.as_bytes();
    let digits = |from: usize| from + bytes[from..].iter().take_while(|byte| byte.is_ascii_digit()).count();
    let mut end = digits(usize::from(matches!(bytes.first(), Some(b'+' | b'-'))));
    if bytes.get(end) == Some(&b'.') {
        end = digits(end + 1);
    }
    if matches!(bytes.get(end), Some(b'e' | b'E')) {
        let sign = usize::from(matches!(bytes.get(end + 1), Some(b'+' | b'-')));
        let exponent = digits(end + 1 + sign);
        if exponent > end + 1 + sign {
            end = exponent;
        }
    }
    end
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_unit_is_scaled_from_si() {
        let value = |text: &str, unit| parse(text, unit).expect(text);
        assert_eq!(value("120.0 mS_per_cm2", Unit::ConductanceDensity), 0.12);
        assert_eq!(value("3.0 S_per_m2", Unit::ConductanceDensity), 0.0003);
        assert_eq!(value("0.036S_per_cm2", Unit::ConductanceDensity), 0.036);
        assert_eq!(value("500 uS_per_cm2", Unit::ConductanceDensity), 0.0005);
        assert_eq!(value("1.0 uF_per_cm2", Unit::CapacitanceDensity), 1.0);
        assert_eq!(value("0.01 F_per_m2", Unit::CapacitanceDensity), 1.0);
        assert_eq!(value("0.03 kohm_cm", Unit::Resistivity), 30.0);
        assert_eq!(value("1 ohm_m", Unit::Resistivity), 100.0);
        assert_eq!(value("150ohm_cm", Unit::Resistivity), 150.0);
        assert_eq!(value("0.08 nA", Unit::Current), 0.08);
        assert_eq!(value("80 pA", Unit::Current), 0.08);
        assert_eq!(value("10pS", Unit::Conductance), 1e-5);
        assert_eq!(value("0.5nS", Unit::Conductance), 0.5e-3);
        assert_eq!(value("10pF", Unit::Capacitance), 0.01);
        assert_eq!(value("0.07per_ms", Unit::Rate), 0.07);
        assert_eq!(value("50 Hz", Unit::Rate), 0.05);
        assert_eq!(value("-0.065V", Unit::Voltage), -65.0);
        assert_eq!(value("0.2s", Unit::Time), 200.0);
        assert_eq!(value("1 min", Unit::Time), 60_000.0);
        assert_eq!(value("22 degC", Unit::Temperature), 22.0);
        assert_eq!(value("295.15 K", Unit::Temperature), 22.0);
        assert_eq!(value("1.2 mM", Unit::Concentration), 1200.0);
        assert_eq!(value("1e-3 M", Unit::Concentration), 1000.0);
        assert_eq!(value("10 um", Unit::Length), 10.0);
        assert_eq!(value("2 Mohm", Unit::Resistance), 2.0);
        assert_eq!(value(" 3 ", Unit::Number), 3.0);
    }

    #[test]
    fn what_is_no_quantity_is_said() {
        let refused = |text: &str, unit, words: &str| {
            let problem = parse(text, unit).expect_err(text).to_string();
            assert!(problem.contains(words), "{text}: {problem}");
        };
        refused("", Unit::Time, "does not begin with a number");
        refused("ten ms", Unit::Time, "does not begin with a number");
        refused("10", Unit::Time, "needs its unit");
        refused("10 mV", Unit::Time, "`mV` is the unit of a voltage, and this is a time");
        refused("10 per_mss", Unit::Rate, "did you mean `per_ms`");
        refused("10 furlongs", Unit::Length, "unknown unit `furlongs`");
        refused("1e999 ms", Unit::Time, "not finite");
        refused("1 ms", Unit::Number, "plain number");
    }
}
