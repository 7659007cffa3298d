//! `report_NAME.csv`: samples of a probe, one row a time, one column a site.

use std::io::Write;
use std::path::Path;

use super::spikes::{finish, write_error};
use super::{AtomicFile, ResultsError};

/// How many digits a sample is written with.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Digits {
    /// The fewest that read back as the same `f32`: for runs in single precision.
    Single,
    /// The fewest that read back as the same `f64`.
    #[default]
    Double,
}

/// Writes `report_NAME.csv` as the samples come: a column `time_ms`, then one for each site.
#[derive(Debug)]
pub struct ReportWriter {
    csv: csv::Writer<AtomicFile>,
    columns: usize,
    digits: Digits,
    field: Vec<u8>,
}

impl ReportWriter {
    /// Opens the file and writes its header.
    ///
    /// # Errors
    /// When the folder cannot be written to.
    pub fn create<S: AsRef<str>>(path: &Path, columns: &[S], digits: Digits) -> Result<Self, ResultsError> {
        let mut csv = csv::Writer::from_writer(AtomicFile::create(path)?);
        let header = std::iter::once("time_ms").chain(columns.iter().map(AsRef::as_ref));
        csv.write_record(header).map_err(|error| write_error(&csv, error))?;
        Ok(Self { csv, columns: columns.len(), digits, field: Vec::new() })
    }

    /// Appends the samples of one time, ms, one for each column.
    ///
    /// # Errors
    /// When there are not as many values as columns, or they cannot be written.
    pub fn row(&mut self, time_ms: f64, values: &[f64]) -> Result<(), ResultsError> {
        if values.len() != self.columns {
            let path = self.csv.get_ref().path().to_owned();
            return Err(ResultsError::Row { path, columns: self.columns, values: values.len() });
        }
        self.field(time_ms, Digits::Double)?;
        for &value in values {
            self.field(value, self.digits)?;
        }
        let end = std::iter::empty::<&[u8]>();
        self.csv.write_record(end).map_err(|error| write_error(&self.csv, error))
    }

    /// Completes the file and gives it its name.
    ///
    /// # Errors
    /// When what is left cannot be written.
    pub fn finish(self) -> Result<(), ResultsError> {
        finish(self.csv)
    }

    #[allow(clippy::cast_possible_truncation)]
    fn field(&mut self, value: f64, digits: Digits) -> Result<(), ResultsError> {
        self.field.clear();
        let written = match digits {
            Digits::Single => write!(self.field, "{}", value as f32),
            Digits::Double => write!(self.field, "{value}"),
        };
        written.map_err(|source| self.csv.get_ref().error(source))?;
        self.csv.write_field(&self.field).map_err(|error| write_error(&self.csv, error))
    }
}

/// File name of the report of the probe `name`: `report_NAME.csv`, with what does not belong in a
/// file name replaced by `-`.
#[must_use]
pub fn report_file_name(name: &str) -> String {
    super::report_name(name, super::FileFormat::Csv)
}
