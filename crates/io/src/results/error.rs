//! What can go wrong with a results folder.

use std::io;
use std::path::PathBuf;

use crate::tables::{TableError, WriteError};

/// Why a result could not be written or read.
#[derive(Debug, thiserror::Error)]
pub enum ResultsError {
    /// The folder could not be made.
    #[error("cannot create the folder `{}`{}", path.display(), hint(source))]
    Folder {
        /// The folder.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// A file could not be written; what was under its name before is unchanged.
    #[error("cannot write `{}`{}", path.display(), hint(source))]
    Write {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// A file could not be read.
    #[error("cannot read `{}`", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// A file was read and is not what it should be.
    #[error("`{}`, line {line}: {problem}", path.display())]
    Content {
        /// The file.
        path: PathBuf,
        /// Line, from 1; 0 when the problem is the file's.
        line: u64,
        /// What is wrong.
        problem: String,
    },
    /// Something is wrong with a file as a whole.
    #[error("`{}` {problem}", path.display())]
    Problem {
        /// The file.
        path: PathBuf,
        /// What is wrong, as a predicate of the file.
        problem: String,
    },
    /// A table could not be read.
    #[error(transparent)]
    Table(#[from] TableError),
    /// A row does not have one value for each column.
    #[error("`{}` has {columns} columns and was given a row of {values} values", path.display())]
    Row {
        /// The file.
        path: PathBuf,
        /// Its columns, the time not counted.
        columns: usize,
        /// Values of the row.
        values: usize,
    },
}

impl From<WriteError> for ResultsError {
    fn from(error: WriteError) -> Self {
        match error {
            WriteError::File(error) => error,
            WriteError::Read(error) => Self::Table(error),
            WriteError::Name { ref path } | WriteError::Parquet { ref path, .. } => {
                let cause = std::error::Error::source(&error).map_or(String::new(), |source| format!(": {source}"));
                Self::Problem { path: path.clone(), problem: format!("cannot be written as a table{cause}") }
            }
        }
    }
}

fn hint(source: &io::Error) -> &'static str {
    match source.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => {
            "; hint: the disk is full: free some space, record less, or choose another folder with --out"
        }
        io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => {
            "; hint: choose a folder that can be written to with --out"
        }
        _ => "",
    }
}
