//! `labels` of a population: names of its cells, from a list or from a table.

use std::collections::HashSet;

use super::place::MOST_CELLS;
use super::reader::Node;
use super::table::column_hint;
use crate::connectome::ids::{Ids, NameError};
use crate::connectome::schema;
use crate::tables::TableError;

/// `["A", "B"]`, or `{ table = "edges.parquet", columns = ["pre", "post"] }`.
pub(crate) fn read(node: &Node<'_>) -> Option<Vec<String>> {
    if node.is_table() { from_table(node) } else { list(node) }
}

fn list(node: &Node<'_>) -> Option<Vec<String>> {
    let mut seen = HashSet::new();
    let labels: Vec<Option<String>> = node
        .list()?
        .iter()
        .map(|node| {
            let label = node.text()?;
            if seen.insert(label) {
                Some(label.to_owned())
            } else {
                node.error(format!("two cells are labelled `{label}`"), "labels are unique in a population")
            }
        })
        .collect();
    labels.into_iter().collect()
}

/// Every name in the columns, once: ascending where all are whole numbers, else in order of first appearance.
fn from_table(node: &Node<'_>) -> Option<Vec<String>> {
    let fields = node.fields()?;
    let name = fields.required("table");
    let columns = fields.optional("columns");
    fields.finish();
    let name = name?;
    let table = node.context.open_table(&name.path, name.text()?)?;
    let at = columns.as_ref().unwrap_or(&name);
    let names: Vec<String> = match &columns {
        Some(node) => node.list()?.iter().map(|node| node.text().map(str::to_owned)).collect::<Option<Vec<_>>>()?,
        None => match schema::recognise(&table) {
            Some(schema) => vec![schema.source.to_owned(), schema.target.to_owned()],
            None => vec!["source".to_owned(), "target".to_owned()],
        },
    };
    let mut indices = Vec::new();
    for wanted in &names {
        let Some(found) = table.column(wanted) else {
            let hint = column_hint(wanted, table.headers());
            return at.error(format!("the table `{}` has no column `{wanted}`", table.name()), hint);
        };
        indices.push(found);
    }
    let mut ids = Ids::default();
    let file = table.name().to_owned();
    let read = table.read::<TableError>(&indices, |batch| {
        for row in 0..batch.rows() {
            for (column, header) in names.iter().enumerate() {
                if let Err(problem) = ids.index(batch.cell(column, row)) {
                    let error = TableError::new(&file, problem.to_string()).at(batch.place(row)).column(header);
                    return Err(match problem {
                        NameError::Inexact(_) => error.hint("write such columns as whole numbers or as text"),
                        NameError::Missing => error.hint("give every row its cells"),
                    });
                }
            }
        }
        Ok(())
    });
    if let Err(error) = read {
        node.context.table_error(error);
        return None;
    }
    if ids.len() > MOST_CELLS {
        return at.error(
            format!("the table names {} cells, a population may have {MOST_CELLS}", ids.len()),
            "are these the columns of the cells?",
        );
    }
    Some(ids.names())
}
