//! `huxley extrapolate`: tables that fit, a document that keeps its keys, a measurement that drives it, input that is refused.
#![allow(missing_docs)]

mod measured;
mod support;

use measured::bench;
use serde_json::Value;
use support::Folder;

fn requirement<'a>(document: &'a Value, name: &str) -> &'a Value {
    document["requirements"].as_array().unwrap().iter().find(|r| r["name"] == name).unwrap()
}

#[test]
fn the_document_keeps_its_keys() {
    let folder = Folder::new();
    let document = folder.json(&["extrapolate"]);
    assert_eq!(document["schema"], "huxley.extrapolate/1");
    for (name, unit) in
        [("arithmetic", "FLOP/s"), ("memory held", "B"), ("memory moved", "B/s"), ("spikes exchanged", "B/s")]
    {
        let requirement = requirement(&document, name);
        assert_eq!(requirement["unit"], unit);
        assert!(requirement["value"].as_f64().unwrap() > 1e15 && requirement["devices"].as_f64().unwrap() > 1e5);
    }
    assert_eq!(document["requirements"].as_array().unwrap().len(), 4);
    assert_eq!(document["binding"], "memory moved");
    assert_eq!(document["brain"]["neurons"]["value"], 1e11);
    assert_eq!(document["measurement"], Value::Null);
    assert_eq!(document["efficiency"]["from"], "datasheet");
    let names: Vec<&str> =
        document["devices"].as_array().unwrap().iter().map(|d| d["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["h100-sxm", "h200-sxm", "mi300x", "rtx-4090", "a100-sxm"]);
    let row = document["chain"]["rows"].as_array().unwrap().iter().find(|r| r["printed"] == "1,550,000").unwrap();
    assert_eq!(row["article"].as_f64().unwrap().round(), 1_558_824.0);
    assert_eq!(document["backtest"].as_array().unwrap().len(), 11);
    assert!(document["backtest"][0]["ratio"].as_f64().unwrap() > 0.0);
    assert!(!document["notes"].as_array().unwrap().is_empty());
    assert!(document["specifications"][0]["bandwidth"]["source"].as_str().unwrap().contains("datasheet"));
}

#[test]
fn the_tables_fit_and_say_where_numbers_are_from() {
    let folder = Folder::new();
    folder.write("bench.json", &serde_json::to_string(&bench()).unwrap());
    for args in [&["extrapolate"][..], &["extrapolate", "--from", "bench.json", "--slowdown", "10"]] {
        let text = folder.run(args).succeeded().out;
        let long: Vec<&str> = text.lines().filter(|line| line.chars().count() > 120).collect();
        assert!(long.is_empty(), "{long:#?}");
        for part in ["1,558,824", "1,550,000", "Back-test", "65..119", "human-86b", "binding", "not checked"] {
            assert!(text.contains(part), "{part} in\n{text}");
        }
        assert!(!text.contains("NaN") && !text.contains("inf "), "{text}");
    }
    let text = folder.run(&["extrapolate", "--brain", "fly"]).succeeded().out;
    assert!(text.contains("Dorkenwald et al. 2024") && text.contains("100 % of their datasheets' peaks"), "{text}");
}

#[test]
fn a_measurement_drives_the_numbers() {
    let folder = Folder::new();
    folder.write("bench.json", &serde_json::to_string(&bench()).unwrap());
    let plain = folder.json(&["extrapolate"]);
    let from = folder.json(&["extrapolate", "--from", "bench.json"]);
    let devices = |document: &Value, name: &str| requirement(document, name)["devices"].as_f64().unwrap();
    // 100 FLOP in 2 ns are half of 1e11 FLOP/s; 50 B in 10 ns a quarter of 2e10 B/s.
    assert!((devices(&from, "arithmetic") / devices(&plain, "arithmetic") - 2.0).abs() < 1e-9);
    let each = |document: &Value| requirement(document, "memory moved")["device"].as_f64().unwrap();
    assert!((each(&plain) / each(&from) - 4.0).abs() < 1e-9);
    assert_eq!(from["settings"]["synapse_moved_bytes"], 50.0);
    let moved = requirement(&from, "memory moved");
    assert!(moved["devices_low"].as_f64() < moved["devices"].as_f64());
    assert!(moved["devices"].as_f64() < moved["devices_high"].as_f64());
    assert_eq!(from["devices"].as_array().unwrap().last().unwrap()["name"], "this-machine");
    assert_eq!(from["efficiency"]["from"], "measured");
    let text = folder.run(&["extrapolate", "--from", "bench.json"]).succeeded().out;
    assert!(text.contains("machines like the one measured (a CPU)") && text.contains("50.0 %"), "{text}");
    let mut slower = bench();
    slower.kernels[1].ns_per_unit *= 3.0;
    folder.write("slower.json", &serde_json::to_string(&slower).unwrap());
    let slower = folder.json(&["extrapolate", "--from", "slower.json"]);
    assert!((devices(&slower, "memory moved") / devices(&from, "memory moved") - 3.0).abs() < 1e-9);
}

#[test]
fn results_are_written_and_what_is_there_is_left_alone() {
    let folder = Folder::new();
    folder.run(&["extrapolate", "--brain", "mouse", "--out", "out/mouse"]).succeeded();
    assert_eq!(folder.names("out/mouse"), ["extrapolate.json", "extrapolate.png", "extrapolate.svg"]);
    let written: Value = serde_json::from_str(&folder.file("out/mouse/extrapolate.json")).unwrap();
    assert_eq!(written["brain"]["name"], "mouse");
    let drawn = folder.file("out/mouse/extrapolate.svg");
    for word in ["memory moved", "1.56 million H100", "human-86b", "synapses"] {
        assert!(drawn.contains(word), "{word}");
    }
    let said = folder.run(&["extrapolate", "--brain", "mouse", "--out", "out/mouse"]).succeeded();
    assert!(said.err.contains("out/mouse-2"), "{}", said.err);
}

#[test]
fn options_change_what_they_name() {
    let folder = Folder::new();
    let given = folder.json(&["extrapolate", "--neurons", "1e6", "--synapses", "1e9", "--rate", "5"]);
    assert_eq!(given["brain"]["compartments"]["value"], 10.0);
    assert_eq!(given["brain"]["rate_hz"]["source"], "as given");
    let many = folder.json(&["extrapolate", "--device-spec", "mi300x,h100-sxm", "--device-spec", "k-node"]);
    assert_eq!(many["devices"].as_array().unwrap().len(), 3);
    assert_eq!(many["devices"][0]["name"], "mi300x");
    let direct = folder.json(&["extrapolate", "--routing", "direct", "--destinations", "all"]);
    assert_eq!(direct["settings"]["routing"], "direct");
    assert_eq!(direct["settings"]["destinations"], "all");
    let mine = "schema = 1\n[[device]]\nname = \"mine\"\ntitle = \"mine\"\nkind = \"gpu\"\n\
                bandwidth = { value = 1e14, source = \"my own\", checked = true }\n";
    folder.write("mine.toml", mine);
    let own = folder.json(&["extrapolate", "--devices", "mine.toml", "--device-spec", "mine"]);
    assert_eq!(requirement(&own, "memory moved")["device"], 1e14);
    assert_eq!(requirement(&own, "arithmetic")["devices"], Value::Null);
    folder.write("brains.toml", &mine.replace("device", "brain"));
    folder.run(&["extrapolate", "--brains", "brains.toml"]).refused(&["brains.toml", "table of brains"]);
}

#[test]
fn wrong_input_is_refused() {
    let folder = Folder::new();
    folder.run(&["extrapolate", "--brain", "dolphin"]).refused(&["`dolphin`", "hint: ", "mouse"]);
    folder.run(&["extrapolate", "--device-spec", "abacus"]).refused(&["`abacus`", "h100-sxm"]);
    folder.run(&["extrapolate", "--device-spec", "this-machine"]).refused(&["this-machine", "--from"]);
    folder.run(&["extrapolate", "--neurons", "0", "--synapses", "1"]).refused(&["neurons", "`0`"]);
    folder.run(&["extrapolate", "--neurons", "inf", "--synapses", "1"]).refused(&["neurons", "`inf`"]);
    folder.run(&["extrapolate", "--rate", "2000"]).refused(&["rate", "`2000`", "1000 Hz"]);
    folder.run(&["extrapolate", "--slowdown", "0"]).refused(&["slowdown", "`0`"]);
    folder.run(&["extrapolate", "--efficiency", "1.5"]).refused(&["efficiency", "`1.5`"]);
    folder.run(&["extrapolate", "--precision", "f16"]).refused(&["`f16`", "f64"]);
    folder.run(&["extrapolate", "--destinations", "near"]).refused(&["`--destinations near`", "random"]);
    folder.run(&["extrapolate", "--from", "absent.json"]).refused(&["absent.json"]);
    folder.run(&["extrapolate", "--neurons", "5"]).refused(&["--synapses"]);
    folder.write("other.json", "{\"schema\": \"huxley.ops/1\"}");
    folder.run(&["extrapolate", "--from", "other.json"]).refused(&["other.json", "huxley bench"]);
    let mut other = bench();
    other.schema = "huxley.bench/9".into();
    folder.write("later.json", &serde_json::to_string(&other).unwrap());
    folder.run(&["extrapolate", "--from", "later.json"]).refused(&["huxley.bench/9", "huxley.bench/1"]);
    folder.run(&["extrapolate", "--from", "later.json", "--efficiency", "0.5"]).refused(&["--efficiency"]);
}
