//! Random and listed input: noise with its moments, Poisson spikes with their counts, arrivals at their ticks, delays in whole ticks.

use huxley_model::channel::Integrator;
use huxley_model::morphology::Morphology;
use huxley_model::network::{
    CurrentUnit, Distribution, Network, Oscillation, Projection, Rule, Site, Stimulus, StimulusKind, SynapseKind,
    SynapseModel, Variable,
};
use huxley_model::preset;
use huxley_testkit::networks::{all, current, network, one, passive, population, potential, probe, stepped};
use huxley_testkit::statistics::{autocorrelation, mean, standard_deviation};
use huxley_testkit::tolerances::STANDARD_ERRORS;
use huxley_testkit::{Run, backends};

/// `count` passive points that hardly move, with one substep a tick of 1 ms.
fn points(count: usize, kind: StimulusKind) -> Network {
    let group = population("cell", vec![Morphology::point(1e5)], &vec![0; count], vec![passive(-65.0, 1e-3)]);
    let mut network = stepped(network("points", vec![group]), 1.0, 1.0);
    network.run.integrator = Integrator::BackwardEuler;
    // A conductance that is gone within a tick: at the next tick's start there is what has just arrived.
    network.synapses = vec![SynapseKind::fixed("short", SynapseModel::exponential(0.02, 0.0))];
    network.stimuli = vec![Stimulus { name: "input".to_owned(), target: all("cell", Site::Soma), kind }];
    network.probes = vec![
        potential("v", all("cell", Site::Soma), 1.0),
        probe("i", all("cell", Site::Soma), Variable::SynapticCurrent, 1.0),
        probe("injected", all("cell", Site::Soma), Variable::InjectedCurrent, 1.0),
    ];
    network
}

/// Arrivals at each tick of one cell, from the conductance of weight `weight`.
fn arrivals(run: &Run, cell: usize, weight: f64) -> Vec<f64> {
    let (v, i) = (run.trace("v", cell), run.trace("i", cell));
    v.iter().zip(&i).map(|(v, i)| (i / v / weight).round()).collect()
}

#[test]
#[allow(clippy::print_stdout)]
fn noise_has_its_mean_deviation_and_correlation_time() {
    const CELLS: usize = 100;
    let (mean_current, sd, tau) = (0.3, 0.2, 5.0);
    let noise = StimulusKind::Noise { mean: mean_current, sd, tau, start: 0.0, stop: 1e6 };
    // Twenty substeps: samples at the first one's middle are a fortieth of a tick from the exact draw.
    let network = stepped(points(CELLS, noise), 0.05, 1.0);
    for entry in backends() {
        let run = entry.run(&network, 1000.0);
        let traces: Vec<Vec<f64>> = (0..CELLS).map(|cell| run.trace("injected", cell)).collect();
        let all = traces.concat();
        // Independent samples: one each two correlation times.
        let independent = all.len() as f64 / (2.0 * tau);
        let (m, s) = (mean(&all), standard_deviation(&all));
        let lags = |lag: usize| mean(&traces.iter().map(|t| autocorrelation(t, lag)).collect::<Vec<_>>());
        println!("{}: mean {m:.5}, sd {s:.5}, correlation at tau {:.4}, at 2 tau {:.4}", entry.name, lags(5), lags(10));
        assert!((m - mean_current).abs() < STANDARD_ERRORS * sd / independent.sqrt(), "mean {m}");
        // Samples lie between draws: the deviation is smaller by a fortieth of one less the correlation over a tick.
        let between = 1.0 - 2.0 * 0.025 * 0.975 * (1.0 - (-1.0 / tau).exp());
        let expected = sd * between.sqrt();
        assert!((s / expected - 1.0).abs() < STANDARD_ERRORS / (2.0 * independent).sqrt(), "sd {s}, not {expected}");
        for (lag, expected) in [(5, (-1.0_f64).exp()), (10, (-2.0_f64).exp())] {
            assert!((lags(lag) - expected).abs() < 0.02, "correlation at lag {lag}: {}", lags(lag));
        }
        // Independent over cells.
        let products: Vec<f64> = traces[0].iter().zip(&traces[1]).map(|(a, b)| (a - m) * (b - m)).collect();
        assert!(mean(&products).abs() / (s * s) < STANDARD_ERRORS / (1000.0 / (2.0 * tau)).sqrt());
    }
}

#[test]
fn noise_begins_and_ends_when_told() {
    let noise = StimulusKind::Noise { mean: 1.0, sd: 0.5, tau: 5.0, start: 10.0, stop: 20.0 };
    for entry in backends() {
        let trace = entry.run(&points(3, noise.clone()), 30.0).trace("injected", 1);
        for (tick, &current) in trace.iter().enumerate() {
            assert_eq!(current != 0.0, (10..20).contains(&tick), "{} tick {tick}: {current} nA", entry.name);
        }
    }
}

#[test]
#[allow(clippy::print_stdout)]
fn poisson_spikes_come_at_their_rate_independently() {
    const CELLS: usize = 200;
    let (rate, weight) = (50.0, 1e-6);
    let poisson = StimulusKind::Poisson { synapse: 0, weight, rate, start: 100.0, stop: 1100.0 };
    for entry in backends() {
        let run = entry.run(&points(CELLS, poisson.clone()), 1200.0);
        let counts: Vec<Vec<f64>> = (0..CELLS).map(|cell| arrivals(&run, cell, weight)).collect();
        assert!(counts.iter().all(|c| c[..100].iter().chain(&c[1100..]).all(|&n| n == 0.0)), "outside start and stop");
        let inside: Vec<Vec<f64>> = counts.iter().map(|c| c[100..1100].to_vec()).collect();
        let all = inside.concat();
        let (m, variance) = (mean(&all), standard_deviation(&all).powi(2));
        let n = all.len() as f64;
        println!("{}: {:.3} Hz, variance over mean {:.4}", entry.name, 1e3 * m, variance / m);
        assert!((m - 1e-3 * rate).abs() < STANDARD_ERRORS * (1e-3 * rate / n).sqrt(), "{m} a tick");
        // Var(s^2) of a Poisson variable is (mean + 2 mean^2)/n.
        let error = ((m + 2.0 * m * m) / n).sqrt() / m;
        assert!((variance / m - 1.0).abs() < STANDARD_ERRORS * error, "variance over mean {}", variance / m);
        let next = mean(&inside.iter().map(|c| autocorrelation(c, 1)).collect::<Vec<_>>());
        assert!(next.abs() < STANDARD_ERRORS / n.sqrt() + 2e-3, "correlation with the next tick {next}");
        let totals: Vec<f64> = inside.iter().map(|c| c.iter().sum()).collect();
        let spread = standard_deviation(&totals).powi(2) / mean(&totals);
        assert!(
            (spread - 1.0).abs() < STANDARD_ERRORS * (2.0 / CELLS as f64).sqrt(),
            "cells are not independent: {spread}"
        );
    }
}

#[test]
fn listed_spikes_arrive_at_the_nearest_tick_with_repetitions() {
    let weight = 1e-6;
    let listed = StimulusKind::SpikeTrain { synapse: 0, weight, times: vec![0.0, 3.0, 3.0, 7.4, 7.6, 20.0] };
    for entry in backends() {
        let counts = arrivals(&entry.run(&points(2, listed.clone()), 25.0), 1, weight);
        let mut expected = vec![0.0; 25];
        for (tick, count) in [(0, 1.0), (3, 2.0), (7, 1.0), (8, 1.0), (20, 1.0)] {
            expected[tick] = count;
        }
        assert_eq!(counts, expected, "{}", entry.name);
    }
}

/// A squid point that spikes again and again, connected to a passive point with the given delay.
fn relay(delay: f64, tick: f64) -> Network {
    let mut network = points(1, StimulusKind::SpikeTrain { synapse: 0, weight: 0.0, times: Vec::new() });
    let hh = preset::find("hh").expect("the preset `hh`").channels;
    network.populations.push(population("axon", vec![Morphology::point(1000.0)], &[0], hh));
    network.stimuli = vec![current("step", one("axon", 0, Site::Soma), 0.1, 1.3, 1e6)];
    network.projections = vec![Projection {
        name: "relay".to_owned(),
        source: "axon".to_owned(),
        target: "cell".to_owned(),
        synapse: 0,
        rule: Rule::OneToOne,
        weight: Distribution::Constant(1e-6),
        delay: Distribution::Constant(delay),
        site: Site::Soma,
    }];
    network.probes.truncate(2);
    network.run.integrator = Integrator::BackwardEuler;
    for probe in &mut network.probes {
        probe.interval = tick;
    }
    stepped(network, 0.025, tick)
}

#[test]
fn spikes_arrive_at_the_tick_nearest_to_them_plus_a_whole_delay() {
    for (delay, tick, ticks) in
        [(1.0, 1.0, 1), (1.4, 1.0, 1), (1.6, 1.0, 2), (3.0, 0.5, 6), (0.025, 0.025, 1), (2.0, 0.25, 8)]
    {
        let network = relay(delay, tick);
        for entry in backends() {
            let run = entry.run(&network, 120.0);
            let spikes = run.spikes(1);
            let (early, late) = spikes.iter().map(|t| t / tick).partition::<Vec<f64>, _>(|t| t.fract() < 0.5);
            assert!(spikes.len() >= 6 && (tick < 1.0 || (!early.is_empty() && !late.is_empty())), "{spikes:?}");
            // With tick = dt the conductance decays over several ticks: arrivals are where it rises.
            let g = arrivals(&run, 0, 1e-6);
            let found: Vec<f64> = (0..g.len()).filter(|&t| g[t] == 1.0).map(|t| t as f64).collect();
            let expected: Vec<f64> =
                spikes.iter().map(|t| (t / tick).round() + f64::from(ticks)).filter(|&t| t < g.len() as f64).collect();
            assert_eq!(found, expected, "{} delay {delay} tick {tick}", entry.name);
            let rounded = run.plan.warnings.iter().any(|w| w.contains("1 of 1 delays"));
            assert_eq!(rounded, (delay / tick).fract() > 1e-6, "{:?}", run.plan.warnings);
        }
    }
}

#[test]
fn a_sine_moves_a_membrane_as_the_solution_says() {
    // 1 uS and 1 nF: a time constant of 1 ms.
    let (amplitude, frequency, offset) = (10.0, 60.0, 2.0);
    let wave = Oscillation { offset, amplitude, from: frequency, to: frequency, phase: 0.0, start: 0.0, stop: 1e9 };
    let kind = StimulusKind::Oscillation { wave, unit: CurrentUnit::Nanoampere };
    let mut network = stepped(points(3, kind), 0.0125, 1.0);
    network.run.integrator = Integrator::Staggered;
    let omega = std::f64::consts::TAU * frequency * 1e-3;
    let scale = amplitude / (1.0 + omega * omega);
    let solution = |t: f64| {
        let settled = scale * ((omega * t).sin() - omega * (omega * t).cos());
        -65.0 + settled + scale * omega * (-t).exp() + offset * (1.0 - (-t).exp())
    };
    for entry in backends() {
        let run = entry.run(&network, 50.0);
        for (i, v) in run.trace("v", 1).iter().enumerate() {
            let expected = solution(i as f64);
            // Second order: (dt / tau)^2 / 12 of a change of 10 mV; and f32.
            assert!((v - expected).abs() < 5e-4, "{} at {i} ms: {v}, not {expected}", entry.name);
        }
    }
}

#[test]
fn a_chirp_passes_through_its_frequencies() {
    let wave = Oscillation { offset: 0.0, amplitude: 2.0, from: 5.0, to: 45.0, phase: 0.0, start: 100.0, stop: 2100.0 };
    assert_eq!((wave.at(99.9), wave.at(100.0), wave.at(2100.0), wave.at(2200.0)), (0.0, 0.0, 0.0, 0.0));
    let upward: Vec<f64> = (1..2_000_000)
        .map(|i| 100.0 + f64::from(i) * 1e-3)
        .filter(|&t| wave.at(t - 1e-3) < 0.0 && wave.at(t) >= 0.0)
        .collect();
    // 25 Hz on average over 2 s, less the rise at the start itself.
    assert_eq!(upward.len(), 49);
    // From 5 Hz by 20 Hz a second: between two rises, the frequency of their middle.
    for pair in upward.windows(2) {
        let middle = 0.5 * (pair[0] + pair[1]) - 100.0;
        assert!((1e3 / (pair[1] - pair[0]) / (5.0 + 0.02 * middle) - 1.0).abs() < 1e-3, "{pair:?}");
    }
    let highest = (0..200_000).map(|i| wave.at(f64::from(i) * 0.01)).fold(0.0, f64::max);
    assert!((highest - 2.0).abs() < 1e-5);
}
