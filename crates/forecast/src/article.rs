//! The article's reasoning from 53 exaFLOPS to 2040 and 2075, step by step, each with what it assumes and whether it follows.

use crate::step::Step;
use crate::trends::TRENDS;

/// Arithmetic that the article asks for, FLOP/s.
pub const FLOPS: f64 = 5.3e19;
/// An H100 in double precision as the article takes it, FLOP/s.
pub const H100_F64: f64 = 3.4e13;
/// Year it counts from: 2040 less 15, 2075 less 50.
pub const START: f64 = 2025.0;
/// Doubling time of single precision, years.
pub const F32_DOUBLING: f64 = 2.3;
/// Its second time, years.
pub const SECOND: f64 = 7.6;
/// By how much machines have to become faster in its reasoning.
pub const GAIN: f64 = 100.0;

/// Years to grow `factor` times at a doubling time, years.
#[must_use]
pub fn years_to_grow(factor: f64, doubling: f64) -> f64 {
    doubling * factor.log2()
}

/// The steps.
#[must_use]
pub fn steps() -> Vec<Step> {
    let ten = years_to_grow(10.0, F32_DOUBLING);
    let twice = years_to_grow(10.0, ten);
    let f64_trend = TRENDS.iter().find(|trend| trend.name == "mit-2026-fp64").and_then(crate::trends::Trend::range);
    let (fast, slow) = f64_trend.unwrap_or((f64::NAN, f64::NAN));
    let measured = format!(
        "double precision is measured to double in {fast} to {slow} years (MIT FutureTech 2026): 10 times in {:.1} to {:.1} years, \
         100 times in {:.1} to {:.1}",
        years_to_grow(10.0, fast),
        years_to_grow(10.0, slow),
        years_to_grow(100.0, fast),
        years_to_grow(100.0, slow)
    );
    vec![
        Step {
            says: "5.3e19 FLOP/s take 1,550,000 H100 at 3.4e13 FLOP/s (FP64)",
            printed: 1_550_000.0,
            computed: FLOPS / H100_F64,
            unit: "devices",
            formula: "5.3e19 / 3.4e13",
            assumes: "every device at its peak; memory and its bandwidth are no limit",
            follows: true,
            why: "rounded down by 0.6 %".to_owned(),
        },
        Step {
            says: "FP32 doubles in 2.3 years",
            printed: F32_DOUBLING,
            computed: F32_DOUBLING,
            unit: "years",
            formula: "given",
            assumes: "Epoch AI 2023: operations a second of a device, whatever it costs; the past trend goes on",
            follows: true,
            why: String::new(),
        },
        Step {
            says: "\"5 times the growth\" takes 7.6 years",
            printed: SECOND,
            computed: ten,
            unit: "years",
            formula: "2.3 log2(10)",
            assumes: "that 7.6 is a time of its own",
            follows: false,
            why: format!(
                "there is no 5 in it: 7.6 years is what FP32 takes to grow 10 times ({ten:.2}); it grows 5 times in {:.1} years, and \
                 a doubling that takes 5 times as long takes {:.1}",
                years_to_grow(5.0, F32_DOUBLING),
                5.0 * F32_DOUBLING
            ),
        },
        Step {
            says: "10 times the FP64 takes 25 years",
            printed: 25.0,
            computed: twice,
            unit: "years",
            formula: "7.6 log2(10) = 2.3 log2(10)^2",
            assumes: "that FP64 doubles in 7.6 years",
            follows: false,
            why: format!(
                "25 comes out only where the time of FP32 to grow 10 times is taken for the time of FP64 to double, log2(10) twice \
                 over; {measured}"
            ),
        },
        Step {
            says: "100 times the FP64 takes 50 years: 2075",
            printed: 2075.0,
            computed: START + 2.0 * twice,
            unit: "year",
            formula: "2025 + 2 x 25",
            assumes: "the step before, and 2025 for the start",
            follows: false,
            why: format!(
                "twice 25 is right, 25 is not; as measured 100 times is there in {:.0} to {:.0}",
                START + years_to_grow(100.0, fast),
                START + years_to_grow(100.0, slow)
            ),
        },
        Step {
            says: "100 times the FP32 takes 15 years: 2040",
            printed: 2040.0,
            computed: START + 2.0 * ten,
            unit: "year",
            formula: "2025 + 2 x 7.6",
            assumes: "that single precision suffices, and 2025 for the start",
            follows: true,
            why: format!("{:.1} years", 2.0 * ten),
        },
        Step {
            says: "100 times is enough",
            printed: GAIN,
            computed: FLOPS / H100_F64 / GAIN,
            unit: "devices left",
            formula: "1,558,824 / 100",
            assumes: "a budget for some 15,600 devices of that day, which it does not name",
            follows: false,
            why: "the year is the year of a budget: at 30,000 USD a device these are 468 million USD, and the price of a device has \
                  itself doubled in 5.03 years"
                .to_owned(),
        },
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_articles_figures_come_out() {
        let steps = steps();
        for step in &steps[..6] {
            let near = match step.unit {
                "year" => (step.computed - step.printed).abs() <= 1.0,
                _ => (step.computed / step.printed - 1.0).abs() < 0.02,
            };
            assert!(near, "{step:?}");
        }
        assert_eq!(format!("{:.0}", FLOPS / H100_F64), "1558824");
        // 7.6 is 2.3 log2(10), and no five times of anything.
        assert_eq!(format!("{:.1}", years_to_grow(10.0, F32_DOUBLING)), "7.6");
        for five in [5.0 * F32_DOUBLING, years_to_grow(5.0, F32_DOUBLING), years_to_grow(32.0, F32_DOUBLING)] {
            assert!((five - SECOND).abs() > 2.0, "{five}");
        }
        // 25 is 7.6 taken for a doubling time.
        assert_eq!(format!("{:.0}", years_to_grow(10.0, SECOND)), "25");
        assert_eq!(steps.iter().filter(|step| !step.follows).count(), 4);
    }
}
