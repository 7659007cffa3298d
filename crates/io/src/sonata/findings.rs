//! What is found while a circuit is read: everything that is wrong, and what a user may want to know.

use std::cell::{Cell, RefCell};

use crate::model::{ModelError, ModelErrors};

/// Errors after which no more are kept.
const MOST: usize = 200;

/// Errors and warnings so far.
#[derive(Debug, Default)]
pub(super) struct Findings {
    errors: RefCell<Vec<ModelError>>,
    warnings: RefCell<Vec<String>>,
    more: Cell<usize>,
}

impl Findings {
    /// Notes an error at `key` of `file`; `hint` may be empty. Returns nothing, for `return findings.error(...)`.
    pub(super) fn error<T>(
        &self,
        file: &str,
        key: impl Into<String>,
        message: impl Into<String>,
        hint: impl Into<String>,
    ) -> Option<T> {
        self.push(file, None, key.into(), message.into(), hint.into());
        None
    }

    /// Notes an error in a line of a file.
    pub(super) fn error_in_line<T>(
        &self,
        file: &str,
        line: usize,
        key: &str,
        message: impl Into<String>,
        hint: impl Into<String>,
    ) -> Option<T> {
        self.push(file, Some(line), key.to_owned(), message.into(), hint.into());
        None
    }

    fn push(&self, file: &str, line: Option<usize>, key: String, message: String, hint: String) {
        let hint = (!hint.is_empty()).then_some(hint);
        let error = ModelError { file: file.to_owned(), line, column: None, key, message, hint };
        let mut errors = self.errors.borrow_mut();
        if errors.contains(&error) {
            return;
        }
        if errors.len() < MOST { errors.push(error) } else { self.more.set(self.more.get() + 1) }
    }

    pub(super) fn warn(&self, warning: impl Into<String>) {
        let warning = warning.into();
        if !self.warnings.borrow().contains(&warning) {
            self.warnings.borrow_mut().push(warning);
        }
    }

    pub(super) fn failed(&self) -> bool {
        !self.errors.borrow().is_empty()
    }

    /// All errors, or all warnings where there are none.
    pub(super) fn finish(self, file: &str) -> Result<Vec<String>, ModelErrors> {
        let mut errors = self.errors.into_inner();
        if errors.is_empty() {
            return Ok(self.warnings.into_inner());
        }
        if self.more.get() > 0 {
            let message = format!("and {} more errors", self.more.get());
            let (line, column, key, hint) = (None, None, String::new(), None);
            errors.push(ModelError { file: file.to_owned(), line, column, key, message, hint });
        }
        Err(ModelErrors(errors))
    }
}

/// Things of one sort that are wrong, counted, with the first as an example.
#[derive(Debug, Default)]
pub(super) struct Tally {
    count: usize,
    example: String,
}

impl Tally {
    pub(super) fn add(&mut self, example: impl FnOnce() -> String) {
        if self.count == 0 {
            self.example = example();
        }
        self.count += 1;
    }

    pub(super) fn count(&self) -> usize {
        self.count
    }

    /// `(first: EXAMPLE)`.
    pub(super) fn first(&self) -> &str {
        &self.example
    }
}
