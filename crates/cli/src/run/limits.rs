//! Whether a run fits: memory before anything is built, disk before anything is written.

use std::path::Path;

use huxley_engine::Plan;
use huxley_engine::estimate::{Estimate, estimate};
use huxley_io::results::{Recording, SizeEstimate, estimate_size, format, free_space};
use huxley_model::network::Network;

use crate::failure::Failure;
use crate::machine;
use crate::run::recorder::Formats;

/// Rate for which room for spikes is reckoned, Hz.
const EXPECTED_RATE: f64 = 10.0;
/// Bytes of a spike: 24 held, and twice 16 while `spikes.h5` is written.
const SPIKE: f64 = 56.0;
/// Files above this are worth a warning, bytes.
const LARGE: u64 = 2_000_000_000;
/// Most synapses and nodes a plan can number.
pub const NUMBERED: u64 = u32::MAX as u64;

/// What a run needs.
pub struct Need {
    /// Of the network.
    pub estimate: Estimate,
    /// Bytes for spikes held.
    pub spike_bytes: u64,
}

impl Need {
    /// Memory the run needs at its peak, bytes.
    pub fn memory(&self) -> u64 {
        self.estimate.peak_bytes().saturating_add(self.spike_bytes)
    }
}

/// What a run of `network` needs.
#[allow(clippy::cast_possible_truncation, clippy::cast_precision_loss, clippy::cast_sign_loss)]
pub fn need(network: &Network) -> Need {
    let estimate = estimate(network);
    let spikes = estimate.cells as f64 * EXPECTED_RATE * network.run.duration * 1e-3;
    Need { estimate, spike_bytes: (spikes * SPIKE) as u64 }
}

/// Memory a run may take, bytes.
pub fn memory_limit(option: Option<u64>) -> Option<u64> {
    match (option, machine::available_memory()) {
        (Some(option), Some(available)) => Some(option.min(available)),
        (option, available) => option.or(available),
    }
}

/// That the run fits in memory.
pub fn check_memory(need: &Need, option: Option<u64>) -> Result<(), Failure> {
    let e = &need.estimate;
    for (count, what) in [(e.synapses, "synapses"), (e.nodes, "nodes")] {
        if count > NUMBERED {
            let text = format!(
                "the network has about {} {what}; at most {} can be numbered",
                format::count(count),
                format::count(NUMBERED)
            );
            return Err(Failure::input(text).hint("make populations smaller or connections sparser"));
        }
    }
    let Some(limit) = memory_limit(option) else { return Ok(()) };
    if need.memory() <= limit {
        return Ok(());
    }
    let whose = if option == Some(limit) { "--max-memory allows" } else { "this machine has free" };
    let text = format!(
        "the run would need about {} of memory, {whose} {}",
        format::bytes(need.memory()),
        format::bytes(limit)
    );
    let shorter = if need.spike_bytes > limit / 2 { ", or run for a shorter time" } else { "" };
    let hint = format!("make it smaller or sparser with --set{shorter}; it would have {}", expectation(need));
    Err(Failure::input(text).hint(hint))
}

/// Sizes of a network that is not built yet.
pub fn expectation(need: &Need) -> String {
    let e = &need.estimate;
    format!(
        "{}, {}, {} ({:.0} into the average cell, at most {}), {} of memory",
        format::counted(e.cells, "cell"),
        format::counted(e.compartments, "compartment"),
        format::counted(e.synapses, "synapse"),
        e.fan_in.mean,
        format::count(e.fan_in.most),
        format::bytes(need.memory())
    )
}

/// What a run will write.
#[allow(clippy::cast_precision_loss)]
pub fn files(plan: &Plan, formats: &Formats, ticks: u64, rate_hz: f64) -> SizeEstimate {
    let report = |p: &huxley_engine::plan::ProbePlan| (p.nodes.len() as u64, f64::from(p.interval) * plan.settings.dt);
    estimate_size(&Recording {
        neurons: plan.cells.len() as u64,
        rate_hz,
        duration_ms: ticks as f64 * plan.settings.tick,
        reports: plan.probes.iter().map(report).collect(),
        spike_formats: formats.spikes.clone(),
        report_formats: formats.reports.clone(),
    })
}

/// The rate that sizes are reckoned for, Hz.
pub fn expected_rate() -> f64 {
    EXPECTED_RATE
}

/// Refuses files that cannot fit on the disk, and warns of large ones.
pub fn check_disk(
    plan: &Plan,
    formats: &Formats,
    ticks: u64,
    folder: &Path,
    warnings: &mut Vec<String>,
) -> Result<(), Failure> {
    let files = files(plan, formats, ticks, EXPECTED_RATE);
    let free = free_space(folder).unwrap_or(u64::MAX);
    let less = "record fewer places, or less often";
    let sizes = |verb: &str| {
        format!(
            "results {verb} take about {}, and there are {} free on the disk",
            format::bytes(files.total()),
            format::bytes(free)
        )
    };
    // Sizes of text are within a factor of two.
    if files.total() / 2 > free {
        return Err(Failure::input(sizes("would"))
            .hint(format!("{less} (probes.NAME.interval), choose another disk with --out, or use --no-output")));
    }
    if files.total() > free / 2 {
        warnings.push(format!("{}: {less}", sizes("may")));
    } else if files.reports > LARGE {
        warnings.push(format!("reports will take about {}: {less}", format::bytes(files.reports)));
    }
    Ok(())
}
