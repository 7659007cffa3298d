//! `morphology`: segments, their tree, and groups of them.

use std::cell::RefCell;
use std::collections::{HashMap, HashSet};

use huxley_model::morphology::{Point, SectionKind};

use super::element::Element;
use super::library::Library;
use super::units::Unit;

/// Coordinates and diameters beyond this are not of cells, um.
const LARGEST: f64 = 1e7;

/// Members of all groups together.
const MOST_MEMBERS: usize = 50_000_000;

/// One segment.
pub(super) struct Segment<'a> {
    pub id: i64,
    /// Its own name, or nothing.
    pub name: &'a str,
    /// Index of the parent, and where along it the segment begins.
    pub parent: Option<(usize, f64)>,
    pub proximal: Point,
    pub distal: Point,
}

impl Segment<'_> {
    /// Length, um.
    pub fn length(&self) -> f64 {
        let (a, b) = (&self.proximal, &self.distal);
        (b.x - a.x).hypot(b.y - a.y).hypot(b.z - a.z)
    }

    /// Whether it is a sphere: both ends at one place.
    pub fn is_sphere(&self) -> bool {
        self.length() == 0.0
    }
}

/// The segments of a cell, every parent before its children, and the groups.
pub(super) struct Segments<'a> {
    pub all: Vec<Segment<'a>>,
    index: HashMap<i64, usize>,
    groups: HashMap<&'a str, &'a Element>,
    /// Group elements in the order of the file.
    pub group_list: Vec<&'a Element>,
    resolved: RefCell<HashMap<&'a str, Option<Vec<usize>>>>,
    members: RefCell<usize>,
}

/// A segment as its element says it.
struct Row<'a> {
    id: i64,
    parent: Option<(i64, f64)>,
    proximal: Option<Point>,
    distal: Point,
    element: &'a Element,
}

/// Reads the segments and groups of a morphology.
pub(super) fn read<'a>(library: &Library, at: &'a Element) -> Option<Segments<'a>> {
    let report = &library.report;
    let rows: Vec<Option<Row<'a>>> = at.all("segment").map(|segment| row(library, segment)).collect();
    let rows = rows.into_iter().collect::<Option<Vec<_>>>()?;
    if rows.is_empty() {
        return report.error(
            at,
            "the morphology has no segments",
            "add <segment id=\"0\"> with <proximal> and <distal>",
        );
    }
    let mut by_id: HashMap<i64, usize> = HashMap::with_capacity(rows.len());
    let mut fine = true;
    for (index, row) in rows.iter().enumerate() {
        if let Some(before) = by_id.insert(row.id, index) {
            let first = report.place(rows[before].element);
            report.error::<()>(row.element, format!("the id {} is taken, by the segment at {first}", row.id), "");
            fine = false;
        }
    }
    let mut roots = rows.iter().filter(|row| row.parent.is_none());
    let root = roots.next();
    for other in roots {
        let hint = "give it a <parent segment=\"...\"/>";
        report.error::<()>(other.element, "a second segment without a parent; a cell has one root", hint);
        fine = false;
    }
    for row in &rows {
        if let Some((parent, _)) = row.parent
            && !by_id.contains_key(&parent)
        {
            let hint = "a parent is a segment of the same morphology";
            report.error::<()>(row.element, format!("there is no parent segment {parent}"), hint);
            fine = false;
        }
    }
    if !fine {
        return None;
    }
    let Some(root) = root else {
        return report.error(at, "every segment has a parent: they form a circle", "the root has no <parent>");
    };
    let order = order(&rows, &by_id, by_id[&root.id]);
    if order.len() < rows.len() {
        let reached: HashSet<usize> = order.into_iter().collect();
        let lost = (0..rows.len()).find(|index| !reached.contains(index))?;
        let hint = "following parents must end at the root";
        return report.error(rows[lost].element, "the segment is its own ancestor", hint);
    }
    let (groups, group_list) = groups(library, at)?;
    let all = placed(library, &rows, &by_id, &order)?;
    let index = all.iter().enumerate().map(|(index, segment)| (segment.id, index)).collect();
    Some(Segments { all, index, groups, group_list, resolved: RefCell::default(), members: RefCell::default() })
}

fn row<'a>(library: &Library, at: &'a Element) -> Option<Row<'a>> {
    let report = &library.report;
    report.known(at, &[]);
    let id = number(library, at, "id");
    let parent = match at.child("parent") {
        Some(parent) => {
            report.known(parent, &["segment", "fractionAlong"]);
            let segment = number(library, parent, "segment");
            let fraction = report.fraction_or(parent, "fractionAlong", 1.0);
            Some(segment.zip(fraction))
        }
        None => None,
    };
    let proximal = at.child("proximal").map(|point| self::point(library, point));
    let distal = match at.child("distal") {
        Some(point) => self::point(library, point),
        None => report.error(at, "the segment has no <distal>", "add <distal x=\"0\" y=\"0\" z=\"0\" diameter=\"1\"/>"),
    };
    let flat = |part: Option<Option<_>>| match part {
        Some(None) => None,
        Some(Some(value)) => Some(Some(value)),
        None => Some(None),
    };
    let (parent, proximal) =
        (flat(parent.map(|p| p.map(|p| (p.0, p.1)))), proximal.map_or(Some(None), |p| p.map(Some)));
    Some(Row { id: id?, parent: parent?, proximal: proximal?, distal: distal?, element: at })
}

fn number(library: &Library, at: &Element, name: &str) -> Option<i64> {
    let text = library.report.required(at, name)?;
    let id = text.parse::<i64>().ok().filter(|id| *id >= 0);
    id.or_else(|| {
        library.report.error(at, format!("{name}=\"{text}\" is not the number of a segment"), "write a whole number")
    })
}

fn point(library: &Library, at: &Element) -> Option<Point> {
    let report = &library.report;
    let value = |name: &str| {
        let value = report.quantity(at, name, Unit::Number)?;
        if value.abs() <= LARGEST {
            return Some(value);
        }
        report.error(at, format!("{name}=\"{}\" is beyond 10 m", at.get(name).unwrap_or("")), "lengths are in um")
    };
    let (x, y, z) = (value("x"), value("y"), value("z"));
    let diameter = value("diameter").and_then(|diameter| {
        if diameter > 0.0 {
            return Some(diameter);
        }
        let text = at.get("diameter").unwrap_or("");
        report.error(at, format!("diameter=\"{text}\" must be above 0"), "diameters are in um")
    });
    Some(Point::new(x?, y?, z?, diameter?))
}

/// Indices from the root on, parents before children, breadth first.
fn order(rows: &[Row<'_>], by_id: &HashMap<i64, usize>, root: usize) -> Vec<usize> {
    let mut children: Vec<Vec<usize>> = vec![Vec::new(); rows.len()];
    for (index, row) in rows.iter().enumerate() {
        if let Some((parent, _)) = row.parent {
            children[by_id[&parent]].push(index);
        }
    }
    let mut order = vec![root];
    let mut next = 0;
    while next < order.len() {
        let here = order[next];
        next += 1;
        order.append(&mut children[here]);
    }
    order
}

/// Segments in order, with the ends that follow from their parents'.
fn placed<'a>(
    library: &Library,
    rows: &[Row<'a>],
    by_id: &HashMap<i64, usize>,
    order: &[usize],
) -> Option<Vec<Segment<'a>>> {
    let report = &library.report;
    let mut at = vec![0; rows.len()];
    let mut all: Vec<Segment<'a>> = Vec::with_capacity(rows.len());
    let mut fine = true;
    for &index in order {
        let row = &rows[index];
        let parent = row.parent.map(|(id, fraction)| (at[by_id[&id]], fraction));
        let proximal = match (row.proximal, parent) {
            (Some(point), _) => point,
            (None, Some((parent, fraction))) => between(&all[parent], fraction),
            (None, None) => {
                let hint = "only segments with a parent may leave it out";
                report.error::<()>(row.element, "the root segment has no <proximal>", hint);
                fine = false;
                row.distal
            }
        };
        at[index] = all.len();
        let name = row.element.get("name").unwrap_or("");
        let segment = Segment { id: row.id, name, parent, proximal, distal: row.distal };
        if segment.is_sphere() && proximal.diameter != row.distal.diameter {
            let hint = "a sphere has proximal and distal alike; a cone has a length";
            report.error::<()>(row.element, "the segment has no length, and two diameters", hint);
            fine = false;
        }
        all.push(segment);
    }
    fine.then_some(all)
}

/// The point at a fraction along a segment.
fn between(segment: &Segment<'_>, fraction: f64) -> Point {
    if fraction == 1.0 {
        return segment.distal;
    }
    let (a, b) = (&segment.proximal, &segment.distal);
    let mix = |a: f64, b: f64| a + (b - a) * fraction;
    Point::new(mix(a.x, b.x), mix(a.y, b.y), mix(a.z, b.z), mix(a.diameter, b.diameter))
}

/// Group elements by id.
#[allow(clippy::type_complexity)]
fn groups<'a>(library: &Library, at: &'a Element) -> Option<(HashMap<&'a str, &'a Element>, Vec<&'a Element>)> {
    let mut by_id: HashMap<&str, &Element> = HashMap::new();
    let list: Vec<&Element> = at.all("segmentGroup").collect();
    let mut fine = true;
    for &group in &list {
        let id = library.report.required(group, "id");
        if let Some(before) = id.and_then(|id| by_id.insert(id, group)) {
            let first = library.report.place(before);
            library.report.error::<()>(group, format!("the id is taken, by the group at {first}"), "");
            fine = false;
        }
        fine &= id.is_some();
    }
    fine.then_some((by_id, list))
}

impl<'a> Segments<'a> {
    /// Index of the segment with an id.
    pub fn of_id(&self, id: i64) -> Option<usize> {
        self.index.get(&id).copied()
    }

    /// Segments of a group, in the order its element lists them; what is wrong is reported at the group, or at `from`.
    pub fn group(&self, library: &Library, from: &Element, id: &str) -> Option<Vec<usize>> {
        self.resolve(library, from, id, &mut Vec::new())
    }

    fn resolve(&self, library: &Library, from: &Element, id: &str, above: &mut Vec<String>) -> Option<Vec<usize>> {
        let report = &library.report;
        if let Some(known) = self.resolved.borrow().get(id) {
            return known.clone();
        }
        let Some((&id, &at)) = self.groups.get_key_value(id) else {
            if id == "all" {
                return Some((0..self.all.len()).collect());
            }
            let near = crate::model::nearest(id, self.groups.keys().copied());
            let hint = near.map_or_else(|| "add a <segmentGroup>".to_owned(), |near| format!("did you mean `{near}`?"));
            return report.error(from, format!("there is no segment group `{id}`"), hint);
        };
        if above.iter().any(|known| known == id) || above.len() > 100 {
            return report.error(from, format!("the segment group `{id}` includes itself"), "take the <include> out");
        }
        above.push(id.to_owned());
        let found = self.members(library, at, above);
        above.pop();
        self.resolved.borrow_mut().insert(id, found.clone());
        found
    }

    fn members(&self, library: &Library, at: &Element, above: &mut Vec<String>) -> Option<Vec<usize>> {
        let report = &library.report;
        let mut list = Vec::new();
        let mut seen = HashSet::new();
        let mut fine = true;
        for child in &at.children {
            let found = match child.tag.as_str() {
                "member" => self.named(library, child, "segment").map(|segment| vec![segment]),
                "include" => {
                    report.required(child, "segmentGroup").and_then(|id| self.resolve(library, child, id, above))
                }
                "path" => self.path(library, child),
                "subTree" => self.subtree(library, child),
                _ => continue,
            };
            match found {
                Some(found) => list.extend(found.into_iter().filter(|segment| seen.insert(*segment))),
                None => fine = false,
            }
        }
        *self.members.borrow_mut() += list.len();
        if *self.members.borrow() > MOST_MEMBERS {
            return report.error(at, format!("the groups have more than {MOST_MEMBERS} members together"), "");
        }
        fine.then_some(list)
    }

    /// The segment an attribute names.
    fn named(&self, library: &Library, at: &Element, attribute: &str) -> Option<usize> {
        let id = number(library, at, attribute)?;
        self.of_id(id).or_else(|| library.report.error(at, format!("there is no segment {id}"), ""))
    }

    fn end(&self, library: &Library, at: &Element, tag: &str) -> Option<Option<usize>> {
        match at.child(tag) {
            Some(end) => self.named(library, end, "segment").map(Some),
            None => Some(None),
        }
    }

    /// Segments from one to another, both included, on the way to the root.
    fn path(&self, library: &Library, at: &Element) -> Option<Vec<usize>> {
        let (from, to) = (self.end(library, at, "from")?, self.end(library, at, "to")?);
        let (Some(from), Some(to)) = (from, to) else {
            return library.report.error(
                at,
                "a path needs <from> and <to>",
                "add <from segment=\"0\"/><to segment=\"3\"/>",
            );
        };
        let mut path = vec![to];
        let mut here = to;
        while here != from {
            let Some((parent, _)) = self.all[here].parent else {
                let (from, to) = (self.all[from].id, self.all[to].id);
                let hint = "a path leads away from the root";
                return library.report.error(at, format!("segment {from} is no ancestor of {to}"), hint);
            };
            path.push(parent);
            here = parent;
        }
        path.reverse();
        Some(path)
    }

    /// A segment and all beyond it, up to and including another where one is given.
    fn subtree(&self, library: &Library, at: &Element) -> Option<Vec<usize>> {
        let (from, to) = (self.end(library, at, "from")?, self.end(library, at, "to")?);
        let Some(from) = from.filter(|_| to.is_none()) else {
            return library.report.unsupported(
                at,
                "sub-trees but those of <from> alone are",
                "list the segments as <member>",
            );
        };
        let mut inside = vec![false; self.all.len()];
        inside[from] = true;
        for (index, segment) in self.all.iter().enumerate() {
            inside[index] |= segment.parent.is_some_and(|(parent, _)| inside[parent]);
        }
        Some((0..self.all.len()).filter(|&index| inside[index]).collect())
    }

    /// What part of the cell each segment is: from groups with the field's ids or usual names, else from its own name.
    pub fn kinds(&self, library: &Library) -> Option<Vec<SectionKind>> {
        let mut kinds: Vec<Option<SectionKind>> = vec![None; self.all.len()];
        for &group in &self.group_list {
            let Some(kind) = kind_of_group(group) else { continue };
            for segment in self.group(library, group, group.id())? {
                // `apical` names a part of the dendrites.
                if kinds[segment].is_none() || kind == SectionKind::Apical {
                    kinds[segment] = Some(kind);
                }
            }
        }
        let alone = self.all.len() == 1;
        let by_name = |segment: &Segment<'_>| {
            if alone || segment.name.to_lowercase().contains("soma") { SectionKind::Soma } else { SectionKind::Other }
        };
        Some(self.all.iter().zip(kinds).map(|(segment, kind)| kind.unwrap_or_else(|| by_name(segment))).collect())
    }
}

fn kind_of_group(group: &Element) -> Option<SectionKind> {
    match group.get("neuroLexId") {
        Some("sao1044911821") => return Some(SectionKind::Soma),
        Some("sao1770195789") => return Some(SectionKind::Axon),
        Some("sao864921383") => return None,
        _ => {}
    }
    Some(match group.id().to_lowercase().as_str() {
        "soma_group" => SectionKind::Soma,
        "axon_group" => SectionKind::Axon,
        "apical" | "apical_group" | "apical_dendrite_group" | "apical_dendrites" => SectionKind::Apical,
        "dendrite_group" | "basal_group" | "basal" => SectionKind::Dendrite,
        _ if group.get("neuroLexId") == Some("sao1211023249") => SectionKind::Dendrite,
        _ => return None,
    })
}
