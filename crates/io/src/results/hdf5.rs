//! What spikes and reports in HDF5 share.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use hdf5_pure::{AttrValue, DType, Dataset, Error, File, FileBuilder, Group};

use super::ResultsError;

/// SONATA's mark of a file and the version of the format, attributes of the root.
const MAGIC: u32 = 0x0A7A;
const VERSION: [u32; 2] = [0, 1];

/// A name as a group can have: a slash would begin another.
pub(super) fn group_name(population: &str) -> String {
    match population {
        "" | "." => "unnamed".to_owned(),
        name => name.replace('/', "-"),
    }
}

/// Text as h5py writes it, which all readers take.
pub(super) fn text(value: &str) -> AttrValue {
    AttrValue::VarLenString(value.to_owned())
}

/// A file with SONATA's marks.
pub(super) fn sonata_file() -> FileBuilder {
    let mut file = FileBuilder::new();
    file.set_attr("magic", AttrValue::U32(MAGIC));
    file.set_attr("version", AttrValue::U32Array(VERSION.to_vec()));
    file
}

pub(super) fn cannot_write(path: &Path) -> impl FnOnce(Error) -> ResultsError {
    let path = path.to_owned();
    move |error| match error {
        Error::Io(source) => ResultsError::Write { path, source },
        error => ResultsError::Problem { path, problem: format!("cannot be written as HDF5: {error}") },
    }
}

/// An HDF5 file that is read, with what its name is in errors.
pub(super) struct Source {
    pub path: PathBuf,
    pub file: File,
}

impl Source {
    pub fn open(path: &Path) -> Result<Self, ResultsError> {
        // So that a file that is not there is said to be so.
        std::fs::File::open(path).map_err(|source| ResultsError::Read { path: path.to_owned(), source })?;
        Self::of(path, File::open_streaming(path))
    }

    pub fn of_bytes(path: &Path, bytes: Vec<u8>) -> Result<Self, ResultsError> {
        Self::of(path, File::from_bytes(bytes))
    }

    fn of(path: &Path, file: Result<File, Error>) -> Result<Self, ResultsError> {
        let file = file.map_err(|error| problem(path, format!("is no HDF5 file: {error}")))?;
        if file.superblock().eof_address > file.file_size() {
            let (whole, there) = (file.superblock().eof_address, file.file_size());
            return Err(problem(path, format!("is cut short: it has {there} bytes of {whole}")));
        }
        Ok(Self { path: path.to_owned(), file })
    }

    pub fn problem(&self, text: impl Into<String>) -> ResultsError {
        problem(&self.path, text)
    }

    /// A failed read of a place.
    pub fn unreadable(&self, place: &str) -> impl FnOnce(Error) -> ResultsError {
        let (path, place) = (self.path.clone(), place.to_owned());
        move |error| problem(&path, format!("cannot be read at `{place}`: {error}"))
    }

    /// A dataset of a group.
    pub fn dataset(&self, group: &Group, place: &str, name: &str) -> Result<Dataset, ResultsError> {
        group.dataset(name).map_err(|error| self.problem(format!("has no `{place}/{name}`: {error}")))
    }

    /// Lengths of a dataset, which is not larger than the file can hold.
    pub fn shape(&self, dataset: &Dataset, place: &str) -> Result<Vec<u64>, ResultsError> {
        let shape = dataset.shape().map_err(self.unreadable(place))?;
        let element = dataset.element_size().map_err(self.unreadable(place))?;
        let bytes = shape.iter().try_fold(element, |bytes, &length| bytes.checked_mul(length));
        match bytes {
            Some(bytes) if bytes <= self.file.file_size().saturating_mul(MOST_EXPANSION) => Ok(shape),
            _ => Err(self.problem(format!("says that `{place}` has {shape:?} values, which the file cannot hold"))),
        }
    }

    /// The length of a dataset with one dimension.
    pub fn length(&self, dataset: &Dataset, place: &str) -> Result<u64, ResultsError> {
        match self.shape(dataset, place)?[..] {
            [length] => Ok(length),
            ref shape => Err(self.problem(format!("has {} dimensions in `{place}`, expected 1", shape.len()))),
        }
    }

    pub fn attributes(&self, found: Result<HashMap<String, AttrValue>, Error>) -> HashMap<String, AttrValue> {
        // What an attribute says is never needed to read a file; units are assumed to be SONATA's where none can be read.
        found.unwrap_or_default()
    }

    /// Texts of a fixed length; none where the file has no such dataset, or one of another kind.
    pub fn labels(&self, group: &Group, place: &str) -> Result<Vec<String>, ResultsError> {
        let Ok(dataset) = group.dataset("labels") else { return Ok(Vec::new()) };
        if !matches!(dataset.dtype(), Ok(DType::String)) {
            return Ok(Vec::new());
        }
        self.length(&dataset, place)?;
        dataset.read_string().map_err(self.unreadable(place))
    }

    /// Milliseconds in the unit of a time.
    pub fn unit_of_time(&self, dataset: &Dataset, place: &str) -> Result<f64, ResultsError> {
        let attributes = self.attributes(dataset.attrs());
        match attributes.get("units").and_then(AttrValue::as_str).map_or("ms", str::trim) {
            "" | "ms" | "msec" | "millisecond" | "milliseconds" => Ok(1.0),
            "s" | "sec" | "second" | "seconds" => Ok(1000.0),
            "us" | "microsecond" | "microseconds" => Ok(1e-3),
            other => Err(self.problem(format!("has `{place}` in `{other}`; ms or s is expected"))),
        }
    }
}

/// Deflate makes at most 1,032 bytes of one; what says that it holds more than this many times the file's size is broken.
const MOST_EXPANSION: u64 = 1100;

pub(super) fn problem(path: &Path, text: impl Into<String>) -> ResultsError {
    ResultsError::Problem { path: path.to_owned(), problem: text.into() }
}
