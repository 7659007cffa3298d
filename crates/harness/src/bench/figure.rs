//! From a timed tick to the figures of a kernel.

use std::collections::BTreeMap;

use huxley_model::network::Precision;

use super::document::{KernelFigure, Peak};
use super::statistics::Spread;
use super::timing::Tick;
use crate::ledger::Convention;

/// Name of a precision.
#[must_use]
pub fn precision_name(precision: Precision) -> &'static str {
    match precision {
        Precision::F32 => "f32",
        Precision::F64 => "f64",
    }
}

/// What a kernel ran on.
#[derive(Clone, Copy, Debug)]
pub(crate) struct On<'a> {
    /// `cpu` or `gpu`.
    pub backend: &'a str,
    /// Name of the processor or the GPU.
    pub device: &'a str,
    /// Threads of the CPU.
    pub threads: Option<usize>,
    /// Of its numbers.
    pub precision: Precision,
}

/// Measured ceilings of one device with so many threads, in one precision.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Ceilings(BTreeMap<String, f64>);

impl Ceilings {
    /// Those of `peaks` that belong to `on`.
    pub fn of(peaks: &[Peak], on: &On) -> Self {
        let belongs = |peak: &&Peak| {
            let precision = peak.precision.as_deref().is_none_or(|own| own == precision_name(on.precision));
            peak.backend == on.backend && peak.device == on.device && peak.threads == on.threads && precision
        };
        Self(peaks.iter().filter(belongs).map(|peak| (peak.name.clone(), peak.value)).collect())
    }

    /// A ceiling, where it was measured.
    pub fn get(&self, name: &str) -> Option<f64> {
        self.0.get(name).copied().filter(|&value| value > 0.0)
    }

    /// The bandwidth that binds: of copying and updating the faster one, since a kernel may do either.
    fn bandwidth(&self) -> Option<&'static str> {
        let there = ["copy", "update"].into_iter().filter(|name| self.get(name).is_some());
        there.max_by(|a, b| self.get(a).partial_cmp(&self.get(b)).unwrap_or(std::cmp::Ordering::Equal))
    }

    /// Fractions of each, the one that binds, and its fraction, for what is done in a second.
    pub fn fractions(&self, rates: &Rates) -> (BTreeMap<String, f64>, String, f64) {
        let mut fractions = BTreeMap::new();
        let all = [
            ("fma", rates.expanded_flop),
            ("exp", rates.exp),
            ("div", rates.div),
            ("copy", rates.bytes),
            ("update", rates.bytes),
        ];
        for (name, rate) in all {
            if let Some(peak) = self.get(name) {
                fractions.insert(name.to_owned(), rate / peak);
            }
        }
        let candidates = ["fma", "exp", "div"].into_iter().chain(self.bandwidth());
        let own = candidates.filter_map(|name| Some((name, *fractions.get(name)?)));
        let bound = own.max_by(|a, b| a.1.total_cmp(&b.1));
        if let Some(peak) = self.get("fma") {
            fractions.insert("issue".to_owned(), rates.instructions / (0.5 * peak));
        }
        let (name, fraction) = bound.unwrap_or(("none", 0.0));
        (fractions, name.to_owned(), fraction)
    }
}

/// What is done in a second.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Rates {
    /// FLOP with an exponential as the FLOP it is made of.
    pub expanded_flop: f64,
    /// Exponentials.
    pub exp: f64,
    /// Divisions.
    pub div: f64,
    /// Instructions of one lane.
    pub instructions: f64,
    /// Bytes.
    pub bytes: f64,
}

/// A tick as the figures of a kernel.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Subject<'a> {
    /// Name of the figure.
    pub name: &'a str,
    /// Its group.
    pub group: &'a str,
    /// Its unit.
    pub unit: &'a str,
    /// The tick.
    pub tick: &'a Tick,
    /// Units of a tick.
    pub units: f64,
    /// What holds memory.
    pub holders: f64,
    /// Whether it settled.
    pub settled: bool,
    /// Whether what it holds fits the last cache.
    pub in_cache: bool,
}

/// An exponential as the FLOP it is made of, and a division as one.
const EXPANDED: Convention = Convention { exp: 0.0, div: 1.0 };

pub(crate) fn figure(subject: &Subject, on: &On, ceilings: &Ceilings, convention: Convention) -> KernelFigure {
    let Subject { tick, units, holders, .. } = *subject;
    let each = |x: f64| if units > 0.0 { x / units } else { 0.0 };
    let work = &tick.work;
    let per_unit = tick.seconds.times(if units > 0.0 { 1e9 / units } else { 0.0 });
    // A part that costs less than can be measured may come out negative: it has no rate.
    let seconds = tick.seconds.median;
    let rate = |x: f64| if seconds > 0.0 { x / seconds } else { 0.0 };
    let (flop, instructions) = (work.operations.flop(convention), work.expanded.instructions());
    let rates = Rates {
        expanded_flop: rate(work.expanded.flop(EXPANDED)),
        exp: rate(work.operations.exp),
        div: rate(work.operations.div),
        instructions: rate(instructions),
        bytes: rate(work.bytes),
    };
    let (fractions, bound, fraction_of_peak) =
        if seconds > 0.0 { ceilings.fractions(&rates) } else { (BTreeMap::new(), "none".to_owned(), 0.0) };
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
    KernelFigure {
        name: subject.name.to_owned(),
        group: subject.group.to_owned(),
        backend: on.backend.to_owned(),
        device: on.device.to_owned(),
        threads: on.threads,
        precision: precision_name(on.precision).to_owned(),
        unit: subject.unit.to_owned(),
        size: units.round() as u64,
        settled: subject.settled,
        in_cache: subject.in_cache,
        runs: tick.runs,
        timing: String::new(),
        rate_hz: tick.rate_hz,
        ns_per_unit: per_unit.median,
        spread: per_unit.spread,
        flop_per_unit: each(flop),
        expanded_flop_per_unit: each(work.expanded.flop(EXPANDED)),
        exp_per_unit: each(work.operations.exp),
        div_per_unit: each(work.operations.div),
        instructions_per_unit: each(instructions),
        bytes_per_unit: each(work.bytes),
        held_bytes_per_unit: if holders > 0.0 { tick.held / holders } else { 0.0 },
        gflops: 1e-9 * rate(flop),
        ginstructions_per_s: 1e-9 * rates.instructions,
        gbytes_per_s: 1e-9 * rates.bytes,
        fractions,
        bound,
        fraction_of_peak,
    }
}

/// ns a unit.
pub(crate) fn ns_per_unit(tick: &Tick, units: f64) -> Spread {
    if units > 0.0 { tick.seconds.times(1e9 / units) } else { Spread::default() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ledger::{Amount, Work};

    const ON: On = On { backend: "cpu", device: "it", threads: Some(2), precision: Precision::F32 };

    fn peak(name: &str, threads: usize, precision: Option<&str>, value: f64) -> Peak {
        Peak {
            name: name.to_owned(),
            backend: "cpu".to_owned(),
            device: "it".to_owned(),
            threads: Some(threads),
            precision: precision.map(str::to_owned),
            value,
            ..Peak::default()
        }
    }

    fn ceilings() -> Ceilings {
        let mut others = vec![peak("fma", 1, Some("f32"), 1.0), peak("fma", 2, Some("f64"), 2.0)];
        others.push(Peak { device: "another".to_owned(), ..peak("copy", 2, None, 3.0) });
        let own = [
            peak("fma", 2, Some("f32"), 100e9),
            peak("exp", 2, Some("f32"), 4e9),
            peak("div", 2, Some("f32"), 8e9),
            peak("copy", 2, None, 10e9),
            peak("update", 2, None, 20e9),
        ];
        others.extend(own);
        Ceilings::of(&others, &ON)
    }

    #[test]
    fn fractions_are_rates_over_peaks_of_the_same_device_threads_and_precision() {
        let rates = Rates { expanded_flop: 50e9, exp: 3e9, div: 1e9, instructions: 40e9, bytes: 12e9 };
        let (fractions, bound, fraction) = ceilings().fractions(&rates);
        let expected = [("fma", 0.5), ("exp", 0.75), ("div", 0.125), ("copy", 1.2), ("update", 0.6), ("issue", 0.8)];
        assert_eq!(fractions, expected.map(|(name, x)| (name.to_owned(), x)).into_iter().collect());
        // Copying is slower than updating here, so it is not what binds, and neither is the issue of instructions.
        assert_eq!((bound.as_str(), fraction), ("exp", 0.75));
        // What lies in a cache may move more than memory can: it is said, and not cut off.
        let (_, bound, fraction) = ceilings().fractions(&Rates { bytes: 50e9, ..rates });
        assert_eq!((bound.as_str(), fraction), ("update", 2.5));
        assert_eq!(Ceilings::default().fractions(&rates), (BTreeMap::new(), "none".to_owned(), 0.0));
    }

    #[test]
    fn figures_are_the_ledgers_over_time_and_units() {
        let operations = Amount { add: 4000.0, fma: 1000.0, exp: 500.0, div: 100.0, ..Amount::default() };
        let expanded = Amount { exp: 0.0, fma: 6000.0, cmp: 1000.0, ..operations };
        let tick = Tick {
            seconds: Spread { median: 1e-6, spread: 0.1 },
            work: Work { operations, expanded, bytes: 8000.0 },
            held: 500.0,
            runs: 7,
            ..Tick::default()
        };
        let subject = Subject {
            name: "membrane-1",
            group: "membrane",
            unit: "compartment-step",
            tick: &tick,
            units: 100.0,
            holders: 50.0,
            settled: true,
            in_cache: false,
        };
        let own = figure(&subject, &ON, &ceilings(), Convention { exp: 10.0, div: 2.0 });
        assert!((own.ns_per_unit - 10.0).abs() < 1e-9 && own.spread == 0.1);
        assert_eq!((own.size, own.runs, own.settled), (100, 7, true));
        assert_eq!(own.flop_per_unit, 40.0 + 20.0 + 50.0 + 2.0);
        assert_eq!(own.expanded_flop_per_unit, 40.0 + 120.0 + 1.0);
        assert_eq!(own.instructions_per_unit, 40.0 + 60.0 + 10.0 + 1.0);
        assert_eq!((own.exp_per_unit, own.div_per_unit), (5.0, 1.0));
        assert_eq!((own.bytes_per_unit, own.held_bytes_per_unit), (80.0, 10.0));
        assert!((own.gflops - 11.2).abs() < 1e-9 && (own.gbytes_per_s - 8.0).abs() < 1e-9);
        assert!((own.fractions["fma"] - 0.161).abs() < 1e-9 && (own.fractions["update"] - 0.4).abs() < 1e-9);
        assert_eq!(own.bound, "update");
        // A difference that came out negative has no rate and no bound.
        let lost = Tick { seconds: Spread { median: -1e-6, spread: 3.0 }, ..tick };
        let lost = figure(&Subject { tick: &lost, ..subject }, &ON, &ceilings(), Convention::default());
        assert!(lost.ns_per_unit < 0.0 && lost.gflops == 0.0 && lost.fractions.is_empty() && lost.bound == "none");
    }
}
