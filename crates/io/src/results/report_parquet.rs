//! `report_NAME.parquet`: samples of a probe, a row a value.

use std::path::Path;

use super::spikes_parquet::Texts;
use super::{ReportHead, ResultsError};
use crate::tables::{Batch, Column, Compression, Kind, TableWriter};

/// Columns of the table.
pub(super) const COLUMNS: [(&str, Kind); 9] = [
    ("time_ms", Kind::Number),
    ("population", Kind::Text),
    ("index", Kind::Integer),
    ("section", Kind::Integer),
    ("position", Kind::Number),
    ("site", Kind::Text),
    ("variable", Kind::Text),
    ("unit", Kind::Text),
    ("value", Kind::Number),
];

/// Writes `report_NAME.parquet` as the samples come, a row a value: `time_ms`, `population`, `index` (of the cell in it),
/// `section` and `position` on it, `site` (these in words), `variable`, `unit` and `value`.
pub struct ParquetReport {
    path: std::path::PathBuf,
    table: TableWriter,
    head: ReportHead,
}

impl ParquetReport {
    /// Opens the file.
    ///
    /// # Errors
    /// When the folder cannot be written to.
    pub fn create(path: &Path, head: &ReportHead) -> Result<Self, ResultsError> {
        let columns: Vec<(String, Kind)> = COLUMNS.iter().map(|&(name, kind)| (name.to_owned(), kind)).collect();
        let table = TableWriter::create(path, &columns, Compression::default())?;
        Ok(Self { path: path.to_owned(), table, head: head.clone() })
    }

    /// Appends the samples of one time, ms, one for each site.
    ///
    /// # Errors
    /// When there are not as many values as sites, or they cannot be written.
    #[allow(clippy::cast_possible_wrap)]
    pub fn row(&mut self, time_ms: f64, values: &[f64]) -> Result<(), ResultsError> {
        let sites = &self.head.sites;
        if values.len() != sites.len() {
            return Err(ResultsError::Row { path: self.path.clone(), columns: sites.len(), values: values.len() });
        }
        let number = |values: Vec<f64>| Column::Number { values, missing: Vec::new() };
        let integer = |values: Vec<i64>| Column::Integer { values, missing: Vec::new() };
        let same = |text: &str| {
            let mut texts = Texts::default();
            sites.iter().for_each(|_| texts.push(Some(text)));
            texts.column()
        };
        let mut labels = Texts::default();
        sites.iter().for_each(|site| labels.push(Some(&site.label)));
        let columns = vec![
            number(vec![time_ms; sites.len()]),
            same(&self.head.population),
            integer(sites.iter().map(|site| site.node as i64).collect()),
            integer(sites.iter().map(|site| i64::from(site.element)).collect()),
            number(sites.iter().map(|site| site.position).collect()),
            labels.column(),
            same(&self.head.variable),
            same(&self.head.unit),
            number(values.to_vec()),
        ];
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
