//! Connections, inputs and simulations as huxley's own.

use huxley_io::Imported;
use huxley_model::network::{
    CellSelection, Connection, CurrentUnit, Rule, Site, StimulusKind, SynapseModel, Tick, Variable, Waveform,
};
use huxley_model::plasticity::ShortTerm;

use super::{POINT, network, read};

const TWO: &str =
    "<population id=\"a\" component=\"cell\" size=\"3\"/><population id=\"b\" component=\"cell\" size=\"2\"/>";

fn wired(components: &str, inside: &str) -> Imported {
    network(&format!("{POINT}{components}<network id=\"net\">{TWO}{inside}</network>"))
}

#[test]
fn a_point_cell_keeps_its_capacitance_and_conductances() {
    let found = wired("", "");
    let population = &found.network.populations[0];
    let area = population.shapes[0].total_area();
    let capacitance = 1e-5 * population.membrane.capacitance * area; // nF
    assert!((capacitance - 0.01).abs() < 1e-15, "{capacitance} nF");
    let conductance = 1e-2 * population.membrane.insertions[0].density[0].1 * area; // uS
    assert!((conductance - 300.0 * 1e-5).abs() < 1e-15, "{conductance} uS");
    assert_eq!((population.threshold, found.network.run.tick), (20.0, Tick::OneMillisecond));
    assert_eq!((population.cells.len(), found.network.populations[1].cells.len()), (3, 2));
}

#[test]
fn connections_have_weights_delays_and_places() {
    let found = wired(
        "<expOneSynapse id=\"s\" gbase=\"0.5nS\" erev=\"0mV\" tauDecay=\"3ms\"/>",
        "<projection id=\"p\" presynapticPopulation=\"a\" postsynapticPopulation=\"b\" synapse=\"s\">
        <connectionWD id=\"0\" preCellId=\"../a/2/cell\" postCellId=\"../b[1]\" weight=\"2\" delay=\"1.5 ms\"/>
        <connection id=\"1\" preCellId=\"a[0]\" postCellId=\"b/0/cell\" postSegmentId=\"0\" postFractionAlong=\"1\"/></projection>",
    );
    let projection = &found.network.projections[0];
    assert_eq!((projection.source.as_str(), projection.target.as_str()), ("a", "b"));
    assert_eq!(found.network.synapses[projection.synapse].model, SynapseModel::exponential(3.0, 0.0));
    let Rule::Table(rows) = &projection.rule else { panic!("{:?}", projection.rule) };
    let row = |source, target, weight, delay| Connection {
        source,
        target,
        weight: Some(weight),
        delay: Some(delay),
        compartment: Some(0),
    };
    assert_eq!(rows.iter().collect::<Vec<_>>(), [row(2, 1, 1e-3, 1.5), row(0, 0, 0.5e-3, 0.025)]);
    assert_eq!(found.network.run.tick, Tick::Fixed(0.025));
    assert!(
        found.warnings.iter().any(|w| w.contains("1 connections have delays below one tick")),
        "{:?}",
        found.warnings
    );
}

#[test]
fn instances_may_be_numbered_in_any_way() {
    let found = network(&format!(
        "{POINT}<expOneSynapse id=\"s\" gbase=\"1nS\" erev=\"0mV\" tauDecay=\"3ms\"/><network id=\"net\">
        <population id=\"a\" component=\"cell\" type=\"populationList\" size=\"2\"><instance id=\"7\"><location x=\"0\" y=\"0\" z=\"0\"/></instance>
        <instance id=\"3\"><location x=\"0\" y=\"0\" z=\"0\"/></instance></population>
        <synapticConnection from=\"a[7]\" to=\"a[3]\" synapse=\"s\" destination=\"synapses\"/>
        <synapticConnection from=\"a[3]\" to=\"a[7]\" synapse=\"s\" destination=\"synapses\"/></network>"
    ));
    let Rule::Table(rows) = &found.network.projections[0].rule else { panic!() };
    let pairs: Vec<(u32, u32)> = rows.iter().map(|row| (row.source, row.target)).collect();
    assert_eq!((found.network.projections.len(), pairs), (1, vec![(0, 1), (1, 0)]));
}

#[test]
fn synapses_are_one_or_two_kinds() {
    let found = wired(
        "<expThreeSynapse id=\"AMPA\" gbase1=\"1.5nS\" tauRise=\"0.1ms\" tauDecay1=\"0.7ms\" gbase2=\"0.5nS\" tauDecay2=\"2.5ms\" erev=\"0mV\"/>
        <expTwoSynapse id=\"two\" gbase=\"1nS\" erev=\"-70mV\" tauRise=\"1ms\" tauDecay=\"2ms\"/>
        <doubleSynapse id=\"both\" synapse1=\"AMPA\" synapse1Path=\"./AMPA\" synapse2=\"two\" synapse2Path=\"./two\"/>
        <blockingPlasticSynapse id=\"stp\" gbase=\"1nS\" erev=\"0mV\" tauRise=\"0.1ms\" tauDecay=\"2ms\">
        <plasticityMechanism type=\"tsodyksMarkramDepFacMechanism\" initReleaseProb=\"0.5\" tauRec=\"120 ms\" tauFac=\"10 ms\"/></blockingPlasticSynapse>
        <blockingPlasticSynapse id=\"std\" gbase=\"1nS\" erev=\"0mV\" tauRise=\"0.1ms\" tauDecay=\"2ms\">
        <plasticityMechanism type=\"tsodyksMarkramDepMechanism\" initReleaseProb=\"0.4\" tauRec=\"0.12 s\"/></blockingPlasticSynapse>",
        "<synapticConnection from=\"a[0]\" to=\"b[0]\" synapse=\"both\"/><synapticConnection from=\"a[0]\" to=\"b[0]\" synapse=\"stp\"/>
        <synapticConnection from=\"a[0]\" to=\"b[0]\" synapse=\"std\"/>",
    );
    let network = &found.network;
    let weights: Vec<(String, f64)> = network
        .projections
        .iter()
        .map(|p| {
            let Rule::Table(rows) = &p.rule else { panic!() };
            (network.synapses[p.synapse].name.clone(), rows.get(0).unwrap().weight.unwrap())
        })
        .collect();
    let expected = [("AMPA_1", 1.5e-3), ("AMPA_2", 0.5e-3), ("two", 1e-3), ("stp", 1e-3), ("std", 1e-3)];
    assert_eq!(weights, expected.map(|(name, weight)| (name.to_owned(), weight)));
    let short_term = |name: &str| network.synapses.iter().find(|s| s.name == name).unwrap().plasticity.short_term;
    let markram = |utilisation, tau_recovery, tau_facilitation| {
        Some(ShortTerm::TsodyksMarkram { utilisation, tau_recovery, tau_facilitation })
    };
    assert_eq!((short_term("stp"), short_term("std")), (markram(0.5, 120.0, 10.0), markram(0.4, 120.0, 0.0)));
}

#[test]
fn a_block_and_plasticity_are_of_one_synapse() {
    let found = wired(
        "<blockingPlasticSynapse id=\"s\" gbase=\"1nS\" erev=\"5mV\" tauRise=\"1ms\" tauDecay=\"20ms\">
        <blockMechanism type=\"voltageConcDepBlockMechanism\" species=\"mg\" blockConcentration=\"1.2e-6 mol_per_cm3\" scalingConc=\"1.9 mol_per_m3\" scalingVolt=\"0.0156 V\"/>
        <plasticityMechanism type=\"tsodyksMarkramDepMechanism\" initReleaseProb=\"0.4\" tauRec=\"0.12 s\"/></blockingPlasticSynapse>",
        "<synapticConnection from=\"a[0]\" to=\"b[0]\" synapse=\"s\"/>",
    );
    let kind = &found.network.synapses[0];
    let SynapseModel::DoubleExponential { rise, decay, reversal, block: Some(block) } = &kind.model else {
        panic!("{kind:?}")
    };
    assert_eq!((*rise, *decay, *reversal), (1.0, 20.0, 5.0));
    // NeuroML's own formula, in its units.
    for v in [-80.0_f64, -20.0, 0.0, 40.0] {
        let expected = 1.0 / (1.0 + (1.2 / 1.9) * (-(v / 15.6)).exp());
        assert!((block.open(v) / expected - 1.0).abs() < 1e-14, "{v} mV");
    }
    assert!(kind.plasticity.short_term.is_some());
    assert!(found.warnings.iter().all(|warning| !warning.contains("is not read")), "{:?}", found.warnings);
}

#[test]
fn a_sine_starts_in_its_phase() {
    let found = wired(
        "<sineGenerator id=\"s\" phase=\"4\" delay=\"12ms\" duration=\"80ms\" amplitude=\"8pA\" period=\"21ms\"/>",
        "<inputList id=\"l\" component=\"s\" population=\"a\"><inputW id=\"0\" target=\"../a/1/cell\" destination=\"synapses\" weight=\"3\"/></inputList>",
    );
    let StimulusKind::Oscillation { wave, unit: CurrentUnit::Nanoampere } = &found.network.stimuli[0].kind else {
        panic!()
    };
    assert_eq!((wave.at(11.99), wave.at(92.0)), (0.0, 0.0));
    for t in [12.0, 13.7, 40.0, 91.99] {
        let expected = 3.0 * 8e-3 * (4.0 + 2.0 * std::f64::consts::PI * (t - 12.0) / 21.0).sin();
        assert!((wave.at(t) - expected).abs() < 1e-14, "{t} ms: {} {expected}", wave.at(t));
    }
}

#[test]
fn gap_junctions_are_pairs() {
    let found = wired(
        "<gapJunction id=\"g\" conductance=\"100pS\"/>",
        "<electricalProjection id=\"e\" presynapticPopulation=\"a\" postsynapticPopulation=\"b\">
        <electricalConnection id=\"0\" preCell=\"2\" postCell=\"0\" synapse=\"g\"/>
        <electricalConnectionInstanceW id=\"1\" preCell=\"../a/0/cell\" postCell=\"../b/1/cell\" synapse=\"g\" weight=\"3\"/></electricalProjection>",
    );
    let pairs: Vec<(u32, u32, f64)> =
        found.network.gap_junctions[0].pairs.iter().map(|pair| (pair.first, pair.second, pair.conductance)).collect();
    assert_eq!(found.network.gap_junctions.len(), 1);
    assert_eq!(pairs[0], (2, 0, 1e-4));
    assert!((pairs[1].0, pairs[1].1) == (0, 1) && (pairs[1].2 - 3e-4).abs() < 1e-18);
}

#[test]
fn inputs_of_one_kind_and_place_are_one_stimulus() {
    let found = wired(
        "<pulseGenerator id=\"i\" delay=\"10ms\" duration=\"0.1s\" amplitude=\"50pA\"/>
        <rampGenerator id=\"r\" delay=\"1ms\" duration=\"2ms\" startAmplitude=\"1nA\" finishAmplitude=\"3nA\" baselineAmplitude=\"0.5nA\"/>
        <compoundInput id=\"c\"><pulseGenerator id=\"c1\" delay=\"0ms\" duration=\"1ms\" amplitude=\"1nA\"/>
        <pulseGenerator id=\"c2\" delay=\"2ms\" duration=\"1ms\" amplitude=\"2nA\"/></compoundInput>
        <voltageClamp id=\"v\" delay=\"5ms\" duration=\"10ms\" targetVoltage=\"-20mV\" simpleSeriesResistance=\"1Mohm\"/>
        <expOneSynapse id=\"s\" gbase=\"0.5nS\" erev=\"0mV\" tauDecay=\"3ms\"/>
        <poissonFiringSynapse id=\"p\" averageRate=\"50 Hz\" synapse=\"s\" spikeTarget=\"./s\"/>
        <timedSynapticInput id=\"t\" synapse=\"s\" spikeTarget=\"./s\"><spike id=\"0\" time=\"8ms\"/><spike id=\"1\" time=\"3ms\"/></timedSynapticInput>",
        "<inputList id=\"l\" component=\"i\" population=\"a\"><input id=\"0\" target=\"../a/0/cell\" destination=\"synapses\"/>
        <input id=\"1\" target=\"../a/2/cell\" destination=\"synapses\"/><inputW id=\"2\" target=\"../a/1/cell\" destination=\"synapses\" weight=\"-2\"/></inputList>
        <explicitInput target=\"b[0]\" input=\"r\"/><explicitInput target=\"b[0]\" input=\"c\"/><explicitInput target=\"b[1]\" input=\"v\"/>
        <explicitInput target=\"b[1]\" input=\"p\"/><explicitInput target=\"b[1]\" input=\"t\"/>",
    );
    let stimuli = &found.network.stimuli;
    let names: Vec<&str> = stimuli.iter().map(|stimulus| stimulus.name.as_str()).collect();
    assert_eq!(names, ["i", "i_2", "r", "c", "c_2", "v", "p", "t"]);
    assert_eq!(stimuli[0].target.cells, CellSelection::Indices(vec![0, 2]));
    let course = |index: usize| match &stimuli[index].kind {
        StimulusKind::Current { waveform, .. } => waveform.clone(),
        other => panic!("{other:?}"),
    };
    assert_eq!((course(0), course(1)), (Waveform::step(0.05, 10.0, 110.0), Waveform::step(-0.1, 10.0, 110.0)));
    assert_eq!(course(2), Waveform { points: vec![(1.0, 1.0), (3.0, 3.0)], outside: 0.5 });
    assert_eq!((course(3), course(4)), (Waveform::step(1.0, 0.0, 1.0), Waveform::step(2.0, 2.0, 3.0)));
    let StimulusKind::VoltageClamp { waveform, series_resistance, start, stop } = &stimuli[5].kind else { panic!() };
    assert_eq!((waveform.at(7.0), *series_resistance, *start, *stop), (-20.0, 1.0, 5.0, 15.0));
    let StimulusKind::Poisson { rate, weight, .. } = stimuli[6].kind else { panic!() };
    assert!((rate - 50.0).abs() < 1e-9 && weight == 0.5e-3);
    let StimulusKind::SpikeTrain { times, .. } = &stimuli[7].kind else { panic!() };
    assert_eq!(times, &[3.0, 8.0]);
}

#[test]
fn a_simulation_says_how_long_and_what_is_recorded() {
    let channels = "<neuroml id=\"c\"><include href=\"../channels/leak.nml\"/></neuroml>";
    let leak = "\u{feff}<?xml version=\"1.0\" encoding=\"UTF-8\"?>\r\n<neuroml id=\"l\"><ionChannelPassive id=\"leak\" conductance=\"10pS\"/></neuroml>";
    let lems = "<Lems><Target component=\"sim\"/><Include file=\"Cells.xml\"/><Include file=\"NeuroML2CoreTypes/Networks.xml\"/>
        <include href=\"cells/c.nml\"/><Include file=\"channels/leak.nml\"/>
        <ionChannelHH id=\"k\" conductance=\"10pS\"><gateHHrates id=\"n\" instances=\"4\">
        <forwardRate type=\"HHExpLinearRate\" rate=\"0.1per_ms\" midpoint=\"-55mV\" scale=\"10mV\"/>
        <reverseRate type=\"HHExpRate\" rate=\"0.125per_ms\" midpoint=\"-65mV\" scale=\"-80mV\"/></gateHHrates></ionChannelHH>
        <pointCellCondBased id=\"cell\" C=\"10pF\" v0=\"-65mV\" thresh=\"20mV\"><channelPopulation id=\"p\" ionChannel=\"leak\" number=\"3\" erev=\"-54mV\"/>
        <channelPopulation id=\"ks\" ionChannel=\"k\" number=\"3\" erev=\"-77mV\"/></pointCellCondBased>
        <Component id=\"net\" type=\"network\"><Component id=\"a\" type=\"population\" component=\"cell\" size=\"3\"/></Component>
        <Simulation id=\"other\" length=\"1s\" step=\"1ms\" target=\"nothing\"/>
        <Simulation id=\"sim\" length=\"0.3s\" step=\"0.003ms\" target=\"net\" seed=\"17\"><Display id=\"d\"><Line id=\"l\" quantity=\"nothing\"/></Display>
        <OutputFile id=\"of\" fileName=\"x.dat\"><OutputColumn id=\"0\" quantity=\"a[0]/v\"/><OutputColumn id=\"1\" quantity=\"a/2/cell/v\"/>
        <OutputColumn id=\"2\" quantity=\"a[1]/ks/k/n/q\"/><OutputColumn id=\"3\" quantity=\"a[0]/iSyn\"/></OutputFile></Simulation></Lems>";
    let files = [
        ("LEMS_x.xml", lems),
        ("cells/c.nml", channels),
        ("cells/../channels/leak.nml", leak),
        ("channels/leak.nml", leak),
    ];
    let found = read(&files).unwrap_or_else(|errors| panic!("{errors}"));
    let network = &found.network;
    assert_eq!((network.name.as_str(), network.run.duration, network.run.seed), ("x", 300.0, 17));
    // 0.003 ms does not divide a millisecond.
    assert!((network.run.dt - 1.0 / 334.0).abs() < 1e-15);
    let probes: Vec<_> =
        network.probes.iter().map(|p| (p.name.as_str(), &p.variable, &p.target.cells, &p.target.site)).collect();
    let gate = Variable::Gate { channel: "k".to_owned(), gate: "n".to_owned() };
    assert_eq!(
        probes,
        [
            ("of_v", &Variable::Potential, &CellSelection::Indices(vec![0, 2]), &Site::Compartment(0)),
            ("of_2", &gate, &CellSelection::Indices(vec![1]), &Site::Compartment(0)),
        ]
    );
    assert!(found.warnings.iter().any(|w| w.contains("`a[0]/iSyn` is not recorded")), "{:?}", found.warnings);
    assert_eq!(found.warnings.len(), 2, "{:?}", found.warnings);
}

#[test]
fn spikes_leave_where_connections_say() {
    let found = network(&format!(
        "<ionChannelPassive id=\"leak\" conductance=\"10pS\"/><cell id=\"cell\"><morphology id=\"m\">
        <segment id=\"0\" name=\"soma\"><proximal x=\"0\" y=\"0\" z=\"0\" diameter=\"10\"/><distal x=\"10\" y=\"0\" z=\"0\" diameter=\"10\"/></segment>
        <segment id=\"1\" name=\"axon\"><parent segment=\"0\"/><proximal x=\"10\" y=\"0\" z=\"0\" diameter=\"1\"/><distal x=\"1010\" y=\"0\" z=\"0\" diameter=\"1\"/></segment>
        <segmentGroup id=\"axon_group\" neuroLexId=\"sao864921383\"><property tag=\"numberInternalDivisions\" value=\"10\"/><member segment=\"1\"/></segmentGroup>
        </morphology><biophysicalProperties id=\"b\"><membraneProperties>
        <channelDensity id=\"d\" ionChannel=\"leak\" condDensity=\"1 S_per_m2\" erev=\"-65mV\"/><initMembPotential value=\"-65mV\"/>
        <spikeThresh value=\"-10mV\"/>{}</membraneProperties><intracellularProperties><resistivity value=\"1 ohm_m\"/></intracellularProperties>
        </biophysicalProperties></cell><expOneSynapse id=\"s\" gbase=\"1nS\" erev=\"0mV\" tauDecay=\"3ms\"/><network id=\"net\">
        <population id=\"a\" component=\"cell\" size=\"2\"/>
        <projection id=\"p\" presynapticPopulation=\"a\" postsynapticPopulation=\"a\" synapse=\"s\">
        <connectionWD id=\"0\" preCellId=\"a[0]\" postCellId=\"a[1]\" preSegmentId=\"1\" preFractionAlong=\"0.95\" postSegmentId=\"1\" postFractionAlong=\"0.31\" weight=\"1\" delay=\"1ms\"/>
        </projection></network>",
        "<specificCapacitance value=\"1 uF_per_cm2\"/>"
    ));
    let population = &found.network.populations[0];
    assert_eq!((&population.detector, population.threshold), (&Site::Compartment(10), -10.0));
    let Rule::Table(rows) = &found.network.projections[0].rule else { panic!() };
    assert_eq!(rows.get(0).unwrap().compartment, Some(4));
}
