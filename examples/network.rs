//! Excitatory and inhibitory cells with random connections, built in Rust, saved half way and gone on with.
//!
//! `cargo run --release --example network`
#![allow(clippy::print_stdout)]

use std::error::Error;
use std::sync::Arc;

use huxley::morphology::{Discretisation, Morphology};
use huxley::network::{
    Cell, CellSelection, Distribution, Membrane, Population, Projection, Rule, Site, Stimulus, StimulusKind,
    SynapseKind, SynapseModel, Target,
};
use huxley::{Backend, CpuBackend, CpuOptions, Network, Snapshot, lower, preset};

const EXCITATORY: usize = 0;
const INHIBITORY: usize = 1;

/// Point neurons with the membrane of the preset `traub_miles`.
fn population(name: &str, size: usize) -> Result<Population, Box<dyn Error>> {
    let membrane = preset::find("traub_miles").ok_or("no preset `traub_miles`")?;
    Ok(Population {
        name: name.to_owned(),
        shapes: vec![Morphology::point(20_000.0)], // um2
        cells: vec![Cell { shape: 0, label: None }; size],
        discretisation: Discretisation::PerSection(1),
        membrane: Membrane::new(membrane.capacitance, 100.0, membrane.channels),
        membranes: Vec::new(),
        v_init: Distribution::Normal { mean: -65.0, sd: 5.0, low: -100.0 },
        threshold: membrane.threshold,
        detector: Site::Soma,
        signalling: None,
    })
}

/// Each pair with probability 0.08; weight in uS, delay in ms.
fn projection(source: &str, target: &str, synapse: usize, weight: f64) -> Projection {
    Projection {
        name: format!("{source} to {target}"),
        source: source.to_owned(),
        target: target.to_owned(),
        synapse,
        rule: Rule::FixedProbability { probability: 0.08, autapses: false },
        weight: Distribution::Constant(weight),
        delay: Distribution::Uniform { low: 1.0, high: 3.0 },
        site: Site::Soma,
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    let exponential = |name: &str, tau, reversal| SynapseKind::fixed(name, SynapseModel::exponential(tau, reversal));
    let network = Network {
        name: "network".to_owned(),
        celsius: 36.0,
        populations: vec![population("exc", 800)?, population("inh", 200)?],
        synapses: vec![exponential("excitatory", 5.0, 0.0), exponential("inhibitory", 10.0, -80.0)],
        projections: vec![
            projection("exc", "exc", EXCITATORY, 0.006),
            projection("exc", "inh", EXCITATORY, 0.006),
            projection("inh", "exc", INHIBITORY, 0.067),
            projection("inh", "inh", INHIBITORY, 0.067),
        ],
        stimuli: vec![Stimulus {
            name: "background".to_owned(),
            target: Target { population: "exc".to_owned(), cells: CellSelection::All, site: Site::Soma },
            kind: StimulusKind::Poisson { synapse: EXCITATORY, weight: 0.006, rate: 300.0, start: 0.0, stop: 1e9 },
        }],
        ..Network::default()
    };

    let plan = Arc::new(lower(&network)?);
    println!("{} cells, {} synapses with those of the background", plan.cells.len(), plan.synapses());
    let mut first = CpuBackend::new(Arc::clone(&plan), &CpuOptions::default());
    let begin = first.advance(500)?; // ticks of 1 ms

    // The state as bytes; another backend of the same plan goes on from it with the same bits.
    let saved = first.snapshot()?.to_bytes();
    let mut second = CpuBackend::new(Arc::clone(&plan), &CpuOptions { threads: Some(1), ..CpuOptions::default() });
    second.restore(&Snapshot::from_bytes(&saved)?)?;
    let end = second.advance(500)?;
    assert_eq!(first.advance(500)?.spikes, end.spikes);

    for population in &plan.populations {
        let cells = population.first..population.first + population.count;
        let spikes = begin.spikes.iter().chain(&end.spikes).filter(|spike| cells.contains(&spike.cell)).count();
        println!("{}: {:.1} Hz", population.name, spikes as f64 / f64::from(population.count)); // in 1 s
    }
    println!("{} bytes of state at 500 ms", saved.len());
    Ok(())
}
