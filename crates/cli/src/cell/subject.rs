//! The cell that is asked for.

use std::path::Path;

use huxley_harness::protocol::{ProtocolError, Subject};
use huxley_io::builtin;
use huxley_io::model::Dimension;
use huxley_model::preset;

use super::args::SubjectArgs;
use crate::args::RunArgs;
use crate::failure::Failure;
use crate::models;
use crate::quantity;
use crate::run::prepare;

/// Finds it. A built-in model is taken before a preset of the same name.
pub fn find(args: &SubjectArgs) -> Result<Subject, Failure> {
    let name = args.name.as_str();
    let is_file = name == "-" || Path::new(name).extension().is_some() || Path::new(name).exists();
    let mut subject = if builtin::find(name).is_some() || is_file {
        let run = RunArgs { set: args.set.clone(), ..RunArgs::default() };
        let network = prepare::load(&prepare::source(name)?, &run)?.network;
        Subject::of_network(&network, args.population.as_deref(), args.cell.as_deref())?
    } else if let Some(preset) = preset::find(name) {
        let of_models = [
            ("--population", args.population.is_some()),
            ("--cell", args.cell.is_some()),
            ("--set", !args.set.is_empty()),
        ];
        if let Some((option, _)) = of_models.iter().find(|(_, given)| *given) {
            return Err(Failure::input(format!(
                "{option} is for models, and `{name}` is a membrane of the literature"
            )));
        }
        Subject::of_preset(&preset)
    } else {
        let known: Vec<&str> =
            preset::NAMES.iter().copied().chain(builtin::list().iter().map(|model| model.name)).collect();
        let failure = Failure::input(format!("`{name}` is neither a membrane of the literature nor a model"));
        return Err(match models::near(name, &known) {
            Some(near) => failure.hint(format!("did you mean `{near}`?")),
            None => failure.hint(format!(
                "membranes are {}; `huxley models` lists models, and a model file ends in .toml",
                preset::NAMES.join(", ")
            )),
        });
    };
    if let Some(text) = &args.celsius {
        subject.celsius = quantity::of("--celsius", text, Dimension::Temperature)?;
    }
    Ok(subject)
}

impl From<ProtocolError> for Failure {
    fn from(error: ProtocolError) -> Self {
        match error {
            ProtocolError::Subject(text) => Failure::input(text),
            ProtocolError::Plan(error) => error.into(),
            ProtocolError::Run(error) => error.into(),
        }
    }
}
