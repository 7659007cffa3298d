//! Places drawn for edges that have none of their own.

use std::collections::HashMap;
use std::rc::Rc;

use huxley_model::random::{Random, Stream};

/// Compartments, each with the running sum of their lengths.
pub(super) type Choices = Vec<(u32, f64)>;

/// Places drawn for edges.
pub(super) struct Draws {
    random: Random,
    population: u32,
    /// By type and shape.
    pub(super) choices: HashMap<(u32, u32), Rc<Choices>>,
}

impl Draws {
    pub(super) fn new(seed: u64, population: u32) -> Self {
        Self { random: Random::new(seed, Stream::Site), population, choices: HashMap::new() }
    }

    /// A compartment, with a probability by length.
    pub(super) fn draw(&self, edge: usize, index: u32, choices: &[(u32, f64)]) -> u32 {
        let total = choices.last().map_or(0.0, |(_, sum)| *sum);
        // Draws of imported edges are told from those of projections and targets by the tick's second highest bit.
        let entity = (edge as u64) << 16 | u64::from(index);
        let at = total * self.random.uniform(1 << 30 | self.population, entity);
        let found = choices.partition_point(|(_, sum)| *sum < at);
        choices[found.min(choices.len() - 1)].0
    }
}
