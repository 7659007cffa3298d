//! CSV, plain or gzip, a few thousand rows at a time.

use std::io::{self, BufReader, Read};

use bytes::Buf;
use csv::{ByteRecord, ErrorKind, ReaderBuilder, Trim};
use flate2::read::MultiGzDecoder;

use super::batch::{Batch, Column, Kind};
use super::bounded::BoundedRows;
use super::error::{Place, TableError};
use super::reader::{Content, Header};

/// Rows of a batch.
const ROWS: usize = 8192;
/// A batch ends early when its text is longer than this, bytes.
const TEXT: usize = 16 << 20;
/// The most columns: beyond, it is a matrix or no table.
const MOST_COLUMNS: usize = 1 << 16;

pub(super) struct CsvSource {
    reader: csv::Reader<Box<dyn Read>>,
}

impl CsvSource {
    pub(super) fn open(
        name: &str,
        content: Content,
        gzip: bool,
        separator: u8,
    ) -> Result<(Self, Vec<Header>), TableError> {
        let raw: Box<dyn Read> = match content {
            Content::Bytes(bytes) => Box::new(bytes.reader()),
            Content::File(file) => Box::new(file),
        };
        let text: Box<dyn Read> =
            if gzip { Box::new(MultiGzDecoder::new(BufReader::with_capacity(1 << 18, raw))) } else { raw };
        let mut reader = ReaderBuilder::new()
            .comment(Some(b'#'))
            .delimiter(separator)
            .trim(Trim::Headers)
            .buffer_capacity(1 << 18)
            .from_reader(Box::new(BoundedRows::new(text)) as Box<dyn Read>);
        let names = reader.headers().map_err(|cause| broken(name, &cause, 0))?;
        if names.len() == 1 && names.get(0).is_some_and(str::is_empty) || names.is_empty() {
            return Err(TableError::new(name, "is empty").hint("its first line names the columns"));
        }
        if names.len() > MOST_COLUMNS {
            let message = format!("has {} columns; at most {MOST_COLUMNS} are read", names.len());
            return Err(TableError::new(name, message).hint("write a matrix as a table: a row for each connection"));
        }
        let headers = names
            .iter()
            .enumerate()
            .map(|(column, name)| Header {
                // The mark that some editors put at the beginning of a file.
                name: if column == 0 { name.trim_start_matches('\u{feff}').trim() } else { name }.to_owned(),
                kind: Ok(Kind::Text),
            })
            .collect();
        Ok((Self { reader }, headers))
    }

    pub(super) fn read<E: From<TableError>>(
        mut self,
        name: &str,
        headers: &[Header],
        columns: &[usize],
        mut take: impl FnMut(&Batch) -> Result<(), E>,
    ) -> Result<(), E> {
        let empty = columns.iter().map(|_| Column::new(Kind::Text)).collect();
        let mut batch = Batch { columns: empty, first: 0, lines: Vec::with_capacity(ROWS), rows: 0 };
        let mut record = ByteRecord::new();
        let mut long = false;
        loop {
            let more = self
                .reader
                .read_byte_record(&mut record)
                .map_err(|cause| broken(name, &cause, batch.first + batch.rows as u64))?;
            if more {
                let line = record.position().map_or(0, csv::Position::line);
                let mut length = 0;
                for (own, &column) in batch.columns.iter_mut().zip(columns) {
                    let Column::Text { text, ends, .. } = own else { continue };
                    let field = record.get(column).unwrap_or_default();
                    let field = std::str::from_utf8(field).map_err(|_| {
                        TableError::new(name, format!("`{}` is not UTF-8 text", String::from_utf8_lossy(field)))
                            .at(Place::Line(line))
                            .column(&headers[column].name)
                            .hint("save the table as UTF-8")
                    })?;
                    text.push_str(field);
                    ends.push(text.len());
                    length += text.len();
                }
                long = length > TEXT;
                batch.lines.push(line);
                batch.rows += 1;
            }
            if batch.rows == ROWS || long || (!more && batch.rows > 0) {
                take(&batch)?;
                batch.first += batch.rows as u64;
                batch.columns.iter_mut().for_each(Column::clear);
                batch.lines.clear();
                batch.rows = 0;
                long = false;
            }
            if !more {
                return Ok(());
            }
        }
    }
}

/// `rows` were read before.
fn broken(name: &str, cause: &csv::Error, rows: u64) -> TableError {
    let error = match cause.kind() {
        ErrorKind::UnequalLengths { expected_len, len, .. } => {
            TableError::new(name, format!("row has {len} columns, the header {expected_len}"))
                .hint("give every row as many columns as the header")
        }
        ErrorKind::Io(cause) if cause.kind() == io::ErrorKind::UnexpectedEof => {
            TableError::new(name, format!("the compressed file ends too early, after {rows} whole rows"))
                .hint("it was cut off: copy or download it again")
        }
        ErrorKind::Io(cause) if cause.kind() == io::ErrorKind::InvalidData => {
            TableError::new(name, format!("after {rows} rows: {cause}"))
        }
        ErrorKind::Io(cause) => TableError::new(name, format!("cannot read on after {rows} rows: {cause}"))
            .hint("is the file whole? copy or download it again"),
        ErrorKind::Utf8 { .. } => {
            TableError::new(name, "is not a CSV table: it is not UTF-8 text").hint("save the table as UTF-8")
        }
        _ => TableError::new(name, format!("not a CSV table: {cause}")),
    };
    match cause.position() {
        Some(at) => error.at(Place::Line(at.line())),
        None => error,
    }
}
