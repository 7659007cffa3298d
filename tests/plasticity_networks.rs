//! Plastic networks: they live, stay within bounds, form and eliminate synapses as often as they should, and what makes no sense
//! is refused.

use huxley_engine::lower;
use huxley_model::morphology::Morphology;
use huxley_model::network::{Distribution, Network, Precision, Projection, Rule, Site, SynapseKind};
use huxley_model::plasticity::{Calcium, Homeostatic, Plasticity, Structural};
use huxley_testkit::backends;
use huxley_testkit::networks::{kinetic_model, network, passive, plastic, population, stepped};

#[test]
fn the_plastic_network_is_lively_and_stays_within_its_bounds() {
    for entry in backends() {
        let plan = entry.plan(&plastic());
        let mut backend = (entry.make)(plan.clone());
        let epoch = backend.advance(150).expect("does not diverge");
        assert!(epoch.spikes.len() > 50, "{}: {} spikes", entry.name, epoch.spikes.len());
        let (mut moved, mut formed, mut vanished) = (0, 0, 0);
        for (g, group) in plan.clocked.iter().enumerate() {
            let (table, before) = (backend.synapses(g).expect("a table"), group.sources(plan.no_source()));
            for (i, (&is, &was)) in table.source.iter().zip(&before).enumerate() {
                let w = table.weight[i];
                let bound = group.plasticity.weight.map_or(f64::INFINITY, |rule| rule.w_max);
                assert!((0.0..=bound).contains(&w), "{} {} {i}: {w}", entry.name, group.name);
                let none = plan.no_source();
                formed += usize::from(is != was && is != none);
                vanished += usize::from(is != was && was != none);
                moved += usize::from(is == was && is != none && (w - group.weight.get(i)).abs() > 1e-6 * w);
                // No synapse comes from its own cell.
                assert!(is == was || is == none || is != group.cell[group.place_of(u32::try_from(i).expect("few"))]);
            }
        }
        assert!(moved > 100 && formed > 20 && vanished > 20, "{}: {moved} {formed} {vanished}", entry.name);
        assert!(epoch.samples.iter().flatten().all(|x| x.is_finite()));
        let dopamine = epoch.samples.last().expect("a probe");
        assert!(dopamine.iter().any(|x| *x > 0.4), "{}: no dopamine", entry.name);
    }
}

/// `targets` silent cells with 100 structural synapses each.
fn structural(targets: usize, rule: Structural) -> Network {
    let shape = || vec![Morphology::point(1000.0)];
    let silent = |name: &str, cells: usize| population(name, shape(), &vec![0; cells], vec![passive(-65.0, 1e-3)]);
    let mut network = stepped(network("slots", vec![silent("from", 50), silent("to", targets)]), 1.0, 1.0);
    let plasticity = Plasticity { structural: Some(rule), ..Plasticity::NONE };
    network.synapses = vec![SynapseKind { name: "s".to_owned(), model: kinetic_model(&["ampa"]), plasticity }];
    network.projections = vec![Projection {
        name: "p".to_owned(),
        source: "from".to_owned(),
        target: "to".to_owned(),
        synapse: 0,
        rule: Rule::FixedInDegree { degree: 100, autapses: false, multapses: true },
        weight: Distribution::Constant(1.0),
        delay: Distribution::Constant(1.0),
        site: Site::Soma,
    }];
    network
}

#[test]
#[allow(clippy::cast_precision_loss)]
fn synapses_form_and_vanish_as_often_as_their_probabilities_say() {
    let rule = Structural { rate: 0.05, theta: 1.0, slope: 2.0, interval: 4.0, spare: 1.0, ..Structural::default() };
    // Silent cells: p = 1/(1 + e^(theta/slope)).
    let p = 1.0 / (1.0 + 0.5_f64.exp());
    let (forms, vanishes) = (1.0 - (-0.05 * p * 4.0_f64).exp(), 1.0 - (-0.05 * (1.0 - p) * 4.0_f64).exp());
    for entry in backends() {
        let plan = entry.plan(&structural(100, rule));
        let mut backend = (entry.make)(plan.clone());
        // The interval first ends in tick 4.
        backend.advance(5).expect("runs");
        let (before, after) = (plan.clocked[0].sources(plan.no_source()), backend.synapses(0).expect("a table").source);
        let none = plan.no_source();
        let within = |happened: usize, of: usize, p: f64, what: &str| {
            let (expected, sd) = (of as f64 * p, (of as f64 * p * (1.0 - p)).sqrt());
            let apart = (happened as f64 - expected).abs() / sd;
            assert!(apart < 4.0, "{} {what}: {happened} of {of}, expected {expected:.0} +- {sd:.0}", entry.name);
        };
        let pairs = || before.iter().zip(&after);
        let (used, free) = (pairs().filter(|(b, _)| **b != none).count(), pairs().filter(|(b, _)| **b == none).count());
        assert_eq!((used, free), (10_000, 10_000));
        within(pairs().filter(|(b, a)| **b == none && **a != none).count(), free, forms, "formed");
        within(pairs().filter(|(b, a)| **b != none && **a == none).count(), used, vanishes, "eliminated");
        let new: Vec<u32> = pairs().filter(|(b, a)| **b == none && **a != none).map(|(_, a)| *a).collect();
        assert!(new.iter().all(|s| *s < 50), "a source that is no candidate");
        within(new.iter().filter(|s| **s < 25).count(), new.len(), 0.5, "from the first half of the candidates");
    }
}

#[test]
fn what_makes_no_sense_is_refused_with_a_remedy() {
    let refusal = |change: &dyn Fn(&mut Network)| {
        let mut network = plastic();
        change(&mut network);
        lower(&network).expect_err("is refused").to_string()
    };
    let gaba = refusal(&|n| n.synapses[1].plasticity.calcium = Some(Calcium::default()));
    assert!(gaba.contains("`inhibitory`") && gaba.contains("no receptor with a magnesium block (NMDA)"), "{gaba}");
    let slow = refusal(&|n| {
        n.run.precision = Precision::F32;
        n.synapses[0].plasticity.homeostatic =
            Some(Homeostatic { eta: 1e-12, interval: 1.0, ..Homeostatic::default() });
    });
    assert!(slow.contains("single precision loses") && slow.contains("--precision f64"), "{slow}");
    let heavy = refusal(&|n| n.projections[0].weight = Distribution::Constant(3.0));
    assert!(heavy.contains("above w_max, 2"), "{heavy}");
    let both = refusal(&|n| n.synapses[0].plasticity.stdp = Some(huxley_model::plasticity::PairStdp::default()));
    assert!(both.contains("only one of"), "{both}");
}
