//! Values of nodes or cells by index, kept as runs of equal ones while these are few beside the values.

use std::ops::Index;

use crate::runs::{Run, Runs, run_of};

/// Values by index. Equal ones that follow each other are kept once: cells of a population have most of theirs in common.
#[derive(Clone, Debug)]
pub struct Column<T: Bits> {
    kept: Runs<Equal<T>>,
}

/// Values of which equal ones look alike bit by bit.
pub trait Bits: Copy {
    /// The bits.
    fn bits(self) -> u64;
}

impl Bits for f64 {
    fn bits(self) -> u64 {
        self.to_bits()
    }
}

impl Bits for u32 {
    fn bits(self) -> u64 {
        u64::from(self)
    }
}

impl Bits for u16 {
    fn bits(self) -> u64 {
        u64::from(self)
    }
}

/// A run of one value.
#[derive(Clone, Copy, Debug)]
struct Equal<T>(T);

impl<T: Bits> Run for Equal<T> {
    type Value = T;
    const WORTH: usize = 4;

    fn begin(value: T) -> Self {
        Self(value)
    }

    fn goes_on(&mut self, _: u32, value: T) -> bool {
        self.0.bits() == value.bits()
    }

    fn at(&self, _: u32) -> T {
        self.0
    }
}

impl<T: Bits> Default for Column<T> {
    fn default() -> Self {
        Self { kept: Runs::default() }
    }
}

impl<T: Bits> Column<T> {
    /// `n` times the same value.
    ///
    /// # Panics
    /// When there are more than `u32::MAX`.
    #[must_use]
    pub fn same(value: T, n: usize) -> Self {
        let ends = if n == 0 { Vec::new() } else { vec![u32::try_from(n).expect("plans number values by u32")] };
        Self { kept: Runs::Few { runs: vec![Equal(value); ends.len()], ends } }
    }

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

    /// Adds a value at the end.
    ///
    /// # Panics
    /// When runs end beyond `u32::MAX`.
    pub fn push(&mut self, value: T) {
        self.kept.push(value);
    }

    /// The values in order.
    pub fn iter(&self) -> impl Iterator<Item = T> + Clone + '_ {
        self.kept.iter()
    }

    /// The values, each as `change` makes it.
    #[must_use]
    pub fn map<U: Bits>(&self, mut change: impl FnMut(T) -> U) -> Column<U> {
        let kept = match &self.kept {
            Runs::Few { ends, runs } => {
                Runs::Few { ends: ends.clone(), runs: runs.iter().map(|run| Equal(change(run.0))).collect() }
            }
            Runs::Each(values) => Runs::Each(values.iter().map(|&value| change(value)).collect()),
        };
        Column { kept }
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

impl<T: Bits> Index<usize> for Column<T> {
    type Output = T;

    fn index(&self, index: usize) -> &T {
        match &self.kept {
            Runs::Few { ends, runs } => &runs[run_of(ends, index)].0,
            Runs::Each(values) => &values[index],
        }
    }
}

impl<T: Bits> FromIterator<T> for Column<T> {
    fn from_iter<I: IntoIterator<Item = T>>(values: I) -> Self {
        Self { kept: values.into_iter().collect() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(values: &[f64]) -> Column<f64> {
        let mut column: Column<f64> = values.iter().copied().collect();
        for _ in 0..2 {
            let bits = |value: f64| value.to_bits();
            assert_eq!(column.len(), values.len());
            assert!(column.iter().map(bits).eq(values.iter().copied().map(bits)));
            assert!((0..values.len()).all(|i| bits(column[i]) == bits(values[i])));
            let doubled = column.map(|value| 2.0 * value);
            assert!(doubled.iter().map(bits).eq(values.iter().map(|value| bits(2.0 * value))));
            column.shrink_to_fit();
        }
        column
    }

    #[test]
    fn equal_values_are_kept_once() {
        assert_eq!(check(&[]).bytes(), 0);
        assert_eq!(check(&[1.5; 1000]).bytes(), 12);
        let three: Vec<f64> = [1.0, 2.0, 1.0].into_iter().flat_map(|value| [value; 100]).collect();
        assert_eq!(check(&three).bytes(), 36);
        assert_eq!(Column::same(7u32, 100).bytes(), 8);
        assert!(Column::same(7u32, 100).iter().eq([7; 100]));
        assert!(Column::same(0.0, 0).is_empty());
    }

    #[test]
    fn zeros_keep_their_signs() {
        let column = check(&[0.0, -0.0, -0.0]);
        assert!(column[0].is_sign_positive() && column[1].is_sign_negative());
    }

    #[test]
    fn unlike_values_are_kept_each_until_equal_ones_follow() {
        let unlike: Vec<f64> = (0..100).map(f64::from).collect();
        assert_eq!(check(&unlike).bytes(), 800);
        let mut then: Vec<f64> = unlike;
        then.extend([3.0; 900]);
        assert_eq!(check(&then).bytes(), 101 * 12);
    }

    #[test]
    #[should_panic(expected = "index out of bounds")]
    fn there_is_nothing_past_the_end() {
        let _ = Column::same(1u16, 3)[3];
    }
}
