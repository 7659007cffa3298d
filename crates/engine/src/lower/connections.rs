//! Who is connected to whom: rules unrolled in an order that does not depend on anything but the seed.

use huxley_model::network::{Connection, Network, Projection, Rule, Site};
use huxley_model::random::{Random, Stream, ln};

use crate::error::PlanError;
use crate::lower::cells::{draw, to_u32};
use crate::lower::heavy;
use crate::lower::{CellTable, check_synapse, population};
use crate::plan::{Gaps, Settings};

/// One synapse, resolved.
pub(super) struct Synapse {
    /// Source cell, over all.
    pub source: u32,
    /// Target cell, over all.
    pub target: u32,
    /// Target node, over all.
    pub node: u32,
    pub weight: f64,
    /// Ticks, at least 1.
    pub delay: u16,
    /// Whether the delay had to be rounded to a whole tick.
    pub rounded: bool,
}

/// Calls `take` for every synapse of projection `index`, targets ascending (tables in their own order). Two calls give the
/// same synapses: arrays are filled in two passes, counting and placing, with no list in between.
pub(super) fn for_each_synapse(
    network: &Network,
    settings: &Settings,
    table: &CellTable,
    index: usize,
    mut take: impl FnMut(Synapse),
) -> Result<(), PlanError> {
    let projection = &network.projections[index];
    let who = format!("projection `{}`", projection.name);
    check_synapse(network, &who, projection.synapse)?;
    let target = population(network, &who, &projection.target)?;
    let source = Origin::new(network, table, &who, &projection.source)?;
    let (sources, targets) = (source.count, network.populations[target].cells.len());
    let mut resolver = Resolver {
        network,
        settings,
        table,
        projection,
        who: &who,
        source,
        target,
        seeds: Seeds::new(network.run.seed, index),
    };
    let connectivity = Random::new(network.run.seed, Stream::Connectivity);
    let same = projection.source == projection.target;
    match &projection.rule {
        Rule::AllToAll { autapses } => {
            for t in 0..targets {
                let allowed = (0..sources).filter(|&s| *autapses || !same || s != t);
                for (k, s) in allowed.enumerate() {
                    take(resolver.resolve(s, t, k as u64, None)?);
                }
            }
        }
        Rule::OneToOne => {
            if sources != targets {
                return Err(PlanError::OneToOne { projection: projection.name.clone(), sources, targets });
            }
            for i in 0..targets {
                take(resolver.resolve(i, i, 0, None)?);
            }
        }
        Rule::FixedProbability { probability, autapses } => {
            if !(0.0..=1.0).contains(probability) {
                return Err(PlanError::Value {
                    what: format!("the probability of {who}"),
                    value: *probability,
                    expected: "a number from 0 to 1",
                });
            }
            if *probability == 0.0 {
                return Ok(());
            }
            // Gaps between connected sources are geometric: one draw a synapse instead of one a pair.
            let log_miss = if *probability < 1.0 { ln(1.0 - probability) } else { f64::NEG_INFINITY };
            for t in 0..targets {
                let (mut s, mut k) = (0usize, 0u64);
                loop {
                    let u = connectivity.uniform(resolver.seeds.tick, (t as u64) << 32 | k);
                    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
                    let gap = (ln(u) / log_miss) as usize;
                    s = s.saturating_add(gap);
                    if s >= sources {
                        break;
                    }
                    if *autapses || !same || s != t {
                        take(resolver.resolve(s, t, k, None)?);
                    }
                    s += 1;
                    k += 1;
                }
            }
        }
        Rule::FixedInDegree { degree, autapses, multapses } => {
            let available = sources - usize::from(same && !autapses).min(sources);
            if (!multapses && *degree > available) || (available == 0 && *degree > 0) {
                return Err(PlanError::InDegree { projection: projection.name.clone(), degree: *degree, available });
            }
            let mut drawn_for = vec![usize::MAX; sources];
            for t in 0..targets {
                let (mut found, mut k) = (0, 0u64);
                while found < *degree {
                    let u = connectivity.uniform(resolver.seeds.tick, (t as u64) << 32 | k);
                    k += 1;
                    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, clippy::cast_precision_loss)]
                    let s = ((u * sources as f64) as usize).min(sources - 1);
                    if (same && !autapses && s == t) || (!multapses && drawn_for[s] == t) {
                        continue;
                    }
                    drawn_for[s] = t;
                    take(resolver.resolve(s, t, found as u64, None)?);
                    found += 1;
                }
            }
        }
        Rule::HeavyTailed(rule) => {
            if !same {
                return Err(PlanError::HeavyTailed { projection: projection.name.clone() });
            }
            for (what, value, most) in [
                ("degree", rule.degree, f64::MAX),
                ("spread of the in-degrees", rule.in_spread, 5.0),
                ("spread of the out-degrees", rule.out_spread, 5.0),
                ("reciprocal fraction", rule.reciprocal, 1.0),
                ("inhibitory fraction", rule.inhibitory, 1.0),
            ] {
                if !(0.0..=most).contains(&value) {
                    let expected = "a number from 0, to 5 for spreads and 1 for fractions";
                    return Err(PlanError::Value { what: format!("the {what} of {who}"), value, expected });
                }
            }
            let seed = network.run.seed;
            heavy::for_each(rule, targets, seed, |s, t, k| {
                take(resolver.resolve(s, t, k, None)?);
                Ok::<(), PlanError>(())
            })?;
        }
        Rule::Table(rows) => {
            for (k, row) in rows.iter().enumerate() {
                let check = |index: u32, population: &str, count: usize| {
                    if (index as usize) < count {
                        Ok(index as usize)
                    } else {
                        Err(PlanError::CellIndex {
                            place: who.clone(),
                            index: index as usize,
                            population: population.to_owned(),
                            count,
                        })
                    }
                };
                let s = check(row.source, &projection.source, sources)?;
                let t = check(row.target, &projection.target, targets)?;
                take(resolver.resolve(s, t, k as u64, Some(&row))?);
            }
        }
    }
    Ok(())
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

/// Random numbers of one projection.
struct Seeds {
    tick: u32,
    weight: Random,
    delay: Random,
    site: Random,
}

impl Seeds {
    fn new(seed: u64, projection: usize) -> Self {
        #[allow(clippy::cast_possible_truncation)]
        Self {
            tick: projection as u32,
            weight: Random::new(seed, Stream::Weight),
            delay: Random::new(seed, Stream::Delay),
            site: Random::new(seed, Stream::Site),
        }
    }
}

struct Resolver<'a> {
    network: &'a Network,
    settings: &'a Settings,
    table: &'a CellTable,
    projection: &'a Projection,
    who: &'a str,
    source: Origin,
    target: usize,
    seeds: Seeds,
}

impl Resolver<'_> {
    /// The synapse from cell `s` to cell `t`, the `k`-th of its target (or of the table).
    fn resolve(&mut self, s: usize, t: usize, k: u64, row: Option<&Connection>) -> Result<Synapse, PlanError> {
        let entity = (t as u64) << 32 | k;
        let projection = self.projection;
        let tick = self.seeds.tick;
        let weight =
            row.and_then(|r| r.weight).unwrap_or_else(|| draw(&projection.weight, &self.seeds.weight, tick, entity));
        let delay =
            row.and_then(|r| r.delay).unwrap_or_else(|| draw(&projection.delay, &self.seeds.delay, tick, entity));
        let ticks = delay / self.settings.tick;
        let name = |population: usize, cell: usize| cell_name(self.network, population, cell);
        if !(ticks >= 1.0 - 1e-6) {
            return Err(PlanError::DelayBelowTick {
                projection: projection.name.clone(),
                source_cell: self.source.name(self.network, s),
                target_cell: name(self.target, t),
                delay,
                tick: self.settings.tick,
            });
        }
        if ticks > 65_000.0 {
            return Err(PlanError::DelayTooLong {
                projection: projection.name.clone(),
                delay,
                tick: self.settings.tick,
            });
        }
        if !weight.is_finite() || weight < 0.0 {
            return Err(PlanError::Value {
                what: format!(
                    "the weight of {} -> {} in {}",
                    self.source.name(self.network, s),
                    name(self.target, t),
                    self.who
                ),
                value: weight,
                expected: "a finite number, not negative (a synapse is inhibitory by its reversal potential)",
            });
        }
        let chosen;
        let site = match row.and_then(|r| r.compartment) {
            Some(compartment) => {
                chosen = Site::Compartment(compartment as usize);
                &chosen
            }
            None => &projection.site,
        };
        let random = if matches!(site, Site::Random(_)) { self.seeds.site.uniform(tick, entity) } else { 0.5 };
        let place = self.table.site(self.network, self.who, self.target, t, site, random)?;
        let whole = ticks.round();
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
        Ok(Synapse {
            source: self.source.first + s as u32,
            target: place.cell,
            node: place.node,
            weight,
            delay: whole as u16,
            rounded: (ticks - whole).abs() > 1e-6,
        })
    }
}

/// Gap junctions as entries by node.
pub(super) fn gap_junctions(
    network: &Network,
    table: &CellTable,
    warnings: &mut Vec<String>,
) -> Result<Gaps, PlanError> {
    let mut entries: Vec<(u32, u32, f64)> = Vec::new();
    let mut ignored = 0usize;
    for gap in &network.gap_junctions {
        let who = format!("gap junctions `{}`", gap.name);
        let first = population(network, &who, &gap.first)?;
        let second = population(network, &who, &gap.second)?;
        for pair in &gap.pairs {
            let node = |index: usize, cell: u32, site: &Site| {
                let population = &network.populations[index];
                if cell as usize >= population.cells.len() {
                    return Err(PlanError::CellIndex {
                        place: who.clone(),
                        index: cell as usize,
                        population: population.name.clone(),
                        count: population.cells.len(),
                    });
                }
                table.site(network, &who, index, cell as usize, site, 0.5).map(|place| place.node)
            };
            let (a, b) = (node(first, pair.first, &gap.first_site)?, node(second, pair.second, &gap.second_site)?);
            if !(pair.conductance >= 0.0 && pair.conductance.is_finite()) {
                return Err(PlanError::Value {
                    what: format!("a conductance of {who}"),
                    value: pair.conductance,
                    expected: "a number of uS, not negative",
                });
            }
            if a == b {
                ignored += 1;
                continue;
            }
            entries.push((a, b, pair.conductance));
            entries.push((b, a, pair.conductance));
        }
    }
    if ignored > 0 {
        warnings.push(format!("{ignored} gap junctions between a place and itself carry no current: ignored"));
    }
    let mut node: Vec<u32> = entries.iter().map(|e| e.0).collect();
    node.sort_unstable();
    node.dedup();
    let junctions = entries.len() / 2;
    // Stable: a node's partners stay in the order of the table.
    entries.sort_by_key(|e| e.0);
    let mut gaps = Gaps { first: vec![0], junctions, ..Gaps::default() };
    let mut rest = entries.as_slice();
    for &own in &node {
        let mine = rest.partition_point(|e| e.0 <= own);
        for &(_, partner, conductance) in &rest[..mine] {
            let index = node.binary_search(&partner).expect("every partner has an entry of its own");
            #[allow(clippy::cast_possible_truncation)]
            gaps.partner.push(index as u32);
            gaps.conductance.push(conductance);
        }
        rest = &rest[mine..];
        #[allow(clippy::cast_possible_truncation)]
        gaps.first.push(gaps.partner.len() as u32);
    }
    gaps.node = node;
    Ok(gaps)
}
