//! What is wrong with the files, and what a user should know of them, collected while they are read.

use std::cell::{Cell, RefCell};
use std::collections::HashSet;

use super::element::{Element, Place, XmlProblem};
use super::units::{self, Unit};
use crate::model::{ModelError, ModelErrors};

/// Errors after which no more are collected.
const MOST_ERRORS: usize = 100;

#[derive(Default)]
pub(super) struct Report {
    /// Names of the files, as they are shown.
    pub files: RefCell<Vec<String>>,
    errors: RefCell<Vec<ModelError>>,
    left_out: Cell<usize>,
    warnings: RefCell<Vec<String>>,
    told: RefCell<HashSet<String>>,
}

impl Report {
    /// Reports an error at an element.
    pub fn error<T>(&self, at: &Element, message: impl Into<String>, hint: impl Into<String>) -> Option<T> {
        self.push(at.place, at.called(), message.into(), Some(hint.into()));
        None
    }

    /// Reports something at an element that huxley does not simulate.
    pub fn unsupported<T>(&self, at: &Element, what: impl AsRef<str>, hint: impl Into<String>) -> Option<T> {
        self.error(at, format!("{} not supported", what.as_ref()), hint)
    }

    /// Reports an error in a file as a whole.
    pub fn error_in_file(&self, file: usize, problem: XmlProblem) {
        let place = Place { file, line: problem.line.unwrap_or(0) };
        self.push(place, String::new(), problem.message, problem.hint);
    }

    fn push(&self, place: Place, key: String, message: String, hint: Option<String>) {
        if self.errors.borrow().len() >= MOST_ERRORS {
            self.left_out.set(self.left_out.get() + 1);
            return;
        }
        let file = self.files.borrow().get(place.file).cloned().unwrap_or_default();
        let line = (place.line > 0).then_some(place.line);
        let hint = hint.filter(|hint| !hint.is_empty());
        self.errors.borrow_mut().push(ModelError { file, line, column: None, key, message, hint });
    }

    /// Adds a sentence a user should read, once.
    pub fn warn(&self, warning: impl Into<String>) {
        let warning = warning.into();
        if self.told.borrow_mut().insert(warning.clone()) {
            self.warnings.borrow_mut().push(warning);
        }
    }

    /// The same with the place of an element.
    pub fn warn_at(&self, at: &Element, warning: impl AsRef<str>) {
        self.warn(format!("{}: {}", self.place(at), warning.as_ref()));
    }

    /// `net.nml:12`.
    pub fn place(&self, at: &Element) -> String {
        let files = self.files.borrow();
        format!("{}:{}", files.get(at.place.file).map_or("", String::as_str), at.place.line)
    }

    pub fn failed(&self) -> bool {
        !self.errors.borrow().is_empty()
    }

    pub fn warnings(&self) -> Vec<String> {
        self.warnings.take()
    }

    /// The errors, in the order of the files, with a line about those that were not kept.
    pub fn take_errors(&self) -> ModelErrors {
        let mut errors = self.errors.take();
        let files = self.files.borrow();
        let rank = |error: &ModelError| files.iter().position(|file| *file == error.file).unwrap_or(usize::MAX);
        errors.sort_by_key(|error| (rank(error), error.line));
        if self.left_out.get() > 0 {
            errors.push(ModelError {
                file: files.first().cloned().unwrap_or_default(),
                line: None,
                column: None,
                key: String::new(),
                message: format!("and {} more errors", self.left_out.get()),
                hint: None,
            });
        }
        ModelErrors(errors)
    }

    /// An attribute that must be there.
    pub fn required<'a>(&self, at: &'a Element, name: &str) -> Option<&'a str> {
        at.get(name)
            .or_else(|| self.error(at, format!("the attribute `{name}` is missing"), format!("add {name}=\"...\"")))
    }

    /// A quantity that must be there, in huxley's unit.
    pub fn quantity(&self, at: &Element, name: &str, unit: Unit) -> Option<f64> {
        let Some(text) = at.get(name) else {
            return self.error(
                at,
                format!("the attribute `{name}` is missing"),
                format!("add {name}=\"{}\"", unit.example()),
            );
        };
        match units::parse(text, unit) {
            Ok(value) => Some(value),
            Err(problem) => self.error(at, format!("{name}=\"{text}\": {problem}"), format!("write {}", unit.hint())),
        }
    }

    /// A quantity, or `default` where the attribute is absent.
    pub fn quantity_or(&self, at: &Element, name: &str, unit: Unit, default: f64) -> Option<f64> {
        if at.get(name).is_some() { self.quantity(at, name, unit) } else { Some(default) }
    }

    /// A quantity above 0.
    pub fn positive(&self, at: &Element, name: &str, unit: Unit) -> Option<f64> {
        let value = self.quantity(at, name, unit)?;
        if value > 0.0 {
            return Some(value);
        }
        self.error(
            at,
            format!("{name}=\"{}\" must be above 0", at.get(name).unwrap_or("")),
            format!("write {}", unit.hint()),
        )
    }

    /// A quantity that is not negative.
    pub fn not_negative(&self, at: &Element, name: &str, unit: Unit) -> Option<f64> {
        let value = self.quantity(at, name, unit)?;
        if value >= 0.0 {
            return Some(value);
        }
        self.error(
            at,
            format!("{name}=\"{}\" is negative", at.get(name).unwrap_or("")),
            format!("write {}", unit.hint()),
        )
    }

    /// A whole number that is not negative, or `default` where the attribute is absent.
    pub fn whole_or(&self, at: &Element, name: &str, default: u64) -> Option<u64> {
        match at.get(name) {
            None => Some(default),
            Some(text) => text.parse().ok().or_else(|| {
                self.error(
                    at,
                    format!("{name}=\"{text}\" is not a whole number"),
                    format!("write {name}=\"{default}\""),
                )
            }),
        }
    }

    /// Position along a segment, 0 to 1.
    pub fn fraction_or(&self, at: &Element, name: &str, default: f64) -> Option<f64> {
        let value = self.quantity_or(at, name, Unit::Number, default)?;
        if (0.0..=1.0).contains(&value) {
            return Some(value);
        }
        self.error(
            at,
            format!("{name}=\"{}\" is not from 0 to 1", at.get(name).unwrap_or("")),
            "0 is the segment's start, 1 its end",
        )
    }

    /// Warns of attributes that nothing reads.
    pub fn known(&self, at: &Element, names: &[&str]) {
        for name in at.attribute_names().filter(|name| !names.contains(name) && !ALWAYS.contains(name)) {
            self.warn_at(at, format!("the attribute `{name}` of `{}` is not read", at.tag));
        }
    }
}

/// Attributes any element may have, without meaning for a simulation.
const ALWAYS: [&str; 7] = ["id", "name", "metaid", "neuroLexId", "notes", "type", "description"];
