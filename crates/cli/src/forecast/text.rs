//! `huxley forecast` as tables of at most 120 columns.

use huxley_forecast::hardware::{Distribution, Forecast, RequirementEntry, Sensitivity};
use huxley_forecast::step::Step;
use huxley_forecast::when::{Entry, HORIZON};
use huxley_io::results::format;

use crate::table::{aligned, capital, wrapped_at};

/// Columns of text.
pub const WIDTH: usize = 118;

/// The forecast as text.
pub fn text(f: &Forecast) -> String {
    let i = &f.inputs;
    let mut text = wrapped_at(
        "",
        "",
        &format!(
            "When {} a year{} buy what a brain requires. A device is {} ({}), {} USD in {:.0}; its price {}. A date is that of the \
             year in which the budget buys the whole.",
            budget(i.budget_usd),
            growing(i.budget_growth),
            i.device,
            i.precision,
            figure(i.price_usd),
            i.start_year,
            i.price_doubling_years
                .map_or_else(|| "stays".to_owned(), |years| format!("doubles in {} years", short(years))),
        ),
        WIDTH,
    );
    text += "\nRequirements\n";
    let mut lines = vec![row(["", "required", "", "devices", "cost, USD", "10 %", "median", "90 %", "never", "from"])];
    for own in &f.requirements {
        let mut cells = vec![
            own.name.to_owned(),
            figure(own.value),
            own.unit.to_owned(),
            own.devices.map_or_else(beyond, figure),
            own.cost_usd.map_or_else(beyond, figure),
        ];
        cells.extend(dates(&own.distribution));
        cells.push(own.source.clone());
        lines.push(cells);
    }
    text += &aligned(&lines, &[1, 3, 4, 5, 6, 7, 8], 2);
    text += &match &f.requirements[..] {
        [only] => wrapped_at(
            "  ",
            "  ",
            &format!(
                "Only {} was asked for. What a brain holds, moves and exchanges: huxley extrapolate --json, for --from.",
                only.name
            ),
            WIDTH,
        ),
        _ => format!("  {} is met last: {}.\n", f.binding.name, f.binding.when.words),
    };
    for own in &f.requirements {
        text += &trends(f, own);
    }
    text += "\nThe article's reasoning\n";
    text += &steps(&f.article);
    text += "\nWhat the assumptions do to the date\n";
    text += &sensitivity(&f.sensitivity);
    text += &wrapped_at("  ", "  ", &f.paragraph, WIDTH);
    text += "\n";
    text += &wrapped_at(
        "",
        "",
        "A distribution draws a source, then one of its trends, then a doubling time: log-normal from a confidence interval, \
         log-uniform between two figures, as it stands where no range is known. The requirement, the price and the budget are taken \
         as given.",
        WIDTH,
    );
    text
}

fn trends(f: &Forecast, own: &RequirementEntry) -> String {
    let mut lines =
        vec![row(["trend", "of", "doubles, years", "a dollar's, years", "year", "price stays", "drawn", "note"])];
    for by in &own.by_trend {
        let Some(trend) = f.trends.iter().rev().find(|trend| trend.name == by.trend) else { continue };
        let basis = match trend.basis {
            huxley_forecast::trends::Basis::Device => trend.precision.map_or("a device", |own| own),
            huxley_forecast::trends::Basis::Dollar => "a dollar",
        };
        lines.push(vec![
            by.trend.to_owned(),
            basis.to_owned(),
            doubling(trend.doubling_years, trend.low_years.zip(trend.high_years)),
            by.doubling_per_dollar_years.map_or_else(|| "never".to_owned(), short),
            cell(&by.when),
            cell(&by.when_price_stays),
            if by.drawn { "yes" } else { "no" }.to_owned(),
            trend.note.to_owned(),
        ]);
    }
    // Notes that do not fit stand below.
    let mut text = format!("\nBy trend: {}\n", own.name);
    let notes: Vec<(String, String)> = lines[1..]
        .iter_mut()
        .filter_map(|line| line.pop().filter(|note| !note.is_empty()).map(|note| (line[0].clone(), note)))
        .collect();
    lines[0].pop();
    text += &aligned(&lines, &[2, 3, 4, 5], 2);
    for (name, note) in notes {
        text += &wrapped_at(&format!("  {name}: "), "      ", &note, WIDTH);
    }
    let mut sources: Vec<&str> = Vec::new();
    for by in &own.by_trend {
        let Some(trend) = f.trends.iter().rev().find(|trend| trend.name == by.trend) else { continue };
        if !sources.contains(&trend.source) {
            sources.push(trend.source);
        }
    }
    text + &wrapped_at("  Sources: ", "      ", &(sources.join("; ") + "."), WIDTH)
}

fn doubling(years: Option<f64>, range: Option<(f64, f64)>) -> String {
    match (years, range) {
        (None, _) => "never".to_owned(),
        (Some(years), None) => short(years),
        (Some(years), Some((low, high))) => format!("{} ({} to {})", short(years), short(low), short(high)),
    }
}

/// Steps of a reasoning: a table, and the reasons below it.
pub fn steps(steps: &[Step]) -> String {
    let mut lines = vec![row(["", "it says", "printed", "computed", "", "follows"])];
    for (index, step) in steps.iter().enumerate() {
        let value = |value: f64| if step.unit == "year" { format!("{value:.0}") } else { figure(value) };
        lines.push(vec![
            (index + 1).to_string(),
            step.says.to_owned(),
            value(step.printed),
            value(step.computed),
            step.unit.to_owned(),
            if step.follows { "yes" } else { "no" }.to_owned(),
        ]);
    }
    let mut text = aligned(&lines, &[0, 2, 3], 2);
    for (index, step) in steps.iter().enumerate() {
        let assumed = if step.assumes.is_empty() { String::new() } else { format!("Assumes: {}. ", step.assumes) };
        let why = match (step.why.is_empty(), step.follows) {
            (true, _) => String::new(),
            (false, true) => format!("{}.", capital(&step.why)),
            (false, false) => format!("Does not follow: {}.", step.why),
        };
        let said = format!("By: {}. {assumed}{why}", step.formula);
        text += &wrapped_at(&format!("  {}: ", index + 1), "      ", &said, WIDTH);
    }
    text
}

/// What other inputs do.
pub fn sensitivity(rows: &[Sensitivity]) -> String {
    let mut lines = vec![row(["input", "changed", "median", "years later"])];
    for own in rows {
        lines.push(vec![
            own.input.to_owned(),
            own.change.clone(),
            cell(&own.median),
            own.shift_years.map_or_else(|| "-".to_owned(), |shift| format!("{shift:+.1}")),
        ]);
    }
    aligned(&lines, &[2, 3], 2)
}

/// A date in a table, whose heading says where time starts.
pub fn cell(date: &Entry) -> String {
    match date.years {
        Some(0.0) => "already".to_owned(),
        Some(years) if years > HORIZON => "> 10,000 years".to_owned(),
        _ => date.words.clone(),
    }
}

/// 10 %, median, 90 %, and how many never.
pub fn dates(d: &Distribution) -> Vec<String> {
    let never = if d.never > 0.0 { format!("{:.0} %", (100.0 * d.never).max(1.0)) } else { "-".to_owned() };
    vec![cell(&d.p10), cell(&d.median), cell(&d.p90), never]
}

/// A budget in words.
pub fn budget(usd: Option<f64>) -> String {
    usd.map_or_else(|| "unlimited USD".to_owned(), |usd| format!("{} USD", figure(usd)))
}

/// Growth in words, with a blank before; nothing for none.
pub fn growing(growth: f64) -> String {
    if growth == 0.0 { String::new() } else { format!(" ({:+} % each year)", short(100.0 * growth)) }
}

/// Cells of a heading.
pub fn row<const N: usize>(cells: [&str; N]) -> Vec<String> {
    cells.map(str::to_owned).to_vec()
}

/// What is more than a number holds.
pub fn beyond() -> String {
    "beyond count".to_owned()
}

/// A figure in three digits: counted below a million, with a power of ten above and where it is tiny.
pub fn figure(x: f64) -> String {
    let size = x.abs();
    if size >= 1e6 || (size > 0.0 && size < 1e-3) {
        let text = format!("{x:.2e}");
        // 1.00e9 is 1e9.
        match text.split_once('e') {
            Some((digits, power)) => {
                format!("{}e{power}", digits.trim_end_matches('0').trim_end_matches('.'))
            }
            None => text,
        }
    } else if size >= 1000.0 {
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
        let counted = format::count(size.round() as u64);
        if x < 0.0 { format!("-{counted}") } else { counted }
    } else {
        short(x)
    }
}

/// Three digits and no needless zeros.
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
pub fn short(x: f64) -> String {
    let digits = if x == 0.0 { 0 } else { (2.0 - x.abs().log10().floor()).clamp(0.0, 9.0) as usize };
    let text = format!("{x:.digits$}");
    if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.').to_owned() } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_are_short() {
        for (x, text) in [
            (0.0, "0"),
            (5.3e19, "5.3e19"),
            (1e9, "1e9"),
            (1_558_823.5, "1.56e6"),
            (15_588.2, "15,588"),
            (-1234.0, "-1,234"),
            (2.3, "2.3"),
            (7.6404, "7.64"),
            (30_000.0, "30,000"),
            (0.1358, "0.136"),
            (0.0081, "0.0081"),
            (0.9999, "1"),
            (100.0, "100"),
            (1e-12, "1e-12"),
        ] {
            assert_eq!(figure(x), text);
        }
    }
}
