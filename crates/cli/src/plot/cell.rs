//! A cell's shape coloured by its potential, at one time or at many.

use std::path::{Path, PathBuf};

use huxley_io::model::load_path;
use huxley_io::picture::{CellValue, CellValues, LaidOut, Picture, cell_values, laid_out};
use huxley_io::results::{ReportSite, format};
use huxley_model::morphology::Morphology;

use super::args::Settings;
use super::found::{Found, Report, input};
use super::traces::{cell_of, quantity};
use super::write;
use crate::failure::Failure;

/// Most frames, so that a slip does not fill a disk.
const MOST_FRAMES: f64 = 10_000.0;
/// Frames where no time between them is given.
const FRAMES: f64 = 100.0;

/// A cell that was recorded in several places.
pub struct Recorded<'a> {
    report: &'a Report,
    node: u64,
    name: String,
    columns: Vec<usize>,
    shape: Morphology,
    scheme: bool,
    /// Lowest and highest value in the time shown.
    range: (f64, f64),
    /// Time of the highest.
    peak_ms: f64,
    /// First and last time.
    span: (f64, f64),
}

/// The report and the cell to draw: of those asked for, the one recorded in most places, and of its variables the potential.
pub fn choose<'a>(reports: &'a [Report], settings: &Settings) -> Option<(&'a Report, u64)> {
    let mut best: Option<(bool, usize, &Report, u64)> = None;
    for report in reports.iter().filter(|report| report.population.is_empty() || settings.shows(&report.population)) {
        let sites = &report.reader.head().sites;
        for own in sites.chunk_by(|a, b| a.node == b.node) {
            let first = &own[0];
            let places = own.iter().filter(|site| (site.element, site.position) != (first.element, first.position));
            let places = places.count() + 1;
            let potential = report.variable == "v";
            let better = best.as_ref().is_none_or(|(p, most, ..)| (potential, places) > (*p, *most));
            // A report in CSV counts columns, each a node: none has several places.
            if places > 1 && better && settings.picks(first.node, cell_of(first)) {
                best = Some((potential, places, report, first.node));
            }
        }
    }
    best.map(|(.., report, node)| (report, node))
}

impl<'a> Recorded<'a> {
    /// Reads the shape, and the range of the values.
    pub fn open(found: &Found, report: &'a Report, node: u64, settings: &Settings) -> Result<Self, Failure> {
        let head = report.reader.head();
        let own = |&(_, site): &(usize, &ReportSite)| site.node == node;
        let sites: Vec<(usize, &ReportSite)> = head.sites.iter().enumerate().filter(own).collect();
        let shape = shape(found, &report.population, node)?;
        if let Some((_, site)) = sites.iter().find(|(_, site)| site.element as usize >= shape.sections.len()) {
            let text = format!(
                "`{}` has section {} of a cell that has {} in model.toml",
                report.reader.path().display(),
                site.element,
                shape.sections.len()
            );
            return Err(Failure::input(text).hint("model.toml is not of the same run"));
        }
        let columns: Vec<usize> = sites.iter().map(|site| site.0).collect();
        let (mut low, mut high, mut peak_ms) = (f64::INFINITY, f64::NEG_INFINITY, 0.0);
        let mut span: Option<(f64, f64)> = None;
        let (from, to) = (settings.from.unwrap_or(f64::NEG_INFINITY), settings.to.unwrap_or(f64::INFINITY));
        report
            .reader
            .visit(from, to, |time, row| {
                span = Some((span.map_or(time, |span| span.0), time));
                for value in columns.iter().map(|&column| row[column]).filter(|value| value.is_finite()) {
                    low = low.min(value);
                    if value > high {
                        (high, peak_ms) = (value, time);
                    }
                }
                Ok(())
            })
            .map_err(|error| input(&error))?;
        let Some(span) = span.filter(|_| low <= high) else {
            return Err(Failure::input(format!(
                "`{}` has no samples in the time asked for",
                report.reader.path().display()
            )));
        };
        let name = sites.first().and_then(|(_, site)| cell_of(site)).map(str::to_owned);
        let name = name.unwrap_or_else(|| format!("{}[{node}]", report.population));
        let LaidOut { cell: shape, scheme } = laid_out(&shape);
        Ok(Self { report, node, name, columns, scheme, shape, range: (low, high), peak_ms, span })
    }

    fn picture(&self, found: &Found, time: f64, row: &[f64], settings: &Settings) -> Picture {
        let head = self.report.reader.head();
        let value = |&column: &usize| {
            let site = &head.sites[column];
            CellValue { section: site.element as usize, position: site.position, value: row[column] }
        };
        let values: Vec<CellValue> = self.columns.iter().map(value).collect();
        let unit = &self.report.unit;
        let mut quantity = quantity(self.report);
        if !unit.is_empty() {
            quantity += &format!(" ({unit})");
        }
        let scheme = if self.scheme { " \u{b7} a scheme: the model gives lengths, not places" } else { "" };
        let detail = format!(
            "{} at {} \u{b7} {}{scheme}",
            self.name,
            moment(time, head.interval_ms),
            format::counted(values.len() as u64, "compartment")
        );
        let data = CellValues {
            title: &found.title,
            detail: &detail,
            cell: &self.shape,
            values: &values,
            quantity: &quantity,
            range: self.range,
        };
        cell_values(&data, settings.size)
    }

    /// The picture of one time: the sample at or before the one asked for, or that of the highest value.
    pub fn at(&self, found: &Found, settings: &Settings) -> Result<Picture, Failure> {
        let step = self.report.reader.head().interval_ms;
        let at = settings.at.unwrap_or(self.peak_ms);
        let outside = at < self.span.0 - 1e-9 || at > self.span.1 + step.max(1e-9);
        if outside {
            return Err(Failure::input(format!(
                "--at {at} ms is not in what is shown of `{}`, {} to {} ms",
                self.report.reader.path().display(),
                self.span.0,
                self.span.1
            )));
        }
        let mut drawn = None;
        self.report
            .reader
            .visit(at - step * (1.0 - 1e-6), at + 1e-6 * step, |time, row| {
                drawn = Some(self.picture(found, time, row, settings));
                Ok(())
            })
            .map_err(|error| input(&error))?;
        drawn.ok_or_else(|| Failure::failed(format!("there is no sample at {at} ms")))
    }

    /// Draws the numbered pictures into `folder`, and returns their paths.
    pub fn frames(&self, found: &Found, folder: &Path, settings: &Settings) -> Result<Vec<PathBuf>, Failure> {
        let step = self.report.reader.head().interval_ms;
        let (from, to) = self.span;
        let every = settings.every.unwrap_or(((to - from) / FRAMES).max(step)).max(step);
        let expected = (to - from) / every.max(f64::MIN_POSITIVE) + 1.0;
        if expected > MOST_FRAMES {
            return Err(Failure::input(format!("a frame every {every} ms would be {expected:.0} pictures"))
                .hint("give a longer --every, or a shorter time with --from and --to"));
        }
        std::fs::create_dir_all(folder)
            .map_err(|cause| Failure::failed(format!("cannot make the folder `{}`", folder.display())).cause(cause))?;
        let name = |number: usize| folder.join(format!("frame-{number:05}.{}", settings.extension));
        let mut paths: Vec<PathBuf> = Vec::new();
        let mut failed = None;
        self.report
            .reader
            .visit(from, to, |time, row| {
                #[allow(clippy::cast_precision_loss)]
                let next = from + paths.len() as f64 * every;
                if time >= next - 1e-6 * step && failed.is_none() {
                    let path = name(paths.len() + 1);
                    match write(&self.picture(found, time, row, settings), &path) {
                        Ok(()) => paths.push(path),
                        Err(failure) => failed = Some(failure),
                    }
                }
                Ok(())
            })
            .map_err(|error| input(&error))?;
        // Frames of a longer sequence that was here before would be taken for part of this one.
        for stale in (paths.len() + 1..).map(name) {
            if std::fs::remove_file(stale).is_err() {
                break;
            }
        }
        failed.map_or(Ok(paths), Err)
    }

    /// What was drawn, in words.
    pub fn words(&self) -> String {
        let node = self.node;
        let number =
            if self.name.contains('[') { String::new() } else { format!(" ({}[{node}])", self.report.population) };
        format!("{} of {}{number}", quantity(self.report), self.name)
    }
}

/// A time with the digits its step needs.
fn moment(time: f64, step: f64) -> String {
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
    let decimals = (0..6).find(|&d| (step * 10_f64.powi(d)).fract().abs() < 1e-6).unwrap_or(3) as usize;
    format!("{time:.decimals$} ms")
}

/// The shape of a cell of the model that was run.
fn shape(found: &Found, population: &str, node: u64) -> Result<Morphology, Failure> {
    let Some(path) = &found.model else {
        return Err(Failure::input(format!("`{}` has no model.toml, which has the shape of the cell", found.given))
            .hint("give the folder of the run, with its model.toml"));
    };
    let network = load_path(path, &[])
        .map_err(|error| {
            Failure::input(format!("cannot read the shape of the cell from `{}`", path.display())).cause(error)
        })?
        .network;
    let shape = network.populations.iter().find(|own| own.name == population).and_then(|own| {
        let cell = own.cells.get(usize::try_from(node).ok()?)?;
        own.shapes.get(cell.shape).cloned()
    });
    shape.ok_or_else(|| Failure::input(format!("`{}` has no cell {population}[{node}]", path.display())))
}
