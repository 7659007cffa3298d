//! Tables that kernels read, and the names they know them by.

use std::fmt::Write as _;

use crate::element::Element;

/// Constants of the text of kernels.
#[derive(Clone, Debug, Default)]
pub struct Names {
    text: String,
}

impl Names {
    /// `const NAME: u32`.
    pub fn number(&mut self, name: &str, value: u32) {
        let _ = writeln!(self.text, "const {name}: u32 = {value}u;");
    }

    /// `const NAME: bool`.
    pub fn truth(&mut self, name: &str, value: bool) {
        let _ = writeln!(self.text, "const {name}: bool = {value};");
    }

    /// A number of the kernels' precision, to be used as `Float(NAME)`.
    pub fn real(&mut self, name: &str, value: f64) {
        let _ = writeln!(self.text, "const {name} = {value:?};");
    }

    /// The text.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }
}

/// Numbers that do not move, tables of integers, and the first values of what moves.
#[derive(Debug, Default)]
pub struct Tables<E> {
    /// Of the precision.
    pub constants: Vec<E>,
    /// Of integers.
    pub index: Vec<u32>,
    /// State at the start.
    pub state: Vec<E>,
    /// Names of their parts.
    pub names: Names,
}

/// A length as a number of the kernels; sizes are checked against the adapter's limits before.
#[allow(clippy::cast_possible_truncation)]
pub fn number(length: usize) -> u32 {
    length as u32
}

impl<E: Element> Tables<E> {
    /// Adds constants; where they start.
    pub fn constants(&mut self, values: impl IntoIterator<Item = f64>) -> u32 {
        let first = number(self.constants.len());
        self.constants.extend(values.into_iter().map(E::from_f64));
        first
    }

    /// Adds integers; where they start.
    pub fn index(&mut self, values: impl IntoIterator<Item = u32>) -> u32 {
        let first = number(self.index.len());
        self.index.extend(values);
        first
    }

    /// Adds state; where it starts.
    pub fn state(&mut self, values: impl IntoIterator<Item = f64>) -> u32 {
        let first = number(self.state.len());
        self.state.extend(values.into_iter().map(E::from_f64));
        first
    }

    /// Adds `count` zeros to the state; where they start.
    pub fn zeros(&mut self, count: usize) -> u32 {
        let first = number(self.state.len());
        self.state.resize(self.state.len() + count, E::default());
        first
    }

    /// Adds lists, one after the other: where `first of each, and one past the last` and where the entries start.
    pub fn lists(&mut self, lists: impl IntoIterator<Item = Vec<u32>>) -> (u32, u32) {
        let (mut first, mut entries) = (vec![0], Vec::new());
        for list in lists {
            entries.extend(list);
            first.push(number(entries.len()));
        }
        (self.index(first), self.index(entries))
    }

    /// Adds constants under a name.
    pub fn named_constants(&mut self, name: &str, values: impl IntoIterator<Item = f64>) {
        let first = self.constants(values);
        self.names.number(name, first);
    }

    /// Adds integers under a name.
    pub fn named_index(&mut self, name: &str, values: impl IntoIterator<Item = u32>) {
        let first = self.index(values);
        self.names.number(name, first);
    }
}
