//! `huxley forecast turing` as tables of at most 120 columns.

use huxley_forecast::turing::Forecast;
use huxley_io::results::format;

use super::text::{WIDTH, beyond, budget, cell, dates, figure, growing, row, sensitivity, short, steps};
use crate::table::{aligned, wrapped_at};

/// The forecast as text.
pub fn text(f: &Forecast) -> String {
    let i = &f.inputs;
    let mut text = wrapped_at(
        "",
        "",
        &format!(
            "When {} for one training run{} buy a language model whose text of {} words ({} tokens) a human judge does not tell from a \
             human's. The judge adds up log-ratios, slowed s times, until the odds are {} to 1; GPT-4, {} FLOP for {} USD, is the \
             model it is measured by.",
            budget(i.budget_usd),
            growing(i.budget_growth),
            figure(i.words),
            figure(i.tokens),
            figure(i.odds),
            figure(i.reference_compute),
            figure(i.reference_cost_usd),
        ),
        WIDTH,
    );
    text += &points(f);
    text += &sampled(f);
    text += "\nWhat the assumptions do to the date\n";
    text += &sensitivity(&f.sensitivity);
    text += &wrapped_at("  ", "  ", &f.paragraph, WIDTH);
    text += &judges(f);
    text += &law(f);
    text += "\nThe essay's steps (Yuxi Liu 2024, Predicting AGI by the Turing Test)\n";
    text += &steps(&f.essay);
    text += &entropy(f);
    text += &slips(f);
    text
}

fn points(f: &Forecast) -> String {
    let mut text = "\nThe chain\n".to_owned();
    let mut lines = vec![row([""])];
    lines[0].extend(f.points.iter().map(|point| format!("s = {} ({})", short(point.slowdown), point.name)));
    let mut line = |name: &str, value: &dyn Fn(&huxley_forecast::turing::Point) -> String| {
        let mut cells = vec![name.to_owned()];
        cells.extend(f.points.iter().map(value));
        lines.push(cells);
    };
    let some = |value: Option<f64>| value.map_or_else(beyond, figure);
    line("GPT-4 survives, tokens", &|p| figure(p.reference_tokens));
    line("which are words", &|p| figure(p.reference_words));
    line("loss above the least that it takes, nat/token", &|p| p.loss.map_or_else(|| "any".to_owned(), figure));
    line("compute, FLOP", &|p| some(p.compute));
    line("times GPT-4's", &|p| some(p.times_reference));
    line("cost at its price, USD", &|p| some(p.cost_usd));
    line("years of the world's product", &|p| some(p.world_products));
    let share = format!("saved from {:.0} % of it, at that price, by", 100.0 * f.inputs.world_share);
    line(&share, &|p| cell(&p.saved));
    let share =
        format!("bought by {:.0} % of it in one year, price halving in 2.1 years", 100.0 * f.inputs.world_share);
    line(&share, &|p| cell(&p.bought_by_the_world));
    for (index, trend) in f.trends.iter().enumerate() {
        let name = format!(
            "bought by the budget, {} ({})",
            trend.name,
            trend.doubling_years.map_or_else(|| "never".to_owned(), |years| format!("{} years", short(years)))
        );
        line(&name, &|p| p.by_trend.get(index).map_or_else(String::new, |by| cell(&by.when)));
    }
    text += &aligned(&lines, &[1, 2], 2);
    text
}

fn sampled(f: &Forecast) -> String {
    let s = &f.sampled;
    let power = |value: &Option<f64>| match value {
        None => "none".to_owned(),
        Some(log10) if *log10 < 300.0 => figure(10_f64.powf(*log10)),
        Some(log10) => format!("1e{log10:.0}"),
    };
    let words = |value: &Option<f64>| value.map_or_else(beyond, figure);
    let mut lines = vec![row(["", "10 %", "median", "90 %", "never"])];
    let mut line = |name: &str, cells: Vec<String>| lines.push([vec![name.to_owned()], cells].concat());
    line("words that GPT-4 survives", s.reference_words.iter().map(words).collect());
    line("compute, FLOP", s.compute_log10.iter().map(power).collect());
    line("cost at its price, USD", s.cost_log10.iter().map(power).collect());
    line("bought by the budget", dates(&s.when));
    line("saved from the world's product", dates(&s.saved));
    let mut text = format!("\nOver slowdowns and trends, {}\n", format::counted(f.inputs.samples as u64, "sample"));
    text += &aligned(&lines, &[1, 2, 3, 4], 2);
    let p = &f.poll;
    text + &wrapped_at(
        "  ",
        "  ",
        &format!(
            "The poll: median {}, {} at 15 % and {} at 85 %: {}. The one used has {:.3}, and gives {} and {}.",
            p.median,
            p.low,
            p.high,
            p.words,
            p.sigma,
            short(p.low_fitted),
            short(p.high_fitted)
        ),
        WIDTH,
    )
}

fn judges(f: &Forecast) -> String {
    if f.judges.is_empty() {
        return String::new();
    }
    let mut lines = vec![row([
        "loss, nat/token",
        "s",
        "tokens, simulated",
        "s.e.",
        "s ln r / loss",
        "Wald",
        "wrong, simulated",
        "Wald, at most",
    ])];
    for j in &f.judges {
        lines.push(vec![
            figure(j.loss),
            short(j.slowdown),
            short(j.mean_tokens),
            short(j.standard_error),
            short(j.formula_tokens),
            short(j.wald_tokens),
            figure(j.wrong),
            figure(j.wald_wrong),
        ]);
    }
    let mut text =
        format!("\nJudges of Markov sources of four tokens, {} tests each, a human speaking\n", f.judges[0].trials);
    text += &aligned(&lines, &[0, 1, 2, 3, 4, 5, 6, 7], 2);
    text + &wrapped_at(
        "  ",
        "  ",
        "Wald counts wrong decisions and leaves out what a token adds beyond the boundary: a simulated judge takes longer by that. The \
         essay's formula is long for a judge that is not slowed.",
        WIDTH,
    )
}

fn law(f: &Forecast) -> String {
    let l = &f.law;
    wrapped_at(
        "\nLoss by compute: ",
        "  ",
        &format!(
            "in use {} / C^{} nat/token above the least; from Hoffmann et al. 2022 (406.4, 0.34, 410.7, 0.28, C = 6 N D) {:.1} / C^{:.5}. \
             GPT-4: {} and {} nat/token.",
            short(l.coefficient),
            short(l.exponent),
            l.derived_coefficient,
            l.derived_exponent,
            figure(l.reference_loss),
            figure(l.derived_reference_loss)
        ),
        WIDTH,
    )
}

fn entropy(f: &Forecast) -> String {
    let range = |(low, high): (f64, f64)| {
        if (high - low).abs() < 1e-9 { format!("{low:.2}") } else { format!("{low:.2} to {high:.2}") }
    };
    let mut lines = vec![row(["", "from", "printed", "computed", ""])];
    for e in &f.entropy {
        lines.push(vec![
            e.source.to_owned(),
            e.raw.clone(),
            range(e.printed),
            range(e.computed),
            if e.agrees { "agrees".to_owned() } else { e.why.to_owned() },
        ]);
    }
    for g in &f.guessing {
        lines.push(vec![
            format!("Shannon 1951, N = {}", g.n),
            "counts of guesses".to_owned(),
            range((g.printed_lower, g.printed_upper)),
            range((g.lower, g.upper)),
            if g.n == 2 { "agrees" } else { "he smoothed the counts" }.to_owned(),
        ]);
    }
    "\nEntropy of English, bit/char\n".to_owned() + &aligned(&lines, &[2, 3], 2)
}

fn slips(f: &Forecast) -> String {
    let mut text = "\nSlips of the essay, and what it leaves unsaid\n".to_owned();
    for slip in &f.slips {
        let kind = match slip.kind {
            huxley_forecast::slips::Kind::Slip => "slip",
            huxley_forecast::slips::Kind::Rounding => "rounding",
            huxley_forecast::slips::Kind::Unsaid => "unsaid",
        };
        text +=
            &wrapped_at(&format!("  {} ({kind}): ", slip.place), "      ", &format!("\"{}\".", slip.printed), WIDTH);
        text += &wrapped_at("      ", "      ", &format!("Right: {}. Effect: {}.", slip.right, slip.effect), WIDTH);
    }
    text
}
