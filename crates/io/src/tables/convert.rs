//! From one format to another, in batches.

use std::path::Path;

use super::batch::{Batch, Cell, Column, Kind};
use super::reader::{Format, TableReader};
use super::write::{Compression, TableWriter, WriteError, append};

/// What was converted.
#[derive(Clone, Debug, PartialEq)]
pub struct Converted {
    /// Format that was read.
    pub from: Format,
    /// Rows.
    pub rows: u64,
    /// Columns and what they hold in the new table.
    pub columns: Vec<(String, Kind)>,
}

/// Writes the table `from` as `to`, whose name says the format.
///
/// Columns of CSV become whole numbers or floating point numbers in Parquet where every value of theirs is one and can be written
/// again as it stood; all others stay text. What is empty in such a column of numbers is null.
///
/// # Errors
/// When the one cannot be read or the other not be written.
pub fn convert(from: &Path, to: &Path, compression: Compression) -> Result<Converted, WriteError> {
    let table = TableReader::open(from)?;
    let names: Vec<String> = table.headers().map(str::to_owned).collect();
    let all: Vec<usize> = (0..names.len()).collect();
    let format = table.format().clone();
    let text = !matches!(format, Format::Parquet(_));
    let kinds = if text && to.to_string_lossy().to_ascii_lowercase().ends_with(".parquet") {
        infer(TableReader::open(from)?, &all)?
    } else {
        all.iter().map(|&column| table.kind(column)).collect::<Result<Vec<_>, _>>()?
    };
    let columns: Vec<(String, Kind)> = names.into_iter().zip(kinds).collect();
    let mut writer = TableWriter::create(to, &columns, compression)?;
    let mut rows = 0;
    table.read::<WriteError>(&all, |batch| {
        rows += batch.rows() as u64;
        if columns.iter().zip(&batch.columns).all(|((_, kind), column)| *kind == column.kind()) {
            return writer.write(batch);
        }
        let typed = columns.iter().zip(&batch.columns).map(|(&(_, kind), column)| typed(column, kind)).collect();
        writer.write(&Batch { columns: typed, first: batch.first, lines: Vec::new(), rows: batch.rows() })
    })?;
    writer.finish()?;
    Ok(Converted { from: format, rows, columns })
}

/// All columns of a table, those of text that are numbers as such: names and values.
pub(crate) fn whole(from: &Path) -> Result<Vec<(String, Column)>, WriteError> {
    let table = TableReader::open(from)?;
    let names: Vec<String> = table.headers().map(str::to_owned).collect();
    let all: Vec<usize> = (0..names.len()).collect();
    let kinds = if matches!(table.format(), Format::Parquet(_)) {
        all.iter().map(|&column| table.kind(column)).collect::<Result<Vec<_>, _>>()?
    } else {
        infer(TableReader::open(from)?, &all)?
    };
    let mut columns: Vec<Column> = kinds.iter().map(|&kind| Column::new(kind)).collect();
    table.read::<WriteError>(&all, |batch| {
        for (into, (&kind, column)) in columns.iter_mut().zip(kinds.iter().zip(&batch.columns)) {
            if column.kind() == kind { append(into, column) } else { append(into, &typed(column, kind)) }
        }
        Ok(())
    })?;
    Ok(names.into_iter().zip(columns).collect())
}

/// What the values of every column can be.
fn infer(table: TableReader, columns: &[usize]) -> Result<Vec<Kind>, WriteError> {
    // Whether all values so far are whole numbers, are numbers, and whether there are any.
    let mut seen = vec![(true, true, false); columns.len()];
    table.read::<WriteError>(columns, |batch| {
        for (own, column) in seen.iter_mut().zip(&batch.columns) {
            for row in 0..column.len() {
                if !own.1 {
                    break;
                }
                let Cell::Text(text) = column.cell(row) else { continue };
                let text = text.trim();
                if text.is_empty() {
                    continue;
                }
                let whole = integer(text).is_some();
                *own = (own.0 && whole, own.1 && (whole || number(text).is_some()), true);
            }
        }
        Ok(())
    })?;
    Ok(seen
        .into_iter()
        .map(|seen| match seen {
            (true, _, true) => Kind::Integer,
            (false, true, true) => Kind::Number,
            _ => Kind::Text,
        })
        .collect())
}

/// A whole number that is written again as it stands: `007` is none.
fn integer(text: &str) -> Option<i64> {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let plain = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    let padded = digits.len() > 1 && digits.starts_with('0') || text == "-0";
    if plain && !padded { text.parse().ok() } else { None }
}

/// A number of which binary floating point loses no digit: at most 15 of them, or the shortest form of its value.
fn number(text: &str) -> Option<f64> {
    if matches!(text, "NaN" | "inf" | "-inf") {
        return text.parse().ok();
    }
    let digits = text.strip_prefix('-').unwrap_or(text);
    let mut bytes = digits.bytes();
    if !bytes.next().is_some_and(|byte| byte.is_ascii_digit())
        || !bytes.all(|b| b.is_ascii_digit() || b".eE+-".contains(&b))
    {
        return None;
    }
    // A padded name such as 007 is no number.
    if digits.starts_with('0') && digits.as_bytes().get(1).is_some_and(u8::is_ascii_digit) {
        return None;
    }
    let value: f64 = text.parse().ok().filter(|value: &f64| value.is_finite())?;
    let mantissa = digits.split(['e', 'E']).next().unwrap_or("");
    let significant = mantissa.bytes().filter(u8::is_ascii_digit).skip_while(|&byte| byte == b'0').count();
    // Below the smallest normal number digits are lost however few there are.
    let kept = value == 0.0 && significant == 0 || value.abs() >= f64::MIN_POSITIVE && significant <= 15;
    (kept || format!("{value}") == text || format!("{value:e}") == text).then_some(value)
}

fn typed(column: &Column, kind: Kind) -> Column {
    let rows = column.len();
    let texts = || {
        (0..rows).map(|row| match column.cell(row) {
            Cell::Text(text) => text.trim(),
            _ => "",
        })
    };
    let absent = || {
        let marks: Vec<bool> = texts().map(str::is_empty).collect();
        if marks.contains(&true) { marks } else { Vec::new() }
    };
    match kind {
        Kind::Integer => {
            Column::Integer { values: texts().map(|t| integer(t).unwrap_or(0)).collect(), missing: absent() }
        }
        Kind::Number => {
            Column::Number { values: texts().map(|t| t.parse().unwrap_or(0.0)).collect(), missing: absent() }
        }
        Kind::Text | Kind::Boolean => column.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn padded_names_and_long_digits_stay_text() {
        for (text, whole, any) in [
            ("12", true, true),
            ("-3", true, true),
            ("720575940379284674", true, false),
            ("007", false, false),
            ("VB01", false, false),
            ("0.5", false, true),
            ("1e-3", false, true),
            ("1.50", false, true),
            ("0.1234567890123456789", false, false),
            ("9223372036854775808", false, false),
            ("9223372036854775807", true, false),
            ("1e999", false, false),
            ("-0", false, true),
            ("e5", false, false),
            ("infinity", false, false),
        ] {
            assert_eq!(integer(text).is_some(), whole, "{text}");
            assert_eq!(number(text).is_some(), any, "{text}");
        }
    }
}
