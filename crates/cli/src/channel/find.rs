//! Channels by their names.

use huxley_harness::channel::density_unit;
use huxley_harness::channel::document::DensityReport;
use huxley_io::model::{Loaded, load_channels};
use huxley_model::channel::Channel;
use huxley_model::morphology::SectionKind;
use huxley_model::network::Insertion;
use huxley_model::preset;

use crate::args::RunArgs;
use crate::failure::Failure;
use crate::models;
use crate::run::prepare::{self, Source};

/// Temperature of curves where nothing tells one, degC.
const ROOM: f64 = 20.0;

/// A channel and where it is.
#[derive(Clone, Debug, PartialEq)]
pub struct Found {
    /// `hh`, or the population; none of channels that nothing has.
    pub group: Option<String>,
    pub channel: Channel,
    /// Where it was found, in words.
    pub origin: String,
    /// Where its numbers are from.
    pub source: Option<String>,
    pub density: Vec<DensityReport>,
    /// Temperature it is run at, degC; none where nothing tells it.
    pub celsius: Option<f64>,
    /// Why the model it is in does not load, where it does not.
    pub broken: Option<String>,
}

impl Found {
    /// `hh.na`.
    pub fn name(&self) -> String {
        match &self.group {
            Some(group) => format!("{group}.{}", self.channel.name),
            None => self.channel.name.to_string(),
        }
    }

    /// The temperature of its curves, and what is to be said of it.
    pub fn temperature(&self) -> (f64, Option<String>) {
        match self.celsius {
            Some(celsius) => (celsius, None),
            None => {
                (ROOM, Some(format!("nothing tells a temperature: curves are at {ROOM} degC; --celsius gives another")))
            }
        }
    }
}

/// All channels of the presets.
pub fn presets() -> Vec<Found> {
    let of = |name: &&str| {
        let preset = preset::find(name)?;
        let found = |insertion: &Insertion| Found {
            group: Some(preset.name.to_owned()),
            channel: insertion.channel.clone(),
            origin: format!("preset {}", preset.name),
            source: Some(preset.source.to_owned()),
            density: densities(insertion),
            celsius: Some(preset.celsius),
            broken: None,
        };
        Some(preset.channels.iter().map(found).collect::<Vec<_>>())
    };
    preset::NAMES.iter().filter_map(of).flatten().collect()
}

/// All channels of a model: those that membranes have, and those of `[channels]` that none has. Of a model that does not load as
/// a whole, those of `[channels]`.
pub fn of_model(model: &str, set: &[String]) -> Result<Vec<Found>, Failure> {
    let source = prepare::source(model)?;
    let args = RunArgs { set: set.to_vec(), ..RunArgs::default() };
    let own = own(&source, &args);
    let mut all = Vec::new();
    let mut broken = None;
    match prepare::load(&source, &args) {
        Ok(Loaded { network, .. }) => {
            for population in &network.populations {
                all.extend(population.membrane.insertions.iter().map(|insertion| Found {
                    group: Some(population.name.clone()),
                    channel: insertion.channel.clone(),
                    origin: format!("model {}, population {}", network.name, population.name),
                    source: None,
                    density: densities(insertion),
                    celsius: Some(network.celsius),
                    broken: None,
                }));
            }
            let celsius = Some(network.celsius);
            let unused = |channel: &Channel| !all.iter().any(|found| found.channel.name == channel.name);
            let unused: Vec<Channel> = own.unwrap_or_default().into_iter().filter(unused).collect();
            all.extend(unused.into_iter().map(|channel| alone(channel, &source, celsius, None)));
        }
        Err(failure) => match own {
            Ok(channels) if !channels.is_empty() => {
                broken.clone_from(&failure.problems().first().map(|problem| problem.message.clone()));
                all.extend(channels.into_iter().map(|channel| alone(channel, &source, None, broken.clone())));
            }
            _ => return Err(failure),
        },
    }
    Ok(all)
}

fn alone(channel: Channel, source: &Source, celsius: Option<f64>, broken: Option<String>) -> Found {
    let origin = match &broken {
        Some(_) => format!("[channels] of {}", source.file),
        None => format!("[channels] of {}, in no membrane", source.file),
    };
    Found { group: None, channel, origin, source: None, density: Vec::new(), celsius, broken }
}

fn own(source: &Source, args: &RunArgs) -> Result<Vec<Channel>, Failure> {
    prepare::read(source, args, |text, file, tables, pairs| load_channels(text, file, tables, pairs))
}

fn densities(insertion: &Insertion) -> Vec<DensityReport> {
    let kind =
        |kind: SectionKind| SectionKind::ALL.iter().find(|(_, own)| *own == kind).map_or("any", |(name, _)| name);
    let one = |&(of, value): &(SectionKind, f64)| DensityReport {
        sections: kind(of).to_owned(),
        value,
        unit: density_unit(&insertion.channel),
    };
    insertion.density.iter().map(one).collect()
}

/// The one channel that `name` means among `all`, of `place`.
pub fn one(name: &str, all: &[Found], place: &str) -> Result<Found, Failure> {
    let full: Vec<&Found> = all.iter().filter(|found| found.name() == name).collect();
    let named: Vec<&Found> =
        if full.is_empty() { all.iter().filter(|found| found.channel.name == name).collect() } else { full };
    let Some(first) = named.first() else {
        let known: Vec<String> = all.iter().map(Found::name).collect();
        let near = models::near(name, &known.iter().map(String::as_str).collect::<Vec<_>>()).map(str::to_owned);
        let failure = Failure::input(format!("there is no channel `{name}` {place}"));
        let hint = match near {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("there are {}", names(all)),
        };
        return Err(failure.hint(hint));
    };
    if named.iter().any(|found| found.channel != first.channel) {
        let failure = Failure::input(format!("`{name}` means several channels {place}"));
        let list: Vec<String> = named.iter().map(|found| found.name()).collect();
        return Err(failure.hint(format!("say which: {}", list.join(", "))));
    }
    let mut found = (*first).clone();
    if named.len() > 1 {
        let others: Vec<String> = named.iter().map(|found| found.group.clone().unwrap_or_default()).collect();
        found.origin = format!("{}; the same in {}", found.origin, others[1..].join(", "));
    }
    Ok(found)
}

/// The names of all.
fn names(all: &[Found]) -> String {
    let mut names: Vec<String> = all.iter().map(Found::name).collect();
    names.dedup();
    names.join(", ")
}
