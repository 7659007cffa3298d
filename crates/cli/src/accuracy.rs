//! `huxley accuracy`: errors of spike times against what they cost.

pub mod picture;
pub mod study;
mod text;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Args;
use huxley_harness::accuracy::{AccuracyError, AccuracyReport, DTS, Options, Study, accuracy as run};
use huxley_io::picture::{Picture, PictureError};
use huxley_io::results::write_atomic;

use crate::console::Console;
use crate::failure::Failure;
use crate::quantity;
use crate::steps::Steps;

/// Options of `huxley accuracy`.
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  huxley accuracy
  huxley accuracy --quick
  huxley accuracy --model squid --dt 1ms,0.1ms,0.01ms
  huxley accuracy --model my.toml --duration 200ms --out out/accuracy
  huxley accuracy --json > accuracy.json

A run that diverges is a result. Without --model: squid, neuron-10 (the article's neuron of ten compartments) and ball-and-stick over
substeps, ring over ticks, and cobahh for what a unit in the last place does in a chaotic network.")]
pub struct AccuracyArgs {
    /// A built-in model or a model file; may be repeated
    #[arg(long, value_name = "NAME|FILE")]
    pub model: Vec<String>,
    /// Substeps with their unit, separated by commas; each divides the model's tick [default: 1ms to 0.01ms in seven steps]
    #[arg(long, value_name = "LIST", value_delimiter = ',')]
    pub dt: Vec<String>,
    /// Biological time of each run, with its unit [default: the model's]
    #[arg(long, value_name = "TIME")]
    pub duration: Option<String>,
    /// Threads [default: one for small models, or else one a core]; results do not depend on it
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    pub threads: Option<u16>,
    /// Fewer and shorter runs
    #[arg(long)]
    pub quick: bool,
    /// Folder for accuracy.json and the pictures
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,
}

/// Runs the study and shows it.
pub fn accuracy(args: &AccuracyArgs, console: &Console) -> Result<ExitCode, Failure> {
    let options = options(args)?;
    let study = study::study(args)?;
    if let Some(out) = &args.out {
        std::fs::create_dir_all(out)
            .map_err(|error| Failure::failed(format!("cannot make the folder `{}`", out.display())).cause(error))?;
    }
    let report = studied(&study, &options, console)?;
    let written = args.out.as_deref().map(|out| write(&report, out)).transpose()?;
    if console.json() {
        console.answer_json(&report)?;
    } else {
        console.answer(&text::text(&report))?;
    }
    for path in written.into_iter().flatten() {
        console.note(&format!("wrote {}", path.display()));
    }
    Ok(ExitCode::SUCCESS)
}

/// What was found, with progress meanwhile.
pub fn studied(study: &Study, options: &Options, console: &Console) -> Result<AccuracyReport, Failure> {
    let steps = Steps::new(console);
    let result = run(study, options, |step| {
        steps.show(step.done, step.total, &format!("{}: {}", step.model, step.what));
    });
    steps.clear();
    Ok(result?)
}

impl From<AccuracyError> for Failure {
    fn from(error: AccuracyError) -> Self {
        let hint = error.hint();
        let failure = match &error {
            AccuracyError::Lower { model, source } => {
                Failure::input(format!("`{model}` cannot be run so")).cause(source)
            }
            AccuracyError::Reference { source, .. } => Failure::failed(error.to_string()).cause(source),
        };
        hint.into_iter().fold(failure, Failure::hint)
    }
}

fn options(args: &AccuracyArgs) -> Result<Options, Failure> {
    let mut dts = args.dt.iter().map(|text| quantity::time("--dt", text)).collect::<Result<Vec<f64>, _>>()?;
    if dts.is_empty() {
        dts = DTS.to_vec();
    }
    dts.sort_by(|a, b| b.total_cmp(a));
    dts.dedup();
    Ok(Options { dts, threads: args.threads.map(usize::from), quick: args.quick, ..Options::default() })
}

/// Writes `accuracy.json` and a picture of each model, as PNG and SVG.
fn write(report: &AccuracyReport, out: &Path) -> Result<Vec<PathBuf>, Failure> {
    let json = serde_json::to_vec_pretty(report)
        .map_err(|error| Failure::failed("cannot write the answer as JSON").cause(error))?;
    let mut written = vec![out.join("accuracy.json")];
    write_atomic(&written[0], &json)?;
    let mut save = |name: String, picture: &Picture| -> Result<(), Failure> {
        for extension in ["png", "svg"] {
            let path = out.join(format!("{name}.{extension}"));
            picture.save(&path).map_err(|error| match error {
                PictureError::Write(error) => error.into(),
                error => Failure::failed(format!("cannot draw `{}`", path.display())).cause(error),
            })?;
            written.push(path);
        }
        Ok(())
    };
    for model in &report.models {
        save(format!("accuracy-{}", model.name), &picture::picture(model, report))?;
    }
    Ok(written)
}
