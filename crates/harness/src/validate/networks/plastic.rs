//! Networks with plastic synapses of every kind.

use huxley_model::morphology::{Morphology, SectionKind};
use huxley_model::network::{
    CellSelection, Distribution, Network, Projection, Region, Reward, Rule, Site, Stimulus, StimulusKind, SynapseKind,
    SynapseModel, Variable,
};
use huxley_model::plasticity::{GraupnerBrunel, PairStdp, Plasticity, ShortTerm};
use huxley_model::preset;
use huxley_model::synapse::receptor;

use super::mixed::ball_and_stick;
use super::{all, current, network, one, population, potential, probe};

/// A kinetic synapse of the literature's receptors with a pulse of 1 mM for 1 ms.
#[must_use]
pub fn kinetic_model(receptors: &[&str]) -> SynapseModel {
    SynapseModel::Kinetic {
        receptors: receptors.iter().filter_map(|name| receptor(name)).collect(),
        transmitter: 1.0,
        pulse: 1.0,
    }
}

/// The article's synapse with rates so fast that everything moves in tens of milliseconds.
#[must_use]
pub fn lively_article() -> Plasticity {
    let mut plasticity = Plasticity::article();
    if let Some(rule) = &mut plasticity.weight {
        rule.eta = 1e-2;
        (rule.theta_d, rule.theta_p) = (1e-4, 3e-3);
    }
    if let Some(camkii) = &mut plasticity.camkii {
        camkii.activation = 1.0;
    }
    if let Some(rule) = &mut plasticity.homeostatic {
        (rule.eta, rule.interval, rule.tau_activity) = (1e-5, 4.0, 20.0);
    }
    if let Some(rule) = &mut plasticity.structural {
        (rule.rate, rule.interval, rule.spare) = (2e-2, 3.0, 0.5);
    }
    plasticity
}

fn kinds() -> Vec<SynapseKind> {
    let kind = |name: &str, model, plasticity| SynapseKind { name: name.to_owned(), model, plasticity };
    let tsodyks = ShortTerm::TsodyksMarkram { utilisation: 0.5, tau_recovery: 80.0, tau_facilitation: 30.0 };
    let lively_stdp = PairStdp { a_plus: 0.1, a_minus: 0.08, w_max: 0.04, ..PairStdp::default() };
    let exponential = SynapseModel::exponential(2.0, 0.0);
    let double = SynapseModel::double_exponential(0.5, 4.0, 0.0);
    vec![
        kind("article", kinetic_model(&["ampa", "nmda"]), lively_article()),
        kind(
            "inhibitory",
            kinetic_model(&["gaba_a"]),
            Plasticity { short_term: Some(tsodyks), homeostatic: lively_article().homeostatic, ..Plasticity::NONE },
        ),
        kind(
            "stdp",
            exponential,
            Plasticity {
                short_term: Some(tsodyks),
                stdp: Some(lively_stdp),
                neuromodulation: lively_article().neuromodulation,
                ..Plasticity::NONE
            },
        ),
        kind(
            "graupner_brunel",
            double,
            Plasticity {
                graupner_brunel: Some(GraupnerBrunel { tau: 500.0, delay: 3.0, ..GraupnerBrunel::default() }),
                ..Plasticity::NONE
            },
        ),
        kind("static", kinetic_model(&["ampa", "nmda"]), Plasticity::NONE),
    ]
}

/// Twelve branched squid cells and eight Traub-Miles points with plastic synapses of every kind, two regions, rewards, probes of
/// synaptic variables each 1 ms; delays of 1 to 4 ms, a tick of 1 ms.
///
/// # Panics
/// When a preset is gone.
#[must_use]
pub fn plastic() -> Network {
    let squid = preset::find("hh").expect("the preset `hh`").channels;
    let traub = preset::find("traub_miles").expect("the preset `traub_miles`").channels;
    let shapes = vec![ball_and_stick(), Morphology::point(800.0)];
    let mut network = network(
        "plastic",
        vec![
            population("squid", shapes, &[0, 0, 1, 0, 0, 1, 0, 0, 0, 1, 0, 0], squid),
            population("traub", vec![Morphology::point(20_000.0)], &[0; 8], traub),
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
    let many = Rule::FixedInDegree { degree: 37, autapses: false, multapses: true };
    let few = Rule::FixedInDegree { degree: 3, autapses: false, multapses: false };
    project("squid", "squid", 0, 0.2, many.clone(), Site::Random(SectionKind::Any));
    project("squid", "traub", 0, 2.0, few.clone(), Site::Soma);
    project("traub", "squid", 1, 2.0, few.clone(), Site::Soma);
    project("squid", "traub", 2, 0.04, many, Site::Soma);
    project("traub", "traub", 3, 5e-3, few.clone(), Site::Soma);
    project("traub", "squid", 4, 0.5, few, Site::Random(SectionKind::Any));
    network.regions = vec![
        Region {
            name: "left".to_owned(),
            cells: vec![
                ("squid".to_owned(), CellSelection::Range { first: 0, end: Some(6), step: 1 }),
                ("traub".to_owned(), CellSelection::Indices(vec![0, 1])),
            ],
            tau: 20.0,
        },
        Region {
            name: "right".to_owned(),
            cells: vec![("traub".to_owned(), CellSelection::Indices(vec![5]))],
            tau: 50.0,
        },
    ];
    let reward = |name: &str, region: Option<&str>, times: &[f64]| Reward {
        name: name.to_owned(),
        region: region.map(str::to_owned),
        amount: 0.5,
        times: times.to_vec(),
    };
    network.rewards = vec![reward("left", Some("left"), &[5.0, 12.0]), reward("all", None, &[9.0])];
    let noise = StimulusKind::Noise { mean: 0.15, sd: 0.2, tau: 5.0, start: 2.0, stop: 1e6 };
    let listed = StimulusKind::SpikeTrain { synapse: 0, weight: 2.0, times: vec![3.0, 7.0, 7.0, 12.0] };
    let poisson = StimulusKind::Poisson { synapse: 2, weight: 0.04, rate: 300.0, start: 0.0, stop: 1e6 };
    let stimulus = |name: &str, target, kind| Stimulus { name: name.to_owned(), target, kind };
    network.stimuli = vec![
        current("step", all("traub", Site::Soma), 0.7, 3.3, 1e6),
        stimulus("noise", all("squid", Site::Soma), noise),
        stimulus("listed", one("squid", 4, Site::Soma), listed),
        stimulus("poisson", all("traub", Site::Soma), poisson),
    ];
    let of = |synapse: &str, variable: &str| Variable::Synapse {
        synapse: synapse.to_owned(),
        variable: variable.to_owned(),
        source: None,
    };
    network.probes = vec![
        potential("v", all("squid", Site::Soma), 0.5),
        probe("w", one("squid", 0, Site::Soma), of("article", "w"), 1.0),
        probe("ca", one("squid", 0, Site::Soma), of("article", "ca"), 1.0),
        probe("rho", all("traub", Site::Soma), of("graupner_brunel", "rho"), 1.0),
        probe("activity", all("squid", Site::Soma), Variable::Activity { tau: 20.0 }, 1.0),
        probe("dopamine", all("squid", Site::Soma), Variable::Dopamine, 1.0),
    ];
    network
}
