//! What a user may type after `huxley cell`.

use std::path::PathBuf;

use clap::{Args, Subcommand};

/// Options of `huxley cell`.
#[derive(Args, Debug)]
pub struct CellArgs {
    #[command(subcommand)]
    pub command: CellCommand,
}

/// What to do with a cell.
#[derive(Debug, Subcommand)]
pub enum CellCommand {
    /// Voltage clamp: steps of potential on a patch of the membrane, currents, I-V and conductance curves
    Vclamp(Box<ClampArgs>),
    /// Current steps: rates over current (the f-I curve), rheobase, latency, adaptation
    Fi(Box<CurrentArgs>),
}

/// Which cell.
#[derive(Args, Debug)]
pub struct SubjectArgs {
    /// A membrane of the literature (hh, traub_miles, ...), a built-in model or a model file
    #[arg(value_name = "PRESET|MODEL")]
    pub name: String,
    /// The cell of a model is one of this population [default: the first]
    #[arg(long, value_name = "NAME")]
    pub population: Option<String>,
    /// Its label or number [default: the first]
    #[arg(long, value_name = "NAME|N")]
    pub cell: Option<String>,
    /// Any value of the model file, by its path; may be repeated
    #[arg(long, value_name = "KEY=VALUE")]
    pub set: Vec<String>,
    /// Temperature [default: that of the preset or model]
    #[arg(long, value_name = "T", allow_hyphen_values = true)]
    pub celsius: Option<String>,
    /// Folder for pictures (PNG, SVG), tables (CSV) and the document (JSON)
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,
}

/// Options of `huxley cell vclamp`.
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  huxley cell vclamp hh --out clamp
  huxley cell vclamp hh --from -100mV --to 40mV --step 5mV --duration 10ms
  huxley cell vclamp hh --hold -100mV --from -120mV --to -10mV --duration 100ms --then 0mV    what steps leave of sodium
  huxley cell vclamp pospischil_lts --hold -100mV --duration 100ms
  huxley cell vclamp my.toml --population exc --sections dendrite --json

A patch of the membrane for each potential, all in one network, ideally clamped. Currents are of the channels alone, a
density, outward positive. Conductances are peak currents over the driving force, with a fitted Boltzmann function.")]
pub struct ClampArgs {
    #[command(flatten)]
    pub subject: SubjectArgs,
    /// First potential of the steps
    #[arg(long, value_name = "V", default_value = "-80mV", allow_hyphen_values = true)]
    pub from: String,
    /// Last potential of the steps
    #[arg(long, value_name = "V", default_value = "60mV", allow_hyphen_values = true)]
    pub to: String,
    /// Distance of two
    #[arg(long, value_name = "V", default_value = "10mV")]
    pub step: String,
    /// Held before the steps [default: where the cell starts]
    #[arg(long, value_name = "V", allow_hyphen_values = true)]
    pub hold: Option<String>,
    /// For how long; gates begin at their steady state
    #[arg(long, value_name = "TIME", default_value = "5ms")]
    pub hold_time: String,
    /// Length of the steps
    #[arg(long, value_name = "TIME", default_value = "20ms")]
    pub duration: String,
    /// A potential for all after the steps: tails, or with a potential that opens, what the steps have left
    #[arg(long, value_name = "V", allow_hyphen_values = true)]
    pub then: Option<String>,
    /// For how long
    #[arg(long, value_name = "TIME", default_value = "10ms", requires = "then")]
    pub then_time: String,
    /// Sections whose membrane it is: soma, axon, dendrite, apical, other
    #[arg(long, value_name = "KIND", default_value = "soma")]
    pub sections: String,
    /// Substep, and time between two samples
    #[arg(long, value_name = "TIME", default_value = "0.01ms")]
    pub dt: String,
}

/// Options of `huxley cell fi`.
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  huxley cell fi hh --out fi
  huxley cell fi hh --from 0uA/cm2 --to 100uA/cm2 --steps 51
  huxley cell fi cobahh --population inh --from 0nA --to 1nA
  huxley cell fi ball-and-stick --site \"dend(0.5)\" --to 2nA --duration 2s
  huxley cell fi adapting --json

A copy of the cell for each amplitude, all in one network without connections; the model's own inputs are left out. The currents
at which it begins to fire, and to go on firing, are looked for between two amplitudes.")]
pub struct CurrentArgs {
    #[command(flatten)]
    pub subject: SubjectArgs,
    /// First amplitude [default: 0]
    #[arg(long, value_name = "I", allow_hyphen_values = true)]
    pub from: Option<String>,
    /// Last amplitude [default: 20uA/cm2 for cells of one compartment, 1nA for others]
    #[arg(long, value_name = "I", allow_hyphen_values = true)]
    pub to: Option<String>,
    /// How many, the first and the last among them
    #[arg(long, value_name = "N", default_value_t = 21, value_parser = clap::value_parser!(u32).range(2..=2000))]
    pub steps: u32,
    /// Length of the current
    #[arg(long, value_name = "TIME", default_value = "1s")]
    pub duration: String,
    /// Time before it
    #[arg(long, value_name = "TIME", default_value = "100ms")]
    pub delay: String,
    /// Where it goes: soma, a place on a section `dend(0.5)`, or a compartment's number
    #[arg(long, value_name = "SITE", default_value = "soma")]
    pub site: String,
    /// Substep [default: the model's, or 0.025ms]
    #[arg(long, value_name = "TIME")]
    pub dt: Option<String>,
    /// Digits that the thresholds are told with beyond the distance of two amplitudes
    #[arg(long, value_name = "N", default_value_t = 2, value_parser = clap::value_parser!(u32).range(0..=6))]
    pub digits: u32,
}
