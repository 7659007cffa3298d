//! Groups of synapses that are advanced by the clock: kinetic or plastic, stored by target node.

use huxley_model::network::{Network, Precision, Rule, SynapseKind, SynapseModel};
use huxley_model::plasticity::calcium::CalciumStep;
use huxley_model::plasticity::clocked::{MOST_RECEPTORS, ReceptorStep};
use huxley_model::plasticity::graupner_brunel::GraupnerBrunelStep;
use huxley_model::plasticity::short_term::ShortTermStep;
use huxley_model::plasticity::stdp::PairStdpStep;
use huxley_model::plasticity::{ClockedStep, SynapticVariable};

use crate::error::PlanError;
use crate::lower::cells::to_u32;
use crate::lower::receptors::{SlotIndex, peak_factor};
use crate::lower::{CellTable, population};
use crate::plan::{ClockedGroup, Dynamics, Receptor, Settings, Values};

/// Synapses that lie together: those of a kind, but for structural ones those of a kind and projection, because a new synapse takes
/// its source from its projection's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Set {
    pub kind: usize,
    /// The projection whose synapses may form and vanish.
    pub structural: Option<usize>,
    /// Whether its synapses are advanced by the clock; otherwise they are events.
    pub clocked: bool,
}

/// The sets of a network: one for each kind, then one for each projection of a structural kind.
pub(super) fn sets(network: &Network) -> Vec<Set> {
    let of_kind = network.synapses.iter().enumerate().map(|(kind, synapse)| Set {
        kind,
        structural: None,
        clocked: synapse.is_clocked(),
    });
    let structural = network
        .projections
        .iter()
        .enumerate()
        .filter(|(_, p)| network.synapses[p.synapse].plasticity.structural.is_some())
        .map(|(index, p)| Set { kind: p.synapse, structural: Some(index), clocked: true });
    of_kind.chain(structural).collect()
}

/// The set of the synapses of a projection, or of generators, of a kind.
pub(super) fn set_of(sets: &[Set], kind: usize, projection: Option<usize>) -> usize {
    let own = |set: &&Set| projection.is_some() && set.structural == projection;
    let found = sets
        .iter()
        .find(own)
        .map_or(kind, |found| sets.iter().position(|set| set == found).expect("it was found among them"));
    debug_assert_eq!(sets[found].kind, kind);
    found
}

/// Smallest change, relative to a value near 1, that single precision can be trusted to add up.
const SMALLEST_CHANGE: f64 = 1.0 / (1 << 22) as f64;

#[allow(clippy::too_many_arguments, clippy::cast_possible_truncation, clippy::cast_sign_loss)]
pub(super) fn group(
    network: &Network,
    settings: &Settings,
    table: &CellTable,
    set: &Set,
    counts: &[u32],
    receptors: &[Receptor],
    first_receptor: usize,
    index: &SlotIndex,
    activity: &mut Vec<f64>,
) -> Result<ClockedGroup, PlanError> {
    let kind = &network.synapses[set.kind];
    let mut plasticity = kind.plasticity;
    let refuse = |problem: String| PlanError::Plasticity { synapse: kind.name.clone(), problem };
    plasticity.check(&kind.model).map_err(refuse)?;
    if set.structural.is_none() {
        // Synapses of generators neither form nor vanish.
        plasticity.structural = None;
    }
    let (own, pulse, conductance) = match &kind.model {
        SynapseModel::Kinetic { receptors: own, .. } if own.is_empty() || own.len() > MOST_RECEPTORS => {
            return Err(refuse(format!("it has {} receptors, but one to {MOST_RECEPTORS} are possible", own.len())));
        }
        SynapseModel::Kinetic { receptors: own, pulse, .. } => {
            (own.len(), pulse_ticks(kind, *pulse, settings)?, own.iter().map(|r| r.conductance).collect())
        }
        _ => (1, 1, vec![peak_factor(&receptors[first_receptor].dynamics)]),
    };
    let own = first_receptor..first_receptor + own;
    let step = step(kind, settings, &receptors[own.clone()]);
    let reached = counts.iter().filter(|&&count| count > 0).count();
    let mut node = Vec::with_capacity(reached);
    let mut first = Vec::with_capacity(reached + 1);
    first.push(0u32);
    let mut slot = Vec::with_capacity(reached * own.len());
    for (n, &count) in (0u32..).zip(counts) {
        if count > 0 {
            let spare = plasticity.structural.map_or(0, |s| (f64::from(count) * s.spare).ceil() as u32);
            node.push(n);
            let past = u64::from(first.last().copied().unwrap_or(0)) + u64::from(count) + u64::from(spare);
            first.push(to_u32(past as usize, "synapses")?);
            slot.extend(own.clone().map(|r| index.at(r, n)));
        }
    }
    let total = first.last().map_or(0, |&n| n as usize);
    let mut average = |tau: f64| {
        let known = activity.iter().position(|&t| t == tau);
        Some(known.unwrap_or_else(|| {
            activity.push(tau);
            activity.len() - 1
        }) as u32)
    };
    let ticks = |what: &str, interval: f64| whole_ticks(kind, what, interval, settings);
    let (mut averages, mut intervals) = ([None; 2], [0; 2]);
    if let Some(rule) = &plasticity.homeostatic {
        averages[0] = average(rule.tau_activity);
        intervals[0] = ticks("homeostatic", rule.interval)?;
    }
    if let Some(rule) = &plasticity.structural {
        averages[1] = average(rule.tau_activity);
        intervals[1] = ticks("structural", rule.interval)?;
    }
    check_precision(kind, settings)?;
    let candidates = match set.structural {
        Some(projection) => candidates(network, table, projection)?,
        None => (0..0, false),
    };
    let late = plasticity.graupner_brunel.map_or(0, |g| (g.delay / settings.tick).round() as u16);
    let name = match set.structural {
        Some(projection) => format!("{} of {}", kind.name, network.projections[projection].name),
        None => kind.name.clone(),
    };
    let (variables, initial) = variables(&step, kind);
    Ok(ClockedGroup {
        name,
        kind: kind.name.clone(),
        receptors: own.map(|r| r as u32).collect(),
        conductance,
        pulse,
        step,
        variables,
        initial,
        plasticity,
        activity: averages,
        interval: intervals,
        candidates,
        late,
        cell: node.iter().map(|&n| table.cells.of_node(n) as u32).collect(),
        node,
        slot,
        first,
        weight: Values::zeros(settings.precision, total),
        delay: vec![0; total],
        longest_delay: 1,
        of_source: Vec::new(),
        synapse: Vec::new(),
    })
}

#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
fn pulse_ticks(kind: &SynapseKind, pulse: f64, settings: &Settings) -> Result<u16, PlanError> {
    let ticks = pulse / settings.tick;
    if !(ticks >= 0.999_999 && (ticks - ticks.round()).abs() < 1e-6) || ticks > 1000.0 {
        return Err(PlanError::Value {
            what: format!("the pulse of synapse `{}` (ms)", kind.name),
            value: pulse,
            expected: "a whole number of ticks",
        });
    }
    Ok(ticks.round() as u16)
}

#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
fn whole_ticks(kind: &SynapseKind, what: &str, interval: f64, settings: &Settings) -> Result<u32, PlanError> {
    let ticks = interval / settings.tick;
    if !(ticks >= 0.999_999 && (ticks - ticks.round()).abs() < 1e-6 * ticks) || ticks > 1e9 {
        return Err(PlanError::Value {
            what: format!("the {what} interval of synapse `{}` (ms)", kind.name),
            value: interval,
            expected: "a whole number of ticks",
        });
    }
    Ok(ticks.round() as u32)
}

/// What a tick does to a synapse of `kind`.
fn step(kind: &SynapseKind, settings: &Settings, receptors: &[Receptor]) -> ClockedStep {
    let tick = settings.tick;
    let p = &kind.plasticity;
    let calcium = p.calcium.as_ref().and_then(|calcium| {
        let SynapseModel::Kinetic { receptors, .. } = &kind.model else { return None };
        let nmda = receptors.iter().position(|r| r.block.is_some())?;
        Some((CalciumStep::new(calcium, receptors[nmda].conductance, tick), nmda))
    });
    ClockedStep {
        tick,
        receptors: std::array::from_fn(|r| {
            receptors.get(r).map(|receptor| match &receptor.dynamics {
                Dynamics::Kinetic { step, .. } => ReceptorStep::Kinetic(*step),
                _ => ReceptorStep::Linear,
            })
        }),
        short_term: p.short_term.as_ref().map(|model| ShortTermStep::new(model, tick)),
        calcium,
        camkii: p.camkii,
        weight: p.weight,
        stdp: p.stdp.map(|rule| PairStdpStep::new(rule, tick)),
        graupner_brunel: p.graupner_brunel.map(|rule| GraupnerBrunelStep::new(rule, tick)),
        homeostatic: p.homeostatic,
    }
}

/// The state a synapse carries, and its values at rest.
fn variables(step: &ClockedStep, kind: &SynapseKind) -> (Vec<SynapticVariable>, Vec<f64>) {
    let p = &kind.plasticity;
    let mut all = Vec::new();
    for (r, receptor) in step.receptors.iter().enumerate() {
        if matches!(receptor, Some(ReceptorStep::Kinetic(_))) {
            all.push((SynapticVariable::Open(r), 0.0));
        }
    }
    if let Some(model) = &p.short_term {
        let rested = model.rested();
        all.push((SynapticVariable::Facilitation, rested.0));
        all.push((SynapticVariable::Depression, rested.1));
    }
    if let Some(calcium) = &p.calcium {
        all.push((SynapticVariable::Calcium, calcium.rest));
    }
    if let Some(camkii) = &p.camkii {
        all.push((SynapticVariable::Camkii, camkii.steady_state(p.calcium.map_or(0.0, |c| c.rest))));
    }
    if p.stdp.is_some() {
        all.push((SynapticVariable::Trace, 0.0));
    }
    if let Some(rule) = &p.graupner_brunel {
        all.push((SynapticVariable::Calcium, 0.0));
        all.push((SynapticVariable::Efficacy, rule.rho_init));
    }
    if p.moves_weights() {
        all.push((SynapticVariable::Weight, f64::NAN));
    }
    all.into_iter().unzip()
}

/// That changes are not lost in single precision.
fn check_precision(kind: &SynapseKind, settings: &Settings) -> Result<(), PlanError> {
    if settings.precision == Precision::F64 {
        return Ok(());
    }
    let p = &kind.plasticity;
    let expected = [
        p.weight.map(|r| ("the weight rule", r.eta * settings.tick * r.lambda * (r.theta_p - r.theta_d))),
        p.homeostatic.map(|r| ("homeostatic plasticity", r.eta * r.interval * r.target)),
    ];
    match expected.into_iter().flatten().find(|(_, change)| *change > 0.0 && *change < SMALLEST_CHANGE) {
        None => Ok(()),
        Some((part, change)) => Err(PlanError::Plasticity {
            synapse: kind.name.clone(),
            problem: format!(
                "{part} moves a weight by {change:.1e} of itself at a time, which single precision loses: use \
                 `--precision f64`, a longer tick or interval, or a faster rate"
            ),
        }),
    }
}

/// The cells a new synapse of a projection may come from.
fn candidates(
    network: &Network,
    table: &CellTable,
    projection: usize,
) -> Result<(std::ops::Range<u32>, bool), PlanError> {
    let projection = &network.projections[projection];
    let who = format!("projection `{}`", projection.name);
    let source = population(network, &who, &projection.source)?;
    let first = table.first_cell(source);
    let count = to_u32(network.populations[source].cells.len(), "cells")?;
    let autapses = match projection.rule {
        Rule::AllToAll { autapses }
        | Rule::FixedProbability { autapses, .. }
        | Rule::FixedInDegree { autapses, .. } => autapses,
        Rule::OneToOne | Rule::HeavyTailed(_) | Rule::Table(_) => false,
    };
    if count == 0 || (count == 1 && projection.source == projection.target && !autapses) {
        return Err(PlanError::Plasticity {
            synapse: network.synapses[projection.synapse].name.clone(),
            problem: format!("{who} has no cell a new synapse could come from: switch `structural` off"),
        });
    }
    Ok((first..first + count, autapses || projection.source != projection.target))
}
