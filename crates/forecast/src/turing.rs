//! The other road: the compute with which a language model survives a Turing test, by the Direct Approach (Barnett and Besiroglu
//! 2023), what it costs, and when a budget buys it.

mod document;
mod grounds;
mod sensitivity;

use crate::chinchilla::{ESSAY, Reducible};
use crate::entropy::WORDS_PER_TOKEN;
use crate::error::{ForecastError, amount, amount_or_unlimited, growth, positive, positive_or_never, within};
use crate::essay;
use crate::judge::tokens_to_decide;
use crate::money::{Saving, affordable};
use crate::random::Random;
use crate::statistics::{LogNormal, quantile};
use crate::trends::{self, Basis, Precision, Quantity, Trend, Urn};
use crate::when::When;
pub use document::{Forecast, InputsEntry, LawEntry, Point, PointByTrend, Sampled};
pub use grounds::{EntropyEntry, GuessingEntry, Poll};

/// How much a human judge is slower than an ideal one.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Slowdown {
    /// One value.
    Fixed(f64),
    /// Drawn.
    LogNormal(LogNormal),
}

impl Slowdown {
    /// The poll of Epoch AI: median 53.1, 9.84 at 15 % and 290 at 85 %.
    #[must_use]
    pub fn poll() -> Self {
        let [median, low, high] = essay::POLL;
        Self::LogNormal(LogNormal::of_interval(median, low, high, essay::POLL_LEVEL))
    }

    /// The value below which a fraction `p` lies.
    #[must_use]
    pub fn quantile(self, p: f64) -> f64 {
        match self {
            Self::Fixed(value) => value,
            Self::LogNormal(distribution) => distribution.quantile(p),
        }
    }
}

/// How long the text is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Length {
    /// Tokens.
    Tokens(f64),
    /// Words.
    Words(f64),
}

/// What a forecast is made from.
#[derive(Clone, Debug, PartialEq)]
pub struct Inputs {
    /// The text that the model has to survive.
    pub length: Length,
    /// Tokens of a word.
    pub tokens_per_word: f64,
    /// Slowdown of the judge.
    pub slowdown: Slowdown,
    /// Odds at which the judge decides; above 1.
    pub odds: f64,
    /// Loss by compute.
    pub law: Reducible,
    /// Compute of the model it is measured by, FLOP: GPT-4.
    pub reference_compute: f64,
    /// What that cost, USD.
    pub reference_cost: f64,
    /// USD to spend on one training run; infinite is without limit.
    pub budget: f64,
    /// Growth of the budget a year, as a fraction.
    pub budget_growth: f64,
    /// Years in which better algorithms halve the compute; infinite is never.
    pub algorithm_halving: f64,
    /// The world's product, and what is set aside of it.
    pub saving: Saving,
    /// The year at the start.
    pub start: f64,
    /// Trends of what a dollar buys, in the place of those known.
    pub own_trends: Vec<Trend>,
    /// Seed of the samples and of the simulated judges.
    pub seed: u64,
    /// Samples of a distribution.
    pub samples: usize,
    /// Turing tests to simulate for each judge; 0 for none.
    pub trials: usize,
}

/// Algorithms halve the compute of the same loss in 8 months: Ho et al. 2024, arXiv:2403.05812 (95 % interval 5 to 14).
pub const ALGORITHM_HALVING: f64 = 8.0 / 12.0;

impl Default for Inputs {
    /// The essay's paper of 4000 words and its law, the slowdown of the poll, a billion USD, no progress of algorithms.
    fn default() -> Self {
        Self {
            length: Length::Words(essay::PAPER),
            tokens_per_word: 1.0 / WORDS_PER_TOKEN,
            slowdown: Slowdown::poll(),
            odds: essay::ODDS,
            law: ESSAY,
            reference_compute: essay::GPT4_COMPUTE,
            reference_cost: essay::GPT4_COST,
            budget: 1e9,
            budget_growth: 0.0,
            algorithm_halving: f64::INFINITY,
            saving: essay::SAVING,
            start: essay::START,
            own_trends: Vec::new(),
            seed: 1,
            samples: 10_000,
            trials: 2_000,
        }
    }
}

/// Most simulated Turing tests.
pub const TRIALS: f64 = 1_000_000.0;

impl Inputs {
    /// The inputs, if they can be used.
    ///
    /// # Errors
    ///
    /// Where a quantity is negative, is not a number, or has to end and does not.
    #[allow(clippy::cast_precision_loss)]
    pub fn check(&self) -> Result<(), ForecastError> {
        match self.length {
            Length::Tokens(tokens) => amount("a text in tokens", tokens)?,
            Length::Words(words) => amount("a text in words", words)?,
        };
        positive("tokens of a word", self.tokens_per_word)?;
        positive("a slowdown", self.slowdown.quantile(0.5))?;
        if let Slowdown::LogNormal(distribution) = self.slowdown {
            within("a spread of the slowdown", distribution.sigma, 0.0, 100.0)?;
        }
        positive("odds above 1", self.odds - 1.0)?;
        positive("a coefficient of the loss", self.law.coefficient)?;
        positive("an exponent of the loss", self.law.exponent)?;
        positive("a compute of the reference", self.reference_compute)?;
        amount("a cost of the reference", self.reference_cost)?;
        amount_or_unlimited("a budget", self.budget)?;
        growth("the budget", self.budget_growth)?;
        positive_or_never("a halving time of algorithms", self.algorithm_halving)?;
        amount("the world's product", self.saving.product)?;
        growth("the world's product", self.saving.growth)?;
        within("a share", self.saving.share, 0.0, 1.0)?;
        within("a year", self.start, 1900.0, 10_000.0)?;
        for trend in &self.own_trends {
            let (low, high) = trend.range().unwrap_or((trend.doubling(), trend.doubling()));
            positive_or_never("a doubling time", low)?;
            positive_or_never("a doubling time", high)?;
        }
        within("a number of samples", self.samples as f64, crate::hardware::SAMPLES.0, crate::hardware::SAMPLES.1)?;
        within("a number of simulated tests", self.trials as f64, 0.0, TRIALS)?;
        Ok(())
    }

    /// The text in tokens.
    #[must_use]
    pub fn tokens(&self) -> f64 {
        match self.length {
            Length::Tokens(tokens) => tokens,
            Length::Words(words) => words * self.tokens_per_word,
        }
    }

    /// Tokens that a model trained with `compute` FLOP survives.
    #[must_use]
    pub fn survived(&self, compute: f64, slowdown: f64) -> f64 {
        tokens_to_decide(slowdown, self.odds, self.law.loss(compute))
    }

    /// The loss above the least with which the text is survived, nat/token; infinite for no text.
    #[must_use]
    pub fn loss(&self, slowdown: f64) -> f64 {
        let tokens = self.tokens();
        if tokens > 0.0 { slowdown * self.odds.ln() / tokens } else { f64::INFINITY }
    }

    /// log2 of the compute it takes, FLOP. Logarithms are used so that no text is too long.
    #[must_use]
    pub fn compute_log2(&self, slowdown: f64) -> f64 {
        (self.law.coefficient.log2() - self.loss(slowdown).log2()) / self.law.exponent
    }

    /// log2 of what that costs at the start, USD.
    #[must_use]
    pub fn cost_log2(&self, slowdown: f64) -> f64 {
        if self.reference_cost == 0.0 {
            return f64::NEG_INFINITY;
        }
        self.compute_log2(slowdown) - self.reference_compute.log2() + self.reference_cost.log2()
    }

    /// The trends of what a dollar buys.
    #[must_use]
    pub fn trends(&self) -> Vec<Trend> {
        if !self.own_trends.is_empty() {
            return self.own_trends.clone();
        }
        trends::of(Quantity::Arithmetic, Precision::F32).filter(|trend| trend.basis == Basis::Dollar).copied().collect()
    }

    /// When the budget buys it, for a doubling time of what a dollar buys, years.
    #[must_use]
    pub fn when(&self, slowdown: f64, doubling: f64) -> When {
        let rate = 1.0 / doubling + 1.0 / self.algorithm_halving;
        affordable(self.cost_log2(slowdown), self.budget, rate, self.budget_growth)
    }

    /// Samples of the slowdown and of the doubling time, years, in the order in which they are drawn.
    ///
    /// # Errors
    ///
    /// Where there is no trend.
    pub fn draws(&self) -> Result<Vec<(f64, f64)>, ForecastError> {
        let urn = Urn::of(&self.trends());
        let (mut slow, mut fast) = (Random::new(self.seed), Random::new(self.seed ^ (1 << 63)));
        let none = || ForecastError::NoTrend { quantity: Quantity::Arithmetic.name().to_owned() };
        (0..self.samples)
            .map(|_| Ok((self.slowdown.quantile(slow.uniform()), urn.draw(&mut fast).ok_or_else(none)?.1)))
            .collect()
    }

    /// The year in the middle.
    ///
    /// # Errors
    ///
    /// Where there is no trend.
    pub fn median(&self) -> Result<When, ForecastError> {
        let mut years: Vec<f64> =
            self.draws()?.into_iter().map(|(slowdown, doubling)| self.when(slowdown, doubling).years()).collect();
        years.sort_by(f64::total_cmp);
        Ok(When::in_years(quantile(&years, 0.5)))
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
