//! `huxley connectome info --json`: keys are a contract, more may be added.

use std::collections::BTreeMap;

use huxley_io::connectome::statistics::{Distribution, Summary};
use serde::Serialize;

use super::Info;

/// What `--json` prints.
#[derive(Serialize)]
pub struct Document<'a> {
    schema: &'static str,
    file: &'a str,
    format: &'a str,
    recognised: Option<&'static str>,
    columns: BTreeMap<&'static str, &'a str>,
    neurons: u64,
    rows: u64,
    edges: u64,
    synapses: Option<f64>,
    self_edges: u64,
    duplicates: u64,
    reciprocity: f64,
    density: f64,
    without_input: u64,
    without_output: u64,
    components: u64,
    largest_component: u64,
    in_degree: DistributionEntry,
    out_degree: DistributionEntry,
    weight: Option<DistributionEntry>,
    weight_unit: Option<&'static str>,
    most_inputs: &'a str,
    most_outputs: &'a str,
    signs: &'a BTreeMap<String, u64>,
    pictures: Vec<String>,
}

/// A distribution: figures, and pairs of a value and the fraction that is at least as large.
#[derive(Serialize)]
struct DistributionEntry {
    mean: f64,
    sd: f64,
    median: f64,
    p90: f64,
    p99: f64,
    most: f64,
    tail: Vec<(f64, f64)>,
}

impl From<&Distribution> for DistributionEntry {
    fn from(own: &Distribution) -> Self {
        let Summary { mean, sd, median, p90, p99, most } = own.summary;
        Self { mean, sd, median, p90, p99, most, tail: own.tail.clone() }
    }
}

/// The document.
pub fn document(info: &Info) -> Document<'_> {
    let s = &info.statistics;
    Document {
        schema: "huxley.connectome/1",
        file: &info.file,
        format: &info.format,
        recognised: info.schema,
        columns: info.columns.iter().map(|(key, name)| (*key, name.as_str())).collect(),
        neurons: s.neurons,
        rows: s.rows,
        edges: s.edges,
        synapses: (s.weighted && info.unit == "synapses").then_some(s.synapses),
        self_edges: s.self_edges,
        duplicates: s.duplicates,
        reciprocity: s.reciprocity,
        density: s.density,
        without_input: s.without_input,
        without_output: s.without_output,
        components: s.components,
        largest_component: s.largest_component,
        in_degree: (&s.in_degree).into(),
        out_degree: (&s.out_degree).into(),
        weight: s.weighted.then(|| (&s.weight).into()),
        weight_unit: s.weighted.then_some(info.unit),
        most_inputs: &info.hubs.0,
        most_outputs: &info.hubs.1,
        signs: &s.signs,
        pictures: info.pictures.iter().map(|path| path.display().to_string()).collect(),
    }
}
