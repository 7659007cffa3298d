//! What is wrong with a table, and where.

use std::fmt;

/// Where in a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// A line of a text file, from 1.
    Line(u64),
    /// A row of a Parquet file, from 1.
    Row(u64),
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Line(line) => write!(f, "line {line}"),
            Self::Row(row) => write!(f, "row {row}"),
        }
    }
}

/// Why a table could not be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TableError {
    /// The table, as it was named.
    pub table: String,
    /// Where, if it is in one place.
    pub place: Option<Place>,
    /// Name of the column, if it is about one.
    pub column: Option<String>,
    /// What is wrong, with the value as found.
    pub message: String,
    /// How to mend it.
    pub hint: Option<String>,
}

impl TableError {
    /// Something wrong with the whole of `table`.
    pub fn new(table: &str, message: impl Into<String>) -> Self {
        Self { table: table.to_owned(), place: None, column: None, message: message.into(), hint: None }
    }

    /// The same, at a place.
    #[must_use]
    pub fn at(mut self, place: Place) -> Self {
        self.place = Some(place);
        self
    }

    /// The same, in a column.
    #[must_use]
    pub fn column(mut self, name: &str) -> Self {
        self.column = Some(name.to_owned());
        self
    }

    /// The same, with what would help.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// Where it is and what is wrong, without the hint.
    #[must_use]
    pub fn text(&self) -> String {
        let mut text = format!("`{}`", self.table);
        if let Some(place) = self.place {
            text += &format!(", {place}");
        }
        if let Some(column) = &self.column {
            text += &format!(", column `{column}`");
        }
        format!("{text}: {}", self.message)
    }
}

impl fmt::Display for TableError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.text())?;
        match &self.hint {
            Some(hint) => write!(f, "\n  hint: {hint}"),
            None => Ok(()),
        }
    }
}

impl std::error::Error for TableError {}
