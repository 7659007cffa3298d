//! The two layouts of synapses, made in two passes over the connections: the first counts them, the second puts each in its
//! place. Arrays have their final size from the start, and their offsets are the counts, summed where they are.
//!
//! Both passes go through ranges of target cells, which share nothing: the ranges of events are the partitions that delivery has,
//! those of clocked synapses are cut here. A worker takes a range at a time, and it does not matter which or when.

use huxley_model::network::Network;

use crate::error::PlanError;
use crate::estimate::{expected_clocked, expected_events};
use crate::lower::cells::to_u32;
use crate::lower::clocked::{self, Set};
use crate::lower::cuts::{Cut, Cuts, split};
use crate::lower::drive::Feed;
use crate::lower::heavy::reverse_number;
use crate::lower::pairs::Scratch;
use crate::lower::place::place;
use crate::lower::receptors::{SlotIndex, receptors, slots};
use crate::lower::wiring::{Resolver, Wiring, wirings};
use crate::lower::{CellTable, check_synapse};
use crate::plan::{ClockedGroup, EventSynapses, Receptor, Settings, Slots};
use crate::workers::{Workers, on_each};

pub(super) struct Synapses {
    pub receptors: Vec<Receptor>,
    pub slots: Slots,
    pub events: EventSynapses,
    pub clocked: Vec<ClockedGroup>,
    pub activity: Vec<f64>,
}

/// How many contiguous ranges of target cells delivery is cut into, with `events` synapses expected: enough for threads to share
/// and for a range's arrivals to stay near, but so few that a spike finds some eight synapses in a range, side by side (in large
/// networks at least one); each range costs an offset a source.
#[allow(clippy::cast_possible_truncation, clippy::cast_precision_loss, clippy::cast_sign_loss)]
pub(crate) fn partitions(cells: usize, events: f64) -> usize {
    let degree = (events / cells.max(1) as f64) as usize;
    let near = (cells / 10_000).min(degree);
    (degree / 8).max(near).clamp(1, 64).min((cells / 16).max(1))
}

/// Ranges of targets for the building of clocked synapses: of some thousands each, but not many more than workers need.
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
fn clocked_ranges(cells: usize, clocked: f64) -> usize {
    ((clocked / 8192.0) as usize).clamp(1, 64).min(cells)
}

/// Spike sources of all names; they are numbered after the cells.
pub(super) fn spike_sources(network: &Network) -> usize {
    network.sources.iter().map(|sources| sources.trains.len()).sum()
}

/// What both passes need.
pub(super) struct Build<'a> {
    pub network: &'a Network,
    pub settings: &'a Settings,
    pub table: &'a CellTable,
    pub sets: &'a [Set],
    pub feeds: &'a [Feed],
    /// All sources of spikes: cells, spike sources, generators of stimuli.
    pub sources: usize,
    /// Source of the first of `feeds`.
    pub first_feed: u32,
    /// Ranges of targets of events, and of clocked synapses.
    pub partitions: Cuts,
    pub ranges: Cuts,
    pub workers: &'a dyn Workers,
}

/// What the first pass counts.
pub(super) struct Survey {
    /// Nodes that each kind of synapse ends on; empty for kinds without a synapse.
    pub reached: Vec<Vec<bool>>,
    /// Event synapses by partition and source; of each partition one more, which is 0. Empty where there can be none.
    pub events: Vec<u32>,
    /// Clocked synapses by set and node; empty for sets of events and those without a synapse.
    pub clocked: Vec<Vec<u32>>,
    /// All synapses.
    total: u64,
}

/// A worker's share of the survey: counts of the targets of a range.
struct Counts<'a> {
    cut: Cut,
    clocked: bool,
    /// By source, of events.
    events: &'a mut [u32],
    /// By kind, then node of the range, of events.
    reached: Vec<&'a mut [bool]>,
    /// By set, then node of the range, of clocked synapses.
    nodes: Vec<&'a mut [u32]>,
}

pub(super) fn lower(
    network: &Network,
    settings: &Settings,
    table: &CellTable,
    feeds: &[Feed],
    workers: &dyn Workers,
    warnings: &mut Vec<String>,
) -> Result<Synapses, PlanError> {
    let (cells, nodes) = (table.cells.len(), table.nodes.parent.len());
    let sources = cells + spike_sources(network) + feeds.len();
    to_u32(sources, "sources of spikes")?;
    for projection in &network.projections {
        check_synapse(network, &format!("projection `{}`", projection.name), projection.synapse)?;
    }
    let sets = clocked::sets(network);
    let build = Build {
        network,
        settings,
        table,
        sets: &sets,
        feeds,
        sources,
        first_feed: to_u32(sources - feeds.len(), "sources of spikes")?,
        partitions: Cuts::new(cells, partitions(cells, expected_events(network))),
        ranges: Cuts::new(cells, clocked_ranges(cells, expected_clocked(network))),
        workers,
    };
    let mut wirings = wirings(network, table, &sets, &build.partitions, &build.ranges)?;
    let survey = build.count(&mut wirings)?;
    if survey.total > u64::from(u32::MAX) {
        return Err(PlanError::TooLarge { what: "synapses", limit: u64::from(u32::MAX) });
    }
    let (receptors, first_receptor) = receptors(network, settings, &survey.reached)?;
    let slots = slots(network, table, build.partitions, &survey.reached, &first_receptor)?;
    let index = SlotIndex::new(&receptors, &slots, nodes);
    let count = survey.total;
    let (synapses, rounded) = place(&build, &wirings, survey, receptors, &first_receptor, slots, &index)?;
    if rounded > 0 {
        warnings
            .push(format!("{rounded} of {count} delays are not whole ticks of {} ms and were rounded", settings.tick));
    }
    Ok(synapses)
}

/// The error that comes first in the order of the projections, where there is one.
pub(super) fn first_error<T>(results: Vec<Result<T, (usize, PlanError)>>) -> Result<Vec<T>, PlanError> {
    let mut found: Option<(usize, PlanError)> = None;
    let mut all = Vec::with_capacity(results.len());
    for result in results {
        match result {
            Ok(own) => all.push(own),
            Err(error) if found.as_ref().is_none_or(|(first, _)| error.0 < *first) => found = Some(error),
            Err(_) => {}
        }
    }
    found.map_or(Ok(all), |(_, error)| Err(error))
}

impl Build<'_> {
    pub fn resolvers<'b>(&'b self, wiring: &'b Wiring<'_>) -> Vec<Resolver<'b>> {
        wiring.ends.iter().map(|ends| Resolver::new(self.network, self.settings, self.table, ends)).collect()
    }

    /// First pass.
    fn count(&self, wirings: &mut [Wiring<'_>]) -> Result<Survey, PlanError> {
        let nodes = self.table.nodes.parent.len();
        let marked = |used: bool| if used { nodes } else { 0 };
        let kind_is = |kind: usize, clocked: bool| self.network.synapses[kind].is_clocked() == clocked;
        let used: Vec<bool> = (0..self.sets.len())
            .map(|set| {
                wirings.iter().flat_map(|wiring| &wiring.ends).any(|ends| ends.set == set)
                    || self.feeds.iter().any(|feed| clocked::set_of(self.sets, feed.synapse, None) == set)
            })
            .collect();
        let events = (0..self.sets.len()).any(|set| used[set] && !self.sets[set].clocked);
        let mut survey = Survey {
            reached: (0..self.network.synapses.len())
                .map(|kind| vec![false; marked(used[kind] && kind_is(kind, false))])
                .collect(),
            events: vec![0; if events { self.partitions.count * (self.sources + 1) } else { 0 }],
            clocked: (self.sets.iter().zip(&used)).map(|(set, &used)| vec![0; marked(used && set.clocked)]).collect(),
            total: 0,
        };
        let mut found =
            first_error(on_each(self.workers, self.shares(&mut survey), |share| self.count_share(wirings, share)))?;
        // What ranges found for each other: synapses that are the reverse of another.
        for (index, wiring) in wirings.iter_mut().enumerate() {
            let own: Vec<Vec<[u32; 2]>> = found.iter_mut().map(|lists| std::mem::take(&mut lists[index])).collect();
            let cuts = if wiring.clocked { self.ranges } else { self.partitions };
            let first_target = wiring.ends[0].first_target;
            wiring.pairs.take_reverses(&own, &cuts, first_target);
            drop(own);
            let mut resolvers = self.resolvers(wiring);
            for &[s, t] in wiring.pairs.reverses() {
                let of = wiring.projection_of(s as usize);
                let node = resolvers[of].node(t as usize, reverse_number(s as usize), None)?;
                self.note(&mut survey, wiring.ends[of].set, resolvers[of].source(s as usize), first_target + t, node);
            }
        }
        for (source, feed) in (self.first_feed..).zip(self.feeds) {
            let set = clocked::set_of(self.sets, feed.synapse, None);
            self.note(&mut survey, set, source, feed.place.cell, feed.place.node);
        }
        survey.clocked.iter_mut().filter(|counts| counts.iter().all(|&n| n == 0)).for_each(Vec::clear);
        for (set, counts) in self.sets.iter().zip(&survey.clocked).filter(|(_, counts)| !counts.is_empty()) {
            let reached = &mut survey.reached[set.kind];
            reached.resize(nodes, false);
            reached.iter_mut().zip(counts).for_each(|(met, &n)| *met |= n > 0);
        }
        survey.reached.iter_mut().filter(|reached| reached.iter().all(|met| !met)).for_each(Vec::clear);
        let counted = survey.clocked.iter().chain([&survey.events]).flatten();
        survey.total = counted.map(|&n| u64::from(n)).sum();
        Ok(survey)
    }

    /// Counts a synapse that no range found.
    fn note(&self, survey: &mut Survey, set: usize, source: u32, target: u32, node: u32) {
        if self.sets[set].clocked {
            survey.clocked[set][node as usize] += 1;
        } else {
            survey.reached[self.sets[set].kind][node as usize] = true;
            survey.events[self.partitions.of(target) * (self.sources + 1) + source as usize] += 1;
        }
    }

    /// The survey in shares of ranges: of events, then of clocked synapses.
    fn shares<'b>(&self, survey: &'b mut Survey) -> Vec<Counts<'b>> {
        let mut shares = Vec::with_capacity(self.partitions.count + self.ranges.count);
        let mut events = survey.events.as_mut_slice();
        let mut reached: Vec<_> = survey.reached.iter_mut().map(Vec::as_mut_slice).collect();
        let part = |rest: &mut &'b mut [bool], nodes: usize| {
            if rest.is_empty() { &mut [][..] } else { split(rest, nodes) }
        };
        for cut in self.partitions.all(self.table) {
            shares.push(Counts {
                events: if events.is_empty() { &mut [] } else { split(&mut events, self.sources + 1) },
                reached: reached.iter_mut().map(|rest| part(rest, cut.nodes.len())).collect(),
                nodes: Vec::new(),
                clocked: false,
                cut,
            });
        }
        if survey.clocked.iter().any(|counts| !counts.is_empty()) {
            let mut counts: Vec<_> = survey.clocked.iter_mut().map(Vec::as_mut_slice).collect();
            for cut in self.ranges.all(self.table) {
                let own = |rest: &mut &'b mut [u32]| {
                    if rest.is_empty() { &mut [][..] } else { split(rest, cut.nodes.len()) }
                };
                shares.push(Counts {
                    events: &mut [],
                    reached: Vec::new(),
                    nodes: counts.iter_mut().map(own).collect(),
                    clocked: true,
                    cut,
                });
            }
        }
        shares
    }

    /// Counts the synapses of one range, and returns those of other ranges that it came upon, by projection.
    #[allow(clippy::type_complexity)]
    fn count_share(
        &self,
        wirings: &[Wiring<'_>],
        mut share: Counts<'_>,
    ) -> Result<Vec<Vec<[u32; 2]>>, (usize, PlanError)> {
        let mut scratch = Scratch::default();
        let mut reverses: Vec<Vec<[u32; 2]>> = vec![Vec::new(); wirings.len()];
        let first = share.cut.nodes.start;
        for (wiring, reverses) in wirings.iter().zip(&mut reverses).filter(|(w, _)| w.clocked == share.clocked) {
            let mut resolvers = self.resolvers(wiring);
            let part = wiring.part(&share.cut);
            let result = wiring.pairs.for_each(&part, true, &mut scratch, |s, t, k, row| {
                let of = wiring.projection_of(s);
                let resolver = &mut resolvers[of];
                let node = resolver.node(t, k, row)? as usize - first;
                let set = wiring.ends[of].set;
                if share.clocked {
                    share.nodes[set][node] += 1;
                } else {
                    share.reached[self.sets[set].kind][node] = true;
                    share.events[resolver.source(s) as usize] += 1;
                }
                Ok(())
            });
            result.map_err(|error| (wiring.ends[0].index, error))?;
            *reverses = std::mem::take(&mut scratch.reverses);
        }
        Ok(reverses)
    }
}
