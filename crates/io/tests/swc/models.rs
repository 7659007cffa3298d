//! `shape = { swc = {...} }` in model files.

use std::collections::HashMap;

use huxley_io::model::{Loaded, ModelErrors, TableSource, load_str};
use huxley_model::morphology::{Discretisation, SectionKind};

#[derive(Debug)]
struct Memory(HashMap<&'static str, Vec<u8>>);

impl TableSource for Memory {
    fn read(&self, name: &str) -> Result<String, String> {
        String::from_utf8(self.read_bytes(name)?).map_err(|_| "it is not text".to_owned())
    }

    fn read_bytes(&self, name: &str) -> Result<Vec<u8>, String> {
        self.0.get(name).cloned().ok_or_else(|| "there is none".to_owned())
    }

    fn lasting_name(&self, name: &str) -> String {
        format!("/files/{name}")
    }
}

/// A model with a shape, and more keys of its population.
fn load(shape: &str, more: &str) -> Result<Loaded, ModelErrors> {
    let files = Memory(HashMap::from([
        ("cell.swc", b"# in \xb5m\n1 1 0 0 0 8 -1\n2 3 10 0 0 1 1\n3 3 110 0 0 1 2\n".to_vec()),
        ("odd.swc", b"1 1 0 0 0 8 -1\n2 7 10 0 0 1 1\n3 7 110 0 0 1 2\n".to_vec()),
        ("bad.swc", b"1 1 0 0 0 8 -1\n2 3 10 0 0 1 9\n3 3 110 0 0 x 2\n4\n5\n".to_vec()),
        ("awful.swc", b"1 1 0 0 0 inf -1\n".repeat(30)),
    ]));
    let text =
        format!("schema = 1\n[populations.cell]\nshape = {{ swc = {shape} }}\nmembrane.preset = \"hh\"\n{more}\n");
    load_str(&text, "model.toml", &files, &[])
}

#[track_caller]
fn loaded(shape: &str, more: &str) -> Loaded {
    load(shape, more).unwrap_or_else(|errors| panic!("{errors}"))
}

#[track_caller]
fn refused(shape: &str, more: &str, parts: &[&str]) {
    let errors = load(shape, more).expect_err("refused").to_string();
    for part in parts {
        assert!(errors.contains(part), "no `{part}` in:\n{errors}");
    }
}

#[test]
fn a_file_is_the_shape_of_every_cell() {
    let model = loaded("{ file = \"cell.swc\" }", "size = 3");
    let population = &model.network.populations[0];
    assert_eq!((population.shapes.len(), population.cells.len()), (1, 3));
    assert_eq!(population.shapes[0].sections[1].name, "dendrite_0");
    assert_eq!(population.discretisation, Discretisation::DLambda { fraction: 0.1, frequency: 100.0 });
    assert!(model.warnings.is_empty());
    assert!(model.document.contains("/files/cell.swc"), "{}", model.document);
}

#[test]
fn several_files_are_taken_in_turn() {
    let files = "{ file = [\"cell.swc\", \"odd.swc\"] }";
    let shapes = |more: &str| -> Vec<usize> {
        loaded(files, more).network.populations[0].cells.iter().map(|cell| cell.shape).collect()
    };
    assert_eq!(shapes(""), [0, 1]);
    assert_eq!(shapes("size = 5"), [0, 1, 0, 1, 0]);
    assert_eq!(shapes("size = 1"), [0]);
    assert!(loaded(files, "").document.contains("/files/odd.swc"));
}

#[test]
fn the_rule_for_cutting_is_the_shapes_or_the_populations() {
    let rule = |shape: &str, more: &str| loaded(shape, more).network.populations[0].discretisation;
    let of = |rule: &str| format!("{{ file = \"cell.swc\", {rule} }}");
    assert_eq!(rule(&of("max_length = \"20 um\""), ""), Discretisation::MaxLength(20.0));
    assert_eq!(rule(&of("per_section = 3"), ""), Discretisation::PerSection(3));
    assert_eq!(rule(&of("nseg = 3"), ""), Discretisation::PerSection(3));
    let d_lambda = Discretisation::DLambda { fraction: 0.2, frequency: 50.0 };
    assert_eq!(rule(&of("d_lambda = 0.2, frequency = \"50 Hz\""), ""), d_lambda);
    assert_eq!(
        rule("{ file = \"cell.swc\" }", "compartments = { max_length = \"7 um\" }"),
        Discretisation::MaxLength(7.0)
    );
    refused(&of("nseg = 3"), "compartments = { per_section = 3 }", &["said twice", "hint: leave `compartments` out"]);
    refused(&of("nseg = 3, d_lambda = 0.1"), "", &["more than one rule"]);
    refused(&of("frequency = \"50 Hz\""), "", &["`frequency` belongs to `d_lambda`"]);
    refused(&of("max_length = 20"), "", &["bare number"]);
    refused(&of("nseg = 0"), "", &["from 1 to"]);
    refused("{ file = \"cell.swc\" }", "compartments = {}", &["no rule is given"]);
}

#[test]
fn units_and_kinds_are_as_said() {
    let shape = |shape: &str| loaded(shape, "").network.populations[0].shapes[0].clone();
    assert!((shape("{ file = \"cell.swc\", unit = \"nm\" }").sections[1].geometry.length() - 0.1).abs() < 1e-15);
    assert!((shape("{ file = \"cell.swc\", unit = \"500 nm\" }").sections[1].geometry.length() - 50.0).abs() < 1e-12);
    refused("{ file = \"cell.swc\", unit = \"inch\" }", "", &["unknown unit `inch`", "nm"]);
    refused("{ file = \"cell.swc\", unit = \"3 ms\" }", "", &["a length"]);
    let odd = shape("{ file = \"odd.swc\", kinds = { 7 = \"apical\" } }");
    assert_eq!((odd.sections[1].name.as_str(), odd.sections[1].kind), ("apical_0", SectionKind::Apical));
    refused("{ file = \"odd.swc\", kinds = { seven = \"apical\" } }", "", &["`seven` is not a type"]);
    refused("{ file = \"odd.swc\", kinds = { 7 = \"spine\" } }", "", &["spine"]);
}

#[test]
fn what_was_mended_is_warned_of_and_what_is_wrong_is_told_with_its_line() {
    let warnings = loaded("{ file = \"odd.swc\" }", "").warnings;
    assert_eq!(warnings.len(), 1);
    assert!(warnings[0].starts_with("odd.swc: 2 points of types other than 1 to 4"), "{warnings:?}");
    refused(
        "{ file = \"bad.swc\" }",
        "",
        &[
            "bad.swc:3: point 3: expected a number as radius, found `x`",
            "bad.swc:4: point 4: the row has 1 column of 7",
        ],
    );
    let errors = load("{ file = \"bad.swc\" }", "").unwrap_err();
    assert_eq!(errors.0.iter().filter(|error| error.hint.is_some()).count(), 1, "{errors}");
    refused("{ file = \"awful.swc\" }", "", &["awful.swc:1: point 1: expected a finite number", "more"]);
    refused("{ file = \"none.swc\" }", "", &["model.toml:3", "cannot read the SWC file `none.swc`: there is none"]);
    refused("{ }", "", &["`file` is missing"]);
    refused("{ file = [] }", "", &["no file is given"]);
    refused("{ file = \"cell.swc\", units = \"um\" }", "", &["unknown key `units`", "did you mean `unit`?"]);
}
