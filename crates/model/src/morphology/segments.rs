//! Shapes from tables of reconstructed segments.

use std::collections::HashMap;

use super::{Attachment, Geometry, Morphology, MorphologyError, Point, Section, SectionKind};

/// A truncated cone of a reconstruction, as in NeuroML or in tables made from it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Segment {
    /// Unique in the cell.
    pub id: i64,
    /// Id of the segment it continues; none for the root.
    pub parent: Option<i64>,
    /// Part of the cell.
    pub kind: SectionKind,
    /// Where it begins.
    pub proximal: Point,
    /// Where it ends.
    pub distal: Point,
}

impl Segment {
    fn validate(&self) -> Result<(), MorphologyError> {
        if self.kind == SectionKind::Any {
            return Err(MorphologyError::SegmentKind { id: self.id });
        }
        for point in [self.proximal, self.distal] {
            if !(point.diameter.is_finite() && point.diameter > 0.0) {
                return Err(MorphologyError::SegmentDiameter { id: self.id, diameter: point.diameter });
            }
            if let Some(value) = [point.x, point.y, point.z].into_iter().find(|value| !value.is_finite()) {
                return Err(MorphologyError::SegmentCoordinate { id: self.id, value });
            }
        }
        Ok(())
    }
}

impl Morphology {
    /// A cell from the segments of a reconstruction, in any order.
    ///
    /// - An unbranched run of one kind, each segment starting where the one before ends, is a section with its points. Where
    ///   the diameter jumps inside a run both points are kept, and NEURON's annulus counts as membrane.
    /// - A soma without length (a sphere) is a cylinder whose length is its diameter, which has the sphere's area.
    /// - What is not soma and has the soma as its parent attaches to the middle of that soma section, beginning at its own
    ///   first point: the way from the soma's middle to there is no resistance.
    /// - Other gaps between a segment and its parent are no resistance either: the child begins at its own first point.
    /// - Segments without length add no membrane; what hangs from one hangs from the segment before.
    ///
    /// Sections are in depth-first order, called by kind and number in it, `axon_3`; the first soma is called `soma`.
    ///
    /// # Errors
    /// An empty table, ids used twice, unknown parents, no root or several, cycles, values that are not finite, diameters not
    /// above 0, or no segment with a length.
    pub fn from_segments(segments: &[Segment]) -> Result<Self, MorphologyError> {
        let children = Children::new(segments)?;
        let mut builder = Builder { segments, children: &children, sections: Vec::new(), named: HashMap::new() };
        let mut waiting = vec![(children.root, None)];
        let mut visited = 0;
        while let Some((first, attachment)) = waiting.pop() {
            let run = builder.run(first);
            visited += run.len();
            let own = builder.section(&run, attachment);
            builder.push_children(&run, own.or(attachment), own.is_some(), &mut waiting);
        }
        if visited < segments.len() {
            return Err(MorphologyError::Cycle { id: children.unreached(segments) });
        }
        if builder.sections.is_empty() {
            return Err(MorphologyError::NoLength);
        }
        Ok(Self { sections: builder.sections })
    }
}

/// Children of each segment, in table order.
struct Children {
    root: usize,
    of: Vec<Vec<usize>>,
}

impl Children {
    fn new(segments: &[Segment]) -> Result<Self, MorphologyError> {
        let mut index = HashMap::with_capacity(segments.len());
        for (position, segment) in segments.iter().enumerate() {
            segment.validate()?;
            if index.insert(segment.id, position).is_some() {
                return Err(MorphologyError::DuplicateSegment { id: segment.id });
            }
        }
        let mut root: Option<usize> = None;
        let mut of = vec![Vec::new(); segments.len()];
        for (position, segment) in segments.iter().enumerate() {
            match (segment.parent, root) {
                (None, None) => root = Some(position),
                (None, Some(first)) => {
                    return Err(MorphologyError::SeveralRoots { first: segments[first].id, second: segment.id });
                }
                (Some(parent), _) => {
                    let above = index.get(&parent).ok_or(MorphologyError::UnknownParent { id: segment.id, parent })?;
                    of[*above].push(position);
                }
            }
        }
        let first = segments.first().ok_or(MorphologyError::Empty)?;
        let root = root.ok_or(MorphologyError::Cycle { id: first.id })?;
        Ok(Self { root, of })
    }

    /// Id of a segment that the root does not reach.
    fn unreached(&self, segments: &[Segment]) -> i64 {
        let mut reached = vec![false; segments.len()];
        let mut waiting = vec![self.root];
        while let Some(segment) = waiting.pop() {
            reached[segment] = true;
            waiting.extend(&self.of[segment]);
        }
        let first = reached.iter().position(|reached| !reached).unwrap_or(self.root);
        segments[first].id
    }
}

struct Builder<'a> {
    segments: &'a [Segment],
    children: &'a Children,
    sections: Vec<Section>,
    /// Sections of each kind so far.
    named: HashMap<SectionKind, usize>,
}

impl Builder<'_> {
    /// The unbranched run of one kind that begins with a segment.
    fn run(&self, first: usize) -> Vec<usize> {
        let kind = self.segments[first].kind;
        let mut run = vec![first];
        let mut last = first;
        loop {
            // What grows out of a soma's side attaches to its middle, so it does not end the soma's run.
            let below = &self.children.of[last];
            let mut along = below.iter().filter(|&&c| kind != SectionKind::Soma || self.segments[c].kind == kind);
            let (Some(&next), None) = (along.next(), along.next()) else {
                return run;
            };
            let continues = self.segments[next].proximal.same_place(&self.segments[last].distal);
            if self.segments[next].kind != kind || !continues {
                return run;
            }
            run.push(next);
            last = next;
        }
    }

    /// Adds the section of a run and returns where its end is, or nothing if the run has no length.
    fn section(&mut self, run: &[usize], attachment: Option<Attachment>) -> Option<Attachment> {
        let kind = self.segments[run[0]].kind;
        let mut points: Vec<Point> = Vec::with_capacity(run.len() + 1);
        for &segment in run {
            for point in [self.segments[segment].proximal, self.segments[segment].distal] {
                if points.last() != Some(&point) {
                    points.push(point);
                }
            }
        }
        let mut geometry = Geometry::Points(points);
        if geometry.length() == 0.0 {
            if kind != SectionKind::Soma {
                return None;
            }
            let diameter = run.iter().map(|&s| self.segments[s].distal.diameter).fold(0.0, f64::max);
            geometry = Geometry::Cylinder { length: diameter, diameter };
        }
        let number = self.named.entry(kind).or_insert(0);
        let name = match (kind, *number) {
            (SectionKind::Soma, 0) => kind.name().to_owned(),
            _ => format!("{}_{number}", kind.name()),
        };
        *number += 1;
        let index = self.sections.len();
        // Where a root without length was left out, the first section after it is the root and the others share its start.
        let shared_start = (index > 0).then_some(Attachment { section: 0, position: 0.0 });
        let parent = attachment.or(shared_start);
        self.sections.push(Section { name, kind, parent, geometry, compartments: None });
        Some(Attachment { section: index, position: 1.0 })
    }

    /// Queues what hangs from a run, so that it is visited in table order.
    fn push_children(
        &self,
        run: &[usize],
        end: Option<Attachment>,
        has_section: bool,
        waiting: &mut Vec<(usize, Option<Attachment>)>,
    ) {
        let begin = waiting.len();
        for (position, &segment) in run.iter().enumerate() {
            let next = run.get(position + 1);
            let from_soma = has_section && self.segments[segment].kind == SectionKind::Soma;
            for &child in self.children.of[segment].iter().filter(|child| Some(*child) != next) {
                let side = from_soma && self.segments[child].kind != SectionKind::Soma;
                let attachment = end.map(|at| if side { Attachment { position: 0.5, ..at } } else { at });
                waiting.push((child, attachment));
            }
        }
        waiting[begin..].sort_unstable_by_key(|&(child, _)| std::cmp::Reverse(child));
    }
}
