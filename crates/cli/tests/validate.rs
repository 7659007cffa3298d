//! `huxley validate`: the checks hold here, the document keeps its keys, and what is not there is said.
#![allow(missing_docs)]

mod support;

use support::Folder;

#[test]
fn the_cpu_holds_its_promises() {
    let folder = Folder::new();
    let document = folder.json(&["validate", "--quick", "--backend", "cpu", "--backend", "oracle"]);
    assert_eq!(document["schema"], "huxley.validate/1");
    assert_eq!((document["failed"].as_u64(), document["subjects"].as_array().unwrap().len()), (Some(0), 4));
    let checks = document["checks"].as_array().unwrap();
    for check in checks {
        for key in ["name", "backend", "precision", "error", "bound", "unit", "passed", "skipped", "why", "seconds"] {
            assert!(check.get(key).is_some(), "no {key} in {check}");
        }
        assert!(check["passed"] == true || check["skipped"] == true, "{check}");
    }
    let passed = checks.iter().filter(|check| check["passed"] == true).count();
    assert!(passed > 50 && document["passed"] == passed, "{passed}");
}

#[test]
fn one_check_of_one_backend_as_a_table() {
    let folder = Folder::new();
    let said =
        folder.run(&["validate", "--check", "rallpack-2", "--backend", "cpu f32", "--backend", "cpu f64"]).succeeded();
    assert!(said.out.contains("2 of 2 checks hold, 0 failed, 0 not made"), "{}", said.out);
    assert!(said.out.lines().all(|line| line.chars().count() <= 118), "{}", said.out);
    assert!(!said.out.contains("strict"), "{}", said.out);
}

#[test]
fn checks_are_listed_with_their_claims() {
    let folder = Folder::new();
    let list = folder.json(&["validate", "--list"]);
    let checks = list["checks"].as_array().unwrap();
    let text = folder.run(&["validate", "--list"]).succeeded().out;
    assert_eq!((checks.len(), text.lines().count()), (19, 19));
    assert!(checks.iter().all(|check| text.contains(check["claim"].as_str().unwrap())));
}

/// In software a GPU is checked only where it is asked for; where there is none, that is said.
#[test]
fn a_gpu_is_checked_or_said_to_be_missing() {
    let folder = Folder::new();
    let document = folder.json(&["validate", "--quick", "--backend", "gpu", "--check", "decay"]);
    let checks = document["checks"].as_array().unwrap();
    let devices = folder.json(&["devices"]);
    let gpus = devices["gpus"].as_array().unwrap();
    if gpus.iter().any(|gpu| gpu["software"] == false) {
        assert!(checks.iter().any(|check| check["passed"] == true), "{document}");
    } else {
        assert!(checks.len() == 1 && checks[0]["skipped"] == true && checks[0]["name"] == "all", "{document}");
    }
    if let Some(gpu) = gpus.first() {
        let number = gpu["number"].to_string();
        let asked = folder.json(&[
            "validate",
            "--backend",
            "gpu",
            "--device",
            &number,
            "--check",
            "squid-staggered",
            "--quick",
        ]);
        let checks = asked["checks"].as_array().unwrap();
        assert!(checks.iter().any(|check| check["passed"] == true && check["precision"] == "f32"), "{asked}");
        assert_eq!(asked["failed"], 0, "{asked}");
    }
}

#[test]
fn what_is_not_there_is_refused() {
    let folder = Folder::new();
    folder.run(&["validate", "--check", "rallpack"]).refused(&["rallpack", "rallpack-3"]);
    folder.run(&["validate", "--backend", "tpu", "--check", "decay"]).refused(&["tpu", "cpu strict f64"]);
    folder.run(&["validate", "--device", "no such thing", "--check", "decay"]).refused(&["hint"]);
    assert_eq!(folder.run(&["validate", "--list", "--quick"]).status, Some(2));
}
