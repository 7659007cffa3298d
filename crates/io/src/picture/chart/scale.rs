//! From values to places along an axis, and the numbers that stand there.

use super::{ChartAxis, Scale};
use crate::picture::axis::{mark_text, marks, round_up};

/// Marks that an axis has room for.
const MOST: usize = 9;

/// An axis with its place in the picture.
pub(super) struct Ruler {
    scale: Scale,
    /// In the scale's own measure: values, or their decimal logarithms.
    low: f64,
    high: f64,
    /// Place of `low`, and of `high`.
    from: f32,
    to: f32,
}

impl Ruler {
    /// None where no value can be shown.
    pub fn new(axis: &ChartAxis, values: impl Iterator<Item = f64>, from: f32, to: f32) -> Option<Self> {
        let scale = axis.scale;
        let (low, high) = match axis.range {
            Some((low, high)) => (measure(scale, low)?, measure(scale, high)?),
            None => spread(scale, values.filter_map(|v| measure(scale, v)))?,
        };
        (high > low).then_some(Self { scale, low, high, from, to })
    }

    /// Where a value lies, on the axis or beyond it; none where it has no place.
    pub fn anywhere(&self, value: f64) -> Option<f32> {
        let part = (measure(self.scale, value)? - self.low) / (self.high - self.low);
        // Far beyond is as good as a picture's width beyond, which pixels can hold.
        Some(self.from + part.clamp(-10.0, 11.0) as f32 * (self.to - self.from))
    }

    /// Where a value lies, none if it is not on the axis.
    pub fn place(&self, value: f64) -> Option<f32> {
        let own = measure(self.scale, value)?;
        let slack = 1e-9 * (self.high - self.low);
        (own >= self.low - slack && own <= self.high + slack).then(|| self.anywhere(value)).flatten()
    }

    /// The nearest place on the axis; what is not positive lies at the foot of a logarithmic one.
    pub fn held(&self, value: f64) -> Option<f32> {
        let own = if value.is_nan() { return None } else { measure(self.scale, value) };
        let own = own.unwrap_or(if value > 0.0 { self.high } else { self.low }).clamp(self.low, self.high);
        Some(self.from + ((own - self.low) / (self.high - self.low)) as f32 * (self.to - self.from))
    }

    /// Values with their words.
    pub fn marks(&self) -> Vec<(f64, String)> {
        let span = self.high - self.low;
        if self.scale == Scale::Linear {
            let step = round_up(span / MOST as f64);
            return marks(self.low, self.high, step).into_iter().map(|m| (m, mark_text(m, step))).collect();
        }
        let plain = self.low >= -4.0 && self.high <= 4.0;
        let word = |value: f64| if plain { plain_text(value) } else { power_text(value) };
        let decades = |every: f64| marks(self.low, self.high, every).into_iter().map(|d| 10_f64.powf(d));
        if span >= 2.0 {
            let every = (span / MOST as f64).ceil().max(1.0);
            return decades(every).map(|v| (v, word(v))).collect();
        }
        let first = self.low.floor() as i32;
        let within = (first..=self.high.ceil() as i32).flat_map(|d| [1.0, 2.0, 5.0].map(|m| m * 10_f64.powi(d)));
        let own: Vec<f64> = within.filter(|&v| self.place(v).is_some()).collect();
        if own.len() >= 2 {
            return own.into_iter().map(|v| (v, word(v))).collect();
        }
        // Less than a factor of 2: round numbers as on a linear axis.
        let (low, high) = (10_f64.powf(self.low), 10_f64.powf(self.high));
        let step = round_up((high - low) / 5.0);
        marks(low, high, step).into_iter().map(|m| (m, mark_text(m, step))).collect()
    }
}

/// A value in the scale's own measure.
fn measure(scale: Scale, value: f64) -> Option<f64> {
    let own = match scale {
        Scale::Linear => value,
        Scale::Log if value > 0.0 => value.log10(),
        Scale::Log => return None,
    };
    own.is_finite().then_some(own)
}

/// From the least to the most, with some air.
fn spread(scale: Scale, values: impl Iterator<Item = f64>) -> Option<(f64, f64)> {
    let (low, high) = values.fold((f64::INFINITY, f64::NEG_INFINITY), |(l, h), v| (l.min(v), h.max(v)));
    if !(low.is_finite() && high.is_finite()) {
        return None;
    }
    let air = match scale {
        _ if high > low => 0.05 * (high - low),
        Scale::Log => 0.5,
        Scale::Linear => 0.5 * high.abs().max(1e-9),
    };
    Some((low - air, high + air))
}

fn plain_text(value: f64) -> String {
    let decimals = (-(value.log10() + 1e-9).floor()).clamp(0.0, 6.0) as usize;
    format!("{value:.decimals$}")
}

/// `10` with a raised exponent, and a factor where there is one. The font has no raised minus: small values are decimal.
fn power_text(value: f64) -> String {
    let exponent = (value.log10() + 1e-9).floor();
    let factor = (value / 10_f64.powf(exponent)).round();
    if exponent < 0.0 {
        return if exponent < -6.0 { format!("{factor:.0}e{exponent:.0}") } else { plain_text(value) };
    }
    let raised = |c: char| match c {
        '1' => '\u{b9}',
        '2' => '\u{b2}',
        '3' => '\u{b3}',
        digit => char::from_u32(0x2070 + u32::from(digit) - u32::from('0')).unwrap_or(digit),
    };
    let power: String = format!("{exponent:.0}").chars().map(raised).collect();
    if factor > 1.0 { format!("{factor:.0}\u{b7}10{power}") } else { format!("10{power}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ruler(scale: Scale, range: (f64, f64)) -> Ruler {
        let axis = ChartAxis { scale, range: Some(range), ..ChartAxis::default() };
        Ruler::new(&axis, std::iter::empty(), 0.0, 100.0).unwrap()
    }

    fn words(scale: Scale, range: (f64, f64)) -> Vec<String> {
        ruler(scale, range).marks().into_iter().map(|(_, words)| words).collect()
    }

    #[test]
    fn a_charts_axis_has_round_numbers() {
        assert_eq!(
            words(Scale::Linear, (2020.0, 2100.0)),
            ["2020", "2030", "2040", "2050", "2060", "2070", "2080", "2090", "2100"]
        );
        assert_eq!(words(Scale::Log, (0.01, 10.0)), ["0.01", "0.1", "1", "10"]);
        assert_eq!(
            words(Scale::Log, (1e18, 1e21)),
            ["10\u{b9}\u{2078}", "10\u{b9}\u{2079}", "10\u{b2}\u{2070}", "10\u{b2}\u{b9}"]
        );
        assert_eq!(words(Scale::Log, (1.0, 20.0)), ["1", "2", "5", "10", "20"]);
        assert_eq!(words(Scale::Log, (1e6, 1e8)), ["10\u{2076}", "10\u{2077}", "10\u{2078}"]);
        assert_eq!(
            words(Scale::Log, (2e6, 2e7)),
            ["2\u{b7}10\u{2076}", "5\u{b7}10\u{2076}", "10\u{2077}", "2\u{b7}10\u{2077}"]
        );
        assert!(words(Scale::Log, (1e-30, 1e30)).len() <= MOST + 1);
        // The font has no raised minus.
        assert_eq!(words(Scale::Log, (8e-4, 1.2)), ["0.001", "0.01", "0.1", "1"]);
        assert_eq!(words(Scale::Log, (1e-8, 1e-6)), ["1e-8", "1e-7", "0.000001"]);
    }

    #[test]
    fn a_charts_values_lie_where_they_should() {
        let log = ruler(Scale::Log, (1.0, 100.0));
        assert_eq!(log.place(10.0), Some(50.0));
        assert_eq!((log.place(0.1), log.place(0.0), log.place(-1.0), log.anywhere(f64::NAN)), (None, None, None, None));
        assert_eq!(log.anywhere(1000.0), Some(150.0));
        assert_eq!(
            (log.held(0.0), log.held(1e9), log.held(f64::INFINITY), log.held(f64::NAN)),
            (Some(0.0), Some(100.0), Some(100.0), None)
        );
        assert_eq!(ruler(Scale::Linear, (-1.0, 1.0)).place(0.5), Some(75.0));
    }
}
