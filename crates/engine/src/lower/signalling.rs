//! Signalling of populations: which channels it concerns, and what is wrong with it.

use huxley_model::channel::Channel;
use huxley_model::network::{Insertion, Membrane, Population};
use huxley_model::signalling::{Messenger, calcium_per_current};

use crate::column::Column;
use crate::error::PlanError;
use crate::plan::{Class, ClassChannel, ClassSignalling, Plan};

/// That a population's channels have the calcium they read, and that its signalling names channels and has usable
/// constants.
pub(super) fn check(population: &Population, membrane: &Membrane) -> Result<(), PlanError> {
    let insertions = &membrane.insertions;
    let Some(signalling) = &population.signalling else {
        return match insertions.iter().find(|i| i.channel.reads_calcium()) {
            Some(insertion) => Err(PlanError::NoCalcium {
                channel: insertion.channel.name.to_string(),
                population: population.name.clone(),
            }),
            None => Ok(()),
        };
    };
    for (name, value, may_be_zero) in signalling.constants.constants() {
        if !(value.is_finite() && (value > 0.0 || may_be_zero && value == 0.0)) {
            return Err(PlanError::Value {
                what: format!("`{name}` of the signalling of `{}`", population.name),
                value,
                expected: if may_be_zero { "a number, not negative" } else { "a positive number" },
            });
        }
    }
    if signalling.constants.kinase_effect > 1.0 {
        return Err(PlanError::Value {
            what: format!("`kinase_effect` of the signalling of `{}`", population.name),
            value: signalling.constants.kinase_effect,
            expected: "a number from 0 to 1, beyond which a conductance would be negative",
        });
    }
    for name in signalling.modulates.iter().chain(&signalling.carriers) {
        match insertions.iter().find(|i| i.channel.name == *name) {
            None => {
                return Err(PlanError::Unknown {
                    place: format!("the signalling of `{}`", population.name),
                    kind: "channel",
                    name: name.clone(),
                    known: insertions.iter().map(|i| i.channel.name.to_string()).collect(),
                });
            }
            Some(insertion) if insertion.channel.is_leak() => {
                return Err(PlanError::LeakSignals { channel: name.clone(), population: population.name.clone() });
            }
            Some(_) => {}
        }
    }
    Ok(())
}

/// Whether a class fits the channels and the signalling of a population.
pub(super) fn fits(class: &Class, channels: &[ClassChannel], population: &Population) -> bool {
    let alike = |a: &ClassChannel, b: &ClassChannel| {
        a.channel == b.channel && a.modulated == b.modulated && a.carries_calcium == b.carries_calcium
    };
    class.channels.len() == channels.len()
        && class.channels.iter().zip(channels).all(|(a, b)| alike(a, b))
        && class.signalling.as_ref().map(|s| &s.constants) == population.signalling.as_ref().map(|s| &s.constants)
}

/// The channels of a population's class, without nodes.
pub(super) fn class_channels(population: &Population, membrane: &Membrane, celsius: f64) -> Vec<ClassChannel> {
    let signalling = population.signalling.as_ref();
    let named = |names: fn(&huxley_model::network::CellSignalling) -> &Vec<String>, channel: &Channel| {
        signalling.is_some_and(|s| names(s).iter().any(|name| *name == channel.name))
    };
    let gated = membrane.insertions.iter().filter(|i| !i.channel.is_leak());
    gated
        .map(|Insertion { channel, .. }| ClassChannel {
            channel: channel.sharing(),
            reversal: channel.reversal.at(celsius).unwrap_or(0.0),
            gbar: Column::default(),
            modulated: named(|s| &s.modulates, channel),
            carries_calcium: channel.reversal.follows_calcium() || named(|s| &s.carriers, channel),
        })
        .collect()
}

/// The signalling of a population's class, without cells.
pub(super) fn class_signalling(population: &Population) -> Option<ClassSignalling> {
    let signalling = population.signalling.as_ref()?;
    Some(ClassSignalling { constants: signalling.constants.clone(), kappa: Vec::new() })
}

/// Adds a cell of `area` um2.
pub(super) fn add_cell(class: &mut Class, area: f64) {
    if let Some(signalling) = &mut class.signalling {
        signalling.kappa.push(calcium_per_current(signalling.constants.depth, area));
    }
}

/// Calcium at which gates of a class start, uM; 0 without signalling, where none reads it.
#[must_use]
pub fn initial_calcium(class: &Class) -> f64 {
    class.signalling.as_ref().map_or(0.0, |s| s.constants.at_rest().calcium())
}

/// That the population a messenger is probed in has signalling.
pub(super) fn check_probe(population: &Population, who: &str, messenger: Messenger) -> Result<(), PlanError> {
    if population.signalling.is_some() {
        return Ok(());
    }
    Err(PlanError::NoMessenger {
        place: who.to_owned(),
        messenger: messenger.name(),
        population: population.name.clone(),
    })
}

impl Plan {
    /// Signalling of a cell with the cell's place in its class.
    #[must_use]
    pub fn signalling_of(&self, cell: usize) -> Option<(&ClassSignalling, usize)> {
        let class = &self.classes[self.cells.class[cell] as usize];
        class.signalling.as_ref().map(|signalling| (signalling, self.cells.place.at(cell) as usize))
    }
}
