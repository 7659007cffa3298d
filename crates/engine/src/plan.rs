//! The plan: a network lowered to flat arrays, the one thing every backend reads.
//!
//! Cells are numbered over all populations in order, nodes over all cells, slots (a place and a kind of conductance) as said
//! at [`Slots`]. Nothing here depends on the number of threads or the width of a vector.

use huxley_model::channel::{Channel, Integrator};
use huxley_model::network::{CurrentUnit, Oscillation, Precision, Variable, Waveform};
use huxley_model::plasticity::{ClockedStep, Plasticity, ShortTerm, SynapticVariable};
use huxley_model::signalling::Signalling;
use huxley_model::synapse::{Block, KineticStep};

use crate::column::Column;
use crate::numbers::Numbers;

/// A lowered network with everything a backend needs to run it.
#[derive(Clone, Debug)]
pub struct Plan {
    /// Name of the network.
    pub name: String,
    /// Time steps, scheme and arithmetic.
    pub settings: Settings,
    /// Groups of cells, for reports.
    pub populations: Vec<PopulationPlan>,
    /// Per cell.
    pub cells: Cells,
    /// Per node.
    pub nodes: Nodes,
    /// Cells with the same gated channels.
    pub classes: Vec<Class>,
    /// Kinds of synaptic conductance.
    pub receptors: Vec<Receptor>,
    /// Places with synaptic conductance.
    pub slots: Slots,
    /// Event-driven synapses.
    pub events: EventSynapses,
    /// Clock-driven synapses, one group a kind (and projection, where they are structural).
    pub clocked: Vec<ClockedGroup>,
    /// Pools of dopamine.
    pub regions: Vec<RegionPlan>,
    /// Region of each cell, or [`NO_REGION`].
    pub region: Column<u16>,
    /// Rewards by tick.
    pub rewards: Vec<RewardPlan>,
    /// Times over which the activity of cells is averaged, ms: one average a cell each.
    pub activity: Vec<f64>,
    /// Gap junctions.
    pub gaps: Gaps,
    /// Sources of spikes beside cells, numbered after them.
    pub generators: Vec<Generator>,
    /// Currents and clamps.
    pub injections: Vec<Injection>,
    /// Recordings.
    pub probes: Vec<ProbePlan>,
    /// What a user should know: rounded delays, ignored pairs.
    pub warnings: Vec<String>,
}

/// Time steps, scheme and arithmetic of a run.
#[derive(Clone, Debug, PartialEq)]
pub struct Settings {
    /// Substep, ms.
    pub dt: f64,
    /// Substeps in a tick.
    pub substeps: u32,
    /// Tick, ms.
    pub tick: f64,
    /// Substeps between exchanges of potential through gap junctions; divides `substeps`.
    pub coupling: u32,
    /// Scheme.
    pub integrator: Integrator,
    /// Arithmetic of the backend.
    pub precision: Precision,
    /// degC.
    pub celsius: f64,
    /// Seed of every random number.
    pub seed: u64,
}

/// A population's place among the cells.
#[derive(Clone, Debug)]
pub struct PopulationPlan {
    /// Name.
    pub name: String,
    /// First cell.
    pub first: u32,
    /// Number of cells.
    pub count: u32,
    /// Names of the cells, where they have any.
    pub labels: Option<Vec<String>>,
}

/// Per-cell arrays.
#[derive(Clone, Debug, Default)]
pub struct Cells {
    /// First node of each cell, and one past the last node.
    pub first_node: Numbers,
    /// Class of each cell.
    pub class: Column<u32>,
    /// Position of the cell in its class.
    pub place: Numbers,
    /// Node where spikes are detected.
    pub detector: Numbers,
    /// Spike threshold, mV.
    pub threshold: Column<f64>,
}

impl Cells {
    /// Number of cells.
    #[must_use]
    pub fn len(&self) -> usize {
        self.class.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.class.is_empty()
    }

    /// The nodes of a cell.
    #[must_use]
    pub fn nodes(&self, cell: usize) -> std::ops::Range<usize> {
        self.first_node.at(cell) as usize..self.first_node.at(cell + 1) as usize
    }

    /// The cell a node belongs to.
    #[must_use]
    pub fn of_node(&self, node: u32) -> usize {
        self.first_node.up_to(node) - 1
    }
}

/// Marks a cell's root in [`Nodes::parent`].
pub const NO_PARENT: u32 = u32::MAX;

/// Per-node arrays, cells one after the other, parents before children.
#[derive(Clone, Debug, Default)]
pub struct Nodes {
    /// Node towards the root (over all cells), or [`NO_PARENT`].
    pub parent: Column<u32>,
    /// Conductance to the parent, uS.
    pub axial: Column<f64>,
    /// nF; 0 for a branch point without membrane.
    pub capacitance: Column<f64>,
    /// um2.
    pub area: Column<f64>,
    /// Sum of ungated conductances, uS.
    pub leak: Column<f64>,
    /// Sum of ungated conductances times their reversal potentials, nA.
    pub leak_current: Column<f64>,
    /// Initial potential, mV.
    pub v_init: Column<f64>,
}

/// Cells with the same gated channels and signalling.
#[derive(Clone, Debug)]
pub struct Class {
    /// The channels.
    pub channels: Vec<ClassChannel>,
    /// Cells of the class, ascending.
    pub cells: Numbers,
    /// First of each cell's entries in per-class-node arrays, and one past the last.
    pub first: Numbers,
    /// Calcium of the cells and what follows from it.
    pub signalling: Option<ClassSignalling>,
}

/// Signalling of the cells of a class.
#[derive(Clone, Debug)]
pub struct ClassSignalling {
    /// Its constants.
    pub constants: Signalling,
    /// Calcium that 1 nA carries into each cell of the class in 1 ms, uM.
    pub kappa: Vec<f64>,
}

impl Class {
    /// Nodes of all cells of the class.
    #[must_use]
    pub fn nodes(&self) -> usize {
        self.first.last().map_or(0, |n| n as usize)
    }
}

/// A gated channel in the cells of a class.
#[derive(Clone, Debug)]
pub struct ClassChannel {
    /// The channel.
    pub channel: Channel,
    /// Its reversal potential at the run's temperature, mV; 0 where it follows the cell's calcium.
    pub reversal: f64,
    /// Maximal conductance of each class node, uS; for a GHK current, maximal permeability, um3/ms.
    pub gbar: Column<f64>,
    /// Whether signalling scales it.
    pub modulated: bool,
    /// Whether its current is of calcium.
    pub carries_calcium: bool,
}

/// A kind of synaptic conductance.
#[derive(Clone, Debug, PartialEq)]
pub struct Receptor {
    /// For messages: the synapse kind, and the receptor where it has several.
    pub name: String,
    /// mV.
    pub reversal: f64,
    /// By which the node's potential closes it.
    pub block: Option<Block>,
    /// Dynamics of a slot.
    pub dynamics: Dynamics,
}

/// How a slot's conductance moves.
#[derive(Clone, Debug, PartialEq)]
pub enum Dynamics {
    /// One pool that decays with `tau` (ms).
    Exponential {
        /// ms.
        tau: f64,
    },
    /// Two pools; `g` = decaying - rising; both jump by weight times `factor`.
    DoubleExponential {
        /// ms.
        rise: f64,
        /// ms.
        decay: f64,
        /// Makes the peak equal the weight.
        factor: f64,
    },
    /// Sums over kinetic synapses: decaying, and pulsed at the tick's start and end.
    Kinetic {
        /// The tick's step.
        step: KineticStep,
        /// Whether calcium enters by it, a blocked one: then each slot keeps the mean of `B(V) (V - E)` over the last tick.
        drives_calcium: bool,
    },
}

/// Places with synaptic conductance, in order of (partition of target cells, receptor, node).
#[derive(Clone, Debug, Default)]
pub struct Slots {
    /// Receptor of each slot.
    pub receptor: Vec<u32>,
    /// Node of each slot.
    pub node: Vec<u32>,
    /// First slot of each partition, and one past the last.
    pub first_of_partition: Vec<u32>,
}

/// Weights or states in the run's precision.
#[derive(Clone, Debug)]
pub enum Values {
    /// The same value, how many times.
    Same(f64, usize),
    /// Single.
    F32(Vec<f32>),
    /// Double.
    F64(Vec<f64>),
}

impl Values {
    /// `n` zeros.
    #[must_use]
    pub fn zeros(precision: Precision, n: usize) -> Self {
        match precision {
            Precision::F32 => Values::F32(vec![0.0; n]),
            Precision::F64 => Values::F64(vec![0.0; n]),
        }
    }

    /// Value `i`.
    #[must_use]
    pub fn get(&self, i: usize) -> f64 {
        match self {
            Values::Same(x, _) => *x,
            Values::F32(v) => f64::from(v[i]),
            Values::F64(v) => v[i],
        }
    }

    /// Sets value `i`.
    ///
    /// # Panics
    /// When there is one value for all.
    #[allow(clippy::cast_possible_truncation)]
    pub fn set(&mut self, i: usize, x: f64) {
        match self {
            Values::Same(..) => panic!("one value stands for all"),
            Values::F32(v) => v[i] = x as f32,
            Values::F64(v) => v[i] = x,
        }
    }

    /// How many.
    #[must_use]
    pub fn len(&self) -> usize {
        match self {
            Values::Same(_, n) => *n,
            Values::F32(v) => v.len(),
            Values::F64(v) => v.len(),
        }
    }

    /// Bytes held, room in reserve included.
    #[must_use]
    pub fn bytes(&self) -> usize {
        match self {
            Values::Same(..) => 0,
            Values::F32(v) => 4 * v.capacity(),
            Values::F64(v) => 8 * v.capacity(),
        }
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// Linear synapses without state of their own, stored by source within a partition of targets.
///
/// The synapses of source `i` into partition `p` are `first[p * (sources + 1) + i] .. first[p * (sources + 1) + i + 1]`,
/// in table order; there are no offsets where there is no synapse.
#[derive(Clone, Debug)]
pub struct EventSynapses {
    /// Number of sources (cells and generators).
    pub sources: usize,
    /// Offsets as said above.
    pub first: Vec<u32>,
    /// Slot of each synapse.
    pub slot: Vec<u32>,
    /// Weight, uS (multiplied by the peak factor where the kind has one).
    pub weight: Values,
    /// Delay in ticks.
    pub delay: Vec<u16>,
    /// Smallest delay of synapses from cells, ticks; `u16::MAX` where there are none.
    pub shortest_delay: u16,
    /// Largest delay, ticks.
    pub longest_delay: u16,
}

impl EventSynapses {
    /// Offsets of a partition, one more than there are sources; none where there is no synapse.
    #[must_use]
    pub fn offsets(&self, partition: usize) -> &[u32] {
        let length = if self.first.is_empty() { 0 } else { self.sources + 1 };
        &self.first[partition * length..(partition + 1) * length]
    }

    /// The synapses of a source into a partition.
    #[must_use]
    pub fn of(&self, partition: usize, source: usize) -> std::ops::Range<usize> {
        match self.offsets(partition).get(source..source + 2) {
            Some(own) => own[0] as usize..own[1] as usize,
            None => 0..0,
        }
    }

    /// All partitions' offsets in turn.
    pub fn by_partition(&self) -> impl Iterator<Item = &[u32]> {
        self.first.chunks(self.sources + 1)
    }
}

/// Synapses of one kind that are advanced by the clock: kinetic or plastic, stored by target node.
///
/// Structural synapses have a group for each projection, with free slots.
#[derive(Clone, Debug)]
pub struct ClockedGroup {
    /// Name of the kind, and of the projection where the group has one of its own.
    pub name: String,
    /// Name of the kind.
    pub kind: String,
    /// Receptors of each synapse.
    pub receptors: Vec<u32>,
    /// Conductance of one synapse of weight 1, per receptor, uS; for linear receptors the factor of the weight.
    pub conductance: Vec<f64>,
    /// Length of the transmitter pulse in ticks.
    pub pulse: u16,
    /// What a tick does to a synapse.
    pub step: ClockedStep,
    /// State of a synapse, in the order of snapshots.
    pub variables: Vec<SynapticVariable>,
    /// Initial value of each variable; that of the weight is [`ClockedGroup::weight`].
    pub initial: Vec<f64>,
    /// What is plastic.
    pub plasticity: Plasticity,
    /// Index into [`Plan::activity`] of what homeostatic and structural plasticity see, where there is any.
    pub activity: [Option<u32>; 2],
    /// Ticks between two updates of homeostatic and of structural plasticity; 0 for never.
    pub interval: [u32; 2],
    /// Sources a new synapse may have, and whether its own cell is one of them.
    pub candidates: (std::ops::Range<u32>, bool),
    /// Ticks by which the presynaptic calcium of Graupner and Brunel is late.
    pub late: u16,
    /// Target nodes, ascending.
    pub node: Vec<u32>,
    /// Cell of each target node.
    pub cell: Vec<u32>,
    /// Slot of target node `i` for receptor `r` is `slot[i * receptors.len() + r]`.
    pub slot: Vec<u32>,
    /// First synapse of each target node, and one past the last.
    pub first: Vec<u32>,
    /// Weight of each synapse.
    pub weight: Values,
    /// Delay in ticks.
    pub delay: Vec<u16>,
    /// Largest delay, ticks.
    pub longest_delay: u16,
    /// First entry in [`ClockedGroup::synapse`] of each source, and one past the last.
    pub of_source: Vec<u32>,
    /// Synapses by (source, delay, synapse); free slots are not among them.
    pub synapse: Vec<u32>,
}

impl ClockedGroup {
    /// Number of slots: synapses and, where they are structural, free ones.
    #[must_use]
    pub fn len(&self) -> usize {
        self.delay.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.delay.is_empty()
    }

    /// The synapses in `range` by which `source` reaches the group after `delay`, ascending.
    #[must_use]
    pub fn reached(&self, source: u32, delay: u16, range: &std::ops::Range<usize>) -> &[u32] {
        let own = self.of_source[source as usize] as usize..self.of_source[source as usize + 1] as usize;
        let own = &self.synapse[own];
        let of = |synapse: &u32| self.delay[*synapse as usize];
        let from = own.partition_point(|s| of(s) < delay);
        let own = &own[from..];
        let own = &own[..own.partition_point(|s| of(s) == delay)];
        let from = own.partition_point(|&s| (s as usize) < range.start);
        let own = &own[from..];
        &own[..own.partition_point(|&s| (s as usize) < range.end)]
    }

    /// The weight that synapse `i` (not a free slot) acts with at the start: where efficacy moves, that of its initial value.
    #[must_use]
    pub fn effective_weight_at_start(&self, i: usize) -> f64 {
        let weight = self.weight.get(i);
        match (&self.step.graupner_brunel, &self.plasticity.graupner_brunel) {
            (Some(step), Some(rule)) => step.weight(weight, rule.rho_init),
            _ => weight,
        }
    }

    /// The target node of a synapse, as an index into [`ClockedGroup::node`].
    #[must_use]
    pub fn place_of(&self, synapse: u32) -> usize {
        self.first.partition_point(|&first| first <= synapse) - 1
    }

    /// Source of each slot; `none` for a free one.
    #[must_use]
    #[allow(clippy::cast_possible_truncation)]
    pub fn sources(&self, none: u32) -> Vec<u32> {
        let mut sources = vec![none; self.len()];
        for (source, own) in self.of_source.windows(2).enumerate() {
            for &synapse in &self.synapse[own[0] as usize..own[1] as usize] {
                sources[synapse as usize] = source as u32;
            }
        }
        sources
    }

    /// Ticks between the stamp of a spike and the last tick in which the group asks for it.
    #[must_use]
    pub fn reach(&self) -> u16 {
        self.longest_delay + (self.pulse - 1).max(self.late)
    }

    /// Position of a variable by the name users type: `w`, `ca`, `s_nmda`, ...
    #[must_use]
    pub fn variable(&self, receptors: &[Receptor], name: &str) -> Option<usize> {
        self.variable_names(receptors).iter().position(|known| known == name)
    }

    /// The names of the variables.
    #[must_use]
    pub fn variable_names(&self, receptors: &[Receptor]) -> Vec<String> {
        let tsodyks = matches!(self.plasticity.short_term, Some(ShortTerm::TsodyksMarkram { .. }));
        let name = |variable: &SynapticVariable| match *variable {
            SynapticVariable::Open(r) => {
                let full = &receptors[self.receptors[r] as usize].name;
                format!("s_{}", full.rsplit('.').next().unwrap_or(full))
            }
            SynapticVariable::Facilitation if tsodyks => "u".to_owned(),
            SynapticVariable::Depression if tsodyks => "x".to_owned(),
            other => other.name().to_owned(),
        };
        self.variables.iter().map(name).collect()
    }
}

/// Cells that share a pool of dopamine.
#[derive(Clone, Debug, PartialEq)]
pub struct RegionPlan {
    /// Name.
    pub name: String,
    /// Decay time, ms.
    pub tau: f64,
}

/// Dopamine that is released into a region.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RewardPlan {
    /// At the start of this tick.
    pub tick: u64,
    /// Index into [`Plan::regions`].
    pub region: u32,
    /// uM.
    pub amount: f64,
}

/// Marks a cell without a region in [`Plan::region`].
pub const NO_REGION: u16 = u16::MAX;

/// Gap junctions as two one-way entries a pair, by node.
#[derive(Clone, Debug, Default)]
pub struct Gaps {
    /// Nodes with gap junctions, ascending.
    pub node: Vec<u32>,
    /// First entry of each node, and one past the last.
    pub first: Vec<u32>,
    /// Index into `node` of the partner.
    pub partner: Vec<u32>,
    /// uS.
    pub conductance: Vec<f64>,
    /// Number of junctions (pairs).
    pub junctions: usize,
}

/// A source of spikes that is not a cell.
#[derive(Clone, Debug)]
pub enum Generator {
    /// Independent Poisson spikes.
    Poisson {
        /// Hz.
        rate: f64,
        /// First ms.
        start: f64,
        /// Last ms.
        stop: f64,
    },
    /// Arrivals at given ticks, ascending.
    Listed {
        /// Ticks.
        ticks: std::sync::Arc<Vec<u64>>,
    },
}

/// A current or clamp and the nodes it reaches.
#[derive(Clone, Debug)]
pub struct Injection {
    /// Name of the stimulus.
    pub name: String,
    /// Nodes, in order of cells.
    pub nodes: Numbers,
    /// What is injected.
    pub source: InjectionSource,
}

/// What an injection injects.
#[derive(Clone, Debug)]
pub enum InjectionSource {
    /// A waveform, in nA or uA/cm2.
    Current {
        /// Its course.
        waveform: Waveform,
        /// Unit of its values.
        unit: CurrentUnit,
    },
    /// A sinusoidal current, in nA or uA/cm2.
    Oscillation {
        /// Its course.
        wave: Oscillation,
        /// Unit of its values.
        unit: CurrentUnit,
    },
    /// Ornstein-Uhlenbeck current.
    Noise {
        /// nA.
        mean: f64,
        /// nA.
        sd: f64,
        /// ms.
        tau: f64,
        /// ms.
        start: f64,
        /// ms.
        stop: f64,
    },
    /// Voltage clamp.
    Clamp {
        /// mV.
        waveform: Waveform,
        /// uS.
        conductance: f64,
        /// ms.
        start: f64,
        /// ms.
        stop: f64,
    },
}

/// What a probe of synapses reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SynapseSite {
    /// Index into [`Plan::clocked`].
    pub group: u32,
    /// Index into its variables.
    pub variable: u32,
    /// Index into its synapses.
    pub synapse: u32,
}

/// A recording.
#[derive(Clone, Debug)]
pub struct ProbePlan {
    /// Unique name.
    pub name: String,
    /// What.
    pub variable: Variable,
    /// Node of each value.
    pub nodes: Vec<u32>,
    /// Synapse of each value, where synapses are probed.
    pub synapses: Vec<SynapseSite>,
    /// Label of each value: cell and place.
    pub labels: Vec<String>,
    /// Index of the population whose cells are probed.
    pub population: usize,
    /// Where each value is on its cell.
    pub places: Vec<ProbePlace>,
    /// Sampling interval in substeps.
    pub interval: u32,
}

/// Where a value of a probe is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ProbePlace {
    /// Cell, over all populations.
    pub cell: u32,
    /// Section of the cell's shape, in the order of the model.
    pub section: u32,
    /// Position of the middle of the compartment on its section, from 0 to 1.
    pub position: f64,
}

impl Plan {
    /// Sources of spikes: cells, then generators.
    #[must_use]
    pub fn sources(&self) -> usize {
        self.cells.len() + self.generators.len()
    }

    /// What free slots have as their source: one past the last.
    #[must_use]
    #[allow(clippy::cast_possible_truncation)]
    pub fn no_source(&self) -> u32 {
        self.sources() as u32
    }

    /// Number of synapses of both layouts, those of generators included; free slots are none.
    #[must_use]
    pub fn synapses(&self) -> usize {
        self.events.slot.len() + self.clocked.iter().map(|g| g.synapse.len()).sum::<usize>()
    }

    /// Nodes with membrane.
    #[must_use]
    pub fn compartments(&self) -> usize {
        self.nodes.capacitance.iter().filter(|&c| c > 0.0).count()
    }

    /// Largest delay of any synapse, ticks; at least 1.
    #[must_use]
    pub fn longest_delay(&self) -> u16 {
        let clocked = self.clocked.iter().map(ClockedGroup::reach).max();
        self.events.longest_delay.max(clocked.unwrap_or(1)).max(1)
    }

    /// `population[index]`, or the cell's label, for messages.
    #[must_use]
    pub fn cell_name(&self, cell: u32) -> String {
        let found = self.populations.iter().find(|p| cell >= p.first && cell - p.first < p.count);
        found.map_or_else(
            || format!("cell {cell}"),
            |p| {
                let index = (cell - p.first) as usize;
                p.labels.as_ref().map_or_else(|| format!("{}[{index}]", p.name), |labels| labels[index].clone())
            },
        )
    }
}
