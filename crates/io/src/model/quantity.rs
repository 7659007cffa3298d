//! Quantities written as text, `"8 uA/cm2"`: a number, a unit, and a check of the dimension.
//!
//! Units are products of SI symbols with prefixes. Every result is in the model's own unit (mV, ms, nA, uS, um, ...), rounded once:
//! `"6 nS"` is exactly the double nearest to 0.006.

use std::fmt;

use super::nearest::nearest;

/// What a quantity measures, and with it the unit its value comes in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dimension {
    /// ms.
    Time,
    /// mV.
    Potential,
    /// nA.
    Current,
    /// uA/cm2.
    CurrentDensity,
    /// uS.
    Conductance,
    /// S/cm2.
    ConductanceDensity,
    /// uF/cm2.
    CapacitanceDensity,
    /// ohm cm.
    Resistivity,
    /// Megaohm.
    Resistance,
    /// ohm cm2.
    MembraneResistance,
    /// um.
    Length,
    /// um2.
    Area,
    /// Hz.
    Frequency,
    /// per ms.
    Rate,
    /// per mM per ms.
    BindingRate,
    /// mM.
    Concentration,
    /// uM.
    CellConcentration,
    /// uM per ms.
    ConcentrationRate,
    /// uM per ms and nA.
    ConcentrationPerCharge,
    /// cm/s.
    Permeability,
    /// degC.
    Temperature,
}

/// Exponents of ampere, volt, second, metre, mol per litre, degree Celsius.
type Powers = [i8; 6];

impl Dimension {
    const ALL: [Dimension; 21] = [
        Self::Time,
        Self::Potential,
        Self::Current,
        Self::CurrentDensity,
        Self::Conductance,
        Self::ConductanceDensity,
        Self::CapacitanceDensity,
        Self::Resistivity,
        Self::Resistance,
        Self::MembraneResistance,
        Self::Length,
        Self::Area,
        Self::Frequency,
        Self::Rate,
        Self::BindingRate,
        Self::Concentration,
        Self::CellConcentration,
        Self::ConcentrationRate,
        Self::ConcentrationPerCharge,
        Self::Permeability,
        Self::Temperature,
    ];

    /// Powers of the base units, the decimal exponent of the model's unit in SI, a name, and examples.
    fn properties(self) -> (Powers, i32, &'static str, &'static str) {
        match self {
            Self::Time => ([0, 0, 1, 0, 0, 0], -3, "a time", "\"10 ms\" or \"2 s\""),
            Self::Potential => ([0, 1, 0, 0, 0, 0], -3, "a potential", "\"-65 mV\""),
            Self::Current => ([1, 0, 0, 0, 0, 0], -9, "a current", "\"0.1 nA\" or \"100 pA\""),
            Self::CurrentDensity => ([1, 0, 0, -2, 0, 0], -2, "a current density", "\"8 uA/cm2\""),
            Self::Conductance => ([1, -1, 0, 0, 0, 0], -6, "a conductance", "\"6 nS\""),
            Self::ConductanceDensity => {
                ([1, -1, 0, -2, 0, 0], 4, "a conductance density", "\"36 mS/cm2\" or \"0.036 S/cm2\"")
            }
            Self::CapacitanceDensity => ([1, -1, 1, -2, 0, 0], -2, "a specific capacitance", "\"1 uF/cm2\""),
            Self::Resistivity => ([-1, 1, 0, 1, 0, 0], -2, "a resistivity", "\"100 ohm cm\""),
            Self::Resistance => ([-1, 1, 0, 0, 0, 0], 6, "a resistance", "\"1 Mohm\""),
            Self::MembraneResistance => ([-1, 1, 0, 2, 0, 0], -4, "a membrane resistance", "\"20 kohm cm2\""),
            Self::Length => ([0, 0, 0, 1, 0, 0], -6, "a length", "\"20 um\""),
            Self::Area => ([0, 0, 0, 2, 0, 0], -12, "an area", "\"20000 um2\""),
            Self::Frequency => ([0, 0, -1, 0, 0, 0], 0, "a frequency", "\"5 Hz\""),
            Self::Rate => ([0, 0, -1, 0, 0, 0], 3, "a rate", "\"0.1 /ms\""),
            Self::BindingRate => ([0, 0, -1, 0, -1, 0], 6, "a binding rate", "\"1.1 /mM/ms\""),
            Self::Concentration => ([0, 0, 0, 0, 1, 0], -3, "a concentration", "\"1 mM\""),
            Self::CellConcentration => ([0, 0, 0, 0, 1, 0], -6, "a concentration", "\"0.5 uM\""),
            Self::ConcentrationRate => {
                ([0, 0, -1, 0, 1, 0], -3, "a change of concentration in time", "\"0.001 uM/ms\"")
            }
            Self::ConcentrationPerCharge => {
                ([-1, 0, -1, 0, 1, 0], 6, "a concentration for a charge", "\"84 uM/ms/nA\"")
            }
            Self::Permeability => ([0, 0, -1, 1, 0, 0], -2, "a permeability", "\"1e-4 cm/s\""),
            Self::Temperature => ([0, 0, 0, 0, 0, 1], 0, "a temperature", "\"6.3 degC\""),
        }
    }

    /// `a time`, `a conductance`, ...
    #[must_use]
    pub fn name(self) -> &'static str {
        self.properties().2
    }

    /// How a value of this dimension is written: `"10 ms" or "2 s"`.
    #[must_use]
    pub fn example(self) -> &'static str {
        self.properties().3
    }
}

/// Why a text is not a quantity of the wanted dimension.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum QuantityError {
    /// It does not start with a number.
    NoNumber {
        /// What was wanted.
        wanted: Dimension,
    },
    /// The number is infinite, not a number, or too large.
    NotFinite,
    /// A bare number.
    NoUnit {
        /// What was wanted.
        wanted: Dimension,
        /// The number as typed.
        number: String,
    },
    /// A unit of no known name.
    UnknownUnit {
        /// What was wanted.
        wanted: Dimension,
        /// The part that is not known.
        unit: String,
        /// The nearest known unit.
        near: Option<String>,
    },
    /// A unit of another dimension.
    WrongDimension {
        /// What was wanted.
        wanted: Dimension,
        /// The unit as typed.
        unit: String,
        /// What that unit measures, when it has a name here.
        is: Option<Dimension>,
    },
}

impl fmt::Display for QuantityError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoNumber { wanted } => write!(f, "expected {} with its unit", wanted.name()),
            Self::NotFinite => write!(f, "expected a finite number"),
            Self::NoUnit { wanted, .. } => write!(f, "expected {} with its unit, found a bare number", wanted.name()),
            Self::UnknownUnit { wanted, unit, .. } => {
                write!(f, "unknown unit `{unit}`, expected the unit of {}", wanted.name())
            }
            Self::WrongDimension { wanted, unit, is } => {
                write!(f, "expected {}, found ", wanted.name())?;
                match is {
                    Some(is) => write!(f, "{} (`{unit}`)", is.name()),
                    None => write!(f, "the unit `{unit}`"),
                }
            }
        }
    }
}

impl std::error::Error for QuantityError {}

impl QuantityError {
    /// How to write it instead.
    #[must_use]
    pub fn hint(&self) -> String {
        match self {
            Self::NoNumber { wanted } | Self::WrongDimension { wanted, .. } => format!("write {}", wanted.example()),
            Self::NotFinite => "NaN and infinities are not allowed".to_owned(),
            Self::NoUnit { wanted, number } => {
                let unit = wanted.example().trim_start_matches('"').split_once(' ').map_or("", |(_, rest)| rest);
                format!("write \"{number} {}\"", unit.split('"').next().unwrap_or(unit))
            }
            Self::UnknownUnit { near: Some(near), .. } => format!("did you mean `{near}`?"),
            Self::UnknownUnit { wanted, .. } => format!("write {}", wanted.example()),
        }
    }
}

/// Reads `text` as a quantity and returns its value in the unit of `dimension` (see [`Dimension`]).
///
/// # Errors
/// When there is no number, no unit, an unknown one or one of another dimension, or the value is not finite.
pub fn parse_quantity(text: &str, dimension: Dimension) -> Result<f64, QuantityError> {
    let text = text.trim();
    let (number, unit) = split_number(text);
    let not_finite = ["nan", "inf"]
        .iter()
        .any(|word| text.trim_start_matches(['+', '-']).get(..3).is_some_and(|start| start.eq_ignore_ascii_case(word)));
    if not_finite {
        return Err(QuantityError::NotFinite);
    }
    if number.parse::<f64>().is_err() {
        return Err(QuantityError::NoNumber { wanted: dimension });
    }
    if unit.is_empty() {
        return Err(QuantityError::NoUnit { wanted: dimension, number: number.to_owned() });
    }
    let (wanted, own_exponent, ..) = dimension.properties();
    let (powers, exponent, factor) = parse_unit(unit).map_err(|part| QuantityError::UnknownUnit {
        wanted: dimension,
        near: nearest(&part, COMMON_UNITS.iter().copied()).map(str::to_owned),
        unit: part,
    })?;
    if powers != wanted {
        let is = Dimension::ALL.into_iter().find(|other| other.properties().0 == powers);
        return Err(QuantityError::WrongDimension { wanted: dimension, unit: unit.to_owned(), is });
    }
    let value = shifted(number, exponent - own_exponent) * factor;
    if value.is_finite() { Ok(value) } else { Err(QuantityError::NotFinite) }
}

/// `number` times ten to the `exponent`, rounded once because the exponent moves in the text.
fn shifted(number: &str, exponent: i32) -> f64 {
    let (mantissa, own) = number.split_once(['e', 'E']).unwrap_or((number, "0"));
    let exponent = own.parse::<i32>().unwrap_or(0).saturating_add(exponent);
    format!("{mantissa}e{exponent}").parse().unwrap_or(f64::NAN)
}

/// The longest prefix that is a decimal number, and the rest without blanks around it.
fn split_number(text: &str) -> (&str, &str) {
    let bytes = text.as_bytes();
    let digits = |mut at: usize| {
        while bytes.get(at).is_some_and(u8::is_ascii_digit) {
            at += 1;
        }
        at
    };
    let sign = |at: usize| at + usize::from(matches!(bytes.get(at), Some(b'+' | b'-')));
    let mut end = digits(sign(0));
    if bytes.get(end) == Some(&b'.') {
        end = digits(end + 1);
    }
    if matches!(bytes.get(end), Some(b'e' | b'E')) {
        let first = sign(end + 1);
        let last = digits(first);
        if last > first {
            end = last;
        }
    }
    (&text[..end], text[end..].trim())
}

/// Units offered when one is misspelt.
const COMMON_UNITS: [&str; 40] = [
    "ms", "s", "us", "min", "h", "mV", "V", "nA", "pA", "uA", "uA/cm2", "nS", "uS", "pS", "mS", "S/cm2", "mS/cm2",
    "uS/cm2", "S/m2", "uF/cm2", "F/m2", "ohm cm", "ohm m", "Mohm", "Gohm", "kohm", "um", "mm", "nm", "um2", "cm2",
    "Hz", "kHz", "/ms", "/mM/ms", "mM", "uM", "uM/ms", "cm/s", "degC",
];

/// Symbols in a unit. More are no unit, and their powers would not be held.
const MOST_SYMBOLS: usize = 8;

/// Powers, decimal exponent in SI and remaining factor of a unit, or the part that is not known.
fn parse_unit(unit: &str) -> Result<(Powers, i32, f64), String> {
    let (mut powers, mut exponent, mut factor) = ([0; 6], 0, 1.0);
    let mut sign: i8 = 1;
    let mut part = String::new();
    let mut symbols = 0;
    let mut apply = |part: &mut String, sign: i8| -> Result<(), String> {
        // The `1` of `1/ms` says nothing.
        if !part.is_empty() && part != "1" {
            symbols += 1;
            if symbols > MOST_SYMBOLS {
                return Err(part.clone());
            }
            let (p, e, f) = parse_part(part).ok_or_else(|| part.clone())?;
            for (total, p) in powers.iter_mut().zip(p) {
                *total += sign * p;
            }
            exponent += i32::from(sign) * e;
            factor *= if sign > 0 { f } else { 1.0 / f };
        }
        part.clear();
        Ok(())
    };
    for c in unit.chars() {
        match c {
            ' ' | '*' | '·' | '.' | '/' => {
                apply(&mut part, sign)?;
                sign = if c == '/' { -1 } else { sign };
            }
            '²' => part.push('2'),
            '^' => {}
            _ => part.push(c),
        }
    }
    if part.is_empty() {
        return Err(unit.to_owned());
    }
    apply(&mut part, sign)?;
    Ok((powers, exponent, factor))
}

/// One symbol with its prefix and power: `cm2`.
fn parse_part(part: &str) -> Option<(Powers, i32, f64)> {
    let symbol = part.trim_end_matches(|c: char| c.is_ascii_digit());
    let power: i8 = match &part[symbol.len()..] {
        "" => 1,
        digits => digits.parse().ok().filter(|p| (1..=3).contains(p))?,
    };
    let raise = |(powers, exponent, factor): (Powers, i32, f64)| {
        (powers.map(|p| p * power), exponent * i32::from(power), factor.powi(i32::from(power)))
    };
    if let Some(powers) = base(symbol) {
        return Some(raise((powers, 0, 1.0)));
    }
    match symbol {
        "min" => return Some(raise(([0, 0, 1, 0, 0, 0], 0, 60.0))),
        "h" => return Some(raise(([0, 0, 1, 0, 0, 0], 0, 3600.0))),
        _ => {}
    }
    let mut chars = symbol.chars();
    let prefix = match chars.next()? {
        'f' => -15,
        'p' => -12,
        'n' => -9,
        'u' | '\u{b5}' | '\u{3bc}' => -6,
        'm' => -3,
        'c' => -2,
        'k' => 3,
        'M' => 6,
        'G' => 9,
        _ => return None,
    };
    let rest = chars.as_str();
    if matches!(rest, "degC" | "°C" | "celsius") {
        return None;
    }
    Some(raise((base(rest)?, prefix, 1.0)))
}

/// Powers of an SI symbol without prefix.
fn base(symbol: &str) -> Option<Powers> {
    Some(match symbol {
        "A" => [1, 0, 0, 0, 0, 0],
        "V" => [0, 1, 0, 0, 0, 0],
        "s" => [0, 0, 1, 0, 0, 0],
        "m" => [0, 0, 0, 1, 0, 0],
        "M" => [0, 0, 0, 0, 1, 0],
        "S" => [1, -1, 0, 0, 0, 0],
        "F" => [1, -1, 1, 0, 0, 0],
        "ohm" | "Ohm" | "Ω" | "\u{2126}" => [-1, 1, 0, 0, 0, 0],
        "Hz" => [0, 0, -1, 0, 0, 0],
        "degC" | "°C" | "celsius" => [0, 0, 0, 0, 0, 1],
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_exact_in_the_models_units() {
        let cases = [
            ("0.025 ms", Dimension::Time, 0.025),
            ("2s", Dimension::Time, 2000.0),
            ("10 min", Dimension::Time, 600_000.0),
            ("8 uA/cm2", Dimension::CurrentDensity, 8.0),
            ("8 µA/cm²", Dimension::CurrentDensity, 8.0),
            ("6 nS", Dimension::Conductance, 0.006),
            ("3 mS/cm2", Dimension::ConductanceDensity, 0.003),
            ("0.3 mS/cm^2", Dimension::ConductanceDensity, 0.0003),
            ("100 ohm cm", Dimension::Resistivity, 100.0),
            ("1 ohm*m", Dimension::Resistivity, 100.0),
            ("6.3 degC", Dimension::Temperature, 6.3),
            ("5 Hz", Dimension::Frequency, 5.0),
            ("20000 um2", Dimension::Area, 20000.0),
            ("1 uF/cm2", Dimension::CapacitanceDensity, 1.0),
            ("0.01 F/m2", Dimension::CapacitanceDensity, 1.0),
            ("1 Mohm", Dimension::Resistance, 1.0),
            ("1e-3 S/cm2", Dimension::ConductanceDensity, 0.001),
            ("0.1 /ms", Dimension::Rate, 0.1),
            ("0.1 1/ms", Dimension::Rate, 0.1),
            ("1.1 /mM/ms", Dimension::BindingRate, 1.1),
            ("100 uM", Dimension::Concentration, 0.1),
            ("50 nM", Dimension::CellConcentration, 0.05),
            ("1 uM/s", Dimension::ConcentrationRate, 0.001),
            ("1e-4 cm/s", Dimension::Permeability, 1e-4),
            ("-54.3 mV", Dimension::Potential, -54.3),
            ("1 cm", Dimension::Length, 10_000.0),
        ];
        for (text, dimension, value) in cases {
            assert_eq!(parse_quantity(text, dimension), Ok(value), "{text}");
        }
    }

    #[test]
    fn what_is_not_a_quantity_is_explained() {
        let cases = [
            ("5", Dimension::Time, "expected a time with its unit, found a bare number", "write \"5 ms\""),
            ("5 mV", Dimension::Time, "expected a time, found a potential (`mV`)", "write \"10 ms\" or \"2 s\""),
            ("5 sm", Dimension::Time, "unknown unit `sm`, expected the unit of a time", "did you mean `ms`?"),
            ("ms", Dimension::Time, "expected a time with its unit", "write \"10 ms\" or \"2 s\""),
            ("nan mV", Dimension::Potential, "expected a finite number", "NaN and infinities are not allowed"),
            ("1e999 mV", Dimension::Potential, "expected a finite number", "NaN and infinities are not allowed"),
            ("1 V2", Dimension::Potential, "expected a potential, found the unit `V2`", "write \"-65 mV\""),
        ];
        for (text, dimension, message, hint) in cases {
            let error = parse_quantity(text, dimension).unwrap_err();
            assert_eq!((error.to_string().as_str(), error.hint().as_str()), (message, hint), "{text}");
        }
    }
}
