//! Pairs of cells, from a CSV table or from a list in the file itself.

use std::rc::Rc;

use super::place::Scope;
use super::reader::{Fields, Node};
use super::table::{Row, Table};

/// Errors of one table after which its other rows are left.
const MOST_ERRORS: usize = 8;

/// A pair of cells, with what its row says beside.
pub(crate) struct Pair {
    pub(crate) first: u32,
    pub(crate) second: u32,
    /// Factor on the weight.
    pub(crate) weight: Option<f64>,
    /// Factor on the delay.
    pub(crate) delay: Option<f64>,
    pub(crate) compartment: Option<u32>,
    /// Index into the choices of the sign column.
    pub(crate) choice: usize,
}

/// A sign column's words, each with the index of what it stands for, or none to leave the row out.
pub(crate) type Choices = Vec<(String, Option<usize>)>;

/// Names of the columns of the two cells.
pub(crate) struct Ends {
    pub(crate) first: &'static str,
    pub(crate) second: &'static str,
}

struct Columns {
    first: usize,
    second: usize,
    weight: Option<usize>,
    delay: Option<usize>,
    compartment: Option<usize>,
    sign: Vec<usize>,
}

/// Reads `table` with `columns`, or `pairs`; `choices` is for a sign column.
pub(crate) fn read(
    fields: &Fields<'_>,
    scope: &Scope<'_>,
    ends: &Ends,
    populations: (usize, usize),
    choices: Option<&Choices>,
) -> Option<Vec<Pair>> {
    let columns = fields.optional("columns");
    match (fields.optional("table"), fields.optional("pairs")) {
        (Some(node), None) => {
            let table = node.context.table(&node.path, node.text()?)?;
            let columns = self::columns(&node, columns.as_ref(), &table, ends, choices.is_some())?;
            Reader { node: &node, scope, table, columns, populations, choices }.pairs()
        }
        (None, Some(node)) => list(&node, scope, populations),
        _ => fields.node.error(
            "give either a `table` or `pairs`",
            "write table = \"connections.csv\", or pairs = [[0, 1], [1, 2]]",
        ),
    }
}

fn columns(
    table_node: &Node<'_>,
    node: Option<&Node<'_>>,
    table: &Table,
    ends: &Ends,
    signed: bool,
) -> Option<Columns> {
    let fields = match node {
        Some(node) => Some(node.fields()?),
        None => None,
    };
    let find = |at: &Node<'_>, name: &str| {
        table
            .column(name)
            .or_else(|| at.error(format!("the table `{}` has no column `{name}`", table.name), table.column_hint(name)))
    };
    let given = |key: &'static str| fields.as_ref().and_then(|fields| fields.optional(key));
    let required = |key: &'static str| match given(key) {
        Some(node) => find(&node, node.text()?),
        None => find(table_node, key),
    };
    let optional = |key: &'static str| match given(key) {
        Some(node) => find(&node, node.text()?).map(Some),
        None => Some(None),
    };
    let (first, second) = (required(ends.first), required(ends.second));
    let (weight, delay, compartment) = (optional("weight"), optional("delay"), optional("compartment"));
    let sign = match given("sign") {
        Some(node) if signed => {
            let list = node.as_list().unwrap_or_else(|| vec![node.clone()]);
            let found: Vec<Option<usize>> = list.iter().map(|node| find(node, node.text()?)).collect();
            found.into_iter().collect::<Option<Vec<_>>>()
        }
        Some(node) => node.error(
            "a sign column chooses among kinds of synapses, and there is one",
            "write synapse = { \"1\" = \"exc\", \"-1\" = \"inh\" }",
        ),
        None if signed => table_node
            .error("`synapse` chooses by a sign column, and none is named", "add sign = \"COLUMN\" to columns"),
        None => Some(Vec::new()),
    };
    if let Some(fields) = &fields {
        fields.finish();
    }
    Some(Columns {
        first: first?,
        second: second?,
        weight: weight?,
        delay: delay?,
        compartment: compartment?,
        sign: sign?,
    })
}

struct Reader<'a> {
    node: &'a Node<'a>,
    scope: &'a Scope<'a>,
    table: Rc<Table>,
    columns: Columns,
    populations: (usize, usize),
    choices: Option<&'a Choices>,
}

impl Reader<'_> {
    fn pairs(&self) -> Option<Vec<Pair>> {
        let mut pairs = Vec::with_capacity(self.table.len());
        let mut wrong = 0;
        for row in self.table.rows() {
            match self.pair(&row) {
                Ok(pair) => pairs.extend(pair),
                Err((column, message, hint)) => {
                    let column = format!("column {}", self.table.headers[column]);
                    self.node.context.error_in_row(&self.table, row.line(), &column, message, hint);
                    wrong += 1;
                    if wrong == MOST_ERRORS {
                        break;
                    }
                }
            }
        }
        (wrong == 0).then_some(pairs)
    }

    /// The pair of a row; nothing where its sign says that it is left out.
    fn pair(&self, row: &Row<'_>) -> Result<Option<Pair>, (usize, String, Option<String>)> {
        let cell = |column: usize, population: usize| {
            let found = self.scope.cell(population, row.text(column));
            found.map(|cell| cell as u32).map_err(|(message, hint)| (column, message, Some(hint)))
        };
        let first = cell(self.columns.first, self.populations.0)?;
        let second = cell(self.columns.second, self.populations.1)?;
        let factor = |column: Option<usize>, what: &str| match column {
            Some(column) => {
                let text = row.text(column);
                match text.parse::<f64>() {
                    Ok(value) if value.is_finite() && value >= 0.0 => Ok(Some(value)),
                    _ => Err((column, format!("expected {what}, a number of 0 or above, found `{text}`"), None)),
                }
            }
            None => Ok(None),
        };
        let compartment = match self.columns.compartment {
            Some(column) => {
                let text = row.text(column);
                Some(
                    text.parse()
                        .map_err(|_| (column, format!("expected the index of a compartment, found `{text}`"), None))?,
                )
            }
            None => None,
        };
        let Some(choice) = self.choice(row)? else { return Ok(None) };
        Ok(Some(Pair {
            first,
            second,
            weight: factor(self.columns.weight, "a weight")?,
            delay: factor(self.columns.delay, "a delay")?,
            compartment,
            choice,
        }))
    }

    fn choice(&self, row: &Row<'_>) -> Result<Option<usize>, (usize, String, Option<String>)> {
        let Some(choices) = self.choices else { return Ok(Some(0)) };
        let mut left_out = false;
        for &column in &self.columns.sign {
            match choices.iter().find(|(word, _)| word == row.text(column)) {
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
        Err((column, format!("`synapse` says nothing about `{}`", row.text(column)), Some(hint)))
    }
}

/// `[[0, 1], ["A", "B"], [1, 2, 0.5]]`: two cells, by index or label, and a factor on the weight.
fn list(node: &Node<'_>, scope: &Scope<'_>, populations: (usize, usize)) -> Option<Vec<Pair>> {
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
    let pairs: Vec<Option<Pair>> = node
        .list()?
        .iter()
        .map(|node| {
            let list = node.list()?;
            let (first, second, weight) = match list.as_slice() {
                [first, second] => (first, second, None),
                [first, second, weight] => (first, second, Some(weight.number(super::reader::Bound::NotNegative)?)),
                _ => return node.error("a pair is two cells, and a factor if need be", "write [0, 1] or [0, 1, 0.5]"),
            };
            let (first, second) = (cell(first, populations.0), cell(second, populations.1));
            Some(Pair { first: first?, second: second?, weight, delay: None, compartment: None, choice: 0 })
        })
        .collect();
    pairs.into_iter().collect()
}
