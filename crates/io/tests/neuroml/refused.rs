//! What is refused: each with its file and line, all at once.

use std::path::Path;
use std::time::{Duration, Instant};

use huxley_io::neuroml;

use super::{POINT, errors, read};

/// A network of point cells with something wrong in it; the body begins on line 7.
#[track_caller]
fn wrong(body: &str, line: usize, words: &str) {
    let found = errors(&format!("{POINT}\n\n{body}"));
    assert!(found.contains(&format!("net.nml:{line}: ")), "no line {line} in\n{found}");
    assert!(found.contains(words), "`{words}` not in\n{found}");
    assert!(found.contains("hint: "), "{found}");
}

const NET: &str = "<network id=\"net\"><population id=\"a\" component=\"cell\" size=\"2\"/>";

#[test]
fn components_that_are_not_there_are_named() {
    wrong(
        "<network id=\"net\"><population id=\"a\" component=\"cel\" size=\"2\"/></network>",
        7,
        "did you mean `cell`?",
    );
    wrong(
        "<network id=\"net\">\n<population id=\"a\" component=\"x\" size=\"2\"/></network>",
        8,
        "there is no cell or source of spikes `x`",
    );
    wrong(&format!("{NET}\n<explicitInput target=\"a[0]\" input=\"i\"/></network>"), 8, "there is no input `i`");
    wrong(&format!("{NET}\n<explicitInput target=\"b[0]\" input=\"i\"/></network>"), 8, "there is no population `b`");
    wrong(
        &format!(
            "<pulseGenerator id=\"i\" delay=\"1ms\" duration=\"1ms\" amplitude=\"1nA\"/>{NET}\n<explicitInput target=\"a[2]\" input=\"i\"/></network>"
        ),
        8,
        "there is no cell 2 in `a`",
    );
}

#[test]
fn what_is_not_simulated_is_listed_at_once() {
    let found = errors(&format!(
        "{POINT}

<iafCell id=\"iaf\" leakReversal=\"-60mV\" thresh=\"-50mV\" reset=\"-70mV\" C=\"0.2nF\" leakConductance=\"0.01uS\"/>
<alphaSynapse id=\"alpha\" gbase=\"0.5nS\" erev=\"0mV\" tau=\"2ms\"/>
<pulseGeneratorDL id=\"pulse\" delay=\"50ms\" duration=\"200ms\" amplitude=\"1.4\"/>
<blockingPlasticSynapse id=\"nmda\" gbase=\"0.5nS\" erev=\"0mV\" tauRise=\"2ms\" tauDecay=\"8ms\">
<blockMechanism type=\"myBlockMechanism\" species=\"mg\" blockConcentration=\"1.2 mM\" scalingConc=\"1.92 mM\" scalingVolt=\"16.129 mV\"/>
</blockingPlasticSynapse>
{NET}<population id=\"b\" component=\"iaf\" size=\"1\"/>
<synapticConnection from=\"a[0]\" to=\"a[1]\" synapse=\"alpha\"/>
<synapticConnection from=\"a[0]\" to=\"a[1]\" synapse=\"nmda\"/>
<explicitInput target=\"a[0]\" input=\"pulse\"/>
<continuousProjection id=\"c\" presynapticPopulation=\"a\" postsynapticPopulation=\"a\"/>
</network>"
    ));
    for (line, words) in [
        (11, "a block of type `myBlockMechanism`"),
        (13, "`iaf` is a <iafCell>"),
        (14, "`alpha` is a <alphaSynapse>"),
        (16, "`pulse` is a <pulseGeneratorDL>"),
        (17, "<continuousProjection> is not supported"),
    ] {
        let all: Vec<&str> = found.lines().filter(|own| own.contains(&format!("net.nml:{line}: "))).collect();
        assert!(all.iter().any(|own| own.contains(words)), "{line} {words}: {all:?}\n{found}");
    }
}

#[test]
fn blocks_are_checked() {
    let found = |mechanisms: &str| {
        errors(&format!(
            "{POINT}<blockingPlasticSynapse id=\"s\" gbase=\"1nS\" erev=\"0mV\" tauRise=\"1ms\" tauDecay=\"5ms\">{mechanisms}\
             </blockingPlasticSynapse>{NET}<synapticConnection from=\"a[0]\" to=\"a[1]\" synapse=\"s\"/></network>"
        ))
    };
    let block = |concentration: &str, scaling: &str, voltage: &str| {
        format!(
            "<blockMechanism type=\"voltageConcDepBlockMechanism\" species=\"mg\" blockConcentration=\"{concentration}\" \
             scalingConc=\"{scaling}\" scalingVolt=\"{voltage}\"/>"
        )
    };
    for (mechanisms, part) in [
        (block("1.2 mM", "0 mM", "15 mV"), "scalingConc=\"0 mM\" must be above 0"),
        (block("1.2 mM", "1.9 mM", "0 mV"), "scalingVolt divides the potential and is 0"),
        (block("-1 mM", "1.9 mM", "15 mV"), "blockConcentration=\"-1 mM\" is negative"),
        (block("1.2 mV", "1.9 mM", "15 mV"), "blockConcentration=\"1.2 mV\""),
        (block("1.2 mM", "1.9 mM", "15 mV").repeat(2), "two blocks of one synapse are not supported"),
    ] {
        let found = found(&mechanisms);
        assert!(found.contains(part), "{part}: {found}");
    }
}

#[test]
fn units_are_known_and_of_the_right_dimension() {
    let pulse = |delay: &str| {
        format!(
            "<pulseGenerator id=\"i\"\n delay=\"{delay}\" duration=\"1ms\" amplitude=\"1nA\"/>{NET}<explicitInput target=\"a[0]\" input=\"i\"/></network>"
        )
    };
    wrong(&pulse("10 msec"), 7, "unknown unit `msec`");
    wrong(&pulse("10 mV"), 7, "`mV` is the unit of a voltage, and this is a time");
    wrong(&pulse("10"), 7, "a time needs its unit");
    wrong(&pulse("soon"), 7, "does not begin with a number");
    wrong(&pulse("-1ms"), 7, "is negative");
}

#[test]
fn ids_are_taken_once() {
    wrong(
        &format!("<ionChannelPassive id=\"leak\"/>\n{NET}</network>"),
        7,
        "the id `leak` is taken, by a `ionChannelPassive` at net.nml:2",
    );
    wrong(
        &format!("{NET}\n<population id=\"a\" component=\"cell\" size=\"1\"/></network>"),
        8,
        "taken by another population",
    );
}

/// A cell with a morphology and membrane of a test's own; the morphology begins on line 3.
#[track_caller]
fn wrong_cell(morphology: &str, membrane: &str, line: usize, words: &str) {
    let found = errors(&format!(
        "<ionChannelPassive id=\"leak\" conductance=\"10pS\"/><cell id=\"cell\"><morphology id=\"m\">\n{morphology}\n</morphology>
<biophysicalProperties id=\"b\"><membraneProperties>{membrane}<initMembPotential value=\"-65mV\"/><spikeThresh value=\"0mV\"/>
<specificCapacitance value=\"1 uF_per_cm2\"/></membraneProperties>
<intracellularProperties><resistivity value=\"1 ohm_m\"/></intracellularProperties></biophysicalProperties></cell>
<network id=\"net\"><population id=\"pop\" component=\"cell\" size=\"1\"/></network>"
    ));
    assert!(found.contains(&format!("net.nml:{line}: ")), "no line {line} in\n{found}");
    assert!(found.contains(words), "`{words}` not in\n{found}");
}

const SOMA: &str = "<segment id=\"0\"><proximal x=\"0\" y=\"0\" z=\"0\" diameter=\"10\"/><distal x=\"10\" y=\"0\" z=\"0\" diameter=\"10\"/></segment>";
const LEAK: &str = "<channelDensity id=\"d\" ionChannel=\"leak\" condDensity=\"1 S_per_m2\" erev=\"-65mV\"/>";

fn segment(id: &str, parent: &str) -> String {
    format!(
        "{SOMA}\n<segment id=\"{id}\"><parent segment=\"{parent}\"/><distal x=\"20\" y=\"0\" z=\"0\" diameter=\"1\"/></segment>"
    )
}

#[test]
fn segments_form_one_tree() {
    wrong_cell(&segment("1", "7"), LEAK, 4, "there is no parent segment 7");
    wrong_cell(&segment("0", "0"), LEAK, 4, "the id 0 is taken, by the segment at net.nml:3");
    wrong_cell(&segment("1", "1"), LEAK, 4, "the segment is its own ancestor");
    let two = "\n<segment id=\"1\"><parent segment=\"2\"/><distal x=\"1\" y=\"0\" z=\"0\" diameter=\"1\"/></segment>
<segment id=\"2\"><parent segment=\"1\"/><distal x=\"2\" y=\"0\" z=\"0\" diameter=\"1\"/></segment>";
    wrong_cell(&format!("{SOMA}{two}"), LEAK, 4, "the segment is its own ancestor");
    wrong_cell(two.trim_start(), LEAK, 2, "every segment has a parent");
    wrong_cell(
        &format!("{SOMA}\n{}", SOMA.replace("\"0\"><prox", "\"1\"><prox")),
        LEAK,
        4,
        "a second segment without a parent",
    );
    wrong_cell(&segment("x", "0"), LEAK, 4, "is not the number of a segment");
    wrong_cell(&segment("1", "0").replace("diameter=\"1\"", "diameter=\"-1\""), LEAK, 4, "must be above 0");
    wrong_cell(&segment("1", "0").replace("x=\"20\"", "x=\"nan\""), LEAK, 4, "does not begin with a number");
    wrong_cell("", LEAK, 2, "the morphology has no segments");
    wrong_cell(
        "<segment id=\"0\"><distal x=\"0\" y=\"0\" z=\"0\" diameter=\"1\"/></segment>",
        LEAK,
        3,
        "the root segment has no <proximal>",
    );
    wrong_cell(
        &SOMA.replace("x=\"10\"", "x=\"0\"").replace("diameter=\"10\"/></segment>", "diameter=\"9\"/></segment>"),
        LEAK,
        3,
        "no length, and two diameters",
    );
    wrong_cell(
        &SOMA.replace("x=\"10\"", "x=\"1e7\"").replace("diameter=\"10\"", "diameter=\"1e-6\""),
        LEAK,
        2,
        "compartments",
    );
}

#[test]
fn groups_name_what_there_is() {
    let group = |inside: &str| {
        format!(
            "{SOMA}\n<segmentGroup id=\"g\">{inside}</segmentGroup><segmentGroup id=\"h\"><include segmentGroup=\"g\"/></segmentGroup>"
        )
    };
    let of =
        "<channelDensity id=\"d\" ionChannel=\"leak\" condDensity=\"1 S_per_m2\" erev=\"-65mV\" segmentGroup=\"g\"/>";
    wrong_cell(SOMA, of, 5, "there is no segment group `g`");
    wrong_cell(&group("<member segment=\"5\"/>"), of, 4, "there is no segment 5");
    wrong_cell(&group("<include segmentGroup=\"h\"/>"), of, 4, "includes itself");
    wrong_cell(&group("<path><from segment=\"0\"/></path>"), of, 4, "a path needs <from> and <to>");
    wrong_cell(SOMA, &of.replace("segmentGroup=\"g\"", "segment=\"3\""), 5, "there is no segment 3");
}

#[test]
fn membranes_say_what_they_are_made_of() {
    let density = |attributes: &str| format!("<channelDensity id=\"d\" {attributes}/>");
    wrong_cell(
        SOMA,
        &density("ionChannel=\"lek\" condDensity=\"1 S_per_m2\" erev=\"-65mV\""),
        5,
        "did you mean `leak`?",
    );
    wrong_cell(
        SOMA,
        &density("ionChannel=\"leak\" condDensity=\"1 S_per_cm3\" erev=\"-65mV\""),
        5,
        "unknown unit `S_per_cm3`",
    );
    wrong_cell(SOMA, &density("ionChannel=\"leak\" erev=\"-65mV\""), 5, "`condDensity` is missing");
    let nernst = "<channelDensityNernst id=\"d\" ionChannel=\"leak\" condDensity=\"1 S_per_m2\" ion=\"ca\"/>";
    wrong_cell(SOMA, nernst, 5, "<channelDensityNernst> is not supported");
    let varies = "<channelDensityNonUniform id=\"d\" ionChannel=\"leak\" erev=\"-65mV\" ion=\"k\"/>";
    wrong_cell(SOMA, varies, 5, "<channelDensityNonUniform> is not supported");
}

#[test]
fn includes_are_found_and_end() {
    let none =
        read(&[("net.nml", "<neuroml id=\"n\">\n<include href=\"other.nml\"/></neuroml>")]).unwrap_err().to_string();
    assert!(none.contains("net.nml:2: ") && none.contains("cannot read `other.nml`"), "{none}");
    let circle = [
        ("net.nml", "<neuroml id=\"n\"><include href=\"sub/other.nml\"/></neuroml>"),
        ("sub/other.nml", "<neuroml id=\"o\">\n<include href=\"../net.nml\"/></neuroml>"),
    ];
    let circle = read(&circle).unwrap_err().to_string();
    assert!(circle.contains("sub/other.nml:2: ") && circle.contains("includes itself"), "{circle}");
    let missing = neuroml::read(Path::new("/no/such/file.nml"), None).unwrap_err().to_string();
    assert!(missing.contains("/no/such/file.nml") && missing.contains("cannot read"), "{missing}");
    let folder = neuroml::read(Path::new("/"), None).unwrap_err().to_string();
    assert!(folder.contains("it is not a file"), "{folder}");
}

#[test]
fn files_that_are_not_neuroml_are_said_not_to_be() {
    let refused = |text: &str, words: &str| {
        let found = read(&[("net.nml", text)]).unwrap_err().to_string();
        assert!(found.contains("net.nml") && found.contains(words), "{found}");
    };
    refused("", "not XML");
    refused("schema = 1", "net.nml:1: not XML");
    refused("<neuroml>\n<network>\n</neuroml>", "net.nml:3: not XML");
    refused("<html/>", "the outermost element is <html>");
    refused("<neuroml id=\"n\"/>", "there is no network to run (found none of what is read)");
    refused("<Lems><Target component=\"sim\"/></Lems>", "there is no component `sim`");
    refused("<neuroml id=\"n\"><network id=\"a\"/>\n<network id=\"b\"/></neuroml>", "there are several networks");
    // A billion laughs, and a file from elsewhere.
    let laughs = "<!DOCTYPE x [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;&a;&a;&a;&a;&a;\"><!ENTITY c \"&b;&b;&b;&b;&b;&b;&b;\">]><neuroml id=\"&c;\"/>";
    refused(laughs, "DTD");
    refused("<!DOCTYPE x SYSTEM \"file:///etc/passwd\"><neuroml/>", "DTD");
}

#[test]
fn depth_and_length_end_in_an_answer() {
    let start = Instant::now();
    let deep = format!("<neuroml>{}", "<a>".repeat(1_000_000));
    assert!(read(&[("net.nml", &deep)]).unwrap_err().to_string().contains("not XML"));
    let closed = format!("<neuroml>{}{}</neuroml>", "<a>".repeat(200_000), "</a>".repeat(200_000));
    assert!(read(&[("net.nml", &closed)]).unwrap_err().to_string().contains("more than 100 deep"));
    let many = format!("<neuroml>{}</neuroml>", "<cell id=\"c\"/>\n".repeat(100_000));
    let found = read(&[("net.nml", &many)]).unwrap_err();
    assert!(found.to_string().contains("and 99899 more errors"), "{}", found.to_string().len());
    let chain: String = (1..100_000)
        .map(|id| format!("<segment id=\"{id}\"><parent segment=\"{}\"/><distal x=\"{id}\" y=\"0\" z=\"0\" diameter=\"1\"/></segment>\n", id - 1))
        .collect();
    let root = "<segment id=\"0\"><proximal x=\"0\" y=\"0\" z=\"0\" diameter=\"1\"/><distal x=\"0.5\" y=\"0\" z=\"0\" diameter=\"1\"/></segment>";
    let cell = format!(
        "<neuroml id=\"n\"><ionChannelPassive id=\"leak\"/><cell id=\"c\"><morphology id=\"m\">{root}{chain}</morphology><biophysicalProperties id=\"b\">
        <membraneProperties>{LEAK}<initMembPotential value=\"-65mV\"/><spikeThresh value=\"0mV\"/><specificCapacitance value=\"1 uF_per_cm2\"/></membraneProperties>
        <intracellularProperties><resistivity value=\"1 ohm_m\"/></intracellularProperties></biophysicalProperties></cell>
        <network id=\"net\"><population id=\"p\" component=\"c\" size=\"1\"/></network></neuroml>"
    );
    let found = read(&[("net.nml", &cell)]).unwrap_or_else(|errors| panic!("{errors}"));
    assert_eq!(found.network.populations[0].shapes[0].sections.len(), 1);
    assert!(start.elapsed() < Duration::from_secs(20), "{:?}", start.elapsed());
}
