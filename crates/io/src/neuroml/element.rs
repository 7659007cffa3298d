//! Elements of XML files, owned, each with the file and line it stands on.

use roxmltree::{Document, Node, ParsingOptions};

/// Elements inside each other: real files have about ten.
const DEEPEST: usize = 100;

/// Elements, attributes and texts of one file.
const MOST_NODES: u32 = 50_000_000;

/// Where an element stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Place {
    /// Index of the file, in order of reading.
    pub file: usize,
    /// From 1.
    pub line: usize,
}

/// An element.
#[derive(Clone, Debug, Default)]
pub(super) struct Element {
    /// Name without a namespace; of a `Component`, its type.
    pub tag: String,
    attributes: Vec<(String, String)>,
    /// Elements inside, in order.
    pub children: Vec<Element>,
    /// Where it stands.
    pub place: Place,
}

impl Element {
    /// An element of which no more than its place is known.
    pub fn standing_at(tag: &str, place: Place) -> Self {
        Self { tag: tag.to_owned(), place, ..Self::default() }
    }

    /// An element that is in no file.
    pub fn with_attribute(tag: &str, name: &str, value: &str) -> Self {
        let attributes = vec![(name.to_owned(), value.to_owned())];
        Self { tag: tag.to_owned(), attributes, ..Self::default() }
    }

    /// The value of an attribute, blanks at its ends taken off.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(own, _)| own == name).map(|(_, value)| value.trim())
    }

    /// Its `id`, or nothing.
    pub fn id(&self) -> &str {
        self.get("id").unwrap_or("")
    }

    /// The first element inside with this name.
    pub fn child(&self, tag: &str) -> Option<&Element> {
        self.children.iter().find(|child| child.tag == tag)
    }

    /// The elements inside with this name.
    pub fn all<'a>(&'a self, tag: &'a str) -> impl Iterator<Item = &'a Element> {
        self.children.iter().filter(move |child| child.tag == tag)
    }

    /// Names of its attributes.
    pub fn attribute_names(&self) -> impl Iterator<Item = &str> {
        self.attributes.iter().map(|(name, _)| name.as_str())
    }

    /// How messages name it: `segment 3`.
    pub fn called(&self) -> String {
        match self.get("id").or_else(|| self.get("name")) {
            Some(id) => format!("{} {id}", self.tag),
            None => self.tag.clone(),
        }
    }
}

/// Why a file is not read as XML.
#[derive(Debug)]
pub(super) struct XmlProblem {
    pub line: Option<usize>,
    pub message: String,
    pub hint: Option<String>,
}

/// The root element of a file.
pub(super) fn parse(text: &str, file: usize) -> Result<Element, XmlProblem> {
    let options = ParsingOptions { allow_dtd: false, nodes_limit: MOST_NODES, ..ParsingOptions::default() };
    let document = Document::parse_with_options(text, options).map_err(|error| {
        let hint = match error {
            roxmltree::Error::DtdDetected => Some("take the document type declaration (<!DOCTYPE ...>) out".to_owned()),
            _ => None,
        };
        let line = usize::try_from(error.pos().row).ok();
        XmlProblem { line, message: format!("not XML: {error}"), hint }
    })?;
    let lines: Vec<usize> = text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n').map(|(at, _)| at).collect();
    element(document.root_element(), file, &lines, 0)
}

fn element(node: Node<'_, '_>, file: usize, lines: &[usize], depth: usize) -> Result<Element, XmlProblem> {
    let line = 1 + lines.partition_point(|&end| end < node.range().start);
    if depth >= DEEPEST {
        let message = format!("elements lie inside each other more than {DEEPEST} deep");
        return Err(XmlProblem { line: Some(line), message, hint: None });
    }
    let attributes: Vec<(String, String)> = node
        .attributes()
        .filter(|attribute| attribute.namespace().is_none())
        .map(|attribute| (attribute.name().to_owned(), attribute.value().to_owned()))
        .collect();
    let mut tag = node.tag_name().name().to_owned();
    if tag == "Component"
        && let Some((_, own)) = attributes.iter().find(|(name, _)| name == "type")
    {
        own.trim().clone_into(&mut tag);
    }
    let children = node.children().filter(Node::is_element);
    let children = children.map(|child| element(child, file, lines, depth + 1)).collect::<Result<Vec<_>, _>>()?;
    Ok(Element { tag, attributes, children, place: Place { file, line } })
}
