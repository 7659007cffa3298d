//! The built-in models on the GPU: the CPU's bits in strict mode; without it, the same spikes until chaos parts them.

use std::sync::Arc;

use huxley_cpu::{CpuBackend, CpuOptions};
use huxley_engine::snapshot::Snapshot;
use huxley_engine::{Backend, Epoch, Plan, Spike, lower};
use huxley_gpu::{GpuBackend, GpuOptions};
use huxley_io::builtin;
use huxley_model::network::{Distribution, Network, Precision};
use huxley_testkit::gpu::or_skip;

/// A built-in model, large ones made small.
fn model(name: &str) -> Network {
    let settings: &[(&str, &str)] = match name {
        "cobahh" => &[("scale", "0.1")],
        "plastic-column" => &[("cells", "60")],
        "microcircuit" => &[("scale", "0.01")],
        "fly-synthetic" => &[("cells", "600")],
        _ => &[],
    };
    let settings: Vec<_> = settings.iter().map(|&(key, value)| (key.to_owned(), value.to_owned())).collect();
    let model = builtin::find(name).expect("built in");
    model.load(&settings).unwrap_or_else(|errors| panic!("{name}: {errors}")).network
}

fn plan(network: &Network, precision: Precision) -> Arc<Plan> {
    let mut network = network.clone();
    network.run.precision = precision;
    Arc::new(lower(&network).expect("lowers"))
}

fn cpu(plan: &Arc<Plan>) -> CpuBackend {
    CpuBackend::new(Arc::clone(plan), &CpuOptions { strict: true, threads: Some(1), ..CpuOptions::default() })
}

fn gpu(plan: &Arc<Plan>, strict: bool) -> Option<GpuBackend> {
    or_skip(GpuBackend::new(Arc::clone(plan), &GpuOptions { strict, ..GpuOptions::default() }))
}

fn run(mut backend: impl Backend, ticks: u32) -> (Epoch, Snapshot) {
    let epoch = backend.advance(ticks).expect("does not diverge");
    (epoch, backend.snapshot().expect("a snapshot"))
}

#[test]
fn every_builtin_model_has_the_cpus_bits_in_strict_mode() {
    for built in builtin::list().iter().filter(|model| model.needs.is_none()) {
        let network = model(built.name);
        for precision in [Precision::F32, Precision::F64] {
            let plan = plan(&network, precision);
            let Some(backend) = gpu(&plan, true) else { return };
            let ticks = (if built.name == "celegans" { 15.0 } else { 30.0 } / plan.settings.tick) as u32;
            let (a, b) = (run(cpu(&plan), ticks), run(backend, ticks));
            let name = built.name;
            assert!(
                a.0.spikes == b.0.spikes,
                "{name} {precision:?}: {} and {} spikes",
                a.0.spikes.len(),
                b.0.spikes.len()
            );
            assert!(a.0.samples == b.0.samples, "{name} {precision:?}: samples differ");
            assert!(a.1 == b.1, "{name} {precision:?}: state differs");
        }
    }
}

/// The substep at which two runs first differ: a spike that the other does not have within a substep.
fn parted(a: &[Spike], b: &[Spike]) -> Option<u64> {
    let find = |from: &[Spike], to: &[Spike]| {
        let has = |s: &&Spike| {
            !to.iter()
                .any(|t| t.cell == s.cell && ((t.step as f64 + t.fraction) - (s.step as f64 + s.fraction)).abs() < 1.0)
        };
        from.iter().find(has).map(|s| s.step)
    };
    find(a, b).into_iter().chain(find(b, a)).min()
}

#[test]
#[allow(clippy::print_stdout)]
fn without_strictness_spikes_are_equal_until_chaos_parts_them() {
    let settings = [("scale".to_owned(), "0.25".to_owned())];
    let cobahh = builtin::find("cobahh").expect("built in");
    let network = cobahh.load(&settings).unwrap_or_else(|errors| panic!("{errors}")).network;
    for precision in [Precision::F32, Precision::F64] {
        let plan = plan(&network, precision);
        let Some(backend) = gpu(&plan, false) else { return };
        let ticks = (250.0 / plan.settings.tick) as u32;
        let mut reference = cpu(&plan);
        let start = reference.snapshot().expect("a snapshot");
        let exact = reference.advance(ticks).expect("runs").spikes;
        // The chaos floor: the same run from potentials one unit in the last place away.
        let mut near = start.clone();
        let size = if precision == Precision::F64 { 8 } else { 4 };
        (0..plan.nodes.parent.len()).for_each(|node| near.payload[8 + size * node] ^= 1);
        let mut perturbed = cpu(&plan);
        perturbed.restore(&near).expect("valid");
        let perturbed = perturbed.advance(ticks).expect("runs").spikes;
        let found = run(backend, ticks).0.spikes;
        let (floor, own) = (parted(&exact, &perturbed), parted(&exact, &found));
        let whole = u64::from(ticks) * u64::from(plan.settings.substeps);
        let counts = [exact.len(), perturbed.len(), found.len()];
        println!(
            "{precision:?}: chaos parts the runs at substep {floor:?}, the GPU at {own:?} of {whole}; spikes {counts:?}"
        );
        // Where chaos does not part runs in this time, round-off must not either.
        let floor = floor.unwrap_or(whole);
        // Round-off enters at every step here, and once there.
        assert!(
            own.unwrap_or(whole) as f64 >= EARLY * floor as f64,
            "{precision:?}: parted at {own:?}, chaos at {floor}"
        );
        let spread = 4.0 * (exact.len() as f64).sqrt();
        let away = (exact.len() as f64 - found.len() as f64).abs();
        assert!(away < spread, "{precision:?}: {counts:?} spikes");
        // The control: a network that is a little different parts at once.
        let mut other = network.clone();
        other.projections[0].weight = Distribution::Constant(1.001 * constant(&other.projections[0].weight));
        let other = cpu(&self::plan(&other, precision)).advance(ticks).expect("runs").spikes;
        let apart = parted(&exact, &other);
        assert!(apart.is_some_and(|step| (step as f64) < EARLY * floor as f64), "{precision:?}: control at {apart:?}");
    }
}

/// The part of the time to chaos that the GPU's round-off must leave.
const EARLY: f64 = 0.5;

fn constant(weight: &Distribution) -> f64 {
    match weight {
        Distribution::Constant(value) => *value,
        other => panic!("{other:?}"),
    }
}
