//! `huxley accuracy`: JSON with its keys, tables that fit, files, and what is refused.
#![allow(missing_docs)]

mod support;

use support::Folder;

const SMALL: [&str; 7] = ["accuracy", "--model", "squid", "--dt", "1ms,0.1ms", "--duration", "150ms"];

#[test]
fn the_document_has_a_row_a_setting_and_answers() {
    let folder = Folder::new();
    let document = folder.json(&SMALL);
    assert_eq!(document["schema"], "huxley.accuracy/1");
    assert_eq!(document["article_flop"], 126.0);
    let model = &document["models"][0];
    assert_eq!((model["name"].as_str(), model["reference"]["converged"].as_bool()), (Some("squid"), Some(true)));
    let rows = model["rows"].as_array().unwrap();
    assert_eq!(rows.len(), 3 * 2 * 2);
    let keys = [
        "integrator",
        "precision",
        "dt_ms",
        "outcome",
        "spikes",
        "missing",
        "extra",
        "largest_ms",
        "mean_ms",
        "from_f64_ms",
        "diverged_ms",
        "said",
        "flop_per_compartment_ms",
        "times_article",
        "flop_per_neuron_ms",
        "instructions_per_compartment_ms",
        "bytes_per_compartment_ms",
        "wall_s",
        "realtime_factor",
    ];
    for row in rows {
        for key in keys {
            assert!(row.get(key).is_some(), "no {key} in {row}");
        }
    }
    let article = rows.iter().find(|r| r["integrator"] == "forward-euler" && r["dt_ms"] == 1.0).unwrap();
    assert_eq!(article["outcome"], "diverged");
    assert!(document["answers"].as_array().unwrap().len() >= 3);
    assert!(document["ticks"].as_array().unwrap().is_empty() && document["chaos"].is_null());
}

#[test]
fn tables_fit_and_files_are_written() {
    let folder = Folder::new();
    let said = folder.run(&[&SMALL[..], &["--out", "there"]].concat()).succeeded();
    assert!(said.out.lines().all(|line| line.chars().count() <= 118), "{}", said.out);
    for words in ["diverged at", "Does one step a millisecond work?", "Does f32 suffice?", "times the article's 126"] {
        assert!(said.out.contains(words), "{words}: {}", said.out);
    }
    assert_eq!(folder.names("there"), ["accuracy-squid.png", "accuracy-squid.svg", "accuracy.json"]);
    let written: serde_json::Value = serde_json::from_str(&folder.file("there/accuracy.json")).unwrap();
    assert_eq!(written["schema"], "huxley.accuracy/1");
    assert!(folder.file("there/accuracy-squid.svg").contains("FLOP a neuron and ms"));
}

#[test]
fn a_model_with_synapses_is_asked_about_ticks_and_chaos() {
    let folder = Folder::new();
    let arguments = ["accuracy", "--model", "plastic-pair", "--dt", "0.1ms", "--duration", "40ms"];
    let document = folder.json(&arguments);
    assert_eq!(document["ticks"].as_array().unwrap().len(), 1);
    assert_eq!(document["chaos"]["runs"].as_array().unwrap().len(), 8);
}

#[test]
fn wrong_options_are_refused() {
    let folder = Folder::new();
    folder.run(&["accuracy", "--model", "squit"]).refused(&["squit"]);
    folder.run(&["accuracy", "--model", "squid", "--dt", "0.1"]).refused(&["--dt 0.1", "0.1ms"]);
    folder.run(&["accuracy", "--model", "squid", "--dt", "0.3ms"]).refused(&["squid", "0.3", "divides"]);
    folder.run(&["accuracy", "--duration", "0ms"]).refused(&["--duration 0ms"]);
}
