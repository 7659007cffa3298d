//! Networks the tests run. Those with a reference file take every number from it.

mod ahead;
mod alike;
mod cobahh;
mod given;
mod kinetic;
mod neuron;
mod signalling;
mod stimulated;

pub use ahead::ahead;
pub use alike::alike;
pub use cobahh::cobahh;
pub use given::given;
pub use huxley_harness::validate::networks::*;
pub use kinetic::kinetic;
pub use neuron::{branched, branched_sites, gap, gap_sites, small_net};
pub use signalling::{adapting, goldman, messengers, modulated, signalling_zoo, soma_and_dendrite};
pub use stimulated::stimulated;
