//! GPUs through the GPU backend.

use std::sync::Arc;

use huxley_engine::Plan;
use huxley_gpu::{AdapterReport, Device, GpuBackend, GpuError, GpuOptions, Peaks, adapters};

use super::{Ceiling, GpuRun, Place};
use crate::bench::document::Gpu;
use crate::bench::{BenchError, BenchOptions};

impl From<GpuError> for BenchError {
    fn from(error: GpuError) -> Self {
        let input =
            matches!(error, GpuError::NoAdapter { .. } | GpuError::NoSuchAdapter { .. } | GpuError::Limit { .. });
        BenchError::Gpu { message: error.to_string(), hint: error.hint(), input }
    }
}

fn options(number: usize) -> GpuOptions {
    GpuOptions { adapter: Some(number.to_string()), ..GpuOptions::default() }
}

fn place(report: &AdapterReport) -> Place {
    Place {
        number: report.index,
        gpu: Gpu {
            name: report.name.clone(),
            driver: format!("{} {}", report.driver, report.driver_info).trim().to_owned(),
            kind: report.kind.to_owned(),
            software: report.software,
        },
        double: report.f64,
        clock: report.timestamps,
    }
}

/// The GPU that is asked for, or all that are not software.
pub(crate) fn list(wanted: &BenchOptions) -> Result<Vec<Place>, BenchError> {
    if let Some(device) = &wanted.device {
        let own = GpuOptions { adapter: Some(device.clone()), ..GpuOptions::default() };
        return Ok(vec![place(&Device::open(&own, false)?.report)]);
    }
    Ok(adapters().iter().filter(|report| !report.software).map(place).collect())
}

impl GpuRun for GpuBackend {
    fn device_seconds(&self) -> f64 {
        self.kernel_times().values().map(|kernel| kernel.time.as_secs_f64()).sum()
    }
}

/// Lays a plan out on a GPU.
pub(crate) fn build(place: &Place, plan: Arc<Plan>) -> Result<Box<dyn GpuRun>, BenchError> {
    Ok(Box::new(GpuBackend::new(plan, &options(place.number))?))
}

/// Measures its ceilings.
pub(crate) fn peaks(place: &Place, runs: usize) -> Result<Vec<Ceiling>, BenchError> {
    let device = Device::open(&options(place.number), place.double)?;
    let peaks = Peaks::measure(&device, place.double, runs)?;
    Ok(peaks.ceilings.into_iter().map(|c| (c.name, c.precision, c.samples)).collect())
}
