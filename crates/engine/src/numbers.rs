//! Whole numbers by index, kept as runs of equal steps while these are few beside the numbers.

/// Runs that are kept whatever they take.
const FEW: usize = 8;

/// Numbers by index. Those with equal steps between them are kept as the first and the step: cells of a population, and the nodes of
/// cells of one shape, are numbered so.
#[derive(Clone, Debug)]
pub struct Numbers {
    kept: Kept,
}

#[derive(Clone, Debug)]
enum Kept {
    Runs(Vec<Run>),
    /// Every number.
    Each(Vec<u32>),
}

/// Numbers with equal steps between them.
#[derive(Clone, Copy, Debug)]
struct Run {
    /// Index of the first, and of what follows the last.
    from: u32,
    to: u32,
    first: u32,
    step: i64,
}

impl Run {
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
    fn at(&self, index: u32) -> u32 {
        (i64::from(self.first) + self.step * i64::from(index - self.from)) as u32
    }
}

impl Default for Numbers {
    fn default() -> Self {
        Self { kept: Kept::Runs(Vec::new()) }
    }
}

impl Numbers {
    /// How many.
    #[must_use]
    pub fn len(&self) -> usize {
        match &self.kept {
            Kept::Runs(runs) => runs.last().map_or(0, |run| run.to as usize),
            Kept::Each(numbers) => numbers.len(),
        }
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
    #[allow(clippy::cast_possible_truncation)]
    pub fn at(&self, index: usize) -> u32 {
        match &self.kept {
            // Mostly there is one run, or a handful.
            Kept::Runs(runs) => runs[runs.partition_point(|run| run.to as usize <= index)].at(index as u32),
            Kept::Each(numbers) => numbers[index],
        }
    }

    /// The last.
    #[must_use]
    pub fn last(&self) -> Option<u32> {
        self.len().checked_sub(1).map(|last| self.at(last))
    }

    /// Adds a number at the end.
    ///
    /// # Panics
    /// When there are more than `u32::MAX`.
    pub fn push(&mut self, number: u32) {
        self.push_if(number, |runs, numbers| runs <= FEW || Self::worth(runs, numbers));
    }

    /// Adds a number, as a new run only if so many runs of so many numbers are wanted.
    fn push_if(&mut self, number: u32, wanted: impl Fn(usize, usize) -> bool) {
        let from = u32::try_from(self.len()).expect("plans number values by u32");
        match &mut self.kept {
            Kept::Each(numbers) => numbers.push(number),
            Kept::Runs(runs) => {
                let count = runs.len();
                match runs.last_mut() {
                    Some(run) if from - run.from == 1 => {
                        run.step = i64::from(number) - i64::from(run.first);
                        run.to = from + 1;
                    }
                    Some(run) if i64::from(run.at(from - 1)) + run.step == i64::from(number) => run.to = from + 1,
                    _ if wanted(count + 1, from as usize + 1) => {
                        runs.push(Run { from, to: from + 1, first: number, step: 0 });
                    }
                    _ => {
                        let mut each: Vec<u32> = self.iter().collect();
                        each.push(number);
                        self.kept = Kept::Each(each);
                    }
                }
            }
        }
    }

    /// Whether so many runs of so many numbers are worth their search.
    fn worth(runs: usize, numbers: usize) -> bool {
        12 * runs <= numbers
    }

    /// The numbers in order.
    pub fn iter(&self) -> impl Iterator<Item = u32> + Clone + '_ {
        let (runs, each) = match &self.kept {
            Kept::Runs(runs) => (runs.as_slice(), [].as_slice()),
            Kept::Each(numbers) => ([].as_slice(), numbers.as_slice()),
        };
        runs.iter().flat_map(|run| (run.from..run.to).map(|index| run.at(index))).chain(each.iter().copied())
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
        if let Kept::Each(each) = &self.kept {
            let (mut runs, mut before) = (1, None);
            for pair in each.windows(2) {
                let step = i64::from(pair[1]) - i64::from(pair[0]);
                match before {
                    Some(own) if own != step => (runs, before) = (runs + 1, None),
                    _ => before = Some(step),
                }
            }
            if Self::worth(runs, each.len()) {
                let mut numbers = Self::default();
                each.iter().for_each(|&number| numbers.push_if(number, |_, _| true));
                *self = numbers;
            }
        }
        match &mut self.kept {
            Kept::Runs(runs) => runs.shrink_to_fit(),
            Kept::Each(numbers) => numbers.shrink_to_fit(),
        }
    }

    /// Bytes held, room in reserve included.
    #[must_use]
    pub fn bytes(&self) -> usize {
        match &self.kept {
            Kept::Runs(runs) => size_of::<Run>() * runs.capacity(),
            Kept::Each(numbers) => size_of::<u32>() * numbers.capacity(),
        }
    }
}

impl FromIterator<u32> for Numbers {
    fn from_iter<I: IntoIterator<Item = u32>>(numbers: I) -> Self {
        let mut all = Self::default();
        numbers.into_iter().for_each(|number| all.push(number));
        all.shrink_to_fit();
        all
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
        assert_eq!(check(&[7]).bytes(), 24);
        assert_eq!(check(&(0..1000).collect::<Vec<_>>()).bytes(), 24);
        assert_eq!(check(&[5; 1000]).bytes(), 24);
        assert_eq!(check(&(0..1000).rev().collect::<Vec<_>>()).bytes(), 24);
        // Cells of 3 nodes, then of 7: the first of each.
        let first: Vec<u32> = (0..100).map(|i| 3 * i).chain((0..100).map(|i| 300 + 7 * i)).collect();
        assert_eq!(check(&first).bytes(), 48);
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
