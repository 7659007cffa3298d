//! From points to sections, after the rules of NEURON's Import3d (`read_swc.hoc`, NEURON 9.0.2).
//!
//! NEURON also begins a section where ids are not consecutive, which changes nothing but where compartments are cut; that is left
//! out. Its rule for a neurite that branches at its first point is applied to the file's second point too, which NEURON excepts.

use std::collections::HashMap;

use huxley_model::morphology::{Attachment, Geometry, Morphology, Point, Section, SectionKind};

use super::{SOMA, Swc, SwcPoint, kind_of};

/// Sections made from a reconstruction.
#[derive(Clone, Debug, PartialEq)]
pub struct Built {
    /// The cell.
    pub morphology: Morphology,
    /// Of each section, the index of its first own point: what comes before it is a copy of the point it hangs from.
    pub first: Vec<usize>,
    /// Sections left out because all their points are at one place; what hung from them hangs from their parents.
    pub without_length: usize,
}

impl Swc {
    /// The cell as sections; `kinds` says what other kinds some types are than [`kind_of`] has it.
    ///
    /// - A section is an unbranched run of points of one type. It begins with a copy of the point it hangs from.
    /// - A soma of one point is a cylinder whose length is its diameter, which has the sphere's area. So is one of three points
    ///   as NeuroMorpho.org writes them: the middle one as root, the others a radius away on either side, all of one radius.
    /// - What hangs from such a soma attaches to its middle and begins at its own first point: the way there is no resistance
    ///   and no membrane. A neurite of a single point begins at the soma's point, with its own diameter.
    /// - A soma of other points is a chain of cones. A neurite attaches to the end whose point it hangs from, or to the middle;
    ///   it begins at that point with its own second diameter, or at its own first point where it attaches to the middle, or
    ///   where the soma branches.
    /// - What branches off the first point of a neurite that hangs from a soma attaches to that neurite's start.
    /// - A root that is no soma and whose children are of other types is a cylinder whose length is its diameter.
    /// - Every other root, with all below it, attaches to the middle of the soma (or of the first section) as a neurite does.
    ///
    /// Sections are in the order of their first points' ids as far as parents come first, called by kind and number in it,
    /// `axon_3`; the first soma is called `soma`.
    #[must_use]
    pub fn sections(&self, kinds: &[(i32, SectionKind)]) -> Built {
        let kind = |structure: i32| {
            let own = kinds.iter().find(|(of, _)| *of == structure).map(|(_, kind)| *kind);
            own.unwrap_or_else(|| kind_of(structure))
        };
        let types = self.points.iter().map(|point| match kind(point.structure) {
            SectionKind::Soma => SOMA,
            SectionKind::Axon => 2,
            SectionKind::Dendrite => 3,
            SectionKind::Apical => 4,
            // Types of no kind are told apart: 5 does not continue 6.
            SectionKind::Other | SectionKind::Group(_) | SectionKind::Any if (1..=4).contains(&point.structure) => {
                -point.structure
            }
            SectionKind::Other | SectionKind::Group(_) | SectionKind::Any => point.structure,
        });
        let mut builder = Builder {
            swc: self,
            types: types.collect(),
            continues: Vec::new(),
            sphere: false,
            of: vec![usize::MAX; self.points.len()],
            runs: Vec::new(),
        };
        builder.sphere = builder.is_sphere();
        builder.continues = (0..self.points.len()).map(|point| builder.continuation(point)).collect();
        builder.build()
    }

    /// As [`Swc::sections`], the cell alone.
    #[must_use]
    pub fn morphology(&self, kinds: &[(i32, SectionKind)]) -> Morphology {
        self.sections(kinds).morphology
    }
}

/// A section being made.
struct Run {
    /// Its own points.
    own: Vec<usize>,
    parent: Option<Attachment>,
    points: Vec<Point>,
    /// Whether it stands for a sphere.
    ball: bool,
    left_out: bool,
}

struct Builder<'a> {
    swc: &'a Swc,
    /// Type of each point, 1 to 4 for the kinds with names.
    types: Vec<i32>,
    /// The child that goes on with a point's section.
    continues: Vec<Option<usize>>,
    /// Whether the soma is NeuroMorpho.org's three points.
    sphere: bool,
    /// Section of each point.
    of: Vec<usize>,
    runs: Vec<Run>,
}

impl Builder<'_> {
    fn parent(&self, point: usize) -> Option<usize> {
        self.swc.tree.parent[point]
    }

    fn children(&self, point: usize) -> &[usize] {
        self.swc.tree.children(point)
    }

    fn is_soma(&self, point: usize) -> bool {
        self.types[point] == SOMA
    }

    fn soma_children(&self, point: usize) -> impl Iterator<Item = usize> + '_ {
        self.children(point).iter().copied().filter(|&child| self.is_soma(child))
    }

    /// Whether the soma is three points that stand for a sphere.
    fn is_sphere(&self) -> bool {
        let Some(&root) = self.swc.tree.roots.first() else { return false };
        if !self.is_soma(root) || self.types.iter().filter(|&&own| own == SOMA).take(4).count() != 3 {
            return false;
        }
        let ends: Vec<usize> = self.soma_children(root).collect();
        let point = |index: usize| &self.swc.points[index];
        let alike = |&end: &usize| self.children(end).is_empty() && point(end).radius == point(root).radius;
        let length: f64 = ends.iter().map(|&end| point(end).distance(point(root))).sum();
        ends.len() == 2 && ends.iter().all(alike) && (length / (2.0 * point(root).radius) - 1.0).abs() < 0.01
    }

    /// The child that goes on with the section of a point.
    fn continuation(&self, point: usize) -> Option<usize> {
        let root = self.parent(point).is_none();
        let alike = || self.children(point).iter().copied().filter(|&child| self.types[child] == self.types[point]);
        if self.is_soma(point) {
            let mut below = self.soma_children(point);
            return match (below.next(), below.next()) {
                _ if root && self.sphere => None,
                (first, None) => first,
                (first, Some(_)) => first.filter(|_| root),
            };
        }
        let begins = self.parent(point).is_none_or(|parent| self.is_soma(parent));
        if begins || self.children(point).len() == 1 { alike().next() } else { None }
    }

    fn build(mut self) -> Built {
        for &start in &self.swc.tree.order {
            if self.of[start] == usize::MAX {
                self.section(start);
            }
        }
        self.finish()
    }

    /// Makes the section that begins with a point; the sections above it are there.
    fn section(&mut self, start: usize) {
        let own: Vec<usize> = std::iter::successors(Some(start), |&point| self.continues[point]).collect();
        let index = self.runs.len();
        for &point in &own {
            self.of[point] = index;
        }
        let run = match self.parent(start) {
            None => self.root(own),
            Some(above) => self.branch(own, above),
        };
        self.runs.push(run);
    }

    fn root(&mut self, own: Vec<usize>) -> Run {
        let start = own[0];
        let parent = (!self.runs.is_empty()).then(|| {
            let soma = self.runs.iter().position(|run| self.is_soma(run.own[0]));
            Attachment { section: soma.unwrap_or(0), position: 0.5 }
        });
        if self.sphere && parent.is_none() {
            // The other two points are no sections of their own.
            let ends: Vec<usize> = self.soma_children(start).collect();
            for end in ends {
                self.of[end] = 0;
            }
        }
        let points: Vec<Point> = own.iter().map(|&point| place(&self.swc.points[point])).collect();
        let still = points.iter().all(|point| point.same_place(&points[0]));
        let ball = still && (parent.is_none() || self.is_soma(start));
        let points = if ball { sphere(&points) } else { points };
        Run { own, parent, points, ball, left_out: still && !ball }
    }

    fn branch(&self, own: Vec<usize>, above: usize) -> Run {
        let (start, section) = (own[0], self.of[above]);
        let upper = &self.runs[section];
        let (neurite, long) = (!self.is_soma(start), own.len() > 1);
        let soma_above = self.is_soma(above);
        let from_soma = soma_above && neurite;
        let is_first = upper.own[0] == above;
        let forks = self.soma_children(above).nth(1).is_some();
        let (mut position, mut wired) = (1.0, false);
        if from_soma && upper.ball {
            (position, wired) = (0.5, true);
        } else if is_first && self.parent(above).is_none() {
            (position, wired) = (0.0, neurite && forks);
        } else if soma_above && upper.own.last() != Some(&above) {
            (position, wired) = (0.5, from_soma);
        } else if soma_above {
            wired = neurite && forks;
        } else if is_first && self.continues[above].is_some() && self.parent(above).is_some_and(|p| self.is_soma(p)) {
            position = 0.0;
        }
        let mut points = Vec::with_capacity(own.len() + 1);
        if !(wired && long) {
            let copy = place(&self.swc.points[above]);
            let diameter = if from_soma { 2.0 * self.swc.points[start].radius } else { copy.diameter };
            points.push(Point { diameter, ..copy });
        }
        points.extend(own.iter().map(|&point| place(&self.swc.points[point])));
        let left_out = points.iter().all(|point| point.same_place(&points[0]));
        Run { own, parent: Some(Attachment { section, position }), points, ball: false, left_out }
    }

    /// Names the sections, without those that have no length.
    fn finish(self) -> Built {
        let mut sections: Vec<Section> = Vec::with_capacity(self.runs.len());
        let mut first = Vec::with_capacity(self.runs.len());
        let mut named: HashMap<SectionKind, usize> = HashMap::new();
        // Where what hangs from a run is attached: its place among those kept, or where a run left out was attached itself.
        let mut kept: Vec<Result<usize, Option<Attachment>>> = Vec::with_capacity(self.runs.len());
        for run in self.runs {
            let parent = run.parent.and_then(|at| match kept[at.section] {
                Ok(section) => Some(Attachment { section, ..at }),
                Err(instead) => instead,
            });
            if run.left_out {
                kept.push(Err(parent));
                continue;
            }
            kept.push(Ok(sections.len()));
            let kind = match self.types[run.own[0]] {
                structure if structure < 0 => SectionKind::Other,
                structure => kind_of(structure),
            };
            let number = named.entry(kind).or_insert(0);
            let name = match (kind, *number) {
                (SectionKind::Soma, 0) => kind.name().to_owned(),
                _ => format!("{}_{number}", kind.name()),
            };
            *number += 1;
            first.push(run.own[0]);
            sections.push(Section { name, kind, parent, geometry: Geometry::Points(run.points), compartments: None });
        }
        let without_length = kept.len() - sections.len();
        Built { morphology: Morphology { sections }, first, without_length }
    }
}

fn place(point: &SwcPoint) -> Point {
    let [x, y, z] = point.position;
    Point::new(x, y, z, 2.0 * point.radius)
}

/// The cylinder that stands for a sphere: its length is its diameter, its middle the sphere's.
fn sphere(points: &[Point]) -> Vec<Point> {
    let diameter = points.iter().map(|point| point.diameter).fold(0.0, f64::max);
    let Point { x, y, z, .. } = points[0];
    [-0.5, 0.0, 0.5].map(|side| Point::new(x + side * diameter, y, z, diameter)).to_vec()
}
