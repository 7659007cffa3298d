//! huxley.
fn main() {}
