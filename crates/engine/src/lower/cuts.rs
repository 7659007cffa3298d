//! Target cells cut into consecutive ranges, each the work of one worker at a time.

use std::ops::Range;

use crate::lower::CellTable;

/// Consecutive ranges of cells.
#[derive(Clone, Copy)]
pub(super) struct Cuts {
    cells: usize,
    pub count: usize,
}

/// One of them.
#[derive(Clone)]
pub(super) struct Cut {
    /// Which.
    pub index: usize,
    /// Its cells, over all populations.
    pub cells: Range<usize>,
    /// Their nodes.
    pub nodes: Range<usize>,
}

impl Cuts {
    pub fn new(cells: usize, count: usize) -> Self {
        Self { cells, count }
    }

    /// The range that holds `cell`.
    pub fn of(&self, cell: u32) -> usize {
        cell as usize * self.count / self.cells
    }

    /// Range `index`: the cells with `cell * count / cells == index`.
    pub fn cut(&self, table: &CellTable, index: usize) -> Cut {
        let from = (index * self.cells).div_ceil(self.count);
        let to = ((index + 1) * self.cells).div_ceil(self.count);
        let nodes = table.cells.first_node.at(from) as usize..table.cells.first_node.at(to) as usize;
        Cut { index, cells: from..to, nodes }
    }

    /// All of them.
    pub fn all(self, table: &CellTable) -> impl Iterator<Item = Cut> + '_ {
        (0..self.count).map(move |index| self.cut(table, index))
    }
}

/// Takes the first `count` values off a slice.
pub(super) fn split<'a, T>(rest: &mut &'a mut [T], count: usize) -> &'a mut [T] {
    let (own, others) = std::mem::take(rest).split_at_mut(count);
    *rest = others;
    own
}

/// Items by the range they belong to, in their own order within it.
pub(super) struct Buckets<T> {
    first: Vec<usize>,
    items: Vec<T>,
}

impl<T: Copy + Default> Buckets<T> {
    /// Sorts `items` by counting; `of` is the range of each, below `count`.
    pub fn new(items: impl Iterator<Item = T> + Clone, count: usize, of: impl Fn(&T) -> usize) -> Self {
        let mut first = vec![0; count + 1];
        items.clone().for_each(|item| first[of(&item) + 1] += 1);
        for i in 0..count {
            first[i + 1] += first[i];
        }
        let mut next = first.clone();
        let mut sorted = vec![T::default(); first[count]];
        for item in items {
            let at = &mut next[of(&item)];
            sorted[*at] = item;
            *at += 1;
        }
        Self { first, items: sorted }
    }

    /// Those of range `index`.
    pub fn of(&self, index: usize) -> &[T] {
        &self.items[self.first[index]..self.first[index + 1]]
    }

    /// All of them.
    pub fn all(&self) -> &[T] {
        &self.items
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn buckets_keep_the_order_within() {
        let buckets = Buckets::new([7, 2, 9, 1, 8, 0].into_iter(), 4, |item| item / 3);
        assert_eq!([0, 1, 2, 3].map(|index| buckets.of(index).to_vec()), [vec![2, 1, 0], vec![], vec![7, 8], vec![9]]);
        assert_eq!(buckets.all(), [2, 1, 0, 7, 8, 9]);
    }
}
