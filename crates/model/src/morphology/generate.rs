//! Generated shapes: the binary tree of Rallpack 2 and random branching cells.

use super::error::positive;
use super::{Attachment, Morphology, MorphologyError, Section, SectionKind};

/// The deepest tree the generators make: 2^20 sections.
const MAX_DEPTH: usize = 20;

/// How to grow a random cell: a soma and a binary dendrite, as the cells of Arbor's busy ring.
///
/// Pairs are the values at the first and at the last level of the dendrite; levels in between lie on the straight line.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RandomTree {
    /// Length and diameter of the soma, um.
    pub soma_diameter: f64,
    /// Levels of the dendrite, 0 (soma alone) to 20.
    pub depth: usize,
    /// Probability of each of the two branches at the end of every branch, in [0, 1].
    pub branch_probability: [f64; 2],
    /// Compartments of a branch (rounded).
    pub compartments: [usize; 2],
    /// Length of a branch, um.
    pub length: [f64; 2],
    /// Diameter of every branch, um.
    pub diameter: f64,
}

impl Default for RandomTree {
    /// Arbor's defaults: a soma of 500 um2, five levels, branches of 200 to 20 um in 20 to 2 compartments, 1 um thick.
    fn default() -> Self {
        Self {
            soma_diameter: 12.6157,
            depth: 5,
            branch_probability: [1.0, 0.5],
            compartments: [20, 2],
            length: [200.0, 20.0],
            diameter: 1.0,
        }
    }
}

impl Morphology {
    /// A binary tree whose every branch is followed by two of `2^(-2/3)` of its diameter and `2^(-1/3)` of its length.
    ///
    /// Diameters follow Rall's 3/2 law and every branch has the same electrotonic length, so the tree is equivalent to a
    /// cylinder. `length` and `diameter`, um, are the first branch's; there are `2^depth - 1` branches, named
    /// `dendrite_0` (the root) on, level by level. **Rallpack 2** (Bhalla, Bilitch & Bower 1992) is
    /// `branching_tree(10, 32.0, 16.0)`: 1,023 branches, the last ones 4 um long and 0.25 um thick.
    ///
    /// # Errors
    /// A depth outside 1 to 20, or a length or diameter that is not finite and above 0.
    pub fn branching_tree(depth: usize, length: f64, diameter: f64) -> Result<Self, MorphologyError> {
        if !(1..=MAX_DEPTH).contains(&depth) {
            return Err(MorphologyError::Parameter {
                what: "depth of the tree",
                value: depth as f64,
                allowed: "1 to 20",
            });
        }
        positive("length of the first branch (um)", length)?;
        positive("diameter of the first branch (um)", diameter)?;
        let mut sections = Vec::with_capacity((1 << depth) - 1);
        for level in 0..depth {
            let length = length * (-(level as f64) / 3.0).exp2();
            let diameter = diameter * (-2.0 * level as f64 / 3.0).exp2();
            for index in (1_usize << level) - 1..(1 << (level + 1)) - 1 {
                let parent = (index > 0).then(|| Attachment { section: (index - 1) / 2, position: 1.0 });
                let name = format!("dendrite_{index}");
                sections.push(Section::cylinder(name, SectionKind::Dendrite, parent, length, diameter));
            }
        }
        Ok(Self { sections })
    }

    /// A random cell: the same seed gives the same cell on every machine.
    ///
    /// The dendrite grows from the soma's end, at most two branches from the end of each, named `dendrite_0` on, level by
    /// level; sections have numbers of compartments of their own.
    ///
    /// # Errors
    /// A parameter out of the range given at its field.
    pub fn random_tree(tree: &RandomTree, seed: u64) -> Result<Self, MorphologyError> {
        tree.validate()?;
        let soma = Section::cylinder("soma", SectionKind::Soma, None, tree.soma_diameter, tree.soma_diameter);
        let mut sections = vec![soma.with_compartments(1)];
        let mut random = SplitMix64(seed);
        let mut level_above = 0..1;
        for level in 0..tree.depth {
            let at = |pair: [f64; 2]| interpolate(pair, level, tree.depth);
            let compartments = at(tree.compartments.map(|count| count as f64)).round() as usize;
            let first = sections.len();
            for section in level_above {
                for _ in 0..2 {
                    if random.uniform() >= at(tree.branch_probability) {
                        continue;
                    }
                    let name = format!("dendrite_{}", sections.len() - 1);
                    let parent = Some(Attachment { section, position: 1.0 });
                    let branch = Section::cylinder(name, SectionKind::Dendrite, parent, at(tree.length), tree.diameter);
                    sections.push(branch.with_compartments(compartments));
                }
            }
            level_above = first..sections.len();
        }
        Ok(Self { sections })
    }
}

impl RandomTree {
    fn validate(&self) -> Result<(), MorphologyError> {
        let parameter = |what, value, allowed| Err(MorphologyError::Parameter { what, value, allowed });
        positive("diameter of the soma (um)", self.soma_diameter)?;
        positive("diameter of the dendrite (um)", self.diameter)?;
        for length in self.length {
            positive("length of a branch (um)", length)?;
        }
        if self.depth > MAX_DEPTH {
            return parameter("depth of the dendrite", self.depth as f64, "0 to 20");
        }
        if let Some(p) = self.branch_probability.into_iter().find(|p| !(0.0..=1.0).contains(p)) {
            return parameter("branch probability", p, "0 to 1");
        }
        if self.compartments.contains(&0) {
            return parameter("number of compartments of a branch", 0.0, "at least 1");
        }
        Ok(())
    }
}

/// The value at a level of `levels`, from the first to the last.
fn interpolate([first, last]: [f64; 2], level: usize, levels: usize) -> f64 {
    if levels < 2 {
        return first;
    }
    first + (last - first) * level as f64 / (levels - 1) as f64
}

/// Steele, Lea & Flood (2014), "Fast splittable pseudorandom number generators", OOPSLA: shapes need no more.
pub(super) struct SplitMix64(pub(super) u64);

impl SplitMix64 {
    /// The next 64 bits.
    pub(super) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// Uniform in [0, 1).
    fn uniform(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1_u64 << 53) as f64
    }
}
