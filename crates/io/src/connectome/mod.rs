//! Connectomes as tables: who is connected to whom and how strongly, of any size.

pub mod edges;
pub mod ids;
pub mod picture;
pub mod schema;
pub mod statistics;
