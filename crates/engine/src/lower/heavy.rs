//! Random connections with degrees that differ widely from cell to cell, as connectomes have them.
//!
//! Every cell draws how many inputs it has and how likely it is to be an input, both log-normal. Some connections are given
//! their reverse. Nothing is held but a few numbers a cell: the connections are drawn anew whenever they are asked for.

use std::ops::Range;

use huxley_model::exponential::exp;
use huxley_model::network::{HeavyTailed, Signs};
use huxley_model::random::{Random, Stream, below};

/// Attempts for each connection after which a cell whose likely partners are all taken has fewer.
const ATTEMPTS: u64 = 64;

/// Draws that are made together, so that the memory they look up comes for all at once.
const TOGETHER: usize = 16;

/// What cells draw once.
pub(super) struct Graph {
    rule: HeavyTailed,
    /// Mean number of connections each cell draws for itself, its reverses not counted.
    inputs: Vec<f64>,
    outputs: Picker,
    degree: Random,
    connectivity: Random,
    /// Sources whose connections are wanted.
    pub wanted: Range<usize>,
}

/// A connection, and its reverse where it has one; numbers tell those of one target apart.
pub(super) struct Drawn {
    pub source: usize,
    pub target: usize,
    /// The connection's number, where it is wanted.
    pub number: Option<u64>,
    /// Whether the reverse is there and wanted; its number is [`reverse_number`] of its source.
    pub reversed: bool,
}

/// The number of a reverse from `source`: above all that its target draws for itself.
pub(super) fn reverse_number(source: usize) -> u64 {
    1 << 31 | source as u64
}

#[allow(clippy::cast_possible_truncation, clippy::cast_precision_loss, clippy::cast_sign_loss)]
impl Graph {
    /// The draws of `cells` cells by `rule`.
    pub fn new(rule: HeavyTailed, cells: usize, seed: u64) -> Self {
        let degree = Random::new(seed, Stream::Degree);
        let drawn = |cell: usize, which: u64, spread: f64| {
            exp(spread * degree.normal::<f64>(rule.draws, 4 * cell as u64 + which))
        };
        let mut inputs: Vec<f64> = (0..cells).map(|cell| drawn(cell, 0, rule.in_spread)).collect();
        let scale = rule.degree / (1.0 + rule.back()) * cells as f64 / inputs.iter().sum::<f64>();
        inputs.iter_mut().for_each(|input| *input *= scale);
        let excite = cells - rule.inhibitory_cells(cells);
        let wanted = match rule.signs {
            Signs::All => 0..cells,
            Signs::Excitatory => 0..excite,
            Signs::Inhibitory => excite..cells,
        };
        let outputs = Picker::new((0..cells).map(|cell| drawn(cell, 1, rule.out_spread)));
        Self { rule, inputs, outputs, degree, connectivity: Random::new(seed, Stream::Connectivity), wanted }
    }

    /// Calls `take` with every connection that a cell of `targets` draws for itself. `drawn_for` is room to work in.
    pub fn for_each<E>(
        &self,
        targets: Range<usize>,
        drawn_for: &mut Vec<u32>,
        mut take: impl FnMut(&Drawn) -> Result<(), E>,
    ) -> Result<(), E> {
        let cells = self.inputs.len();
        if cells < 2 {
            return Ok(());
        }
        drawn_for.clear();
        drawn_for.resize(cells, u32::MAX);
        let (rule, back) = (&self.rule, self.rule.back());
        for target in targets {
            let mean = self.inputs[target].min((cells - 1) as f64);
            // Whole, and right on average.
            let own = (mean + self.degree.uniform(rule.draws, 4 * target as u64 + 2)).floor() as u64;
            let own = own.min(cells as u64 - 1);
            let (mut found, mut attempt) = (0, 0_u64);
            let mut some = [(0.0, 0_u64); TOGETHER];
            while found < own && attempt < ATTEMPTS * own {
                // As many as are surely asked for.
                let some = &mut some[..(own - found).min(ATTEMPTS * own - attempt).min(TOGETHER as u64) as usize];
                for (at, own) in (attempt..).zip(some.iter_mut()) {
                    let [a, b, c, d] = self.connectivity.bits(rule.draws, (target as u64) << 32 | at);
                    *own = (unit(a, b), (u64::from(d) << 32 | u64::from(c)) >> 11);
                }
                attempt += some.len() as u64;
                let sources = self.outputs.pick(some.iter().map(|own| own.0));
                for (source, &(_, reverse)) in sources.into_iter().zip(some.iter()) {
                    if source == target || drawn_for[source] == target as u32 {
                        continue;
                    }
                    drawn_for[source] = target as u32;
                    take(&Drawn {
                        source,
                        target,
                        number: self.wanted.contains(&source).then_some(found),
                        reversed: self.wanted.contains(&target) && below(reverse, back),
                    })?;
                    found += 1;
                }
            }
        }
        Ok(())
    }
}

/// Uniform in [0, 1).
fn unit(a: u32, b: u32) -> f64 {
    #[allow(clippy::cast_precision_loss)]
    let whole = ((u64::from(b) << 32 | u64::from(a)) >> 11) as f64;
    whole / 9_007_199_254_740_992.0
}

/// Draws an index with a probability proportional to its weight, in a few steps.
struct Picker {
    /// Sums of the weights up to each, over their sum.
    upto: Vec<f64>,
    /// First index to look at for each part of the interval.
    guide: Vec<u32>,
}

#[allow(clippy::cast_possible_truncation, clippy::cast_precision_loss, clippy::cast_sign_loss)]
impl Picker {
    fn new(weights: impl Iterator<Item = f64>) -> Self {
        let mut sum = 0.0;
        let mut upto: Vec<f64> = weights
            .map(|weight| {
                sum += weight;
                sum
            })
            .collect();
        upto.iter_mut().for_each(|own| *own /= sum);
        let parts = upto.len();
        let guide =
            (0..parts).map(|part| upto.partition_point(|&own| own <= part as f64 / parts as f64) as u32).collect();
        Self { upto, guide }
    }

    /// The indices of up to [`TOGETHER`] places in the interval.
    fn pick(&self, places: impl Iterator<Item = f64>) -> [usize; TOGETHER] {
        let parts = self.guide.len();
        let mut picked = [(0, 0.0, 0.0); TOGETHER];
        let mut count = 0;
        // Each look-up is of all before the next: none waits for another's.
        for (own, at) in picked.iter_mut().zip(places) {
            *own = (self.guide[((at * parts as f64) as usize).min(parts - 1)] as usize, at, 0.0);
            count += 1;
        }
        for own in &mut picked[..count] {
            own.2 = self.upto[own.0];
        }
        for (index, at, upto) in &mut picked[..count] {
            while *index + 1 < parts && *upto <= *at {
                *index += 1;
                *upto = self.upto[*index];
            }
        }
        picked.map(|own| own.0.min(parts - 1))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn indices_are_picked_in_proportion() {
        let picker = Picker::new([1.0, 0.0, 3.0, 4.0].into_iter());
        let mut count = [0; 4];
        for i in 0..800 {
            count[picker.pick(std::iter::once(f64::from(i) / 800.0))[0]] += 1;
        }
        assert_eq!(count, [100, 0, 300, 400]);
    }

    fn rule(signs: Signs) -> HeavyTailed {
        HeavyTailed {
            degree: 30.0,
            in_spread: 1.0,
            out_spread: 1.0,
            reciprocal: 0.3,
            inhibitory: 0.25,
            signs,
            draws: 7,
        }
    }

    /// Source, target and number of every connection.
    fn numbered(signs: Signs, cells: usize) -> Vec<(usize, usize, u64)> {
        let mut all = Vec::new();
        let graph = Graph::new(rule(signs), cells, 1);
        // In two parts, as workers do.
        for targets in [0..cells / 3, cells / 3..cells] {
            let take = |drawn: &Drawn| {
                all.extend(drawn.number.map(|number| (drawn.source, drawn.target, number)));
                all.extend(drawn.reversed.then(|| (drawn.target, drawn.source, reverse_number(drawn.target))));
                Ok::<(), ()>(())
            };
            graph.for_each(targets, &mut Vec::new(), take).expect("nothing fails");
        }
        all
    }

    fn pairs(signs: Signs) -> Vec<(usize, usize)> {
        numbered(signs, 4000).into_iter().map(|(source, target, _)| (source, target)).collect()
    }

    #[test]
    fn degrees_spread_and_some_connections_have_their_reverse() {
        let all = pairs(Signs::All);
        let mean = all.len() as f64 / 4000.0;
        assert!((mean - 30.0).abs() < 0.6, "{mean}");
        let mut distinct = all.clone();
        distinct.sort_unstable();
        distinct.dedup();
        let reversed = distinct.iter().filter(|&&(s, t)| distinct.binary_search(&(t, s)).is_ok()).count();
        let reciprocity = reversed as f64 / distinct.len() as f64;
        assert!((0.27..0.36).contains(&reciprocity), "{reciprocity}");
        assert!(distinct.len() as f64 > 0.97 * all.len() as f64, "{} of {}", distinct.len(), all.len());
        for end in [|pair: &(usize, usize)| pair.0, |pair: &(usize, usize)| pair.1] {
            let mut degrees = vec![0_u32; 4000];
            all.iter().for_each(|pair| degrees[end(pair)] += 1);
            degrees.sort_unstable();
            // Log-normal with a spread of 1: the mean is e^0.5 = 1.65 times the median; the reverses narrow that a little.
            let ratio = mean / f64::from(degrees[2000]);
            assert!((1.3..1.8).contains(&ratio), "{ratio}");
            assert!(f64::from(degrees[3999]) > 6.0 * mean, "{}", degrees[3999]);
        }
        assert!(all.iter().all(|(s, t)| s != t));
    }

    #[test]
    fn the_two_signs_share_out_the_connections() {
        let (all, exc, inh) = (pairs(Signs::All), pairs(Signs::Excitatory), pairs(Signs::Inhibitory));
        assert_eq!(exc.len() + inh.len(), all.len());
        assert!(exc.iter().all(|pair| pair.0 < 3000) && inh.iter().all(|pair| pair.0 >= 3000));
        assert!((0.2..0.3).contains(&(inh.len() as f64 / all.len() as f64)));
    }

    #[test]
    fn numbers_tell_the_connections_of_a_target_apart() {
        let mut seen = std::collections::HashSet::new();
        for (_, target, number) in numbered(Signs::All, 500) {
            assert!(seen.insert((target, number)), "{target} {number}");
        }
    }
}
