//! Networks the tests run. Those with a reference file take every number from it.

mod cobahh;
mod kinetic;
mod neuron;

pub use cobahh::cobahh;
pub use huxley_harness::validate::networks::*;
pub use kinetic::kinetic;
pub use neuron::{branched, branched_sites, gap, gap_sites, small_net};
