//! The equations of huxley as WGSL, and the kernels they are put into.
//!
//! Equations are recorded from the functions of `huxley_model` ([`mod@print`]); a class of cells, a kind of synapse and a receptor
//! each become functions of their own, with their parameters as literals. Kernels, which index, loop and reduce, are written by
//! hand in `shaders/kernel`, twins of the CPU backend's. Joining the two is plain concatenation.

pub mod class;
pub mod clocked;
pub mod equations;
pub mod exponential;
pub mod kernels;
pub mod print;
pub mod random;

pub use print::Arithmetic;
