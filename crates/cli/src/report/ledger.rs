//! The section of the ledger: the article's counts beside ours.

use huxley_harness::ledger::{Group, article};
use huxley_io::results::format;
use maud::html;

use super::page::{Answer, Section, Table};
use crate::failure::Failure;
use crate::ops::Ledger;
use crate::ops::document::{document, one_step};

const ID: &str = "ledger";

/// The section.
pub fn section(ledger: &Ledger) -> Result<Section, Failure> {
    let convention = ledger.convention;
    let tables = Group::ALL.map(|group| {
        let rows = ledger.rows.iter().filter(|row| row.group == group);
        let cells = |row: &huxley_harness::ledger::Row| {
            let flop = row.amount().flop(convention);
            let (read, written) = row.bytes();
            let article = row.article.map_or_else(|| "left out".to_owned(), number);
            let ratio = row.article.map_or_else(String::new, |article| format::significant(flop / article, 2));
            vec![row.part.to_owned(), article, number(flop), ratio, number(read + written), row.why.to_owned()]
        };
        Table {
            caption: format!("FLOP of {}", group.unit()),
            head: ["part", "article", "counted", "ratio", "bytes", "why they differ"].map(str::to_owned).to_vec(),
            numbers: vec![1, 2, 3, 4],
            rows: rows.map(cells).collect(),
        }
    });
    let once = one_step(&ledger.settings);
    let step = ledger.totals.compartment_step.flop(convention);
    let body = html! {
        p {
            "Each part is a function over a number type; the CPU's kernels, the GPU's shaders and the count are made of the same text. "
            "A multiply-add is 2 FLOP, an exponential " (number(convention.exp)) ", a division " (number(convention.div)) "."
        }
        @for table in &tables { (table.html()) }
        p {
            "One compartment and step: " (number(step)) " FLOP, where the article has " (number(article::COMPARTMENT))
            ". It takes one step a millisecond; with " (ledger.settings.substeps) " a compartment takes "
            (number(ledger.totals.compartment.flop(convention))) " FLOP a millisecond. One synapse and millisecond: "
            (number(once.synapse.flop(convention))) " FLOP, where the article has " (number(article::SYNAPSE)) "."
        }
    };
    let json = super::json(&document(ledger))?;
    Ok(Section { id: ID, title: "Operations, counted", command: "huxley ops --json".to_owned(), body, json })
}

/// What the ledger answers.
pub fn answers(ledger: &Ledger) -> Vec<Answer> {
    let convention = ledger.convention;
    let step = ledger.totals.compartment_step.flop(convention);
    let synapse = ledger.totals.synapse.flop(convention);
    vec![
        Answer {
            question: format!("FLOP of a compartment and step; the article has {}", number(article::COMPARTMENT)),
            figure: number(step),
            ground: format!("counted in the functions that run, {}.", ledger.settings.membrane),
            section: ID,
        },
        Answer {
            question: format!(
                "FLOP of a plastic synapse and millisecond; the article has {}",
                number(article::SYNAPSE)
            ),
            figure: number(synapse),
            ground: format!("counted, {} % of synapses meeting a spike.", number(100.0 * ledger.settings.active)),
            section: ID,
        },
    ]
}

/// A number of the ledger.
fn number(value: f64) -> String {
    if value.abs() >= 1e4 {
        format::si(value, "")
    } else {
        let text = format::significant(value, 4);
        if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.').to_owned() } else { text }
    }
}
