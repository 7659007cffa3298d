//! `huxley plot`: pictures of what a run left behind.

mod args;
mod cell;
mod found;
mod spikes;
mod traces;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use huxley_io::picture::{Distribution, HistogramData, Picture, PictureError, histogram};
use huxley_io::results::{format, read_weights};
use serde::Serialize;

pub use args::PlotArgs;
use args::{Settings, What};
use cell::Recorded;
use found::{Found, Report, input};
use spikes::Spikes;

use crate::console::Console;
use crate::failure::Failure;

/// The answer.
#[derive(Serialize)]
struct Document {
    schema: &'static str,
    source: String,
    pictures: Vec<Drawn>,
}

/// A picture that was written.
#[derive(Serialize)]
struct Drawn {
    what: &'static str,
    path: PathBuf,
    #[serde(skip)]
    words: String,
}

/// Draws.
pub fn plot(args: &PlotArgs, console: &Console) -> Result<ExitCode, Failure> {
    let settings = Settings::read(args)?;
    let found = found::find(&args.path)?;
    let mut job =
        Job { out: args.out.clone().unwrap_or_else(|| found.folder.join("plots")), found, settings, drawn: Vec::new() };
    job.check(args)?;
    let chosen = if args.what.is_empty() { job.possible()? } else { args.what.clone() };
    std::fs::create_dir_all(&job.out)
        .map_err(|cause| Failure::failed(format!("cannot make the folder `{}`", job.out.display())).cause(cause))?;
    job.draw(&chosen)?;
    if console.json() {
        let Job { found, drawn, .. } = job;
        let document = Document { schema: "huxley.plot/1", source: found.given, pictures: drawn };
        console.answer_json(&document)?;
    } else {
        console.answer(&text(&job.drawn))?;
    }
    Ok(ExitCode::SUCCESS)
}

/// Saves a picture.
pub fn write(picture: &Picture, path: &Path) -> Result<(), Failure> {
    picture.save(path).map_err(|error| match error {
        PictureError::Write(error) => error.into(),
        PictureError::Size { .. } => Failure::input(error.to_string()).hint("give another --size"),
        error => Failure::failed(format!("cannot draw `{}`", path.display())).cause(error),
    })
}

/// What is drawn from, how, and what has been.
struct Job {
    found: Found,
    settings: Settings,
    out: PathBuf,
    drawn: Vec<Drawn>,
}

impl Job {
    /// That options go with what is drawn.
    fn check(&self, args: &PlotArgs) -> Result<(), Failure> {
        let asked = |what: &[What]| args.what.is_empty() || what.iter().any(|what| args.what.contains(what));
        let uses = [
            ("--bin", args.bin.is_some(), &[What::Rates][..]),
            ("--at", args.at.is_some(), &[What::Cell]),
            ("--every", args.every.is_some(), &[What::Frames]),
        ];
        for (option, given, what) in uses {
            let default = option == "--every" && args.what.is_empty();
            if given && (!asked(what) || default) {
                let name = what[0].name();
                return Err(Failure::input(format!("`{option}` is for `{name}`, which is not drawn"))
                    .hint(format!("add --what {name}")));
            }
        }
        Ok(())
    }

    /// Everything there is data for, but frames.
    fn possible(&self) -> Result<Vec<What>, Failure> {
        let found = &self.found;
        let mut all = Vec::new();
        if found.spikes.is_some() {
            all.extend([What::Raster, What::Rates]);
        }
        if !found.reports.is_empty() {
            all.push(What::Traces);
        }
        if found.weights.is_some() {
            all.push(What::Weights);
        }
        if found.model.is_some() && cell::choose(&found.open_reports()?, &self.settings).is_some() {
            all.push(What::Cell);
        }
        Ok(all)
    }

    fn draw(&mut self, chosen: &[What]) -> Result<(), Failure> {
        let any = |what: &[What]| chosen.iter().any(|own| what.contains(own));
        let spikes = if any(&[What::Raster, What::Rates]) { Spikes::read(&self.found, &self.settings)? } else { None };
        let reports =
            if any(&[What::Traces, What::Cell, What::Frames]) { self.found.open_reports()? } else { Vec::new() };
        for &what in chosen {
            match what {
                What::Raster | What::Rates => {
                    let spikes =
                        spikes.as_ref().ok_or_else(|| self.lacks(what, "spikes", "huxley run MODEL --out DIR"))?;
                    let (picture, words) = match what {
                        What::Raster => (spikes.raster(&self.settings), "spikes of all neurons"),
                        _ => (spikes.rates(&self.settings), "rates over time and over neurons"),
                    };
                    self.save(what, &picture, words)?;
                }
                What::Traces => {
                    let picture = traces::draw(&self.found, &reports, &self.settings)?;
                    let picture = picture.ok_or_else(|| self.no_traces(&reports))?;
                    self.save(what, &picture, "samples of probes")?;
                }
                What::Weights => {
                    let picture = self.weights()?;
                    self.save(what, &picture, "weights before and after")?;
                }
                What::Cell | What::Frames => self.cell(what, &reports)?,
            }
        }
        Ok(())
    }

    fn save(&mut self, what: What, picture: &Picture, words: impl Into<String>) -> Result<(), Failure> {
        let path = self.out.join(format!("{}.{}", what.name(), self.settings.extension));
        write(picture, &path)?;
        self.drawn.push(Drawn { what: what.name(), path, words: words.into() });
        Ok(())
    }

    fn lacks(&self, what: What, data: &str, command: &str) -> Failure {
        Failure::input(format!("`{}` has no {data}, which `{}` draws", self.found.given, what.name()))
            .hint(format!("`{command}` writes them"))
    }

    fn no_traces(&self, reports: &[Report]) -> Failure {
        let (given, model, population) = (&self.found.given, self.found.model_name(), self.found.a_population());
        if reports.is_empty() {
            return Failure::input(format!("`{given}` has no reports, which `traces` draws"))
                .hint(format!("record one: `huxley run {model} --record v@{population}`"));
        }
        let names: Vec<&str> = reports.iter().map(|report| report.population.as_str()).collect();
        Failure::input(format!("`{given}` has no samples of the cells, populations and time asked for")).hint(format!(
            "it has reports of {}; a report in CSV says no cells' numbers, one in SONATA does",
            names.join(", ")
        ))
    }

    fn weights(&self) -> Result<Picture, Failure> {
        let Some(path) = &self.found.weights else {
            return Err(Failure::input(format!("`{}` has no weights.csv, which `weights` draws", self.found.given))
                .hint("a run writes it where synapses are plastic: `huxley run plastic-column` does"));
        };
        let kinds = read_weights(path).map_err(|error| input(&error))?;
        let panel = |kind: huxley_io::results::KindWeights| {
            let after = format::counted(kind.after.len() as u64, "synapse");
            let name = format!("{}: {after}, {} before", kind.synapse, format::count(kind.before.len() as u64));
            // The table does not say which kinds are conductances in uS and which are factors.
            Distribution { name, axis: "weight".to_owned(), before: kind.before, after: kind.after }
        };
        let title = format!("{}: weights before and after", self.found.title);
        let data = HistogramData { title, distributions: kinds.into_iter().map(panel).collect() };
        Ok(histogram(&data, self.settings.size))
    }

    fn cell(&mut self, what: What, reports: &[Report]) -> Result<(), Failure> {
        let Some((report, node)) = cell::choose(reports, &self.settings) else {
            let (model, population) = (self.found.model_name(), self.found.a_population());
            let which = if self.settings.cells.is_empty() { "a cell" } else { "one of these cells" };
            return Err(Failure::input(format!(
                "`{}` has no report of several places of {which}, in SONATA or Parquet, which `{}` draws",
                self.found.given,
                what.name()
            ))
            .hint(format!("record one: `huxley run {model} --record v@{population}[0]:all/0.1ms`")));
        };
        let recorded = Recorded::open(&self.found, report, node, &self.settings)?;
        if what == What::Cell {
            let picture = recorded.at(&self.found, &self.settings)?;
            return self.save(what, &picture, recorded.words());
        }
        let paths = recorded.frames(&self.found, &self.out.join("frames"), &self.settings)?;
        let words = recorded.words();
        self.drawn.extend(paths.into_iter().map(|path| Drawn { what: what.name(), path, words: words.clone() }));
        Ok(())
    }
}

/// A line a picture; one for all frames.
fn text(drawn: &[Drawn]) -> String {
    let mut text = String::new();
    let frames: Vec<&Drawn> = drawn.iter().filter(|own| own.what == What::Frames.name()).collect();
    for own in drawn.iter().filter(|own| own.what != What::Frames.name()) {
        text += &format!("{:<8} {}  {}\n", own.what, own.path.display(), own.words);
    }
    if let (Some(first), Some(last)) = (frames.first(), frames.last()) {
        let last = last.path.file_name().unwrap_or_default().to_string_lossy();
        text += &format!(
            "frames   {} to {last}  {}, {}\n",
            first.path.display(),
            format::counted(frames.len() as u64, "picture"),
            first.words
        );
    }
    text
}
