//! Connection rules: who is connected to whom, with what weight and delay.

use std::collections::{HashMap, HashSet};

use huxley_engine::{Plan, lower};
use huxley_model::morphology::{Morphology, SectionKind};
use huxley_model::network::{Connection, Distribution, Network, Projection, Rule, Site, SynapseKind, SynapseModel};
use huxley_testkit::networks::{mixed, network, passive, population};

const WEIGHT: f64 = 2e-3;

/// `sources` and `targets` points connected by `rule`; with no `targets`, the sources to themselves.
fn connected(sources: usize, targets: usize, rule: Rule) -> Network {
    let points = |name: &str, count: usize| {
        population(name, vec![Morphology::point(1000.0)], &vec![0; count], vec![passive(-65.0, 1e-4)])
    };
    let mut populations = vec![points("a", sources)];
    if targets > 0 {
        populations.push(points("b", targets));
    }
    let mut network = network("connected", populations);
    network.synapses = vec![SynapseKind::fixed("exp", SynapseModel::exponential(2.0, 0.0))];
    network.projections = vec![Projection {
        name: "a-b".to_owned(),
        source: "a".to_owned(),
        target: if targets > 0 { "b" } else { "a" }.to_owned(),
        synapse: 0,
        rule,
        weight: Distribution::Constant(WEIGHT),
        delay: Distribution::Constant(2.0),
        site: Site::Soma,
    }];
    network
}

/// (source, target cell over all, weight, delay in ticks) of every event synapse, as delivery finds them.
fn synapses(plan: &Plan) -> Vec<(u32, u32, f64, u16)> {
    let events = &plan.events;
    let mut found = Vec::new();
    for partition in 0..plan.slots.first_of_partition.len() - 1 {
        for source in 0..events.sources {
            for i in events.of(partition, source) {
                let slot = events.slot[i];
                let own = plan.slots.first_of_partition[partition]..plan.slots.first_of_partition[partition + 1];
                assert!(own.contains(&slot), "synapse {i} leaves its partition");
                let target = plan.cells.of_node(plan.slots.node[slot as usize]);
                found.push((source as u32, target as u32, events.weight.get(i), events.delay[i]));
            }
        }
    }
    assert_eq!(found.len(), events.slot.len());
    found
}

fn pairs(network: &Network) -> Vec<(u32, u32)> {
    synapses(&lower(network).expect("lowers")).into_iter().map(|(s, t, ..)| (s, t)).collect()
}

#[test]
fn all_to_all_connects_every_pair_once_with_and_without_autapses() {
    for (autapses, count) in [(true, 49), (false, 42)] {
        let found = pairs(&connected(7, 0, Rule::AllToAll { autapses }));
        let distinct: HashSet<_> = found.iter().collect();
        assert_eq!((found.len(), distinct.len()), (count, count));
        assert_eq!(found.iter().any(|(s, t)| s == t), autapses);
    }
    // Between populations equal indices are different cells.
    let found: HashSet<_> = pairs(&connected(3, 4, Rule::AllToAll { autapses: false })).into_iter().collect();
    assert_eq!(found, (0..3).flat_map(|s| (3..7).map(move |t| (s, t))).collect());
}

#[test]
fn one_to_one_connects_equal_indices() {
    let mut found = pairs(&connected(70, 70, Rule::OneToOne));
    found.sort_unstable();
    assert_eq!(found, (0..70).map(|i| (i, i + 70)).collect::<Vec<_>>());
}

#[test]
fn fixed_in_degree_is_exact_and_distinct_sources_are_distinct() {
    const CELLS: usize = 300;
    for (autapses, multapses) in [(true, true), (false, true), (true, false), (false, false)] {
        let rule = Rule::FixedInDegree { degree: 40, autapses, multapses };
        let found = pairs(&connected(CELLS, 0, rule));
        let mut degree = vec![0; CELLS];
        found.iter().for_each(|&(_, t)| degree[t as usize] += 1);
        assert!(degree.iter().all(|&d| d == 40), "{degree:?}");
        let distinct = found.iter().collect::<HashSet<_>>().len();
        assert_eq!(distinct < found.len(), multapses, "multapses {multapses}: {distinct} distinct of {}", found.len());
        // 40 of 300 for each of 300 targets: with autapses some 40 cells have one.
        assert_eq!(found.iter().any(|(s, t)| s == t), autapses);
        // Out-degrees are binomial: mean 40, standard deviation below 6.4.
        let mut out = vec![0_i32; CELLS];
        found.iter().for_each(|&(s, _)| out[s as usize] += 1);
        assert!(out.iter().all(|&d| (d - 40).abs() < 32), "{out:?}");
    }
    // All there are.
    let rule = Rule::FixedInDegree { degree: 9, autapses: false, multapses: false };
    assert_eq!(pairs(&connected(10, 0, rule)).into_iter().collect::<HashSet<_>>().len(), 90);
}

#[test]
fn fixed_probability_is_binomial_and_independent() {
    const CELLS: usize = 400;
    let n = (CELLS * CELLS) as f64;
    for probability in [0.01, 0.1, 0.5, 0.9] {
        let found = pairs(&connected(CELLS, CELLS, Rule::FixedProbability { probability, autapses: true }));
        let distinct: HashSet<_> = found.iter().collect();
        assert_eq!(distinct.len(), found.len(), "a pair twice");
        let sd = (n * probability * (1.0 - probability)).sqrt();
        assert!((found.len() as f64 - n * probability).abs() < 4.5 * sd, "{} of {n} at {probability}", found.len());
        // Degrees in and out have binomial variance: a chi-squared of CELLS degrees of freedom.
        for side in [0, 1] {
            let mut degree = vec![0.0; CELLS];
            found.iter().for_each(|&(s, t)| degree[(if side == 0 { s } else { t }) as usize % CELLS] += 1.0);
            let mean = CELLS as f64 * probability;
            let variance = mean * (1.0 - probability);
            let chi: f64 = degree.iter().map(|d: &f64| (d - mean).powi(2) / variance).sum();
            assert!(
                (chi - CELLS as f64).abs() < 4.5 * (2.0 * CELLS as f64).sqrt(),
                "side {side} at {probability}: {chi}"
            );
        }
    }
    let every = pairs(&connected(20, 0, Rule::FixedProbability { probability: 1.0, autapses: false }));
    assert_eq!(every.len(), 380);
    assert!(every.iter().all(|(s, t)| s != t));
    assert!(pairs(&connected(20, 0, Rule::FixedProbability { probability: 0.0, autapses: true })).is_empty());
}

#[test]
fn the_seed_decides_connections_and_nothing_else_does() {
    let rule = Rule::FixedProbability { probability: 0.2, autapses: true };
    let mut network = connected(50, 50, rule);
    let first = synapses(&lower(&network).expect("lowers"));
    assert_eq!(first, synapses(&lower(&network).expect("lowers")));
    network.name = "another".to_owned();
    network.run.duration = 5.0;
    assert_eq!(first, synapses(&lower(&network).expect("lowers")));
    network.run.seed = 2;
    assert_ne!(first, synapses(&lower(&network).expect("lowers")));
}

#[test]
fn tables_are_taken_row_by_row() {
    let row = |source, target, weight, delay| Connection { source, target, weight, delay, compartment: None };
    let rows = vec![
        row(2, 0, Some(5e-3), Some(3.0)),
        row(0, 1, None, None),
        row(0, 1, Some(0.0), Some(1.0)),
        row(2, 2, Some(1e-3), Some(65_000.0)),
    ];
    let plan = lower(&connected(3, 0, Rule::Table(rows.into()))).expect("lowers");
    let mut found = synapses(&plan);
    found.sort_by(|a, b| a.partial_cmp(b).expect("numbers"));
    let f = |w: f64| f64::from(w as f32);
    assert_eq!(
        found,
        vec![(0, 1, 0.0, 1), (0, 1, f(WEIGHT), 2), (2, 0, f(5e-3), 3), (2, 2, f(1e-3), 65_000)],
        "weights in f32, the run's precision"
    );
    assert_eq!(plan.events.longest_delay, 65_000);
    assert!(plan.warnings.is_empty(), "{:?}", plan.warnings);
}

#[test]
fn delays_are_rounded_to_the_nearest_tick_and_counted() {
    let row = |delay| Connection { source: 0, target: 1, weight: None, delay: Some(delay), compartment: None };
    let rows = [1.0, 1.4, 1.6, 2.25, 3.0, 7.5001].map(row).to_vec();
    let plan = lower(&connected(2, 0, Rule::Table(rows.into()))).expect("lowers");
    let mut delays: Vec<u16> = synapses(&plan).iter().map(|s| s.3).collect();
    delays.sort_unstable();
    assert_eq!(delays, [1, 1, 2, 2, 3, 8]);
    assert_eq!(plan.warnings.len(), 1);
    assert!(plan.warnings[0].contains("4 of 6 delays"), "{}", plan.warnings[0]);
}

#[test]
fn random_sites_have_the_probability_of_their_area() {
    let mut network = mixed();
    network.projections.truncate(1);
    network.projections[0].rule = Rule::FixedInDegree { degree: 400, autapses: true, multapses: true };
    network.projections[0].site = Site::Random(SectionKind::Dendrite);
    network.populations[0].cells.retain(|cell| cell.shape == 0);
    network.gap_junctions.clear();
    let plan = lower(&network).expect("lowers");
    let mut by_node: HashMap<u32, f64> = HashMap::new();
    for &slot in &plan.events.slot {
        let slot = slot as usize;
        if plan.receptors[plan.slots.receptor[slot] as usize].name == "exp" {
            *by_node
                .entry(plan.slots.node[slot] - plan.cells.first_node.at(plan.cells.of_node(plan.slots.node[slot])))
                .or_default() += 1.0;
        }
    }
    // Three equal compartments of the dendrite, none on the soma (the Poisson stimulus aims at the other population).
    by_node.retain(|&node, _| node > 0);
    let total: f64 = by_node.values().sum();
    assert_eq!((by_node.len(), total), (3, 9.0 * 400.0));
    for (node, count) in by_node {
        assert!((count - total / 3.0).abs() < 4.5 * (total * 2.0 / 9.0).sqrt(), "node {node}: {count} of {total}");
    }
}
