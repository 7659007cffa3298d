//! A connectome in memory: 16 bytes a connection, whatever the table has beside.

use std::collections::BTreeMap;
use std::path::Path;

use super::ids::{Ids, NameError};
use super::schema::{self, Schema};
use crate::tables::{Cell, Format, TableError, TableReader};

/// Words of a sign column that are told apart; more of them, and it is no sign column.
const MOST_SIGNS: usize = 100;

/// Which columns to read, where they are not `source`, `target` and `weight`, or those of a published table.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ColumnNames {
    /// Cell that sends.
    pub source: Option<String>,
    /// Cell that receives.
    pub target: Option<String>,
    /// Strength: a number of synapses.
    pub weight: Option<String>,
    /// Whether the source excites.
    pub sign: Option<String>,
}

/// The columns that were read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ColumnsUsed {
    /// Cell that sends.
    pub source: String,
    /// Cell that receives.
    pub target: String,
    /// Strength, if the table has it.
    pub weight: Option<String>,
    /// Sign, if the table has it.
    pub sign: Option<String>,
}

/// Connections between named cells.
#[derive(Clone, Debug, Default)]
pub struct Edges {
    /// Names of the cells.
    pub ids: Ids,
    /// Source (high 32 bits) and target (low 32 bits) with the weight, a row each.
    pub pairs: Vec<(u64, f64)>,
    /// Whether the weights are of the table; else each row counts 1.
    pub weighted: bool,
    /// Rows by the word of the sign column.
    pub signs: BTreeMap<String, u64>,
}

impl Edges {
    /// Adds a connection.
    pub fn push(&mut self, source: u32, target: u32, weight: f64) {
        self.pairs.push((pair(source, target), weight));
    }
}

/// Source and target as one number.
#[must_use]
pub fn pair(source: u32, target: u32) -> u64 {
    u64::from(source) << 32 | u64::from(target)
}

/// Source and target of a pair.
#[must_use]
#[allow(clippy::cast_possible_truncation)]
pub fn ends(pair: u64) -> (u32, u32) {
    ((pair >> 32) as u32, pair as u32)
}

/// A table that was read.
#[derive(Clone, Debug)]
pub struct Loaded {
    /// Its connections.
    pub edges: Edges,
    /// How it is written.
    pub format: Format,
    /// The columns that were read.
    pub columns: ColumnsUsed,
    /// The published table it was recognised as.
    pub schema: Option<&'static Schema>,
}

/// Reads the connections of the table at `path`.
///
/// # Errors
/// When the table cannot be read, has not the columns, or a value is not what it should be.
pub fn load(path: &Path, names: &ColumnNames) -> Result<Loaded, TableError> {
    let table = TableReader::open(path)?;
    let file = table.name().to_owned();
    let format = table.format().clone();
    let (columns, schema) = choose(&table, names)?;
    let index =
        |name: &str| table.column(name).ok_or_else(|| TableError::new(&file, format!("has no column `{name}`")));
    let mut wanted = vec![index(&columns.source)?, index(&columns.target)?];
    let weight = columns.weight.as_deref().map(index).transpose()?.map(|column| {
        wanted.push(column);
        wanted.len() - 1
    });
    let sign = columns.sign.as_deref().map(index).transpose()?.map(|column| {
        wanted.push(column);
        wanted.len() - 1
    });
    let mut edges = Edges { weighted: weight.is_some(), ..Edges::default() };
    let mut words: Vec<(String, u64)> = Vec::new();
    table.read::<TableError>(&wanted, |batch| {
        // Room for a batch at least, and never twice what is there.
        edges.pairs.reserve(batch.rows());
        for row in 0..batch.rows() {
            let mut cell = |column: usize, name: &str| {
                edges.ids.index(batch.cell(column, row)).map_err(|problem| {
                    let error = TableError::new(&file, problem.to_string()).at(batch.place(row)).column(name);
                    match problem {
                        NameError::Inexact(_) => error.hint("write such columns as whole numbers or as text"),
                        NameError::Missing => error.hint("give every row its cells"),
                    }
                })
            };
            let (source, target) = (cell(0, &columns.source)?, cell(1, &columns.target)?);
            let weight = match weight {
                Some(column) => match batch.cell(column, row).number() {
                    Some(weight) if weight.is_finite() && weight >= 0.0 => weight,
                    _ => {
                        let name = columns.weight.as_deref().unwrap_or_default();
                        let text = batch.cell(column, row).text();
                        let message = format!("expected a number of 0 or above, found `{text}`");
                        return Err(TableError::new(&file, message)
                            .at(batch.place(row))
                            .column(name)
                            .hint("--columns weight=... names another column"));
                    }
                },
                None => 1.0,
            };
            edges.push(source, target, weight);
            if let Some(column) = sign {
                count(&mut words, batch.cell(column, row));
            }
        }
        Ok(())
    })?;
    if words.len() > MOST_SIGNS {
        let name = columns.sign.as_deref().unwrap_or_default();
        return Err(TableError::new(&file, format!("has more than {MOST_SIGNS} different values: it is no sign"))
            .column(name)
            .hint("--columns sign=... names another column"));
    }
    edges.signs = words.into_iter().collect();
    edges.pairs.shrink_to_fit();
    Ok(Loaded { edges, format, columns, schema })
}

fn count(words: &mut Vec<(String, u64)>, cell: Cell<'_>) {
    let text = cell.text();
    if let Some((_, count)) = words.iter_mut().find(|(word, _)| *word == text) {
        *count += 1;
    } else if words.len() <= MOST_SIGNS {
        words.push((text.into_owned(), 1));
    }
}

/// The columns to read: named, of a published table, or called `source`, `target`, `weight` and `sign`.
fn choose(table: &TableReader, names: &ColumnNames) -> Result<(ColumnsUsed, Option<&'static Schema>), TableError> {
    let schema = schema::recognise(table).filter(|_| names.source.is_none() && names.target.is_none());
    let headers = || table.headers().collect::<Vec<_>>().join(", ");
    let required = |given: &Option<String>, published: Option<&str>, own: &str, option: &str| {
        let name = given.as_deref().or(published).unwrap_or(own);
        if table.column(name).is_some() {
            return Ok(name.to_owned());
        }
        Err(TableError::new(table.name(), format!("has no column `{name}`"))
            .hint(format!("name it with --columns {option}=NAME; its columns are {}", headers())))
    };
    let source = required(&names.source, schema.map(|s| s.source), "source", "source")?;
    let target = required(&names.target, schema.map(|s| s.target), "target", "target")?;
    let optional = |given: &Option<String>, published: Option<&str>, own: &str| {
        if given.is_some() {
            return required(given, None, own, own).map(Some);
        }
        let name = published.unwrap_or(own);
        Ok(table.column(name).map(|_| name.to_owned()))
    };
    let weight = optional(&names.weight, schema.map(|s| s.weight), "weight")?;
    let sign = optional(&names.sign, schema.map(|s| s.sign), "sign")?;
    Ok((ColumnsUsed { source, target, weight, sign }, schema))
}
