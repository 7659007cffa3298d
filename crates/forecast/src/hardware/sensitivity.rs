//! What the assumptions do to the date.

use serde::Serialize;

use super::{Inputs, RequirementEntry};
use crate::error::ForecastError;
use crate::trends::{Growth, Trend};
use crate::when::{Entry, HORIZON, When};

/// The middle year with another input.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Sensitivity {
    /// Which input.
    pub input: &'static str,
    /// What is done to it.
    pub change: String,
    /// The middle year then.
    pub median: Entry,
    /// Years later than without the change; null where either is never.
    pub shift_years: Option<f64>,
}

impl Sensitivity {
    /// Of a change that moves `before` to `after`.
    #[must_use]
    pub fn of(input: &'static str, change: String, before: When, after: When, start: f64) -> Self {
        let shift = after.years_if_ever().zip(before.years_if_ever()).map(|(after, before)| after - before);
        Self { input, change, median: after.entry(start), shift_years: shift }
    }
}

/// Changes of each input, for one requirement whose middle year is `before`.
pub(super) fn sensitivity(inputs: &Inputs, index: usize, before: When) -> Result<Vec<Sensitivity>, ForecastError> {
    let mut rows = Vec::new();
    let mut try_with = |input: &'static str, change: &str, other: &Inputs| {
        let after = other.median(&other.requirements[index])?;
        rows.push(Sensitivity::of(input, change.to_owned(), before, after, inputs.start));
        Ok::<(), ForecastError>(())
    };
    for factor in [0.1, 10.0, 100.0] {
        try_with("budget", &times(factor), &Inputs { budget: inputs.budget * factor, ..inputs.clone() })?;
    }
    let growing = Inputs { budget_growth: inputs.budget_growth + 0.2, ..inputs.clone() };
    try_with("growth of the budget", "20 % a year more", &growing)?;
    for factor in [0.1, 10.0] {
        let mut other = inputs.clone();
        let own = &mut other.requirements[index];
        own.value *= factor;
        own.devices = own.devices.map(|devices| devices * factor);
        try_with("requirement", &times(factor), &other)?;
    }
    try_with("price of a device", &times(0.5), &Inputs { price: inputs.price * 0.5, ..inputs.clone() })?;
    if inputs.price_doubling.is_finite() {
        let stays = Inputs { price_doubling: f64::INFINITY, ..inputs.clone() };
        try_with("growth of the price", "the price of a device stays", &stays)?;
    }
    let trends = inputs.trends_of(inputs.requirements[index].quantity);
    let rate = |trend: &&Trend| trend.rate(trend.doubling(), inputs.price_doubling);
    let drawn = || trends.iter().filter(|trend| trend.drawn);
    let fastest = drawn().max_by(|a, b| rate(a).total_cmp(&rate(b)));
    let slowest = drawn().min_by(|a, b| rate(a).total_cmp(&rate(b)));
    for trend in fastest.into_iter().chain(slowest.filter(|slowest| Some(*slowest) != fastest)) {
        let only = Trend { growth: Growth::Doubling(trend.doubling()), drawn: true, ..*trend };
        try_with("trend", &format!("only {}", trend.name), &Inputs { own_trends: vec![only], ..inputs.clone() })?;
    }
    Ok(rows)
}

pub(crate) fn times(factor: f64) -> String {
    match factor {
        0.5 => "half of it".to_owned(),
        0.1 => "a tenth of it".to_owned(),
        _ => format!("{factor} times as much"),
    }
}

/// From when to when, in words.
pub(crate) fn span(from: &Entry, to: &Entry) -> String {
    match (from.years, to.years) {
        (Some(a), Some(b)) if a == 0.0 && b == 0.0 => "all at the start".to_owned(),
        (Some(0.0), _) => format!("from the start to {}", to.words),
        (None, _) => "never".to_owned(),
        (Some(a), _) if a > HORIZON => "not within 10,000 years".to_owned(),
        _ => format!("from {} to {}", from.words, to.words),
    }
}

/// A sentence on a row: what its date is with the change.
pub(crate) fn said(rows: &[Sensitivity], input: &str, change: &str, what: &str) -> String {
    let Some(row) = rows.iter().find(|row| row.input == input && row.change.starts_with(change)) else {
        return String::new();
    };
    match row.shift_years {
        Some(shift) if shift.abs() < 0.5 => format!(" With {what} it is the same."),
        Some(shift) => {
            let side = if shift > 0.0 { "later" } else { "earlier" };
            format!(" With {what} it is {} ({:.0} years {side}).", row.median.words, shift.abs())
        }
        None => format!(" With {what} it is {}.", row.median.words),
    }
}

/// What the assumptions do to the date, in a paragraph.
pub(super) fn paragraph(inputs: &Inputs, binding: &RequirementEntry, rows: &[Sensitivity]) -> String {
    let own = &binding.distribution;
    let mut text = format!(
        "The date is that of {}: {}, with eight of ten samples {}.",
        binding.name,
        own.median.words,
        span(&own.p10, &own.p90)
    );
    for (input, change, what) in [
        ("budget", "10 times", "a budget ten times as large"),
        ("budget", "a tenth", "a tenth of the budget"),
        ("growth of the budget", "", "a budget that grows by 20 % a year more"),
        ("growth of the price", "", "a price of a device that stays"),
        ("requirement", "10 times", "a requirement ten times as large"),
    ] {
        text += &said(rows, input, change, what);
    }
    let trends: Vec<&Sensitivity> = rows.iter().filter(|row| row.input == "trend").collect();
    if let [fast, slow] = trends[..] {
        text +=
            &format!(" By the fastest trend alone it is {}, by the slowest {}.", fast.median.words, slow.median.words);
    }
    let largest = rows
        .iter()
        .filter_map(|row| row.shift_years.map(|shift| (shift.abs(), row)))
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .filter(|(shift, _)| *shift >= 0.5);
    if let Some((shift, row)) = largest {
        text += &format!(" Of the changes tried, the {} moves it most: {}, {shift:.0} years.", row.input, row.change);
    }
    if inputs.budget.is_infinite() {
        text += " A budget without limit buys anything at the start.";
    }
    text
}
