//! The engine: a network lowered to flat arrays (the plan), the backend contract, stimuli, spikes, probes, snapshots, and the
//! scalar `f64` oracle every other backend is compared with.

pub mod backend;
pub mod column;
pub mod drive;
pub mod error;
pub mod estimate;
pub mod exchange;
mod lower;
pub mod numbers;
pub mod observe;
pub mod oracle;
pub mod plan;
pub mod pools;
mod runs;
pub mod signalling;
pub mod slow;
pub mod snapshot;
mod workers;

pub use backend::{Backend, Epoch, Spike, SynapseTable};
pub use column::Column;
pub use error::{PlanError, RunError};
pub use lower::{lower, lower_with};
pub use numbers::Numbers;
pub use plan::Plan;
pub use workers::{Alone, Piece, Workers};
