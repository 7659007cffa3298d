//! Other people's counts, each with where it stands.

use huxley_model::plasticity::PairStdp;
use huxley_model::plasticity::clocked::ClockedStep;
use huxley_model::plasticity::stdp::PairStdpStep;

use super::part::Count;
use super::parts::SynapseTick;
use super::{Amount, Convention, Settings, Totals, article, rows};

/// A published count.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Published {
    /// What was counted.
    pub what: &'static str,
    /// The figure.
    pub figure: f64,
    /// Its unit.
    pub unit: &'static str,
    /// What of ours stands beside it.
    pub ours: Ours,
    /// Where it stands.
    pub source: &'static str,
    /// What a reader should know, and what was computed from it here.
    pub note: &'static str,
}

/// Which of our figures stands beside a published one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ours {
    /// One compartment, FLOP a millisecond.
    CompartmentMillisecond,
    /// Five joined compartments, FLOP a second.
    FiveCompartmentsSecond,
    /// One synapse with transmission and short-term plasticity, FLOP a second.
    ShortTermSecond,
    /// One synapse with pair STDP, FLOP a second.
    StdpSecond,
    /// The article's brain, FLOP a second: 1e11 neurons, 6e14 synapses.
    Brain,
}

impl Ours {
    /// What it is.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Ours::CompartmentMillisecond => "a point neuron",
            Ours::FiveCompartmentsSecond => "5 joined compartments",
            Ours::ShortTermSecond => "transmission and short-term plasticity",
            Ours::StdpSecond => "transmission and pair STDP",
            Ours::Brain => "1e11 neurons, 6e14 synapses",
        }
    }
}

impl Ours {
    /// The figure, in the unit of what it stands beside.
    #[must_use]
    pub fn figure(self, settings: &Settings, convention: Convention) -> f64 {
        let totals = |compartments, synapses| {
            let settings = Settings { compartments, synapses, ..settings.clone() };
            Totals::of(&rows(&settings), &settings)
        };
        match self {
            Ours::CompartmentMillisecond => totals(1, 0).compartment.flop(convention),
            Ours::FiveCompartmentsSecond => 5.0 * 1e3 * totals(5, 0).compartment.flop(convention),
            Ours::ShortTermSecond => {
                let rows = rows(settings);
                let own = rows.iter().filter(|row| ["transmission", "short-term plasticity"].contains(&row.part));
                1e3 * own.map(|row| row.amount().flop(convention)).sum::<f64>()
            }
            Ours::StdpSecond => 1e3 * stdp(settings).flop(convention),
            Ours::Brain => {
                let totals = totals(article::COMPARTMENTS[0], article::SYNAPSES[0]);
                let neurons = article::BRAIN_NEURONS * totals.neuron.flop(convention);
                1e3 * (neurons + article::BRAIN_SYNAPSES * totals.synapse.flop(convention))
            }
        }
    }
}

/// A synapse of one receptor with pair STDP, one millisecond.
fn stdp(settings: &Settings) -> Amount {
    let article = super::rows::article_synapse();
    let step = ClockedStep {
        receptors: [article.receptors[0], None, None],
        short_term: None,
        calcium: None,
        camkii: None,
        weight: None,
        homeostatic: None,
        stdp: Some(PairStdpStep::new(PairStdp::default(), article.tick)),
        ..article
    };
    let of = |arrives| Count::of(&SynapseTick { step: &step, arrives, scales: false }).operations;
    Amount::of(&of(false), 1.0 - settings.active) + Amount::of(&of(true), settings.active)
}

const IZHIKEVICH: &str = "Izhikevich 2004, IEEE Trans. Neural Netw. 15:1063, Fig. 2";
const SOBE: &str = "State of Brain Emulation Report 2025, arXiv:2510.15745, data/compute of its data repository";
const ROADMAP: &str = "Sandberg & Bostrom 2008, Whole Brain Emulation: A Roadmap, Table 9";

/// The counts.
#[must_use]
pub fn published() -> [Published; 7] {
    let count = |what, figure, unit, ours, source, note| Published { what, figure, unit, ours, source, note };
    [
        count(
            "Hodgkin-Huxley neuron",
            1200.0,
            "FLOP/ms",
            Ours::CompartmentMillisecond,
            IZHIKEVICH,
            "120 a step if its steps are 0.1 ms; ours has the substeps above, 4 a 0.1 ms by default",
        ),
        count(
            "5-compartment Hodgkin-Huxley neuron",
            3.45e6,
            "FLOP/s",
            Ours::FiveCompartmentsSecond,
            SOBE,
            "the report takes 10,000 steps a second: 69 a compartment and step",
        ),
        count(
            "Tsodyks-Markram synapse",
            8e4,
            "FLOP/s",
            Ours::ShortTermSecond,
            SOBE,
            "8 a step at its 10,000 steps a second",
        ),
        count("STDP synapse", 1.2e5, "FLOP/s", Ours::StdpSecond, SOBE, "12 a step at its 10,000 steps a second"),
        count("brain, level 4: spiking neural network", 1e18, "FLOP/s", Ours::Brain, ROADMAP, ""),
        count("brain, level 5: electrophysiology", 1e22, "FLOP/s", Ours::Brain, ROADMAP, ""),
        count(
            "brain, level 6: metabolome",
            1e25,
            "FLOP/s",
            Ours::Brain,
            ROADMAP,
            "nothing like it is simulated here; our neurons have 10 compartments",
        ),
    ]
}
