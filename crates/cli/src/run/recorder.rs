//! What a run produces, taken as it comes: files are written while the run goes on, and only spikes and a few traces for the
//! pictures are held.

use std::path::{Path, PathBuf};

use huxley_engine::plan::ProbePlan;
use huxley_engine::{Epoch, Plan, Spike};
use huxley_io::results::{
    Digits, FileFormat, PopulationSpan, ReportHead, ReportReport, ReportSink, ReportSite, SpikeDigest, SpikeSink,
    report_name, spikes_name, write_sonata_spikes,
};
use huxley_model::network::{Precision, Variable};

use crate::failure::Failure;
use crate::run::variable::{named, word};

/// Sites of a probe that are kept for its picture.
const KEPT_SITES: usize = 12;
/// Samples of a site that are kept for its picture: two for each of this many intervals.
const KEPT_INTERVALS: u64 = 4096;

/// In which formats spikes and reports are written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Formats {
    /// Of spikes.
    pub spikes: Vec<FileFormat>,
    /// Of reports.
    pub reports: Vec<FileFormat>,
}

impl Default for Formats {
    fn default() -> Self {
        Self { spikes: vec![FileFormat::Sonata, FileFormat::Csv], reports: vec![FileFormat::Sonata] }
    }
}

impl Formats {
    /// As `--format` has it: names with commas between.
    pub fn parse(text: &str) -> Result<Self, Failure> {
        let mut formats = Vec::new();
        for name in text.split(',').map(str::trim) {
            let format = FileFormat::named(name).ok_or_else(|| {
                let hint = "write sonata, csv or parquet, or several with commas between: --format csv,sonata";
                Failure::input(format!("`--format {text}`: there is no format `{name}`")).hint(hint)
            })?;
            if !formats.contains(&format) {
                formats.push(format);
            }
        }
        Ok(Self { spikes: formats.clone(), reports: formats })
    }
}

/// Takes epochs.
pub struct Recorder {
    dt: f64,
    populations: Vec<PopulationSpan>,
    /// All spikes so far, by (substep, cell), where somebody asks for them at the end.
    spikes: Option<Vec<Spike>>,
    /// Spikes of each cell.
    pub spikes_of_cell: Vec<u32>,
    digest: SpikeDigest,
    spike_files: Vec<(FileFormat, SpikeSink)>,
    /// `spikes.h5`, where it is to be written.
    spikes_h5: Option<PathBuf>,
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
    /// What its report is of.
    head: ReportHead,
    files: Vec<(FileFormat, ReportSink)>,
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

/// What the report of a probe is of.
fn head(plan: &Plan, probe: &ProbePlan) -> ReportHead {
    let population = &plan.populations[probe.population];
    let site = |(place, label): (&huxley_engine::plan::ProbePlace, &String)| ReportSite {
        node: u64::from(place.cell - population.first),
        element: place.section,
        position: place.position,
        label: label.clone(),
    };
    ReportHead {
        population: population.name.clone(),
        variable: word(&probe.variable),
        unit: named(&probe.variable).1.to_owned(),
        sites: probe.places.iter().zip(&probe.labels).map(site).collect(),
        start_ms: 0.0,
        interval_ms: f64::from(probe.interval) * plan.settings.dt,
    }
}

impl Recorder {
    /// Opens the files in `folder`, if there is one; `ticks` is the expected length of the run.
    pub fn new(plan: &Plan, folder: Option<&Path>, formats: &Formats, ticks: u64) -> Result<Self, Failure> {
        let populations = spans(plan);
        let mut spike_files = Vec::new();
        let mut spikes_h5 = None;
        for (folder, &format) in folder.iter().flat_map(|&folder| formats.spikes.iter().map(move |f| (folder, f))) {
            match SpikeSink::create(folder, format, &populations)? {
                Some(sink) => spike_files.push((format, sink)),
                None => spikes_h5 = Some(folder.join(spikes_name(format))),
            }
        }
        let digits = match plan.settings.precision {
            Precision::F32 => Digits::Single,
            Precision::F64 => Digits::Double,
        };
        let mut probes = Vec::new();
        for probe in &plan.probes {
            let head = head(plan, probe);
            let mut files = Vec::new();
            for (folder, &format) in folder.iter().flat_map(|&folder| formats.reports.iter().map(move |f| (folder, f)))
            {
                files.push((format, ReportSink::create(folder, &probe.name, format, &head, digits)?));
            }
            let columns = probe.nodes.len();
            let kept: Vec<usize> =
                (0..columns.min(KEPT_SITES)).map(|k| k * columns / columns.min(KEPT_SITES)).collect();
            let rows = ticks * u64::from(plan.settings.substeps) / u64::from(probe.interval);
            probes.push(ProbeRecord {
                name: probe.name.clone(),
                variable: probe.variable.clone(),
                interval: head.interval_ms,
                rows: 0,
                head,
                files,
                columns,
                kept_labels: kept.iter().map(|&k| probe.labels[k].clone()).collect(),
                stride: rows.div_ceil(KEPT_INTERVALS).max(1),
                lowest: vec![(0, 0.0); kept.len()],
                highest: vec![(0, 0.0); kept.len()],
                traces: vec![Vec::new(); kept.len()],
                kept,
            });
        }
        let dt = plan.settings.dt;
        Ok(Self {
            dt,
            populations,
            spikes: folder.is_some().then(Vec::new),
            spikes_of_cell: vec![0; plan.cells.len()],
            digest: SpikeDigest::default(),
            spike_files,
            spikes_h5,
            probes,
        })
    }

    /// Takes what some ticks produced.
    pub fn take(&mut self, epoch: &Epoch) -> Result<(), Failure> {
        if !self.spike_files.is_empty() {
            let timed: Vec<(f64, u32)> = epoch.spikes.iter().map(|s| (s.time(self.dt), s.cell)).collect();
            for (_, file) in &mut self.spike_files {
                file.write(&timed)?;
            }
        }
        for spike in &epoch.spikes {
            self.spikes_of_cell[spike.cell as usize] += 1;
            self.digest.absorb(spike.step, spike.cell);
        }
        if let Some(spikes) = &mut self.spikes {
            spikes.extend_from_slice(&epoch.spikes);
        }
        for (probe, samples) in self.probes.iter_mut().zip(&epoch.samples) {
            probe.take(samples)?;
        }
        Ok(())
    }

    /// Spikes of each population.
    pub fn counts(&self) -> Vec<u64> {
        // Populations follow one another.
        let mut cells = self.spikes_of_cell.iter();
        let own = |span: &PopulationSpan| cells.by_ref().take(span.count as usize).map(|&n| u64::from(n)).sum();
        self.populations.iter().map(own).collect()
    }

    /// Keeps all spikes, though there may be no file to write them to.
    #[must_use]
    pub fn keeping_spikes(mut self) -> Self {
        self.spikes.get_or_insert_default();
        self
    }

    /// The spikes so far, by (substep, cell), if they are kept.
    pub fn spikes(&self) -> &[Spike] {
        self.spikes.as_deref().unwrap_or_default()
    }

    /// Digest of all spikes so far.
    pub fn digest(&self) -> String {
        self.digest.finish()
    }

    /// Completes the files and returns their names.
    pub fn finish(&mut self) -> Result<Vec<String>, Failure> {
        let mut names = Vec::new();
        if let Some(path) = self.spikes_h5.take() {
            let spikes = self.spikes().iter().map(|spike| (spike.time(self.dt), spike.cell));
            write_sonata_spikes(&path, &self.populations, spikes)?;
            names.push(spikes_name(FileFormat::Sonata));
        }
        for (format, file) in self.spike_files.drain(..) {
            file.finish()?;
            names.push(spikes_name(format));
        }
        for probe in &mut self.probes {
            for (format, file) in probe.files.drain(..) {
                file.finish()?;
                names.push(report_name(&probe.name, format));
            }
        }
        Ok(names)
    }

    /// What was recorded, for `run.json`; `outputs` are the files that were written.
    pub fn reports(&self, outputs: &[String]) -> Vec<ReportReport> {
        let report = |probe: &ProbeRecord| {
            let own = FileFormat::ALL.map(|format| report_name(&probe.name, format));
            ReportReport {
                name: probe.name.clone(),
                population: probe.head.population.clone(),
                variable: probe.head.variable.clone(),
                unit: probe.head.unit.clone(),
                sites: probe.head.sites.len() as u64,
                interval_ms: probe.interval,
                rows: probe.rows,
                files: outputs.iter().filter(|name| own.contains(name)).cloned().collect(),
            }
        };
        self.probes.iter().map(report).collect()
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
            for (_, file) in &mut self.files {
                file.row(time, row)?;
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
