//! NeuroML 2: cells, channels, synapses, inputs and networks, and the simulations of LEMS that run them.
//!
//! [`read`] reads a `.nml` file with a network, or a LEMS file (`.xml`) with a `Simulation`, and the files they include. What a
//! network does not use is not read. Every error found is reported at once, with file, line and element, and so is what huxley
//! does not simulate: nothing is left out in silence. `docs/neuroml.md` has what is read and how it maps.
//!
//! Formats: Cannon et al. 2014, Front. Neuroinform. 8:79 (LEMS and NeuroML 2); definitions of the core types, NeuroML 2.3.1.

mod cell;
mod channel;
mod connections;
mod element;
mod formula;
mod input;
mod inputs;
mod lems;
mod library;
mod network;
mod rates;
mod report;
mod sections;
mod segments;
mod synapse;
mod units;

use std::path::Path;

use huxley_model::network::{Network, StimulusKind};

use crate::import::Imported;
use crate::model::{ModelErrors, distinguish_channels};
use library::Library;
pub use library::ReadFile;

/// Reads the network that the NeuroML or LEMS file at `path` describes; `seed`, where given, replaces the simulation's.
///
/// # Errors
/// When a file cannot be read, is not NeuroML, or uses what huxley does not simulate; every error found is in it.
pub fn read(path: &Path, seed: Option<u64>) -> Result<Imported, ModelErrors> {
    read_with(path, seed, &library::read_file)
}

/// The same, with files from `files`, which is given paths relative to where `path` is relative to.
///
/// # Errors
/// As for [`read`].
pub fn read_with(path: &Path, seed: Option<u64>, files: &ReadFile<'_>) -> Result<Imported, ModelErrors> {
    let mut library = Library::read(path, files);
    if library.report.failed() {
        return Err(library.report.take_errors());
    }
    let Some(network) = build(&mut library, path, seed) else {
        return Err(library.report.take_errors());
    };
    if library.report.failed() {
        return Err(library.report.take_errors());
    }
    Ok(Imported { network, warnings: library.report.warnings() })
}

fn build(library: &mut Library, path: &Path, seed: Option<u64>) -> Option<Network> {
    let Some((at, _)) = lems::target(library) else {
        if !library.report.failed() {
            without_network(library);
        }
        return None;
    };
    if at.get("temperature").is_some() {
        let celsius = library.report.quantity(at, "temperature", units::Unit::Temperature)?;
        library.celsius = Some(celsius);
    }
    let library = &*library;
    let (at, simulation) = lems::target(library)?;
    let mut run = lems::run(library, simulation)?;
    run.seed = seed.unwrap_or(run.seed);
    let stem = path.file_stem().map_or_else(|| "neuroml".to_owned(), |stem| stem.to_string_lossy().into_owned());
    let described = Network {
        name: stem.strip_prefix("LEMS_").unwrap_or(&stem).to_owned(),
        title: format!("the network `{}` of NeuroML", at.id()),
        // Where no temperature is given nothing depends on it; this is NEURON's.
        celsius: library.celsius.unwrap_or(6.3),
        run,
        ..Network::default()
    };
    let mut builder = network::Builder::new(library, described);
    builder.read(at);
    distinguish_channels(&mut builder.network.populations);
    if let Some(simulation) = simulation {
        lems::probes(&mut builder, simulation);
    }
    let mut network = builder.network;
    network.synapses = builder.synapses.kinds;
    let spikes = |kind: &StimulusKind| matches!(kind, StimulusKind::Poisson { .. } | StimulusKind::SpikeTrain { .. });
    let driven = network.stimuli.iter().any(|stimulus| spikes(&stimulus.kind));
    let any = driven || !network.projections.is_empty() || !network.gap_junctions.is_empty();
    network.run.tick = lems::tick(network.run.dt, any);
    if network.populations.iter().all(|population| population.cells.is_empty()) && !library.report.failed() {
        return library.report.error(at, "no population of the network has cells", "add a population of a <cell>");
    }
    Some(network)
}

/// Reports what there is in files without a network, and all that is wrong with it.
fn without_network(library: &Library) {
    let cells = cell::Cells::new(library);
    let mut synapses = synapse::Synapses::default();
    let mut parts = Vec::new();
    let mut count = |what: &str, tags: &[&str]| {
        let found = library.components().filter(|component| tags.contains(&component.tag.as_str())).count();
        if found > 0 {
            parts.push(format!("{found} {what}"));
        }
    };
    count("cells", &cell::CELLS);
    count("channels", &channel::CHANNELS);
    count("inputs", &input::INPUTS);
    for component in library.components() {
        let tag = component.tag.as_str();
        if cell::CELLS.contains(&tag) {
            cells.cell(component);
        } else if channel::CHANNELS.contains(&tag) {
            cells.channel_of(component);
        } else if tag.ends_with("Synapse") {
            synapses.read(library, component, 0);
        } else if input::INPUTS.contains(&tag) {
            input::read(library, &mut synapses, component, 1.0);
        }
    }
    let read = synapses.kinds.len();
    if read > 0 {
        parts.push(format!("{read} synapses"));
    }
    let held = if parts.is_empty() { "none of what is read".to_owned() } else { parts.join(", ") };
    library.report.error_in_file(
        0,
        element::XmlProblem {
            line: None,
            message: format!("there is no network to run (found {held})"),
            hint: Some(
                "add <network id=\"...\"><population id=\"...\" component=\"CELL\" size=\"1\"/></network>".to_owned(),
            ),
        },
    );
}
