//! `huxley run --sweep`: every run is the run that `--set` makes, and what fails or is stopped loses nothing else.
#![allow(missing_docs)]

mod support;

use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;
use support::Folder;

/// A network whose spikes depend on the seed.
const NETWORK: [&str; 6] = ["run", "cobahh", "--set", "scale=0.05", "--duration", "40ms"];

fn rows(document: &Value) -> &Vec<Value> {
    document["rows"].as_array().unwrap()
}

fn digests(document: &Value) -> Vec<String> {
    rows(document).iter().map(|row| row["spike_digest"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn runs_side_by_side_and_one_by_one_are_the_single_runs() {
    let folder = Folder::new();
    let sweep = [&NETWORK[..], &["--sweep", "run.seed=1..3", "--sweep", "w_exc=5 nS,6 nS"]].concat();
    let beside = folder.json(&[&sweep[..], &["--threads", "2"]].concat());
    assert_eq!((&beside["schema"], &beside["points"]), (&"huxley.sweep/1".into(), &6.into()));
    assert_eq!(
        (&beside["side_by_side"], &beside["one_by_one"], &beside["at_a_time"]),
        (&6.into(), &0.into(), &2.into())
    );
    let single = |seed: &str, weight: &str| {
        let (seed, weight) = (format!("run.seed={seed}"), format!("w_exc={weight}"));
        let run =
            folder.json(&[&NETWORK[..], &["--set", &seed, "--set", &weight, "--no-output", "--threads", "2"]].concat());
        assert!(run["spikes"].as_u64() > Some(0));
        run["spike_digest"].as_str().unwrap().to_owned()
    };
    let mut expected = Vec::new();
    for seed in ["1", "2", "3"] {
        expected.extend(["5 nS", "6 nS"].map(|weight| single(seed, weight)));
    }
    assert_eq!(digests(&beside), expected);
    let mut apart = expected.clone();
    apart.sort();
    apart.dedup();
    assert_eq!(apart.len(), 6, "every run differs");
    // Where memory is for one and a half, they run one after another.
    let plan = folder.json(&[&NETWORK[..], &["--dry-run"]].concat());
    let memory = format!("{}B", plan["memory_estimate_bytes"].as_u64().unwrap() * 3 / 2);
    let after = folder.json(&[&sweep[..], &["--threads", "2", "--max-memory", &memory]].concat());
    assert_eq!((&after["side_by_side"], &after["one_by_one"]), (&0.into(), &6.into()));
    assert_eq!(digests(&after), expected);
    let oracle = ["run", "squid", "--sweep", "run.seed=1,2", "--backend", "oracle"];
    assert_eq!(
        digests(&folder.json(&oracle))[0],
        folder.json(&["run", "squid", "--backend", "oracle", "--no-output"])["spike_digest"]
    );
}

#[test]
fn a_run_that_fails_is_a_row_that_says_why() {
    let folder = Folder::new();
    // dt that does not divide the tick; a current that forward Euler does not survive.
    let said = folder.run(&[
        "run",
        "ring",
        "--duration",
        "20ms",
        "--sweep",
        "run.dt=0.025 ms,0.3 ms,0.05 ms",
        "--table",
        "t.csv",
    ]);
    assert_eq!(said.status, Some(1), "{}{}", said.out, said.err);
    assert!(said.out.contains("failed:\n  2: ") && said.err.contains("1 of 3 runs failed"), "{}{}", said.out, said.err);
    let table = folder.file("t.csv");
    let lines: Vec<&str> = table.lines().collect();
    assert_eq!(lines.len(), 4);
    assert!(
        lines[0].starts_with("point,run.dt (ms),spikes,mean_rate_hz,first_spike_ms,cv_isi,cells.neurons"),
        "{}",
        lines[0]
    );
    assert!(lines[1].starts_with("1,0.025,") && lines[2].starts_with("2,0.3,,,") && lines[3].starts_with("3,0.05,"));
    assert!(lines[2].contains("does not divide") && !lines[1].contains("does not divide"));
    let model = folder.run(&["models", "show", "squid"]).succeeded().out;
    let probes = model.find("[probes.v]").unwrap();
    folder.write("m.toml", &model[..probes]);
    let options = ["run", "m.toml", "--integrator", "forward-euler", "--sweep", "run.dt=0.025 ms,1 ms"];
    let said = folder.run(&[&options[..], &["--json"]].concat());
    assert_eq!(said.status, Some(1), "{}{}", said.out, said.err);
    let document = said.json();
    assert!(rows(&document)[0]["error"].is_null(), "{document}");
    assert!(rows(&document)[1]["error"].as_str().unwrap().contains("axon[0], node 0"), "{document}");
}

#[test]
fn input_that_is_wrong_for_all_is_refused() {
    let folder = Folder::new();
    folder
        .run(&["run", "squid", "--sweep", "run.sead=1..3", "--table", "t.csv"])
        .refused(&["--sweep run.sead=1", "run.sead"]);
    assert_eq!(folder.names("."), Vec::<String>::new());
    folder.run(&["run", "squid", "--sweep", "run.seed"]).refused(&["--sweep run.seed"]);
    folder.run(&["run", "squid", "--sweep", "run.seed=1..3", "--seed", "4"]).refused(&["`--seed`", "as well"]);
    let set = ["run", "squid", "--sweep", "run.seed=1..3", "--set", "run.seed=4"];
    folder.run(&set).refused(&["--set run.seed=4", "as well"]);
    folder.run(&["run", "squid", "--sweep", "run.seed=1,2", "--sweep", "run.seed=3"]).refused(&["swept twice"]);
    folder.run(&["run", "squid", "--sweep", "run.seed=1..999999"]).refused(&["run.seed=1..999999"]);
    let said = folder.run(&["run", "squid", "--sweep", "run.seed=1,2", "--table", "t.txt"]);
    assert_eq!(said.status, Some(2), "{}", said.err);
    assert!(said.err.contains("t.txt") && said.err.contains(".parquet"), "{}", said.err);
}

#[test]
fn results_of_each_run_are_written_where_they_are_asked_for() {
    let folder = Folder::new();
    let options =
        ["run", "ring", "--duration", "20ms", "--sweep", "cells=5,10", "--sweep", "run.seed=1,2", "--out", "there"];
    folder.run(&options).succeeded();
    let names = folder.names("there");
    let expected =
        ["001-cells=5,run.seed=1", "002-cells=5,run.seed=2", "003-cells=10,run.seed=1", "004-cells=10,run.seed=2"];
    assert_eq!(names, [&expected[..], &["sweep.csv", "sweep.json", "sweep.png", "sweep.svg"]].concat());
    let run: Value = serde_json::from_str(&folder.file("there/003-cells=10,run.seed=1/run.json")).unwrap();
    let document: Value = serde_json::from_str(&folder.file("there/sweep.json")).unwrap();
    assert_eq!((&run["neurons"], &run["spike_digest"]), (&10.into(), &rows(&document)[2]["spike_digest"]));
    // The model that it ran runs again.
    let again = folder.json(&["run", "there/003-cells=10,run.seed=1/model.toml", "--no-output"]);
    assert_eq!(again["spike_digest"], run["spike_digest"]);
    folder.run(&["run", "ring", "--duration", "20ms", "--sweep", "cells=5,10", "--table", "t.parquet"]).succeeded();
    folder.run(&["convert", "t.parquet", "t.csv"]).succeeded();
    assert_eq!(folder.file("t.csv").lines().count(), 3);
}

#[cfg(unix)]
#[test]
fn ctrl_c_keeps_the_runs_that_are_done() {
    let folder = Folder::new();
    let options = [
        "run",
        "squid",
        "--sweep",
        "run.duration=110ms,120ms,100000s,90000s",
        "--threads",
        "1",
        "--table",
        "t.csv",
        "--json",
    ];
    let rarely = ["v", "m", "h", "n"].map(|probe| format!("probes.{probe}.interval=1s"));
    let mut all: Vec<&str> = options.to_vec();
    all.extend(rarely.iter().flat_map(|set| ["--set", set]));
    let child = folder.spawn(&all, Stdio::null());
    // The empty table is there from the start, and the first runs take milliseconds.
    let begin = Instant::now();
    while !folder.path().join("t.csv").exists() && begin.elapsed() < Duration::from_secs(20) {
        std::thread::sleep(Duration::from_millis(10));
    }
    std::thread::sleep(Duration::from_millis(1500));
    let sent = Instant::now();
    Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap();
    let said: support::Said = child.wait_with_output().unwrap().into();
    assert!(sent.elapsed() < Duration::from_secs(10), "Ctrl-C is answered");
    assert_eq!(said.status, Some(130), "{}{}", said.out, said.err);
    let document = said.json();
    assert_eq!((&document["partial"], &document["done"], &document["points"]), (&true.into(), &2.into(), &4.into()));
    assert!(said.err.contains("2 of 4 runs are done"), "{}", said.err);
    assert_eq!(folder.file("t.csv").lines().count(), 3);
}
