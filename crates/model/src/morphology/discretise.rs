//! From sections to compartments: NEURON's nodes, with those that carry no information eliminated.
//!
//! Hines & Carnevale (1997), "The NEURON simulation environment", Neural Computation 9:1179, for the nodes;
//! Hines & Carnevale (2001), "NEURON: a tool for neuroscientists", Neuroscientist 7:123, for `d_lambda`.

use super::error::positive;
use super::geometry::Half;
use super::{CellTree, Discretisation, Geometry, Morphology, MorphologyError, NO_PARENT, Section};

/// The most compartments a cell may have.
pub const MAX_COMPARTMENTS: usize = 100_000_000;

/// Cuts a cell into compartments and puts them in Hines order.
///
/// A section has equal compartments with a node in the middle of each. Area and axial resistance are exact integrals over its
/// truncated cones. Ends and branch points are nodes without membrane; those with one neighbour are dropped and those with
/// two merged into one resistance, which is their Schur complement: the remaining nodes' potentials do not change. A section
/// attached inside another hangs from the node of that compartment; at 0 or 1, from that end (where 0 of a section that is
/// not the root is its own point of attachment).
///
/// Node 0 is the first compartment of the first soma section, or of the first section where there is no soma. Of a node's
/// children the one with the longest path below it comes first, so it is the next node.
///
/// `axial_resistivity` is in ohm cm; `capacitance`, in uF/cm2, matters for [`Discretisation::DLambda`] only.
///
/// # Errors
/// What [`Morphology::validate`] finds, a parameter out of its range, more than [`MAX_COMPARTMENTS`] compartments, or areas
/// and resistances that numbers cannot hold.
pub fn discretise(
    morphology: &Morphology,
    discretisation: Discretisation,
    axial_resistivity: f64,
    capacitance: f64,
) -> Result<CellTree, MorphologyError> {
    morphology.validate()?;
    positive("axial resistivity (ohm cm)", axial_resistivity)?;
    positive("specific capacitance (uF/cm2)", capacitance)?;
    validate_rule(discretisation)?;

    let counts = compartment_counts(morphology, discretisation, axial_resistivity, capacitance)?;
    let compartments = Compartments::new(morphology, &counts, axial_resistivity)?;
    let graph = Graph::new(morphology, &compartments);
    let root = compartments.first[morphology.soma_section()];
    let (order, parent, axial) = graph.hines_order(root);
    Ok(lower(morphology, &compartments, &graph, &order, parent, axial))
}

fn validate_rule(discretisation: Discretisation) -> Result<(), MorphologyError> {
    match discretisation {
        Discretisation::PerSection(0) => Err(MorphologyError::Parameter {
            what: "number of compartments per section",
            value: 0.0,
            allowed: "at least 1",
        }),
        Discretisation::PerSection(_) => Ok(()),
        Discretisation::MaxLength(length) => positive("maximum length of a compartment (um)", length),
        Discretisation::DLambda { fraction, frequency } => {
            positive("`d_lambda` fraction", fraction)?;
            positive("`d_lambda` frequency (Hz)", frequency)
        }
    }
}

/// Compartments of a section by [`Discretisation::DLambda`], a whole number (as large as the section asks); frequency in Hz,
/// axial resistivity in ohm cm, capacitance in uF/cm2.
#[must_use]
pub fn d_lambda_compartments(
    geometry: &Geometry,
    fraction: f64,
    frequency: f64,
    axial_resistivity: f64,
    capacitance: f64,
) -> f64 {
    let root = (4.0 * std::f64::consts::PI * frequency * axial_resistivity * capacitance).sqrt();
    let in_lambda = geometry.length_over_root_diameter() * root * 1e-5;
    ((in_lambda / fraction + 0.9) / 2.0).floor() * 2.0 + 1.0
}

/// Compartments of each section.
fn compartment_counts(
    morphology: &Morphology,
    discretisation: Discretisation,
    axial_resistivity: f64,
    capacitance: f64,
) -> Result<Vec<usize>, MorphologyError> {
    let mut total = 0.0;
    let count = |section: &Section| {
        let wanted = match (section.compartments, discretisation) {
            (Some(own), _) => own as f64,
            (None, Discretisation::PerSection(each)) => each as f64,
            // A length that is a whole multiple up to rounding takes no extra compartment.
            (None, Discretisation::MaxLength(longest)) => {
                (section.geometry.length() / longest * (1.0 - 1e-12)).ceil().max(1.0)
            }
            (None, Discretisation::DLambda { fraction, frequency }) => {
                d_lambda_compartments(&section.geometry, fraction, frequency, axial_resistivity, capacitance)
            }
        };
        total += wanted;
        if total <= MAX_COMPARTMENTS as f64 {
            return Ok(wanted as usize);
        }
        Err(MorphologyError::TooManyCompartments {
            section: section.name.clone(),
            compartments: total,
            limit: MAX_COMPARTMENTS,
        })
    };
    morphology.sections.iter().map(count).collect()
}

/// All compartments, section by section.
struct Compartments {
    /// First compartment of each section, and their number at the end.
    first: Vec<usize>,
    /// Two halves for each compartment.
    halves: Vec<Half>,
}

impl Compartments {
    fn new(morphology: &Morphology, counts: &[usize], axial_resistivity: f64) -> Result<Self, MorphologyError> {
        let total = counts.iter().sum::<usize>();
        let mut first = Vec::with_capacity(counts.len() + 1);
        let mut halves = Vec::with_capacity(2 * total);
        for (section, &count) in morphology.sections.iter().zip(counts) {
            let start = halves.len();
            first.push(start / 2);
            section.geometry.halves(count, axial_resistivity, &mut halves);
            for compartment in halves[start..].chunks_exact(2) {
                let in_range = |what, value: f64| {
                    if value.is_finite() && value > 0.0 {
                        return Ok(());
                    }
                    Err(MorphologyError::OutOfRange { section: section.name.clone(), what, value })
                };
                in_range("compartment area (um2)", compartment[0].area + compartment[1].area)?;
                in_range("axial conductance (uS)", compartment[0].resistance.recip())?;
                in_range("axial conductance (uS)", compartment[1].resistance.recip())?;
            }
        }
        first.push(total);
        Ok(Self { first, halves })
    }

    fn total(&self) -> usize {
        self.halves.len() / 2
    }

    /// Axial resistance of the halves towards the section's start and its end, megaohm.
    fn resistances(&self, compartment: usize) -> (f64, f64) {
        (self.halves[2 * compartment].resistance, self.halves[2 * compartment + 1].resistance)
    }
}

/// Nodes that remain, and the resistances between them. Nodes below `compartments` have membrane.
struct Graph {
    /// For each node, where its neighbours begin.
    offset: Vec<usize>,
    /// Neighbour and conductance, uS.
    neighbour: Vec<(usize, f64)>,
    /// (section, position) of each node without membrane.
    junctions: Vec<(usize, f64)>,
}

impl Graph {
    /// Node count before elimination: compartments, then the root's start, then the end of each section.
    fn new(morphology: &Morphology, compartments: &Compartments) -> Self {
        let membrane = compartments.total();
        let root_start = membrane;
        let end_of = |section: usize| membrane + 1 + section;

        let mut start = Vec::with_capacity(morphology.sections.len());
        let mut edges: Vec<(usize, usize, f64)> = Vec::with_capacity(membrane + morphology.sections.len());
        let mut stubs: Vec<(usize, usize, f64)> = Vec::with_capacity(morphology.sections.len() * 2);
        for (index, section) in morphology.sections.iter().enumerate() {
            let begins_at = match section.parent {
                None => root_start,
                Some(at) if at.position == 0.0 => start[at.section],
                Some(at) if at.position == 1.0 => end_of(at.section),
                Some(at) => {
                    let (first, last) = (compartments.first[at.section], compartments.first[at.section + 1]);
                    first + along(at.position, last - first)
                }
            };
            start.push(begins_at);
            let (first, last) = (compartments.first[index], compartments.first[index + 1] - 1);
            let toward_start = compartments.resistances(first).0;
            let toward_end = compartments.resistances(last).1;
            if begins_at < membrane {
                edges.push((begins_at, first, toward_start));
            } else {
                stubs.push((begins_at - membrane, first, toward_start));
            }
            for node in first..last {
                edges.push((node, node + 1, compartments.resistances(node).1 + compartments.resistances(node + 1).0));
            }
            stubs.push((index + 1, last, toward_end));
        }
        let junctions = eliminate(&stubs, membrane, &mut edges);
        let (offset, neighbour) = adjacency(membrane + junctions.len(), &edges);
        Self { offset, neighbour, junctions }
    }

    fn len(&self) -> usize {
        self.offset.len() - 1
    }

    fn neighbours(&self, node: usize) -> &[(usize, f64)] {
        &self.neighbour[self.offset[node]..self.offset[node + 1]]
    }

    /// Depth-first preorder from `root`, with each node's parent (in that order) and its conductance to it, uS.
    fn hines_order(&self, root: usize) -> (Vec<usize>, Vec<u32>, Vec<f64>) {
        let height = self.heights(root);
        let mut order = Vec::with_capacity(self.len());
        let mut parent = Vec::with_capacity(self.len());
        let mut axial = Vec::with_capacity(self.len());
        let mut stack = vec![(root, usize::MAX, NO_PARENT, 0.0)];
        while let Some((node, from, above, conductance)) = stack.pop() {
            let here = order.len() as u32;
            order.push(node);
            parent.push(above);
            axial.push(conductance);
            let begin = stack.len();
            let below = self.neighbours(node).iter().filter(|(next, _)| *next != from);
            stack.extend(below.map(|&(next, conductance)| (next, node, here, conductance)));
            // The last one pushed is visited next: the longest path, and of equal ones the lowest node.
            stack[begin..].sort_unstable_by_key(|&(next, ..)| (height[next], std::cmp::Reverse(next)));
        }
        (order, parent, axial)
    }

    /// Nodes on the longest path from each node to a leaf below it.
    fn heights(&self, root: usize) -> Vec<u32> {
        let mut breadth_first = Vec::with_capacity(self.len());
        breadth_first.push((root, usize::MAX));
        let mut next = 0;
        while next < breadth_first.len() {
            let (node, from) = breadth_first[next];
            next += 1;
            let below = self.neighbours(node).iter().filter(|(child, _)| *child != from);
            breadth_first.extend(below.map(|&(child, _)| (child, node)));
        }
        let mut height = vec![1; self.len()];
        for &(node, from) in breadth_first.iter().skip(1).rev() {
            height[from] = height[from].max(height[node] + 1);
        }
        height
    }
}

/// Compartment of `count` that holds a position in [0, 1].
pub(super) fn along(position: f64, count: usize) -> usize {
    ((position * count as f64) as usize).min(count.saturating_sub(1))
}

/// Removes ends with one or two neighbours, appends the edges that remain, and returns (section, position) of those kept.
///
/// `stubs` are (end, node with membrane, megaohm), where end 0 is the root's start and end `s + 1` the end of section `s`.
/// No two ends are neighbours, so one pass is enough.
fn eliminate(
    stubs: &[(usize, usize, f64)],
    membrane: usize,
    edges: &mut Vec<(usize, usize, f64)>,
) -> Vec<(usize, f64)> {
    let ends = stubs.iter().map(|&(end, ..)| end + 1).max().unwrap_or(0);
    let mut degree = vec![0_u32; ends];
    for &(end, ..) in stubs {
        degree[end] += 1;
    }
    let mut junctions = Vec::new();
    let mut kept = vec![usize::MAX; ends];
    for end in (0..ends).filter(|&end| degree[end] >= 3) {
        kept[end] = membrane + junctions.len();
        junctions.push(if end == 0 { (0, 0.0) } else { (end - 1, 1.0) });
    }
    let mut waiting: Vec<Option<(usize, f64)>> = vec![None; ends];
    for &(end, node, resistance) in stubs {
        match (degree[end], waiting[end]) {
            (1, _) => {}
            (2, None) => waiting[end] = Some((node, resistance)),
            (2, Some((other, other_resistance))) => edges.push((other, node, other_resistance + resistance)),
            _ => edges.push((kept[end], node, resistance)),
        }
    }
    junctions
}

/// Neighbours of each node with the conductance to them, uS, from (node, node, megaohm).
fn adjacency(nodes: usize, edges: &[(usize, usize, f64)]) -> (Vec<usize>, Vec<(usize, f64)>) {
    let mut offset = vec![0; nodes + 1];
    for &(a, b, _) in edges {
        offset[a + 1] += 1;
        offset[b + 1] += 1;
    }
    for node in 0..nodes {
        offset[node + 1] += offset[node];
    }
    let mut next = offset.clone();
    let mut neighbour = vec![(0, 0.0); 2 * edges.len()];
    for &(a, b, resistance) in edges {
        for (from, to) in [(a, b), (b, a)] {
            neighbour[next[from]] = (to, resistance.recip());
            next[from] += 1;
        }
    }
    (offset, neighbour)
}

/// The arrays of the tree, nodes in `order`.
fn lower(
    morphology: &Morphology,
    compartments: &Compartments,
    graph: &Graph,
    order: &[usize],
    parent: Vec<u32>,
    axial: Vec<f64>,
) -> CellTree {
    let membrane = compartments.total();
    let mut place = Vec::with_capacity(graph.len());
    for section in 0..morphology.sections.len() {
        let (first, end) = (compartments.first[section], compartments.first[section + 1]);
        let count = (end - first) as f64;
        place.extend((first..end).map(|node| (section, ((node - first) as f64 + 0.5) / count)));
    }
    place.extend_from_slice(&graph.junctions);
    let area_of = |node: usize| {
        if node < membrane { compartments.halves[2 * node].area + compartments.halves[2 * node + 1].area } else { 0.0 }
    };
    let mut nodes = vec![0; membrane];
    for (index, &node) in order.iter().enumerate().filter(|(_, node)| **node < membrane) {
        nodes[node] = index as u32;
    }
    CellTree {
        parent,
        axial,
        area: order.iter().map(|&node| area_of(node)).collect(),
        section: order.iter().map(|&node| place[node].0 as u32).collect(),
        position: order.iter().map(|&node| place[node].1).collect(),
        compartments: nodes,
    }
}
