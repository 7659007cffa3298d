//! The second essay: Yuxi Liu 2024, "Predicting AGI by the Turing Test" (yuxi-liu-wired.github.io, text of 2025-02-25), which
//! explains the Direct Approach of Barnett and Besiroglu 2023 (Epoch AI). Its figures and its steps.

use crate::chinchilla::ESSAY;
use crate::entropy::{CHARACTERS_PER_TOKEN, bits_per_character};
use crate::judge::tokens_to_decide;
use crate::money::Saving;
use crate::step::Step;

/// Training of GPT-4, FLOP.
pub const GPT4_COMPUTE: f64 = 2e25;
/// What it cost, USD: the essay's assumption.
pub const GPT4_COST: f64 = 1e7;
/// Odds at which the judge decides.
pub const ODDS: f64 = 10.0;
/// Slowdown of a human judge, the essay's middle.
pub const SLOWDOWN: f64 = 10.0;
/// Words of a scientific paper.
pub const PAPER: f64 = 4000.0;
/// Words that it has GPT-4 survive, rounded.
pub const SURVIVED_WORDS: f64 = 150.0;
/// Tokens of a word in its estimate of GPT-4.
pub const TOKENS_PER_WORD: f64 = 1.2;
/// Product of the world, 2023, half of it set aside, growing by 2 % a year.
pub const SAVING: Saving = Saving { product: 1e14, growth: 0.02, share: 0.5 };
/// The year it counts from.
pub const START: f64 = 2023.0;
/// The internal poll of Epoch AI on the slowdown (Atkinson 2023, Direct Approach Interactive Model): median, 15th and 85th
/// percentile.
pub const POLL: [f64; 3] = [53.1, 9.84, 290.0];
/// The fraction between the two percentiles.
pub const POLL_LEVEL: f64 = 0.7;

/// What the game "Human or Not?" (Jannai et al. 2023, arXiv:2305.20010) is taken to say: right in so many of a hundred, least and
/// most.
pub const GAME_RIGHT: [f64; 2] = [0.6, 0.7];
/// After so many tokens, least and most.
pub const GAME_TOKENS: [f64; 2] = [30.0, 50.0];

/// Log-ratio a token that judges reach who are right with probability `right` after `tokens`, if they are as sure as they should
/// be: nat/token.
#[must_use]
pub fn log_ratio_per_token(right: f64, tokens: f64) -> f64 {
    (right / (1.0 - right)).ln() / tokens
}

/// The steps.
#[must_use]
pub fn steps() -> Vec<Step> {
    let left = ESSAY.loss(GPT4_COMPUTE);
    let survived = tokens_to_decide(SLOWDOWN, ODDS, left);
    let longer = (PAPER / SURVIVED_WORDS).round();
    let more = longer.powf(1.0 / ESSAY.exponent);
    let cost = 2e9 * GPT4_COST;
    let products = cost / SAVING.product;
    let years = SAVING.reaches(cost.log2()).years();
    let game = [log_ratio_per_token(GAME_RIGHT[0], GAME_TOKENS[1]), log_ratio_per_token(GAME_RIGHT[1], GAME_TOKENS[0])];
    let step = |says, printed, computed, unit, formula, assumes, follows, why: &str| Step {
        says,
        printed,
        computed,
        unit,
        formula,
        assumes,
        follows,
        why: why.to_owned(),
    };
    vec![
        step(
            "GPT-4 has 0.14 nat/token left",
            0.14,
            left,
            "nat/token",
            "1070 / (2e25)^0.154",
            "Chinchilla's law holds for GPT-4, trained with 2e25 FLOP",
            true,
            "",
        ),
        step(
            "judges of Human or Not? gain 0.01 nat/token at least",
            0.01,
            game[0],
            "nat/token",
            "ln(6/4) / 50",
            "60 % right after 50 tokens, and judges as sure as they should be",
            true,
            "0.0081, rounded up by a quarter",
        ),
        step("and 0.03 at most", 0.03, game[1], "nat/token", "ln(7/3) / 30", "70 % right after 30 tokens", true, ""),
        step(
            "so s is 5 at least",
            5.0,
            left / game[1],
            "times",
            "0.14 / 0.03",
            "the bots are as good as GPT-4",
            true,
            "",
        ),
        step(
            "and 14 at most",
            14.0,
            left / game[0],
            "times",
            "0.14 / 0.01",
            "the same",
            false,
            "14 is 0.14 over the rounded 0.01; over 0.0081 it is 17",
        ),
        step(
            "English has 0.54 bit/char",
            0.54,
            bits_per_character(crate::chinchilla::HOFFMANN.e, CHARACTERS_PER_TOKEN),
            "bit/char",
            "1.69 / (4.5 ln 2)",
            "Chinchilla's tokens have 4.5 characters, as those of GPT-2",
            true,
            "",
        ),
        step(
            "1000 tokens need 0.023 nat/token or less",
            0.023,
            SLOWDOWN * ODDS.ln() / 1000.0,
            "nat/token",
            "10 ln 10 / 1000",
            "s = 10, odds of 10",
            true,
            "",
        ),
        step(
            "100 times the compute survives 2 times as long",
            2.0,
            100_f64.powf(ESSAY.exponent),
            "times",
            "100^0.154",
            "Chinchilla's law goes on",
            true,
            "",
        ),
        step(
            "GPT-4 survives 170 tokens",
            170.0,
            survived,
            "tokens",
            "10 ln 10 / 0.136",
            "s = 10, odds of 10",
            true,
            "",
        ),
        step(
            "which are 150 words",
            SURVIVED_WORDS,
            survived / TOKENS_PER_WORD,
            "words",
            "170 / 1.2",
            "1.2 tokens a word",
            true,
            "141, rounded up by 6 %",
        ),
        step(
            "a paper of 4000 words is 27 times as long",
            27.0,
            PAPER / SURVIVED_WORDS,
            "times",
            "4000 / 150",
            "",
            true,
            "",
        ),
        step(
            "which takes 2e9 times the compute",
            2e9,
            more,
            "times",
            "27^(1/0.154)",
            "Chinchilla's law goes on for nine orders of magnitude",
            true,
            "printed with 0.153 in the exponent, which gives 2.3e9",
        ),
        step(
            "and 2e16 USD",
            2e16,
            cost,
            "USD",
            "2e9 x 1e7",
            "GPT-4 cost 10 million USD; a FLOP costs as much for ever",
            true,
            "",
        ),
        step("200 years of the world's product", 200.0, products, "years", "2e16 / 1e14", "1e14 USD in 2023", true, ""),
        step(
            "with half of it and 2 % growth 110 years",
            110.0,
            years,
            "years",
            "200 = sum of 0.5 x 1.02^k, k = 0 to x",
            "half of the product of every year is kept for one training run",
            true,
            "",
        ),
        step(
            "arriving at 2133",
            2133.0,
            START + years,
            "year",
            "2023 + 110",
            "no progress in price or algorithms in all that time",
            true,
            "",
        ),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::statistics::{LogNormal, normal_quantile};

    #[test]
    fn the_essays_figures_come_out() {
        for step in steps() {
            let off = match step.unit {
                "year" => (step.computed - step.printed).abs() / 1.0,
                _ => (step.computed / step.printed - 1.0).abs() / 0.07,
            };
            let rounded =
                ["judges of Human or Not? gain 0.01 nat/token at least", "and 14 at most"].contains(&step.says);
            assert_eq!(off <= 1.0, !rounded, "{step:?}");
        }
    }

    #[test]
    fn the_polls_three_figures_are_one_log_normal() {
        let [median, low, high] = POLL;
        let z = normal_quantile(0.85);
        let (below, above) = ((median / low).ln() / z, (high / median).ln() / z);
        assert!((below / above - 1.0).abs() < 0.01, "{below} {above}");
        let one = LogNormal::of_interval(median, low, high, POLL_LEVEL);
        assert!((one.quantile(0.15) / low - 1.0).abs() < 0.01 && (one.quantile(0.85) / high - 1.0).abs() < 0.01);
    }
}
