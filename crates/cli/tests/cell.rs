//! `huxley cell`: protocols from the command line.
#![allow(missing_docs)]

mod support;

use support::Folder;

#[test]
fn voltage_steps_give_curves_fits_and_files() {
    let folder = Folder::new();
    let said = folder.run(&["cell", "vclamp", "hh", "--out", "there"]).succeeded();
    for words in ["15 patches at -80 to 60 mV", "na peak", "k, peak conductance of the steps: half of", "within"] {
        assert!(said.out.contains(words), "{words}: {}", said.out);
    }
    let names = folder.names("there");
    for name in [
        "vclamp-total.png",
        "vclamp-na.svg",
        "vclamp-iv.png",
        "vclamp-gv.png",
        "vclamp-iv.csv",
        "vclamp-currents.csv",
        "vclamp.json",
    ] {
        assert!(names.contains(&name.to_owned()), "{name}: {names:?}");
    }
    assert_eq!(folder.file("there/vclamp-iv.csv").lines().count(), 16);
    // 25 ms at 0.01 ms for each of 15 steps.
    assert_eq!(folder.file("there/vclamp-currents.csv").lines().count(), 1 + 15 * 2500);
    let document = folder.json(&["cell", "vclamp", "hh", "--from", "-20mV", "--to", "0mV", "--then", "-40mV"]);
    assert_eq!((&document["schema"], &document["then_mv"]), (&"huxley.vclamp/1".into(), &(-40.0).into()));
    let na = &document["channels"][0];
    assert_eq!((&na["name"], na["steps"].as_array().unwrap().len()), (&"na".into(), 3));
    let peak = na["steps"][2]["step"]["peak"].as_f64().unwrap();
    assert!((-1470.0..-1440.0).contains(&peak), "{peak}");
}

#[test]
fn the_membrane_of_a_models_sections_is_clamped() {
    let folder = Folder::new();
    // The dendrite is passive.
    let soma = folder.json(&["cell", "vclamp", "ball-and-stick"]);
    let dendrite = folder.json(&["cell", "vclamp", "ball-and-stick", "--sections", "dendrite"]);
    let gated = |document: &serde_json::Value| {
        document["channels"].as_array().unwrap().iter().filter(|channel| channel["gated"] == true).count()
    };
    assert_eq!((gated(&soma), gated(&dendrite)), (2, 0));
    folder.run(&["cell", "vclamp", "ball-and-stick", "--sections", "wing"]).refused(&["--sections wing"]);
    folder.run(&["cell", "vclamp", "hh", "--step", "0mV"]).refused(&["--step 0mV"]);
    folder.run(&["cell", "vclamp", "hh", "--dt", "0.3ms"]).refused(&["0.3"]);
    folder.run(&["cell", "vclamp", "hhh"]).refused(&["`hhh`", "did you mean `hh`?"]);
}

#[test]
fn current_steps_give_rates_thresholds_and_files() {
    let folder = Folder::new();
    let said = folder.run(&["cell", "fi", "hh", "--out", "there"]).succeeded();
    for words in ["rheobase: it fires at 2.24 uA/cm2, and not at 2.23", "onset: it goes on firing", "gain:"] {
        assert!(said.out.contains(words), "{words}: {}", said.out);
    }
    assert_eq!(folder.names("there"), ["fi-traces.png", "fi-traces.svg", "fi.csv", "fi.json", "fi.png", "fi.svg"]);
    assert_eq!(folder.file("there/fi.csv").lines().count(), 22);
    let document: serde_json::Value = serde_json::from_str(&folder.file("there/fi.json")).unwrap();
    assert_eq!((&document["schema"], &document["unit"]), (&"huxley.fi/1".into(), &"uA/cm2".into()));
    assert_eq!(document["outputs"].as_array().unwrap().len(), 6);
}

#[test]
fn any_population_of_a_model_is_taken_out_of_its_network() {
    let folder = Folder::new();
    let options = ["cell", "fi", "cobahh", "--population", "inh", "--to", "1nA", "--steps", "3", "--duration", "200ms"];
    let said = folder.run(&options).succeeded();
    assert!(
        said.err.contains("left out of the model: 3 projections") && said.err.contains("mean of what the model draws"),
        "{}",
        said.err
    );
    assert!(said.out.contains("population inh"), "{}", said.out);
    folder.run(&["cell", "fi", "cobahh", "--population", "inn"]).refused(&["`inn`", "exc, inh"]);
    folder.run(&["cell", "fi", "hh", "--population", "inh"]).refused(&["--population is for models"]);
    folder.run(&["cell", "fi", "hh", "--to", "20"]).refused(&["--to 20", "10uA/cm2"]);
    folder.run(&["cell", "fi", "hh", "--from", "0nA", "--to", "1uA/cm2"]).refused(&["different units"]);
    folder.run(&["cell", "fi", "hh", "--site", "dend(0.5)", "--to", "1nA"]).refused(&["dend"]);
}
