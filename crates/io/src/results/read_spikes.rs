//! Spikes read back: SONATA's HDF5 (ours, BMTK's, libsonata's), and the tables a run writes.

use std::collections::BTreeMap;
use std::io::Read;
use std::path::Path;

use super::ResultsError;
use super::hdf5::{Source, problem};
use crate::tables::{Batch, Cell, TableError, TableReader};

/// Spikes of a population.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PopulationSpikes {
    /// Its name; empty where the file names none.
    pub name: String,
    /// `(time in ms, neuron in the population)`, in the order of the file.
    pub spikes: Vec<(f64, u64)>,
    /// Names of neurons, where they have any.
    pub labels: BTreeMap<u64, String>,
}

/// The first bytes of HDF5.
pub(super) const HDF5: [u8; 8] = *b"\x89HDF\r\n\x1a\n";

/// Whether a file is HDF5.
pub(super) fn is_hdf5(path: &Path) -> Result<bool, ResultsError> {
    let cannot = |source| ResultsError::Read { path: path.to_owned(), source };
    let mut first = Vec::new();
    std::fs::File::open(path).map_err(cannot)?.take(8).read_to_end(&mut first).map_err(cannot)?;
    Ok(first == HDF5)
}

/// Reads spikes from SONATA's HDF5, CSV or Parquet; what a file is, its first bytes say.
///
/// # Errors
/// When the file cannot be read or has no spikes where they should be.
pub fn read_spike_file(path: &Path) -> Result<Vec<PopulationSpikes>, ResultsError> {
    if is_hdf5(path)? { sonata(&Source::open(path)?) } else { table(path) }
}

/// [`read_spike_file`] of the bytes of an HDF5 file, called `name` in errors.
///
/// # Errors
/// As [`read_spike_file`].
pub fn read_sonata_spikes(name: &Path, bytes: Vec<u8>) -> Result<Vec<PopulationSpikes>, ResultsError> {
    sonata(&Source::of_bytes(name, bytes)?)
}

/// The order of spikes that an attribute `sorting` promises, text, enumeration or none, is not relied upon.
fn sonata(source: &Source) -> Result<Vec<PopulationSpikes>, ResultsError> {
    let root = source.file.group("spikes").map_err(|_| source.problem("has no group `spikes`"))?;
    let names = root.groups().map_err(source.unreadable("spikes"))?;
    if names.is_empty() && root.dataset("timestamps").is_ok() {
        // Before populations had groups, nodes were called gids.
        let nodes = if root.dataset("node_ids").is_ok() { "node_ids" } else { "gids" };
        return Ok(vec![train(source, &root, "spikes", "", nodes)?]);
    }
    let one = |name: String| {
        let place = format!("spikes/{name}");
        let group = root.group(&name).map_err(source.unreadable(&place))?;
        train(source, &group, &place, &name, "node_ids")
    };
    names.into_iter().map(one).collect()
}

fn train(
    source: &Source,
    group: &hdf5_pure::Group,
    place: &str,
    name: &str,
    node_ids: &str,
) -> Result<PopulationSpikes, ResultsError> {
    let times = source.dataset(group, place, "timestamps")?;
    let nodes = source.dataset(group, place, node_ids)?;
    let (times_at, nodes_at) = (format!("{place}/timestamps"), format!("{place}/{node_ids}"));
    let lengths = (source.length(&times, &times_at)?, source.length(&nodes, &nodes_at)?);
    if lengths.0 != lengths.1 {
        return Err(source.problem(format!("has {} times and {} nodes in `{place}`", lengths.0, lengths.1)));
    }
    let unit = source.unit_of_time(&times, &times_at)?;
    let times = times.read_f64().map_err(source.unreadable(&times_at))?;
    let nodes = nodes.read_u64().map_err(source.unreadable(&nodes_at))?;
    if let Some(bad) = times.iter().find(|time| !time.is_finite()) {
        return Err(source.problem(format!("has `{bad}` as a time in `{times_at}`")));
    }
    let labels = source.labels(group, &format!("{place}/labels"))?;
    Ok(PopulationSpikes {
        name: name.to_owned(),
        spikes: times.into_iter().map(|time| time * unit).zip(nodes).collect(),
        labels: (0..).zip(labels).filter(|(_, label)| !label.is_empty()).collect(),
    })
}

/// A table with `time_ms`, `population`, `index` and `label`; of these `time_ms`, and `index` or `neuron`, must be there.
fn table(path: &Path) -> Result<Vec<PopulationSpikes>, ResultsError> {
    let table = TableReader::open(path)?;
    let wanted = ["time_ms", "index", "population", "label"];
    let found = wanted.map(|name| table.column(name));
    let Some(time) = found[0] else { return Err(problem(path, "has no column `time_ms`")) };
    let Some(node) = found[1].or(table.column("neuron")) else {
        return Err(problem(path, "has neither a column `index` nor `neuron`"));
    };
    let mut columns = vec![time, node];
    let mut add = |column: Option<usize>| {
        column.map(|column| {
            columns.push(column);
            columns.len() - 1
        })
    };
    let (population, label) = (add(found[2]), add(found[3]));
    let name = table.name().to_owned();
    let mut trains: Vec<PopulationSpikes> = Vec::new();
    let mut last = 0;
    table.read::<ResultsError>(&columns, |batch: &Batch| {
        for row in 0..batch.rows() {
            let bad = |column: usize, allowed: &str| {
                let text = batch.cell(column, row).text().into_owned();
                TableError::new(&name, format!("`{text}` is not {allowed}")).at(batch.place(row))
            };
            let time = batch.cell(0, row).number().filter(|time| time.is_finite());
            let time = time.ok_or_else(|| bad(0, "a time in ms"))?;
            let node = whole(batch.cell(1, row)).ok_or_else(|| bad(1, "a neuron's number"))?;
            let own = population.map(|column| batch.cell(column, row).text()).unwrap_or_default();
            // Spikes of a population follow each other more often than not.
            if trains.get(last).is_none_or(|train: &PopulationSpikes| train.name != own) {
                last = trains.iter().position(|train| train.name == own).unwrap_or_else(|| {
                    trains.push(PopulationSpikes { name: own.into_owned(), ..PopulationSpikes::default() });
                    trains.len() - 1
                });
            }
            let train = &mut trains[last];
            train.spikes.push((time, node));
            let text = label.map(|column| batch.cell(column, row).text()).unwrap_or_default();
            if !text.is_empty() && !train.labels.contains_key(&node) {
                train.labels.insert(node, text.into_owned());
            }
        }
        Ok(())
    })?;
    Ok(trains)
}

/// A whole number that is not negative.
pub(super) fn whole(cell: Cell<'_>) -> Option<u64> {
    match cell {
        Cell::Text(text) => text.trim().parse().ok(),
        Cell::Integer(number) => u64::try_from(number).ok(),
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
        Cell::Number(number) => ((0.0..9e15).contains(&number) && number.fract() == 0.0).then_some(number as u64),
        Cell::Missing | Cell::Boolean(_) => None,
    }
}
