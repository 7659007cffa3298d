//! SWC files: what is refused, what is mended, sections as NEURON makes them, measures, and nothing that stops the reader.
#![allow(missing_docs)]

mod any_bytes;
mod mended;
mod models;
mod neuron;
mod real;
mod refused;

use std::path::PathBuf;

use huxley_io::swc::{self, Swc};
use huxley_model::morphology::Morphology;

/// A reconstruction that must be one.
#[track_caller]
pub fn parsed(text: &str) -> Swc {
    swc::parse(text.as_bytes(), "cell.swc", 1.0).unwrap_or_else(|errors| panic!("{errors}"))
}

/// The cell of a text, checked.
#[track_caller]
pub fn cell(text: &str) -> Morphology {
    let cell = parsed(text).morphology(&[]);
    cell.validate().unwrap_or_else(|error| panic!("{error}"));
    cell
}

pub fn root() -> PathBuf {
    PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."))
}

/// `tests/reference/swc.json`.
pub fn reference() -> serde_json::Value {
    let path = root().join("tests/reference/swc.json");
    serde_json::from_str(&std::fs::read_to_string(&path).expect("the reference is there")).expect("it is JSON")
}

#[track_caller]
pub fn assert_close(what: &str, found: f64, expected: f64, relative: f64) {
    assert!((found - expected).abs() <= relative * expected.abs(), "{what}: {found}, expected {expected}");
}
