//! Pairs of cells, from a table or from a list in the file itself.

mod columns;
mod treat;

use huxley_model::network::{Connection, Connections};

use super::place::{self, Scope};
use super::reader::{Fields, Node};
use crate::tables::{Batch, Cell, TableError};
use columns::Columns;
pub(crate) use treat::{Directions, merge_directions};

/// Errors of one table after which its other rows are left.
const MOST_ERRORS: usize = 8;

/// A sign column's words, each with the index of what it stands for, or none to leave the row out.
pub(crate) type Choices = Vec<(String, Option<usize>)>;

/// Names of the columns of the two cells.
pub(crate) struct Ends {
    pub(crate) first: &'static str,
    pub(crate) second: &'static str,
}

/// Reads `table` with `columns`, or `pairs`; `choices` is for a sign column. A list for each choice, in which weights and delays
/// are factors.
pub(crate) fn read(
    fields: &Fields<'_>,
    scope: &Scope<'_>,
    ends: &Ends,
    populations: (usize, usize),
    choices: Option<&Choices>,
) -> Option<Vec<Connections>> {
    let columns = fields.optional("columns");
    let treatment = treat::Treatment::read(fields);
    let mut lists = match (fields.optional("table"), fields.optional("pairs")) {
        (Some(node), None) => {
            let table = node.context.open_table(&node.path, node.text()?)?;
            let columns = columns::find(&node, columns.as_ref(), &table, ends, choices.is_some())?;
            let kinds =
                choices.map_or(1, |choices| 1 + choices.iter().filter_map(|(_, kind)| *kind).max().unwrap_or(0));
            let (name, wanted) = (table.name().to_owned(), columns.wanted());
            let mut lists = vec![Connections::default(); kinds];
            let mut reader = Reader {
                node: &node,
                scope,
                name: &name,
                columns: &columns,
                populations,
                choices,
                wrong: 0,
                loose: place::Loose::default(),
            };
            match table.read(&wanted, |batch| reader.batch(batch, &mut lists)) {
                Ok(()) => {}
                Err(Stop::Table(error)) => {
                    node.context.table_error(error);
                    return None;
                }
                Err(Stop::Enough) => return None,
            }
            if reader.wrong > 0 {
                return None;
            }
            reader.loose.warn(node.context, &name);
            lists.iter_mut().for_each(Connections::shrink_to_fit);
            lists
        }
        (None, Some(node)) => vec![list(&node, scope, populations)?],
        _ => {
            return fields.node.error(
                "give either a `table` or `pairs`",
                "write table = \"connections.csv\", or pairs = [[0, 1], [1, 2]]",
            );
        }
    };
    treatment?.apply(&fields.node, &mut lists, populations.0 == populations.1)?;
    Some(lists)
}

/// Why a table is not read on.
enum Stop {
    /// It cannot be.
    Table(TableError),
    /// There were errors enough.
    Enough,
}

impl From<TableError> for Stop {
    fn from(error: TableError) -> Self {
        Self::Table(error)
    }
}

struct Reader<'a> {
    node: &'a Node<'a>,
    scope: &'a Scope<'a>,
    name: &'a str,
    /// Columns of the batches.
    columns: &'a Columns,
    populations: (usize, usize),
    choices: Option<&'a Choices>,
    wrong: usize,
    loose: place::Loose,
}

/// Column, message and hint.
type Wrong = (usize, String, Option<String>);

impl Reader<'_> {
    fn batch(&mut self, batch: &Batch, lists: &mut [Connections]) -> Result<(), Stop> {
        for row in 0..batch.rows() {
            match self.row(batch, row) {
                Ok(Some((choice, connection))) => lists[choice].push(connection),
                Ok(None) => {}
                Err((column, message, hint)) => {
                    let header = &self.columns.headers[column];
                    self.node.context.error_in_row(self.name, batch.place(row), header, message, hint);
                    self.wrong += 1;
                    if self.wrong == MOST_ERRORS {
                        return Err(Stop::Enough);
                    }
                }
            }
        }
        Ok(())
    }

    /// The pair of a row; nothing where its sign says that it is left out.
    fn row(&mut self, batch: &Batch, row: usize) -> Result<Option<(usize, Connection)>, Wrong> {
        let columns = self.columns;
        let source = self.cell(batch, row, columns.first, self.populations.0)?;
        let target = self.cell(batch, row, columns.second, self.populations.1)?;
        let factor = |column: Option<usize>, what: &str| match column {
            Some(column) => match batch.cell(column, row).number() {
                Some(value) if value.is_finite() && value >= 0.0 => Ok(Some(value)),
                _ => {
                    let text = batch.cell(column, row).text();
                    Err((column, format!("expected {what}, a number of 0 or above, found `{text}`"), None))
                }
            },
            None => Ok(None),
        };
        let compartment = match columns.compartment {
            Some(column) => {
                let text = batch.cell(column, row).text();
                let found = text.parse();
                Some(
                    found
                        .map_err(|_| (column, format!("expected the index of a compartment, found `{text}`"), None))?,
                )
            }
            None => None,
        };
        let Some(choice) = self.choice(batch, row)? else { return Ok(None) };
        let (weight, delay) = (factor(columns.weight, "a weight")?, factor(columns.delay, "a delay")?);
        Ok(Some((choice, Connection { source, target, weight, delay, compartment })))
    }

    fn cell(&mut self, batch: &Batch, row: usize, column: usize, population: usize) -> Result<u32, Wrong> {
        let found = self.scope.named(population, batch.cell(column, row), &mut self.loose);
        #[allow(clippy::cast_possible_truncation)]
        found.map(|cell| cell as u32).map_err(|(message, hint)| (column, message, Some(hint)))
    }

    fn choice(&self, batch: &Batch, row: usize) -> Result<Option<usize>, Wrong> {
        let Some(choices) = self.choices else { return Ok(Some(0)) };
        let mut left_out = false;
        for &column in &self.columns.sign {
            // Without a text of its own for the commonest sign columns, 1 and -1.
            let known = match batch.cell(column, row) {
                Cell::Text(text) => choices.iter().find(|(word, _)| word == text.trim()),
                cell => {
                    let text = cell.text();
                    choices.iter().find(|(word, _)| *word == text)
                }
            };
            match known {
                Some((_, Some(choice))) => return Ok(Some(*choice)),
                // "none" in one column leaves the next to decide.
                Some((_, None)) => left_out = true,
                None => {}
            }
        }
        if left_out {
            return Ok(None);
        }
        let column = self.columns.sign.last().copied().unwrap_or(0);
        let known = choices.iter().map(|(word, _)| format!("`{word}`")).collect::<Vec<_>>().join(", ");
        let hint = format!("`synapse` has {known}; add it, with \"none\" to leave such rows out");
        Err((column, format!("`synapse` says nothing about `{}`", batch.cell(column, row).text()), Some(hint)))
    }
}

/// `[[0, 1], ["A", "B"], [1, 2, 0.5]]`: two cells, by index or label, and a factor on the weight.
fn list(node: &Node<'_>, scope: &Scope<'_>, populations: (usize, usize)) -> Option<Connections> {
    let cell = |node: &Node<'_>, population: usize| {
        let text = match node.as_text() {
            Some(text) => text.to_owned(),
            None => {
                let size = scope.populations[population].cells.len();
                return node.count(0, size.saturating_sub(1)).map(|cell| cell as u32);
            }
        };
        match scope.cell(population, &text) {
            Ok(cell) => Some(cell as u32),
            Err((message, hint)) => node.error(message, hint),
        }
    };
    let pairs: Vec<Option<Connection>> = node
        .list()?
        .iter()
        .map(|node| {
            let list = node.list()?;
            let (first, second, weight) = match list.as_slice() {
                [first, second] => (first, second, None),
                [first, second, weight] => (first, second, Some(weight.number(super::reader::Bound::NotNegative)?)),
                _ => return node.error("a pair is two cells, and a factor if need be", "write [0, 1] or [0, 1, 0.5]"),
            };
            let (source, target) = (cell(first, populations.0), cell(second, populations.1));
            Some(Connection { source: source?, target: target?, weight, delay: None, compartment: None })
        })
        .collect();
    pairs.into_iter().collect()
}
