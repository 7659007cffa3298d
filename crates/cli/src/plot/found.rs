//! What there is to draw: the files of a run's folder, or one file.

use std::path::{Path, PathBuf};

use huxley_io::results::{
    self, Content, FileFormat, ReportReader, ReportReport, RunReport, content_of, format, open_report, read_run,
    spikes_name,
};

use crate::failure::Failure;

/// Files to draw from.
#[derive(Default)]
pub struct Found {
    /// As the user gave it.
    pub given: String,
    /// The heading of pictures.
    pub title: String,
    /// Folder of the run, or of the file.
    pub folder: PathBuf,
    /// What the run said of itself.
    pub run: Option<RunReport>,
    /// Spikes.
    pub spikes: Option<PathBuf>,
    /// Reports: name and file.
    pub reports: Vec<(String, PathBuf)>,
    /// Weights.
    pub weights: Option<PathBuf>,
    /// The model that was run.
    pub model: Option<PathBuf>,
}

/// Finds what `path` has.
pub fn find(path: &Path) -> Result<Found, Failure> {
    let given = path.display().to_string();
    if path.is_dir() {
        return folder(path, given);
    }
    if !path.exists() {
        return Err(Failure::input(format!("there is no folder or file `{given}`"))
            .hint("give the folder that `huxley run` said it wrote, or one of its files"));
    }
    let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let stem = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    let folder = path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut found = Found { given, title: name, folder: folder.to_owned(), ..Found::default() };
    match content_of(path).map_err(|error| input(&error))? {
        Content::Spikes => found.spikes = Some(path.to_owned()),
        Content::Weights => found.weights = Some(path.to_owned()),
        Content::Report => found.reports.push((stem, path.to_owned())),
    }
    Ok(found)
}

/// A file that the user gave, and is not what it should be, is wrong input.
pub fn input(error: &results::ResultsError) -> Failure {
    Failure::input(error.to_string())
}

fn folder(path: &Path, given: String) -> Result<Found, Failure> {
    let file = |name: &str| Some(path.join(name)).filter(|path| path.is_file());
    let run = file("run.json").map(|path| read_run(&path)).transpose().map_err(|error| input(&error))?;
    let model = file("model.toml");
    let title = match &run {
        Some(run) => format!("{}: {}, seed {}", run.model, format::milliseconds(run.duration_ms), run.seed),
        None => path.file_name().map_or_else(|| given.clone(), |name| name.to_string_lossy().into_owned()),
    };
    let spikes = FileFormat::ALL_BY_EASE.into_iter().find_map(|format| file(&spikes_name(format)));
    let found = Found {
        title,
        folder: path.to_owned(),
        spikes,
        reports: reports(path, run.as_ref())?,
        weights: file("weights.csv"),
        model,
        run,
        given,
    };
    if found.spikes.is_none() && found.reports.is_empty() && found.weights.is_none() {
        return Err(Failure::input(format!("`{}` has nothing of a run: no spikes, reports or weights", found.given))
            .hint("give the folder that `huxley run` said it wrote"));
    }
    Ok(found)
}

/// Each report in the format that is read fastest: those that `run.json` lists, in its order, or all files of such names.
fn reports(folder: &Path, run: Option<&RunReport>) -> Result<Vec<(String, PathBuf)>, Failure> {
    let fastest = |files: &[String]| {
        FileFormat::ALL_BY_EASE.into_iter().find_map(|format| {
            let end = format!(".{}", format.extension());
            files.iter().find(|file| file.ends_with(&end)).map(|file| folder.join(file)).filter(|path| path.is_file())
        })
    };
    if let Some(run) = run.filter(|run| !run.reports.is_empty()) {
        let known = |report: &ReportReport| Some((report.name.clone(), fastest(&report.files)?));
        return Ok(run.reports.iter().filter_map(known).collect());
    }
    let entries = std::fs::read_dir(folder)
        .map_err(|cause| Failure::input(format!("cannot read the folder `{}`", folder.display())).cause(cause))?;
    let mut names: Vec<String> = entries
        .flatten()
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .filter(|name| name.starts_with("report_"))
        .collect();
    names.sort();
    let stem = |name: &String| name.rsplit_once('.').map(|(stem, _)| stem.to_owned());
    let mut stems: Vec<String> = names.iter().filter_map(stem).collect();
    stems.dedup();
    let of = |stem: String| {
        let own: Vec<String> =
            names.iter().filter(|name| name.rsplit_once('.').is_some_and(|n| n.0 == stem)).cloned().collect();
        let name = stem.trim_start_matches("report_").to_owned();
        Some((name, fastest(&own)?))
    };
    Ok(stems.into_iter().filter_map(of).collect())
}

/// A report that is open, with what `run.json` knows of it and its file does not say.
pub struct Report {
    /// Name of the probe.
    pub name: String,
    /// The file.
    pub reader: ReportReader,
    /// Population.
    pub population: String,
    /// What was recorded.
    pub variable: String,
    /// Unit.
    pub unit: String,
}

impl Found {
    /// Opens all reports.
    pub fn open_reports(&self) -> Result<Vec<Report>, Failure> {
        let mut all = Vec::new();
        for (name, path) in &self.reports {
            let known = self.run.iter().flat_map(|run| &run.reports).find(|report| report.name == *name);
            for reader in open_report(path).map_err(|error| input(&error))? {
                let head = reader.head();
                let or = |own: &str, known: Option<&String>| {
                    if own.is_empty() { known.cloned().unwrap_or_default() } else { own.to_owned() }
                };
                all.push(Report {
                    name: name.clone(),
                    population: or(&head.population, known.map(|k| &k.population)),
                    variable: or(&head.variable, known.map(|k| &k.variable)),
                    unit: or(&head.unit, known.map(|k| &k.unit)),
                    reader,
                });
            }
        }
        Ok(all)
    }

    /// What to type to run the model again.
    pub fn model_name(&self) -> String {
        self.run.as_ref().map_or_else(|| "MODEL".to_owned(), |run| run.model.clone())
    }

    /// A population to name in a hint.
    pub fn a_population(&self) -> String {
        let first = self.run.as_ref().and_then(|run| run.populations.first());
        first.map_or_else(|| "POP".to_owned(), |population| population.name.clone())
    }
}
