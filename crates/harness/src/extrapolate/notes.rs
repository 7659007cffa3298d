//! What a reader of an extrapolation should know.

use super::Options;
use super::document::{EXCHANGED, MOVED, Needs};
use super::measured::Measured;
use super::spikes::Destinations;
use super::work::UnitWork;

/// Bytes of a synaptic event on a GPU, as the back-test counts them: 12 one after the other, and two sectors of 32.
const EVENT_BYTES: f64 = 76.0;

/// What a reader should know.
pub fn notes(options: &Options, measured: Option<&Measured>, unit: &UnitWork, needed: &[Needs]) -> Vec<String> {
    let mut notes = Vec::new();
    if let Some(m) = measured {
        notes.push(
            "a fraction of peak that one machine reached is no promise for another: caches, latencies and instruction sets differ".to_owned(),
        );
        if m.backend == "cpu" {
            notes.push(
                "the fractions are a CPU's; on GPUs the same kernels may reach more or less of their peaks".to_owned(),
            );
        }
        for figure in [&m.membrane, &m.synapse] {
            if !figure.settled {
                notes.push(format!("`{}` had not settled at its largest size, {}", figure.kernel, figure.size));
            }
            if figure.fraction > 1.0 {
                notes.push(format!(
                    "`{}` is above its peak: its data lay in a cache, or the peak is too low",
                    figure.kernel
                ));
            }
        }
        if m.synapse.bound != m.synapse.peak {
            notes.push(format!(
                "`{}` was bound by `{}` there, not by `{}`: devices with another balance of arithmetic and memory will do better or worse",
                m.synapse.kernel, m.synapse.bound, m.synapse.peak
            ));
        }
        if m.synapse.in_cache {
            notes.push(format!(
                "`{}` fitted the last cache at the size that is used, {}: of memory's bandwidth it may reach another part",
                m.synapse.kernel, m.synapse.size
            ));
        }
        notes.push(
            "bytes held, and bytes that a synapse moves, are those of the program that was measured, not the least that are counted".to_owned(),
        );
    }
    for need in needed {
        for requirement in &need.requirements {
            if requirement.devices.is_none()
                && !(requirement.name == EXCHANGED && need.devices.is_some_and(|d| d <= 1.0))
            {
                let why = if requirement.device.is_none() {
                    "what one of them has is not known, and is not among the numbers"
                } else {
                    "no number of them up to 1e18 keeps up with a tick"
                };
                notes.push(format!("{}: {}: {why}", need.name, requirement.name));
            }
        }
        if need.devices.is_some() && need.devices_in_turn.is_none() {
            notes.push(format!(
                "{}: one thing after the other, no number of devices keeps up with a tick, or not enough is known of it",
                need.name
            ));
        }
    }
    if options.destinations == Destinations::Random {
        notes.push(
            "spikes go to randomly placed synapses, the worst case; neurons placed by their connections exchange less"
                .to_owned(),
        );
    }
    let rate = options.brain.rate_hz.value;
    if rate > 0.0 {
        notes.push(format!(
            "{MOVED}: each plastic synapse is read and written in every tick of 1 ms, as the article has it; synapses without a state of their \
             own, touched by spikes alone ({EVENT_BYTES} B each), would move {:.0} times less at {rate} Hz",
            unit.synapse_moved.0 * 1e3 / (EVENT_BYTES * rate)
        ));
    }
    notes.push("power and cost are of the devices alone: no hosts, switches, cooling, building, or people".to_owned());
    notes
}
