//! Numbers in sentences and tables.

/// Six significant digits without trailing zeros; `1.5e-7` and `2e9` where the number is far from 1.
#[must_use]
#[allow(clippy::cast_possible_truncation)]
pub fn figure(value: f64) -> String {
    if value == 0.0 || !value.is_finite() {
        return format!("{value}");
    }
    if !(1e-4..1e7).contains(&value.abs()) {
        let text = format!("{value:.5e}");
        let (mantissa, exponent) = text.split_once('e').unwrap_or((&text, "0"));
        return format!("{}e{exponent}", trimmed(mantissa));
    }
    let decimals = (5 - value.abs().log10().floor() as i32).max(0);
    let text = format!("{value:.*}", usize::try_from(decimals).unwrap_or(0));
    trimmed(&text).to_owned()
}

/// Without zeros at the end of a fraction.
fn trimmed(text: &str) -> &str {
    let short = if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.') } else { text };
    if short == "-0" { "0" } else { short }
}

#[cfg(test)]
mod tests {
    use super::figure;

    #[test]
    fn six_digits_and_no_zeros_after_them() {
        let cases = [
            (0.0, "0"),
            (-40.0, "-40"),
            (120.2554, "120.255"),
            (0.000_457, "0.000457"),
            (1.5e-7, "1.5e-7"),
            (2e9, "2e9"),
            (999_999.6, "1000000"),
            (0.1 + 0.2, "0.3"),
            (f64::INFINITY, "inf"),
        ];
        for (value, text) in cases {
            assert_eq!(figure(value), text);
        }
    }
}
