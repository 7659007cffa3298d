//! Whole numbers by index, kept as runs of equal steps while these are few beside the numbers.

use crate::runs::{Run, Runs};

/// Numbers by index. Those with equal steps between them are kept as the first and the step: cells of a population, and the nodes of
/// cells of one shape, are numbered so.
#[derive(Clone, Debug, Default)]
pub struct Numbers {
    kept: Runs<Steps>,
}

/// Numbers with equal steps between them.
#[derive(Clone, Copy, Debug)]
struct Steps {
    first: u32,
    step: i64,
}

impl Run for Steps {
    type Value = u32;
    const WORTH: usize = 12;

    fn begin(first: u32) -> Self {
        Self { first, step: 0 }
    }

    fn goes_on(&mut self, length: u32, number: u32) -> bool {
        if length == 1 {
            self.step = i64::from(number) - i64::from(self.first);
        }
        i64::from(self.first) + self.step * i64::from(length) == i64::from(number)
    }

    #[inline]
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
    fn at(&self, after: u32) -> u32 {
        (i64::from(self.first) + self.step * i64::from(after)) as u32
    }
}

impl Numbers {
    /// How many.
    #[must_use]
    pub fn len(&self) -> usize {
        self.kept.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Number `index`.
    ///
    /// # Panics
    /// When there are fewer.
    #[must_use]
    #[inline]
    pub fn at(&self, index: usize) -> u32 {
        self.kept.at(index)
    }

    /// The last.
    #[must_use]
    pub fn last(&self) -> Option<u32> {
        self.len().checked_sub(1).map(|last| self.at(last))
    }

    /// Adds a number at the end.
    ///
    /// # Panics
    /// When runs end beyond `u32::MAX`.
    pub fn push(&mut self, number: u32) {
        self.kept.push(number);
    }

    /// The numbers in order.
    pub fn iter(&self) -> impl Iterator<Item = u32> + Clone + '_ {
        self.kept.iter()
    }

    /// How many of the numbers, which ascend, are at most `number`.
    #[must_use]
    pub fn up_to(&self, number: u32) -> usize {
        let (mut low, mut high) = (0, self.len());
        while low < high {
            let middle = low.midpoint(high);
            if self.at(middle) <= number {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        low
    }

    /// Goes back to runs where they are few after all, and gives back memory held in reserve.
    pub fn shrink_to_fit(&mut self) {
        self.kept.shrink_to_fit();
    }

    /// Bytes held, room in reserve included.
    #[must_use]
    pub fn bytes(&self) -> usize {
        self.kept.bytes()
    }
}

impl FromIterator<u32> for Numbers {
    fn from_iter<I: IntoIterator<Item = u32>>(numbers: I) -> Self {
        Self { kept: numbers.into_iter().collect() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(numbers: &[u32]) -> Numbers {
        let mut all: Numbers = numbers.iter().copied().collect();
        for _ in 0..2 {
            assert_eq!(all.len(), numbers.len());
            assert!(all.iter().eq(numbers.iter().copied()));
            assert!((0..numbers.len()).all(|i| all.at(i) == numbers[i]));
            assert_eq!(all.last(), numbers.last().copied());
            all.shrink_to_fit();
        }
        all
    }

    #[test]
    fn equal_steps_are_kept_once() {
        assert_eq!(check(&[]).bytes(), 0);
        assert_eq!(check(&[7]).bytes(), 20);
        assert_eq!(check(&(0..1000).collect::<Vec<_>>()).bytes(), 20);
        assert_eq!(check(&[5; 1000]).bytes(), 20);
        assert_eq!(check(&(0..1000).rev().collect::<Vec<_>>()).bytes(), 20);
        // Cells of 3 nodes, then of 7: the first of each.
        let first: Vec<u32> = (0..100).map(|i| 3 * i).chain((0..100).map(|i| 300 + 7 * i)).collect();
        assert_eq!(check(&first).bytes(), 40);
        let extremes = [u32::MAX, 0, u32::MAX, 1, 1];
        check(&extremes);
    }

    #[test]
    fn unlike_steps_are_kept_each_until_equal_ones_follow() {
        let mut numbers: Vec<u32> = (0..100).map(|i| i * i).collect();
        assert_eq!(check(&numbers).bytes(), 400);
        numbers.extend(0..2000);
        let all = check(&numbers);
        assert!(all.bytes() < 2000, "{}", all.bytes());
    }

    #[test]
    fn ascending_numbers_are_found() {
        for all in [check(&[0, 3, 6, 9, 10, 11]), check(&(0..50).map(|i| i * i).collect::<Vec<_>>())] {
            for number in 0..60 {
                assert_eq!(all.up_to(number), all.iter().filter(|&own| own <= number).count());
            }
        }
    }

    #[test]
    #[should_panic(expected = "index out of bounds")]
    fn there_is_nothing_past_the_end() {
        let _ = [3, 4, 5].into_iter().collect::<Numbers>().at(3);
    }
}
