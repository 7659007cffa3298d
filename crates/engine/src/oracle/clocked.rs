//! Clocked synapses of the oracle: scalar, one after the other.

use huxley_model::plasticity::clocked::{Arrivals, MOST_RECEPTORS, Surroundings, Synapse};
use huxley_model::plasticity::{Planes, SynapticVariable};

use crate::error::RunError;
use crate::exchange::Exchange;
use crate::plan::{ClockedGroup, Plan};
use crate::pools::canonical_sum;
use crate::slow::{Fate, Shared, Slow};
use crate::snapshot::{Reader, Writer};

/// State of a group.
#[derive(Clone, Debug)]
pub(super) struct Clocked {
    /// By variable, then synapse.
    pub values: Vec<Vec<f64>>,
    /// Source of each slot.
    pub source: Vec<u32>,
    /// What meets each synapse in the tick under way.
    met: Vec<Met>,
    /// Whether synapses form and vanish.
    structural: bool,
    planes: Planes,
}

/// The spikes that meet a synapse in a tick.
#[derive(Clone, Copy, Debug, Default)]
struct Met {
    on: bool,
    starts: bool,
    ends: bool,
    late: bool,
}

impl Clocked {
    pub fn new(plan: &Plan, group: &ClockedGroup) -> Self {
        let source = group.sources(plan.no_source());
        let initial = |(variable, &value): (&SynapticVariable, &f64)| match variable {
            SynapticVariable::Weight => {
                let used = |i: usize| source[i] != plan.no_source();
                (0..group.len()).map(|i| if used(i) { group.weight.get(i) } else { 0.0 }).collect()
            }
            _ => vec![value; group.len()],
        };
        Self {
            values: group.variables.iter().zip(&group.initial).map(initial).collect(),
            planes: Planes::of(&group.variables),
            met: vec![Met::default(); group.len()],
            structural: group.plasticity.structural.is_some(),
            source,
        }
    }

    pub fn weight(&self, group: &ClockedGroup, i: usize) -> f64 {
        self.planes.weight.map_or_else(|| group.weight.get(i), |w| self.values[w][i])
    }

    /// The weight synapse `i` acts with.
    pub fn effective_weight(&self, group: &ClockedGroup, i: usize) -> f64 {
        group.step.effective_weight(&self.load(group, i))
    }

    fn load(&self, group: &ClockedGroup, i: usize) -> Synapse<f64> {
        let at = |plane: Option<usize>| plane.map_or(0.0, |p| self.values[p][i]);
        Synapse {
            open: self.planes.open.map(at),
            release: (at(self.planes.release), at(self.planes.release.map(|p| p + 1))),
            calcium: at(self.planes.calcium),
            camkii: at(self.planes.camkii),
            trace: at(self.planes.trace),
            efficacy: at(self.planes.efficacy),
            weight: self.weight(group, i),
        }
    }

    fn store(&mut self, i: usize, synapse: &Synapse<f64>) {
        let values = &mut self.values;
        let mut put = |plane: Option<usize>, x: f64| {
            if let Some(p) = plane {
                values[p][i] = x;
            }
        };
        for (&plane, &s) in self.planes.open.iter().zip(&synapse.open) {
            put(plane, s);
        }
        put(self.planes.release, synapse.release.0);
        put(self.planes.release.map(|p| p + 1), synapse.release.1);
        put(self.planes.calcium, synapse.calcium);
        put(self.planes.camkii, synapse.camkii);
        put(self.planes.trace, synapse.trace);
        put(self.planes.efficacy, synapse.efficacy);
        put(self.planes.weight, synapse.weight);
    }

    /// Finds what meets each synapse in `tick`.
    pub fn meet(&mut self, group: &ClockedGroup, exchange: &Exchange, tick: u64) {
        for (i, &source) in self.source.iter().enumerate() {
            let delay = group.delay[i];
            let arrived = |late: u16| exchange.arrived(source, delay, late, tick);
            self.met[i] = Met {
                on: (0..group.pulse).any(arrived),
                starts: arrived(0),
                ends: arrived(group.pulse - 1),
                late: arrived(group.late),
            };
        }
    }

    /// Advances the synapses of target node `place` by a tick; returns their summed conductance by receptor, before its factor.
    #[allow(clippy::too_many_arguments)]
    pub fn deliver(
        &mut self,
        plan: &Plan,
        index: usize,
        place: usize,
        slow: &Slow,
        influx: f64,
        tick: u64,
    ) -> [[f64; 3]; MOST_RECEPTORS] {
        let group = &plan.clocked[index];
        let own = group.first[place] as usize..group.first[place + 1] as usize;
        let cell = group.cell[place];
        let shared = slow.shared(plan, index, cell, tick);
        let node = surroundings(&shared, influx);
        let mut conductance = vec![[[0.0; 3]; MOST_RECEPTORS]; own.len()];
        for (i, conductance) in own.clone().zip(&mut conductance) {
            let Met { on, starts, ends, late } = self.met[i];
            let mut synapse = self.load(group, i);
            let late = if late { 1.0 } else { 0.0 };
            let noise = |above: f64| slow.noise(index, i, tick, above);
            if on || starts || ends {
                let arrivals = Arrivals { on, starts, ends };
                *conductance = group.step.arrive(&mut synapse, &node, &arrivals, late, noise);
            } else {
                *conductance = group.step.rest(&mut synapse, &node, late, noise).map(|g| [g, 0.0, 0.0]);
            }
            self.store(i, &synapse);
        }
        if let Some(probabilities) = shared.structural {
            for i in own {
                let sources = &mut self.source;
                match slow.fate(plan, index, (i, sources[i] != plan.no_source(), cell), probabilities, tick) {
                    Fate::Stays => continue,
                    Fate::Vanishes => sources[i] = plan.no_source(),
                    Fate::Forms(source) => sources[i] = source,
                }
                let used = sources[i] != plan.no_source();
                for (values, (variable, &initial)) in
                    self.values.iter_mut().zip(group.variables.iter().zip(&group.initial))
                {
                    values[i] = if *variable == SynapticVariable::Weight { new_weight(group, used) } else { initial };
                }
            }
        }
        std::array::from_fn(|r| canonical_sum(conductance.iter().map(|c| c[r])))
    }

    pub fn save(&self, out: &mut Writer) {
        self.values.iter().for_each(|values| out.pods(values));
        if self.structural {
            out.u32s(&self.source);
        }
    }

    pub fn load_from(&mut self, from: &mut Reader<'_>) -> Result<(), RunError> {
        for values in &mut self.values {
            *values = from.exactly(values.len(), "synapses")?;
        }
        if self.structural {
            self.source = from.exactly(self.source.len(), "slots of synapses")?;
        }
        Ok(())
    }
}

/// Weight of a slot whose synapse has just formed, or vanished.
#[must_use]
pub fn new_weight(group: &ClockedGroup, used: bool) -> f64 {
    group.plasticity.structural.filter(|_| used).map_or(0.0, |rule| rule.w_init)
}

fn surroundings(shared: &Shared, influx: f64) -> Surroundings<f64> {
    Surroundings { influx, rate: shared.rate, post: shared.post, post_trace: shared.post_trace, scale: shared.scale }
}
