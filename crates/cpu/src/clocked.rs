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

use crate::kernel::deliver::Deliver;
use crate::lanes::{Element, dispatch};
use crate::machine::Execution;

/// Synapses of a bundle, about: its state stays in a core's second-level cache and is a few pages of memory in one piece.
const BUNDLE: usize = 4096;

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
    /// Source of each synapse, where synapses form and vanish; else empty.
    pub source: Vec<u32>,
}

/// State of a group of clocked synapses.
#[derive(Clone, Debug)]
pub struct Clocked<E> {
    /// In order of target nodes.
    pub bundles: Vec<Bundle<E>>,
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
    pub fn new(group: &ClockedGroup) -> Self {
        let mut bundles = Vec::new();
        let mut from = 0;
        while from < group.node.len() {
            let limit = group.first[from] as usize + BUNDLE;
            let to = group.first.partition_point(|&first| (first as usize) <= limit) - 1;
            let places = from..to.max(from + 1);
            from = places.end;
            bundles.push(Bundle::new(group, places));
        }
        Self {
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
        let meeting = exchange.meeting(index, tick);
        let (planes, influx) = (self.planes, &self.influx);
        let mut rest = self.sums.as_mut_slice();
        let mut work = Vec::with_capacity(self.bundles.len());
        for bundle in &mut self.bundles {
            let (own, others) = rest.split_at_mut(bundle.places.len() * group.receptors.len());
            rest = others;
            work.push((bundle, own));
        }
        let deliver = |(bundle, sums): (&mut Bundle<E>, &mut [[E; 3]])| {
            let kernel = Deliver { plan, group, index, bundle, sums, influx, planes, meeting: &meeting, slow, tick };
            dispatch(execution.level, execution.rounding, kernel);
        };
        if execution.pool.is_some() {
            work.into_par_iter().for_each(deliver);
        } else {
            work.into_iter().for_each(deliver);
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
    pub fn table(&self, group: &ClockedGroup) -> SynapseTable {
        let mut table = SynapseTable::default();
        for bundle in &self.bundles {
            let own = bundle.synapses.clone();
            table.source.extend(if bundle.source.is_empty() { &group.source[own.clone()] } else { &bundle.source });
            match self.planes.weight {
                Some(w) => {
                    let weights = &bundle.planes[w * bundle.stride..w * bundle.stride + own.len()];
                    table.weight.extend(weights.iter().map(|w| w.to_f64()));
                }
                None => table.weight.extend(own.map(|i| group.weight.get(i))),
            }
        }
        table
    }

    /// Appends the state in the plan's order.
    pub fn save(&self, group: &ClockedGroup, out: &mut Writer) {
        for variable in 0..group.variables.len() {
            let own = |b: &Bundle<E>| b.planes[variable * b.stride..variable * b.stride + b.synapses.len()].to_vec();
            out.pods(&self.bundles.iter().flat_map(own).collect::<Vec<E>>());
        }
        if group.plasticity.structural.is_some() {
            out.u32s(&self.bundles.iter().flat_map(|b| b.source.iter().copied()).collect::<Vec<u32>>());
        }
    }

    /// Restores what [`Clocked::save`] saved.
    ///
    /// # Errors
    /// When sizes differ.
    pub fn load(&mut self, group: &ClockedGroup, from: &mut Reader<'_>) -> Result<(), RunError> {
        for variable in 0..group.variables.len() {
            let values: Vec<E> = from.exactly(group.source.len(), "synapses")?;
            for bundle in &mut self.bundles {
                let at = variable * bundle.stride;
                bundle.planes[at..at + bundle.synapses.len()].copy_from_slice(&values[bundle.synapses.clone()]);
            }
        }
        if group.plasticity.structural.is_some() {
            let sources: Vec<u32> = from.exactly(group.source.len(), "slots of synapses")?;
            for bundle in &mut self.bundles {
                bundle.source.copy_from_slice(&sources[bundle.synapses.clone()]);
            }
        }
        Ok(())
    }

    /// Bytes held.
    #[must_use]
    pub fn bytes(&self) -> usize {
        let bundle = |b: &Bundle<E>| b.planes.len() * size_of::<E>() + 4 * b.source.len() + size_of::<Bundle<E>>();
        self.bundles.iter().map(bundle).sum::<usize>() + size_of::<E>() * (3 * self.sums.len() + self.influx.len())
    }
}

impl<E: Element> Bundle<E> {
    fn new(group: &ClockedGroup, places: Range<usize>) -> Self {
        let synapses = group.first[places.start] as usize..group.first[places.end] as usize;
        let stride = synapses.len() + PADDING;
        let mut planes = vec![E::default(); stride * group.variables.len()];
        for ((variable, &initial), plane) in
            group.variables.iter().zip(&group.initial).zip(planes.chunks_exact_mut(stride))
        {
            let own = &mut plane[..synapses.len()];
            match (variable, &group.weight) {
                (SynapticVariable::Weight, weight) => {
                    for (x, i) in own.iter_mut().zip(synapses.clone()) {
                        *x = E::from_f64(weight.get(i));
                    }
                }
                _ => own.fill(E::from_f64(initial)),
            }
        }
        let structural = group.plasticity.structural.is_some();
        let source = if structural { group.source[synapses.clone()].to_vec() } else { Vec::new() };
        Self { places, synapses, stride, planes, source }
    }

    /// Forms and eliminates synapses of target node `place`.
    #[allow(clippy::too_many_arguments)]
    pub fn restructure(
        &mut self,
        plan: &Plan,
        index: usize,
        place: usize,
        slow: &Slow,
        probabilities: (f64, f64),
        tick: u64,
    ) {
        let group = &plan.clocked[index];
        for i in group.first[place] as usize..group.first[place + 1] as usize {
            let at = i - self.synapses.start;
            match slow.fate(plan, index, (i, self.source[at], group.cell[place]), probabilities, tick) {
                Fate::Stays => continue,
                Fate::Vanishes => self.source[at] = plan.no_source(),
                Fate::Forms(source) => self.source[at] = source,
            }
            let used = self.source[at] != plan.no_source();
            for (v, (variable, &initial)) in group.variables.iter().zip(&group.initial).enumerate() {
                let value = if *variable == SynapticVariable::Weight { new_weight(group, used) } else { initial };
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
    }
}
