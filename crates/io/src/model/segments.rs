//! `shape.segments`: the shapes of many cells, one segment a row, as reconstructions are published.

use std::collections::HashMap;

use huxley_model::morphology::{Morphology, Point, SectionKind, Segment};

use super::context::Context;
use super::reader::Node;
use super::shape::Shapes;
use super::table::{Row, Table};
use crate::tables::Place;

/// Columns a table of segments must have; `columns` maps them to other names.
const COLUMNS: [&str; 12] = ["cell", "segment", "parent", "kind", "px", "py", "pz", "pdiam", "dx", "dy", "dz", "ddiam"];

/// `{ table = "morphology.csv", kinds = { neurite = "other" }, columns = { cell = "name" } }`.
///
/// Lengths are in um. Empty proximal columns mean that the segment begins where its parent ends.
pub(crate) fn read(node: &Node<'_>) -> Option<Shapes> {
    let fields = node.fields()?;
    let name = fields.required("table");
    let kinds = fields.optional("kinds");
    let columns = fields.optional("columns");
    fields.finish();
    let kinds = match kinds {
        Some(node) => super::named_in(&node, |name, node| Some((name.to_owned(), super::shape::section_kind(node)?)))?,
        None => Vec::new(),
    };
    let name = name?;
    let table = node.context.table(&name.path, name.text()?)?;
    let mut index = [0; COLUMNS.len()];
    let mapping = columns.as_ref().map(Node::fields);
    for (slot, column) in index.iter_mut().zip(COLUMNS) {
        let given = match &mapping {
            Some(fields) => fields.as_ref()?.optional(column),
            None => None,
        };
        let wanted = match &given {
            Some(node) => node.text()?,
            None => column,
        };
        *slot = match table.column(wanted) {
            Some(found) => found,
            None => {
                return given
                    .as_ref()
                    .unwrap_or(&name)
                    .error(format!("the table `{}` has no column `{wanted}`", table.name), table.column_hint(wanted));
            }
        };
    }
    if let Some(Some(fields)) = &mapping {
        fields.finish();
    }
    Reader { context: node.context, table: &table, columns: index, kinds: &kinds }.shapes(&name)
}

struct Reader<'a> {
    context: &'a Context<'a>,
    table: &'a Table,
    columns: [usize; COLUMNS.len()],
    kinds: &'a [(String, SectionKind)],
}

impl Reader<'_> {
    fn shapes(&self, node: &Node<'_>) -> Option<Shapes> {
        let mut cells: Vec<(&str, Place, Vec<Row<'_>>)> = Vec::new();
        let mut index: HashMap<&str, usize> = HashMap::new();
        for row in self.table.rows() {
            let cell = row.text(self.columns[0]);
            let at = *index.entry(cell).or_insert_with(|| {
                cells.push((cell, row.place(), Vec::new()));
                cells.len() - 1
            });
            cells[at].2.push(row);
        }
        if cells.is_empty() {
            return node.error(format!("the table `{}` has no rows", self.table.name), "");
        }
        let shapes: Vec<Option<Morphology>> =
            cells.iter().map(|(cell, place, rows)| self.shape(cell, *place, rows)).collect();
        let shapes = shapes.into_iter().collect::<Option<Vec<_>>>()?;
        let labels = cells.iter().map(|(cell, ..)| (*cell).to_owned()).collect();
        Some(Shapes { cells: (0..shapes.len()).collect(), shapes, labels: Some(labels), discretisation: None })
    }

    fn shape(&self, cell: &str, place: Place, rows: &[Row<'_>]) -> Option<Morphology> {
        let ends: HashMap<i64, Point> = rows
            .iter()
            .filter_map(|row| Some((row.text(self.columns[1]).parse().ok()?, self.point(row, 8)?)))
            .collect();
        let segments: Vec<Option<Segment>> = rows.iter().map(|row| self.segment(row, &ends)).collect();
        let segments = segments.into_iter().collect::<Option<Vec<_>>>()?;
        match Morphology::from_segments(&segments) {
            Ok(shape) => Some(shape),
            Err(error) => {
                let hint = "the segments of a cell form one tree: every parent in the table, one root, no cycle";
                self.context.error_in_row(
                    &self.table.name,
                    place,
                    "",
                    format!("cell `{cell}`: {error}"),
                    Some(hint.to_owned()),
                );
                None
            }
        }
    }

    fn segment(&self, row: &Row<'_>, ends: &HashMap<i64, Point>) -> Option<Segment> {
        let id = self.id(row, 1)?;
        let parent = match row.text(self.columns[2]) {
            "" | "-1" => None,
            _ => Some(self.id(row, 2)?),
        };
        let kind = self.kind(row)?;
        let distal = self.checked_point(row, 8)?;
        let proximal = if (4..8).all(|column| row.text(self.columns[column]).is_empty()) {
            parent.and_then(|parent| ends.get(&parent).copied()).unwrap_or(distal)
        } else {
            self.checked_point(row, 4)?
        };
        Some(Segment { id, parent, kind, proximal, distal })
    }

    fn error<T>(&self, row: &Row<'_>, column: usize, message: String, hint: &str) -> Option<T> {
        let name = &self.table.headers[self.columns[column]];
        let hint = (!hint.is_empty()).then(|| hint.to_owned());
        self.context.error_in_row(&self.table.name, row.place(), name, message, hint);
        None
    }

    fn id(&self, row: &Row<'_>, column: usize) -> Option<i64> {
        let text = row.text(self.columns[column]);
        text.parse().ok().or_else(|| self.error(row, column, format!("expected a whole number, found `{text}`"), ""))
    }

    fn kind(&self, row: &Row<'_>) -> Option<SectionKind> {
        let text = row.text(self.columns[3]);
        let own = self.kinds.iter().find(|(name, _)| name == text).map(|&(_, kind)| kind);
        let standard = || SectionKind::ALL.iter().find(|(name, kind)| *name == text && *kind != SectionKind::Any);
        own.or_else(|| standard().map(|&(_, kind)| kind)).or_else(|| {
            let hint =
                "known are soma, axon, dendrite, apical, other; say with kinds = { NAME = \"other\" } what others are";
            self.error(row, 3, format!("unknown kind of section `{text}`"), hint)
        })
    }

    /// The point whose columns begin at `first`, if all four are numbers.
    fn point(&self, row: &Row<'_>, first: usize) -> Option<Point> {
        let number = |offset: usize| row.text(self.columns[first + offset]).parse().ok();
        Some(Point::new(number(0)?, number(1)?, number(2)?, number(3)?))
    }

    fn checked_point(&self, row: &Row<'_>, first: usize) -> Option<Point> {
        for column in first..first + 4 {
            let text = row.text(self.columns[column]);
            let fine = text.parse::<f64>().is_ok_and(|value| value.is_finite() && (column < first + 3 || value > 0.0));
            if !fine {
                let what = if column < first + 3 { "a finite number (um)" } else { "a diameter above 0 (um)" };
                return self.error(row, column, format!("expected {what}, found `{text}`"), "");
            }
        }
        self.point(row, first)
    }
}
