//! Model files: the built-ins and the examples load, and what a run writes as `model.toml` is the same model again.

use std::collections::HashMap;
use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use huxley_io::builtin;
use huxley_io::model::{Folder, Loaded, TableSource, load_path, load_str, split_override};
use huxley_model::network::{Block, CellSelection, CurrentUnit, Distribution, Rule, StimulusKind, SynapseModel, Tick};

/// Where no table is found but the built-in ones.
fn nowhere() -> Folder {
    Folder(PathBuf::from("/nonexistent"))
}

fn set(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
    pairs.iter().map(|&(key, value)| (key.to_owned(), value.to_owned())).collect()
}

/// Loading the document of a loaded model gives the same network and the same document.
fn assert_round_trip(loaded: &Loaded) {
    let again = load_str(&loaded.document, "model.toml", &nowhere(), &[]).expect("the document loads");
    assert_eq!(format!("{:?}", again.network), format!("{:?}", loaded.network));
    assert_eq!(again.document, loaded.document);
}

fn assert_shapes_are_valid(loaded: &Loaded) {
    for population in &loaded.network.populations {
        for shape in &population.shapes {
            shape.validate().expect("the shape is a tree");
        }
    }
}

#[test]
fn every_built_in_loads_and_its_document_is_the_same_model() {
    for model in builtin::list() {
        assert!(builtin::find(model.name).is_some());
        if let Some(needed) = model.needs {
            let errors = model.load(&[]).expect_err("it needs a file").to_string();
            assert!(errors.contains(&format!("the model needs a value for `{needed}`")), "{errors}");
            continue;
        }
        let loaded = model.load(&[]).unwrap_or_else(|errors| panic!("{}:\n{errors}", model.name));
        assert_eq!(loaded.network.name, model.name);
        assert!(loaded.warnings.is_empty(), "{}: {:?}", model.name, loaded.warnings);
        assert_shapes_are_valid(&loaded);
        assert_round_trip(&loaded);
    }
    assert_eq!(builtin::list().len(), 14);
}

#[test]
fn every_example_loads_and_its_document_is_the_same_model() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples");
    let mut seen = Vec::new();
    for entry in std::fs::read_dir(&folder).expect("the examples are there") {
        let path = entry.expect("an entry").path();
        if path.extension().is_none_or(|extension| extension != "toml") {
            continue;
        }
        let loaded = load_path(&path, &[]).unwrap_or_else(|errors| panic!("{errors}"));
        assert!(loaded.warnings.is_empty(), "{}: {:?}", path.display(), loaded.warnings);
        assert_shapes_are_valid(&loaded);
        assert_round_trip(&loaded);
        seen.push(loaded.network.name);
    }
    seen.sort();
    assert_eq!(seen, ["connectome-table", "dendrites", "network", "one-cell", "reconstruction", "user-channel"]);
}

#[test]
fn the_worm_has_its_302_neurons_and_their_connections() {
    let worm = builtin::find("celegans").expect("built in").load(&[]).expect("loads").network;
    assert_eq!(worm.populations[0].cells.len(), 302);
    assert_eq!(worm.populations[0].shapes.len(), 302);
    assert_eq!(worm.populations[0].cells[0].label.as_deref(), Some("ADAL"));
    let rows = |index: usize| match &worm.projections[index].rule {
        Rule::Table(rows) => rows.clone(),
        other => panic!("not a table: {other:?}"),
    };
    // 2,962 connections of acetylcholine and glutamate, 214 of GABA; ADAL -> ADAR comes first, with six sections.
    assert_eq!((rows(0).len(), rows(1).len()), (2962, 214));
    assert_eq!(rows(0).get(0).map_or((u32::MAX, None), |row| (row.source, row.weight)), (0, Some(6.0 * 0.006e-3)));
    assert_eq!(worm.gap_junctions[0].pairs.len(), 1091);
    assert!(worm.notes.iter().any(|note| note.contains("mostly graded")));
}

#[test]
fn the_worms_sign_column_can_be_chosen() {
    let worm = builtin::find("celegans").expect("built in");
    let options = set(&[("sign", "[\"receptor_sign\", \"nt_sign\"]")]);
    let loaded = worm.load(&options).expect("loads");
    let rows: Vec<usize> = loaded
        .network
        .projections
        .iter()
        .map(|projection| match &projection.rule {
            Rule::Table(rows) => rows.len(),
            _ => 0,
        })
        .collect();
    // By receptors 1,296 excite and 409 inhibit; of the rest, by transmitter, 1,383 and 124, and 497 have no sign.
    assert_eq!(rows, [2679, 533]);
    assert_round_trip(&loaded);
}

#[test]
fn every_segment_of_the_worm_is_where_the_reconstruction_has_it() {
    let worm = builtin::find("celegans").expect("built in").load(&[]).expect("loads").network;
    let length: f64 = worm.populations[0]
        .shapes
        .iter()
        .flat_map(|shape| &shape.sections)
        .filter(|section| section.name != "soma")
        .map(|section| section.geometry.length())
        .sum();
    // The sum over the rows of the table that are not somas.
    assert!((length - 93_881.303_591).abs() < 1e-3, "{length}");
}

#[test]
fn overrides_change_what_they_name_and_stay_in_the_document() {
    let cobahh = builtin::find("cobahh").expect("built in");
    let options = set(&[
        ("scale", "0.25"),
        ("run.dt", "0.05 ms"),
        ("run.precision", "f64"),
        ("populations[0].v_init", "-70 mV"),
        ("projections.inh_to_inh.weight", "10 nS"),
        ("stimuli.kick_exc_excitatory.rate", "1 kHz"),
    ]);
    let loaded = cobahh.load(&options).expect("loads");
    let network = &loaded.network;
    assert_eq!((network.populations[0].cells.len(), network.populations[1].cells.len()), (800, 200));
    assert_eq!(network.projections[0].rule, Rule::FixedProbability { probability: 0.08, autapses: false });
    assert_eq!(network.run.dt, 0.05);
    assert_eq!(network.populations[0].v_init, Distribution::Constant(-70.0));
    assert_eq!(network.projections[3].weight, Distribution::Constant(0.01));
    assert!(matches!(network.stimuli[0].kind, StimulusKind::Poisson { rate: 1000.0, .. }));
    assert!(loaded.document.contains("# of the number of cells"), "comments stay");
    assert_round_trip(&loaded);
}

#[test]
fn an_override_may_add_a_value_that_has_a_default() {
    let text = "schema = 1\n[populations.a]\nsize = 2\nshape.point.area = \"100 um2\"\nmembrane.preset = \"hh\"\n";
    let options = set(&[("run.tick", "auto"), ("run.seed", "9"), ("populations.a.threshold", "-20 mV")]);
    let loaded = load_str(text, "small.toml", &nowhere(), &options).expect("loads");
    assert_eq!((loaded.network.run.tick, loaded.network.run.seed), (Tick::Auto, 9));
    assert_eq!(loaded.network.populations[0].threshold, -20.0);
    assert_eq!(loaded.network.name, "small");
    assert_round_trip(&loaded);
}

#[test]
fn sizes_of_built_ins_can_be_changed_alone() {
    for (name, key, value, cells) in [("ring", "cells", "5", 5), ("cobahh", "scale", "0.1", 400)] {
        let loaded = builtin::find(name).expect("built in").load(&set(&[(key, value)]));
        let network = loaded.unwrap_or_else(|errors| panic!("{errors}")).network;
        assert_eq!(network.populations.iter().map(|population| population.cells.len()).sum::<usize>(), cells);
    }
    let options = [split_override("run.dt=0.05 ms").expect("a key and a value")];
    assert_eq!(builtin::find("squid").expect("built in").load(&options).expect("loads").network.run.dt, 0.05);
    assert_eq!(split_override("run.dt"), None);
}

#[test]
fn the_ring_closes_and_starts_once_a_ring() {
    let ring = builtin::find("ring").expect("built in").load(&set(&[("cells", "25")])).expect("loads").network;
    let Rule::Table(rows) = &ring.projections[0].rule else { panic!("a ring is a table") };
    let targets: Vec<u32> = rows.iter().map(|row| row.target).collect();
    assert_eq!(targets[8..12], [9, 0, 11, 12]);
    assert_eq!(targets[24], 20, "the last, shorter ring closes too");
    assert_eq!(ring.stimuli[0].target.cells, CellSelection::Range { first: 0, end: None, step: 10 });
}

/// Tables in memory.
#[derive(Debug)]
struct Memory(HashMap<&'static str, String>);

impl TableSource for Memory {
    fn read(&self, name: &str) -> Result<String, String> {
        self.0.get(name).cloned().ok_or_else(|| "no such table".to_owned())
    }

    fn lasting_name(&self, name: &str) -> String {
        name.to_owned()
    }
}

#[test]
fn a_hundred_thousand_rows_load_in_a_second() {
    let mut table = String::from("pre,post,weight\n");
    for row in 0..100_000 {
        writeln!(table, "n{},n{},{}", row % 1000, (row * 7) % 1000, row % 9).expect("a string");
    }
    let labels: Vec<String> = (0..1000).map(|cell| format!("\"n{cell}\"")).collect();
    let text = format!(
        "schema = 1\ncelsius = \"20 degC\"\n[populations.a]\nsize = 1000\nlabels = [{}]\n\
         shape.point.area = \"100 um2\"\nmembrane.preset = \"hh\"\n[synapses.e]\nmodel = \"exp\"\ntau = \"5 ms\"\n\
         reversal = \"0 mV\"\n[projections.p]\nsource = \"a\"\ntarget = \"a\"\nsynapse = \"e\"\nrule = \"table\"\n\
         table = \"big.csv\"\ncolumns = {{ source = \"pre\", target = \"post\", weight = \"weight\" }}\n\
         weight = \"1 nS\"\ndelay = \"1 ms\"\n",
        labels.join(", ")
    );
    let tables = Memory(HashMap::from([("big.csv", table)]));
    let start = Instant::now();
    let loaded = load_str(&text, "big.toml", &tables, &[]).unwrap_or_else(|errors| panic!("{errors}"));
    let Rule::Table(rows) = &loaded.network.projections[0].rule else { panic!("a table") };
    assert_eq!(rows.len(), 100_000);
    assert!(start.elapsed() < Duration::from_secs(1), "{:?}", start.elapsed());
}

#[test]
fn any_synapse_may_be_blocked() {
    let text = |synapse: &str| {
        format!(
            "schema = 1\n[populations.a]\nshape = {{ point = {{ area = \"1000 um2\" }} }}\nmembrane = {{ preset = \"hh\" }}\n\
             [synapses]\ns = {{ {synapse} }}\n"
        )
    };
    let read = |synapse: &str| {
        let loaded = load_str(&text(synapse), "a.toml", &nowhere(), &[]).unwrap_or_else(|error| panic!("{error}"));
        match &loaded.network.synapses[0].model {
            SynapseModel::Exponential { block, .. } | SynapseModel::DoubleExponential { block, .. } => *block,
            SynapseModel::Kinetic { receptors, .. } => receptors[0].block,
        }
    };
    let refused = |synapse: &str| load_str(&text(synapse), "a.toml", &nowhere(), &[]).unwrap_err().to_string();
    let exp = "model = \"exp\", tau = \"5 ms\", reversal = \"0 mV\"";
    let exp2 = "model = \"exp2\", rise = \"1 ms\", decay = \"5 ms\", reversal = \"0 mV\"";
    let nmda = |more: &str| format!("model = \"kinetic\", receptors = [{{ like = \"nmda\"{more} }}]");
    let own = "block = { concentration = \"1.2 mM\", scaling = \"1.9 mM\", voltage = \"15.6 mV\" }";
    assert_eq!(read(exp), None);
    assert_eq!(read(&format!("{exp}, magnesium = \"2 mM\"")), Some(Block::magnesium(2.0)));
    assert_eq!(read(&format!("{exp2}, {own}")), Some(Block::new(1.2, 1.9, 15.6)));
    assert_eq!(read(&nmda("")), Some(Block::magnesium(1.0)));
    assert_eq!(read(&nmda(&format!(", {own}"))), Some(Block::new(1.2, 1.9, 15.6)));
    let both = refused(&format!("{exp}, magnesium = \"2 mM\", {own}"));
    assert!(both.contains("both `magnesium` and `block`"), "{both}");
    let zero = refused(&format!("{exp}, {}", own.replace("15.6", "0")));
    assert!(zero.contains("voltage"), "{zero}");
    let short = refused(&format!("{exp}, block = {{ concentration = \"1 mM\" }}"));
    assert!(short.contains("`scaling` is missing") && short.contains("`voltage` is missing"), "{short}");
}

#[test]
fn protocols_of_current_are_one_line_each() {
    let text = |stimulus: &str| {
        format!(
            "schema = 1\n[populations.a]\nshape = {{ point = {{ area = \"1000 um2\" }} }}\nmembrane = {{ preset = \"hh\" }}\n\
             [stimuli]\ns = {{ population = \"a\", {stimulus} }}\n"
        )
    };
    let read = |stimulus: &str| {
        let loaded = load_str(&text(stimulus), "a.toml", &nowhere(), &[]).unwrap_or_else(|error| panic!("{error}"));
        loaded.network.stimuli[0].kind.clone()
    };
    let refused = |stimulus: &str| load_str(&text(stimulus), "a.toml", &nowhere(), &[]).unwrap_err().to_string();
    let steps = "kind = \"steps\", from = \"-1 nA\", to = \"1 nA\", count = 3, start = \"10 ms\", width = \"5 ms\", period = \"20 ms\"";
    let StimulusKind::Current { waveform, unit: CurrentUnit::Nanoampere } = read(steps) else { panic!() };
    let at = [12.0, 18.0, 32.0, 52.0, 60.0].map(|t| waveform.at(t));
    assert_eq!(at, [-1.0, 0.0, 0.0, 1.0, 0.0]);
    let sine = read("kind = \"sine\", amplitude = \"2 uA/cm2\", frequency = \"8 Hz\", offset = \"1 uA/cm2\"");
    let StimulusKind::Oscillation { wave, unit: CurrentUnit::MicroamperePerCm2 } = sine else { panic!("{sine:?}") };
    assert_eq!((wave.offset, wave.amplitude, wave.from, wave.to, wave.start), (1.0, 2.0, 8.0, 8.0, 0.0));
    let phase = read("kind = \"sine\", amplitude = \"2 nA\", frequency = \"8 Hz\", phase = 0.25");
    let StimulusKind::Oscillation { wave, .. } = phase else { panic!("{phase:?}") };
    assert_eq!((wave.at(0.0), wave.at(62.5)), (2.0, -2.0));
    assert!(refused("kind = \"sine\", amplitude = \"2 nA\", frequency = \"8 Hz\", phase = 90").contains("phase"));
    let chirp = read(
        "kind = \"chirp\", amplitude = \"0.1 nA\", from = \"1 Hz\", to = \"20 Hz\", start = \"1 s\", stop = \"11 s\"",
    );
    let StimulusKind::Oscillation { wave, .. } = chirp else { panic!("{chirp:?}") };
    assert_eq!((wave.from, wave.to, wave.start, wave.stop), (1.0, 20.0, 1000.0, 11_000.0));
    assert!(refused("kind = \"chirp\", amplitude = \"0.1 nA\", from = \"1 Hz\", to = \"20 Hz\"").contains("stop"));
    let mixed = refused("kind = \"sine\", amplitude = \"1 nA\", frequency = \"8 Hz\", offset = \"1 uA/cm2\"");
    assert!(mixed.contains("different units"), "{mixed}");
}
