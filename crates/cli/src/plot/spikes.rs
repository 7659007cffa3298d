//! Spikes of the populations, cells and time that were asked for.

use std::collections::BTreeMap;

use huxley_io::picture::{Picture, RasterData, RatesData, raster, rates};
use huxley_io::results::{PopulationSpan, PopulationSpikes, read_spike_file};

use super::args::Settings;
use super::found::{Found, input};
use crate::failure::Failure;

/// Spikes to draw.
pub struct Spikes {
    title: String,
    footnote: String,
    from_ms: f64,
    to_ms: f64,
    populations: Vec<PopulationSpan>,
    spikes: Vec<(f64, u32)>,
}

/// A population with its size.
struct Sized {
    train: PopulationSpikes,
    count: u64,
}

impl Spikes {
    /// Reads them; `None` where there is no file of spikes.
    pub fn read(found: &Found, settings: &Settings) -> Result<Option<Self>, Failure> {
        let Some(path) = &found.spikes else { return Ok(None) };
        let trains = read_spike_file(path).map_err(|error| input(&error))?;
        let sized = sized(trains, found);
        let last = sized.iter().flat_map(|s| &s.train.spikes).map(|spike| spike.0).fold(0.0, f64::max);
        let whole = found.run.as_ref().map_or(last.ceil().max(1.0), |run| run.duration_ms.max(last));
        let (from_ms, to_ms) = (settings.from.unwrap_or(0.0), settings.to.unwrap_or(whole));
        if from_ms >= to_ms {
            return Err(Failure::input(format!(
                "there is nothing after --from {from_ms} ms: `{}` ends at {to_ms} ms",
                found.given
            )));
        }
        check_populations(&sized, settings, found)?;
        let mut own = Self {
            title: found.title.clone(),
            footnote: footnote(found, settings),
            from_ms,
            to_ms,
            populations: Vec::new(),
            spikes: Vec::new(),
        };
        for population in sized.iter().filter(|s| settings.shows(&s.train.name)) {
            own.add(population, settings, found)?;
        }
        if own.populations.iter().all(|population| population.count == 0) && !settings.cells.is_empty() {
            return Err(no_such_cells(settings, &sized));
        }
        Ok(Some(own))
    }

    fn add(&mut self, population: &Sized, settings: &Settings, found: &Found) -> Result<(), Failure> {
        let Sized { train, count } = population;
        let first = self.populations.last().map_or(0, PopulationSpan::end);
        let name = |node: u64| train.labels.get(&node).map(String::as_str);
        let chosen: Option<BTreeMap<u64, u32>> = (!settings.cells.is_empty())
            .then(|| (0..*count).filter(|&node| settings.picks(node, name(node))).zip(0..).collect());
        let size = chosen.as_ref().map_or(*count, |chosen| chosen.len() as u64);
        let (Ok(first), Ok(size)) = (u32::try_from(first), u32::try_from(size)) else {
            return Err(Failure::input(format!("`{}` has neurons with numbers too large to draw", found.given)));
        };
        let place = |node: u64| match &chosen {
            Some(chosen) => chosen.get(&node).copied(),
            None => u32::try_from(node).ok(),
        };
        let within = |time: f64| (self.from_ms..=self.to_ms).contains(&time);
        let spikes = train.spikes.iter().filter(|spike| within(spike.0));
        self.spikes.extend(spikes.filter_map(|&(time, node)| Some((time, first + place(node)?))));
        let label = |node: u64| name(node).map_or_else(|| node.to_string(), str::to_owned);
        let labels = match &chosen {
            Some(chosen) => Some(chosen.keys().map(|&node| label(node)).collect()),
            None => (!train.labels.is_empty()).then(|| (0..*count).map(label).collect()),
        };
        self.populations.push(PopulationSpan { name: train.name.clone(), first, count: size, labels });
        Ok(())
    }

    /// The raster.
    pub fn raster(&self, settings: &Settings) -> Picture {
        let data = RasterData {
            title: self.title.clone(),
            start_ms: self.from_ms,
            duration_ms: self.to_ms - self.from_ms,
            populations: self.populations.clone(),
            spikes: &self.spikes,
            footnote: self.footnote.clone(),
        };
        raster(&data, settings.size)
    }

    /// Rates over time and over neurons.
    pub fn rates(&self, settings: &Settings) -> Picture {
        let data = RatesData {
            title: self.title.clone(),
            start_ms: self.from_ms,
            duration_ms: self.to_ms - self.from_ms,
            bin_ms: settings.bin,
            populations: self.populations.clone(),
            spikes: &self.spikes,
        };
        rates(&data, settings.size)
    }
}

/// What was chosen, and what the run says of itself.
fn footnote(found: &Found, settings: &Settings) -> String {
    let chosen = (!settings.cells.is_empty()).then(|| format!("only cells {}", settings.typed_cells()));
    let note = found.run.as_ref().and_then(|run| run.notes.first().cloned());
    chosen.into_iter().chain(note).collect::<Vec<_>>().join(" \u{b7} ")
}

/// Populations in the order and of the size that the run had; those of a file alone reach to the last neuron that it names.
fn sized(trains: Vec<PopulationSpikes>, found: &Found) -> Vec<Sized> {
    let reach = |train: &PopulationSpikes| {
        let spiked = train.spikes.iter().map(|spike| spike.1.saturating_add(1)).max().unwrap_or(0);
        spiked.max(train.labels.keys().last().map_or(0, |last| last + 1))
    };
    let Some(run) = found.run.as_ref().filter(|run| !run.populations.is_empty()) else {
        return trains.into_iter().map(|train| Sized { count: reach(&train), train }).collect();
    };
    let mut trains = trains;
    let mut all = Vec::new();
    for population in &run.populations {
        // Names of groups have no slash.
        let same = |train: &PopulationSpikes| train.name.replace('/', "-") == population.name.replace('/', "-");
        let mut train = match trains.iter().position(same) {
            Some(at) => trains.swap_remove(at),
            None => PopulationSpikes::default(),
        };
        train.name.clone_from(&population.name);
        all.push(Sized { count: population.neurons.max(reach(&train)), train });
    }
    all.extend(trains.into_iter().map(|train| Sized { count: reach(&train), train }));
    all
}

fn check_populations(sized: &[Sized], settings: &Settings, found: &Found) -> Result<(), Failure> {
    for wanted in &settings.populations {
        if !sized.iter().any(|s| s.train.name == *wanted) {
            let names: Vec<&str> = sized.iter().map(|s| s.train.name.as_str()).collect();
            return Err(Failure::input(format!("`--populations {wanted}`: `{}` has no such population", found.given))
                .hint(format!("it has {}", names.join(", "))));
        }
    }
    Ok(())
}

fn no_such_cells(settings: &Settings, sized: &[Sized]) -> Failure {
    let size = |s: &Sized| format!("{} has {} neurons", s.train.name, s.count);
    Failure::input(format!("no neuron is one of `--cells {}`", settings.typed_cells()))
        .hint(sized.iter().filter(|s| settings.shows(&s.train.name)).take(8).map(size).collect::<Vec<_>>().join(", "))
}
