//! Columns of published tables of connections.

use crate::tables::TableReader;

/// The columns of a table of connections that is recognised.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Schema {
    /// What the table is, in words.
    pub name: &'static str,
    /// Column of the cell that sends.
    pub source: &'static str,
    /// Column of the cell that receives.
    pub target: &'static str,
    /// Column of the number of synapses.
    pub weight: &'static str,
    /// Column that says whether the source excites.
    pub sign: &'static str,
}

/// Tables that are known by their columns.
pub const SCHEMAS: [Schema; 2] = [
    // Shiu et al. 2024, A Drosophila computational brain model reveals sensorimotor processing, Nature 634:210.
    Schema {
        name: "FlyWire, as in Shiu et al. 2024",
        source: "Presynaptic_ID",
        target: "Postsynaptic_ID",
        weight: "Connectivity",
        sign: "Excitatory",
    },
    // Connections as FlyWire's Codex hands them out: a row for each neuropil in which two cells meet.
    Schema {
        name: "FlyWire Codex, connections",
        source: "pre_root_id",
        target: "post_root_id",
        weight: "syn_count",
        sign: "nt_type",
    },
];

/// The published table that `table` has all columns of; none where it has `source` and `target`, which need no recognising.
#[must_use]
pub fn recognise(table: &TableReader) -> Option<&'static Schema> {
    if table.column("source").is_some() && table.column("target").is_some() {
        return None;
    }
    let has = |name: &str| table.column(name).is_some();
    SCHEMAS.iter().find(|own| has(own.source) && has(own.target) && has(own.weight) && has(own.sign))
}
