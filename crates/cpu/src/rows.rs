//! In which order the nodes of a cell become rows of a block.

use crate::block::ROWS_AT_A_TIME;

/// The nodes of a tree in an order in which those that have the same channels make pairs, and most follow their parents: kernels take
/// rows in pairs, and leave out channels that neither has. `parents` has the parent of each node but the first, all by their place in
/// the cell; `kinds` which channels each has. Children of a node stay in their order.
#[must_use]
pub fn in_pairs(parents: &[usize], kinds: &[u64]) -> Vec<usize> {
    let (mut child, mut sibling) = (vec![None; kinds.len()], vec![None; kinds.len()]);
    for (before, &parent) in parents.iter().enumerate().rev() {
        let node = before + 1;
        sibling[node] = child[parent].replace(node);
    }
    // Nodes whose parents and elder siblings have their rows; what follows the row before is last.
    let mut ready: Vec<usize> = (0..kinds.len().min(1)).collect();
    let mut order: Vec<usize> = Vec::with_capacity(kinds.len());
    while !ready.is_empty() {
        let half = order.last().filter(|_| !order.len().is_multiple_of(ROWS_AT_A_TIME));
        let fits = |&place: &usize| {
            let node = ready[place];
            if let Some(&before) = half {
                return kinds[before] == kinds[node];
            }
            let next = child[node].into_iter().chain(sibling[node]);
            let others = ready.iter().rev().filter(|&&other| other != node).copied();
            next.chain(others).any(|other| kinds[other] == kinds[node])
        };
        let place = (0..ready.len()).rev().find(fits).unwrap_or(ready.len() - 1);
        let node = ready.remove(place);
        order.push(node);
        ready.extend([sibling[node], child[node]].into_iter().flatten());
    }
    order
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Pairs of rows with any node of kind 1.
    fn pairs(order: &[usize], kinds: &[u64]) -> usize {
        order.chunks(ROWS_AT_A_TIME).filter(|pair| pair.iter().any(|&node| kinds[node] == 1)).count()
    }

    fn check(parents: &[usize], kinds: &[u64]) -> Vec<usize> {
        let order = in_pairs(parents, kinds);
        let mut row = vec![usize::MAX; kinds.len()];
        order.iter().enumerate().for_each(|(at, &node)| row[node] = at);
        assert_eq!(order.len(), kinds.len());
        let mut elder = vec![0; kinds.len()];
        for (before, &parent) in parents.iter().enumerate() {
            let own = row[before + 1];
            assert!(row[parent] < own, "node {} before its parent", before + 1);
            assert!(elder[parent] < own, "node {} before its elder sibling", before + 1);
            elder[parent] = own;
        }
        order
    }

    #[test]
    fn nodes_that_differ_in_nothing_stay_branch_after_branch() {
        assert_eq!(check(&[], &[]), Vec::<usize>::new());
        assert_eq!(check(&[], &[1]), [0]);
        assert_eq!(check(&[0, 1, 2], &[1; 4]), [0, 1, 2, 3]);
        // Two branches of two at the root.
        assert_eq!(check(&[0, 0, 1, 2], &[1; 5]), [0, 1, 3, 2, 4]);
    }

    #[test]
    fn branch_points_are_paired() {
        // A binary tree of sections: three compartments with channels, then a branch point without.
        let (mut parents, mut kinds, mut ends) = (Vec::new(), vec![1], vec![0]);
        for _ in 0..4 {
            let mut next = Vec::new();
            for from in ends.iter().flat_map(|&end| [end; 2]).collect::<Vec<_>>() {
                for (at, kind) in [1, 1, 1, 0].into_iter().enumerate() {
                    parents.push(if at == 0 { from } else { kinds.len() - 1 });
                    kinds.push(kind);
                }
                next.push(kinds.len() - 1);
            }
            ends = next;
        }
        let order = check(&parents, &kinds);
        let as_they_come: Vec<usize> = (0..kinds.len()).collect();
        assert_eq!(kinds.iter().filter(|&&kind| kind == 1).count(), 91);
        assert_eq!(pairs(&as_they_come, &kinds), 60);
        assert!(pairs(&order, &kinds) <= 49, "{}", pairs(&order, &kinds));
    }

    #[test]
    fn any_tree_keeps_its_order() {
        let mut seed = 7_u64;
        let mut draw = |below: usize| {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (seed >> 33) as usize % below
        };
        for nodes in 1..60 {
            let parents: Vec<usize> = (1..nodes).map(&mut draw).collect();
            let kinds: Vec<u64> = (0..nodes).map(|_| draw(3) as u64).collect();
            check(&parents, &kinds);
        }
    }
}
