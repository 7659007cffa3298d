//! `huxley cell`: what is done to a cell on the bench, and the curves drawn of it.

pub mod args;
mod clamp;
mod current;
mod subject;

use std::process::ExitCode;

pub use args::CellArgs;
use args::CellCommand;

use crate::console::Console;
use crate::failure::Failure;
use crate::outputs::Outputs;

/// Runs a protocol on a cell.
pub fn cell(args: &CellArgs, console: &Console) -> Result<ExitCode, Failure> {
    match &args.command {
        CellCommand::Vclamp(args) => clamp::clamp(args, console)?,
        CellCommand::Fi(args) => current::current(args, console)?,
    }
    Ok(ExitCode::SUCCESS)
}

/// Says what was written.
fn wrote(outputs: Option<&Outputs>, names: &[String], console: &Console) {
    if let Some(outputs) = outputs {
        names.iter().for_each(|name| console.note(&format!("wrote {}", outputs.folder().join(name).display())));
    }
}
