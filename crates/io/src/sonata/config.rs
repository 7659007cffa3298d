//! Configuration files: JSON with variables, and paths relative to the file.

use std::path::{Path, PathBuf};

use serde_json::Value;

use super::findings::Findings;

/// The largest configuration file, bytes.
const LARGEST: u64 = 64 << 20;
/// The longest text that variables may make, bytes.
const LONGEST: usize = 1 << 16;

/// A configuration file, its variables replaced.
#[derive(Debug)]
pub(super) struct Config {
    /// The file, as named.
    pub(super) file: String,
    folder: PathBuf,
    root: Value,
}

/// Reads a JSON file of at most [`LARGEST`] bytes.
pub(super) fn json(path: &Path, what: &str, findings: &Findings) -> Option<Value> {
    let file = path.display().to_string();
    match std::fs::metadata(path) {
        Err(cause) => return findings.error(&file, "", format!("cannot read the {what}: {cause}"), ""),
        Ok(about) if about.is_dir() => return findings.error(&file, "", format!("the {what} is a folder"), ""),
        Ok(about) if about.len() > LARGEST => {
            return findings.error(&file, "", format!("the {what} is larger than {LARGEST} bytes"), "");
        }
        Ok(_) => {}
    }
    let bytes = match std::fs::read(path) {
        Ok(bytes) => bytes,
        Err(cause) => return findings.error(&file, "", format!("cannot read the {what}: {cause}"), ""),
    };
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&bytes);
    match serde_json::from_slice(bytes) {
        Ok(value) => Some(value),
        Err(cause) => findings.error_in_line(&file, cause.line(), "", format!("the {what} is not JSON: {cause}"), ""),
    }
}

impl Config {
    /// Reads the file at `path`.
    pub(super) fn read(path: &Path, findings: &Findings) -> Option<Self> {
        let file = path.display().to_string();
        let Value::Object(mut entries) = json(path, "configuration", findings)? else {
            return findings.error(&file, "", "the configuration is not an object", "write { \"networks\": { ... } }");
        };
        let folder = path.parent().unwrap_or(Path::new("")).to_path_buf();
        let variables = manifest(entries.remove("manifest").as_ref(), &file, &folder, findings)?;
        let mut root = Value::Object(entries);
        replace(&mut root, &variables, 0);
        Some(Self { file, folder, root })
    }

    /// The value of a key at the top.
    pub(super) fn get<'a>(&'a self, key: &str, findings: &'a Findings) -> Option<Item<'a>> {
        self.top(findings).get(key)
    }

    /// All of it.
    pub(super) fn top<'a>(&'a self, findings: &'a Findings) -> Item<'a> {
        Item { config: self, findings, key: String::new(), value: &self.root }
    }

    /// A name for the model: the file's, or its folder's where the file's says nothing.
    pub(super) fn name(&self) -> String {
        let path = Path::new(&self.file);
        let stem = path.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
        if !["circuit_config", "simulation_config", "config", "circuit", "simulation"].contains(&stem.as_str()) {
            return stem;
        }
        let folder = std::path::absolute(path).unwrap_or_default();
        let folder = folder.parent().and_then(Path::file_name).map(|name| name.to_string_lossy().into_owned());
        folder.filter(|name| !name.is_empty()).unwrap_or(stem)
    }
}

/// Variables with what they stand for.
type Variables = Vec<(String, Value)>;

/// The manifest, each variable in terms of none.
fn manifest(given: Option<&Value>, file: &str, folder: &Path, findings: &Findings) -> Option<Variables> {
    let text = |path: PathBuf| Value::String(path.to_string_lossy().into_owned());
    let here = std::env::current_dir().unwrap_or_default();
    let mut known: Variables = vec![
        ("configdir".to_owned(), text(std::path::absolute(folder.join(".")).unwrap_or(folder.to_path_buf()))),
        ("configfname".to_owned(), Value::String(file.to_owned())),
        ("workingdir".to_owned(), text(here)),
    ];
    let given = match given {
        None | Some(Value::Null) => return Some(known),
        Some(Value::Object(given)) => given,
        Some(_) => {
            return findings.error(file, "manifest", "the manifest is not an object", "write { \"$NAME\": \"...\" }");
        }
    };
    let mut open: Vec<(&str, &Value)> = given.iter().map(|(key, value)| (key.trim_start_matches('$'), value)).collect();
    loop {
        let before = open.len();
        let mut left = Vec::new();
        for (name, value) in open {
            let mut own = value.clone();
            let unknown = replace(&mut own, &known, 0);
            if own.as_str().is_some_and(|text| text.len() > LONGEST) {
                let message = format!("it stands for more than {LONGEST} bytes");
                return findings.error(file, format!("manifest.${name}"), message, "use shorter variables");
            }
            if unknown.is_empty() {
                known.push((name.to_owned(), own));
            } else {
                left.push((name, value));
            }
        }
        if left.is_empty() {
            return Some(known);
        }
        if left.len() == before {
            for (name, value) in left {
                let unknown = replace(&mut value.clone(), &known, 0).join(", ");
                findings.error::<()>(
                    file,
                    format!("manifest.${name}"),
                    format!("it stands on {unknown}, which the manifest does not have, or which stand on it"),
                    "define every variable of the manifest, none by itself",
                );
            }
            return None;
        }
        open = left;
    }
}

/// Replaces the variables in all texts of a value, and returns those that are unknown.
fn replace(value: &mut Value, known: &Variables, depth: usize) -> Vec<String> {
    match value {
        Value::String(text) if text.contains('$') => {
            let (new, unknown) = replaced(text, known);
            *value = new;
            unknown
        }
        // serde_json reads no deeper than 128.
        Value::Array(values) if depth < 200 => {
            values.iter_mut().flat_map(|value| replace(value, known, depth + 1)).collect()
        }
        Value::Object(entries) if depth < 200 => {
            entries.values_mut().flat_map(|value| replace(value, known, depth + 1)).collect()
        }
        _ => Vec::new(),
    }
}

fn replaced(text: &str, known: &Variables) -> (Value, Vec<String>) {
    let mut out = String::new();
    let mut unknown = Vec::new();
    let mut rest = text;
    while let Some(at) = rest.find('$') {
        out.push_str(&rest[..at]);
        let after = &rest[at + 1..];
        let (inside, braces) = after.strip_prefix('{').map_or((after, 0), |inside| (inside, 1));
        let end = inside.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(inside.len());
        let name = &inside[..end];
        let closed = braces == 0 || inside[end..].starts_with('}');
        let length = 1 + braces + end + if closed { braces } else { 0 };
        let found = known.iter().rev().find(|(own, _)| own == name && closed).map(|(_, value)| value);
        match found {
            Some(value) if length == text.len() => return (value.clone(), unknown),
            Some(Value::String(value)) => out.push_str(value),
            Some(value) => out.push_str(&value.to_string()),
            None => {
                out.push_str(&rest[at..at + length]);
                unknown.push(rest[at..at + length].to_owned());
            }
        }
        rest = &rest[at + length..];
        if out.len() > LONGEST {
            break;
        }
    }
    out.push_str(rest);
    (Value::String(out), unknown)
}

/// A value of a configuration, with its name.
#[derive(Clone, Debug)]
pub(super) struct Item<'a> {
    config: &'a Config,
    pub(super) findings: &'a Findings,
    pub(super) key: String,
    pub(super) value: &'a Value,
}

impl<'a> Item<'a> {
    pub(super) fn file(&self) -> &'a str {
        &self.config.file
    }

    pub(super) fn error<T>(&self, message: impl Into<String>, hint: impl Into<String>) -> Option<T> {
        self.findings.error(&self.config.file, self.key.clone(), message, hint)
    }

    /// The value as typed, cut when long.
    pub(super) fn typed(&self) -> String {
        let text = self.value.to_string();
        match text.char_indices().nth(60) {
            Some((end, _)) => format!("{}...", &text[..end]),
            None => text,
        }
    }

    fn inside(&self, key: &str) -> String {
        if self.key.is_empty() { key.to_owned() } else { format!("{}.{key}", self.key) }
    }

    fn expected<T>(&self, what: &str) -> Option<T> {
        self.error(format!("expected {what}, found `{}`", self.typed()), "")
    }

    /// The value of a key; `null` is none.
    pub(super) fn get(&self, key: &str) -> Option<Item<'a>> {
        let value = self.value.as_object()?.get(key).filter(|value| !value.is_null())?;
        Some(Item { config: self.config, findings: self.findings, key: self.inside(key), value })
    }

    /// The same, and an error where there is none.
    pub(super) fn required(&self, key: &str) -> Option<Item<'a>> {
        self.get(key).or_else(|| self.error(format!("`{key}` is missing"), format!("add \"{key}\"")))
    }

    pub(super) fn object(&self) -> Option<Vec<(&'a str, Item<'a>)>> {
        let Some(entries) = self.value.as_object() else { return self.expected("an object") };
        let item = |(key, value): (&'a String, &'a Value)| {
            (key.as_str(), Item { config: self.config, findings: self.findings, key: self.inside(key), value })
        };
        Some(entries.iter().map(item).collect())
    }

    /// The elements of a list; what is no list is the only element.
    pub(super) fn list(&self) -> Vec<Item<'a>> {
        match self.value {
            Value::Array(values) => (0..)
                .zip(values)
                .map(|(index, value): (usize, _)| Item {
                    config: self.config,
                    findings: self.findings,
                    key: format!("{}[{index}]", self.key),
                    value,
                })
                .collect(),
            _ => vec![self.clone()],
        }
    }

    pub(super) fn text(&self) -> Option<&'a str> {
        self.value.as_str().or_else(|| self.expected("text"))
    }

    pub(super) fn number(&self) -> Option<f64> {
        match self.value.as_f64().filter(|number| number.is_finite()) {
            Some(number) => Some(number),
            None => self.expected("a number"),
        }
    }

    /// The path that the value names.
    pub(super) fn path(&self) -> Option<PathBuf> {
        let text = self.text()?;
        if text.contains('$') {
            return self.error(
                format!("`{text}` has a variable that the manifest does not have"),
                "define it in \"manifest\", or write ${configdir}",
            );
        }
        if text.contains('\0') || text.is_empty() {
            return self.expected("a path");
        }
        // `.` says nothing, and messages are shorter without.
        Some(self.config.folder.join(text).components().collect())
    }
}
