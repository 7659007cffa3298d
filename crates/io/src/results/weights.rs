//! `weights.csv`: plastic synapses before and after a run.

use std::path::Path;

use super::spikes::{finish, write_error};
use super::{AtomicFile, ResultsError};

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
