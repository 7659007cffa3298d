//! The worm is whole and alive: 302 cells with their shapes and connections, neither silent nor saturated, and touched.

use std::collections::BTreeSet;

use huxley_io::builtin;
use huxley_model::network::{CellSelection, Network, Precision, StimulusKind, Target};
use huxley_testkit::Run;
use huxley_testkit::backends::fastest;

fn worm(overrides: &[(&str, &str)]) -> Network {
    let overrides: Vec<_> = overrides.iter().map(|&(key, value)| (key.to_owned(), value.to_owned())).collect();
    let loaded = builtin::find("celegans").expect("built in").load(&overrides);
    loaded.unwrap_or_else(|errors| panic!("{errors}")).network
}

/// Mean rate of all cells from `start` to `stop` ms, Hz.
fn rate(run: &Run, start: f64, stop: f64) -> f64 {
    let times = run.epoch.spikes.iter().map(|spike| spike.time(run.plan.settings.dt));
    1e3 * times.filter(|t| (start..stop).contains(t)).count() as f64 / 302.0 / (stop - start)
}

/// Cells with a spike.
fn active(run: &Run) -> usize {
    run.epoch.spikes.iter().map(|spike| spike.cell).collect::<BTreeSet<_>>().len()
}

fn labels(target: &Target) -> BTreeSet<String> {
    let CellSelection::Labels(cells) = &target.cells else { panic!("not a list of names: {target:?}") };
    cells.iter().cloned().collect()
}

#[test]
fn the_worm_is_whole() {
    let worm = worm(&[]);
    let neurons = &worm.populations[0];
    assert_eq!((neurons.cells.len(), neurons.shapes.len()), (302, 302));
    let names: BTreeSet<_> = neurons.cells.iter().map(|cell| cell.label.as_deref().expect("labelled")).collect();
    assert_eq!(names.len(), 302);
    let plan = fastest(Precision::F32).plan(&worm);
    // 3,709 connections less 533 whose transmitter has no sign; 1,105 gap junctions less 14 of a cell with itself. Each cell has one more
    // synapse, for its background.
    assert_eq!((plan.synapses(), plan.gaps.junctions), (3709 - 533 + 302, 1105 - 14));
    assert_eq!(plan.compartments(), 3353);
    assert!(
        worm.notes.iter().any(|note| note.contains("mostly graded") && note.contains("not a claim about the animal"))
    );
}

#[test]
fn the_worm_is_touched_by_the_neurons_that_feel_the_head() {
    let worm = worm(&[]);
    let touched: BTreeSet<String> = worm
        .stimuli
        .iter()
        .filter(|stimulus| matches!(stimulus.kind, StimulusKind::Current { .. }))
        .flat_map(|stimulus| labels(&stimulus.target))
        .collect();
    assert_eq!(touched.len(), 11);
    for name in ["ALML", "ALMR", "AVM", "FLPL", "FLPR", "ASHL", "OLQDL"] {
        assert!(touched.contains(name), "{name} is not among {touched:?}");
    }
    let watched = labels(&worm.probes[0].target);
    for name in ["AVM", "PLML", "AVAL", "AVBL", "DA1"] {
        assert!(watched.contains(name), "{name} is not among {watched:?}");
    }
}

/// Touched early and for long, so that little time shows before, during and after.
#[test]
#[allow(clippy::print_stdout)]
fn the_worm_is_neither_silent_nor_saturated_and_the_touch_is_a_transient() {
    let times = [("touch_start", "\"400 ms\""), ("touch_stop", "\"700 ms\"")];
    for sign in ["[\"nt_sign\"]", "\"nt_sign\"", "\"receptor_sign\"", "[\"receptor_sign\", \"nt_sign\"]"] {
        let worm = worm(&[times[0], times[1], ("sign", sign)]);
        if sign == "\"nt_sign\"" {
            // One column is a list of one.
            assert_eq!(worm.projections.len(), 2);
            continue;
        }
        let run = fastest(Precision::F32).run(&worm, 1100.0);
        let (before, during, after) = (rate(&run, 100.0, 400.0), rate(&run, 400.0, 700.0), rate(&run, 800.0, 1100.0));
        let active = active(&run);
        println!("{sign}: {before:.2}, {during:.2}, {after:.2} Hz, {active} cells active");
        for (when, rate) in [("before", before), ("during", during), ("after", after)] {
            assert!((0.3..15.0).contains(&rate), "{sign}: {rate} Hz {when} the touch");
        }
        assert!(during > 1.5 * before && during > 1.5 * after, "{sign}: {before}, {during}, {after} Hz");
        assert!((120..300).contains(&active), "{sign}: {active} cells");
    }
}

/// What keeps it going is the background: without it, nothing before the touch and nothing soon after it.
#[test]
fn without_background_the_worm_fires_only_while_touched() {
    let run = fastest(Precision::F32).run(
        &worm(&[("background_rate", "\"0 Hz\""), ("touch_start", "\"50 ms\""), ("touch_stop", "\"150 ms\"")]),
        500.0,
    );
    let (before, during, late) = (rate(&run, 0.0, 50.0), rate(&run, 50.0, 150.0), rate(&run, 400.0, 500.0));
    assert!(before == 0.0 && during > 2.0 && late == 0.0, "{before}, {during}, {late} Hz");
}
