//! SWC files: a reconstructed cell as points, each with its parent (Cannon et al. 1998, J Neurosci Methods 84:49).
//!
//! A line is `id type x y z radius parent`, lengths in um unless said otherwise, `-1` the parent of a root, `#` before a comment.
//! Real files stray from that. [`parse`] mends what has one sensible meaning and says so ([`Mending`]); what has none is refused,
//! all of a file at once, each with its line and point ([`SwcErrors`]). [`Swc::morphology`] makes sections after the rules of
//! NEURON's Import3d, [`Swc::measures`] measures the points as they stand, [`write`](write()) writes them again.
//!
//! Nothing recurses, and nothing is allocated that does not grow with the file.

mod lines;
mod measure;
mod mend;
mod problem;
mod sections;
mod tree;
mod write;

use std::path::Path;

use huxley_model::morphology::SectionKind;

pub use measure::{Measures, TypeMeasures};
pub use mend::{Mended, Mending};
pub use problem::{MOST_PROBLEMS, SwcErrors, SwcProblem, SwcProblemKind};
pub use sections::Built;
pub use write::write;

/// The largest coordinate or radius, um: a kilometre.
pub const LARGEST: f64 = 1e9;
/// A radius below this, um, is none.
pub const LEAST_RADIUS: f64 = 1e-6;
/// The type of points of the soma.
pub const SOMA: i32 = 1;

/// A point of a reconstruction.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SwcPoint {
    /// Unique in the file, not negative.
    pub id: i64,
    /// 1 soma, 2 axon, 3 (basal) dendrite, 4 apical dendrite; others are not agreed upon.
    pub structure: i32,
    /// x, y, z, um.
    pub position: [f64; 3],
    /// um.
    pub radius: f64,
    /// Id of the point nearer to the root; none for a root.
    pub parent: Option<i64>,
}

impl SwcPoint {
    /// um.
    pub(crate) fn distance(&self, other: &Self) -> f64 {
        let [x, y, z] = [0, 1, 2].map(|axis| self.position[axis] - other.position[axis]);
        x.hypot(y).hypot(z)
    }
}

/// The kind of section that points of a type make up; types that are not agreed upon are [`SectionKind::Other`].
#[must_use]
pub fn kind_of(structure: i32) -> SectionKind {
    match structure {
        SOMA => SectionKind::Soma,
        2 => SectionKind::Axon,
        3 => SectionKind::Dendrite,
        4 => SectionKind::Apical,
        _ => SectionKind::Other,
    }
}

/// The length of a unit, um, by its name: `um`, `nm`, `mm`.
#[must_use]
pub fn unit(name: &str) -> Option<f64> {
    match name {
        "um" => Some(1.0),
        "nm" => Some(1e-3),
        "mm" => Some(1e3),
        _ => None,
    }
}

/// A reconstruction, read and checked: one tree or several, without cycles.
#[derive(Clone, Debug)]
pub struct Swc {
    points: Vec<SwcPoint>,
    comments: Vec<String>,
    mended: Vec<Mending>,
    tree: tree::Tree,
}

impl Swc {
    /// A reconstruction from points, in any order; what is wrong with it names the place in the list as its line.
    ///
    /// # Errors
    /// As [`parse`], but for what is of text only.
    pub fn from_points(points: Vec<SwcPoint>, file: &str) -> Result<Self, SwcErrors> {
        let mut problems = problem::Collector::new(file);
        for (index, point) in points.iter().enumerate() {
            lines::check(point, index + 1, &mut problems);
        }
        let lines = (1..=points.len()).collect();
        assemble(lines::Scan { points, lines, ..lines::Scan::default() }, problems)
    }

    /// The points, in the order of the file; lengths in um, whatever the file's unit.
    #[must_use]
    pub fn points(&self) -> &[SwcPoint] {
        &self.points
    }

    /// Lines that are comments, without their `#`.
    #[must_use]
    pub fn comments(&self) -> &[String] {
        &self.comments
    }

    /// What was mended, or is unusual enough to be told.
    #[must_use]
    pub fn mended(&self) -> &[Mending] {
        &self.mended
    }

    /// Pieces between a point and its parent, by index into [`Swc::points`]: (parent, point).
    pub fn pieces(&self) -> impl Iterator<Item = (usize, usize)> + '_ {
        let of = |(point, parent): (usize, &Option<usize>)| parent.map(|parent| (parent, point));
        self.tree.parent.iter().enumerate().filter_map(of)
    }
}

/// Reads the file at `path`, whose lengths are in units of `unit` um.
///
/// # Errors
/// When the file cannot be read or is no reconstruction.
pub fn read(path: &Path, unit: f64) -> Result<Swc, SwcErrors> {
    let file = path.display().to_string();
    let bytes = std::fs::read(path).map_err(|cause| SwcErrors::unreadable(&file, &cause.to_string()))?;
    parse(&bytes, &file, unit)
}

/// Reads a reconstruction; `file` is its name in messages, `unit` the length of its unit, um.
///
/// Allowed and silent: CRLF, a byte order mark, comments after values, blank lines, gaps between ids, whole numbers written as
/// `3.0`. Allowed and told of: what [`Mended`] lists.
///
/// # Errors
/// What [`SwcProblemKind`] lists: the first [`MOST_PROBLEMS`], and how many more.
pub fn parse(bytes: &[u8], file: &str, unit: f64) -> Result<Swc, SwcErrors> {
    let mut problems = problem::Collector::new(file);
    let scan = lines::scan(bytes, unit, &mut problems);
    assemble(scan, problems)
}

/// The tree of the points, mended.
fn assemble(mut scan: lines::Scan, mut problems: problem::Collector) -> Result<Swc, SwcErrors> {
    if scan.points.is_empty() && problems.is_empty() {
        problems.add(None, None, SwcProblemKind::Empty);
    }
    let tree = tree::Tree::new(&scan, &mut problems);
    let (Some(tree), true) = (tree, problems.is_empty()) else {
        return Err(problems.finish());
    };
    let mended = mend::mend(&mut scan, &tree, &mut problems);
    if !problems.is_empty() {
        return Err(problems.finish());
    }
    let lines::Scan { points, comments, .. } = scan;
    Ok(Swc { points, comments, mended, tree })
}
