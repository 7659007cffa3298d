//! Point neurons of which some are alike and some are nearly so.

use huxley_model::morphology::Morphology;
use huxley_model::network::{
    Distribution, GapJunctions, GapPair, Network, Projection, Rule, Site, Stimulus, StimulusKind, SynapseKind,
    SynapseModel, Waveform,
};
use huxley_model::preset;

use super::{all, current, network, one, population, stepped};

/// Hundreds of points with a pair of channels, as many as a block of the CPU backend holds of each kind: alike; alike but for the
/// threshold of every other half; with a clamp; with a gap junction; with noise; and fewer than a block at the end. All have synapses.
///
/// # Panics
/// When there is no such preset.
#[must_use]
pub fn alike(channels: &str) -> Network {
    let squid = preset::find(channels).expect("the preset is there").channels;
    let points = |name: &str, cells: usize, threshold: f64| {
        let mut points = population(name, vec![Morphology::point(1000.0)], &vec![0; cells], squid.clone());
        points.v_init = Distribution::Uniform { low: -70.0, high: -55.0 };
        points.threshold = threshold;
        points
    };
    let populations = vec![
        points("alike", 512, 0.0),
        points("low", 128, -20.0),
        points("high", 128, 20.0),
        points("clamped", 256, 0.0),
        points("coupled", 256, 0.0),
        points("noisy", 256, 0.0),
        points("few", 100, 0.0),
    ];
    let names: Vec<String> = populations.iter().map(|own| own.name.clone()).collect();
    let mut network = stepped(network("alike", populations), 0.025, 0.5);
    network.synapses = vec![
        SynapseKind::fixed("quick", SynapseModel::exponential(2.0, 0.0)),
        SynapseKind::fixed("slow", SynapseModel::double_exponential(0.5, 4.0, -80.0)),
    ];
    for (synapse, target) in names.iter().enumerate() {
        network.projections.push(Projection {
            name: format!("to {target}"),
            source: "alike".to_owned(),
            target: target.clone(),
            synapse: synapse % 2,
            rule: Rule::FixedInDegree { degree: 8, autapses: false, multapses: true },
            weight: Distribution::Uniform { low: 1e-4, high: 4e-4 },
            delay: Distribution::Uniform { low: 0.5, high: 2.0 },
            site: Site::Soma,
        });
        let poisson = StimulusKind::Poisson { synapse: 0, weight: 2e-3, rate: 60.0, start: 0.0, stop: 1e6 };
        let target = all(target, Site::Soma);
        network.stimuli.push(Stimulus { name: format!("poisson {synapse}"), target, kind: poisson });
    }
    let held = Waveform { points: Vec::new(), outside: -50.0 };
    let clamp = StimulusKind::VoltageClamp { waveform: held, series_resistance: 20.0, start: 2.0, stop: 6.0 };
    let noise = StimulusKind::Noise { mean: 0.02, sd: 0.05, tau: 2.0, start: 0.0, stop: 9.0 };
    let stimulus = |name: &str, target, kind| Stimulus { name: name.to_owned(), target, kind };
    network.stimuli.extend([
        stimulus("clamp", one("clamped", 40, Site::Soma), clamp),
        stimulus("noise", all("noisy", Site::Soma), noise),
        current("step", all("alike", Site::Soma), 0.1, 3.15, 9.6),
    ]);
    network.gap_junctions = vec![GapJunctions {
        name: "gap".to_owned(),
        first: "coupled".to_owned(),
        second: "coupled".to_owned(),
        pairs: vec![GapPair { first: 3, second: 200, conductance: 1e-3 }],
        first_site: Site::Soma,
        second_site: Site::Soma,
        coupling_step: None,
    }];
    network
}
