//! The one model of the default study that is not built in.

use huxley_model::morphology::{Attachment, Morphology, Section, SectionKind};
use huxley_model::network::{Network, Site};
use huxley_model::preset;

use crate::validate::networks::{all, current, network, population};

/// Name of [`neuron_10`].
pub const NEURON_10: &str = "neuron-10";

/// The article's smaller neuron, of ten compartments, each with the squid's channels: a soma of 20 um and a dendrite of 300 um by
/// 2 um in nine compartments. 0.4 nA into the soma from 10 to 90 ms make it fire.
///
/// # Panics
/// When the preset `hh` is gone.
#[must_use]
pub fn neuron_10() -> Network {
    let parent = Some(Attachment { section: 0, position: 1.0 });
    let shape = Morphology {
        sections: vec![
            Section::cylinder("soma", SectionKind::Soma, None, 20.0, 20.0).with_compartments(1),
            Section::cylinder("dend", SectionKind::Dendrite, parent, 300.0, 2.0).with_compartments(9),
        ],
    };
    let hh = preset::find("hh").expect("the preset `hh`");
    let mut network = network(NEURON_10, vec![population("cell", vec![shape], &[0], hh.channels)]);
    network.stimuli = vec![current("step", all("cell", Site::Soma), 0.4, 10.0, 90.0)];
    network.run.duration = 100.0;
    network
}
