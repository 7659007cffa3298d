//! `weights.csv`: plastic synapses before and after a run.

use std::path::Path;

use super::hdf5::problem;
use super::spikes::{finish, write_error};
use super::{AtomicFile, ResultsError};
use crate::tables::{Batch, TableError, TableReader};

/// Header of `weights.csv`.
const HEADER: [&str; 9] =
    ["synapse", "slot", "source_before", "source_after", "target", "node", "delay_ms", "before", "after"];

/// One plastic synapse, or a slot for one.
#[derive(Clone, Debug, PartialEq)]
pub struct WeightRow {
    /// Kind of synapse.
    pub synapse: String,
    /// Number of the slot among those of its kind (and projection).
    pub slot: usize,
    /// Source before the run; none for a free slot.
    pub source_before: Option<String>,
    /// Source after the run; none for a free slot.
    pub source_after: Option<String>,
    /// Target cell.
    pub target: String,
    /// Node of the target cell.
    pub node: usize,
    /// ms.
    pub delay: f64,
    /// Weight before: uS for `exp` and `exp2`, a factor for kinetic synapses.
    pub before: f64,
    /// Weight after.
    pub after: f64,
}

/// Writes `weights.csv`.
///
/// Columns: `synapse` (kind), `slot`, `source_before` and `source_after` (empty where the slot is free, so that a synapse that formed
/// has only the second and one that was eliminated only the first), `target`, `node` (in the target cell), `delay_ms`, `before`
/// and `after` (weights).
///
/// # Errors
/// When the folder cannot be written to.
pub fn write_weights(path: &Path, rows: impl Iterator<Item = WeightRow>) -> Result<(), ResultsError> {
    let mut csv = csv::Writer::from_writer(AtomicFile::create(path)?);
    csv.write_record(HEADER).map_err(|error| write_error(&csv, error))?;
    for row in rows {
        let record = [
            row.synapse,
            row.slot.to_string(),
            row.source_before.unwrap_or_default(),
            row.source_after.unwrap_or_default(),
            row.target,
            row.node.to_string(),
            row.delay.to_string(),
            row.before.to_string(),
            row.after.to_string(),
        ];
        csv.write_record(record).map_err(|error| write_error(&csv, error))?;
    }
    finish(csv)
}

/// Weights of a kind of synapse, before and after a run.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct KindWeights {
    /// Kind of synapse.
    pub synapse: String,
    /// Of the synapses there were.
    pub before: Vec<f64>,
    /// Of the synapses there are.
    pub after: Vec<f64>,
}

/// Reads `weights.csv`, or the same table as Parquet: the weights of each kind, free slots left out.
///
/// # Errors
/// When it cannot be read, lacks a column, or has a weight that is no number.
pub fn read_weights(path: &Path) -> Result<Vec<KindWeights>, ResultsError> {
    let table = TableReader::open(path)?;
    let find = |name| table.column(name).ok_or_else(|| problem(path, format!("has no column `{name}`")));
    let columns = [find("synapse")?, find("source_before")?, find("source_after")?, find("before")?, find("after")?];
    let name = table.name().to_owned();
    let mut kinds: Vec<KindWeights> = Vec::new();
    table.read::<ResultsError>(&columns, |batch: &Batch| {
        for row in 0..batch.rows() {
            let synapse = batch.cell(0, row).text();
            let kind = kinds.iter().position(|kind| kind.synapse == synapse).unwrap_or_else(|| {
                kinds.push(KindWeights { synapse: synapse.into_owned(), ..KindWeights::default() });
                kinds.len() - 1
            });
            let weight = |column: usize| {
                batch.cell(column, row).number().ok_or_else(|| {
                    let text = batch.cell(column, row).text().into_owned();
                    TableError::new(&name, format!("`{text}` is not a weight")).at(batch.place(row))
                })
            };
            let there = |column: usize| !batch.cell(column, row).text().is_empty();
            if there(1) {
                kinds[kind].before.push(weight(3)?);
            }
            if there(2) {
                kinds[kind].after.push(weight(4)?);
            }
        }
        Ok(())
    })?;
    Ok(kinds)
}
