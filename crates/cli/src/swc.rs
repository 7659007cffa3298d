//! `huxley swc info`: what a reconstruction is, and the passive cell it makes.

mod args;
mod document;
mod info;
mod text;

use std::collections::HashSet;
use std::path::PathBuf;
use std::process::ExitCode;

use huxley_io::picture::{CellData, PictureError, PictureSize, cell};
use huxley_io::results::format::count;
use huxley_io::swc::{self, SwcErrors};

pub use args::SwcArgs;
use args::{InfoArgs, SwcCommand};
use info::Info;

use crate::console::Console;
use crate::failure::{Failure, Problem};

/// Runs a command on SWC files.
pub fn swc(args: &SwcArgs, console: &Console) -> Result<ExitCode, Failure> {
    match &args.command {
        SwcCommand::Info(args) => show(args, console)?,
    }
    Ok(ExitCode::SUCCESS)
}

fn show(args: &InfoArgs, console: &Console) -> Result<(), Failure> {
    let settings = args.settings()?;
    let pictures = pictures(args)?;
    let mut cells = Vec::with_capacity(args.files.len());
    let mut wrong = Vec::new();
    for path in &args.files {
        match swc::read(path, settings.unit) {
            Ok(read) => match Info::new(path, &read, &settings) {
                Ok(info) => cells.push(info),
                Err(failure) => wrong.extend(failure.problems().iter().cloned()),
            },
            Err(errors) => wrong.extend(problems(&errors)),
        }
    }
    if !wrong.is_empty() {
        return Err(Failure::inputs(wrong));
    }
    for (info, picture) in cells.iter_mut().zip(pictures) {
        info.warnings().for_each(|warning| console.warn(&warning));
        if let Some(path) = picture {
            draw(info, &path)?;
            info.picture = Some(path);
        }
    }
    if console.json() {
        return console.answer_json(&document::document(&cells, &settings));
    }
    console.answer(&text::text(&cells, &settings))?;
    for info in &cells {
        if let Some(path) = &info.picture {
            console.note(&format!("{} is drawn in {}", info.file, path.display()));
        }
    }
    Ok(())
}

/// What is wrong with a file, as failures.
pub fn problems(errors: &SwcErrors) -> impl Iterator<Item = Problem> + '_ {
    errors.messages().map(|(message, hint)| Problem {
        message,
        hints: hint.map(str::to_owned).into_iter().collect(),
        ..Problem::default()
    })
}

/// The picture of each file, if any are to be drawn.
fn pictures(args: &InfoArgs) -> Result<Vec<Option<PathBuf>>, Failure> {
    if let Some(path) = &args.picture {
        if args.files.len() > 1 {
            return Err(Failure::input(format!(
                "`--picture {}` is one file, for {} cells",
                path.display(),
                args.files.len()
            ))
            .hint("give --out DIR for a picture of each"));
        }
        if !path.extension().is_some_and(|own| own.eq_ignore_ascii_case("png") || own.eq_ignore_ascii_case("svg")) {
            return Err(Failure::input(format!("`--picture {}` is no picture's name", path.display()))
                .hint("end it in .png or .svg"));
        }
        return Ok(vec![Some(path.clone())]);
    }
    let Some(folder) = &args.out else { return Ok(vec![None; args.files.len()]) };
    std::fs::create_dir_all(folder)
        .map_err(|cause| Failure::failed(format!("cannot make the folder `{}`", folder.display())).cause(cause))?;
    let mut taken = HashSet::new();
    let mut named = |path: &PathBuf| {
        let stem = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        let names = std::iter::once(stem.clone()).chain((2_u64..).map(|number| format!("{stem}-{number}")));
        let free = names.into_iter().find(|name| taken.insert(name.clone())).unwrap_or(stem);
        Some(folder.join(free + ".png"))
    };
    Ok(args.files.iter().map(&mut named).collect())
}

fn draw(info: &Info, path: &std::path::Path) -> Result<(), Failure> {
    let name = std::path::Path::new(&info.file).file_name().unwrap_or_default().to_string_lossy().into_owned();
    let detail = format!(
        "{} points, {} tips, {} um2 of membrane",
        count(info.measures.points as u64),
        count(info.measures.tips as u64),
        text::figure(info.area)
    );
    let data = CellData { title: &name, detail: &detail, cell: &info.built.morphology };
    cell(&data, PictureSize::default()).save(path).map_err(|error| match error {
        PictureError::Write(error) => error.into(),
        error => Failure::failed(format!("cannot draw `{}`", info.file)).cause(error),
    })
}
