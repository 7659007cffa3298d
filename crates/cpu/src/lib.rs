//! The CPU backend: equations on SIMD lanes, chosen for the machine at run time.

pub mod lanes;
pub mod tape;
