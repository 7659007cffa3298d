//! What is mended in a file, and what is told of it.

use std::collections::VecDeque;
use std::fmt;

use huxley_model::morphology::SectionKind;

use super::lines::Scan;
use super::problem::{Collector, SwcProblemKind};
use super::tree::Tree;
use super::{LEAST_RADIUS, kind_of};

/// A cell larger than this, um, or with a radius above [`RADIUS`], is probably not in the unit it was read in.
const EXTENT: f64 = 30_000.0;
const RADIUS: f64 = 500.0;

/// What was mended, or is unusual.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mended {
    /// Points without a radius: they take that of the point before in the same neurite, or else of the next that has one.
    Radius,
    /// Roots besides the cell's own: they are wired to the middle of the soma.
    Roots,
    /// Points that come before their parents, or have smaller ids: the tree is the same.
    Order,
    /// Points at the place of their parents: they add no membrane but that of a step in radius.
    Length,
    /// Types that are not agreed upon: such points are of the kind `other`.
    Type,
    /// Rows of more than seven columns: those after the seventh are ignored.
    Columns,
    /// Parents below -1: such points are roots.
    Parent,
    /// The cell is so large that its unit is probably another.
    Size,
}

/// Something mended, with where it is first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mending {
    /// What.
    pub what: Mended,
    /// Of how many points.
    pub count: usize,
    /// Id of the first.
    pub id: i64,
    /// Line of the first.
    pub line: usize,
}

impl Mended {
    /// A word for it, in documents.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Radius => "radius",
            Self::Roots => "roots",
            Self::Order => "order",
            Self::Length => "length",
            Self::Type => "type",
            Self::Columns => "columns",
            Self::Parent => "parent",
            Self::Size => "size",
        }
    }
}

impl fmt::Display for Mending {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { what, count, id, line } = *self;
        let one = count == 1;
        let (points, them) = if one { ("point", "it") } else { ("points", "the first") };
        let place = format!("{them} is point {id}, line {line}");
        match what {
            Mended::Radius if one => write!(f, "1 point has no radius and takes a neighbour's; {place}"),
            Mended::Radius => write!(f, "{count} points have no radius and take a neighbour's; {place}"),
            Mended::Roots => {
                let s = if one { " besides the cell's own is" } else { "s besides the cell's own are" };
                write!(f, "{count} root{s} wired to the middle of the soma, without resistance; {place}")
            }
            Mended::Order if one => write!(f, "1 point comes before its parent, by line or id; {place}"),
            Mended::Order => write!(f, "{count} points come before their parents, by line or id; {place}"),
            Mended::Length => {
                write!(f, "{count} {points} at the place of {} parent; {place}", if one { "its" } else { "the" })
            }
            Mended::Type => write!(f, "{count} {points} of types other than 1 to 4, taken as kind `other`; {place}"),
            Mended::Columns => {
                write!(f, "columns after the seventh are ignored in {count} row{}; {place}", plural(one))
            }
            Mended::Parent => {
                write!(f, "{count} {points} with a parent below -1, taken as root{}; {place}", plural(one))
            }
            Mended::Size => {
                write!(
                    f,
                    "the cell is over {} mm wide, or {} um thick: is its unit another, as nm?",
                    EXTENT / 1e3,
                    2.0 * RADIUS
                )
            }
        }
    }
}

fn plural(one: bool) -> &'static str {
    if one { "" } else { "s" }
}

/// Mends the points and lists what was mended.
pub(super) fn mend(scan: &mut Scan, tree: &Tree, problems: &mut Collector) -> Vec<Mending> {
    let mut mended = Vec::new();
    let thin = radii(scan, tree, problems);
    let points = &scan.points;
    let mut note = |what, places: &mut dyn Iterator<Item = usize>| {
        let Some(first) = places.next() else { return };
        let count = 1 + places.count();
        mended.push(Mending { what, count, id: points[first].id, line: scan.lines[first] });
    };
    let all = 0..points.len();
    note(Mended::Radius, &mut thin.into_iter());
    note(Mended::Roots, &mut tree.roots.iter().skip(1).copied());
    let late = |point: &usize| tree.parent[*point].is_some_and(|p| p > *point || points[p].id > points[*point].id);
    note(Mended::Order, &mut all.clone().filter(late));
    let still = |point: &usize| tree.parent[*point].is_some_and(|p| points[p].position == points[*point].position);
    note(Mended::Length, &mut all.clone().filter(still));
    note(Mended::Type, &mut all.clone().filter(|&point| kind_of(points[point].structure) == SectionKind::Other));
    for (what, counted) in [(Mended::Columns, scan.wide), (Mended::Parent, scan.below)] {
        if let Some((count, first)) = counted {
            mended.push(Mending { what, count, id: points[first].id, line: scan.lines[first] });
        }
    }
    if let (true, Some(point)) = (oversized(scan), points.first()) {
        mended.push(Mending { what: Mended::Size, count: points.len(), id: point.id, line: scan.lines[0] });
    }
    mended
}

fn oversized(scan: &Scan) -> bool {
    let wide = (0..3).any(|axis| {
        let along = scan.points.iter().map(|point| point.position[axis]);
        let (low, high) = along.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), x| (low.min(x), high.max(x)));
        high - low > EXTENT
    });
    wide || scan.points.iter().any(|point| point.radius > RADIUS)
}

/// Gives every point a radius and returns, in the file's order, those that had none.
fn radii(scan: &mut Scan, tree: &Tree, problems: &mut Collector) -> Vec<usize> {
    let thin: Vec<usize> =
        (0..scan.points.len()).filter(|&point| !(scan.points[point].radius >= LEAST_RADIUS)).collect();
    if thin.is_empty() {
        return thin;
    }
    for &point in &tree.order {
        if scan.points[point].radius >= LEAST_RADIUS {
            continue;
        }
        let above = tree.parent[point];
        let alike = above.filter(|&above| scan.points[above].structure == scan.points[point].structure);
        let radius = alike
            .map(|above| scan.points[above].radius)
            .or_else(|| below(scan, tree, point, true))
            .or_else(|| above.map(|above| scan.points[above].radius))
            .or_else(|| below(scan, tree, point, false));
        match radius {
            Some(radius) => scan.points[point].radius = radius,
            None => problems.add(Some(scan.lines[point]), Some(scan.points[point].id), SwcProblemKind::NoRadius),
        }
        if radius.is_none() {
            break;
        }
    }
    thin
}

/// The radius of the nearest point below one that has any; of its own type, or of whichever.
///
/// Only points without a radius are walked through, each once for the first of its run: time grows with the file.
fn below(scan: &Scan, tree: &Tree, point: usize, alike: bool) -> Option<f64> {
    let structure = scan.points[point].structure;
    let mut waiting = VecDeque::from([point]);
    while let Some(at) = waiting.pop_front() {
        for &child in tree.children(at) {
            if alike && scan.points[child].structure != structure {
                continue;
            }
            if scan.points[child].radius >= LEAST_RADIUS {
                return Some(scan.points[child].radius);
            }
            waiting.push_back(child);
        }
    }
    None
}
