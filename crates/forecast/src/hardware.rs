//! The hardware road: the year in which a budget buys what a brain requires.

mod document;
mod sensitivity;

use crate::error::{ForecastError, amount, amount_or_unlimited, growth, positive, positive_or_never, within};
use crate::money::affordable;
use crate::random::Random;
use crate::statistics::quantile;
use crate::trends::{self, PRICE_DOUBLING, Precision, Quantity, Trend, Urn};
use crate::when::When;
pub(crate) use document::finite;
pub use document::{Binding, ByTrend, Distribution, Forecast, InputsEntry, RequirementEntry, TrendEntry};
pub use sensitivity::Sensitivity;
pub(crate) use sensitivity::{said, span, times};

/// A device: what it has, and what it costs.
#[derive(Clone, Debug, PartialEq)]
pub struct Device {
    /// Its name.
    pub name: String,
    /// FLOP/s in double precision.
    pub f64_flops: f64,
    /// FLOP/s in single precision.
    pub f32_flops: f64,
    /// Memory, bytes.
    pub memory: f64,
    /// Bandwidth of its memory, B/s.
    pub bandwidth: f64,
    /// Bandwidth to other machines, B/s.
    pub interconnect: f64,
    /// Where the figures are from.
    pub source: String,
}

impl Device {
    /// NVIDIA H100 SXM: data sheet (34 and 67 TFLOP/s without tensor cores, 80 GB at 3.35 TB/s); one port of 400 Gbit/s a device,
    /// as in NVIDIA's DGX H100.
    #[must_use]
    pub fn h100() -> Self {
        Self {
            name: "H100 SXM".to_owned(),
            f64_flops: crate::article::H100_F64,
            f32_flops: 6.7e13,
            memory: 80e9,
            bandwidth: 3.35e12,
            interconnect: 50e9,
            source: "NVIDIA H100 data sheet; one 400 Gbit/s port a device as in DGX H100".to_owned(),
        }
    }

    /// What it has of a quantity.
    #[must_use]
    pub fn of(&self, quantity: Quantity, precision: Precision) -> f64 {
        match (quantity, precision) {
            (Quantity::Arithmetic, Precision::F64) => self.f64_flops,
            (Quantity::Arithmetic, _) => self.f32_flops,
            (Quantity::Memory, _) => self.memory,
            (Quantity::Bandwidth, _) => self.bandwidth,
            (Quantity::Interconnect, _) => self.interconnect,
            (Quantity::Price, _) => 1.0,
        }
    }
}

/// Something that a brain requires.
#[derive(Clone, Debug, PartialEq)]
pub struct Requirement {
    /// What of.
    pub quantity: Quantity,
    /// How much, in [`Quantity::unit`].
    pub value: f64,
    /// Devices it takes today, where that is known from elsewhere; else from the device's figure.
    pub devices: Option<f64>,
    /// Where it comes from.
    pub source: String,
}

/// What a forecast is made from.
#[derive(Clone, Debug, PartialEq)]
pub struct Inputs {
    /// What is required.
    pub requirements: Vec<Requirement>,
    /// The device, as it is at the start.
    pub device: Device,
    /// Arithmetic of this precision.
    pub precision: Precision,
    /// USD to spend in one year; infinite is without limit.
    pub budget: f64,
    /// Growth of the budget a year, as a fraction.
    pub budget_growth: f64,
    /// Price of a device at the start, USD.
    pub price: f64,
    /// Years in which the price of a device doubles; infinite is never.
    pub price_doubling: f64,
    /// The year at the start.
    pub start: f64,
    /// Trends in the place of those known: of their quantities only they are drawn from.
    pub own_trends: Vec<Trend>,
    /// Seed of the samples.
    pub seed: u64,
    /// Samples of a distribution.
    pub samples: usize,
}

/// Price of an H100, USD: an assumption, the order of what was paid in 2023 to 2025.
pub const H100_PRICE: f64 = 30_000.0;

impl Default for Inputs {
    /// The article's arithmetic on its device, a billion USD, prices that grow as measured.
    fn default() -> Self {
        Self {
            requirements: vec![Requirement {
                quantity: Quantity::Arithmetic,
                value: crate::article::FLOPS,
                devices: None,
                source: "the article".to_owned(),
            }],
            device: Device::h100(),
            precision: Precision::F64,
            budget: 1e9,
            budget_growth: 0.0,
            price: H100_PRICE,
            price_doubling: PRICE_DOUBLING,
            start: crate::article::START,
            own_trends: Vec::new(),
            seed: 1,
            samples: 10_000,
        }
    }
}

/// Least and most samples.
pub const SAMPLES: (f64, f64) = (1.0, 10_000_000.0);

impl Inputs {
    /// The inputs, if they can be used.
    ///
    /// # Errors
    ///
    /// Where a quantity is negative, is not a number, or has to end and does not.
    #[allow(clippy::cast_precision_loss)]
    pub fn check(&self) -> Result<(), ForecastError> {
        if self.requirements.is_empty() {
            return Err(ForecastError::NoRequirement);
        }
        for requirement in &self.requirements {
            amount(requirement.quantity.requirement(), requirement.value)?;
            if let Some(devices) = requirement.devices {
                amount("a number of devices", devices)?;
            }
            positive(
                &format!("{} of a device", requirement.quantity.name()),
                self.device.of(requirement.quantity, self.precision),
            )?;
        }
        amount_or_unlimited("a budget", self.budget)?;
        growth("the budget", self.budget_growth)?;
        amount("a price", self.price)?;
        positive_or_never("a doubling time of the price", self.price_doubling)?;
        within("a year", self.start, 1900.0, 10_000.0)?;
        for trend in &self.own_trends {
            let (low, high) = trend.range().unwrap_or((trend.doubling(), trend.doubling()));
            let what = format!("a doubling time of {}", trend.quantity.name());
            positive_or_never(&what, low)?;
            positive_or_never(&what, high)?;
        }
        within("a number of samples", self.samples as f64, SAMPLES.0, SAMPLES.1)?;
        Ok(())
    }

    /// The trends of a quantity.
    #[must_use]
    pub fn trends_of(&self, quantity: Quantity) -> Vec<Trend> {
        let own: Vec<Trend> = self.own_trends.iter().filter(|trend| trend.quantity == quantity).copied().collect();
        if own.is_empty() { trends::of(quantity, self.precision).copied().collect() } else { own }
    }

    /// log2 of what a requirement costs at the start, USD; minus infinity where it costs nothing.
    #[must_use]
    pub fn cost_log2(&self, requirement: &Requirement) -> f64 {
        let devices = match requirement.devices {
            Some(devices) => devices.log2(),
            None => requirement.value.log2() - self.device.of(requirement.quantity, self.precision).log2(),
        };
        devices + self.price.log2()
    }

    /// When the budget buys a requirement, for a trend with a doubling time, years.
    #[must_use]
    pub fn when(&self, requirement: &Requirement, trend: &Trend, doubling: f64, price_doubling: f64) -> When {
        affordable(self.cost_log2(requirement), self.budget, trend.rate(doubling, price_doubling), self.budget_growth)
    }

    /// Years after the start by sample, least first; infinite is never.
    ///
    /// # Errors
    ///
    /// Where the quantity has no trend.
    pub fn sampled(&self, requirement: &Requirement) -> Result<Vec<f64>, ForecastError> {
        let urn = Urn::of(&self.trends_of(requirement.quantity));
        // Each quantity has a stream of its own, so that a date does not depend on what else is asked for.
        let mut random = Random::new(self.seed ^ ((requirement.quantity as u64) << 56));
        let mut years = Vec::with_capacity(self.samples);
        for _ in 0..self.samples {
            let Some((trend, doubling)) = urn.draw(&mut random) else {
                return Err(ForecastError::NoTrend { quantity: requirement.quantity.name().to_owned() });
            };
            years.push(self.when(requirement, &trend, doubling, self.price_doubling).years());
        }
        years.sort_by(f64::total_cmp);
        Ok(years)
    }

    /// The year in the middle.
    ///
    /// # Errors
    ///
    /// As [`Inputs::sampled`].
    pub fn median(&self, requirement: &Requirement) -> Result<When, ForecastError> {
        Ok(When::in_years(quantile(&self.sampled(requirement)?, 0.5)))
    }

    /// The requirement whose middle year is last, with that year; the first of several.
    ///
    /// # Errors
    ///
    /// As [`Inputs::sampled`], and where there is no requirement.
    pub fn binding(&self) -> Result<(usize, When), ForecastError> {
        let mut last: Option<(usize, When)> = None;
        for (index, requirement) in self.requirements.iter().enumerate() {
            let median = self.median(requirement)?;
            let later = last.is_none_or(|(other, when)| {
                // Of two that are there already or never, the one that costs more binds.
                (median.years(), self.cost_log2(requirement))
                    > (when.years(), self.cost_log2(&self.requirements[other]))
            });
            if later {
                last = Some((index, median));
            }
        }
        last.ok_or(ForecastError::NoRequirement)
    }
}

/// The forecast.
///
/// # Errors
///
/// Where an input cannot be used; see [`Inputs::check`].
pub fn forecast(inputs: &Inputs) -> Result<Forecast, ForecastError> {
    inputs.check()?;
    document::document(inputs)
}
