//! Gap junctions.

use huxley_model::network::{Network, Site};

use crate::error::PlanError;
use crate::lower::{CellTable, population};
use crate::plan::Gaps;

/// Gap junctions as entries by node.
pub(super) fn gap_junctions(
    network: &Network,
    table: &CellTable,
    warnings: &mut Vec<String>,
) -> Result<Gaps, PlanError> {
    let mut entries: Vec<(u32, u32, f64)> = Vec::new();
    let mut ignored = 0usize;
    for gap in &network.gap_junctions {
        let who = format!("gap junctions `{}`", gap.name);
        let first = population(network, &who, &gap.first)?;
        let second = population(network, &who, &gap.second)?;
        for pair in &gap.pairs {
            let node = |index: usize, cell: u32, site: &Site| {
                let population = &network.populations[index];
                if cell as usize >= population.cells.len() {
                    return Err(PlanError::CellIndex {
                        place: who.clone(),
                        index: cell as usize,
                        population: population.name.clone(),
                        count: population.cells.len(),
                    });
                }
                table.site(network, &who, index, cell as usize, site, 0.5).map(|place| place.node)
            };
            let (a, b) = (node(first, pair.first, &gap.first_site)?, node(second, pair.second, &gap.second_site)?);
            if !(pair.conductance >= 0.0 && pair.conductance.is_finite()) {
                return Err(PlanError::Value {
                    what: format!("a conductance of {who}"),
                    value: pair.conductance,
                    expected: "a number of uS, not negative",
                });
            }
            if a == b {
                ignored += 1;
                continue;
            }
            entries.push((a, b, pair.conductance));
            entries.push((b, a, pair.conductance));
        }
    }
    if ignored > 0 {
        warnings.push(format!("{ignored} gap junctions between a place and itself carry no current: ignored"));
    }
    let mut node: Vec<u32> = entries.iter().map(|e| e.0).collect();
    node.sort_unstable();
    node.dedup();
    let junctions = entries.len() / 2;
    // Stable: a node's partners stay in the order of the table.
    entries.sort_by_key(|e| e.0);
    let mut gaps = Gaps { first: vec![0], junctions, ..Gaps::default() };
    let mut rest = entries.as_slice();
    for &own in &node {
        let mine = rest.partition_point(|e| e.0 <= own);
        for &(_, partner, conductance) in &rest[..mine] {
            let index = node.binary_search(&partner).expect("every partner has an entry of its own");
            #[allow(clippy::cast_possible_truncation)]
            gaps.partner.push(index as u32);
            gaps.conductance.push(conductance);
        }
        rest = &rest[mine..];
        #[allow(clippy::cast_possible_truncation)]
        gaps.first.push(gaps.partner.len() as u32);
    }
    gaps.node = node;
    Ok(gaps)
}
