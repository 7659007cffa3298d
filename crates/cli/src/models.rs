//! `huxley models`.

use std::process::ExitCode;

use huxley_io::builtin::{self, Builtin};
use serde::Serialize;

use crate::args::{ModelsArgs, ModelsCommand};
use crate::console::Console;
use crate::failure::Failure;

#[derive(Serialize)]
struct ModelEntry {
    name: &'static str,
    title: &'static str,
    size: &'static str,
    source: &'static str,
    licence: &'static str,
    /// Parameter that must be given a file.
    #[serde(skip_serializing_if = "Option::is_none")]
    needs: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    text: Option<&'static str>,
}

#[derive(Serialize)]
struct ModelList {
    schema: &'static str,
    models: Vec<ModelEntry>,
}

/// Lists the built-in models, or shows one.
pub fn models(args: &ModelsArgs, console: &Console) -> Result<ExitCode, Failure> {
    match &args.command {
        None => list(console)?,
        Some(ModelsCommand::Show { name }) => show(name, console)?,
    }
    Ok(ExitCode::SUCCESS)
}

fn list(console: &Console) -> Result<(), Failure> {
    let models = builtin::list();
    if console.json() {
        let models = models.iter().map(|model| entry(model, None)).collect();
        return console.answer_json(&ModelList { schema: "huxley.models/1", models });
    }
    let width = models.iter().map(|model| model.name.len()).max().unwrap_or(0);
    let line = |model: &Builtin| {
        format!(
            "{:width$}  {}\n{:width$}  {}\n{:width$}  source: {} ({})\n",
            model.name, model.title, "", model.size, "", model.source, model.licence
        )
    };
    let lines: Vec<String> = models.iter().map(line).collect();
    console.answer(&lines.join("\n"))?;
    console.note("\n`huxley run NAME` runs one; `huxley models show NAME` prints its file, to copy and edit");
    Ok(())
}

fn show(name: &str, console: &Console) -> Result<(), Failure> {
    let model = builtin::find(name).ok_or_else(|| unknown(name))?;
    if console.json() { console.answer_json(&entry(model, Some(model.text))) } else { console.answer(model.text) }
}

fn entry(model: &Builtin, text: Option<&'static str>) -> ModelEntry {
    ModelEntry {
        name: model.name,
        title: model.title,
        size: model.size,
        source: model.source,
        licence: model.licence,
        needs: model.needs,
        text,
    }
}

/// The error for a model that is not built in.
pub fn unknown(name: &str) -> Failure {
    let names: Vec<&str> = builtin::list().iter().map(|model| model.name).collect();
    let failure = Failure::input(format!("there is no built-in model `{name}`"));
    match near(name, &names) {
        Some(near) => failure.hint(format!("did you mean `{near}`? all: {}", names.join(", "))),
        None => failure.hint(format!("built in are {}; a model file ends in .toml", names.join(", "))),
    }
}

/// The name most like `word`: one it begins, contains, or is few letters from.
pub fn near<'a>(word: &str, names: &[&'a str]) -> Option<&'a str> {
    let word = word.to_lowercase();
    let contained = names.iter().find(|name| word.len() >= 3 && (name.contains(&word) || word.contains(**name)));
    contained.copied().or_else(|| {
        let (edits, name) = names.iter().map(|name| (distance(&word, name), *name)).min()?;
        (edits <= 1 + word.len().min(name.len()) / 3).then_some(name)
    })
}

/// Insertions, deletions and replacements between two words.
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, y) in b.iter().enumerate() {
            let replaced = diagonal + usize::from(x != *y);
            diagonal = row[j + 1];
            row[j + 1] = replaced.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn misspelt_models_find_their_name() {
        let names = ["squid", "ball-and-stick", "cobahh", "celegans"];
        let cases = [
            ("squit", "squid"),
            ("elegans", "celegans"),
            ("c.elegans", "celegans"),
            ("COBA", "cobahh"),
            ("ball", "ball-and-stick"),
        ];
        for (word, name) in cases {
            assert_eq!(near(word, &names), Some(name), "{word}");
        }
        assert_eq!(near("elephant", &names), None);
    }
}
