//! Some rows of a table, column by column.

use std::borrow::Cow;

use super::error::Place;

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Text; all columns of CSV are.
    Text,
    /// Whole numbers of 64 bits.
    Integer,
    /// Floating point numbers.
    Number,
    /// True or false.
    Boolean,
}

/// A value.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Cell<'a> {
    /// Nothing: null in Parquet.
    Missing,
    /// Text, blanks around it included.
    Text(&'a str),
    /// A whole number.
    Integer(i64),
    /// A floating point number.
    Number(f64),
    /// True or false.
    Boolean(bool),
}

impl<'a> Cell<'a> {
    /// The value as text without blanks around it; nothing is empty text.
    #[must_use]
    pub fn text(self) -> Cow<'a, str> {
        match self {
            Self::Missing => Cow::Borrowed(""),
            Self::Text(text) => Cow::Borrowed(text.trim()),
            Self::Integer(number) => Cow::Owned(number.to_string()),
            // What is whole is written without a point: 1.0 stands for the word `1` of a sign column.
            Self::Number(number) => Cow::Owned(number.to_string()),
            Self::Boolean(truth) => Cow::Borrowed(if truth { "true" } else { "false" }),
        }
    }

    /// The value as a number, if it is one.
    #[must_use]
    #[allow(clippy::cast_precision_loss)]
    pub fn number(self) -> Option<f64> {
        match self {
            Self::Missing | Self::Boolean(_) => None,
            Self::Text(text) => text.trim().parse().ok(),
            Self::Integer(number) => Some(number as f64),
            Self::Number(number) => Some(number),
        }
    }
}

/// Values of a column. Where some are missing, `missing` says which, and the value there means nothing.
#[derive(Clone, Debug, PartialEq)]
pub enum Column {
    /// Texts, one after the other, with where each ends.
    Text {
        /// All of them.
        text: String,
        /// Ends, in bytes.
        ends: Vec<usize>,
        /// Which are missing; empty: none.
        missing: Vec<bool>,
    },
    /// Whole numbers.
    Integer {
        /// Values.
        values: Vec<i64>,
        /// Which are missing; empty: none.
        missing: Vec<bool>,
    },
    /// Floating point numbers.
    Number {
        /// Values.
        values: Vec<f64>,
        /// Which are missing; empty: none.
        missing: Vec<bool>,
    },
    /// Truths.
    Boolean {
        /// Values.
        values: Vec<bool>,
        /// Which are missing; empty: none.
        missing: Vec<bool>,
    },
}

impl Column {
    /// A column without rows.
    #[must_use]
    pub fn new(kind: Kind) -> Self {
        let missing = Vec::new();
        match kind {
            Kind::Text => Self::Text { text: String::new(), ends: Vec::new(), missing },
            Kind::Integer => Self::Integer { values: Vec::new(), missing },
            Kind::Number => Self::Number { values: Vec::new(), missing },
            Kind::Boolean => Self::Boolean { values: Vec::new(), missing },
        }
    }

    /// Adds a row. A value of another kind is missing there; a whole number is a number.
    #[allow(clippy::cast_precision_loss)]
    pub fn push(&mut self, value: Cell<'_>) {
        let before = self.len();
        let there = match (&mut *self, value) {
            (Self::Text { text, ends, .. }, Cell::Text(own)) => {
                text.push_str(own);
                ends.push(text.len());
                true
            }
            (Self::Integer { values, .. }, Cell::Integer(own)) => {
                values.push(own);
                true
            }
            (Self::Number { values, .. }, Cell::Number(own)) => {
                values.push(own);
                true
            }
            (Self::Number { values, .. }, Cell::Integer(own)) => {
                values.push(own as f64);
                true
            }
            (Self::Boolean { values, .. }, Cell::Boolean(own)) => {
                values.push(own);
                true
            }
            (Self::Text { text, ends, .. }, _) => {
                ends.push(text.len());
                false
            }
            (Self::Integer { values, .. }, _) => {
                values.push(0);
                false
            }
            (Self::Number { values, .. }, _) => {
                values.push(0.0);
                false
            }
            (Self::Boolean { values, .. }, _) => {
                values.push(false);
                false
            }
        };
        let (Self::Text { missing, .. }
        | Self::Integer { missing, .. }
        | Self::Number { missing, .. }
        | Self::Boolean { missing, .. }) = self;
        if !there || !missing.is_empty() {
            missing.resize(before, false);
            missing.push(!there);
        }
    }

    /// What it holds.
    #[must_use]
    pub fn kind(&self) -> Kind {
        match self {
            Self::Text { .. } => Kind::Text,
            Self::Integer { .. } => Kind::Integer,
            Self::Number { .. } => Kind::Number,
            Self::Boolean { .. } => Kind::Boolean,
        }
    }

    /// Rows there are.
    #[must_use]
    pub fn len(&self) -> usize {
        match self {
            Self::Text { ends, .. } => ends.len(),
            Self::Integer { values, .. } => values.len(),
            Self::Number { values, .. } => values.len(),
            Self::Boolean { values, .. } => values.len(),
        }
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Removes all rows and keeps the memory.
    pub fn clear(&mut self) {
        let missing = match self {
            Self::Text { text, ends, missing } => {
                text.clear();
                ends.clear();
                missing
            }
            Self::Integer { values, missing } => {
                values.clear();
                missing
            }
            Self::Number { values, missing } => {
                values.clear();
                missing
            }
            Self::Boolean { values, missing } => {
                values.clear();
                missing
            }
        };
        missing.clear();
    }

    /// The value of a row.
    #[must_use]
    pub fn cell(&self, row: usize) -> Cell<'_> {
        let absent = |missing: &[bool]| missing.get(row).copied().unwrap_or(false);
        match self {
            Self::Text { missing, .. } | Self::Integer { missing, .. } if absent(missing) => Cell::Missing,
            Self::Number { missing, .. } | Self::Boolean { missing, .. } if absent(missing) => Cell::Missing,
            Self::Text { text, ends, .. } => {
                let first = if row == 0 { 0 } else { ends[row - 1] };
                Cell::Text(&text[first..ends[row]])
            }
            Self::Integer { values, .. } => Cell::Integer(values[row]),
            Self::Number { values, .. } => Cell::Number(values[row]),
            Self::Boolean { values, .. } => Cell::Boolean(values[row]),
        }
    }

    pub(super) fn missing(&self) -> &[bool] {
        match self {
            Self::Text { missing, .. }
            | Self::Integer { missing, .. }
            | Self::Number { missing, .. }
            | Self::Boolean { missing, .. } => missing,
        }
    }
}

/// Some rows: the columns that were asked for, in the order in which they were.
#[derive(Clone, Debug)]
pub struct Batch {
    /// The columns.
    pub columns: Vec<Column>,
    /// Rows of the table before the first of these.
    pub first: u64,
    /// Line of each row, where the table is text.
    pub(super) lines: Vec<u64>,
    pub(super) rows: usize,
}

impl Batch {
    /// Rows of these columns, which are of one length; `first` rows of the table are before them.
    #[must_use]
    pub fn new(columns: Vec<Column>, first: u64) -> Self {
        let rows = columns.first().map_or(0, Column::len);
        debug_assert!(columns.iter().all(|column| column.len() == rows), "columns of one length");
        Self { columns, first, lines: Vec::new(), rows }
    }

    /// Rows there are.
    #[must_use]
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// A value.
    #[must_use]
    pub fn cell(&self, column: usize, row: usize) -> Cell<'_> {
        self.columns[column].cell(row)
    }

    /// Where a row is.
    #[must_use]
    pub fn place(&self, row: usize) -> Place {
        match self.lines.get(row) {
            Some(line) => Place::Line(*line),
            None => Place::Row(self.first + row as u64 + 1),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_pushed_is_read_again() {
        let mut number = Column::new(Kind::Number);
        for cell in [Cell::Number(1.5), Cell::Missing, Cell::Integer(2), Cell::Text("x")] {
            number.push(cell);
        }
        let mut text = Column::new(Kind::Text);
        for cell in [Cell::Text("a"), Cell::Text("b"), Cell::Missing, Cell::Text("")] {
            text.push(cell);
        }
        let batch = Batch::new(vec![number, text], 0);
        assert_eq!(batch.rows(), 4);
        let column = |c: usize| (0..4).map(|row| batch.cell(c, row)).collect::<Vec<_>>();
        assert_eq!(column(0), [Cell::Number(1.5), Cell::Missing, Cell::Number(2.0), Cell::Missing]);
        assert_eq!(column(1), [Cell::Text("a"), Cell::Text("b"), Cell::Missing, Cell::Text("")]);
    }
}
