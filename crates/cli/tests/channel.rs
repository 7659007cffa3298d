//! `huxley channel`: names, curves, what is warned of, files.
#![allow(missing_docs)]

mod support;

use support::Folder;

#[test]
fn the_list_has_every_channel_of_the_presets() {
    let folder = Folder::new();
    let said = folder.run(&["channel", "list"]).succeeded();
    for words in ["hh.na", "adapting.ahp", "g = gbar m^3 h", "Hodgkin & Huxley 1952"] {
        assert!(said.out.contains(words), "{words}: {}", said.out);
    }
    let list = folder.json(&["channel", "list"]);
    assert_eq!(list["schema"], "huxley.channels/1");
    assert_eq!(list["channels"].as_array().unwrap().len(), 3 + 3 + 3 + 4 + 3 + 5 + 5 + 6);
}

#[test]
fn a_channel_is_shown_with_curves_files_and_one_document() {
    let folder = Folder::new();
    let said = folder.run(&["channel", "show", "hh.na", "--out", "there"]).succeeded();
    for words in
        ["alpha (/ms) = x / (1 - exp(-x)), x = (V + 40) / 10", "E = 50 mV", "inf a half at V = -40.025 mV", "tau from"]
    {
        assert!(said.out.contains(words), "{words}: {}", said.out);
    }
    assert!(said.out.lines().all(|line| line.chars().count() <= 118), "{}", said.out);
    let names =
        ["inf.png", "inf.svg", "rates.png", "rates.svg", "tau.png", "tau.svg"].map(|end| format!("hh.na-{end}"));
    assert_eq!(folder.names("there"), [&names[..], &["hh.na.csv".to_owned(), "hh.na.json".to_owned()]].concat());
    let csv = folder.file("there/hh.na.csv");
    assert_eq!(csv.lines().next(), Some("gate,calcium_um,v_mv,inf,tau_ms,alpha_per_ms,beta_per_ms"));
    assert_eq!(csv.lines().count(), 1 + 2 * 321);
    let document =
        folder.json(&["channel", "show", "hh.na", "--from", "-80mV", "--to", "0mV", "--celsius", "16.3degC"]);
    assert_eq!((&document["schema"], &document["celsius"]), (&"huxley.channel/1".into(), &16.3.into()));
    let m = &document["gates"][0];
    assert_eq!((m["q10"]["applied"].as_f64().unwrap() * 1e6).round(), 3e6);
    let half = m["curves"][0]["half"][0]["v_mv"].as_f64().unwrap();
    assert!((half + 40.025).abs() < 0.01, "{half}");
    assert_eq!(m["curves"][0]["v_mv"].as_array().unwrap().len(), 161);
}

#[test]
fn names_that_mean_several_channels_or_none_are_refused() {
    let folder = Folder::new();
    folder.run(&["channel", "show", "na"]).refused(&["`na` means several", "hh.na, traub_miles.na"]);
    folder.run(&["channel", "show", "hh.nna"]).refused(&["`hh.nna`", "did you mean `hh.na`?"]);
    folder.run(&["channel", "show", "na", "--model", "squit"]).refused(&["squit"]);
    folder.run(&["channel", "show", "hh.na", "--from", "0mV", "--to", "-10mV"]).refused(&["--to -10mV"]);
    folder.run(&["channel", "show", "hh.na", "--step", "0.5"]).refused(&["--step 0.5", "bare number"]);
    // The same in all presets that have it.
    let said = folder.run(&["channel", "show", "m"]).succeeded();
    assert!(said.out.contains("the same in pospischil_ib"), "{}", said.out);
}

#[test]
fn calcium_makes_a_curve_of_its_own() {
    let folder = Folder::new();
    let said = folder.run(&["channel", "show", "ahp", "--calcium", "0.1uM,1uM", "--out", "o"]).succeeded();
    assert!(said.out.contains("half open with 0.4500 uM"), "{}", said.out);
    assert!(folder.names("o").contains(&"adapting.ahp-calcium.png".to_owned()));
    folder.run(&["channel", "show", "ahp", "--calcium", "0.1"]).refused(&["--calcium 0.1"]);
}

const OWN: &str = r#"
schema = 1
[channels.bad]
reversal = "0 mV"
[channels.bad.gates.x]
forward = { expression = "0.1 * (v + 40.1) / (1 - exp(-(v + 40.1) / 10))" }
reverse = { expression = "if(v < -30, 0.5, 0.2)" }
"#;

#[test]
fn channels_of_models_are_found_and_what_is_wrong_is_warned_of() {
    let folder = Folder::new();
    folder.write("own.toml", OWN);
    let said = folder.run(&["channel", "show", "bad", "--model", "own.toml"]).succeeded();
    for words in
        ["does not load as a whole", "divides by zero at V = -40.1 mV", "exprelr", "jumps at V = -30 mV", "20 degC"]
    {
        assert!(said.err.contains(words), "{words}: {}", said.err);
    }
    let document = folder.json(&["channel", "show", "bad", "--model", "own.toml", "--celsius", "6.3degC"]);
    let kinds: Vec<&str> =
        document["warnings"].as_array().unwrap().iter().map(|w| w["kind"].as_str().unwrap()).collect();
    assert_eq!(kinds, ["division-by-zero", "jump", "jump"]);
    let example = concat!(env!("CARGO_MANIFEST_DIR"), "/../../examples/user-channel.toml");
    let document = folder.json(&["channel", "show", "slow", "--model", example]);
    assert!(document["origin"].as_str().unwrap().contains("population cell"));
    assert_eq!(document["warnings"].as_array().unwrap().len(), 0);
    // The squid's potassium, written out in the example and in the preset, is one curve.
    let [own, preset] =
        [folder.json(&["channel", "show", "kdr", "--model", example]), folder.json(&["channel", "show", "hh.k"])];
    assert_eq!(own["gates"][0]["curves"][0]["inf"], preset["gates"][0]["curves"][0]["inf"]);
}
