//! From a described network to flat arrays.

mod cells;
mod clocked;
mod cuts;
mod drive;
mod gaps;
mod groups;
mod heavy;
mod pairs;
mod place;
mod probes;
mod receptors;
mod regions;
mod signalling;
mod synapses;
mod time;
mod wiring;

use huxley_model::network::{CellSelection, Network, Site, Target};
use huxley_model::random::{Random, Stream};

use crate::error::PlanError;
use crate::plan::Plan;
use crate::workers::{Alone, Workers};

pub(crate) use cells::CellTable;
pub use signalling::initial_calcium;
pub(crate) use synapses::partitions;

/// Lowers a network.
///
/// # Errors
/// Whatever is inconsistent: sizes, names, times, places; see [`PlanError`].
pub fn lower(network: &Network) -> Result<Plan, PlanError> {
    lower_with(network, &Alone)
}

/// Lowers a network with the help of `workers`; how many there are does not change a bit of the plan.
///
/// # Errors
/// As [`lower`].
pub fn lower_with(network: &Network, workers: &dyn Workers) -> Result<Plan, PlanError> {
    let settings = time::settings(network)?;
    let table = cells::lower(network, &settings)?;
    let mut warnings = Vec::new();
    let drive = drive::lower(network, &settings, &table)?;
    let gaps = gaps::gap_junctions(network, &table, &mut warnings)?;
    let settings = time::with_coupling(settings, network, &table, &gaps, &mut warnings)?;
    let mut synapses = synapses::lower(network, &settings, &table, &drive.feeds, workers, &mut warnings)?;
    let regions = regions::lower(network, &settings, &table)?;
    let sources = table.cells.len() + drive.generators.len();
    let probes = probes::lower(network, &settings, &table, &mut synapses, sources)?;
    Ok(Plan {
        name: network.name.clone(),
        settings,
        populations: table.populations,
        cells: table.cells,
        nodes: table.nodes,
        classes: table.classes,
        receptors: synapses.receptors,
        slots: synapses.slots,
        events: synapses.events,
        clocked: synapses.clocked,
        activity: synapses.activity,
        regions: regions.regions,
        region: regions.region,
        rewards: regions.rewards,
        gaps,
        generators: drive.generators,
        injections: drive.injections,
        probes,
        warnings,
    })
}

/// The index of the population called `name`.
fn population(network: &Network, place: &str, name: &str) -> Result<usize, PlanError> {
    network.populations.iter().position(|p| p.name == name).ok_or_else(|| PlanError::Unknown {
        place: place.to_owned(),
        kind: "population",
        name: name.to_owned(),
        known: network.populations.iter().map(|p| p.name.clone()).collect(),
    })
}

/// That a synapse kind exists.
fn check_synapse(network: &Network, place: &str, synapse: usize) -> Result<(), PlanError> {
    if synapse < network.synapses.len() {
        return Ok(());
    }
    Err(PlanError::Unknown {
        place: place.to_owned(),
        kind: "synapse",
        name: synapse.to_string(),
        known: network.synapses.iter().map(|s| s.name.clone()).collect(),
    })
}

/// Cell indices of a selection, within its population.
fn select_cells(
    network: &Network,
    place: &str,
    population: usize,
    selection: &CellSelection,
) -> Result<Vec<usize>, PlanError> {
    let population = &network.populations[population];
    let count = population.cells.len();
    let check = |index: usize| {
        if index < count {
            Ok(index)
        } else {
            Err(PlanError::CellIndex { place: place.to_owned(), index, population: population.name.clone(), count })
        }
    };
    match selection {
        CellSelection::All => Ok((0..count).collect()),
        CellSelection::Indices(indices) => indices.iter().map(|&i| check(i)).collect(),
        CellSelection::Range { first, end, step } => {
            let end = end.unwrap_or(count);
            if end > 0 {
                check(end - 1)?;
            }
            Ok((*first..end).step_by((*step).max(1)).collect())
        }
        CellSelection::Labels(labels) => labels
            .iter()
            .map(|label| {
                population.cells.iter().position(|c| c.label.as_deref() == Some(label)).ok_or_else(|| {
                    PlanError::Unknown {
                        place: place.to_owned(),
                        kind: "cell",
                        name: label.clone(),
                        known: near(label, population.cells.iter().filter_map(|c| c.label.as_deref())),
                    }
                })
            })
            .collect(),
    }
}

/// The few known names that start as `name` does.
fn near<'a>(name: &str, known: impl Iterator<Item = &'a str>) -> Vec<String> {
    let head = name.get(..name.len().min(2)).unwrap_or("").to_lowercase();
    known.filter(|k| k.to_lowercase().starts_with(&head)).take(8).map(str::to_owned).collect()
}

/// A node of a target, with the cell it belongs to (over all cells).
#[derive(Clone, Copy, Debug)]
pub(crate) struct Place {
    pub cell: u32,
    pub node: u32,
}

/// Every node a target names, by cell and then in order of compartments.
fn places(network: &Network, table: &CellTable, place: &str, target: &Target) -> Result<Vec<Place>, PlanError> {
    let index = population(network, place, &target.population)?;
    let cells = select_cells(network, place, index, &target.cells)?;
    let random = Random::new(network.run.seed, Stream::Site);
    let mut places = Vec::with_capacity(cells.len());
    for (k, cell) in cells.into_iter().enumerate() {
        if let Site::Every(kind) = target.site {
            places.extend(table.every(network, index, cell, kind));
        } else {
            // Draws of targets are told from those of projections by the tick's highest bit.
            let draw = random.uniform(1 << 31, k as u64);
            places.push(table.site(network, place, index, cell, &target.site, draw)?);
        }
    }
    Ok(places)
}
