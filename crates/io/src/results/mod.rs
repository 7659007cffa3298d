//! What a run leaves behind: spikes, samples and the run's report, in a folder of its own.
//!
//! Every file is written under a temporary name in its folder and renamed when it is complete, so
//! a file that has its name is whole.

mod atomic;
mod digest;
mod error;
mod folder;
pub mod format;
pub(crate) mod population;
mod report;
mod run;
mod size;
mod spikes;
mod weights;

pub use atomic::{AtomicFile, write_atomic};
pub use digest::spike_digest;
pub use error::ResultsError;
pub use folder::{create_folder, default_folder, stamp};
pub use population::PopulationSpan;
pub use report::{Digits, ReportWriter, report_file_name};
pub use run::{
    BytesReport, FlopReport, KernelReport, MemoryReport, PopulationReport, RUN_SCHEMA, RunReport, WeightReport,
    read_run, write_run,
};
pub use size::{Recording, SizeEstimate, estimate_size, free_space};
pub use spikes::{SpikeWriter, read_spikes};
pub use weights::{WeightRow, write_weights};
