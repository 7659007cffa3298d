//! What values by index have in common is kept once: as runs, while these are few beside the values.

/// Runs that are kept whatever they take.
const FEW: usize = 8;

/// What the values of a run have in common, and which values may follow.
pub trait Run: Copy {
    /// A value.
    type Value: Copy;
    /// Values for each run that are worth its room and the search for it.
    const WORTH: usize;
    /// A run of one value.
    fn begin(value: Self::Value) -> Self;
    /// Whether `value` goes on with the run, which has `length` values; then it is among them.
    fn goes_on(&mut self, length: u32, value: Self::Value) -> bool;
    /// The value `after` the first.
    fn at(&self, after: u32) -> Self::Value;
}

/// Values by index.
#[derive(Clone, Debug)]
pub enum Runs<R: Run> {
    /// Where each run ends, and what it is.
    Few { ends: Vec<u32>, runs: Vec<R> },
    /// Every value.
    Each(Vec<R::Value>),
}

impl<R: Run> Default for Runs<R> {
    fn default() -> Self {
        Self::Few { ends: Vec::new(), runs: Vec::new() }
    }
}

impl<R: Run> Runs<R> {
    /// How many values.
    pub fn len(&self) -> usize {
        match self {
            Self::Few { ends, .. } => ends.last().map_or(0, |&end| end as usize),
            Self::Each(values) => values.len(),
        }
    }

    /// Value `index`.
    #[inline]
    #[allow(clippy::cast_possible_truncation)]
    pub fn at(&self, index: usize) -> R::Value {
        match self {
            Self::Few { ends, runs } => {
                let place = run_of(ends, index);
                let from = if place == 0 { 0 } else { ends[place - 1] };
                runs[place].at(index as u32 - from)
            }
            Self::Each(values) => values[index],
        }
    }

    /// Adds a value at the end; more than `u32::MAX` are too many for runs.
    pub fn push(&mut self, value: R::Value) {
        self.push_if(value, |runs, values| runs <= FEW || worth::<R>(runs, values));
    }

    /// Adds a value, as a new run only if so many runs of so many values are wanted.
    fn push_if(&mut self, value: R::Value, wanted: impl Fn(usize, usize) -> bool) {
        let length = self.len();
        match self {
            Self::Each(values) => values.push(value),
            Self::Few { ends, runs } => {
                let next = u32::try_from(length + 1).expect("plans number values by u32");
                let from = ends.len().checked_sub(2).map_or(0, |before| ends[before]);
                let goes_on = ends.last().is_some_and(|end| runs[ends.len() - 1].goes_on(end - from, value));
                if goes_on {
                    *ends.last_mut().expect("a run goes on") = next;
                } else if wanted(runs.len() + 1, length + 1) {
                    ends.push(next);
                    runs.push(R::begin(value));
                } else {
                    let mut each: Vec<R::Value> = self.iter().collect();
                    each.push(value);
                    *self = Self::Each(each);
                }
            }
        }
    }

    /// The values in order.
    pub fn iter(&self) -> impl Iterator<Item = R::Value> + Clone + '_ {
        let (ends, runs, each) = match self {
            Self::Few { ends, runs } => (ends.as_slice(), runs.as_slice(), [].as_slice()),
            Self::Each(values) => ([].as_slice(), [].as_slice(), values.as_slice()),
        };
        let starts = std::iter::once(0).chain(ends.iter().copied());
        let own = |((from, &to), &run): ((u32, &u32), &R)| (0..to - from).map(move |after| run.at(after));
        starts.zip(ends).zip(runs).flat_map(own).chain(each.iter().copied())
    }

    /// Goes back to runs where they are few after all, and gives back memory held in reserve.
    pub fn shrink_to_fit(&mut self) {
        if let Self::Each(each) = self {
            let mut runs = Self::default();
            let most = each.len() / R::WORTH;
            each.iter().for_each(|&value| runs.push_if(value, |count, _| count <= most));
            if matches!(runs, Self::Few { .. }) {
                *self = runs;
            }
        }
        match self {
            Self::Few { ends, runs } => {
                ends.shrink_to_fit();
                runs.shrink_to_fit();
            }
            Self::Each(values) => values.shrink_to_fit(),
        }
    }

    /// Bytes held, room in reserve included.
    pub fn bytes(&self) -> usize {
        match self {
            Self::Few { ends, runs } => size_of::<u32>() * ends.capacity() + size_of::<R>() * runs.capacity(),
            Self::Each(values) => size_of::<R::Value>() * values.capacity(),
        }
    }
}

impl<R: Run> FromIterator<R::Value> for Runs<R> {
    fn from_iter<I: IntoIterator<Item = R::Value>>(values: I) -> Self {
        let mut all = Self::default();
        values.into_iter().for_each(|value| all.push(value));
        all.shrink_to_fit();
        all
    }
}

/// The run that value `index` is in, or one past the last. Mostly there is one run, or a handful.
#[inline]
pub fn run_of(ends: &[u32], index: usize) -> usize {
    ends.partition_point(|&end| end as usize <= index)
}

/// Whether so many runs of so many values are worth their room and their search.
fn worth<R: Run>(runs: usize, values: usize) -> bool {
    R::WORTH * runs <= values
}
