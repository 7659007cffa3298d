//! `report_NAME.parquet`: a row a value.

use std::path::Path;

use crate::results::hdf5::problem;
use crate::results::read_spikes::whole;
use crate::results::report_parquet::COLUMNS;
use crate::results::{ReportHead, ReportSite, ResultsError};
use crate::tables::{Batch, Cell, TableError, TableReader};

/// Why reading ended before the table did.
enum Stop {
    Enough,
    Failed(ResultsError),
}

impl From<TableError> for Stop {
    fn from(error: TableError) -> Self {
        Self::Failed(error.into())
    }
}

fn columns(table: &TableReader, path: &Path) -> Result<Vec<usize>, ResultsError> {
    let find = |name| table.column(name).ok_or_else(|| problem(path, format!("has no column `{name}`")));
    COLUMNS.iter().map(|&(name, _)| find(name)).collect()
}

fn number(cell: Cell<'_>, path: &Path, what: &str) -> Result<f64, ResultsError> {
    cell.number().ok_or_else(|| problem(path, format!("has `{}` as {what}", cell.text())))
}

pub(super) fn open(table: TableReader, path: &Path) -> Result<ReportHead, ResultsError> {
    let columns = columns(&table, path)?;
    let note = |name| table.note(name).unwrap_or_default();
    let (population, variable, unit) = (note("population"), note("variable"), note("unit"));
    let mut head = ReportHead { population, variable, unit, ..ReportHead::default() };
    let mut begun = false;
    let result = table.read::<Stop>(&columns, |batch: &Batch| {
        let failed = Stop::Failed;
        for row in 0..batch.rows() {
            let time = number(batch.cell(0, row), path, "a time").map_err(failed)?;
            if !begun {
                begun = true;
                head.start_ms = time;
            }
            if time.to_bits() != head.start_ms.to_bits() {
                head.interval_ms = time - head.start_ms;
                return Err(Stop::Enough);
            }
            let section = whole(batch.cell(2, row)).and_then(|section| u32::try_from(section).ok());
            let (Some(node), Some(element)) = (whole(batch.cell(1, row)), section) else {
                return Err(failed(problem(path, format!("has no place in row {}", batch.first + row as u64 + 1))));
            };
            let position = number(batch.cell(3, row), path, "a position").map_err(failed)?;
            let label = batch.cell(4, row).text().into_owned();
            head.sites.push(ReportSite { node, element, position, label });
        }
        Ok(())
    });
    match result {
        Ok(()) | Err(Stop::Enough) => Ok(head),
        Err(Stop::Failed(error)) => Err(error),
    }
}

pub(super) fn visit(
    path: &Path,
    head: &ReportHead,
    mut take: impl FnMut(f64, &[f64]) -> Result<(), ResultsError>,
) -> Result<(), ResultsError> {
    let table = TableReader::open(path)?;
    let columns = columns(&table, path)?;
    let wanted = [columns[0], columns[1], columns[5]];
    let mut values = Vec::with_capacity(head.sites.len());
    let mut now = 0.0_f64;
    table.read::<ResultsError>(&wanted, |batch: &Batch| {
        for row in 0..batch.rows() {
            let time = number(batch.cell(0, row), path, "a time")?;
            if values.is_empty() {
                now = time;
            }
            let same = time.to_bits() == now.to_bits();
            if !same || whole(batch.cell(1, row)) != head.sites.get(values.len()).map(|site| site.node) {
                let row = batch.first + row as u64 + 1;
                return Err(problem(path, format!("does not have the same places at each time: row {row} is another")));
            }
            values.push(number(batch.cell(2, row), path, "a value")?);
            if values.len() == head.sites.len() {
                take(now, &values)?;
                values.clear();
            }
        }
        Ok(())
    })?;
    if values.is_empty() { Ok(()) } else { Err(problem(path, "ends in the middle of a time")) }
}
