//! Every built-in model does what its description says (the worm: `tests/worm.rs`; COBAHH's figures: `tests/cobahh.rs`; the cell
//! that adapts: `tests/signalling.rs`).

use huxley_io::builtin;
use huxley_model::network::{Network, Precision};
use huxley_testkit::Run;
use huxley_testkit::backends::fastest;
use huxley_testkit::compare::{crossings, expect, within};
use huxley_testkit::statistics::{interval_variation, mean};

fn model(name: &str, overrides: &[(&str, &str)]) -> Network {
    let overrides: Vec<_> = overrides.iter().map(|&(key, value)| (key.to_owned(), value.to_owned())).collect();
    let loaded = builtin::find(name).unwrap_or_else(|| panic!("no model `{name}`")).load(&overrides);
    loaded.unwrap_or_else(|errors| panic!("{errors}")).network
}

/// Runs a model as it comes, for its own duration, in its own precision.
fn run(network: &Network) -> Run {
    fastest(network.run.precision).run(network, network.run.duration)
}

#[test]
fn this_file_knows_every_model() {
    let names: Vec<&str> = builtin::list().iter().map(|model| model.name).collect();
    let known = [
        "squid",
        "adapting",
        "ball-and-stick",
        "plastic-pair",
        "rallpack1",
        "rallpack2",
        "rallpack3",
        "cobahh",
        "ring",
        "plastic-column",
        "celegans",
        "microcircuit",
        "fly-synthetic",
        // Needs a table that is not part of the program; `crates/io/tests/connectome.rs` loads one like it.
        "fly",
    ];
    assert_eq!(names, known, "a model was added: say here what it does");
}

#[test]
fn squid_fires_seven_times() {
    let spikes = run(&model("squid", &[])).spikes(0);
    assert_eq!(spikes.len(), 7);
    expect(within(&[spikes[0], spikes[6]], &[102.17995, 198.30808], 0.02), "first and last spike");
}

#[test]
fn ball_and_stick_carries_each_pulse_to_the_soma_and_fires() {
    let network = model("ball-and-stick", &[]);
    let run = run(&network);
    let spikes = run.spikes(0);
    // Pulses begin at 5, 35 and 65 ms at the far end; the soma fires a few milliseconds after each.
    assert_eq!(spikes.len(), 3, "{spikes:?}");
    for (spike, pulse) in spikes.iter().zip([5.0, 35.0, 65.0]) {
        assert!((pulse + 0.5..pulse + 10.0).contains(spike), "{spikes:?}");
    }
    // The dendrite has no channels that spike: the pulse is larger there than the spike that comes back.
    let peak = |probe: &str, from: usize| run.trace(probe, 0)[from..].iter().copied().fold(f64::NEG_INFINITY, f64::max);
    assert!(peak("soma", 0) > 20.0);
    let interval = network.probes[0].interval;
    assert!((interval - 0.1).abs() < 1e-12);
    assert!(peak("dendrite", 900) < -55.0, "the dendrite comes to rest");
}

#[test]
fn passive_rallpacks_charge_and_carry_less_to_the_end() {
    for (name, end) in [("rallpack1", "end"), ("rallpack2", "tip")] {
        let run = run(&model(name, &[]));
        assert!(run.epoch.spikes.len() <= 1, "{name}: passive, {} spikes", run.epoch.spikes.len());
        let (near, far) = (run.trace("start", 0), run.trace(end, 0));
        let last = near.len() - 1;
        assert!(near.windows(2).all(|w| w[1] >= w[0]) && far.windows(2).all(|w| w[1] >= w[0] - 1e-9), "{name} rises");
        let (near, far) = (near[last], far[last]);
        assert!(far > -60.0 && near > far, "{name}: {near} and {far} mV");
    }
}

#[test]
fn rallpack3_sends_spikes_along_the_axon() {
    let run = run(&model("rallpack3", &[("run.dt", "\"0.025 ms\"")]));
    let (near, far) = (crossings(&run.trace("start", 0), 0.05, 0.0), crossings(&run.trace("end", 0), 0.05, 0.0));
    assert_eq!((near.len(), far.len()), (18, 17));
    for (near, far) in near.iter().zip(&far) {
        assert!((0.5..10.0).contains(&(far - near)), "from {near} to {far} ms along 1 mm");
    }
}

#[test]
fn cobahh_keeps_itself_going_irregularly() {
    let network = model("cobahh", &[("scale", "0.25")]);
    let run = fastest(Precision::F32).run(&network, 500.0);
    let trains: Vec<Vec<f64>> =
        (0..1000).map(|cell| run.spikes(cell).into_iter().filter(|t| *t > 150.0).collect()).collect();
    let counts: Vec<f64> = trains.iter().map(|train| train.len() as f64).collect();
    let rate = 1e3 * mean(&counts) / 350.0;
    let (variation, _) = interval_variation(&trains);
    assert!((20.0..60.0).contains(&rate) && variation > 1.0, "{rate} Hz, CV {variation}");
    assert!(run.epoch.spikes.last().is_some_and(|spike| spike.time(0.025) > 490.0));
}

#[test]
fn one_spike_goes_round_each_ring() {
    let network = model("ring", &[("cells", "20"), ("depth", "1")]);
    let run = fastest(Precision::F32).run(&network, 200.0);
    for ring in 0..2 {
        let spikes: Vec<Vec<f64>> = (0..10).map(|cell| run.spikes(10 * ring + cell)).collect();
        let order: Vec<f64> = spikes.iter().map(|own| *own.first().expect("the spike comes by")).collect();
        assert!(order.windows(2).all(|w| (4.9..12.0).contains(&(w[1] - w[0]))), "ring {ring}: {order:?}");
        assert!(
            spikes[0].len() >= 2 && spikes[0][1] > order[9],
            "ring {ring}: it does not come round: {:?}",
            spikes[0]
        );
        let counts: Vec<usize> = spikes.iter().map(Vec::len).collect();
        assert!(
            counts.iter().all(|&n| n == counts[0] || n + 1 == counts[0]),
            "more than one spike goes round: {counts:?}"
        );
    }
}

#[test]
fn the_plastic_pair_learns_and_all_its_variables_move() {
    let run = run(&model("plastic-pair", &[]));
    assert_eq!((run.spikes(0).len(), run.spikes(1).len()), (40, 40));
    for name in
        ["s_ampa", "s_nmda", "facilitation", "depression", "calcium", "camkii", "weight", "activity", "dopamine"]
    {
        let trace = run.trace(name, 0);
        let (low, high) = trace.iter().fold((f64::MAX, f64::MIN), |(low, high), x| (low.min(*x), high.max(*x)));
        assert!(high - low > 1e-3, "{name} stays between {low} and {high}");
    }
}

#[test]
fn the_plastic_column_is_neither_silent_nor_saturated() {
    let network = model("plastic-column", &[("run.duration", "1 s")]);
    let run = run(&network);
    let rate = run.epoch.spikes.len() as f64 / 100.0;
    assert!((2.0..20.0).contains(&rate), "{rate} Hz");
    assert!(run.plan.synapses() > 10_000 && run.plan.clocked.iter().any(|g| g.plasticity.structural.is_some()));
}

#[test]
fn the_worm_takes_plastic_synapses_from_the_command_line() {
    let stdp = model("celegans", &[("run.duration", "50 ms"), ("synapses.excitatory.stdp", "{ w_max = 0.001 }")]);
    assert!(run(&stdp).plan.clocked.len() == 1);
}

#[test]
fn the_microcircuit_is_neither_silent_nor_saturated() {
    let network = model("microcircuit", &[("run.duration", "150 ms")]);
    let run = run(&network);
    let mut first = 0;
    for population in &network.populations {
        let cells = population.cells.len();
        let spikes = run.epoch.spikes.iter().filter(|s| (first..first + cells).contains(&(s.cell as usize))).count();
        let rate = spikes as f64 / cells as f64 / 0.15;
        assert!((1.0..60.0).contains(&rate), "{}: {rate} Hz", population.name);
        first += cells;
    }
    assert_eq!(first, 7718);
}

#[test]
fn the_synthetic_fly_keeps_itself_going() {
    let network = model("fly-synthetic", &[("cells", "3000"), ("run.duration", "200 ms")]);
    assert!(network.title.starts_with("SYNTHETIC") && network.notes[0].contains("not the fly's connectome"));
    let run = run(&network);
    let late = run.epoch.spikes.iter().filter(|spike| spike.time(0.025) > 100.0).count();
    let rate = late as f64 / 3000.0 / 0.1;
    assert!((3.0..60.0).contains(&rate), "{rate} Hz");
    assert!((run.plan.synapses() as f64 / 3000.0 - 109.0).abs() < 4.0, "{}", run.plan.synapses());
}
