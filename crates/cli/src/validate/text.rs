//! `huxley validate` as tables.

use huxley_harness::validate::{CHECKS, CheckEntry, SubjectEntry, Validation};
use huxley_io::results::format;

use crate::table::{aligned, wrapped_at};

/// Columns of text.
const WIDTH: usize = 118;
/// Backends beside each other.
const ACROSS: usize = 5;

/// The checks and what they claim.
pub fn list() -> String {
    let rows: Vec<Vec<String>> = CHECKS
        .iter()
        .map(|check| {
            vec![check.name.to_owned(), if check.long { "long" } else { "" }.to_owned(), check.claim.to_owned()]
        })
        .collect();
    aligned(&rows, &[], 0)
}

/// Errors beside their bounds, what failed, and what was left out.
pub fn text(report: &Validation) -> String {
    let mut text = String::new();
    for subjects in report.subjects.chunks(ACROSS) {
        text += &table(report, subjects);
        text.push('\n');
    }
    for check in report.checks.iter().filter(|c| c.backend == "ledger") {
        text += &format!("{}: {} ({})\n\n", check.name, cell(check), claim(&check.name));
    }
    for check in report.checks.iter().filter(|c| c.failed()) {
        let of = format!("FAILED {} of {}: ", check.name, label(check));
        let found = match (check.error, check.bound, &check.unit) {
            (Some(error), Some(bound), Some(unit)) => {
                format!("{} {unit} where {} may be ({})", number(error), number(bound), check.why)
            }
            _ => check.why.clone(),
        };
        text += &wrapped_at(&of, "    ", &found, WIDTH);
    }
    text += &skipped(report);
    text + &format!(
        "{} of {} hold, {} failed, {} not made; {}\n",
        report.passed,
        format::counted((report.passed + report.failed) as u64, "check"),
        report.failed,
        report.skipped,
        format::duration(report.seconds)
    )
}

fn claim(name: &str) -> &'static str {
    CHECKS.iter().find(|check| check.name == name).map_or("", |check| check.claim)
}

fn label(check: &CheckEntry) -> String {
    match &check.precision {
        Some(precision) => format!("{} {precision}", check.backend),
        None => check.backend.clone(),
    }
}

/// Errors of some subjects: a line a check, a column a subject.
fn table(report: &Validation, subjects: &[SubjectEntry]) -> String {
    let of = |name: &str, subject: &SubjectEntry| {
        report.checks.iter().find(|c| {
            c.name == name && c.backend == subject.backend && c.precision.as_ref() == Some(&subject.precision)
        })
    };
    let mut rows = vec![["error", "unit", "bound"].map(str::to_owned).to_vec()];
    rows[0].extend(subjects.iter().map(|s| format!("{} {}", s.backend, s.precision)));
    for check in &CHECKS {
        let found: Vec<Option<&CheckEntry>> = subjects.iter().map(|subject| of(check.name, subject)).collect();
        if found.iter().all(Option::is_none) {
            continue;
        }
        let entries = || found.iter().flatten();
        let mut bounds: Vec<String> = Vec::new();
        for bound in entries().filter_map(|entry| entry.bound).map(number) {
            if !bounds.contains(&bound) {
                bounds.push(bound);
            }
        }
        let unit = entries().find_map(|entry| entry.unit.clone()).unwrap_or_default();
        let mut row = vec![check.name.to_owned(), unit, bounds.join(", ")];
        row.extend(found.iter().map(|entry| entry.map_or_else(String::new, cell)));
        rows.push(row);
    }
    let right: Vec<usize> = (3..3 + subjects.len()).collect();
    aligned(&rows, &right, 0)
}

fn cell(check: &CheckEntry) -> String {
    match check.error {
        _ if check.skipped => "-".to_owned(),
        Some(error) if check.passed => number(error),
        Some(error) => format!("FAILED {}", number(error)),
        None => "FAILED".to_owned(),
    }
}

fn number(value: f64) -> String {
    if value == 0.0 || (value.fract() == 0.0 && value.abs() < 1e6) {
        format!("{value}")
    } else {
        format!("{value:.2e}")
    }
}

/// Each reason once, with what it is the reason of: a check alone where it is of all backends.
fn skipped(report: &Validation) -> String {
    let mut reasons: Vec<(&str, Vec<&CheckEntry>)> = Vec::new();
    for check in report.checks.iter().filter(|check| check.skipped) {
        match reasons.iter_mut().find(|(why, _)| *why == check.why) {
            Some((_, own)) => own.push(check),
            None => reasons.push((&check.why, vec![check])),
        }
    }
    let line = |(why, own): (&str, Vec<&CheckEntry>)| {
        let mut names: Vec<String> = Vec::new();
        for check in &own {
            let of_all = own.iter().filter(|other| other.name == check.name).count() == report.subjects.len();
            let name = match check.name.as_str() {
                "all" => label(check),
                name if of_all => name.to_owned(),
                name => format!("{name} of {}", label(check)),
            };
            if !names.contains(&name) {
                names.push(name);
            }
        }
        wrapped_at("not made: ", "    ", &format!("{}: {why}", names.join(", ")), WIDTH)
    };
    reasons.into_iter().map(line).collect()
}
