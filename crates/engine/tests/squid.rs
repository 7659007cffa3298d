//! The squid axon's spike times against NEURON's converged ones.

use std::sync::Arc;

use huxley_engine::{Backend, lower, oracle::Oracle};
use huxley_model::channel::Integrator;
use huxley_model::morphology::{Discretisation, Morphology};
use huxley_model::network::*;
use huxley_model::preset;

fn squid(dt: f64, integrator: Integrator) -> Network {
    let hh = preset::find("hh").expect("known");
    Network {
        name: "squid".to_owned(),
        celsius: 6.3,
        populations: vec![Population {
            name: "axon".to_owned(),
            shapes: vec![Morphology::point(1000.0)],
            cells: vec![Cell { shape: 0, label: None }],
            discretisation: Discretisation::PerSection(1),
            membrane: Membrane { capacitance: 1.0, axial_resistivity: 100.0, insertions: hh.channels },
            v_init: Distribution::Constant(-65.0),
            threshold: 0.0,
            detector: Site::Soma,
        }],
        stimuli: vec![Stimulus {
            name: "step".to_owned(),
            target: Target { population: "axon".to_owned(), cells: CellSelection::All, site: Site::Soma },
            kind: StimulusKind::Current {
                waveform: Waveform::step(8.0, 100.0, 200.0),
                unit: CurrentUnit::MicroamperePerCm2,
            },
        }],
        run: RunDefaults { dt, integrator, duration: 200.0, precision: Precision::F64, ..RunDefaults::default() },
        ..Network::default()
    }
}

fn spike_times(dt: f64, integrator: Integrator) -> Vec<f64> {
    let plan = Arc::new(lower(&squid(dt, integrator)).expect("lowers"));
    let mut oracle = Oracle::new(plan);
    let epoch = oracle.advance(200).expect("runs");
    epoch.spikes.iter().map(|s| s.time(dt)).collect()
}

#[test]
fn squid_spikes() {
    for integrator in [Integrator::Staggered, Integrator::BackwardEuler] {
        for dt in [0.025, 0.01, 0.005] {
            println!("{integrator:?} {dt} {:?}", spike_times(dt, integrator));
        }
    }
}
