//! What a reconstruction measures, taken from its points as they stand.

use std::collections::BTreeMap;
use std::f64::consts::PI;

use super::{SOMA, Swc};

/// Lengths and areas are of the truncated cones between points and their parents, those to the soma included.
#[derive(Clone, Debug, PartialEq)]
pub struct Measures {
    /// Points.
    pub points: usize,
    /// Points without a parent.
    pub roots: usize,
    /// Points of type 1.
    pub soma_points: usize,
    /// By type; a cone is of the type of its outer point.
    pub types: BTreeMap<i32, TypeMeasures>,
    /// Points with two children.
    pub bifurcations: usize,
    /// Points with more than two children.
    pub multifurcations: usize,
    /// Points without children.
    pub tips: usize,
    /// um.
    pub length: f64,
    /// Lateral area, um2.
    pub area: f64,
    /// Without cones that have a point of the soma at either end, um.
    pub neurite_length: f64,
    /// The same, um2.
    pub neurite_area: f64,
    /// Longest way along the cones from a root to a tip, um.
    pub longest_path: f64,
    /// Largest straight distance from the cell's root, um.
    pub farthest: f64,
    /// um.
    pub smallest_radius: f64,
    /// um.
    pub largest_radius: f64,
    /// Least x, y and z of the points, um.
    pub low: [f64; 3],
    /// Greatest x, y and z of the points, um.
    pub high: [f64; 3],
    /// Points at the place of their parents.
    pub without_length: usize,
}

/// Of the points of one type.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct TypeMeasures {
    /// Points.
    pub points: usize,
    /// um.
    pub length: f64,
    /// Lateral area, um2.
    pub area: f64,
}

impl Swc {
    /// Measures the reconstruction.
    #[must_use]
    pub fn measures(&self) -> Measures {
        let (points, tree) = (&self.points, &self.tree);
        let mut found = Measures {
            points: points.len(),
            roots: tree.roots.len(),
            soma_points: points.iter().filter(|point| point.structure == SOMA).count(),
            types: BTreeMap::new(),
            bifurcations: 0,
            multifurcations: 0,
            tips: 0,
            length: 0.0,
            area: 0.0,
            neurite_length: 0.0,
            neurite_area: 0.0,
            longest_path: 0.0,
            farthest: 0.0,
            smallest_radius: f64::INFINITY,
            largest_radius: 0.0,
            low: [f64::INFINITY; 3],
            high: [f64::NEG_INFINITY; 3],
            without_length: 0,
        };
        let mut path = vec![0.0; points.len()];
        for &index in &tree.order {
            let point = &points[index];
            match tree.children(index).len() {
                0 => found.tips += 1,
                1 => {}
                2 => found.bifurcations += 1,
                _ => found.multifurcations += 1,
            }
            found.smallest_radius = found.smallest_radius.min(point.radius);
            found.largest_radius = found.largest_radius.max(point.radius);
            for (axis, &value) in point.position.iter().enumerate() {
                found.low[axis] = found.low[axis].min(value);
                found.high[axis] = found.high[axis].max(value);
            }
            if let Some(&root) = tree.roots.first() {
                found.farthest = found.farthest.max(point.distance(&points[root]));
            }
            let of = found.types.entry(point.structure).or_default();
            of.points += 1;
            let Some(parent) = tree.parent[index] else { continue };
            let above = &points[parent];
            let length = point.distance(above);
            let area = PI * (above.radius + point.radius) * length.hypot(above.radius - point.radius);
            of.length += length;
            of.area += area;
            found.length += length;
            found.area += area;
            if above.structure != SOMA && point.structure != SOMA {
                found.neurite_length += length;
                found.neurite_area += area;
            }
            found.without_length += usize::from(above.position == point.position);
            path[index] = path[parent] + length;
            found.longest_path = found.longest_path.max(path[index]);
        }
        found
    }
}
