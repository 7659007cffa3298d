//! `huxley ops`: tables that fit, JSON that keeps its keys, options that count.
#![allow(missing_docs)]

mod support;

use serde_json::Value;
use support::Folder;

fn rows<'a>(document: &'a Value, group: &str) -> Vec<&'a Value> {
    document["rows"].as_array().unwrap().iter().filter(|row| row["group"] == group).collect()
}

fn sum(rows: &[&Value], key: &str) -> f64 {
    rows.iter().filter_map(|row| row[key].as_f64()).sum()
}

#[test]
fn the_document_has_the_articles_sums_and_ours() {
    let folder = Folder::new();
    let document = folder.json(&["ops"]);
    assert_eq!(document["schema"], "huxley.ops/1");
    assert_eq!(document["convention"]["exp"], 10.0);
    assert_eq!(sum(&rows(&document, "compartment"), "article"), 126.0);
    assert_eq!(sum(&rows(&document, "synapse"), "article"), 85.0);
    assert_eq!(document["totals"]["article"]["neuron"], 2360.0);
    let compartment = sum(&rows(&document, "compartment"), "counted");
    assert!((document["totals"]["compartment_step"].as_f64().unwrap() - compartment).abs() < 1e-9);
    assert!((document["totals"]["compartment_ms"].as_f64().unwrap() - 40.0 * compartment).abs() < 1e-6);
    for row in document["rows"].as_array().unwrap() {
        for key in ["add", "mul", "div", "fma", "exp", "cmp"] {
            assert!(row["ops"][key].is_number(), "{row}");
        }
        let o = |key: &str| row["ops"][key].as_f64().unwrap();
        let flop = o("add") + o("mul") + 2.0 * o("fma") + o("div") + 10.0 * o("exp");
        assert!((flop - row["counted"].as_f64().unwrap()).abs() < 1e-9, "{row}");
        assert!(!row["why"].as_str().unwrap().is_empty());
        assert!(row["bytes"]["total"].is_number() && row["article"].is_number() != row["article"].is_null());
    }
    let whole = folder.json(&["ops", "--compartments", "100", "--synapses", "10000"]);
    assert_eq!(whole["totals"]["article"]["neuron"], 23_100.0);
    assert_eq!(document["published"].as_array().unwrap().len(), 7);
    assert!(document["published"].as_array().unwrap().iter().all(|p| !p["source"].as_str().unwrap().is_empty()));
}

#[test]
fn weights_and_substeps_change_the_figures_and_not_the_operations() {
    let folder = Folder::new();
    let plain = folder.json(&["ops"]);
    let heavy = folder.json(&["ops", "--exp-weight", "20", "--div-weight", "4"]);
    let gates = |document: &Value| rows(document, "compartment")[1].clone();
    assert_eq!(gates(&plain)["ops"], gates(&heavy)["ops"]);
    let (light, weighed) = (gates(&plain)["counted"].as_f64().unwrap(), gates(&heavy)["counted"].as_f64().unwrap());
    // Six rates share three exponentials; a gate divides once.
    assert_eq!(weighed - light, 3.0 * 10.0 + 3.0 * 3.0);
    let once = folder.json(&["ops", "--substeps", "1"]);
    assert_eq!(once["totals"]["compartment_ms"], plain["totals"]["one_step_a_ms"]["compartment_ms"]);
    assert_eq!(once["totals"]["synapse_ms"], plain["totals"]["synapse_ms"]);
    let rare = folder.json(&["ops", "--rate", "5"]);
    assert_eq!(rare["settings"]["active"], 0.005);
    assert!(rare["totals"]["synapse_ms"].as_f64() < plain["totals"]["synapse_ms"].as_f64());
    // A double is twice the bytes and a longer polynomial.
    let double = folder.json(&["ops", "--precision", "f64"]);
    assert_eq!(gates(&double)["bytes"]["total"].as_f64(), gates(&plain)["bytes"]["total"].as_f64().map(|b| 2.0 * b));
    assert!(gates(&double)["instructions"].as_f64() > gates(&plain)["instructions"].as_f64());
}

#[test]
fn the_tables_fit_and_every_row_says_why() {
    let folder = Folder::new();
    for args in [&["ops"][..], &["ops", "--compartments", "100", "--synapses", "10000", "--substeps", "400"]] {
        let text = folder.run(args).succeeded().out;
        assert!(text.lines().all(|line| line.chars().count() <= 120), "{text}");
        for part in ["membrane", "gates", "axial coupling", "NMDA", "CaMKII", "neuromodulation"] {
            assert!(text.contains(&format!("  {part}: ")), "{part}");
        }
        assert!(text.contains("23,100") && text.contains("Izhikevich 2004") && text.contains("arXiv:2510.15745"));
    }
}

#[test]
fn a_model_is_counted_as_its_run_is() {
    let folder = Folder::new();
    let model = folder.json(&["ops", "--model", "squid"]);
    let run = folder.json(&["run", "squid", "--duration", "100ms", "--no-output", "-q"]);
    let a_tick = model["membrane"]["flop"].as_f64().unwrap();
    assert!(a_tick > 0.0 && model["synapse"]["flop"] == 0.0);
    assert!((run["flop"]["membrane"].as_f64().unwrap() - 100.0 * a_tick).abs() < 1e-6);
    assert_eq!(run["flop"]["total"], run["flop"]["membrane"]);
    assert!(run["gflops"].as_f64().unwrap() > 0.0 && run["gbytes_per_s"].as_f64().unwrap() > 0.0);
    let said = folder.run(&["run", "squid", "--duration", "100ms", "--no-output"]).succeeded().out;
    assert!(said.contains("GFLOP/s") && said.contains("the human brain would need"), "{said}");
}

#[test]
fn wrong_options_are_refused() {
    let folder = Folder::new();
    folder.run(&["ops", "--membrane", "hhh"]).refused(&["hhh", "traub_miles"]);
    folder.run(&["ops", "--integrator", "euler"]).refused(&["euler", "staggered"]);
    folder.run(&["ops", "--precision", "f16"]).refused(&["f16", "f64"]);
    folder.run(&["ops", "--active", "1.5"]).refused(&["1.5", "--rate"]);
    folder.run(&["ops", "--exp-weight=-1"]).refused(&["-1"]);
    folder.run(&["ops", "--model", "squit"]).refused(&["squit"]);
}
