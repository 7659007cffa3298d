//! Membrane and inside of a `cell`: `biophysicalProperties` over its segments.

use std::collections::{HashMap, HashSet};
use std::f64::consts::{FRAC_PI_2, PI};

use huxley_model::channel::Channel;
use huxley_model::morphology::{Discretisation, SectionKind, d_lambda_compartments};
use huxley_model::network::{Insertion, Membrane};

use super::{CellModel, Cells, Layers, made};
use crate::neuroml::channel::REMARKS;
use crate::neuroml::element::Element;
use crate::neuroml::library::Library;
use crate::neuroml::sections;
use crate::neuroml::segments::{Segment, Segments};
use crate::neuroml::units::Unit;

/// Compartments a cell may be cut into.
const MOST_COMPARTMENTS: f64 = 1e6;

/// Membranes a cell may have in its parts, and densities in all its segments.
const MOST_MEMBRANES: u16 = 1000;
const MOST_DENSITIES: usize = 50_000_000;

/// How sections that say nothing of it are cut: NEURON's `d_lambda` and its frequency, Hz.
const D_LAMBDA: (f64, f64) = (0.1, 100.0);

/// What a cell's membrane and inside are in each segment.
pub(super) struct Properties {
    layers: Layers,
    capacitance: Vec<f64>,
    /// Of each segment, ohm cm; none where nothing is said.
    resistivity: Vec<Option<f64>>,
    v_init: f64,
    threshold: f64,
}

impl Properties {
    pub(super) fn read(cells: &Cells<'_>, segments: &Segments<'_>, at: &Element) -> Option<Self> {
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

    pub(super) fn cell(self, cells: &Cells<'_>, at: &Element, segments: &Segments<'_>) -> Option<CellModel> {
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
