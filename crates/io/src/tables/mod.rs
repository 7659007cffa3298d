//! Tables of any size, read and written in batches of rows: CSV (plain or gzip) and Parquet.
//!
//! A [`TableReader`] knows the names of its columns at once and hands out rows in batches of a few thousand, only of the
//! columns that were asked for; a file is never in memory as a whole. What a file is, its first bytes say. All tables of model
//! files (`huxley_io::model`), `connectome info` and `convert` are read by this one reader.

mod batch;
mod bounded;
mod convert;
mod csv;
mod error;
mod pages;
mod parquet;
mod reader;
mod write;

pub use batch::{Batch, Cell, Column, Kind};
pub(crate) use convert::whole;
pub use convert::{Converted, convert};
pub use error::{Place, TableError};
pub use reader::{Content, Format, TableReader};
pub use write::{Compression, TableWriter, WriteError};
