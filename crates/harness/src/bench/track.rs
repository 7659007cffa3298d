//! A kernel on one executor, size after size.

use std::time::Duration;

use super::figure::ns_per_unit;
use super::kernels::Output;
use super::statistics::{Spread, agree};
use super::timing::{Executor, Tick};

/// One size.
#[derive(Clone, Debug, Default)]
pub(crate) struct Point {
    /// Cells or synapses asked for.
    pub count: usize,
    /// The tick of each network.
    pub ticks: Vec<Tick>,
    /// Units of a tick of each network, and what holds memory.
    pub units: Vec<(f64, f64)>,
    /// Whether what the whole holds fits the last cache.
    pub in_cache: bool,
}

impl Point {
    /// The tick of an output, its units, and what holds memory.
    pub fn of(&self, output: &Output) -> (Tick, f64, f64) {
        let (units, holders) = self.units[output.with];
        let tick = self.ticks[output.with];
        (output.less.map_or(tick, |less| tick.beyond(&self.ticks[less])), units, holders)
    }

    /// ns a unit of an output.
    fn figure(&self, output: &Output) -> Spread {
        let (tick, units, _) = self.of(output);
        ns_per_unit(&tick, units)
    }
}

/// Sizes measured so far.
#[derive(Clone, Debug)]
pub(crate) struct Track {
    /// On what.
    pub executor: Executor,
    /// In rising order.
    pub points: Vec<Point>,
    /// Whether the last two agree, and were enough.
    pub settled: bool,
    /// Whether no further size is to be tried.
    pub ended: bool,
    /// Time of the last size.
    pub last: Duration,
}

/// Sizes that are tried at least: a line needs them.
const FEWEST: usize = super::statistics::FEWEST;

impl Track {
    /// Nothing yet.
    pub fn new(executor: Executor) -> Self {
        Self { executor, points: Vec::new(), settled: false, ended: false, last: Duration::ZERO }
    }

    /// Takes a size, and sees whether the figure of `whole` has settled. Where each byte is met once a tick (`streams`), it has not
    /// while all of it fits a cache.
    pub fn take(&mut self, point: Point, whole: &Output, streams: bool, took: Duration) {
        self.last = took;
        let cached = streams && point.in_cache;
        let agrees = self.points.last().is_some_and(|before| agree(&before.figure(whole), &point.figure(whole)));
        self.points.push(point);
        self.settled = agrees && !cached && self.points.len() >= FEWEST;
        self.ended = self.settled;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn point(ns: f64, in_cache: bool) -> Point {
        let tick = Tick { seconds: Spread { median: ns * 1e-9, spread: 0.0 }, ..Tick::default() };
        Point { count: 1, ticks: vec![tick], units: vec![(1.0, 1.0)], in_cache }
    }

    #[test]
    fn a_figure_settles_when_two_sizes_in_a_row_agree_beyond_the_cache() {
        let whole = Output { name: "it".to_owned(), with: 0, less: None };
        let after = |figures: &[(f64, bool)], streams| {
            let mut track = Track::new(Executor::Cpu(1));
            for &(ns, in_cache) in figures {
                track.take(point(ns, in_cache), &whole, streams, Duration::ZERO);
            }
            track.settled
        };
        assert!(!after(&[(5.0, false), (5.0, false)], true), "a line needs three");
        assert!(after(&[(5.0, false), (4.0, false), (4.0, false)], true));
        assert!(!after(&[(4.0, false), (4.0, false), (3.0, false)], true));
        assert!(!after(&[(4.0, true), (4.0, true), (4.0, true)], true));
        assert!(after(&[(4.0, true), (4.0, true), (4.0, true)], false));
        assert!(after(&[(4.0, true), (4.0, true), (4.0, false)], true));
    }
}
