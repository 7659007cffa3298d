//! The plan: a network lowered to flat arrays, the one thing every backend reads.
//!
//! Cells are numbered over all populations in order, nodes over all cells, slots (a place and a kind of conductance) as said
//! at [`Slots`]. Nothing here depends on the number of threads or the width of a vector.

use huxley_model::channel::{Channel, Integrator};
use huxley_model::network::{CurrentUnit, Precision, Variable, Waveform};
use huxley_model::signalling::Signalling;
use huxley_model::synapse::KineticStep;

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
    /// Clock-driven synapses, one group a kind.
    pub kinetic: Vec<KineticGroup>,
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
    pub first_node: Vec<u32>,
    /// Class of each cell.
    pub class: Vec<u32>,
    /// Position of the cell in its class.
    pub place: Vec<u32>,
    /// Node where spikes are detected.
    pub detector: Vec<u32>,
    /// Spike threshold, mV.
    pub threshold: Vec<f64>,
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
        self.first_node[cell] as usize..self.first_node[cell + 1] as usize
    }

    /// The cell a node belongs to.
    #[must_use]
    pub fn of_node(&self, node: u32) -> usize {
        self.first_node.partition_point(|&first| first <= node) - 1
    }
}

/// Marks a cell's root in [`Nodes::parent`].
pub const NO_PARENT: u32 = u32::MAX;

/// Per-node arrays, cells one after the other, parents before children.
#[derive(Clone, Debug, Default)]
pub struct Nodes {
    /// Node towards the root (over all cells), or [`NO_PARENT`].
    pub parent: Vec<u32>,
    /// Conductance to the parent, uS.
    pub axial: Vec<f64>,
    /// nF; 0 for a branch point without membrane.
    pub capacitance: Vec<f64>,
    /// um2.
    pub area: Vec<f64>,
    /// Sum of ungated conductances, uS.
    pub leak: Vec<f64>,
    /// Sum of ungated conductances times their reversal potentials, nA.
    pub leak_current: Vec<f64>,
    /// Initial potential, mV.
    pub v_init: Vec<f64>,
}

/// Cells with the same gated channels and signalling.
#[derive(Clone, Debug)]
pub struct Class {
    /// The channels.
    pub channels: Vec<ClassChannel>,
    /// Cells of the class, ascending.
    pub cells: Vec<u32>,
    /// First of each cell's entries in per-class-node arrays, and one past the last.
    pub first: Vec<u32>,
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
        self.first.last().map_or(0, |&n| n as usize)
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
    pub gbar: Vec<f64>,
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
        /// Magnesium concentration, mM, of an NMDA receptor.
        magnesium: Option<f64>,
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
            Values::F32(v) => f64::from(v[i]),
            Values::F64(v) => v[i],
        }
    }

    /// Sets value `i`.
    #[allow(clippy::cast_possible_truncation)]
    pub fn set(&mut self, i: usize, x: f64) {
        match self {
            Values::F32(v) => v[i] = x as f32,
            Values::F64(v) => v[i] = x,
        }
    }

    /// How many.
    #[must_use]
    pub fn len(&self) -> usize {
        match self {
            Values::F32(v) => v.len(),
            Values::F64(v) => v.len(),
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
/// in table order.
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
    /// Largest delay, ticks.
    pub longest_delay: u16,
}

/// Kinetic synapses of one kind, stored by target node.
#[derive(Clone, Debug)]
pub struct KineticGroup {
    /// For messages.
    pub name: String,
    /// Receptors of each synapse.
    pub receptors: Vec<u32>,
    /// Conductance of one synapse of weight 1, per receptor, uS.
    pub conductance: Vec<f64>,
    /// Length of the transmitter pulse in ticks.
    pub pulse: u16,
    /// Target nodes, ascending.
    pub node: Vec<u32>,
    /// Slot of target node `i` for receptor `r` is `slot[i * receptors.len() + r]`.
    pub slot: Vec<u32>,
    /// First synapse of each target node, and one past the last.
    pub first: Vec<u32>,
    /// Source of each synapse.
    pub source: Vec<u32>,
    /// Weight of each synapse.
    pub weight: Values,
    /// Delay in ticks.
    pub delay: Vec<u16>,
    /// Largest delay, ticks.
    pub longest_delay: u16,
}

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
    pub nodes: Vec<u32>,
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

/// A recording.
#[derive(Clone, Debug)]
pub struct ProbePlan {
    /// Unique name.
    pub name: String,
    /// What.
    pub variable: Variable,
    /// Nodes.
    pub nodes: Vec<u32>,
    /// Label of each node: cell and place.
    pub labels: Vec<String>,
    /// Sampling interval in substeps.
    pub interval: u32,
}

impl Plan {
    /// Sources of spikes: cells, then generators.
    #[must_use]
    pub fn sources(&self) -> usize {
        self.cells.len() + self.generators.len()
    }

    /// Number of synapses of both layouts, those of generators included.
    #[must_use]
    pub fn synapses(&self) -> usize {
        self.events.slot.len() + self.kinetic.iter().map(|g| g.source.len()).sum::<usize>()
    }

    /// Nodes with membrane.
    #[must_use]
    pub fn compartments(&self) -> usize {
        self.nodes.capacitance.iter().filter(|&&c| c > 0.0).count()
    }

    /// Largest delay of any synapse, ticks; at least 1.
    #[must_use]
    pub fn longest_delay(&self) -> u16 {
        let kinetic = self.kinetic.iter().map(|g| g.longest_delay + g.pulse - 1).max();
        self.events.longest_delay.max(kinetic.unwrap_or(1)).max(1)
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
