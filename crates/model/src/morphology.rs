//! Shapes of cells as trees of sections, and their discretisation into compartments.
//!
//! Shapes come from [`Morphology::point`], [`Morphology::from_segments`] (tables of reconstructed segments) and the
//! generators [`Morphology::branching_tree`] and [`Morphology::random_tree`]; [`discretise()`] turns one into a [`CellTree`].
//! Nothing here recurses: a chain of hundreds of thousands of sections is a valid cell.

mod discretise;
mod distance;
mod error;
mod generate;
mod geometry;
mod segments;
mod tree;

#[cfg(test)]
mod tests;

pub use discretise::{MAX_COMPARTMENTS, d_lambda_compartments, discretise};
pub use distance::Distance;
pub use error::MorphologyError;
pub use generate::RandomTree;
pub use segments::Segment;

/// What part of a cell a section is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum SectionKind {
    /// Any of the others (in selections only).
    Any,
    /// Cell body.
    Soma,
    /// Axon.
    Axon,
    /// (Basal) dendrite.
    Dendrite,
    /// Apical dendrite.
    Apical,
    /// Anything else.
    Other,
    /// A part of a cell that an imported file tells from the others of its kind, by a number of the file's own.
    Group(u16),
}

/// A point of a section's course.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Point {
    /// um.
    pub x: f64,
    /// um.
    pub y: f64,
    /// um.
    pub z: f64,
    /// um.
    pub diameter: f64,
}

/// The course of a section.
#[derive(Clone, Debug, PartialEq)]
pub enum Geometry {
    /// A cylinder.
    Cylinder {
        /// um.
        length: f64,
        /// um.
        diameter: f64,
    },
    /// A chain of truncated cones through at least two points.
    Points(Vec<Point>),
}

/// Where a section begins.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Attachment {
    /// Index of the parent section, below the section's own.
    pub section: usize,
    /// Position on the parent: 0 its start, 1 its end.
    pub position: f64,
}

/// An unbranched piece of a cell.
#[derive(Clone, Debug, PartialEq)]
pub struct Section {
    /// Unique in the cell.
    pub name: String,
    /// Part of the cell.
    pub kind: SectionKind,
    /// Where it begins; none for the root.
    pub parent: Option<Attachment>,
    /// Its course.
    pub geometry: Geometry,
    /// A number of compartments of its own; none takes the population's rule.
    pub compartments: Option<usize>,
}

/// A cell's shape: a tree of sections, the root first and every parent before its children.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Morphology {
    /// The sections.
    pub sections: Vec<Section>,
}

/// How many compartments a section gets.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Discretisation {
    /// The same number for each.
    PerSection(usize),
    /// As few as keep compartments no longer than this, um.
    MaxLength(f64),
    /// NEURON's `d_lambda` rule: odd, no longer than `fraction` of the length constant at `frequency` Hz.
    DLambda {
        /// 0.1 is usual.
        fraction: f64,
        /// Hz; 100 is usual.
        frequency: f64,
    },
}

/// Marks the root of a [`CellTree`].
pub const NO_PARENT: u32 = u32::MAX;

/// A discretised cell in Hines order: `parent[i] < i`, and `parent[i] == i - 1` along every unbranched run.
///
/// Node 0 has membrane. A node without membrane has at least three neighbours (others are eliminated exactly), so no leaf
/// lacks membrane and no two nodes without it are neighbours.
#[derive(Clone, Debug, PartialEq)]
pub struct CellTree {
    /// Node towards the root, or [`NO_PARENT`].
    pub parent: Vec<u32>,
    /// Membrane area, um2; 0 for a branch point without membrane.
    pub area: Vec<f64>,
    /// Conductance to the parent, uS; 0 for the root.
    pub axial: Vec<f64>,
    /// Section of the node.
    pub section: Vec<u32>,
    /// Position of the node on its section, in [0, 1].
    pub position: Vec<f64>,
    /// Nodes with membrane, in the order users count compartments: by section, then along it.
    pub compartments: Vec<u32>,
}
