//! `huxley bench`: measured ceilings, kernels beside them, a roofline.

mod args;
mod bar;
mod places;
pub mod roofline;
pub mod scaling;
mod text;

use std::fs;
use std::path::Path;
use std::process::ExitCode;

use huxley_harness::bench::{BenchError, BenchOptions, BenchReport};
use huxley_harness::ledger::Convention;
use huxley_io::picture::{PictureSize, chart};
use huxley_io::results::write_atomic;
use huxley_model::network::Precision;

pub use args::BenchArgs;
use args::BenchBackend;
pub use text::is_part;

use crate::console::Console;
use crate::failure::Failure;
use bar::Bar;

/// Measures.
pub fn bench(args: &BenchArgs, console: &Console) -> Result<ExitCode, Failure> {
    let options = options(args)?;
    if let Some(folder) = &args.out {
        fs::create_dir_all(folder)
            .map_err(|error| Failure::failed(format!("cannot make the folder `{}`", folder.display())).cause(error))?;
    }
    let report = measured(&options, console)?;
    let written = args.out.as_ref().map(|folder| write(&report, folder)).transpose()?.unwrap_or_default();
    if console.json() {
        console.answer_json(&report)?;
    } else {
        let mut text = text::text(&report);
        if let Some(folder) = &args.out {
            text += &format!("\nwritten   {}/: {}\n", folder.display(), written.join(", "));
        }
        console.answer(&text)?;
    }
    Ok(ExitCode::SUCCESS)
}

/// What was measured, with a progress bar meanwhile.
pub fn measured(options: &BenchOptions, console: &Console) -> Result<BenchReport, Failure> {
    let mut bar = Bar::new(console);
    let report = huxley_harness::bench::bench(options, &mut |progress| bar.show(progress));
    bar.clear();
    report.map_err(failure)
}

fn failure(error: BenchError) -> Failure {
    let message = error.to_string();
    match error {
        BenchError::NoKernel { known, .. } => Failure::input(message)
            .hint(format!("one of {}, or the beginning of some: `membrane`, `synapse`", known.join(", "))),
        BenchError::Gpu { hint, input, .. } => {
            if input {
                Failure::input(message).hint(hint)
            } else {
                Failure::failed(message).hint(hint)
            }
        }
        BenchError::Plan { source, .. } => Failure::failed(message).cause(source),
        BenchError::Run { source, .. } => Failure::failed(message).cause(source),
    }
}

fn options(args: &BenchArgs) -> Result<BenchOptions, Failure> {
    let weight = crate::ops::weight;
    let precisions = match args.precision.as_deref() {
        None => vec![Precision::F32, Precision::F64],
        Some("f32") => vec![Precision::F32],
        Some("f64") => vec![Precision::F64],
        Some(other) => return Err(Failure::input(format!("there is no precision `{other}`")).hint("f32 or f64")),
    };
    if args.backend == BenchBackend::Cpu
        && let Some(device) = &args.device
    {
        return Err(Failure::input(format!("--device {device} names a GPU, and the backend is another"))
            .hint("leave --backend out, or use --backend gpu"));
    }
    Ok(BenchOptions {
        backends: args.backend.into(),
        device: args.device.clone(),
        precisions,
        threads: args.threads.iter().map(|&threads| usize::from(threads)).collect(),
        only: args.only.clone(),
        quick: args.quick,
        convention: Convention {
            exp: weight("--exp-weight", args.exp_weight)?,
            div: weight("--div-weight", args.div_weight)?,
        },
        ..BenchOptions::default()
    })
}

/// Writes the document, the rooflines and what a unit costs against size; their names.
fn write(report: &BenchReport, folder: &Path) -> Result<Vec<String>, Failure> {
    let failed = |name: &str| Failure::failed(format!("cannot write `{}`", folder.join(name).display()));
    let mut names = vec!["bench.json".to_owned()];
    let json = serde_json::to_string_pretty(report).map_err(|error| failed(&names[0]).cause(error))?;
    write_atomic(&folder.join(&names[0]), (json + "\n").as_bytes()).map_err(|error| failed(&names[0]).cause(error))?;
    for (stem, data) in roofline::all(report).into_iter().chain(scaling::all(report)) {
        let picture = chart(&data, PictureSize::default());
        for extension in ["png", "svg"] {
            let name = format!("{stem}.{extension}");
            picture.save(&folder.join(&name)).map_err(|error| failed(&name).cause(error))?;
            names.push(name);
        }
    }
    Ok(names)
}
