//! What is computed and moved: the ledger of operations, and other people's counts beside it. Runs nothing, prints nothing.

pub mod ledger;
