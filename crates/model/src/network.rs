//! The description of a network: what a model file says, with units taken off and nothing lowered yet.
//!
//! Units: mV, ms, nA, uS, um, uF/cm2, S/cm2, ohm cm, Hz, degC.

use crate::channel::{Channel, Integrator};
pub use crate::connections::{Connection, Connections};
use crate::morphology::{Discretisation, Morphology, SectionKind};
use crate::plasticity::Plasticity;
use crate::signalling::{Messenger, Signalling};
pub use crate::synapse::Block;

/// A whole model: populations, what connects and drives them, what is recorded, and how to run it.
#[derive(Clone, Debug, Default)]
pub struct Network {
    /// Short name, used for output folders.
    pub name: String,
    /// One line on what it is.
    pub title: String,
    /// Sentences every summary of a run shows (licence, warnings on what the model does not claim).
    pub notes: Vec<String>,
    /// Temperature, degC.
    pub celsius: f64,
    /// Groups of cells.
    pub populations: Vec<Population>,
    /// What sends spikes at given times without being simulated.
    pub sources: Vec<SpikeSources>,
    /// Kinds of synapses, referred to by index.
    pub synapses: Vec<SynapseKind>,
    /// Chemical connections.
    pub projections: Vec<Projection>,
    /// Electrical connections.
    pub gap_junctions: Vec<GapJunctions>,
    /// What drives the network.
    pub stimuli: Vec<Stimulus>,
    /// Regions with a dopamine pool of their own; with none, all cells share one called `brain`.
    pub regions: Vec<Region>,
    /// Rewards: dopamine at given times.
    pub rewards: Vec<Reward>,
    /// What is recorded beside spikes.
    pub probes: Vec<Probe>,
    /// Defaults of a run.
    pub run: RunDefaults,
}

/// Cells whose spikes are given. Projections name them as their source.
#[derive(Clone, Debug, Default)]
pub struct SpikeSources {
    /// Name, unlike that of any population.
    pub name: String,
    /// Spike times of each, ms. A spike reaches a synapse its delay later.
    pub trains: Vec<Vec<f64>>,
}

/// Cells that share one membrane description, or one a shape.
#[derive(Clone, Debug)]
pub struct Population {
    /// Unique name.
    pub name: String,
    /// Distinct shapes, shared by cells.
    pub shapes: Vec<Morphology>,
    /// One entry a cell.
    pub cells: Vec<Cell>,
    /// How sections become compartments.
    pub discretisation: Discretisation,
    /// Channels and passive properties.
    pub membrane: Membrane,
    /// The same by shape, where shapes differ in it: one for each of `shapes`, or none.
    pub membranes: Vec<Membrane>,
    /// Initial membrane potential, mV.
    pub v_init: Distribution,
    /// A spike is an upward crossing of this potential, mV.
    pub threshold: f64,
    /// Where the crossing is looked for.
    pub detector: Site,
    /// Calcium of the cells and what follows from it; none has neither.
    pub signalling: Option<CellSignalling>,
}

impl Population {
    /// The membrane of the cells of a shape.
    #[must_use]
    pub fn membrane_of(&self, shape: usize) -> &Membrane {
        self.membranes.get(shape).unwrap_or(&self.membrane)
    }

    /// Every membrane that cells may have.
    pub fn all_membranes(&self) -> impl Iterator<Item = &Membrane> {
        self.membranes.iter().chain(self.membranes.is_empty().then_some(&self.membrane))
    }
}

/// Signalling inside each cell of a population.
#[derive(Clone, Debug, Default)]
pub struct CellSignalling {
    /// Its constants.
    pub constants: Signalling,
    /// Names of the channels whose conductance it scales.
    pub modulates: Vec<String>,
    /// Names of channels with a reversal potential of their own whose current is of calcium all the same.
    pub carriers: Vec<String>,
}

/// One cell.
#[derive(Clone, Debug)]
pub struct Cell {
    /// Index into [`Population::shapes`].
    pub shape: usize,
    /// Name (`AVAL`), or none: then the cell is called by its index.
    pub label: Option<String>,
}

/// Passive properties and channels.
#[derive(Clone, Debug)]
pub struct Membrane {
    /// Specific capacitance, uF/cm2.
    pub capacitance: f64,
    /// The same in kinds of sections that differ in it, uF/cm2.
    pub capacitances: Vec<(SectionKind, f64)>,
    /// Axial resistivity, ohm cm.
    pub axial_resistivity: f64,
    /// Channels and where they are.
    pub insertions: Vec<Insertion>,
}

impl Membrane {
    /// A membrane of one specific capacitance (uF/cm2) and axial resistivity (ohm cm).
    #[must_use]
    pub fn new(capacitance: f64, axial_resistivity: f64, insertions: Vec<Insertion>) -> Self {
        Self { capacitance, capacitances: Vec::new(), axial_resistivity, insertions }
    }

    /// Specific capacitance in sections of `kind`, uF/cm2.
    #[must_use]
    pub fn capacitance_in(&self, kind: SectionKind) -> f64 {
        self.capacitances.iter().find(|(own, _)| *own == kind).map_or(self.capacitance, |(_, own)| *own)
    }
}

/// A channel in the membrane.
#[derive(Clone, Debug)]
pub struct Insertion {
    /// The channel.
    pub channel: Channel,
    /// Density by kind of section, S/cm2 (cm/s for a GHK current); the first entry whose kind matches counts.
    pub density: Vec<(SectionKind, f64)>,
}

impl Insertion {
    /// Density in sections of `kind`, S/cm2 or cm/s.
    #[must_use]
    pub fn density_in(&self, kind: SectionKind) -> f64 {
        self.density.iter().find(|(k, _)| *k == SectionKind::Any || *k == kind).map_or(0.0, |(_, density)| *density)
    }
}

/// A number, or how to draw one.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Distribution {
    /// The same everywhere.
    Constant(f64),
    /// Uniform between two bounds.
    Uniform {
        /// Lower bound.
        low: f64,
        /// Upper bound.
        high: f64,
    },
    /// Normal, cut off below `low` (values below are set to it).
    Normal {
        /// Mean.
        mean: f64,
        /// Standard deviation.
        sd: f64,
        /// Smallest value returned.
        low: f64,
    },
    /// Log-normal: the logarithm is normal.
    LogNormal {
        /// Mean of the value itself.
        mean: f64,
        /// Standard deviation of its natural logarithm.
        spread: f64,
    },
}

/// A place on a cell.
#[derive(Clone, Debug, PartialEq)]
pub enum Site {
    /// The middle of the first soma section, or of the first section where there is no soma.
    Soma,
    /// A position in [0, 1] on the section of that name.
    Section {
        /// Section name.
        name: String,
        /// 0 at its start, 1 at its end.
        position: f64,
    },
    /// A compartment by its index in the cell (section order, then along the section; nodes without membrane not counted).
    Compartment(usize),
    /// One compartment with membrane of the given kind, drawn for each connection with probability proportional to area.
    Random(SectionKind),
    /// Every compartment with membrane of the given kind.
    Every(SectionKind),
}

/// Which cells of a population.
#[derive(Clone, Debug, PartialEq)]
pub enum CellSelection {
    /// All.
    All,
    /// By index.
    Indices(Vec<usize>),
    /// `first`, `first + step`, ... below `end`.
    Range {
        /// First index.
        first: usize,
        /// One past the last index; none is the size of the population.
        end: Option<usize>,
        /// Stride, at least 1.
        step: usize,
    },
    /// By label.
    Labels(Vec<String>),
}

/// Places on cells of one population.
#[derive(Clone, Debug, PartialEq)]
pub struct Target {
    /// Population name.
    pub population: String,
    /// Which cells.
    pub cells: CellSelection,
    /// Where on each.
    pub site: Site,
}

/// A kind of synapse.
#[derive(Clone, Debug, PartialEq)]
pub struct SynapseKind {
    /// Unique name.
    pub name: String,
    /// Its dynamics.
    pub model: SynapseModel,
    /// What is plastic in it.
    pub plasticity: Plasticity,
}

impl SynapseKind {
    /// A kind in which nothing is plastic.
    #[must_use]
    pub fn fixed(name: impl Into<String>, model: SynapseModel) -> Self {
        Self { name: name.into(), model, plasticity: Plasticity::NONE }
    }

    /// Whether its synapses have state that the clock advances: kinetic or plastic ones. Others are events.
    #[must_use]
    pub fn is_clocked(&self) -> bool {
        matches!(self.model, SynapseModel::Kinetic { .. }) || !self.plasticity.is_none()
    }

    /// Numbers one synapse carries beside a weight that does not move.
    #[must_use]
    pub fn variables(&self) -> usize {
        let receptors = match &self.model {
            SynapseModel::Kinetic { receptors, .. } => receptors.len(),
            _ => 0,
        };
        let p = &self.plasticity;
        let one = |on: bool| usize::from(on);
        receptors
            + 2 * one(p.short_term.is_some())
            + one(p.calcium.is_some())
            + one(p.camkii.is_some())
            + one(p.stdp.is_some())
            + 2 * one(p.graupner_brunel.is_some())
            + one(p.moves_weights())
    }
}

/// Dynamics of a synapse.
#[derive(Clone, Debug, PartialEq)]
pub enum SynapseModel {
    /// `g` jumps by the weight (uS) and decays: NEURON's `ExpSyn`.
    Exponential {
        /// Decay time, ms.
        tau: f64,
        /// Reversal potential, mV.
        reversal: f64,
        /// By which V closes it; none for no block.
        block: Option<Block>,
    },
    /// Difference of two exponentials with the weight (uS) as its peak: NEURON's `Exp2Syn`.
    DoubleExponential {
        /// Rise time, ms, below `decay`.
        rise: f64,
        /// Decay time, ms.
        decay: f64,
        /// Reversal potential, mV.
        reversal: f64,
        /// By which V closes it; none for no block.
        block: Option<Block>,
    },
    /// Receptors driven by a transmitter pulse (Destexhe, Mainen & Sejnowski 1994); the weight is a factor.
    Kinetic {
        /// One to three receptors that share the pulse and the weight.
        receptors: Vec<Receptor>,
        /// Transmitter concentration during the pulse, mM.
        transmitter: f64,
        /// Length of the pulse, ms.
        pulse: f64,
    },
}

impl SynapseModel {
    /// [`SynapseModel::Exponential`] without a block: decay time in ms, reversal potential in mV.
    #[must_use]
    pub fn exponential(tau: f64, reversal: f64) -> Self {
        Self::Exponential { tau, reversal, block: None }
    }

    /// [`SynapseModel::DoubleExponential`] without a block: rise and decay time in ms, reversal potential in mV.
    #[must_use]
    pub fn double_exponential(rise: f64, decay: f64, reversal: f64) -> Self {
        Self::DoubleExponential { rise, decay, reversal, block: None }
    }
}

/// A receptor of a kinetic synapse: `ds/dt = alpha T (1 - s) - beta s`, `I = g w s B(V) (V - E)`.
#[derive(Clone, Debug, PartialEq)]
pub struct Receptor {
    /// `ampa`, `nmda`, `gaba_a`, or a user's own.
    pub name: String,
    /// Binding rate, per mM per ms.
    pub alpha: f64,
    /// Unbinding rate, per ms.
    pub beta: f64,
    /// Reversal potential, mV.
    pub reversal: f64,
    /// Conductance of one synapse of weight 1 with all receptors open, uS.
    pub conductance: f64,
    /// By which V closes it; none for no block.
    pub block: Option<Block>,
}

/// Cells that share a pool of dopamine.
#[derive(Clone, Debug, PartialEq)]
pub struct Region {
    /// Unique name.
    pub name: String,
    /// Cells, by population; a cell is in one region at most.
    pub cells: Vec<(String, CellSelection)>,
    /// Decay time of dopamine, ms.
    pub tau: f64,
}

/// Dopamine that is released into a region at given times.
#[derive(Clone, Debug, PartialEq)]
pub struct Reward {
    /// Unique name.
    pub name: String,
    /// Name of a region; none is every region.
    pub region: Option<String>,
    /// uM.
    pub amount: f64,
    /// ms, ascending.
    pub times: Vec<f64>,
}

/// Name of the region of a network that describes none.
pub const WHOLE_BRAIN: &str = "brain";

/// Connections from one population to another.
#[derive(Clone, Debug)]
pub struct Projection {
    /// Name, for messages and pictures.
    pub name: String,
    /// Source population, or the name of [`SpikeSources`].
    pub source: String,
    /// Target population.
    pub target: String,
    /// Index into [`Network::synapses`].
    pub synapse: usize,
    /// Who is connected to whom.
    pub rule: Rule,
    /// Weight, where the rule gives none: uS for `exp` and `exp2`, a factor for kinetic synapses.
    pub weight: Distribution,
    /// Delay, where the rule gives none, ms.
    pub delay: Distribution,
    /// Where on the target cell, where the rule gives none.
    pub site: Site,
}

/// Who is connected to whom.
#[derive(Clone, Debug, PartialEq)]
pub enum Rule {
    /// Every source to every target.
    AllToAll {
        /// Whether a cell may connect to itself.
        autapses: bool,
    },
    /// Source i to target i; sizes must be equal.
    OneToOne,
    /// Each pair independently.
    FixedProbability {
        /// In [0, 1].
        probability: f64,
        /// Whether a cell may connect to itself.
        autapses: bool,
    },
    /// Each target draws this many sources.
    FixedInDegree {
        /// Connections into each target.
        degree: usize,
        /// Whether a cell may connect to itself.
        autapses: bool,
        /// Whether a pair may be connected more than once.
        multapses: bool,
    },
    /// Each cell has its own number of partners, drawn log-normally; within one population.
    HeavyTailed(HeavyTailed),
    /// A list.
    Table(Connections),
}

/// Connections with degrees that differ widely from cell to cell.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct HeavyTailed {
    /// Connections into a cell, on average.
    pub degree: f64,
    /// Standard deviation of the natural logarithm of the number of inputs.
    pub in_spread: f64,
    /// The same of how likely a cell is to be a source.
    pub out_spread: f64,
    /// Fraction of the connections that are given their reverse, both counted; chance adds a few more.
    pub reciprocal: f64,
    /// Fraction of the cells, the last ones, that inhibit.
    pub inhibitory: f64,
    /// Which sources' connections these are.
    pub signs: Signs,
    /// Projections with the same number share their draws: the connections of cells that excite and of those that inhibit are
    /// parts of one network.
    pub draws: u32,
}

impl HeavyTailed {
    /// Probability that a connection is given its reverse: of `1 + p` connections `2 p` are then in both directions.
    #[must_use]
    pub fn back(&self) -> f64 {
        self.reciprocal / (2.0 - self.reciprocal)
    }

    /// How many of `cells` inhibit.
    #[must_use]
    #[allow(clippy::cast_possible_truncation, clippy::cast_precision_loss, clippy::cast_sign_loss)]
    pub fn inhibitory_cells(&self, cells: usize) -> usize {
        ((self.inhibitory * cells as f64).round() as usize).min(cells)
    }
}

/// Cells by their sign.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Signs {
    /// All cells.
    All,
    /// Those that excite.
    Excitatory,
    /// Those that inhibit.
    Inhibitory,
}

/// Gap junctions between cells of one or two populations.
#[derive(Clone, Debug)]
pub struct GapJunctions {
    /// Name, for messages.
    pub name: String,
    /// Population of the first cell of each pair.
    pub first: String,
    /// Population of the second.
    pub second: String,
    /// Unordered pairs with their conductance, uS.
    pub pairs: Vec<GapPair>,
    /// Where on the first cell.
    pub first_site: Site,
    /// Where on the second cell.
    pub second_site: Site,
    /// Coupling step, ms; none lets the plan choose (MODEL section 4).
    pub coupling_step: Option<f64>,
}

/// One gap junction.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct GapPair {
    /// Cell index in the first population.
    pub first: u32,
    /// Cell index in the second population.
    pub second: u32,
    /// uS.
    pub conductance: f64,
}

/// A stimulus: what it is and where it goes.
#[derive(Clone, Debug)]
pub struct Stimulus {
    /// Unique name.
    pub name: String,
    /// Where it goes.
    pub target: Target,
    /// What it is.
    pub kind: StimulusKind,
}

/// Kinds of stimuli.
#[derive(Clone, Debug, PartialEq)]
pub enum StimulusKind {
    /// Current, positive is depolarising.
    Current {
        /// Its course.
        waveform: Waveform,
        /// nA, or uA/cm2 of the compartment.
        unit: CurrentUnit,
    },
    /// Sinusoidal current, of one frequency or one that moves, positive is depolarising.
    Oscillation {
        /// Its course.
        wave: Oscillation,
        /// nA, or uA/cm2 of the compartment.
        unit: CurrentUnit,
    },
    /// Ornstein-Uhlenbeck current, drawn exactly at ticks, straight between them; independent for each compartment.
    Noise {
        /// Mean, nA.
        mean: f64,
        /// Stationary standard deviation, nA.
        sd: f64,
        /// Correlation time, ms.
        tau: f64,
        /// First ms.
        start: f64,
        /// Last ms.
        stop: f64,
    },
    /// Spikes at given times into a synapse of the given kind.
    SpikeTrain {
        /// Index into [`Network::synapses`].
        synapse: usize,
        /// Weight, as in a projection.
        weight: f64,
        /// Arrival times, ms, ascending.
        times: Vec<f64>,
    },
    /// Poisson spikes, independent for each compartment, into a synapse of the given kind.
    Poisson {
        /// Index into [`Network::synapses`].
        synapse: usize,
        /// Weight, as in a projection.
        weight: f64,
        /// Hz.
        rate: f64,
        /// First ms.
        start: f64,
        /// Last ms.
        stop: f64,
    },
    /// Voltage clamp through a series resistance.
    VoltageClamp {
        /// Command potential, mV.
        waveform: Waveform,
        /// Series resistance, megaohm.
        series_resistance: f64,
        /// First ms.
        start: f64,
        /// Last ms.
        stop: f64,
    },
}

/// Unit of an injected current.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CurrentUnit {
    /// nA into the compartment.
    Nanoampere,
    /// uA per cm2 of the compartment's membrane.
    MicroamperePerCm2,
}

/// A value over time: straight lines between points, and jumps where two points share a time.
#[derive(Clone, Debug, PartialEq)]
pub struct Waveform {
    /// (ms, value), times not descending; the value is `outside` before the first and after the last point.
    pub points: Vec<(f64, f64)>,
    /// Value outside the points.
    pub outside: f64,
}

impl Waveform {
    /// `value` from `start` to `stop` ms, 0 elsewhere.
    #[must_use]
    pub fn step(value: f64, start: f64, stop: f64) -> Self {
        Self { points: vec![(start, value), (stop, value)], outside: 0.0 }
    }

    /// The value at `t` ms; at a jump, the value after it.
    #[must_use]
    pub fn at(&self, t: f64) -> f64 {
        let next = self.points.partition_point(|&(time, _)| time <= t);
        if next == 0 || next == self.points.len() {
            return self.outside;
        }
        let (t0, y0) = self.points[next - 1];
        let (t1, y1) = self.points[next];
        y0 + (y1 - y0) * (t - t0) / (t1 - t0)
    }

    /// Times at which the value jumps, ms, ascending.
    #[must_use]
    pub fn jumps(&self) -> Vec<f64> {
        let (Some(&(first, y_first)), Some(&(last, y_last))) = (self.points.first(), self.points.last()) else {
            return Vec::new();
        };
        let mut jumps: Vec<f64> =
            self.points.windows(2).filter(|w| w[0].0 == w[1].0 && w[0].1 != w[1].1).map(|w| w[0].0).collect();
        if y_first != self.outside {
            jumps.insert(0, first);
        }
        if y_last != self.outside {
            jumps.push(last);
        }
        jumps.dedup();
        jumps
    }
}

/// `offset + amplitude sin(phase)` from `start` to `stop`, 0 elsewhere; the frequency moves along a straight line from `from` to
/// `to`, and the phase is `phase` at `start`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Oscillation {
    /// Mean value.
    pub offset: f64,
    /// Largest distance from it.
    pub amplitude: f64,
    /// Frequency at `start`, Hz.
    pub from: f64,
    /// Frequency at `stop`, Hz; the same as `from` for a sine.
    pub to: f64,
    /// Where in its cycle it starts: 0 to 1.
    pub phase: f64,
    /// First ms.
    pub start: f64,
    /// Last ms.
    pub stop: f64,
}

impl Oscillation {
    /// The value at `t` ms.
    #[must_use]
    pub fn at(&self, t: f64) -> f64 {
        if t >= self.start && t < self.stop { self.within(t) } else { 0.0 }
    }

    fn within(&self, t: f64) -> f64 {
        let since = t - self.start;
        // Half the change of frequency so far is its mean change; cycles from Hz and ms.
        let rise = (self.to - self.from) * (since / (self.stop - self.start));
        let cycles = self.phase + 1e-3 * since * (self.from + 0.5 * rise);
        self.offset + self.amplitude * (std::f64::consts::TAU * cycles.fract()).sin()
    }

    /// Times at which the value jumps, ms, ascending.
    #[must_use]
    pub fn jumps(&self) -> Vec<f64> {
        let ends = [self.start, self.stop].map(|t| (t, self.within(t)));
        ends.into_iter().filter(|(_, value)| *value != 0.0).map(|(t, _)| t).collect()
    }
}

/// What is sampled at a place.
#[derive(Clone, Debug, PartialEq)]
pub enum Variable {
    /// Membrane potential, mV.
    Potential,
    /// A gate of a channel.
    Gate {
        /// Channel name.
        channel: String,
        /// Gate name.
        gate: String,
    },
    /// Current through a channel, nA, outward positive.
    ChannelCurrent {
        /// Channel name.
        channel: String,
    },
    /// Current through the synapses of the compartment, nA, outward positive.
    SynapticCurrent,
    /// Current injected by stimuli (clamps included), nA, depolarising positive.
    InjectedCurrent,
    /// A variable of the synapses of one kind at the place: open fractions (1), `F`, `D`, `ca` (uM), `k`, `w`, ...
    Synapse {
        /// Name of the synapse kind.
        synapse: String,
        /// Name of the variable: `w`, `ca`, `k`, `F`, `D`, `u`, `x`, `trace`, `rho`, or `s_` and the name of a receptor.
        variable: String,
        /// Only synapses from this cell (population, index).
        source: Option<(String, usize)>,
    },
    /// Rate of the cell as homeostatic and structural plasticity see it, Hz, averaged over a time in ms.
    Activity {
        /// ms.
        tau: f64,
    },
    /// Dopamine of the cell's region, uM.
    Dopamine,
    /// A messenger of the cell's signalling, uM or a fraction.
    Messenger(Messenger),
}

/// A recording.
#[derive(Clone, Debug)]
pub struct Probe {
    /// Unique name.
    pub name: String,
    /// Where.
    pub target: Target,
    /// What.
    pub variable: Variable,
    /// Sampling interval, ms: a multiple of dt.
    pub interval: f64,
}

/// Length of a tick.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub enum Tick {
    /// The largest divisor of 1 ms not above the shortest delay.
    Auto,
    /// ms, a divisor of 1 ms.
    #[default]
    OneMillisecond,
    /// ms, a divisor of 1 ms and a multiple of dt.
    Fixed(f64),
}

/// Precision of a backend's arithmetic.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Precision {
    /// Single.
    #[default]
    F32,
    /// Double.
    F64,
}

/// What a run does unless told otherwise.
#[derive(Clone, Debug)]
pub struct RunDefaults {
    /// Biological time, ms.
    pub duration: f64,
    /// Substep, ms.
    pub dt: f64,
    /// Network resolution.
    pub tick: Tick,
    /// Scheme.
    pub integrator: Integrator,
    /// Arithmetic.
    pub precision: Precision,
    /// Seed of every random number.
    pub seed: u64,
}

impl Default for RunDefaults {
    fn default() -> Self {
        Self {
            duration: 1000.0,
            dt: 0.025,
            tick: Tick::default(),
            integrator: Integrator::default(),
            precision: Precision::default(),
            seed: 1,
        }
    }
}
