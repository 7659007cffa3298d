//! `huxley convert`: tables from one format to another; cells and circuits to model files.

mod model;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Args, ValueEnum};
use huxley_io::results::format;
use huxley_io::sonata::{NewEdges, edges_to_table, table_to_edges};
use huxley_io::tables::{Compression, Kind, WriteError, convert as convert_table};
use serde::Serialize;

use crate::connectome::table_failure;
use crate::console::Console;
use crate::failure::Failure;

/// Options of `huxley convert`.
#[derive(Args, Debug)]
#[command(after_help = "\
Tables are converted between CSV, TSV, both also with gzip (.gz), and Parquet; the name of the new file says which. Columns of CSV
whose values are all whole numbers, or all numbers, become such columns of Parquet if nothing is lost; names like 007 stay text.

Edges of SONATA (.h5) become a table with a row for each edge and a column for each attribute; a table with the columns
source_node_id and target_node_id (or source and target) becomes edges, its other columns their attributes.

A reconstructed cell (.swc) becomes a model file (.toml) with the squid's channels and a current step, to edit; a SONATA
configuration (.json) or NeuroML (.nml, .xml) one that imports it.

Examples:
  huxley convert edges.csv edges.parquet
  huxley convert Connectivity_783.parquet edges.csv.gz
  huxley convert edges.parquet smaller.parquet --compression zstd
  huxley convert lgn_v1_edges.h5 edges.parquet
  huxley convert edges.csv edges.h5 --source-population lgn --target-population v1
  huxley convert cell.swc cell.toml
  huxley convert simulation_config.json circuit.toml")]
pub struct ConvertArgs {
    /// The file to read
    #[arg(value_name = "FROM")]
    pub from: PathBuf,
    /// The file to write: .csv, .tsv, .csv.gz, .tsv.gz, .parquet, .h5 for edges of SONATA, .toml for a model file
    #[arg(value_name = "TO")]
    pub to: PathBuf,
    /// How columns of Parquet are compressed
    #[arg(long, value_enum, default_value_t)]
    pub compression: CompressionChoice,
    /// Which population of edges is read, where a file has several
    #[arg(long, value_name = "NAME")]
    pub population: Option<String>,
    /// Population of nodes that the edges written come from
    #[arg(long, value_name = "NAME")]
    pub source_population: Option<String>,
    /// Population of nodes that the edges written end on
    #[arg(long, value_name = "NAME")]
    pub target_population: Option<String>,
    /// Type of the edges written, where the table has no column edge_type_id
    #[arg(long, value_name = "ID", default_value_t = 0)]
    pub edge_type: u32,
}

/// How columns of Parquet are compressed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum CompressionChoice {
    /// Small
    #[default]
    Zstd,
    /// Fast, and read by everything
    Snappy,
    /// Not at all
    None,
}

#[derive(Serialize)]
struct Document {
    schema: &'static str,
    from: String,
    to: String,
    format: String,
    rows: u64,
    columns: Vec<ColumnEntry>,
    bytes: u64,
}

/// Of a model file.
#[derive(Serialize)]
struct ModelDocument {
    schema: &'static str,
    from: String,
    to: String,
    format: &'static str,
    cells: u64,
    bytes: u64,
}

#[derive(Serialize)]
struct ColumnEntry {
    name: String,
    kind: &'static str,
}

/// Converts a file.
pub fn convert(args: &ConvertArgs, console: &Console) -> Result<ExitCode, Failure> {
    if args.to.extension().is_some_and(|end| end.eq_ignore_ascii_case("toml")) {
        return convert_to_model(args, console);
    }
    let compression = match args.compression {
        CompressionChoice::Zstd => Compression::Zstd,
        CompressionChoice::Snappy => Compression::Snappy,
        CompressionChoice::None => Compression::None,
    };
    let is_hdf5 = |path: &Path| path.extension().is_some_and(|end| end.eq_ignore_ascii_case("h5"));
    let (format_of, rows, columns) = match (is_hdf5(&args.from), is_hdf5(&args.to)) {
        (true, true) => {
            return Err(
                Failure::input("both files are HDF5").hint("edges are converted to a table, or a table to edges")
            );
        }
        (true, false) => {
            let done =
                edges_to_table(&args.from, &args.to, args.population.as_deref(), compression).map_err(failure)?;
            ("SONATA".to_owned(), done.rows, done.columns)
        }
        (false, true) => {
            let (Some(source), Some(target)) = (&args.source_population, &args.target_population) else {
                return Err(Failure::input("edges are between two populations of nodes, which are not named")
                    .hint("add --source-population NAME --target-population NAME"));
            };
            let new = NewEdges { source, target, edge_type: args.edge_type };
            let done = table_to_edges(&args.from, &args.to, &new).map_err(failure)?;
            ("table".to_owned(), done.rows, done.columns)
        }
        (false, false) => {
            let done = convert_table(&args.from, &args.to, compression).map_err(failure)?;
            (done.from.name(), done.rows, done.columns)
        }
    };
    let bytes = std::fs::metadata(&args.to).map_or(0, |file| file.len());
    let columns: Vec<ColumnEntry> =
        columns.into_iter().map(|(name, kind)| ColumnEntry { name, kind: word(kind) }).collect();
    if console.json() {
        console.answer_json(&Document {
            schema: "huxley.convert/1",
            from: args.from.display().to_string(),
            to: args.to.display().to_string(),
            format: format_of,
            rows,
            columns,
            bytes,
        })?;
    } else {
        let named: Vec<String> = columns.iter().map(|column| format!("{} ({})", column.name, column.kind)).collect();
        console.answer(&format!(
            "{} -> {}: {}, {}\n  columns: {}\n",
            args.from.display(),
            args.to.display(),
            format::counted(rows, "row"),
            format::bytes(bytes),
            named.join(", ")
        ))?;
    }
    Ok(ExitCode::SUCCESS)
}

fn convert_to_model(args: &ConvertArgs, console: &Console) -> Result<ExitCode, Failure> {
    let model::Written { format, cells } = model::to_model(&args.from, &args.to)?;
    let (from, to) = (args.from.display().to_string(), args.to.display().to_string());
    if console.json() {
        let bytes = std::fs::metadata(&args.to).map_or(0, |file| file.len());
        console.answer_json(&ModelDocument { schema: "huxley.convert/1", from, to, format, cells, bytes })?;
    } else {
        let counted = format::counted(cells, "cell");
        console.answer(&format!("{from} ({format}) -> {to}: a model file of {counted}\n  huxley run {to}\n"))?;
    }
    Ok(ExitCode::SUCCESS)
}

fn word(kind: Kind) -> &'static str {
    match kind {
        Kind::Text => "text",
        Kind::Integer => "whole numbers",
        Kind::Number => "numbers",
        Kind::Boolean => "truths",
    }
}

fn failure(error: WriteError) -> Failure {
    match error {
        WriteError::Read(error) => table_failure(&error),
        WriteError::File(error) => error.into(),
        error @ WriteError::Name { .. } => Failure::input(error.to_string()),
        WriteError::Parquet { ref source, .. } => Failure::failed(error.to_string()).cause(source),
    }
}
