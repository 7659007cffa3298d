//! All 302 shapes of the worm load and are cut without losing membrane.

use std::collections::BTreeMap;
use std::path::Path;

use huxley_model::morphology::{Discretisation, Morphology, Point, SectionKind, Segment, discretise};

/// Cells by name; columns: cell, segment, parent, kind, proximal x y z diameter, distal x y z diameter.
fn worm() -> Option<BTreeMap<String, Vec<Segment>>> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let places = ["data/celegans/morphology.csv", "../shared/data/celegans/morphology.csv"];
    let text = places.iter().find_map(|place| std::fs::read_to_string(root.join(place)).ok())?;
    let mut cells: BTreeMap<String, Vec<Segment>> = BTreeMap::new();
    for row in text.lines().skip(1).filter(|row| !row.starts_with('#')) {
        let fields: Vec<&str> = row.split(',').collect();
        let number = |k: usize| fields[k].parse::<f64>().unwrap();
        let id = |k: usize| fields[k].parse::<i64>().unwrap();
        let kind = match fields[3] {
            "soma" => SectionKind::Soma,
            "axon" => SectionKind::Axon,
            "dendrite" => SectionKind::Dendrite,
            _ => SectionKind::Other,
        };
        cells.entry(fields[0].to_owned()).or_default().push(Segment {
            id: id(1),
            parent: (id(2) >= 0).then(|| id(2)),
            kind,
            proximal: Point::new(number(4), number(5), number(6), number(7)),
            distal: Point::new(number(8), number(9), number(10), number(11)),
        });
    }
    Some(cells)
}

/// Membrane of one segment, um2, written out from the table: a sphere, or the side of a truncated cone.
fn segment_area(segment: &Segment) -> f64 {
    let (a, b) = (segment.proximal, segment.distal);
    let length2 = (a.x - b.x).powi(2) + (a.y - b.y).powi(2) + (a.z - b.z).powi(2);
    if length2 == 0.0 && segment.kind == SectionKind::Soma {
        return std::f64::consts::PI * a.diameter * a.diameter;
    }
    let (r, s) = (a.diameter / 2.0, b.diameter / 2.0);
    std::f64::consts::PI * (r + s) * (length2 + (r - s).powi(2)).sqrt()
}

#[test]
#[allow(clippy::print_stdout)]
fn every_shape_of_the_worm_is_cut_without_losing_membrane() {
    let Some(cells) = worm() else {
        println!("SKIPPED: neither data/celegans/morphology.csv nor ../shared/data/celegans/morphology.csv is there");
        return;
    };
    assert_eq!(cells.len(), 302);
    let rules = [
        ("one a section", Discretisation::PerSection(1)),
        ("d_lambda 0.1", Discretisation::DLambda { fraction: 0.1, frequency: 100.0 }),
        ("at most 10 um", Discretisation::MaxLength(10.0)),
    ];
    let segments: usize = cells.values().map(Vec::len).sum();
    let mut sections = 0;
    let mut counts = [(0, 0, 0); 3]; // nodes, with membrane, of the largest cell
    for (name, table) in &cells {
        let cell = Morphology::from_segments(table).unwrap_or_else(|error| panic!("{name}: {error}"));
        assert_eq!(cell.sections[0].name, "soma");
        sections += cell.sections.len();
        let area: f64 = table.iter().map(segment_area).sum();
        for ((_, rule), (nodes, membrane, largest)) in rules.iter().zip(&mut counts) {
            let tree = discretise(&cell, *rule, 100.0, 1.0).unwrap_or_else(|error| panic!("{name}: {error}"));
            assert!((tree.total_area() - area).abs() <= 1e-9 * area, "{name}: {} um2, not {area}", tree.total_area());
            assert_eq!(tree.soma_node(&cell), 0, "{name}");
            for kind in [SectionKind::Soma, SectionKind::Axon, SectionKind::Dendrite, SectionKind::Other] {
                let of_kind: f64 = table.iter().filter(|s| s.kind == kind).map(segment_area).sum();
                assert!((tree.area_of(&cell, kind) - of_kind).abs() <= 1e-9 * area, "{name}: {kind:?}");
            }
            *nodes += tree.len();
            *membrane += tree.membrane_nodes();
            *largest = tree.len().max(*largest);
        }
    }
    println!("302 cells, {segments} segments, {sections} sections");
    for ((rule, _), (nodes, membrane, largest)) in rules.iter().zip(counts) {
        println!("{rule}: {nodes} nodes, {membrane} with membrane, {largest} in the largest cell");
        assert!(membrane >= sections);
    }
}
