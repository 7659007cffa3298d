//! `report_NAME.parquet`: samples of a probe, a row a value.

use std::path::Path;

use super::spikes_parquet::Texts;
use super::{ReportHead, ResultsError};
use crate::tables::{Batch, Column, Compression, Kind, TableWriter};

/// Columns of the table.
pub(super) const COLUMNS: [(&str, Kind); 6] = [
    ("time_ms", Kind::Number),
    ("index", Kind::Integer),
    ("section", Kind::Integer),
    ("position", Kind::Number),
    ("site", Kind::Text),
    ("value", Kind::Number),
];

/// Writes `report_NAME.parquet` as the samples come, a row a value: `time_ms`, `index` (of the cell in its population),
/// `section` and `position` on it, `site` (these in words) and `value`. `population`, `variable` and `unit` are notes of the file.
pub struct ParquetReport {
    path: std::path::PathBuf,
    table: TableWriter,
    columns: usize,
    /// Columns that are the same at each time: cells, sections, positions, places in words.
    places: [Column; 4],
}

impl ParquetReport {
    /// Opens the file.
    ///
    /// # Errors
    /// When the folder cannot be written to.
    pub fn create(path: &Path, head: &ReportHead) -> Result<Self, ResultsError> {
        let columns: Vec<(String, Kind)> = COLUMNS.iter().map(|&(name, kind)| (name.to_owned(), kind)).collect();
        let notes = [("population", &*head.population), ("variable", &*head.variable), ("unit", &*head.unit)];
        let table = TableWriter::create_with(path, &columns, Compression::default(), &notes)?;
        let sites = &head.sites;
        let integer = |values: Vec<i64>| Column::Integer { values, missing: Vec::new() };
        let mut labels = Texts::default();
        sites.iter().for_each(|site| labels.push(Some(&site.label)));
        #[allow(clippy::cast_possible_wrap)]
        let places = [
            integer(sites.iter().map(|site| site.node as i64).collect()),
            integer(sites.iter().map(|site| i64::from(site.element)).collect()),
            number(sites.iter().map(|site| site.position).collect()),
            labels.column(),
        ];
        Ok(Self { path: path.to_owned(), table, columns: sites.len(), places })
    }

    /// Appends the samples of one time, ms, one for each site.
    ///
    /// # Errors
    /// When there are not as many values as sites, or they cannot be written.
    pub fn row(&mut self, time_ms: f64, values: &[f64]) -> Result<(), ResultsError> {
        if values.len() != self.columns {
            return Err(ResultsError::Row { path: self.path.clone(), columns: self.columns, values: values.len() });
        }
        let mut columns = Vec::with_capacity(COLUMNS.len());
        columns.push(number(vec![time_ms; self.columns]));
        columns.extend(self.places.iter().cloned());
        columns.push(number(values.to_vec()));
        Ok(self.table.write(&Batch::new(columns, 0))?)
    }

    /// Completes the file and gives it its name.
    ///
    /// # Errors
    /// When what is left cannot be written.
    pub fn finish(self) -> Result<(), ResultsError> {
        Ok(self.table.finish()?)
    }
}

fn number(values: Vec<f64>) -> Column {
    Column::Number { values, missing: Vec::new() }
}
