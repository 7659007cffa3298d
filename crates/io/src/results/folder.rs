//! The folder of a run.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

use super::ResultsError;

/// `YYYYMMDD-hhmmss` in UTC, for names that sort by time.
#[must_use]
pub fn stamp(time: SystemTime) -> String {
    let seconds = time.duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
    let (year, month, day) = civil(seconds / 86_400);
    let second = seconds % 86_400;
    let (hour, minute, second) = (second / 3600, second / 60 % 60, second % 60);
    format!("{year:04}{month:02}{day:02}-{hour:02}{minute:02}{second:02}")
}

/// Year, month and day of a day counted from 1970-01-01 (Gregorian; Hinnant's `civil_from_days`).
fn civil(days: u64) -> (u64, u64, u64) {
    let days = days + 719_468;
    let era = days / 146_097;
    let day_of_era = days % 146_097;
    let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    // Months from March, so that the leap day is a year's last.
    let month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    (era * 400 + year_of_era + u64::from(month <= 2), month, day)
}

/// `out/MODEL-STAMP`. A model given as a file is called by the file's name.
#[must_use]
pub fn default_folder(model: &str, time: SystemTime) -> PathBuf {
    let name = Path::new(model).file_stem().map_or(model.into(), |stem| stem.to_string_lossy());
    let name = if name == "-" { "model".into() } else { plain(&name) };
    Path::new("out").join(format!("{name}-{}", stamp(time)))
}

/// `text` with what does not belong in a file name replaced by `-`.
pub(super) fn plain(text: &str) -> String {
    let keep = |c: char| if c.is_alphanumeric() || "._-".contains(c) { c } else { '-' };
    let name: String = text.chars().map(keep).collect();
    match name.trim_matches(['-', '.']) {
        "" => "unnamed".into(),
        name => name.into(),
    }
}

/// Makes the folder `wanted`, with its parents, and gives its path.
///
/// An empty folder of that name is used. One with something in it is left alone, and `wanted-2`,
/// `wanted-3` and so on are tried: results are never mixed with what was there.
///
/// # Errors
/// When the folder cannot be made.
pub fn create_folder(wanted: &Path) -> Result<PathBuf, ResultsError> {
    let failed = |path: &Path, source| ResultsError::Folder { path: path.to_owned(), source };
    if let Some(parent) = wanted.parent() {
        fs::create_dir_all(parent).map_err(|source| failed(wanted, source))?;
    }
    let name = wanted.file_name().unwrap_or(wanted.as_os_str()).to_owned();
    let mut path = wanted.to_owned();
    let mut number = 1_u64;
    loop {
        match fs::create_dir(&path) {
            Ok(()) => return Ok(path),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                let empty = fs::read_dir(&path).is_ok_and(|mut entries| entries.next().is_none());
                if empty {
                    return Ok(path);
                }
            }
            Err(source) => return Err(failed(&path, source)),
        }
        number += 1;
        let mut next = name.clone();
        next.push(format!("-{number}"));
        path = wanted.with_file_name(next);
    }
}
