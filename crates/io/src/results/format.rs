//! Numbers as people read them.

/// `1,234,567`.
#[must_use]
pub fn count(value: u64) -> String {
    let digits = value.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// `1 neuron`, `302 neurons`: a count with the noun it counts, whose plural takes an `s`.
#[must_use]
pub fn counted(value: u64, noun: &str) -> String {
    format!("{} {noun}{}", count(value), if value == 1 { "" } else { "s" })
}

/// Three significant digits and an SI prefix: `si(1.234e9, "FLOP/s")` is `1.23 GFLOP/s`.
///
/// Without a unit the prefix stands after the number, `1.23 G`. Below 1 there are `m`, `u`, `n`, `p`.
#[must_use]
pub fn si(value: f64, unit: &str) -> String {
    const PREFIXES: [&str; 12] = ["p", "n", "u", "m", "", "k", "M", "G", "T", "P", "E", "Z"];
    if !value.is_finite() {
        return format!("{value} {unit}").trim_end().to_owned();
    }
    let mut scaled = value * 1e12;
    let mut prefix = 0;
    // 999.5 would be printed as 1000.
    while scaled.abs() >= 999.5 && prefix + 1 < PREFIXES.len() {
        scaled /= 1e3;
        prefix += 1;
    }
    if value == 0.0 {
        prefix = 4;
    }
    format!("{} {}{unit}", significant(scaled, 3), PREFIXES[prefix]).trim_end().to_owned()
}

/// Decimal bytes: `512 B`, `1.5 kB`, `3.20 GB`.
#[must_use]
#[allow(clippy::cast_precision_loss)]
pub fn bytes(value: u64) -> String {
    if value < 1000 { format!("{value} B") } else { si(value as f64, "B") }
}

/// `value` with `digits` significant digits, never in exponent form.
#[must_use]
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, clippy::cast_possible_wrap)]
pub fn significant(value: f64, digits: usize) -> String {
    if value == 0.0 || !value.is_finite() {
        return format!("{value}");
    }
    let before = value.abs().log10().floor() as i64 + 1;
    // Rounding may add a digit: 9.996 is 10.0, not 10.00.
    let step = 10_f64.powi((before - digits as i64) as i32);
    let rounded = (value / step).round() * step;
    let before = rounded.abs().log10().floor() as i64 + 1;
    let decimals = (digits as i64 - before).max(0) as usize;
    format!("{rounded:.decimals$}")
}

/// A duration in seconds: `12 us`, `450 ms`, `2.50 s`, `3 min 20 s`, `1 h 02 min`, `2 d 03 h`.
#[must_use]
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
pub fn duration(seconds: f64) -> String {
    if !seconds.is_finite() || seconds < 0.0 {
        return "unknown".to_owned();
    }
    if seconds < 59.95 {
        return if seconds == 0.0 { "0 s".to_owned() } else { si(seconds, "s") };
    }
    let whole = seconds.round() as u64;
    if whole < 3600 {
        return format!("{} min {:02} s", whole / 60, whole % 60);
    }
    let minutes = (seconds / 60.0).round() as u64;
    if minutes < 24 * 60 {
        return format!("{} h {:02} min", minutes / 60, minutes % 60);
    }
    let hours = (seconds / 3600.0).round() as u64;
    if hours < 365 * 24 {
        return format!("{} d {:02} h", hours / 24, hours % 24);
    }
    let years = seconds / (365.25 * 86_400.0);
    if years < 1000.0 {
        format!("{} years", significant(years, 3))
    } else {
        format!("{} years", count(years.round() as u64))
    }
}

/// Biological time, ms: `500 ms`, `2 s`, `1.25 s`.
#[must_use]
pub fn milliseconds(value: f64) -> String {
    if value < 1000.0 { format!("{} ms", round_off(value)) } else { format!("{} s", round_off(value / 1e3)) }
}

/// Six significant digits without trailing zeros.
fn round_off(value: f64) -> String {
    let text = significant(value, 6);
    if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.').to_owned() } else { text }
}

/// `factor` is wall time over biological time: `2.5 times faster than real time`.
#[must_use]
pub fn realtime(factor: f64) -> String {
    if !factor.is_finite() || factor <= 0.0 {
        return "speed unknown".to_owned();
    }
    let (times, word) = if factor < 1.0 { (1.0 / factor, "faster") } else { (factor, "slower") };
    if times < 1.005 {
        return "in real time".to_owned();
    }
    if times >= 9999.5 {
        return format!("{} times {word} than real time", si(times, ""));
    }
    format!("{} times {word} than real time", significant(times, 3))
}

/// Rate in Hz: `0.25 Hz`, `12.3 Hz`.
#[must_use]
pub fn rate(hz: f64) -> String {
    if hz == 0.0 { "0 Hz".to_owned() } else { format!("{} Hz", significant(hz, 3)) }
}
