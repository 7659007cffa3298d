//! One short string for all spikes of a run, to tell two runs apart.

const OFFSET: u64 = 0xcbf2_9ce4_8422_2325;
const PRIME: u64 = 0x0000_0100_0000_01b3;

/// Digest of the spikes `(step, neuron)`, the step in units of dt, which come in order; a spike given twice counts twice.
///
/// FNV-1a, 64 bit, each spike as its step (8 bytes) and its neuron (4 bytes), little-endian.
#[derive(Clone, Debug)]
pub struct SpikeDigest {
    hash: u64,
    last: (u64, u32),
}

impl Default for SpikeDigest {
    fn default() -> Self {
        Self { hash: OFFSET, last: (0, 0) }
    }
}

impl SpikeDigest {
    /// Takes a spike.
    ///
    /// # Panics
    /// When it comes before the last one.
    pub fn absorb(&mut self, step: u64, neuron: u32) {
        assert!(self.last <= (step, neuron), "spikes come in order of steps, then neurons");
        self.last = (step, neuron);
        for byte in step.to_le_bytes().into_iter().chain(neuron.to_le_bytes()) {
            self.hash = (self.hash ^ u64::from(byte)).wrapping_mul(PRIME);
        }
    }

    /// 16 hexadecimal digits.
    #[must_use]
    pub fn finish(&self) -> String {
        format!("{:016x}", self.hash)
    }
}
