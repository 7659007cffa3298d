//! What can be wrong with a shape or with how it is to be cut.

/// Why a shape was refused.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum MorphologyError {
    /// No sections or segments.
    #[error("the cell has no sections")]
    Empty,
    /// The first section has a parent.
    #[error("section `{section}` is the first of its cell and has parent {parent}; the first section is the root")]
    RootHasParent {
        /// Section name.
        section: String,
        /// Index given as its parent.
        parent: usize,
    },
    /// A second root.
    #[error("section `{section}` has no parent; only the first section of a cell, `{root}`, may be a root")]
    SecondRoot {
        /// Section name.
        section: String,
        /// Name of the first section.
        root: String,
    },
    /// A parent at or after its child, which is also how a cycle shows.
    #[error(
        "section `{section}` (index {index}) has parent {parent}; a parent's index must be below the section's own"
    )]
    ParentNotBefore {
        /// Section name.
        section: String,
        /// The section's index.
        index: usize,
        /// Index given as its parent.
        parent: usize,
    },
    /// An attachment off the parent.
    #[error("section `{section}` attaches at position {position} of its parent; allowed is 0 to 1")]
    Position {
        /// Section name.
        section: String,
        /// The position.
        position: f64,
    },
    /// Two sections of one name.
    #[error("two sections are called `{section}`; names must be unique within a cell")]
    DuplicateName {
        /// The name.
        section: String,
    },
    /// A section of kind `any`.
    #[error("section `{section}` is of kind `any`, which is for selections only")]
    KindAny {
        /// Section name.
        section: String,
    },
    /// A length that is not finite and above 0.
    #[error("section `{section}` has length {length} um; it must be finite and above 0")]
    Length {
        /// Section name.
        section: String,
        /// um.
        length: f64,
    },
    /// A diameter that is not finite and above 0.
    #[error("section `{section}` has diameter {diameter} um at point {point}; it must be finite and above 0")]
    Diameter {
        /// Section name.
        section: String,
        /// Index of the point (0 for a cylinder).
        point: usize,
        /// um.
        diameter: f64,
    },
    /// A coordinate that is not finite.
    #[error("section `{section}` has coordinate {value} um at point {point}; it must be finite")]
    Coordinate {
        /// Section name.
        section: String,
        /// Index of the point.
        point: usize,
        /// um.
        value: f64,
    },
    /// Too few points for a course.
    #[error("section `{section}` has {points} point(s); a course needs at least 2")]
    TooFewPoints {
        /// Section name.
        section: String,
        /// How many there are.
        points: usize,
    },
    /// A section whose own number of compartments is 0.
    #[error("section `{section}` asks for 0 compartments; it needs at least 1")]
    NoCompartments {
        /// Section name.
        section: String,
    },
    /// Area or resistance out of the range of numbers.
    #[error("section `{section}` gives {what} {value}; it must be finite and above 0")]
    OutOfRange {
        /// Section name.
        section: String,
        /// Which quantity, with its unit.
        what: &'static str,
        /// Its value.
        value: f64,
    },
    /// More compartments than a cell may have.
    #[error("section `{section}` brings the cell to {compartments:e} compartments; the limit is {limit}")]
    TooManyCompartments {
        /// Section name.
        section: String,
        /// Compartments up to and including it.
        compartments: f64,
        /// The most a cell may have.
        limit: usize,
    },
    /// A parameter out of its range.
    #[error("{what} is {value}; it must be {allowed}")]
    Parameter {
        /// Which parameter, with its unit.
        what: &'static str,
        /// Its value.
        value: f64,
        /// What is allowed.
        allowed: &'static str,
    },
    /// Two segments of one id.
    #[error("two segments have id {id}; ids must be unique within a cell")]
    DuplicateSegment {
        /// The id.
        id: i64,
    },
    /// A parent that is not in the table.
    #[error("segment {id} has parent {parent}, which is not in the table")]
    UnknownParent {
        /// The segment.
        id: i64,
        /// Its parent.
        parent: i64,
    },
    /// More than one segment without a parent.
    #[error("segments {first} and {second} both have no parent; a cell has one root")]
    SeveralRoots {
        /// The first one.
        first: i64,
        /// The second one.
        second: i64,
    },
    /// A segment that no path of parents joins to a root.
    #[error("segment {id} is its own ancestor")]
    Cycle {
        /// One segment of the cycle, or hanging from it.
        id: i64,
    },
    /// A segment of kind `any`.
    #[error("segment {id} is of kind `any`, which is for selections only")]
    SegmentKind {
        /// The segment.
        id: i64,
    },
    /// A diameter of a segment that is not finite and above 0.
    #[error("segment {id} has diameter {diameter} um; it must be finite and above 0")]
    SegmentDiameter {
        /// The segment.
        id: i64,
        /// um.
        diameter: f64,
    },
    /// A coordinate of a segment that is not finite.
    #[error("segment {id} has coordinate {value} um; it must be finite")]
    SegmentCoordinate {
        /// The segment.
        id: i64,
        /// um.
        value: f64,
    },
    /// No segment has a length, and none is a soma.
    #[error("no segment of the cell has a length above 0 um")]
    NoLength,
}

/// Refuses a parameter that is not finite and above 0.
pub(super) fn positive(what: &'static str, value: f64) -> Result<(), MorphologyError> {
    if value.is_finite() && value > 0.0 {
        return Ok(());
    }
    Err(MorphologyError::Parameter { what, value, allowed: "finite and above 0" })
}
