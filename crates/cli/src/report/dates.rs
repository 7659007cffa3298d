//! The sections of the forecasts: when a budget buys a brain, and the Direct Approach.

use huxley_forecast::hardware::{self, Sensitivity};
use huxley_forecast::step::Step;
use huxley_forecast::turing;
use maud::html;

use super::page::{Answer, Section, Table, figure};
use super::{drawn, json};
use crate::failure::Failure;
use crate::forecast::picture::roads;
use crate::forecast::text::{budget, cell, figure as number};

const ID: &str = "dates";
const TURING: &str = "turing";

/// Both sections.
pub fn sections(
    brain: &hardware::Forecast,
    test: &turing::Forecast,
    commands: [String; 2],
) -> Result<Vec<Section>, Failure> {
    let image = drawn(figure(&roads(brain, test), "Both roads: what a brain and a Turing test cost, year by year."))?;
    let body = html! {
        p {
            "When " (budget(brain.inputs.budget_usd)) " a year buy what a brain requires. A device is " (brain.inputs.device)
            " at " (number(brain.inputs.price_usd)) " USD in " (brain.inputs.start_year) "."
        }
        (requirements(brain).html())
        (image)
        h3 { "What the assumptions do to the date" }
        p { (brain.paragraph) }
        (sensitivity(&brain.sensitivity).html())
        h3 { "The article's reasoning" }
        (steps(&brain.article).html())
        h3 { "Trends" }
        (trends(brain).html())
    };
    let hardware = Section { id: ID, title: "When", command: commands[0].clone(), body, json: json(brain)? };
    let body = html! {
        p {
            "The Direct Approach: how long a text must be before a judge tells a model from a human, and the compute that puts it off to "
            (number(test.inputs.words)) " words. GPT-4 is the model that it is measured by."
        }
        (points(test).html())
        h3 { "What the assumptions do to the date" }
        p { (test.paragraph) }
        (sensitivity(&test.sensitivity).html())
        p { (test.poll.words) }
        h3 { "The essay's steps" }
        (steps(&test.essay).html())
        h3 { "What is wrong in the essay" }
        (slips(test).html())
    };
    let direct =
        Section { id: TURING, title: "The Turing road", command: commands[1].clone(), body, json: json(test)? };
    Ok(vec![hardware, direct])
}

/// The two dates.
pub fn answers(brain: &hardware::Forecast, test: &turing::Forecast) -> Vec<Answer> {
    let range = |own: &hardware::Distribution| format!("80 % from {} to {}", cell(&own.p10), cell(&own.p90));
    let binding = brain.requirements.iter().find(|own| own.name == brain.binding.name);
    let first = binding.map(|own| Answer {
        question: format!(
            "The year in which {} buys that brain; the article has 2040 to 2075",
            budget(brain.inputs.budget_usd)
        ),
        figure: cell(&own.distribution.median),
        ground: format!("{} is met last; {}.", own.name, range(&own.distribution)),
        section: ID,
    });
    let second = Answer {
        question: format!(
            "The year in which {} buys a model that passes for {} words; the essay has 2133",
            budget(test.inputs.budget_usd),
            number(test.inputs.words)
        ),
        figure: cell(&test.sampled.when.median),
        ground: format!("{}.", range(&test.sampled.when)),
        section: TURING,
    };
    first.into_iter().chain([second]).collect()
}

fn requirements(brain: &hardware::Forecast) -> Table {
    let row = |own: &hardware::RequirementEntry| {
        vec![
            own.name.to_owned(),
            format!("{} {}", number(own.value), own.unit),
            own.devices.map_or_else(|| "beyond count".to_owned(), number),
            own.cost_usd.map_or_else(|| "beyond count".to_owned(), number),
            cell(&own.distribution.p10),
            cell(&own.distribution.median),
            cell(&own.distribution.p90),
            own.source.clone(),
        ]
    };
    Table {
        caption: format!("{} is met last", brain.binding.name),
        head: ["requirement", "in all", "devices", "cost, USD", "10 %", "median", "90 %", "from"]
            .map(str::to_owned)
            .to_vec(),
        numbers: vec![1, 2, 3, 4, 5, 6],
        rows: brain.requirements.iter().map(row).collect(),
    }
}

fn sensitivity(rows: &[Sensitivity]) -> Table {
    let row = |own: &Sensitivity| {
        vec![
            own.input.to_owned(),
            own.change.clone(),
            cell(&own.median),
            own.shift_years.map_or_else(String::new, |shift| format!("{shift:+.1}")),
        ]
    };
    Table {
        caption: String::new(),
        head: ["input", "changed", "median", "years later"].map(str::to_owned).to_vec(),
        numbers: vec![2, 3],
        rows: rows.iter().map(row).collect(),
    }
}

fn steps(steps: &[Step]) -> Table {
    let row = |step: &Step| {
        let value = |value: f64| if step.unit == "year" { format!("{value:.0}") } else { number(value) };
        vec![
            step.says.to_owned(),
            value(step.printed),
            value(step.computed),
            step.unit.to_owned(),
            if step.follows { "yes" } else { "no" }.to_owned(),
            step.why.clone(),
        ]
    };
    Table {
        caption: String::new(),
        head: ["it says", "printed", "computed", "unit", "follows", "why"].map(str::to_owned).to_vec(),
        numbers: vec![1, 2],
        rows: steps.iter().map(row).collect(),
    }
}

fn trends(brain: &hardware::Forecast) -> Table {
    let years = |value: Option<f64>| value.map_or_else(String::new, number);
    let rows = brain.trends.iter().map(|own| {
        vec![
            own.name.to_owned(),
            years(own.doubling_years),
            years(own.low_years),
            years(own.high_years),
            own.drawn_as.to_owned(),
            own.source.to_owned(),
        ]
    });
    Table {
        caption: "Doubling times, years".to_owned(),
        head: ["trend", "doubles in", "least", "most", "drawn", "source"].map(str::to_owned).to_vec(),
        numbers: vec![1, 2, 3],
        rows: rows.collect(),
    }
}

fn points(test: &turing::Forecast) -> Table {
    let optional = |value: Option<f64>| value.map_or_else(|| "beyond count".to_owned(), number);
    let rows = test.points.iter().map(|own| {
        vec![
            format!("s = {} ({})", number(own.slowdown), own.name),
            number(own.reference_tokens),
            own.loss.map_or_else(|| "any".to_owned(), number),
            optional(own.compute),
            optional(own.times_reference),
            optional(own.cost_usd),
            optional(own.world_products),
            cell(&own.saved),
        ]
    });
    let head = [
        "slowdown of the judge",
        "tokens that GPT-4 survives",
        "loss, nat/token",
        "FLOP",
        "times GPT-4",
        "USD",
        "years of world product",
        "saved by",
    ];
    Table {
        caption: format!("A text of {} tokens", number(test.inputs.tokens)),
        head: head.map(str::to_owned).to_vec(),
        numbers: vec![1, 2, 3, 4, 5, 6, 7],
        rows: rows.collect(),
    }
}

fn slips(test: &turing::Forecast) -> Table {
    let rows = test
        .slips
        .iter()
        .map(|own| vec![own.place.to_owned(), own.printed.clone(), own.right.clone(), own.effect.to_owned()]);
    Table {
        caption: String::new(),
        head: ["where", "printed", "right", "what it does to the result"].map(str::to_owned).to_vec(),
        numbers: Vec::new(),
        rows: rows.collect(),
    }
}
