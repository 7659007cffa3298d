//! Clocked synapses put in their places, group by group, and found again by source.

use crate::error::PlanError;
use crate::lower::clocked::group;
use crate::lower::cuts::{Cut, split};
use crate::lower::place::Weights;
use crate::lower::receptors::SlotIndex;
use crate::lower::synapses::Build;
use crate::lower::wiring::Strength;
use crate::plan::{ClockedGroup, Receptor, Values};
use crate::workers::on_each;

/// Lays out the groups and takes their synapses.
pub(super) struct Builder {
    /// Group of each set.
    groups: Vec<Option<ClockedGroup>>,
    /// Next free place of each node, by set.
    next: Vec<Vec<u32>>,
    /// Source of each slot, by set.
    sources: Vec<Vec<u32>>,
    activity: Vec<f64>,
}

/// The synapses whose targets are in one range of cells.
pub(super) struct ClockedShare<'a> {
    pub cut: Cut,
    /// By set; none for those that have no group.
    sets: Vec<Option<SetShare<'a>>>,
}

struct SetShare<'a> {
    /// First synapse.
    base: usize,
    /// Next free place of each node of the range.
    next: &'a mut [u32],
    source: &'a mut [u32],
    weight: Weights<'a>,
    delay: &'a mut [u16],
}

impl ClockedShare<'_> {
    /// Takes a synapse that the survey saw.
    #[inline]
    pub fn place(&mut self, set: usize, source: u32, node: u32, strength: &Strength) {
        let own = self.sets[set].as_mut().expect("the survey saw this set");
        let next = &mut own.next[node as usize - self.cut.nodes.start];
        let at = *next as usize - own.base;
        *next += 1;
        own.source[at] = source;
        own.weight.set(at, strength.weight);
        own.delay[at] = strength.delay;
    }
}

impl Builder {
    /// Lays groups out for as many synapses by set and node as `counts` has.
    pub fn new(
        build: &Build<'_>,
        mut counts: Vec<Vec<u32>>,
        receptors: &[Receptor],
        first_receptor: &[usize],
        index: &SlotIndex,
    ) -> Result<Self, PlanError> {
        let mut activity = Vec::new();
        let mut groups = Vec::new();
        for (set, counts) in build.sets.iter().zip(&mut counts) {
            if counts.is_empty() {
                groups.push(None);
                continue;
            }
            let first = first_receptor[set.kind];
            let Build { network, settings, table, .. } = *build;
            let group = group(network, settings, table, set, counts, receptors, first, index, &mut activity)?;
            for (&node, &first) in group.node.iter().zip(&group.first) {
                counts[node as usize] = first;
            }
            groups.push(Some(group));
        }
        let sources = groups.iter().map(|g| g.as_ref().map_or_else(Vec::new, |g| vec![FREE; g.len()])).collect();
        Ok(Self { next: counts, sources, groups, activity })
    }

    /// The groups in shares of ranges of targets.
    pub fn shares(&mut self, build: &Build<'_>) -> Vec<ClockedShare<'_>> {
        let mut shares: Vec<ClockedShare<'_>> = Vec::new();
        if self.groups.iter().any(Option::is_some) {
            shares.extend(build.ranges.all(build.table).map(|cut| ClockedShare { cut, sets: Vec::new() }));
        }
        for ((group, next), source) in self.groups.iter_mut().zip(&mut self.next).zip(&mut self.sources) {
            let Some(group) = group else {
                shares.iter_mut().for_each(|share| share.sets.push(None));
                continue;
            };
            let (mut next, mut source) = (next.as_mut_slice(), source.as_mut_slice());
            let (mut weight, mut delay) = (Weights::new(&mut group.weight), group.delay.as_mut_slice());
            for share in &mut shares {
                let nodes = &share.cut.nodes;
                let first_from =
                    |node: usize| group.first[group.node.partition_point(|&n| (n as usize) < node)] as usize;
                let (base, end) = (first_from(nodes.start), first_from(nodes.end));
                share.sets.push(Some(SetShare {
                    base,
                    next: split(&mut next, nodes.len()),
                    source: split(&mut source, end - base),
                    weight: weight.split(end - base),
                    delay: split(&mut delay, end - base),
                }));
            }
        }
        shares
    }

    /// Takes a synapse of a generator, when the shares are done.
    pub fn place(&mut self, set: usize, source: u32, node: u32, weight: f64, delay: u16) {
        let group = self.groups[set].as_mut().expect("the survey saw this set");
        let next = &mut self.next[set][node as usize];
        let at = *next as usize;
        *next += 1;
        self.sources[set][at] = source;
        group.weight.set(at, weight);
        group.delay[at] = delay;
    }

    /// The groups; what no synapse took is a free slot. And the times over which activity is averaged.
    pub fn finish(self, build: &Build<'_>) -> Result<(Vec<ClockedGroup>, Vec<f64>), PlanError> {
        let mut groups = Vec::new();
        for ((group, next), own) in self.groups.into_iter().zip(&self.next).zip(self.sources) {
            let Some(mut group) = group else { continue };
            for (place, &node) in group.node.iter().enumerate() {
                let used = next[node as usize] as usize;
                let (first, end) = (group.first[place] as usize, group.first[place + 1] as usize);
                for (k, free) in (used..end).enumerate() {
                    // As far away as a synapse that is there.
                    group.delay[free] = group.delay[first + k % (used - first)];
                }
            }
            group.longest_delay = group.delay.iter().copied().max().unwrap_or(1).max(1);
            check_weights(&group, &own)?;
            join_weights(&mut group, &own);
            index_by_source(&mut group, &own, build);
            groups.push(group);
        }
        Ok((groups, self.activity))
    }
}

/// Marks a free slot while groups are built.
const FREE: u32 = u32::MAX;

/// Finds synapses by source: by counting, then sorting each source's by delay. Each worker has a range of sources.
#[allow(clippy::cast_possible_truncation)]
fn index_by_source(group: &mut ClockedGroup, source: &[u32], build: &Build<'_>) {
    let mut first = vec![0u32; build.sources + 1];
    for &source in source.iter().filter(|&&s| s != FREE) {
        first[source as usize + 1] += 1;
    }
    for i in 1..first.len() {
        first[i] += first[i - 1];
    }
    let total = first[build.sources] as usize;
    let mut synapse = vec![0u32; total];
    let parts = build.workers.count().clamp(1, 64);
    let mut cuts: Vec<usize> =
        (0..parts).map(|part| first.partition_point(|&n| (n as usize) * parts < total * part)).collect();
    cuts.push(build.sources);
    let mut rest = synapse.as_mut_slice();
    let mut pieces = Vec::with_capacity(parts);
    for cut in cuts.windows(2) {
        let (from, to) = (cut[0].min(build.sources), cut[1].min(build.sources));
        pieces.push((from, to, split(&mut rest, (first[to] - first[from]) as usize)));
    }
    let (first_of, delay) = (&first, &group.delay);
    on_each(build.workers, pieces, |(from, to, own)| {
        let base = first_of[from];
        let mut next: Vec<u32> = first_of[from..to].iter().map(|n| n - base).collect();
        for (i, &source) in source.iter().enumerate() {
            if let Some(next) = (source as usize).checked_sub(from).and_then(|at| next.get_mut(at)) {
                own[*next as usize] = i as u32;
                *next += 1;
            }
        }
        for ends in first_of[from..=to].windows(2) {
            own[(ends[0] - base) as usize..(ends[1] - base) as usize].sort_by_key(|&s| delay[s as usize]);
        }
    });
    (group.of_source, group.synapse) = (first, synapse);
}

/// The weights of the synapses that are there.
fn weights<'a>(group: &'a ClockedGroup, source: &'a [u32]) -> impl Iterator<Item = f64> + 'a {
    source.iter().enumerate().filter(|(_, s)| **s != FREE).map(|(i, _)| group.weight.get(i))
}

/// Keeps one number where the weights of all synapses are equal and free slots have none of their own.
fn join_weights(group: &mut ClockedGroup, source: &[u32]) {
    let Some(weight) = weights(group, source).next() else { return };
    if group.plasticity.moves_weights() && weights(group, source).all(|own| own == weight) {
        group.weight = Values::Same(weight, group.len());
    }
}

/// That weights start within the bounds of the rules that move them.
fn check_weights(group: &ClockedGroup, source: &[u32]) -> Result<(), PlanError> {
    let p = &group.plasticity;
    let bounds = [p.weight.map(|r| r.w_max), p.stdp.map(|r| r.w_max), p.homeostatic.map(|r| r.w_max)];
    let Some(bound) = bounds.into_iter().flatten().reduce(f64::min) else { return Ok(()) };
    match weights(group, source).find(|w| *w > bound * (1.0 + 1e-6)) {
        None => Ok(()),
        Some(w) => Err(PlanError::Plasticity {
            synapse: group.kind.clone(),
            problem: format!("a weight of {w} is above w_max, {bound}: lower the weight or raise w_max of every rule"),
        }),
    }
}
