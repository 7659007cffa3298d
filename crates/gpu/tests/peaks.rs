//! Ceilings of a device: each is there, and is a number that a device can have.
#![allow(missing_docs)]

use huxley_gpu::Peaks;
use huxley_model::network::Precision;
use huxley_testkit::gpu::gpu_or_skip;

#[test]
fn every_ceiling_is_measured_in_the_precisions_a_device_has() {
    let Some(plain) = gpu_or_skip(false) else { return };
    let double = plain.report.f64;
    let Some(device) = gpu_or_skip(double) else { return };
    let peaks = Peaks::measure(&device, double, 3).unwrap();
    for precision in [Precision::F32, Precision::F64] {
        for (name, least, most) in [("fma", 1e8, 1e16), ("exp", 1e6, 1e15), ("div", 1e6, 1e15)] {
            let there = precision == Precision::F32 || double;
            let value = peaks.of(name, Some(precision));
            assert_eq!(value.is_some(), there, "{name} {precision:?}");
            assert!(value.is_none_or(|value| value > least && value < most), "{name} {precision:?}: {value:?}");
        }
    }
    for name in ["read", "write", "copy", "update"] {
        let value = peaks.of(name, None).unwrap();
        assert!(value > 1e7 && value < 1e15, "{name}: {value:e}");
    }
    assert!(peaks.ceilings.iter().all(|ceiling| ceiling.samples.len() == 3));
    assert!(peaks.submission > 0.0 && peaks.dispatch > 0.0);
    assert_eq!(peaks.by_device_clock, device.stamps());
}
