//! What is wrong in the second essay, with what is right in its place; and what it takes for granted without saying so.

use serde::Serialize;

use crate::chinchilla::ESSAY;
use crate::entropy::{
    CHARACTERS_PER_TOKEN, ENWIK9_BYTES, ENWIK9_CHARACTERS, LETTERS, bits, bits_of_redundancy,
    bits_per_character_of_compression, guessing_bounds,
};
use crate::essay;
use crate::judge::{wald_tokens, wald_wrong};
use crate::statistics::normal_probability;

/// What kind of fault it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// What stands there is wrong.
    Slip,
    /// A rounded figure is used as if it were not.
    Rounding,
    /// What stands there holds only with something that is not said.
    Unsaid,
}

/// A fault.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Slip {
    /// Where in the essay.
    pub place: &'static str,
    /// Its kind.
    pub kind: Kind,
    /// What the essay prints.
    pub printed: String,
    /// What is right.
    pub right: String,
    /// The right figure, where it is one.
    pub value: Option<f64>,
    /// What the fault does to the essay's result.
    pub effect: &'static str,
}

/// The faults, in the order of the essay.
#[must_use]
#[allow(clippy::too_many_lines)]
pub fn slips() -> Vec<Slip> {
    let left = ESSAY.loss(essay::GPT4_COMPUTE);
    let slip = |place, kind, printed: &str, right: String, value, effect| Slip {
        place,
        kind,
        printed: printed.to_owned(),
        right,
        value,
        effect,
    };
    let redundancy = [0.8, 0.6].map(|r| bits_of_redundancy(LETTERS, r));
    let nats = redundancy.map(|b| b * std::f64::consts::LN_2);
    let digits = ENWIK9_BYTES / 10.0;
    let lost = bits_per_character_of_compression(digits, ENWIK9_CHARACTERS, 1.0);
    let hutter = bits_per_character_of_compression(ENWIK9_BYTES, ENWIK9_CHARACTERS, 1.0);
    let game = [
        left / essay::log_ratio_per_token(essay::GAME_RIGHT[1], essay::GAME_TOKENS[0]),
        left / essay::log_ratio_per_token(essay::GAME_RIGHT[0], essay::GAME_TOKENS[1]),
    ];
    let ideal = normal_probability((40.0 * left / 2.0).sqrt());
    let judged = (0.05 / 0.01) * (0.033 / 0.01);
    let shannon = guessing_bounds(&crate::entropy::SHANNON_100);
    let upper_nats = shannon.map(|b| b.upper * std::f64::consts::LN_2);
    let kaplan = bits(1.7) / 0.57;
    let wald = wald_tokens(1.0, essay::ODDS, left) / (essay::ODDS.ln() / left);
    let by_0153 = 27_f64.powf(1.0 / 0.153);
    let by_0154 = 27_f64.powf(1.0 / ESSAY.exponent);
    vec![
        slip(
            "equation 1, last term",
            Kind::Slip,
            "E[1 / ln Pr(X|H0)]",
            "E[ln(1 / Pr(X|H0))], an entropy".to_owned(),
            None,
            "none: it is used as the entropy",
        ),
        slip(
            "below equation 1",
            Kind::Slip,
            "for a perfect replica the second term is 0 and the first equals the third",
            "the first term, the divergence, is 0 and the second equals the third".to_owned(),
            Some(0.0),
            "none",
        ),
        slip(
            "definition of r_n",
            Kind::Slip,
            "r_n = r_(n-1) + ratio of token n",
            "r_n = r_(n-1) x ratio of token n: a running product, and a sum only of logarithms".to_owned(),
            None,
            "none: the slowed judge further down adds logarithms",
        ),
        slip(
            "the judge's thoughts on \"my cat is technically\"",
            Kind::Slip,
            "0.01 for a human and 0.05 for a machine are odds of 2 to 1, the whole 12 to 1 for H0",
            format!(
                "5 to 1 for the machine, then 3.3 to 1 for the machine; after two tokens {judged:.1} to 1 for H1. 12 is 2 x 3 x 2: a \
                 product, as above"
            ),
            Some(judged),
            "none",
        ),
        slip(
            "T* = ln 10 / (L - L_inf)",
            Kind::Unsaid,
            "the tokens after which a judge decides",
            format!(
                "of a judge that decides at 10 to 1 one decision in 11 is wrong, and the average is {wald:.3} of that (Wald); with s = \
                 10 it is as printed"
            ),
            Some(wald),
            "none for the slowed judge",
        ),
        slip(
            "the slowed judge",
            Kind::Unsaid,
            "a judge slowed 10 times decides at odds of 10 to 1",
            format!(
                "at odds of 10^10 to 1, of which it knows only the tenth root: wrong in {:.0e} of its decisions",
                wald_wrong(essay::SLOWDOWN, essay::ODDS)
            ),
            Some(wald_wrong(essay::SLOWDOWN, essay::ODDS)),
            "a human who reads that long and decides is never wrong, which no game shows",
        ),
        slip(
            "Human or Not?: s in [5, 14]",
            Kind::Rounding,
            "s in [5, 14]",
            format!("s in [{:.1}, {:.0}]: 0.0081 nat/token was rounded to 0.01", game[0], game[1]),
            Some(game[1]),
            "the upper end is 17, not 14",
        ),
        slip(
            "Human or Not?: s from the rate of right answers",
            Kind::Unsaid,
            "60 to 70 % right after 30 to 50 tokens gives s",
            format!(
                "a judge who has to answer after 40 tokens answers by the sign of the log-ratio, which no s changes: an ideal one is \
                 right in about {:.0} % (normal approximation), and so is any slowed one. The game measures s only if judges' answers \
                 are drawn with the odds they feel",
                100.0 * ideal
            ),
            Some(ideal),
            "s is not measured",
        ),
        slip(
            "bounds of the guessing game",
            Kind::Slip,
            "sums with ln, in bit/char",
            format!(
                "with log2. With ln they are nat/char: for Shannon's counts at N = 100 {:.2} instead of {:.2}",
                upper_nats.unwrap_or(f64::INFINITY),
                shannon.map_or(f64::INFINITY, |b| b.upper)
            ),
            shannon.map(|b| b.upper),
            "none: Shannon's own figures are quoted",
        ),
        slip(
            "Burton and Licklider",
            Kind::Slip,
            "ln 27 x (1 - [0.6, 0.8]) = [0.7, 1.3] bit/char",
            format!(
                "that is [{:.2}, {:.2}] nat/char; with log2 27 it is [{:.2}, {:.2}] bit/char",
                nats[0], nats[1], redundancy[0], redundancy[1]
            ),
            Some(redundancy[1]),
            "its agreement with Shannon's [0.6, 1.3] is an accident of units",
        ),
        slip(
            "Burton and Licklider, in the table",
            Kind::Slip,
            "raw number in [0.6, 1.3] bit/char",
            "redundancy in [0.6, 0.8]; [0.6, 1.3] is Shannon's".to_owned(),
            None,
            "none",
        ),
        slip(
            "Cover and King",
            Kind::Slip,
            "H <= ln 27 - limsup (1/n) ln S_n, 1.3 bit/char",
            "with log2: 1.3 is in bits, and ln gives nats".to_owned(),
            None,
            "none: their own figure is quoted",
        ),
        slip(
            "equation 2, the Hutter prize",
            Kind::Slip,
            "8e8 / 997,520,891 / ratio = 8.02 / ratio",
            format!("8e9 bits: 8e9 / 997,520,891 = {hutter:.2}; with 8e8 it is {lost:.3}"),
            Some(hutter),
            "none: the table is computed with 8.02",
        ),
        slip(
            "table, Kaplan et al.",
            Kind::Unsaid,
            "1.7 nat/token is 0.57 bit/char, and 1.69 is 0.54",
            format!(
                "with {CHARACTERS_PER_TOKEN} characters a token 1.7 is {:.3}; 0.57 takes {kaplan:.1} characters a token",
                bits(1.7) / CHARACTERS_PER_TOKEN
            ),
            Some(kaplan),
            "none; its footnote says that tokenizers differ",
        ),
        slip(
            "170 tokens are 150 words",
            Kind::Rounding,
            "170 tokens at 1.2 tokens a word are 150 words, and 4000 words are 27 times that",
            format!(
                "{:.0} words at 1.2 tokens a word, and 4000 words {:.1} times that",
                170.0 / 1.2,
                4000.0 / (170.0 / 1.2)
            ),
            Some(4000.0 / (170.0 / 1.2)),
            "the compute goes with the 6.5th power of the length, so 1.3 times as much",
        ),
        slip(
            "27^(1/0.153)",
            Kind::Slip,
            "27^(1/0.153) = 2e9",
            format!("27^(1/0.154) = {by_0154:.2e}; with 0.153 it is {by_0153:.2e}"),
            Some(by_0154),
            "none: the figure is that of 0.154",
        ),
        slip(
            "year 2133",
            Kind::Unsaid,
            "half the product of the world, growing by 2 %, takes until 2133",
            format!(
                "with a price of arithmetic that halves every 2.1 years (Epoch AI 2023) half of one year's product pays for it in \
                 {:.0}",
                essay::START + essay::SAVING.buys(2e16, 2.1).years()
            ),
            Some(essay::START + essay::SAVING.buys(2e16, 2.1).years()),
            "the year is that of a price which never falls",
        ),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn value(place: &str) -> f64 {
        slips().iter().find(|slip| slip.place == place).and_then(|slip| slip.value).unwrap()
    }

    #[test]
    fn what_is_right_is_computed() {
        // log2 27 = 4.755: 0.95 to 1.90 bit/char, and not 0.7 to 1.3.
        assert!((value("Burton and Licklider") - 0.4 * 27.0_f64.log2()).abs() < 1e-12);
        let text = &slips().into_iter().find(|slip| slip.place == "Burton and Licklider").unwrap().right;
        assert!(text.contains("[0.66, 1.32] nat/char") && text.contains("[0.95, 1.90] bit/char"), "{text}");
        assert!((value("equation 2, the Hutter prize") - 8.02).abs() < 0.001);
        assert!((value("27^(1/0.153)") / 1.97e9 - 1.0).abs() < 0.001);
        assert!((value("Human or Not?: s in [5, 14]") - 16.75).abs() < 0.01);
        assert!((value("T* = ln 10 / (L - L_inf)") - 9.0 / 11.0).abs() < 1e-12);
        assert_eq!(value("year 2133").round(), 2040.0);
        for slip in slips() {
            let text = format!("{}{}", slip.printed, slip.right);
            assert!(!text.contains("NaN") && !text.contains("inf ") && !slip.effect.is_empty(), "{slip:?}");
        }
    }
}
