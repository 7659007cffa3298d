//! One attribute, looked up for many nodes or edges.

use super::Elements;
use crate::sonata::h5::Column;

/// What a look-up finds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(in crate::sonata) enum Datum<'a> {
    Integer(i64),
    Number(f64),
    Text(&'a str),
}

impl<'a> Datum<'a> {
    /// A value of a table of types: a number where it reads as one.
    fn typed(text: &'a str) -> Self {
        if let Ok(number) = text.parse() {
            return Self::Integer(number);
        }
        match text.parse::<f64>() {
            Ok(number) if number.is_finite() => Self::Number(number),
            _ => Self::Text(text),
        }
    }

    #[allow(clippy::cast_precision_loss)]
    pub(in crate::sonata) fn number(self) -> Option<f64> {
        match self {
            Self::Integer(number) => Some(number as f64),
            Self::Number(number) => Some(number),
            Self::Text(_) => None,
        }
    }

    #[allow(clippy::cast_possible_truncation)]
    pub(in crate::sonata) fn integer(self) -> Option<i64> {
        match self {
            Self::Integer(number) => Some(number),
            Self::Number(number) if number.fract() == 0.0 && number.abs() < 9e15 => Some(number as i64),
            _ => None,
        }
    }
}

impl std::fmt::Display for Datum<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Integer(number) => write!(f, "{number}"),
            Self::Number(number) => write!(f, "{number}"),
            Self::Text(text) => f.write_str(text),
        }
    }
}

/// An attribute, found once, to be read for many.
#[derive(Debug)]
pub(in crate::sonata) struct Attribute<'a> {
    pub(super) elements: &'a Elements,
    /// By group.
    pub(super) columns: Vec<Option<&'a Column>>,
    /// By type.
    pub(super) typed: Vec<Option<&'a str>>,
}

impl<'a> Attribute<'a> {
    /// The value in HDF5.
    pub(in crate::sonata) fn own(&self, element: usize) -> Option<Datum<'a>> {
        let elements = self.elements;
        let group = if elements.group.is_empty() { 0 } else { elements.group[element] as usize };
        let column = (*self.columns.get(group)?)?;
        let place = if elements.place.is_empty() { element } else { elements.place[element] as usize };
        match column {
            Column::Integers(values) => values.get(place).map(|&value| Datum::Integer(value)),
            Column::Numbers(values) => {
                values.get(place).filter(|value| !value.is_nan()).map(|&value| Datum::Number(value))
            }
            Column::Texts { codes, names } => {
                let text = &**names.get(*codes.get(place)? as usize)?;
                (!matches!(text, "" | "NULL" | "NONE" | "None")).then_some(Datum::Text(text))
            }
        }
    }

    /// The value of a type.
    pub(in crate::sonata) fn of_type(&self, row: u32) -> Option<Datum<'a>> {
        self.typed.get(row as usize).copied().flatten().map(Datum::typed)
    }

    /// The value of a type, as it stands in the table.
    pub(in crate::sonata) fn text_of_type(&self, row: u32) -> Option<&'a str> {
        self.typed.get(row as usize).copied().flatten()
    }

    /// The value: that of HDF5, or of the type.
    pub(in crate::sonata) fn get(&self, element: usize) -> Option<Datum<'a>> {
        self.own(element).or_else(|| self.of_type(self.elements.row[element]))
    }

    /// The value as text: numbers that stand for names too.
    pub(in crate::sonata) fn text(&self, element: usize) -> Option<String> {
        match self.own(element) {
            Some(own) => Some(own.to_string()),
            None => self.text_of_type(self.elements.row[element]).map(str::to_owned),
        }
    }

    /// What its values in HDF5 are, one after the other.
    pub(in crate::sonata) fn columns(&self) -> impl Iterator<Item = &'a Column> {
        self.columns.iter().copied().flatten()
    }

    /// Whether any has a value of its own in HDF5.
    pub(in crate::sonata) fn in_hdf5(&self) -> bool {
        self.columns.iter().any(Option::is_some)
    }
}
