//! What a user may type after `huxley channel`.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use huxley_harness::channel::Scan;
use huxley_io::model::Dimension;

use crate::failure::Failure;
use crate::quantity;

/// Most points of a curve.
const MOST_POINTS: f64 = 100_000.0;

/// Options of `huxley channel`.
#[derive(Args, Debug)]
pub struct ChannelArgs {
    #[command(subcommand)]
    pub command: ChannelCommand,
}

/// What to do with channels.
#[derive(Debug, Subcommand)]
pub enum ChannelCommand {
    /// Lists the channels of the literature that are built in, or those of a model
    List(ListArgs),
    /// Shows a channel: its equations, and steady states, time constants and rates as curves, checked
    Show(Box<ShowArgs>),
}

/// Options of `huxley channel list`.
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  huxley channel list
  huxley channel list --model my.toml
  huxley channel list --json")]
pub struct ListArgs {
    /// The channels of a model instead: a built-in one or a model file
    #[arg(long, value_name = "MODEL")]
    pub model: Option<String>,
}

/// Options of `huxley channel show`.
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  huxley channel show hh.na
  huxley channel show ahp --calcium 0.1uM,1uM --out pictures
  huxley channel show ca_t --from -120mV --to 0mV --celsius 24degC
  huxley channel show slow --model my.toml
  huxley channel show hh.k --json > k.json

Warned of, with the potential: divisions by zero, what is not a number, steady states outside 0 to 1, negative rates, time
constants that are not positive or above 1e5 ms, jumps.")]
pub struct ShowArgs {
    /// PRESET.CHANNEL or CHANNEL (`huxley channel list`); with --model, CHANNEL or POPULATION.CHANNEL
    pub name: String,
    /// The channel of a model: a built-in one, a model file, or a file with [channels] alone
    #[arg(long, value_name = "MODEL")]
    pub model: Option<String>,
    /// Any value of the model file, by its path; may be repeated
    #[arg(long, value_name = "KEY=VALUE", requires = "model")]
    pub set: Vec<String>,
    /// First potential of the curves
    #[arg(long, value_name = "V", default_value = "-100mV", allow_hyphen_values = true)]
    pub from: String,
    /// Last potential of the curves
    #[arg(long, value_name = "V", default_value = "60mV", allow_hyphen_values = true)]
    pub to: String,
    /// Distance of two potentials
    #[arg(long, value_name = "V", default_value = "0.5mV")]
    pub step: String,
    /// Temperature [default: that of the preset or model]
    #[arg(long, value_name = "T", allow_hyphen_values = true)]
    pub celsius: Option<String>,
    /// Calcium inside the cell, with units, separated by commas: a curve for each, of gates that read it
    #[arg(long, value_name = "LIST", value_delimiter = ',', default_value = "0.05uM,0.1uM,0.5uM,1uM,5uM")]
    pub calcium: Vec<String>,
    /// Folder for pictures (PNG, SVG), the curves (CSV) and the document (JSON)
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,
}

impl ShowArgs {
    /// Over what curves are drawn; `celsius` is the temperature where none is given.
    pub fn scan(&self, celsius: f64) -> Result<Scan, Failure> {
        let potential = |option: &str, text: &str| quantity::of(option, text, Dimension::Potential);
        let (from, to) = (potential("--from", &self.from)?, potential("--to", &self.to)?);
        if !(to > from) {
            return Err(Failure::input(format!("`--to {}` is not above `--from {}`", self.to, self.from))
                .hint("give a range of potentials, as --from -100mV --to 60mV"));
        }
        let step = potential("--step", &self.step)?;
        if !(step > 0.0 && (to - from) / step <= MOST_POINTS) {
            return Err(Failure::input(format!(
                "`--step {}` does not make 1 to {MOST_POINTS} steps from {} to {}",
                self.step, self.from, self.to
            ))
            .hint("give a distance of potentials, as 0.5mV"));
        }
        let celsius = match &self.celsius {
            Some(text) => quantity::of("--celsius", text, Dimension::Temperature)?,
            None => celsius,
        };
        let one = |text: &String| {
            let value = quantity::of("--calcium", text, Dimension::CellConcentration)?;
            if value >= 0.0 {
                return Ok(value);
            }
            Err(Failure::input(format!("`--calcium {text}`: a concentration is not negative")))
        };
        let calcium = self.calcium.iter().map(one).collect::<Result<_, _>>()?;
        Ok(Scan { from, to, step, celsius, calcium })
    }
}
