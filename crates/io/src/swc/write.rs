//! Points to text.

use std::fmt::Write;

use super::{Swc, SwcPoint};

impl Swc {
    /// The file that [`parse`](super::parse) reads as the same points and comments; lengths in um.
    #[must_use]
    pub fn text(&self) -> String {
        write(&self.points, &self.comments)
    }
}

/// Points as an SWC file, after lines of comments; what is in um is written in um, with every digit it has.
///
/// A comment is one line: line breaks in it become blanks, and other control characters are left out.
#[must_use]
pub fn write(points: &[SwcPoint], comments: &[String]) -> String {
    let mut text = String::with_capacity(48 * points.len());
    for comment in comments {
        text.push('#');
        let characters = comment.chars().map(|c| if matches!(c, '\n' | '\r') { ' ' } else { c });
        text.extend(characters.filter(|c| *c == '\t' || !c.is_ascii_control()));
        text.push('\n');
    }
    for SwcPoint { id, structure, position: [x, y, z], radius, parent } in points {
        let parent = parent.unwrap_or(-1);
        // A `String` takes all that is written to it.
        let _ = writeln!(text, "{id} {structure} {x} {y} {z} {radius} {parent}");
    }
    text
}
