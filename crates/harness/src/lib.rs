//! What is computed and moved: the ledger of operations, and other people's counts beside it; what is measured of it. Prints nothing.

pub mod accuracy;
pub mod bench;
pub mod channel;
pub mod extrapolate;
pub mod figure;
pub mod ledger;
pub mod machine;
pub mod protocol;
pub mod trains;
pub mod validate;
