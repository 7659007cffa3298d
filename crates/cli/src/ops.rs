//! `huxley ops`: the article's operation counts beside the ledger's.

pub mod document;
mod network;
mod text;

use std::process::ExitCode;

use huxley_harness::ledger::{Convention, Row, Settings, Totals, rows};
use huxley_model::channel::Integrator;
use huxley_model::network::Precision;
use huxley_model::preset;

use crate::args::OpsArgs;
use crate::console::Console;
use crate::failure::Failure;
use crate::quantity;

/// What is shown.
pub struct Ledger {
    /// What was counted.
    pub settings: Settings,
    /// How it is weighed.
    pub convention: Convention,
    /// The rows.
    pub rows: Vec<Row>,
    /// Their sums.
    pub totals: Totals,
}

impl Ledger {
    /// Counts.
    pub fn of(settings: Settings, convention: Convention) -> Self {
        let rows = rows(&settings);
        let totals = Totals::of(&rows, &settings);
        Self { settings, convention, rows, totals }
    }
}

/// Shows the ledger.
pub fn ops(args: &OpsArgs, console: &Console) -> Result<ExitCode, Failure> {
    let convention =
        Convention { exp: weight("--exp-weight", args.exp_weight)?, div: weight("--div-weight", args.div_weight)? };
    if let Some(model) = &args.model {
        network::network(model, convention, console)?;
        return Ok(ExitCode::SUCCESS);
    }
    let settings = settings(args)?;
    let ledger = Ledger::of(settings, convention);
    if console.json() {
        console.answer_json(&document::document(&ledger))?;
    } else {
        console.answer(&text::text(&ledger))?;
    }
    Ok(ExitCode::SUCCESS)
}

/// A weight that is not negative, as `option` gives it.
pub fn weight(option: &str, weight: f64) -> Result<f64, Failure> {
    if weight >= 0.0 && weight.is_finite() {
        Ok(weight)
    } else {
        Err(Failure::input(format!("`{option} {weight}` is no weight")).hint("give a number that is not negative"))
    }
}

fn settings(args: &OpsArgs) -> Result<Settings, Failure> {
    let membrane = preset::find(&args.membrane).ok_or_else(|| {
        Failure::input(format!("there is no membrane `{}`", args.membrane))
            .hint(format!("one of {}", preset::NAMES.join(", ")))
    })?;
    let integrator =
        Integrator::ALL.iter().find(|(name, _)| *name == args.integrator).map(|(_, i)| *i).ok_or_else(|| {
            let names = Integrator::ALL.map(|(name, _)| name).join(", ");
            Failure::input(format!("there is no integrator `{}`", args.integrator)).hint(format!("one of {names}"))
        })?;
    let precision = match args.precision.as_str() {
        "f32" => Precision::F32,
        "f64" => Precision::F64,
        other => return Err(Failure::input(format!("there is no precision `{other}`")).hint("f32 or f64")),
    };
    let active = match args.rate {
        Some(rate) => rate * 1e-3,
        None => args.active,
    };
    if !(0.0..=1.0).contains(&active) {
        return Err(Failure::input(format!("{active} of the synapses cannot meet a spike in a millisecond"))
            .hint("give `--active` from 0 to 1, or `--rate` from 0 to 1000 (Hz)"));
    }
    let interval = quantity::time("--interval", &args.interval)?;
    if !(interval >= 1.0) {
        return Err(Failure::input(format!("`--interval {}` is below the tick", args.interval)).hint("1ms or more"));
    }
    Ok(Settings {
        membrane: membrane.name.to_owned(),
        channels: membrane.channels.into_iter().map(|i| i.channel.sharing()).filter(|c| !c.gates.is_empty()).collect(),
        celsius: membrane.celsius,
        integrator,
        substeps: args.substeps,
        precision,
        compartments: args.compartments,
        synapses: args.synapses,
        active,
        interval,
    })
}

/// The name of a precision.
pub fn precision(precision: Precision) -> &'static str {
    match precision {
        Precision::F32 => "f32",
        Precision::F64 => "f64",
    }
}
