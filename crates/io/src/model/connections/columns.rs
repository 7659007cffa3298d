//! Which columns of a table of connections say what.

use super::super::reader::Node;
use super::super::table::column_hint;
use super::Ends;
use crate::connectome::schema;
use crate::tables::TableReader;

/// Columns of the batches that are read: indices into [`Columns::headers`].
pub(super) struct Columns {
    pub(super) first: usize,
    pub(super) second: usize,
    pub(super) weight: Option<usize>,
    pub(super) delay: Option<usize>,
    pub(super) compartment: Option<usize>,
    pub(super) sign: Vec<usize>,
    /// Names of the columns that are read.
    pub(super) headers: Vec<String>,
    /// Their indices in the table.
    indices: Vec<usize>,
}

impl Columns {
    /// Columns of the table to read.
    pub(super) fn wanted(&self) -> Vec<usize> {
        self.indices.clone()
    }
}

/// Finds the columns of `table`: those that `node` maps, else those of their own names, else those of a published table whose
/// columns are known.
pub(super) fn find(
    table_node: &Node<'_>,
    node: Option<&Node<'_>>,
    table: &TableReader,
    ends: &Ends,
    signed: bool,
) -> Option<Columns> {
    let fields = match node {
        Some(node) => Some(node.fields()?),
        None => None,
    };
    let find = |at: &Node<'_>, name: &str| {
        let found = table.column(name).or_else(|| {
            at.error(format!("the table `{}` has no column `{name}`", table.name()), column_hint(name, table.headers()))
        })?;
        match table.kind(found) {
            Ok(_) => Some(found),
            Err(error) => {
                at.context.table_error(error);
                None
            }
        }
    };
    let given = |key: &'static str| fields.as_ref().and_then(|fields| fields.optional(key));
    let known = schema::recognise(table)
        .filter(|_| ends.first == "source" && given("source").is_none() && given("target").is_none());
    let required = |key: &'static str, published: Option<&'static str>| match given(key) {
        Some(node) => find(&node, node.text()?),
        None => find(table_node, published.unwrap_or(key)),
    };
    let optional = |key: &'static str, published: Option<&'static str>| match (given(key), published) {
        (Some(node), _) => find(&node, node.text()?).map(Some),
        (None, Some(name)) => find(table_node, name).map(Some),
        (None, None) => Some(None),
    };
    let first = required(ends.first, known.map(|schema| schema.source));
    let second = required(ends.second, known.map(|schema| schema.target));
    let weight = optional("weight", known.map(|schema| schema.weight));
    let (delay, compartment) = (optional("delay", None), optional("compartment", None));
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
        None if signed => match known {
            Some(schema) => find(table_node, schema.sign).map(|column| vec![column]),
            None => table_node
                .error("`synapse` chooses by a sign column, and none is named", "add sign = \"COLUMN\" to columns"),
        },
        None => Some(Vec::new()),
    };
    if let Some(fields) = &fields {
        fields.finish();
    }
    let names: Vec<&str> = table.headers().collect();
    let (mut headers, mut indices) = (Vec::new(), Vec::new());
    let mut place = |column: usize| {
        indices.iter().position(|&known| known == column).unwrap_or_else(|| {
            indices.push(column);
            headers.push(names[column].to_owned());
            indices.len() - 1
        })
    };
    let (first, second) = (place(first?), place(second?));
    let (weight, delay, compartment) = (weight?.map(&mut place), delay?.map(&mut place), compartment?.map(&mut place));
    let sign = sign?.into_iter().map(&mut place).collect();
    Some(Columns { first, second, weight, delay, compartment, sign, headers, indices })
}
