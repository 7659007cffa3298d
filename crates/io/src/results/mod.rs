//! What a run leaves behind: spikes, samples and the run's report, in a folder of its own.
//!
//! Every file is written under a temporary name in its folder and renamed when it is complete, so
//! a file that has its name is whole.

mod atomic;
mod content;
mod digest;
mod error;
mod folder;
pub mod format;
mod hdf5;
mod head;
mod kinds;
pub(crate) mod population;
mod read_report;
mod read_spikes;
mod report;
mod report_parquet;
mod report_sonata;
mod run;
mod sinks;
mod size;
mod spikes;
mod spikes_parquet;
mod spikes_sonata;
mod weights;

pub use atomic::{AtomicFile, write_atomic};
pub use content::{Content, content_of};
pub use digest::SpikeDigest;
pub use error::ResultsError;
pub use folder::{create_folder, default_folder, stamp};
pub use head::{ReportHead, ReportSite};
pub use kinds::FileFormat;
pub use population::PopulationSpan;
pub use read_report::{ReportReader, open_report};
pub use read_spikes::{PopulationSpikes, read_sonata_spikes, read_spike_file};
pub use report::{Digits, ReportWriter, report_file_name};
pub use report_parquet::ParquetReport;
pub use report_sonata::SonataReport;
pub use run::{
    BytesReport, FlopReport, KernelReport, MemoryReport, PopulationReport, RUN_SCHEMA, ReportReport, RunReport,
    WeightReport, read_run, write_run,
};
pub use sinks::{ReportSink, SpikeSink, report_name, spikes_name};
pub use size::{Recording, SizeEstimate, estimate_size, free_space};
pub use spikes::{SpikeWriter, read_spikes};
pub use spikes_parquet::ParquetSpikes;
pub use spikes_sonata::write_sonata_spikes;
pub use weights::{KindWeights, WeightRow, read_weights, write_weights};
