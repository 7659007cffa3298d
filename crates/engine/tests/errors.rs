//! Networks that cannot be lowered are refused with the place, the value and a remedy.

use huxley_engine::{PlanError, lower};
use huxley_model::morphology::{Attachment, Morphology};
use huxley_model::network::{
    Cell, CellSelection, Connection, Distribution, Network, Rule, Site, StimulusKind, SynapseModel, Target, Tick,
    Variable, Waveform,
};
use huxley_testkit::networks::{mixed, network, population, ring};

/// The error of the mixed network after `change`, with its hint.
#[track_caller]
fn refused(change: impl FnOnce(&mut Network)) -> (PlanError, String) {
    let mut network = mixed();
    lower(&network).expect("the network itself lowers");
    change(&mut network);
    match lower(&network) {
        Ok(_) => panic!("accepted"),
        Err(error) => {
            let text = format!("{error}\n{}", error.hint().unwrap_or_default());
            assert!(!text.contains("NaN\n"), "{text}");
            (error, text)
        }
    }
}

#[track_caller]
fn says(text: &str, parts: &[&str]) {
    for part in parts {
        assert!(text.contains(part), "`{part}` is not in: {text}");
    }
}

#[test]
fn a_network_without_cells() {
    assert!(matches!(lower(&Network { run: ring().run, ..Network::default() }), Err(PlanError::Empty)));
    assert!(matches!(
        lower(&network("empty", vec![population("none", Vec::new(), &[], Vec::new())])),
        Err(PlanError::Empty)
    ));
}

#[test]
fn a_delay_below_a_tick_says_that_auto_helps() {
    let (error, text) = refused(|n| n.projections[0].delay = Distribution::Constant(0.3));
    assert!(matches!(error, PlanError::DelayBelowTick { delay: 0.3, tick: 1.0, .. }));
    says(&text, &["squid-squid-0", "squid[", "0.3 ms", "--tick auto", "`run.tick`"]);
    // And it does help.
    let mut network = ring();
    network.projections[2].rule = Rule::Table(
        vec![Connection { source: 2, target: 3, weight: None, delay: Some(0.3), compartment: None }].into(),
    );
    network.projections[2].delay = Distribution::Constant(0.3);
    assert!(lower(&network).is_err());
    network.run.tick = Tick::Auto;
    let plan = lower(&network).expect("lowers at a finer tick");
    assert!(plan.settings.tick <= 0.3 && plan.settings.tick >= 0.2, "{:?}", plan.settings);
    refused(|n| n.projections[0].delay = Distribution::Constant(f64::NAN));
    refused(|n| n.projections[0].delay = Distribution::Constant(-1.0));
}

#[test]
fn a_delay_too_long_for_the_ring() {
    let (error, text) = refused(|n| n.projections[0].delay = Distribution::Constant(70_000.0));
    assert!(matches!(error, PlanError::DelayTooLong { .. }));
    says(&text, &["70000 ms", "squid-squid-0", "longer tick"]);
    refused(|n| n.projections[0].delay = Distribution::Constant(f64::INFINITY));
}

#[test]
fn names_that_do_not_exist_come_with_those_that_do() {
    let (_, text) = refused(|n| n.projections[0].source = "sqiud".to_owned());
    says(&text, &["projection `squid-squid-0`", "population `sqiud`", "known populations: squid, traub"]);
    let (_, text) = refused(|n| n.stimuli[1].target.population = "other".to_owned());
    says(&text, &["stimulus `noise`", "`other`"]);
    let (_, text) = refused(|n| n.probes[0].target.population = "other".to_owned());
    says(&text, &["probe `v`", "`other`"]);
    let (_, text) = refused(|n| n.gap_junctions[0].second = "other".to_owned());
    says(&text, &["gap junctions `gaps`", "`other`"]);
    let (_, text) = refused(|n| n.probes[0].variable = Variable::ChannelCurrent { channel: "ca".to_owned() });
    says(&text, &["channel `ca`", "known channels: na, k, leak"]);
    let gate = Variable::Gate { channel: "na".to_owned(), gate: "q".to_owned() };
    let (_, text) = refused(|n| n.probes[0].variable = gate);
    says(&text, &["gate `q`", "known gates: m, h"]);
    let (_, text) = refused(|n| {
        n.populations[0].cells[3] = Cell { shape: 0, label: Some("AVAL".to_owned()) };
        n.stimuli[0].target.cells = CellSelection::Labels(vec!["AVBL".to_owned()]);
    });
    says(&text, &["cell `AVBL`", "AVAL"]);
}

#[test]
fn indices_beyond_their_population() {
    let (_, text) = refused(|n| n.stimuli[0].target.cells = CellSelection::Indices(vec![12]));
    says(&text, &["stimulus `step`", "cell 12 of `squid`", "12 cells", "numbered from 0"]);
    let (_, text) = refused(|n| n.gap_junctions[0].pairs[1].second = 99);
    says(&text, &["cell 99", "`gaps`"]);
    let row = Connection { source: 0, target: 6, weight: None, delay: None, compartment: None };
    let (_, text) = refused(|n| n.projections[1].rule = Rule::Table(vec![row].into()));
    says(&text, &["cell 6 of `traub`", "6 cells"]);
    let end = CellSelection::Range { first: 0, end: Some(13), step: 1 };
    refused(|n| n.probes[0].target.cells = end);
    let row = Connection { source: 0, target: 0, weight: None, delay: None, compartment: Some(4) };
    let (_, text) = refused(|n| n.projections[0].rule = Rule::Table(vec![row].into()));
    says(&text, &["compartment 4", "squid[0]"]);
    refused(|n| n.projections[0].synapse = 9);
    refused(|n| {
        n.stimuli[2].kind = StimulusKind::Poisson { synapse: 9, weight: 1.0, rate: 1.0, start: 0.0, stop: 1.0 }
    });
}

#[test]
fn places_a_cell_does_not_have() {
    let site = |name: &str, position| Site::Section { name: name.to_owned(), position };
    let target = |site| Target { population: "squid".to_owned(), cells: CellSelection::Indices(vec![0]), site };
    let (_, text) = refused(|n| n.stimuli[0].target = target(site("axon", 0.5)));
    says(&text, &["stimulus `step`", "section `axon`", "squid[0]"]);
    let (_, text) = refused(|n| n.stimuli[0].target = target(site("dend", 1.5)));
    says(&text, &["1.5", "from 0 to 1"]);
    refused(|n| n.stimuli[0].target = target(site("dend", f64::NAN)));
    // A point has no dendrite.
    let (_, text) = refused(|n| n.populations[0].detector = site("dend", 0.5));
    says(&text, &["spike detector", "squid[2]"]);
}

#[test]
fn rules_that_cannot_be_fulfilled() {
    let (_, text) = refused(|n| n.projections[1].rule = Rule::OneToOne);
    says(&text, &["squid-traub-1", "12 and 6 cells"]);
    let rule = Rule::FixedInDegree { degree: 12, autapses: false, multapses: false };
    let (_, text) = refused(|n| n.projections[0].rule = rule);
    says(&text, &["12 distinct sources of 11", "allow multapses"]);
    for probability in [-0.1, 1.1, f64::NAN] {
        let (_, text) = refused(|n| n.projections[0].rule = Rule::FixedProbability { probability, autapses: true });
        says(&text, &["probability", "from 0 to 1"]);
    }
}

#[test]
fn numbers_out_of_range() {
    for bad in [0.0, -1.0, f64::NAN, f64::INFINITY] {
        refused(|n| n.run.dt = bad);
        refused(|n| n.run.duration = bad);
        refused(|n| n.run.tick = Tick::Fixed(bad));
        refused(|n| n.populations[0].membrane.capacitance = bad);
        refused(|n| n.populations[0].membrane.axial_resistivity = bad);
        refused(|n| n.synapses[0].model = SynapseModel::exponential(bad, 0.0));
        refused(|n| n.populations[0].shapes[1] = Morphology::point(bad));
        refused(|n| n.gap_junctions[0].coupling_step = Some(bad));
        refused(|n| n.probes[0].interval = bad);
    }
    for bad in [-1.0, f64::NAN, f64::INFINITY] {
        refused(|n| n.populations[0].membrane.insertions[0].density[0].1 = bad);
        refused(|n| n.projections[0].weight = Distribution::Constant(bad));
        refused(|n| n.gap_junctions[0].pairs[0].conductance = bad);
        let poisson = StimulusKind::Poisson { synapse: 0, weight: 1.0, rate: bad, start: 0.0, stop: 1.0 };
        refused(|n| n.stimuli[2].kind = poisson);
    }
    refused(|n| n.synapses[1].model = SynapseModel::double_exponential(4.0, 4.0, 0.0));
    refused(|n| n.populations[0].v_init = Distribution::Constant(f64::NAN));
}

#[test]
fn numbers_of_stimuli_that_are_not_numbers() {
    for bad in [f64::NAN, f64::INFINITY] {
        let poisson = StimulusKind::Poisson { synapse: 0, weight: bad, rate: 1.0, start: 0.0, stop: 1.0 };
        refused(|n| n.stimuli[2].kind = poisson);
        let train = StimulusKind::SpikeTrain { synapse: 2, weight: 1.0, times: vec![1.0, bad] };
        refused(|n| n.stimuli[3].kind = train);
        let noise = StimulusKind::Noise { mean: 0.0, sd: bad, tau: 5.0, start: 0.0, stop: 10.0 };
        refused(|n| n.stimuli[1].kind = noise);
        let current = |n: &mut Network| {
            if let StimulusKind::Current { waveform, .. } = &mut n.stimuli[0].kind {
                *waveform = Waveform::step(bad, 1.0, 2.0);
            }
        };
        refused(current);
        refused(|n| n.populations[0].threshold = bad);
    }
}

#[test]
fn times_that_do_not_divide() {
    let (_, text) = refused(|n| n.run.tick = Tick::Fixed(0.3));
    says(&text, &["0.3 ms", "1 ms", "0.25 ms divides"]);
    let (_, text) = refused(|n| n.run.dt = 0.3);
    says(&text, &["dt", "0.3 ms", "0.25 ms divides"]);
    refused(|n| n.probes[0].interval = 0.03);
    refused(|n| n.gap_junctions[0].coupling_step = Some(0.3));
}

#[test]
fn trees_with_cycles_or_loose_ends() {
    let (error, _) = refused(|n| {
        n.populations[0].shapes[0].sections[1].parent = Some(Attachment { section: 1, position: 1.0 });
    });
    assert!(matches!(error, PlanError::Shape { ref cell, .. } if cell == "squid[0]"), "{error}");
    let cause = std::error::Error::source(&error).expect("a cause").to_string();
    says(&cause, &["dend"]);
    refused(|n| n.populations[0].shapes[0].sections[1].parent = None);
    refused(|n| n.populations[0].shapes[0].sections.clear());
    refused(|n| n.populations[0].cells[0].shape = 7);
}
