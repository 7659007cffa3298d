//! Wrong input: exit 2, and a message with file, key, value and remedy.

mod support;

use support::Folder;

#[test]
fn options_that_are_wrong_are_refused_with_a_remedy() {
    let folder = Folder::new();
    let cases: [(&[&str], &[&str]); 15] = [
        (&["run", "squit"], &["`squit`", "did you mean `squid`?"]),
        (&["run", "missing.toml"], &["cannot read", "`missing.toml`", "because: "]),
        (&["run", "."], &["`.` is a folder", "--resume"]),
        (
            &["run", "squid", "--duration", "2"],
            &["--duration 2", "bare number", "write --duration 2ms, or --duration 2s"],
        ),
        (&["run", "squid", "--duration", "2 mV"], &["expected a time, found a potential"]),
        (&["run", "squid", "--duration=-1s"], &["expected a time above 0"]),
        (&["run", "squid", "--dt", "0.03ms"], &["--dt 0.03ms", "does not divide", "hint: "]),
        (&["run", "squid", "--precision", "f16"], &["--precision f16", "did you mean `f32`?"]),
        (&["run", "squid", "--integrator", "euler"], &["--integrator euler", "staggered"]),
        (&["run", "squid", "--backend", "oracle", "--precision", "f32"], &["f64 only"]),
        (&["run", "squid", "--set", "run.dt"], &["`--set run.dt` is not KEY=VALUE"]),
        (
            &["run", "squid", "--set", "populations.axn.size=3"],
            &["`populations.axn.size`", "did you mean `populations.axon.size`?"],
        ),
        (&["run", "squid", "--record", "v"], &["`--record v`", "v@exc"]),
        (&["run", "squid", "--record", "v@axn"], &["--record v@axn", "did you mean `axon`?"]),
        (&["models", "show", "worm"], &["`worm`", "celegans"]),
    ];
    for (args, parts) in cases {
        folder.run(args).refused(parts);
    }
    assert_eq!(folder.names("."), Vec::<String>::new(), "nothing is written");
}

#[test]
fn a_wrong_model_file_is_shown_where_it_is_wrong() {
    let folder = Folder::new();
    let squid = folder.run(&["models", "show", "squid"]).succeeded().out;
    let cases = [
        ("dt = \"0.025 ms\"", "dt = 0.025", vec!["`run.dt`", "bare number", "| dt = 0.025", "^", "hint: write"]),
        ("dt = \"0.025 ms\"", "dt = \"0.025 mV\"", vec!["expected a time", "hint: "]),
        ("celsius = \"6.3 degC\"", "celsiu = \"6.3 degC\"", vec!["`celsiu`", "celsius"]),
        ("size = 1", "size = 0", vec!["empty"]),
        ("schema = 1", "schema = 1\nschema = [", vec!["not TOML", "8 | name"]),
        (
            "population = \"axon\"\nkind",
            "population = \"axn\"\nkind",
            vec!["`stimuli.current.population`", "`axn`", "`axon`"],
        ),
    ];
    for (from, to, parts) in cases {
        assert!(squid.contains(from), "{from}");
        folder.write("bad.toml", &squid.replacen(from, to, 1));
        let said = folder.run(&["run", "bad.toml"]).refused(&parts);
        assert!(said.err.contains("bad.toml"), "{}", said.err);
    }
    assert_eq!(folder.names("."), ["bad.toml"]);
}

#[test]
fn a_run_that_would_not_fit_is_refused_with_its_size() {
    let folder = Folder::new();
    folder.run(&["run", "cobahh", "--max-memory", "1MB"]).refused(&[
        "would need about",
        "--max-memory allows 1.00 MB",
        "4,000 cells",
        "synapses",
        "--set",
    ]);
    folder
        .run(&[
            "run",
            "squid",
            "--duration",
            "10000s",
            "--set",
            "populations.axon.size=1000",
            "--record",
            "v@axon/0.025ms",
        ])
        .refused(&["results would take about", "free on the disk", "--no-output"]);
    folder.run(&["run", "cobahh", "--max-memory", "1"]).refused(&["a size with its unit"]);
    assert_eq!(folder.names("."), Vec::<String>::new());
}

#[test]
fn delays_under_a_tick_are_told_of_tick_auto() {
    let folder = Folder::new();
    let ring = folder.run(&["models", "show", "ring"]).succeeded().out;
    let line = ring.lines().find(|line| line.starts_with("delay = ")).unwrap();
    folder.write("fast.toml", &ring.replacen(line, "delay = \"0.5 ms\"", 1));
    folder.run(&["run", "fast.toml"]).refused(&["delay", "tick", "auto"]);
    folder.run(&["run", "fast.toml", "--tick", "auto", "--duration", "20ms", "--no-output"]).succeeded();
}
