//! Who is connected to whom: rules unrolled for any range of targets, in an order that does not depend on anything but the seed.

use std::ops::Range;

use huxley_model::connections::Connections;
use huxley_model::network::{Connection, HeavyTailed, Projection, Rule, Signs};
use huxley_model::random::{Random, Stream, ln};

use crate::error::PlanError;
use crate::lower::cuts::{Buckets, Cuts};
use crate::lower::heavy::{self, Drawn};

/// Sources and targets of a projection.
pub(super) struct Pairs<'a> {
    rule: Unrolled<'a>,
    /// Cells the rule may choose from.
    sources: usize,
    /// Which draws are the projection's.
    tick: u32,
    connectivity: Random,
}

enum Unrolled<'a> {
    None,
    All {
        own: bool,
    },
    OneToOne,
    Probability {
        log_miss: f64,
        own: bool,
    },
    InDegree {
        degree: usize,
        own: bool,
        multapses: bool,
    },
    Heavy {
        graph: heavy::Graph,
        /// Source and target of reverses by range of targets, sources ascending; given by [`Pairs::take_reverses`].
        reverses: Option<Buckets<[u32; 2]>>,
    },
    Table {
        rows: &'a Connections,
        /// Rows by range of targets; none where targets ascend.
        by_cut: Option<Buckets<u32>>,
    },
}

/// Room to work in, and what is found by the way.
#[derive(Default)]
pub(super) struct Scratch {
    drawn_for: Vec<u32>,
    /// Source and target of connections that are the reverse of others.
    pub reverses: Vec<[u32; 2]>,
}

type Take<'a> = dyn FnMut(usize, usize, u64, Option<&Connection>) -> Result<(), PlanError> + 'a;

/// The targets, within their population, that are in range `index`.
pub(super) struct Part {
    pub index: usize,
    pub targets: Range<usize>,
}

impl<'a> Pairs<'a> {
    /// Checks the rule of projection `index`. `counts` are sources and targets; targets are cells from `first_target` on, and are
    /// cut into `cuts`.
    pub fn new(
        projection: &'a Projection,
        index: usize,
        seed: u64,
        counts: (usize, usize),
        cuts: &Cuts,
        first_target: u32,
    ) -> Result<Self, PlanError> {
        let (sources, targets) = counts;
        let who = || format!("projection `{}`", projection.name);
        let same = projection.source == projection.target;
        let rule = match &projection.rule {
            Rule::AllToAll { autapses } => Unrolled::All { own: *autapses || !same },
            Rule::OneToOne => {
                if sources != targets {
                    return Err(PlanError::OneToOne { projection: projection.name.clone(), sources, targets });
                }
                Unrolled::OneToOne
            }
            Rule::FixedProbability { probability, autapses } => {
                if !(0.0..=1.0).contains(probability) {
                    return Err(PlanError::Value {
                        what: format!("the probability of {}", who()),
                        value: *probability,
                        expected: "a number from 0 to 1",
                    });
                }
                let log_miss = if *probability < 1.0 { ln(1.0 - probability) } else { f64::NEG_INFINITY };
                let own = *autapses || !same;
                if *probability == 0.0 { Unrolled::None } else { Unrolled::Probability { log_miss, own } }
            }
            Rule::FixedInDegree { degree, autapses, multapses } => {
                let available = sources - usize::from(same && !autapses).min(sources);
                if (!multapses && *degree > available) || (available == 0 && *degree > 0) {
                    return Err(PlanError::InDegree {
                        projection: projection.name.clone(),
                        degree: *degree,
                        available,
                    });
                }
                Unrolled::InDegree { degree: *degree, own: *autapses || !same, multapses: *multapses }
            }
            Rule::HeavyTailed(rule) => {
                if !same {
                    return Err(PlanError::HeavyTailed { projection: projection.name.clone() });
                }
                for (what, value, most) in [
                    ("degree", rule.degree, f64::MAX),
                    ("spread of the in-degrees", rule.in_spread, 5.0),
                    ("spread of the out-degrees", rule.out_spread, 5.0),
                    ("reciprocal fraction", rule.reciprocal, 1.0),
                    ("inhibitory fraction", rule.inhibitory, 1.0),
                ] {
                    if !(0.0..=most).contains(&value) {
                        let expected = "a number from 0, to 5 for spreads and 1 for fractions";
                        return Err(PlanError::Value { what: format!("the {what} of {}", who()), value, expected });
                    }
                }
                Unrolled::Heavy { graph: heavy::Graph::new(*rule, targets, seed), reverses: None }
            }
            Rule::Table(rows) => {
                for (index, population, count, all) in [
                    (
                        rows.sources().iter().position(|&s| s as usize >= sources),
                        &projection.source,
                        sources,
                        rows.sources(),
                    ),
                    (
                        rows.targets().iter().position(|&t| t as usize >= targets),
                        &projection.target,
                        targets,
                        rows.targets(),
                    ),
                ] {
                    if let Some(row) = index {
                        return Err(PlanError::CellIndex {
                            place: who(),
                            index: all[row] as usize,
                            population: population.clone(),
                            count,
                        });
                    }
                }
                let of = |row: &u32| cuts.of(first_target + rows.targets()[*row as usize]);
                let by_cut = (!rows.targets().is_sorted()).then(|| {
                    #[allow(clippy::cast_possible_truncation)]
                    Buckets::new(0..rows.len() as u32, cuts.count, of)
                });
                Unrolled::Table { rows, by_cut }
            }
        };
        #[allow(clippy::cast_possible_truncation)]
        Ok(Self { rule, sources, tick: index as u32, connectivity: Random::new(seed, Stream::Connectivity) })
    }

    /// Where two projections draw one network, of which the other has the connections of sources that inhibit, and this those of
    /// sources that excite (or the other way round): from now on this one has both. Returns the sources of this one.
    pub fn join(&mut self, own: &Projection, other: &Projection) -> Option<Range<usize>> {
        let (Rule::HeavyTailed(one), Rule::HeavyTailed(two)) = (&own.rule, &other.rule) else { return None };
        let alike = heavy_of(Signs::All, one) == heavy_of(Signs::All, two);
        let apart = one.signs != two.signs && one.signs != Signs::All && two.signs != Signs::All;
        let Unrolled::Heavy { graph, .. } = &mut self.rule else { return None };
        (own.source == other.source && own.target == other.target && alike && apart)
            .then(|| std::mem::replace(&mut graph.wanted, 0..self.sources))
    }

    /// Calls `take(source, target, number, row)` for the connections of targets of `part`, targets ascending (tables in their own
    /// order); numbers tell the connections of a target apart. Two calls give the same connections, but the first, with `first`,
    /// leaves out those that are the reverse of another: it writes them down in `scratch`.
    pub fn for_each(
        &self,
        part: &Part,
        first: bool,
        scratch: &mut Scratch,
        mut take: impl FnMut(usize, usize, u64, Option<&Connection>) -> Result<(), PlanError>,
    ) -> Result<(), PlanError> {
        let (sources, targets) = (self.sources, part.targets.clone());
        match &self.rule {
            Unrolled::None => {}
            Unrolled::All { own } => {
                for t in targets {
                    for (k, s) in (0..sources).filter(|&s| *own || s != t).enumerate() {
                        take(s, t, k as u64, None)?;
                    }
                }
            }
            Unrolled::OneToOne => targets.into_iter().try_for_each(|i| take(i, i, 0, None))?,
            Unrolled::Probability { log_miss, own } => {
                // Gaps between connected sources are geometric: one draw a synapse instead of one a pair.
                for t in targets {
                    let (mut s, mut k) = (0usize, 0u64);
                    loop {
                        let u = self.connectivity.uniform(self.tick, (t as u64) << 32 | k);
                        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
                        let gap = (ln(u) / log_miss) as usize;
                        s = s.saturating_add(gap);
                        if s >= sources {
                            break;
                        }
                        if *own || s != t {
                            take(s, t, k, None)?;
                        }
                        s += 1;
                        k += 1;
                    }
                }
            }
            Unrolled::InDegree { degree, own, multapses } => {
                scratch.drawn_for.clear();
                scratch.drawn_for.resize(if *multapses { 0 } else { sources }, u32::MAX);
                for t in targets {
                    let (mut found, mut k) = (0, 0u64);
                    while found < *degree {
                        let u = self.connectivity.uniform(self.tick, (t as u64) << 32 | k);
                        k += 1;
                        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, clippy::cast_precision_loss)]
                        let s = ((u * sources as f64) as usize).min(sources - 1);
                        if !own && s == t {
                            continue;
                        }
                        if !multapses {
                            #[allow(clippy::cast_possible_truncation)]
                            if std::mem::replace(&mut scratch.drawn_for[s], t as u32) == t as u32 {
                                continue;
                            }
                        }
                        take(s, t, found as u64, None)?;
                        found += 1;
                    }
                }
            }
            Unrolled::Heavy { graph, reverses } => {
                let Scratch { drawn_for, reverses: seen } = scratch;
                // A source is met with its own reverses between those of its connections that lower and higher targets drew.
                let mut back = reverses.as_ref().map_or(&[][..], |known| known.of(part.index)).iter().peekable();
                let mut give = |until: usize, take: &mut Take<'_>| {
                    while let Some([s, t]) = back.next_if(|pair| (pair[0] as usize) < until) {
                        take(*s as usize, *t as usize, heavy::reverse_number(*s as usize), None)?;
                    }
                    Ok(())
                };
                graph.for_each(targets, drawn_for, |drawn: &Drawn| {
                    #[allow(clippy::cast_possible_truncation)]
                    if first && drawn.reversed {
                        seen.push([drawn.target as u32, drawn.source as u32]);
                    }
                    give(drawn.target, &mut take)?;
                    drawn.number.map_or(Ok(()), |number| take(drawn.source, drawn.target, number, None))
                })?;
                give(usize::MAX, &mut take)?;
            }
            Unrolled::Table { rows, by_cut } => {
                let mut take = |row: usize| {
                    let own = rows.get(row).expect("the row is one of the table's");
                    take(own.source as usize, own.target as usize, row as u64, Some(&own))
                };
                if let Some(by_cut) = by_cut {
                    by_cut.of(part.index).iter().try_for_each(|&row| take(row as usize))?;
                } else {
                    let row = |target: usize| rows.targets().partition_point(|&t| (t as usize) < target);
                    (row(targets.start)..row(targets.end)).try_for_each(take)?;
                }
            }
        }
        Ok(())
    }

    /// Takes the reverses that first calls for all ranges wrote down, in order.
    pub fn take_reverses(&mut self, found: &[Vec<[u32; 2]>], cuts: &Cuts, first_target: u32) {
        if let Unrolled::Heavy { reverses, .. } = &mut self.rule {
            let all = found.iter().flatten().copied();
            *reverses = Some(Buckets::new(all, cuts.count, |pair| cuts.of(first_target + pair[1])));
        }
    }

    /// Source and target of the reverses taken.
    pub fn reverses(&self) -> &[[u32; 2]] {
        match &self.rule {
            Unrolled::Heavy { reverses: Some(reverses), .. } => reverses.all(),
            _ => &[],
        }
    }
}

/// The rule with other signs.
fn heavy_of(signs: Signs, rule: &HeavyTailed) -> HeavyTailed {
    HeavyTailed { signs, ..*rule }
}

#[cfg(test)]
mod tests {
    use huxley_model::network::{Distribution, Site};

    use super::*;

    const CELLS: usize = 200;

    fn projection(rule: Rule) -> Projection {
        Projection {
            name: "a-a".to_owned(),
            source: "a".to_owned(),
            target: "a".to_owned(),
            synapse: 0,
            rule,
            weight: Distribution::Constant(1.0),
            delay: Distribution::Constant(1.0),
            site: Site::Soma,
        }
    }

    fn heavy(signs: Signs) -> HeavyTailed {
        let (in_spread, out_spread) = (1.0, 1.0);
        HeavyTailed { degree: 20.0, in_spread, out_spread, reciprocal: 0.7, inhibitory: 0.3, signs, draws: 3 }
    }

    fn made<'a>(own: &'a Projection, cuts: &Cuts) -> Pairs<'a> {
        Pairs::new(own, 0, 1, (CELLS, CELLS), cuts, 0).expect("a rule")
    }

    /// Source, target and number of all connections, range after range, as the two passes go through them.
    fn in_ranges(mut pairs: Pairs<'_>, count: usize) -> Vec<(usize, usize, u64)> {
        let cuts = Cuts::new(CELLS, count);
        let part = |index: usize| {
            let ends = [index, index + 1].map(|index| (index * CELLS).div_ceil(count));
            Part { index, targets: ends[0]..ends[1] }
        };
        let mut counted = 0;
        let reverses: Vec<Vec<[u32; 2]>> = (0..count)
            .map(|index| {
                let mut scratch = Scratch::default();
                let take = |_: usize, t: usize, _: u64, _: Option<&Connection>| {
                    assert!(part(index).targets.contains(&t));
                    counted += 1;
                    Ok(())
                };
                pairs.for_each(&part(index), true, &mut scratch, take).expect("nothing fails");
                scratch.reverses
            })
            .collect();
        pairs.take_reverses(&reverses, &cuts, 0);
        let mut all = Vec::new();
        for index in 0..count {
            let take = |s: usize, t: usize, k: u64, _: Option<&Connection>| {
                assert!(part(index).targets.contains(&t));
                all.push((s, t, k));
                Ok(())
            };
            pairs.for_each(&part(index), false, &mut Scratch::default(), take).expect("nothing fails");
        }
        assert_eq!(all.len(), counted + pairs.reverses().len(), "both passes see the same");
        all
    }

    /// That `found` has, for every range and source and for every target, what `expected` has, in its order.
    fn compare(found: &[(usize, usize, u64)], expected: &[(usize, usize, u64)], count: usize) {
        assert_eq!(found.len(), expected.len());
        type Key = fn(&(usize, usize, u64), usize) -> usize;
        let keys: [Key; 2] = [|(s, t, _), count| t * count / CELLS * CELLS + s, |(_, t, _), _| *t];
        for key in keys {
            let (mut found, mut expected) = (found.to_vec(), expected.to_vec());
            found.sort_by_key(|own| key(own, count));
            expected.sort_by_key(|own| key(own, count));
            assert!(found == expected, "{count} ranges");
        }
    }

    #[test]
    fn connections_keep_their_order_however_targets_are_cut() {
        // As one worker would take them, each with its reverse at once.
        let mut expected = Vec::new();
        let graph = heavy::Graph::new(heavy(Signs::All), CELLS, 1);
        let take = |drawn: &Drawn| {
            expected.extend(drawn.number.map(|number| (drawn.source, drawn.target, number)));
            let number = heavy::reverse_number(drawn.target);
            expected.extend(drawn.reversed.then_some((drawn.target, drawn.source, number)));
            Ok::<(), ()>(())
        };
        graph.for_each(0..CELLS, &mut Vec::new(), take).expect("nothing fails");
        for count in [1, 3, 7] {
            let cuts = Cuts::new(CELLS, count);
            let all = projection(Rule::HeavyTailed(heavy(Signs::All)));
            compare(&in_ranges(made(&all, &cuts), count), &expected, count);

            // One sign alone is a part of them, and two that were joined are all.
            let [excite, inhibit] =
                [Signs::Excitatory, Signs::Inhibitory].map(|signs| projection(Rule::HeavyTailed(heavy(signs))));
            let part: Vec<_> = expected.iter().copied().filter(|own| own.0 >= 140).collect();
            assert!(part.len() > 500 && part.len() < expected.len() - 500, "{}", part.len());
            compare(&in_ranges(made(&inhibit, &cuts), count), &part, count);
            let mut joined = made(&excite, &cuts);
            assert_eq!(joined.join(&excite, &inhibit), Some(0..140));
            compare(&in_ranges(joined, count), &expected, count);

            let rows: Connections = expected
                .iter()
                .map(|own| {
                    let [source, target] = [own.0, own.1].map(|cell| u32::try_from(cell).expect("few cells"));
                    Connection { source, target, weight: None, delay: None, compartment: None }
                })
                .collect();
            let listed: Vec<_> = expected.iter().zip(0..).map(|(own, k)| (own.0, own.1, k)).collect();
            let table = projection(Rule::Table(rows));
            compare(&in_ranges(made(&table, &cuts), count), &listed, count);
        }
    }

    #[test]
    fn only_the_two_halves_of_one_network_are_joined() {
        let cuts = Cuts::new(CELLS, 1);
        let excite = projection(Rule::HeavyTailed(heavy(Signs::Excitatory)));
        let other = |change: fn(&mut HeavyTailed)| {
            let mut rule = heavy(Signs::Inhibitory);
            change(&mut rule);
            projection(Rule::HeavyTailed(rule))
        };
        let joined = |own: &Projection, other: &Projection| made(own, &cuts).join(own, other).is_some();
        assert!(joined(&excite, &other(|_| {})));
        assert!(!joined(&excite, &other(|rule| rule.draws = 4)));
        assert!(!joined(&excite, &other(|rule| rule.degree = 21.0)));
        assert!(!joined(&excite, &other(|rule| rule.signs = Signs::All)));
        assert!(!joined(&excite, &excite));
        let mut elsewhere = other(|_| {});
        (elsewhere.source, elsewhere.target) = ("b".to_owned(), "b".to_owned());
        assert!(!joined(&excite, &elsewhere));
    }
}
