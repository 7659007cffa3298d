//! Tables written: CSV, plain or gzip, and Parquet, by the file's name.

use std::collections::HashMap;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use flate2::write::GzEncoder;
use parquet::basic::{Compression as Codec, LogicalType, Repetition, Type as Physical, ZstdLevel};
use parquet::data_type::{BoolType, ByteArray, ByteArrayType, DoubleType, Int64Type};
use parquet::errors::ParquetError;
use parquet::file::metadata::KeyValue;
use parquet::file::properties::WriterProperties;
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::types::Type;

use super::batch::{Batch, Cell, Column, Kind};
use super::error::TableError;
use crate::results::{AtomicFile, ResultsError};

/// Different texts of a row group that are looked for among those before.
const SHARED: usize = 1 << 14;
/// Rows of a row group of Parquet.
const GROUP: usize = 1 << 20;

/// How columns of Parquet are compressed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Compression {
    /// Not at all.
    None,
    /// Snappy: fast.
    Snappy,
    /// Zstandard: small.
    #[default]
    Zstd,
}

/// Why a table was not written.
#[derive(Debug, thiserror::Error)]
pub enum WriteError {
    /// The name says nothing of the format.
    #[error("`{}` is no name of a table: it must end in .csv, .csv.gz, .tsv or .parquet", path.display())]
    Name {
        /// The file.
        path: PathBuf,
    },
    /// What was to be written could not be read.
    #[error(transparent)]
    Read(#[from] TableError),
    /// The file could not be written.
    #[error(transparent)]
    File(#[from] ResultsError),
    /// Parquet could not be made of it.
    #[error("cannot write `{}` as Parquet", path.display())]
    Parquet {
        /// The file.
        path: PathBuf,
        /// Why.
        source: ParquetError,
    },
}

/// A table that is being written; nothing has its name until [`TableWriter::finish`].
pub struct TableWriter {
    path: PathBuf,
    sink: Sink,
}

enum Sink {
    Csv(Box<csv::Writer<Stream>>),
    Parquet { writer: Box<SerializedFileWriter<AtomicFile>>, group: Vec<Column> },
}

enum Stream {
    Plain(AtomicFile),
    Gzip(GzEncoder<AtomicFile>),
}

impl Write for Stream {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Self::Plain(file) => file.write(bytes),
            Self::Gzip(file) => file.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Self::Plain(file) => file.flush(),
            Self::Gzip(file) => file.flush(),
        }
    }
}

impl TableWriter {
    /// Begins a table with columns of these names and kinds; the name of `path` says how it is written.
    ///
    /// # Errors
    /// When the name ends otherwise, or the file cannot be made.
    pub fn create(path: &Path, columns: &[(String, Kind)], compression: Compression) -> Result<Self, WriteError> {
        Self::create_with(path, columns, compression, &[])
    }

    /// [`TableWriter::create`] with `notes`, names and values, which Parquet holds beside the table; CSV has no place for them.
    ///
    /// # Errors
    /// As [`TableWriter::create`].
    pub fn create_with(
        path: &Path,
        columns: &[(String, Kind)],
        compression: Compression,
        notes: &[(&str, &str)],
    ) -> Result<Self, WriteError> {
        let name = path.to_string_lossy().to_ascii_lowercase();
        let parquet = name.ends_with(".parquet");
        if !parquet && ![".csv", ".csv.gz", ".tsv", ".tsv.gz"].iter().any(|end| name.ends_with(end)) {
            return Err(WriteError::Name { path: path.to_owned() });
        }
        let file = AtomicFile::create(path)?;
        let own = path.to_owned();
        if parquet {
            let fail = |source| WriteError::Parquet { path: path.to_owned(), source };
            let fields =
                columns.iter().map(|(name, kind)| field(name, *kind)).collect::<Result<_, _>>().map_err(fail)?;
            let schema = Type::group_type_builder("table").with_fields(fields).build().map_err(fail)?;
            let codec = match compression {
                Compression::None => Codec::UNCOMPRESSED,
                Compression::Snappy => Codec::SNAPPY,
                Compression::Zstd => Codec::ZSTD(ZstdLevel::default()),
            };
            let notes: Vec<KeyValue> =
                notes.iter().map(|(name, value)| KeyValue::new((*name).to_owned(), (*value).to_owned())).collect();
            let notes = Some(notes).filter(|notes| !notes.is_empty());
            let properties = WriterProperties::builder().set_compression(codec).set_key_value_metadata(notes).build();
            let writer = SerializedFileWriter::new(file, Arc::new(schema), Arc::new(properties)).map_err(fail)?;
            let group = columns.iter().map(|&(_, kind)| Column::new(kind)).collect();
            return Ok(Self { path: own, sink: Sink::Parquet { writer: Box::new(writer), group } });
        }
        let stream = if name.ends_with(".gz") {
            Stream::Gzip(GzEncoder::new(file, flate2::Compression::default()))
        } else {
            Stream::Plain(file)
        };
        let separator = if name.contains(".tsv") { b'\t' } else { b',' };
        // A first value that begins like a comment is quoted.
        let mut writer = csv::WriterBuilder::new().comment(Some(b'#')).delimiter(separator).from_writer(stream);
        let names = columns.iter().map(|(name, _)| name);
        writer.write_record(names).map_err(|cause| lost(path, cause))?;
        Ok(Self { path: own, sink: Sink::Csv(Box::new(writer)) })
    }

    /// Adds rows, whose columns are those of the table.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn write(&mut self, batch: &Batch) -> Result<(), WriteError> {
        match &mut self.sink {
            Sink::Csv(writer) => {
                let mut field = String::new();
                for row in 0..batch.rows() {
                    for column in &batch.columns {
                        write_field(&mut field, column.cell(row));
                        writer.write_field(&field).map_err(|cause| lost(&self.path, cause))?;
                    }
                    writer.write_record(None::<&[u8]>).map_err(|cause| lost(&self.path, cause))?;
                }
                Ok(())
            }
            Sink::Parquet { writer, group } => {
                for (into, from) in group.iter_mut().zip(&batch.columns) {
                    append(into, from);
                }
                if group.first().is_some_and(|column| column.len() >= GROUP) {
                    flush(writer, group).map_err(|source| WriteError::Parquet { path: self.path.clone(), source })?;
                }
                Ok(())
            }
        }
    }

    /// Writes out the rest and gives the file its name.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn finish(self) -> Result<(), WriteError> {
        let path = self.path;
        let file = match self.sink {
            Sink::Csv(writer) => {
                let stream = writer
                    .into_inner()
                    .map_err(|cause| ResultsError::Write { path: path.clone(), source: cause.into_error() })?;
                match stream {
                    Stream::Plain(file) => file,
                    Stream::Gzip(file) => {
                        file.finish().map_err(|source| ResultsError::Write { path: path.clone(), source })?
                    }
                }
            }
            Sink::Parquet { mut writer, mut group } => {
                let fail = |source| WriteError::Parquet { path: path.clone(), source };
                if group.first().is_some_and(|column| !column.is_empty()) {
                    flush(&mut writer, &mut group).map_err(fail)?;
                }
                writer.into_inner().map_err(fail)?
            }
        };
        Ok(file.finish()?)
    }
}

fn lost(path: &Path, cause: csv::Error) -> WriteError {
    WriteError::File(ResultsError::Write { path: path.to_owned(), source: cause.into() })
}

/// The value as a field of CSV; numbers so that the same number is read again.
fn write_field(field: &mut String, cell: Cell<'_>) {
    use std::fmt::Write as _;
    field.clear();
    // Writing to a string does not fail.
    let _ = match cell {
        Cell::Missing => Ok(()),
        Cell::Text(text) => field.write_str(text),
        Cell::Integer(number) => write!(field, "{number}"),
        Cell::Number(number) if number != 0.0 && !(1e-5..1e16).contains(&number.abs()) && number.is_finite() => {
            write!(field, "{number:e}")
        }
        Cell::Number(number) => write!(field, "{number}"),
        Cell::Boolean(truth) => write!(field, "{truth}"),
    };
}

fn field(name: &str, kind: Kind) -> Result<Arc<Type>, ParquetError> {
    let (physical, logical) = match kind {
        Kind::Text => (Physical::BYTE_ARRAY, Some(LogicalType::String)),
        Kind::Integer => (Physical::INT64, None),
        Kind::Number => (Physical::DOUBLE, None),
        Kind::Boolean => (Physical::BOOLEAN, None),
    };
    Type::primitive_type_builder(name, physical)
        .with_repetition(Repetition::OPTIONAL)
        .with_logical_type(logical)
        .build()
        .map(Arc::new)
}

/// Adds the rows of `from`, which is of the same kind.
pub(crate) fn append(into: &mut Column, from: &Column) {
    let (before, added) = (into.len(), from.len());
    let known = !into.missing().is_empty();
    let marks: Option<Vec<bool>> = match (known, from.missing()) {
        (false, []) => None,
        (_, []) => Some(vec![false; added]),
        (_, marks) => Some(marks.to_vec()),
    };
    let missing = match (&mut *into, from) {
        (Column::Text { text, ends, missing }, Column::Text { text: more, ends: more_ends, .. }) => {
            let offset = text.len();
            text.push_str(more);
            ends.extend(more_ends.iter().map(|end| end + offset));
            missing
        }
        (Column::Integer { values, missing }, Column::Integer { values: more, .. }) => {
            values.extend_from_slice(more);
            missing
        }
        (Column::Number { values, missing }, Column::Number { values: more, .. }) => {
            values.extend_from_slice(more);
            missing
        }
        (Column::Boolean { values, missing }, Column::Boolean { values: more, .. }) => {
            values.extend_from_slice(more);
            missing
        }
        _ => return,
    };
    if let Some(marks) = marks {
        if !known {
            missing.resize(before, false);
        }
        missing.extend(marks);
    }
}

/// Writes the rows as a row group and empties them.
fn flush(writer: &mut SerializedFileWriter<AtomicFile>, group: &mut [Column]) -> Result<(), ParquetError> {
    let mut rows = writer.next_row_group()?;
    for column in group {
        let Some(mut own) = rows.next_column()? else { break };
        let missing = column.missing();
        let levels: Vec<i16> = match missing {
            [] => vec![1; column.len()],
            marks => marks.iter().map(|&absent| i16::from(!absent)).collect(),
        };
        let there = |row: usize| levels[row] > 0;
        match &*column {
            Column::Text { ends, .. } => {
                // Of texts that come again and again there is one copy.
                let mut known: HashMap<&str, ByteArray> = HashMap::new();
                let mut shared = |text| match known.get(text) {
                    Some(bytes) => bytes.clone(),
                    None if known.len() < SHARED => known.entry(text).or_insert_with(|| ByteArray::from(text)).clone(),
                    None => ByteArray::from(text),
                };
                let texts: Vec<ByteArray> = (0..ends.len())
                    .filter(|&row| there(row))
                    .map(|row| match column.cell(row) {
                        Cell::Text(text) => shared(text),
                        _ => ByteArray::from(""),
                    })
                    .collect();
                own.typed::<ByteArrayType>().write_batch(&texts, Some(&levels), None)?;
            }
            Column::Integer { values, .. } => {
                own.typed::<Int64Type>().write_batch(&present(values, &levels), Some(&levels), None)?;
            }
            Column::Number { values, .. } => {
                own.typed::<DoubleType>().write_batch(&present(values, &levels), Some(&levels), None)?;
            }
            Column::Boolean { values, .. } => {
                own.typed::<BoolType>().write_batch(&present(values, &levels), Some(&levels), None)?;
            }
        }
        own.close()?;
        column.clear();
    }
    rows.close().map(|_| ())
}

/// The values of rows that have one.
fn present<T: Copy>(values: &[T], levels: &[i16]) -> Vec<T> {
    values.iter().zip(levels).filter(|&(_, &level)| level > 0).map(|(&value, _)| value).collect()
}
