//! Tables that a model file names: connections, gap junctions, shapes.

use std::fmt;
use std::fs::File;
use std::path::{Path, PathBuf};

use super::nearest::nearest;
use crate::tables::{Content, Place, TableError, TableReader};

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

    /// The bytes of the table called `name`, to be read a piece at a time.
    ///
    /// # Errors
    /// As for [`TableSource::read`].
    fn open(&self, name: &str) -> Result<Content, String> {
        self.read(name).map(Content::from)
    }

    /// Where the file called `name` lies, for formats that name further files; none where it is not in a folder.
    fn path(&self, _name: &str) -> Option<PathBuf> {
        None
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

    fn open(&self, name: &str) -> Result<Content, String> {
        if let Some(builtin) = name.strip_prefix(BUILTIN) {
            let text = crate::builtin::table(builtin).ok_or_else(|| "no such built-in table".to_owned())?;
            return Ok(Content::Bytes(bytes::Bytes::from_static(text.as_bytes())));
        }
        let path = self.0.join(name);
        if path.is_dir() {
            return Err("it is a folder".to_owned());
        }
        File::open(path).map(Content::File).map_err(|cause| cause.to_string())
    }

    fn path(&self, name: &str) -> Option<PathBuf> {
        (!name.starts_with(BUILTIN)).then(|| self.0.join(name))
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

/// A table of text in memory.
#[derive(Debug)]
pub(crate) struct Table {
    pub(crate) name: String,
    pub(crate) headers: Vec<String>,
    rows: Vec<(Place, Vec<String>)>,
}

/// A row of a table, with where it stands.
#[derive(Clone, Copy)]
pub(crate) struct Row<'a> {
    place: Place,
    cells: &'a [String],
}

impl<'a> Row<'a> {
    pub(crate) fn text(&self, column: usize) -> &'a str {
        self.cells.get(column).map_or("", String::as_str)
    }

    pub(crate) fn place(&self) -> Place {
        self.place
    }
}

impl Table {
    /// The whole table that `reader` has opened.
    pub(crate) fn read(reader: TableReader) -> Result<Self, TableError> {
        let name = reader.name().to_owned();
        let headers: Vec<String> = reader.headers().map(str::to_owned).collect();
        let columns: Vec<usize> = (0..headers.len()).collect();
        let mut rows = Vec::new();
        reader.read::<TableError>(&columns, |batch| {
            for row in 0..batch.rows() {
                let cells = columns.iter().map(|&column| batch.cell(column, row).text().into_owned()).collect();
                rows.push((batch.place(row), cells));
            }
            Ok(())
        })?;
        Ok(Self { name, headers, rows })
    }

    pub(crate) fn rows(&self) -> impl Iterator<Item = Row<'_>> {
        self.rows.iter().map(|(place, cells)| Row { place: *place, cells })
    }

    pub(crate) fn column(&self, name: &str) -> Option<usize> {
        self.headers.iter().position(|header| header == name)
    }

    /// What to say when there is no column of that name.
    pub(crate) fn column_hint(&self, name: &str) -> String {
        column_hint(name, self.headers.iter().map(String::as_str))
    }
}

/// What to say when none of `headers` is called `name`.
pub(crate) fn column_hint<'a>(name: &str, headers: impl Iterator<Item = &'a str>) -> String {
    let headers: Vec<&str> = headers.collect();
    let all = headers.join(", ");
    match nearest(name, headers) {
        Some(near) => format!("did you mean `{near}`? its columns are {all}"),
        None => format!("its columns are {all}"),
    }
}
