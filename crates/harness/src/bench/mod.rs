//! Speeds, measured: what a machine can do at most, what the kernels do, and how far these are apart.

pub mod document;
