//! Calcium inside cells and what follows from it: equations against an ODE solution, currents against closed forms, a
//! cell that adapts, and the same bits on every backend.
#![allow(clippy::print_stdout)]

use std::path::PathBuf;
use std::sync::Arc;

use huxley_cpu::{CpuBackend, CpuOptions, instruction_sets};
use huxley_engine::oracle::Oracle;
use huxley_engine::{Backend, Epoch, Plan, PlanError, lower};
use huxley_io::builtin;
use huxley_io::model::{Folder, load_str};
use huxley_model::calcium::{goldman_hodgkin_katz, nernst_calcium};
use huxley_model::channel::{Integrator, Reversal};
use huxley_model::morphology::{Morphology, SectionKind};
use huxley_model::network::{CellSignalling, Distribution, Network, Precision, Site, Variable};
use huxley_model::signalling::{self, Messenger, Signalling, State, calcium_per_current};
use huxley_testkit::backends::{Run, backends, fastest};
use huxley_testkit::networks::{
    adapting, all, current, goldman, messengers, modulated, network, passive, population, potential, probe,
    signalling_zoo, soma_and_dendrite, stepped,
};

// ---- equations

/// `y` after `time` of `dy/dt = slope(y)` by the classical Runge-Kutta scheme.
fn solve<const N: usize>(y: [f64; N], time: f64, steps: u32, slope: impl Fn([f64; N]) -> [f64; N]) -> [f64; N] {
    let h = time / f64::from(steps);
    let add = |y: [f64; N], k: [f64; N], h: f64| std::array::from_fn(|i| y[i] + h * k[i]);
    (0..steps).fold(y, |y, _| {
        let a = slope(y);
        let b = slope(add(y, a, h / 2.0));
        let c = slope(add(y, b, h / 2.0));
        let d = slope(add(y, c, h));
        std::array::from_fn(|i| y[i] + h / 6.0 * (a[i] + 2.0 * b[i] + 2.0 * c[i] + d[i]))
    })
}

/// The right sides of the model's six equations, written down a second time.
fn slopes(s: &Signalling, kappa: f64, current: f64, [ca, a, p, c, q]: [f64; 5]) -> [f64; 5] {
    let cam = ca.powi(4) / (ca.powi(4) + s.calmodulin_half.powi(4));
    [
        -kappa * current - s.pump * ca / (ca + s.pump_half) - (ca - s.rest) / s.tau,
        s.cyclase * (1.0 + s.cyclase_gain * cam) - s.phosphodiesterase * a,
        s.kinase * a * a / (a * a + s.kinase_half * s.kinase_half) * (1.0 - p) - p / s.kinase_tau,
        s.calcineurin * cam * (1.0 - c) - c / s.calcineurin_tau,
        s.phosphatase * c * (1.0 - q) - q / s.phosphatase_tau,
    ]
}

#[test]
fn each_equation_is_exact_for_inputs_that_are_held() {
    let s = Signalling::default();
    let start = [0.9, 0.7, 0.4, 0.3, 0.6];
    let [ca, camp, pka, calcineurin, pp1] = start;
    let (kappa, current) = (0.02, -0.3);
    for tick in [0.1, 1.0, 50.0, 1000.0] {
        // One derivative at a time, the others held; of calcium the pump's denominator too.
        let held = |index: usize| {
            solve(start, tick, 4000, |y| {
                let mut at = start;
                at[index] = y[index];
                let mut slope = slopes(&s, kappa, current, at);
                slope[0] = -kappa * current - s.pump * y[0] / (ca + s.pump_half) - (y[0] - s.rest) / s.tau;
                std::array::from_fn(|i| if i == index { slope[i] } else { 0.0 })
            })[index]
        };
        let cam = signalling::calmodulin(&s, ca);
        let found = [
            signalling::advance_calcium(&s, ca, kappa, current, tick),
            signalling::advance_camp(&s, camp, cam, tick),
            signalling::advance_pka(&s, pka, camp, tick),
            signalling::advance_calcineurin(&s, calcineurin, cam, tick),
            signalling::advance_pp1(&s, pp1, calcineurin, tick),
        ];
        for (index, found) in found.into_iter().enumerate() {
            let expected = held(index);
            let apart = (found / expected - 1.0).abs();
            assert!(apart < 1e-9, "{} after {tick} ms: {found}, not {expected}", Messenger::ALL[index].0);
        }
    }
}

#[test]
fn the_chain_converges_to_an_ode_solution_with_the_first_order_of_the_tick() {
    let s = Signalling::default();
    let (kappa, current) = (0.02, -0.5);
    let start = s.at_rest().values;
    let expected = solve(start, 400.0, 40_000, |y| slopes(&s, kappa, current, y));
    let error = |parts: u32| -> [f64; 5] {
        let tick = 4.0 / f64::from(parts);
        let rest = s.at_rest();
        let end = (0..100 * parts).fold(rest, |state, _| state.advance(&s, kappa, current, tick));
        std::array::from_fn(|i| (end.values[i] - expected[i]).abs())
    };
    let (coarse, fine) = (error(4), error(8));
    for (index, (name, _)) in Messenger::ALL.into_iter().enumerate() {
        let (a, b) = (coarse[index], fine[index]);
        println!("{name}: {} error {a:.2e} at 1 ms, {b:.2e} at 0.5 ms", expected[index]);
        assert!(a < 5e-3 * expected[index], "{name}: error {a} of {}", expected[index]);
        assert!((1.85..2.15).contains(&(a / b)), "{name}: halving the tick divides the error by {}", a / b);
    }
}

#[test]
fn signalling_in_single_precision_is_that_in_double() {
    let s = Signalling::default();
    let mut double = s.at_rest();
    #[allow(clippy::cast_possible_truncation)]
    let mut single = State { values: double.values.map(|x| x as f32) };
    for tick in 0_u32..20_000 {
        let current = if tick % 100 < 5 { -2.0_f32 } else { -0.01 };
        double = double.advance(&s, 0.02, f64::from(current), 1.0);
        single = single.advance(&s, 0.02, current, 1.0);
    }
    for ((name, _), (a, b)) in Messenger::ALL.into_iter().zip(double.values.into_iter().zip(single.values)) {
        assert!((f64::from(b) / a - 1.0).abs() < 1e-3, "{name}: {b}, not {a}");
    }
}

/// Goldman, Hodgkin and Katz in SI units, A, through `permeability` m/s times m2.
fn ghk_si(volt: f64, inside: f64, outside: f64, kelvin: f64) -> f64 {
    let (z, f, r) = (2.0, 96_485.332_12, 8.314_462_618);
    let x = z * f * volt / (r * kelvin);
    // mM are mol/m3.
    z * f * x * (inside - outside * (-x).exp()) / (1.0 - (-x).exp())
}

#[test]
fn the_goldman_current_is_the_closed_form_and_has_its_limit_at_zero() {
    for tenth in (-1500..=1000).filter(|tenth| *tenth != 0) {
        let v = f64::from(tenth) * 0.1;
        for ca in [0.05, 1.0, 100.0] {
            // 1 um3/ms is 1e-15 m3/s; A to nA.
            let expected = 1e-15 * 1e9 * ghk_si(1e-3 * v, 1e-3 * ca, 2.0, 309.15);
            let (found, slope) = goldman_hodgkin_katz(v, ca, 2.0, 36.0);
            let scale = expected.abs().max(1e-3);
            assert!((found - expected).abs() < 1e-12 * scale, "{v} mV: {found}, not {expected}");
            #[allow(clippy::cast_possible_truncation)]
            let single = goldman_hodgkin_katz(v as f32, ca as f32, 2.0, 36.0);
            // Near its reversal potential it is a small difference.
            assert!((f64::from(single.0) - expected).abs() < 2e-6 * scale.max(0.1), "{v} mV, f32: {}", single.0);
            assert!((f64::from(single.1) - slope).abs() < 2e-6 * slope, "{v} mV, f32: slope {}", single.1);
            assert!(slope > 0.0);
        }
    }
    // At 0 mV the field does nothing and what is left is diffusion, zF (inside - outside).
    let diffusion = 1e-6 * 2.0 * 96_485.332_12 * (1e-3 - 2.0);
    for v in [0.0_f64, 1e-300, -1e-12, 1e-7] {
        let (found, slope) = goldman_hodgkin_katz(v, 1.0, 2.0, 36.0);
        assert!((found / diffusion - 1.0).abs() < 1e-7, "{v} mV: {found}, not {diffusion}");
        assert!(slope.is_finite() && slope > 0.0);
    }
    for v in [0.0_f32, 1e-30, -1e-6, 1e-3] {
        let (found, slope) = goldman_hodgkin_katz(v, 1.0, 2.0, 36.0);
        assert!((f64::from(found) / diffusion - 1.0).abs() < 1e-4, "{v} mV: {found}, not {diffusion}");
        assert!(slope.is_finite() && slope > 0.0);
    }
}

#[test]
fn calcium_reverses_where_nernst_and_goldman_say() {
    // ModelDB 123623 starts from 120.2554 mV at 36 degC with 240 nM inside and 2 mM outside.
    let e: f64 = nernst_calcium(0.24, 2.0, 36.0);
    assert!((e - 120.2554).abs() < 2e-3, "{e}");
    assert!(goldman_hodgkin_katz(e, 0.24, 2.0, 36.0).0.abs() < 1e-14);
}

// ---- cells

/// One regular-spiking cell, 3 s of a step that begins at 100 ms.
fn step(amplitude: f64, constants: Signalling) -> Network {
    let mut cells = adapting(Morphology::point(28_953.0), 1);
    cells.v_init = Distribution::Constant(-70.0);
    cells.signalling = Some(modulated(constants));
    let mut network = network("step", vec![cells]);
    network.celsius = 36.0;
    network.stimuli = vec![current("step", all("cell", Site::Soma), amplitude, 100.0, 3100.0)];
    network.probes = messengers("cell");
    network
}

fn run(network: &Network, ms: f64) -> Run {
    fastest(Precision::F64).run(network, ms)
}

#[test]
fn a_cell_with_m_and_ahp_adapts_and_without_them_does_not() {
    let with = run(&step(1.0, Signalling::default()), 3100.0).spikes(0);
    let interval = |spikes: &[f64], from: usize| spikes[from + 1] - spikes[from];
    let (first, last) = (interval(&with, 0), interval(&with, with.len() - 2));
    assert!(last > 3.0 * first, "intervals {first} ms, then {last} ms");
    let mut bare = step(1.0, Signalling::default());
    for insertion in &mut bare.populations[0].membrane.insertions {
        if ["m", "ahp"].contains(&&*insertion.channel.name) {
            insertion.density[0].1 = 0.0;
        }
    }
    let bare = run(&bare, 3100.0).spikes(0);
    let (first, last) = (interval(&bare, 1), interval(&bare, bare.len() - 2));
    assert!(last < 1.4 * first, "without M and AHP: intervals {first} ms, then {last} ms");
    assert!(bare.len() > 2 * with.len());
}

#[test]
fn at_5_to_20_hz_calcium_and_kinase_are_where_the_defaults_say() {
    let mut rates = Vec::new();
    for amplitude in [0.76, 0.85, 1.0, 1.25] {
        let run = run(&step(amplitude, Signalling::default()), 3100.0);
        let spikes = run.spikes(0);
        #[allow(clippy::cast_precision_loss)]
        let rate = spikes.iter().filter(|t| **t > 1100.0).count() as f64 / 2.0;
        let trace = |name: &str| run.trace(name, 0);
        let mean = |x: &[f64]| x[1100..].iter().sum::<f64>() / x[1100..].len() as f64;
        let (ca, pka, pp1) = (mean(&trace("ca")), trace("pka"), trace("pp1"));
        let s = Signalling::default();
        let factor: Vec<f64> = pka.iter().zip(&pp1).map(|(&p, &q)| signalling::modulation(&s, p, q)).collect();
        let (least, most) = factor.iter().fold((f64::MAX, 0.0_f64), |(a, b), &x| (a.min(x), b.max(x)));
        let (p, q) = (pka[3000], pp1[3000]);
        println!(
            "{amplitude} nA: {rate} Hz, calcium {ca:.3} uM, PKA {p:.3}, PP1 {q:.3}, factor {least:.3} to {most:.3}"
        );
        assert!((0.1..1.0).contains(&ca), "{amplitude} nA, {rate} Hz: calcium {ca} uM");
        assert!(least > 0.3 && most < 1.5, "{amplitude} nA: factor {least} to {most}");
        assert!(p > 1.1 * pka[0], "PKA rises with activity: {} to {p}", pka[0]);
        rates.push(rate);
    }
    assert!(rates[0] >= 4.0 && rates[3] <= 25.0 && rates.is_sorted(), "{rates:?} Hz");
}

#[test]
fn pka_takes_adaptation_away_and_pp1_adds_to_it() {
    let spikes = |kinase_effect: f64, phosphatase_effect: f64| {
        let constants = Signalling { kinase_effect, phosphatase_effect, ..Signalling::default() };
        run(&step(1.0, constants), 3100.0).spikes(0).len()
    };
    let (neither, kinase, phosphatase) = (spikes(0.0, 0.0), spikes(0.9, 0.0), spikes(0.0, 20.0));
    println!("{neither} spikes, {kinase} with PKA, {phosphatase} with PP1");
    assert!(kinase > neither && phosphatase < neither, "{neither}, {kinase} with PKA, {phosphatase} with PP1");
}

#[test]
fn calcium_is_what_the_current_of_the_whole_cell_carried_in() {
    // No removal: all that is left is the integral.
    let constants = Signalling { pump: 0.0, tau: 1e9, ..Signalling::default() };
    let channels = vec![passive(-60.0, 1e-4), goldman(2e-7)];
    let mut cells = population("cell", vec![soma_and_dendrite(2)], &[0], channels);
    cells.signalling = Some(CellSignalling { constants: constants.clone(), ..CellSignalling::default() });
    let mut network = network("influx", vec![cells]);
    network.stimuli = vec![current("step", all("cell", Site::Soma), 0.1, 20.0, 120.0)];
    let every = all("cell", Site::Every(SectionKind::Any));
    let through = Variable::ChannelCurrent { channel: "ca_ghk".to_owned() };
    network.probes = vec![probe("i", every, through, 0.025)];
    network.probes.extend(messengers("cell"));
    for entry in backends() {
        let run = entry.run(&network, 200.0);
        let area: f64 = run.plan.nodes.area.iter().sum();
        let sites = run.plan.probes[0].nodes.len();
        assert_eq!(sites, 3);
        let charge: f64 = (0..sites).map(|k| run.trace("i", k).iter().sum::<f64>() * 0.025).sum(); // nA ms
        // Of the last tick only what its first sample shows is sampled.
        let ca = run.trace("ca", 0);
        let until = *ca.last().expect("a sample");
        let kappa = calcium_per_current(constants.depth, area);
        let expected = ca[0] - kappa * charge * 199.0 / 200.0;
        println!("{}: {until} uM, {expected} by the sampled currents", entry.name);
        assert!((until - ca[0]) > 0.01, "{}: calcium came in", entry.name);
        let apart = ((until - expected) / (expected - ca[0])).abs();
        assert!(apart < 5e-3, "{}: {until} uM, not {expected}", entry.name);
    }
}

#[test]
fn a_goldman_current_keeps_the_second_order_and_ends_where_currents_cancel() {
    let constants = Signalling { depth: 1e12, ..Signalling::default() };
    let mut cells =
        population("cell", vec![Morphology::point(1000.0)], &[0], vec![passive(-70.0, 1e-4), goldman(1e-5)]);
    cells.signalling = Some(CellSignalling { constants: constants.clone(), ..CellSignalling::default() });
    cells.v_init = Distribution::Constant(-90.0);
    let mut base = network("goldman", vec![cells]);
    base.probes = vec![potential("v", all("cell", Site::Soma), 1.0)];
    let at = |dt: f64, ms: usize| run(&stepped(base.clone(), dt, 1.0), 200.0).trace("v", 0)[ms];
    let exact = at(0.001, 2);
    let (coarse, fine) = ((at(0.2, 2) - exact).abs(), (at(0.1, 2) - exact).abs());
    println!("errors {coarse:.2e} and {fine:.2e} mV");
    assert!(coarse > 1e-6, "the error is not rounding: {coarse}");
    assert!((3.5..4.5).contains(&(coarse / fine)), "halving dt divides the error by {}", coarse / fine);
    let ca = constants.at_rest().calcium();
    let total =
        |v: f64| 1e-4 * 1e-2 * (v + 70.0) + 1e-5 * 10.0 * 1e-15 * 1e9 * ghk_si(1e-3 * v, 1e-3 * ca, 2.0, 279.45);
    let (mut low, mut high) = (-90.0, 100.001);
    for _ in 0..60 {
        let middle = 0.5 * (low + high);
        if total(middle) > 0.0 { high = middle } else { low = middle }
    }
    let end = at(0.025, 199);
    assert!((end - low).abs() < 1e-5, "{end} mV, not {low}");
}

// ---- backends

const TICKS: u32 = 60;

fn plan(network: &Network, precision: Precision) -> Arc<Plan> {
    let mut network = network.clone();
    network.run.precision = precision;
    Arc::new(lower(&network).expect("lowers"))
}

fn cpu(plan: &Arc<Plan>, threads: usize, strict: bool, point_rows: Option<usize>, isa: Option<&str>) -> CpuBackend {
    let instruction_set = isa.map(str::to_owned);
    let options = CpuOptions { threads: Some(threads), strict, instruction_set, point_rows, every_thread: true };
    CpuBackend::new(Arc::clone(plan), &options)
}

fn finish(mut backend: impl Backend, ticks: u32) -> (Epoch, Vec<u8>) {
    let epoch = backend.advance(ticks).expect("does not diverge");
    (epoch, backend.snapshot().expect("a snapshot").payload)
}

#[test]
fn strict_f64_with_signalling_equals_the_oracle_to_the_bit() {
    for (name, integrator) in Integrator::ALL {
        let mut network = signalling_zoo();
        network.run.integrator = integrator;
        if integrator == Integrator::ForwardEuler {
            network = stepped(network, 0.001, 0.1);
            network.probes.clear();
        }
        let plan = plan(&network, Precision::F64);
        let expected = finish(Oracle::new(Arc::clone(&plan)), TICKS);
        assert!(integrator == Integrator::ForwardEuler || expected.0.spikes.len() > 50);
        for isa in instruction_sets() {
            let got = finish(cpu(&plan, 1, true, None, Some(isa)), TICKS);
            assert!(got.0.spikes == expected.0.spikes, "{name} {isa}: spikes differ");
            assert!(got.1 == expected.1, "{name} {isa}: state differs");
            for (i, (a, b)) in got.0.samples.iter().zip(&expected.0.samples).enumerate() {
                let worst = a.iter().zip(b).map(|(a, b)| (a - b).abs()).fold(0.0, f64::max);
                assert!(a == b, "{name} {isa}: probe {i} differs by {worst:e}");
            }
        }
    }
}

#[test]
fn signalling_does_not_depend_on_threads_or_block_size() {
    for precision in [Precision::F32, Precision::F64] {
        let plan = plan(&signalling_zoo(), precision);
        let expected = finish(cpu(&plan, 1, false, None, None), TICKS);
        for threads in [2, 3] {
            assert!(finish(cpu(&plan, threads, false, None, None), TICKS) == expected, "{threads} threads");
        }
        for rows in [1, 3] {
            assert!(finish(cpu(&plan, 1, false, Some(rows), None), TICKS) == expected, "blocks of {rows} rows");
        }
    }
}

#[test]
fn a_run_goes_on_from_a_snapshot_with_its_messengers_on_any_backend() {
    let plan = plan(&signalling_zoo(), Precision::F64);
    let straight = finish(cpu(&plan, 1, true, None, None), TICKS).1;
    let mut first = cpu(&plan, 1, true, None, None);
    first.advance(25).expect("runs");
    let snapshot = first.snapshot().expect("a snapshot");
    let mut second = cpu(&plan, 2, true, Some(1), None);
    second.restore(&snapshot).expect("fits");
    assert!(second.snapshot().expect("a snapshot").payload == snapshot.payload, "what is restored is what was saved");
    assert!(finish(second, TICKS - 25).1 == straight, "the CPU goes on");
    let mut oracle = Oracle::new(Arc::clone(&plan));
    oracle.restore(&snapshot).expect("fits");
    assert!(finish(oracle, TICKS - 25).1 == straight, "the oracle goes on");
    // Another constant is another network.
    let mut other = signalling_zoo();
    other.populations[0].signalling.as_mut().expect("has signalling").constants.tau = 301.0;
    let other = self::plan(&other, Precision::F64);
    assert!(Oracle::new(other).restore(&snapshot).is_err());
}

// ---- what is wrong is said

#[test]
fn calcium_that_is_not_there_is_an_error_with_a_remedy() {
    let refused = |change: &dyn Fn(&mut Network)| -> (PlanError, String) {
        let mut network = step(1.0, Signalling::default());
        change(&mut network);
        let error = lower(&network).expect_err("refused");
        let text = format!("{error}; {}", error.hint().unwrap_or_default());
        (error, text)
    };
    let (error, text) = refused(&|n| n.populations[0].signalling = None);
    assert!(matches!(error, PlanError::NoCalcium { .. }), "{text}");
    assert!(text.contains("`ca_l` of `cell`") && text.contains("[populations.cell.signalling]"), "{text}");
    let set = |n: &mut Network, change: fn(&mut CellSignalling)| {
        change(n.populations[0].signalling.as_mut().expect("has signalling"));
    };
    let (_, text) = refused(&|n| set(n, |s| s.modulates = vec!["kv".to_owned()]));
    assert!(text.contains("channel `kv`") && text.contains("ahp"), "{text}");
    let (error, text) = refused(&|n| set(n, |s| s.carriers = vec!["leak".to_owned()]));
    assert!(matches!(error, PlanError::LeakSignals { .. }), "{text}");
    let (_, text) = refused(&|n| set(n, |s| s.constants.tau = 0.0));
    assert!(text.contains("`tau` of the signalling of `cell` is 0"), "{text}");
    let (_, text) = refused(&|n| set(n, |s| s.constants.kinase_effect = 1.5));
    assert!(text.contains("kinase_effect"), "{text}");
    let (_, text) = refused(&|n| {
        n.populations[0].signalling = None;
        n.populations[0].membrane.insertions.truncate(3);
    });
    assert!(text.contains("samples `ca`"), "{text}");
}

const MODEL: &str = r#"
schema = 1
celsius = "36 degC"
[populations.cell]
shape = { point = { area = "1000 um2" } }
[populations.cell.membrane]
preset = "pospischil_rs"
[populations.cell.membrane.channels]
ca_l = { from = "adapting", any = "1e-4 cm/s", reversal = { calcium = "ghk", outside = "2 mM" } }
ahp = { from = "adapting", any = "0.2 mS/cm2" }
kc = "0.1 mS/cm2"
[channels.kc]
reversal = "-90 mV"
[channels.kc.gates.o]
instantaneous = true
inf = { expression = "ca^2 / (ca^2 + (0.5 uM)^2)" }
[populations.cell.signalling]
depth = "5 um"
tau = "100 ms"
pump = "2 uM/s"
modulates = ["m", "ahp"]
[probes.ca]
population = "cell"
variable = "ca"
"#;

fn load(text: &str) -> Result<Network, String> {
    let loaded = load_str(text, "cell.toml", &Folder(PathBuf::new()), &[]);
    loaded.map(|loaded| loaded.network).map_err(|errors| errors.to_string())
}

#[test]
fn a_model_file_has_calcium_signalling_and_messengers() {
    let network = load(MODEL).unwrap_or_else(|error| panic!("{error}"));
    let signalling = network.populations[0].signalling.as_ref().expect("has signalling");
    assert_eq!(signalling.modulates, ["m", "ahp"]);
    let expected = Signalling { depth: 5.0, tau: 100.0, pump: 2e-3, ..Signalling::default() };
    assert_eq!(signalling.constants, expected);
    let of = |name: &str| network.populations[0].membrane.insertions.iter().find(|i| i.channel.name == name);
    let calcium = of("ca_l").expect("has `ca_l`");
    assert_eq!(calcium.channel.reversal, Reversal::GoldmanCalcium { outside: 2.0 });
    assert!((calcium.density[0].1 - 1e-4).abs() < 1e-18, "cm/s");
    assert_eq!(network.probes[0].variable, Variable::Messenger(Messenger::Calcium));
    run(&network, 5.0);
}

#[test]
fn mistakes_in_a_model_file_are_found_with_their_remedy() {
    for (from, to, words) in [
        ("\"1e-4 cm/s\"", "\"1e-4 S/cm2\"", "expected a permeability"),
        ("\"0.2 mS/cm2\"", "\"1e-4 cm/s\"", "expected a conductance density"),
        ("calcium = \"ghk\"", "calcium = \"hgk\"", "`hgk` is not one of the known words"),
        ("(0.5 uM)", "(0.5 ms)", "joins"),
        ("[\"m\", \"ahp\"]", "[\"m\", \"apb\"]", "`apb` is not a channel of the membrane with gates"),
        ("[\"m\", \"ahp\"]", "[\"leak\"]", "`leak` is not a channel of the membrane with gates"),
        ("depth = \"5 um\"", "depth = \"5 uM\"", "expected a length"),
        ("tau = \"100 ms\"", "taw = \"100 ms\"", "unknown key `taw`"),
        ("pump = \"2 uM/s\"", "kinase_effect = 1.5", "between 0 and 1"),
        ("variable = \"ca\"", "variable = \"calmodulin\"", "`calmodulin` is not a variable"),
    ] {
        assert!(MODEL.contains(from), "{from}");
        let error = load(&MODEL.replace(from, to)).expect_err(to);
        assert!(error.contains(words), "{to}: {error}");
    }
    let (head, rest) = MODEL.split_once("[populations.cell.signalling]").expect("has signalling");
    let (_, probes) = rest.split_once("[probes.ca]").expect("has a probe");
    let error = load(&format!("{head}[probes.ca]{probes}")).expect_err("has no signalling");
    assert!(error.contains("depends on calcium") && error.contains("[populations.cell.signalling]"), "{error}");
}

#[test]
fn the_built_in_model_adapts() {
    let network = builtin::find("adapting").expect("is there").load(&[]).unwrap_or_else(|e| panic!("{e}")).network;
    let spikes = fastest(network.run.precision).run(&network, network.run.duration).spikes(0);
    assert!(spikes.len() > 15 && spikes[2] - spikes[1] < 20.0, "{spikes:?}");
    assert!(spikes[spikes.len() - 1] - spikes[spikes.len() - 2] > 40.0, "{spikes:?}");
}
