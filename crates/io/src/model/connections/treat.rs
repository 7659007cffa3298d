//! What is done with connections that a table has twice, from a cell to itself, or in both directions.

use std::collections::HashMap;

use huxley_model::network::{Connection, Connections};

use super::super::reader::{Fields, Node};

/// What is done with something that may not be meant.
#[derive(Clone, Copy, PartialEq)]
enum Deed {
    /// It stays, and is said.
    Warn,
    /// It stays.
    Keep,
    /// Weights of the same connection are added (duplicates); it is left out (pairs of a cell with itself).
    Fold,
    /// It is an error.
    Refuse,
}

/// What is asked for.
pub(crate) struct Treatment {
    duplicates: Deed,
    self_pairs: Deed,
}

impl Treatment {
    /// The keys `duplicates` and `self_pairs`; gap junctions have a `self_pairs` of their own.
    pub(super) fn read(fields: &Fields<'_>) -> Option<Self> {
        let duplicates = fields.or("duplicates", Deed::Warn, |node| {
            node.choice(&[("keep", Deed::Keep), ("add", Deed::Fold), ("refuse", Deed::Refuse)])
        });
        let electrical = fields.node.peek("conductance").is_some();
        let self_pairs = if electrical {
            Some(Deed::Keep)
        } else {
            fields.or("self_pairs", Deed::Keep, |node| {
                node.choice(&[("keep", Deed::Keep), ("ignore", Deed::Fold), ("refuse", Deed::Refuse)])
            })
        };
        Some(Self { duplicates: duplicates?, self_pairs: self_pairs? })
    }

    /// Does it, to the connections of one projection; `same`: within one population.
    pub(super) fn apply(&self, node: &Node<'_>, lists: &mut [Connections], same: bool) -> Option<()> {
        if same && self.self_pairs != Deed::Keep {
            let own = |c: &Connection| c.source == c.target;
            let count: usize = lists.iter().map(|list| list.iter().filter(own).count()).sum();
            if count > 0 && self.self_pairs == Deed::Refuse {
                return node.error(
                    format!("{count} rows join a cell to itself"),
                    "self_pairs = \"ignore\" leaves them out, \"keep\" takes them",
                );
            }
            if count > 0 {
                for list in lists.iter_mut() {
                    *list = list.iter().filter(|c| !own(c)).collect();
                }
            }
        }
        if self.duplicates == Deed::Keep {
            return Some(());
        }
        let all: usize = lists.iter().map(Connections::len).sum();
        let mut count = 0;
        for list in lists.iter_mut() {
            let repeats = repeats(list);
            count += repeats.len();
            if self.duplicates == Deed::Fold && !repeats.is_empty() {
                *list = added(list, &repeats);
            }
        }
        match self.duplicates {
            Deed::Refuse if count > 0 => node.error(
                format!("{count} of {all} rows repeat a connection that the table has already"),
                "duplicates = \"add\" adds their weights, \"keep\" takes each as a connection",
            ),
            Deed::Warn if count > 0 => {
                node.context.warn(format!(
                    "{}: {count} of {all} rows repeat a connection that the table has already; each is taken as a connection \
                     (duplicates = \"add\" adds their weights, \"keep\" says that this is known)",
                    node.path
                ));
                Some(())
            }
            _ => Some(()),
        }
    }
}

/// Index of each connection that repeats an earlier one (the same cells, compartment and delay), with the index of that, by index.
fn repeats(list: &Connections) -> Vec<(u32, u32)> {
    let place = |c: &Connection| u64::from(c.source) << 32 | u64::from(c.target);
    let plain = list.iter().next().is_none_or(|c| c.delay.is_none() && c.compartment.is_none());
    let mut repeats = if plain {
        runs(list.iter().map(|c| place(&c)))
    } else {
        runs(list.iter().map(|c| {
            let delay = c.delay.map_or(u64::MAX, f64::to_bits);
            (place(&c), c.compartment.map_or(0, |compartment| u64::from(compartment) + 1), delay)
        }))
    };
    repeats.sort_unstable();
    repeats
}

#[allow(clippy::cast_possible_truncation)]
fn runs<K: Ord + Copy>(keys: impl Iterator<Item = K>) -> Vec<(u32, u32)> {
    let mut keys: Vec<(K, u32)> = keys.enumerate().map(|(index, key)| (key, index as u32)).collect();
    keys.sort_unstable();
    let same = keys.chunk_by(|a, b| a.0 == b.0).filter(|run| run.len() > 1);
    same.flat_map(|run| run[1..].iter().map(|&(_, index)| (index, run[0].1))).collect()
}

/// The list without the repeats, whose weights are added to those of the connections they repeat.
fn added(list: &Connections, repeats: &[(u32, u32)]) -> Connections {
    let mut more: HashMap<u32, f64> = HashMap::new();
    let weight = |index: u32| list.get(index as usize).and_then(|c| c.weight).unwrap_or(1.0);
    for &(repeat, first) in repeats {
        *more.entry(first).or_insert(0.0) += weight(repeat);
    }
    let mut next = repeats.iter().map(|&(repeat, _)| repeat).peekable();
    let mut out = Connections::default();
    for (index, mut connection) in (0_u32..).zip(list.iter()) {
        if next.next_if_eq(&index).is_some() {
            continue;
        }
        if let Some(more) = more.get(&index) {
            connection.weight = Some(connection.weight.unwrap_or(1.0) + more);
        }
        out.push(connection);
    }
    out
}

/// What is done with gap junctions that are listed from both cells.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Directions {
    /// Each row is a junction, and how many are listed twice is said.
    Warn,
    /// Each row is a junction.
    Keep,
    /// The two rows are one junction.
    Merge,
}

/// Finds rows (b, a) of a list that has (a, b) before, once for each. The list without them, with the mean of the two weights;
/// how many there were; and for how many of them the weights differ.
pub(crate) fn merge_directions(list: &Connections) -> (Connections, usize, usize) {
    let mut open: HashMap<(u32, u32), Vec<u32>> = HashMap::new();
    let mut partner: HashMap<u32, f64> = HashMap::new();
    let mut out = Vec::new();
    let (mut merged, mut unlike) = (0, 0);
    for (index, connection) in (0_u32..).zip(list.iter()) {
        let (a, b) = (connection.source, connection.target);
        let back = if a == b { None } else { open.get_mut(&(b, a)).and_then(Vec::pop) };
        if let Some(first) = back {
            let weight = |c: Option<Connection>| c.and_then(|c| c.weight).unwrap_or(1.0);
            let (there, here) = (weight(list.get(first as usize)), connection.weight.unwrap_or(1.0));
            if there != here {
                unlike += 1;
                partner.insert(first, f64::midpoint(there, here));
            }
            merged += 1;
        } else {
            open.entry((a, b)).or_default().push(index);
            out.push((index, connection));
        }
    }
    let mean = |(index, mut connection): (u32, Connection)| {
        if let Some(weight) = partner.get(&index) {
            connection.weight = Some(*weight);
        }
        connection
    };
    (out.into_iter().map(mean).collect(), merged, unlike)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(source: u32, target: u32, weight: f64) -> Connection {
        Connection { source, target, weight: Some(weight), delay: None, compartment: None }
    }

    #[test]
    fn repeated_connections_are_found_and_added() {
        let list: Connections =
            [row(0, 1, 2.0), row(1, 0, 1.0), row(0, 1, 3.0), row(2, 2, 1.0), row(0, 1, 4.0)].into_iter().collect();
        let found = repeats(&list);
        assert_eq!(found, [(2, 0), (4, 0)]);
        let expected: Connections = [row(0, 1, 9.0), row(1, 0, 1.0), row(2, 2, 1.0)].into_iter().collect();
        assert_eq!(added(&list, &found), expected);
    }

    #[test]
    fn connections_to_other_compartments_are_no_repeats() {
        let at = |compartment| Connection { compartment, ..row(0, 1, 1.0) };
        let list: Connections = [at(Some(0)), at(Some(1)), at(Some(0)), at(None)].into_iter().collect();
        assert_eq!(repeats(&list), [(2, 0)]);
    }

    #[test]
    fn junctions_listed_from_both_cells_become_one() {
        let list: Connections =
            [row(0, 1, 2.0), row(2, 3, 1.0), row(1, 0, 4.0), row(3, 3, 1.0), row(3, 3, 1.0)].into_iter().collect();
        let (merged, count, unlike) = merge_directions(&list);
        assert_eq!((count, unlike), (1, 1));
        let expected: Connections =
            [row(0, 1, 3.0), row(2, 3, 1.0), row(3, 3, 1.0), row(3, 3, 1.0)].into_iter().collect();
        assert_eq!(merged, expected);
    }
}
