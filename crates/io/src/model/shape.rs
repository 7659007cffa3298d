//! `shape`: one compartment, sections, a reconstruction, a table of segments, or a generated tree.

use std::collections::HashMap;

use huxley_model::morphology::{
    Attachment, Discretisation, Geometry, Morphology, Point, RandomTree, Section, SectionKind,
};

use super::place::MOST_CELLS;
use super::quantity::Dimension;
use super::reader::{Bound, Fields, Node};
use super::{segments, swc};

/// Shapes, which cell has which, and the names of the cells where the shapes bring them.
pub(crate) struct Shapes {
    pub(crate) shapes: Vec<Morphology>,
    pub(crate) cells: Vec<usize>,
    pub(crate) labels: Option<Vec<String>>,
    /// How they are cut, where the shape says it.
    pub(crate) discretisation: Option<Discretisation>,
}

impl Shapes {
    fn shared(shape: Morphology, size: Option<usize>) -> Self {
        Self { shapes: vec![shape], cells: vec![0; size.unwrap_or(1)], labels: None, discretisation: None }
    }
}

/// The most sections that generated shapes may have together.
const MOST_SECTIONS: usize = 4_000_000;

const KINDS: &str = "write point = {...}, sections = [...], swc = {...}, segments = {...}, branching_tree = {...} or random_tree = {...}";

/// Reads a shape for `size` cells; a table of segments brings its own number.
pub(crate) fn read(node: &Node<'_>, size: Option<usize>) -> Option<Shapes> {
    let fields = node.fields()?;
    let shapes = if let Some(node) = fields.optional("point") {
        point(&node).map(|shape| Shapes::shared(shape, size))
    } else if let Some(node) = fields.optional("sections") {
        sections(&node).map(|shape| Shapes::shared(shape, size))
    } else if let Some(node) = fields.optional("swc") {
        swc::read(&node, size)
    } else if let Some(node) = fields.optional("segments") {
        segments::read(&node).and_then(|shapes| match size {
            Some(size) if size != shapes.cells.len() => node.error(
                format!("the table has {} cells, the population's size is {size}", shapes.cells.len()),
                "leave `size` out: the table gives it",
            ),
            _ => Some(shapes),
        })
    } else if let Some(node) = fields.optional("branching_tree") {
        branching_tree(&node).map(|shape| Shapes::shared(shape, size))
    } else if let Some(node) = fields.optional("random_tree") {
        random_trees(&node, size.unwrap_or(1))
    } else {
        node.error("no kind of shape is given", KINDS)
    };
    fields.finish();
    let shapes = shapes?;
    match shapes.shapes.iter().find_map(|shape| shape.validate().err()) {
        Some(error) => node.error(error.to_string(), ""),
        None => Some(shapes),
    }
}

fn point(node: &Node<'_>) -> Option<Morphology> {
    let fields = node.fields()?;
    let (area, diameter) = (fields.optional("area"), fields.optional("diameter"));
    fields.finish();
    match (area, diameter) {
        (Some(node), None) => node.quantity(Dimension::Area, Bound::Positive).map(Morphology::point),
        (None, Some(node)) => {
            let diameter = node.quantity(Dimension::Length, Bound::Positive)?;
            Some(Morphology::point(std::f64::consts::PI * diameter * diameter))
        }
        _ => node.error("a point cell needs either an area or a diameter", "write { area = \"20000 um2\" }"),
    }
}

fn sections(node: &Node<'_>) -> Option<Morphology> {
    let list = node.list()?;
    if list.is_empty() {
        return node.error(
            "the cell has no sections",
            "add { name = \"soma\", kind = \"soma\", length = \"20 um\", diameter = \"20 um\" }",
        );
    }
    let mut index: HashMap<&str, usize> = HashMap::new();
    let mut names: Vec<&str> = Vec::new();
    for (i, node) in list.iter().enumerate() {
        // Names first, so that a parent that comes later or not at all can be told apart.
        let name = node.value.get("name").and_then(|value| match value {
            super::value::Value::Text(text) => Some(text.as_str()),
            _ => None,
        });
        if let Some(name) = name {
            if index.insert(name, i).is_some() {
                return node.error(format!("two sections are called `{name}`"), "names are unique in a cell");
            }
            names.push(name);
        }
    }
    let read: Vec<Option<Section>> =
        list.iter().enumerate().map(|(i, node)| section(node, i, &index, &names)).collect();
    let shape = Morphology { sections: read.into_iter().collect::<Option<Vec<_>>>()? };
    match shape.validate() {
        Ok(()) => Some(shape),
        Err(error) => node.error(error.to_string(), ""),
    }
}

fn section(node: &Node<'_>, own: usize, index: &HashMap<&str, usize>, names: &[&str]) -> Option<Section> {
    let fields = node.fields()?;
    let name = fields.required("name").and_then(|node| node.text());
    let kind = fields.or("kind", SectionKind::Dendrite, |node| section_kind(&node));
    let parent = fields.optional("parent");
    let position = fields.or("at", 1.0, |node| node.number(Bound::Within(0.0, 1.0)));
    let compartments = fields.or("compartments", None, |node| node.count(1, 10_000_000).map(Some));
    let geometry = geometry(&fields);
    fields.finish();
    let attachment = match &parent {
        Some(at) => {
            let wanted = at.text()?;
            let found = match index.get(wanted) {
                Some(&found) if found < own => Some(found),
                Some(_) => at.error(
                    format!(
                        "section `{}` has the parent `{wanted}`, which does not come before it",
                        name.unwrap_or("?")
                    ),
                    "list parents before their children: a tree has no cycles",
                ),
                None => at.unknown_name(wanted, "a section of this cell", names.iter().copied()),
            };
            Some(Attachment { section: found?, position: position? })
        }
        None if own > 0 => {
            return node.error(
                format!("section `{}` has no parent, so it is not connected to the cell", name.unwrap_or("?")),
                format!("add parent = \"{}\"", names.first().copied().unwrap_or("soma")),
            );
        }
        None => None,
    };
    Some(Section {
        name: name?.to_owned(),
        kind: kind?,
        parent: attachment,
        geometry: geometry?,
        compartments: compartments?,
    })
}

/// `length` and `diameter`, or `points = [[x, y, z, diameter], ...]` in um.
fn geometry(fields: &Fields<'_>) -> Option<Geometry> {
    let Some(points) = fields.optional("points") else {
        let length = fields.quantity("length", Dimension::Length, Bound::Positive);
        let diameter = fields.quantity("diameter", Dimension::Length, Bound::Positive);
        return Some(Geometry::Cylinder { length: length?, diameter: diameter? });
    };
    let read: Vec<Option<Point>> = points
        .list()?
        .iter()
        .map(|node| {
            let list = node.list()?;
            let [x, y, z, diameter] = list.as_slice() else {
                return node.error("a point is four numbers", "write [x, y, z, diameter], in um");
            };
            let (x, y, z) = (x.number(Bound::Any), y.number(Bound::Any), z.number(Bound::Any));
            let diameter = diameter.number(Bound::Positive);
            Some(Point::new(x?, y?, z?, diameter?))
        })
        .collect();
    Some(Geometry::Points(read.into_iter().collect::<Option<Vec<_>>>()?))
}

/// A kind of section that a section may be.
pub(crate) fn section_kind(node: &Node<'_>) -> Option<SectionKind> {
    node.choice(&[
        ("soma", SectionKind::Soma),
        ("axon", SectionKind::Axon),
        ("dendrite", SectionKind::Dendrite),
        ("apical", SectionKind::Apical),
        ("other", SectionKind::Other),
    ])
}

fn branching_tree(node: &Node<'_>) -> Option<Morphology> {
    let fields = node.fields()?;
    let depth = fields.required("depth").and_then(|node| node.count(1, 20));
    let length = fields.quantity("length", Dimension::Length, Bound::Positive);
    let diameter = fields.quantity("diameter", Dimension::Length, Bound::Positive);
    fields.finish();
    Morphology::branching_tree(depth?, length?, diameter?).map_or_else(|error| node.error(error.to_string(), ""), Some)
}

fn random_trees(node: &Node<'_>, size: usize) -> Option<Shapes> {
    let fields = node.fields()?;
    let default = RandomTree::default();
    let soma = fields.quantity_or("soma_diameter", Dimension::Length, Bound::Positive, default.soma_diameter);
    let depth = fields.or("depth", default.depth, |node| node.count(0, 20));
    let chance = |node: &Node<'_>| node.number(Bound::Within(0.0, 1.0));
    let probability = fields.or("branch_probability", default.branch_probability, |node| pair(&node, chance));
    let compartments =
        fields.or("compartments", default.compartments, |node| pair(&node, |node| node.count(1, 10_000)));
    let length = fields
        .or("length", default.length, |node| pair(&node, |node| node.quantity(Dimension::Length, Bound::Positive)));
    let diameter = fields.quantity_or("diameter", Dimension::Length, Bound::Positive, default.diameter);
    let seed = fields.or("seed", 0, |node| node.integer(0, u64::MAX));
    let distinct = fields.or("shapes", size.min(1), |node| node.count(1, MOST_CELLS).map(|shapes| shapes.min(size)));
    fields.finish();
    let tree = RandomTree {
        soma_diameter: soma?,
        depth: depth?,
        branch_probability: probability?,
        compartments: compartments?,
        length: length?,
        diameter: diameter?,
    };
    let (distinct, seed) = (distinct?.max(1), seed?);
    if distinct.saturating_mul(2 << tree.depth) > MOST_SECTIONS {
        return node.error(
            format!("{distinct} shapes of depth {} may have more than {MOST_SECTIONS} sections", tree.depth),
            "lower `shapes` (cells share them) or `depth`",
        );
    }
    let shapes: Result<Vec<Morphology>, _> =
        (0..distinct as u64).map(|shape| Morphology::random_tree(&tree, seed.wrapping_add(shape))).collect();
    match shapes {
        Ok(shapes) => Some(Shapes {
            shapes,
            cells: (0..size).map(|cell| cell % distinct).collect(),
            labels: None,
            discretisation: None,
        }),
        Err(error) => node.error(error.to_string(), ""),
    }
}

/// Two values, at the first and at the last level.
fn pair<T: Copy>(node: &Node<'_>, read: impl Fn(&Node<'_>) -> Option<T>) -> Option<[T; 2]> {
    if let Some(list) = node.as_list() {
        let [first, last] = list.as_slice() else {
            return node.error("expected two values, at the first and at the last level", "write [first, last]");
        };
        let (first, last) = (read(first), read(last));
        return Some([first?, last?]);
    }
    read(node).map(|value| [value, value])
}
