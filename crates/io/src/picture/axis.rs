//! Axes: round numbers, units, and the time axis that pictures share.

use super::palette::{AXIS, DARK, GRID};
use super::scene::{Anchor, Frame, Scene, Style};
use super::text::{self, Face};

/// Labels of axes.
pub(super) const LABEL: Style = Style::new(21.0, Face::Regular, DARK);

/// The smallest of 1, 2, 5, 10, 20, ... that is at least `value`.
pub(super) fn round_up(value: f64) -> f64 {
    if !(value.is_finite() && value > 0.0) {
        return 1.0;
    }
    let decade = 10_f64.powf(value.log10().floor());
    let factor = [1.0, 2.0, 5.0].into_iter().find(|factor| factor * decade >= value * (1.0 - 1e-9));
    factor.unwrap_or(10.0) * decade
}

/// A scale's marks: every `step`, from within `low` to within `high`.
pub(super) fn marks(low: f64, high: f64, step: f64) -> Vec<f64> {
    let slack = 1e-6 * step;
    let first = ((low - slack) / step).ceil();
    let last = ((high + slack) / step).floor();
    let count = (last - first).clamp(-1.0, 1000.0) as i64 + 1;
    // Adding 0 makes a zero positive, which prints without a sign.
    (0..count).map(|index| (first + index as f64) * step + 0.0).collect()
}

/// At least two marks, which need not be more than `most`, and the step they are rounded to.
pub(super) fn some_marks(low: f64, high: f64, most: usize) -> (Vec<f64>, f64) {
    let mut step = round_up((high - low) / most as f64);
    let mut chosen = marks(low, high, step);
    for _ in 0..4 {
        if chosen.len() >= 2 {
            break;
        }
        step = round_up(step / 2.5);
        chosen = marks(low, high, step);
    }
    if chosen.len() > most {
        let last = chosen.len() - 1;
        chosen = vec![chosen[0], chosen[last]];
    }
    (chosen, step)
}

/// `value` with the decimals that `step` needs, and a real minus sign.
pub(super) fn mark_text(value: f64, step: f64) -> String {
    let decimals = (-(step.log10() + 1e-9).floor()).clamp(0.0, 12.0) as usize;
    format!("{value:.decimals$}").replace('-', "\u{2212}")
}

/// A time axis over a part of the picture.
pub(super) struct TimeAxis {
    pub start_ms: f64,
    pub end_ms: f64,
    pub left: f32,
    pub width: f32,
}

impl TimeAxis {
    pub fn x(&self, time_ms: f64) -> f32 {
        let part = (time_ms - self.start_ms) / self.span();
        self.left + part as f32 * self.width
    }

    /// Length, ms; never 0.
    pub fn span(&self) -> f64 {
        let span = self.end_ms - self.start_ms;
        if span > 0.0 { span } else { 1.0 }
    }

    pub fn contains(&self, time_ms: f64) -> bool {
        // Not true of a NaN.
        time_ms >= self.start_ms && time_ms <= self.end_ms
    }

    /// Milliseconds in the axis's unit, and its name.
    fn unit(&self) -> (f64, &'static str) {
        let largest = self.start_ms.abs().max(self.end_ms.abs()).max(self.span());
        if largest >= 3.6e6 && self.span() >= 1.2e6 {
            (6e4, "min")
        } else if largest >= 2e3 && self.span() >= 200.0 {
            (1e3, "s")
        } else {
            (1.0, "ms")
        }
    }

    /// Grid lines over `frames`, and the scale under the last of them.
    pub fn draw(&self, scene: &mut Scene, frames: &[Frame]) {
        let Some(last) = frames.last() else { return };
        let (unit, name) = self.unit();
        let (low, high) = (self.start_ms / unit, self.end_ms / unit);
        let step = self.step(unit);
        scene.rule(self.left, self.left + self.width, last.bottom(), AXIS);
        for mark in marks(low, high, step) {
            let x = self.x(mark * unit);
            for frame in frames {
                scene.upright(x, frame.y, frame.bottom(), GRID);
            }
            scene.upright(x, last.bottom(), last.bottom() + 7.0, AXIS);
            let label = mark_text(mark, step);
            scene.text(x, last.bottom() + 30.0, label, LABEL, Anchor::Middle);
        }
        let middle = self.left + self.width / 2.0;
        let label = format!("time ({name})");
        scene.text(middle, last.bottom() + 60.0, label, LABEL, Anchor::Middle);
    }

    /// The smallest round step whose labels stand well apart, in units.
    fn step(&self, unit: f64) -> f64 {
        let (low, high) = (self.start_ms / unit, self.end_ms / unit);
        let mut step = round_up((high - low) / 12.0);
        loop {
            let widest = marks(low, high, step)
                .iter()
                .map(|&mark| text::width(&mark_text(mark, step), LABEL.size, LABEL.face))
                .fold(0.0, f32::max);
            let apart = (step * unit / self.span()) as f32 * self.width;
            if apart >= widest + 40.0 || step >= high - low {
                return step;
            }
            step = round_up(step * 1.5);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn picture_scales_have_round_numbers() {
        assert_eq!(round_up(0.03), 0.05);
        assert_eq!(round_up(1.0), 1.0);
        assert_eq!(round_up(730.0), 1000.0);
        assert_eq!(round_up(f64::NAN), 1.0);
        assert_eq!(marks(-0.2, 1.0, 0.5), [0.0, 0.5, 1.0]);
        assert_eq!(some_marks(-78.0, 48.0, 2), (vec![-50.0, 0.0], 50.0));
        assert_eq!(some_marks(0.03, 0.47, 2).0, [0.2, 0.4]);
        assert_eq!(mark_text(0.5, 0.5), "0.5");
        assert_eq!(mark_text(-60.0, 20.0), "\u{2212}60");
        assert_eq!(mark_text(3.0, 1.0), "3");
    }

    #[test]
    fn picture_time_unit_suits_the_duration() {
        let unit = |end_ms| TimeAxis { start_ms: 0.0, end_ms, left: 0.0, width: 1.0 }.unit().1;
        assert_eq!(unit(500.0), "ms");
        assert_eq!(unit(10_000.0), "s");
        assert_eq!(unit(7.2e6), "min");
    }
}
