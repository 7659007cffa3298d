//! `huxley convert`: tables from one format to another.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, ValueEnum};
use huxley_io::results::format;
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

Examples:
  huxley convert edges.csv edges.parquet
  huxley convert Connectivity_783.parquet edges.csv.gz
  huxley convert edges.parquet smaller.parquet --compression zstd")]
pub struct ConvertArgs {
    /// The file to read
    #[arg(value_name = "FROM")]
    pub from: PathBuf,
    /// The file to write: .csv, .tsv, .csv.gz, .tsv.gz or .parquet
    #[arg(value_name = "TO")]
    pub to: PathBuf,
    /// How columns of Parquet are compressed
    #[arg(long, value_enum, default_value_t)]
    pub compression: CompressionChoice,
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

#[derive(Serialize)]
struct ColumnEntry {
    name: String,
    kind: &'static str,
}

/// Converts a file.
pub fn convert(args: &ConvertArgs, console: &Console) -> Result<ExitCode, Failure> {
    let compression = match args.compression {
        CompressionChoice::Zstd => Compression::Zstd,
        CompressionChoice::Snappy => Compression::Snappy,
        CompressionChoice::None => Compression::None,
    };
    let converted = convert_table(&args.from, &args.to, compression).map_err(failure)?;
    let bytes = std::fs::metadata(&args.to).map_or(0, |file| file.len());
    let columns: Vec<ColumnEntry> =
        converted.columns.iter().map(|(name, kind)| ColumnEntry { name: name.clone(), kind: word(*kind) }).collect();
    if console.json() {
        console.answer_json(&Document {
            schema: "huxley.convert/1",
            from: args.from.display().to_string(),
            to: args.to.display().to_string(),
            format: converted.from.name(),
            rows: converted.rows,
            columns,
            bytes,
        })?;
    } else {
        let named: Vec<String> = columns.iter().map(|column| format!("{} ({})", column.name, column.kind)).collect();
        console.answer(&format!(
            "{} -> {}: {}, {}\n  columns: {}\n",
            args.from.display(),
            args.to.display(),
            format::counted(converted.rows, "row"),
            format::bytes(bytes),
            named.join(", ")
        ))?;
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
