//! What can be wrong with a network, and what can go wrong in a run.

use huxley_model::morphology::MorphologyError;

/// A network that cannot be lowered. The message names the offending part and value; [`PlanError::hint`] says what helps.
#[derive(Debug, thiserror::Error)]
pub enum PlanError {
    /// No cells.
    #[error("the network has no cells")]
    Empty,
    /// A number outside its range.
    #[error("{what} is {value}, expected {expected}")]
    Value {
        /// Which number.
        what: String,
        /// What it is.
        value: f64,
        /// What is allowed.
        expected: &'static str,
    },
    /// Two times that must divide each other do not.
    #[error("{what} {value} ms does not divide {whole_name} of {whole} ms")]
    Division {
        /// Name of the smaller.
        what: &'static str,
        /// The smaller, ms.
        value: f64,
        /// Name of the larger.
        whole_name: &'static str,
        /// The larger, ms.
        whole: f64,
    },
    /// A delay below one tick.
    #[error(
        "connection {source_cell} -> {target_cell} of `{projection}` has delay {delay} ms, below one tick of {tick} ms"
    )]
    DelayBelowTick {
        /// Projection.
        projection: String,
        /// Source cell.
        source_cell: String,
        /// Target cell.
        target_cell: String,
        /// ms.
        delay: f64,
        /// ms.
        tick: f64,
    },
    /// A delay too long for the ring of spikes.
    #[error("a delay of {delay} ms in `{projection}` is more than 65,000 ticks of {tick} ms")]
    DelayTooLong {
        /// Projection.
        projection: String,
        /// ms.
        delay: f64,
        /// ms.
        tick: f64,
    },
    /// Spike sources called as a population is.
    #[error("both a population and spike sources are called `{name}`")]
    Twice {
        /// The name.
        name: String,
    },
    /// A name that does not exist.
    #[error("{place} refers to {kind} `{name}`, which does not exist")]
    Unknown {
        /// Who refers.
        place: String,
        /// Kind of thing.
        kind: &'static str,
        /// The name.
        name: String,
        /// The names that do exist.
        known: Vec<String>,
    },
    /// A cell index beyond its population.
    #[error("{place} refers to cell {index} of `{population}`, which has {count} cells")]
    CellIndex {
        /// Who refers.
        place: String,
        /// The index.
        index: usize,
        /// Population.
        population: String,
        /// Its size.
        count: usize,
    },
    /// A place that a cell does not have.
    #[error("{place} names {site} on {cell}, which has no such place")]
    Site {
        /// Who refers.
        place: String,
        /// The place.
        site: String,
        /// The cell.
        cell: String,
    },
    /// Sizes that must agree.
    #[error("projection `{projection}` is one-to-one between {sources} and {targets} cells")]
    OneToOne {
        /// Projection.
        projection: String,
        /// Cells in the source population.
        sources: usize,
        /// Cells in the target population.
        targets: usize,
    },
    /// A rule that is for one population.
    #[error("projection `{projection}` is heavy-tailed between two populations")]
    HeavyTailed {
        /// Projection.
        projection: String,
    },
    /// More distinct sources asked for than there are.
    #[error("projection `{projection}` asks for {degree} distinct sources of {available}")]
    InDegree {
        /// Projection.
        projection: String,
        /// Asked for.
        degree: usize,
        /// Available.
        available: usize,
    },
    /// Plastic parts that do not go together, or with the synapse.
    #[error("synapse `{synapse}`: {problem}")]
    Plasticity {
        /// Kind of synapse.
        synapse: String,
        /// What is wrong, and what helps.
        problem: String,
    },
    /// A cell in two regions.
    #[error("{cell} is in region `{first}` and in region `{second}`, but has one pool of dopamine only")]
    TwoRegions {
        /// The cell.
        cell: String,
        /// One region.
        first: String,
        /// The other.
        second: String,
    },
    /// A shape that cannot be discretised.
    #[error("the shape of {cell} cannot be made into compartments")]
    Shape {
        /// The cell.
        cell: String,
        /// Why.
        #[source]
        source: MorphologyError,
    },
    /// A channel that reads calcium in cells that have none.
    #[error(
        "channel `{channel}` of `{population}` depends on calcium inside the cell, which `{population}` does not have"
    )]
    NoCalcium {
        /// Channel.
        channel: String,
        /// Population.
        population: String,
    },
    /// A leak that is to be modulated, or to carry calcium.
    #[error("the signalling of `{population}` names `{channel}`, which is a leak")]
    LeakSignals {
        /// Channel.
        channel: String,
        /// Population.
        population: String,
    },
    /// A probe of signalling in cells that have none.
    #[error("{place} samples `{messenger}`, which the cells of `{population}` do not have")]
    NoMessenger {
        /// Who refers.
        place: String,
        /// Messenger.
        messenger: &'static str,
        /// Population.
        population: String,
    },
    /// More of something than 32-bit numbers can tell apart.
    #[error("the network has more than {limit} {what}")]
    TooLarge {
        /// What.
        what: &'static str,
        /// The limit.
        limit: u64,
    },
}

impl PlanError {
    /// What would help, where something is known to.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        match self {
            PlanError::DelayBelowTick { delay, .. } => Some(format!(
                "spikes cross the network once a tick; `--tick auto` takes the largest tick not above the shortest delay, \
                 or set `run.tick` to {delay} ms or less"
            )),
            PlanError::DelayTooLong { .. } => Some("use a longer tick".to_owned()),
            PlanError::Division { whole_name, value, whole, .. } => {
                let parts = (whole / value).ceil();
                Some(format!("{} ms divides the {whole_name}", whole / parts))
            }
            PlanError::Unknown { kind, known, .. } if !known.is_empty() => {
                Some(format!("known {kind}s: {}", known.join(", ")))
            }
            PlanError::NoCalcium { population, .. } | PlanError::NoMessenger { population, .. } => {
                Some(format!("add [populations.{population}.signalling]; every key of it has a default"))
            }
            PlanError::LeakSignals { .. } => Some("name a channel with gates".to_owned()),
            PlanError::CellIndex { .. } => Some("cells are numbered from 0".to_owned()),
            PlanError::InDegree { .. } => Some("allow multapses, or ask for fewer".to_owned()),
            _ => None,
        }
    }
}

/// A run that had to stop.
#[derive(Debug, thiserror::Error)]
pub enum RunError {
    /// The potential left all bounds.
    #[error("{cell}, node {node}: the potential became {potential} mV in tick {tick} (t = {time} ms)")]
    Diverged {
        /// Cell.
        cell: String,
        /// Node within the cell.
        node: usize,
        /// Its potential, mV.
        potential: f64,
        /// Tick.
        tick: u64,
        /// ms.
        time: f64,
        /// The likely cause.
        cause: String,
    },
    /// A snapshot that does not fit the plan.
    #[error("the snapshot does not fit this network: {0}")]
    Snapshot(String),
    /// The device a backend runs on.
    #[error("{message}")]
    Device {
        /// What happened.
        message: String,
        /// What would help.
        hint: String,
    },
}

impl RunError {
    /// What would help, where something is known to.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        match self {
            RunError::Diverged { cause, .. } => Some(cause.clone()),
            RunError::Snapshot(_) => None,
            RunError::Device { hint, .. } => Some(hint.clone()),
        }
    }
}
