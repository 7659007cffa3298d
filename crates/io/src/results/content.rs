//! What a file of results is, by what is in it.

use std::path::Path;

use super::ResultsError;
use super::hdf5::{Source, problem};
use super::read_spikes::is_hdf5;
use crate::tables::TableReader;

/// What a file holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Content {
    /// Spikes.
    Spikes,
    /// Samples of a probe.
    Report,
    /// Weights before and after.
    Weights,
}

/// Finds out what the file at `path` holds.
///
/// # Errors
/// When it cannot be read or is none of them.
pub fn content_of(path: &Path) -> Result<Content, ResultsError> {
    if is_hdf5(path)? {
        let source = Source::open(path)?;
        return match (source.file.group("spikes"), source.file.group("report")) {
            (Ok(_), _) => Ok(Content::Spikes),
            (_, Ok(_)) => Ok(Content::Report),
            _ => Err(source.problem("has neither a group `spikes` nor `report`")),
        };
    }
    let table = TableReader::open(path)?;
    let has = |name| table.column(name).is_some();
    if has("before") && has("after") && has("synapse") {
        Ok(Content::Weights)
    } else if has("time_ms") && (has("value") || !(has("neuron") || has("index"))) {
        Ok(Content::Report)
    } else if has("time_ms") {
        Ok(Content::Spikes)
    } else {
        Err(problem(path, "has no column `time_ms`: it is neither spikes, nor a report, nor weights"))
    }
}
