//! The extrapolation: published figures with their sources, ratios that can be computed by hand, and what is refused.
#![allow(missing_docs)]

mod bench_report;

use bench_report::{bench, gpu_bench};
use huxley_harness::extrapolate::document::{ChainRow, EXCHANGED, HELD, MOVED, Needs, Requirement};
use huxley_harness::extrapolate::spikes::{Traffic, latency};
use huxley_harness::extrapolate::units::{Hertz, Seconds};
use huxley_harness::extrapolate::{
    Backend, Destinations, Extrapolation, Options, Routing, Sourced, THIS_MACHINE, Tables, extrapolate, predict,
};
use huxley_harness::ledger::{Group, Settings, rows};
use huxley_model::channel::{Channel, Kinetics, Rate};
use huxley_model::network::Precision;
use huxley_model::preset;

fn options(brain: &str) -> Options {
    Options::new(Tables::embedded().unwrap(), brain).unwrap()
}

fn done(options: &Options) -> Extrapolation {
    extrapolate(options, None).unwrap()
}

fn requirement<'a>(need: &'a Needs, name: &str) -> &'a Requirement {
    need.requirements.iter().find(|r| r.name == name).unwrap()
}

#[track_caller]
fn near(a: f64, b: f64, relative: f64) {
    assert!((a - b).abs() <= relative * b.abs(), "{a} is not {b}");
}

/// The article's printed figures, with as many digits as it prints.
#[test]
fn the_articles_chain_is_reproduced_to_its_digits() {
    let chain = done(&options("human")).chain;
    let row = |step: &str| -> &ChainRow { chain.rows.iter().find(|r| r.step.starts_with(step)).unwrap() };
    let article = |step: &str| row(step).article.unwrap();
    assert_eq!(article("a compartment, one step"), 126.0);
    assert_eq!(article("a neuron"), 20_000.0);
    assert_eq!(article("a synapse"), 85.0);
    assert_eq!(article("1e11 neurons"), 2e18);
    assert_eq!(article("6e14 synapses"), 5.1e19);
    assert_eq!(article("the brain"), 5.3e19);
    assert_eq!(article("H100").round(), 1_558_824.0);
    assert_eq!(row("H100").printed.as_deref(), Some("1,550,000"));
    assert_eq!(format!("{:.1e}", article("one week")), "3.2e25");
    assert!(article("that over GPT-4") > 1.0);
    assert!(chain.slips.iter().any(|s| s.printed.contains("1,550,000") && s.instead.contains("1,558,824")));
    assert!(chain.slips.iter().any(|s| s.instead.contains("19100")), "100 x 126 + 6,000 + 500");
}

/// docs/ledger.md: 3.45e19 with one step a millisecond and 9.3e19 with 40, at 100 compartments.
#[test]
fn the_counted_columns_are_the_ledgers() {
    let chain = done(&options("human")).chain;
    let brain = chain.rows.iter().find(|r| r.step == "the brain").unwrap();
    near(brain.one_step.unwrap(), 3.45e19, 5e-3);
    near(brain.substeps.unwrap(), 9.3e19, 5e-3);
    assert_eq!(brain.measured, None);
    let once = done(&Options { substeps: 1, ..options("human") }).chain;
    let once = once.rows.iter().find(|r| r.step == "the brain").unwrap();
    assert_eq!(once.substeps, brain.one_step);
}

#[test]
fn brains_have_the_literatures_sizes() {
    let tables = Tables::embedded().unwrap();
    for (name, neurons, synapses, source) in [
        ("worm", 302.0, 6393.0, "Cook et al. 2019"),
        ("larva", 3016.0, 548_000.0, "Winding et al. 2023"),
        ("fly", 139_255.0, 5.45e7, "Dorkenwald et al. 2024"),
        ("mouse", 7.1e7, 1.4e11, "Herculano-Houzel"),
        ("human-86b", 8.6e10, 1.7e14, "Azevedo et al. 2009"),
        ("human", 1e11, 6e14, "article"),
    ] {
        let brain = tables.brain(name).unwrap();
        assert_eq!((brain.neurons.value, brain.synapses.value), (neurons, synapses), "{name}");
        assert!(brain.neurons.source.contains(source), "{}", brain.neurons.source);
    }
    let human = tables.brain("human-86b").unwrap();
    assert_eq!((human.synapses.low, human.synapses.high), (Some(1.0e14), Some(2.4e14)));
}

/// NVIDIA's and AMD's datasheets.
#[test]
fn devices_have_their_datasheets_figures() {
    let tables = Tables::embedded().unwrap();
    for (name, f32, f64, bandwidth, capacity, watts) in [
        ("h100-sxm", 67e12, 34e12, 3.35e12, 80e9, 700.0),
        ("h200-sxm", 67e12, 34e12, 4.8e12, 141e9, 700.0),
        ("mi300x", 163.4e12, 81.7e12, 5.3e12, 192e9, 750.0),
        ("rtx-4090", 82.6e12, 1.29e12, 1.008e12, 24e9, 450.0),
        ("a100-sxm", 19.5e12, 9.7e12, 2.039e12, 80e9, 400.0),
    ] {
        let device = tables.device(name).unwrap();
        assert_eq!(device.flops(Precision::F32).unwrap().0, f32, "{name}");
        assert_eq!(device.flops(Precision::F64).unwrap().0, f64, "{name}");
        assert_eq!(device.bandwidth().unwrap().0, bandwidth, "{name}");
        assert_eq!(device.capacity().unwrap().0, capacity, "{name}");
        assert_eq!(device.tdp().unwrap().0, watts, "{name}");
        assert!(device.price().is_some() && device.network().is_some(), "{name}");
    }
    // 1.55 million H100 are 1.09 GW and, at 30,000 USD, 47 billion USD.
    let h100 = tables.device("h100-sxm").unwrap();
    near((h100.tdp().unwrap() * 1_558_824.0).0, 1.09e9, 5e-3);
    near((h100.price().unwrap() * 1_558_824.0).0, 47e9, 7e-3);
}

#[test]
fn every_figure_has_a_source_in_words() {
    let tables = Tables::embedded().unwrap();
    let mut figures: Vec<&Sourced> = Vec::new();
    for b in &tables.brains {
        figures.extend([&b.neurons, &b.synapses, &b.compartments, &b.rate_hz]);
    }
    for d in &tables.devices {
        figures.extend(d.figures().into_iter().map(|(_, f)| f));
    }
    for r in &tables.runs {
        figures.extend([&r.neurons, &r.synapses, &r.rate_hz, &r.slowdown]);
        assert!(!r.why.is_empty());
    }
    for m in &tables.models {
        figures.extend([&m.neuron_flop, &m.neuron_values, &m.event_flop, &m.event_bytes, &m.event_lines]);
    }
    assert!(figures.len() > 200);
    for figure in figures {
        assert!(figure.source.contains(' '), "`{}` is a key, and no source", figure.source);
        // What is assumed was not checked.
        assert!(!figure.checked || figure.source != "assumed here", "{figure:?}");
    }
}

#[test]
fn requirements_are_what_a_unit_takes_times_the_brain() {
    let options = options("human");
    let all = done(&options);
    let s = &all.settings;
    let [arithmetic, held, moved, _] = &all.requirements[..] else { panic!() };
    near(arithmetic.value, 1e3 * (1e11 * s.neuron_flop + 6e14 * s.synapse_flop), 1e-12);
    near(moved.value, 1e3 * (1e13 * s.compartment_moved_bytes + 6e14 * s.synapse_moved_bytes), 1e-12);
    near(held.value, 1e13 * s.compartment_held_bytes + 6e14 * s.synapse_held_bytes, 1e-12);
    // Seven values are read and seven written in a tick, and a bit; they and an index are held.
    near(s.synapse_moved_bytes, 14.0 * 4.0 + 0.125 + 0.004 * 6.0, 1e-3);
    assert_eq!(s.synapse_held_bytes, 7.0 * 4.0 + 6.0);
    near(arithmetic.devices.unwrap(), arithmetic.value / 67e12, 1e-12);
    near(held.devices.unwrap(), held.value / 80e9, 1e-12);
    near(moved.devices.unwrap(), moved.value / 3.35e12, 1e-12);
    assert_eq!(all.binding.as_deref(), Some(MOVED));
    assert_eq!(all.devices[0].devices, moved.devices);
    let whole = moved.devices.unwrap().ceil();
    assert_eq!(all.devices[0].power_w, Some(700.0 * whole));
    assert_eq!(all.devices[0].cost_usd, Some(30_000.0 * whole));
    let double = done(&Options { precision: Precision::F64, ..options });
    near(double.requirements[0].devices.unwrap(), double.requirements[0].value / 34e12, 1e-12);
    near(double.requirements[2].value / moved.value, 2.0, 0.01);
}

#[test]
fn slower_runs_and_lesser_efficiency_scale_what_they_should() {
    let real = done(&options("human"));
    let slow = done(&Options { slowdown: 10.0, ..options("human") });
    let half = done(&Options { efficiency: Some(0.5), ..options("human") });
    for i in [0, 2] {
        near(slow.requirements[i].devices.unwrap(), real.requirements[i].devices.unwrap() / 10.0, 1e-12);
        near(half.requirements[i].devices.unwrap(), real.requirements[i].devices.unwrap() * 2.0, 1e-12);
    }
    assert_eq!(slow.requirements[1], real.requirements[1]);
    assert_eq!(half.requirements[1], real.requirements[1]);
    // Ten times slower, memory held is nearer to binding; a thousand times slower it binds.
    let slowest = done(&Options { slowdown: 1e3, ..options("human") });
    assert_eq!(slowest.binding.as_deref(), Some(HELD));
    assert!(real.efficiency.said.contains("100 %") && real.efficiency.said.contains("lower bounds"));
    assert!(half.efficiency.said.contains("50 %"));
    for need in &real.devices {
        assert!(need.devices_in_turn.unwrap() > need.devices.unwrap());
    }
}

/// 1e11 neurons at 1 to 10 Hz, each spike to nearly 6,000 of 1.55 million devices: 1.5 to 31 GB/s a device at 4 to 8 B.
#[test]
fn a_device_sends_what_is_computed_by_hand() {
    let traffic = |rate| Traffic {
        neurons: 1e11,
        fan_out: 6000.0,
        rate: Hertz(rate),
        tick: Seconds(1e-3),
        destinations: Destinations::Random,
        routing: Routing::Direct,
    };
    let devices = 1.55e6;
    near(traffic(10.0).over(devices).device.0, 31e9, 0.01);
    near(traffic(1.0).over(devices).device.0 / 2.0, 1.5e9, 0.04);
    near(traffic(1.0).over(devices).destinations, 5988.4, 1e-4);
    // One device exchanges nothing; two send each spike to the other.
    assert_eq!(traffic(1.0).over(1.0).total.0, 0.0);
    near(traffic(1.0).over(2.0).total.0, 1e11 * 8.0, 1e-9);
    // Two levels: fewer messages, more bytes.
    let two = Traffic { routing: Routing::TwoLevel, ..traffic(4.0) };
    let (two, direct) = (two.over(devices), traffic(4.0).over(devices));
    assert!(two.messages_a_tick < 2.0 * devices.sqrt() && direct.messages_a_tick > 100.0 * two.messages_a_tick);
    assert!(two.device.0 > direct.device.0 && two.device.0 < 1.3 * direct.device.0);
    // The least number is where the link is just full.
    let full = traffic(4.0).least(|e| e.device.0 / 5e10).unwrap();
    near(traffic(4.0).over(full).device.0, 5e10, 1e-6);
    // Explicit destinations and all.
    let given = Traffic { destinations: Destinations::Number(10.0), ..traffic(1.0) };
    assert_eq!(given.over(devices).destinations, 10.0);
    assert_eq!(Traffic { destinations: Destinations::All, ..traffic(1.0) }.over(100.0).destinations, 99.0);
}

#[test]
fn a_barrier_that_takes_the_whole_tick_binds() {
    // 2^20 devices: 20 hops of a tree, and one more.
    let late = latency(1_048_576.0, 3.0, Seconds(5e-6), Seconds(1.5e-6), Routing::Direct);
    near(late.0, 15e-6 + 21.0 * 1.5e-6, 1e-12);
    near(latency(1.0, 3.0, Seconds(5e-6), Seconds(1.0), Routing::Direct).0, 15e-6, 1e-12);
    // Fifty times faster than life a tick is 20 us, and the barrier takes more.
    let fast = done(&Options { slowdown: 0.02, ..options("human") });
    assert_eq!(fast.binding.as_deref(), Some(EXCHANGED));
    assert_eq!((fast.devices[0].devices, fast.devices[0].devices_in_turn), (None, None));
    assert!(fast.notes.iter().any(|n| n.contains("no number of them")));
    // A worm on one device has no barrier.
    let worm = done(&Options { slowdown: 0.1, ..options("worm") });
    assert!(worm.devices[0].devices.unwrap() < 1.0 && worm.requirements[3].value == 0.0);
}

#[test]
fn a_measurement_drives_the_result() {
    let options = options("human");
    let all = extrapolate(&options, Some(&bench())).unwrap();
    let measured = all.measurement.as_ref().unwrap();
    // 143 FLOP in 5 ns over 1e11 FLOP/s; 56 B in 8 ns over 2e10 B/s.
    assert_eq!((measured.membrane.kernel.as_str(), measured.membrane.size), ("membrane-100", 4096));
    near(measured.membrane.fraction, 143.0 / 5e-9 / 1e11, 1e-12);
    near(measured.synapse.fraction, 56.0 / 8e-9 / 2e10, 1e-12);
    near(all.requirements[0].devices.unwrap(), all.requirements[0].value / (67e12 * 0.286), 1e-9);
    near(all.requirements[2].devices.unwrap(), all.requirements[2].value / (3.35e12 * 0.35), 1e-9);
    // Bytes held are those of the program that was measured.
    assert_eq!(all.settings.synapse_held_bytes, 44.0);
    // Spread of kernel and peak, 3 % and 4 %: 5 %.
    near(all.requirements[0].devices_low.unwrap(), all.requirements[0].devices.unwrap() / 1.05, 1e-9);
    near(all.requirements[0].devices_high.unwrap(), all.requirements[0].devices.unwrap() / 0.95, 1e-9);
    // The chain: 1e13 compartments x 40,000 steps x 5 ns, 6e14 synapses x 1,000 ticks x 8 ns.
    let row = |end: &str| all.chain.rows.iter().find(|r| r.step.ends_with(end)).unwrap().measured.unwrap();
    near(row("compartments' steps alone"), 1e13 * 4e4 * 5e-9, 1e-9);
    near(row("synapses alone"), 6e14 * 1e3 * 8e-9, 1e-9);
    near(row("one after the other"), 1e13 * 4e4 * 5e-9 + 6e14 * 1e3 * 8e-9, 1e-9);
    // This machine needs no datasheet, and has no network or price.
    let here = all.devices.iter().find(|d| d.name == THIS_MACHINE).unwrap();
    near(requirement(here, MOVED).devices.unwrap(), all.requirements[2].value / (56.0 / 8e-9), 1e-9);
    near(requirement(here, MOVED).devices_high.unwrap(), requirement(here, MOVED).devices.unwrap() / 0.97, 1e-9);
    assert_eq!((requirement(here, EXCHANGED).devices, here.power_w, here.cost_usd), (None, None, None));
    assert_eq!(here.devices, requirement(here, MOVED).devices);
    assert!(all.efficiency.said.contains("28.6 %") && all.efficiency.said.contains("35.0 %"));

    // Each figure matters: a slower kernel, a higher peak, more bytes held.
    let mut slower = bench();
    slower.kernels.iter_mut().for_each(|k| k.ns_per_unit *= 2.0);
    let slower = extrapolate(&options, Some(&slower)).unwrap();
    near(slower.requirements[2].devices.unwrap(), 2.0 * all.requirements[2].devices.unwrap(), 1e-9);
    let mut higher = bench();
    higher.peaks.iter_mut().for_each(|p| p.value *= 2.0);
    let higher = extrapolate(&options, Some(&higher)).unwrap();
    near(higher.requirements[0].devices.unwrap(), 2.0 * all.requirements[0].devices.unwrap(), 1e-9);
    let same = higher.devices.iter().find(|d| d.name == THIS_MACHINE).unwrap();
    near(requirement(same, MOVED).devices.unwrap(), requirement(here, MOVED).devices.unwrap(), 1e-9);
}

#[test]
fn the_nearest_membrane_and_the_largest_settled_size_are_taken() {
    let of = |compartments: f64| {
        let mut options = options("human");
        options.brain.compartments = Sourced::given(compartments);
        extrapolate(&options, Some(&bench())).unwrap().measurement.unwrap().membrane.kernel
    };
    assert_eq!((of(1.0), of(12.0), of(40.0)), ("membrane-10".into(), "membrane-10".into(), "membrane-100".into()));
    let mut unsettled = bench();
    unsettled.kernels.iter_mut().for_each(|k| k.settled = false);
    let all = extrapolate(&options("human"), Some(&unsettled)).unwrap();
    assert_eq!(all.measurement.as_ref().unwrap().membrane.size, 8192);
    assert!(all.notes.iter().any(|n| n.contains("had not settled")));
    // Weights come with the measurement.
    let mut heavy = bench();
    heavy.exp_weight = 20.0;
    let heavy = extrapolate(&options("human"), Some(&heavy)).unwrap();
    assert_eq!(heavy.settings.exp_weight, 20.0);
    assert!(heavy.settings.neuron_flop > 1.2 * all.settings.neuron_flop);
}

#[test]
fn a_gpu_made_of_software_says_nothing_of_gpus() {
    let all = extrapolate(&options("human"), Some(&gpu_bench(false))).unwrap();
    assert_eq!(all.measurement.unwrap().backend, "gpu");
    // The CPU's figures are there as well, and are taken.
    let all = extrapolate(&options("human"), Some(&gpu_bench(true))).unwrap();
    assert_eq!(all.measurement.unwrap().backend, "cpu");
    let gpu = Options { backend: Backend::Gpu, ..options("human") };
    let error = extrapolate(&gpu, Some(&gpu_bench(true))).unwrap_err();
    assert!(error.to_string().contains("runs on the CPU"), "{error}");
    let mut alone = gpu_bench(true);
    alone.kernels.retain(|k| k.backend == "gpu");
    let error = extrapolate(&options("human"), Some(&alone)).unwrap_err();
    assert!(error.to_string().contains("says nothing of GPUs"), "{error}");
}

#[test]
fn measurements_that_cannot_be_are_refused() {
    type Spoil = fn(&mut huxley_harness::bench::document::BenchReport);
    let cases: [(&str, Spoil); 9] = [
        ("schema", |b| b.schema = "huxley.bench/2".into()),
        ("ns_per_unit", |b| b.kernels.iter_mut().for_each(|k| k.ns_per_unit = 0.0)),
        ("ns_per_unit", |b| b.kernels.iter_mut().for_each(|k| k.ns_per_unit = f64::NAN)),
        ("peak", |b| b.peaks.iter_mut().for_each(|p| p.value = f64::INFINITY)),
        ("spread", |b| b.kernels.iter_mut().for_each(|k| k.spread = 1.5)),
        ("synapse-plastic", |b| b.kernels.retain(|k| k.group != "synapse")),
        ("membrane", |b| b.kernels.retain(|k| k.group != "membrane")),
        ("`copy`", |b| b.peaks.retain(|p| p.name != "copy")),
        ("exp_weight", |b| b.exp_weight = -1.0),
    ];
    for (word, spoil) in cases {
        let mut report = bench();
        spoil(&mut report);
        let error = extrapolate(&options("human"), Some(&report)).unwrap_err();
        assert!(error.to_string().contains(word), "{word}: {error}");
        assert!(error.hint().is_some());
    }
    let double = Options { precision: Precision::F64, ..options("human") };
    assert!(extrapolate(&double, Some(&bench())).unwrap_err().to_string().contains("f64"));
    // A synapse's bytes are the measured program's; those of an array updated in place come before a copy's.
    let mut update = bench();
    let copy = update.peaks[2].clone();
    update.peaks.push(huxley_harness::bench::document::Peak { name: "update".into(), value: 4e10, ..copy });
    update.kernels.iter_mut().for_each(|k| k.bytes_per_unit *= 1.5);
    update.kernels.iter_mut().for_each(|k| k.in_cache = true);
    let mut large = update.kernels.last().unwrap().clone();
    let all = extrapolate(&options("human"), Some(&update)).unwrap();
    let synapse = all.measurement.unwrap().synapse;
    assert_eq!((synapse.peak.as_str(), synapse.in_cache), ("update", true));
    near(synapse.fraction, 84.0 / 8e-9 / 4e10, 1e-12);
    let row = all.chain.rows.iter().find(|r| r.step.ends_with("memory moved")).unwrap();
    near(row.measured.unwrap(), all.requirements[2].devices.unwrap(), 1e-9);
    assert_eq!(all.settings.synapse_moved_bytes, 84.0);
    assert!(all.notes.iter().any(|n| n.contains("fitted the last cache")));
    // One that does not fit the cache is taken before one that does, settled or not.
    (large.in_cache, large.settled, large.size) = (false, false, 4096);
    update.kernels.push(large);
    let synapse = extrapolate(&options("human"), Some(&update)).unwrap().measurement.unwrap().synapse;
    assert_eq!((synapse.in_cache, synapse.size), (false, 4096));
    // Memory of no size is not known.
    let mut none = bench();
    none.machine.memory_bytes = Some(0);
    let all = extrapolate(&options("human"), Some(&none)).unwrap();
    assert_eq!(requirement(all.devices.last().unwrap(), HELD).devices, None);
    let both = Options { efficiency: Some(0.5), ..options("human") };
    assert!(extrapolate(&both, Some(&bench())).is_err());
    let here = Options { devices: vec![THIS_MACHINE.into()], ..options("human") };
    assert!(extrapolate(&here, None).unwrap_err().to_string().contains(THIS_MACHINE));
    assert!(extrapolate(&here, Some(&bench())).is_ok());
}

/// The rows of the PD14 benchmark, of Kunkel 2014, Yamaura 2020, the Digital Twin Brain, Leonardo and Fugaku, as they reported.
#[test]
fn published_runs_stand_as_they_were_reported() {
    let all = done(&options("human"));
    let run = |start: &str| all.backtest.iter().find(|p| p.name.starts_with(start)).unwrap();
    for (name, reported, neurons, synapses, devices) in [
        ("NEST GPU, RTX 4090", 0.386, 77_169.0, 298_880_970.0, 1.0),
        ("GeNN, RTX 4090", 0.272, 77_169.0, 298_880_970.0, 1.0),
        ("GeNN, Titan RTX", 0.70, 77_169.0, 298_880_970.0, 1.0),
        ("GeNN, V100", 1.838, 77_169.0, 298_880_970.0, 1.0),
        ("NEST GPU, RTX 2080 Ti", 1.055, 77_169.0, 298_880_970.0, 1.0),
        ("NEST, two EPYC", 0.67, 77_169.0, 298_880_970.0, 1.0),
        ("Kunkel 2014", 2400.0, 1.73e9, 10.4e12, 82_944.0),
        ("Yamaura 2020", 578.0, 68e9, 5.4e12, 82_944.0),
        ("Digital Twin Brain", 65.0, 86e9, 47.8e12, 14_012.0),
        ("NEST GPU on Leonardo", 20.0, 3.3e9, 37e12, 12_000.0),
        ("Neulite", 32.0, 9e6, 26e9, 158_976.0),
    ] {
        let p = run(name);
        assert_eq!((p.reported, p.neurons, p.synapses, p.devices), (reported, neurons, synapses, devices), "{name}");
        near(p.ratio, p.reported / p.predicted, 1e-12);
        near(p.predicted, p.terms.sum(), 1e-12);
        assert!(p.overlapped <= p.predicted && p.predicted_low <= p.predicted && p.predicted <= p.predicted_high);
    }
    assert_eq!(run("Digital Twin Brain").reported_high, Some(118.8));
    assert_eq!(all.backtest.len(), 11);
}

#[test]
fn a_prediction_is_what_is_computed_by_hand() {
    let tables = Tables::embedded().unwrap();
    let run = tables.runs.iter().find(|r| r.name == "GeNN, RTX 4090, PD14").unwrap();
    let p = predict(run, &tables, 1.0).unwrap();
    let (neurons, events) = (77_169.0, 298_880_970.0 * 3.15);
    near(p.terms.arithmetic_s, (neurons * 12.0 * 1e4 + events) / 82.6e12, 1e-9);
    // 12 values of 4 B a step; 12 B and two sectors of 32 an event; a spike of 8 B and a sector looked up.
    let bytes = neurons * 12.0 * 4.0 * 1e4 + events * (12.0 + 64.0) + neurons * 3.15 * (8.0 + 32.0);
    near(p.terms.memory_s, bytes / 1.008e12, 1e-9);
    near(p.terms.latency_s, 3.0 * 5e-6 * 1e4, 1e-9);
    assert_eq!(p.terms.exchange_s, 0.0);
    // Its inputs matter.
    let mut faster = run.clone();
    faster.rate_hz.value *= 2.0;
    faster.rate_hz.high = None;
    assert!(predict(&faster, &tables, 1.0).unwrap().terms.memory_s > 1.5 * p.terms.memory_s);
    near(predict(run, &tables, 0.5).unwrap().terms.memory_s, 2.0 * p.terms.memory_s, 1e-9);
    let nowhere = huxley_harness::extrapolate::data::Run { device: "abacus".into(), ..run.clone() };
    assert!(predict(&nowhere, &tables, 1.0).unwrap_err().to_string().contains("abacus"));
    // Many devices exchange: a barrier in each exchange.
    let leonardo = tables.runs.iter().find(|r| r.name.contains("Leonardo")).unwrap();
    let p = predict(leonardo, &tables, 1.0).unwrap();
    near(p.terms.latency_s, 1e4 * (3.0 * 5e-6 + (14.0 + 2.0) * 1.5e-6), 1e-9);
}

/// The squid's channels, each rate by itself: not all membranes have scales that are multiples of each other.
fn by_themselves() -> Vec<Channel> {
    let alone = |rate: &mut Rate| {
        if let Rate::Exponential(form) | Rate::Sigmoid(form) | Rate::ExpLinear(form) = rate {
            form.power = None;
        }
    };
    let mut channels = preset::HH.to_vec();
    for gate in channels.iter_mut().flat_map(|channel| channel.gates.to_mut()) {
        if let Kinetics::Rates { forward, reverse } = &mut gate.kinetics {
            alone(forward);
            alone(reverse);
        }
    }
    channels
}

/// The cost of the perisomatic neuron is put together from the ledger's rows.
#[test]
fn the_perisomatic_neuron_is_counted() {
    let settings = Settings { compartments: 100, channels: by_themselves(), ..Settings::default() };
    let rows = rows(&settings);
    let flop = |part: &str| {
        let row = rows.iter().find(|r| r.group == Group::Compartment && r.part == part).unwrap();
        row.amount().flop(huxley_harness::ledger::Convention::default())
    };
    let passive = flop("membrane") + flop("axial coupling");
    let soma = 16.0 * flop("gates") / 3.0 + 10.0 * (flop("conductances") + flop("currents")) / 2.0;
    let tables = Tables::embedded().unwrap();
    near(tables.model("hh-perisomatic").unwrap().neuron_flop.value, 100.0 * passive + soma, 0.01);
}

#[test]
fn absurd_brains_and_options_get_words() {
    type Spoil = fn(&mut Options);
    let cases: [(&str, Spoil); 16] = [
        ("neurons", |o| o.brain.neurons.value = 0.0),
        ("neurons", |o| o.brain.neurons.value = f64::NAN),
        ("neurons", |o| o.brain.neurons.value = f64::INFINITY),
        ("synapses", |o| o.brain.synapses.value = -1.0),
        ("synapses", |o| o.brain.synapses.value = f64::INFINITY),
        ("synapses of a neuron", |o| o.brain.synapses.value = 1e29),
        ("compartments", |o| o.brain.compartments.value = 0.0),
        ("a rate", |o| o.brain.rate_hz.value = 1001.0),
        ("a rate", |o| o.brain.rate_hz.value = -1.0),
        ("slowdown", |o| o.slowdown = 0.0),
        ("slowdown", |o| o.slowdown = f64::INFINITY),
        ("substeps", |o| o.substeps = 0),
        ("efficiency", |o| o.efficiency = Some(0.0)),
        ("efficiency", |o| o.efficiency = Some(1.5)),
        ("weight", |o| o.convention.exp = f64::NAN),
        ("device `abacus`", |o| o.devices = vec!["abacus".into()]),
    ];
    for (word, spoil) in cases {
        let mut options = options("human");
        spoil(&mut options);
        let error = extrapolate(&options, None).unwrap_err();
        assert!(error.to_string().contains(word), "{word}: {error}");
        assert!(error.hint().is_some(), "{word}");
    }
    let error = Options::new(Tables::embedded().unwrap(), "dolphin").unwrap_err();
    assert!(error.hint().unwrap().contains("human-86b"));
}

/// A document with a number that JSON has no word for would not come back.
#[test]
fn documents_of_extreme_brains_come_back_from_json() {
    let size = |neurons: f64, synapses: f64, rate: f64| {
        let mut options = options("human");
        options.brain.neurons = Sourced::given(neurons);
        options.brain.synapses = Sourced::given(synapses);
        options.brain.rate_hz = Sourced::given(rate);
        options
    };
    let mut all = vec![size(1.0, 0.0, 0.0), size(1.0, 1.0, 1000.0), size(1e30, 1e30, 1000.0), size(1e30, 0.0, 0.0)];
    all.push(Options { slowdown: 1e-9, ..options("worm") });
    all.push(Options { slowdown: 1e12, ..options("human") });
    all.push(Options { routing: Routing::Direct, destinations: Destinations::All, ..options("human") });
    all.push(Options { destinations: Destinations::Number(0.0), ..options("human") });
    for options in all {
        let document = done(&options);
        let text = serde_json::to_string(&document).unwrap();
        let back: Extrapolation = serde_json::from_str(&text).unwrap_or_else(|e| panic!("{e}: {text}"));
        assert_eq!(back, document);
    }
    let measured = extrapolate(&options("fly"), Some(&bench())).unwrap();
    let back: Extrapolation = serde_json::from_str(&serde_json::to_string(&measured).unwrap()).unwrap();
    assert_eq!(back, measured);
}

#[test]
fn tables_of_ones_own_come_on_top_and_are_checked() {
    let mine = "schema = 1\n[sources]\nme = \"my own bench, today\"\n[[device]]\nname = \"mine\"\ntitle = \"mine\"\nkind = \"gpu\"\n\
                flops_f32 = { value = 1e15, source = \"me\", checked = true }\n\
                bandwidth = { value = 1e14, source = \"me\", checked = true }\n";
    let mut tables = Tables::embedded().unwrap();
    tables.add_devices("my.toml", mine).unwrap();
    assert_eq!(tables.device("mine").unwrap().bandwidth.as_ref().unwrap().source, "my own bench, today");
    let all = done(&Options { devices: vec!["mine".into()], ..Options::new(tables.clone(), "fly").unwrap() });
    near(all.requirements[2].devices.unwrap(), all.requirements[2].value / 1e14, 1e-12);
    assert_eq!(all.requirements[1].devices, None);
    assert!(all.notes.iter().any(|n| n.contains("mine: memory held: what one of them has is not known")));
    tables.add_devices("my.toml", &mine.replace("\"mine\"", "\"h100-sxm\"")).unwrap();
    assert_eq!(tables.device("h100-sxm").unwrap().bandwidth().unwrap().0, 1e14);
    let bad = [
        ("no table", "schema = 1\n[[device]\n".to_owned()),
        ("no table", mine.replace("bandwidth", "bandwith")),
        ("schema", mine.replace("schema = 1", "schema = 2")),
        ("`flops_f32` of `mine`", mine.replace("1e15", "0")),
        ("`bandwidth` of `mine`", mine.replace("1e14", "nan")),
        ("`bandwidth` of `mine`", mine.replace("1e14", "-1")),
        ("no source", mine.replace("source = \"me\"", "source = \"\"")),
        ("is not between", mine.replace("value = 1e15", "value = 1e15, low = 2e15")),
        ("is not between", mine.replace("value = 1e15", "value = 1e15, low = -1")),
        ("entries of devices", "schema = 1\n".to_owned()),
    ];
    for (word, text) in bad {
        let error = Tables::embedded().unwrap().add_devices("my.toml", &text).unwrap_err().to_string();
        assert!(error.contains(word) && error.contains("my.toml"), "{word}: {error}");
    }
    assert!(Tables::embedded().unwrap().add_brains("my.toml", mine).is_err());
}
