//! `huxley accuracy`.

pub mod statistics;
