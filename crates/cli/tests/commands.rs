//! The other commands, and manners: pipes, colours, streams.

mod support;

use std::io::{BufRead, BufReader};
use std::process::Stdio;

use support::Folder;

#[test]
fn every_built_in_model_is_listed_and_its_file_plans() {
    let folder = Folder::new();
    let list = folder.json(&["models"]);
    let models = list["models"].as_array().unwrap();
    assert_eq!(list["schema"], "huxley.models/1");
    let text = folder.run(&["models"]).succeeded().out;
    folder.write("edges.csv", "Presynaptic_ID,Postsynaptic_ID,Connectivity,Excitatory\n7,8,3,1\n8,9,5,-1\n9,7,1,1\n");
    for model in models {
        let name = model["name"].as_str().unwrap();
        for key in ["name", "title", "size", "source", "licence"] {
            assert!(text.contains(model[key].as_str().unwrap()), "{name}: {key}");
        }
        let shown = folder.run(&["models", "show", name]).succeeded().out;
        assert_eq!(folder.json(&["models", "show", name])["text"], shown);
        let needs = model["needs"].as_str().map(|needed| format!("{needed}=edges.csv"));
        let mut args = vec!["--duration", "2ms", "--no-output", "-q"];
        args.extend(needs.iter().flat_map(|set| ["--set", set]));
        let direct = folder.json(&[&["run", name], &args[..]].concat());
        let file = format!("{name}-copy.toml");
        folder.write(&file, &shown);
        let copied = folder.json(&[&["run", &file], &args[..]].concat());
        for key in ["model", "neurons", "compartments", "synapses", "plan_digest", "spike_digest"] {
            assert_eq!(direct[key], copied[key], "{name}: {key}");
        }
    }
    assert_eq!(models.len(), 14);
}

#[test]
fn devices_are_described() {
    let folder = Folder::new();
    let devices = folder.json(&["devices"]);
    assert_eq!(devices["schema"], "huxley.devices/1");
    assert!(devices["cpu"]["f32_lanes"].as_u64() >= devices["cpu"]["f64_lanes"].as_u64());
    let text = folder.run(&["devices"]).succeeded().out;
    assert!(text.contains(devices["cpu"]["isa"].as_str().unwrap()) && text.contains("\nGPU "), "{text}");
}

#[test]
fn a_closed_pipe_ends_quietly() {
    let folder = Folder::new();
    for args in [&["models"][..], &["models", "show", "celegans"], &["run", "squid", "--json", "--no-output"]] {
        let mut child = folder.spawn(args, Stdio::null());
        drop(child.stdout.take());
        let said = child.wait_with_output().unwrap();
        let err = String::from_utf8(said.stderr).unwrap();
        assert!(!err.contains("panic") && !err.contains("error"), "{err}");
        assert_eq!(said.status.code(), Some(0), "{err}");
    }
    let mut child = folder.spawn(&["models", "show", "celegans"], Stdio::null());
    let mut first = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut first).unwrap();
    assert!(!first.is_empty());
    assert_eq!(child.wait_with_output().unwrap().status.code(), Some(0));
}

#[test]
fn without_a_terminal_there_is_neither_colour_nor_bar() {
    let folder = Folder::new();
    for args in [&["run", "squid", "--no-output"][..], &["run", "squit"], &["--help"], &["run", "--help"]] {
        let said = folder.run(args);
        assert!(!said.out.contains('\u{1b}') && !said.err.contains('\u{1b}'), "{}{}", said.out, said.err);
        assert!(!said.err.contains('━'));
    }
}

#[test]
fn help_has_examples_and_every_command_takes_json() {
    let folder = Folder::new();
    for args in [&["--help"][..], &["run", "--help"], &["models", "--help"], &["ops", "--help"], &["devices", "--help"]]
    {
        let said = folder.run(args).succeeded();
        assert!(said.out.contains("Examples:") && said.out.contains("--json"), "{}", said.out);
    }
    assert_eq!(folder.run(&["runn"]).status, Some(2));
    assert_eq!(folder.run(&["run"]).status, Some(2));
}

#[test]
fn only_the_answer_is_on_stdout() {
    let folder = Folder::new();
    let said = folder.run(&["run", "squid", "--duration", "90ms", "--json", "--no-output", "-v"]).succeeded();
    said.json();
    assert!(said.err.contains("warning: ") && said.err.contains("expected: "), "{}", said.err);
}
