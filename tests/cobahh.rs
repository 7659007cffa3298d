//! COBAHH (Brette et al. 2007): the same network as Brian2's, and its statistics.

use huxley_model::network::Precision;
use huxley_testkit::backends::fastest;
use huxley_testkit::networks::cobahh;
use huxley_testkit::statistics::{interval_variation, mean};
use huxley_testkit::{Reference, Run};

/// Spikes before this do not count, ms: the network forgets its start.
const DROP: f64 = 300.0;

/// Mean rate (Hz) and variation of intervals (mean over cells, pooled) from [`DROP`] to `ms`.
fn statistics(run: &Run, ms: f64) -> (f64, f64, f64) {
    let mut trains = vec![Vec::new(); 4000];
    for spike in &run.epoch.spikes {
        let t = spike.time(run.plan.settings.dt);
        if t >= DROP {
            trains[spike.cell as usize].push(t);
        }
    }
    let count: usize = trains.iter().map(Vec::len).sum();
    let (each, pooled) = interval_variation(&trains);
    (1e3 * count as f64 / 4000.0 / (ms - DROP), each, pooled)
}

#[test]
#[allow(clippy::print_stdout)]
fn cobahh_is_irregular_sustained_and_fires_as_in_brian2() {
    let entry = fastest(Precision::F64);
    if entry.name == "oracle" {
        println!("SKIPPED: no backend but the oracle, which would take minutes");
        return;
    }
    let reference = Reference::find("cobahh");
    let ms = 1300.0;
    let mut rates = Vec::new();
    for seed in [1, 2, 3] {
        let run = entry.run(&cobahh(seed, 0.05, 1.0), ms);
        let (rate, each, pooled) = statistics(&run, ms);
        println!("{} seed {seed}: {rate:.2} Hz, CV {each:.3} (pooled {pooled:.3})", entry.name);
        assert!((25.0..45.0).contains(&rate), "seed {seed}: {rate} Hz");
        assert!((1.6..2.4).contains(&each), "seed {seed}: CV {each}, pooled {pooled}");
        let last = run.epoch.spikes.last().map_or(0.0, |s| s.time(run.plan.settings.dt));
        assert!(last > ms - 10.0, "seed {seed}: the last spike is at {last} ms");
        rates.push(rate);
    }
    let Some(reference) = reference else {
        println!("SKIPPED: tests/reference/cobahh.json is missing, so the rate is compared with nothing");
        return;
    };
    let runs = reference.at("/runs").list();
    let same = runs.iter().filter(|r| {
        let number = |key: &str| r.get(key).number();
        number("delay_ms") == 1.0 && number("E_L_mV") == -60.0 && r.get("gates_start").text() == "steady"
    });
    let theirs: Vec<f64> = same.map(|r| r.get("rate_hz").number()).collect();
    assert!(!theirs.is_empty(), "cobahh.json has no run with a delay of 1 ms");
    let (ours, theirs) = (mean(&rates), mean(&theirs));
    println!("{}: {ours:.2} Hz, Brian2 {theirs:.2} Hz", entry.name);
    assert!((ours / theirs - 1.0).abs() < 0.1, "{ours} Hz where Brian2 has {theirs} Hz");
}
