//! Places: which population, which of its cells, where on each.

use std::cell::OnceCell;
use std::collections::HashMap;

use huxley_model::morphology::SectionKind;
use huxley_model::network::{
    CellSelection, Distribution, Population, RunDefaults, Site, SynapseKind, SynapseModel, Target, Tick,
};

use super::context::Context;
use super::quantity::Dimension;
use super::reader::{Bound, Fields, Node};
use crate::connectome::ids::{IdMap, canonical, unpadded};
use crate::tables::Cell;

/// The most cells a population may have.
pub(crate) const MOST_CELLS: usize = 20_000_000;

/// What projections, stimuli and probes refer to.
pub(crate) struct Scope<'a> {
    pub(crate) populations: &'a [Population],
    pub(crate) synapses: &'a [SynapseKind],
    /// Length of a tick that is given, ms.
    pub(crate) tick: Option<f64>,
    /// Substep, ms.
    pub(crate) dt: Option<f64>,
    labels: Vec<HashMap<&'a str, usize>>,
    /// The same for labels that are whole numbers, made when first wanted.
    numbers: Vec<OnceCell<IdMap>>,
    /// Labels without padding zeros; none where two are alike.
    loose: Vec<OnceCell<HashMap<String, Option<usize>>>>,
}

/// Cells that were found only by leaving out padding zeros of names.
#[derive(Default)]
pub(crate) struct Loose {
    count: usize,
    example: Option<(String, String)>,
}

impl Loose {
    /// Says how many there were.
    pub(crate) fn warn(&self, context: &Context<'_>, table: &str) {
        if let Some((written, label)) = &self.example {
            context.warn(format!(
                "`{table}`: {} names of cells are padded with zeros that the labels do not have, or the other way round, and were \
                 taken for the same (`{written}` for `{label}`)",
                self.count
            ));
        }
    }
}

impl<'a> Scope<'a> {
    pub(crate) fn new(populations: &'a [Population], synapses: &'a [SynapseKind], run: Option<&RunDefaults>) -> Self {
        let index = |population: &'a Population| {
            let named = population.cells.iter().enumerate();
            named.filter_map(|(index, cell)| Some((cell.label.as_deref()?, index))).collect()
        };
        let tick = run.and_then(|run| match run.tick {
            Tick::Auto => None,
            Tick::OneMillisecond => Some(1.0),
            Tick::Fixed(tick) => Some(tick),
        });
        let labels = populations.iter().map(index).collect();
        let (numbers, loose) = (vec![OnceCell::new(); populations.len()], vec![OnceCell::new(); populations.len()]);
        Self { populations, synapses, tick, dt: run.map(|run| run.dt), labels, numbers, loose }
    }

    /// The population that the value names.
    pub(crate) fn population(&self, node: &Node<'_>) -> Option<usize> {
        let name = node.text()?;
        self.populations
            .iter()
            .position(|population| population.name == name)
            .or_else(|| node.unknown_name(name, "a population", self.populations.iter().map(|p| p.name.as_str())))
    }

    /// The kind of synapse that the value names.
    pub(crate) fn synapse(&self, node: &Node<'_>) -> Option<usize> {
        let name = node.text()?;
        self.synapses
            .iter()
            .position(|synapse| synapse.name == name)
            .or_else(|| node.unknown_name(name, "a kind of synapse", self.synapses.iter().map(|s| s.name.as_str())))
    }

    /// The cell called `text` (its label, or its index where cells have none), or why there is none and what is near.
    pub(crate) fn cell(&self, population: usize, text: &str) -> Result<usize, (String, String)> {
        let labels = &self.labels[population];
        if let Some(&cell) = labels.get(text) {
            return Ok(cell);
        }
        let Population { name, cells, .. } = &self.populations[population];
        if labels.is_empty() {
            return match text.parse::<usize>() {
                Ok(cell) if cell < cells.len() => Ok(cell),
                Ok(_) => Err((
                    format!("there is no cell {text} in population `{name}`"),
                    format!("its cells are 0 to {}", cells.len().saturating_sub(1)),
                )),
                Err(_) => Err((
                    format!("there is no cell `{text}` in population `{name}`"),
                    "its cells have no labels: give an index".to_owned(),
                )),
            };
        }
        let mut known: Vec<&str> = labels.keys().copied().collect();
        known.sort_unstable();
        Err((format!("there is no cell `{text}` in population `{name}`"), super::reader::known_hint(text, known)))
    }

    /// The cell that a value of a table names, as [`Scope::cell`]; names padded with zeros find the one label they can mean.
    pub(crate) fn named(
        &self,
        population: usize,
        value: Cell<'_>,
        loose: &mut Loose,
    ) -> Result<usize, (String, String)> {
        let number = match value {
            Cell::Integer(number) => Some(number),
            Cell::Text(text) => canonical(text.trim()),
            #[allow(clippy::cast_possible_truncation)]
            Cell::Number(number) if number.fract() == 0.0 && number.abs() <= 9_007_199_254_740_992.0 => {
                Some(number as i64)
            }
            Cell::Number(number) => {
                return Err((
                    format!("the name of a cell is the floating point number {number}, which is not exact"),
                    "write such columns as whole numbers or as text".to_owned(),
                ));
            }
            Cell::Boolean(_) | Cell::Missing => None,
        };
        if let Some(number) = number {
            if let Some(cell) = self.numbers(population).get(number) {
                return Ok(cell as usize);
            }
            if self.labels[population].is_empty()
                && let Ok(cell) = usize::try_from(number)
                && cell < self.populations[population].cells.len()
            {
                return Ok(cell);
            }
        }
        let text = value.text();
        let missing = match self.cell(population, &text) {
            Ok(cell) => return Ok(cell),
            Err(missing) => missing,
        };
        let bare = unpadded(&text);
        match self.loose(population).get(&bare) {
            Some(Some(cell)) => {
                loose.count += 1;
                if loose.example.is_none() {
                    let label = self.populations[population].cells[*cell].label.clone().unwrap_or_default();
                    loose.example = Some((text.into_owned(), label));
                }
                Ok(*cell)
            }
            _ => Err(missing),
        }
    }

    fn numbers(&self, population: usize) -> &IdMap {
        self.numbers[population].get_or_init(|| {
            let mut numbers = IdMap::default();
            for (label, &cell) in &self.labels[population] {
                if let Some(number) = canonical(label) {
                    numbers.insert(number, cell as u32);
                }
            }
            numbers
        })
    }

    fn loose(&self, population: usize) -> &HashMap<String, Option<usize>> {
        self.loose[population].get_or_init(|| {
            let mut bare: HashMap<String, Option<usize>> = HashMap::new();
            for (label, &cell) in &self.labels[population] {
                bare.entry(unpadded(label)).and_modify(|known| *known = None).or_insert(Some(cell));
            }
            bare
        })
    }

    /// A weight of the given kind of synapse: a conductance, or a factor where it is kinetic.
    pub(crate) fn weight(&self, node: &Node<'_>, synapse: usize) -> Option<Distribution> {
        match self.synapses[synapse].model {
            SynapseModel::Kinetic { .. } => node.number_distribution(Bound::NotNegative),
            _ => node.distribution(Dimension::Conductance, Bound::NotNegative),
        }
    }

    /// A population's name, or a table of `population` and `cells`.
    pub(crate) fn cells_of(&self, node: &Node<'_>) -> Option<(String, CellSelection)> {
        if !node.is_table() {
            let population = self.population(node)?;
            return Some((self.populations[population].name.clone(), CellSelection::All));
        }
        let fields = node.fields()?;
        let population = fields.required("population").and_then(|node| self.population(&node));
        let cells = fields.optional("cells");
        fields.finish();
        let population = population?;
        let cells = cells.map_or(Some(CellSelection::All), |node| self.selection(&node, population));
        Some((self.populations[population].name.clone(), cells?))
    }

    /// Population, cells and site of a stimulus or probe.
    pub(crate) fn target(&self, fields: &Fields<'_>) -> Option<Target> {
        let population = fields.required("population").and_then(|node| self.population(&node));
        let cells_node = fields.optional("cells");
        let site_node = fields.optional("site");
        let site = site_node.as_ref().map_or(Some(Site::Soma), site);
        let population = population?;
        let cells = match &cells_node {
            Some(node) => self.selection(node, population),
            None => Some(CellSelection::All),
        };
        let (cells, site) = (cells?, site?);
        if let Some(node) = &site_node {
            check_site(node, &site, &self.populations[population], Some((&cells, &self.labels[population])))?;
        }
        Some(Target { population: self.populations[population].name.clone(), cells, site })
    }

    /// `"all"`, a label, an index, a list of either, or `{ first = 0, end = 100, step = 10 }`.
    fn selection(&self, node: &Node<'_>, population: usize) -> Option<CellSelection> {
        let size = self.populations[population].cells.len();
        if node.as_text() == Some("all") {
            return Some(CellSelection::All);
        }
        if node.is_table() {
            let fields = node.fields()?;
            let first = fields.or("first", 0, |node| node.count(0, size.saturating_sub(1)));
            // Beyond the last cell is no error, so that a size can be changed alone.
            let end = fields.or("end", None, |node| node.count(0, usize::MAX >> 1).map(|end| Some(end.min(size))));
            let step = fields.or("step", 1, |node| node.count(1, usize::MAX >> 1));
            fields.finish();
            return Some(CellSelection::Range { first: first?, end: end?, step: step? });
        }
        let list = node.as_list().unwrap_or_else(|| vec![node.clone()]);
        if list.is_empty() {
            return node.error("no cells are selected", "write \"all\", or leave `cells` out");
        }
        if list.iter().all(|node| node.as_text().is_some()) {
            let labels: Vec<Option<String>> = list
                .iter()
                .map(|node| {
                    let text = node.as_text()?;
                    match self.cell(population, text) {
                        Ok(_) => Some(text.to_owned()),
                        Err((message, hint)) => node.error(message, hint),
                    }
                })
                .collect();
            let labels = labels.into_iter().collect::<Option<Vec<_>>>()?;
            if self.labels[population].is_empty() {
                return Some(CellSelection::Indices(labels.iter().filter_map(|text| text.parse().ok()).collect()));
            }
            return Some(CellSelection::Labels(labels));
        }
        let indices: Vec<Option<usize>> = list.iter().map(|node| node.count(0, size.saturating_sub(1))).collect();
        Some(CellSelection::Indices(indices.into_iter().collect::<Option<Vec<_>>>()?))
    }
}

/// `"soma"`, `"dend(0.5)"`, or a table with `section` and `position`, `compartment`, `random` or `every`.
pub(crate) fn site(node: &Node<'_>) -> Option<Site> {
    const FORMS: &str = "write \"soma\", \"dend(0.5)\", { section = \"dend\", position = 0.5 }, { compartment = 3 }, { random = \"dendrite\" } or { every = \"any\" }";
    if let Some(text) = node.as_text() {
        if text == "soma" {
            return Some(Site::Soma);
        }
        let parts = text.strip_suffix(')').and_then(|text| text.rsplit_once('('));
        let parsed = parts.and_then(|(name, position)| Some((name.trim(), position.trim().parse::<f64>().ok()?)));
        return match parsed {
            Some((name, position)) if (0.0..=1.0).contains(&position) => {
                Some(Site::Section { name: name.to_owned(), position })
            }
            Some((_, position)) => node.error(format!("position {position} is not between 0 and 1"), FORMS),
            None => node.error(format!("`{text}` is not a site"), FORMS),
        };
    }
    let fields = node.fields()?;
    let site = if let Some(name) = fields.optional("section") {
        let position = fields.or("position", 0.5, |node| node.number(Bound::Within(0.0, 1.0)));
        name.text().zip(position).map(|(name, position)| Site::Section { name: name.to_owned(), position })
    } else if let Some(node) = fields.optional("compartment") {
        node.count(0, u32::MAX as usize).map(Site::Compartment)
    } else if let Some(node) = fields.optional("random") {
        node.choice(&SectionKind::ALL).map(Site::Random)
    } else if let Some(node) = fields.optional("every") {
        node.choice(&SectionKind::ALL).map(Site::Every)
    } else {
        node.error("no place is given", FORMS)
    };
    fields.finish();
    site
}

/// Checks that the cells have what a site names; `cells` is a selection with the labels it may use, or all cells.
pub(crate) fn check_site(
    node: &Node<'_>,
    site: &Site,
    population: &Population,
    cells: Option<(&CellSelection, &HashMap<&str, usize>)>,
) -> Option<()> {
    let of = |cell: usize| population.cells[cell].shape;
    let mut shapes: Vec<usize> = match cells {
        Some((CellSelection::Indices(indices), _)) => indices.iter().map(|&cell| of(cell)).collect(),
        Some((CellSelection::Labels(labels), index)) => {
            labels.iter().filter_map(|label| index.get(label.as_str())).map(|&cell| of(cell)).collect()
        }
        Some((&CellSelection::Range { first, end, step }, _)) => {
            (first..end.unwrap_or(population.cells.len())).step_by(step).map(of).collect()
        }
        Some((CellSelection::All, _)) | None => (0..population.shapes.len()).collect(),
    };
    shapes.sort_unstable();
    shapes.dedup();
    for shape in shapes {
        let sections = &population.shapes[shape].sections;
        match site {
            Site::Section { name, .. } if !sections.iter().any(|section| &section.name == name) => {
                let known = sections.iter().map(|section| section.name.as_str());
                return node.unknown_name(name, &format!("a section of the cells of `{}`", population.name), known);
            }
            Site::Random(kind) | Site::Every(kind) if !sections.iter().any(|section| kind.selects(section.kind)) => {
                return node.error(
                    format!("a cell of population `{}` has no section of kind `{}`", population.name, kind.name()),
                    "choose a kind that every cell has, or \"any\"",
                );
            }
            _ => {}
        }
    }
    Some(())
}
