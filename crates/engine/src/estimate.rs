//! What a network will take before anything of it is built: sizes, fan-in, bytes. And what a plan does take.
//!
//! Estimates are of the lowered network and its state on a backend; numbers of synapses drawn by probability are expectations.

use std::collections::HashMap;

use huxley_model::exponential::exp;
use huxley_model::morphology::{Morphology, discretise};
use huxley_model::network::{
    CellSelection, Distribution, Membrane, Network, Population, Precision, Projection, Rule, Signs, Site, StimulusKind,
    SynapseModel, Target, Tick,
};

use crate::column::Column;
use crate::lower::partitions;
use crate::numbers::Numbers;
use crate::plan::Plan;

/// Connections into a cell.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct FanIn {
    /// Over all cells.
    pub mean: f64,
    /// Of the cell with the most.
    pub most: u64,
}

/// What a network will take.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Estimate {
    /// Cells.
    pub cells: u64,
    /// Nodes with membrane.
    pub compartments: u64,
    /// All nodes, branch points included.
    pub nodes: u64,
    /// Synapses between cells and from generators; expected where they are drawn.
    pub synapses: u64,
    /// Gap junctions.
    pub gap_junctions: u64,
    /// Connections between cells, by target.
    pub fan_in: FanIn,
    /// Bytes of the plan.
    pub plan_bytes: u64,
    /// Those of them that synapses and the places they end on take.
    pub synapse_bytes: u64,
    /// Bytes of state and tables on a backend.
    pub state_bytes: u64,
    /// Bytes needed beside these while the plan is built.
    pub building_bytes: u64,
}

impl Estimate {
    /// The most bytes held at once: plan and what building it needs, or plan and state.
    #[must_use]
    pub fn peak_bytes(&self) -> u64 {
        self.plan_bytes.saturating_add(self.building_bytes.max(self.state_bytes))
    }
}

/// Bytes of the per-node arrays of a plan, where nodes differ: parent, axial, capacitance, area, leak, its current, initial potential.
/// What point neurons of a population have in common is kept once, but for initial potentials that are drawn.
const NODE: f64 = 4.0 + 6.0 * 8.0;
const DRAWN: f64 = 8.0;
/// What a value takes as a run of its own, over what it takes alone.
const RUN: f64 = 12.0 / 8.0;
/// Bytes of the per-cell arrays, where cells of any population are of several shapes: first node, place, detector, and the class's own two.
const CELL: f64 = 5.0 * 4.0;
/// Values a backend holds for each node beside gates: potential, diagonal, leak, injected, tables of channels and work space
/// of a solve.
const NODE_VALUES: f64 = 20.0;
/// Values that vector backends lay side by side, two rows; the last ones are filled up to it.
const ROWS: f64 = 32.0;
/// Most that cells of unlike shapes are padded.
const PADDING: f64 = 2.0;
/// Values held for each slot: pools and factors.
const SLOT_VALUES: f64 = 6.0;

/// Nodes of the shapes of a population, with membrane and in all.
struct Shapes {
    compartments: Vec<u64>,
    nodes: Vec<u64>,
}

fn shapes(population: &Population) -> Shapes {
    let count = |(shape, morphology): (usize, &Morphology)| {
        let membrane = population.membrane_of(shape);
        discretise(morphology, population.discretisation, membrane.axial_resistivity, membrane.capacitance)
            .map_or((0, 0), |tree| (tree.membrane_nodes() as u64, tree.len() as u64))
    };
    let (compartments, nodes) = population.shapes.iter().enumerate().map(count).unzip();
    Shapes { compartments, nodes }
}

/// Bytes of a place a probe samples: node, label, and how a backend reads it.
const SITE: f64 = 128.0;

/// What `network` will take on a backend of its precision. Parts that [`lower`](fn@crate::lower) would refuse count as nothing.
#[must_use]
#[allow(clippy::cast_possible_truncation, clippy::cast_precision_loss, clippy::cast_sign_loss)]
pub fn estimate(network: &Network) -> Estimate {
    let value = value_bytes(network.run.precision);
    let mut total = Estimate::default();
    let (mut plan, mut state) = (0.0, 0.0);
    // Nodes of cells that are not all alike, and their bytes; bytes that the others take more where they are not kept as runs; whether
    // cells have several shapes.
    let (mut unlike, mut unlike_bytes, mut apart, mut several) = (0, 0.0, 0.0, false);
    // Compartments of a cell, mean, by population: what a site that names a kind may reach.
    let mut per_cell = HashMap::new();
    for population in &network.populations {
        let shapes = shapes(population);
        let sum = |counts: &[u64]| -> u64 { population.cells.iter().filter_map(|cell| counts.get(cell.shape)).sum() };
        let (compartments, nodes) = (sum(&shapes.compartments), sum(&shapes.nodes));
        let cells = population.cells.len() as u64;
        // Of the membrane with most.
        let of = |membrane: &Membrane| {
            let gated = membrane.insertions.iter().filter(|i| !i.channel.is_leak());
            gated.fold((0, 0), |(n, g), i| (n + 1, g + i.channel.states()))
        };
        let (channels, gates) = population.all_membranes().map(of).max_by_key(|(_, gates)| *gates).unwrap_or_default();
        total.cells += cells;
        total.compartments += compartments;
        total.nodes += nodes;
        per_cell.insert(population.name.as_str(), compartments as f64 / cells.max(1) as f64);
        let points = nodes == cells;
        let alike = points && population.shapes.len() == 1;
        let each = NODE + 8.0 * f64::from(channels);
        let own = if matches!(population.v_init, Distribution::Constant(_)) { 0.0 } else { DRAWN };
        if alike {
            plan += nodes as f64 * own;
            apart += nodes as f64 * (each - own);
        } else {
            unlike += nodes;
            unlike_bytes += nodes as f64 * each;
        }
        several |= population.shapes.len() > 1;
        // Calcium, factor, current and reversal potentials lie beside each node, the state beside each cell.
        let signalling: f64 = if population.signalling.is_some() { 5.0 } else { 0.0 };
        plan += cells as f64 * 8.0 * signalling.min(1.0);
        let whole = |values: u64| (values as f64 / ROWS).ceil() * ROWS / values.max(1) as f64;
        let filled = if points { whole(cells) } else { whole(nodes) * PADDING };
        state +=
            filled * nodes as f64 * value * (NODE_VALUES + signalling + 2.0 * f64::from(channels) + 1.5 * gates as f64);
    }
    // Runs are kept while they are few beside the nodes; while a plan is built, what came before may have been too many.
    plan += if 4 * unlike > total.nodes { unlike_bytes + apart } else { unlike_bytes * RUN };
    let building_apart = if unlike > 0 { apart } else { 0.0 };
    if several {
        plan += total.cells as f64 * CELL;
    }
    let synapses = synapses(network, &per_cell);
    let generators: f64 = synapses.generators;
    let sources = total.cells as f64 + generators;
    let partitions = partitions(total.cells as usize, expected_events(network)) as f64;
    let offsets = |lists: f64| lists * (sources + 1.0) * 4.0;
    let lists = synapses.clocked_sets + if synapses.events > 0.0 { partitions } else { 0.0 };
    // Of each place of clocked synapses: node, cell, first synapse, slots.
    let places = synapses.clocked_places * 12.0 + synapses.clocked_slots * 4.0;
    let synapse_bytes = synapses.events * event_synapse_bytes(network.run.precision)
        + synapses.clocked * clocked_synapse_bytes(network.run.precision)
        + offsets(lists)
        + synapses.slots * 8.0
        + places;
    plan += synapse_bytes;
    state += synapses.variables * value + synapses.slots * value * (SLOT_VALUES + synapses.arrival_rows);
    total.gap_junctions = network.gap_junctions.iter().map(|g| g.pairs.len() as u64).sum();
    plan += total.gap_junctions as f64 * 2.0 * 24.0;
    plan += network.probes.iter().map(|probe| sites(network, &probe.target, &per_cell) * SITE).sum::<f64>();
    // Nodes are marked and counted by kind, and slots found by receptor and node; clocked synapses have their sources beside them
    // until they are indexed by them.
    let by_node = 4.0 * synapses.receptors + 5.0 * (network.synapses.len() as f64 + synapses.clocked_sets);
    let building = total.nodes as f64 * by_node + 4.0 * synapses.clocked + rules(network) + building_apart;
    total.synapses = (synapses.events + synapses.clocked - synapses.free).round() as u64;
    total.fan_in = expected_fan_in(network, total.cells);
    total.plan_bytes = plan as u64;
    total.synapse_bytes = synapse_bytes as u64;
    total.state_bytes = state as u64;
    total.building_bytes = building as u64;
    total
}

fn value_bytes(precision: Precision) -> f64 {
    match precision {
        Precision::F32 => 4.0,
        Precision::F64 => 8.0,
    }
}

/// Bytes of an event synapse in a plan: slot, delay, weight. Offsets by source are beside it.
#[must_use]
pub fn event_synapse_bytes(precision: Precision) -> f64 {
    4.0 + 2.0 + value_bytes(precision)
}

/// Bytes of a clocked synapse in a plan: its number in the index of sources, delay, weight (none where rules move weights that
/// begin equal). Its state is the backend's.
#[must_use]
pub fn clocked_synapse_bytes(precision: Precision) -> f64 {
    4.0 + 2.0 + value_bytes(precision)
}

/// Bytes that rules take while they are unrolled.
fn rules(network: &Network) -> f64 {
    let of = |projection: &Projection| match &projection.rule {
        Rule::HeavyTailed(rule) => {
            let cells = size(network, &projection.target).unwrap_or(0.0);
            // What each cell draws once; reverses are listed, and listed again in order.
            let back = rule.back() / (1.0 + rule.back());
            cells * (2.0 * 8.0 + 4.0) + 16.0 * back * expected(projection, cells, cells)
        }
        // Rows in order of their targets.
        Rule::Table(rows) if !rows.targets().is_sorted() => 4.0 * rows.len() as f64,
        _ => 0.0,
    };
    network.projections.iter().map(of).sum()
}

#[derive(Default)]
struct SynapseTotals {
    events: f64,
    /// Those advanced by the clock, free slots included.
    clocked: f64,
    /// Free slots.
    free: f64,
    /// Clocked synapses times their variables.
    variables: f64,
    slots: f64,
    /// Groups of clocked synapses, the nodes they end on, and these times their receptors.
    clocked_sets: f64,
    clocked_places: f64,
    clocked_slots: f64,
    receptors: f64,
    generators: f64,
    arrival_rows: f64,
}

fn synapses(network: &Network, per_cell: &HashMap<&str, f64>) -> SynapseTotals {
    let mut totals = SynapseTotals::default();
    // Places reached by a kind in a population; sites of different projections may coincide.
    let mut places: HashMap<(usize, &str), f64> = HashMap::new();
    let mut add = |totals: &mut SynapseTotals, kind: usize, population, count: f64, sites: f64| {
        let Some(synapse) = network.synapses.get(kind) else { return };
        if synapse.is_clocked() {
            let spare = synapse.plasticity.structural.map_or(0.0, |s| s.spare);
            let slots = count * (1.0 + spare);
            totals.clocked += slots;
            totals.free += count * spare;
            totals.variables += slots * synapse.variables() as f64;
        } else {
            totals.events += count;
        }
        let reached = places.entry((kind, population)).or_default();
        *reached = reached.max(sites.min(count));
    };
    for projection in &network.projections {
        let (Some(source), Some(target)) = (size(network, &projection.source), size(network, &projection.target))
        else {
            continue;
        };
        let count = expected(projection, source, target);
        let compartments = per_cell.get(projection.target.as_str()).copied().unwrap_or(1.0);
        let sites = target * if spread(projection) { compartments } else { 1.0 };
        add(&mut totals, projection.synapse, projection.target.as_str(), count, sites);
        if network.synapses.get(projection.synapse).is_some_and(|s| !s.is_clocked()) {
            totals.arrival_rows = totals.arrival_rows.max(longest_delay(projection) / tick(network));
        }
    }
    for stimulus in &network.stimuli {
        let (StimulusKind::Poisson { synapse, .. } | StimulusKind::SpikeTrain { synapse, .. }) = stimulus.kind else {
            continue;
        };
        let sites = sites(network, &stimulus.target, per_cell);
        totals.generators += sites;
        add(&mut totals, synapse, stimulus.target.population.as_str(), sites, sites);
    }
    totals.generators += network.sources.iter().map(|sources| sources.trains.len() as f64).sum::<f64>();
    for (&(kind, _), &reached) in &places {
        let receptors = receptors_of(network, kind);
        totals.slots += reached * receptors;
        if network.synapses[kind].is_clocked() {
            totals.clocked_places += reached;
            totals.clocked_slots += reached * receptors;
        }
    }
    // One a kind, and one for each projection whose synapses form and vanish.
    let structural = |own: &&Projection| {
        network.synapses.get(own.synapse).is_some_and(|synapse| synapse.plasticity.structural.is_some())
    };
    totals.clocked_sets = network.synapses.iter().filter(|synapse| synapse.is_clocked()).count() as f64
        + network.projections.iter().filter(structural).count() as f64;
    totals.receptors = (0..network.synapses.len()).map(|kind| receptors_of(network, kind)).sum();
    totals
}

fn receptors_of(network: &Network, kind: usize) -> f64 {
    match &network.synapses[kind].model {
        SynapseModel::Kinetic { receptors, .. } => receptors.len() as f64,
        _ => 1.0,
    }
}

/// Whether connections of a projection may end on any compartment of a cell.
fn spread(projection: &Projection) -> bool {
    let listed = matches!(&projection.rule, Rule::Table(rows) if rows.iter().any(|row| row.compartment.is_some()));
    listed || matches!(projection.site, Site::Random(_) | Site::Every(_))
}

/// Cells of a population, or spike sources of that name.
fn size(network: &Network, population: &str) -> Option<f64> {
    let cells = network.populations.iter().find(|p| p.name == population).map(|p| p.cells.len() as f64);
    cells.or_else(|| network.sources.iter().find(|s| s.name == population).map(|s| s.trains.len() as f64))
}

/// Places a target names.
fn sites(network: &Network, target: &Target, per_cell: &HashMap<&str, f64>) -> f64 {
    let all = size(network, &target.population).unwrap_or(0.0);
    let cells = match &target.cells {
        CellSelection::All => all,
        CellSelection::Indices(list) => list.len() as f64,
        CellSelection::Labels(list) => list.len() as f64,
        CellSelection::Range { first, end, step } => {
            let end = end.map_or(all, |end| end as f64);
            ((end - *first as f64) / (*step).max(1) as f64).ceil().max(0.0)
        }
    };
    match target.site {
        // Of a kind, or of any: an upper bound.
        Site::Every(_) => cells * per_cell.get(target.population.as_str()).copied().unwrap_or(1.0),
        _ => cells,
    }
}

/// Expected number of connections of a projection.
#[allow(clippy::cast_possible_truncation, clippy::cast_precision_loss, clippy::cast_sign_loss)]
fn expected(projection: &Projection, source: f64, target: f64) -> f64 {
    let same = projection.source == projection.target;
    let pairs = |autapses: bool| source * target - if same && !autapses { target } else { 0.0 };
    match &projection.rule {
        Rule::AllToAll { autapses } => pairs(*autapses),
        Rule::OneToOne => target,
        Rule::FixedProbability { probability, autapses } => probability.clamp(0.0, 1.0) * pairs(*autapses),
        Rule::FixedInDegree { degree, .. } => *degree as f64 * target,
        Rule::HeavyTailed(rule) => {
            let inhibit = rule.inhibitory_cells(target as usize) as f64 / target.max(1.0);
            let part = match rule.signs {
                Signs::All => 1.0,
                Signs::Excitatory => 1.0 - inhibit,
                Signs::Inhibitory => inhibit,
            };
            rule.degree.min(target - 1.0).max(0.0) * target * part
        }
        Rule::Table(rows) => rows.len() as f64,
    }
}

/// Expected number of event synapses between cells.
pub(crate) fn expected_events(network: &Network) -> f64 {
    expected_of(network, false)
}

/// Expected number of clocked synapses between cells.
pub(crate) fn expected_clocked(network: &Network) -> f64 {
    expected_of(network, true)
}

fn expected_of(network: &Network, clocked: bool) -> f64 {
    let own = network
        .projections
        .iter()
        .filter(|own| network.synapses.get(own.synapse).is_some_and(|synapse| synapse.is_clocked() == clocked));
    own.filter_map(|own| Some(expected(own, size(network, &own.source)?, size(network, &own.target)?))).sum()
}

fn longest_delay(projection: &Projection) -> f64 {
    let drawn = match projection.delay {
        Distribution::Constant(x) => x,
        Distribution::Uniform { high, .. } => high,
        Distribution::Normal { mean, sd, .. } => mean + 6.0 * sd,
        Distribution::LogNormal { mean, spread } => mean * exp(6.0 * spread),
    };
    match &projection.rule {
        Rule::Table(rows) => rows.iter().filter_map(|row| row.delay).fold(drawn, f64::max),
        _ => drawn,
    }
}

/// The tick, ms; where it is chosen by the plan, the substep, the least it can be.
fn tick(network: &Network) -> f64 {
    match network.run.tick {
        Tick::OneMillisecond => 1.0,
        Tick::Fixed(tick) => tick,
        Tick::Auto => network.run.dt,
    }
}

#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
fn expected_fan_in(network: &Network, cells: u64) -> FanIn {
    let (mut sum, mut most) = (0.0, 0.0_f64);
    for population in &network.populations {
        let own = population.cells.len() as f64;
        let mut everywhere = 0.0;
        let mut listed: Vec<u32> = Vec::new();
        for projection in network.projections.iter().filter(|p| p.target == population.name) {
            if let Rule::Table(rows) = &projection.rule {
                listed.resize(population.cells.len(), 0);
                for &target in rows.targets() {
                    if let Some(count) = listed.get_mut(target as usize) {
                        *count += 1;
                    }
                }
            } else if let Some(source) = size(network, &projection.source) {
                everywhere += expected(projection, source, own) / own.max(1.0);
            }
        }
        sum += everywhere * own + listed.iter().map(|&n| f64::from(n)).sum::<f64>();
        if own > 0.0 {
            most = most.max(everywhere + f64::from(listed.iter().copied().max().unwrap_or(0)));
        }
    }
    FanIn { mean: sum / (cells.max(1) as f64), most: most.round() as u64 }
}

/// Synapses from generators of spikes.
#[must_use]
#[allow(clippy::cast_possible_truncation)]
pub fn synapses_of_generators(plan: &Plan) -> u64 {
    let cells = plan.cells.len();
    let mut count = 0;
    for partition in plan.events.by_partition() {
        // Generators come after the cells.
        count += u64::from(partition[partition.len() - 1] - partition[cells]);
    }
    for group in &plan.clocked {
        count += u64::from(group.of_source[group.of_source.len() - 1] - group.of_source[cells]);
    }
    count
}

/// Connections between cells of a plan, by target, counted.
#[must_use]
#[allow(clippy::cast_precision_loss)]
pub fn fan_in(plan: &Plan) -> FanIn {
    let cells = plan.cells.len();
    let mut count = vec![0u64; cells];
    for_each_connection(plan, |_, target, _| count[target as usize] += 1);
    FanIn { mean: count.iter().sum::<u64>() as f64 / cells.max(1) as f64, most: count.into_iter().max().unwrap_or(0) }
}

/// Calls `take` with the source cell, the target cell and the weight of every connection between cells of a plan, numbered over all
/// populations.
#[allow(clippy::cast_possible_truncation)]
pub fn for_each_connection(plan: &Plan, mut take: impl FnMut(u32, u32, f64)) {
    let cells = plan.cells.len();
    let events = &plan.events;
    // Generators come after the cells.
    for partition in events.by_partition() {
        for (source, own) in partition.windows(2).take(cells).enumerate() {
            for synapse in own[0] as usize..own[1] as usize {
                let node = plan.slots.node[events.slot[synapse] as usize];
                take(source as u32, plan.cells.of_node(node) as u32, events.weight.get(synapse));
            }
        }
    }
    for group in &plan.clocked {
        for (source, own) in group.of_source.windows(2).take(cells).enumerate() {
            for &synapse in &group.synapse[own[0] as usize..own[1] as usize] {
                take(source as u32, group.cell[group.place_of(synapse)], group.weight.get(synapse as usize));
            }
        }
    }
}

/// Bytes that the arrays of a plan hold.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PlanBytes {
    /// Of cells, nodes and channels.
    pub membrane: usize,
    /// Of synapses and the places they end on.
    pub synapses: usize,
}

/// Bytes that the arrays of `plan` hold, room in reserve included.
#[must_use]
pub fn plan_bytes(plan: &Plan) -> PlanBytes {
    fn bytes<T>(array: &Vec<T>) -> usize {
        array.capacity() * size_of::<T>()
    }
    let (nodes, cells) = (&plan.nodes, &plan.cells);
    let values = [&nodes.axial, &nodes.capacitance, &nodes.area, &nodes.leak, &nodes.leak_current, &nodes.v_init];
    let mut membrane = nodes.parent.bytes() + values.into_iter().map(Column::bytes).sum::<usize>();
    membrane += [&cells.first_node, &cells.place, &cells.detector].into_iter().map(Numbers::bytes).sum::<usize>();
    membrane += cells.class.bytes() + cells.threshold.bytes() + plan.region.bytes();
    for class in &plan.classes {
        membrane += class.cells.bytes() + class.first.bytes();
        membrane += class.channels.iter().map(|channel| channel.gbar.bytes()).sum::<usize>();
        membrane += class.signalling.as_ref().map_or(0, |signalling| bytes(&signalling.kappa));
    }
    let (events, slots) = (&plan.events, &plan.slots);
    let mut synapses = bytes(&events.first) + bytes(&events.slot) + events.weight.bytes() + bytes(&events.delay);
    synapses += bytes(&slots.receptor) + bytes(&slots.node);
    for group in &plan.clocked {
        let numbers = [&group.node, &group.cell, &group.slot, &group.first, &group.of_source, &group.synapse];
        synapses += numbers.into_iter().map(bytes).sum::<usize>() + group.weight.bytes() + bytes(&group.delay);
    }
    PlanBytes { membrane, synapses }
}
