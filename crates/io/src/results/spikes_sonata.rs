//! `spikes.h5`: spikes as SONATA has them.
//!
//! A group `/spikes/POPULATION` for each population, with `timestamps` (ms, ascending) and `node_ids` (of the neuron in its
//! population). There is no attribute `sorting`: BMTK writes text there, libsonata reads an enumeration and fails on text, and both
//! read files without it. Names of neurons are beside them in `labels`, which these readers leave alone.

use std::path::Path;

use super::hdf5::{cannot_write, group_name, sonata_file, text};
use super::population::PopulationIndex;
use super::{AtomicFile, PopulationSpan, ResultsError};

/// Writes `spikes`, `(time in ms, neuron over all populations)`, as `path`, whole or not at all.
///
/// Every population has its group, also one that did not spike. What belongs to none is left out.
///
/// # Errors
/// When it cannot be written.
pub fn write_sonata_spikes(
    path: &Path,
    populations: &[PopulationSpan],
    spikes: impl Iterator<Item = (f64, u32)>,
) -> Result<(), ResultsError> {
    let file = AtomicFile::create(path)?;
    let index = PopulationIndex::new(populations);
    let mut trains: Vec<Vec<(f64, u32)>> = vec![Vec::new(); populations.len()];
    for (time, neuron) in spikes {
        if let Some((population, node)) = index.find(populations, neuron) {
            trains[population].push((time, node));
        }
    }
    let mut builder = sonata_file();
    let mut root = builder.create_group("spikes");
    for (population, mut train) in populations.iter().zip(trains) {
        train.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
        let mut group = root.create_group(&group_name(&population.name));
        let times: Vec<f64> = train.iter().map(|spike| spike.0).collect();
        group.create_dataset("timestamps").with_f64_data(&times).set_attr("units", text("ms"));
        drop(times);
        let nodes: Vec<u64> = train.iter().map(|spike| u64::from(spike.1)).collect();
        group.create_dataset("node_ids").with_u64_data(&nodes);
        if let Some(labels) = population.labels.as_ref().filter(|labels| labels.iter().any(|label| !label.is_empty())) {
            let labels: Vec<&str> = labels.iter().map(String::as_str).collect();
            group.create_dataset("labels").with_strings(&labels).map_err(|e| cannot_write(path)(e.into()))?;
        }
        root.add_group(group.finish());
    }
    builder.add_group(root.finish());
    let mut file = file;
    builder.finish_to(&mut file).map_err(cannot_write(path))?;
    file.finish()
}
