//! Files in and out: model files, tables, built-in models, and what a run leaves behind.

pub mod builtin;
pub mod connectome;
mod import;
pub mod model;
pub mod neuroml;
pub mod picture;
pub mod results;
pub mod sonata;
pub mod swc;
pub mod tables;

pub use import::{Imported, import};
