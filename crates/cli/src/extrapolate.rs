//! `huxley extrapolate`: from a measurement, or datasheets, to a brain.

pub mod picture;
pub mod text;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Args, ValueEnum};
use huxley_harness::bench::{BenchOptions, BenchReport};
use huxley_harness::extrapolate::{
    Backend, Brain, Destinations, ExtrapolateError, Extrapolation, Options, Routing, Sourced, Tables, extrapolate,
};
use huxley_io::results::{create_folder, write_atomic};
use huxley_model::network::Precision;

use crate::console::Console;
use crate::failure::Failure;

/// Options of `huxley extrapolate`.
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  huxley extrapolate                                     the article's brain on the usual devices, by their datasheets
  huxley bench --json > bench.json; huxley extrapolate --from bench.json
  huxley extrapolate --measure                           the same in one call, at a quick measurement
  huxley extrapolate --brain mouse --device-spec h100-sxm,mi300x --slowdown 10
  huxley extrapolate --neurons 1e6 --synapses 1e9 --compartments 10 --rate 5
  huxley extrapolate --efficiency 0.3 --out out/human    also extrapolate.json, extrapolate.png and .svg
  huxley extrapolate --devices my-devices.toml --device-spec mine --json

Brains: worm, larva, fly, mouse, human-86b, human (the article's).
Devices: h100-sxm, h200-sxm, mi300x, rtx-4090, a100-sxm, this-machine (with --from), and the machines of published runs.")]
pub struct ExtrapolateArgs {
    /// What `huxley bench --json` measured; without it, devices are taken at the peaks of their datasheets
    #[arg(long, value_name = "BENCH.JSON")]
    pub from: Option<PathBuf>,
    /// Measures this machine first, as `huxley bench --quick` does
    #[arg(long, conflicts_with = "from")]
    pub measure: bool,
    /// Which of the measured figures are used
    #[arg(long, value_enum, value_name = "BACKEND", default_value_t)]
    pub measured: MeasuredChoice,
    /// The brain
    #[arg(long, value_name = "NAME", default_value = "human", conflicts_with_all = ["neurons", "synapses"])]
    pub brain: String,
    /// Neurons, in place of a brain
    #[arg(long, value_name = "N", requires = "synapses")]
    pub neurons: Option<f64>,
    /// Synapses, in place of a brain
    #[arg(long, value_name = "N", requires = "neurons")]
    pub synapses: Option<f64>,
    /// Compartments of a neuron [default: the brain's; 10 with --neurons]
    #[arg(long, value_name = "N")]
    pub compartments: Option<f64>,
    /// Spikes of a neuron a second, in Hz [default: the brain's; 4 with --neurons]
    #[arg(long, value_name = "HZ")]
    pub rate: Option<f64>,
    /// Devices, by name; the first is the one that brains are compared on
    #[arg(long, value_name = "NAME", value_delimiter = ',')]
    pub device_spec: Vec<String>,
    /// Wall-clock time allowed for a biological second, in seconds: 1 is real time
    #[arg(long, value_name = "FACTOR", default_value_t = 1.0)]
    pub slowdown: f64,
    /// Steps of the membrane in a millisecond
    #[arg(long, value_name = "N", default_value_t = 40)]
    pub substeps: u32,
    /// f32 or f64
    #[arg(long, value_name = "PRECISION", default_value = "f32")]
    pub precision: String,
    /// Devices that a spike goes to: random (those of randomly placed synapses), all, or a number
    #[arg(long, value_name = "WHERE", default_value = "random")]
    pub destinations: String,
    /// How a spike gets there
    #[arg(long, value_enum, value_name = "HOW", default_value_t)]
    pub routing: RoutingChoice,
    /// Fraction of the datasheets' peaks that is reached, in place of a measurement
    #[arg(long, value_name = "FRACTION", conflicts_with_all = ["from", "measure"])]
    pub efficiency: Option<f64>,
    /// A table of devices of your own (docs/extrapolate.md has the form)
    #[arg(long, value_name = "FILE")]
    pub devices: Option<PathBuf>,
    /// A table of brains of your own
    #[arg(long, value_name = "FILE")]
    pub brains: Option<PathBuf>,
    /// Folder for extrapolate.json and a picture; one with something in it is left alone, and DIR-2 taken
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,
}

/// Which figures of a benchmark are used.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum MeasuredChoice {
    /// A GPU's where there are any, else the CPU's
    #[default]
    Auto,
    /// The CPU's
    Cpu,
    /// A GPU's
    Gpu,
}

/// How a spike gets to its devices.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum RoutingChoice {
    /// By the columns of a square of devices
    #[default]
    TwoLevel,
    /// From each device to each
    Direct,
}

/// Extrapolates.
pub fn run(args: &ExtrapolateArgs, console: &Console) -> Result<ExitCode, Failure> {
    if args.measured != MeasuredChoice::Auto && args.from.is_none() && !args.measure {
        return Err(Failure::input("`--measured` says which figures of a measurement are used, and there is none")
            .hint("add `--from bench.json`, or `--measure`"));
    }
    let options = options(args)?;
    let bench = match &args.from {
        Some(path) => Some(read_bench(path)?),
        None if args.measure => {
            let quick = BenchOptions { quick: true, ..BenchOptions::default() };
            Some(crate::bench::measured(&quick, console)?)
        }
        None => None,
    };
    let done = extrapolate(&options, bench.as_ref())?;
    if let Some(wanted) = &args.out {
        write(&done, wanted, console)?;
    }
    if console.json() {
        console.answer_json(&done)?;
    } else {
        console.answer(&text::text(&done))?;
    }
    Ok(ExitCode::SUCCESS)
}

fn read(path: &Path) -> Result<String, Failure> {
    std::fs::read_to_string(path)
        .map_err(|error| Failure::input(format!("cannot read `{}`", path.display())).cause(error))
}

/// A document of `huxley bench`.
fn read_bench(path: &Path) -> Result<BenchReport, Failure> {
    serde_json::from_str(&read(path)?).map_err(|error| {
        Failure::input(format!("`{}` is no document of `huxley bench`", path.display()))
            .cause(error)
            .hint("make one with `huxley bench --json > bench.json`")
    })
}

fn options(args: &ExtrapolateArgs) -> Result<Options, Failure> {
    let mut tables = Tables::embedded()?;
    if let Some(path) = &args.devices {
        tables.add_devices(&path.display().to_string(), &read(path)?)?;
    }
    if let Some(path) = &args.brains {
        tables.add_brains(&path.display().to_string(), &read(path)?)?;
    }
    let mut options = Options::new(tables, &args.brain)?;
    if let (Some(neurons), Some(synapses)) = (args.neurons, args.synapses) {
        options.brain = given(neurons, synapses);
    }
    if let Some(compartments) = args.compartments {
        options.brain.compartments = Sourced::given(compartments);
    }
    if let Some(rate) = args.rate {
        options.brain.rate_hz = Sourced::given(rate);
    }
    options.precision = match args.precision.as_str() {
        "f32" => Precision::F32,
        "f64" => Precision::F64,
        other => return Err(Failure::input(format!("there is no precision `{other}`")).hint("f32 or f64")),
    };
    options.destinations = args.destinations.parse::<Destinations>().map_err(|()| {
        Failure::input(format!("`--destinations {}` is no number of devices", args.destinations))
            .hint("random, all, or a number")
    })?;
    options.routing = match args.routing {
        RoutingChoice::TwoLevel => Routing::TwoLevel,
        RoutingChoice::Direct => Routing::Direct,
    };
    options.backend = match args.measured {
        MeasuredChoice::Auto => Backend::Auto,
        MeasuredChoice::Cpu => Backend::Cpu,
        MeasuredChoice::Gpu => Backend::Gpu,
    };
    options.devices.clone_from(&args.device_spec);
    options.slowdown = args.slowdown;
    options.substeps = args.substeps;
    options.efficiency = args.efficiency;
    Ok(options)
}

/// A brain of given size.
fn given(neurons: f64, synapses: f64) -> Brain {
    let assumed = |value| Sourced { value, source: "assumed here".to_owned(), ..Sourced::default() };
    Brain {
        name: "given".to_owned(),
        title: "a network as given".to_owned(),
        neurons: Sourced::given(neurons),
        synapses: Sourced::given(synapses),
        compartments: assumed(10.0),
        rate_hz: assumed(4.0),
    }
}

/// Writes the document and its picture.
fn write(done: &Extrapolation, wanted: &Path, console: &Console) -> Result<(), Failure> {
    let folder = create_folder(wanted)?;
    if folder != wanted {
        console.note(&format!("`{}` has something in it: results go to `{}`", wanted.display(), folder.display()));
    }
    let mut json = serde_json::to_string_pretty(done)
        .map_err(|error| Failure::failed("cannot write the extrapolation as JSON").cause(error))?;
    json.push('\n');
    write_atomic(&folder.join("extrapolate.json"), json.as_bytes())?;
    let picture = picture::picture(done);
    for name in ["extrapolate.png", "extrapolate.svg"] {
        picture
            .save(&folder.join(name))
            .map_err(|error| Failure::failed(format!("cannot draw `{name}`")).cause(error))?;
    }
    console.note(&format!("written to {}: extrapolate.json, extrapolate.png, extrapolate.svg", folder.display()));
    Ok(())
}

impl From<ExtrapolateError> for Failure {
    fn from(error: ExtrapolateError) -> Self {
        let hint = error.hint();
        let mut failure = Failure::input(error.to_string());
        if let Some(source) = std::error::Error::source(&error) {
            failure = failure.cause(Said(source.to_string()));
        }
        match hint {
            Some(hint) => failure.hint(hint),
            None => failure,
        }
    }
}

/// A cause in words.
#[derive(Debug)]
struct Said(String);

impl std::fmt::Display for Said {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.0.trim_end())
    }
}

impl std::error::Error for Said {}
