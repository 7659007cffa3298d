//! Why a file is no reconstruction.

use std::fmt;

/// Problems of one file that are kept; more are counted.
pub const MOST_PROBLEMS: usize = 20;

/// What is wrong.
#[derive(Clone, Debug, PartialEq)]
pub enum SwcProblemKind {
    /// The file cannot be read, for this reason.
    Unreadable(String),
    /// No points.
    Empty,
    /// Bytes that are not of a text.
    Binary,
    /// UTF-16.
    Utf16,
    /// Fewer than seven columns.
    Short {
        /// How many there are.
        columns: usize,
    },
    /// What should be a number is not.
    NotANumber {
        /// The column.
        column: &'static str,
        /// As typed, shortened.
        text: String,
    },
    /// NaN or an infinity.
    NotFinite {
        /// The column.
        column: &'static str,
        /// As typed, shortened.
        text: String,
    },
    /// What should be a whole number has a fraction.
    NotWhole {
        /// The column.
        column: &'static str,
        /// As typed, shortened.
        text: String,
    },
    /// Too large for a number, or for a cell.
    TooLarge {
        /// The column.
        column: &'static str,
        /// As typed, shortened.
        text: String,
    },
    /// A negative id.
    NegativeId,
    /// A radius below 0.
    NegativeRadius {
        /// um.
        radius: f64,
    },
    /// An id that another point has.
    Duplicate {
        /// Line of the other.
        first: usize,
    },
    /// A parent that is not in the file.
    MissingParent {
        /// Its id.
        parent: i64,
    },
    /// A point that is its own parent.
    SelfParent,
    /// A point that is its own ancestor.
    Cycle {
        /// Ids from the point up to itself, the first few.
        path: Vec<i64>,
        /// Points of the cycle.
        length: usize,
    },
    /// No point of a tree has a radius.
    NoRadius,
}

impl SwcProblemKind {
    fn hint(&self) -> Option<&'static str> {
        match self {
            Self::Empty => Some("a point is a line `id type x y z radius parent`"),
            Self::Binary => Some("an SWC file is plain text; is it compressed?"),
            Self::Utf16 => Some("save it as UTF-8"),
            Self::Short { .. } => Some("a point is `id type x y z radius parent`"),
            Self::NotANumber { text, .. } if text.contains(',') => {
                Some("columns are separated by blanks, and decimals by a point")
            }
            Self::NegativeId => Some("-1 stands for no parent"),
            Self::MissingParent { .. } => Some("the parent of a root is -1"),
            Self::SelfParent => Some("the parent of a root is -1"),
            _ => None,
        }
    }
}

impl fmt::Display for SwcProblemKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unreadable(cause) => write!(f, "cannot read the file: {cause}"),
            Self::Empty => f.write_str("the file has no points"),
            Self::Binary => f.write_str("the file is not text"),
            Self::Utf16 => f.write_str("the file is UTF-16 text"),
            Self::Short { columns: 1 } => f.write_str("the row has 1 column of 7"),
            Self::Short { columns } => write!(f, "the row has {columns} columns of 7"),
            Self::NotANumber { column, text } => write!(f, "expected a number as {column}, found `{text}`"),
            Self::NotFinite { column, text } => write!(f, "expected a finite number as {column}, found `{text}`"),
            Self::NotWhole { column, text } => write!(f, "expected a whole number as {column}, found `{text}`"),
            Self::TooLarge { column, text } => write!(f, "`{text}` is too large as {column}"),
            Self::NegativeId => f.write_str("the id is negative"),
            Self::NegativeRadius { radius } => write!(f, "the radius is negative, {radius} um"),
            Self::Duplicate { first } => write!(f, "line {first} has a point of the same id"),
            Self::MissingParent { parent } => write!(f, "the parent {parent} is not in the file"),
            Self::SelfParent => f.write_str("the point is its own parent"),
            Self::Cycle { path, length } => {
                let ids: Vec<String> = path.iter().map(i64::to_string).collect();
                let more = if *length >= path.len() { " -> ..." } else { "" };
                write!(f, "the point is its own ancestor, in a cycle of {length}: {}{more}", ids.join(" -> "))
            }
            Self::NoRadius => f.write_str("no point of the tree that begins here has a radius above 0"),
        }
    }
}

/// One thing wrong with a file.
#[derive(Clone, Debug, PartialEq)]
pub struct SwcProblem {
    /// Line, from 1.
    pub line: Option<usize>,
    /// Id of the point.
    pub id: Option<i64>,
    /// What is wrong.
    pub kind: SwcProblemKind,
}

impl SwcProblem {
    /// How to mend it, where that can be said.
    #[must_use]
    pub fn hint(&self) -> Option<&'static str> {
        self.kind.hint()
    }
}

impl fmt::Display for SwcProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(id) = self.id {
            write!(f, "point {id}: ")?;
        }
        write!(f, "{}", self.kind)
    }
}

/// What is wrong with a file, in its order.
#[derive(Clone, Debug, PartialEq)]
pub struct SwcErrors {
    /// Name of the file.
    pub file: String,
    /// The first [`MOST_PROBLEMS`].
    pub problems: Vec<SwcProblem>,
    /// How many there are besides.
    pub more: usize,
}

impl SwcErrors {
    pub(super) fn unreadable(file: &str, cause: &str) -> Self {
        let kind = SwcProblemKind::Unreadable(cause.to_owned());
        Self { file: file.to_owned(), problems: vec![SwcProblem { line: None, id: None, kind }], more: 0 }
    }

    /// The problems, each hint with the first it belongs to.
    pub fn hinted(&self) -> impl Iterator<Item = (&SwcProblem, Option<&'static str>)> {
        let mut told = Vec::new();
        self.problems.iter().map(move |problem| {
            let hint = problem.hint().filter(|hint| !told.contains(hint));
            told.extend(hint);
            (problem, hint)
        })
    }

    /// Each problem as a line with the file's name, and its hint where it is the first of that hint.
    pub fn messages(&self) -> impl Iterator<Item = (String, Option<&'static str>)> + '_ {
        let place =
            |line: Option<usize>| line.map_or_else(|| self.file.clone(), |line| format!("{}:{line}", self.file));
        let each = self.hinted().map(move |(own, hint)| (format!("{}: {own}", place(own.line)), hint));
        let more = (self.more > 0).then(|| (format!("{}: and {} more problems", self.file, self.more), None));
        each.chain(more)
    }
}

impl fmt::Display for SwcErrors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, (message, hint)) in self.messages().enumerate() {
            write!(f, "{}{message}", if index == 0 { "" } else { "\n" })?;
            if let Some(hint) = hint {
                write!(f, "\n  hint: {hint}")?;
            }
        }
        Ok(())
    }
}

impl std::error::Error for SwcErrors {}

/// Keeps the first problems and counts the others.
pub(super) struct Collector {
    errors: SwcErrors,
}

impl Collector {
    pub fn new(file: &str) -> Self {
        Self { errors: SwcErrors { file: file.to_owned(), problems: Vec::new(), more: 0 } }
    }

    pub fn add(&mut self, line: Option<usize>, id: Option<i64>, kind: SwcProblemKind) {
        if self.errors.problems.len() < MOST_PROBLEMS {
            self.errors.problems.push(SwcProblem { line, id, kind });
        } else {
            self.errors.more += 1;
        }
    }

    pub fn is_empty(&self) -> bool {
        self.errors.problems.is_empty()
    }

    pub fn finish(mut self) -> SwcErrors {
        self.errors.problems.sort_by_key(|problem| problem.line);
        self.errors
    }
}
