//! The forecast as a document.

use serde::Serialize;

use super::sensitivity::{self, Sensitivity};
use super::{Inputs, Requirement};
use crate::article;
use crate::error::ForecastError;
use crate::roads::{self, Road};
use crate::statistics::quantile;
use crate::step::Step;
use crate::trends::{Basis, Quantity, TRENDS, Trend};
use crate::when::{Entry, When};

/// `huxley.forecast/1`.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Forecast {
    /// `huxley.forecast/1`.
    pub schema: &'static str,
    /// What it is made from.
    pub inputs: InputsEntry,
    /// By requirement.
    pub requirements: Vec<RequirementEntry>,
    /// The requirement that is met last.
    pub binding: Binding,
    /// What the middle year of the binding requirement becomes with another input.
    pub sensitivity: Vec<Sensitivity>,
    /// The article's reasoning.
    pub article: Vec<Step>,
    /// Every trend known, and those given.
    pub trends: Vec<TrendEntry>,
    /// What each requirement costs, year by year.
    pub roads: Vec<Road>,
    /// What the assumptions do to the date.
    pub paragraph: String,
}

/// Inputs in a document.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct InputsEntry {
    /// USD in one year; null is without limit.
    pub budget_usd: Option<f64>,
    /// Its growth a year, as a fraction.
    pub budget_growth: f64,
    /// The device.
    pub device: String,
    /// Where its figures are from.
    pub device_source: String,
    /// Its price at the start, USD.
    pub price_usd: f64,
    /// Years in which that doubles; null is never.
    pub price_doubling_years: Option<f64>,
    /// Precision of arithmetic.
    pub precision: &'static str,
    /// The year at the start.
    pub start_year: f64,
    /// Seed of the samples.
    pub seed: u64,
    /// Samples of a distribution.
    pub samples: usize,
}

/// A requirement in a document.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct RequirementEntry {
    /// Its name: arithmetic, memory held, memory moved, spikes exchanged.
    pub name: &'static str,
    /// How much.
    pub value: f64,
    /// Unit of that.
    pub unit: &'static str,
    /// Where it comes from.
    pub source: String,
    /// Devices at the start; null where there are too many to write down.
    pub devices: Option<f64>,
    /// What they cost, USD; null where that is too much to write down.
    pub cost_usd: Option<f64>,
    /// By trend.
    pub by_trend: Vec<ByTrend>,
    /// Over the trends that are drawn from and their ranges.
    pub distribution: Distribution,
}

/// A date by a trend as it stands.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ByTrend {
    /// Name of the trend.
    pub trend: &'static str,
    /// Years in which what a dollar buys doubles, with the price of a device growing as given; null is never.
    pub doubling_per_dollar_years: Option<f64>,
    /// With the price of a device growing as given.
    pub when: Entry,
    /// With a device's price as it is at the start.
    pub when_price_stays: Entry,
    /// Whether the distribution draws from it.
    pub drawn: bool,
}

/// A date's distribution.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Distribution {
    /// A tenth of the samples is earlier.
    pub p10: Entry,
    /// Half of them.
    pub median: Entry,
    /// Nine tenths.
    pub p90: Entry,
    /// Fraction that is never.
    pub never: f64,
}

impl Distribution {
    /// Of years after the start, sorted.
    #[must_use]
    #[allow(clippy::cast_precision_loss)]
    pub fn of(years: &[f64], start: f64) -> Self {
        let at = |p: f64| When::in_years(quantile(years, p)).entry(start);
        let never = years.iter().filter(|years| years.is_infinite()).count() as f64 / years.len().max(1) as f64;
        Self { p10: at(0.1), median: at(0.5), p90: at(0.9), never }
    }
}

/// The requirement that is met last.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Binding {
    /// Its name.
    pub name: &'static str,
    /// Its middle year.
    pub when: Entry,
}

/// A trend in a document.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct TrendEntry {
    /// Its name.
    pub name: &'static str,
    /// What grows.
    pub quantity: Quantity,
    /// Of a device or of a dollar.
    pub basis: Basis,
    /// Of arithmetic, the precision.
    pub precision: Option<&'static str>,
    /// Doubling time, years; null is no growth.
    pub doubling_years: Option<f64>,
    /// Least that its source gives, years.
    pub low_years: Option<f64>,
    /// Most.
    pub high_years: Option<f64>,
    /// How doubling times are drawn.
    pub drawn_as: &'static str,
    /// Who found it.
    pub source: &'static str,
    /// What to know about it.
    pub note: &'static str,
}

impl TrendEntry {
    /// Of a trend.
    #[must_use]
    pub fn of(trend: &Trend) -> Self {
        use crate::trends::Growth;
        let ever = |years: f64| Some(years).filter(|years| years.is_finite());
        Self {
            name: trend.name,
            quantity: trend.quantity,
            basis: trend.basis,
            precision: trend.precision.map(crate::trends::Precision::name),
            doubling_years: ever(trend.doubling()),
            low_years: trend.range().and_then(|range| ever(range.0)),
            high_years: trend.range().and_then(|range| ever(range.1)),
            drawn_as: match trend.growth {
                _ if !trend.drawn => "not drawn from",
                Growth::Between(..) => "log-uniform",
                Growth::Interval { .. } => "log-normal",
                Growth::Doubling(_) | Growth::Times(..) => "as it stands",
            },
            source: trend.source,
            note: trend.note,
        }
    }
}

/// What is finite.
pub(crate) fn finite(value: f64) -> Option<f64> {
    Some(value).filter(|value| value.is_finite())
}

pub(super) fn document(inputs: &Inputs) -> Result<Forecast, ForecastError> {
    let requirements =
        inputs.requirements.iter().map(|requirement| entry(inputs, requirement)).collect::<Result<Vec<_>, _>>()?;
    let (index, when) = inputs.binding()?;
    let binding = Binding { name: inputs.requirements[index].quantity.requirement(), when: when.entry(inputs.start) };
    let sensitivity = sensitivity::sensitivity(inputs, index, when)?;
    let paragraph = sensitivity::paragraph(inputs, &requirements[index], &sensitivity);
    Ok(Forecast {
        schema: "huxley.forecast/1",
        inputs: InputsEntry {
            budget_usd: finite(inputs.budget),
            budget_growth: inputs.budget_growth,
            device: inputs.device.name.clone(),
            device_source: inputs.device.source.clone(),
            price_usd: inputs.price,
            price_doubling_years: finite(inputs.price_doubling),
            precision: inputs.precision.name(),
            start_year: inputs.start,
            seed: inputs.seed,
            samples: inputs.samples,
        },
        requirements,
        binding,
        sensitivity,
        article: article::steps(),
        trends: TRENDS.iter().chain(&inputs.own_trends).map(TrendEntry::of).collect(),
        roads: roads::hardware(inputs)?,
        paragraph,
    })
}

fn entry(inputs: &Inputs, requirement: &Requirement) -> Result<RequirementEntry, ForecastError> {
    let trends = inputs.trends_of(requirement.quantity);
    let by_trend = trends
        .iter()
        .map(|trend| {
            let doubling = trend.doubling();
            let rate = trend.rate(doubling, inputs.price_doubling);
            ByTrend {
                trend: trend.name,
                doubling_per_dollar_years: (rate > 0.0).then(|| rate.recip()).and_then(finite),
                when: inputs.when(requirement, trend, doubling, inputs.price_doubling).entry(inputs.start),
                when_price_stays: inputs.when(requirement, trend, doubling, f64::INFINITY).entry(inputs.start),
                drawn: trend.drawn,
            }
        })
        .collect();
    let cost = inputs.cost_log2(requirement);
    let devices = requirement
        .devices
        .unwrap_or_else(|| requirement.value / inputs.device.of(requirement.quantity, inputs.precision));
    Ok(RequirementEntry {
        name: requirement.quantity.requirement(),
        value: requirement.value,
        unit: requirement.quantity.unit(),
        source: requirement.source.clone(),
        devices: finite(devices),
        cost_usd: finite(cost.exp2()),
        by_trend,
        distribution: Distribution::of(&inputs.sampled(requirement)?, inputs.start),
    })
}
