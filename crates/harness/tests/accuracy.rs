//! `huxley accuracy`: errors and costs of known models, and sentences that follow from the numbers.
#![allow(missing_docs)]

use huxley_harness::accuracy::answers::{answers, cheapest};
use huxley_harness::accuracy::document::{ModelReport, Outcome, ReferenceEntry, Row, SCHEMA, TickReport, TickRow};
use huxley_harness::accuracy::{AccuracyError, AccuracyReport, Options, Study, TickQuestion, accuracy, neuron_10};
use huxley_harness::validate::reference::Reference;
use huxley_harness::validate::subject::own;
use huxley_harness::validate::{Candidate, networks, validate};
use huxley_model::channel::Integrator;
use huxley_model::network::Network;
use huxley_testkit::networks::cobahh;

fn squid() -> Network {
    let mut network = networks::squid(Reference::squid(), 0.025, Integrator::Staggered);
    network.run.duration = 220.0;
    network
}

fn studied(study: &Study, dts: &[f64]) -> AccuracyReport {
    accuracy(study, &Options { dts: dts.to_vec(), ..Options::default() }, |_| ()).unwrap()
}

fn row<'a>(model: &'a ModelReport, integrator: &str, precision: &str, dt: f64) -> &'a Row {
    let same = |row: &&Row| row.integrator == integrator && row.precision == precision && row.dt_ms == dt;
    model.rows.iter().find(same).unwrap()
}

#[test]
fn the_squids_errors_are_those_against_neuron_and_divergence_is_a_row() {
    let study = Study { models: vec![squid()], ..Study::default() };
    let mut told = 0;
    let options = Options { dts: vec![1.0, 0.05, 0.025], ..Options::default() };
    let report = accuracy(&study, &options, |step| {
        assert!(step.done == told && told < step.total);
        told += 1;
    })
    .unwrap();
    assert_eq!(report.schema, SCHEMA);
    let model = &report.models[0];
    assert_eq!(told, 1 + 18);
    assert_eq!((model.rows.len(), model.reference.spikes, model.reference.converged), (18, 7, true));
    assert!(model.reference.change_ms <= Some(1e-4));

    // NEURON's converged run is another reference: the same error.
    let candidates: Vec<Candidate> = own().into_iter().skip(2).take(1).map(Candidate::Present).collect();
    let checks = huxley_harness::validate::Options { checks: vec!["squid-staggered".to_owned()], quick: true };
    let theirs = validate(&candidates, &checks, |_| ()).checks[0].error.unwrap();
    let ours = row(model, "staggered", "f64", 0.025).largest_ms.unwrap();
    assert!((ours - theirs).abs() < 1e-4 && ours > 5e-3, "{ours} and {theirs} ms");

    let ratio = row(model, "staggered", "f64", 0.05).largest_ms.unwrap() / ours;
    assert!((3.8..4.2).contains(&ratio), "{ratio}");
    let article = row(model, "forward-euler", "f64", 1.0);
    assert_eq!((article.outcome, article.largest_ms), (Outcome::Diverged, None));
    assert!(article.diverged_ms.is_some() && article.said.as_ref().unwrap().contains("axon[0]"), "{article:?}");
    assert_eq!(row(model, "backward-euler", "f64", 1.0).outcome, Outcome::CountDiffers);
    let single = row(model, "staggered", "f32", 0.025);
    assert!(single.from_f64_ms.is_some_and(|apart| apart > 0.0 && apart < 2e-3), "{single:?}");

    // Costs: twice the steps, twice the arithmetic, the same bytes (met once a tick); a double is twice a single.
    let fine = row(model, "staggered", "f64", 0.025);
    let coarse = row(model, "staggered", "f64", 0.05);
    assert_eq!(fine.flop_per_compartment_ms, 2.0 * coarse.flop_per_compartment_ms);
    assert_eq!(fine.bytes_per_compartment_ms, coarse.bytes_per_compartment_ms);
    assert_eq!(fine.bytes_per_compartment_ms, 2.0 * single.bytes_per_compartment_ms);
    assert_eq!(fine.flop_per_compartment_ms, single.flop_per_compartment_ms);
    assert!(fine.instructions_per_compartment_ms > single.instructions_per_compartment_ms);
    assert_eq!(fine.times_article, fine.flop_per_compartment_ms / 126.0);
    assert_eq!(fine.flop_per_neuron_ms, fine.flop_per_compartment_ms);
    assert!(model.rows.iter().all(|row| row.wall_s.is_some() == (row.outcome != Outcome::Diverged)));

    let said: Vec<&str> = report.answers.iter().flat_map(|a| &a.answer).map(String::as_str).collect();
    let all = said.join("\n");
    assert!(all.contains("forward-euler with one step a millisecond diverges"), "{all}");
    assert!(all.contains("below 0.01 ms, staggered f32 at dt 0.025 ms"), "{all}");
    assert!(all.contains("wherever f64 is good to 0.1 ms, f32 has the same spikes"), "{all}");
}

#[test]
fn a_neuron_of_ten_compartments_costs_ten_times_a_compartment() {
    let report = studied(&Study { models: vec![neuron_10()], ..Study::default() }, &[0.1]);
    let model = &report.models[0];
    assert!(model.compartments == 10 && model.reference.spikes >= 3 && model.reference.converged, "{model:?}");
    let row = row(model, "staggered", "f32", 0.1);
    assert!(row.largest_ms.is_some_and(|largest| largest > 0.0), "{row:?}");
    assert!((row.flop_per_neuron_ms / row.flop_per_compartment_ms - 10.0).abs() < 1e-9);
    let all = format!("{:?}", report.answers);
    assert!(all.contains("no run at 1 ms was asked for"), "{all}");
}

#[test]
fn one_synapse_moves_a_spike_by_a_quarter_of_the_tick() {
    let mut pairs = networks::pairs(40);
    pairs.run.duration = 15.0;
    let question = TickQuestion { network: pairs, what: "one synapse".to_owned(), from: 40, longest: 0.5 };
    let report = studied(&Study { ticks: vec![question], ..Study::default() }, &[1.0]);
    let rows = &report.ticks[0].rows;
    assert_eq!(rows.iter().map(|row| row.tick_ms).collect::<Vec<_>>(), [0.5, 0.25, 0.1, 0.05]);
    for row in rows {
        let quarter = row.mean_ms.unwrap() / (0.25 * row.tick_ms);
        assert!((0.9..1.15).contains(&quarter) && row.outcome == Outcome::SpikesMatch, "{row:?}");
    }
    assert!(format!("{:?}", report.answers).contains("a tick of 0.5 ms instead of 0.025 ms: spikes move by 0.126 ms"));
}

#[test]
fn chaos_parts_f32_and_not_one_unit_of_f64() {
    let mut network = cobahh(1, 0.05, 1.0);
    network.run.duration = 60.0;
    let report = studied(&Study { chaos: Some(network), ..Study::default() }, &[1.0]);
    let chaos = report.chaos.unwrap();
    let run = |name: &str| chaos.runs.iter().find(|run| run.name == name).unwrap();
    assert_eq!((chaos.runs.len(), chaos.neurons), (8, 4000));
    assert!(run("f32").parts_ms.is_some_and(|t| t > 10.0), "{chaos:?}");
    assert_eq!(run("ulp-f64").parts_ms, None);
    let (ulp, single) = (run("ulp-f64").moved_ms.unwrap(), run("ulp-f32").moved_ms.unwrap());
    assert!(ulp > 0.0 && single > 100.0 * ulp, "{ulp} and {single} ms");
    assert!(run("seed-1").rate_hz != run("f64").rate_hz && run("seed-1").parts_ms.is_none());
    assert!(report.answers[0].answer.len() == 2 && report.answers[0].question.contains("f32"));
}

#[test]
fn a_substep_that_does_not_divide_the_tick_is_told_before_anything_runs() {
    let study = Study { models: vec![squid()], ..Study::default() };
    let error = accuracy(&study, &Options { dts: vec![0.3], ..Options::default() }, |_| panic!("something ran"));
    let error = error.unwrap_err();
    assert!(matches!(error, AccuracyError::Lower { .. }) && error.hint().is_some(), "{error}");
}

fn entry(precision: &str, dt_ms: f64, largest_ms: Option<f64>, flop: f64, bytes: f64) -> Row {
    Row {
        integrator: "staggered".to_owned(),
        precision: precision.to_owned(),
        dt_ms,
        outcome: if largest_ms.is_some() { Outcome::SpikesMatch } else { Outcome::CountDiffers },
        largest_ms,
        flop_per_compartment_ms: flop,
        bytes_per_compartment_ms: bytes,
        ..Row::default()
    }
}

#[test]
fn the_cheapest_setting_is_good_enough_and_no_run_with_other_spikes_is() {
    let mut model = ModelReport {
        name: "m".to_owned(),
        reference: ReferenceEntry { spikes: 7, converged: true, ..ReferenceEntry::default() },
        rows: vec![
            entry("f64", 1.0, None, 10.0, 8.0),
            entry("f64", 0.5, Some(0.5), 20.0, 8.0),
            entry("f64", 0.1, Some(0.05), 100.0, 8.0),
            entry("f32", 0.1, Some(0.05), 100.0, 4.0),
            entry("f32", 0.05, Some(0.02), 200.0, 4.0),
        ],
        ..ModelReport::default()
    };
    let best = cheapest(&model, 0.1).unwrap();
    assert_eq!((best.dt_ms, best.precision.as_str()), (0.1, "f32"));
    assert_eq!(cheapest(&model, 0.01), None);
    let said = |model: &ModelReport| {
        let report = AccuracyReport { models: vec![model.clone()], article_flop: 126.0, ..AccuracyReport::default() };
        format!("{:?}", answers(&report))
    };
    assert!(said(&model).contains("below 0.01 ms, none of these settings"));
    // f32 has not the spikes of f64 at the one good setting.
    assert!(said(&model).contains("f32 does not have the spikes of f64 at 1 of 1 settings"), "{}", said(&model));
    model.rows[3].from_f64_ms = Some(1e-4);
    assert!(said(&model).contains("within 1.0e-4 ms of it") || said(&model).contains("within 0.0001 ms of it"));
    // Errors against a reference that moves are no errors.
    model.reference.converged = false;
    model.reference.change_ms = None;
    let text = said(&model);
    assert!(text.contains("cannot be judged") && !text.contains("times the article"), "{text}");
    let shifted = TickRow {
        tick_ms: 1.0,
        spikes: 8,
        bias_ms: Some(1.0),
        mean_ms: Some(2.0),
        largest_ms: Some(3.0),
        ..Default::default()
    };
    let ticks = |name: &str| {
        let own = TickReport { name: name.to_owned(), spikes: 7, rows: vec![shifted.clone()], ..TickReport::default() };
        let report = AccuracyReport { models: vec![model.clone()], ticks: vec![own], ..AccuracyReport::default() };
        format!("{:?}", answers(&report))
    };
    assert!(
        ticks("m").contains("8 spikes instead of 7.") && !ticks("m").contains("spikes move by 2 ms"),
        "{}",
        ticks("m")
    );
    assert!(ticks("another").contains("spikes move by 2 ms"), "{}", ticks("another"));
    model.reference = ReferenceEntry { converged: true, ..ReferenceEntry::default() };
    assert!(said(&model).contains("it has no spikes"));
}
