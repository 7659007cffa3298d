//! A document as a plain tree, and the paths by which its values are named.

use std::fmt;

use toml_edit::{Document, Item, TableLike};

/// A value of a model file.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Value {
    Boolean(bool),
    Integer(i64),
    Float(f64),
    /// A number that came out of `"$parameter * factor"`.
    Computed(f64),
    Text(String),
    Date(String),
    List(Vec<Value>),
    Table(Vec<(String, Value)>),
}

impl Value {
    pub(crate) fn from_item(item: &Item) -> Self {
        match item {
            Item::None => Self::Table(Vec::new()),
            Item::Value(value) => Self::from_value(value),
            Item::Table(table) => Self::from_table(table),
            Item::ArrayOfTables(tables) => Self::List(tables.iter().map(|table| Self::from_table(table)).collect()),
        }
    }

    pub(crate) fn from_value(value: &toml_edit::Value) -> Self {
        use toml_edit::Value as Toml;
        match value {
            Toml::String(text) => Self::Text(text.value().clone()),
            Toml::Integer(number) => Self::Integer(*number.value()),
            Toml::Float(number) => Self::Float(*number.value()),
            Toml::Boolean(truth) => Self::Boolean(*truth.value()),
            Toml::Datetime(date) => Self::Date(date.value().to_string()),
            Toml::Array(array) => Self::List(array.iter().map(Self::from_value).collect()),
            Toml::InlineTable(table) => Self::from_table(table),
        }
    }

    fn from_table(table: &dyn TableLike) -> Self {
        Self::Table(table.iter().map(|(key, item)| (key.to_owned(), Self::from_item(item))).collect())
    }

    pub(crate) fn get(&self, key: &str) -> Option<&Value> {
        match self {
            Self::Table(entries) => entries.iter().find(|(name, _)| name == key).map(|(_, value)| value),
            _ => None,
        }
    }

    /// The value as a person would type it, cut when long.
    pub(crate) fn typed(&self) -> String {
        let text = match self {
            Self::Boolean(truth) => truth.to_string(),
            Self::Integer(number) => number.to_string(),
            Self::Float(number) | Self::Computed(number) => format!("{number:?}"),
            Self::Text(text) => format!("\"{text}\""),
            Self::Date(date) => date.clone(),
            Self::List(values) => {
                format!("[{}]", values.iter().take(6).map(Self::typed).collect::<Vec<_>>().join(", "))
            }
            Self::Table(entries) => {
                let inside: Vec<_> =
                    entries.iter().take(4).map(|(key, value)| format!("{key} = {}", value.typed())).collect();
                format!("{{ {} }}", inside.join(", "))
            }
        };
        match text.char_indices().nth(60) {
            Some((end, _)) => format!("{}...", &text[..end]),
            None => text,
        }
    }
}

/// A step of a path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    Key(String),
    Index(usize),
}

/// The name of a value: `populations.exc.cells[3]`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Path(pub(crate) Vec<Step>);

impl Path {
    pub(crate) fn key(&self, key: &str) -> Self {
        let mut steps = self.0.clone();
        steps.push(Step::Key(key.to_owned()));
        Self(steps)
    }

    pub(crate) fn index(&self, index: usize) -> Self {
        let mut steps = self.0.clone();
        steps.push(Step::Index(index));
        Self(steps)
    }

    /// Reads `run.dt`, `stimuli[0].start` or `populations."a b".size`.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let mut steps = Vec::new();
        let mut rest = text.trim();
        loop {
            let (key, after) = if let Some(quoted) = rest.strip_prefix('"') {
                let (key, after) = quoted.split_once('"')?;
                (key, after)
            } else {
                rest.split_at(rest.find(['.', '[']).unwrap_or(rest.len()))
            };
            if key.trim().is_empty() {
                return None;
            }
            steps.push(Step::Key(key.trim().to_owned()));
            rest = after;
            while let Some(inside) = rest.strip_prefix('[') {
                let (index, after) = inside.split_once(']')?;
                steps.push(Step::Index(index.trim().parse().ok()?));
                rest = after;
            }
            if rest.is_empty() {
                return Some(Self(steps));
            }
            rest = rest.strip_prefix('.')?;
        }
    }

    pub(crate) fn starts_with(&self, other: &Self) -> bool {
        self.0.starts_with(&other.0)
    }
}

impl fmt::Display for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, step) in self.0.iter().enumerate() {
            match step {
                Step::Key(key) => {
                    let dot = if index == 0 { "" } else { "." };
                    let bare = !key.is_empty() && key.chars().all(|c| c.is_alphanumeric() || "_-".contains(c));
                    if bare { write!(f, "{dot}{key}")? } else { write!(f, "{dot}\"{key}\"")? }
                }
                Step::Index(number) => write!(f, "[{number}]")?,
            }
        }
        Ok(())
    }
}

/// Byte offset of the value at `path`, or of the nearest thing around it that is in the text.
pub(crate) fn offset_of(document: &Document<String>, path: &Path, of_key: bool) -> Option<usize> {
    let mut item: &Item = document.as_item();
    let mut offset = None;
    let mut value: Option<&toml_edit::Value> = None;
    for (depth, step) in path.0.iter().enumerate() {
        let last = depth + 1 == path.0.len();
        match step {
            Step::Key(key) => {
                let table: &dyn TableLike = match value {
                    Some(inside) => inside.as_inline_table()?,
                    None => match item.as_table_like() {
                        Some(table) => table,
                        None => return offset,
                    },
                };
                let Some((found_key, found)) = table.get_key_value(key) else { return offset };
                let own = if last && of_key { None } else { found.span() };
                offset = own.or_else(|| found_key.span()).map(|span| span.start).or(offset);
                item = found;
                value = None;
            }
            Step::Index(index) => {
                let list = match value {
                    Some(inside) => inside.as_array(),
                    None => item.as_array(),
                };
                if let Some(found) = list.and_then(|array| array.get(*index)) {
                    offset = found.span().map(|span| span.start).or(offset);
                    value = Some(found);
                } else {
                    let Some(table) = item.as_array_of_tables().and_then(|tables| tables.get(*index)) else {
                        return offset;
                    };
                    // Tables of an array are not items; what is inside them is looked up from here.
                    let inner = Path(path.0[depth + 1..].to_vec());
                    let own = table.span().map(|span| span.start).or(offset);
                    return offset_in(table, &inner, of_key).or(own);
                }
            }
        }
    }
    offset
}

fn offset_in(table: &toml_edit::Table, path: &Path, of_key: bool) -> Option<usize> {
    let Some(Step::Key(key)) = path.0.first() else { return None };
    let (found_key, found) = table.get_key_value(key)?;
    let span = if of_key && path.0.len() == 1 { None } else { found.span() };
    span.or_else(|| found_key.span()).map(|span| span.start)
}

/// Line and column (in characters) of a byte offset, from 1.
pub(crate) fn line_and_column(text: &str, offset: usize) -> (usize, usize) {
    let before = text.get(..offset).unwrap_or(text);
    let line_start = before.rfind('\n').map_or(0, |at| at + 1);
    (before.matches('\n').count() + 1, before[line_start..].chars().count() + 1)
}
