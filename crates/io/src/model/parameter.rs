//! `[parameters]`: named values that others refer to as `"$name"`, or `"$name * 3200 / $other"`.

use std::cell::RefCell;
use std::collections::HashSet;

use super::context::Context;
use super::reader::known_hint;
use super::value::{Path, Value};

/// `tree` with every `"$name"` replaced; what cannot be is reported and left.
pub(crate) fn substitute(context: &Context<'_>, tree: Value) -> Value {
    let parameters = match tree.get("parameters") {
        Some(Value::Table(entries)) => entries.clone(),
        _ => Vec::new(),
    };
    let used = RefCell::new(HashSet::new());
    let Value::Table(entries) = tree else { return tree };
    let substituted = entries
        .into_iter()
        .map(|(key, value)| {
            let path = Path::default().key(&key);
            let value = if key == "parameters" {
                value
            } else {
                walk(value, &path, &mut |path, text| evaluate(context, &parameters, &used, path, text))
            };
            (key, value)
        })
        .collect();
    for (name, _) in &parameters {
        if !used.borrow().contains(name) {
            context.warn(format!("parameter `{name}` is not used"));
        }
    }
    Value::Table(substituted)
}

fn walk(value: Value, path: &Path, replace: &mut dyn FnMut(&Path, &str) -> Option<Value>) -> Value {
    match value {
        Value::Text(text) if text.starts_with('$') => replace(path, &text).unwrap_or(Value::Text(text)),
        Value::List(values) => Value::List(
            values.into_iter().enumerate().map(|(index, value)| walk(value, &path.index(index), replace)).collect(),
        ),
        Value::Table(entries) => Value::Table(
            entries
                .into_iter()
                .map(|(key, value)| {
                    let value = walk(value, &path.key(&key), replace);
                    (key, value)
                })
                .collect(),
        ),
        other => other,
    }
}

/// Reports a parameter that has no value of its own, `{ required = "what it is" }`, and was not given one.
fn missing(context: &Context<'_>, name: &str, what: &Value) {
    let what = match what {
        Value::Text(text) => text.clone(),
        other => other.typed(),
    };
    let path = Path::default().key("parameters").key(name);
    let message = format!("the model needs a value for `{name}`: {what}");
    context.error_at(&path, false, message, Some(format!("give it with --set {name}=...")));
}

/// `$a`, or `$a * 2 / $b`: the first may be a number or a quantity, the factors are numbers.
fn evaluate(
    context: &Context<'_>,
    parameters: &[(String, Value)],
    used: &RefCell<HashSet<String>>,
    path: &Path,
    text: &str,
) -> Option<Value> {
    let fail = |message: String, hint: String| {
        context.error_at(path, false, message, Some(hint));
        None
    };
    let find = |word: &str| {
        let name = word.trim_start_matches('$');
        match parameters.iter().find(|(known, _)| known == name) {
            Some((_, value)) => {
                let first = used.borrow_mut().insert(name.to_owned());
                match value.get("required") {
                    Some(what) => {
                        if first {
                            missing(context, name, what);
                        }
                        context.incomplete.set(true);
                        None
                    }
                    None => Some(value),
                }
            }
            None => {
                let known = parameters.iter().map(|(name, _)| name.as_str());
                fail(
                    format!("there is no parameter `{name}`"),
                    format!("{}, in [parameters]", known_hint(name, known)),
                );
                None
            }
        }
    };
    let mut words = text.split_whitespace();
    let first = find(words.next()?)?;
    let mut factor: Option<f64> = None;
    while let Some(operator) = words.next() {
        let word = words.next().unwrap_or("");
        let number = if word.starts_with('$') {
            match find(word)? {
                Value::Integer(number) => Some(*number as f64),
                Value::Float(number) => Some(*number),
                _ => None,
            }
        } else {
            word.parse().ok()
        };
        let next = match (operator, number) {
            ("*", Some(number)) => factor.unwrap_or(1.0) * number,
            ("/", Some(number)) => factor.unwrap_or(1.0) / number,
            _ => {
                return fail(
                    format!("cannot compute `{text}`"),
                    "write \"$name\" or \"$name * 2 / $other\", with blanks around * and /".to_owned(),
                );
            }
        };
        factor = Some(next);
    }
    let Some(factor) = factor else { return Some(first.clone()) };
    match first {
        Value::Integer(number) => Some(Value::Computed(*number as f64 * factor)),
        Value::Float(number) => Some(Value::Computed(number * factor)),
        Value::Text(quantity) => {
            let end = quantity.find(|c: char| c.is_whitespace()).unwrap_or(quantity.len());
            match quantity[..end].parse::<f64>() {
                Ok(number) => Some(Value::Text(format!("{}{}", number * factor, &quantity[end..]))),
                Err(_) => fail(
                    format!("cannot multiply the parameter's value `{quantity}`"),
                    "give a number, or a number, a blank and a unit".to_owned(),
                ),
            }
        }
        other => fail(format!("cannot multiply the parameter's value `{}`", other.typed()), "give a number".to_owned()),
    }
}
