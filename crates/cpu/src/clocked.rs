//! Clocked synapses: state by target node, cut into bundles that a worker takes one at a time.

use std::ops::Range;

use huxley_engine::exchange::Exchange;
use huxley_engine::oracle::new_weight;
use huxley_engine::plan::{ClockedGroup, Plan, Values};
use huxley_engine::slow::{Fate, Slow};
use huxley_engine::snapshot::{Reader, Writer};
use huxley_engine::{RunError, SynapseTable};
use huxley_model::plasticity::{Planes, SynapticVariable};
use rayon::prelude::*;

use crate::arrivals::{Marks, Structure};
use crate::kernel::deliver::Deliver;
use crate::lanes::{Element, dispatch};
use crate::machine::Execution;

/// Synapses of a bundle, at most, or of one node: its state stays in a core's second-level cache and is a few pages of memory in one piece.
const BUNDLE: usize = 4096;

/// Least synapses of a bundle that are worth a thread of their own.
const LEAST: usize = 256;

/// Values between the last synapse of a plane and the next plane: lanes may be read beyond it.
const PADDING: usize = 32;

/// Synapses of some consecutive target nodes.
#[derive(Clone, Debug)]
pub struct Bundle<E> {
    /// Target nodes of the group.
    pub places: Range<usize>,
    /// Synapses of the group.
    pub synapses: Range<usize>,
    /// Distance between two planes.
    pub stride: usize,
    /// State by variable, then synapse.
    pub planes: Vec<E>,
    /// Synapses that formed or vanished in this tick.
    pub changes: Vec<(u32, Fate)>,
}

/// State of a group of clocked synapses.
#[derive(Clone, Debug)]
pub struct Clocked<E> {
    /// In order of target nodes.
    pub bundles: Vec<Bundle<E>>,
    /// The spikes that meet synapses, for as many ranges of bundles as there are threads.
    marks: Vec<(Range<usize>, Marks)>,
    /// Which slots hold a synapse, where synapses form and vanish.
    structure: Option<Structure>,
    /// Conductances by target node, then receptor: decaying, pulsed at the start, pulsed at the end; of linear receptors what
    /// arrives.
    pub sums: Vec<[E; 3]>,
    /// By target node, calcium that a fully open receptor lets in this tick, uM; empty where none does.
    pub influx: Vec<E>,
    /// Where each variable is.
    pub planes: Planes,
}

impl<E: Element> Clocked<E> {
    /// The state at time 0.
    #[must_use]
    pub fn new(plan: &Plan, group: &ClockedGroup, threads: usize) -> Self {
        let structure = group.plasticity.structural.map(|_| Structure::new(&group.sources(plan.no_source()), plan));
        // About as many for each thread, if they are worth it.
        let bundles = group.len().div_ceil(BUNDLE).max(1).next_multiple_of(threads);
        let most = group.len().div_ceil(bundles).max(LEAST);
        let mut bundles = Vec::new();
        let mut from = 0;
        while from < group.node.len() {
            let limit = group.first[from] as usize + most;
            let to = group.first.partition_point(|&first| (first as usize) <= limit) - 1;
            let places = from..to.max(from + 1);
            from = places.end;
            bundles.push(Bundle::new(group, places, structure.as_ref()));
        }
        Self {
            marks: cut(group, &bundles, threads),
            structure,
            bundles,
            sums: vec![[E::default(); 3]; group.node.len() * group.receptors.len()],
            influx: vec![E::default(); if group.step.calcium.is_some() { group.node.len() } else { 0 }],
            planes: Planes::of(&group.variables),
        }
    }

    /// Advances all synapses by a tick and sums their conductances by node in the canonical order.
    #[allow(clippy::too_many_arguments)]
    pub fn deliver(
        &mut self,
        plan: &Plan,
        index: usize,
        exchange: &Exchange,
        slow: &Slow,
        tick: u64,
        execution: &Execution,
    ) {
        let group = &plan.clocked[index];
        let structure = self.structure.as_ref();
        let mark = |(_, marks): &mut (Range<usize>, Marks)| marks.collect(group, exchange, structure, tick);
        let (planes, influx) = (self.planes, &self.influx);
        if execution.pool.is_some() {
            self.marks.par_iter_mut().for_each(mark);
        } else {
            self.marks.iter_mut().for_each(mark);
        }
        let mut rest = self.sums.as_mut_slice();
        let mut work = Vec::with_capacity(self.bundles.len());
        let mut of = self.marks.iter().flat_map(|(range, marks)| range.clone().map(move |_| marks));
        for (bundle, marks) in self.bundles.iter_mut().zip(&mut of) {
            let (own, others) = rest.split_at_mut(bundle.places.len() * group.receptors.len());
            rest = others;
            work.push((bundle, own, marks));
        }
        let deliver = |(bundle, sums, marks): (&mut Bundle<E>, &mut [[E; 3]], &Marks)| {
            let kernel = Deliver { plan, group, index, bundle, sums, influx, planes, marks, structure, slow, tick };
            dispatch(execution.level, execution.rounding, kernel);
        };
        if execution.pool.is_some() {
            work.into_par_iter().for_each(deliver);
        } else {
            work.into_iter().for_each(deliver);
        }
        if let Some(structure) = &mut self.structure {
            for (synapse, fate) in self.bundles.iter_mut().flat_map(|b| b.changes.drain(..)) {
                structure.change(group, synapse, fate);
            }
        }
    }

    /// The bundle of a synapse, and its place in it.
    fn find(&self, synapse: usize) -> (&Bundle<E>, usize) {
        let bundle = self.bundles.partition_point(|b| b.synapses.end <= synapse);
        (&self.bundles[bundle], synapse - self.bundles[bundle].synapses.start)
    }

    /// A variable of a synapse.
    #[must_use]
    pub fn value(&self, variable: usize, synapse: usize) -> E {
        let (bundle, i) = self.find(synapse);
        bundle.planes[variable * bundle.stride + i]
    }

    /// Sources and weights.
    #[must_use]
    pub fn table(&self, plan: &Plan, group: &ClockedGroup) -> SynapseTable {
        let mut weight = Vec::with_capacity(group.len());
        for bundle in &self.bundles {
            let own = bundle.synapses.clone();
            match self.planes.weight {
                Some(w) => {
                    let weights = &bundle.planes[w * bundle.stride..w * bundle.stride + own.len()];
                    weight.extend(weights.iter().map(|w| w.to_f64()));
                }
                None => match (&group.step.graupner_brunel, self.planes.efficacy) {
                    (Some(rule), Some(plane)) => {
                        let efficacy = &bundle.planes[plane * bundle.stride..];
                        let of = |(i, rho): (usize, &E)| rule.weight(E::from_f64(group.weight.get(i)), *rho).to_f64();
                        weight.extend(own.zip(efficacy).map(of));
                    }
                    _ => weight.extend(own.map(|i| group.weight.get(i))),
                },
            }
        }
        SynapseTable { source: self.sources(plan, group), weight }
    }

    /// Source of each slot.
    fn sources(&self, plan: &Plan, group: &ClockedGroup) -> Vec<u32> {
        let mut sources = group.sources(plan.no_source());
        if let Some(structure) = &self.structure {
            structure.correct(&mut sources, plan.no_source());
        }
        sources
    }

    /// Appends the state in the plan's order.
    pub fn save(&self, plan: &Plan, group: &ClockedGroup, out: &mut Writer) {
        for variable in 0..group.variables.len() {
            let own = |b: &Bundle<E>| b.planes[variable * b.stride..variable * b.stride + b.synapses.len()].to_vec();
            out.pods(&self.bundles.iter().flat_map(own).collect::<Vec<E>>());
        }
        if self.structure.is_some() {
            out.u32s(&self.sources(plan, group));
        }
    }

    /// Restores what [`Clocked::save`] saved.
    ///
    /// # Errors
    /// When sizes differ.
    pub fn load(&mut self, plan: &Plan, group: &ClockedGroup, from: &mut Reader<'_>) -> Result<(), RunError> {
        for variable in 0..group.variables.len() {
            let values: Vec<E> = from.exactly(group.len(), "synapses")?;
            for bundle in &mut self.bundles {
                let at = variable * bundle.stride;
                bundle.planes[at..at + bundle.synapses.len()].copy_from_slice(&values[bundle.synapses.clone()]);
            }
        }
        if let Some(structure) = &mut self.structure {
            let sources: Vec<u32> = from.exactly(group.len(), "slots of synapses")?;
            *structure = Structure::new(&group.sources(plan.no_source()), plan);
            structure.become_like(group, &sources, plan.no_source());
        }
        Ok(())
    }

    /// Bytes held.
    #[must_use]
    pub fn bytes(&self) -> usize {
        let bundle = |b: &Bundle<E>| b.planes.len() * size_of::<E>() + size_of::<Bundle<E>>();
        self.bundles.iter().map(bundle).sum::<usize>()
            + size_of::<E>() * (3 * self.sums.len() + self.influx.len())
            + self.marks.iter().map(|(_, marks)| marks.bytes()).sum::<usize>()
            + self.structure.as_ref().map_or(0, Structure::bytes)
    }
}

/// Cuts bundles into ranges of about as many synapses each.
fn cut<E>(group: &ClockedGroup, bundles: &[Bundle<E>], parts: usize) -> Vec<(Range<usize>, Marks)> {
    let mut cuts: Vec<usize> =
        (0..=parts).map(|part| bundles.partition_point(|b| b.synapses.end * parts <= group.len() * part)).collect();
    cuts[parts] = bundles.len();
    cuts.windows(2)
        .filter(|cut| cut[0] < cut[1])
        .map(|cut| {
            let synapses = bundles[cut[0]].synapses.start..bundles[cut[1] - 1].synapses.end;
            (cut[0]..cut[1], Marks::new(group, synapses))
        })
        .collect()
}

impl<E: Element> Bundle<E> {
    fn new(group: &ClockedGroup, places: Range<usize>, structure: Option<&Structure>) -> Self {
        let synapses = group.first[places.start] as usize..group.first[places.end] as usize;
        let stride = synapses.len() + PADDING;
        let mut planes = vec![E::default(); stride * group.variables.len()];
        for ((variable, &initial), plane) in
            group.variables.iter().zip(&group.initial).zip(planes.chunks_exact_mut(stride))
        {
            let own = &mut plane[..synapses.len()];
            if *variable == SynapticVariable::Weight {
                for (x, i) in own.iter_mut().zip(synapses.clone()) {
                    let used = structure.is_none_or(|structure| structure.used(i));
                    *x = E::from_f64(if used { group.weight.get(i) } else { 0.0 });
                }
            } else {
                own.fill(E::from_f64(initial));
            }
        }
        Self { places, synapses, stride, planes, changes: Vec::new() }
    }

    /// Forms and eliminates synapses of target node `place`.
    #[allow(clippy::too_many_arguments)]
    pub fn restructure(
        &mut self,
        plan: &Plan,
        index: usize,
        place: usize,
        structure: &Structure,
        slow: &Slow,
        probabilities: (f64, f64),
        tick: u64,
    ) {
        let group = &plan.clocked[index];
        for i in group.first[place]..group.first[place + 1] {
            let at = i as usize - self.synapses.start;
            let used = structure.used(i as usize);
            let fate = slow.fate(plan, index, (i as usize, used, group.cell[place]), probabilities, tick);
            if fate == Fate::Stays {
                continue;
            }
            self.changes.push((i, fate));
            for (v, (variable, &initial)) in group.variables.iter().zip(&group.initial).enumerate() {
                let value = if *variable == SynapticVariable::Weight { new_weight(group, !used) } else { initial };
                self.planes[v * self.stride + at] = E::from_f64(value);
            }
        }
    }
}

/// The weights of synapses `own` of a group whose weights do not move.
#[must_use]
pub fn fixed_weights<'a, E: Element>(group: &'a ClockedGroup, own: &Range<usize>) -> &'a [E] {
    match &group.weight {
        Values::F32(weights) => bytemuck::cast_slice(&weights[own.clone()]),
        Values::F64(weights) => bytemuck::cast_slice(&weights[own.clone()]),
        Values::Same(..) => unreachable!("weights that do not move are listed"),
    }
}
