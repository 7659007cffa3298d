//! What a run produces, taken as it comes: files are written while the run goes on, and only spikes and a few traces for the
//! pictures are held.

use std::path::Path;

use huxley_engine::{Epoch, Plan, Spike};
use huxley_io::results::{Digits, PopulationSpan, ReportWriter, SpikeWriter, report_file_name};
use huxley_model::network::{Precision, Variable};

use crate::failure::Failure;

/// Sites of a probe that are kept for its picture.
const KEPT_SITES: usize = 12;
/// Samples of a site that are kept for its picture: two for each of this many intervals.
const KEPT_INTERVALS: u64 = 4096;

/// Takes epochs.
pub struct Recorder {
    dt: f64,
    populations: Vec<PopulationSpan>,
    /// All spikes so far, by (substep, cell).
    pub spikes: Vec<Spike>,
    spikes_csv: Option<SpikeWriter>,
    /// Probes, in the plan's order.
    pub probes: Vec<ProbeRecord>,
}

/// A probe's file and what is kept for its picture.
pub struct ProbeRecord {
    /// Name of the probe.
    pub name: String,
    /// What it samples.
    pub variable: Variable,
    /// Sampling interval, ms.
    pub interval: f64,
    /// Samples taken.
    pub rows: u64,
    csv: Option<ReportWriter>,
    columns: usize,
    /// Labels of the kept sites.
    pub kept_labels: Vec<String>,
    kept: Vec<usize>,
    stride: u64,
    lowest: Vec<(u64, f32)>,
    highest: Vec<(u64, f32)>,
    /// For each kept site, its values, [`ProbeRecord::trace_interval`] apart.
    pub traces: Vec<Vec<f32>>,
}

/// The populations of a plan as the results know them.
pub fn spans(plan: &Plan) -> Vec<PopulationSpan> {
    let span = |p: &huxley_engine::plan::PopulationPlan| PopulationSpan {
        name: p.name.clone(),
        first: p.first,
        count: p.count,
        labels: p.labels.clone(),
    };
    plan.populations.iter().map(span).collect()
}

impl Recorder {
    /// Opens the files in `folder`, if there is one; `ticks` is the expected length of the run.
    pub fn new(plan: &Plan, folder: Option<&Path>, ticks: u64) -> Result<Self, Failure> {
        let populations = spans(plan);
        let spikes_csv = match folder {
            Some(folder) => Some(SpikeWriter::create(&folder.join("spikes.csv"), &populations)?),
            None => None,
        };
        let mut probes = Vec::new();
        for probe in &plan.probes {
            let csv = match folder {
                Some(folder) => {
                    let digits = match plan.settings.precision {
                        Precision::F32 => Digits::Single,
                        Precision::F64 => Digits::Double,
                    };
                    Some(ReportWriter::create(&folder.join(report_file_name(&probe.name)), &probe.labels, digits)?)
                }
                None => None,
            };
            let columns = probe.nodes.len();
            let kept: Vec<usize> =
                (0..columns.min(KEPT_SITES)).map(|k| k * columns / columns.min(KEPT_SITES)).collect();
            let rows = ticks * u64::from(plan.settings.substeps) / u64::from(probe.interval);
            probes.push(ProbeRecord {
                name: probe.name.clone(),
                variable: probe.variable.clone(),
                interval: f64::from(probe.interval) * plan.settings.dt,
                rows: 0,
                csv,
                columns,
                kept_labels: kept.iter().map(|&k| probe.labels[k].clone()).collect(),
                stride: rows.div_ceil(KEPT_INTERVALS).max(1),
                lowest: vec![(0, 0.0); kept.len()],
                highest: vec![(0, 0.0); kept.len()],
                traces: vec![Vec::new(); kept.len()],
                kept,
            });
        }
        Ok(Self { dt: plan.settings.dt, populations, spikes: Vec::new(), spikes_csv, probes })
    }

    /// Takes what some ticks produced.
    pub fn take(&mut self, epoch: &Epoch) -> Result<(), Failure> {
        if let Some(csv) = &mut self.spikes_csv {
            let timed: Vec<(f64, u32)> = epoch.spikes.iter().map(|s| (s.time(self.dt), s.cell)).collect();
            csv.write(&timed)?;
        }
        self.spikes.extend_from_slice(&epoch.spikes);
        for (probe, samples) in self.probes.iter_mut().zip(&epoch.samples) {
            probe.take(samples)?;
        }
        Ok(())
    }

    /// Spikes of each population.
    pub fn counts(&self) -> Vec<u64> {
        let mut counts = vec![0; self.populations.len()];
        for spike in &self.spikes {
            let cell = u64::from(spike.cell);
            // Populations follow one another.
            counts[self.populations.partition_point(|span| span.end() <= cell)] += 1;
        }
        counts
    }

    /// Completes the files and returns their names.
    pub fn finish(&mut self) -> Result<Vec<String>, Failure> {
        let mut names = Vec::new();
        if let Some(csv) = self.spikes_csv.take() {
            csv.finish()?;
            names.push("spikes.csv".to_owned());
        }
        for probe in &mut self.probes {
            if let Some(csv) = probe.csv.take() {
                csv.finish()?;
                names.push(report_file_name(&probe.name));
            }
        }
        Ok(names)
    }

    /// The populations.
    pub fn populations(&self) -> &[PopulationSpan] {
        &self.populations
    }
}

impl ProbeRecord {
    fn take(&mut self, samples: &[f64]) -> Result<(), Failure> {
        for row in samples.chunks_exact(self.columns.max(1)) {
            #[allow(clippy::cast_precision_loss)]
            let time = self.rows as f64 * self.interval;
            if let Some(csv) = &mut self.csv {
                csv.row(time, row)?;
            }
            self.keep(row);
            self.rows += 1;
        }
        Ok(())
    }

    /// Time between values of [`ProbeRecord::traces`], ms.
    #[allow(clippy::cast_precision_loss)]
    pub fn trace_interval(&self) -> f64 {
        if self.stride == 1 { self.interval } else { 0.5 * self.stride as f64 * self.interval }
    }

    /// The lowest and highest of every `stride` samples, in their order: no peak is lost.
    #[allow(clippy::cast_possible_truncation)]
    fn keep(&mut self, row: &[f64]) {
        let place = self.rows % self.stride;
        for (k, &column) in self.kept.iter().enumerate() {
            let sample = (place, row[column] as f32);
            let (low, high) = (&mut self.lowest[k], &mut self.highest[k]);
            if place == 0 || sample.1 < low.1 {
                *low = sample;
            }
            if place == 0 || sample.1 > high.1 {
                *high = sample;
            }
            if self.stride == 1 {
                self.traces[k].push(sample.1);
            } else if place + 1 == self.stride {
                let (first, second) = if low.0 <= high.0 { (low.1, high.1) } else { (high.1, low.1) };
                self.traces[k].extend([first, second]);
            }
        }
    }
}
