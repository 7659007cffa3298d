//! Which point hangs from which.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap, HashSet};

use super::lines::Scan;
use super::problem::{Collector, SwcProblemKind};
use super::{SOMA, SwcPoint};

/// Ids of a cycle that are shown.
const SHOWN: usize = 6;

/// The trees of a file, by index into its points.
#[derive(Clone, Debug)]
pub(super) struct Tree {
    /// Of each point.
    pub parent: Vec<Option<usize>>,
    /// The root of the cell first, then the others, by id.
    pub roots: Vec<usize>,
    /// Parents before children, the cell's own tree first, and by id as far as that allows.
    pub order: Vec<usize>,
    /// Where the children of each point begin in `children`.
    first: Vec<usize>,
    children: Vec<usize>,
}

impl Tree {
    /// The trees, or nothing where there is a problem.
    pub fn new(scan: &Scan, problems: &mut Collector) -> Option<Self> {
        let points = &scan.points;
        let parent = parents(scan, problems)?;
        if cycles(points, &scan.lines, &parent, problems) {
            return None;
        }
        let (first, children) = children(points, &parent);
        let mut tree = Self { parent, roots: Vec::new(), order: Vec::new(), first, children };
        tree.roots = (0..points.len()).filter(|&point| tree.parent[point].is_none()).collect();
        tree.roots.sort_unstable_by_key(|&root| points[root].id);
        if let Some(own) = tree.cell(points) {
            let place = tree.roots.iter().position(|&root| root == own).unwrap_or(0);
            tree.roots[..=place].rotate_right(1);
        }
        tree.order = tree.ordered(points);
        Some(tree)
    }

    /// Points that hang from a point, by id.
    pub fn children(&self, point: usize) -> &[usize] {
        &self.children[self.first[point]..self.first[point + 1]]
    }

    /// The root of the cell: the first that is a soma, or that has one above it.
    fn cell(&self, points: &[SwcPoint]) -> Option<usize> {
        let root = self.roots.iter().copied().find(|&root| points[root].structure == SOMA);
        let within = || {
            let soma = (0..points.len()).filter(|&point| points[point].structure == SOMA);
            let mut above = soma.min_by_key(|&point| points[point].id)?;
            while let Some(parent) = self.parent[above] {
                above = parent;
            }
            Some(above)
        };
        root.or_else(within)
    }

    fn ordered(&self, points: &[SwcPoint]) -> Vec<usize> {
        let mut order = Vec::with_capacity(points.len());
        let mut waiting = BinaryHeap::new();
        let (own, others) = self.roots.split_at(self.roots.len().min(1));
        for roots in [own, others] {
            waiting.extend(roots.iter().map(|&root| Reverse((points[root].id, root))));
            while let Some(Reverse((_, point))) = waiting.pop() {
                order.push(point);
                waiting.extend(self.children(point).iter().map(|&child| Reverse((points[child].id, child))));
            }
        }
        order
    }
}

/// Index of each point's parent; nothing where ids or parents are wrong.
fn parents(scan: &Scan, problems: &mut Collector) -> Option<Vec<Option<usize>>> {
    let mut fine = true;
    let mut index: HashMap<i64, usize> = HashMap::with_capacity(scan.points.len());
    for (place, point) in scan.points.iter().enumerate() {
        if let Some(&first) = index.get(&point.id) {
            let kind = SwcProblemKind::Duplicate { first: scan.lines[first] };
            problems.add(Some(scan.lines[place]), Some(point.id), kind);
            fine = false;
        } else {
            index.insert(point.id, place);
        }
    }
    let broken: HashSet<i64> = scan.broken.iter().copied().collect();
    let mut parent = Vec::with_capacity(scan.points.len());
    for (place, point) in scan.points.iter().enumerate() {
        let found = point.parent.and_then(|id| index.get(&id).copied());
        let kind = match point.parent {
            Some(id) if id == point.id => Some(SwcProblemKind::SelfParent),
            // A row that could not be read may be the one that is missed.
            Some(id) if found.is_none() && !scan.lost && !broken.contains(&id) => {
                Some(SwcProblemKind::MissingParent { parent: id })
            }
            _ => None,
        };
        if let Some(kind) = kind {
            problems.add(Some(scan.lines[place]), Some(point.id), kind);
            fine = false;
        }
        parent.push(found);
    }
    fine.then_some(parent)
}

/// Reports each cycle once; whether there is any.
fn cycles(points: &[SwcPoint], lines: &[usize], parent: &[Option<usize>], problems: &mut Collector) -> bool {
    // 0 for a point not met, or the number of the walk that met it.
    let mut met = vec![0; points.len()];
    let mut any = false;
    for start in 0..points.len() {
        let walk = start + 1;
        let mut next = Some(start);
        while let Some(point) = next.filter(|&point| met[point] == 0) {
            met[point] = walk;
            next = parent[point];
        }
        let Some(point) = next.filter(|&point| met[point] == walk) else { continue };
        any = true;
        let around = |from: usize| {
            let up = move |&at: &usize| parent[at].filter(|&above| above != from);
            std::iter::successors(Some(from), up)
        };
        let first = around(point).min_by_key(|&at| lines[at]).unwrap_or(point);
        let mut path: Vec<i64> = around(first).take(SHOWN).map(|at| points[at].id).collect();
        let length = around(first).count();
        if length <= SHOWN {
            path.push(points[first].id);
        }
        problems.add(Some(lines[first]), Some(points[first].id), SwcProblemKind::Cycle { path, length });
    }
    any
}

/// Children of each point by id, one after the other, and where each point's begin.
fn children(points: &[SwcPoint], parent: &[Option<usize>]) -> (Vec<usize>, Vec<usize>) {
    let mut first = vec![0; points.len() + 1];
    for &above in parent.iter().flatten() {
        first[above + 1] += 1;
    }
    for point in 0..points.len() {
        first[point + 1] += first[point];
    }
    let mut by_id: Vec<usize> = (0..points.len()).collect();
    by_id.sort_unstable_by_key(|&point| points[point].id);
    let mut next = first.clone();
    let mut children = vec![0; first[points.len()]];
    for point in by_id {
        if let Some(above) = parent[point] {
            children[next[above]] = point;
            next[above] += 1;
        }
    }
    (first, children)
}
