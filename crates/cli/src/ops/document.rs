//! `huxley ops --json`.

use huxley_harness::ledger::{Amount, Convention, Group, Row, Settings, Totals, article, published, rows};
use serde::Serialize;

use super::{Ledger, precision};

#[derive(Serialize)]
pub struct Document {
    schema: &'static str,
    convention: ConventionEntry,
    settings: SettingsEntry,
    rows: Vec<RowEntry>,
    totals: TotalsEntry,
    published: Vec<PublishedEntry>,
}

/// Weights of operations in one FLOP figure.
#[derive(Serialize)]
struct ConventionEntry {
    add: f64,
    mul: f64,
    div: f64,
    fma: f64,
    exp: f64,
    cmp: f64,
}

#[derive(Serialize)]
struct SettingsEntry {
    membrane: String,
    integrator: &'static str,
    substeps: u32,
    tick_ms: f64,
    precision: &'static str,
    compartments: u32,
    synapses: u32,
    active: f64,
    interval_ms: f64,
}

#[derive(Serialize)]
pub struct Ops {
    add: f64,
    mul: f64,
    div: f64,
    fma: f64,
    exp: f64,
    cmp: f64,
}

#[derive(Serialize)]
struct RowEntry {
    group: &'static str,
    unit: &'static str,
    part: &'static str,
    article: Option<f64>,
    counted: f64,
    ratio: Option<f64>,
    ops: Ops,
    instructions: f64,
    bytes: Bytes,
    why: &'static str,
    cases: Vec<CaseEntry>,
}

#[derive(Serialize)]
struct Bytes {
    read: f64,
    written: f64,
    total: f64,
}

#[derive(Serialize)]
struct CaseEntry {
    name: String,
    times: f64,
    counted: f64,
    ops: Ops,
    instructions: f64,
    bytes: Bytes,
}

#[derive(Serialize)]
struct TotalsEntry {
    compartment_step: f64,
    compartment_ms: f64,
    neuron_ms: f64,
    synapse_ms: f64,
    neuron_with_synapses_ms: f64,
    one_step_a_ms: OneStep,
    article: ArticleTotals,
}

/// With one step a millisecond, as the article has it.
#[derive(Serialize)]
struct OneStep {
    compartment_ms: f64,
    neuron_ms: f64,
    synapse_ms: f64,
}

#[derive(Serialize)]
struct ArticleTotals {
    compartment: f64,
    neuron: f64,
    neuron_used: f64,
    synapse: f64,
}

#[derive(Serialize)]
struct PublishedEntry {
    what: &'static str,
    figure: f64,
    unit: &'static str,
    ours: f64,
    ours_is: &'static str,
    ratio: f64,
    source: &'static str,
    note: &'static str,
}

pub fn ops(amount: &Amount) -> Ops {
    Ops { add: amount.add, mul: amount.mul, div: amount.div, fma: amount.fma, exp: amount.exp, cmp: amount.cmp }
}

fn bytes(read: f64, written: f64) -> Bytes {
    Bytes { read, written, total: read + written }
}

/// The totals of the same settings with one step a millisecond.
pub fn one_step(settings: &Settings) -> Totals {
    let settings = Settings { substeps: 1, ..settings.clone() };
    Totals::of(&rows(&settings), &settings)
}

pub fn document(ledger: &Ledger) -> Document {
    let (s, convention) = (&ledger.settings, ledger.convention);
    let totals = &ledger.totals;
    let once = one_step(s);
    Document {
        schema: "huxley.ops/1",
        convention: ConventionEntry {
            add: 1.0,
            mul: 1.0,
            div: convention.div,
            fma: 2.0,
            exp: convention.exp,
            cmp: 0.0,
        },
        settings: SettingsEntry {
            membrane: s.membrane.clone(),
            integrator: s.integrator.name(),
            substeps: s.substeps,
            tick_ms: 1.0,
            precision: precision(s.precision),
            compartments: s.compartments,
            synapses: s.synapses,
            active: s.active,
            interval_ms: s.interval,
        },
        rows: ledger.rows.iter().map(|row| entry(row, s, convention)).collect(),
        totals: TotalsEntry {
            compartment_step: totals.compartment_step.flop(convention),
            compartment_ms: totals.compartment.flop(convention),
            neuron_ms: totals.neuron.flop(convention),
            synapse_ms: totals.synapse.flop(convention),
            neuron_with_synapses_ms: totals.neuron_with_synapses.flop(convention),
            one_step_a_ms: OneStep {
                compartment_ms: once.compartment.flop(convention),
                neuron_ms: once.neuron.flop(convention),
                synapse_ms: once.synapse.flop(convention),
            },
            article: ArticleTotals {
                compartment: article::COMPARTMENT,
                neuron: article::neuron(s.compartments, s.synapses),
                neuron_used: article::NEURON,
                synapse: article::SYNAPSE,
            },
        },
        published: published()
            .iter()
            .map(|p| {
                let ours = p.ours.figure(s, convention);
                PublishedEntry {
                    what: p.what,
                    figure: p.figure,
                    unit: p.unit,
                    ours,
                    ours_is: p.ours.name(),
                    ratio: ours / p.figure,
                    source: p.source,
                    note: p.note,
                }
            })
            .collect(),
    }
}

fn entry(row: &Row, settings: &Settings, convention: Convention) -> RowEntry {
    let amount = row.amount();
    let counted = amount.flop(convention);
    let (read, written) = row.bytes();
    RowEntry {
        group: row.group.name(),
        unit: Group::unit(row.group),
        part: row.part,
        article: row.article,
        counted,
        ratio: row.article.map(|article| counted / article),
        ops: ops(&amount),
        instructions: row.expanded(settings.precision).instructions(),
        bytes: bytes(read, written),
        why: row.why,
        cases: row
            .cases
            .iter()
            .map(|case| {
                let one = Amount::of(&case.count.operations, 1.0);
                CaseEntry {
                    name: case.name.clone(),
                    times: case.times,
                    counted: one.flop(convention),
                    ops: ops(&one),
                    instructions: Amount::of(&case.count.expanded(settings.precision), 1.0).instructions(),
                    bytes: bytes(case.read, case.written),
                }
            })
            .collect(),
    }
}
