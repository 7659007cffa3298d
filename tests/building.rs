//! The plan is the same whoever builds it: any number of threads, any order of the pieces.

use huxley::builtin;
use huxley::{Network, Plan, Threads, Workers, lower, lower_with};
use huxley_engine::Piece;
use huxley_model::morphology::SectionKind;
use huxley_model::network::{
    Connection, Distribution, GapJunctions, GapPair, HeavyTailed, Projection, Rule, Signs, Site, StimulusKind,
};
use huxley_testkit::networks::{ball_and_stick, mixed, network, passive, plastic, population, stimulated};
use proptest::prelude::*;

/// The last piece first, on one thread that says it is several.
struct Backwards(usize);

impl Workers for Backwards {
    fn count(&self) -> usize {
        self.0
    }
    fn run(&self, pieces: Vec<Piece<'_>>) {
        pieces.into_iter().rev().for_each(|piece| piece());
    }
}

/// All there is in a plan.
fn text(plan: &Plan) -> String {
    format!("{plan:?}")
}

/// That all workers build what one thread builds, which is returned.
fn the_same_for_all(network: &Network) -> Plan {
    let alone = lower(network).expect("lowers");
    let expected = text(&alone);
    let (two, five) = (Threads::new(Some(2)), Threads::new(Some(5)));
    for (name, workers) in
        [("two threads", &two as &dyn Workers), ("five threads", &five), ("three, backwards", &Backwards(3))]
    {
        let plan = lower_with(network, workers).expect("lowers");
        assert!(text(&plan) == expected, "`{}` differs when {name} build it", network.name);
    }
    alone
}

#[test]
fn plans_do_not_depend_on_who_builds_them() {
    let sets: [(&str, &[(&str, &str)]); 7] = [
        ("cobahh", &[]),
        ("ring", &[]),
        ("celegans", &[]),
        ("microcircuit", &[("scale", "0.02")]),
        ("fly-synthetic", &[("cells", "1500")]),
        ("plastic-column", &[]),
        ("plastic-pair", &[]),
    ];
    for (name, set) in sets {
        let set: Vec<_> = set.iter().map(|&(key, value)| (key.to_owned(), value.to_owned())).collect();
        the_same_for_all(&builtin::find(name).expect("built in").load(&set).expect("a model").network);
    }
    [mixed(), plastic(), stimulated()].iter().for_each(|network| {
        the_same_for_all(network);
    });
}

/// A rule for `sources` and `targets` cells, by number.
fn rule(which: usize, own: bool, sources: u32, targets: u32, seed: u64) -> Rule {
    let heavy = |signs| {
        let (in_spread, out_spread) = (0.8, 1.2);
        HeavyTailed { degree: 21.5, in_spread, out_spread, reciprocal: 0.5, inhibitory: 0.3, signs, draws: 70 }
    };
    match which {
        0 => Rule::AllToAll { autapses: own },
        1 => Rule::FixedProbability { probability: 0.2, autapses: own },
        2 => Rule::FixedInDegree { degree: 23, autapses: own, multapses: true },
        3 => Rule::FixedInDegree { degree: 19, autapses: own, multapses: false },
        4 => Rule::HeavyTailed(heavy(Signs::Excitatory)),
        5 => Rule::HeavyTailed(heavy(Signs::Inhibitory)),
        6 => Rule::HeavyTailed(heavy(Signs::All)),
        _ => {
            let mut state = seed;
            let mut next = |below: u32| {
                state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                u32::try_from(state >> 40).expect("24 bits") % below
            };
            let mut rows: Vec<Connection> = (0..3000)
                .map(|row| Connection {
                    source: next(sources),
                    target: next(targets),
                    weight: (row % 3 == 0).then(|| 1e-5 * f64::from(row)),
                    delay: (row % 4 == 0).then(|| f64::from(1 + next(5))),
                    compartment: (row % 5 == 0).then(|| next(3)),
                })
                .collect();
            if own {
                rows.sort_by_key(|row| row.target);
            }
            Rule::Table(rows.into())
        }
    }
}

/// A network of two populations and projections of any rule and kind: events, kinetic, plastic and structural ones.
fn drawn(sizes: (u32, u32), projections: &[(usize, usize, bool, bool, bool)], seed: u64) -> Network {
    let cells = |count: u32| vec![0; count as usize];
    let mut network = network(
        "drawn",
        vec![
            population("a", vec![ball_and_stick()], &cells(sizes.0), vec![passive(-65.0, 1e-4)]),
            population("b", vec![ball_and_stick()], &cells(sizes.1), vec![passive(-65.0, 1e-4)]),
        ],
    );
    network.run.seed = seed;
    network.synapses = mixed().synapses;
    network.synapses.extend(plastic().synapses);
    let kinds = network.synapses.len();
    for (index, &(which, kind, own, cross, random)) in projections.iter().enumerate() {
        let heavy = (4..=6).contains(&which);
        let (target, targets) = if cross && !heavy { ("b", sizes.1) } else { ("a", sizes.0) };
        network.projections.push(Projection {
            name: format!("p{index}"),
            source: "a".to_owned(),
            target: target.to_owned(),
            synapse: kind % kinds,
            rule: rule(which, own, sizes.0, targets, seed),
            weight: Distribution::Uniform { low: 1e-3, high: 4e-3 },
            delay: Distribution::Normal { mean: 2.5, sd: 1.0, low: 1.0 },
            site: if random { Site::Random(SectionKind::Any) } else { Site::Soma },
        });
    }
    network.gap_junctions = vec![GapJunctions {
        name: "gaps".to_owned(),
        first: "a".to_owned(),
        second: "a".to_owned(),
        pairs: (0..9).map(|i| GapPair { first: i, second: i + 3, conductance: 1e-3 }).collect(),
        first_site: Site::Soma,
        second_site: Site::Soma,
        coupling_step: None,
    }];
    for (index, kind) in [0, 2, 5].into_iter().enumerate() {
        let mut stimulus = stimulated().stimuli[0].clone();
        stimulus.name = format!("background{index}");
        stimulus.target = huxley_testkit::networks::all("b", Site::Soma);
        stimulus.kind = StimulusKind::Poisson { synapse: kind, weight: 1e-3, rate: 5.0, start: 0.0, stop: 1e6 };
        network.stimuli.push(stimulus);
    }
    network
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn plans_of_any_network_do_not_depend_on_who_builds_them(
        sizes in (40..300_u32, 40..200_u32),
        projections in proptest::collection::vec((0..8_usize, 0..9_usize, any::<bool>(), any::<bool>(), any::<bool>()), 1..6),
        seed in 0..1000_u64,
    ) {
        the_same_for_all(&drawn(sizes, &projections, seed));
    }
}

#[test]
fn drawn_networks_are_cut_into_many_pieces() {
    // What the property is worth: several partitions, and synapses of all layouts in one network.
    let all: Vec<_> = (0..8).map(|which| (which, which, true, false, which % 2 == 0)).collect();
    let plan = the_same_for_all(&drawn((300, 100), &all, 1));
    assert!(plan.slots.first_of_partition.len() > 5, "{:?}", plan.slots.first_of_partition);
    assert!(plan.events.slot.len() > 10_000 && plan.clocked.iter().map(|g| g.len()).sum::<usize>() > 20_000);
    assert!(plan.clocked.iter().any(|group| group.synapse.len() < group.len()), "free slots");
}

#[test]
fn the_first_error_is_the_same_for_all() {
    let mut network = drawn((200, 100), &[(2, 0, true, false, false), (3, 1, true, false, false)], 1);
    network.projections[0].weight = Distribution::Normal { mean: 1.0, sd: 0.5, low: -9.0 };
    network.projections[1].delay = Distribution::Normal { mean: 2.0, sd: 0.5, low: 0.0 };
    let expected = lower(&network).expect_err("weights below 0").to_string();
    assert!(expected.contains("weight"), "{expected}");
    for workers in [&Threads::new(Some(2)) as &dyn Workers, &Backwards(3)] {
        assert_eq!(lower_with(&network, workers).expect_err("weights below 0").to_string(), expected);
    }
}
