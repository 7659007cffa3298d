//! The files of a model: the one that was named and what it includes, read once each.

use std::collections::{HashMap, HashSet};
use std::path::{Component, Path, PathBuf};

use super::element::{self, Element, XmlProblem};
use super::report::Report;
use crate::model::nearest;

/// Files a model may consist of.
const MOST_FILES: usize = 10_000;

/// Files that include each other, one in the other.
const DEEPEST: usize = 50;

/// Bytes of a file.
const LONGEST: u64 = 1 << 30;

/// The definitions of NeuroML 2 itself, which are built in here.
const CORE: [&str; 11] = [
    "Cells.xml",
    "Channels.xml",
    "Inputs.xml",
    "Networks.xml",
    "NeuroML2CoreTypes.xml",
    "NeuroMLCoreCompTypes.xml",
    "NeuroMLCoreDimensions.xml",
    "PyNN.xml",
    "Simulation.xml",
    "Synapses.xml",
    "Metadata.xml",
];

/// Reads a file, or says why it cannot be.
pub type ReadFile<'a> = dyn Fn(&Path) -> Result<Vec<u8>, String> + 'a;

/// Reads a file of the machine.
pub(super) fn read_file(path: &Path) -> Result<Vec<u8>, String> {
    let about = std::fs::metadata(path).map_err(|error| error.to_string())?;
    if !about.is_file() {
        return Err("it is not a file".to_owned());
    }
    if about.len() > LONGEST {
        return Err(format!("it has {} bytes, more than {LONGEST}", about.len()));
    }
    std::fs::read(path).map_err(|error| error.to_string())
}

/// What the files hold.
#[derive(Default)]
pub(super) struct Library {
    pub report: Report,
    /// Temperature of the network, degC; none where it gives none.
    pub celsius: Option<f64>,
    /// Paths as they are shown, in order of reading.
    pub files: Vec<PathBuf>,
    roots: Vec<Element>,
    /// Where a component lies: file and place in it.
    components: HashMap<String, (usize, usize)>,
    types: HashMap<String, (usize, usize)>,
}

impl Library {
    /// Reads `path` and all it includes; what is wrong is in the report.
    pub fn read(path: &Path, read: &ReadFile<'_>) -> Self {
        let mut library = Self::default();
        library.add(path, None, &mut Vec::new(), &mut HashSet::new(), read);
        library.index();
        library
    }

    fn add(
        &mut self,
        path: &Path,
        from: Option<&Element>,
        above: &mut Vec<PathBuf>,
        seen: &mut HashSet<PathBuf>,
        read: &ReadFile<'_>,
    ) {
        let clean = clean(path);
        if above.contains(&clean) {
            if let Some(at) = from {
                let hint = "take one of the includes out";
                self.report.error::<()>(
                    at,
                    format!("`{}` includes itself, directly or through others", path.display()),
                    hint,
                );
            }
            return;
        }
        if !seen.insert(clean.clone()) {
            return;
        }
        if let Some(at) = from
            && (above.len() >= DEEPEST || seen.len() > MOST_FILES)
        {
            let limits = format!("more than {MOST_FILES} files, or {DEEPEST} inside each other");
            self.report.error::<()>(at, limits, "");
            return;
        }
        let text = read(path).and_then(|bytes| {
            let text = String::from_utf8(bytes).map_err(|_| "it is not UTF-8 text".to_owned())?;
            Ok(text.strip_prefix('\u{feff}').map(str::to_owned).unwrap_or(text))
        });
        let text = match (text, from) {
            (Ok(text), _) => text,
            (Err(problem), Some(at)) => {
                let hint = "paths are relative to the folder of the file that includes them";
                self.report.error::<()>(at, format!("cannot read `{}`: {problem}", path.display()), hint);
                return;
            }
            (Err(problem), None) => {
                self.report.files.borrow_mut().push(path.display().to_string());
                let message = format!("cannot read the file: {problem}");
                self.report.error_in_file(0, XmlProblem { line: None, message, hint: None });
                return;
            }
        };
        let file = self.report.files.borrow().len();
        self.report.files.borrow_mut().push(path.display().to_string());
        self.files.push(path.to_path_buf());
        let root = match element::parse(&text, file) {
            Ok(root) => root,
            Err(problem) => {
                self.report.error_in_file(file, problem);
                self.roots.push(Element::default());
                return;
            }
        };
        drop(text);
        if !root.tag.eq_ignore_ascii_case("neuroml") && !root.tag.eq_ignore_ascii_case("lems") {
            let hint = "NeuroML 2 files begin with <neuroml>, LEMS files with <Lems>";
            self.report.error::<()>(&root, format!("the outermost element is <{}>", root.tag), hint);
        }
        self.roots.push(root.clone());
        above.push(clean);
        let folder = path.parent().unwrap_or(Path::new(""));
        for include in root.children.iter().filter(|child| child.tag.eq_ignore_ascii_case("include")) {
            let Some(name) = include.get("href").or_else(|| include.get("file")) else {
                self.report.error::<()>(include, "no file is named", "write <include href=\"cell.nml\"/>");
                continue;
            };
            if name.contains("://") {
                self.report.unsupported::<()>(
                    include,
                    format!("`{name}`: addresses on the network are"),
                    "save the file beside this one",
                );
                continue;
            }
            let base = name.rsplit(['/', '\\']).next().unwrap_or(name);
            if !CORE.contains(&base) {
                self.add(&folder.join(name), Some(include), above, seen, read);
            }
        }
        above.pop();
    }

    fn index(&mut self) {
        for (file, root) in self.roots.iter().enumerate() {
            for (at, child) in root.children.iter().enumerate() {
                let (names, name) = match child.tag.as_str() {
                    "ComponentType" => (&mut self.types, child.get("name")),
                    "include" | "Include" | "Target" | "Dimension" | "Unit" | "Assertion" | "notes" | "annotation" => {
                        continue;
                    }
                    _ => (&mut self.components, child.get("id")),
                };
                let Some(name) = name.filter(|name| !name.is_empty()) else { continue };
                match names.get(name) {
                    Some(&(other, before)) => {
                        let first: &Element = &self.roots[other].children[before];
                        let message =
                            format!("the id `{name}` is taken, by a `{}` at {}", first.tag, self.report.place(first));
                        self.report.error::<()>(child, message, "give each component an id of its own");
                    }
                    None => {
                        names.insert(name.to_owned(), (file, at));
                    }
                }
            }
        }
    }

    /// The component with an id.
    pub fn component(&self, id: &str) -> Option<&Element> {
        self.components.get(id).map(|&(file, at)| &self.roots[file].children[at])
    }

    /// The type with a name, among those the files define.
    pub fn component_type(&self, name: &str) -> Option<&Element> {
        self.types.get(name).map(|&(file, at)| &self.roots[file].children[at])
    }

    /// What lies directly in the files, in order of reading.
    pub fn components(&self) -> impl Iterator<Item = &Element> {
        self.roots.iter().flat_map(|root| &root.children)
    }

    /// The component that `at` names by an attribute, if it is of one of the wanted types; `what` says what that is.
    pub fn referred<'a>(&'a self, at: &Element, attribute: &str, wanted: &[&str], what: &str) -> Option<&'a Element> {
        let name = self.report.required(at, attribute)?;
        let Some(found) = self.component(name) else {
            let known = self.components().filter(|c| wanted.contains(&c.tag.as_str())).map(Element::id);
            let hint = match nearest(name, known) {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!(
                    "define <{} id=\"{name}\" .../>, or include the file that does",
                    wanted.first().unwrap_or(&"")
                ),
            };
            return self.report.error(at, format!("there is no {what} `{name}`"), hint);
        };
        if wanted.contains(&found.tag.as_str()) {
            return Some(found);
        }
        // A misspelt type begins as the right one does; other types are known, and not read.
        let begins = |near: &&str| near.get(..3) == found.tag.get(..3);
        let hint = match nearest(&found.tag, wanted.iter().copied()).filter(begins) {
            Some(near) => format!("did you mean <{near}>? read are {}", wanted.join(", ")),
            None => format!("read are {}", wanted.join(", ")),
        };
        let place = self.report.place(found);
        self.report.error(
            at,
            format!("`{name}` is a <{}> ({place}), which is not supported as {what}", found.tag),
            hint,
        )
    }
}

/// A path without `.` and with `..` taken back where that needs no look at the disk.
fn clean(path: &Path) -> PathBuf {
    let mut parts = PathBuf::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir if parts.file_name().is_some() => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    parts
}
