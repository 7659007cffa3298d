//! A folder that a command fills: pictures as PNG and SVG, tables, JSON.

use std::path::{Path, PathBuf};

use huxley_io::picture::{Picture, PictureError};
use huxley_io::results::write_atomic;
use huxley_io::tables::{Batch, Column, Compression, TableWriter, WriteError};
use serde::Serialize;

use crate::failure::Failure;

/// The folder and the names of what was written.
pub struct Outputs {
    folder: PathBuf,
    names: Vec<String>,
}

impl Outputs {
    /// Makes the folder where it is not there.
    pub fn create(folder: &Path) -> Result<Self, Failure> {
        std::fs::create_dir_all(folder)
            .map_err(|error| Failure::failed(format!("cannot make the folder `{}`", folder.display())).cause(error))?;
        Ok(Self { folder: folder.to_owned(), names: Vec::new() })
    }

    /// Draws `NAME.png` and `NAME.svg`.
    pub fn picture(&mut self, name: &str, picture: &Picture) -> Result<(), Failure> {
        for extension in ["png", "svg"] {
            let name = format!("{name}.{extension}");
            save(picture, &self.folder.join(&name))?;
            self.names.push(name);
        }
        Ok(())
    }

    /// Writes a table: its columns with their names.
    pub fn table(&mut self, name: &str, columns: Vec<(String, Column)>) -> Result<(), Failure> {
        table(&self.folder.join(name), columns)?;
        self.names.push(name.to_owned());
        Ok(())
    }

    /// Writes JSON.
    pub fn json(&mut self, name: &str, value: &impl Serialize) -> Result<(), Failure> {
        let json = serde_json::to_vec_pretty(value)
            .map_err(|error| Failure::failed("cannot write the answer as JSON").cause(error))?;
        write_atomic(&self.folder.join(name), &json)?;
        self.names.push(name.to_owned());
        Ok(())
    }

    /// Adds the name of something that is about to be written, so that it can be told in what is written before.
    pub fn names_with(&self, more: &str) -> Vec<String> {
        self.names.iter().cloned().chain([more.to_owned()]).collect()
    }

    /// The folder.
    pub fn folder(&self) -> &Path {
        &self.folder
    }
}

/// Writes a picture.
pub fn save(picture: &Picture, path: &Path) -> Result<(), Failure> {
    picture.save(path).map_err(|error| match error {
        PictureError::Write(error) => error.into(),
        error => Failure::failed(format!("cannot draw `{}`", path.display())).cause(error),
    })
}

/// Writes a table, whose format is by the name.
pub fn table(path: &Path, columns: Vec<(String, Column)>) -> Result<(), Failure> {
    let fail = |error: WriteError| match error {
        WriteError::File(error) => error.into(),
        error @ WriteError::Name { .. } => Failure::input(error.to_string()),
        error => Failure::failed(format!("cannot write the table `{}`", path.display())).cause(error),
    };
    let kinds: Vec<_> = columns.iter().map(|(name, column)| (name.clone(), column.kind())).collect();
    let mut writer = TableWriter::create(path, &kinds, Compression::default()).map_err(fail)?;
    let columns = columns.into_iter().map(|(_, column)| column).collect();
    writer.write(&Batch::new(columns, 0)).map_err(fail)?;
    writer.finish().map_err(fail)
}

/// A column of numbers; what is not finite is missing.
pub fn numbers(values: impl IntoIterator<Item = f64>) -> Column {
    use huxley_io::tables::{Cell, Kind};
    let mut column = Column::new(Kind::Number);
    for value in values {
        column.push(if value.is_finite() { Cell::Number(value) } else { Cell::Missing });
    }
    column
}

/// A column of text.
pub fn texts<'a>(values: impl IntoIterator<Item = &'a str>) -> Column {
    use huxley_io::tables::{Cell, Kind};
    let mut column = Column::new(Kind::Text);
    values.into_iter().for_each(|value| column.push(Cell::Text(value)));
    column
}

/// A column of whole numbers.
pub fn integers(values: impl IntoIterator<Item = u64>) -> Column {
    use huxley_io::tables::{Cell, Kind};
    let mut column = Column::new(Kind::Integer);
    for value in values {
        column.push(i64::try_from(value).map_or(Cell::Missing, Cell::Integer));
    }
    column
}
