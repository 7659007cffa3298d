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
    let mut all = BOUNDS.map(|bound| format!("{}: {}", model.name, of(bound))).to_vec();
    if model.active_compartments < model.compartments {
        all.push(format!(
            "{}: {} of its {} compartments have gated channels; the article counts a membrane with them in each.",
            model.name, model.active_compartments, model.compartments
        ));
    }
    all
}

/// Whether rounding shows where the substep does not hide it: settings that are good to the wider of [`BOUNDS`].
fn single(model: &ModelReport) -> Vec<String> {
    if unjudged(model).is_some() {
        return Vec::new();
    }
    let good = |row: &&Row| row.precision == "f64" && row.largest_ms.is_some_and(|largest| largest < BOUNDS[0]);
    let good: Vec<&Row> = model.rows.iter().filter(good).collect();
    let pair = |double: &&&Row| {
        let single = at(model, &double.integrator, "f32", double.dt_ms)?;
        single.from_f64_ms.map(|apart| ((**double).clone(), single, apart))
    };
    let pairs: Vec<(Row, Row, f64)> = good.iter().filter_map(|row| pair(&row)).collect();
    if pairs.len() < good.len() {
        return vec![format!(
            "{}: f32 does not have the spikes of f64 at {} of {} settings that are good to {} ms.",
            model.name,
            good.len() - pairs.len(),
            good.len(),
            BOUNDS[0]
        )];
    }
    let Some((worst, _, apart)) = pairs.iter().max_by(|a, b| a.2.total_cmp(&b.2)) else {
        return vec![format!("{}: no setting is good to {} ms, with f32 or without.", model.name, BOUNDS[0])];
    };
    let best =
        pairs.iter().min_by(|a, b| a.0.largest_ms.unwrap_or(f64::NAN).total_cmp(&b.0.largest_ms.unwrap_or(f64::NAN)));
    let best = best.map_or_else(String::new, |(double, single, _)| {
        format!(
            "; the smallest error, with {} at dt {} ms, is {} ms in f32 and {} ms in f64",
            double.integrator,
            figure(double.dt_ms),
            figure(single.largest_ms.unwrap_or(f64::NAN)),
            figure(double.largest_ms.unwrap_or(f64::NAN))
        )
    });
    vec![format!(
        "{}: wherever f64 is good to {} ms, f32 has the same spikes within {} ms of it (the most with {} at dt {} ms){best}.",
        model.name,
        BOUNDS[0],
        figure(*apart),
        worst.integrator,
        figure(worst.dt_ms)
    )]
}

fn floor(chaos: &ChaosReport) -> Vec<String> {
    let run = |name: &str| chaos.runs.iter().find(|run| run.name == name);
    let (Some(double), Some(single)) = (run("f64"), run("f32")) else { return Vec::new() };
    let what = |name: &str, words: &str| {
        run(name).map(|run| {
            let moved =
                run.moved_ms.map_or_else(String::new, |moved| format!(" (until then by {} ms at most)", figure(moved)));
            match run.parts_ms {
                Some(t) => format!("{words} at {} ms{moved}", figure(t)),
                None => format!(
                    "{words} not within {} ms (by {} ms at most)",
                    figure(chaos.duration_ms),
                    figure(run.moved_ms.unwrap_or(0.0))
                ),
            }
        })
    };
    let floor = [
        what("ulp-f64", "with a start one unit in the last place of f64 away"),
        what("ulp-f32", "with one of f32 (rounded once)"),
        what("f32", "in f32 (rounded at every step)"),
    ];
    let floor: Vec<String> = floor.into_iter().flatten().collect();
    let mut all = vec![format!(
        "{}, {}: a spike moves by more than {} ms: {}.",
        chaos.name,
        counted(chaos.neurons, "neuron"),
        chaos.apart_ms,
        floor.join("; ")
    )];
    if double.rate_hz > 0.0 {
        let percent = |rate: f64| 100.0 * (rate / double.rate_hz - 1.0);
        let seeds: Vec<f64> =
            chaos.runs.iter().filter(|run| run.name.starts_with("seed")).map(|run| percent(run.rate_hz)).collect();
        let own = percent(single.rate_hz);
        let mut text = format!("{}: the mean rate in f32 is {} % off that in f64", chaos.name, signed(own));
        if !seeds.is_empty() {
            let spread = seeds.iter().fold((0.0_f64, 0.0_f64), |(low, high), s| (low.min(*s), high.max(*s)));
            let within = spread.0 <= own && own <= spread.1;
            text += &format!(
                "; with {} other seeds {} to {} %: {} what a seed does",
                seeds.len(),
                signed(spread.0),
                signed(spread.1),
                if within { "within" } else { "beyond" }
            );
        }
        all.push(text + ".");
    }
    all
}

fn signed(value: f64) -> String {
    let text = figure(value);
    if value > 0.0 { format!("+{text}") } else { text }
}

fn ticks(report: &AccuracyReport) -> Vec<String> {
    let of = |network: &super::document::TickReport| {
        let row = network.rows.iter().max_by(|a, b| a.tick_ms.total_cmp(&b.tick_ms))?;
        let what = format!(
            "{} ({}), a tick of {} ms instead of {} ms",
            network.name, network.what, row.tick_ms, network.dt_ms
        );
        let number = match row.outcome {
            Outcome::SpikesMatch => String::new(),
            _ => format!("{} spikes instead of {}, and ", row.spikes, network.spikes),
        };
        // Where single spikes cannot be judged, their number can.
        let judged = report.models.iter().all(|m| m.name != network.name || unjudged(m).is_none());
        Some(match (row.mean_ms.filter(|_| judged), row.bias_ms, row.largest_ms) {
            (Some(mean), Some(bias), Some(largest)) => format!(
                "{what}: {number}spikes move by {} ms on average (with sign {}), at most {} ms.",
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
