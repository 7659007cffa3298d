//! CSV tables that a model file names: connections, gap junctions, shapes, spike times.

use std::fmt;
use std::path::{Path, PathBuf};

use super::error::ModelError;
use super::nearest::nearest;

/// Where the tables that a model names are found.
pub trait TableSource: fmt::Debug {
    /// The text of the table called `name`.
    ///
    /// # Errors
    /// When there is none or it cannot be read, with the cause as text.
    fn read(&self, name: &str) -> Result<String, String>;

    /// The bytes of the file called `name`, which need not be text.
    ///
    /// # Errors
    /// When there is none or it cannot be read, with the cause as text.
    fn read_bytes(&self, name: &str) -> Result<Vec<u8>, String> {
        self.read(name).map(String::into_bytes)
    }

    /// A name under which the table is found from anywhere, to be written into the model file that goes with results.
    fn lasting_name(&self, name: &str) -> String;
}

/// Tables in a folder: a model file's own. `builtin:` names are those of the built-in models.
#[derive(Clone, Debug)]
pub struct Folder(pub PathBuf);

/// Before the names of tables that are part of the program.
const BUILTIN: &str = "builtin:";

impl TableSource for Folder {
    fn read(&self, name: &str) -> Result<String, String> {
        if let Some(builtin) = name.strip_prefix(BUILTIN) {
            return crate::builtin::table(builtin)
                .map(str::to_owned)
                .ok_or_else(|| "no such built-in table".to_owned());
        }
        String::from_utf8(self.read_bytes(name)?).map_err(|_| "it is not UTF-8 text".to_owned())
    }

    fn read_bytes(&self, name: &str) -> Result<Vec<u8>, String> {
        if name.starts_with(BUILTIN) {
            return self.read(name).map(String::into_bytes);
        }
        std::fs::read(self.0.join(name)).map_err(|cause| cause.to_string())
    }

    fn lasting_name(&self, name: &str) -> String {
        if name.starts_with(BUILTIN) {
            return name.to_owned();
        }
        let path = self.0.join(Path::new(name));
        let path = std::path::absolute(&path).unwrap_or(path);
        path.to_string_lossy().into_owned()
    }
}

/// A table: headed columns of text.
#[derive(Debug)]
pub(crate) struct Table {
    pub(crate) name: String,
    pub(crate) headers: Vec<String>,
    rows: Vec<csv::StringRecord>,
}

/// A row of a table, with the line it stands on.
#[derive(Clone, Copy)]
pub(crate) struct Row<'a> {
    record: &'a csv::StringRecord,
}

impl<'a> Row<'a> {
    pub(crate) fn text(&self, column: usize) -> &'a str {
        self.record.get(column).unwrap_or("")
    }

    pub(crate) fn line(&self) -> u64 {
        self.record.position().map_or(0, csv::Position::line)
    }
}

impl Table {
    pub(crate) fn parse(name: &str, text: &str) -> Result<Self, Box<ModelError>> {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let mut reader =
            csv::ReaderBuilder::new().comment(Some(b'#')).trim(csv::Trim::All).from_reader(text.as_bytes());
        let broken = |cause: csv::Error| {
            let line = cause.position().and_then(|at| usize::try_from(at.line()).ok());
            let (message, hint) = match cause.kind() {
                csv::ErrorKind::UnequalLengths { expected_len, len, .. } => (
                    format!("row has {len} columns, the header {expected_len}"),
                    Some("give every row as many columns as the header".to_owned()),
                ),
                _ => (format!("not a CSV table: {cause}"), None),
            };
            Box::new(ModelError { file: name.to_owned(), line, column: None, key: String::new(), message, hint })
        };
        let headers = reader.headers().map_err(broken)?.iter().map(str::to_owned).collect();
        let rows = reader.records().collect::<Result<Vec<_>, _>>().map_err(broken)?;
        Ok(Self { name: name.to_owned(), headers, rows })
    }

    pub(crate) fn len(&self) -> usize {
        self.rows.len()
    }

    pub(crate) fn rows(&self) -> impl Iterator<Item = Row<'_>> {
        self.rows.iter().map(|record| Row { record })
    }

    pub(crate) fn column(&self, name: &str) -> Option<usize> {
        self.headers.iter().position(|header| header == name)
    }

    /// What to say when there is no column of that name.
    pub(crate) fn column_hint(&self, name: &str) -> String {
        let all = self.headers.join(", ");
        match nearest(name, self.headers.iter().map(String::as_str)) {
            Some(near) => format!("did you mean `{near}`? its columns are {all}"),
            None => format!("its columns are {all}"),
        }
    }
}
