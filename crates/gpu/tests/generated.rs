//! `shaders/generated`: the equations of the built-in models as kernels have them, to be read; they must be those of today.
//!
//! `HUXLEY_WRITE=1 cargo test -p huxley-gpu --test generated` writes them.

use std::fmt::Write as _;
use std::path::PathBuf;

use huxley_engine::lower;
use huxley_io::builtin;
use huxley_shaders::{Arithmetic, class, clocked, equations, exponential, random};

const SINGLE: Arithmetic = Arithmetic { double: false, strict: false };

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../shaders/generated")
}

/// Name and text of every file.
fn files() -> Vec<(String, String)> {
    let head = |what: &str| {
        format!(
            "// {what}\n// Recorded from the equations in crates/model; do not edit. A test holds this file to them.\n\n{}\n",
            SINGLE.header()
        )
    };
    let mut all = vec![
        ("membrane.wgsl".to_owned(), head("The membrane and the tree, in f32.") + &equations::library(SINGLE)),
        ("exponential.wgsl".to_owned(), head("The exponential, in f32.") + &exponential::library(SINGLE)),
        ("random.wgsl".to_owned(), head("Logarithm and normal variates, in f32.") + &random::normal(SINGLE)),
    ];
    for model in builtin::list().iter().filter(|model| model.needs.is_none()) {
        let network = model.load(&[]).unwrap_or_else(|errors| panic!("{}: {errors}", model.name)).network;
        let plan = lower(&network).expect("lowers");
        let what = format!("Channels and synapses of the model `{}`, in f32.", model.name);
        let mut text = head(&what);
        for (index, own) in plan.classes.iter().enumerate() {
            if own.channels.is_empty() {
                continue;
            }
            let _ = writeln!(text, "// Class {index}: {} cells.\n", own.cells.len());
            text += &class::functions(own, &plan.settings, SINGLE);
        }
        for group in &plan.clocked {
            let _ = writeln!(text, "// Synapses `{}`.\n", group.name);
            text += &clocked::library(group, &plan.receptors, &plan.settings, SINGLE);
            text.push('\n');
        }
        all.push((format!("{}.wgsl", model.name), text.trim_end().to_owned() + "\n"));
    }
    all
}

#[test]
fn generated_files_are_those_of_todays_equations() {
    let write = std::env::var_os("HUXLEY_WRITE").is_some();
    for (name, text) in files() {
        let path = folder().join(&name);
        if write {
            std::fs::write(&path, &text).expect("written");
        }
        let found = std::fs::read_to_string(&path).unwrap_or_default();
        assert!(
            found == text,
            "shaders/generated/{name} is not what the equations say: HUXLEY_WRITE=1 cargo test -p huxley-gpu --test generated"
        );
    }
    let known: Vec<String> = files().into_iter().map(|(name, _)| name).collect();
    for entry in std::fs::read_dir(folder()).expect("the folder") {
        let name = entry.expect("a file").file_name().to_string_lossy().into_owned();
        assert!(known.contains(&name), "shaders/generated/{name} belongs to nothing");
    }
}
