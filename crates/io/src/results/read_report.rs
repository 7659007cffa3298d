//! Reports read back, a row at a time: SONATA's HDF5 (ours, BMTK's, libsonata's), and the tables a run writes.

mod long;
mod sonata;
mod wide;

use std::path::{Path, PathBuf};

use super::read_spikes::is_hdf5;
use super::{ReportHead, ResultsError};
use crate::tables::{Format, TableReader};

/// A report, or what it has of one population, that is open.
pub struct ReportReader {
    path: PathBuf,
    head: ReportHead,
    kind: Kind,
}

enum Kind {
    Sonata(Box<sonata::Rows>),
    /// A column a site.
    Wide,
    /// A row a value.
    Long,
}

/// Opens a report: SONATA's HDF5, which may have several populations, CSV or Parquet; what a file is, its first bytes say.
///
/// # Errors
/// When it cannot be read or is no report.
pub fn open_report(path: &Path) -> Result<Vec<ReportReader>, ResultsError> {
    let reader = |head, kind| ReportReader { path: path.to_owned(), head, kind };
    if is_hdf5(path)? {
        let found = sonata::open(path)?;
        return Ok(found.into_iter().map(|(head, rows)| reader(head, Kind::Sonata(Box::new(rows)))).collect());
    }
    let table = TableReader::open(path)?;
    if matches!(table.format(), Format::Parquet(_)) {
        return Ok(vec![reader(long::open(table, path)?, Kind::Long)]);
    }
    drop(table);
    Ok(vec![reader(wide::open(path)?, Kind::Wide)])
}

impl ReportReader {
    /// What it is of. A report in CSV has labels alone: its `node` counts columns, and variable and unit are empty.
    #[must_use]
    pub fn head(&self) -> &ReportHead {
        &self.head
    }

    /// Its file.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Hands the rows from one time to another, ms, both included, to `take`: each with its time, and a value for each site.
    ///
    /// # Errors
    /// When the file cannot be read on, or `take` says so.
    pub fn visit(
        &self,
        from_ms: f64,
        to_ms: f64,
        mut take: impl FnMut(f64, &[f64]) -> Result<(), ResultsError>,
    ) -> Result<(), ResultsError> {
        match &self.kind {
            Kind::Sonata(rows) => rows.visit(&self.head, from_ms, to_ms, take),
            Kind::Wide | Kind::Long => {
                let within = |time: f64, row: &[f64]| {
                    if (from_ms..=to_ms).contains(&time) { take(time, row) } else { Ok(()) }
                };
                match self.kind {
                    Kind::Wide => wide::visit(&self.path, &self.head, within),
                    _ => long::visit(&self.path, &self.head, within),
                }
            }
        }
    }
}
