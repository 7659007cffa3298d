//! From what was typed to a network: the model's text, options put in place, errors shown with their lines.

use std::io::Read as _;
use std::path::{Path, PathBuf};

use huxley_io::builtin;
use huxley_io::model::{Folder, Loaded, ModelError, ModelErrors, TableSource, load_str};

use crate::args::{BackendChoice, RunArgs};
use crate::failure::{Failure, Problem};
use crate::models;
use crate::quantity;
use crate::run::record::{quick_probes, quoted};

/// A model as text, and where its tables are.
pub struct Source {
    /// Name of the file, or of the built-in model.
    pub file: String,
    text: String,
    tables: Folder,
    /// Whether the text was made here: a model file that imports what was named.
    made: bool,
}

/// Tables up to this are read again to show a line of theirs, bytes.
const SMALL: u64 = 64 << 20;

impl Source {
    /// The text of a table, if it is text and not large.
    fn small_table(&self, name: &str) -> Option<String> {
        let large = std::fs::metadata(self.tables.0.join(name)).is_ok_and(|file| file.len() > SMALL);
        if large { None } else { self.tables.read(name).ok() }
    }
}

/// Finds the text of what was named.
pub fn source(model: &str) -> Result<Source, Failure> {
    if model == "-" {
        let mut text = String::new();
        std::io::stdin()
            .read_to_string(&mut text)
            .map_err(|error| Failure::input("cannot read a model from stdin").cause(error))?;
        if text.trim().is_empty() {
            return Err(
                Failure::input("the model on stdin is empty").hint("write `huxley models show squid | huxley run -`")
            );
        }
        return Ok(Source { file: "stdin".to_owned(), text, tables: Folder(PathBuf::new()), made: false });
    }
    if let Some(builtin) = builtin::find(model) {
        let file = format!("{}.toml", builtin.name);
        return Ok(Source { file, text: builtin.text.to_owned(), tables: Folder(PathBuf::new()), made: false });
    }
    let path = Path::new(model);
    if is_import(path) {
        return imported(path);
    }
    if path.is_dir() {
        return Err(Failure::input(format!("`{model}` is a folder, not a model file"))
            .hint("give a model file (.toml), or `--resume DIR` to go on with a run"));
    }
    // A word without a dot or slash that names no file was meant to be a built-in model.
    if !path.exists() && path.extension().is_none() && !model.contains(['/', '\\']) {
        return Err(models::unknown(model));
    }
    file(path)
}

/// Whether a file's name says that it is of another format.
pub fn is_import(path: &Path) -> bool {
    let ending = path.extension().map(|ending| ending.to_string_lossy().to_lowercase());
    matches!(ending.as_deref(), Some("json" | "nml" | "xml"))
}

/// A model file that imports the file at `path`.
fn imported(path: &Path) -> Result<Source, Failure> {
    let name = path.display().to_string();
    if let Err(error) = std::fs::File::open(path) {
        return Err(Failure::input(format!("cannot read `{name}`")).cause(error));
    }
    let text = format!("schema = 1\nimport = {}\n", quoted(&name));
    Ok(Source { file: name, text, tables: Folder(PathBuf::new()), made: true })
}

/// Reads a model file.
pub fn file(path: &Path) -> Result<Source, Failure> {
    let name = path.display().to_string();
    let bytes = std::fs::read(path).map_err(|error| {
        Failure::input(format!("cannot read the model file `{name}`"))
            .cause(error)
            .hint("`huxley models` lists the built-in models")
    })?;
    let text = String::from_utf8(bytes).map_err(|_| Failure::input(format!("`{name}` is not UTF-8 text")))?;
    let tables = Folder(path.parent().unwrap_or(Path::new("")).to_path_buf());
    Ok(Source { file: name, text, tables, made: false })
}

/// A value an option sets, and how the option was typed.
struct Override {
    key: String,
    value: String,
    typed: String,
}

/// Loads a model with the options of a run in place.
pub fn load(source: &Source, args: &RunArgs) -> Result<Loaded, Failure> {
    read(source, args, |text, file, tables, pairs| load_str(text, file, tables, pairs))
}

/// Reads what `load` reads of a model, with the options of a run in place.
pub fn read<T>(
    source: &Source,
    args: &RunArgs,
    load: impl FnOnce(&str, &str, &dyn TableSource, &[(String, String)]) -> Result<T, ModelErrors>,
) -> Result<T, Failure> {
    let overrides = overrides(args, &source.text)?;
    let pairs: Vec<(String, String)> = overrides.iter().map(|o| (o.key.clone(), o.value.clone())).collect();
    load(&source.text, &source.file, &source.tables, &pairs).map_err(|errors| model_failure(errors, source, &overrides))
}

fn overrides(args: &RunArgs, text: &str) -> Result<Vec<Override>, Failure> {
    let mut all = Vec::new();
    let set = args.set.iter().map(|option| ("--set", option));
    for (flag, option) in set.chain(args.swept.iter().map(|option| ("--sweep", option))) {
        let (key, value) = option.split_once('=').filter(|(key, _)| !key.trim().is_empty()).ok_or_else(|| {
            Failure::input(format!("`--set {option}` is not KEY=VALUE")).hint("write --set run.dt=\"0.01 ms\"")
        })?;
        let typed = format!("{flag} {option}");
        all.push(Override { key: key.trim().to_owned(), value: value.trim().to_owned(), typed });
    }
    let mut put = |option: &str, key: &str, value: Option<&String>| {
        if let Some(value) = value {
            all.push(Override { key: key.to_owned(), value: value.clone(), typed: format!("{option} {value}") });
        }
    };
    if let Some(text) = &args.duration {
        quantity::time("--duration", text)?;
    }
    if let Some(text) = &args.dt {
        quantity::time("--dt", text)?;
    }
    if let Some(text) = args.tick.as_ref().filter(|text| *text != "auto") {
        quantity::time("--tick", text)?;
    }
    let seed = args.seed.map(|seed| seed.to_string());
    put("--duration", "run.duration", args.duration.as_ref());
    put("--dt", "run.dt", args.dt.as_ref());
    put("--tick", "run.tick", args.tick.as_ref());
    put("--integrator", "run.integrator", args.integrator.as_ref());
    put("--seed", "run.seed", seed.as_ref());
    let oracle = "f64".to_owned();
    if args.backend == BackendChoice::Oracle {
        if args.precision.as_ref().is_some_and(|precision| *precision != oracle) {
            return Err(
                Failure::input("the oracle computes in f64 only").hint("leave --precision out, or use --backend cpu")
            );
        }
        put("--precision", "run.precision", Some(&oracle));
    } else {
        put("--precision", "run.precision", args.precision.as_ref());
    }
    let probes = quick_probes(&args.record)?;
    // A value cannot be put under a table that is not there: without `[probes]` all quick probes go in as one table.
    let has_probes = text.lines().any(|line| {
        let line = line.trim_start();
        line.starts_with("[probes.") || line.starts_with("[probes]") || line.starts_with("probes")
    });
    let typed = || format!("--record {}", args.record.join(" --record "));
    if has_probes {
        for (probe, option) in probes.into_iter().zip(&args.record) {
            let typed = format!("--record {option}");
            all.push(Override { key: format!("probes.{}", probe.name), value: probe.table, typed });
        }
    } else if !probes.is_empty() {
        let entries: Vec<String> = probes.iter().map(|probe| format!("{} = {}", probe.name, probe.table)).collect();
        all.push(Override { key: "probes".to_owned(), value: format!("{{ {} }}", entries.join(", ")), typed: typed() });
    }
    Ok(all)
}

/// Each error with the line it is about, as the user wrote it.
fn model_failure(errors: ModelErrors, source: &Source, overrides: &[Override]) -> Failure {
    let problem = |error: ModelError| {
        let option = overrides.iter().find(|o| error.file == format!("--set {}={}", o.key, o.value));
        let from_option = error.file.starts_with("--set ");
        let mut message = option.map_or_else(|| error.file.clone(), |option| option.typed.clone());
        if let Some(line) = error.line {
            message += &format!(":{line}");
        }
        if let Some(column) = error.column {
            message += &format!(":{column}");
        }
        if !error.key.is_empty() && !message.contains(&error.key) {
            message += &format!(": `{}`", error.key);
        }
        message += &format!(": {}", error.message);
        let excerpt = error.line.filter(|_| !from_option).and_then(|line| {
            let text = if error.file == source.file && !source.made {
                source.text.clone()
            } else {
                source.small_table(&error.file)?
            };
            excerpt(&text, line, error.column)
        });
        Problem { message, excerpt, causes: Vec::new(), hints: error.hint.into_iter().collect() }
    };
    Failure::inputs(errors.0.into_iter().map(problem).collect())
}

/// A line of a text with its number, and a mark under the column.
fn excerpt(text: &str, line: usize, column: Option<usize>) -> Option<String> {
    const LONGEST: usize = 120;
    let content = text.lines().nth(line.checked_sub(1)?)?.replace('\t', " ");
    let number = line.to_string();
    let margin = " ".repeat(number.len());
    let shown: String = content.chars().take(LONGEST).collect();
    let more = if content.chars().count() > LONGEST { "..." } else { "" };
    let mut out = format!("  {number} | {shown}{more}");
    if let Some(column) = column.filter(|column| (1..=LONGEST).contains(column)) {
        out += &format!("\n  {margin} | {}^", " ".repeat(column - 1));
    }
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_line_is_shown_with_a_mark() {
        assert_eq!(excerpt("a\ndt = 5\n", 2, Some(6)).as_deref(), Some("  2 | dt = 5\n    |      ^"));
        assert_eq!(excerpt("a", 2, None), None);
        assert_eq!(excerpt("a", 0, None), None);
    }
}
