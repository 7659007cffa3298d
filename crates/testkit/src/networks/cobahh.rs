//! COBAHH: the Hodgkin-Huxley benchmark of Brette et al. 2007 (J. Comput. Neurosci. 23:349).

use huxley_model::morphology::Morphology;
use huxley_model::network::{
    CellSelection, Distribution, Network, Projection, Rule, Site, Stimulus, StimulusKind, SynapseKind, SynapseModel,
    Target,
};
use huxley_model::preset;
use huxley_model::random::{Random, Stream};

use super::{network, population};

/// 3,200 excitatory and 800 inhibitory Traub-Miles points, 2 % connected, with a delay of `delay` ms. Initial conductances of the
/// benchmark (cut off at 0) arrive as one spike at time 0.
///
/// # Panics
/// When the preset `traub_miles` is gone.
#[must_use]
pub fn cobahh(seed: u64, dt: f64, delay: f64) -> Network {
    let traub = preset::find("traub_miles").expect("the preset `traub_miles`");
    let group = |name: &str, count: usize| {
        let cells = vec![0; count];
        let mut group = population(name, vec![Morphology::point(20_000.0)], &cells, traub.channels.clone());
        group.v_init = Distribution::Normal { mean: -65.0, sd: 5.0, low: -1e3 };
        group
    };
    let mut network = network("cobahh", vec![group("exc", 3200), group("inh", 800)]);
    let exponential =
        |name: &str, tau: f64, reversal: f64| SynapseKind::fixed(name, SynapseModel::exponential(tau, reversal));
    network.synapses = vec![exponential("exc", 5.0, 0.0), exponential("inh", 10.0, -80.0)];
    for (source, synapse, weight) in [("exc", 0, 6e-3), ("inh", 1, 67e-3)] {
        for target in ["exc", "inh"] {
            network.projections.push(Projection {
                name: format!("{source}-{target}"),
                source: source.to_owned(),
                target: target.to_owned(),
                synapse,
                rule: Rule::FixedProbability { probability: 0.02, autapses: true },
                weight: Distribution::Constant(weight),
                delay: Distribution::Constant(delay),
                site: Site::Soma,
            });
        }
    }
    let random = Random::new(seed, Stream::Weight);
    for (population, count, first) in [("exc", 3200, 0), ("inh", 800, 3200)] {
        for cell in 0..count {
            for (synapse, mean, sd) in [(0, 0.04, 0.015), (1, 0.2, 0.12)] {
                let weight = (mean + sd * random.normal::<f64>(u32::MAX - synapse, first + cell)).max(0.0);
                let index = usize::try_from(cell).unwrap_or(usize::MAX);
                network.stimuli.push(Stimulus {
                    name: format!("{population}{cell}-{synapse}"),
                    target: Target {
                        population: population.to_owned(),
                        cells: CellSelection::Indices(vec![index]),
                        site: Site::Soma,
                    },
                    kind: StimulusKind::SpikeTrain { synapse: synapse as usize, weight, times: vec![0.0] },
                });
            }
        }
    }
    network.run.seed = seed;
    network.run.dt = dt;
    network
}
