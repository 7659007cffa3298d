//! How much a run will write, before it does.

use std::path::Path;

use super::FileFormat;

/// What will be recorded.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Recording {
    /// Neurons whose spikes are written.
    pub neurons: u64,
    /// Spikes a neuron and second that are expected.
    pub rate_hz: f64,
    /// Biological time, ms.
    pub duration_ms: f64,
    /// For each report, its columns and its sampling interval, ms.
    pub reports: Vec<(u64, f64)>,
    /// Formats of spikes.
    pub spike_formats: Vec<FileFormat>,
    /// Formats of reports.
    pub report_formats: Vec<FileFormat>,
}

/// Sizes, bytes. Text and what is compressed are counted at their usual length, so these are within a factor of two.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SizeEstimate {
    /// Files of spikes, at the expected rate.
    pub spikes: u64,
    /// All reports.
    pub reports: u64,
    /// Pictures, `run.json` and `model.toml`.
    pub other: u64,
}

impl SizeEstimate {
    /// All of it.
    #[must_use]
    pub fn total(&self) -> u64 {
        self.spikes.saturating_add(self.reports).saturating_add(self.other)
    }
}

/// Bytes of a spike: of a line of `spikes.csv`, a time of some 17 digits, two numbers and two names; in SONATA, two numbers of 8
/// bytes; in Parquet, compressed, most of a time and some of a number.
fn spike(format: FileFormat) -> f64 {
    match format {
        FileFormat::Csv => 44.0,
        FileFormat::Sonata => 16.0,
        FileFormat::Parquet => 12.0,
    }
}

/// Bytes of a sample: in CSV with its comma; in SONATA in single precision; in Parquet, compressed, most of a number.
fn sample(format: FileFormat) -> f64 {
    match format {
        FileFormat::Csv => 12.0,
        FileFormat::Sonata => 4.0,
        FileFormat::Parquet => 8.0,
    }
}

/// Bytes of a row's time and line end, where it has them.
fn row(format: FileFormat) -> f64 {
    if format == FileFormat::Csv { 12.0 } else { 0.0 }
}

/// Bytes of everything else.
const OTHER: u64 = 2_000_000;

/// Bytes that `recording` will take.
#[must_use]
#[allow(clippy::cast_precision_loss, clippy::cast_possible_truncation, clippy::cast_sign_loss)]
pub fn estimate_size(recording: &Recording) -> SizeEstimate {
    let spikes = recording.neurons as f64 * recording.rate_hz * recording.duration_ms / 1e3;
    let report = |&(columns, interval_ms): &(u64, f64)| {
        let rows = if interval_ms > 0.0 { recording.duration_ms / interval_ms + 1.0 } else { 0.0 };
        let bytes = |&format: &FileFormat| columns as f64 * sample(format) + row(format);
        rows * recording.report_formats.iter().map(bytes).sum::<f64>()
    };
    SizeEstimate {
        spikes: (spikes * recording.spike_formats.iter().map(|&format| spike(format)).sum::<f64>()) as u64,
        reports: recording.reports.iter().map(report).sum::<f64>() as u64,
        other: OTHER,
    }
}

/// Bytes that may still be written where `path` is or will be; `None` when the system does not say.
#[must_use]
pub fn free_space(path: &Path) -> Option<u64> {
    let existing = path.ancestors().find(|ancestor| ancestor.exists());
    let existing = existing.filter(|path| !path.as_os_str().is_empty());
    fs4::available_space(existing.unwrap_or(Path::new("."))).ok()
}
