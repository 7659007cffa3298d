//! Parquet: flat tables of numbers and text, row groups in order, some rows of each column at a time.

use std::collections::BTreeSet;
use std::panic::{AssertUnwindSafe, catch_unwind};

use parquet::basic::{Compression, ConvertedType, LogicalType, Type};
use parquet::column::reader::{ColumnReader, ColumnReaderImpl, get_column_reader};
use parquet::data_type::DataType;
use parquet::errors::ParquetError;
use parquet::file::metadata::ParquetMetaData;
use parquet::file::reader::{FileReader, SerializedFileReader};
use parquet::schema::types::ColumnDescriptor;

use super::batch::{Batch, Column, Kind};
use super::error::{Place, TableError};
use super::pages::CheckedPages;
use super::reader::{Content, Header};

/// Rows of a batch.
const ROWS: usize = 1 << 16;

pub(super) struct ParquetSource {
    reader: Box<dyn FileReader>,
}

impl ParquetSource {
    /// The source, its columns, its rows, and how it is compressed.
    pub(super) fn open(name: &str, content: Content) -> Result<(Self, Vec<Header>, u64, String), TableError> {
        let length = match &content {
            Content::Bytes(bytes) => bytes.len() as u64,
            Content::File(file) => file.metadata().map_or(0, |file| file.len()),
        };
        let reader: Result<Box<dyn FileReader>, ParquetError> = guarded(|| match content {
            Content::Bytes(bytes) => SerializedFileReader::new(bytes).map(|reader| Box::new(reader) as _),
            Content::File(file) => SerializedFileReader::new(file).map(|reader| Box::new(reader) as _),
        });
        let reader = reader.map_err(|cause| {
            TableError::new(name, format!("the Parquet file has no readable description at its end: {}", said(&cause)))
                .hint("it was cut off: copy or download it again")
        })?;
        let file = reader.metadata();
        plausible(file, length).map_err(|problem| {
            TableError::new(name, format!("the description at the end of the Parquet file is wrong: {problem}"))
                .hint("it is damaged: copy or download it again")
        })?;
        let columns = file.file_metadata().schema_descr().columns();
        let headers = columns.iter().map(|own| Header { name: own.path().string(), kind: kind(own) }).collect();
        let rows = u64::try_from(file.file_metadata().num_rows())
            .map_err(|_| TableError::new(name, "the Parquet file says that it has less than no rows"))?;
        let used: BTreeSet<&str> = file
            .row_groups()
            .iter()
            .flat_map(|group| group.columns().iter().map(|own| compression(own.compression())))
            .collect();
        let used = used.into_iter().collect::<Vec<_>>().join(" and ");
        Ok((Self { reader }, headers, rows, if used.is_empty() { "no rows".to_owned() } else { used }))
    }

    /// A note that the file holds beside the table.
    pub(super) fn note(&self, name: &str) -> Option<String> {
        let notes = self.reader.metadata().file_metadata().key_value_metadata()?;
        notes.iter().find(|note| note.key == name)?.value.clone()
    }

    pub(super) fn read<E: From<TableError>>(
        self,
        name: &str,
        headers: &[Header],
        columns: &[usize],
        kinds: &[Kind],
        mut take: impl FnMut(&Batch) -> Result<(), E>,
    ) -> Result<(), E> {
        let empty = kinds.iter().map(|&kind| Column::new(kind)).collect();
        let mut batch = Batch { columns: empty, first: 0, lines: Vec::new(), rows: 0 };
        for index in 0..self.reader.num_row_groups() {
            let fail = |column: usize, row: u64, cause: &ParquetError| {
                TableError::new(name, format!("cannot read on: {}", said(cause)))
                    .at(Place::Row(row + 1))
                    .column(&headers[column].name)
                    .hint("is the file whole? copy or download it again")
            };
            let first = batch.first;
            let group = self
                .reader
                .get_row_group(index)
                .map_err(|cause| TableError::new(name, format!("cannot read row group {index}: {}", said(&cause))))?;
            let rows = usize::try_from(group.metadata().num_rows()).unwrap_or(0);
            let opened = columns.iter().map(|&column| {
                let descriptor = group.metadata().schema_descr().column(column);
                let reader = guarded(|| {
                    let pages = group.get_column_page_reader(column)?;
                    let pages = CheckedPages::new(pages, descriptor.physical_type(), descriptor.type_length());
                    Ok(get_column_reader(descriptor.clone(), Box::new(pages)))
                });
                let reader = reader.map_err(|cause| fail(column, first, &cause))?;
                Ok(Source { reader, unsigned: unsigned(&descriptor), levels: Vec::new(), scratch: Scratch::default() })
            });
            let mut sources = opened.collect::<Result<Vec<_>, TableError>>()?;
            let mut left = rows;
            while left > 0 {
                let count = left.min(ROWS);
                for ((source, into), &column) in sources.iter_mut().zip(&mut batch.columns).zip(columns) {
                    into.clear();
                    let read =
                        guarded(|| source.read(count, into)).map_err(|cause| fail(column, batch.first, &cause))?;
                    if read != count {
                        let message = format!("the column ends after {read} of {count} rows that should be there");
                        Err(TableError::new(name, message)
                            .at(Place::Row(batch.first + read as u64 + 1))
                            .column(&headers[column].name)
                            .hint("is the file whole? copy or download it again"))?;
                    }
                }
                batch.rows = count;
                take(&batch)?;
                batch.first += count as u64;
                left -= count;
            }
        }
        Ok(())
    }
}

/// Whether pieces of the file are where it says they are: what the library takes for granted.
fn plausible(file: &ParquetMetaData, length: u64) -> Result<(), String> {
    let within = |offset: i64, size: i64| {
        let (Ok(offset), Ok(size)) = (u64::try_from(offset), u64::try_from(size)) else { return false };
        offset.checked_add(size).is_some_and(|end| end <= length)
    };
    let mut rows = 0_i64;
    for (index, group) in file.row_groups().iter().enumerate() {
        if group.num_rows() < 0 {
            return Err(format!("row group {index} has {} rows", group.num_rows()));
        }
        rows = rows.saturating_add(group.num_rows());
        for column in group.columns() {
            let start = column.dictionary_page_offset().unwrap_or(column.data_page_offset());
            if !within(start, column.compressed_size()) || column.uncompressed_size() < 0 || column.num_values() < 0 {
                let name = column.column_path().string();
                return Err(format!("column `{name}` of row group {index} lies outside the file"));
            }
        }
    }
    let stated = file.file_metadata().num_rows();
    if rows == stated { Ok(()) } else { Err(format!("it has {rows} rows and says {stated}")) }
}

/// What the library answers; where a damaged page makes it panic, that is an error like others. Readers that panicked are not
/// used again.
fn guarded<T>(work: impl FnOnce() -> Result<T, ParquetError>) -> Result<T, ParquetError> {
    catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|_| Err(ParquetError::General("a page is damaged".to_owned())))
}

/// What a column holds, or why it cannot be read.
fn kind(column: &ColumnDescriptor) -> Result<Kind, String> {
    if column.max_rep_level() > 0 || column.path().parts().len() > 1 {
        return Err("is a list or a group of values; only plain columns can be read".to_owned());
    }
    let logical = column.logical_type_ref();
    let other = |what: &str| {
        Err(format!("holds {what}; only whole numbers, floating point numbers, text and truths can be read"))
    };
    match (column.physical_type(), logical) {
        (Type::BOOLEAN, _) => Ok(Kind::Boolean),
        (Type::INT32 | Type::INT64, None | Some(LogicalType::Integer(_))) => match column.converted_type() {
            ConvertedType::NONE
            | ConvertedType::INT_8
            | ConvertedType::INT_16
            | ConvertedType::INT_32
            | ConvertedType::INT_64
            | ConvertedType::UINT_8
            | ConvertedType::UINT_16
            | ConvertedType::UINT_32
            | ConvertedType::UINT_64 => Ok(Kind::Integer),
            converted => other(&format!("{converted}")),
        },
        (Type::FLOAT | Type::DOUBLE, None) => Ok(Kind::Number),
        (Type::BYTE_ARRAY, None | Some(LogicalType::String | LogicalType::Enum | LogicalType::Json)) => Ok(Kind::Text),
        (_, Some(logical)) => other(&format!("{logical:?}")),
        (physical, None) => other(&format!("{physical}")),
    }
}

fn unsigned(column: &ColumnDescriptor) -> bool {
    matches!(column.converted_type(), ConvertedType::UINT_32 | ConvertedType::UINT_64)
        || matches!(column.logical_type_ref(), Some(LogicalType::Integer(integer)) if !integer.is_signed)
}

/// A column of a row group.
struct Source {
    reader: ColumnReader,
    unsigned: bool,
    /// Of each row, whether it has a value (1) or none (0), where some may have none.
    levels: Vec<i16>,
    scratch: Scratch,
}

/// Values as they are stored, before they are widened.
#[derive(Default)]
struct Scratch {
    narrow: Vec<i32>,
    single: Vec<f32>,
    bytes: Vec<parquet::data_type::ByteArray>,
}

impl Source {
    /// Reads up to `count` rows into an empty column and returns how many there were.
    fn read(&mut self, count: usize, into: &mut Column) -> Result<usize, ParquetError> {
        let Self { reader, unsigned, levels, scratch } = self;
        levels.clear();
        let (rows, missing) = match (reader, into) {
            (ColumnReader::BoolColumnReader(reader), Column::Boolean { values, missing }) => {
                let rows = records(reader, count, levels, values)?;
                spread(levels, values, false);
                (rows, missing)
            }
            (ColumnReader::Int32ColumnReader(reader), Column::Integer { values, missing }) => {
                scratch.narrow.clear();
                let rows = records(reader, count, levels, &mut scratch.narrow)?;
                let widened = scratch.narrow.iter();
                if *unsigned {
                    #[allow(clippy::cast_sign_loss)]
                    values.extend(widened.map(|&value| i64::from(value as u32)));
                } else {
                    values.extend(widened.map(|&value| i64::from(value)));
                }
                spread(levels, values, 0);
                (rows, missing)
            }
            (ColumnReader::Int64ColumnReader(reader), Column::Integer { values, missing }) => {
                let rows = records(reader, count, levels, values)?;
                if *unsigned && values.iter().any(|&value| value < 0) {
                    return Err(ParquetError::General("a whole number is above 2^63".to_owned()));
                }
                spread(levels, values, 0);
                (rows, missing)
            }
            (ColumnReader::FloatColumnReader(reader), Column::Number { values, missing }) => {
                scratch.single.clear();
                let rows = records(reader, count, levels, &mut scratch.single)?;
                values.extend(scratch.single.iter().map(|&value| f64::from(value)));
                spread(levels, values, 0.0);
                (rows, missing)
            }
            (ColumnReader::DoubleColumnReader(reader), Column::Number { values, missing }) => {
                let rows = records(reader, count, levels, values)?;
                spread(levels, values, 0.0);
                (rows, missing)
            }
            (ColumnReader::ByteArrayColumnReader(reader), Column::Text { text, ends, missing }) => {
                scratch.bytes.clear();
                let rows = records(reader, count, levels, &mut scratch.bytes)?;
                for value in &scratch.bytes {
                    text.push_str(value.as_utf8()?);
                    ends.push(text.len());
                }
                // A missing text is as long as nothing: it ends where the one before it does.
                spread_ends(levels, ends);
                (rows, missing)
            }
            _ => {
                return Err(ParquetError::General("the column is not of the type that the file's end says".to_owned()));
            }
        };
        if levels.contains(&0) {
            missing.extend(levels.iter().map(|&level| level == 0));
        }
        Ok(rows)
    }
}

fn records<T: DataType>(
    reader: &mut ColumnReaderImpl<T>,
    count: usize,
    levels: &mut Vec<i16>,
    values: &mut Vec<T::T>,
) -> Result<usize, ParquetError> {
    reader.read_records(count, Some(levels), None, values).map(|(rows, _, _)| rows)
}

/// Puts values, which stand side by side, to the rows that have one.
fn spread<T: Copy>(levels: &[i16], values: &mut Vec<T>, nothing: T) {
    if values.len() >= levels.len() {
        return;
    }
    let mut from = values.len();
    values.resize(levels.len(), nothing);
    for row in (0..levels.len()).rev() {
        if levels[row] > 0 {
            from = from.saturating_sub(1);
            values[row] = values[from];
        } else {
            values[row] = nothing;
        }
    }
}

fn spread_ends(levels: &[i16], ends: &mut Vec<usize>) {
    if ends.len() >= levels.len() {
        return;
    }
    let mut own = std::mem::take(ends).into_iter();
    let mut end = 0;
    ends.extend(levels.iter().map(|&level| {
        if level > 0 {
            end = own.next().unwrap_or(end);
        }
        end
    }));
}

fn compression(compression: Compression) -> &'static str {
    match compression {
        Compression::UNCOMPRESSED => "not compressed",
        Compression::SNAPPY => "snappy",
        Compression::ZSTD(_) => "zstd",
        Compression::GZIP(_) => "gzip",
        Compression::BROTLI(_) => "brotli",
        Compression::LZ4 | Compression::LZ4_RAW => "lz4",
        Compression::LZO => "lzo",
    }
}

/// The message without the words that say which kind of error it is.
fn said(cause: &ParquetError) -> String {
    let text = cause.to_string();
    match text.split_once(": ") {
        Some((_, message)) => message.to_owned(),
        None => text,
    }
}
