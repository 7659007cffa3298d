//! What LEMS adds to a network: which is run, for how long, and what is recorded.

use std::collections::HashMap;

use huxley_model::network::{CellSelection, Population, Probe, RunDefaults, Site, Target, Tick, Variable};

use super::element::Element;
use super::library::Library;
use super::network::{Builder, Members, path};
use super::sections::Names;
use super::units::Unit;

/// The network to run and the simulation that says so, where one does.
pub(super) fn target(library: &Library) -> Option<(&Element, Option<&Element>)> {
    let report = &library.report;
    let simulations: Vec<&Element> = library.components().filter(|component| component.tag == "Simulation").collect();
    let named = library.components().find(|component| component.tag == "Target");
    let simulation = match named {
        Some(target) => {
            let id = report.required(target, "component")?;
            let found = library.component(id);
            match found {
                Some(found) if found.tag == "Simulation" => Some(found),
                Some(found) if found.tag == "network" => return Some((found, None)),
                Some(found) => {
                    let hint = "name a <Simulation>";
                    return report.error(target, format!("`{id}` is a <{}>", found.tag), hint);
                }
                None => return report.error(target, format!("there is no component `{id}`"), "name a <Simulation>"),
            }
        }
        None => match simulations[..] {
            [] => None,
            [one] => Some(one),
            [_, second, ..] => {
                return report.error(
                    second,
                    "there are several simulations",
                    "say which with <Target component=\"...\"/>",
                );
            }
        },
    };
    if let Some(simulation) = simulation {
        let network = library.referred(simulation, "target", &["network"], "network")?;
        return Some((network, Some(simulation)));
    }
    let networks: Vec<&Element> = library.components().filter(|component| component.tag == "network").collect();
    match networks[..] {
        [one] => Some((one, None)),
        [_, second, ..] => {
            let hint = "say which to run in a LEMS file: <Simulation id=\"...\" length=\"1 s\" step=\"0.025 ms\" target=\"...\"/>";
            report.error(second, "there are several networks", hint)
        }
        [] => None,
    }
}

/// Length, substep and seed of a simulation.
pub(super) fn run(library: &Library, at: Option<&Element>) -> Option<RunDefaults> {
    let Some(at) = at else { return Some(RunDefaults::default()) };
    let report = &library.report;
    report.known(at, &["length", "step", "target", "seed"]);
    let duration = report.positive(at, "length", Unit::Time);
    let step = report.positive(at, "step", Unit::Time);
    let seed = report.whole_or(at, "seed", RunDefaults::default().seed);
    let step = step?;
    // Ticks divide a millisecond, so that the substep must too.
    let parts = 1.0 / step;
    let whole = (parts - 1e-9 * parts).ceil().max(1.0);
    let dt = 1.0 / whole;
    if (parts - whole).abs() > 1e-9 * parts {
        report.warn_at(at, format!("a step of {step} ms does not divide a millisecond: {dt} ms is taken"));
    }
    Some(RunDefaults { duration: duration?, dt, seed: seed?, ..RunDefaults::default() })
}

/// The resolution of what passes between cells: the substep where anything does, as in LEMS. (Gap junctions on thin branches need
/// no less: the plan's own rule goes by the whole cell's capacitance.)
pub(super) fn tick(dt: f64, passes: bool) -> Tick {
    if passes && dt < 1.0 { Tick::Fixed(dt) } else { Tick::OneMillisecond }
}

/// The probes that a simulation's output files ask for.
pub(super) fn probes(builder: &mut Builder<'_>, at: &Element) {
    let mut found: Vec<Recording> = Vec::new();
    let mut index: HashMap<(String, String, usize, String), usize> = HashMap::new();
    let report = &builder.library.report;
    for child in &at.children {
        match child.tag.as_str() {
            "OutputFile" => {}
            // Spikes of all cells are always written, and pictures of what is recorded drawn.
            "Display" | "EventOutputFile" | "notes" | "annotation" | "Meta" => continue,
            tag => {
                report.warn_at(child, format!("<{tag}> of a simulation is not read"));
                continue;
            }
        }
        for column in child.all("OutputColumn") {
            let Some(quantity) = report.required(column, "quantity") else { continue };
            let (population, cell, compartment, variable) = match recorded(builder, quantity) {
                Ok(found) => found,
                Err(reason) => {
                    report.warn_at(column, format!("`{quantity}` is not recorded: {reason}"));
                    continue;
                }
            };
            let word = match &variable {
                Variable::Gate { channel, gate } => format!("{channel}_{gate}"),
                _ => "v".to_owned(),
            };
            let key = (child.id().to_owned(), population.clone(), compartment, word.clone());
            let at = *index.entry(key).or_insert_with(|| {
                let file = if child.id().is_empty() { "output" } else { child.id() }.to_owned();
                let site = Site::Compartment(compartment);
                let target = Target { population, cells: CellSelection::All, site };
                found.push(Recording { file, word, target, variable, columns: Vec::new(), cells: Vec::new() });
                found.len() - 1
            });
            found[at].columns.push(column.id().to_owned());
            found[at].cells.push(cell);
        }
    }
    let mut names = Names::default();
    let interval = builder.network.run.dt;
    let probe = |recording: Recording| {
        let word = match &recording.columns[..] {
            [one] if !one.is_empty() => one,
            _ => &recording.word,
        };
        let name = names.unique(format!("{}_{word}", recording.file));
        let target = Target { cells: CellSelection::Indices(recording.cells), ..recording.target };
        Probe { name, target, variable: recording.variable, interval }
    };
    builder.network.probes = found.into_iter().map(probe).collect();
}

/// Columns of an output file that differ in their cells alone.
struct Recording {
    file: String,
    word: String,
    target: Target,
    variable: Variable,
    columns: Vec<String>,
    cells: Vec<usize>,
}

/// What a path names: population, cell, compartment, and what of it.
fn recorded(builder: &Builder<'_>, quantity: &str) -> Result<(String, usize, usize, Variable), String> {
    let wrong = || "it names no variable of a cell (`pop[0]/v`)".to_owned();
    let (name, id) =
        path(quantity.split_once(']').map_or(quantity, |(head, _)| &quantity[..head.len() + 1])).ok_or_else(wrong)?;
    let (name, group) = builder.groups.get_key_value(name).ok_or_else(|| format!("there is no population `{name}`"))?;
    let Members::Cells(index, model) = &group.members else { return Err(format!("`{name}` has no variables")) };
    let cell = group.index(id).ok_or_else(|| format!("`{name}` has no cell {id}"))?;
    let mut parts: Vec<&str> = quantity.trim_start_matches("../").split('/').skip(1).collect();
    if !quantity.contains('[') {
        // `pop/3/component/...`: the number, and the component's name where it is given.
        parts.remove(0);
    }
    if parts.first() == Some(&group.component.as_str()) {
        parts.remove(0);
    }
    let segment = parts.first().and_then(|part| part.parse::<i64>().ok());
    if segment.is_some() {
        parts.remove(0);
    }
    let compartment = model.compartment(segment, 0.5).ok_or_else(|| "there is no such segment".to_owned())?;
    let population: &Population = &builder.network.populations[*index];
    let variable = match parts[..] {
        ["v"] => Variable::Potential,
        [.., density, kind, gate, "q"] => {
            let insertion = model.densities.get(density).filter(|(own, _)| own == kind);
            let (_, insertion) = insertion.ok_or_else(|| format!("there is no density `{density}` of `{kind}`"))?;
            let channel = &population.membrane.insertions[*insertion].channel;
            let found = channel.gates.iter().find(|own| own.name == gate);
            let found = found.ok_or_else(|| format!("the channel `{kind}` has no gate `{gate}`"))?;
            if !found.has_state() {
                return Err("the gate has no state of its own".to_owned());
            }
            Variable::Gate { channel: channel.name.to_string(), gate: gate.to_owned() }
        }
        _ => return Err("recorded are potentials (`v`) and gates (`.../DENSITY/CHANNEL/GATE/q`)".to_owned()),
    };
    Ok((name.clone(), cell, compartment, variable))
}
