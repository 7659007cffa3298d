//! Model files: TOML in, a [`Network`] out.
//!
//! A model file says `schema = 1` and holds quantities as text with units. [`load_path`] and [`load_str`] read one, put
//! `--set key=value` overrides in place, and report everything that is wrong at once, each with file, line, key, the value as
//! typed and a remedy. The built-in models (`huxley_io::builtin`) are complete commented examples of every part.
//!
//! Every table whose entries have names of their own (`populations`, `synapses`, `projections`, `gap_junctions`, `stimuli`,
//! `probes`, `channels`) is keyed by that name, so `projections.feedback.delay` is the path of a value. `[parameters]` holds
//! values that others refer to as `"$name"`, or `"$name * 3200"`.
//!
//! With `import = "FILE"` the network comes from a file of another format ([`crate::import()`]), and the model file adds to it.
//!
//! Tables a file names are relative to its folder. In [`Loaded::document`], which runs again from anywhere, their paths are
//! absolute; tables of the built-in models keep their `builtin:` names.

mod channel;
mod connections;
mod context;
mod error;
mod gap;
mod imported;
mod labels;
mod membrane;
mod nearest;
mod overrides;
mod parameter;
mod place;
mod plasticity;
mod population;
mod probe;
mod projection;
pub mod quantity;
mod reader;
mod region;
mod run;
mod segments;
mod shape;
mod signalling;
mod stimulus;
mod swc;
mod synapse;
mod table;
mod value;

use std::path::Path as FilePath;

use huxley_model::channel::Channel;
use huxley_model::network::{Network, Reward, RunDefaults, Stimulus};
use toml_edit::{Document, DocumentMut};

use context::Context;
pub use error::{ModelError, ModelErrors};
pub(crate) use nearest::nearest;
pub(crate) use place::MOST_CELLS;
pub(crate) use population::distinguish_channels;
pub use quantity::{Dimension, QuantityError, parse_quantity};
pub(crate) use reader::known_hint;
use reader::{Fields, Node};
pub(crate) use run::divides;
pub use table::{Folder, TableSource};
use value::{Path, Value};

/// The version of the format that this reader knows.
const SCHEMA: u64 = 1;

/// A model, read.
#[derive(Clone, Debug)]
pub struct Loaded {
    /// What it describes.
    pub network: Network,
    /// The complete file after overrides: loading it again gives the same network.
    pub document: String,
    /// What a user may want to know, one sentence each.
    pub warnings: Vec<String>,
}

/// Key and value of an override written as `key=value`, the argument of `--set`.
#[must_use]
pub fn split_override(text: &str) -> Option<(String, String)> {
    let (key, value) = text.split_once('=')?;
    (!key.trim().is_empty()).then(|| (key.trim().to_owned(), value.trim().to_owned()))
}

/// Reads the model file at `path`.
///
/// # Errors
/// When the file cannot be read or is not a model; every error found is in it.
pub fn load_path(path: &FilePath, overrides: &[(String, String)]) -> Result<Loaded, ModelErrors> {
    let file = path.display().to_string();
    let text = std::fs::read(path).map_err(|cause| single(&file, format!("cannot read the model file: {cause}")))?;
    let text = String::from_utf8(text).map_err(|_| single(&file, "the model file is not UTF-8 text".to_owned()))?;
    let folder = path.parent().unwrap_or(FilePath::new("")).to_path_buf();
    load_str(&text, &file, &Folder(folder), overrides)
}

/// Reads a model from `text`; `file` is its name in messages, `tables` where the tables it names are.
///
/// # Errors
/// When the text is not a model; every error found is in it.
pub fn load_str(
    text: &str,
    file: &str,
    tables: &dyn TableSource,
    overrides: &[(String, String)],
) -> Result<Loaded, ModelErrors> {
    let (document, context, tree) = begin(text, file, tables, overrides)?;
    let root = Node { context: &context, value: &tree, path: Path::default() };
    let network = read(&root, file);
    match network {
        Some(network) if !context.failed() => {
            let document = lasting(document, &network, &context);
            Ok(Loaded { network, document, warnings: context.warnings.take() })
        }
        _ => Err(ModelErrors(context.take_errors())),
    }
}

/// Reads the `[channels]` of a model alone, those that no membrane has included; nothing else need be there, or right.
///
/// # Errors
/// When the text is not TOML or one of its channels is wrong; every error found is in it.
pub fn load_channels(
    text: &str,
    file: &str,
    tables: &dyn TableSource,
    overrides: &[(String, String)],
) -> Result<Vec<Channel>, ModelErrors> {
    let (_, context, tree) = begin(text, file, tables, overrides)?;
    let root = Node { context: &context, value: &tree, path: Path::default() };
    let channels = root.fields().and_then(|fields| named(&fields, "channels", channel::read));
    match channels {
        Some(channels) if !context.failed() => Ok(channels),
        _ => Err(ModelErrors(context.take_errors())),
    }
}

/// The document with overrides in place, what its reading shares, and its values with parameters in place.
fn begin<'a>(
    text: &str,
    file: &'a str,
    tables: &'a dyn TableSource,
    overrides: &[(String, String)],
) -> Result<(DocumentMut, Context<'a>, Value), ModelErrors> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let original = parse(text, file)?;
    let mut document = parse(text, file)?.into_mut();
    let mut set = Vec::new();
    let mut unknown = Vec::new();
    for (key, value) in overrides {
        match overrides::apply(&mut document, key, value) {
            Ok(path) => set.push((path, format!("{key}={value}"))),
            Err(error) => unknown.push(*error),
        }
    }
    if !unknown.is_empty() {
        return Err(ModelErrors(unknown));
    }
    let context = Context::new(file, original, set, tables);
    let tree = parameter::substitute(&context, Value::from_item(document.as_item()));
    if context.incomplete.get() {
        return Err(ModelErrors(context.take_errors()));
    }
    Ok((document, context, tree))
}

fn single(file: &str, message: String) -> ModelErrors {
    ModelErrors(vec![ModelError {
        file: file.to_owned(),
        line: None,
        column: None,
        key: String::new(),
        message,
        hint: None,
    }])
}

fn parse(text: &str, file: &str) -> Result<Document<String>, ModelErrors> {
    Document::parse(text.to_owned()).map_err(|cause| {
        let position = cause.span().map(|span| value::line_and_column(text, span.start));
        ModelErrors(vec![ModelError {
            file: file.to_owned(),
            line: position.map(|(line, _)| line),
            column: position.map(|(_, column)| column),
            key: String::new(),
            message: format!("not TOML: {}", cause.message().trim().replace('\n', ", ")),
            hint: None,
        }])
    })
}

/// The document with what depended on the file's own name and place: the model's name, and names of tables that hold from
/// anywhere.
fn lasting(mut document: DocumentMut, network: &Network, context: &Context<'_>) -> String {
    if !document.contains_key("name") {
        document.insert("name", toml_edit::value(network.name.as_str()));
    }
    for (path, name) in context.references.borrow().iter() {
        overrides::replace_text(&mut document, path, name);
    }
    document.to_string()
}

/// Reads every part of a model; what is wrong is in the context.
fn read(root: &Node<'_>, file: &str) -> Option<Network> {
    let fields = root.fields()?;
    let schema = fields.required("schema")?;
    if schema.integer(0, u64::MAX)? != SCHEMA {
        return schema.error(format!("unknown schema `{}`", schema.value.typed()), format!("write schema = {SCHEMA}"));
    }
    let stem =
        FilePath::new(file).file_stem().map_or_else(|| "model".to_owned(), |stem| stem.to_string_lossy().into_owned());
    let name = fields.or("name", stem, |node| node.text().map(str::to_owned));
    let title = fields.or("title", String::new(), |node| node.text().map(str::to_owned));
    let notes = fields.or("notes", Vec::new(), |node| {
        node.list()?.iter().map(|note| note.text().map(str::to_owned)).collect::<Option<Vec<_>>>()
    });
    fields.optional("parameters");
    let celsius = fields.or("celsius", None, |node| {
        node.quantity(Dimension::Temperature, reader::Bound::Within(-20.0, 100.0)).map(Some)
    });
    if let Some(node) = fields.optional("import") {
        let network = imported::read(&fields, &node)?;
        let given = |key: &str| root.peek(key).is_some();
        return Some(Network {
            name: if given("name") { name? } else { network.name },
            title: if given("title") { title? } else { network.title },
            notes: if given("notes") { notes? } else { network.notes },
            celsius: celsius?.unwrap_or(network.celsius),
            ..network
        });
    }
    let run = fields.or("run", Default::default(), |node| run::read(&node, RunDefaults::default()));
    let channels = named(&fields, "channels", channel::read);
    let populations = match fields.optional("populations") {
        Some(node) => named_in(&node, |name, node| population::read(name, node, channels.as_deref()?)),
        None => {
            root.error("the model has no populations", "add a [populations.NAME] table with a shape and a membrane")
        }
    };
    let synapses = named(&fields, "synapses", synapse::read);
    // What refers to populations and synapses is read only when all of them are known, else every reference would fail.
    let (Some(populations), Some(synapses)) = (populations, synapses) else {
        for key in ["projections", "gap_junctions", "regions", "stimuli", "probes"] {
            fields.optional(key);
        }
        fields.finish();
        return None;
    };
    let (mut populations, temperatures): (Vec<_>, Vec<_>) = populations.into_iter().unzip();
    if populations.iter().all(|population| population.cells.is_empty()) {
        return root.error("the network is empty: no population has cells", "give a population a size of at least 1");
    }
    population::distinguish_channels(&mut populations);
    let scope = place::Scope::new(&populations, &synapses, run.as_ref());
    let projections = named(&fields, "projections", |name, node| projection::read(name, node, &scope));
    let gap_junctions = named(&fields, "gap_junctions", |name, node| gap::read(name, node, &scope));
    let regions = named(&fields, "regions", |name, node| region::read(name, node, &scope));
    let stimuli = named(&fields, "stimuli", |name, node| {
        if region::is_reward(node) {
            region::reward(name, node, regions.as_deref()?).map(Driver::Reward)
        } else {
            stimulus::read(name, node, &scope).map(Driver::Stimulus)
        }
    });
    let probes = named(&fields, "probes", |name, node| probe::read(name, node, &scope));
    fields.finish();
    let celsius = match celsius? {
        Some(celsius) => celsius,
        None => match temperatures.into_iter().flatten().next() {
            Some(celsius) => celsius,
            None => return root.error("`celsius` is missing", "add celsius = \"6.3 degC\", or use a membrane preset"),
        },
    };
    let (mut driven, mut rewards) = (Vec::new(), Vec::new());
    for driver in stimuli? {
        match driver {
            Driver::Stimulus(stimulus) => driven.push(stimulus),
            Driver::Reward(reward) => rewards.push(reward),
        }
    }
    Some(Network {
        name: name?,
        title: title?,
        notes: notes?,
        celsius,
        projections: projections?.into_iter().flatten().collect(),
        gap_junctions: gap_junctions?,
        stimuli: driven,
        probes: probes?,
        run: run?,
        populations,
        sources: Vec::new(),
        synapses,
        regions: regions?,
        rewards,
    })
}

/// An entry of `stimuli`.
enum Driver {
    Stimulus(Stimulus),
    Reward(Reward),
}

/// The entries of an optional table of named things; `None` when any of them is wrong, after all were read.
fn named<'a, T>(fields: &Fields<'a>, key: &'static str, read: impl Fn(&str, &Node<'a>) -> Option<T>) -> Option<Vec<T>> {
    match fields.optional(key) {
        Some(node) => named_in(&node, read),
        None => Some(Vec::new()),
    }
}

fn named_in<'a, T>(node: &Node<'a>, read: impl Fn(&str, &Node<'a>) -> Option<T>) -> Option<Vec<T>> {
    let all: Vec<Option<T>> = node.fields()?.named().into_iter().map(|(name, node)| read(name, &node)).collect();
    all.into_iter().collect()
}
