//! Segments become sections, and densities by segment group become densities by section.

use std::f64::consts::PI;

use huxley_io::Imported;
use huxley_model::morphology::{Attachment, Geometry, SectionKind};

use super::network;

const LEAK: &str = "<ionChannelPassive id=\"leak\" conductance=\"10pS\"/>";

/// A network of one cell with a morphology and membrane properties of a test's own.
fn cell(morphology: &str, membrane: &str) -> Imported {
    network(&format!(
        "{LEAK}<ionChannelHH id=\"k\" conductance=\"10pS\"><gateHHrates id=\"n\" instances=\"4\">
        <forwardRate type=\"HHExpLinearRate\" rate=\"0.1per_ms\" midpoint=\"-55mV\" scale=\"10mV\"/>
        <reverseRate type=\"HHExpRate\" rate=\"0.125per_ms\" midpoint=\"-65mV\" scale=\"-80mV\"/></gateHHrates></ionChannelHH>
        <cell id=\"cell\"><morphology id=\"m\">{morphology}</morphology><biophysicalProperties id=\"b\"><membraneProperties>
        <channelDensity id=\"leak_d\" ionChannel=\"leak\" condDensity=\"3 S_per_m2\" erev=\"-54.3mV\"/>
        <initMembPotential value=\"-65mV\"/><spikeThresh value=\"0mV\"/>{membrane}</membraneProperties>
        <intracellularProperties><resistivity value=\"0.03 kohm_cm\"/></intracellularProperties></biophysicalProperties></cell>
        <network id=\"net\"><population id=\"pop\" component=\"cell\" size=\"1\"/></network>"
    ))
}

const CAPACITANCE: &str = "<specificCapacitance value=\"1 uF_per_cm2\"/>";

#[test]
fn a_sphere_has_its_area_and_one_compartment() {
    let point = "<proximal x=\"1\" y=\"2\" z=\"3\" diameter=\"17.841242\"/><distal x=\"1\" y=\"2\" z=\"3\" diameter=\"17.841242\"/>";
    let found = cell(&format!("<segment id=\"0\" name=\"soma\">{point}</segment>"), CAPACITANCE);
    let population = &found.network.populations[0];
    let section = &population.shapes[0].sections[0];
    assert_eq!((section.name.as_str(), section.kind, section.compartments), ("soma", SectionKind::Soma, Some(1)));
    assert!((section.geometry.area() - PI * 17.841242_f64.powi(2)).abs() < 1e-9);
    assert_eq!(population.membrane.axial_resistivity, 30.0);
    assert!(found.warnings.is_empty(), "{:?}", found.warnings);
}

/// Soma, a dendrite of two runs, a spine at the middle of the second, ids in no order.
const BRANCHED: &str = "
    <segment id=\"9\" name=\"spine\"><parent segment=\"4\" fractionAlong=\"0.5\"/>
        <proximal x=\"25\" y=\"0\" z=\"0\" diameter=\"0.2\"/><distal x=\"25\" y=\"1\" z=\"0\" diameter=\"0.2\"/></segment>
    <segment id=\"2\" name=\"soma\"><proximal x=\"0\" y=\"0\" z=\"0\" diameter=\"10\"/><distal x=\"10\" y=\"0\" z=\"0\" diameter=\"10\"/></segment>
    <segment id=\"3\" name=\"near\"><parent segment=\"2\"/><proximal x=\"10\" y=\"0\" z=\"0\" diameter=\"3\"/><distal x=\"20\" y=\"0\" z=\"0\" diameter=\"3\"/></segment>
    <segment id=\"4\" name=\"far\"><parent segment=\"3\"/><distal x=\"30\" y=\"0\" z=\"0\" diameter=\"1\"/></segment>
    <segmentGroup id=\"soma_group\"><member segment=\"2\"/></segmentGroup>
    <segmentGroup id=\"thick\"><member segment=\"3\"/><member segment=\"4\"/></segmentGroup>
    <segmentGroup id=\"dendrite_group\"><include segmentGroup=\"thick\"/><include segmentGroup=\"spines\"/></segmentGroup>
    <segmentGroup id=\"spines\"><subTree><from segment=\"9\"/></subTree></segmentGroup>
    <segmentGroup id=\"way\"><path><from segment=\"2\"/><to segment=\"3\"/></path></segmentGroup>";

#[test]
fn runs_of_segments_become_sections() {
    let found = cell(BRANCHED, CAPACITANCE);
    let sections = &found.network.populations[0].shapes[0].sections;
    let names: Vec<&str> = sections.iter().map(|section| section.name.as_str()).collect();
    assert_eq!(names, ["soma", "near", "spine"]);
    let kinds: Vec<SectionKind> = sections.iter().map(|section| section.kind).collect();
    assert_eq!(kinds, [SectionKind::Soma, SectionKind::Dendrite, SectionKind::Dendrite]);
    // The proximal end that is left out is the parent's distal end, diameter included.
    let Geometry::Points(points) = &sections[1].geometry else { panic!("{:?}", sections[1].geometry) };
    let course: Vec<(f64, f64)> = points.iter().map(|point| (point.x, point.diameter)).collect();
    assert_eq!(course, [(10.0, 3.0), (20.0, 3.0), (30.0, 1.0)]);
    // Half along the segment from 20 to 30 um is three quarters along the section.
    assert_eq!(sections[2].parent, Some(Attachment { section: 1, position: 0.75 }));
    assert_eq!(sections[1].parent, Some(Attachment { section: 0, position: 1.0 }));
}

#[test]
fn densities_are_those_of_their_groups() {
    let membrane = "
        <channelDensity id=\"soma_k\" ionChannel=\"k\" condDensity=\"32 mS_per_cm2\" erev=\"-77mV\" segmentGroup=\"soma_group\"/>
        <channelDensity id=\"more_k\" ionChannel=\"k\" condDensity=\"8 mS_per_cm2\" erev=\"-77mV\" segmentGroup=\"way\"/>
        <channelDensity id=\"other_k\" ionChannel=\"k\" condDensity=\"1 mS_per_cm2\" erev=\"-90mV\" segmentGroup=\"spines\"/>
        <specificCapacitance value=\"1 uF_per_cm2\"/><specificCapacitance value=\"2 uF_per_cm2\" segmentGroup=\"spines\"/>";
    let found = cell(BRANCHED, membrane);
    let population = &found.network.populations[0];
    let sections = &population.shapes[0].sections;
    // `near` and `far` differ in density now.
    let names: Vec<&str> = sections.iter().map(|section| section.name.as_str()).collect();
    assert_eq!(names, ["soma", "near", "far", "spine"]);
    let insertion = |name: &str| population.membrane.insertions.iter().find(|i| i.channel.name == name).unwrap();
    let densities = |name: &str| -> Vec<f64> { sections.iter().map(|s| insertion(name).density_in(s.kind)).collect() };
    assert_eq!(densities("leak"), [0.0003; 4]);
    assert_eq!(densities("k"), [0.032 + 0.008, 0.008, 0.0, 0.0], "densities of one channel in one place add up");
    assert_eq!(densities("other_k"), [0.0, 0.0, 0.0, 0.001], "another reversal potential is another conductance");
    let capacitances: Vec<f64> = sections.iter().map(|s| population.membrane.capacitance_in(s.kind)).collect();
    assert_eq!(capacitances, [1.0, 1.0, 1.0, 2.0]);
    assert_eq!(sections[0].kind, SectionKind::Soma);
    assert_eq!(sections[1].kind, SectionKind::Dendrite, "the first membrane of a part keeps its kind");
}

#[test]
fn unbranched_groups_are_sections_with_their_divisions() {
    let groups =
        "<segmentGroup id=\"cable\" neuroLexId=\"sao864921383\"><property tag=\"numberInternalDivisions\" value=\"7\"/>
        <member segment=\"3\"/><member segment=\"4\"/></segmentGroup>";
    let found = cell(&format!("{BRANCHED}{groups}"), CAPACITANCE);
    let section = &found.network.populations[0].shapes[0].sections[1];
    assert_eq!((section.name.as_str(), section.compartments), ("cable", Some(7)));
    assert!(found.warnings.is_empty(), "{:?}", found.warnings);
    // A group whose membrane changes on the way is cut there, and says so.
    let split = "<channelDensity id=\"k_d\" ionChannel=\"k\" condDensity=\"4 mS_per_cm2\" erev=\"-77mV\" segmentGroup=\"way\"/>";
    let found = cell(&format!("{BRANCHED}{groups}"), &format!("{CAPACITANCE}{split}"));
    assert!(found.warnings.iter().any(|w| w.contains("`cable` is cut into 2 sections")), "{:?}", found.warnings);
}

#[test]
fn long_sections_are_cut_by_d_lambda() {
    let long = "<segment id=\"0\" name=\"axon\"><proximal x=\"0\" y=\"0\" z=\"0\" diameter=\"1\"/><distal x=\"1000\" y=\"0\" z=\"0\" diameter=\"1\"/></segment>";
    let found = cell(long, CAPACITANCE);
    // NEURON: lambda_f(100) with Ra 30, cm 1, diam 1 is 1e5 sqrt(1 / (4 pi 100 30 1)) = 515.03 um; (1000 / 51.503 + 0.9) / 2 = 10.2.
    assert_eq!(found.network.populations[0].shapes[0].sections[0].compartments, Some(21));
}
