//! The rows, in the article's order.

use huxley_model::channel::Integrator;
use huxley_model::plasticity::calcium::CalciumStep;
use huxley_model::plasticity::clocked::{ClockedStep, MOST_RECEPTORS, ReceptorStep};
use huxley_model::plasticity::short_term::ShortTermStep;
use huxley_model::plasticity::slow::ActivityStep;
use huxley_model::plasticity::{Homeostatic, Plasticity, ShortTerm};
use huxley_model::signalling::Signalling;
use huxley_model::synapse::{KineticStep, PARTIAL_SUMS, receptor};

use super::part::{Count, Part};
use super::parts::{
    Activity, Axial, CellSignalling, ChannelCurrent, Conductance, Dopamine, Gating, HomeostaticFactor, Influx,
    Membrane, Pools, Restructuring, Root, SynapseTick, TreeSum,
};
use super::why;
use super::{Case, Group, Row, Settings, article};

/// The tick of the rows, ms: the article's step.
const TICK: f64 = 1.0;

/// Every row for `settings`.
#[must_use]
pub fn rows(settings: &Settings) -> Vec<Row> {
    let mut all = compartment(settings);
    all.push(integration(settings));
    all.push(signalling(settings));
    all.extend(synapse(settings));
    all
}

/// A case whose execution reads and writes `read` and `written` values.
fn case(settings: &Settings, name: &str, part: &impl Part, times: f64, read: u32, written: u32) -> Case {
    counted(settings, name, Count::of(part), times, read, written)
}

fn counted(settings: &Settings, name: &str, count: Count, times: f64, read: u32, written: u32) -> Case {
    let value = settings.value();
    Case { name: name.to_owned(), count, times, read: f64::from(read) * value, written: f64::from(written) * value }
}

fn compartment(s: &Settings) -> Vec<Row> {
    let row = |part, article, cases, why| Row { group: Group::Compartment, part, article, cases, why };
    let gating = s
        .channels
        .iter()
        .filter(|channel| channel.states() > 0)
        .enumerate()
        .map(|(i, channel)| {
            let part = Gating { channel, integrator: s.integrator, dt: s.dt(), celsius: s.celsius };
            let names: Vec<&str> = channel.gates.iter().filter(|g| g.has_state()).map(|g| &*g.name).collect();
            let name = format!("{} ({})", channel.name, names.join(", "));
            let states = channel.states() as u32;
            // The potential is read once for all gates.
            case(s, &name, &part, 1.0, states + u32::from(i == 0), states)
        })
        .collect();
    let conductances = s
        .channels
        .iter()
        .map(|channel| {
            let part = Conductance { channel, celsius: s.celsius };
            case(s, &channel.name, &part, 1.0, 1 + channel.states() as u32, 0)
        })
        .collect();
    let channels = s.channels.len() as f64;
    let currents = s
        .channels
        .iter()
        .map(|channel| {
            let whole = Count::of(&ChannelCurrent { channel, celsius: s.celsius, modulated: false });
            let own = whole.beyond(&Count::of(&Conductance { channel, celsius: s.celsius }));
            // Potential and equation are read once, and the equation written once, for all channels.
            let (read, written) = (3.0 * s.value() / channels, 2.0 * s.value() / channels);
            Case { name: channel.name.to_string(), count: own, times: 1.0, read, written }
        })
        .collect();
    let explicit = s.integrator == Integrator::ForwardEuler;
    let n = f64::from(s.compartments);
    let mut solve =
        vec![case(s, "a node and its parent", &Axial(s.integrator), (n - 1.0) / n, if explicit { 5 } else { 10 }, {
            if explicit { 2 } else { 5 }
        })];
    if !explicit {
        solve.push(case(s, "the root's division", &Root, 1.0 / n, 2, 1));
    }
    vec![
        row(
            "membrane",
            Some(article::MEMBRANE),
            vec![case(s, "equation and change", &Membrane(s.integrator), 1.0, 6, 3)],
            why::MEMBRANE,
        ),
        row("gates", Some(article::GATES * article::GATE), gating, why::GATES),
        row("conductances", Some(article::CONDUCTANCES), conductances, why::CONDUCTANCES),
        row("currents", Some(article::CURRENTS), currents, why::CURRENTS),
        row("axial coupling", None, solve, why::AXIAL),
    ]
}

/// How the synapses of a neuron lie.
struct Spread {
    /// Nodes with synapses.
    nodes: f64,
    /// Nodes a synapse.
    share: f64,
    /// Partial sums in use at a node.
    width: usize,
    /// Fraction of nodes that a spike meets in a tick.
    met: f64,
}

impl Spread {
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
    fn of(s: &Settings) -> Self {
        let synapses = f64::from(s.synapses);
        let nodes = f64::from(s.compartments.min(s.synapses));
        let each = if nodes > 0.0 { synapses / nodes } else { 0.0 };
        Self {
            nodes,
            share: if synapses > 0.0 { nodes / synapses } else { 0.0 },
            width: (each.ceil() as usize).max(1).next_power_of_two().min(PARTIAL_SUMS),
            met: 1.0 - (1.0 - s.active).powf(each),
        }
    }
}

/// Receptors of the article's synapse.
fn receptors() -> [huxley_model::network::Receptor; 2] {
    ["ampa", "nmda"].map(|name| receptor(name).expect("a receptor of the literature"))
}

fn integration(s: &Settings) -> Row {
    let spread = Spread::of(s);
    let substeps = f64::from(s.substeps);
    let [ampa, nmda] = receptors();
    let pools = |block, drives_calcium| Pools { pools: 3, block, drives_calcium };
    let calcium = CalciumStep::new(&Plasticity::article().calcium.expect("a part"), nmda.conductance, TICK);
    let each = spread.nodes * substeps;
    // Of three numbers, those of pulses are formed where a spike met the node.
    let sums = spread.nodes * (1.0 + 2.0 * spread.met);
    Row {
        group: Group::Integration,
        part: "synaptic integration",
        article: Some(article::integration(s.synapses)),
        cases: vec![
            case(s, "AMPA at a node, each substep", &pools(ampa.block, false), each, 6, 2),
            case(s, "NMDA with B(V) at a node, each substep", &pools(nmda.block, true), each, 7, 3),
            case(s, "AMPA, sum over a node's synapses", &TreeSum { width: spread.width }, sums, spread.width as u32, 1),
            case(
                s,
                "why::NMDA, sum over a node's synapses",
                &TreeSum { width: spread.width },
                sums,
                spread.width as u32,
                1,
            ),
            case(s, "calcium let in at a node", &Influx(calcium), spread.nodes, 1, 1),
        ],
        why: why::INTEGRATION,
    }
}

fn signalling(s: &Settings) -> Row {
    let part = CellSignalling { constants: Signalling::default(), tick: TICK };
    Row {
        group: Group::Integration,
        part: "intracellular signalling",
        article: Some(article::signalling(s.compartments)),
        cases: vec![case(s, "calcium, cAMP, PKA, calcineurin, PP1", &part, 1.0, 7, 6)],
        why: why::SIGNALLING,
    }
}

/// The article's synapse.
pub(crate) fn article_synapse() -> ClockedStep {
    let [ampa, nmda] = receptors();
    let article = Plasticity::article();
    let mut receptors = [None; MOST_RECEPTORS];
    receptors[0] = Some(ReceptorStep::Kinetic(KineticStep::new(&ampa, 1.0, TICK)));
    receptors[1] = Some(ReceptorStep::Kinetic(KineticStep::new(&nmda, 1.0, TICK)));
    ClockedStep {
        tick: TICK,
        receptors,
        short_term: Some(ShortTermStep::new(&ShortTerm::VARELA, TICK)),
        calcium: article.calcium.map(|c| (CalciumStep::new(&c, nmda.conductance, TICK), 1)),
        camkii: article.camkii,
        weight: article.weight,
        stdp: None,
        graupner_brunel: None,
        homeostatic: article.homeostatic,
    }
}

fn synapse(s: &Settings) -> Vec<Row> {
    let spread = Spread::of(s);
    let whole = article_synapse();
    let bare = ClockedStep {
        receptors: [whole.receptors[0], None, None],
        short_term: None,
        calcium: None,
        camkii: None,
        weight: None,
        homeostatic: None,
        ..whole.clone()
    };
    let with_short_term = ClockedStep { short_term: whole.short_term, ..bare.clone() };
    let with_nmda = ClockedStep { receptors: whole.receptors, ..with_short_term.clone() };
    let with_calcium = ClockedStep { calcium: whole.calcium, ..with_nmda.clone() };
    let with_camkii = ClockedStep { camkii: whole.camkii, ..with_calcium.clone() };
    let with_weight = ClockedStep { weight: whole.weight, ..with_camkii.clone() };

    let count = |step: &ClockedStep, arrives, scales| Count::of(&SynapseTick { step, arrives, scales });
    // A part is what the synapse does with it beyond what it does without it.
    let cases = |with: &ClockedStep, without: Option<&ClockedStep>, read, written| {
        [(false, "at rest", 1.0 - s.active), (true, "where a spike meets it", s.active)]
            .map(|(arrives, name, times)| {
                let own = count(with, arrives, false);
                let own = without.map_or(own, |without| own.beyond(&count(without, arrives, false)));
                counted(s, name, own, times, read, written)
            })
            .to_vec()
    };
    let row = |part, article, cases, why| Row { group: Group::Synapse, part, article: Some(article), cases, why };
    let rare = TICK / s.interval.max(TICK);
    let a_cell = if s.synapses > 0 { 1.0 / f64::from(s.synapses) } else { 0.0 };

    let article = Plasticity::article();
    let homeostatic = article.homeostatic.expect("a part");
    let homeostatic = Homeostatic { interval: s.interval, ..homeostatic };
    let scaling = count(&whole, false, true).beyond(&count(&whole, false, false));
    let restructuring = Restructuring(article.structural.expect("a part"));
    let dopamine = Dopamine(article.neuromodulation.expect("a part"));
    vec![
        row("transmission", article::TRANSMISSION, cases(&bare, None, 2, 1), why::TRANSMISSION),
        row("short-term plasticity", article::SHORT_TERM, cases(&with_short_term, Some(&bare), 2, 2), why::SHORT_TERM),
        row("NMDA", article::NMDA, cases(&with_nmda, Some(&with_short_term), 1, 1), why::NMDA),
        row("calcium", article::CALCIUM, cases(&with_calcium, Some(&with_nmda), 1, 1), why::CALCIUM),
        row("CaMKII", article::CAMKII, cases(&with_camkii, Some(&with_calcium), 1, 1), why::CAMKII),
        // The weight is read by transmission.
        row("weight", article::WEIGHT, cases(&with_weight, Some(&with_camkii), 0, 1), why::WEIGHT),
        row(
            "homeostatic",
            article::HOMEOSTATIC,
            vec![
                counted(s, "the weight scaled", scaling, rare, 0, 0),
                case(s, "a node's factor", &HomeostaticFactor(homeostatic), rare * spread.share, 1, 0),
                case(
                    s,
                    "a neuron's activity",
                    &Activity(ActivityStep::new(homeostatic.tau_activity, TICK)),
                    a_cell,
                    2,
                    1,
                ),
            ],
            why::HOMEOSTATIC,
        ),
        row(
            "structural",
            article::STRUCTURAL,
            vec![case(s, "a node's probabilities", &restructuring, rare * spread.share, 1, 0)],
            why::STRUCTURAL,
        ),
        row(
            "neuromodulation",
            article::NEUROMODULATION,
            vec![case(s, "a region's, here one neuron's", &dopamine, a_cell, 1, 1)],
            why::NEUROMODULATION,
        ),
    ]
}
