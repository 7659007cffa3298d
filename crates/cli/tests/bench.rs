//! `huxley bench`: a document, pictures and tables from a short run, and options that are refused. No speed is asked for.
#![allow(missing_docs)]

mod support;

use support::Folder;

const SHORT: [&str; 11] =
    ["bench", "--quick", "--backend", "cpu", "--only", "membrane-1", "--precision", "f32", "--threads", "1", "-q"];

#[test]
fn a_short_run_writes_its_document_and_a_roofline() {
    let folder = Folder::new();
    let said = folder.run(&[&SHORT[..], &["--out", "out", "--json", "--exp-weight", "20"]].concat()).succeeded();
    let document = said.json();
    assert_eq!(document["schema"], "huxley.bench/1");
    assert_eq!(document["exp_weight"], 20.0);
    let kernels = document["kernels"].as_array().unwrap();
    assert_eq!(kernels.len(), 1);
    let kernel = &kernels[0];
    assert_eq!((kernel["name"].as_str(), kernel["threads"].as_u64()), (Some("membrane-1"), Some(1)));
    assert_eq!((kernel["precision"].as_str(), kernel["unit"].as_str()), (Some("f32"), Some("compartment-step")));
    for key in [
        "size",
        "runs",
        "ns_per_unit",
        "flop_per_unit",
        "expanded_flop_per_unit",
        "instructions_per_unit",
        "bytes_per_unit",
        "held_bytes_per_unit",
        "gflops",
        "ginstructions_per_s",
        "gbytes_per_s",
        "fraction_of_peak",
    ] {
        assert!(kernel[key].as_f64().is_some_and(|value| value > 0.0), "{key}: {kernel}");
    }
    for name in ["fma", "exp", "div", "copy", "update", "issue"] {
        assert!(kernel["fractions"][name].as_f64().is_some_and(|value| value > 0.0), "{name}: {kernel}");
    }
    // A squid point: 100 FLOP with an exponential as 10, and three exponentials.
    assert_eq!(kernel["flop_per_unit"], 130.0);
    let names: Vec<&str> = document["peaks"].as_array().unwrap().iter().map(|p| p["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["fma", "exp", "div", "read", "write", "copy", "update"]);
    let written = ["bench.json", "roofline.png", "roofline.svg", "scaling.png", "scaling.svg"];
    assert_eq!(folder.names("out"), written);
    assert_eq!(folder.file("out/bench.json"), said.out);
    let pictures: [(&str, &[&str]); 2] = [
        ("roofline", &["membrane-1", "FLOP for each byte moved", "multiply-adds"]),
        ("scaling", &["membrane-1, compartment-step", "units in a tick", "ns a unit"]),
    ];
    for (name, known) in pictures {
        let svg = folder.file(&format!("out/{name}.svg"));
        assert!(known.iter().all(|words| svg.contains(words)), "{name}");
        assert!(std::fs::read(folder.path().join(format!("out/{name}.png"))).unwrap().starts_with(b"\x89PNG"));
    }
}

#[test]
fn the_tables_say_what_was_measured() {
    let folder = Folder::new();
    let said = folder.run(&[&SHORT[..10], &["-v"]].concat()).succeeded();
    for words in ["fma", "GFLOP/s", "a compartment, one substep", "membrane-1", "1 thread f32", "GB/s", "bound"] {
        assert!(said.out.contains(words), "{words}:\n{}", said.out);
    }
    assert!(said.out.lines().all(|line| line.chars().count() <= 130), "{}", said.out);
    assert!(said.err.contains("of 2: membrane-1 in f32") && said.err.contains("left"), "{}", said.err);
}

#[test]
fn wrong_options_are_refused() {
    let folder = Folder::new();
    folder.run(&["bench", "--only", "membrane-2"]).refused(&["`membrane-2`", "membrane-10", "synapse-calcium"]);
    folder.run(&["bench", "--precision", "f16"]).refused(&["`f16`", "f64"]);
    folder.run(&["bench", "--exp-weight=-1"]).refused(&["-1"]);
    folder.run(&["bench", "--backend", "cpu", "--device", "0"]).refused(&["--device 0", "--backend gpu"]);
    folder.run(&["bench", "--threads", "0"]).refused(&["0"]);
}
