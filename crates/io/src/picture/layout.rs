//! Places for a cell whose sections have lengths alone, so that it can be drawn: a scheme, not its shape.

use std::f64::consts::{PI, TAU};

use huxley_model::morphology::{Geometry, Morphology, Point, Section};

/// A cell whose sections all have places.
#[derive(Clone, Debug, PartialEq)]
pub struct LaidOut {
    /// The cell.
    pub cell: Morphology,
    /// Whether its places are made up: it is a scheme, not the cell's shape.
    pub scheme: bool,
}

/// The cell with places for its sections.
///
/// Where all have places, these are they. Balls, as long as they are thick, that have sections with places on them are put where
/// those begin. Otherwise every section is straight, at its own length and thickness, each subtree in a sector of its own, as wide
/// as its tips are many.
#[must_use]
pub fn laid_out(cell: &Morphology) -> LaidOut {
    match with_balls(cell) {
        Some(cell) => LaidOut { cell, scheme: false },
        None => LaidOut { cell: scheme(cell), scheme: true },
    }
}

/// The cell with its balls in their places; `None` where anything else has none.
fn with_balls(cell: &Morphology) -> Option<Morphology> {
    let mut placed = cell.clone();
    for (index, section) in cell.sections.iter().enumerate() {
        let Geometry::Cylinder { length, diameter } = section.geometry else { continue };
        if (length / diameter - 1.0).abs() > 1e-6 {
            return None;
        }
        let on_it = |own: &&Section| own.parent.is_some_and(|at| at.section == index);
        let begin = |own: &Section| match &own.geometry {
            Geometry::Points(points) => points.first().copied(),
            Geometry::Cylinder { .. } => None,
        };
        let begins: Vec<Point> = cell.sections.iter().filter(on_it).filter_map(begin).collect();
        let mean = |of: fn(&Point) -> f64| begins.iter().map(of).sum::<f64>() / begins.len() as f64;
        if begins.is_empty() {
            return None;
        }
        let (x, y, z) = (mean(|p| p.x), mean(|p| p.y), mean(|p| p.z));
        let point = |part: f64| Point::new(x + part * length, y, z, diameter);
        placed.sections[index].geometry = Geometry::Points(vec![point(-0.5), point(0.0), point(0.5)]);
    }
    Some(placed)
}

fn scheme(cell: &Morphology) -> Morphology {
    let count = cell.sections.len();
    let mut tips = vec![0_u64; count];
    let mut children: Vec<Vec<usize>> = vec![Vec::new(); count];
    // Parents come before their children.
    for index in (0..count).rev() {
        tips[index] = tips[index].max(1);
        if let Some(at) = cell.sections[index].parent {
            tips[at.section] += tips[index];
            children[at.section].push(index);
        }
    }
    let mut sectors = vec![(-PI, TAU); count];
    let mut placed: Vec<Section> = Vec::with_capacity(count);
    for (index, section) in cell.sections.iter().enumerate() {
        let (length, diameter) = (section.geometry.length(), thickness(section));
        let (from, width) = sectors[index];
        let angle = from + 0.5 * width;
        let (dx, dy) = (angle.cos(), angle.sin());
        let begin = match section.parent {
            // The root lies around the origin.
            None => (-0.5 * length, 0.0),
            Some(at) => beginning(&placed[at.section], at.position, (dx, dy)),
        };
        let (dx, dy) = if section.parent.is_none() { (1.0, 0.0) } else { (dx, dy) };
        let point = |part: f64| Point::new(begin.0 + part * length * dx, begin.1 + part * length * dy, 0.0, diameter);
        // A middle, so that what is as long as it is thick is drawn as a ball.
        let points = vec![point(0.0), point(0.5), point(1.0)];
        placed.push(Section { geometry: Geometry::Points(points), ..section.clone() });
        let own: u64 = children[index].iter().map(|&child| tips[child]).sum();
        let mut next = from;
        for &child in children[index].iter().rev() {
            let share = width * tips[child] as f64 / own.max(1) as f64;
            sectors[child] = (next, share);
            next += share;
        }
    }
    Morphology { sections: placed }
}

fn thickness(section: &Section) -> f64 {
    match &section.geometry {
        Geometry::Cylinder { diameter, .. } => *diameter,
        Geometry::Points(points) => points.iter().map(|point| point.diameter).sum::<f64>() / points.len().max(1) as f64,
    }
}

/// Where a section begins: on the surface of a ball, and on the line of anything else.
fn beginning(parent: &Section, position: f64, (dx, dy): (f64, f64)) -> (f64, f64) {
    let Geometry::Points(points) = &parent.geometry else { return (0.0, 0.0) };
    let (first, middle, last) = (points[0], points[1], points[2]);
    let length = (last.x - first.x).hypot(last.y - first.y);
    if parent.parent.is_none() && (length / middle.diameter - 1.0).abs() < 1e-6 {
        return (middle.x + 0.5 * length * dx, middle.y + 0.5 * length * dy);
    }
    (first.x + position * (last.x - first.x), first.y + position * (last.y - first.y))
}
