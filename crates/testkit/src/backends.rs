//! The backends every test body runs over.

use std::sync::Arc;

use huxley_cpu::{CpuBackend, CpuOptions};
use huxley_engine::oracle::Oracle;
use huxley_engine::{Backend, Plan, RunError, lower};
pub use huxley_harness::validate::subject::{Run, ticks};
use huxley_model::network::{Network, Precision};

/// A backend in one of its arithmetics.
pub struct Entry {
    /// For messages.
    pub name: &'static str,
    /// Its arithmetic; plans for it hold weights in the same.
    pub precision: Precision,
    /// Whether its results equal the oracle's to the bit.
    pub strict: bool,
    /// Whether making one takes long (kernels are compiled): bodies then make fewer.
    pub costly: bool,
    /// Makes one.
    pub make: fn(Arc<Plan>) -> Box<dyn Backend>,
}

/// All backends, the oracle first.
#[must_use]
pub fn backends() -> Vec<Entry> {
    fn cpu(plan: Arc<Plan>, strict: bool) -> Box<dyn Backend> {
        Box::new(CpuBackend::new(plan, &CpuOptions { strict, threads: Some(1), ..CpuOptions::default() }))
    }
    let mut all = vec![
        Entry {
            name: "oracle",
            precision: Precision::F64,
            strict: true,
            costly: false,
            make: |plan| Box::new(Oracle::new(plan)),
        },
        Entry {
            name: "cpu strict f64",
            precision: Precision::F64,
            strict: true,
            costly: false,
            make: |plan| cpu(plan, true),
        },
        Entry {
            name: "cpu f64",
            precision: Precision::F64,
            strict: false,
            costly: false,
            make: |plan| cpu(plan, false),
        },
    ];
    #[cfg(feature = "gpu")]
    all.extend(gpu::entries());
    all.push(Entry {
        name: "cpu f32",
        precision: Precision::F32,
        strict: false,
        costly: false,
        make: |plan| cpu(plan, false),
    });
    all
}

#[cfg(feature = "gpu")]
mod gpu {
    use std::sync::{Arc, OnceLock};

    use huxley_engine::{Backend, Plan};
    use huxley_gpu::{GpuBackend, GpuOptions};
    use huxley_model::network::Precision;

    use super::Entry;
    use crate::gpu::open_or_skip;

    fn make(plan: Arc<Plan>, strict: bool) -> Box<dyn Backend> {
        let options = GpuOptions { strict, ..GpuOptions::default() };
        Box::new(GpuBackend::new(plan, &options).unwrap_or_else(|error| panic!("{error}")))
    }

    /// The GPU in what arithmetic it has; nothing, after a line on stderr, where there is none.
    pub fn entries() -> Vec<Entry> {
        static HAS: OnceLock<(bool, bool)> = OnceLock::new();
        let (single, double) = *HAS.get_or_init(|| {
            let strict = GpuOptions { strict: true, ..GpuOptions::default() };
            (open_or_skip(&GpuOptions::default(), false).is_some(), open_or_skip(&strict, true).is_some())
        });
        let mut all = Vec::new();
        if double {
            let make = |plan| make(plan, true);
            all.push(Entry { name: "gpu strict f64", precision: Precision::F64, strict: true, costly: true, make });
        }
        if single {
            let make = |plan| make(plan, false);
            all.push(Entry { name: "gpu f32", precision: Precision::F32, strict: false, costly: true, make });
        }
        all
    }
}

/// The fastest backend of a precision: the last in the list, for long runs.
///
/// # Panics
/// When no backend has that precision.
#[must_use]
pub fn fastest(precision: Precision) -> Entry {
    let mut all = backends();
    all.retain(|entry| entry.precision == precision && (entry.name == "oracle" || !entry.strict));
    all.pop().unwrap_or_else(|| panic!("no backend computes in {precision:?}"))
}

impl Entry {
    /// Lowers a network for this backend.
    ///
    /// # Panics
    /// When it cannot be lowered.
    #[must_use]
    pub fn plan(&self, network: &Network) -> Arc<Plan> {
        let mut network = network.clone();
        network.run.precision = self.precision;
        Arc::new(lower(&network).unwrap_or_else(|e| panic!("`{}` does not lower: {e}", network.name)))
    }

    /// Runs a network for `ms` (rounded to ticks).
    ///
    /// # Panics
    /// When it cannot be lowered or diverges.
    #[must_use]
    pub fn run(&self, network: &Network, ms: f64) -> Run {
        self.try_run(network, ms).unwrap_or_else(|e| panic!("`{}` on {}: {e}", network.name, self.name))
    }

    /// Runs a network for `ms` (rounded to ticks).
    ///
    /// # Errors
    /// When it diverges.
    pub fn try_run(&self, network: &Network, ms: f64) -> Result<Run, RunError> {
        let plan = self.plan(network);
        let mut backend = (self.make)(Arc::clone(&plan));
        let epoch = backend.advance(ticks(&plan, ms))?;
        Ok(Run { plan, epoch })
    }
}
