//! Roads: what something costs, year by year.

use serde::Serialize;

use crate::error::ForecastError;
use crate::hardware::{self, finite};
use crate::statistics::quantile;
use crate::trends::Urn;
use crate::{random::Random, turing};

/// Years that a road is drawn for.
pub const YEARS: u32 = 150;
/// Years between two of its points.
pub const STEP: u32 = 5;

/// What something costs, year by year.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Road {
    /// What.
    pub name: String,
    /// Its points.
    pub points: Vec<Point>,
}

/// What it costs in a year. Null is nothing, or more than a number holds.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Point {
    /// The year.
    pub year: f64,
    /// log10 of USD: a tenth of the samples costs less.
    pub low_log10_usd: Option<f64>,
    /// Half of them.
    pub median_log10_usd: Option<f64>,
    /// Nine tenths.
    pub high_log10_usd: Option<f64>,
}

/// A road from samples of the log2 of the cost at the start and of the doublings a year of what a dollar buys.
fn road(name: String, start: f64, samples: &[(f64, f64)]) -> Road {
    let points = (0..=YEARS / STEP)
        .map(|step| {
            let years = f64::from(step * STEP);
            let mut costs: Vec<f64> = samples.iter().map(|(cost, rate)| cost - rate * years).collect();
            costs.sort_by(f64::total_cmp);
            let at = |p: f64| finite(quantile(&costs, p) * std::f64::consts::LOG10_2);
            Point { year: start + years, low_log10_usd: at(0.1), median_log10_usd: at(0.5), high_log10_usd: at(0.9) }
        })
        .collect();
    Road { name, points }
}

/// The roads of the requirements of a brain.
///
/// # Errors
///
/// Where a requirement has no trend.
pub fn hardware(inputs: &hardware::Inputs) -> Result<Vec<Road>, ForecastError> {
    let own = |requirement: &hardware::Requirement| {
        let urn = Urn::of(&inputs.trends_of(requirement.quantity));
        let mut random = Random::new(inputs.seed ^ ((requirement.quantity as u64) << 56));
        let cost = inputs.cost_log2(requirement);
        let samples = (0..inputs.samples)
            .map(|_| {
                let none = || ForecastError::NoTrend { quantity: requirement.quantity.name().to_owned() };
                let (trend, doubling) = urn.draw(&mut random).ok_or_else(none)?;
                Ok((cost, trend.rate(doubling, inputs.price_doubling)))
            })
            .collect::<Result<Vec<_>, _>>()?;
        Ok(road(format!("a brain: {}", requirement.quantity.requirement()), inputs.start, &samples))
    };
    inputs.requirements.iter().map(own).collect()
}

/// A text in words.
pub(crate) fn text_of(tokens: f64) -> String {
    if tokens < 1e6 { format!("a text of {tokens:.0} tokens") } else { format!("a text of {tokens:.2e} tokens") }
}

/// The road of a Turing test.
///
/// # Errors
///
/// Where there is no trend.
pub fn turing(inputs: &turing::Inputs) -> Result<Road, ForecastError> {
    let samples: Vec<(f64, f64)> = inputs
        .draws()?
        .into_iter()
        .map(|(slowdown, doubling)| (inputs.cost_log2(slowdown), doubling.recip() + inputs.algorithm_halving.recip()))
        .collect();
    Ok(road(format!("a Turing test, {}", text_of(inputs.tokens())), inputs.start, &samples))
}
