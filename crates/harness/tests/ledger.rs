//! The ledger: the article's sums, and that what is counted is what runs.
#![allow(missing_docs)]

use huxley_engine::lower;
use huxley_engine::plan::Dynamics;
use huxley_harness::ledger::parts::{
    Axial, CalciumCurrent, CellSignalling, ChannelCurrent, Conductance, Gating, Membrane, Pools, Root, SynapseTick,
};
use huxley_harness::ledger::{
    Amount, Convention, Count, Group, Part, RunWork, Settings, Totals, article, generator_spikes, of_plan, rows, total,
};
use huxley_model::channel::Integrator;
use huxley_model::counted::Operations;
use huxley_model::expr::{Expr, record};
use huxley_model::network::SynapseModel;
use huxley_model::plasticity::clocked::{ClockedStep, ReceptorStep};
use huxley_model::preset;
use huxley_model::real::Real;
use huxley_model::signalling::Signalling;
use huxley_model::synapse::{Block, KineticStep, receptor};
use huxley_testkit::networks::{mixed, passive_point, plastic};

#[test]
fn the_articles_sums_are_reproduced() {
    let rows = rows(&Settings::default());
    let sum = |group| rows.iter().filter(|r| r.group == group).filter_map(|r| r.article).sum::<f64>();
    assert_eq!(sum(Group::Compartment), 126.0);
    assert_eq!(sum(Group::Synapse), 85.0);
    assert_eq!((article::COMPARTMENT, article::SYNAPSE), (126.0, 85.0));
    assert_eq!(article::neuron(10, 1_000), 2_360.0);
    assert_eq!(article::neuron(100, 10_000), 23_100.0);
    assert_eq!(10.0 * sum(Group::Compartment) + sum(Group::Integration), 2_360.0);
}

fn equal_to_recorded(part: &impl Part) -> Operations {
    let count = Count::of(part);
    let program = record(part.inputs(), |x: &[Expr]| part.run(x));
    assert_eq!(program.operations(), count.operations);
    assert_eq!(program.operations_performed(), count.performed);
    count.operations
}

#[test]
fn counted_operations_are_those_of_the_recorded_program() {
    for (_, integrator) in Integrator::ALL {
        equal_to_recorded(&Membrane(integrator));
        equal_to_recorded(&Axial(integrator));
        for name in preset::NAMES {
            let preset = preset::find(name).unwrap();
            for channel in preset.channels.iter().map(|i| &i.channel) {
                let celsius = preset.celsius;
                equal_to_recorded(&Conductance { channel, celsius });
                equal_to_recorded(&CalciumCurrent { channel, celsius });
                for modulated in [false, true] {
                    equal_to_recorded(&ChannelCurrent { channel, celsius, modulated });
                }
                if channel.states() > 0 {
                    equal_to_recorded(&Gating { channel, integrator, dt: 0.025, celsius });
                }
            }
        }
    }
    equal_to_recorded(&Root);
    equal_to_recorded(&CellSignalling { constants: Signalling::default(), tick: 1.0 });
    let block = Some(Block::magnesium(1.0));
    for pools in 1..=3 {
        let open = equal_to_recorded(&Pools { pools, block: None, drives_calcium: false });
        let blocked = equal_to_recorded(&Pools { pools, block, drives_calcium: false });
        // B(V) is a product, an exponential, a fused product and sum, a division, and the product with the conductance.
        let more = Operations { mul: open.mul + 2, exp: open.exp + 1, fma: open.fma + 1, div: open.div + 1, ..open };
        assert_eq!(blocked, more, "{pools} pools");
    }
    equal_to_recorded(&Pools { pools: 3, block, drives_calcium: true });
    let plan = lower(&plastic()).unwrap();
    assert!(!plan.clocked.is_empty());
    for group in &plan.clocked {
        for (arrives, scales) in [(false, false), (true, false), (true, true)] {
            equal_to_recorded(&SynapseTick { step: &group.step, arrives, scales });
        }
    }
}

/// One operation more would be seen.
#[test]
fn a_part_with_one_more_operation_is_told_apart() {
    struct More;
    impl Part for More {
        fn inputs(&self) -> usize {
            2
        }
        fn run<R: Real>(&self, x: &[R]) -> Vec<R> {
            let mut results = Root.run(x);
            results[0] = results[0] + x[1];
            results
        }
    }
    let (more, less) = (equal_to_recorded(&More), equal_to_recorded(&Root));
    assert_eq!(more, Operations { add: less.add + 1, ..less });
}

#[test]
fn parts_of_a_synapse_add_up_to_the_function_that_runs() {
    let active = 0.25;
    let settings = Settings { active, ..Settings::default() };
    let all = rows(&settings);
    let parts: Amount = all
        .iter()
        .filter(|row| row.group == Group::Synapse)
        .flat_map(|row| &row.cases)
        .filter(|case| ["at rest", "where a spike meets it"].contains(&case.name.as_str()))
        .map(|case| Amount::of(&case.count.operations, case.times))
        .sum();
    // The step of a group that the backends run, with the article's receptors.
    let plan = lower(&plastic()).unwrap();
    let group = plan.clocked.iter().find(|g| g.step.camkii.is_some()).expect("a synapse with all parts");
    let kinetic = |name| Some(ReceptorStep::Kinetic(KineticStep::new(&receptor(name).unwrap(), 1.0, 1.0)));
    let step = ClockedStep { receptors: [kinetic("ampa"), kinetic("nmda"), None], ..group.step.clone() };
    assert!(step.short_term.is_some() && step.calcium.is_some() && step.weight.is_some() && step.stdp.is_none());
    let of = |arrives| Count::of(&SynapseTick { step: &step, arrives, scales: false }).operations;
    let whole = Amount::of(&of(false), 1.0 - active) + Amount::of(&of(true), active);
    for (part, whole) in [
        (parts.add, whole.add),
        (parts.mul, whole.mul),
        (parts.div, whole.div),
        (parts.fma, whole.fma),
        (parts.exp, whole.exp),
        (parts.cmp, whole.cmp),
    ] {
        assert!((part - whole).abs() < 1e-9, "{part} {whole}");
    }
}

#[test]
fn a_squid_point_is_a_hundred_operations_a_step() {
    let settings = Settings { compartments: 1, synapses: 0, ..Settings::default() };
    let all = rows(&settings);
    let step = total(&all, Group::Compartment);
    assert_eq!(step.exp, 3.0);
    assert_eq!(step.flop(Convention::default()), 100.0);
    let totals = Totals::of(&all, &settings);
    assert_eq!(totals.compartment.flop(Convention::default()), 40.0 * 100.0);
}

#[test]
fn magnesium_block_is_paid_by_the_node() {
    let count = |synapses| {
        let all = rows(&Settings { synapses, ..Settings::default() });
        (total(&all, Group::Integration).exp, total(&all, Group::Synapse).exp)
    };
    let (few, each) = count(1_000);
    let (many, each_of_many) = count(10_000);
    assert_eq!(few, many, "ten times the synapses, the same exponentials of B(V)");
    assert!((each - each_of_many).abs() < 1e-3, "{each} {each_of_many}");
}

#[test]
fn a_blocked_receptor_costs_its_nodes_an_exponential_a_substep() {
    let counted = |block: Option<Block>| {
        let mut network = mixed();
        for kind in &mut network.synapses {
            match &mut kind.model {
                SynapseModel::Exponential { block: own, .. } | SynapseModel::DoubleExponential { block: own, .. } => {
                    *own = block
                }
                SynapseModel::Kinetic { .. } => {}
            }
        }
        let plan = lower(&network).unwrap();
        let kinetic = |slot: &&u32| matches!(plan.receptors[**slot as usize].dynamics, Dynamics::Kinetic { .. });
        let slots = plan.slots.receptor.iter().filter(|slot| !kinetic(slot)).count();
        let work = of_plan(&plan).tick.membrane.operations;
        (work, slots as f64 * f64::from(plan.settings.substeps))
    };
    let ((open, times), (blocked, _)) = (counted(None), counted(Some(Block::new(1.2, 1.9, 15.6))));
    assert!(times > 100.0);
    assert_eq!((blocked.exp - open.exp, blocked.div - open.div, blocked.mul - open.mul), (times, times, 2.0 * times));
}

#[test]
fn a_plan_counts_as_its_rows_do() {
    let hh = preset::find("hh").unwrap();
    let mut network = passive_point(-65.0);
    network.populations[0].membrane.insertions = hh.channels;
    let plan = lower(&network).unwrap();
    let settings = Settings {
        compartments: 1,
        synapses: 0,
        substeps: plan.settings.substeps,
        integrator: plan.settings.integrator,
        celsius: plan.settings.celsius,
        ..Settings::default()
    };
    let point = Totals::of(&rows(&settings), &settings).compartment;
    assert_eq!(of_plan(&plan).tick.membrane.operations, point);
}

#[test]
fn spikes_add_work_to_synapses_alone() {
    for network in [mixed(), plastic()] {
        let plan = lower(&network).unwrap();
        let ledger = of_plan(&plan);
        let silent = ledger.run(100.0, std::iter::repeat_n(0.0, plan.sources()));
        let mut spikes = vec![3.0; plan.cells.len()];
        spikes.extend(generator_spikes(&plan, 100));
        let busy = ledger.run(100.0, spikes.iter().copied());
        let flop = |work: &RunWork| work.synapse.operations.flop(Convention::default());
        assert_eq!(silent.membrane, busy.membrane);
        assert!(flop(&silent) < flop(&busy), "{}", network.name);
        assert!(silent.synapse.bytes < busy.synapse.bytes);
    }
}

#[test]
fn the_documents_figures_are_the_ledgers() {
    let text = include_str!("../../../docs/ledger.md");
    let thousands = |x: f64| {
        let digits = format!("{x:.0}");
        if digits.len() > 3 {
            let (head, tail) = digits.split_at(digits.len() - 3);
            format!("{head},{tail}")
        } else {
            digits
        }
    };
    let totals = |compartments, synapses, substeps| {
        let settings = Settings { compartments, synapses, substeps, ..Settings::default() };
        Totals::of(&rows(&settings), &settings)
    };
    let c = Convention::default();
    for (compartments, synapses) in [(10, 1_000), (100, 10_000)] {
        let [once, full] = [1, 40].map(|substeps| thousands(totals(compartments, synapses, substeps).neuron.flop(c)));
        let article = thousands(article::neuron(compartments, synapses));
        assert!(text.contains(&format!("| {article} | {once} | {full} |")), "{article} {once} {full}");
        let brain = |substeps| {
            let totals = totals(compartments, synapses, substeps);
            1e3 * (1e11 * totals.neuron.flop(c) + 6e14 * totals.synapse.flop(c))
        };
        let (once, full) = (brain(1), brain(40));
        assert!(text.contains(&format!("| 5.3e19 | {once:.2e} | {full:.2e} |")), "{once:.2e} {full:.2e}");
    }
    let synapse = totals(10, 1_000, 40).synapse.flop(c);
    assert!(text.contains(&format!("| a synapse | 85 | {synapse:.1} | {synapse:.1} |")), "{synapse}");
    let [once, full] = [1, 40].map(|substeps| thousands(totals(10, 1_000, substeps).compartment.flop(c)));
    assert!(text.contains(&format!("| 126 | {once} | {full} |")), "{once} {full}");
}
