//! What the assumptions do to the date.

use super::{ALGORITHM_HALVING, Inputs, Length, Sampled, Slowdown};
use crate::chinchilla::HOFFMANN;
use crate::error::ForecastError;
use crate::essay;
use crate::hardware::{Sensitivity, said, span, times};
use crate::roads::text_of;
use crate::trends::{Basis, Growth, Quantity, Trend};
use crate::when::{HORIZON, When};

pub(super) fn sensitivity(inputs: &Inputs, before: When) -> Result<Vec<Sensitivity>, ForecastError> {
    let mut rows = Vec::new();
    let mut try_with = |input: &'static str, change: String, other: Inputs| {
        let after = other.median()?;
        rows.push(Sensitivity::of(input, change, before, after, inputs.start));
        Ok::<(), ForecastError>(())
    };
    let own = || inputs.clone();
    let fixed = |slowdown: f64| Inputs { slowdown: Slowdown::Fixed(slowdown), ..own() };
    if let Slowdown::LogNormal(distribution) = inputs.slowdown {
        for p in [0.15, 0.85] {
            let s = distribution.quantile(p);
            try_with(
                "slowdown",
                format!("{s:.*} for all judges ({:.0} % of the poll)", if s < 100.0 { 2 } else { 0 }, 100.0 * p),
                fixed(s),
            )?;
        }
        try_with("slowdown", format!("{} for all judges, as the essay", essay::SLOWDOWN), fixed(essay::SLOWDOWN))?;
    }
    for factor in [0.1, 10.0] {
        let length = match inputs.length {
            Length::Tokens(tokens) => Length::Tokens(tokens * factor),
            Length::Words(words) => Length::Words(words * factor),
        };
        try_with("text", times(factor), Inputs { length, ..own() })?;
    }
    try_with("odds", "100 to 1".to_owned(), Inputs { odds: 100.0, ..own() })?;
    let derived = HOFFMANN.reducible();
    let change = format!("{:.0} / C^{:.5}, as it follows from Hoffmann et al.", derived.coefficient, derived.exponent);
    try_with("law", change, Inputs { law: derived, ..own() })?;
    try_with("cost of the reference", times(10.0), Inputs { reference_cost: inputs.reference_cost * 10.0, ..own() })?;
    for factor in [0.1, 1000.0] {
        try_with("budget", times(factor), Inputs { budget: inputs.budget * factor, ..own() })?;
    }
    let growing = Inputs { budget_growth: inputs.budget_growth + 0.2, ..own() };
    try_with("growth of the budget", "20 % a year more".to_owned(), growing)?;
    let still = Trend {
        name: "none",
        quantity: Quantity::Arithmetic,
        basis: Basis::Dollar,
        precision: None,
        growth: Growth::Doubling(f64::INFINITY),
        source: "an assumption",
        drawn: true,
        note: "",
    };
    try_with("trend", "arithmetic never gets cheaper".to_owned(), Inputs { own_trends: vec![still], ..own() })?;
    if inputs.algorithm_halving.is_infinite() {
        let better = Inputs { algorithm_halving: ALGORITHM_HALVING, ..own() };
        try_with("algorithms", "compute halved every 8 months (Ho et al. 2024)".to_owned(), better)?;
    }
    Ok(rows)
}

pub(super) fn paragraph(inputs: &Inputs, sampled: &Sampled, rows: &[Sensitivity]) -> String {
    let own = &sampled.when;
    let date = match own.median.years {
        None => "no budget ever buys it".to_owned(),
        Some(0.0) => format!("the budget buys it at the start, in {:.0}", inputs.start),
        Some(years) if years > HORIZON => "the budget does not buy it within 10,000 years".to_owned(),
        Some(_) => format!("the budget buys it in {}", own.median.words),
    };
    let mut text = format!(
        "A model that survives {}: {date}, with eight of ten samples {}. Saved from {:.0} % of the world's \
         product at the price of {:.0} it is {}.",
        text_of(inputs.tokens()),
        span(&own.p10, &own.p90),
        100.0 * inputs.saving.share,
        inputs.start,
        sampled.saved.median.words
    );
    for (input, change, what) in [
        ("slowdown", "", "a judge as quick as the quickest seventh of the poll's"),
        ("text", "10 times", "a text ten times as long"),
        ("text", "a tenth", "a text a tenth as long"),
        ("trend", "", "arithmetic that never gets cheaper"),
        ("algorithms", "", "algorithms that halve the compute every 8 months"),
    ] {
        text += &said(rows, input, change, what);
    }
    text
}
