//! Projections made ready: checked, with their draws, and each connection resolved to a node, a weight and a delay.

use std::ops::Range;

use huxley_model::network::{Connection, Network, Projection, Site};
use huxley_model::random::{Random, Stream};

use crate::error::PlanError;
use crate::lower::cells::{Spread, draw, to_u32};
use crate::lower::clocked::{self, Set};
use crate::lower::cuts::{Cut, Cuts};
use crate::lower::pairs::{Pairs, Part};
use crate::lower::{CellTable, population};
use crate::plan::Settings;

/// A projection, or two that share their draws: the connections of cells that excite, and of those that inhibit.
pub(super) struct Wiring<'a> {
    pub pairs: Pairs<'a>,
    pub ends: Vec<Ends<'a>>,
    /// Sources of the first projection, where there is a second.
    first: Option<Range<usize>>,
    pub clocked: bool,
}

/// What a projection says of its connections.
pub(super) struct Ends<'a> {
    /// Index of the projection.
    pub index: usize,
    projection: &'a Projection,
    who: String,
    /// Where spikes come from.
    source: Origin,
    /// Population of the targets, its first cell over all, and how many it has.
    target: usize,
    pub first_target: u32,
    targets: usize,
    /// The set its synapses belong to.
    pub set: usize,
    /// Compartments that random sites are drawn from, by shape; empty where sites are not random.
    spread: Vec<Spread>,
}

/// All projections, in order. Groups of synapses of events and clocked ones are cut into ranges of targets of their own.
pub(super) fn wirings<'a>(
    network: &'a Network,
    table: &CellTable,
    sets: &[Set],
    events: &Cuts,
    clocked: &Cuts,
) -> Result<Vec<Wiring<'a>>, PlanError> {
    let mut all: Vec<Wiring<'a>> = Vec::new();
    for (index, projection) in network.projections.iter().enumerate() {
        let who = format!("projection `{}`", projection.name);
        let target = population(network, &who, &projection.target)?;
        let source = Origin::new(network, table, &who, &projection.source)?;
        let set = clocked::set_of(sets, projection.synapse, Some(index));
        let cuts = if sets[set].clocked { clocked } else { events };
        let targets = network.populations[target].cells.len();
        let spread = match projection.site {
            Site::Random(kind) => table.spreads(network, target, kind),
            _ => Vec::new(),
        };
        let (count, first_target) = (source.count, table.first_cell(target));
        let ends = Ends { index, projection, who, source, target, first_target, targets, set, spread };
        if let Some(last) = all.last_mut()
            && last.ends.len() == 1
            && last.clocked == sets[set].clocked
            // Two that share an order of synapses have theirs one after the other.
            && (!last.clocked || last.ends[0].set != set)
            && let Some(first) = last.pairs.join(last.ends[0].projection, projection)
        {
            last.first = Some(first);
            last.ends.push(ends);
            continue;
        }
        let pairs = Pairs::new(projection, index, network.run.seed, (count, targets), cuts, first_target)?;
        all.push(Wiring { pairs, ends: vec![ends], first: None, clocked: sets[set].clocked });
    }
    Ok(all)
}

impl Wiring<'_> {
    /// The targets in `cut`, within their population.
    pub fn part(&self, cut: &Cut) -> Part {
        let ends = &self.ends[0];
        let (first, end) = (ends.first_target as usize, ends.first_target as usize + ends.targets);
        let local = |cell: usize| cell.clamp(first, end) - first;
        Part { index: cut.index, targets: local(cut.cells.start)..local(cut.cells.end) }
    }

    /// Which of the projections has the connections of source `s`.
    pub fn projection_of(&self, s: usize) -> usize {
        usize::from(self.first.as_ref().is_some_and(|first| !first.contains(&s)))
    }
}

/// Where the spikes of a projection come from.
struct Origin {
    /// Index of the population; none for spike sources.
    population: Option<usize>,
    name: String,
    /// Number of the first, over all sources.
    first: u32,
    count: usize,
}

impl Origin {
    fn new(network: &Network, table: &CellTable, who: &str, name: &str) -> Result<Self, PlanError> {
        let Some(index) = network.sources.iter().position(|sources| sources.name == name) else {
            let index = population(network, who, name)?;
            let (first, count) = (table.first_cell(index), network.populations[index].cells.len());
            return Ok(Self { population: Some(index), name: name.to_owned(), first, count });
        };
        let before: usize = network.sources[..index].iter().map(|sources| sources.trains.len()).sum();
        let first = to_u32(table.cells.len() + before, "sources of spikes")?;
        Ok(Self { population: None, name: name.to_owned(), first, count: network.sources[index].trains.len() })
    }

    fn name(&self, network: &Network, index: usize) -> String {
        match self.population {
            Some(population) => cell_name(network, population, index),
            None => format!("{}[{index}]", self.name),
        }
    }
}

fn cell_name(network: &Network, population: usize, cell: usize) -> String {
    let p = &network.populations[population];
    p.cells[cell].label.clone().unwrap_or_else(|| format!("{}[{cell}]", p.name))
}

/// Weight and delay of a synapse.
pub(super) struct Strength {
    pub weight: f64,
    /// Ticks, at least 1.
    pub delay: u16,
    /// Whether the delay had to be rounded to a whole tick.
    pub rounded: bool,
}

/// Resolves the connections of a projection.
pub(super) struct Resolver<'a> {
    network: &'a Network,
    table: &'a CellTable,
    ends: &'a Ends<'a>,
    /// ms.
    tick_length: f64,
    tick: u32,
    weight: Random,
    delay: Random,
    site: Random,
    /// The last target whose node does not depend on a draw, and the node.
    last: (usize, u32),
}

impl<'a> Resolver<'a> {
    pub fn new(network: &'a Network, settings: &Settings, table: &'a CellTable, ends: &'a Ends<'a>) -> Self {
        let seed = network.run.seed;
        Self {
            network,
            table,
            ends,
            tick_length: settings.tick,
            #[allow(clippy::cast_possible_truncation)]
            tick: ends.index as u32,
            weight: Random::new(seed, Stream::Weight),
            delay: Random::new(seed, Stream::Delay),
            site: Random::new(seed, Stream::Site),
            last: (usize::MAX, 0),
        }
    }

    /// The source of connections from `s`, over all sources.
    #[allow(clippy::cast_possible_truncation)]
    pub fn source(&self, s: usize) -> u32 {
        self.ends.source.first + s as u32
    }

    /// The node that connection `k` of target `t` ends on.
    #[inline]
    pub fn node(&mut self, t: usize, k: u64, row: Option<&Connection>) -> Result<u32, PlanError> {
        let Ends { projection, who, target, spread, .. } = self.ends;
        if let Some(compartment) = row.and_then(|row| row.compartment) {
            let site = Site::Compartment(compartment as usize);
            return Ok(self.table.site(self.network, who, *target, t, &site, 0.5)?.node);
        }
        if t != self.last.0 {
            if !spread.is_empty() {
                let draw = self.site.uniform(self.tick, (t as u64) << 32 | k);
                return self.table.spread(self.network, who, *target, t, spread, draw);
            }
            self.last = (t, self.table.site(self.network, who, *target, t, &projection.site, 0.5)?.node);
        }
        Ok(self.last.1)
    }

    /// Weight and delay of the connection from `s` to `t`, the `k`-th of its target (or of the table).
    #[inline]
    pub fn strength(&self, s: usize, t: usize, k: u64, row: Option<&Connection>) -> Result<Strength, PlanError> {
        let entity = (t as u64) << 32 | k;
        let projection = self.ends.projection;
        let weight =
            row.and_then(|r| r.weight).unwrap_or_else(|| draw(&projection.weight, &self.weight, self.tick, entity));
        let delay =
            row.and_then(|r| r.delay).unwrap_or_else(|| draw(&projection.delay, &self.delay, self.tick, entity));
        let ticks = delay / self.tick_length;
        if !((1.0 - 1e-6..=65_000.0).contains(&ticks) && weight.is_finite() && weight >= 0.0) {
            return Err(self.refuse(s, t, weight, delay));
        }
        // Rounded to the nearest, halves up, by conversions, which cost less than `round`.
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
        let below = ticks as u16;
        let whole = below + u16::from(ticks - f64::from(below) >= 0.5);
        Ok(Strength { weight, delay: whole, rounded: (ticks - f64::from(whole)).abs() > 1e-6 })
    }

    /// What is wrong with a weight or a delay.
    #[cold]
    fn refuse(&self, s: usize, t: usize, weight: f64, delay: f64) -> PlanError {
        let Ends { projection, who, source, target, .. } = self.ends;
        let (tick, ticks) = (self.tick_length, delay / self.tick_length);
        let (source_cell, target_cell) = (source.name(self.network, s), cell_name(self.network, *target, t));
        if !(ticks >= 1.0 - 1e-6) {
            return PlanError::DelayBelowTick {
                projection: projection.name.clone(),
                source_cell,
                target_cell,
                delay,
                tick,
            };
        }
        if ticks > 65_000.0 {
            return PlanError::DelayTooLong { projection: projection.name.clone(), delay, tick };
        }
        PlanError::Value {
            what: format!("the weight of {source_cell} -> {target_cell} in {who}"),
            value: weight,
            expected: "a finite number, not negative (a synapse is inhibitory by its reversal potential)",
        }
    }
}
