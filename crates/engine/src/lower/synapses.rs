//! Receptors, slots and the two layouts of synapses.

use huxley_model::network::{Network, SynapseModel};
use huxley_model::synapse::{Block, KineticStep, double_exponential_peak_factor};

use crate::error::PlanError;
use crate::estimate::expected_events;
use crate::lower::CellTable;
use crate::lower::cells::to_u32;
use crate::lower::check_synapse;
use crate::lower::clocked::{self, Set};
use crate::lower::connections::{Synapse, for_each_synapse};
use crate::lower::drive::Feed;
use crate::plan::{ClockedGroup, Dynamics, EventSynapses, Receptor, Settings, Slots, Values};

pub(super) struct Synapses {
    pub receptors: Vec<Receptor>,
    pub slots: Slots,
    pub events: EventSynapses,
    pub clocked: Vec<ClockedGroup>,
    pub activity: Vec<f64>,
}

/// How many contiguous ranges of target cells delivery is cut into, with `events` synapses expected: enough for threads to share
/// and for a range's arrivals to stay near, but so few that a spike finds some eight synapses in a range, side by side; each
/// range costs an offset a source.
#[allow(clippy::cast_possible_truncation, clippy::cast_precision_loss, clippy::cast_sign_loss)]
pub(crate) fn partitions(cells: usize, events: f64) -> usize {
    let together = (events / (8.0 * cells.max(1) as f64)) as usize;
    let near = cells / 10_000;
    together.max(near).clamp(1, 64).min((cells / 16).max(1))
}

/// Kinds in use, and where.
pub(super) struct Survey {
    /// Number of partitions.
    partitions: usize,
    /// Number of cells.
    cells: usize,
    /// Nodes reached by each synapse kind.
    reached: Vec<Vec<bool>>,
    /// Event synapses by partition and source, shifted by one for the running sum.
    events: Vec<u32>,
    /// Clocked synapses by set and node; empty for sets of events.
    pub(super) clocked: Vec<Vec<u32>>,
    rounded: usize,
}

impl Survey {
    fn partition(&self, cell: u32) -> usize {
        cell as usize * self.partitions / self.cells
    }
}

/// Spike sources of all names; they are numbered after the cells.
pub(super) fn spike_sources(network: &Network) -> usize {
    network.sources.iter().map(|sources| sources.trains.len()).sum()
}

/// Calls `take(set, synapse)` for every synapse of projections and generators.
fn for_all(
    network: &Network,
    settings: &Settings,
    table: &CellTable,
    feeds: &[Feed],
    sets: &[Set],
    mut take: impl FnMut(usize, &Synapse),
) -> Result<(), PlanError> {
    for index in 0..network.projections.len() {
        let set = clocked::set_of(sets, network.projections[index].synapse, Some(index));
        for_each_synapse(network, settings, table, index, |synapse| take(set, &synapse))?;
    }
    let before = table.cells.len() + spike_sources(network);
    for (source, feed) in (to_u32(before, "sources of spikes")?..).zip(feeds) {
        let synapse = Synapse {
            source,
            target: feed.place.cell,
            node: feed.place.node,
            weight: feed.weight,
            delay: 1,
            rounded: false,
        };
        take(clocked::set_of(sets, feed.synapse, None), &synapse);
    }
    Ok(())
}

pub(super) fn lower(
    network: &Network,
    settings: &Settings,
    table: &CellTable,
    feeds: &[Feed],
    warnings: &mut Vec<String>,
) -> Result<Synapses, PlanError> {
    let (cells, nodes, kinds) = (table.cells.len(), table.nodes.parent.len(), network.synapses.len());
    let sources = cells + spike_sources(network) + feeds.len();
    to_u32(sources, "sources of spikes")?;
    let partitions = partitions(cells, expected_events(network));
    for (index, projection) in network.projections.iter().enumerate() {
        check_synapse(network, &format!("projection `{}`", network.projections[index].name), projection.synapse)?;
    }
    let sets = clocked::sets(network);
    let mut survey = Survey {
        partitions,
        cells,
        reached: vec![Vec::new(); kinds],
        events: vec![0; partitions * (sources + 1) + 1],
        clocked: vec![Vec::new(); sets.len()],
        rounded: 0,
    };
    let mut count = 0u64;
    for_all(network, settings, table, feeds, &sets, |index, synapse| {
        let set = &sets[index];
        let kind = set.kind;
        count += 1;
        survey.rounded += usize::from(synapse.rounded);
        if survey.reached[kind].is_empty() {
            survey.reached[kind] = vec![false; nodes];
        }
        if set.clocked && survey.clocked[index].is_empty() {
            survey.clocked[index] = vec![0; nodes];
        }
        survey.reached[kind][synapse.node as usize] = true;
        if !set.clocked {
            let p = survey.partition(synapse.target);
            survey.events[p * (sources + 1) + synapse.source as usize + 1] += 1;
        } else {
            survey.clocked[index][synapse.node as usize] += 1;
        }
    })?;
    if count > u64::from(u32::MAX) {
        return Err(PlanError::TooLarge { what: "synapses", limit: u64::from(u32::MAX) });
    }
    if survey.rounded > 0 {
        warnings.push(format!(
            "{} of {count} delays are not whole ticks of {} ms and were rounded",
            survey.rounded, settings.tick
        ));
    }
    let (receptors, first_receptor) = receptors(network, settings, &survey)?;
    let slots = slots(network, table, &survey, &first_receptor)?;
    let index = SlotIndex::new(&receptors, &slots, nodes);
    place(network, settings, table, feeds, &survey, &sets, sources, receptors, &first_receptor, slots, &index)
}

/// The receptors of the kinds in use, and the first of each kind.
fn receptors(
    network: &Network,
    settings: &Settings,
    survey: &Survey,
) -> Result<(Vec<Receptor>, Vec<usize>), PlanError> {
    let mut receptors = Vec::new();
    let mut first = Vec::new();
    let positive = |what: String, value: f64| {
        if value.is_finite() && value > 0.0 {
            Ok(())
        } else {
            Err(PlanError::Value { what, value, expected: "a positive number" })
        }
    };
    for (kind, reached) in network.synapses.iter().zip(&survey.reached) {
        first.push(receptors.len());
        if reached.is_empty() {
            continue;
        }
        let name = &kind.name;
        match &kind.model {
            SynapseModel::Exponential { tau, reversal, block } => {
                positive(format!("tau of synapse `{name}` (ms)"), *tau)?;
                sensible(name, *block)?;
                let dynamics = Dynamics::Exponential { tau: *tau };
                receptors.push(Receptor { name: name.clone(), reversal: *reversal, block: *block, dynamics });
            }
            SynapseModel::DoubleExponential { rise, decay, reversal, block } => {
                positive(format!("the rise time of synapse `{name}` (ms)"), *rise)?;
                positive(format!("decay minus rise time of synapse `{name}` (ms)"), decay - rise)?;
                sensible(name, *block)?;
                let factor = double_exponential_peak_factor(*rise, *decay);
                let dynamics = Dynamics::DoubleExponential { rise: *rise, decay: *decay, factor };
                receptors.push(Receptor { name: name.clone(), reversal: *reversal, block: *block, dynamics });
            }
            SynapseModel::Kinetic { receptors: own, transmitter, .. } => {
                for receptor in own {
                    positive(format!("beta of `{}` in synapse `{name}` (per ms)", receptor.name), receptor.beta)?;
                    sensible(&format!("{name}.{}", receptor.name), receptor.block)?;
                    let step = KineticStep::new(receptor, *transmitter, settings.tick);
                    receptors.push(Receptor {
                        name: format!("{name}.{}", receptor.name),
                        reversal: receptor.reversal,
                        block: receptor.block,
                        dynamics: Dynamics::Kinetic {
                            step,
                            drives_calcium: receptor.block.is_some() && kind.plasticity.calcium.is_some(),
                        },
                    });
                }
            }
        }
    }
    Ok((receptors, first))
}

/// Whether a block is made of numbers.
fn sensible(synapse: &str, block: Option<Block>) -> Result<(), PlanError> {
    let Some(Block { share, slope }) = block else { return Ok(()) };
    let wrong = |what: &str, value, expected| {
        Err(PlanError::Value { what: format!("the {what} of the block of synapse `{synapse}`"), value, expected })
    };
    if !(share.is_finite() && share >= 0.0) {
        return wrong("concentration over its scale", share, "0 or a positive number");
    }
    if !slope.is_finite() {
        return wrong("slope (per mV)", slope, "a finite number");
    }
    Ok(())
}

/// Slots in order of (partition, receptor, node).
fn slots(network: &Network, table: &CellTable, survey: &Survey, first_receptor: &[usize]) -> Result<Slots, PlanError> {
    let mut slots = Slots { first_of_partition: vec![0], ..Slots::default() };
    for partition in 0..survey.partitions {
        // The cells of a partition are those with cell * partitions / cells == partition.
        let from = (partition * survey.cells).div_ceil(survey.partitions);
        let to = ((partition + 1) * survey.cells).div_ceil(survey.partitions);
        let nodes = table.cells.first_node[from] as usize..table.cells.first_node[to] as usize;
        for (kind, reached) in survey.reached.iter().enumerate().filter(|(_, r)| !r.is_empty()) {
            let receptors = match &network.synapses[kind].model {
                SynapseModel::Kinetic { receptors, .. } => receptors.len(),
                _ => 1,
            };
            for receptor in first_receptor[kind]..first_receptor[kind] + receptors {
                for node in nodes.clone().filter(|&n| reached[n]) {
                    slots.receptor.push(to_u32(receptor, "receptors")?);
                    slots.node.push(to_u32(node, "nodes")?);
                }
            }
        }
        slots.first_of_partition.push(to_u32(slots.node.len(), "slots")?);
    }
    Ok(slots)
}

/// Finds the slot of a node and receptor.
pub(super) struct SlotIndex {
    by_receptor: Vec<Vec<u32>>,
}

impl SlotIndex {
    fn new(receptors: &[Receptor], slots: &Slots, nodes: usize) -> Self {
        let mut by_receptor = vec![vec![u32::MAX; nodes]; receptors.len()];
        for (slot, (&receptor, &node)) in (0u32..).zip(slots.receptor.iter().zip(&slots.node)) {
            by_receptor[receptor as usize][node as usize] = slot;
        }
        Self { by_receptor }
    }

    pub(super) fn at(&self, receptor: usize, node: u32) -> u32 {
        self.by_receptor[receptor][node as usize]
    }
}

/// Second pass: every synapse to its place.
#[allow(clippy::too_many_arguments)]
fn place(
    network: &Network,
    settings: &Settings,
    table: &CellTable,
    feeds: &[Feed],
    survey: &Survey,
    sets: &[Set],
    sources: usize,
    receptors: Vec<Receptor>,
    first_receptor: &[usize],
    slots: Slots,
    index: &SlotIndex,
) -> Result<Synapses, PlanError> {
    let mut first = survey.events.clone();
    for i in 1..first.len() {
        first[i] += first[i - 1];
    }
    // One past the last partition's last source closes the arrays; it is the same number.
    let event_count = first.last().map_or(0, |&n| n as usize);
    first.pop();
    let mut next = first.clone();
    let mut events = EventSynapses {
        sources,
        first,
        slot: vec![0; event_count],
        weight: Values::zeros(settings.precision, event_count),
        delay: vec![0; event_count],
        longest_delay: 0,
    };
    let mut builder = clocked::Builder::new(network, settings, table, survey, sets, &receptors, first_receptor, index)?;
    for_all(network, settings, table, feeds, sets, |set, synapse| {
        if sets[set].clocked {
            builder.place(set, synapse);
        } else {
            let p = survey.partition(synapse.target);
            let cursor = &mut next[p * (sources + 1) + synapse.source as usize];
            let at = *cursor as usize;
            *cursor += 1;
            let receptor = first_receptor[sets[set].kind];
            events.slot[at] = index.at(receptor, synapse.node);
            events.weight.set(at, synapse.weight * peak_factor(&receptors[receptor].dynamics));
            events.delay[at] = synapse.delay;
            events.longest_delay = events.longest_delay.max(synapse.delay);
        }
    })?;
    let (clocked, activity) = builder.finish(sources)?;
    Ok(Synapses { receptors, slots, events, clocked, activity })
}

/// What turns a weight into a jump of the pools.
pub(super) fn peak_factor(dynamics: &Dynamics) -> f64 {
    match dynamics {
        Dynamics::DoubleExponential { factor, .. } => *factor,
        _ => 1.0,
    }
}
