//! The presets of Wang & Buzsaki and of Pospischil et al. spike when their equations, solved with scipy, do.

use huxley_model::channel::{Integrator, Reversal};
use huxley_model::morphology::{Morphology, SectionKind};
use huxley_model::network::{CurrentUnit, Distribution, Network, Precision, Site, Stimulus, StimulusKind, Waveform};
use huxley_model::preset;
use huxley_testkit::backends::fastest;
use huxley_testkit::compare::{expect, within};
use huxley_testkit::networks::{all, network, population};
use huxley_testkit::reference::Item;
use huxley_testkit::tolerances::Tolerance;
use huxley_testkit::{Reference, backends};

/// A case of the reference, the preset it is, how many of its spikes compare, and how far they may be at dt 0.005.
///
/// The presets are the ModelDB files' cells; the reference's `_paper` cells have other constants throughout.
const CASES: [(&str, &str, usize, Tolerance); 7] = [
    ("wang_buzsaki", "wang_buzsaki", 12, INSTANTANEOUS),
    ("pospischil_RS_modeldb", "pospischil_rs", 5, SECOND_ORDER),
    ("pospischil_FS_modeldb", "pospischil_fs", 20, SECOND_ORDER),
    // After its burst the cell is near a bifurcation: two later spikes move by tens of ms with any error.
    ("pospischil_IB_modeldb", "pospischil_ib", 8, SECOND_ORDER),
    ("pospischil_IB_repetitive_modeldb", "pospischil_ib", 33, SECOND_ORDER),
    ("pospischil_LTS_modeldb", "pospischil_lts", 4, INSTANTANEOUS),
    ("pospischil_LTS_rebound_modeldb", "pospischil_lts", 1, INSTANTANEOUS),
];

const SECOND_ORDER: Tolerance = Tolerance {
    double: 0.1,
    single: 0.5,
    unit: "ms",
    reason: "second order: the slowest of these cells adapts over 800 ms, which sums 0.07 ms at dt 0.005; a hundredth of E_K moves \
             its spikes by more",
};

const INSTANTANEOUS: Tolerance = Tolerance {
    double: 0.7,
    single: 1.0,
    unit: "ms",
    reason: "an instantaneous gate is taken at the substep's start, which is of first order: 0.59 ms after 197 ms at dt 0.005, half of \
             that at half of dt",
};

/// The preset as a point under the reference's step of current.
fn cell(case: &Item<'_>, name: &str, dt: f64) -> Network {
    let parameters = case.get("parameters");
    let number = |key: &str| parameters.get(key).number();
    let preset = preset::find(name).unwrap_or_else(|| panic!("no preset `{name}`"));
    let mut network = network(name, vec![population("cell", vec![Morphology::point(1000.0)], &[0], preset.channels)]);
    network.celsius = preset.celsius;
    network.run.dt = dt;
    network.run.integrator = Integrator::Staggered;
    network.populations[0].v_init = Distribution::Constant(number("v0"));
    network.populations[0].membrane.capacitance = preset.capacitance;
    for insertion in &mut network.populations[0].membrane.insertions {
        // The second cases of bursting and low-threshold cells differ from the preset in one constant each.
        match insertion.channel.name.as_ref() {
            "ca_l" => insertion.density = vec![(SectionKind::Any, number("gcal"))],
            "leak" => insertion.channel.reversal = Reversal::Fixed(number("el")),
            _ => {}
        }
    }
    network.stimuli = vec![Stimulus {
        name: "step".to_owned(),
        target: all("cell", Site::Soma),
        kind: StimulusKind::Current {
            waveform: Waveform::step(number("current_uA_cm2"), number("on"), number("off")),
            unit: CurrentUnit::MicroamperePerCm2,
        },
    }];
    network
}

#[test]
#[allow(clippy::print_stdout)]
fn presets_spike_when_their_equations_do() {
    let reference = Reference::load("single_cells");
    let cases = reference.at("/cells");
    let entry = fastest(Precision::F64);
    for (key, name, count, tolerance) in CASES {
        let case = cases.get(key);
        let mut expected = case.get("spikes_ms").numbers();
        let whole = expected.len() == count;
        expected.truncate(count);
        let until = if whole { case.get("parameters").get("tstop").number() } else { expected[count - 1] + 2.0 };
        let error = |dt: f64| {
            let mut spikes = entry.run(&cell(&case, name, dt), until).spikes(0);
            spikes.truncate(if whole { usize::MAX } else { count });
            expect(within(&spikes, &expected, f64::INFINITY), &format!("{key} at dt {dt}")).largest
        };
        let (coarse, fine) = (error(0.01), error(0.005));
        let ratio = coarse / fine;
        println!("{key}: {coarse:.6} ms at dt 0.01, {fine:.6} ms at 0.005, ratio {ratio:.2}");
        assert!(fine <= tolerance.double, "{key}: {fine} ms, allowed {} ms", tolerance.double);
        let least = if tolerance == SECOND_ORDER { 3.5 } else { 1.8 };
        assert!(ratio > least, "{key} converges with ratio {ratio}");
    }
}

/// The comparison must fail where a constant is not the reference's.
#[test]
fn another_constant_is_not_taken_for_the_preset() {
    let reference = Reference::load("single_cells");
    let case = reference.at("/cells").get("pospischil_RS_modeldb");
    let expected = case.get("spikes_ms").numbers();
    let mut wrong = cell(&case, "pospischil_rs", 0.005);
    let potassium = wrong.populations[0].membrane.insertions.iter_mut().find(|i| i.channel.name == "k").expect("k");
    potassium.channel.reversal = Reversal::Fixed(-99.5);
    let spikes = backends().remove(0).run(&wrong, 800.0).spikes(0);
    assert!(within(&spikes, &expected, SECOND_ORDER.double).is_err(), "{spikes:?} passed for {expected:?}");
}

#[test]
fn every_preset_names_its_source() {
    for name in preset::NAMES {
        let preset = preset::find(name).expect("listed");
        assert!(preset.source.contains("19") || preset.source.contains("20"), "{name}: {}", preset.source);
        assert_eq!(name.starts_with("pospischil"), preset.source.contains("ModelDB 123623"), "{name}");
    }
}
