//! Built-in models and the tables they use, embedded in the program.

use std::path::PathBuf;

use crate::model::{Folder, Loaded, ModelErrors, load_str};

/// A model that comes with the program.
#[derive(Clone, Copy, Debug)]
pub struct Builtin {
    /// The name users type.
    pub name: &'static str,
    /// One line on what it is.
    pub title: &'static str,
    /// How large it is, in words.
    pub size: &'static str,
    /// Where it comes from.
    pub source: &'static str,
    /// Licence of its text and data.
    pub licence: &'static str,
    /// Its model file, commented.
    pub text: &'static str,
    /// Parameter that must be given a file of the user's own; none runs as it is.
    pub needs: Option<&'static str>,
}

const OWN: &str = "MIT OR Apache-2.0";

macro_rules! model_text {
    ($name:literal) => {
        include_str!(concat!("../../../data/models/", $name, ".toml"))
    };
}

static MODELS: [Builtin; 14] = [
    Builtin {
        name: "squid",
        title: "squid axon under a current step",
        size: "1 cell, 1 compartment",
        source: "Hodgkin & Huxley 1952",
        licence: OWN,
        text: model_text!("squid"),
        needs: None,
    },
    Builtin {
        name: "adapting",
        title: "a cell that adapts: M and AHP currents, calcium and what follows from it",
        size: "1 cell, 1 compartment",
        source: "Pospischil et al. 2008; Destexhe et al. 1994",
        licence: OWN,
        text: model_text!("adapting"),
        needs: None,
    },
    Builtin {
        name: "ball-and-stick",
        title: "a spiking soma with a passive dendrite",
        size: "1 cell, 102 compartments",
        source: "after NEURON's tutorial",
        licence: OWN,
        text: model_text!("ball-and-stick"),
        needs: None,
    },
    Builtin {
        name: "plastic-pair",
        title: "one plastic synapse and all its variables",
        size: "2 cells, 1 synapse",
        source: "the article's nine parts; see docs/model-files.md",
        licence: OWN,
        text: model_text!("plastic-pair"),
        needs: None,
    },
    Builtin {
        name: "rallpack1",
        title: "passive cable, with an analytic solution",
        size: "1 cell, 1,000 compartments",
        source: "Bhalla, Bilitch & Bower 1992",
        licence: OWN,
        text: model_text!("rallpack1"),
        needs: None,
    },
    Builtin {
        name: "rallpack2",
        title: "passive binary tree, with an analytic solution",
        size: "1 cell, 1,023 compartments",
        source: "Bhalla, Bilitch & Bower 1992",
        licence: OWN,
        text: model_text!("rallpack2"),
        needs: None,
    },
    Builtin {
        name: "rallpack3",
        title: "spiking axon",
        size: "1 cell, 1,000 compartments",
        source: "Bhalla, Bilitch & Bower 1992",
        licence: OWN,
        text: model_text!("rallpack3"),
        needs: None,
    },
    Builtin {
        name: "cobahh",
        title: "network of point neurons, irregular self-sustained activity",
        size: "4,000 cells, about 320,000 synapses",
        source: "Brette et al. 2007, benchmark 3",
        licence: OWN,
        text: model_text!("cobahh"),
        needs: None,
    },
    Builtin {
        name: "ring",
        title: "rings of cells with dendrites",
        size: "100 cells, 7,980 compartments, 1,100 synapses; --set cells=..., depth=...",
        source: "after Arbor's busyring",
        licence: OWN,
        text: model_text!("ring"),
        needs: None,
    },
    Builtin {
        name: "plastic-column",
        title: "a column of cells with the article's plastic synapses",
        size: "100 cells, 1,000 compartments, 10,000 synapses; --set cells=..., dendrite=..., synapses=...",
        source: "the article's neuron and synapse",
        licence: OWN,
        text: model_text!("plastic-column"),
        needs: None,
    },
    Builtin {
        name: "celegans",
        title: "the worm's 302 neurons with their shapes and connections",
        size: "302 cells, 3,353 compartments, 3,176 connections, 1,091 gap junctions",
        source: "Cook et al. 2019; shapes OpenWorm c302",
        licence: "model MIT OR Apache-2.0; data MIT (cect, c302) and as in data/NOTICE",
        text: model_text!("celegans"),
        needs: None,
    },
    Builtin {
        name: "microcircuit",
        title: "a microcircuit of sensory cortex, four layers",
        size: "7,718 cells, about 3 million synapses; --set scale=1 has 77,169 and 299 million",
        source: "Potjans & Diesmann 2014",
        licence: OWN,
        text: model_text!("microcircuit"),
        needs: None,
    },
    Builtin {
        name: "fly-synthetic",
        title: "SYNTHETIC network with the size and statistics of the fly's brain, not its connectome",
        size: "13,926 cells, about 1.5 million connections; --set cells=139255 has ten times as many",
        source: "statistics Dorkenwald et al. 2024, Lin et al. 2024",
        licence: OWN,
        text: model_text!("fly-synthetic"),
        needs: None,
    },
    Builtin {
        name: "fly",
        title: "the fly's whole brain, from a table of your own: --set edges=FILE",
        size: "138,639 cells, about 15 million connections with FlyWire's version 783",
        source: "FlyWire; Shiu et al. 2024",
        licence: "model MIT OR Apache-2.0; the table is not part of the program",
        text: model_text!("fly"),
        needs: Some("edges"),
    },
];

static TABLES: [(&str, &str); 6] = [
    ("celegans/morphology.csv", include_str!("../../../data/celegans/morphology.csv")),
    ("celegans/neurons.csv", include_str!("../../../data/celegans/neurons.csv")),
    ("celegans/cook2019_herm_chemical.csv", include_str!("../../../data/celegans/cook2019_herm_chemical.csv")),
    ("celegans/cook2019_herm_gap.csv", include_str!("../../../data/celegans/cook2019_herm_gap.csv")),
    ("celegans/varshney2011_chemical.csv", include_str!("../../../data/celegans/varshney2011_chemical.csv")),
    ("celegans/varshney2011_gap.csv", include_str!("../../../data/celegans/varshney2011_gap.csv")),
];

/// All built-in models, small ones first.
#[must_use]
pub fn list() -> &'static [Builtin] {
    &MODELS
}

/// The built-in model called `name`.
#[must_use]
pub fn find(name: &str) -> Option<&'static Builtin> {
    MODELS.iter().find(|model| model.name == name)
}

/// The embedded table called `name` (`celegans/morphology.csv`): what a model file names with `builtin:` before it.
#[must_use]
pub fn table(name: &str) -> Option<&'static str> {
    TABLES.iter().find(|(known, _)| *known == name).map(|(_, text)| *text)
}

impl Builtin {
    /// The model, with `--set` overrides in place.
    ///
    /// # Errors
    /// When an override names no value, or gives one that is not allowed.
    pub fn load(&self, overrides: &[(String, String)]) -> Result<Loaded, ModelErrors> {
        load_str(self.text, &format!("{}.toml", self.name), &Folder(PathBuf::new()), overrides)
    }
}
