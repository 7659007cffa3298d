//! `shape.swc`: reconstructed cells from SWC files.

use huxley_model::morphology::{Morphology, SectionKind};

use super::population;
use super::quantity::Dimension;
use super::reader::{Bound, Node};
use super::shape::{Shapes, section_kind};
use crate::swc;

/// `{ file = "cell.swc", unit = "um", kinds = { "5" = "dendrite" }, max_length = "20 um" }`.
///
/// `file` may be a list: the cells take the shapes in turn. The rule for cutting sections is optional, as `unit` and `kinds` are.
pub(crate) fn read(node: &Node<'_>, size: Option<usize>) -> Option<Shapes> {
    let fields = node.fields()?;
    let file = fields.required("file");
    let unit = fields.or("unit", 1.0, |node| unit(&node));
    let kinds = fields.or("kinds", Vec::new(), |node| super::named_in(&node, own_kind));
    let rule = population::rule(&fields);
    fields.finish();
    let (file, unit, kinds, discretisation) = (file?, unit?, kinds?, rule?);
    let files = file.as_list().unwrap_or_else(|| vec![file.clone()]);
    if files.is_empty() {
        return file.error("no file is given", "write file = \"cell.swc\", or a list of files");
    }
    let shapes: Vec<Option<Morphology>> = files.iter().map(|node| shape(node, unit, &kinds)).collect();
    let shapes = shapes.into_iter().collect::<Option<Vec<_>>>()?;
    let count = shapes.len();
    let cells = (0..size.unwrap_or(count)).map(|cell| cell % count).collect();
    Some(Shapes { shapes, cells, labels: None, discretisation })
}

/// um in a unit: the name of one, or a length.
fn unit(node: &Node<'_>) -> Option<f64> {
    let text = node.text()?;
    match swc::unit(text) {
        Some(unit) => Some(unit),
        None if !text.contains(|c: char| c.is_ascii_digit()) => {
            node.error(format!("unknown unit `{text}`"), "write \"um\", \"nm\" or \"mm\", or a length, as \"8 nm\"")
        }
        None => node.quantity(Dimension::Length, Bound::Positive),
    }
}

/// An entry of `kinds`: a type and what it is.
fn own_kind(name: &str, node: &Node<'_>) -> Option<(i32, SectionKind)> {
    match name.parse() {
        Ok(structure) => Some((structure, section_kind(node)?)),
        Err(_) => node
            .error(format!("`{name}` is not a type of SWC"), "types are whole numbers: kinds = { 5 = \"dendrite\" }"),
    }
}

fn shape(node: &Node<'_>, unit: f64, kinds: &[(i32, SectionKind)]) -> Option<Morphology> {
    let name = node.text()?;
    let bytes = node.context.bytes(&node.path, name, "SWC file")?;
    match swc::parse(&bytes, name, unit) {
        Ok(found) => {
            for mending in found.mended() {
                node.context.warn(format!("{name}: {mending}"));
            }
            Some(found.morphology(kinds))
        }
        Err(errors) => {
            for (problem, hint) in errors.hinted() {
                node.context.error_in_file(name, problem.line, problem.to_string(), hint.map(str::to_owned));
            }
            if errors.more > 0 {
                node.context.error_in_file(name, None, format!("and {} more problems", errors.more), None);
            }
            None
        }
    }
}
