//! Names of cells as tables write them: whole numbers, or text.

use std::collections::HashMap;
use std::fmt;
use std::hash::{BuildHasherDefault, Hasher};

use crate::tables::Cell;

/// Mixes the bits of one 64-bit number: ids of a connectome are not chosen by an adversary, and there are tens of millions.
#[derive(Clone, Copy, Default)]
pub struct Mix(u64);

impl Hasher for Mix {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for chunk in bytes.chunks(8) {
            let mut word = [0; 8];
            word[..chunk.len()].copy_from_slice(chunk);
            self.write_u64(u64::from_le_bytes(word));
        }
    }

    fn write_u64(&mut self, word: u64) {
        // The golden ratio, twice: the high bits depend on all, and the fold brings them down.
        let mixed = (self.0 ^ word).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        self.0 = (mixed ^ (mixed >> 32)).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    }

    fn write_i64(&mut self, word: i64) {
        self.write_u64(word.cast_unsigned());
    }
}

/// Indices by whole number.
#[derive(Clone, Debug, Default)]
pub struct IdMap(HashMap<i64, u32, BuildHasherDefault<Mix>>);

impl IdMap {
    /// The index of `id`.
    #[must_use]
    pub fn get(&self, id: i64) -> Option<u32> {
        self.0.get(&id).copied()
    }

    /// Gives `id` an index.
    pub fn insert(&mut self, id: i64, index: u32) {
        self.0.insert(id, index);
    }
}

/// Names in the order in which they were met, each once.
#[derive(Clone, Debug, Default)]
pub struct Ids {
    numbers: IdMap,
    texts: HashMap<Box<str>, u32>,
    names: Vec<Name>,
}

#[derive(Clone, Debug)]
enum Name {
    Number(i64),
    Text(Box<str>),
}

/// Why a value is no name.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum NameError {
    /// It is empty.
    Missing,
    /// It is a floating point number that is not an exact whole one.
    Inexact(f64),
}

impl fmt::Display for NameError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing => write!(f, "the name of the cell is missing"),
            Self::Inexact(number) => {
                write!(f, "the name of a cell is the floating point number {number}, which is not exact")
            }
        }
    }
}

impl Ids {
    /// The index of a name, a new one where it was not met before.
    ///
    /// # Errors
    /// When the value is no name.
    pub fn index(&mut self, value: Cell<'_>) -> Result<u32, NameError> {
        match value {
            Cell::Integer(number) => Ok(self.number(number)),
            Cell::Text(text) => {
                let text = text.trim();
                match canonical(text) {
                    Some(number) => Ok(self.number(number)),
                    None if text.is_empty() => Err(NameError::Missing),
                    None => Ok(self.text(text)),
                }
            }
            #[allow(clippy::cast_possible_truncation)]
            Cell::Number(number) if number.fract() == 0.0 && number.abs() <= 9_007_199_254_740_992.0 => {
                Ok(self.number(number as i64))
            }
            Cell::Number(number) => Err(NameError::Inexact(number)),
            Cell::Boolean(truth) => Ok(self.text(if truth { "true" } else { "false" })),
            Cell::Missing => Err(NameError::Missing),
        }
    }

    fn number(&mut self, number: i64) -> u32 {
        let next = self.next();
        let index = *self.numbers.0.entry(number).or_insert(next);
        if index == next {
            self.names.push(Name::Number(number));
        }
        index
    }

    fn text(&mut self, text: &str) -> u32 {
        if let Some(&index) = self.texts.get(text) {
            return index;
        }
        let index = self.next();
        self.texts.insert(text.into(), index);
        self.names.push(Name::Text(text.into()));
        index
    }

    #[allow(clippy::cast_possible_truncation)]
    fn next(&self) -> u32 {
        // A table that names 2^32 cells does not fit in memory first.
        self.names.len() as u32
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.names.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.names.is_empty()
    }

    /// The name with an index.
    #[must_use]
    pub fn name(&self, index: u32) -> String {
        match self.names.get(index as usize) {
            Some(Name::Number(number)) => number.to_string(),
            Some(Name::Text(text)) => text.to_string(),
            None => String::new(),
        }
    }

    /// All names: ascending where all are whole numbers, else in the order in which they were met.
    #[must_use]
    pub fn names(&self) -> Vec<String> {
        let numbers: Option<Vec<i64>> =
            self.names.iter().map(|name| if let Name::Number(number) = name { Some(*number) } else { None }).collect();
        match numbers {
            Some(mut numbers) => {
                numbers.sort_unstable();
                numbers.iter().map(i64::to_string).collect()
            }
            None => (0..self.next()).map(|index| self.name(index)).collect(),
        }
    }
}

/// The whole number that is written just so: `07` and `+7` are text.
#[must_use]
pub fn canonical(text: &str) -> Option<i64> {
    let digits = text.strip_prefix('-').unwrap_or(text).as_bytes();
    let plain = matches!(digits, [b'0'] | [b'1'..=b'9', ..]) && digits.iter().all(u8::is_ascii_digit);
    if plain && text != "-0" { text.parse().ok() } else { None }
}

/// A name without the zeros that pad numbers in it: `VB01` is `VB1`, `007` is `7`.
#[must_use]
pub fn unpadded(name: &str) -> String {
    let mut out = String::with_capacity(name.len());
    let mut inside = false;
    let mut rest = name.chars().peekable();
    while let Some(c) = rest.next() {
        let pads = c == '0' && !inside && rest.peek().is_some_and(char::is_ascii_digit);
        if !pads {
            inside = c.is_ascii_digit();
            out.push(c);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn padding_zeros_go_and_others_stay() {
        for (name, bare) in
            [("VB01", "VB1"), ("VB10", "VB10"), ("007", "7"), ("A0", "A0"), ("x00y100z02", "x0y100z2"), ("", "")]
        {
            assert_eq!(unpadded(name), bare);
        }
    }

    #[test]
    fn numbers_and_texts_of_the_same_digits_are_one_name() {
        let mut ids = Ids::default();
        let indices = [Cell::Integer(7), Cell::Text(" 7 "), Cell::Number(7.0), Cell::Text("07"), Cell::Integer(-1)]
            .map(|cell| ids.index(cell).expect("a name"));
        assert_eq!(indices, [0, 0, 0, 1, 2]);
        assert_eq!(ids.names(), ["7", "07", "-1"]);
        assert_eq!(ids.index(Cell::Number(0.5)), Err(NameError::Inexact(0.5)));
        assert_eq!(ids.index(Cell::Number(1e17)), Err(NameError::Inexact(1e17)));
        assert_eq!(ids.index(Cell::Text("  ")), Err(NameError::Missing));
    }

    #[test]
    fn names_that_are_all_numbers_ascend() {
        let mut ids = Ids::default();
        for id in [720_575_940_628_857_210, 9, 10] {
            ids.index(Cell::Integer(id)).expect("a name");
        }
        assert_eq!(ids.names(), ["9", "10", "720575940628857210"]);
    }
}
