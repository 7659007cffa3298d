//! `huxley forecast`: when a budget buys a brain, and when it buys a model that passes a Turing test.

pub mod args;
mod options;
pub mod picture;
mod source;
pub mod text;
mod turing_text;

use std::path::Path;
use std::process::ExitCode;

use huxley_forecast::{hardware, turing};
use huxley_harness::extrapolate::Extrapolation;
use serde::Serialize;

use crate::console::Console;
use crate::failure::Failure;
use args::{ForecastArgs, ForecastCommand, HardwareArgs, TuringArgs};

/// Forecasts.
pub fn forecast(args: &ForecastArgs, console: &Console) -> Result<ExitCode, Failure> {
    match &args.command {
        None => hardware_road(&args.hardware, console)?,
        Some(ForecastCommand::Turing(own)) => turing_road(own, console)?,
    }
    Ok(ExitCode::SUCCESS)
}

fn hardware_road(args: &HardwareArgs, console: &Console) -> Result<(), Failure> {
    let inputs = options::hardware(args, console)?;
    let document = hardware::forecast(&inputs).map_err(|error| options::refused(&error))?;
    if let Some(folder) = &args.common.out {
        // The other road with the same budget, as it is by default else.
        let other = turing::Inputs { budget: inputs.budget, trials: 0, ..turing::Inputs::default() };
        let other = turing::forecast(&other).map_err(|error| options::refused(&error))?;
        write(folder, "forecast.json", &document, &document, &other, console)?;
    }
    if console.json() { console.answer_json(&document) } else { console.answer(&text::text(&document)) }
}

fn turing_road(args: &TuringArgs, console: &Console) -> Result<(), Failure> {
    let inputs = options::turing(args)?;
    let document = turing::forecast(&inputs).map_err(|error| options::refused(&error))?;
    if let Some(folder) = &args.common.out {
        let other = hardware::Inputs { budget: inputs.budget, ..hardware::Inputs::default() };
        let other = hardware::forecast(&other).map_err(|error| options::refused(&error))?;
        write(folder, "forecast-turing.json", &document, &other, &document, console)?;
    }
    if console.json() { console.answer_json(&document) } else { console.answer(&turing_text::text(&document)) }
}

/// When a budget buys a brain that was extrapolated, with the usual inputs; and what is left out.
pub fn of_brain(brain: &Extrapolation) -> Result<(hardware::Forecast, Vec<String>), Failure> {
    let failed = |why: String| Failure::failed(format!("cannot forecast from the extrapolation: {why}"));
    let document = serde_json::to_value(brain).map_err(|error| failed(error.to_string()))?;
    let mut inputs = hardware::Inputs::default();
    let left_out = source::brain(&document)
        .and_then(|own| options::require(&mut inputs, own, false).map_err(|device| format!("{device} has no price")))
        .map_err(failed)?;
    Ok((hardware::forecast(&inputs).map_err(|error| options::refused(&error))?, left_out))
}

/// The other road, with the usual inputs.
pub fn direct() -> Result<turing::Forecast, Failure> {
    turing::forecast(&turing::Inputs::default()).map_err(|error| options::refused(&error))
}

/// Writes the picture of both roads, and one of the documents.
fn write(
    folder: &Path,
    name: &str,
    document: &impl Serialize,
    brain: &hardware::Forecast,
    test: &turing::Forecast,
    console: &Console,
) -> Result<(), Failure> {
    let shown = folder.display();
    let failed = || Failure::failed(format!("cannot write to `--out {shown}`"));
    std::fs::create_dir_all(folder).map_err(|error| failed().cause(error))?;
    let json = serde_json::to_string_pretty(document).map_err(|error| failed().cause(error))?;
    std::fs::write(folder.join(name), json + "\n").map_err(|error| failed().cause(error))?;
    let picture = picture::roads(brain, test);
    for name in ["forecast.png", "forecast.svg"] {
        picture.save(&folder.join(name)).map_err(|error| failed().cause(error))?;
    }
    console.note(&format!("wrote {name}, forecast.png and forecast.svg to {shown}"));
    Ok(())
}
