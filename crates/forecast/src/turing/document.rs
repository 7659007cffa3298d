//! The forecast as a document.

use serde::Serialize;

use super::grounds::{EntropyEntry, GuessingEntry, Poll, entropies, guessing, poll};
use super::sensitivity;
use super::{Inputs, Slowdown};
use crate::chinchilla::HOFFMANN;
use crate::error::ForecastError;
use crate::essay;
use crate::hardware::{Distribution, Sensitivity, TrendEntry};
use crate::judge::{Source, Trials, simulate};
use crate::roads::{self, Road};
use crate::slips::{Slip, slips};
use crate::statistics::{LogNormal, quantile};
use crate::step::Step;
use crate::when::{Entry, When};

/// `huxley.forecast-turing/1`.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Forecast {
    /// `huxley.forecast-turing/1`.
    pub schema: &'static str,
    /// What it is made from.
    pub inputs: InputsEntry,
    /// With the slowdown in the middle of the poll, and with the essay's 10.
    pub points: Vec<Point>,
    /// Over slowdowns and trends.
    pub sampled: Sampled,
    /// What the middle year becomes with another input.
    pub sensitivity: Vec<Sensitivity>,
    /// Whether the three figures of the poll are one log-normal.
    pub poll: Poll,
    /// Loss by compute as the essay has it, and as it follows from Hoffmann et al.
    pub law: LawEntry,
    /// Simulated judges.
    pub judges: Vec<Trials>,
    /// The essay's steps.
    pub essay: Vec<Step>,
    /// The essay's estimates of the entropy of English, converted here.
    pub entropy: Vec<EntropyEntry>,
    /// Shannon's guessing game.
    pub guessing: Vec<GuessingEntry>,
    /// What is wrong in the essay.
    pub slips: Vec<Slip>,
    /// Trends of what a dollar buys that were used.
    pub trends: Vec<TrendEntry>,
    /// What it costs, year by year.
    pub road: Road,
    /// What the assumptions do to the date.
    pub paragraph: String,
}

/// Inputs in a document.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct InputsEntry {
    /// The text, tokens.
    pub tokens: f64,
    /// The text, words.
    pub words: f64,
    /// Tokens of a word.
    pub tokens_per_word: f64,
    /// Median of the slowdown.
    pub slowdown_median: f64,
    /// Standard deviation of its natural logarithm; 0 is a single value.
    pub slowdown_sigma: f64,
    /// Odds at which the judge decides.
    pub odds: f64,
    /// FLOP of the reference.
    pub reference_compute: f64,
    /// What it cost, USD.
    pub reference_cost_usd: f64,
    /// USD of one training run; null is without limit.
    pub budget_usd: Option<f64>,
    /// Its growth a year, as a fraction.
    pub budget_growth: f64,
    /// Years in which algorithms halve the compute; null is never.
    pub algorithm_halving_years: Option<f64>,
    /// Product of the world at the start, USD.
    pub world_product_usd: f64,
    /// Its growth a year, as a fraction.
    pub world_growth: f64,
    /// Share of it set aside.
    pub world_share: f64,
    /// The year at the start.
    pub start_year: f64,
    /// Seed.
    pub seed: u64,
    /// Samples of a distribution.
    pub samples: usize,
}

/// The chain for one slowdown.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Point {
    /// Why this slowdown.
    pub name: &'static str,
    /// The slowdown.
    pub slowdown: f64,
    /// Tokens that the reference survives.
    pub reference_tokens: f64,
    /// Words that it survives.
    pub reference_words: f64,
    /// Loss above the least that the text takes, nat/token; null for no text, which any loss survives.
    pub loss: Option<f64>,
    /// FLOP; null where there are too many to write down.
    pub compute: Option<f64>,
    /// log10 of that; null for none.
    pub compute_log10: Option<f64>,
    /// Times the reference.
    pub times_reference: Option<f64>,
    /// USD at the start's price.
    pub cost_usd: Option<f64>,
    /// Years of the world's product at the start; null where that is nothing.
    pub world_products: Option<f64>,
    /// When the saved share of the world's product comes to it, at the start's price.
    pub saved: Entry,
    /// When one year's share buys it, with the price of arithmetic halving in 2.1 years.
    pub bought_by_the_world: Entry,
    /// When the budget buys it, by trend.
    pub by_trend: Vec<PointByTrend>,
}

/// A date by a trend as it stands.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct PointByTrend {
    /// Name of the trend.
    pub trend: &'static str,
    /// Its doubling time, years.
    pub doubling_years: Option<f64>,
    /// When.
    pub when: Entry,
}

/// Distributions.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Sampled {
    /// log10 of the compute, FLOP: at 10, 50 and 90 %; null for none.
    pub compute_log10: [Option<f64>; 3],
    /// log10 of the cost at the start, USD.
    pub cost_log10: [Option<f64>; 3],
    /// Words that the reference survives.
    pub reference_words: [Option<f64>; 3],
    /// When the budget buys it.
    pub when: Distribution,
    /// When the saved share of the world's product comes to it, at the start's price.
    pub saved: Distribution,
}

/// Loss by compute.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct LawEntry {
    /// In use, nat/token at 1 FLOP.
    pub coefficient: f64,
    /// In use, of compute.
    pub exponent: f64,
    /// From Hoffmann et al., nat/token at 1 FLOP.
    pub derived_coefficient: f64,
    /// The same, of compute.
    pub derived_exponent: f64,
    /// Loss of the reference in use, nat/token.
    pub reference_loss: f64,
    /// As derived.
    pub derived_reference_loss: f64,
}

fn finite(value: f64) -> Option<f64> {
    crate::hardware::finite(value)
}

pub(super) fn document(inputs: &Inputs) -> Result<Forecast, ForecastError> {
    let middle = inputs.slowdown.quantile(0.5);
    let mut points = vec![point(inputs, "the middle", middle)];
    if middle != essay::SLOWDOWN {
        points.push(point(inputs, "the essay's", essay::SLOWDOWN));
    }
    let before = inputs.median()?;
    let sampled = sampled(inputs)?;
    let sensitivity = sensitivity::sensitivity(inputs, before)?;
    let paragraph = sensitivity::paragraph(inputs, &sampled, &sensitivity);
    let derived = HOFFMANN.reducible();
    let loss = inputs.law.loss(inputs.reference_compute);
    Ok(Forecast {
        schema: "huxley.forecast-turing/1",
        inputs: entry(inputs),
        points,
        sampled,
        sensitivity,
        poll: poll(),
        law: LawEntry {
            coefficient: inputs.law.coefficient,
            exponent: inputs.law.exponent,
            derived_coefficient: derived.coefficient,
            derived_exponent: derived.exponent,
            reference_loss: loss,
            derived_reference_loss: derived.loss(inputs.reference_compute),
        },
        judges: judges(inputs, loss),
        essay: essay::steps(),
        entropy: entropies(),
        guessing: guessing(),
        slips: slips(),
        trends: inputs.trends().iter().map(TrendEntry::of).collect(),
        road: roads::turing(inputs)?,
        paragraph,
    })
}

fn entry(inputs: &Inputs) -> InputsEntry {
    let tokens = inputs.tokens();
    let sigma = match inputs.slowdown {
        Slowdown::Fixed(_) => 0.0,
        Slowdown::LogNormal(LogNormal { sigma, .. }) => sigma,
    };
    InputsEntry {
        tokens,
        words: tokens / inputs.tokens_per_word,
        tokens_per_word: inputs.tokens_per_word,
        slowdown_median: inputs.slowdown.quantile(0.5),
        slowdown_sigma: sigma,
        odds: inputs.odds,
        reference_compute: inputs.reference_compute,
        reference_cost_usd: inputs.reference_cost,
        budget_usd: finite(inputs.budget),
        budget_growth: inputs.budget_growth,
        algorithm_halving_years: finite(inputs.algorithm_halving),
        world_product_usd: inputs.saving.product,
        world_growth: inputs.saving.growth,
        world_share: inputs.saving.share,
        start_year: inputs.start,
        seed: inputs.seed,
        samples: inputs.samples,
    }
}

/// Years in which the price of arithmetic halves by Epoch AI 2023.
const HALVING: f64 = 2.1;

fn point(inputs: &Inputs, name: &'static str, slowdown: f64) -> Point {
    let (compute, cost) = (inputs.compute_log2(slowdown), inputs.cost_log2(slowdown));
    let tokens = inputs.survived(inputs.reference_compute, slowdown);
    let by_trend = inputs
        .trends()
        .iter()
        .map(|trend| PointByTrend {
            trend: trend.name,
            doubling_years: finite(trend.doubling()),
            when: inputs.when(slowdown, trend.doubling()).entry(inputs.start),
        })
        .collect();
    Point {
        name,
        slowdown,
        reference_tokens: tokens,
        reference_words: tokens / inputs.tokens_per_word,
        loss: finite(inputs.loss(slowdown)),
        compute: finite(compute.exp2()),
        compute_log10: finite(compute * std::f64::consts::LOG10_2),
        times_reference: finite((compute - inputs.reference_compute.log2()).exp2()),
        cost_usd: finite(cost.exp2()),
        world_products: finite((cost - inputs.saving.product.log2()).exp2()),
        saved: inputs.saving.reaches(cost).entry(inputs.start),
        bought_by_the_world: world(inputs, cost).entry(inputs.start),
        by_trend,
    }
}

fn world(inputs: &Inputs, cost_log2: f64) -> When {
    let saving = inputs.saving;
    crate::money::affordable(cost_log2, saving.product * saving.share, 1.0 / HALVING, saving.growth)
}

fn sampled(inputs: &Inputs) -> Result<Sampled, ForecastError> {
    let draws = inputs.draws()?;
    let sorted = |value: &dyn Fn(&(f64, f64)) -> f64| {
        let mut values: Vec<f64> = draws.iter().map(value).collect();
        values.sort_by(f64::total_cmp);
        values
    };
    let three = |values: &[f64], factor: f64| [0.1, 0.5, 0.9].map(|p| finite(quantile(values, p) * factor));
    Ok(Sampled {
        compute_log10: three(&sorted(&|draw| inputs.compute_log2(draw.0)), std::f64::consts::LOG10_2),
        cost_log10: three(&sorted(&|draw| inputs.cost_log2(draw.0)), std::f64::consts::LOG10_2),
        reference_words: three(
            &sorted(&|draw| inputs.survived(inputs.reference_compute, draw.0)),
            inputs.tokens_per_word.recip(),
        ),
        when: Distribution::of(&sorted(&|draw| inputs.when(draw.0, draw.1).years()), inputs.start),
        saved: Distribution::of(&sorted(&|draw| inputs.saving.reaches(inputs.cost_log2(draw.0)).years()), inputs.start),
    })
}

fn judges(inputs: &Inputs, reference_loss: f64) -> Vec<Trials> {
    let human = Source::human();
    let cases = [(reference_loss, 1.0), (reference_loss, essay::SLOWDOWN), (0.023, 1.0), (0.023, essay::SLOWDOWN)];
    cases
        .into_iter()
        .filter_map(|(loss, slowdown)| {
            simulate(&human, &human.imitated(loss)?, slowdown, inputs.odds, inputs.trials, inputs.seed)
        })
        .collect()
}
