//! A table that is open.

use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::path::Path;

use bytes::Bytes;

use super::batch::{Batch, Kind};
use super::csv::CsvSource;
use super::error::TableError;
use super::parquet::ParquetSource;

/// Where the bytes of a table are.
#[derive(Debug)]
pub enum Content {
    /// In memory.
    Bytes(Bytes),
    /// In a file.
    File(File),
}

impl From<String> for Content {
    fn from(text: String) -> Self {
        Self::Bytes(text.into())
    }
}

/// How a table is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Format {
    /// Text with commas (or tabs, where its name ends in `.tsv`).
    Csv,
    /// The same, compressed.
    CsvGzip,
    /// Parquet, with how its columns are compressed.
    Parquet(String),
}

impl Format {
    /// In words.
    #[must_use]
    pub fn name(&self) -> String {
        match self {
            Self::Csv => "CSV".to_owned(),
            Self::CsvGzip => "CSV, gzip".to_owned(),
            Self::Parquet(compression) => format!("Parquet, {compression}"),
        }
    }
}

/// A column of a table: its name, and what it holds or why it cannot be read.
#[derive(Clone, Debug)]
pub(super) struct Header {
    pub(super) name: String,
    pub(super) kind: Result<Kind, String>,
}

/// A table that is open.
pub struct TableReader {
    name: String,
    format: Format,
    headers: Vec<Header>,
    rows: Option<u64>,
    source: Source,
}

enum Source {
    Csv(CsvSource),
    Parquet(ParquetSource),
}

const GZIP: [u8; 2] = [0x1f, 0x8b];
const PARQUET: [u8; 4] = *b"PAR1";

impl TableReader {
    /// Opens the file at `path`.
    ///
    /// # Errors
    /// When it cannot be read or is no table.
    pub fn open(path: &Path) -> Result<Self, TableError> {
        let name = path.display().to_string();
        let fail = |cause: std::io::Error| TableError::new(&name, format!("cannot read the table: {cause}"));
        if path.is_dir() {
            return Err(TableError::new(&name, "is a folder, not a table"));
        }
        Self::new(&name, Content::File(File::open(path).map_err(fail)?))
    }

    /// Opens `content`, which is called `name` in messages. Its first bytes say what it is.
    ///
    /// # Errors
    /// When it cannot be read or is no table.
    pub fn new(name: &str, mut content: Content) -> Result<Self, TableError> {
        let mut first = [0; 4];
        let length = beginning(&mut content, &mut first)
            .map_err(|cause| TableError::new(name, format!("cannot read the table: {cause}")))?;
        let first = &first[..length];
        let lower = name.to_ascii_lowercase();
        let ends = |extension: &str| lower.ends_with(extension);
        if first == PARQUET {
            let (source, headers, rows, compression) = ParquetSource::open(name, content)?;
            let format = Format::Parquet(compression);
            return Ok(Self {
                name: name.to_owned(),
                format,
                headers,
                rows: Some(rows),
                source: Source::Parquet(source),
            });
        }
        if ends(".parquet") {
            return Err(TableError::new(name, "is not a Parquet file: it does not begin with `PAR1`")
                .hint("was it downloaded whole? a page of text in its place is a common mistake"));
        }
        let gzip = first.starts_with(&GZIP);
        if ends(".gz") && !gzip {
            return Err(TableError::new(name, "is not compressed with gzip, as its name says")
                .hint("rename it to end in .csv if it is plain text"));
        }
        let separator = if ends(".tsv") || ends(".tsv.gz") { b'\t' } else { b',' };
        let (source, headers) = CsvSource::open(name, content, gzip, separator)?;
        let format = if gzip { Format::CsvGzip } else { Format::Csv };
        Ok(Self { name: name.to_owned(), format, headers, rows: None, source: Source::Csv(source) })
    }

    /// The name it was opened by.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// How it is written.
    #[must_use]
    pub fn format(&self) -> &Format {
        &self.format
    }

    /// Names of the columns.
    pub fn headers(&self) -> impl Iterator<Item = &str> {
        self.headers.iter().map(|header| header.name.as_str())
    }

    /// Rows, where the file says how many there are.
    #[must_use]
    pub fn rows(&self) -> Option<u64> {
        self.rows
    }

    /// A note that the file holds beside the table; only Parquet has any.
    #[must_use]
    pub fn note(&self, name: &str) -> Option<String> {
        match &self.source {
            Source::Parquet(source) => source.note(name),
            Source::Csv(_) => None,
        }
    }

    /// Index of the column called `name`.
    #[must_use]
    pub fn column(&self, name: &str) -> Option<usize> {
        self.headers.iter().position(|header| header.name == name)
    }

    /// What a column holds.
    ///
    /// # Errors
    /// When it cannot be read: lists, dates and the like.
    pub fn kind(&self, column: usize) -> Result<Kind, TableError> {
        let header = &self.headers[column];
        header.kind.clone().map_err(|message| TableError::new(&self.name, message).column(&header.name))
    }

    /// Hands all rows to `take`, in order and in batches, each with the `columns` asked for.
    ///
    /// # Errors
    /// When the table cannot be read on, or `take` says so.
    pub fn read<E: From<TableError>>(
        self,
        columns: &[usize],
        take: impl FnMut(&Batch) -> Result<(), E>,
    ) -> Result<(), E> {
        let kinds = columns.iter().map(|&column| self.kind(column)).collect::<Result<Vec<_>, _>>()?;
        match self.source {
            Source::Csv(source) => source.read(&self.name, &self.headers, columns, take),
            Source::Parquet(source) => source.read(&self.name, &self.headers, columns, &kinds, take),
        }
    }
}

/// The first bytes; the content stands at its beginning again.
fn beginning(content: &mut Content, first: &mut [u8; 4]) -> std::io::Result<usize> {
    match content {
        Content::Bytes(bytes) => {
            let length = bytes.len().min(first.len());
            first[..length].copy_from_slice(&bytes[..length]);
            Ok(length)
        }
        Content::File(file) => {
            let mut length = 0;
            while length < first.len() {
                match file.read(&mut first[length..])? {
                    0 => break,
                    more => length += more,
                }
            }
            file.seek(SeekFrom::Start(0))?;
            Ok(length)
        }
    }
}
