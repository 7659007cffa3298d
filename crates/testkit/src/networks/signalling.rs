//! Cells with calcium inside them and what follows from it.

use std::borrow::Cow;

use huxley_model::channel::{Channel, Gate, Kinetics, Rate, Reversal};
use huxley_model::expression::Expression;
use huxley_model::morphology::{Attachment, Morphology, Section, SectionKind};
use huxley_model::network::{CellSignalling, Distribution, Insertion, Network, Population, Probe, Site, Variable};
use huxley_model::preset;
use huxley_model::signalling::{Messenger, Signalling};

use super::{all, current, everywhere, network, one, population, probe};

/// A population of `count` cells of the preset `adapting` with signalling that modulates M and AHP.
///
/// # Panics
/// When the preset is gone.
#[must_use]
pub fn adapting(shape: Morphology, count: usize) -> Population {
    let channels = preset::find("adapting").expect("the preset `adapting`").channels;
    let mut cells = population("cell", vec![shape], &vec![0; count], channels);
    cells.v_init = Distribution::Uniform { low: -72.0, high: -68.0 };
    cells.signalling = Some(modulated(Signalling::default()));
    cells
}

/// Signalling that modulates the channels M and AHP.
#[must_use]
pub fn modulated(constants: Signalling) -> CellSignalling {
    CellSignalling { constants, modulates: vec!["m".to_owned(), "ahp".to_owned()], ..CellSignalling::default() }
}

/// A probe of each messenger, each ms.
#[must_use]
pub fn messengers(population: &str) -> Vec<Probe> {
    let of = |(name, messenger)| probe(name, all(population, Site::Soma), Variable::Messenger(messenger), 1.0);
    Messenger::ALL.into_iter().map(of).collect()
}

/// A soma of 30 um and a dendrite of 200 um in some compartments.
#[must_use]
pub fn soma_and_dendrite(compartments: usize) -> Morphology {
    let parent = Some(Attachment { section: 0, position: 1.0 });
    Morphology {
        sections: vec![
            Section::cylinder("soma", SectionKind::Soma, None, 30.0, 30.0).with_compartments(1),
            Section::cylinder("dend", SectionKind::Dendrite, parent, 200.0, 3.0).with_compartments(compartments),
        ],
    }
}

/// An ungated GHK current of `permeability` cm/s.
#[must_use]
pub fn goldman(permeability: f64) -> Insertion {
    let channel = Channel {
        name: Cow::Borrowed("ca_ghk"),
        gates: Cow::Borrowed(&[]),
        reversal: Reversal::GoldmanCalcium { outside: 2.0 },
    };
    everywhere(channel, permeability)
}

/// Point neurons, trees in lanes and flat cells, with Nernst and GHK calcium, gates that read calcium, modulation and carriers.
///
/// # Panics
/// When a preset is gone.
#[must_use]
pub fn signalling_zoo() -> Network {
    let mut points = adapting(Morphology::point(28_953.0), 37);
    points.name = "points".to_owned();
    let mut trees = adapting(soma_and_dendrite(4), 9);
    trees.name = "trees".to_owned();
    trees.membrane.insertions.push(goldman(1e-8));
    let mut flat = adapting(soma_and_dendrite(12), 1);
    flat.name = "flat".to_owned();
    let mut carried = population("carried", vec![Morphology::point(20_000.0)], &[0; 3], {
        let mut channels = preset::find("pospischil_ib").expect("the preset `pospischil_ib`").channels;
        let inf = Rate::Expression(Box::new(Expression::parse("ca / (ca + 0.3 uM)").expect("parses")));
        let gate = Gate { name: "o".into(), power: 1, kinetics: Kinetics::Instantaneous { inf }, q10: None };
        let gates = Cow::Owned(vec![gate]);
        let direct = Channel { name: "direct".into(), gates, reversal: Reversal::Fixed(-95.0) };
        channels.push(everywhere(direct, 1e-5));
        channels
    });
    carried.signalling = Some(CellSignalling {
        constants: Signalling { depth: 5.0, ..Signalling::default() },
        modulates: vec!["k".to_owned()],
        carriers: vec!["ca_l".to_owned()],
    });
    // A population without any of it keeps its compiled channels.
    let plain = population("plain", vec![Morphology::point(1000.0)], &[0; 3], preset::find("hh").expect("hh").channels);
    let mut network = network("zoo", vec![points, trees, flat, carried, plain]);
    network.celsius = 36.0;
    for name in ["points", "trees", "flat", "carried"] {
        network.probes.extend(messengers(name).into_iter().map(|mut p| {
            p.name = format!("{name} {}", p.name);
            p
        }));
    }
    let through = Variable::ChannelCurrent { channel: "ca_l".to_owned() };
    network.probes.push(probe("i", all("trees", Site::Soma), through, 0.5));
    for cell in 0..37 {
        #[allow(clippy::cast_precision_loss)]
        let amplitude = 0.6 + 0.05 * cell as f64;
        network.stimuli.push(current(&format!("p{cell}"), one("points", cell, Site::Soma), amplitude, 2.0, 1e6));
    }
    network.stimuli.push(current("t", all("trees", Site::Soma), 0.3, 1.3, 1e6));
    network.stimuli.push(current("f", all("flat", Site::Soma), 0.4, 1.0, 1e6));
    network.stimuli.push(current("c", all("carried", Site::Soma), 0.4, 1.0, 1e6));
    network
}
