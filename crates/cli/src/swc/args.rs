//! What a user may type after `huxley swc`.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use huxley_io::model::{Dimension, parse_quantity};
use huxley_io::swc;
use huxley_model::morphology::{Discretisation, SectionKind};

use crate::failure::Failure;

/// Options of `huxley swc`.
#[derive(Args, Debug)]
pub struct SwcArgs {
    #[command(subcommand)]
    pub command: SwcCommand,
}

/// What to do with SWC files.
#[derive(Debug, Subcommand)]
pub enum SwcCommand {
    /// Shows what reconstructions are: points, branches, lengths, areas, and the passive cell they make
    Info(Box<InfoArgs>),
}

/// Options of `huxley swc info`.
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  huxley swc info cell.swc
  huxley swc info cell.swc --picture cell.png
  huxley swc info cells/*.swc --out pictures --json
  huxley swc info fly.swc --unit nm --kind 7=dendrite
  huxley swc info cell.swc --max-length 10um --membrane-resistance \"30 kohm cm2\" --axial-resistivity \"100 ohm cm\"

Sections are made as NEURON's Import3d makes them. The passive properties are assumptions, not of the file: say yours.")]
pub struct InfoArgs {
    /// SWC files
    #[arg(required = true, value_name = "FILE")]
    pub files: Vec<PathBuf>,
    /// The unit of the file's lengths: um, nm, mm, or a length (8nm)
    #[arg(long, value_name = "UNIT", default_value = "um")]
    pub unit: String,
    /// What points of a type are: soma, axon, dendrite, apical or other; may be repeated
    #[arg(long, value_name = "TYPE=KIND")]
    pub kind: Vec<String>,

    /// Cuts sections after NEURON's d_lambda rule [default: 0.1]
    #[arg(long, value_name = "FRACTION", conflicts_with_all = ["max_length", "per_section"])]
    pub d_lambda: Option<f64>,
    /// The frequency of the d_lambda rule
    #[arg(long, value_name = "FREQUENCY", default_value = "100Hz", conflicts_with_all = ["max_length", "per_section"])]
    pub frequency: String,
    /// Cuts sections into compartments no longer than this: 20um
    #[arg(long, value_name = "LENGTH", conflicts_with = "per_section")]
    pub max_length: Option<String>,
    /// Cuts every section into as many compartments
    #[arg(long, alias = "nseg", value_name = "N", value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    pub per_section: Option<u32>,

    /// Resistance of the membrane, an assumption
    #[arg(long, value_name = "R", default_value = "20 kohm cm2")]
    pub membrane_resistance: String,
    /// Axial resistivity, an assumption
    #[arg(long, value_name = "R", default_value = "150 ohm cm")]
    pub axial_resistivity: String,
    /// Specific capacitance, an assumption
    #[arg(long, value_name = "C", default_value = "1 uF/cm2")]
    pub capacitance: String,

    /// Draws the cell into this file, .png or .svg
    #[arg(long, value_name = "FILE", conflicts_with = "out")]
    pub picture: Option<PathBuf>,
    /// Draws each cell into this folder, as PNG
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,
}

/// How files are read and cells are cut.
#[derive(Clone, Debug, PartialEq)]
pub struct Settings {
    /// um.
    pub unit: f64,
    /// Types that are of other kinds than usual.
    pub kinds: Vec<(i32, SectionKind)>,
    /// How sections are cut.
    pub rule: Discretisation,
    /// ohm cm2.
    pub membrane_resistance: f64,
    /// ohm cm.
    pub axial_resistivity: f64,
    /// uF/cm2.
    pub capacitance: f64,
}

impl InfoArgs {
    /// The options' values.
    pub fn settings(&self) -> Result<Settings, Failure> {
        let unit = match swc::unit(&self.unit) {
            Some(unit) => unit,
            None => positive("--unit", &self.unit, Dimension::Length)?,
        };
        let rule = if let Some(length) = &self.max_length {
            Discretisation::MaxLength(positive("--max-length", length, Dimension::Length)?)
        } else if let Some(each) = self.per_section {
            Discretisation::PerSection(each as usize)
        } else {
            let fraction = self.d_lambda.unwrap_or(0.1);
            if !(fraction.is_finite() && fraction > 0.0) {
                return Err(Failure::input(format!("`--d-lambda {fraction}` is no fraction of a length constant"))
                    .hint("give a number above 0; 0.1 is usual"));
            }
            let frequency = positive("--frequency", &self.frequency, Dimension::Frequency)?;
            Discretisation::DLambda { fraction, frequency }
        };
        Ok(Settings {
            unit,
            kinds: self.kind.iter().map(|text| kind(text)).collect::<Result<_, _>>()?,
            rule,
            membrane_resistance: positive(
                "--membrane-resistance",
                &self.membrane_resistance,
                Dimension::MembraneResistance,
            )?,
            axial_resistivity: positive("--axial-resistivity", &self.axial_resistivity, Dimension::Resistivity)?,
            capacitance: positive("--capacitance", &self.capacitance, Dimension::CapacitanceDensity)?,
        })
    }
}

/// A quantity above 0, as `option` gives it.
fn positive(option: &str, text: &str, dimension: Dimension) -> Result<f64, Failure> {
    let wrong = |message: String| Failure::input(format!("`{option} {text}`: {message}"));
    let value = parse_quantity(text, dimension).map_err(|error| wrong(error.to_string()).hint(error.hint()))?;
    if value > 0.0 {
        return Ok(value);
    }
    Err(wrong(format!("expected {} above 0", dimension.name())).hint(format!("write {}", dimension.example())))
}

fn kind(text: &str) -> Result<(i32, SectionKind), Failure> {
    let parsed = text.split_once('=').and_then(|(structure, name)| {
        let kind = SectionKind::ALL.iter().find(|(own, kind)| *own == name.trim() && *kind != SectionKind::Any)?;
        Some((structure.trim().parse().ok()?, kind.1))
    });
    parsed.ok_or_else(|| {
        Failure::input(format!("`--kind {text}` says of no type what it is"))
            .hint("write --kind 7=dendrite; kinds are soma, axon, dendrite, apical, other")
    })
}
