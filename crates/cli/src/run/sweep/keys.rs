//! `--sweep KEY=VALUES`: which values a key takes.

use crate::failure::Failure;

/// Most runs of a sweep.
pub const MOST_POINTS: usize = 100_000;

/// A key of the model file and its values, each as `--set` takes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Key {
    pub name: String,
    pub values: Vec<String>,
}

/// Reads one option: `key=a,b,c`, with ranges among them.
pub fn key(option: &str) -> Result<Key, Failure> {
    let wrong = |message: String| {
        Failure::input(format!("`--sweep {option}`: {message}"))
            .hint("write --sweep run.seed=1..20, or --sweep stimuli.current.amplitude=\"0..20..2 uA/cm2\"")
    };
    let (name, text) = option
        .split_once('=')
        .filter(|(name, _)| !name.trim().is_empty())
        .ok_or_else(|| wrong("is not KEY=VALUES".to_owned()))?;
    let mut values = Vec::new();
    for piece in pieces(text) {
        let piece = piece.trim();
        if piece.is_empty() {
            return Err(wrong("a value is empty".to_owned()));
        }
        match range(piece).map_err(wrong)? {
            Some(all) => values.extend(all),
            None => values.push(piece.to_owned()),
        }
        if values.len() > MOST_POINTS {
            return Err(wrong(format!("more than {MOST_POINTS} values")));
        }
    }
    Ok(Key { name: name.trim().to_owned(), values })
}

/// Every value of each with every value of the others, the first key slowest.
pub fn points(keys: &[Key]) -> Result<Vec<Vec<String>>, Failure> {
    for (i, key) in keys.iter().enumerate() {
        if keys[..i].iter().any(|other| other.name == key.name) {
            return Err(
                Failure::input(format!("`{}` is swept twice", key.name)).hint("give all its values in one --sweep")
            );
        }
    }
    let count = keys.iter().try_fold(1usize, |count, key| count.checked_mul(key.values.len()));
    if count.is_none_or(|count| count > MOST_POINTS) {
        return Err(
            Failure::input(format!("the sweep would have more than {MOST_POINTS} runs")).hint("give fewer values")
        );
    }
    let mut points = vec![Vec::new()];
    for key in keys {
        points = points
            .iter()
            .flat_map(|point| {
                key.values.iter().map(move |value| [point.as_slice(), std::slice::from_ref(value)].concat())
            })
            .collect();
    }
    Ok(points)
}

/// The text between commas that are in no quotes and brackets.
fn pieces(text: &str) -> Vec<&str> {
    let (mut depth, mut quote, mut first) = (0i32, None, 0);
    let mut all = Vec::new();
    for (at, letter) in text.char_indices() {
        match (quote, letter) {
            (Some(open), _) if letter == open => quote = None,
            (Some(_), _) => {}
            (None, '"' | '\'') => quote = Some(letter),
            (None, '[' | '{' | '(') => depth += 1,
            (None, ']' | '}' | ')') => depth -= 1,
            (None, ',') if depth == 0 => {
                all.push(&text[first..at]);
                first = at + 1;
            }
            _ => {}
        }
    }
    all.push(&text[first..]);
    all
}

/// A number as typed, and the unit after it.
struct Typed<'a> {
    number: &'a str,
    value: f64,
    unit: &'a str,
}

fn typed(text: &str) -> Option<Typed<'_>> {
    let text = text.trim();
    let ends = (1..=text.len()).rev().filter(|end| text.is_char_boundary(*end));
    for end in ends {
        let number = &text[..end];
        if !number.ends_with(|last: char| last.is_ascii_digit() || last == '.') {
            continue;
        }
        if let Ok(value) = number.parse::<f64>() {
            return Some(Typed { number, value, unit: text[end..].trim() });
        }
    }
    None
}

/// The number and the unit of a value: `("8 uA/cm2")` is 8 and `uA/cm2`.
pub fn number(value: &str) -> Option<(f64, &str)> {
    let value = value.trim().trim_matches('"');
    typed(value).map(|typed| (typed.value, typed.unit))
}

/// The values of `a..b`, `a..b..step` or `a..b/count`; none where the text is no range.
fn range(piece: &str) -> Result<Option<Vec<String>>, String> {
    let bare = piece.trim_matches('"');
    let Some((from, rest)) = bare.split_once("..") else { return Ok(None) };
    // A path begins with dots too.
    let Some(from) = typed(from) else { return Ok(None) };
    let not = || format!("`{piece}` is no range of numbers");
    let (to, step, count) = match rest.split_once("..") {
        Some((to, step)) => (to, Some(step), None),
        None => match rest.rsplit_once('/') {
            // Units have strokes as well: uA/cm2.
            Some((to, count)) if count.trim().parse::<usize>().is_ok() => {
                (to, None, count.trim().parse::<usize>().ok())
            }
            _ => (rest, None, None),
        },
    };
    let to = typed(to).ok_or_else(not)?;
    let step = step.map(|step| typed(step).ok_or_else(not)).transpose()?;
    let units: Vec<&str> = [Some(&from), Some(&to), step.as_ref()]
        .into_iter()
        .flatten()
        .map(|t| t.unit)
        .filter(|u| !u.is_empty())
        .collect();
    let unit = units.last().copied().unwrap_or_default();
    if units.iter().any(|own| *own != unit) {
        return Err(format!("`{piece}` has several units"));
    }
    if !from.unit.is_empty() && to.unit.is_empty() {
        return Err(format!("`{piece}` has a unit at its start and none at its end"));
    }
    let numbers = match count {
        Some(count) => {
            evenly(from.value, to.value, count).ok_or_else(|| format!("`{piece}` needs at least 2 values"))?
        }
        None => stepped(&from, &to, step.as_ref()).ok_or_else(|| {
            format!(
                "`{piece}` does not lead from its start to its end; without a step it is for whole numbers, one by one"
            )
        })?,
    };
    let with_unit = |number: String| if unit.is_empty() { number } else { format!("{number} {unit}") };
    Ok(Some(numbers.into_iter().map(with_unit).collect()))
}

#[allow(clippy::cast_precision_loss)]
fn evenly(from: f64, to: f64, count: usize) -> Option<Vec<String>> {
    if !(2..=MOST_POINTS).contains(&count) {
        return None;
    }
    let at = |i: usize| from + (to - from) * i as f64 / (count - 1) as f64;
    // Twelve digits: 0.3, not 0.30000000000000004.
    let rounded = |x: f64| format!("{x:.11e}").parse::<f64>().unwrap_or(x);
    Some((0..count).map(|i| format!("{}", rounded(at(i)) + 0.0)).collect())
}

#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, clippy::cast_precision_loss)]
fn stepped(from: &Typed<'_>, to: &Typed<'_>, step: Option<&Typed<'_>>) -> Option<Vec<String>> {
    let whole = |typed: &Typed<'_>| typed.number.parse::<i64>().ok();
    let (by, decimals) = match step {
        Some(step) => (step.value, decimals(from.number)?.max(decimals(step.number)?)),
        None => {
            let (from, to) = (whole(from)?, whole(to)?);
            (if to >= from { 1.0 } else { -1.0 }, 0)
        }
    };
    let count = (to.value - from.value) / by;
    if !(count >= 0.0 && by != 0.0 && count <= MOST_POINTS as f64) {
        return None;
    }
    let count = (count + 1e-9).floor() as usize;
    Some((0..=count).map(|i| format!("{:.decimals$}", from.value + by * i as f64 + 0.0)).collect())
}

/// Digits after the point.
fn decimals(number: &str) -> Option<usize> {
    let (mantissa, exponent) = number.split_once(['e', 'E']).unwrap_or((number, "0"));
    let after = mantissa.split_once('.').map_or(0, |(_, after)| after.len());
    let exponent: i64 = exponent.parse().ok()?;
    usize::try_from((i64::try_from(after).ok()? - exponent).max(0)).ok().filter(|decimals| *decimals <= 30)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn values(option: &str) -> Vec<String> {
        key(option).unwrap_or_else(|failure| panic!("{failure:?}")).values
    }

    #[test]
    fn values_and_ranges_are_written_out() {
        assert_eq!(values("run.seed=1..5"), ["1", "2", "3", "4", "5"]);
        assert_eq!(values("k=3..1"), ["3", "2", "1"]);
        assert_eq!(values("k=a,b , c"), ["a", "b", "c"]);
        assert_eq!(values("k=0..1..0.25"), ["0.00", "0.25", "0.50", "0.75", "1.00"]);
        assert_eq!(values("k=0..0.3..0.1"), ["0.0", "0.1", "0.2", "0.3"]);
        assert_eq!(values("k=0..4..2 uA/cm2"), ["0 uA/cm2", "2 uA/cm2", "4 uA/cm2"]);
        assert_eq!(values("k=0 nA..1 nA/3"), ["0 nA", "0.5 nA", "1 nA"]);
        assert_eq!(values("k=0..20 uA/cm2/3"), ["0 uA/cm2", "10 uA/cm2", "20 uA/cm2"]);
        assert_eq!(values("k=-80..-60..10 mV,-5mV"), ["-80 mV", "-70 mV", "-60 mV", "-5mV"]);
        assert_eq!(values("k=1e-4..3e-4..1e-4"), ["0.0001", "0.0002", "0.0003"]);
        assert_eq!(values("k=\"0 mV\",\"a, b\""), ["\"0 mV\"", "\"a, b\""]);
        assert_eq!(values("k=[1, 2],{ a = 1, b = 2 }"), ["[1, 2]", "{ a = 1, b = 2 }"]);
        assert_eq!(values("edges=../a.csv,../b.csv"), ["../a.csv", "../b.csv"]);
    }

    #[test]
    fn what_is_no_range_is_refused() {
        for wrong in
            ["=1", "k", "k=", "k=1,,2", "k=0.5..3", "k=0..1..-0.1", "k=0..1..0", "k=0 mV..1 nA..1 nA", "k=0..1/1"]
        {
            assert!(key(wrong).is_err(), "{wrong}");
        }
        assert!(key("k=0..1e9").is_err() && key("k=0..x").is_err());
    }

    #[test]
    fn points_are_every_value_with_every_other() {
        let keys = [key("a=1,2").unwrap(), key("b=x,y,z").unwrap()];
        let points = points(&keys).unwrap();
        assert_eq!(points.len(), 6);
        assert_eq!(
            (points[0].concat(), points[1].concat(), points[5].concat()),
            ("1x".into(), "1y".into(), "2z".into())
        );
        assert!(super::points(&[key("a=1").unwrap(), key("a=2").unwrap()]).is_err());
        let many = key("a=1..1000").unwrap();
        assert!(super::points(&[many.clone(), Key { name: "b".to_owned(), ..many }]).is_err());
    }

    #[test]
    fn a_value_has_a_number_and_a_unit() {
        assert_eq!(number("8 uA/cm2"), Some((8.0, "uA/cm2")));
        assert_eq!(number("\"-0.5 nA\""), Some((-0.5, "nA")));
        assert_eq!(number("1e3"), Some((1000.0, "")));
        assert_eq!(number("staggered"), None);
    }
}
