//! Cells: `cell` with its morphology and biophysical properties, and `pointCellCondBased`.

use std::borrow::Cow;
use std::cell::RefCell;
use std::collections::{HashMap, HashSet};
use std::f64::consts::{FRAC_PI_2, PI};
use std::rc::Rc;

use huxley_model::channel::{Channel, Reversal};
use huxley_model::morphology::{Discretisation, Morphology, SectionKind, d_lambda_compartments};
use huxley_model::network::{Insertion, Membrane};

use super::channel::{self, CHANNELS, IonChannel, REMARKS};
use super::element::Element;
use super::library::Library;
use super::sections::{self, Names};
use super::segments::{self, Segment, Segments};
use super::units::Unit;

/// Types of cells that are read.
pub(super) const CELLS: [&str; 2] = ["cell", "pointCellCondBased"];

/// Compartments a cell may be cut into.
const MOST_COMPARTMENTS: f64 = 1e6;

/// Membranes a cell may have in its parts, and densities in all its segments.
const MOST_MEMBRANES: u16 = 1000;
const MOST_DENSITIES: usize = 50_000_000;

/// How sections that say nothing of it are cut: NEURON's `d_lambda` and its frequency, Hz.
const D_LAMBDA: (f64, f64) = (0.1, 100.0);

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

/// What a cell's membrane and inside are in each segment.
struct Properties {
    layers: Layers,
    capacitance: Vec<f64>,
    /// Of each segment, ohm cm; none where nothing is said.
    resistivity: Vec<Option<f64>>,
    v_init: f64,
    threshold: f64,
}

impl Properties {
    fn read(cells: &Cells<'_>, segments: &Segments<'_>, at: &Element) -> Option<Self> {
        let report = &cells.library.report;
        let membrane = cells.part(at, "membraneProperties")?;
        let count = segments.all.len();
        let mut layers = Some(Layers::default());
        let mut add = |child: &Element, found: Option<(Channel, f64)>, members: Option<Vec<usize>>| {
            layers = layers.take().zip(found).zip(members).map(|((mut layers, (channel, density)), members)| {
                layers.add(child, channel, count, &members, density);
                layers
            });
            if layers.as_ref().is_some_and(|layers| layers.all.len() * count > MOST_DENSITIES) {
                layers = report.unsupported(child, format!("more than {MOST_DENSITIES} densities in a cell are"), "");
            }
        };
        for child in &membrane.children {
            match child.tag.as_str() {
                "channelDensity" => add(child, density(cells, child), members(cells.library, segments, child)),
                "channelPopulation" => {
                    let members = members(cells.library, segments, child);
                    let area = members.iter().flatten().map(|&segment| area(&segments.all[segment])).sum();
                    add(child, cells.population(child, area), members);
                }
                "specificCapacitance" | "initMembPotential" | "spikeThresh" => {}
                tag if REMARKS.contains(&tag) => {}
                tag => {
                    let hint = match tag {
                        "channelDensityNernst"
                        | "channelDensityGHK"
                        | "channelDensityGHK2"
                        | "channelDensityNernstCa2" => {
                            "a <channelDensity> with a fixed erev is read: concentrations of ions are not simulated"
                        }
                        tag if tag.contains("NonUniform") => {
                            "densities are uniform in a segment group: use one <channelDensity> a group"
                        }
                        _ => "read are channelDensity and channelPopulation",
                    };
                    report.unsupported::<()>(child, format!("<{tag}> is"), hint);
                    add(child, None, None);
                }
            }
        }
        let capacitance =
            by_segment(cells.library, segments, membrane, "specificCapacitance", Unit::CapacitanceDensity);
        let v_init = uniform(cells.library, segments, membrane, "initMembPotential");
        let threshold = uniform(cells.library, segments, membrane, "spikeThresh");
        let resistivity = inside(cells.library, segments, at);
        let capacitance = capacitance.and_then(|given| {
            let missing = given.iter().position(Option::is_none);
            let Some(missing) = missing else { return given.into_iter().collect::<Option<Vec<f64>>>() };
            let id = segments.all[missing].id;
            let hint = "add <specificCapacitance value=\"1 uF_per_cm2\"/>";
            report.error(membrane, format!("segment {id} has no specific capacitance"), hint)
        });
        let v_init = v_init.and_then(|given| {
            given.or_else(|| {
                let hint = "add <initMembPotential value=\"-65 mV\"/>";
                report.error(membrane, "the cell has no initial membrane potential", hint)
            })
        });
        let threshold = threshold?.unwrap_or_else(|| {
            report.warn_at(membrane, "the cell has no <spikeThresh>: a spike is a crossing of 0 mV");
            0.0
        });
        let (capacitance, resistivity) = (capacitance?, resistivity?);
        Some(Self { layers: layers?, capacitance, resistivity, v_init: v_init?, threshold })
    }

    fn cell(self, cells: &Cells<'_>, at: &Element, segments: &Segments<'_>) -> Option<CellModel> {
        let report = &cells.library.report;
        let parts = self.parts(cells.library, at, segments)?;
        let mut cut = sections::cut(cells.library, segments, &parts)?;
        let axial_resistivity = self.axial_resistivity(cells.library, at, cut.morphology.sections.len())?;
        let mut first = vec![0];
        let mut of_section = vec![0; cut.morphology.sections.len()];
        for (segment, place) in cut.place.iter().enumerate() {
            of_section[place.0] = segment;
        }
        for (index, section) in cut.morphology.sections.iter_mut().enumerate() {
            let segment = of_section[index];
            let wanted = || {
                let (fraction, frequency) = D_LAMBDA;
                let c = self.capacitance[segment];
                d_lambda_compartments(&section.geometry, fraction, frequency, axial_resistivity, c)
            };
            let count = section.compartments.map_or_else(wanted, |own| own as f64);
            let total = count + first[index] as f64;
            if !(total <= MOST_COMPARTMENTS) {
                let hint = "look for a length, diameter or resistivity in a wrong unit";
                let name = &section.name;
                return report.error(at, format!("section `{name}` brings the cell to {total:e} compartments"), hint);
            }
            section.compartments = Some(count as usize);
            first.push(total as usize);
        }
        if let Err(problem) = cut.morphology.validate() {
            return report.error(at, problem.to_string(), "");
        }
        let membrane = self.membrane(&parts, axial_resistivity);
        Some(CellModel {
            shape: cut.morphology,
            discretisation: Discretisation::PerSection(1),
            membrane,
            v_init: self.v_init,
            threshold: self.threshold,
            densities: self.layers.ids,
            places: segments.all.iter().map(|segment| segment.id).zip(cut.place).collect(),
            root: segments.all[0].id,
            first,
        })
    }

    /// The kind of section each segment is part of: that of its part of the cell, and groups where one part has several
    /// membranes.
    fn parts(&self, library: &Library, at: &Element, segments: &Segments<'_>) -> Option<Vec<SectionKind>> {
        let kinds = segments.kinds(library)?;
        let mut known: HashMap<(SectionKind, Vec<u64>), SectionKind> = HashMap::new();
        let mut taken: Vec<SectionKind> = Vec::new();
        let mut groups = 0;
        let mut parts = Vec::with_capacity(kinds.len());
        for (segment, kind) in kinds.into_iter().enumerate() {
            let densities = self.layers.all.iter().map(|layer| layer.density[segment].to_bits());
            let membrane: Vec<u64> = densities.chain([self.capacitance[segment].to_bits()]).collect();
            let part = match known.get(&(kind, membrane.clone())) {
                Some(&part) => part,
                None => {
                    let part = if taken.contains(&kind) { SectionKind::Group(groups) } else { kind };
                    if part == kind {
                        taken.push(kind);
                    } else {
                        groups += 1;
                    }
                    if groups > MOST_MEMBRANES {
                        let hint = "give segment groups the same densities where they may have them";
                        let what = format!("more than {MOST_MEMBRANES} different membranes in a cell are");
                        return library.report.unsupported(at, what, hint);
                    }
                    known.insert((kind, membrane), part);
                    part
                }
            };
            parts.push(part);
        }
        Some(parts)
    }

    fn axial_resistivity(&self, library: &Library, at: &Element, sections: usize) -> Option<f64> {
        let given = self.resistivity.iter().flatten().next();
        let hint = "add <resistivity value=\"100 ohm_cm\"/> to <intracellularProperties>";
        match given {
            None if sections == 1 && self.resistivity.len() == 1 => Some(100.0),
            None => library.report.error(at, "the cell has no resistivity", hint),
            Some(_) if self.resistivity.contains(&None) => {
                library.report.error(at, "some segments have no resistivity", hint)
            }
            Some(first) if self.resistivity.iter().flatten().any(|own| own != first) => library.report.unsupported(
                at,
                "resistivities that differ within a cell are",
                "give one <resistivity> for all segments",
            ),
            Some(first) => Some(*first),
        }
    }

    fn membrane(&self, parts: &[SectionKind], axial_resistivity: f64) -> Membrane {
        // A segment for each kind.
        let mut known = HashSet::new();
        let examples: Vec<(SectionKind, usize)> = (0..parts.len())
            .filter(|&segment| known.insert(parts[segment]))
            .map(|segment| (parts[segment], segment))
            .collect();
        let insertions = self.layers.all.iter().map(|layer| {
            let by_kind: Vec<(SectionKind, f64)> =
                examples.iter().map(|&(kind, segment)| (kind, layer.density[segment])).collect();
            let same = by_kind.iter().all(|(_, density)| *density == by_kind[0].1);
            let density = if same { vec![(SectionKind::Any, by_kind[0].1)] } else { by_kind };
            Insertion { channel: layer.channel.clone(), density }
        });
        let capacitance = self.capacitance[0];
        let others = examples.iter().map(|&(kind, segment)| (kind, self.capacitance[segment]));
        Membrane {
            capacitance,
            capacitances: others.filter(|(_, own)| *own != capacitance).collect(),
            axial_resistivity,
            insertions: insertions.collect(),
        }
    }
}

/// `channelDensity`: the channel and its density, S/cm2.
fn density(cells: &Cells<'_>, at: &Element) -> Option<(Channel, f64)> {
    let report = &cells.library.report;
    report.known(at, &["ionChannel", "condDensity", "erev", "ion", "segmentGroup", "segment"]);
    if let Some(parameter) = at.child("variableParameter") {
        let hint = "densities are uniform in a segment group: use one <channelDensity> a group";
        return report.unsupported(parameter, "densities that vary along a cell are", hint);
    }
    let channel = cells.channel(at);
    let density = report.not_negative(at, "condDensity", Unit::ConductanceDensity);
    let erev = report.quantity(at, "erev", Unit::Voltage);
    let channel = channel?;
    Some((made(at, &channel, erev?), density? * channel.scale))
}

/// The segments a property is for.
fn members(library: &Library, segments: &Segments<'_>, at: &Element) -> Option<Vec<usize>> {
    if let Some(text) = at.get("segment") {
        let found = text.parse().ok().and_then(|id| segments.of_id(id));
        let missing = || library.report.error(at, format!("there is no segment {text}"), "");
        return found.map(|segment| vec![segment]).or_else(missing);
    }
    segments.group(library, at, at.get("segmentGroup").unwrap_or("all"))
}

/// A property of each segment; where it is said twice, the later counts, as in NEURON.
fn by_segment(
    library: &Library,
    segments: &Segments<'_>,
    at: &Element,
    tag: &str,
    unit: Unit,
) -> Option<Vec<Option<f64>>> {
    let mut values = vec![None; segments.all.len()];
    let mut fine = true;
    for child in at.all(tag) {
        library.report.known(child, &["value", "segmentGroup", "segment"]);
        let value = if unit == Unit::Voltage {
            library.report.quantity(child, "value", unit)
        } else {
            library.report.positive(child, "value", unit)
        };
        match value.zip(members(library, segments, child)) {
            Some((value, members)) => members.into_iter().for_each(|segment| values[segment] = Some(value)),
            None => fine = false,
        }
    }
    fine.then_some(values)
}

/// A potential that is the same in all segments, if one is given.
fn uniform(library: &Library, segments: &Segments<'_>, at: &Element, tag: &str) -> Option<Option<f64>> {
    let values = by_segment(library, segments, at, tag, Unit::Voltage)?;
    let Some(first) = values.iter().flatten().next() else { return Some(None) };
    if values.iter().flatten().any(|value| value != first) {
        if tag == "spikeThresh" {
            let root = values[0].unwrap_or(*first);
            library.report.warn_at(
                at,
                format!("spikes are looked for in the root segment alone, where <spikeThresh> is {root} mV"),
            );
            return Some(Some(root));
        }
        let hint = format!("give one <{tag}> for all segments");
        return library.report.unsupported(at, format!("<{tag}> that differs within a cell is"), hint);
    }
    Some(Some(*first))
}

/// Resistivity of each segment; what else lies in `intracellularProperties` changes nothing that is simulated.
fn inside(library: &Library, segments: &Segments<'_>, at: &Element) -> Option<Vec<Option<f64>>> {
    let Some(inside) = at.child("intracellularProperties") else { return Some(vec![None; segments.all.len()]) };
    for species in inside.all("species") {
        let name = species.get("ion").or(species.get("id")).unwrap_or("");
        let what = format!("the concentration of `{name}` is not simulated; no channel that is read depends on it");
        library.report.warn_at(species, what);
    }
    by_segment(library, segments, inside, "resistivity", Unit::Resistivity)
}

/// Membrane of a segment, um2: a truncated cone's side, or a sphere.
fn area(segment: &Segment<'_>) -> f64 {
    let (d0, d1) = (segment.proximal.diameter, segment.distal.diameter);
    if segment.is_sphere() { PI * d0 * d0 } else { FRAC_PI_2 * (d0 + d1) * segment.length().hypot(0.5 * (d1 - d0)) }
}
