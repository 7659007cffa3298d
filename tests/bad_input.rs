//! Bad model files: each error names the file, the line, the key, the value as typed, and a remedy.

use std::collections::HashMap;

use huxley_io::model::{TableSource, load_str};

/// A small model that is right; every test breaks one thing in it.
const GOOD: &str = r#"schema = 1
celsius = "6.3 degC"
[run]
duration = "1 s"
tick = "1 ms"
[populations.a]
size = 4
shape = { point = { area = "100 um2" } }
membrane = { preset = "hh" }
[populations.b]
v_init = "-65 mV"
shape.sections = [
  { name = "soma", kind = "soma", length = "20 um", diameter = "20 um" },
  { name = "dend", parent = "soma", length = "100 um", diameter = "2 um" },
]
membrane = { preset = "hh" }
[synapses.exc]
model = "exp"
tau = "5 ms"
reversal = "0 mV"
[projections.p]
source = "a"
target = "b"
synapse = "exc"
rule = "table"
table = "edges.csv"
columns = { weight = "weight" }
weight = "1 nS"
delay = "2 ms"
[stimuli.s]
population = "b"
kind = "step"
amplitude = "0.1 nA"
site = "dend(0.5)"
[probes.v]
population = "a"
cells = [0, 3]
"#;

const EDGES: &str = "source,target,weight\n0,0,1\n3,0,2\n";

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

fn load(text: &str, edges: &str, overrides: &[(&str, &str)]) -> Result<(), String> {
    let tables = Memory(HashMap::from([("edges.csv", edges.to_owned()), ("shapes.csv", edges.to_owned())]));
    let overrides: Vec<_> = overrides.iter().map(|&(key, value)| (key.to_owned(), value.to_owned())).collect();
    load_str(text, "model.toml", &tables, &overrides).map(|_| ()).map_err(|errors| errors.to_string())
}

/// The message for the good model with `old` replaced by `new`.
fn broken(old: &str, new: &str) -> String {
    assert!(GOOD.contains(old), "`{old}` is not in the good model");
    load(&GOOD.replacen(old, new, 1), EDGES, &[]).expect_err("the broken model is refused")
}

#[track_caller]
fn assert_error(old: &str, new: &str, expected: &str) {
    assert_eq!(broken(old, new), expected);
}

#[test]
fn the_good_model_loads() {
    assert_eq!(load(GOOD, EDGES, &[]), Ok(()));
}

#[test]
fn unknown_keys_name_the_nearest() {
    assert_error(
        "duration = \"1 s\"",
        "durration = \"1 s\"",
        "model.toml:4:1: `run.durration`: unknown key `durration`\n  hint: did you mean `duration`?",
    );
    assert_error(
        "preset = \"hh\"",
        "presett = \"hh\"",
        "model.toml:9:14: `populations.a.membrane.presett`: unknown key `presett`\n  hint: did you mean `preset`?",
    );
    assert_error(
        "[probes.v]",
        "[probe.v]",
        "model.toml:35:2: `probe`: unknown key `probe`\n  hint: did you mean `probes`?",
    );
}

#[test]
fn a_membrane_of_nothing_is_refused() {
    assert_error(
        "{ preset = \"hh\" }",
        "{ capacitance = \"1 uF/cm2\" }",
        "model.toml:9:12: `populations.a.membrane`: the membrane has neither a preset nor channels nor a leak\n  \
         hint: add preset = \"hh\", or leak = { density = \"0.1 mS/cm2\", reversal = \"-65 mV\" }",
    );
}

#[test]
fn units_are_needed_and_checked() {
    assert_error(
        "tau = \"5 ms\"",
        "tau = 5",
        "model.toml:19:7: `synapses.exc.tau`: expected a time with its unit, found a bare number: `5`\n  \
         hint: write \"5 ms\"",
    );
    assert_error(
        "amplitude = \"0.1 nA\"",
        "amplitude = \"0.1 mV\"",
        "model.toml:33:13: `stimuli.s.amplitude`: expected a current, found a potential (`mV`): `0.1 mV`\n  \
         hint: write \"0.1 nA\" or \"100 pA\"",
    );
    assert_error(
        "weight = \"1 nS\"",
        "weight = \"1 ns\"",
        "model.toml:28:10: `projections.p.weight`: expected a conductance, found a time (`ns`): `1 ns`\n  \
         hint: write \"6 nS\"",
    );
    assert_error(
        "tau = \"5 ms\"",
        "tau = \"5 msec\"",
        "model.toml:19:7: `synapses.exc.tau`: unknown unit `msec`, expected the unit of a time: `5 msec`\n  \
         hint: write \"10 ms\" or \"2 s\"",
    );
}

#[test]
fn values_that_are_not_finite_are_refused() {
    assert_error(
        "tau = \"5 ms\"",
        "tau = \"nan ms\"",
        "model.toml:19:7: `synapses.exc.tau`: expected a finite number: `nan ms`\n  \
         hint: NaN and infinities are not allowed",
    );
    assert_error(
        "tau = \"5 ms\"",
        "tau = inf",
        "model.toml:19:7: `synapses.exc.tau`: expected a finite number: `inf`\n  \
         hint: NaN and infinities are not allowed",
    );
}

#[test]
fn negative_areas_and_lengths_are_refused() {
    assert_error(
        "\"100 um2\"",
        "\"-100 um2\"",
        "model.toml:8:28: `populations.a.shape.point.area`: an area must be above 0, found `\"-100 um2\"`",
    );
    assert_error(
        "length = \"100 um\"",
        "length = \"0 um\"",
        "model.toml:14:46: `populations.b.shape.sections[1].length`: a length must be above 0, found `\"0 um\"`",
    );
}

#[test]
fn trees_are_connected_and_without_cycles() {
    assert_error(
        "name = \"dend\", parent = \"soma\"",
        "name = \"dend\"",
        "model.toml:14:3: `populations.b.shape.sections[1]`: section `dend` has no parent, so it is not connected to the \
         cell\n  hint: add parent = \"soma\"",
    );
    assert_error(
        "name = \"soma\", kind",
        "name = \"soma\", parent = \"dend\", kind",
        "model.toml:13:29: `populations.b.shape.sections[0].parent`: section `soma` has the parent `dend`, which does not \
         come before it\n  hint: list parents before their children: a tree has no cycles",
    );
    assert_error(
        "parent = \"soma\"",
        "parent = \"somma\"",
        "model.toml:14:29: `populations.b.shape.sections[1].parent`: `somma` is not a section of this cell\n  \
         hint: did you mean `soma`?",
    );
}

#[test]
fn tables_of_segments_are_checked() {
    let text = "schema = 1\n[populations.w]\nshape.segments = { table = \"shapes.csv\" }\nmembrane.preset = \"hh\"\n";
    let head = "cell,segment,parent,kind,px,py,pz,pdiam,dx,dy,dz,ddiam\nA,0,-1,soma,0,0,0,2,0,0,0,2\n";
    let error = |rows: &str| load(text, &format!("{head}{rows}"), &[]).expect_err("refused");
    let tree = "\n  hint: the segments of a cell form one tree: every parent in the table, one root, no cycle";
    assert_eq!(
        error("A,1,2,axon,0,0,0,1,5,0,0,1\nA,2,1,axon,0,0,0,1,5,0,0,1\n"),
        format!("shapes.csv:2: cell `A`: segment 1 is its own ancestor{tree}")
    );
    assert_eq!(
        error("A,1,7,axon,0,0,0,1,5,0,0,1\n"),
        format!("shapes.csv:2: cell `A`: segment 1 has parent 7, which is not in the table{tree}")
    );
    assert_eq!(
        error("A,1,0,axon,0,0,0,1,5,0,nan,1\n"),
        "shapes.csv:3: `column dz`: expected a finite number (um), found `nan`"
    );
    assert_eq!(
        error("A,1,0,axon,0,0,0,1,5,0,0,-1\n"),
        "shapes.csv:3: `column ddiam`: expected a diameter above 0 (um), found `-1`"
    );
    assert!(
        error("A,1,0,twig,,,,,5,0,0,1\n").starts_with("shapes.csv:3: `column kind`: unknown kind of section `twig`")
    );
}

#[test]
fn names_that_dangle_are_reported_with_their_row() {
    assert_eq!(
        load(GOOD, "source,target,weight\n0,0,1\n9,0,2\n0,x,1\n", &[]).expect_err("refused"),
        "edges.csv:3: `column source`: there is no cell 9 in population `a`\n  hint: its cells are 0 to 3\n\
         edges.csv:4: `column target`: there is no cell `x` in population `b`\n  \
         hint: its cells have no labels: give an index"
    );
    let labelled = GOOD.replace("size = 4", "size = 4\nlabels = [\"AVAL\", \"AVAR\", \"PVCL\", \"PVCR\"]");
    assert_eq!(
        load(&labelled, "source,target,weight\nAVAL,0,1\nAVLA,0,2\n", &[]).expect_err("refused"),
        "edges.csv:3: `column source`: there is no cell `AVLA` in population `a`\n  hint: did you mean `AVAL`?"
    );
    assert_eq!(
        load(GOOD, "source,target,wieght\n0,0,1\n", &[]).expect_err("refused"),
        "model.toml:27:22: `projections.p.columns.weight`: the table `edges.csv` has no column `weight`\n  \
         hint: did you mean `wieght`? its columns are source, target, wieght"
    );
    assert_eq!(
        load(GOOD, "source,target,weight\n0,0,much\n", &[]).expect_err("refused"),
        "edges.csv:2: `column weight`: expected a weight, a number of 0 or above, found `much`"
    );
    assert_eq!(
        load(GOOD, "source,target,weight\n0,0\n", &[]).expect_err("refused"),
        "edges.csv:2: row has 2 columns, the header 3\n  hint: give every row as many columns as the header"
    );
    assert_error(
        "edges.csv",
        "edge.csv",
        "model.toml:26:9: `projections.p.table`: cannot read the table `edge.csv`: no such table\n  \
         hint: a table's path is relative to the model file's folder",
    );
}

#[test]
fn names_inside_the_file_are_checked() {
    assert_error(
        "target = \"b\"",
        "target = \"bb\"",
        "model.toml:23:10: `projections.p.target`: `bb` is not a population\n  hint: did you mean `b`?",
    );
    assert_error(
        "synapse = \"exc\"",
        "synapse = \"inh\"",
        "model.toml:24:11: `projections.p.synapse`: `inh` is not a kind of synapse\n  hint: known: exc",
    );
    assert_error(
        "dend(0.5)",
        "dent(0.5)",
        "model.toml:34:8: `stimuli.s.site`: `dent` is not a section of the cells of `b`\n  hint: did you mean `dend`?",
    );
    assert_error(
        "cells = [0, 3]",
        "cells = [0, 4]",
        "model.toml:37:13: `probes.v.cells[1]`: expected a whole number from 0 to 3, found `4`",
    );
    assert_error(
        "preset = \"hh\"",
        "preset = \"hhh\"",
        "model.toml:9:23: `populations.a.membrane.preset`: `hhh` is not a membrane preset\n  hint: did you mean `hh`?",
    );
}

#[test]
fn an_empty_network_is_refused() {
    assert_eq!(
        load("schema = 1\n", EDGES, &[]).expect_err("refused"),
        "model.toml: the model has no populations\n  hint: add a [populations.NAME] table with a shape and a membrane"
    );
    let none = "schema = 1\n[populations.a]\nsize = 0\nshape.point.area = \"1 um2\"\nmembrane.preset = \"hh\"\n";
    assert_eq!(
        load(none, EDGES, &[]).expect_err("refused"),
        "model.toml: the network is empty: no population has cells\n  hint: give a population a size of at least 1"
    );
}

#[test]
fn delays_below_a_tick_point_to_auto() {
    assert_error(
        "delay = \"2 ms\"",
        "delay = \"0.3 ms\"",
        "model.toml:29:9: `projections.p.delay`: a delay of 0.3 ms is below one tick of 1 ms\n  hint: use --tick auto, \
         write tick = \"auto\" under [run], or give a longer delay (a normal one has `min`)",
    );
    let short = GOOD.replace("delay = \"2 ms\"", "delay = \"0.3 ms\"");
    assert_eq!(load(&short, EDGES, &[("run.tick", "auto")]), Ok(()));
}

#[test]
fn steps_that_do_not_fit_are_refused() {
    assert_error(
        "tick = \"1 ms\"",
        "tick = \"1 ms\"\ndt = \"0.03 ms\"",
        "model.toml:6:6: `run.dt`: dt of 0.03 ms does not divide the tick of 1 ms\n  hint: 0.029411764705882353 ms would",
    );
    assert_error(
        "tick = \"1 ms\"",
        "tick = \"0.3 ms\"",
        "model.toml:5:8: `run.tick`: a tick of 0.3 ms does not divide 1 ms\n  \
         hint: write \"auto\", \"1 ms\", \"0.5 ms\", \"0.1 ms\", ...",
    );
}

#[test]
fn all_errors_come_at_once() {
    let text = GOOD.replace("\"100 um2\"", "100").replace("tau = \"5 ms\"", "tau = \"-5 ms\"").replace("1 s", "1 h m");
    let message = load(&text, EDGES, &[]).expect_err("refused");
    let lines: Vec<&str> = message.lines().filter(|line| line.starts_with("model.toml")).collect();
    assert_eq!(lines.len(), 3, "{message}");
}

#[test]
fn overrides_that_name_nothing_list_what_is_near() {
    let error = |key: &str, value: &str| load(GOOD, EDGES, &[(key, value)]).expect_err("refused");
    assert_eq!(
        error("synapses.exc.tua", "3 ms"),
        "--set synapses.exc.tua=3 ms: `synapses.exc.tua`: unknown key `tua`\n  hint: did you mean `tau`?"
    );
    assert_eq!(
        error("synapse.exc.tau", "3 ms"),
        "--set synapse.exc.tau=3 ms: `synapse.exc.tau`: the model has no value `synapse.exc.tau`\n  \
         hint: did you mean `synapses.exc.tau`?"
    );
    assert_eq!(
        error("run.duration", "3"),
        "--set run.duration=3: `run.duration`: expected a time with its unit, found a bare number: `3`\n  \
         hint: write \"3 ms\""
    );
}

#[test]
fn what_is_not_toml_or_not_this_schema_is_said() {
    let message = load("schema = 1\n[run\n", EDGES, &[]).expect_err("refused");
    assert!(message.starts_with("model.toml:2:"), "{message}");
    assert!(message.contains("not TOML"), "{message}");
    assert_error("schema = 1", "schema = 2", "model.toml:1:10: `schema`: unknown schema `2`\n  hint: write schema = 1");
    assert!(broken("schema = 1\n", "").contains("`schema` is missing"));
}

#[test]
fn expressions_are_checked() {
    let channel =
        "[channels.c]\nreversal = \"0 mV\"\n[channels.c.gates.n]\ninf = 0.5\ntau = { expression = \"EXPR\" }\n";
    let error = |expression: &str| {
        let text = format!("{GOOD}{}", channel.replace("EXPR", expression));
        load(&text, EDGES, &[]).expect_err("refused")
    };
    let key = "model.toml:42:22: `channels.c.gates.n.tau.expression`: ";
    for expression in ["5 *", "1 + x", "(v + 40) / (1 - exp(-(v + 40)))", "5 mV"] {
        let message = error(expression);
        assert!(message.starts_with(key), "{message}");
        assert!(message.contains("\n  hint: "), "{message}");
    }
}

#[test]
fn whatever_line_is_broken_the_answer_is_an_error_with_a_place() {
    let junk = ["", "0", "-1", "nan", "\"x\"", "\"1 mV\"", "\"$none\"", "[]", "{}", "true", "1e300", "\"-1e300 ms\""];
    let mut refused = 0;
    // The worm's tables are not here, and the microcircuit says the same 55 times.
    let left_out = ["celegans", "microcircuit"];
    let models = huxley_io::builtin::list().iter().filter(|model| !left_out.contains(&model.name));
    for text in models.map(|model| model.text).chain([GOOD]) {
        for (number, line) in text.lines().enumerate() {
            let Some((key, _)) = line.split_once(" = ") else { continue };
            for value in junk {
                let new = if value.is_empty() { String::new() } else { format!("{key} = {value}") };
                let lines: Vec<&str> =
                    text.lines().enumerate().map(|(at, old)| if at == number { new.as_str() } else { old }).collect();
                if let Err(message) = load(&lines.join("\n"), EDGES, &[]) {
                    assert!(message.starts_with("model.toml"), "`{new}`: {message}");
                    refused += 1;
                }
            }
        }
    }
    assert!(refused > 2000, "{refused}");
}
