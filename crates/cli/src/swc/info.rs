//! Everything that is told of a file.

use std::path::{Path, PathBuf};

use huxley_io::results::format::counted;
use huxley_io::swc::{Built, Measures, Mending, Swc};
use huxley_model::morphology::{CellTree, Distance, SectionKind, discretise};

use super::args::Settings;
use crate::failure::Failure;

/// A file, its measures and the passive cell it makes.
pub struct Info {
    /// As typed.
    pub file: String,
    pub measures: Measures,
    pub mended: Vec<Mending>,
    pub built: Built,
    pub kinds: Vec<KindInfo>,
    /// With membrane.
    pub compartments: usize,
    /// Branch points without membrane.
    pub junctions: usize,
    /// um.
    pub length: f64,
    /// um2.
    pub area: f64,
    /// Of the tip farthest from the soma's middle.
    pub farthest: Distance,
    /// The largest electrotonic distance.
    pub electrotonic: f64,
    /// Megohm.
    pub input_resistance: f64,
    /// Least part of a steady potential at the soma that is left anywhere.
    pub attenuation: f64,
    pub picture: Option<PathBuf>,
}

/// The sections of one kind.
pub struct KindInfo {
    pub kind: SectionKind,
    pub points: usize,
    pub sections: usize,
    pub compartments: usize,
    /// um.
    pub length: f64,
    /// um2.
    pub area: f64,
}

impl Info {
    /// Makes the cell, cuts it, and measures both.
    pub fn new(path: &Path, swc: &Swc, settings: &Settings) -> Result<Self, Failure> {
        let file = path.display().to_string();
        let built = swc.sections(&settings.kinds);
        let cell = &built.morphology;
        let refused = |error| Failure::input(format!("`{file}` makes no cell that can be cut")).cause(error);
        let tree =
            discretise(cell, settings.rule, settings.axial_resistivity, settings.capacitance).map_err(refused)?;
        let distances = cell.distances(settings.membrane_resistance, settings.axial_resistivity);
        let (input_resistance, attenuation) = steady(&tree, tree.soma_node(cell), settings);
        let kinds = kinds(swc, settings, &built, &tree);
        Ok(Self {
            measures: swc.measures(),
            mended: swc.mended().to_vec(),
            compartments: tree.membrane_nodes(),
            junctions: tree.len() - tree.membrane_nodes(),
            length: kinds.iter().map(|kind| kind.length).sum(),
            area: kinds.iter().map(|kind| kind.area).sum(),
            farthest: distances.iter().copied().max_by(|a, b| a.length.total_cmp(&b.length)).unwrap_or_default(),
            electrotonic: distances.iter().map(|distance| distance.electrotonic).fold(0.0, f64::max),
            input_resistance,
            attenuation,
            kinds,
            built,
            file,
            picture: None,
        })
    }

    /// What was mended, in words.
    pub fn warnings(&self) -> impl Iterator<Item = String> + '_ {
        let mended = self.mended.iter().map(|mending| format!("{}: {mending}", self.file));
        let without = self.built.without_length;
        let left_out = (without > 0)
            .then(|| format!("{}: {} without length left out", self.file, counted(without as u64, "section")));
        mended.chain(left_out)
    }
}

/// Input resistance at a node, megohm, and the least part of its potential elsewhere.
fn steady(tree: &CellTree, soma: u32, settings: &Settings) -> (f64, f64) {
    let mut current = vec![0.0; tree.len()];
    current[soma as usize] = 1.0;
    let potential = tree.steady_state(1.0 / settings.membrane_resistance, &current);
    let at_soma = potential[soma as usize];
    (at_soma, potential.iter().copied().fold(f64::INFINITY, f64::min) / at_soma)
}

fn kinds(swc: &Swc, settings: &Settings, built: &Built, tree: &CellTree) -> Vec<KindInfo> {
    let kind_of = |structure: i32| {
        let own = settings.kinds.iter().find(|(of, _)| *of == structure).map(|(_, kind)| *kind);
        own.unwrap_or_else(|| huxley_io::swc::kind_of(structure))
    };
    let mut all: Vec<KindInfo> = SectionKind::ALL
        .iter()
        .filter(|(_, kind)| *kind != SectionKind::Any)
        .map(|&(_, kind)| KindInfo { kind, points: 0, sections: 0, compartments: 0, length: 0.0, area: 0.0 })
        .collect();
    let place = |kind: SectionKind| SectionKind::ALL.iter().position(|(_, own)| *own == kind).map_or(0, |at| at - 1);
    for point in swc.points() {
        all[place(kind_of(point.structure))].points += 1;
    }
    for section in &built.morphology.sections {
        let of = &mut all[place(section.kind)];
        of.sections += 1;
        of.length += section.geometry.length();
        of.area += section.geometry.area();
    }
    for &node in &tree.compartments {
        let section = tree.section[node as usize] as usize;
        all[place(built.morphology.sections[section].kind)].compartments += 1;
    }
    all.retain(|kind| kind.points > 0 || kind.sections > 0);
    all
}
