//! The numbers of a precision.

use bytemuck::Pod;
use huxley_model::random::Scalar;

/// `f32` or `f64`.
pub trait Element: Pod + Scalar + Default + PartialEq + Send + Sync + std::fmt::Debug + 'static {
    /// Whether it is `f64`.
    const DOUBLE: bool;
    /// Words of a spike's record: tick, substep, cell, and a fraction of the precision.
    const SPIKE_WORDS: usize = 3 + size_of::<Self>() / 4;
    /// Rounded to the precision.
    fn from_f64(x: f64) -> Self;
    /// Exactly.
    fn to_f64(self) -> f64;
    /// From the words of a spike's record.
    fn from_words(words: &[u32]) -> Self;
}

impl Element for f32 {
    const DOUBLE: bool = false;
    #[allow(clippy::cast_possible_truncation)]
    fn from_f64(x: f64) -> Self {
        x as f32
    }
    fn to_f64(self) -> f64 {
        f64::from(self)
    }
    fn from_words(words: &[u32]) -> Self {
        f32::from_bits(words[0])
    }
}

impl Element for f64 {
    const DOUBLE: bool = true;
    fn from_f64(x: f64) -> Self {
        x
    }
    fn to_f64(self) -> f64 {
        self
    }
    fn from_words(words: &[u32]) -> Self {
        f64::from_bits(u64::from(words[1]) << 32 | u64::from(words[0]))
    }
}
