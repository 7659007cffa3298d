//! Typed access to the values of a model file. Whatever is wrong is reported to the context; `None` means it was.

use std::cell::RefCell;

use huxley_model::network::Distribution;

use super::context::Context;
use super::nearest::nearest;
use super::quantity::{Dimension, parse_quantity};
use super::value::{Path, Value};

/// What numbers are allowed.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Bound {
    Any,
    Positive,
    NotNegative,
    Within(f64, f64),
}

impl Bound {
    /// Where a drawn value is cut off below unless the file says.
    fn lowest(self) -> f64 {
        match self {
            Self::Any => f64::NEG_INFINITY,
            Self::Positive | Self::NotNegative => 0.0,
            Self::Within(low, _) => low,
        }
    }

    fn check(self, value: f64) -> Result<(), String> {
        let (fine, allowed) = match self {
            Self::Any => (value.is_finite(), "finite".to_owned()),
            Self::Positive => (value.is_finite() && value > 0.0, "above 0".to_owned()),
            Self::NotNegative => (value.is_finite() && value >= 0.0, "0 or above".to_owned()),
            Self::Within(low, high) => (value >= low && value <= high, format!("between {low} and {high}")),
        };
        if fine { Ok(()) } else { Err(allowed) }
    }
}

/// A value and its name.
#[derive(Clone)]
pub(crate) struct Node<'a> {
    pub(crate) context: &'a Context<'a>,
    pub(crate) value: &'a Value,
    pub(crate) path: Path,
}

impl<'a> Node<'a> {
    pub(crate) fn error<T>(&self, message: impl Into<String>, hint: impl Into<String>) -> Option<T> {
        let hint = hint.into();
        self.context.error_at(&self.path, false, message.into(), (!hint.is_empty()).then_some(hint));
        None
    }

    fn expected<T>(&self, what: &str, hint: impl Into<String>) -> Option<T> {
        self.error(format!("expected {what}, found `{}`", self.value.typed()), hint)
    }

    fn child(&self, value: &'a Value, path: Path) -> Self {
        Self { context: self.context, value, path }
    }

    pub(crate) fn is_table(&self) -> bool {
        matches!(self.value, Value::Table(_))
    }

    pub(crate) fn is_boolean(&self) -> bool {
        matches!(self.value, Value::Boolean(_))
    }

    /// A key of a table, without asking for it.
    pub(crate) fn peek(&self, key: &str) -> Option<Node<'a>> {
        match self.value {
            Value::Table(entries) => {
                let (_, value) = entries.iter().find(|(name, _)| name == key)?;
                Some(self.child(value, self.path.key(key)))
            }
            _ => None,
        }
    }

    pub(crate) fn as_text(&self) -> Option<&'a str> {
        match self.value {
            Value::Text(text) => Some(text),
            _ => None,
        }
    }

    pub(crate) fn as_list(&self) -> Option<Vec<Node<'a>>> {
        match self.value {
            Value::List(values) => {
                Some(values.iter().enumerate().map(|(i, value)| self.child(value, self.path.index(i))).collect())
            }
            _ => None,
        }
    }

    pub(crate) fn text(&self) -> Option<&'a str> {
        self.as_text().or_else(|| self.expected("text", "write it in quotes"))
    }

    pub(crate) fn list(&self) -> Option<Vec<Node<'a>>> {
        self.as_list().or_else(|| self.expected("a list", "write it in square brackets: [a, b]"))
    }

    pub(crate) fn boolean(&self) -> Option<bool> {
        match self.value {
            Value::Boolean(truth) => Some(*truth),
            _ => self.expected("true or false", "write true or false, without quotes"),
        }
    }

    pub(crate) fn quantity(&self, dimension: Dimension, bound: Bound) -> Option<f64> {
        let value = match self.value {
            Value::Text(text) => match parse_quantity(text, dimension) {
                Ok(value) => value,
                Err(error) => return self.error(format!("{error}: `{text}`"), error.hint()),
            },
            Value::Integer(_) | Value::Float(_) | Value::Computed(_) => {
                let number = self.value.typed();
                let error = parse_quantity(&number, dimension).err()?;
                return self.error(format!("{error}: `{number}`"), error.hint());
            }
            _ => return self.expected(dimension.name(), format!("write {}", dimension.example())),
        };
        match bound.check(value) {
            Ok(()) => Some(value),
            Err(allowed) => {
                self.error(format!("{} must be {allowed}, found `{}`", dimension.name(), self.value.typed()), "")
            }
        }
    }

    pub(crate) fn number(&self, bound: Bound) -> Option<f64> {
        let value = match *self.value {
            Value::Integer(number) => number as f64,
            Value::Float(number) | Value::Computed(number) => number,
            _ => return self.expected("a number", "write a number without unit and quotes"),
        };
        if !value.is_finite() {
            return self.error(
                format!("expected a finite number, found `{}`", self.value.typed()),
                "NaN and infinities are not allowed",
            );
        }
        match bound.check(value) {
            Ok(()) => Some(value),
            Err(allowed) => self.error(format!("must be {allowed}, found `{}`", self.value.typed()), ""),
        }
    }

    /// A whole number from `least` to `most`; a computed one is rounded.
    pub(crate) fn integer(&self, least: u64, most: u64) -> Option<u64> {
        let value = match *self.value {
            Value::Integer(number) => u64::try_from(number).ok(),
            Value::Computed(number) if number.is_finite() && number >= 0.0 => Some(number.round() as u64),
            Value::Computed(_) => None,
            _ => return self.expected("a whole number", "write a whole number without quotes"),
        };
        match value.filter(|value| (least..=most).contains(value)) {
            Some(value) => Some(value),
            None => self
                .error(format!("expected a whole number from {least} to {most}, found `{}`", self.value.typed()), ""),
        }
    }

    pub(crate) fn count(&self, least: usize, most: usize) -> Option<usize> {
        self.integer(least as u64, most as u64).and_then(|value| usize::try_from(value).ok())
    }

    /// One of some words.
    pub(crate) fn choice<T: Copy>(&self, choices: &[(&str, T)]) -> Option<T> {
        let text = self.text()?;
        let found = choices.iter().find(|(name, _)| *name == text).map(|&(_, value)| value);
        found.or_else(|| self.unknown_name(text, "one of the known words", choices.iter().map(|(name, _)| *name)))
    }

    /// Reports that `name` is none of `known`.
    pub(crate) fn unknown_name<'n, T>(
        &self,
        name: &str,
        what: &str,
        known: impl IntoIterator<Item = &'n str>,
    ) -> Option<T> {
        self.error(format!("`{name}` is not {what}"), known_hint(name, known))
    }

    /// A quantity, or how to draw one: `{ uniform = [low, high] }`, `{ mean, sd, min }`, `{ mean, spread }`.
    pub(crate) fn distribution(&self, dimension: Dimension, bound: Bound) -> Option<Distribution> {
        self.drawn(bound, |node, bound| node.quantity(dimension, bound))
    }

    /// A number without unit, or how to draw one.
    pub(crate) fn number_distribution(&self, bound: Bound) -> Option<Distribution> {
        self.drawn(bound, Node::number)
    }

    fn drawn(&self, bound: Bound, read: impl Fn(&Self, Bound) -> Option<f64>) -> Option<Distribution> {
        if !self.is_table() {
            return read(self, bound).map(Distribution::Constant);
        }
        let fields = self.fields()?;
        if let Some(node) = fields.optional("uniform") {
            fields.finish();
            let list = node.list()?;
            let [low, high] = list.as_slice() else {
                return node.error("expected two values, the lower and the upper bound", "write [low, high]");
            };
            let (low, high) = (read(low, bound), read(high, bound));
            let (low, high) = (low?, high?);
            if low > high {
                return node.error(format!("the lower bound {low} is above the upper {high}"), "write [low, high]");
            }
            return Some(Distribution::Uniform { low, high });
        }
        let mean = fields.required("mean").and_then(|node| read(&node, bound));
        if let Some(node) = fields.optional("spread") {
            fields.finish();
            let spread = node.number(Bound::Within(0.0, 5.0))?;
            return Some(Distribution::LogNormal { mean: mean?, spread });
        }
        let sd = fields.required("sd").and_then(|node| read(&node, Bound::NotNegative));
        let least = match fields.optional("min") {
            Some(node) => read(&node, bound)?,
            None => bound.lowest(),
        };
        fields.finish();
        Some(Distribution::Normal { mean: mean?, sd: sd?, low: least })
    }

    pub(crate) fn fields(&self) -> Option<Fields<'a>> {
        match self.value {
            Value::Table(entries) => Some(Fields { node: self.clone(), entries, asked: RefCell::new(Vec::new()) }),
            _ => self.expected("a table of keys", "write { key = value, ... } or a [section]"),
        }
    }
}

/// `did you mean ...` where a name is near, the known names where they are few.
pub(crate) fn known_hint<'n>(name: &str, known: impl IntoIterator<Item = &'n str>) -> String {
    let known: Vec<&str> = known.into_iter().collect();
    match nearest(name, known.iter().copied()) {
        Some(near) => format!("did you mean `{near}`?"),
        None if known.is_empty() => "there are none".to_owned(),
        None => {
            let more = if known.len() > 12 { ", ..." } else { "" };
            format!("known: {}{more}", known.iter().take(12).copied().collect::<Vec<_>>().join(", "))
        }
    }
}

/// The keys of a table; those nobody asked for are errors.
pub(crate) struct Fields<'a> {
    pub(crate) node: Node<'a>,
    entries: &'a [(String, Value)],
    asked: RefCell<Vec<&'static str>>,
}

impl<'a> Fields<'a> {
    pub(crate) fn optional(&self, key: &'static str) -> Option<Node<'a>> {
        self.asked.borrow_mut().push(key);
        let (_, value) = self.entries.iter().find(|(name, _)| name == key)?;
        Some(self.node.child(value, self.node.path.key(key)))
    }

    pub(crate) fn required(&self, key: &'static str) -> Option<Node<'a>> {
        self.optional(key).or_else(|| {
            let near = nearest(key, self.entries.iter().map(|(name, _)| name.as_str()));
            let hint =
                near.map_or_else(|| format!("add `{key} = ...`"), |near| format!("is `{near}` meant to be `{key}`?"));
            self.node.error(format!("`{key}` is missing"), hint)
        })
    }

    /// The value of an optional key, or `default` where it is absent; `None` when it is there and wrong.
    pub(crate) fn or<T>(&self, key: &'static str, default: T, read: impl FnOnce(Node<'a>) -> Option<T>) -> Option<T> {
        match self.optional(key) {
            Some(node) => read(node),
            None => Some(default),
        }
    }

    pub(crate) fn quantity(&self, key: &'static str, dimension: Dimension, bound: Bound) -> Option<f64> {
        self.required(key)?.quantity(dimension, bound)
    }

    pub(crate) fn quantity_or(
        &self,
        key: &'static str,
        dimension: Dimension,
        bound: Bound,
        default: f64,
    ) -> Option<f64> {
        self.or(key, default, |node| node.quantity(dimension, bound))
    }

    /// Every key with its value, for tables whose keys are names the user gives.
    pub(crate) fn named(&self) -> Vec<(&'a str, Node<'a>)> {
        let child = |(key, value): &'a (String, Value)| (key.as_str(), self.node.child(value, self.node.path.key(key)));
        self.entries.iter().map(child).collect()
    }

    /// Reports the keys that nobody asked for; whether there were none.
    pub(crate) fn finish(&self) -> bool {
        let asked = self.asked.borrow();
        let mut fine = true;
        for (key, _) in self.entries {
            if !asked.contains(&key.as_str()) {
                let path = self.node.path.key(key);
                let hint = known_hint(key, asked.iter().copied());
                self.node.context.error_at(&path, true, format!("unknown key `{key}`"), Some(hint));
                fine = false;
            }
        }
        fine
    }
}
