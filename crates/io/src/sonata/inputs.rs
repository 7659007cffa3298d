//! `inputs`: spikes of virtual nodes, and current clamps.

use huxley_model::network::{CellSelection, CurrentUnit, Network, Site, Stimulus, StimulusKind, Target, Waveform};

use super::cells::source_name;
use super::config::{Config, Item};
use super::findings::{Findings, Tally};
use super::node_sets::{NodeSets, Selected};
use super::nodes::{Nodes, Place};
use super::spikes;

/// What inputs are put into.
pub(super) struct Context<'a> {
    pub(super) sets: &'a NodeSets<'a>,
    pub(super) nodes: &'a [Nodes],
    pub(super) findings: &'a Findings,
}

/// Reads all inputs of a simulation, and warns of virtual nodes that get no spikes.
pub(super) fn read(simulation: &Config, context: &Context<'_>, network: &mut Network) -> Option<()> {
    let mut fine = true;
    let inputs = simulation.get("inputs", context.findings);
    if let Some(inputs) = &inputs {
        for (name, input) in inputs.object()? {
            if input.get("enabled").is_some_and(|enabled| enabled.value == false) {
                continue;
            }
            fine &= one(name, &input, context, network).is_some();
        }
    }
    for sources in &mut network.sources {
        sources.trains.iter_mut().for_each(|train| train.sort_unstable_by(f64::total_cmp));
        if sources.trains.iter().all(Vec::is_empty) && !sources.trains.is_empty() {
            let name = &sources.name;
            context.findings.warn(format!("{}: no input gives the virtual nodes of `{name}` spikes", simulation.file));
        }
    }
    fine.then_some(())
}

fn one(name: &str, input: &Item<'_>, context: &Context<'_>, network: &mut Network) -> Option<()> {
    let kind = input.required("input_type")?;
    let module = input.get("module").and_then(|module| module.value.as_str()).unwrap_or("");
    match kind.text()? {
        "spikes" => match module {
            "h5" | "sonata" | "csv" | "" => spike_file(input, module, context, network),
            other => {
                input.error(format!("spikes of module `{other}` are not supported"), "`h5`, `sonata` and `csv` are")
            }
        },
        "current_clamp" => match module {
            "IClamp" | "" => clamp(name, input, context, network),
            other => input.error(format!("current clamps of module `{other}` are not supported"), "`IClamp` is"),
        },
        other => kind.error(
            format!("inputs of type `{other}` are not supported"),
            "`spikes` and `current_clamp` are; others can be put into a model file that imports this one",
        ),
    }
}

fn spike_file(input: &Item<'_>, module: &str, context: &Context<'_>, network: &mut Network) -> Option<()> {
    let findings = context.findings;
    let selected = match input.get("node_set") {
        Some(set) => context.sets.select(&set),
        None => input.error("`node_set` is missing", "name the virtual nodes that send the spikes"),
    };
    let path = input.required("input_file")?.path()?;
    let mut spikes = spikes::read(&path, module, findings);
    let (selected, spikes) = (selected?, spikes.as_mut()?);
    let file = path.display().to_string();
    let virtual_nodes = |selected: &Selected| {
        let nodes = &context.nodes[selected.population];
        selected.nodes.iter().filter(|&&node| matches!(nodes.places[node as usize], Place::Source(_))).count()
    };
    let with: Vec<&Selected> = selected.iter().filter(|selected| virtual_nodes(selected) > 0).collect();
    if with.is_empty() {
        return input.error("none of its nodes is virtual", "only virtual nodes are given spikes");
    }
    let mut fine = true;
    for selected in &with {
        let nodes = &context.nodes[selected.population];
        let name = nodes.name();
        let found = spikes.iter().position(|spikes| spikes.population == name);
        let alone = with.len() == 1 && spikes.len() == 1;
        let Some(own) = found.or(alone.then_some(0)).map(|index| &spikes[index]) else {
            let known = spikes.iter().map(|spikes| format!("`{}`", spikes.population)).collect::<Vec<_>>().join(", ");
            let message = format!("it has no spikes of population `{name}`");
            let hint =
                if known.is_empty() { "it has none at all".to_owned() } else { format!("it has spikes of {known}") };
            if spikes.is_empty() {
                findings.warn(format!("{file}: {message}"));
            } else {
                fine = false;
                findings.error::<()>(&file, name, message, hint);
            }
            continue;
        };
        if found.is_none() && !own.population.is_empty() {
            findings.warn(format!("{file}: spikes of population `{}` are taken for those of `{name}`", own.population));
        }
        let mut chosen = vec![false; nodes.len()];
        selected.nodes.iter().for_each(|&node| chosen[node as usize] = true);
        let source = source_name(nodes);
        let sources = network.sources.iter_mut().find(|sources| sources.name == source)?;
        let (mut unknown, mut bad) = (Tally::default(), Tally::default());
        for (&id, &time) in own.nodes.iter().zip(&own.times) {
            let node = nodes.find(id);
            let place = node.filter(|&node| chosen[node as usize]).map(|node| nodes.places[node as usize]);
            match (node, place) {
                (None, _) => unknown.add(|| format!("node {id}")),
                (_, Some(Place::Source(_))) if !(time.is_finite() && time >= 0.0) => bad.add(|| format!("{time} ms")),
                (_, Some(Place::Source(index))) => sources.trains[index as usize].push(time),
                _ => {}
            }
        }
        if bad.count() > 0 {
            fine = false;
            let message =
                format!("{} spike times are negative or no numbers (the first: {})", bad.count(), bad.first());
            findings.error::<()>(&file, name, message, "times are in ms from the start of the run");
        }
        if unknown.count() > 0 {
            let (count, first) = (unknown.count(), unknown.first());
            findings
                .warn(format!("{file}: {count} spikes are of nodes that `{name}` does not have (the first: {first})"));
        }
    }
    fine.then_some(())
}

/// Numbers of a list, or one.
fn numbers(input: &Item<'_>, key: &str) -> Option<Vec<f64>> {
    let item = input.required(key)?;
    let all: Vec<Option<f64>> = item.list().iter().map(Item::number).collect();
    all.into_iter().collect()
}

fn clamp(name: &str, input: &Item<'_>, context: &Context<'_>, network: &mut Network) -> Option<()> {
    if let Some(file) = input.get("input_file").or_else(|| input.get("file")) {
        return file.error("currents from files are not supported", "give `amp`, `delay` and `duration`");
    }
    let (amp, delay) = (numbers(input, "amp"), numbers(input, "delay"));
    let duration = numbers(input, "duration");
    let selected = match input.get("node_set") {
        Some(set) => context.sets.select(&set),
        None => input.error("`node_set` is missing", "name the nodes that get the current"),
    };
    let site = site(input);
    let (amp, delay, duration, selected, site) = (amp?, delay?, duration?, selected?, site?);
    let count = amp.len().max(delay.len()).max(duration.len());
    if [&amp, &delay, &duration].iter().any(|list| list.len() != count && list.len() != 1) {
        let message = format!("{} amplitudes, {} delays and {} durations", amp.len(), delay.len(), duration.len());
        return input.error(message, "give one, or as many, of each");
    }
    let at = |list: &[f64], index: usize| list[if list.len() == 1 { 0 } else { index }];
    for index in 0..count {
        let (start, length) = (at(&delay, index), at(&duration, index));
        if start < 0.0 || length < 0.0 {
            return input
                .error(format!("a clamp from {start} ms for {length} ms"), "`delay` and `duration` are 0 or above");
        }
        if length == 0.0 {
            continue;
        }
        for selected in &selected {
            let Some(cells) = cells(selected, context) else { continue };
            let mut own = name.to_owned();
            if count > 1 {
                own = format!("{own}/{index}");
            }
            if selected.population > 0 && network.stimuli.iter().any(|stimulus| stimulus.name == own) {
                own = format!("{own}/{}", context.nodes[selected.population].name());
            }
            network.stimuli.push(Stimulus {
                name: own,
                target: Target {
                    population: context.nodes[selected.population].name().to_owned(),
                    cells,
                    site: site.clone(),
                },
                kind: StimulusKind::Current {
                    waveform: Waveform::step(at(&amp, index), start, start + length),
                    unit: CurrentUnit::Nanoampere,
                },
            });
        }
    }
    Some(())
}

/// The cells among selected nodes; none where none is one.
pub(super) fn cells(selected: &Selected, context: &Context<'_>) -> Option<CellSelection> {
    let nodes = &context.nodes[selected.population];
    let cell = |&node: &u32| match nodes.places[node as usize] {
        Place::Cell(cell) => Some(cell as usize),
        _ => None,
    };
    let cells: Vec<usize> = selected.nodes.iter().filter_map(cell).collect();
    let all = nodes.places.iter().filter(|place| matches!(place, Place::Cell(_))).count();
    match cells.len() {
        0 => None,
        count if count == all => Some(CellSelection::All),
        _ => Some(CellSelection::Indices(cells)),
    }
}

/// Where a clamp is: `section_name`, `section_index`, `section_dist`, the middle of the soma unless said otherwise.
fn site(input: &Item<'_>) -> Option<Site> {
    let position = match input.get("section_dist") {
        Some(item) => {
            let position = item.number()?;
            if !(0.0..=1.0).contains(&position) {
                return item
                    .error(format!("position {position} is not from 0 to 1"), "0 is a section's start, 1 its end");
            }
            position
        }
        None => 0.5,
    };
    let index = match input.get("section_index") {
        Some(item) => match item.value.as_u64() {
            Some(index) => index,
            None => return item.error(format!("`{}` is no index of a section", item.typed()), "give one whole number"),
        },
        None => 0,
    };
    let name = input.get("section_name");
    let word = match &name {
        Some(item) => item.text()?,
        None => "soma",
    };
    // Sections are called by kind and number, counted as NEURON counts them.
    let name = match word {
        "soma" if index == 0 => "soma".to_owned(),
        "soma" => format!("soma_{index}"),
        "axon" => format!("axon_{index}"),
        "dend" => format!("dendrite_{index}"),
        "apic" => format!("apical_{index}"),
        other => {
            return name?.error(format!("`{other}` is no section array"), "write soma, axon, dend or apic");
        }
    };
    Some(if name == "soma" && position == 0.5 { Site::Soma } else { Site::Section { name, position } })
}
