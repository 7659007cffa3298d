//! One short string for all spikes of a run, to tell two runs apart.

const OFFSET: u64 = 0xcbf2_9ce4_8422_2325;
const PRIME: u64 = 0x0000_0100_0000_01b3;

/// Digest of the spikes `(step, neuron)`, the step in units of dt: 16 hexadecimal digits.
///
/// FNV-1a, 64 bit, over the sorted list, each spike as its step (8 bytes) and its neuron (4 bytes),
/// little-endian. The order they come in does not matter; a spike given twice counts twice.
#[must_use]
pub fn spike_digest(spikes: impl IntoIterator<Item = (u64, u32)>) -> String {
    let mut spikes: Vec<(u64, u32)> = spikes.into_iter().collect();
    spikes.sort_unstable();
    let mut hash = OFFSET;
    let mut absorb = |bytes: &[u8]| {
        for &byte in bytes {
            hash = (hash ^ u64::from(byte)).wrapping_mul(PRIME);
        }
    };
    for (step, neuron) in spikes {
        absorb(&step.to_le_bytes());
        absorb(&neuron.to_le_bytes());
    }
    format!("{hash:016x}")
}
