//! Options of `huxley plot`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use huxley_io::picture::PictureSize;

use crate::failure::Failure;
use crate::quantity;

/// Options of `huxley plot`.
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  huxley plot out/celegans-20261126-001049
  huxley plot out/worm --what raster,rates --from 100ms --to 300ms --populations neurons --bin 5ms
  huxley plot out/worm --what traces --cells AVAL,AVAR --format svg
  huxley plot spikes.h5 --out pictures
  huxley run ball-and-stick --record v@cell:all/0.1ms --out out/ball
  huxley plot out/ball --what cell --at 12ms
  huxley plot out/ball --what frames --every 0.5ms

Files of other programs may be given too: spikes and reports in SONATA's HDF5.
Pictures go to `plots` in the run's folder (beside a file), in place of those of the same name.")]
pub struct PlotArgs {
    /// The folder of a run, or one of its files: spikes, a report, weights
    #[arg(value_name = "DIR|FILE")]
    pub path: PathBuf,
    /// What to draw [default: everything there is data for, but frames]
    #[arg(long, value_enum, value_delimiter = ',', value_name = "WHAT")]
    pub what: Vec<What>,
    /// Where time begins, with its unit
    #[arg(long, value_name = "TIME")]
    pub from: Option<String>,
    /// Where time ends
    #[arg(long, value_name = "TIME")]
    pub to: Option<String>,
    /// Only these populations
    #[arg(long, value_delimiter = ',', value_name = "NAMES")]
    pub populations: Vec<String>,
    /// Only these cells: 0..10, numbers in their population, or names, with commas between
    #[arg(long, value_delimiter = ',', value_name = "CELLS")]
    pub cells: Vec<String>,
    /// Width of the bins of rates [default: from the number of spikes]
    #[arg(long, value_name = "TIME")]
    pub bin: Option<String>,
    /// The moment of the picture of a cell [default: when its potential is highest]
    #[arg(long, value_name = "TIME")]
    pub at: Option<String>,
    /// Time between frames [default: a hundredth of the time shown]
    #[arg(long, value_name = "TIME")]
    pub every: Option<String>,
    /// Format of the pictures
    #[arg(long, value_enum, default_value_t)]
    pub format: PictureFormat,
    /// Their size in pixels
    #[arg(long, value_name = "WIDTHxHEIGHT", default_value = "1600x1000")]
    pub size: String,
    /// Folder for the pictures [default: `plots` in the run's folder]
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,
}

/// What is drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum What {
    /// Spikes of all neurons, and rates beneath
    Raster,
    /// Rates of populations, and how they are distributed over neurons
    Rates,
    /// Samples of probes over time
    Traces,
    /// Weights of plastic synapses before and after
    Weights,
    /// The shape of a cell, coloured by its potential at one time
    Cell,
    /// The same at many times: numbered pictures
    Frames,
}

impl What {
    /// What it is called.
    pub fn name(self) -> &'static str {
        match self {
            Self::Raster => "raster",
            Self::Rates => "rates",
            Self::Traces => "traces",
            Self::Weights => "weights",
            Self::Cell => "cell",
            Self::Frames => "frames",
        }
    }
}

/// Format of a picture.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum PictureFormat {
    /// Pixels
    #[default]
    Png,
    /// Lines and text
    Svg,
}

/// Options, read.
pub struct Settings {
    /// ms.
    pub from: Option<f64>,
    /// ms.
    pub to: Option<f64>,
    /// ms.
    pub bin: Option<f64>,
    /// ms.
    pub at: Option<f64>,
    /// ms.
    pub every: Option<f64>,
    /// Names; none: all.
    pub populations: Vec<String>,
    /// Cells; none: all.
    pub cells: Vec<Pick>,
    /// Pixels.
    pub size: PictureSize,
    /// How names of pictures end.
    pub extension: &'static str,
}

/// Cells that were asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Pick {
    /// Numbers, the end left out.
    Range(u64, u64),
    /// A name.
    Name(String),
}

impl Settings {
    /// Reads the options.
    pub fn read(args: &PlotArgs) -> Result<Self, Failure> {
        let moment =
            |option: &str, text: &Option<String>| text.as_ref().map(|text| quantity::moment(option, text)).transpose();
        let length =
            |option: &str, text: &Option<String>| text.as_ref().map(|text| quantity::time(option, text)).transpose();
        let (from, to) = (moment("--from", &args.from)?, moment("--to", &args.to)?);
        if let (Some(from), Some(to)) = (from, to)
            && from >= to
        {
            return Err(Failure::input(format!("--from {from} ms is not before --to {to} ms")));
        }
        Ok(Self {
            from,
            to,
            bin: length("--bin", &args.bin)?,
            at: moment("--at", &args.at)?,
            every: length("--every", &args.every)?,
            populations: args.populations.iter().map(|name| name.trim().to_owned()).collect(),
            cells: args.cells.iter().map(|text| pick(text)).collect::<Result<_, _>>()?,
            size: size(&args.size)?,
            extension: if args.format == PictureFormat::Svg { "svg" } else { "png" },
        })
    }

    /// The cells that were asked for, as they were typed.
    pub fn typed_cells(&self) -> String {
        let typed = |pick: &Pick| match pick {
            Pick::Range(first, end) if first + 1 == *end => first.to_string(),
            Pick::Range(first, end) => format!("{first}..{end}"),
            Pick::Name(name) => name.clone(),
        };
        self.cells.iter().map(typed).collect::<Vec<_>>().join(",")
    }

    /// Whether a cell is among those that were asked for.
    pub fn picks(&self, node: u64, name: Option<&str>) -> bool {
        let is = |pick: &Pick| match pick {
            Pick::Range(first, end) => (*first..*end).contains(&node),
            Pick::Name(wanted) => name == Some(wanted),
        };
        self.cells.is_empty() || self.cells.iter().any(is)
    }

    /// Whether a population is among those that were asked for.
    pub fn shows(&self, population: &str) -> bool {
        self.populations.is_empty() || self.populations.iter().any(|name| name == population)
    }
}

fn pick(text: &str) -> Result<Pick, Failure> {
    let text = text.trim();
    let wrong = || {
        Failure::input(format!("`--cells {text}`: expected numbers, a range or names"))
            .hint("write --cells 0..10, --cells 3,17 or --cells AVAL,AVAR")
    };
    if let Some((first, end)) = text.split_once("..") {
        let range = (first.parse(), end.parse());
        let (Ok(first), Ok(end)) = range else { return Err(wrong()) };
        return if first < end { Ok(Pick::Range(first, end)) } else { Err(wrong()) };
    }
    match text.parse::<u64>() {
        Ok(number) => Ok(Pick::Range(number, number.saturating_add(1))),
        Err(_) if text.is_empty() => Err(wrong()),
        Err(_) => Ok(Pick::Name(text.to_owned())),
    }
}

fn size(text: &str) -> Result<PictureSize, Failure> {
    let sides = text.split_once(['x', 'X']).map(|(width, height)| (width.trim().parse(), height.trim().parse()));
    match sides {
        Some((Ok(width), Ok(height))) => Ok(PictureSize { width, height }),
        _ => Err(Failure::input(format!("`--size {text}`: expected a width and a height in pixels"))
            .hint("write --size 1600x1000")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_numbers_ranges_or_names() {
        assert_eq!(pick("3"), Ok(Pick::Range(3, 4)));
        assert_eq!(pick("0..10"), Ok(Pick::Range(0, 10)));
        assert_eq!(pick(" AVAL "), Ok(Pick::Name("AVAL".to_owned())));
        for bad in ["", "5..5", "a..b", "9..2"] {
            assert!(pick(bad).is_err(), "{bad}");
        }
    }
}
