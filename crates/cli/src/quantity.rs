//! Times and sizes as options give them, with units.

use huxley_io::model::{Dimension, parse_quantity};

use crate::failure::Failure;

/// A positive time in ms, as `option` gives it.
pub fn time(option: &str, text: &str) -> Result<f64, Failure> {
    let wrong = |message: String| Failure::input(format!("`{option} {text}`: {message}"));
    let value = parse_quantity(text, Dimension::Time).map_err(|error| {
        let bare = text.trim().parse::<f64>().is_ok_and(f64::is_finite);
        let hint =
            if bare { format!("write {option} {}ms, or {option} {}s", text.trim(), text.trim()) } else { error.hint() };
        wrong(error.to_string()).hint(hint)
    })?;
    if value > 0.0 {
        Ok(value)
    } else {
        Err(wrong("expected a time above 0".to_owned()).hint(format!("write {option} 500ms, or {option} 2s")))
    }
}

/// A quantity in the unit of `dimension`, as `option` gives it.
pub fn of(option: &str, text: &str, dimension: Dimension) -> Result<f64, Failure> {
    parse_quantity(text, dimension)
        .map_err(|error| Failure::input(format!("`{option} {text}`: {error}")).hint(error.hint()))
}

/// A time in ms from the beginning, 0 or later, as `option` gives it.
pub fn moment(option: &str, text: &str) -> Result<f64, Failure> {
    // Nothing has no unit.
    if text.trim() == "0" {
        return Ok(0.0);
    }
    match parse_quantity(text, Dimension::Time) {
        Ok(0.0) => Ok(0.0),
        _ => time(option, text),
    }
}

/// Bytes, as `option` gives them: `500MB`, `2 GB`, `1GiB`.
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
pub fn size(option: &str, text: &str) -> Result<u64, Failure> {
    const UNITS: [(&str, f64); 9] = [
        ("KiB", 1024.0),
        ("MiB", 1_048_576.0),
        ("GiB", 1_073_741_824.0),
        ("TiB", 1_099_511_627_776.0),
        ("kB", 1e3),
        ("MB", 1e6),
        ("GB", 1e9),
        ("TB", 1e12),
        ("B", 1.0),
    ];
    let trimmed = text.trim();
    let parsed = UNITS.iter().find_map(|(unit, factor)| {
        let number = trimmed.strip_suffix(unit)?.trim().parse::<f64>().ok()?;
        (number.is_finite() && number > 0.0).then_some(number * factor)
    });
    parsed.map(|bytes| bytes as u64).ok_or_else(|| {
        Failure::input(format!("`{option} {text}`: expected a size with its unit"))
            .hint(format!("write {option} 500MB, or {option} 2GB"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_and_sizes_carry_units() {
        assert_eq!(time("--duration", "2s"), Ok(2000.0));
        assert_eq!(size("--max-memory", "1.5 GB"), Ok(1_500_000_000));
        assert_eq!(size("--max-memory", "1MiB"), Ok(1_048_576));
        for bad in ["2", "-1 ms", "0 ms", "2 mV", "nan ms", ""] {
            assert!(time("--duration", bad).is_err(), "{bad}");
        }
        for bad in ["2", "-1 GB", "0 B", "GB", "1 GS"] {
            assert!(size("--max-memory", bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_bare_number_is_told_the_right_form() {
        let failure = time("--duration", "2").unwrap_err();
        assert_eq!(failure.problems()[0].hints, ["write --duration 2ms, or --duration 2s"]);
    }
}
