//! Options as the inputs of a forecast.

use huxley_forecast::ForecastError;
use huxley_forecast::chinchilla::{ESSAY, HOFFMANN};
use huxley_forecast::hardware::{self, Requirement};
use huxley_forecast::money::Saving;
use huxley_forecast::trends::{Basis, Growth, Quantity, Trend};
use huxley_forecast::turing::{self, Length, Slowdown};

use super::args::{HardwareArgs, LawChoice, TuringArgs};
use super::source;
use crate::console::Console;
use crate::failure::Failure;

/// Inputs of the hardware road.
pub fn hardware(args: &HardwareArgs, console: &Console) -> Result<hardware::Inputs, Failure> {
    let mut inputs = hardware::Inputs::default();
    if let Some(path) = &args.from {
        let left_out = require(&mut inputs, source::read(path)?, args.price.is_some()).map_err(|device| {
            Failure::input(format!("`--from {}` has no price of {device}", path.display()))
                .hint("give it: --price 30000")
        })?;
        for left_out in left_out {
            console.warn(&format!("left out: {left_out}"));
        }
    } else {
        let given = [
            (Quantity::Arithmetic, "--flops", &args.flops),
            (Quantity::Memory, "--memory", &args.memory),
            (Quantity::Bandwidth, "--bandwidth", &args.bandwidth),
            (Quantity::Interconnect, "--interconnect", &args.interconnect),
        ];
        let own = given
            .into_iter()
            .filter_map(|(quantity, option, text)| {
                let value = with_unit(option, text.as_deref()?, quantity.unit());
                let entry = |value| Requirement { quantity, value, devices: None, source: option.to_owned() };
                Some(value.map(entry))
            })
            .collect::<Result<Vec<_>, _>>()?;
        // Memory alone, or beside the article's arithmetic: what is required is what is asked for.
        if !own.is_empty() {
            inputs.requirements = own;
        }
    }
    if let Some(precision) = args.precision {
        inputs.precision = precision.into();
    }
    inputs.budget = money("--budget", &args.budget)?;
    inputs.budget_growth = percent("--budget-growth", &args.budget_growth)?;
    if let Some(price) = &args.price {
        inputs.price = number("--price", price)?;
    }
    inputs.price_doubling = years("--price-doubling", &args.price_doubling)?;
    inputs.start = number("--start", &args.start)?;
    inputs.own_trends = args.trend.iter().map(|text| quantity_trend(text)).collect::<Result<_, _>>()?;
    inputs.seed = args.common.seed;
    inputs.samples = args.common.samples;
    inputs.check().map_err(|error| refused(&error))?;
    Ok(inputs)
}

/// Takes the requirements of a brain, its device and the price of that; what is left out and why, or the device that has no price.
pub fn require(inputs: &mut hardware::Inputs, brain: source::Brain, priced: bool) -> Result<Vec<String>, String> {
    inputs.requirements = brain.requirements;
    inputs.precision = brain.precision.unwrap_or(inputs.precision);
    if let Some(device) = brain.device {
        if brain.price.is_none() && !priced {
            return Err(device);
        }
        inputs.device.name = device;
        inputs.device.source = "huxley extrapolate".to_owned();
    }
    inputs.price = brain.price.unwrap_or(inputs.price);
    Ok(brain.left_out)
}

/// Inputs of the Turing road.
pub fn turing(args: &TuringArgs) -> Result<turing::Inputs, Failure> {
    let mut inputs = turing::Inputs::default();
    if let Some(words) = &args.words {
        inputs.length = Length::Words(number("--words", words)?);
    }
    if let Some(tokens) = &args.tokens {
        inputs.length = Length::Tokens(number("--tokens", tokens)?);
    }
    if args.slowdown != "poll" {
        inputs.slowdown = Slowdown::Fixed(number("--slowdown", &args.slowdown)?);
    }
    inputs.odds = number("--odds", &args.odds)?;
    inputs.law = match args.law {
        LawChoice::Essay => ESSAY,
        LawChoice::Derived => HOFFMANN.reducible(),
    };
    inputs.reference_cost = number("--price", &args.price)?;
    inputs.budget = money("--budget", &args.budget)?;
    inputs.budget_growth = percent("--budget-growth", &args.budget_growth)?;
    inputs.saving = Saving { growth: percent("--growth", &args.growth)?, ..inputs.saving };
    inputs.algorithm_halving = years("--algorithms", &args.algorithms)?;
    inputs.start = number("--start", &args.start)?;
    if let Some(text) = &args.trend {
        inputs.own_trends = vec![trend(Quantity::Arithmetic, Basis::Dollar, "--trend", text)?];
    }
    inputs.trials = args.trials;
    inputs.seed = args.common.seed;
    inputs.samples = args.common.samples;
    inputs.check().map_err(|error| refused(&error))?;
    Ok(inputs)
}

/// An input that no forecast can be made from.
pub fn refused(error: &ForecastError) -> Failure {
    let failure = Failure::input(error.to_string());
    match error {
        ForecastError::NotAnAmount { .. } => failure.hint("give 0 or more"),
        ForecastError::NotPositive { .. } => {
            failure.hint("give more than that; what never grows doubles in `never` years")
        }
        ForecastError::WithoutLimit { .. } => {
            failure.hint("only a budget may be `unlimited`, and a doubling time `never`")
        }
        ForecastError::Growth { .. } => failure.hint("give more than -100%"),
        _ => failure,
    }
}

/// A number.
fn number(option: &str, text: &str) -> Result<f64, Failure> {
    match text.trim().parse::<f64>() {
        Ok(value) if !value.is_nan() => Ok(value),
        _ => Err(Failure::input(format!("`{option} {text}` is no number")).hint("write it as 30000 or 1e9")),
    }
}

/// USD, or `unlimited`.
fn money(option: &str, text: &str) -> Result<f64, Failure> {
    if text == "unlimited" { Ok(f64::INFINITY) } else { number(option, text) }
}

/// Years, or `never`.
fn years(option: &str, text: &str) -> Result<f64, Failure> {
    if text == "never" { Ok(f64::INFINITY) } else { number(option, text) }
}

/// A fraction from a percentage.
fn percent(option: &str, text: &str) -> Result<f64, Failure> {
    match text.trim().strip_suffix('%') {
        Some(value) => Ok(number(option, value)? / 100.0),
        None => Err(Failure::input(format!("`{option} {text}` has no unit")).hint(format!("write {option} {text}%"))),
    }
}

/// An amount with its unit, in `unit`: `2.7PB`, `53EFLOP/s`. FLOP/s may be bare.
fn with_unit(option: &str, text: &str, unit: &str) -> Result<f64, Failure> {
    const PREFIXES: [(&str, f64); 9] = [
        ("k", 1e3),
        ("M", 1e6),
        ("G", 1e9),
        ("T", 1e12),
        ("P", 1e15),
        ("E", 1e18),
        ("Z", 1e21),
        ("Y", 1e24),
        ("", 1.0),
    ];
    let trimmed = text.trim();
    if unit == "FLOP/s" && trimmed.parse::<f64>().is_ok() {
        return number(option, trimmed);
    }
    let parsed = trimmed.strip_suffix(unit).and_then(|rest| {
        PREFIXES.iter().find_map(|(prefix, factor)| {
            let value = rest.strip_suffix(prefix)?.trim().parse::<f64>().ok()?;
            Some(value * factor)
        })
    });
    parsed.filter(|value| !value.is_nan()).ok_or_else(|| {
        Failure::input(format!("`{option} {text}`: expected an amount in {unit}"))
            .hint(format!("write {option} 2.7P{unit}, or {option} 2.7e15{unit}"))
    })
}

/// `arithmetic=2.3`, `memory=3..4`, `bandwidth=never`.
fn quantity_trend(text: &str) -> Result<Trend, Failure> {
    let names = || Quantity::REQUIRED.map(Quantity::name).join(", ");
    let (name, growth) = text.split_once('=').ok_or_else(|| {
        Failure::input(format!("`--trend {text}` says of nothing how fast it grows"))
            .hint(format!("write --trend arithmetic={text}; quantities are {}", names()))
    })?;
    let quantity = Quantity::REQUIRED.into_iter().find(|quantity| quantity.name() == name).ok_or_else(|| {
        Failure::input(format!("there is no quantity `{name}` to have a trend")).hint(format!("one of {}", names()))
    })?;
    trend(quantity, Basis::Device, "--trend", growth)
}

/// `2.3`, `2..3` or `never`.
fn trend(quantity: Quantity, basis: Basis, option: &str, text: &str) -> Result<Trend, Failure> {
    let growth = match text.split_once("..") {
        Some((low, high)) => {
            let (low, high) = (number(option, low)?, number(option, high)?);
            if !(low > 0.0 && low <= high && high.is_finite()) {
                return Err(Failure::input(format!("`{option} {text}` is no range of years"))
                    .hint("write the shorter time first: 2..3"));
            }
            if low == high { Growth::Doubling(low) } else { Growth::Between(low, high) }
        }
        None => Growth::Doubling(years(option, text)?),
    };
    Ok(Trend { name: "given", quantity, basis, precision: None, growth, source: "--trend", drawn: true, note: "" })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_carry_units() {
        assert_eq!(with_unit("--memory", "2.5PB", "B"), Ok(2.5e15));
        assert_eq!(with_unit("--flops", "53 EFLOP/s", "FLOP/s"), Ok(5.3e19));
        assert_eq!(with_unit("--flops", "5.3e19", "FLOP/s"), Ok(5.3e19));
        assert_eq!(with_unit("--bandwidth", "7B/s", "B/s"), Ok(7.0));
        for (text, unit) in [("2.5", "B"), ("2.5PB", "B/s"), ("PB", "B"), ("nanPB", "B"), ("2.5QB", "B")] {
            assert!(with_unit("--memory", text, unit).is_err(), "{text}");
        }
        assert_eq!(percent("--growth", "2%"), Ok(0.02));
        assert!(percent("--growth", "2").is_err());
    }

    #[test]
    fn trends_are_times_ranges_or_never() {
        let growth = |text: &str| quantity_trend(text).map(|trend| trend.growth);
        assert_eq!(growth("memory=2..3"), Ok(Growth::Between(2.0, 3.0)));
        assert_eq!(growth("arithmetic=2.3"), Ok(Growth::Doubling(2.3)));
        assert_eq!(growth("bandwidth=never"), Ok(Growth::Doubling(f64::INFINITY)));
        for bad in ["2.3", "price=2", "memory=3..2", "memory=", "memory=-1..2"] {
            assert!(growth(bad).is_err(), "{bad}");
        }
    }
}
