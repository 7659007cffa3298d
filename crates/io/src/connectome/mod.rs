//! Connectomes as tables: who is connected to whom and how strongly, of any size.

pub mod ids;
pub mod schema;
