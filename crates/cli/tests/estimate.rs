//! What is said of a run before it is built is what is then built.

use std::sync::Arc;

use huxley_cpu::{CpuBackend, CpuOptions};
use huxley_engine::estimate::{estimate, fan_in, plan_bytes, synapses_of_generators};
use huxley_engine::{Backend, lower};
use huxley_io::builtin;

#[test]
#[allow(clippy::cast_precision_loss)]
fn estimates_of_the_built_in_models_hold() {
    for model in builtin::list().iter().filter(|model| model.needs.is_none()) {
        let network = model.load(&[]).unwrap().network;
        let expected = estimate(&network);
        let plan = Arc::new(lower(&network).unwrap());
        let name = model.name;
        assert_eq!(expected.cells, plan.cells.len() as u64, "{name}");
        assert_eq!(expected.compartments, plan.compartments() as u64, "{name}");
        assert_eq!(expected.nodes, plan.nodes.parent.len() as u64, "{name}");
        assert_eq!(expected.gap_junctions, plan.gaps.junctions as u64, "{name}");
        let synapses = plan.synapses() as f64;
        assert!(
            (expected.synapses as f64 - synapses).abs() <= 0.02 * synapses,
            "{name}: {} {synapses}",
            expected.synapses
        );
        let (reckoned, counted) = (expected.fan_in, fan_in(&plan));
        assert!((reckoned.mean - counted.mean).abs() <= 0.02 * counted.mean, "{name}: {reckoned:?} {counted:?}");
        assert!(reckoned.most <= counted.most, "{name}: {reckoned:?} {counted:?}");
        assert_eq!(
            (counted.mean * plan.cells.len() as f64).round() as usize,
            plan.synapses() - synapses_of_generators(&plan) as usize,
            "{name}: every connection is counted once"
        );
        let bytes = plan_bytes(&plan);
        let state = CpuBackend::new(Arc::clone(&plan), &CpuOptions::default()).bytes();
        let held = (bytes.membrane + bytes.synapses + state) as f64;
        let ratio = expected.peak_bytes() as f64 / held;
        assert!((1.0..6.0).contains(&ratio), "{name}: reckoned {} for {held} held", expected.peak_bytes());
    }
}
