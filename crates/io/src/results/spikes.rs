//! `spikes.csv`: one line a spike.

use std::path::Path;

use super::population::PopulationIndex;
use super::{AtomicFile, PopulationSpan, ResultsError};

/// Header of `spikes.csv`.
const HEADER: [&str; 5] = ["time_ms", "neuron", "population", "index", "label"];

/// Writes `spikes.csv` as the spikes come.
///
/// Columns: `time_ms` (the shortest text that reads back as the same `f64`), `neuron` (over all
/// populations), `population`, `index` (in it) and `label` (empty when it has none).
#[derive(Debug)]
pub struct SpikeWriter {
    csv: csv::Writer<AtomicFile>,
    populations: Vec<PopulationSpan>,
    index: PopulationIndex,
    written: u64,
}

impl std::fmt::Debug for PopulationIndex {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("PopulationIndex")
    }
}

impl SpikeWriter {
    /// Opens the file and writes its header.
    ///
    /// # Errors
    /// When the folder cannot be written to.
    pub fn create(path: &Path, populations: &[PopulationSpan]) -> Result<Self, ResultsError> {
        let csv = csv::Writer::from_writer(AtomicFile::create(path)?);
        let index = PopulationIndex::new(populations);
        let mut writer = Self { csv, populations: populations.to_vec(), index, written: 0 };
        writer.record(&HEADER)?;
        Ok(writer)
    }

    /// Appends spikes `(time in ms, neuron)` in the order given.
    ///
    /// # Errors
    /// When they cannot be written.
    pub fn write(&mut self, spikes: &[(f64, u32)]) -> Result<(), ResultsError> {
        for &(time, neuron) in spikes {
            let found = self.index.find(&self.populations, neuron);
            let record = |writer: &mut csv::Writer<AtomicFile>| {
                let time = time.to_string();
                let neuron = neuron.to_string();
                match found {
                    Some((population, index)) => {
                        let population = &self.populations[population];
                        let label = population.label(index).unwrap_or("");
                        let index = index.to_string();
                        writer.write_record([&*time, &*neuron, &*population.name, &*index, label])
                    }
                    None => writer.write_record([&*time, &*neuron, "", "", ""]),
                }
            };
            record(&mut self.csv).map_err(|error| write_error(&self.csv, error))?;
            self.written += 1;
        }
        Ok(())
    }

    /// Spikes written so far.
    #[must_use]
    pub fn written(&self) -> u64 {
        self.written
    }

    /// Completes the file and gives it its name.
    ///
    /// # Errors
    /// When what is left cannot be written.
    pub fn finish(self) -> Result<(), ResultsError> {
        finish(self.csv)
    }

    fn record(&mut self, fields: &[&str]) -> Result<(), ResultsError> {
        self.csv.write_record(fields).map_err(|error| write_error(&self.csv, error))
    }
}

/// Completes a CSV file.
pub(super) fn finish(csv: csv::Writer<AtomicFile>) -> Result<(), ResultsError> {
    let path = csv.get_ref().path().to_owned();
    let file = csv.into_inner().map_err(|error| {
        let source = std::io::Error::new(error.error().kind(), error.error().to_string());
        ResultsError::Write { path, source }
    })?;
    file.finish()
}

pub(super) fn write_error(csv: &csv::Writer<AtomicFile>, error: csv::Error) -> ResultsError {
    csv.get_ref().error(error.into())
}

/// Reads `(time in ms, neuron)` from a file with the columns `time_ms` and `neuron`.
///
/// # Errors
/// When the file cannot be read, lacks one of them, or has a value that is not a number.
pub fn read_spikes(path: &Path) -> Result<Vec<(f64, u32)>, ResultsError> {
    let read = |error: csv::Error| ResultsError::Read { path: path.to_owned(), source: error.into() };
    let content = |line, problem| ResultsError::Content { path: path.to_owned(), line, problem };
    let mut csv = csv::Reader::from_path(path).map_err(read)?;
    let header = csv.headers().map_err(read)?.clone();
    let column = |name: &str| {
        header.iter().position(|field| field == name).ok_or_else(|| content(1, format!("there is no column `{name}`")))
    };
    let (time, neuron) = (column("time_ms")?, column("neuron")?);
    let mut spikes = Vec::new();
    for record in csv.records() {
        let record = record.map_err(read)?;
        let line = record.position().map_or(0, csv::Position::line);
        let value = |column: usize| record.get(column).unwrap_or("");
        let bad = |column: usize, allowed: &str| content(line, format!("`{}` is not {allowed}", value(column)));
        let time = value(time).parse().map_err(|_| bad(time, "a time in ms"))?;
        let neuron = value(neuron).parse().map_err(|_| bad(neuron, "a neuron's number"))?;
        spikes.push((time, neuron));
    }
    Ok(spikes)
}
