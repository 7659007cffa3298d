//! What a user may type.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::cell::CellArgs;
use crate::channel::ChannelArgs;
use crate::connectome::ConnectomeArgs;
use crate::convert::ConvertArgs;
pub use crate::forecast::args::ForecastArgs;
use crate::swc::SwcArgs;

/// Simulates networks of multi-compartment Hodgkin-Huxley neurons.
#[derive(Debug, Parser)]
#[command(
    name = "huxley",
    version,
    propagate_version = true,
    subcommand_required = true,
    arg_required_else_help = true
)]
#[command(after_help = "\
Examples:
  huxley run celegans                 the worm's 302 neurons, for two seconds
  huxley models                       what is built in
  huxley models show squid > my.toml  a model file to edit
  huxley run my.toml --duration 2s
  huxley plot out/my-run              pictures of what it left

Exit status: 0 done, 1 the run failed, 2 the input was wrong, 130 ended by Ctrl-C.")]
pub struct Cli {
    #[command(flatten)]
    pub common: Common,
    #[command(subcommand)]
    pub command: Command,
}

/// Options of every command.
#[derive(Args, Clone, Copy, Debug, Default)]
pub struct Common {
    /// One JSON document on stdout, and nothing else there
    #[arg(long, global = true)]
    pub json: bool,
    /// Only the answer and errors: no progress, notes or warnings on stderr
    #[arg(short, long, global = true, conflicts_with = "verbose")]
    pub quiet: bool,
    /// More of what happens, on stderr
    #[arg(short, long, global = true)]
    pub verbose: bool,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Simulates a model
    Run(Box<RunArgs>),
    /// Lists the built-in models, or shows one
    Models(ModelsArgs),
    /// Counts operations: the article's figures, line by line, beside those of the functions that run
    Ops(OpsArgs),
    /// Shows what a table of connections has
    Connectome(ConnectomeArgs),
    /// Converts tables between CSV and Parquet
    Convert(ConvertArgs),
    /// Measures this machine's ceilings and the kernels beside them: a roofline
    Bench(crate::bench::BenchArgs),
    /// Errors of spike times against what they cost, over substeps, integrators and precisions
    Accuracy(crate::accuracy::AccuracyArgs),
    /// Checks the backends of this machine against closed solutions, NEURON and each other
    Validate(crate::validate::ValidateArgs),
    /// From a measurement, or datasheets, to a brain: what it needs, how many devices, which requirement binds
    Extrapolate(Box<crate::extrapolate::ExtrapolateArgs>),
    /// From a requirement to dates: when a budget buys a brain, and a language model that passes a Turing test
    Forecast(Box<ForecastArgs>),
    /// Draws what a run left: spikes, rates, traces, weights, a cell's potential
    Plot(Box<crate::plot::PlotArgs>),
    /// Writes everything that was counted and measured into one page
    Report(crate::report::ReportArgs),
    /// Reads reconstructed cells (SWC)
    Swc(SwcArgs),
    /// Lists channels, or shows one: equations, steady states, time constants and rates as curves
    Channel(ChannelArgs),
    /// Protocols of the bench on one cell: voltage clamp, and rates over current
    Cell(CellArgs),
    /// Shows what runs can be run on
    #[command(after_help = "\
Examples:
  huxley devices
  huxley devices --json")]
    Devices,
}

/// Options of `huxley run`.
#[derive(Args, Clone, Debug, Default)]
#[command(after_help = "\
Examples:
  huxley run squid
  huxley run celegans --duration 2s --out out/worm
  huxley run my.toml --set populations.exc.size=1000 --set run.dt=\"0.01 ms\" --dry-run
  huxley run cobahh --record v@exc[0..10] --record na.m@exc[3]/0.1ms
  huxley run plastic-column --backend gpu
  huxley run cobahh --record v@exc[0..100] --format csv,parquet
  huxley run cobahh --duration 100s --checkpoint-every 10s --out out/long
  huxley run --resume out/long
  huxley models show ring | huxley run - --set run.seed=7 --json
  huxley run squid --sweep stimuli.current.amplitude=\"0..20..2 uA/cm2\" --table rates.csv
  huxley run ring --sweep run.seed=1..20 --sweep cells=10,20,50 --out out/rings

--record WHAT@POPULATION[CELLS]:SITE/INTERVAL; all after POPULATION may be left out:
  WHAT      v, CHANNEL.GATE (na.m), i_CHANNEL (i_na), synaptic-current, injected-current
  CELLS     0..10, 0..100..10 (every tenth), a list of numbers or names (AVAL,AVAR); default all
  SITE      soma (default), SECTION(0.5), compartment N as a number, or all
  INTERVAL  0.1ms; default 1ms

--sweep KEY=VALUES, as --set KEY=VALUE with several values: a,b,c; 1..20 (both ends); 0..1..0.1 (by a step); 0..1/11 (so many);
the unit may stand at the last only: 0..20..2 uA/cm2. Several keys: every value of one with every value of the others.

Ctrl-C ends a run in order: what was computed is written and said to be partial (exit status 130).")]
pub struct RunArgs {
    /// A built-in model, a model file (.toml), a SONATA configuration (.json), or - for a model on stdin
    #[arg(required_unless_present = "resume", conflicts_with = "resume")]
    pub model: Option<String>,

    /// Biological time, with its unit: 500ms, 2s, 1min
    #[arg(long, value_name = "TIME")]
    pub duration: Option<String>,
    /// What computes
    #[arg(long, value_enum, default_value_t)]
    pub backend: BackendChoice,
    /// The GPU, by its number or part of its name (`huxley devices` lists them); means --backend gpu
    #[arg(long, value_name = "N|NAME")]
    pub device: Option<String>,
    /// Arithmetic: f32 or f64
    #[arg(long, value_name = "PRECISION")]
    pub precision: Option<String>,
    /// Substep, with its unit: 0.025ms
    #[arg(long, value_name = "TIME")]
    pub dt: Option<String>,
    /// Resolution of spikes between cells, with its unit, or `auto` (not above the shortest delay)
    #[arg(long, value_name = "TIME|auto")]
    pub tick: Option<String>,
    /// staggered, backward-euler or forward-euler
    #[arg(long, value_name = "SCHEME")]
    pub integrator: Option<String>,
    /// Seed of every random number
    #[arg(long, value_name = "N")]
    pub seed: Option<u64>,
    /// The same bits on every backend and instruction set, at some speed (no fused multiply-add)
    #[arg(long)]
    pub strict: bool,
    /// Threads [default: one a core]; results do not depend on it
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    pub threads: Option<u16>,
    /// Any value of the model file, by its path; may be repeated
    #[arg(long, value_name = "KEY=VALUE")]
    pub set: Vec<String>,
    /// Runs once for each of several values and makes one table (see below); may be repeated
    #[arg(long, value_name = "KEY=VALUES", conflicts_with_all = ["resume", "dry_run", "checkpoint_every"])]
    pub sweep: Vec<String>,
    /// Of one run of a sweep: its values
    #[arg(skip)]
    pub swept: Vec<String>,
    /// File for the table of a sweep: .csv, .csv.gz, .tsv or .parquet
    #[arg(long, value_name = "FILE", requires = "sweep")]
    pub table: Option<PathBuf>,
    /// Records more than the model does (see below); may be repeated
    #[arg(long, value_name = "WHAT@POPULATION")]
    pub record: Vec<String>,

    /// Folder for results [default: out/MODEL-STAMP]; one with something in it is left alone, and DIR-2 taken
    #[arg(long, value_name = "DIR", conflicts_with = "resume")]
    pub out: Option<PathBuf>,
    /// Formats of spikes and reports: sonata (HDF5), csv, parquet, or several with commas between
    /// [default: sonata, and csv beside it for spikes]
    #[arg(long, value_name = "FORMATS")]
    pub format: Option<String>,
    /// Writes no files
    #[arg(long, conflicts_with_all = ["out", "resume", "checkpoint_every"])]
    pub no_output: bool,
    /// Saves the state this often, in biological time, so that --resume can go on
    #[arg(long, value_name = "TIME")]
    pub checkpoint_every: Option<String>,
    /// Goes on from the checkpoint in a run's folder, to the same bits as a run never stopped; --duration may be longer
    #[arg(long, value_name = "DIR", conflicts_with_all = ["precision", "dt", "tick", "integrator", "seed", "set", "record", "format", "dry_run"])]
    pub resume: Option<PathBuf>,
    /// Builds nothing lasting: prints sizes, memory, what would be recorded, the time it would take, and what limits it
    #[arg(long)]
    pub dry_run: bool,
    /// Refuses a run that needs more memory than this (1GB, 500MB) [default: what the machine has free]
    #[arg(long, value_name = "SIZE")]
    pub max_memory: Option<String>,
}

/// What computes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum BackendChoice {
    /// A GPU where there is one and it is expected to be faster, or else the CPU
    #[default]
    Auto,
    /// SIMD on all cores
    Cpu,
    /// A GPU, by Vulkan, Metal or DirectX 12
    Gpu,
    /// The scalar reference, slow and plain, in f64
    Oracle,
}

/// Options of `huxley ops`.
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  huxley ops
  huxley ops --substeps 1 --interval 1ms    one step a millisecond and every part in each, as the article counts
  huxley ops --compartments 100 --synapses 10000 --rate 5 --precision f64
  huxley ops --exp-weight 20 --div-weight 4
  huxley ops --model cobahh                 a tick of a model
  huxley ops --json")]
pub struct OpsArgs {
    /// A membrane of the literature: hh, traub_miles, wang_buzsaki, pospischil_rs, ...
    #[arg(long, value_name = "NAME", default_value = "hh")]
    pub membrane: String,
    /// staggered, backward-euler or forward-euler
    #[arg(long, value_name = "SCHEME", default_value = "staggered")]
    pub integrator: String,
    /// Steps of the membrane in a millisecond
    #[arg(long, value_name = "N", default_value_t = 40, value_parser = clap::value_parser!(u32).range(1..=100_000))]
    pub substeps: u32,
    /// f32 or f64: for bytes, and for what an exponential is made of
    #[arg(long, value_name = "PRECISION", default_value = "f32")]
    pub precision: String,
    /// Compartments of a neuron
    #[arg(long, value_name = "N", default_value_t = 10, value_parser = clap::value_parser!(u32).range(1..))]
    pub compartments: u32,
    /// Synapses of a neuron
    #[arg(long, value_name = "N", default_value_t = 1000)]
    pub synapses: u32,
    /// Fraction of the synapses that a spike meets in a millisecond; the article's is 0.1
    #[arg(long, value_name = "FRACTION", default_value_t = 0.1)]
    pub active: f64,
    /// The same as the rate of the sources, in Hz
    #[arg(long, value_name = "HZ", conflicts_with = "active")]
    pub rate: Option<f64>,
    /// Time between two updates of homeostatic and structural plasticity
    #[arg(long, value_name = "TIME", default_value = "100ms")]
    pub interval: String,
    /// FLOP of an exponential
    #[arg(long, value_name = "FLOP", default_value_t = 10.0)]
    pub exp_weight: f64,
    /// FLOP of a division
    #[arg(long, value_name = "FLOP", default_value_t = 1.0)]
    pub div_weight: f64,
    /// Counts a tick of a model instead: a built-in one or a model file
    #[arg(long, value_name = "MODEL")]
    pub model: Option<String>,
}

/// Options of `huxley models`.
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  huxley models
  huxley models show celegans
  huxley models show squid > my.toml")]
pub struct ModelsArgs {
    #[command(subcommand)]
    pub command: Option<ModelsCommand>,
}

/// What to do with built-in models.
#[derive(Debug, Subcommand)]
pub enum ModelsCommand {
    /// Prints a model's file, commented, to copy and edit
    Show {
        /// Name of a built-in model
        name: String,
    },
}
