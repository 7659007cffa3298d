//! Values of nodes or cells by index, kept as runs of equal ones while these are few beside the values.

use std::ops::Index;

/// Runs that are kept whatever they take.
const FEW: usize = 8;

/// Values by index. Equal ones that follow each other are kept once: cells of a population have most of theirs in common.
#[derive(Clone, Debug)]
pub struct Column<T> {
    kept: Kept<T>,
}

#[derive(Clone, Debug)]
enum Kept<T> {
    /// Where each run ends, and its value.
    Runs { ends: Vec<u32>, values: Vec<T> },
    /// Every value.
    Each(Vec<T>),
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

impl<T> Default for Column<T> {
    fn default() -> Self {
        Self { kept: Kept::Runs { ends: Vec::new(), values: Vec::new() } }
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
        Self { kept: Kept::Runs { values: vec![value; ends.len()], ends } }
    }

    /// How many.
    #[must_use]
    pub fn len(&self) -> usize {
        match &self.kept {
            Kept::Runs { ends, .. } => ends.last().map_or(0, |&end| end as usize),
            Kept::Each(values) => values.len(),
        }
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
        self.push_if(value, |runs, values| runs <= FEW || Self::worth(runs, values));
    }

    /// Adds a value, as a new run only if so many runs of so many values are wanted.
    fn push_if(&mut self, value: T, wanted: impl Fn(usize, usize) -> bool) {
        let length = self.len();
        match &mut self.kept {
            Kept::Each(values) => values.push(value),
            Kept::Runs { ends, values } => {
                let next = u32::try_from(length + 1).expect("plans number values by u32");
                match (ends.last_mut(), values.last()) {
                    (Some(end), Some(last)) if last.bits() == value.bits() => *end = next,
                    _ if wanted(values.len() + 1, length + 1) => {
                        ends.push(next);
                        values.push(value);
                    }
                    _ => {
                        let mut each: Vec<T> = self.iter().collect();
                        each.push(value);
                        self.kept = Kept::Each(each);
                    }
                }
            }
        }
    }

    /// Whether so many runs of so many values are worth their search.
    fn worth(runs: usize, values: usize) -> bool {
        4 * runs <= values
    }

    /// The values in order.
    pub fn iter(&self) -> impl Iterator<Item = T> + Clone + '_ {
        let (ends, runs, each) = match &self.kept {
            Kept::Runs { ends, values } => (ends.as_slice(), values.as_slice(), [].as_slice()),
            Kept::Each(values) => ([].as_slice(), [].as_slice(), values.as_slice()),
        };
        let starts = std::iter::once(0).chain(ends.iter().copied());
        let runs = starts.zip(ends).zip(runs);
        runs.flat_map(|((from, &to), &value)| std::iter::repeat_n(value, (to - from) as usize))
            .chain(each.iter().copied())
    }

    /// The values, each as `change` makes it.
    #[must_use]
    pub fn map<U: Bits>(&self, mut change: impl FnMut(T) -> U) -> Column<U> {
        let kept = match &self.kept {
            Kept::Runs { ends, values } => {
                Kept::Runs { ends: ends.clone(), values: values.iter().map(|&value| change(value)).collect() }
            }
            Kept::Each(values) => Kept::Each(values.iter().map(|&value| change(value)).collect()),
        };
        Column { kept }
    }

    /// Goes back to runs where they are few after all, and gives back memory held in reserve.
    pub fn shrink_to_fit(&mut self) {
        if let Kept::Each(each) = &self.kept {
            let runs = 1 + each.windows(2).filter(|pair| pair[0].bits() != pair[1].bits()).count();
            if Self::worth(runs, each.len()) {
                let mut column = Self::default();
                each.iter().for_each(|&value| column.push_if(value, |_, _| true));
                *self = column;
            }
        }
        match &mut self.kept {
            Kept::Runs { ends, values } => {
                ends.shrink_to_fit();
                values.shrink_to_fit();
            }
            Kept::Each(values) => values.shrink_to_fit(),
        }
    }

    /// Bytes held, room in reserve included.
    #[must_use]
    pub fn bytes(&self) -> usize {
        match &self.kept {
            Kept::Runs { ends, values } => 4 * ends.capacity() + size_of::<T>() * values.capacity(),
            Kept::Each(values) => size_of::<T>() * values.capacity(),
        }
    }
}

impl<T> Index<usize> for Column<T> {
    type Output = T;

    fn index(&self, index: usize) -> &T {
        match &self.kept {
            // Mostly there is one run, or a handful.
            Kept::Runs { ends, values } => &values[ends.partition_point(|&end| end as usize <= index)],
            Kept::Each(values) => &values[index],
        }
    }
}

impl<T: Bits> FromIterator<T> for Column<T> {
    fn from_iter<I: IntoIterator<Item = T>>(values: I) -> Self {
        let mut column = Self::default();
        values.into_iter().for_each(|value| column.push(value));
        column.shrink_to_fit();
        column
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
