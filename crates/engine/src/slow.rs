//! What changes slowly around synapses: the activity of cells, dopamine, and from these the rates of learning, scaling, formation
//! and elimination. One value a cell or region, the same for every backend.

use huxley_model::network::Precision;
use huxley_model::plasticity::slow::{ActivityStep, dopamine};
use huxley_model::plasticity::stdp::trace;
use huxley_model::random::{Random, Stream, below, index_below};

use crate::error::RunError;
use crate::plan::{NO_REGION, Plan};
use crate::snapshot::{Reader, Writer};

/// The slow state of a run, in the precision of the run; numbers are kept widened.
#[derive(Clone, Debug)]
pub struct Slow {
    /// By average, then cell: Hz.
    activity: Vec<Vec<f64>>,
    steps: Vec<ActivityStep>,
    cells: usize,
    /// By cell: spikes that arrive from it in the present tick; empty where no synapse asks.
    spikes: Vec<f64>,
    /// By group, then cell: postsynaptic traces before these spikes; empty where the group has no STDP.
    post_trace: Vec<Vec<f64>>,
    keep_post: Vec<f64>,
    /// By region, uM.
    dopamine: Vec<f64>,
    keep_dopamine: Vec<f64>,
    /// By group, then region (the last for cells without): what learning is multiplied by.
    rate: Vec<Vec<f64>>,
    structural: Random,
    partner: Random,
    efficacy: Random,
    /// Whether averages, traces and what follows from them are computed in `f32`. Dopamine and rates, which depend on the plan
    /// alone, are not.
    single: bool,
}

/// What the synapses of a node share in a tick beside calcium.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Shared {
    /// Tick times effective learning rate; for STDP the factor of its changes.
    pub rate: f64,
    /// 1 if the cell's spike arrives, else 0.
    pub post: f64,
    /// Postsynaptic trace before that spike.
    pub post_trace: f64,
    /// Homeostatic factor, where its interval ends.
    pub scale: Option<f64>,
    /// Probabilities of formation and elimination, where their interval ends.
    pub structural: Option<(f64, f64)>,
}

/// What becomes of a slot.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// Nothing.
    Stays,
    /// A synapse from this source forms.
    Forms(u32),
    /// Its synapse is eliminated.
    Vanishes,
}

impl Slow {
    /// The state at time 0.
    #[must_use]
    pub fn new(plan: &Plan, precision: Precision) -> Self {
        let cells = plan.cells.len();
        let tick = plan.settings.tick;
        let stdp = plan.clocked.iter().map(|g| g.plasticity.stdp);
        let random = |stream| Random::new(plan.settings.seed, stream);
        Self {
            activity: plan.activity.iter().map(|_| vec![0.0; cells]).collect(),
            steps: plan.activity.iter().map(|&tau| ActivityStep::new(tau, tick)).collect(),
            cells,
            spikes: vec![0.0; if plan.clocked.is_empty() && plan.activity.is_empty() { 0 } else { cells }],
            post_trace: stdp.clone().map(|rule| vec![0.0; if rule.is_some() { cells } else { 0 }]).collect(),
            keep_post: stdp.map(|rule| rule.map_or(0.0, |r| (-tick / r.tau_minus).exp())).collect(),
            dopamine: vec![0.0; plan.regions.len()],
            keep_dopamine: plan.regions.iter().map(|r| (-tick / r.tau).exp()).collect(),
            rate: vec![vec![0.0; plan.regions.len() + 1]; plan.clocked.len()],
            structural: random(Stream::Structural),
            partner: random(Stream::Partner),
            efficacy: random(Stream::Efficacy),
            single: precision == Precision::F32,
        }
    }

    /// Starts `tick`, in which the spikes of `delivered` (sources, ascending, with repetitions) arrive.
    #[allow(clippy::cast_possible_truncation)]
    pub fn begin(&mut self, plan: &Plan, tick: u64, delivered: &[u32]) {
        for (own, &keep) in self.post_trace.iter_mut().zip(&self.keep_post) {
            for (y, &spikes) in own.iter_mut().zip(&self.spikes) {
                let spikes = spikes.min(1.0);
                *y = if self.single {
                    f64::from(trace(*y as f32, spikes as f32, keep))
                } else {
                    trace(*y, spikes, keep)
                };
            }
        }
        self.spikes.fill(0.0);
        for &source in delivered {
            if let Some(count) = self.spikes.get_mut(source as usize) {
                *count += 1.0;
            }
        }
        for (own, step) in self.activity.iter_mut().zip(&self.steps) {
            for (a, &spikes) in own.iter_mut().zip(&self.spikes) {
                *a = if self.single {
                    f64::from(step.advance(*a as f32, spikes as f32))
                } else {
                    step.advance(*a, spikes)
                };
            }
        }
        self.begin_schedule(plan, tick);
    }

    /// The part of [`Slow::begin`] that does not depend on spikes: dopamine, and the rates of learning.
    pub fn begin_schedule(&mut self, plan: &Plan, tick: u64) {
        for (own, &keep) in self.dopamine.iter_mut().zip(&self.keep_dopamine) {
            *own = dopamine(*own, keep);
        }
        let from = plan.rewards.partition_point(|r| r.tick < tick);
        for reward in plan.rewards[from..].iter().take_while(|r| r.tick == tick) {
            self.dopamine[reward.region as usize] += reward.amount;
        }
        for (group, rates) in plan.clocked.iter().zip(&mut self.rate) {
            let p = &group.plasticity;
            let base = p.weight.map_or(1.0, |rule| rule.eta * plan.settings.tick);
            for (region, rate) in rates.iter_mut().enumerate() {
                let dopamine = self.dopamine.get(region).copied().unwrap_or(0.0);
                *rate = base * p.neuromodulation.map_or(1.0, |n| n.factor(dopamine));
            }
        }
    }

    /// What the synapses of `group` on `cell` share in `tick`, which has begun.
    #[must_use]
    #[allow(clippy::cast_possible_truncation)]
    pub fn shared(&self, plan: &Plan, group: usize, cell: u32, tick: u64) -> Shared {
        let own = &plan.clocked[group];
        let cell = cell as usize;
        let region = match plan.region[cell] {
            NO_REGION => plan.regions.len(),
            region => region as usize,
        };
        let ends = |interval: u32| interval > 0 && tick > 0 && tick.is_multiple_of(u64::from(interval));
        let activity = |index: Option<u32>| index.map_or(0.0, |i| self.activity[i as usize][cell]);
        let elapsed = |interval: u32| f64::from(interval) * plan.settings.tick;
        let scale = own.plasticity.homeostatic.filter(|_| ends(own.interval[0]));
        let structural = own.plasticity.structural.filter(|_| ends(own.interval[1]));
        Shared {
            rate: self.rate[group][region],
            post: self.spikes[cell].min(1.0),
            post_trace: self.post_trace[group].get(cell).copied().unwrap_or(0.0),
            scale: scale.map(|rule| {
                let (a, elapsed) = (activity(own.activity[0]), elapsed(own.interval[0]));
                if self.single { f64::from(rule.factor(a as f32, elapsed)) } else { rule.factor(a, elapsed) }
            }),
            structural: structural.map(|rule| {
                let (a, elapsed) = (activity(own.activity[1]), elapsed(own.interval[1]));
                if !self.single {
                    return rule.probabilities(a, elapsed);
                }
                let (forms, vanishes) = rule.probabilities(a as f32, elapsed);
                (f64::from(forms), f64::from(vanishes))
            }),
        }
    }

    /// What becomes of a slot with these probabilities of formation and elimination.
    #[must_use]
    #[allow(clippy::cast_possible_truncation)]
    pub fn fate(
        &self,
        plan: &Plan,
        group: usize,
        (synapse, used, cell): (usize, bool, u32),
        (forms, vanishes): (f64, f64),
        tick: u64,
    ) -> Fate {
        let entity = entity(group, synapse);
        let draw = self.structural.bits53(tick as u32, entity);
        if used {
            return if below(draw, vanishes) { Fate::Vanishes } else { Fate::Stays };
        }
        if !below(draw, forms) {
            return Fate::Stays;
        }
        let (candidates, itself) = &plan.clocked[group].candidates;
        let excluded = !itself && candidates.contains(&cell);
        let count = candidates.end - candidates.start - u32::from(excluded);
        let drawn = candidates.start + index_below(self.partner.bits53(tick as u32, entity), count);
        Fate::Forms(if excluded && drawn >= cell { drawn + 1 } else { drawn })
    }

    /// Noise of Graupner and Brunel's efficacy in a tick that is above their thresholds for the fractions `above`, summed.
    #[must_use]
    #[allow(clippy::cast_possible_truncation)]
    pub fn noise(&self, group: usize, synapse: usize, tick: u64, above: f64) -> f64 {
        let (tick, entity) = (tick as u32, entity(group, synapse));
        if above <= 0.0 {
            0.0
        } else if self.single {
            f64::from(self.efficacy.normal::<f32>(tick, entity) * (above as f32).sqrt())
        } else {
            self.efficacy.normal::<f64>(tick, entity) * above.sqrt()
        }
    }

    /// Activity of a cell, Hz, by index into [`Plan::activity`].
    #[must_use]
    pub fn activity(&self, average: usize, cell: u32) -> f64 {
        self.activity[average][cell as usize]
    }

    /// Dopamine around a cell, uM.
    #[must_use]
    pub fn dopamine(&self, plan: &Plan, cell: u32) -> f64 {
        self.dopamine.get(plan.region[cell as usize] as usize).copied().unwrap_or(0.0)
    }

    /// Rates of learning of a group in the tick that has begun: by region, the last for cells without.
    #[must_use]
    pub fn rates(&self, group: usize) -> &[f64] {
        &self.rate[group]
    }

    /// Averages of activity and traces of postsynaptic spikes (empty where a group has none), by cell, then the spikes of cells in the
    /// present tick (empty where no synapse asks): what [`Slow::begin`] moves, for backends that move it themselves.
    pub fn cells_mut(&mut self) -> (&mut [Vec<f64>], &mut [Vec<f64>], &mut [f64]) {
        (&mut self.activity, &mut self.post_trace, &mut self.spikes)
    }

    /// Appends the state.
    pub fn save(&self, out: &mut Writer) {
        self.activity.iter().chain(&self.post_trace).for_each(|own| out.pods(own));
        if self.spikes.is_empty() {
            out.pods(&vec![0.0; self.cells]);
        } else {
            out.pods(&self.spikes);
        }
        out.pods(&self.dopamine);
    }

    /// Restores what [`Slow::save`] saved.
    ///
    /// # Errors
    /// When sizes differ.
    pub fn load(&mut self, from: &mut Reader<'_>) -> Result<(), RunError> {
        for own in self.activity.iter_mut().chain(&mut self.post_trace) {
            *own = from.exactly(own.len(), "averages of activity")?;
        }
        let spikes = from.exactly(self.cells, "cells")?;
        if !self.spikes.is_empty() {
            self.spikes = spikes;
        }
        self.dopamine = from.exactly(self.dopamine.len(), "regions")?;
        Ok(())
    }
}

/// Number of a synapse for random numbers.
fn entity(group: usize, synapse: usize) -> u64 {
    (group as u64) << 40 | synapse as u64
}
