//! What follows from the results, in sentences. Every number in them is one of the document's.

use super::document::{AccuracyReport, Answer, ChaosReport, ModelReport, Outcome, Row};

/// The errors an accurate run may have, ms.
pub const BOUNDS: [f64; 2] = [0.1, 0.01];
/// The article's step, ms.
const ARTICLE_DT: f64 = 1.0;
/// The article's scheme: `x += dt * dx/dt`.
const ARTICLE_SCHEME: &str = "forward-euler";

/// The answers.
#[must_use]
pub fn answers(report: &AccuracyReport) -> Vec<Answer> {
    let mut all = Vec::new();
    let mut answer = |question: &str, sentences: Vec<String>| {
        if !sentences.is_empty() {
            all.push(Answer { question: question.to_owned(), answer: sentences });
        }
    };
    let each = |sentences: fn(&ModelReport) -> Vec<String>| report.models.iter().flat_map(sentences).collect();
    answer("Does one step a millisecond work?", each(one_step));
    answer("What does an accurate millisecond cost?", report.models.iter().flat_map(|m| price(m, report)).collect());
    let mut single: Vec<String> = each(single);
    single.extend(report.chaos.iter().flat_map(floor));
    answer("Does f32 suffice?", single);
    answer("What does a tick of 1 ms cost?", ticks(report));
    all
}

/// Up to three significant digits, thousands set apart.
#[must_use]
#[allow(clippy::cast_possible_truncation)]
pub fn figure(value: f64) -> String {
    if value == 0.0 || !value.is_finite() {
        return format!("{value}");
    }
    let digits = 2 - value.abs().log10().floor() as i32;
    if digits > 6 {
        return format!("{value:.1e}");
    }
    let step = 10_f64.powi(-digits);
    let rounded = (value / step).round() * step;
    let decimals = usize::try_from(digits).unwrap_or(0);
    let text = format!("{rounded:.decimals$}");
    let text = if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.').to_owned() } else { text };
    if value.abs() < 1e4 || text.contains('e') {
        return text;
    }
    let mut out = String::new();
    for (i, digit) in text.chars().enumerate() {
        if i > 0 && (text.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

fn counted(count: u64, noun: &str) -> String {
    format!("{count} {noun}{}", if count == 1 { "" } else { "s" })
}

/// What a run did, after "NAME ...".
fn became(row: &Row, model: &ModelReport) -> String {
    match row.outcome {
        Outcome::Diverged => {
            let at = row.diverged_ms.map_or_else(String::new, |t| format!(" after {} ms", figure(t)));
            format!("diverges{at}")
        }
        Outcome::Silent => format!("gives no spike where there are {}", model.reference.spikes),
        Outcome::CountDiffers => {
            format!("gives {} where there are {}", counted(row.spikes, "spike"), model.reference.spikes)
        }
        Outcome::SpikesMatch => match row.largest_ms {
            Some(largest) => format!("gives all {} up to {} ms off", counted(row.spikes, "spike"), figure(largest)),
            None => "gives no spike, and there is none".to_owned(),
        },
    }
}

fn at(model: &ModelReport, integrator: &str, precision: &str, dt: f64) -> Option<Row> {
    let same = |row: &&Row| row.integrator == integrator && row.precision == precision && row.dt_ms == dt;
    model.rows.iter().find(same).cloned()
}

/// A model whose reference does not stand cannot be judged.
fn unjudged(model: &ModelReport) -> Option<String> {
    if !model.reference.converged {
        let moved = match model.reference.change_ms {
            Some(change) => format!("spikes still move by {} ms", figure(change)),
            None => "the number of spikes still changes".to_owned(),
        };
        return Some(format!(
            "{}: cannot be judged by single spikes: {moved} when a substep of {} ms is halved.",
            model.name,
            figure(2.0 * model.reference.dt_ms)
        ));
    }
    (model.reference.spikes == 0).then(|| format!("{}: cannot be judged: it has no spikes.", model.name))
}

fn one_step(model: &ModelReport) -> Vec<String> {
    if let Some(why) = unjudged(model) {
        return vec![why];
    }
    let Some(article) = at(model, ARTICLE_SCHEME, "f64", ARTICLE_DT) else {
        return vec![format!("{}: no run at {ARTICLE_DT} ms was asked for.", model.name)];
    };
    let right = |row: &&Row| row.integrator == ARTICLE_SCHEME && row.precision == "f64" && row.largest_ms.is_some();
    let largest = model.rows.iter().filter(right).max_by(|a, b| a.dt_ms.total_cmp(&b.dt_ms));
    let mut text = format!("{}: {ARTICLE_SCHEME} with one step a millisecond {}", model.name, became(&article, model));
    text += &match largest {
        Some(row) if row.dt_ms < ARTICLE_DT => format!(
            "; the longest of these substeps at which it has all spikes is {} ms ({} ms off).",
            figure(row.dt_ms),
            figure(row.largest_ms.unwrap_or(f64::NAN))
        ),
        Some(_) => ".".to_owned(),
        None => "; it has all spikes at none of these substeps.".to_owned(),
    };
    let others = ["backward-euler", "staggered"].iter().filter_map(|name| {
        let row = at(model, name, "f64", ARTICLE_DT)?;
        Some(format!("{name} {}", became(&row, model)))
    });
    let others: Vec<String> = others.collect();
    let mut all = vec![text];
    if !others.is_empty() {
        all.push(format!("{}: at the same step {}.", model.name, others.join(", and ")));
    }
    all
}

/// The cheapest setting whose largest error is below `bound` ms; of equal FLOP, the one with fewer bytes.
#[must_use]
pub fn cheapest(model: &ModelReport, bound: f64) -> Option<&Row> {
    let able = model.rows.iter().filter(|row| row.largest_ms.is_some_and(|largest| largest < bound));
    able.min_by(|a, b| {
        let cost = |row: &Row| (row.flop_per_compartment_ms, row.bytes_per_compartment_ms);
        let (a, b) = (cost(a), cost(b));
        a.0.total_cmp(&b.0).then(a.1.total_cmp(&b.1))
    })
}

fn price(model: &ModelReport, report: &AccuracyReport) -> Vec<String> {
    if unjudged(model).is_some() {
        return Vec::new();
    }
    let of = |bound: f64| match cheapest(model, bound) {
        Some(row) => format!(
            "below {bound} ms, {} {} at dt {} ms: {} FLOP a compartment and ms, {} times the article's {} ({} ms off).",
            row.integrator,
            row.precision,
            figure(row.dt_ms),
            figure(row.flop_per_compartment_ms),
            figure(row.times_article),
            figure(report.article_flop),
            figure(row.largest_ms.unwrap_or(f64::NAN))
        ),
        None => format!("below {bound} ms, none of these settings."),
    };
    BOUNDS.map(|bound| format!("{}: {}", model.name, of(bound))).to_vec()
}

fn single(model: &ModelReport) -> Vec<String> {
    if unjudged(model).is_some() {
        return Vec::new();
    }
    let compared: Vec<(&Row, f64)> = model
        .rows
        .iter()
        .filter_map(|row| Some((row, row.from_f64_ms?)))
        .filter(|(r, _)| r.integrator == "staggered")
        .collect();
    let Some((worst, apart)) = compared.iter().max_by(|a, b| a.1.total_cmp(&b.1)).copied() else {
        return vec![format!("{}: no run in f32 has the spikes of its run in f64.", model.name)];
    };
    let finest = compared.iter().min_by(|a, b| a.0.dt_ms.total_cmp(&b.0.dt_ms)).map_or(worst, |(row, _)| row);
    let double = at(model, "staggered", "f64", finest.dt_ms).and_then(|row| row.largest_ms);
    let mut text = format!(
        "{}: with staggered, spikes in f32 are within {} ms of those in f64 at every substep that has them all (the most at dt {} ms)",
        model.name,
        figure(apart),
        figure(worst.dt_ms)
    );
    if let (Some(own), Some(double)) = (finest.largest_ms, double) {
        text += &format!(
            "; at dt {} ms the error is {} ms in f32 and {} ms in f64",
            figure(finest.dt_ms),
            figure(own),
            figure(double)
        );
    }
    vec![text + "."]
}

fn floor(chaos: &ChaosReport) -> Vec<String> {
    let run = |name: &str| chaos.runs.iter().find(|run| run.name == name);
    let (Some(double), Some(single), Some(near), Some(far)) = (run("f64"), run("f32"), run("ulp-f32"), run("ulp-f64"))
    else {
        return Vec::new();
    };
    let parts = |at: Option<f64>| match at {
        Some(t) => format!("at {} ms", figure(t)),
        None => format!("not within {} ms", figure(chaos.duration_ms)),
    };
    let mut all = vec![format!(
        "{}, {} neurons: the first spike that moves by more than {} ms, in f32 instead of f64, comes {}; with a start one unit in the \
         last place of f32 away (in f64), {}; one unit of f64 away, {}.",
        chaos.name,
        figure(count(chaos.neurons)),
        chaos.apart_ms,
        parts(single.parts_ms),
        parts(near.parts_ms),
        parts(far.parts_ms)
    )];
    let percent = |other: f64| 100.0 * (other / double.rate_hz - 1.0);
    if double.rate_hz > 0.0 {
        let mut text =
            format!("{}: the mean rate in f32 is {} % off that in f64", chaos.name, signed(percent(single.rate_hz)));
        if let Some(seed) = run("seed") {
            text += &format!("; with another seed it is {} %", signed(percent(seed.rate_hz)));
        }
        all.push(text + ".");
    }
    all
}

fn signed(value: f64) -> String {
    let text = figure(value);
    if value > 0.0 { format!("+{text}") } else { text }
}

#[allow(clippy::cast_precision_loss)]
fn count(n: u64) -> f64 {
    n as f64
}

fn ticks(report: &AccuracyReport) -> Vec<String> {
    let of = |network: &super::document::TickReport| {
        let row = network.rows.iter().max_by(|a, b| a.tick_ms.total_cmp(&b.tick_ms))?;
        let what = format!(
            "{} ({}), a tick of {} ms instead of {} ms",
            network.name, network.what, row.tick_ms, network.dt_ms
        );
        Some(match (row.mean_ms, row.bias_ms, row.largest_ms) {
            (Some(mean), Some(bias), Some(largest)) => format!(
                "{what}: spikes move by {} ms on average (with sign {}), at most {} ms.",
                figure(mean),
                signed(bias),
                figure(largest)
            ),
            _ => format!("{what}: {} spikes instead of {}.", row.spikes, network.spikes),
        })
    };
    report.ticks.iter().filter_map(of).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_have_three_digits() {
        for (value, text) in [
            (126.0, "126"),
            (5664.4, "5660"),
            (73_079.0, "73,100"),
            (1_234_567.0, "1,230,000"),
            (0.007_58, "0.00758"),
            (0.1, "0.1"),
            (2.0, "2"),
            (1.2e-5, "1.2e-5"),
            (0.0, "0"),
            (-0.25, "-0.25"),
        ] {
            assert_eq!(figure(value), text);
        }
    }
}
