//! What a report is of.

/// What a report has: what its values are, where and when they were taken.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ReportHead {
    /// Population whose cells were recorded.
    pub population: String,
    /// What was recorded, as `--record` calls it: `v`, `na.m`, `i_na`.
    pub variable: String,
    /// Unit of the values: `mV`, `nA`; empty for fractions and where it is not known.
    pub unit: String,
    /// Place of each value of a row.
    pub sites: Vec<ReportSite>,
    /// Time of the first row, ms.
    pub start_ms: f64,
    /// Time between rows, ms; 0 where it is not known.
    pub interval_ms: f64,
}

/// A place that was recorded.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ReportSite {
    /// Cell, in its population.
    pub node: u64,
    /// Section of the cell's shape.
    pub element: u32,
    /// Position on the section, from 0 to 1.
    pub position: f64,
    /// Cell and place in words.
    pub label: String,
}

impl ReportHead {
    /// Order of the sites by cell, those of a cell as they come; `None` where they are in it.
    pub(super) fn by_cell(&self) -> Option<Vec<usize>> {
        if self.sites.is_sorted_by_key(|site| site.node) {
            return None;
        }
        let mut order: Vec<usize> = (0..self.sites.len()).collect();
        order.sort_by_key(|&site| self.sites[site].node);
        Some(order)
    }

    /// The time of a row, ms.
    #[must_use]
    #[allow(clippy::cast_precision_loss)]
    pub fn time(&self, row: u64) -> f64 {
        self.start_ms + row as f64 * self.interval_ms
    }
}
