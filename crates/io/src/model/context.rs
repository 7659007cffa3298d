//! What every part of the reader shares: the documents, the tables, and the errors and warnings found so far.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::rc::Rc;

use toml_edit::Document;

use super::error::ModelError;
use super::table::{Table, TableSource};
use super::value::{Path, line_and_column, offset_of};

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

    /// Reports an error in a row of a table.
    pub(crate) fn error_in_row(&self, table: &Table, line: u64, column: &str, message: String, hint: Option<String>) {
        self.report(ModelError {
            file: table.name.clone(),
            line: usize::try_from(line).ok(),
            column: None,
            key: column.to_owned(),
            message,
            hint,
        });
    }

    /// Reports an error in a file that the model names.
    pub(crate) fn error_in_file(&self, file: &str, line: Option<usize>, message: String, hint: Option<String>) {
        self.report(ModelError { file: file.to_owned(), line, column: None, key: String::new(), message, hint });
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

    /// The table that the value at `path` names, read once.
    pub(crate) fn table(&self, path: &Path, name: &str) -> Option<Rc<Table>> {
        self.references.borrow_mut().push((path.clone(), self.source.lasting_name(name)));
        if let Some(table) = self.tables.borrow().get(name) {
            return Some(Rc::clone(table));
        }
        let text = match self.source.read(name) {
            Ok(text) => text,
            Err(cause) => {
                let hint = Some("a table's path is relative to the model file's folder".to_owned());
                self.error_at(path, false, format!("cannot read the table `{name}`: {cause}"), hint);
                return None;
            }
        };
        match Table::parse(name, &text) {
            Ok(table) => {
                let table = Rc::new(table);
                self.tables.borrow_mut().insert(name.to_owned(), Rc::clone(&table));
                Some(table)
            }
            Err(error) => {
                self.report(*error);
                None
            }
        }
    }
}
