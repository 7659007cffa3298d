//! The squid axon under a current step, built in Rust.
//!
//! `cargo run --release --example squid`
#![allow(clippy::print_stdout)]

use std::error::Error;
use std::sync::Arc;

use huxley::morphology::{Discretisation, Morphology};
use huxley::network::{
    Cell, CellSelection, CurrentUnit, Distribution, Membrane, Population, Precision, Probe, RunDefaults, Site,
    Stimulus, StimulusKind, Target, Variable, Waveform,
};
use huxley::{Backend, CpuBackend, CpuOptions, Network, lower, preset};

fn main() -> Result<(), Box<dyn Error>> {
    let hh = preset::find("hh").ok_or("no preset `hh`")?;
    let axon = Population {
        name: "axon".to_owned(),
        shapes: vec![Morphology::point(1000.0)], // um2
        cells: vec![Cell { shape: 0, label: None }],
        discretisation: Discretisation::PerSection(1),
        membrane: Membrane::new(hh.capacitance, 100.0, hh.channels),
        membranes: Vec::new(),
        v_init: Distribution::Constant(hh.v_init),
        threshold: hh.threshold,
        detector: Site::Soma,
        signalling: None,
    };
    let all = Target { population: "axon".to_owned(), cells: CellSelection::All, site: Site::Soma };
    let network = Network {
        name: "squid".to_owned(),
        celsius: hh.celsius,
        populations: vec![axon],
        stimuli: vec![Stimulus {
            name: "step".to_owned(),
            target: all.clone(),
            kind: StimulusKind::Current {
                waveform: Waveform::step(8.0, 100.0, 200.0), // from 100 to 200 ms
                unit: CurrentUnit::MicroamperePerCm2,
            },
        }],
        probes: vec![Probe { name: "v".to_owned(), target: all, variable: Variable::Potential, interval: 1.0 }],
        run: RunDefaults { precision: Precision::F64, ..RunDefaults::default() },
        ..Network::default()
    };

    let plan = Arc::new(lower(&network)?);
    let mut backend = CpuBackend::new(Arc::clone(&plan), &CpuOptions::default());
    let epoch = backend.advance(250)?; // ticks of 1 ms
    for spike in &epoch.spikes {
        println!("spike at {:.5} ms", spike.time(plan.settings.dt));
    }
    let highest = epoch.samples[0].iter().copied().fold(f64::NEG_INFINITY, f64::max);
    println!("{} samples of the potential, the highest {highest:.2} mV", epoch.samples[0].len());
    Ok(())
}
