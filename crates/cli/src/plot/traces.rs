//! Samples of probes over time.

use std::collections::HashSet;

use huxley_io::picture::{Picture, Trace, TraceData, traces};
use huxley_io::results::ReportSite;

use super::args::Settings;
use super::found::{Found, Report, input};
use crate::failure::Failure;

/// Sites of a report that are drawn.
const SITES: usize = 12;
/// Samples of a site up to which all are kept; of more, the lowest and the highest of each of half as many intervals.
const KEPT: f64 = 16_384.0;

/// The cell of a site, as its label begins.
pub fn cell_of(site: &ReportSite) -> Option<&str> {
    site.label.split(' ').next().filter(|name| !name.is_empty())
}

/// What a variable is called in a picture.
pub fn quantity(report: &Report) -> String {
    match report.variable.as_str() {
        "v" => "membrane potential".to_owned(),
        "" => report.name.clone(),
        variable => variable.to_owned(),
    }
}

/// Draws the reports; `None` where no site is one of those that were asked for.
pub fn draw(found: &Found, reports: &[Report], settings: &Settings) -> Result<Option<Picture>, Failure> {
    let mut all = Vec::new();
    let mut taken = HashSet::new();
    for report in reports.iter().filter(|report| report.population.is_empty() || settings.shows(&report.population)) {
        let head = report.reader.head();
        let picked = |&(_, site): &(usize, &ReportSite)| settings.picks(site.node, cell_of(site));
        let chosen: Vec<(usize, &ReportSite)> = head.sites.iter().enumerate().filter(picked).collect();
        // What another report has as well is drawn once.
        let place = |site: &ReportSite| {
            (report.population.clone(), quantity(report), site.label.clone(), site.element, site.position.to_bits())
        };
        let chosen: Vec<(usize, &ReportSite)> =
            chosen.into_iter().filter(|(_, site)| site.label.is_empty() || taken.insert(place(site))).collect();
        let shown = chosen.len().min(SITES);
        let chosen: Vec<(usize, &ReportSite)> = (0..shown).map(|k| chosen[k * chosen.len() / shown]).collect();
        all.extend(read(report, &chosen, settings)?);
    }
    if all.is_empty() {
        return Ok(None);
    }
    Ok(Some(traces(&TraceData { title: found.title.clone(), traces: all }, settings.size)))
}

fn read(report: &Report, chosen: &[(usize, &ReportSite)], settings: &Settings) -> Result<Vec<Trace>, Failure> {
    let head = report.reader.head();
    let (from, to) = (settings.from.unwrap_or(f64::NEG_INFINITY), settings.to.unwrap_or(f64::INFINITY));
    let mut first = None;
    // Kept whole until there are too many, then thinned again and again, so that no peak is lost.
    let mut thinned: Vec<Thinned> = vec![Thinned::default(); chosen.len()];
    report
        .reader
        .visit(from, to, |time, row| {
            first.get_or_insert(time);
            for (&(column, _), own) in chosen.iter().zip(&mut thinned) {
                #[allow(clippy::cast_possible_truncation)]
                own.push(row[column] as f32);
            }
            Ok(())
        })
        .map_err(|error| input(&error))?;
    let Some(start_ms) = first else { return Ok(Vec::new()) };
    let interval = if head.interval_ms > 0.0 { head.interval_ms } else { 1.0 };
    let step = thinned.first().map_or(1.0, Thinned::step);
    let trace = |(&(_, site), own): (&(usize, &ReportSite), Thinned)| Trace {
        label: if site.label.is_empty() { format!("{}[{}]", report.population, site.node) } else { site.label.clone() },
        quantity: quantity(report),
        unit: report.unit.clone(),
        start_ms,
        interval_ms: step * interval,
        values: own.values,
    };
    Ok(chosen.iter().zip(thinned).map(trace).collect())
}

/// Samples, of which the lowest and the highest of each interval are kept, in their order; the interval doubles when there are
/// too many.
#[derive(Clone)]
struct Thinned {
    values: Vec<f32>,
    /// Samples an interval; 1 keeps all.
    stride: u64,
    /// Those of the interval that has begun: how many, and the first and second extreme in their order.
    begun: u64,
    low: (u64, f32),
    high: (u64, f32),
}

impl Default for Thinned {
    fn default() -> Self {
        Self { values: Vec::new(), stride: 1, begun: 0, low: (0, 0.0), high: (0, 0.0) }
    }
}

impl Thinned {
    fn push(&mut self, value: f32) {
        if self.stride == 1 {
            self.values.push(value);
        } else {
            let sample = (self.begun, value);
            if self.begun == 0 || value < self.low.1 {
                self.low = sample;
            }
            if self.begun == 0 || value > self.high.1 {
                self.high = sample;
            }
            self.begun += 1;
            if self.begun == self.stride {
                let (low, high) = (self.low, self.high);
                self.values.extend(if low.0 <= high.0 { [low.1, high.1] } else { [high.1, low.1] });
                self.begun = 0;
            }
        }
        if self.values.len() as f64 >= 2.0 * KEPT {
            self.halve();
        }
    }

    /// Makes two intervals one: of four values, the lowest and the highest, in their order.
    fn halve(&mut self) {
        let extremes = |four: &[f32]| {
            let place = |better: fn(f32, f32) -> bool| {
                (1..four.len()).fold(0, |best, k| if better(four[k], four[best]) { k } else { best })
            };
            let (low, high) = (place(|a, b| a < b), place(|a, b| a > b));
            [four[low.min(high)], four[low.max(high)]]
        };
        self.values = self.values.chunks_exact(4).flat_map(extremes).collect();
        self.stride = if self.stride == 1 { 4 } else { 2 * self.stride };
    }

    /// Samples between two values that are kept.
    #[allow(clippy::cast_precision_loss)]
    fn step(&self) -> f64 {
        if self.stride == 1 { 1.0 } else { 0.5 * self.stride as f64 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thinning_keeps_time_and_every_peak() {
        let mut own = Thinned::default();
        let count = 1_000_000_u32;
        for sample in 0..count {
            own.push(if sample == 777_777 {
                50.0
            } else if sample == 123_456 {
                -90.0
            } else {
                -65.0
            });
        }
        assert!(own.values.len() < 2 * KEPT as usize, "{}", own.values.len());
        let place = |wanted: f32| own.values.iter().position(|v| *v == wanted).unwrap() as f64 * own.step();
        assert!((place(50.0) - 777_777.0).abs() <= 2.0 * own.step(), "{}", place(50.0));
        assert!((place(-90.0) - 123_456.0).abs() <= 2.0 * own.step());
        assert!((own.values.len() as f64 * own.step() - f64::from(count)).abs() <= 2.0 * own.step());
    }
}
