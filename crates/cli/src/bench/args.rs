//! Options of `huxley bench`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use huxley_harness::bench::Backends;

/// Options of `huxley bench`.
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  huxley bench                                   under three minutes
  huxley bench --quick --out out/bench           half a minute; bench.json, and pictures as PNG and SVG
  huxley bench --only membrane --precision f32
  huxley bench --only synapse-plastic --threads 1,2,4,8
  huxley bench --backend gpu --device llvmpipe   a GPU in software is measured where it is asked for
  huxley bench --json > bench.json

Peaks are measured first, then each kernel in several sizes until its figure settles. `~` marks one that did not.
How it is done and how to read it: docs/bench.md.")]
pub struct BenchArgs {
    /// Half a minute: fewer and smaller sizes, shorter runs
    #[arg(long)]
    pub quick: bool,
    /// Only kernels of this name, or whose name begins with it (membrane, synapse-plastic, ...); may be repeated
    #[arg(long, value_name = "NAME")]
    pub only: Vec<String>,
    /// What is measured
    #[arg(long, value_enum, default_value_t)]
    pub backend: BenchBackend,
    /// The GPU, by its number or part of its name (`huxley devices` lists them)
    #[arg(long, value_name = "N|NAME")]
    pub device: Option<String>,
    /// f32 or f64 [default: both]
    #[arg(long, value_name = "PRECISION")]
    pub precision: Option<String>,
    /// Numbers of threads, with commas [default: one, and one a core]
    #[arg(long, value_name = "N,...", value_delimiter = ',', value_parser = clap::value_parser!(u16).range(1..))]
    pub threads: Vec<u16>,
    /// FLOP of an exponential
    #[arg(long, value_name = "FLOP", default_value_t = 10.0)]
    pub exp_weight: f64,
    /// FLOP of a division
    #[arg(long, value_name = "FLOP", default_value_t = 1.0)]
    pub div_weight: f64,
    /// Folder for bench.json and pictures: rooflines, and what a unit costs against how many there are; files of these names are replaced
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,
}

/// What is measured.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum BenchBackend {
    /// The CPU, and every GPU that is not software
    #[default]
    All,
    /// The CPU
    Cpu,
    /// Every GPU that is not software, or the one of --device
    Gpu,
}

impl From<BenchBackend> for Backends {
    fn from(backend: BenchBackend) -> Self {
        match backend {
            BenchBackend::All => Self::All,
            BenchBackend::Cpu => Self::Cpu,
            BenchBackend::Gpu => Self::Gpu,
        }
    }
}
