//! `huxley`: the command line. stdout is the answer, stderr the conversation; exit 0 done, 1 the run failed, 2 the input was
//! wrong, 130 ended by Ctrl-C.

mod accuracy;
mod args;
mod bench;
mod cell;
mod channel;
mod connectome;
mod console;
mod convert;
mod devices;
mod extrapolate;
mod failure;
mod forecast;
mod gpu;
mod models;
mod ops;
mod outputs;
mod plot;
mod quantity;
mod report;
mod run;
mod steps;
mod swc;
mod table;
mod validate;

use std::process::ExitCode;

use clap::Parser;

use args::{Cli, Command};
use console::Console;
use huxley_harness::machine;

fn main() -> ExitCode {
    let cli = Cli::parse();
    let console = Console::new(&cli.common);
    let result = match &cli.command {
        Command::Run(args) => run::run(args, &console),
        Command::Models(args) => models::models(args, &console),
        Command::Ops(args) => ops::ops(args, &console),
        Command::Connectome(args) => connectome::connectome(args, &console),
        Command::Convert(args) => convert::convert(args, &console),
        Command::Bench(args) => bench::bench(args, &console),
        Command::Forecast(args) => forecast::forecast(args, &console),
        Command::Accuracy(args) => accuracy::accuracy(args, &console),
        Command::Validate(args) => validate::validate(args, &console),
        Command::Extrapolate(args) => extrapolate::run(args, &console),
        Command::Report(args) => report::report(args, &console),
        Command::Plot(args) => plot::plot(args, &console),
        Command::Swc(args) => swc::swc(args, &console),
        Command::Channel(args) => channel::channel(args, &console),
        Command::Cell(args) => cell::cell(args, &console),
        Command::Devices => devices::devices(&console),
    };
    match result {
        Ok(code) => code,
        Err(failure) => {
            console.failure(&failure);
            failure.exit_code()
        }
    }
}
