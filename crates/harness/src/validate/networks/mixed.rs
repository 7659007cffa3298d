//! Networks with a little of everything, for questions of determinism and resolution.

use huxley_model::morphology::{Attachment, Morphology, Section, SectionKind};
use huxley_model::network::{
    Block, Distribution, GapJunctions, GapPair, Network, Projection, Rule, Site, Stimulus, StimulusKind, SynapseKind,
    SynapseModel,
};
use huxley_model::plasticity::{Plasticity, ShortTerm};
use huxley_model::preset;
use huxley_model::synapse::receptor;

use super::{all, at, current, network, one, population, potential};

/// A soma with a dendrite.
#[must_use]
pub fn ball_and_stick() -> Morphology {
    let parent = Some(Attachment { section: 0, position: 1.0 });
    Morphology {
        sections: vec![
            Section::cylinder("soma", SectionKind::Soma, None, 20.0, 20.0).with_compartments(1),
            Section::cylinder("dend", SectionKind::Dendrite, parent, 150.0, 2.0).with_compartments(3),
        ],
    }
}

fn kinds() -> Vec<SynapseKind> {
    let markram = ShortTerm::TsodyksMarkram { utilisation: 0.5, tau_recovery: 120.0, tau_facilitation: 10.0 };
    let kinetic = |receptors: &[&str]| SynapseModel::Kinetic {
        receptors: receptors.iter().filter_map(|name| receptor(name)).collect(),
        transmitter: 1.0,
        pulse: 1.0,
    };
    vec![
        SynapseKind::fixed("exp", SynapseModel::exponential(2.0, 0.0)),
        SynapseKind::fixed("exp2", SynapseModel::double_exponential(0.5, 4.0, 0.0)),
        SynapseKind::fixed("excitatory", kinetic(&["ampa", "nmda"])),
        SynapseKind::fixed("inhibitory", kinetic(&["gaba_a"])),
        SynapseKind::fixed(
            "blocked",
            SynapseModel::Exponential { tau: 6.0, reversal: 0.0, block: Some(Block::magnesium(1.0)) },
        ),
        SynapseKind {
            name: "blocked and plastic".to_owned(),
            model: SynapseModel::DoubleExponential {
                rise: 1.0,
                decay: 8.0,
                reversal: 0.0,
                block: Some(Block::new(1.2, 1.9, 15.6)),
            },
            plasticity: Plasticity { short_term: Some(markram), ..Plasticity::NONE },
        },
    ]
}

/// Twelve branched squid cells and six Traub-Miles points with every kind of synapse, gap junctions, noise, Poisson and listed input and a clamp;
/// delays of 1 to 4 ms, a tick of 1 ms, probes `v` each 0.5 ms.
///
/// # Panics
/// When a preset is gone.
#[must_use]
pub fn mixed() -> Network {
    let squid = preset::find("hh").expect("the preset `hh`").channels;
    let traub = preset::find("traub_miles").expect("the preset `traub_miles`").channels;
    let mut network = network(
        "mixed",
        vec![
            population(
                "squid",
                vec![ball_and_stick(), Morphology::point(800.0)],
                &[0, 0, 1, 0, 0, 1, 0, 0, 0, 1, 0, 0],
                squid,
            ),
            population("traub", vec![Morphology::point(20_000.0)], &[0; 6], traub),
        ],
    );
    network.populations[0].v_init = Distribution::Uniform { low: -70.0, high: -60.0 };
    network.synapses = kinds();
    let mut project = |source: &str, target: &str, synapse: usize, weight: f64, rule: Rule, site: Site| {
        network.projections.push(Projection {
            name: format!("{source}-{target}-{synapse}"),
            source: source.to_owned(),
            target: target.to_owned(),
            synapse,
            rule,
            weight: Distribution::Uniform { low: 0.5 * weight, high: weight },
            delay: Distribution::Uniform { low: 1.0, high: 4.0 },
            site,
        });
    };
    let some = Rule::FixedProbability { probability: 0.3, autapses: false };
    let few = Rule::FixedInDegree { degree: 3, autapses: false, multapses: false };
    project("squid", "squid", 0, 5e-3, some.clone(), Site::Random(SectionKind::Any));
    project("squid", "traub", 1, 5e-2, some, Site::Soma);
    project("squid", "squid", 2, 8.0, few.clone(), Site::Random(SectionKind::Any));
    project("traub", "squid", 3, 4.0, few.clone(), Site::Soma);
    project("squid", "squid", 4, 2e-3, few.clone(), Site::Random(SectionKind::Any));
    project("squid", "traub", 5, 2e-2, few.clone(), Site::Soma);
    project("traub", "squid", 5, 4e-3, few, Site::Random(SectionKind::Any));
    network.gap_junctions = vec![GapJunctions {
        name: "gaps".to_owned(),
        first: "squid".to_owned(),
        second: "squid".to_owned(),
        pairs: (0..5).map(|i| GapPair { first: i, second: i + 3, conductance: 1e-3 }).collect(),
        first_site: Site::Soma,
        second_site: Site::Soma,
        coupling_step: None,
    }];
    let noise = StimulusKind::Noise { mean: 0.1, sd: 0.1, tau: 5.0, start: 2.0, stop: 1e6 };
    let poisson = StimulusKind::Poisson { synapse: 0, weight: 2e-2, rate: 200.0, start: 0.0, stop: 1e6 };
    let listed = StimulusKind::SpikeTrain { synapse: 2, weight: 20.0, times: vec![3.0, 7.0, 7.0, 12.0] };
    let stimulus = |name: &str, target, kind| Stimulus { name: name.to_owned(), target, kind };
    network.stimuli = vec![
        current("step", one("squid", 0, Site::Soma), 0.4, 3.3, 40.0),
        stimulus("noise", all("squid", Site::Soma), noise),
        stimulus("poisson", all("traub", Site::Soma), poisson),
        stimulus("listed", one("squid", 4, at("dend", 0.5)), listed),
    ];
    network.probes =
        vec![potential("v", all("squid", Site::Soma), 0.5), potential("traub", all("traub", Site::Soma), 0.5)];
    network
}

/// `count` squid points that spike at phases spread over a millisecond, each with one synapse (delay 2 ms) to a point of its own
/// in population `target`.
///
/// # Panics
/// When the preset `hh` is gone.
#[must_use]
pub fn pairs(count: usize) -> Network {
    let hh = preset::find("hh").expect("the preset `hh`").channels;
    let points = |name: &str| population(name, vec![Morphology::point(1000.0)], &vec![0; count], hh.clone());
    let mut network = network("pairs", vec![points("source"), points("target")]);
    network.synapses = kinds();
    network.projections = vec![Projection {
        name: "pairs".to_owned(),
        source: "source".to_owned(),
        target: "target".to_owned(),
        synapse: 1,
        rule: Rule::OneToOne,
        weight: Distribution::Constant(2e-3),
        delay: Distribution::Constant(2.0),
        site: Site::Soma,
    }];
    for cell in 0..count {
        // Whole substeps of 0.025 ms, in an order that covers the tick evenly; strengths that cover the substep.
        #[allow(clippy::cast_precision_loss)]
        let (start, amplitude) = (1.0 + 0.025 * ((cell * 17) % 40) as f64, 0.3 + 0.001 * cell as f64);
        let target = one("source", cell, Site::Soma);
        network.stimuli.push(current(&format!("kick{cell}"), target, amplitude, start, start + 1.0));
    }
    network
}

/// A ring of five branched squid cells with delays of 2 and 3 ms, started by a pulse into the first: spikes go round and round.
///
/// # Panics
/// When the preset `hh` is gone.
#[must_use]
pub fn ring() -> Network {
    let hh = preset::find("hh").expect("the preset `hh`");
    let mut network = network("ring", vec![population("cell", vec![ball_and_stick()], &[0; 5], hh.channels)]);
    network.synapses = kinds();
    for i in 0..5_u32 {
        network.projections.push(Projection {
            name: format!("to{}", (i + 1) % 5),
            source: "cell".to_owned(),
            target: "cell".to_owned(),
            synapse: 1,
            rule: Rule::Table(
                vec![huxley_model::network::Connection {
                    source: i,
                    target: (i + 1) % 5,
                    weight: Some(0.03),
                    delay: Some(f64::from(2 + i % 2)),
                    compartment: None,
                }]
                .into(),
            ),
            weight: Distribution::Constant(0.03),
            delay: Distribution::Constant(2.0),
            site: at("dend", 0.5),
        });
    }
    network.stimuli = vec![current("kick", one("cell", 0, Site::Soma), 1.0, 1.0, 3.0)];
    network
}
