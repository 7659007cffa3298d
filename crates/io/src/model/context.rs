//! What every part of the reader shares: the documents, the tables, and the errors and warnings found so far.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::rc::Rc;

use toml_edit::Document;

use super::error::ModelError;
use super::table::{Table, TableSource};
use super::value::{Path, line_and_column, offset_of};
use crate::tables::{Place, TableError, TableReader};

/// Errors after which no more are collected.
const MOST_ERRORS: usize = 20;

pub(crate) struct Context<'a> {
    pub(crate) file: &'a str,
    /// The text as the user wrote it: errors are located in it.
    pub(crate) original: Document<String>,
    /// Values that came from options, with the text of the option.
    pub(crate) overrides: Vec<(Path, String)>,
    pub(crate) source: &'a dyn TableSource,
    pub(crate) errors: RefCell<Vec<ModelError>>,
    pub(crate) warnings: RefCell<Vec<String>>,
    /// Values that name tables, with the name under which any run finds them.
    pub(crate) references: RefCell<Vec<(Path, String)>>,
    tables: RefCell<HashMap<String, Rc<Table>>>,
    left_out: Cell<usize>,
    /// Whether a parameter that must be given is not: nothing that uses it can be read.
    pub(crate) incomplete: Cell<bool>,
}

impl<'a> Context<'a> {
    pub(crate) fn new(
        file: &'a str,
        original: Document<String>,
        overrides: Vec<(Path, String)>,
        source: &'a dyn TableSource,
    ) -> Self {
        Self {
            file,
            original,
            overrides,
            source,
            errors: RefCell::default(),
            warnings: RefCell::default(),
            references: RefCell::default(),
            tables: RefCell::default(),
            left_out: Cell::new(0),
            incomplete: Cell::new(false),
        }
    }

    fn report(&self, error: ModelError) {
        if self.errors.borrow().len() < MOST_ERRORS {
            self.errors.borrow_mut().push(error);
        } else {
            self.left_out.set(self.left_out.get() + 1);
        }
    }

    /// Reports an error at the value of `path`, or at its key.
    pub(crate) fn error_at(&self, path: &Path, of_key: bool, message: String, hint: Option<String>) {
        let from_option = self.overrides.iter().rev().find(|(option, _)| path.starts_with(option));
        let (file, position) = match from_option {
            Some((_, option)) => (format!("--set {option}"), None),
            None => {
                let offset = offset_of(&self.original, path, of_key);
                (self.file.to_owned(), offset.map(|offset| line_and_column(self.original.raw(), offset)))
            }
        };
        self.report(ModelError {
            file,
            line: position.map(|(line, _)| line),
            column: position.map(|(_, column)| column),
            key: path.to_string(),
            message,
            hint,
        });
    }

    /// Reports an error in a row of a table; `column` may be empty.
    pub(crate) fn error_in_row(&self, table: &str, place: Place, column: &str, message: String, hint: Option<String>) {
        let column = (!column.is_empty()).then(|| column.to_owned());
        self.table_error(TableError { table: table.to_owned(), place: Some(place), column, message, hint });
    }

    /// Reports what is wrong with a table.
    pub(crate) fn table_error(&self, error: TableError) {
        let column = error.column.map(|name| format!("column {name}"));
        let (line, row) = match error.place {
            Some(Place::Line(line)) => (usize::try_from(line).ok(), None),
            Some(Place::Row(row)) => (None, Some(format!("row {row}"))),
            None => (None, None),
        };
        let key = row.into_iter().chain(column).collect::<Vec<_>>().join(", ");
        let (file, message, hint) = (error.table, error.message, error.hint);
        self.report(ModelError { file, line, column: None, key, message, hint });
    }

    /// Reports an error in a file that the model names.
    pub(crate) fn error_in_file(&self, file: &str, line: Option<usize>, message: String, hint: Option<String>) {
        self.report(ModelError { file: file.to_owned(), line, column: None, key: String::new(), message, hint });
    }

    /// Takes over what is wrong with a file of another format: all of it, however much there is.
    pub(crate) fn take_over(&self, errors: Vec<ModelError>) {
        self.errors.borrow_mut().extend(errors);
    }

    /// The bytes of the file that the value at `path` names; `what` says what it is.
    pub(crate) fn bytes(&self, path: &Path, name: &str, what: &str) -> Option<Vec<u8>> {
        self.references.borrow_mut().push((path.clone(), self.source.lasting_name(name)));
        match self.source.read_bytes(name) {
            Ok(bytes) => Some(bytes),
            Err(cause) => {
                let hint = Some("a file's path is relative to the model file's folder".to_owned());
                self.error_at(path, false, format!("cannot read the {what} `{name}`: {cause}"), hint);
                None
            }
        }
    }

    pub(crate) fn warn(&self, warning: String) {
        self.warnings.borrow_mut().push(warning);
    }

    pub(crate) fn failed(&self) -> bool {
        !self.errors.borrow().is_empty()
    }

    /// The errors, with a line about those that were not kept.
    pub(crate) fn take_errors(&self) -> Vec<ModelError> {
        let mut errors = self.errors.take();
        errors.sort_by_key(|error| (error.file != self.file, error.line));
        if self.left_out.get() > 0 {
            errors.push(ModelError {
                file: self.file.to_owned(),
                line: None,
                column: None,
                key: String::new(),
                message: format!("and {} more errors", self.left_out.get()),
                hint: None,
            });
        }
        errors
    }

    /// The table that the value at `path` names, read once and held.
    pub(crate) fn table(&self, path: &Path, name: &str) -> Option<Rc<Table>> {
        if let Some(table) = self.tables.borrow().get(name) {
            self.references.borrow_mut().push((path.clone(), self.source.lasting_name(name)));
            return Some(Rc::clone(table));
        }
        match Table::read(self.open_table(path, name)?) {
            Ok(table) => {
                let table = Rc::new(table);
                self.tables.borrow_mut().insert(name.to_owned(), Rc::clone(&table));
                Some(table)
            }
            Err(error) => {
                self.table_error(error);
                None
            }
        }
    }

    /// The table that the value at `path` names, to be read a piece at a time.
    pub(crate) fn open_table(&self, path: &Path, name: &str) -> Option<TableReader> {
        self.references.borrow_mut().push((path.clone(), self.source.lasting_name(name)));
        let content = match self.source.open(name) {
            Ok(content) => content,
            Err(cause) => {
                let hint = Some("a table's path is relative to the model file's folder".to_owned());
                self.error_at(path, false, format!("cannot read the table `{name}`: {cause}"), hint);
                return None;
            }
        };
        TableReader::new(name, content).map_err(|error| self.table_error(error)).ok()
    }
}
