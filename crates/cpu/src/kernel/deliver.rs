//! A tick of clocked synapses: the article's parts 1 to 7 over lanes of synapses, and the sums of their conductances by node.

use fearless_simd::Simd;
use huxley_engine::plan::{ClockedGroup, Plan};
use huxley_engine::pools::PARTIAL_SUMS;
use huxley_engine::slow::{Shared, Slow};
use huxley_model::plasticity::Planes;
use huxley_model::plasticity::clocked::{Arrivals, MOST_RECEPTORS, Surroundings, Synapse};
use huxley_model::synapse::{accumulated, add_as_tree};

use crate::arrivals::{Marks, Structure};
use crate::clocked::{Bundle, fixed_weights};
use crate::lanes::{Element, Kernel, Lanes, Two};

/// Advances the synapses of a bundle by a tick.
pub struct Deliver<'a, E: Element> {
    /// The plan.
    pub plan: &'a Plan,
    /// The group.
    pub group: &'a ClockedGroup,
    /// Its index.
    pub index: usize,
    /// State.
    pub bundle: &'a mut Bundle<E>,
    /// Conductances by target node of the bundle, then receptor.
    pub sums: &'a mut [[E; 3]],
    /// By target node of the group.
    pub influx: &'a [E],
    /// Where each variable is.
    pub planes: Planes,
    /// Spikes.
    pub marks: &'a Marks,
    /// Which slots hold a synapse, where they form and vanish.
    pub structure: Option<&'a Structure>,
    /// Activity and dopamine.
    pub slow: &'a Slow,
    /// The tick.
    pub tick: u64,
}

/// Partial sums of a node, by receptor: decaying, pulsed at the start, pulsed at the end.
struct Partial<E> {
    sums: [[[E; PARTIAL_SUMS]; 3]; MOST_RECEPTORS],
    /// Whether any synapse of the node met a spike.
    met: bool,
}

impl<E: Element> Kernel<E> for Deliver<'_, E> {
    type Output = ();

    fn run<L: Lanes<Element = E>>(mut self, token: L::Token) {
        token.vectorize(
            #[inline(always)]
            || {
                let receptors = self.group.receptors.len();
                let mut partial = Partial { sums: [[[E::default(); PARTIAL_SUMS]; 3]; MOST_RECEPTORS], met: false };
                for (k, place) in self.bundle.places.clone().enumerate() {
                    let shared = self.slow.shared(self.plan, self.index, self.group.cell[place], self.tick);
                    let count = self.node::<L>(token, place, &shared, &mut partial);
                    for r in 0..receptors {
                        let factor = E::from_f64(self.group.conductance[r]);
                        let own = &mut partial.sums[r];
                        let sum = &mut self.sums[k * receptors + r];
                        *sum = [E::default(); 3];
                        for (sum, own) in sum.iter_mut().zip(own).take(if partial.met { 3 } else { 1 }) {
                            *sum = tree_sum(own, count) * factor;
                        }
                    }
                    partial.met = false;
                    if let (Some(probabilities), Some(structure)) = (shared.structural, self.structure) {
                        let (plan, slow) = (self.plan, self.slow);
                        self.bundle.restructure(plan, self.index, place, structure, slow, probabilities, self.tick);
                    }
                }
            },
        );
    }
}

impl<E: Element> Deliver<'_, E> {
    /// Advances the synapses of target node `place`; returns how many there are.
    #[inline(always)]
    fn node<L: Lanes<Element = E>>(
        &mut self,
        token: L::Token,
        place: usize,
        shared: &Shared,
        partial: &mut Partial<E>,
    ) -> usize {
        let (first, end) = (self.group.first[place] as usize, self.group.first[place + 1] as usize);
        let influx = self.influx.get(place).copied().unwrap_or_default();
        let (one, two) = (around::<L>(token, shared, influx), around::<Two<L>>(token, shared, influx));
        let mut from = first;
        while end - from >= 2 * L::LEN {
            self.lanes::<Two<L>>(token, from, first, 2 * L::LEN, &two, partial);
            from += 2 * L::LEN;
        }
        while from < end {
            let count = L::LEN.min(end - from);
            self.lanes::<L>(token, from, first, count, &one, partial);
            from += count;
        }
        end - first
    }

    /// Advances `count` synapses from `from` on, as many as there are lanes, or the last of their node.
    #[inline(always)]
    #[allow(clippy::needless_range_loop)] // lanes stay in registers only where the index is known
    fn lanes<L: Lanes<Element = E>>(
        &mut self,
        token: L::Token,
        from: usize,
        first: usize,
        count: usize,
        node: &Surroundings<L>,
        partial: &mut Partial<E>,
    ) {
        let (group, planes) = (self.group, self.planes);
        let at = from - self.bundle.synapses.start;
        let whole = count == L::LEN;
        let met = self.marks.met(from, count);
        let inside = if whole { None } else { Some(lanes_of::<L>(token, (1 << count) - 1)) };
        let fixed = L::splat(token, E::default());
        let mut before = self.load::<L>(token, at, fixed);
        if planes.weight.is_none() {
            let own = fixed_weights::<E>(group, &(from..from + count));
            before.weight = if whole { L::load(token, own) } else { L::load_partial(token, own, E::default()) };
        }
        if let Some(inside) = inside {
            // Lanes beyond the node are the next node's synapses: they count for nothing and are not written.
            let inside = fixed.lit(0.5).lt(inside);
            before.weight = L::select(inside, before.weight, fixed);
        }
        let mut after = before;
        let late = if met.late == 0 { fixed } else { lanes_of::<L>(token, met.late) };
        let (slow, index, tick) = (self.slow, self.index, self.tick);
        let noise = |above: L| {
            let mut values = [E::default(); PARTIAL_SUMS];
            above.store(&mut values[..L::LEN]);
            for (lane, x) in values[..count].iter_mut().enumerate() {
                *x = E::from_f64(slow.noise(index, from + lane, tick, x.to_f64()));
            }
            L::load(token, &values[..L::LEN])
        };
        let lane = (from - first) % PARTIAL_SUMS;
        let lanes = lane..lane + L::LEN;
        if met.on | met.starts | met.ends == 0 {
            let conductance = group.step.rest(&mut after, node, late, noise);
            for r in 0..MOST_RECEPTORS {
                if group.step.receptors[r].is_some() {
                    let sum = &mut partial.sums[r][0][lanes.clone()];
                    accumulated(L::load(token, sum), conductance[r]).store(sum);
                }
            }
        } else {
            partial.met = true;
            let mask = |bits: u64| fixed.lit(0.5).lt(lanes_of::<L>(token, bits));
            let on = mask(met.on);
            let arrivals = if self.marks.brief() {
                Arrivals { on, starts: on, ends: on }
            } else {
                Arrivals { on, starts: mask(met.starts), ends: mask(met.ends) }
            };
            let conductance = group.step.arrive(&mut after, node, &arrivals, late, noise);
            for r in 0..MOST_RECEPTORS {
                if group.step.receptors[r].is_some() {
                    for k in 0..3 {
                        let sum = &mut partial.sums[r][k][lanes.clone()];
                        accumulated(L::load(token, sum), conductance[r][k]).store(sum);
                    }
                }
            }
        }
        if let Some(inside) = inside {
            let inside = fixed.lit(0.5).lt(inside);
            let kept = self.load::<L>(token, at, fixed);
            after = choose(inside, &after, &kept);
        }
        self.store::<L>(at, &after);
    }

    #[inline(always)]
    fn load<L: Lanes<Element = E>>(&self, token: L::Token, at: usize, zero: L) -> Synapse<L> {
        let stride = self.bundle.stride;
        let own = |plane: Option<usize>| match plane {
            Some(p) => L::load(token, &self.bundle.planes[p * stride + at..p * stride + at + L::LEN]),
            None => zero,
        };
        let planes = &self.planes;
        Synapse {
            open: [own(planes.open[0]), own(planes.open[1]), own(planes.open[2])],
            release: (own(planes.release), own(planes.release.map(|p| p + 1))),
            calcium: own(planes.calcium),
            camkii: own(planes.camkii),
            trace: own(planes.trace),
            efficacy: own(planes.efficacy),
            weight: own(planes.weight),
        }
    }

    #[inline(always)]
    fn store<L: Lanes<Element = E>>(&mut self, at: usize, synapse: &Synapse<L>) {
        let stride = self.bundle.stride;
        let mut put = |plane: Option<usize>, x: L| {
            if let Some(p) = plane {
                x.store(&mut self.bundle.planes[p * stride + at..p * stride + at + L::LEN]);
            }
        };
        let planes = &self.planes;
        put(planes.open[0], synapse.open[0]);
        put(planes.open[1], synapse.open[1]);
        put(planes.open[2], synapse.open[2]);
        put(planes.release, synapse.release.0);
        put(planes.release.map(|p| p + 1), synapse.release.1);
        put(planes.calcium, synapse.calcium);
        put(planes.camkii, synapse.camkii);
        put(planes.trace, synapse.trace);
        put(planes.efficacy, synapse.efficacy);
        put(planes.weight, synapse.weight);
    }
}

/// What the synapses of a node share, in every lane.
#[inline(always)]
fn around<L: Lanes>(token: L::Token, shared: &Shared, influx: L::Element) -> Surroundings<L> {
    let splat = |x: f64| L::splat(token, L::Element::from_f64(x));
    Surroundings {
        influx: L::splat(token, influx),
        rate: splat(shared.rate),
        post: splat(shared.post),
        post_trace: splat(shared.post_trace),
        scale: shared.scale.map(splat),
    }
}

/// 1 in the lanes whose bit is set, else 0.
#[inline(always)]
fn lanes_of<L: Lanes>(token: L::Token, bits: u64) -> L {
    let mut values = [L::Element::default(); PARTIAL_SUMS];
    for (lane, x) in values[..L::LEN].iter_mut().enumerate() {
        *x = L::Element::from_f64(if bits >> lane & 1 == 1 { 1.0 } else { 0.0 });
    }
    L::load(token, &values[..L::LEN])
}

#[inline(always)]
fn choose<L: Lanes>(inside: L::Mask, then: &Synapse<L>, otherwise: &Synapse<L>) -> Synapse<L> {
    let pick = |a: L, b: L| L::select(inside, a, b);
    Synapse {
        open: [
            pick(then.open[0], otherwise.open[0]),
            pick(then.open[1], otherwise.open[1]),
            pick(then.open[2], otherwise.open[2]),
        ],
        release: (pick(then.release.0, otherwise.release.0), pick(then.release.1, otherwise.release.1)),
        calcium: pick(then.calcium, otherwise.calcium),
        camkii: pick(then.camkii, otherwise.camkii),
        trace: pick(then.trace, otherwise.trace),
        efficacy: pick(then.efficacy, otherwise.efficacy),
        weight: pick(then.weight, otherwise.weight),
    }
}

/// Adds the partial sums of `count` values as a binary tree and clears them.
#[inline(always)]
fn tree_sum<E: Element>(partial: &mut [E; PARTIAL_SUMS], count: usize) -> E {
    // Sums beyond the count are 0 and change nothing.
    let sum = add_as_tree(partial, count.next_power_of_two().min(PARTIAL_SUMS));
    partial.fill(E::default());
    sum
}
