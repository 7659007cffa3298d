//! The arithmetic and the equations over it: error bounds, and equal bits over instruction sets, recordings and tapes.
// The measured errors are printed: `cargo test -p huxley-cpu --test equations -- --nocapture`.
#![allow(clippy::print_stdout)]

mod channels;
mod exponential;
mod lanes;
mod on_lanes;
mod reference;
mod tape;
