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
}

const OWN: &str = "MIT OR Apache-2.0";

macro_rules! model_text {
    ($name:literal) => {
        include_str!(concat!("../../../data/models/", $name, ".toml"))
    };
}

static MODELS: [Builtin; 11] = [
    Builtin {
        name: "squid",
        title: "squid axon under a current step",
        size: "1 cell, 1 compartment",
        source: "Hodgkin & Huxley 1952",
        licence: OWN,
        text: model_text!("squid"),
    },
    Builtin {
        name: "adapting",
        title: "a cell that adapts: M and AHP currents, calcium and what follows from it",
        size: "1 cell, 1 compartment",
        source: "Pospischil et al. 2008; Destexhe et al. 1994",
        licence: OWN,
        text: model_text!("adapting"),
    },
    Builtin {
        name: "ball-and-stick",
        title: "a spiking soma with a passive dendrite",
        size: "1 cell, 102 compartments",
        source: "after NEURON's tutorial",
        licence: OWN,
        text: model_text!("ball-and-stick"),
    },
    Builtin {
        name: "plastic-pair",
        title: "one plastic synapse and all its variables",
        size: "2 cells, 1 synapse",
        source: "the article's nine parts; see docs/model-files.md",
        licence: OWN,
        text: model_text!("plastic-pair"),
    },
    Builtin {
        name: "rallpack1",
        title: "passive cable, with an analytic solution",
        size: "1 cell, 1,000 compartments",
        source: "Bhalla, Bilitch & Bower 1992",
        licence: OWN,
        text: model_text!("rallpack1"),
    },
    Builtin {
        name: "rallpack2",
        title: "passive binary tree, with an analytic solution",
        size: "1 cell, 1,023 compartments",
        source: "Bhalla, Bilitch & Bower 1992",
        licence: OWN,
        text: model_text!("rallpack2"),
    },
    Builtin {
        name: "rallpack3",
        title: "spiking axon",
        size: "1 cell, 1,000 compartments",
        source: "Bhalla, Bilitch & Bower 1992",
        licence: OWN,
        text: model_text!("rallpack3"),
    },
    Builtin {
        name: "cobahh",
        title: "network of point neurons, irregular self-sustained activity",
        size: "4,000 cells, about 320,000 synapses",
        source: "Brette et al. 2007, benchmark 3",
        licence: OWN,
        text: model_text!("cobahh"),
    },
    Builtin {
        name: "ring",
        title: "rings of cells with dendrites",
        size: "100 cells, 7,980 compartments, 1,100 synapses; --set cells=..., depth=...",
        source: "after Arbor's busyring",
        licence: OWN,
        text: model_text!("ring"),
    },
    Builtin {
        name: "plastic-column",
        title: "a column of cells with the article's plastic synapses",
        size: "100 cells, 1,000 compartments, 10,000 synapses; --set cells=..., dendrite=..., synapses=...",
        source: "the article's neuron and synapse",
        licence: OWN,
        text: model_text!("plastic-column"),
    },
    Builtin {
        name: "celegans",
        title: "the worm's 302 neurons with their shapes and connections",
        size: "302 cells, 3,353 compartments, 3,176 connections, 1,091 gap junctions",
        source: "Cook et al. 2019; shapes OpenWorm c302",
        licence: "model MIT OR Apache-2.0; data MIT (cect, c302) and as in data/NOTICE",
        text: model_text!("celegans"),
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
