//! `spikes.parquet`: the columns of `spikes.csv`.

use std::path::Path;

use super::population::PopulationIndex;
use super::{PopulationSpan, ResultsError};
use crate::tables::{Batch, Column, Compression, Kind, TableWriter};

/// Writes `spikes.parquet` as the spikes come: `time_ms`, `neuron` (over all populations), `population`, `index` (in it) and
/// `label` (missing when it has none).
pub struct ParquetSpikes {
    table: TableWriter,
    populations: Vec<PopulationSpan>,
    index: PopulationIndex,
}

impl ParquetSpikes {
    /// Opens the file.
    ///
    /// # Errors
    /// When the folder cannot be written to.
    pub fn create(path: &Path, populations: &[PopulationSpan]) -> Result<Self, ResultsError> {
        let columns = [
            ("time_ms", Kind::Number),
            ("neuron", Kind::Integer),
            ("population", Kind::Text),
            ("index", Kind::Integer),
            ("label", Kind::Text),
        ];
        let columns: Vec<(String, Kind)> = columns.iter().map(|&(name, kind)| (name.to_owned(), kind)).collect();
        let table = TableWriter::create(path, &columns, Compression::default())?;
        Ok(Self { table, populations: populations.to_vec(), index: PopulationIndex::new(populations) })
    }

    /// Appends spikes `(time in ms, neuron)` in the order given.
    ///
    /// # Errors
    /// When they cannot be written.
    pub fn write(&mut self, spikes: &[(f64, u32)]) -> Result<(), ResultsError> {
        let mut names = Texts::default();
        let mut labels = Texts::default();
        let (mut places, mut outside) = (Vec::with_capacity(spikes.len()), Vec::with_capacity(spikes.len()));
        for &(_, neuron) in spikes {
            let found = self.index.find(&self.populations, neuron);
            names.push(found.map(|(population, _)| self.populations[population].name.as_str()));
            labels.push(found.and_then(|(population, place)| self.populations[population].label(place)));
            places.push(found.map_or(0, |(_, place)| i64::from(place)));
            outside.push(found.is_none());
        }
        let known = Vec::new;
        let columns = vec![
            Column::Number { values: spikes.iter().map(|spike| spike.0).collect(), missing: known() },
            Column::Integer { values: spikes.iter().map(|spike| i64::from(spike.1)).collect(), missing: known() },
            names.column(),
            Column::Integer { values: places, missing: outside },
            labels.column(),
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

/// A column of texts that is being made.
#[derive(Default)]
pub(super) struct Texts {
    text: String,
    ends: Vec<usize>,
    missing: Vec<bool>,
}

impl Texts {
    pub fn push(&mut self, value: Option<&str>) {
        self.text.push_str(value.unwrap_or(""));
        self.ends.push(self.text.len());
        self.missing.push(value.is_none());
    }

    pub fn column(self) -> Column {
        let missing = if self.missing.contains(&true) { self.missing } else { Vec::new() };
        Column::Text { text: self.text, ends: self.ends, missing }
    }
}
