//! What a connectome is like: sizes, degrees, weights, what is odd about it.

use std::collections::BTreeMap;

use super::edges::{Edges, ends, pair};

/// How values are distributed.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Summary {
    /// Mean.
    pub mean: f64,
    /// Standard deviation.
    pub sd: f64,
    /// Half are at most this.
    pub median: f64,
    /// 90 % are at most this.
    pub p90: f64,
    /// 99 % are at most this.
    pub p99: f64,
    /// The largest.
    pub most: f64,
}

impl Summary {
    /// Of `values`, which are sorted.
    #[must_use]
    #[allow(clippy::cast_precision_loss, clippy::cast_possible_truncation, clippy::cast_sign_loss)]
    fn of(values: &[f64]) -> Self {
        let Some(&most) = values.last() else { return Self::default() };
        let n = values.len() as f64;
        let mean = values.iter().sum::<f64>() / n;
        let variance = values.iter().map(|value| (value - mean).powi(2)).sum::<f64>() / n;
        // The smallest value that as large a part is not above.
        let at = |part: f64| values[((part * n).ceil() as usize).clamp(1, values.len()) - 1];
        Self { mean, sd: variance.sqrt(), median: at(0.5), p90: at(0.9), p99: at(0.99), most }
    }
}

/// A distribution: what is said of it, and its tail for a picture.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Distribution {
    /// In figures.
    pub summary: Summary,
    /// Value, and the fraction that is at least as large; values ascend.
    pub tail: Vec<(f64, f64)>,
}

/// What a connectome is like. Degrees, reciprocity and components are of distinct pairs of cells: rows that repeat one count once.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Statistics {
    /// Cells that a row names.
    pub neurons: u64,
    /// Rows.
    pub rows: u64,
    /// Distinct ordered pairs of cells, pairs of a cell with itself included.
    pub edges: u64,
    /// Sum of the weights; rows where the table has none.
    pub synapses: f64,
    /// Whether the table has weights.
    pub weighted: bool,
    /// Rows that repeat a pair.
    pub duplicates: u64,
    /// Rows that join a cell to itself.
    pub self_edges: u64,
    /// Of edges between two cells, the fraction whose reverse is there too.
    pub reciprocity: f64,
    /// Of all ordered pairs of two cells, the fraction that is connected.
    pub density: f64,
    /// Cells without an input.
    pub without_input: u64,
    /// Cells without an output.
    pub without_output: u64,
    /// Parts with no connection between them, directions aside.
    pub components: u64,
    /// Cells of the largest.
    pub largest_component: u64,
    /// Cells that send to a cell.
    pub in_degree: Distribution,
    /// Cells that a cell sends to.
    pub out_degree: Distribution,
    /// Weights of edges, those of duplicates added.
    pub weight: Distribution,
    /// Index of the cell with the most inputs and of that with the most outputs.
    pub hubs: (u32, u32),
    /// Rows by the word of the sign column.
    pub signs: BTreeMap<String, u64>,
}

/// Points of a tail: so many for the bulk, and so many for the end.
const POINTS: usize = 150;

/// What `edges` are like; they are sorted and made distinct on the way.
#[must_use]
#[allow(clippy::cast_precision_loss)]
pub fn statistics(edges: &mut Edges) -> Statistics {
    let neurons = edges.ids.len();
    let rows = edges.pairs.len() as u64;
    let synapses = edges.pairs.iter().map(|(_, weight)| weight).sum();
    let own = |pair: u64| {
        let (source, target) = ends(pair);
        source == target
    };
    let self_edges = edges.pairs.iter().filter(|&&(pair, _)| own(pair)).count() as u64;
    edges.pairs.sort_unstable_by_key(|&(pair, _)| pair);
    edges.pairs.dedup_by(|next, first| {
        let same = next.0 == first.0;
        if same {
            first.1 += next.1;
        }
        same
    });
    let pairs = &edges.pairs;
    let (mut inputs, mut outputs) = (vec![0_u32; neurons], vec![0_u32; neurons]);
    let mut parts = Parts::new(neurons);
    for &(pair, _) in pairs {
        let (source, target) = ends(pair);
        outputs[source as usize] += 1;
        inputs[target as usize] += 1;
        parts.join(source, target);
    }
    let between = pairs.iter().filter(|&&(pair, _)| !own(pair)).count();
    let (components, largest_component) = parts.sizes();
    let weight = distribution(pairs.iter().map(|&(_, weight)| weight).collect());
    Statistics {
        neurons: neurons as u64,
        rows,
        edges: pairs.len() as u64,
        synapses,
        weighted: edges.weighted,
        duplicates: rows - pairs.len() as u64,
        self_edges,
        reciprocity: if between > 0 { reversed(pairs) as f64 / between as f64 } else { 0.0 },
        density: if neurons > 1 { between as f64 / (neurons as f64 * (neurons as f64 - 1.0)) } else { 0.0 },
        without_input: inputs.iter().filter(|&&n| n == 0).count() as u64,
        without_output: outputs.iter().filter(|&&n| n == 0).count() as u64,
        components,
        largest_component,
        hubs: (hub(&inputs), hub(&outputs)),
        in_degree: distribution(inputs.iter().map(|&n| f64::from(n)).collect()),
        out_degree: distribution(outputs.iter().map(|&n| f64::from(n)).collect()),
        weight,
        signs: edges.signs.clone(),
    }
}

/// Pairs of two cells whose reverse is there too; `pairs` ascend and are distinct.
fn reversed(pairs: &[(u64, f64)]) -> usize {
    let mut back: Vec<u64> = pairs
        .iter()
        .map(|&(own, _)| {
            let (source, target) = ends(own);
            pair(target, source)
        })
        .collect();
    back.sort_unstable();
    let (mut found, mut at) = (0, 0);
    for &(own, _) in pairs {
        while at < back.len() && back[at] < own {
            at += 1;
        }
        let (source, target) = ends(own);
        found += usize::from(source != target && back.get(at) == Some(&own));
    }
    found
}

#[allow(clippy::cast_possible_truncation)]
fn hub(degrees: &[u32]) -> u32 {
    let most = degrees.iter().copied().max().unwrap_or(0);
    degrees.iter().position(|&degree| degree == most).unwrap_or(0) as u32
}

#[allow(clippy::cast_precision_loss, clippy::cast_possible_truncation, clippy::cast_sign_loss)]
fn distribution(mut values: Vec<f64>) -> Distribution {
    values.sort_unstable_by(f64::total_cmp);
    let summary = Summary::of(&values);
    let n = values.len();
    // Ranks from the large end: equally far apart, for the bulk, and equally far apart in their logarithm, for the tail.
    let part = |point: usize| point as f64 / (POINTS - 1) as f64;
    let even = (0..POINTS).map(|point| 1.0 + part(point) * (n.max(1) - 1) as f64);
    let apart = (0..POINTS).map(|point| (n as f64).powf(part(point)));
    let mut ranks: Vec<usize> = even.chain(apart).map(|rank| (rank.round() as usize).clamp(1, n.max(1))).collect();
    ranks.sort_unstable_by(|a, b| b.cmp(a));
    let mut tail: Vec<(f64, f64)> = Vec::new();
    for rank in ranks {
        let Some(&value) = values.get(n - rank.min(n)) else { break };
        // All that are as large, equal ones included.
        let as_large = n - values.partition_point(|other| *other < value);
        if tail.last().is_none_or(|&(last, _)| last < value) {
            tail.push((value, as_large as f64 / n as f64));
        }
    }
    Distribution { summary, tail }
}

/// Cells in parts that have no connection between them.
struct Parts {
    parent: Vec<u32>,
}

impl Parts {
    #[allow(clippy::cast_possible_truncation)]
    fn new(count: usize) -> Self {
        Self { parent: (0..count as u32).collect() }
    }

    fn root(&mut self, mut cell: u32) -> u32 {
        while self.parent[cell as usize] != cell {
            let above = self.parent[self.parent[cell as usize] as usize];
            self.parent[cell as usize] = above;
            cell = above;
        }
        cell
    }

    fn join(&mut self, a: u32, b: u32) {
        let (a, b) = (self.root(a), self.root(b));
        self.parent[a.max(b) as usize] = a.min(b);
    }

    /// How many parts there are, and the cells of the largest.
    #[allow(clippy::cast_possible_truncation)]
    fn sizes(mut self) -> (u64, u64) {
        let mut sizes = vec![0_u64; self.parent.len()];
        for cell in 0..self.parent.len() as u32 {
            let root = self.root(cell);
            sizes[root as usize] += 1;
        }
        (sizes.iter().filter(|&&size| size > 0).count() as u64, sizes.iter().copied().max().unwrap_or(0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tables::Cell;

    fn edges(rows: &[(i64, i64, f64)]) -> Edges {
        let mut edges = Edges { weighted: true, ..Edges::default() };
        for &(source, target, weight) in rows {
            let source = edges.ids.index(Cell::Integer(source)).expect("a name");
            let target = edges.ids.index(Cell::Integer(target)).expect("a name");
            edges.push(source, target, weight);
        }
        edges
    }

    #[test]
    fn a_connectome_counted_by_hand() {
        // 1 <-> 2, 2 -> 3, 2 -> 3 again, 3 -> 3; 4 -> 5 apart.
        let mut own = edges(&[(1, 2, 5.0), (2, 1, 1.0), (2, 3, 2.0), (2, 3, 4.0), (3, 3, 1.0), (4, 5, 7.0)]);
        let s = statistics(&mut own);
        assert_eq!((s.neurons, s.rows, s.edges, s.duplicates, s.self_edges), (5, 6, 5, 1, 1));
        assert_eq!((s.synapses, s.components, s.largest_component), (20.0, 2, 3));
        // Of four edges between two cells, 1 -> 2 and 2 -> 1 have their reverse.
        assert_eq!((s.reciprocity, s.density), (0.5, 0.2));
        // Inputs: 1, 1, 2, 0, 1; outputs: 1, 2, 1, 1, 0.
        assert_eq!((s.in_degree.summary.mean, s.in_degree.summary.most, s.hubs), (1.0, 2.0, (2, 1)));
        assert_eq!((s.without_input, s.without_output), (1, 1));
        assert_eq!((s.weight.summary.most, s.weight.summary.median), (7.0, 5.0));
        assert_eq!(s.in_degree.tail, [(0.0, 1.0), (1.0, 0.8), (2.0, 0.2)]);
    }

    #[test]
    fn nothing_is_something_too() {
        let s = statistics(&mut Edges::default());
        assert_eq!((s.neurons, s.edges, s.components, s.reciprocity), (0, 0, 0, 0.0));
        assert!(s.in_degree.tail.is_empty());
    }
}
