//! How long kernels take, by the device's own clock.

use std::collections::BTreeMap;
use std::time::Duration;

use crate::device::Device;

/// Time of one kernel over a run.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct KernelTime {
    /// On the device.
    pub time: Duration,
    /// How often it ran.
    pub dispatches: u64,
}

/// Times by kernel; empty where the device keeps none.
#[derive(Debug)]
pub struct Timings {
    /// Nanoseconds of the device's clock; none where it has none.
    period: Option<f64>,
    times: BTreeMap<&'static str, KernelTime>,
}

impl Timings {
    /// Nothing yet.
    pub fn new(device: &Device) -> Self {
        let period = device.stamps().then(|| f64::from(device.queue.get_timestamp_period()));
        Self { period, times: BTreeMap::new() }
    }

    /// Whether times are kept.
    pub fn active(&self) -> bool {
        self.period.is_some()
    }

    /// Adds a submission: the kernel of each dispatch, and the clock before the first and after each.
    #[allow(clippy::cast_precision_loss, clippy::cast_possible_truncation, clippy::cast_sign_loss)]
    pub fn add(&mut self, kernels: &[&'static str], stamps: &[u64]) {
        let Some(period) = self.period else { return };
        for (&name, pair) in kernels.iter().zip(stamps.windows(2)) {
            let own = self.times.entry(name).or_default();
            let nanoseconds = (pair[1].saturating_sub(pair[0]) as f64 * period) as u64;
            tracing::trace!(kernel = name, nanoseconds, "dispatch");
            own.time += Duration::from_nanos(nanoseconds);
            own.dispatches += 1;
        }
    }

    /// By kernel.
    pub fn times(&self) -> &BTreeMap<&'static str, KernelTime> {
        &self.times
    }
}
