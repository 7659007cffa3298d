//! `huxley report`: one page, whole in itself, from everything that is counted and measured.

mod brain;
mod dates;
mod errors;
mod ledger;
mod page;
mod speed;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Args;
use huxley_forecast::{hardware, turing};
use huxley_harness::accuracy::{self, AccuracyReport};
use huxley_harness::bench::{BenchOptions, BenchReport};
use huxley_harness::extrapolate::{self, Extrapolation, Tables, extrapolate};
use huxley_harness::ledger::{Convention, Settings};
use huxley_io::picture::PictureError;
use huxley_io::results::write_atomic;
use maud::{Markup, html};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::console::Console;
use crate::failure::Failure;
use crate::ops::Ledger;

/// Options of `huxley report`.
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  huxley report                                measures for about four minutes, writes report.html
  huxley report --quick --out out/quick.html
  huxley bench --out out/bench; huxley accuracy --out out/accuracy
  huxley report --bench out/bench/bench.json --accuracy out/accuracy/accuracy.json

The page needs no network and no other file. Each section names the command that gives its figures, and holds their JSON.")]
pub struct ReportArgs {
    /// The page
    #[arg(long, value_name = "FILE", default_value = "report.html")]
    pub out: PathBuf,
    /// What `huxley bench` measured earlier, here or on another machine; measured now without it
    #[arg(long, value_name = "BENCH.JSON")]
    pub bench: Option<PathBuf>,
    /// What `huxley accuracy` found earlier; run now without it
    #[arg(long, value_name = "ACCURACY.JSON")]
    pub accuracy: Option<PathBuf>,
    /// The brain, as of `huxley extrapolate`
    #[arg(long, value_name = "NAME", default_value = "human")]
    pub brain: String,
    /// Measures and runs less, in a minute or two
    #[arg(long)]
    pub quick: bool,
}

/// Everything on the page.
struct Documents {
    ledger: Ledger,
    bench: BenchReport,
    accuracy: AccuracyReport,
    brain: Extrapolation,
    hardware: hardware::Forecast,
    turing: turing::Forecast,
}

/// Writes the page.
pub fn report(args: &ReportArgs, console: &Console) -> Result<ExitCode, Failure> {
    // What can be refused is refused before minutes are spent.
    let mut options = extrapolate::Options::new(Tables::embedded()?, &args.brain)?;
    let bench: Option<BenchReport> = args.bench.as_deref().map(|path| read(path, "bench")).transpose()?;
    let accuracy: Option<AccuracyReport> = args.accuracy.as_deref().map(|path| read(path, "accuracy")).transpose()?;
    if let Some(folder) = args.out.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        std::fs::create_dir_all(folder)
            .map_err(|error| Failure::failed(format!("cannot make the folder `{}`", folder.display())).cause(error))?;
    }
    let bench = match bench {
        Some(bench) => bench,
        None => crate::bench::measured(&BenchOptions { quick: args.quick, ..BenchOptions::default() }, console)?,
    };
    let accuracy = match accuracy {
        Some(accuracy) => accuracy,
        None => {
            let own = accuracy::Options { quick: args.quick, ..accuracy::Options::default() };
            crate::accuracy::studied(&crate::accuracy::study::usual(args.quick, None)?, &own, console)?
        }
    };
    // Datasheets beside this machine, whose figures the others are reckoned by.
    options.devices = extrapolate::DEVICES.iter().map(|&name| name.to_owned()).collect();
    options.devices.push(extrapolate::THIS_MACHINE.to_owned());
    let brain = extrapolate(&options, Some(&bench))?;
    let (hardware, left_out) = crate::forecast::of_brain(&brain)?;
    for left_out in left_out {
        console.warn(&format!("left out of the forecast: {left_out}"));
    }
    let turing = crate::forecast::direct()?;
    let ledger = Ledger::of(Settings::default(), Convention::default());
    let documents = Documents { ledger, bench, accuracy, brain, hardware, turing };
    let (page, sections) = whole(&documents, args)?;
    write_atomic(&args.out, page.as_bytes())?;
    let shown = args.out.display().to_string();
    if console.json() {
        console.answer_json(&Said { schema: "huxley.report/1", page: shown, sections })?;
    } else {
        console.answer(&shown)?;
    }
    Ok(ExitCode::SUCCESS)
}

/// The answer as JSON.
#[derive(Serialize)]
struct Said {
    schema: &'static str,
    page: String,
    sections: Vec<&'static str>,
}

/// A document that was written earlier.
fn read<T: DeserializeOwned>(path: &Path, command: &str) -> Result<T, Failure> {
    let shown = path.display();
    let text = std::fs::read(path).map_err(|error| Failure::input(format!("cannot read `{shown}`")).cause(error))?;
    serde_json::from_slice(&text).map_err(|error| {
        Failure::input(format!("`{shown}` is no document of `huxley {command}`"))
            .cause(error)
            .hint(format!("make one with `huxley {command} --json > {command}.json`"))
    })
}

/// A document as the commands print it.
fn json(document: &impl Serialize) -> Result<String, Failure> {
    serde_json::to_string_pretty(document)
        .map_err(|error| Failure::failed("cannot write a document of the report as JSON").cause(error))
}

/// A picture, or why there is none.
fn drawn(picture: Result<Markup, PictureError>) -> Result<Markup, Failure> {
    picture.map_err(|error| Failure::failed("cannot draw a picture of the report").cause(error))
}

/// The page, and the names of its sections.
fn whole(all: &Documents, args: &ReportArgs) -> Result<(String, Vec<&'static str>), Failure> {
    let quick = if args.quick { " --quick" } else { "" };
    let brain = if args.brain == "human" { String::new() } else { format!(" --brain {}", args.brain) };
    let command = |name: &str, given: &Option<PathBuf>| match given {
        Some(_) => format!("huxley {name} --json"),
        None => format!("huxley {name}{quick} --json"),
    };
    let mut sections = vec![
        ledger::section(&all.ledger)?,
        speed::section(&all.bench, command("bench", &args.bench))?,
        errors::section(&all.accuracy, command("accuracy", &args.accuracy))?,
        brain::section(
            &all.brain,
            format!(
                "huxley extrapolate{brain} --from bench.json --device-spec {} --json",
                all.brain.devices.iter().map(|d| d.name.as_str()).collect::<Vec<_>>().join(",")
            ),
        )?,
    ];
    let commands =
        ["huxley forecast --from extrapolate.json --json".to_owned(), "huxley forecast turing --json".to_owned()];
    sections.extend(dates::sections(&all.hardware, &all.turing, commands)?);
    let mut answers = ledger::answers(&all.ledger);
    answers.extend(speed::answers(&all.bench));
    answers.extend(errors::answers(&all.accuracy));
    answers.extend(brain::answers(&all.brain));
    answers.extend(dates::answers(&all.hardware, &all.turing));
    let lead = html! {
        p {
            "An article estimates what it takes to simulate a human brain of Hodgkin-Huxley neurons and plastic synapses: 126 FLOP a "
            "compartment, 85 a synapse, 5.3e19 FLOP/s, 1.55 million H100, between 2040 and 2075. Here the same neurons and synapses run, "
            "their operations are counted in the functions that run, their speed is measured, and the estimate is made again from both."
        }
        p.soft {
            "Written by huxley " (env!("CARGO_PKG_VERSION")) " from figures measured on " (all.bench.started) ". "
            "Every section names its command and holds its document."
        }
    };
    let names = sections.iter().map(|section| section.id).collect();
    Ok((page::page("What it takes to simulate a brain", &lead, &answers, &sections), names))
}
