//! From bytes to points.

use super::problem::{Collector, SwcProblemKind};
use super::{LARGEST, SwcPoint};

/// Characters of a text that are shown.
const SHOWN: usize = 40;
/// Bytes below a blank that a text may have: tab, line feed, vertical tab, form feed, carriage return.
const CONTROL: std::ops::RangeInclusive<u8> = 9..=13;

/// What the lines of a file say.
#[derive(Debug, Default)]
pub(super) struct Scan {
    pub points: Vec<SwcPoint>,
    /// Line of each point.
    pub lines: Vec<usize>,
    pub comments: Vec<String>,
    /// Ids of rows that are wrong in another column: they are no missing parents.
    pub broken: Vec<i64>,
    /// Whether a row has no readable id.
    pub lost: bool,
    /// Rows with more than seven columns: how many, and the first's place among the points.
    pub wide: Option<(usize, usize)>,
    /// Roots whose parent is below -1: how many, and the first's place among the points.
    pub below: Option<(usize, usize)>,
}

/// Reads every line; lengths are in units of `unit` um.
pub(super) fn scan(bytes: &[u8], unit: f64, problems: &mut Collector) -> Scan {
    let mut scan = Scan::default();
    if bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]) {
        problems.add(None, None, SwcProblemKind::Utf16);
        return scan;
    }
    if bytes.iter().any(|byte| *byte < b' ' && !CONTROL.contains(byte)) {
        problems.add(None, None, SwcProblemKind::Binary);
        return scan;
    }
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    for (index, line) in Lines(Some(bytes)).enumerate() {
        row(line, index + 1, unit, &mut scan, problems);
    }
    scan
}

/// Lines that end in LF, CRLF or CR.
struct Lines<'a>(Option<&'a [u8]>);

impl<'a> Iterator for Lines<'a> {
    type Item = &'a [u8];

    fn next(&mut self) -> Option<&'a [u8]> {
        let rest = self.0?;
        let Some(end) = rest.iter().position(|byte| matches!(byte, b'\n' | b'\r')) else {
            self.0 = None;
            return Some(rest);
        };
        let after = if rest[end..].starts_with(b"\r\n") { end + 2 } else { end + 1 };
        self.0 = Some(&rest[after..]);
        Some(&rest[..end])
    }
}

fn row(line: &[u8], number: usize, unit: f64, scan: &mut Scan, problems: &mut Collector) {
    let comment = line.iter().position(|byte| *byte == b'#');
    let values = &line[..comment.unwrap_or(line.len())];
    let mut columns = [&values[..0]; 7];
    let mut count = 0;
    for word in values.split(u8::is_ascii_whitespace).filter(|word| !word.is_empty()) {
        if let Some(column) = columns.get_mut(count) {
            *column = word;
        }
        count += 1;
    }
    if count == 0 {
        if let Some(at) = comment {
            scan.comments.push(String::from_utf8_lossy(&line[at + 1..]).into_owned());
        }
        return;
    }
    let id = whole(columns[0], "id");
    if count < columns.len() {
        problems.add(Some(number), id.clone().ok(), SwcProblemKind::Short { columns: count });
        scan.broken.extend(id.ok());
        // What is missing may be the id itself.
        scan.lost = true;
        return;
    }
    match values_of(&columns, id.clone(), unit) {
        Ok((point, parent)) => {
            if !check(&point, number, problems) {
                scan.broken.push(point.id);
                return;
            }
            let place = scan.points.len();
            scan.points.push(point);
            scan.lines.push(number);
            let note = |of: &mut Option<(usize, usize)>| *of = Some(of.map_or((1, place), |(n, first)| (n + 1, first)));
            if count > columns.len() {
                note(&mut scan.wide);
            }
            if parent < -1 {
                note(&mut scan.below);
            }
        }
        Err(kind) => {
            let known = id.ok();
            scan.lost |= known.is_none();
            scan.broken.extend(known);
            problems.add(Some(number), known, kind);
        }
    }
}

/// The point, and its parent as written.
fn values_of(
    columns: &[&[u8]; 7],
    id: Result<i64, SwcProblemKind>,
    unit: f64,
) -> Result<(SwcPoint, i64), SwcProblemKind> {
    let id = id?;
    let structure = whole(columns[1], "type")?;
    let too_large = |_| SwcProblemKind::TooLarge { column: "type", text: shown(columns[1]) };
    let structure = i32::try_from(structure).map_err(too_large)?;
    let length = |index: usize, column| -> Result<f64, SwcProblemKind> {
        let value = number(columns[index], column)? * unit;
        if value.abs() > LARGEST {
            return Err(SwcProblemKind::TooLarge { column, text: shown(columns[index]) });
        }
        Ok(value)
    };
    let position = [length(2, "x")?, length(3, "y")?, length(4, "z")?];
    let radius = length(5, "radius")?;
    let parent = whole(columns[6], "parent")?;
    Ok((SwcPoint { id, structure, position, radius, parent: (parent >= 0).then_some(parent) }, parent))
}

/// Whether the values of a point are ones a point may have.
pub(super) fn check(point: &SwcPoint, line: usize, problems: &mut Collector) -> bool {
    let mut wrong = |kind| {
        problems.add(Some(line), Some(point.id), kind);
        false
    };
    let [x, y, z] = point.position;
    for (column, value) in [("x", x), ("y", y), ("z", z), ("radius", point.radius)] {
        if !value.is_finite() {
            return wrong(SwcProblemKind::NotFinite { column, text: value.to_string() });
        }
        if value.abs() > LARGEST {
            return wrong(SwcProblemKind::TooLarge { column, text: value.to_string() });
        }
    }
    if point.id < 0 {
        return wrong(SwcProblemKind::NegativeId);
    }
    if point.radius < 0.0 {
        return wrong(SwcProblemKind::NegativeRadius { radius: point.radius });
    }
    true
}

/// The start of a text, fit to be printed.
fn shown(word: &[u8]) -> String {
    let text = String::from_utf8_lossy(&word[..word.len().min(4 * SHOWN)]);
    let mut short: String = text.chars().take(SHOWN).flat_map(char::escape_debug).collect();
    if text.chars().count() > SHOWN {
        short.push_str("...");
    }
    short
}

fn number(word: &[u8], column: &'static str) -> Result<f64, SwcProblemKind> {
    let parsed = std::str::from_utf8(word).ok().and_then(|text| text.parse::<f64>().ok());
    match parsed {
        Some(value) if value.is_finite() => Ok(value),
        // Words for what is not finite begin with a letter; digits that give an infinity are too many.
        Some(value) if value.is_infinite() && word.iter().any(u8::is_ascii_digit) => {
            Err(SwcProblemKind::TooLarge { column, text: shown(word) })
        }
        Some(_) => Err(SwcProblemKind::NotFinite { column, text: shown(word) }),
        None => Err(SwcProblemKind::NotANumber { column, text: shown(word) }),
    }
}

/// A whole number, also where it is written with a fraction of zeros.
fn whole(word: &[u8], column: &'static str) -> Result<i64, SwcProblemKind> {
    if let Some(value) = std::str::from_utf8(word).ok().and_then(|text| text.parse().ok()) {
        return Ok(value);
    }
    let value = number(word, column)?;
    if value.fract() != 0.0 {
        return Err(SwcProblemKind::NotWhole { column, text: shown(word) });
    }
    // Up to here a double holds every whole number.
    if value.abs() > 9_007_199_254_740_992.0 {
        return Err(SwcProblemKind::TooLarge { column, text: shown(word) });
    }
    Ok(value as i64)
}
