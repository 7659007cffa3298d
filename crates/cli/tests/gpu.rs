//! `--backend gpu`, `--device` and `huxley devices`, on whatever adapter there is.

#![allow(clippy::print_stderr)]

mod support;

use serde_json::Value;
use support::Folder;

/// The adapters; none where there is none and none is required.
#[cfg(feature = "gpu")]
fn adapters(folder: &Folder) -> Vec<Value> {
    let devices = folder.json(&["devices"]);
    let gpus = devices["gpus"].as_array().expect("a list").clone();
    if gpus.is_empty() {
        let note = devices["gpu_note"].as_str().expect("why there is none");
        assert!(std::env::var_os("HUXLEY_REQUIRE_GPU").is_none(), "a GPU is required: {note}");
        eprintln!("SKIPPED: {note}");
    }
    gpus
}

/// The number of one that has these; none where there is none and none is required.
#[cfg(feature = "gpu")]
fn able(folder: &Folder, features: &[&str]) -> Option<String> {
    let gpus = adapters(folder);
    let found = gpus.iter().find(|gpu| features.iter().all(|&feature| gpu[feature] == true));
    if found.is_none() && !gpus.is_empty() {
        assert!(std::env::var_os("HUXLEY_REQUIRE_GPU").is_none(), "a GPU with {features:?} is required");
        eprintln!("SKIPPED: no GPU has {features:?}");
    }
    found.map(|gpu| gpu["number"].to_string())
}

#[cfg(feature = "gpu")]
#[test]
fn adapters_are_listed_with_their_limits() {
    let folder = Folder::new();
    let text = folder.run(&["devices"]).succeeded().out;
    let gpus = adapters(&folder);
    for (number, gpu) in gpus.iter().enumerate() {
        assert_eq!(gpu["number"], number);
        for key in ["name", "kind", "backend"] {
            let value = gpu[key].as_str().unwrap_or_else(|| panic!("{key} of {gpu}"));
            assert!(text.contains(value), "{key}: {text}");
        }
        for key in ["max_buffer_bytes", "max_binding_bytes", "workgroup_memory_bytes"] {
            assert!(gpu[key].as_u64() > Some(0), "{key} of {gpu}");
        }
        assert_eq!(gpu["software"] == true, gpu["kind"] == "software");
    }
    let software = gpus.iter().filter(|gpu| gpu["software"] == true).count();
    assert_eq!(text.matches("never takes it").count(), software, "{text}");
    let uses = folder.json(&["devices"])["uses"].clone();
    if gpus.is_empty() {
        assert!(text.contains("GPU   none") && text.contains("install"), "{text}");
        assert!(uses["gpu"].is_null() && uses["auto"].is_null() && uses["gpu_is_software"] == false, "{uses}");
        return;
    }
    for gpu in gpus.iter().filter(|gpu| !gpu["memory_bytes"].is_null()) {
        assert!(gpu["memory_bytes"].as_u64() > Some(1 << 20), "{gpu}");
    }
    let gpu = &gpus[usize::try_from(uses["gpu"].as_u64().expect("a number")).expect("small")];
    assert_eq!(uses["gpu_is_software"], gpu["software"], "{uses}");
    assert!(text.contains(&format!("--backend gpu uses GPU {}", gpu["number"])), "{text}");
    if software == gpus.len() {
        assert!(uses["auto"].is_null() && text.contains("--backend auto uses the CPU"), "{uses}: {text}");
    } else {
        let auto = &gpus[usize::try_from(uses["auto"].as_u64().expect("a number")).expect("small")];
        assert!(auto["software"] == false && gpu["software"] == false, "{uses}");
    }
    // What runs use is what is said here.
    let plan = folder.json(&["run", "squid", "--backend", "gpu", "--dry-run"]);
    assert!(plan["device"].as_str().expect("a name").starts_with(gpu["name"].as_str().expect("a name")), "{plan}");
}

#[cfg(feature = "gpu")]
#[test]
fn a_dry_run_says_where_cells_are_held() {
    let folder = Folder::new();
    let Some(number) = able(&folder, &[]) else { return };
    for (model, held) in [("squid", "points, in registers"), ("ball-and-stick", "trees, in workgroup memory")] {
        let options = ["run", model, "--device", &number, "--dry-run", "--precision", "f32"];
        let said = folder.run(&options).succeeded();
        assert!(said.out.contains(held), "{}", said.out);
        let kernels = folder.json(&options)["membrane_kernels"].clone();
        assert!(
            kernels.as_array().expect("a list").iter().any(|k| k.as_str().expect("text").contains(held)),
            "{kernels}"
        );
    }
    let cpu = folder.json(&["run", "squid", "--backend", "cpu", "--dry-run"]);
    assert_eq!(cpu["membrane_kernels"], Value::Array(Vec::new()));
}

#[cfg(feature = "gpu")]
#[test]
fn strict_f64_gives_the_spikes_of_the_cpu() {
    let folder = Folder::new();
    let Some(number) = able(&folder, &["strict", "f64"]) else { return };
    let options = ["run", "squid", "--strict", "--precision", "f64", "--duration", "150ms", "--no-output", "-q"];
    let gpu = folder.json(&[&options[..], &["--backend", "gpu", "--device", &number]].concat());
    let cpu = folder.json(&[&options[..], &["--backend", "cpu"]].concat());
    assert_eq!((gpu["backend"].as_str(), cpu["backend"].as_str()), (Some("gpu"), Some("cpu")));
    assert!(gpu["spikes"].as_u64() > Some(0));
    for key in ["spikes", "spike_digest", "plan_digest", "precision"] {
        assert_eq!(gpu[key], cpu[key], "{key}");
    }
    assert_eq!(cpu["kernels"], Value::Array(Vec::new()));
    for kernel in gpu["kernels"].as_array().expect("a list") {
        assert!(kernel["time_s"].as_f64() >= Some(0.0) && kernel["dispatches"].as_u64() > Some(0), "{kernel}");
    }
}

#[cfg(feature = "gpu")]
#[test]
fn a_run_on_a_gpu_says_where_it_ran_and_goes_on_there() {
    let folder = Folder::new();
    let Some(number) = able(&folder, &["strict"]) else { return };
    let options = ["run", "squid", "--precision", "f32", "--strict", "--device", &number];
    let whole = folder.json(&[&options[..], &["--duration", "120ms", "--no-output", "-q"]].concat());
    let begun = ["--duration", "80ms", "--checkpoint-every", "20ms", "--out", "out", "-v"];
    let said = folder.run(&[&options[..], &begun[..]].concat()).succeeded();
    assert!(said.err.contains("a membrane kernel of 1 cell or group: points"), "{}", said.err);
    let report: Value = serde_json::from_str(&folder.file("out/run.json")).expect("JSON");
    if report["device"].as_str().expect("a name").contains("software") {
        assert!(said.err.contains("warning: ") && said.err.contains("slower than --backend cpu"), "{}", said.err);
    }
    if report["kernels"].as_array().is_some_and(|list| !list.is_empty()) {
        assert!(said.err.contains("dispatches"), "{}", said.err);
    }
    assert!(whole["spikes"].as_u64() > report["spikes"].as_u64());
    let resumed = folder.json(&["run", "--resume", "out", "--duration", "120ms", "-q"]);
    assert_eq!(resumed["backend"], "gpu");
    assert_eq!(resumed["spike_digest"], whole["spike_digest"]);
}

#[cfg(feature = "gpu")]
#[test]
fn an_unknown_gpu_is_refused_with_the_names_of_those_there_are() {
    let folder = Folder::new();
    let gpus = adapters(&folder);
    let said = folder.run(&["run", "squid", "--no-output", "--device", "no such card"]);
    match gpus.first() {
        Some(gpu) => {
            said.refused(&["`no such card`", gpu["name"].as_str().expect("a name"), "hint: ", "huxley devices"]);
            folder.run(&["run", "squid", "--no-output", "--device", "99"]).refused(&["`99`", "there are number 0, "]);
        }
        None => {
            said.refused(&["no GPU was found", "hint: ", "--backend cpu"]);
        }
    }
}

#[test]
fn a_device_is_of_the_gpu_backend() {
    let folder = Folder::new();
    let said = folder.run(&["run", "squid", "--no-output", "--backend", "cpu", "--device", "0"]);
    said.refused(&["--device 0 names a GPU", "hint: "]);
}

#[test]
fn a_small_network_stays_on_the_cpu_and_is_told_why() {
    let folder = Folder::new();
    let said = folder.run(&["run", "squid", "--no-output", "--duration", "10ms", "-v", "--json"]).succeeded();
    assert_eq!(said.json()["backend"], "cpu");
    assert!(
        said.err.contains("--backend auto takes the CPU: ") && said.err.contains("none was looked for"),
        "{}",
        said.err
    );
}

#[cfg(not(feature = "gpu"))]
#[test]
fn a_build_without_the_backend_says_so() {
    let folder = Folder::new();
    let said = folder.run(&["run", "squid", "--no-output", "--backend", "gpu"]);
    said.refused(&["this build has no GPU backend", "--features gpu"]);
    assert_eq!(folder.json(&["devices"])["gpus"], Value::Array(Vec::new()));
}
