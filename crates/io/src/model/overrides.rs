//! `--set key=value`: values put into a document before it is read, and `[parameters]` put in place of `"$name"`.

use toml_edit::{DocumentMut, Item, TableLike};

use super::error::ModelError;
use super::nearest::nearest;
use super::value::{Path, Step, Value};

/// Tables that may be created by an option because every value in them has a default.
const CREATED: [&str; 1] = ["run"];

/// Puts `text` at the value called `key` and returns its path.
pub(crate) fn apply(document: &mut DocumentMut, key: &str, text: &str) -> Result<Path, Box<ModelError>> {
    let fail = |message: String, hint: Option<String>| {
        let file = format!("--set {key}={text}");
        Box::new(ModelError { file, line: None, column: None, key: key.to_owned(), message, hint })
    };
    let Some(mut path) = Path::parse(key) else {
        return Err(fail("not the path of a value".to_owned(), Some("write --set run.dt=\"0.01 ms\"".to_owned())));
    };
    let root = document.as_table();
    if let [Step::Key(name)] = path.0.as_slice() {
        let parameter = document.get("parameters").and_then(Item::as_table_like).is_some_and(|p| p.contains_key(name));
        if parameter && !root.contains_key(name) {
            path = Path(vec![Step::Key("parameters".to_owned()), Step::Key(name.clone())]);
        }
    }
    if let Some(Step::Key(first)) = path.0.first()
        && CREATED.contains(&first.as_str())
        && !root.contains_key(first)
    {
        document.insert(first, toml_edit::table());
    }
    let known = leaves(document);
    let value = text.parse::<toml_edit::Value>().unwrap_or_else(|_| toml_edit::Value::from(text));
    match put(document.as_item_mut(), &path.0, value) {
        Some(names) => Ok(Path(names)),
        None => {
            let near = nearest(key, known.iter().map(String::as_str));
            let hint = near.map_or_else(|| near_by(key, &known), |near| format!("did you mean `{near}`?"));
            Err(fail(format!("the model has no value `{key}`"), Some(hint)))
        }
    }
}

/// The paths that share most with `key`.
fn near_by(key: &str, known: &[String]) -> String {
    let first = key.split(['.', '[']).next().unwrap_or(key);
    let mut near: Vec<&str> = known.iter().map(String::as_str).filter(|name| name.starts_with(first)).collect();
    if near.is_empty() {
        near = known
            .iter()
            .map(String::as_str)
            .filter(|name| name.starts_with("parameters.") || name.starts_with("run."))
            .collect();
    }
    let more = if near.len() > 10 { ", ..." } else { "" };
    format!("values are: {}{more}", near.iter().take(10).copied().collect::<Vec<_>>().join(", "))
}

/// Sets the value under `steps` and returns the path with names in place of indices of tables.
fn put(item: &mut Item, steps: &[Step], value: toml_edit::Value) -> Option<Vec<Step>> {
    let (first, rest) = steps.split_first()?;
    if let (Step::Index(index), Item::ArrayOfTables(tables)) = (first, &mut *item) {
        return put_in_table(tables.get_mut(*index)?, rest, value).map(|names| prefixed(first.clone(), names));
    }
    match first {
        Step::Index(index) if item.as_array().is_some() => {
            let slot = item.as_array_mut()?.get_mut(*index)?;
            put_in_value(slot, rest, value).map(|names| prefixed(first.clone(), names))
        }
        _ => put_in_table(item.as_table_like_mut()?, steps, value),
    }
}

fn put_in_table(table: &mut dyn TableLike, steps: &[Step], value: toml_edit::Value) -> Option<Vec<Step>> {
    let (first, rest) = steps.split_first()?;
    let key = match first {
        Step::Key(key) => key.clone(),
        // The n-th table of named ones.
        Step::Index(index) => table.iter().nth(*index).map(|(key, _)| key.to_owned())?,
    };
    let step = Step::Key(key.clone());
    if !rest.is_empty() {
        return put(table.get_mut(&key)?, rest, value).map(|names| prefixed(step, names));
    }
    match table.get_mut(&key) {
        Some(Item::Value(old)) => replace(old, value),
        Some(Item::None) | None => {
            table.insert(&key, Item::Value(value));
        }
        Some(_) => return None,
    }
    Some(vec![step])
}

fn put_in_value(slot: &mut toml_edit::Value, rest: &[Step], value: toml_edit::Value) -> Option<Vec<Step>> {
    let Some((first, after)) = rest.split_first() else {
        replace(slot, value);
        return Some(Vec::new());
    };
    match first {
        Step::Index(index) => {
            let slot = slot.as_array_mut()?.get_mut(*index)?;
            put_in_value(slot, after, value).map(|names| prefixed(first.clone(), names))
        }
        Step::Key(_) => put_in_table(slot.as_inline_table_mut()?, rest, value),
    }
}

/// Replaces a value and keeps the comment behind it.
fn replace(old: &mut toml_edit::Value, value: toml_edit::Value) {
    let decor = old.decor().clone();
    *old = value;
    *old.decor_mut() = decor;
}

fn prefixed(first: Step, mut rest: Vec<Step>) -> Vec<Step> {
    rest.insert(0, first);
    rest
}

/// Writes `text` in place of the value at `path`, where there is one.
pub(crate) fn replace_text(document: &mut DocumentMut, path: &Path, text: &str) {
    put(document.as_item_mut(), &path.0, toml_edit::Value::from(text));
}

/// The paths of every value that is not a table.
fn leaves(document: &DocumentMut) -> Vec<String> {
    fn walk(value: &Value, path: &Path, out: &mut Vec<String>) {
        match value {
            Value::Table(entries) => entries.iter().for_each(|(key, value)| walk(value, &path.key(key), out)),
            _ => out.push(path.to_string()),
        }
    }
    let mut out = Vec::new();
    walk(&Value::from_item(document.as_item()), &Path::default(), &mut out);
    out
}
