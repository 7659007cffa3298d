//! A network whose cells hear of each other only ticks later.

use huxley_model::morphology::{Attachment, Morphology, Section, SectionKind};
use huxley_model::network::{
    Distribution, Network, Projection, Rule, Site, SpikeSources, Stimulus, StimulusKind, SynapseKind, SynapseModel,
    Waveform,
};
use huxley_model::preset;

use super::ball_and_stick;
use super::{all, at, current, network, one, population, potential, stepped};

/// Points and trees with delays of 8 to 40 ticks between them, at a tick of one substep of 0.05 ms. Sources of spikes reach them after
/// 1 to 30 ticks, Poisson generators at once; currents that jump, noise and a clamp that ends are injected. A probe each 11 ticks.
///
/// # Panics
/// When the preset `hh` is gone.
#[must_use]
pub fn ahead() -> Network {
    let squid = preset::find("hh").expect("the preset `hh`").channels;
    let mut points = population("points", vec![Morphology::point(1000.0)], &[0; 300], squid.clone());
    points.v_init = Distribution::Uniform { low: -70.0, high: -55.0 };
    // A block of trees, and five that lie flat: four dendrites at the soma, two more at the end of the first.
    let mut shape = ball_and_stick();
    for (section, position, length) in [(0, 1.0, 90.0), (0, 1.0, 120.0), (0, 0.5, 60.0), (1, 1.0, 50.0), (1, 1.0, 70.0)]
    {
        let name = format!("more{}", shape.sections.len());
        let parent = Some(Attachment { section, position });
        shape.sections.push(Section::cylinder(name, SectionKind::Dendrite, parent, length, 1.5).with_compartments(2));
    }
    let trees = population("trees", vec![shape], &[0; 21], squid);
    let mut network = stepped(network("ahead", vec![points, trees]), 0.05, 0.05);
    network.synapses = vec![
        SynapseKind::fixed("quick", SynapseModel::exponential(2.0, 0.0)),
        SynapseKind::fixed("slow", SynapseModel::double_exponential(0.5, 4.0, -80.0)),
    ];
    let train = |k: u32| (0..60).map(|spike| f64::from(spike) * 0.35 + f64::from(k % 7) * 0.05).collect();
    network.sources = vec![SpikeSources { name: "many".to_owned(), trains: (0..60).map(train).collect() }];
    let mut project = |source: &str, target: &str, synapse, rule: Rule, weight, delay: (f64, f64), site| {
        network.projections.push(Projection {
            name: format!("{source}-{target}"),
            source: source.to_owned(),
            target: target.to_owned(),
            synapse,
            rule,
            weight: Distribution::Uniform { low: 0.5 * weight, high: weight },
            delay: Distribution::Uniform { low: delay.0, high: delay.1 },
            site,
        });
    };
    let few = |degree| Rule::FixedInDegree { degree, autapses: false, multapses: true };
    project("many", "points", 0, few(60), 6e-6, (0.05, 1.5), Site::Soma);
    project("many", "trees", 1, few(9), 1e-5, (0.05, 0.6), at("dend", 0.5));
    project("points", "points", 0, few(10), 6e-4, (0.4, 2.0), Site::Soma);
    project("points", "trees", 0, few(12), 2e-3, (0.5, 2.0), Site::Random(SectionKind::Any));
    project("trees", "points", 1, few(4), 2e-4, (0.4, 0.4), Site::Soma);
    let poisson = StimulusKind::Poisson { synapse: 0, weight: 1e-4, rate: 300.0, start: 1.0, stop: 18.0 };
    let noise = StimulusKind::Noise { mean: 0.02, sd: 0.05, tau: 2.0, start: 0.0, stop: 15.0 };
    let held = Waveform { points: Vec::new(), outside: -50.0 };
    let clamp = StimulusKind::VoltageClamp { waveform: held, series_resistance: 20.0, start: 2.0, stop: 6.0 };
    let stimulus = |name: &str, target, kind| Stimulus { name: name.to_owned(), target, kind };
    network.stimuli = vec![
        stimulus("poisson", all("points", Site::Soma), poisson),
        stimulus("noise", all("trees", Site::Soma), noise),
        stimulus("clamp", one("points", 40, Site::Soma), clamp),
        current("step", one("points", 7, Site::Soma), 0.2, 3.15, 9.6),
    ];
    network.probes = vec![potential("v", all("trees", Site::Soma), 0.55)];
    network
}
