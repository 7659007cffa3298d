//! Which neurons a population has, and what they are called.

/// A population: a run of consecutive neurons.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PopulationSpan {
    /// Its name.
    pub name: String,
    /// Its first neuron, counted over all populations.
    pub first: u32,
    /// How many neurons it has.
    pub count: u32,
    /// What its neurons are called, in order, where they have names.
    pub labels: Option<Vec<String>>,
}

impl PopulationSpan {
    /// The neuron after its last.
    #[must_use]
    pub fn end(&self) -> u64 {
        u64::from(self.first) + u64::from(self.count)
    }

    /// Place of `neuron` in the population, if it is one of its own.
    #[must_use]
    pub fn index_of(&self, neuron: u32) -> Option<u32> {
        neuron.checked_sub(self.first).filter(|&index| index < self.count)
    }

    /// The name of the neuron at `index`, if it has one.
    #[must_use]
    pub fn label(&self, index: u32) -> Option<&str> {
        self.labels.as_ref()?.get(index as usize).map(String::as_str)
    }
}

/// Finds the populations of neurons.
pub(crate) struct PopulationIndex {
    /// `(first neuron, population)`, by first neuron.
    order: Vec<(u32, usize)>,
}

impl PopulationIndex {
    pub(crate) fn new(populations: &[PopulationSpan]) -> Self {
        let mut order: Vec<_> = populations.iter().map(|span| span.first).zip(0..).collect();
        // An empty population starts where the next does; it must not hide it.
        order.retain(|&(_, index): &(u32, usize)| populations[index].count > 0);
        order.sort_unstable();
        Self { order }
    }

    /// Population and place in it.
    pub(crate) fn find(&self, populations: &[PopulationSpan], neuron: u32) -> Option<(usize, u32)> {
        let after = self.order.partition_point(|&(first, _)| first <= neuron);
        let &(_, population) = self.order.get(after.checked_sub(1)?)?;
        populations[population].index_of(neuron).map(|index| (population, index))
    }
}
