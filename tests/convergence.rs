//! What the tick costs: with delays of whole ticks, shrinking the tick goes to the result of tick = dt. And the order in dt.

use huxley_model::channel::Integrator;
use huxley_testkit::backends;
use huxley_testkit::networks::{pairs, ring, stepped};
use huxley_testkit::statistics::mean;

/// Forty spikes at phases that cover the tick, each through one synapse: what the tick does to the time of the spike it causes.
#[test]
#[allow(clippy::print_stdout)]
fn shrinking_the_tick_goes_to_the_result_of_a_tick_of_dt() {
    const COUNT: u32 = 40;
    for entry in backends() {
        let spikes = |tick: f64| {
            let run = entry.run(&stepped(pairs(COUNT as usize), 0.025, tick), 15.0);
            (COUNT..2 * COUNT).map(|cell| run.spikes(cell)).collect::<Vec<_>>().concat()
        };
        let exact = spikes(0.025);
        assert_eq!(exact.len(), COUNT as usize, "every target must spike once");
        for tick in [1.0, 0.5, 0.25, 0.1, 0.05] {
            let coarse = spikes(tick);
            assert_eq!(coarse.len(), exact.len(), "tick {tick}");
            let apart: Vec<f64> = coarse.iter().zip(&exact).map(|(a, b)| a - b).collect();
            let size: Vec<f64> = apart.iter().map(|x| x.abs()).collect();
            let largest = size.iter().copied().fold(0.0, f64::max);
            println!(
                "{} tick {tick} ms: one synapse moves a spike by {:.4} ms on average (bias {:+.4}), at most {largest:.4}",
                entry.name,
                mean(&size),
                mean(&apart)
            );
            // A delivery is moved by half a tick at most, a quarter on average, with no bias (the tick of dt rounds as well).
            assert!(largest <= 0.5 * tick + 0.02, "tick {tick}: {largest}");
            assert!(mean(&size) <= 0.3 * tick + 0.01, "tick {tick}: {}", mean(&size));
            assert!(mean(&apart).abs() <= 0.05 * tick + 0.01, "tick {tick}: bias {}", mean(&apart));
            assert!(mean(&size) > 0.1 * (tick - 0.05), "tick {tick}: the comparison sees nothing");
        }
    }
}

#[test]
#[allow(clippy::print_stdout)]
fn shrinking_dt_in_a_network_converges_with_the_schemes_order() {
    let entry = backends().remove(0);
    // Eleven ms of the ring at a tick of 1 ms: no spike is so near the middle of a tick that dt moves its arrival.
    for (integrator, range) in [(Integrator::Staggered, 3.5..4.6), (Integrator::BackwardEuler, 1.8..2.2)] {
        let spikes = |dt: f64| {
            let mut network = stepped(ring(), dt, 1.0);
            network.run.integrator = integrator;
            entry.run(&network, 11.0).epoch.spikes.iter().map(|s| s.time(dt)).collect::<Vec<f64>>()
        };
        let (coarse, middle, fine) = (spikes(0.01), spikes(0.005), spikes(0.0025));
        assert!(coarse.len() == fine.len() && middle.len() == fine.len() && fine.len() >= 2, "{coarse:?} {fine:?}");
        for i in 0..fine.len() {
            // Differences of successive refinements shrink by the order.
            let ratio = (coarse[i] - middle[i]) / (middle[i] - fine[i]);
            println!("{} spike {i} at {:.4} ms: {ratio:.3}", integrator.name(), fine[i]);
            assert!(range.contains(&ratio), "{} spike {i}: {ratio}", integrator.name());
        }
    }
}
