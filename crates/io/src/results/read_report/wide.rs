//! `report_NAME.csv`: a column a site.

use std::path::Path;

use crate::results::hdf5::problem;
use crate::results::{ReportHead, ReportSite, ResultsError};

fn reader(path: &Path) -> Result<csv::Reader<std::fs::File>, ResultsError> {
    let cannot = |error: csv::Error| ResultsError::Read { path: path.to_owned(), source: error.into() };
    csv::Reader::from_path(path).map_err(cannot)
}

pub(super) fn open(path: &Path) -> Result<ReportHead, ResultsError> {
    let mut csv = reader(path)?;
    let header = csv.headers().map_err(|error| broken(path, &error))?;
    if header.get(0) != Some("time_ms") {
        return Err(problem(path, "is no report: its first column is not `time_ms`"));
    }
    let site = |(node, label): (u64, &str)| ReportSite { node, element: 0, position: 0.5, label: label.to_owned() };
    let mut head = ReportHead { sites: (0..).zip(header.iter().skip(1)).map(site).collect(), ..ReportHead::default() };
    let mut times = Vec::new();
    for record in csv.records().take(2) {
        let record = record.map_err(|error| broken(path, &error))?;
        times.push(value(path, &record, 0)?);
    }
    head.start_ms = times.first().copied().unwrap_or(0.0);
    head.interval_ms = times.get(1).map_or(0.0, |second| second - head.start_ms);
    Ok(head)
}

pub(super) fn visit(
    path: &Path,
    head: &ReportHead,
    mut take: impl FnMut(f64, &[f64]) -> Result<(), ResultsError>,
) -> Result<(), ResultsError> {
    let mut csv = reader(path)?;
    let mut record = csv::StringRecord::new();
    let mut row = vec![0.0; head.sites.len()];
    while csv.read_record(&mut record).map_err(|error| broken(path, &error))? {
        let time = value(path, &record, 0)?;
        for (column, own) in (1..).zip(&mut row) {
            *own = value(path, &record, column)?;
        }
        take(time, &row)?;
    }
    Ok(())
}

fn value(path: &Path, record: &csv::StringRecord, column: usize) -> Result<f64, ResultsError> {
    let text = record.get(column).unwrap_or("");
    text.parse().map_err(|_| ResultsError::Content {
        path: path.to_owned(),
        line: record.position().map_or(0, csv::Position::line),
        problem: format!("`{text}` is not a number"),
    })
}

fn broken(path: &Path, error: &csv::Error) -> ResultsError {
    ResultsError::Content {
        path: path.to_owned(),
        line: error.position().map_or(0, csv::Position::line),
        problem: error.to_string(),
    }
}
