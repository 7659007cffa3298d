//! All ceilings, as the document has them.

use huxley_cpu::peaks::{Arithmetic, Memory, Meter, Traffic};
use huxley_model::network::Precision;

use super::document::Peak;
use super::figure::precision_name;
use super::gpu::{self, Place};
use super::statistics::Spread;
use super::{BenchError, BenchOptions};
use crate::machine;

/// Arrays are this many times as large as the last level of cache.
const BEYOND: u64 = 4;
/// Bytes of the last level where the system does not say.
const UNKNOWN_CACHE: u64 = 64 << 20;
/// Both arrays take at most this part of the memory that is free.
const PART_OF_FREE: u64 = 8;
/// The most and the least for both.
const MOST: u64 = 4 << 30;
const LEAST: u64 = 32 << 20;

/// Bytes of both arrays, and whether one is as much beyond the cache as it should be.
fn memory_bytes(cache: Option<u64>, free: Option<u64>, beyond: u64) -> (u64, bool) {
    let wanted = (2 * beyond * cache.unwrap_or(UNKNOWN_CACHE)).clamp(LEAST, MOST);
    let most = free.map_or(wanted, |free| (free / PART_OF_FREE).max(LEAST));
    (wanted.min(most), wanted <= most)
}

fn unit(name: &str) -> &'static str {
    match name {
        "fma" => "FLOP/s",
        "exp" | "div" => "op/s",
        _ => "B/s",
    }
}

fn peak(name: &str, precision: Option<Precision>, samples: &[f64]) -> Peak {
    let own = Spread::of(samples);
    Peak {
        name: name.to_owned(),
        precision: precision.map(|precision| precision_name(precision).to_owned()),
        value: own.median,
        unit: unit(name).to_owned(),
        spread: own.spread,
        ..Peak::default()
    }
}

/// Ceilings of the CPU with `threads` threads; and what should be known of them.
pub(crate) fn cpu(options: &BenchOptions, device: &str, threads: usize, notes: &mut Vec<String>) -> Vec<Peak> {
    let (least, runs) = (options.least_run(), options.runs());
    let meter = Meter::new(threads, least);
    let mut peaks = Vec::new();
    for &precision in &options.precisions {
        for (name, what) in Arithmetic::ALL {
            peaks.push(peak(name, Some(precision), &meter.arithmetic(what, precision, runs)));
        }
    }
    let beyond = if options.quick { BEYOND / 2 } else { BEYOND };
    let cache = machine::last_cache();
    let (bytes, enough) = memory_bytes(cache, machine::available_memory(), beyond);
    if !enough {
        let said =
            "Too little memory is free for arrays well beyond the last level of cache: bandwidths may be the cache's.";
        if !notes.iter().any(|note| note == said) {
            notes.push(said.to_owned());
        }
    }
    let mut memory = meter.memory(usize::try_from(bytes).unwrap_or(usize::MAX));
    for (name, what) in Traffic::ALL {
        peaks.push(peak(name, None, &meter.traffic(&mut memory, what, runs)));
    }
    drop::<Memory>(memory);
    let own = |p: Peak| Peak { backend: "cpu".to_owned(), device: device.to_owned(), threads: Some(threads), ..p };
    peaks.into_iter().map(own).collect()
}

/// Ceilings of a GPU.
pub(crate) fn gpu(options: &BenchOptions, place: &Place) -> Result<Vec<Peak>, BenchError> {
    let ceilings = gpu::peaks(place, options.runs())?;
    let wanted = |precision: &Option<Precision>| precision.is_none_or(|own| options.precisions.contains(&own));
    let own = |p: Peak| Peak { backend: "gpu".to_owned(), device: place.gpu.name.clone(), ..p };
    let ceilings = ceilings.iter().filter(|(_, precision, _)| wanted(precision));
    Ok(ceilings.map(|(name, precision, samples)| own(peak(name, *precision, samples))).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arrays_lie_beyond_the_cache_but_leave_memory_free() {
        assert_eq!(memory_bytes(Some(32 << 20), Some(64 << 30), 4), (256 << 20, true));
        assert_eq!(memory_bytes(None, None, 4), (512 << 20, true));
        assert_eq!(memory_bytes(Some(32 << 20), Some(1 << 30), 4), (128 << 20, false));
        assert_eq!(memory_bytes(Some(1 << 20), Some(1 << 20), 4), (LEAST, true));
        assert_eq!(memory_bytes(Some(1 << 40), Some(1 << 50), 4), (MOST, true));
    }
}
