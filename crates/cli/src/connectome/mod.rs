//! `huxley connectome`: what a table of connections, or a model, has.

mod document;
mod text;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Args, Subcommand};
use huxley_engine::estimate::for_each_connection;
use huxley_engine::lower;
use huxley_io::builtin;
use huxley_io::connectome::edges::{ColumnNames, Edges, load};
use huxley_io::connectome::picture::pictures;
use huxley_io::connectome::statistics::{Statistics, statistics};
use huxley_io::model::{ModelError, ModelErrors};
use huxley_io::picture::PictureSize;
use huxley_io::sonata::{Graph, graph};
use huxley_io::tables::{Cell, TableError};

use crate::args::RunArgs;
use crate::console::Console;
use crate::failure::{Failure, Problem};
use crate::run::{limits, prepare};

/// Options of `huxley connectome`.
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  huxley connectome info Connectivity_783.parquet
  huxley connectome info edges.csv.gz --columns source=pre,target=post,weight=n_syn,sign=nt --out out/edges
  huxley connectome info celegans --json")]
pub struct ConnectomeArgs {
    #[command(subcommand)]
    pub command: ConnectomeCommand,
}

/// What to do with a connectome.
#[derive(Debug, Subcommand)]
pub enum ConnectomeCommand {
    /// Counts neurons, connections and what is odd about them
    Info(InfoArgs),
}

/// Options of `huxley connectome info`.
#[derive(Args, Debug)]
#[command(after_help = "\
FILE is a table (CSV or TSV, plain or .gz; Parquet) with a row for each connection: columns `source` and `target`, and where it has
them `weight` and `sign`. FlyWire's tables are known by their columns; --columns names others. A SONATA configuration (.json) or file
of edges (.h5) shows the circuit's nodes, virtual ones too, and edges, for which its components need not be there. A model's name or
file (.toml, NeuroML) shows the connections the model has.

Rows that repeat a pair of neurons count as one connection, with their weights added.

Examples:
  huxley connectome info Connectivity_783.parquet
  huxley connectome info edges.csv --columns source=pre,target=post --out out/edges
  huxley connectome info circuit_config.json
  huxley connectome info fly-synthetic --set cells=2000 --json")]
pub struct InfoArgs {
    /// A table of connections, a SONATA circuit, a built-in model or a model file
    #[arg(value_name = "FILE")]
    pub file: String,
    /// Columns of the table: source=NAME,target=NAME,weight=NAME,sign=NAME
    #[arg(long, value_name = "KEY=NAME,...", value_delimiter = ',')]
    pub columns: Vec<String>,
    /// Folder for pictures of degrees and weights (PNG and SVG)
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,
    /// Any value of a model, by its path; may be repeated
    #[arg(long, value_name = "KEY=VALUE")]
    pub set: Vec<String>,
}

/// What is shown.
pub struct Info {
    /// What was read.
    pub file: String,
    /// How it is written, or that it is a model.
    pub format: String,
    /// The published table it was recognised as.
    pub schema: Option<&'static str>,
    /// Columns that were read, by what they mean.
    pub columns: Vec<(&'static str, String)>,
    /// Unit of the weights.
    pub unit: &'static str,
    /// The figures.
    pub statistics: Statistics,
    /// Names of the neurons with the most inputs and the most outputs.
    pub hubs: (String, String),
    /// Pictures written.
    pub pictures: Vec<PathBuf>,
}

/// Runs `huxley connectome`.
pub fn connectome(args: &ConnectomeArgs, console: &Console) -> Result<ExitCode, Failure> {
    let ConnectomeCommand::Info(args) = &args.command;
    let path = Path::new(&args.file);
    let is_import = prepare::is_import(path);
    let ends_in = |ending: &str| path.extension().is_some_and(|own| own.eq_ignore_ascii_case(ending));
    let mut info = if ends_in("json") || ends_in("h5") {
        of_circuit(args)?
    } else if builtin::find(&args.file).is_some() || args.file.ends_with(".toml") || is_import {
        of_model(args)?
    } else {
        of_table(args)?
    };
    if let Some(folder) = &args.out {
        info.pictures = draw(&info, folder)?;
    }
    if console.json() {
        console.answer_json(&document::document(&info))?;
    } else {
        console.answer(&text::text(&info))?;
    }
    Ok(ExitCode::SUCCESS)
}

/// The failure that says what is wrong with a table.
pub fn table_failure(error: &TableError) -> Failure {
    let failure = Failure::input(error.text());
    match &error.hint {
        Some(hint) => failure.hint(hint.as_str()),
        None => failure,
    }
}

fn of_table(args: &InfoArgs) -> Result<Info, Failure> {
    if !args.set.is_empty() {
        return Err(
            Failure::input("`--set` changes a model, and this is a table").hint("columns are named with --columns")
        );
    }
    let names = columns(&args.columns)?;
    let mut loaded = load(Path::new(&args.file), &names).map_err(|error| {
        let failure = table_failure(&error);
        let bare = !Path::new(&args.file).exists() && !args.file.contains(['/', '\\', '.']);
        if bare { failure.hint("`huxley models` lists the built-in models") } else { failure }
    })?;
    let statistics = statistics(&mut loaded.edges);
    let used = loaded.columns;
    let all =
        [("source", Some(used.source)), ("target", Some(used.target)), ("weight", used.weight), ("sign", used.sign)];
    Ok(Info {
        file: args.file.clone(),
        format: loaded.format.name(),
        schema: loaded.schema.map(|schema| schema.name),
        columns: all.into_iter().filter_map(|(key, name)| Some((key, name?))).collect(),
        unit: "synapses",
        hubs: (loaded.edges.ids.name(statistics.hubs.0), loaded.edges.ids.name(statistics.hubs.1)),
        statistics,
        pictures: Vec::new(),
    })
}

/// The nodes and edges of a SONATA circuit; what its cells are made of is not read.
fn of_circuit(args: &InfoArgs) -> Result<Info, Failure> {
    for (option, used) in [("--columns", !args.columns.is_empty()), ("--set", !args.set.is_empty())] {
        if used {
            return Err(Failure::input(format!(
                "`{option}` has no meaning for the nodes and edges of a SONATA circuit"
            ))
            .hint("`huxley convert CONFIG.json MODEL.toml` makes a model of it, whose connections can be shown too"));
        }
    }
    let Graph { mut edges, conductances } = graph(Path::new(&args.file)).map_err(circuit_failure)?;
    let statistics = statistics(&mut edges);
    Ok(Info {
        file: args.file.clone(),
        format: "SONATA".to_owned(),
        schema: None,
        columns: Vec::new(),
        unit: if conductances { "uS" } else { "synapses" },
        hubs: (edges.ids.name(statistics.hubs.0), edges.ids.name(statistics.hubs.1)),
        statistics,
        pictures: Vec::new(),
    })
}

fn circuit_failure(errors: ModelErrors) -> Failure {
    let problem = |mut error: ModelError| {
        let hints = error.hint.take().into_iter().collect();
        Problem { message: error.to_string(), hints, ..Problem::default() }
    };
    Failure::inputs(errors.0.into_iter().map(problem).collect())
}

/// The connections of a model as its plan has them; every cell counts, connected or not.
fn of_model(args: &InfoArgs) -> Result<Info, Failure> {
    if !args.columns.is_empty() {
        return Err(Failure::input("`--columns` names columns of a table, and this is a model"));
    }
    let source = prepare::source(&args.file)?;
    let options = RunArgs { set: args.set.clone(), ..RunArgs::default() };
    let network = prepare::load(&source, &options)?.network;
    limits::check_memory(&limits::need(&network), None)?;
    let plan = lower(&network)?;
    let mut edges = Edges { weighted: true, ..Edges::default() };
    for population in &network.populations {
        for (index, cell) in population.cells.iter().enumerate() {
            let label = cell.label.clone().unwrap_or_else(|| index.to_string());
            let alone = network.populations.len() == 1;
            let name = if alone { label } else { format!("{}[{label}]", population.name) };
            // Names of a population are its own: every cell has one.
            let _ = edges.ids.index(Cell::Text(&name));
        }
    }
    for_each_connection(&plan, |source, target, weight| edges.push(source, target, weight));
    let statistics = statistics(&mut edges);
    Ok(Info {
        file: args.file.clone(),
        format: "model".to_owned(),
        schema: None,
        columns: Vec::new(),
        unit: "uS or factors",
        hubs: (edges.ids.name(statistics.hubs.0), edges.ids.name(statistics.hubs.1)),
        statistics,
        pictures: Vec::new(),
    })
}

fn columns(options: &[String]) -> Result<ColumnNames, Failure> {
    let mut names = ColumnNames::default();
    for option in options {
        let hint = "write --columns source=NAME,target=NAME,weight=NAME,sign=NAME";
        let (key, name) = option
            .split_once('=')
            .filter(|(_, name)| !name.is_empty())
            .ok_or_else(|| Failure::input(format!("`--columns {option}` is not KEY=NAME")).hint(hint))?;
        let slot = match key.trim() {
            "source" => &mut names.source,
            "target" => &mut names.target,
            "weight" => &mut names.weight,
            "sign" => &mut names.sign,
            _ => return Err(Failure::input(format!("`{key}` of `--columns` means nothing")).hint(hint)),
        };
        *slot = Some(name.to_owned());
    }
    Ok(names)
}

fn draw(info: &Info, folder: &Path) -> Result<Vec<PathBuf>, Failure> {
    std::fs::create_dir_all(folder)
        .map_err(|error| Failure::failed(format!("cannot create the folder `{}`", folder.display())).cause(error))?;
    let name =
        Path::new(&info.file).file_name().map_or_else(|| info.file.clone(), |name| name.to_string_lossy().into_owned());
    let mut written = Vec::new();
    for (stem, picture) in pictures(&name, &info.statistics, info.unit, PictureSize::default()) {
        for extension in ["png", "svg"] {
            let path = folder.join(format!("{stem}.{extension}"));
            picture.save(&path).map_err(|error| Failure::failed("cannot draw a picture").cause(error))?;
            written.push(path);
        }
    }
    Ok(written)
}
