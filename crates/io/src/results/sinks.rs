//! Spikes and samples on their way to a file of any format.

use std::path::Path;

use super::folder::plain;
use super::{
    Digits, FileFormat, ParquetReport, ParquetSpikes, PopulationSpan, ReportHead, ReportWriter, ResultsError,
    SonataReport, SpikeWriter,
};

/// Name of the file of spikes: `spikes.h5`, `spikes.csv`, `spikes.parquet`.
#[must_use]
pub fn spikes_name(format: FileFormat) -> String {
    format!("spikes.{}", format.extension())
}

/// Name of the report of the probe `name`: `report_NAME.h5` and the like, with what does not belong in a file name replaced by `-`.
#[must_use]
pub fn report_name(name: &str, format: FileFormat) -> String {
    format!("report_{}.{}", plain(name), format.extension())
}

/// A file of spikes that is written as they come.
pub enum SpikeSink {
    /// `spikes.csv`.
    Csv(Box<SpikeWriter>),
    /// `spikes.parquet`.
    Parquet(Box<ParquetSpikes>),
}

impl SpikeSink {
    /// Opens the file in `folder`; `None` for SONATA, which sorts by population, so that
    /// [`write_sonata_spikes`](super::write_sonata_spikes) writes it at the end.
    ///
    /// # Errors
    /// When the folder cannot be written to.
    pub fn create(
        folder: &Path,
        format: FileFormat,
        populations: &[PopulationSpan],
    ) -> Result<Option<Self>, ResultsError> {
        let path = folder.join(spikes_name(format));
        Ok(match format {
            FileFormat::Csv => Some(Self::Csv(Box::new(SpikeWriter::create(&path, populations)?))),
            FileFormat::Parquet => Some(Self::Parquet(Box::new(ParquetSpikes::create(&path, populations)?))),
            FileFormat::Sonata => None,
        })
    }

    /// Appends spikes `(time in ms, neuron)` in the order given.
    ///
    /// # Errors
    /// When they cannot be written.
    pub fn write(&mut self, spikes: &[(f64, u32)]) -> Result<(), ResultsError> {
        match self {
            Self::Csv(file) => file.write(spikes),
            Self::Parquet(file) => file.write(spikes),
        }
    }

    /// Completes the file and gives it its name.
    ///
    /// # Errors
    /// When what is left cannot be written.
    pub fn finish(self) -> Result<(), ResultsError> {
        match self {
            Self::Csv(file) => file.finish(),
            Self::Parquet(file) => file.finish(),
        }
    }
}

/// A report that is written as the samples come.
pub enum ReportSink {
    /// `report_NAME.h5`.
    Sonata(Box<SonataReport>),
    /// `report_NAME.csv`.
    Csv(Box<ReportWriter>),
    /// `report_NAME.parquet`.
    Parquet(Box<ParquetReport>),
}

impl ReportSink {
    /// Opens the report of the probe `name` in `folder`. `digits` are those of CSV.
    ///
    /// # Errors
    /// When the folder cannot be written to.
    pub fn create(
        folder: &Path,
        name: &str,
        format: FileFormat,
        head: &ReportHead,
        digits: Digits,
    ) -> Result<Self, ResultsError> {
        let path = folder.join(report_name(name, format));
        Ok(match format {
            FileFormat::Sonata => Self::Sonata(Box::new(SonataReport::create(&path, head)?)),
            FileFormat::Parquet => Self::Parquet(Box::new(ParquetReport::create(&path, head)?)),
            FileFormat::Csv => {
                let labels: Vec<&str> = head.sites.iter().map(|site| site.label.as_str()).collect();
                Self::Csv(Box::new(ReportWriter::create(&path, &labels, digits)?))
            }
        })
    }

    /// Appends the samples of one time, ms, one for each site.
    ///
    /// # Errors
    /// When there are not as many values as sites, or they cannot be written.
    pub fn row(&mut self, time_ms: f64, values: &[f64]) -> Result<(), ResultsError> {
        match self {
            Self::Sonata(file) => file.row(values),
            Self::Csv(file) => file.row(time_ms, values),
            Self::Parquet(file) => file.row(time_ms, values),
        }
    }

    /// Completes the file and gives it its name.
    ///
    /// # Errors
    /// When what is left cannot be written.
    pub fn finish(self) -> Result<(), ResultsError> {
        match self {
            Self::Sonata(file) => file.finish(),
            Self::Csv(file) => file.finish(),
            Self::Parquet(file) => file.finish(),
        }
    }
}
