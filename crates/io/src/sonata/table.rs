//! Edges as a table, and a table as edges.

use std::io::Write as _;
use std::path::Path;
use std::rc::Rc;

use hdf5_pure::{AttrValue, FileBuilder};

use super::elements::{Attribute, Datum, EDGES, Elements};
use super::findings::Findings;
use super::h5::{self, H5};
use super::types::Types;
use crate::model::ModelErrors;
use crate::results::{AtomicFile, ResultsError};
use crate::tables::{Batch, Column, Compression, Kind, TableError, TableWriter, WriteError, whole};

/// Rows handed over at once.
const ROWS: usize = 1 << 16;
/// The largest id of a node that is written: the index has an entry for each id up to it.
const LARGEST: i64 = 100_000_000;

/// What was converted.
#[derive(Clone, Debug, PartialEq)]
pub struct EdgeTable {
    /// Edges.
    pub rows: u64,
    /// Columns of the table, or attributes of the edges, and what they hold.
    pub columns: Vec<(String, Kind)>,
}

/// Edges to be written.
#[derive(Clone, Copy, Debug)]
pub struct NewEdges<'a> {
    /// Population of the nodes they come from.
    pub source: &'a str,
    /// Population of the nodes they end on.
    pub target: &'a str,
    /// Their type, where the table has no column `edge_type_id`.
    pub edge_type: u32,
}

/// Writes the edges of the file `from` as the table `to`, whose name says the format: a column for both ends, one for the type, and
/// one for each attribute in HDF5 that has one dimension.
///
/// # Errors
/// When the one cannot be read, holds several populations and `population` names none of them, or the other cannot be written.
pub fn edges_to_table(
    from: &Path,
    to: &Path,
    population: Option<&str>,
    compression: Compression,
) -> Result<EdgeTable, WriteError> {
    let findings = Findings::default();
    let read = read(from, population, &findings);
    findings.finish(&from.display().to_string()).map_err(|errors| table_error(&errors))?;
    let Some((elements, ends)) = read else {
        return Err(TableError::new(&from.display().to_string(), "cannot be read").into());
    };
    let mut named: Vec<(String, Attribute<'_>)> =
        elements.own_names().into_iter().map(|name| (name.to_owned(), elements.attribute(name))).collect();
    let dynamics = elements.dynamics_names().into_iter();
    named.extend(dynamics.map(|name| (format!("dynamics_params/{name}"), elements.dynamics(name))));
    let integers = ["source_node_id", "target_node_id", "edge_type_id"].map(|name| (name.to_owned(), Kind::Integer));
    let of = |(name, attribute): &(String, Attribute<'_>)| (name.clone(), kind(attribute));
    let columns: Vec<(String, Kind)> = integers.into_iter().chain(named.iter().map(of)).collect();
    let mut writer = TableWriter::create(to, &columns, compression)?;
    let rows = elements.len();
    let types: Vec<i64> =
        (0..elements.types.len()).map(|row| elements.types.id(u32::try_from(row).unwrap_or(0))).collect();
    for first in (0..rows).step_by(ROWS) {
        let range = first..(first + ROWS).min(rows);
        let integer = |values: Vec<i64>| Column::Integer { values, missing: Vec::new() };
        let mut batch = vec![
            integer(ends[0][range.clone()].to_vec()),
            integer(ends[1][range.clone()].to_vec()),
            integer(elements.row[range.clone()].iter().map(|&row| types[row as usize]).collect()),
        ];
        for ((_, attribute), (_, kind)) in named.iter().zip(&columns[3..]) {
            batch.push(values(attribute, *kind, range.clone()));
        }
        writer.write(&Batch::new(batch, first as u64))?;
    }
    writer.finish()?;
    Ok(EdgeTable { rows: rows as u64, columns })
}

fn table_error(errors: &ModelErrors) -> WriteError {
    let first = errors.0.first();
    let (file, key) = first.map_or(("", ""), |error| (error.file.as_str(), error.key.as_str()));
    let message = first.map_or("cannot be read", |error| error.message.as_str());
    let message = if key.is_empty() { message.to_owned() } else { format!("`{key}`: {message}") };
    let error = TableError::new(file, message);
    match first.and_then(|error| error.hint.clone()) {
        Some(hint) => error.hint(hint).into(),
        None => error.into(),
    }
}

fn read(from: &Path, population: Option<&str>, findings: &Findings) -> Option<(Elements, [Vec<i64>; 2])> {
    let file = H5::open(from, "file of edges", findings)?;
    let Some(names) = file.groups("edges") else {
        return file.error(findings, "edges", "there is no group `edges`", "is this a file of edges?");
    };
    let list = names.join(", ");
    let name = match population {
        Some(name) if names.iter().any(|own| own == name) => name.to_owned(),
        Some(name) => {
            return file.error(
                findings,
                "edges",
                format!("there is no population `{name}`"),
                format!("there are {list}"),
            );
        }
        None if names.len() == 1 => names[0].clone(),
        None => {
            let message = format!("there are {} populations of edges", names.len());
            return file.error(findings, "edges", message, format!("choose one with --population: {list}"));
        }
    };
    let path = format!("edges/{name}");
    let integers = |what: &str| {
        let key = format!("{path}/{what}");
        file.integers(&key).map_err(|cause| file.error::<()>(findings, &key, cause, "")).ok()
    };
    let (types, source, target) = (integers("edge_type_id"), integers("source_node_id"), integers("target_node_id"));
    let (types, source, target) = (types?, source?, target?);
    if source.len() != types.len() || target.len() != types.len() {
        return file.error(findings, &path, "its datasets are of unlike lengths", "the file is damaged");
    }
    let types = Rc::new(Types::of(&types));
    let elements = Elements::read(&file, &path, &EDGES, &types, &[], findings)?;
    Some((elements, [source, target]))
}

/// What a column of an attribute holds: numbers of both sorts are numbers, anything with text is text.
fn kind(attribute: &Attribute<'_>) -> Kind {
    let of = |column: &h5::Column| match column {
        h5::Column::Integers(_) => Kind::Integer,
        h5::Column::Numbers(_) => Kind::Number,
        h5::Column::Texts { .. } => Kind::Text,
    };
    let joined = |a, b| match (a, b) {
        (a, b) if a == b => a,
        (Kind::Text, _) | (_, Kind::Text) => Kind::Text,
        _ => Kind::Number,
    };
    attribute.columns().map(of).reduce(joined).unwrap_or(Kind::Number)
}

fn values(attribute: &Attribute<'_>, kind: Kind, range: std::ops::Range<usize>) -> Column {
    let found: Vec<Option<Datum<'_>>> = range.map(|edge| attribute.own(edge)).collect();
    let missing: Vec<bool> =
        if found.iter().all(Option::is_some) { Vec::new() } else { found.iter().map(Option::is_none).collect() };
    match kind {
        Kind::Integer => Column::Integer {
            values: found.iter().map(|own| own.and_then(Datum::integer).unwrap_or(0)).collect(),
            missing,
        },
        Kind::Number => Column::Number {
            values: found.iter().map(|own| own.and_then(Datum::number).unwrap_or(0.0)).collect(),
            missing,
        },
        Kind::Text | Kind::Boolean => {
            let (mut text, mut ends) = (String::new(), Vec::with_capacity(found.len()));
            for own in &found {
                if let Some(own) = own {
                    text.push_str(&own.to_string());
                }
                ends.push(text.len());
            }
            Column::Text { text, ends, missing }
        }
    }
}

/// Writes the table `from` as edges of SONATA: columns `source_node_id` and `target_node_id` (or `source` and `target`) are ids, a column
/// `edge_type_id` their types, all others attributes of group 0. Edges are sorted by target, then by source, and indexed by both.
///
/// # Errors
/// When the table cannot be read, has no such columns, or ids that are no whole numbers from 0; or the file cannot be written.
pub fn table_to_edges(from: &Path, to: &Path, new: &NewEdges<'_>) -> Result<EdgeTable, WriteError> {
    let name = from.display().to_string();
    let mut columns = whole(from)?;
    let mut take = |names: &[&str]| {
        let found = names.iter().find_map(|name| columns.iter().position(|(own, _)| own == name));
        found.map(|index| columns.remove(index))
    };
    let ids =
        |column: Option<(String, Column)>, wanted: &str| match column {
            Some((_, Column::Integer { values, missing }))
                if missing.iter().all(|absent| !absent) && values.iter().all(|id| (0..=LARGEST).contains(id)) =>
            {
                Ok(values)
            }
            Some((own, _)) => {
                let message = format!("its values are not all whole numbers from 0 to {LARGEST}");
                Err(TableError::new(&name, message).column(&own).hint("ids of nodes count from 0"))
            }
            None => Err(TableError::new(&name, format!("there is no column `{wanted}`"))
                .hint("rename the columns of the table")),
        };
    let source = ids(take(&["source_node_id", "source"]), "source_node_id")?;
    let target = ids(take(&["target_node_id", "target"]), "target_node_id")?;
    let types = match take(&["edge_type_id"]) {
        Some(own) => ids(Some(own), "edge_type_id")?,
        None => vec![i64::from(new.edge_type); source.len()],
    };
    let mut order: Vec<usize> = (0..source.len()).collect();
    order.sort_by_key(|&edge| (target[edge], source[edge]));
    let sorted = |values: &[i64]| order.iter().map(|&edge| values[edge].unsigned_abs()).collect::<Vec<u64>>();
    let (source, target, types) = (sorted(&source), sorted(&target), sorted(&types));

    let mut file = FileBuilder::new();
    file.set_attr("magic", AttrValue::U32(0x0a7a));
    file.set_attr("version", AttrValue::U32Array(vec![0, 1]));
    let mut edges = file.create_group("edges");
    let mut own = edges.create_group(&format!("{}_to_{}", new.source, new.target));
    let count = source.len() as u64;
    for (what, values, population) in [
        ("source_node_id", &source, Some(new.source)),
        ("target_node_id", &target, Some(new.target)),
        ("edge_type_id", &types, None),
    ] {
        let dataset = own.create_dataset(what).with_u64_data(values).with_shape(&[count]);
        if let Some(population) = population {
            dataset.set_attr("node_population", AttrValue::String(population.to_owned()));
        }
    }
    own.create_dataset("edge_group_id").with_u32_data(&vec![0; source.len()]).with_shape(&[count]);
    own.create_dataset("edge_group_index").with_u64_data(&(0..count).collect::<Vec<_>>()).with_shape(&[count]);
    let mut group = own.create_group("0");
    for (name, column) in &columns {
        attribute(group.create_dataset(name), column, &order);
    }
    own.add_group(group.finish());
    let mut indices = own.create_group("indices");
    for (what, ends) in [("source_to_target", &source), ("target_to_source", &target)] {
        let (nodes, ranges) = index(ends);
        let mut by = indices.create_group(what);
        // The first name is BMTK's, the second the specification's and libsonata's.
        for (name, pairs) in
            [("node_id_to_range", &nodes), ("node_id_to_ranges", &nodes), ("range_to_edge_id", &ranges)]
        {
            by.create_dataset(name).with_u64_data(pairs).with_shape(&[pairs.len() as u64 / 2, 2]);
        }
        indices.add_group(by.finish());
    }
    own.add_group(indices.finish());
    edges.add_group(own.finish());
    file.add_group(edges.finish());
    let failed = |cause: String| ResultsError::Write { path: to.to_owned(), source: std::io::Error::other(cause) };
    let bytes = file.finish().map_err(|cause| failed(cause.to_string()))?;
    let mut out = AtomicFile::create(to)?;
    out.write_all(&bytes).map_err(|source| ResultsError::Write { path: to.to_owned(), source })?;
    out.finish()?;
    let mut all: Vec<(String, Kind)> =
        ["source_node_id", "target_node_id", "edge_type_id"].map(|name| (name.to_owned(), Kind::Integer)).into();
    all.extend(columns.into_iter().map(|(name, column)| (name, column.kind())));
    Ok(EdgeTable { rows: count, columns: all })
}

/// Puts a column into a dataset, its rows in another order; what is missing is NaN, or no text.
fn attribute(dataset: &mut hdf5_pure::DatasetBuilder, column: &Column, order: &[usize]) {
    let shape = [order.len() as u64];
    match column {
        Column::Integer { values, missing } if missing.iter().all(|absent| !absent) => {
            dataset.with_i64_data(&order.iter().map(|&row| values[row]).collect::<Vec<_>>()).with_shape(&shape);
        }
        Column::Text { .. } | Column::Boolean { .. } => {
            let texts: Vec<String> = order.iter().map(|&row| column.cell(row).text().into_owned()).collect();
            dataset.with_vlen_strings(&texts.iter().map(String::as_str).collect::<Vec<_>>());
        }
        _ => {
            let number = |&row: &usize| column.cell(row).number().unwrap_or(f64::NAN);
            dataset.with_f64_data(&order.iter().map(number).collect::<Vec<_>>()).with_shape(&shape);
        }
    }
}

/// For each node the ranges it has, and the ranges of edges: pairs, one after the other.
fn index(ends: &[u64]) -> (Vec<u64>, Vec<u64>) {
    let nodes = ends.iter().max().map_or(0, |last| *last as usize + 1);
    let mut runs: Vec<(u64, u64, u64)> = Vec::new();
    for (edge, &node) in (0_u64..).zip(ends) {
        match runs.last_mut() {
            Some((last, _, end)) if *last == node => *end = edge + 1,
            _ => runs.push((node, edge, edge + 1)),
        }
    }
    // Stable: a node's ranges stay in order of edges.
    runs.sort_by_key(|(node, ..)| *node);
    let mut by_node = vec![0; 2 * nodes];
    for (range, (node, ..)) in (0_u64..).zip(&runs) {
        let at = 2 * *node as usize;
        if by_node[at + 1] == 0 {
            by_node[at] = range;
        }
        by_node[at + 1] = range + 1;
    }
    (by_node, runs.into_iter().flat_map(|(_, first, end)| [first, end]).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_find_the_edges_of_a_node() {
        let ends = [2, 2, 0, 2, 4];
        let (by_node, ranges) = index(&ends);
        let of = |node: usize| {
            let own = by_node[2 * node] as usize..by_node[2 * node + 1] as usize;
            own.flat_map(|range| ranges[2 * range]..ranges[2 * range + 1]).collect::<Vec<_>>()
        };
        assert_eq!((of(0), of(1), of(2), of(3), of(4)), (vec![2], vec![], vec![0, 1, 3], vec![], vec![4]));
        assert_eq!(index(&[]), (Vec::new(), Vec::new()));
    }
}
