//! Cells, nodes and membrane classes.

use huxley_model::exponential::exp;
use huxley_model::morphology::{self, CellTree, Morphology, Section, SectionKind};
use huxley_model::network::{Distribution, Membrane, Network, Population, Site};
use huxley_model::random::{Random, Stream};

use crate::column::Column;
use crate::error::PlanError;
use crate::lower::{Place, signalling};
use crate::numbers::Numbers;
use crate::plan::{Cells, Class, NO_PARENT, Nodes, PopulationPlan, Settings};

/// Lowered cells, with the discretised shapes kept to resolve places.
pub(crate) struct CellTable {
    pub populations: Vec<PopulationPlan>,
    pub cells: Cells,
    pub nodes: Nodes,
    pub classes: Vec<Class>,
    /// Discretised shapes, by population.
    trees: Vec<Vec<CellTree>>,
}

/// Draws a value.
pub(super) fn draw(distribution: &Distribution, random: &Random, tick: u32, entity: u64) -> f64 {
    match *distribution {
        Distribution::Constant(x) => x,
        Distribution::Uniform { low, high } => low + (high - low) * random.uniform(tick, entity),
        Distribution::Normal { mean, sd, low } => (mean + sd * random.normal::<f64>(tick, entity)).max(low),
        // The mean is e^(spread^2 / 2) times the median.
        Distribution::LogNormal { mean, spread } => {
            mean * exp(spread * random.normal::<f64>(tick, entity) - 0.5 * spread * spread)
        }
    }
}

fn check(what: impl Fn() -> String, value: f64, allowed: bool, expected: &'static str) -> Result<(), PlanError> {
    if value.is_finite() && allowed { Ok(()) } else { Err(PlanError::Value { what: what(), value, expected }) }
}

fn check_population(population: &Population) -> Result<(), PlanError> {
    let name = &population.name;
    check(|| format!("the spike threshold of `{name}`"), population.threshold, true, "a finite number of mV")?;
    for membrane in population.all_membranes() {
        let own = membrane.capacitances.iter().map(|(_, own)| *own);
        for c in own.chain([membrane.capacitance]) {
            check(|| format!("the capacitance of `{name}`"), c, c > 0.0, "a positive number of uF/cm2")?;
        }
        let r = membrane.axial_resistivity;
        check(|| format!("the axial resistivity of `{name}`"), r, r > 0.0, "a positive number of ohm cm")?;
        for insertion in &membrane.insertions {
            for &(_, density) in &insertion.density {
                let what = || format!("the density of channel `{}` in `{name}`", insertion.channel.name);
                check(what, density, density >= 0.0, "a number of S/cm2, not negative")?;
            }
        }
        signalling::check(population, membrane)?;
    }
    Ok(())
}

pub(super) fn lower(network: &Network, settings: &Settings) -> Result<CellTable, PlanError> {
    let mut table = CellTable {
        populations: Vec::new(),
        cells: Cells { first_node: [0].into_iter().collect(), ..Cells::default() },
        nodes: Nodes::default(),
        classes: Vec::new(),
        trees: Vec::new(),
    };
    for population in &network.populations {
        check_population(population)?;
        let mut trees = Vec::with_capacity(population.shapes.len());
        for (shape, morphology) in population.shapes.iter().enumerate() {
            let membrane = population.membrane_of(shape);
            let tree = morphology::discretise(
                morphology,
                population.discretisation,
                membrane.axial_resistivity,
                membrane.capacitance,
            )
            .map_err(|source| PlanError::Shape { cell: shape_name(population, shape), source })?;
            trees.push(tree);
        }
        table.add_population(network, population, &trees, settings)?;
        table.trees.push(trees);
    }
    if table.cells.is_empty() {
        return Err(PlanError::Empty);
    }
    table.shrink_to_fit();
    Ok(table)
}

/// A name for shape `shape`: the first cell that has it.
fn shape_name(population: &Population, shape: usize) -> String {
    let first = population.cells.iter().position(|c| c.shape == shape).unwrap_or(0);
    cell_name(population, first)
}

/// A cell's label, or its place in the population.
fn cell_name(population: &Population, cell: usize) -> String {
    let label = population.cells.get(cell).and_then(|c| c.label.clone());
    label.unwrap_or_else(|| format!("{}[{cell}]", population.name))
}

impl CellTable {
    /// Gives back memory held in reserve.
    fn shrink_to_fit(&mut self) {
        let Self { cells, nodes, classes, .. } = self;
        [&mut cells.first_node, &mut cells.place, &mut cells.detector].into_iter().for_each(Numbers::shrink_to_fit);
        [&mut cells.class, &mut nodes.parent].into_iter().for_each(Column::shrink_to_fit);
        let membrane = [&mut nodes.axial, &mut nodes.capacitance, &mut nodes.area, &mut nodes.leak];
        let rest = [&mut nodes.leak_current, &mut nodes.v_init, &mut cells.threshold];
        membrane.into_iter().chain(rest).for_each(Column::shrink_to_fit);
        for class in classes {
            class.cells.shrink_to_fit();
            class.first.shrink_to_fit();
            class.channels.iter_mut().for_each(|channel| channel.gbar.shrink_to_fit());
            class.signalling.iter_mut().for_each(|signalling| signalling.kappa.shrink_to_fit());
        }
    }

    fn add_population(
        &mut self,
        network: &Network,
        population: &Population,
        trees: &[CellTree],
        settings: &Settings,
    ) -> Result<(), PlanError> {
        let first = self.cells.len();
        let classes: Vec<usize> =
            population.all_membranes().map(|membrane| self.class_of(population, membrane, settings)).collect();
        let random = Random::new(network.run.seed, Stream::Initial);
        for cell in &population.cells {
            let global = self.cells.len();
            let tree = trees.get(cell.shape).ok_or(PlanError::Value {
                what: format!("a shape index in `{}`", population.name),
                #[allow(clippy::cast_precision_loss)]
                value: cell.shape as f64,
                expected: "the index of a shape",
            })?;
            let morphology = &population.shapes[cell.shape];
            let v = draw(&population.v_init, &random, 0, global as u64);
            check(|| format!("an initial potential in `{}`", population.name), v, true, "a finite number of mV")?;
            let base = self.nodes.parent.len();
            if base + tree.parent.len() >= NO_PARENT as usize {
                return Err(PlanError::TooLarge { what: "nodes", limit: u64::from(NO_PARENT) });
            }
            let membrane = population.membrane_of(cell.shape);
            let class_index = classes[if classes.len() > 1 { cell.shape } else { 0 }];
            let class = &mut self.classes[class_index];
            for node in 0..tree.parent.len() {
                let kind = morphology.sections[tree.section[node] as usize].kind;
                self.nodes.push(membrane, tree, node, base, kind, v, settings.celsius);
                let mut gated = class.channels.iter_mut();
                for insertion in membrane.insertions.iter().filter(|i| !i.channel.is_leak()) {
                    let channel = gated.next().expect("the class has one entry for each gated channel");
                    let unit = insertion.channel.reversal.unit(); // uS from S/cm2 and um2, or um3/ms from cm/s
                    channel.gbar.push(unit * insertion.density_in(kind) * tree.area[node]);
                }
            }
            #[allow(clippy::cast_possible_truncation)]
            {
                class.cells.push(global as u32);
                class.first.push((class.nodes() + tree.parent.len()) as u32);
                signalling::add_cell(class, tree.area.iter().sum());
                self.cells.place.push(class.cells.len() as u32 - 1);
                self.cells.first_node.push(self.nodes.parent.len() as u32);
            }
            self.cells.class.push(to_u32(class_index, "classes")?);
            self.cells.threshold.push(population.threshold);
        }
        self.populations.push(PopulationPlan {
            name: population.name.clone(),
            first: to_u32(first, "cells")?,
            count: to_u32(population.cells.len(), "cells")?,
            labels: population
                .cells
                .iter()
                .any(|c| c.label.is_some())
                .then(|| (0..population.cells.len()).map(|i| cell_name(population, i)).collect()),
        });
        // Places need the trees of this population.
        let index = self.populations.len() - 1;
        for cell in 0..population.cells.len() {
            let local = site_of(population, trees, "the spike detector", cell, &population.detector, 0.5)?;
            self.cells.detector.push(self.cells.first_node.at(first + cell) + local);
        }
        debug_assert_eq!(index, self.trees.len());
        Ok(())
    }

    fn class_of(&mut self, population: &Population, membrane: &Membrane, settings: &Settings) -> usize {
        let channels = signalling::class_channels(population, membrane, settings.celsius);
        let found = self.classes.iter().position(|class| signalling::fits(class, &channels, population));
        found.unwrap_or_else(|| {
            let signalling = signalling::class_signalling(population);
            self.classes.push(Class {
                channels,
                cells: Numbers::default(),
                first: [0].into_iter().collect(),
                signalling,
            });
            self.classes.len() - 1
        })
    }

    /// The first cell (over all) of population `index`.
    pub fn first_cell(&self, index: usize) -> u32 {
        self.populations[index].first
    }

    /// The node of one site on a cell of population `index`; `draw` in (0, 1) chooses random sites.
    pub fn site(
        &self,
        network: &Network,
        place: &str,
        index: usize,
        cell: usize,
        site: &Site,
        draw: f64,
    ) -> Result<Place, PlanError> {
        let global = self.first_cell(index) + to_u32(cell, "cells")?;
        let local = site_of(&network.populations[index], &self.trees[index], place, cell, site, draw)?;
        Ok(Place { cell: global, node: self.cells.first_node.at(global as usize) + local })
    }

    /// The compartments of a kind of each shape of population `index`.
    pub fn spreads(&self, network: &Network, index: usize, kind: SectionKind) -> Vec<Spread> {
        let shapes = self.trees[index].iter().zip(&network.populations[index].shapes);
        shapes.map(|(tree, morphology)| Spread::new(tree, morphology, kind)).collect()
    }

    /// As [`CellTable::site`] for a random site of the kind of `spreads`: its node.
    pub fn spread(
        &self,
        network: &Network,
        place: &str,
        index: usize,
        cell: usize,
        spreads: &[Spread],
        draw: f64,
    ) -> Result<u32, PlanError> {
        let spread = &spreads[network.populations[index].cells[cell].shape];
        let local = spread.at(draw).ok_or_else(|| PlanError::Site {
            place: place.to_owned(),
            site: kind_missing(spread.kind),
            cell: cell_name(&network.populations[index], cell),
        })?;
        Ok(self.cells.first_node.at(self.first_cell(index) as usize + cell) + local)
    }

    /// The label of a cell over all populations, or its population and index.
    pub fn cell_name(&self, network: &Network, global: u32) -> String {
        let index = self.populations.iter().position(|p| global >= p.first && global - p.first < p.count).unwrap_or(0);
        cell_name(&network.populations[index], (global - self.populations[index].first) as usize)
    }

    /// Every compartment of a kind on a cell.
    pub fn every(&self, network: &Network, index: usize, cell: usize, kind: SectionKind) -> Vec<Place> {
        let population = &network.populations[index];
        let tree = &self.trees[index][population.cells[cell].shape];
        let morphology = &population.shapes[population.cells[cell].shape];
        #[allow(clippy::cast_possible_truncation)]
        let global = self.first_cell(index) + cell as u32;
        let first = self.cells.first_node.at(global as usize);
        tree.compartments
            .iter()
            .filter(|&&node| kind.selects(morphology.sections[tree.section[node as usize] as usize].kind))
            .map(|&node| Place { cell: global, node: first + node })
            .collect()
    }

    /// The section that holds a node, and where on it the node is, from 0 to 1.
    pub fn on_section(&self, network: &Network, index: usize, place: Place) -> (u32, f64) {
        let cell = (place.cell - self.first_cell(index)) as usize;
        let tree = &self.trees[index][network.populations[index].cells[cell].shape];
        let local = (place.node - self.cells.first_node.at(place.cell as usize)) as usize;
        (tree.section[local], tree.position[local])
    }

    /// Cell and place of a node, for labels: `AVAL` at the soma, `AVAL axon_2(0.5)` elsewhere.
    pub fn label(&self, network: &Network, index: usize, place: Place) -> String {
        let population = &network.populations[index];
        let cell = (place.cell - self.first_cell(index)) as usize;
        let name = cell_name(population, cell);
        let shape = population.cells[cell].shape;
        let (tree, morphology) = (&self.trees[index][shape], &population.shapes[shape]);
        let local = place.node - self.cells.first_node.at(place.cell as usize);
        if local == tree.soma_node(morphology) {
            return name;
        }
        let section: &Section = &morphology.sections[tree.section[local as usize] as usize];
        let position = format!("{:.3}", tree.position[local as usize]);
        format!("{name} {}({})", section.name, position.trim_end_matches('0').trim_end_matches('.'))
    }
}

/// The compartments of a shape that a random site of a kind may be.
pub(crate) struct Spread {
    kind: SectionKind,
    nodes: Vec<u32>,
    /// um2.
    areas: Vec<f64>,
    total: f64,
}

impl Spread {
    fn new(tree: &CellTree, morphology: &Morphology, kind: SectionKind) -> Self {
        let nodes = tree.nodes_of(morphology, kind);
        let areas: Vec<f64> = nodes.iter().map(|&node| tree.area[node as usize]).collect();
        Self { kind, total: areas.iter().sum(), nodes, areas }
    }

    /// The node that `draw`, in (0, 1), chooses, each with a probability proportional to its area.
    fn at(&self, draw: f64) -> Option<u32> {
        let mut left = draw * self.total;
        let chosen = self.areas.iter().position(|area| {
            left -= area;
            left <= 0.0
        });
        chosen.map_or(self.nodes.last(), |chosen| self.nodes.get(chosen)).copied()
    }
}

fn kind_missing(kind: SectionKind) -> String {
    format!("a compartment of kind `{}`", kind.name())
}

/// The node, within the cell, of a site.
fn site_of(
    population: &Population,
    trees: &[CellTree],
    place: &str,
    cell: usize,
    site: &Site,
    draw: f64,
) -> Result<u32, PlanError> {
    let shape = population.cells[cell].shape;
    let (tree, morphology) = (&trees[shape], &population.shapes[shape]);
    let missing = |site: String| PlanError::Site { place: place.to_owned(), site, cell: cell_name(population, cell) };
    match site {
        Site::Soma => Ok(tree.soma_node(morphology)),
        Site::Section { name, position } => {
            let section = morphology.section_named(name).ok_or_else(|| missing(format!("section `{name}`")))?;
            if !(0.0..=1.0).contains(position) {
                return Err(PlanError::Value {
                    what: format!("a position on section `{name}`"),
                    value: *position,
                    expected: "a number from 0 to 1",
                });
            }
            Ok(tree.compartment_at(morphology, section, *position))
        }
        Site::Compartment(index) => {
            tree.compartments.get(*index).copied().ok_or_else(|| missing(format!("compartment {index}")))
        }
        Site::Random(kind) | Site::Every(kind) => {
            Spread::new(tree, morphology, *kind).at(draw).ok_or_else(|| missing(kind_missing(*kind)))
        }
    }
}

pub(super) fn to_u32(n: usize, what: &'static str) -> Result<u32, PlanError> {
    u32::try_from(n).map_err(|_| PlanError::TooLarge { what, limit: u64::from(u32::MAX) })
}

impl Nodes {
    #[allow(clippy::too_many_arguments)]
    fn push(
        &mut self,
        membrane: &Membrane,
        tree: &CellTree,
        node: usize,
        base: usize,
        kind: SectionKind,
        v: f64,
        celsius: f64,
    ) {
        let area = tree.area[node];
        let parent = tree.parent[node];
        #[allow(clippy::cast_possible_truncation)]
        self.parent.push(if parent == morphology::NO_PARENT { NO_PARENT } else { base as u32 + parent });
        self.axial.push(tree.axial[node]);
        self.area.push(area);
        self.capacitance.push(1e-5 * membrane.capacitance_in(kind) * area); // nF, from uF/cm2 and um2
        let (mut leak, mut leak_current) = (0.0, 0.0);
        for insertion in membrane.insertions.iter().filter(|i| i.channel.is_leak()) {
            let g = 1e-2 * insertion.density_in(kind) * area; // uS, from S/cm2 and um2
            leak += g;
            leak_current += g * insertion.channel.reversal.at(celsius).expect("a leak has a reversal potential");
        }
        self.leak.push(leak);
        self.leak_current.push(leak_current);
        self.v_init.push(v);
    }
}
