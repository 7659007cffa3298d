//! `huxley run` from end to end.

mod support;

use std::io::Read;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use support::{Folder, Said};

const KEYS: [&str; 31] = [
    "schema",
    "model",
    "backend",
    "device",
    "precision",
    "integrator",
    "isa",
    "threads",
    "seed",
    "neurons",
    "compartments",
    "synapses",
    "gap_junctions",
    "ticks",
    "substeps",
    "duration_ms",
    "setup_s",
    "wall_s",
    "realtime_factor",
    "spikes",
    "mean_rate_hz",
    "spike_digest",
    "populations",
    "flop",
    "bytes",
    "gflops",
    "gbytes_per_s",
    "memory",
    "outputs",
    "partial",
    "started",
];

#[test]
fn squid_fires_seven_times_and_its_report_has_every_key() {
    let folder = Folder::new();
    let report = folder.json(&["run", "squid", "--out", "out"]);
    for key in KEYS {
        assert!(report.get(key).is_some(), "no `{key}`");
    }
    assert_eq!(report["schema"], "huxley.run/1");
    assert_eq!((&report["spikes"], &report["neurons"], &report["ticks"]), (&7.into(), &1.into(), &300.into()));
    assert_eq!(report["populations"][0]["name"], "axon");
    assert_eq!(report["partial"], false);
    let flop = |part: &str| report["flop"][part].as_f64().unwrap();
    assert!(flop("total") > 0.0 && flop("membrane") + flop("synapse") == flop("total"));
    assert!(report["gflops"].as_f64().unwrap() > 0.0 && report["bytes"]["total"].as_f64().unwrap() > 0.0);
    let written: serde_json::Value = serde_json::from_str(&folder.file("out/run.json")).unwrap();
    assert_eq!(written, report);
    let mut outputs: Vec<&str> = report["outputs"].as_array().unwrap().iter().map(|o| o.as_str().unwrap()).collect();
    outputs.sort_unstable();
    assert_eq!(outputs, folder.names("out"));
    for name in ["raster.png", "traces.png", "spikes.csv", "spikes.h5", "report_v.h5"] {
        assert!(outputs.contains(&name), "{name} in {outputs:?}");
    }
    let v = &report["reports"][0];
    assert_eq!((&v["name"], &v["variable"], &v["unit"]), (&"v".into(), &"v".into(), &"mV".into()));
    assert_eq!((&v["files"][0], &v["population"]), (&"report_v.h5".into(), &"axon".into()));
    assert_eq!(folder.file("out/spikes.csv").lines().count(), 8);
}

#[test]
fn a_model_written_by_a_run_runs_again_to_the_same_bits() {
    let folder = Folder::new();
    let options =
        ["run", "ring", "--duration", "100ms", "--seed", "7", "--record", "v@cells[0..2]/0.5ms", "--out", "first"];
    let first = folder.json(&options);
    let second = folder.json(&["run", "first/model.toml", "--out", "second"]);
    assert!(first["spikes"].as_u64() > Some(0));
    assert_eq!(first["spike_digest"], second["spike_digest"]);
    assert_eq!(folder.file("first/spikes.csv"), folder.file("second/spikes.csv"));
    assert!(folder.bytes("first/spikes.h5") == folder.bytes("second/spikes.h5"));
    assert_eq!(folder.names("first"), folder.names("second"), "the quick probe is in the file too");
}

#[test]
fn a_resumed_run_equals_one_never_stopped() {
    let folder = Folder::new();
    let formats = ["--format", "csv,sonata,parquet"];
    let whole = folder.json(&[&["run", "ring", "--duration", "120ms", "--out", "whole"][..], &formats].concat());
    let options = ["run", "ring", "--duration", "70ms", "--checkpoint-every", "30ms", "--out", "parts"];
    folder.run(&[&options[..], &formats].concat()).succeeded();
    let resumed = folder.json(&["run", "--resume", "parts", "--duration", "120ms"]);
    assert_eq!(whole["spike_digest"], resumed["spike_digest"]);
    let table = |name: &String| [".csv", ".h5", ".parquet"].iter().any(|end| name.ends_with(end));
    let tables: Vec<String> = folder.names("whole").into_iter().filter(table).collect();
    assert!(tables.len() >= 6, "spikes and a report, in three formats: {tables:?}");
    for name in tables {
        assert!(folder.bytes(&format!("whole/{name}")) == folder.bytes(&format!("parts/{name}")), "{name}");
    }
    assert_eq!(resumed["partial"], false);
}

#[test]
fn resuming_a_changed_model_is_refused() {
    let folder = Folder::new();
    folder.run(&["run", "ring", "--duration", "20ms", "--checkpoint-every", "10ms", "--out", "a"]).succeeded();
    folder.run(&["run", "--resume", "a", "--duration", "10ms"]).refused(&["beyond the duration", "longer --duration"]);
    let model = folder.file("a/model.toml").replace("seed = 1", "seed = 2");
    folder.write("a/model.toml", &model);
    folder.run(&["run", "--resume", "a", "--duration", "40ms"]).refused(&["snapshot does not fit", "hint: model.toml"]);
    folder.run(&["run", "--resume", "nowhere"]).refused(&["`nowhere`", "--checkpoint-every"]);
    let snapshot = std::fs::read(folder.path().join("a/checkpoint.snap")).unwrap();
    std::fs::write(folder.path().join("a/checkpoint.snap"), &snapshot[..snapshot.len() / 2]).unwrap();
    folder.run(&["run", "--resume", "a"]).refused(&["is not a checkpoint"]);
}

#[cfg(unix)]
#[test]
fn ctrl_c_leaves_partial_results_that_say_so() {
    let folder = Folder::new();
    // Recorded rarely, so that no disk is too small for it.
    let rarely = ["v", "m", "h", "n"].map(|probe| format!("probes.{probe}.interval=1s"));
    let mut options = vec!["run", "squid", "--duration", "100000s", "--out", "out"];
    options.extend(rarely.iter().flat_map(|set| ["--set", set]));
    let mut child = folder.spawn(&options, Stdio::null());
    // The files are open from the first tick on.
    let begin = Instant::now();
    while !folder.path().join("out/model.toml").exists() && begin.elapsed() < Duration::from_secs(20) {
        std::thread::sleep(Duration::from_millis(10));
    }
    std::thread::sleep(Duration::from_millis(300));
    let sent = Instant::now();
    Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap();
    let status = child.wait().unwrap();
    assert!(sent.elapsed() < Duration::from_secs(10), "Ctrl-C is answered");
    let (mut out, mut err) = (String::new(), String::new());
    child.stdout.take().unwrap().read_to_string(&mut out).unwrap();
    child.stderr.take().unwrap().read_to_string(&mut err).unwrap();
    assert_eq!(status.code(), Some(130), "{out}{err}");
    assert!(out.contains("(partial, of 100000 s)") && err.contains("the results are partial"), "{out}{err}");
    let report: serde_json::Value = serde_json::from_str(&folder.file("out/run.json")).unwrap();
    assert_eq!(report["partial"], true);
    assert_eq!(folder.file("out/spikes.csv").lines().count() as u64, report["spikes"].as_u64().unwrap() + 1);
    assert!(!folder.names("out").iter().any(|name| name.ends_with(".partial")));
}

#[test]
fn a_diverging_run_says_where_and_why_and_writes_no_nan() {
    let folder = Folder::new();
    let options =
        ["run", "squid", "--integrator", "forward-euler", "--dt", "1ms", "--out", "out", "--record", "v@axon/1ms"];
    let said = folder.run(&[&options[..], &["--set", "stimuli.current.amplitude=4000 uA/cm2"]].concat());
    if said.status == Some(2) {
        // Intervals of the model's own probes are finer than this dt.
        return diverging_with_probes_coarsened(&folder);
    }
    check_divergence(&folder, &said);
}

fn diverging_with_probes_coarsened(folder: &Folder) {
    let mut options = vec!["run", "squid", "--integrator", "forward-euler", "--dt", "1ms", "--out", "out"];
    options.extend(["--set", "stimuli.current.amplitude=4000 uA/cm2"]);
    for probe in ["probes.v.interval=1ms", "probes.m.interval=1ms", "probes.h.interval=1ms", "probes.n.interval=1ms"] {
        options.extend(["--set", probe]);
    }
    check_divergence(folder, &folder.run(&options));
}

fn check_divergence(folder: &Folder, said: &Said) {
    assert_eq!(said.status, Some(1), "{}{}", said.out, said.err);
    for part in ["error: axon[0], node 0", "in tick", "hint: forward Euler", "partial"] {
        assert!(said.err.contains(part), "no `{part}` in {}", said.err);
    }
    assert!(folder.file("out/run.json").contains("\"partial\": true"));
    for name in folder.names("out").iter().filter(|name| name.ends_with(".csv")) {
        let text = folder.file(&format!("out/{name}"));
        assert!(!text.contains("NaN") && !text.contains("inf"), "{name}");
    }
}

#[test]
fn a_dry_run_tells_sizes_time_and_limit_and_writes_nothing() {
    let folder = Folder::new();
    let said = folder.run(&["run", "ring", "--duration", "100s", "--dry-run"]).succeeded();
    for part in ["fan-in", "memory", "files", "takes", "binds", "nothing was written"] {
        assert!(said.out.contains(part), "no `{part}` in {}", said.out);
    }
    let plan = folder.json(&["run", "ring", "--dry-run"]);
    assert_eq!(plan["schema"], "huxley.plan/1");
    assert!(plan["predicted_s"].as_f64() > Some(0.0) && plan["fan_in_mean"].as_f64() > Some(0.0));
    assert_eq!(folder.names("."), Vec::<String>::new());
}

#[test]
fn the_oracle_and_the_cpu_agree_on_squid() {
    let folder = Folder::new();
    let oracle = folder.json(&["run", "squid", "--backend", "oracle", "--no-output"]);
    let cpu = folder.json(&["run", "squid", "--backend", "cpu", "--strict", "--no-output"]);
    assert_eq!((&oracle["spikes"], &oracle["precision"]), (&7.into(), &"f64".into()));
    assert_eq!(oracle["spike_digest"], cpu["spike_digest"]);
    assert_eq!(folder.names("."), Vec::<String>::new(), "--no-output writes nothing");
}

#[test]
fn options_reach_the_model_and_its_file() {
    let folder = Folder::new();
    let options = ["run", "squid", "--duration", "50ms", "--dt", "0.05ms", "--tick", "0.5ms", "--precision", "f32"];
    let report =
        folder.json(&[&options[..], &["--integrator", "backward-euler", "--seed", "9", "--out", "o"]].concat());
    assert_eq!((&report["ticks"], &report["substeps"]), (&100.into(), &10.into()));
    assert_eq!(
        (&report["precision"], &report["integrator"], &report["seed"]),
        (&"f32".into(), &"backward-euler".into(), &9.into())
    );
    let again = folder.json(&["run", "o/model.toml", "--no-output"]);
    assert_eq!((&again["seed"], &again["ticks"]), (&9.into(), &100.into()));
    let threads = folder.json(&["run", "squid", "--threads", "2", "--no-output"]);
    assert_eq!(threads["threads"], 2);
}

#[test]
fn set_changes_any_value() {
    let folder = Folder::new();
    let report =
        folder.json(&["run", "squid", "--set", "populations.axon.size=20", "--set", "run.seed=3", "--no-output"]);
    assert_eq!((&report["neurons"], &report["spikes"], &report["seed"]), (&20.into(), &140.into(), &3.into()));
}

#[test]
fn a_model_comes_through_a_pipe() {
    let folder = Folder::new();
    let model = folder.run(&["models", "show", "squid"]).succeeded().out;
    let report = folder.run_with_stdin(&["run", "-", "--json", "--no-output"], &model).succeeded().json();
    assert_eq!((&report["model"], &report["spikes"]), (&"squid".into(), &7.into()));
}

#[test]
fn a_folder_with_something_in_it_is_left_alone() {
    let folder = Folder::new();
    folder.run(&["run", "squid", "--duration", "10ms", "--out", "o"]).succeeded();
    let before = folder.file("o/run.json");
    let said = folder.run(&["run", "squid", "--duration", "20ms", "--out", "o"]).succeeded();
    assert!(said.err.contains("`o-2`"), "{}", said.err);
    assert_eq!(folder.file("o/run.json"), before);
    assert!(folder.file("o-2/run.json").contains("\"duration_ms\": 20.0"));
}

#[test]
fn a_silent_network_is_warned_of_and_a_passive_one_is_not() {
    let folder = Folder::new();
    let silent = folder.run(&["run", "squid", "--duration", "90ms", "--no-output"]).succeeded();
    assert!(silent.err.contains("warning: the network is silent"), "{}", silent.err);
    let quiet = folder.run(&["run", "squid", "--duration", "90ms", "--no-output", "-q"]).succeeded();
    assert_eq!(quiet.err, "");
    let passive = folder.run(&["run", "rallpack1", "--duration", "60ms", "--no-output"]).succeeded();
    assert!(!passive.err.contains("silent"), "{}", passive.err);
}
