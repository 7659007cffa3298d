//! The arithmetic and the equations over it: error bounds, and equal bits over instruction sets, recordings and tapes.

mod channels;
mod exponential;
mod lanes;
mod on_lanes;
mod reference;
mod tape;
