//! Probes.

use huxley_model::network::{Membrane, Network, Probe, Variable};

use crate::error::PlanError;
use crate::lower::synapses::Synapses;
use crate::lower::{CellTable, Place, places, population};
use crate::plan::{ProbePlace, ProbePlan, Settings, SynapseSite};

pub(super) fn lower(
    network: &Network,
    settings: &Settings,
    table: &CellTable,
    synapses: &mut Synapses,
    sources: usize,
) -> Result<Vec<ProbePlan>, PlanError> {
    network.probes.iter().map(|probe| lower_one(network, settings, table, synapses, sources, probe)).collect()
}

fn lower_one(
    network: &Network,
    settings: &Settings,
    table: &CellTable,
    synapses: &mut Synapses,
    sources: usize,
    probe: &Probe,
) -> Result<ProbePlan, PlanError> {
    let who = format!("probe `{}`", probe.name);
    let index = population(network, &who, &probe.target.population)?;
    let places = places(network, table, &who, &probe.target)?;
    let ratio = probe.interval / settings.dt;
    if !(ratio >= 0.999_999 && (ratio - ratio.round()).abs() < 1e-6 * ratio) {
        return Err(PlanError::Value {
            what: format!("the interval of {who}"),
            value: probe.interval,
            expected: "a multiple of dt",
        });
    }
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
    let mut plan = ProbePlan {
        name: probe.name.clone(),
        variable: probe.variable.clone(),
        labels: Vec::new(),
        nodes: Vec::new(),
        synapses: Vec::new(),
        population: index,
        places: Vec::new(),
        interval: ratio.round() as u32,
    };
    if let Variable::Synapse { synapse, variable, source } = &probe.variable {
        let from = match source {
            Some((name, cell)) => {
                let of = population(network, &who, name)?;
                let count = network.populations[of].cells.len();
                if *cell >= count {
                    return Err(PlanError::CellIndex { place: who, index: *cell, population: name.clone(), count });
                }
                #[allow(clippy::cast_possible_truncation)]
                Some(table.first_cell(of) + *cell as u32)
            }
            None => None,
        };
        let wanted = Wanted { network, table, synapses, sources, who: &who, kind: synapse, variable, from };
        wanted.find(index, &places, &mut plan)?;
        return Ok(plan);
    }
    if let Variable::Activity { tau } = probe.variable {
        if !(tau > 0.0 && tau.is_finite()) {
            return Err(PlanError::Value {
                what: format!("tau of {who}"),
                value: tau,
                expected: "a positive number of ms",
            });
        }
        if !synapses.activity.contains(&tau) {
            synapses.activity.push(tau);
        }
    }
    check_channel(network, &who, index, &probe.variable)?;
    plan.labels = places.iter().map(|&p| table.label(network, index, p)).collect();
    plan.nodes = places.iter().map(|p| p.node).collect();
    plan.places = places.iter().map(|&p| on_cell(network, table, index, p)).collect();
    Ok(plan)
}

fn on_cell(network: &Network, table: &CellTable, index: usize, place: Place) -> ProbePlace {
    let (section, position) = table.on_section(network, index, place);
    ProbePlace { cell: place.cell, section, position }
}

/// Synapses a probe asks for.
struct Wanted<'a> {
    network: &'a Network,
    table: &'a CellTable,
    synapses: &'a Synapses,
    sources: usize,
    who: &'a str,
    kind: &'a str,
    variable: &'a str,
    from: Option<u32>,
}

impl Wanted<'_> {
    #[allow(clippy::cast_possible_truncation)]
    fn find(&self, population: usize, places: &[Place], plan: &mut ProbePlan) -> Result<(), PlanError> {
        let unknown = |kind: &'static str, name: &str, known: Vec<String>| {
            Err(PlanError::Unknown { place: self.who.to_owned(), kind, name: name.to_owned(), known })
        };
        if !self.network.synapses.iter().any(|s| s.name == self.kind) {
            return unknown("synapse", self.kind, self.network.synapses.iter().map(|s| s.name.clone()).collect());
        }
        let receptors = &self.synapses.receptors;
        let groups = || (0u32..).zip(&self.synapses.clocked).filter(|(_, g)| g.kind == self.kind);
        let Some((_, first)) = groups().next() else {
            return Err(PlanError::Plasticity {
                synapse: self.kind.to_owned(),
                problem: format!(
                    "{} asks for `{}`, but no such synapse exists, or it is an event synapse without variables of its \
                     own (probe the synaptic current instead)",
                    self.who, self.variable
                ),
            });
        };
        if first.variable(receptors, self.variable).is_none() {
            return unknown("variable", self.variable, first.variable_names(receptors));
        }
        let sources: Vec<Vec<u32>> = groups().map(|(_, group)| group.sources(u32::MAX)).collect();
        for &place in places {
            for ((g, group), sources) in groups().zip(&sources) {
                let Ok(at) = group.node.binary_search(&place.node) else { continue };
                let Some(variable) = group.variable(receptors, self.variable) else { continue };
                for synapse in group.first[at]..group.first[at + 1] {
                    let source = sources[synapse as usize];
                    if self.from.is_some_and(|from| from != source) {
                        continue;
                    }
                    plan.nodes.push(place.node);
                    plan.synapses.push(SynapseSite { group: g, variable: variable as u32, synapse });
                    plan.places.push(on_cell(self.network, self.table, population, place));
                    let target = self.table.label(self.network, population, place);
                    plan.labels.push(format!("{target} <- {}", self.source_name(source)));
                }
            }
        }
        if plan.nodes.is_empty() {
            return Err(PlanError::Plasticity {
                synapse: self.kind.to_owned(),
                problem: format!("{} finds none of these synapses where it looks", self.who),
            });
        }
        Ok(())
    }

    fn source_name(&self, source: u32) -> String {
        let cells = self.table.cells.len();
        match source as usize {
            s if s < cells => self.table.cell_name(self.network, source),
            s if s < self.sources => format!("generator {}", s - cells),
            _ => "free slot".to_owned(),
        }
    }
}

/// That a probed channel and gate exist.
fn check_channel(network: &Network, who: &str, index: usize, variable: &Variable) -> Result<(), PlanError> {
    let (channel, gate) = match variable {
        Variable::Gate { channel, gate } => (channel, Some(gate)),
        Variable::ChannelCurrent { channel } => (channel, None),
        Variable::Messenger(messenger) => {
            return super::signalling::check_probe(&network.populations[index], who, *messenger);
        }
        _ => return Ok(()),
    };
    // A channel is probed where all cells of the population have it.
    network.populations[index].all_membranes().try_for_each(|membrane| check_in(membrane, who, channel, gate))
}

fn check_in(membrane: &Membrane, who: &str, channel: &str, gate: Option<&String>) -> Result<(), PlanError> {
    let insertions = &membrane.insertions;
    let unknown =
        |kind, name: &str, known| Err(PlanError::Unknown { place: who.to_owned(), kind, name: name.to_owned(), known });
    let Some(found) = insertions.iter().find(|i| i.channel.name == channel) else {
        return unknown("channel", channel, insertions.iter().map(|i| i.channel.name.to_string()).collect());
    };
    match gate {
        Some(gate) if !found.channel.gates.iter().any(|g| g.name == *gate && g.has_state()) => {
            unknown("gate", gate, found.channel.gates.iter().map(|g| g.name.to_string()).collect())
        }
        _ => Ok(()),
    }
}
