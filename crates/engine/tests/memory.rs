//! What a plan takes while it is built and when it is: as the estimate says, by the arrays' own sizes and by the allocator.

use huxley_engine::estimate::{clocked_synapse_bytes, estimate, event_synapse_bytes, plan_bytes};
use huxley_engine::{Plan, lower};
use huxley_model::morphology::Morphology;
use huxley_model::network::{
    Connection, Distribution, HeavyTailed, Network, Precision, Projection, Rule, Signs, Site, SynapseKind, SynapseModel,
};
use huxley_model::plasticity::Plasticity;
use huxley_testkit::networks::{kinetic_model, lively_article, network, passive, population};
use peak_alloc::PeakAlloc;

#[global_allocator]
static MEMORY: PeakAlloc = PeakAlloc;

const CELLS: u32 = 3000;
const DEGREE: usize = 100;

/// Points connected to each other by `rule`.
fn connected(rule: Rule, kind: SynapseKind, precision: Precision) -> Network {
    let cells = vec![0; CELLS as usize];
    let points = population("a", vec![Morphology::point(1000.0)], &cells, vec![passive(-65.0, 1e-4)]);
    let mut network = network("connected", vec![points]);
    network.run.precision = precision;
    network.synapses = vec![kind];
    network.projections = vec![Projection {
        name: "a-a".to_owned(),
        source: "a".to_owned(),
        target: "a".to_owned(),
        synapse: 0,
        rule,
        weight: Distribution::Uniform { low: 1e-3, high: 2e-3 },
        delay: Distribution::Uniform { low: 1.0, high: 4.0 },
        site: Site::Soma,
    }];
    network
}

fn in_degree() -> Rule {
    Rule::FixedInDegree { degree: DEGREE, autapses: false, multapses: true }
}

fn heavy() -> Rule {
    Rule::HeavyTailed(HeavyTailed {
        degree: 100.0,
        in_spread: 1.0,
        out_spread: 1.0,
        reciprocal: 0.5,
        inhibitory: 0.0,
        signs: Signs::All,
        draws: 0,
    })
}

/// Rows by source: their targets are in no order.
fn table() -> Rule {
    let row = |i: u32| Connection {
        source: i / 100,
        target: (7919 * i) % CELLS,
        weight: None,
        delay: None,
        compartment: None,
    };
    Rule::Table((0..100 * CELLS).map(row).collect())
}

/// The plan, and the most that was allocated at once while it was built.
fn built(network: &Network) -> (Plan, usize) {
    MEMORY.reset_peak_usage();
    let before = MEMORY.current_usage();
    let plan = lower(network).expect("lowers");
    (plan, MEMORY.peak_usage() - before)
}

/// One test, because the allocator's count is of the whole process.
#[test]
#[allow(clippy::cast_precision_loss, clippy::print_stdout)]
fn plans_take_what_the_estimate_says_built_and_while_they_are_built() {
    let event = || SynapseKind::fixed("event", SynapseModel::exponential(2.0, 0.0));
    let fixed = || SynapseKind::fixed("kinetic", kinetic_model(&["ampa"]));
    let article = || SynapseKind {
        name: "article".to_owned(),
        model: kinetic_model(&["ampa", "nmda"]),
        plasticity: Plasticity { ..lively_article() },
    };
    for precision in [Precision::F32, Precision::F64] {
        // Bytes of a synapse, and how near the estimate is: heavy tails are drawn.
        let (events, clocked) = (event_synapse_bytes(precision), clocked_synapse_bytes(precision));
        let cases = [
            ("in-degree", connected(in_degree(), event(), precision), events, 1e-3),
            ("heavy", connected(heavy(), event(), precision), events, 0.02),
            ("table", connected(table(), event(), precision), events, 1e-3),
            ("kinetic", connected(in_degree(), fixed(), precision), clocked, 1e-3),
            // Half as many slots are free, and are not in the index of sources.
            ("structural", connected(in_degree(), article(), precision), 1.5 * clocked - 0.5 * 4.0, 0.2),
        ];
        for (name, network, each, near) in cases {
            let expected = estimate(&network);
            let (plan, peak) = built(&network);
            let held = plan_bytes(&plan);
            let synapses = plan.synapses() as f64;
            // The arrays themselves: what is not synapses' own are offsets by source and partition, and places.
            let partitions = if plan.events.slot.is_empty() { 0 } else { plan.slots.first_of_partition.len() - 1 };
            let lists = (partitions + plan.clocked.len()) * (plan.sources() + 1);
            let mut beside = (4 * lists + 8 * plan.slots.node.len()) as f64;
            beside += plan.clocked.iter().map(|g| 4.0 * (3 * g.node.len() + 1 + g.slot.len()) as f64).sum::<f64>();
            let own = held.synapses as f64 - beside;
            assert!((own - each * synapses).abs() < 1.0, "{name} {precision:?}: {own} for {synapses} of {each}");
            let ratio = held.synapses as f64 / expected.synapse_bytes as f64;
            assert!((1.0 - near..1.0 + near).contains(&ratio), "{name} {precision:?}: {ratio} of the estimate");
            // The allocator: no array twice, nothing held in reserve.
            let (plan_held, most) = ((held.membrane + held.synapses) as f64, peak as f64);
            let reckoned = (expected.plan_bytes + expected.building_bytes) as f64;
            assert!(most >= plan_held, "{name} {precision:?}: {most} at once for {plan_held}");
            assert!(most <= 1.02 * reckoned, "{name} {precision:?}: {most} at once, reckoned {reckoned}");
            println!(
                "{name} {precision:?}: {:.2} bytes a synapse held, {:.2} at most while built, {:.2} reckoned",
                held.synapses as f64 / synapses,
                (most - held.membrane as f64) / synapses,
                (reckoned - held.membrane as f64) / synapses
            );
        }
    }
}
