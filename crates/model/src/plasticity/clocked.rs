//! One tick of one synapse whose state is advanced by the clock: parts 1 to 7 in the article's order.
//!
//! Within a tick: transmission, short-term plasticity, NMDA, calcium, `CaMKII`, weight; then, where an interval ends, homeostatic
//! scaling. Conductances are formed with the weight of the tick's start. The same function is the oracle's and every
//! backend's: scalars or lanes.

use super::calcium::CalciumStep;
use super::graupner_brunel::GraupnerBrunelStep;
use super::short_term::ShortTermStep;
use super::stdp::{PairStdpStep, trace};
use super::{Camkii, Homeostatic, WeightRule};
use crate::real::Real;
use crate::synapse::KineticStep;

/// Most receptors a synapse has.
pub const MOST_RECEPTORS: usize = 3;

/// A variable a synapse may carry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum SynapticVariable {
    /// Open fraction of receptor `i` of the kind.
    Open(usize),
    /// `F`, or `u` of Tsodyks and Markram.
    Facilitation,
    /// `D`, or `x` of Tsodyks and Markram.
    Depression,
    /// `ca`, uM (of Graupner and Brunel: in their units).
    Calcium,
    /// `k`, active fraction of `CaMKII`.
    Camkii,
    /// Presynaptic trace of STDP.
    Trace,
    /// `rho` of Graupner and Brunel.
    Efficacy,
    /// `w`.
    Weight,
}

impl SynapticVariable {
    /// The name users type; receptors go by `s_` and their own.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Open(_) => "s",
            Self::Facilitation => "F",
            Self::Depression => "D",
            Self::Calcium => "ca",
            Self::Camkii => "k",
            Self::Trace => "trace",
            Self::Efficacy => "rho",
            Self::Weight => "w",
        }
    }
}

/// What a tick does to one receptor.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum ReceptorStep {
    /// An open fraction driven by transmitter.
    Kinetic(KineticStep),
    /// Conductance jumps; no state in the synapse.
    Linear,
}

impl ReceptorStep {
    /// Whether it has no state in the synapse.
    #[must_use]
    pub fn is_linear(&self) -> bool {
        matches!(self, Self::Linear)
    }
}

/// Everything a tick does to a synapse of one kind.
#[derive(Clone, Debug, PartialEq)]
pub struct ClockedStep {
    /// ms.
    pub tick: f64,
    /// Part 1, by receptor.
    pub receptors: [Option<ReceptorStep>; MOST_RECEPTORS],
    /// Part 2.
    pub short_term: Option<ShortTermStep>,
    /// Parts 3 and 4, with the receptor that carries calcium.
    pub calcium: Option<(CalciumStep, usize)>,
    /// Part 5.
    pub camkii: Option<Camkii>,
    /// Part 6.
    pub weight: Option<WeightRule>,
    /// In place of parts 4 to 6.
    pub stdp: Option<PairStdpStep>,
    /// In place of parts 4 to 6.
    pub graupner_brunel: Option<GraupnerBrunelStep>,
    /// Part 7.
    pub homeostatic: Option<Homeostatic>,
}

/// Where each variable lies: indices into the synapse's planes of state.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Planes {
    /// Open fractions.
    pub open: [Option<usize>; MOST_RECEPTORS],
    /// `F` (or `u`); `D` (or `x`) follows.
    pub release: Option<usize>,
    /// Calcium.
    pub calcium: Option<usize>,
    /// `CaMKII`.
    pub camkii: Option<usize>,
    /// Presynaptic trace.
    pub trace: Option<usize>,
    /// Efficacy.
    pub efficacy: Option<usize>,
    /// Weight, where it moves.
    pub weight: Option<usize>,
}

impl Planes {
    /// The planes of `variables`.
    #[must_use]
    pub fn of(variables: &[SynapticVariable]) -> Self {
        let mut planes = Self::default();
        for (i, variable) in variables.iter().enumerate() {
            match *variable {
                SynapticVariable::Open(r) => planes.open[r] = Some(i),
                SynapticVariable::Facilitation => planes.release = Some(i),
                SynapticVariable::Depression => {}
                SynapticVariable::Calcium => planes.calcium = Some(i),
                SynapticVariable::Camkii => planes.camkii = Some(i),
                SynapticVariable::Trace => planes.trace = Some(i),
                SynapticVariable::Efficacy => planes.efficacy = Some(i),
                SynapticVariable::Weight => planes.weight = Some(i),
            }
        }
        planes
    }
}

/// The state of a synapse, or of as many as there are lanes; what a kind lacks is 0 and does not move.
#[derive(Clone, Copy, Debug)]
pub struct Synapse<R> {
    /// Open fraction of each receptor.
    pub open: [R; MOST_RECEPTORS],
    /// `(F, D)` or `(u, x)`.
    pub release: (R, R),
    /// Calcium.
    pub calcium: R,
    /// Active fraction of `CaMKII`.
    pub camkii: R,
    /// Presynaptic trace of STDP.
    pub trace: R,
    /// Efficacy of Graupner and Brunel.
    pub efficacy: R,
    /// Weight.
    pub weight: R,
}

impl<R: Real> Synapse<R> {
    /// All variables at `zero`.
    #[inline(always)]
    pub fn splat(zero: R) -> Self {
        Self {
            open: [zero; MOST_RECEPTORS],
            release: (zero, zero),
            calcium: zero,
            camkii: zero,
            trace: zero,
            efficacy: zero,
            weight: zero,
        }
    }
}

/// What all synapses of a node share in a tick.
#[derive(Clone, Copy, Debug)]
pub struct Surroundings<R> {
    /// Calcium a fully open receptor lets in, uM: part 3's share of the node.
    pub influx: R,
    /// Tick times effective learning rate; for STDP the factor of its changes.
    pub rate: R,
    /// 1 if the cell spiked, else 0.
    pub post: R,
    /// Postsynaptic trace before that spike.
    pub post_trace: R,
    /// Homeostatic factor, where its interval ends.
    pub scale: Option<R>,
}

/// The spikes that meet a synapse in a tick.
#[derive(Clone, Copy, Debug)]
pub struct Arrivals<R: Real> {
    /// Transmitter is in the cleft.
    pub on: R::Mask,
    /// A spike arrives: the tick is the first of its pulse.
    pub starts: R::Mask,
    /// The tick is the last of a pulse.
    pub ends: R::Mask,
}

/// Conductance of one receptor, before the factor of its kind: decaying over the tick; pulsed, at the tick's start and end. A linear
/// receptor has what arrives in the first.
pub type Contribution<R> = [R; 3];

impl ClockedStep {
    /// A tick without arrivals.
    #[inline(always)]
    pub fn rest<R: Real>(
        &self,
        synapse: &mut Synapse<R>,
        node: &Surroundings<R>,
        late: R,
        noise: impl FnOnce(R) -> R,
    ) -> [R; MOST_RECEPTORS] {
        let zero = synapse.weight.lit(0.0);
        let w = self.effective_weight(synapse);
        let open = synapse.open;
        let mut conductance = [zero; MOST_RECEPTORS];
        #[allow(clippy::needless_range_loop)] // lanes stay in registers only where the index is known
        for r in 0..MOST_RECEPTORS {
            if let Some(ReceptorStep::Kinetic(step)) = &self.receptors[r] {
                let s = synapse.open[r];
                conductance[r] = w * s;
                synapse.open[r] = step.decayed(s);
            }
        }
        if let Some(step) = &self.short_term {
            synapse.release = step.recovered(synapse.release);
        }
        self.learn(synapse, open, node, zero, late, noise);
        conductance
    }

    /// A tick in which spikes meet some of the lanes.
    #[inline(always)]
    pub fn arrive<R: Real>(
        &self,
        synapse: &mut Synapse<R>,
        node: &Surroundings<R>,
        arrivals: &Arrivals<R>,
        late: R,
        noise: impl FnOnce(R) -> R,
    ) -> [Contribution<R>; MOST_RECEPTORS] {
        let (zero, one) = (synapse.weight.lit(0.0), synapse.weight.lit(1.0));
        let w = self.effective_weight(synapse);
        let open = synapse.open;
        let release = self.short_term.as_ref().map(|step| step.release(synapse.release));
        let mut conductance = [[zero; 3]; MOST_RECEPTORS];
        #[allow(clippy::needless_range_loop)] // lanes stay in registers only where the index is known
        for r in 0..MOST_RECEPTORS {
            match &self.receptors[r] {
                None => {}
                Some(ReceptorStep::Kinetic(step)) => {
                    let s = synapse.open[r];
                    let pulsed = match release {
                        Some(release) => step.released(s, release, self.tick),
                        None => step.pulsed(s),
                    };
                    let before = w * s;
                    conductance[r] = [
                        R::select(arrivals.on, zero, before),
                        R::select(arrivals.on, before, zero),
                        R::select(arrivals.on, w * pulsed, zero),
                    ];
                    synapse.open[r] = R::select(arrivals.on, pulsed, step.decayed(s));
                }
                Some(ReceptorStep::Linear) => {
                    let jump = release.map_or(w, |release| w * release);
                    conductance[r] = [R::select(arrivals.starts, jump, zero), zero, zero];
                }
            }
        }
        if let Some(step) = &self.short_term {
            let (recovered, released) = (step.recovered(synapse.release), step.released(synapse.release));
            synapse.release =
                (R::select(arrivals.ends, released.0, recovered.0), R::select(arrivals.ends, released.1, recovered.1));
        }
        self.learn(synapse, open, node, R::select(arrivals.starts, one, zero), late, noise);
        conductance
    }

    /// The weight conductances are formed with.
    #[inline(always)]
    pub fn effective_weight<R: Real>(&self, synapse: &Synapse<R>) -> R {
        match &self.graupner_brunel {
            Some(rule) => rule.weight(synapse.weight, synapse.efficacy),
            None => synapse.weight,
        }
    }

    /// Parts 3 to 7, each with the mean over the tick of what drives it, so that the splitting is of second order. `open` are the
    /// open fractions before the tick; `pre` is 1 where a spike arrives; `late` where one arrived the delay of Graupner and Brunel ago; `noise`
    /// gives theirs, a standard normal times the root of its argument, the summed fractions of the tick above thresholds.
    #[inline(always)]
    fn learn<R: Real>(
        &self,
        synapse: &mut Synapse<R>,
        open: [R; MOST_RECEPTORS],
        node: &Surroundings<R>,
        pre: R,
        late: R,
        noise: impl FnOnce(R) -> R,
    ) {
        let mean = |before: R, after: R| (before + after) * before.lit(0.5);
        let (calcium, activation) = (synapse.calcium, synapse.camkii);
        if let Some((step, receptor)) = &self.calcium {
            // Lanes stay in registers only where the index is known.
            let open = match receptor {
                0 => mean(open[0], synapse.open[0]),
                1 => mean(open[1], synapse.open[1]),
                _ => mean(open[2], synapse.open[2]),
            };
            let open = if step.weighted { synapse.weight * open } else { open };
            synapse.calcium = step.advance(synapse.calcium, open, node.influx);
        }
        if let Some(camkii) = &self.camkii {
            synapse.camkii = camkii.advance(synapse.camkii, mean(calcium, synapse.calcium), self.tick);
        }
        if let Some(rule) = &self.weight {
            synapse.weight = rule.advance(synapse.weight, mean(activation, synapse.camkii), node.rate);
        }
        if let Some(PairStdpStep { rule, keep_plus }) = &self.stdp {
            synapse.weight = rule.advance(synapse.weight, pre, synapse.trace, node.post, node.post_trace, node.rate);
            synapse.trace = trace(synapse.trace, pre, *keep_plus);
        }
        if let Some(rule) = &self.graupner_brunel {
            let from = rule.jumped(synapse.calcium, late, node.post);
            synapse.calcium = rule.decayed(from);
            let above = rule.above(from, synapse.calcium);
            let noise = noise(above.depression + above.potentiation);
            synapse.efficacy = rule.advance(synapse.efficacy, above, noise);
        }
        if let (Some(rule), Some(factor)) = (&self.homeostatic, node.scale) {
            synapse.weight = rule.scale(synapse.weight, factor);
        }
    }
}
