//! Cells: `cell` with its morphology and biophysical properties, and `pointCellCondBased`.

mod properties;

use std::borrow::Cow;
use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

use huxley_model::channel::{Channel, Reversal};
use huxley_model::morphology::{Discretisation, Morphology, SectionKind};
use huxley_model::network::{Insertion, Membrane};

use super::channel::{self, CHANNELS, IonChannel, REMARKS};
use super::element::Element;
use super::library::Library;
use super::sections::Names;
use super::segments;
use super::units::Unit;
use properties::Properties;

/// Types of cells that are read.
pub(super) const CELLS: [&str; 2] = ["cell", "pointCellCondBased"];

/// A cell, read.
#[derive(Debug)]
pub(super) struct CellModel {
    pub shape: Morphology,
    pub discretisation: Discretisation,
    pub membrane: Membrane,
    /// mV.
    pub v_init: f64,
    /// mV.
    pub threshold: f64,
    /// Channel type and index into the membrane's insertions, by the id of a density.
    pub densities: HashMap<String, (String, usize)>,
    /// Where segments lie, by id: section, and begin and end on it.
    places: HashMap<i64, (usize, f64, f64)>,
    /// Id of the segment without a parent.
    root: i64,
    /// First compartment of each section, and their number at the end.
    first: Vec<usize>,
}

impl CellModel {
    /// The compartment at a fraction along a segment, or along the root where none is named.
    pub fn compartment(&self, segment: Option<i64>, fraction: f64) -> Option<usize> {
        let &(section, from, to) = self.places.get(&segment.unwrap_or(self.root))?;
        let count = self.first[section + 1] - self.first[section];
        let along = ((from + (to - from) * fraction) * count as f64) as usize;
        Some(self.first[section] + along.min(count - 1))
    }
}

/// Reads cells and channels, each once.
pub(super) struct Cells<'a> {
    pub library: &'a Library,
    channels: RefCell<HashMap<String, Option<Rc<IonChannel>>>>,
    cells: RefCell<HashMap<String, Option<Rc<CellModel>>>>,
}

/// A conductance in the membrane: what it is, and its density in each segment, S/cm2.
struct Layer {
    /// Id of its `ionChannel`.
    kind: String,
    channel: Channel,
    density: Vec<f64>,
}

impl<'a> Cells<'a> {
    pub fn new(library: &'a Library) -> Self {
        Self { library, channels: RefCell::default(), cells: RefCell::default() }
    }

    /// The cell an element defines.
    pub fn cell(&self, at: &Element) -> Option<Rc<CellModel>> {
        if let Some(known) = self.cells.borrow().get(at.id()) {
            return known.clone();
        }
        let cell = if at.tag == "cell" { self.detailed(at) } else { self.point(at) };
        let cell = cell.map(Rc::new);
        self.cells.borrow_mut().insert(at.id().to_owned(), cell.clone());
        cell
    }

    /// The channel an attribute names.
    fn channel(&self, at: &Element) -> Option<Rc<IonChannel>> {
        let wanted = self.library.referred(at, "ionChannel", &CHANNELS, "channel")?;
        self.channel_of(wanted)
    }

    /// The channel an element defines.
    pub fn channel_of(&self, at: &Element) -> Option<Rc<IonChannel>> {
        if let Some(known) = self.channels.borrow().get(at.id()) {
            return known.clone();
        }
        let channel = channel::read(self.library, at).map(Rc::new);
        self.channels.borrow_mut().insert(at.id().to_owned(), channel.clone());
        channel
    }

    /// A part of a cell that lies in it, or that it names.
    fn part<'e>(&'e self, at: &'e Element, tag: &str) -> Option<&'e Element> {
        if let Some(own) = at.child(tag) {
            return Some(own);
        }
        if at.get(tag).is_some() {
            return self.library.referred(at, tag, &[tag], tag);
        }
        self.library.report.error(at, format!("the cell has no <{tag}>"), format!("add <{tag}> to it"))
    }

    fn detailed(&self, at: &Element) -> Option<CellModel> {
        let report = &self.library.report;
        report.known(at, &["morphology", "biophysicalProperties"]);
        let morphology = self.part(at, "morphology");
        let biophysics = self.part(at, "biophysicalProperties");
        let segments = morphology.and_then(|morphology| segments::read(self.library, morphology));
        let (segments, biophysics) = (segments?, biophysics?);
        let properties = Properties::read(self, &segments, biophysics)?;
        properties.cell(self, at, &segments)
    }

    /// A point: its capacitance becomes an area with 1 uF/cm2.
    fn point(&self, at: &Element) -> Option<CellModel> {
        let report = &self.library.report;
        report.known(at, &["C", "v0", "thresh"]);
        let capacitance = report.positive(at, "C", Unit::Capacitance);
        let v_init = report.quantity(at, "v0", Unit::Voltage);
        let threshold = report.quantity(at, "thresh", Unit::Voltage);
        let mut layers = Some(Layers::default());
        let area = capacitance.map(|capacitance| capacitance / 1e-5); // um2, from nF at 1 uF/cm2
        for child in &at.children {
            match child.tag.as_str() {
                "channelPopulation" => {
                    let found = self.population(child, area.unwrap_or(1.0));
                    layers = layers.zip(found).map(|(mut layers, (channel, density))| {
                        layers.add(child, channel, 1, &[0], density);
                        layers
                    });
                }
                tag if REMARKS.contains(&tag) => {}
                tag => {
                    let hint = "read is channelPopulation";
                    report.unsupported::<()>(child, format!("<{tag}> in a point cell is"), hint);
                    layers = None;
                }
            }
        }
        let (layers, area) = (layers?, area?);
        let any =
            |layer: Layer| Insertion { channel: layer.channel, density: vec![(SectionKind::Any, layer.density[0])] };
        Some(CellModel {
            shape: Morphology::point(area),
            discretisation: Discretisation::PerSection(1),
            membrane: Membrane {
                capacitance: 1.0,
                capacitances: Vec::new(),
                axial_resistivity: 100.0,
                insertions: layers.all.into_iter().map(any).collect(),
            },
            v_init: v_init?,
            threshold: threshold?,
            densities: layers.ids,
            places: HashMap::from([(0, (0, 0.0, 1.0))]),
            root: 0,
            first: vec![0, 1],
        })
    }

    /// A channel and its density, S/cm2, for a number of channels on an area, um2.
    fn population(&self, at: &Element, area: f64) -> Option<(Channel, f64)> {
        let report = &self.library.report;
        report.known(at, &["ionChannel", "number", "erev", "ion", "segmentGroup", "segment"]);
        let channel = self.channel(at);
        let number = report.not_negative(at, "number", Unit::Number);
        let erev = report.quantity(at, "erev", Unit::Voltage);
        let channel = channel?;
        let Some(single) = channel.conductance else {
            let name = at.get("ionChannel").unwrap_or("");
            return report.error(
                at,
                format!("the channel `{name}` has no conductance"),
                "add conductance=\"10pS\" to it",
            );
        };
        let density = number? * single * channel.scale / (1e-2 * area); // S/cm2, from uS and um2
        Some((made(at, &channel, erev?), density))
    }
}

/// A channel with its reversal potential, named by its type.
fn made(at: &Element, channel: &IonChannel, erev: f64) -> Channel {
    Channel {
        name: Cow::Owned(at.get("ionChannel").unwrap_or("").to_owned()),
        gates: Cow::Owned(channel.gates.clone()),
        reversal: Reversal::Fixed(erev),
    }
}

/// The conductances of a cell, and which density is part of which.
#[derive(Default)]
struct Layers {
    all: Vec<Layer>,
    ids: HashMap<String, (String, usize)>,
    names: Names,
}

impl Layers {
    /// Adds a density in some of `count` segments. Densities of one channel with one reversal potential add up.
    fn add(&mut self, at: &Element, channel: Channel, count: usize, members: &[usize], density: f64) {
        let kind = channel.name.to_string();
        let same = |layer: &Layer| layer.kind == kind && layer.channel.reversal == channel.reversal;
        let index = self.all.iter().position(same);
        let index = index.unwrap_or_else(|| {
            // By the channel's own name where that is free, else by the density's.
            let taken = self.all.iter().any(|layer| layer.kind == kind) && !at.id().is_empty();
            let name = Cow::Owned(self.names.unique(if taken { at.id() } else { &kind }.to_owned()));
            self.all.push(Layer {
                kind: kind.clone(),
                channel: Channel { name, ..channel },
                density: vec![0.0; count],
            });
            self.all.len() - 1
        });
        for &segment in members {
            self.all[index].density[segment] += density;
        }
        self.ids.insert(at.id().to_owned(), (kind, index));
    }
}
