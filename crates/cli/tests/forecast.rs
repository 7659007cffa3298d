//! `huxley forecast`: dates with sources, words for absurd inputs, tables that fit, JSON that keeps its keys.
#![allow(missing_docs)]

mod support;

use serde_json::{Value, json};
use support::Folder;

fn words<'a>(document: &'a Value, at: &str) -> &'a str {
    document.pointer(at).and_then(Value::as_str).unwrap_or_else(|| panic!("no {at} in {document}"))
}

fn number(document: &Value, at: &str) -> f64 {
    document.pointer(at).and_then(Value::as_f64).unwrap_or_else(|| panic!("no {at} in {document}"))
}

/// Every key of a document, by its path, list places left out.
fn keys(value: &Value, path: &str, found: &mut Vec<String>) {
    match value {
        Value::Object(entries) => {
            for (key, own) in entries {
                let path = format!("{path}.{key}");
                if !found.contains(&path) {
                    found.push(path.clone());
                }
                keys(own, &path, found);
            }
        }
        Value::Array(entries) => entries.iter().for_each(|own| keys(own, path, found)),
        _ => {}
    }
}

#[test]
fn the_articles_requirement_has_dates_and_its_reasoning_stands_beside() {
    let folder = Folder::new();
    let document = folder.json(&["forecast"]);
    assert_eq!(document["schema"], "huxley.forecast/1");
    assert_eq!(number(&document, "/requirements/0/value"), 5.3e19);
    assert_eq!(number(&document, "/requirements/0/devices").round(), 1_558_824.0);
    let at = |p: &str| number(&document, &format!("/requirements/0/distribution/{p}/year"));
    assert!(2025.0 < at("p10") && at("p10") < at("median") && at("median") < at("p90") && at("p90") < 2100.0);
    assert_eq!(document["binding"]["name"], "arithmetic");
    assert_eq!(document["binding"]["when"], document["requirements"][0]["distribution"]["median"]);
    let article = document["article"].as_array().unwrap();
    let step = article.iter().find(|step| step["printed"] == 7.6).unwrap();
    assert!((number(step, "/computed") - 2.3 * 10_f64.log2()).abs() < 1e-12);
    assert_eq!(step["follows"], false);
    for trend in document["trends"].as_array().unwrap() {
        assert!(!words(trend, "/source").is_empty());
    }
    assert!(words(&document, "/paragraph").contains("arithmetic"));
    // The year by a trend given: 2.1 years a doubling of what a device has, its price as it is.
    let own = folder.json(&["forecast", "--trend", "arithmetic=2.1", "--price-doubling", "never", "--budget", "1e6"]);
    assert_eq!(words(&own, "/requirements/0/distribution/median/words"), "2058");
}

#[test]
fn every_key_is_documented_and_a_document_keeps_its_keys() {
    let folder = Folder::new();
    let page = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/forecast.md")).unwrap();
    for args in [&["forecast", "--memory", "1PB", "--flops", "1e19"][..], &["forecast", "turing", "--trials", "50"]] {
        let mut found = Vec::new();
        keys(&folder.json(args), "", &mut found);
        assert!(found.len() > 60, "{found:?}");
        for path in found {
            let key = path.rsplit('.').next().unwrap();
            assert!(page.contains(&format!("`{key}`")), "`{key}` ({path}) is not in docs/forecast.md");
        }
    }
}

#[test]
fn requirements_come_from_extrapolate_or_options() {
    let folder = Folder::new();
    let brain = json!({
        "schema": "huxley.extrapolate/1", "brain": {"name": "human"}, "devices": [{"name": "h100", "title": "H100"}],
        "specifications": [{"name": "h100", "price": {"value": 25e3}}],
        "requirements": [
            {"name": "arithmetic", "value": 5.3e19, "unit": "FLOP/s", "devices": 2e6},
            {"name": "memory held", "value": 2e16, "unit": "B", "devices": 250_000.0},
            {"name": "memory moved", "value": 1.2e20, "unit": "B/s", "devices": 4e7},
            {"name": "spikes exchanged", "value": 1e15, "unit": "B/s", "devices": null, "device": 50e9},
        ],
    });
    folder.write("brain.json", &brain.to_string());
    let document = folder.json(&["forecast", "--from", "brain.json"]);
    assert_eq!(document["requirements"].as_array().unwrap().len(), 4);
    assert_eq!(number(&document, "/requirements/0/devices"), 2e6);
    assert_eq!(number(&document, "/requirements/3/devices"), 20_000.0);
    assert_eq!(words(&document, "/binding/name"), "memory moved");
    assert_eq!(number(&document, "/inputs/price_usd"), 25e3);
    let mut unpriced = brain.clone();
    unpriced["specifications"] = json!([]);
    unpriced["requirements"][3]["device"] = json!(null);
    folder.write("unpriced.json", &unpriced.to_string());
    folder.run(&["forecast", "--from", "unpriced.json"]).refused(&["no price of H100", "--price"]);
    let said = folder.run(&["forecast", "--from", "unpriced.json", "--price", "1e4", "--json"]).succeeded();
    assert!(said.err.contains("left out: spikes exchanged"), "{}", said.err);
    assert_eq!(said.json()["requirements"].as_array().unwrap().len(), 3);
    let piped = folder.run_with_stdin(&["forecast", "--from", "-", "--json"], &brain.to_string()).succeeded().json();
    assert_eq!(piped, document);
    let own = folder.json(&["forecast", "--memory", "20PB", "--bandwidth", "120EB/s"]);
    assert_eq!(own["requirements"].as_array().unwrap().len(), 2);
    assert_eq!(number(&own, "/requirements/1/value"), 1.2e20);
    folder.write("ops.json", "{\"schema\": \"huxley.ops/1\"}");
    folder.run(&["forecast", "--from", "ops.json"]).refused(&["ops.json", "huxley.ops/1", "huxley extrapolate"]);
    folder.run(&["forecast", "--from", "none.json"]).refused(&["none.json"]);
    folder.write("bad.json", "{");
    folder.run(&["forecast", "--from", "bad.json"]).refused(&["bad.json", "JSON"]);
}

#[test]
fn a_seed_gives_the_same_document() {
    let folder = Folder::new();
    let at = |seed: &str| folder.json(&["forecast", "turing", "--seed", seed, "--samples", "500", "--trials", "100"]);
    assert_eq!(at("3"), at("3"));
    assert_ne!(at("3")["sampled"], at("4")["sampled"]);
}

#[test]
fn absurd_inputs_have_words() {
    let folder = Folder::new();
    for (args, said) in [
        (&["forecast", "--flops", "0"][..], "already in 2025"),
        (&["forecast", "--budget", "unlimited"], "already in 2025"),
        (&["forecast", "--budget", "0"], "never"),
        (&["forecast", "--price", "0"], "already in 2025"),
        (&["forecast", "--trend", "arithmetic=never"], "never"),
        (&["forecast", "--trend", "arithmetic=2000", "--price-doubling", "never", "--flops", "1e40"], "10,000 years"),
        (&["forecast", "turing", "--words", "0"], "already in 2023"),
        (&["forecast", "turing", "--words", "1e300"], "10,000 years"),
        (&["forecast", "turing", "--budget", "0"], "never"),
        (&["forecast", "turing", "--trend", "never", "--growth", "0%"], "never"),
        (&["forecast", "turing", "--price", "0"], "already in 2023"),
    ] {
        let text = folder.run(args).succeeded().out;
        assert!(text.contains(said), "{args:?}: no `{said}` in\n{text}");
        for bad in ["NaN", "inf ", "-inf", " inf"] {
            assert!(!text.replace("L_inf", "").contains(bad), "{args:?}: {bad} in\n{text}");
        }
        assert!(text.lines().all(|line| line.chars().count() <= 120), "{args:?}: {text}");
        folder.json(args);
    }
}

#[test]
fn wrong_options_are_refused() {
    let folder = Folder::new();
    for (args, parts) in [
        (&["forecast", "--flops=-1"][..], &["arithmetic", "-1"][..]),
        (&["forecast", "--budget=-1e9"], &["budget", "-1000000000"]),
        (&["forecast", "--budget", "much"], &["--budget much", "1e9"]),
        (&["forecast", "--budget", "nan"], &["--budget nan"]),
        (&["forecast", "--memory", "3"], &["--memory 3", "2.7PB"]),
        (&["forecast", "--bandwidth", "3PB"], &["--bandwidth 3PB", "B/s"]),
        (&["forecast", "--price", "inf"], &["price", "without limit"]),
        (&["forecast", "--budget-growth", "5"], &["--budget-growth 5", "5%"]),
        (&["forecast", "--budget-growth", "-100%"], &["budget", "-100"]),
        (&["forecast", "--trend", "speed=2"], &["speed", "arithmetic"]),
        (&["forecast", "--trend", "arithmetic=0"], &["doubling time", "0"]),
        (&["forecast", "--trend", "arithmetic=3..2"], &["3..2", "2..3"]),
        (&["forecast", "--price-doubling", "0"], &["doubling time of the price"]),
        (&["forecast", "--samples", "0"], &["samples"]),
        (&["forecast", "turing", "--odds", "1"], &["odds above 1"]),
        (&["forecast", "turing", "--slowdown", "0"], &["slowdown"]),
        (&["forecast", "turing", "--words=-4"], &["words", "-4"]),
    ] {
        folder.run(args).refused(parts);
    }
    let both = folder.run(&["forecast", "turing", "--words", "1", "--tokens", "1"]);
    assert_eq!(both.status, Some(2), "{}", both.err);
}

#[test]
fn the_essays_figures_and_slips_are_printed() {
    let folder = Folder::new();
    let document = folder.json(&["forecast", "turing", "--slowdown", "10"]);
    assert_eq!(document["schema"], "huxley.forecast-turing/1");
    assert!((number(&document, "/points/0/reference_tokens") - 170.0).abs() < 1.0);
    assert!((number(&document, "/law/reference_loss") - 0.14).abs() < 0.005);
    assert!((number(&document, "/law/derived_coefficient") / 1070.0 - 1.0).abs() < 0.005);
    let essay = document["essay"].as_array().unwrap();
    for (printed, within) in [(170.0, 0.01), (2e9, 0.02), (2e16, 0.01), (200.0, 0.01), (2133.0, 0.0005), (0.54, 0.01)] {
        let step = essay.iter().find(|step| step["printed"] == printed).unwrap();
        assert!((number(step, "/computed") / printed - 1.0).abs() < within, "{step}");
    }
    let slips = document["slips"].as_array().unwrap();
    for place in ["Burton and Licklider", "equation 2, the Hutter prize", "definition of r_n", "27^(1/0.153)"] {
        assert!(slips.iter().any(|slip| slip["place"] == place), "{place}");
    }
    let text = folder.run(&["forecast", "turing", "--slowdown", "10"]).succeeded().out;
    for part in ["170", "2e16", "2133", "[0.95, 1.90] bit/char", "8e9", "running product", "1.97e9", "one log-normal"] {
        assert!(text.contains(part), "no `{part}` in\n{text}");
    }
}

#[test]
fn pictures_and_documents_are_written_where_asked() {
    let folder = Folder::new();
    let said = folder.run(&["forecast", "--out", "dates"]).succeeded();
    assert!(said.err.contains("dates"), "{}", said.err);
    assert_eq!(folder.names("dates"), ["forecast.json", "forecast.png", "forecast.svg"]);
    let written: Value = serde_json::from_str(&folder.file("dates/forecast.json")).unwrap();
    assert_eq!(written, folder.json(&["forecast"]));
    let svg = folder.file("dates/forecast.svg");
    for part in ["a brain: arithmetic", "a Turing test", "budget, 1e9 USD", "2075"] {
        assert!(svg.contains(part), "{part}");
    }
    folder.run(&["forecast", "turing", "--out", "dates", "-q"]).succeeded();
    assert!(folder.names("dates").contains(&"forecast-turing.json".to_owned()));
    // A budget without limit and a requirement of nothing leave lines to draw, or none.
    folder.run(&["forecast", "--flops", "0", "--budget", "unlimited", "--out", "odd"]).succeeded();
    folder.write("file", "");
    let failed = folder.run(&["forecast", "--out", "file"]);
    assert_eq!(failed.status, Some(1), "{}", failed.err);
}

#[test]
fn help_has_examples() {
    let folder = Folder::new();
    for args in [&["forecast", "--help"][..], &["forecast", "turing", "--help"]] {
        let said = folder.run(args).succeeded().out;
        assert!(said.contains("Examples:") && said.contains("huxley forecast turing"), "{said}");
    }
}
