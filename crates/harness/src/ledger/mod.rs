//! The ledger: how many operations each part of the model takes, how often it runs, and what it reads and writes, beside the article's
//! figures.
//!
//! A [`Part`] is a few calls of functions of `huxley_model`, the ones that the oracle and the kernels call. It is run on
//! [`Counted`](huxley_model::counted::Counted) and its relatives, and recorded; nothing is counted by reading. [`rows`] puts the
//! parts in the article's order; [`plan`] counts a network.

pub mod article;
pub mod part;
pub mod parts;
pub mod plan;
pub mod published;
mod rows;
mod why;

use huxley_model::channel::{Channel, Integrator};
use huxley_model::counted::Operations;
use huxley_model::network::Precision;
use huxley_model::preset;

pub use part::{Count, Part};
pub use plan::{PlanLedger, RunWork, Work, generator_spikes, of_plan};
pub use published::{Published, published};
pub(crate) use rows::article_synapse;
pub use rows::rows;

/// How operations are weighed into one number.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Convention {
    /// Of an exponential.
    pub exp: f64,
    /// Of a division.
    pub div: f64,
}

impl Default for Convention {
    /// An exponential as 10, as Izhikevich 2004 and the article take it; a division as 1, a multiply-add as 2.
    fn default() -> Self {
        Self { exp: 10.0, div: 1.0 }
    }
}

/// Operations, on average over some executions.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Amount {
    /// Additions and subtractions.
    pub add: f64,
    /// Multiplications.
    pub mul: f64,
    /// Divisions.
    pub div: f64,
    /// Multiply-adds.
    pub fma: f64,
    /// Exponentials.
    pub exp: f64,
    /// Comparisons, minima, maxima, selections.
    pub cmp: f64,
    /// Integer operations on bits.
    pub bits: f64,
}

impl Amount {
    /// `times` executions.
    #[must_use]
    pub fn of(operations: &Operations, times: f64) -> Self {
        let scaled = |n: u64| n as f64 * times;
        Self {
            add: scaled(operations.add),
            mul: scaled(operations.mul),
            div: scaled(operations.div),
            fma: scaled(operations.fma),
            exp: scaled(operations.exp),
            cmp: scaled(operations.cmp),
            bits: scaled(operations.bits),
        }
    }

    /// Floating-point operations: a multiply-add is 2, comparisons are none.
    #[must_use]
    pub fn flop(&self, convention: Convention) -> f64 {
        self.add + self.mul + 2.0 * self.fma + convention.div * self.div + convention.exp * self.exp
    }

    /// Instructions of one lane, a multiply-add and everything else as one.
    #[must_use]
    pub fn instructions(&self) -> f64 {
        self.add + self.mul + self.div + self.fma + self.exp + self.cmp + self.bits
    }
}

impl std::ops::Add for Amount {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self {
            add: self.add + other.add,
            mul: self.mul + other.mul,
            div: self.div + other.div,
            fma: self.fma + other.fma,
            exp: self.exp + other.exp,
            cmp: self.cmp + other.cmp,
            bits: self.bits + other.bits,
        }
    }
}

impl std::iter::Sum for Amount {
    fn sum<I: Iterator<Item = Self>>(all: I) -> Self {
        all.fold(Self::default(), |sum, one| sum + one)
    }
}

/// What is counted.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Name of the membrane, for titles.
    pub membrane: String,
    /// Its gated channels.
    pub channels: Vec<Channel>,
    /// degC.
    pub celsius: f64,
    /// Scheme.
    pub integrator: Integrator,
    /// Substeps in a millisecond, which is the tick.
    pub substeps: u32,
    /// Precision, for bytes and for what an exponential is made of.
    pub precision: Precision,
    /// Compartments of a neuron.
    pub compartments: u32,
    /// Synapses of a neuron, spread evenly over its compartments.
    pub synapses: u32,
    /// Fraction of the synapses that a spike meets in a millisecond.
    pub active: f64,
    /// ms between two updates of homeostatic and structural plasticity.
    pub interval: f64,
}

impl Default for Settings {
    /// The squid's membrane by the default scheme, the article's smaller neuron.
    fn default() -> Self {
        let hh = preset::find("hh").expect("a preset");
        Self {
            membrane: hh.name.to_owned(),
            channels: preset::HH.to_vec(),
            celsius: hh.celsius,
            integrator: Integrator::Staggered,
            substeps: 40,
            precision: Precision::F32,
            compartments: 10,
            synapses: 1000,
            active: article::ACTIVE,
            interval: huxley_model::plasticity::Homeostatic::default().interval,
        }
    }
}

impl Settings {
    /// Bytes of a value.
    #[must_use]
    pub fn value(&self) -> f64 {
        value(self.precision)
    }

    /// Substep, ms.
    #[must_use]
    pub fn dt(&self) -> f64 {
        1.0 / f64::from(self.substeps)
    }
}

/// Bytes of a value.
#[must_use]
pub fn value(precision: Precision) -> f64 {
    match precision {
        Precision::F32 => 4.0,
        Precision::F64 => 8.0,
    }
}

/// What a row of the ledger is about, and what its figures are for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Group {
    /// One compartment, one step.
    Compartment,
    /// The synapses of one neuron as its compartments see them, one millisecond.
    Integration,
    /// One synapse, one millisecond.
    Synapse,
}

impl Group {
    /// In order of the table.
    pub const ALL: [Group; 3] = [Group::Compartment, Group::Integration, Group::Synapse];

    /// The name in JSON.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Group::Compartment => "compartment",
            Group::Integration => "neuron",
            Group::Synapse => "synapse",
        }
    }

    /// What the figures are for.
    #[must_use]
    pub fn unit(self) -> &'static str {
        match self {
            Group::Compartment => "one compartment, one step",
            Group::Integration => "one neuron, one millisecond",
            Group::Synapse => "one synapse, one millisecond",
        }
    }
}

/// One function, or a few that always run together.
#[derive(Clone, Debug, PartialEq)]
pub struct Case {
    /// What it is.
    pub name: String,
    /// One execution.
    pub count: Count,
    /// Executions in the unit of the row's group.
    pub times: f64,
    /// Bytes one execution reads.
    pub read: f64,
    /// Bytes one execution writes.
    pub written: f64,
}

/// A line of the article and what runs in its place.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// What it is about.
    pub group: Group,
    /// The article's name for it, or ours where it has none.
    pub part: &'static str,
    /// The article's figure in the unit of the group; none for what it leaves out.
    pub article: Option<f64>,
    /// What runs.
    pub cases: Vec<Case>,
    /// Why the figures differ.
    pub why: &'static str,
}

impl Row {
    /// Operations in the unit of the group, an exponential as one.
    #[must_use]
    pub fn amount(&self) -> Amount {
        self.cases.iter().map(|c| Amount::of(&c.count.operations, c.times)).sum()
    }

    /// The same with an exponential as what it is made of.
    #[must_use]
    pub fn expanded(&self, precision: Precision) -> Amount {
        self.cases.iter().map(|c| Amount::of(&c.count.expanded(precision), c.times)).sum()
    }

    /// Bytes read and written in the unit of the group.
    #[must_use]
    pub fn bytes(&self) -> (f64, f64) {
        self.cases.iter().fold((0.0, 0.0), |(r, w), c| (r + c.times * c.read, w + c.times * c.written))
    }
}

/// The sum of a group's rows.
#[must_use]
pub fn total(rows: &[Row], group: Group) -> Amount {
    rows.iter().filter(|row| row.group == group).map(Row::amount).sum()
}

/// One millisecond of one neuron, without its synapses' own state, and of one synapse.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Totals {
    /// One compartment, one step.
    pub compartment_step: Amount,
    /// One compartment, one millisecond.
    pub compartment: Amount,
    /// Compartments and synaptic integration of one neuron, one millisecond.
    pub neuron: Amount,
    /// One synapse, one millisecond.
    pub synapse: Amount,
    /// The neuron with all its synapses, one millisecond.
    pub neuron_with_synapses: Amount,
}

fn times(amount: Amount, n: f64) -> Amount {
    Amount {
        add: amount.add * n,
        mul: amount.mul * n,
        div: amount.div * n,
        fma: amount.fma * n,
        exp: amount.exp * n,
        cmp: amount.cmp * n,
        bits: amount.bits * n,
    }
}

impl Totals {
    /// The totals of `rows`, which were made with `settings`.
    #[must_use]
    pub fn of(rows: &[Row], settings: &Settings) -> Self {
        let compartment_step = total(rows, Group::Compartment);
        let compartment = times(compartment_step, f64::from(settings.substeps));
        let neuron = times(compartment, f64::from(settings.compartments)) + total(rows, Group::Integration);
        let synapse = total(rows, Group::Synapse);
        Self {
            compartment_step,
            compartment,
            neuron,
            synapse,
            neuron_with_synapses: neuron + times(synapse, f64::from(settings.synapses)),
        }
    }
}
