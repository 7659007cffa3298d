//! The model: equations over one arithmetic, channels, morphology, synapses, random numbers and the network description.
//!
//! Pure: no input or output, no threads, no GPU. Every equation is written once, generic over [`real::Real`].

pub mod calcium;
pub mod channel;
pub mod connections;
pub mod counted;
pub mod exponential;
pub mod expr;
pub mod expression;
pub mod membrane;
pub mod morphology;
pub mod network;
pub mod plasticity;
pub mod preset;
pub mod random;
pub mod rate;
pub mod real;
pub mod signalling;
pub mod synapse;
pub mod tape;
