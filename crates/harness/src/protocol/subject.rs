//! The cell a protocol is about: one of a model's, or a point with a membrane of the literature.

use huxley_model::channel::Reversal;
use huxley_model::morphology::{Discretisation, Morphology, SectionKind};
use huxley_model::network::{
    Cell, CellSignalling, Distribution, Insertion, Membrane, Network, Population, RunDefaults, Site, Tick,
};
use huxley_model::preset::Preset;

use super::ProtocolError;

/// Area of a point, um2. Currents are densities: any area gives the same.
const AREA: f64 = 1000.0;
/// Axial resistivity of a point, which has no use for it, ohm cm.
const NO_MATTER: f64 = 100.0;

/// A cell, alone.
#[derive(Clone, Debug)]
pub struct Subject {
    /// `preset hh`, `model cobahh, population exc`.
    pub name: String,
    /// Where its membrane is from, where that is known.
    pub source: Option<String>,
    /// A population with this one cell.
    pub population: Population,
    /// degC.
    pub celsius: f64,
    /// Substep and scheme.
    pub run: RunDefaults,
    /// What was left out or changed to have it alone.
    pub notes: Vec<String>,
}

impl Subject {
    /// A point of 1000 um2 with the membrane of `preset`; with the default signalling where its channels read calcium.
    #[must_use]
    pub fn of_preset(preset: &Preset) -> Self {
        let calcium = preset.channels.iter().any(|insertion| insertion.channel.reads_calcium());
        let mut notes = Vec::new();
        if calcium {
            notes.push("its channels read calcium: the cell has the default signalling".to_owned());
        }
        let population = Population {
            name: "cell".to_owned(),
            shapes: vec![Morphology::point(AREA)],
            cells: vec![Cell { shape: 0, label: None }],
            discretisation: Discretisation::PerSection(1),
            membrane: Membrane::new(preset.capacitance, NO_MATTER, preset.channels.clone()),
            membranes: Vec::new(),
            v_init: Distribution::Constant(preset.v_init),
            threshold: preset.threshold,
            detector: Site::Soma,
            signalling: calcium.then(CellSignalling::default),
        };
        Self {
            name: format!("preset {}", preset.name),
            source: Some(preset.source.to_owned()),
            population,
            celsius: preset.celsius,
            run: RunDefaults::default(),
            notes,
        }
    }

    /// A cell of a network, without what connects and drives it: of the population called `population` (the first where none is
    /// named), the one labelled or numbered `cell` (its first where none is named).
    ///
    /// # Errors
    /// When there is no such population or cell.
    pub fn of_network(network: &Network, population: Option<&str>, cell: Option<&str>) -> Result<Self, ProtocolError> {
        let names = || network.populations.iter().map(|p| p.name.as_str()).collect::<Vec<_>>().join(", ");
        let found = match population {
            Some(name) => network.populations.iter().find(|p| p.name == name),
            None => network.populations.iter().find(|p| !p.cells.is_empty()),
        };
        let found = found.filter(|population| !population.cells.is_empty()).ok_or_else(|| {
            let name = population.unwrap_or_default();
            ProtocolError::Subject(format!("there is no population `{name}` with cells; there are: {}", names()))
        })?;
        let index = match cell {
            None => Some(0),
            Some(name) => {
                let labelled = found.cells.iter().position(|cell| cell.label.as_deref() == Some(name));
                labelled.or_else(|| name.parse().ok().filter(|index| *index < found.cells.len()))
            }
        };
        let index = index.ok_or_else(|| {
            let count = found.cells.len();
            let text =
                format!("there is no cell `{}` in population `{}`, which has {count}", cell.unwrap_or(""), found.name);
            ProtocolError::Subject(text)
        })?;
        let mut notes = Vec::new();
        let left = [
            (
                network.projections.iter().filter(|p| p.source == found.name || p.target == found.name).count(),
                "projection",
            ),
            (
                network.gap_junctions.iter().filter(|g| g.first == found.name || g.second == found.name).count(),
                "group of gap junctions",
            ),
            (network.stimuli.iter().filter(|s| s.target.population == found.name).count(), "stimulus"),
        ];
        let left: Vec<String> =
            left.iter().filter(|(count, _)| *count > 0).map(|&(count, what)| counted(count, what)).collect();
        if !left.is_empty() {
            notes.push(format!("the cell is alone; left out of the model: {}", left.join(", ")));
        }
        let v_init = match found.v_init {
            Distribution::Constant(v) => v,
            Distribution::Uniform { low, high } => 0.5 * (low + high),
            Distribution::Normal { mean, .. } | Distribution::LogNormal { mean, .. } => mean,
        };
        if !matches!(found.v_init, Distribution::Constant(_)) {
            notes.push(format!("it starts from {v_init} mV, the mean of what the model draws"));
        }
        let own = &found.cells[index];
        let which = own.label.as_ref().map_or_else(String::new, |label| format!(", cell {label}"));
        let which = if own.label.is_none() && index > 0 { format!(", cell {index}") } else { which };
        let population = Population {
            shapes: vec![found.shapes[own.shape].clone()],
            cells: vec![Cell { shape: 0, label: None }],
            membrane: found.membrane_of(own.shape).clone(),
            membranes: Vec::new(),
            v_init: Distribution::Constant(v_init),
            ..found.clone()
        };
        let run = RunDefaults { tick: Tick::OneMillisecond, ..network.run.clone() };
        Ok(Self {
            name: format!("model {}, population {}{which}", network.name, found.name),
            source: None,
            population,
            celsius: network.celsius,
            run,
            notes,
        })
    }

    /// Whether the cell is one compartment, so that a current is best told as a density.
    #[must_use]
    pub fn is_point(&self) -> bool {
        let sections = &self.population.shapes[0].sections;
        sections.len() == 1 && sections[0].compartments == Some(1)
    }

    /// A point of 1000 um2 with the membrane that sections of `kind` have.
    #[must_use]
    pub fn patch(&self, kind: SectionKind) -> Population {
        let mut population = self.population.clone();
        population.shapes = vec![Morphology::point(AREA)];
        population.detector = Site::Soma;
        population.membrane.capacitance = population.membrane.capacitance_in(kind);
        population.membrane.capacitances = Vec::new();
        for insertion in &mut population.membrane.insertions {
            insertion.density = vec![(SectionKind::Any, insertion.density_in(kind))];
        }
        population
    }

    /// Area of [`Subject::patch`], um2.
    #[must_use]
    pub fn patch_area() -> f64 {
        AREA
    }

    /// The network of `count` copies of a population's cell.
    pub(super) fn copies(&self, mut population: Population, count: usize) -> Network {
        let cell = population.cells[0].clone();
        population.cells = vec![cell; count];
        Network {
            name: "protocol".to_owned(),
            celsius: self.celsius,
            populations: vec![population],
            run: self.run.clone(),
            ..Network::default()
        }
    }
}

/// A channel's constant reversal potential, mV.
pub(super) fn constant_reversal(insertion: &Insertion, celsius: f64) -> Option<f64> {
    match insertion.channel.reversal {
        Reversal::NernstCalcium { .. } | Reversal::GoldmanCalcium { .. } => None,
        other => other.at(celsius),
    }
}

/// `1 stimulus`, `3 projections`.
fn counted(count: usize, noun: &str) -> String {
    match (count, noun) {
        (1, _) => format!("1 {noun}"),
        (_, "stimulus") => format!("{count} stimuli"),
        (_, "group of gap junctions") => format!("{count} groups of gap junctions"),
        _ => format!("{count} {noun}s"),
    }
}
