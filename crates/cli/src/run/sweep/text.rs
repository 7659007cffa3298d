//! A sweep as a table to read.

use std::collections::BTreeMap;

use huxley_io::results::format::{counted, duration, significant};

use super::SweepReport;
use super::table::populations;
use crate::table::aligned;

/// Populations whose rates have columns of their own.
const MOST_POPULATIONS: usize = 4;

/// What was done, and a row for each run.
pub fn text(report: &SweepReport) -> String {
    let how = match (report.side_by_side, report.one_by_one) {
        (0, _) => "one after another".to_owned(),
        (small, 0) if report.at_a_time.min(small) == 1 => "one at a time, on one thread".to_owned(),
        (small, 0) => format!("{} at a time, one thread each", report.at_a_time.min(small)),
        (small, large) => {
            format!(
                "{small} of small networks {} at a time, one thread each, {large} one after another",
                report.at_a_time
            )
        }
    };
    let partial = if report.partial { format!(" of {}", report.points) } else { String::new() };
    let runs = counted(report.done as u64, "run");
    let mut text = format!("{}: {runs}{partial} in {}, {how}\n\n", report.model, duration(report.wall_s));

    let names = populations(&report.rows);
    let apart = (2..=MOST_POPULATIONS).contains(&names.len());
    let mut head = vec![String::new()];
    head.extend(report.keys.iter().map(|key| key.name.clone()));
    head.extend(["spikes", "rate, Hz"].map(str::to_owned));
    if apart {
        head.extend(names.iter().map(|name| format!("{name}, Hz")));
    }
    head.extend(["first, ms", "CV", "digest", "time"].map(str::to_owned));
    let mut rows = vec![head];
    for row in &report.rows {
        let mut cells = vec![row.point.to_string()];
        cells.extend(report.keys.iter().map(|key| row.values[&key.name].trim_matches('"').to_owned()));
        let number = |value: Option<f64>| value.map_or("-".to_owned(), |value| significant(value, 4));
        match &row.figures {
            Some(figures) => {
                cells.extend([figures.spikes.to_string(), significant(figures.mean_rate_hz, 4)]);
                if apart {
                    let rate =
                        |name: &String| figures.populations.iter().find(|p| p.name == *name).map(|p| p.mean_rate_hz);
                    cells.extend(names.iter().map(|name| number(rate(name))));
                }
                cells.extend([
                    number(figures.first_spike_ms),
                    figures.cv_isi.map_or("-".to_owned(), |cv| format!("{cv:.3}")),
                    figures.spike_digest.clone(),
                    duration(figures.wall_s),
                ]);
            }
            None => cells.push("failed".to_owned()),
        }
        rows.push(cells);
    }
    let columns: Vec<usize> = (0..rows[0].len()).collect();
    text += &aligned(&rows, &columns, 0);
    let failed: Vec<_> = report.rows.iter().filter_map(|row| Some((row.point, row.error.as_ref()?))).collect();
    if !failed.is_empty() {
        text += "\nfailed:\n";
        // Runs that fail alike share a line.
        let mut alike: Vec<(&str, Vec<String>)> = Vec::new();
        for (point, why) in failed {
            match alike.iter_mut().find(|(own, _)| own == why) {
                Some((_, points)) => points.push(point.to_string()),
                None => alike.push((why, vec![point.to_string()])),
            }
        }
        for (why, points) in alike {
            text += &format!("  {}: {why}\n", points.join(", "));
        }
    }
    text
}

/// What runs warned of, once each, with how many did.
pub fn warnings(report: &SweepReport) -> Vec<String> {
    let mut all: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for row in &report.rows {
        for warning in row.figures.iter().flat_map(|figures| &figures.warnings) {
            all.entry(warning).or_default().push(row.point);
        }
    }
    let said = |(warning, points): (&str, Vec<usize>)| match points.as_slice() {
        points if points.len() == report.rows.len() => format!("all runs: {warning}"),
        [one] => format!("run {one}: {warning}"),
        points => format!("{} runs, the first is {}: {warning}", points.len(), points[0]),
    };
    all.into_iter().map(said).collect()
}
